"""An invented person answers each question of the core as it was decided, and never by default: else a safeguard forbids every case."""

from __future__ import annotations

import pytest
from wayhome.case_now import CaseNow
from wayhome.forms import open_slots
from wayhome.testing import WHOLE, OpenSlot, Ready, answered, scripted_answers


def a_question(ready: Ready, fact: str) -> OpenSlot:
    case, do = CaseNow(ready.process, ready.case, ready.at), {"do": "record", "facts": [fact]}
    (slot,) = [one for one in open_slots(case, do) if one.name == fact]
    return OpenSlot(case, do, slot)


def test_of_each_question_of_yes_or_no_of_the_core_it_is_said_what_is_usual(ready: Ready) -> None:
    asked = {
        fact.id
        for fact in ready.process.facts.values()
        if fact.pack == "core" and fact.type == "bool" and not (fact.derived or fact.only_by_steps)
    }

    assert asked - {*WHOLE} == scripted_answers.USUALLY_NOT, (
        "say it in wayhome/testing/scripted_answers.py, in WHOLE or USUALLY_NOT"
    )


def test_who_adds_a_fact_is_told_where_to_say_what_is_usual(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = a_question(ready, "pregnant")
    assert answered.answer(asked) is False
    monkeypatch.setattr(scripted_answers, "USUALLY_NOT", scripted_answers.USUALLY_NOT - {"pregnant"})

    with pytest.raises(
        LookupError, match=r"'pregnant': say it in wayhome/testing/scripted_answers\.py, in WHOLE, or in USUALLY_NOT"
    ):
        answered.answer(asked)
