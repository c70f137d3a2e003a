"""The families of commands. Each module holds the handlers of its commands, and what its events change in a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wayhome.flow import consents, contacts, documents, facts, incidents, journey, moves, opening, people, steps
from wayhome.flow.changes import Apply

FAMILIES = (opening, facts, steps, consents, documents, journey, people, contacts, incidents, moves)

HANDLERS: Mapping[type, Callable[..., None]] = {
    kind: handler for family in FAMILIES for kind, handler in family.HANDLERS.items()
}
CHANGES: Mapping[str, Apply] = {type_: change for family in FAMILIES for type_, change in family.CHANGES.items()}
