"""The ring: who is called, because something cannot wait. A call holds an account and two counts, and nothing of a person.

First whoever it is for; then, while nobody takes it, those who do the same there, and whoever is called last.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import datetime, timedelta
from itertools import chain, groupby
from operator import attrgetter
from typing import NamedTuple

from wayhome.case_now.access import Holders, in_place, is_for, working_on
from wayhome.flow.due import CONTACT
from wayhome.flow.due_item import DueItem
from wayhome.flow.expected import ANSWERED, EXPECTS, JUDGE_GLASS, OPEN, name_of
from wayhome.frozen import EMPTY
from wayhome.model.actor import Accounts, Actor
from wayhome.model.closed_sets import Phase
from wayhome.model.seen import CallsBefore
from wayhome.packs.kinds.expects import Expected
from wayhome.packs.process import Process
from wayhome.results import Call
from wayhome.store.seen import Marks
from wayhome.today import Viewer

# When the next are called, while nobody takes it, and when all of them are called again: our own choice.
STAGES = (timedelta(0), timedelta(minutes=15), timedelta(minutes=30))
AGAIN_AFTER, SAID_AGAIN = timedelta(minutes=60), " again"
MOST_LINES = 4  # a day that reach one account, the daily one among them: what more there is, others are called for
DAILY = ("overdue", "today", "to_sign")  # the sections of today's list that a call counts


class DueInCase(NamedTuple):
    """Something that is due in a case, with all that says for whom it is."""

    case: str
    phase: Phase
    process: Process
    holders: Holders
    item: DueItem
    broken_by: str = ""  # of a broken glass: the house of who broke it

    @property
    def key(self) -> str:
        return name_of(self.item)

    @property
    def name(self) -> str:
        """The name under which it is noted that somebody was called for it."""
        return f"{self.case} {self.key}"

    def cannot_wait(self, now: datetime) -> bool:
        """Say whether somebody is to look at once: an alarm of danger, or that holds the case; a moment of which nobody wrote; a call."""
        item = self.item
        kind, _, id = item.step.partition(":")
        if item.step == JUDGE_GLASS:
            return True
        if item.round == OPEN:
            known = self.process.incidents.get(id)
            return known is None or known.danger or known.effect.get(self.phase, "none") != "none"
        if f"{kind}:" == EXPECTS:
            return self.process.every(Expected)[id].booked and item.due_at < now and item.round != ANSWERED
        return item.round.startswith(CONTACT) and item.due_at < now

    def is_kept_at(self, organisation: str) -> bool:
        """Say whether the case is kept to named workers of an organisation."""
        return organisation in dict(self.holders.kept_to)

    def whose_conduct(self) -> frozenset[str]:
        """Name who is not called: whoever holds the role that such an alarm suspends."""
        known = self.process.incidents.get(self.item.step.partition(":")[2]) if self.item.round == OPEN else None
        held = dict(self.holders.roles)
        return frozenset({held[known.suspends]} if known is not None and known.suspends in held else ())


Tells = Callable[[DueInCase, Actor], bool]  # whether an account may see that this is due


def called_for(
    seen: DueInCase, accounts: Accounts, now: datetime, tells: Tells, heard_enough: Set[str] = frozenset()
) -> Iterator[tuple[Actor, str]]:
    """Give who is called for something that cannot wait by now, and whether it is said again.

    First those whom it is for; where there are none, or nobody takes it, those who do the same in that organisation, and those who are
    called last; in the end all of them once more. Whoever has heard enough today is called where there is nobody else, and once.
    """
    waited = now - seen.item.due_at
    again = SAID_AGAIN if waited >= AGAIN_AFTER else ""
    for organisation in sorted(working_on(seen.holders) - seen.whose_conduct()):
        people, reached = [one for one in accounts.can_be_called(organisation) if tells(seen, one)], set[str]()
        theirs = {one.id for one in people if is_for(seen.process, seen.holders, seen.item.who, one, accounts)}
        counting = [one for one in (in_place(seen.process, seen.holders, one) for one in people) if one is not None]
        alike = {one.id for one in counting if not one.roles.isdisjoint(seen.item.who)}
        # A case that is kept to some who have no account any more is not forgotten: who oversees it opens it again.
        calls_last = seen.process.called_last | (
            seen.process.overseeing if seen.is_kept_at(organisation) else frozenset()
        )
        last = {one.id for one in counting if not one.roles.isdisjoint(calls_last)}
        for after, some in zip(STAGES, (theirs, alike, last), strict=True):
            if waited >= after or not reached - heard_enough:
                reached |= some
        called = reached - heard_enough or reached
        yield from ((one, "" if one.id in heard_enough else again) for one in people if one.id in called)
    if seen.broken_by and seen.broken_by not in working_on(
        seen.holders
    ):  # they have no part there; `Today.checks` tells them of it
        overseeing = seen.process.overseeing
        yield from ((one, "") for one in accounts.can_be_called(seen.broken_by) if one.roles & overseeing)


def in_force(marks: Marks, accounts: Accounts) -> Marks:
    """Give, by case, what somebody has seen or taken who can still act: whose account here has not ended, or whose organisation has none."""
    return {
        case: {key: one for key, one in found.items() if accounts.is_here(one.organisation, one.by)}
        for case, found in marks.items()
    }


def calls(
    rows: Iterable[DueInCase],
    accounts: Accounts,
    marks: Marks,
    before: Mapping[str, CallsBefore],
    now: datetime,
    today: str,
    tells: Tells,
) -> tuple[list[Call], dict[str, CallsBefore]]:
    """Give who is called now, and what each account was called for by then.

    Args:
        marks: what somebody has seen, or taken: that calls nobody.
        before: what each account was called for before. today: the day, as the office counts it; a day's work is told once on it.
        tells: nobody is called for what they may not see.
    """
    people = [one for organisation in accounts.organisations for one in accounts.can_be_called(organisation)]
    viewers = {one.id: Viewer(one, now, accounts, marks) for one in people}
    heard_enough = {id for id, known in before.items() if known.day == today and known.lines >= MOST_LINES}
    keys: dict[str, set[str]] = defaultdict(set)
    standing = set[str]()
    urgent: dict[str, int] = defaultdict(int)
    daily_work = list[DueInCase]()
    for seen in rows:
        if not seen.cannot_wait(now):
            daily_work.append(seen)
        elif seen.key not in marks.get(seen.case, EMPTY):
            standing |= {seen.name, f"{seen.name}{SAID_AGAIN}"}
            for one, again in called_for(seen, accounts, now, tells, heard_enough):
                urgent[one.id] += 1
                keys[one.id].add(f"{seen.name}{again}")
    told: list[Call] = []
    found: dict[str, CallsBefore] = {}
    known_of = {id: before.get(id, CallsBefore()) for id in sorted(viewers)}
    may_be_told = [viewers[id] for id, known in known_of.items() if known.day != today or not keys[id] <= known.keys]
    daily = _daily(daily_work, may_be_told, tells)
    for id, known in known_of.items():
        is_new = not keys[id] <= known.keys or (known.day != today and bool(urgent[id] or daily[id]))
        if is_new:
            told.append(Call(id, urgent[id], daily[id]))
        day, lines = (today, known.lines if known.day == today else 0) if is_new else (known.day, known.lines)
        still = known.keys & standing if id in heard_enough else frozenset()
        found[id] = CallsBefore(day, still | keys[id], lines + is_new)
    return told, found


def _daily(rows: Iterable[DueInCase], viewers: Iterable[Viewer], tells: Tells) -> Counter[str]:
    """Count, by account, what stands in the daily sections of their lists."""
    found, of_house = Counter[str](), defaultdict[str, list[Viewer]](list)
    for viewer in viewers:
        of_house[viewer.actor.organisation].append(viewer)
    for _, of_case in groupby(sorted(rows, key=attrgetter("case")), attrgetter("case")):
        due = [*of_case]
        for viewer in chain.from_iterable(of_house[house] for house in working_on(due[0].holders)):
            here = viewer.in_case(due[0].process, due[0].holders)
            for one in due:
                is_listed = here.section_of(one.item, viewer.mark(one.case, one.item)) in DAILY
                found[viewer.actor.id] += is_listed and tells(one, viewer.actor)
    return found
