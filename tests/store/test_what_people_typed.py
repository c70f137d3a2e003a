"""What people typed stands nowhere in clear: in no file that is written, no column, and no line of the log; also in the middle of writing."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
import wayhome as wh
from wayhome import Actor, Engine, WayhomeError, commands

from tests.conftest import EVERYBODY, a_case
from tests.places import Place

MARK = b"zq7kestrel"  # stands in each text below, and in nothing else
ALL = Actor("anna", "invented_house", set(EVERYBODY))


def typed(about: str) -> str:
    return f"{MARK.decode()} {about}"


@pytest.fixture
def log() -> io.StringIO:
    """Each line that is logged, however small."""
    lines = io.StringIO()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=structlog.PrintLoggerFactory(file=lines),
        processors=[structlog.processors.JSONRenderer()],
    )
    return lines


def everything_is_typed(engine: Engine) -> list[str]:
    """Type a text into each group, and names, contacts, numbers and reasons; gives the cases."""
    engine.register_organisation("a_house", title=typed("title"), country="NG")
    case, other = (
        a_case(engine, as_=ALL, age_status="adult", has_passport=True),
        a_case(engine, as_=ALL, age_status="child"),
    )
    process = engine.process_of(case, as_=ALL)
    for group in {*process.data_groups} - {"read_log", "totals"}:  # of which nobody writes
        by = None if group in ("psychosocial", "parties", "complaint") else "person"
        engine.do(
            commands.Note(case, by=by, group=group, text=typed(group), key=typed(f"key {group}").replace(" ", "-")),
            as_=ALL,
        )
    for command in (
        commands.Involve(case, by="person", relation="relative", name=typed("name"), contact=typed("contact")),
        commands.Record(case, facts={id: typed(id) for id, one in process.facts.items() if one.type == "text"}),
        commands.Document(
            case, kind="ng_passport", status="held", number="Azq7kestrel", issuer=typed("issuer"), expires_on=EXPIRES
        ),
        commands.Incident(case, type="lost_contact", note=typed("what happened")),
        commands.Note(other, text=typed("of another case")),
    ):
        done = engine.do(command, as_=ALL)
        if command.word == "document":
            engine.do(commands.Correct(case, seq=done.version, why=typed("why it is wrong")), as_=ALL)
    for refused in (
        commands.Note(case, group=typed("no group"), text=typed("text")),
        commands.Note(case, text=typed("another text"), key=typed("key case").replace(" ", "-")),
        commands.Move(case, to="depart"),
    ):
        with pytest.raises(WayhomeError):
            engine.do(refused, as_=ALL)
    return [case, other]


EXPIRES = datetime(2030, 1, 1, tzinfo=UTC).date()


def in_files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_file() and MARK in path.read_bytes().lower()]


def in_columns(place: Place) -> list[str]:
    def holds(value: Any) -> bool:
        return MARK in (value if isinstance(value, bytes) else str(value).encode()).lower()

    return [name for name, rows in place.everything().items() if any(holds(value) for row in rows for value in row)]


class Looking:
    """Looks at what lies there in the middle of each transaction."""

    def __init__(self, place: Place) -> None:
        self.place, self.names, self.found, self.times = place, set[str](), list[str](), 0

    @wh.hookimpl
    def wayhome_recorded(self, events: Any, connection: Any) -> None:
        self.times += 1
        self.names |= {path.name for path in self.place.folder.iterdir()}
        self.found += in_files(self.place.folder)


def test_what_people_typed_stands_in_no_file_column_or_line_of_the_log(place: Place, log: io.StringIO) -> None:
    place.make()
    looking = Looking(place)
    with place.open(hooks=[looking]) as engine:
        cases = everything_is_typed(engine)
        assert in_files(place.folder) == []  # while it is open
        engine.verify()
        engine.rebuild()
        told = [row.texts for case in cases for row in engine.history(case, as_=ALL)]

    assert repr(told).count(MARK.decode()) > 15  # it is there, for who may read it
    assert looking.times > 15
    assert looking.found == []
    assert in_files(place.folder) == []
    assert in_columns(place) == []
    assert "command_done" in log.getvalue()
    assert MARK.decode() not in log.getvalue().lower()
    if place.schema is None:
        assert {f"wayhome.db{ending}" for ending in ("", "-wal", "-shm", "-turn", ".key")} <= looking.names


def test_whoever_looks_for_it_finds_it_where_it_stands(place: Place) -> None:
    """The search of the test above is one that can find."""
    place.make()
    with place.open() as engine:
        a_case(engine)
    assert in_columns(place) == []

    place.write("UPDATE wh_cases SET phase = ?", f"x{MARK.decode().upper()}x")
    assert in_columns(place) == ["wh_cases"]
    place.write("UPDATE wh_cases SET phase = ?, state = ?", "travel", b"\0" + MARK + b"\0")

    assert in_columns(place) == ["wh_cases"]
    if place.schema is None:
        assert in_files(place.folder) == ["wayhome.db"]
