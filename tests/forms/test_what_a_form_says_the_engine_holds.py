"""What a form lists, needs, and says that there is none of: the engine holds the same. The people are invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import wayhome as wh
from wayhome import BadInput, Form, Slot
from wayhome.commands import read_command
from wayhome.model.form import Column

from tests.attacks import play as plays
from tests.attacks.play import LEADER, MANAGER, RECEIVER, Play

CONFIRMATION = {"do": "complete", "step": "partner_confirmation"}
HANDOVER = {"do": "complete", "step": "handover_confirmation"}


@pytest.fixture(scope="module")
def fresh() -> Iterator[Play]:
    play = plays.opened()
    with play.engine:
        yield play


@pytest.fixture(scope="module")
def ready() -> Iterator[Play]:
    play = plays.opened()
    with play.engine:
        play.ready()
        yield play


def form_for(play: Play, do: dict[str, Any], who: str = MANAGER) -> Form:
    return play.engine.form(play.case, do, as_=play.actor(who))


def slot(form: Form, name: str) -> Slot:
    return next(one for one in form.slots if one.name == name)


def faults(act: Callable[[], object]) -> list[tuple[str, str]]:
    try:
        act()
    except BadInput as told:
        return [(fault.field, fault.code) for fault in told.faults]
    except wh.WayhomeError:
        pass
    return []


def faults_of(play: Play, act: dict[str, Any], who: str = MANAGER) -> list[tuple[str, str]]:
    return faults(lambda: play.engine.why(play.case, read_command(act, case=play.case), as_=play.actor(who)))


def answers(form: Form) -> dict[str, Any]:
    """Answer what a form needs, as it goes."""
    said: dict[str, Any] = {}
    for one in form.slots:
        if one.required and one.is_asked({**form.do, **said}):
            value = next(iter(one.values), "2026-03-05T12:00:00Z" if one.type == "instant" else "invented")
            said[one.name] = True if one.type == "bool" else value
    return said


# --- whose word it is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["partner_confirmation", "handover_confirmation", "fit_to_travel_check"])
def test_whose_word_it_can_be_is_only_who_the_engine_takes(ready: Play, step: str) -> None:
    said = slot(form_for(ready, {"do": "complete", "step": step}), "by")

    assert said.values
    for one in said.values:
        found = faults_of(ready, {"do": "complete", "step": step, "by": one, "heard_by": "phone"})
        assert ("by", "unknown") not in found, one


def test_where_every_result_is_theirs_to_say_only_theirs_is_listed(ready: Play) -> None:
    said = slot(form_for(ready, HANDOVER), "by")

    assert [*said.values] == ["case_manager_receiving", "case_manager_sending", "ng_bakhita"]
    for one in said.values:
        assert "by" not in [name for name, _ in faults_of(ready, {**HANDOVER, "by": one, "heard_by": "phone"}, LEADER)]


def test_whose_word_it_is_is_needed_where_the_engine_needs_it(ready: Play) -> None:
    """Who works for another organisation says whose word a yes is; a no is taken without."""
    form = form_for(ready, CONFIRMATION)
    said = answers(form)

    assert not slot(form, "by").required
    assert slot(form, "by").required_after == {"result": ("accepted",)}
    assert faults(lambda: form.command({**said, "result": "accepted"})) == [("by", "missing")]
    assert faults(lambda: form.command({**said, "result": "refused"})) == []
    assert slot(form_for(ready, {**CONFIRMATION, "result": "accepted"}), "by").required
    assert not slot(form_for(ready, {**CONFIRMATION, "result": "refused"}), "by").required
    assert slot(form_for(ready, HANDOVER), "by").required  # each of its results is a yes

    theirs = form_for(ready, CONFIRMATION, RECEIVER)
    assert (slot(theirs, "by").required, dict(slot(theirs, "by").required_after)) == (False, {})


def test_how_it_was_heard_is_needed_once_it_is_another_s_word(ready: Play) -> None:
    form = form_for(ready, CONFIRMATION)
    said = {**answers(form), "by": "ng_bakhita"}

    assert faults(lambda: form.command(said)) == [("heard_by", "missing")]
    assert form.command({**said, "heard_by": "letter"}).heard_by == "letter"

    own = form_for(ready, CONFIRMATION, RECEIVER)
    assert own.command({**said, "by": ready.actor(RECEIVER).organisation})  # their own word needs no letter


def test_what_the_form_makes_of_it_the_engine_reads(ready: Play) -> None:
    form = form_for(ready, CONFIRMATION, RECEIVER)
    found = faults(lambda: ready.engine.why(ready.case, form.command(answers(form)), as_=ready.actor(RECEIVER)))
    assert not {"by", "heard_by"} & {name for name, _ in found}


# --- what must be explained -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", ["assistance", "contact_embassy", "return"])
def test_what_a_yes_rests_on_is_said_before_it_is_asked(fresh: Play, purpose: str) -> None:
    form = form_for(fresh, {"do": "consent", "purpose": purpose})
    explained = slot(form, "explained")
    said = {**answers(form), "answer": "given", "explained": ["storage"]}

    must = fresh.engine.process_of(fresh.case, as_=plays.actor(MANAGER)).consents[purpose].must_explain
    assert (explained.needs, {*explained.values} > {*must}) == (must, True)
    assert faults(lambda: form.command(said)) == [("explained", "missing")]
    assert faults(lambda: form.command({**said, "explained": ",".join(must)})) == []
    assert faults(lambda: form.command({**said, "answer": "refused"})) == []  # a no is taken whatever was told


@pytest.mark.parametrize(("purpose", "needed"), [("travel_data_share", True), ("contact_partner", False)])
def test_what_may_be_told_is_asked_where_nothing_can_be_done_without_it(
    fresh: Play, purpose: str, needed: bool
) -> None:
    form = form_for(fresh, {"do": "consent", "purpose": purpose, "recipient": "ng_bakhita"})
    said = {**answers(form), "answer": "given", "explained": "purpose,use,withdrawal", "groups": None}

    assert slot(form, "groups").required is needed
    assert (("groups", "missing") in faults(lambda: form.command(said))) is needed
    assert ("groups", "missing") not in faults(lambda: form.command({**said, "answer": "refused"}))


# --- nothing to choose ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("do", "name"),
    [
        ({"do": "sign"}, "step"),
        ({"do": "withdraw"}, "purpose"),
        ({"do": "resolve"}, "incident"),
        ({"do": "complete", "step": "child_fit_check"}, "of"),
        ({"do": "incident", "type": "missing_child"}, "of"),
    ],
    ids=lambda one: " ".join(one.values()) if isinstance(one, dict) else one,
)
def test_a_form_says_that_there_is_none_to_choose(fresh: Play, do: dict[str, Any], name: str) -> None:
    if do.get("type") == "missing_child":
        kinds = fresh.engine.process_of(fresh.case, as_=plays.actor(MANAGER)).incidents
        do = {**do, "type": next(id for id, kind in kinds.items() if kind.each)}
    one = slot(form_for(fresh, do), name)

    assert (one.closed, dict(one.values)) == (True, {})
    assert (name, "unknown") in faults(lambda: form_for(fresh, do).command({name: "assistance"}))


def test_what_is_open_is_not_said_to_be_closed(fresh: Play) -> None:
    assert not slot(form_for(fresh, {"do": "contact"}), "with").closed  # whom the office registered can be named
    assert not slot(form_for(fresh, {"do": "record"}), "languages").closed
    assert not slot(form_for(fresh, {"do": "note"}), "text").closed
    assert not slot(form_for(fresh, {"do": "complete", "step": "party_vetting"}), "of").closed
    assert slot(form_for(fresh, {"do": "note"}), "group").closed
    assert slot(form_for(fresh, {"do": "consent", "purpose": "return"}), "answer").closed


def test_what_there_is_can_be_chosen(ready: Play) -> None:
    taken = slot(form_for(ready, {"do": "withdraw"}), "purpose")

    assert (taken.closed, "return" in taken.values) == (True, True)
    assert form_for(ready, {"do": "withdraw"}).command({"purpose": "return"})


def test_a_column_is_closed_as_a_slot_is(fresh: Play) -> None:
    legs = slot(form_for(fresh, {"do": "travel"}), "legs")
    closed = {one.name: one.closed for one in legs.columns}
    assert (closed["mode"], closed["from"], closed["from_country"]) == (True, False, False)
    assert not Column("word", "code").closed
