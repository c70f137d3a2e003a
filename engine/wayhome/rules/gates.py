"""What a move waits for beside the numbered safeguards: its phase, open incidents, and the steps that gate it.

Every reason is given, met and unmet. A step that a gating step waits for is listed too, although it gates
nothing itself, so that following the remedies always leads on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from wayhome.case_now import ASSISTANCE, CLEARANCE, CaseNow, Wait
from wayhome.case_now.roles import command_roles
from wayhome.model.case import IncidentRecord, StepKey
from wayhome.model.moves import HELD_MOVES, MOVES, MOVES_BEFORE, PHASE_NUMBER
from wayhome.model.reason import Reason, Remedy, met, unmet
from wayhome.packs.order import steps_in
from wayhome.packs.process import Need, Step
from wayhome.rules import remedies


def at_departure(case: CaseNow) -> CaseNow:
    """Look at the moment at which the person is to leave, when that lies ahead: clearing judges what departing will."""
    planned = case.planned_departure
    return case.when(planned) if planned is not None and planned > case.at else case


def move_reasons(case: CaseNow, move: str, *, clearing: bool = False) -> list[Reason]:
    """Say what a move waits for: its phase, open incidents, and the steps of its gate. Clearing leaves out what comes after it."""
    left_out = (CLEARANCE, ASSISTANCE) if clearing else ()
    steps = step_reasons(case, move, leave_out=left_out) if MOVES[move].gated and move != "close" else []
    return [*phase_reasons(case, move), *steps]


def boarding_comes_last(reasons: Iterable[Reason]) -> list[Reason]:
    """Clearance and boarding wait for everything else: while something is unmet, their remedies have no time yet."""
    reasons = list(reasons)
    if all(r.met for r in reasons if r.subject not in (CLEARANCE, ASSISTANCE)):
        return reasons
    return [not_yet(r) if r.subject in (CLEARANCE, ASSISTANCE) else r for r in reasons]


def phase_reasons(case: CaseNow, move: str) -> list[Reason]:
    """Say whether the case is in a phase from which this move leads, open, and not held by an incident."""
    recorded, row = case.recorded, MOVES[move]
    reasons = []
    if recorded.is_closed and move != "reopen":
        who = command_roles(case, "move", "reopen")
        return [
            unmet(
                "PHASE",
                "the case is closed",
                "reopen it",
                subject="closed",
                remedy=Remedy({"do": "move", "to": "reopen"}, who, case.now),
            )
        ]
    if recorded.phase in row.sources:
        reasons.append(met("PHASE", "the case is in the phase from which this move leads", subject=move))
    elif move in MOVES_BEFORE and PHASE_NUMBER[recorded.phase] < PHASE_NUMBER[row.sources[0]]:
        first = next(m for m in MOVES_BEFORE[move] if recorded.phase in MOVES[m].sources)
        ready = _move_is_ready(case.present, first)
        who = command_roles(case, "move", first)
        reasons.append(
            replace(
                unmet(
                    "PHASE",
                    "the case is still in the phase '{phase}'",
                    "make the move '{first}' first",
                    subject=first,
                    remedy=Remedy({"do": "move", "to": first}, who, case.now if ready else None),
                    phase=recorded.phase,
                    first=first,
                ),
                phase=PHASE_NUMBER[recorded.phase],
            )
        )
    else:
        reasons.append(
            unmet("PHASE", "this move does not lead out of the phase '{phase}'", "", subject=move, phase=recorded.phase)
        )
    if move in HELD_MOVES:
        reasons += [
            _held_by(case, incident)
            for incident in recorded.open_incidents
            if incident.effect_in(recorded.phase) != "none"
        ]
    return reasons


def _move_is_ready(case: CaseNow, move: str) -> bool:
    """Say whether an earlier move could be made now, as far as phase and steps go."""
    return not any(not r.met for r in step_reasons(case, move)) and not any(
        incident.effect_in(case.recorded.phase) != "none" for incident in case.recorded.open_incidents
    )


def _held_by(case: CaseNow, incident: IncidentRecord) -> Reason:
    waits = resolve_waits(case, incident)
    title = case.process.title("incidents", incident.type)
    who = command_roles(case, "resolve")
    remedy = Remedy({"do": "resolve", "incident": incident.type}, who, case.now)
    for wait in waits:
        if wait.kind == "step":
            step = case.process.steps[wait.subject]
            remedy = remedies.for_step(case, step, _open_key(case, step))
        else:
            remedy = Remedy(remedy.do, who, None)
    reason = unmet(
        "PHASE",
        "'{incident}' is open, and the case is {effect}",
        "do what it needs, then resolve it",
        subject=incident.type,
        remedy=remedy,
        incident=title,
        effect=incident.effect_in(case.recorded.phase).replace("_", " "),
    )
    return replace(reason, phase=PHASE_NUMBER[case.recorded.phase])


def _open_key(case: CaseNow, step: Step) -> StepKey:
    keys = case.keys(step)
    return next(
        (k for k in keys if not case.passes(step, case.recorded.steps.get(k.text()))),
        keys[0] if keys else StepKey(step.id),
    )


def resolve_waits(case: CaseNow, incident: IncidentRecord) -> list[Wait]:
    """Say what must be done, after an incident was opened, before it can be resolved."""
    kind = case.process.incidents.get(incident.type)
    found: list[Wait] = []
    for need in kind.needs_to_resolve.get(case.recorded.phase, ()) if kind else ():
        found += _done_since(case, need, incident)
    return found


def _done_since(case: CaseNow, need: Need, incident: IncidentRecord) -> list[Wait]:
    if need[0] == "any":
        asked = [
            part for part in need[1] if not (part[0] == "step" and case.applies(case.process.steps[part[1]]) is False)
        ]
        waits = [_done_since(case, part, incident) for part in asked]
        return [] if not waits or any(not part for part in waits) else waits[_reachable(case, asked)]
    if need[0] == "step":
        step = case.process.steps[need[1]]
        if case.applies(step) is False:
            return []
        done = any(
            r.seq > incident.number
            and r.at >= incident.at
            and case.passes(step, r)
            and (need[2] is None or r.result in need[2])
            for _, r in case.records(step)
        )
        return [] if done else [Wait("step", step.id, need)]
    if need == ("fact", "person_reached"):
        reached = any(c.reached and c.seq > incident.number for c in case.recorded.contacts)
        return [] if reached else [Wait("fact", "person_reached")]
    return case.need_waits(need)


def _reachable(case: CaseNow, needs: Iterable[Need]) -> int:
    """Choose, among alternatives, the one that can be done soonest: it waits for no move, for the fewest steps, nor lies behind."""
    landed = "arrived" in case.recorded.moves

    def distance(need: Need) -> tuple[bool, bool, int]:
        steps = [case.process.steps[id] for id in steps_in(need)]
        waits = [w.kind for step in steps for w in case.present.waits(step, StepKey(step.id))]
        behind = landed and any(step.gate in ("prepare", "depart") for step in steps)
        return behind, "event" in waits, sum(kind in ("step", "document") for kind in waits)

    ranked = sorted(enumerate(needs), key=lambda item: (distance(item[1]), item[0]))
    return ranked[0][0] if ranked else 0


def step_reasons(case: CaseNow, move: str, *, leave_out: Iterable[str] = ()) -> list[Reason]:
    """Give a reason for every step that a move waits for, and for what those wait for."""
    process, left_out = case.process, set(leave_out)
    moves = ("prepare", "depart") if move == "depart" else (move,)
    steps = [step for m in moves for step in process.gate_steps.get(m, ())]
    listed: dict[str, list[Reason]] = {}
    waiting = [step for step in steps if step.id not in left_out]
    while waiting:
        step = waiting.pop(0)
        if step.id in listed:
            continue
        listed[step.id] = one_step(case, step)
        if any(not r.met for r in listed[step.id]):
            waiting += [process.steps[id] for id in _waited_for(case, step) if id not in listed and id not in left_out]
    reasons = [r for id in sorted(listed, key=process.order.__getitem__) for r in listed[id]]
    if CLEARANCE in listed and any(not r.met for r in reasons if r.subject not in (CLEARANCE, ASSISTANCE)):
        reasons = [not_yet(r) if r.subject in (CLEARANCE, ASSISTANCE) else r for r in reasons]
    return reasons


def not_yet(reason: Reason) -> Reason:
    return replace(reason, remedy=replace(reason.remedy, from_=None)) if reason.remedy else reason


def _waited_for(case: CaseNow, step: Step) -> list[str]:
    present = case.present
    found: list[str] = []
    for key in present.keys(step) or [StepKey(step.id)]:
        for wait in present.waits(step, key):
            if wait.kind == "step":
                found.append(wait.subject)
            if wait.kind == "document":
                found += _steps_for_document(case, wait.subject)
    if step.done_by and step.done_by.command == "document":
        for kind in case.process.documents.values():
            wanted = kind.id in step.done_by.subjects or set(step.done_by.subjects) & set(kind.satisfies)
            if wanted and case.may_hold(kind.when):
                found += [w.subject for w in present.document_waits(kind) if w.kind == "step"]
                for wait in present.document_waits(kind):
                    if wait.kind == "document":
                        found += _steps_for_document(case, wait.subject)
                    if wait.kind == "fact" and wait.subject == "travel_booked":
                        found.append("travel_plan")
    return found


def _steps_for_document(case: CaseNow, kind: str) -> list[str]:
    return [
        step.id
        for step in case.process.done_by_command.get("document", ())
        if step.done_by
        and (kind in step.done_by.subjects or set(step.done_by.subjects) & set(case.process.documents[kind].satisfies))
    ]


def one_step(case: CaseNow, step: Step) -> list[Reason]:
    """Give the reasons of one step: one per round and person that is asked for."""
    if case.applies(step) is False:
        return []
    if step.any_rounds and case.is_done(step.id):
        return [_reason(case, step, StepKey(step.id), is_met=True)]
    keys = case.keys(step)
    if step.any_rounds:
        keys = [key for key in keys if not case.passes(step, case.recorded.steps.get(key.text()))][:1]
    return [_one_key(case, step, key) for key in keys if case.applies(step, key) is not False]


def _one_key(case: CaseNow, step: Step, key: StepKey) -> Reason:
    record = case.recorded.steps.get(key.text())
    good = record is not None and case.passes(step, record) and case.is_fresh(step, record)
    return _reason(case, step, key, is_met=good)


def _reason(case: CaseNow, step: Step, key: StepKey, *, is_met: bool) -> Reason:
    title = case.process.title("steps", step.id)
    phase = PHASE_NUMBER[step.phase]
    label = case.process.label("steps", step.id)
    source = tuple(label.get("source") or ())
    if is_met:
        return replace(met("STEP", "'{step}' is done", subject=step.id, source=source, step=title), phase=phase)
    fact, todo = _words(case, step, key)
    remedy = remedies.for_step(case, step, key)
    names = {"step": title, "round": key.round, "of": key.of}
    return replace(unmet("STEP", fact, todo, subject=step.id, remedy=remedy, source=source, **names), phase=phase)


def _words(case: CaseNow, step: Step, key: StepKey) -> tuple[str, str]:
    record = case.recorded.steps.get(key.text())
    state = record.state if record else "none"
    round_ = " (round {round})" if key.round else ""
    for_ = " for {of}" if key.of else ""
    name = "'{step}'" + round_ + for_
    if state == "done" and not case.passes(step, record):
        return f"{name} is done, but its result does not pass", "do it again when things have changed"
    if state == "done":
        return f"{name} will be too old on that day", "do it again, late enough"
    if state == "in_progress" and record and record.signed:
        return f"{name} still needs another signature", "have it signed by the other role"
    if state == "failed":
        return f"{name} was tried without a result", "try again"
    waits = case.present.waits(step, key)
    if any(w.kind == "fact" and w.subject in case.process.facts for w in waits):
        return f"it is not known yet whether {name} is needed, or may begin", "record what is asked"
    if any(w.kind == "consent" for w in waits) and not any(w.kind in ("step", "event", "document") for w in waits):
        return f"{name} waits for the person's consent", "ask the person"
    if any(w.kind != "time" for w in waits):
        return f"{name} is not done; other steps come first", "do those first"
    return f"{name} is not done", "do it"
