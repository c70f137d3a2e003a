"""Whoever is said to have died decides nothing for a child, and has witnessed nothing since."""

from __future__ import annotations

import pytest

from tests.attacks.acts import BEST_FOR_THE_CHILD, CHILD, REACHED, ends, happens
from tests.attacks.play import MANAGER, Command, Play, begun, far_ahead, settled

BY_THE_GUARDIAN: Command = {**BEST_FOR_THE_CHILD, "by": "guardian"}
WITNESSED: Command = {
    "do": "consent", "purpose": "return", "form": "witnessed", "language": "en", "witness": "relative-1", "answer": "given",
}  # fmt: skip


def both_have_died(play: Play) -> None:
    """There the caregiver dies, and so does the guardian: what is best for the child is asked anew."""
    settled(play)
    for role in ("caregiver", "guardian"):
        ref = play.seen().roles[role]
        play.given(MANAGER, happens("death_of_another", of=ref))
        play.wait(minutes=1)
        play.given(MANAGER, REACHED, ends("death_of_another", "reached", of=ref))
        play.wait(minutes=1)


@pytest.mark.parametrize("by", ["guardian", "guardian-1"])
def test_a_guardian_who_has_died_finds_nothing_good_for_a_child(by: str) -> None:
    with begun(both_have_died, facts=CHILD) as play:
        assert not play.why({**BY_THE_GUARDIAN, "by": by}, MANAGER).done


def the_caregiver_died(play: Play) -> None:
    settled(play)
    ref = play.seen().roles["caregiver"]
    play.given(MANAGER, happens("death_of_another", of=ref))
    play.wait(minutes=1)
    play.given(MANAGER, REACHED, ends("death_of_another", "reached", of=ref))


def test_honest_one_who_lives_does() -> None:
    with begun(the_caregiver_died, facts=CHILD) as play:
        assert play.why(BY_THE_GUARDIAN, MANAGER).done


def with_an_uncle(play: Play) -> None:
    far_ahead(play)
    play.involved("relative", age_band="adult")


def test_who_has_died_witnesses_no_consent_afterwards() -> None:
    with begun(with_an_uncle) as play:
        assert play.why(WITNESSED, MANAGER).done  # while he lives
        play.given(MANAGER, happens("death_of_another", of="relative-1"))
        play.wait(minutes=5)

        assert not play.why(WITNESSED, MANAGER).done
