"""Today's work of one person, in sections: journeys first, then what is open, late, due, to be signed, awaited from others, and offered.

Each line is something that is due (`DueItem`); a journey is a line as long as it is not over, whatever was written of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, get_args

from wayhome.calendar.spans import end_of_day, zone_of
from wayhome.case_now import CaseNow
from wayhome.case_now.access import Holders, answers_for, holders_of, in_place, is_for, worker_of, working_on
from wayhome.case_now.letters import letters_of
from wayhome.flow.due import can_be_overdue, is_an_offer, keeps_safe
from wayhome.flow.due_item import DueItem
from wayhome.flow.entries import due_is_of_an_answer, is_a_must, is_not_known, is_of_what_is_gone
from wayhome.flow.expected import ANSWERED, EXPECTS, OPEN, SIGN, TELL, WAITS, is_journey, name_of
from wayhome.frozen import EMPTY
from wayhome.model.actor import Accounts, Actor
from wayhome.model.case import Case
from wayhome.model.check import Check
from wayhome.model.data import Data, data, to_json
from wayhome.model.moves import AFTER_LANDING
from wayhome.model.seen import Seen
from wayhome.packs.process import Process
from wayhome.results import DueRow
from wayhome.store.seen import Marks

Section = Literal["journeys", "alarms", "overdue", "today", "to_sign", "waiting", "soon", "offers", "put_off"]
SECTIONS: tuple[Section, ...] = get_args(Section)[1:]  # beside journeys
MAY_WAIT: tuple[Section, ...] = ("today", "to_sign", "waiting", "soon", "offers")
AHEAD = timedelta(days=7)  # how far today's list looks ahead; our own choice
OTHERS_LATE = timedelta(days=2)  # after which what the other side owes stands on both lists; the figure


@data
class Journey(Data):
    """A journey that is not over: `at` is when it is to leave, or to land once the person is on the way.

    Attributes:
        place: where it leaves, or lands. missing: how many things the departure still waits for; None on the way.
        written: whether something else was written of it than that it has happened: a missed flight, or that the person did not come.
        worker: who answers for the person in the organisation of who looks; None where that is everybody of it.
        key: names it, as `key` of a due row does. seen: who of that organisation has seen it.
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
    key: str = ""
    seen: Seen | None = None


@data
class Today(Data):
    """What one person has to do today, each list in the order of its time.

    Attributes:
        journeys: of the next seven days, until they have landed or are called off.
        waiting: what others owe: from two days after its time; of an organisation that has no account here, and sees no list, at once.
        soon: what falls due within seven days, and what will be too old on the day of such a journey.
        put_off: what somebody of this organisation has seen, and said until when it waits.
        clock_stands_back_at: what this computer's clock says, where it stands more than ten minutes before the newest entry: all is then
            reckoned from that entry (`now`).
        clock_ahead_of: the moment of the newest entry, where that clock stands more than thirty days after it.
        damaged: the cases that cannot be read; nobody knows what is due in them.
        checks: for data protection, which accounts of their house break the glass often, or try it with numbers that nobody has (`glass`), and which glass was broken of a case of others (`glass_broken`); for an administrator, what `doctor` finds bad or to be looked at of entries that are gone, and of the witness.
    """

    now: datetime
    alarms: tuple[DueRow, ...]
    overdue: tuple[DueRow, ...]
    today: tuple[DueRow, ...]
    to_sign: tuple[DueRow, ...]
    waiting: tuple[DueRow, ...]
    soon: tuple[DueRow, ...]
    offers: tuple[DueRow, ...]
    put_off: tuple[DueRow, ...] = ()
    clock_stands_back_at: datetime | None = None
    clock_ahead_of: datetime | None = None
    journeys: tuple[Journey, ...] = ()
    damaged: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()


class Viewer(NamedTuple):
    """Who looks, when, who has an account here, and what was seen of what is due."""

    actor: Actor
    now: datetime
    accounts: Accounts
    marks: Marks = EMPTY

    def in_case(self, process: Process, holders: Holders) -> InCase:
        """Give who looks as whom they stand for: where nobody of their organisation manages the case, whoever is called last there does."""
        actor, house = self.actor, self.actor.organisation
        people = () if actor.roles.isdisjoint(process.called_last) else self.accounts.can_be_called(house)
        if people and not any(is_for(process, holders, process.managers, one, self.accounts) for one in people):
            managing = in_place(process, holders, Actor(actor.id, house, process.managers))
            actor = actor if managing is None else Actor(actor.id, house, actor.roles | managing.roles)
        return InCase(actor, in_place(process, holders, actor), process, holders, self)

    def mark(self, case: str, item: DueItem) -> Seen | None:
        """Give who has taken something, or who of the organisation of who looks has seen it; None where nobody has."""
        marks = self.marks.get(case, EMPTY)
        found = marks.get(name_of(item)) or marks.get(seen_by(self.actor.organisation, item))
        is_own = found is None or found.organisation == self.actor.organisation
        return found if is_own or found is None else replace(found, by="")  # of another house, no account

    def journey(self, process: Process, recorded: Case, item: DueItem) -> Journey:
        """Tell of a journey that is not over; where it leaves or lands, only to who may read that."""
        case, travel = CaseNow(process, recorded, self.now), recorded.travel
        at = case.anchor(item.anchor)
        assert travel is not None
        assert at is not None
        told = letters_of(case, self.actor).of(travel.seq)
        leaves = at == case.planned_departure
        leg = travel.legs[0 if leaves else -1]
        place, zone = (leg.from_, leg.from_zone) if leaves else (leg.to, leg.to_zone)
        return Journey(
            recorded.number,
            recorded.label,
            at,
            zone or case.zone_of_person,
            process.title("places", place) if "travel" in told.reads else "",
            leaves,
            None,
            item.round == ANSWERED,
            worker_of(process, holders_of(recorded), self.actor.organisation, self.accounts),
            key_of(recorded.number, item),
            self.mark(recorded.number, item),
        )


class InCase(NamedTuple):
    """Who looks, in one case.

    Attributes:
        actor: as whom they stand there. counting: with the roles that count; None where none does.
    """

    actor: Actor
    counting: Actor | None
    process: Process
    holders: Holders
    viewer: Viewer

    def is_concerned(self, who: Iterable[str]) -> bool:
        """Say whether something is for who looks, or whether they are one of those who manage the case."""
        return self._is_for([*who, *self.process.managers])

    def section_of(self, item: DueItem, mark: Seen | None) -> Section | None:
        """Say where something that is due stands in the list of who looks; None where it does not stand there."""
        section = self._due_section(item)
        waits = mark is not None and mark.until is not None and self.viewer.now < mark.until
        return "put_off" if section in MAY_WAIT and waits and self._may_wait(item) else section

    def _may_wait(self, item: DueItem) -> bool:
        """Say whether something may be put off: nothing that is late, nor what keeps the person safe, nor what is awaited of a journey."""
        awaited = item.step.startswith((EXPECTS, TELL, "incident:")) or keeps_safe(self.process, item)
        return not awaited and (item.due_at >= self.viewer.now or not can_be_overdue(self.process, item))

    def _due_section(self, item: DueItem) -> Section | None:
        if is_journey(self.process, item):
            return "journeys" if item.due_at <= self.viewer.now + AHEAD else None
        if item.round == OPEN:
            return "alarms"
        is_theirs = self._is_for(item.who)
        if item.round == WAITS:
            return "waiting" if is_theirs else None
        if item.step.startswith(SIGN):
            return "to_sign" if is_theirs and self.viewer.actor.id not in item.wrote else "waiting"
        if keeps_safe(self.process, item) or (is_theirs and not self._is_left_to_others(item)):
            return self._of_theirs(item)
        if not can_be_overdue(self.process, item):
            return None
        is_late = self.viewer.now - item.due_at > OTHERS_LATE
        return "waiting" if is_late or self._nobody_sees_it(item) else None

    def whom_to_ask(self, item: DueItem) -> str | None:
        """Name the organisation that is to do something and has no account here: it sees no list. None where there is none such."""
        others = self._others(item)
        return others[0] if others and not any(self.viewer.accounts.of(one) for one in others) else None

    def _of_theirs(self, item: DueItem) -> Section | None:
        zone = self.process.zones[item.side]
        ends_today = end_of_day(self.viewer.now.astimezone(zone_of(zone)).date(), zone)
        is_soon = item.due_at <= self.viewer.now + AHEAD
        if is_an_offer(self.process, item):
            day = end_of_day(item.due_at.astimezone(zone_of(zone)).date(), zone)
            return "offers" if is_soon and self.viewer.now <= day else None
        if item.step.startswith(EXPECTS) and item.due_at > self.viewer.now:
            return None  # the journey stands on the list, and what it still waits for
        if item.due_at > self.viewer.now and is_of_what_is_gone(item):
            return None  # until that day the consent holds
        if item.due_at < self.viewer.now and not is_a_must(self.process, item):
            return None if is_not_known(self.process, item, self.viewer.now) else "today"
        if item.due_at < self.viewer.now:
            return "overdue" if can_be_overdue(self.process, item) else None
        return "today" if item.due_at <= ends_today else "soon" if is_soon else None

    def _is_left_to_others(self, item: DueItem) -> bool:
        """Say whether the duty after the landing lies with another organisation, though a role of who looks may do it, too."""
        step = self.process.steps.get(item.step)
        return step is not None and step.phase in AFTER_LANDING and bool(self._others(item))

    def _nobody_sees_it(self, item: DueItem) -> bool:
        """Say whether nobody by whom something can be done has it on a list here: it is asked of them at once, and does not wait till it is late."""
        if self._others(item) or not self.viewer.accounts.register:
            return self.whom_to_ask(item) is not None
        people = (one for at in working_on(self.holders) for one in self.viewer.accounts.of(at) or ())
        return not any(is_for(self.process, self.holders, item.who, one, self.viewer.accounts) for one in people)

    def _others(self, item: DueItem) -> list[str]:
        """Name the other organisations with which the duty lies: those that hold one of its roles; where none does, all that work on the
        case. Nobody, where it lies on the side of who looks.
        """
        roles = [self.process.roles[one] for one in self.actor.roles if one in self.process.roles]
        sides = {one.side for one in roles if one.id in item.who} or {one.side for one in roles if one.manager}
        if not sides or not sides.isdisjoint((item.side, "either")):
            return []
        held = {party for role, party in self.holders.roles if role in item.who} or working_on(self.holders)
        return sorted(held - {self.actor.organisation})

    def _is_for(self, who: Sequence[str]) -> bool:
        return answers_for(self.process, self.holders, who, self.actor, self.counting, self.viewer.accounts)


def key_of(case: str, item: DueItem) -> str:
    """Give the name of a line that is due. What is asked of an entry would tell what was answered."""
    round_ = "" if due_is_of_an_answer(item) else item.round
    return f"{to_json(item.due_at)} {case} {item.step} {round_} {item.of}"


def seen_by(organisation: str, item: DueItem) -> str:
    """Give the name under which it is kept that an organisation has seen something."""
    return f"{organisation}: {name_of(item)}"
