"""An answer that decides nothing is a question to a person for nothing: each changes something in a case where it is given, or is kept for people.

The same case goes on from one answer, and from another in its place; then `why depart`, each way to close, what is next and due, alarms,
steps and trust are compared: now, and forty days later. (findings/safety.md: "declared, asked, stored, and judged by nobody")
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing.copies import Memory

from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import MANAGER, START, complete, ready_to_depart, usual_packs
from tests.packs.answers_for_people import BY_ACCESS, BY_READING, FOR_PEOPLE, MOST, OF_PACKS
from tests.packs.answers_given import Given, show, show_all
from tests.packs.changed_answers import CORE, Judge, declared
from tests.prepared import KEY

HOST, ORIGIN = "BE", "NG"
A_SENTENCE = re.compile(r"[A-Z].*\.")


def a_judge(packs: Packs) -> Judge:
    return Judge(Memory(StoryClock(START), packs, KEY), packs.process(HOST, ORIGIN))


@cache
def judged() -> Judge:
    """Try every answer once, in all cases where one is given."""
    judge = a_judge(usual_packs())
    show_all(judge)
    return judge


def decide_nothing(packs: Packs, judge: Judge, pack: str) -> set[str]:
    """Name the answers that a pack asks for, and that change nothing."""
    asked = {name for name, whose in declared(packs, HOST, ORIGIN).items() if whose == pack}
    return asked - judge.decides.keys() - BY_READING.keys() - BY_ACCESS


def test_every_answer_of_the_core_decides_something_or_is_kept_for_people() -> None:
    assert decide_nothing(usual_packs(), judged(), CORE) == FOR_PEOPLE.keys()


@pytest.mark.parametrize("pack", ["belgium", "nigeria"])
def test_every_answer_of_a_pack_decides_something_or_is_kept_for_people(pack: str) -> None:
    assert decide_nothing(usual_packs(), judged(), pack) == OF_PACKS[pack].keys()


def test_what_decides_nothing_was_tried_with_each_of_its_answers() -> None:
    """An answer that nobody could give would look as if it decided nothing."""
    tried = judged().tried
    assert [name for name in _listed() if len(tried.get(name, ())) < 2] == []


def test_each_is_kept_for_somebody_and_they_are_few() -> None:
    assert len(FOR_PEOPLE) <= MOST
    assert [name for name, why in _listed().items() if not A_SENTENCE.fullmatch(why)] == []


def test_what_is_judged_by_reading_says_what_it_is_listed_for() -> None:
    steps = usual_packs().process(HOST, ORIGIN).steps
    for name, key in BY_READING.items():
        step, _, field = name.partition(".")
        assert field == "result"
        assert any(getattr(result, key) for result in steps[step].results.values()), name


def _listed() -> Mapping[str, str]:
    of_packs = {name: why for listed in OF_PACKS.values() for name, why in listed.items()}
    return {**FOR_PEOPLE, **of_packs}


# --- what it would find -----------------------------------------------------------------------------------

IDLE = """
- id: ng_invented
  title: An invented question
  phase: pre_departure
  kind: offered
  who: case_manager_sending
  results:
    well: {title: Well}
    badly: {title: Badly, opens: risk_high}
  fields:
    colour: {type: code, group: plan, title: An invented colour, values: [red, blue]}
  evidence: Invented words.
  otherwise: Invented words.
  source: S1
"""


def test_a_question_that_a_pack_asks_for_nothing_would_be_found(tmp_path: Path) -> None:
    packs = packs_of(like_nigeria(tmp_path / "pack", more={"steps.yaml": IDLE}))
    judge = a_judge(packs)
    asked = complete("ng_invented", result="well", colour="red")
    show(judge, Given("an invented question", ready_to_depart, MANAGER, asked), packs)

    assert "ng_invented.result" in judge.decides
    assert judge.tried["ng_invented.colour"] == {"red", "blue", "None"}
    found = decide_nothing(packs, judge, "nigeria")
    assert "ng_invented.colour" in found
    assert "ng_invented.result" not in found


def test_an_answer_that_is_not_on_the_list_would_be_found() -> None:
    found = decide_nothing(usual_packs(), judged(), CORE)

    assert found - (FOR_PEOPLE.keys() - {"withdraw.channel"}) == {"withdraw.channel"}


def test_an_answer_that_came_to_decide_would_be_found() -> None:
    judge = replace(judged(), decides={**judged().decides, "withdraw.channel": "invented"})

    assert FOR_PEOPLE.keys() - decide_nothing(usual_packs(), judge, CORE) == {"withdraw.channel"}
