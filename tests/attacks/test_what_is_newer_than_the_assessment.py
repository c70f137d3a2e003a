"""What came after the risk was assessed is looked at by two before anybody boards; what the law has decided asks for it anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.acts import REACHED, YES, ends, happens, records, two_look_again
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DOCTOR,
    LAWYER,
    LEADER,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    complete,
    ready_to_depart,
)

ASSESSMENT, CLEARANCE = "pre_return_risk_assessment", "departure_clearance"
LOOK_AGAIN = "look again: confirm it if it still holds, else do it anew"
A_LAWYER = "only the person shortens"


def note(group: str) -> Command:
    return {"do": "note", "group": group, "text": "(invented) a car waits in the street each night"}


def a_note_of_risk(case: Play) -> None:
    case.given(ASSESSOR, note("risk"))


def an_alarm_that_is_over(case: Play) -> None:
    """She could not be reached for an hour, and then was."""
    case.given(MANAGER, {**REACHED, "reached": False})
    case.wait(minutes=5)
    case.given(MANAGER, REACHED, ends("lost_contact", "reached"))


def somebody_told_without_consent(case: Play) -> None:
    law = {"basis": "legal_duty", "why": "(invented) the law of the border asks for it", "groups": ["identity"]}
    case.given(TRAVEL, {"do": "contact", "with": "authority_host", "channel": "visit", "reached": True, **law})


def closed_and_opened_again(case: Play) -> None:
    case.given(MANAGER, {"do": "consent", "purpose": "assistance", "answer": "refused"})
    case.given(MANAGER, {"do": "move", "to": "close", "reason": "assistance_declined"})
    case.given(MANAGER, {"do": "move", "to": "reopen"})


def another_way(case: Play) -> None:
    """By another country, where she passes a border and spends a night."""
    legs = case.legs
    first = dict(legs[0])
    first["to"], onward = "CDG", {**legs[-1], "from": "CDG"}
    for end in ("departs_at", "arrives_at"):
        first[end] = (case.takes_off - timedelta(hours=12 if end == "departs_at" else 10)).isoformat()
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": [first, onward]})


NEWS: list[tuple[Callable[[Play], None], str]] = [
    (a_note_of_risk, "a note of risk"),
    (an_alarm_that_is_over, "something has happened, or is over"),
    (somebody_told_without_consent, "somebody was told without consent"),
    (another_way, "the countries and nights of the way"),
]


def against(case: Play, subject: str) -> list[Any]:
    reasons = case.engine.why(case.case, "depart", as_=case.actor(MANAGER)).unmet
    return [reason for reason in reasons if reason.subject == subject]


@pytest.mark.parametrize(("happened", "called"), NEWS, ids=[one.__name__ for one, _ in NEWS])
def test_news_of_danger_asks_the_two_who_assessed_it(
    begin: Begin, happened: Callable[[Play], None], called: str
) -> None:
    """F9: what changed after the assessment was read by nobody, and she boarded on it."""
    case = begin(ready_to_depart)

    happened(case)

    told = next(reason for reason in against(case, ASSESSMENT) if reason.rule == "INV-04")
    assert (called in told.fact, told.todo) == (True, LOOK_AGAIN)
    case.given(ASSESSOR, {"do": "complete", "step": ASSESSMENT, "confirms": True})
    assert any(reason.rule == "INV-04" for reason in against(case, ASSESSMENT))  # one alone is not two
    case.given(MANAGER, {"do": "complete", "step": ASSESSMENT, "confirms": True})
    assert against(case, ASSESSMENT) == []


def test_the_same_way_in_another_aircraft_is_no_news(begin: Begin) -> None:
    """The honest story beside it: the carrier moves the flight, and nobody asks what the two think of it."""
    case = begin(ready_to_depart)
    legs = case.legs
    for leg in legs:
        leg.pop("number", None)
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})

    assert against(case, ASSESSMENT) == []


def shows_at_the_border(case: Play, *groups: str, **otherwise: str) -> None:
    law = {"basis": "legal_duty", "why": "(invented) the control before the gate", "groups": [*groups], **otherwise}
    case.given(TRAVEL, {"do": "contact", "with": "authority_host", "channel": "visit", "reached": True, **law})


def test_a_passport_that_is_shown_at_the_border_is_no_news(begin: Begin) -> None:
    """H9: whoever wrote down truthfully what each traveller shows had two look at the danger anew, with the gate open."""
    case = begin(ready_to_depart)
    shows_at_the_border(case, "ticket_name", "papers")

    assert against(case, ASSESSMENT) == []


@pytest.mark.parametrize(
    ("groups", "otherwise"),
    [
        (("ticket_name", "risk"), {}),
        (("ticket_name", "address"), {}),
        (("ticket_name",), {"with": "authority_origin"}),
        (("ticket_name",), {"with": "be_immigration_office"}),
        (("ticket_name",), {"with": "unknown_party", "basis": "vital_interest", "identified_as": "(invented) a man"}),
    ],
)
def test_whatever_else_an_authority_is_told_is_looked_at(
    begin: Begin, groups: tuple[str, ...], otherwise: dict[str, str]
) -> None:
    case = begin(ready_to_depart)
    shows_at_the_border(case, *groups, **otherwise)

    told = next(reason for reason in against(case, ASSESSMENT) if reason.rule == "INV-04")
    assert ("somebody was told without consent" in told.fact, told.todo) == (True, LOOK_AGAIN)


def test_what_the_two_have_looked_at_is_told_newest_first(begin: Begin) -> None:
    case = begin(ready_to_depart)
    a_note_of_risk(case)
    case.wait(minutes=10)
    somebody_told_without_consent(case)

    told = next(reason for reason in against(case, ASSESSMENT) if reason.rule == "INV-04").fact
    assert told.index("somebody was told without consent") < told.index("a note of risk")


def test_what_happened_is_named_to_whoever_may_read_it_and_to_nobody_else(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("detention_or_arrest"))

    def told_to(who: str) -> str:
        reasons = case.engine.blockers(case.case, "depart", as_=case.actor(who))
        return next(r.fact for r in reasons if (r.rule, r.subject) == ("INV-04", ASSESSMENT))

    assert "detained" in told_to(MANAGER)
    assert "detained" not in told_to("counsellor")
    assert "something has happened, or is over" in told_to("counsellor")


def test_a_case_that_was_opened_anew_is_looked_at_again(begin: Begin) -> None:
    case = begin(ready_to_depart)
    closed_and_opened_again(case)

    told = [reason for reason in against(case, ASSESSMENT) if reason.rule == "INV-04"]
    assert [("the case was closed, and opened again" in one.fact, one.todo) for one in told] == [(True, LOOK_AGAIN)]


def test_a_protection_that_was_granted_ends_the_clearance(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(LAWYER, records(lasting_solution="protection"))

    assert [(one.rule, "lasting solution" in one.fact) for one in against(case, CLEARANCE)] == [("STEP", True)]


def test_a_note_of_health_asks_the_doctor_and_says_nothing_of_it_to_who_clears(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(DOCTOR, note("health"))

    told = [one for one in against(case, "fit_to_travel_check") if one.rule == "INV-15"]
    assert [("a note of health" in one.fact, one.todo) for one in told] == [(True, LOOK_AGAIN)]
    case.given(DOCTOR, {"do": "complete", "step": "fit_to_travel_check", "confirms": True})
    assert against(case, "fit_to_travel_check") == []


# --- a complaint --------------------------------------------------------------------------------------------------


def test_a_complaint_is_looked_at_by_who_may_before_anybody_boards(begin: Begin) -> None:
    """Who clears learns only that it was looked at, or that something stands in the way."""
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("complaint", note="(invented) the escort frightens me"))

    assert [one.rule for one in against(case, "complaint_check")] == ["STEP"]
    assert case.tried(MANAGER, complete("complaint_check", result="nothing")).kind == "not_permitted"
    case.given(LEADER, complete("complaint_check", result="in_the_way"))
    assert ["result does not pass" in one.fact for one in against(case, "complaint_check")] == [True]
    case.given(LEADER, {"do": "redo", "step": "complaint_check"}, complete("complaint_check", result="nothing"))
    case.given(RECEIVER, {"do": "sign", "step": "complaint_check"})  # away from it by two
    assert against(case, "complaint_check") == []
    case.given(MANAGER, happens("complaint", note="(invented) and again"))
    assert [one.rule for one in against(case, "complaint_check")] == ["STEP"]


# --- a yes that was not free --------------------------------------------------------------------------------------


@pytest.mark.parametrize("type", ["pressure", "paid_to_go"])
def test_a_yes_under_pressure_or_for_money_is_none(begin: Begin, type: str) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, happens(type))

    assert {("INV-01", "return"), ("PHASE", "pressure"), (STEP := "STEP", ASSESSMENT)} <= case.why().reasons
    assert case.tried(MANAGER, ends(type, "chooses_freely")).reasons == {(STEP, "options_counselling")}
    case.given(MANAGER, complete("options_counselling", round="7"))
    case.given(MANAGER, ends(type, "chooses_freely"))
    assert (STEP, "return_consent") in case.tried(MANAGER, YES).reasons  # two days to think


def test_a_threat_to_the_family_asks_for_a_whole_new_assessment(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("threat_at_home"))

    assert {("PHASE", "threat_at_home"), ("INV-05", ASSESSMENT)} <= case.why().reasons
    two_look = {"do": "complete", "step": ASSESSMENT, "confirms": True}
    assert not case.tried(ASSESSOR, two_look).done  # confirming is not enough
    assert not case.tried(MANAGER, ends("threat_at_home", "below_high_and_reviewed")).done


# --- after an order, or an arrest: a lawyer, and then two days -------------------------------------------------------


ASKED: dict[str, Any] = {
    "do": "complete",
    "step": "own_early_flight",
    "result": "asks",
    "heard": ["visit"],
    "own_words": "(invented) My mother is dying. I want the flight on Thursday.",
    "flight": "(invented) the one on Thursday",
}


def arrested_and_advised(case: Play) -> None:
    ready_to_depart(case)
    case.given(MANAGER, happens("detention_or_arrest"))
    case.wait(hours=5)
    case.given(LAWYER, {**REACHED, "channel": "visit"}, complete("legal_counselling"))


def test_after_an_arrest_nobody_says_yes_within_two_days_of_the_lawyers_advice(begin: Begin) -> None:
    """a17: the same flight, two hours after the order was lifted by a word."""
    case = begin(arrested_and_advised)
    two_look_again(case)
    case.given(MANAGER, ends("detention_or_arrest", "released"))
    two_look_again(case)

    assert case.tried(MANAGER, YES).reasons == {("STEP", "return_consent")}
    case.wait(hours=49)
    assert case.tried(MANAGER, YES).done


def test_an_arrest_is_not_over_before_a_lawyer_has_advised(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("detention_or_arrest"))
    case.wait(hours=5)
    case.given(LAWYER, {**REACHED, "channel": "visit"})

    for outcome in ("released", "returns_from_detention"):
        assert ("STEP", "legal_counselling") in case.tried(MANAGER, ends("detention_or_arrest", outcome)).reasons


def test_who_is_held_may_return_from_there(begin: Begin) -> None:
    case = begin(arrested_and_advised)
    case.given(MANAGER, ends("detention_or_arrest", "returns_from_detention"))
    two_look_again(case)
    case.wait(hours=49)

    assert case.tried(MANAGER, YES).done


@pytest.mark.parametrize("by", [None, "case_manager_sending", "be_immigration_office"])
def test_only_a_lawyer_of_their_own_hears_that_somebody_asks_for_an_earlier_flight(
    begin: Begin, by: str | None
) -> None:
    """Ours works for us, and an authority wants the flight: neither shortens the two days."""
    case = begin(arrested_and_advised)
    said = ASKED if by is None else {**ASKED, "by": by, "heard_by": "phone"}

    told = case.told("INV-37", said, who=LAWYER)
    assert [todo for _, todo in told] == [
        "let their own lawyer hear it, and say 'by' who that is; or let two days pass"
    ]


def test_their_own_lawyer_and_a_second_shorten_it(begin: Begin) -> None:
    case = begin(arrested_and_advised)
    lawyer = case.involved("lawyer")
    case.given(MANAGER, {**ASKED, "by": lawyer, "heard_by": "phone"})
    case.given(LEADER, {"do": "sign", "step": "own_early_flight"})
    case.given(MANAGER, ends("detention_or_arrest", "released"))
    two_look_again(case)

    assert case.tried(MANAGER, YES).done


def test_one_alone_does_not_shorten_it(begin: Begin) -> None:
    case = begin(arrested_and_advised)
    lawyer = case.involved("lawyer")
    case.given(MANAGER, {**ASKED, "by": lawyer, "heard_by": "phone"}, ends("detention_or_arrest", "released"))
    two_look_again(case)

    assert case.tried(MANAGER, YES).reasons == {("STEP", "return_consent")}


def test_an_arrest_that_comes_again_is_asked_about_again(begin: Begin) -> None:
    case = begin(arrested_and_advised)
    lawyer = case.involved("lawyer")
    case.given(MANAGER, {**ASKED, "by": lawyer, "heard_by": "phone"})
    case.given(LEADER, {"do": "sign", "step": "own_early_flight"})
    case.wait(hours=1)
    case.given(MANAGER, happens("detention_or_arrest"))
    case.wait(hours=1)
    case.given(LAWYER, {**REACHED, "channel": "visit"}, complete("legal_counselling"))
    case.given(MANAGER, ends("detention_or_arrest", "released"))
    two_look_again(case)

    assert case.tried(MANAGER, YES).reasons == {("STEP", "return_consent")}
