"""`verify` against heads that were kept elsewhere: what nothing inside the database can show; and what an administrator says of it."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import stat
from datetime import UTC, datetime, timedelta

import pytest
from pyrage import x25519
from wayhome import Actor, Engine, commands

from tests.conftest import all_packs

RECIPIENT = str(x25519.Identity.generate().to_public())


@pytest.fixture
def kept(wayhome, number):
    assert wayhome("verify", "--heads", "heads.json", as_=None).status == 0
    return wayhome.folder / "heads.json"


def test_heads_that_were_kept_are_part_of_every_later_history(wayhome, number, kept):
    wayhome("do", number, "note", "group=case", "text=an invented note")

    assert wayhome("verify", "--against", "heads.json", as_=None).status == 0
    assert [*json.loads(kept.read_text())] == [number, "office"]


@pytest.mark.parametrize("umask", [0o022, 0, 0o777], ids=oct)
@pytest.mark.parametrize("was", [None, 0o644, 0o666], ids=["new", "0644", "0666"])
@pytest.mark.parametrize(
    "words",
    [("verify", "--heads", "heads.json"), ("backup", "new.age", "--to", RECIPIENT, "--heads", "heads.json")],
    ids=["verify", "backup"],
)  # fmt: skip
def test_heads_are_their_owners_alone(wayhome, number, umask, was, words):
    """All else that is kept beside a database is; and these are what the oldest of a thief's copies is known by."""
    heads = wayhome.folder / "heads.json"
    if was is not None:
        heads.write_text("of yesterday")
        heads.chmod(was)
    before = os.umask(umask)
    try:
        assert wayhome(*words, as_=None).status == 0
    finally:
        os.umask(before)

    assert stat.S_IMODE(heads.stat().st_mode) == 0o600
    assert [*json.loads(heads.read_text())] == [number, "office"]


def test_a_case_that_is_gone_is_named(wayhome, number, kept):
    with sqlite3.connect(wayhome.folder / "wayhome.db") as connection:
        for table in ("wh_cases", "wh_ledger", "wh_blobs", "wh_keys"):
            connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))

    assert wayhome("verify", as_=None).status == 0
    told = wayhome("verify", "--against", "heads.json", as_=None)

    assert told.status == 6
    assert f"Case {number}: the whole case is missing, of which a head was kept" in told.out


def test_the_chain_is_checked_without_the_key_and_nothing_else(wayhome, number):
    (wayhome.folder / "wayhome.db.key").unlink()

    assert wayhome("verify", "--chain", as_=None).status == 0
    told = wayhome("verify", as_=None)
    assert told.status == 7
    assert "The key of this database is missing" in told.err


def test_a_file_that_holds_no_heads_is_told(wayhome, number):
    (wayhome.folder / "heads.json").write_text("[1, 2]")

    told = wayhome("verify", "--against", "heads.json", as_=None)

    assert told.status == 2
    assert "That file holds no heads" in told.err


def test_a_changed_row_that_belongs_to_no_case_is_said_of_the_database(wayhome, number):
    with sqlite3.connect(wayhome.folder / "wayhome.db") as connection:
        connection.execute(
            "DELETE FROM wh_entries WHERE rowid = (SELECT rowid FROM wh_entries WHERE kind = 'actor' LIMIT 1)"
        )

    told = wayhome("verify", as_=None)

    assert told.status == 6
    assert "✗ The database: Who may use the shell was changed." in told.out


def test_where_the_heads_cannot_be_written_is_said_before_the_database_is_checked(wayhome, number):
    told = wayhome("verify", "--heads", "no_such_folder/heads.json", as_=None)

    assert told.status == 2
    assert "There is no such folder." in told.err
    assert told.out == ""


def test_heads_that_cannot_be_read_are_not_said_to_be_no_heads(wayhome, number):
    told = wayhome("verify", "--against", "no_such.json", as_=None)

    assert told.status == 2
    assert "The file with the heads cannot be read." in told.err


# --- what an administrator says of the database ------------------------------------------------------------------


def written_in_a_year(wayhome, number):
    """Somebody has written with a clock that stood a year ahead."""
    ahead = datetime.now(UTC) + timedelta(days=365)
    with Engine.open(f"sqlite:///{wayhome.folder}/wayhome.db", clock=lambda: ahead, packs=all_packs()) as engine:
        engine.do(
            commands.Note(number, text="invented words"), as_=Actor("anna", "invented_house", {"case_manager_sending"})
        )


def test_an_administrator_says_what_is_gone_and_nobody_else_does(wayhome, number):
    refused = wayhome("lost", "invented words")
    assert (refused.status, refused.err) == (
        4,
        "Only an administrator may say this.\nAsk one of them. If you are one, say so with --as.\n",
    )

    said = wayhome("lost", "since last night; invented words", as_="sysop")

    assert said.status == 0
    assert "Ask each person again whose case was open then." in said.out
    assert wayhome("verify", as_=None).status == 0


def test_a_clock_that_stands_back_is_said_first_and_opens_no_case(wayhome, number):
    assert wayhome("clock", as_=None).status == 0
    written_in_a_year(wayhome, number)

    for words in (("today",), ("due",), ("clock",)):
        told = wayhome(*words)
        assert (words, told.status) == (words, 7)
        assert "Set the clock; if it is right, an administrator says so: wayhome clock --right" in " ".join(
            told.err.split()
        )
    assert wayhome("case", "open", "--host", "BE", "--origin", "NG").status == 1

    assert wayhome("clock", "--right", as_="sysop").status == 0
    assert wayhome("case", "open", "--host", "BE", "--origin", "NG").status == 0
    assert wayhome("today").status == 0


OPEN = ("case", "open", "--host", "BE", "--origin", "NG")


@pytest.fixture
def quiet(wayhome, number, monkeypatch):
    """An office in which nothing was written for forty days, as the clock has it."""
    ahead = datetime.now(UTC) + timedelta(days=40)
    monkeypatch.setattr("wayhome.execution.real_clock", lambda: ahead)
    monkeypatch.setattr("wayhome.engine.real_clock", lambda: ahead)
    return f"{ahead:%Y-%m-%d}", f"{datetime.now(UTC):%Y-%m-%d}"


def test_a_clock_far_ahead_is_said_first_and_an_administrator_answers_once(wayhome, quiet):
    clock, newest = quiet
    said = f"The clock of this computer says {clock}, and nothing was written here since {newest}. Set the clock;"
    for words in (("today",), ("due",), ("clock",)):
        told = wayhome(*words)
        assert (words, told.status, told.err.startswith(said)) == (words, 0, True)
    refused = wayhome(*OPEN)
    assert (refused.status, refused.err.splitlines()[0][:31]) == (2, "It is not sure what day it is: ")

    assert wayhome("clock", "--right", as_="sysop").status == 0
    assert wayhome("today").err == ""
    assert wayhome(*OPEN).status == 0


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 2)])
def test_at_a_terminal_it_is_asked_before_a_case_is_opened_and_only_once(wayhome, quiet, monkeypatch, answer, status):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal(answer))

    told = wayhome(*OPEN)

    assert told.status == status
    assert f"Nothing was written here since {quiet[1]}. Is it {quiet[0]} today?" in told.err
    assert (wayhome("today").err == "") is (status == 0)


# --- a witness, where nobody asks the doctor -----------------------------------------------------------------------------


def test_an_administrator_who_looks_at_today_is_told_first_that_the_witness_cannot_be_reached(
    wayhome, number, monkeypatch
):
    assert wayhome("today", as_="sysop").status == 4
    (wayhome.folder / "witness").mkdir()
    monkeypatch.setenv("WAYHOME_WITNESS", str(wayhome.folder / "witness"))
    assert wayhome("do", number, "note", "group=case", "text=an invented note").status == 0

    told, others = wayhome("today", as_="sysop"), wayhome("today")

    assert told.status == 7
    assert told.err.startswith("The witness cannot be reached since ")
    assert "witness  The witness cannot be reached since" in wayhome("doctor", as_=None).out
    assert (others.status, others.err) == (0, "")


@pytest.mark.usefixtures("quick_passphrases")
def test_what_is_put_back_says_how_much_more_the_witness_knew(wayhome, number, monkeypatch):
    monkeypatch.setenv("WAYHOME_WITNESS", str(wayhome.folder / "witness"))
    monkeypatch.setenv("WAYHOME_PASSPHRASE", "six invented words that nobody said")
    assert wayhome("do", number, "note", "group=case", "text=an invented note").status == 0
    assert wayhome("backup", "b.age", as_=None).status == 0
    for _ in range(3):
        assert wayhome("do", number, "note", "group=case", "text=an invented note").status == 0
    (wayhome.folder / "new.db.key").write_bytes((wayhome.folder / "wayhome.db.key").read_bytes())
    (wayhome.folder / "new.db.key").chmod(0o600)

    told = wayhome("restore", "b.age", "--db", "sqlite:///new.db", as_=None)

    assert told.status == 0
    assert "The witness knew of 4 events that are not in it, until " in told.out
    assert "Ask each person again whose case was open then" in " ".join(told.out.split())
    assert wayhome("do", number, "note", "group=case", "text=invented", "--db", "sqlite:///new.db").status == 0
    assert wayhome("verify", "--db", "sqlite:///new.db", as_=None).status == 0


def test_each_night_a_part_is_looked_at_and_says_how_much(wayhome, number):
    first, second = wayhome("verify", "--rolling", as_=None), wayhome("verify", "--rolling", as_="sysop")

    assert (first.status, second.status) == (0, 0)
    assert first.out == "The ledger holds together: 1 event of 1 case, each as it was written.\n"
    assert wayhome("verify", "--rolling", "--chain", as_=None).status == 2
