"""Who acts: a case worker (or the clock), for an organisation, in one or more roles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
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
class Away(Data):
    """Until when somebody is away, and which colleague answers for their cases so long; None: everybody of their organisation."""

    until: datetime
    stand_in: str | None = None


@data(kw_only=True)
class Account(Data):
    """An actor as the database knows them. Who has ended may do and read nothing more; what they did stays theirs.

    Attributes:
        changes: all that was done with it, since it was entered.
        away: None, where nobody said that they are away.
    """

    actor: Actor
    ended_at: datetime | None = None
    changes: tuple[AccountChange, ...] = ()
    away: Away | None = None

    def changed(self, to: Actor, at: datetime, by: str | None, *, ends: bool = False) -> Account:
        """Give it after a change, which is kept with it."""
        change = AccountChange(at=at, by=by, organisation=to.organisation, roles=to.roles, ended=ends)
        away = None if ends else self.away
        return Account(actor=to, ended_at=at if ends else None, changes=(*self.changes, change), away=away)

    def as_of(self, at: datetime) -> Actor | None:
        """Give who they were at a moment, and before they were entered, as whom they were entered; None once they had ended."""
        last = [*self.changes[:1], *(one for one in self.changes if one.at <= at)][-1]
        return None if last.ended else Actor(self.actor.id, last.organisation, [*last.roles])


class Accounts:
    """Who may act by an account here now, and who of them is away. Of an organisation that never had an account nothing is known.

    Args:
        register: every account, also those that have ended.
    """

    def __init__(self, register: Sequence[Account], now: datetime) -> None:
        self.register = register
        self._of: dict[str, list[Actor]] = {}
        self._away: dict[str, str | None] = {}
        for one in register:
            self._of.setdefault(one.actor.organisation, []).extend([one.actor] * (one.ended_at is None))
            if one.away is not None and one.away.until > now:
                self._away[one.actor.id] = one.away.stand_in

    def of(self, organisation: str) -> Sequence[Actor] | None:
        """Give who may act for an organisation; None where it never had an account."""
        return self._of.get(organisation)

    def can_be_called(self, organisation: str) -> Sequence[Actor]:
        """Give who of an organisation is not away; where all are, all of them."""
        people = self._of.get(organisation, [])
        return [one for one in people if one.id not in self._away] or people

    def is_here(self, organisation: str, id: str) -> bool:
        """Say whether somebody may act for an organisation; of one that never had an account, whoever is named may."""
        people = self._of.get(organisation)
        return people is None or any(one.id == id for one in people)

    def answering(self, organisation: str, named: str | None, roles: Collection[str]) -> str | None:
        """Give who answers now for what was given to somebody: while they are away, who stands in; None where that is everybody there.

        Args:
            roles: of which one is needed to answer for it.
        """
        if named in self._away:
            named = self._away[named]
        people = self._of.get(organisation)
        can = people is None or any(one.id == named and not one.roles.isdisjoint(roles) for one in people)
        return named if can and named not in self._away else None

    @property
    def organisations(self) -> Iterable[str]:
        """Name those that have, or had, an account."""
        return self._of.keys()


NOBODY = Accounts((), datetime.min.replace(tzinfo=UTC))
