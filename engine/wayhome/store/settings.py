"""What the engine notes of a database for itself; nothing hangs on it. See `sealed_entries` for what is raised."""

from __future__ import annotations

from datetime import datetime

from wayhome.store import snapshot
from wayhome.store.sealed_entries import NOTE, SealedEntries
from wayhome.store.sql import Connection

LAST_BACKUP = "last_backup"


def note_backup(entries: SealedEntries, connection: Connection, at: datetime) -> None:
    """Note when a backup was made."""
    entries.put(connection, NOTE, LAST_BACKUP, snapshot.seconds(at))


def last_backup(entries: SealedEntries, connection: Connection) -> datetime | None:
    """Return when the last backup was made of a database that held together; None where none is known."""
    noted = entries.entry(connection, NOTE, LAST_BACKUP)
    return None if noted is None else snapshot.moment(noted)
