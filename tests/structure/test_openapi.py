"""One document describes the JSON of all that goes in and out, and what really goes in and out is as it says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import wayhome as wh
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from wayhome.commands.events import EVENTS
from wayhome.model.closed_sets import WORDS
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock, play, throw_away_engine
from wayhome.stories.telling import read_story
from wayhome.testing import an_actor_for, walk_to_departure

from tests.conftest import START, all_packs, who_leads
from tests.stories.test_stories import STORIES

MANAGER = an_actor_for("case_manager_sending")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return wh.openapi()


@pytest.fixture(scope="module")
def engine(packs: Packs) -> Iterator[wh.Engine]:
    clock = StoryClock(START)
    with wh.Engine.open("sqlite://", clock=clock, packs=packs) as engine:
        case = engine.do(
            wh.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=MANAGER
        ).case
        walk_to_departure(engine, clock, case)
        yield engine


def faults(document: dict[str, Any], name: str, said: Any) -> list[str]:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return [f"{list(one.absolute_path)}: {one.message}" for one in Draft202012Validator(schema).iter_errors(said)]


def test_the_document_is_one_of_openapi(document: dict[str, Any]) -> None:
    validate(document)
    assert document == wh.openapi()


def test_every_command_event_and_error_is_in_it(document: dict[str, Any]) -> None:
    names = {*document["components"]["schemas"]}

    assert {word.title().replace("_", "") for word in WORDS} <= names
    assert {f"Event.{type}" for type in EVENTS} <= names
    assert {name for name in names if name.startswith("Page")} == {
        "Page", "Page.CaseRowView", "Page.Change", "Page.DueRow", "Page.HistoryRow", "Page.ReadRow",
    }  # fmt: skip
    errors = {
        name for name in wh.__all__ if isinstance(one := getattr(wh, name), type) and issubclass(one, wh.WayhomeError)
    }
    assert errors <= names


def test_views_are_as_it_says(document: dict[str, Any], engine: wh.Engine) -> None:
    (row,) = engine.cases(as_=MANAGER)
    anna = engine.acting(MANAGER)
    for name, said in (
        ("CaseRowView", row),
        ("CaseView", anna.case(row.number)),
        ("Decision", anna.why(row.number, "depart")),
        *(("NextRow", one) for one in anna.next(row.number)),
        *(("DueRow", one) for one in anna.due()),
        *(("Change", one) for one in engine.changes(limit=5)),
        *(("CaseCount", one) for one in anna.count()),
        ("Form", anna.form(row.number, {"do": "note"})),
        ("Page", engine.changes()),
        ("Page.CaseRowView", engine.cases(as_=MANAGER)),
        ("Page.HistoryRow", anna.history(row.number, limit=3)),
        ("Page.DueRow", anna.due()),
        ("Page.ReadRow", engine.read_log(row.number, as_=an_actor_for("data_protection_officer"))),
        ("Page.Change", anna.changes(limit=3)),
    ):
        assert faults(document, name, wh.to_json(said)) == [], name


def test_every_event_of_a_return_is_as_it_says(document: dict[str, Any], engine: wh.Engine) -> None:
    (row,) = engine.cases(as_=MANAGER)
    history = engine.history(row.number, as_=MANAGER)

    assert len({one.type for one in history}) > 10
    for one in history:
        assert faults(document, f"Event.{one.type}", wh.to_json(one)) == []
        assert faults(document, "AnyEvent", wh.to_json(one)) == []


def test_commands_and_errors_are_as_it_says(document: dict[str, Any], engine: wh.Engine) -> None:
    (row,) = engine.cases(as_=MANAGER)
    command = wh.Complete(row.number, step="safety_plan", at=START)
    assert faults(document, "Complete", wh.to_json(command)) == []
    assert faults(document, "AnyCommand", wh.to_json(command)) == []
    assert faults(document, "AnyCommand", {"do": "complete", "case": row.number}) != []

    for name, wrong, as_ in (
        ("Refused", wh.Move(row.number, to="settle"), MANAGER),
        ("BadInput", wh.Complete(row.number, step="safety_paln"), MANAGER),
        ("NotFound", wh.Note("WH-7K3M9-Q2F4A-Z", text="invented words"), MANAGER),
        ("NotPermitted", wh.Move(row.number, to="depart"), an_actor_for("counsellor")),
        ("Conflict", wh.Note(row.number, text="invented words", if_version=1), MANAGER),
    ):
        with pytest.raises(wh.WayhomeError) as told:
            engine.do(wrong, as_=as_)
        assert faults(document, name, wh.to_json(told.value)) == [], name


def test_every_event_and_case_of_every_story_is_as_it_says_also_for_who_may_read_little(
    document: dict[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    checking = {type: Draft202012Validator(schemas[f"Event.{type}"]) for type in EVENTS}
    closed = Draft202012Validator({**_closed(schemas["CaseView"]), "components": _closed(document["components"])})
    seen = set()
    for told in map(read_story, STORIES):
        engine, clock = throw_away_engine(told, all_packs())
        with engine:
            for number in play(engine, told, clock=clock).cases.values():
                for reader in readers_of(engine, number):
                    assert [*closed.iter_errors(wh.to_json(engine.case(number, as_=reader)))] == []
                    for one in engine.history(number, as_=reader):
                        seen.add(one.type)
                        assert [*checking[one.type].iter_errors(wh.to_json(one))] == [], one
    assert len(seen) > len(EVENTS) * 0.6


def readers_of(engine: wh.Engine, case: str) -> Iterator[wh.Actor]:
    """Give a manager of who leads a case, and of those who may read little there whoever still may read it."""
    leads = who_leads(engine, case)
    for role in (*leads.roles, "counsellor", "travel_officer", "programme_manager", "data_protection_officer"):
        one = wh.Actor("reader", leads.organisation, {role})
        with suppress(wh.NotFound):
            engine.case(case, as_=one)
            yield one


def _closed(schema: Any) -> Any:
    """Give a schema in which whatever has named parts has no others."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: _closed(one) for name, one in schema.items()}
    return inner | (
        {"additionalProperties": False} if isinstance(schema.get("properties"), dict) and "type" in schema else {}
    )


def test_what_no_case_can_hold_is_found(document: dict[str, Any], engine: wh.Engine) -> None:
    (row,) = engine.cases(as_=MANAGER)
    plain = wh.to_json(engine.case(row.number, as_=MANAGER))
    for name, wrong in (
        ("consents", [{"purpose": 1, "zzz": 2}]),
        ("travel", {"legs": "none"}),
        ("incidents", [{}]),
        ("people", [{"ref": "child-1"}]),
        ("documents", ["held"]),
    ):
        assert faults(document, "CaseView", {**plain, name: wrong}) != [], name


def test_what_no_event_can_say_is_found(document: dict[str, Any], engine: wh.Engine) -> None:
    (row,) = engine.cases(as_=MANAGER)
    given = next(one for one in engine.history(row.number, as_=MANAGER) if one.type == "consent_given")
    plain = wh.to_json(given)
    for name, wrong in (
        ("purpose", ["no", "code"]),
        ("groups", "case"),
        ("explained", 3.5),
        ("day", {"is": 17, "begins": [], "ends": {}}),
        ("earlier", {}),
    ):
        assert faults(document, "Event.consent_given", {**plain, "data": {**plain["data"], name: wrong}}) != [], name


def test_every_code_of_an_error_stands_in_it_as_the_sources_say_it(document: dict[str, Any]) -> None:
    """Those that are put together as they are made are held against it wherever a test meets them (tests/codes.py)."""
    said: dict[str, set[str]] = {"damaged": set()}
    for path in sorted(Path(wh.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                codes = {
                    one.value.value
                    for one in node.keywords
                    if one.arg == "code" and isinstance(one.value, ast.Constant)
                }
                said.setdefault(getattr(node.func, "id", ""), set()).update(codes)
    said["LedgerBroken"] |= said["damaged"]
    for name, one in document["components"]["schemas"].items():
        if "kind" in one.get("properties", {}) and "what_template" in one["properties"] and "code" in one["properties"]:
            assert said.get(name, set()) <= {*one["properties"]["code"]["enum"]}, name


def test_every_value_of_an_event_has_a_type_a_set_or_parts(document: dict[str, Any]) -> None:
    untyped = [
        (name, field)
        for name, one in document["components"]["schemas"].items()
        if name.startswith("Event.")
        for field, value in one["properties"]["data"]["properties"].items()
        if not {"type", "enum", "const", "anyOf"} & value.keys()
    ]
    assert untyped == []
