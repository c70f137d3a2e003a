"""Evidence is about something, and comes in an order; the person's no is a no. (findings/safety.md K3, K4, cause 2; domain.md K3)"""

from __future__ import annotations

from datetime import timedelta

import pytest
from wayhome.calendar.spans import clock_text

from tests.attacks.acts import YES
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    MANAGER,
    TRAVEL,
    Command,
    Enough,
    Play,
    another,
    assessed,
    signed,
    signed_as_it_stands,
)

NO: Command = {"do": "withdraw", "purpose": "return"}
HIGH = ("the risk of return is high", "protect the person first; then assess anew, signed by 2 roles")
OPEN_NO = ("the person has said no, and that is not over", "talk about all options again, then ask")


def test_a_no_at_the_gate_is_not_talked_away_in_two_minutes(fresh: Play) -> None:
    fresh.given(MANAGER, NO)
    fresh.must_stand("INV-01")

    fresh.wait(minutes=1)
    resolved = fresh.tried(MANAGER, {"do": "resolve", "incident": "consent_withdrawn_before"})
    fresh.wait(minutes=1)

    assert resolved.reasons == {("STEP", "options_counselling")}
    assert fresh.told("CONSENT", YES) == [OPEN_NO]
    fresh.tried(MANAGER, YES)
    assert "INV-01" in fresh.why().rules


@pytest.mark.parametrize("no", [NO, {**YES, "answer": "refused"}], ids=["taken back", "refused"])
def test_a_new_yes_needs_a_talk_and_two_days_after_each_no(fresh: Play, no: Command) -> None:
    for round_ in ("7", "8"):
        fresh.wait(minutes=1)
        fresh.given(MANAGER, no)
        assert fresh.told("CONSENT", YES) == [OPEN_NO]
        fresh.wait(minutes=1)
        fresh.given(MANAGER, _talk(round_), {"do": "resolve", "incident": "consent_withdrawn_before"})

        fresh.wait(hours=47, minutes=59)
        assert [fact for fact, _ in fresh.told("STEP", YES)] == [
            f"'Ask for consent to return' may not be done before {clock_text((fresh.now + timedelta(minutes=1)), 'Europe/Brussels')}"
        ]
        assert "INV-01" in fresh.why().rules
        fresh.wait(minutes=1)
        fresh.given(MANAGER, YES)


def test_a_talk_that_was_held_before_the_no_is_no_talk_after_it(fresh: Play) -> None:
    before = fresh.now
    fresh.wait(hours=1)
    fresh.given(MANAGER, NO)
    fresh.given(MANAGER, {**_talk("7"), "at": before.isoformat()})

    resolved = fresh.tried(MANAGER, {"do": "resolve", "incident": "consent_withdrawn_before"})

    assert resolved.reasons == {("STEP", "options_counselling")}


def test_a_no_cancels_the_journey_that_was_booked(fresh: Play) -> None:
    fresh.given(MANAGER, NO)

    assert fresh.seen().travel["status"] == "cancelled"


def test_a_no_on_the_way_leaves_the_landing_watched(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, {"do": "move", "to": "depart"})
    fresh.wait(minutes=5)

    fresh.given(MANAGER, NO)

    assert fresh.seen().travel["status"] == "booked"


def _talk(round_: str) -> Command:
    return {"do": "complete", "step": "options_counselling", "round": round_}


def test_one_signature_under_high_is_not_wiped_by_redoing_the_assessment(fresh: Play) -> None:
    fresh.anew("pre_return_risk_assessment")
    fresh.given(ASSESSOR, assessed("high", factor="trafficker_free_or_at_home"))
    fresh.must_stand("INV-05")

    fresh.given(MANAGER, {"do": "redo", "step": "pre_return_risk_assessment"}, assessed("low"))
    assert fresh.told("INV-05") == [HIGH]
    half = fresh.tried(MANAGER, {"do": "resolve", "incident": "risk_high"})
    assert half.reasons == {("STEP", "pre_return_risk_assessment"), ("STEP", "return_review")}

    fresh.given(another(ASSESSOR), signed_as_it_stands(fresh))
    assert fresh.told("INV-05") == [HIGH]  # until the review weighs it, and the incident is ended


def test_a_risk_that_two_find_low_after_one_found_it_high_ends_the_alarm(fresh: Play) -> None:
    fresh.anew("pre_return_risk_assessment")
    fresh.given(ASSESSOR, assessed("high"))
    fresh.wait(days=3)
    fresh.given(MANAGER, {"do": "redo", "step": "pre_return_risk_assessment"}, assessed("low"))
    fresh.given(another(ASSESSOR), signed_as_it_stands(fresh))
    fresh.given(MANAGER, {"do": "complete", "step": "return_review", "result": "go"})
    fresh.given(another(ASSESSOR), signed("return_review"))

    fresh.given(MANAGER, {"do": "resolve", "incident": "risk_high"})

    assert "INV-05" not in fresh.why().rules


def test_both_signatures_under_high_are_one_alarm(fresh: Play) -> None:
    fresh.anew("pre_return_risk_assessment")

    fresh.given(ASSESSOR, assessed("high"))
    fresh.given(MANAGER, signed())

    assert [i["type"] for i in fresh.seen().incidents if i["resolved_at"] is None] == ["risk_high"]
    assert [row.type for row in fresh.history()].count("incident_repeated") == 0
    assert fresh.step("pre_return_risk_assessment").result == "high"


def test_two_who_sign_different_tables_have_not_signed_one_assessment(fresh: Play) -> None:
    fresh.anew("pre_return_risk_assessment")
    fresh.given(ASSESSOR, assessed("medium", factor="trafficker_free_or_at_home"))

    other = fresh.tried(MANAGER, assessed("medium", factor="housing"))

    assert other.reasons == {("STEP", "pre_return_risk_assessment")}
    assert fresh.told("INV-05") == [("the risk of return is not known", "assess it, together with the origin side")]
    fresh.given(MANAGER, signed(answer="disagree", reason="(invented) housing is not the danger"))
    fresh.given(MANAGER, assessed("medium", factor="housing"))
    fresh.given(ASSESSOR, signed_as_it_stands(fresh))
    assert "INV-05" not in fresh.why().rules


def test_the_last_question_comes_after_the_consent_that_it_is_about(fresh: Play) -> None:
    fresh.wait(minutes=30)
    fresh.given(MANAGER, YES)

    asked = "the person was asked the last question before the consent that counts now"
    assert fresh.told("INV-02") == [(asked, "ask them once more, before they board")]
    cleared = "the departure was cleared before the consent that counts now"
    assert fresh.told("INV-03") == [(cleared, "clear the departure again")]
    checked = "risk and wish were checked for the last time before the consent that counts now"
    assert fresh.told("INV-04") == [(checked, "check them again")]


def test_the_last_question_comes_after_the_clearance(fresh: Play) -> None:
    fresh.wait(minutes=30)
    fresh.anew("departure_clearance")
    fresh.given(MANAGER, {"do": "complete", "step": "departure_clearance"})

    asked = "the person was asked the last question before the departure was cleared"
    assert fresh.told("INV-02") == [(asked, "ask them once more, before they board")]


def test_a_consent_that_is_renewed_is_followed_by_check_clearance_and_question(fresh: Play) -> None:
    fresh.wait(minutes=30)
    fresh.given(MANAGER, YES)

    fresh.ready()

    assert fresh.boards().done


def test_a_consent_from_before_the_information_is_not_informed(begin: Begin) -> None:
    case = begin()
    dated = []

    def before_the_review(play: Play, asked: Command) -> bool:
        if asked.get("step") == "return_review" and asked["do"] == "complete":
            play.wait(days=4)
            return False
        if asked["do"] != "consent" or asked.get("purpose") != "return":
            return False
        early = play.step("return_review").done_at - timedelta(days=1)
        dated.append(play.tried(MANAGER, {**YES, "at": early.isoformat()}))
        raise Enough

    case.prepare(waiting=True, instead=before_the_review)

    if not dated:
        raise RuntimeError("nobody asked for the consent")
    assert dated[0].reasons == {("STEP", "return_review")}
