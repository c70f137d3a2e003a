"""Walks that do what is likely to be wrong from where an honest return has come to, judged by the oracles (tests/deviations.py).

`make test` plays 20 of them, `.ci/run` 200 more, `make soak` 2,000 more. The number of a walk is all that it needs to be played again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest

from tests.deviations import ENDS, STARTS, one_walk
from tests.fast import is_fast


def walked(numbers: Iterable[int]) -> set[str]:
    """Walk, and see that the oracle finds nothing; give the ends that were accepted."""
    ends = set[str]()
    for number in numbers:
        walk = one_walk(number)
        assert not walk.findings, (f"walk {number}, {walk.start}: {[one.fault for one in walk.findings]}", *walk.said)
        ends |= walk.ends
    return ends


def test_twenty_walks_that_go_wrong_lead_to_no_wrong_end() -> None:
    ends = walked(range(len(STARTS) // 3 if is_fast() else 20))

    assert ends, "nothing was accepted of that which the oracle is asked about"


@pytest.mark.waits
def test_two_hundred_more_walks_that_go_wrong() -> None:
    """They come to most ends that there are: a walk that is refused everything proves nothing."""
    ends = walked(range(20, 220))

    assert {"departed", "an alarm ended"} <= ends
    assert len(ends & {*ENDS}) >= 14


@pytest.mark.soak
def test_many_walks_that_go_wrong() -> None:
    ends = walked(range(220, 220 + int(os.environ.get("WALKS", "2000"))))

    assert {*ENDS, "departed", "an alarm ended"} <= ends
