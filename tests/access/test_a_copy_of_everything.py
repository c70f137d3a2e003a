"""All that is held of a person can be given to them: as far as their own column goes, with what is kept back said, and by whom it was made
(access, sections 4 and 9; INV-29).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from wayhome import Actor, BadInput, KeptBack, NotPermitted, to_json
from wayhome.packs.plugins import Packs

from tests.access.test_what_each_house_is_told import (
    GROUPS,
    HOST,
    LEADS,
    READS_ALONE,
    RECEIVES,
    a_word_of,
    matrix,
    noted,
)
from tests.access.test_who_has_read_it import GUARD, MANAGER, who_read
from tests.attacks.play import Play, begun, ready_to_depart

SECOND_GUARD = Actor("doro", LEADS, {"data_protection_officer"})
MAKE_IT = {"case_manager_sending", "data_protection_officer"}  # of the house that leads: managers, and data protection


@pytest.fixture
def case(packs: Packs) -> Iterator[Play]:
    """A return that is ready, with a word in each group, and a relative who has a name."""
    with begun(ready_to_depart, packs) as play:
        for group in GROUPS:
            play.given(*noted(group, a_word_of(group)))
        play.given(
            "case_manager_sending",
            {"do": "involve", "by": "person", "relation": "relative", "name": "Invented Aunt", "born_on": "1970-02-03"},
        )
        yield play


def copy_of(play: Play, *keep_back: KeptBack, as_: Actor = GUARD, **more: Any) -> Any:
    return play.engine.everything(play.case, keep_back=keep_back, as_=as_, **more)


def text_of(copy: Any) -> str:
    return str(to_json(copy))


def entry_of(play: Play, word: str) -> int:
    return next(row.seq for row in copy_of(play).history if word in str(to_json(row)))


def others(entry: int, **more: Any) -> KeptBack:
    return KeptBack(entry=entry, **{"ground": "others", "why": "she was not asked, and may not be named", **more})


def test_it_has_what_the_person_may_see_and_nothing_else(case: Play) -> None:
    text = text_of(copy_of(case))

    theirs = {group for group in GROUPS if matrix()["person"].get(group) in READS_ALONE}
    assert {group for group in GROUPS if a_word_of(group) in text} == theirs == {*GROUPS}
    assert "Invented Aunt" in text


def test_of_staff_no_account_stands_in_it(case: Play) -> None:
    case.engine.case(case.case, as_=MANAGER)
    copy = copy_of(case)

    assert {row.actor for row in copy.history} == {""}
    assert {row.account for row in copy.read_log} == {""}
    assert copy.case.case_workers == {}
    assert "case_manager_sending" in {role for row in copy.read_log for role in row.roles}
    text = text_of(copy)
    assert not [account for account in ("anna", "dana", "invented_risk_assessor") if f"'{account}'" in text]


def test_what_is_kept_back_stands_nowhere_in_it_and_is_said_with_its_ground(case: Play) -> None:
    entry = entry_of(case, "Invented Aunt")
    copy = copy_of(case, others(entry))

    text = text_of(copy)
    assert "Invented Aunt" not in text
    assert "1970-02-03" not in text
    assert entry not in {row.seq for row in copy.history}
    assert [(one.entry, one.ground) for one in copy.kept_back] == [(entry, "others")]
    assert "Invented Aunt" in text_of(copy_of(case))  # of the next copy it is said anew


def test_a_fact_that_is_kept_back_is_no_fact_of_the_copy(case: Play) -> None:
    case.given("case_manager_sending", {"do": "record", "facts": {"other_names": "Invented Osas"}})
    entry = entry_of(case, "Invented Osas")

    copy = copy_of(case, others(entry))
    assert "other_names" not in copy.case.facts
    assert "Invented Osas" not in text_of(copy)


def test_a_step_a_place_and_an_alarm_that_are_kept_back_are_none_of_the_copy(case: Play) -> None:
    case.given("case_manager_sending", {"do": "incident", "type": "missing_document", "note": "an invented letter"})
    whole = copy_of(case)
    done, alarm, place = (
        next(row for row in reversed(whole.history) if row.type == type)
        for type in ("step_completed", "incident_opened", "role_assigned")
    )

    view = copy_of(case, *(others(entry) for entry in (done.seq, alarm.seq, place.seq))).case
    assert done.data["step"] in {row.id for row in whole.case.steps if row.state == "done"}
    assert done.data["step"] not in {row.id for row in view.steps}
    assert "missing_document" not in {one["type"] for one in view.incidents}
    assert {*whole.case.roles} - {*view.roles} == {place.data["role"]}


def test_for_a_danger_two_of_different_roles_say_the_same(case: Play) -> None:
    entry = entry_of(case, a_word_of("risk"))
    soon = case.now.date() + timedelta(days=80)
    danger = others(entry, ground="danger", until=soon)

    for alone in (GUARD, SECOND_GUARD):  # two of one role are not enough
        with pytest.raises(NotPermitted) as refused:
            copy_of(case, danger, as_=alone)
        assert (refused.value.code, refused.value.values["entries"]) == ("second", (entry,))
    assert a_word_of("risk") not in text_of(copy_of(case, danger, as_=MANAGER))
    rows = {(row.account, row.kept_back) for row in who_read(case) if row.kept_back}
    assert rows == {(who, ((entry, "danger"),)) for who in ("dana", "doro", "anna")}


def test_what_one_has_said_of_a_danger_serves_no_later_day(case: Play) -> None:
    entry, today = entry_of(case, a_word_of("risk")), case.now.date()
    with pytest.raises(NotPermitted):
        copy_of(case, others(entry, ground="danger", until=today + timedelta(days=1)))

    longer = others(entry, ground="danger", until=today + timedelta(days=90))
    with pytest.raises(NotPermitted) as refused:
        copy_of(case, longer, as_=MANAGER)
    assert refused.value.code == "second"
    assert copy_of(case, longer, as_=GUARD).kept_back == (longer,)  # by now both have said it


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"entry": 10_000}, "keep_back[0].entry", "unknown"),
        ({"ground": "awkward"}, "keep_back[0].ground", "unknown"),
        ({"ground": "law"}, "keep_back[0].article", "missing"),
        ({"ground": "danger"}, "keep_back[0].until", "missing"),
        ({"ground": "danger", "until": date(2030, 1, 1)}, "keep_back[0].until", "missing"),
        ({"until": date(2020, 1, 1)}, "keep_back[0].until", "contradiction"),
        ({"ground": "child"}, "keep_back[0].ground", "contradiction"),
        ({"why": ""}, "keep_back[0].why", None),
    ],
    ids=lambda one: str(one)[:40],
)
def test_what_is_kept_back_without_a_ground_that_holds_is_refused(
    case: Play, wrong: dict[str, Any], field: str, code: str | None
) -> None:
    with pytest.raises(BadInput) as refused:
        copy_of(case, others(**{"entry": 3, **wrong}))

    assert [fault.field for fault in refused.value.faults] == [field]
    assert code in (None, refused.value.faults[0].code)
    assert who_read(case) == []


@pytest.mark.parametrize("role", sorted(HOST))
def test_who_manages_the_case_or_looks_after_data_protection_makes_it(case: Play, role: str) -> None:
    who = Actor("invented_maker", LEADS, {role})
    if role in MAKE_IT:
        assert copy_of(case, as_=who).case.number == case.case
        return
    with pytest.raises(NotPermitted) as refused:
        copy_of(case, as_=who)
    assert refused.value.code == "everything"


@pytest.mark.parametrize("role", sorted(MAKE_IT))
def test_that_it_was_made_is_written_down_and_who_made_it_is_told_nothing_of_it(case: Play, role: str) -> None:
    copy_of(case, as_=Actor("invented_maker", LEADS, {role}))

    (row,) = [one for one in who_read(case) if one.roles == (role,)]
    assert row.how == ("everything",)
    assert "psychosocial" in row.groups
    view = case.engine.case(case.case, as_=Actor("invented_maker", LEADS, {role}))
    assert a_word_of("psychosocial") not in str(to_json(view))


def test_another_house_makes_none(case: Play) -> None:
    with pytest.raises(NotPermitted) as refused:
        copy_of(case, as_=Actor("bola", RECEIVES, {"case_manager_receiving"}))
    assert refused.value.code == "everything"


def test_of_each_entry_it_is_said_on_which_ground_it_may_be_kept_back(case: Play) -> None:
    found = case.engine.may_be_kept_back(case.case, as_=GUARD)

    assert found[entry_of(case, "Invented Aunt")] == ("others",)
    assert found[entry_of(case, a_word_of("risk"))] == ("danger",)
    assert entry_of(case, a_word_of("first_name")) not in found
    assert {ground for grounds in found.values() for ground in grounds} <= {
        "others", "danger", "law", "open_complaint"
    }  # fmt: skip


@pytest.mark.parametrize("role", sorted(MAKE_IT))
def test_that_there_is_a_complaint_is_told_to_who_is_told_of_complaints(case: Play, role: str) -> None:
    found = case.engine.may_be_kept_back(case.case, as_=Actor("invented_maker", LEADS, {role}))

    told = "open_complaint" in {ground for grounds in found.values() for ground in grounds}
    assert told == (matrix()[role].get("complaint", "-") != "-")
    assert all(found.values())


APPOINTED: list[dict[str, Any]] = [
    {"do": "record", "facts": {"has_responsible_adult": True}},
    {"do": "assign", "role": "guardian", "partner": "be_guardianship_service"},
]


@pytest.mark.parametrize("age", ["adult", "child"])
def test_who_is_called_a_guardian_and_was_never_appointed_is_given_no_copy(packs: Packs, age: str) -> None:
    with begun(packs=packs, facts={"age_status": age}) as play:
        play.given("case_manager_sending", {"do": "involve", "by": "person", "relation": "guardian", "name": "G"})
        with pytest.raises(BadInput):
            copy_of(play, made_for="guardian")


def test_at_18_the_copy_for_the_guardian_ends(packs: Packs) -> None:
    with begun(packs=packs, facts={"age_status": "child"}) as play:
        turns = play.now.date() + timedelta(days=3)
        play.given("case_manager_sending", *APPOINTED)
        play.given("case_manager_sending", {"do": "record", "facts": {"turns_18_on": turns.isoformat()}})
        assert copy_of(play, made_for="guardian").made_for == "guardian"
        play.wait(hours=24 * 5)
        with pytest.raises(BadInput):
            copy_of(play, made_for="guardian")


def test_for_a_guardian_it_goes_as_far_as_theirs_and_what_the_child_told_may_be_kept_back(packs: Packs) -> None:
    with begun(packs=packs, facts={"age_status": "child"}) as play:
        with pytest.raises(BadInput):
            copy_of(play, made_for="guardian")
        play.given("case_manager_sending", *APPOINTED)
        for group in GROUPS:
            play.given(*noted(group, a_word_of(group)))
        play.given(
            "case_manager_sending", {"do": "note", "group": "family", "text": "told in confidence", "by": "person"}
        )

        text = text_of(copy_of(play, made_for="guardian"))
        theirs = {group for group in GROUPS if matrix()["guardian"].get(group) in READS_ALONE}
        assert {group for group in GROUPS if a_word_of(group) in text} == theirs
        entry = entry_of(play, "told in confidence")
        assert "child" in play.engine.may_be_kept_back(play.case, made_for="guardian", as_=GUARD)[entry]
        kept = others(entry, ground="child")
        assert "told in confidence" not in text_of(copy_of(play, kept, made_for="guardian"))


# --- that the person asked for it is not forgotten --------------------------------------------------------------------

ASKED = {"do": "incident", "type": "data_request", "by": "person", "heard_by": "phone"}
GIVEN = {
    "do": "resolve",
    "incident": "data_request",
    "outcome": "answered",
    "reason": "(invented) read to her by phone",
}


def due_to(play: Play, actor: Actor) -> list[date]:
    return [
        one.due_at.date()
        for one in play.engine.due(as_=actor)
        if (one.step, one.round) == ("incident:data_request", "review")
    ]


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_what_the_person_has_asked_for_is_due_within_a_month_also_in_a_closed_case(case: Play, closed: bool) -> None:
    if closed:
        case.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
        case.given(MANAGER, {"do": "consent", "purpose": "return", "answer": "refused"})
        case.given(MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return"})
    case.given(MANAGER, ASKED)

    (until,) = due_to(case, MANAGER)
    assert until == (case.now + timedelta(days=28)).date()
    assert due_to(case, GUARD) == [until]


def test_that_it_was_given_is_said_by_another_than_who_wrote_down_the_request(case: Play) -> None:
    case.given(MANAGER, ASKED)

    assert case.tried(MANAGER, GIVEN).reasons == {("ROLE", "data_request")}
    case.given(Actor("colleague", LEADS, {"case_manager_sending"}), GIVEN)
    assert due_to(case, GUARD) == []


def test_a_request_holds_up_neither_the_journey_nor_the_end_of_a_case(case: Play) -> None:
    before = case.why().reasons
    case.given(MANAGER, ASKED)

    assert case.why().reasons == before
    closes = {"do": "move", "to": "close", "reason": "other_durable_solution"}
    assert not [one for one in case.why(closes).reasons if "data_request" in one]
