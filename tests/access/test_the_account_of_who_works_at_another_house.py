"""Whose account works on a case for a house is told to that house alone.

access.md, 13: "Another house sees role, house and day of who did something, never the account".
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import in_follow_up
from tests.attacks.play import MANAGER, RECEIVER, Play, begun


@pytest.fixture(scope="module")
def shared() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        yield play


@pytest.mark.parametrize("who", [MANAGER, RECEIVER])
def test_each_house_is_told_its_own_account_and_no_other(shared: Play, who: str) -> None:
    actor = shared.actor(who)
    view = shared.engine.case(shared.case, as_=actor)

    assert set(shared._recorded.case_workers) == {shared.actor(MANAGER).organisation, "ng_bakhita"}
    assert set(view.case_workers) == {actor.organisation}
    assert set(view.no_account) <= {actor.organisation}


@pytest.mark.parametrize("who", [MANAGER, RECEIVER])
def test_honest_which_house_has_the_case_is_still_told(shared: Play, who: str) -> None:
    view = shared.engine.case(shared.case, as_=shared.actor(who))

    assert view.roles["case_owner"] == "ng_bakhita"
