"""What Sierra Leone's own code judges. People and journeys here are invented."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import wayhome_sierra_leone
from wayhome.country import Case, DocumentRecord, Finding, Leg, StepRecord, TravelRecord, commands
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
        steps={step: StepRecord("done", MORNING, 3, result) for step, result in results.items()},
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

    assert not checks.an_etc_is_confirmed_from_freetown(_with_steps(case, again), VIEW).met


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
