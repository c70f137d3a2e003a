"""Whoever was not at an appointment is asked within a week whether they want another: that it was missed ends nothing (registers.md, Dues)."""

from __future__ import annotations

import pytest

from tests.attacks.play import RECEIVER, Play, begun, settled
from tests.registers.test_before_medicine_ends import AGREED, DOCTOR, appointment

ANOTHER = "The person was not there: do they want another?"


def agreed_and_over(play: Play) -> None:
    settled(play)
    play.given(RECEIVER, *AGREED)
    play.given(DOCTOR, appointment(play, 2, "agreed"))
    play.wait(days=3)


def asked(play: Play) -> list[str]:
    rows = play.engine.due(case=play.case, as_=play.actor(DOCTOR))
    return [row.title for row in rows if row.step == "entry:appointment" and row.title == ANOTHER]


@pytest.mark.parametrize(("status", "due"), [("missed", [ANOTHER]), ("kept", []), ("called_off", [])])
def test_how_it_went_says_what_is_asked_next(status: str, due: list[str]) -> None:
    with begun(agreed_and_over) as play:
        play.given(DOCTOR, {"do": "update", "ref": "appointment-1", "status": status})
        assert asked(play) == due


def test_once_another_is_asked_for_nobody_asks_again() -> None:
    with begun(agreed_and_over) as play:
        play.given(
            DOCTOR, {"do": "update", "ref": "appointment-1", "status": "missed"}, appointment(play, None, "asked")
        )
        play.wait(days=15)
        assert asked(play) == []
