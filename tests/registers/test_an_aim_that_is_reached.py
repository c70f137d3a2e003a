"""That an aim is reached is their own word, and needs no other words of theirs.

registers.md, Part 1, table, `plan_item`, fields: "at an end: her_view, why* (not_possible), passed_to*"; "Types": "`*` = required from the state that is named, or at once". `her_view` has no
star. "**What happened is never refused because it is sad.** ... Refused is what cannot be read, or rests on a consent that is not in force."
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import in_follow_up
from tests.attacks.play import RECEIVER, Play, begun

AIM = {"do": "enter", "register": "plan_item", "area": "housing", "aim": "(invented) a door that I can lock"}
ENDS = {"do": "update", "ref": "plan_item-1", "by": "person"}


@pytest.fixture
def aim() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        play.given(RECEIVER, AIM)
        yield play


def test_she_says_that_it_is_reached_and_nothing_more(aim: Play) -> None:
    answer = aim.tried(RECEIVER, {**ENDS, "status": "reached"}, may_be_bad_input=True)

    assert answer.done, answer.text


def test_honest_she_says_that_it_is_dropped_and_nothing_more(aim: Play) -> None:
    aim.given(RECEIVER, {**ENDS, "status": "dropped"})


def test_honest_why_it_is_not_possible_is_needed_and_that_it_is_reached_is_hers(aim: Play) -> None:
    assert not aim.tried(RECEIVER, {**ENDS, "status": "not_possible"}, may_be_bad_input=True).done
    assert not aim.tried(
        RECEIVER,
        {"do": "update", "ref": "plan_item-1", "status": "reached", "her_view": "(invented) mine"},
        may_be_bad_input=True,
    ).done
