"""What a fault says of its field: a name that is declared; of any other only its place, since it may be a person's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import wayhome as wh
from pydantic import TypeAdapter, ValidationError
from wayhome.commands.values import read_fields
from wayhome.model.command import BaseCommand, kinds
from wayhome.model.data import Data
from wayhome.model.reading import specs_of
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process

NUMBER = "WH-00000-00000-0"
NAME = "Blessing_Osaro"  # invented; two words that look like the code of a fact
SAID = {"note": {"text": "invented words"}}
ONE = wh.Actor("anna", "invented_house", {"case_manager_sending"})


@pytest.fixture(scope="module")
def process(packs: Packs) -> Process:
    return packs.process("BE", "NG")


def told(error: wh.BadInput) -> str:
    """Give all that programs, people and logs are told."""
    return json.dumps([wh.to_json(error), str(error), repr(error), *map(repr, error.faults)], default=str)


def wrong(read: Any, *given: Any) -> wh.BadInput:
    with pytest.raises(wh.BadInput) as found:
        read(*given)
    return found.value


def unknown_names() -> Iterator[Any]:
    """Give what is read with a name that nothing declares: each command, and each class of data that is read from JSON."""
    for word, kind in kinds().items():
        if kind.takes_more:
            continue  # what is no field of theirs is a fact, or asked by a step: below, where a process says which there are
        yield pytest.param(wh.AnyCommand, {"do": word, "case": NUMBER, **SAID.get(word, {}), NAME: "x"}, id=word)
    for name in wh.__all__:
        kind = getattr(wh, name)
        if isinstance(kind, type) and issubclass(kind, Data) and not issubclass(kind, BaseCommand):
            yield pytest.param(kind, {NAME: 1}, id=name)
    leg = {"from": "BRU", NAME: 1}
    yield pytest.param(wh.AnyCommand, {"do": "travel", "case": NUMBER, "status": "booked", "legs": [leg]}, id="a leg")


@pytest.mark.parametrize(("kind", "said"), [*unknown_names()])
def test_a_name_that_nothing_declares_is_told_as_its_place(kind: Any, said: Any) -> None:
    error = wrong(wh.from_json, kind, said)

    assert "…" in str([fault.field for fault in error.faults if fault.code == "unknown"])
    assert NAME not in told(error)
    with pytest.raises(ValidationError) as also:
        TypeAdapter(kind).validate_python(said)
    assert NAME not in str(also.value.errors())


def test_of_several_names_that_nothing_declares_each_has_its_place() -> None:
    said = {"do": "note", "case": NUMBER, NAME: 1, "text": "invented words", "Mercy_Ehigie": 2, "Anna de Vries": 3}

    error = wrong(wh.read_command, said)

    assert [fault.field for fault in error.faults] == ["…[1]", "…[3]", "…[4]"]


def test_a_fact_that_nobody_declared_is_told_as_its_place_and_what_is_declared_by_its_name(engine: wh.Engine) -> None:
    opened = engine.do(wh.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=ONE).case
    record = wh.Record(opened, facts={"age_status": "old", NAME: True, "age_statsu": "adult"})
    of_opening = wh.Open(host_country="BE", origin_country="NG", facts={NAME: True})

    faults = wrong(lambda: engine.do(record, as_=ONE)).faults

    assert [(fault.field, fault.code) for fault in faults] == [
        ("age_status", "unknown"), ("…[1]", "unknown"), ("…[2]", "unknown"),
    ]  # fmt: skip
    assert "'age_statsu'" in faults[2].what  # spelled like a word that there is, it is one that was mistyped
    for command in (record, of_opening, wh.read_command({"do": "record", "case": opened, NAME: 1})):
        assert NAME not in told(wrong(lambda command=command: engine.do(command, as_=ONE)))
        assert NAME not in told(wrong(lambda command=command: engine.why(opened, command, as_=ONE)))


def test_what_a_step_does_not_ask_is_told_as_its_place_also_in_a_table(process: Process) -> None:
    for step in process.steps.values():
        tables = [name for name, spec in step.fields.items() if spec.type == "rows"]
        answers = [name for name, spec in step.fields.items() if spec.type == "answers"]
        said = {NAME: 1, **{name: [{NAME: 1}] for name in tables}, **{name: {NAME: "yes"} for name in answers}}

        error = wrong(read_fields, step.fields, said)

        assert "…[0]" in [fault.field for fault in error.faults]
        assert {f"{name}[0].…[0]" for name in tables} <= {fault.field for fault in error.faults}
        assert NAME not in told(error), step.id


def test_an_answer_to_nothing_that_a_form_asks_is_told_as_its_place(engine: wh.Engine) -> None:
    opened = engine.do(wh.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=ONE).case
    for word in ({"do": "note"}, {"do": "travel"}, {"do": "complete", "step": "pre_return_risk_assessment"}):
        form = engine.form(opened, word, as_=ONE)
        tables = {slot.name: [{NAME: 1}] for slot in form.slots if slot.type == "rows"}

        error = wrong(form.command, {"at": None, NAME: 1, **tables})  # what is not answered is counted, too

        assert "…[1]" in [fault.field for fault in error.faults]
        assert NAME not in told(error)


def test_no_value_that_was_typed_becomes_the_name_of_a_field(engine: wh.Engine) -> None:
    """Whatever is wrong, each field of a fault is one of the command, of its parts, of its facts or of what its step asks."""
    opened = engine.do(wh.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=ONE).case
    process = engine.process_of(opened, as_=ONE)
    asked = {name for step in process.steps.values() for name in step.fields}
    for word, kind in kinds().items():
        for name in specs_of(kind):
            said = {"do": word, **({"case": opened} if word != "open" else {}), "step": "safety_plan", name: NAME}
            said |= {"host_country": "BE", "origin_country": "NG"} if word == "open" and name not in said else {}
            try:
                engine.do(wh.read_command(said), as_=ONE)
            except wh.BadInput as error:
                fields = {fault.field.partition("[")[0].partition(".")[0] for fault in error.faults}
                assert fields <= {"", "…", *specs_of(kind), *process.facts, *asked}, (word, name)
                assert NAME not in told(error), (word, name)
            except wh.WayhomeError as error:
                assert NAME not in json.dumps(wh.to_json(error), default=str), (word, name)
