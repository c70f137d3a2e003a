"""Whose risk was high is visited in months 18 and 24 too, and nobody alone says that they are not (process 5.1, row "extended")."""

from __future__ import annotations

from tests.attacks.acts import happens, in_follow_up
from tests.attacks.play import LEADER, RECEIVER, Play, begun, settled

LATE = {"m18", "m24"}
NO_MORE = {"do": "record", "facts": {"extended_followup": False}}


def rounds(play: Play) -> set[str]:
    return {str(row.round) for row in play.seen().steps if row.id == "monitoring_visit"}


def test_whose_risk_was_high_is_visited_beyond_month_12() -> None:
    with begun(in_follow_up) as play:
        play.given(RECEIVER, NO_MORE)
        assert not rounds(play) & LATE

        play.given(RECEIVER, happens("risk_high"))
        assert rounds(play) >= LATE


def test_that_nobody_comes_any_more_is_not_for_the_visitor_to_say() -> None:
    with begun(in_follow_up) as play:
        play.given(RECEIVER, happens("risk_high"))

        told = play.tried(RECEIVER, NO_MORE)
        assert told.reasons == {("ROLE", "extended_followup")}
        assert "only" in told.text
        play.given(LEADER, NO_MORE)
        assert not rounds(play) & LATE


def test_who_was_never_in_danger_and_wishes_none_is_visited_for_a_year() -> None:
    with begun(settled) as play:
        play.given(RECEIVER, NO_MORE)

        assert not rounds(play) & LATE
