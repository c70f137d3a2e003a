"""A backup at the shell: asked for a passphrase twice, said to be made, put back; and each no in one sentence."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import sys

import pytest
from pyrage import x25519

from tests import postgres

OURS = x25519.Identity.generate()
TO = ("--to", str(OURS.to_public()))


@pytest.fixture
def kept(wayhome, number):
    """A backup, its heads, and the key that opens it."""
    (wayhome.folder / "office.txt").write_text(f"# an invented office\n{OURS}\n")
    made = wayhome("backup", "b.age", *TO, "--heads", "heads.json", as_=None)
    assert made.status == 0, made
    return made


def put_back(wayhome, *more):
    shutil.copy(wayhome.folder / "wayhome.db.key", wayhome.folder / "new.db.key")
    words = ("restore", "b.age", "--identity", "office.txt", "--db", "sqlite:///new.db", *more)
    return wayhome(*words, as_=None)


def test_it_is_made_put_back_and_verified_against_its_heads(wayhome, number, kept):
    assert kept.out.splitlines() == [
        "Made the backup b.age: 1 event of 1 case. It was opened again, to its end.",
        "The heads of its cases are in heads.json. Keep them elsewhere.",
        "It opens only together with the key of this database, which is not in it. Keep both, apart from each other.",
    ]

    told = put_back(wayhome)

    assert (told.status, told.out.splitlines()) == (
        0,
        [
            "Put back 1 event of 1 case, into new.db.",
            "All of it holds together. If you kept heads elsewhere: wayhome verify --against HEADS",
        ],
    )
    assert [*json.loads((wayhome.folder / "heads.json").read_text())] == [number, "office"]
    assert wayhome("verify", "--against", "heads.json", "--db", "sqlite:///new.db", as_=None).status == 0
    assert wayhome.json("case", "list", "--db", "sqlite:///new.db")["items"] == wayhome.json("case", "list")["items"]


def test_what_is_lost_since_the_newest_heads_is_named(wayhome, number, kept):
    wayhome("do", number, "note", "group=case", "text=an invented note")
    wayhome("verify", "--heads", "newest.json", as_=None)
    put_back(wayhome)

    told = wayhome("verify", "--against", "newest.json", "--db", "sqlite:///new.db", as_=None)

    assert told.status == 6
    assert f"Case {number}: the head that was kept is not part of its history: something was lost" in told.out


def test_both_give_one_document(wayhome, number, kept):
    (wayhome.folder / "b.age").unlink()
    made = wayhome.json("backup", "b.age", *TO, as_=None)
    assert made == {
        "backup": str(wayhome.folder / "b.age"),
        "ok": True,
        "cases": 1,
        "events": 1,
        "problems": [],
    }
    assert json.loads(put_back(wayhome, "--json").out) == {
        "database": str(wayhome.folder / "new.db"),
        "ok": True,
        "cases": 1,
        "events": 1,
        "known_beyond": 0,
        "known_until": None,
        "problems": [],
    }


@pytest.mark.usefixtures("quick_passphrases")
def test_at_a_terminal_the_passphrase_is_asked_for_twice_and_never_shown(wayhome, number, monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    asked = []

    def typed(prompt):
        asked.append(prompt)
        return "six invented words"

    monkeypatch.setattr("click.termui.hidden_prompt_func", typed)

    made = wayhome("backup", "b.age", as_=None)
    assert made.status == 0, made
    assert len(asked) == 2
    shutil.copy(wayhome.folder / "wayhome.db.key", wayhome.folder / "new.db.key")
    told = wayhome("restore", "b.age", "--db", "sqlite:///new.db", as_=None)

    assert told.status == 0, told
    assert len(asked) == 3
    assert "invented words" not in made.out + made.err + told.out + told.err


def test_without_a_terminal_or_a_passphrase_none_is_made(wayhome, number):
    told = wayhome("backup", "b.age", as_=None)

    assert (told.status, told.err.splitlines()) == (
        2,
        [
            "There is no passphrase.",
            "It is locked by one, or to keys of age.",
            "Set WAYHOME_PASSPHRASE, or name a file with --passphrase-file.",
        ],
    )
    assert not (wayhome.folder / "b.age").exists()


@pytest.mark.parametrize("words", [("--passphrase-file", "none"), ("--identity", "none")])
def test_a_file_that_cannot_be_read_is_told_by_its_name(wayhome, number, kept, words):
    told = wayhome("restore", "b.age", *words, "--db", "sqlite:///new.db", as_=None)

    assert told.status == 2
    assert told.err.startswith("'none' cannot be read.")


def test_a_damaged_database_is_backed_up_and_told_loudly_both_times(wayhome, number, kept):
    with sqlite3.connect(wayhome.folder / "wayhome.db") as connection:
        connection.execute("UPDATE wh_ledger SET body = x'00'")
    (wayhome.folder / "b.age").unlink()

    made = wayhome("backup", "b.age", *TO, as_=None)
    told = put_back(wayhome)

    assert (made.status, told.status) == (6, 6)
    assert "Made the backup b.age" in made.out
    assert "Attention: this database does not hold together" in made.out
    assert "Attention: it does not hold together, and did not when the backup was made." in told.out
    for one in (made, told):
        assert f"✗ Case {number}, event 1:" in one.out


def test_where_the_heads_cannot_be_written_is_said_before_the_backup_is_made(wayhome, number):
    told = wayhome("backup", "b.age", *TO, "--heads", "no_such_folder/heads.json", as_=None)

    assert told.status == 2
    assert "There is no such folder." in told.err
    assert not (wayhome.folder / "b.age").exists()


def test_it_is_put_back_on_a_server_by_its_address_of_which_no_password_is_shown(wayhome, number, kept, monkeypatch):
    host, schema = postgres.an_engine(), postgres.a_schema()
    with host.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    host.dispose()
    address = postgres.needed()
    address += f"{'&' if '?' in address else '?'}options=-csearch_path%3D{schema}"
    key = (wayhome.folder / "wayhome.db.key").read_text().strip()
    assert len(base64.b64decode(key)) == 32
    monkeypatch.setenv("WAYHOME_KEY", key)

    told = wayhome("restore", "b.age", "--identity", "office.txt", "--db", address, as_=None)
    again = wayhome("backup", "again.age", *TO, "--db", address, as_=None)

    assert told.status == 0, told
    assert told.out.startswith("Put back 1 event of 1 case, into postgresql+psycopg://")
    assert ":***@" in told.out
    assert again.status == 0, again
