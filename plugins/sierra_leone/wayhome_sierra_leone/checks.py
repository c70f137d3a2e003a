"""The judgement of the Sierra Leonean pack: one function per rule of rules.yaml.

Decides:  from the case in memory. Never saves, sends, logs, or asks the clock.
Rules:    SL-01 an emergency travel certificate counts only with the written confirmation from Freetown
          SL-02 who lands at night has a plan for that night
Sources:  sources.yaml, S162 (refused entry with a certificate), S170 (night arrivals stay at Lungi)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from wayhome.country import Case, Leg, Reason, Remedy, met, unmet

FREETOWN = ZoneInfo("Africa/Freetown")
LUNGI = "FNA"
# Our own reading of "prefer daylight". The same two times stand in places.yaml (FNA), and a test says so.
DAY_FROM, DAY_TO = time(7), time(18)


def an_etc_is_confirmed_from_freetown(case: Case, at: datetime) -> Reason:
    """Say whether an emergency travel certificate may be counted as the paper of this journey.

    People were refused entry in Freetown although they carried one; so it counts only after immigration
    there has confirmed in writing. A journey on a passport, or on a paper of the host country, is not this
    rule's concern. Companions have a step of their own, sl_companion_paper.
    """
    if not _travels_on_an_etc(case):
        return met("SL-01", "no emergency travel certificate is used", subject="sl_etc", source=["S162"])
    if case.result("sl_origin_confirmation") == "confirmed_in_writing":
        return met("SL-01", "immigration in Freetown has confirmed in writing", subject="sl_etc", source=["S162"])
    fact = "an emergency travel certificate is held, and immigration in Freetown has not confirmed in writing"
    if case.fact("has_passport") is not False or case.fact("sl_document_route") != "etc":
        # Then the confirmation is not even asked for: the case says that another paper is used.
        return unmet(
            "SL-01",
            fact,
            "record that the person travels on the certificate, or record the passport that is used instead",
            subject="sl_document_route",
            remedy=Remedy(
                do={"do": "record", "facts": {"has_passport": False, "sl_document_route": "etc"}},
                who=("case_manager_sending",),
            ),
            source=["S162"],
        )
    return unmet(
        "SL-01",
        fact,
        "get the written confirmation from immigration in Freetown, through the embassy or IOM",
        subject="sl_origin_confirmation",
        remedy=Remedy(
            do={"do": "complete", "step": "sl_origin_confirmation", "result": "confirmed_in_writing"},
            who=("case_manager_sending", "travel_officer"),
        ),
        source=["S162"],
    )


def _travels_on_an_etc(case: Case) -> bool:
    if _is_held(case, "sl_passport") or case.fact("sl_document_route") == "host_document":
        return False
    return _is_held(case, "sl_etc")


def _is_held(case: Case, kind: str) -> bool:
    paper = case.document(kind)
    return paper is not None and paper.status == "held"


def a_night_arrival_has_a_plan(case: Case, at: datetime) -> Reason:
    """Say whether the booked journey lands by daylight, or the night at Lungi is planned.

    Night arrivals stay at Lungi until the morning. Judged on the legs as they are booked now: a change of
    flight can turn an arrival by day into one at night.
    """
    landing = _landing(case)
    if landing is None:
        return unmet(
            "SL-02",
            "no time of arrival is known",
            "book the journey, with its legs",
            subject="travel",
            source=["S170"],
        )
    if _is_daylight(landing.arrives_at):
        return met("SL-02", "the journey arrives by daylight", subject="travel", source=["S170"])
    if _is_done(case, "sl_night_at_lungi"):
        return met("SL-02", "the night at Lungi is planned", subject="sl_night_at_lungi", source=["S170"])
    return unmet(
        "SL-02",
        "the journey arrives outside daylight, and no night at Lungi is planned",
        "plan a safe night at Lungi, or book an arrival by daylight",
        subject="sl_night_at_lungi",
        remedy=Remedy(
            do={
                "do": "complete",
                "step": "sl_night_at_lungi",
                "fields": {"night_place": "(the place agreed for the night)"},
            },
            who=("travel_officer", "case_manager_sending"),
        ),
        source=["S170"],
    )


def _landing(case: Case) -> Leg | None:
    """Give the last leg that lands at Lungi; the last leg of all when none does."""
    travel = case.travel
    if travel is None or travel.status != "booked" or not travel.legs:
        return None
    return next((leg for leg in reversed(travel.legs) if leg.to == LUNGI), travel.legs[-1])


def _is_daylight(moment: datetime) -> bool:
    return DAY_FROM <= moment.astimezone(FREETOWN).time() <= DAY_TO


def _is_done(case: Case, step: str) -> bool:
    record = case.step(step)
    return record is not None and record.state == "done"


BY_RULE: dict[str, Callable[[Case, datetime], Reason]] = {
    "SL-01": an_etc_is_confirmed_from_freetown,
    "SL-02": a_night_arrival_has_a_plan,
}
