"""Lengths of time, and moments that are counted from an anchor. Written flat: {days: 21, before: planned_departure}.

Anchors: a step, STEP.started, STEP.ended (of a step with a length), a move's event (prepared, departed, left, arrived,
settled, closed), an incident, a date fact, opened (the case), planned_departure, planned_arrival.

A figure that is a limit of the core is written once, in limits.yaml; elsewhere it is named: {limit: clearance_max_age}.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple, Self

from wayhome.packs.conditions import condition_of
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.kind import Bounds, Condition, Confidence, Id
from wayhome.packs.mentions import Mention

MOST = 10_000  # of a unit: a calendar ends
UNITS = ("hours", "days", "weeks", "months", "working_days")


def written_as(**types: Any) -> Callable[[type], Any]:
    """Say with which keys a value is written in YAML; its `of` makes it from them, as from its canonical form."""

    def describe(cls: Any) -> Any:
        def schema(_: Any, source: Any, handler: Any) -> dict[str, Any]:
            keys = {
                key: {"type": "typed-dict-field", "schema": handler.generate_schema(type_), "required": False}
                for key, type_ in types.items()
            }
            written = {"type": "typed-dict", "fields": keys, "extra_behavior": "forbid"}
            return {"type": "function-after", "function": {"type": "no-info", "function": cls.of}, "schema": written}

        cls.__get_pydantic_core_schema__ = classmethod(schema)
        return cls

    return describe


AN_AMOUNT = {unit: Annotated[int, Bounds(ge=0, le=MOST)] for unit in UNITS} | {
    "limit": Id,
    "confidence": Confidence | None,
}


@written_as(**AN_AMOUNT)
class Span(NamedTuple):
    """A length of time in one unit: hours, days, weeks, months or working_days."""

    amount: int
    unit: str
    confidence: str | None = None  # how sure the figure is, where it is written; a stored process does not say
    limit: str | None = None  # the limit that it is, until a process is composed

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        said = [unit for unit in (*UNITS, "limit") if raw.get(unit) is not None]
        if len(said) != 1:
            raise InvalidValue("say the time in exactly one of {units}, or name the limit that it is", units=UNITS)
        if said == ["limit"]:
            return cls(0, UNITS[0], limit=raw["limit"])
        return cls(raw[said[0]], said[0], raw.get("confidence"))

    def mentions(self) -> Iterator[Mention]:
        if self.limit is not None:
            yield Mention(("limit",), self.limit, ("lengths",))

    def plain(self) -> dict[str, Any]:
        return {self.unit: self.amount}


# The fewest and the most hours that one of each unit can come to.
_HOURS = {
    "hours": (1, 1),
    "days": (24, 24),
    "weeks": (168, 168),
    "months": (28 * 24, 31 * 24),
    "working_days": (24, 5 * 24),
}


def fewest_hours(span: Span) -> int:
    """Give the fewest hours that a span can come to."""
    return span.amount * _HOURS[span.unit][0]


def may_be_longer(new: Span, old: Span) -> bool:
    """Say whether a span is longer than another, or could be: months differ in length."""
    if new.unit == old.unit:
        return new.amount > old.amount
    return new.amount * _HOURS[new.unit][1] > old.amount * _HOURS[old.unit][0]


def may_be_shorter(new: Span, old: Span) -> bool:
    """Say whether a span is shorter than another, or could be."""
    return may_be_longer(old, new)


def is_further(far: Span, near: Span, by: Span | None) -> bool:
    """Say whether a span is longer than another by more than `by`, however the months fall."""
    more = by.amount * _HOURS[by.unit][1] if by else 0
    if far.unit == near.unit:
        return (far.amount - near.amount) * _HOURS[far.unit][0] > more
    return far.amount * _HOURS[far.unit][0] > near.amount * _HOURS[near.unit][1] + more


def _anchor(raw: Mapping[str, Any]) -> tuple[str, bool]:
    if (raw.get("after") is None) == (raw.get("before") is None):
        raise InvalidValue("say either after or before what")
    return (raw["after"], False) if raw.get("before") is None else (raw["before"], True)


@written_as(**AN_AMOUNT, after=str, before=str, unless=Condition | None, since=str | None)
class Timing(NamedTuple):
    """A span counted from an anchor, forwards or backwards."""

    span: Span
    anchor: str
    backwards: bool = False
    unless: Any = None
    when: Any = None  # a tightening holds only then
    # An incident: asked once it has happened, of what the anchor's step did first after the last time.
    since: str | None = None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        anchor, backwards = _anchor(raw)
        return cls(Span.of(raw), anchor, backwards, condition_of(raw.get("unless")), since=raw.get("since"))

    def mentions(self) -> Iterator[Mention]:
        yield from self.span.mentions()
        yield Mention(("before" if self.backwards else "after",), self.anchor, ("anchors",))
        if self.since is not None:
            yield Mention(("since",), self.since, ("incidents",))
        for key, condition in (("unless", self.unless), ("when", self.when)):
            if condition is not None:
                yield from (found.under(key) for found in condition.mentions())

    def plain(self) -> dict[str, Any]:
        unless = {} if self.unless is None else {"unless": self.unless.plain()}
        since = {} if self.since is None else {"since": self.since}
        return self.span.plain() | {"before" if self.backwards else "after": self.anchor} | unless | since


@written_as(**{"from": Span, "to": Span | None}, before=str, after=str, confidence=Confidence | None)
class Window(NamedTuple):
    """From when to when something is done, counted from one anchor. The earliest side is hard; the latest only warns."""

    from_: Timing
    to: Timing | None
    confidence: str | None = None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        if raw.get("from") is None:
            raise InvalidValue("say from when")
        anchor, backwards = _anchor(raw)
        early, late = (
            span if span is None or isinstance(span, Span) else Span.of(span) for span in (raw["from"], raw.get("to"))
        )
        assert early is not None
        to = Timing(late, anchor, backwards) if late else None
        return cls(Timing(early, anchor, backwards), to, raw.get("confidence"))

    def mentions(self) -> Iterator[Mention]:
        yield Mention(("before" if self.from_.backwards else "after",), self.from_.anchor, ("anchors",))
        for key, side in (("from", self.from_), ("to", self.to)):
            if side is not None:
                yield from (found.under(key) for found in side.span.mentions())

    def plain(self) -> dict[str, Any]:
        to = {"to": self.to.span.plain()} if self.to else {}
        return {"from": self.from_.span.plain(), "before" if self.from_.backwards else "after": self.from_.anchor} | to


@written_as(**AN_AMOUNT, at=str | None)
class MaxAge(NamedTuple):
    """How old this evidence may be; judged at the moment of the gate, or at the anchor that `at` names."""

    span: Span
    at: str | None
    when: Any = None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        return cls(Span.of(raw), raw.get("at"))

    def mentions(self) -> Iterator[Mention]:
        yield from self.span.mentions()
        if self.at is not None:
            yield Mention(("at",), self.at, ("anchors",))
        if self.when is not None:
            yield from self.when.mentions()

    def plain(self) -> dict[str, Any]:
        return self.span.plain() | ({} if self.at is None else {"at": self.at})


@written_as(**AN_AMOUNT, side=Literal["at_most", "at_least"])
class Length(NamedTuple):
    """How long a stay or a period lasts, from its start. `side` says which way is stricter."""

    span: Span
    at_least: bool
    when: Any = None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        return cls(Span.of(raw), raw.get("side") == "at_least")

    def mentions(self) -> Iterator[Mention]:
        yield from self.span.mentions()
        if self.when is not None:
            yield from self.when.mentions()

    def plain(self) -> dict[str, Any]:
        return self.span.plain() | {"side": "at_least" if self.at_least else "at_most"}


@written_as(**AN_AMOUNT, after=str, tolerance=Span | None, when=Condition | None)
class Round(NamedTuple):
    """One round of a repeating step: when it falls due, and how long before that it may be made."""

    id: str
    due: Timing
    when: Any = None
    tolerance: Span | None = None  # it opens so long before its day; not said: on that day

    @classmethod
    def of(cls, raw: Mapping[str, Any], id: str = "") -> Self:
        due = Timing.of({key: value for key, value in raw.items() if key in (*AN_AMOUNT, "after")})
        early = raw.get("tolerance")
        tolerance = early if early is None or isinstance(early, Span) else Span.of(early)
        return cls(id, due, condition_of(raw.get("when")), tolerance)

    def mentions(self) -> Iterator[Mention]:
        yield from (found.under(self.id) for found in self.due.mentions())
        if self.tolerance is not None:
            yield from (found.under(self.id, "tolerance") for found in self.tolerance.mentions())
        if self.when is not None:
            yield from (found.under(self.id, "when") for found in self.when.mentions())

    def plain(self) -> dict[str, Any]:
        tolerance = {} if self.tolerance is None else {"tolerance": self.tolerance.plain()}
        return self.due.plain() | tolerance | ({"when": self.when.plain()} if self.when is not None else {})


@written_as(**AN_AMOUNT, after=Literal["incident", "reopened"] | None, when=Condition | None)
class ExtraDue(NamedTuple):
    """How long after the last time a step is asked for once more, beside its rounds, while this holds; or after an incident, or that a case
    is open again.
    """

    span: Span
    after: str = ""
    when: Any = None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        if (raw.get("after") is None) == (raw.get("when") is None):
            raise InvalidValue("say while what holds, or after an incident")
        return cls(Span.of(raw), raw.get("after") or "", condition_of(raw.get("when")))

    def mentions(self) -> Iterator[Mention]:
        yield from self.span.mentions()
        if self.when is not None:
            yield from (found.under("when") for found in self.when.mentions())

    def plain(self) -> dict[str, Any]:
        return self.span.plain() | ({"after": self.after} if self.after else {"when": self.when.plain()})


def with_limits(value: Any, limits: Mapping[str, Span]) -> Any:
    """Put the figures of limits in the place of their names, in a value of this module or a tuple of such."""
    if isinstance(value, Span):
        return limits.get(value.limit or "", value)
    if not isinstance(value, tuple):
        return value
    parts = [with_limits(one, limits) for one in value]
    return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
