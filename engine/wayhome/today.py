"""Today's work of one person, in sections: journeys first, then what is open, late, due, to be signed, awaited from others, and offered.

Each line is something that is due (`DueItem`); a journey is a line as long as it is not over, whatever was written of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from wayhome.calendar.spans import end_of_day, zone_of
from wayhome.case_now import CaseNow
from wayhome.case_now.roles import Holders, holders_of, is_for, readable, worker_of
from wayhome.flow.due import can_be_overdue, is_an_offer
from wayhome.flow.due_item import DueItem
from wayhome.flow.expected import ANSWERED, EXPECTS, OPEN, SIGN
from wayhome.model.actor import Actor
from wayhome.model.case import Case
from wayhome.model.data import Data, data
from wayhome.packs.kinds.expects import Expected
from wayhome.packs.process import Process
from wayhome.results import DueRow

Section = Literal["journeys", "alarms", "overdue", "today", "to_sign", "waiting", "soon", "offers"]
SECTIONS: tuple[Section, ...] = (
    "alarms",
    "overdue",
    "today",
    "to_sign",
    "waiting",
    "soon",
    "offers",
)  # beside journeys
AHEAD = timedelta(days=7)  # how far today's list looks ahead; our own choice
OTHERS_LATE = timedelta(days=2)  # after which what the other side owes stands on both lists; the figure


@data
class Journey(Data):
    """A journey that is not over: `at` is when it is to leave, or to land once the person is on the way.

    Attributes:
        place: where it leaves, or lands. missing: how many things the departure still waits for; None on the way.
        written: whether something else was written of it than that it has happened: a missed flight, or that the person did not come.
        worker: who answers for the person in the organisation of who looks; None where that is everybody of it.
    """

    case: str
    label: str
    at: datetime
    zone: str
    place: str
    leaves: bool
    missing: int | None
    written: bool
    worker: str | None


@data
class Today(Data):
    """What one person has to do today, each list in the order of its time.

    Attributes:
        journeys: of the next seven days, until they have landed or are called off.
        waiting: what others owe: of the other side from two days after its time, or from its time where nobody there has an account.
        soon: what falls due within seven days, and what will be too old on the day of such a journey.
        damaged: the cases that cannot be read; nobody knows what is due in them.
    """

    now: datetime
    alarms: tuple[DueRow, ...]
    overdue: tuple[DueRow, ...]
    today: tuple[DueRow, ...]
    to_sign: tuple[DueRow, ...]
    waiting: tuple[DueRow, ...]
    soon: tuple[DueRow, ...]
    offers: tuple[DueRow, ...]
    journeys: tuple[Journey, ...] = ()
    damaged: tuple[str, ...] = ()


class Viewer(NamedTuple):
    """Who looks, when, and who has an account here: by organisation, the ids of those that have not ended."""

    actor: Actor
    now: datetime
    accounts: Mapping[str, frozenset[str]]

    def leads(self, process: Process, holders: Holders) -> bool:
        """Say whether who looks is one of those who manage this case, and answers for it in their organisation."""
        return is_for(process, holders, process.managers, self.actor, self.accounts)

    def is_concerned(self, process: Process, holders: Holders, who: Iterable[str]) -> bool:
        return is_for(process, holders, [*who], self.actor, self.accounts) or self.leads(process, holders)

    def section_of(self, process: Process, holders: Holders, item: DueItem) -> Section | None:
        """Say where something that is due stands in the list of who looks; None where it does not stand there."""
        journey, is_theirs = is_journey(process, item), is_for(process, holders, item.who, self.actor, self.accounts)
        if journey:
            return "journeys" if item.due_at <= self.now + AHEAD else None
        if item.round == OPEN:
            return "alarms"
        if item.step.startswith(SIGN):
            return "to_sign" if is_theirs else "waiting"
        if not is_theirs or self._is_of_the_other_side(process, item):
            late = self.now - item.due_at
            ask = is_theirs or self._nobody_there(holders)
            return (
                "waiting" if can_be_overdue(process, item) and late > (timedelta(0) if ask else OTHERS_LATE) else None
            )
        return self._of_theirs(process, item)

    def journey(self, process: Process, recorded: Case, item: DueItem) -> Journey:
        """Tell of a journey that is not over; where it leaves or lands, only to who may read that."""
        case, travel = CaseNow(process, recorded, self.now), recorded.travel
        at = case.anchor(item.anchor)
        assert travel is not None
        assert at is not None
        leaves = at == case.planned_departure
        leg = travel.legs[0 if leaves else -1]
        place, zone = (leg.from_, leg.from_zone) if leaves else (leg.to, leg.to_zone)
        return Journey(
            recorded.number,
            recorded.label,
            at,
            zone or case.zone_of_person,
            process.title("places", place) if "travel" in readable(process, self.actor) else "",
            leaves,
            None,
            item.round == ANSWERED,
            worker_of(holders_of(recorded), self.actor.organisation, self.accounts),
        )

    def _of_theirs(self, process: Process, item: DueItem) -> Section | None:
        zone = process.zones[item.side]
        ends_today = end_of_day(self.now.astimezone(zone_of(zone)).date(), zone)
        is_soon = item.due_at <= self.now + AHEAD
        if is_an_offer(process, item):
            day = end_of_day(item.due_at.astimezone(zone_of(zone)).date(), zone)
            return "offers" if is_soon and self.now <= day else None
        if item.step.startswith(EXPECTS) and item.due_at > self.now:
            return None  # the journey stands on the list, and what it still waits for
        if item.due_at < self.now:
            return "overdue" if can_be_overdue(process, item) else None
        return "today" if item.due_at <= ends_today else "soon" if is_soon else None

    def _is_of_the_other_side(self, process: Process, item: DueItem) -> bool:
        """Say whether the duty lies with the other side, though a role of who looks may do it, too. Being met, housed and heard after the
        landing stands on both lists.
        """
        step = process.steps.get(item.step)
        sides = {process.roles[one].side for one in item.who if one in self.actor.roles and one in process.roles}
        return step is not None and step.phase == "follow_up" and item.side not in sides and "either" not in sides

    def _nobody_there(self, holders: Holders) -> bool:
        """Say whether some other organisation that works on the case has no account here: it is asked, and sees no list."""
        others = {party for _, party in holders.roles} - {self.actor.organisation}
        return bool(self.accounts) and any(not self.accounts.get(one) for one in others)


def is_journey(process: Process, item: DueItem) -> bool:
    """Say whether this stands for a journey that is not over."""
    kind, _, id = item.step.partition(":")
    return f"{kind}:" == EXPECTS and process.every(Expected)[id].journey
