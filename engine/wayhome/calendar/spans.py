"""Arithmetic with lengths of time, in the zone of the party who has the duty.

Hours are exact. Days, weeks, months and working days are civil: the same clock time, so many days on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from wayhome.calendar.days import add_working_days, counted, feast_phrase, feasts


class SpanLike(Hashable, Protocol):
    """An amount of one unit: hours, days, weeks, months or working_days."""

    @property
    def amount(self) -> int: ...
    @property
    def unit(self) -> str: ...


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Give a time zone by its IANA name, kept for the next call."""
    return ZoneInfo(name)


@lru_cache(maxsize=4096)  # a case is asked about again and again, always from the same moments
def shift(moment: datetime, span: SpanLike, zone: str, *, back: bool = False, country: str = "") -> datetime:
    """Move an aware moment by a span, forwards or back; gives UTC.

    >>> from wayhome.packs.kinds.spans import Span
    >>> shift(datetime(2026, 1, 31, 12, tzinfo=UTC), Span(1, "months"), "UTC")
    datetime.datetime(2026, 2, 28, 12, 0, tzinfo=datetime.timezone.utc)
    """
    if span.unit == "working_days":
        return shift_over(moment, span, zone, back=back, is_feast=lambda day: day in feasts(country, day.year))
    amount = -span.amount if back else span.amount
    if span.unit == "hours":
        return moment.astimezone(UTC) + timedelta(hours=amount)
    local = moment.astimezone(zone_of(zone))
    if span.unit == "days":
        moved = local + timedelta(days=amount)
    elif span.unit == "weeks":
        moved = local + timedelta(weeks=amount)
    else:
        moved = local + relativedelta(months=amount)
    return moved.astimezone(UTC)


def shift_over(
    moment: datetime, span: SpanLike, zone: str, *, back: bool, is_feast: Callable[[date], bool]
) -> datetime:
    """Move an aware moment by working days, past feasts that somebody knows; gives UTC."""
    local = moment.astimezone(zone_of(zone))
    day, _ = counted(local.date(), -span.amount if back else span.amount, is_feast)
    return local.replace(year=day.year, month=day.month, day=day.day).astimezone(UTC)


def due(moment: datetime, span: SpanLike, zone: str, *, back: bool = False, country: str = "") -> datetime:
    """Give when something is due: to the minute for hours; else by the end of that civil day. Gives UTC."""
    moved = shift(moment, span, zone, back=back, country=country)
    if span.unit == "hours":
        return moved
    return end_of_day(moved.astimezone(zone_of(zone)).date(), zone)


def skipped_feasts(
    moment: datetime, span: SpanLike, zone: str, *, back: bool, country: str
) -> tuple[Mapping[str, Any], ...]:
    """Say the public holidays that a count of working days passed over."""
    if span.unit != "working_days":
        return ()
    return tuple(feast_phrase(day, country) for day in passed_over(moment, span, zone, back=back, country=country))


def passed_over(moment: datetime, span: SpanLike, zone: str, *, back: bool, country: str) -> tuple[date, ...]:
    """Give the public holidays that a count of working days passes over."""
    day = moment.astimezone(zone_of(zone)).date()
    return add_working_days(day, -span.amount if back else span.amount, country)[1]


def start_of_day(day: date, zone: str) -> datetime:
    """Give the first moment of a civil day, in UTC."""
    return datetime.combine(day, time(0, 0), zone_of(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """Give the last second of a civil day, in UTC."""
    return datetime.combine(day, time(23, 59, 59), zone_of(zone)).astimezone(UTC)


def at_time(day: date, hour: int, zone: str) -> datetime:
    """Give a full hour of a civil day, in UTC."""
    return datetime.combine(day, time(hour, 0), zone_of(zone)).astimezone(UTC)


def clock_text(moment: datetime, zone: str) -> str:
    """Write a moment for a sentence, by the clocks of a zone and with its place: "2026-05-14 10:00 Brussels"."""
    place = zone.rpartition("/")[2].replace("_", " ")
    return f"{moment.astimezone(zone_of(zone)):%Y-%m-%d %H:%M} {place}"


def instant_text(moment: datetime) -> str:
    """Write a moment as commands and rows carry it."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
