"""What a case holds many of: entries with states, words and dates. What happened is told, whatever it is; what rests on a consent waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor, BadInput, to_json
from wayhome.packs.plugins import Packs

from tests.attacks.play import Command, Play, begun, ready_to_depart, settled

RECEIVER, SENDER = "case_manager_receiving", "case_manager_sending"
AIM = {"do": "enter", "register": "plan_item", "area": "training", "aim": "(invented) I want to live from sewing."}
COURSE = {
    "do": "enter",
    "register": "service",
    "service": "training",
    "what": "(invented) sewing",
    "provider": "ng_idia",
}


def update(ref: str, **said: Any) -> Command:
    return {"do": "update", "ref": ref, **said}


@pytest.fixture
def home(packs: Packs) -> Iterator[Play]:
    """A case in the follow-up."""
    with begun(settled, packs) as play:
        yield play


def entry(play: Play, ref: str, who: str | Actor = RECEIVER) -> Any:
    shown = play.engine.case(play.case, as_=play.actor(who)).entries
    return next((one for one in shown if one["ref"] == ref), None)


def test_a_second_course_takes_nothing_from_the_first_and_leaving_one_is_told(home: Play) -> None:
    home.given(
        RECEIVER,
        {**COURSE, "status": "running", "ends_on": "2027-01-29"},
        {**COURSE, "what": "(invented) computers", "status": "running"},
    )
    home.wait(days=30)
    home.given(
        RECEIVER, update("service-2", status="ended", ended_how="left_by_her", why_left=["child_care"], by="person")
    )

    first, second = entry(home, "service-1"), entry(home, "service-2")
    assert (first["status"], first["values"]["what"], first["ended"]) == ("running", "(invented) sewing", False)
    assert (second["status"], second["values"]["why_left"], second["ended"]) == ("ended", ("child_care",), True)


def test_an_entry_begins_in_any_state_and_what_was_passed_over_is_told(home: Play) -> None:
    home.given(RECEIVER, {**COURSE, "status": "ended", "ended_how": "finished"})

    assert entry(home, "service-1")["passed_over"] == ("running",)


def test_the_states_go_on_in_any_order_and_none_is_refused(home: Play) -> None:
    """Where the software refuses the truth, people type a lie."""
    home.given(RECEIVER, {**COURSE, "status": "running"})
    for status, more in (
        ("ended", {"ended_how": "ended_by_provider"}),
        ("running", {}),
        ("ended", {"ended_how": "finished"}),
    ):
        home.wait(days=1)
        home.given(RECEIVER, update("service-1", status=status, **more))

    assert [state for state, _ in entry(home, "service-1")["states"]] == ["running", "ended", "running", "ended"]


def test_what_is_told_late_stands_before_what_was_told_of_since(home: Play) -> None:
    home.given(RECEIVER, {**COURSE, "status": "running", "content": "good"})
    home.wait(days=20)
    home.given(RECEIVER, update("service-1", status="ended", ended_how="finished", content="partly"))
    home.given(RECEIVER, update("service-1", status="running", content="not_good", at="2026-05-20"))

    found = entry(home, "service-1")
    assert (found["status"], found["values"]["content"]) == ("ended", "partly")
    assert [state for state, _ in found["states"]] == ["running", "running", "ended"]


def test_rows_add_up_and_do_not_take_the_place_of_those_before(home: Play) -> None:
    home.given(RECEIVER, {**COURSE, "status": "running"})
    for month, came in (("2026-08", 18), ("2026-09", 4)):
        home.given(RECEIVER, update("service-1", attended=[{"month": month, "held": 20, "came": came}]))

    assert [row["came"] for row in entry(home, "service-1")["values"]["attended"]] == [18, 4]


def test_only_the_person_says_that_an_aim_is_reached(home: Play) -> None:
    home.given(RECEIVER, AIM)
    reached = update("plan_item-1", status="reached", her_view="(invented) I turn the key.")

    assert home.faults(RECEIVER, reached) == {("by", "missing")}
    home.given(RECEIVER, {**reached, "by": "person", "heard_by": "visit"})
    assert entry(home, "plan_item-1")["status"] == "reached"


def test_what_a_state_needs_is_asked_for_with_it_and_once_said_is_enough(home: Play) -> None:
    home.given(RECEIVER, {**COURSE, "status": "running"})

    assert home.faults(RECEIVER, update("service-1", status="ended")) == {("ended_how", "missing")}
    home.given(RECEIVER, update("service-1", ended_how="finished"), update("service-1", status="ended"))


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        (update("service-7", status="ended"), ("ref", "unknown")),
        (update("service-1"), ("status", "contradiction")),
        (update("service-1", status="flown"), ("status", "unknown")),
        (update("service-1", **{"for": "service-1"}), ("for", "unknown")),
        (update("service-1", trainer="x"), ("…[0]", "unknown")),
        ({"do": "enter", "register": "nothing"}, ("register", "unknown")),
        ({"do": "enter", "register": "service"}, ("service", "missing")),
        ({**COURSE, "of": "child-9"}, ("of", "unknown")),
        ({**COURSE, "ends_on": "some day"}, ("ends_on", "unreadable")),
    ],
)
def test_what_cannot_be_read_is_told_where_it_stands(home: Play, act: Command, fault: tuple[str, str]) -> None:
    home.given(RECEIVER, {**COURSE, "status": "running"})

    assert home.faults(RECEIVER, act) == {fault}


# --- consent ------------------------------------------------------------------------------------------------------------


def test_nobody_is_asked_for_a_place_who_is_not_named_by_a_consent(home: Play) -> None:
    asked = {**COURSE, "status": "sent"}

    assert home.told("CONSENT", asked, RECEIVER) == [
        ("the person has not agreed to be referred to Idia Renaissance", "ask the person first")
    ] or (home.tried(RECEIVER, asked).says("share_partner"))
    home.given(
        RECEIVER,
        {
            "do": "consent",
            "purpose": "share_partner",
            "recipient": "ng_idia",
            "groups": ["identity", "plan"],
            "language": "en",
            "version": "1",
            "form": "written",
        },
        asked,
    )


def test_after_a_no_to_help_nothing_new_is_entered_and_that_it_ended_is_told(home: Play) -> None:
    home.given(RECEIVER, {**COURSE, "status": "running"}, AIM)
    home.wait(days=3)
    home.given(RECEIVER, {"do": "withdraw", "purpose": "assistance_local", "channel": "visit", "by": "person"})

    assert home.tried(RECEIVER, COURSE).reasons == {("CONSENT", "assistance_local")}
    assert home.told("CONSENT", AIM, RECEIVER) == [
        (
            "'Aims of the plan' rests on a consent to which the person has said no: Be assisted after the return",
            "ask the person first",
        )
    ]
    assert home.tried(RECEIVER, update("service-1", status="running")).reasons == {("CONSENT", "assistance_local")}
    home.given(RECEIVER, update("service-1", status="ended", ended_how="left_by_her", by="person"))


def test_what_was_so_before_the_no_is_entered_late(home: Play) -> None:
    home.wait(days=10)
    home.given(RECEIVER, {"do": "withdraw", "purpose": "assistance_local", "channel": "visit", "by": "person"})

    home.given(RECEIVER, {**COURSE, "status": "running", "at": "2026-05-20T10:00:00Z"})


def test_a_measure_against_a_danger_waits_for_no_consent(home: Play) -> None:
    home.given(RECEIVER, {"do": "withdraw", "purpose": "assistance_local", "channel": "visit", "by": "person"})

    home.given(
        "risk_assessor",
        {
            "do": "enter",
            "register": "measure",
            "against": "housing",
            "about": "person",
            "what": "(invented) a lock",
            "owner": "receiving_side",
            "done_by": "2026-06-20",
        },
    )


# --- an error is taken back ---------------------------------------------------------------------------------------------


def seq_of(play: Play, type: str) -> int:
    return max(row.seq for row in play.engine.history(play.case, as_=play.actor(RECEIVER)) if row.type == type)


def test_an_entry_made_in_error_counts_no_more_and_its_ref_is_given_to_nothing_else(home: Play) -> None:
    home.given(RECEIVER, {**COURSE, "status": "running"}, update("service-1", content="good"))
    home.given(RECEIVER, {"do": "correct", "seq": seq_of(home, "entry_made"), "why": "(invented) of another woman"})

    assert entry(home, "service-1") is None
    home.given(RECEIVER, {**COURSE, "status": "running"})
    assert entry(home, "service-1") is None
    assert entry(home, "service-2")["values"].get("content") is None


def test_an_update_made_in_error_gives_back_what_was_said_before(home: Play) -> None:
    home.given(RECEIVER, {**COURSE, "status": "running", "content": "good"})
    home.given(RECEIVER, update("service-1", status="ended", ended_how="left_by_her", content="not_good", by="person"))
    home.given(RECEIVER, {"do": "correct", "seq": seq_of(home, "entry_updated"), "why": "(invented) the other course"})

    found = entry(home, "service-1")
    assert (found["status"], found["values"]["content"], found["values"].get("ended_how")) == ("running", "good", None)


# --- who reads, and who writes ------------------------------------------------------------------------------------------


def test_who_may_not_read_the_plan_is_told_of_no_aim(home: Play) -> None:
    home.given(RECEIVER, AIM)
    house = home.actor(RECEIVER).organisation

    for role, sees in (
        ("legal_counsellor", None),
        ("medical_officer", {}),
        ("counsellor", {}),
        (RECEIVER, {"area", "aim"}),
    ):
        found = entry(home, "plan_item-1", Actor(f"invented_{role}", house, {role}))
        assert (None if found is None else {*found["values"]}) == (None if sees is None else {*sees}), role


def test_of_an_appointment_others_know_the_day_and_the_state_and_not_where(home: Play) -> None:
    consents = [
        {
            "do": "consent",
            "purpose": "health_processing_local",
            "groups": ["health"],
            "language": "en",
            "version": "1",
            "form": "written",
        },
        {
            "do": "consent",
            "purpose": "health_share",
            "recipient": "ng_fnph_uselu",
            "groups": ["identity", "health"],
            "language": "en",
            "version": "1",
            "form": "written",
        },
    ]
    for one in consents:
        if not home.tried("medical_officer", one).done:
            home.given(RECEIVER, one)
    home.given(
        "medical_officer",
        {
            "do": "enter",
            "register": "appointment",
            "care": "treatment",
            "where": "ng_fnph_uselu",
            "status": "agreed",
            "set_for": "2026-06-22T09:30+01:00",
        },
    )

    doctor, manager = entry(home, "appointment-1", "medical_officer"), entry(home, "appointment-1", RECEIVER)
    assert doctor["values"]["where"] == "ng_fnph_uselu"
    assert (manager["status"], {*manager["values"]}) == ("agreed", {"set_for"})
    assert "ng_fnph_uselu" not in str(to_json(home.engine.case(home.case, as_=home.actor(RECEIVER)).entries))


def test_who_is_named_as_provider_sees_and_writes_what_is_theirs_and_nothing_else(home: Play) -> None:
    home.given(
        RECEIVER,
        {
            "do": "consent",
            "purpose": "share_partner",
            "recipient": "ng_idia",
            "groups": ["identity", "plan"],
            "language": "en",
            "version": "1",
            "form": "written",
        },
        {**COURSE, "status": "running"},
        {**COURSE, "provider": "ng_cosudow", "what": "(invented) another course", "status": "running"},
        {"do": "assign", "role": "service_provider", "partner": "ng_idia"},
    )
    provider = Actor("invented_trainer", "ng_idia", {"service_provider"})

    assert [one["ref"] for one in home.engine.case(home.case, as_=provider).entries] == ["service-1"]
    home.given(provider, update("service-1", attended=[{"month": "2026-08", "held": 20, "came": 18}]))
    assert home.faults(provider, update("service-2", content="good")) == {("ref", "unknown")}


def test_words_about_somebody_else_belong_to_the_family(home: Play) -> None:
    ref = home.involved("child", travels=False)
    home.given(
        RECEIVER,
        {
            "do": "enter",
            "register": "service",
            "service": "school",
            "what": "(invented) class 1",
            "of": ref,
            "status": "running",
        },
    )

    row = home.engine.history(home.case, as_=home.actor(RECEIVER))
    texts = next(one.texts for one in row if one.type == "entry_made")
    assert [*texts] == ["family"]
    assert entry(home, "service-1")["values"]["what"] == "(invented) class 1"


def test_no_word_of_an_entry_lies_in_clear_in_its_event(home: Play) -> None:
    home.given(RECEIVER, AIM)

    made = next(one for one in home.engine.history(home.case, as_=home.actor(RECEIVER)) if one.type == "entry_made")
    assert made.data["values"] == {"area": "training", "aim": True}


# --- forms --------------------------------------------------------------------------------------------------------------


def test_a_form_asks_what_its_state_asks_and_sets_first_what_usually_comes_next(home: Play) -> None:
    home.given(RECEIVER, {**COURSE, "status": "running"})
    asked = home.engine.form(home.case, {"do": "update", "ref": "service-1"}, as_=home.actor(RECEIVER))

    status = next(slot for slot in asked.slots if slot.name == "status")
    assert next(iter(status.values)) == "ended"
    why_left = next(slot for slot in asked.slots if slot.name == "why_left")
    assert why_left.when == {"status": ("ended",)}
    with pytest.raises(BadInput) as missing:
        asked.command({"status": "ended"})
    assert [fault.field for fault in missing.value.faults] == ["ended_how"]
    home.engine.do(asked.command({"status": "ended", "ended_how": "finished"}), as_=home.actor(RECEIVER))


def test_before_the_return_an_aim_rests_on_the_help_in_the_host_country(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        play.given(SENDER, AIM)
        play.given(SENDER, {"do": "withdraw", "purpose": "assistance", "channel": "visit", "by": "person"})

        assert play.tried(SENDER, AIM).says("assistance")


# --- a consent is taken back -----------------------------------------------------------------------------------------------


SHARED = {
    "do": "consent", "purpose": "share_partner", "recipient": "ng_idia", "groups": ["identity", "plan"], "language": "en", "version": "1",
    "form": "written",
}  # fmt: skip


def due_of_entries(play: Play, who: str = RECEIVER) -> list[tuple[str, str, bool]]:
    rows = play.engine.due(as_=play.actor(who), case=play.case)
    return [(row.title, row.of or "", row.overdue) for row in rows if row.step.startswith("entry:") and row.of]


def test_who_was_asked_is_told_when_the_consent_is_gone_and_until_then_it_is_due(home: Play) -> None:
    home.given(RECEIVER, SHARED, {**COURSE, "status": "sent"})
    home.wait(days=1)
    home.given(
        RECEIVER,
        {"do": "withdraw", "purpose": "share_partner", "recipient": "ng_idia", "channel": "visit", "by": "person"},
    )
    home.wait(minutes=5)

    assert entry(home, "service-1")["consents_gone"] == ("share_partner",)
    gone = "Services and referrals: the consent is gone. Call off what has not begun; of the rest, ask how it goes on"
    tell = "Tell them that the consent is gone, and no more: Idia Renaissance"
    assert {*due_of_entries(home)} == {(gone, "service-1", True), (tell, "service-1", True)}

    home.given(RECEIVER, {"do": "contact", "with": "ng_idia", "channel": "phone", "reached": True})
    assert due_of_entries(home) == [(gone, "service-1", True)]
    home.given(RECEIVER, update("service-1", status="called_off"))
    assert due_of_entries(home) == []
    assert entry(home, "service-1")["consents_gone"] == ()


def test_another_yes_lets_it_go_on(home: Play) -> None:
    home.given(
        RECEIVER,
        {**COURSE, "status": "running"},
        {"do": "withdraw", "purpose": "assistance_local", "channel": "visit", "by": "person"},
    )
    home.wait(days=1)
    assert [of for _, of, _ in due_of_entries(home)] == ["service-1"]

    home.given(
        RECEIVER,
        {
            "do": "consent",
            "purpose": "assistance_local",
            "groups": ["plan"],
            "language": "en",
            "version": "1",
            "form": "written",
        },
    )
    assert due_of_entries(home) == []


# --- what is due -----------------------------------------------------------------------------------------------------------


def worker(play: Play) -> Actor:
    """Give who answers for the person at the house that receives."""
    house = play.actor(RECEIVER).organisation
    return Actor(play._recorded.case_workers[house].id, house, {RECEIVER})


def in_today(play: Play, who: str = RECEIVER) -> dict[str, list[str]]:
    found = play.engine.today(as_=worker(play) if who == RECEIVER else play.actor(who))
    lists = {
        name: [row.title for row in getattr(found, name) if row.step.startswith("entry:")]
        for name in ("overdue", "today", "soon")
    }
    return {name: titles for name, titles in lists.items() if titles}


def test_nobody_is_late_with_what_is_only_asked_and_after_a_week_it_is_not_known(home: Play) -> None:
    home.given(RECEIVER, {**COURSE, "status": "running", "ends_on": "2026-05-20"})
    asked = "It was to end: what does the person say of it?"

    assert in_today(home) == {"soon": [asked]}
    home.wait(days=9)
    assert in_today(home) == {"today": [asked]}
    assert due_of_entries(home) == [(asked, "service-1", False)]
    home.wait(days=6)
    assert in_today(home) == {}
    assert due_of_entries(home) == []


def test_what_a_register_calls_a_must_is_late_until_it_is_done(home: Play) -> None:
    assessor = "risk_assessor"
    measure = {
        "do": "enter",
        "register": "measure",
        "against": "housing",
        "about": "person",
        "what": "(invented) a lock",
        "owner": "receiving_side",
    }
    home.given(assessor, {**measure, "done_by": "2026-05-20"})
    home.wait(days=40)

    assert in_today(home, assessor) == {"overdue": ["Was it done against the danger?"]}
    home.given(assessor, update("measure-1", status="done", how_seen="(invented) walked the way"))
    assert in_today(home, assessor) == {}


def test_one_line_stands_in_todays_list_for_a_case_and_a_register(home: Play) -> None:
    for day in ("2026-05-20", "2026-05-18", "2026-05-19"):
        home.given(RECEIVER, {**COURSE, "status": "running", "ends_on": day})

    found = home.engine.today(as_=worker(home))
    assert [row.of for row in found.soon if row.step == "entry:service"] == ["service-2"]


def test_what_is_only_asked_hides_nothing_with_which_somebody_is_late(home: Play) -> None:
    budget = {"do": "enter", "register": "budget", "funder": "ng_idia", "for": ["business"]}
    granted = {**budget, "status": "granted", "granted": "900 EUR", "form": "cash"}
    late = home.now.date() + timedelta(days=30)  # a month before is today
    home.given(
        RECEIVER,
        {**granted, "use_until": str(late + timedelta(days=59))},  # three months before was yesterday
        {**granted, "use_until": str(late)},
    )
    home.wait(days=1)

    asked = [of for _, of, _ in due_of_entries(home)]
    assert asked[0] == "budget-1"
    assert in_today(home) == {"overdue": ["Is the budget used in time? It ends in a month"]}


def test_of_who_has_not_answered_it_is_asked_after_two_weeks(home: Play) -> None:
    home.given(RECEIVER, SHARED, {**COURSE, "status": "sent"})
    home.wait(days=15)

    assert due_of_entries(home) == [("Have they answered?", "service-1", False)]
    home.given(RECEIVER, update("service-1", status="refused", refused_because="full"))
    assert due_of_entries(home) == []


def test_who_may_not_know_of_a_danger_is_told_of_no_day_of_it(home: Play) -> None:
    assessor = "risk_assessor"
    measure = {
        "do": "enter",
        "register": "measure",
        "against": "housing",
        "about": "person",
        "what": "(invented) a lock",
        "owner": "receiving_side",
    }
    home.given(assessor, {**measure, "done_by": "2026-05-20"})

    assert due_of_entries(home, assessor) != []
    officer = Actor("invented_officer", home.actor(RECEIVER).organisation, {"reception_officer"})
    assert [row for row in home.engine.due(as_=officer, case=home.case) if row.step.startswith("entry:")] == []


# --- as it was then ----------------------------------------------------------------------------------------------------------


def test_a_late_entry_is_judged_where_an_update_was_dated_before_what_it_is_of(home: Play) -> None:
    home.wait(days=20)
    home.given(
        RECEIVER,
        {**COURSE, "status": "running", "at": "2026-06-01"},
        update("service-1", content="good", at="2026-05-20"),
        {"do": "withdraw", "purpose": "assistance_local", "channel": "visit", "by": "person"},
    )

    home.given(RECEIVER, {**AIM, "at": "2026-05-25"})


def test_a_late_entry_is_judged_where_another_was_an_error_that_had_gone_on(home: Play) -> None:
    home.given(RECEIVER, {**COURSE, "status": "running"})
    home.wait(hours=1)
    home.given(RECEIVER, update("service-1", content="good"))
    home.wait(days=10)
    home.given(
        RECEIVER,
        {"do": "correct", "seq": seq_of(home, "entry_made"), "why": "(invented) of another woman"},
        {"do": "withdraw", "purpose": "assistance_local", "channel": "visit", "by": "person"},
    )

    home.given(RECEIVER, {**AIM, "at": "2026-05-20"})


def test_who_was_asked_before_another_is_told_too_when_the_consent_for_them_is_gone(home: Play) -> None:
    other = {**SHARED, "recipient": "ng_cosudow"}
    home.given(RECEIVER, SHARED, other, {**COURSE, "status": "sent"})
    home.wait(hours=1)
    home.given(RECEIVER, update("service-1", provider="ng_cosudow"))
    home.wait(days=1)
    home.given(
        RECEIVER,
        {"do": "withdraw", "purpose": "share_partner", "recipient": "ng_idia", "channel": "visit", "by": "person"},
    )
    home.wait(minutes=5)

    tell = "Tell them that the consent is gone, and no more: Idia Renaissance"
    asked = ("Have they answered?", "service-1", False)
    assert due_of_entries(home) == [(tell, "service-1", True), asked]
    assert entry(home, "service-1")["consents_gone"] == ()
    home.given(RECEIVER, {"do": "contact", "with": "ng_idia", "channel": "phone", "reached": True})
    assert due_of_entries(home) == [asked]


def test_what_is_written_of_entries_bit_by_bit_is_what_is_written_of_them_at_once(home: Play) -> None:
    """A row is written from what was written before; `verify` makes it from the events alone. Addresses lie apart from it."""
    living = {
        "do": "enter",
        "register": "home",
        "home": "shared",
        "where": "(invented) an address",
        "status": "lived_in",
    }
    home.given(RECEIVER, AIM, living, {**COURSE, "status": "running"}, {**living, "where": "(invented) another"})
    entered = [one.seq for one in home.engine.history(home.case, as_=home.actor(RECEIVER)) if one.type == "entry_made"]
    for act in (
        update("home-1", safe="yes", by="person"),
        {"do": "note", "text": "(invented) nothing of an entry"},
        {"do": "correct", "seq": entered[-1], "why": "(invented) of somebody else"},
        update("plan_item-1", activity="(invented) a course"),
        {**living, "where": "(invented) a third"},
    ):
        home.given(RECEIVER, act)
        assert home.engine.verify().problems == ()
