"""The airports of the world, by their three letters: country and time zone, from the data of `airportsdata`."""

from __future__ import annotations

from functools import cache
from typing import Any

import airportsdata

from wayhome.model.case import Whereabouts


def airport(code: str) -> Whereabouts | None:
    """Say where an airport is; None when there is none with these letters.

    Source: airportsdata, a list of airports that is kept up to date; its file is read when the first is asked for.
    """
    found = _by_code().get(code)
    return Whereabouts(found["country"], found["tz"]) if found else None


@cache
def _by_code() -> dict[str, Any]:
    return airportsdata.load("IATA")
