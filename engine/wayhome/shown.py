"""What the engine gives: frozen records of plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wayhome.flow.view import StepRow
from wayhome.frozen import EMPTY
from wayhome.model.closed_sets import Phase, Status
from wayhome.model.data import Data
from wayhome.model.data import to_json as to_json


@dataclass(frozen=True, slots=True)
class HistoryRow(Data):
    """One event as it is shown: `data` in clear, `texts` that this reader may see, and by field the titles of what `data` names."""

    seq: int
    type: str
    v: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    organisation: str
    data: Mapping[str, Any]
    hash: str
    texts: Mapping[str, Any] = field(default=EMPTY, repr=False)
    titles: Mapping[str, str] = EMPTY


@dataclass(frozen=True, slots=True)
class Done(Data):
    """What a command did: the case, its new version, and the events that were written. Nothing more is needed to show it."""

    case: str
    version: int
    events: tuple[HistoryRow, ...]


@dataclass(frozen=True, slots=True)
class DueRow(Data):
    """Something that is due in a case, and how the date came about."""

    case: str
    step: str
    round: str | None
    of: str | None
    title: str
    due_at: datetime
    overdue: bool
    who: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class CaseRowView(Data):
    """One line of the list of cases."""

    number: str
    phase: Phase
    status: Status
    host_country: str
    origin_country: str
    opened_at: datetime
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseView(Data):
    """A case as this actor may see it; `labels` says by kind and id what the packs show about the entries that it names."""

    number: str
    phase: Phase
    status: Status
    host_country: str
    origin_country: str
    opened_at: datetime
    version: int
    process: Mapping[str, Any]
    facts: Mapping[str, Any]
    steps: tuple[StepRow, ...]
    consents: tuple[Mapping[str, Any], ...]
    documents: tuple[Mapping[str, Any], ...]
    incidents: tuple[Mapping[str, Any], ...]
    people: tuple[Mapping[str, Any], ...]
    travel: Mapping[str, Any] | None
    owner: str | None
    roles: Mapping[str, str] = EMPTY
    closed_as: str | None = None
    linked_to: str | None = None
    risks: tuple[Mapping[str, Any], ...] = ()
    labels: Mapping[str, Mapping[str, Mapping[str, Any]]] = EMPTY
