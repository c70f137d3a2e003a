"""A plugin that is installed again with other code, and the cases that run: `plugins list` and `doctor` say which cannot depart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs

from tests.conftest import a_case, engine_at
from tests.packs.planting import HEAD, RULE, a_check, good, plant

ANSWERS = {"yes": "return yes('fine')", "no": "return no('an invented objection', todo='look')"}


class Office(NamedTuple):
    """A folder with a database, and beside it what is installed: Brazil and its hosts, and an invented Togo."""

    folder: Path
    package: Path

    def run(self, *words: str, as_: str = "anna") -> subprocess.CompletedProcess[str]:
        """Start the program, as it is really started."""
        path = os.pathsep.join(filter(None, (str(self.package.parent), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": path, "WAYHOME_ACTOR": as_, "COLUMNS": "200"}
        program = [sys.executable, "-m", "wayhome.shell.main", *words]
        return subprocess.run(program, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def json(self, *words: str, as_: str = "anna") -> Any:
        return json.loads(self.run(*words, "--json", as_=as_).stdout)

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
def office(tmp_path: Path) -> Office:
    package = plant(tmp_path / "site", "togo_of_this_office", a_check(ANSWERS["yes"]), {"rules.yaml": RULE})
    with engine_at(f"sqlite:///{tmp_path / 'wayhome.db'}", packs=Packs(good())) as engine:
        engine.put_actor(Actor("anna", "be_pag_asa", {"case_manager_sending"}))
        engine.put_actor(Actor("lea", "be_pag_asa", {"programme_manager"}))
        a_case(engine, "BR", age_status="adult")
    return Office(tmp_path, package)


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
    assert "changed" in office.run("plugins", "list").stdout

    office.installs(now, version="0.2.0")
    digest = office.json("process", "show", "TG", "--host", "BE")["digest"]
    assert office.run("do", case, "rebase", f"digest={digest}", as_="lea").returncode == 0

    assert office.rule(case)["met"] is (now == "yes")
    assert office.listed()["state"] == "ready"
    assert [one["state"] for one in office.checked()] == ["ok"]
    assert office.run("verify").returncode == 0


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
    assert office.run("do", case, "record", "existed_already=yes").returncode == 0
    assert office.run("do", case, "move", "to=close", "reason=duplicate").returncode == 0

    office.installs("no")

    assert office.listed()["state"] == "ready"


def test_where_there_is_no_database_the_plugins_are_listed_all_the_same(office: Office, tmp_path: Path) -> None:
    elsewhere = Office(tmp_path / "elsewhere", office.package)
    elsewhere.folder.mkdir()

    answer = elsewhere.run("plugins", "list", "--json")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert elsewhere.listed()["state"] == "ready"


def test_where_the_database_cannot_be_opened_it_is_told_that_nothing_was_compared(office: Office) -> None:
    (office.folder / "wayhome.db.key").unlink()

    answer = office.run("plugins", "list", "--json")

    assert answer.returncode == 0
    assert answer.stderr.startswith("Whether open cases are pinned to other code was not looked at. ")
    assert {one["state"] for one in json.loads(answer.stdout)} == {"ready"}
