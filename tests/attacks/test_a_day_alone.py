"""Of much that happened nobody knows the hour: `at` may be a day alone. It is kept as a day; the order in which people tell
what happened on it is believed; an age counts from its start, and a wait from its end (design 4.4).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from wayhome.calendar.spans import clock_text
from wayhome.commands import Open
from wayhome.errors import BadInput

from tests.attacks.acts import HERE, THERE, on
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    DEPART,
    DOCTOR,
    LEADER,
    MANAGER,
    RECEIVER,
    START,
    TRAVEL,
    Command,
    Enough,
    Play,
    actor,
    complete,
    opened,
    read,
)

SECOND = timedelta(seconds=1)
FIT = complete("fit_to_travel_check", result="fit")
RECHECK = complete("risk_recheck", result="unchanged", will_confirmed=True)


def starts(day: date, zone: ZoneInfo = HERE) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def ends(day: date, zone: ZoneInfo = HERE) -> datetime:
    return starts(day + timedelta(days=1), zone) - SECOND


# --- it is kept as a day --------------------------------------------------------------------------------


def test_what_is_told_with_a_day_alone_is_shown_as_a_day_and_no_hour_is_made_up(begin: Begin) -> None:
    case = begin()
    case.wait(days=2)
    yesterday = case.now.astimezone(HERE).date() - timedelta(days=1)
    case.given(MANAGER, {**complete("register_referral"), "at": yesterday.isoformat()})
    case.given(MANAGER, {"do": "incident", "type": "witness", "effect": "none", "at": yesterday.isoformat()})

    assert case.step("register_referral").done_at == yesterday
    assert [one["at"] for one in case.seen().incidents] == [yesterday.isoformat()]
    row = next(row for row in case.history() if row.data.get("step") == "register_referral")
    assert row.data["day"]["is"] == yesterday.isoformat()
    assert row.recorded_at == case.now


def test_a_program_may_give_a_day_as_a_date(begin: Begin) -> None:
    case = begin()
    case.wait(days=1)
    case.given(MANAGER, {**complete("register_referral"), "at": START.date()})

    assert case.step("register_referral").done_at == START.date()


def test_today_is_no_moment_that_is_still_to_come_and_tomorrow_is(begin: Begin) -> None:
    case = begin()
    contact = complete("register_referral")
    tomorrow = case.now.astimezone(HERE).date() + timedelta(days=1)

    assert case.faults(MANAGER, {**contact, "at": tomorrow.isoformat()}) == {("at", "contradiction")}
    case.given(MANAGER, {**contact, **on(case)})
    (row,) = [row for row in case.history() if row.data.get("step") == "register_referral"]
    assert datetime.fromisoformat(row.data["day"]["ends"]) == case.now  # it had happened when it was written down


def test_the_day_before_a_case_was_opened_is_none_of_its_days(begin: Begin) -> None:
    case = begin()
    before = START.astimezone(HERE).date() - timedelta(days=1)

    assert case.faults(MANAGER, {**complete("register_referral"), "at": before.isoformat()}) == {
        ("at", "contradiction")
    }


def test_what_is_no_day_and_no_moment_is_told_so(begin: Begin) -> None:
    case = begin()
    for said in ("2026-02-30", "yesterday", "2026-03-02T10:00"):
        assert case.faults(MANAGER, {**complete("register_referral"), "at": said}) == {("at", "unreadable")}


def test_a_referral_is_opened_with_its_day() -> None:
    case = opened(at=date(2026, 2, 20))  # type: ignore[arg-type]

    assert case.seen().opened_at == date(2026, 2, 20)
    case.given(MANAGER, {**complete("register_referral"), "at": "2026-02-20"})
    assert case.step("register_referral").done_at == date(2026, 2, 20)


# --- the order within it is believed ----------------------------------------------------------------------


def test_of_a_contact_of_that_day_nobody_knows_whether_it_was_after_an_alarm_that_has_its_hour(fresh: Play) -> None:
    case, reached = fresh, {"do": "contact", "with": "person", "channel": "phone", "reached": True}
    ends_it = {"do": "resolve", "incident": "risk_high", "outcome": "reached_on_the_way"}
    case.given(TRAVEL, DEPART)
    case.wait(hours=1)
    case.given(MANAGER, {**reached, **on(case)})
    case.wait(minutes=5)
    case.given(MANAGER, {"do": "incident", "type": "risk_high"})
    case.wait(minutes=5)
    assert ("INPUT", "person_reached") in case.why(ends_it).reasons

    case.given(MANAGER, {**reached, **on(case)})
    assert ("INPUT", "person_reached") in case.why(ends_it).reasons
    case.given(MANAGER, reached)
    assert case.why(ends_it).done


def test_an_entry_of_a_day_does_not_stand_before_what_was_recorded_of_it_with_its_hour(begin: Begin) -> None:
    case = begin()
    case.wait(hours=4)
    case.given(MANAGER, {"do": "record", "facts": {"has_passport": True}})
    case.wait(hours=1)
    case.given(MANAGER, {"do": "record", "facts": {"has_passport": False}, **on(case)})

    assert case.seen().facts["has_passport"] is False


def test_what_is_told_with_its_hour_after_a_day_alone_stands(begin: Begin) -> None:
    case = begin()
    case.wait(hours=6)
    case.given(MANAGER, {"do": "record", "facts": {"has_passport": True}, **on(case)})
    case.given(
        MANAGER, {"do": "record", "facts": {"has_passport": False}, "at": (START + timedelta(hours=1)).isoformat()}
    )

    assert case.seen().facts["has_passport"] is False


# --- an age counts from its start ----------------------------------------------------------------------------


def test_evidence_of_a_day_is_as_old_as_its_first_minute(fresh: Play) -> None:
    fresh.until(fresh.takes_off - timedelta(hours=7))
    fresh.anew("fit_to_travel_check")
    fresh.given(DOCTOR, {**FIT, **on(fresh)})

    today = fresh.now.astimezone(HERE).date()
    assert fresh.step("fit_to_travel_check").expires_at == starts(today) + timedelta(hours=72)


def test_who_says_the_day_alone_makes_no_evidence_younger(begin: Begin) -> None:
    """A check of nearly three days ago still counts; told as of its day, it may be from the first minute of it."""
    case = begin()

    def as_of_its_day(at: Play, do: Any) -> bool:
        if do.get("step") != "fit_to_travel_check":
            return False
        then = at.takes_off - timedelta(hours=71)
        at.given(MANAGER, {"do": "record", "facts": {"pregnant": False}, "at": then.isoformat()})
        at.given(DOCTOR, {**FIT, "at": then.astimezone(HERE).date().isoformat()})
        raise Enough

    case.prepare(instead=as_of_its_day)

    assert case.told("INV-15") == [("the fit-to-travel check is older than 72 hours on that day", "check again")]


@pytest.mark.parametrize(("later", "too_old"), [(timedelta(0), False), (SECOND, True)])
def test_a_vetting_of_a_day_ends_twelve_months_after_its_start(begin: Begin, later: timedelta, too_old: bool) -> None:
    case = begin()
    ref = case.involved("escort")
    case.wait(hours=10)
    case.vetted(ref, "escort", **on(case))
    case.until(starts(date(2027, 3, 2)) + later)

    assigned = {"do": "assign", "role": "escort", "ref": ref}
    said = "the escort cannot be trusted: they were vetted more than 12 months ago"
    assert [fact for fact, _ in case.told("INV-19", assigned)] == [said] * too_old


@pytest.mark.parametrize(("later", "waits"), [(timedelta(0), False), (SECOND, True)])
def test_a_late_entry_of_a_day_is_as_late_as_its_first_minute(begin: Begin, later: timedelta, waits: bool) -> None:
    case = begin()

    def three_days_later(at: Play, do: Any) -> bool:
        if do.get("purpose") != "return":
            return False
        at.wait(hours=24)
        day = at.now.astimezone(HERE).date()
        at.given(MANAGER, {"do": "record", "facts": {"pregnant": False}})
        at.until(starts(day) + timedelta(hours=72) + later)
        at.given(MANAGER, {**do, "at": day.isoformat()})
        raise Enough

    case.prepare(instead=three_days_later)

    late = (
        "the yes was written down more than 72 hours late, and nobody else has seen it",
        "let somebody else read it, and sign it",
    )
    assert (late in case.told("INV-01")) == waits


# --- a wait counts from its end --------------------------------------------------------------------------------


def test_the_time_to_think_runs_from_the_end_of_the_day_of_what_was_told(begin: Begin) -> None:
    case = begin()

    def tells_it_of_its_day(at: Play, do: Any) -> bool:
        if do.get("step") != "origin_information":
            return False
        at.wait(hours=3)
        at.given(MANAGER, {**do, **on(at, days_ago=0)})
        told.append(at.now)
        at.wait(days=1)
        raise Enough

    told: list[datetime] = []
    case.prepare(instead=tells_it_of_its_day)
    (told_at,) = told

    opens = [wait for wait in case.step("return_consent").waits_for if wait.startswith("time:")]
    assert opens == [f"time:{told_at + timedelta(hours=48):%Y-%m-%dT%H:%M:%SZ}"]  # it was written down that day


def test_what_is_told_of_a_day_before_its_hour_has_come_asks_for_the_hour(begin: Begin) -> None:
    case = begin()

    def checks(at: Play, do: Any) -> bool:
        if do.get("step") != "fit_to_travel_check":
            return False
        raise Enough

    case.prepare(instead=checks)
    opens = case.takes_off - timedelta(hours=72)
    check = {**FIT, "at": opens.astimezone(HERE).date().isoformat()}

    said = f"'Check fitness to travel' may not be done before {clock_text(opens, 'Europe/Brussels')}"
    assert case.told("STEP", check, DOCTOR) == [
        (said, "if it was later, say when, in 'at' with the hour; else do it again")
    ]
    assert case.told("STEP", {**check, "at": opens.isoformat()}, DOCTOR) == []


# --- moves ----------------------------------------------------------------------------------------------------


def test_a_boarding_has_its_hour(fresh: Play) -> None:
    with pytest.raises(BadInput) as said:
        fresh.engine.do(read({**DEPART, **on(fresh)}, fresh.case), as_=actor(TRAVEL))

    assert str(said.value).startswith("A boarding has its hour.")


def test_that_somebody_was_gone_one_day_is_told_as_it_is_known(fresh: Play) -> None:
    case = fresh
    case.wait(days=1)
    yesterday = case.now.astimezone(HERE).date() - timedelta(days=1)
    case.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown", "at": yesterday.isoformat()})

    assert case.seen().left == {"how": "unknown", "at": yesterday.isoformat()}
    assert case.seen().phase == "travel"


def test_what_follows_a_landing_of_a_day_is_due_from_its_end(fresh: Play) -> None:
    case = fresh
    case.given(TRAVEL, DEPART)
    case.until(case.lands + timedelta(days=1))
    landed = case.lands.astimezone(THERE).date()
    case.given(RECEIVER, {"do": "move", "to": "arrive", "at": landed.isoformat()})

    due = {row.step: row.due_at for row in case.engine.due(as_=case.actor(RECEIVER))}
    assert due["arrival_reception"] == ends(landed, THERE) + timedelta(hours=2)


def test_that_an_alarm_ended_one_day_is_shown_with_the_day(begin: Begin) -> None:
    case = begin()
    case.given(MANAGER, {"do": "incident", "type": "complaint"})
    number = case.seen().incidents[0]["number"]
    case.wait(days=1)
    case.given(LEADER, {"do": "resolve", "incident": str(number), **on(case)})

    assert case.seen().incidents[0]["resolved_at"] == on(case)["at"]


# --- which day it is, is asked where the person is -------------------------------------------------------------------


def test_a_target_day_lies_in_the_past_from_midnight_on_where_the_person_is() -> None:
    case = opened(start=datetime(2026, 6, 10, 22, 30, tzinfo=UTC))  # half past midnight in Brussels, of the eleventh
    target = {"do": "travel", "status": "target"}

    assert case.faults(TRAVEL, {**target, "departs_on": "2026-06-10"}) == {("departs_on", "contradiction")}
    assert case.faults(TRAVEL, {**target, "departs_on": "2026-06-11"}) == set()


# --- the day on which a case was opened ------------------------------------------------------------------------------


def test_a_departure_on_the_day_on_which_the_case_was_opened_is_refused_by_the_rules_of_departing(begin: Begin) -> None:
    """It ended in an error that nobody foresaw: the case was looked at as it was before it was opened. (a random walk found it)"""
    case = begin()
    case.wait(hours=5)
    number = case.engine.do(
        Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}, at=START.date()),
        as_=actor(MANAGER),
    ).case
    case = replace(case, case=number)

    boarded = case.boards(at=START + timedelta(hours=1))

    assert boarded.kind == "refused"
    assert {"PHASE", "STEP"} <= boarded.rules


# --- the first day of the calendar ----------------------------------------------------------------


@pytest.mark.parametrize("act", [complete("register_referral"), {"do": "record", "facts": {"has_passport": True}}])
def test_the_first_day_of_the_calendar_is_a_day(begin: Begin, act: Command) -> None:
    """Its first minute lies before all that a computer counts: it is told so, and nothing breaks."""
    case = begin()

    assert case.tried(MANAGER, {**act, "at": date.min.isoformat()}, may_be_bad_input=True).kind in ("done", "bad_input")
