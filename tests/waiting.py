"""Tests that wait: for a process that is killed, for a server that is away, for a bound of seconds.

`make test` runs a sample of each; the others are marked `waits`, and `.ci/run` runs them too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def sampled(sample: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """Give the parameters of a test that waits: a sample that is always run, and others that `.ci/run` runs."""
    return [*sample, *(pytest.param(*_several(one), marks=pytest.mark.waits) for one in others)]


def _several(one: Any) -> tuple[Any, ...]:
    return one if isinstance(one, tuple) else (one,)
