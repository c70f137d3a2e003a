"""Fixtures for the tests of a program that embeds Wayhome. pytest finds them by itself where both are installed.

def test_what_my_program_does_when_somebody_says_no(wayhome_engine, wayhome_case, wayhome_clock):
    case = wayhome_case("XA", "XB", phase="travel")
    wayhome_clock.moment += timedelta(days=2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import pytest

# Pytest imports this in every project where both are installed: the engine only where a test asks for it.
if TYPE_CHECKING:
    from wayhome.engine import Engine
    from wayhome.model.closed_sets import Phase
    from wayhome.packs.plugins import Packs
    from wayhome.stories.playing import StoryClock
    from wayhome.testing.copies import Copies, Memory


class MakesCases(Protocol):
    """Opens a case and brings it to a phase; gives its number."""

    def __call__(self, host: str, origin: str, *, phase: Phase = "identification", **facts: Any) -> str: ...


@pytest.fixture(scope="session")
def wayhome_packs() -> Packs:
    """The installed packs, loaded once: a fresh engine with them takes some milliseconds."""
    from wayhome.packs.plugins import Packs

    return Packs.installed()


@pytest.fixture
def wayhome_clock() -> StoryClock:
    """The clock of `wayhome_engine`: it stands still, until a test moves it (`wayhome_clock.moment += …`)."""
    from wayhome.stories.playing import StoryClock
    from wayhome.testing.reaching import START

    return StoryClock(START)


@pytest.fixture(scope="session")
def _wayhome_copies() -> Copies:
    """What was prepared in this run: whoever asks for the same again has a copy."""
    from wayhome.testing.copies import Copies

    return Copies()


@pytest.fixture
def _wayhome_memory(wayhome_packs: Packs, wayhome_clock: StoryClock, _wayhome_copies: Copies) -> Iterator[Memory]:
    from wayhome.testing.copies import Memory

    memory = Memory(wayhome_clock, wayhome_packs, _wayhome_copies.key)
    with memory.engine:
        yield memory


@pytest.fixture
def wayhome_engine(_wayhome_memory: Memory) -> Engine:
    """An engine of its own for one test, in memory."""
    return _wayhome_memory.engine


@pytest.fixture
def wayhome_case(
    wayhome_engine: Engine, wayhome_clock: StoryClock, _wayhome_memory: Memory, _wayhome_copies: Copies
) -> MakesCases:
    """Opens a case in `wayhome_engine` and brings it to a phase, as invented people do; the clock goes on meanwhile.

    The way there is gone once in a run: where nothing else was done in the engine before, the same case is copied.
    """
    from wayhome.testing.reaching import brought_to

    # A project may give an engine of its own.
    memory = _wayhome_memory if _wayhome_memory.engine is wayhome_engine else None
    asked: list[str] = []  # all in this engine so far: a copy holds the cases before it, too

    def make(host: str, origin: str, *, phase: Phase = "identification", **facts: Any) -> str:
        def bring() -> str:
            return brought_to(wayhome_engine, wayhome_clock, host, origin, phase, facts)

        asked.append(f"{host} {origin} {phase} {sorted(facts.items())}")
        return _wayhome_copies.of(memory, tuple(asked), bring) if memory is not None else bring()

    return make
