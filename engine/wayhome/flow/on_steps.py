"""The five commands on a step: start, complete (with signatures), fail, skip, redo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wayhome.case_now import CLEARANCE, CaseNow, Wait
from wayhome.case_now.roles import able, managers
from wayhome.errors import BadInput
from wayhome.flow.answer import Answer, open_incident, role_for, with_phase
from wayhome.flow.machine import STEP
from wayhome.flow.values import Fields, as_instant, as_text, not_older_than, read_fields, unknown
from wayhome.model.case import StepKey, StepRecord
from wayhome.model.command import Complete, Fail, Redo, Skip, Start, StepCommand
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Reason, Remedy, met, unmet
from wayhome.packs.process import Step
from wayhome.rules import gates, remedies

FIT_CHECK = "fit_to_travel_check"
OWN_WORDS = ("self_declared", "declined")


def on_step(case: CaseNow, command: StepCommand, answer: Answer) -> None:
    """Decide one of the five commands."""
    step = case.process.steps.get(command.step)
    if step is None:
        raise unknown("step", command.step, case.process.steps)
    key = _key(case, step, command)
    record = case.recorded.steps.get(key.text())
    answer.role = _role(case, step, command, record)
    if isinstance(command, Complete):
        _complete(case, step, key, command, answer)
    elif isinstance(command, Start):
        _change(case, step, key, answer, "start")
        answer.ask(*ready_reasons(case, step, key))
        answer.emit("step_started", **_where(key))
    elif isinstance(command, Fail):
        _change(case, step, key, answer, "fail")
        _no_result(command)
        answer.emit("step_failed", _reason(command), **_where(key))
    elif isinstance(command, Skip):
        _skip(case, step, key, command, answer)
    elif isinstance(command, Redo):
        _change(case, step, key, answer, "redo")
        answer.emit("step_redone", _reason(command), **_where(key))


def _key(case: CaseNow, step: Step, command: StepCommand) -> StepKey:
    of = command.of or ""
    if step.each and of not in {p.ref for p in case.recorded.companions}:
        raise unknown("travelling companion", of or "nobody", [p.ref for p in case.recorded.companions])
    if not step.each and of:
        raise BadInput(f"The step '{step.id}' is about the person alone.", todo="Leave out of=…")
    if step.rounds:
        known = [r.id for r in step.rounds]
        if command.round is None:
            raise BadInput(f"The step '{step.id}' has rounds.", todo=f"Say which: round={' or round='.join(known)}.")
        if command.round not in known:
            raise unknown(f"round of '{step.id}'", command.round, known)
        return StepKey(step.id, command.round, of)
    if step.any_rounds:
        if command.round is not None:
            return StepKey(step.id, as_round(command.round), of)
        begun = [k for k, r in case.records(step) if r.state != "done"]
        return begun[-1] if begun else StepKey(step.id, str(len(case.records(step)) + 1), of)
    if command.round is not None:
        raise BadInput(f"The step '{step.id}' has no rounds.", todo="Leave out round=…")
    return StepKey(step.id, "", of)


def as_round(value: str) -> str:
    """Read the id of a round of one's own."""
    text = str(value)
    if not text.replace("_", "").replace("-", "").isalnum() or len(text) > 20:
        raise BadInput("A round is a short word or number.", todo="Write for example round=3.")
    return text


def _role(case: CaseNow, step: Step, command: StepCommand, record: StepRecord | None) -> str:
    if isinstance(command, Complete) and step.sign:
        signed = {role for role, _, _ in record.signed} if record and record.state == "in_progress" else set()
        return role_for(
            case, [r for r in step.sign if r not in signed] or step.sign, f"sign '{step.id}'", by=command.by
        )
    if isinstance(command, Skip) and step.may_decline:  # the person declines; whoever manages the case writes it down
        return role_for(case, (*step.who, *managers(case)), f"'{step.id}'", by=command.by)
    return role_for(
        case, (*step.who, *(step.sign if not isinstance(command, Complete) else ())), f"'{step.id}'", by=command.by
    )


def _where(key: StepKey) -> dict[str, Any]:
    return {"step": key.step, "round": key.round, "of": key.of}


def _reason(command: StepCommand) -> dict[str, dict[str, Any]]:
    return {"case": {"reason": as_text("reason", command.reason)}} if command.reason else {}


def _no_result(command: StepCommand) -> None:
    if command.result is not None:
        raise BadInput("A step that failed has no result.", todo="Leave out result=…, or complete it.")


def _change(case: CaseNow, step: Step, key: StepKey, answer: Answer, trigger: str) -> None:
    """Ask whether the step's life cycle leads on from where it stands."""
    record = case.recorded.steps.get(key.text())
    not_older_than(f"the step '{step.id}'", record.at if record else None, case.at)
    state = record.state if record else "none"
    if STEP.next(state, trigger) is not None:
        return
    who, by = able(case, step.who)
    if state == "done":
        redo = Remedy(
            {"do": "redo", "step": step.id} | ({"by": by} if by else {}) | ({"round": key.round} if key.round else {}),
            who,
            case.now,
        )
        answer.ask(
            unmet(
                "STEP",
                "'{step}' is done already",
                "redo it first, if it must be done again",
                subject=step.id,
                remedy=redo,
                step=case.process.title("steps", step.id),
            )
        )
    else:
        answer.ask(
            unmet(
                "STEP",
                "'{step}' stands at '{state}', and '{trigger}' does not lead on from there",
                "look at `case show`",
                subject=step.id,
                step=case.process.title("steps", step.id),
                state={"none": "not begun", "open": "to be done"}.get(state, state),
                trigger=trigger,
            )
        )


def ready_reasons(case: CaseNow, step: Step, key: StepKey) -> list[Reason]:
    """Say everything that a step still waits for, each as a reason."""
    if case.applies(step, key) is False:
        record = case.recorded.steps.get(key.text())
        if record is None or record.state != "skipped":
            return [
                unmet(
                    "STEP",
                    "'{step}' is not asked for in this case",
                    "look at `case show`",
                    subject=step.id,
                    step=case.process.title("steps", step.id),
                )
            ]
    reasons = [_wait_reason(case, step, wait) for wait in case.waits(step, key)]
    return reasons or [
        met("STEP", "'{step}' may be done now", subject=step.id, step=case.process.title("steps", step.id))
    ]


def _wait_reason(case: CaseNow, step: Step, wait: Wait) -> Reason:
    process = case.process
    phase = PHASE_NUMBER[step.phase]
    title = process.title("steps", step.id)
    if wait.kind == "fact":
        fact = process.title("facts", wait.subject)
        return with_phase(
            unmet(
                "FACT",
                "it is not recorded: {fact}",
                "record it",
                subject=wait.subject,
                fact=fact,
                remedy=remedies.for_fact(case, wait.subject) if wait.subject in process.facts else None,
            ),
            phase,
        )
    if wait.kind == "consent":
        return with_phase(
            unmet(
                "CONSENT",
                "the person's consent is not there: {purpose}",
                "ask the person",
                subject=wait.subject,
                purpose=process.title("consents", wait.subject),
                remedy=remedies.for_consent(case, wait.need),
            ),
            phase,
        )
    if wait.kind == "document":
        return with_phase(
            unmet(
                "DOCUMENT",
                "this paper is not there: {paper}",
                "get it first",
                subject=wait.subject,
                paper=process.title("documents", wait.subject),
                remedy=remedies.for_document(case, process.documents[wait.subject], "held", "", case.now),
            ),
            phase,
        )
    if wait.kind == "time":
        until = wait.until.isoformat().replace("+00:00", "Z") if wait.until else process.title("steps", wait.subject)
        return with_phase(
            unmet(
                "STEP",
                "'{step}' may not be done before {until}",
                "wait until then",
                subject=step.id,
                step=title,
                until=until,
                remedy=Remedy(remedies.for_step(case, step, StepKey(step.id)).do, step.who, wait.until),
            ),
            phase,
        )
    if wait.kind == "event":
        return with_phase(
            unmet(
                "PHASE",
                "'{step}' comes after the move '{event}'",
                "make that move first",
                subject=wait.subject,
                step=title,
                event=wait.subject,
            ),
            phase,
        )
    other = process.steps[wait.subject]
    keys = case.keys(other) or [StepKey(other.id)]
    return with_phase(
        unmet(
            "STEP",
            "'{step}' comes first",
            "do it",
            subject=other.id,
            step=process.title("steps", other.id),
            remedy=remedies.for_step(case, other, keys[0]),
        ),
        phase,
    )


# --- complete --------------------------------------------------------------------------------


def _complete(case: CaseNow, step: Step, key: StepKey, command: Complete, answer: Answer) -> None:
    given = dict(command.fields)
    if step.inform_first:
        _told_before(case, step, given, answer)
    fields = read_fields(step.fields, given)
    result = _result(step, command.result, fields)
    by_command = step.done_by is not None and result in (None, step.favourable)
    _change(case, step, key, answer, "complete" if not step.sign else "sign")
    if by_command:
        assert step.done_by is not None
        remedy = remedies.for_step(case, step, key)
        answer.ask(
            unmet(
                "STEP",
                "'{step}' is done by the command '{command}', not by complete",
                "give that command",
                subject=step.id,
                step=case.process.title("steps", step.id),
                command=step.done_by.command,
                remedy=remedy,
            )
        )
    answer.ask(*ready_reasons(case, step, key))
    if step.id == FIT_CHECK and result not in OWN_WORDS and answer.role != "medical_officer":
        answer.ask(
            unmet(
                "ROLE",
                "only a doctor or nurse says who is fit to travel",
                "have a medical officer check",
                subject=step.id,
            )
        )
    answer.ask(*stale_evidence(case, step))
    if step.id == CLEARANCE:
        answer.ask(*gates.move_reasons(gates.at_departure(case), "depart", clearing=True))
    if step.sign:
        _sign(case, step, key, command, answer, result, fields)
    else:
        answer.emit("step_completed", fields.sealed, **_where(key), result=result, values=fields.clear, by=command.by)
        consequences(case, step, result, answer)


def _told_before(case: CaseNow, step: Step, given: dict[str, Any], answer: Answer) -> None:
    """A statutory step: the person is told before it happens."""
    told = given.pop("informed_at", None)
    if told is None:
        answer.ask(
            unmet(
                "STEP",
                "the person was not told first that '{step}' must be done",
                "tell the person, and add informed_at=…",
                subject=step.id,
                step=case.process.title("steps", step.id),
            )
        )
    elif as_instant("informed_at", told) > case.at:
        raise BadInput("The person must be told before, not after.", todo="Correct informed_at.")


def _result(step: Step, given: str | None, fields: Fields) -> str | None:
    computed = next((True for f in step.fields.values() if f.gives_result), False)
    if computed and fields.result is not None:
        if given is not None and given != fields.result:
            raise BadInput(
                f"The result of '{step.id}' is computed: {fields.result}.",
                why="It is the highest risk that remains in the table.",
                todo="Leave out result=…, or correct the table.",
            )
        given = fields.result
    if not step.results:
        if given is not None:
            raise BadInput(f"The step '{step.id}' has no results.", todo="Leave out result=…")
        return None
    if given is None:
        raise BadInput(f"The step '{step.id}' needs a result.", todo=f"Say result={' or result='.join(step.results)}.")
    if given not in step.results:
        raise unknown(f"result of '{step.id}'", given, step.results)
    return given


def stale_evidence(case: CaseNow, step: Step) -> list[Reason]:
    """Say which evidence is too old at the moment of this step, where its age is judged at it."""
    return [
        unmet(
            "STEP",
            "'{step}' is older than {span}",
            "do it again first",
            subject=other.id,
            remedy=remedy,
            span=span,
            step=case.process.title("steps", other.id),
        )
        for (other, span), remedy in remedies.stale_for(case, step)
    ]


def _sign(
    case: CaseNow,
    step: Step,
    key: StepKey,
    command: Complete,
    answer: Answer,
    result: str | None,
    fields: Fields,
) -> None:
    actor = case.actor
    assert actor is not None
    record = case.recorded.steps.get(key.text())
    before = list(record.signed) if record and record.state == "in_progress" else []
    title = case.process.title("steps", step.id)
    if any(role == answer.role for role, _, _ in before):
        answer.ask(
            unmet(
                "ROLE",
                "'{step}' is signed in this role already",
                "let the other role sign",
                subject=step.id,
                step=title,
            )
        )
    if any(who == actor.id for _, who, _ in before):
        answer.ask(
            unmet(
                "ROLE", "the same person signed '{step}' already", "let somebody else sign", subject=step.id, step=title
            )
        )
    if any(earlier != (result or "") for _, _, earlier in before):
        answer.ask(
            unmet(
                "ROLE",
                "the first signature on '{step}' gave another result",
                "agree first; redo it if the first was wrong",
                subject=step.id,
                step=title,
            )
        )
    signed = [*before, (answer.role, actor.id, result or "")]
    complete = {role for role, _, _ in signed} >= set(step.sign)
    values = {**(record.values if record and before else {}), **fields.clear}
    answer.emit(
        "step_completed" if complete else "step_signed",
        fields.sealed,
        **_where(key),
        result=result,
        values=values,
        signed=[list(s) for s in signed],
        by=command.by,
    )
    if complete:
        consequences(case, step, result, answer)


def consequences(case: CaseNow, step: Step, result: str | None, answer: Answer) -> None:
    """What a result brings with it: facts, roles, incidents."""
    declared = step.results.get(result or "")
    if declared is None:
        return
    if declared.sets:
        answer.emit("facts_recorded", facts=dict(declared.sets))
    for role, holder in declared.assigns.items():
        answer.emit("role_assigned", role=role, organisation=_holder(case, holder))
    if declared.opens and not case.recorded.has_open(declared.opens):
        open_incident(case, answer, case.process.incidents[declared.opens], keep=step.id)


def _holder(case: CaseNow, role: str) -> str:
    if role == "case_manager_receiving" and (held := case.recorded.roles.get("receiving_organisation")):
        return held.party
    return case.recorded.organisation


def complete_by_command(
    case: CaseNow, answer: Answer, step: Step, *, values: Mapping[str, Any] | None = None, of: str = ""
) -> None:
    """Complete a step whose own command was just given."""
    result = step.favourable
    answer.emit("step_completed", step=step.id, of=of if step.each else "", result=result, values=dict(values or {}))
    consequences(case, step, result, answer)


# --- skip ----------------------------------------------------------------------------------------


def _skip(case: CaseNow, step: Step, key: StepKey, command: Skip, answer: Answer) -> None:
    _change(case, step, key, answer, "skip")
    if not command.reason:
        raise BadInput("Say why this step is left out.", todo="Add reason='…'.")
    if step.kind != "offered" and not step.may_decline:
        answer.ask(
            unmet(
                "STEP",
                "'{step}' cannot be left out",
                "do it, or say what failed",
                subject=step.id,
                step=case.process.title("steps", step.id),
                remedy=remedies.for_step(case, step, key),
            )
        )
    answer.emit("step_skipped", _reason(command), **_where(key))
