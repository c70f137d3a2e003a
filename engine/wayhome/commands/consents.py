"""Consent and withdrawal. A no is always taken; what follows from it happens in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar

from wayhome.calendar.spans import instant_text
from wayhome.case_now import CaseNow
from wayhome.case_now.letters import letters_for
from wayhome.case_now.roles import command_roles
from wayhome.commands.answer import Act, Answer, role_for, role_for_command, void_clearance
from wayhome.commands.belonging import people_told
from wayhome.commands.changes import Apply, Change, a_day, is_brought, is_history, with_history, written_alone
from wayhome.commands.incidents import open_those
from wayhome.commands.steps import complete_by_command
from wayhome.commands.values import language_from, party_from, somebody_from
from wayhome.errors import BadInput, Template
from wayhome.model.case import SAID_NO, Case, ConsentRecord, StepKey, consent_key
from wayhome.model.closed_sets import EXPLAINED, GUARDIAN, PERSON, Channel, ConsentAnswer, ConsentForm
from wayhome.model.command import Command, Party, Question, Words
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.moves import AFTER_LANDING
from wayhome.model.reading import as_code, bad, one_of, unknown
from wayhome.packs.kinds.consents import ConsentPurpose
from wayhome.packs.kinds.steps import Step

__all__ = ["Consent", "Withdraw"]


_YES: Mapping[str, tuple[str, ...]] = {"answer": ("given",)}


@data(kw_only=True)
class Consent(Command):
    """Record what the person answered when asked for consent: given or refused. Both count."""

    word: ClassVar[str] = "consent"
    of_others: ClassVar = True
    earliest: ClassVar = "opening"
    judged_then: ClassVar = True

    purpose: Annotated[str, Question("What is asked for?", of="consents")]
    recipient: Annotated[Party | None, Question("For whom?", of="recipients", needed=True)] = None
    answer: Annotated[ConsentAnswer, Question("What did they answer?")]
    groups: Annotated[Words, Question("What may be told?", of="groups_of_consent", when=_YES)] = ()
    language: Annotated[
        str | None, Question("In which language was it asked?", of="languages", when=_YES, needed=True, recurs=True)
    ] = None
    # Of the text, or the sheet, from which it was explained.
    version: Annotated[
        str | None,
        Question(
            "From which version of the text was it explained?", of="versions", when=_YES, needed=True, recurs=True
        ),
    ] = None
    explained: Annotated[Words, Question("What was explained?", of="explained", when=_YES, needed=True)] = ()
    form: Annotated[
        ConsentForm | None, Question("In which form was it given?", of="forms", when=_YES, needed=True, recurs=True)
    ] = None
    given_by: Annotated[str | None, Question("Who answered?", of="givers", needed=True)] = None
    assent: Annotated[bool | None, Question("Does the child agree, too?", of="assent", when=_YES, needed=True)] = None
    interpreter: Annotated[Party | None, Question("Who interpreted, if somebody did?", of="parties", when=_YES)] = None
    witness: Annotated[
        Party | None, Question("Who was the witness?", of="parties", when={"form": ("witnessed",)}, needed=True)
    ] = None
    expires_on: Annotated[date | None, Question("Until when does it hold, if the person set a day?", when=_YES)] = None


@data(kw_only=True)
class Withdraw(Command):
    """Record that a consent is taken back. Always possible; no reason is asked."""

    word: ClassVar[str] = "withdraw"
    of_others: ClassVar = True
    unruled: ClassVar[Template] = "a consent can be taken back at any time"
    earliest: ClassVar = "opening"

    purpose: Annotated[str, Question("What is taken back?", of="consents_in_force")]
    recipient: Annotated[Party | None, Question("For whom, if not for all?", of="recipients")] = None
    channel: Annotated[Channel | None, Question("How was it said?")] = None


CONSENTS = "consent"  # the data group of what the person has agreed to


def _code_or_none(name: str, value: Any) -> str | None:
    return as_code(name, value) if value else None


def on_consent(case: CaseNow, command: Consent, answer: Answer) -> None:
    """Record an answer."""
    purpose = case.process.consents.get(command.purpose)
    if purpose is None:
        raise unknown("purpose of consent", command.purpose, case.process.consents, field="purpose")
    steps = case.completed_by("consent", purpose.id)
    may = who_asks(case, purpose)
    is_given = is_a_yes(case, command)
    if purpose.journey and not is_given:  # heard by whoever may hear that a yes is taken back
        may = tuple(dict.fromkeys((*may, *case.process.working)))
    answer.role = role_for(case, may, "record consent '{purpose}'", by=command.by, purpose=purpose.id)
    data = _read(case, purpose, command, answer)
    if is_given:
        _must_say_enough(case, purpose, command, answer)
    key = consent_key(purpose.id, data["recipient"] or "", command.of or "")
    older = is_given and case.is_before("consents", key)  # a no counts however late it is told
    stood = case.recorded.consents.get(key)
    expires_on = data.pop("expires_on")
    answer.emit(
        "consent_given" if is_given else "consent_refused",
        purpose=purpose.id,
        **data,
        expires_on=expires_on.isoformat() if expires_on else None,
        of=command.of,
        by=command.by,
        earlier=[key] if older else [],
    )
    if is_given and not older and (since := case.voided_since(purpose, case.at)):
        because, then = since
        answer.emit("consent_voided", consents=[key], because=because, since=instant_text(then))
    keeps_back = {*purpose.must_cover} - case.process.covered(data["groups"] or ())
    narrows = is_given and not older and keeps_back and stood is not None and stood.state == "given"
    if narrows and case.phase_then not in AFTER_LANDING:
        void_clearance(case, answer, "consent_withdrawn")  # a no to a part of what was agreed to
    if is_given and not command.of:
        done = [step for step in steps if not older or case.is_before("steps", step.id)]
        _complete_steps(case, purpose.id, done, answer)
    said_yes = _given_to(case, purpose.id, data["recipient"] or "")
    if not said_yes and data["recipient"] and _is_covered_by_a_class(case, purpose.id, data["recipient"]):
        said_yes = [key]  # a no to one of those to whom they had said yes together
    if not is_given and not command.of and (purpose.journey or said_yes):
        _after_a_no(case, purpose, answer, "consent_refused")


def _given_to(case: CaseNow, purpose: str, recipient: str | None, of: str = "") -> list[str]:
    """Name the consents that stand as given which a no takes back: to the same, and to each of the class that it names; None: to all."""
    return [
        key
        for key, one in case.recorded.consents.items()
        if (one.purpose, one.state, one.of) == (purpose, "given", of)
        and (recipient in (None, one.recipient) or (one.recipient and case.class_of(one.recipient) == recipient))
    ]


def is_a_yes(case: CaseNow, command: Consent) -> bool:
    """Say whether an answer is a yes: where the child must agree, too, and says no, the guardian's yes is none."""
    purpose = case.process.consents.get(command.purpose)
    child_says_no = command.assent is False and case.is_child and purpose is not None and purpose.assent
    return command.answer == "given" and not child_says_no


def who_asks(case: CaseNow, purpose: ConsentPurpose) -> tuple[str, ...]:
    """Name the roles that may ask for a consent, and write the answer down."""
    own = (role for step in case.completed_by("consent", purpose.id) if step.is_core for role in step.who)
    return tuple(dict.fromkeys((*purpose.asked_by, *own, *command_roles(case, "consent"))))


def _read(case: CaseNow, purpose: ConsentPurpose, command: Consent, answer: Answer) -> dict[str, Any]:
    groups = case.process.covered(purpose.groups or case.process.groups)
    texts, forms = purpose.texts, purpose.forms
    readers: dict[str, Callable[[], Any]] = {
        "recipient": lambda: _recipient(case, purpose, command.recipient),
        "groups": lambda: [one_of("groups", group, groups) for group in command.groups],
        "language": lambda: language_from("language", command.language) if command.language else None,
        "explained": lambda: [point for point in EXPLAINED if point in _explained(command)],
        "version": lambda: (
            one_of("version", command.version, texts)
            if command.version and texts
            else _code_or_none("version", command.version)
        ),
        "form": lambda: one_of("form", command.form, forms) if command.form else None,
        "given_by": lambda: _giver(case, command.given_by),
        "assent": lambda: command.assent,
        "interpreter": lambda: party_from(case, "interpreter", command.interpreter) if command.interpreter else None,
        "witness": lambda: _witness(case, command),
        "expires_on": lambda: command.expires_on,
    }
    data: dict[str, Any] = dict.fromkeys(readers)
    for name, reader in readers.items():
        with answer.faults.gathered():
            data[name] = reader()
    return data


def _explained(command: Consent) -> set[str]:
    return {one_of("explained", point, EXPLAINED) for point in command.explained}


def _recipient(case: CaseNow, purpose: ConsentPurpose, given: str | None) -> str:
    if not purpose.recipients:
        if given:
            raise BadInput(
                "The consent '{purpose}' names nobody.",
                todo="Leave out 'recipient'.",
                field="recipient",
                purpose=purpose.id,
                code="missing",
            )
        return ""
    if not given:
        raise BadInput(
            "The consent '{purpose}' must say whom it names.",
            todo="Say 'recipient': a partner, a person of the case, or one of {recipients}.",
            field="recipient",
            code="missing",
            purpose=purpose.id,
            recipients=purpose.recipients,
        )
    party = party_from(case, "recipient", given)
    if case.class_of(party) not in purpose.recipients:
        raise BadInput(
            "The consent '{purpose}' cannot name '{party}'.",
            why="It is for: {recipients}.",
            todo="Choose the purpose that fits.",
            field="recipient",
            purpose=purpose.id,
            party=party,
            recipients=purpose.recipients,
        )
    return party


def _giver(case: CaseNow, given_by: str | None) -> str:
    giver = case.giver(as_code("given_by", given_by) if given_by else None)
    if given_by != GUARDIAN and giver != PERSON and giver not in case.recorded.people:
        raise unknown("person of this case", giver, [PERSON, *people_told(case)], field="given_by")
    return giver


def _witness(case: CaseNow, command: Consent) -> str | None:
    witness = somebody_from(case, "witness", command.witness) if command.witness else None
    if witness is not None and witness == case.giver(command.given_by):
        what: Template = "Who gives a consent is not its witness."
        raise bad("witness", "contradiction", what, "Name somebody else who was there.")
    return witness


def _must_say_enough(case: CaseNow, purpose: ConsentPurpose, command: Consent, answer: Answer) -> None:
    if command.form == "witnessed" and not command.witness:
        answer.wrong(
            BadInput("A witnessed consent names its witness.", todo="Say 'witness'.", field="witness", code="missing")
        )
    for name in ("form", "language") if purpose.journey else ():
        if getattr(command, name) is None:
            answer.wrong(
                BadInput(
                    "A consent to return says its form and its language.",
                    why="Only a written or witnessed yes in a language that is understood counts.",
                    todo="Say that the 'form' is written, and in which 'language'.",
                    field=name,
                    code="missing",
                )
            )
    if command.language is None and not purpose.journey:
        what: Template = "A consent says in which language it was asked."
        why: Template = "Only a yes in a language that is understood counts."
        answer.wrong(BadInput(what, why=why, todo="Say 'language'.", field="language", code="missing"))
    if purpose.must_cover and not command.groups:
        unsaid: Template = "A yes to '{purpose}' says what may be told."
        kept_back: Template = "Whoever is told more than that learns what the person kept back."
        name_it: Template = "Say it in 'groups': {groups}, or less, where the person wants less told."
        answer.wrong(
            BadInput(
                unsaid,
                why=kept_back,
                todo=name_it,
                field="groups",
                code="missing",
                purpose=case.process.named("consents", purpose.id),
                groups=purpose.groups,
            )
        )
    if left := [point for point in purpose.must_explain if point not in command.explained]:
        answer.wrong(
            BadInput(
                "A yes to '{purpose}' rests on what was not explained: {left}.",
                why="Nobody agrees to what they were not told. Write what they said before as a note.",
                todo="Explain it, ask again, and say it in 'explained'.",
                field="explained",
                code="missing",
                purpose=purpose.id,
                left=left,
            )
        )
    if not command.version:
        which: Template = "A consent says from which version of the text it was explained."
        on_it: Template = "Say 'version' as it stands on the text or the sheet."
        answer.wrong(BadInput(which, todo=on_it, field="version", code="missing"))
    if command.expires_on is not None and command.expires_on < case.day_of(case.at):
        answer.wrong(
            BadInput("This consent would end before it begins.", todo="Correct expires_on.", field="expires_on")
        )


def _complete_steps(case: CaseNow, purpose: str, steps: Sequence[Step], answer: Answer) -> None:
    for step in steps:
        assert step.done_by is not None
        others = [p for p in step.done_by.subjects if p != purpose]
        if case.applies(step) is False or not all(case.has_consent(p) for p in others):
            continue
        if others and case.waits(step, StepKey(step.id)):
            continue
        complete_by_command(case, answer, step)


def on_withdraw(case: CaseNow, command: Withdraw, answer: Answer) -> None:
    """Take back a consent: always possible."""
    answer.role = role_for_command(case, "withdraw")
    purpose = command.purpose
    if purpose not in case.process.consents:
        raise unknown("purpose of consent", purpose, case.process.consents, field="purpose")
    wanted = as_code("recipient", command.recipient) if command.recipient else None
    found = _given_to(case, purpose, wanted, command.of or "")
    is_narrowed = wanted is not None and _is_covered_by_a_class(case, purpose, wanted)
    # Who may not learn that there was no yes, and who could not write the no as an answer: it is taken all the same.
    asks = case.actor is not None and not case.actor.roles.isdisjoint(who_asks(case, case.process.consents[purpose]))
    may_not_learn = not _reads_consents(case) or not asks
    if not found and (is_narrowed or may_not_learn):
        answer.emit("consent_refused", purpose=purpose, recipient=wanted, by=command.by)
        if is_narrowed or case.process.consents[purpose].journey:
            _after_a_no(case, case.process.consents[purpose], answer, "consent_withdrawn")
        return
    if not found:
        raise BadInput(
            "There is no such consent to take back.",
            why="None with this purpose and recipient is in force.",
            todo="A no counts all the same: write it down as a consent to {purpose} that was refused.",
            field="purpose",
            purpose=purpose,
            code="unknown",
        )
    answer.emit("consent_withdrawn", purpose=purpose, consents=found, channel=command.channel, by=command.by)
    if command.of:  # it is theirs, and opens nothing of hers; what the departure rests on is looked at again
        if not case.process.consents[purpose].journey and case.phase_then not in AFTER_LANDING:
            void_clearance(case, answer, "consent_withdrawn")
        return
    _after_a_no(case, case.process.consents[purpose], answer, "consent_withdrawn")


def _reads_consents(case: CaseNow) -> bool:
    """Return whether the actor may read which consents were given."""
    return CONSENTS in letters_for(case).of(None).reads


def _is_covered_by_a_class(case: CaseNow, purpose: str, party: str) -> bool:
    """Whether a consent for the whole class of this party is in force, which a no for this one narrows."""
    given = case.recorded.consent(purpose, case.class_of(party))
    return given is not None and given.state == "given"


def _after_a_no(case: CaseNow, purpose: ConsentPurpose, answer: Answer, because: str) -> None:
    """What a no brings with it: a consent taken back, or the journey refused. What it opens is that of the phase of its day."""
    open_those(case, answer, lambda on: purpose.id in on.withdrawal)
    if case.phase_then not in AFTER_LANDING:
        void_clearance(case, answer, because)


# --- what the events change -----------------------------------------------------------------------------


def _is_their_own_no(record: ConsentRecord) -> bool:
    return record.state in SAID_NO and not record.by_others


def set_consent(state: str) -> Apply:
    def change(case: Case, event: Event) -> Change:
        data = event.data
        of, recipient = data.get("of") or "", data.get("recipient") or ""
        old = case.consents.get(consent_key(data["purpose"], recipient, of))
        record = ConsentRecord(
            state,
            data["purpose"],
            recipient,
            event.occurred_at,
            event.seq,
            tuple(data.get("groups") or ()),
            data.get("language"),
            data.get("version"),
            data.get("form"),
            data.get("given_by") or PERSON,
            data.get("assent"),
            a_day(data.get("expires_on")),
            of,
            data.get("interpreter"),
            data.get("witness"),
            written_alone(event, old.alone if old else None),
            tuple(data.get("explained") or ()),
            is_brought(event) and not (old is not None and _is_their_own_no(old)),
        )
        key = consent_key(record.purpose, record.recipient, of)
        if is_history(case, event, "consents", key):
            return with_history(case, "consents", {key: record})
        return {"consents": {**case.consents, key: record}}

    return change


def ended(state: str) -> Apply:
    def change(case: Case, event: Event) -> Change:
        consents = dict(case.consents)
        for key in event.data["consents"]:
            if key in consents:
                at, brought = event.occurred_at, is_brought(event)
                consents[key] = consents[key]._replace(state=state, at=at, seq=event.seq, by_others=brought)
        return {"consents": consents}

    return change


def _about(case: CaseNow, command: Consent) -> list[str]:
    """The purpose, and the class of who is named."""
    return [command.purpose, *([case.class_of(command.recipient)] if command.recipient else ())]


def _completes(case: CaseNow, command: Consent) -> list[Step]:
    return case.done_by("consent", command.purpose) if command.answer == "given" and not command.of else []


ACTS = (
    Act(Consent, on_consent, about=_about, completes=_completes),
    Act(Withdraw, on_withdraw, about=lambda _, command: [command.purpose]),
)
CHANGES = {
    "consent_given": set_consent("given"),
    "consent_refused": set_consent("refused"),
    "consent_withdrawn": ended("withdrawn"),
    "consent_voided": ended("void"),
}
