"""What the engine gives: frozen records of plain values, and how they become JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from typing import Any

from wayhome.flow.view import StepRow
from wayhome.model.reason import Decision, Reason


@dataclass(frozen=True, slots=True)
class HistoryRow:
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
    texts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did: the case, its new version, and the events that were written. Nothing more is needed to show it."""

    case: str
    version: int
    events: tuple[HistoryRow, ...]


@dataclass(frozen=True, slots=True)
class DueRow:
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
class CaseRowView:
    """One line of the list of cases."""

    number: str
    phase: str
    status: str
    host_country: str
    origin_country: str
    opened_at: datetime
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as this actor may see it; `labels` says by kind and id what the packs show about the entries that it names."""

    number: str
    phase: str
    status: str
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
    roles: Mapping[str, str] = field(default_factory=dict)
    closed_as: str | None = None
    linked_to: str | None = None
    risks: tuple[Mapping[str, Any], ...] = ()
    labels: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)


def to_json(value: Any) -> Any:
    """Turn what the engine gives into plain data for JSON: moments and days as ISO text, tuples as lists."""
    if isinstance(value, Decision):
        return {"allowed": value.allowed, "reasons": [to_json(r) for r in value.reasons]}
    if isinstance(value, Reason):
        return _reason_json(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {k.rstrip("_"): to_json(getattr(value, k)) for k in (f.name for f in fields(value))}
    if hasattr(value, "_asdict"):
        return {k.rstrip("_"): to_json(v) for k, v in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(k): to_json(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(v) for v in value]
    return value


def _reason_json(reason: Reason) -> dict[str, Any]:
    remedy = reason.remedy
    return {
        "rule": reason.rule,
        "subject": reason.subject,
        "met": reason.met,
        "fact": reason.fact,
        "todo": reason.todo,
        "remedy": None
        if remedy is None
        else {
            "do": to_json(remedy.do),
            "who": list(remedy.who),
            "from": to_json(remedy.from_),
            "until": to_json(remedy.until),
        },
        "source": list(reason.source),
    }
