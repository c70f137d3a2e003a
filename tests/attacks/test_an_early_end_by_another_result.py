"""A child's case that ends early is one of which two have heard the child, whatever the review is called.

The review may be held before month 12 only because the person asks to close (`not_before … unless: person_asks_to_close`): each of its results
is then an end that somebody asks for early.
"""

from __future__ import annotations

import pytest

from tests.attacks.acts import CHILD, REVIEW, closes, records
from tests.attacks.play import RECEIVER, Command, Play, begun, settled

END = closes("other_durable_solution")
SOLUTION: Command = records(lasting_solution="protection")


def ten_days_at_home(play: Play) -> None:
    settled(play)
    play.wait(days=10)


def one_alone_asks(play: Play, result: str, by: str = "guardian") -> None:
    """One account types it all: that somebody asks, what the review finds, and which solution it is."""
    play.given(RECEIVER, records(person_asks_to_close=True), {**SOLUTION, "by": by})
    play.given(RECEIVER, {**REVIEW, "result": result})


@pytest.mark.parametrize("result", ["close", "refer_on", "on_persons_request"])
def test_one_alone_does_not_end_a_childs_case_on_the_tenth_day(result: str) -> None:
    with begun(ten_days_at_home, facts=CHILD) as play:
        one_alone_asks(play, result)

        assert ("FACT", "other_durable_solution") in play.why(END, RECEIVER).reasons


@pytest.mark.parametrize("reason", ["support_period_completed", "reintegration_sustained"])
def test_nor_by_another_reason(reason: str) -> None:
    with begun(ten_days_at_home, facts=CHILD) as play:
        one_alone_asks(play, "close")

        assert ("FACT", reason) in play.why(closes(reason), RECEIVER).reasons


def test_honest_an_adult_is_believed() -> None:
    with begun(ten_days_at_home) as play:
        one_alone_asks(play, "close", by="person")

        assert play.why(END, RECEIVER).done
