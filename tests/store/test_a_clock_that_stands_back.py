"""A laptop with an empty battery says 1970: it opens no case, and forgets nobody. (findings/security.md S4)"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from wayhome import Actor, BadInput, Engine, NotPermitted, Refused, commands
from wayhome.stories.playing import StoryClock

from tests.conftest import ANNA, a_case, all_packs, engine_at

START = datetime(2026, 5, 4, 8, tzinfo=UTC)
ADA = Actor("ada", "invented_house", {"system_admin"})
BACK = [timedelta(minutes=10, seconds=1), timedelta(days=20_000)]


@pytest.fixture
def clock() -> StoryClock:
    return StoryClock(START)


@pytest.fixture
def engine(tmp_path: Path, clock: StoryClock) -> Iterator[Engine]:
    with engine_at(f"sqlite:///{tmp_path}/wayhome.db", clock=clock, packs=all_packs()) as engine:
        yield engine


@pytest.fixture
def case(engine: Engine, clock: StoryClock) -> str:
    """A case in which something is overdue since an hour."""
    case = a_case(engine, age_status="adult")
    clock.moment += timedelta(days=3)
    engine.do(commands.Note(case, text="invented words"), as_=ANNA)
    return case


@pytest.mark.parametrize("back", BACK, ids=str)
def test_no_case_is_opened_by_it_and_it_is_said_why(
    engine: Engine, case: str, clock: StoryClock, back: timedelta
) -> None:
    written = clock.moment
    clock.moment -= back

    with pytest.raises(Refused) as refused:
        a_case(engine)

    (reason,) = refused.value.decision.unmet
    assert reason.rule == "INPUT"
    assert reason.fact.endswith(f"something was written down here later, at {written:%Y-%m-%dT%H:%M:%SZ}"), reason.fact
    assert reason.todo == "set the clock; if it is right now, an administrator confirms it"


@pytest.mark.parametrize("back", [timedelta(0), timedelta(minutes=10)], ids=str)
def test_clocks_of_computers_differ_by_some_minutes(
    engine: Engine, case: str, clock: StoryClock, back: timedelta
) -> None:
    clock.moment -= back

    assert a_case(engine)
    assert engine.clock().stands_back_at is None


@pytest.mark.parametrize("back", BACK, ids=str)
def test_what_is_due_stays_due_and_that_is_said(engine: Engine, case: str, clock: StoryClock, back: timedelta) -> None:
    before, written = engine.today(as_=ANNA), clock.moment
    assert before.overdue, "nothing is overdue, so nothing could be forgotten"
    clock.moment -= back

    today = engine.today(as_=ANNA)

    assert [(row.case, row.step) for row in today.overdue] == [(row.case, row.step) for row in before.overdue]
    assert (today.now, today.clock_stands_back_at) == (written, clock.moment)
    assert [row.overdue for row in engine.due(as_=ANNA, case=case)].count(True) == len(before.overdue)
    assert engine.ring().clock_stands_back_at == clock.moment


def test_once_an_administrator_has_said_that_it_is_right_cases_are_opened(
    engine: Engine, case: str, clock: StoryClock
) -> None:
    clock.moment -= timedelta(days=1)
    with pytest.raises(NotPermitted):
        engine.confirm_clock(as_=ANNA)

    engine.confirm_clock(as_=ADA)

    assert a_case(engine)
    assert engine.today(as_=ANNA).clock_stands_back_at is None
    assert engine.verify().ok
    with pytest.raises(BadInput, match="Nothing was written here at a later time"):
        engine.confirm_clock(as_=ADA)


def test_what_was_confirmed_of_one_hour_says_nothing_of_a_later_one(
    engine: Engine, case: str, clock: StoryClock
) -> None:
    clock.moment -= timedelta(days=1)
    engine.confirm_clock(as_=ADA)
    clock.moment += timedelta(days=30)
    a_case(engine)
    clock.moment -= timedelta(days=2)

    with pytest.raises(Refused):
        a_case(engine)


# --- a clock that stands far ahead -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead", "is_said"),
    [(timedelta(days=30), False), (timedelta(days=30, seconds=1), True), (timedelta(days=20_000), True)],
    ids=str,
)
def test_after_thirty_quiet_days_it_is_said_since_when_and_nothing_is_refused(
    engine: Engine, case: str, clock: StoryClock, ahead: timedelta, is_said: bool
) -> None:
    written, clock.moment = clock.moment, clock.moment + ahead

    assert engine.clock() == (clock.moment, None, written if is_said else None)
    assert engine.today(as_=ANNA).clock_ahead_of == engine.clock().ahead_of
    assert engine.ring().clock_ahead_of == (written if is_said else None)
    assert a_case(engine)
    engine.do(commands.Note(case, text="invented words"), as_=ANNA)
    assert engine.clock().ahead_of is None


def test_once_an_administrator_has_said_that_it_is_right_nobody_is_asked(
    engine: Engine, case: str, clock: StoryClock
) -> None:
    clock.moment += timedelta(days=31)

    engine.confirm_clock(as_=ADA)

    assert engine.clock().ahead_of is None
    assert engine.verify().ok
