"""A case closes by what is open, not by the name that somebody picks. (findings/safety.md K7; a20 to a23)"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.later import later
from tests.attacks.play import (
    GUARD,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    at_home,
    settled,
)

NOT_REACHED: Command = {"do": "contact", "with": "person", "channel": "phone", "reached": False}
POOR = {"economic": "0.1", "social": "0.1", "psychosocial": "0.1"}


def closes(reason: str) -> Command:
    return {"do": "move", "to": "close", "reason": reason}


def in_follow_up(play: Play) -> None:
    settled(play)
    for purpose in ("monitoring", "assistance_local"):
        play.given(MANAGER, {"do": "consent", "purpose": purpose, "language": "en"})
    play.given(RECEIVER, {"do": "complete", "step": "reintegration_plan_review"})
    play.given(RECEIVER, {"do": "complete", "step": "baseline_survey", **POOR})


def a_year_later(play: Play) -> None:
    in_follow_up(play)
    play.wait(days=366)
    play.given(RECEIVER, {"do": "complete", "step": "sustainability_survey", "round": "m12", **POOR})
    play.given(RECEIVER, {"do": "complete", "step": "closure_review", "result": "close"})


@later(6)
def test_who_was_not_met_at_landing_is_not_closed_as_impossible(begin: Begin) -> None:
    case = begin(at_home)
    case.given(MANAGER, {"do": "incident", "type": "no_show_arrival"})

    assert case.tried(MANAGER, closes("return_not_possible")).says("INV-25", "no_show_arrival")


@later(6)
def test_who_vanished_in_the_air_is_not_closed_as_a_change_of_mind(fresh: Play) -> None:
    fresh.given(TRAVEL, {"do": "move", "to": "depart"})
    fresh.given(MANAGER, {"do": "incident", "type": "no_show_arrival"})

    assert fresh.tried(MANAGER, closes("withdrew_return")).says("INV-25", "no_show_arrival")


@later(6)
@pytest.mark.parametrize(
    "reason", ["assistance_declined", "return_not_possible", "withdrew_return", "left_outside_process", "duplicate"]
)
def test_who_cannot_be_reached_is_not_closed_by_another_name(fresh: Play, reason: str) -> None:
    fresh.given(MANAGER, NOT_REACHED)
    if "lost_contact" not in {incident["type"] for incident in fresh.seen().incidents}:
        raise RuntimeError("nobody is alarmed")

    assert fresh.tried(MANAGER, closes(reason)).says("INV-25", "lost_contact")


@later(6)
@pytest.mark.parametrize("alarm", ["risk_high", "re_trafficking"])
@pytest.mark.parametrize("reason", ["other_durable_solution", "support_period_completed"])
def test_who_is_in_danger_is_not_closed_as_done(begin: Begin, alarm: str, reason: str) -> None:
    case = begin(a_year_later)
    case.given(MANAGER, {"do": "incident", "type": alarm})

    assert case.tried(MANAGER, closes(reason)).says(alarm)


@later(6)
def test_five_attempts_in_one_minute_on_one_telephone_are_no_search(begin: Begin) -> None:
    case = begin(at_home)
    landed = case.now
    case.wait(days=95)
    for turn, channel in enumerate(("phone", "mobile", "telephone", "phone", "mobile")):
        tried_at = landed + timedelta(hours=1, days=20 * turn)
        attempt = {**NOT_REACHED, "channel": channel, "at": tried_at.isoformat()}
        case.tried(MANAGER, attempt, may_be_bad_input=True)

    assert case.tried(MANAGER, closes("lost_contact")).says("INV-25")


@later(6)
def test_the_year_of_follow_up_does_not_end_on_the_day_of_landing(begin: Begin) -> None:
    assert begin(settled).tried(MANAGER, closes("other_durable_solution")).says("INV-26", "other_durable_solution")


@later(6)
def test_staff_do_not_withdraw_in_the_name_of_the_person(begin: Begin) -> None:
    case = begin(settled)

    case.tried(MANAGER, {"do": "incident", "type": "consent_withdrawn_after"})

    closed = case.tried(MANAGER, closes("consent_withdrawn_after_return"))
    assert closed.says("CONSENT", "consent_withdrawn_after", "consent_withdrawn_after_return")


@later(6)
@pytest.mark.parametrize(
    ("step", "values"), [("monitoring_visit", {}), ("sustainability_survey", POOR)], ids=["visit", "survey"]
)
def test_the_visit_of_the_last_month_is_not_made_on_the_day_of_landing(
    begin: Begin, step: str, values: dict[str, Any]
) -> None:
    visit = {"do": "complete", "step": step, "round": "m12", **values}

    assert begin(in_follow_up).tried(RECEIVER, visit).says(step)


@later(6)
def test_the_scores_that_allow_closing_are_not_typed(begin: Begin) -> None:
    case = begin(a_year_later)
    agreed = {"plan_items_settled": True, "person_agrees_to_close": True}
    case.given(RECEIVER, {"do": "record", "facts": agreed})
    if not case.why(closes("reintegration_sustained"), RECEIVER).says("reintegration_sustained"):
        raise RuntimeError("the scores are not asked")

    case.tried(RECEIVER, {"do": "record", "facts": {"scores_allow_closing": True}}, may_be_bad_input=True)

    assert case.why(closes("reintegration_sustained"), RECEIVER).says("reintegration_sustained", "scores_allow_closing")


@later(6)
def test_nothing_is_disposed_of_on_the_day_of_closing(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"}, closes("withdrew_return"))

    disposed = fresh.tried(GUARD, {"do": "complete", "step": "data_disposal", "result": "disposed"})

    assert disposed.says("data_disposal", "INV-29")


@later(6)
def test_a_death_is_not_closed_on_the_word_of_one(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "death"})

    assert fresh.tried(MANAGER, closes("deceased")).says("death", "deceased", "ROLE")
