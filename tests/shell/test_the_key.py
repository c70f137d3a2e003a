"""The key at the shell: where it is put, how it is renewed, and the sheet that is printed and typed back."""

from __future__ import annotations

import base64
import re
import shutil
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from wayhome import Engine
from wayhome.store import backup_file, files
from wayhome.store.recovery_sheet import LINES, read_line, sheet_of
from wayhome.store.sqlite_file import SqliteConnection
from wayhome.store.vault import keep_in_configuration

from tests.killed import Watched, killed_at
from tests.shell.conftest import CommandLine

KEY = bytes(range(32))
PHRASE = "six invented words that nobody said"


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration folder of somebody who has no key yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("WAYHOME_PASSPHRASE", PHRASE)
    return tmp_path / "config" / "wayhome"


def types(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("".join(f"{line}\n" for line in lines)))


# --- where it is put ---------------------------------------------------------------------------------------------------


def test_init_puts_it_into_the_own_configuration_folder_and_says_where(empty_line: CommandLine, config: Path) -> None:
    told = empty_line("init")

    (key,) = config.iterdir()
    assert re.fullmatch(r"[0-9a-f]{8}\.key", key.name)
    assert f"Made the database wayhome.db. Its key is config/wayhome/{key.name}." in told.out
    assert not (empty_line.folder / "wayhome.db.key").exists()
    assert key.stat().st_mode & 0o777 == 0o600
    assert empty_line("actor", "add", "sysop", "-o", "invented_house", "-r", "system_admin").status == 0
    assert empty_line("verify").status == 0


def test_beside_the_database_only_when_it_is_told_so(empty_line: CommandLine, config: Path) -> None:
    told = empty_line.json("init", "--key-beside")

    assert told["key"] == str(empty_line.folder / "wayhome.db.key")
    assert not config.exists()
    assert empty_line("verify").status == 0


def test_the_environment_needs_no_file_and_that_is_what_is_said(
    empty_line: CommandLine, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYHOME_KEY", base64.b64encode(KEY).decode())

    assert "Its key is what WAYHOME_KEY holds." in empty_line("init").out
    assert not config.exists()


def test_no_key_is_left_where_no_database_could_be_made(empty_line: CommandLine, config: Path) -> None:
    Path("wayhome.db").write_text("of somebody")

    assert empty_line("init").status == 2
    assert not config.exists()


def test_where_the_configuration_folder_cannot_be_written_one_sentence_says_so(
    empty_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("config").write_text("of somebody")

    told = empty_line("init")

    assert told.status == 7
    assert told.err == (
        "The key cannot be kept in the configuration folder.\nNot a directory\n"
        f"Look at the rights of {empty_line.folder / 'config' / 'wayhome'}.\n"
    )
    assert not Path("wayhome.db").exists()


# --- renewing it -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick_passphrases")
@pytest.mark.parametrize("leak", [[], ["--after-leak"]], ids=["", "after a leak"])
def test_it_is_renewed_with_a_backup_under_the_new_one_and_those_that_need_the_earlier_are_named(
    wayhome: CommandLine, number: str, config: Path, leak: list[str]
) -> None:
    assert wayhome("backup", "monday.age").status == 0

    told = wayhome("key", "renew", "--new-key-file", "new.key", "--backup", "first.age", *leak, as_="sysop")

    assert told.status == 0, told.err
    (kept,) = config.iterdir()
    assert kept.read_bytes() == Path("new.key").read_bytes()
    for said in (
        "The key was renewed. The new one is in new.key.",
        f"It is also config/wayhome/{kept.name}, where it is found.",
        "- monday.age, made on 20",
        "Made the backup first.age: 1 event of 1 case. It was opened again, to its end.",
    ):
        assert said in told.out
    assert max(map(len, told.out.splitlines())) <= 120
    assert wayhome("case", "show", number).status == 0
    assert wayhome("verify").status == 0
    assert wayhome("restore", "first.age", "--db", "sqlite:///first.db").status == 0
    (config / kept.name).unlink()
    assert "This key does not open this database." in wayhome("verify").err


@pytest.mark.usefixtures("quick_passphrases")
def test_where_the_key_is_in_the_environment_it_is_said_that_it_is_to_be_set_anew(
    wayhome: CommandLine, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYHOME_KEY", Path("wayhome.db.key").read_text().strip())

    told = wayhome("key", "renew", "--new-key-file", "new.key", "--backup", "first.age", as_="sysop")

    assert "Set WAYHOME_KEY to it: it still holds the earlier one." in told.out
    assert not config.exists()
    assert wayhome("verify").status == 7
    monkeypatch.setenv("WAYHOME_KEY", Path("new.key").read_text().strip())
    assert wayhome("verify").status == 0


WRITES = ((files, "_to_the_disk"), (files, "_link"), (SqliteConnection, "commit"), (backup_file, "read"))
RENEW = ("key", "renew", "--new-key-file", "new.key", "--backup", "first.age")


def renewed_and_killed(wayhome: CommandLine, at: int) -> int:
    """Renew the key in a process that is killed before or after something is on the disk; gives how many such moments there are."""

    def renews(watch: Callable[[Watched], None]) -> None:
        watch(WRITES)
        assert wayhome(*RENEW, as_="sysop").status == 0

    return killed_at(at, renews)


@pytest.mark.usefixtures("quick_passphrases")
def test_whoever_is_killed_at_any_moment_goes_on_with_the_key_that_is_found_and_makes_the_backup_then(
    wayhome: CommandLine, number: str, config: Path
) -> None:
    before = {file.name: file.read_bytes() for file in wayhome.folder.iterdir() if file.is_file()}
    moments, ids = renewed_and_killed(wayhome, 0), set()
    for at in range(1, moments + 1):
        for file in wayhome.folder.iterdir():
            shutil.rmtree(file) if file.is_dir() else file.unlink()
        for name, data in before.items():
            Path(name).write_bytes(data)
            Path(name).chmod(0o600)
        renewed_and_killed(wayhome, at)

        assert wayhome("verify").status == 0, at
        assert wayhome("case", "show", number).status == 0
        ids.add(wayhome.json("key", "sheet")["key"])
        told = wayhome("key", "renew", "--new-key-file", "new.key", "--backup", "again.age", as_="sysop")
        if told.status:
            assert "That is the key that this database has." in told.err
            assert "If it was renewed just now, make a backup." in told.err
            assert wayhome("backup", "again.age").status == 0
        assert wayhome("restore", "again.age", "--db", "sqlite:///again.db").status == 0
    assert len(ids) > 2, "of some it was renewed already"


def test_until_there_is_a_backup_under_the_new_key_the_doctor_says_so(wayhome: CommandLine, number: str) -> None:
    assert wayhome("backup", "monday.age", "--to", AGE).status == 0
    assert "✓ backup" in wayhome("doctor").out
    with Engine.open("sqlite:///wayhome.db") as engine:
        engine.renew_key(lambda id: keep_in_configuration(id, KEY) and KEY, as_=engine.actors()[-1])

    assert "✗ backup  None was made that this database knows of." in wayhome("doctor").out


@pytest.mark.usefixtures("quick_passphrases")
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--new-key-file", "new.key"], 2),  # no backup
        (["--new-key-file", "new.key", "--backup", "wayhome.db"], 2),  # there is a file
        (["--new-key-file", "new.key", "--backup", "no-such-folder/a.age"], 7),
        (["--new-key-file", "no-such-folder/new.key", "--backup", "a.age"], 7),
        (["--new-key-file", "new.key", "--backup", "a.age", "--to", "age1mistyped"], 2),
        (["--new-key-file", "wayhome.db.key", "--backup", "a.age"], 2),  # the key that there is
    ],
)
def test_what_could_make_no_backup_renews_nothing(wayhome: CommandLine, words: list[str], status: int) -> None:
    assert wayhome("key", "renew", *words, as_="sysop").status == status
    assert wayhome("verify").status == 0
    assert not Path("a.age").exists()


def test_only_an_administrator_renews_it(wayhome: CommandLine) -> None:
    told = wayhome("key", "renew", "--new-key-file", "n.key", "--backup", "a.age", "--to", AGE, as_="anna")

    assert told.status == 4
    assert wayhome("verify").status == 0


AGE = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


# --- a sheet to print --------------------------------------------------------------------------------------------------


def printed(line: CommandLine) -> tuple[str, list[str]]:
    """The id and the lines of the sheet."""
    told = line("key", "sheet").out
    found = re.search(r"the key ([0-9a-f]{8})", told)
    assert found
    return found[1], re.findall(r"^  \d  ([A-Z2-7]{4}-[A-Z2-7]{4})$", told, re.M)


def test_the_sheet_fits_a_screen_and_holds_the_key_and_nothing_of_a_person(wayhome: CommandLine, number: str) -> None:
    wayhome("do", number, "note", "text=Invented Canary")
    told = wayhome("key", "sheet").out

    id, lines = printed(wayhome)
    key = b"".join(read_line(id, n, line) for n, line in enumerate(lines, 1))
    assert key == base64.b64decode(Path("wayhome.db.key").read_bytes())
    assert len(lines) == LINES
    assert (max(map(len, told.splitlines())) <= 80, len(told.splitlines()) <= 24) == (True, True)
    for canary in ("Canary", number, "anna", "invented_house", str(wayhome.folder)):
        assert canary not in told


def test_a_rehearsal_types_some_lines_back(wayhome: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    _, lines = printed(wayhome)
    monkeypatch.setattr("wayhome.shell.commands.key.chosen", lambda: [2, 7])
    types(monkeypatch, lines[1].lower().replace("-", " "), lines[6])

    told = wayhome("key", "rehearse")

    assert told.status == 0, told.err
    assert told.out == "The sheet can be read, and is that of this key. Lock it away again.\n"


def of_another_key(id: str, number: int, line: str) -> str:
    """A line as another key of the same id would have it: its own check is right."""
    other = bytes(byte ^ 1 for byte in read_line(id, number, line))
    return sheet_of(id, other * LINES).lines[number - 1]


@pytest.mark.parametrize(
    "the_check_is_right", [False, True], ids=["another line", "of another key, with a check that is right"]
)
def test_a_line_that_is_another_is_told(
    wayhome: CommandLine, monkeypatch: pytest.MonkeyPatch, the_check_is_right: bool
) -> None:
    id, lines = printed(wayhome)
    monkeypatch.setattr("wayhome.shell.commands.key.chosen", lambda: [2, 7])
    types(monkeypatch, of_another_key(id, 2, lines[1]) if the_check_is_right else lines[2], lines[6])

    told = wayhome("key", "rehearse")

    assert (told.status, told.out) == (2, "")
    assert "Line 2 is not as it was printed. Look at each letter." in " ".join(told.err.split())


def test_from_the_sheet_alone_the_key_comes_back_where_it_is_found(
    wayhome: CommandLine, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id, lines = printed(wayhome)
    Path("wayhome.db.key").unlink()
    assert wayhome("verify").status == 7
    types(monkeypatch, *lines)

    told = wayhome("key", "recover", id)

    assert told.status == 0, told.err
    assert wayhome("verify").status == 0
    assert (config / f"{id}.key").stat().st_mode & 0o777 == 0o600
    types(monkeypatch, *lines)
    again = wayhome("key", "recover", id)
    assert again.status == 2
    assert f"If it opens nothing, move config/wayhome/{id}.key away, and type the sheet again." in " ".join(
        again.err.split()
    )


def test_nearly_every_mistyped_letter_is_noticed_by_its_line() -> None:
    lines, noticed, tried = sheet_of("0a1b2c3d", KEY).lines, 0, 0
    for number, line in enumerate(lines, 1):
        for at in range(9):
            for letter in set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") - {line[at], "-"}:
                tried += line[at] != "-"
                try:
                    read_line("0a1b2c3d", number, line[:at] + letter + line[at + 1 :])
                except Exception:
                    noticed += line[at] != "-"
    assert noticed / tried > 0.99
    assert repr(sheet_of("0a1b2c3d", KEY)) == "<RecoverySheet>"
