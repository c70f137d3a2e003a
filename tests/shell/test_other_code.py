"""A plugin that is installed again with other code, and the cases that run: `plugins list` and `doctor` say which cannot depart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs

from tests.conftest import a_case, engine_at
from tests.packs.planting import HEAD, RULE, a_check, beside_brazil, good, plant
from tests.shell.conftest import Answer, line_in

ANSWERS = {"yes": "return yes('fine')", "no": "return no('an invented objection', todo='look')"}


class Office:
    """A folder with a database, and beside it what is installed: Brazil and its hosts, and an invented Togo."""

    def __init__(self, folder: Path, package: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.package, self._capsys = folder, package, capsys

    def run(self, *words: str, as_: str = "anna") -> Answer:
        """Type it in a program that was started just now: it loads what is installed now."""
        for name in [name for name in sys.modules if name.partition(".")[0] == self.package.name]:
            del sys.modules[name]
        packs = beside_brazil(self.package.parent)
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setenv("COLUMNS", "200")
            return line_in(self.folder, packs, monkeypatch, self._capsys)(*words, as_=as_)

    def json(self, *words: str, as_: str = "anna") -> Any:
        return json.loads(self.run(*words, "--json", as_=as_).out)

    def installs(self, answer: str, *, version: str = "0.1.0", revision: int = 1) -> None:
        """Install Togo again: its check answers otherwise."""
        (self.package / "__init__.py").write_text(a_check(ANSWERS[answer]))
        (self.package / "pack.yaml").write_text(HEAD.replace("0.1.0", version))
        (self.package / "rules.yaml").write_text(RULE.replace("revision: 1", f"revision: {revision}"))

    def opens(self) -> str:
        return str(self.json("case", "open", "--host", "BE", "--origin", "TG", "age_status=adult")["case"])

    def rule(self, case: str) -> Any:
        """What the rule of Togo says of a departure."""
        (found,) = (one for one in self.json("case", "why", case, "depart")["reasons"] if one["rule"] == "TG-01")
        return found

    def listed(self) -> Any:
        (row,) = (one for one in self.json("plugins", "list") if one["id"] == "togo")
        return row

    def checked(self) -> list[Any]:
        """What `doctor` says of checks."""
        return [one for one in self.json("doctor")["checks"] if one["id"] == "checks"]


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    package = plant(tmp_path / "site", "togo_of_this_office", a_check(ANSWERS["yes"]), {"rules.yaml": RULE})
    with engine_at(f"sqlite:///{tmp_path / 'wayhome.db'}", packs=Packs(good())) as engine:
        engine.put_actor(Actor("anna", "be_pag_asa", {"case_manager_sending"}))
        engine.put_actor(Actor("lea", "be_pag_asa", {"programme_manager"}))
        a_case(engine, "BR", age_status="adult")
    return Office(tmp_path, package, capsys)


@pytest.mark.parametrize(("before", "now"), [("yes", "no"), ("no", "yes")])
def test_other_code_under_the_same_revision_forbids_and_is_told_until_the_case_adopts_it(
    office: Office, before: str, now: str
) -> None:
    office.installs(before)
    case = office.opens()
    assert office.rule(case)["met"] is (before == "yes")
    assert (office.listed()["state"], office.listed()["reason"]) == ("ready", None)
    assert [one["state"] for one in office.checked()] == ["ok"]

    office.installs(now)

    assert "under the same revision" in office.rule(case)["fact"]
    assert not office.rule(case)["met"]
    row, (told,) = office.listed(), office.checked()
    assert row["state"] == "changed"
    assert (told["state"], told["about"], told["figures"]) == ("bad", "togo", {"cases": 1})
    assert row["reason"] == told["what"] == (
        "Open cases that are pinned to other code of its checks, under the same revision: 1. Its rules forbid there."
    )  # fmt: skip
    assert told["todo"]
    assert "changed" in office.run("plugins", "list").out

    office.installs(now, version="0.2.0")
    digest = office.json("process", "show", "TG", "--host", "BE")["digest"]
    assert office.run("do", case, "rebase", f"digest={digest}", as_="lea").status == 0

    assert office.rule(case)["met"] is (now == "yes")
    assert office.listed()["state"] == "ready"
    assert [one["state"] for one in office.checked()] == ["ok"]
    assert office.run("verify").status == 0


def test_the_same_code_laid_out_with_another_comment_is_told_by_nobody(office: Office) -> None:
    office.installs("yes")
    case = office.opens()

    (office.package / "__init__.py").write_text("# an invented comment\n\n" + a_check(ANSWERS["yes"]))

    assert office.rule(case)["met"]
    assert office.listed()["state"] == "ready"


def test_a_raised_revision_is_to_be_looked_at(office: Office) -> None:
    office.installs("yes")
    case = office.opens()

    office.installs("no", version="0.2.0", revision=2)

    assert "another revision" in office.rule(case)["fact"]
    (told,) = office.checked()
    assert told["state"] == "look"
    assert told["what"] == "Open cases that are pinned to another revision of its rules: 1. These rules forbid there."
    assert (office.listed()["state"], office.listed()["reason"]) == ("ready", told["what"])


def test_a_case_that_is_closed_is_pinned_to_nothing_that_matters(office: Office) -> None:
    office.installs("yes")
    case = office.opens()
    assert office.run("do", case, "record", "existed_already=yes").status == 0
    assert office.run("do", case, "move", "to=close", "reason=duplicate").status == 0

    office.installs("no")

    assert office.listed()["state"] == "ready"


def test_where_there_is_no_database_the_plugins_are_listed_all_the_same(office: Office) -> None:
    for file in office.folder.glob("wayhome.db*"):
        file.unlink()

    answer = office.run("plugins", "list", "--json")

    assert (answer.status, answer.err) == (0, "")
    assert office.listed()["state"] == "ready"


def test_all_of_it_holds_for_the_program_that_is_really_started(office: Office) -> None:
    office.installs("no")
    case = office.opens()
    office.installs("yes")
    path = os.pathsep.join(filter(None, (str(office.package.parent), os.environ.get("PYTHONPATH"))))
    words = [sys.executable, "-m", "wayhome.shell.main", "case", "why", case, "depart", "--json"]
    environment = {**os.environ, "PYTHONPATH": path, "WAYHOME_ACTOR": "anna"}

    done = subprocess.run(words, cwd=office.folder, env=environment, capture_output=True, text=True, check=False)

    (told,) = (one for one in json.loads(done.stdout)["reasons"] if one["rule"] == "TG-01")
    assert not told["met"]
    assert "under the same revision" in told["fact"]


def test_where_the_database_cannot_be_opened_it_is_told_that_nothing_was_compared(office: Office) -> None:
    (office.folder / "wayhome.db.key").unlink()

    answer = office.run("plugins", "list", "--json")

    assert answer.status == 0
    assert answer.err.startswith("Whether open cases are pinned to other code was not looked at. ")
    assert {one["state"] for one in json.loads(answer.out)} == {"ready"}
