"""What a figure is: a ratio inside one run, with its spread, beside the goal. One JSON line for each; the last tells whether one is missed."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Sequence

missed: list[str] = []


def tell(name: str, ratios: Sequence[float], goal: float, *, least: bool = False, **beside: object) -> None:
    """Print a figure: the median of its ratios, half of what lies between their quarters, and whether the goal is met.

    Args:
        goal: at most this; with `least`, at least this. It is missed when the median lies beyond it by more than the spread.
        beside: what else is worth reading, such as the microseconds that were measured.
    """
    value = statistics.median(ratios)
    first, _, third = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else (value, value, value)
    spread = (third - first) / 2
    is_met = value + spread >= goal if least else value - spread <= goal
    if not is_met:
        missed.append(name)
    said = {
        "figure": name,
        "value": round(value, 2),
        "spread": round(spread, 2),
        "goal": goal,
        "at": "least" if least else "most",
    }
    print(json.dumps({**said, "met": is_met, "measured": len(ratios), **beside}), flush=True)


def ended() -> None:
    """End with status 1 when a goal was missed by more than its spread."""
    sys.exit(1 if missed else 0)
