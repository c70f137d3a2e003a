"""What each office notes of its partners: its book is one sealed entry, so that nobody opens another's. See `sealed_entries` for what is raised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from wayhome.model.partner_note import NOTE_KINDS, PartnerNote
from wayhome.store import snapshot
from wayhome.store.sealed_entries import BOOK, SealedEntries
from wayhome.store.sql import Connection

TRIED = (True, None, False)  # first the numbers that work


def put_book(entries: SealedEntries, connection: Connection, office: str, notes: Iterable[PartnerNote]) -> None:
    """Write the whole book of an office."""
    fields = [
        [n.party, n.kind, n.text, n.on.isoformat(), n.works, n.by, snapshot.seconds(n.at), n.dropped_by] for n in notes
    ]
    entries.put(connection, BOOK, office, fields)


def book_in(entries: SealedEntries, connection: Connection, office: str) -> tuple[PartnerNote, ...]:
    """Return the book of an office: by party, then by kind, the newest first."""
    return notes_of(entries.entry(connection, BOOK, office))


def notes_of(fields: Iterable[Any] | None) -> tuple[PartnerNote, ...]:
    """Read the notes of a book as they are kept, in order; none where there is no book."""
    found = [
        PartnerNote(party=party, kind=kind, text=text, on=date.fromisoformat(on), works=works, by=by, at=snapshot.moment(at),
                    dropped_by=dropped_by)
        for party, kind, text, on, works, by, at, dropped_by in fields or ()
    ]  # fmt: skip
    found.sort(key=lambda n: (n.party, NOTE_KINDS.index(n.kind), TRIED.index(n.works), -n.on.toordinal()))
    return tuple(found)
