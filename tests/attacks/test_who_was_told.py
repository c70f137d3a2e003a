"""What was told was told: it is written down, and opens what follows from it. (INV-14, INV-20)"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.acts import is_open, two_look_again
from tests.attacks.conftest import Begin
from tests.attacks.play import DEPART, LEADER, MANAGER, RECEIVER, TRAVEL, Play, at_home, complete

GROUNDS: list[dict[str, Any]] = [
    {"basis": "vital_interest", "why": "invented words"},
    {"basis": "legal_duty", "why": "invented words"},
    {"basis": "consent"},
    {},
]
AMBULANCE: dict[str, Any] = {
    "do": "contact",
    "with": "unknown_party",
    "identified_as": "(invented) the crew of an ambulance",
    "channel": "phone",
    "reached": True,
    "groups": ["identity", "health"],
    "basis": "vital_interest",
    "why": "(invented) she lay on the floor and did not answer",
}


def told(ref: str, *groups: str, **said: Any) -> dict[str, Any]:
    return {"do": "contact", "with": ref, "channel": "phone", "reached": True, "groups": [*groups], **said}


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.get("basis") or "none")
def test_whoever_tells_a_suspect_where_she_lands_has_opened_the_breach(fresh: Play, ground: dict[str, Any]) -> None:
    """a25, n02, n95: 'in vital interest' and two words were enough, and she boarded. (safety.md F3)"""
    suspect = fresh.involved("relative", suspected=True)

    fresh.given(MANAGER, told(suspect, "identity", "travel", "narrative", **ground))

    assert is_open(fresh, "data_breach")
    assert fresh.boards().reasons >= {("PHASE", "data_breach"), ("INV-03", "departure_clearance")}
    assert "clearance_voided" in [row.type for row in fresh.history()]


@pytest.mark.parametrize("ground", GROUNDS[:2], ids=lambda ground: ground["basis"])
def test_so_has_whoever_tells_a_partner_that_has_failed(fresh: Play, ground: dict[str, Any]) -> None:
    partner = fresh.seen().roles["receiving_organisation"]
    fresh.given(MANAGER, {"do": "incident", "type": "partner_failure"})

    fresh.given(MANAGER, told(partner, "identity", **ground))

    assert is_open(fresh, "data_breach")


def test_who_tells_the_whole_family_tells_the_one_under_suspicion(fresh: Play) -> None:
    fresh.involved("relative", suspected=True)

    fresh.given(MANAGER, told("family", "identity", basis="vital_interest", why="invented words"))
    assert is_open(fresh, "data_breach")


def test_on_the_way_and_at_home_it_opens_the_breach_too(begin: Begin) -> None:
    home = begin(at_home)
    suspect = home.involved("relative", suspected=True)
    home.given(RECEIVER, told(suspect, "contact", basis="vital_interest", why="invented words"))

    assert is_open(home, "data_breach")


def test_nothing_was_told_where_no_group_is_named(fresh: Play) -> None:
    """A call from a suspect who learns nothing is no breach; without a ground it is still refused. (INV-14)"""
    suspect = fresh.involved("relative", suspected=True)
    nothing = {**told(suspect), "groups": []}

    assert fresh.told("INV-14", nothing)[0][0] == "somebody under suspicion is not contacted"
    fresh.given(MANAGER, {**nothing, "basis": "vital_interest", "why": "invented words"})
    assert not is_open(fresh, "data_breach")
    fresh.ready(waiting=False, at_most=10)  # who assessed the risk has looked at the suspicion
    assert fresh.boards().done


def test_a_letter_that_was_left_for_a_suspect_has_told_them(fresh: Play) -> None:
    suspect = fresh.involved("relative", suspected=True)
    letter = {**told(suspect, "identity", "contact"), "channel": "letter", "reached": False}

    fresh.given(MANAGER, {**letter, "basis": "vital_interest", "why": "invented words"})
    assert is_open(fresh, "data_breach")


def test_a_relative_whom_nobody_suspects_is_told_in_danger_and_it_is_no_breach(fresh: Play) -> None:
    """The honest story beside it."""
    mother = fresh.involved("parent")

    fresh.given(MANAGER, told(mother, "identity", "travel", basis="vital_interest", why="invented words"))

    assert not is_open(fresh, "data_breach")
    two_look_again(fresh)
    assert fresh.boards().done


# --- an ambulance that is told ------------------------------------------------------------------------------------


def test_an_ambulance_is_told_what_it_needs_and_two_look_again_before_she_boards(fresh: Play) -> None:
    """Nobody here knows them, and nobody has time to register them: it is written down as it was. Then it is news."""
    fresh.given(MANAGER, AMBULANCE)

    row = next(row for row in fresh.history() if row.type == "contact_made" and row.data["with"] == "unknown_party")
    assert dict(row.texts)["case"]["identified_as"] == "(invented) the crew of an ambulance"
    assert is_open(fresh, "told_somebody_unknown")
    two_look_again(fresh)
    assert fresh.boards().done


def test_a_border_officer_who_asks_by_law_is_told_of_as_the_authority(fresh: Play) -> None:
    """It happened at a counter, and it was no danger: who may only write 'danger' would type a lie."""
    fresh.given(
        TRAVEL,
        told(
            "authority_host",
            "identity",
            "travel",
            basis="legal_duty",
            why="(invented) the law of the border asks for it",
        ),
    )

    assert not is_open(fresh, "told_somebody_unknown")
    two_look_again(fresh)
    assert fresh.boards().done


def test_a_stranger_who_was_told_by_mistake_is_told_of_as_a_breach(fresh: Play) -> None:
    mistaken = {name: value for name, value in AMBULANCE.items() if name not in ("basis", "why")}

    assert fresh.told("INV-14", mistaken) == [
        (
            "nobody here knows this party, and danger to life is not given as the ground",
            "say who it was: involve them, or have the organisation registered; was it to save a life? Then say 'basis': vital_interest, and 'why'. Did a law let an authority ask? Then 'with' is the authority. Was it a mistake? Open 'Data came into wrong hands'",
        )
    ]
    fresh.given(MANAGER, {"do": "incident", "type": "data_breach"})


def test_a_second_looks_at_it_within_a_day(fresh: Play) -> None:
    fresh.given(MANAGER, AMBULANCE)
    due = [
        row
        for row in fresh.engine.due(as_=fresh.actor(MANAGER))
        if (row.step, row.round) == ("incident:told_somebody_unknown", "review")
    ]
    assert [row.due_at for row in due] == [fresh.now + timedelta(hours=24)]

    looked_at = {
        "do": "resolve",
        "incident": "told_somebody_unknown",
        "outcome": "looked_at",
        "reason": "invented words",
    }
    assert fresh.tried(MANAGER, looked_at).reasons == {("ROLE", "told_somebody_unknown")}
    assert fresh.told("ROLE", looked_at)[0] == (
        "whoever wrote down 'Somebody whom nobody here knows was told about the person' cannot be the second who looks at it",
        "let somebody else read the entry, and look at it",
    )
    asked = {"do": "resolve", "incident": "told_somebody_unknown"}
    assert [
        asked in [row.do for row in fresh.engine.next(fresh.case, as_=fresh.actor(one))] for one in (MANAGER, LEADER)
    ] == [
        False,
        True,
    ]
    fresh.given(LEADER, looked_at)
    assert not is_open(fresh, "told_somebody_unknown")


def test_who_tells_a_second_stranger_meanwhile_is_no_second_either(fresh: Play) -> None:
    fresh.given(MANAGER, AMBULANCE)
    fresh.given(TRAVEL, {**AMBULANCE, "identified_as": "(invented) an officer at the border"})
    looked_at = {
        "do": "resolve",
        "incident": "told_somebody_unknown",
        "outcome": "looked_at",
        "reason": "invented words",
    }

    assert fresh.tried(MANAGER, looked_at).says("ROLE")
    fresh.given(LEADER, looked_at)


@pytest.mark.parametrize(
    "otherwise",
    [{"basis": "legal_duty"}, {"basis": "consent", "why": None}, {"basis": None, "why": None}],
    ids=["a duty", "a consent", "no ground"],
)
def test_nobody_else_whom_nobody_knows_is_told_anything(fresh: Play, otherwise: dict[str, Any]) -> None:
    act = {name: value for name, value in {**AMBULANCE, **otherwise}.items() if value is not None}

    assert fresh.tried(MANAGER, act).says("INV-14")
    assert fresh.told("INV-14", act)[0][1].startswith(
        "say who it was: involve them, or have the organisation registered"
    )


def test_who_was_told_in_danger_is_asked_for_the_danger_alone(fresh: Play) -> None:
    """The ground was said: a worker beside an ambulance is not told that it was not."""
    act = {name: value for name, value in AMBULANCE.items() if name != "why"}

    assert fresh.tried(MANAGER, act).says("INV-14")
    assert fresh.told("INV-14", act) == [("it is not said what the danger was", "say it in 'why', in a few words")]
    assert fresh.told("INV-20", act) == [
        (
            "nobody can have agreed that somebody unknown is told identity, health data",
            "say 'basis': vital_interest, and 'why'; or leave 'groups' out",
        )
    ]


def test_of_somebody_unknown_it_is_kept_who_they_said_they_were(fresh: Play) -> None:
    nameless = {name: value for name, value in AMBULANCE.items() if name != "identified_as"}

    assert fresh.faults(MANAGER, nameless) == {("identified_as", "missing")}
    assert fresh.faults(MANAGER, {**AMBULANCE, "with": "carrier"}) == {("identified_as", "contradiction")}


def test_it_can_be_written_down_in_every_phase_and_in_a_closed_case(begin: Begin) -> None:
    case = begin()
    case.given(MANAGER, AMBULANCE)
    home = begin(at_home)
    home.given(MANAGER, AMBULANCE)
    case.given(MANAGER, {"do": "incident", "type": "death"})
    case.given(
        MANAGER,
        complete("death_confirmation", result="by_paper", paper="(invented) a certificate", paper_dated="2026-03-01"),
    )
    case.given(MANAGER, {"do": "move", "to": "close", "reason": "deceased"}, AMBULANCE)


def test_what_is_told_on_the_way_holds_up_nothing(fresh: Play) -> None:
    fresh.given(TRAVEL, DEPART)
    fresh.given(TRAVEL, AMBULANCE)
    fresh.until(fresh.lands)
    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})

    assert fresh.seen().status == "open"


HOUSE = "invented_shelter"
VITAL = {"basis": "vital_interest", "why": "invented words"}


@pytest.mark.parametrize("party", [HOUSE, "partner"])
def test_a_house_that_the_office_registered_and_that_failed_is_told_with_its_class_too(fresh: Play, party: str) -> None:
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["receive", "house"])
    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "organisation": HOUSE})
    fresh.wait(minutes=5)
    fresh.given(MANAGER, {"do": "incident", "type": "partner_failure"})
    fresh.given(MANAGER, told(party, "identity", **VITAL))

    assert is_open(fresh, "data_breach")


def test_a_registered_house_in_which_nothing_is_wrong_is_told_without_a_breach(fresh: Play) -> None:
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["receive", "house"])
    fresh.given(MANAGER, told("partner", "identity", **VITAL))

    assert not is_open(fresh, "data_breach")
