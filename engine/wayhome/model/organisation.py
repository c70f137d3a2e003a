"""An organisation that no pack knows, and that the office registered: where it works, and what it does."""

from __future__ import annotations

from datetime import datetime

from wayhome.model.closed_sets import Trust
from wayhome.model.data import Data, data


@data(kw_only=True)
class Organisation(Data):
    """An organisation that the office registered. It is known then; a case trusts it when it has vetted it."""

    id: str
    title: str
    country: str
    does: tuple[Trust, ...] = ()
    added_at: datetime
