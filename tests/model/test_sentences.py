"""A sentence is a template with values: kept beside the English, so that it can be said in another language."""

from __future__ import annotations

import copy
import pickle

import pytest
import wayhome as wh
from wayhome.errors import BadInput, Fault, WayhomeError, filled, part
from wayhome.model.reason import Decision, no
from wayhome.packs.kinds.spans import Span
from wayhome.remedies import Reason

UNMET = Reason(
    "INV-01", False, "{paper} is older than {span}", "do it again", values={"paper": "x", "span": Span(2, "days")}
)
GIVEN = {"todo": "Look at {list}.", "number": "WH-1", "list": ["a", "b"]}
ERRORS: list[WayhomeError] = [
    *(kind("There is no case {number}.", code=kind.codes[0], **GIVEN) for kind in (wh.NotFound, wh.NotPermitted)),
    *(kind("There is no case {number}.", code=kind.codes[0], **GIVEN) for kind in (wh.LedgerBroken, wh.StoreUnavailable)),
    wh.PackBroken("There is no case {number}.", code="pack_faults", **GIVEN),
    wh.BadInput("There is no case {number}.", code="unknown", **GIVEN),
    wh.Conflict("There is no case {number} at {current}.", current=3, seen=2, **GIVEN),
]  # fmt: skip


REFUSED = wh.Refused("WH-1", "move", Decision((UNMET,)), move="depart")


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.kind)
def test_an_error_keeps_template_and_values_beside_its_sentences_wherever_it_goes(error: WayhomeError) -> None:
    for one in (error, pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert (one.what, one.why, one.todo, str(one)) == (error.what, error.why, error.todo, str(error))
        assert filled(one.what_template, one.values) == one.what
        assert filled(one.todo_template, one.values) == one.todo
        assert "{" not in str(one)
    said = wh.to_json(error)
    assert said["what_template"] == error.what_template
    assert said["values"].keys() == error.values.keys()
    assert said["code"] == error.code


def test_a_refusal_says_each_unmet_reason_with_its_rule() -> None:
    for one in (REFUSED, pickle.loads(pickle.dumps(REFUSED)), copy.deepcopy(REFUSED)):
        assert str(one) == (
            "Case WH-1 was not changed: 'depart' is not allowed yet. Unmet: INV-01 x is older than 2 days. To do: INV-01 do it again."
        )
        assert (one.why, one.todo) == ("Unmet: INV-01 x is older than 2 days.", "To do: INV-01 do it again.")


def test_of_a_refusal_the_templates_stand_in_its_reasons_and_once() -> None:
    said = wh.to_json(REFUSED)

    assert (said["why"], said["why_template"], said["todo_template"]) == (REFUSED.why, "", "")
    assert said["values"] == {"number": "WH-1", "command": "depart"}
    assert said["decision"]["reasons"][0]["todo_template"] == UNMET.todo_template


def test_of_several_faults_the_templates_stand_in_the_faults() -> None:
    error = BadInput.of([Fault("a", "empty", "'{name}' is empty.", values={"name": "a"}), Fault("b", "empty", "B.")])

    assert error.what == "'a' is empty. B."
    assert error.what_template == ""
    assert [fault.what_template for fault in error.faults] == ["'{name}' is empty.", "B."]


def test_a_sentence_is_said_in_another_language_with_all_its_parts() -> None:
    german = {"{what} is older than {span}": "{what} ist älter als {span}", "{amount} days": "{amount} Tage"}
    finding = no("{what} is older than {span}", what=part("the paper"), span=Span(2, "days"), todo="do it again")
    said = {**german, "the paper": "das Papier"}

    assert filled(finding.fact, finding.values) == "the paper is older than 2 days"
    assert filled(finding.fact, finding.values, said.__getitem__) == "das Papier ist älter als 2 Tage"


def test_words_in_a_list_stand_apart_by_commas_and_parts_by_semicolons() -> None:
    values = part("", words=["a", 2], parts=[part("{n} days", n=1), part("b")], none=[])["values"]

    assert filled("{words} | {parts} | {none}", values) == "a, 2 | 1 days; b | "


def test_what_is_no_name_of_a_value_stays_as_it_is() -> None:
    assert filled('Write {"do": …}.', {}) == 'Write {"do": …}.'
    assert filled('Write {"do": {word}} or {other}.', {"word": "{other}"}) == 'Write {"do": {other}} or {other}.'


def test_a_reason_with_parts_and_lists_comes_back_from_json() -> None:
    reason = Reason("X", False, "{a} {b}", values={"a": ["x", "y"], "b": Span(1, "weeks")})

    assert wh.from_json(Reason, wh.to_json(reason)) == reason
    assert reason.fact == "x, y 1 week"
