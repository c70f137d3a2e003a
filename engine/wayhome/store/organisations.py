"""The organisations that the office registered, each a sealed entry. See `sealed_entries` for what is raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wayhome.model.organisation import Organisation
from wayhome.store import snapshot
from wayhome.store.sealed_entries import SealedEntries
from wayhome.store.sql import Connection


def put_organisation(entries: SealedEntries, connection: Connection, organisation: Organisation) -> Organisation:
    """Register an organisation, or change what is known of it; its day stays that of the first time. Returns it as it is stored."""
    before = organisation_in(entries, connection, organisation.id)
    stored = replace(organisation, added_at=before.added_at) if before else organisation
    value = [stored.id, stored.title, stored.country, list(stored.does), snapshot.seconds(stored.added_at)]
    entries.put(connection, "organisation", stored.id, value)
    return stored


def organisation_in(entries: SealedEntries, connection: Connection, id: str) -> Organisation | None:
    """Return an organisation; None where none of that id is registered."""
    value = entries.entry(connection, "organisation", id)
    return _organisation(value) if value else None


def organisations_in(entries: SealedEntries, connection: Connection) -> list[Organisation]:
    """Return all organisations, by id."""
    return sorted(map(_organisation, entries.entries(connection, "organisation")), key=lambda one: one.id)


def _organisation(value: Sequence[Any]) -> Organisation:
    id, title, country, does, added_at = value
    return Organisation(id=id, title=title, country=country, does=tuple(does), added_at=snapshot.moment(added_at))
