"""`wayhome doctor`: each thing that can be wrong is made wrong, and named; and of a healthy database all is well."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import wayhome_brazil
from pyrage import x25519
from wayhome import Engine
from wayhome.checkup.packs import _sources
from wayhome.packs.plugins import Packs
from wayhome.shell.commands import doctor as command
from wayhome.shell.main import run
from wayhome.shell.session import Session
from wayhome.stories.playing import StoryClock

from tests.conftest import a_case, all_packs
from tests.packs.planting import HOOKS, plant
from tests.packs.test_faults import HEAD
from tests.shell.conftest import CommandLine
from tests.shell.test_a_newer_process import upgraded as upgraded

RECIPIENT = str(x25519.Identity.generate().to_public())
LOOKED_AT = {
    "database", "size", "wal", "rights", "disk", "key", "clock", "backup", "cases", "upgrade", "checks", "pack", "sources",
}  # fmt: skip
DATABASE = "sqlite:///wayhome.db"


@pytest.fixture
def healthy(wayhome: CommandLine) -> CommandLine:
    """A database with one case of an invented person, and a backup."""
    assert wayhome("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult").status == 0
    assert wayhome("backup", "first.age", "--to", RECIPIENT).status == 0
    return wayhome


def found(line: CommandLine, id: str, about: str = "", *, status: int | None = None) -> dict[str, Any]:
    """Give one check; `status`: with which the command must end."""
    answer = line("doctor", "--json", as_=None)
    if status is not None:
        assert answer.status == status
    (one,) = (one for one in answer.json["checks"] if (one["id"], one["about"]) == (id, about))
    checked: dict[str, Any] = one
    return checked


def opened_at(at: datetime) -> Engine:
    return Engine.open(DATABASE, clock=StoryClock(at), packs=all_packs())


def test_of_a_healthy_database_all_is_well(healthy: CommandLine) -> None:
    answer = healthy("doctor", "--json", "--strict", as_=None)

    assert answer.status == 0
    assert set(answer.json) == {"state", "at", "version", "checks"}
    assert answer.json["state"] == "ok"
    checks = answer.json["checks"]
    assert {one["id"] for one in checks} == LOOKED_AT
    assert {one["state"] for one in checks} == {"ok"}
    assert {tuple(one) for one in checks} == {("id", "about", "state", "code", "what", "why", "todo", "figures")}
    assert len({(one["id"], one["about"]) for one in checks}) == len(checks)


def test_it_changes_nothing_and_names_neither_case_nor_person(healthy: CommandLine) -> None:
    before, entries = healthy.ledger(), _entries()

    said = healthy("doctor", as_=None)

    assert (healthy.ledger(), _entries()) == (before, entries)
    assert not re.search(r"WH-\w{5}|anna|invented_house", said.out + said.err)


def _entries() -> list[Any]:
    with sqlite3.connect("wayhome.db") as connection:
        return connection.execute("SELECT * FROM wh_entries ORDER BY 1, 2").fetchall()


def test_it_stands_on_one_screen(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = _drawn(healthy, monkeypatch)

    assert len(drawn) <= 24
    assert max(map(len, drawn)) <= 80
    assert all(line.startswith("✓") for line in drawn[:-1])
    assert drawn[-1] == f"{len(drawn) - 1} things looked at: 0 bad, 0 to be looked at."
    assert any(line.endswith("…") for line in drawn)
    whole = " ".join(" ".join(_drawn(healthy, monkeypatch, "--all")).split())
    assert "…" not in whole
    assert "not verified 1; version 0.1.0." in whole


def _drawn(line: CommandLine, monkeypatch: pytest.MonkeyPatch, *more: str) -> list[str]:
    monkeypatch.setattr("wayhome.shell.views.console.PIPED_WIDTH", 80)
    return line("doctor", *more, as_=None).out.splitlines()


def test_where_there_is_no_database_the_packs_are_looked_at_all_the_same(empty_line: CommandLine) -> None:
    one = found(empty_line, "database", status=7)

    assert (one["state"], one["code"]) == ("bad", "no_database")
    assert found(empty_line, "key")["what"] == "Not looked at, since it needs what is told under 'database'."
    assert found(empty_line, "pack", "belgium")["state"] == "ok"
    assert "Make one with `wayhome init`." in empty_line("doctor", as_=None).out
    assert not Path("wayhome.db").exists()


def test_where_there_are_other_tables_the_shell_says_which_database_to_name(empty_line: CommandLine) -> None:
    with sqlite3.connect("wayhome.db") as connection:
        connection.execute("CREATE TABLE invented (a)")

    assert "Name the right database, or make one with `wayhome init`." in empty_line("doctor", as_=None).out


def test_a_file_that_is_no_database_is_bad(healthy: CommandLine) -> None:
    Path("wayhome.db").write_bytes(b"invented words, and no database" * 100)

    one = found(healthy, "database", status=7)
    assert (one["state"], one["what"]) == ("bad", "This file is no database.")


def test_what_changes_the_tables_is_bad(healthy: CommandLine) -> None:
    with sqlite3.connect("wayhome.db") as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON wh_ledger BEGIN DELETE FROM wh_ledger; END")

    one = found(healthy, "database", status=7)
    assert (one["state"], one["code"]) == ("bad", "tables_changed")


def test_a_database_of_a_newer_program_is_bad(healthy: CommandLine) -> None:
    with sqlite3.connect("wayhome.db") as connection:
        connection.execute("UPDATE wh_version SET version_num = '9999'")

    assert found(healthy, "database", status=7)["code"] == "too_new"


def test_a_file_that_left_wal_mode_is_to_be_looked_at(healthy: CommandLine) -> None:
    with sqlite3.connect("wayhome.db") as connection:
        connection.execute("PRAGMA journal_mode = DELETE")

    assert found(healthy, "wal", status=0)["state"] == "look"


def test_a_large_file_beside_it_is_to_be_looked_at(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wayhome.checkup.database.LARGE_WAL_BYTES", 1)  # else 64 MB are to be written
    with Engine.open(DATABASE, packs=all_packs()) as engine:
        a_case(engine)

        assert found(healthy, "wal", status=0)["state"] == "look"
        assert found(healthy, "wal")["figures"]["wal_bytes"] > 1


def test_files_that_others_may_use_are_to_be_looked_at(healthy: CommandLine) -> None:
    Path("wayhome.db").chmod(0o640)

    one = found(healthy, "rights", status=0)
    assert one["state"] == "look"
    assert "wayhome.db" in one["what"]
    assert healthy("doctor", "--strict", as_=None).status == 8


def test_a_folder_that_others_may_write_is_to_be_looked_at(healthy: CommandLine) -> None:
    healthy.folder.chmod(0o777)

    assert found(healthy, "rights", status=0)["state"] == "look"


Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("free", "state", "status"),
    [
        (0, "bad", 7),
        (100 * 2**20 - 1, "bad", 7),  # one byte short
        (100 * 2**20, "look", 0),
        (2**30 - 1, "look", 0),  # one byte short
        (2**30, "ok", 0),
    ],
)
def test_a_disk_that_is_nearly_full_is_told(
    healthy: CommandLine, monkeypatch: pytest.MonkeyPatch, free: int, state: str, status: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(2**40, 2**40 - free, free))

    one = found(healthy, "disk", status=status)
    assert (one["state"], one["figures"]) == (state, {"free_bytes": free})


def test_a_missing_key_is_bad_and_what_needs_it_is_not_looked_at(healthy: CommandLine) -> None:
    Path("wayhome.db.key").unlink()

    assert (found(healthy, "key", status=7)["state"], found(healthy, "key")["code"]) == ("bad", "no_key")
    for id in ("clock", "backup", "cases", "upgrade"):
        assert (found(healthy, id)["state"], found(healthy, id)["code"]) == ("look", "not_looked_at")


def test_a_key_that_others_may_read_is_bad(healthy: CommandLine) -> None:
    Path("wayhome.db.key").chmod(0o644)

    one = found(healthy, "key", status=7)
    assert (one["state"], one["what"]) == ("bad", "Others may read the key file.")


def test_a_key_file_that_others_may_read_is_bad_also_where_the_key_comes_from_the_environment(
    healthy: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path("wayhome.db.key")
    monkeypatch.setenv("WAYHOME_KEY", file.read_text().strip())
    assert found(healthy, "key", status=0)["state"] == "ok"
    file.chmod(0o644)

    one = found(healthy, "key", status=7)
    assert (one["state"], one["what"]) == ("bad", "Others may read the key file.")
    assert found(healthy, "clock")["state"] == "ok"  # the key fits all the same
    file.unlink()
    assert found(healthy, "key", status=0)["state"] == "ok"


def test_a_key_file_that_others_may_read_is_told_also_where_the_database_cannot_be_read(healthy: CommandLine) -> None:
    Path("wayhome.db.key").chmod(0o644)
    Path("wayhome.db").write_bytes(b"invented words, and no database" * 100)

    assert found(healthy, "key", status=7)["what"] == "Others may read the key file."


def test_the_key_of_another_database_is_bad_also_in_a_program_that_read_the_right_one(healthy: CommandLine) -> None:
    with Engine.open(DATABASE, packs=all_packs()) as engine:
        assert _of(engine, "key").state == "ok"
        Path("wayhome.db.key").write_text("aW52ZW50ZWQgd29yZHMgdGhhdCBhcmUgbm8ga2V5ISE=")

        assert (_of(engine, "key").state, _of(engine, "key").code) == ("bad", "wrong_key")
    assert found(healthy, "key", status=7)["code"] == "wrong_key"


def _of(engine: Engine, id: str) -> Any:
    (one,) = (one for one in engine.doctor().checks if one.id == id)
    return one


@pytest.mark.parametrize(
    ("behind", "state"),
    [
        (timedelta(seconds=30), "ok"),  # computers of one server differ by that
        (timedelta(minutes=2), "bad"),
        (timedelta(days=400), "bad"),
    ],
)
def test_a_clock_that_was_set_back_is_bad(healthy: CommandLine, behind: timedelta, state: str) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with opened_at(now + timedelta(days=500)) as engine:
        a_case(engine, age_status="adult")
    with opened_at(now + timedelta(days=500) - behind) as engine:
        assert _of(engine, "clock").state == state

    assert found(healthy, "clock", status=7)["state"] == "bad"


def test_a_case_that_was_never_backed_up_is_bad(wayhome: CommandLine) -> None:
    assert found(wayhome, "backup", status=0)["state"] == "ok"  # there is none yet
    wayhome("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult")

    one = found(wayhome, "backup", status=7)
    assert (one["state"], one["what"]) == ("bad", "None was made that this database knows of.")
    assert "Make one with `wayhome backup FILE`" in wayhome("doctor", as_=None).out


@pytest.mark.parametrize(
    ("days", "state", "status"),
    [(1.9, "ok", 0), (2.1, "look", 0), (6.9, "look", 0), (7.1, "bad", 7)],
)
def test_an_old_backup_is_told_with_its_age(wayhome: CommandLine, days: float, state: str, status: int) -> None:
    with opened_at(datetime.now(UTC) - timedelta(days=days)) as engine:
        engine.confirm_clock(as_=engine.administrators()[0])  # the accounts are of today
        a_case(engine, age_status="adult")
        engine.backup("old.age", recipients=[RECIPIENT])

    one = found(wayhome, "backup", status=status)
    assert (one["state"], one["figures"]) == (state, {"age_hours": int(days * 24)})


@pytest.mark.parametrize(
    ("ahead", "state"),
    [
        (timedelta(seconds=30), "ok"),  # clocks differ by that
        (timedelta(minutes=2), "look"),
        (timedelta(days=400), "look"),
    ],
)
def test_a_backup_that_was_made_in_the_future_is_told_with_the_clock(
    wayhome: CommandLine, ahead: timedelta, state: str
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with opened_at(now) as engine:
        a_case(engine, age_status="adult")
    with opened_at(now + ahead) as engine:
        engine.backup("b.age", recipients=[RECIPIENT])

    with opened_at(now) as engine:
        one = _of(engine, "backup")
    assert (one.state, one.figures) == (
        state,
        {"age_hours": 0 if state == "ok" else -int(ahead.total_seconds() // 3600)},
    )
    if state == "look":
        assert one.what.endswith("which is still to come.")
        assert "clock" in one.todo
        assert "clock" in found(wayhome, "backup")["todo"] or ahead < timedelta(days=1)


def test_a_backup_that_was_refused_is_none(wayhome: CommandLine) -> None:
    wayhome("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult")
    Path("there.age").touch()

    assert wayhome("backup", "there.age", "--to", RECIPIENT).status == 2
    assert found(wayhome, "backup")["state"] == "bad"


def test_rows_that_do_not_open_are_counted_and_the_way_is_verify(healthy: CommandLine) -> None:
    with sqlite3.connect("wayhome.db") as connection:
        connection.execute("UPDATE wh_cases SET state = zeroblob(100)")

    one = found(healthy, "cases", status=7)
    assert (one["state"], one["figures"]) == ("bad", {"cases": 1, "open": 0, "damaged": 1})
    assert "Run `wayhome verify`" in healthy("doctor", as_=None).out


def test_a_refused_plugin_is_bad_and_says_why(
    healthy: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = "- {id: a, title: A, type: bool, source: S1}\n"
    plant(tmp_path / "site", "wayhome_refused_xx", HOOKS, {"pack.yaml": HEAD, "facts.yaml": facts})
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "site")

    one = found(healthy, "pack", "wayhome_refused_xx", status=7)
    assert (one["state"], one["code"]) == ("bad", "pack_faults")
    assert re.search(r"wayhome_refused_xx/facts\.yaml, line 1: P009 ", one["why"])


def test_no_plugin_at_all_is_to_be_looked_at(wayhome: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Packs, "installed", classmethod(lambda _: Packs.of()))

    assert found(wayhome, "pack", status=0)["state"] == "look"


def test_how_sure_a_pack_is_stands_in_figures(healthy: CommandLine) -> None:
    figures = found(healthy, "pack", "brazil")["figures"]

    pack = next(one.pack for one in all_packs().plugins if one.pack and one.pack.id == "brazil")
    written = sum(
        len(re.findall(r"^ *(?:- )?confidence: unverified$", file.read_text(), re.M)) for file in pack.folder.glob("*.yaml")
    )  # fmt: skip
    assert set(figures) == {"documented", "reported", "practice", "own_choice", "unverified"}
    assert figures["unverified"] == written > 0


def test_sources_that_were_read_long_ago_are_to_be_looked_at(wayhome: CommandLine) -> None:
    read = [one.entry.read_on for one in next(iter(Packs.of(wayhome_brazil).ready)).pack.of("sources")]  # type: ignore[union-attr]
    oldest, newest = min(day for day in read if day), max(day for day in read if day)

    for day, days, state in ((oldest, 364, "ok"), (newest, 366, "look")):  # none is old, and all are
        with opened_at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=days)) as engine:
            checks = {(one.id, one.about): one for one in engine.doctor().checks}
        assert checks["sources", "brazil"].state == state
        assert checks["sources", "brazil"].figures["old"] == (0 if state == "ok" else sum(map(bool, read)))


def test_sources_of_which_none_says_when_it_was_read_are_to_be_looked_at(
    wayhome: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(dated: int) -> Any:
        packs = all_packs()
        pack = next(one.pack for one in packs.ready if one.pack and one.pack.id == "brazil")
        sources = [
            replace(one, entry=replace(one.entry, read_on=one.entry.read_on if n < dated else None))
            for n, one in enumerate(pack.of("sources"))
        ]
        bare = replace(pack, entries={**pack.entries, "sources": tuple(sources)})
        return _sources(bare, datetime.now(UTC).date())

    assert (told(0).state, told(1).state) == ("look", "ok")
    assert "None of" in told(0).what
    assert told(0).todo


def test_what_newer_packs_would_change_is_told_by_process(upgraded: tuple[CommandLine, str]) -> None:
    line, case = upgraded
    digest = line.json("case", "show", case)["process"]["digest"]

    one = found(line, "upgrade", digest[:12])

    assert one["state"] == "look"
    assert one["figures"]["cases"] == 1
    assert one["figures"]["weaker"] >= 1  # a rule is gone
    assert one["figures"]["changes"] > one["figures"]["weaker"]
    assert "process show" in line("doctor", as_=None).out


def test_a_case_whose_plugin_is_gone_is_bad(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Packs, "installed", classmethod(lambda _: Packs.of(wayhome_brazil)))

    (one,) = (one for one in healthy.json("doctor", as_=None)["checks"] if one["id"] == "upgrade")
    assert (one["state"], one["code"]) == ("bad", "no_pack")
    assert healthy("doctor", as_=None).status == 7


def test_in_the_interactive_shell_it_looks_at_the_database_that_is_open(wayhome: CommandLine) -> None:
    session = Session(actor_id="anna")
    wayhome.capsys.readouterr()
    assert session.engine.packs  # it is open

    assert run(["doctor", "--json"], session) == 0
    session.close()

    assert '"state": "ok"' in wayhome.capsys.readouterr().out


def test_a_database_in_memory_has_nothing_to_look_after(empty_line: CommandLine) -> None:
    assert empty_line("doctor", "--db", "sqlite://", as_=None).status == 2


def test_the_help_says_with_which_statuses_it_ends(empty_line: CommandLine) -> None:
    text = empty_line("doctor", "--help").out

    assert str(command.BAD) in text
    assert str(command.LOOK) in text


def test_an_office_in_which_nobody_can_be_called_next_is_named(wayhome: CommandLine) -> None:
    """Of all who had an account there one is left: whoever is called first has nobody after them."""
    number = wayhome.json("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult")["case"]
    wayhome("do", number, "complete", "step=register_referral")

    def calls() -> list[dict[str, Any]]:
        return [one for one in wayhome.json("doctor", as_=None)["checks"] if one["id"] == "calls"]

    assert calls() == []
    for one in ("rita", "anna"):
        assert wayhome("actor", "end", one, as_="sysop").status == 0

    (found,) = calls()
    assert (found["state"], found["figures"]) == ("look", {"organisations": 1, "without_somebody_next": 1})
    assert found["what"] == "Where one person does not answer, nobody can be called next: invented_house."


def test_an_office_in_which_nobody_hears_complaints_is_named(wayhome: CommandLine) -> None:
    """Until now a complaint stood on nobody's list there, and nothing said so."""
    number = wayhome.json("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult")["case"]
    wayhome("do", number, "complete", "step=register_referral")

    def complaints() -> list[tuple[str, str]]:
        checks = wayhome.json("doctor", as_=None)["checks"]
        return [(one["state"], one["what"]) for one in checks if one["id"] == "complaints"]

    assert complaints() == [], "anna manages the programme"
    wayhome("actor", "end", "anna", as_="sysop")
    assert complaints() == [
        ("look", "A complaint of the person about a colleague would be heard by nobody: invented_house.")
    ]
    wayhome(
        "actor", "add", "dana", "--organisation", "invented_house", "--role", "data_protection_officer", as_="sysop"
    )
    assert complaints() == []


def test_an_office_whose_cases_stand_on_nobodys_list_is_named(wayhome: CommandLine) -> None:
    """All who manage its cases, or the programme, have left; whoever else has an account there sees none of them."""
    number = wayhome.json("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult")["case"]
    wayhome("do", number, "complete", "step=register_referral")

    def managed() -> list[tuple[str, str]]:
        checks = wayhome.json("doctor", as_=None)["checks"]
        return [(one["state"], one["what"]) for one in checks if one["id"] == "managed"]

    for one in ("rita", "anna"):
        assert managed() == []
        wayhome("actor", "end", one, as_="sysop")
    wayhome(
        "actor", "add", "dana", "--organisation", "invented_house", "--role", "data_protection_officer", as_="sysop"
    )
    assert managed() == [
        ("bad", "What is due in the cases of these organisations stands on nobody's list: invented_house.")
    ]

    wayhome("actor", "add", "greet", "--organisation", "invented_house", "--role", "programme_manager", as_="sysop")
    assert managed() == []

    wayhome(
        "actor", "add", "katrien", "--organisation", "invented_house", "--role", "case_manager_sending", as_="sysop"
    )
    wayhome("do", number, "record", "existed_already=yes", as_="katrien")
    assert wayhome("do", number, "move", "to=close", "reason=duplicate", as_="katrien").status == 0
    for one in ("greet", "katrien"):
        wayhome("actor", "end", one, as_="sysop")
    assert managed() == [], "nothing goes on in what is closed"
