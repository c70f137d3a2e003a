"""What a sixth look found: what is told by its day beside a departure, and two who sign in another order than they type."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.play import ASSESSOR, DOCTOR, MANAGER, TRAVEL, Command, Play, assessed, complete, signed
from tests.attacks.test_a_day_alone import on

OTHER_PARTNER: Command = {"do": "assign", "role": "receiving_organisation", "partner": "ng_naptip"}


# --- what may have been before the boarding ---------------------------------------------------------------------------


def test_another_partner_that_was_told_by_the_day_of_the_boarding_may_have_been_there_before_it(fresh: Play) -> None:
    """Nobody knows whether the partner changed before she boarded: who receives her was not asked about her."""
    fresh.until(fresh.takes_off)
    boarded = fresh.now.isoformat()
    fresh.wait(minutes=30)
    fresh.given(MANAGER, {**OTHER_PARTNER, **on(fresh)})

    answer = fresh.boards(at=boarded)
    assert "INV-04" in answer.rules, answer.text


@pytest.mark.parametrize(
    ("who", "said", "rule"),
    [
        (ASSESSOR, complete("risk_recheck", result="worse"), "INV-04"),
        (DOCTOR, complete("fit_to_travel_check", result="unfit_temporary"), "INV-15"),
        (MANAGER, {"do": "redo", "step": "departure_clearance"}, "INV-03"),
        (TRAVEL, {"do": "redo", "step": "departure_assistance"}, "INV-02"),
        (ASSESSOR, {"do": "redo", "step": "risk_recheck"}, "INV-04"),
    ],
)
def test_a_check_that_said_no_on_the_day_of_the_boarding_may_have_said_it_before(
    fresh: Play, who: str, said: Command, rule: str
) -> None:
    fresh.until(fresh.takes_off)
    boarded = fresh.now.isoformat()
    fresh.wait(minutes=30)
    step = said["step"]
    if said["do"] == "complete":
        fresh.given(who, {"do": "redo", "step": step, **on(fresh)})
    fresh.given(who, {**said, **on(fresh)})

    assert rule in fresh.boards(at=boarded).rules


def test_a_clearance_that_was_taken_back_before_the_boarding_clears_nothing_however_late_that_is_told(
    fresh: Play,
) -> None:
    """He typed at nine that he had taken it back at half past seven; she boarded at eight."""
    fresh.until(fresh.takes_off)
    boarded = fresh.now
    fresh.wait(hours=1)
    before = {"at": (boarded - timedelta(minutes=30)).isoformat()}
    fresh.given(MANAGER, {"do": "redo", "step": "departure_clearance", **before})

    assert "INV-03" in fresh.boards(at=boarded.isoformat()).rules


def test_what_is_told_of_the_day_of_the_boarding_and_changes_nothing_for_it_keeps_nobody(fresh: Play) -> None:
    """Somebody spoke with her that day, and typed once more who receives her: she departed as she was cleared."""
    fresh.until(fresh.takes_off)
    boarded = fresh.now.isoformat()
    receives = fresh.seen().roles["receiving_organisation"]
    fresh.wait(minutes=30)
    fresh.given(TRAVEL, {"do": "contact", "with": "person", "channel": "phone", "reached": True, **on(fresh)})
    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": receives, **on(fresh)})

    answer = fresh.boards(at=boarded)
    assert answer.done, answer.text


# --- two who sign in another order than they type -------------------------------------------------------------------


def test_what_two_sign_is_as_old_as_the_older_signature_whoever_types_first(fresh: Play) -> None:
    """The manager had signed the paper fifteen days before; the assessor signed, and typed, this morning."""
    fresh.given(ASSESSOR, {"do": "redo", "step": "pre_return_risk_assessment"}, assessed("low"))
    fresh.given(MANAGER, signed(at=(fresh.takes_off - timedelta(days=15)).isoformat()))

    assert ("INV-04", "pre_return_risk_assessment") in fresh.why().reasons, fresh.why().text


def test_what_two_sign_out_of_order_within_its_age_counts(fresh: Play) -> None:
    fresh.given(ASSESSOR, {"do": "redo", "step": "pre_return_risk_assessment"}, assessed("low"))
    fresh.given(MANAGER, signed(at=(fresh.takes_off - timedelta(days=2)).isoformat()))

    assert "INV-04" not in fresh.why().rules, fresh.why().text


def test_what_two_confirm_was_looked_at_when_the_first_of_them_did_whoever_types_first(fresh: Play) -> None:
    """The manager confirmed it yesterday; a debt became known this morning, and then the assessor confirmed, and typed."""
    at_first = fresh.now
    fresh.wait(minutes=30)
    fresh.given(MANAGER, {"do": "record", "facts": {"ng_debt_claimed": True}})
    fresh.wait(minutes=20)
    fresh.given(ASSESSOR, complete("pre_return_risk_assessment", confirms=True))
    fresh.given(MANAGER, complete("pre_return_risk_assessment", confirms=True, at=at_first.isoformat()))

    assert ("INV-04", "pre_return_risk_assessment") in fresh.why().reasons, fresh.why().text
