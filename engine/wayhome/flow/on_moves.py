"""Opening a case, incidents and their end, the moves, and adopting a newer process."""

from __future__ import annotations

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.case_now.roles import command_roles
from wayhome.errors import BadInput
from wayhome.flow.answer import Answer, clearance_stands, open_incident, role_for, role_for_command
from wayhome.flow.machine import PHASE, STATUS
from wayhome.flow.on_people import read_facts
from wayhome.flow.on_steps import complete_by_command
from wayhome.flow.values import as_code, as_day, as_text, one_of, unknown
from wayhome.model.case import IncidentRecord, StepKey
from wayhome.model.command import Incident, Move, Open, Rebase, Resolve
from wayhome.model.moves import MOVES
from wayhome.model.reason import Remedy, unmet
from wayhome.packs.process import IncidentKind, Process
from wayhome.rules import gates, remedies
from wayhome.rules.conditions_said import said

RELATIONS_OF_CASES = ("re_trafficked", "companion", "family", "earlier_return", "duplicate")


def on_open(case: CaseNow, command: Open, answer: Answer) -> None:
    """Open a case. The number was made by whoever calls; the process is the one for the two countries."""
    answer.role = role_for_command(case, "open")
    actor = case.actor
    assert actor is not None
    facts = read_facts(case, command.facts)
    relation = one_of("relation", command.relation, RELATIONS_OF_CASES) if command.relation else None
    if (command.linked_to is None) != (relation is None):
        raise BadInput("A linked case says both: to which, and how.", todo="Give linked_to=… and relation=….")
    answer.emit(
        "opened",
        number=case.recorded.number,
        host_country=case.process.host_country,
        origin_country=case.process.origin_country,
        organisation=as_code("organisation", command.organisation or actor.organisation),
        facts=facts,
        linked_to=command.linked_to,
        relation=relation,
    )


# --- incidents ----------------------------------------------------------------------------


def kind_of(process: Process, given: str) -> IncidentKind:
    """Find a type of incident by its id or an alias.

    Raises:
        BadInput: there is none.
    """
    kind = process.incidents.get(process.aliases.get(given, given))
    if kind is None:
        raise unknown("incident", given, [*process.incidents, *process.aliases])
    return kind


def on_incident(case: CaseNow, command: Incident, answer: Answer) -> None:
    """Open an incident, with everything that follows from it in the same transaction."""
    answer.role = role_for_command(case, "incident")
    kind = kind_of(case.process, command.type)
    effect = None
    if command.effect is not None:
        allowed = kind.may_choose or (kind.effect.get(case.recorded.phase, "none"),)
        effect = one_of("effect", command.effect, allowed)
    title = case.process.title("incidents", kind.id)
    if case.recorded.is_closed and kind.id != "data_breach":
        answer.ask(
            unmet(
                "PHASE",
                "the case is closed",
                "reopen it first",
                subject="closed",
                remedy=Remedy({"do": "move", "to": "reopen"}, command_roles(case, "move", "reopen"), case.now),
            )
        )
    if case.recorded.has_open(kind.id):
        answer.ask(unmet("INPUT", "'{incident}' is open already", "add a note to it", subject=kind.id, incident=title))
    if case.recorded.phase not in kind.phases:
        answer.ask(
            unmet(
                "PHASE",
                "'{incident}' does not happen in the phase '{phase}'",
                "look for the one that fits",
                subject=kind.id,
                incident=title,
                phase=case.recorded.phase,
            )
        )
    review_on = as_day("review_on", command.review_on).isoformat() if command.review_on else None
    sealed = {"case": {"note": as_text("note", command.note)}} if command.note else {}
    open_incident(case, answer, kind, effect=effect, review_on=review_on, sealed=sealed)


def on_resolve(case: CaseNow, command: Resolve, answer: Answer) -> None:
    """End an incident when what it needs was done since it was opened."""
    answer.role = role_for_command(case, "resolve")
    incident = _open_incident(case, command.incident)
    kind = case.process.incidents[incident.type]
    for wait in gates.resolve_waits(case, incident):
        if wait.kind == "step":
            step = case.process.steps[wait.subject]
            keys = case.keys(step) or [StepKey(step.id)]
            answer.ask(
                unmet(
                    "STEP",
                    "'{step}' must be done first, after what has happened",
                    "do it",
                    subject=step.id,
                    step=case.process.title("steps", step.id),
                    remedy=remedies.for_step(case, step, keys[0]),
                )
            )
        else:
            answer.ask(
                unmet(
                    "INPUT",
                    "the person has not been reached since",
                    "go on trying, in the agreed order",
                    subject=wait.subject,
                    remedy=Remedy(
                        {"do": "contact", "with": "person", "channel": "phone", "reached": True},
                        command_roles(case, "contact"),
                    ),
                )
            )
    outcome = as_code("outcome", command.outcome) if command.outcome else None
    resume = command.resume_step
    if resume is not None and resume not in case.process.steps:
        raise unknown("step", resume, case.process.steps)
    answer.emit(
        "incident_resolved",
        incident=incident.number,
        type=incident.type,
        outcome=outcome,
        resume_step=resume or (kind.resume_step[0] if kind.resume_step else None),
        by=command.by,
    )


def _open_incident(case: CaseNow, given: str) -> IncidentRecord:
    text = str(given)
    name = case.process.aliases.get(text, text)
    for incident in case.recorded.open_incidents:
        if str(incident.number) == text or incident.type == name:
            return incident
    raise unknown("open incident", text, [i.type for i in case.recorded.open_incidents])


# --- moves --------------------------------------------------------------------------------------


def on_move(case: CaseNow, command: Move, answer: Answer) -> None:
    """Make a move, or say everything that stands against it."""
    row = MOVES.get(command.to)
    if row is None:
        raise unknown("move", command.to, MOVES)
    answer.role = role_for_command(case, "move", move=row.name)
    if row.name == "close":
        _close(case, command, answer)
        return
    answer.ask(*gates.move_reasons(case, row.name))
    if row.name == "reopen":
        _reopen(case, answer)
    if row.to is not None and answer.allowed:
        assert PHASE.next(case.recorded.phase, row.name) == row.to, row
    reason = {"case": {"reason": as_text("reason", command.reason)}} if command.reason else {}
    answer.emit(row.event, reason, by=command.by)
    if row.name == "turn_back":
        _back_home(case, answer)
    _steps_of_move(case, row.name, answer)


def _steps_of_move(case: CaseNow, move: str, answer: Answer) -> None:
    for step in case.process.done_by_command.get("move", ()):
        if step.done_by and move in step.done_by.subjects and case.applies(step) is not False:
            complete_by_command(case, answer, step)


def _back_home(case: CaseNow, answer: Answer) -> None:
    """Back in the host country: what was said and cleared for that journey no longer counts."""
    recorded, steps = case.recorded, case.process.steps
    undone = [
        key
        for key, record in recorded.steps.items()
        if (step := steps.get(StepKey.read(key).step)) is not None
        and record.state != "open"
        and (step.id == CLEARANCE or step.phase in ("travel", "arrival"))
    ]
    if undone:
        answer.emit("steps_reset", steps=undone, because="turned_back")
    answer.emit("travel_cancelled")


def _close(case: CaseNow, command: Move, answer: Answer) -> None:
    process, recorded = case.process, case.recorded
    if not command.reason:
        raise BadInput("A case closes with a reason.", todo=f"Say reason=… ({', '.join(process.outcomes)}).")
    outcome = process.outcomes.get(command.reason)
    if outcome is None:
        raise unknown("reason to close", command.reason, process.outcomes)
    title = process.title("outcomes", outcome.id)
    answer.ask(*gates.phase_reasons(case, "close"))
    if recorded.phase not in outcome.phases:
        answer.ask(
            unmet(
                "PHASE",
                "a case does not close as '{outcome}' in the phase '{phase}'",
                "choose the reason that fits",
                subject=outcome.id,
                outcome=title,
                phase=recorded.phase,
            )
        )
    leads_here = any(
        outcome.id in process.incidents[i.type].closes_as
        for i in recorded.open_incidents
        if i.type in process.incidents
    )
    if not leads_here and case.holds(outcome.when) is not True:
        label = process.label("outcomes", outcome.id)
        answer.ask(
            unmet(
                "FACT",
                "'{outcome}' needs this to be recorded: {what}",
                str(label.get("todo") or "record it, or choose another reason").replace("{", "(").replace("}", ")"),
                subject=outcome.id,
                outcome=title,
                what=said(process, outcome.when),
            )
        )
    if outcome.gated:
        answer.ask(*gates.step_reasons(case, "close"))
    if answer.allowed:
        assert STATUS.next(recorded.status, "close") == "closed"
    answer.emit("closed", reason=outcome.id, by=command.by)
    if clearance_stands(case):
        answer.emit("clearance_voided", steps=[CLEARANCE], because="closed")
    _steps_of_move(case, "close", answer)


def _reopen(case: CaseNow, answer: Answer) -> None:
    recorded = case.recorded
    if not recorded.is_closed:
        answer.ask(unmet("PHASE", "the case is not closed", "go on working on it", subject="reopen"))
        return
    outcome = case.process.outcomes.get(recorded.closed_as or "")
    if outcome is not None and outcome.final:
        answer.ask(
            unmet(
                "PHASE",
                "a case that closed as '{outcome}' is not reopened",
                "open a new one if there is a new return",
                subject=outcome.id,
                outcome=case.process.title("outcomes", outcome.id),
            )
        )


# --- a newer process ----------------------------------------------------------------------------


def on_rebase(case: CaseNow, command: Rebase, answer: Answer, newer: Process | None) -> None:
    """Adopt a newer process, if nothing that was begun would be lost."""
    managers = command_roles(case, "rebase")
    answer.role = role_for(case, managers, "rebase")
    if newer is None:
        raise BadInput(
            "There is no process with this digest here.", todo="Look at `process show`, and copy its digest."
        )
    recorded = case.recorded
    if newer.digest == recorded.digest:
        answer.ask(
            unmet("INPUT", "the case runs under this process already", "nothing is to be done", subject="digest")
        )
    if (newer.host_country, newer.origin_country) != (recorded.host_country, recorded.origin_country):
        answer.ask(
            unmet("INPUT", "that process is for other countries", "take the one for this case", subject="digest")
        )
    gone = sorted({StepKey.read(k).step for k in recorded.steps} - set(newer.steps))
    gone += sorted({d.kind for d in recorded.documents.values()} - set(newer.documents))
    gone += sorted({i.type for i in recorded.open_incidents} - set(newer.incidents)) + sorted(
        set(recorded.facts) - set(newer.facts)
    )
    if gone:
        answer.ask(
            unmet(
                "INPUT",
                "these were begun, and the newer process does not know them: {gone}",
                "stay with the process of this case",
                subject="digest",
                gone=", ".join(gone),
            )
        )
    answer.emit("rebased", digest=newer.digest, before=recorded.digest)
    if clearance_stands(case):
        answer.emit("clearance_voided", steps=[CLEARANCE], because="rebased")
