"""A version of the plan is signed by the person, on a paper that somebody has seen. Who cannot write, and who is far away, is not made to lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from wayhome.packs.plugins import Packs

from tests.attacks.acts import in_follow_up
from tests.attacks.play import RECEIVER, Command, Play, begun, complete, stops_at

SENDER = "case_manager_sending"
PLAN, REVIEW = "reintegration_plan", "reintegration_plan_review"
PAPER: dict[str, Any] = {"paper_where": "(invented) in folder 9", "paper_seen_by": "ng_bakhita"}
HERS: dict[str, Any] = {"by": "person", "heard_by": "visit"}
AGAIN: Command = {"do": "redo", "step": REVIEW, "reason": "(invented) another version"}


@pytest.fixture
def planned(packs: Packs) -> Iterator[Play]:
    """Before the departure: nothing of the plan is signed yet."""
    with begun(packs=packs) as play:
        play.prepare("depart", instead=stops_at(PLAN))
        yield play


@pytest.fixture
def home(packs: Packs) -> Iterator[Play]:
    """After the return: the plan is looked at anew."""
    with begun(in_follow_up, packs) as play:
        play.given(RECEIVER, AGAIN)
        yield play


def both(planned: Play, home: Play) -> tuple[tuple[Play, str, str], tuple[Play, str, str]]:
    return (planned, SENDER, PLAN), (home, RECEIVER, REVIEW)


@pytest.mark.parametrize("by", [{}, HERS])
@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({}, {("result", "missing")}),
        ({"result": "signed"}, {("paper_where", "missing"), ("paper_seen_by", "missing")}),
        ({"result": "signed", "paper_where": "(invented) in folder 9"}, {("paper_seen_by", "missing")}),
        ({"result": "signed", "paper_seen_by": "ng_bakhita"}, {("paper_where", "missing")}),
        ({"result": "signed", **PAPER, "paper_seen_by": "person"}, {("paper_seen_by", "contradiction")}),
        ({"result": "marked", **PAPER}, {("witness", "missing")}),
        ({"result": "marked", **PAPER, "witness": "person"}, {("witness", "contradiction")}),
    ],
)
def test_a_version_without_a_paper_that_was_seen_is_not_signed(
    planned: Play, home: Play, by: dict[str, Any], said: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    for play, who, step in both(planned, home):
        assert play.faults(who, complete(step, **said, **by)) == faults


def test_what_is_missing_is_said_with_what_to_do(planned: Play) -> None:
    form = planned.engine.form(planned.case, complete(PLAN), as_=planned.actor(SENDER))
    asked = {slot.name: slot for slot in form.slots}

    assert [*asked["result"].values] == ["signed", "marked", "by_telephone"]
    assert asked["paper_seen_by"].when == {"result": ("signed", "marked")}
    assert asked["witness"].when == {"result": ("marked",)}


@pytest.mark.parametrize(
    "said", [{"result": "signed", **PAPER}, {"result": "marked", **PAPER, "witness": "ng_bakhita"}]
)
def test_honest_a_paper_that_was_seen_is_a_signature_also_of_who_cannot_write(
    planned: Play, home: Play, said: dict[str, Any]
) -> None:
    for play, who, step in both(planned, home):
        play.given(who, complete(step, **said, **HERS))
        assert play.step(step).state == "done"
    assert ("STEP", PLAN) not in planned.why().reasons


def test_by_telephone_is_no_paper_and_nobody_departs_on_it(planned: Play) -> None:
    planned.given(SENDER, complete(PLAN, result="by_telephone", by="person", heard_by="phone"))

    view = planned.engine.case(planned.case, as_=planned.actor(SENDER))
    assert view.labels["results"][f"{PLAN}.by_telephone"]["title"] == "By telephone: no paper"
    assert ("STEP", PLAN) in planned.why().reasons
    planned.given(SENDER, {"do": "redo", "step": PLAN}, complete(PLAN, result="signed", **PAPER, **HERS))
    assert ("STEP", PLAN) not in planned.why().reasons


def test_honest_help_after_the_return_waits_for_no_paper(home: Play) -> None:
    home.given(RECEIVER, complete(REVIEW, result="by_telephone", by="person", heard_by="phone"))

    assert home.step(REVIEW).result == "by_telephone"
    assert home.step("reintegration_assistance").state == "available"
