"""That somebody has looked at what is due."""

from __future__ import annotations

from datetime import datetime

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
