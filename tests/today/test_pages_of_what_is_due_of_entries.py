"""A list that is read page by page gives each line that is due of an entry once, also where several are due in the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.play import RECEIVER, Actor, Play, begun, settled
from tests.registers.test_before_medicine_ends import AGREED, DOCTOR, appointment


def due_in_the_same_moment(play: Play) -> None:
    """One was refused, and another place is asked about in a week; another is in a week."""
    settled(play)
    play.given(RECEIVER, *AGREED)
    at = (play.now + timedelta(days=7)).isoformat()
    play.given(DOCTOR, appointment(play, None, "asked"), {**appointment(play, None, "agreed"), "set_for": at})
    play.given(DOCTOR, {"do": "update", "ref": "appointment-1", "status": "refused"})


@pytest.mark.parametrize("role", [DOCTOR, RECEIVER])
@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_no_line_is_lost_between_two_pages(role: str, limit: int) -> None:
    with begun(due_in_the_same_moment) as play:
        who: Actor = play.actor(role)
        whole = [(row.step, row.of, row.due_at) for row in play.engine.due(case=play.case, as_=who)]
        read, after = [], None
        while True:
            page = play.engine.due(case=play.case, as_=who, after=after, limit=limit)
            read += [(row.step, row.of, row.due_at) for row in page]
            if (after := page.after) is None:
                break
        assert read == whole
