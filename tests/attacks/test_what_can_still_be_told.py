"""What is true can be told, however late, and with its own day; nobody has to type a lie."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.acts import LEFT, ago, corrected, departs_late, records, suspected
from tests.attacks.conftest import Begin
from tests.attacks.play import DEPART, DOCTOR, MANAGER, TRAVEL, Command, Play, another, at_home, ready_to_depart

# --- a danger, and a suspicion --------------------------------------------------------------------


def test_a_danger_that_comes_to_light_late_is_taken_with_its_own_day(fresh: Play) -> None:
    early = fresh.now - timedelta(days=20)
    fresh.given(MANAGER, records(ng_debt_claimed=False))

    fresh.given(MANAGER, {**records(ng_debt_claimed=True), "at": early.isoformat()})

    assert fresh.seen().facts["ng_debt_claimed"] is True


def test_a_suspicion_can_be_told_with_its_day_after_something_else_was_said_of_them(begin: Begin) -> None:
    """design 4.3: a value from before what stands becomes current where it protects; "Everything else may be dated before"."""
    case = begin()
    ref = case.involved("relative")
    case.wait(hours=5)
    case.given(MANAGER, {"do": "involve", "by": "person", "ref": ref, "contact": "invented words"})

    suspects = {"do": "involve", "ref": ref, "suspected": True, **ago(case, hours=2)}
    assert case.tried(MANAGER, suspects, may_be_bad_input=True).done


def test_a_suspicion_of_yesterday_is_taken_though_something_was_said_of_them_since(fresh: Play) -> None:
    """'Correct at=…': whoever heard it on Monday must say that it was Tuesday. Towards safety anybody, late too (design 4.3, 4.4)."""
    ref = fresh.involved("relative")
    fresh.wait(hours=2)
    fresh.given(MANAGER, {"do": "involve", "by": "person", "ref": ref, "travels": False})

    assert fresh.tried(MANAGER, {**suspected(ref, True), **ago(fresh, hours=1)}, may_be_bad_input=True).done


# --- what happened before the departure -----------------------------------------------------------


def test_what_happened_before_boarding_is_told_on_the_way(fresh: Play) -> None:
    before = fresh.now
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)

    fresh.given(DOCTOR, {"do": "incident", "type": "medical_unfit", "at": before.isoformat()})

    assert "medical_unfit" in {one["type"] for one in fresh.seen().incidents}


# issue 6: "What happened can always be recorded truthfully."


@pytest.mark.parametrize("type", ["expulsion_risk", "medical_unfit", "no_show_departure"])
@pytest.mark.parametrize("came_back", [True, False])
def test_what_happened_before_the_departure_is_told_with_its_day_after_the_return(
    fresh: Play, type: str, came_back: bool
) -> None:
    """design 4.4: "an incident takes the phase of its day"; after a turning back all that was before it counts as travel."""
    fresh.wait(minutes=30)
    before = {"at": fresh.now.isoformat()}
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=2)
    if came_back:
        fresh.given(MANAGER, {"do": "move", "to": "turn_back"})
        fresh.wait(hours=1)

    answer = fresh.tried(MANAGER, {"do": "incident", "type": type, **before})
    assert answer.done, answer


# --- a call, a paper, a settling ------------------------------------------------------------------


@pytest.mark.parametrize("withdrawn", [True, False])
def test_a_call_that_she_had_agreed_to_can_be_told_after_she_agrees_no_more(fresh: Play, withdrawn: bool) -> None:
    """INV-14 asks for a consent that names the contact; there was one, at the hour of the call."""
    partner = fresh.seen().roles["receiving_organisation"]
    called = fresh.now.isoformat()
    fresh.wait(minutes=5)
    if withdrawn:
        fresh.given(MANAGER, {"do": "withdraw", "purpose": "contact_partner"})

    told = {"do": "contact", "with": partner, "channel": "phone", "reached": True, "at": called}
    answer = fresh.tried(MANAGER, told)
    assert answer.done, answer


def test_honest_a_call_after_she_agrees_no_more_is_refused(fresh: Play) -> None:
    partner = fresh.seen().roles["receiving_organisation"]
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "contact_partner"})
    fresh.wait(minutes=5)

    assert (
        "INV-14" in fresh.tried(MANAGER, {"do": "contact", "with": partner, "channel": "phone", "reached": True}).rules
    )


def test_a_paper_that_was_asked_for_earlier_can_be_told_after_it_has_come(begin: Begin) -> None:
    """Issue 6: every story is also played typed late, "in the wrong order"; the paper that stands stays held."""
    case = begin(ready_to_depart)
    case.wait(hours=5)
    renewed: Command = {"do": "document", "kind": "ng_passport", "status": "held", "expires_on": "2031-01-01"}
    case.given(TRAVEL, renewed)
    asked = {"do": "document", "kind": "ng_passport", "status": "requested", **ago(case, hours=2)}

    assert case.tried(TRAVEL, asked, may_be_bad_input=True).done
    assert ("ng_passport", "held") in {(one["kind"], one["status"]) for one in case.seen().documents}


@pytest.mark.parametrize("looked_again", [True, False])
def test_a_settling_is_told_with_its_day_after_a_step_was_done_once_more(begin: Begin, looked_again: bool) -> None:
    """A move of the file is judged by what was there then; the check of the next day took that of this day out of it."""
    case = begin(at_home)
    case.ready("settle")
    settled = case.now.isoformat()
    case.wait(days=1)
    if looked_again:
        case.anew("arrival_wellbeing_check")
        case.ready("settle")

    answer = case.tried(MANAGER, {"do": "move", "to": "settle", "at": settled})
    assert answer.done, answer


# --- that she was removed -------------------------------------------------------------------------


def test_who_was_removed_has_not_departed_as_cleared(fresh: Play) -> None:
    boarded = fresh.takes_off
    fresh.until(boarded + timedelta(hours=2))
    fresh.given(
        TRAVEL, {"do": "move", "to": "left", "how": "removed", "at": (boarded + timedelta(hours=1)).isoformat()}
    )

    late: Command = {**DEPART, "at": boarded.isoformat()}
    assert fresh.told("ROLE", late, TRAVEL) == [
        (
            "this case says that the person was removed; that was no cleared departure",
            "leave it as it is, and help the person there",
        )
    ]
    assert not fresh.tried(another(TRAVEL), late).done


def test_that_she_was_removed_can_be_told_when_it_becomes_known(fresh: Play) -> None:
    """Gone, nobody knows how; four days later the police say that she was put on the flight. INV-32; design 4.4: `left {how}`."""
    fresh.until(fresh.takes_off)
    gone = fresh.now.isoformat()
    fresh.given(TRAVEL, LEFT)
    fresh.wait(days=4)

    answer = fresh.tried(MANAGER, {**LEFT, "how": "removed", "at": gone}, may_be_bad_input=True)
    assert answer.done, answer


def test_that_she_was_removed_becomes_known_after_the_landing_and_only_that_is_said_anew(fresh: Play) -> None:
    """When she left, and who said so, stays as it was; what was known is not said otherwise; two take it back."""
    fresh.until(fresh.takes_off)
    boarded = fresh.now
    fresh.given(TRAVEL, LEFT)
    fresh.until(fresh.lands)
    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})
    fresh.given(MANAGER, {**LEFT, "how": "removed"})

    assert fresh.seen().left == {"how": "removed", "at": boarded.isoformat().replace("+00:00", "Z")}
    assert fresh.seen().phase == "arrival"
    assert fresh.tried(MANAGER, {**LEFT, "how": "alone"}).says("PHASE")
    said = fresh.history()[-1].seq
    fresh.given(MANAGER, corrected(said))
    fresh.given(TRAVEL, {"do": "sign", "seq": said})
    assert (fresh.seen().left["how"], fresh.seen().phase) == ("unknown", "arrival")


def test_honest_that_she_was_removed_is_told_at_once(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    assert fresh.tried(TRAVEL, {**LEFT, "how": "removed"}).done


def test_a_departure_is_told_though_somebody_typed_by_mistake_that_she_was_removed(fresh: Play) -> None:
    """Two took that back. What was an error was none when she boarded as she was cleared; what it had opened and reset is
    judged all the same (resolutions 27: "A departure that held every rule at boarding stays a departure").
    """
    fresh.until(fresh.takes_off)
    boarded = fresh.now.isoformat()
    fresh.wait(hours=1)
    assert fresh.why({**DEPART, "at": boarded}, TRAVEL).done
    fresh.given(TRAVEL, {**LEFT, "how": "removed", "at": boarded})
    left = next(row.seq for row in fresh.history() if row.type == "left")
    fresh.given(TRAVEL, corrected(left))
    fresh.given(MANAGER, {"do": "sign", "seq": left})

    answer = departs_late(fresh, boarded)
    assert answer.done, answer
