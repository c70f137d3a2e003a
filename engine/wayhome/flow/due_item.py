"""One thing that is due, as it is derived from a case and stored."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from wayhome.packs.kinds.spans import Span

AGE = "age"  # the anchor of what will be too old at the departure
AGAIN = "~again"  # beside its round: what is due once more because of its age may be due for another reason, too


class DueItem(NamedTuple):
    """One thing that is due: which step, when, by whom, counted from what."""

    step: str
    round: str
    of: str
    due_at: datetime
    who: tuple[str, ...]
    span: Span | None
    anchor: str
    backwards: bool = False
    side: str = "host"
    wrote: tuple[str, ...] = ()  # the accounts that wrote or signed what waits for another's signature

    @property
    def renews(self) -> bool:
        """Whether it counts today, and will not at the departure."""
        return self.anchor == AGE
