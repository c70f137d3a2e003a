"""After a no to having health written down, nothing more of it is.

registers.md, Part 1, "Withdrawal": "Besides: ... of *health* nothing more is written, she gets the addresses". Not begun is "called off" (that is no finding, and stands).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Actor

from tests.attacks.acts import in_follow_up
from tests.attacks.play import RECEIVER, Play, begun

CLINIC = "ng_fnph_uselu"
NO = {"do": "withdraw", "purpose": "health_processing_local", "channel": "phone", "by": "person"}


def doctor(play: Play) -> Actor:
    return Actor("invented_doctor", play.actor(RECEIVER).organisation, {"medical_officer"})


@pytest.fixture
def after_a_no() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        said = {"do": "consent", "language": "en", "form": "written"}
        play.given(
            RECEIVER,
            {**said, "purpose": "health_processing_local", "groups": ["health"]},
            {**said, "purpose": "health_share", "groups": ["identity", "health"], "recipient": CLINIC},
        )
        day = {"do": "enter", "register": "appointment", "care": "counselling", "where": CLINIC, "status": "agreed"}
        play.given(doctor(play), {**day, "set_for": "2026-06-20T10:00+01:00"})
        play.wait(days=20)
        play.given(RECEIVER, NO)
        play.wait(days=20)  # 23 June
        yield play


@pytest.mark.parametrize("status", ["kept", "missed"])
def test_whether_she_was_there_after_her_no_is_not_written_down(after_a_no: Play, status: str) -> None:
    answer = after_a_no.tried(doctor(after_a_no), {"do": "update", "ref": "appointment-1", "status": status})

    assert answer.says("health_processing_local", "CONSENT"), answer.kind


def test_honest_what_has_not_begun_is_called_off_and_nothing_new_is_entered(after_a_no: Play) -> None:
    after_a_no.given(doctor(after_a_no), {"do": "update", "ref": "appointment-1", "status": "called_off"})
    anew = {"do": "enter", "register": "medicine", "called": "(invented) the white ones", "last_day": "2026-09-01"}
    assert after_a_no.tried(doctor(after_a_no), anew).says("health_processing_local", "CONSENT")
