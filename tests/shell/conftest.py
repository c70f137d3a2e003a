"""The shell as its users meet it: a folder with a database, invented actors, and command lines."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs
from wayhome.shell.main import run
from wayhome.shell.session import Session

from tests.conftest import engine_at

ACTORS = (
    Actor("anna", "invented_house", {"case_manager_sending", "programme_manager"}),
    Actor("rita", "invented_house", {"risk_assessor"}),
    Actor("shelter", "invented_shelter", {"service_provider"}),
    Actor("sysop", "invented_house", {"system_admin"}),  # the last: from then on only they enter anybody
)


@dataclass
class Answer:
    """What a command line answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class CommandLine:
    """Runs command lines in this process, each with a session of its own, as a new process would."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys, self.folder = capsys, folder

    def __call__(self, *words: str, as_: str | None = "anna") -> Answer:
        session = Session(actor_id=as_)
        self.capsys.readouterr()
        try:
            status = run(words, session)
        finally:
            session.close()
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        return Answer(status, out, err)

    def json(self, *words: str, as_: str | None = "anna") -> Any:
        """Run it with --json; gives the document, which is all that stands on stdout."""
        return self(*words, "--json", as_=as_).json

    def ledger(self) -> bytes:
        """What lies in the database, to see that nothing changed."""
        with sqlite3.connect(self.folder / "wayhome.db") as connection:
            tables = (
                "wh_cases",
                "wh_ledger",
                "wh_blobs",
                "wh_command_keys",
                "wh_entries WHERE kind IN ('actor', 'organisation')",
            )
            return repr([connection.execute(f"SELECT * FROM {t} ORDER BY 1, 2").fetchall() for t in tables]).encode()


@pytest.fixture(scope="session")
def prepared(packs: Packs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database, its key, and three actors; made once, copied for each test."""
    folder = tmp_path_factory.mktemp("prepared")
    with engine_at(f"sqlite:///{folder / 'wayhome.db'}", packs=packs) as engine:
        for actor in ACTORS:
            engine.put_actor(actor)
    return folder


def line_in(
    folder: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """Type in a folder, beside these packs, where nothing is said by the environment."""
    monkeypatch.setattr(Packs, "installed", classmethod(lambda cls: packs))
    for name in ("WAYHOME_DB", "WAYHOME_ACTOR", "WAYHOME_LOG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return CommandLine(capsys, folder)


@pytest.fixture
def empty_line(
    packs: Packs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """Command lines in an empty folder."""
    return line_in(tmp_path, packs, monkeypatch, capsys)


@pytest.fixture
def wayhome(empty_line: CommandLine, prepared: Path, tmp_path: Path) -> CommandLine:
    """Command lines in a folder with a database."""
    for file in prepared.iterdir():
        shutil.copy(file, tmp_path / file.name)
    return empty_line


@pytest.fixture
def number(wayhome: CommandLine) -> str:
    """The number of a case that was just opened."""
    found: str = wayhome.json("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult")["case"]
    return found


STORY = """
title: An invented person is referred
packs: [belgium, nigeria]
clock: 2026-03-02T09:00+01:00
actors: {anna: {organisation: invented_house, roles: [case_manager_sending, programme_manager]}}
story:
  - {as: anna, do: open, host_country: BE, origin_country: NG, facts: {age_status: adult}}
  - {as: anna, do: complete, step: register_referral}
  - {after: 1 day, as: anna, do: assign, role: case_owner, organisation: invented_house, case_worker: anna}
  - {as: anna, do: move, to: prepare, expect: {refused: {includes: [STEP]}}}
  - {expect: {phase: identification, status: open}}
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """A short story in a file."""
    path = tmp_path / "plain.yaml"
    path.write_text(STORY)
    return path
