"""Brazil's own judgement: the route of an ARB (BR-01), and the CPF."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import wayhome_brazil
import yaml
from wayhome.country import Case, DocumentRecord, Finding, Leg, PersonRecord, TravelRecord, commands
from wayhome.testing import view_of

VIEW = view_of(Path(wayhome_brazil.__file__).parent)
DAY = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
DEPART = commands.Move("WH-00000-00000-0", to="depart")


def a_leg(from_: str, to: str, *, airside: bool | None = None, mode: str = "air", hour: int = 0) -> Leg:
    departs_at = DAY + timedelta(hours=hour)
    return Leg(from_, to, departs_at, departs_at + timedelta(hours=3), mode=mode, airside=airside)


def booked(*legs: Leg, status: str = "booked") -> TravelRecord:
    return TravelRecord(status=status, at=DAY, seq=3, legs=legs)


def paper(kind: str, status: str = "held") -> dict[str, DocumentRecord]:
    return {kind: DocumentRecord(kind=kind, status=status, at=DAY, seq=2)}


def a_case() -> Case:
    """A person who flies from Brussels straight to Guarulhos on an ARB: every rule is met."""
    return Case(
        number="WH-00000-00000-0",
        host_country="BE",
        origin_country="BR",
        organisation="invented",
        opened_at=DAY - timedelta(days=90),
        digest="0" * 64,
        phase="pre_departure",
        documents=paper("br_arb"),
        travel=booked(a_leg("BRU", "GRU")),
    )


def br_01(case: Case) -> Finding:
    return wayhome_brazil.wayhome_check(rule="BR-01", case=case, command=DEPART, at=DAY, pack=VIEW)


def test_a_direct_flight_to_brazil_needs_no_connection_to_be_judged():
    assert br_01(a_case()).met


@pytest.mark.parametrize(
    ("legs", "is_met"),
    [
        ((a_leg("BRU", "LIS", airside=True), a_leg("LIS", "GRU")), True),
        ((a_leg("BRU", "LIS", airside=False), a_leg("LIS", "GRU")), False),
        ((a_leg("BRU", "LIS"), a_leg("LIS", "GRU")), False),  # nobody has said it
        ((a_leg("BRU", "LIS"), a_leg("LIS", "GRU", airside=True)), False),  # said of the wrong leg
        ((a_leg("BRU", "CDG", airside=True), a_leg("CDG", "LIS", airside=True), a_leg("LIS", "GRU")), True),
        ((a_leg("BRU", "CDG", airside=True), a_leg("CDG", "LIS"), a_leg("LIS", "GRU")), False),  # one of two
        ((a_leg("BRU", "GRU"), a_leg("GRU", "MAO")), True),  # already home
        ((a_leg("BRU", "LIS"), a_leg("LIS", "GRU"), a_leg("GRU", "MAO")), False),
        ((a_leg("Antwerp", "BRU", mode="train"), a_leg("BRU", "GRU")), True),  # the way to the airport
        ((a_leg("BRU", "LIS", airside=True), a_leg("LIS", "OPO", mode="bus"), a_leg("OPO", "GRU")), False),
    ],
)
def test_on_an_arb_every_connection_abroad_stays_airside(legs: tuple[Leg, ...], is_met: bool):
    assert br_01(replace(a_case(), travel=booked(*legs))).met is is_met


@pytest.mark.parametrize("kind", ["br_passport", "br_new_passport", "eu_return_document"])
def test_whoever_holds_another_travel_document_is_not_bound_to_the_airside_area(kind: str):
    legs = (a_leg("BRU", "LIS", airside=False), a_leg("LIS", "GRU"))

    case = replace(a_case(), documents=paper(kind) | paper("br_arb"), travel=booked(*legs))

    assert br_01(case).met


@pytest.mark.parametrize(("ends", "counts"), [(DAY.date(), True), (DAY.date() - timedelta(days=1), False)])
def test_a_passport_that_has_ended_by_the_landing_frees_nobody_of_the_airside_area(ends: date, counts: bool):
    legs = (a_leg("BRU", "LIS", airside=False), a_leg("LIS", "GRU"))
    passport = {"br_passport": paper("br_passport")["br_passport"]._replace(expires_on=ends)}

    assert br_01(replace(a_case(), documents=passport | paper("br_arb"), travel=booked(*legs))).met is counts


def test_a_child_who_travels_along_on_an_arb_binds_the_route_too():
    legs = (a_leg("BRU", "LIS", airside=False), a_leg("LIS", "GRU"))
    child = PersonRecord(ref="child-1", relation="child", at=DAY, seq=1, travels=True)
    papers = paper("br_passport") | {"br_arb@child-1": paper("br_arb")["br_arb"]._replace(of="child-1")}

    case = replace(a_case(), people={"child-1": child}, documents=papers, travel=booked(*legs))

    assert not br_01(case).met
    assert br_01(replace(case, documents=paper("br_passport"))).met


@pytest.mark.parametrize("status", ["requested", "held"])
def test_the_route_is_judged_as_soon_as_the_arb_is_asked_for(status: str):
    legs = (a_leg("BRU", "LIS", airside=False), a_leg("LIS", "GRU"))

    assert not br_01(replace(a_case(), documents=paper("br_arb", status), travel=booked(*legs))).met


@pytest.mark.parametrize("travel", [None, booked(status="target"), booked(status="cancelled"), booked()])
def test_a_route_that_is_not_booked_is_never_taken_for_airside(travel: TravelRecord | None):
    assert not br_01(replace(a_case(), travel=travel)).met


@pytest.mark.parametrize("airside", [False, None])
def test_a_route_that_leaves_the_airside_area_or_may_is_about_the_journey(airside: bool | None):
    legs = (a_leg("BRU", "LIS", airside=airside), a_leg("LIS", "GRU", hour=5))

    finding = br_01(replace(a_case(), travel=booked(*legs)))

    assert (finding.met, finding.subject) == (False, "travel")


def test_the_places_name_the_airports_at_which_a_person_has_come_home():
    airports = {id for id, place in VIEW.places.items() if place["kind"] == "airport"}

    assert airports == {"BEL", "BSB", "CNF", "FOR", "GIG", "GRU", "MAO"}


def entries(file: str) -> dict[str, Any]:
    """Give the entries of a file of the pack, by what they are called."""
    written = yaml.safe_load((wayhome_brazil.wayhome_pack() / f"{file}.yaml").read_text("utf-8"))
    return {one.get("id", one.get("tighten")): one for one in written}


def test_who_lands_where_a_post_is_known_is_received_by_it_and_nobody_else_is_promised_one():
    with_a_post = [id for id, place in entries("places").items() if "br_paahm" in place.get("partners", ())]
    steps = entries("steps")

    assert set(with_a_post) == {"BEL", "FOR", "GIG", "GRU", "MAO"}
    assert set(entries("facts")["br_post_at_airport"]["derived"]["arrival_place"]) == set(with_a_post)
    assert steps["br_paahm_reception"]["when"] == "br_post_at_airport"
    assert steps["br_reception_without_post"]["when"] == {"not": "br_post_at_airport"}


def test_the_lines_have_the_numbers_that_newer_pages_print_and_nobody_has_called_them():
    lines = {id: entries("partners")[id]["contacts"] for id in ("br_disque_100", "br_ligue_180")}
    numbers = {id: [one["value"] for one in found if one["kind"] == "e164"] for id, found in lines.items()}

    assert numbers == {
        "br_disque_100": ["+5561996110100"],  # not (61) 99656-5008, which went out of use in 2023
        "br_ligue_180": ["+556196100180", "+5561996100180"],  # pages print it both ways
    }
    assert {one["status"] for found in lines.values() for one in found if one["kind"] == "e164"} == {"unchecked"}


@pytest.mark.parametrize(
    ("number", "passes"),
    [
        ("390.533.447-05", True),
        ("043.033.407-90", True),
        ("39053344705", True),  # as the engine hands it over
        ("231.002.999-00", False),
        ("390.533.447-06", False),  # last digit wrong
        ("390.533.447-15", False),  # last but one wrong
        ("3905334470", False),  # one digit short
        ("390533447055", False),  # one too many
        ("", False),
        ("a CPF", False),
        *((digit * 11, False) for digit in "0123456789"),  # right by arithmetic, and nobody's
        ("111.111.111-11", False),
    ],
)
def test_a_cpf_has_right_check_digits_and_not_eleven_equal_ones(number: str, passes: bool):
    assert wayhome_brazil.wayhome_check_identifier(kind="br_cpf", value=number) is passes


def test_a_number_of_another_kind_is_not_judged_as_a_cpf():
    with pytest.raises(KeyError):
        wayhome_brazil.wayhome_check_identifier(kind="br_nis", value="39053344705")
