"""What was answered in a step stands with it, words too, as far as somebody may read it; and a case gives only the parts that are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import orjson
import pytest
from wayhome import Actor, BadInput, CasePart, to_json
from wayhome.packs.plugins import Packs

from tests.attacks.acts import in_follow_up
from tests.attacks.play import MANAGER, Play, begun, ready_to_depart, settled

ASSESSOR, DOCTOR, LAWYER = "risk_assessor", "medical_officer", "legal_counsellor"
RECEIVER = "case_manager_receiving"


@pytest.fixture(scope="module")
def ready(packs: Packs) -> Iterator[Play]:
    with begun(ready_to_depart, packs) as play:
        yield play


def answers(play: Play, step: str, who: str | Actor) -> Any:
    rows = play.engine.case(play.case, as_=play.actor(who)).steps
    return dict(next(row.answers for row in rows if row.id == step))


def test_words_and_codes_of_a_step_are_read_where_it_is_shown(ready: Play) -> None:
    history = ready.engine.history(ready.case, as_=ready.actor(ASSESSOR))
    plan = [row for row in history if row.data.get("step") == "safety_plan" and row.type == "step_completed"][-1]
    words = {name: text for texts in plan.texts.values() for name, text in texts.items() if name != "on_paper"}

    found = answers(ready, "safety_plan", ASSESSOR)

    assert words
    assert {name: found[name] for name in words} == words


def test_what_two_have_signed_keeps_the_words_of_the_first(ready: Play) -> None:
    found = answers(ready, "pre_return_risk_assessment", ASSESSOR)

    assert isinstance(found["own_view"], str)
    assert found["factors"]["debt_or_oath_pressure"] in ("absent", "present", "unknown")


def test_whose_word_the_answers_are_stands_with_them(packs: Packs) -> None:
    asked = {"do": "complete", "step": "closure_review", "result": "on_persons_request", "manages": "yes"}
    with begun(in_follow_up, packs) as play:
        play.given(RECEIVER, {"do": "record", "facts": {"person_asks_to_close": True}, "by": "person"})
        play.given(RECEIVER, {**asked, "by": "person", "heard_by": "visit"})
        rows = {row.id: row for row in play.engine.case(play.case, as_=play.actor(RECEIVER)).steps}

    assert (rows["closure_review"].answers["manages"], rows["closure_review"].told_by) == ("yes", "person")
    assert rows["baseline_survey"].told_by == ""


@pytest.mark.parametrize(("step", "who"), [("safety_plan", DOCTOR), ("pre_return_risk_assessment", LAWYER)])
def test_who_reads_nothing_of_its_group_is_told_no_answer(ready: Play, step: str, who: str) -> None:
    assert answers(ready, step, who) == {}


def test_a_step_that_nobody_has_done_has_no_answer(ready: Play) -> None:
    assert answers(ready, "arrival_wellbeing_check", MANAGER) == {}


@pytest.mark.parametrize("part", get_args(CasePart))
def test_only_the_parts_that_are_asked_for_are_given(packs: Packs, part: CasePart) -> None:
    with begun(settled, packs) as play:
        reader = play.asking()
        whole, found = (play.engine.case(play.case, as_=reader, **how) for how in ({}, {"parts": (part,)}))

    others = [one for one in get_args(CasePart) if one != part]
    assert getattr(found, part) == getattr(whole, part)
    assert [getattr(found, one) for one in others] == [()] * len(others)
    assert (found.number, found.facts, found.travel, found.roles) == (
        whole.number,
        whole.facts,
        whole.travel,
        whole.roles,
    )


def test_a_telephone_asks_for_a_tenth(packs: Packs) -> None:
    with begun(settled, packs) as play:
        reader = play.asking()
        whole, found = (play.engine.case(play.case, as_=reader, **how) for how in ({}, {"parts": ("entries",)}))

    assert len(orjson.dumps(to_json(found))) * 10 < len(orjson.dumps(to_json(whole)))


def test_a_part_that_there_is_not_is_told(ready: Play) -> None:
    with pytest.raises(BadInput, match="There is no part of a case like that"):
        ready.engine.case(ready.case, as_=ready.asking(), parts=("money",))  # type: ignore[arg-type]
