"""A court day is a must where the person is needed, and once it is over what came of it is asked.

registers.md, Part 1, table, `legal_matter`, column dues: "next_on, 14 and 2 days before (**must** if she is needed), and after it".
registers.md, "Dues": "Only **must** is ever overdue; the rest ends in a week as *not known how it went*."
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Actor

from tests.attacks.acts import in_follow_up
from tests.attacks.play import RECEIVER, Play, begun

COMES = "A day in a legal matter comes in two days"


def at_the_house(play: Play, role: str) -> Actor:
    return Actor(f"invented_{role}", play.actor(RECEIVER).organisation, {role})


def with_a_day(presence: str) -> Iterator[Play]:
    with begun(in_follow_up) as play:
        play.given(
            RECEIVER, {"do": "consent", "purpose": "legal", "groups": ["legal"], "language": "en", "form": "written"}
        )
        matter = {"do": "enter", "register": "legal_matter", "matter": "wages", "country": "BE", "status": "open"}
        play.given(
            at_the_house(play, "legal_counsellor"),
            {**matter, "next_on": "2026-07-16T10:00+02:00", "presence": presence},
        )
        yield play


def due(play: Play) -> list[tuple[str, bool]]:
    rows = play.engine.due(as_=at_the_house(play, "legal_counsellor"), case=play.case)
    return [(row.title, row.overdue) for row in rows if row.step == "entry:legal_matter"]


@pytest.mark.parametrize("presence", ["not_needed", "by_lawyer"])
def test_nobody_is_late_with_a_court_day_at_which_she_is_not_needed(presence: str) -> None:
    for play in with_a_day(presence):
        play.wait(days=62, hours=20)  # 15 July: a day before it
        assert (COMES, True) not in due(play)


@pytest.mark.parametrize("presence", ["needed", "not_needed"])
def test_a_day_that_is_over_is_not_said_to_come_in_two_days(presence: str) -> None:
    for play in with_a_day(presence):
        play.wait(days=120)  # 11 September
        assert COMES not in [title for title, _ in due(play)]


def test_honest_two_days_before_she_is_needed_somebody_is_late() -> None:
    for play in with_a_day("needed"):
        play.wait(days=61, hours=20)
        assert (COMES, True) in due(play)


def test_honest_a_new_day_takes_the_place_of_the_one_before() -> None:
    for play in with_a_day("not_needed"):
        play.wait(days=70)
        play.given(
            at_the_house(play, "legal_counsellor"),
            {"do": "update", "ref": "legal_matter-1", "next_on": "2026-12-01T10:00+01:00"},
        )
        assert [late for _, late in due(play)] == [False, False]
