"""Ask for what brings a step on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.case_now.roles import able, command_roles
from wayhome.model.case import StepKey
from wayhome.model.reason import Remedy
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.steps import ENTER, UPDATE, Step
from wayhome.remedies.asking import asking, do_of, for_fact
from wayhome.remedies.documents import for_document_step
from wayhome.remedies.journey import for_journey
from wayhome.remedies.people import for_consent, for_person_in_role, for_signature, for_vetting, own_step


def for_step(case: CaseNow, step: Step, key: StepKey) -> Remedy | None:
    """Propose what brings a step on: a missing fact or consent first, then the step itself. None where nobody could do it."""
    if others_come_first(case, step, key):
        return _command(case, step, key, None)
    waits = case.present.waits(step, key)
    for wait in waits:
        if wait.kind == "fact" and wait.subject in case.process.facts:
            return for_fact(case, wait.subject, wait.of)
    for wait in waits:
        if wait.kind == "consent":
            remedy = for_consent(case, wait.need)
            if remedy is not None and _has_its_own_time(case, wait.need.purpose):
                remedy = replace(remedy, from_=None)
            return remedy or _command(case, step, key, None)
    if (place := case.present.unseen(step)) is not None:
        return for_fact(case, place)  # what is judged without it is judged again
    if any(wait.kind == "time" and wait.until is None for wait in waits):
        return _command(case, step, key, None)
    for other in (*(old for old, _ in case.present.stale_for(step)), *case.present.outdated_before(step)):
        if other.is_done_once and not case.passed(other.id):  # it is open again already
            return for_step(case, other, StepKey(other.id))
        return for_renewal(case, other)
    from_ = max([case.now, *(wait.until for wait in waits if wait.until)])
    if step.window_from is not None:  # it opens where the age begins
        from_ = max(from_, _late_enough(case, step) or from_)
    record = case.recorded.steps.get(key.text())
    signed = for_signature(case, step=step.id, round=key.round or None, of=key.of or None)
    if step.done_by is None and signed is not None:
        return replace(signed, from_=from_)
    if record is not None and record.state in ("done", "failed"):
        return _again(case, step, key, from_)
    return _command(case, step, key, from_)


def others_come_first(case: CaseNow, step: Step, key: StepKey) -> bool:
    """Say whether a step waits for others, and for no fact that can be asked meanwhile: then it cannot be begun yet."""
    waits = case.present.waits(step, key)
    if any(wait.kind == "fact" and wait.subject in case.process.facts for wait in waits):
        return False
    return any(wait.kind not in ("consent", "time") for wait in waits)


def _has_its_own_time(case: CaseNow, purpose: str) -> bool:
    """Say whether a consent is asked in a step of its own, which cannot be done yet, or before which something is done anew."""
    own = own_step(case, purpose)
    if own is None:
        return False
    waits, is_old = case.present.waits(own, StepKey(own.id)), any(case.present.stale_for(own))
    return bool(waits) or is_old or any(case.present.outdated_before(own))


def for_renewal(case: CaseNow, step: Step) -> Remedy | None:
    """Propose to do a step again whose evidence is too old for another."""
    if step.any_rounds:
        return _one_more(case, step, case.now)
    who, _ = able(case, step.who)
    return asking(case, do_of("redo", step=step.id, round=case.keys(step)[0].round), who, case.now)


def _one_more(case: CaseNow, step: Step, from_: datetime | None) -> Remedy | None:
    """Propose another round of a step that is done as often as needed: those before stay what they were."""
    return _command(case, step, StepKey(step.id, str(len(case.records(step)) + 1)), from_)


def _again(case: CaseNow, step: Step, key: StepKey, from_: datetime) -> Remedy | None:
    """A step whose evidence is too old (by the planned departure), failed, or did not pass: do it again, late enough."""
    from_ = max(from_, _late_enough(case, step) or from_)
    if step.done_by is not None:
        return _command(case, step, key, from_)
    if step.any_rounds and case.recorded.steps[key.text()].state == "done":
        return _one_more(case, step, from_)
    who, _ = able(case, step.who)
    return asking(case, do_of("redo", step=step.id, round=key.round, of=key.of), who, from_)


def _late_enough(case: CaseNow, step: Step) -> datetime | None:
    """Give from when evidence still counts at the departure, and a little later; None when that does not lie ahead."""
    departure = case.planned_departure
    return None if departure is None or departure <= case.now else case.late_enough(step)


def _command(case: CaseNow, step: Step, key: StepKey, from_: datetime | None) -> Remedy | None:
    """The command that completes a step; what came out is open."""
    if step == case.process.vetting:
        return for_vetting(case, key.of)
    if step.done_by is not None:
        return _done_by(case, step, key, from_)
    who, _ = able(case, step.sign or step.who)
    if step.id == CLEARANCE:
        from_ = from_ and max(from_, _late_enough(case, step) or from_)
    return asking(case, do_of("complete", step=step.id, round=key.round, of=key.of), who, from_, _until(case, step))


def _until(case: CaseNow, step: Step) -> datetime | None:
    ends = [
        case.due_at(anchor, t.span, step, back=t.backwards)
        for t in (*step.dues, step.window_to)
        if t is not None and case.may_hold(t.when) and (anchor := case.anchor(t.anchor))
    ]
    return min(ends) if ends else None


def _done_by(case: CaseNow, step: Step, key: StepKey, from_: datetime | None) -> Remedy | None:
    done_by = step.done_by
    assert done_by is not None
    subject = done_by.subjects[0]
    if done_by.command == "consent":
        from_ = from_ and max(from_, _late_enough(case, step) or from_)  # nobody is asked for the same yes twice
        for purpose in done_by.subjects:
            if not case.has_consent(purpose) or len(done_by.subjects) == 1:
                remedy = for_consent(case, ConsentNeed(purpose, None))
                if remedy is not None:
                    return replace(remedy, from_=_later(from_, remedy.from_), until=_until(case, step))
        remedy = for_consent(case, ConsentNeed(subject, None))
        return remedy and replace(remedy, from_=from_ and remedy.from_)
    if done_by.command == "document":
        return for_document_step(case, step, key, from_)
    if done_by.command == "travel":
        return for_journey(case, from_)
    if done_by.command == "assign":
        return _assign(case, step, subject, from_)
    if done_by.command in (ENTER, UPDATE):
        do = do_of(ENTER, register=subject, status=done_by.status or "")
        return asking(case, do, case.process.registers[subject].who, from_, _until(case, step))
    return asking(case, do_of("move", to=subject), command_roles(case, "move", subject), from_)


def _later(from_: datetime | None, other: datetime | None) -> datetime | None:
    return None if from_ is None or other is None else max(from_, other)


def _assign(case: CaseNow, step: Step, role: str, from_: datetime | None) -> Remedy | None:
    who, _ = able(case, step.who)
    held = case.process.roles.get(role)
    if held and held.relation:
        remedy = for_person_in_role(case, role)
        return replace(remedy, from_=from_ and remedy.from_)
    return asking(case, do_of("assign", role=role), who, from_)
