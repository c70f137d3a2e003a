"""Every command of the design: what it does, what it refuses and why, who may give it, and when it may have happened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from wayhome import BadInput, NotFound, NotPermitted, Refused, commands
from wayhome.commands import read_command
from wayhome.testing import an_actor_for

from tests.flow.conftest import READER, Desk

DeskIn = Callable[[str], Desk]
ME = "case_manager_sending"

BAD = [
    ("complete", {"step": "teleport"}, "no step"),
    ("complete", {"step": "register_referral", "result": "good"}, "no results"),
    ("complete", {"step": "register_referral", "colour": "red"}, "no field"),
    ("complete", {"step": "identification_decision", "result": "maybe", "decided_by": "ngo"}, "no result"),
    ("complete", {"step": "identification_decision", "decided_by": "ngo"}, "needs a result"),
    ("complete", {"step": "identification_decision", "result": "actual"}, "'decided_by' is missing"),
    ("complete", {"step": "register_referral", "round": "m1"}, "no rounds"),
    ("complete", {"step": "register_referral", "of": "child-1"}, "Nobody is known in this case yet"),
    ("complete", {"step": "monitoring_visit"}, "has rounds"),
    ("complete", {"step": "monitoring_visit", "round": "m2"}, "no round"),
    ("fail", {"step": "identification_decision", "result": "actual"}, "failed has no result"),
    ("skip", {"step": "be_centre_guidance"}, "Say why"),
    ("record", {}, "No fact"),
    ("record", {"age_status": "ancient"}, "no value"),
    ("record", {"is_child": True}, "follows from other facts"),
    ("record", {"pregnant": "perhaps"}, "yes or a no"),
    ("record", {"turns_18_on": "soon"}, "is a day"),
    ("record", {"weeks_pregnant": "many"}, "is a number"),
    ("consent", {"purpose": "everything", "answer": "given"}, "no purpose"),
    ("consent", {"purpose": "legal", "answer": "perhaps"}, "no value"),
    ("consent", {"purpose": "legal", "recipient": "ng_bakhita", "answer": "given"}, "names nobody"),
    ("consent", {"purpose": "share_partner", "answer": "given"}, "must say whom"),
    ("consent", {"purpose": "return", "answer": "given"}, "form and its language"),
    ("withdraw", {"purpose": "research_anonymous"}, "no such consent"),
    ("document", {"kind": "ng_passport", "status": "found"}, "no value"),
    ("document", {"kind": "ng_passport", "status": "held", "issued_on": "2026-02-01", "expires_on": "2026-01-01"}, "end before"),
    ("travel", {"by": "person", "status": "target"}, "needs its day"),
    ("travel", {"by": "person", "status": "target", "departs_on": "2020-01-01"}, "in the past"),
    ("travel", {"by": "person", "status": "booked", "legs": []}, "1 to 12 legs"),
    ("travel", {"status": "cancelled"}, "No journey"),
    ("involve", {"ref": "child-1", "relation": "child"}, "no person of this case"),  # the engine makes the refs
    ("involve", {"relation": "alien"}, "no value"),
    ("involve", {"travels": True}, "no value"),
    ("assign", {"role": "guardian"}, "exactly one party"),
    ("assign", {"role": "wizard", "organisation": "x"}, "no role"),
    ("contact", {"with": "person", "channel": "phone"}, "Say whether"),
    ("incident", {"type": "boredom"}, "no incident"),
    ("resolve", {"incident": "witness"}, "no open incident"),
    ("move", {"to": "fly"}, "no move"),
    ("note", {"text": "  "}, "is empty"),
    ("note", {"text": "x" * 1_000_000}, "too long"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "fields", "said"), BAD, ids=lambda v: v if isinstance(v, str) and len(v) < 30 else "")
def test_bad_input_is_told_in_one_clear_short_message(
    desk_in: DeskIn, word: str, fields: dict[str, Any], said: str
) -> None:
    desk = desk_in("opened")
    version = desk.brief.version

    with pytest.raises(BadInput, match=said) as told:
        desk.do(ME, word, **fields)

    assert told.value.todo
    assert len(str(told.value)) < 700
    assert desk.brief.version == version


@pytest.mark.parametrize(
    ("role", "word", "fields"),
    [
        ("auditor_or_donor", "note", {"text": "hello"}),
        ("system_admin", "move", {"to": "depart"}),
        ("travel_officer", "record", {"pregnant": True}),
        ("reception_officer", "move", {"to": "depart"}),
        ("counsellor", "complete", {"step": "register_referral"}),
        ("travel_officer", "complete", {"step": "return_review", "result": "go"}),
        ("service_provider", "consent", {"purpose": "return", "answer": "given"}),
        ("legal_counsellor", "resolve", {"incident": "witness"}),
    ],
)
def test_a_role_that_may_not_hears_nothing_about_the_case(
    desk_in: DeskIn, role: str, word: str, fields: dict[str, Any]
) -> None:
    told = set()
    of_who_receives = role in ("reception_officer", "service_provider")
    for place in ("pre_departure", "follow_up") if of_who_receives else ("opened", "pre_departure"):  # where it counts
        with pytest.raises(NotPermitted) as refused:
            desk_in(place).do(role, word, **fields)
        told.add(str(refused.value))
    assert len(told) == 1  # the same words, however the case stands


def test_a_manager_records_for_those_without_a_login(desk_in: DeskIn) -> None:
    desk = desk_in("opened")
    desk.do(ME, "record", age_status="child", has_responsible_adult=False)
    desk.do(ME, "involve", relation="guardian")
    desk.vets("guardian-1", "speak")

    done = desk.do(ME, "assign", role="guardian", ref="guardian-1", by="competent_authority")

    assert done.events[0].data["by"] == "competent_authority"
    assert desk.row("guardian_appointment").state == "done"


def test_two_must_sign_what_one_has_written(desk_in: DeskIn) -> None:
    desk = desk_in("planned")
    desk.do(ME, "redo", step="return_review")
    desk.do(ME, "complete", step="return_review", result="go")

    assert desk.unmet("risk_assessor", "complete", step="return_review", result="no") == {("STEP", "return_review")}
    desk.do("risk_assessor", "sign", step="return_review", answer="agree")

    assert (desk.row("return_review").state, desk.row("return_review").result) == ("done", "go")


def test_one_person_in_two_roles_does_not_sign_twice(desk_in: DeskIn) -> None:
    desk = desk_in("planned")
    desk.do(ME, "redo", step="return_review")
    both = commands.Complete(desk.case, step="return_review", result="go")
    eva = type(an_actor_for(ME))("eva", "invented_organisation", {ME, "risk_assessor"})
    desk.engine.do(both, as_=eva)

    decision = desk.engine.why(desk.case, commands.Sign(desk.case, step="return_review", answer="agree"), as_=eva)

    assert [r.fact for r in decision.unmet] == ["the same person signed 'Decide together whether to go' already"]


@pytest.mark.parametrize(
    ("step", "fields", "command"),
    [
        ("assign_case_manager", {}, "assign"),
        ("obtain_assistance_consent", {}, "consent"),
        ("travel_document", {}, "document"),
        ("travel_plan", {}, "travel"),
        ("case_closure", {}, "move"),
    ],
)
def test_what_another_command_does_is_not_completed_by_hand(
    desk_in: DeskIn, step: str, fields: dict[str, Any], command: str
) -> None:
    desk = desk_in("opened")
    role = next(iter(desk.row(step).who))

    unmet = desk.why("complete", role, step=step, **fields).unmet

    assert any(f"by the command '{command}', not by complete" in r.fact for r in unmet)


def test_a_core_step_is_not_left_out_and_a_done_one_not_redone_by_chance(desk_in: DeskIn) -> None:
    desk = desk_in("opened")
    assert desk.unmet(ME, "skip", step="register_referral", reason="no time") == {("STEP", "register_referral")}
    desk.do(ME, "complete", step="register_referral")
    assert desk.unmet(ME, "complete", step="register_referral") == {("STEP", "register_referral")}
    assert desk.unmet(ME, "fail", step="register_referral") == {("STEP", "register_referral")}
    desk.do(ME, "redo", step="register_referral")
    assert desk.unmet(ME, "redo", step="register_referral") == {("STEP", "register_referral")}


def test_a_naive_time_is_refused_with_an_example() -> None:
    with pytest.raises(BadInput, match="does not say its time zone"):
        read_command({"do": "note", "text": "hello", "at": "2026-03-02T10:00"}, case="WH-00000-00000-0")


def bad_input(said: str, *, unless: bool) -> AbstractContextManager[object]:
    """Expect bad input of which this is said, or that all goes well."""
    return nullcontext() if unless else pytest.raises(BadInput, match=said)


@pytest.mark.parametrize(("shift", "ok"), [(0, True), (1, False)])  # now, and one second ahead
def test_nothing_has_happened_in_the_future(desk_in: DeskIn, shift: int, ok: bool) -> None:
    desk = desk_in("opened")
    at = (desk.clock.moment + timedelta(seconds=shift)).isoformat()

    with bad_input("future", unless=ok):
        desk.do(ME, "note", text="hello", at=at)


@pytest.mark.parametrize(
    ("word", "fields", "ok"),
    [
        ("record", {"pregnant": False}, True),
        ("note", {"text": "found a letter"}, True),
        ("contact", {"with": "person", "channel": "phone", "reached": True}, True),
        ("incident", {"type": "witness"}, True),
        ("withdraw", {"purpose": "legal"}, True),
        ("document", {"kind": "ng_passport", "status": "lost"}, True),
        ("complete", {"step": "options_counselling"}, True),
        ("assign", {"role": "travel_officer", "partner": "be_iom"}, True),
        ("travel", {"status": "cancelled"}, True),
        ("consent", {"purpose": "legal", "answer": "refused"}, True),
        ("involve", {"by": "person", "relation": "child"}, True),
        ("move", {"to": "arrive"}, False),
    ],
)
def test_before_the_last_move_only_what_undoes_none(
    desk_in: DeskIn, word: str, fields: dict[str, Any], ok: bool
) -> None:
    desk = desk_in("travel")
    at = (desk.clock.moment - timedelta(seconds=1)).isoformat()

    with bad_input("before the last move", unless=ok):
        desk.do(ME, word, **fields, at=at)
    assert desk.brief.phase == "travel"


@pytest.mark.parametrize(
    ("late", "ok"),
    [
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),  # one second too late
    ],
)
def test_one_alone_enters_a_departure_at_most_a_day_late(desk_in: DeskIn, late: timedelta, ok: bool) -> None:
    desk = desk_in("pre_departure")
    boarded: datetime = desk.clock.moment + timedelta(days=1)
    desk.clock.moment = boarded + late

    late_one = commands.Move(desk.case, to="depart", at=boarded)

    unmet = desk.engine.why(desk.case, late_one, as_=an_actor_for("travel_officer")).unmet

    assert [(r.rule, r.subject) for r in unmet] == ([] if ok else [("ROLE", "depart")])
    with nullcontext() if ok else pytest.raises(Refused, match="told by two people"):
        desk.engine.do(late_one, as_=an_actor_for("travel_officer"))
    moves = {row.type: row.occurred_at for row in desk.engine.history(desk.case, as_=READER)}
    assert moves.get("departed") == (boarded if ok else None)
    assert desk.brief.phase == ("travel" if ok else "pre_departure")


def test_a_process_that_is_not_here_cannot_be_adopted(desk_in: DeskIn) -> None:
    with pytest.raises(NotFound, match="no process"):
        desk_in("opened").do(ME, "rebase", digest="nothing")


def test_the_same_role_does_not_sign_twice_even_by_others(desk_in: DeskIn) -> None:
    desk = desk_in("planned")
    desk.do(ME, "redo", step="return_review")
    both = commands.Complete(desk.case, step="return_review", result="go")
    desk.engine.do(both, as_=an_actor_for(ME))

    with pytest.raises(Refused, match="is signed in this role already"):
        desk.engine.do(
            commands.Sign(desk.case, step="return_review", answer="agree"),
            as_=type(an_actor_for(ME))("eva", "invented_organisation", {ME}),
        )


def test_a_step_done_as_often_as_needed_counts_its_own_rounds(desk_in: DeskIn) -> None:
    desk = desk_in("planned")

    done = desk.do(ME, "complete", step="options_counselling")

    assert done.events[0].data["round"] == "4"
    with pytest.raises(BadInput, match="short word"):
        desk.do(ME, "complete", step="options_counselling", round="a b")


def test_a_note_says_whom_it_is_about_and_is_of_nobody_whom_nobody_knows(desk_in: DeskIn):
    """A child travels along: what happened to it is a note, and stands as that of the child."""
    desk = desk_in("opened")
    child = desk.somebody_who_goes_along()
    desk.do(ME, "note", of=child, text="an invented note")

    assert desk.engine.history(desk.case, as_=READER)[-1].data["of"] == child
    with pytest.raises(BadInput) as told:
        desk.do(ME, "note", of="child-9", text="an invented note")
    assert [fault.field for fault in told.value.faults] == ["of"]
