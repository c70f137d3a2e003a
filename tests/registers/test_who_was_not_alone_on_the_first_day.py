"""Who was not alone on the first evening is asked again on day 2, and that it was not safe to talk can be written down.

registers.md, Part 2, `arrival`: "Within 24 hours of landing; again on day 2 if it was not in private [P12]."
registers.md, Part 2, opening: "Can somebody hear? Stop, and write *not safe to talk*." (the form says it, too: instruments.yaml, `arrival.opening`)
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import MET
from tests.attacks.play import RECEPTION, Play, at_home, begun, complete

STEP = "arrival_wellbeing_check"
LISTENED = complete(
    STEP,
    asked_with="somebody_else",
    a_now="(invented) Fine. Thank you.",
    a_tonight="not_asked",
    a_waited="not_asked",
    a_asked_for="not_asked",
)


@pytest.fixture
def met() -> Iterator[Play]:
    with begun(at_home) as play:
        play.given(RECEPTION, MET)
        yield play


def listed(play: Play) -> bool:
    who = play.actor(RECEPTION)
    due = [row.step for row in play.engine.due(as_=who, case=play.case)]
    return STEP in due or STEP in [row.do.get("step") for row in play.engine.next(play.case, as_=who)]


def test_who_was_not_alone_is_asked_again_on_day_two(met: Play) -> None:
    met.given(RECEPTION, LISTENED)
    met.wait(days=1)

    assert listed(met)


def test_that_it_was_not_safe_to_talk_can_be_written_down(met: Play) -> None:
    met.given(RECEPTION, {"do": "fail", "step": STEP, "reason": "(invented) it was not safe to talk"})
    assert listed(met), "nothing is known of her yet"


def test_honest_who_was_asked_alone_is_asked_once(met: Play) -> None:
    assert listed(met)
    met.given(
        RECEPTION, {**LISTENED, "asked_with": "nobody", "a_tonight": "yes", "a_waited": "no", "a_asked_for": "no"}
    )
    met.wait(days=1)

    assert not listed(met)
