"""Plugins that go wrong, or mean harm, laid beside Brazil and its hosts as an installer would lay them.

An invented Togo (TG) is enough: a pack with one rule, TG-01, at departure, and one step of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import wayhome_belgium
import wayhome_brazil
import wayhome_netherlands
from wayhome.packs import plugins
from wayhome.packs.installed import installed
from wayhome.packs.plugins import Packs, Plugin

HEAD = "{id: togo, title: Togo, version: 0.1.0, role: origin, country: TG, prefix: tg_, zone: UTC}\n"
RULE = "- {id: TG-01, title: A rule of Togo, on: depart, check: always, revision: 1, source: S1}\n"
FILES = {"pack.yaml": HEAD, "sources.yaml": "- {id: S1, title: An invented source}\n"}
HOOKS = """\
from pathlib import Path

from wayhome.country import hookimpl, no, yes


@hookimpl
def wayhome_pack():
    return Path(__file__).parent


"""


def a_check(body: str, head: str = "") -> str:
    """Write a plugin of which only the check is unusual."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{HOOKS}{head}\n@hookimpl\ndef wayhome_check(rule, case, command, at, pack):\n{lines}"


def written(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """Write a small pack into a folder, with the files that are given beside the usual ones, or instead."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in {**FILES, **(files or {})}.items():
        (folder / file).write_text(text)
    return folder


def plant(folder: Path, name: str, module: str = HOOKS, files: Mapping[str, str] | None = None) -> Path:
    """Lay a plugin into a folder: a package, its pack, and the entry point that names it."""
    package = written(folder / name, {**(files or {}), "__init__.py": module})
    info = folder / f"{name}-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text(f"[wayhome]\n{name} = {name}\n")
    return package


@cache
def good() -> tuple[Plugin, ...]:
    """Brazil and the two hosts, loaded once."""
    return Packs.of(wayhome_belgium, wayhome_netherlands, wayhome_brazil).plugins


def beside_brazil(folder: Path) -> Packs:
    """Load what was planted in a folder as what is installed is loaded, and put it beside Brazil and its hosts."""
    sys.path.insert(0, str(folder))
    try:
        with patch.object(plugins, "installed", lambda: installed([str(folder)])):
            planted = Packs.installed().plugins
    finally:
        sys.path.remove(str(folder))
    return Packs([*good(), *planted])


@contextmanager
def short_times(answer: float = 0.2, load: float = 0.4):
    """Let nobody wait long for an answer that never comes."""
    with patch.object(plugins, "FOR_AN_ANSWER", answer), patch.object(plugins, "FOR_AN_IMPORT", load):
        yield
