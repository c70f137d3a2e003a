"""Folding a history into a case: every type of event, and the case as one compact row and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack
from wayhome.errors import LedgerBroken
from wayhome.flow.apply import EVENT_TYPES, apply, fold
from wayhome.frozen import AnyValue, AnyValues
from wayhome.model.case import (
    Case,
    FactRecord,
    StepKey,
    consent_key,
)
from wayhome.model.event import Event
from wayhome.store import snapshot

from tests.flow.conftest import CARRIED, Desk

DAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
NUMBER = "WH-00000-00000-0"


def event(type: str, seq: int = 2, /, **data: Any) -> Event:
    """Make an event, one hour after the other."""
    data = CARRIED.get(type, {}) | data
    at = DAY + timedelta(hours=seq)
    return Event(
        NUMBER, seq, type, 1, at, at, "anna", "case_manager_sending", "invented_house", data, digest=f"digest-{seq}"
    )


OPENED = event(
    "opened",
    1,
    number=NUMBER,
    host_country="BE",
    origin_country="NG",
    organisation="invented_house",
    facts={"age_status": "adult"},
)
BEFORE = fold([OPENED])
assert BEFORE is not None
LEGS = [
    {
        "from": "BRU",
        "to": "LOS",
        "departs_at": "2026-05-14T08:00:00Z",
        "arrives_at": "2026-05-14T16:00:00Z",
        "mode": "air",
    }
]
LATE = [{**LEGS[0], "departs_at": "2026-05-14T13:00:00Z", "arrives_at": "2026-05-14T21:00:00Z"}]

# Each type of event: what comes before it, its data, and what is then so.
AFTER: dict[str, tuple[list[Event], dict[str, Any], Callable[[Case], object], object]] = {
    "facts_recorded": ([], {"facts": {"pregnant": False}}, lambda c: (c.fact("pregnant"), c.fact("age_status")), (False, "adult")),
    "step_started": ([], {"step": "a_step"}, lambda c: (c.steps["a_step"].state, c.steps["a_step"].started_at), ("in_progress", DAY + timedelta(hours=9))),
    "step_signed": ([], {"step": "a_step", "signed": [["judge", "anna", "go"]]}, lambda c: c.steps["a_step"].signed, (("judge", "anna", "go"),)),
    "step_completed": ([event("step_started", step="a_step", round="m1", of="child-1")], {"step": "a_step", "round": "m1", "of": "child-1", "result": "go"},
                       lambda c: (c.step("a_step", "m1", "child-1") or [])[:5], ("done", DAY + timedelta(hours=9), 9, "go", DAY + timedelta(hours=2))),
    "step_failed": ([], {"step": "a_step"}, lambda c: c.steps["a_step"].state, "failed"),
    "step_skipped": ([], {"step": "a_step"}, lambda c: c.steps["a_step"].state, "skipped"),
    "step_disagreed": ([event("step_signed", step="a_step", signed=[["judge", "anna", "go"]])], {"step": "a_step", "state": "open"},
                       lambda c: (c.steps["a_step"].state, c.steps["a_step"].signed), ("open", ())),
    "entry_seconded": ([event("consent_given", purpose="legal")], {"kind": "consents", "key": "legal>@"},
                       lambda c: (c.consents["legal>@"].state, c.consents["legal>@"].alone), ("given", None)),
    "correction_asked": ([], {"entry": 3}, lambda c: (c.corrections[3].seq, c.corrections[3].actor), (9, "anna")),
    "correction_dropped": ([event("correction_asked", entry=3)], {"entry": 3}, lambda c: c.corrections, {}),
    "entry_corrected": ([event("facts_recorded", facts={"pregnant": False}), event("correction_asked", entry=3)],
                        {"entry": 3, "said": {"facts": ["pregnant"]}}, lambda c: (c.fact("pregnant"), c.corrections, len(c.all_of("facts", "pregnant"))),
                        (None, {}, 2)),
    "step_redone": ([event("step_completed", step="a_step", result="go")], {"step": "a_step"}, lambda c: c.steps["a_step"][:5:3], ("open", None)),
    "step_confirmed": ([event("step_completed", step="a_step", state="done")],
                       {"step": "a_step", "state": "done", "confirmed": [["risk_assessor", "anna"]], "whole": True},
                       lambda c: (c.steps["a_step"].at.hour, c.steps["a_step"].looked_seq), (10, 9)),
    "steps_reset": ([event("step_completed", step="a_step")], {"steps": ["a_step", "never_done"]}, lambda c: {k: r.state for k, r in c.steps.items()}, {"a_step": "open"}),
    "clearance_voided": ([event("step_completed", step="departure_clearance")], {"steps": ["departure_clearance"]},
                         lambda c: c.steps["departure_clearance"].state, "open"),
    "consent_given": ([], {"purpose": "legal", "groups": ["legal"]}, lambda c: c.consents["legal>@"][:3], ("given", "legal", "")),
    "consent_refused": ([event("consent_given", purpose="legal")], {"purpose": "legal"}, lambda c: c.consents["legal>@"].state, "refused"),
    "consent_withdrawn": ([event("consent_given", purpose="legal", language="en")], {"consents": ["legal>@"]},
                          lambda c: (c.consents["legal>@"].state, c.consents["legal>@"].language), ("withdrawn", "en")),
    "consent_voided": ([event("consent_given", purpose="legal")], {"consents": ["legal>@", "return>@"]}, lambda c: {k: r.state for k, r in c.consents.items()}, {"legal>@": "void"}),
    "document_recorded": ([], {"kind": "ng_passport", "status": "held", "of": "child-1", "expires_on": "2027-01-01"},
                          lambda c: (c.document("ng_passport", "child-1") or [])[1:7:5], ("held", date(2027, 1, 1))),
    "travel_targeted": ([], {"departs_on": "2026-05-14"}, lambda c: (c.travel or [])[:4:3], ("target", date(2026, 5, 14))),
    "travel_booked": ([], {"legs": LEGS}, lambda c: [leg.to for leg in c.travel.legs] if c.travel else None, ["LOS"]),
    "travel_delayed": ([event("travel_booked", legs=LEGS), event("travel_delayed", 3, legs=LATE), event("travel_delayed", 4, legs=LEGS)], {"legs": LATE},
                       lambda c: [[leg.departs_at.hour for leg in legs] for legs in (c.travel.legs, c.travel.on_time)] if c.travel else None, [[13], [8]]),
    "travel_cancelled": ([event("travel_booked", legs=LEGS)], {}, lambda c: (c.travel.status, c.travel.legs) if c.travel else None, ("cancelled", ())),
    "person_involved": ([], {"ref": "child-1", "relation": "child", "travels": True}, lambda c: [p.ref for p in c.companions], ["child-1"]),
    "suspicion_recorded": ([], {"ref": "relative-1", "suspected": True}, lambda c: [c.suspects(one) for one in ("relative-1", "relative-2")], [True, False]),
    "entry_made": ([], {"register": "a_register", "ref": "a_register-1", "status": "open", "values": {"how": "so"}},
                   lambda c: (c.entries["a_register-1"].state, dict(c.entries["a_register-1"].values), dict(c.entries_made)), ("open", {"how": "so"}, {"a_register": 1})),
    "entry_updated": ([event("entry_made", 9, register="a_register", ref="a_register-1", status="open", values={"how": "so"})],
                      {"register": "a_register", "ref": "a_register-1", "status": "ended", "values": {"how": "otherwise"}},
                      lambda c: (c.entries["a_register-1"].state, dict(c.entries["a_register-1"].values), [one.state for one in c.entries["a_register-1"].states]),
                      ("ended", {"how": "otherwise"}, ["open", "ended"])),
    "organisation_known": ([event("organisation_known", organisation="a_house", title="A house", country="NG", does=["meet"])],
                           {"organisation": "a_house", "title": "A house", "country": "NG", "does": ["house", "care"]},
                           lambda c: [(one.id, one.country, one.does) for one in c.organisations.values()], [("a_house", "NG", ("house", "care"))]),
    "role_assigned": ([event("role_assigned", role="guardian", ref="relative-1")], {"role": "guardian", "ref": "guardian-1"}, lambda c: c.roles["guardian"].party, "guardian-1"),
    "contact_made": ([event("contact_attempted", **{"with": "person"}, channel="phone", reached=False)], {"with": "person", "channel": "visit", "reached": True},
                     lambda c: [x.channel for x in c.contacts], ["visit"]),  # earlier attempts no longer count
    "contact_attempted": ([event("contact_made", **{"with": "person"}, channel="phone", reached=True)], {"with": "person", "channel": "visit", "reached": False},
                          lambda c: [(x.channel, x.reached) for x in c.contacts], [("phone", True), ("visit", False)]),
    "incident_opened": ([], {"type": "witness", "effect": "on_hold"}, lambda c: (c.status, c.incidents[0].number, c.incidents[0].phase), ("on_hold", 9, "identification")),
    "incident_repeated": ([event("incident_opened", type="witness", effect="on_hold")], {"incident": 2},
                          lambda c: [(i.number, i.last_seq, i.last_at > i.at) for i in c.incidents], [(2, 9, True)]),
    "incident_resolved": ([event("incident_opened", type="witness", effect="on_hold")], {"incident": 2, "resume_step": "a_step"},
                          lambda c: (c.status, c.incidents[0].resume_step), ("open", "a_step")),
    "incident_reopened": ([event("incident_opened", type="witness", effect="on_hold"), event("incident_resolved", 3, incident=2, outcome="arranged")],
                          {"incident": 2}, lambda c: (c.status, c.incidents[0].outcome), ("on_hold", None)),
    "clock_confirmed": ([replace(event("step_completed", step="a_step"), occurred_at=DAY + timedelta(days=9)),
                         replace(event("facts_recorded", facts={"pregnant": True}), occurred_at=DAY + timedelta(days=9))],
                        {}, lambda c: (c.steps["a_step"].state, c.facts["pregnant"].at.hour, c.facts["pregnant"].value), ("open", 17, True)),
    "note_added": ([], {"group": "risk"}, lambda c: (c.last_notes["risk"].seq, c.last_notes["risk"].at), (9, DAY + timedelta(hours=9))),
    "kept_to": ([], {"organisation": "invented_house", "workers": ["anna", "ben"]}, lambda c: c.kept_to, {"invented_house": ("anna", "ben")}),
    "opened_up": ([], {"ground": "let_in", "organisation": "invented_house", "groups": ["risk"], "until": "2026-03-20T08:00:00+00:00"},
                  lambda c: (c.openings[0].house, c.openings[0].groups, c.acted), ("invented_house", ("risk",), 1)),
    "closed_up": ([event("opened_up", ground="break_glass", organisation="invented_house", worker="anna", until="2026-03-20T08:00:00+00:00")],
                  {"entry": 2, "ends": True, "right": False}, lambda c: (c.openings[0].closed_at is not None, c.openings[0].was_right, c.acted), (True, False, 1)),
    "rebased": ([], {"digest": "newer"}, lambda c: c.digest, "digest-9"),
    "prepared": ([], {}, lambda c: (c.phase, c.last_move_at), ("pre_departure", DAY + timedelta(hours=9))),
    "departed": ([event("prepared")], {}, lambda c: c.phase, "travel"),
    "left": ([event("prepared")], {"how": "alone"}, lambda c: (c.phase, c.left.how, c.happened("departed")), ("travel", "alone", DAY + timedelta(hours=9))),
    "arrived": ([event("departed")], {}, lambda c: (c.phase, set(c.moves)), ("arrival", {"departed", "arrived"})),
    "settled": ([event("arrived")], {}, lambda c: c.phase, "follow_up"),
    "turned_back": ([event("prepared"), event("departed", 3), event("arrived", 4)], {}, lambda c: (c.phase, set(c.moves)), ("pre_departure", {"prepared", "turned_back"})),
    "closed": ([event("prepared")], {"reason": "withdrew_return"}, lambda c: (c.phase, c.status, c.closed_as), ("pre_departure", "closed", "withdrew_return")),
    "reopened": ([event("closed", reason="withdrew_return")], {}, lambda c: (c.status, c.closed_as, c.closed_at, "closed" in c.moves), ("open", None, None, False)),
}  # fmt: skip


def test_the_table_of_this_file_knows_every_type_of_event() -> None:
    assert sorted(AFTER) == sorted(EVENT_TYPES[1:])


@pytest.mark.parametrize("type", AFTER)
def test_every_type_of_event_folds_into_its_change(type: str) -> None:
    earlier, data, look, expected = AFTER[type]

    case = fold(told := [*earlier, event(type, 9, **data)], BEFORE)

    assert case is not None
    assert look(case) == expected
    assert (case.version, case.touched_at) == (9, max(one.occurred_at for one in told))


@pytest.mark.parametrize("type", AFTER)
def test_folding_leaves_the_case_before_it_as_it_was(type: str) -> None:
    earlier, data, _, _ = AFTER[type]
    before = fold(earlier, BEFORE)
    assert before is not None
    row = snapshot.write(before)

    apply(before, event(type, 9, **data))

    assert snapshot.write(before) == row


def test_the_first_event_opens_a_case_with_its_facts() -> None:
    case = apply(None, OPENED)

    assert (case.number, case.version, case.phase, case.status) == (NUMBER, 1, "identification", "open")
    assert case.facts == {"age_status": FactRecord("adult", OPENED.occurred_at, 1, "anna")}


@pytest.mark.parametrize("type", ["teleported", "", "STEP_COMPLETED", "opened"])
def test_an_event_of_an_unknown_type_breaks_the_ledger(type: str) -> None:
    with pytest.raises(LedgerBroken, match="does not know"):
        apply(BEFORE, event(type))


@pytest.mark.parametrize("type", [t for t in EVENT_TYPES if t != "opened"])
def test_a_history_that_does_not_begin_with_opened_is_broken(type: str) -> None:
    with pytest.raises(LedgerBroken, match="begin with 'opened'"):
        apply(None, event(type, 1))


def test_no_events_are_no_case() -> None:
    assert fold([]) is None


def test_a_contact_with_somebody_else_is_no_attempt_to_reach_the_person() -> None:
    case = apply(BEFORE, event("contact_attempted", **{"with": "relative-1"}, channel="phone", reached=False))

    assert case.contacts == ()


def _contact(hour: int, seq: int, *, reached: bool) -> Event:
    told = event(
        "contact_made" if reached else "contact_attempted", seq, **{"with": "person"}, channel="phone", reached=reached
    )
    return replace(told, occurred_at=DAY + timedelta(hours=hour), recorded_at=DAY + timedelta(hours=40))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_contacts_count_from_the_last_time_that_the_person_was_reached_in_whatever_order_they_are_typed(
    order: tuple[int, ...],
) -> None:
    happened = [(10, False), (11, True), (12, False), (13, False)]  # hour, and whether they were reached

    case = fold([_contact(*happened[i][:1], 20 + n, reached=happened[i][1]) for n, i in enumerate(order)], BEFORE)

    assert case is not None
    assert [(c.at - DAY, c.reached) for c in case.contacts] == [(timedelta(hours=h), r) for h, r in happened[1:]]


def test_what_happened_first_dates_an_alarm_though_it_was_typed_last() -> None:
    opened = event("incident_opened", 9, type="witness", effect="on_hold")
    again = replace(event("incident_repeated", 11, incident=9, type="witness", effect="on_hold"), occurred_at=DAY)

    case = fold([opened, again], BEFORE)

    assert case is not None
    assert (case.incidents[-1].at, case.incidents[-1].last_at) == (DAY, opened.occurred_at)
    assert case.incidents[-1].last_seq == 11


@pytest.mark.parametrize("place", ["identification", "pre_departure", "follow_up"])
def test_a_whole_return_folds_to_the_case_that_is_stored(desk_in: Callable[[str], Desk], place: str) -> None:
    desk = desk_in(place)
    _, stored = desk.engine._recorded(desk.case)
    with desk.engine._store.database.reading() as connection:
        events = desk.engine._store.events(connection, desk.case)

    assert fold(events) == stored
    half = len(events) // 2
    assert fold(events[half:], fold(events[:half])) == stored
    assert snapshot.read(snapshot.write(stored)) == stored


def test_what_another_record_takes_the_place_of_is_kept_and_of_a_step_only_what_was_done() -> None:
    values = [("facts_recorded", {"facts": {"pregnant": said}}) for said in (False, True, False)]
    states = [("step_completed", "done", "fit"), ("step_redone", "open", None), ("step_completed", "done", "unfit")]
    steps = [(type, {"step": "check", "state": state, "result": result}) for type, state, result in states]

    case = apply(None, OPENED)
    for seq, (type, data) in enumerate([*values, *steps], 2):
        case = apply(case, event(type, seq, **data))

    assert [one.value for one in case.all_of("facts", "pregnant")] == [False, True, False]
    assert [one.value for one in case.all_of("steps", "check")] == ["fit", "unfit"]
    assert case.all_of("travel") == ()


# --- the compact row, for cases that nobody thought of ---------------------------------------------------

IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=8)
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1)).map(lambda m: m.replace(microsecond=0, tzinfo=UTC))  # noqa: DTZ001
VALUES = st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8) | st.lists(IDS, max_size=3).map(tuple)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: IDS, bool: st.booleans(), int: st.integers(1, 10_000), datetime: MOMENTS, date: st.dates(date(1900, 1, 1), date(2199, 1, 1)),
    AnyValue: VALUES, AnyValues: st.dictionaries(IDS, VALUES, max_size=3), NoneType: st.none(),
}  # fmt: skip
OF_NOBODY = dict.fromkeys(("recipient", "of"), st.just("") | IDS)  # these are empty where nobody is meant


def some(hint: Any) -> st.SearchStrategy[Any]:
    """Draw whatever a type allows, by the types of all that it holds; what holds its own kind does so twice at most."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in (UnionType, Union):
        return st.one_of(*map(some, inner))
    if origin is Mapping:
        return st.dictionaries(*map(some, inner), max_size=3)
    if origin is tuple and inner[-1] is ...:
        return st.lists(some(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(some, inner))
    fields = get_type_hints(hint)
    own = {name for name, kind in fields.items() if hint in get_args(kind)}
    others = {name: OF_NOBODY.get(name, some(kind)) for name, kind in fields.items() if name not in own}
    once = st.builds(hint, **others, **dict.fromkeys(own, st.none()))
    return st.builds(hint, **others, **dict.fromkeys(own, st.none() | once)) if own else once


def under_their_keys(case: Case) -> Case:
    given = case.consents.values()
    return replace(
        case,
        consents={consent_key(one.purpose, one.recipient, one.of): one for one in given},
        organisations={one.id: one for one in case.organisations.values()},
    )


CASES = some(Case).map(under_their_keys)


@given(CASES)
def test_any_case_is_the_same_after_being_a_row(case: Case) -> None:
    again = snapshot.read(snapshot.write(case))

    assert again == case
    assert again.status == case.status
    assert snapshot.write(again) == snapshot.write(case)


@given(IDS, st.just("") | IDS, st.just("") | IDS)
def test_the_key_of_a_step_is_read_back_as_written(step: str, round: str, of: str) -> None:
    assert StepKey.read(StepKey(step, round, of).text()) == StepKey(step, round, of)


@pytest.mark.parametrize("blob", [b"", b"\x90", b"\x80", b"\xc0", b"\x91\x63", b"\x92\x01\xa2WH", b"\xff\xfe", b"1"])
def test_a_row_that_cannot_be_read_is_one_of_another_version_and_nothing_else(blob: bytes) -> None:
    with pytest.raises(snapshot.OtherVersion):
        snapshot.read({"case": blob})


def test_a_row_that_was_written_under_other_declarations_is_not_read() -> None:
    """Field by field it might fit, and mean something else."""
    row = msgpack.decode(snapshot.write(BEFORE)["case"])

    with pytest.raises(snapshot.OtherVersion):
        snapshot.read({"case": msgpack.encode(["of another version", *row[1:]])})
    assert snapshot.read({"case": msgpack.encode(row)}) == BEFORE
