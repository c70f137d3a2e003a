"""Propose a day to leave, and a journey."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from wayhome.calendar.spans import at_time, instant_text, zone_of
from wayhome.case_now import CaseNow
from wayhome.case_now.roles import command_roles
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Remedy
from wayhome.packs.kinds.spans import Span
from wayhome.remedies.facts import do_of
from wayhome.rules.consent_to_return import the_person_thinks_of_returning
from wayhome.rules.proceedings import reflection_ends
from wayhome.rules.travel_documents import travel_documents

SHORTEST_LEAD = timedelta(days=21)
LEAD_SLACK = timedelta(days=7)
JOURNEY_HOURS = 8  # of the proposed journey; the case worker books the real one


def for_journey(case: CaseNow, from_: datetime | None) -> Remedy:
    """Propose a target day first, and a journey when the receiving side has confirmed.

    Of a journey that is over, or late, it is left open how it went, and when: nobody has said it yet.
    """
    who = command_roles(case, "travel")
    departure = case.planned_departure
    if case.recorded.happened("departed") is not None or _is_late(case):
        return Remedy(do_of("travel", status="booked"), who, case.now)
    if departure is None or departure <= case.now:
        return Remedy(
            do_of("travel", status="target", departs_on=a_departure_day(case).isoformat()),
            who,
            case.now if the_person_thinks_of_returning(case) else None,
        )
    host = case.process.zones["host"]
    day = departure.astimezone(zone_of(host)).date()
    leaves = at_time(day, 10, host)
    if leaves <= case.now:
        leaves = departure
    leg = _a_leg(case, leaves, leaves + timedelta(hours=JOURNEY_HOURS))
    return Remedy(do_of("travel", status="booked", legs=[leg]), who, from_)


def _is_late(case: CaseNow) -> bool:
    """Say whether the booked journey should have begun, and so little later could still be the same flight."""
    travel, leaves = case.recorded.travel, case.planned_departure
    if travel is None or travel.status != "booked" or leaves is None or leaves > case.now:
        return False
    first = travel.on_time[0].departs_at if travel.on_time else leaves
    return case.now < case.shifted(first, case.process.longest_delay)


def _a_leg(case: CaseNow, leaves: datetime, lands: datetime) -> dict[str, Any]:
    places = case.process.labels.get("places") or {}
    return {
        "from": _airport(case, places, "host") or case.recorded.host_country,
        "to": _airport(case, places, "origin") or case.recorded.origin_country,
        "departs_at": instant_text(leaves),
        "arrives_at": instant_text(lands),
        "mode": "air",
    }


def _airport(case: CaseNow, places: Mapping[str, Mapping[str, Any]], role: str) -> str | None:
    packs = case.process.labels.get("packs") or {}
    for id, place in places.items():
        pack = packs.get(str(place.get("pack"))) or {}
        if pack.get("role") == role and place.get("kind") == "airport" and place.get("international", True):
            return id
    return None


def a_departure_day(case: CaseNow) -> date:
    """Propose a day to leave: after every lead time that is known, after reflection, from Tuesday to Thursday."""
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
    return day


def _length(span: Span) -> timedelta:
    days = {"hours": 1 / 24, "days": 1, "weeks": 7, "months": 31, "working_days": 7 / 5}[span.unit] * span.amount
    return timedelta(days=days)
