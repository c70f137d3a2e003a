"""Of the home to which the person flies their own word counts before they live there: "not safe" is looked at. (registers, home)"""

from __future__ import annotations

import pytest

from tests.attacks.acts import HOME
from tests.attacks.play import RECEIVER, Play, begun, evidence_is_fresh


def asked_about_the_home(play: Play) -> list[str]:
    return [row.title for row in play.engine.due(as_=play.actor(RECEIVER), case=play.case) if row.step == "entry:home"]


@pytest.mark.parametrize(("safe", "asked"), [("no", 1), ("mostly", 0), ("yes", 0)])
@pytest.mark.parametrize("status", ["planned", "lived_in"])
def test_that_the_person_is_not_safe_there_is_due(status: str, safe: str, asked: int) -> None:
    with begun(evidence_is_fresh) as play:
        play.given(RECEIVER, {**HOME, "safe": safe, "status": status})
        assert len(asked_about_the_home(play)) == asked
