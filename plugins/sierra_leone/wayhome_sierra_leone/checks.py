"""The judgement of the Sierra Leonean pack: one function per rule of rules.yaml.

Decides:  from the case in memory. Never saves, sends, logs, or asks the clock.
Rules:    SL-01 an emergency travel certificate counts only with the written confirmation from Freetown
          SL-02 who lands at night has a plan for that night
          SL-03 a child goes only to a household that was found safe
Sources:  rules.yaml, by rule. The hours of daylight and their zone: the airport in places.yaml
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from wayhome.country import AnyCommand, Case, Finding, Leg, PackView, commands, no, yes


def an_etc_is_confirmed_from_freetown(case: Case, command: AnyCommand, at: datetime, pack: PackView) -> Finding:
    """Say whether the emergency travel certificates that are held may be counted as papers of this journey.

    People were refused entry in Freetown although they carried one; so it counts only after immigration
    there has confirmed in writing, of each by name. A journey on a passport, or on a paper of the host country, is
    not this rule's concern.
    """
    for one in case.companions:
        said = case.step("sl_companion_paper", of=one.ref)
        result = said.result if said is not None and said.state == "done" else None
        other = _is_held(case, "sl_passport", one.ref) or (
            result == "other_paper" and _is_held(case, "eu_return_document", one.ref)
        )
        if _is_held(case, "sl_etc", one.ref) and not other and result != "certificate_confirmed":
            return no(
                "a companion holds an emergency travel certificate, and that Freetown has confirmed it is not written down",
                "sl_companion_paper",
                of=one.ref,
                todo="get the written confirmation that names them; or record the passport that is used instead",
            )
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


def _is_held(case: Case, kind: str, of: str = "") -> bool:
    paper = case.document(kind, of)
    return paper is not None and paper.status == "held"


def a_night_arrival_has_a_plan(case: Case, command: AnyCommand, at: datetime, pack: PackView) -> Finding:
    """Say whether the booked journey lands by daylight, or the night at Lungi is planned.

    Night arrivals stay at Lungi until the morning. Judged on the legs as they are booked now, as late as the boarding is:
    a change of flight, or some hours at the gate, can turn an arrival by day into one at night. A night that was planned
    counts for the place and day for which it was planned.
    """
    landing = _landing(case, pack)
    if landing is None or case.travel is None:
        return no("no time of arrival is known", "travel", todo="book the journey, with its legs")
    late = max(at - case.travel.legs[0].departs_at, timedelta(0))
    if _is_daylight(landing, landing.arrives_at, pack) and _is_daylight(landing, landing.arrives_at + late, pack):
        return yes("the journey arrives by daylight", "travel")
    if _is_planned(case, landing, pack):
        return yes("the night at Lungi is planned", "sl_night_at_lungi")
    return no(
        "the journey arrives outside daylight, and no night at Lungi is planned for it",
        "sl_night_at_lungi",
        todo="plan a safe night at Lungi, or book an arrival by daylight",
    )


def a_child_goes_to_a_household_that_is_safe(case: Case, command: AnyCommand, at: datetime, pack: PackView) -> Finding:
    """Say whether a child leaves a shelter, or this country, only for a household that somebody has looked at.

    To the family while it was not found unsafe; to another household that was found suitable. Who cares for a child there
    lives somewhere: that it will be placed in no household is not said beside a person who will care for it.
    """
    if case.fact("age_status") == "adult":
        return yes("the person is an adult")
    household = _found_of_the_household(case)
    if isinstance(command, commands.Complete):
        if command.result == "to_family" and _family_is_unsafe(case):
            return no(
                "the family was found unsafe",
                "family_contact_and_assessment",
                todo="have the family assessed again; where the child has gone there all the same, write that it left",
            )
        if command.result == "to_household" and household != "suitable":
            return no(
                "nobody has found that household safe for this child",
                "sl_home_assessment",
                todo="have somebody go there and look; where the child has gone there all the same, write that it left",
            )
        return yes("no child is placed with a household that is not known to be safe")
    held = case.roles.get("caregiver")
    carer = case.people.get(held.ref) if held is not None and held.ref else None
    if household == "no_household" and carer is not None and not carer.works_for:
        return no(
            "a person will care for the child, and the household was not assessed because there would be none",
            "sl_home_assessment",
            todo="have somebody look at where the caregiver lives, and record what holds",
        )
    return yes("no child is placed with a household that is not known to be safe")


def _found_of_the_household(case: Case) -> str | None:
    """Give what was found of the household; None where another cares for the child since."""
    record, held = case.step("sl_home_assessment"), case.roles.get("caregiver")
    if record is None or (held is not None and held.seq > (record.looked_seq or record.seq)):
        return None
    return case.result("sl_home_assessment")


def _family_is_unsafe(case: Case) -> bool:
    if case.result("family_contact_and_assessment") in ("unsafe", "refuses"):
        return True
    told = [one for one in case.incidents if one.type == "family_refuses"]
    return bool(told) and told[-1].outcome != "family_safe"


def _airports_with_hours(pack: PackView) -> list[str]:
    return [id for id, place in pack.places.items() if place["arrive"]]


def _landing(case: Case, pack: PackView) -> Leg | None:
    """Give the last leg that lands where hours are declared (Lungi); the last leg of all when none does."""
    travel = case.travel
    if travel is None or travel.status != "booked" or not travel.legs:
        return None
    airports = _airports_with_hours(pack)
    return next((leg for leg in reversed(travel.legs) if leg.to in airports), travel.legs[-1])


def _is_daylight(landing: Leg, moment: datetime, pack: PackView) -> bool:
    """Judge by the hours of the airport; a landing anywhere else in the country is judged by those of Lungi."""
    place = pack.places[_airport(landing, pack)]
    hours, local = place["arrive"], moment.astimezone(ZoneInfo(place["zone"])).time()
    return time.fromisoformat(hours["from"]) <= local <= time.fromisoformat(hours["to"])


def _airport(landing: Leg, pack: PackView) -> str:
    airports = _airports_with_hours(pack)
    return landing.to if landing.to in airports else airports[0]


def _is_planned(case: Case, landing: Leg, pack: PackView) -> bool:
    """Say whether a night was planned, and for this place and day: the last booking that was known then names it."""
    record = case.step("sl_night_at_lungi")
    if record is None or record.state != "done":
        return False
    known = [
        was.value[0] for was in case.all_of("travel") if was.seq <= (record.looked_seq or record.seq) and was.value
    ]
    zone = ZoneInfo(pack.places[_airport(landing, pack)]["zone"])
    day = landing.arrives_at.astimezone(zone).date()
    return bool(known) and any(
        leg[1] == landing.to and datetime.fromisoformat(leg[4]).astimezone(zone).date() == day for leg in known[-1]
    )


BY_RULE: dict[str, Callable[[Case, AnyCommand, datetime, PackView], Finding]] = {
    "SL-01": an_etc_is_confirmed_from_freetown,
    "SL-02": a_night_arrival_has_a_plan,
    "SL-03": a_child_goes_to_a_household_that_is_safe,
}
