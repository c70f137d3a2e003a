"""Of a child or a person who has died nothing is asked any more."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest

from tests.attacks.acts import happens, in_follow_up
from tests.attacks.play import RECEIVER, begun


@pytest.fixture
def begin() -> Any:
    with ExitStack() as opened:
        yield lambda way, **how: opened.enter_context(begun(way, **how))


CHILDS = {
    "do": "enter",
    "register": "appointment",
    "care": "check",
    "where": "ng_fnph_uselu",
    "of": "child-1",
    "status": "agreed",
    "set_for": "2026-07-01T10:00:00+01:00",
}


def test_of_a_child_who_has_died_no_appointment_is_asked(begin: Any) -> None:
    case = begin(in_follow_up)
    case.wait(days=5)
    for of in ({}, {"of": "child-1"}):
        if of:
            case.involved("child")
        case.given(RECEIVER, {"do": "consent", "purpose": "health_processing_local", "language": "en", **of})
    case.given(RECEIVER, CHILDS, happens("death_of_another", of="child-1"))
    asked = [row.title for row in case.engine.due(as_=case.actor(RECEIVER)) if row.of == "appointment-1"]
    assert asked == []  # 'does the person know the way?', 'Was the person at the appointment?'


def test_of_the_dead_nobody_asks_for_medicine_visits_or_their_signature(begin: Any) -> None:
    case = begin(in_follow_up)
    case.wait(days=5)
    case.given(
        RECEIVER,
        {"do": "consent", "purpose": "health_processing_local", "language": "en"},
        {"do": "enter", "register": "medicine", "called": "(invented) pills", "last_day": "2026-06-10"},
    )
    case.engine.put_actor(case.actor(RECEIVER))
    case.given(RECEIVER, happens("death"))
    case.wait(days=20)
    today = case.engine.today(as_=case.actor(RECEIVER))
    asked = {row.step for part in ("overdue", "today", "waiting", "soon", "offers") for row in getattr(today, part)}
    assert not asked & {
        "entry:medicine",
        "monitoring_visit",
        "reintegration_plan_review",
        "health_psychosocial_followup",
        "ng_esma_desk",
    }
