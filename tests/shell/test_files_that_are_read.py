"""What is read from a file comes from a plain one: no device, no pipe and no folder is waited for, and one sentence says so."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests.shell.conftest import CommandLine

NO_FILE = "It is a folder, a pipe or a device."
LONGEST_SECONDS = 5.0  # a pipe that nobody writes was waited for, and /dev/zero read for half a minute


@pytest.fixture
def odd(wayhome: CommandLine, request: pytest.FixtureRequest) -> str:
    """A thing with the name of a file that is none, under each ending."""
    path = wayhome.folder / f"odd{request.param[1]}"
    if request.param[0] == "a device":
        path.symlink_to("/dev/zero")
    elif request.param[0] == "a pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    return path.name


def things(*endings: str) -> list[tuple[str, str]]:
    return [(what, ending) for what in ("a device", "a pipe", "a folder") for ending in endings]


@pytest.mark.parametrize("odd", things(".yaml", ".jsonl", ""), indirect=True, ids=" ".join)
@pytest.mark.parametrize("more", [(), ("--check",)], ids=["done", "checked"])
def test_no_story_and_no_list_is_read_from_what_is_no_plain_file(
    wayhome: CommandLine, odd: str, more: list[str]
) -> None:
    began, before = time.monotonic(), wayhome.ledger()

    told = wayhome("run", odd, *more)

    assert told.status == 2
    assert told.err.count(NO_FILE) == 1
    assert time.monotonic() - began < LONGEST_SECONDS
    assert wayhome.ledger() == before


@pytest.mark.parametrize("odd", things(""), indirect=True, ids=" ".join)
@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--against", "ODD"),
        ("restore", "ODD", "--passphrase-file", "passphrase", "--db", "sqlite:///new.db"),
    ],
    ids=["heads", "backup"],
)
def test_no_heads_and_no_backup_either(wayhome: CommandLine, odd: str, words: tuple[str, ...]) -> None:
    (wayhome.folder / "passphrase").write_text("an invented passphrase\n")
    (wayhome.folder / "new.db.key").write_bytes((wayhome.folder / "wayhome.db.key").read_bytes())
    (wayhome.folder / "new.db.key").chmod(0o600)

    told = wayhome(*(odd if word == "ODD" else word for word in words), as_=None)

    assert told.status == 2
    assert NO_FILE in told.err
    assert not (wayhome.folder / "new.db").exists()


@pytest.mark.parametrize("odd", things(".key"), indirect=True, ids=" ".join)
def test_and_no_key(wayhome: CommandLine, odd: str) -> None:
    (wayhome.folder / "wayhome.db.key").unlink()
    (wayhome.folder / odd).rename(wayhome.folder / "wayhome.db.key")

    told = wayhome("case", "list")

    assert told.status == 7
    assert NO_FILE in told.err or "Others may read the key file." in told.err  # of a device that everybody may read


@pytest.mark.parametrize("what", ["a device", "a folder"])
def test_of_a_passphrase_no_more_is_read_than_one_can_be(wayhome: CommandLine, what: str) -> None:
    """A pipe is how a keeper of passwords gives one, so it is read; but not for ever."""
    began = time.monotonic()

    told = wayhome("backup", "new.age", "--passphrase-file", "/dev/zero" if what == "a device" else ".", as_=None)

    assert told.status == 2
    assert time.monotonic() - began < LONGEST_SECONDS
    assert not (wayhome.folder / "new.age").exists()


@pytest.mark.usefixtures("quick_passphrases")
def test_a_passphrase_comes_through_a_pipe(wayhome: CommandLine) -> None:
    for number in range(2):
        reading, writing = os.pipe()
        os.write(writing, b"an invented passphrase\n")
        os.close(writing)
        words = ("backup", f"new-{number}.age", "--passphrase-file", f"/dev/fd/{reading}")
        assert wayhome(*words, as_=None).status == 0
        os.close(reading)


def test_a_plain_file_and_a_link_to_one_are_read(wayhome: CommandLine) -> None:
    line = {"as": "anna", "do": "open", "case": "one", "host_country": "BE", "origin_country": "NG"}
    (wayhome.folder / "list.jsonl").write_text(json.dumps(line))
    Path(wayhome.folder / "link.jsonl").symlink_to("list.jsonl")

    assert wayhome("run", "list.jsonl").status == 0
    assert wayhome("run", "link.jsonl").status == 0
    assert len(wayhome.json("case", "list")["items"]) == 1
