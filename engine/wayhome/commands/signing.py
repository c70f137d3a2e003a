"""A second signature: on a draft that needs two, or on what one alone has written down late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, ClassVar, NamedTuple

from wayhome.case_now import CaseNow
from wayhome.case_now.letters import letters_for
from wayhome.case_now.roles import command_roles, managers
from wayhome.commands.answer import Act, Answer, role_for, role_for_command, sealed_reason
from wayhome.commands.changes import Change
from wayhome.commands.consents import who_asks
from wayhome.commands.correcting import groups_said, not_theirs, standing_content, take_back
from wayhome.commands.steps import consequences, emit_step, no_such_key, refuse_twice, undo
from wayhome.errors import BadInput, Template
from wayhome.model.case import Assignment, Case, ConsentRecord, ContactRecord, Correction, StepKey, StepRecord
from wayhome.model.closed_sets import SignAnswer
from wayhome.model.command import Command, Question
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.reading import bad, command_from, unknown
from wayhome.model.reason import no
from wayhome.packs.kinds.steps import Step

__all__ = ["Sign"]


@data(kw_only=True)
class Sign(Command):
    """Sign exactly what another wrote: the draft of a step, or an entry (its seq) that was written down late; or disagree."""

    word: ClassVar[str] = "sign"
    of_others: ClassVar = True
    unruled: ClassVar[Template] = "what is signed was judged when it was written"
    earliest: ClassVar = "opening"
    judged_then: ClassVar = True

    step: Annotated[str | None, Question("Which step?", of="to_sign", unless=("seq",))] = None
    round: Annotated[str | None, Question("Which round?", of="rounds", when={"step": ()})] = None
    seq: Annotated[int | None, Question("Which entry of the history?", unless=("step",))] = None
    answer: Annotated[SignAnswer, Question("Do you agree with what is written?")]
    reason: Annotated[str | None, Question("Why not?", when={"answer": ("disagree",)}, needed=True)] = field(
        default=None, repr=False
    )


class Awaited(NamedTuple):
    """What waits for a second: a step or a consent, by its key, and how it stands."""

    kind: str
    key: str
    record: StepRecord | ConsentRecord | ContactRecord | Assignment | Correction
    step: Step | None = None

    @property
    def draft(self) -> StepRecord | None:
        return self.record if isinstance(self.record, StepRecord) and self.record.is_draft else None

    @property
    def subject(self) -> str:
        """What it is, as a reason names it: the step, or the kind of entry."""
        return self.step.id if self.step else self.kind

    @property
    def seq(self) -> int:
        """The entry that is signed."""
        return int(self.key) if isinstance(self.record, Correction) else self.record.seq

    @property
    def wrote(self) -> tuple[str, ...]:
        """The accounts that wrote or signed it: another signs."""
        if isinstance(self.record, Correction):
            return (self.record.actor,)
        if self.draft is not None:
            return tuple(actor for _, actor, _ in self.draft.signed)
        return (self.record.alone.actor,) if self.record.alone is not None else ()

    @property
    def written(self) -> int:
        """The entry that says what is signed: of a draft the first of it; who signed it since said nothing more."""
        return (self.draft.looked_seq if self.draft else None) or self.seq


def awaited(case: CaseNow, command: Sign) -> Awaited | None:
    """Find what a signature is for; None when nothing there waits for one."""
    for kind, key, record in _written(case, command):
        step = case.process.steps.get(StepKey.read(key).step) if kind in ("steps", "drafts") else None
        found = Awaited(kind, key, record, step)
        if kind == "corrections":
            return found if standing_content(case.recorded, int(key)) else None
        if isinstance(record, ContactRecord | Assignment):
            return found if record.alone else None
        if found.draft or case.awaits_second(record, step or case.process.consents.get(record.purpose)):
            return found
    return None


def entry_to_sign(case: CaseNow, do: Mapping[str, Any]) -> int | None:
    """Say which entry says what is to be signed by this; None when it is no signature, or nothing there waits for one.

    Raises:
        BadInput: what is said cannot be read.
    """
    if do.get("do") != Sign.word:
        return None
    found = awaited(case, command_from({**do, "answer": "agree"}, case=case.recorded.number))
    return found.written if found else None


def _written(case: CaseNow, command: Sign) -> list[tuple[str, str, Any]]:
    recorded = case.recorded
    if command.seq is not None and command.seq in recorded.corrections:
        return [("corrections", str(command.seq), recorded.corrections[command.seq])]
    if command.step is not None:
        key = case.key_of(command)
        name = key.text() if key else ""
        kinds = ("drafts", "steps") if case.is_before("steps", name) else ("steps", "drafts")
        found = ((kind, name, getattr(recorded, kind).get(name)) for kind in kinds)
        return [(kind, name, record) for kind, name, record in found if record is not None]
    records = [(kind, getattr(recorded, kind)) for kind in ("steps", "consents", "drafts", "roles")]
    records.append(("contacts", {str(one.seq): one for one in recorded.all_contacts}))
    return [(kind, key, one) for kind, ones in records for key, one in ones.items() if one.seq == command.seq]


def who_signs(case: CaseNow, awaited: Awaited) -> tuple[str, ...]:
    """Name the roles whose signature is still missing."""
    if awaited.kind == "corrections":
        return command_roles(case, "correct")
    if isinstance(awaited.record, ContactRecord | Assignment):
        return command_roles(case, "contact" if isinstance(awaited.record, ContactRecord) else "assign")
    if isinstance(awaited.record, ConsentRecord):
        return who_asks(case, case.process.consents[awaited.record.purpose])
    assert awaited.step is not None
    has = {role for role, _, _ in awaited.draft.signed} if awaited.draft else set()
    alone = awaited.record.alone if isinstance(awaited.record, StepRecord) else None
    if not awaited.draft and alone is not None and alone.heard:
        return tuple(dict.fromkeys((*awaited.step.who, *managers(case))))  # whoever has seen the paper, or asked there
    return tuple(role for role in (awaited.step.signers if awaited.draft else awaited.step.who) if role not in has)


def on_sign(case: CaseNow, command: Sign, answer: Answer) -> None:
    """Sign, or disagree and say why."""
    if (command.step is None) == (command.seq is None):
        raise bad(
            "step",
            "contradiction",
            "Say what is signed: a step, or an entry.",
            "Say 'step'; or 'seq', as the history counts.",
        )
    if command.step is not None and command.step not in case.process.steps:
        raise unknown("step", command.step, case.process.steps, field="step")
    if command.step is not None and case.key_of(command) is None:
        raise no_such_key(case, case.process.steps[command.step], command)
    if command.answer == "disagree" and not command.reason:
        answer.wrong(BadInput("Say why you disagree.", todo="Say why, in 'reason'.", field="reason", code="missing"))
    sealed = sealed_reason(command.reason)
    found = awaited(case, command)
    if found is None:
        _nothing_waits(case, command, answer)
    elif found.kind == "corrections":
        _agree_to_correct(case, command, answer, sealed)
    elif found.draft is not None and found.step is not None:
        _sign_draft(case, command, answer, found, found.step, found.draft, sealed)
    else:
        _second(case, command, answer, found, sealed)


def _nothing_waits(case: CaseNow, command: Sign, answer: Answer) -> None:
    todo: Template = "look at how the case stands"
    if command.step is None:
        fact: Template = "entry {seq} waits for no signature"
        answer.refuse("STEP", no(fact, str(command.seq), todo=todo, do={}, seq=command.seq))
    else:
        title = case.process.named("steps", command.step)
        answer.refuse(
            "STEP", no("nothing of '{step}' waits for a signature", command.step, todo=todo, do={}, step=title)
        )


def _sign_draft(
    case: CaseNow, command: Sign, answer: Answer, found: Awaited, step: Step, draft: StepRecord, sealed: Any
) -> None:
    actor, has = case.actor, {role for role, _, _ in draft.signed}
    assert actor is not None
    answer.role = role_for(case, step.signers, "sign '{step}'", by=command.by, signed=has, step=step.id)
    key, older = StepKey.read(found.key), found.kind == "drafts"
    if command.answer == "disagree":
        emit_step(case, answer, "step_disagreed", step, key, "disagree", sealed, older=older, by=command.by)
        return
    refuse_twice(case, step, draft.signed, answer)
    signed = [*draft.signed, (answer.role, actor.id, draft.result or "")]
    whole = len(signed) >= case.signatures(step, key, draft.result, draft.values)
    said = {
        "result": draft.result,
        "values": dict(draft.values),
        "signed": [list(one) for one in signed],
        "by": command.by,
    }
    type_, trigger = ("step_completed", "complete") if whole else ("step_signed", "sign")
    emit_step(case, answer, type_, step, key, trigger, sealed, older=older, **said)
    if whole:
        consequences(case, step, draft.result, answer, draft.at, draft.values)
    if whole and not older:
        undo(case, answer, step, key, draft.at)


def _agree_to_correct(case: CaseNow, command: Sign, answer: Answer, sealed: Any) -> None:
    """Say with another that an entry was made in error; or that it was not, and it stands."""
    assert command.seq is not None
    answer.role = role_for_command(case, "correct")
    assert case.actor is not None
    if not groups_said(case, command.seq) <= letters_for(case).of(command.seq).sums:
        raise not_theirs(command.seq)  # nobody signs that something was an error of which they are told nothing
    if case.recorded.corrections[command.seq].actor == case.actor.id:
        same = no("the same person asked for it", str(command.seq), todo="let somebody else sign", do={})
        answer.refuse("ROLE", same)
    if command.answer == "agree":
        take_back(case, answer, command.seq, sealed, by=command.by)
    else:
        answer.emit("correction_dropped", sealed, entry=command.seq, by=command.by)


def _second(case: CaseNow, command: Sign, answer: Answer, found: Awaited, sealed: Any) -> None:
    """Say that a second has seen what one alone wrote down late; or that it is not so, and it counts no more."""
    actor, record, step = case.actor, found.record, found.step
    assert actor is not None
    assert not isinstance(record, Correction)
    assert record.alone is not None
    subject = step.id if step else record.purpose if isinstance(record, ConsentRecord) else ""
    answer.role = role_for(case, who_signs(case, found), "sign '{subject}'", by=command.by, subject=subject)
    if record.alone.actor == actor.id:
        same = no("the same person wrote it down", subject, todo="let somebody else sign", do={})
        answer.refuse("ROLE", same)
    data = {"kind": found.kind, "key": found.key, "by": command.by}
    if command.answer == "agree":
        answer.emit("entry_seconded", sealed, **data)
    elif step:
        emit_step(case, answer, "step_disagreed", step, StepKey.read(found.key), "reset", sealed, by=command.by)
    else:
        take_back(case, answer, record.seq, sealed, by=command.by)


# --- what the events change -----------------------------------------------------------------------------


def seconded(case: Case, event: Event) -> Change:
    kind, key = event.data["kind"], event.data["key"]
    if kind == "contacts":
        counting = ("contacts", "contacts_before")
        return {name: tuple(_seen(one, key) for one in getattr(case, name)) for name in counting}
    records = getattr(case, kind)
    if key not in records:
        return {}  # of a day before it was told, it is not there yet
    seen = {"alone": None} | ({"rewritten": False} if kind == "steps" else {})
    return {kind: {**records, key: records[key]._replace(**seen)}}


def _seen(contact: ContactRecord, key: str) -> ContactRecord:
    return contact._replace(alone=None) if str(contact.seq) == key else contact


def _about(case: CaseNow, command: Sign) -> list[str]:
    found = awaited(case, command)
    return [found.step.id] if found and found.step else [command.step] if command.step else []


def _completes(case: CaseNow, command: Sign) -> list[Step]:
    found = awaited(case, command)
    return [found.step] if found and found.step and found.draft and command.answer == "agree" else []


ACTS = (Act(Sign, on_sign, about=_about, completes=_completes),)
CHANGES = {"entry_seconded": seconded}
