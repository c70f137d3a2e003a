"""Nobody leaves a child behind of whom nobody knows who cares for it: where somebody whom it counts on has died, that is seen anew.

death_of_another says so (`resets: [child_who_stays]`): of each child who stays, who is another than the aunt with whom it stays.
"""

from __future__ import annotations

from tests.attacks.acts import ends, happens
from tests.attacks.companions import STAYS, fresh_and_one_stays, talked_again
from tests.attacks.play import MANAGER, Play, begun


def with_an_aunt(play: Play) -> None:
    """The child stays with the aunt, who is known in the case, and does not travel."""
    fresh_and_one_stays(play)
    play.involved("relative", travels=False)


def the_aunt_dies(play: Play) -> None:
    play.given(MANAGER, happens("death_of_another", of="relative-1"))
    talked_again(play)
    play.given(MANAGER, ends("death_of_another", "talked_again", of="relative-1"))


def test_who_cares_for_the_child_is_seen_anew_before_the_mother_leaves() -> None:
    with begun(with_an_aunt) as play:
        the_aunt_dies(play)

        assert ("STEP", STAYS) in play.why().reasons


def test_she_does_not_leave_with_nobody_asked() -> None:
    """The clearance is asked for anew, and then she boards."""
    with begun(with_an_aunt) as play:
        the_aunt_dies(play)
        asked: list[str] = []
        play.prepare(waiting=False, instead=lambda _, do: asked.append(str(do.get("step"))))  # type: ignore[func-returns-value]

        assert STAYS in asked


def test_honest_where_nobody_has_died_it_is_not() -> None:
    with begun(with_an_aunt) as play:
        assert ("STEP", STAYS) not in play.why().reasons
