"""Six weeks are the rule of NAPTIP's closed shelters (S91); an open shelter of an NGO has its own. All people are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from wayhome.case_now import CaseNow
from wayhome.flow.due import dues
from wayhome.model.case import Case, MoveRecord, StepRecord
from wayhome.testing import Ready


def in_a_shelter(ready: Ready, chosen: str) -> tuple[Case, datetime]:
    """A case of somebody who has landed, and lives in a shelter of this kind since then."""
    since = ready.at + timedelta(days=1)
    steps = {
        **ready.case.steps,
        "ng_receiver_choice": StepRecord("done", ready.at, 2, result=chosen),
        "ng_transit_shelter": StepRecord("done", since, 3, started_at=since),
    }
    moves = {"departed": MoveRecord(ready.at, 4), "arrived": MoveRecord(since, 5)}
    made = {**ready.case.moves, **moves}
    return replace(ready.case, phase="arrival", steps=steps, moves=made, touched_at=since), since


@pytest.mark.parametrize(
    ("chosen", "leaves_within"), [("closed_shelter", 42), ("open_shelter", None), ("no_shelter", None)]
)
def test_only_who_is_in_a_closed_shelter_must_be_out_within_six_weeks(
    ready: Ready, chosen: str, leaves_within: int | None
) -> None:
    case, since = in_a_shelter(ready, chosen)
    due = {item.step: item.due_at.date() for item in dues(ready.process, case)}
    last = (since + timedelta(days=leaves_within)).date() if leaves_within else None
    planned = (since + timedelta(days=41)).date() if leaves_within else None
    assert (due.get("ng_shelter_exit_plan"), leaves_within and _ends(ready, case)) == (planned, last)


def _ends(ready: Ready, case: Case) -> object:
    step = ready.process.steps["ng_transit_shelter"]
    ends = CaseNow(ready.process, case, ready.at).ended(step, case.steps["ng_transit_shelter"])
    return ends and ends.date()


def test_a_stay_in_an_open_shelter_ends_when_the_person_goes(ready: Ready) -> None:
    case, _ = in_a_shelter(ready, "open_shelter")
    assert _ends(ready, case) is None
