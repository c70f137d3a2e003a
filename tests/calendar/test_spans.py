"""Arithmetic with lengths of time: civil days in the zone of the party who has the duty, exact hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from wayhome.calendar.days import add_working_days, feasts, is_working_day
from wayhome.calendar.spans import at_time, due, end_of_day, shift, skipped_feasts, start_of_day, zone_of
from wayhome.errors import filled
from wayhome.packs.kinds.spans import Span

BRUSSELS, LAGOS, SAO_PAULO, FREETOWN = "Europe/Brussels", "Africa/Lagos", "America/Sao_Paulo", "Africa/Freetown"


def local(text: str, zone: str = BRUSSELS) -> datetime:
    """Give a moment by its local clock, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone_of(zone)).astimezone(UTC)


# --- months ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "back", "end"),
    [
        ("2026-01-31T12:00", 1, False, "2026-02-28T12:00"),
        ("2028-01-31T12:00", 1, False, "2028-02-29T12:00"),  # a leap year
        ("2026-02-28T12:00", 1, False, "2026-03-28T12:00"),  # the end of a month is no rule
        ("2026-03-31T12:00", 1, True, "2026-02-28T12:00"),
        ("2026-08-31T12:00", 6, False, "2027-02-28T12:00"),
        ("2028-02-29T12:00", 12, False, "2029-02-28T12:00"),
        ("2026-05-14T12:00", 12, False, "2027-05-14T12:00"),
        ("2026-12-31T12:00", 2, False, "2027-02-28T12:00"),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last_one(start, months, back, end):
    assert shift(local(start), Span(months, "months"), BRUSSELS, back=back) == local(end)


# --- the clock is changed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "span", "end", "hours"),
    [
        # 29 March 2026: at 2:00 it is 3:00
        ("2026-03-28T12:00", Span(1, "days"), "2026-03-29T12:00", 23),
        ("2026-03-28T12:00", Span(24, "hours"), "2026-03-29T13:00", 24),
        ("2026-03-22T12:00", Span(1, "weeks"), "2026-03-29T12:00", 7 * 24 - 1),
        ("2026-02-28T12:00", Span(2, "months"), "2026-04-28T12:00", 59 * 24 - 1),
        # 25 October 2026: at 3:00 it is 2:00
        ("2026-10-24T12:00", Span(1, "days"), "2026-10-25T12:00", 25),
        ("2026-10-24T12:00", Span(24, "hours"), "2026-10-25T11:00", 24),
        # no change between
        ("2026-05-14T12:00", Span(30, "days"), "2026-06-13T12:00", 30 * 24),
    ],
)
def test_days_keep_the_clock_time_and_hours_stay_exact(start, span, end, hours):
    moved = shift(local(start), span, BRUSSELS)

    assert moved == local(end)
    assert moved - local(start) == timedelta(hours=hours)


def test_a_day_has_twenty_three_or_twenty_five_hours_when_the_clock_changes():
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)

    assert end_of_day(spring, BRUSSELS) - start_of_day(spring, BRUSSELS) == timedelta(hours=23, seconds=-1)
    assert end_of_day(autumn, BRUSSELS) - start_of_day(autumn, BRUSSELS) == timedelta(hours=25, seconds=-1)


def test_the_same_days_end_elsewhere_where_no_clock_is_changed():
    start = datetime(2026, 3, 28, 11, tzinfo=UTC)

    assert shift(start, Span(1, "days"), LAGOS) - start == timedelta(hours=24)
    assert shift(start, Span(1, "days"), BRUSSELS) - start == timedelta(hours=23)


@pytest.mark.parametrize("unit", ["hours", "days", "weeks", "months"])
def test_going_back_undoes_going_on_in_the_middle_of_a_month(unit):
    start = local("2026-05-14T12:00")

    assert shift(shift(start, Span(3, unit), BRUSSELS), Span(3, unit), BRUSSELS, back=True) == start


def test_a_shifted_moment_is_always_utc():
    assert shift(local("2026-05-14T12:00"), Span(1, "days"), SAO_PAULO).tzinfo is UTC


# --- the ends of days --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        (BRUSSELS, datetime(2026, 5, 13, 22, tzinfo=UTC), datetime(2026, 5, 14, 21, 59, 59, tzinfo=UTC)),  # summer
        (LAGOS, datetime(2026, 5, 13, 23, tzinfo=UTC), datetime(2026, 5, 14, 22, 59, 59, tzinfo=UTC)),
        (FREETOWN, datetime(2026, 5, 14, tzinfo=UTC), datetime(2026, 5, 14, 23, 59, 59, tzinfo=UTC)),
        (SAO_PAULO, datetime(2026, 5, 14, 3, tzinfo=UTC), datetime(2026, 5, 15, 2, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_civil_day_begins_and_ends_where_it_is_lived(zone, start, end):
    assert start_of_day(date(2026, 5, 14), zone) == start
    assert end_of_day(date(2026, 5, 14), zone) == end


@pytest.mark.parametrize(
    ("span", "back", "at"),
    [
        (Span(2, "hours"), False, "2026-05-14T14:00:00"),  # to the minute
        (Span(0, "days"), False, "2026-05-14T23:59:59"),  # today
        (Span(3, "days"), False, "2026-05-17T23:59:59"),
        (Span(21, "days"), True, "2026-04-23T23:59:59"),
        (Span(1, "months"), False, "2026-06-14T23:59:59"),
    ],
)
def test_what_is_due_in_days_is_due_until_their_end(span, back, at):
    assert due(local("2026-05-14T12:00"), span, BRUSSELS, back=back) == local(at)


def test_a_duty_in_lagos_ends_with_the_day_in_lagos():
    late_evening = datetime(2026, 5, 14, 23, 30, tzinfo=UTC)  # half past midnight in Lagos: the fifteenth

    assert due(late_evening, Span(1, "days"), LAGOS) == end_of_day(date(2026, 5, 16), LAGOS)
    assert due(late_evening, Span(1, "days"), FREETOWN) == end_of_day(date(2026, 5, 15), FREETOWN)


def test_a_full_hour_is_that_of_the_local_clock():
    assert at_time(date(2026, 5, 14), 9, BRUSSELS) == datetime(2026, 5, 14, 7, tzinfo=UTC)
    assert at_time(date(2026, 1, 14), 9, BRUSSELS) == datetime(2026, 1, 14, 8, tzinfo=UTC)


# --- working days over Easter 2026 (Good Friday 3 April, Easter Monday 6 April) ----------------------------------


@pytest.mark.parametrize(
    ("country", "count", "day", "skipped"),
    [
        ("NG", 1, date(2026, 4, 7), ["3 April 2026", "6 April 2026"]),
        ("SL", 1, date(2026, 4, 7), ["3 April 2026", "6 April 2026"]),
        ("BR", 1, date(2026, 4, 6), ["3 April 2026"]),  # Easter Monday is a working day in Brazil
        ("NG", 3, date(2026, 4, 9), ["3 April 2026", "6 April 2026"]),
        ("BR", 3, date(2026, 4, 8), ["3 April 2026"]),
        ("", 1, date(2026, 4, 3), []),  # no country: weekends only
        ("", 2, date(2026, 4, 6), []),
    ],
)
def test_working_days_skip_easter_as_each_country_keeps_it(country, count, day, skipped):
    found, named = add_working_days(date(2026, 4, 2), count, country)

    assert found == day
    assert [f"{day.day} {day:%B %Y}" for day in named] == skipped


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("NG", date(2026, 4, 2)),
        ("SL", date(2026, 4, 2)),
        ("BR", date(2026, 4, 6)),  # one working day before Tuesday is Easter Monday
    ],
)
def test_working_days_are_counted_back_over_easter_too(country, day):
    assert add_working_days(date(2026, 4, 7), -1, country)[0] == day


def test_a_count_of_no_working_days_stays_on_its_day():
    assert add_working_days(date(2026, 4, 4), 0, "NG") == (date(2026, 4, 4), ())


def test_a_due_date_in_working_days_names_the_feasts_it_skipped():
    start, span = local("2026-04-02T12:00", LAGOS), Span(3, "working_days")

    assert due(start, span, LAGOS, country="NG") == end_of_day(date(2026, 4, 9), LAGOS)
    named = [filled(**feast) for feast in skipped_feasts(start, span, LAGOS, back=False, country="NG")]
    assert [name.partition(", ")[0] for name in named] == ["3 April 2026", "6 April 2026"]
    assert "Good Friday" in named[0]
    assert skipped_feasts(start, Span(3, "days"), LAGOS, back=False, country="NG") == ()


def test_working_days_keep_the_clock_time_over_a_change():
    friday = local("2026-03-27T12:00")

    assert shift(friday, Span(1, "working_days"), BRUSSELS, country="BE") == local("2026-03-30T12:00")


def test_a_country_that_the_calendar_does_not_know_has_no_feasts():
    assert feasts("XX", 2026) == {}
    assert is_working_day(date(2026, 12, 25), "XX")
    assert not is_working_day(date(2026, 12, 25), "NG")
    assert not is_working_day(date(2026, 12, 26), "XX")  # a Saturday
