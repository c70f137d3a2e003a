"""A country's pack that opens, closes, repeats or asks where it may only forbid. (a hostile review of issue 5)"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.made_packs import STEP, faults_of, written

NEVER = "- {id: tg_never, title: It never is, type: bool, unrecorded: false, source: S1}\n"
RESULT = f"- {{id: tg_step, {STEP}, results: {{ok: {{opens: %s}}}}}}\n"
INCIDENT = "- {id: tg_incident, title: An invented incident, effect: none, actions: None., source: S1, %s}\n"


def said_of(folder: Path, **files: str) -> str:
    return faults_of(written(folder / "togo", {f"{name}.yaml": text for name, text in files.items()}))


# --- what a core incident brings with it, brought about by a pack ------------------------------------------------------


def test_no_step_of_a_pack_makes_a_child_an_adult_by_what_it_opens(tmp_path: Path) -> None:
    said = said_of(tmp_path, steps=RESULT % "turned_18")

    assert "steps.yaml:1:" in said
    assert "C017 a pack may not set 'age_status' to 'adult'" in said


def test_a_step_of_a_pack_opens_what_sets_nothing(tmp_path: Path) -> None:
    assert said_of(tmp_path, steps=RESULT % "risk_high") == ""


# --- ends that the core shuts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["deceased", "reintegration_sustained", "not_a_victim", "lost_contact"])
def test_no_incident_of_a_pack_opens_an_end_that_needs_something(tmp_path: Path, outcome: str) -> None:
    said = said_of(tmp_path, incidents=INCIDENT % f"closes_as: [withdrew_return, {outcome}]")

    assert "incidents.yaml:1:" in said
    assert f"C011 'closes_as' would relax the end '{outcome}'" in said
    assert "withdrew_return" not in said


# --- rounds that nobody asked for --------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["pre_departure_briefing", "identification_decision", "options_counselling"])
def test_no_pack_cuts_a_step_into_rounds_of_which_none_is_asked(tmp_path: Path, step: str) -> None:
    rounds = f"- {{tighten: {step}, source: S1, rounds: {{r: {{days: 1, after: departed, when: tg_never}}}}}}\n"

    said = said_of(tmp_path, facts=NEVER, steps=rounds)

    assert f"C011 'rounds' would relax the step '{step}'" in said
