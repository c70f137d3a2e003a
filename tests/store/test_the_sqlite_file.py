"""Our own file: who writes has a turn, who reads waits for nobody, and it can be read where nothing may be written."""

from __future__ import annotations

import os
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from pyrage import x25519
from wayhome import Actor, Engine, LedgerBroken, StoreUnavailable, commands
from wayhome.packs.plugins import Packs
from wayhome.shell.main import run
from wayhome.shell.session import Session
from wayhome.store import sqlite_file
from wayhome.store.statements import ADD_GENERATION, CASE_COLUMNS, SAVE_CASE
from wayhome.store.write_lock import WriteLock

from tests.conftest import ANNA, a_case, all_packs, engine_at

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
NOBODY = 65534


@pytest.fixture
def file() -> Iterator[Path]:
    """A database with one case, in a folder that a plain user can reach; nobody has opened it."""
    with tempfile.TemporaryDirectory(prefix="wayhome-") as folder:
        os.chmod(folder, 0o755)
        path = Path(folder) / "own" / "wayhome.db"
        path.parent.mkdir()
        with engine_at(f"sqlite:///{path}", packs=all_packs()) as engine:
            a_case(engine, age_status="adult")
        yield path
        path.parent.chmod(0o700)


def opened(file: Path) -> Engine:
    return Engine.open(f"sqlite:///{file}", packs=all_packs())


def the_case(engine: Engine) -> str:
    return engine.cases(as_=ANNA)[0].number


def note(engine: Engine, text: str = "an invented note") -> Any:
    return engine.do(commands.Note(the_case(engine), text=text), as_=ANNA)


class Child:
    """Another process: does something, and says how it went."""

    def __init__(self, act: Callable[[], object]) -> None:
        read, write = os.pipe()
        self.said: str | None = None
        if (pid := os.fork()) == 0:
            try:
                told = repr(act())
            except BaseException as error:
                told = f"{type(error).__name__}: {error}"
            os.write(write, told.encode()[:4000])
            os._exit(0)
        os.close(write)
        self.pid, self._read = pid, read

    def answer(self) -> str:
        with os.fdopen(self._read, "rb") as stream:
            told = stream.read().decode()
        os.waitpid(self.pid, 0)
        return told

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._read)


class Holding:
    """Another process that is in the middle of writing; `then` is done there meanwhile."""

    def __init__(self, file: Path, then: Callable[[], object] = lambda: None) -> None:
        read, write = os.pipe()

        def act() -> None:
            with opened(file) as engine, engine._store.database.writing():
                threading.Thread(target=then).start()
                os.write(write, b"!")
                time.sleep(60)

        self.child = Child(act)
        os.close(write)
        assert os.read(read, 1) == b"!"
        os.close(read)


# --- what the driver is told --------------------------------------------------------------------------------


def test_a_look_writes_nothing(file: Path) -> None:
    with opened(file) as engine:
        with pytest.raises(StoreUnavailable) as told, engine._store.database.reading() as look:
            look.write_row(ADD_GENERATION, {"generation": 80})
        assert told.value.code == "read_only"
        assert note(engine).version == 2


def test_tables_that_another_program_changes_are_noticed_by_the_next_who_writes(file: Path) -> None:
    with opened(file) as engine:
        note(engine)
        with sqlite3.connect(file) as other:
            other.execute("CREATE TRIGGER lost AFTER INSERT ON wh_ledger BEGIN DELETE FROM wh_ledger; END")
        with pytest.raises(LedgerBroken, match=r"Something in this database changes what is written\."):
            note(engine)
        with sqlite3.connect(file) as other:
            other.execute("DROP TRIGGER lost")
        assert note(engine).version == 3


def test_a_row_that_is_not_there_to_be_written_is_missed_before_anything_is_kept(file: Path) -> None:
    with opened(file) as engine:
        case = the_case(engine)
        note(engine)
        with sqlite3.connect(file) as other:
            (row,) = other.execute("SELECT * FROM wh_cases WHERE number = ?", (case,)).fetchall()
        values = dict(zip(CASE_COLUMNS, row, strict=True))
        given = {f"new_{name}": values[name] for name in CASE_COLUMNS} | {"of_case": "WH-none"}
        with (
            pytest.raises(LedgerBroken, match=r"A row was not kept\."),
            engine._store.database.writing() as connection,
        ):
            connection.write_row(ADD_GENERATION, {"generation": 80})
            connection.write_row(SAVE_CASE, given)
        with sqlite3.connect(file) as other:
            assert other.execute("SELECT count(*) FROM wh_generations WHERE generation = 80").fetchone() == (0,)


def test_text_that_is_none_any_more_is_named_and_not_stumbled_over(file: Path) -> None:
    with sqlite3.connect(file) as other:
        other.execute("UPDATE wh_cases SET label = CAST(x'ff' AS TEXT)")
        (case,) = other.execute("SELECT number FROM wh_cases").fetchone()
    with opened(file) as engine:
        found = engine.verify()
        assert {problem.case for problem in found.problems} == {case}
        with pytest.raises(LedgerBroken) as told:
            engine.case(case, as_=ANNA)
        assert told.value.code == "row_changed"


def test_a_file_that_is_taken_away_as_it_is_opened_is_not_made_anew(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def late(*given: Any, **named: Any) -> Any:
        file.unlink(missing_ok=True)
        return connect(*given, **named)

    monkeypatch.setattr(sqlite_file.sqlite3, "connect", late)
    with pytest.raises(StoreUnavailable, match=r"The database cannot be opened\."):
        opened(file)
    assert not file.exists()


# --- turns ------------------------------------------------------------------------------------------------


def test_who_comes_first_writes_first(file: Path) -> None:
    """Left to SQLite, each looks again from time to time, and some never at the right moment."""
    holding, writers = Holding(file), []
    read, write = os.pipe()

    def comes() -> int:
        with opened(file) as engine:
            the_case(engine)
            os.write(write, b"!")
            return int(note(engine).version)

    for _ in range(7):
        writers.append(Child(comes))
        os.read(read, 1)
        time.sleep(0.3)
    holding.child.kill()

    wrote = [int(writer.answer()) for writer in writers]
    assert sorted(wrote) == [*range(2, 9)]
    overtaken = sum(earlier > later for n, earlier in enumerate(wrote) for later in wrote[n + 1 :])
    assert overtaken <= 1  # on a busy machine one may be late to the queue


def test_a_turn_ends_with_whoever_has_it_however_that_ends(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 10)
    holding = Holding(file)
    with opened(file) as engine:
        done: list[Any] = []
        waiting = threading.Thread(target=lambda: done.append(note(engine)))
        waiting.start()
        time.sleep(0.3)
        assert not done

        holding.child.kill()

        waiting.join(20)
        assert [one.version for one in done] == [2]


def test_a_child_that_was_forked_in_the_middle_keeps_the_turn_of_nobody(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 3)
    monkeypatch.setattr(sqlite_file, "PATIENCE_SECONDS", 0.2)
    read, write = os.pipe()

    def leave_a_child() -> None:
        if (pid := os.fork()) == 0:
            time.sleep(30)
            os._exit(0)
        os.write(write, f"{pid}\n".encode())

    holding = Holding(file, leave_a_child)
    grandchild = int(os.read(read, 20))
    try:
        holding.child.kill()
        with opened(file) as engine:
            assert note(engine).version == 2
    finally:
        os.kill(grandchild, signal.SIGKILL)


def test_a_turn_that_does_not_come_is_one_sentence_and_the_place_in_the_queue_is_left(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.2)
    with opened(file) as engine, opened(file) as other:
        with WriteLock(file).held(1):
            for _ in range(3):
                with pytest.raises(StoreUnavailable, match="Somebody else has been writing") as told:
                    note(engine)
                assert told.value.code == "busy"
            assert sum(thread.name == "wayhome-turn" for thread in threading.enumerate()) == 1
        time.sleep(0.3)  # now the turn comes to who has left
        monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 5)
        assert note(other).version == 2
        assert note(engine).version == 3
        assert note(other).version == 4


def test_threads_wait_for_each_other_as_long_as_programs_do(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.2)
    with opened(file) as engine:
        told: list[str] = []

        def write() -> None:
            try:
                note(engine)
            except StoreUnavailable as error:
                told.append(error.code)

        with engine._store.database.writing():
            writer = threading.Thread(target=write)
            writer.start()
            writer.join(20)
        assert told == ["busy"]
        assert note(engine).version == 2


def test_where_there_can_be_no_turns_all_goes_on_and_no_link_is_followed(file: Path) -> None:
    turn, elsewhere = file.with_name(f"{file.name}-turn"), file.with_name("elsewhere")
    turn.symlink_to(elsewhere)
    with opened(file) as engine:
        assert note(engine).version == 2
        assert not elsewhere.exists()
        turn.unlink()
        turn.mkdir()
        assert note(engine).version == 3
        turn.rmdir()
        assert note(engine).version == 4
        assert turn.read_bytes() == b""


def test_the_file_of_turns_is_taken_away_by_who_closes_and_never_from_who_has_or_waits_for_one(file: Path) -> None:
    turn = file.with_name(f"{file.name}-turn")
    with opened(file) as engine, opened(file) as other:
        note(engine)
        with WriteLock(file).held(1):
            waiting = threading.Thread(target=lambda: note(other))
            waiting.start()
            time.sleep(0.1)
            engine.close()
            assert turn.exists()
        waiting.join(20)
        turn.unlink()  # whoever locks it now has locked nothing
        assert note(other).version == 4
        assert turn.exists()

    assert not turn.exists()


def test_whoever_waited_for_a_file_that_was_taken_away_waits_for_the_one_that_is_there(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.5)
    turn, told = file.with_name(f"{file.name}-turn"), list[str]()

    def write() -> None:
        try:
            note(engine)
        except StoreUnavailable as error:
            told.append(error.code)

    with opened(file) as engine:
        with WriteLock(file).held(1):
            writer = threading.Thread(target=write)
            writer.start()
            time.sleep(0.1)
            turn.unlink()
            newer = WriteLock(file).held(1)
            newer.__enter__()
        writer.join(20)
        newer.__exit__(None, None, None)
        assert told == ["busy"]


def test_a_host_waits_for_no_turn_in_its_own_transaction(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.2)
    host = sa.create_engine(f"sqlite:///{file}")
    with opened(file) as engine, host.connect() as connection:
        case = the_case(engine)
        with WriteLock(file).held(1):
            assert engine.acting(ANNA, within=connection).do(commands.Note(case, text="invented")).version == 2
            connection.commit()
    host.dispose()


def test_every_file_is_its_owners_alone_also_in_the_middle_of_writing(file: Path) -> None:
    before = os.umask(0)
    try:
        with opened(file) as engine:
            note(engine)
            with engine._store.database.writing():
                found = {path.name: path.stat().st_mode & 0o777 for path in file.parent.iterdir()}
    finally:
        os.umask(before)

    assert found == {f"wayhome.db{ending}": 0o600 for ending in ("", "-wal", "-shm", "-turn", ".key")}


# --- forks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["us", "a host"])
def test_what_a_child_has_written_stays_when_its_parent_closes_and_another_comes(file: Path, by: str) -> None:
    """A child that inherits open files believes to have locks of its parent's: SQLite took away the file into which it wrote."""
    wrote, closed, wrote_again = os.pipe(), os.pipe(), os.pipe()
    database: Any = f"sqlite:///{file}" if by == "us" else sa.create_engine(f"sqlite:///{file}")
    engine = Engine.open(database, key_file=f"{file}.key", packs=all_packs())
    note(engine)

    def act() -> None:
        note(engine)
        os.write(wrote[1], b"!")
        os.read(closed[0], 1)
        note(engine)
        os.write(wrote_again[1], b"!")
        time.sleep(60)

    child = Child(act)
    os.read(wrote[0], 1)
    engine.close()
    if by != "us":
        database.dispose()
    os.write(closed[1], b"!")
    os.read(wrote_again[0], 1)
    child.kill()

    with opened(file) as other:
        assert other.case(the_case(other), as_=ANNA).version == 4
        assert other.verify().ok


def test_nobody_begins_to_look_between_the_closing_and_the_fork(file: Path) -> None:
    with opened(file) as engine:
        database, seen = engine._store.database, list[str]()
        database.will_fork()  # type: ignore[attr-defined]
        look = threading.Thread(target=lambda: seen.append(the_case(engine)))
        look.start()
        look.join(0.3)
        assert seen == []
        database.has_forked()  # type: ignore[attr-defined]
        look.join(20)
        assert len(seen) == 1


@pytest.mark.parametrize("sort", ["writes", "reads", "forks within"])
def test_a_child_does_not_use_a_file_that_was_in_use_when_it_was_forked(
    file: Path, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(sqlite_file, "PATIENCE_SECONDS", 0.2)
    begun, ends = threading.Event(), threading.Event()
    with opened(file) as engine:
        database = engine._store.database

        def use() -> None:
            with database.writing() if sort == "writes" else database.reading() as connection:
                connection.execute("SELECT 1")
                begun.set()
                ends.wait(20)

        def both() -> list[str]:
            told = []
            for act in (lambda: note(engine), lambda: everything_is_read(file)):
                with pytest.raises(
                    StoreUnavailable, match="This process was forked while the database was in use"
                ) as no:
                    act()
                told.append(no.value.code)
            return told

        if sort == "forks within":
            with database.reading():
                child = Child(both)
        else:
            user = threading.Thread(target=use)
            user.start()
            begun.wait(20)
            child = Child(both)
            ends.set()
            user.join(20)
        assert child.answer() == "['forked', 'forked']"
        assert note(engine).version == 2


def test_a_fork_waits_for_who_is_in_the_middle_and_lets_nobody_begin(file: Path) -> None:
    begun = threading.Event()
    with opened(file) as engine:

        def use() -> None:
            with engine._store.database.writing():
                begun.set()
                time.sleep(0.5)
                note_in_a_look = engine.case(the_case(engine), as_=ANNA).version
                assert note_in_a_look == 1

        user = threading.Thread(target=use)
        user.start()
        begun.wait(20)
        child = Child(lambda: note(engine).version)
        user.join(20)
        assert child.answer() == "2"
        assert note(engine).version == 3


def test_the_connections_of_a_host_to_a_file_are_closed_before_a_fork_or_the_child_does_not_use_it(file: Path) -> None:
    host = sa.create_engine(f"sqlite:///{file}")
    with Engine.open(host, key_file=f"{file}.key", packs=all_packs()) as engine:
        assert host.pool.checkedin() == 1  # type: ignore[attr-defined]
        assert Child(lambda: (host.pool.checkedin(), note(engine).version)).answer() == "(0, 2)"  # type: ignore[attr-defined]
        with host.connect():
            child = Child(lambda: note(engine))
        assert child.answer().startswith("StoreUnavailable: This process was forked while the database was in use.")
        assert note(engine).version == 3
    host.dispose()


# --- who reads waits for nobody ------------------------------------------------------------------------------


def test_eight_threads_read_while_another_program_writes_and_a_thread_waits_to(file: Path) -> None:
    with opened(file) as engine:
        for _ in range(9):
            a_case(engine, age_status="adult")
        holding = Holding(file)
        writer = threading.Thread(target=lambda: note(engine))
        writer.start()
        read: list[int] = []

        def look() -> None:
            for row in engine.cases(as_=ANNA):
                read.append(engine.case(row.number, as_=ANNA).version)

        readers = [threading.Thread(target=look) for _ in range(8)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(20)
        seen = list(read)
        holding.child.kill()
        writer.join(40)

    assert seen == [1] * 80


# --- where nothing may be written ------------------------------------------------------------------------------


def as_a_plain_user(file: Path, act: Callable[[], object], *, folder: int = 0o500, rights: int = 0o400) -> str:
    """Do something as a user to whom the folder belongs and who may not write it; root may write everywhere."""
    return _plain(file, act, folder, rights).answer()


def _plain(file: Path, act: Callable[[], object], folder: int, rights: int) -> Child:
    def as_nobody() -> object:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        return act()

    for path in (file.parent, *file.parent.iterdir()):
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
    file.chmod(rights)
    file.parent.chmod(folder)
    return Child(as_nobody)


def everything_is_read(file: Path) -> list[Any]:
    with opened(file) as engine:
        case = the_case(engine)
        asked = [engine.case(case, as_=ANNA).version, len(engine.history(case, as_=ANNA)), engine.verify().ok]
        return [*asked, bool(engine.why(case, "depart", as_=ANNA).unmet)]


def writes(file: Path) -> None:
    with opened(file) as engine:
        note(engine)


@pytest.mark.parametrize("folder", [0o500, 0o700])
@pytest.mark.parametrize("rights", [0o400, 0o600])
def test_a_database_is_read_where_its_folder_or_it_may_not_be_written(file: Path, folder: int, rights: int) -> None:
    before = {path.name for path in file.parent.iterdir()}

    assert as_a_plain_user(file, lambda: everything_is_read(file), folder=folder, rights=rights) == "[1, 1, True, True]"

    written = {f"{file.name}.reads"} if folder == 0o700 else set()  # who has read it is written down where that can be
    assert {path.name for path in file.parent.iterdir()} == before | written


def test_whoever_looked_at_a_file_that_may_not_be_written_can_go_on_once_it_may(file: Path) -> None:
    before = {path.name for path in file.parent.iterdir()}

    def looked_after() -> str:
        with pytest.raises(StoreUnavailable, match="read-only"):
            writes(file)
        (one,) = (one for one in wh.doctor(f"sqlite:///{file}", packs=all_packs()).checks if one.id == "database")
        return one.code

    assert as_a_plain_user(file, looked_after, folder=0o700) == "'read_only'"
    assert {path.name for path in file.parent.iterdir()} == before
    assert as_a_plain_user(file, lambda: writes(file), folder=0o700, rights=0o600) == "None"


def test_a_look_at_it_waits_for_nobody_who_may_write_it_and_sees_what_they_wrote(file: Path) -> None:
    with opened(file) as engine:
        note(engine)
        assert as_a_plain_user(file, lambda: everything_is_read(file), folder=0o700) == "[2, 2, True, True]"


@pytest.mark.parametrize(("folder", "rights"), [(0o500, 0o400), (0o500, 0o600), (0o700, 0o400)])
def test_where_nothing_may_be_written_one_sentence_says_so(file: Path, folder: int, rights: int) -> None:
    told = as_a_plain_user(file, lambda: writes(file), folder=folder, rights=rights)

    assert told.startswith("StoreUnavailable: The database is read-only. Its file or folder may not be written.")


def test_the_shell_shows_asks_and_verifies_where_nothing_may_be_written(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Packs, "installed", classmethod(lambda cls: all_packs()))
    monkeypatch.setenv("WAYHOME_DB", f"sqlite:///{file}")
    with opened(file) as engine:
        engine.put_actor(Actor("anna", "invented_house", {"case_manager_sending"}))
        case = the_case(engine)

    def ask(*words: str) -> int:
        session = Session(actor_id="anna")
        try:
            return run(words, session)
        finally:
            session.close()

    def all_of_it() -> list[int]:
        return [ask("case", "show", case), ask("case", "why", case, "depart"), ask("verify")]

    assert all_of_it() == [0, 0, 0]  # so all modules are loaded: a plain user may not reach where they lie
    assert as_a_plain_user(file, all_of_it) == "[0, 0, 0]"


def test_there_what_others_write_is_seen_while_they_have_it_open(file: Path) -> None:
    with opened(file) as engine:
        note(engine)
        assert as_a_plain_user(file, lambda: everything_is_read(file)) == "[2, 2, True, True]"
        file.chmod(0o600)
        note(engine)
        assert as_a_plain_user(file, lambda: everything_is_read(file)) == "[3, 3, True, True]"


def test_a_look_at_a_file_that_was_written_meanwhile_is_worth_nothing(file: Path) -> None:
    looking, written = os.pipe(), os.pipe()

    def look() -> str:
        with opened(file) as engine:
            try:
                with engine._store.database.reading() as connection:
                    connection.execute("SELECT number FROM wh_cases").fetchone()
                    os.write(looking[1], b"!")
                    os.read(written[0], 1)
            except StoreUnavailable as error:
                return f"{error} Then: {engine.case(the_case(engine), as_=ANNA).version}"
            return "it was believed"

    child = _plain(file, look, 0o500, 0o400)
    os.read(looking[0], 1)
    if os.geteuid() != 0:
        file.parent.chmod(0o700)
        file.chmod(0o600)
    with opened(file) as engine:
        note(engine)
    file.parent.chmod(0o500)
    os.write(written[1], b"!")

    told = child.answer()
    assert told.startswith("'The database was written while it was read.")
    assert told.endswith("Then: 2'")


def test_what_still_lies_beside_it_is_not_passed_over(file: Path) -> None:
    """Somebody copied a database that was in use, and not all of it."""
    with opened(file) as engine:
        note(engine)
        copied = file.with_name("wayhome.db-wal").read_bytes()
        before = file.read_bytes()
    file.write_bytes(before)
    file.with_name("wayhome.db-wal").write_bytes(copied)

    told = as_a_plain_user(file, lambda: everything_is_read(file))

    assert told.startswith("StoreUnavailable: The database cannot be read here. Some of it still lies in a file beside")
    file.parent.chmod(0o700)
    assert as_a_plain_user(file, lambda: everything_is_read(file), folder=0o700, rights=0o600) == "[2, 2, True, True]"


@pytest.mark.parametrize(("folder", "rights"), [(0o000, 0o600), (0o700, 0o000)])
def test_what_may_not_be_read_is_one_true_sentence(file: Path, folder: int, rights: int) -> None:
    told = as_a_plain_user(file, lambda: everything_is_read(file), folder=folder, rights=rights)

    assert told.startswith(
        "StoreUnavailable: The database cannot be opened. Its file or its folder does not exist, or may"
    )


def test_a_reader_of_sqlite_itself_says_that_nothing_can_be_made_there(file: Path) -> None:
    """What all of this is for: without it, no closed database could be read there."""

    def ask() -> Any:
        return sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True).execute("SELECT * FROM wh_cases").fetchone()

    assert "readonly" in as_a_plain_user(file, ask)


def backed_up_and_looked_after(file: Path, to: Path) -> list[Any]:
    with opened(file) as engine:
        made = engine.backup(to, recipients=[str(x25519.Identity.generate().to_public())])
        checks = {one.id: one for one in engine.doctor().checks}
        return [made.ok, to.exists(), checks["database"].state, checks["database"].code, "wal" in checks]


@pytest.mark.parametrize(("folder", "rights"), [(0o500, 0o400), (0o500, 0o600), (0o700, 0o400)])
def test_a_database_that_may_only_be_read_is_backed_up_and_a_checkup_says_what_it_is(
    file: Path, folder: int, rights: int
) -> None:
    backups = file.parent.parent / "backups"
    backups.mkdir()
    backups.chmod(0o777)

    told = as_a_plain_user(
        file, lambda: backed_up_and_looked_after(file, backups / "b.age"), folder=folder, rights=rights
    )

    assert told == "[True, True, 'look', 'read_only', False]"
