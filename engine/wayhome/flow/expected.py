"""What is awaited beside the steps: moments of the journey of which nobody has written, open alarms, signatures, and who is told of a no.

Silence about a moment is a question to whoever had to write; it changes nothing in the case, and ends with the first entry that answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from wayhome.calendar.spans import due as due_of
from wayhome.calendar.spans import end_of_day, zone_of
from wayhome.case_now import CaseNow
from wayhome.case_now.access import GLASS, Holders, holders_of, roles_of
from wayhome.case_now.roles import managers
from wayhome.commands import Assign, Contact
from wayhome.commands.correcting import standing_content
from wayhome.commands.incidents import who_is_to_look
from wayhome.commands.signing import Awaited, who_signs
from wayhome.errors import Template
from wayhome.flow.dependencies import DuesQuery
from wayhome.flow.due_item import DueItem
from wayhome.model.case import Assignment, ConsentRecord, ContactRecord, IncidentRecord, StepKey, TravelRecord
from wayhome.packs.kinds.expects import Expected
from wayhome.packs.process import Process
from wayhome.rules.contacts import to_be_heard_by
from wayhome.rules.saying_no import no_beside_a_booked_journey, still_to_be_told, waits_for_a_no_to_end

EXPECTS, SIGN, TELL = "expects:", "sign:", "tell:"
CALL_OFF, HEAR = "call_off", "hear"
JUDGE_GLASS, GLASS_NEXT_DAY, TELL_OPENED = "glass", "glass_next_day", "say_opened"
SAME_PERSON = "same_person"
TITLES: Mapping[str, Template] = {
    TELL: "Tell them only 'postponed', and no reason: {who}",
    CALL_OFF: "Call off the journey that is booked: the person has said no",
    JUDGE_GLASS: "Glass broken: was it right?",
    GLASS_NEXT_DAY: "Glass broken: was it right?",
    TELL_OPENED: "Tell the person who was let in",
    HEAR: "Hear the person themselves: they were reached in writing only",
    SAME_PERSON: "Is this the same person? A newer case has the same name",
}
# The round of a journey that is not over, of which something else was written than that it has happened.
ANSWERED = "answered"
TOLD_WITHIN = timedelta(days=14)  # when it is safe (access, section 5)
NEXT_DAY = timedelta(days=1)  # when who leads the programme is told, too (access, section 8)
TRIED = "tried"  # the round of who could not be told
WAITS = "waits"  # the round of what is outdated, and cannot be looked at before another step is done: its anchor
OPEN = "open"  # the round of an alarm that is open, whenever it is to be looked at again


def awaited(process: Process) -> Iterator[DuesQuery]:
    """Give what is asked of a case to know what is awaited there, each by itself."""
    for one in process.every(Expected).values():
        yield DuesQuery(partial(_of_moment, expected=one), partial(_is_awaited, expected=one))
    yield DuesQuery(_of_alarms, is_open)
    yield DuesQuery(_of_the_untold, _was_called_off)
    yield DuesQuery(partial(_of_who_leads, name=CALL_OFF, at=no_beside_a_booked_journey), is_open)
    yield DuesQuery(partial(_of_who_leads, name=HEAR, at=to_be_heard_by), is_open)
    yield DuesQuery(_of_openings, _was_opened)
    if process.signature_within is not None:
        yield DuesQuery(_of_signatures, is_open)


def is_open(case: CaseNow) -> bool:
    """Say whether a case is not closed."""
    return not case.recorded.is_closed


def _was_called_off(case: CaseNow) -> bool:
    travel = case.recorded.travel
    return travel is not None and travel.called_off is not None


def _was_opened(case: CaseNow) -> bool:
    return bool(case.recorded.openings)


def _of_openings(case: CaseNow) -> Iterator[DueItem]:
    """Give what is seen to of who was let in: a broken glass is looked at, at once, and by who leads the programme the next day; and the
    person is told.
    """
    there = roles_of(case.process, holders_of(case.recorded), case.recorded.leads)
    who = tuple(role for role in managers(case) if role in there)  # of the house that leads, and of no other
    for one in case.recorded.openings:
        if one.ground == GLASS and one.was_right is None:
            yield DueItem(
                JUDGE_GLASS, "", str(one.seq), one.at, (*who, *sorted(case.process.overseeing)), None, JUDGE_GLASS
            )
            last = tuple(sorted(case.process.called_last & there))
            if last:
                yield DueItem(GLASS_NEXT_DAY, "", str(one.seq), one.at + NEXT_DAY, last, None, GLASS_NEXT_DAY)
        if not one.was_told and not case.recorded.is_closed:
            yield DueItem(TELL_OPENED, "", str(one.seq), one.at + TOLD_WITHIN, who, None, TELL_OPENED)


def whether_same_person(process: Process, holders: Holders, of: str, seen_at: datetime) -> DueItem:
    """Ask who manages a case in the house that leads it whether a newer one is of the same person: by the end of that day. It follows from no
    entry of the case, so it stands beside its row (`Store.due`).
    """
    there = roles_of(process, holders, holders.leads)
    side = "host" if holders.leads == holders.organisation else "origin"
    zone = process.zones[side]
    at = end_of_day(seen_at.astimezone(zone_of(zone)).date(), zone)
    who = tuple(role for role in process.managers if role in there)
    return DueItem(SAME_PERSON, "", of, at, who, None, SAME_PERSON, side=side)


def _is_awaited(case: CaseNow, *, expected: Expected) -> bool:
    recorded = case.recorded
    if expected.when is not None and case.holds(expected.when) is not True:
        return False
    # A day that is aimed at is nobody's flight.
    is_booked = not expected.booked or (recorded.travel is not None and recorded.travel.status == "booked")
    is_here = recorded.phase in expected.phases and not recorded.is_closed
    is_barred = (
        expected.booked and not expected.journey and waits_for_a_no_to_end(case)
    )  # whether they left is asked all the same
    return is_booked and is_here and not is_barred and case.anchor(expected.due.anchor) is not None


def _of_moment(case: CaseNow, *, expected: Expected) -> Iterator[DueItem]:
    begins, timing = case.anchor(expected.due.anchor), expected.due
    assert begins is not None
    answered = is_answered(case, expected, begins)
    if answered and not expected.journey:
        return
    role = case.process.roles[expected.who[0]]
    side = "host" if role.side == "either" else role.side
    at = due_of(
        begins, timing.span, case.process.zones[side], back=timing.backwards, country=case.process.calendars[side]
    )
    name, round_ = f"{EXPECTS}{expected.id}", ANSWERED if answered else ""
    yield DueItem(name, round_, "", at, expected.who, timing.span, timing.anchor, timing.backwards, side)


def is_journey(process: Process, item: DueItem) -> bool:
    """Say whether this stands for a journey that is not over."""
    kind, _, id = item.step.partition(":")
    return f"{kind}:" == EXPECTS and process.every(Expected)[id].journey


def is_answered(case: CaseNow, expected: Expected, begins: datetime) -> bool:
    """Say whether something was written that answers a moment: its step stands, or something else has happened, then or since."""
    step = case.process.steps.get(expected.step or "")
    record = case.recorded.steps.get(step.id) if step is not None else None
    if step is not None and case.passes(step, record) and record is not None and not case.changed(step, record):
        return True
    booked = case.recorded.travel
    if not expected.booked:
        return any(one.type in expected.incidents and one.last_at >= begins for one in case.recorded.incidents)
    return booked is not None and any(
        _is_since(booked, one) and (one.resolved_at is None or one.resolved_at >= begins)
        for one in case.recorded.incidents
        if one.type
        in expected.incidents  # what was before the newest booking says nothing of it, though nobody has ended it
    )


def _is_since(booked: TravelRecord, incident: IncidentRecord) -> bool:
    """Say whether something has happened, and was written down, since the journey was booked as it is booked now."""
    return incident.last_at >= booked.at and (incident.again_seq or incident.number) > booked.seq


def _of_alarms(case: CaseNow) -> Iterator[DueItem]:
    for one in case.recorded.open_incidents:
        who = who_is_to_look(case, one.type)
        yield DueItem(f"incident:{one.type}", OPEN, str(one.number), one.last_at, who, None, one.type)


def _of_the_untold(case: CaseNow) -> Iterator[DueItem]:
    """Give who must still be told of a no: also once the case is closed, for they drive to the airport all the same."""
    travel, who = case.recorded.travel, managers(case)
    assert travel is not None
    assert travel.called_off is not None
    for party, is_tried in still_to_be_told(case):
        round_ = TRIED if is_tried else ""
        yield DueItem(f"{TELL}{party}", round_, "", travel.called_off.at, who, None, TELL)


def _of_who_leads(case: CaseNow, *, name: str, at: Callable[[CaseNow], datetime | None]) -> Iterator[DueItem]:
    """Give what whoever leads the case sees to, and when; nothing where there is no such time."""
    due_at = at(case)
    if due_at is not None:
        yield DueItem(name, "", "", due_at, managers(case), None, name)


def _of_signatures(case: CaseNow) -> Iterator[DueItem]:
    within = case.process.signature_within
    assert within is not None
    for found in _waiting(case):
        since, who = found.record.at, who_signs(case, found)
        at = due_of(since, within, case.zone(found.step))
        key = StepKey.read(found.key) if found.step is not None else StepKey(_about(found), of=str(found.seq))
        side = case.side(found.step)
        yield DueItem(f"{SIGN}{key.step}", key.round, key.of, at, who, within, "written", side=side, wrote=found.wrote)


def _about(found: Awaited) -> str:
    if isinstance(found.record, ContactRecord | Assignment):
        return Contact.word if isinstance(found.record, ContactRecord) else Assign.word
    return found.record.purpose if isinstance(found.record, ConsentRecord) else ""


def _waiting(case: CaseNow) -> Iterator[Awaited]:
    """Give each entry that waits for a second: drafts of steps, what one alone wrote down late, what somebody says is an error."""
    recorded, process = case.recorded, case.process
    for kind, records in (("drafts", recorded.drafts), ("steps", recorded.steps)):
        for key, record in records.items():
            step = process.steps.get(StepKey.read(key).step)
            if step is not None and (record.is_draft or case.awaits_second(record, step)):
                yield Awaited(kind, key, record, step)
    for key, consent in recorded.consents.items():
        if case.awaits_second(consent, process.consents.get(consent.purpose)):
            yield Awaited("consents", key, consent)
    for role, held in recorded.roles.items():
        if held.alone is not None:
            yield Awaited("roles", role, held)
    for contact in recorded.all_contacts:
        if contact.alone is not None:
            yield Awaited("contacts", str(contact.seq), contact)
    for seq, correction in recorded.corrections.items():
        if standing_content(recorded, seq):
            yield Awaited("corrections", str(seq), correction)


def name_of(item: DueItem) -> str:
    """Name something that cannot wait: the same alarm that is raised again, or a journey that is booked anew, is something else."""
    return f"{item.step} {item.round} {item.of} {int(item.due_at.timestamp())}"


def nobody_is_late(item: DueItem) -> bool:
    """Say whether something is only shown as long as it stands: an open alarm, a journey of which something was written, what waits for another."""
    return item.round in (OPEN, ANSWERED, WAITS)
