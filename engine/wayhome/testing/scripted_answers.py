"""What an invented case worker answers: a table by slot, and where it holds nothing, what is plain for the type.

A table is what a test decides, apart from the engine: a remedy asks, and never answers. Of two tables the first counts.
`Replies(table, strict=True)` knows nothing beside its table: a slot that stands in none fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from wayhome.calendar.spans import at_time, instant_text, zone_of
from wayhome.case_now import CaseNow
from wayhome.engine import Engine
from wayhome.forms import open_slots
from wayhome.model.case import Leg
from wayhome.model.closed_sets import EXPLAINED, GUARDIAN, PERSON, TRUST, SlotType
from wayhome.model.data import to_json
from wayhome.model.form import Slot
from wayhome.model.moves import PHASE_NUMBER
from wayhome.packs.kinds.spans import Span
from wayhome.rules.gates import usual_ending
from wayhome.rules.proceedings import reflection_ends
from wayhome.rules.travel_documents import travel_documents

AN_ANSWER = "invented words"
SHORTEST_LEAD, LEAD_SLACK = timedelta(days=21), timedelta(days=7)
FLIGHT = timedelta(hours=8)
LOOKED_UP = ("from_country", "from_zone", "to_country", "to_zone")


class Asking(Protocol):
    """A remedy, a row of what is next, a form: what identifies a command, and what is open."""

    @property
    def do(self) -> Mapping[str, Any]: ...
    @property
    def slots(self) -> tuple[Slot, ...] | Mapping[str, SlotType]: ...


@dataclass(frozen=True)
class OpenSlot:
    """One slot as it is asked: in which case, of which command, after which answers."""

    case: CaseNow
    do: Mapping[str, Any]
    slot: Slot
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What the command is about: a step, a purpose, a paper, a role, an incident, or its own word."""
        named = (self.do.get(name) for name in ("step", "purpose", "kind", "role", "incident", "type", "to"))
        return str(next(filter(None, named), self.do["do"]))

    @property
    def today(self) -> date:
        return self.case.now.astimezone(zone_of(self.case.process.zones["host"])).date()


Answer = Callable[[OpenSlot], Any]
Table = Mapping[str, Any]


class Replies:
    """Answers what is asked, by `SUBJECT.slot`, `COMMAND.slot`, or by the slot's name alone."""

    def __init__(self, *tables: Table, strict: bool = False) -> None:
        self.tables, self.strict = tables, strict

    def __call__(self, engine: Engine, number: str, asking: Asking) -> dict[str, Any]:
        """Give the command that these answers make of a remedy, a row, or a form.

        Raises:
            LookupError: it is strict, and something is asked that stands in no table; or nobody says what is usual of a fact of the core.
        """
        process, recorded = engine._recorded(number)
        case = CaseNow(process, recorded, engine.now())
        said: dict[str, Any] = {}
        slots = open_slots(case, asking.do) if isinstance(asking.slots, Mapping) else asking.slots
        for slot in slots:
            if slot.is_asked({**asking.do, **said}):
                answer = self.answer(OpenSlot(case, asking.do, slot, said))
                if answer is not None:
                    said[slot.name] = answer
        facts: dict[str, Any] = {"facts": {}} if asking.do["do"] == "record" else {}
        return {**asking.do, **facts, **said}

    def answer(self, asked: OpenSlot) -> Any:
        """Answer one slot; None where it stays open."""
        for name in (f"{asked.subject}.{asked.slot.name}", f"{asked.do['do']}.{asked.slot.name}", asked.slot.name):
            for table in self.tables:
                if name in table:
                    found = table[name]
                    return found(asked) if callable(found) else found
        step = asked.case.process.steps.get(asked.subject)
        if step is not None and step.instrument is not None and not asked.slot.required:
            return None  # nobody makes up what a person is asked in so many words
        if self.strict:
            raise LookupError(f"nobody answers {asked.subject}.{asked.slot.name}: {asked.slot.ask or asked.slot.label}")
        return _plain(asked) if asked.slot.required else None


def _plain(asked: OpenSlot) -> Any:
    """Answer as it goes when nothing goes wrong: the first that lets the step pass, whoever is trusted, a day that fits."""
    slot = asked.slot
    first = next((value for value in slot.values if value not in slot.stops), None)
    match slot.type:
        case "bool":
            return "facts" not in asked.do or _is_usual(asked)
        case "date":
            return (asked.today if slot.lies_behind else asked.today + timedelta(days=30)).isoformat()
        case "instant" | "moment":
            return instant_text(asked.case.now)
        case "language":
            return first or "en"
        case "languages":
            return ["en"]
        case "codes":
            return [first] if first is not None else None
        case "answers":
            return dict.fromkeys(slot.about, first)
        case "party":
            return who_is_trusted(asked)
        case "number":
            return slot.between[0] if slot.between else 0
        case "money":
            return "100 EUR"
        case "rows":
            return None
        case "text" if not slot.values:
            return AN_ANSWER
    return first if first is not None else "invented"


def _is_usual(asked: OpenSlot) -> bool:
    """Answer that a fact is not so. Whoever adds one to the core says whether that is usual: a safeguard may need it to be so."""
    name = asked.slot.name
    if asked.case.process.facts[name].pack == "core" and name not in WHOLE and name not in USUALLY_NOT:
        raise LookupError(
            f"Nobody says what an invented person usually answers to the core's fact '{name}': "
            "say it in wayhome/testing/scripted_answers.py, in WHOLE, or in USUALLY_NOT where it is usually not so."
        )
    return False


def who_is_trusted(asked: OpenSlot) -> str | None:
    """Name who can do it: who receives the person, or else a partner that is trusted with it; without trust to speak of, anybody."""
    case, slot = asked.case, asked.slot
    held = case.recorded.roles.get("receiving_organisation")
    known = [*([held.party] if held else ()), *slot.values]
    trust = next((one for one in TRUST if one == slot.trust), None)
    return next((id for id in known if trust is None or case.distrust(id, trust) is None), held.party if held else None)


def who_meets(asked: OpenSlot) -> str | None:
    """Name who meets the person: whom the partner's confirmation names, or who is trusted with it."""
    confirmed = asked.case.recorded.steps.get("partner_confirmation")
    named = confirmed.values.get("received_by") if confirmed else None
    return named or who_is_trusted(asked)


def who_interpreted(asked: OpenSlot) -> str | None:
    """Name who interpreted the consent to return, where somebody did: they are there at the last question, too."""
    consents = asked.case.recorded.consents.values()
    return next((one.interpreter for one in consents if one.purpose == "return" and not one.of), None)


def who_receives(asked: OpenSlot) -> str | None:
    """Name a partner that could receive the person: one that a consent names, or one that is trusted with it, and meets people."""
    case, role = asked.case, str(asked.do["role"])
    class_ = case.process.roles[role].partner_class
    assert class_ is not None
    held, contact = case.recorded.roles.get(role), case.process.recipients[class_].contact
    failed = held.party if held and case.is_suspended(role) else None
    named = sorted({r.recipient for r in case.recorded.consents.values() if r.purpose in contact and case.in_force(r)})
    for one in named:
        if one in case.process.partners and one != failed and not case.suspending(one, role):
            return one
    able = [
        id
        for id, about in case.process.partners.items()
        if (about.get("recipient"), id != failed) == (class_, True)
        and about.get("regime") != "closed"
        and case.distrust(id, "receive") is None
    ]
    return next(iter([*(id for id in able if case.distrust(id, "meet") is None), *able]), None)


def leaves_on(asked: OpenSlot) -> str:
    """Choose a day to leave: after every lead time that is known, after reflection, from Tuesday to Thursday."""
    case = asked.case
    start = max(filter(None, (case.now, reflection_ends(case))))
    leads = [SHORTEST_LEAD]
    for step in case.process.steps.values():
        if PHASE_NUMBER[step.phase] <= PHASE_NUMBER["pre_departure"] and case.applies(step) is not False:
            leads += [_length(t.span) for t in step.dues if t.backwards and t.anchor == "planned_departure"]
    for kind in travel_documents(case):
        if kind.request_by and kind.request_by.backwards:
            leads.append(_length(kind.request_by.span))
    day = (start + max(leads) + LEAD_SLACK).astimezone(zone_of(case.process.zones["host"])).date()
    while day.weekday() not in (1, 2, 3):
        day += timedelta(days=1)
    return day.isoformat()


def _length(span: Span) -> timedelta:
    days = {"hours": 1 / 24, "days": 1, "weeks": 7, "months": 31, "working_days": 7 / 5}[span.unit] * span.amount
    return timedelta(days=days)


def the_journey(asked: OpenSlot) -> list[dict[str, Any]]:
    """Tell the legs: of the target day, in the morning; or of what was booked, as it went or begins within the hour."""
    case, travel = asked.case, asked.case.recorded.travel
    departure = case.planned_departure
    if case.recorded.happened("departed") is not None or (
        travel and travel.status == "booked" and departure and departure <= case.now
    ):
        begins = case.now + (timedelta(hours=1) if case.recorded.phase == "pre_departure" else -FLIGHT)
        legs = travel.legs if travel else ()
        later = begins - legs[0].departs_at if legs else timedelta()
        return [_once_more(leg, later) for leg in legs] or [_a_leg(case, begins)]
    host = case.process.zones["host"]
    day = (departure or case.now).astimezone(zone_of(host)).date()
    leaves = at_time(day, 10, host)
    return [_a_leg(case, leaves if leaves > case.now else departure or case.now)]


def _once_more(leg: Leg, later: timedelta) -> dict[str, Any]:
    """Tell a leg as it is written, so much later."""
    said = {name: value for name, value in to_json(leg).items() if value is not None and name not in LOOKED_UP}
    return {
        **said,
        "departs_at": instant_text(leg.departs_at + later),
        "arrives_at": instant_text(leg.arrives_at + later),
    }


def _a_leg(case: CaseNow, leaves: datetime) -> dict[str, Any]:
    return {
        "from": _airport(case, "host"),
        "to": _airport(case, "origin"),
        "departs_at": instant_text(leaves),
        "arrives_at": instant_text(leaves + FLIGHT),
        "mode": "air",
    }


def _airport(case: CaseNow, role: str) -> str:
    labels = case.process.labels
    packs, places = labels.get("packs") or {}, labels.get("places") or {}
    return next(
        str(id)
        for id, place in places.items()
        if (packs.get(str(place.get("pack"))) or {}).get("role") == role
        and place.get("kind") == "airport"
        and place.get("international", True)
    )


def at_departure(**later: int) -> Answer:
    """Answer with the planned departure, so much later."""
    return lambda asked: instant_text((asked.case.planned_departure or asked.case.now) + timedelta(**later))


def now(asked: OpenSlot) -> str:
    """Answer with this moment."""
    return instant_text(asked.case.now)


def who_knows_the_place(asked: OpenSlot) -> str:
    """Say who there was asked about the risks: whoever receives the person, or somebody else where nobody does."""
    case, role = asked.case, "receiving_organisation"
    receives = role in case.recorded.roles and not case.is_suspended(role)
    return "receiving_partner" if receives else "other_vetted_source"


def long_enough(asked: OpenSlot) -> str | None:
    """Give until when a paper is valid: a month after the journey, and no longer than such papers are."""
    case, kind = asked.case, asked.case.process.documents[str(asked.do["kind"])]
    last = case.planned_arrival or case.planned_departure or case.now
    end = max(asked.today, last.date()) + timedelta(days=30)
    return (end if kind.max_days is None else min(end, asked.today + timedelta(days=kind.max_days))).isoformat()


def groups_of_consent(asked: OpenSlot) -> list[str]:
    """Give what may be told: all that the purpose covers, but never the narrative, and nothing that this recipient is never told."""
    case, purpose = asked.case, asked.case.process.consents[str(asked.do["purpose"])]
    recipient = asked.do.get("recipient") or asked.said.get("recipient")
    class_ = case.process.recipients.get(case.class_of(recipient)) if recipient else None
    never = class_.never if class_ else frozenset()
    return [
        one
        for one in asked.slot.values
        if purpose.groups and one not in never and (one != "narrative" or not purpose.recipients)
    ]


def _own(asked: OpenSlot) -> str | None:
    """Name the house that opened the case; a partner of a pack is named as that."""
    own, is_partner = asked.case.recorded.organisation, asked.slot.name == "partner"
    return own if is_partner == (own in asked.case.process.partners) else None


def _giver(asked: OpenSlot) -> str:
    guardian = asked.case.recorded.roles.get(GUARDIAN)
    return (guardian.ref or GUARDIAN) if asked.case.is_child and guardian else PERSON


def _usual_end(asked: OpenSlot) -> str | None:
    incident = asked.case.open_incident(str(asked.do["incident"]), asked.do.get("of"))
    return incident and usual_ending(asked.case, incident)


def _first(asked: OpenSlot) -> str | None:
    return next(iter(asked.slot.values), None)


WHOLE: Table = {
    # Of any command.
    "at": None, "on_paper": None, "by": lambda asked: _first(asked) if asked.slot.required else None, "heard_by": None,
    # A consent, and a signature.
    "consent.recipient": _first, "consent.answer": "given", "consent.groups": groups_of_consent, "consent.language": _first,
    "consent.version": lambda asked: max(asked.slot.values, default="invented_1"), "consent.explained": [*EXPLAINED],
    "consent.form": _first, "consent.given_by": _giver, "consent.assent": True, "consent.interpreter": None,
    "consent.expires_on": None, "sign.answer": "agree",
    # A paper, a journey.
    "document.status": "held", "document.number": None, "document.issuer": None,
    "document.issued_on": lambda asked: asked.today.isoformat(), "document.expires_on": long_enough,
    "travel.legs": the_journey, "travel.departs_on": leaves_on, "travel.meeting_person": None, "travel.meeting_place": None,
    # People, and what they do.
    "involve.by": "person",
    "involve.travels": lambda asked: "escort" in (asked.do.get("relation"), str(asked.do.get("ref")).partition("-")[0]) or None,
    **{f"involve.{name}": None for name in ("suspected", "lives", "born_on", "age_band", "own_case", "works_for", "name", "contact")},
    "receiving_organisation.partner": who_receives, "case_owner.organisation": _own, "case_owner.partner": _own, "assign.case_worker": "invented_worker",
    **{f"assign.{name}": None for name in ("partner", "organisation", "ref")},
    # How something ends, moves, is told.
    "resolve.outcome": _usual_end, "resolve.reason": AN_ANSWER, "move.reason": lambda asked: _first(asked) or AN_ANSWER,
    "redo.reason": None, "contact.channel": "phone", "contact.reached": True, "contact.postponed": None, "contact.groups": None,
    **{f"incident.{name}": None for name in ("note", "effect", "review_on", "about")},
    "departure_assistance.interpreter": who_interpreted,
    # The core's facts, but those of which it is usual that they are not so.
    "age_status": "child", "sex": "female", "languages": ["en"], "has_responsible_adult": True, "safe_place_tonight": True,
    "reflection_applies": True, "family_contact_in_best_interests": True, "has_passport": True, "safe_home_at_arrival": True,
    "has_local_documents": True, "reception_declined_in_writing": True,
    "wants_data_erased": True, "opened_anew": True, "existed_already": True, "asks_during_reflection": True,
    "says_so_unasked": True,
    # The core's steps.
    "closure_review.manages": "yes", "closure_review.agrees": "yes", "closure_review.her_words": None, "paper_where": AN_ANSWER, "paper_seen_by": _first, "reintegration_plan.result": "signed", "reintegration_plan_review.result": "signed",
    "party_vetting.how": ["papers_seen"], "party_vetting.seen_where": AN_ANSWER,
    "s_home": "yes", **dict.fromkeys(("s_past", "s_money", "s_hurt", "s_offer", "s_shame"), "no"),
    "partner_confirmation.reception_from": at_departure(hours=0), "partner_confirmation.reception_until": at_departure(days=3),
    "told": who_meets,
    "pre_return_risk_assessment.origin_input": who_knows_the_place, "will_confirmed": True,
    "handover_confirmation.case_worker": "invented_worker_there",
}  # fmt: skip

# The core's questions of yes or no to which an invented person usually says no.
USUALLY_NOT = frozenset((
    "wants_family_contact", "will_live_with_family", "has_claims_or_belongings", "pregnant",
    "psychiatric_condition", "recent_injury_or_illness", "continuing_medication", "needs_health_followup", "wishes_escort",
    "risk_escort_needed", "special_assistance_needed", "carrier_asks_medical_form", "yellow_fever_certificate_asked",
    "eu_return_document_agreed", "onward_travel_needed", "extended_followup", "person_asks_to_close",
))  # fmt: skip

answered = Replies(WHOLE)
