"""Who meets the person is said once, by the partner that confirms (INV-07). What a pack's step names beside (who drives them, in which
shelter they live) is asked by INV-19, as the field says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wayhome.packs.plugins import Packs

from tests.attacks.conftest import Begin
from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import (
    MANAGER,
    RECEIVER,
    TRAVEL,
    Enough,
    Play,
    begun,
    complete,
    evidence_is_fresh,
    opened,
    stops_at,
)

VET = "let somebody vet them for this, who did not bring them into the case"
MET = "who is to meet the person cannot be trusted"


def met_by(party: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The partner confirms anew, and names somebody else: who meets the person is said there, and nowhere else."""
    wide = {"reception_from": "2026-05-10T00:00Z", "reception_until": "2026-05-17T20:00Z"}
    said = complete(
        "partner_confirmation",
        result="accepted",
        received_by=party,
        housing_named=True,
        meeting_place="(invented) by the exit",
        **wide,
    )
    return {"do": "redo", "step": "partner_confirmation"}, dict(said)


def test_nobody_is_met_by_a_partner_that_does_not_do_that(fresh: Play) -> None:
    fresh.given(RECEIVER, *met_by("ng_cosudow"))

    said = (f"{MET}: this partner does not do that", "have the partner name somebody else")
    assert said in fresh.told("INV-07")
    assert not fresh.why().done


def test_nobody_is_met_by_an_uncle_whom_nobody_has_vetted_or_who_is_under_suspicion(fresh: Play) -> None:
    uncle = fresh.involved("relative")
    fresh.given(RECEIVER, *met_by(uncle))
    assert (f"{MET}: nobody has vetted them", VET) in fresh.told("INV-07")
    assert "INV-19" in fresh.why().rules

    fresh.vetted(uncle, "meet")
    assert fresh.told("INV-07") == fresh.told("INV-19") == []
    fresh.given(MANAGER, {"do": "involve", "by": "person", "ref": uncle, "relation": "relative", "suspected": True})

    assert {"INV-07", "INV-19"} <= fresh.why().rules


def test_whoever_is_to_meet_the_person_is_told_the_flight_by_name_of_the_partner(fresh: Play) -> None:
    """Who meets is asked once; that they know the flight is asked of whoever it is."""
    assert fresh.step("ng_airport_pickup").state == "done"
    assert {"INV-07", "INV-19", "NG-02"}.isdisjoint(fresh.why().rules)

    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})
    assert ("STEP", "ng_airport_pickup") in fresh.why().reasons


# --- whom a step of a pack names by a field of its own ----------------------------------------------------------------

A_DRIVER = "\n    driven_by: {title: Who drives the person, type: party, group: travel, required: true, trust: meet}"
FIRST = "\n    flight_told: "
DRIVEN = {"told": "ng_bakhita", "flight_told": True, "recognised_by": "codeword"}


def driven_by(party: str) -> dict[str, Any]:
    return dict(complete("ng_airport_pickup", driven_by=party, **DRIVEN))


def named(why: str) -> str:
    return f"'Tell who meets the person the flight' names somebody who cannot be trusted: {why}"


@pytest.fixture(scope="module")
def where_a_driver_is_named(tmp_path_factory: pytest.TempPathFactory) -> Packs:
    folder = tmp_path_factory.mktemp("driver")
    return packs_of(like_nigeria(folder / "pack", changed={"steps.yaml": (FIRST, A_DRIVER + FIRST)}))


@pytest.fixture
def driven(where_a_driver_is_named: Packs) -> Iterator[Play]:
    with begun(evidence_is_fresh, where_a_driver_is_named) as play:
        play.anew("ng_airport_pickup")
        yield play


A_GUIDE = """
- tighten: pre_departure_briefing
  fields:
    guided_by: {title: Who guides the person to the gate, type: party, group: travel, required: true, trust: meet}
  source: OC
"""


def test_a_field_that_a_pack_adds_to_a_step_of_the_core_entrusts_the_person_to_nobody_either(tmp_path: Path) -> None:
    last = "- tighten: arrival_reception\n"
    packs = packs_of(like_nigeria(tmp_path / "pack", changed={"steps.yaml": (last, A_GUIDE.lstrip() + "\n" + last)}))
    play = opened(packs=packs)
    play.prepare(instead=stops_at("pre_departure_briefing"))
    guided = complete("pre_departure_briefing", guided_by="ng_naptip")
    fact = "'Explain the journey' names somebody who cannot be trusted: this partner does not do that"
    assert play.told("INV-19", guided, TRAVEL) == [(fact, "name somebody else")]
    assert play.told("INV-19", {**guided, "guided_by": "ng_bakhita"}, TRAVEL) == []


@pytest.mark.parametrize("party", ["ng_naptip", "be_pag_asa"])
def test_a_step_of_a_pack_entrusts_the_person_to_no_partner_that_does_not_do_that(driven: Play, party: str) -> None:
    said = (named("this partner does not do that"), "name somebody else")
    assert driven.told("INV-19", driven_by(party), TRAVEL) == [said]


def test_a_step_of_a_pack_entrusts_the_person_to_no_uncle_whom_nobody_has_vetted(driven: Play) -> None:
    uncle = driven.involved("relative")
    assert driven.told("INV-19", driven_by(uncle), TRAVEL) == [(named("nobody has vetted them"), VET)]

    driven.vetted(uncle, "meet")
    assert driven.told("INV-19", driven_by(uncle), TRAVEL) == []
    driven.given(TRAVEL, driven_by(uncle))
    driven.given(MANAGER, {"do": "involve", "by": "person", "ref": uncle, "relation": "relative", "suspected": True})

    assert (named("they are under suspicion"), "name somebody else") in driven.told("INV-19")


# --- where they live -------------------------------------------------------------------------------------------------


def test_that_somebody_lives_with_those_whom_nobody_trusts_is_written_down_and_does_not_count_as_settled(
    begin: Begin,
) -> None:
    """Where a person sleeps is a fact, and no program refuses it; but nobody says that they have arrived safely."""
    case = begin()
    case.ready(instead=_chooses_an_open_shelter)
    case.until(case.takes_off)
    case.goes_home()
    case.prepare("settle", instead=lambda at, do: _moves_in(at, do, "ng_fnph_uselu"))

    said = "'Move into the first shelter' names somebody who cannot be trusted: this partner does not do that"
    assert case.told("INV-19", "settle", RECEIVER) == [(said, "name somebody else")]

    case.anew("ng_transit_shelter")
    _moves_in(case, {"step": "ng_transit_shelter"}, "ng_bakhita")
    assert case.told("INV-19", "settle", RECEIVER) == []


def test_where_somebody_sleeps_who_chose_a_shelter_is_asked_once(begin: Begin) -> None:
    """Of the shelter, by name and trust; the core's question, which any bed answers, is not asked beside it."""
    case = begin()
    case.ready(instead=_chooses_an_open_shelter)
    case.until(case.takes_off)
    case.goes_home()
    assert case.step("temporary_accommodation").state == "not_applicable"
    assert "safe_home_at_arrival" not in case.seen().facts
    assert case.prepare("settle")
    asked = [do for do in case.proposals if do.get("step") in ("temporary_accommodation", "ng_transit_shelter")]
    assert {do["step"] for do in asked} == {"ng_transit_shelter"}


def test_who_found_no_place_in_the_shelter_and_sleeps_elsewhere_can_say_so(begin: Begin) -> None:
    """The truth of the first night is a hotel: it is written down where the core asks for it."""
    case = begin()
    case.ready(instead=_chooses_an_open_shelter)
    case.until(case.takes_off)
    case.goes_home()
    case.given(RECEIVER, {"do": "fail", "step": "ng_transit_shelter", "reason": "No place tonight"})
    assert case.step("temporary_accommodation").state != "not_applicable"
    case.given(RECEIVER, {"do": "record", "facts": {"safe_home_at_arrival": False}})
    asked = {"do": "consent", "purpose": "assistance_local", "answer": "given", "language": "en", "version": "v1"}
    case.given(RECEIVER, {**asked, "given_by": "person", "form": "written"})
    case.given(RECEIVER, complete("temporary_accommodation"))


def test_who_chose_no_shelter_is_still_asked_where_they_sleep(begin: Begin) -> None:
    case = begin()
    case.ready(instead=_chooses_no_shelter)
    case.until(case.takes_off)
    case.goes_home()
    assert case.step("ng_transit_shelter").state == "not_applicable"
    assert case.step("temporary_accommodation").state != "not_applicable"


def test_who_moved_into_a_shelter_that_is_only_offered_is_asked_for_no_other_place_to_sleep(begin: Begin) -> None:
    """In Sierra Leone: while nobody has moved in, or where that came to nothing, the core asks."""
    case = begin(evidence_is_fresh, origin="SL")
    case.until(case.takes_off)
    case.goes_home()
    case.given("reception_officer", complete("arrival_reception", sl_met_at="inside_terminal_exit"))
    case.given(RECEIVER, {"do": "record", "by": "person", "facts": {"safe_home_at_arrival": False, "sex": "female"}})
    for purpose, to in (("assistance_local", None), ("sl_accompanied_leave", "sl_whi")):
        yes = {"do": "consent", "purpose": purpose, "answer": "given", "language": "en", "version": "v1"}
        case.given(RECEIVER, {**yes, "given_by": "person", "form": "written"} | ({"recipient": to} if to else {}))
    place = "temporary_accommodation"
    assert case.step(place).state == "available"
    assert ("STEP", place) in case.why("settle").reasons

    case.given(RECEIVER, {"do": "start", "step": "sl_shelter_women_girls"})
    assert case.step(place).state == "not_applicable"
    assert ("STEP", place) not in case.why("settle").reasons

    case.given(RECEIVER, {"do": "fail", "step": "sl_shelter_women_girls", "reason": "The bed was taken"})
    assert case.step(place).state == "available"
    assert ("STEP", place) in case.why("settle").reasons


@pytest.mark.parametrize(
    ("shelter", "regime"), [("ng_naptip_benin", "closed"), ("ng_naptip_benin", "open"), ("ng_bakhita", "closed")]
)
def test_who_chose_an_open_shelter_is_not_settled_behind_a_closed_door(begin: Begin, shelter: str, regime: str) -> None:
    """The choice said open, the move said closed, and nothing compared the two."""
    case = begin()
    case.ready(instead=_chooses_an_open_shelter)
    case.until(case.takes_off)
    case.goes_home()
    seen = []

    def moved(at: Play, do: Any) -> bool:
        if do.get("step") != "ng_transit_shelter":
            return False
        seen.append(at.tried(RECEIVER, complete("ng_transit_shelter", shelter=shelter, regime=regime)).rules)
        raise Enough

    case.prepare("settle", instead=moved)

    assert seen == [{"NG-01"}]
    assert ("STEP", "ng_transit_shelter") in case.why("settle").reasons


def _chooses_an_open_shelter(at: Play, do: Any) -> bool:
    if do.get("step") != "ng_receiver_choice":
        return False
    at.given(MANAGER, {**do, "result": "open_shelter"})
    return True


def _chooses_no_shelter(at: Play, do: Any) -> bool:
    if do.get("step") != "ng_receiver_choice":
        return False
    at.given(MANAGER, {**do, "result": "no_shelter"})
    return True


def _moves_in(at: Play, do: Any, shelter: str) -> bool:
    if do.get("step") != "ng_transit_shelter":
        return False
    if do.get("do") == "redo":
        raise Enough
    at.given(RECEIVER, complete("ng_transit_shelter", shelter=shelter, regime="open"))
    return True
