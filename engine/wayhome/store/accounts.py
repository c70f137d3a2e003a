"""The accounts of those who use the shell, each a sealed entry. See `sealed_entries` for what is raised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wayhome.model.actor import Account, AccountChange, Actor, Away
from wayhome.store import snapshot
from wayhome.store.sealed_entries import SealedEntries
from wayhome.store.sql import Connection


def put_account(entries: SealedEntries, connection: Connection, account: Account) -> None:
    """Write an account, or what it has become."""
    ended_at = snapshot.seconds(account.ended_at) if account.ended_at else None
    changes = [[snapshot.seconds(c.at), c.by, c.organisation, sorted(c.roles), c.ended] for c in account.changes]
    away = [snapshot.seconds(account.away.until), account.away.stand_in] if account.away else None
    value = [account.actor.id, account.actor.organisation, sorted(account.actor.roles), ended_at, changes, away]
    entries.put(connection, "actor", account.actor.id, value)


def accounts_in(entries: SealedEntries, connection: Connection) -> list[Account]:
    """Return all accounts, by id."""
    return sorted((_account(*value) for value in entries.entries(connection, "actor")), key=lambda one: one.actor.id)


def _account(
    id: str,
    organisation: str,
    roles: Sequence[str],
    ended_at: int | None,
    changes: Sequence[Sequence[Any]],
    away: tuple[int, str | None] | None,
) -> Account:
    return Account(
        actor=Actor(id, organisation, [*roles]),
        ended_at=None if ended_at is None else snapshot.moment(ended_at),
        changes=tuple(
            AccountChange(at=snapshot.moment(at), by=by, organisation=house, roles=frozenset(held), ended=ended)
            for at, by, house, held, ended in changes
        ),
        away=None if away is None else Away(until=snapshot.moment(away[0]), stand_in=away[1]),
    )
