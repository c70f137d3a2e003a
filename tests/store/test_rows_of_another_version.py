"""A row that another version of this program wrote stops nobody: the case is what its history says, and its next command writes the row anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Engine, commands
from wayhome.store import cases, snapshot
from wayhome.stories.playing import StoryClock

from tests.conftest import ANNA, START, a_case
from tests.places import Place


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    place.make()
    with place.open(clock=StoryClock(START)) as engine:
        yield engine


def all_of_it(older: pytest.MonkeyPatch) -> None:
    older.setattr(snapshot, "FORMAT", "another")
    older.setattr(snapshot, "state_of", lambda summary, said_by, said, row, encoded: snapshot.ENCODE(["another", row]))


def its_records(older: pytest.MonkeyPatch) -> None:
    older.setattr(snapshot, "FORMAT", "another")


def what_it_says_is_due(older: pytest.MonkeyPatch) -> None:
    """It forgot what this version knows."""
    older.setattr(cases, "rederive_dues", lambda *_: ([], ()))
    older.setattr(cases, "derivation_stamp", lambda _: "another")


@pytest.fixture(params=[all_of_it, its_records, what_it_says_is_due], ids=lambda one: one.__name__)
def case(request: pytest.FixtureRequest, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case of an older version, in which something else is otherwise."""
    with monkeypatch.context() as older:
        request.param(older)
        case = a_case(engine, age_status="adult", sex="female", weeks_pregnant=12)
        engine.do(commands.Complete(case, step="register_referral"), as_=ANNA)
    a_case(engine, age_status="child")
    engine._store._known.clear()
    return case


def test_the_case_is_what_its_history_says(engine: Engine, case: str) -> None:
    view = engine.case(case, as_=ANNA)

    assert (view.number, view.version, view.facts["age_status"]) == (
        case,
        engine.history(case, as_=ANNA)[-1].seq,
        "adult",
    )
    assert engine.next(case, as_=ANNA)


def test_it_stands_in_all_lists_as_it_will_when_its_row_is_made_anew(engine: Engine, case: str) -> None:
    def listed() -> tuple[object, ...]:
        return [*engine.cases(as_=ANNA)], [*engine.due(as_=ANNA)], engine.ring().not_raised

    before = listed()
    engine.rebuild()

    assert before == listed()
    assert case in {one.number for one in before[0]}  # type: ignore[attr-defined]
    assert case in {one.case for one in before[1]}  # type: ignore[attr-defined]


def test_its_next_command_writes_the_row_of_this_version(engine: Engine, case: str) -> None:
    engine.do(commands.Record(case, facts={"has_passport": True}), as_=ANNA)
    engine._store._known.clear()

    with engine._store.database.reading() as connection:
        row = engine._store.load(connection, case)
    assert row.derived
    assert row.case.facts["has_passport"].value is True
    assert "identity" in row.classes
    assert engine.verify().ok


def test_nothing_is_wrong_with_it_and_rebuild_makes_it_anew(engine: Engine, case: str) -> None:
    assert engine.verify().ok

    engine.rebuild()

    engine._store._known.clear()
    with engine._store.database.reading() as connection:
        assert engine._store.load(connection, case).derived
