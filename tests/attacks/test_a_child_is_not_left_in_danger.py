"""Somebody hurts her child there, and the risk is assessed as high. She (or who presses her) wants no more calls, and the same hour the case is closed as her wish: nobody looks after the child any more.

Domain: return-process.md section 3, `consent_withdrawn_after`: "Stop contacts and sharing for the withdrawn purposes ... emergency duties remain"; `re_trafficking`: "police with consent (child or life risk: duty)". The engine's own
sentence (core/facts.yaml, danger_was_talked_about): "a child is not left in one because somebody wishes it".
"""

from __future__ import annotations

from typing import Any

from tests.attacks.acts import NO_MORE_CONTACT, YES, found_there, happens, open_alarms, records
from tests.attacks.companions import along_and_settled
from tests.attacks.play import MANAGER, RECEIVER, Play, begun, complete

VISITS: Any = {**YES, "purpose": "monitoring", "version": "v1", "given_by": "person"}
WISH = complete("closure_review", result="on_persons_request", manages="yes", agrees="yes")


def wants_no_more_contact(p: Play) -> None:
    p.given(RECEIVER, {"do": "withdraw", "purpose": "monitoring"})
    p.given(RECEIVER, records(person_asks_to_close=True), WISH)


def ten_days_there(p: Play) -> None:
    p.given(MANAGER, VISITS)
    p.wait(days=10)


def test_no_child_is_left_in_danger_because_its_mother_wants_no_more_calls() -> None:
    with begun(along_and_settled) as p:
        ten_days_there(p)
        p.given(RECEIVER, happens("child_in_danger", of="child-1"))
        p.wait(hours=1)
        p.given(RECEIVER, found_there("high"))
        wants_no_more_contact(p)
        assert "child_in_danger" in open_alarms(p)
        assert not p.tried(RECEIVER, NO_MORE_CONTACT).done, "the child is in danger, and the case is closed"


def test_honest_of_her_own_danger_she_is_believed() -> None:
    with begun(along_and_settled) as p:
        ten_days_there(p)
        p.given(RECEIVER, happens("risk_high"))
        p.wait(hours=1)
        p.given(RECEIVER, found_there("high"))
        wants_no_more_contact(p)
        assert p.tried(RECEIVER, NO_MORE_CONTACT).done
