"""A reason says that something changed since, and names it only to who is told of it (access.md: the title of a fact is told to who has at least S in its group)."""

from __future__ import annotations

from tests.attacks.acts import records
from tests.attacks.play import DOCTOR, MANAGER, TRAVEL, Play, begun, evidence_is_fresh


def pregnant_since(play: Play) -> None:
    evidence_is_fresh(play)
    play.given(DOCTOR, records(pregnant=True))


def outdated(play: Play, who: str) -> set[str]:
    reasons = play.engine.why(play.case, "depart", as_=play.actor(who)).unmet
    return {one.fact for one in reasons if "was done before this changed" in one.fact}


def test_who_books_the_journey_is_not_told_what_it_was() -> None:
    with begun(pregnant_since) as play:
        told = outdated(play, TRAVEL)
        assert told
        assert not [one for one in told if "regnan" in one]


def test_who_is_told_of_her_health_in_sum_is_told_what_it_was() -> None:
    with begun(pregnant_since) as play:
        assert [one for one in outdated(play, MANAGER) if "regnan" in one]
