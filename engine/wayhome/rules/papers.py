"""Until when a paper is good for a journey."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from wayhome.calendar.spans import zone_of
from wayhome.case_now.facts import as_date
from wayhome.model.case import DocumentRecord
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.spans import Span

if TYPE_CHECKING:
    from wayhome.case_now import CaseNow


def papers_held(case: CaseNow, ref: str) -> list[tuple[DocumentKind, DocumentRecord]]:
    """Give the travel documents that the person holds, or who travels along."""
    return [
        (kind, record)
        for kind in case.process.documents.values()
        if "travel_document" in kind.satisfies
        and (record := case.recorded.document(kind.id, ref))
        and record.status == "held"
    ]


def runs_out(case: CaseNow, kind: DocumentKind, record: DocumentRecord) -> bool:
    """Say whether a paper ends before the booked journey does, or inside its margin; not where it is not known until when it runs."""
    end = last_day(case, kind, record)
    arrival = case.expected_arrival
    if end is None or arrival is None:
        return False
    return end < arrival.astimezone(zone_of(case.process.zones["origin"])).date()


def last_day(case: CaseNow, kind: DocumentKind, record: DocumentRecord) -> date | None:
    """Give the last day on which a journey with this paper may end: its own, less the longest margin."""
    end = valid_until(kind, record)
    if end is None:
        return None
    margins = (kind.margin, case.process.span("document_margin"))
    return end - max(_whole_days(span) for span in margins if span is not None)


def valid_until(kind: DocumentKind, record: DocumentRecord) -> date | None:
    """Give the last day of a paper: as printed, and not longer than its kind runs from its issue."""
    ends = [as_date(record.expires_on)] if record.expires_on else []
    if kind.max_days is not None and record.issued_on and kind.validity != "life":
        ends.append(as_date(record.issued_on) + timedelta(days=kind.max_days))
    return min(ends) if ends else None


def _whole_days(span: Span) -> timedelta:
    """Give the most whole days that a margin can come to."""
    if span.unit == "hours":
        return timedelta(days=-(-span.amount // 24))
    return timedelta(days={"days": 1, "weeks": 7, "months": 31, "working_days": 2}[span.unit] * span.amount)
