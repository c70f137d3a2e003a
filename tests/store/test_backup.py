"""A backup is whole or not there, opens only with what locked it and with the key of the database, and is put back whole or not at all."""

from __future__ import annotations

import base64
import errno
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyrage
import pytest
import sqlalchemy as sa
import wayhome as wh
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import x25519
from wayhome import BadInput, Engine, LedgerBroken, StoreUnavailable, commands
from wayhome.store import backup as contents
from wayhome.store import backup_file
from wayhome.store.sqlalchemy_connection import SqlalchemyConnection
from wayhome.store.tables import METADATA

from tests import postgres
from tests.conftest import ANNA, a_case, all_packs
from tests.waiting import sampled

KEY = b"k" * 32
OURS = x25519.Identity.generate()
IDENTITY, RECIPIENT = str(OURS), str(OURS.to_public())
PASSPHRASE = "six invented words, said one après l'autre"
CANARIES = ("Invented-Canary-Name", "+00 555 0123456", "an-invented-canary-note")
SORTS = ("own file", "host's file", "postgresql")


def keys(_: str) -> bytes:
    return KEY


@dataclass
class Place:
    """Where a database lies, or is to lie."""

    database: Any
    schema: str | None = None

    def create(self) -> Engine:
        wh.create(self.database, schema=self.schema, keys=keys)
        return self.open()

    def restore(self, path: Path, **more: Any) -> wh.Verification:
        given = {"keys": keys, "identity": IDENTITY} | more
        return wh.restore(path, self.database, schema=self.schema, **given)

    def open(self) -> Engine:
        return Engine.open(self.database, schema=self.schema, keys=keys, packs=all_packs())

    def is_there(self) -> bool:
        try:
            self.open().close()
        except StoreUnavailable as error:
            assert error.code in ("no_database", "other_tables", "emptied"), error
            return False
        return True


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Callable[[str], Place]]:
    """Give a place of a sort that nobody has used."""
    engines: list[sa.Engine] = []

    def place(sort: str) -> Place:
        name = f"{len(engines)}.db"
        if sort == "own file":
            engines.append(sa.create_engine("sqlite://"))
            return Place(f"sqlite:///{tmp_path / name}")
        engine = postgres.an_engine() if sort == "postgresql" else sa.create_engine(f"sqlite:///{tmp_path / name}")
        engines.append(engine)
        return Place(engine, postgres.a_schema() if sort == "postgresql" else None)

    yield place
    for engine in engines:
        engine.dispose()


def some_work(engine: Engine, notes: int = 4) -> list[str]:
    """Two cases of invented people, written in turns, with what identifies."""
    one, two = a_case(engine, age_status="adult"), a_case(engine, age_status="adult")
    name, contact, note = CANARIES
    engine.do(commands.Involve(one, by="person", relation="relative", name=name, contact=contact), as_=ANNA)
    for n in range(notes):
        for case in (one, two):
            engine.do(commands.Note(case, text=f"{note} {n}", key=f"{case}-{n}"), as_=ANNA)
    engine.put_actor(ANNA)
    engine.register_organisation("a_house", title="An invented house", country="NG", does=["house"])
    return [one, two]


def backed_up(engine: Engine, path: Path, **more: Any) -> wh.Backup:
    return engine.backup(path, **(more or {"recipients": [RECIPIENT]}))


@pytest.fixture
def place(places: Callable[[str], Place]) -> Place:
    return places("own file")


@pytest.fixture
def file(tmp_path: Path, place: Place) -> Path:
    """A backup of two cases; nobody has opened their database now."""
    with place.create() as engine:
        some_work(engine)
        backed_up(engine, tmp_path / "backup.age")
    return tmp_path / "backup.age"


@pytest.fixture
def new(places: Callable[[str], Place]) -> Place:
    return places("own file")


def told(engine: Engine, case: str) -> list[Any]:
    return [wh.to_json(row) for row in engine.history(case, as_=ANNA)]


# --- the honest story ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", SORTS)
@pytest.mark.parametrize("from_", SORTS)
def test_what_was_backed_up_is_put_back_whole_on_either_database(
    places: Callable[[str], Place], tmp_path: Path, from_: str, to: str
) -> None:
    old, new = places(from_), places(to)
    with old.create() as engine:
        one, two = some_work(engine)
        before = [told(engine, case) for case in (one, two)]
        heard = engine.changes()
        made = backed_up(engine, tmp_path / "backup.age")
        engine.do(commands.Note(one, text="written after it"), as_=ANNA)
    assert (made.ok, made.cases, made.events, made.path) == (True, 2, 11, str(tmp_path / "backup.age"))

    found = new.restore(tmp_path / "backup.age")

    assert found == wh.Verification(True, 2, 11, ())
    with new.open() as engine:
        assert engine.verify(against=made.heads).ok
        assert {**engine.heads(), "office": ""} == {**made.heads, "office": ""}  # it says there that it was put back
        assert [told(engine, case) for case in (one, two)] == before
        assert engine.actors() == (ANNA,)
        assert [one.id for one in engine.organisations()] == ["a_house"]
        again = engine.do(commands.Note(one, text=f"{CANARIES[2]} 0", key=f"{one}-0"), as_=ANNA)
        assert again.version == 3  # its key is known; nothing was written
        engine.do(commands.Note(two, text="an invented note, written after it was put back"), as_=ANNA)
        assert engine.verify(against=made.heads).ok
        told_now = engine.changes()
        assert told_now[: len(heard)] == heard  # each old event has its old position
        assert engine.changes(after=heard[-1].position) == told_now[len(heard) :]
        assert [change.case for change in told_now[len(heard) :]] == [two]


def test_one_that_was_put_back_is_backed_up_and_put_back_again(
    places: Callable[[str], Place], tmp_path: Path, file: Path
) -> None:
    for number, sort in enumerate(("postgresql", "own file", "postgresql", "host's file")):
        place = places(sort)
        assert place.restore(file).ok
        with place.open() as engine:
            case = next(iter(engine.heads()))
            engine.do(commands.Note(case, text="an invented note"), as_=ANNA)
            file = tmp_path / f"again-{number}.age"
            assert backed_up(engine, file).ok


def test_of_two_that_are_put_back_from_one_backup_nobody_misses_what_is_written_in_the_later_one(
    file: Path, places: Callable[[str], Place], time_machine: Any
) -> None:
    first, second = places("own file"), places("own file")

    def written(place: Place, notes: int) -> list[wh.Change]:
        assert place.restore(file).ok
        with place.open() as engine:
            for _ in range(notes):
                engine.do(commands.Note(next(iter(engine.heads())), text="an invented note"), as_=ANNA)
            return [*engine.changes()][-notes:]

    time_machine.move_to(datetime.now(UTC) + timedelta(hours=1))
    heard = written(first, 3)[-1]
    time_machine.shift(120)  # it is lost, too
    later = written(second, 1)

    with second.open() as engine:
        assert [*engine.changes(after=heard.position)] == later


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup that is locked by a passphrase; made once, since that is made to be slow."""
    folder = tmp_path_factory.mktemp("locked")
    with Place(f"sqlite:///{folder / 'old.db'}").create() as engine:
        some_work(engine)
        return Path(backed_up(engine, folder / "b.age", passphrase=PASSPHRASE).path)


@pytest.mark.usefixtures("passphrases_tried_once")
def test_the_passphrase_opens_it_however_a_keyboard_writes_it(locked: Path, new: Place) -> None:
    typed = PASSPHRASE.replace("è", "e\u0300")

    assert new.restore(locked, passphrase=typed, identity=None) == wh.Verification(True, 2, 11, ())


@pytest.mark.usefixtures("passphrases_tried_once")  # the same function, of the same bytes
def test_the_program_age_reads_both_halves_of_it_without_wayhome(locked: Path) -> None:
    key, end, sealed = locked.read_bytes().partition(b"-----END AGE ENCRYPTED FILE-----\n")

    identity = x25519.Identity.from_str(pyrage.passphrase.decrypt(key + end, PASSPHRASE).decode())
    lines = zlib.decompress(pyrage.decrypt(sealed, [identity])).splitlines()

    assert lines[0].startswith(b'{"wayhome_backup":1,"schema":"0001"')
    assert lines[-1].startswith(b'{"hash":')


def test_an_empty_database_and_each_of_several_recipients(place: Place, new: Place, tmp_path: Path) -> None:
    other = x25519.Identity.generate()
    with place.create() as engine:
        made = backed_up(engine, tmp_path / "b.age", recipients=[str(other.to_public()), RECIPIENT])

    key_file = f"# created by age-keygen\n# public key: {other.to_public()}\n{other}\n"
    assert (made.cases, made.events, made.heads) == (0, 0, {})
    assert new.restore(tmp_path / "b.age", identity=key_file).ok


def test_every_table_of_ours_is_in_it_with_every_column() -> None:
    assert [*contents.TABLES] == [table.name for table in METADATA.sorted_tables]
    for name in contents.TABLES:
        assert contents._statement("WHOLE", name)
        assert contents._statement("PUT_BACK", name).names == tuple(contents.TABLES[name])


# --- who may read it -----------------------------------------------------------------------------------------------


def test_nothing_that_identifies_stands_in_it_nor_beside_it_even_when_it_is_unlocked(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    real = backup_file.read

    def look(path: Path, *given: Any) -> None:  # while it is not yet named
        seen.extend(one.read_bytes() for one in tmp_path.iterdir() if one.name.startswith("."))
        real(path, *given)

    monkeypatch.setattr(backup_file, "read", look)
    with place.create() as engine:
        some_work(engine)
        backed_up(engine, tmp_path / "b.age")

    sealed = (tmp_path / "b.age").read_bytes()
    unlocked = zlib.decompress(pyrage.decrypt(sealed, [OURS]))
    told = [base64.b64decode(part.split(b'"')[0]) for part in unlocked.split(b'"b64":"')[1:]]
    assert seen == [sealed]
    assert len(told) > 30
    for canary in CANARIES:
        assert not any(canary.encode() in one for one in (sealed, unlocked, *told))
    assert b"wh_cases" not in sealed
    assert KEY not in b"".join(told)


def test_it_is_for_its_owner_alone(place: Place, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with place.create() as engine:
            backed_up(engine, tmp_path / "b.age")
    finally:
        os.umask(before)

    assert (tmp_path / "b.age").stat().st_mode & 0o777 == 0o600


def test_who_knows_the_recipient_can_seal_another_one_and_it_is_not_believed(
    file: Path, new: Place, tmp_path: Path
) -> None:
    *lines, _ = zlib.decompress(pyrage.decrypt(file.read_bytes(), [OURS])).splitlines()
    ledger = next(n for n, line in enumerate(lines) if line.startswith(b'{"table":"wh_ledger"'))
    del lines[ledger + 6]  # the newest event of the first case is left out
    content = b"\n".join(lines) + b"\n"
    forged = zlib.compress(content + b'{"hash":"' + sha256(content).hexdigest().encode() + b'"}\n')
    (tmp_path / "forged.age").write_bytes(pyrage.encrypt(forged, [OURS.to_public()]))

    with pytest.raises(LedgerBroken) as told:
        new.restore(tmp_path / "forged.age")

    assert str(told.value) == (
        "What lies in this backup does not hold together. "
        "It did when the backup was made; somebody has made another one of it. "
        "Take another copy of it, or an older backup. Nothing was put back."
    )
    assert not new.is_there()


# --- while others work ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["own file", "postgresql"])
def test_what_is_written_while_it_is_made_is_in_it_whole_or_not_at_all(
    places: Callable[[str], Place], tmp_path: Path, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, new = places(sort), places("own file")
    begun, written = threading.Event(), threading.Event()
    real = contents._line

    def slow(told: Any) -> bytes:
        if isinstance(told, dict) and told.get("table") == "wh_ledger":  # in the middle
            begun.set()
            assert written.wait(30)
        return real(told)

    monkeypatch.setattr(contents, "_line", slow)
    with place.create() as engine:
        one, _ = some_work(engine)

        def write() -> None:
            assert begun.wait(30)
            for _ in range(5):
                engine.do(commands.Note(one, text="meanwhile"), as_=ANNA)
            engine.do(commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=ANNA)
            written.set()

        writer = threading.Thread(target=write)
        writer.start()
        made = backed_up(engine, tmp_path / "b.age")
        writer.join()
        assert engine.verify(against=made.heads).events == 17

    assert (made.ok, made.cases, made.events) == (True, 2, 11)
    assert new.restore(tmp_path / "b.age") == wh.Verification(True, 2, 11, ())


# --- refusals: one sentence each, and nothing is made --------------------------------------------------------------------


def refused(kind: type[wh.WayhomeError], ask: Callable[[], Any]) -> str:
    with pytest.raises(kind) as told:
        ask()
    return str(told.value)


@pytest.mark.parametrize("given", [{}, {"passphrase": ""}, {"passphrase": "a", "recipients": [RECIPIENT]},
                                   {"recipients": RECIPIENT}])  # fmt: skip
def test_it_is_locked_by_one_thing(place: Place, tmp_path: Path, given: dict[str, Any]) -> None:
    with place.create() as engine:
        said = refused(BadInput, lambda: engine.backup(tmp_path / "b.age", **given))

    assert said == (
        "A backup is locked by a passphrase, or to keys of age. Exactly one of both was to be given. "
        "Give a passphrase, or a list of recipients."
    )
    assert not (tmp_path / "b.age").exists()


def test_a_mistyped_recipient_is_told(place: Place, tmp_path: Path) -> None:
    with place.create() as engine:
        said = refused(BadInput, lambda: engine.backup(tmp_path / "b.age", recipients=[RECIPIENT[:-1] + "b"]))

    assert said.startswith("That is no recipient. One begins with 'age1'")


def test_it_never_takes_the_place_of_another_file(place: Place, tmp_path: Path) -> None:
    (tmp_path / "b.age").write_bytes(b"an invented letter")
    with place.create() as engine:
        said = refused(BadInput, lambda: backed_up(engine, tmp_path / "b.age"))

    assert said == (
        "There is a file of that name already; nothing was changed. "
        "'b.age' may be a backup, and none is ever overwritten. Choose another name."
    )
    assert (tmp_path / "b.age").read_bytes() == b"an invented letter"
    assert [one for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_without_the_key_of_the_database_no_backup_is_made(place: Place, tmp_path: Path) -> None:
    place.create().close()
    with Engine.open(place.database, packs=all_packs()) as engine:
        said = refused(StoreUnavailable, lambda: backed_up(engine, tmp_path / "b.age"))

    assert said.startswith("The key of this database is missing.")
    assert not (tmp_path / "b.age").exists()


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        (
            {"identity": str(x25519.Identity.generate())},
            BadInput,
            "The backup does not open with this key of age. It was locked to another one, or the file was changed. "
            "Look for the key to which it was locked. Then try another copy of the backup.",
        ),
        (
            {"identity": "no key at all"},
            BadInput,
            "That is no key of age. One begins with 'AGE-SECRET-KEY-1'. Give what age-keygen has written.",
        ),
        (
            {"identity": None, "passphrase": PASSPHRASE},
            BadInput,
            "This backup is locked to a key of age. Give that, and nothing else.",
        ),
        (
            {"keys": lambda _: b"x" * 32},
            StoreUnavailable,
            "This key does not open this database. It belongs to another one, or was renewed. "
            "Put the right one where it came from: WAYHOME_KEY, if that is set, else its file, or whatever gives it.",
        ),
        (
            {"keys": None},
            StoreUnavailable,
            "The key of this database is missing. All that is told of a person is sealed with it. {set}",
        ),
    ],
)
@pytest.mark.parametrize("sort", ["own file", "postgresql"])
def test_what_does_not_open_it_is_told_and_makes_nothing(
    places: Callable[[str], Place], file: Path, tmp_path: Path, sort: str, given: Any, kind: Any, said: str
) -> None:
    new = places(sort)
    before = {*tmp_path.iterdir()}

    told = {
        "own file": "Put the file ID.key back where it lay, or set WAYHOME_KEY.",
        "postgresql": "Set WAYHOME_KEY, or say where the key file lies.",
    }[sort]
    answered = re.sub("[0-9a-f]{8}[.]key", "ID.key", refused(kind, lambda: new.restore(file, **given)))
    assert answered == said.replace("{set}", told)

    assert {*tmp_path.iterdir()} == before
    assert sort == "own file" or not new.is_there()
    assert new.restore(file).ok


def test_a_wrong_passphrase_is_told(locked: Path, new: Place) -> None:
    assert refused(BadInput, lambda: new.restore(locked, identity=None, passphrase="another")) == (
        "The backup does not open with this passphrase. "
        "It was mistyped, or it is that of another backup, or the file was changed. "
        "Type it once more. Then try another copy of the backup."
    )
    assert refused(BadInput, lambda: new.restore(locked)) == (
        "This backup is locked by a passphrase. Give that, and nothing else."
    )
    assert not new.is_there()


def test_a_computer_that_is_too_slow_for_a_passphrase_does_not_call_it_wrong(
    locked: Path, new: Place, tmp_path: Path
) -> None:
    """age measures how long a try takes here, and refuses what was made on a computer many times as fast."""
    key, end, sealed = locked.read_bytes().partition(b"-----END AGE ENCRYPTED FILE-----\n")
    head, *body = key.splitlines()
    plain = base64.b64decode(b"".join(body))
    harder = re.sub(rb"(-> scrypt \S+) \d+", rb"\1 30", plain, count=1)
    lines = [head, *(base64.b64encode(harder)[at : at + 64] for at in range(0, len(base64.b64encode(harder)), 64))]
    (tmp_path / "harder.age").write_bytes(b"\n".join(lines) + b"\n" + end + sealed)

    said = refused(BadInput, lambda: new.restore(tmp_path / "harder.age", identity=None, passphrase=PASSPHRASE))

    assert said == (
        "This computer is too slow, or too busy, to try a passphrase on this backup. "
        "Each try is made to take its time; where the backup was made, one took less. "
        "End other programs and try again, or take a faster computer. The passphrase may be right."
    )
    assert not new.is_there()


def test_a_backup_that_a_busy_computer_cannot_open_again_is_none(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever makes one has asked to open nothing: they are told that there is none, and what helps."""

    def too_slow(*_: Any) -> bytes:
        raise pyrage.DecryptError("Excessive work parameter for passphrase")

    monkeypatch.setattr(pyrage.passphrase, "decrypt", too_slow)
    with place.create() as engine:
        some_work(engine)
        before = {*tmp_path.iterdir()}
        said = refused(StoreUnavailable, lambda: backed_up(engine, tmp_path / "b.age", passphrase=PASSPHRASE))

        assert {*tmp_path.iterdir()} == before
    assert said == (
        "No backup was made. What was written did not open again with its passphrase: this computer is too busy for that. "
        "End other programs, and make it again."
    )


@pytest.mark.parametrize("at", [-1, -10_000, 600])  # the end, the middle, who may open it
@pytest.mark.usefixtures("passphrases_tried_once")
def test_one_that_was_changed_behind_its_passphrase_is_told(locked: Path, new: Place, tmp_path: Path, at: int) -> None:
    content = bytearray(locked.read_bytes())
    content[at + (content.index(b"age-encryption") - 500 if at > 0 else 0)] ^= 1
    (tmp_path / "changed.age").write_bytes(content)

    said = refused(BadInput, lambda: new.restore(tmp_path / "changed.age", identity=None, passphrase=PASSPHRASE))

    assert said == NOT_AS_MADE
    assert not new.is_there()


NOT_AS_MADE = (
    "This backup is not as it was made. It was changed, or its end is missing. "
    "Take another copy of it, or an older backup. Nothing was put back."
)


@pytest.mark.parametrize("kept", [0, 60, 400, 0.3, 0.999])
def test_half_a_backup_is_told_and_makes_nothing(file: Path, new: Place, tmp_path: Path, kept: float) -> None:
    whole = file.read_bytes()
    (tmp_path / "half.age").write_bytes(whole[: int(kept if kept > 1 else kept * len(whole))])

    assert refused(BadInput, lambda: new.restore(tmp_path / "half.age")) == NOT_AS_MADE
    assert not new.is_there()


def test_a_file_that_is_none_is_told(new: Place, tmp_path: Path) -> None:
    other = "This file holds no backup of Wayhome. Name the right file."
    (tmp_path / "letter").write_bytes(b"an invented letter" * 500)
    (tmp_path / "sealed.age").write_bytes(pyrage.encrypt(b"an invented letter" * 500, [OURS.to_public()]))

    assert refused(BadInput, lambda: new.restore(tmp_path / "letter")) == other
    assert refused(BadInput, lambda: new.restore(tmp_path / "sealed.age")) == other
    assert refused(BadInput, lambda: new.restore(tmp_path / "none.age")) == (
        "The backup cannot be read. No such file or directory Look at its name."
    )
    assert not new.is_there()


def test_one_of_a_newer_program_is_told(
    place: Place, new: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "SCHEMA_VERSION", "9999")
    with place.create() as engine:
        backed_up(engine, tmp_path / "b.age")
    monkeypatch.undo()

    assert refused(StoreUnavailable, lambda: new.restore(tmp_path / "b.age")) == (
        "A newer Wayhome made this backup. It has version 9999, and this program knows 0001. Use the newer program."
    )
    assert not new.is_there()


@pytest.mark.parametrize("sort", SORTS)
def test_nothing_is_put_back_over_a_database_that_is_there(
    places: Callable[[str], Place], file: Path, sort: str
) -> None:
    there = places(sort)
    with there.create() as engine:
        case = a_case(engine)

    said = refused(BadInput, lambda: there.restore(file))

    assert said.startswith("There is a ")
    assert "nothing was changed" in said
    with there.open() as engine:
        assert [*engine.heads()] == [case, "office"]


def test_nothing_is_put_back_into_memory(file: Path) -> None:
    with pytest.raises(BadInput, match="In memory nothing can be put back"):
        wh.restore(file, "sqlite://", identity=IDENTITY, keys=keys)


@settings(max_examples=25)
@given(data=st.data())
def test_no_byte_of_it_can_be_changed(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("changed")
    whole = a_backup(tmp_path_factory)
    at = data.draw(st.integers(0, len(whole) - 1) | st.integers(0, 500))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    (folder / "changed.age").write_bytes(changed)
    new = Place(f"sqlite:///{folder / 'new.db'}")

    refused(BadInput, lambda: new.restore(folder / "changed.age"))

    assert [one.name for one in folder.iterdir()] == ["changed.age"]


_MADE: list[bytes] = []


def a_backup(folders: pytest.TempPathFactory) -> bytes:
    if not _MADE:
        folder = folders.mktemp("made")
        with Place(f"sqlite:///{folder / 'old.db'}").create() as engine:
            some_work(engine)
            _MADE.append(Path(backed_up(engine, folder / "b.age").path).read_bytes())
    return _MADE[0]


# --- of what is damaged --------------------------------------------------------------------------------------------


def test_a_database_that_does_not_hold_together_is_backed_up_and_said_to_be_damaged(
    place: Place, new: Place, tmp_path: Path
) -> None:
    with place.create() as engine:
        one, two = some_work(engine)
    path = place.database.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE wh_ledger SET body = x'00ff' WHERE number = ? AND seq = 3", (one,))
        connection.execute("UPDATE wh_ledger SET hash = 'no bytes' WHERE number = ? AND seq = 5", (two,))
    connection.close()

    with place.open() as engine:
        before = engine.verify()
        made = backed_up(engine, tmp_path / "b.age")
        assert not made.ok
        assert made.problems == before.problems
    found = new.restore(tmp_path / "b.age")

    assert not found.ok
    assert {problem.case for problem in found.problems} - {"", "office"} == {one, two}
    with new.open() as engine:
        assert engine.heads().keys() - {"office"} == {one, two}


def test_tables_that_somebody_has_changed_are_backed_up_without_the_change(
    place: Place, new: Place, tmp_path: Path
) -> None:
    with place.create() as engine:
        some_work(engine)
        path = place.database.removeprefix("sqlite:///")
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TRIGGER swallow BEFORE INSERT ON wh_blobs BEGIN SELECT RAISE(IGNORE); END")
        connection.close()
        made = backed_up(engine, tmp_path / "b.age")

    assert [problem.what for problem in made.problems] == ["Something in this database changes what is written."]
    assert made.events == 11
    assert new.restore(tmp_path / "b.age").ok


# --- a disk that is full, or may not be written --------------------------------------------------------------------------


class Full:
    """A file on a disk that has room for so much."""

    def __init__(self, file: Any, room: int) -> None:
        self.file, self.room = file, room

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, data: bytes) -> int:
        if len(data) > self.room:
            raise OSError(errno.ENOSPC, "an invented word of the system")
        self.room -= len(data)
        return int(self.file.write(data))


@pytest.mark.parametrize("room", [0, 100, 70_000])  # before the first byte, in what stands first, in the middle
def test_a_full_disk_leaves_no_backup_and_one_sentence(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    real = Path.open

    def opened(path: Path, mode: str = "r", **how: Any) -> Any:
        return Full(real(path, mode), room) if mode == "wb" else real(path, mode, **how)

    monkeypatch.setattr(Path, "open", opened)
    with place.create() as engine:
        some_work(engine)
        before = {*tmp_path.iterdir()}
        said = refused(StoreUnavailable, lambda: backed_up(engine, tmp_path / "b.age"))

        assert said == "No backup was made. The disk is full. Make room, or choose another disk."
        assert {*tmp_path.iterdir()} == before
        monkeypatch.undo()
        assert backed_up(engine, tmp_path / "b.age").ok


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "No backup was made. The disk is full. Make room, or choose another disk."),
        (errno.EROFS, "No backup was made. The disk may only be read. Choose another disk."),
        (errno.EACCES, "No backup was made. Its folder may not be written. Choose another folder."),
        (errno.EIO, "No backup was made. an invented word of the system Look at the disk, or choose another."),
    ],
)
def test_what_the_system_refuses_leaves_no_backup(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def never(*_: object) -> None:
        raise OSError(number, "an invented word of the system")

    with place.create() as engine:
        before = beside(tmp_path)
        monkeypatch.setattr("wayhome.store.files.os.fsync", never)

        assert refused(StoreUnavailable, lambda: backed_up(engine, tmp_path / "b.age")) == said
        assert beside(tmp_path) == before


def beside(folder: Path) -> set[Path]:
    """Give the files of a folder, but for those that SQLite keeps while a database is open."""
    return {path for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}


def test_where_no_folder_is_none_is_made(place: Place, tmp_path: Path) -> None:
    with place.create() as engine:
        said = refused(StoreUnavailable, lambda: backed_up(engine, tmp_path / "no-such-folder" / "b.age"))

    assert said == "No backup was made. There is no such folder. Name another place."


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(place: Place, file: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with place.open() as engine:
        said = refused(StoreUnavailable, lambda: backed_up(engine, tmp_path / "closed" / "b.age"))
    assert said == "No backup was made. Its folder may not be written. Choose another folder."
    new = Place(f"sqlite:///{tmp_path / 'closed' / 'new.db'}")
    assert refused(StoreUnavailable, lambda: new.restore(file)).startswith("The database is read-only.")


def test_on_a_stick_that_knows_no_second_names_one_is_made_and_never_over_another(
    place: Place, new: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.EPERM, "an invented word of the system")

    with place.create() as engine:
        some_work(engine)
        monkeypatch.setattr("wayhome.store.files.os.link", none)
        backed_up(engine, tmp_path / "b.age")
        before = (tmp_path / "b.age").read_bytes()
        refused(BadInput, lambda: backed_up(engine, tmp_path / "b.age"))
        monkeypatch.undo()

    assert (tmp_path / "b.age").read_bytes() == before
    assert [one for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    assert new.restore(tmp_path / "b.age").ok


@pytest.mark.parametrize("sort", SORTS[:2])
def test_a_full_disk_while_it_is_put_back_leaves_nothing(
    places: Callable[[str], Place], file: Path, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = places(sort)
    real, seen = SqlalchemyConnection.write_rows, []

    def full(self: Any, *given: Any) -> Any:
        seen.append(given)
        if len(seen) > 4:
            raise sqlite3.OperationalError("database or disk is full")
        return real(self, *given)

    monkeypatch.setattr(SqlalchemyConnection, "write_rows", full)
    said = refused(StoreUnavailable, lambda: new.restore(file))

    assert said == "The disk is full. Nothing more can be written. Make room; nothing of this was saved."
    assert not new.is_there()
    monkeypatch.undo()
    assert new.restore(file).ok


# --- kill -9 ----------------------------------------------------------------------------------------------------------

KILLED = """
import os, sys
import wayhome as wh
from wayhome.store import backup, backup_file, files, making

act, at, seen = sys.argv[1], int(sys.argv[2]), 0
def killed():
    global seen
    seen += 1
    if seen == at:
        os.kill(os.getpid(), 9)
def wrap(where, name):
    real = getattr(where, name)
    def around(*given, **named):
        killed()
        found = real(*given, **named)
        killed()
        return found
    setattr(where, name, around)
for where, name in (
    (backup_file._Source, "read"), (backup_file._ErrorKeepingWriter, "write"), (backup_file, "read"), (files, "_to_the_disk"), (files, "_link"),
    (making, "_build"), (making, "upgrade"), (backup, "begin_anew"), (backup, "verify"), (backup._Rows, "write"),
):
    wrap(where, name)
url, schema, file, key = sys.argv[3:7]
if act == "backup":
    with wh.Engine.open(url, schema=schema or None) as engine:
        engine.backup(file, recipients=[key])
else:
    wh.restore(file, url, schema=schema or None, identity=key)
print(seen)
"""


@cache
def moments_of_restoring(sort: str) -> int:
    """Say at how many moments somebody can be killed."""
    act = "restore"
    with TemporaryDirectory() as folder:
        with Place(f"sqlite:///{folder}/old.db").create() as engine:
            some_work(engine)
            file = Path(backed_up(engine, Path(folder) / "b.age").path)
        if sort == "postgresql":
            done = killed_at(0, act, postgres.needed(), postgres.a_schema(), file, IDENTITY)
        else:
            done = killed_at(0, act, f"sqlite:///{folder}/new.db", None, file, IDENTITY)
        return int(done.stdout)


def killed_at(
    at: int, act: str, url: str, schema: str | None, file: Path, key: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "WAYHOME_KEY": base64.b64encode(KEY).decode()}
    words = [sys.executable, "-c", KILLED, act, str(at), url, schema or "", str(file), key]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("share", sampled([0.97], [0.001, 0.2, 0.5, 0.8, 0.93, 1]))
def test_whoever_is_killed_while_making_one_leaves_none_or_a_whole_one_and_the_database_as_it_was(
    place: Place, new: Place, tmp_path: Path, share: float
) -> None:
    with place.create() as engine:
        some_work(engine)
        heads = engine.heads()
    path = tmp_path / "b.age"
    shutil.copy(place.database.removeprefix("sqlite:///"), tmp_path / "counted.db")
    counted = killed_at(0, "backup", f"sqlite:///{tmp_path}/counted.db", None, tmp_path / "counted.age", RECIPIENT)

    done = killed_at(max(1, int(share * int(counted.stdout))), "backup", place.database, None, path, RECIPIENT)

    assert done.returncode == -9, done
    with place.open() as engine:
        assert engine.verify(against=heads).ok
        if not path.exists():
            backed_up(engine, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert new.restore(path).ok
    for left in tmp_path.glob(".*.new"):
        assert not any(canary.encode() in left.read_bytes() for canary in CANARIES)


@pytest.mark.parametrize("share", sampled([0.85], [0.001, 0.3, 0.6, 0.93, 0.97, 1]))
@pytest.mark.parametrize("sort", ["own file", "postgresql"])
def test_whoever_is_killed_while_putting_one_back_leaves_nothing_or_all_of_it(
    places: Callable[[str], Place], file: Path, sort: str, share: float
) -> None:
    new = places(sort)
    url = postgres.needed() if sort == "postgresql" else new.database

    done = killed_at(max(1, int(share * moments_of_restoring(sort))), "restore", url, new.schema, file, IDENTITY)

    assert done.returncode == -9, done
    if not new.is_there():
        assert new.restore(file).ok
    with new.open() as engine:
        assert engine.verify().ok
        assert engine.verify().events == 11
