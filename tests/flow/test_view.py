"""A case for people: states of steps, what they wait for, what is due and why then, what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from wayhome import Actor
from wayhome.case_now import CaseNow
from wayhome.case_now.letters import Letters, letters_of
from wayhome.case_views import case_view, history_row
from wayhome.commands import read_command
from wayhome.errors import filled
from wayhome.flow.apply import fold
from wayhome.flow.due import DueItem, because, dues
from wayhome.flow.rows import next_rows, step_rows
from wayhome.model.case import Case
from wayhome.model.data import to_json
from wayhome.model.event import Event
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process
from wayhome.permissions import redacted
from wayhome.testing import an_actor_for, answered

from tests.flow.conftest import CARRIED, READER, START, Desk
from tests.whole_answers import EXPLAINED_ALL, VISIT

DeskIn = Callable[[str], Desk]
ME = "case_manager_sending"


def told(
    packs: Packs, *events: tuple[str, datetime, dict[str, Any]], host: str = "BE", origin: str = "NG"
) -> tuple[Process, Case]:
    """Fold a short invented history into a case, past all rules."""
    opened = {
        "number": "WH-00000-00000-0",
        "host_country": host,
        "origin_country": origin,
        "organisation": "invented_house",
    }
    lines = [("opened", START - timedelta(days=90), opened), *events]
    found = fold(
        Event("WH-00000-00000-0", n, type, 1, at, at, "anna", ME, "invented_house", CARRIED.get(type, {}) | data)
        for n, (type, at, data) in enumerate(lines, 1)
    )
    assert found is not None
    return packs.process(host, origin), found


def due_of(process: Process, case: Case, step: str, round: str = "") -> DueItem:
    return next(item for item in dues(process, case) if (item.step, item.round) == (step, round))


# --- states ----------------------------------------------------------------------------------------


def test_a_fresh_case_shows_every_step_and_only_one_to_begin_with(desk_in: DeskIn) -> None:
    rows = desk_in("opened").view.steps

    assert {row.state for row in rows} == {"available", "waiting", "not_applicable"}
    assert {row.id for row in rows if row.state == "available" and row.phase == "identification"} == {
        "register_referral"
    }


@pytest.mark.parametrize(
    ("step", "waits"),
    [
        ("assign_case_manager", {"step:register_referral"}),
        ("safe_accommodation", {"fact:safe_place_tonight", "step:urgent_needs_assessment", "consent:assistance"}),
        ("protection_needs_check", {"step:give_rights_information", "consent:legal"}),
        ("return_intention", {"step:options_counselling", "step:reflection_period"}),
        (
            "departure_clearance",
            {"consent:return", "consent:assistance", "consent:data_processing", "consent:travel_data_share"},
        ),
        ("risk_recheck", {"step:pre_return_risk_assessment", "time:planned_departure"}),
        ("departure_notice", {"event:departed", "consent:travel_data_share"}),
        ("data_disposal", {"event:closed"}),
    ],
)
def test_a_waiting_step_names_steps_facts_consents_moves_and_times(desk_in: DeskIn, step: str, waits: set[str]) -> None:
    row = desk_in("opened").row(step)

    assert (row.state, set(row.waits_for)) == ("waiting", waits)


def test_a_step_goes_through_its_states_as_it_is_worked_on(desk_in: DeskIn) -> None:
    desk = desk_in("opened")
    seen = [desk.row("register_referral").state]
    for word, more in [
        ("start", {}),
        ("fail", {"reason": "no form"}),
        ("complete", {}),
        ("redo", {"reason": "wrong form"}),
    ]:
        desk.do(ME, word, step="register_referral", **more)
        seen.append(desk.row("register_referral").state)

    assert seen == ["available", "in_progress", "failed", "done", "available"]


def test_a_step_that_was_left_out_is_shown_as_not_applicable(desk_in: DeskIn) -> None:
    desk = desk_in("planned")
    desk.do(ME, "skip", step="be_centre_guidance", reason="the person prefers not to")

    assert desk.row("be_centre_guidance").state == "not_applicable"


def test_half_signed_work_shows_who_has_signed(desk_in: DeskIn) -> None:
    desk = desk_in("planned")
    desk.do(ME, "redo", step="return_review")
    desk.do("risk_assessor", "complete", step="return_review", result="go")

    row = desk.row("return_review")

    assert (row.state, row.signed, row.result) == ("in_progress", ("risk_assessor",), None)


def test_a_fact_makes_a_step_applicable_or_leaves_it_out(desk_in: DeskIn) -> None:
    desk = desk_in("opened")
    seen = []
    for value in (True, False):
        desk.do(ME, "record", has_claims_or_belongings=value)
        seen.append(desk.row("claims_and_belongings").state)
    assert seen == ["waiting", "not_applicable"]


@pytest.mark.parametrize(
    ("hours", "seconds", "state"),
    [
        (72, 0, "done"),  # on the last second it still counts
        (72, 1, "expired"),  # one second later it does not
        (0, 0, "done"),
    ],
)
def test_evidence_counts_until_its_age_and_no_second_longer(
    desk_in: DeskIn, packs: Packs, hours: int, seconds: int, state: str
) -> None:
    desk = desk_in("planned")
    done_at = desk.row("fit_to_travel_check").done_at
    assert done_at is not None
    desk.clock.moment = done_at + timedelta(hours=hours, seconds=seconds)

    row = desk.row("fit_to_travel_check")

    assert row.state == state
    assert row.expires_at == done_at + timedelta(hours=72)


def test_what_has_expired_takes_nothing_with_it_that_came_later(desk_in: DeskIn) -> None:
    desk = desk_in("planned")
    desk.later(days=15)

    assert desk.row("pre_return_risk_assessment").state == "expired"
    assert desk.row("safety_plan").state == "done"
    assert "steps_reset" not in desk.types


def test_a_consent_to_return_waits_two_days_after_the_information(desk_in: DeskIn) -> None:
    desk = desk_in("planned")
    desk.do("case_manager_receiving", "redo", step="origin_information")
    sheet = {"origin_source": "receiving_partner", "dated_on": "2026-05-12"}
    desk.do("case_manager_receiving", "complete", step="origin_information", **sheet)
    desk.do(ME, "consent", purpose="return", answer="refused", form="written", language="en")
    desk.do(ME, "complete", step="options_counselling", round="9")
    desk.do(ME, "resolve", incident="consent_withdrawn_before")

    assert desk.row("return_consent").waits_for == ("time:2026-05-14T02:00:00Z",)
    desk.later(hours=48)
    assert desk.row("return_consent").state == "available"


def test_a_step_with_rounds_has_a_row_for_each_and_counts_on(desk_in: DeskIn) -> None:
    desk = desk_in("follow_up")

    assert [r.round for r in desk.view.steps if r.id == "monitoring_visit"] == [
        "d2",
        "d7",
        "m1",
        "m3",
        "m6",
        "m9",
        "m12",
        "m18",
        "m24",
    ]
    desk.do("case_manager_receiving", "record", extended_followup=False)
    assert [r.round for r in desk.view.steps if r.id == "monitoring_visit"][-1] == "m12"


def test_a_step_for_each_companion_has_a_row_for_each(packs: Packs) -> None:
    people = [("person_involved", START, {"ref": f"child-{n}", "relation": "child", "travels": True}) for n in (1, 2)]
    process, case = told(packs, *people)
    each = {step.id for step in process.steps.values() if step.each == "companion"}

    rows = step_rows(process, case, START)

    assert {(r.id, r.of) for r in rows if r.id in each} == {(id, ref) for id in each for ref in ("child-1", "child-2")}


def test_who_was_vetted_has_a_row_and_nobody_is_asked_to_vet_the_others(packs: Packs) -> None:
    people = [("person_involved", START, {"ref": f"escort-{n}", "relation": "escort"}) for n in (1, 2)]
    found = {"step": "party_vetting", "of": "escort-2", "result": "trusted", "values": {"for": ["escort"]}}
    process, case = told(packs, *people, ("step_completed", START, {**found, "state": "done"}))

    rows = [row for row in step_rows(process, case, START) if row.id == "party_vetting"]

    assert [(row.of, row.state, row.result) for row in rows] == [("escort-2", "done", "trusted")]
    a_year_later = START + timedelta(days=400)
    assert [row.state for row in step_rows(process, case, a_year_later) if row.id == "party_vetting"] == ["expired"]
    proposed = [row.do.get("step") for row in next_rows(process, case, a_year_later, an_actor_for(ME))]
    assert "party_vetting" not in proposed


# --- what is due ------------------------------------------------------------------------------------


def test_what_is_due_says_by_whom_until_when_and_why_then(desk_in: DeskIn) -> None:
    desk = desk_in("opened")
    desk.do(ME, "complete", step="register_referral")

    (due,) = desk.due("assign_case_manager")

    assert due.due_at == datetime(2026, 3, 4, 22, 59, 59, tzinfo=UTC)  # the end of the second day, in Brussels
    assert tuple(due.who) == ("programme_manager",)
    assert due.because == "2 days after 'Register the referral', Brussels time"


def test_a_due_row_is_overdue_from_the_second_after(desk_in: DeskIn) -> None:
    desk = desk_in("opened")
    desk.do(ME, "complete", step="register_referral")
    seen = []
    for moment in (datetime(2026, 3, 4, 22, 59, 59, tzinfo=UTC), datetime(2026, 3, 4, 23, 0, tzinfo=UTC)):
        desk.clock.moment = moment
        seen.append(desk.due("assign_case_manager")[0].overdue)
    assert seen == [False, True]


def test_nobody_is_late_with_an_offer(desk_in: DeskIn) -> None:
    desk = desk_in("follow_up")
    desk.later(days=400)
    offers = {id for id, step in desk.engine.process_of(desk.case, as_=READER).steps.items() if step.kind == "offered"}
    leads = desk.engine._recorded(desk.case)[1].leads
    rows = desk.engine.due(as_=Actor("invented_case_manager_receiving", leads, {"case_manager_receiving"}))

    assert {row.overdue for row in rows if row.step in offers} == {False}
    assert any(row.overdue for row in rows)


def test_no_offer_sets_its_case_before_others(desk_in: DeskIn) -> None:
    """The list of cases begins with what is due soonest: an offer of last year is no reason to stand there."""
    desk = desk_in("planned")
    offers = {id for id, step in desk.engine.process_of(desk.case, as_=READER).steps.items() if step.kind == "offered"}
    rows = desk.engine.due(as_=READER)
    [case] = desk.engine.cases(as_=READER)

    assert rows[0].step in offers
    assert case.next_due_at == next(row.due_at for row in rows if row.step not in offers)
    assert desk.engine.verify().ok


def test_what_is_done_is_no_longer_due(desk_in: DeskIn) -> None:
    desk = desk_in("opened")
    desk.do(ME, "complete", step="register_referral")
    desk.do(
        "programme_manager",
        "assign",
        role="case_owner",
        organisation="invented_organisation",
        case_worker="invented_worker",
    )

    assert desk.due("assign_case_manager") == []


def test_the_end_of_a_day_follows_the_clock_change_in_spring(packs: Packs) -> None:
    done = datetime(2026, 3, 27, 12, tzinfo=UTC)  # Friday; the clocks change on Sunday
    process, case = told(packs, ("step_completed", done, {"step": "register_referral"}))

    assert due_of(process, case, "assign_case_manager").due_at == datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)


def test_hours_are_exact_and_in_the_zone_of_whoever_has_the_duty(packs: Packs) -> None:
    landed = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    process, case = told(packs, ("arrived", landed, {}), ("step_completed", landed, {"step": "partner_confirmation"}))

    item = due_of(process, case, "arrival_reception")

    assert item.due_at == landed + timedelta(hours=2)
    assert filled(**because(process, item)) == "2 hours after the arrival, Lagos time"


LEG = {
    "from": "BRU",
    "to": "GRU",
    "departs_at": "2026-05-28T08:00:00Z",
    "arrives_at": "2026-05-28T19:00:00Z",
    "mode": "air",
}


def test_working_days_skip_a_feast_and_say_so(packs: Packs) -> None:
    now = datetime(2026, 5, 1, 8, tzinfo=UTC)
    process, case = told(
        packs,
        ("step_completed", now, {"step": "travel_plan"}),
        ("step_completed", now, {"step": "protection_needs_check", "result": "none"}),
        ("travel_booked", now, {"legs": [LEG]}),
        origin="BR",
    )

    item = due_of(process, case, "br_arrival_preregistration")

    assert item.due_at == datetime(
        2026, 5, 20, 21, 59, 59, tzinfo=UTC
    )  # five working days before 28 May, without the 25th
    said = filled(**because(process, item, datetime(2026, 5, 28, 19, tzinfo=UTC)))
    assert said.startswith("5 working days before the planned arrival, Brussels time; 25 May 2026, ")
    assert said.endswith(", skipped")


def test_the_rounds_of_the_follow_up_are_due_one_after_the_other(desk_in: DeskIn) -> None:
    desk = desk_in("follow_up")
    desk.do("case_manager_receiving", "record", extended_followup=False)
    desk.do(
        "case_manager_receiving",
        "consent",
        purpose="monitoring",
        answer="given",
        groups=["contact"],
        language="en",
        **EXPLAINED_ALL,
    )

    days = {d.round: d.due_at.date().isoformat() for d in desk.due("monitoring_visit")}
    assert days == {
        "d2": "2026-05-16",
        "d7": "2026-05-21",
        "m1": "2026-06-14",
        "m3": "2026-08-14",
        "m6": "2026-11-14",
        "m9": "2027-02-14",
        "m12": "2027-05-14",
    }
    desk.clock.moment = datetime(2026, 5, 15, 6, tzinfo=UTC)  # day 2, less one day
    desk.do(
        "case_manager_receiving", "complete", step="monitoring_visit", round="d2", result="not_reached", how="phone"
    )
    assert "d2" in {d.round for d in desk.due("monitoring_visit")}  # nobody was reached: it is still to be made
    desk.do("case_manager_receiving", "redo", step="monitoring_visit", round="d2")
    desk.do("case_manager_receiving", "complete", step="monitoring_visit", round="d2", **VISIT)
    assert "d2" not in {d.round for d in desk.due("monitoring_visit")}


def test_a_closed_case_has_nothing_due_that_closing_ends(desk_in: DeskIn) -> None:
    desk = desk_in("follow_up")
    assert desk.due("monitoring_visit")

    desk.do(ME, "consent", purpose="monitoring", answer="refused")
    desk.do(desk.manager, "move", to="close", reason="consent_withdrawn_after_return")

    assert {row.step for row in desk.engine.due(as_=desk.reader)} == {"data_disposal"}


@pytest.mark.parametrize("place", ["identification", "pre_departure", "travel", "follow_up"])
def test_due_rows_are_in_order_and_owned(desk_in: DeskIn, place: str) -> None:
    desk = desk_in(place)
    process, case = desk.engine._recorded(desk.case)

    found = dues(process, case)

    assert [item.due_at for item in found] == sorted(item.due_at for item in found)
    assert all(item.who and set(item.who) <= set(process.roles) for item in found)
    assert all(filled(**because(process, item)) for item in found)


# --- what can be done next -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place", ["opened", "identification", "planned", "pre_departure", "travel", "arrival", "follow_up"]
)
def test_whatever_is_listed_as_next_is_allowed_to_each_it_names(desk_in: DeskIn, place: str) -> None:
    desk = desk_in(place)
    rows = [r for r in desk.engine.next(desk.case, as_=READER) if r.from_ is not None and r.from_ <= desk.clock.moment]
    assert rows

    for row in rows:
        if row.do == {"do": "move", "to": "close"}:  # the reason is for people to choose
            continue
        command = read_command(answered(desk.engine, desk.case, row), case=desk.case)
        for role in row.who:
            decision = desk.engine.why(desk.case, command, as_=an_actor_for(role, lambda: desk.brief))
            assert decision.allowed, (dict(row.do), role, [r.fact for r in decision.unmet])


@pytest.mark.parametrize(
    ("place", "move"),
    [
        ("opened", None),
        ("identification", "prepare"),
        ("planned", None),
        ("pre_departure", None),  # the day before: it is listed, and for later
        ("at the airport", "depart"),
        ("travel", "arrive"),
    ],
)
def test_a_move_is_listed_when_its_gate_is_open(desk_in: DeskIn, place: str, move: str | None) -> None:
    desk = desk_in("pre_departure" if place == "at the airport" else place)
    if place == "at the airport":
        desk.until_departure()
    rows = desk.engine.next(desk.case, as_=READER)

    now = [row for row in rows if row.from_ is not None and row.from_ <= desk.clock.moment]
    assert [r.do["to"] for r in now if r.do["do"] == "move" and r.do["to"] != "close"] == ([move] if move else [])


def test_an_open_incident_is_the_first_thing_to_be_done(desk_in: DeskIn) -> None:
    desk = desk_in("planned")
    desk.do(ME, "incident", type="decision_postponed")

    first = desk.engine.next(desk.case, as_=READER)[0]

    assert first.do == {"do": "resolve", "incident": "decision_postponed"}
    assert [slot.name for slot in first.slots if slot.required] == ["outcome", "reason"]
    assert first.because.startswith("'The decision is postponed' is open.")


@pytest.mark.parametrize("months", [0, 4, 12])
def test_after_landing_nobody_is_asked_for_a_departure_step_again(desk_in: DeskIn, months: int) -> None:
    desk = desk_in("follow_up")
    process, case = desk.engine._recorded(desk.case)

    rows = next_rows(process, case, desk.clock.moment + timedelta(days=30 * months), READER)

    assert not {str(r.do.get("step")) for r in rows} & {
        "departure_clearance",
        "risk_recheck",
        "fit_to_travel_check",
        "options_counselling",
    }


def test_back_in_the_host_country_the_departure_is_asked_for_again(desk_in: DeskIn) -> None:
    desk = desk_in("travel")
    desk.do("travel_officer", "move", to="turn_back")

    assert desk.row("departure_clearance").waits_for == ("consent:return",)  # the yes was for the journey that was made
    assert desk.row("travel_plan").state == "done"  # what was planned stays to be seen, the booking is cancelled
    desk.follow_remedies("move", to="depart")


def test_in_a_closed_case_only_what_comes_after_closing_is_next(desk_in: DeskIn) -> None:
    desk = desk_in("follow_up")
    desk.do(ME, "consent", purpose="monitoring", answer="refused")
    desk.do(desk.manager, "move", to="close", reason="consent_withdrawn_after_return")

    rows = desk.engine.next(desk.case, as_=desk.reader)

    assert [(r.do["do"], r.do["step"], tuple(r.who)) for r in rows] == [
        ("complete", "data_disposal", ("data_protection_officer",))
    ] * 3
    assert [r.do["round"] for r in rows] == ["health", "identity", "case"]
    for row in rows:
        assert row.from_ is not None
        desk.clock.moment = row.from_
        desk.do("data_protection_officer", "complete", step="data_disposal", round=row.do["round"], result="by_hand")
    assert desk.engine.next(desk.case, as_=desk.reader) == ()


def test_what_has_done_its_work_is_done_and_not_expired(desk_in: DeskIn) -> None:
    """After the departure nobody looks at the age of what it waited for; in a closed case, at that of nothing."""
    desk = desk_in("follow_up")
    desk.later(days=400)
    assert desk.row("pre_return_risk_assessment").state == "done"
    assert desk.row("pre_return_risk_assessment").expires_at is None

    desk.do(ME, "consent", purpose="monitoring", answer="refused")
    desk.do(desk.manager, "move", to="close", reason="consent_withdrawn_after_return")
    assert [row.id for row in desk.view.steps if row.state == "expired"] == []


def test_the_same_thing_is_listed_only_once(desk_in: DeskIn) -> None:
    desk = desk_in("opened")
    rows = desk.engine.next(desk.case, as_=READER)

    assert len({repr(sorted(r.do.items(), key=str)) for r in rows}) == len(rows)


# --- what the process does not know ----------------------------------------------------------------


def test_a_fact_that_the_process_does_not_know_is_shown_to_nobody(packs: Packs) -> None:
    recorded = ("facts_recorded", START, {"facts": {"of_another_process": True, "pregnant": True}})
    sister = ("person_involved", START, {"ref": "sibling-1", "relation": "sibling", "travels": True})
    of_her = ("facts_recorded", START, {"facts": {"of_another_process": True}, "of": "sibling-1"})
    corrected = ("entry_corrected", START, {"entry": 2, "said": {"facts": ["of_another_process", "pregnant"]}})
    process, case = told(packs, recorded, sister, of_her)
    events = [
        Event(case.number, n, type, 1, at, at, "anna", ME, "invented_house", data)
        for n, (type, at, data) in enumerate((recorded, of_her, corrected), 2)
    ]
    readers = [an_actor_for(id, house="invented_house") for id, role in process.roles.items() if role.login]
    health, programme = (an_actor_for(one, house="invented_house") for one in ("medical_officer", "programme_manager"))

    def letters(reader: Actor) -> Letters:
        return letters_of(CaseNow(process, case, START), reader)

    shown = [case_view(process, case, reader, letters(reader), START) for reader in readers]
    rows = [
        history_row(redacted(event, process, letters(reader).of(event.seq)), process, case)
        for event in events
        for reader in readers
    ]

    assert case_view(process, case, health, letters(health), START).facts == {
        "pregnant": True
    }  # what it knows is shown, where it may be
    kept = redacted(events[2], process, letters(health).own)
    assert kept.data["said"] == {"facts": ("pregnant",)}
    kept = redacted(events[2], process, letters(programme).own)
    assert kept.data["said"] == {"facts": ()}
    assert not [one for one in (*shown, *rows) if "of_another_process" in str(to_json(one))]


def test_a_flight_that_is_booked_before_anybody_moved_the_case_on_is_seen(desk_in: DeskIn) -> None:
    """All was done, and the flight booked, while the case still stood in identification: no list showed it."""
    desk = desk_in("identification")
    assert desk.brief.phase == "identification"
    desk.until_departure()
    desk.later(hours=3, seconds=1)

    assert [(row.title, row.overdue) for row in desk.due("expects:departure")] == [("Has the person left?", True)]
