"""Whenever a child's caregiver dies after it has left, two look anew at what is good for it: a death during the flight asks no less than one
an hour after the landing (death_of_another, `resets`; CHANGELOG: "of a child, who cares for it now is due within a week").
"""

from __future__ import annotations

from tests.attacks.acts import CHILD, REACHED, closes, ends, happens
from tests.attacks.play import DEPART, MANAGER, RECEIVER, TRAVEL, Play, begun, evidence_is_fresh

BEST = "best_interests_determination"


def asked(play: Play) -> tuple[bool, bool]:
    """Say whether it is due, and whether it stands against a closing."""
    due = BEST in {row.step for row in play.engine.due(as_=play.actor(RECEIVER), case=play.case)}
    return due, ("STEP", BEST) in play.why(closes("support_period_completed"), RECEIVER).reasons


def flies(play: Play) -> str:
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    play.wait(hours=1)
    return str(play.seen().roles["caregiver"])


def lands(play: Play) -> None:
    play.until(play.lands)
    play.given(TRAVEL, {"do": "move", "to": "arrive"})
    play.wait(minutes=5)


def another_cares(play: Play, died: str) -> None:
    """The person is reached; another caregiver is vetted, and the child lives there from now on."""
    play.given(MANAGER, REACHED, ends("death_of_another", "reached", of=died))
    ref = play.vetted(play.involved("caregiver"), "care")
    play.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": ref})


def test_what_is_good_for_the_child_is_asked_after_a_death_during_the_flight() -> None:
    with begun(evidence_is_fresh, facts=CHILD) as play:
        caregiver = flies(play)
        play.given(MANAGER, happens("death_of_another", of=caregiver))
        lands(play)
        another_cares(play, caregiver)

        assert asked(play)[0]
        assert ("STEP", BEST) in play.why("settle").reasons


def test_honest_it_is_after_one_at_the_landing() -> None:
    with begun(evidence_is_fresh, facts=CHILD) as play:
        caregiver = flies(play)
        lands(play)
        play.given(MANAGER, happens("death_of_another", of=caregiver))
        play.wait(minutes=1)
        another_cares(play, caregiver)

        assert asked(play)[0]
