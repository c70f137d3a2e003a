"""The judgement of the Sierra Leonean pack: one function per rule of rules.yaml.

Decides:  from the case in memory. Never saves, sends, logs, or asks the clock.
Rules:    SL-01 an emergency travel certificate counts only with the written confirmation from Freetown
          SL-02 who lands at night has a plan for that night
Sources:  rules.yaml, by rule. The hours of daylight and their zone: the airport in places.yaml
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from zoneinfo import ZoneInfo

from wayhome.country import Case, Finding, Leg, PackView, no, yes


def an_etc_is_confirmed_from_freetown(case: Case, pack: PackView) -> Finding:
    """Say whether an emergency travel certificate may be counted as the paper of this journey.

    People were refused entry in Freetown although they carried one; so it counts only after immigration
    there has confirmed in writing. A journey on a passport, or on a paper of the host country, is not this
    rule's concern. Companions have a step of their own, sl_companion_paper.
    """
    if not _travels_on_an_etc(case):
        return yes("no emergency travel certificate is used", "sl_etc")
    if case.result("sl_origin_confirmation") == "confirmed_in_writing":
        return yes("immigration in Freetown has confirmed in writing", "sl_etc")
    fact = "an emergency travel certificate is held, and immigration in Freetown has not confirmed in writing"
    if case.fact("has_passport") is not False or case.fact("sl_document_route") != "etc":
        # Then the confirmation is not even asked for: the case says that another paper is used.
        return no(
            fact,
            "sl_document_route",
            todo="record that the person travels on the certificate, or record the passport that is used instead",
        )
    return no(
        fact,
        "sl_origin_confirmation",
        todo="get the written confirmation from immigration in Freetown, through the embassy or IOM",
    )


def _travels_on_an_etc(case: Case) -> bool:
    if _is_held(case, "sl_passport") or case.fact("sl_document_route") == "host_document":
        return False
    return _is_held(case, "sl_etc")


def _is_held(case: Case, kind: str) -> bool:
    paper = case.document(kind)
    return paper is not None and paper.status == "held"


def a_night_arrival_has_a_plan(case: Case, pack: PackView) -> Finding:
    """Say whether the booked journey lands by daylight, or the night at Lungi is planned.

    Night arrivals stay at Lungi until the morning. Judged on the legs as they are booked now: a change of
    flight can turn an arrival by day into one at night.
    """
    landing = _landing(case, pack)
    if landing is None:
        return no("no time of arrival is known", "travel", todo="book the journey, with its legs")
    if _is_daylight(landing, pack):
        return yes("the journey arrives by daylight", "travel")
    if _is_done(case, "sl_night_at_lungi"):
        return yes("the night at Lungi is planned", "sl_night_at_lungi")
    return no(
        "the journey arrives outside daylight, and no night at Lungi is planned",
        "sl_night_at_lungi",
        todo="plan a safe night at Lungi, or book an arrival by daylight",
    )


def _airports_with_hours(pack: PackView) -> list[str]:
    return [id for id, place in pack.places.items() if place["arrive"]]


def _landing(case: Case, pack: PackView) -> Leg | None:
    """Give the last leg that lands where hours are declared (Lungi); the last leg of all when none does."""
    travel = case.travel
    if travel is None or travel.status != "booked" or not travel.legs:
        return None
    airports = _airports_with_hours(pack)
    return next((leg for leg in reversed(travel.legs) if leg.to in airports), travel.legs[-1])


def _is_daylight(landing: Leg, pack: PackView) -> bool:
    """Judge by the hours of the airport; a landing anywhere else in the country is judged by those of Lungi."""
    airports = _airports_with_hours(pack)
    place = pack.places[landing.to if landing.to in airports else airports[0]]
    hours, local = place["arrive"], landing.arrives_at.astimezone(ZoneInfo(place["zone"])).time()
    return time.fromisoformat(hours["from"]) <= local <= time.fromisoformat(hours["to"])


def _is_done(case: Case, step: str) -> bool:
    record = case.step(step)
    return record is not None and record.state == "done"


BY_RULE: dict[str, Callable[[Case, PackView], Finding]] = {
    "SL-01": an_etc_is_confirmed_from_freetown,
    "SL-02": a_night_arrival_has_a_plan,
}
