"""What Sierra Leone's own code judges. People and journeys here are invented."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import wayhome_sierra_leone
from wayhome.country import (
    Assignment,
    Case,
    DocumentRecord,
    Finding,
    Leg,
    PersonRecord,
    StepRecord,
    TravelRecord,
    commands,
)
from wayhome.testing import view_of
from wayhome_sierra_leone import checks

MORNING = datetime(2026, 6, 1, 9, tzinfo=UTC)
BY_DAY = "2026-06-10T14:30+00:00"
BY_NIGHT = "2026-06-10T21:40+00:00"
PACK = Path(wayhome_sierra_leone.__file__).parent
VIEW = view_of(PACK)


class Recorded(NamedTuple):
    """A recorded fact, as far as a check can see it."""

    value: Any
    at: datetime = MORNING
    seq: int = 1


def a_leg(from_: str, to: str, lands: str) -> Leg:
    lands_at = datetime.fromisoformat(lands)
    return Leg(from_, to, lands_at - timedelta(hours=7), lands_at)


def a_case(
    *,
    papers: dict[str, str] | None = None,
    results: dict[str, str | None] | None = None,
    legs: tuple[Leg, ...] = (a_leg("BRU", "FNA", BY_DAY),),
    status: str = "booked",
    **facts: Any,
) -> Case:
    """Make a case of somebody without a passport whose certificate is confirmed, and who lands by day."""
    facts = {"has_passport": False, "sl_document_route": "etc"} | facts
    papers = {"sl_etc": "held"} if papers is None else papers
    results = {"sl_origin_confirmation": "confirmed_in_writing"} if results is None else results
    return Case(
        number="WH-TEST0-00000-0",
        host_country="BE",
        origin_country="SL",
        organisation="invented",
        opened_at=MORNING,
        digest="0",
        phase="pre_departure",
        facts={id: Recorded(value) for id, value in facts.items()},
        documents={kind: DocumentRecord(kind, held, MORNING, 2) for kind, held in papers.items()},
        steps={step: StepRecord("done", MORNING, 5, result) for step, result in results.items()},
        travel=TravelRecord(status, MORNING, 4, None, legs),
    )


def judged(rule: str, case: Case) -> Finding:
    move = commands.Move(case.number, to="depart")
    return wayhome_sierra_leone.wayhome_check(rule=rule, case=case, command=move, at=MORNING, pack=VIEW)


# --- SL-01 ------------------------------------------------------------------------------------------------


def test_a_certificate_that_freetown_has_confirmed_counts():
    assert judged("SL-01", a_case()).met


def test_a_certificate_alone_does_not_count():
    reason = judged("SL-01", a_case(results={}))

    assert not reason.met
    assert reason.subject == "sl_origin_confirmation"


def test_a_refusal_from_freetown_is_no_confirmation():
    assert not judged("SL-01", a_case(results={"sl_origin_confirmation": "refused"})).met


def test_a_confirmation_that_is_asked_again_does_not_count_meanwhile():
    case = a_case(results={})
    again = {"sl_origin_confirmation": StepRecord("open", MORNING, 5, "confirmed_in_writing")}

    assert not judged("SL-01", _with_steps(case, again)).met


def test_a_passport_needs_no_confirmation():
    case = a_case(papers={"sl_passport": "held"}, results={}, has_passport=True)

    assert judged("SL-01", case).met


@pytest.mark.parametrize("status", ["lost", "withheld", "requested"])
def test_a_passport_that_is_not_in_the_persons_hands_replaces_no_confirmation(status: str):
    case = a_case(papers={"sl_etc": "held", "sl_passport": status}, results={})

    assert not judged("SL-01", case).met


def test_a_paper_of_the_host_country_is_not_this_rules_concern():
    case = a_case(papers={}, results={}, sl_document_route="host_document")

    assert judged("SL-01", case).met


def test_a_certificate_beside_a_recorded_passport_asks_first_what_the_person_travels_on():
    # The passport was recorded and is not there: then the case does not even ask for the confirmation.
    reason = judged("SL-01", a_case(results={}, has_passport=True))

    assert not reason.met
    assert reason.subject == "sl_document_route"


COMPANION = {"sister-1": PersonRecord("sister-1", "sibling", MORNING, 1, travels=True)}
HOLDS = {"sl_etc@sister-1": DocumentRecord("sl_etc", "held", MORNING, 2, of="sister-1")}


@pytest.mark.parametrize(
    ("said", "counts"),
    [(None, False), ("own_passport", False), ("certificate_not_confirmed", False), ("certificate_confirmed", True)],
)
def test_the_certificate_of_who_goes_along_counts_once_freetown_has_confirmed_it(said: str | None, counts: bool):
    steps = {"sl_companion_paper@sister-1": StepRecord("done", MORNING, 5, said)} if said else {}
    case = a_case(papers={"sl_passport": "held"}, has_passport=True, results={})
    case = replace(case, people=COMPANION, documents={**case.documents, **HOLDS}, steps=steps)

    finding = judged("SL-01", case)
    assert finding.met is counts
    assert counts or (finding.subject, finding.of) == ("sl_companion_paper", "sister-1")


def test_who_goes_along_on_a_paper_of_the_host_country_need_not_hand_a_certificate_back_first():
    said = {"sl_companion_paper@sister-1": StepRecord("done", MORNING, 5, "other_paper")}
    case = replace(a_case(papers={"sl_passport": "held"}, has_passport=True, results={}), people=COMPANION, steps=said)
    other = DocumentRecord("eu_return_document", "held", MORNING, 3, of="sister-1")

    assert not judged("SL-01", replace(case, documents=HOLDS)).met  # a word alone is no paper
    assert judged("SL-01", replace(case, documents={**HOLDS, "eu_return_document@sister-1": other})).met


# --- SL-02 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lands", "by_day"),
    [
        ("2026-06-10T07:00+00:00", True),  # the first minute of our daylight
        ("2026-06-10T06:59+00:00", False),
        ("2026-06-10T18:00+00:00", True),  # the last one
        ("2026-06-10T18:01+00:00", False),
        ("2026-06-10T19:30+02:00", True),  # written in Brussels time: 17:30 in Freetown
        ("2026-06-10T21:00+02:00", False),  # 19:00 in Freetown
        ("2026-06-11T00:10+00:00", False),
    ],
)
def test_daylight_is_judged_by_the_clock_of_freetown(lands: str, by_day: bool):
    assert judged("SL-02", a_case(legs=(a_leg("BRU", "FNA", lands),))).met is by_day


def test_who_lands_at_night_plans_the_night_at_lungi():
    reason = judged("SL-02", a_case(legs=(a_leg("BRU", "FNA", BY_NIGHT),)))

    assert not reason.met
    assert reason.subject == "sl_night_at_lungi"


def test_a_planned_night_is_enough():
    case = a_case(legs=(a_leg("BRU", "FNA", BY_NIGHT),), results={"sl_night_at_lungi": None})

    assert judged("SL-02", case).met


@pytest.mark.parametrize(("lands", "counts"), [("2026-06-10T23:10+00:00", True), ("2026-06-11T21:40+00:00", False)])
def test_a_night_that_was_planned_counts_for_its_own_day(lands: str, counts: bool):
    planned = a_case(legs=(a_leg("BRU", "FNA", BY_NIGHT),), results={"sl_night_at_lungi": None})
    booked_anew = TravelRecord("booked", MORNING, 9, None, (a_leg("BRU", "FNA", lands),))

    case = replace(planned, travel=booked_anew, earlier={"travel": {"": planned.all_of("travel")}})
    assert judged("SL-02", case).met is counts


@pytest.mark.parametrize(("late", "by_day"), [(3, True), (4, False)])
def test_some_hours_at_the_gate_make_a_landing_by_day_one_at_night(late: int, by_day: bool):
    case = a_case(legs=(a_leg("BRU", "FNA", BY_DAY),))
    boards = case.travel.legs[0].departs_at + timedelta(hours=late)
    move = commands.Move(case.number, to="depart")

    finding = wayhome_sierra_leone.wayhome_check(rule="SL-02", case=case, command=move, at=boards, pack=VIEW)
    assert finding.met is by_day


def test_a_change_of_flight_to_the_night_needs_a_plan_again():
    by_day = a_case(legs=(a_leg("BRU", "FNA", BY_DAY),))
    assert judged("SL-02", by_day).met

    travel = TravelRecord("booked", MORNING, 9, None, (a_leg("BRU", "FNA", BY_NIGHT),))
    assert not judged("SL-02", replace(by_day, travel=travel)).met


def test_nobody_is_asked_for_the_hour_that_the_legs_tell():
    assert "sl_arrival_time_window" not in _text("steps.yaml")


def test_the_landing_counts_and_not_the_way_onward():
    night_flight_and_morning_boat = (
        a_leg("BRU", "FNA", BY_NIGHT),
        a_leg("FNA", "freetown", "2026-06-11T09:00+00:00"),
    )

    assert not judged("SL-02", a_case(legs=night_flight_and_morning_boat)).met


def test_a_night_in_transit_is_not_a_night_arrival():
    legs = (
        a_leg("BRU", "AMS", "2026-06-10T02:00+00:00"),
        a_leg("AMS", "FNA", BY_DAY),
    )

    assert judged("SL-02", a_case(legs=legs)).met


def test_an_arrival_elsewhere_at_night_asks_for_a_plan_too():
    assert not judged("SL-02", a_case(legs=(a_leg("BRU", "Lungi", BY_NIGHT),))).met


@pytest.mark.parametrize("status", ["target", "cancelled"])
def test_nobody_departs_while_the_time_of_arrival_is_not_known(status: str):
    assert not judged("SL-02", a_case(status=status)).met
    assert not judged("SL-02", a_case(legs=())).met


# --- SL-03 ------------------------------------------------------------------------------------------------


def leaves(case: Case, result: str, step: str = "sl_shelter_don_bosco") -> Finding:
    command = commands.Complete(case.number, step=step, result=result)
    return wayhome_sierra_leone.wayhome_check(rule="SL-03", case=case, command=command, at=MORNING, pack=VIEW)


@pytest.mark.parametrize("step", ["sl_shelter_don_bosco", "sl_shelter_women_girls"])
@pytest.mark.parametrize("found", ["unsafe", "refuses"])
def test_no_child_goes_from_a_shelter_to_a_family_that_was_found_unsafe(step: str, found: str):
    finding = leaves(a_case(results={"family_contact_and_assessment": found}), "to_family", step)

    assert not finding.met
    assert finding.subject == "family_contact_and_assessment"


@pytest.mark.parametrize("found", ["safe", "safe_with_conditions"])
def test_a_child_goes_to_a_family_that_was_found_safe(found: str):
    assert leaves(a_case(results={"family_contact_and_assessment": found}), "to_family").met


def test_where_an_adult_woman_goes_is_her_own_choice():
    adult = a_case(results={"family_contact_and_assessment": "unsafe"}, age_status="adult")

    assert leaves(adult, "to_family", "sl_shelter_women_girls").met


def test_that_a_child_left_can_always_be_written():
    assert leaves(a_case(results={"family_contact_and_assessment": "unsafe"}), "left_early").met


@pytest.mark.parametrize(("found", "met"), [("suitable", True), ("no_household", False), ("not_suitable", False)])
def test_another_household_is_one_that_was_found_suitable(found: str, met: bool):
    finding = leaves(a_case(results={"sl_home_assessment": found}), "to_household")

    assert finding.met is met
    assert met or finding.subject == "sl_home_assessment"


@pytest.mark.parametrize(("seq", "met"), [(4, True), (9, False)])
def test_the_household_of_whoever_cared_before_is_not_that_of_whoever_cares_now(seq: int, met: bool):
    held = Assignment("caregiver", MORNING, seq, ref="relative-1")
    case = replace(a_case(results={"sl_home_assessment": "suitable"}), roles={"caregiver": held})

    assert leaves(case, "to_household").met is met


@pytest.mark.parametrize(("works_for", "met"), [(None, False), ("sl_dbf", True)])
def test_no_household_is_not_said_beside_a_person_who_will_care_for_the_child(works_for: str | None, met: bool):
    aunt = PersonRecord("relative-1", "relative", MORNING, 1, works_for=works_for)
    held = Assignment("caregiver", MORNING, 2, ref="relative-1")
    case = replace(
        a_case(results={"sl_home_assessment": "no_household"}), people={"relative-1": aunt}, roles={"caregiver": held}
    )

    assert judged("SL-03", case).met is met


# --- checks and data say the same -------------------------------------------------------------------------


def test_the_hours_of_daylight_stand_in_places_yaml():
    assert {id: dict(place["arrive"]) for id, place in VIEW.places.items() if place["arrive"]} == {
        "FNA": {"from": "07:00", "to": "18:00"}
    }


def test_every_declared_rule_has_a_check_and_names_it():
    declared = dict(re.findall(r"^- id: (SL-\d\d)$.*?^  check: (\w+)$", _text("rules.yaml"), re.MULTILINE | re.DOTALL))

    assert declared == {rule: check.__name__ for rule, check in checks.BY_RULE.items()}


def test_the_dead_hotline_is_never_shown_as_working():
    freedom_line = _entry("partners.yaml", "sl_atip_secretariat")

    assert 'value: "134"' in freedom_line
    assert "status: reported_down" in freedom_line


@pytest.mark.parametrize(
    ("number", "owner", "partner"),
    [
        ("116", "Ministry of Gender and Children's Affairs", "sl_one_stop"),
        ("525", "Don Bosco Fambul", "sl_dbf"),
    ],
)
def test_a_hotline_names_its_owner_of_today(number: str, owner: str, partner: str):
    entry = _entry("partners.yaml", partner)

    assert f'value: "{number}"' in entry
    assert f"owner: {owner}" in entry


def test_a_number_that_nobody_found_is_not_shipped():
    assert "922" not in _text("partners.yaml")


def test_no_contact_claims_to_work_while_nobody_has_called_it():
    assert "status: working" not in _text("partners.yaml")


def test_a_companions_certificate_is_asked_for_its_own_confirmation():
    each = _entry("steps.yaml", "sl_companion_paper")

    assert "each: companion" in each
    assert re.search(r"certificate_not_confirmed: .*passes: false", each)


def test_nobody_lives_behind_a_closed_door_without_a_consent_of_its_own():
    stay = _entry("steps.yaml", "sl_shelter_women_girls")

    assert "{sl_accompanied_leave: sl_whi}" in stay
    assert "length: {months: 12" in stay
    assert "kind: offered" in stay


def _text(file: str) -> str:
    return (PACK / file).read_text(encoding="utf-8")


def _entry(file: str, id: str) -> str:
    """Give the text of one entry of a pack file."""
    return next(part for part in re.split(r"^- ", _text(file), flags=re.MULTILINE) if part.startswith(f"id: {id}\n"))


def _with_steps(case: Case, steps: dict[str, StepRecord]) -> Case:
    return replace(case, steps=steps)
