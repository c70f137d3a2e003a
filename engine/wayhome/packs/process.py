"""A process: packs composed into one frozen, hashed whole, which a case is pinned to.

`Process.of(canonical, labels)` builds the runtime form from plain data, whether that was just composed or
read back from the store: there is one way in, so a stored process behaves as it did.
`canonical` is what decides, and what the digest covers. `labels` is what is shown (titles, sources, partners,
places, risks); it is always the newest that is known, and never digested.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import orjson

from wayhome.errors import Template, filled, part, spoken, term
from wayhome.frozen import EMPTY, Frozen
from wayhome.model.closed_sets import Trust
from wayhome.model.moves import AFTER_LANDING, MOVES, PHASE_NUMBER
from wayhome.packs.conditions import Condition
from wayhome.packs.files import DECIDING
from wayhome.packs.kinds.about import Renamed
from wayhome.packs.kinds.consents import ConsentNeed, ConsentPurpose
from wayhome.packs.kinds.documents import DocumentKind, Identifier
from wayhome.packs.kinds.facts import BUILT_IN, Fact
from wayhome.packs.kinds.fields import bare
from wayhome.packs.kinds.incidents import IncidentKind, Outcome
from wayhome.packs.kinds.instruments import Instrument
from wayhome.packs.kinds.kind import MarkOfEntry, Part, load
from wayhome.packs.kinds.limits import Limit
from wayhome.packs.kinds.needs import MoveNeed, Need, steps_in
from wayhome.packs.kinds.partners import Trusted
from wayhome.packs.kinds.registers import Register
from wayhome.packs.kinds.roles import BUILT_IN_ROLES, Group, Recipient, Role
from wayhome.packs.kinds.rules import PackRule
from wayhome.packs.kinds.spans import Span
from wayhome.packs.kinds.steps import PARTY, Step, in_process
from wayhome.packs.marks import PathToMark, ways
from wayhome.packs.mentions import Phrase
from wayhome.packs.order import in_order

E = TypeVar("E", bound=Part)
V = TypeVar("V")


def canonical_bytes(value: Any) -> bytes:
    """Write plain data in its one canonical form: sorted keys, no spaces, no floats."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


SHORT_DIGEST = 12  # of its characters are enough to name a process


def is_named(digest: str, text: str) -> bool:
    """Say whether somebody names a process by its digest, or by the beginning of it."""
    return digest == text or (len(text) >= SHORT_DIGEST and digest.startswith(text))


def with_figures(shown: Any, figures: Mapping[str, Any]) -> Any:
    """Put the figures of limits into the texts that name them: "It ends after {clearance_max_age}."."""
    if isinstance(shown, str):
        text: Template = shown
        return filled(text, figures) if "{" in text else text
    if isinstance(shown, Mapping):
        return {key: with_figures(value, figures) for key, value in shown.items()}
    return [with_figures(one, figures) for one in shown] if isinstance(shown, list | tuple) else shown


def _entries(kind: type[Any], raw: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Make the entries of one kind; in order, it is core first, then pack by pack, as their authors wrote them."""
    items: Any = raw.items()
    if kind.in_order:
        items = sorted(items, key=lambda item: (item[1]["pack"] != "core", item[1]["pack"], item[1]["n"]))
    if kind is Step:
        return {id: in_process(id, one) for id, one in items}
    return {id: load(kind, one, id=id) for id, one in items}


class _Every(Generic[E]):
    """An attribute of a process: its entries of one kind. A kind that only one file reads needs none: `process.every(Kind)`."""

    def __init__(self, kind: type[E]) -> None:
        self.kind = kind

    def __set_name__(self, owner: type[Process], name: str) -> None:
        self.name = name

    def __get__(self, process: Process, owner: type[Process]) -> Mapping[str, E]:
        found = process.__dict__[self.name] = process.every(self.kind)  # looked up once; then it stands in the process
        return found


KIND_OF_VALUE = {
    "closed_as": "outcomes",
    "arrival_place": "places",
    "phase": "phases",
    "host_country": "countries",
    "origin_country": "countries",
}
# What a name of this sort can be the name of: in a condition, or as the party of a consent.
CAN_BE = {"facts": ("facts", "steps", "documents"), "parties": ("partners", "roles", "recipients")}
BUILT_IN_TITLES: Mapping[tuple[str, str], Template] = {
    **{("facts", id): one.title for id, one in BUILT_IN.items()},
    **{("roles", id): title for id, title in BUILT_IN_ROLES.items()},
    ("facts", "person_reached"): "Somebody has spoken with the person since",
    ("facts", "child_made_known"): "A child who was born is made known here",
    ("phases", "identification"): "Identification",
    ("phases", "pre_departure"): "Preparation",
    ("phases", "travel"): "Journey",
    ("phases", "arrival"): "Arrival",
    ("phases", "follow_up"): "Follow-up",
}


@dataclass(frozen=True)
class Process:
    """Everything that decides about a case, frozen; build it with `Process.of`."""

    digest: str
    canonical: bytes
    host_country: str
    origin_country: str
    packs: tuple[str, ...]
    made_of: Mapping[str, Mapping[str, str]]  # by pack: its version, and the digest of what it says itself
    renamed: Renamed
    zones: Mapping[str, str]  # side (host, origin) -> IANA zone
    calendars: Mapping[str, str]  # side -> country of the calendar
    aliases: Mapping[str, str]  # of incidents
    limits: Mapping[str, Span | int]  # id -> figure
    longest_delay: Span  # how much later the same flight is still the journey that was cleared
    longest_review: Span  # how far ahead an incident may be looked at again
    signature_within: Span | None  # how long an entry may wait for a second signature; None: nobody says
    late_entries: Mapping[str, Span]  # move -> how late one alone may enter it
    limit_sources: Mapping[str, tuple[str, str]]  # id -> (rule, side)
    kinds: Mapping[type[Part], Mapping[str, Any]]
    labels: Mapping[str, Any] = field(default_factory=dict)

    roles = _Every(Role)
    groups = _Every(Group)
    facts = _Every(Fact)
    recipients = _Every(Recipient)
    consents = _Every(ConsentPurpose)
    documents = _Every(DocumentKind)
    steps = _Every(Step)
    incidents = _Every(IncidentKind)
    outcomes = _Every(Outcome)
    rules = _Every(PackRule)
    identifiers = _Every(Identifier)
    registers = _Every(Register)
    instruments = _Every(Instrument)

    @classmethod
    def of(cls, canonical: Mapping[str, Any], labels: Mapping[str, Any] | None = None) -> Process:
        """Build the runtime form of plain data."""
        raw, blob = canonical, canonical_bytes(canonical)
        kinds: dict[type[Part], Mapping[str, Any]] = {
            kind: MappingProxyType(_entries(kind, raw.get(name, {}))) for name, kind in DECIDING.items()
        }
        limits: Mapping[str, Limit] = kinds[Limit]
        return cls(
            digest=hashlib.sha256(blob).hexdigest(),
            canonical=blob,
            host_country=raw["host_country"],
            origin_country=raw["origin_country"],
            packs=tuple(raw["packs"]),
            made_of=raw.get("made_of", {}),
            renamed=load(Renamed, raw.get("renamed", {})),
            zones=MappingProxyType(dict(raw["zones"])),
            calendars=MappingProxyType(dict(raw["calendars"])),
            aliases={alias: id for id, one in kinds[IncidentKind].items() for alias in one.aliases},
            limits={id: one.figure for id, one in limits.items()},
            longest_delay=next((one.span for one in limits.values() if one.delay and one.span), Span(0, "hours")),
            longest_review=next((one.span for one in limits.values() if one.review and one.span), Span(0, "days")),
            signature_within=next((one.span for one in limits.values() if one.signature), None),
            late_entries={one.late_entry_of: one.span for one in limits.values() if one.late_entry_of and one.span},
            limit_sources={id: (one.rule, one.side) for id, one in limits.items()},
            labels=with_figures(labels or {}, spoken({id: one.figure for id, one in limits.items()})),
            kinds=kinds,
        )

    def every(self, kind: type[E]) -> Mapping[str, E]:
        """Give the entries of one kind, by their ids."""
        return self.kinds[kind]

    @property
    def short_digest(self) -> str:
        """The beginning of the digest, which names this process where people read it."""
        return self.digest[:SHORT_DIGEST]

    @cached_property
    def figures(self) -> Mapping[str, Any]:
        """The figures of all limits, as sentences say them."""
        return spoken(self.limits)

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

    @cached_property
    def overseeing(self) -> frozenset[str]:
        """The roles that see who knew what, in each house of a case."""
        return frozenset(id for id, role in self.roles.items() if role.oversees)

    @cached_property
    def steps_about_conduct(self) -> Mapping[str, frozenset[str]]:
        """The steps that are asked because of what somebody did, each with those incidents: what somebody outside looks into."""
        looked_into = {id for id, kind in self.incidents.items() if kind.by_outsider}
        asked = {id: {one.name for one in step.when.mentions()} for id, step in self.steps.items() if step.when}
        return {id: frozenset(names & looked_into) for id, names in asked.items() if names & looked_into}

    @cached_property
    def of_person(self) -> tuple[tuple[str, Fact], ...]:
        """The facts that say who the person is, in their order, each by its id."""
        return tuple((id, one) for id, one in self.facts.items() if one.of_person is not None)

    def group_of_paper(self, kind: str) -> str:
        """Name the data group of a paper: its number, its dates and who issued it."""
        return str(self.label("documents", kind).get("group") or "papers")

    def group_of_incident(self, type: str) -> str:
        """Name the data group of what is written of something that has happened: its own, or that of how the case goes."""
        return str(self.label("incidents", type).get("group") or "case")

    def group_of_consent(self, purpose: str) -> str:
        """Name the data group of an answer: the yes to the journey itself is one of its own."""
        known = self.consents.get(purpose)
        return "consent_return" if known is not None and known.journey else "consent"

    def covered(self, words: Iterable[str]) -> frozenset[str]:
        """Name the data groups for which words of a consent stand, and the words themselves."""
        named = frozenset(words)
        return self.memoised(
            ("covered", named),
            lambda: named.union(*(self.groups[word].covers for word in named if word in self.groups)),
        )

    @cached_property
    def data_groups(self) -> tuple[str, ...]:
        """The groups of which something is kept, in their order; the others are words of consents."""
        return tuple(id for id, one in self.groups.items() if one.retention is not None)

    def title(self, kind: str, id: str) -> str:
        """Give the title of an entry; its id, when no installed pack knows it any more."""
        label = (self.labels.get(kind) or {}).get(id) or {}
        return str(label.get("title") or label.get("name") or BUILT_IN_TITLES.get((kind, id)) or id)

    def results_of(self, step: str) -> dict[str, str]:
        """Give what can come out of a step, by its code what it is called."""
        titles = self.label("steps", step).get("results") or {}
        return {code: str(titles.get(code) or code.replace("_", " ")) for code in self.steps[step].results}

    def roles_called(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Call roles by their titles, by the id of each."""
        asked = tuple(ids)
        return self.memoised(("roles", asked), lambda: Frozen({id: self.title("roles", id) for id in asked}))

    def named(self, kind: str, id: str) -> Phrase:
        """Name an entry by its title, as a value of a sentence."""
        return self._memo.get((kind, id)) or self.memoised((kind, id), lambda: term(self.title(kind, id)))

    def called(self, kind: str, id: str) -> str | Phrase:
        """Call something by its title, for sentences about conditions and needs (`mentions.Name`)."""
        if kind == "results":  # what something can be, after the last dot; nothing where it has no title
            name, _, value = id.rpartition(".")
            title = self.value_called(name, value)
            return part("'{title}'", title=term(title)) if title else ""
        if kind == "facts" and "." in id:  # a field of a step
            step, _, field = id.partition(".")
            title = str(self.asked_of(step).get(field, EMPTY).get("title") or "")
            return part("'{title}'", title=term(title)) if title else field.replace("_", " ")
        kinds = CAN_BE.get(kind, (kind,))
        known = next((one for one in kinds if id in (self.labels.get(one) or {})), None)
        is_known = known or (kind, id) in BUILT_IN_TITLES
        return part("'{title}'", title=self.named(known or kind, id)) if is_known else id.replace("_", " ")

    def value_called(self, name: str, value: str) -> str:
        """Call what a fact, a step, a field of a step or of a register (REGISTER/FIELD), or what is built in can be; empty where no pack says
        more than its code.
        """
        register, _, of_entry = name.partition("/")
        if of_entry:
            asked = self.called_in("registers", register, "asked").get(of_entry, EMPTY)
            return str((asked.get("called") or EMPTY).get(value) or "")
        step, _, field = name.partition(".")
        kind = KIND_OF_VALUE.get(name)
        if kind is not None:
            called = self.title(kind, value)
            return "" if called == value else called
        if field:
            return str((self.asked_of(step).get(field, EMPTY).get("called") or EMPTY).get(value) or "")
        label = self.label("facts", name).get("called") or self.label("steps", name).get("results") or EMPTY
        return str(label.get(value) or "")

    def asked_of(self, step: str) -> Mapping[str, Mapping[str, Any]]:
        """Give what is shown of each field of a step, also of those that packs add to it: its title, what its values are called."""
        return self.called_in("steps", step, "asked")

    def called_in(self, kind: str, id: str, what: str) -> Mapping[str, Any]:
        """Give what is shown of the parts of an entry, also of those that packs add to it: of its fields, of its states."""

        def find() -> Mapping[str, Any]:
            label = self.label(kind, id)
            step = self.steps.get(id) if kind == "steps" else None
            asks = self.label("instruments", step.instrument) if step is not None and step.instrument else EMPTY
            parts = (label, asks, *(label.get("added") or ()))
            return Frozen({name: one for part in parts for name, one in (part.get(what) or EMPTY).items()})

        return self.memoised(("called in", kind, id, what), find)

    def phrase_of(self, asked: Condition | Need | ConsentNeed) -> Phrase:
        """Put a condition or a need of this process into words, with titles."""
        return self.memoised(("phrase of", asked), lambda: asked.as_phrase(self.called))

    def memoised(self, asked: Hashable, make: Callable[[], V]) -> V:
        """Compute what follows from this process alone once, and give the same ever after."""
        if asked not in self._memo:
            self._memo[asked] = make()
        made: V = self._memo[asked]
        return made

    @cached_property
    def _memo(self) -> dict[Hashable, Any]:
        return {}

    def text(self, kind: str, id: str, key: str) -> Phrase | None:
        """Give one of the texts of an entry, for a sentence; None when it has none."""
        found = self.label(kind, id).get(key)
        return term(found) if found else None

    def label(self, kind: str, id: str) -> Mapping[str, Any]:
        """Give what is shown about an entry: title, source, confidence, …"""
        return (self.labels.get(kind) or {}).get(id) or {}

    @cached_property
    def managers(self) -> tuple[str, ...]:
        """The roles that may record for those who do not type for themselves."""
        return tuple(id for id, role in self.roles.items() if role.manager)

    @cached_property
    def working(self) -> tuple[str, ...]:
        """The roles that work in cases, and type for themselves."""
        return tuple(id for id, role in self.roles.items() if role.login and role.counts in ("side", "named"))

    @cached_property
    def called_last(self) -> frozenset[str]:
        """The roles that are called about what cannot wait, where nobody else has taken it."""
        return frozenset(id for id, role in self.roles.items() if role.called_last)

    @cached_property
    def examples(self) -> frozenset[str]:
        """What the packs give as examples of words, bare: the words of a sheet are nobody's answer, in whichever field."""
        return frozenset(
            bare(spec.example) for step in self.steps.values() for spec in step.fields.values() if spec.example
        )

    @cached_property
    def ways(self) -> Mapping[MarkOfEntry, tuple[PathToMark, ...]]:
        """By mark, the ways on which something rests that must be free of it; empty in a process that can be used."""
        return ways(self)

    @cached_property
    def fact_that_tells(self) -> Mapping[str, str]:
        """The facts that the engine itself asks for, by what they tell."""
        return {one.tells: id for id, one in self.facts.items() if one.tells}

    def facts_asked_anew(self, incident: str) -> list[str]:
        """Name the facts of which the person is asked as soon as something has happened."""
        return [id for id, one in self.facts.items() if incident in one.asked_anew_after]

    def resets(self, kind: IncidentKind, phase: str) -> tuple[str, ...]:
        """Name the steps that are to be done again once something has happened in this phase."""
        anew = self.memoised(
            ("steps asked anew", kind.id),
            lambda: tuple(one.id for one in self.ordered_steps if kind.id in one.asked_anew_after),
        )
        return (*kind.resets.get(phase, ()), *anew)

    @cached_property
    def left_alone_by(self) -> frozenset[str]:
        """The facts and consents from which it follows that a person is left alone there."""
        id = self.fact_that_tells.get("left_alone")
        derived = self.facts[id].derived if id is not None else None
        return frozenset(mention.name for mention in derived.mentions()) if derived is not None else frozenset()

    @cached_property
    def class_of_relation(self) -> Mapping[str, str]:
        """The class of recipients of the people of a case, by their relation."""
        return {relation: one.id for one in self.recipients.values() for relation in one.relations}

    @cached_property
    def class_of_organisations(self) -> str:
        """The class of recipients of the organisations that no pack knows."""
        return next((one.id for one in self.recipients.values() if one.organisations), "")

    @cached_property
    def class_of_carriers(self) -> str:
        """The class of recipients of whoever carries the person, as it is booked."""
        return next((one.id for one in self.recipients.values() if one.carriers), "")

    @cached_property
    def partners(self) -> Mapping[str, Mapping[str, Any]]:
        """The partner directory, as the newest installed packs have it."""
        return self.labels.get("partners") or {}

    @cached_property
    def trusted(self) -> Mapping[str, Trusted]:
        """What decides of each partner, as the newest installed packs have it. Rules ask it of what lies outside of a case."""
        return {id: Trusted.of(one, self.label("packs", str(one.get("pack")))) for id, one in self.partners.items()}

    @cached_property
    def order(self) -> Mapping[str, int]:
        """A fixed order of the steps: by phase, then so that nothing stands before what it waits for."""
        return {id: number for number, id in enumerate(in_order(self))}

    @cached_property
    def ordered_steps(self) -> tuple[Step, ...]:
        """The steps in that order."""
        return tuple(map(self.steps.__getitem__, self.order))

    @cached_property
    def vetting(self) -> Step | None:
        """The step that says of a party whether it can be trusted, and for what."""
        return next((step for step in self.steps.values() if step.each == PARTY), None)

    @cached_property
    def gate_steps(self) -> Mapping[str, tuple[Step, ...]]:
        """The steps that each gated move waits for, in order."""
        return {move: tuple(s for s in self.ordered_steps if s.gates and s.gate == move) for move in MOVES}

    @cached_property
    def steps_with_dues(self) -> tuple[Step, ...]:
        """The steps that can ever be due."""
        there = {id for kind in self.incidents.values() for phase in AFTER_LANDING for id in self.resets(kind, phase)}
        again = {id for id in there if id in self.steps and self.steps[id].is_of_the_departure}
        timed = (s for s in self.steps.values() if s.dues or s.rounds or s.window_to or s.lengths or s.look_again)
        return (*timed, *(self.steps[id] for id in sorted(again) if not self.steps[id].dues))

    @cached_property
    def ageing_steps(self) -> tuple[Step, ...]:
        """The steps that a departure waits for, and whose age it asks about."""
        waits = (step for step in self.ordered_steps if step.gates and step.is_of_the_departure)
        return tuple(s for s in waits if any(age.at in (None, "planned_departure") for age in s.max_ages))

    @cached_property
    def on_silence(self) -> tuple[IncidentKind, ...]:
        """The incidents that open when nobody says anything."""
        return tuple(kind for kind in self.incidents.values() if kind.silence)

    @cached_property
    def entrusting(self) -> tuple[tuple[Step, str, Trust], ...]:
        """The steps that name, by a field, a party to whom the person is entrusted, and with what. At the gate a rule of each step asks it of the core's own fields."""
        named = ((step, name) for step in self.ordered_steps for name in step.fields)
        return tuple((step, name, trust) for step, name in named if (trust := step.fields[name].trust))

    @cached_property
    def in_place_of(self) -> Mapping[str, tuple[Step, ...]]:
        """By step of the core, those of packs that are asked instead of it where they apply."""
        found: dict[str, tuple[Step, ...]] = {}
        for step in self.ordered_steps:
            for id in step.instead_of:
                found[id] = (*found.get(id, ()), step)
        return found

    @cached_property
    def moves_before(self) -> Mapping[str, frozenset[str]]:
        """By step, the moves without which it always waits: most steps that can be due wait for one."""
        return {
            step.id: frozenset(need.subject for need, when in step.after if when is None and isinstance(need, MoveNeed))
            for step in self.steps.values()
        }

    @cached_property
    def awaited_after_departure(self) -> Mapping[str, tuple[str, ...]]:
        """By step, those that wait for it and can only be done when the person has landed."""
        found: dict[str, tuple[str, ...]] = {}
        for step in self.steps.values():
            for need, _ in step.after if PHASE_NUMBER[step.phase] > PHASE_NUMBER["travel"] else ():
                for id in steps_in(need):
                    found[id] = (*found.get(id, ()), step.id)
        return found

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
