"""`verify` against heads that were kept elsewhere: what nothing inside the database can show."""

from __future__ import annotations

import json
import sqlite3

import pytest


@pytest.fixture
def kept(wayhome, number):
    assert wayhome("verify", "--heads", "heads.json", as_=None).status == 0
    return wayhome.folder / "heads.json"


def test_heads_that_were_kept_are_part_of_every_later_history(wayhome, number, kept):
    wayhome("do", number, "note", "group=case", "text=an invented note")

    assert wayhome("verify", "--against", "heads.json", as_=None).status == 0
    assert [*json.loads(kept.read_text())] == [number]


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
