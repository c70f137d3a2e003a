"""Who may know and do what in a case: the oracle of `test_rights.py`. Typed from the domain text (access, sections 1 to 8 and 12), or taken
from the tables that other tests here have typed from it; of the code that it judges it knows nothing.

A `Standing` says how a house is in a case, in the words of section 5. `level`, `may_write` and their like answer what the text says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from tests.access.test_on_which_ground import BY_TRAVEL_DATA, EVERY, SHARED
from tests.access.test_what_each_house_is_told import HEARS_THEM, matrix, opened_by
from tests.access.test_who_is_let_in_for_a_while import BREAKS, PROTECTS, SAYS
from tests.access.test_who_writes_what import WORD

NOTHING, SUM, READ, WRITE = range(4)
# What a letter gives without a consent, and with one (section 1).
LETTERS = {
    "-": (NOTHING, NOTHING), "S": (SUM, SUM), "C": (NOTHING, READ), "CS": (NOTHING, SUM), "SC": (SUM, READ), "R": (READ, READ),
    "W": (WRITE, WRITE),
}  # fmt: skip
# Without a consent, of what another house wrote, at most (section 5).
OF_OTHERS = {
    "case": SUM,
    "instructions": READ,
}  # and its own items: entries of a register, of which there is none yet (issue 37)
MANAGERS = {"case_manager_sending", "case_manager_receiving"}
STAYING = {"programme_manager", "data_protection_officer"}
LEADER = "programme_manager"
WITHOUT_ACCOUNT = {*matrix()} - EVERY
ROLES = sorted(EVERY | WITHOUT_ACCOUNT)
# For whom a purpose opens the case to the house that it names (section 5).
PURPOSES: dict[str, set[str]] = {
    "contact_partner": {"case_manager_receiving"},
    "share_partner": SHARED,
    "travel_data_share": BY_TRAVEL_DATA,
    "health_share": {"medical_officer", "counsellor", "service_provider"},
    "legal_share": {"legal_counsellor"},
}
FOR_NEEDS_ON_BOARD = {"travel_officer", "escort", "reception_officer"}  # by `health_share`
INSIDE = {
    "legal": {"legal_counsellor"},
    "health_processing": {"medical_officer", "counsellor"},
    "health_processing_local": {"medical_officer", "counsellor"},
}
# Who brings a case from one phase to the next is said by the process; which of these moves are made where it is not led (section 6).
ON_THE_WAY, BY_WHO_OPENED_IT = {"depart", "left", "arrive", "turn_back"}, {"turn_back"}


class Named(NamedTuple):
    """A consent in force: its purpose, and the words that it says."""

    purpose: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """How a house is in a case, and what the case says of it.

    Attributes:
        placed: the roles that count since it leads, has opened, or holds a role.
        named: the consents in force that name it. inside: those without a recipient that it has recorded.
        ground, opened: on which of the grounds for a while an account is let in, and to which groups.
        closed: whether the case is.
        was: the roles that counted under a ground that has ended.
    """

    house: str
    placed: frozenset[str] = frozenset()
    leads: bool = False
    opened_it: bool = False
    holds_a_role: bool = False
    named: tuple[Named, ...] = ()
    inside: tuple[Named, ...] = ()
    ground: str = ""
    opened: frozenset[str] = frozenset()
    closed: bool = False
    was: frozenset[str] = frozenset()
    account: str = "invented_reader"

    def by_purpose(self, role: str) -> list[Named]:
        return [one for one in self.named if role in self._for_whom(one)]

    @staticmethod
    def _for_whom(one: Named) -> set[str]:
        on_board = (
            FOR_NEEDS_ON_BOARD
            if one.purpose == "health_share" and "onboard_needs" in opened_by([*one.words])
            else set()
        )
        return PURPOSES[one.purpose] | on_board

    def is_let_in(self, role: str) -> bool:
        return bool(self.ground) and role in (
            BREAKS if self.ground == "break_glass" else EVERY - {"system_admin", "auditor_or_donor"}
        )

    def counts(self, role: str) -> bool:
        """Whether a role counts for anything here."""
        return role in self.placed or bool(self.by_purpose(role)) or self.is_let_in(role)

    def is_by_glass_alone(self, role: str) -> bool:
        return self.ground == "break_glass" and role not in self.placed and not self.by_purpose(role)


def level(one: Standing, role: str, group: str, *, own: bool) -> int:
    """Say how much a role is told of a group, in what the own house wrote, or in what another did."""
    found = [NOTHING]
    alone, with_consent = LETTERS[matrix().get(role, {}).get(group, "-")]
    if role in one.placed:
        if own:
            heard = role in HEARS_THEM and group != "photo"
            inside = any(role in INSIDE.get(yes.purpose, ()) and group in opened_by([*yes.words]) for yes in one.inside)
            found.append(with_consent if heard or inside else alone)
        elif any(group in opened_by([*yes.words]) for yes in one.named):
            found.append(min(with_consent, READ))
        else:
            found.append(min(alone, OF_OTHERS.get(group, NOTHING)))
    elif yes := one.by_purpose(role):
        if own:
            found.append(min(alone, READ))
        elif any(_opens(each, role, group) for each in yes):
            found.append(min(with_consent, READ))
        else:
            found.append(min(alone, OF_OTHERS.get(group, NOTHING)))
    if one.is_let_in(role):
        found.append(_for_a_while(one, role, group, own=own))
    return max(found)


def _opens(yes: Named, role: str, group: str) -> bool:
    """Whether a consent opens a group to a role; to who is there for the needs on board alone, these."""
    return group in opened_by([*yes.words]) and (role in PURPOSES[yes.purpose] or group == "onboard_needs")


def _for_a_while(one: Standing, role: str, group: str, *, own: bool) -> int:
    """Say what is open for a while (sections 5 and 8): by letter to who was let in, and of another house what a consent names besides;
    whatever the letter on each of the other grounds.
    """
    alone, with_consent = LETTERS[matrix().get(role, {}).get(group, "-")]
    if one.ground == "break_glass":
        more = {"health"} if role == "medical_officer" else set()
        return READ if group in PROTECTS | more else SUM if group == "case" else NOTHING
    if group not in one.opened:
        return NOTHING
    if one.ground != "let_in":
        return READ
    if own:
        return min(alone, READ)
    return min(with_consent, READ) if any(group in opened_by([*yes.words]) for yes in one.named) else NOTHING


def told_of_consent(one: Standing, role: str, purpose: str, recipient: str, *, own: bool) -> int:
    """Say how much a role is told of a consent (sections 1, 5, 12.2 and 12.3)."""
    group = "consent_return" if purpose == "return" else "consent"
    if recipient == one.house and not own:
        alone, _ = LETTERS[matrix().get(role, {}).get(group, "-")]
        return min(alone, READ) if role in one.placed or one.by_purpose(role) else level(one, role, group, own=False)
    told = level(one, role, group, own=own)
    return NOTHING if told == SUM and recipient and not own else told


# --- what is done -----------------------------------------------------------------------------------------------------


def does(one: Standing, role: str) -> bool:
    """Whether a role does anything but hear a no and raise an alarm: whoever is there by a consent alone, or for a while, does not; of a case
    that is closed only what remains to be done is.
    """
    return role in one.placed


def writes(one: Standing, role: str, *groups: str) -> bool:
    """Whether a role writes in each of these groups, by its own letter."""
    return does(one, role) and all(matrix().get(role, {}).get(group) == "W" for group in groups)


def types_the_word_of(one: Standing, role: str, whose: str, *groups: str) -> bool:
    """Whether a role writes down what somebody says who does not type."""
    return does(one, role) and role in MANAGERS and {*groups} <= WORD[whose]


def hears_a_no(one: Standing, role: str) -> bool:
    return role in one.placed or bool(one.by_purpose(role))


def raises_an_alarm(one: Standing, role: str) -> bool:
    return hears_a_no(one, role) or (one.is_let_in(role) and one.ground in ("danger_to_life", "break_glass"))


def lets_in(one: Standing, role: str, ground: str) -> bool:
    says = SAYS[ground] | MANAGERS  # where who leads is of the other side, the manager there
    return one.leads and does(one, role) and role in says and not one.closed


def moves(one: Standing, role: str, move: str, named: Collection[str]) -> bool:
    """Whether a role makes a move that the process lets these roles make."""
    on = one.leads or (one.holds_a_role and move in ON_THE_WAY) or (one.opened_it and move in BY_WHO_OPENED_IT)
    return does(one, role) and role in named and on


class Ask(NamedTuple):
    """One question of one role on one ground: what the text says, and what the engine answers."""

    ground: str
    role: str
    what: str
    of: str
    want: bool
    got: bool

    @property
    def unexpected(self) -> str:
        return "" if self.want == self.got else "allow" if self.got else "denial"


class Known(NamedTuple):
    """Where the engine answers something else than the text, and it is known why."""

    why: str
    are: Callable[[Ask], bool]


def known_as(ask: Ask, rows: Iterable[Known]) -> Known | None:
    return next((row for row in rows if row.are(ask)), None)
