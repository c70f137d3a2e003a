"""Working days and feast days of a country, from the `holidays` library.

Islamic feasts are estimates there; a country's authorities may set another day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache


@lru_cache(maxsize=64)
def feasts(country: str, year: int) -> Mapping[date, str]:
    """Give the public holidays of a year with their names; none for a country that the library does not know."""
    import holidays  # 150 ms: only where working days are counted

    if country not in holidays.list_supported_countries():
        return {}
    return dict(holidays.country_holidays(country, years=year))


def is_working_day(day: date, country: str) -> bool:
    """Say whether a day is neither Saturday, Sunday nor a public holiday."""
    return day.weekday() < 5 and day not in feasts(country, day.year)


def add_working_days(start: date, count: int, country: str) -> tuple[date, tuple[str, ...]]:
    """Count working days forwards (or backwards, when count is negative), not counting the start.

    Returns:
        The day, and the feasts that were skipped, each as "3 April 2026, Good Friday".

    >>> add_working_days(date(2026, 4, 2), 2, "")
    (datetime.date(2026, 4, 6), ())
    """
    step = timedelta(days=1 if count >= 0 else -1)
    day, skipped = start, []
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, country):
            if day.weekday() < 5:
                name = str(feasts(country, day.year)[day])
                skipped.append(f"{day.day} {day:%B %Y}, {name}")
            day += step
    return day, tuple(skipped)
