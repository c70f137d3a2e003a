"""What a move waits for beside the numbered safeguards: its phase, open incidents, the steps that gate it, how a case closes.

Everything is told, met and unmet. A step that a gating step waits for is listed too, although it gates nothing itself,
so that following what would help always leads on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from wayhome.calendar.spans import clock_text
from wayhome.case_now import ASSISTANCE, CLEARANCE, CaseNow, Wait, is_newer
from wayhome.case_now.letters import letters_for
from wayhome.commands import Move
from wayhome.commands.belonging import is_told_whom
from wayhome.errors import Template, part, term
from wayhome.model.case import IncidentRecord, StepKey
from wayhome.model.moves import EXIT_OF_PHASE, HELD_MOVES, MOVES, MOVES_BEFORE, PHASE_NUMBER, moves_to
from wayhome.model.reason import Finding, Judgement, never, no, yes
from wayhome.packs.conditions import UNKNOWN
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.incidents import IncidentKind, Outcome
from wayhome.packs.kinds.needs import CHILD_MADE_KNOWN, PERSON_REACHED, AnyNeed, Need, StepNeed, steps_in
from wayhome.packs.kinds.spans import Span
from wayhome.packs.kinds.steps import Step
from wayhome.rules.linked_cases import not_cleared_there
from wayhome.rules.safeguard import OUR_OWN, TAKEN_OVER, not_yet_signed, outdated
from wayhome.rules.saying_no import NOT_NOW, a_no, waits_for_a_no_to_end

HELD: Mapping[str, Template] = {"on_hold": "on hold", "blocked": "blocked"}


def at_departure(case: CaseNow) -> CaseNow:
    """Look at the moment at which the person is to leave, when that lies ahead: clearing judges what departing will."""
    planned = case.planned_departure
    return as_booked(case.when(planned) if planned is not None and planned > case.at else case)


def as_booked(case: CaseNow) -> CaseNow:
    """Count ages at the booked departure, where the flight is a little late: that makes no evidence older."""
    booked = case.booked_departure
    if booked is None or not booked < case.at <= case.shifted(booked, case.process.span("boarding_after")):
        return case
    return case.when(case.at, ages_at=booked)


def of_move(case: CaseNow, command: Move) -> list[Judgement]:
    """Say what a move waits for."""
    if command.to not in MOVES:
        return []
    if command.to == "close":
        return _of_closing(case, command)
    if case.is_report:
        return [_of_sources(case, command.to), *_of_a_report(case, command.to)]
    found = of_phase(case, command.to)
    if MOVES[command.to].gated:
        found += of_steps(case, command.to)
    if command.to == "depart":
        found += _of_boarding(case)
    found += _of_late_entry(case, command.to)
    if command.to == "reopen":
        found += [Judgement("PHASE", finding) for finding in _of_reopening(case)]
    return found


def _of_a_report(case: CaseNow, move: str) -> Iterator[Judgement]:
    """Say whether a move of others may still be told: once two have signed what was taken over, none is added to it."""
    signed = case.record(TAKEN_OVER)
    if signed is not None and signed.state == "done":
        fact: Template = "what was taken over is signed, and holds no such move"
        todo: Template = "if it was forgotten, open the list again (redo), enter it, and two sign anew; of somebody who has gone since, enter 'left'"
        yield never("PHASE", fact, move, todo)


def of_clearance(case: CaseNow) -> list[Judgement]:
    """Say what clearing the departure waits for: all that departing does, but for what comes after the clearance."""
    return [*of_phase(case, "depart"), *of_steps(case, "depart", leave_out=(CLEARANCE, ASSISTANCE))]


def _of_boarding(case: CaseNow) -> Iterator[Judgement]:
    """Say whether the person boards the journey that is booked: not long before it leaves, and not long after."""
    travel, process = case.recorded.travel, case.process
    if travel is None or travel.status != "booked" or not travel.legs:
        return  # that no journey is booked is said by the papers
    leaves = travel.legs[0].departs_at
    opens = boarding_opens(case, leaves)
    shuts = case.shifted(leaves, process.span("boarding_after"))
    if case.at < opens:
        fact: Template = "the booked journey begins at {leaves}; nobody boards more than {before} earlier"
        todo: Template = "wait until then, or book the journey as it is"
        finding = no(fact, "travel_plan", todo=todo, do={"do": "move", "to": "depart"}, from_=opens,
                     leaves=clock_text(leaves, case.zone_of_person), before=process.span("boarding_before"))  # fmt: skip
    elif case.at > shuts:
        fact = "the booked journey began at {leaves}; nobody boards it more than {after} later"
        todo = "book the journey as it is, and have it confirmed"
        finding = no(fact, "travel_plan", todo=todo, do={"do": "travel"}, from_=case.now,
                     leaves=clock_text(leaves, case.zone_of_person), after=process.span("boarding_after"))  # fmt: skip
    else:
        finding = yes("the booked journey leaves about now", "travel_plan")
    yield Judgement("PHASE", finding, (), PHASE_NUMBER["pre_departure"])


def boarding_opens(case: CaseNow, leaves: datetime) -> datetime:
    """Give from when somebody boards a journey that leaves then."""
    return case.shifted(leaves, case.process.span("boarding_before"), back=True)


def _of_late_entry(case: CaseNow, move: str) -> Iterator[Judgement]:
    """Say whether a departure that is entered late is told by two: one that the person left, another that it was cleared."""
    limit, left, actor = case.process.late_entries.get(move), case.recorded.left, case.actor
    if limit is None:
        return
    if left is not None and left.how == "removed":
        forced: Template = "this case says that the person was removed; that was no cleared departure"
        yield Judgement("ROLE", no(forced, move, todo="leave it as it is, and help the person there", do={}))
        return
    is_late = case.now > case.shifted(case.at, limit)
    if not is_late and (left is None or left.how == "unknown"):
        return  # a guess gives way to what is known
    if left is None:
        fact: Template = "a departure that is entered more than {limit} late is told by two people"
        finding = no(fact, move, todo="enter the move 'left' first; then somebody else enters 'depart' with 'at'", do={}, limit=limit)  # fmt: skip
    elif actor is not None and left.actor == actor.id:
        finding = no("whoever entered 'left' cannot enter the departure too", move, todo="let somebody else enter the departure", do={})  # fmt: skip
    else:
        finding = yes("two people say that the person departed", move)
    yield Judgement("ROLE", finding, (), PHASE_NUMBER["pre_departure"])


# --- the phase, and what holds it ---------------------------------------------------------------


def the_case_is_closed(case: CaseNow, todo: Template = "reopen it") -> Judgement:
    """Say that nothing more happens in a closed case."""
    return Judgement("PHASE", no("the case is closed", "closed", todo=todo, do=_a_move("reopen"), from_=case.now))


def _a_move(to: str) -> dict[str, str]:
    return {"do": "move", "to": to}


def of_phase(case: CaseNow, move: str) -> list[Judgement]:
    """Say whether the case is in a phase from which this move leads, open, and not held by an incident."""
    recorded = case.recorded
    if recorded.is_closed and move != "reopen":
        return [the_case_is_closed(case)]
    found = [_of_sources(case, move)]
    if move in HELD_MOVES:
        found += [Judgement("PHASE", _held_by(case, one), (), PHASE_NUMBER[recorded.phase]) for one in _holding(case)]
    return found


def _of_sources(case: CaseNow, move: str) -> Judgement:
    row, phase = MOVES[move], case.recorded.phase
    if case.recorded.left is not None and row.event == MOVES["left"].stands_for and phase not in row.sources:
        fact: Template = "this case says that the person left on {moment}, without clearance"
        todo: Template = "if the departure was cleared, enter it with 'at' as they boarded"
        left_at = clock_text(case.recorded.left.at, case.process.zones["host"])
        return Judgement("PHASE", no(fact, move, todo=todo, do={}, moment=left_at))
    if row.stands_for and case.recorded.left is not None:
        return _of_how_they_left(case, move)
    if moves_to(move, phase):
        return Judgement("PHASE", yes("the case is in the phase from which this move leads", move))
    first = next((m for m in MOVES_BEFORE.get(move, ()) if phase in MOVES[m].sources), None)
    if first is None:
        fact = "this move does not lead out of the phase '{phase}'"
        return Judgement("PHASE", no(fact, move, todo="", do={}, phase=case.process.named("phases", phase)))
    finding = no(
        "the case is still in the phase '{phase}'",
        first,
        todo="make the move '{first}' first",
        do=_a_move(first),
        from_=case.now if _is_ready(case.present, first) else None,
        phase=case.process.named("phases", phase),
        first=first,
    )
    return Judgement("PHASE", finding, (), PHASE_NUMBER[phase])


def _of_how_they_left(case: CaseNow, move: str) -> Judgement:
    """Of who has left, and nobody knew how, it is said when it becomes known."""
    left, command = case.recorded.left, case.command
    how = command.how if isinstance(command, Move) else None
    if left is not None and left.how == "unknown" and how not in (None, "unknown"):
        return Judgement("PHASE", yes("it was not known how the person left", move))
    fact: Template = "that the person left is recorded already"
    return Judgement("PHASE", no(fact, move, todo="say how they left, once that is known; or write a note", do={}))


def _is_ready(case: CaseNow, move: str) -> bool:
    """Say whether an earlier move could be made now, as far as phase and steps go."""
    return (
        not _holding(case)
        and not_yet_signed(case) is None
        and all(judgement.finding.met for judgement in of_steps(case, move))
    )


def _holding(case: CaseNow) -> list[IncidentRecord]:
    """Give the open incidents that hold the case in its phase."""
    return [one for one in case.recorded.open_incidents if one.effect_in(case.recorded.phase) != "none"]


def _held_by(case: CaseNow, incident: IncidentRecord) -> Finding:
    kind = case.process.incidents.get(incident.type)
    ends = kind is None or not kind.never_ends
    fact: Template = "'{incident}' is open, and the case is {effect}"
    is_told = case.actor is None or is_told_whom(letters_for(case), incident.of)
    if incident.of and is_told:
        fact = "'{incident}' is open (of {whom}), and the case is {effect}"
    return no(
        fact,
        incident.type,
        todo="{actions}" if ends else "close the case",
        do={} if not ends else {"do": "resolve", "incident": incident.type, "of": incident.of} if incident.of else None,
        incident=case.process.named("incidents", incident.type),
        whom=incident.of if is_told else "",
        actions=case.process.text("incidents", incident.type, "actions") or part("do what it needs, then resolve it"),
        effect=part(HELD[incident.effect_in(case.recorded.phase)]),
    )


# --- the end of an incident ---------------------------------------------------------------------------


def resolve_waits(case: CaseNow, incident: IncidentRecord, outcome: str) -> list[Wait]:
    """Say what must be done, after the last alarm of an incident, before it can end so."""
    kind = case.process.incidents.get(incident.type)
    ending = kind.outcomes.get(outcome) if kind else None
    found: list[Wait] = []
    for need in ending.needs if ending else ():
        if not (kind and _can_be_asked_of_nobody(case, kind, need, incident)):
            found += _done_since(case, need, incident)
    return found


def _can_be_asked_of_nobody(case: CaseNow, kind: IncidentKind, need: Need, incident: IncidentRecord) -> bool:
    """Say whether a need is of each, and of whom it has happened to nothing of that is asked, however the incident ends."""
    steps = case.process.steps

    def of_each(one: Need) -> list[str]:
        return [id for id in steps_in(one) if steps[id].each]

    ways = [one for ending in kind.endings(case.phase_then).values() for one in ending.needs]
    asked = (incident.of in case.may_be_of(steps[id]) for one in ways for id in of_each(one))
    return bool(incident.of and of_each(need)) and not any(asked)


def usual_ending(case: CaseNow, incident: IncidentRecord) -> str | None:
    """Choose, among the ways in which an incident can end here, the one that is open, or that can be had soonest."""
    kind = case.process.incidents.get(incident.type)
    ways = kind.endings(case.phase_then) if kind else {}

    def distance(code: str) -> tuple[Any, ...]:
        return (
            ways[code].still_no,
            bool(resolve_waits(case, incident, code)),
            *(_distance(case, need) for need in ways[code].needs),
        )

    return min(ways, key=distance, default=None)


def _done_since(case: CaseNow, need: Need, incident: IncidentRecord) -> list[Wait]:
    if isinstance(need, AnyNeed):
        asked = [part for part in need.needs if _is_asked(case, part, incident.of)] or need.needs
        ways = [(_done_since(case, part, incident), part) for part in asked]
        return min(ways, key=lambda way: (bool(way[0]), _distance(case, way[1])))[0]
    if isinstance(need, StepNeed):
        step = case.process.steps[need.subject]
        done = any(
            is_newer(case.recorded, r, incident)
            and not case.recorded.is_reported(r)  # what others found then does not end it now
            and case.recorded.begins(r) <= case.at
            and case.passes(step, r)
            and (need.results is None or r.result in need.results)
            for _, r in case.records_about(step, incident)
        )
        return [] if done else [Wait("step", step.id, need)]
    if need == CHILD_MADE_KNOWN:
        known = any(
            one.relation == "child" and is_newer(case.recorded, one, incident) for one in case.recorded.people.values()
        )
        return [] if known else [Wait("fact", CHILD_MADE_KNOWN.subject)]
    # Nothing else can be newer than an alarm: what a pack could name besides is refused where packs are composed.
    reached = any(
        is_newer(case.recorded, one, incident)
        and not case.recorded.is_reported(one)
        and case.recorded.begins(one) <= case.at
        for one in case.times_reached(incident)
    )
    return [] if reached else [Wait("fact", PERSON_REACHED.subject)]


def _distance(case: CaseNow, need: Need) -> tuple[bool, bool, bool, int]:
    """Say how far away a need is: what is asked for, waits for no move, for the fewest steps, and does not lie behind is nearest."""
    steps = [case.process.steps[id] for id in steps_in(need)]
    behind = any(case.is_behind(step) for step in steps)
    waits = [w.kind for step in steps for w in case.present.waits(step, StepKey(step.id))]
    return not _is_asked(case, need), behind, "event" in waits, sum(kind in ("step", "document") for kind in waits)


def _is_asked(case: CaseNow, need: Need, of: str = "") -> bool:
    """Say whether something is asked for in this case (of somebody else than the person); what is no step always is."""
    steps = [case.process.steps[id] for id in steps_in(need)]
    theirs = [step for step in steps if not (of and step.each) or of in case.may_be_of(step)]
    return not steps or any(case.applies(step) is not False for step in theirs)


# --- the steps of a gate --------------------------------------------------------------------------------


def of_steps(case: CaseNow, move: str, *, leave_out: Iterable[str] = ()) -> list[Judgement]:
    """Judge every step that a move waits for, and those that they wait for."""
    process, left_out = case.process, set(leave_out)
    moves = ("prepare", "depart") if move == "depart" else (move,)
    waiting = [step for m in moves for step in process.gate_steps[m] if step.id not in left_out]
    if EXIT_OF_PHASE[case.recorded.phase] == move:
        phase = case.recorded.phase
        again = (one for one in process.ordered_steps if phase in one.asked_again or case.is_open_again_there(one))
        waiting += [one for one in again if not case.is_done(one.id) or case.changed(one, case.record(one.id))]
    listed: dict[str, list[Judgement]] = {}
    while waiting:
        step = waiting.pop(0)
        if step.id in listed:
            continue
        listed[step.id] = list(_of_step(case, step))
        if not all(judgement.finding.met for judgement in listed[step.id]):
            waiting += [process.steps[id] for id in _waited_for(case, step) if id not in left_out]
    return [judgement for id in sorted(listed, key=process.order.__getitem__) for judgement in listed[id]]


def asked_again_within(case: CaseNow) -> Span:
    """Say within what time something is looked at that was found before the flight, and is open again there."""
    return case.process.span("asked_again_within")


def _waited_for(case: CaseNow, step: Step) -> Iterator[str]:
    """Name the steps that one waits for, itself or for the papers that complete it."""
    process, present = case.process, case.present
    waits = [wait for key in present.keys(step) for wait in present.waits(step, key)]
    for paper in process.documents.values():
        if _brings(step, paper) and case.may_hold(paper.when):
            waits += present.document_waits(paper)
    for wait in waits:
        if wait.kind == "step":
            yield wait.subject
        elif wait.kind == "document":
            paper = process.documents[wait.subject]
            yield from (one.id for one in process.ordered_steps if _brings(one, paper))
        elif wait.subject == "travel_booked":
            yield from (one.id for one in case.completed_by("travel", "booked"))


def _brings(step: Step, paper: DocumentKind) -> bool:
    by = step.done_by
    return by is not None and by.command == "document" and not {paper.id, *paper.satisfies}.isdisjoint(by.subjects)


def _of_step(case: CaseNow, step: Step) -> Iterator[Judgement]:
    """Judge one step, once per round and person that is asked for."""
    source = tuple(case.process.label("steps", step.id).get("source") or ())
    for finding in _found_of(case, step):
        yield Judgement("STEP", finding, source, PHASE_NUMBER[step.phase])


def _found_of(case: CaseNow, step: Step) -> Iterator[Finding]:
    done = yes("'{step}' is done", step.id, step=case.process.named("steps", step.id))
    if case.applies(step) is False:
        return
    if step.any_rounds and case.is_done(step.id):
        yield done
        return
    keys = case.keys(step)
    if step.any_rounds:
        keys = [key for key in keys if not case.passes(step, case.recorded.steps.get(key.text()))][:1]
    for key in keys:
        if case.applies(step, key) is not False:
            record = case.recorded.steps.get(key.text())
            good = record is not None and case.passes(step, record) and case.is_fresh(step, record)
            yield (
                outdated(case, step.id, key) or not_cleared_there(case, step, key) or done
                if good
                else _undone(case, step, key)
            )


def _said_no(case: CaseNow, step: Step, key: StepKey) -> Finding | None:
    """Say that a step waits for what the person has said no to, and what follows; who may decline a step need not be asked for it."""
    waited = [wait.need for wait in case.present.waits(step, key) if wait.kind == "consent"]
    if step.done_by is not None and step.done_by.command == "consent":
        waited += [ConsentNeed(purpose) for purpose in step.done_by.subjects]
    found = next((one for one in (a_no(case, need) for need in waited) if one), None)
    if found is None:
        return None
    fact: Template = "'{step}' waits for what the person has said no to: {purpose}"
    do = {"do": "skip", "step": step.id} if step.may_decline and step.done_by is None else {}
    title = case.process.named("steps", step.id)
    return no(fact, step.id, todo=found.todo, of=key.of, do=do, from_=case.now, **{**found.values, "step": title})


DO_IT: Template = "do it"
RECORD_IT: Template = "record what is asked"


def _undone(case: CaseNow, step: Step, key: StepKey) -> Finding:
    if case.applies(step, key) is not None and (said_no := _said_no(case, step, key)):
        return said_no  # whether it is needed at all is asked first
    fact, todo = _words(case, step, key)
    named = part(_name(key), step=case.process.named("steps", step.id), round=key.round, whom=key.of)
    asks = next((w.subject for w in case.present.waits(step, key) if w.subject in case.process.facts), "")
    ask, help_ = case.process.text("facts", asks, "ask"), case.process.text("steps", step.id, "help")
    if todo == DO_IT and help_:
        todo = "{help}"
    if todo == RECORD_IT and ask:
        todo = "{ask}"
    return no(fact, step.id, todo=todo, of=key.of, step=named, round=key.round, help=help_ or "", ask=ask or "")


def _name(key: StepKey) -> Template:
    """Name a step, with its round and the person."""
    if key.round:
        return "'{step}' (round {round}) for {whom}" if key.of else "'{step}' (round {round})"
    return "'{step}' for {whom}" if key.of else "'{step}'"


def _words(case: CaseNow, step: Step, key: StepKey) -> tuple[Template, Template]:
    record = case.recorded.steps.get(key.text())
    state = record.state if record else None
    if record is not None and case.awaits_second(record, step) and not step.late_counts_at_once:
        return "{step} was written down by one alone", "let somebody else read it, and sign it"
    if state == "done" and not case.passes(step, record):
        again: Template = NOT_NOW if waits_for_a_no_to_end(case, step) else "do it again when things have changed"
        return "{step} is done, but its result does not pass", again
    if state == "done" and record is not None and case.recorded.is_reported(record):
        return "{step} was done before this return was taken over", OUR_OWN
    if state == "done":
        return "{step} will be too old on that day", "do it again, late enough"
    if state == "in_progress" and record and record.signed:
        return "{step} still needs another signature", "have it signed by the other role"
    if state == "failed":
        return "{step} was tried without a result", "try again"
    if waits_for_a_no_to_end(case, step):
        return "{step} is not done", NOT_NOW
    waits = case.present.waits(step, key)
    if any(w.kind == "fact" and w.subject in case.process.facts for w in waits):
        return "it is not known yet whether {step} is needed, or may begin", RECORD_IT
    if any(w.kind == "consent" for w in waits) and not any(w.kind in ("step", "event", "document") for w in waits):
        return "{step} waits for the person's consent", "ask the person"
    if any(w.kind != "time" for w in waits):
        return "{step} is not done; other steps come first", "do those first"
    return "{step} is not done", DO_IT


# --- closing and reopening ------------------------------------------------------------------------------


def _of_closing(case: CaseNow, command: Move) -> list[Judgement]:
    outcome = case.process.outcomes.get(command.reason or "")
    if outcome is None:
        return []
    found = of_phase(case, "close")
    last = case.recorded.touched_at
    if last is not None and case.at < last:
        since: Template = "something has happened in this case after that, at {moment}"
        todo: Template = "leave out 'at': what was done before it closes counts, and data are kept from then on"
        finding = no(since, "close", todo=todo, do={}, moment=clock_text(last, case.zone_of_person))
        found.append(Judgement("PHASE", finding))
    found += [Judgement(rule, finding) for rule, finding in _of_outcome(case, outcome)]
    return found + (of_steps(case, "close") if outcome.gated else [])


def _of_outcome(case: CaseNow, outcome: Outcome) -> Iterator[tuple[str, Finding]]:
    process, recorded = case.process, case.recorded
    title = process.named("outcomes", outcome.id)
    if recorded.phase not in outcome.phases:
        fact = "a case does not close as '{outcome}' in the phase '{phase}'"
        yield (
            "PHASE",
            no(fact, outcome.id, todo="choose the reason that fits", do={}, outcome=title, phase=term(recorded.phase)),
        )
    for kind in (process.incidents[i.type] for i in recorded.open_incidents if i.type in process.incidents):
        if not outcome.may_close_over(kind, recorded.phase):
            yield "PHASE", _forbids_this_end(case, kind, outcome)
    changed: dict[str, Finding] = {}

    def value_of_today(name: str) -> Any:
        """Give a value without what is outdated: of a fact that is derived, too."""
        step, fact = process.steps.get(name.partition(".")[0]), process.facts.get(name)
        if step is not None and (finding := outdated(case, step.id)) is not None:
            changed[step.id] = finding
            return UNKNOWN
        if fact is not None and fact.derived is not None and case.recorded.fact(name) is None:
            answer = fact.derived.judge(value_of_today)
            return UNKNOWN if answer is None else answer
        return case.value(name)

    holds = outcome.when is None or outcome.when.judge(value_of_today)
    if case.holds(outcome.when) is True and holds is not True:
        yield from (("STEP", finding) for finding in changed.values())
    for id in outcome.waits_for:
        yield from ((one.rule, one.finding) for one in _of_step(case, process.steps[id]) if not one.finding.met)
    if case.holds(outcome.when) is not True:
        yield (
            "FACT",
            no(
                "'{outcome}' needs this to be recorded: {what}",
                outcome.id,
                todo="{first}",
                do={},
                outcome=title,
                what=process.phrase_of(outcome.when) if outcome.when else part("nothing"),
                first=process.text("outcomes", outcome.id, "todo") or part("record it, or choose another reason"),
            ),
        )


def _forbids_this_end(case: CaseNow, kind: IncidentKind, outcome: Outcome) -> Finding:
    """An open incident says as what a case may close; every other name would hide it."""
    process, ends = case.process, kind.closes_as.get(case.recorded.phase, ())
    fact: Template = "'{incident}' is open, and a case does not close as '{outcome}' over it"
    only_ends: Template = "do what it needs, then resolve it"
    todo: Template = "do what it needs, then resolve it; or close the case as {ends}"
    return no(
        fact,
        kind.id,
        todo="close the case as {ends}" if kind.never_ends else todo if ends else only_ends,
        do={} if kind.never_ends else None,
        incident=process.named("incidents", kind.id),
        outcome=process.named("outcomes", outcome.id),
        ends=[process.named("outcomes", one) for one in ends],
    )


def _of_reopening(case: CaseNow) -> Iterator[Finding]:
    recorded = case.recorded
    outcome = case.process.outcomes.get(recorded.closed_as or "")
    if not recorded.is_closed:
        yield no("the case is not closed", "reopen", todo="go on working on it", do={})
    elif outcome is not None and outcome.final:
        fact = "a case that closed as '{outcome}' is not reopened"
        title, todo = case.process.named("outcomes", outcome.id), "open a new one if there is a new return"
        yield no(fact, outcome.id, todo=todo, do={}, outcome=title)
