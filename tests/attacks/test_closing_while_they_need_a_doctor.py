"""Nobody's help ends because its time is over while they need a doctor or medicine today (process 3; registers.md, safety items)."""

from __future__ import annotations

import pytest

from tests.attacks.acts import REACHED, closes, ends, happens
from tests.attacks.play import RECEIVER, begun
from tests.deviations import near_the_end

OVER = [closes("support_period_completed"), closes("reintegration_sustained")]


@pytest.mark.parametrize("end", OVER, ids=lambda one: one["reason"])
def test_a_need_for_a_doctor_today_is_seen_to_first(end: dict[str, str]) -> None:
    with begun(near_the_end) as play:
        play.given(RECEIVER, happens("doctor_needed"))
        assert ("PHASE", "doctor_needed") in play.tried(RECEIVER, end).reasons

        play.wait(hours=2)
        play.given(RECEIVER, REACHED, ends("doctor_needed", "reached"))
        assert play.why(end, RECEIVER).done
