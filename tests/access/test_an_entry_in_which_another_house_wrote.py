"""Of an entry in which two houses wrote, each is told what it may read of the other's part, and no more.

access.md, 5: "**Of another house's entries** a house reads only the groups that a consent in force names for it (INV-20)"; what opened ends
with the consent. It is told by who wrote each part, and not by who wrote the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.attacks.acts import GRANTED, in_follow_up
from tests.attacks.play import MANAGER, RECEIVER, Play, begun, ready_to_depart

PROMISED = {
    "do": "enter",
    "register": "payment",
    "budget": "budget-1",
    "direction": "out",
    "payee": "person",
    "status": "promised",
    "amount": "100 EUR",
}
PAID = {"do": "update", "ref": "payment-1", "status": "paid"}


def payment(play: Play, who: str) -> Any:
    view = play.engine.case(play.case, as_=play.actor(who))
    return next((one for one in view.entries if one["ref"] == "payment-1"), None)


def sums(play: Play, who: str) -> list[Any]:
    return [dict(one) for one in play.engine.case(play.case, as_=play.actor(who)).sums]


def asked(play: Play, who: str) -> Any:
    form = play.engine.form(play.case, {"do": "update", "ref": "payment-1"}, as_=play.actor(who))
    return form.slots


@pytest.fixture
def promised() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        play.given(MANAGER, GRANTED, PROMISED)
        play.wait(days=2)
        yield play


def test_that_another_house_has_paid_it_is_told_to_nobody_who_may_not_read_that(promised: Play) -> None:
    before, asked_before = payment(promised, MANAGER), asked(promised, MANAGER)
    assert before["status"] == "promised"

    promised.given(RECEIVER, PAID)

    assert payment(promised, MANAGER) == before
    assert asked(promised, MANAGER) == asked_before
    assert sums(promised, MANAGER) == [], "without it no sum is true, and with it a sum tells it"


def test_who_has_paid_it_is_told_so(promised: Play) -> None:
    promised.given(RECEIVER, PAID)

    assert payment(promised, RECEIVER)["status"] == "paid"


def test_honest_that_the_own_house_has_paid_it_is_told() -> None:
    with begun(in_follow_up) as play:
        play.given(MANAGER, GRANTED, PROMISED)
        play.wait(days=2)
        play.given(MANAGER, PAID)

        assert payment(play, MANAGER)["status"] == "paid"
        assert [one["paid"] for one in sums(play, MANAGER)] == ["100.00"]


def test_after_a_withdrawal_the_own_part_alone_is_told() -> None:
    with begun(ready_to_depart) as play:
        play.given(MANAGER, GRANTED, PROMISED)
        play.wait(hours=1)
        play.given(RECEIVER, PAID)
        assert [state for state, _ in payment(play, RECEIVER)["states"]] == ["promised", "paid"]

        play.given(
            MANAGER,
            {"do": "withdraw", "purpose": "share_partner", "recipient": "ng_bakhita", "channel": "phone"},
        )

        told = payment(play, RECEIVER)
        assert [state for state, _ in told["states"]] == ["paid"]
        assert told["values"] == {}
