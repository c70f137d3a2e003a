"""What can go wrong, one class per thing a caller would do differently.

WayhomeError
├── Refused            the rules forbid it now; `decision` holds every reason (`wayhome.model.reason`)
├── Conflict           somebody saved the case in between; `current` and `seen` are its versions
├── BadInput           what was given cannot be read, or contradicts itself; `faults` holds each, with field and code
├── NotFound           no such case, step, incident …
├── NotPermitted       this actor's roles may not do that
├── PackBroken         a country pack cannot be used as installed; `faults` holds each place
├── LedgerBroken       the stored history does not hold together
├── Again              the database could not bring it into an order with others; do the whole transaction again
└── StoreUnavailable   no key, locked, full, read-only, or a newer database
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias, get_args

from wayhome.frozen import EMPTY, Frozen, frozen

FaultCode = Literal[
    "missing", "unknown", "unreadable", "empty", "too_long", "contradiction", "unregistered", "placeholder"
]

# --- sentences: an English template (the message id of a translation), and values --------------------------------

Template: TypeAlias = str  # what is annotated so is listed by `docs/messages.py`, and never made from pieces


PLACES = re.compile(r"\{(\w+)\}")  # of values in a template
UNDECLARED = "…"  # stands for a name that may be a person's
FIELD = re.compile(r"[\w.:+@\[\]…-]{0,200}", re.ASCII)
SAID = frozenset({str, int, bool, Frozen})  # what a value is as it stands
LENGTHS: Mapping[str, tuple[Template, Template]] = {  # of time, one and many
    "hours": ("{amount} hour", "{amount} hours"),
    "days": ("{amount} day", "{amount} days"),
    "weeks": ("{amount} week", "{amount} weeks"),
    "months": ("{amount} month", "{amount} months"),
    "working_days": ("{amount} working day", "{amount} working days"),
}


def filled(template: Template, values: Mapping[str, Any], translate: Callable[[Template], str] = str) -> str:
    """Put values into a template; a {name} without a value stays as it stands.

    Args:
        translate: gives each template in another language, also those of the parts among the values.

    Raises:
        BadInput: the values are no mapping.
    """
    if not isinstance(values, Mapping):
        raise BadInput(
            "The values of a sentence are a mapping of names.",
            todo="Give a mapping: for each name its value.",
            field="values",
            code="unreadable",
        )

    def shown(place: re.Match[str]) -> str:
        return _shown(values[place[1]], translate) if place[1] in values else place[0]

    text = translate(template)
    return PLACES.sub(shown, text) if values else text


def _shown(value: Any, translate: Callable[[Template], str]) -> str:
    if isinstance(value, Mapping):  # a part
        return filled(value["template"], value["values"], translate) if "template" in value else ""
    if isinstance(value, tuple):
        apart = "; " if value and isinstance(value[0], Mapping) and value[0]["values"] else ", "
        return apart.join(_shown(one, translate) for one in value)
    return str(value)


def part(template: Template, /, **values: Any) -> Mapping[str, Any]:
    """Make a part of a sentence, as a value of it: a template with values of its own."""
    return Frozen(template=template, values=spoken(values))


def term(text: str) -> Mapping[str, Any]:
    """Make a title, text or word of a pack or of the engine a value that is translated by itself."""
    return Frozen(template=text, values=EMPTY)


def spoken(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the values of a sentence as JSON can carry them: text, numbers, yes or no, parts, and lists of these.

    A length of time becomes a part; anything else is said in words.
    """
    if not values:
        return EMPTY
    for value in values.values():
        if type(value) not in SAID:
            return Frozen({name: _spoken(one) for name, one in values.items()})
    return Frozen(values)


def _spoken(value: Any) -> Any:
    if type(value) in SAID:
        return value
    if hasattr(value, "unit"):
        one, many = LENGTHS[value.unit]
        return part(one if value.amount == 1 else many, amount=value.amount)
    if isinstance(value, Mapping):
        return frozen(value)
    return tuple(map(_spoken, value)) if isinstance(value, list | tuple) else str(value)


class Explanation:
    """What tells something in up to three sentences: what happened, why, and what to do; each a template of `values`."""

    __slots__ = ()

    what_template: Template
    why_template: Template
    todo_template: Template
    values: Mapping[str, Any]

    @property
    def what(self) -> str:
        """What happened, as an English sentence."""
        return filled(self.what_template, self.values)

    @property
    def why(self) -> str:
        """Why; may be empty."""
        return filled(self.why_template, self.values)

    @property
    def todo(self) -> str:
        """What to do, as an English sentence; may be empty."""
        return filled(self.todo_template, self.values)


# --- errors ------------------------------------------------------------------------------------------------------


class WayhomeError(Explanation, Exception):
    """Base class: programs read the attributes, people read the text.

    Every error says what happened, why, and what to do. None holds a name, an address or free text.
    All can be pickled and copied.

    Attributes:
        what_template, why_template, todo_template: English, with {names} of `values`.
        code: what sort of error of its class it is, for programs; may be empty.
    """

    kind = "error"
    json_properties: ClassVar[tuple[str, ...]] = ()  # what JSON tells of an error beside its sentences
    codes: ClassVar[tuple[str, ...]] = ()  # all that `code` can be, where it is not empty

    def __init__(
        self, what: Template, *, why: Template = "", todo: Template = "", code: str = "", **values: Any
    ) -> None:
        self.what_template, self.why_template, self.todo_template = what, why, todo
        self.code, self.values = code, spoken(values)
        super().__init__(" ".join(part for part in (self.what, self.why, self.todo) if part))

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_again, (type(self), self.args, self.__dict__)


def _made_again(kind: type[WayhomeError], args: tuple[Any, ...], holds: dict[str, Any]) -> WayhomeError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(holds)
    return error


class Conflict(WayhomeError):
    """Somebody saved the case in between. Nothing was saved; look again, then decide again."""

    kind = "conflict"
    json_properties = ("current", "seen")

    def __init__(
        self, what: Template, *, why: Template = "", todo: Template = "", current: int, seen: int, **values: Any
    ) -> None:
        super().__init__(what, why=why, todo=todo, current=current, seen=seen, **values)
        self.current, self.seen = current, seen


@dataclass(frozen=True, slots=True)
class Fault(Explanation):
    """One thing that is wrong with what was given.

    Attributes:
        field: the field as people write it ("step", "legs[0].departs_at"); empty when it is about the whole. A name that nothing declares
            may be a person's, and is not repeated: "…[1]" is the second of the names that were given there (`do` is not counted).
        code: what sort of fault it is, for programs.
        what_template, why_template, todo_template: English, with {names} of `values`.
    """

    json_properties: ClassVar[tuple[str, ...]] = ("what", "why", "todo")

    field: str
    code: FaultCode
    what_template: Template
    why_template: Template = ""
    todo_template: Template = ""
    values: Mapping[str, Any] = EMPTY

    def __post_init__(self) -> None:
        if not FIELD.fullmatch(self.field):
            object.__setattr__(self, "field", UNDECLARED)


class BadInput(WayhomeError):
    """What was given cannot be read, or contradicts itself. `faults` holds everything that is wrong with it.

    Of several faults the templates stand in `faults`; its sentences are theirs, one after the other, and its `code` is theirs where
    all are of one sort, else empty.
    """

    kind = "bad_input"
    json_properties = ("faults",)
    codes = get_args(FaultCode)

    def __init__(
        self,
        what: Template,
        *,
        why: Template = "",
        todo: Template = "",
        field: str = "",
        code: FaultCode = "contradiction",
        **values: Any,
    ) -> None:
        self._say((Fault(field, code, what, why, todo, spoken(values)),))

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> BadInput:
        """Make one error of all the faults of an input."""
        error = cls.__new__(cls)
        error._say(tuple(faults))
        return error

    def __str__(self) -> str:
        return " ".join(self.told_apart())

    def told_apart(self) -> list[str]:
        """Say each fault in its own sentences; what several fields have in common is said once."""
        return list(dict.fromkeys(" ".join(filter(None, (one.what, one.why, one.todo))) for one in self.faults))

    def _say(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        one = faults[0] if len(faults) == 1 else Fault("", "contradiction", "")
        codes = {fault.code for fault in faults}
        code = codes.pop() if len(codes) == 1 else ""
        super().__init__(one.what_template, why=one.why_template, todo=one.todo_template, code=code, **one.values)

    @property
    def what(self) -> str:
        return _each(fault.what for fault in self.faults)

    @property
    def why(self) -> str:
        return _each(fault.why for fault in self.faults)

    @property
    def todo(self) -> str:
        return _each(fault.todo for fault in self.faults)


def _each(sentences: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(sentence for sentence in sentences if sentence))


class NotFound(WayhomeError):
    """There is no such thing, or none that this actor may see."""

    kind = "not_found"
    codes = ("closed_for_you", "no_case", "no_pack", "no_person", "no_process")


class NotPermitted(WayhomeError):
    """This actor's roles may not do that. Said before anything about the case is said."""

    kind = "not_permitted"
    codes = ("administrator", "by_consent", "everything", "let_in", "not_leading", "read_log", "second")


class PackBroken(WayhomeError):
    """A pack cannot be used as installed; `faults` says where, why, and how to mend it."""

    kind = "pack_broken"
    json_properties = ("faults",)
    codes = ("pack_faults",)

    def __init__(
        self,
        what: Template,
        *,
        why: Template = "",
        todo: Template = "",
        code: str = "",
        faults: Sequence[object] = (),
        **values: Any,
    ) -> None:
        self.faults = tuple(faults)
        super().__init__(what, why=why, todo=todo, code=code, **values)

    @property
    def why(self) -> str:
        return "\n" + "\n".join(map(str, self.faults)) + "\n" if self.faults else super().why


class LedgerBroken(WayhomeError):
    """The stored history does not hold together. Stop, keep a copy, and ask for help."""

    kind = "ledger_broken"
    codes = (
        "backup_changed", "damaged", "event_missing", "key_changed", "no_beginning", "process_changed", "row_changed", "row_missing",
        "sealed_data_changed", "sealed_data_missing", "tables_changed",
    )  # fmt: skip


class Again(WayhomeError):
    """The database could not bring this into an order with what others wrote. Nothing was kept; do the whole transaction again.

    The engine has tried three times where the transaction is its own. In a host's transaction, the host runs all of it again.
    """

    kind = "again"


class StoreUnavailable(WayhomeError):
    """The database or its key cannot be used: missing, locked, full, read-only, or too new."""

    kind = "store_unavailable"
    codes = (
        "busy", "check_ended", "closed", "driver", "emptied", "failed_before", "first_format", "forked", "full", "left_beside", "listener", "lost", "moved",
        "no_answer", "no_database", "no_driver", "no_key", "no_links", "no_rights", "not_installed", "not_recorded", "other_tables", "read_only", "read_only_in_part", "too_new", "unusable",
        "written_meanwhile", "wrong_key",
    )  # fmt: skip
