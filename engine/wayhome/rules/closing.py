"""When a case may be closed, and what becomes of its data.

Rules:    INV-25, INV-26, INV-29, INV-35
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.commands import Complete, Move
from wayhome.errors import Template
from wayhome.model.case import ContactRecord, IncidentRecord, MoveRecord
from wayhome.model.command import BaseCommand
from wayhome.model.moves import DEPARTED
from wayhome.model.reason import Finding, no, yes
from wayhome.packs.kinds.registers import Register, Standing
from wayhome.packs.kinds.steps import EXTRA, Step
from wayhome.rules.safeguard import safeguard

LOST = "lost_contact"
ONCE_MORE = {"do": "contact", "with": "person"}
NEEDS_NOTHING, SUSTAINED = "needs_nothing", "reintegration_sustained"
REFERRED, OPENED_ANEW = "re_trafficked_referred", "opened_anew"
MOVED_ON, REMIGRATION = "remigrated", "remigration"
ENDS_OF_WHO_WAS_NOT_MET = (LOST, "deceased", REFERRED)
PERSON_REACHED = "person_reached"
CONTACT_DECLINED, NO_OTHER_WAY, WELLBEING = "contact_declined", "no_other_way", "arrival_wellbeing_check"


def _closes_as(case: CaseNow, reason: str) -> bool:
    return isinstance(case.command, Move) and case.command.reason == reason


@safeguard(
    "INV-25",
    on=("close",),
    source=("OC",),
    limits=(
        "lost_contact_attempts",
        "lost_contact_channels",
        "lost_contact_span",
        "lost_contact_span_follow_up",
        "lost_contact_entered_within",
        "lost_contact_close_after",
    ),
    missing="An attempt that is reported late by somebody without an account does not count; a second signature cannot confirm it so far.",
)
def nobody_is_given_up_too_soon(case: CaseNow) -> Finding:
    """No case closes as lost contact before {lost_contact_attempts} attempts, on {lost_contact_channels} channels (or all that are known, where a second has signed that they are fewer), each on a day of its own and entered within {lost_contact_entered_within}, spread over {lost_contact_span} ({lost_contact_span_follow_up} in follow-up), and {lost_contact_close_after} after the first."""
    if not _closes_as(case, LOST):
        return yes("the case is not closed for lost contact")
    incident = next((i for i in case.recorded.open_incidents if i.type == LOST), None)
    attempts = _attempts_since(case, incident)
    days = {case.day_of(c.at) for c in attempts}
    if incident is None or len(days) < case.process.count("lost_contact_attempts"):
        fact: Template = "there were attempts on {count} of {lost_contact_attempts} days; what was entered later than {lost_contact_entered_within} does not count"
        return _try_again(case, fact, "keep trying, in the order of the safety plan", count=len(days))
    tried = {c.channel for c in attempts}
    if len(tried) < case.process.count("lost_contact_channels") and (few := _too_few_channels(case, incident, tried)):
        return few
    follow_up = case.recorded.phase == "follow_up"
    span = "lost_contact_span_follow_up" if follow_up else "lost_contact_span"
    first = case.recorded.ends(attempts[0])
    if case.recorded.begins(attempts[-1]) < case.shifted(first, case.process.span(span)):
        long: Template = "the attempts are not spread over {lost_contact_span_follow_up}"
        fact = long if follow_up else "the attempts are not spread over {lost_contact_span}"
        return _try_again(case, fact, "try again later")
    if case.at < case.shifted(first, case.process.span("lost_contact_close_after")):
        fact = "contact has been lost for less than {lost_contact_close_after}"
        return no(fact, LOST, todo="leave the case open until then", do={})
    return yes("the person could not be reached, after enough attempts", LOST)


def _too_few_channels(case: CaseNow, incident: IncidentRecord, tried: AbstractSet[str]) -> Finding | None:
    """Say which way to the person was not tried; None where two have signed which are known, and all of these were."""
    record = case.record(NO_OTHER_WAY)
    if record is None or not case.passed(NO_OTHER_WAY) or record.seq < incident.number:
        fact: Template = "fewer than {lost_contact_channels} different channels were tried"
        return _try_again(case, fact, "try another way; where fewer are known, two sign that there is no other")
    known = {*record.values.get("ways", ()), *_reached_by(case)}
    if left := sorted(known - tried):
        fact = "not all ways that are known to reach the person were tried: {left}"
        return _try_again(case, fact, "try these, too", left=left)
    return None


def _reached_by(case: CaseNow) -> set[str]:
    """Give the channels by which the person was reached since they landed; before a landing, at any time."""
    landed = case.recorded.happened("arrived")
    return {c.channel for c in case.recorded.all_contacts if c.reached and (landed is None or c.at >= landed)}


def _attempts_since(case: CaseNow, incident: IncidentRecord | None) -> list[ContactRecord]:
    """Give the attempts in vain to reach the person, entered near their time, since they were reached last, in their order."""
    since = max(incident.at if incident else case.at, case.last_reached() or case.recorded.opened_at)
    near = case.process.span("lost_contact_entered_within")
    tried = (
        c
        for c in case.recorded.contacts
        if not (c.reached or c.heard_of)
        and c.with_ == "person"
        and c.at >= since
        and (c.entered_at is None or c.entered_at <= case.shifted(case.recorded.begins(c), near))
    )
    return sorted(tried, key=lambda contact: contact.at)


def _try_again(case: CaseNow, fact: Template, todo: Template, **values: Any) -> Finding:
    return no(fact, LOST, todo=todo, do=ONCE_MORE, from_=case.at, **values)


@safeguard(
    "INV-35",
    on=("close", f"complete:{CONTACT_DECLINED}"),
    source=("P12", "OC"),
    limits=("needs_nothing_after",),
)
def nobody_is_let_go_before_they_were_met(case: CaseNow) -> Finding:
    """After a cleared return no case closes before the person was met or reached there, save as lost, dead or trafficked again, or, {needs_nothing_after} after the landing, because they refused contact before they left and a second signs that they are left alone."""
    command, landed = case.command, _landing(case)
    if not isinstance(command, Move):
        return _judge_declining_contact(case, command)
    reason, departed = command.reason, case.recorded.moves.get(DEPARTED)
    alone = _is_said_by_one_alone(case) if reason == REFERRED else None
    if alone or (reason == MOVED_ON and (alone := _is_brought_by_one_alone(case))):
        return alone
    if landed is None:
        return yes("this is no return that was cleared and has landed")
    if reason == NEEDS_NOTHING and departed is not None:
        return _judge_earlier_refusal(case, departed)
    if reason in ENDS_OF_WHO_WAS_NOT_MET:
        return yes("a case can end so although nobody has met the person", reason)
    if _was_met_or_reached(case, landed):
        return yes("the person was met or reached since they landed", PERSON_REACHED)
    fact: Template = "nobody has met or reached the person since they landed"
    todo: Template = "meet them, or go on trying to reach them"
    return no(fact, PERSON_REACHED, todo=todo, do=ONCE_MORE, from_=case.at)


def _is_said_by_one_alone(case: CaseNow) -> Finding | None:
    """Say that whoever closes has written down alone that the person has a new case; None where another has."""
    said = case.recorded.facts.get(OPENED_ANEW)
    if said is None or case.actor is None or said.actor != case.actor.id:
        return None
    fact: Template = "that the person has a new case was written down by whoever closes this one"
    return no(fact, OPENED_ANEW, todo="let somebody else look at the new case, and close this one", do={})


def _is_brought_by_one_alone(case: CaseNow) -> Finding | None:
    """Say that others brought that the person moves again, and whoever closes has written that down alone; None where it was heard, or two have."""
    told = case.last_time(REMIGRATION)
    if told is None or not told.by_others or case.actor is None or told.written_by != (case.actor.id,):
        return None
    fact: Template = "that the person moves again was brought by others, and written down by whoever closes this case"
    return no(fact, REMIGRATION, todo="hear it from the person; or let somebody else ask there, and close it", do={})


def _landing(case: CaseNow) -> datetime | None:
    """Give when the person has landed, or was to: a landing that nobody writes down is one. Of a day alone, the booked hour in it."""
    recorded, booked = case.recorded, case.last_booked_arrival
    arrived, landed = recorded.moves.get("arrived"), recorded.landed_under_clearance
    if arrived is None and DEPARTED in recorded.moves and recorded.left is None:
        passed = case.booked_landing
        return passed if passed is not None and passed <= case.at else None
    if arrived is None or landed is None or booked is None or not landed <= booked <= recorded.ends(arrived):
        return landed
    return booked


def is_declined_too_late(case: CaseNow, step: Step) -> bool:
    """Say whether a step would only be refused: once the person has gone, only who had declined contact before takes that back there."""
    has_gone = step.id == CONTACT_DECLINED and case.recorded.made(DEPARTED) is not None
    return has_gone and case.value("declines_contact_there") is not True


def _judge_declining_contact(case: CaseNow, command: BaseCommand | None) -> Finding:
    """Once the person has gone nobody can know who speaks for them: that they want no contact is said, and signed, before."""
    wants_contact = isinstance(command, Complete) and command.result != "declined"
    if wants_contact or case.recorded.made(DEPARTED) is None:
        return yes("the person is still here, or wants contact", CONTACT_DECLINED)
    fact: Template = "the person has left: that they want no contact there can only be recorded before the departure"
    return no(fact, CONTACT_DECLINED, todo="meet them, or go on trying to reach them", do=ONCE_MORE, from_=case.at)


def _was_met_or_reached(case: CaseNow, landed: datetime) -> bool:
    """Return whether somebody has met the person, or spoken with them, since they landed."""
    asked = case.record(WELLBEING)
    was_asked = asked is not None and asked.state == "done" and case.recorded.ends(asked) >= landed
    return was_asked or case.was_reached_since(landed)


def _judge_earlier_refusal(case: CaseNow, departed: MoveRecord) -> Finding:
    """The refusal was heard and written down before the departure: afterwards nobody can know who speaks."""
    record = case.record(CONTACT_DECLINED)
    was_before = record is not None and record.seq < departed.seq and record.at <= departed.at
    if was_before and case.passed(CONTACT_DECLINED) and case.is_left_alone:
        return yes("the person refused contact before they left, as two have heard", CONTACT_DECLINED)
    fact: Template = "no two of us heard from the person, before the departure, that they want no contact there"
    return no(fact, CONTACT_DECLINED, todo="meet them, or go on trying to reach them", do=ONCE_MORE, from_=case.at)


def _what_is_left_open(case: CaseNow) -> Iterator[Finding]:
    """Say what stands against "it holds" in visits and in what was begun with the person."""
    if _closes_as(case, SUSTAINED):
        yield from _made_on_one_day(case)
        yield from _what_visits_leave_open(case)
        yield from _what_has_no_end(case)
        yield from _what_was_to_be_looked_at(case)


def _what_was_to_be_looked_at(case: CaseNow) -> Iterator[Finding]:
    """Say of each step whose day has passed on which whoever did it wanted to look again that nobody has."""
    for step in case.process.steps.values():
        day = case.looks_again_on(step, case.record(step.id)) if step.look_again and not case.is_behind(step) else None
        if day is not None and day < case.day_of(case.at):
            fact: Template = "'{step}' was to be looked at again by {day}, and was not"
            todo: Template = "look at it again: confirm it if it still holds, else do it anew"
            do = {"do": "complete", "step": step.id, "confirms": True}
            named = case.process.named("steps", step.id)
            yield no(fact, step.id, todo=todo, do=do, from_=case.now, step=named, day=day.isoformat())


def _what_has_no_end(case: CaseNow) -> Iterator[Finding]:
    """Say of each register which of its entries have come to no end: one that is dropped, passed on or not possible has."""
    for register in case.process.registers.values():
        entries = case.recorded.entries_of(register.id)
        if register.at_closing is not None:
            yield from _what_has_to_be_known(case, register, register.at_closing)
        open_ = [
            one.ref
            for one in entries
            if one.state in register.not_at_closing
            if not any(_is_seen_to(case, one.values.get(name)) for name in register.closing_unless)
        ]
        if open_:
            fact: Template = "'{register}': nobody has said how {refs} ended"
            todo: Template = "say of each how it ended, also where it was dropped, or who goes on with it"
            named, do = case.process.named("registers", register.id), {"do": "update", "ref": open_[0]}
            yield no(fact, register.id, todo=todo, do=do, from_=case.now, register=named, refs=open_)


def _is_seen_to(case: CaseNow, said: Any) -> bool:
    """Say whether an answer says that somebody sees to it from here on; a day does where it lies ahead."""
    try:
        return said is not None and date.fromisoformat(str(said)) > case.day_of(case.at)
    except ValueError:
        return True


def _what_has_to_be_known(case: CaseNow, register: Register, asked: Standing) -> Iterator[Finding]:
    """Say that no entry of the person stands as one has to, or that one says otherwise; where nobody said it, the review says what was seen."""
    entries = [one for one in case.recorded.entries_of(register.id) if not one.of]
    stands = {asked.judge(one.state, one.values) for one in entries}
    step, _, field = (asked.instead or "").partition(".")
    was_seen = (record := case.record(step)) is not None and field in record.values
    if False in stands or not (True in stands or was_seen):
        fact: Template = "'{register}': nobody has written down, in the person's own word, that it is well"
        todo: Template = (
            "ask them, and enter it as they say it; where they do not say, the review says what was seen instead"
        )
        named, do = case.process.named("registers", register.id), {"do": "enter", "register": register.id}
        yield no(fact, register.id, todo=todo, do=do, from_=case.now, register=named)


def _what_visits_leave_open(case: CaseNow) -> Iterator[Finding]:
    """Say of each visit and survey that one alone told late that a second has not seen it."""
    for step in case.process.steps.values():
        for key, record in case.records(step) if step.late_counts_at_once else ():
            if not case.awaits_second(record, step):
                continue
            fact: Template = "'{step}' was written down more than {limit} late, and nobody else has seen it"
            if key.round:
                fact = "'{step}' (round {round}) was written down more than {limit} late, and nobody else has seen it"
            do = {"do": "sign", "step": step.id, "round": key.round or None, "of": key.of or None}
            todo: Template = "let somebody else read it, or ask there, and sign it"
            named = case.process.named("steps", step.id)
            yield no(
                fact, step.id, todo=todo, do=do, from_=case.now, step=named, round=key.round, limit=step.alone_within
            )


def _made_on_one_day(case: CaseNow) -> Iterator[Finding]:
    """Say that rounds of visits were made together: one that was missed is made up for with the next, and no more."""
    for step in case.process.steps.values():
        if not (step.late_counts_at_once and step.extra_rounds):
            continue
        made = [(key, record) for key, record in case.records(step) if case.passes(step, record)]
        days = {case.day_of(case.recorded.begins(record)) for _, record in made}
        rounds = sum(1 for key, _ in made if not key.round.startswith(EXTRA))
        if len(days) < rounds - 1:
            fact: Template = "'{step}' was done {count} times, on {days} of the days since the landing"
            todo: Template = "visit or call the person on another day, and write it down as an extra contact"
            do = {"do": "complete", "step": step.id, "round": EXTRA}
            named = case.process.named("steps", step.id)
            yield no(fact, step.id, todo=todo, do=do, from_=case.now, step=named, count=rounds, days=len(days))


@safeguard("INV-26", on=("close",), source=("P29", "OC"), limits=("sustained_after",), each=_what_is_left_open)
def a_return_is_sustained_only_after_long_enough(case: CaseNow) -> Finding:
    """No case closes as sustained reintegration earlier than {sustained_after} after arrival, unless the person asks for it; visits and surveys that one alone told late count for it once a second has seen them, and visits were made on days of their own, but for one that made up for another; what was to be looked at again by a day has been; and what was begun with the person has come to some end, or somebody goes on with it."""
    if not _closes_as(case, SUSTAINED):
        return yes("the case is not closed as sustained")
    if unseen := next(_what_is_left_open(case), None):
        return unseen
    if case.value("closure_review") == "on_persons_request":
        return yes("the person asks to close", "closure_review")
    arrived, review = case.anchor("arrived"), case.process.steps["closure_review"]
    if arrived is not None and case.at >= case.shifted(arrived, case.process.span("sustained_after"), review):
        return yes("the person came home {sustained_after} ago or longer", "arrived")
    fact = "the person came home less than {sustained_after} ago"
    return no(fact, "arrived", todo="go on with the follow-up, or ask the person")


@safeguard(
    "INV-29",
    on=("complete:data_disposal",),
    source=("P27", "P31"),
    missing="Access, correction and objection are asked for outside this program so far; only a legal hold is checked.",
)
def data_are_held_back_only_on_a_legal_ground(case: CaseNow) -> Finding:
    """A person's data are kept against their wish only on a recorded legal ground, and until a day that is named."""
    command = case.command
    assert isinstance(command, Complete)
    if command.result != "legal_hold":
        return yes("no data are held back", "data_disposal")
    if command.fields.get("ground") and command.fields.get("ends_on"):
        return yes("the legal ground and the end of the hold are recorded", "data_disposal")
    fact = "a legal hold needs its ground and the day it ends"
    return no(fact, "data_disposal", todo="say 'ground' and 'ends_on'", do={})
