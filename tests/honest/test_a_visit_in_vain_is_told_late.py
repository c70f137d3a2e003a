"""That nobody was reached on day 7 is written down later than the visit in which she was: contact is not lost by that."""

from __future__ import annotations

from datetime import timedelta

from tests.attacks.acts import in_follow_up, open_alarms
from tests.attacks.play import RECEIVER, Command, Play, begun, complete
from tests.whole_answers import VISIT


def visited_after_a_month(play: Play) -> None:
    in_follow_up(play)
    play.wait(days=32)
    play.given(RECEIVER, complete("monitoring_visit", round="m1", **VISIT))
    play.wait(days=2)


def of_day_7(play: Play) -> str:
    return (play.now - timedelta(days=26)).isoformat()


def test_the_paper_of_day_7_is_typed_after_the_visit_of_month_1() -> None:
    """The book of the first weeks is typed in a month later: on day 7 nobody answered. She has been visited at home since.

    Neither as a contact in vain nor as what it was, a round of the visits, does it open an alarm that says that nobody has reached her.
    """
    with begun(visited_after_a_month) as play:
        in_vain: Command = complete(
            "monitoring_visit", round="d7", result="not_reached", how="phone", at=of_day_7(play)
        )
        play.given(RECEIVER, in_vain)
        assert open_alarms(play) == set()


def test_the_same_as_a_contact_opens_nothing() -> None:
    with begun(visited_after_a_month) as play:
        play.given(
            RECEIVER, {"do": "contact", "with": "person", "channel": "phone", "reached": False, "at": of_day_7(play)}
        )
        assert open_alarms(play) == set()


def test_a_visit_in_vain_after_which_nobody_met_her_opens_it() -> None:
    with begun(in_follow_up) as play:
        play.wait(days=7)
        play.given(RECEIVER, complete("monitoring_visit", round="d7", result="not_reached", how="phone"))
        assert "lost_contact" in open_alarms(play)
