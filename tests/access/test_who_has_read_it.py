"""Who has read what of a case is written down before the answer is given, and told to who may know it. Typed from the domain text (access,
sections 6, 8 and 9): every read that shows more than a summary, with account, groups, ground, day and hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor, NotFound, NotPermitted, to_json
from wayhome.packs.plugins import Packs

from tests.access.test_what_each_house_is_told import (
    GROUPS,
    HOST,
    LEADS,
    NAMED,
    READS_ALONE,
    RECEIVES,
    SHARED,
    YES,
    a_word_of,
    matrix,
    noted,
    opened_by,
)
from tests.attacks.play import Play, begun, ready_to_depart

MANAGER = Actor("anna", LEADS, {"case_manager_sending"})
GUARD, FAR_GUARD = (Actor("dana", house, {"data_protection_officer"}) for house in (LEADS, RECEIVES))
LEADER = Actor("lena", LEADS, {"programme_manager"})


@pytest.fixture
def case(packs: Packs) -> Iterator[Play]:
    """A return that is ready, with a word in each group."""
    with begun(ready_to_depart, packs) as play:
        for group in GROUPS:
            play.given(*noted(group, a_word_of(group)))
        play.wait(hours=25)  # so that nobody reads a word because they have typed it
        yield play


def who_read(play: Play, as_: Actor = GUARD, *, account: str | None = None) -> list[Any]:
    rows = play.engine.read_log(play.case, as_=as_)
    assert not rows.damaged
    return [row for row in rows if account is None or row.account == account]


# --- what is written down -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(HOST))
def test_the_groups_whose_words_were_shown_are_those_that_are_written_down(case: Play, role: str) -> None:
    who = Actor("invented_reader", LEADS, {role})
    text = str(to_json(case.engine.history(case.case, as_=who, limit=1_000)))

    (row,) = who_read(case, account="invented_reader")
    shown = {group for group in GROUPS if a_word_of(group) in text}
    assert shown >= {group for group in GROUPS if matrix()[role].get(group) in READS_ALONE}
    assert {*row.groups} == shown
    assert (row.roles, row.grounds, row.how, row.organisation) == ((role,), ("leads",), ("history",), LEADS)
    assert (row.on, row.hours) == (case.now.date(), (case.now.replace(minute=0, second=0, microsecond=0),))


def test_of_another_house_it_says_what_its_consent_opened_and_on_which_ground(case: Play) -> None:
    case.given("case_manager_sending", {**YES, "recipient": NAMED, "groups": SHARED})
    who = Actor("invented_reader", NAMED, {"service_provider"})
    text = str(to_json(case.engine.history(case.case, as_=who, limit=1_000)))

    (row,) = [one for one in who_read(case) if one.organisation == NAMED]
    shown = {group for group in GROUPS if a_word_of(group) in text}
    assert shown == {"first_name", "phone", "address"} <= opened_by(SHARED)  # those with an R or a C in section 4
    assert {*row.groups} - {"consent", "instructions"} == shown
    assert row.grounds == ("consent",)


def test_a_summary_is_no_reading(case: Play) -> None:
    officer = Actor("night_officer", LEADS, {"travel_officer"})
    case.engine.next(case.case, as_=officer)
    case.engine.blockers(case.case, "depart", as_=officer)
    case.engine.why(case.case, "depart", as_=officer)
    case.engine.number_of(case.case, as_=officer)
    case.engine.process_of(case.case, as_=officer)

    assert who_read(case, account="night_officer") == []


@pytest.mark.parametrize("how", ["case", "history", "list", "found", "changes", "form"])
def test_each_way_of_reading_is_named(case: Play, how: str) -> None:
    case.given("case_manager_sending", {"do": "record", "facts": {"chosen_name": "Invented Blessing"}})
    ask = {
        "case": lambda: case.engine.case(case.case, as_=MANAGER),
        "history": lambda: case.engine.history(case.case, as_=MANAGER),
        "list": lambda: (case.engine.today(as_=MANAGER), case.engine.due(as_=MANAGER)),
        "found": lambda: case.engine.cases(called="blessing", as_=MANAGER),
        "changes": lambda: case.engine.changes(as_=MANAGER),
        "form": lambda: case.engine.form(case.case, waits_for_a_signature(case), as_=MANAGER),
    }
    ask[how]()

    (row,) = who_read(case, account="anna")
    assert row.how == (how,)
    assert row.groups
    if how == "found":
        assert row.groups == ("first_name",)  # that it is her; nothing else was shown


def waits_for_a_signature(case: Play) -> dict[str, Any]:
    vetted = {"for": ["house"], "how": ["visited"], "seen_where": "an invented house", "result": "trusted"}
    ref = case.involved("relative")
    case.given("risk_assessor", {"do": "complete", "step": "party_vetting", "of": ref, **vetted})
    return {"do": "sign", "step": "party_vetting", "of": ref}


def test_what_one_does_is_no_reading_and_what_the_clock_does_is_none(case: Play) -> None:
    case.engine.read_log(case.case, as_=GUARD)  # who looks at the list stands in it, too
    before = len(who_read(case))
    case.given("case_manager_sending", {"do": "note", "group": "case", "text": "(invented) nothing"})
    case.engine.ring()

    assert len(who_read(case)) == before


# --- once for each hour ------------------------------------------------------------------------------------------------


def kept(play: Play) -> int:
    reads = play.engine._store.reads
    assert reads is not None
    return reads.count()


def test_what_is_read_after_midnight_is_of_the_new_day_where_the_return_starts_also_in_a_list(case: Play) -> None:
    night = case.now.replace(hour=22, minute=30) + timedelta(days=1)  # half past midnight in Brussels
    case.clock.moment = night
    case.engine.due(as_=MANAGER)
    case.engine.case(case.case, as_=MANAGER)

    rows = who_read(case, account="anna")
    assert [(row.on, set(row.how)) for row in rows] == [(night.date() + timedelta(days=1), {"case", "list"})]


def test_one_row_for_each_account_and_hour_and_one_more_where_more_was_read(case: Play) -> None:
    begins = kept(case)
    doctor = Actor("invented_doctor", LEADS, {"medical_officer"})
    for _ in range(3):
        case.engine.case(case.case, as_=MANAGER)
        case.engine.case(case.case, as_=doctor)
    assert kept(case) == begins + 2

    case.given(
        "case_manager_sending", {"do": "record", "facts": {"nationalities": ["NG"], "name_on_ticket": "INVENTED"}}
    )
    case.engine.case(case.case, as_=doctor)
    assert kept(case) == begins + 3  # of the doctor, who was told of another group

    case.wait(hours=1)
    case.engine.case(case.case, as_=doctor)
    assert kept(case) == begins + 4
    (row,) = who_read(case, account="invented_doctor")
    assert len(row.hours) == 2


# --- who is told of it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted({*HOST} - {"data_protection_officer", "programme_manager"}))
def test_nobody_else_is_told_who_has_read(case: Play, role: str) -> None:
    with pytest.raises(NotPermitted) as refused:
        case.engine.read_log(case.case, as_=Actor("invented_reader", LEADS, {role}))

    assert refused.value.code == "read_log"
    assert "data protection officer" in refused.value.todo


def test_who_is_not_in_the_case_is_told_nothing_of_it(case: Play) -> None:
    with pytest.raises(NotFound):
        case.engine.read_log(case.case, as_=Actor("x", "an_organisation_of_nobody", {"data_protection_officer"}))


def test_the_leader_of_the_programme_is_told_that_somebody_read_and_nothing_else(case: Play) -> None:
    case.engine.case(case.case, as_=MANAGER)

    (row,) = [one for one in who_read(case, LEADER) if one.roles == ("case_manager_sending",)]
    assert (row.on, row.organisation) == (case.now.date(), LEADS)
    assert (row.groups, row.grounds, row.how, row.account, row.hours) == ((), (), (), "", ())


def test_of_staff_of_another_house_neither_the_account_nor_the_hour_is_told(case: Play) -> None:
    case.engine.case(case.case, as_=MANAGER)
    case.engine.case(case.case, as_=Actor("bola", RECEIVES, {"case_manager_receiving"}))

    for guard, own, other in ((GUARD, "anna", RECEIVES), (FAR_GUARD, "bola", LEADS)):
        rows = who_read(case, guard)
        assert own in {row.account for row in rows}
        assert {(row.account, row.hours) for row in rows if row.organisation == other} == {("", ())}


def test_a_house_that_one_is_not_told_of_is_not_named_as_a_reader_either(case: Play) -> None:
    shares = {**YES, "purpose": "health_share", "recipient": NAMED, "groups": ["identity", "health"]}
    ends = {"do": "withdraw", "purpose": "share_partner", "recipient": RECEIVES, "channel": "phone"}
    case.given("case_manager_sending", shares, ends)
    case.engine.history(case.case, as_=Actor("invented_doctor", NAMED, {"medical_officer"}))
    case.engine.case(case.case, as_=MANAGER)

    shown = (case.engine.case(case.case, as_=FAR_GUARD), case.engine.history(case.case, as_=FAR_GUARD, limit=1_000))
    assert NAMED not in str(to_json(shown))
    assert {row.organisation for row in who_read(case, FAR_GUARD)} == {LEADS, RECEIVES}
    assert NAMED in {row.organisation for row in who_read(case, GUARD)}


def test_what_was_seen_before_a_withdrawal_stays_listed(case: Play) -> None:
    case.given("case_manager_sending", {**YES, "recipient": NAMED, "groups": SHARED})
    case.engine.case(case.case, as_=Actor("invented_reader", NAMED, {"reception_officer"}))
    case.given(
        "case_manager_sending", {"do": "withdraw", "purpose": "share_partner", "recipient": NAMED, "channel": "phone"}
    )
    with pytest.raises(NotFound):
        case.engine.case(case.case, as_=Actor("invented_reader", NAMED, {"reception_officer"}))

    (row,) = [one for one in who_read(case) if one.organisation == NAMED]
    assert row.roles == ("reception_officer",)
