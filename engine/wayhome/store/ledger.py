"""The ledger's arithmetic: what an event's hash covers, and how a chain is checked.

    hash = H(prev, header), and header holds H(salt, data) and H(sealed)

Commitments: erasure can later blank data, salt and sealed, and the chain still holds. `header` further holds format,
case, seq, type, version, both times, actor, role, organisation, process digest and command key, in canonical form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from wayhome.errors import part
from wayhome.model.actor import Actor
from wayhome.model.event import Draft, Event
from wayhome.packs.process import canonical_bytes
from wayhome.store.snapshot import moment

FORMAT = 1
SALT_BYTES = 16
GENESIS = bytes(32)
EVENT_VERSION = 1


class LedgerEntry(NamedTuple):
    """An event ready to be written: the event, and the bytes that are kept."""

    event: Event
    header: bytes
    data: bytes
    salt: bytes
    sealed: bytes
    identity: bytes | None
    hash: bytes


def instant(moment: datetime) -> str:
    """Write a moment as it stands in headers: UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _digest(*parts: bytes) -> bytes:
    total = hashlib.sha256()
    for one in parts:
        total.update(len(one).to_bytes(8, "big"))
        total.update(one)
    return total.digest()


def entry(
    number: str,
    seq: int,
    draft: Draft,
    *,
    occurred_at: datetime,
    recorded_at: datetime,
    actor: Actor,
    role: str,
    digest: str,
    key: str | None,
    salt: bytes,
    sealed: bytes,
    identity: bytes | None,
    previous: bytes,
) -> LedgerEntry:
    """Make the entry of one event, chained to the one before."""
    data = canonical_bytes(draft.data)
    fields: dict[str, Any] = {
        "format": FORMAT,
        "case": number,
        "seq": seq,
        "type": draft.type,
        "v": EVENT_VERSION,
        "occurred_at": instant(occurred_at),
        "recorded_at": instant(recorded_at),
        "actor": actor.id,
        "role": role,
        "organisation": actor.organisation,
        "digest": digest,
        "key": key,
        "data": _digest(salt, data).hex(),
        "sealed": _digest(sealed).hex(),
    }
    header = canonical_bytes(fields)
    hash_ = chain(previous, header)
    event = Event(
        number,
        seq,
        draft.type,
        EVENT_VERSION,
        occurred_at,
        recorded_at,
        actor.id,
        role,
        actor.organisation,
        orjson.loads(data),
        digest,
        key,
        hash_.hex(),
    )
    return LedgerEntry(event, header, data, salt, sealed, identity, hash_)


def chain(previous: bytes, header: bytes) -> bytes:
    """Give the hash of an event: over the one before, and over its header with the commitments in it."""
    return _digest(previous, header)


def sealed_bytes(parts: Mapping[str, bytes], identity: bytes | None) -> bytes:
    """Write what is sealed by class; identity lies in its own table, and here only its hash."""
    if not parts and identity is None:
        return b""
    written = {retention: blob.hex() for retention, blob in parts.items()}
    if identity is not None:
        written["identity"] = hashlib.sha256(identity).hexdigest()
    return canonical_bytes(written)


def faults(row: Mapping[str, Any], previous: bytes, identity: bytes | None) -> list[Mapping[str, Any]]:
    """Say everything that does not hold together in one stored event."""
    try:
        header: dict[str, Any] = orjson.loads(row["header"])
    except (orjson.JSONDecodeError, TypeError):
        return [part("its header cannot be read")]
    found = []
    if chain(previous, row["header"]) != row["hash"]:
        found.append(part("its hash does not fit the event before it"))
    if row["data"] is None or row["salt"] is None or row["sealed"] is None:
        found.append(part("its data are missing"))
    elif _digest(row["salt"] or b"", row["data"] or b"").hex() != header.get("data"):
        found.append(part("its data were changed"))
    if _digest(row["sealed"] or b"").hex() != header.get("sealed"):
        found.append(part("its sealed data were changed"))
    copies = {
        "case": row["number"],
        "seq": row["seq"],
        "type": row["type"],
        "v": row["v"],
        "actor": row["actor"],
        "role": row["role"],
        "organisation": row["organisation"],
        "digest": row["digest"],
        "key": row["command_key"],
    }
    found += [
        part("its column '{column}' does not fit its header", column=name)
        for name, value in copies.items()
        if header.get(name) != value
    ]
    for name in ("occurred_at", "recorded_at"):
        if header.get(name) != _instant_of(row[name]):
            found.append(part("its column '{column}' does not fit its header", column=name))
    if canonical_bytes(header) != row["header"]:
        found.append(part("its header is not in canonical form"))
    found += _identity_faults(row, identity)
    return found


def _instant_of(value: Any) -> str | None:
    try:
        return instant(moment(value))
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _identity_faults(row: Mapping[str, Any], identity: bytes | None) -> list[Mapping[str, Any]]:
    try:
        kept = orjson.loads(row["sealed"]) if row["sealed"] else {}
    except orjson.JSONDecodeError:
        return []  # told already: the sealed data were changed
    committed = kept.get("identity") if isinstance(kept, dict) else None
    if identity is None and committed is not None:
        return [part("its sealed identity is missing")]
    if identity is not None and committed != hashlib.sha256(identity).hexdigest():
        return [part("its sealed identity was changed")]
    return []
