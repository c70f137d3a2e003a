"""All that is wrong with an input is told at once, each with its field and a code."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
import wayhome
from wayhome import BadInput, commands
from wayhome.airports import airport
from wayhome.flow.decide import judge
from wayhome.flow.shape import in_shape
from wayhome.testing import an_actor_for

ENGINE = Path(wayhome.__file__).parent
TOMORROW = date(2099, 1, 1)
OF_THE_WHOLE = {  # these have no field
    "That is no command.",
    "That is no command on a case.",
    "It is not said who does this.",
    "A set of fields is needed here.",
}


def faults(ready, make, role="case_manager_sending"):
    who = an_actor_for(role)
    with pytest.raises(BadInput) as told:
        command = in_shape(make(ready.case.number), ready.process, ready.case, who, ready.at)
        judge(ready.process, ready.case, command, who, ready.at, airport=airport)
    return {(fault.field, fault.code) for fault in told.value.faults}


def test_of_a_consent(ready):
    def make(case):
        return commands.Consent(case, purpose="return", language="no language", given_by="nobody", form="witnessed", groups=["x"],
                                expires_on=date(2020, 1, 1), answer="given")  # fmt: skip

    assert faults(ready, make) == {
        ("language", "unreadable"),
        ("given_by", "unknown"),
        ("groups", "unknown"),
        ("witness", "missing"),
        ("explained", "missing"),
        ("version", "missing"),
        ("expires_on", "contradiction"),
    }


def test_of_facts(ready):
    def make(case):
        return commands.Record(
            case, facts={"age_statsu": "adult", "is_child": True, "sex": "unheard", "turns_18_on": "soon"}
        )

    assert faults(ready, make) == {
        ("…[0]", "unknown"),
        ("is_child", "contradiction"),
        ("sex", "unknown"),
        ("turns_18_on", "unreadable"),
    }


def test_of_a_step(ready):
    def make(case):
        return commands.Complete(case, step="fit_to_travel_check", result="fitt", fields={"heigth": 3})

    assert faults(ready, make, "medical_officer") == {("…[0]", "unknown"), ("result", "unknown")}


def test_of_a_journey(ready):
    long_ago = ready.at - timedelta(days=3)
    leg = {"from": "BRU", "to": "a town", "departs_at": long_ago, "arrives_at": long_ago}

    def make(case):
        return commands.Travel(case, by="person", status="booked", legs=[leg, leg], meeting_person="A Name")

    assert faults(ready, make) == {
        ("legs[0].departs_at", "contradiction"),
        ("legs[1].departs_at", "contradiction"),
        ("legs[1].from", "contradiction"),
        ("legs[0].to", "unreadable"),
        ("legs[1].to", "unreadable"),
        ("meeting_person", "unreadable"),
    }


def test_of_a_paper(ready):
    def make(case):
        return commands.Document(case, kind="ng_passport", status="held", number="x" * 20_000, issued_on=TOMORROW,
                                 expires_on=date(2020, 1, 1))  # fmt: skip

    assert faults(ready, make) == {
        ("number", "too_long"),
        ("issued_on", "contradiction"),
        ("expires_on", "contradiction"),
    }


@pytest.mark.parametrize("field", ["by", "group", "text", "on_paper"])
def test_of_a_word_that_a_program_gave_as_a_mapping(ready, field):
    """Where one word belongs, a mapping could bring a name into what lies in clear."""

    def make(case):
        return commands.Note(case, **{"text": "an invented note", field: {"name": "An Invented Name"}})

    assert faults(ready, make) == {(field, "unreadable")}


def test_every_fault_of_an_input_names_its_field():
    unnamed = []
    for path in (*(ENGINE / "flow").rglob("*.py"), ENGINE / "model" / "reading.py", ENGINE / "engine.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("BadInput", "unknown"):
                what = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
                if "field" not in {word.arg for word in node.keywords} and what not in OF_THE_WHOLE:
                    unnamed.append(f"{path.name}:{node.lineno}")

    assert unnamed == []


@pytest.mark.parametrize(("levels", "is_deep"), [(18, False), (19, True), (100_000, True)])
def test_what_has_more_levels_than_anything_that_is_said_is_refused_before_it_is_read(levels, is_deep):
    nested = "x"
    for _ in range(levels):
        nested = [nested]
    with pytest.raises(BadInput) as told:
        commands.read_command({"do": "open", "host_country": "BE", "origin_country": nested})
    assert (told.value.faults[0].what == "That is nested too deeply.") is is_deep
