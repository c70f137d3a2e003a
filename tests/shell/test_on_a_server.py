"""The shell on a PostgreSQL server: `init` makes the tables there, and all else works as on a file."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from tests import postgres
from tests.shell.conftest import CommandLine


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of the server in which nothing is yet, named as the shell is told."""
    name = f"wayhome_shell_{os.getpid()}"
    with postgres.an_engine(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        url = make_url(postgres.needed()).set(database=name).render_as_string(hide_password=False)
        monkeypatch.setenv("WAYHOME_DB", url)
        yield url
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def line(
    address: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys, tmp_path)


def test_tables_are_made_on_a_server_and_a_case_lives_there(
    line: CommandLine, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    db = ("--db", address)
    told = line("init", *db, as_=None)
    assert told.status == 2
    assert "The key of a database on a server comes of WAYHOME_KEY, which is empty." in told.err

    monkeypatch.setenv("WAYHOME_KEY", base64.b64encode(b"k" * 32).decode())
    made = line("init", *db, as_=None)
    assert (made.status, made.err) == (0, "")
    assert "Made the tables on that server." in made.out
    again = line("init", *db, as_=None)
    assert again.status == 2
    assert "There is a Wayhome database already; nothing was changed." in again.err

    assert (
        line(
            "actor", "add", "anna", "--organisation", "invented_house", "--role", "case_manager_sending", *db, as_=None
        ).status
        == 0
    )
    number = line.json("case", "open", "--host", "BE", "--origin", "NG", *db)["case"]
    label = line.json("case", "show", number, *db)["label"]
    assert line("case", "why", label, "depart", *db).status == 0
    assert line("verify", *db, as_=None).status == 0
    assert not [*tmp_path.iterdir()]


def test_a_server_that_is_not_there_is_told_in_one_block(line: CommandLine) -> None:
    told = line("case", "list", "--db", "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")

    assert told.status == 7
    assert "The database does not answer." in told.err
    assert "127.0.0.1" not in told.err
