"""A condition of the return is seen to be met by another role than that which set it (registers, `measure`: "a condition: seen by another role")."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import in_follow_up
from tests.attacks.play import ASSESSOR, RECEIVER, Play, begun, measure

SEEN = {"do": "update", "ref": "measure-1", "status": "done", "how_seen": "(invented) walked the way with her"}


@pytest.fixture
def conditioned() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        play.given(RECEIVER, measure("condition"))
        yield play


def test_a_colleague_of_the_same_role_does_not_see_a_condition_done(conditioned: Play) -> None:
    told = conditioned.tried(conditioned.another(RECEIVER), SEEN)

    assert told.reasons == {("ROLE", "measure")}
    assert "by another role" in told.text


def test_who_set_it_does_not_and_who_has_another_role_does(conditioned: Play) -> None:
    assert not conditioned.tried(RECEIVER, SEEN).done
    conditioned.given(ASSESSOR, SEEN)
