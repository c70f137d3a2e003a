"""After a no to help, work, a home and medicine can go on in her own hand, and are asked about no more.

registers.md, Part 1, "Withdrawal": "Running: asked of her – on in her own hand, ended, or another consent." "What happened stands".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.attacks.acts import WORK, in_follow_up
from tests.attacks.play import RECEIVER, Play, begun

NO = {"do": "withdraw", "purpose": "assistance_local", "channel": "visit", "by": "person"}
COURSE = {"do": "enter", "register": "service", "service": "training", "what": "(invented) sewing", "status": "running"}
NOT_SO = {"work": {"stopped"}, "home": {"left"}, "service": {"called_off"}, "plan_item": {"dropped", "not_possible"}}


@pytest.fixture
def after_a_no() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        play.given(RECEIVER, WORK, COURSE)
        play.wait(days=20)
        play.given(RECEIVER, NO)
        play.wait(days=20)
        yield play


def late(play: Play) -> set[str]:
    rows = play.engine.due(as_=play.actor(RECEIVER), case=play.case)
    return {str(row.of) for row in rows if row.step.startswith("entry:") and row.overdue}


def ways(play: Play, ref: str) -> list[dict[str, Any]]:
    """Give each answer that a form offers for an entry, but those that say that it is over."""
    register = ref.rpartition("-")[0]
    form = play.engine.form(play.case, {"do": "update", "ref": ref}, as_=play.actor(RECEIVER))
    codes = [(slot.name, code) for slot in form.slots if slot.closed for code in slot.values]
    found = [{name: code} for name, code in codes if code not in NOT_SO[register]]
    found += [
        {"status": "ended", "ended_how": code}
        for name, code in codes
        if name == "ended_how" and code == "goes_on_without_us"
    ]
    return [{"do": "update", "ref": ref, "by": "person", **one} for one in found]


@pytest.mark.parametrize("ref", ["work-1", "home-1"])
def test_that_it_goes_on_in_her_own_hand_can_be_written_down(after_a_no: Play, ref: str) -> None:
    assert ref in late(after_a_no), "it is asked of her"
    for act in ways(after_a_no, ref):
        after_a_no.tried(RECEIVER, act, may_be_bad_input=True)

    assert ref not in late(after_a_no), "nothing that is true ends the question"


def test_honest_a_course_goes_on_without_us_and_nobody_asks_any_more(after_a_no: Play) -> None:
    assert "service-1" in late(after_a_no)
    after_a_no.given(
        RECEIVER, {"do": "update", "ref": "service-1", "status": "ended", "ended_how": "goes_on_without_us"}
    )

    assert "service-1" not in late(after_a_no)
