"""What can go wrong, one class per thing a caller would do differently.

WayhomeError
├── Refused            the rules forbid it now; `decision` holds every reason
├── Conflict           somebody saved the case in between; `current` and `seen` are its versions
├── BadInput           what was given cannot be read, or contradicts itself; `faults` holds each, with field and code
├── NotFound           no such case, step, incident …
├── NotPermitted       this actor's roles may not do that
├── PackBroken         a country pack cannot be used as installed; `faults` holds each place
├── LedgerBroken       the stored history does not hold together
└── StoreUnavailable   no key, locked, full, read-only, or a newer database
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from wayhome.frozen import EMPTY, frozen

if TYPE_CHECKING:
    from wayhome.model.reason import Decision

FaultCode = Literal["missing", "unknown", "unreadable", "empty", "too_long", "contradiction"]


def filled(template: str, values: Mapping[str, Any]) -> str:
    """Put values into a template; a sentence without values is taken as it stands."""
    return template.format_map(values) if values else template


class WayhomeError(Exception):
    """Base class: programs read the attributes, people read the text.

    Every error says what happened, why, and what to do. None holds a name, an address or free text.
    All can be pickled and copied.
    """

    kind = "error"

    def __init__(self, what: str, *, why: str = "", todo: str = "") -> None:
        super().__init__(" ".join(part for part in (what, why, todo) if part))
        self.what, self.why, self.todo = what, why, todo

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_again, (type(self), self.args, self.__dict__)


def _made_again(kind: type[WayhomeError], args: tuple[Any, ...], holds: dict[str, Any]) -> WayhomeError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(holds)
    return error


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

    def __init__(self, what: str, *, why: str = "", todo: str = "", current: int, seen: int) -> None:
        super().__init__(what, why=why, todo=todo)
        self.current, self.seen = current, seen


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what was given.

    Attributes:
        field: the field as people write it ("step", "legs[0].departs_at"); empty when it is about the whole.
        code: what sort of fault it is, for programs.
        what_template, why_template, todo_template: English, with {names} of `values`.
    """

    told: ClassVar[tuple[str, ...]] = ("what", "why", "todo")

    field: str
    code: FaultCode
    what_template: str
    why_template: str = ""
    todo_template: str = ""
    values: Mapping[str, Any] = EMPTY

    @property
    def what(self) -> str:
        """What is wrong, as an English sentence."""
        return filled(self.what_template, self.values)

    @property
    def why(self) -> str:
        """Why that is wrong; may be empty."""
        return filled(self.why_template, self.values)

    @property
    def todo(self) -> str:
        """What to do, as an English sentence."""
        return filled(self.todo_template, self.values)


class BadInput(WayhomeError):
    """What was given cannot be read, or contradicts itself. `faults` holds everything that is wrong with it.

    `what`, `why` and `todo` are templates when `values` are given, and sentences otherwise.
    """

    kind = "bad_input"

    def __init__(
        self,
        what: str,
        *,
        why: str = "",
        todo: str = "",
        field: str = "",
        code: FaultCode = "contradiction",
        **values: Any,
    ) -> None:
        self._say((Fault(field, code, what, why, todo, frozen(values)),))

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> BadInput:
        """Make one error of all the faults of an input."""
        error = cls.__new__(cls)
        error._say(tuple(faults))
        return error

    def _say(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        what, why, todo = (
            " ".join(dict.fromkeys(part for part in parts if part))
            for parts in zip(*((fault.what, fault.why, fault.todo) for fault in faults), strict=True)
        )
        super().__init__(what, why=why, todo=todo)


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
