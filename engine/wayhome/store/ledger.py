"""The ledger's arithmetic: what of an event lies in clear, what is sealed, and how a chain is checked.

    hash = H(prev, clear, H(body), and of each blob its class and H(blob))

Over what lies on the disk, so that whoever has no key can check it. In clear are the case, the number of the event, the format, the day
it was recorded and the process; all else is the sealed body, and beside it, for each retention class of which it says anything else, a
sealed blob: texts, and what of its data is taken out of the body (`store.sealed_columns`). A blob can later be erased, and its commitment stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from wayhome.errors import part
from wayhome.model.event import Event
from wayhome.packs.process import canonical_bytes
from wayhome.store.snapshot import moment, seconds
from wayhome.store.vault import place

FORMAT = 1
GENESIS = bytes(32)
EVENT_VERSION = 1
OFFICE = "office"  # in the place of a case's number: what belongs to none (`store.office`)


class Claim(NamedTuple):
    """Upon what an event was written (`store.claims`): how many events were settled, and the sum of the heads that they leave, in hex."""

    covers: int
    total: str


class Body(NamedTuple):
    """What the body of an event tells: the event, of which classes there are blobs, and which of these hold a part of its data; and
    upon what it was written.
    """

    event: Event
    classes: tuple[str, ...]
    apart: tuple[str, ...]
    upon: Claim


class Blob(NamedTuple):
    """What an event says of one class: texts by their data group, and what was taken out of its data (`store.sealed_columns`)."""

    texts: dict[str, Any]
    part: list[list[Any]]


def digest_of(*parts: bytes) -> bytes:
    """Give the hash of several texts, each with its length."""
    total = hashlib.sha256()
    for one in parts:
        total.update(len(one).to_bytes(8, "big"))
        total.update(one)
    return total.digest()


def clear_of(event: Event) -> dict[str, Any]:
    """Give the columns of an event that lie in clear."""
    return {
        "number": event.case,
        "seq": event.seq,
        "format": FORMAT,
        "recorded_on": event.recorded_at.date().isoformat(),
        "digest": event.digest,
    }


CLEAR = ("number", "seq", "format", "recorded_on", "digest")


def place_of(row: Mapping[str, Any], previous: bytes) -> bytes:
    """Say what the body of an event is bound to: what lies in clear of it, and all that was before it."""
    return place("wh_ledger", *(row[name] for name in CLEAR), previous.hex())


def place_of_blob(number: str, seq: int, retention: str, previous: bytes) -> bytes:
    """Say what a blob is bound to."""
    return place("wh_blobs", number, seq, retention, previous.hex())


def body_of(event: Event, data: Mapping[str, Any], classes: Sequence[str], apart: Sequence[str], upon: Claim) -> bytes:
    """Write what is sealed of an event: in canonical form, so that nothing in it can be read in two ways.

    Args:
        data: of the event, without what is sealed apart.
    """
    return canonical_bytes(
        [
            event.type,
            event.v,
            seconds(event.occurred_at),
            seconds(event.recorded_at),
            event.actor,
            event.role,
            event.organisation,
            event.key,
            data,
            list(classes),
            list(apart),
            event.grounds,
            list(upon),
        ]
    )


def read_body(row: Mapping[str, Any], plain: bytes) -> Body:
    """Read an event from what lies in clear of it and its opened body."""
    type, v, occurred_at, recorded_at, actor, role, organisation, key, data, classes, apart, grounds, upon = (
        orjson.loads(plain)
    )
    at, written = moment(occurred_at), moment(recorded_at)
    event = Event(
        *(row["number"], row["seq"], type, v, at, written, actor, role, organisation, data),
        *(row["digest"], key, row["hash"].hex(), grounds),
    )
    return Body(event, tuple(classes), tuple(apart), Claim(*upon))


def hash_of(row: Mapping[str, Any], commitments: Mapping[str, bytes], previous: bytes) -> bytes:
    """Give the hash of an event: over the one before, what lies in clear, its body, and its blobs by their commitments."""
    clear = orjson.dumps([row[name] for name in CLEAR], default=repr)
    blobs = [one for retention in sorted(commitments) for one in (retention.encode(), commitments[retention])]
    return digest_of(previous, clear, digest_of(row["body"]), *blobs)


def hash_in(row: Mapping[str, Any]) -> bytes:
    """Give the hash of a stored event; of one that holds something else, nothing."""
    return row["hash"] if isinstance(row["hash"], bytes) else b""


def faults(row: Mapping[str, Any], blobs: Mapping[str, tuple[Any, Any]], previous: bytes) -> list[Mapping[str, Any]]:
    """Say everything that does not hold together in one stored event, without opening it.

    Args:
        blobs: its blobs by their class: the commitment, and what is sealed.
        previous: the hash of the event before.
    """
    found = []
    commitments = {retention: _bytes(commitment) for retention, (commitment, _) in blobs.items()}
    try:
        fits = hash_of(row, commitments, previous) == row["hash"]
    except (TypeError, AttributeError):  # a column of another kind
        fits = False
    if not fits:
        found.append(part("its hash does not fit what lies there and the event before it"))
    found += [
        part("its sealed texts were changed ({classes})", classes=[retention])
        for retention, (commitment, sealed) in blobs.items()
        if sealed is not None and digest_of(_bytes(sealed)) != commitment
    ]
    return found


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else repr(value).encode()
