"""Reading: what people type, stories tell and JSON carries becomes data, by the types of its fields.

    command_from({"do": "complete", "case": "WH-…", "step": "safety_plan"})       any command, by its word
    from_json(Decision, {"reasons": […]})                                         any other data
    checked(command)                                                              a command that a program made

Nothing here lists fields: a field of a command is one line in its class. All faults of an input are gathered; each says
its field and what to do. This module knows no case and no pack; `wayhome.commands.values` reads what packs declare.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from difflib import get_close_matches
from types import NoneType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
    overload,
)

from wayhome.errors import UNDECLARED, BadInput, Fault, FaultCode, Template, part
from wayhome.frozen import EMPTY, Frozen, frozen
from wayhome.model.command import BaseCommand, Command, kinds
from wayhome.model.data import Data, one_kind, to_json
from wayhome.model.depth import TOO_DEEP, is_nested_deeply
from wayhome.model.json_text import DuplicateKey, read_json
from wayhome.model.number import read_number
from wayhome.model.page import Page

T = TypeVar("T")
Day = TypeVar("Day", date, datetime, datetime | date)
Reader = Callable[[str, Any], Any]

LONGEST_TEXT = 10_000
MOST_LEVELS = 20  # of mappings and lists in a command that others give
LONGEST_ID = 80
LONGEST_DAY = len("2026-03-31")
YEARS = range(1900, 2200)  # what is said of any other is a slip of the hand
MOST_NAMED = 12
FEW = 4
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,79}")
ANOTHER_CASE: Template = "It is about another case than the one that is asked."
OPENS_ANOTHER: Template = "'{word}' opens another case."
# What stands for an answer as a whole: <text>, (in her own words), […]. Nothing but signs is none either.
BRACKETED = re.compile(r"(?:[<({\[]+[^<>(){}\[\]]*[>)}\]]+\s*)+")
# No word that means something in a language of these returns: "todo" is everything in two of them.
TO_COME = frozenset({"n/a", "tbd", "tbc", "to be done", "to be filled in"})
THEIR_WORDS = re.compile(r"in (the (person|child)'s|her|his|their) own words")
AROUND = " \t\n\r.,;:!?'\"“”‘’«»„"
_YES, _NO = frozenset({"true", "yes", "y"}), frozenset({"false", "no", "n"})


# --- faults -------------------------------------------------------------------------------------------


def bad(name: str, code: FaultCode, what: Template, todo: Template, *, why: Template = "", **values: Any) -> BadInput:
    """Make the error for one field: templates with {name} and other values."""
    return BadInput(what, why=why, todo=todo, field=name, code=code, name=name, **values)


def unknown(sort: Template, value: str, known: Iterable[str], *, field: str = "", **values: Any) -> BadInput:
    """Make the error for a word that does not exist, with the nearest that do; `sort` may be a template with {values}."""
    names = sorted(known)
    near = get_close_matches(str(value)[:LONGEST_ID], names, n=3, cutoff=0.6)
    near = near or [name for name in names if len(str(value)) > FEW and name.startswith(str(value))][:3]
    # What is like nothing that is known may be a name typed into the wrong place: it is not echoed.
    like = bool(near) and CODE.fullmatch(str(value)) is not None
    near = names if near and len(names) <= FEW else near  # of few, what is spelled like it may not be what is true
    return BadInput(
        "There is no {sort} '{given}'." if like else "There is no {sort} like that.",
        why=("Did you mean this?" if len(near) == 1 else "Did you mean one of these?")
        if near
        else "There are:"
        if names
        else "There is none yet.",
        todo="Leave it out, or look at how the case stands."
        if not names
        else "{known}."
        if near or len(names) <= MOST_NAMED
        else "{known} ….",
        field=field,
        code="unknown",
        sort=part(sort, **values),
        known=near or names[:MOST_NAMED],
        **({"given": str(value)} if like else {}),
    )


def undeclared_field(number: int) -> str:
    """Give the field of a fault about a name that nothing declares: its place among those that were given with it, from 0."""
    return f"{UNDECLARED}[{number}]"


class Faults(list[Fault]):
    """Gathers the faults of an input, so that all are told at once."""

    @contextmanager
    def gathered(self, at: str = "") -> Iterator[None]:
        """Go on after a fault; `at` is where the fields lie that are read now."""
        try:
            yield
        except BadInput as error:
            self += [replace(f, field=f"{at}.{f.field}") if at else f for f in error.faults]

    def add_others(self, faults: Iterable[Fault]) -> bool:
        """Add the faults of fields of which none is told yet; gives whether there are some."""
        told = {top_of(fault.field) for fault in self}
        others = [fault for fault in faults if top_of(fault.field) not in told]
        self += others
        return bool(others)

    def raise_any(self) -> None:
        """Raise what was gathered, if there is something."""
        if self:
            raise BadInput.of(self)


def top_of(field: str) -> str:
    """Give the field of the command in which a fault lies.

    >>> top_of("legs[0].departs_at")
    'legs'
    """
    return re.split(r"[.\[]", field, maxsplit=1)[0]


# --- one value ----------------------------------------------------------------------------------------


def as_text(name: str, value: Any, longest: int = LONGEST_TEXT) -> str:
    """Read a text that is kept sealed."""
    if not isinstance(value, str) or not value.strip():
        raise bad(name, "empty", "'{name}' is a text, and is empty.", "Write a few words.")
    if len(value) > longest:
        raise bad(
            name,
            "too_long",
            "'{name}' is too long: {length} characters.",
            "Shorten it.",
            why="At most {longest} are kept.",
            length=len(value),
            longest=longest,
        )
    if any(ord(c) < 32 and c not in "\n\t\r" for c in value):
        raise bad(
            name,
            "unreadable",
            "'{name}' holds characters that cannot be kept.",
            "Type it again without control characters.",
        )
    return as_said(name, value)


def as_said(name: str, value: Any) -> str:
    """Read what somebody said, seen or decided, and no sign that stands for it."""
    if isinstance(value, str) and value.strip() and is_placeholder(value):
        what: Template = "'{name}' holds what stands for an answer, and no answer."
        raise bad(name, "placeholder", what, "Write what was said, seen or decided; or leave it out.")
    return as_word(name, value)


def as_word(name: str, value: Any) -> str:
    """Read what is written as text; a whole number is taken as its digits."""
    if type(value) is int:
        return str(value)
    if not isinstance(value, str):
        raise bad(name, "unreadable", "'{name}' is a text.", "Write letters and digits.")
    if not value.isascii() and any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise bad(name, "unreadable", "'{name}' holds characters that cannot be kept.", "Type it again.")
    return value


def _as_text(value: Any) -> str:
    """Give a value as text; of a list or mapping none, since no word is one, and it may be nested more deeply than Python writes."""
    return "" if isinstance(value, Mapping | list | tuple | AbstractSet) else str(value)


def is_placeholder(text: str) -> bool:
    """Say whether a text stands for an answer as a whole, however it is set: with signs that nobody sees, in wide brackets, in quotes;
    or says only that an answer is to come, or whose it would be.
    """
    if text[:1].isalnum():  # nearly every text
        word = text.rstrip(AROUND).casefold()
        return word in TO_COME or (word.startswith("in ") and THEIR_WORDS.fullmatch(word) is not None)
    plain = unicodedata.normalize("NFKC", text)
    seen = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf").strip(AROUND)
    if not any(sign.isalnum() for sign in seen) or BRACKETED.fullmatch(seen) is not None:
        return True
    return seen[:1].isalnum() and seen != text and is_placeholder(seen)


def as_code(name: str, value: Any) -> str:
    """Read a short code: letters, digits, and a few signs."""
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise bad(
            name,
            "unreadable",
            "'{name}' is a short code of letters and digits.",
            "Write for example phone.",
            why="It is kept in clear, so it may name nobody.",
        )
    return value


def as_country(name: str, value: Any) -> str:
    """Read a country by its two letters."""
    text = _as_text(value or "").strip().upper()
    if len(text) != len("XX") or not text.isascii() or not text.isalpha():
        raise bad(
            name, "unreadable", "'{name}' is a country of two letters.", "Write it as in ISO 3166, for example XX."
        )
    return text


def as_bool(name: str, value: Any) -> bool:
    """Read a yes or no."""
    if isinstance(value, bool):
        return value
    word = _as_text(value).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise bad(name, "unreadable", "'{name}' is a yes or a no.", "Write yes or no.")


def as_day(name: str, value: Any) -> date:
    """Read a civil day."""
    if not isinstance(value, date) or isinstance(value, datetime):
        try:
            value = date.fromisoformat(_as_text(value))
        except ValueError:
            raise bad(name, "unreadable", "'{name}' is a day.", "Write it as 2026-03-31.") from None
    day: date = _in_our_time(name, value)
    return day


def as_instant(name: str, value: Any) -> datetime:
    """Read a moment with its zone; gives UTC, whole seconds."""
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(_as_text(value).strip())
        except ValueError:
            raise bad(name, "unreadable", "'{name}' is a moment.", "Write it as 2026-03-31T14:30+02:00.") from None
    if value.tzinfo is None or value.utcoffset() is None:
        raise bad(
            name,
            "unreadable",
            "'{name}' does not say its time zone.",
            "Add it: 2026-03-31T14:30+02:00, or Z for UTC.",
            why="Half past two is another moment in another country.",
        )
    moment: datetime = _in_our_time(name, value).astimezone(UTC).replace(microsecond=0)
    return moment


def as_moment(name: str, value: Any) -> datetime | date:
    """Read a moment with its zone, or a day alone."""
    if isinstance(value, datetime):
        return as_instant(name, value)
    text = _as_text(value).strip()
    try:
        said = date.fromisoformat(text) if len(text) <= LONGEST_DAY else as_instant(name, datetime.fromisoformat(text))
    except ValueError:
        todo: Template = "Write it as 2026-03-31T14:30+02:00, or as 2026-03-31 where nobody knows the hour."
        raise bad(name, "unreadable", "'{name}' is a moment, or a day.", todo) from None
    return _in_our_time(name, said)


def _in_our_time(name: str, said: Day) -> Day:
    if said.year not in YEARS:
        raise bad(
            name, "unreadable", "The year of '{name}' cannot be right.", "Correct it; what never ends has no last day."
        )
    return said


def as_number(name: str, value: Any) -> int | str:
    """Read a number: whole ones as int, others as their decimal text (no floats are kept)."""
    if isinstance(value, bool):
        raise bad(name, "unreadable", "'{name}' is a number.", "Write digits.")
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    try:
        number = Decimal(_as_text(value))
        number = +number
    except ArithmeticError:
        raise bad(name, "unreadable", "'{name}' is a number.", "Write digits, with a point for decimals.") from None
    if not number.is_finite() or abs(number) >= 2**53 or len(str(number)) > 20:
        raise bad(name, "unreadable", "'{name}' is no number that can be kept.", "Write a usual number.")
    return int(number) if number == number.to_integral_value() else str(number.normalize())


def as_whole_number(name: str, value: Any) -> int:
    """Read a whole number that is not negative."""
    if type(value) is int or (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12):
        return int(value)
    raise bad(name, "unreadable", "'{name}' is a whole number.", "Write digits.")


def as_list(value: Any) -> list[Any]:
    """Read a list; a text is split at its commas."""
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, AbstractSet):
        return sorted(value, key=str)
    if isinstance(value, Sequence):
        return list(value)
    return [value]


def as_mapping(name: str, value: Any) -> Mapping[str, Any]:
    """Read a set of name=value; a text is JSON."""
    value = _from_text(name, value)
    if not isinstance(value, Mapping):
        raise bad(name, "unreadable", "'{name}' is a set of names with their values.", "Give each with its name.")
    found: Mapping[str, Any] = frozen(value)
    return found


def one_of(name: str, value: Any, known: Iterable[str], sort: Template = "value of '{name}'") -> str:
    """Read one of the words of a set; `sort` says what they are."""
    text = _as_text(value)
    if text not in (words := tuple(known)):
        raise unknown(sort, text, words, field=name, name=name)
    return text


def _from_text(name: str, value: Any) -> Any:
    return from_json_text(name, value) if isinstance(value, str) else value


def from_json_text(name: str, text: str) -> Any:
    """Read JSON that stands as a text where a set or a table belongs; None where it is none. Raises BadInput: it says something twice."""
    try:
        return read_json(text)
    except DuplicateKey:
        raise bad(name, "contradiction", "'{name}' says the same name twice.", "Say it once.") from None
    except ValueError:
        return None


# --- a field, by its type ---------------------------------------------------------------------------------

SIMPLE: Mapping[Any, Reader] = {
    str: as_word,
    bool: as_bool,
    int: as_whole_number,
    date: as_day,
    datetime: as_instant,
    datetime | date: as_moment,
    Any: lambda _, value: frozen(value),
}


def reader_of(hint: Any, sort: Template = "value of '{name}'", *, said: bool = False) -> Reader:
    """Give what reads a value of a type; `sort` is what the words of a fixed set are called; `said` that people say it."""
    hint = one_kind(hint)
    if hint is str and said:
        return as_said
    if hint in SIMPLE:
        return SIMPLE[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return lambda name, value: value if type(value) is str and value in inner else one_of(name, value, inner, sort)
    if origin is Mapping or is_typeddict(hint):
        return as_mapping
    if origin in (tuple, frozenset):
        return _list_reader(origin, inner, said)
    if is_dataclass(hint) or hasattr(hint, "_fields"):
        return lambda _, value: _part(hint, value, said)
    raise TypeError(f"nothing reads {hint}")


def _list_reader(kind: type[Any], inner: tuple[Any, ...], said: bool) -> Reader:
    items = [reader_of(one, said=said) for one in inner if one is not Ellipsis]
    made = not isinstance(inner[0], type) or inner[0] is not str  # of anything but words: JSON, not commas

    def read_list(name: str, value: Any) -> Any:
        given = _from_text(name, value) if made else value
        if given is None or isinstance(given, Mapping | int | bytes):
            if made:
                raise bad(name, "unreadable", "'{name}' is a table.", "Give a list of rows, as JSON.")
            raise bad(name, "unreadable", "'{name}' is a list.", "Write it with commas.")
        faults, found = Faults(), []
        for number, one in enumerate(as_list(given)):
            with faults.gathered(f"{name}[{number}]" if made else ""):
                found.append(items[number % len(items)](name, one))
        faults.raise_any()
        return kind(found)

    return read_list


class Spec(NamedTuple):
    """A field of a class of data: its name in Python, its type, what reads it, whether it must be given, and may be null.

    `missing` and `todo` say that it is missing, and what to add.
    """

    attribute: str
    kind: Any
    read: Reader
    required: bool
    may_be_null: bool
    missing: Template
    todo: Template


_SPECS: dict[Any, Mapping[str, Spec]] = {}


def specs_of(kind: Any, *, said: bool = True) -> Mapping[str, Spec]:
    """Give the fields of a class of data, by the names that people write; `said` when people say what it holds."""
    found = _SPECS.get((kind, said))
    if found is None:
        found = _SPECS[kind, said] = _specs_of(kind, said)
    return found


def _specs_of(kind: Any, said: bool) -> Mapping[str, Spec]:
    hints = get_type_hints(kind)
    if is_dataclass(kind):
        needed = {f.name: f.default is MISSING and f.default_factory is MISSING for f in fields(kind) if f.init}
        about: dict[str, Mapping[Any, Template]] = {f.name: f.metadata for f in fields(kind)}
    else:  # a named tuple
        needed, about = {name: name not in kind._field_defaults for name in kind._fields}, {}
    return {
        name.rstrip("_"): Spec(
            name,
            one_kind(hints[name]),
            reader_of(hints[name], about.get(name, {}).get("sort", "value of '{name}'"), said=said),
            must,
            NoneType in get_args(hints[name]),
            about.get(name, {}).get("missing", "'{name}' is missing."),
            _to_add(one_kind(hints[name])),
        )
        for name, must in needed.items()
    }


def _to_add(kind: Any) -> Template:
    if kind is bool:
        return "Say '{name}': yes or no."
    return "Say '{name}', one of: {known}." if get_origin(kind) is Literal else "Say '{name}'."


def _base_of(kind: Any) -> Any:
    return next((one.kind for one in getattr(kind, "__metadata__", ()) if isinstance(one, ReadAs)), kind)


@overload
def from_json(kind: type[T], given: Any) -> T: ...
@overload
def from_json(kind: Any, given: Any) -> Any: ...  # an alias, like AnyCommand
def from_json(kind: Any, given: Any) -> Any:
    """Read data of one class from its JSON form.

    Raises:
        BadInput: with every field that is missing, unknown, or cannot be read.
    """
    kind = _base_of(kind)
    if is_nested_deeply(given):
        raise BadInput(TOO_DEEP, todo="Nothing of ours has so many levels.", field="", code="unreadable")
    if isinstance(kind, type) and issubclass(kind, BaseCommand):
        command = command_from(given)
        if not isinstance(command, kind):
            raise unknown("command of this kind", command.word, [kind.word], field="do")
        return command
    if _class_of(kind) is Page:
        return _page(kind, given)
    if not _is_data(kind):
        raise BadInput(NO_DATA, todo=SOME_DATA, field="kind", code="unreadable")
    return _part(kind, given, said=False)


NO_DATA: Template = "That is no class of data."
SOME_DATA: Template = "Give one of wayhome: a command, a view, a reason; or a page of them."


def _is_data(kind: Any) -> bool:
    return isinstance(kind, type) and (issubclass(kind, Data | Fault) or hasattr(kind, "_fields"))


def _class_of(kind: Any) -> Any:
    """Give the class of an alias with its items, e.g. of `Page[DueRow]`."""
    return get_origin(kind) or kind


class _PageSaid(NamedTuple):
    items: tuple[Any, ...]
    after: Any = None
    damaged: tuple[Any, ...] = ()  # numbers of events, or of cases
    read_recorded: bool = True


def _page(kind: Any, given: Any) -> Any:
    if isinstance(given, Page):
        return given
    faults, rows, said = Faults(), list[Any](), None
    with faults.gathered():
        said = _part(_PageSaid, given, said=False)
    items = (said.items if said else given.get("items") or ()) if isinstance(given, Mapping) else ()
    read = reader_of(*(get_args(kind) or (Any,)))
    for number, one in enumerate(as_list(items)):
        with faults.gathered(f"items[{number}]"):
            rows.append(read("", one))
    faults.raise_any()
    assert said is not None
    return Page(rows, said.after, said.damaged, said.read_recorded)


def _part(kind: type[T], given: Any, said: bool) -> T:
    if isinstance(given, kind):
        return checked(given) if said else given
    if not isinstance(given, Mapping):
        raise BadInput("A set of fields is needed here.", todo="Write each with its name.", code="unreadable")
    return _read_fields(kind, given, "part of '{word}'", kind.__name__.casefold(), said=said)


def _read_fields(kind: type[T], given: Mapping[str, Any], sort: Template, word: str = "", *, said: bool = True) -> T:
    specs = specs_of(kind, said=said)
    faults, found = Faults(), {}
    for number, (name, value) in enumerate(given.items()):
        spec = specs.get(name)
        if spec is None:
            if name not in getattr(kind, "json_properties", ()):
                faults += unknown(sort, str(name), specs, field=undeclared_field(number), word=word).faults
        elif value is not None:
            with faults.gathered():
                found[spec.attribute] = spec.read(name, value)
    for name, spec in specs.items():
        if spec.required and given.get(name) is None:
            if spec.may_be_null and name in given:
                found[spec.attribute] = None
            else:
                faults += _missing(name, spec).faults
    faults.raise_any()
    return kind(**found)


def _missing(name: str, spec: Spec) -> BadInput:
    values: dict[str, Any] = {"known": get_args(spec.kind)} if get_origin(spec.kind) is Literal else {}
    return bad(name, "missing", spec.missing, spec.todo, **values)


# --- commands ------------------------------------------------------------------------------------------------


def _is_written_otherwise(said: Any, case: str) -> bool:
    """Say whether it is the same number, as people type it."""
    try:
        return read_number(said) == read_number(case)
    except BadInput:
        return False


def command_from(raw: Any, *, case: str = "") -> Any:
    """Read any command of `wayhome.commands`, see `read_command` there."""
    if not isinstance(raw, Mapping):
        raise BadInput(
            "That is no command.", todo='Write for example {"do": "complete", "step": …}.', code="unreadable"
        )
    if is_nested_deeply(raw, MOST_LEVELS):
        raise BadInput(
            TOO_DEEP,
            todo="Nothing that a command says has so many levels.",
            field="do",
            code="unreadable",
        )
    said = {str(name): value for name, value in raw.items() if name != "do"}
    known = kinds()
    kind = known.get(word := str(raw.get("do", "")))
    if kind is None:
        raise unknown("command", word, known, field="do")
    if case and not issubclass(kind, Command):
        raise bad("do", "contradiction", OPENS_ANOTHER, "Give it without a case.", word=word)
    if case:
        if said.get("case") not in (None, "", case) and not _is_written_otherwise(said["case"], case):
            raise bad("case", "contradiction", ANOTHER_CASE, "Leave 'case' out, or correct it.")
        said["case"] = case
    if own := kind.takes_more:
        specs = specs_of(kind)
        rest = {name: said.pop(name) for name in [*said] if name not in specs}
        if rest and said.get(own) is not None:
            rest = {**as_mapping(own, said[own]), **rest}
        if rest or specs[own].required:  # of `record`, that it holds no fact is said by the rules of facts
            said[own] = rest or said.get(own) or {}
    return _read_fields(kind, said, "field of '{word}'", word)


def checked(command: T) -> T:
    """See that what a program put into a command is of the type that it should be; a day in words becomes a day.

    Raises:
        BadInput: with every field of another type.
    """
    faults, changes = Faults(), {}
    for name, spec in specs_of(type(command)).items():
        value = getattr(command, spec.attribute)
        kind = type(value)
        is_mapping = kind is Frozen and get_origin(spec.kind) is Mapping
        if value is None and not spec.may_be_null:
            faults += _missing(name, spec).faults
        if value is None or (kind is str and spec.kind is str and value.isascii()) or is_mapping or value == ():
            continue  # what nearly every field is, and reads as itself
        with faults.gathered():
            made = spec.read(name, value)
            if made is not value and made != value:
                changes[spec.attribute] = made
    faults.raise_any()
    if not changes:
        return command
    return command._replace(**changes) if isinstance(command, tuple) else replace(command, **changes)  # type: ignore[attr-defined,type-var]


# --- what others are told about the types ---------------------------------------------------------------------


def json_schema(kind: Any = BaseCommand) -> dict[str, Any]:
    """Describe the JSON form of a class of data, or of every command, as JSON Schema."""
    kind = _base_of(kind)
    if not _is_data(kind) and _class_of(kind) is not Page:
        raise BadInput(NO_DATA, todo=SOME_DATA, field="kind", code="unreadable")
    if isinstance(kind, type) and issubclass(kind, BaseCommand) and not kind.word:
        return {"oneOf": [_schema(one, EMPTY) for one in kinds(kind).values()]}
    return _schema(kind, EMPTY)


def schema_of(kind: type[Any], names: Mapping[type[Any], str]) -> dict[str, Any]:
    """Describe the JSON form of a class of data, as JSON Schema that refers to other classes by `names`."""
    return _schema(kind, names) if _class_of(kind) is Page else _schema_of_data(kind, names)


_NAMES: Mapping[Any, Mapping[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    datetime | date: {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]},
    Any: {},
}


def _schema(hint: Any, names: Mapping[Any, str]) -> dict[str, Any]:
    if (bare := one_kind(hint)) != hint and get_origin(bare) is not tuple:
        return {"anyOf": [_schema(bare, names), {"type": "null"}]}
    if bare in _NAMES:
        return dict(_NAMES[bare])
    origin, inner = get_origin(bare), get_args(bare)
    if Page in (bare, origin):
        return _schema_of_page(*(_schema(one, names) for one in inner))
    if origin is Literal:
        return {"type": "string", "enum": list(inner)}
    if origin is Mapping:
        return {"type": "object"}
    if is_typeddict(bare):
        return _schema_of_shape(bare, names)
    if origin in (tuple, frozenset, Sequence):
        return {"type": "array", "items": _schema(inner[0], names)}
    return {"$ref": names[bare]} if bare in names else _schema_of_data(bare, names)


def _schema_of_shape(kind: Any, names: Mapping[Any, str]) -> dict[str, Any]:
    """Describe a mapping whose keys are known: what lies in a view as JSON already."""
    properties = {name: _schema(hint, names) for name, hint in get_type_hints(kind).items()}
    return schema_of_object(kind, properties, sorted(kind.__required_keys__))


def _schema_of_page(items: Mapping[str, Any] = EMPTY) -> dict[str, Any]:
    return {
        "title": Page.__name__,
        "description": "Some rows of a list, in its order.",
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": dict(items)},
            "after": {"type": ["string", "integer", "null"]},
            "damaged": {"type": "array", "items": {"type": ["integer", "string"]}},
            "read_recorded": {"type": "boolean", "default": True},
        },
        "required": ["items"],
    }


def _schema_of_data(kind: type[Any], names: Mapping[Any, str]) -> dict[str, Any]:
    hints, specs = get_type_hints(kind), specs_of(kind)
    word = getattr(kind, "word", "")
    returned = {
        name: get_type_hints(getattr(kind, name).fget)["return"] for name in getattr(kind, "json_properties", ())
    }
    properties = {"do": {"const": word}} if word else {}
    properties |= {name: _schema(hints[spec.attribute], names) for name, spec in specs.items()}
    properties |= {name: _schema(hint, names) for name, hint in returned.items()}
    required = [*(["do"] if word else []), *(name for name, spec in specs.items() if spec.required)]
    return schema_of_object(kind, properties, required)


def schema_of_object(kind: type[Any], properties: Mapping[str, Any], required: Sequence[str]) -> dict[str, Any]:
    """Describe a class by its properties, under its name and the first line that is said of it."""
    about = {"title": kind.__name__, "description": (kind.__doc__ or "").partition("\n")[0]}
    return {**about, "type": "object", "properties": properties, "required": required}


class ReadAs(NamedTuple):
    """Beside an alias of several classes of data (`Annotated[…]`): it is read, and described, as their base."""

    kind: type[Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return described_to_pydantic(self.kind, handler)


def described_to_pydantic(kind: type[Any], handler: Any) -> Any:
    """Describe a class of data to pydantic, and so to FastAPI and OpenAPI: its JSON form, both ways, and every fault at its place."""
    from pydantic import PlainSerializer, PlainValidator, WithJsonSchema  # noqa: PLC0415 - everyday commands do without it

    def validated(value: Any) -> Any:
        try:
            return value if isinstance(value, _class_of(kind)) else from_json(kind, value)
        except BadInput as error:
            raise _told_to_pydantic(kind.__name__, error.faults) from error

    form = Annotated[Any, PlainValidator(validated), PlainSerializer(to_json), WithJsonSchema(json_schema(kind))]
    return handler.generate_schema(form)


def _told_to_pydantic(title: str, faults: Iterable[Fault]) -> Exception:
    """Make pydantic's error of faults. What was given is not in it: it may be what somebody told in confidence, and errors are logged."""
    from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError  # noqa: PLC0415 - as above

    def line(fault: Fault) -> InitErrorDetails:
        said: Any = " ".join(filter(None, (fault.what, fault.why, fault.todo)))
        type = PydanticCustomError(fault.code, said, to_json(fault))
        return InitErrorDetails(type=type, loc=_place_of(fault.field), input=None)

    return ValidationError.from_exception_data(title, [line(one) for one in faults])


def _place_of(field: str) -> tuple[str | int, ...]:
    """Give the place of a field as pydantic tells it: of `legs[0].departs_at`, the table, the row and the column."""
    return tuple(int(number) if number else name for number, name in re.findall(r"\[(\d{1,9})\]|([^.\[\]]+)", field))
