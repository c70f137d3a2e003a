"""A running reflection period is corrected away by one alone (the same who may not redo it), and she flies inside it."""

from __future__ import annotations

from typing import Any

from tests.attacks.acts import corrected, redo
from tests.attacks.play import MANAGER, Play, begun, complete

ADULT = {"age_status": "adult", "languages": ["en"]}


def in_reflection(p: Play) -> Any:
    p.ready("prepare")  # granted on 2 March: it protects until 16 April
    p.wait(days=2)
    assert p.told("INV-10"), "the period runs"
    assert not p.tried(MANAGER, redo("reflection_period")).done, "and nobody may begin it anew or end it"
    return [e.seq for e in p.history() if e.type == "step_completed" and e.data.get("step") == "reflection_period"][-1]


def test_one_alone_does_not_correct_a_running_reflection_period_away() -> None:
    with begun(facts=ADULT) as p:
        seq = in_reflection(p)
        p.tried(MANAGER, corrected(seq))
        p.wait(minutes=1)
        assert p.step("reflection_period").state == "done", "one alone took it back; no second signed"


def test_nobody_flies_inside_a_period_that_one_alone_corrected_away() -> None:
    with begun(facts=ADULT) as p:
        seq = in_reflection(p)
        if p.tried(MANAGER, corrected(seq)).done:
            p.tried(MANAGER, complete("reflection_period", result="not_granted"))
        p.prepare(at_most=300)
        assert p.takes_off.date().isoformat() >= "2026-04-16", f"permitted: {p.why().done}, takes off {p.takes_off}"


def test_honest_a_period_that_was_granted_to_somebody_else_is_corrected_once_a_second_has_signed() -> None:
    with begun(facts=ADULT) as p:
        seq = in_reflection(p)
        p.given(MANAGER, corrected(seq))
        assert p.step("reflection_period").state == "done"
        p.given("programme_manager", {"do": "sign", "seq": seq})
        assert p.step("reflection_period").state != "done"


def test_honest_who_waits_for_its_end_flies() -> None:
    with begun(facts=ADULT) as p:
        in_reflection(p)
        assert p.prepare(at_most=300)
        assert p.takes_off.date().isoformat() >= "2026-04-16"
