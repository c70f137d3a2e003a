"""Two at once, a power cut, a full disk: nothing is lost, nothing is half there, and every failure is one clear sentence."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from wayhome import BadInput, Conflict, Engine, NotFound, Refused, StoreUnavailable, commands, create
from wayhome.store.vault import make_key_file

from tests.conftest import ANNA, a_case, all_packs, engine_at
from tests.places import Place
from tests.waiting import sampled


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "wayhome.db"


def opened(file: Path, *, create: bool = True) -> Engine:
    return (engine_at if create else Engine.open)(f"sqlite:///{file}", packs=all_packs())


@pytest.fixture
def case(file: Path) -> str:
    """The only case in the file; nobody has opened the file now."""
    with opened(file) as engine:
        return a_case(engine, age_status="adult")


@pytest.fixture
def engine(file: Path, case: str) -> Iterator[Engine]:
    """An engine that has opened the file with its one case."""
    with opened(file) as engine:
        yield engine


@pytest.fixture
def kept(place: Place) -> str:
    """The only case of a database, of a file or of a server; nobody has opened it now."""
    place.make()
    with place.open() as engine:
        return a_case(engine, age_status="adult")


def note(engine: Engine, case: str, text: str = "an invented note", **more: Any) -> Any:
    return engine.do(commands.Note(case, text=text, **more), as_=ANNA)


# --- two at once ------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], Any]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def race(place: Place, case: str, version: int | None) -> list[str]:
    """Let two programs do the same at the same moment; give the sorts of their answers."""
    answers: list[object] = []
    barrier = threading.Barrier(2)

    def act() -> None:
        with place.open() as engine:
            barrier.wait()
            try:
                command = commands.Complete(case, step="register_referral", if_version=version)
                answers.append(engine.do(command, as_=ANNA))
            except (Conflict, Refused) as error:
                answers.append(error)

    at_once(act, act)
    return sorted(type(answer).__name__ for answer in answers)


def test_of_two_who_saw_the_same_version_exactly_one_wins(place: Place, kept: str) -> None:
    assert race(place, kept, version=1) == ["Conflict", "Done"]
    with place.open() as engine:
        assert engine.case(kept, as_=ANNA).version == 2
        assert engine.verify().ok


def test_without_a_version_both_are_judged_one_after_the_other(place: Place, kept: str) -> None:
    assert race(place, kept, version=None) == ["Done", "Refused"]


def test_many_threads_on_one_engine_lose_nothing(place: Place, kept: str) -> None:
    with place.open() as engine:
        at_once(*(partial(note, engine, kept, f"invented note {n}") for n in range(20)))

        assert engine.case(kept, as_=ANNA).version == 21
        assert engine.verify().ok


# --- keys ----------------------------------------------------------------------------------------------


def test_the_same_command_under_its_key_happens_once_and_answers_the_same(place: Place, kept: str) -> None:
    with place.open() as engine:
        first, second = note(engine, kept, key="note-1"), note(engine, kept, key="note-1")

        assert second == first
        assert engine.case(kept, as_=ANNA).version == 2


def test_another_command_under_a_used_key_is_bad_input(place: Place, kept: str) -> None:
    with place.open() as engine:
        note(engine, kept, key="note-1")

        with pytest.raises(BadInput, match="key"):
            note(engine, kept, "another invented note", key="note-1")


def test_a_refusal_uses_no_key(place: Place, kept: str) -> None:
    with place.open() as engine:
        with pytest.raises(Refused):
            engine.do(commands.Complete(kept, step="safe_first_contact", key="k"), as_=ANNA)

        engine.do(commands.Complete(kept, step="register_referral", key="k"), as_=ANNA)

        assert engine.case(kept, as_=ANNA).version == 2


def test_opening_twice_under_one_key_gives_one_case(place: Place) -> None:
    place.make()
    with place.open() as engine:
        command = commands.Open(host_country="BE", origin_country="NG", key="intake-1")

        assert engine.do(command, as_=ANNA).case == engine.do(command, as_=ANNA).case
        assert len(engine.cases(as_=ANNA)) == 1


def test_eight_threads_read_whole_commands_while_another_writes(place: Place, kept: str) -> None:
    with place.open() as engine:
        case = kept
        done, broken = threading.Event(), []

        def read() -> None:
            seen = 0
            while not done.is_set():
                view, rows = engine.case(case, as_=ANNA), engine.history(case, as_=ANNA)
                if not seen <= view.version <= len(rows) or [row.seq for row in rows] != [*range(1, len(rows) + 1)]:
                    broken.append((seen, view.version, len(rows)))
                seen = len(rows)

        readers = [threading.Thread(target=read) for _ in range(8)]
        for reader in readers:
            reader.start()
        for number in range(20):
            note(engine, case, f"an invented note, {number}")
        done.set()
        for reader in readers:
            reader.join()

        assert broken == []
        assert engine.verify().ok


# --- a power cut -------------------------------------------------------------------------------------------

WRITER = """
    import sys
    from wayhome import Actor, Engine, commands
    engine = Engine.open(sys.argv[1], schema=sys.argv[3] or None, key_file=sys.argv[4])
    anna = Actor("anna", "invented_house", {"case_manager_sending"})
    print("ready", flush=True)
    for number in range(100_000):
        done = engine.do(commands.Note(sys.argv[2], text=f"invented note {number}"), as_=anna)
        print(done.version, flush=True)
"""


@pytest.mark.parametrize("seen", sampled([7], [1, 40]))
def test_after_kill_9_every_acknowledged_command_is_there_and_no_half_of_one(
    place: Place, kept: str, seen: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), place.address, kept, place.schema or "", str(place.key)],
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

    with place.open() as engine:
        found = engine.verify()
        assert found.ok, found.problems
        assert engine.case(kept, as_=ANNA).version >= acknowledged
        engine.do(commands.Complete(kept, step="register_referral"), as_=ANNA)


# --- what cannot be used ---------------------------------------------------------------------------------------


def key_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.key")


def test_without_its_key_file_nothing_is_told_and_its_chain_can_be_checked(place: Place, kept: str) -> None:
    place.key.unlink()

    with place.open() as engine:
        for ask in (lambda: note(engine, kept), lambda: engine.case(kept, as_=ANNA), engine.verify):
            with pytest.raises(StoreUnavailable, match="The key of this database is missing"):
                ask()
        assert engine.verify(chain_only=True).ok
        assert [*engine.heads()] == [kept, "office"]


def test_a_key_file_that_others_may_read_is_refused(file: Path, case: str) -> None:
    key_of(file).chmod(0o644)

    with opened(file) as engine, pytest.raises(StoreUnavailable, match="chmod 600"):
        note(engine, case)


def test_the_key_of_another_database_opens_nothing(file: Path, case: str, tmp_path: Path) -> None:
    with opened(file) as engine:
        note(engine, case)
    opened(tmp_path / "other.db").close()
    key_of(file).write_bytes(key_of(tmp_path / "other.db").read_bytes())

    with opened(file) as engine, pytest.raises(StoreUnavailable, match="does not open"):
        engine.history(case, as_=ANNA)


def test_the_key_file_is_made_for_its_owner_alone(file: Path) -> None:
    opened(file).close()

    assert key_of(file).stat().st_mode & 0o777 == 0o600


def test_a_database_of_a_newer_version_is_left_alone(file: Path) -> None:
    opened(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE wh_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(StoreUnavailable, match="newer"):
        opened(file)


@pytest.mark.parametrize("content", [b"this is no database at all, only a few words" * 50, b""])
def test_a_file_that_is_no_database_is_said_so(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(StoreUnavailable):
        opened(file, create=False)

    assert file.read_bytes() == content


def test_a_missing_database_is_not_made_by_asking(file: Path) -> None:
    with pytest.raises(StoreUnavailable) as told:
        opened(file, create=False)

    assert told.value.code == "no_database"
    assert not file.exists()


def test_a_database_of_other_tables_is_left_alone(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE something_else (a)")
    connection.close()

    with pytest.raises(StoreUnavailable, match="no Wayhome database"):
        opened(file)


def test_a_full_disk_is_one_sentence_and_nothing_is_saved(engine: Engine, case: str) -> None:
    disk = engine._store.database.connection
    pages = disk.execute("PRAGMA page_count").fetchone()[0]
    disk.execute(f"PRAGMA max_page_count = {pages}")

    def fill_the_disk() -> None:
        for _ in range(50):
            note(engine, case, "invented " * 900)

    with pytest.raises(StoreUnavailable, match="full"):
        fill_the_disk()

    disk.execute(f"PRAGMA max_page_count = {pages * 100}")
    assert engine.verify().ok


def test_a_read_only_database_is_one_sentence(engine: Engine, case: str) -> None:
    engine._store.database.connection.execute("PRAGMA query_only = ON")

    with pytest.raises(StoreUnavailable, match="read-only"):
        note(engine, case)


def test_a_writer_that_hangs_gives_one_sentence(engine: Engine, case: str, file: Path) -> None:
    engine._store.database.connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable, match="busy"):
        note(engine, case)

    other.rollback()
    other.close()
    note(engine, case)


def test_an_unknown_case_is_not_found(place: Place) -> None:
    place.make()
    with place.open() as engine, pytest.raises(NotFound):
        engine.case("WH-7K3M9-Q2F4A-Z", as_=ANNA)


def test_a_mistyped_case_number_is_recognised_as_mistyped(engine: Engine) -> None:
    with pytest.raises(BadInput, match="mistyped"):
        engine.case("WH-7K3M9-Q2F4B-Z", as_=ANNA)


def test_a_database_of_the_first_format_is_refused_with_one_sentence_and_left_as_it_is(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version_wayhome (version_num VARCHAR(32) NOT NULL)")
        connection.execute("CREATE TABLE cases (number VARCHAR)")
    connection.close()
    before = file.read_bytes()

    with pytest.raises(
        StoreUnavailable, match="The first Wayhome made this database, and this one does not read it"
    ) as told:
        opened(file)

    assert told.value.code == "first_format"
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_migrations_and_tables_say_the_same(file: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine
    from wayhome.store.tables import METADATA

    opened(file).close()
    with create_engine(f"sqlite:///{file}").connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "wh_version"})
        assert compare_metadata(context, METADATA) == []


# --- making one: whole, or not at all --------------------------------------------------------------------------------------


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_new_database_and_its_key_are_for_their_owner_alone(file: Path) -> None:
    before = os.umask(0)
    try:
        create(f"sqlite:///{file}", key_file=key_of(file))
    finally:
        os.umask(before)

    assert left_in(file.parent) == {"wayhome.db", "wayhome.db.key"}
    assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}


def test_nothing_is_made_over_a_file_that_is_there(file: Path) -> None:
    file.write_bytes(b"an invented letter")

    with pytest.raises(BadInput, match="There is a file of that name already; nothing was changed"):
        create(f"sqlite:///{file}", key_file=key_of(file))

    assert file.read_bytes() == b"an invented letter"
    assert left_in(file.parent) == {"wayhome.db"}


def test_a_key_that_is_there_is_used_and_one_that_is_none_makes_no_database(file: Path) -> None:
    key_of(file).write_text("no key at all")
    key_of(file).chmod(0o600)

    with pytest.raises(StoreUnavailable, match="no key"):
        create(f"sqlite:///{file}", key_file=key_of(file))

    assert left_in(file.parent) == {"wayhome.db.key"}
    key_of(file).unlink()
    make_key_file(key_of(file))
    made = key_of(file).read_bytes()
    create(f"sqlite:///{file}", key_file=key_of(file))
    assert key_of(file).read_bytes() == made


def test_a_full_disk_while_it_is_made_leaves_no_database(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("wayhome.store.making.prepare_new", full)

    with pytest.raises(StoreUnavailable, match="The disk is full"):
        create(f"sqlite:///{file}", key_file=key_of(file))

    assert left_in(file.parent) == {"wayhome.db.key"}
    monkeypatch.undo()
    create(f"sqlite:///{file}", key_file=key_of(file))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EROFS, "The database is read-only"),
        (errno.EACCES, "The database is read-only"),
    ],
)
def test_what_the_system_refuses_while_the_key_is_written_leaves_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, "an invented word of the system")

    monkeypatch.setattr("wayhome.store.files.os.fsync", refused)

    with pytest.raises(StoreUnavailable, match=said):
        create(f"sqlite:///{file}", key_file=key_of(file))

    assert left_in(file.parent) == set()


def test_in_a_folder_that_is_not_there_nothing_is_made_and_one_sentence_says_so(file: Path) -> None:
    with pytest.raises(StoreUnavailable, match="The database cannot be opened") as told:
        create(
            f"sqlite:///{file.parent / 'no-such-folder' / file.name}",
            key_file=key_of(file.parent / "no-such-folder" / file.name),
        )

    assert told.value.why == "Its file or its folder does not exist, or may not be used."
    assert left_in(file.parent) == set()


def test_on_a_disk_without_second_names_nothing_is_made_and_the_sentence_is_true(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.EPERM, "an invented word of the system")

    monkeypatch.setattr("wayhome.store.files.os.link", none)

    with pytest.raises(StoreUnavailable, match="On this disk no database can be made") as told:
        create(f"sqlite:///{file}", key_file=key_of(file))

    assert told.value.todo == "Make it on another disk."
    assert left_in(file.parent) == set()


def test_an_engine_that_was_closed_answers_nothing_more(file: Path) -> None:
    engine = opened(file)
    case = a_case(engine)
    engine.close()

    for ask in (lambda: engine.case(case, as_=ANNA), lambda: note(engine, case), engine.verify):
        with pytest.raises(StoreUnavailable, match="The database was closed"):
            ask()


MAKES = """
import os, sys
from wayhome import create
from wayhome.store import files, making

at, seen = int(sys.argv[2]), 0
def killed(*_):
    global seen
    seen += 1
    if seen == at:
        os.kill(os.getpid(), 9)
for where, name in ((making, "make_key_file"), (making, "_build"), (files, "_to_the_disk"), (files, "_link")):
    real = getattr(where, name)
    setattr(where, name, lambda *given, real=real, **more: (killed(), real(*given, **more), killed())[1])
create(sys.argv[1], key_file=sys.argv[1].removeprefix("sqlite:///") + ".key")
"""


PLACES = 16  # before and after each thing that is written


def made_and_killed(url: str, at: int) -> int:
    """Make a database in a process that is killed at a place; gives how it ended."""
    return subprocess.run([sys.executable, "-c", MAKES, url, str(at)], check=False).returncode


def test_whoever_is_killed_at_no_place_makes_a_database(file: Path) -> None:
    """Else the next test would prove nothing."""
    assert made_and_killed(f"sqlite:///{file}", PLACES + 1) == 0
    assert file.exists()


@pytest.mark.parametrize("at", sampled([8], [at for at in range(1, PLACES + 1) if at != 8]))
def test_whoever_is_killed_while_making_one_leaves_none_or_a_whole_one_and_it_can_be_made_then(
    file: Path, at: int
) -> None:
    url = f"sqlite:///{file}"
    assert made_and_killed(url, at) == -signal.SIGKILL

    if file.exists():
        with Engine.open(url, packs=all_packs()) as engine:
            assert engine.verify().ok
    else:
        create(url, key_file=key_of(file))
    with Engine.open(url, packs=all_packs()) as engine:
        assert a_case(engine, age_status="adult")


def test_an_empty_key_is_no_key_and_is_said_so(engine: Engine, case: str) -> None:
    """A program that sends none by mistake would write the same twice, and never hear of it."""
    with pytest.raises(BadInput) as told:
        engine.do(commands.Note(case, text="an invented note", key=""), as_=ANNA)

    assert [(fault.field, fault.code) for fault in told.value.faults] == [("key", "unreadable")]
