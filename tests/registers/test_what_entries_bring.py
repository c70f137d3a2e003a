"""What an entry brings with it: a step that is done by it, an alarm that its state opens, and what is asked because of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wayhome.packs.plugins import Packs

from tests.attacks.made_packs import like_nigeria, packs_of, yes
from tests.attacks.play import Play, begun, complete, settled, stops_at
from tests.whole_answers import SIGNED

RECEIVER, SENDER = "case_manager_receiving", "case_manager_sending"
REGISTER = """
- id: ng_loan
  title: Loans (invented)
  one: A loan
  screen: money
  group: plan
  who: [case_manager_receiving]
  called_by: [lender]
  fields:
    lender: {title: Who lent it (invented), type: code, values: [family, union, stranger], required: true}
  states:
    asked: {title: asked for}
    running: {title: running, from: asked}
    taken_back: {title: taken back by force, from: running, opens: violence, ends: true}
    paid: {title: paid back, from: running, ends: true}
  source: S1
"""
A_STEP = "phase: follow_up, kind: offered, who: case_manager_receiving, evidence: Invented words., otherwise: Invented words., source: S1"
STEPS = f"""
- {{id: ng_a_loan, title: A loan (invented), done_by: {{enter: ng_loan}}, after: arrived, {A_STEP}}}
- {{id: ng_paid_back, title: It is paid back (invented), done_by: {{update: ng_loan, status: paid}}, after: arrived, {A_STEP}}}
- {{id: ng_first_things, title: After another (invented), done_by: {{enter: ng_loan}}, after: [arrived, sustainability_survey], {A_STEP}}}
- {{id: ng_two_lenders, title: Look at the debts (invented), when: {{entries: {{ng_loan: {{in: [asked, running], at_least: 2, lender: [stranger]}}}}}}, after: arrived, {A_STEP}}}
"""


@pytest.fixture
def lent(tmp_path: Path) -> Iterator[Play]:
    packs = packs_of(like_nigeria(tmp_path / "pack", more={"registers.yaml": REGISTER, "steps.yaml": STEPS}))
    with begun(settled, packs) as play:
        yield play


def loan(**said: Any) -> dict[str, Any]:
    return {"do": "enter", "register": "ng_loan", "lender": "family", **said}


def alarms(play: Play) -> set[str]:
    return {one.type for one in play._recorded.open_incidents}


def test_a_step_is_done_by_an_entry_and_another_by_what_became_of_it(lent: Play) -> None:
    assert {lent.step(one).state for one in ("ng_a_loan", "ng_paid_back")} == {"available"}

    lent.given(RECEIVER, loan())
    assert (lent.step("ng_a_loan").state, lent.step("ng_paid_back").state) == ("done", "available")

    lent.given(RECEIVER, {"do": "update", "ref": "ng_loan-1", "status": "paid"})
    assert lent.step("ng_paid_back").state == "done"


def test_an_entry_that_begins_where_an_update_would_bring_it_does_both(lent: Play) -> None:
    lent.given(RECEIVER, loan(status="paid"))

    assert {lent.step(one).state for one in ("ng_a_loan", "ng_paid_back")} == {"done"}


def test_what_happened_is_told_also_where_its_step_waits_for_another(lent: Play) -> None:
    lent.given(RECEIVER, loan())

    assert lent.step("ng_first_things").state == "waiting"


def corrects(play: Play, ref: str, number: int = 0) -> None:
    """Somebody takes back what was entered of a loan: the first thing that was said of it, or a later one."""
    said = [one.seq for one in play.history(RECEIVER) if one.data.get("ref") == ref]
    play.given(RECEIVER, {"do": "correct", "seq": said[number], "why": "(invented) another person"})


def test_a_step_that_an_entry_has_done_is_open_again_when_that_was_an_error(lent: Play) -> None:
    lent.given(RECEIVER, loan(), {"do": "update", "ref": "ng_loan-1", "status": "paid"})

    corrects(lent, "ng_loan-1", 1)
    assert [lent.step(one).state for one in ("ng_a_loan", "ng_paid_back")] == ["done", "available"]
    corrects(lent, "ng_loan-1")
    assert [lent.step(one).state for one in ("ng_a_loan", "ng_paid_back")] == ["available", "available"]


def test_with_the_entry_all_is_taken_back_that_was_said_of_it_later(lent: Play) -> None:
    lent.given(RECEIVER, loan(), {"do": "update", "ref": "ng_loan-1", "status": "paid"})

    corrects(lent, "ng_loan-1")
    assert [lent.step(one).state for one in ("ng_a_loan", "ng_paid_back")] == ["available", "available"]


def test_honest_a_step_stays_done_while_another_entry_does_it(lent: Play) -> None:
    lent.given(RECEIVER, loan(), loan(status="paid"))

    corrects(lent, "ng_loan-1")
    assert [lent.step(one).state for one in ("ng_a_loan", "ng_paid_back")] == ["done", "done"]


def test_the_todo_of_such_a_step_is_the_entry(lent: Play) -> None:
    rows = lent.engine.next(lent.case, as_=lent.actor(RECEIVER))

    assert {"do": "enter", "register": "ng_loan"} in [{**row.do} for row in rows]
    assert {"do": "enter", "register": "ng_loan", "status": "paid"} in [{**row.do} for row in rows]


@pytest.mark.parametrize("begins_so", [True, False])
def test_a_state_opens_its_alarm_whatever_came_before(lent: Play, begins_so: bool) -> None:
    if begins_so:
        lent.given(RECEIVER, loan(status="taken_back"))
    else:
        lent.given(RECEIVER, loan(), {"do": "update", "ref": "ng_loan-1", "status": "taken_back"})

    assert alarms(lent) == {"violence"}


def test_an_entry_that_was_an_error_takes_back_nothing_that_it_opened(lent: Play) -> None:
    """issue 37: `correct` on an `enter` takes it out of counts and sums, never what it opened."""
    lent.given(RECEIVER, loan(status="taken_back"))
    entered = next(
        one.seq for one in lent.engine.history(lent.case, as_=lent.actor(RECEIVER)) if one.type == "entry_made"
    )
    lent.given(RECEIVER, {"do": "correct", "seq": entered, "why": "(invented) of somebody else"})

    assert alarms(lent) == {"violence"}


def test_a_condition_counts_the_entries_that_stand_so_and_of_which_a_field_says_it(lent: Play) -> None:
    def asked() -> str:
        return lent.step("ng_two_lenders").state

    assert asked() == "not_applicable"
    lent.given(RECEIVER, loan(lender="stranger"), loan(lender="family"), loan(lender="stranger", status="paid"))
    assert asked() == "not_applicable"
    lent.given(RECEIVER, loan(lender="stranger", status="running"))
    assert asked() == "available"
    lent.given(RECEIVER, {"do": "update", "ref": "ng_loan-4", "status": "paid"})
    assert asked() == "not_applicable"


RULE = '\n- {id: NG-99, title: An invented rule, on: ["%s"], check: objects, revision: 1, source: OC}\n'


@pytest.mark.parametrize(
    ("moment", "asked"),
    [
        ("enter:ng_loan", [True, False, False]),
        ("update:ng_loan", [False, True, True]),
        ("ng_loan:running", [False, True, False]),
        ("ng_loan:paid", [False, False, True]),
    ],
)
def test_a_rule_is_asked_as_an_entry_comes_to_a_state(tmp_path: Path, moment: str, asked: list[bool]) -> None:
    heard: list[str] = []

    def judged(rule: str, case: Any, command: Any, at: Any) -> Any:
        heard.append(rule)
        return yes()

    more = {"registers.yaml": REGISTER, "rules.yaml": RULE % moment}
    packs = packs_of(like_nigeria(tmp_path / "pack", more=more, check=judged))
    acts = [
        loan(),
        {"do": "update", "ref": "ng_loan-1", "status": "running"},
        {"do": "update", "ref": "ng_loan-1", "status": "paid"},
    ]
    with begun(settled, packs) as play:
        found = []
        for act in acts:
            heard.clear()
            play.tried(RECEIVER, act)
            found.append(bool(heard))
    assert found == asked


# --- the plan: what was signed is what stood there --------------------------------------------------------------------

AIM = {"do": "enter", "register": "plan_item", "area": "training", "aim": "(invented) I want to live from sewing."}
PLAN = "reintegration_plan"


@pytest.fixture
def planned(packs: Packs) -> Iterator[Play]:
    """Before the departure: an aim was written down, and the plan signed."""
    with begun(packs=packs) as play:
        play.prepare("depart", instead=stops_at(PLAN))
        play.given(SENDER, AIM)
        play.wait(hours=1)
        play.given(SENDER, complete(PLAN, **SIGNED))
        yield play


@pytest.mark.parametrize(
    "said",
    [
        {"aim": "(invented) I want to cook."},
        {"activity": "(invented) a course"},
        {"by_whom": "ng_idia"},
        {"by_when": "2027-01-01"},
    ],
)
def test_a_version_that_was_signed_is_outdated_when_an_aim_changes(planned: Play, said: dict[str, Any]) -> None:
    planned.wait(hours=1)
    planned.given(SENDER, {"do": "update", "ref": "plan_item-1", **said})

    assert ("STEP", PLAN) in planned.why().reasons
    planned.wait(hours=1)
    planned.given(
        SENDER, {"do": "redo", "step": PLAN, "reason": "(invented) another version"}, complete(PLAN, **SIGNED)
    )
    assert ("STEP", PLAN) not in planned.why().reasons


def test_a_new_aim_is_not_in_the_version_that_was_signed(planned: Play) -> None:
    planned.wait(hours=1)
    planned.given(SENDER, {**AIM, "area": "housing", "aim": "(invented) a room of my own"})

    assert ("STEP", PLAN) in planned.why().reasons


@pytest.mark.parametrize("said", [{"status": "under_way"}, {"her_view": "(invented) it goes well"}])
def test_honest_how_an_aim_stands_takes_nothing_from_the_version(planned: Play, said: dict[str, Any]) -> None:
    planned.wait(hours=1)
    planned.given(SENDER, {"do": "update", "ref": "plan_item-1", **said})

    assert ("STEP", PLAN) not in planned.why().reasons
