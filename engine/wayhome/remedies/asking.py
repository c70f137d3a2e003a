"""Write a remedy: a command that says what identifies, with its open slots."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import able, called_here, managers
from wayhome.forms import open_slots, zone_for
from wayhome.model.reason import Remedy


def do_of(word: str, **fields: Any) -> dict[str, Any]:
    """Write a command as a story does; what is not said is left out."""
    return {"do": word} | {k: v for k, v in fields.items() if v not in (None, "", [], {}, ())}


def asking(
    case: CaseNow, do: dict[str, Any], who: Iterable[str], from_: datetime | None, until: datetime | None = None
) -> Remedy:
    """Ask for a command: nothing of it is answered but what identifies it, and what is needed is named.

    What is needed is found once for a question: of the reasons of a "why", a third ask for the same command as another one.
    """
    needed = case.once(f"slots:{do}", lambda: {slot.name: slot.type for slot in open_slots(case, do) if slot.required})
    return Remedy(do, needed, called_here(case, who), from_, until, zone_for(case, do))


def for_fact(case: CaseNow, name: str, of: str = "", from_: datetime | None = None) -> Remedy:
    """Ask for a fact (of somebody who travels along); of one that follows from others, for the first of these that is unknown."""
    fact = case.process.facts.get(name)
    if fact is None:
        return Remedy(do_of("record", facts=(name,)), who=case.process.roles_called(managers(case)), from_=case.now)
    if fact.derived is not None:
        missing = [wait.subject for wait in case.unknown_waits(fact.derived) if wait.kind == "fact"]
        if missing:
            return for_fact(case, missing[0], of, from_)
    who, _ = able(case, fact.asked_by)
    return asking(case, do_of("record", facts=(name,), of=of if fact.each else None), who, from_ or case.now)
