"""The five commands on a step: start, complete, fail, skip, redo; and what a result brings with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from wayhome.calendar.spans import instant_text
from wayhome.case_now import CaseNow
from wayhome.case_now.roles import managers
from wayhome.commands.answer import Act, Answer, role_for, sealed_reason
from wayhome.commands.changes import Apply, Change, is_brought, is_history, with_history, written_alone
from wayhome.commands.incidents import must_be_within_longest_review, open_incident, open_those
from wayhome.commands.life_cycles import STEP
from wayhome.commands.values import StepValues, missing, must_work_there, nobody_is_known, not_older_than, read_fields
from wayhome.errors import BadInput, Template, part, term
from wayhome.model.case import Case, StepKey, StepRecord
from wayhome.model.closed_sets import PERSON, WRITTEN
from wayhome.model.command import OnAStep, Question, StepCommand
from wayhome.model.data import data
from wayhome.model.event import Event, begins, day_of
from wayhome.model.reading import as_instant, bad, unknown
from wayhome.model.reason import Finding, no
from wayhome.packs.kinds.fields import BY, NOT_ASKED, FieldSpec
from wayhome.packs.kinds.kind import as_list
from wayhome.packs.kinds.steps import EXTRA, PARTY, Step

__all__ = ["Complete", "Fail", "Redo", "Skip", "Start"]


@data(kw_only=True)
class Start(StepCommand):
    """Say that work on a step has begun (or a stay, or a period)."""

    word: ClassVar[str] = "start"
    unruled: ClassVar[Template] = "beginning is judged by what the step waits for"


@data(kw_only=True)
class Complete(StepCommand):
    """Say that a step is done, with its result. Where two must sign, it is a draft, which the other signs.

    `confirms`: what an outdated step rests on was looked at again, and its result still stands. It does not become younger.
    """

    word: ClassVar[str] = "complete"
    clock_may: ClassVar[bool] = True

    result: Annotated[str | None, Question("What came out?", of="results", needed=True)] = None
    confirms: bool | None = None


@data(kw_only=True)
class Fail(StepCommand):
    """Say that no result came about."""

    word: ClassVar[str] = "fail"
    unruled: ClassVar[Template] = "what did not come about may be written down"
    clock_may: ClassVar[bool] = True

    reason: Annotated[str | None, Question("Why was there no result?")] = field(default=None, repr=False)


@data(kw_only=True)
class Skip(StepCommand):
    """Leave out a step that is only offered, or that the person declines. Needs a reason."""

    word: ClassVar[str] = "skip"
    unruled: ClassVar[Template] = "leaving out is judged by the kind of the step"

    reason: Annotated[str | None, Question("Why is it left out?", needed=True)] = field(default=None, repr=False)


@data(kw_only=True)
class Redo(StepCommand):
    """Do a step again; what depended on it stays done."""

    word: ClassVar[str] = "redo"
    unruled: ClassVar[Template] = "doing a step again may always be asked"

    reason: Annotated[str | None, Question("Why again?")] = field(default=None, repr=False)


def on_start(case: CaseNow, command: Start, answer: Answer) -> None:
    """Begin a step."""
    step, key = _named(case, command, answer)
    older = case.is_before("steps", key.text())
    emit_step(case, answer, "step_started", step, key, "start", older=older, by=command.by)


def on_fail(case: CaseNow, command: Fail, answer: Answer) -> None:
    """Say that no result came about."""
    step, key = _named(case, command, answer)
    if command.result is not None:
        raise BadInput("A step that failed has no result.", todo="Leave out 'result', or complete it.", field="result")
    older = case.is_before("steps", key.text())
    emit_step(case, answer, "step_failed", step, key, "fail", sealed_reason(command.reason), older=older, by=command.by)


def on_skip(case: CaseNow, command: Skip, answer: Answer) -> None:
    """Leave out a step that is only offered, or that the person declines."""
    step, key = _named(case, command, answer)
    if not command.reason:
        raise BadInput("Say why this step is left out.", todo="Say why, in 'reason'.", field="reason", code="missing")
    older = case.is_before("steps", key.text())
    emit_step(
        case, answer, "step_skipped", step, key, "skip", sealed_reason(command.reason), older=older, by=command.by
    )


def on_redo(case: CaseNow, command: Redo, answer: Answer) -> None:
    """Do a step again."""
    step, key = _named(case, command, answer)
    _not_before(case, step, key)
    emit_step(case, answer, "step_redone", step, key, "redo", sealed_reason(command.reason), by=command.by)


def on_complete(case: CaseNow, command: Complete, answer: Answer) -> None:
    """Complete a step with its result and fields; where two sign, this is the draft, and its first signature."""
    step, key = _named(case, command, answer)
    if command.confirms:
        _not_before(case, step, key)
        _confirm(case, command, answer, step, key)
        return
    given = dict(command.fields)
    told = given.pop("informed_at", None) if step.inform_first else None
    if told is not None and as_instant("informed_at", told) > case.ends:
        todo = "Correct informed_at."
        answer.wrong(BadInput("The person must be told before, not after.", todo=todo, field="informed_at"))
    _says_whose_word_it_is(case, step, command, answer)
    fields, result = StepValues({}, {}), None
    with answer.faults.gathered():
        # What others left unsaid nobody invents; what is computed follows from what was said.
        required = not case.is_report or step.is_computed
        fields = read_fields(step.fields, given, required=required, examples=case.process.examples)
    _lie_behind(case, step, fields, answer)
    if step.look_again in fields.clear and not case.is_report:
        must_be_within_longest_review(case, date.fromisoformat(fields.clear[step.look_again]), step.look_again, answer)
    with answer.faults.gathered():
        result = _result(step, command.result, fields, is_read=not answer.faults)
    for name in step.results[result].needs_fields if result and not case.is_report else ():
        if given.get(name) is None:
            answer.wrong(missing(name, "The result that is given needs it."))
    for name, spec in step.fields.items() if not case.is_report else ():
        needed = spec.needed_with and NOT_ASKED not in spec.opens and _follows(spec, fields)
        if given.get(name) is None and (result in case.turned(spec, key) or needed):
            answer.wrong(missing(name, "What was seen there needs it."))
        other = fields.clear.get(spec.unlike or "") if spec.unlike != BY else command.by or PERSON
        if spec.unlike and fields.clear.get(name) is not None and fields.clear[name] == other:
            same: Template = "'{name}' is another than '{other}'."
            todo = "Name another; where there is only one, say so."
            answer.wrong(bad(name, "contradiction", same, todo, other=spec.unlike))
    _names_a_worker_there(case, step, result, fields, answer)
    heard = command.by if _is_for_another(case, step, command) else None
    _whose_word_counts(case, step, result, answer, heard=heard)
    said: dict[str, Any] = {"result": result, "values": fields.clear, "by": command.by}
    signatures, older = case.signatures(step, key, result, fields.clear), case.is_before("steps", key.text())
    if (signatures or step == case.process.vetting) and case.actor is not None:  # who vets is not who brings
        said["signed"] = [[answer.role, case.actor.id, result or ""]]
    if signatures:
        emit_step(case, answer, "step_signed", step, key, "sign", fields.sealed, older=older, **said)
    else:
        emit_step(case, answer, "step_completed", step, key, "complete", fields.sealed, older=older, **said)
    _alarm(case, step, result, answer, by=command.by)  # at once, also while another signature is missing
    for name, spec in ((name, spec) for name, spec in step.fields.items() if spec.opens):
        unsaid = NOT_ASKED if _follows(spec, fields) else None  # a danger that nobody asked about is one
        for opened in spec.opened_by(fields.clear.get(name, unsaid)):
            open_incident(case, answer, case.process.incidents[opened], keep=step.id)
    if not signatures:
        consequences(case, step, result, answer, case.at, fields.clear)
        if not older:
            undo(case, answer, step, key, case.at)


def _follows(spec: FieldSpec, fields: StepValues) -> bool:
    """Say whether a field is asked because of what another of the step holds."""
    return any(not set(codes).isdisjoint(as_list(fields.clear.get(one))) for one, codes in spec.needed_with.items())


def _names_a_worker_there(case: CaseNow, step: Step, result: str | None, fields: StepValues, answer: Answer) -> None:
    """See that who is to answer for the person works where the step gives the case to."""
    for name, spec in step.fields.items():
        if spec.type == "case_worker" and (worker := fields.clear.get(name)) is not None and result is not None:
            for holder in step.results[result].assigns.values():
                held = case.recorded.roles.get(holder)
                with answer.faults.gathered():
                    must_work_there(case, held.party if held else case.recorded.organisation, name, worker)


def _lie_behind(case: CaseNow, step: Step, fields: StepValues, answer: Answer) -> None:
    """See that what has happened, as a field says, lies behind when the step is done."""
    for name, spec in step.fields.items():
        said = fields.clear.get(name) if spec.happened else None
        if said is None:
            continue
        if spec.type == "instant" and as_instant(name, said) < case.recorded.opened_at:
            answer.wrong(bad(name, "contradiction", "'{name}' lies before this case.", "Correct {name}."))
        ahead = (
            date.fromisoformat(said) > case.day_of(case.at)
            if spec.type == "date"
            else as_instant(name, said) > case.ends
        )
        if ahead:
            what: Template = "'{name}' lies ahead, and it is to have happened."
            answer.wrong(bad(name, "contradiction", what, "Correct {name}; or do this when it has happened."))


def undo(case: CaseNow, answer: Answer, step: Step, key: StepKey, at: datetime) -> None:
    """What was done before something that undoes it stays undone, though it is told after it."""
    since = case.undone_since(step, at, key.of)
    if since is not None:
        because, then = since
        state = STEP.next("done", "reset")
        answer.emit("steps_reset", steps=[key.text()], because=because, since=instant_text(then), state=state)


def _says_whose_word_it_is(case: CaseNow, step: Step, command: Complete, answer: Answer) -> None:
    """See that another's word, which two must hear, is not typed as one's own, and that it is said how it was heard."""
    own, result, theirs = actor_party(case), step.results.get(command.result or ""), speak_at(case, step)
    if _is_somebody_else_s(case, step, command.by):
        whoever: Template = "Say in 'by' whose word it is: {who}."
        not_theirs: Template = "'{step}' is not for them to say."
        answer.wrong(bad("by", "contradiction", not_theirs, whoever, step=step.id, who=step.who))
    if not step.heard_by_two or case.is_report:
        return
    by, passes = command.by or own, result is None or result.passes
    if passes and theirs and by not in (*theirs, *step.who):
        whose: Template = "Say 'by': {party}, and in 'heard_by' how you heard it (letter, email, phone, visit …)."
        if by == own:
            what: Template = "Say whose word this is: you work for another organisation."
            answer.wrong(BadInput(what, todo=whose, field="by", code="missing", party=theirs[0]))
        else:
            what = "That is not their word, but that of {party}."
            answer.wrong(BadInput(what, todo=whose, field="by", code="contradiction", party=theirs[0]))
    elif by != own and command.heard_by is None:
        how: Template = "Say in 'heard_by' how you heard it (letter, email, phone, visit …)."
        answer.wrong(BadInput("Say how their word was heard.", todo=how, field="heard_by", code="missing"))


def _is_somebody_else_s(case: CaseNow, step: Step, by: str | None) -> bool:
    """Say whether the person, or somebody of the case, would say what is only for those to say who do this step."""
    roles = case.process.roles
    if by is None or by in step.who or any(role not in roles or roles[role].login for role in step.who):
        return False
    theirs = {held.party for role in step.who if (held := case.recorded.roles.get(role))}
    return (by == PERSON or by in case.recorded.people) and by not in theirs


def speak_at(case: CaseNow, step: Step) -> list[str]:
    """Name the organisations whose word a step is: those that hold, or held on its day, a role on which it rests."""
    roles, recorded = case.process.roles, case.recorded
    ever = [recorded.all_of("roles", id) for id, _ in step.rests_on if id in roles and roles[id].partner_class]
    then = (
        max((was for was in held if was.at <= case.at), key=lambda was: (was.at, was.seq), default=held[-1])
        for held in ever
        if held
    )
    return [one.value for one in then]


def _is_for_another(case: CaseNow, step: Step, command: StepCommand) -> bool:
    """Say whether the word of somebody who has no account here is typed for them."""
    by = command.by or ""
    theirs = {*step.who, *speak_at(case, step), *_into_whose_hands(case, step)}
    return step.heard_by_two and (by in theirs or case.speaks_for_who_does(step, by))


def _into_whose_hands(case: CaseNow, step: Step) -> Iterator[str | None]:
    """Name into whose hands the person comes with a step: who holds that role, and whom the journey or the partner named to meet them."""
    if step.entrusts_to is not None:
        held, travel = case.recorded.roles.get(step.entrusts_to), case.recorded.travel
        yield from (held.party if held else None, travel.meeting_person if travel else None, *named_to_meet(case))


def named_to_meet(case: CaseNow) -> Iterator[str]:
    """Name who meets the person, as the steps say that passed and still apply."""
    for step in case.process.steps.values():
        names = [name for name, spec in step.fields.items() if spec.trust == "meet"]
        record = case.record(step.id) if names and case.passed(step.id) and case.applies(step) is not False else None
        yield from (str(record.values[name]) for name in names if record is not None and record.values.get(name))


def actor_party(case: CaseNow) -> str:
    """Name the party to which whoever types belongs."""
    return case.actor.organisation if case.actor else ""


def _confirm(case: CaseNow, command: Complete, answer: Answer, step: Step, key: StepKey) -> None:
    """Say that what a step rests on was looked at again: by the roles that made it, and its result stands."""
    for name, said in (("result", command.result), ("fields", command.fields or None)):
        if said is not None:
            todo: Template = "Leave it out; or do the step anew, if it comes out otherwise."
            answer.wrong(BadInput("What is confirmed stays as it is.", todo=todo, field=name))
    record, actor = case.recorded.steps.get(key.text()), case.actor
    assert actor is not None
    _whose_word_counts(case, step, record.result if record else None, answer)
    before = confirmations(case, step, record)
    title = case.process.named("steps", step.id)
    if any(who == actor.id for _, who in before):
        same = no(
            "the same person confirmed '{step}' already", step.id, todo="let somebody else confirm", do={}, step=title
        )
        answer.refuse("ROLE", same)
    confirmed = [*before, (answer.role, actor.id)]
    signatures = case.signatures(step, key, record.result, record.values) if record else 0
    whole = len({role for role, _ in confirmed}) >= max(1, signatures)
    data: dict[str, Any] = {"confirmed": [list(one) for one in confirmed], "whole": whole, "by": command.by}
    emit_step(case, answer, "step_confirmed", step, key, "confirm", **data)


def confirmations(case: CaseNow, step: Step, record: StepRecord | None) -> list[tuple[str, str]]:
    """Give who has confirmed a step so far, of all who must; none when something has changed once more since the first."""
    if record is None or not record.confirmed or case.changed(step, record, since_confirmed=True):
        return []
    return [*record.confirmed]


def complete_by_command(case: CaseNow, answer: Answer, step: Step, *, of: str = "") -> None:
    """Complete a step whose own command was just given."""
    key = StepKey(step.id, "", of if step.each else "")
    record, older = case.recorded.steps.get(key.text()), case.is_before("steps", key.text())
    state = STEP.next(record.state if record and not older else "none", "complete_by_command")
    earlier = [key.text()] if older else []
    answer.emit("step_completed", **where(key), result=step.favourable, state=state, earlier=earlier)
    _alarm(case, step, step.favourable, answer)
    consequences(case, step, step.favourable, answer, case.at, {})
    if not older:
        undo(case, answer, step, key, case.at)


# --- reading ------------------------------------------------------------------------------------------


def _named(case: CaseNow, command: StepCommand, answer: Answer) -> tuple[Step, StepKey]:
    """Read which step, round and person a command speaks of, and who may give it."""
    step = case.process.steps.get(command.step)
    if step is None:
        raise unknown("step", command.step, case.process.steps, field="step")
    if command.fields and not isinstance(command, Complete):
        todo = "Complete the step with what was said, however little; or open the incident by itself."
        lost: Template = "What is answered is kept of a step that is completed, and of no other."
        answer.wrong(BadInput(lost, todo=todo, field=next(iter(command.fields))))
    key = case.key_of(command)
    if key is None:
        answer.wrong(no_such_key(case, step, command))
        key = StepKey(step.id)  # the rest is read all the same
    if step.any_rounds and (not key.round.replace("_", "").replace("-", "").isalnum() or len(key.round) > 20):
        answer.wrong(bad("round", "unreadable", "A round is a short word or number.", "Write for example 3."))
    record = case.recorded.steps.get(key.text())
    answer.role = _role(case, step, command, record)
    return step, key


def _not_before(case: CaseNow, step: Step, key: StepKey) -> None:
    record = case.recorded.steps.get(key.text())
    later: Template = "Something later is recorded already of the step '{step}'."
    not_older_than(later, case, record, step=step.id)


def no_such_key(case: CaseNow, step: Step, command: OnAStep) -> BadInput:
    of, known_here = command.of or "", case.may_be_of(step)
    if step.each and of not in known_here:
        whom: Template = {PARTY: "person of this case", "companion": "travelling companion"}.get(
            step.each, "child of this case"
        )
        if step.each == PARTY and not known_here:
            return nobody_is_known()
        return unknown(whom, of or "nobody", known_here, field="of")
    if not step.each and of:
        return BadInput(
            "The step '{step}' is about the person alone.", todo="Leave out 'of'.", field="of", step=step.id
        )
    known = [*(one.id for one in step.rounds), *([EXTRA] if step.extra_rounds else ())]
    if command.round is None:
        return BadInput(
            "The step '{step}' has rounds.",
            todo="Say which 'round': {rounds}.",
            field="round",
            code="missing",
            step=step.id,
            rounds=known,
        )
    if step.rounds:
        return unknown("round of '{step}'", command.round, known, field="round", step=step.id)
    return BadInput("The step '{step}' has no rounds.", todo="Leave out 'round'.", field="round", step=step.id)


def _role(case: CaseNow, step: Step, command: StepCommand, record: StepRecord | None) -> str:
    if case.is_report:  # whoever manages the case has the old file before them
        return role_for(case, (*step.who, *managers(case)), "'{step}'", by=command.by, step=step.id)
    if isinstance(command, Complete) and case.may_be_for_two(step):
        has = {role for role, _ in confirmations(case, step, record)} if command.confirms else set[str]()
        role = role_for(case, step.signers, "sign '{step}'", by=command.by, signed=has, step=step.id)
        # Who could sign in the rarer role, too, does: a colleague who only manages cases signs beside them.
        own, manages = (
            case.actor.roles if case.actor else (),
            {one.id for one in case.process.roles.values() if one.manager},
        )
        rarer = [one for one in step.signers if one in own and one not in (*manages, *has)]
        return rarer[0] if rarer and role in manages else role
    roles = step.who if isinstance(command, Complete) else (*step.who, *step.sign)
    if _is_for_another(case, step, command):
        roles = (*step.who, *managers(case))  # whoever has no account is typed for, and a second has heard it
    if isinstance(command, Skip) and step.may_decline:  # the person declines; whoever manages the case writes it down
        roles = (*step.who, *managers(case))
    return role_for(case, roles, "'{step}'", by=command.by, step=step.id)


def _result(step: Step, given: str | None, fields: StepValues, *, is_read: bool) -> str | None:
    if step.is_computed:
        if given is not None:
            raise BadInput(
                "The result of '{step}' is computed.",
                why="It is the highest risk that remains.",
                todo="Leave out 'result'.",
                field="result",
                step=step.id,
            )
        order = [*step.results]
        return max(fields.results, key=order.index, default=order[0]) if is_read else None
    if not step.results:
        if given is not None:
            what = "The step '{step}' has no results."
            raise BadInput(what, todo="Leave out 'result'.", field="result", step=step.id)
        return None
    if given is None:
        raise BadInput(
            "The step '{step}' needs a result.",
            todo="Say 'result': {results}.",
            field="result",
            code="missing",
            step=step.id,
            results=[*step.results],
        )
    if given not in step.results:
        raise unknown("result of '{step}'", given, step.results, field="result", step=step.id)
    return given


# --- signatures ------------------------------------------------------------------------------------------


def _whose_word_counts(
    case: CaseNow, step: Step, result: str | None, answer: Answer, *, heard: str | None = None
) -> None:
    declared = step.results.get(result or "")
    if declared is not None and declared.by and case.actor is not None and declared.by in case.actor.roles:
        answer.role = declared.by  # of somebody with several roles it is said in the one whose word it is
    if declared is not None and declared.by and declared.by not in (answer.role, heard):
        finding = no(
            "only '{role}' says '{result}' at '{step}'",
            step.id,
            todo="ask them to do it",
            do={},
            result=result,
            step=case.process.named("steps", step.id),
            role=case.process.named("roles", declared.by),
        )
        answer.refuse("ROLE", finding)


def refuse_twice(case: CaseNow, step: Step, before: Iterable[tuple[str, str, str]], answer: Answer) -> None:
    """Refuse a second signature in the same role, or of the same person."""
    actor = case.actor
    assert actor is not None
    title = case.process.named("steps", step.id)
    if any(role == answer.role for role, _, _ in before):
        twice = no(
            "'{step}' is signed in this role already", step.id, todo="let the other role sign", do={}, step=title
        )
        answer.refuse("ROLE", twice)
    if any(who == actor.id for _, who, _ in before):
        same = no("the same person signed '{step}' already", step.id, todo="let somebody else sign", do={}, step=title)
        answer.refuse("ROLE", same)


# --- events -----------------------------------------------------------------------------------------------


def where(key: StepKey) -> dict[str, str]:
    return {"step": key.step, "round": key.round, "of": key.of}


def emit_step(
    case: CaseNow,
    answer: Answer,
    type: str,
    step: Step,
    key: StepKey,
    trigger: str,
    sealed: Mapping[str, Mapping[str, Any]] | None = None,
    /,
    *,
    older: bool = False,
    **data: Any,
) -> None:
    """Make the event of a step, whose life cycle says in which state it is then; `older` than what stands goes its own way."""
    record = (case.recorded.drafts if older else case.recorded.steps).get(key.text())
    state = record.state if record else "none"
    following = answer.next_state(STEP, state, trigger, "STEP", _leads_nowhere(case, step, key, state, trigger))
    looks_into = step.id in case.process.steps_about_conduct
    earlier = [key.text()] if older else []
    answer.emit(type, sealed, **where(key), **data, state=following, earlier=earlier, looks_into=looks_into or None)


def _leads_nowhere(case: CaseNow, step: Step, key: StepKey, state: str, trigger: str) -> Finding:
    title = case.process.named("steps", step.id)
    if state == "done":
        return no(
            "'{step}' is done already",
            step.id,
            todo="redo it first, if it must be done again",
            do={"do": "redo", "step": step.id, "round": key.round, "of": key.of},
            from_=case.now,
            step=title,
        )
    return no(
        "'{step}' stands at '{state}', and '{trigger}' does not lead on from there",
        step.id,
        todo="look at how the case stands",
        do={},
        step=title,
        state=part(STANDS[state]) if state in STANDS else term(state),
        trigger=trigger,
    )


def _alarm(case: CaseNow, step: Step, result: str | None, answer: Answer, *, by: str | None = None) -> None:
    """Open the incident that a result brings about; and once more each for which the person is in the wrong hands now."""
    declared = step.results.get(result or "")
    opens = case.process.incidents[declared.opens] if declared is not None and declared.opens else None
    in_vain = opens is not None and opens.opens_on is not None and opens.opens_on.not_reached
    if opens is not None and not (in_vain and case.was_met_after(case.at)):  # who was met since is not lost
        open_incident(case, answer, opens, keep=step.id)
    if step.entrusts_to is not None:
        held = case.recorded.roles.get(step.entrusts_to)
        named = by if by in case.process.partners or by in case.recorded.people else None
        suspending = case.suspending(named or (held.party if held else ""))
        for type in dict.fromkeys(incident.type for incident in suspending):
            open_incident(case, answer, case.process.incidents[type], keep=step.id)
        if case.is_suspected(named or (held.party if held else "")):
            open_those(case, answer, lambda on: on.by_a_suspect)


def consequences(
    case: CaseNow, step: Step, result: str | None, answer: Answer, at: datetime, values: Mapping[str, Any]
) -> None:
    """What a result brings with it beside an incident: facts and roles. Of what is undone since, only what protects; and nothing
    takes away what protects but by who may: it stands, beside what the step has found.
    """
    declared = step.results.get(result or "")
    if declared is None:
        return
    is_undone, facts = case.undone_since(step, at) is not None, case.process.facts
    record = case.record(step.id)
    signed = {answer.role, *(role for role, _, _ in (record.signed if record else ()))}
    sets = {
        id: value
        for id, value in declared.sets.items()
        if value in facts[id].cautious or not (is_undone or case.is_kept_from(signed, id))
    }
    if sets:
        answer.emit_facts(case, sets)
    worker = next((values.get(name) for name, spec in step.fields.items() if spec.type == "case_worker"), None)
    for role, holder in () if is_undone else declared.assigns.items():
        held = case.recorded.roles.get(holder)
        party = case.as_assigned(held.party if held else case.recorded.organisation)
        earlier = [role] if case.is_before("roles", role) else []
        answer.emit("role_assigned", role=role, **party, case_worker=worker, earlier=earlier)


# --- what the events change -----------------------------------------------------------------------------------


def changed(case: Case, event: Event) -> Change:
    """A step now stands as its event says; evidence is as old as its first signature, whoever typed it first. What was before what stands is kept."""
    data = event.data
    key = StepKey(data["step"], data.get("round") or "", data.get("of") or "").text()
    older = is_history(case, event, "steps", key)
    old = (case.drafts if older else case.steps).get(key)
    before = old.alone if old is not None else None
    begun = old if old is not None and old.state != "open" else None
    day = day_of(event)
    starts = day.ends if day else event.occurred_at
    started = starts if event.type == "step_started" else begun.started_at if begun else None
    signed_before = begun is not None and bool(begun.signed) and len(data.get("signed") or ()) > 1
    first = begun if begun is not None and signed_before and case.begins(begun) <= begins(event) else None
    record = StepRecord(
        data["state"],
        first.at if first else event.occurred_at,
        event.seq,
        data.get("result"),
        started,
        tuple((s[0], s[1], s[2]) for s in data.get("signed") or ()),
        data.get("values") or {},
        looked_seq=(begun.looked_seq or begun.seq) if begun is not None and signed_before else None,
        alone=written_alone(event, before) if data["state"] == "done" else before,
        by=begun.by if begun is not None and signed_before else data.get("by"),
        asked_by=begun.asked_by if begun is not None and signed_before else _asked_by(event),
    )
    if old is not None and (record.state != "done" or record.is_unsigned):
        record = record._replace(rewritten=old.rewritten if signed_before else old.is_unsigned)
    days: Mapping[str, Any] = {}
    if first is not None:
        dated = {**case.days, event.seq: case.days.get(first.seq)}
        days = {"days": {entry: day for entry, day in dated.items() if day}}
    values, by_letter = data.get("values") or {}, data.get("by") == PERSON and data.get("heard_by") in WRITTEN
    if is_brought(event) or by_letter or values.get("how") in WRITTEN:
        days = {**days, "not_seen": (*case.not_seen, event.seq)}
    if not older:
        return {"steps": {**case.steps, key: record}, **days}
    drafts = {name: one for name, one in case.drafts.items() if name != key}
    waiting = {key: record} if record.state == "in_progress" and record.signed else {}
    return {"drafts": {**drafts, **waiting}, **with_history(case, "steps", {key: record}), **days}


def _asked_by(event: Event) -> str | None:
    return event.actor if event.data.get("by") in (None, PERSON) else None


def confirmed(case: Case, event: Event) -> Change:
    """What a step rests on was looked at again: it counts from the first who did, once all have; it is as old as it was."""
    data = event.data
    key = StepKey(data["step"], data.get("round") or "", data.get("of") or "").text()
    old = case.steps.get(key)
    if old is None:
        return {}  # of a day before it was told, it is not there yet
    who = tuple((one[0], one[1]) for one in data["confirmed"])
    at, seq = event.occurred_at, event.seq
    if len(who) > 1 and old.confirming_at and old.confirming_seq:
        at, seq = min(at, old.confirming_at), old.confirming_seq  # whoever typed it first
    if data["whole"]:
        record = old._replace(looked_at=at, looked_seq=seq, confirmed=(), confirming_at=None, confirming_seq=None)
    else:
        record = old._replace(confirmed=who, confirming_at=at, confirming_seq=seq)
    return {"steps": {**case.steps, key: record}}


def reset(case: Case, event: Event) -> Change:
    steps = dict(case.steps)
    for key in event.data["steps"]:
        if key in steps:
            steps[key] = steps[key].again(event.data["state"], event.occurred_at, event.seq)
    return {"steps": steps}


STANDS: Mapping[str, Template] = {"none": "not begun", "open": "to be done"}


def _step(case: CaseNow, command: StepCommand) -> list[str]:
    return [command.step]


ACTS = (
    Act(Start, on_start, about=_step),
    Act(Complete, on_complete, about=_step),
    Act(Fail, on_fail, about=_step),
    Act(Skip, on_skip, about=_step),
    Act(Redo, on_redo, about=_step),
)
_STEP_EVENTS = (
    "step_started",
    "step_signed",
    "step_completed",
    "step_failed",
    "step_skipped",
    "step_redone",
    "step_disagreed",
)
CHANGES: dict[str, Apply] = {
    **dict.fromkeys(_STEP_EVENTS, changed),
    "step_confirmed": confirmed,
    "steps_reset": reset,
    "clearance_voided": reset,
}
