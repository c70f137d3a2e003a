"""What a figure is: a ratio inside one run, with its spread, beside the goal. One JSON line for each; the status tells how it came out.

0   every goal is met
1   a goal is missed
2   none is missed, and something was not measured: it spread too much to say anything
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterable, Sequence

MET, MISSED, NOT_MEASURED = 0, 1, 2
MOST_SPREAD = 0.25  # of a value: what spreads more says nothing of a goal, neither that it is met nor that it is missed
outcomes: list[int] = []


def tell(name: str, ratios: Sequence[float], goal: float, *, least: bool = False, **beside: object) -> None:
    """Print a figure: the median of its ratios, half of what lies between their quarters, and whether that meets the goal.

    Args:
        goal: at most this; with `least`, at least this.
        beside: what else is worth reading, such as the microseconds that were measured.
    """
    value, spread = middle(ratios)
    outcome = outcome_of(value, spread, goal, least=least)
    outcomes.append(outcome)
    met = None if outcome == NOT_MEASURED else outcome == MET
    _print(name, value, spread, len(ratios), {"goal": goal, "at": "least" if least else "most", "met": met}, beside)


def show(name: str, ratios: Sequence[float], **beside: object) -> None:
    """Print a figure that has no goal, as how long others take beside us."""
    value, spread = middle(ratios)
    _print(name, value, spread, len(ratios), {"well_measured": _is_well_measured(value, spread)}, beside)


def outcome_of(value: float, spread: float, goal: float, *, least: bool = False) -> int:
    """Say how a figure came out. Noise never decides: what spreads over a quarter of its value is not measured."""
    if not _is_well_measured(value, spread):
        return NOT_MEASURED
    return MET if (value >= goal if least else value <= goal) else MISSED


def _is_well_measured(value: float, spread: float) -> bool:
    return spread <= MOST_SPREAD * abs(value)


def middle(ratios: Sequence[float]) -> tuple[float, float]:
    """Give the median, and half of what lies between the quarters; of one alone nobody knows how it spreads."""
    if len(ratios) < 2:
        return ratios[0], float("inf")
    first, value, third = statistics.quantiles(ratios, n=4)
    return value, (third - first) / 2


def worst_of(statuses: Iterable[int]) -> int:
    """Give the status of several programs: a goal that is missed, or a program that failed, counts more than what was not measured."""
    found = set(statuses) - {MET}
    return MET if not found else NOT_MEASURED if found == {NOT_MEASURED} else MISSED


def ended() -> None:
    """End with the status of all figures that were told."""
    sys.exit(worst_of(outcomes))


def _print(
    name: str, value: float, spread: float, measured: int, judged: dict[str, object], beside: dict[str, object]
) -> None:
    said = {"figure": name, "value": round(value, 2), "spread": round(spread, 2) if spread < float("inf") else None}
    print(json.dumps({**said, **judged, "measured": measured, **beside}), flush=True)
