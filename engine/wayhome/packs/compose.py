"""core + host + origin = a process. The order in which packs are given cannot matter.

A pack adds entries under its own prefix and tightens what exists; whatever would remove or relax is a fault.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from wayhome.errors import PLACES, Template
from wayhome.model.moves import AFTER_LANDING, DEPARTED, IMPLY_THE_DEPARTURE, MOVE_OF_EVENT
from wayhome.packs.files import DECIDING, FILES
from wayhome.packs.kinds.about import Renamed
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.facts import TOLD_BY_PACKS, Fact
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.kinds.incidents import IncidentKind
from wayhome.packs.kinds.kind import canonical, decides, keys, says
from wayhome.packs.kinds.limits import Limit, LimitTightening
from wayhome.packs.kinds.needs import CAN_BE_SINCE, AnyNeed, DocumentNeed, FactNeed, MoveNeed, Named, Need, StepNeed
from wayhome.packs.kinds.registers import Register, RegisterAddition, RegisterField, of_group
from wayhome.packs.kinds.spans import Span, with_limits
from wayhome.packs.kinds.steps import Step, Tightening
from wayhome.packs.labels import labels_of
from wayhome.packs.names import unresolved
from wayhome.packs.pack import Located, Pack, PackFault
from wayhome.packs.process import Process, canonical_bytes
from wayhome.packs.strictness import looser

# Who someone is, what may be told to whom, how a case may end: the same for all countries.
CORE_ONLY = frozenset(file for file, (kind, *_) in FILES.items() if kind.core_only)
NEED_OF: Mapping[str, Callable[[str], Need]] = {
    "steps": StepNeed,
    "documents": DocumentNeed,
    "facts": FactNeed,
    "moves": MoveNeed,
}
BUILT_IN_NEEDS: Mapping[str, Sequence[str]] = {
    "moves": tuple(MOVE_OF_EVENT),
    "facts": ("travel_booked", *(one.subject for one in CAN_BE_SINCE)),
}


def composed(packs: Sequence[Pack]) -> tuple[Process | None, list[PackFault]]:
    """Compose one core pack, one host pack and one origin pack into a process as far as that goes, and give the faults on the way.

    There is no process when there is not one pack of each role. A need of something that does not exist is left out of the
    process, and is a fault. `analyse.analyse` finds what is wrong with the whole.
    """
    ordered = sorted(packs, key=lambda pack: ({"core": 0, "host": 1, "origin": 2}[pack.about.role], pack.id))
    if misfits := list(_roles_fit(ordered)):
        return None, misfits
    builder = _Builder(ordered)
    process = Process.of(builder.canonical(), labels_of(ordered))
    told = {fault.place for fault in builder.faults}  # of one place one thing is told
    return process, [*builder.faults, *(fault for fault in unresolved(process, ordered) if fault.place not in told)]


def _roles_fit(packs: Sequence[Pack]) -> Iterator[PackFault]:
    roles = [pack.about.role for pack in packs]
    for role in ("core", "host", "origin"):
        if roles.count(role) != 1:
            chosen = [pack for pack in packs if pack.about.role == role] or list(packs)
            yield chosen[-1].fault("C001", "a process has one {role} pack, and here are {count}", "Give one of each role.",
                                   "role", role=role, count=roles.count(role))  # fmt: skip
    host = next((p for p in packs if p.about.role == "host"), None)
    origin = next((p for p in packs if p.about.role == "origin"), None)
    for pack in (host, origin):
        if pack and not (pack.about.country and pack.about.zone and pack.about.prefix):
            yield pack.fault("C002", "a country pack says its country, zone and prefix", "Add them to pack.yaml.")
    if host and origin and host.about.country == origin.about.country:
        yield origin.fault(
            "C003", "host and origin are the same country", "A return leads to another country.", "country"
        )
    ids = [pack.id for pack in packs]
    for pack in packs:
        if ids.count(pack.id) > 1:
            yield pack.fault("C004", "two packs are called '{pack}'", "Uninstall one of them.", "id", pack=pack.id)


def made_of(pack: Pack) -> dict[str, str]:
    """Give the version of a pack, and the digest of all that it says itself and that decides, whatever other packs say."""
    about = pack.about
    takes = (about.country, about.prefix, about.zone, about.calendar, canonical(about.renamed))
    deciding = {stem: found for stem, found in pack.entries.items() if any(map(decides, FILES[stem]))}
    said = {stem: [[says(one.entry), _limits_named(one)] for one in found] for stem, found in deciding.items() if found}
    digest = hashlib.sha256(canonical_bytes([takes, said])).hexdigest()
    return {"version": about.version, "digest": digest}


def _limits_named(one: Located) -> list[str]:
    return [mention.name for mention in one.mentions if mention.kinds == ("lengths",)]


def _held_by_its_phase(step: Step) -> Step:
    """Let a step of the arrival or later wait for the departure, whatever else it waits for (docs/decisions/0031)."""
    waits = {need.subject for need, _ in step.after if isinstance(need, MoveNeed)}
    if step.phase not in AFTER_LANDING or step.also_before_departure or waits & IMPLY_THE_DEPARTURE:
        return step
    return replace(step, after=((MoveNeed(DEPARTED), None), *step.after))


class _Builder:
    """Gathers the canonical form of packs, and the faults on the way."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = packs
        self.faults: list[PackFault] = []
        self.ids: dict[str, dict[str, Located]] = {stem: {} for stem in FILES}
        self.tightenings: dict[str, list[Located]] = {}  # of steps, by what they tighten
        self._collect_ids()
        self._opens_no_case()
        self._ask_with_instruments()
        self.limits = self._limits()
        self._put_limits()
        self._figures_in_texts()

    def _collect_ids(self) -> None:
        for pack in self.packs:
            for stem, located in pack.entries.items():
                if stem in CORE_ONLY and pack.about.role != "core":
                    for one in located:
                        if isinstance(one.entry, LimitTightening):
                            continue
                        self.tell(one, "C015", "{file}.yaml belongs to the core",
                                  "A pack adds steps, facts, papers and partners (INV-24).", file=stem)  # fmt: skip
                known = self.ids[stem]
                for one in located:
                    if isinstance(one.entry, Tightening):
                        self.tightenings.setdefault(one.entry.tighten, []).append(one)
                    id = getattr(one.entry, "id", None)
                    if id is None:
                        continue
                    if id in known and stem != "sources":  # every pack lists its own
                        self.tell(one, "C005", "the id '{id}' exists already",
                                  "Give it another id; nothing can be replaced.", "id", id=id)  # fmt: skip
                    known[id] = one

    def _opens_no_case(self) -> None:
        """See that no pack lets anybody into a case, nor says who the person is: that is said by the core alone."""
        lets_in: Template = "Leave it out: this consent lets nobody into a case."
        finds: Template = "Leave it out: by what somebody is found is the same everywhere."
        local = [pack for pack in self.packs if pack.about.role != "core"]
        for one in (one for stem in ("consents", "facts") for pack in local for one in pack.entries.get(stem, ())):
            for key in ("opens_to", "opens_part_to"):
                if getattr(one.entry, key, ()):
                    self._says_what_the_core_says(one, key, lets_in)
            if getattr(one.entry, "of_person", None):
                self._says_what_the_core_says(one, "of_person", finds)

    def _ask_with_instruments(self) -> None:
        """Let each step that names an instrument ask its questions."""
        for id, one in self.ids["steps"].items():
            found = self.ids["instruments"].get(one.entry.instrument or "")
            if found is None:  # names.py says when it is unknown
                continue
            asked = found.entry.fields
            for name in asked.keys() & one.entry.fields.keys():
                self.tell(one, "C018", "the field '{name}' could change what another pack asks", "Give it another name.",
                          "fields", name, name=name)  # fmt: skip
            needed = {name for result in one.entry.results.values() for name in result.needs_fields}
            for name in sorted(needed - asked.keys() - one.entry.fields.keys()):
                self.tell(one, "C024", "a result needs '{name}', which the step does not ask", "Name another field.",
                          "results", name=name)  # fmt: skip
            self.ids["steps"][id] = replace(one, entry=replace(one.entry, fields={**asked, **one.entry.fields}))

    def _says_what_the_core_says(self, one: Located, key: str, fix: Template) -> None:
        self.tell(one, "C015", "'{key}' is said by the core alone", fix, key, key=key)

    def tell(self, one: Located, code: str, what: Template, fix: Template, /, *at: str | int, **values: Any) -> None:
        self.faults.append(one.fault(code, what, fix, *at, **values))

    def known(self, stem: str, id: str) -> bool:
        return id in self.ids[stem]

    def canonical(self) -> dict[str, Any]:
        host, origin = (next(p.about for p in self.packs if p.about.role == r) for r in ("host", "origin"))
        tightened = {id: self._tightenings(id) for id in self.ids["steps"]}
        self._befores(tightened)
        entries = {kind: dict(self._entries(kind)) for kind in DECIDING if kind not in ("steps", "limits")}
        steps = {id: self._step(one, tightened[id]) for id, one in self.ids["steps"].items()}
        return (
            entries
            | self._renamed()
            | {
                "format": 1,
                "host_country": host.country,
                "origin_country": origin.country,
                "packs": sorted(pack.id for pack in self.packs),
                "made_of": {pack.id: made_of(pack) for pack in self.packs},
                "zones": {"host": host.zone, "origin": origin.zone},
                "calendars": {"host": host.calendar or host.country, "origin": origin.calendar or origin.country},
                "steps": steps,
                "limits": {id: canonical(one) for id, one in self.limits.items()},
            }
        )

    def _renamed(self) -> dict[str, Any]:
        """Gather what the packs call otherwise now; each speaks of its own entries, so nothing is said twice."""
        said = [canonical(pack.about.renamed) for pack in self.packs if pack.about.renamed]
        gathered = {key: {name: new for one in said for name, new in one.get(key, {}).items()} for key in keys(Renamed)}
        return {"renamed": {key: one for key, one in gathered.items() if one}} if said else {}

    def _entries(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for id, one in self.ids[kind].items():
            yield id, _placed(one, self._resolved(one))

    def _resolved(self, one: Located) -> Any:
        """Give an entry with its needs resolved."""
        entry = one.entry
        if isinstance(entry, Fact) and entry.tells and entry.tells not in TOLD_BY_PACKS and one.pack != "core":
            self.tell(
                one, "C015", "what the engine asks for is told by facts of the core", "Leave it out (INV-24).", "tells"
            )
        if isinstance(entry, DocumentKind):
            self._document(one, entry)
            return replace(entry, needs=tuple(self._needs(entry.needs)))
        if isinstance(entry, Register):
            return replace(entry, fields={**entry.fields, **self._added_to(entry)})
        if isinstance(entry, IncidentKind):
            self._incident(one, entry)
            endings = {code: replace(one, needs=tuple(self._needs(one.needs))) for code, one in entry.outcomes.items()}
            return replace(entry, outcomes=endings)
        return entry

    def _added_to(self, register: Register) -> dict[str, RegisterField]:
        """Give the fields that packs ask besides of the entries of a register."""
        found: dict[str, RegisterField] = {}
        for pack in self.packs:
            for one in pack.of("registers"):
                if not isinstance(one.entry, RegisterAddition) or one.entry.tighten != register.id:
                    continue
                for name in one.entry.fields.keys() & {*register.fields, *found}:
                    self.tell(one, "C018", "the field '{name}' could change what another pack asks", "Give it another name.",
                              "fields", name, name=name)  # fmt: skip
                found |= of_group(one.entry.fields, register.group)
        return found

    def _needs(self, written: Iterable[Any]) -> Iterator[Need]:
        for part in written:
            if (need := self._need(part)) is not None:
                yield need

    def _need(self, written: Any) -> Need | None:
        """Say what a need waits for: a step, a paper, a fact or a move; None when there is no such thing (names.py says so)."""
        if isinstance(written, AnyNeed):
            return AnyNeed(tuple(self._needs(written.needs)))
        if written.results is not None:
            return StepNeed(written.name, written.results) if self.known("steps", written.name) else None
        for kind, need in NEED_OF.items():
            if written.name in self.ids.get(kind, ()) or written.name in BUILT_IN_NEEDS.get(kind, ()):
                return need(written.name)
        return None

    # --- steps ----------------------------------------------------------------

    def _step(self, one: Located, tightened: list[Tightening]) -> dict[str, Any]:
        step: Step = one.entry
        for code, result in step.results.items():
            self._may_set(one, result.sets, "results", code)
            if opened := self.ids["incidents"].get(result.opens or ""):
                self._may_set(one, opened.entry.sets, "results", code, "opens")
            if result.assigns and one.pack != "core":
                self.tell(one, "C017", "a pack's step gives no roles", "Let people assign them.", "results", code)
        self._may_open(one, step.fields)
        for id in step.instead_of:
            core = self.ids["steps"].get(id)  # names.py says when it is unknown
            if core is None:
                continue
            if core.pack != "core" or not core.entry.replaceable:
                self.tell(one, "C023", "nothing is asked instead of '{other}'",
                          "Leave it out; tighten that step instead (INV-24).", "instead_of", other=id)  # fmt: skip
            elif not _asks_as_much(step, core.entry):
                self.tell(one, "C023", "'{step}' asks for less than '{other}', and cannot stand in its place",
                          "Give it the same phase, gate, consents and times, and let nobody leave it out.",
                          "instead_of", step=step.id, other=id)  # fmt: skip
        deciding = tuple(part for part in tightened if canonical(part).keys() - {"when"})  # the others only add a text
        return _placed(one, replace(_held_by_its_phase(self._tightenable(step)), tightened=deciding))

    def _may_open(self, one: Located, fields: Mapping[str, FieldSpec]) -> None:
        for name, spec in fields.items():
            for answer, id in spec.opens.items():
                if opened := self.ids["incidents"].get(id):
                    self._may_set(one, opened.entry.sets, "fields", name, "opens", answer)

    def _tightenable(self, entry: Any) -> Any:
        return replace(entry, after=tuple((need, None) for need in self._needs(need for need, _ in entry.after)))

    def _may_set(self, one: Located, sets: Mapping[str, Any], *at: str | int) -> None:
        """A pack sets facts of its own, and of the core's those values that facts.yaml lists; nobody sets a derived one."""
        for fact, value in sets.items():
            known = self.ids["facts"].get(fact)
            if known is None:  # names.py says so
                continue
            listed = [v for v in known.entry.settable_by_packs if type(v) is type(value)]
            if known.entry.derived is not None:
                self.tell(one, "C019", "'{fact}' follows from other facts", "Set what it follows from.", *at, "sets", fact,
                          fact=fact)  # fmt: skip
            elif known.pack != one.pack and value not in listed:
                self.tell(one, "C017", "a pack may not set '{fact}' to '{value}'",
                          "Set a fact of your own; what safeguards rest on, people record.",
                          *at, "sets", fact, fact=fact, value=str(value))  # fmt: skip

    def _tightenings(self, id: str) -> list[Tightening]:
        found = self.tightenings.get(id, ())
        for i, one in enumerate(found):
            for name in {name for other in found[:i] if other.pack != one.pack for name in other.entry.fields}:
                if name in one.entry.fields:
                    self.tell(one, "C018", "the field '{name}' could change what another pack asks",
                              "Give it another name.", "fields", name, name=name)  # fmt: skip
        return [self._tightening(one, self.ids["steps"][id].entry) for one in found]

    def _tightening(self, one: Located, step: Step) -> Tightening:
        entry: Tightening = one.entry
        self._may_open(one, entry.fields)
        for name, spec in entry.fields.items():
            if name in step.fields or spec.gives_result or spec.gives:
                self.tell(one, "C018", "the field '{field}' could change what the step asks",
                          "Give it another name, without gives_result.", "fields", name, field=name)  # fmt: skip
        entry = replace(entry, fields={name: spec for name, spec in entry.fields.items() if name not in step.fields})
        for key, why in looser(step, entry):
            self.tell(one, "C011", "'{key}' would relax the step '{step}': {why}",
                      "A pack can add and shorten, never relax (INV-24).", key, key=key, step=step.id, why=why)  # fmt: skip
        lengths = entry.lengths
        if step.lengths:  # a tightened length keeps the side of the one that it tightens
            lengths = tuple(length._replace(at_least=step.lengths[0].at_least) for length in lengths)
        made: Tightening = replace(self._tightenable(entry), lengths=lengths)
        return made

    def _befores(self, tightened: dict[str, list[Tightening]]) -> None:
        for one in self.ids["steps"].values():
            for later in set(tightened).intersection(one.entry.before):
                after = ((StepNeed(one.entry.id), None),)
                tightened[later].append(Tightening(tighten=later, after=after, source=one.entry.source))

    # --- documents, incidents, limits ------------------------------------------

    def _document(self, one: Located, document: DocumentKind) -> None:
        if document.validity == "issue" and document.max_days is None:
            self.tell(one, "C013", "a paper that runs from its issue needs max_days", "Add max_days.", "validity")

    def _incident(self, one: Located, incident: IncidentKind) -> None:
        self._may_set(one, incident.sets)
        for alias in incident.aliases:
            if self.known("incidents", alias) or one.pack != "core":
                self.tell(one, "C016", "the alias '{alias}' could hide another incident", "Leave it out.", "aliases",
                          alias=alias)  # fmt: skip
        for mention in (found for found in one.mentions if found.at[0] == "outcomes"):
            need = self._need(Named(mention.name))
            if not (need is None or isinstance(need, StepNeed) or need in CAN_BE_SINCE):
                self.tell(one, "C022", "'{name}' may have been so before the alarm, and does not end it",
                          "Name a step, which is done anew, person_reached, or child_made_known.", *mention.at, name=mention.name)  # fmt: skip

    def _limits(self) -> dict[str, Limit]:
        limits: dict[str, Limit] = {id: one.entry for id, one in self.ids["limits"].items()}
        for one in (one for pack in self.packs for one in pack.of("limits")):
            tighter = one.entry
            if not isinstance(tighter, LimitTightening):
                continue
            if tighter.tighten not in limits:
                continue  # names.py says so
            for key, why in looser(self.ids["limits"][tighter.tighten].entry, tighter):
                self.tell(one, "C011", "'{key}' would relax the limit '{limit}': {why}",
                          "A pack can make a limit stricter, never weaker (INV-24).",
                          key, key=key, limit=tighter.tighten, why=why)  # fmt: skip
            held = limits[tighter.tighten]  # another pack may have made it stricter already
            if not list(looser(held, tighter)):
                limits[tighter.tighten] = replace(held, span=tighter.span, count=tighter.count)
        return limits

    def _put_limits(self) -> None:
        """Put the figures of limits where entries name them."""
        spans = {id: one.span for id, one in self.limits.items() if one.span is not None}
        for kind in self.ids.keys() - {"limits"}:
            self.ids[kind] = {id: _with_limits(one, spans) for id, one in self.ids[kind].items()}
        for id, found in self.tightenings.items():
            self.tightenings[id] = [_with_limits(one, spans) for one in found]

    def _figures_in_texts(self) -> None:
        """See that every figure that a text takes from a limit is one."""
        for one in (one for pack in self.packs for found in pack.entries.values() for one in found):
            for key, text in one.shown.items():
                for name in PLACES.findall(text) if isinstance(text, str) else ():
                    if name not in self.limits:
                        self.tell(
                            one, "C012", "there is no limit '{name}'", "Look in core/limits.yaml.", key, name=name
                        )


def _asks_as_much(step: Step, other: Step) -> bool:
    """Whether a step that is asked instead of another asks as much as that: as surely, in the same phase, under the same consents, as
    soon. One that is only offered stands for it from when it was begun, whenever that was.
    """
    alike = (
        (step.phase, step.gate, step.each) == (other.phase, other.gate, other.each)
        and (other.rounds, other.sign, other.results) == ((), (), {})
        and {need for need, _ in other.consents} <= {need for need, _ in step.consents}
    )
    as_surely = (
        step.kind == other.kind
        and not step.may_decline
        and {need for need, _ in step.after} <= {need for need, _ in other.after}
        and set(other.dues) <= set(step.dues)
    )
    return alike and (step.kind == "offered" or as_surely)


def _with_limits(one: Located, spans: Mapping[str, Span]) -> Located:
    changed = {field.name: with_limits(getattr(one.entry, field.name), spans) for field in fields(one.entry)}
    return replace(one, entry=replace(one.entry, **changed))


def _placed(one: Located, entry: Any) -> dict[str, Any]:
    """Give what of an entry decides, and where in which pack it stands."""
    return canonical(entry) | {"pack": one.pack, "n": one.index}
