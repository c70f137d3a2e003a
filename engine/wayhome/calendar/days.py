"""Working days and feast days of a country, from the `holidays` library.

Islamic feasts are estimates there; a country's authorities may set another day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH

from wayhome.errors import Template, part

DAYS: tuple[Template, ...] = (
    "{day} January {year}",
    "{day} February {year}",
    "{day} March {year}",
    "{day} April {year}",
    "{day} May {year}",
    "{day} June {year}",
    "{day} July {year}",
    "{day} August {year}",
    "{day} September {year}",
    "{day} October {year}",
    "{day} November {year}",
    "{day} December {year}",
)


@lru_cache(maxsize=64)
def feasts(country: str, year: int) -> Mapping[date, str]:
    """Give the public holidays of a year with their names; none for a country that the library does not know."""
    import holidays  # 150 ms: only where working days are counted

    if not has_calendar(country):
        return {}
    return dict(holidays.country_holidays(country, years=year))


@cache
def calendar_version() -> str:
    """Name the versions of what days and hours are counted by, the holidays and the time zones, without loading them; empty where none is seen."""
    seen = [one.name for name in ("holidays", "tzdata") for one in _beside(name)]
    for file in (Path(folder, name) for folder in TZPATH for name in ("+VERSION", "tzdata.zi")):
        with suppress(OSError), file.open(encoding="utf-8", errors="replace") as text:
            seen.append(text.readline().strip())
    return "+".join(sorted(seen))


def _beside(library: str) -> list[Path]:
    """List what an installer left of a library, beside it."""
    from importlib.util import find_spec

    spec = find_spec(library)
    beside = Path(spec.origin).parent.parent.glob(f"{library}-*") if spec and spec.origin else ()
    return [one for one in beside if one.suffix == ".dist-info"]


def has_calendar(country: str) -> bool:
    """Say whether the public holidays of a country are known."""
    import holidays

    return country in holidays.list_supported_countries()


def is_working_day(day: date, country: str) -> bool:
    """Say whether a day is neither Saturday, Sunday nor a public holiday."""
    return day.weekday() < 5 and day not in feasts(country, day.year)


def add_working_days(start: date, count: int, country: str) -> tuple[date, tuple[date, ...]]:
    """Count working days forwards (or backwards, when count is negative), not counting the start.

    Returns:
        The day, and the days of the feasts that were skipped.

    >>> add_working_days(date(2026, 4, 2), 2, "")
    (datetime.date(2026, 4, 6), ())
    """
    return counted(start, count, lambda day: day in feasts(country, day.year))


def counted(start: date, count: int, is_feast: Callable[[date], bool]) -> tuple[date, tuple[date, ...]]:
    """Count working days past feasts that somebody knows; as `add_working_days`."""
    step = timedelta(days=1 if count >= 0 else -1)
    day, skipped = start, []
    for _ in range(abs(count)):
        day += step
        while day.weekday() >= 5 or is_feast(day):
            if day.weekday() < 5:
                skipped.append(day)
            day += step
    return day, tuple(skipped)


def feast_phrase(day: date, country: str) -> Mapping[str, Any]:
    """Say a feast and its day, as a part of a sentence: "3 April 2026, Good Friday"."""
    said = part(DAYS[day.month - 1], day=day.day, year=day.year)
    return part("{day}, {feast}", day=said, feast=str(feasts(country, day.year)[day]))
