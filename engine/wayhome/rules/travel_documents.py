"""With which paper each of those who travel may cross every border of the journey.

Rules:    INV-16
"""

from __future__ import annotations

from wayhome.case_now import CaseNow
from wayhome.errors import Template
from wayhome.model.case import DocumentRecord, Leg
from wayhome.model.reason import Finding, no, yes
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.rules.papers import papers_held, runs_out, valid_until
from wayhome.rules.safeguard import GATE, safeguard

_OVER: tuple[Template, Template] = ("the booked journey is over", "book the journey as it will be")
_ELSEWHERE: tuple[Template, Template] = (
    "the booked journey does not end in the country of origin",
    "book the journey as it will be. Do they go to live in another country? Record that as the lasting solution, third_country, and close so",
)


@safeguard("INV-16", on=GATE, source=("P2", "P3"), limits=("document_margin",))
def each_who_travels_holds_a_valid_document(case: CaseNow) -> Finding:
    """No departure without a travel document valid for the whole itinerary, transit and margin included, for each who travels."""
    if case.planned_arrival is None:
        fact = "no journey is booked, so no paper can be judged against it"
        return no(fact, "travel_plan", todo="book the journey")
    if case.at > case.planned_arrival or not _leads_home(case):
        fact, todo = _OVER if case.at > case.planned_arrival else _ELSEWHERE
        return no(fact, "travel_plan", todo=todo, do={"do": "travel"}, from_=case.now)
    for ref in ("", *(p.ref for p in case.recorded.companions if not p.own_case)):
        papers = papers_held(case, ref)
        faults: list[Template] = [fault for kind, record in papers if (fault := _fault(case, kind, record))]
        if len(faults) == len(papers):
            kinds = travel_documents(case, of=ref)
            along = "no valid travel document is held for a person who travels along"
            none = along if ref else "no valid travel document is held"
            todo = "get a paper that is valid for the whole journey"
            return no(faults[0] if faults else none, kinds[0].id if kinds else "travel_document", todo=todo, of=ref)
    return yes("a travel document is valid for the whole journey", "travel_document")


def travel_documents(case: CaseNow, *, of: str = "") -> list[DocumentKind]:
    """List the papers that would do for this journey (of who travels along), those that certainly apply first."""
    fitting = [d for d in case.process.documents.values() if "travel_document" in d.satisfies and (of or not d.each)]
    if of:
        theirs = (d for d in fitting if case.holds(d.when, of) is not False)
        return sorted(theirs, key=lambda d: (d.last_resort, not d.each, case.holds(d.when, of) is not True))
    certain = [d for d in fitting if case.holds(d.when) is True]
    return certain + sorted((d for d in fitting if case.holds(d.when) is None), key=lambda d: d.last_resort)


def _fault(case: CaseNow, kind: DocumentKind, record: DocumentRecord) -> Template | None:
    """Say why a paper that is held does not do for this journey; None when it does."""
    if case.holds(kind.when, record.of) is False:
        return "the travel document is not one for this journey"
    if kind.airside_only and any(leg.airside is not True for leg in _changes_abroad(case)):
        return "with this travel document the person may not leave the airside, and a connection does not stay there"
    if kind.validity in ("on_paper", "issue") and valid_until(kind, record) is None:
        return "it is not recorded until when the travel document is valid"
    if runs_out(case, kind, record):
        return "the travel document runs out before the journey ends, or inside its margin"
    return None


def _leads_home(case: CaseNow) -> bool:
    travel = case.recorded.travel
    return travel is not None and bool(travel.legs) and travel.legs[-1].to_country == case.recorded.origin_country


def _changes_abroad(case: CaseNow) -> list[Leg]:
    """Give the legs after which the person changes before first landing in the country of origin; the way to the first airport is none."""
    travel = case.recorded.travel
    assert travel is not None
    found: list[Leg] = []
    for leg in travel.legs[:-1]:
        if leg.to_country == case.recorded.origin_country:
            break
        if leg.mode == "air" or found:
            found.append(leg)
    return found
