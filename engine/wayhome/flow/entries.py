"""What is due of the entries of registers: what is asked on the day that a field says.

Somebody is late only with what a register calls `must`; the rest is asked for a week, and then nobody knows how it went.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

from wayhome.calendar.spans import due as due_of_span
from wayhome.calendar.spans import end_of_day
from wayhome.case_now import CaseNow
from wayhome.case_now.entries import (
    Gone,
    gone,
    gone_from_all,
    gone_of_one,
    to_be_told,
    who_writes,
    will_be_gone,
    will_be_told,
)
from wayhome.case_now.silence import nobody_is_awaited
from wayhome.errors import part
from wayhome.flow.dependencies import DuesQuery
from wayhome.flow.due_item import DueItem
from wayhome.model.case import EntryRecord
from wayhome.packs.kinds.registers import FIRST, AskedFirst, FieldDue, Register
from wayhome.packs.process import Process

ENTRY = "entry:"
GONE, UNTOLD = "gone", "untold:"  # the rounds of an entry whose consent is gone, and of who is to be told so
LOOKED_AT = timedelta(days=30)  # so long before a day what is said of it counts for it
ASKED_FOR = timedelta(days=7)  # after which what is no `must` is not known


def of_entries(process: Process) -> Iterator[DuesQuery]:
    """Give what is asked of a case to know what is due of its entries, each register by itself."""
    for register in process.registers.values():
        if register.asked_first is not None:
            yield DuesQuery(partial(_asked_first, register=register, asked=register.asked_first), is_open)
        if any(spec.dues for spec in register.fields.values()) or any(one.tells for one in register.states.values()):
            yield DuesQuery(partial(_of_register, register=register), is_open)


def is_open(case: CaseNow) -> bool:
    """Say whether a case is not closed: then nobody asks how an entry goes on."""
    return not case.recorded.is_closed


def _asked_first(case: CaseNow, *, register: Register, asked: AskedFirst) -> Iterator[DueItem]:
    """Ask whether there is any, until an entry of the person says so, or that there is none; after a no nothing of it is asked."""
    since = case.anchor(asked.after)
    if since is None or nobody_is_awaited(case) or any(not one.of for one in case.recorded.entries_of(register.id)):
        return
    if not gone_from_all(case, register):
        side = _side(case)
        at = due_of_span(since, asked.within, case.process.zones[side], country=case.process.calendars[side])
        who = who_writes(register, case.recorded)
        yield DueItem(f"{ENTRY}{register.id}", FIRST, "", at, who, asked.within, asked.after, side=side)


def _of_register(case: CaseNow, *, register: Register) -> Iterator[DueItem]:
    asked = [(name, n, due) for name, spec in register.fields.items() for n, due in enumerate(spec.dues)]
    of_itself = [one for one in asked if one[2].before is None]
    asked_in = {  # by state
        id: [one for one in of_itself if (id in one[2].while_ if one[2].while_ else not state.ends)]
        for id, state in register.states.items()
    }
    due, lost = _due_maker(case, register), gone_from_all(case, register)
    ahead = will_be_gone(case, register) if not lost else []
    tells = any(one.tells for one in register.states.values())
    for entry in case.recorded.entries_of(register.id):
        standing = entry.standing
        state = str(standing.state)
        if state not in asked_in:
            continue
        ends, rests_on_none = register.states[state].ends, register.states[state].without_consent
        if _is_of_the_dead(case, entry) and not rests_on_none:
            continue
        if tells and not ends:
            yield from _to_be_told(case, register, entry, lost, due)
        of_one = gone_of_one(case, register, entry) if tells else []
        ended = [] if ends or rests_on_none else [at for _, at in (*lost, *of_one)]
        if ended:
            yield due(GONE, entry.ref, max(ended))
            continue
        if not ends and not rests_on_none:  # on the day on which it ends by itself; until then it is awaited as ever
            told = list(will_be_told(case, register, entry, ahead)) if tells else []
            if whens := [*ahead, *(at for _, at in told)]:
                yield due(GONE, entry.ref, min(whens))
            yield from (due(f"{UNTOLD}{party}", entry.ref, at) for party, at in told)
        if ends and lost:  # after a no nothing more is written of it
            continue
        for name, number, spec in asked_in[state]:
            at = _when(case, entry, standing.at, name, spec)
            if at is not None:
                yield due(f"{name}-{number}", entry.ref, at)
    for name, number, spec in asked if not lost else ():
        if spec.before is not None:
            for ref, at in _before_another(case, register, spec.before, name, spec):
                yield due(f"{name}-{number}", ref, at)


def _is_of_the_dead(case: CaseNow, entry: EntryRecord) -> bool:
    """Say whether whom an entry is about has died: nobody is asked how it goes on."""
    of = case.recorded.people.get(entry.of)
    return nobody_is_awaited(case) or (of is not None and of.gone)


def _due_maker(case: CaseNow, register: Register) -> Callable[[str, str, datetime], DueItem]:
    """Give what makes something that is due of an entry, by its round, the ref and the day: who sees to it is the same for each."""
    beside = cache(lambda: (who_writes(register, case.recorded), _side(case)))

    def due(round: str, ref: str, at: datetime) -> DueItem:
        who, side = beside()
        return DueItem(f"{ENTRY}{register.id}", round, ref, at, who, None, ENTRY, side=side)

    return due


def _before_another(
    case: CaseNow, register: Register, before: str, name: str, due: FieldDue
) -> Iterator[tuple[str, datetime]]:
    """Give each entry of another register that goes on to a day, where no entry of this one lies before it, and when that is asked. What lay
    before that day was said brought it, and does not count.
    """
    other, _, field = before.partition(".")
    about = case.process.registers[other]
    standing = [one for one in case.recorded.entries_of(register.id) if one.state in due.unless]
    days = {day for one in standing if (day := _day_of(case, register, one, name)) is not None}
    for entry in case.recorded.entries_of(other):
        ends_on = _day_said(case, entry.values.get(field))
        if ends_on is None or entry.state not in about.states:
            continue
        if about.states[entry.state].ends or gone(case, about, entry) or _is_of_the_dead(case, entry):
            continue
        said_on = case.day_of(next(one.at for one in reversed(entry.parts) if field in one.values))
        if not any(said_on < day < ends_on for day in days):
            yield entry.ref, _moment(case, entry.values[field], due.days)


def _day_of(case: CaseNow, register: Register, entry: EntryRecord, name: str) -> date | None:
    """Give the day that an entry says; of one that has ended and says none, when that was."""
    said = _day_said(case, entry.values.get(name))
    return case.day_of(entry.at) if said is None and register.states[entry.state].ends else said


def _day_said(case: CaseNow, said: Any) -> date | None:
    if not isinstance(said, str) or not _is_day(said):
        return None
    return case.day_of(datetime.fromisoformat(said)) if "T" in said else date.fromisoformat(said)


def _to_be_told(
    case: CaseNow, register: Register, entry: EntryRecord, lost: Gone, due: Callable[[str, str, datetime], DueItem]
) -> Iterator[DueItem]:
    """Give who has learnt of the person by an entry, and was not reached since the consent for that is gone."""
    contacts = case.recorded.contacts_with_others
    for party, since in to_be_told(case, register, entry, lost):
        if not any(one.with_ == party and one.reached and one.at >= since for one in contacts):
            yield due(f"{UNTOLD}{party}", entry.ref, since)


def _when(case: CaseNow, entry: EntryRecord, since: datetime, field: str, due: FieldDue) -> datetime | None:
    """Say when a field of an entry, which stands as it does since then, asks something; None where it does not."""
    said = entry.values.get(field)
    if due.answers and said not in due.answers:
        return None
    if any(entry.values.get(name) in answers for name, answers in due.but.items()):
        return None
    if isinstance(said, str) and _is_day(said):
        return _moment(case, said, due.days)
    if due.otherwise is None:
        return None
    told = next(one.at for one in reversed(entry.parts) if field in one.values) if due.answers else since
    at = told + timedelta(days=due.otherwise)
    if not due.ends_with:
        return at
    from_ = max(told, at - LOOKED_AT)
    answered = (one.at for one in entry.parts if due.ends_with in one.values)
    return None if any(one > told and one >= from_ for one in answered) else at


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(said[:10])
    except ValueError:
        return False
    return True


def _moment(case: CaseNow, said: str, days: int) -> datetime:
    """Give when something is asked that has a day, or an hour: so many days before it."""
    if "T" in said:
        return datetime.fromisoformat(said) - timedelta(days=days)
    return end_of_day(date.fromisoformat(said) - timedelta(days=days), case.zone_of_person)


def _side(case: CaseNow) -> str:
    return "origin" if case.zone_of_person == case.process.zones["origin"] else "host"


def due_of(process: Process, item: DueItem) -> tuple[Register, FieldDue] | None:
    """Give the register, and what it asks, of something that is due of an entry; None of anything else."""
    register = process.registers.get(item.step.removeprefix(ENTRY)) if item.step.startswith(ENTRY) else None
    name, _, number = item.round.rpartition("-")
    dues = register.fields[name].dues if register is not None and name in register.fields else ()
    return (
        (register, dues[int(number)])
        if register is not None and number.isdecimal() and int(number) < len(dues)
        else None
    )


def due_is_of_an_answer(item: DueItem) -> bool:
    """Say whether something is due because of what was answered in an entry, and not because a consent is gone, or nobody has asked yet."""
    return item.step.startswith(ENTRY) and item.round not in (GONE, FIRST) and not item.round.startswith(UNTOLD)


def why_asked(process: Process, item: DueItem) -> Mapping[str, Any]:
    """Say from what the day of something that is due of an entry is counted."""
    if item.round == GONE or item.round.startswith(UNTOLD):
        return part("the consent on which it rested is gone since then")
    found = due_of(process, item)
    days = found[1].otherwise if found is not None else None
    if days is None:
        return part("the day that the entry says")
    return part("the day that the entry says; where it says none, {days} days after it was so", days=days)


def is_of_what_is_gone(item: DueItem) -> bool:
    """Say whether it is due because a consent is gone, or will be."""
    return item.step.startswith(ENTRY) and (item.round == GONE or item.round.startswith(UNTOLD))


def is_a_must(process: Process, item: DueItem) -> bool:
    """Say whether somebody is late with it; also with all that is of no entry."""
    if is_of_what_is_gone(item):
        return True
    if item.step.startswith(ENTRY) and item.round == FIRST:
        return False
    found = due_of(process, item)
    return found is None or found[1].must


def is_not_known(process: Process, item: DueItem, now: datetime) -> bool:
    """Say whether something was asked for so long that nobody asks any more: how it went is not known; or its day is over, and on that
    something else is asked.
    """
    found = due_of(process, item)
    if found is not None and found[1].days and now > item.due_at + timedelta(days=found[1].days):
        register, due = found
        beside = register.fields[item.round.rpartition("-")[0]].dues
        if due.before is None and any(one.days == 0 and one.before is None and not one.otherwise for one in beside):
            return True
    return not is_a_must(process, item) and now > item.due_at + ASKED_FOR
