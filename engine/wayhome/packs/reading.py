"""Read YAML so that every value keeps its place (line, column), by the rules of YAML 1.2.

A plain scalar is kept as it was written (`scalars.UnquotedScalar`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wayhome.errors import Template
from wayhome.packs.faults import InvalidValue
from wayhome.packs.scalars import UnquotedScalar
from wayhome.plain_files import read_plain

Place = tuple[int, int]  # line and column, both from 1
START: Place = (1, 1)
Path_ = tuple[str | int, ...]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
MAX_BYTES = 2_000_000


class Unreadable(InvalidValue):
    """The file is no YAML that we take; `line` and `column` say where."""

    def __init__(self, fault: Template, line: int, column: int, **values: str) -> None:
        super().__init__(fault, **values)
        self.line, self.column = line, column


@dataclass(frozen=True)
class ParsedFile:
    """A file that was read: its value, and the place of every part of it."""

    path: Path
    value: Any
    places: dict[Path_, Place]

    def place(self, path: Path_) -> Place:
        """Give the place of the nearest part that the file really has."""
        here: Path_ = ()
        for one in path:
            if (*here, one) in self.places:
                here = (*here, one)
        return self.places.get(here, START)


def read(path: Path, text: str | None = None) -> ParsedFile:
    """Read one YAML file (or `text` in its name).

    Raises:
        Unreadable: not UTF-8, too large, a tab, a doubled key, an alias, or broken YAML. OSError: it cannot be read, or is no plain file.
    """
    if text is None:
        raw = read_plain(path, MAX_BYTES)
        if len(raw) > MAX_BYTES:
            raise Unreadable("the file is larger than 2 MB", 1, 1)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Unreadable("the file is not UTF-8 text", raw[: error.start].count(b"\n") + 1, 1) from error
    import yaml

    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or ""
        is_tab = "\\t" in problem or "tab" in problem
        raise Unreadable(
            "a tab stands here; indent with spaces" if is_tab else "{problem}" if problem else "this is no YAML",
            mark.line + 1 if mark else 1,
            mark.column + 1 if mark else 1,
            problem=problem,
        ) from error
    except yaml.YAMLError as error:
        raise Unreadable("this is no YAML text", 1, 1) from error
    places: dict[Path_, Place] = {}
    value = None if node is None else _build(node, (), places, set())
    return ParsedFile(path, value, places)


def _build(node: Any, path: Path_, places: dict[Path_, Place], seen: set[int]) -> Any:
    places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if id(node) in seen or len(path) > 40:
        raise Unreadable("an alias stands here, or this is nested too deeply; write it out", *places[path])
    seen.add(id(node))
    if node.id == "scalar":
        if node.style:
            return str(node.value)
        return None if node.value in _NULL else UnquotedScalar(node.value)
    if node.id == "sequence":
        value: Any = [_build(one, (*path, i), places, seen) for i, one in enumerate(node.value)]
    else:
        value = {}
        for key_node, one in node.value:
            key = str(key_node.value) if key_node.id == "scalar" else ""
            if not key or key in value:
                place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                raise Unreadable(
                    "the key '{key}' stands here twice" if key else "a key is a plain word", *place, key=key
                )
            value[key] = _build(one, (*path, key), places, seen)
    return value
