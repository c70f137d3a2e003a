"""Whether who gave a budget knows that money is left of it is asked, once it has lapsed (registers, `budget`: "the funder knows what is left")."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import GRANTED, closes, in_follow_up
from tests.attacks.play import RECEIVER, Play, begun

HOLDS = closes("reintegration_sustained")


@pytest.fixture
def funded() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        play.given(RECEIVER, GRANTED)
        yield play


def of_the_budget(play: Play) -> set[tuple[str, str]]:
    due = {
        ("due", row.step)
        for row in play.engine.due(as_=play.actor(RECEIVER), case=play.case)
        if "budget" in row.step and row.step.startswith("entry:")
    }
    return due | {(rule, subject) for rule, subject in play.why(HOLDS, RECEIVER).reasons if subject == "budget"}


def test_where_money_is_left_somebody_is_asked_whether_the_funder_knows(funded: Play) -> None:
    funded.given(RECEIVER, {"do": "update", "ref": "budget-1", "status": "lapsed"})  # of 900 euros nothing was used
    (sums,) = funded.engine.case(funded.case, as_=funded.actor(RECEIVER)).sums
    assert sums["left"] == "900.00"

    assert of_the_budget(funded) != set()


def test_honest_a_budget_that_has_not_ended_stands_against_closing(funded: Play) -> None:
    assert ("INV-26", "budget") in of_the_budget(funded)


def test_once_the_funder_knows_nobody_is_asked_any_more(funded: Play) -> None:
    funded.given(RECEIVER, {"do": "update", "ref": "budget-1", "status": "lapsed", "funder_knows": "yes"})

    assert of_the_budget(funded) == set()
