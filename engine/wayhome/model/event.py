"""What happened: one event, as it stands in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wayhome.frozen import EMPTY
from wayhome.model.data import Data


@dataclass(frozen=True, slots=True)
class Draft(Data):
    """An event that was decided and is not yet in the ledger.

    Attributes:
        type: a past participle, e.g. "step_completed", "departed".
        data: codes, dates, numbers, yes and no: may be read by anyone who may read the case.
        sealed: text, names, contacts, numbers of papers: {data group: {field: text}}.
    """

    type: str
    data: Mapping[str, Any] = EMPTY
    sealed: Mapping[str, Mapping[str, Any]] = field(default=EMPTY, repr=False)


@dataclass(frozen=True, slots=True)
class Event(Data):
    """An event of one case. `seq` counts from 1; two times: when it happened, when it was written down."""

    case: str
    seq: int
    type: str
    v: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    role: str
    organisation: str
    data: Mapping[str, Any]
    digest: str = ""
    key: str | None = None
    hash: str = ""
