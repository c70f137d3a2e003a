"""What must be so first. Each need says in its own words what it waits for.

return_intention                        a step is done; a paper is held; a fact is true; a move has happened
{return_review: [go, go_with_conditions]}   a step is done with one of these results
{any: [br_court_decision, …]}           one of these
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from wayhome.errors import Template, part
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.kind import Read, Stored, as_list
from wayhome.packs.mentions import Mention, Name, Phrase, either, in_words
from wayhome.packs.scalars import resolve


@dataclass(frozen=True, slots=True)
class StepNeed:
    """A step must be done, with one of these results where some are named."""

    subject: str
    results: tuple[str, ...] | None = None

    def as_phrase(self, name: Name) -> Phrase:
        step = name("steps", self.subject)
        if self.results:
            results = either(name("results", f"{self.subject}.{one}") or in_words(one) for one in self.results)
            return part("{step} is done as {results}", step=step, results=results)
        return part("{step} is done", step=step)

    def mentions(self) -> Iterator[Mention]:
        yield Mention((), self.subject, ("steps",))

    def plain(self) -> list[Any]:
        return ["step", self.subject, list(self.results) if self.results else None]


@dataclass(frozen=True, slots=True)
class _OneNeed:
    """Something of one kind must be so; `word` begins its canonical form."""

    kind: ClassVar[str]
    word: ClassVar[str]

    subject: str

    def mentions(self) -> Iterator[Mention]:
        yield Mention((), self.subject, (self.kind,))

    def plain(self) -> list[Any]:
        return [self.word, self.subject]


class DocumentNeed(_OneNeed):
    """A paper must be held."""

    __slots__ = ()

    kind, word = "documents", "document"

    def as_phrase(self, name: Name) -> Phrase:
        return part("{document} is held", document=name("documents", self.subject))


class FactNeed(_OneNeed):
    """A fact must be true."""

    __slots__ = ()

    kind, word = "facts", "fact"

    def as_phrase(self, name: Name) -> Phrase:
        return part("{fact} is yes", fact=name("facts", self.subject))


# What ends an alarm beside a step that is done anew: it is looked up after the alarm, and never as it was before.
PERSON_REACHED, CHILD_MADE_KNOWN = FactNeed("person_reached"), FactNeed("child_made_known")
CAN_BE_SINCE = (PERSON_REACHED, CHILD_MADE_KNOWN)

MOVED: Mapping[str, Template] = {
    "prepared": "the preparation has begun",
    "departed": "the person has departed",
    "arrived": "the person has arrived",
    "settled": "the follow-up has begun",
    "closed": "the case is closed",
}


class MoveNeed(_OneNeed):
    """A move must have happened: `subject` is the event that it leaves in the ledger."""

    __slots__ = ()

    kind, word = "moves", "event"

    def as_phrase(self, name: Name) -> Phrase:
        return part(MOVED.get(self.subject, "the case has {moved}"), moved=name("moves", self.subject))


@dataclass(frozen=True, slots=True)
class AnyNeed:
    """One of these must be so."""

    needs: tuple["Need", ...]

    def as_phrase(self, name: Name) -> Phrase:
        return either(need.as_phrase(name) for need in self.needs)

    def mentions(self) -> Iterator[Mention]:
        for i, need in enumerate(self.needs):
            yield from (found.under("any", i) for found in need.mentions())

    def plain(self) -> list[Any]:
        return ["any", [need.plain() for need in self.needs]]


@dataclass(frozen=True, slots=True)
class Named:
    """A need as it is written: whether the name is a step's, a paper's, a fact's or a move's is known when packs are composed."""

    name: str
    results: tuple[str, ...] | None = None

    def mentions(self) -> Iterator[Mention]:
        if self.results is not None:
            yield Mention((self.name,), self.name, ("steps",), "is", self.results)
        else:
            yield Mention((), self.name, ("steps", "documents", "facts", "judged", "moves"), "is true", (True,))

    def plain(self) -> Any:
        return self.name if self.results is None else {self.name: list(self.results)}


Need = AnyNeed | StepNeed | DocumentNeed | FactNeed | MoveNeed
_CLASSES: Mapping[str, Callable[[str], Need]] = {one.word: one for one in (DocumentNeed, FactNeed, MoveNeed)}


def need_of(raw: Sequence[Any]) -> Need:
    """Make a need from its canonical form."""
    if raw[0] == "any":
        return AnyNeed(tuple(map(need_of, raw[1])))
    if raw[0] == "step":
        return StepNeed(raw[1], tuple(raw[2]) if raw[2] else None)
    return _CLASSES[raw[0]](raw[1])


def steps_in(need: Need) -> Iterator[str]:
    """Name the steps that a need speaks of."""
    if isinstance(need, StepNeed):
        yield need.subject
    elif isinstance(need, AnyNeed):
        for part in need.needs:
            yield from steps_in(part)


def is_met_by(need: Need, step: str, result: str | None) -> bool:
    """Say whether a result of a step is what a need speaks of."""
    if isinstance(need, AnyNeed):
        return any(is_met_by(part, step, result) for part in need.needs)
    return isinstance(need, StepNeed) and need.subject == step and (need.results is None or result in need.results)


def as_written(raw: Any) -> Any:
    """Read a need from YAML, without knowing yet what its name stands for.

    Raises:
        InvalidValue: it is none.
    """
    raw = resolve(raw)
    if isinstance(raw, str):
        return Named(raw)
    if isinstance(raw, dict) and len(raw) == 1:
        ((name, value),) = raw.items()
        parts = value if isinstance(value, list) else [value]
        if name == "any" and isinstance(value, list):
            return AnyNeed(tuple(map(as_written, parts)))
        if name != "any" and parts and all(isinstance(part, str) for part in parts):
            return Named(name, tuple(sorted(parts)))
    raise InvalidValue("this says no prerequisite", "Write a step, {step: [results]} or {any: […]}.", code="C006")


OneNeed = Annotated[Need, Read(as_written, instead=True), Stored(lambda need: need.plain(), need_of)]
Needs = Annotated[tuple[OneNeed, ...], Read(as_list)]
