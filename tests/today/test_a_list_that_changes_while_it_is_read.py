"""No line that is due is lost between two pages, also where one that was told is done meanwhile: the place from which a list is read on names of
which entries lines were told.
"""

from __future__ import annotations

from datetime import timedelta

from tests.attacks.play import RECEIVER, Play, begun, settled
from tests.registers.test_before_medicine_ends import AGREED, DOCTOR, appointment


def four_in_one_moment(play: Play) -> None:
    """Four were refused in the same moment: of each it is asked, in a week, whether there is another place."""
    settled(play)
    play.given(RECEIVER, *AGREED)
    play.given(DOCTOR, *(appointment(play, None, "asked") for _ in range(4)))
    for number in (1, 2, 3, 4):
        play.given(DOCTOR, {"do": "update", "ref": f"appointment-{number}", "status": "refused"})


def read_while(play: Play, done: str | None) -> list[str]:
    """Read the list a line at a time; once the first appointment is told, `done` is agreed to elsewhere."""
    told, after, who = list[str](), None, play.actor(DOCTOR)
    while True:
        page = play.engine.due(case=play.case, as_=who, after=after, limit=1)
        told += [str(row.of) for row in page if row.step == "entry:appointment"]
        if told == [done]:
            at = (play.now + timedelta(days=2)).isoformat()
            play.given(DOCTOR, {"do": "update", "ref": done, "status": "agreed", "set_for": at})
            done = None
        if (after := page.after) is None:
            return told


def test_a_line_that_was_told_and_is_done_hides_no_other() -> None:
    with begun(four_in_one_moment) as play:
        assert {"appointment-2", "appointment-3", "appointment-4"} <= {*read_while(play, "appointment-1")}


def test_honest_where_nothing_is_done_meanwhile_each_is_told_once() -> None:
    with begun(four_in_one_moment) as play:
        assert read_while(play, None) == [f"appointment-{number}" for number in (1, 2, 3, 4)]
