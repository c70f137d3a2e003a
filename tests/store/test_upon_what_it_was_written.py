"""Each event says upon what it was written, also beside transactions that stay open, are taken back, or stand next to one another.

Before the first event of the first case stands one of the office: which packs have made its process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import wayhome as wh
from wayhome import Engine, commands
from wayhome.store.claims import Claims
from wayhome.store.ledger import Claim

from tests.conftest import ANNA, a_case, all_packs
from tests.places import Place, a_place

WORDS = "invented words"


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    place.make()
    with place.open() as engine:
        yield engine


def claims(engine: Engine) -> dict[str, list[Claim]]:
    """What each event claims, by its case."""
    found: dict[str, list[Claim]] = {}
    with engine._store.database.reading() as connection:
        for one, row in Claims._newest_first(connection):
            body = engine._store.body(connection, row, one.before or bytes(32))
            found.setdefault(row["number"], []).append(body.upon)
    return found


def test_each_command_claims_all_that_was_there_before_it(engine: Engine) -> None:
    one, other = a_case(engine), a_case(engine)
    for case in (one, other, one):
        engine.do(commands.Note(case, text=WORDS), as_=ANNA)

    found = claims(engine)

    assert sorted(claim.covers for claim in found[one] + found[other]) == [0, 2, 3, 4, 5]
    assert engine.verify().ok


def test_a_program_that_was_just_opened_goes_on_from_the_newest_claim(place: Place) -> None:
    place.make()
    for _ in range(3):
        with place.open() as engine:
            a_case(engine)
    with place.open() as engine:
        assert max(claim.covers for all_ in claims(engine).values() for claim in all_) == 3
        assert engine.verify().ok


def test_two_programs_that_write_in_turn_claim_what_the_other_wrote(place: Place) -> None:
    place.make()
    with place.open() as one, place.open() as other:
        case = a_case(one)
        for engine in (other, one, other):
            engine.do(commands.Note(case, text=WORDS), as_=ANNA)

        assert sorted(claim.covers for claim in claims(one)[case]) == [0, 2, 3, 4]
        assert one.verify().ok


def test_many_commands_of_one_transaction_claim_the_same(engine: Engine) -> None:
    case = a_case(engine)
    assert all(engine.do_all([commands.Note(case, text=WORDS) for _ in range(5)], as_=ANNA))

    assert sorted({claim.covers for claim in claims(engine)[case]}) == [0, 2]
    engine.do(commands.Note(case, text=WORDS), as_=ANNA)
    assert max(claim.covers for claim in claims(engine)[case]) == 7
    assert engine.verify().ok


def test_what_a_host_took_back_was_claimed_by_nobody(tmp_path: Path) -> None:
    database = sa.create_engine(f"sqlite:///{tmp_path}/host.db")
    wh.create(database, keys=lambda _: bytes(32))
    with Engine.open(database, keys=lambda _: bytes(32), packs=all_packs()) as engine:
        case = a_case(engine)
        for _ in range(2):
            with database.connect() as connection:
                engine.acting(ANNA, within=connection).do(commands.Note(case, text=WORDS))
                engine.acting(ANNA, within=connection).do(commands.Note(case, text=WORDS))
                connection.rollback()
            engine.do(commands.Note(case, text=WORDS), as_=ANNA)
            with database.begin() as connection:
                engine.acting(ANNA, within=connection).do(commands.Note(case, text=WORDS))

        assert sorted(claim.covers for claim in claims(engine)[case]) == [0, 2, 3, 4, 5]
        assert engine.verify().ok


def test_a_hosts_transaction_that_stays_open_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Eight threads write twenty commands each in other cases; the host rolls back, and both go on."""
    place = a_place("postgresql", tmp_path)
    place.make()
    host = sa.create_engine(place.address)
    try:
        with place.open() as engine, host.connect() as connection:
            cases = [a_case(engine) for _ in range(9)]
            engine.acting(ANNA, within=connection).do(commands.Note(cases[8], text=WORDS))

            def work(case: str) -> None:
                for _ in range(20):
                    engine.do(commands.Note(case, text=WORDS), as_=ANNA)

            threads = [threading.Thread(target=work, args=(case,)) for case in cases[:8]]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            assert not any(thread.is_alive() for thread in threads)
            connection.rollback()

            for case in (cases[8], cases[0]):
                engine.do(commands.Note(case, text=WORDS), as_=ANNA)
            assert engine.verify().ok
            # What was written beside the open transaction is claimed once it is at its end.
            assert max(claim.covers for all_ in claims(engine).values() for claim in all_) == 1 + 9 + 160 + 1
    finally:
        host.dispose()
        place.gone()
