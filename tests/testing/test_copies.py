"""A case that was brought to a phase once is there again as a copy: whole, and of nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from wayhome import Engine, commands
from wayhome.model.closed_sets import Phase
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for, reaching
from wayhome.testing.copies import Copies, Memory
from wayhome.testing.fixtures import MakesCases, wayhome_case

from tests.conftest import START, a_case

MANAGER = an_actor_for("case_manager_sending")


class Desk:
    """What one test of an embedder has in its hands."""

    def __init__(self, packs: Packs, copies: Copies, start: datetime = START) -> None:
        self.clock = StoryClock(start)
        self.memory = Memory(self.clock, packs, copies.key)
        self.engine: Engine = self.memory.engine
        make: Any = wayhome_case
        self.case: MakesCases = make.__wrapped__(self.engine, self.clock, self.memory, copies)

    def phase(self, case: str) -> Phase:
        return self.engine.case(case, as_=MANAGER).phase


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The phases to which a case was really brought."""
    found: list[str] = []
    really = reaching.brought_to

    def brought_to(*asked: Any) -> str:
        found.append(asked[4])
        return really(*asked)

    monkeypatch.setattr(reaching, "brought_to", brought_to)
    return found


@pytest.fixture
def desks(packs: Packs, walked: list[str]) -> Iterator[list[Desk]]:
    """Two tests of one run."""
    copies = Copies()
    with ExitStack() as all_of_them:
        found = [Desk(packs, copies), Desk(packs, copies)]
        for desk in found:
            all_of_them.enter_context(desk.engine)
        yield found


def test_the_way_to_a_phase_is_gone_once_in_a_run(desks: list[Desk], walked: list[str]) -> None:
    one, other = desks
    case = one.case("BE", "NG", phase="pre_departure")
    copy = other.case("BE", "NG", phase="pre_departure")

    assert walked == ["pre_departure"]
    assert other.phase(copy) == "pre_departure"
    assert other.engine.history(copy, as_=MANAGER) == one.engine.history(case, as_=MANAGER)
    assert other.clock.moment == one.clock.moment
    assert other.engine.verify().ok


def test_a_case_that_was_made_in_another_year_is_no_copy_for_this_one(packs: Packs, walked: list[str]) -> None:
    """A project may begin its tests on a day of its own: no copy turns its clock back."""
    copies, start = Copies(), START + timedelta(days=456)
    one, other = Desk(packs, copies), Desk(packs, copies, start)
    with one.engine, other.engine:
        one.case("BE", "NG")
        case = other.case("BE", "NG")

        assert len(walked) == 2
        assert other.clock.moment == start
        assert other.engine.case(case, as_=MANAGER).opened_at == start


def test_nothing_that_is_done_to_a_copy_is_seen_in_another(desks: list[Desk]) -> None:
    one, other = desks
    case = one.case("BE", "NG", phase="pre_departure")
    one.engine.do(commands.Note(case, group="case", text="an invented note"), as_=MANAGER)

    copy = other.case("BE", "NG", phase="pre_departure")

    assert other.engine.history(copy, as_=MANAGER)[-1].type != "note_added"


def test_two_cases_of_one_test_are_two_and_are_copied_both(desks: list[Desk], walked: list[str]) -> None:
    one, other = desks
    cases = [one.case("BE", "NG"), one.case("BE", "NG", phase="pre_departure")]
    copies = [other.case("BE", "NG"), other.case("BE", "NG", phase="pre_departure")]

    assert walked == ["identification", "pre_departure"]
    assert len({*copies}) == 2
    assert copies == cases
    assert [other.phase(copy) for copy in copies] == ["identification", "pre_departure"]


@pytest.mark.parametrize("meanwhile", ["something was written", "time has passed"])
def test_what_was_done_before_stays_where_a_case_is_asked_for(
    desks: list[Desk], walked: list[str], meanwhile: str
) -> None:
    one, other = desks
    one.case("BE", "NG")
    if meanwhile == "something was written":
        mine = a_case(other.engine, as_=MANAGER)
    other.clock.moment += timedelta(days=2)
    before = other.clock.moment

    case = other.case("BE", "NG")

    assert walked == ["identification", "identification"]
    assert other.engine.case(case, as_=MANAGER).number == case
    assert other.clock.moment >= before
    if meanwhile == "something was written":
        assert other.phase(mine) == "identification"
