"""Who acts: a case worker (or the clock), for an organisation, in one or more roles."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from wayhome.frozen import frozen
from wayhome.model.data import Data, data
from wayhome.model.reading import CODE, Faults, bad

CLOCK = "clock"


@dataclass(frozen=True, slots=True, init=False)
class Actor(Data):
    """One who gives commands. The engine trusts it: whoever embeds the engine has checked who this is.

    Args:
        id: an opaque name of the account, e.g. "anna"; it is written into the ledger and the log.
        organisation: a short code of the organisation that the actor works for.
        roles: ids of roles; at least one.

    Raises:
        BadInput: id or organisation is no short code, the id is the clock's, or `roles` is no list of words.
    """

    clock: ClassVar[Actor]  # the engine's own clock: nobody else can be it

    id: str
    organisation: str
    roles: frozenset[str]

    def __init__(self, id: str, organisation: str, roles: AbstractSet[str] | list[str] | tuple[str, ...] = ()) -> None:
        faults = Faults()
        for name, value in (("id", id), ("organisation", organisation)):
            if not isinstance(value, str) or not CODE.fullmatch(value):
                faults += bad(
                    name,
                    "unreadable",
                    "'{name}' is a short code of letters and digits.",
                    "Write their id, for example anna.",
                    why="It stands in the ledger and the log, so it may name nobody.",
                ).faults
        if id == CLOCK:
            faults += bad(
                "id", "contradiction", "'{clock}' is the engine's own clock.", "Choose another id.", clock=CLOCK
            ).faults
        is_a_list = isinstance(roles, Iterable) and not isinstance(roles, str)
        words = tuple(roles) if is_a_list else ()
        if not is_a_list or not all(isinstance(one, str) for one in words):
            faults += bad(
                "roles", "unreadable", "'{name}' is a list, not one word.", "Put the word into a list."
            ).faults
        faults.raise_any()
        self._set(frozen(id), frozen(organisation), frozenset(map(frozen, words)))

    def _set(self, id: str, organisation: str, roles: frozenset[str]) -> None:
        for name, value in (("id", id), ("organisation", organisation), ("roles", roles)):
            object.__setattr__(self, name, value)

    @property
    def is_clock(self) -> bool:
        """Whether this is the engine's own clock, which never decides anything (INV-22)."""
        return self.id == CLOCK


Actor.clock = object.__new__(Actor)
Actor.clock._set(CLOCK, "wayhome", frozenset())


@data(kw_only=True)
class AccountChange(Data):
    """What was done with an account: when, by which administrator (none: there was none yet), and what they were from then on."""

    at: datetime
    by: str | None
    organisation: str
    roles: frozenset[str]
    ended: bool = False


@data(kw_only=True)
class Account(Data):
    """An actor as the database knows them. Who has ended may do and read nothing more; what they did stays theirs.

    Attributes:
        changes: all that was done with it, since it was entered.
    """

    actor: Actor
    ended_at: datetime | None = None
    changes: tuple[AccountChange, ...] = ()

    def changed(self, to: Actor, at: datetime, by: str | None, *, ends: bool = False) -> Account:
        """Give it after a change, which is kept with it."""
        change = AccountChange(at=at, by=by, organisation=to.organisation, roles=to.roles, ended=ends)
        return Account(actor=to, ended_at=at if ends else None, changes=(*self.changes, change))
