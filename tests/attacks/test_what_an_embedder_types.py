"""What a program that embeds the library mistypes: it is told which field it was, and nobody travels on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import wayhome as wh
from wayhome import BadInput, Engine, NotPermitted, commands
from wayhome.stories.playing import StoryClock
from wayhome.testing import Ready

from tests.conftest import ANNA, a_case

MORNING, EVENING = datetime(2026, 6, 1, 8, tzinfo=UTC), datetime(2026, 6, 1, 16, tzinfo=UTC)
A_LEG = {"from": "BRU", "to": "LOS", "departs_at": "2026-06-01T08:00:00Z", "arrives_at": "2026-06-01T16:00:00Z"}


def faults(act: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as said:
        act()
    return [(fault.field, fault.code) for fault in said.value.faults]


def booked(engine: Engine, case: str, **leg: Any) -> Callable[[], object]:
    return lambda: engine.do(
        wh.read_command({"do": "travel", "status": "booked", "legs": [{**A_LEG, **leg}]}, case=case), as_=ANNA
    )


# --- how they travel ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["Air", "plane", "flight", "AIR", "rocket", "", 7])
def test_a_flight_that_is_called_otherwise_is_asked_again_so_no_rule_of_flights_passes_it_over(
    engine: Engine, mode: object
) -> None:
    """BR-01 and INV-16 ask about each flight: `Air` was none for them."""
    case = a_case(engine, "BR")
    assert faults(booked(engine, case, mode=mode)) == [("legs[0].mode", "unknown")]

    leg = wh.Leg("BRU", "LOS", MORNING, EVENING, mode=mode)  # type: ignore[arg-type]  # a program's own
    made = commands.Travel(case, by="person", status="booked", legs=[leg])
    assert faults(lambda: engine.do(made, as_=ANNA)) == [("legs[0].mode", "unknown")]


def test_how_somebody_can_travel_is_listed_in_the_form_and_in_the_schema(engine: Engine) -> None:
    case = a_case(engine)
    (legs,) = (one for one in engine.form(case, {"do": "travel"}, as_=ANNA).slots if one.name == "legs")
    mode = next(one for one in legs.columns if one.name == "mode")

    assert [*mode.values] == ["air", "land", "sea"]
    assert all(one.label and one.ask for one in legs.columns)
    assert wh.json_schema(wh.Leg)["properties"]["mode"] == {"type": "string", "enum": ["air", "land", "sea"]}


def test_a_leg_of_a_program_with_a_word_for_a_time_is_told_by_its_field(engine: Engine) -> None:
    leg = wh.Leg("BRU", "LOS", "at eight", EVENING)  # type: ignore[arg-type]
    made = commands.Travel(a_case(engine), status="booked", legs=[leg])
    assert faults(lambda: engine.do(made, as_=ANNA)) == [("legs[0].departs_at", "unreadable")]


def test_the_form_of_a_journey_takes_a_place_by_land_as_the_engine_does(engine: Engine) -> None:
    case = a_case(engine)
    by_land = {
        "from": "LOS", "to": "seme", "mode": "land", "to_country": "BJ", "to_zone": "Africa/Porto-Novo",
        "departs_at": "2026-06-01T18:00:00Z", "arrives_at": "2026-06-01T21:00:00Z",
    }  # fmt: skip
    form = engine.form(case, {"do": "travel", "status": "booked"}, as_=ANNA)
    answers = {slot.name: _any_of(slot) for slot in form.slots if slot.required and slot.name != "legs"}

    command = form.command({**answers, "legs": [A_LEG, by_land]})

    assert isinstance(command, commands.Travel)
    assert [leg.to_zone for leg in command.legs] == [None, "Africa/Porto-Novo"]
    engine.why(case, command, as_=ANNA)  # it is read, whatever stands against it


def _any_of(slot: wh.Slot) -> object:
    return next(iter(slot.values), "an invented answer")


# --- outside of our time ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_of_another_millennium_is_a_slip_of_the_hand(engine: Engine, day: str) -> None:
    """Adding eighteen years to it, or taking a day off, lies outside of all calendars: `why` failed ever after."""
    case = a_case(engine)

    def given(**said: Any) -> Callable[[], object]:
        return lambda: engine.do(wh.read_command(said, case=case), as_=ANNA)

    assert faults(given(do="record", turns_18_on=day)) == [("turns_18_on", "unreadable")]
    assert faults(given(do="record", turns_18_on=date.fromisoformat(day))) == [("turns_18_on", "unreadable")]
    assert faults(given(do="travel", status="target", departs_on=day)) == [("departs_on", "unreadable")]
    assert faults(given(do="note", text="invented", at=f"{day}T08:00:00Z")) == [("at", "unreadable")]
    assert faults(booked(engine, case, departs_at=f"{day}T08:00:00Z")) == [("legs[0].departs_at", "unreadable")]


def test_a_journey_that_is_booked_while_they_travel_keeps_no_departure_unjudged(ready: Ready, engine: Engine) -> None:
    """`why` is asked of any journey that can be kept: of none it fails."""
    case = a_case(engine)
    assert faults(booked(engine, case, departs_at="0001-01-01T00:00:00Z", arrives_at="0001-01-01T08:00:00Z")) == [
        ("legs[0].departs_at", "unreadable"),
        ("legs[0].arrives_at", "unreadable"),
    ]
    assert engine.why(case, "depart", as_=ANNA).unmet


def test_beside_a_wrong_moment_nothing_is_said_to_be_wrong_that_may_be_right_of_another(
    engine: Engine, clock: StoryClock
) -> None:
    """Told last week, a day of yesterday lay ahead: who is told to correct it types another day than was meant."""
    case = a_case(engine)
    clock.moment += timedelta(days=7)
    yesterday = (clock.moment - timedelta(days=1)).date().isoformat()
    said = {"do": "travel", "by": "person", "status": "target", "departs_on": yesterday}

    def given(at: datetime) -> Callable[[], object]:
        return lambda: engine.do(wh.read_command({**said, "at": at.isoformat()}, case=case), as_=ANNA)

    assert faults(given(clock.moment + timedelta(days=3))) == [("at", "contradiction")]
    assert faults(given(clock.moment)) == [("departs_on", "contradiction")]


# --- another case, and nobody --------------------------------------------------------------------------------------


def test_a_command_for_another_case_is_not_done_in_this_one(engine: Engine) -> None:
    here, there = a_case(engine), a_case(engine)
    said = {"do": "note", "case": there, "text": "about somebody else"}

    assert faults(lambda: wh.read_command(said, case=here)) == [("case", "contradiction")]
    assert faults(lambda: engine.why(here, commands.Note(there, text="invented"), as_=ANNA)) == [
        ("case", "contradiction")
    ]
    as_typed = here.lower().replace("-", "")
    assert wh.read_command({**said, "case": as_typed}, case=here) == commands.Note(here, text="about somebody else")
    assert wh.read_command({**said, "case": here}, case=here) == commands.Note(here, text="about somebody else")


def test_a_command_may_call_the_case_that_is_asked_by_its_label_or_as_it_is_typed(engine: Engine) -> None:
    case = a_case(engine)
    label = engine.case(case, as_=ANNA).label
    for called in (case, case.lower().replace("-", ""), label):
        assert engine.why(case, commands.Note(called, text="invented"), as_=ANNA).allowed
        assert engine.why(label, commands.Note(called, text="invented"), as_=ANNA).allowed


def test_a_number_that_is_none_is_told_by_its_field(engine: Engine) -> None:
    opening = commands.Open(host_country="BE", origin_country="NG", linked_to="zz", relation="family")

    assert faults(lambda: engine.case("zz", as_=ANNA)) == [("case", "unreadable")]
    assert faults(lambda: engine.case("WH-7K3M9-Q2F4A-A", as_=ANNA)) == [("case", "unreadable")]
    assert faults(lambda: engine.cases(after="zz", as_=ANNA)) == [("after", "unreadable")]
    assert faults(lambda: engine.do(opening, as_=ANNA)) == [("linked_to", "unreadable")]


def test_several_faults_of_one_sort_have_its_code_and_others_have_none(engine: Engine) -> None:
    def code_of(**said: Any) -> str:
        with pytest.raises(BadInput) as error:
            wh.read_command({"do": "note", "case": "WH-7K3M9-Q2F4A-Z", "text": "invented", **said})
        return error.value.code

    assert code_of(one=1, two=2) == "unknown"
    assert code_of(one=1, at="at eight") == ""


@pytest.mark.parametrize("nobody", [None, "anna", {"id": "anna"}])
def test_who_is_no_actor_is_told_so_whatever_they_ask(engine: Engine, nobody: Any) -> None:
    case = a_case(engine)
    note = commands.Note(case, text="invented")
    asked: list[Callable[[], object]] = [
        lambda: engine.do(note, as_=nobody),
        lambda: [*engine.do_all([note], as_=nobody)],
        lambda: engine.why(case, note, as_=nobody),
        lambda: engine.case(case, as_=nobody),
        lambda: engine.form(case, {"do": "note"}, as_=nobody),
    ]
    if nobody is not None:  # without a reader, the changes are told without what they say
        asked.append(lambda: engine.changes(as_=nobody))
    for act in asked:
        with pytest.raises(NotPermitted, match="It is not said who"):
            act()


def test_reads_take_what_comes_out_of_a_url(engine: Engine) -> None:
    case = a_case(engine)

    assert engine.history(case, after=2**63 - 1, as_=ANNA).after is None
    assert not [*engine.history(case, after=2**200, as_=ANNA)]
    assert faults(lambda: engine.cases(reference="\ud800", as_=ANNA)) == [("reference", "unreadable")]
    assert faults(lambda: engine.cases(owner="\ud800", as_=ANNA)) == [("owner", "unreadable")]
    for no_mapping in (commands.Note(case, text="invented"), "note", None, ["note"]):
        assert faults(lambda given=no_mapping: engine.form(case, given, as_=ANNA)) == [("do", "unreadable")]  # type: ignore[misc]
