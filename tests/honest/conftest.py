"""Honest returns that begin with a copy of what was prepared once; what led there counts as done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from wayhome.packs.plugins import Packs

from tests.attacks.play import Play, Way, opened, prepared, unopened

Begin = Callable[..., Play]


@pytest.fixture
def begin(packs: Packs) -> Iterator[Begin]:
    """Open a case, and prepare it: `begin(at_home, origin="BR")`; or only open it: `begin()`."""
    with ExitStack() as open_ones:

        def one(way: Way | None = None, **how: Any) -> Play:
            play = opened(packs, **how) if way is None else unopened(packs, **how)
            open_ones.enter_context(play.engine)
            if way is not None:
                prepared(way)(play)
            return play

        yield one
