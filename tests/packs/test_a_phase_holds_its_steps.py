"""What belongs to the arrival or later is not started or completed before the departure, whatever its `after` says. (decision 0031)

country-authors.md 3.1: a step of the arrival without `arrived` was done in a case that had been opened a moment ago.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome.packs.plugins import Packs

from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import (
    DEPART,
    LEADER,
    MANAGER,
    TRAVEL,
    Play,
    begun,
    complete,
    evidence_is_fresh,
    opened,
    signed,
)


def a_step(id: str, phase: str, more: str = "") -> str:
    return (
        f"- {{id: {id}, title: An invented step, phase: {phase}, who: [case_manager_sending, case_manager_receiving],"
        f" source: S27{more}}}\n"
    )


STEPS = (
    a_step("ng_visit", "arrival")
    + a_step("ng_call", "follow_up", ", gate: none, kind: offered")
    + a_step("ng_any", "arrival", ", gate: none, after: [{any: [arrived, register_referral]}]")
    + a_step("ng_paper", "follow_up", ", gate: none, also_before_departure: true")
    + a_step("ng_landed", "arrival", ", gate: none, after: arrived")
)


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Packs:
    return packs_of(like_nigeria(tmp_path_factory.mktemp("held") / "pack", more={"steps.yaml": STEPS}))


@pytest.fixture
def case(packs: Packs) -> Iterator[Play]:
    play = opened(packs)
    yield play
    play.engine.close()


@pytest.mark.parametrize("word", ["start", "complete"])
@pytest.mark.parametrize("step", ["ng_visit", "ng_call", "ng_any"])
def test_nothing_of_the_arrival_is_begun_or_done_before_the_departure(case: Play, step: str, word: str) -> None:
    if step == "ng_any":
        case.given(MANAGER, complete("register_referral"))
    act = {"do": word, "step": step}

    assert case.tried(MANAGER, act).reasons == {("PHASE", "departed")}
    assert case.told("PHASE", act)[0][0] == "needed first: the person has departed"


def test_nor_in_the_last_hour_before_boarding(packs: Packs) -> None:
    with begun(evidence_is_fresh, packs) as play:
        assert play.tried(MANAGER, complete("ng_visit")).reasons == {("PHASE", "departed")}
        earlier = play.now.isoformat()
        play.wait(minutes=5)
        play.given(TRAVEL, DEPART)
        play.wait(minutes=5)

        assert not play.tried(MANAGER, complete("ng_visit", at=earlier)).done, (
            "dated back, it would lie before the departure"
        )
        play.given(MANAGER, complete("ng_visit"))


def test_of_who_left_without_clearance_it_is_done_as_well(case: Play) -> None:
    case.given(MANAGER, {"do": "move", "to": "left", "how": "removed"}, complete("ng_visit"))


def test_what_waits_for_the_landing_waits_for_it_and_says_so_once(case: Play) -> None:
    assert case.tried(MANAGER, complete("ng_landed")).reasons == {("PHASE", "arrived")}


# --- what stays possible -----------------------------------------------------------------------------------------


def test_a_country_says_where_a_step_is_begun_here_for_there(case: Play) -> None:
    case.given(MANAGER, {"do": "start", "step": "ng_paper"}, complete("ng_paper"))


def test_a_step_can_be_declined_beforehand(case: Play) -> None:
    case.given(MANAGER, {"do": "skip", "step": "ng_call", "reason": "(invented) the person wants no calls"})


def test_how_a_death_is_known_is_said_in_every_phase_and_the_case_closes(case: Play) -> None:
    case.given(MANAGER, {"do": "incident", "type": "death"})
    case.given(
        MANAGER,
        complete("death_confirmation", result="by_paper", paper="(invented) a certificate", paper_dated="2026-03-01"),
    )
    case.given(MANAGER, {"do": "move", "to": "close", "reason": "deceased"})


def test_that_there_is_no_other_way_to_reach_them_is_said_in_every_phase(case: Play) -> None:
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": False})
    case.given(MANAGER, complete("no_other_way", ways=["phone"], looked_where="(invented) the file"))
    case.given(LEADER, signed("no_other_way"))


def test_family_is_called_and_papers_are_begun_before_the_journey(case: Play) -> None:
    """These are no steps of the arrival: a contact under a consent, and a paper."""
    mother = case.involved("parent")
    case.given(
        MANAGER,
        {"do": "consent", "purpose": "contact_family", "recipient": mother, "groups": ["identity"], "language": "en"},
    )
    case.given(MANAGER, {"do": "contact", "with": mother, "channel": "phone", "reached": True, "groups": ["identity"]})
    case.given(MANAGER, {"do": "document", "kind": "ng_nin", "status": "requested"})


def test_what_happened_there_is_written_down_when_the_person_is_back(packs: Packs) -> None:
    with begun(evidence_is_fresh, packs) as play:
        play.given(TRAVEL, DEPART)
        play.until(play.lands)
        play.given(TRAVEL, {"do": "move", "to": "arrive"})
        play.wait(hours=1)
        there = play.now.isoformat()
        play.wait(hours=10)
        play.given(TRAVEL, {"do": "move", "to": "turn_back", "reason": "(invented) refused at the border"})

        assert play.tried(MANAGER, complete("ng_visit")).reasons == {("PHASE", "departed")}
        play.given(MANAGER, complete("ng_visit", at=there))


def test_every_step_of_the_packs_that_may_be_done_before_says_so(packs: Packs) -> None:
    process = packs.process("BE", "NG")
    free = {step.id for step in process.steps.values() if step.also_before_departure} - {"ng_paper"}

    assert free == {
        "case_closure",
        "child_after_death",
        "death_confirmation",
        "data_disposal",
        "no_other_way",
        "transfer_agreed",
    }
