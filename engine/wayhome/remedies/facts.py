"""Propose to record a fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wayhome.calendar.spans import instant_text
from wayhome.case_now import CaseNow
from wayhome.case_now.roles import able, managers
from wayhome.model.reason import Remedy
from wayhome.packs.kinds.spans import Span, Timing


def do_of(word: str, **fields: Any) -> dict[str, Any]:
    """Write a command as a story does; what is not said is left out."""
    return {"do": word} | {k: v for k, v in fields.items() if v not in (None, "", [], {}, ())}


def for_fact(case: CaseNow, name: str, of: str = "") -> Remedy:
    """Propose to record a fact (of somebody who travels along)."""
    fact = case.process.facts.get(name)
    if fact is None:
        return Remedy(do_of("record", facts={name: True}), managers(case), case.now)
    if fact.derived is not None:
        missing = [wait.subject for wait in case.unknown_waits(fact.derived) if wait.kind == "fact"]
        if missing:
            return for_fact(case, missing[0])
    value = fact.example
    if value is None:
        value = False if fact.type == "bool" else (fact.values[0] if fact.values else None)
    if fact.type == "codes" and not isinstance(value, list):
        value = [value] if value is not None else ["en"]
    if fact.type in ("date", "instant"):
        value = moment_example(case, value, fact.type) or case.now.date().isoformat()
    who, by = able(case, fact.asked_by)
    return Remedy(do_of("record", facts={name: value}, of=of if fact.each else None, by=by), who, case.now)


def moment_example(case: CaseNow, example: Any, type: str) -> str | None:
    moment: datetime | None = case.now
    if isinstance(example, Mapping):
        span = Span.of(example)
        anchor = example.get("after") or example.get("before")
        assert span is not None
        moment = (
            case.moment_of(Timing(span, anchor, example.get("before") is not None))
            if anchor
            else case.shifted(case.now, span)
        )
    elif isinstance(example, str):
        return example
    if moment is None:
        return None
    return moment.date().isoformat() if type == "date" else instant_text(moment)
