"""On the day a child turns 18 what the guardian has said counts no more: both houses are asked to hear the person, and until then it stands there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.attacks.acts import CHILD, happens
from tests.attacks.play import MANAGER, RECEIVER, Play, at_home, begun, settled

ASKED = "expects:of_age"
BIRTHDAY = {**CHILD, "turns_18_on": "2026-07-20"}


def asks(p: Play, who: str = MANAGER) -> list[str]:
    return [row.title for row in p.engine.due(as_=p.asking(who), case=p.case) if row.step == ASKED and row.overdue]


def is_listed(p: Play, who: str) -> bool:
    offered = [dict(row.do) for row in p.engine.next(p.case, as_=p.asking(who))]
    return {"do": "incident", "type": "turned_18"} in offered


@pytest.mark.parametrize("way", [at_home, settled])
def test_both_houses_are_asked_from_that_day_until_it_is_written(way: Any) -> None:
    with begun(way, facts=BIRTHDAY) as p:
        assert not asks(p)
        p.until(datetime(2026, 7, 20, 12, tzinfo=UTC))
        for who in (MANAGER, RECEIVER):
            assert asks(p, who) == ["The child is an adult now: ask for each consent anew"]
            assert is_listed(p, who)

        p.given(RECEIVER, happens("turned_18"))
        assert not asks(p)
        assert not is_listed(p, RECEIVER)


def test_honest_of_an_adult_or_before_that_day_nothing_is_asked() -> None:
    with begun(at_home) as p:
        p.wait(days=30)
        assert not asks(p)
    with begun(at_home, facts={**CHILD, "turns_18_on": "2027-07-20"}) as p:
        p.wait(days=30)
        assert not asks(p)
        assert not is_listed(p, MANAGER)
