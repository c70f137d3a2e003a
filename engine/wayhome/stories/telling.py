"""How a story is told.

    title: What happens, in a sentence
    packs: [some_host, some_origin]
    clock: 2026-03-02T09:00+01:00
    actors: {anna: {organisation: be_pag_asa, roles: [case_manager_sending]}}
    story:
      - {as: anna, do: open, host_country: BE, origin_country: NG, facts: {age_status: adult}}
      - {as: anna, do: complete, step: register_referral}
      - {expect: {phase: identification, status: open, due: [assign_case_manager]}}
      - {after: 2 days, as: anna, do: move, to: depart, expect: {refused: {includes: [INV-01]}}}

A line does one command, or expects something, or both. `after` (2 days, 3 hours, 1 month) or `clock` moves the story's
time first. `case` names a case when a story has several; a line without it is about the last one. `note` is for readers.
Played among real cases, a story gives nobody a role: each of its actors must be entered in the database, just as it says.
JSON lines (*.jsonl) hold the same lines without a head; their actors are those of the database. They are a list: `lists` does it.
"""

from __future__ import annotations

import hashlib
import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from wayhome.errors import BadInput, Template, part
from wayhome.model.actor import Actor
from wayhome.model.json_text import DuplicateKey, read_json
from wayhome.model.reading import as_instant
from wayhome.packs.kinds.spans import Span
from wayhome.packs.reading import ParsedFile, Unreadable, read
from wayhome.packs.scalars import resolve
from wayhome.plain_files import read_plain, reason_of

AFTER = re.compile(r"(\d{1,4}) (hour|day|week|month)s?")
OWN_KEYS = frozenset({"as", "do", "after", "clock", "expect", "note", "case"})
LONGEST_FILE = 50_000_000


@dataclass(frozen=True)
class Line:
    """One line of a story, and where it stands in its file."""

    number: int
    as_: str | None
    do: str | None
    fields: Mapping[str, Any]
    after: Span | None = None
    clock: datetime | None = None
    case: str | None = None
    expect: Mapping[str, Any] | None = None
    note: str | None = None


@dataclass(frozen=True)
class Story:
    """A story: its title, packs, first moment, actors, and lines.

    Attributes:
        organisations: those that no pack knows and the office has registered, each with its title, country and what it does.
        digest: of a list (JSON lines), what stands for all that its lines say; of a story none.
    """

    title: str
    path: Path
    lines: tuple[Line, ...]
    packs: tuple[str, ...] = ()
    clock: datetime | None = None
    actors: Mapping[str, Actor] = field(default_factory=dict)
    lines_of_actors: Mapping[str, int] = field(default_factory=dict)
    organisations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    digest: bytes = b""


def _bad(path: Path, place: tuple[int, int], fault: Template, todo: Template, **values: Any) -> BadInput:
    return BadInput(
        "The story cannot be read: {file}, line {line}, column {column}: {fault}.",
        todo=todo,
        file=path.name,
        line=place[0],
        column=place[1],
        fault=part(fault, **values),
    )


def read_story(path: Path) -> Story:
    """Read a story from YAML.

    Raises:
        BadInput: the file cannot be read, with line and column.
    """
    path = Path(path)
    if path.suffix == ".jsonl":
        return read_lines(path)
    try:
        sheet = read(path)
    except Unreadable as error:
        raise _bad(path, (error.line, error.column), "{reason}", "Mend the line.", reason=error.phrase) from error
    except OSError as error:
        raise BadInput(
            "The story's file cannot be read.", why="{reason}", todo="Look at its path.", reason=reason_of(error)
        ) from error
    raw = resolve(sheet.value)
    if not isinstance(raw, dict) or not isinstance(raw.get("story"), list):
        raise _bad(
            path,
            (1, 1),
            "a story has a title and a list called 'story'",
            "Look at docs/write-a-country.md for an example.",
        )
    for key in raw:
        if key not in ("title", "packs", "clock", "organisations", "actors", "story", "note"):
            raise _bad(
                path,
                sheet.place((key,)),
                "'{key}' is no part of a story",
                "Parts are title, packs, clock, organisations, actors, story, note.",
                key=str(key),
            )
    lines = tuple(_line(path, sheet, i, one) for i, one in enumerate(raw["story"]))
    actors = _actors(path, sheet, raw.get("actors") or {})
    return Story(
        title=str(raw.get("title") or path.stem),
        path=path,
        lines=lines,
        packs=tuple(map(str, raw.get("packs") or ())),
        clock=as_instant("clock", raw["clock"]) if raw.get("clock") else None,
        actors=actors,
        lines_of_actors={id: sheet.place(("actors", id))[0] for id in actors},
        organisations=_organisations(path, sheet, raw.get("organisations") or {}),
    )


def _organisations(path: Path, sheet: ParsedFile, raw: Any) -> dict[str, Mapping[str, Any]]:
    for id, about in raw.items() if isinstance(raw, dict) else ((None, None),):
        if not isinstance(about, dict) or not {"title", "country"} <= set(about) <= {"title", "country", "does"}:
            raise _bad(
                path,
                sheet.place(("organisations",) if id is None else ("organisations", id)),
                "an organisation has a title, a country, and what it does",
                "Write law_firm: {title: …, country: …, does: […]}.",
            )
    return dict(raw)


def _actors(path: Path, sheet: ParsedFile, raw: Any) -> dict[str, Actor]:
    if not isinstance(raw, dict):
        raise _bad(
            path,
            sheet.place(("actors",)),
            "'actors' are names with organisation and roles",
            "Write anna: {organisation: …, roles: […]}.",
        )
    found = {}
    for id, about in raw.items():
        if not isinstance(about, dict) or not about.get("organisation") or not isinstance(about.get("roles"), list):
            raise _bad(
                path,
                sheet.place(("actors", id)),
                "'{id}' needs an organisation and roles",
                "Write {organisation: …, roles: […]}.",
                id=str(id),
            )
        found[id] = Actor(id, str(about["organisation"]), [str(role) for role in about["roles"]])
    return found


def _line(path: Path, sheet: ParsedFile, index: int, raw: Any) -> Line:
    place = sheet.place(("story", index))
    if not isinstance(raw, dict) or not ({"do", "expect", "after", "clock"} & set(raw)):
        raise _bad(
            path,
            place,
            "a line says do, expect, after or clock",
            "Write for example {as: anna, do: complete, step: …}.",
        )
    return _told(path, place, raw)


def _told(path: Path, place: tuple[int, int], raw: Mapping[str, Any]) -> Line:
    expect = raw.get("expect")
    if expect is not None and not isinstance(expect, dict):
        raise _bad(path, place, "'expect' is a set of what should be so", "Write for example expect: {phase: travel}.")
    return Line(
        number=place[0],
        as_=str(raw["as"]) if raw.get("as") else None,
        do=str(raw["do"]) if raw.get("do") else None,
        fields={k: v for k, v in raw.items() if k not in OWN_KEYS},
        after=_after(path, place, raw.get("after")),
        clock=_clock(path, place, raw.get("clock")),
        case=str(raw["case"]) if raw.get("case") else None,
        expect=expect,
        note=str(raw["note"]) if raw.get("note") else None,
    )


def _clock(path: Path, place: tuple[int, int], said: Any) -> datetime | None:
    try:
        return as_instant("clock", said) if said else None
    except BadInput as error:
        raise _bad(path, place, "'clock' is no moment", "Write for example 2026-03-02T09:00+01:00.") from error


def _after(path: Path, place: tuple[int, int], text: Any) -> Span | None:
    if text is None:
        return None
    found = AFTER.fullmatch(str(text))
    if not found:
        raise _bad(path, place, "'{text}' is no length of time", "Write for example after: 2 days.", text=str(text))
    return Span(int(found[1]), f"{found[2]}s")


def read_lines(path: Path) -> Story:
    """Read JSON lines: one command a line, `as` naming an actor of the database.

    Raises:
        BadInput: the file cannot be read, with its line.
    """
    path = Path(path)
    try:
        text = read_plain(path, LONGEST_FILE).removeprefix(BOM_UTF8)
    except OSError as error:
        raise BadInput(
            "The file cannot be read.", why="{reason}", todo="Look at its path.", reason=reason_of(error)
        ) from error
    if len(text) > LONGEST_FILE:
        raise BadInput("The file is larger than 50 MB.", todo="Split it.")
    lines, digest = [], hashlib.sha256()
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        digest.update(raw.strip() + b"\n")
        try:
            value = read_json(raw)
        except DuplicateKey as error:
            raise _bad(path, (number, 1), "the same name stands here twice", "Say it once.") from error
        except ValueError as error:
            raise _bad(path, (number, 1), "this is no JSON", "Write one JSON object a line.") from error
        if not isinstance(value, dict) or not value.get("do"):
            raise _bad(
                path, (number, 1), "a line says what to do", 'Write for example {"as": "anna", "do": "note", …}.'
            )
        lines.append(_told(path, (number, 1), value))
    return Story(title=path.stem, path=path, lines=tuple(lines), digest=digest.digest())
