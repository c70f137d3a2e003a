"""Pages that are typed: every line after `$`, in order, in an empty folder, exits and answers as the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from wayhome.shell.main import main

ROOT = Path(__file__).parents[2]
NUMBER = "WH-7K3M9-Q2F4A-Z"  # stands in the page for the case that is opened
KEYS = ("3f2a91c0", "8c11d0e2")  # and for the ids of its key, and of the one after that
HOME = "/home/you"  # and for the folder of who types
UNSTABLE = (
    (re.compile(r"WH-\w{5}-\w{5}-\w"), "CASE"),
    (re.compile(r"CASE \([a-z]+-[a-z]+\)"), "CASE (LABEL)"),
    (re.compile(r"aloud: [a-z]+-[a-z]+"), "LABEL"),
    (re.compile(r"label [a-z]+-[a-z]+"), "LABEL"),
    (re.compile(r"CASE  [a-z]+-[a-z]+ +"), "CASE  LABEL  "),
    (re.compile(r"[a-z]+-[a-z]+ · (.+) · \w{3} \d{1,2} \w{3}( \d{4})?( \d\d:\d\d)?"), r"LABEL · \1 · TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\dZ)?)?"), "TIME"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "HASH"),
    (re.compile(r"wayhome/[0-9a-f]{8}\.key"), "KEY"),
    (re.compile(r"\d+ (?=things|steps|events|of \d)"), "N "),
    (re.compile(r"Times are those of this computer.*"), ""),
    (re.compile(r"[\s─]+"), " "),
)


@dataclass
class Typed:
    """One line that is typed, the status it ends with, and what the page shows of its answer."""

    line: str
    status: int
    shown: list[str] = field(default_factory=list)


def typed_lines(page: str) -> Iterator[Typed]:
    """Read the console blocks of the page."""
    for block in re.findall(r"^```console\n(.*?)^```$", page, re.M | re.S):
        one: Typed | None = None
        for text in block.splitlines():
            if text.startswith("$ "):
                if one:
                    yield one
                line, _, status = text[2:].partition("   # exit ")
                one = Typed(line, int(status or 0))
            elif one and text != "…":
                one.shown.append(text)
        if one:
            yield one


def stable(text: str) -> str:
    """Take out of a line what differs from day to day."""
    for pattern, instead in UNSTABLE:
        text = pattern.sub(instead, text)
    return text.strip()


def _type(line: str, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Type a line: in this process, or through a real shell when it needs one."""
    capfd.readouterr()
    words = shlex.split(line)
    if words[0] == "export":
        name, _, value = words[1].partition("=")
        os.environ[name] = value
        return 0, ""
    if words[0] != "wayhome" or {"|", ">"} & set(words):
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(line, shell=True, capture_output=True, text=True, env={**os.environ, "PATH": path})
        return done.returncode, done.stdout + done.stderr
    status = main(words[1:])
    return status, "".join(capfd.readouterr())


def type_all(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Type every line of a page in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("WAYHOME_DB", "WAYHOME_ACTOR", "WAYHOME_LOG", "WAYHOME_KEY", "WAYHOME_PASSPHRASE"):
        monkeypatch.setenv(name, "")  # so that what the page exports is taken back afterwards
        monkeypatch.delenv(name)
    (tmp_path / "plugins").symlink_to(ROOT / "plugins")
    number, keys = NUMBER, list[str]()
    home = tmp_path.with_name(f"{tmp_path.name}-home")
    home.mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))

    for one in typed_lines(page):
        line = one.line.partition("   # ")[0].replace(NUMBER, number).replace(HOME, str(home))
        for shown, key in zip(KEYS, keys, strict=False):
            line = line.replace(shown, key)
        status, answer = _type(line, capfd)
        answer = answer.replace(str(home), HOME)

        assert status == one.status, (one.line, answer)
        if number == NUMBER and (found := re.search(r"WH-\w{5}-\w{5}-\w", answer)):
            number = found[0]
        if (found := re.search(r"wayhome/([0-9a-f]{8})\.key", answer)) and found[1] not in keys:
            keys.append(found[1])
        for shown, key in zip(KEYS, keys, strict=False):
            answer = answer.replace(key, shown)
        answered = [stable(text) for text in answer.splitlines()]
        missing = [text for text in one.shown if stable(text) not in answered]
        assert not missing, (one.line, missing, answer[:2000])
    assert number != NUMBER
