"""What one alone dates back, tells by its day, brings from others, or takes back: none of it ends an alarm, a case or a protection."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.acts import REACHED, closes, ends, happens, in_follow_up, on, records
from tests.attacks.conftest import Begin
from tests.attacks.play import LAWYER, MANAGER, RECEIVER, TRAVEL, Play, ready_to_depart
from tests.attacks.test_who_was_heard import SAFE_WAY, WROTE, on_the_way

BEFORE = "leave out 'at'; or say when they signed"


def lost(begin: Begin) -> Play:
    case = begin(on_the_way)
    case.given(TRAVEL, happens("lost_contact"))
    case.wait(minutes=30)
    return case


def test_no_contact_is_signed_before_it_was(begin: Begin) -> None:
    case = lost(begin)
    case.given(MANAGER, {**WROTE, "safe_way": SAFE_WAY})
    sign = {"do": "sign", "seq": case.history()[-1].seq}
    early = {**sign, "at": (case.now - timedelta(days=3)).isoformat()}

    assert [todo for _, todo in case.told("STEP", early, who=RECEIVER)] == [BEFORE]
    assert case.tried(RECEIVER, early).reasons == {("STEP", "contacts")}
    assert case.tried(RECEIVER, sign).done


def test_a_contact_of_that_day_may_be_from_before_the_alarm(begin: Begin) -> None:
    case = lost(begin)
    case.given(MANAGER, {**REACHED, **on(case)})

    assert case.tried(MANAGER, ends("lost_contact", "reached")).reasons == {("INPUT", "person_reached")}


def test_honest_a_contact_of_the_day_after_the_alarm_ends_it(begin: Begin) -> None:
    case = lost(begin)
    case.wait(days=1)
    case.given(MANAGER, {**REACHED, **on(case)})

    assert case.tried(MANAGER, ends("lost_contact", "reached")).done


def test_honest_of_an_alarm_and_a_contact_that_both_are_of_a_day_the_order_is_believed(begin: Begin) -> None:
    case = begin(on_the_way)
    case.given(TRAVEL, {**happens("lost_contact"), **on(case)})
    case.wait(minutes=30)
    case.given(MANAGER, {**REACHED, **on(case)})

    assert case.tried(MANAGER, ends("lost_contact", "reached")).done


def moved_on_as_an_aunt_says(begin: Begin) -> Play:
    case = begin(in_follow_up)
    brought = {"by": case.involved("relative"), "heard_by": "through_somebody"}
    case.given(RECEIVER, {**happens("remigration"), **brought})  # who leads it since the hand-over
    return case


def test_that_she_moved_on_is_not_only_what_an_aunt_says(begin: Begin) -> None:
    case = moved_on_as_an_aunt_says(begin)

    assert case.told("INV-35", closes("remigrated")) == [
        (
            "that the person moves again was brought by others, and written down by whoever closes this case",
            "hear it from the person; or let somebody else ask there, and close it",
        )
    ]
    assert case.tried(MANAGER, closes("remigrated")).reasons == {("INV-35", "remigration")}


@pytest.mark.parametrize("heard", [True, False])
def test_honest_that_she_moved_on_is_heard_from_her_or_asked_by_a_second(begin: Begin, heard: bool) -> None:
    case = moved_on_as_an_aunt_says(begin)
    if heard:
        case.given(RECEIVER, REACHED, happens("remigration"))

    assert case.tried(RECEIVER if heard else case.another(RECEIVER), closes("remigrated")).done


def test_a_protection_that_a_lawyer_found_is_not_set_back_by_who_clears(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(LAWYER, records(lasting_solution="protection"))
    back = records(lasting_solution=None)

    assert [todo for _, todo in case.told("ROLE", back)] == ["ask them to look, and to record it"]
    assert case.tried(MANAGER, back).reasons == {("ROLE", "lasting_solution")}
    assert case.tried(LAWYER, back).done
