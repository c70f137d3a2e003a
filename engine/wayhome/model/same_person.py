"""Whether the person of a case is the one of a newer case, as the house says that leads the older one."""

from __future__ import annotations

from datetime import datetime

from wayhome.model.data import Data, data


@data(kw_only=True)
class SamePerson(Data):
    """Who has said whether two cases are of one person, and when.

    Attributes:
        talk_to, title: after a yes, which organisation leads the newer case, and what it is called. Nothing else of that case is told.
    """

    case: str
    same: bool
    by: str
    organisation: str
    at: datetime
    talk_to: str | None = None
    title: str = ""
