"""An office in motion: returns begin one after the other, are written down late or not any more, and change hands; accounts end, and new ones come.

Each return is a story of the packs, line by line at its time. All people are invented.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from wayhome import Actor, Assign, Engine, WayhomeError, read_command
from wayhome.checkup.database import of_accounts
from wayhome.flow.due import CONTACT
from wayhome.flow.expected import EXPECTS
from wayhome.packs.plugins import Packs
from wayhome.results import DueRow
from wayhome.stories.playing import StoryClock
from wayhome.stories.telling import Line, Story
from wayhome.testing.copies import Memory
from wayhome.today import SECTIONS, Today

from tests.prepared import KEY
from tests.today.office import (
    HOUSE,
    MANAGER,
    STORIES,
    SYSOP,
    WORKERS,
    moments,
    of_another,
    of_this_office,
    shifted,
    written,
)

START = datetime(2026, 1, 5, 7, 5, tzinfo=UTC)  # a Monday, five past eight in Brussels; no return begins before it
A_DAY = timedelta(days=1)
LATE, MOST_HOURS_LATE = (
    1 / 2,
    12,
)  # of the departures, how many are typed hours afterwards (and all after them), and how many hours
SILENT = 1 / 10  # of the returns, of how many nobody writes any more from some line on
REASSIGNED_A_DAY, ENDED_A_DAY = 1 / 10, 1 / 15  # how likely a case is given to a colleague, an account ended
MOST_DAYS_WITHOUT = 10  # until somebody comes in their place
TAKEN = 1 / 2  # of the calls about what cannot wait, how many are taken at once
# When it rings, beside each morning: as something may not wait any more, and as others are called.
RINGS_AFTER = tuple(timedelta(seconds=1, minutes=minutes) for minutes in (0, 15, 30, 60))
A_HOUSE_OF_ONE = "nl_jade"  # one case worker, who leaves in the middle of the time, and one who leads the programme
READER = Actor("reader", HOUSE, {MANAGER, "programme_manager"})
CHIEF = Actor("invented_chief", HOUSE, {"programme_manager"})


@dataclass
class Return:
    """One return: its story, and which of its people act in the office under which account."""

    story: Story
    lines: list[tuple[datetime, Line]]
    people: dict[str, Actor]
    cases: dict[str, str] = field(default_factory=dict)
    last: str = ""


class Lost(NamedTuple):
    """A case in which something was due, and that stood on the list of nobody who can act.

    Attributes:
        due: what it was, by its step. who: which roles do it.
        staff: who can act in the organisations that work on the case.
        named: `doctor` says that nobody manages the cases of the organisation that leads it: all who did have left.
    """

    day: str
    label: str
    due: tuple[str, ...]
    who: tuple[str, ...]
    staff: tuple[str, ...]
    named: bool


@dataclass
class Moved:
    """What became of the office: how much was written, and refused; what changed; and who was lost, or called in vain."""

    done: int = 0
    refused: int = 0
    reassigned: int = 0
    ended: list[str] = field(default_factory=list)
    days: int = 0
    seen: int = 0  # how often something was due in a case, on a day
    lost: list[Lost] = field(default_factory=list)
    called_in_vain: list[str] = field(default_factory=list)
    urgent: int = 0  # calls about what cannot wait
    # That reached an account on a day, the daily one, too; and who was called, on it, about what cannot wait: by house.
    lines: Counter[tuple[str, date]] = field(default_factory=Counter)
    called: defaultdict[tuple[str, date], set[str]] = field(default_factory=lambda: defaultdict(set))


class OfficeInMotion:
    """The office of `cases` returns, as it moves from day to day."""

    def __init__(self, cases: int, days: int, packs: Packs, folder: Path) -> None:
        self.drawn, self.days, self.moved = random.Random(33), days, Moved()
        self.clock = StoryClock(START)
        self.memory = Memory(self.clock, packs, KEY)
        self.memory.engine._random = random.Random(33).randbytes  # what is found is found again
        self.acting: dict[str, Actor] = {}
        self.to_come: list[tuple[datetime, Actor]] = []
        self.to_ring: set[datetime] = set()
        self.takes = random.Random(33)
        names = [begins for begins, count in STORIES.items() for _ in range(count)]
        self.returns = [self._told(self.drawn.choice(names), folder, number) for number in range(cases)]
        self.engine.put_actor(SYSOP)
        for one in (CHIEF, *(Actor(id, HOUSE, {MANAGER}) for id in WORKERS)):
            self._enters(one)
        for told in self.returns:
            for id, about in told.story.organisations.items():
                self.engine.register_organisation(id, **about)
            for one in told.people.values():
                self._enters(one)

    @property
    def engine(self) -> Engine:
        return self.memory.engine

    def move(self) -> Moved:
        """Let the days pass; each morning it rings, and somebody looks who sees what."""
        lines = sorted(self._lines(), key=lambda one: one[0])
        for day in range(self.days):
            morning, self.moved.days = START + day * A_DAY, day + 1
            while lines and lines[0][0] <= morning:
                at, told, line = lines.pop(0)
                self._ring_until(at)
                self.clock.moment = at
                self._tell(told, line)
            self._ring_until(morning)
            self.clock.moment = morning
            self._change()
            self._ring()
            self._look()
        return self.moved

    def _ring_until(self, moment: datetime) -> None:
        while (at := min(self.to_ring, default=moment)) < moment:
            self.to_ring.discard(at)
            self.clock.moment = at
            self._ring()

    def _ring(self) -> None:
        """Ring; some who are called take it, and others do not answer."""
        rung = self.engine.ring()
        self.moved.called_in_vain += [one.account for one in rung.calls if one.account not in {*self.acting, SYSOP.id}]
        for one in rung.calls:
            day = self.clock.moment.astimezone().date()
            self.moved.lines[one.account, day] += 1
            if one.look_now and one.account in self.acting:
                self.moved.called[self.acting[one.account].organisation, day].add(one.account)
            self.moved.urgent += bool(one.look_now)
            if one.look_now and one.account in self.acting and self.takes.random() < TAKEN:
                self.engine.take(as_=self.acting[one.account])
        if rung.raised:
            self._rings_from(self.clock.moment)

    def _rings_from(self, moment: datetime) -> None:
        self.to_ring |= {moment + after for after in RINGS_AFTER}

    # --- what is told ---------------------------------------------------------------------------

    def _told(self, begins: str, folder: Path, number: int) -> Return:
        first = _begins(begins, folder)
        days = (START + self.drawn.randrange(self.days) * A_DAY - first).days
        story = shifted(of_another(written(begins), number), days - days % 7, folder, str(number))
        worker = self.drawn.choice(WORKERS)
        lines = [*zip(moments(story), story.lines, strict=True)]
        if self.drawn.random() < SILENT:
            lines = lines[: self.drawn.randrange(3, len(lines))]
        return Return(story, lines, {id: of_this_office(one, worker) for id, one in story.actors.items()})

    def _lines(self) -> Iterator[tuple[datetime, Return, Line]]:
        for told in self.returns:
            late, by = timedelta(0), ""
            for at, line in told.lines:
                by = line.as_ or by
                if (line.do, line.fields.get("to")) == ("move", "depart") and self.drawn.random() < LATE:
                    late = self.drawn.uniform(1, MOST_HOURS_LATE) * timedelta(hours=1)
                if line.do:
                    yield max(at, START) + late, told, _by(line, by, at if late else None)

    def _tell(self, told: Return, line: Line) -> None:
        """Write one line, by whoever does it there now; where nobody is left who does, nobody writes it."""
        who = self._now_for(told.people[line.as_ or ""])
        if who is None:
            return
        fields = dict(line.fields)
        if (named := told.people.get(str(fields.get("case_worker")))) is not None:
            fields["case_worker"] = (self._now_for(named) or named).id
        if "linked_to" in fields:
            fields["linked_to"] = told.cases.get(str(fields["linked_to"]), fields["linked_to"])
        case = told.cases.get(line.case, "") if line.case else told.last
        try:
            done = self.engine.do(
                read_command({**fields, "do": line.do}, case="" if line.do == "open" else case), as_=who
            )
        except WayhomeError:
            self.moved.refused += 1
            return
        self.moved.done += 1
        if any(event.type == "incident_opened" for event in done.events):
            self._rings_from(self.clock.moment)
        told.last = done.case
        told.cases.setdefault(line.case or f"case {len(told.cases) + 1}", done.case)

    def _now_for(self, who: Actor) -> Actor | None:
        """Say who does now what somebody was to do: they themselves, or once they have left, somebody who has the same roles there."""
        if who.id in self.acting:
            return who
        alike = [one for one in self.acting.values() if (one.organisation, one.roles) == (who.organisation, who.roles)]
        return self.drawn.choice(alike) if alike else None

    # --- what changes ---------------------------------------------------------------------------

    def _enters(self, who: Actor) -> None:
        if who.id not in self.acting:
            self.acting[who.id] = who
            self.engine.put_actor(who, as_=SYSOP)

    def _change(self) -> None:
        """Let those come who are to come; give a case to a colleague, end an account: now and then."""
        for at, who in [*self.to_come]:
            if at <= self.clock.moment:
                self.to_come.remove((at, who))
                self._enters(who)
        if self.drawn.random() < ENDED_A_DAY:
            self._ends(self.drawn.choice([*self.acting.values()]))
        if self.moved.days == self.days // 2:
            for one in [*self.acting.values()]:
                if one.organisation == A_HOUSE_OF_ONE and MANAGER in one.roles:
                    self._ends(one)
        if self.drawn.random() < REASSIGNED_A_DAY:
            self._reassigns()

    def _ends(self, who: Actor) -> None:
        """End an account; who comes in their place comes the same day, or days later, under another id."""
        if who == CHIEF or self._workers() == [who.id]:
            return  # somebody is left in this house; of any other, nobody need be
        self.engine.end_actor(who.id, as_=SYSOP)
        del self.acting[who.id]
        self.moved.ended.append(who.id)
        id = f"{who.id.partition('__')[0]}__{len(self.moved.ended)}"
        self.to_come.append(
            (
                self.clock.moment + self.drawn.randrange(MOST_DAYS_WITHOUT) * A_DAY,
                Actor(id, who.organisation, who.roles),
            )
        )

    def _reassigns(self) -> None:
        begun = [told.last for told in self.returns if told.last]
        if not begun:
            return
        assign = Assign(
            self.drawn.choice(begun), role="case_owner", partner=HOUSE, case_worker=self.drawn.choice(self._workers())
        )
        try:
            self.engine.do(assign, as_=CHIEF)
            self.moved.reassigned += 1
        except WayhomeError:  # it is closed, or of another house
            self.moved.refused += 1

    def _workers(self) -> list[str]:
        return [
            one.id for one in self.acting.values() if (one.organisation, one.roles) == (HOUSE, frozenset({MANAGER}))
        ]

    # --- who sees it ----------------------------------------------------------------------------

    def _look(self) -> None:
        """See that each case in which something is due today, or is late, stands on the list of somebody who can act."""
        due = self._due()
        self.moved.seen += len(due)
        for who in sorted(self.acting.values(), key=lambda one: (one.organisation != HOUSE, MANAGER not in one.roles)):
            if not due:
                return
            for case in cases_of(self.engine.today(as_=who)):
                due.pop(case, None)
        for case, rows in due.items():
            view = self.engine.case(case, as_=READER)
            parties, checks = {*view.roles.values()}, of_accounts(self.engine._store)
            left = ", ".join(str(one.values["organisations"]) for one in checks if one.id == "managed")
            self.moved.lost.append(
                Lost(
                    f"{self.clock.moment:%Y-%m-%d}",
                    rows[0].label,
                    due=tuple(sorted({row.step for row in rows})),
                    who=tuple(sorted({role for row in rows for role in row.who})),
                    staff=tuple(sorted(one.id for one in self.acting.values() if one.organisation in parties)),
                    named=view.owner in left.split(", "),
                )
            )

    def _due(self) -> dict[str, list[DueRow]]:
        now, found, after = self.clock.moment, dict[str, list[DueRow]](), None
        while True:
            page = self.engine.due(as_=READER, until=now + A_DAY, after=after)
            for row in page:
                if row.due_at >= now and (row.step.startswith(EXPECTS) or (row.round or "").startswith(CONTACT)):
                    self._rings_from(row.due_at)
                if row.overdue or row.due_at >= now:
                    found.setdefault(row.case, []).append(row)
            after = page.after
            if after is None:
                return found


def cases_of(found: Today) -> set[str]:
    """Name the cases of which something stands in a list."""
    return {row.case for row in found.journeys} | {row.case for name in SECTIONS for row in getattr(found, name)}


@cache
def _begins(begins: str, folder: Path) -> datetime:
    story = shifted(written(begins), 0, folder, f"{begins}-as-written")
    return story.clock or START


def _by(line: Line, who: str, at: datetime | None) -> Line:
    fields: dict[str, Any] = {**line.fields}
    if at is not None and line.do == "move":
        fields.setdefault("at", at)
    return replace(line, as_=who, fields=fields)
