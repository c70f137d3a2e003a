"""A process: packs composed into one frozen, hashed whole, which a case is pinned to.

`Process.of(canonical, labels)` builds the runtime form from plain data, whether that was just composed or
read back from the store: there is one way in, so a stored process behaves as it did.
`canonical` is what decides, and what the digest covers. `labels` is what is shown (titles, sources, partners,
places, risks); it is always the newest that is known, and never digested.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from wayhome.model.moves import EXIT_OF_PHASE, MOVES

Need = tuple[Any, ...]
"""What must be so first: ("step", id, results), ("event", name), ("document", id), ("fact", id), ("any", needs)."""


def canonical_bytes(value: Any) -> bytes:
    """Write plain data in its one canonical form: sorted keys, no spaces, no floats."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


class Span(NamedTuple):
    """A length of time in one unit: hours, days, weeks, months or working_days."""

    amount: int
    unit: str

    @classmethod
    def of(cls, raw: Mapping[str, Any] | None) -> Span | None:
        if raw is None:
            return None
        for unit in ("hours", "days", "weeks", "months", "working_days"):
            if raw.get(unit) is not None:
                return cls(raw[unit], unit)
        return None

    def __str__(self) -> str:
        unit = self.unit.replace("_", " ")
        return f"{self.amount} {unit[:-1] if self.amount == 1 else unit}"


class Timing(NamedTuple):
    """A span counted from an anchor, forwards or backwards."""

    span: Span
    anchor: str
    backwards: bool = False
    unless: Any = None
    when: Any = None  # a tightening holds only then


class MaxAge(NamedTuple):
    span: Span
    at: str | None
    when: Any = None


class Round(NamedTuple):
    id: str
    due: Timing | None
    tolerance_days: int
    when: Any
    mode: str


class Result(NamedTuple):
    passes: bool
    opens: str | None
    sets: Mapping[str, Any]
    assigns: Mapping[str, str]


class FieldSpec(NamedTuple):
    type: str
    group: str
    required: bool
    values: tuple[str, ...]
    columns: Mapping[str, FieldSpec]
    gives_result: str | None
    example: Any


class ConsentNeed(NamedTuple):
    purpose: str
    recipient: str | None


class DoneBy(NamedTuple):
    """The one command that completes a step: its word, what it is about, and the status it must bring."""

    command: str
    subjects: tuple[str, ...]
    status: str | None


class Length(NamedTuple):
    span: Span
    at_least: bool
    extend: tuple[str, ...]
    when: Any


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    pack: str
    is_core: bool
    phase: str
    gate: str
    kind: str
    when: Any
    after: tuple[tuple[Need, Any], ...]  # what must be so first, each with the condition under which it is asked
    who: tuple[str, ...]
    sign: tuple[str, ...]
    consents: tuple[tuple[ConsentNeed, Any], ...]
    done_by: DoneBy | None
    not_before: tuple[Timing, ...]
    window_from: Timing | None
    window_to: Timing | None
    dues: tuple[Timing, ...]
    max_ages: tuple[MaxAge, ...]
    rounds: tuple[Round, ...]
    any_rounds: int  # 0 = it does not repeat as often as needed; else the least number of times
    lengths: tuple[Length, ...]
    results: Mapping[str, Result]
    fields: Mapping[str, FieldSpec]
    each: bool
    may_decline: bool
    inform_first: bool

    @property
    def gates(self) -> bool:
        """Whether a move waits for this step."""
        return self.gate != "none" and self.kind == "mandatory"

    @property
    def favourable(self) -> str | None:
        """The first declared result that passes."""
        return next((code for code, result in self.results.items() if result.passes), None)


@dataclass(frozen=True, slots=True)
class Fact:
    id: str
    type: str
    values: tuple[str, ...]
    group: str
    asked_by: tuple[str, ...]
    derived: Any
    unrecorded: Any
    example: Any


@dataclass(frozen=True, slots=True)
class ConsentPurpose:
    id: str
    recipients: tuple[str, ...]
    default_recipient: str | None
    groups: tuple[str, ...]
    given_by: tuple[str, ...]
    assent: bool
    forms: tuple[str, ...]
    asked_by: tuple[str, ...]
    texts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DocumentKind:
    id: str
    pack: str
    satisfies: tuple[str, ...]
    when: Any
    validity: str
    max_days: int | None
    needs: tuple[Need, ...]
    consents: tuple[ConsentNeed, ...]
    request_from: Timing | None
    request_by: Timing | None
    each: bool
    airside_only: bool
    surrendered: bool
    margin: Span | None
    payer: str | None


@dataclass(frozen=True, slots=True)
class IncidentKind:
    id: str
    effect: Mapping[str, str]  # by phase
    may_choose: tuple[str, ...]
    resets: Mapping[str, tuple[str, ...]]
    voids: Mapping[str, tuple[str, ...]]
    closes_as: tuple[str, ...]
    resume_step: tuple[str, ...]
    review: Span | None
    contacts_due: tuple[Span, ...]
    needs_to_resolve: Mapping[str, tuple[Need, ...]]  # by the phase in which it is to end
    sets: Mapping[str, Any]
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    id: str
    phases: tuple[str, ...]
    gated: bool
    when: Any
    final: bool


@dataclass(frozen=True, slots=True)
class Role:
    id: str
    login: bool
    side: str
    manager: bool
    may: frozenset[str]
    moves: frozenset[str]
    reads: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recipient:
    id: str
    contact: tuple[str, ...]
    share: tuple[str, ...]
    origin_authority: bool
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class PackRule:
    id: str
    pack: str
    on: tuple[str, ...]
    check: str
    revision: int


@dataclass(frozen=True, slots=True)
class Identifier:
    id: str
    pack: str
    of: tuple[str, ...]
    pattern: str | None
    checksum: bool
    severity: str
    normalise: str


def _in_order(entries: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Sort entries as their authors wrote them: core first, then pack by pack."""
    return sorted(entries.items(), key=lambda item: (item[1]["pack"] != "core", item[1]["pack"], item[1]["n"]))


def _need(raw: Any) -> Need:
    if raw[0] == "any":
        return ("any", tuple(_need(part) for part in raw[1]))
    if raw[0] == "step":
        return ("step", raw[1], tuple(raw[2]) if raw[2] else None)
    return (raw[0], raw[1])


def _timing(raw: Mapping[str, Any] | None, when: Any = None) -> Timing | None:
    span = Span.of(raw)
    if raw is None or span is None:
        return None
    backwards = raw.get("before") is not None
    return Timing(span, raw["before"] if backwards else raw["after"], backwards, raw.get("unless"), when)


def _window(raw: Mapping[str, Any] | None, side: str) -> Timing | None:
    if raw is None or (span := Span.of(raw.get(side))) is None:
        return None
    backwards = raw.get("before") is not None
    return Timing(span, raw["before"] if backwards else raw["after"], backwards)


def _field(raw: Mapping[str, Any]) -> FieldSpec:
    return FieldSpec(
        raw["type"],
        raw["group"],
        bool(raw.get("required")),
        tuple(raw.get("values") or ()),
        {k: _field(v) for k, v in (raw.get("columns") or {}).items()},
        raw.get("gives_result"),
        raw.get("example"),
    )


def _consent_need(raw: Any) -> ConsentNeed:
    return ConsentNeed(raw[0], raw[1])


def _round(id: str, raw: Mapping[str, Any]) -> Round:
    due = _timing(raw) if raw.get("after") else None
    return Round(id, due, raw.get("tolerance_days") or 0, raw.get("when"), raw.get("mode") or "any")


def _step(id: str, raw: Mapping[str, Any]) -> Step:
    tighter = raw.get("tighten") or ()

    def gathered(key: str, make: Any) -> tuple[Any, ...]:
        found = [make(raw[key], None)] if raw.get(key) else []
        found += [make(part[key], part.get("when")) for part in tighter if part.get(key)]
        return tuple(one for one in found if one is not None)

    def listed(key: str, make: Any) -> tuple[Any, ...]:
        found = [(make(one), None) for one in raw.get(key) or ()]
        for part in tighter:
            found += [(make(one), part.get("when")) for one in part.get(key) or ()]
        return tuple(found)

    named = dict(raw.get("rounds") or ())
    fields = dict(raw.get("fields") or {})
    for part in tighter:
        named.update(part.get("rounds") or ())
        fields.update(part.get("fields") or {})
    done_by = raw.get("done_by")
    return Step(
        id=id,
        pack=raw["pack"],
        is_core=raw["pack"] == "core",
        phase=raw["phase"],
        gate=raw.get("gate") or EXIT_OF_PHASE[raw["phase"]],
        kind=raw["kind"],
        when=raw.get("when"),
        after=listed("after", _need),
        who=tuple(raw["who"]),
        sign=tuple(raw.get("sign") or ()),
        consents=listed("consent", _consent_need),
        done_by=DoneBy(done_by["command"], tuple(done_by["subjects"]), done_by.get("status")) if done_by else None,
        not_before=gathered("not_before", _timing),
        window_from=_window(raw.get("window"), "from"),
        window_to=_window(raw.get("window"), "to"),
        dues=gathered("due", _timing),
        max_ages=gathered("max_age", lambda r, when: MaxAge(Span.of(r), r.get("at"), when)),  # type: ignore[arg-type]
        rounds=tuple(_round(k, v) for k, v in named.items()),
        any_rounds=raw.get("any_rounds") or 0,
        lengths=gathered(
            "length",
            lambda r, when: Length(
                Span.of(r),  # type: ignore[arg-type]
                r.get("side") == "at_least",
                tuple(r.get("extend") or ()),
                when,
            ),
        ),
        results={
            code: Result(r.get("passes", True), r.get("opens"), r.get("sets") or {}, r.get("assigns") or {})
            for code, r in (raw.get("results") or ())
        },
        fields={k: _field(v) for k, v in fields.items()},
        each=bool(raw.get("each")),
        may_decline=bool(raw.get("may_decline")),
        inform_first=bool(raw.get("inform_first")),
    )


@dataclass(frozen=True)
class Process:
    """Everything that decides about a case, frozen; build it with `Process.of`."""

    digest: str
    canonical: bytes
    host_country: str
    origin_country: str
    packs: tuple[str, ...]
    zones: Mapping[str, str]  # side (host, origin) -> IANA zone
    calendars: Mapping[str, str]  # side -> country of the calendar
    groups: Mapping[str, str]  # data group -> retention class
    roles: Mapping[str, Role]
    facts: Mapping[str, Fact]
    recipients: Mapping[str, Recipient]
    consents: Mapping[str, ConsentPurpose]
    documents: Mapping[str, DocumentKind]
    steps: Mapping[str, Step]
    incidents: Mapping[str, IncidentKind]
    aliases: Mapping[str, str]  # of incidents
    outcomes: Mapping[str, Outcome]
    limits: Mapping[str, Span | int]
    limit_sources: Mapping[str, tuple[str, str]]  # id -> (rule, side)
    rules: Mapping[str, PackRule]
    identifiers: Mapping[str, Identifier]
    labels: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, canonical: Mapping[str, Any], labels: Mapping[str, Any] | None = None) -> Process:
        """Build the runtime form of plain data."""
        raw = canonical
        blob = canonical_bytes(raw)
        incidents = {k: _incident(k, v) for k, v in _in_order(raw["incidents"])}
        return cls(
            digest=hashlib.sha256(blob).hexdigest(),
            canonical=blob,
            host_country=raw["host_country"],
            origin_country=raw["origin_country"],
            packs=tuple(raw["packs"]),
            zones=MappingProxyType(dict(raw["zones"])),
            calendars=MappingProxyType(dict(raw["calendars"])),
            groups=MappingProxyType(dict(raw["groups"])),
            roles={k: _role(k, v) for k, v in raw["roles"].items()},
            facts={
                k: Fact(
                    k,
                    v["type"],
                    tuple(v.get("values") or ()),
                    v["group"],
                    tuple(v.get("asked_by") or ()),
                    v.get("derived"),
                    v.get("unrecorded"),
                    v.get("example"),
                )
                for k, v in _in_order(raw["facts"])
            },
            recipients={
                k: Recipient(k, tuple(v["contact"]), tuple(v["share"]), v["origin_authority"], frozenset(v["never"]))
                for k, v in raw["recipients"].items()
            },
            consents={
                k: ConsentPurpose(
                    k,
                    tuple(v["recipients"]),
                    v.get("default_recipient"),
                    tuple(v["groups"]),
                    tuple(v["given_by"]),
                    v["assent"],
                    tuple(v["forms"]),
                    tuple(v["asked_by"]),
                    {n: tuple(t) for n, t in v["texts"].items()},
                )
                for k, v in raw["consents"].items()
            },
            documents={k: _document(k, v) for k, v in _in_order(raw["documents"])},
            steps={k: _step(k, v) for k, v in _in_order(raw["steps"])},
            incidents=incidents,
            aliases={alias: k for k, v in raw["incidents"].items() for alias in v["aliases"]},
            outcomes={
                k: Outcome(k, tuple(v["phases"]), v["gated"], v.get("when"), v["final"])
                for k, v in raw["outcomes"].items()
            },
            limits={
                k: v["count"] if v.get("count") is not None else Span.of(v["span"])  # type: ignore[misc]
                for k, v in raw["limits"].items()
            },
            limit_sources={k: (v["rule"], v["side"]) for k, v in raw["limits"].items()},
            rules={
                k: PackRule(k, v["pack"], tuple(v["on"]), v["check"], v["revision"]) for k, v in raw["rules"].items()
            },
            identifiers={
                k: Identifier(
                    k, v["pack"], tuple(v["of"]), v.get("pattern"), v["checksum"], v["severity"], v["normalise"]
                )
                for k, v in raw["identifiers"].items()
            },
            labels=labels or {},
        )

    def span(self, limit: str) -> Span:
        """Give the figure of a safeguard that is a length of time."""
        figure = self.limits[limit]
        assert isinstance(figure, Span), limit
        return figure

    def count(self, limit: str) -> int:
        """Give the figure of a safeguard that is a number."""
        figure = self.limits[limit]
        assert isinstance(figure, int), limit
        return figure

    def title(self, kind: str, id: str) -> str:
        """Give the title of an entry; its id, when no installed pack knows it any more."""
        label = (self.labels.get(kind) or {}).get(id) or {}
        return str(label.get("title") or label.get("name") or id)

    def label(self, kind: str, id: str) -> Mapping[str, Any]:
        """Give what is shown about an entry: title, source, confidence, …"""
        return (self.labels.get(kind) or {}).get(id) or {}

    @cached_property
    def partners(self) -> Mapping[str, Mapping[str, Any]]:
        """The partner directory, as the newest installed packs have it."""
        return self.labels.get("partners") or {}

    @cached_property
    def order(self) -> Mapping[str, int]:
        """A fixed order of the steps: by phase, then so that nothing stands before what it waits for."""
        from wayhome.packs.order import in_order

        return {id: number for number, id in enumerate(in_order(self))}

    @cached_property
    def gate_steps(self) -> Mapping[str, tuple[Step, ...]]:
        """The steps that each gated move waits for, in order."""
        ordered = sorted(self.steps.values(), key=lambda step: self.order[step.id])
        return {move: tuple(s for s in ordered if s.gates and s.gate == move) for move in MOVES}

    @cached_property
    def steps_with_dues(self) -> tuple[Step, ...]:
        """The steps that can ever be due."""
        return tuple(s for s in self.steps.values() if s.dues or s.rounds or s.window_to or s.lengths)

    @cached_property
    def judged_at(self) -> Mapping[str, tuple[Step, ...]]:
        """The steps whose age is judged when another step is done."""
        found: dict[str, tuple[Step, ...]] = {}
        for step in self.steps.values():
            for at in {age.at for age in step.max_ages if age.at in self.steps}:
                found[str(at)] = (*found.get(str(at), ()), step)
        return found

    @cached_property
    def done_by_command(self) -> Mapping[str, tuple[Step, ...]]:
        """The steps that each command completes."""
        found: dict[str, tuple[Step, ...]] = {}
        for step in self.steps.values():
            if step.done_by:
                found[step.done_by.command] = (*found.get(step.done_by.command, ()), step)
        return found


def _role(id: str, raw: Mapping[str, Any]) -> Role:
    return Role(
        id,
        raw["login"],
        raw["side"],
        raw["manager"],
        frozenset(raw["may"]),
        frozenset(raw["moves"]),
        dict(raw["reads"]),
    )


def _document(id: str, raw: Mapping[str, Any]) -> DocumentKind:
    return DocumentKind(
        id=id,
        pack=raw["pack"],
        satisfies=tuple(raw["satisfies"]),
        when=raw.get("when"),
        validity=raw["validity"],
        max_days=raw.get("max_days"),
        needs=tuple(_need(one) for one in raw["needs"]),
        consents=tuple(_consent_need(one) for one in raw["consent"]),
        request_from=_timing(raw.get("request_from")),
        request_by=_timing(raw.get("request_by")),
        each=bool(raw.get("each")),
        airside_only=raw.get("transit") == "airside_only",
        surrendered=raw["surrendered"],
        margin=Span.of(raw.get("margin")),
        payer=raw.get("payer"),
    )


def _incident(id: str, raw: Mapping[str, Any]) -> IncidentKind:
    return IncidentKind(
        id=id,
        effect=dict(raw["effect"]),
        may_choose=tuple(raw["may_choose"]),
        resets={k: tuple(v) for k, v in raw["resets"].items()},
        voids={k: tuple(v) for k, v in raw["voids"].items()},
        closes_as=tuple(raw["closes_as"]),
        resume_step=tuple(raw["resume_step"]),
        review=Span.of(raw.get("review")),
        contacts_due=tuple(s for s in (Span.of(one) for one in raw["contacts_due"]) if s),
        needs_to_resolve={k: tuple(_need(one) for one in v) for k, v in raw["needs_to_resolve"].items()},
        sets=raw.get("sets") or {},
        phases=tuple(raw["phases"]),
    )
