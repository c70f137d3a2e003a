"""Conditions: data that can be said as a sentence, judged with three answers (true, false, unknown).

    is_child                                a yes/no fact, or a derived one
    {residence_state: [Edo, Delta]}         a fact is one of these; a step's result, a document's status likewise
    {weeks_pregnant: {at_least: 32}}        also at_most, before, after
    {survey.score: {at_least: 3}}           a field of a step, as it was given last
    {incident: risk_high}                   such an incident is open
    {said_no: [monitoring]}                 the person refused this, or took the consent back
    {entries: {legal_matter: [open]}}       an entry of a register stands in one of these states
    {entries: {service: {in: [running], at_least: 2, service: [training]}}}   so many do, of which a field says one of these
    {all: […]}  {any: […]}  {not: …}

Stored form: nested lists, e.g. ["any", ["is", "oath_reported", [true]], ["is", "residence_state", ["Delta", "Edo"]]].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import reduce
from typing import Any, ClassVar

from wayhome.errors import Template, part
from wayhome.packs.faults import InvalidValue
from wayhome.packs.mentions import Mention, Name, Phrase, both, either, in_words

Lookup = Callable[[str], Any]

COMPARED: Mapping[str, Template] = {
    "at_least": "{what} is at least {bound}",
    "at_most": "{what} is at most {bound}",
    "before": "{what} is before {bound}",
    "after": "{what} is after {bound}",
}
ENTRIES = "entries"
VALUED = ("built_in", "facts", "steps", "documents", "fields")  # what has a value that a condition can compare


class Unknown:
    """The value of a fact that nobody has recorded."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Is:
    """A fact, a step's result or a document's status is one of these."""

    name: str
    values: tuple[Any, ...]

    def judge(self, lookup: Lookup) -> bool | None:
        value = lookup(self.name)
        if value is UNKNOWN:
            return None
        if type(value) is list or type(value) is tuple:
            return any(one in self.values for one in value)
        return value in self.values

    def unknowns(self, lookup: Lookup) -> list[str]:
        return [self.name]

    def mentions(self) -> Iterator[Mention]:
        yield Mention((), self.name, VALUED, "is", self.values)

    def as_phrase(self, name: Name) -> Phrase:
        return part("{what} is {values}", what=name("facts", self.name), values=either(self._values(name)))

    def denied(self, name: Name) -> Phrase:
        values, what = self._values(name), name("facts", self.name)
        if isinstance(self.values[0], bool):
            return part("{what} is {value}", what=what, value=in_words(not self.values[0]))
        if len(values) == 1:
            return part("{what} is not {value}", what=what, value=values[0])
        others = reduce(lambda left, right: part("{left} nor {right}", left=left, right=right), values)
        return part("{what} is neither {others}", what=what, others=others)

    def _values(self, name: Name) -> list[Phrase]:
        """Say each value: the result of a step by its title, where it has one."""
        return [name("results", f"{self.name}.{value}") or in_words(value) for value in self.values]

    def plain(self) -> list[Any]:
        return ["is", self.name, list(self.values)]


@dataclass(frozen=True, slots=True)
class Compared:
    """A number, a date or an instant is on one side of a bound."""

    word: str
    name: str
    bound: int | str

    def judge(self, lookup: Lookup) -> bool | None:
        value = lookup(self.name)
        return None if value is UNKNOWN else _compares(self.word, value, self.bound)

    def unknowns(self, lookup: Lookup) -> list[str]:
        return [self.name]

    def mentions(self) -> Iterator[Mention]:
        yield Mention((), self.name, VALUED, self.word, (self.bound,))

    def as_phrase(self, name: Name) -> Phrase:
        return part(COMPARED[self.word], what=name("facts", self.name), bound=self.bound)

    def denied(self, name: Name) -> Phrase:
        return part("not ({condition})", condition=self.as_phrase(name))

    def plain(self) -> list[Any]:
        return [self.word, self.name, self.bound]


@dataclass(frozen=True, slots=True)
class IncidentOpen:
    """An incident of one of these types is open."""

    types: tuple[str, ...]

    def judge(self, lookup: Lookup) -> bool:
        return any(lookup(f"incident:{type_}") for type_ in self.types)

    def unknowns(self, lookup: Lookup) -> list[str]:
        return []

    def mentions(self) -> Iterator[Mention]:
        yield from (Mention((), type_, ("incidents",), code="A001") for type_ in self.types)

    def as_phrase(self, name: Name) -> Phrase:
        return part("{incidents} is open", incidents=self._named(name))

    def denied(self, name: Name) -> Phrase:
        if len(self.types) == 1:
            return part("{incidents} is not open", incidents=self._named(name))
        return part("not ({condition})", condition=self.as_phrase(name))

    def _named(self, name: Name) -> Phrase:
        return either(part("{incident}", incident=name("incidents", type_)) for type_ in self.types)

    def plain(self) -> list[Any]:
        return ["incident", list(self.types)]


@dataclass(frozen=True, slots=True)
class SaidNo:
    """The person has refused one of these, or taken the consent back."""

    purposes: tuple[str, ...]

    def judge(self, lookup: Lookup) -> bool:
        return any(lookup(f"refused:{purpose}") for purpose in self.purposes)

    def unknowns(self, lookup: Lookup) -> list[str]:
        return []

    def mentions(self) -> Iterator[Mention]:
        yield from (Mention((), purpose, ("consents",), code="C008") for purpose in self.purposes)

    def as_phrase(self, name: Name) -> Phrase:
        return part("the person has said no to {purposes}", purposes=self._named(name))

    def denied(self, name: Name) -> Phrase:
        return part("the person has not said no to {purposes}", purposes=self._named(name))

    def _named(self, name: Name) -> Phrase:
        return either(part("{purpose}", purpose=name("consents", one)) for one in self.purposes)

    def plain(self) -> list[Any]:
        return ["said_no", list(self.purposes)]


@dataclass(frozen=True, slots=True)
class EntriesStand:
    """So many entries of a register stand in one of these states; and of each a field says one of these."""

    register: str
    states: tuple[str, ...]
    at_least: int = 1
    fields: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    def judge(self, lookup: Lookup) -> bool:
        found = lookup(f"{ENTRIES}:{self.register}")
        if isinstance(found, bool):  # of no case: whether that is so
            return found
        return sum(1 for state, values in found if self.counts(state, values)) >= self.at_least

    def counts(self, state: str, values: Mapping[str, Any]) -> bool:
        """Say whether an entry that stands so, and says this, is one of them."""
        return state in self.states and all(
            any(one in said for one in _listed(values.get(name))) for name, said in self.fields
        )

    def unknowns(self, lookup: Lookup) -> list[str]:
        return []

    def mentions(self) -> Iterator[Mention]:
        yield Mention((), self.register, ("registers",))
        yield from (Mention((), f"{self.register}/{one}", ("entry_states",)) for one in self.states)
        for name, said in self.fields:
            yield Mention((), f"{self.register}/{name}", ("entry_fields",), word="is", values=said)

    def as_phrase(self, name: Name) -> Phrase:
        count: Template = "of {register}, {count} or more: {states}"
        which = [in_words(one) for one in (*self.states, *(value for _, said in self.fields for value in said))]
        return part(count, register=name("registers", self.register), count=self.at_least, states=either(which))

    def denied(self, name: Name) -> Phrase:
        return part("not ({condition})", condition=self.as_phrase(name))

    def saying(self, *values: Any) -> EntriesStand:
        """Give those of which the field says one of these."""
        return replace(self, fields=tuple((name, values) for name, _ in self.fields))

    def plain(self) -> list[Any]:
        return [
            ENTRIES,
            self.register,
            list(self.states),
            self.at_least,
            [[name, list(said)] for name, said in self.fields],
        ]

    @classmethod
    def parse(cls, raw: Any) -> EntriesStand:
        if not isinstance(raw, dict) or len(raw) != 1:
            raise InvalidValue("'entries' takes one register with the states in which an entry stands")
        ((register, said),) = raw.items()
        said = dict(said) if isinstance(said, dict) else {"in": said}
        states, at_least = _listed(said.pop("in", ())), said.pop("at_least", 1)
        if not states or not isinstance(at_least, int) or at_least < 1:
            raise InvalidValue("say in which states of '{register}', and from how many on", register=register)
        fields = ((str(name), tuple(sorted(_listed(one), key=str))) for name, one in sorted(said.items()))
        return cls(str(register), tuple(sorted(map(str, states))), at_least, tuple(fields))


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else () if value is None else (value,)


@dataclass(frozen=True, slots=True)
class _Joined:
    word: ClassVar[str]
    settles: ClassVar[bool]  # the answer of one part that is that of the whole

    parts: tuple[Condition, ...]

    def judge(self, lookup: Lookup) -> bool | None:
        """Judge the parts until one settles the whole; without one, an unknown part leaves it unknown."""
        answer: bool | None = not self.settles
        for each in self.parts:
            one = each.judge(lookup)
            if one is self.settles:
                return one
            if one is None:
                answer = None
        return answer

    def unknowns(self, lookup: Lookup) -> list[str]:
        open_ones = (part for part in self.parts if part.judge(lookup) is None)
        return list(dict.fromkeys(name for part in open_ones for name in part.unknowns(lookup)))

    def mentions(self) -> Iterator[Mention]:
        for each in self.parts:
            yield from each.mentions()

    def as_phrase(self, name: Name) -> Phrase:
        parts = (
            part("({condition})", condition=one.as_phrase(name)) if isinstance(one, _Joined) else one.as_phrase(name)
            for one in self.parts
        )
        return either(parts) if self.settles else both(parts)

    def denied(self, name: Name) -> Phrase:
        return part("not ({condition})", condition=self.as_phrase(name))

    def plain(self) -> list[Any]:
        return [self.word, *(part.plain() for part in self.parts)]


class All(_Joined):
    """All of these hold."""

    __slots__ = ()

    word, settles = "all", False


class AnyOf(_Joined):
    """One of these holds."""

    __slots__ = ()

    word, settles = "any", True


@dataclass(frozen=True, slots=True)
class Not:
    """This does not hold."""

    part: Condition

    def judge(self, lookup: Lookup) -> bool | None:
        one = self.part.judge(lookup)
        return None if one is None else not one

    def unknowns(self, lookup: Lookup) -> list[str]:
        return self.part.unknowns(lookup)

    def mentions(self) -> Iterator[Mention]:
        return self.part.mentions()

    def as_phrase(self, name: Name) -> Phrase:
        return self.part.denied(name)

    def denied(self, name: Name) -> Phrase:
        return self.part.as_phrase(name)

    def plain(self) -> list[Any]:
        return ["not", self.part.plain()]


Condition = Is | Compared | IncidentOpen | SaidNo | EntriesStand | All | AnyOf | Not


def parse(raw: Any) -> Condition:
    """Read a condition as a country author writes it.

    Raises:
        InvalidValue: it is none.
    """
    if isinstance(raw, str):
        return Is(raw, (True,))
    if isinstance(raw, list):
        return All(tuple(map(parse, raw)))
    if not isinstance(raw, dict) or not raw:
        raise InvalidValue("a condition is the name of a fact, or {fact: value}, {all: […]}, {any: […]}, {not: …}")
    if len(raw) > 1:
        return All(tuple(parse({key: value}) for key, value in raw.items()))
    ((key, value),) = raw.items()
    if key in ("all", "any"):
        if not isinstance(value, list) or not value:
            raise InvalidValue("'{key}' takes a list of conditions", key=key)
        return (All if key == "all" else AnyOf)(tuple(map(parse, value)))
    if key == "not":
        return Not(parse(value))
    if key == ENTRIES:
        return EntriesStand.parse(value)
    if isinstance(value, dict):
        return _comparison(key, value)
    values = value if isinstance(value, list) else [value]
    if key == "incident":
        return IncidentOpen(tuple(sorted(str(v) for v in values)))
    if key == "said_no":
        return SaidNo(tuple(sorted(str(v) for v in values)))
    return Is(key, tuple(sorted(values, key=str)))


def _comparison(fact: str, value: dict[str, Any]) -> Condition:
    parts: list[Condition] = []
    for word, bound in value.items():
        if word not in COMPARED:
            raise InvalidValue("'{word}' is no comparison; there are {words}", word=word, words=list(COMPARED))
        parts.append(Compared(word, fact, bound if isinstance(bound, int) else str(bound)))
    if not parts:
        raise InvalidValue("say how '{fact}' is compared: {words}", fact=fact, words=list(COMPARED))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def condition_of(raw: Any) -> Condition:
    """Make a condition from its stored form; one that is made already is given as it is."""
    if not isinstance(raw, Sequence):
        made: Condition = raw
        return made
    word, *rest = raw
    if word in ("all", "any"):
        return (All if word == "all" else AnyOf)(tuple(map(condition_of, rest)))
    if word == "not":
        return Not(condition_of(rest[0]))
    if word == "incident":
        return IncidentOpen(tuple(rest[0]))
    if word == "said_no":
        return SaidNo(tuple(rest[0]))
    if word == ENTRIES:
        register, states, at_least, fields = rest
        return EntriesStand(register, tuple(states), at_least, tuple((name, tuple(said)) for name, said in fields))
    return Is(rest[0], tuple(rest[1])) if word == "is" else Compared(word, rest[0], rest[1])


def judge(condition: Condition | None, lookup: Lookup) -> bool | None:
    """Say whether a condition holds: True, False, or None when it rests on unknown facts."""
    return True if condition is None else condition.judge(lookup)


def _compares(word: str, value: Any, bound: Any) -> bool:
    if value is None:
        return False
    if word in ("before", "after"):
        day, limit = date.fromisoformat(str(value)[:10]), date.fromisoformat(str(bound)[:10])
        return day < limit if word == "before" else day > limit
    try:
        number, limit_number = Decimal(str(value)), Decimal(str(bound))
    except InvalidOperation:
        return False
    return number >= limit_number if word == "at_least" else number <= limit_number


def unknowns(condition: Condition | None, lookup: Lookup) -> list[str]:
    """Name the facts that stand between this condition and a clear answer, in the order of the text."""
    return [] if condition is None or condition.judge(lookup) is not None else condition.unknowns(lookup)
