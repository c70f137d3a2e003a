"""All that is wrong with what is answered is told in one round; what is right is taken as it was before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from wayhome import BadInput, Form, Slot
from wayhome.forms.form import fits

from tests.attacks import play as plays
from tests.attacks.play import MANAGER, Play

ASSESSMENT = {"do": "complete", "step": "pre_return_risk_assessment"}


@pytest.fixture(scope="module")
def play() -> Iterator[Play]:
    made = plays.opened()
    with made.engine:
        yield made


def asked(play: Play, do: dict[str, Any]) -> Form:
    return play.engine.form(play.case, do, as_=plays.actor(MANAGER))


def faults(act: Callable[[], object]) -> set[tuple[str, str]]:
    with pytest.raises(BadInput) as told:
        act()
    return {(fault.field, fault.code) for fault in told.value.faults}


def about(form: Form, name: str) -> Slot:
    return next(slot for slot in form.slots if slot.name == name)


# --- of a form ------------------------------------------------------------------------------------------------------


def test_one_answer_to_each_is_read_by_the_form(play: Play) -> None:
    form = asked(play, ASSESSMENT)
    factors = about(form, "factors")
    first, *others = factors.about
    answer = next(iter(factors.values))

    def wrong(said: Any) -> set[tuple[str, str]]:
        return {one for one in faults(lambda: form.command({"factors": said})) if one[0].startswith("factors")}

    assert wrong("garbage") >= {("factors", "unknown")}
    assert wrong(7) == {("factors", "unreadable")}
    assert wrong(["no"]) == {("factors", "unreadable")}
    assert wrong({first: answer}) == {("factors", "missing")}
    assert wrong({**dict.fromkeys(factors.about, answer), first: "perhaps"}) == {(f"factors.{first}", "unknown")}
    assert wrong({**dict.fromkeys(factors.about, answer), "weather": answer}) == {("factors", "unknown")}
    assert wrong(f"{first}:{answer},{first}:{answer}") == {("factors", "contradiction")}

    for whole in (dict.fromkeys(factors.about, answer), ",".join(f"{of}:{answer}" for of in factors.about)):
        fits(factors, whole)
    assert others


@pytest.mark.parametrize("type", ["party", "place", "case_worker"])
def test_who_and_where_are_a_word(type: Any) -> None:
    slot = Slot("whoever", type)
    for wrong in (7, "", ["ng_bakhita"], {"is": "she"}, "her aunt in Benin", None):
        assert faults(lambda said=wrong: fits(slot, said)) == {("whoever", "unreadable")}  # type: ignore[misc]
    fits(slot, "ng_bakhita")


def test_what_a_slot_and_what_the_command_finds_wrong_are_told_together(play: Play) -> None:
    form = asked(play, {**ASSESSMENT, "at": "soon", "confirms": "perhaps"})
    whole = asked(play, {"do": "note"})

    assert {("at", "unreadable"), ("confirms", "unreadable"), ("colour", "unknown"), ("on_paper", "empty")} <= faults(
        lambda: form.command({"colour": "red", "on_paper": 7.5})
    )  # fmt: skip
    assert faults(lambda: whole.command({"at": "soon", "on_paper": [], "of": ["child-1"], "colour": "red"})) == {
        ("at", "unreadable"),
        ("on_paper", "empty"),
        ("of", "unknown"),
        ("colour", "unknown"),
        ("text", "missing"),
    }


def test_of_one_answer_no_fault_is_told_twice(play: Play) -> None:
    with pytest.raises(BadInput) as told:
        asked(play, {"do": "consent", "purpose": "return"}).command({"answer": "perhaps", "at": "soon"})
    fields = [fault.field for fault in told.value.faults]
    assert sorted(fields) == sorted({*fields})


def test_what_is_right_makes_the_command_as_before(play: Play) -> None:
    safety = asked(play, {"do": "complete", "step": "safety_plan"})
    needed: dict[str, Any] = {slot.name: "Her own words" for slot in safety.slots if slot.required}
    parties = {slot.name for slot in safety.slots if slot.type == "party"}
    command = safety.command({**needed, **dict.fromkeys(parties, "ng_bakhita"), "at": "2026-03-01"})
    assert command.at is not None
    assert asked(play, {"do": "assign", "role": "case_owner"}).command(
        {"organisation": "invented_organisation", "case_worker": "anna"}
    )
