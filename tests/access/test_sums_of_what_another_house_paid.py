"""No sum of a budget holds what another house has paid, where no consent lets that be read.

access.md, 5: "**Of another house's entries** a house reads only the groups that a consent in force names for it (INV-20)"; 1: "`S` ... never ... an amount", and without a consent `money` gives another house nothing; 10: "manager, sending | opened;
no consent names PAG-ASA | follow-up | `case` S".
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import GRANTED, in_follow_up
from tests.attacks.play import MANAGER, RECEIVER, Play, begun

PAID = {
    "do": "enter",
    "register": "payment",
    "budget": "budget-1",
    "direction": "out",
    "payee": "person",
    "status": "paid",
}


@pytest.fixture
def funded() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        play.given(MANAGER, GRANTED, {**PAID, "amount": "100 EUR"})
        play.wait(days=2)
        yield play


def paid(play: Play) -> tuple[list[str], list[str]]:
    view = play.engine.case(play.case, as_=play.actor(MANAGER))
    amounts = [one["values"]["amount"]["amount"] for one in view.entries if one["register"] == "payment"]
    return amounts, [one["paid"] for one in view.sums]


def test_what_another_house_has_paid_is_in_no_sum_of_who_may_not_read_it(funded: Play) -> None:
    funded.given(RECEIVER, {**PAID, "amount": "70 EUR"})

    shown, told = paid(funded)
    assert shown == ["100.00"], "the payment itself is kept back"
    assert told == [], "without it no sum is true, and with it a sum tells it"


def test_honest_what_the_own_house_has_paid_is_in_its_sums(funded: Play) -> None:
    assert paid(funded) == (["100.00"], ["100.00"])
