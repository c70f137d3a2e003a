"""Whoever asks again what is due opens only what is shown, and is told what everybody would be told who opens every case. (issue 11)"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from wayhome import Actor, Engine, StoreUnavailable, commands
from wayhome.hooks import hookimpl
from wayhome.packs.plugins import Packs
from wayhome.store import agenda
from wayhome.store.cases import Store
from wayhome.stories.playing import StoryClock

from tests import postgres
from tests.conftest import ANNA, START, a_case
from tests.places import Place

BERT = Actor("bert", "another_house", {"case_manager_sending"})


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    place.make()
    with place.open(clock=StoryClock(START)) as opened:
        yield opened


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cases that were opened for a list."""
    found: list[str] = []
    real = Store._listed

    def heard(self: Store, connection: Any, row: Any, *more: Any, **how: Any) -> Any:
        found.append(row["number"])
        return real(self, connection, row, *more, **how)

    monkeypatch.setattr(Store, "_listed", heard)
    return found


def referred(engine: Engine, *, as_: Actor = ANNA) -> str:
    """A case in which something is due: its referral was registered."""
    case = a_case(engine, as_=as_, age_status="adult")
    engine.do(commands.Complete(case, step="register_referral"), as_=as_)
    return case


def all_due(engine: Engine, limit: int = 1_000, **more: Any) -> list[Any]:
    """Go through the list page by page."""
    found, after = [], None
    while True:
        page = engine.due(as_=ANNA, limit=limit, after=after, **more)
        found += page
        after = page.after
        if after is None:
            return found


def said_anew(place: Place, engine: Engine, **more: Any) -> list[Any]:
    """What a program says that opens every case."""
    with place.open(clock=engine._clock) as another:
        return all_due(another, **more)


def test_who_asks_again_opens_only_what_is_shown(engine: Engine, opened: list[str]) -> None:
    cases = [referred(engine) for _ in range(6)]
    whole = engine.due(as_=ANNA)
    assert {*opened} == {*cases}
    opened.clear()

    assert [*engine.due(as_=ANNA, limit=2)] == [*whole[:2]]

    assert len({*opened}) <= 3


def test_what_anybody_writes_is_seen_by_everybody_who_asks_again(place: Place, engine: Engine) -> None:
    with place.open(clock=engine._clock) as another:
        for one in (engine, another):
            assert all_due(one) == []
        for writes, reads in [(engine, another), (another, engine)]:
            case = referred(writes)
            assert case in {row.case for row in all_due(reads)}
            assert all_due(reads) == all_due(writes) == said_anew(place, engine)


def test_whatever_programs_do_each_says_what_one_says_that_opens_every_case(place: Place, engine: Engine) -> None:
    chance = random.Random(7)
    steps = ["register_referral", "safe_first_contact", "urgent_needs_assessment"]
    asked: list[dict[str, Any]] = [
        {},
        {"role": "case_manager_sending"},
        {"organisation": "another_house"},
        {"mine": True},
    ]
    with ExitStack() as stack:
        programs = [engine, *(stack.enter_context(place.open(clock=engine._clock)) for _ in range(2))]
        cases = [referred(engine, as_=one) for one in (ANNA, BERT)]
        for _ in range(30):
            program, case = chance.choice(programs), chance.choice(cases)
            match chance.randrange(5):
                case 0:
                    cases.append(referred(program, as_=chance.choice([ANNA, BERT])))
                case 1:
                    program.do(commands.Note(case, text="an invented note"), as_=ANNA)
                case 2:
                    given = [commands.Complete(chance.choice(cases), step=chance.choice(steps)) for _ in range(3)]
                    assert len([*program.do_all(given, as_=ANNA)]) == 3
                case 3:
                    program.do(commands.Incident(case, type="complaint"), as_=ANNA)
                case 4:
                    engine._clock.moment += timedelta(hours=9)
            more = chance.choice(asked)
            assert all_due(chance.choice(programs), chance.choice([1, 3, 100]), **more) == said_anew(
                place, engine, **more
            )


def test_after_very_much_was_written_every_case_is_opened_again(
    place: Place, engine: Engine, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenda, "MOST_NEW", 3)
    cases = [referred(engine) for _ in range(3)]
    all_due(engine)
    engine.do(commands.Note(cases[0], text="an invented note"), as_=ANNA)
    opened.clear()
    engine.due(as_=ANNA, limit=1)
    assert cases[1] not in opened[:1]

    for _ in range(4):
        engine.do(commands.Note(cases[0], text="an invented note"), as_=ANNA)
    opened.clear()

    assert all_due(engine) == said_anew(place, engine)
    assert opened[:3] == sorted(cases)


# --- whoever can write the file ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "deed", ["UPDATE wh_cases SET status = 'closed'", "DELETE FROM wh_cases", "UPDATE wh_cases SET state = head"]
)
def test_whoever_takes_a_row_away_makes_no_program_forget_what_is_due_in_it(
    place: Place, engine: Engine, deed: str
) -> None:
    cases = [referred(engine) for _ in range(3)]  # of one day: what is due stands in the order of their numbers
    before = all_due(engine)

    place.write(f"{deed} WHERE number = ?", max(cases))

    page = engine.due(as_=ANNA)

    assert [*page] == [row for row in before if row.case != max(cases)]
    assert page.damaged == (max(cases),)
    with place.open(clock=engine._clock) as another:
        assert another.due(as_=ANNA).damaged == (max(cases),)


def test_a_case_that_was_mended_is_listed_again_though_nothing_was_written_in_it(place: Place, engine: Engine) -> None:
    case, other = referred(engine), referred(engine)
    before = all_due(engine)
    state = place.rows("SELECT state FROM wh_cases WHERE number = ?", case)[0][0]
    place.write("UPDATE wh_cases SET state = ? WHERE number = ?", b"x", case)
    with place.open(clock=engine._clock) as another:
        for one in (engine, another):
            assert ({row.case for row in one.due(as_=ANNA)}, one.due(as_=ANNA).damaged) == ({other}, (case,))

        place.write("UPDATE wh_cases SET state = ? WHERE number = ?", bytes(state), case)

        for one in (engine, another):
            assert (all_due(one), one.due(as_=ANNA).damaged) == (before, ())


def test_whoever_opens_a_case_whose_row_is_gone_is_told_so_by_the_next_list(place: Place, engine: Engine) -> None:
    referred(engine)
    all_due(engine)
    with place.open(clock=engine._clock) as another:
        new = referred(another)

    place.write("DELETE FROM wh_cases WHERE number = ?", new)

    for _ in range(2):
        assert engine.due(as_=ANNA).damaged == (new,)


@pytest.mark.parametrize(
    "end", ["generation = 99", "generation = 99, n = 0", "generation = 99, n = 400", "epoch = 5, n = 0", "epoch = 5, n = 400", "n = 400",
            "generation = 'no number'", "epoch = 'no number'", "n = 'no number'", "generation = 1.5", "n = x'00'"]
)  # fmt: skip
def test_whoever_puts_an_event_at_the_end_of_the_order_hides_nothing_that_is_kept_after_it(
    place: Place, engine: Engine, end: str
) -> None:
    """What comes after it would stand before it, and a program that follows would never be told. What has its place is refused.

    A file takes what is no number, and sets it after all numbers; a server does not take it.
    """
    first, *others = [a_case(engine, age_status="adult") for _ in range(4)]
    assert all_due(engine) == []
    with suppress(TypeError):
        place.write(f"UPDATE wh_ledger SET {end} WHERE number = ? AND seq = 1", first)
    assert all_due(engine) == []

    kept = set()
    with place.open(clock=engine._clock) as another:
        for case in others:
            with suppress(StoreUnavailable):
                another.do(commands.Complete(case, step="register_referral"), as_=ANNA)
                kept.add(case)
            assert {row.case for row in all_due(engine)} == kept


def test_where_an_older_copy_is_put_back_under_a_program_what_was_due_in_it_is_due(
    place: Place, engine: Engine
) -> None:
    """Nothing was due any more in what the program saw last."""
    case = referred(engine)
    before = said_anew(place, engine)
    kept = {name: place.rows(f"SELECT * FROM {name}") for name in ("wh_ledger", "wh_cases")}
    engine.do(commands.Correct(case, seq=2, why="an invented mistake"), as_=ANNA)
    assert before != all_due(engine) == []

    for name, rows in kept.items():
        place.write(f"DELETE FROM {name} WHERE number = ?", case)
        for row in rows:
            place.write(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", *row)

    assert all_due(engine) == before


# --- what is taken back, and what comes late -----------------------------------------------------------------------------


def test_a_row_that_was_made_again_is_believed_and_not_what_was_known_of_it(place: Place, engine: Engine) -> None:
    """As a newer program makes it, of which what is due is another."""
    case = referred(engine)
    before = all_due(engine)
    known = engine._store._agenda
    assert known is not None
    for second in {second for second, _ in known._entries}:  # as if it had been due a day later when it was seen
        known._entries = [(second + 86_400, number) if s == second else (s, number) for s, number in known._entries]
    known._of_case[case] = agenda.Dates(
        tuple(s + 86_400 for s in known._of_case[case].seconds), known._of_case[case].digest
    )

    assert all_due(engine) == before
    assert all_due(engine, 1) == before


def test_what_a_host_takes_back_was_seen_by_nobody(tmp_path: Path, packs: Packs) -> None:
    """What comes in its place has the same position in the order of all events."""
    host = sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    wh.create(f"sqlite:///{tmp_path / 'host.db'}")
    with Engine.open(f"sqlite:///{tmp_path / 'host.db'}", packs=packs, clock=StoryClock(START)) as engine:
        one, two = a_case(engine, age_status="adult"), a_case(engine, age_status="adult")
        assert all_due(engine) == []
        with host.connect() as connection, connection.begin():
            acting = engine.acting(ANNA, within=connection)
            with connection.begin_nested() as taken_back:
                acting.do(commands.Note(one, text="an invented note"))
                assert acting.due() == ()
                taken_back.rollback()
            acting.do(commands.Complete(two, step="register_referral"))
            assert {row.case for row in acting.due()} == {two}

        assert {row.case for row in all_due(engine)} == {two}


class Doubts:
    """Asks what is due while a command is being written, and then will not have it."""

    def __init__(self) -> None:
        self.engine: Engine | None = None

    @hookimpl
    def wayhome_recorded(self, events: Any) -> None:
        if self.engine is not None:
            assert all_due(self.engine) == []
            raise ZeroDivisionError


def test_what_a_listener_does_not_let_be_kept_was_seen_by_nobody(place: Place) -> None:
    place.make()
    doubts = Doubts()
    with place.open(clock=StoryClock(START), hooks=[doubts]) as engine:
        one, two = a_case(engine, age_status="adult"), a_case(engine, age_status="adult")
        doubts.engine = engine
        with pytest.raises(ZeroDivisionError):
            engine.do(commands.Note(one, text="an invented note"), as_=ANNA)
        doubts.engine = None
        with place.open(clock=engine._clock) as another:
            another.do(commands.Complete(two, step="register_referral"), as_=ANNA)

        assert {row.case for row in all_due(engine)} == {two}


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_who_writes_late_is_seen_though_others_were_seen_before(place: Place, engine: Engine) -> None:
    """A transaction that began first, and ends last, comes in the order of all events before what was seen already."""
    early, late = a_case(engine, age_status="adult"), a_case(engine, age_status="adult")
    host = postgres.an_engine()
    assert all_due(engine) == []
    with host.connect() as slow:
        engine.acting(ANNA, within=slow).do(commands.Complete(early, step="register_referral"))
        engine.do(commands.Complete(late, step="register_referral"), as_=ANNA)
        assert {row.case for row in all_due(engine)} == {late}
        slow.commit()

    assert {row.case for row in all_due(engine)} == {early, late}
    assert all_due(engine) == said_anew(place, engine)


def test_many_threads_ask_and_write_and_nobody_misses_anything(place: Place, engine: Engine) -> None:
    cases = [referred(engine) for _ in range(4)]
    failed: list[BaseException] = []

    def write(case: str) -> None:
        try:
            for n in range(5):
                engine.do(commands.Note(case, text=str(n)), as_=ANNA)
                new = referred(engine)
                assert new in {row.case for row in all_due(engine)}
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(case,)) for case in cases]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert failed == []
    assert all_due(engine) == said_anew(place, engine)
