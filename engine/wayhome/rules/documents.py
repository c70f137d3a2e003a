"""What a paper waits for before it is asked for: what the pack says that it needs."""

from __future__ import annotations

from collections.abc import Iterator

from wayhome.case_now import CaseNow, Wait
from wayhome.commands import Document
from wayhome.errors import Template
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Finding, Judgement, no, yes
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.rules.saying_no import a_no
from wayhome.rules.steps import an_unknown_fact, moment


def of_document(case: CaseNow, command: Document) -> Iterator[Judgement]:
    """How a paper stands can be recorded; one that is to be had waits for what it needs."""
    paper = case.process.documents.get(command.kind)
    if paper is None:
        return
    held = case.recorded.document(paper.id, command.of or "")
    state = held.status if held else "none"
    if command.status in ("requested", "held") and state != "held":
        has_come = command.status == "held" and state == "requested"  # it was asked for on its day
        for wait in case.document_waited(paper, command.of or ""):
            if not (has_come and wait.kind == "time"):
                rule, finding = _of_wait(case, paper, wait)
                yield Judgement(rule, finding, (), PHASE_NUMBER["pre_departure"])
    yield Judgement("DOCUMENT", yes("how the paper stands can be recorded", paper.id))


def _of_wait(case: CaseNow, paper: DocumentKind, wait: Wait) -> tuple[str, Finding]:
    process, title = case.process, case.process.named("documents", paper.id)
    fact: Template
    if wait.kind == "consent" and (said_no := a_no(case, wait.need)):
        return "CONSENT", said_no
    if wait.kind == "consent":
        fact, purpose = "'{paper}' needs the person's consent: {purpose}", process.named("consents", wait.subject)
        return "CONSENT", no(fact, wait.subject, todo="ask the person", do=wait.need.do, paper=title, purpose=purpose)
    if wait.kind == "fact" and wait.subject in process.facts:
        return "FACT", an_unknown_fact(case, wait.subject, wait.of)
    if wait.kind == "time":
        fact, until = "'{paper}' may not be asked for before {until}", moment(case, wait)
        return "DOCUMENT", no(fact, paper.id, todo="wait until then", do={}, paper=title, until=until)
    first = {"do": "complete", "step": wait.subject} if wait.kind == "step" else {}
    fact, need = "'{paper}' needs this first: {need}", wait.as_phrase(process)
    return "DOCUMENT", no(fact, paper.id, todo="get that first", do=first, paper=title, need=need)
