"""Consent and withdrawal; documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.case_now.roles import command_roles
from wayhome.errors import BadInput
from wayhome.flow.answer import Answer, clearance_stands, open_incident, role_for, role_for_command, with_phase
from wayhome.flow.machine import DOCUMENT
from wayhome.flow.on_steps import complete_by_command, ready_reasons, stale_evidence
from wayhome.flow.values import as_bool, as_code, as_day, as_list, as_text, not_older_than, one_of, unknown
from wayhome.model.case import StepKey, consent_key
from wayhome.model.command import Consent, Document, Withdraw
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Reason, met, unmet
from wayhome.packs.process import ConsentNeed, ConsentPurpose, Step
from wayhome.rules import remedies

IdentifierCheck = Callable[[str, str, str], bool]  # pack, kind, normalised value -> passes
RETURN = "return"
AFTER_RETURN = frozenset({"arrival", "follow_up"})


def _text(name: str, value: Any) -> dict[str, str]:
    return {name: as_text(name, value)} if value else {}


def _code_or_none(name: str, value: Any) -> str | None:
    return as_code(name, value) if value else None


# --- consent -----------------------------------------------------------------------------


def on_consent(case: CaseNow, command: Consent, answer: Answer) -> None:
    """Record an answer. A refusal is always recorded; a yes must be one that can count."""
    purpose = case.process.consents.get(command.purpose)
    if purpose is None:
        raise unknown("purpose of consent", command.purpose, case.process.consents)
    steps = [
        s for s in case.process.done_by_command.get("consent", ()) if s.done_by and purpose.id in s.done_by.subjects
    ]
    who = tuple(
        dict.fromkeys(
            (
                *purpose.asked_by,
                *(r for s in steps if s.is_core for r in s.who),
                *command_roles(case, "consent"),
            )
        )
    )
    answer.role = role_for(case, who, f"record consent '{purpose.id}'", by=command.by)
    recipient = _recipient(case, purpose, command.recipient)
    said = one_of("answer", command.answer, ("given", "refused"))
    groups = [one_of("groups", g, purpose.groups or case.process.groups) for g in as_list(command.groups)]
    form = one_of("form", command.form, purpose.forms) if command.form else None
    given_by = _giver(case, command.given_by)
    language = _code_or_none("language", command.language)
    version = (
        one_of("version", command.version, purpose.texts)
        if command.version and purpose.texts
        else _code_or_none("version", command.version)
    )
    expires_on = as_day("expires_on", command.expires_on) if command.expires_on else None
    assent = as_bool("assent", command.assent) if command.assent is not None else None
    for name, ref in (("interpreter", command.interpreter), ("witness", command.witness)):
        if ref is not None:
            as_code(name, ref)
    if form == "witnessed" and said == "given" and not command.witness:
        raise BadInput("A witnessed consent names its witness.", todo="Add witness=…")
    if said == "given":
        old = case.recorded.consent(purpose.id, recipient, command.of or "")
        not_older_than("this consent", old.at if old else None, case.at)
        _a_yes_counts(case, purpose, answer, given_by, assent, form, language, expires_on)
        for step in steps:
            if case.applies(step) is not False and len(step.done_by.subjects if step.done_by else ()) == 1:
                answer.ask(*_own_step_is_ready(case, step), *stale_evidence(case, step))
    answer.emit(
        "consent_given" if said == "given" else "consent_refused",
        purpose=purpose.id,
        recipient=recipient,
        groups=groups,
        language=language,
        version=version,
        form=form,
        given_by=given_by,
        assent=assent,
        interpreter=command.interpreter,
        witness=command.witness,
        expires_on=expires_on.isoformat() if expires_on else None,
        of=command.of,
        by=command.by,
    )
    if said == "given" and not command.of:
        _steps_of_consent(case, purpose.id, steps, answer)
    if said == "refused" and purpose.id == RETURN and clearance_stands(case):
        answer.emit("clearance_voided", steps=[CLEARANCE], because="consent_refused")


def _recipient(case: CaseNow, purpose: ConsentPurpose, given: str | None) -> str:
    if not purpose.recipients:
        if given:
            raise BadInput(f"The consent '{purpose.id}' names nobody.", todo="Leave out recipient=…")
        return ""
    if not given:
        raise BadInput(
            f"The consent '{purpose.id}' must say whom it names.",
            todo=f"Add recipient=… (a partner, a person of the case, or one of {', '.join(purpose.recipients)}).",
        )
    party = as_code("recipient", given)
    if case.class_of(party) not in purpose.recipients:
        raise BadInput(
            f"The consent '{purpose.id}' cannot name '{party}'.",
            why=f"It is for: {', '.join(purpose.recipients)}.",
            todo="Choose the purpose that fits.",
        )
    return party


def _giver(case: CaseNow, given_by: str | None) -> str:
    giver = as_code("given_by", given_by) if given_by else "person"
    if giver == "guardian":
        held = case.recorded.roles.get("guardian")
        return held.party if held else giver
    if giver != "person" and giver not in case.recorded.people:
        raise unknown("person of this case", giver, ["person", *case.recorded.people])
    return giver


def _a_yes_counts(
    case: CaseNow,
    purpose: ConsentPurpose,
    answer: Answer,
    given_by: str,
    assent: bool | None,
    form: str | None,
    language: str | None,
    expires_on: date | None,
) -> None:
    title = case.process.title("consents", purpose.id)
    if case.is_child:
        guardian = case.recorded.roles.get("guardian")
        if guardian is None or given_by != guardian.party:
            answer.ask(
                unmet(
                    "CONSENT",
                    "the person counts as a child, so the guardian must consent",
                    "name the guardian, and ask them",
                    subject=purpose.id,
                    remedy=remedies.for_consent(case, ConsentNeed(purpose.id, None)),
                )
            )
        if purpose.assent and not assent:
            answer.ask(
                unmet(
                    "CONSENT",
                    "the child's own assent is missing for '{consent}'",
                    "ask the child, and add assent=true",
                    subject=purpose.id,
                    consent=title,
                )
            )
    elif given_by != "person":
        answer.ask(
            unmet(
                "CONSENT",
                "only the person can consent to '{consent}'",
                "ask the person",
                subject=purpose.id,
                consent=title,
            )
        )
    if purpose.id == RETURN and (form is None or language is None):
        raise BadInput(
            "A consent to return says its form and its language.",
            why="Only a written or witnessed yes in a language that is understood counts.",
            todo="Add form=written and language=….",
        )
    if expires_on is not None and expires_on < case.at.date():
        raise BadInput("This consent would end before it begins.", todo="Correct expires_on.")
    answer.ask(met("CONSENT", "the answer can be recorded", subject=purpose.id))


def _own_step_is_ready(case: CaseNow, step: Step) -> list[Reason]:
    key = StepKey(step.id)
    return [reason for reason in ready_reasons(case, step, key) if not reason.met]


def _steps_of_consent(case: CaseNow, purpose: str, steps: Sequence[Step], answer: Answer) -> None:
    for step in steps:
        assert step.done_by is not None
        others = [p for p in step.done_by.subjects if p != purpose]
        if case.applies(step) is False or not all(case.has_consent(p) for p in others):
            continue
        if len(step.done_by.subjects) > 1 and any(not r.met for r in ready_reasons(case, step, StepKey(step.id))):
            continue
        complete_by_command(case, answer, step)


def on_withdraw(case: CaseNow, command: Withdraw, answer: Answer) -> None:
    """Take back a consent: always possible, in the same transaction as what follows from it."""
    answer.role = role_for_command(case, "withdraw")
    if command.purpose not in case.process.consents:
        raise unknown("purpose of consent", command.purpose, case.process.consents)
    recorded = case.recorded
    wanted = as_code("recipient", command.recipient) if command.recipient else None
    found = [
        c
        for c in recorded.consents.values()
        if c.purpose == command.purpose
        and c.state == "given"
        and c.of == (command.of or "")
        and wanted in (None, c.recipient)
    ]
    if not found and wanted is not None and _is_covered_by_a_class(case, command.purpose, wanted):
        answer.emit("consent_refused", purpose=command.purpose, recipient=wanted, by=command.by)
        answer.ask(met("CONSENT", "a consent can be taken back at any time", subject=command.purpose))
        return
    if not found:
        raise BadInput(
            "There is no such consent to take back.",
            why="None with this purpose and recipient is in force.",
            todo="Look at `case show`.",
        )
    answer.emit(
        "consent_withdrawn",
        purpose=command.purpose,
        consents=[consent_key(c.purpose, c.recipient, c.of) for c in found],
        channel=_code_or_none("channel", command.channel),
        by=command.by,
    )
    answer.ask(met("CONSENT", "a consent can be taken back at any time", subject=command.purpose))
    if command.purpose == RETURN:
        _return_withdrawn(case, answer)
    elif clearance_stands(case):
        answer.emit("clearance_voided", steps=[CLEARANCE], because="consent_withdrawn")
    elif recorded.phase in AFTER_RETURN and command.purpose in ("monitoring", "assistance_local", "share_partner"):
        _open_once(case, answer, "consent_withdrawn_after")


def _is_covered_by_a_class(case: CaseNow, purpose: str, party: str) -> bool:
    """Whether a consent for the whole class of this party is in force, which a no for this one narrows."""
    given = case.recorded.consent(purpose, case.class_of(party))
    return given is not None and given.state == "given"


def _return_withdrawn(case: CaseNow, answer: Answer) -> None:
    before = len(answer.events)
    if case.recorded.phase in AFTER_RETURN and case.at >= (case.recorded.moves.get("departed") or case.at):
        return
    _open_once(case, answer, "consent_withdrawn_before")
    voided = any(e.type == "clearance_voided" for e in answer.events[before:])
    if not voided and clearance_stands(case):
        answer.emit("clearance_voided", steps=[CLEARANCE], because="consent_withdrawn")


def _open_once(case: CaseNow, answer: Answer, type: str) -> None:
    kind = case.process.incidents.get(type)
    if kind is not None and not case.recorded.has_open(type):
        open_incident(case, answer, kind)


# --- documents ------------------------------------------------------------------------------


def on_document(case: CaseNow, command: Document, answer: Answer, check: IdentifierCheck | None = None) -> None:
    """Record how a paper stands; a number is checked and sealed."""
    process, recorded = case.process, case.recorded
    kind = process.documents.get(command.kind)
    if kind is None:
        raise unknown("document", command.kind, process.documents)
    steps = [
        s
        for s in process.done_by_command.get("document", ())
        if s.done_by and (kind.id in s.done_by.subjects or set(s.done_by.subjects) & set(kind.satisfies))
    ]
    who = tuple(dict.fromkeys((*command_roles(case, "document"), *(r for s in steps for r in s.who))))
    answer.role = role_for(case, who, f"record the paper '{kind.id}'", by=command.by)
    of = command.of or ""
    if of and of not in recorded.people:
        raise unknown("person of this case", of, recorded.people)
    status = one_of("status", command.status, DOCUMENT.states[1:])
    issued_on = as_day("issued_on", command.issued_on) if command.issued_on else None
    expires_on = as_day("expires_on", command.expires_on) if command.expires_on else None
    if issued_on and expires_on and expires_on < issued_on:
        raise BadInput("This paper would end before it was issued.", todo="Correct issued_on or expires_on.")
    if issued_on and issued_on > case.at.date():
        raise BadInput("This paper would be issued in the future.", todo="Correct issued_on.")
    record = recorded.documents.get(f"{kind.id}@{of}" if of else kind.id)
    state = record.status if record else "none"
    title = process.title("documents", kind.id)
    if DOCUMENT.next(state, status) is None:
        answer.ask(
            unmet(
                "DOCUMENT",
                "'{paper}' is {state}; it cannot become {status}",
                "look at `case show`",
                subject=kind.id,
                paper=title,
                state="not there" if state == "none" else state,
                status=status,
            )
        )
    if status in ("requested", "held", "surrendered"):
        not_older_than("this paper", record.at if record else None, case.at)
    if status in ("requested", "held") and state != "held":
        _may_be_asked_for(case, kind.id, status, state, answer)
    sealed = {"identity": _text("number", command.number)} if command.number else {}
    verdict = _checked(case, kind.id, command.number, answer, check) if command.number else None
    if issuer := command.issuer:
        sealed.setdefault("identity", {})["issuer"] = as_text("issuer", issuer, 200)
    answer.emit(
        "document_recorded",
        sealed,
        kind=kind.id,
        status=status,
        issued_on=issued_on.isoformat() if issued_on else None,
        expires_on=expires_on.isoformat() if expires_on else None,
        checked=verdict,
        of=of,
        by=command.by,
    )
    answer.ask(met("DOCUMENT", "how the paper stands can be recorded", subject=kind.id))
    for step in steps:
        assert step.done_by is not None
        wanted = step.done_by.status or "held"
        if (status == wanted or (wanted == "requested" and status == "held")) and _may_complete(case, step, of):
            complete_by_command(case, answer, step, of=of)


def _may_complete(case: CaseNow, step: Step, of: str) -> bool:
    if bool(of) != step.each or case.applies(step) is False:
        return False
    return not case.waits(step, StepKey(step.id, "", of if step.each else ""))


def _may_be_asked_for(case: CaseNow, kind_id: str, status: str, state: str, answer: Answer) -> None:
    process = case.process
    kind = process.documents[kind_id]
    phase = PHASE_NUMBER["pre_departure"]
    for wait in case.document_waits(kind):
        if wait.kind == "time" and status == "held" and state == "requested":
            continue
        title = process.title("documents", kind_id)
        if wait.kind == "consent":
            answer.ask(
                with_phase(
                    unmet(
                        "CONSENT",
                        "'{paper}' needs the person's consent: {purpose}",
                        "ask the person",
                        subject=wait.subject,
                        paper=title,
                        purpose=process.title("consents", wait.subject),
                        remedy=remedies.for_consent(case, wait.need),
                    ),
                    phase,
                )
            )
        elif wait.kind == "fact" and wait.subject in process.facts:
            answer.ask(
                with_phase(
                    unmet(
                        "FACT",
                        "it is not recorded: {fact}",
                        "record it",
                        subject=wait.subject,
                        fact=process.title("facts", wait.subject),
                        remedy=remedies.for_fact(case, wait.subject),
                    ),
                    phase,
                )
            )
        elif wait.kind == "time":
            until = wait.until.isoformat().replace("+00:00", "Z") if wait.until else "the planned departure is set"
            answer.ask(
                with_phase(
                    unmet(
                        "DOCUMENT",
                        "'{paper}' may not be asked for before {until}",
                        "wait until then",
                        subject=kind_id,
                        paper=title,
                        until=until,
                    ),
                    phase,
                )
            )
        else:
            names = {"step": "steps", "document": "documents"}
            other = process.title(names[wait.kind], wait.subject) if wait.kind in names else "the booked journey"
            answer.ask(
                with_phase(
                    unmet(
                        "DOCUMENT",
                        "'{paper}' needs '{other}' first",
                        "get that first",
                        subject=kind_id,
                        paper=title,
                        other=other,
                    ),
                    phase,
                )
            )


def _checked(case: CaseNow, kind: str, number: str, answer: Answer, check: IdentifierCheck | None) -> str | None:
    """Judge the number of a paper; only the verdict is kept in clear."""
    import re

    verdict = None
    for identifier in case.process.identifiers.values():
        if kind not in identifier.of:
            continue
        value = number.strip()
        if identifier.normalise == "upper":
            value = value.upper()
        elif identifier.normalise == "digits":
            value = re.sub(r"[.\-/ ]", "", value)
        fits = identifier.pattern is None or re.fullmatch(identifier.pattern, value) is not None
        if fits and identifier.checksum:
            fits = check is not None and check(identifier.pack, identifier.id, value)
        if identifier.severity == "store_only":
            verdict = verdict or "stored"
        elif fits:
            verdict = "fits"
        elif identifier.severity == "warn":
            verdict = "unusual"
        else:
            answer.ask(
                unmet(
                    "DOCUMENT",
                    "the number is not one of '{name}'",
                    "compare it with the paper, digit by digit",
                    subject=identifier.id,
                    name=case.process.title("identifiers", identifier.id),
                )
            )
    return verdict
