"""A rule of a pack is asked of what it names, whichever command brings it about, and as it was then. (issue 5)"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.made_packs import like_nigeria, no, packs_of, yes
from tests.attacks.play import LEADER, MANAGER, TRAVEL, Command, Play, evidence_is_fresh, opened

RULE = '\n- {id: NG-99, title: An invented rule, on: ["%s"], check: objects, revision: 1, source: OC}\n'


def with_a_rule(folder: Path, moment: str, check: Any) -> Play:
    return opened(packs_of(like_nigeria(folder / "pack", more={"rules.yaml": RULE % moment}, check=check)))


def test_a_check_of_a_late_departure_is_shown_what_was_known_then(tmp_path: Path) -> None:
    shown: list[set[str]] = []

    def check(rule: str, case: Any, command: Any, at: Any) -> Any:
        shown.append(set(case.facts))
        return yes()

    case = with_a_rule(tmp_path, "depart", check)
    boarded = case.now + timedelta(hours=1)
    case.wait(hours=3)
    case.given(MANAGER, {"do": "record", "facts": {"has_passport": True}})
    shown.clear()

    case.boards(at=boarded.isoformat())

    assert shown
    assert not any("has_passport" in facts for facts in shown)


DONE_BY: dict[str, tuple[str, Command]] = {
    "return_consent": (MANAGER, {"do": "consent", "purpose": "return", "form": "written", "language": "en"}),
    "travel_plan": (TRAVEL, {"do": "travel", "status": "booked", "legs": [
        {"from": "BRU", "to": "LOS", "carrier": "SN", "departs_at": "2026-05-02T10:00+02:00", "arrives_at": "2026-05-02T17:00+01:00"}]}),
    "assign_case_manager": (LEADER, {"do": "assign", "role": "case_owner", "organisation": "invented_organisation", "case_worker": "invented_worker"}),
    "case_closure": (MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return"}),
    "ng_etc_request": (TRAVEL, {"do": "document", "kind": "ng_etc", "status": "requested"}),
}  # fmt: skip


@pytest.mark.parametrize("step", DONE_BY)
def test_a_rule_on_completing_a_step_is_asked_of_the_command_that_completes_it(tmp_path: Path, step: str) -> None:
    case = with_a_rule(tmp_path, f"complete:{step}", lambda *_: no())
    who, act = DONE_BY[step]

    assert "NG-99" in case.tried(who, act).rules


def test_a_no_of_the_person_completes_no_step(tmp_path: Path) -> None:
    case = with_a_rule(tmp_path, "complete:return_consent", lambda *_: no())

    assert case.tried(MANAGER, {"do": "consent", "purpose": "return", "answer": "refused"}).done


def test_a_clearance_is_judged_for_the_day_of_the_journey_by_the_packs_too(tmp_path: Path) -> None:
    asked_for: list[Any] = []

    def check(rule: str, case: Any, command: Any, at: Any) -> Any:
        asked_for.append(at)
        return yes()

    case = with_a_rule(tmp_path, "clearance", check)
    evidence_is_fresh(case)
    asked_for.clear()

    case.why({"do": "complete", "step": "departure_clearance"})

    assert case.now < case.takes_off
    assert set(asked_for) == {case.takes_off}


def test_a_rule_on_recording_a_fact_is_asked_of_the_facts_that_a_case_is_opened_with(tmp_path: Path) -> None:
    case = with_a_rule(tmp_path, "record:pregnant", lambda *_: no())
    opening = {"do": "open", "host_country": "BE", "origin_country": "NG"}

    assert "NG-99" in case.tried(MANAGER, opening | {"facts": {"pregnant": True}}).rules
    assert case.tried(MANAGER, opening | {"facts": {"age_status": "adult"}}).done
