"""One document describes the JSON of all that goes in and out, and what really goes in and out is as it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import wayhome as wh
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from wayhome.commands.events import EVENTS
from wayhome.model.closed_sets import WORDS
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for, walk_to_departure

from tests.conftest import START

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

    assert {word.capitalize() for word in WORDS} <= names
    assert {f"Event.{type}" for type in EVENTS} <= names
    assert {name for name in names if name.startswith("Page")} == {
        "Page", "Page.CaseRowView", "Page.Change", "Page.DueRow", "Page.HistoryRow",
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
