"""Two things on one day, of which one is told by its day or later on: what may have come before is not after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.acts import (
    YES,
    ago,
    asked_anew,
    before_the_doctor,
    confirmed_by,
    goes_on,
    on,
    receives,
    records,
    redone,
    suspected,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DOCTOR,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    another,
    assessed,
    complete,
    signed,
    vetting,
)

SHARE: Command = {"do": "consent", "purpose": "share_partner", "answer": "given", "form": "written", "language": "en"}


# --- an alarm or a no of which only the day is known ----------------------------------------------


def test_an_alarm_of_a_day_alone_is_not_ended_by_what_may_have_been_before_it(begin: Begin) -> None:
    """The alarm is told of today; an examination of an hour before that telling may be older than the alarm, and ends it not."""
    case = begin(before_the_doctor)
    case.wait(hours=3)
    case.given(MANAGER, {"do": "incident", "type": "pregnancy_or_birth", **on(case)})
    case.wait(minutes=5)
    an_hour_ago = {"at": (case.now - timedelta(hours=1)).isoformat()}
    case.given(DOCTOR, {**complete("medical_assessment", result="fit"), **an_hour_ago})

    ends: Command = {"do": "resolve", "incident": "pregnancy_or_birth", "outcome": "assessed"}
    assert case.tried(MANAGER, ends).says("medical_assessment")


def test_a_no_of_a_day_alone_is_not_overruled_by_a_yes_of_an_hour_before_it_was_told(fresh: Play) -> None:
    """She took it back today; a form of forty minutes ago, typed after that, may be from before her no."""
    fresh.wait(hours=1)
    given = next(
        row for row in fresh.history() if row.type == "consent_given" and row.data["purpose"] == "share_partner"
    )
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "share_partner", **on(fresh)})
    fresh.wait(minutes=5)
    yes = {**SHARE, "recipient": given.data["recipient"], "groups": [*given.data["groups"]]}
    fresh.given(MANAGER, {**yes, "at": (fresh.now - timedelta(minutes=40)).isoformat()})

    stands = next(one for one in fresh.seen().consents if one["purpose"] == "share_partner")
    assert stands["state"] == "withdrawn"


# --- asked, cleared, and asked for the last time on one day ---------------------------------------
# design 4.3: "last check, clearance and reconfirmation come after that consent; the reconfirmation after the clearance";
# 4.4: a day alone "is kept as a day, order within it is believed".


@pytest.mark.parametrize("by_day", [True, False])
def test_what_was_asked_and_cleared_before_the_consent_that_counts_is_not_after_it_by_its_day(
    fresh: Play, by_day: bool
) -> None:
    """Checked, cleared and asked at six; then a new consent was signed, and is told by its day, after them."""
    fresh.wait(minutes=20)
    asked_anew(fresh, **(on(fresh) if by_day else {}))

    answer = fresh.boards()
    assert {"INV-02", "INV-03", "INV-04"} <= answer.rules, answer


@pytest.mark.parametrize("by_day", [True, False])
def test_the_last_question_is_not_after_a_clearance_that_is_told_by_its_day_after_it(fresh: Play, by_day: bool) -> None:
    fresh.wait(minutes=20)
    day = on(fresh) if by_day else {}
    fresh.given(MANAGER, {"do": "redo", "step": "departure_clearance", **day}, complete("departure_clearance", **day))

    answer = fresh.boards()
    assert "INV-02" in answer.rules, answer


def test_honest_who_is_checked_cleared_and_asked_after_the_new_consent_boards(fresh: Play) -> None:
    fresh.wait(minutes=20)
    asked_anew(fresh, **on(fresh))
    fresh.wait(minutes=1)
    fresh.anew("risk_recheck", "departure_clearance", "departure_assistance")
    fresh.ready(waiting=False)

    assert fresh.boards().done


def test_a_new_yes_of_today_is_followed_by_check_clearance_and_question(fresh: Play) -> None:
    """Told at seven that she said yes anew today: it is put at the last entry of that day, at six, and so nothing has come before
    it. Design 4.3: 'last check, clearance and reconfirmation come after that consent'; 4.4: 'order within it is believed'.
    """
    fresh.wait(hours=1)
    fresh.given(MANAGER, {**YES, **on(fresh)})

    assert {"INV-02", "INV-03", "INV-04"} <= fresh.why().rules
    fresh.wait(minutes=1)
    fresh.anew("risk_recheck", "departure_clearance", "departure_assistance")
    assert goes_on(fresh).boards().done  # honest


def test_a_check_of_an_hour_before_a_yes_of_today_was_told_does_not_come_after_it(fresh: Play) -> None:
    """She said yes today, nobody knows when; the check of twenty to seven may be from before."""
    fresh.wait(hours=1)
    fresh.given(MANAGER, {**YES, **on(fresh)})
    fresh.wait(minutes=5)
    before = ago(fresh, minutes=40)
    fresh.given(
        ASSESSOR, *({**act, **before} for act in redone("risk_recheck", result="unchanged", will_confirmed=True))
    )
    fresh.anew("departure_clearance", "departure_assistance")

    assert "INV-04" in fresh.why().rules
    assert goes_on(fresh).boards().done  # checked once more, after the yes


def test_a_clearance_of_today_is_followed_by_the_question(fresh: Play) -> None:
    """Cleared anew, told at seven with its day: the question of six was asked before. Design 4.3: 'the reconfirmation after the
    clearance'.
    """
    fresh.wait(hours=1)
    for act in redone("departure_clearance"):
        fresh.given(MANAGER, {**act, **on(fresh)})

    assert "INV-02" in fresh.why().rules
    fresh.anew("departure_assistance")
    assert goes_on(fresh).boards().done  # honest


# --- of an hour before something of today was told ------------------------------------------------


def _assessed_anew(case: Play, anew: str, at: dict[str, str]) -> None:
    step = "pre_return_risk_assessment"
    if anew == "confirmed":
        for who in (ASSESSOR, MANAGER):
            case.given(who, {**complete(step, confirms=True), **at})
        return
    case.given(ASSESSOR, {"do": "redo", "step": step, **at}, {**assessed("low"), **at})
    case.given(MANAGER, signed(**at))


@pytest.mark.parametrize("anew", ["done", "confirmed"])
def test_a_debt_of_today_may_be_newer_than_an_assessment_of_an_hour_before_it_was_told(fresh: Play, anew: str) -> None:
    """The debt became known today; the assessment of twenty to seven, typed after that, may not have known it. As with an alarm of
    a day alone (decision 13), what has its hour comes after the day only where that hour does.
    """
    fresh.wait(hours=1)
    fresh.given(MANAGER, {**records(ng_debt_claimed=True), **on(fresh)})
    fresh.must_stand("INV-04")
    fresh.wait(minutes=5)
    _assessed_anew(fresh, anew, ago(fresh, minutes=40))

    assert ("INV-04", "pre_return_risk_assessment") in fresh.why().reasons


@pytest.mark.parametrize("anew", ["done", "confirmed"])
def test_an_assessment_of_now_knows_the_debt_of_today(fresh: Play, anew: str) -> None:
    fresh.wait(hours=1)
    fresh.given(MANAGER, {**records(ng_debt_claimed=True), **on(fresh)})
    fresh.wait(minutes=5)
    _assessed_anew(fresh, anew, {})
    assert "INV-04" not in fresh.why().rules


def test_another_partner_of_today_did_not_confirm_an_hour_before_that_was_told(fresh: Play) -> None:
    """Who said at twenty to seven that she is received may still be the partner of before."""
    fresh.wait(hours=1)
    for purpose in ("contact_partner", "share_partner"):
        agreed = {
            "do": "consent",
            "purpose": purpose,
            "recipient": "ng_cosudow",
            "groups": ["identity"],
            "language": "en",
        }
        fresh.given(MANAGER, {**agreed, "form": "written", **ago(fresh, minutes=50)})
    fresh.given(MANAGER, {**receives("ng_cosudow"), **on(fresh)})
    fresh.wait(minutes=5)
    fresh.given(RECEIVER, *({**act, **ago(fresh, minutes=40)} for act in confirmed_by(fresh, "ng_bakhita")))
    before = fresh.told("INV-07")
    fresh.given(RECEIVER, *confirmed_by(fresh, "ng_bakhita"))

    assert fresh.told("INV-07") == []  # honest
    assert before


def _suspected_today(case: Play) -> str:
    case.wait(minutes=1)
    ref = case.involved("relative")
    case.wait(hours=1)
    case.given(MANAGER, {**suspected(ref, True), **on(case)})
    case.wait(minutes=5)
    case.given(ASSESSOR, suspected(ref, False))
    case.wait(minutes=5)
    return ref


def test_a_vetting_of_an_hour_before_a_suspicion_of_today_was_told_does_not_take_it_back(fresh: Play) -> None:
    """Suspected today, nobody knows since when; the vetting of half past six may be from before. Design 4.2: 'takes trust at once'."""
    ref = _suspected_today(fresh)
    before = ago(fresh, minutes=40)
    fresh.tried(RECEIVER, vetting(ref, "escort", **before))
    fresh.tried(another(ASSESSOR), signed("party_vetting", of=ref, **before))

    assert fresh.why({"do": "assign", "role": "escort", "ref": ref}).says("INV-19")


def test_a_vetting_of_now_comes_after_a_suspicion_of_today(fresh: Play) -> None:
    ref = _suspected_today(fresh)
    fresh.given(RECEIVER, vetting(ref, "escort"))
    fresh.given(another(ASSESSOR), signed("party_vetting", of=ref))
    assert fresh.why({"do": "assign", "role": "escort", "ref": ref}).done


def test_a_passport_that_was_lost_today_is_not_held_because_somebody_saw_it_an_hour_before_that_was_told(
    fresh: Play,
) -> None:
    """Lost today, nobody knows when; seen at twenty to seven, typed last: it counts as held, and may be gone. INV-16."""
    passport = fresh.seen().documents[0]["kind"]
    held: Command = {
        "do": "document",
        "kind": passport,
        "status": "held",
        "issued_on": "2024-01-01",
        "expires_on": "2034-01-01",
    }
    fresh.wait(hours=1)
    fresh.given(TRAVEL, {"do": "document", "kind": passport, "status": "lost", **on(fresh)})
    fresh.wait(minutes=5)
    fresh.tried(TRAVEL, {**held, **ago(fresh, minutes=40)}, may_be_bad_input=True)
    before = fresh.why().rules
    fresh.given(TRAVEL, held)

    assert "INV-16" not in fresh.why().rules  # honest
    assert "INV-16" in before
