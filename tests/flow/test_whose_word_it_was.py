"""Whose word it was, and how it was heard, stays with what they said, whatever the command: it was typed, and forgotten by five of them."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome import Engine
from wayhome.commands import read_command
from wayhome.model.event import HistoryRow

from tests.conftest import ANNA, a_case

SAID: list[dict[str, Any]] = [
    {"do": "start", "step": "safe_first_contact"},
    {"do": "fail", "step": "safe_first_contact", "reason": "an invented reason"},
    {"do": "skip", "step": "baseline_survey", "reason": "an invented reason"},
    {"do": "redo", "step": "register_referral", "reason": "an invented reason"},
    {"do": "incident", "type": "complaint", "note": "an invented note"},
]


def told(engine: Engine, case: str, command: dict[str, Any]) -> HistoryRow:
    engine.do(read_command(command, case=case), as_=ANNA)
    return engine.history(case, as_=ANNA)[-1]


@pytest.fixture
def case(engine: Engine) -> str:
    number = a_case(engine, age_status="adult")
    told(engine, number, {"do": "complete", "step": "register_referral"})
    told(
        engine, number, {"do": "assign", "role": "case_owner", "organisation": "invented_house", "case_worker": "anna"}
    )
    return number


@pytest.mark.parametrize("said", SAID, ids=lambda one: one["do"])
def test_whose_word_it_was_stays_with_what_they_said(engine: Engine, case: str, said: dict[str, Any]) -> None:
    ref = told(engine, case, {"do": "involve", "by": "person", "relation": "sibling"}).data["ref"]

    row = told(engine, case, {**said, "by": ref, "heard_by": "letter"})

    assert (row.data["by"], row.data["heard_by"]) == (ref, "letter")


@pytest.mark.parametrize("said", SAID, ids=lambda one: one["do"])
def test_nobody_s_word_is_filled_in(engine: Engine, case: str, said: dict[str, Any]) -> None:
    assert "by" not in told(engine, case, said).data


def test_what_happens_again_is_said_by_whoever_said_it_again(engine: Engine, case: str) -> None:
    ref = told(engine, case, {"do": "involve", "by": "person", "relation": "sibling"}).data["ref"]
    told(engine, case, {"do": "incident", "type": "complaint"})

    row = told(engine, case, {"do": "incident", "type": "complaint", "by": ref, "heard_by": "phone"})

    assert (row.type, row.data["by"]) == ("incident_repeated", ref)
