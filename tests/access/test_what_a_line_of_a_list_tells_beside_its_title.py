"""Of an entry that somebody does not read, neither the key of a line nor why it is due tells what was answered (registers.md, Dues: "an appointment,
with its day").
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.play import RECEIVER, begun
from tests.registers.test_after_a_missed_appointment import DOCTOR, agreed_and_over


def line(status: str) -> Any:
    with begun(agreed_and_over) as play:
        if status:
            play.given(DOCTOR, {"do": "update", "ref": "appointment-1", "status": status})
        rows = play.engine.due(case=play.case, as_=play.actor(RECEIVER))
        (row,) = [one for one in rows if one.step == "entry:appointment"]
        return row


@pytest.mark.parametrize("status", ["", "missed"])
def test_who_is_told_an_appointment_is_told_its_day_and_no_more(status: str) -> None:
    row = line(status)

    assert row.title == "An appointment"
    assert row.because_template == "the day on which somebody asks"
    assert "where" not in row.key
    assert "set_for" not in row.key


def test_by_that_key_it_is_put_off_as_before() -> None:
    with begun(agreed_and_over) as play:
        play.given(DOCTOR, {"do": "update", "ref": "appointment-1", "status": "missed"})
        who = play.actor(DOCTOR)
        (row,) = [one for one in play.engine.due(case=play.case, as_=who) if one.step == "entry:appointment"]
        assert play.engine.seen(row.key, until=play.now + timedelta(days=1), because="(invented) she is away", as_=who)
