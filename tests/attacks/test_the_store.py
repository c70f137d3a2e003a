"""Whoever can write the file is not believed, and nothing acknowledged is lost. (findings/security.md, embedding.md K1 to S8)

These attacks go below the doors, with plain SQL: they are written against the tables as they are, and follow them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from pyrage import x25519
from wayhome import (
    Actor,
    BadInput,
    Engine,
    LedgerBroken,
    NotFound,
    StoreUnavailable,
    WayhomeError,
    commands,
    create,
    restore,
)
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock

from tests.attacks import below
from tests.attacks import play as plays
from tests.attacks.acts import with_an_escort
from tests.attacks.conftest import Begin
from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import (
    DEPART,
    GUARD,
    LEADER,
    MANAGER,
    START,
    TRAVEL,
    Command,
    Play,
    actor,
    another_case,
    opened,
    read,
    usual_packs,
)
from tests.conftest import a_case, engine_at

NOTE: Command = {"do": "note", "group": "narrative", "text": "an invented note"}
ADA = Actor("ada", "invented_house", {"system_admin"})
RELATIVE: Command = {"do": "involve", "by": "person", "relation": "relative", "name": "An Invented Name"}


class Disk:
    """A database file with a case that may depart and one that was opened today, and somebody who can write the file."""

    def __init__(self, folder: Path, packs: Packs, ready: str, young: str, clock: Any) -> None:
        self.folder, self.packs, self.ready, self.young, self.clock = folder, packs, ready, young, clock
        self.file = folder / "case.db"

    def sql(self, text: str, *values: Any) -> list[Any]:
        connection = sqlite3.connect(self.file, isolation_level=None)
        try:
            return connection.execute(text, values).fetchall()
        finally:
            connection.close()

    def open(self) -> Engine:
        return engine_at(f"sqlite:///{self.file}", clock=self.clock, packs=self.packs)

    def ask(self, case: str, act: Command | str = "depart", who: str = MANAGER) -> Any:
        """Ask for a decision; gives the decision, or the error of ours that was raised."""
        what = act if isinstance(act, str) else plays.read(act, case)
        return self.said(lambda engine: engine.why(case, what, as_=actor(who)))

    def tried(self, case: str, act: Command, who: str = MANAGER) -> Any:
        return self.said(lambda engine: engine.do(plays.read(act, case), as_=actor(who)))

    @property
    def takes_off(self) -> datetime:
        return datetime.fromisoformat(self.seen(self.ready).travel["legs"][0]["departs_at"])

    def seen(self, case: str, who: str = MANAGER) -> Any:
        return self.said(lambda engine: engine.case(case, as_=actor(who)))

    def due(self) -> Any:
        return self.said(lambda engine: engine.due(as_=actor(MANAGER)))

    def said(self, ask: Callable[[Engine], Any]) -> Any:
        with self.open() as engine:
            try:
                return ask(engine)
            except WayhomeError as error:
                return error

    def holds(self) -> bool:
        """Say whether `verify` finds nothing."""
        with self.open() as engine:
            return bool(engine.verify().ok)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, packs: Packs) -> tuple[Path, str, str, Any]:
    folder = tmp_path_factory.mktemp("disk") / "kept"
    young: list[str] = []

    def two_cases(play: Play) -> None:
        play.ready()
        play.given(MANAGER, NOTE)
        other = another_case(play.engine, play.clock)
        other.given(MANAGER, NOTE, {"do": "consent", "purpose": "return", "answer": "refused"})
        young.append(other.case)

    folder.mkdir()
    play = opened(packs, url=f"sqlite:///{folder}/case.db")
    with play.engine:
        two_cases(play)
    return folder, play.case, young[0], play.now


@pytest.fixture
def disk(written: tuple[Path, str, str, Any], tmp_path: Path, packs: Packs) -> Disk:
    folder, ready, young, moment = written
    shutil.copytree(folder, tmp_path / "disk")
    return Disk(tmp_path / "disk", packs, ready, young, plays.StoryClock(moment))


# --- what is believed --------------------------------------------------------------------------


def puts_the_ready_row_on_the_young_case(disk: Disk) -> None:
    below.puts_the_row_of(disk.file, disk.ready, disk.young)
    disk.clock.moment = disk.takes_off  # so that nothing but the planted row decides


def test_a_forged_row_opens_no_gate(disk: Disk) -> None:
    if disk.ask(disk.young).allowed or not disk.ask(disk.ready).allowed:
        raise RuntimeError("the cases are not what they should be")
    puts_the_ready_row_on_the_young_case(disk)

    answer = disk.tried(disk.young, DEPART, TRAVEL)

    assert isinstance(answer, WayhomeError), answer


def test_rebuilding_launders_no_forged_departure(disk: Disk) -> None:
    puts_the_ready_row_on_the_young_case(disk)
    disk.tried(disk.young, DEPART, TRAVEL)

    disk.said(lambda engine: engine.rebuild())

    assert not disk.holds() or "departed" not in repr(disk.said(lambda e: e.history(disk.young, as_=actor(MANAGER))))


def test_an_edited_process_is_not_used(disk: Disk) -> None:
    before = len(disk.ask(disk.young).unmet)
    below.loosen_the_stored_processes(disk.file)

    answer = disk.ask(disk.young)

    assert isinstance(answer, WayhomeError) or len(answer.unmet) == before


def test_nobody_plants_a_process_of_their_own(disk: Disk) -> None:
    digest = below.plant_a_loose_process(disk.file)

    adopted = disk.tried(disk.young, {"do": "rebase", "digest": digest}, LEADER)

    assert isinstance(adopted, WayhomeError)


def test_a_hotline_that_was_exchanged_is_found(disk: Disk) -> None:
    disk.open().close()
    below.edit_the_labels(disk.file)

    assert not disk.holds()


def test_a_group_that_was_taken_out_of_a_label_tells_nobody_more(disk: Disk) -> None:
    disk.tried(disk.ready, {"do": "incident", "type": "medical_unfit"})
    before = [one["type"] for one in disk.seen(disk.ready, GUARD).incidents]
    below.edit_the_labels(disk.file)

    after = disk.seen(disk.ready, GUARD)

    assert isinstance(after, WayhomeError) or [one["type"] for one in after.incidents] == before


def test_a_role_that_was_written_into_the_file_is_found(disk: Disk) -> None:
    with disk.open() as engine:
        engine.put_actor(ADA)
        engine.put_actor(Actor("eve", "invented_house", {"system_admin"}), as_=ADA)
    older = disk.sql("SELECT * FROM wh_entries WHERE kind = 'actor'")
    with disk.open() as engine:
        engine.put_actor(Actor("eve", "invented_house", {"travel_officer"}), as_=ADA)
    for kind, tag, sealed in older:
        disk.sql("UPDATE wh_entries SET sealed = ? WHERE kind = ? AND tag = ?", sealed, kind, tag)

    assert not disk.holds()


@pytest.mark.parametrize("kind", ["actor", "organisation"])
def test_what_was_taken_out_with_its_register_is_missed(disk: Disk, kind: str) -> None:
    def write(engine: Engine) -> None:
        engine.put_actor(Actor("eve", "invented_house", {"system_admin"}))
        engine.register_organisation("a_house", title="An invented house", country="NG")

    disk.said(write)
    disk.sql("DELETE FROM wh_entries WHERE kind IN (?, 'register')", kind)

    assert not disk.holds()
    assert isinstance(disk.said(lambda e: e.actors() if kind == "actor" else e.organisations()), LedgerBroken)


def test_what_is_due_is_not_forgotten_by_changing_its_row(disk: Disk) -> None:
    before = disk.due()
    if not before:
        raise RuntimeError("nothing is due")
    disk.sql("UPDATE wh_cases SET status = 'closed'")

    after = disk.due()

    assert after == before or {row.case for row in before} <= {*after.damaged}


# --- the ledger --------------------------------------------------------------------------------


def test_a_no_that_was_rewritten_as_a_yes_is_found(disk: Disk) -> None:
    below.rewrite_the_ledger(disk.file, disk.young, below.a_yes_for_a_no, disk.ready)

    disk.said(lambda engine: engine.rebuild())

    assert not disk.holds()


def test_an_event_invented_without_the_key_is_found(disk: Disk) -> None:
    key = disk.file.with_name("case.db.key")
    key.rename(disk.folder / "elsewhere")
    below.rewrite_the_ledger(disk.file, disk.young, below.an_event_twice, disk.ready)
    (disk.folder / "elsewhere").rename(key)

    disk.said(lambda engine: engine.rebuild())

    assert not disk.holds()


def test_nothing_is_added_to_a_ledger_whose_end_is_gone(disk: Disk) -> None:
    disk.sql(
        "DELETE FROM wh_ledger WHERE number = ? AND seq = (SELECT max(seq) FROM wh_ledger WHERE number = ?)",
        disk.young,
        disk.young,
    )

    assert isinstance(disk.tried(disk.young, NOTE), WayhomeError)


@pytest.mark.parametrize("loss", ["the end", "the case", "the day"])
def test_what_is_gone_is_found_against_the_heads_that_were_kept(disk: Disk, loss: str) -> None:
    shutil.copy(disk.file, disk.folder / "older.db")
    last = disk.sql("SELECT max(seq) FROM wh_ledger WHERE number = ?", disk.young)[0][0]
    disk.tried(disk.young, {"do": "incident", "type": "risk_high"})
    heads = below.heads(disk.file)
    if loss == "the end":
        disk.sql("DELETE FROM wh_ledger WHERE number = ? AND seq > ?", disk.young, last)
        disk.sql("DELETE FROM wh_cases WHERE number = ?", disk.young)
        disk.said(lambda engine: engine.rebuild())
    elif loss == "the case":
        for table in ("ledger", "cases", "blobs", "keys"):
            disk.sql(f"DELETE FROM wh_{table} WHERE number = ?", disk.young)
    else:
        shutil.copy(disk.folder / "older.db", disk.file)

    assert not below.holds_against(disk.open, heads)


# --- keys and sealed texts ---------------------------------------------------------------------


def test_one_flipped_bit_in_a_wrapped_key_is_found(disk: Disk) -> None:
    wrapped = disk.sql("SELECT wrapped FROM wh_keys WHERE number = ? AND retention = 'case'", disk.young)[0][0]
    flipped = bytes([wrapped[0] ^ 1]) + wrapped[1:]
    disk.sql("UPDATE wh_keys SET wrapped = ? WHERE number = ? AND retention = 'case'", flipped, disk.young)

    assert not disk.holds()


def test_the_key_of_one_case_opens_no_other(disk: Disk) -> None:
    wrapped = disk.sql("SELECT wrapped FROM wh_keys WHERE number = ? AND retention = 'case'", disk.ready)[0][0]
    third = disk.said(lambda engine: another_case(engine, disk.clock)).case
    disk.sql("UPDATE wh_keys SET wrapped = ? WHERE number = ? AND retention = 'case'", wrapped, third)

    assert isinstance(disk.tried(third, NOTE), WayhomeError)


def test_nothing_is_sealed_under_a_wrong_key(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    import base64

    monkeypatch.setenv("WAYHOME_KEY", base64.b64encode(os.urandom(32)).decode())

    try:
        with disk.open() as engine:
            case = another_case(engine, disk.clock).case
            engine.do(plays.read(NOTE, case), as_=actor(MANAGER))
    except WayhomeError:
        return
    raise AssertionError("it was sealed")


def test_without_its_key_a_stolen_file_confirms_no_guess(disk: Disk) -> None:
    said = {**RELATIVE, "contact": "+000", "key": "k-1"}
    disk.tried(disk.young, said)

    guessed = below.hash_that_anybody_can_make(plays.read(said, disk.young), actor(MANAGER))

    assert guessed not in disk.file.read_bytes()


@pytest.mark.parametrize("told", ["2026-05-14T08:00", "invented_risk_assessor", "ng_bakhita", "reconfirmed"])
def test_without_its_key_a_stolen_file_tells_no_story(disk: Disk, told: str) -> None:
    rows = repr(
        [disk.sql(f"SELECT * FROM wh_{table}") for table in ("cases", "ledger", "blobs", "command_keys", "entries")]
    )

    assert told not in rows


def test_no_other_account_reads_the_files(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with opened(url=f"sqlite:///{tmp_path}/case.db").engine:
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in tmp_path.iterdir()}
    finally:
        os.umask(before)

    assert not any(modes.values()), modes


def test_a_plain_copy_of_an_open_file_is_known_to_be_no_copy(tmp_path: Path, packs: Packs) -> None:
    """What was written last may lie in `case.db-wal`: the copy of `case.db` misses it, and nothing in it shows that. A backup has it."""
    identity = x25519.Identity.generate()
    file, copied, put_back = (tmp_path / name for name in ("case.db", "copied.db", "put_back.db"))
    with engine_at(f"sqlite:///{file}", packs=packs) as engine:
        first = a_case(engine)
        engine._store.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        second = a_case(engine)

        shutil.copy(file, copied)
        made = engine.backup(tmp_path / "backup.age", recipients=[str(identity.to_public())])

    for name in (copied, put_back):
        shutil.copy(tmp_path / "case.db.key", f"{name}.key")
    restore(tmp_path / "backup.age", f"sqlite:///{put_back}", identity=str(identity))
    with engine_at(f"sqlite:///{copied}", packs=packs) as engine:
        assert {*engine.heads()} == {first, "office"}
        assert engine.verify().ok
        found = engine.verify(against=made.heads)
        assert [(one.case, one.what) for one in found.problems] == [
            (second, "the whole case is missing, of which a head was kept")
        ]
    with engine_at(f"sqlite:///{put_back}", packs=packs) as engine:
        assert {*engine.heads()} == {first, second, "office"}  # it says there that it was put back
        assert engine.verify(against=made.heads).ok


def test_a_mistyped_path_makes_no_database_and_no_key(tmp_path: Path) -> None:
    with suppress(StoreUnavailable):
        Engine.open(f"sqlite:///{tmp_path}/mistyped.db").close()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("half", ["only the version", "one table"])
def test_half_a_database_is_believed_by_nobody_and_nothing_is_made_in_it(tmp_path: Path, half: str) -> None:
    file = tmp_path / "case.db"
    opened(url=f"sqlite:///{file}").engine.close()
    connection = sqlite3.connect(file, isolation_level=None)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = next(n for n in names if ("version" in n) == (half == "only the version"))
    for name in names:
        if name != kept and not name.startswith("sqlite_"):
            connection.execute(f'DROP TABLE "{name}"')
    connection.close()

    with pytest.raises(LedgerBroken) as told, Engine.open(f"sqlite:///{file}") as engine:
        engine.cases(as_=actor(MANAGER))

    assert told.value.what.startswith("Tables of this database are missing: wh_")
    connection = sqlite3.connect(file)
    assert [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")] == [kept]
    connection.close()


# --- who may -----------------------------------------------------------------------------------


def test_no_name_reaches_the_log_as_an_account(disk: Disk) -> None:
    def ask(engine: Engine) -> None:
        named = Actor("An Invented Name, +000", "invented_house", {MANAGER})
        lines.extend(plays.logged(lambda: engine.case(disk.young, as_=named)))

    lines: list[Any] = []
    disk.said(ask)

    assert "Invented Name" not in repr(lines)


def test_no_story_gives_a_role(shell: plays.Shell) -> None:
    (shell.folder / "story.yaml").write_text(
        "title: An invented story\n"
        "actors:\n"
        "  invented_auditor_or_donor: {organisation: invented_house, roles: [case_manager_sending]}\n"
        "  nobody: {organisation: invented_house, roles: [medical_officer]}\n"
        "story:\n"
        "  - {as: invented_auditor_or_donor, do: open, host_country: BE, origin_country: NG, facts: {age_status: adult}}\n"
        "  - {as: nobody, do: note, group: health, text: never said by them}\n"
    )

    assert shell("run", str(shell.folder / "story.yaml")) == 2
    told = shell.shows("run", str(shell.folder / "story.yaml"))
    assert "Line 3 says another organisation or other roles of 'invented_auditor_or_donor' than are entered." in told
    assert "Line 4 names an actor who is not known: 'nobody'." in told


def test_nobody_makes_themselves_an_actor(shell: plays.Shell) -> None:
    eve = ("actor", "add", "eve", "--organisation", "invented_house", "--role", MANAGER)

    assert shell(*eve) == 4
    assert "Only an administrator may say who acts here" in shell.shows(*eve)
    assert shell(*eve, who="system_admin") == 0


def test_an_actor_can_be_switched_off(shell: plays.Shell) -> None:
    if shell("case", "show", "N") != 0:
        raise RuntimeError("they could not look before")

    ended = shell("actor", "end", actor(MANAGER).id, who="system_admin")

    assert ended == 0
    assert shell("case", "show", "N") == 4
    assert "That actor has ended." in shell.shows("case", "show", "N")


# --- at home in its host's database, among threads and processes ----------------------------------


def test_the_tables_of_a_host_are_its_own() -> None:
    from sqlmodel import SQLModel

    assert not {"cases", "actors", "due", "meta", "identity", "processes", "ledger"} & set(SQLModel.metadata.tables)


def test_a_database_of_a_host_may_hold_other_tables(tmp_path: Path) -> None:
    file = tmp_path / "host.db"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE client (id INTEGER PRIMARY KEY)")
    connection.close()

    create(sqlalchemy.create_engine(f"sqlite:///{file}"), key_file=f"{file}.key")

    with Engine.open(f"sqlite:///{file}") as engine:
        assert engine.verify().ok


def test_the_command_of_a_host_is_taken_back_with_its_row(disk: Disk) -> None:
    with disk.open() as engine:
        host = sqlalchemy.create_engine(f"sqlite:///{disk.file}")
        before = engine.case(disk.young, as_=actor(MANAGER)).version
        with host.connect() as connection:
            engine.acting(actor(MANAGER), within=connection).do(plays.read(NOTE, disk.young))
            connection.rollback()

        assert engine.case(disk.young, as_=actor(MANAGER)).version == before


def test_what_changed_can_be_listened_to(disk: Disk) -> None:
    with disk.open() as engine:
        heard = [change.case for change in engine.changes(after=None)]

    assert set(heard) == {disk.ready, disk.young}


def test_what_was_acknowledged_is_not_sealed_with_a_key_that_is_lost(tmp_path: Path) -> None:
    play = opened(url=f"sqlite:///{tmp_path}/case.db")

    below.a_name_after_a_command_that_failed(play)

    assert play.engine.verify().ok
    assert "She must not be called" in repr([row.texts for row in play.history()])


def test_a_reader_does_not_wait_for_a_writer_who_waits(disk: Disk) -> None:
    with disk.open() as engine:
        other = sqlite3.connect(disk.file, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(2, lambda: other.execute("ROLLBACK")).start()
        writer = threading.Thread(target=lambda: engine.do(plays.read(NOTE, disk.young), as_=actor(MANAGER)))
        writer.start()
        time.sleep(0.2)
        began = time.monotonic()
        engine.case(disk.young, as_=actor(MANAGER))
        waited = time.monotonic() - began
        writer.join()
        other.close()

    assert waited < 1


def test_four_workers_that_make_and_open_a_new_database_at_once_find_one_whole(tmp_path: Path) -> None:
    line = f"""
from wayhome import BadInput, Engine, create
url = "sqlite:///{tmp_path}/case.db"
try:
    create(url, key_file="{tmp_path}/case.db.key")
except BadInput:
    pass
engine = Engine.open(url)
engine.register_organisation("a_house", title="An invented house", country="NG")
"""
    workers = [subprocess.Popen([sys.executable, "-c", line]) for _ in range(4)]

    assert [worker.wait() for worker in workers] == [0, 0, 0, 0]
    with Engine.open(f"sqlite:///{tmp_path}/case.db") as engine:
        assert [one.id for one in engine.organisations()] == ["a_house"]
    # Two that end in the same moment may each leave the log to the other; whoever closes it next takes it away.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.db", "case.db.key"]


def test_an_older_plugin_puts_no_older_hotline_back(tmp_path: Path) -> None:
    value = "627"
    newer = packs_of(
        like_nigeria(
            tmp_path / "newer",
            changed={"pack.yaml": ("version: 0.1.0", "version: 0.2.0"), "partners.yaml": (f'"{value}"', '"628"')},
        )
    )
    older = packs_of(like_nigeria(tmp_path / "older"))
    url = f"sqlite:///{tmp_path}/case.db"
    with (play := opened(newer, url=url)).engine:
        if "628" not in _contacts(play.engine, play.case):
            raise RuntimeError("the newer hotline is not shown")

    with engine_at(url, clock=play.clock, packs=older) as engine:
        assert "628" in _contacts(engine, play.case)


def _contacts(engine: Engine, case: str) -> set[str]:
    partners = engine.process_of(case, as_=actor(MANAGER)).labels["partners"]
    return {contact["value"] for partner in partners.values() for contact in partner.get("contacts") or ()}


# --- need to know: planned after the store ------------------------------------------------------


STRANGER = Actor("stranger", "an_organisation_of_nobody", {MANAGER})


@pytest.mark.parametrize("question", ["case", "history", "why", "cases"])
def test_for_who_is_no_party_a_case_does_not_exist(disk: Disk, question: str) -> None:
    ask: dict[str, Callable[[Engine], Any]] = {
        "case": lambda e: e.case(disk.ready, as_=STRANGER),
        "history": lambda e: e.history(disk.ready, as_=STRANGER),
        "why": lambda e: e.why(disk.ready, "depart", as_=STRANGER),
        "cases": lambda e: e.cases(as_=STRANGER) or NotFound("nothing"),
    }

    assert isinstance(disk.said(ask[question]), NotFound)


def test_who_may_not_ask_learns_nothing_from_the_error(disk: Disk) -> None:
    nobody = Actor("nobody", "an_organisation_of_nobody", ())
    right, wrong = disk.ready, "WH-7K3M9-Q2F4A-Z"

    def said(case: str) -> tuple[str, str]:
        error = disk.said(
            lambda e: e.why(case, plays.read({"do": "record", "facts": {}, "of": "zzz"}, case), as_=nobody)
        )
        return type(error).__name__, str(error).replace(case, "")

    assert said(right) == said(wrong)


@pytest.mark.parametrize("role", ["risk_assessor", "travel_officer", "escort", "legal_counsellor"])
@pytest.mark.parametrize("group", ["health", "survey"])
def test_nobody_writes_into_a_group_that_is_not_theirs(disk: Disk, role: str, group: str) -> None:
    if role == "escort":
        with disk.open() as engine:
            with_an_escort(Play(engine, disk.clock, disk.ready))
    with disk.open() as engine:
        told = Play(engine, disk.clock, disk.ready).tried(role, {"do": "note", "group": group, "text": "x"})
    assert told.kind == "not_permitted"


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except WayhomeError as error:
        return error


def test_no_name_is_typed_where_the_organisation_of_a_case_stands_in_clear(begin: Begin) -> None:
    """The row of a case says in clear which organisation opened it; what people type there is looked up. (issue 10: no code holds a name)"""
    case = begin()
    asked = {"host_country": "BE", "origin_country": "NG", "facts": {"age_status": "adult"}}

    with pytest.raises(BadInput) as told:
        case.engine.do(commands.Open(**asked, organisation="Invented_Name"), as_=actor(MANAGER))
    assert [(fault.field, fault.code) for fault in told.value.faults] == [("organisation", "unknown")]

    case.engine.register_organisation("an_invented_house", title="An invented house", country="BE")
    for known in ("an_invented_house", "be_payoke", actor(MANAGER).organisation):
        assert case.engine.do(commands.Open(**asked, organisation=known), as_=actor(MANAGER))


def test_how_a_consent_was_taken_back_is_one_of_the_ways_in_which_people_speak(begin: Begin) -> None:
    case = begin()

    assert case.faults(MANAGER, {"do": "withdraw", "purpose": "return", "channel": "Invented Name"}) == {
        ("channel", "unknown")
    }


# --- two at once in one engine --------------------------------------------------------------------


def test_what_one_mistypes_does_not_lose_the_alarm_that_another_writes() -> None:
    """A refusal drops the open keys of all cases, also of the one that is being sealed: KeyError, and nothing is kept."""
    meanwhile = []

    def random(length: int) -> bytes:
        while meanwhile:
            thread = threading.Thread(target=meanwhile.pop())
            thread.start()
            thread.join()
        return os.urandom(length)

    clock = StoryClock(START)
    with Engine.open("sqlite://", clock=clock, packs=usual_packs(), random=random) as engine:
        case = another_case(engine, clock)
        alarm: Command = {"do": "incident", "type": "re_trafficking", "note": "invented words"}

        def mistypes() -> None:
            with pytest.raises(BadInput):
                engine.do(read(alarm, "no number"), as_=actor(TRAVEL))

        lost = ""
        case.given(MANAGER, alarm)
        meanwhile.append(mistypes)  # while the next is being sealed
        try:
            case.given(MANAGER, {**alarm, "note": "more of them"})
        except KeyError as error:
            lost = type(error).__name__
        assert lost == ""
        assert sum(row.type in ("incident_opened", "incident_repeated") for row in case.history()) == 2
