"""What was answered in a step is read there each time: a step that is done again takes nothing from the screen that was said before."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console
from wayhome import Actor, StepRow, to_json
from wayhome.packs.plugins import Packs
from wayhome.shell.views.case import stands, whole

from tests.attacks.acts import in_follow_up
from tests.attacks.play import RECEIVER, Command, Play, begun, complete
from tests.whole_answers import SAFE

VISIT, VETTING = "monitoring_visit", "party_vetting"
ROUND = "d7"
AGAIN: Command = {"do": "redo", "step": VISIT, "round": ROUND, "reason": "(invented) asked once more"}
BY_ANOTHER = {"by": "ng_naptip", "heard_by": "phone"}
DOCTOR, LAWYER = "medical_officer", "legal_counsellor"


@pytest.fixture
def there(packs: Packs) -> Iterator[Play]:
    """A case in the follow-up, in which a visit was written down, and twice done again."""
    with begun(in_follow_up, packs) as play:
        play.wait(days=7)
        play.given(RECEIVER, visit(v_since="(invented) badly", v_children="(invented) ill", s_shame="yes"))
        for said in ({"v_since": "(invented) better", **BY_ANOTHER}, {"v_since": "(invented) well"}):
            play.wait(days=3)
            play.given(RECEIVER, AGAIN, visit(**said))
        yield play


def visit(**said: Any) -> Command:
    return complete(VISIT, round=ROUND, result="reached", how="phone", **{**SAFE, **said})


def row(play: Play, step: str = VISIT, who: str | Actor = RECEIVER, round: str | None = ROUND) -> StepRow:
    shown = play.engine.case(play.case, as_=play.actor(who), parts=("steps",)).steps
    return next(one for one in shown if one.id == step and one.round == round)


def test_each_time_is_read_from_its_step_the_oldest_last(there: Play) -> None:
    found = row(there)

    assert found.answers["v_since"] == "(invented) well"
    assert [one["answers"]["v_since"] for one in found.earlier] == ["(invented) better", "(invented) badly"]
    assert found.earlier[1]["answers"]["s_shame"] == "yes"


def test_each_time_is_told_as_whose_word_and_when(there: Play) -> None:
    found = row(there)

    assert (found.told_by, found.written_by) == ("", there.actor(RECEIVER).organisation)
    assert [(one["told_by"], one["result"]) for one in found.earlier] == [("ng_naptip", "reached"), ("", "reached")]
    assert [one["at"][:10] for one in found.earlier] == sorted((one["at"][:10] for one in found.earlier), reverse=True)
    assert {one["written_by"] for one in found.earlier} == {found.written_by}


def test_what_is_told_late_stands_where_it_was(there: Play) -> None:
    late = str(there.now.date() - timedelta(days=1))
    there.given(RECEIVER, {**visit(v_since="(invented) between"), "at": late})

    assert row(there).answers["v_since"] == "(invented) well"
    said = [one["answers"]["v_since"] for one in row(there).earlier]
    assert said == ["(invented) between", "(invented) better", "(invented) badly"]


def test_a_step_that_is_open_again_still_says_what_was_answered(there: Play) -> None:
    there.given(RECEIVER, AGAIN)

    found = row(there)
    assert (found.state, found.answers) == ("available", {})
    assert found.earlier[0]["answers"]["v_since"] == "(invented) well"


def test_words_that_two_have_signed_are_read_also_once_it_was_done_again(there: Play) -> None:
    """Of two signatures the first has the words: the second says only that they stand."""
    parent = there.involved("parent", travels=False)
    for said in ("(invented) an extract", "(invented) two neighbours"):
        there.vetted(parent, "house", seen_where=said)
        there.wait(days=1)
        if said.endswith("extract"):
            there.given(RECEIVER, {"do": "redo", "step": VETTING, "of": parent, "reason": "(invented) a year on"})

    shown = there.engine.case(there.case, as_=there.actor(RECEIVER), parts=("steps",)).steps
    found = next(one for one in shown if one.id == VETTING and one.of == parent)
    assert found.answers["seen_where"] == "(invented) two neighbours"
    assert [one["answers"]["seen_where"] for one in found.earlier] == ["(invented) an extract"]


# --- who may not read it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [DOCTOR, LAWYER, "counsellor", "risk_assessor", "reception_officer", RECEIVER])
def test_of_what_was_before_is_withheld_what_is_withheld_of_what_stands(there: Play, role: str) -> None:
    who = Actor(f"invented_{role}", there.actor(RECEIVER).organisation, {role})
    there.given(RECEIVER, AGAIN, visit(v_since="(invented) badly", v_children="(invented) ill", s_shame="yes"))
    shown = there.engine.case(there.case, as_=who, parts=("steps",)).steps
    found = next((one for one in shown if one.id == VISIT and one.round == ROUND), None)

    now = {*found.answers} if found is not None else set()
    first = {*found.earlier[-1]["answers"]} if found is not None and found.earlier else set()
    assert first == now
    assert ("v_since" in now) == (role == RECEIVER)


def test_of_whom_nobody_may_know_is_not_told_as_whose_word_it_was(there: Play) -> None:
    who = Actor("invented_assessor", there.actor(RECEIVER).organisation, {"programme_manager"})
    shown = there.engine.case(there.case, as_=who, parts=("steps",))

    assert "(invented)" not in str(to_json([one.earlier for one in shown.steps]))


def test_that_it_was_read_is_written_down(there: Play) -> None:
    """The children are spoken of in the first visit alone: who reads the case now has read of the family."""
    assert "v_children" not in row(there).answers
    row(there)

    kept = there.engine.read_log(there.case, as_=there.actor("data_protection_officer"))
    assert any("family" in one.groups for one in kept)


# --- what was no answer ---------------------------------------------------------------------------------------------------


def test_honest_what_was_of_another_person_is_not_read_there(there: Play) -> None:
    newest = max(one.seq for one in there.history(RECEIVER) if one.type == "step_completed")
    there.given(RECEIVER, {"do": "correct", "seq": newest, "why": "(invented) of another woman"}, visit())

    found = row(there)
    assert "(invented) well" not in str(to_json(found))
    assert [one["answers"].get("v_since") for one in found.earlier] == ["(invented) better", "(invented) badly"]


def test_honest_a_step_that_was_done_once_has_nothing_before(there: Play) -> None:
    assert row(there, "baseline_survey", round=None).earlier == ()


# --- on the screen ----------------------------------------------------------------------------------------------------------


def on_screen(thing: Any) -> str:
    written = io.StringIO()
    Console(file=written, width=80, no_color=True).print(thing)
    return " ".join(written.getvalue().replace("│", " ").split())


def test_all_of_it_stands_on_the_card_and_on_the_whole_case(there: Play) -> None:
    view = there.engine.case(there.case, as_=there.actor(RECEIVER))

    for screen in ("\n".join(stands(view, "step", VISIT)), whole(view)):
        shown = on_screen(screen)
        for said in ("(invented) well", "(invented) better", "(invented) badly", "(invented) ill"):
            assert said in shown
        assert shown.index("(invented) well") < shown.index("(invented) better") < shown.index("(invented) badly")
        assert "told by NAPTIP" in shown or "told by national Agency" in shown, shown
        assert "written down by" in shown
