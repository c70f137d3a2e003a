"""What a kind of pack entry is: one frozen class. Schema, canonical form, runtime object and labels follow from its fields.

An author writes an entry in YAML; pydantic reads it into the class once, and is imported only then (`pack.read_pack`).
Each field either decides, and then it stands in the canonical form that the digest covers, or it is `SHOWN`, and then it
stands in the labels, which are always the newest. A process that was stored is made of the same classes, from its
canonical form alone: there what is shown is empty, and is asked of the labels.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache, partial
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    NoReturn,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wayhome.frozen import are_equal, hash_of_all
from wayhome.model.closed_sets import Phase as Phase
from wayhome.packs import conditions
from wayhome.packs.faults import InvalidValue
from wayhome.packs.mentions import OWN_VALUE, Mark, Mention, Names, names
from wayhome.packs.scalars import resolve

Kind = TypeVar("Kind")


# --- marks of a field -------------------------------------------------------------------------------------------------


SHOWN = Mark("shown")  # it never decides
APART = Mark("apart")  # it stands elsewhere in the canonical form: an id as the key of its entry
# The canonical form leaves it out while it says nothing, so that a new key changes no digest.
OPTIONAL = Mark("optional")

# How a value compares with the one whose place it takes in a newer process (packs/difference.py). A field that says nothing
# of it shows as changed, and as weaker: nobody knows.
MORE = Mark("more of it asks more")
LESS = Mark("more of it asks less")
EVEN = Mark("it asks neither more nor less")
AT_MOST = Mark("the smaller, the stricter")
AT_LEAST = Mark("the larger, the stricter")
TIMED = Mark("its figures are compared by strictness.py")
WITHIN = Mark("what it asks for stands in other fields of the same, and is compared there")


class Rising(NamedTuple):
    """The values of a field from what asks least on; what is not named asks more than these."""

    values: tuple[str, ...]

    def rank(self, value: Any) -> int:
        return self.values.index(value) if value in self.values else len(self.values)


Compares = Mark | Rising | None
COMPARISONS = (MORE, LESS, EVEN, AT_MOST, AT_LEAST, TIMED, WITHIN)


@dataclass(frozen=True)
class Stored:
    """How a value stands in the canonical form, and how it is read back, where its type alone does not say it."""

    out: Callable[[Any], Any]
    back: Callable[[Any], Any]


@dataclass(frozen=True)
class Read:
    """What is done to a value of YAML before its type is looked at, or instead of that."""

    make: Callable[[Any], Any]
    instead: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        function = {"type": "no-info", "function": self.make}
        if self.instead:
            return {"type": "function-plain", "function": function}
        return {"type": "function-before", "function": function, "schema": handler(source)}


class Bounds:
    """Bounds of a value, in the words of pydantic: pattern, min_length, max_length, ge, le."""

    def __init__(self, **bounds: Any) -> None:
        self.bounds = bounds

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        schema = handler(source)
        if schema["type"] == "nullable":  # pydantic would not look at bounds of what may be left out
            return {**schema, "schema": {**schema["schema"], **self.bounds}}
        return {**schema, **self.bounds}


def as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


# What makes matching try one way after the other: a group that is repeated, one that is looked for again, many choices.
_GROUPS = re.compile(r"\)[*+?{]|\(\?[^:]")
_REPEATS, _CHOICES, _BACK = re.compile(r"[*+]|\{\d*,"), re.compile(r"[?|]"), re.compile(r"\\[1-9]")
_OF_ONE = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]")  # an escape, a class: one character
LONGEST_PATTERN, MOST_REPEATS, MOST_CHOICES = 100, 3, 10


def _as_pattern(value: Any) -> Any:
    text = str(value)
    try:
        re.compile(text)
    except (re.error, OverflowError) as error:
        raise InvalidValue("this is no pattern: {problem}", problem=str(error)) from error
    bare = _OF_ONE.sub("x", text)
    many = len(_REPEATS.findall(bare)) > MOST_REPEATS or len(_CHOICES.findall(bare.replace("(?:", "("))) > MOST_CHOICES
    if len(text) > LONGEST_PATTERN or many or _GROUPS.search(bare) or _BACK.search(text):
        raise InvalidValue("matching this pattern could take for ever; repeat single characters only, and few of them")
    return value


def _as_zone(value: Any) -> Any:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidValue("there is no such time zone") from error
    return value


def _as_companion(value: Any) -> bool:
    if value != "companion":
        raise InvalidValue("it is asked for each companion, or not at all")
    return True


def _set_by_engine(value: Any) -> Any:
    raise InvalidValue("this is said by the engine", "Leave it out.", code="P007")


Confidence = Literal["documented", "reported", "practice", "own_choice", "unverified"]
Id = Annotated[str, Bounds(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Bounds(min_length=1, max_length=2000)]
CountryCode = Annotated[str, Bounds(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, Bounds(pattern=r"^[A-Z]{3}$")]
SOURCE_ID = r"^[A-Za-z0-9_.-]+$"
SourceId = Annotated[str, Bounds(pattern=SOURCE_ID), names("sources")]
Pattern = Annotated[str, Read(_as_pattern)]
Zone = Annotated[str, Read(_as_zone)]


Condition = Annotated[
    conditions.Condition,
    Read(lambda raw: conditions.parse(resolve(raw)), instead=True),
    Stored(lambda one: one and one.plain(), conditions.condition_of),
]
# Entries of a register, by their states and by what a field of theirs says: {measure: {in: [planned, done], against: condition}}.
Entries = Annotated[
    conditions.EntriesStand,
    Read(lambda raw: conditions.EntriesStand.parse(resolve(raw)), instead=True),
    Stored(lambda one: one and one.plain(), conditions.condition_of),
]
Anything = Annotated[Any, Read(resolve)]
Ids = Annotated[tuple[Id, ...], Read(as_list)]
Values = Annotated[tuple[str, ...], Read(as_list)]
Sets = Mapping[Annotated[Id, names("facts", valued=True)], Anything]  # facts, and the values that they get
UnorderedIds = Annotated[tuple[Id, ...], Read(as_list), Stored(sorted, tuple)]
EachCompanion = Annotated[bool, Read(_as_companion), Stored(lambda each: "companion" if each else None, bool)]
# What an entry asks of the person, judged along the whole chain of what rests on it (packs/marks.py): cooperation with police
# or prosecution (INV-11), payment (INV-27), what tells people apart (INV-31).
MarkOfEntry = Literal["cooperation", "payment", "what_tells_apart"]
Asks = Annotated[tuple[MarkOfEntry, ...], Read(as_list), OPTIONAL, MORE]
Given = Read(_set_by_engine)  # a field that no author writes


# --- the base of all kinds --------------------------------------------------------------------------------------------

KEYS = {"from_": "from", "while_": "while", "consents": "consent", "dues": "due", "max_ages": "max_age", "lengths": "length",
        "tightened": "tighten"}  # fmt: skip
NAMES = {key: name for name, key in KEYS.items()}


def key_of(name: str) -> str:
    """Give the key under which a field is written."""
    return KEYS.get(name, name)


def name_of(key: str) -> str:
    """Give the field that is written under a key."""
    return NAMES.get(key, key)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def a_part(kind: type[Kind]) -> type[Kind]:
    """Make a part of a pack: a dataclass with slots, that is read only, and made by the names of its fields.

    `dataclass` compiles the methods of each class anew, which took a tenth of the start of a program: those of all parts are those of `Part`.
    """
    return dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(kind)


@a_part
class Part:
    """Something with keys of its own: nothing in it may be misspelt."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "alias_generator": key_of}

    file: ClassVar[str] = ""  # of a pack: what is an entry says in which it stands
    in_order: ClassVar[bool] = False  # whether entries stay in the order in which they were written
    core_only: ClassVar[bool] = False  # the same for all countries: a pack can at most tighten it

    def __init__(self, **given: Any) -> None:
        kind: Any = type(self)
        names, defaults, factories = _declared(kind)
        values = {**defaults, **given}
        for name, make in factories.items():
            values.setdefault(name, make())
        if values.keys() != names:
            raise TypeError(kind.__name__, sorted(values.keys() ^ names))
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise FrozenInstanceError(name)

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(name)

    def __repr__(self) -> str:
        told = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
        return f"{type(self).__name__}({', '.join(told)})"

    def __eq__(self, other: object) -> bool:
        return are_equal(self, other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash_of_all(self)

    def __getstate__(self) -> list[Any]:
        return [getattr(self, one.name) for one in fields(self)]

    def __setstate__(self, state: list[Any]) -> None:
        for one, value in zip(fields(self), state, strict=True):
            object.__setattr__(self, one.name, value)

    @property
    def is_a_way(self) -> bool:
        """Whether it is one of several ways to get on: a new one asks less."""
        return False


@cache
def _declared(kind: Any) -> tuple[frozenset[str], Mapping[str, Any], Mapping[str, Callable[[], Any]]]:
    defaults = {one.name: one.default for one in fields(kind) if one.default is not MISSING}
    factories = {one.name: one.default_factory for one in fields(kind) if one.default_factory is not MISSING}
    return frozenset(one.name for one in fields(kind)), defaults, factories


@a_part
class Sourced(Part):
    """A part of a pack with where it comes from, how sure that is, and what is still open.

    `confidence`: documented (a rule that was read), reported (by a third party), practice, own_choice (our own figure or
    order), unverified (nobody has opened the text). Case workers see it, and the open question.
    """

    source: Annotated[tuple[SourceId, ...], Bounds(min_length=1), Read(as_list), SHOWN]
    confidence: Annotated[Confidence, SHOWN] = "documented"
    unsure: Annotated[Text | None, SHOWN] = None


@a_part
class Entry(Sourced):
    """An entry of a pack, by its id."""

    id: Annotated[Id, APART]


# --- what follows from a class ----------------------------------------------------------------------------------------


class _Field(NamedTuple):
    name: str
    key: str
    decides: bool
    shown: bool
    optional: bool
    set_by_engine: bool
    required: bool
    out: Callable[[Any], Any]
    back: Callable[[Any], Any] | None
    mentions: Callable[[Any], Iterator[Mention]] | None
    own_value: bool
    compares: Compares


@cache
def _fields(kind: Any) -> tuple[_Field, ...]:
    hints = get_type_hints(kind, include_extras=True)
    found = []
    for one in fields(kind):
        marks = _marks(hints[one.name])
        stored = next((mark for mark in marks if isinstance(mark, Stored)), None)
        found.append(
            _Field(
                one.name,
                key_of(one.name),
                decides=SHOWN not in marks and APART not in marks,
                shown=SHOWN in marks,
                optional=OPTIONAL in marks,
                set_by_engine=Given in marks,
                required=one.default is MISSING and one.default_factory is MISSING,
                out=stored.out if stored else plain,
                back=stored.back if stored else _reader(hints[one.name]),
                mentions=_finder(hints[one.name]),
                own_value=OWN_VALUE in marks,
                compares=next((mark for mark in marks if isinstance(mark, Rising) or mark in COMPARISONS), None),
            )
        )
    return tuple(found)


def _marks(hint: Any) -> tuple[Any, ...]:
    return tuple(hint.__metadata__) if get_origin(hint) is Annotated else ()


@cache
def _readers(kind: Any) -> Mapping[str, tuple[str, Callable[[Any], Any] | None]]:
    return {one.key: (one.name, one.back) for one in _fields(kind) if one.decides}


@cache
def _blank(kind: Any) -> Mapping[str, Any]:
    """Give what stands for the required fields that the canonical form of an entry does not hold."""
    return {one.name: "" for one in _fields(kind) if one.required and not one.decides}


def load(kind: Callable[..., Kind], raw: Mapping[str, Any], **more: Any) -> Kind:
    """Make an entry, or a part of one, from its canonical form."""
    readers, made = _readers(kind), {**_blank(kind), **more}
    for key, value in raw.items():
        if value is not None and (found := readers.get(key)):
            name, read = found
            made[name] = read(value) if read else value
    return kind(**made)


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    """Give what reads a value of this type from its canonical form; None when it stays as it is."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        stored = next((mark for mark in _marks(hint) if isinstance(mark, Stored)), None)
        return stored.back if stored else _reader(args[0])
    if origin in (Union, UnionType):
        return _reader(next(arg for arg in args if arg is not type(None)))
    if origin in (tuple, frozenset):
        one, many = _reader(args[0]), origin
        return (lambda value: many(map(one, value))) if one else many
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = _reader(args[1])
        return (lambda value: {key: inner(one) for key, one in value.items()}) if inner else None
    if isinstance(hint, type) and issubclass(hint, Part):
        return partial(load, hint)
    return getattr(hint, "of", None) if isinstance(hint, type) else None


def canonical(entry: Any) -> dict[str, Any]:
    """Give what of an entry decides, as plain data."""
    found = {}
    for one in _fields(entry.__class__):
        if one.decides:
            value = one.out(getattr(entry, one.name))
            if value or not one.optional:
                found[one.key] = value
    return found


def says(entry: Any) -> dict[str, Any]:
    """Give all that an entry says and is not only shown, as plain data; what it leaves out is left out."""
    found = ((one.key, one.out(getattr(entry, one.name))) for one in _fields(entry.__class__) if not one.shown)
    return {key: value for key, value in found if value not in (None, False, (), [], {}, "")}


def compared(kind: type) -> Iterator[tuple[str, str, Compares]]:
    """Give, of what decides in a kind, each field, its key, and how two of its values compare."""
    return ((one.name, one.key, one.compares) for one in _fields(kind) if one.decides)


def plain(value: Any, of_part: Callable[[Any], Any] = canonical) -> Any:
    """Give a value as plain data, each part in it as `of_part` gives it."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "plain"):
        return value.plain()
    if is_dataclass(value):
        return of_part(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [plain(one, of_part) for one in value]
    if isinstance(value, Mapping):
        return {key: plain(one, of_part) for key, one in value.items()}
    return value


def shown(entry: Any) -> dict[str, Any]:
    """Give what of an entry is shown, as plain data."""
    return _plain_values(entry, (one for one in _fields(entry.__class__) if one.shown))


def _plain_values(part: Any, fields: Iterable[_Field]) -> dict[str, Any]:
    values = {one.key: getattr(part, one.name) for one in fields}
    return {key: plain(value, _all_plain) for key, value in values.items() if value is not None}


def _all_plain(part: Any) -> dict[str, Any]:
    return _plain_values(part, _fields(part.__class__))


def every_key(part: Any) -> dict[str, Any]:
    """Give all that an author may write, as plain data, also what is not said."""
    return {
        one.key: plain(getattr(part, one.name), _all_plain) for one in _fields(part.__class__) if not one.set_by_engine
    }


def decides(kind: type) -> bool:
    """Say whether anything of a kind decides; else all of it is only shown."""
    return any(one.decides for one in _fields(kind))


def keys(kind: type) -> tuple[str, ...]:
    """Name the keys that an author may write."""
    return tuple(one.key for one in _fields(kind) if not one.set_by_engine)


# --- what an entry mentions -------------------------------------------------------------------------------------------


def mentions(part: Any) -> Iterator[Mention]:
    """Give every name that an entry says, as the types of its keys declare it."""
    for one in _fields(part.__class__):
        value = getattr(part, one.name)
        if one.mentions and not one.set_by_engine and value is not None:
            yield from (found.under(one.key) for found in one.mentions(value))
        if one.own_value and value is not None:
            values = value.values() if isinstance(value, Mapping) else as_list(value)
            yield Mention((one.key,), part.id, ("facts",), "is", tuple(values))


Finder = Callable[[Any], Iterator[Mention]]


def _finder(hint: Any, marked: Names | None = None) -> Finder | None:
    """Give what finds the mentions in a value of this type; None when there are never any."""
    origin, args = get_origin(hint), [arg for arg in get_args(hint) if arg not in (NoneType, Ellipsis)]
    if origin is Annotated:
        return _finder(args[0], next((mark for mark in _marks(hint) if isinstance(mark, Names)), marked))
    if origin in (Union, UnionType):
        return _finder(args[0], marked)
    if origin in (tuple, frozenset):
        each = [_finder(arg, marked) for arg in args]
        return _in_pairs(each) if len(each) > 1 else _in_all(each[0], ordered=origin is tuple)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _in_mapping(args, marked)
    if isinstance(hint, type) and issubclass(hint, Part):
        return mentions
    if hasattr(hint, "mentions"):
        return lambda value: iter(value.mentions())
    return None if marked is None else lambda value: iter((Mention((), value, marked.kinds, code=marked.code),))


def _in_all(each: Finder | None, *, ordered: bool) -> Finder | None:
    if each is None:
        return None
    return lambda many: (found.under(i) if ordered else found for i, value in enumerate(many) for found in each(value))


def _in_pairs(each: list[Finder | None]) -> Finder:
    return lambda pair: (
        found for find, value in zip(each, pair, strict=True) if find and value is not None for found in find(value)
    )


def _in_mapping(args: list[Any], marked: Names | None) -> Finder | None:
    marks = _marks(args[0])
    key = next((mark for mark in marks if isinstance(mark, Names)), None)
    value = _finder(args[1], marked)
    if key is None and value is None:
        return None

    def find(mapping: Mapping[str, Any]) -> Iterator[Mention]:
        for name, one in mapping.items():
            if key is not None:
                said = Mention((name,), name, key.kinds, code=key.code)
                values = tuple(one.values()) if isinstance(one, Mapping) else one if isinstance(one, tuple) else (one,)
                yield said._replace(word="is", values=values) if key.valued else said
            if value is not None:
                yield from (found.under(name) for found in value(one))

    return find
