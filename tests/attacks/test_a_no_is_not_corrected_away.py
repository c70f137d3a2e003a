"""'No', she said when she was asked whether she wants to explore return: one alone corrects that away, types 'wants', and she flies."""

from __future__ import annotations

from typing import Any

from tests.attacks.acts import corrected, redo
from tests.attacks.play import MANAGER, Play, begun, complete, evidence_is_fresh

INTENTION = "return_intention"


def she_says_no(p: Play) -> Any:
    p.given(MANAGER, redo(INTENTION), complete(INTENTION, result="no"))
    assert p.told("INV-02") == [
        (p.told("INV-02")[0][0], "nobody asks now: the person has said no, and that is not over")
    ]
    p.wait(minutes=1)
    return [e.seq for e in p.history() if e.data.get("step") == INTENTION][-1]


def test_a_no_at_the_question_is_not_corrected_away_by_one_alone() -> None:
    with begun(evidence_is_fresh) as p:
        seq = she_says_no(p)
        if p.tried(MANAGER, corrected(seq)).done:
            p.wait(minutes=1)
            if p.tried(MANAGER, complete(INTENTION, result="wants")).done:
                p.prepare(waiting=False, at_most=30)
        assert not p.boards().done, "nobody has talked with her again, and she has said nothing since"


def test_honest_after_a_talk_about_all_options_she_may_say_that_she_wants_to() -> None:
    with begun(evidence_is_fresh) as p:
        she_says_no(p)
        p.given(MANAGER, complete("options_counselling"))
        p.wait(minutes=1)
        p.given(MANAGER, redo(INTENTION), complete(INTENTION, result="wants"))
        p.ready(waiting=False, at_most=30)
        assert p.boards().done


def test_honest_a_wants_that_was_typed_by_mistake_is_corrected_by_anybody() -> None:
    with begun(evidence_is_fresh) as p:
        seq = [e.seq for e in p.history() if e.data.get("step") == INTENTION][-1]
        assert p.tried(MANAGER, corrected(seq)).done
        assert not p.boards().done
