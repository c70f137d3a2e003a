"""Propose how to get a paper."""

from __future__ import annotations

from datetime import datetime

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import able, command_roles
from wayhome.model.case import StepKey
from wayhome.model.reason import Remedy
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.steps import Step
from wayhome.remedies.asking import asking, do_of, for_fact
from wayhome.remedies.people import for_consent


def for_document_step(case: CaseNow, step: Step, key: StepKey, from_: datetime | None) -> Remedy:
    """Propose the paper that completes a step."""
    assert step.done_by is not None
    subject = step.done_by.subjects[0]
    known = case.process.documents
    fitting = (d for d in known.values() if subject in d.satisfies and (key.of or not d.each))
    kinds = [known[subject]] if subject in known else [d for d in fitting if case.holds(d.when, key.of) is not False]
    kinds.sort(key=lambda d: (d.last_resort, case.holds(d.when, key.of) is not True))
    if not kinds:
        return asking(case, do_of("document", kind=subject), able(case, step.who)[0], None)
    return for_document(case, kinds[0], key.of, from_, step)


def for_document(
    case: CaseNow, kind: DocumentKind, of: str, from_: datetime | None, step: Step | None = None
) -> Remedy:
    """Ask for a paper: first what it needs, then how it stands."""
    waits = case.present.document_waits(kind, of)
    for wait in waits:
        if wait.kind == "fact" and wait.subject in case.process.facts:
            return for_fact(case, wait.subject, wait.of)
    for wait in waits:
        if wait.kind == "consent" and not any(w.kind not in ("consent", "time") for w in waits):
            remedy = for_consent(case, wait.need)
            if remedy is not None:
                return remedy
    if any(w.kind not in ("consent", "time") or (w.kind == "time" and w.until is None) for w in waits):
        from_ = None
    elif from_ is not None:
        from_ = max([from_, *(w.until for w in waits if w.until)])
    who, _ = able(case, step.who if step else command_roles(case, "document"))
    return asking(case, do_of("document", kind=kind.id, of=of), who, from_)


def step_of_paper(case: CaseNow, paper: DocumentKind) -> Step | None:
    steps = case.process.done_by_command.get("document", ())
    wanted = {paper.id, *paper.satisfies}
    return next((s for s in steps if s.is_core and s.done_by and wanted & set(s.done_by.subjects)), None)
