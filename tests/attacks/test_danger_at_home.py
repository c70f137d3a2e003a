"""Danger at home after the landing: it is over when two found it so, and until then somebody visits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.acts import ON_THE_SPOT, ends, found_there, happens, redone
from tests.attacks.conftest import Begin
from tests.attacks.play import ASSESSOR, MANAGER, RECEIVER, Command, Enough, Play, at_home, settled, signed

# --- when it is over ------------------------------------------------------------------------------


def test_nobody_is_safe_by_an_assessment_that_says_high(begin: Begin) -> None:
    """'The danger was assessed and the person is safe' (incidents.yaml), and the assessment says high. Design 4.3: below high."""
    case = begin()
    case.prepare("prepare")
    case.given(MANAGER, happens("violence"))
    case.wait(minutes=1)
    case.given(ASSESSOR, *redone("initial_risk_assessment", result="high"))

    assert not case.tried(MANAGER, ends("violence", "safe_place")).done
    case.given(ASSESSOR, *redone("initial_risk_assessment", result="medium"))
    case.given(MANAGER, ends("violence", "safe_place"))  # honest


def _until_the_risk_is_assessed(_: Play, do: Command) -> bool:
    if do.get("step") == "post_arrival_risk_assessment":
        raise Enough
    return False


@pytest.mark.parametrize("who", [RECEIVER, ASSESSOR])
def test_a_danger_at_home_is_not_over_because_one_alone_writes_low_a_minute_later(begin: Begin, who: str) -> None:
    """Domain 3 (risk_high): 'only via a NEW complete risk assessment below high, signed by two roles'; 2.4: receiving manager *and*
    risk assessor. After the landing one alone finds it high, and one minute later low, and settles.
    """
    case = begin(at_home)
    case.prepare("settle", instead=_until_the_risk_is_assessed)
    case.given(RECEIVER, found_there("high"))
    case.wait(minutes=1)
    case.given(who, {"do": "redo", "step": ON_THE_SPOT}, found_there("low"))
    over = ends("risk_high", "below_high_there")

    assert case.tried(RECEIVER, over).says(ON_THE_SPOT)
    assert case.tried(case.another(who), signed(ON_THE_SPOT)).rules == {"ROLE"}  # the same role
    case.given(ASSESSOR if who == RECEIVER else RECEIVER, signed(ON_THE_SPOT))
    case.given(RECEIVER, over)


def test_a_danger_at_home_is_told_by_one_alone(begin: Begin) -> None:
    case = begin(at_home)
    case.prepare("settle", instead=_until_the_risk_is_assessed)
    case.given(RECEIVER, found_there("high"), {"do": "redo", "step": ON_THE_SPOT}, found_there("high"))

    assert case.step(ON_THE_SPOT).result == "high"


def found_low_by_one(case: Play, alarm: str) -> None:
    """Tell of a danger at home; a minute later one alone writes that the risk is low."""
    case.wait(hours=1)
    case.given(RECEIVER, happens(alarm))
    case.wait(minutes=1)
    case.given(RECEIVER, found_there("low"))


@pytest.mark.parametrize("alarm", ["violence", "re_trafficking"])
def test_no_violence_and_no_new_trafficking_is_over_because_one_alone_writes_low_a_minute_later(
    begin: Begin, alarm: str
) -> None:
    """The man of the house beats her, or recruiters are back; the one case manager there tells it, writes low one minute later alone,
    and ends the alarm alone. The same act is held for two where the alarm is called `risk_high`; the worse ones are let go. Design 4.3:
    'It ends only through an outcome ... and with evidence that happened and was recorded after its latest alarm (a new assessment by
    both roles and below high, ...)'.
    """
    case = begin(settled)
    found_low_by_one(case, alarm)

    assert case.tried(RECEIVER, ends(alarm, "below_high_there")).says(ON_THE_SPOT)


@pytest.mark.parametrize("alarm", ["violence", "re_trafficking", "risk_high"])
def test_honest_a_danger_at_home_is_over_when_two_found_it_so(begin: Begin, alarm: str) -> None:
    case = begin(settled)
    found_low_by_one(case, alarm)
    if case.step(ON_THE_SPOT).state == "in_progress":
        case.given(ASSESSOR, signed(ON_THE_SPOT))
    else:  # today nobody waits for a second
        case.given(ASSESSOR, {"do": "redo", "step": ON_THE_SPOT}, found_there("low"))
    case.given(RECEIVER, ends(alarm, "below_high_there"))


# --- who is in danger is visited ------------------------------------------------------------------


VISITED: Command = {"do": "consent", "purpose": "monitoring", "form": "written", "language": "en"}


def visits_due(case: Play, alarm: str, **said: str) -> list[int]:
    """Give the days after an alarm, in the two months after it, on which a visit is due that day or before."""
    case.given(MANAGER, VISITED, happens(alarm, **said))
    begun, found = case.now, []
    for day in range(1, 60):
        case.until(begun + timedelta(days=day))
        due = case.engine.due(as_=case.actor(MANAGER))
        if any(item.step == "monitoring_visit" and item.due_at <= case.now for item in due):
            found.append(day)
    return found


@pytest.mark.parametrize("alarm", ["violence", "self_harm"])
def test_who_is_beaten_at_home_is_visited_whatever_day_is_set_to_look_again(begin: Begin, alarm: str) -> None:
    """She is beaten at home. The form asks for a day to look again, somebody types one in two months: the case 'waits', and of the call of
    day 2, the visit of day 7, the one of a month and the one within a week of every incident none is due, for two months. A hold is the
    person's own timing (domain 2.0), and violence is none. Resolutions 28: 'weekly while risk is high, monthly while it is medium or
    unknown; after every incident one within a week'; design 4.4: 'While risk is above low or unknown, the schedule gets its extra
    contacts'.
    """
    case = begin(settled)
    day = (case.now + timedelta(days=60)).date().isoformat()

    assert min(visits_due(case, alarm, review_on=day), default=99) <= 8


@pytest.mark.parametrize("alarm", ["violence", "self_harm"])
def test_honest_who_is_beaten_at_home_is_visited_where_no_day_is_set(begin: Begin, alarm: str) -> None:
    assert min(visits_due(begin(settled), alarm)) <= 8


def test_honest_who_is_in_hospital_is_not_visited_at_home(begin: Begin) -> None:
    assert visits_due(begin(settled), "medical_emergency") == []
