"""Who may start the journey: consent, risk, reception, health, papers.

Decides:  from facts in memory. Never saves, sends, logs, or asks the clock.
Rules:    INV-01 … INV-08, INV-15, INV-16, INV-30
Sources:  docs/safeguards.md; section 4 of the process document. Every figure is a limit of the process.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from wayhome.calendar.spans import zone_of
from wayhome.case_now import ASSISTANCE, CLEARANCE, CaseNow, as_date
from wayhome.model.case import DocumentRecord, Leg, StepKey, StepRecord
from wayhome.model.reason import Reason, Remedy, met, unmet
from wayhome.packs.conditions import UNKNOWN
from wayhome.packs.process import ConsentNeed, DocumentKind, Span, Step
from wayhome.rules import remedies
from wayhome.rules.registry import safeguard

GATE = ("depart", "clearance")
NONE_WANTED = "none_wanted"
DECLINED = "reception_declined_in_writing"


def record_of(case: CaseNow, id: str) -> tuple[Step, StepRecord | None]:
    """Give a core step, and what is recorded of it."""
    return case.process.steps[id], case.recorded.steps.get(id)


def remedy_for(case: CaseNow, id: str) -> Remedy:
    """Propose what brings one core step on."""
    return remedies.for_step(case, case.process.steps[id], StepKey(id))


@safeguard("INV-01", on=GATE, source=("P26",))
def inv_01(case: CaseNow) -> Reason:
    """No departure without a return consent in force: explicit, written or witnessed, understood, and not too old."""
    rule, source = "INV-01", ("P26",)
    remedy = remedy_for(case, "return_consent")
    consents = list(case.consents_for(ConsentNeed("return", None)))
    consent = next((c for c in consents if case.in_force(c)), None)
    if consent is None:
        said = next((c.state for c in consents), None)
        fact = {
            "refused": "the person does not want to return",
            "withdrawn": "the consent to return was taken back",
            "void": "the consent to return no longer counts",
        }.get(said or "", "there is no consent to return")
        if said == "given":
            fact = "the consent to return has run out, or was not given by whom it must be"
        return unmet(
            rule,
            fact,
            "talk with the person; only their own written yes counts",
            subject="return",
            remedy=remedy,
            source=source,
        )
    if consent.form not in ("written", "witnessed"):
        return unmet(
            rule,
            "the consent to return is neither written nor witnessed",
            "have it signed, or witnessed and recorded",
            subject="return",
            remedy=remedy,
            source=source,
        )
    languages = case.value("languages")
    if languages is UNKNOWN:
        return unmet(
            rule,
            "it is not recorded which languages the person understands",
            "record the languages",
            subject="languages",
            remedy=remedies.for_fact(case, "languages"),
            source=source,
        )
    if consent.language not in languages:
        return unmet(
            rule,
            "the consent to return was not taken in a language that the person understands",
            "take it again in their language, with an interpreter",
            subject="return",
            remedy=remedy,
            source=source,
        )
    if case.is_older(consent.at, "return_consent_max_age"):
        return unmet(
            rule,
            "the consent to return is older than {limit}",
            "ask the person again, and have it signed again",
            subject="return",
            remedy=remedy,
            source=source,
            limit=case.process.span("return_consent_max_age"),
        )
    return met(rule, "a consent to return is in force", subject="return", source=source)


@safeguard("INV-02", on=("depart",), source=("OC",))
def inv_02(case: CaseNow) -> Reason:
    """No departure without the person's spoken yes, recorded at most 24 hours before boarding."""
    step, record = record_of(case, ASSISTANCE)
    limit = case.process.span("reconfirmation_max_age")
    if case.passes(step, record) and record and not case.is_older(record.at, "reconfirmation_max_age"):
        return met("INV-02", "the person has said yes again before boarding", subject=ASSISTANCE, source=("OC",))
    return unmet(
        "INV-02",
        "the person has not said yes again in the last {limit} before boarding",
        "ask them once more, before they board",
        subject=ASSISTANCE,
        remedy=remedy_for(case, ASSISTANCE),
        source=("OC",),
        limit=limit,
    )


@safeguard("INV-03", on=("depart",), source=("P9", "OC"))
def inv_03(case: CaseNow) -> Reason:
    """A withdrawal voids the clearance at once; a departure needs a clearance that stands and is not too old."""
    step, record = record_of(case, CLEARANCE)
    if case.passes(step, record) and record and not case.is_older(record.at, "clearance_max_age"):
        return met(
            "INV-03",
            "the departure is cleared, and nothing was withdrawn since",
            subject=CLEARANCE,
            source=("P9", "OC"),
        )
    void = record is not None and record.state == "open"
    return unmet(
        "INV-03",
        "the clearance is void" if void else "the departure is not cleared, or its clearance is older than {limit}",
        "clear the departure when everything else is met",
        subject=CLEARANCE,
        remedy=remedy_for(case, CLEARANCE),
        source=("P9", "OC"),
        limit=case.process.span("clearance_max_age"),
    )


@safeguard("INV-04", on=GATE, source=("P12", "OC"))
def inv_04(case: CaseNow) -> Reason:
    """No departure without a risk assessment at most 14 days old and a re-check at most 72 hours old."""
    for id, limit in (
        ("pre_return_risk_assessment", "risk_assessment_max_age"),
        ("risk_recheck", "risk_recheck_max_age"),
    ):
        step, record = record_of(case, id)
        if not case.passes(step, record) or record is None or case.is_older(record.at, limit):
            return unmet(
                "INV-04",
                "the step '{step}' is missing, or older than {limit} on that day",
                "do it, late enough before the journey",
                subject=id,
                remedy=remedy_for(case, id),
                source=("P12", "OC"),
                step=case.process.title("steps", id),
                limit=case.process.span(limit),
            )
    if case.recorded.steps["risk_recheck"].values.get("will_confirmed") is False:
        return unmet(
            "INV-04",
            "at the last check the person did not want to go",
            "believe the person; record that the consent is taken back",
            subject="risk_recheck",
            remedy=Remedy({"do": "withdraw", "purpose": "return"}, remedies.managers(case), case.now),
            source=("P12", "OC"),
        )
    return met(
        "INV-04", "the risk was assessed and checked again in time", subject="risk_recheck", source=("P12", "OC")
    )


@safeguard("INV-05", on=GATE, source=("P2", "P12"))
def inv_05(case: CaseNow) -> Reason:
    """No departure while the risk of return is high or unknown; only a new assessment signed by two roles changes that."""
    id = "pre_return_risk_assessment"
    step, record = record_of(case, id)
    if case.recorded.has_open("risk_high") or (record and record.state == "done" and not case.passes(step, record)):
        return unmet(
            "INV-05",
            "the risk of return is high",
            "protect the person first; then assess anew, signed by two roles",
            subject=id,
            remedy=remedy_for(case, id),
            source=("P2", "P12"),
        )
    if record is None or record.state != "done":
        return unmet(
            "INV-05",
            "the risk of return is not known",
            "assess it, together with the origin side",
            subject=id,
            remedy=remedy_for(case, id),
            source=("P2", "P12"),
        )
    if len({role for role, _, _ in record.signed}) < case.process.count("risk_signatures"):
        return unmet(
            "INV-05",
            "the risk assessment is not signed by two different roles",
            "have it signed",
            subject=id,
            remedy=remedy_for(case, id),
            source=("P2", "P12"),
        )
    return met("INV-05", "the risk of return is below high, signed by two roles", subject=id, source=("P2", "P12"))


@safeguard("INV-06", on=GATE, source=("P12", "P28"))
def inv_06(case: CaseNow) -> Reason:
    """A risk assessment is complete only with the person's own view and input from the origin side."""
    id = "pre_return_risk_assessment"
    _, record = record_of(case, id)
    values = record.values if record and record.state == "done" else {}
    missing = []
    if not values.get("own_view"):
        missing.append("the person's own view")
    vetted_only = case.value("partner_selection") == NONE_WANTED
    if not values.get("origin_input") or (vetted_only and values["origin_input"] != "other_vetted_source"):
        missing.append("input from the origin side")
    if not missing:
        return met(
            "INV-06",
            "the risk assessment holds the person's own view and input from the origin side",
            subject=id,
            source=("P12", "P28"),
        )
    return unmet(
        "INV-06",
        "the risk assessment lacks {missing}",
        "add it to a new assessment",
        subject=id,
        remedy=remedy_for(case, id),
        source=("P12", "P28"),
        missing=" and ".join(missing),
    )


@safeguard("INV-07", on=GATE, source=("P2", "P12", "OC"))
def inv_07(case: CaseNow) -> Reason:
    """No departure unless a partner has confirmed in the last 14 days who meets the person, where and when."""
    rule, source = "INV-07", ("P2", "P12", "OC")
    selection = case.recorded.steps.get("partner_selection")
    if selection and selection.state == "done" and selection.result == NONE_WANTED:
        return _declined_in_writing(case, "partner_selection")
    reception = case.recorded.steps.get("arrival_reception")
    if reception and reception.state == "skipped":
        return _declined_in_writing(case, "arrival_reception")
    id = "partner_confirmation"
    step, record = record_of(case, id)
    remedy = remedy_for(case, id)
    if not case.passes(step, record) or record is None or case.is_older(record.at, "partner_confirmation_max_age"):
        return unmet(
            rule,
            "no receiving partner has confirmed in the {limit} before the journey",
            "ask the partner to confirm again",
            subject=id,
            remedy=remedy,
            source=source,
            limit=case.process.span("partner_confirmation_max_age"),
        )
    holder = case.recorded.roles.get("receiving_organisation")
    if holder is None or holder.seq > record.seq:
        return unmet(
            rule,
            "another partner was chosen since, and has not confirmed",
            "ask the partner who receives the person now",
            subject=id,
            remedy=Remedy(_redo(id), remedy.who, case.now),
            source=source,
        )
    for need, when in step.consents:
        if case.may_hold(when) and case.consent_state(need) != "given":
            return unmet(
                rule,
                "the person no longer agrees that this partner is contacted or told: {purpose}",
                "ask the person, or choose another partner",
                subject=need.purpose,
                remedy=remedies.for_consent(case, need),
                source=source,
                purpose=case.process.title("consents", need.purpose),
            )
    arrival = case.planned_arrival
    if arrival is None:
        return unmet(
            rule,
            "it is not known when the person lands",
            "book the journey",
            subject="travel_plan",
            remedy=remedy_for(case, "travel_plan"),
            source=source,
        )
    values = record.values
    known = known_party(case, values.get("received_by"))
    if (
        not known
        or values.get("housing_named") is not True
        or not (
            str(values.get("reception_from", ""))
            <= remedies.instant_text(arrival)
            <= str(values.get("reception_until", ""))
        )
    ):
        return unmet(
            rule,
            "it is not clear who meets the person, where they will live, or the landing is not inside the time in which the partner waits",
            "agree it anew with the partner",
            subject=id,
            remedy=Remedy(_redo(id), remedy.who, case.now),
            source=source,
        )
    return met(
        rule, "a receiving partner has confirmed who meets the person, where and when", subject=id, source=source
    )


def _declined_in_writing(case: CaseNow, subject: str) -> Reason:
    source = ("P2", "P12", "OC")
    if case.value(DECLINED) is True:
        return met(
            "INV-07", "the person has declined reception, in writing and after advice", subject=subject, source=source
        )
    return unmet(
        "INV-07",
        "that the person wants no reception is not in writing",
        "ask for it in writing, after advice",
        subject=subject,
        remedy=remedies.for_fact(case, DECLINED),
        source=source,
    )


def _redo(id: str) -> dict[str, str]:
    return {"do": "redo", "step": id}


@safeguard("INV-08", on=GATE, source=("P2",))
def inv_08(case: CaseNow) -> Reason:
    """Before departure the person holds working contacts of an assisting organisation and for an emergency."""
    _, record = record_of(case, "safety_plan")
    values = record.values if record and record.state == "done" else {}
    named = [values.get(key) for key in ("assisting_organisation", "emergency_contact")]
    working = [party for party in named if party and _can_be_reached(case, str(party))]
    if len(working) == len(named) and len(named) >= case.process.count("emergency_contacts"):
        return met(
            "INV-08",
            "the person holds contacts that work in the country of origin",
            subject="safety_plan",
            source=("P2",),
        )
    return unmet(
        "INV-08",
        "the person holds no working contacts in the country of origin",
        "put them into the safety plan, and on the person's card",
        subject="safety_plan",
        remedy=remedy_for(case, "safety_plan"),
        source=("P2",),
    )


def known_party(case: CaseNow, party: Any) -> str | None:
    """Give the partner or ref that a name stands for: itself, or whoever holds it as a role; None when nobody is known."""
    name = str(party or "")
    held = case.recorded.roles.get(name)
    if held is not None:
        name = held.party
    known = name in case.recorded.people or name in case.process.partners
    return name if known or name in {r.party for r in case.recorded.roles.values()} else None


def _can_be_reached(case: CaseNow, party: str) -> bool:
    """A contact that is reported down does not count; one that no pack lists stands on the person's card."""
    name = known_party(case, party)
    if name is None:
        return False
    partner = case.process.partners.get(name) or {}
    contacts = partner.get("contacts") or []
    working = not contacts or any(c.get("status") != "reported_down" for c in contacts)
    return working and not partner.get("superseded_by")


@safeguard("INV-15", on=GATE, source=("P17", "P18"))
def inv_15(case: CaseNow) -> Reason:
    """No departure of an unfit person, or, where a check is required, without one at most 72 hours old."""
    rule, source = "INV-15", ("P17", "P18")
    for id in ("medical_assessment", "fit_to_travel_check"):
        step, record = record_of(case, id)
        if record and record.state == "done" and not case.passes(step, record):
            return unmet(
                rule,
                "the person is not fit to travel",
                "treat and stabilise first; then check again",
                subject=id,
                remedy=remedy_for(case, id),
                source=source,
            )
    id = "fit_to_travel_check"
    step, record = record_of(case, id)
    remedy = remedy_for(case, id)
    if not case.passes(step, record) or record is None:
        return unmet(
            rule,
            "there is no fit-to-travel check",
            "check between 72 and 24 hours before the journey",
            subject=id,
            remedy=remedy,
            source=source,
        )
    if case.is_older(record.at, "fit_check_max_age"):
        return unmet(
            rule,
            "the fit-to-travel check is older than {limit} on that day",
            "check again",
            subject=id,
            remedy=remedy,
            source=source,
            limit=case.process.span("fit_check_max_age"),
        )
    was_unfit = any(incident.type == "medical_unfit" for incident in case.recorded.incidents)
    if record.result in ("self_declared", "declined") and (was_unfit or case.value("medical_flag") is not False):
        if case.value("medical_flag") is UNKNOWN and not was_unfit:
            return unmet(
                rule,
                "it is not known whether a medical check is required",
                "record the questions about health",
                subject="medical_flag",
                remedy=remedies.for_fact(case, "medical_flag"),
                source=source,
            )
        return unmet(
            rule,
            "this person needs a medical check; their own declaration is not enough",
            "have a doctor or nurse check",
            subject=id,
            remedy=Remedy(_redo(id), remedy.who, remedy.from_),
            source=source,
        )
    return met(rule, "the person is fit to travel", subject=id, source=source)


@safeguard("INV-16", on=GATE, source=("P2", "P3"))
def inv_16(case: CaseNow) -> Reason:
    """No departure without a travel document valid for the whole itinerary, transit and margin included, for each who travels."""
    rule, source = "INV-16", ("P2", "P3")
    if case.planned_arrival is None:
        return unmet(
            rule,
            "no journey is booked, so no paper can be judged against it",
            "book the journey",
            subject="travel_plan",
            remedy=remedy_for(case, "travel_plan"),
            source=source,
        )
    if case.at > case.planned_arrival or not _leads_home(case):
        return unmet(
            rule,
            "the booked journey is over, or does not end in the country of origin",
            "book the journey as it will be",
            subject="travel_plan",
            remedy=remedies.for_journey(case, case.now),
            source=source,
        )
    for ref in ("", *(p.ref for p in case.recorded.companions)):
        if not any(_fault(case, kind, record) is None for kind, record in _held(case, ref)):
            faults = [fault for kind, record in _held(case, ref) if (fault := _fault(case, kind, record))]
            kinds = remedies.travel_documents(case, for_companion=bool(ref))
            remedy = (
                remedies.for_document(case, kinds[0], "held", ref, case.now, case.process.steps["travel_document"])
                if kinds
                else None
            )
            return unmet(
                rule,
                faults[0]
                if faults
                else "no valid travel document is held" + (" for a person who travels along" if ref else ""),
                "get a paper that is valid for the whole journey",
                subject=kinds[0].id if kinds else "travel_document",
                remedy=remedy,
                source=source,
            )
    return met(rule, "a travel document is valid for the whole journey", subject="travel_document", source=source)


def _held(case: CaseNow, ref: str) -> list[tuple[DocumentKind, DocumentRecord]]:
    return [
        (kind, record)
        for kind in case.process.documents.values()
        if "travel_document" in kind.satisfies
        and (record := case.recorded.documents.get(f"{kind.id}@{ref}" if ref else kind.id))
        and record.status == "held"
    ]


def _fault(case: CaseNow, kind: DocumentKind, record: DocumentRecord) -> str | None:
    """Say why a paper that is held does not do for this journey; None when it does."""
    arrival = case.planned_arrival
    assert arrival is not None
    if not record.of and case.holds(kind.when) is False:
        return "the travel document is not one for this journey"
    if kind.airside_only and any(leg.airside is not True for leg in _changes_abroad(case)):
        return "with this travel document the person may not leave the airside, and a connection does not stay there"
    last = arrival.astimezone(zone_of(case.process.zones["origin"])).date()
    end = valid_until(kind, record)
    if end is not None:
        end -= max(
            _whole_days(span) for span in (kind.margin, case.process.span("document_margin")) if span is not None
        )
    if kind.validity in ("on_paper", "issue") and end is None:
        return "it is not recorded until when the travel document is valid"
    if end is not None and end < last:
        return "the travel document runs out before the journey ends, or inside its margin"
    return None


def _side_of(case: CaseNow, place: str) -> str | None:
    """Say in whose pack a place stands, host or origin; None when no pack knows it."""
    pack = ((case.process.labels.get("places") or {}).get(place) or {}).get("pack")
    return ((case.process.labels.get("packs") or {}).get(str(pack)) or {}).get("role")


def _leads_home(case: CaseNow) -> bool:
    travel = case.recorded.travel
    return travel is not None and bool(travel.legs) and _side_of(case, travel.legs[-1].to) in ("origin", None)


def _changes_abroad(case: CaseNow) -> list[Leg]:
    """Give the flights after which the person changes planes before first landing in the country of origin."""
    travel = case.recorded.travel
    found: list[Leg] = []
    for leg in travel.legs[:-1] if travel else ():
        if _side_of(case, leg.to) == "origin":
            break
        if leg.mode == "air":
            found.append(leg)
    return found


def _whole_days(span: Span) -> timedelta:
    """Give the most whole days that a margin can come to."""
    if span.unit == "hours":
        return timedelta(days=-(-span.amount // 24))
    return timedelta(days={"days": 1, "weeks": 7, "months": 31, "working_days": 2}[span.unit] * span.amount)


def valid_until(kind: DocumentKind, record: DocumentRecord) -> date | None:
    """Give the last day of a paper: as printed, and not longer than its kind runs from its issue."""
    ends = [as_date(record.expires_on)] if record.expires_on else []
    if kind.max_days is not None and record.issued_on and kind.validity != "life":
        ends.append(as_date(record.issued_on) + timedelta(days=kind.max_days))
    return min(ends) if ends else None


@safeguard("INV-30", on=GATE, source=("OC",))
def inv_30(case: CaseNow) -> Reason:
    """Evidence that has expired is never counted; age is judged at the instant of departure."""
    for step in case.process.steps.values():
        if not (step.gate == "depart" and step.gates and step.max_ages) or step.id in (ASSISTANCE, CLEARANCE):
            continue
        for key, record in case.records(step):
            if record.state == "done" and not case.is_fresh(step, record) and case.applies(step, key) is not False:
                return unmet(
                    "INV-30",
                    "'{step}' will be too old on that day",
                    "do it again, late enough",
                    subject=step.id,
                    remedy=remedies.for_step(case, step, key),
                    source=("OC",),
                    step=case.process.title("steps", step.id),
                )
    return met("INV-30", "no evidence that counts is too old", source=("OC",))
