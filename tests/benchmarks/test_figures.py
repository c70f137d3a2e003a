"""What a figure of `make bench` says of its goal, and the status of the run: noise meets no goal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.append(str(BENCHMARKS))

from figures import MET, MISSED, NOT_MEASURED, outcome_of, worst_of  # noqa: E402 - it is no package

STEADY = "[1.0, 1.01, 1.02, 1.03, 1.04]"
NOISY = "[0.5, 1.0, 4.0, 9.0, 20.0]"


def ran(*told: str) -> tuple[int, list[dict[str, Any]]]:
    """Run a benchmark that tells these figures; gives its status, and its lines."""
    text = "\n".join(["from figures import ended, show, tell", *told, "ended()"])
    done = subprocess.run([sys.executable, "-c", text], cwd=BENCHMARKS, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("value", "spread", "goal", "least"),
    [
        (19.2, 14.3, 5.5, False),  # each of these was said to be met on a busy machine
        (3.46, 1.6, 1.9, False),
        (0.79, 0.59, 0.8, True),
        (1.0, 0.2501, 5.0, False),  # far from its goal, and all the same nobody knows
        (1.0, float("inf"), 5.0, False),
        (float("nan"), 0.0, 5.0, False),
    ],
)
def test_what_spreads_over_a_quarter_of_its_value_is_not_measured(
    value: float, spread: float, goal: float, least: bool
) -> None:
    assert outcome_of(value, spread, goal, least=least) == NOT_MEASURED


@pytest.mark.parametrize(
    ("value", "spread", "goal", "least", "outcome"),
    [
        (1.0, 0.25, 1.0, False, MET),  # a quarter, no more; and just its goal
        (1.01, 0.25, 1.0, False, MISSED),  # by less than its spread: that is no reason to call it met
        (0.5, 0.0, 1.0, False, MET),
        (0.8, 0.1, 0.8, True, MET),
        (0.79, 0.1, 0.8, True, MISSED),
        (2.0, 0.1, 0.8, True, MET),
    ],
)
def test_what_was_measured_meets_its_goal_or_misses_it_by_its_median(
    value: float, spread: float, goal: float, least: bool, outcome: int
) -> None:
    assert outcome_of(value, spread, goal, least=least) == outcome


@pytest.mark.parametrize(
    ("told", "status", "met"),
    [
        ([f"tell('a', {STEADY}, 1.05)"], 0, [True]),
        ([f"tell('a', {STEADY}, 1.0)"], 1, [False]),
        ([f"tell('a', {NOISY}, 5.0)"], 2, [None]),
        ([f"tell('a', {NOISY}, 0.1)"], 2, [None]),
        (["tell('a', [1.0], 5.0)"], 2, [None]),  # how one alone spreads, nobody knows
        ([f"tell('a', {NOISY}, 5.0)", f"tell('b', {STEADY}, 5.0)"], 2, [None, True]),
        ([f"tell('a', {NOISY}, 5.0)", f"tell('b', {STEADY}, 1.0)"], 1, [None, False]),
        ([f"tell('a', {STEADY}, 1.0)", f"tell('b', {NOISY}, 5.0)"], 1, [False, None]),
    ],
)
def test_a_run_ends_with_what_counts_most(told: list[str], status: int, met: list[bool | None]) -> None:
    found, lines = ran(*told)

    assert (found, [line["met"] for line in lines]) == (status, met)


def test_what_has_no_goal_is_shown_and_changes_no_status() -> None:
    found, [line] = ran(f"show('beside another engine', {NOISY}, other_us=3)")

    assert (found, "goal" in line, "met" in line, line["other_us"]) == (0, False, False, 3)


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 2, 0], 2),
        ([2, 1, 0], 1),
        ([1, 2], 1),
        ([0, -9], 1),
        ([2, 70], 1),
    ],  # killed, or failed
)
def test_of_several_benchmarks_the_worst_counts_and_one_that_fails_is_missed(statuses: list[int], worst: int) -> None:
    assert worst_of(statuses) == worst
