"""That somebody has looked at what is due."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from wayhome.model.data import Data, data


@data(kw_only=True)
class Seen(Data):
    """Who has seen something that is due, and when.

    Attributes:
        until, because: until when it waits, and why; until then it stands on no list of their organisation. None: it was only seen.
        taken: whether they have taken what cannot wait: nobody else is called for it.
    """

    by: str
    organisation: str
    at: datetime
    until: datetime | None = None
    because: str | None = None
    taken: bool = False


class CallsBefore(NamedTuple):
    """For what an account was called: on which day, what could not wait, and how many lines have reached it on that day."""

    day: str = ""
    keys: frozenset[str] = frozenset()
    lines: int = 0
