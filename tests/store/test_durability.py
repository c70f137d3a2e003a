"""Two at once, a power cut, a full disk: nothing is lost, nothing is half there, and every failure is one clear sentence."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from wayhome import Actor, BadInput, Conflict, Engine, NotFound, Refused, StoreUnavailable, commands
from wayhome.packs.plugins import Packs


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "wayhome.db"


def opened(file: Path, packs: Packs, *, create: bool = True) -> Engine:
    return Engine.open(f"sqlite:///{file}", create=create, packs=packs)


def a_case(engine: Engine, anna: Actor) -> str:
    return engine.do(
        commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=anna
    ).case


# --- two at once ------------------------------------------------------------------------------------


def race(file: Path, packs: Packs, case: str, anna: Actor, version: int | None) -> list[object]:
    answers: list[object] = []
    barrier = threading.Barrier(2)

    def act() -> None:
        with opened(file, packs, create=False) as engine:
            barrier.wait()
            try:
                answers.append(
                    engine.do(commands.Complete(case, step="register_referral", if_version=version), as_=anna)
                )
            except (Conflict, Refused) as error:
                answers.append(error)

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_who_saw_the_same_version_exactly_one_wins(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)

    answers = race(file, packs, case, anna, version=1)

    assert sorted(type(a).__name__ for a in answers) == ["Conflict", "Done"]
    with opened(file, packs) as engine:
        assert engine.case(case, as_=anna).version == 2
        assert engine.verify().ok


def test_without_a_version_both_are_judged_one_after_the_other(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)

    answers = race(file, packs, case, anna, version=None)

    assert sorted(type(a).__name__ for a in answers) == ["Done", "Refused"]


def test_many_threads_on_one_engine_lose_nothing(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
        threads = [
            threading.Thread(target=lambda n=n: engine.do(commands.Note(case, text=f"invented note {n}"), as_=anna))
            for n in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert engine.case(case, as_=anna).version == 21
        assert engine.verify().ok


# --- keys ----------------------------------------------------------------------------------------------


def test_the_same_command_under_its_key_happens_once_and_answers_the_same(
    file: Path, packs: Packs, anna: Actor
) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
        note = commands.Note(case, text="an invented note", key="note-1")

        first, second = engine.do(note, as_=anna), engine.do(note, as_=anna)

        assert second == first
        assert engine.case(case, as_=anna).version == 2


def test_another_command_under_a_used_key_is_bad_input(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
        engine.do(commands.Note(case, text="an invented note", key="note-1"), as_=anna)

        with pytest.raises(BadInput, match="key"):
            engine.do(commands.Note(case, text="another invented note", key="note-1"), as_=anna)


def test_a_refusal_uses_no_key(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
        early = commands.Complete(case, step="safe_first_contact", key="k")
        with pytest.raises(Refused):
            engine.do(early, as_=anna)

        engine.do(commands.Complete(case, step="register_referral", key="k"), as_=anna)

        assert engine.case(case, as_=anna).version == 2


def test_opening_twice_under_one_key_gives_one_case(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        command = commands.Open(host_country="BE", origin_country="NG", key="intake-1")

        assert engine.do(command, as_=anna).case == engine.do(command, as_=anna).case
        assert len(engine.cases(as_=anna)) == 1


# --- a power cut -------------------------------------------------------------------------------------------

WRITER = """
    import sys
    from wayhome import Actor, Engine, commands
    engine = Engine.open(sys.argv[1], create=False)
    anna = Actor("anna", "invented_house", {"case_manager_sending"})
    print("ready", flush=True)
    for number in range(100_000):
        done = engine.do(commands.Note(sys.argv[2], text=f"invented note {number}"), as_=anna)
        print(done.version, flush=True)
"""


@pytest.mark.parametrize("seen", [1, 7, 40])
def test_after_kill_9_every_acknowledged_command_is_there_and_no_half_of_one(
    file: Path, packs: Packs, anna: Actor, seen: int
) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), f"sqlite:///{file}", case],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    acknowledged = 0
    for _ in range(seen):
        acknowledged = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    rest = process.stdout.read().split()
    process.wait()
    acknowledged = max([acknowledged, *(int(line) for line in rest[:-1])])

    with opened(file, packs) as engine:
        found = engine.verify()
        assert found.ok, found.problems
        assert engine.case(case, as_=anna).version >= acknowledged
        engine.do(commands.Complete(case, step="register_referral"), as_=anna)


# --- what cannot be used ---------------------------------------------------------------------------------------


def test_a_missing_key_file_is_one_sentence_and_reading_goes_on(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
    file.with_name("wayhome.db.key").unlink()

    with opened(file, packs) as engine:
        with pytest.raises(StoreUnavailable, match="key"):
            engine.do(commands.Note(case, text="an invented note"), as_=anna)
        assert engine.case(case, as_=anna).version == 1
        assert engine.verify().ok


def test_a_key_file_that_others_may_read_is_refused(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
    file.with_name("wayhome.db.key").chmod(0o644)

    with opened(file, packs) as engine, pytest.raises(StoreUnavailable, match="chmod 600"):
        engine.do(commands.Note(case, text="an invented note"), as_=anna)


def test_the_key_of_another_database_opens_nothing(file: Path, packs: Packs, anna: Actor, tmp_path: Path) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
        engine.do(commands.Note(case, text="an invented note"), as_=anna)
    other = tmp_path / "other.db"
    opened(other, packs).close()
    file.with_name("wayhome.db.key").write_bytes(other.with_name("other.db.key").read_bytes())

    with opened(file, packs) as engine, pytest.raises(StoreUnavailable, match="does not open"):
        engine.history(case, as_=anna)


def test_the_key_file_is_made_for_its_owner_alone(file: Path, packs: Packs) -> None:
    opened(file, packs).close()

    assert file.with_name("wayhome.db.key").stat().st_mode & 0o777 == 0o600


def test_a_database_of_a_newer_version_is_left_alone(file: Path, packs: Packs) -> None:
    opened(file, packs).close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version_wayhome SET version_num = '9999'")
    connection.close()

    with pytest.raises(StoreUnavailable, match="newer"):
        opened(file, packs)


@pytest.mark.parametrize("content", [b"this is no database at all, only a few words" * 50, b""])
def test_a_file_that_is_no_database_is_said_so(file: Path, packs: Packs, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(StoreUnavailable):
        opened(file, packs, create=False)

    assert file.read_bytes() == content


def test_a_missing_database_is_not_made_by_asking(file: Path, packs: Packs) -> None:
    with pytest.raises(StoreUnavailable) as told:
        opened(file, packs, create=False)

    assert told.value.code == "no_database"
    assert not file.exists()


def test_a_database_of_other_tables_is_left_alone(file: Path, packs: Packs) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE something_else (a)")
    connection.close()

    with pytest.raises(StoreUnavailable, match="no Wayhome database"):
        opened(file, packs)


def test_a_full_disk_is_one_sentence_and_nothing_is_saved(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
        pages = engine._store.database.connection.execute("PRAGMA page_count").fetchone()[0]
        engine._store.database.connection.execute(f"PRAGMA max_page_count = {pages}")

        def fill_the_disk() -> None:
            for _ in range(50):
                engine.do(commands.Note(case, text="invented " * 900), as_=anna)

        with pytest.raises(StoreUnavailable, match="full"):
            fill_the_disk()

        engine._store.database.connection.execute(f"PRAGMA max_page_count = {pages * 100}")
        assert engine.verify().ok


def test_a_read_only_database_is_one_sentence(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
        engine._store.database.connection.execute("PRAGMA query_only = ON")

        with pytest.raises(StoreUnavailable, match="read-only"):
            engine.do(commands.Note(case, text="an invented note"), as_=anna)


def test_a_writer_that_hangs_gives_one_sentence(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine:
        case = a_case(engine, anna)
        engine._store.database.connection.execute("PRAGMA busy_timeout = 50")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreUnavailable, match="busy"):
            engine.do(commands.Note(case, text="an invented note"), as_=anna)

        other.rollback()
        other.close()
        engine.do(commands.Note(case, text="an invented note"), as_=anna)


def test_an_unknown_case_is_not_found(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine, pytest.raises(NotFound):
        engine.case("WH-7K3M9-Q2F4A-Z", as_=anna)


def test_a_mistyped_case_number_is_recognised_as_mistyped(file: Path, packs: Packs, anna: Actor) -> None:
    with opened(file, packs) as engine, pytest.raises(BadInput, match="mistyped"):
        engine.case("WH-7K3M9-Q2F4B-Z", as_=anna)


def test_migrations_and_tables_say_the_same(file: Path, packs: Packs) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine
    from sqlmodel import SQLModel

    opened(file, packs).close()
    with create_engine(f"sqlite:///{file}").connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "alembic_version_wayhome"})
        assert compare_metadata(context, SQLModel.metadata) == []
