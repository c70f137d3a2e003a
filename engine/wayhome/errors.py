"""What can go wrong, one class per thing a caller would do differently.

WayhomeError
├── Refused            the rules forbid it now; `decision` holds every reason
├── Conflict           somebody saved the case in between
├── BadInput           what was given cannot be read, or contradicts itself
├── NotFound           no such case, step, incident …
├── NotPermitted       this actor's roles may not do that
├── PackBroken         a country pack cannot be used as installed; `faults` holds each place
├── LedgerBroken       the stored history does not hold together
└── StoreUnavailable   no key, locked, full, read-only, or a newer database
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayhome.model.reason import Decision


class WayhomeError(Exception):
    """Base class: programs read the attributes, people read the text.

    Every error says what happened, why, and what to do. None holds a name, an address or free text.
    """

    kind = "error"

    def __init__(self, what: str, *, why: str = "", todo: str = "") -> None:
        super().__init__(" ".join(part for part in (what, why, todo) if part))
        self.what, self.why, self.todo = what, why, todo


class Refused(WayhomeError):
    """The rules forbid this now. Nothing was saved; `decision` lists every reason."""

    kind = "refused"

    def __init__(self, case: str, command: str, decision: Decision, *, move: str | None = None) -> None:
        unmet = decision.unmet
        super().__init__(
            f"Case {case} was not changed: '{move or command}' is not allowed yet.",
            why="Unmet: " + "; ".join(f"{r.rule} {r.fact}" for r in unmet) + ".",
            todo="To do: " + "; ".join(f"{r.rule} {r.todo}" for r in unmet if r.todo) + ".",
        )
        self.case, self.command, self.move, self.decision = case, command, move, decision


class Conflict(WayhomeError):
    """Somebody saved the case in between. Nothing was saved; look again, then decide again."""

    kind = "conflict"


class BadInput(WayhomeError):
    """What was given cannot be read, or contradicts itself."""

    kind = "bad_input"


class NotFound(WayhomeError):
    """There is no such thing, or none that this actor may see."""

    kind = "not_found"


class NotPermitted(WayhomeError):
    """This actor's roles may not do that. Said before anything about the case is said."""

    kind = "not_permitted"


class PackBroken(WayhomeError):
    """A pack cannot be used as installed; `faults` says where, why, and how to mend it."""

    kind = "pack_broken"

    def __init__(self, what: str, *, why: str = "", todo: str = "", faults: Sequence[object] = ()) -> None:
        super().__init__(what, why=why, todo=todo)
        self.faults = tuple(faults)


class LedgerBroken(WayhomeError):
    """The stored history does not hold together. Stop, keep a copy, and ask for help."""

    kind = "ledger_broken"


class StoreUnavailable(WayhomeError):
    """The database or its key cannot be used: missing, locked, full, read-only, or too new."""

    kind = "store_unavailable"
