"""What was done in time, and has changed since, is due since it changed.

registers.md, Part 1, table, `plan_item`: "version by month 1 **must** [P13]": that version was signed. "*Agreed* is ... the signed version, step `reintegration_plan(_review)`, which rests on aim, activity, by whom, by when": the new
version is asked for since he changed his aim. "Only **must** is ever overdue". Typed `redo` first, the same program says "1 month after it was asked for".
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import in_follow_up
from tests.attacks.play import RECEIVER, Play, begun
from tests.whole_answers import SIGNED

REVIEW = "reintegration_plan_review"
AIM = {"do": "enter", "register": "plan_item", "area": "work", "aim": "(invented) a kiosk", "by_when": "2027-03-01"}


@pytest.fixture
def changed() -> Iterator[Play]:
    with begun(in_follow_up) as play:  # the plan was signed on the day of landing
        play.given(RECEIVER, AIM, {"do": "redo", "step": REVIEW}, {"do": "complete", "step": REVIEW, **SIGNED})
        play.wait(days=240)
        play.given(
            RECEIVER, {"do": "update", "ref": "plan_item-1", "aim": "(invented) a job as a driver", "by": "person"}
        )
        yield play


def due(play: Play) -> list[tuple[bool, str]]:
    rows = play.engine.due(as_=play.actor(RECEIVER), case=play.case)
    return [(row.overdue, row.because) for row in rows if row.step == REVIEW]


def test_who_changes_an_aim_today_is_not_late_since_month_one(changed: Play) -> None:
    assert [late for late, _ in due(changed)] == [False]


def test_honest_once_it_is_to_be_done_again_it_is_due_a_month_later(changed: Play) -> None:
    changed.given(RECEIVER, {"do": "redo", "step": REVIEW})

    ((late, because),) = due(changed)
    assert (late, "it was asked for" in because) == (False, True)
