"""What is due, and what can be done, tells nobody by a title what the case does not tell them. (access.md, section 6)"""

from __future__ import annotations

import pytest
from wayhome import Actor

from tests.attacks.acts import in_follow_up
from tests.attacks.play import DOCTOR, LEADER, MANAGER, TRAVEL, Enough, Play, begun

HOUSE = "ng_bakhita"  # leads the case by then
LAWYER, KEEPER = "legal_counsellor", "data_protection_officer"
OF_HEALTH = {"wellbeing_check", "health_psychosocial_followup"}


def with_health_followup(needed: bool) -> Play:
    def way(play: Play) -> None:
        in_follow_up(play)
        play.given(DOCTOR, {"do": "record", "facts": {"needs_health_followup": needed}})

    return begun(way)  # type: ignore[return-value]


def titles_of_due(play: Play, who: Actor) -> list[tuple[str, str, str]]:
    return [(row.step, row.round, row.title) for row in play.engine.due(as_=who)]


@pytest.mark.parametrize("role", [LEADER, LAWYER, KEEPER])
def test_what_is_due_says_nothing_to_who_is_told_nothing_of_health(role: str) -> None:
    who, said = Actor("x", HOUSE, {role}), list[object]()
    for needed in (True, False):
        with with_health_followup(needed) as play:
            assert not OF_HEALTH & {step.id for step in play.engine.case(play.case, as_=who).steps}
            assert not OF_HEALTH & {step for step, _, _ in titles_of_due(play, who)}
            said.append(titles_of_due(play, who))

    assert said[0] == said[1]


def test_who_is_to_do_it_is_told_as_before() -> None:
    with with_health_followup(True) as play:
        for role, step in (("counsellor", "wellbeing_check"), ("medical_officer", "health_psychosocial_followup")):
            assert step in {step for step, _, _ in titles_of_due(play, Actor("x", HOUSE, {role}))}


def test_who_leads_the_programme_is_asked_no_question_of_health_by_what_can_be_done() -> None:
    with begun(in_follow_up) as play:
        rows = {
            role: [row.do for row in play.engine.next(play.case, as_=Actor("x", HOUSE, {role})) if "facts" in row.do]
            for role in (LEADER, DOCTOR)
        }

        assert [do for do in rows[LEADER] if "psychiatric_condition" in do["facts"]] == []
        assert [do for do in rows[DOCTOR] if "psychiatric_condition" in do["facts"]] != []


@pytest.mark.parametrize("role", [LEADER, LAWYER, KEEPER])
def test_no_title_of_a_pack_says_that_there_is_a_psychiatric_condition(role: str) -> None:
    with begun(in_follow_up) as play:
        play.given(DOCTOR, {"do": "record", "facts": {"psychiatric_condition": True, "continuing_medication": False}})
        steps = play.engine.case(play.case, as_=Actor("x", HOUSE, {role})).steps

        assert [step.id for step in steps if "psychiatric" in step.id] == []


def test_no_result_of_a_pack_says_to_who_books_that_there_was_an_oath() -> None:
    def instead(play: Play, do: dict[str, object]) -> bool:
        if do["do"] == "complete" and do.get("step") == "ng_oath_debt_screening":
            play.given(MANAGER, {**do, "result": "oath_and_debt"})
            raise Enough
        return False

    with begun() as play:
        play.prepare(instead=instead)
        who = Actor("x", "invented_organisation", {TRAVEL})

        assert [step.result for step in play.engine.case(play.case, as_=who).steps if "oath" in step.id] == []
        assert [row.seq for row in play.engine.history(play.case, as_=who) if "oath" in str(row.data)] == []
