"""A case at a moment, for people: its steps with their states, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import chain
from typing import Any, ClassVar, TypedDict

from wayhome.calendar.spans import clock_text
from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.case_now.letters import letters_for
from wayhome.case_now.outside import TODAY, Outside
from wayhome.case_now.parties import party_called
from wayhome.case_now.roles import called_here, command_roles, managers, visible_incidents
from wayhome.commands import Complete, Move
from wayhome.commands.incidents import who_resolves
from wayhome.errors import Template, filled, part, spoken
from wayhome.flow.due import CONTACT, dues, is_passed_over
from wayhome.flow.due_item import DueItem
from wayhome.flow.expected import (
    ANSWERED,
    CALL_OFF,
    EXPECTS,
    GLASS_NEXT_DAY,
    HEAR,
    JUDGE_GLASS,
    TELL,
    TELL_OPENED,
    TITLES,
    is_journey,
)
from wayhome.forms import open_slots, slots
from wayhome.frozen import EMPTY
from wayhome.model.actor import Actor
from wayhome.model.case import Case, IncidentRecord, StepKey, StepRecord
from wayhome.model.closed_sets import EFFECTS, MoveName
from wayhome.model.data import Data, data
from wayhome.model.form import Slot
from wayhome.model.moves import MOVES, OF_THE_PERSON, PHASE_NUMBER
from wayhome.model.reason import Because, Judgement, Remedy
from wayhome.packs.kinds.expects import Expected
from wayhome.packs.kinds.needs import MoveNeed
from wayhome.packs.kinds.steps import EXTRA, PARTY, Step
from wayhome.packs.mentions import Phrase
from wayhome.packs.process import Process
from wayhome.remedies import for_incident, for_step, how_it_ends, others_come_first, reasons
from wayhome.rules.asking import asked
from wayhome.rules.closing import is_declined_too_late
from wayhome.rules.gates import boarding_opens
from wayhome.rules.incidents import why_another_ends_it
from wayhome.rules.saying_no import is_for_the_departure, is_the_question, waits_for_their_word


class AnswersShown(TypedDict):
    """What was answered in a step once, before it was done again: as far as it may be read, whose word it was, and which house wrote it."""

    result: str | None
    answers: Mapping[str, Any]
    told_by: str
    written_by: str
    at: str


@data
class StepRow(Data):
    """A step of a case, once per round and person: how it stands and what it waits for."""

    json_properties: ClassVar[tuple[str, ...]] = ("waits_until",)

    id: str
    title: str
    phase: str
    round: str | None
    of: str | None
    kind: str
    gate: str
    who: Mapping[str, str]
    state: str
    result: str | None
    signed: tuple[str, ...]
    done_at: datetime | date | None  # a day where nobody said the hour
    due_at: datetime | None
    expires_at: datetime | None
    waits_for: tuple[str, ...]
    waits_until_parts: tuple[Mapping[str, Any], ...]
    confidence: str | None
    unsure: str | None
    reported: bool = False  # done by others, before the return was taken over
    zone: str = "UTC"  # in which its times are told: that of who has the duty
    answers: Mapping[str, Any] = EMPTY  # what was answered, by field, as far as it may be read
    told_by: str = ""  # whose word the answers are, where that is not of who wrote them down
    written_by: str = ""  # the house that wrote the answers down
    earlier: tuple[AnswersShown, ...] = ()  # what was answered each time before, the newest first
    started_at: datetime | None = None  # of what lasts: when it began

    @property
    def waits_until(self) -> tuple[str, ...]:
        """What it waits for, as people read it."""
        return tuple(filled(**one) for one in self.waits_until_parts)


# --- steps -----------------------------------------------------------------------------------


def step_rows(process: Process, recorded: Case, now: datetime) -> list[StepRow]:
    """List every step of a case with its state, in the order of the process."""
    case = CaseNow(process, recorded, now)
    due_at = {(i.step, i.round, i.of): i.due_at for i in dues(process, recorded)}
    return [
        _row(case, step, key, due_at)
        for step in process.ordered_steps
        for key in ([*case.keys(step), *case.extras(step)] or ([] if step.each == PARTY else [StepKey(step.id)]))
    ]


def _row(case: CaseNow, step: Step, key: StepKey, due_at: Mapping[tuple[str, str, str], datetime]) -> StepRow:
    record = case.recorded.steps.get(key.text())
    state = state_of(case, step, key, record)
    listed = {wait.text(): wait for wait in case.waits(step, key)} if state == "waiting" else {}
    label = case.process.label("steps", step.id)
    done = record is not None and record.state == "done"
    return StepRow(
        id=step.id,
        title=case.process.title("steps", step.id),
        phase=step.phase,
        round=key.round or None,
        of=key.of or None,
        kind=step.kind,
        gate=step.gate,
        who=case.process.roles_called(step.who),
        state=state,
        result=record.result if record and done else None,
        signed=tuple(role for role, _, _ in record.signed) if record else (),
        done_at=case.recorded.said_at(record) if record and done else None,
        due_at=due_at.get((step.id, key.round, key.of)),
        expires_at=case.expires_at(step, record) if record and done and not has_done_its_work(case, step) else None,
        waits_for=tuple(listed),
        waits_until_parts=tuple(wait.as_phrase(case.process) for wait in listed.values()),
        confidence=label.get("confidence"),
        unsure=label.get("unsure"),
        reported=record is not None and case.recorded.is_reported(record),
        zone=case.zone(step),
        started_at=record.started_at if record is not None and step.lengths else None,
    )


def has_done_its_work(case: CaseNow, step: Step) -> bool:
    """Whether nothing looks at the age of a step any more: the case is closed, or what waited for it has happened."""
    return case.recorded.is_closed or case.is_behind(step)


def state_of(case: CaseNow, step: Step, key: StepKey, record: StepRecord | None) -> str:
    """Name the state of a step: waiting, available, in_progress, done, failed, not_applicable, expired, outdated, passed_over,
    or not_done_before_departure.
    """
    if record is not None and record.state == "done":
        if not has_done_its_work(case, step) and not case.is_fresh(step, record):
            return "expired"
        return "outdated" if case.changed(step, record) else "done"
    if case.applies(step, key) is False or (step.rounds and not case.keys(step)):
        return "not_applicable"
    if case.is_left_undone(step, record):
        return "not_done_before_departure"
    if record is not None and record.state in ("in_progress", "failed"):
        return record.state
    if is_passed_over(case, step, key):
        return "passed_over"
    return "waiting" if case.waits(step, key) else "available"


# --- what can be done next ------------------------------------------------------------------------


@data
class NextRow(Because, Data):
    """Something that can be done: what identifies the command and what is open, by whom, from and until when, and why it is listed."""

    do: Mapping[str, Any]
    slots: tuple[Slot, ...]
    who: Mapping[str, str]
    from_: datetime | None
    until: datetime | None
    because_template: Template
    values: Mapping[str, Any] = EMPTY
    zone: str = "UTC"  # in which its times are told
    expects: str | None = (
        None  # the moment of which nobody has written: `do` is what was to happen, and something else may have
    )

    @classmethod
    def of(cls, remedy: Remedy, what: Any, slots: tuple[Slot, ...] = (), until: datetime | None = None) -> NextRow:
        """List a remedy with what it leaves open, under what is said of it; `until` where something else than it ends it."""
        ends, values = until or remedy.until, spoken({"what": what})
        return cls(remedy.do, slots, remedy.who, remedy.from_, ends, "{what}", values, remedy.zone)


Judged = Callable[[datetime], Sequence[Judgement]]


def next_rows(
    process: Process,
    recorded: Case,
    now: datetime,
    actor: Actor,
    judged: Judged = lambda at: (),
    outside: Outside = TODAY,
) -> list[NextRow]:
    """List what can be done now or at a known time: open alarms, what became of a journey whose hour is over, what makes the person safe,
    what helps them whatever they decide, the question what they want, and what moves towards the departure; within each in the order of
    the process, last what is offered.

    `judged` gives the packs' own answers about departing at a moment; they are asked only when all else lets the person leave.
    `outside` gives what lies beside the case.
    """
    case = CaseNow(process, recorded, now, actor=actor, outside=outside)
    placed = [
        *((PLACE_OF_MOVE.get(row.do["to"], HELP), row) for row in _of_moves(case, judged)),
        *((_place(case, step), row) for step, row in _of_steps(case, judged)),
        *((JOURNEY if case.recorded.phase == "pre_departure" else HELP, row) for row in _of_gate(case)),
    ]
    first: dict[Mapping[str, Any], NextRow] = {}
    for row in chain(
        _of_incidents(case),
        _of_silence(case),
        _after_a_no(case),
        (row for _, row in sorted(placed, key=lambda one: one[0])),
    ):
        first.setdefault(row.do, row)
    recused_from = letters_for(case).recused_from
    return [row for row in first.values() if row.do.get("step") not in recused_from]


SAFE, HELP, LANDING, OFFER, QUESTION, PREPARING, JOURNEY, JOURNEY_OFFER = range(8)
PLACE_OF_MOVE: Mapping[str, int] = {"arrive": LANDING, "prepare": PREPARING}  # any other that is open waits for nobody


def _place(case: CaseNow, step: Step) -> int:
    """Give the place of a step among what can be done: first what makes the person safe, last what moves towards the departure."""
    if step.makes_safe:
        return SAFE
    if not is_for_the_departure(case, step):
        return OFFER if step.kind == "offered" else HELP
    return QUESTION if is_the_question(step) else JOURNEY_OFFER if step.kind == "offered" else JOURNEY


def _row_now(
    case: CaseNow,
    do: Mapping[str, Any],
    who: Iterable[str],
    said: Template,
    until: datetime | None = None,
    expects: str | None = None,
    /,
    **values: Any,
) -> NextRow:
    """List a command that can be given now, under what is said of it."""
    roles, zone = called_here(case, who), case.zone_of_person
    return NextRow(do, slots(case, do), roles, case.now, until, said, spoken(values), zone, expects)


def _dues(case: CaseNow) -> list[DueItem]:
    return case.once("dues", lambda: dues(case.process, case.recorded))


def _after_a_no(case: CaseNow) -> Iterator[NextRow]:
    """List what keeps others from waiting in vain: that a booked journey is called off, and who is told so; and whom nobody has heard."""
    do: dict[str, Any]
    for item in _dues(case):
        kind, sign, party = item.step.partition(":")
        if item.step == CALL_OFF:
            do, who = {"do": "travel", "status": "cancelled"}, (*managers(case), *command_roles(case, "travel"))
        elif kind + sign == TELL:
            do, who = {"do": "contact", "with": party, "postponed": "only_that"}, command_roles(case, "contact")
        elif item.step in (JUDGE_GLASS, GLASS_NEXT_DAY):
            do, who = {"do": "close_up", "seq": int(item.of)}, item.who
        elif item.step == TELL_OPENED:
            do, who = {"do": "close_up", "seq": int(item.of), "told": True}, item.who
        elif item.step == HEAR:
            do, who = {"do": "contact", "with": "person"}, command_roles(case, "contact")
        else:
            continue
        named = {"who": party_called(case.process, case.recorded, party)} if party else {}
        until = item.due_at if item.step in (HEAR, GLASS_NEXT_DAY, TELL_OPENED) else None
        yield _row_now(case, do, who, TITLES[kind + sign], until, **named)


def _of_silence(case: CaseNow) -> Iterator[NextRow]:
    """List the journey whose hour is over, for as long as nobody has written what became of it; where no move could say it, it is only due."""
    phase = case.recorded.phase
    move = next((row.name for row in MOVES.values() if row.name in OF_THE_PERSON and phase in row.sources), None)
    for item in _dues(case):
        expected = case.process.every(Expected).get(item.step.removeprefix(EXPECTS))
        if expected is not None and not expected.booked and item.due_at <= case.now:
            title = case.process.named("expects", expected.id)
            for id in expected.incidents:
                yield _row_now(case, {"do": "incident", "type": id}, item.who, "{what}", None, what=title)
    for item in _dues(case) if move is not None else ():
        begins = case.anchor(item.anchor) if is_journey(case.process, item) and item.round != ANSWERED else None
        if begins is not None and begins <= case.now:
            id = item.step.removeprefix(EXPECTS)
            title = case.process.named("expects", id)
            yield _row_now(case, {"do": "move", "to": move}, item.who, "{what}", None, id, what=title)


def _of_incidents(case: CaseNow) -> Iterator[NextRow]:
    """List what is open, but for what another is to end: first where a life may be in danger, then what holds the case most, then what is
    newest; and below all of them what each needs first.
    """
    found = sorted(visible_incidents(case), key=partial(_how_urgent, case), reverse=True)
    for incident in found:
        if any(why_another_ends_it(case, incident)):
            continue
        actions = case.process.text("incidents", incident.type, "actions")
        kind = case.process.incidents.get(incident.type)
        do, who = how_it_ends(case, incident), who_resolves(case.process, incident.type)
        if kind is not None and kind.never_ends:  # the case can only be closed, as what it is
            do, who = {"do": "move", "to": "close"}, command_roles(case, "move", "close")
        said: Template = "'{incident}' is open. {actions}" if actions else "'{incident}' is open."
        since = dict[str, str]()
        if do.get("incident") == str(incident.number):  # others of its kind stand beside it
            since["since"] = clock_text(incident.at, case.zone_of_person)
            said = "'{incident}', {since}, is open. {actions}" if actions else "'{incident}', {since}, is open."
        title = case.process.named("incidents", incident.type)
        yield _row_now(case, do, who, said, incident=title, actions=actions or "", **since)
    yield from _contacts_due(case)
    for incident in found:
        yield from _needed_to_end(case, incident)


def _contacts_due(case: CaseNow) -> Iterator[NextRow]:
    """List that somebody is to speak with the person because of what is open: by when first."""
    told = {one.type for one in visible_incidents(case)}
    first = next((item for item in _dues(case) if item.round.startswith(CONTACT) and item.anchor in told), None)
    if first is None:
        return
    do, title = {"do": "contact", "with": "person"}, case.process.named("incidents", first.anchor)
    yield _row_now(case, do, first.who, "Speak with the person: '{incident}'", first.due_at, incident=title)


def _how_urgent(case: CaseNow, incident: IncidentRecord) -> tuple[bool, int, datetime, int]:
    kind = case.process.incidents.get(incident.type)
    danger = kind is not None and kind.danger
    effect = EFFECTS.index(incident.effect_in(case.recorded.phase))
    return danger, effect, incident.last_at, incident.number


def _needed_to_end(case: CaseNow, incident: IncidentRecord) -> Iterator[NextRow]:
    """List the step that an open incident needs first, so that it can end."""
    remedy = for_incident(case, incident.type, incident.of)
    step = case.process.steps.get(str(remedy.do.get("step"))) if remedy else None
    if remedy is not None and step is not None and remedy.from_ is not None and _has_its_time(case, step, remedy):
        yield NextRow.of(remedy, case.process.named("steps", step.id), open_slots(case, remedy.do))


def _of_steps(case: CaseNow, judged: Judged) -> Iterator[tuple[Step, NextRow]]:
    extras = {item.step: item.due_at for item in _dues(case) if item.round == EXTRA}
    for step in case.process.ordered_steps:
        if case.applies(step) is False or _has_its_own_place(case, step):
            continue
        asked = extras.get(step.id)
        for key in (*case.keys(step), *([StepKey(step.id, EXTRA)] if asked else [])):
            if _is_behind(case, step, case.recorded.steps.get(key.text())) or others_come_first(case, step, key):
                continue
            if not step.is_done_once and (case.applies(step, key) is False or is_passed_over(case, step, key)):
                continue
            remedy = for_step(case, step, key)
            if remedy is None or remedy.from_ is None or not _has_its_time(case, step, remedy):
                continue
            if step.id != CLEARANCE or remedy.from_ > case.now or _may_be_cleared(case, judged):
                until = asked if key.round == EXTRA else None
                yield step, NextRow.of(remedy, _reason_of_row(case, step, remedy), open_slots(case, remedy.do), until)


def _reason_of_row(case: CaseNow, step: Step | None, remedy: Remedy) -> Phrase | None:
    """Say why a row is listed: the question, in the words of the pack; of anything else, the step that it brings on."""
    facts = remedy.do.get("facts")
    ask = case.process.text("facts", facts[0], "ask") if facts else None
    return ask or (case.process.named("steps", step.id) if step else None)


def _has_its_time(case: CaseNow, step: Step, remedy: Remedy) -> bool:
    """Whether it is asked already: a question in the phase in which it matters; and before the person says that they think of the
    journey, or after their no, nothing that is for it. A bed, a lawyer, a paper to stay are asked. What they want is not announced.
    """
    if waits_for_their_word(case, step) or (is_the_question(step) and remedy.from_ != case.now):
        return False
    return remedy.do["do"] != "record" or PHASE_NUMBER[step.phase] <= PHASE_NUMBER[case.recorded.phase]


def _has_its_own_place(case: CaseNow, step: Step) -> bool:
    """Whether a step is listed elsewhere (moves, when they are open), comes only after a case was closed, or is refused once they have left."""
    if is_declined_too_late(case, step):
        return True
    if step.done_by and step.done_by.command == "move":
        return True
    return case.recorded.is_closed and not any(need == MoveNeed("closed") for need, _ in step.after)


def _is_behind(case: CaseNow, step: Step, record: StepRecord | None) -> bool:
    """Whether a step is done and counts; on the way and after landing nobody is asked for a departure step again, save where
    what it rests on has changed for those who wait there.
    """
    if record is None or record.state != "done":
        return case.is_left_undone(step, record)
    if case.changed(step, record):
        return False
    if step.each == PARTY:  # it is done anew when somebody is needed
        return True
    return case.is_behind(step) or (case.passes(step, record) and case.is_fresh(step, record))


def _of_moves(case: CaseNow, judged: Judged) -> Iterator[NextRow]:
    for row in MOVES.values():
        if row.name in ("close", "reopen", "turn_back", "left") or case.recorded.phase not in row.sources:
            continue
        if row.to in ("pre_departure", "travel") and waits_for_their_word(case):
            continue
        from_ = (
            None if case.recorded.is_closed else case.now if row.name == "arrive" else _opens(case, row.name, judged)
        )
        if from_ is not None:
            do, who = {"do": "move", "to": row.name}, command_roles(case, "move", row.name)
            yield NextRow(do, slots(case, do), called_here(case, who), from_, None, row.title, zone=case.zone_of_person)


def _of_gate(case: CaseNow) -> Iterator[NextRow]:
    """List what the move out of this phase asks for beside its steps: who holds a role, a paper of theirs, the day aimed at."""
    phase = case.recorded.phase
    move = next((row.name for row in MOVES.values() if row.gated and row.to and phase in row.sources), None)
    if move is None or case.recorded.is_closed or waits_for_their_word(case):
        return
    leaves = case.planned_departure if move == "depart" else None
    here = case.when(leaves) if leaves is not None and leaves > case.now else case
    asking = here.asking(Move(case.recorded.number, to=move))
    for reason in reasons(asking, asked(asking, lambda _: ())):
        remedy = None if reason.met else reason.remedy
        if remedy is None or remedy.from_ is None or (remedy.from_ > case.now and remedy.do["do"] == "record"):
            continue
        step = case.process.steps.get(str(remedy.do.get("step") or reason.subject))
        what = _reason_of_row(case, step, remedy) or part(reason.fact_template, **reason.values)
        yield NextRow.of(remedy, what, open_slots(asking, remedy.do))


def _opens(case: CaseNow, move: MoveName, judged: Judged) -> datetime | None:
    """Give from when a move is open: now; or from boarding on, where all that the departure needs is there already."""
    if _gate_is_open(case, move, judged):
        return case.now
    leaves = case.booked_departure if move == "depart" else None
    if leaves is None or leaves <= case.now or not _gate_is_open(case.when(leaves), move, judged):
        return None
    return boarding_opens(case, leaves)


def _gate_is_open(case: CaseNow, move: MoveName, judged: Judged) -> bool:
    own = asked(case.asking(Move(case.recorded.number, to=move)), lambda _: ())
    return _all_met(own) and (move != "depart" or _all_met(judged(case.at)))


def _may_be_cleared(case: CaseNow, judged: Judged) -> bool:
    """Whether the journey may be cleared: all else that the gate asks is there."""
    own = asked(case.asking(Complete(case.recorded.number, step=CLEARANCE)), lambda _: ())
    return _all_met(own) and _all_met(judged(case.at))


def _all_met(judgements: Iterable[Judgement]) -> bool:
    return all(one.finding.met for one in judgements)
