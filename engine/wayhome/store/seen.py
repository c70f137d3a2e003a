"""What is due and somebody has seen, or taken: who, and when. Each case has an entry of its own. See `sealed_entries` for what is raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wayhome.model.seen import CallsBefore, Seen
from wayhome.store import snapshot
from wayhome.store.sealed_entries import NOTE, SEEN, SealedEntries
from wayhome.store.sql import Connection

CALLS = "calls"


Marks = Mapping[str, Mapping[str, Seen]]  # by case, and by what is due there


def put_seen(entries: SealedEntries, connection: Connection, case: str, keys: Iterable[str], seen: Seen) -> None:
    """Write down that somebody has seen, or taken, something in a case, in the place of what was said of it before."""
    before: Mapping[str, list[object]] = dict((entries.entry(connection, SEEN, case) or ["", []])[1])
    until = None if seen.until is None else snapshot.seconds(seen.until)
    said = [seen.by, seen.organisation, snapshot.seconds(seen.at), until, seen.because, seen.taken]
    entries.put(connection, SEEN, case, [case, sorted({**before, **dict.fromkeys(keys, said)}.items())])


def all_seen(entries: SealedEntries, connection: Connection) -> Marks:
    """Return, by case, what was seen there, and what is taken."""
    return {case: {key: _seen(*said) for key, said in found} for case, found in entries.entries(connection, SEEN)}


def _seen(by: str, organisation: str, at: int, until: int | None, because: str | None, taken: bool) -> Seen:
    ends = None if until is None else snapshot.moment(until)
    return Seen(by=by, organisation=organisation, at=snapshot.moment(at), until=ends, because=because, taken=taken)


def note_calls(entries: SealedEntries, connection: Connection, calls: Mapping[str, CallsBefore]) -> None:
    """Note for what each account was called, on which day, and in how many lines."""
    said = [[id, known.day, sorted(known.keys), known.lines] for id, known in sorted(calls.items())]
    entries.put(connection, NOTE, CALLS, said)


def calls_before(entries: SealedEntries, connection: Connection) -> dict[str, CallsBefore]:
    """Return for what each account was called before; nothing where that is not known: then they are called once more."""
    noted = entries.entry(connection, NOTE, CALLS) or ()
    return {id: CallsBefore(day, frozenset(keys), lines) for id, day, keys, lines in noted}
