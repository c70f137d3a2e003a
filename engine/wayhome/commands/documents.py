"""Papers: how each stands, and what its number says."""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date
from typing import Annotated, Any, ClassVar

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import writers
from wayhome.commands.answer import Act, Answer, IdentifierCheck, role_for
from wayhome.commands.belonging import people_told
from wayhome.commands.changes import Change, a_day, is_history
from wayhome.commands.life_cycles import DOCUMENT
from wayhome.commands.steps import complete_by_command
from wayhome.errors import BadInput, Template, part, term
from wayhome.model.case import Case, DocumentRecord, StepKey
from wayhome.model.closed_sets import DocumentStatus
from wayhome.model.command import Command, Question
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.reading import LONGEST_TEXT, as_text, unknown
from wayhome.model.reason import no
from wayhome.packs.findings import Unanswered
from wayhome.packs.kinds.documents import Identifier
from wayhome.packs.kinds.steps import Step

__all__ = ["Document"]


@data(kw_only=True)
class Document(Command):
    """Record how a paper stands."""

    word: ClassVar[str] = "document"
    of_others: ClassVar = True
    unruled: ClassVar[Template] = "how a paper stands is judged by what it waits for"
    earliest: ClassVar = "ever"
    judged_then: ClassVar = True
    reaches_out: ClassVar = True

    kind: Annotated[str, Question("Which paper?", of="documents")]
    status: Annotated[DocumentStatus, Question("How does it stand?")]
    number: Annotated[str | None, Question("Which number does it have?", when={"status": ("held",)})] = field(
        default=None, repr=False
    )
    issuer: Annotated[str | None, Question("Who issued it?", when={"status": ("held",)})] = field(
        default=None, repr=False
    )
    issued_on: Annotated[date | None, Question("On which day was it issued?", when={"status": ("held",)})] = None
    expires_on: Annotated[
        date | None, Question("Until when is it valid?", of="ends_of_paper", when={"status": ("held",)}, needed=True)
    ] = None


LONGEST_NUMBER = 64  # of a paper that has a pattern


def who_records(case: CaseNow, kind: str) -> tuple[str, ...]:
    """Name the roles that record a paper: who writes of papers, or in the group of this one, or does a step with it."""
    process = case.process
    declared = process.documents.get(kind)
    steps = case.completed_by("document", kind, *(declared.satisfies if declared else ()))
    own = (role for step in steps if step.is_core or (declared and step.pack == declared.pack) for role in step.who)
    group = process.group_of_paper(kind)
    return tuple(dict.fromkeys((*writers(process, "papers"), *writers(process, group), *own)))


def on_document(case: CaseNow, command: Document, answer: Answer) -> None:
    """Record how a paper stands; a number is checked and sealed."""
    process, recorded = case.process, case.recorded
    kind = process.documents.get(command.kind)
    if kind is None:
        raise unknown("document", command.kind, process.documents, field="kind")
    steps = case.completed_by("document", kind.id, *kind.satisfies)
    deed: Template = "record the paper '{paper}'"
    group = process.group_of_paper(kind.id)
    answer.role = role_for(case, who_records(case, kind.id), deed, by=command.by, says=(group,), paper=kind.id)
    of = command.of or ""
    if of and of not in recorded.people:
        raise unknown("person of this case", of, people_told(case), field="of")
    status = command.status
    data = _days(case, command, answer)
    record = recorded.document(kind.id, of)
    key = _key(kind.id, of)
    older = status in ("requested", "held", "surrendered") and case.is_before("documents", key)  # a loss counts
    state = record.status if record else "none"
    otherwise = no(
        "'{paper}' is {state}; it cannot become {status}",
        kind.id,
        todo="look at how the case stands",
        do={},
        paper=process.named("documents", kind.id),
        state=part("not there") if state == "none" else term(state),
        status=term(status),
    )
    following = status if older else answer.next_state(DOCUMENT, state, status, "DOCUMENT", otherwise)
    sealed: dict[str, str] = {}
    for name, text, longest in (("number", command.number, LONGEST_TEXT), ("issuer", command.issuer, 200)):
        with answer.faults.gathered():
            sealed |= {name: as_text(name, text, longest)} if text else {}
    checked = _checked(case, kind.id, command.number, answer) if command.number else None
    texts = {case.process.group_of_paper(kind.id): sealed} if sealed else {}
    said = {"kind": kind.id, "status": following, **data, "checked": checked, "of": of, "by": command.by}
    answer.emit("document_recorded", texts, **said, earlier=[key] if older else [])
    for step in steps:
        was_then = not older or case.is_before("steps", StepKey(step.id, "", of if step.each else "").text())
        if step.done_by and step.done_by.is_brought_by(status) and was_then and case.may_complete(step, of):
            complete_by_command(case, answer, step, of=of)


def _days(case: CaseNow, command: Document, answer: Answer) -> dict[str, str | None]:
    issued_on, expires_on = command.issued_on, command.expires_on
    if issued_on and expires_on and expires_on < issued_on:
        what = "This paper would end before it was issued."
        answer.wrong(BadInput(what, todo="Correct issued_on or expires_on.", field="expires_on"))
    if issued_on and issued_on > case.day_of(case.at):
        answer.wrong(
            BadInput("This paper would be issued in the future.", todo="Correct issued_on.", field="issued_on")
        )
    return {
        "issued_on": issued_on.isoformat() if issued_on else None,
        "expires_on": expires_on.isoformat() if expires_on else None,
    }


def _checked(case: CaseNow, kind: str, number: str, answer: Answer) -> str | None:
    """Judge the number of a paper; only the verdict is kept in clear."""
    verdict = None
    for identifier in case.process.identifiers.values():
        if kind not in identifier.of:
            continue
        fits = _fits(identifier, number, answer.check)
        if identifier.severity == "store_only" or (identifier.severity == "warn" and isinstance(fits, Unanswered)):
            verdict = verdict or "stored"
        elif isinstance(fits, Unanswered):
            answer.refuse("DOCUMENT", no(fits.fact, identifier.id, todo=fits.todo, do={}, **fits.values))
        elif fits:
            verdict = "fits"
        elif identifier.severity == "warn":
            verdict = "unusual"
        else:
            finding = no(
                "the number is not one of '{name}'",
                identifier.id,
                todo="compare it with the paper, digit by digit",
                do={},
                name=case.process.named("identifiers", identifier.id),
            )
            answer.refuse("DOCUMENT", finding)
    return verdict


def _fits(identifier: Identifier, number: str, check: IdentifierCheck | None) -> bool | Unanswered:
    value = number.strip()
    if identifier.normalise == "upper":
        value = value.upper()
    elif identifier.normalise == "digits":
        value = re.sub(r"[.\-/ ]", "", value)
    if identifier.pattern is not None and (len(value) > LONGEST_NUMBER or not re.fullmatch(identifier.pattern, value)):
        return False
    return not identifier.checksum or (check is not None and check(identifier.pack, identifier.id, value))


def recorded(case: Case, event: Event) -> Change:
    data: Any = event.data
    of = data.get("of") or ""
    record = DocumentRecord(
        data["kind"],
        data["status"],
        event.occurred_at,
        event.seq,
        data.get("issuer"),
        a_day(data.get("issued_on")),
        a_day(data.get("expires_on")),
        data.get("checked"),
        of,
    )
    key, stands = _key(record.kind, of), case.document(record.kind, of)
    if is_history(case, event, "documents", key):
        return {}
    if stands is not None and record.at < stands.at:  # that it was lost before stands from what was last said
        return {"documents": {**case.documents, key: record._replace(at=stands.at)}, "days": case.days}
    return {"documents": {**case.documents, key: record}}


def _key(kind: str, of: str) -> str:
    return f"{kind}@{of}" if of else kind


def _about(case: CaseNow, command: Document) -> list[str]:
    """The kind of paper, and the classes of those who are told about the person when it is asked for."""
    known = case.process.documents.get(command.kind)
    recipients = [need.recipient for need in (known.consents if known else ()) if need.recipient]
    return [command.kind, *map(case.class_of, recipients)]


def _completes(case: CaseNow, command: Document) -> list[Step]:
    kind = case.process.documents.get(command.kind)
    steps = case.done_by("document", kind.id, *kind.satisfies) if kind else []
    return [step for step in steps if step.done_by and step.done_by.is_brought_by(command.status)]


ACTS = (Act(Document, on_document, about=_about, completes=_completes),)
CHANGES = {"document_recorded": recorded}
