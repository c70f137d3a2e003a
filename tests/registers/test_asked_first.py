"""Of medicine, money, a home and the law the person is asked once whether there is any, by month 1: *there is none* is an answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Actor

from tests.attacks.play import MANAGER, RECEIVER, Play, begun, settled

ASKED = {
    "medicine": ("medical_officer", "Is there medicine that the person takes?"),
    "budget": (RECEIVER, "Is there a budget for the person?"),
    "home": (RECEIVER, "Where does the person live?"),
    "legal_matter": ("legal_counsellor", "Is there a claim, a court case, or another legal matter?"),
}


@pytest.fixture
def there() -> Iterator[Play]:
    with begun(settled) as play:
        play.given(MANAGER, {"do": "consent", "purpose": "assistance_local", "language": "en"})
        yield play


def who_writes(play: Play, register: str) -> Actor:
    role = ASKED[register][0]
    return (
        play.actor(role) if role == RECEIVER else Actor(f"invented_{role}", play.actor(RECEIVER).organisation, {role})
    )


def asked(play: Play, register: str) -> list[tuple[str, str]]:
    """Give what is asked first of a register: the question, and the day."""
    rows = play.engine.due(as_=who_writes(play, register), case=play.case)
    return [(row.title, f"{row.due_at:%d %b}") for row in rows if row.step == f"entry:{register}"]


@pytest.mark.parametrize("register", [*ASKED])
def test_it_is_asked_by_month_one_whether_there_is_any(there: Play, register: str) -> None:
    arrived = there._recorded.moves["arrived"].at

    ((question, day),) = asked(there, register)

    assert question == ASKED[register][1]
    assert day == f"{arrived.replace(month=arrived.month + 1):%d %b}"


@pytest.mark.parametrize("register", [*ASKED])
def test_that_there_is_none_is_an_answer_and_nothing_else_is_asked(there: Play, register: str) -> None:
    there.given(who_writes(there, register), {"do": "enter", "register": register, "status": "there_is_none"})

    assert asked(there, register) == []


def test_an_entry_answers_it_and_one_of_a_child_does_not(there: Play) -> None:
    home = {"do": "enter", "register": "home", "home": "own_room", "where": "(invented) a street"}
    there.involved("child", travels=True)
    there.given(RECEIVER, home | {"of": "child-1"})
    assert asked(there, "home") != []

    there.given(RECEIVER, home)
    assert asked(there, "home") == []


def test_it_makes_nobody_late_and_ends_in_a_week(there: Play) -> None:
    there.wait(days=33)
    (row,) = [one for one in there.engine.due(as_=there.actor(RECEIVER), case=there.case) if one.step == "entry:home"]
    assert not row.overdue

    there.wait(days=7)
    assert asked(there, "home") == []


def test_after_a_no_to_help_nothing_of_it_is_asked(there: Play) -> None:
    there.given(RECEIVER, {"do": "withdraw", "purpose": "assistance_local", "channel": "visit", "by": "person"})

    assert asked(there, "home") == asked(there, "budget") == []


def test_what_is_entered_that_there_is_none_needs_nothing_and_what_there_is_its_fields(there: Play) -> None:
    told = there.tried(RECEIVER, {"do": "enter", "register": "home"}, may_be_bad_input=True)

    assert "'home' is missing" in told.text


def test_of_what_there_is_nobody_says_that_there_is_none(there: Play) -> None:
    """An open matter is ended by the lawyer, with its outcome, and not by a manager who writes that there is none."""
    there.given(MANAGER, {"do": "consent", "purpose": "legal", "language": "en"})
    there.given(
        who_writes(there, "legal_matter"),
        {"do": "enter", "register": "legal_matter", "matter": "criminal", "country": "BE"},
    )
    gone = {"do": "update", "ref": "legal_matter-1", "status": "there_is_none"}

    for who in (RECEIVER, who_writes(there, "legal_matter")):
        told = there.tried(who, gone, may_be_bad_input=True)
        assert "that there is none is an entry of its own" in told.text


def test_what_there_is_after_all_is_entered_by_itself(there: Play) -> None:
    there.given(RECEIVER, {"do": "enter", "register": "home", "status": "there_is_none"})
    lives = there.tried(RECEIVER, {"do": "update", "ref": "home-1", "status": "lived_in"}, may_be_bad_input=True)

    assert "what there is now is entered by itself" in lives.text.lower()
    there.given(RECEIVER, {"do": "enter", "register": "home", "home": "own_room", "where": "(invented) a street"})


def test_where_there_is_none_nothing_else_is_said(there: Play) -> None:
    doctor = who_writes(there, "medicine")
    told = there.tried(
        doctor,
        {"do": "enter", "register": "medicine", "status": "there_is_none", "called": "(invented) syrup"},
        may_be_bad_input=True,
    )

    assert "Where there is none, nothing else is said of it" in told.text
