"""Walks by a former partner, by the least role, and by a clerk entered under a great role of a small house obtain nothing more than the domain
text gives them (`walks.py`, judged by what is typed from access).

`make test` plays 20 of them, `.ci/run` 200, `make soak` 1,000 more. The number of a walk is all that it needs to be played again.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

import pytest
from wayhome import looking
from wayhome.case_now import CaseNow
from wayhome.case_now.letters import Letters, letters_of
from wayhome.model.actor import Actor

from tests.access.adversaries import ADVERSARIES
from tests.access.canaries import canaries_in, written_in
from tests.access.test_what_each_house_is_told import GROUPS
from tests.access.walks import STARTS, one_walk
from tests.attacks.play import begun
from tests.conftest import all_packs


def walked(numbers: Iterable[int]) -> dict[str, Counter[str]]:
    """Walk, and see that nobody obtains more; give how often each kind asked and did something, and was answered."""
    times = {kind: Counter[str]() for kind in ADVERSARIES}
    for number in numbers:
        walk = one_walk(number)
        assert not walk.leaks, (f"walk {number}", *walk.leaks, *walk.said)
        times[walk.kind] += walk.times
    return times


def share(times: Counter[str], what: str) -> float:
    """Of what was asked, or tried, the part that was answered."""
    return times[f"{what}, and is answered"] / times[what]


def test_twenty_walks_obtain_nothing_more() -> None:
    """A walk that is refused everything proves nothing: a third of the questions is answered, and one command in twenty is done."""
    times = sum(walked(range(20)).values(), Counter())

    assert share(times, "asks") > 1 / 3
    assert share(times, "does") > 1 / 20


@pytest.mark.waits
def test_two_hundred_walks_obtain_nothing_more() -> None:
    times = walked(range(200))

    assert {kind for kind, one in times.items() if share(one, "asks") > 1 / 3 and share(one, "does") > 1 / 25} == {
        *ADVERSARIES
    }


@pytest.mark.soak
def test_a_thousand_more_walks_obtain_nothing_more() -> None:
    walked(range(200, 200 + int(os.environ.get("WALKS", "1000"))))


# --- that it would be found --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["identified", "ready"])
def test_each_group_holds_a_canary_when_a_walk_begins(start: str) -> None:
    with begun(STARTS[start], all_packs()) as play:
        held = {group for groups in canaries_in(written_in(play)).values() for group in groups}

    assert held == {*GROUPS, "read_log"}


def test_a_door_that_tells_everything_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """By each kind of adversary, also by who is told nothing else."""

    def everything(case: CaseNow, actor: Actor | None, **_: bool) -> Letters:
        return letters_of(case, Actor.clock)._replace(house=actor.organisation if actor else "")

    monkeypatch.setattr(looking, "letters_of", everything)
    found = {walk.kind for walk in map(one_walk, range(1, 9)) if walk.leaks}

    assert len(found) > 1
