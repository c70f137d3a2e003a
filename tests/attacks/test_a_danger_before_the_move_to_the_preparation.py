"""Who has everything prepared while the case is still in 'identification' is hurt, or those at home are threatened; one alone says "low", and she flies on the
risk assessment and the decision of before.

Domain: return-process.md section 3, `risk_high` ("Any assessment returns high or a new threat ... Only via a NEW complete risk assessment below high, signed by two
roles, and a new return_review"); section 2.2 `pre_return_risk_assessment` ("redo after each relevant development"); section 3, `data_breach` ("new risk assessment ...
`blocked` before departure until reassessed").
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import ends, happens, redo
from tests.attacks.play import ASSESSOR, MANAGER, Play, begun, complete

ASSESSED_LOW = complete("initial_risk_assessment", result="low", own_view="(invented) it was only once")
NEW = ("pre_return_risk_assessment", "return_review")


def all_but_moves(play: Play) -> None:
    """Do what is asked, but make no move: the case stays in identification."""
    for _ in range(400):
        unmet = play.engine.why(play.case, "depart", as_=play.asking()).unmet
        asked: list[Any] = [r.remedy for r in unmet if r.remedy is not None and r.remedy.from_ is not None]
        asked = [one for one in asked if one.do.get("do") != "move"]
        now = [one for one in asked if one.from_ <= play.now]
        if now:
            do = play.answered(now[0])
            play.asked_first(now[0].who, do)
            play.given(play._who_does(now[0]), do)
        elif asked:
            play.clock.moment = min(one.from_ for one in asked)
        else:
            return


def assessed_anew(play: Play, since: int) -> set[str]:
    rows = [row for row in play.history() if row.seq > since and row.type in ("step_completed", "step_signed")]
    return {row.data["step"] for row in rows}


@pytest.mark.parametrize(
    ("alarm", "end"),
    [("violence", "safe_place"), ("threat_at_home", "danger_assessed"), ("data_breach", "danger_assessed")],
)
def test_whoever_is_in_new_danger_goes_on_no_assessment_of_before(alarm: str, end: str) -> None:
    with begun() as p:
        all_but_moves(p)
        assert p.brief().phase == "identification"
        assert not p.why().says(*NEW), "all was assessed and decided, before the move 'prepare'"
        p.given(MANAGER, happens(alarm))
        since = p.history()[-1].seq
        p.wait(minutes=5)
        if alarm == "violence":
            p.given(ASSESSOR, redo("initial_risk_assessment"))
        p.given(ASSESSOR, ASSESSED_LOW)
        p.given(MANAGER, ends(alarm, end))

        p.prepare()  # no new assessment is asked for
        p.until(p.takes_off)
        p.prepare(waiting=False)
        gone = p.boards()
        wanted = (
            {NEW[0]} if alarm == "data_breach" else set(NEW)
        )  # of data in wrong hands the assessment alone is asked for
        assert not gone.done or wanted <= assessed_anew(p, since), (
            "she has boarded on what was assessed before the danger"
        )


def test_a_child_of_hers_is_hurt_before_the_move() -> None:
    with begun() as p:
        p.involved("child", travels=False)
        all_but_moves(p)
        p.given(MANAGER, happens("child_in_danger", of="child-1"))
        p.wait(minutes=5)
        assert p.why().says("pre_return_risk_assessment"), (
            "somebody hurts her child, and the assessment of before stands"
        )


def test_honest_after_the_move_the_same_alarm_asks_for_both_anew() -> None:
    with begun() as p:
        p.ready()
        p.given(MANAGER, happens("violence"))
        assert {("STEP", one) for one in NEW} <= p.why().reasons


def test_honest_prepared_early_and_no_alarm_goes() -> None:
    with begun() as p:
        all_but_moves(p)
        p.ready()
        p.until(p.takes_off)
        p.ready(waiting=False)
        assert p.boards().done
