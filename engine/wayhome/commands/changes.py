"""What one event changes in a case: the fields that are new, and how their values are read from its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from wayhome.frozen import EMPTY
from wayhome.model.case import Alone, Case, Record, was
from wayhome.model.event import Event, begins, day_of

Change = Mapping[str, Any]
Apply = Callable[[Case, Event], Change]


def a_moment(value: Any) -> datetime:
    """Read a moment as an event carries it."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def a_day(value: Any) -> date | None:
    """Read a day as an event carries it."""
    return None if value is None else value if isinstance(value, date) else date.fromisoformat(value)


def is_brought(event: Event) -> bool:
    """Say whether it is what others say of the person: a no of theirs counts all the same, and reaches nobody."""
    return bool(event.data.get("brought"))


def written_alone(event: Event, before: Alone | None) -> Alone | None:
    """Say when, and by whom alone, something was written down that had happened before, or that another had told them.

    What the same hand had written `before`, and nobody else has seen, is no more believable under another date: the longest
    delay counts, unless it happened after that was written.
    """
    own = before if before is not None and before.actor == event.actor else None
    heard = "heard_by" in event.data or (own is not None and own.heard)  # whose word it was, it still is
    late = event.recorded_at > event.occurred_at
    now = Alone(begins(event), event.recorded_at, event.actor, heard) if heard or late else None
    if now is None or own is None or event.occurred_at >= own.at:
        return now
    return max(own, now, key=lambda one: one.at - one.happened_at)._replace(heard=heard)


def is_history(case: Case, event: Event, kind: str, key: str = "") -> bool:
    """Say whether an event tells what was before something that stands: it is kept beside that, and never takes its place."""
    if (key or kind) not in (event.data.get("earlier") or ()):
        return False
    by_day = day_of(event) is not None
    return case.is_before(event.occurred_at, kind, key, by_day=by_day) or (kind == "steps" and key in case.drafts)


def with_history(case: Case, kind: str, records: Mapping[str, Record]) -> Change:
    """Keep what was before what stands."""
    before = dict(case.earlier.get(kind, EMPTY))
    for key, record in sorted(records.items()):
        if said := was(record):
            before[key] = (*before.get(key, ()), said)
    return {"earlier": {**case.earlier, kind: before}}
