"""core + host + origin = a process. The order in which packs are given cannot matter.

A pack adds entries under its own prefix and tightens what exists; whatever would remove or relax is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from wayhome.model.moves import MOVE_OF_EVENT, PHASES
from wayhome.packs.labels import labels_of
from wayhome.packs.pack import Fault, Located, Pack, all_faults
from wayhome.packs.process import Process
from wayhome.packs.schema import (
    UNITS,
    AnyRounds,
    DocumentEntry,
    Entry,
    FieldEntry,
    IncidentEntry,
    LimitTighten,
    StepEntry,
    TightenEntry,
)
from wayhome.packs.strictness import looser

# Who someone is, what may be told to whom, how a case may end: the same for all countries.
CORE_ONLY = frozenset({"groups", "roles", "recipients", "outcomes", "limits"})
PARTNER_CLASSES = frozenset(
    {"partner", "health_service", "lawyer", "authority_host", "authority_origin", "embassy", "carrier"}
)
BUILT_IN_FACTS = ("host_country", "origin_country", "arrival_place", "travel_booked", "has_connection", "phase")
DONE_BY = ("consent", "document", "travel", "assign", "move")


def compose(packs: Sequence[Pack]) -> Process:
    """Compose one core pack, one host pack and one origin pack into a process.

    Raises:
        PackBroken: with every fault: not one of each role, the same country twice, an id that does not exist,
            a weakened core. `analyse.analyse` finds what is wrong with the whole.
    """
    process, faults = composed(packs)
    all_faults(packs, faults)
    assert process is not None
    return process


def composed(packs: Sequence[Pack]) -> tuple[Process | None, list[Fault]]:
    """Compose packs as far as that goes, and give the faults on the way; no process when the roles do not fit."""
    ordered = sorted(packs, key=lambda pack: ({"core": 0, "host": 1, "origin": 2}[pack.about.role], pack.id))
    if misfits := list(_roles_fit(ordered)):
        return None, misfits
    builder = _Builder(ordered)
    canonical = builder.canonical()
    return Process.of(canonical, labels_of(ordered)), builder.faults


def _roles_fit(packs: Sequence[Pack]) -> Iterator[Fault]:
    roles = [pack.about.role for pack in packs]
    for role in ("core", "host", "origin"):
        if roles.count(role) != 1:
            chosen = [pack for pack in packs if pack.about.role == role] or list(packs)
            yield chosen[-1].fault(
                "C001",
                f"a process has one {role} pack, and here are {roles.count(role)}",
                "Give one of each role.",
                "role",
            )
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
            yield pack.fault("C004", f"two packs are called '{pack.id}'", "Uninstall one of them.", "id")


def _span(span: Entry | None, *more: str) -> dict[str, Any] | None:
    if span is None:
        return None
    return {k: v for k in (*UNITS, *more) if (v := getattr(span, k, None)) is not None}


def _length(length: Entry | None, core: Any) -> dict[str, Any] | None:
    """A tightened length keeps the side of the one that it tightens."""
    made = _span(length, "side", "extend")
    return made | {"side": core.side} if made and core else made


def _timing(timing: Entry | None) -> dict[str, Any] | None:
    return _span(timing, "after", "before", "unless")


def _field(entry: FieldEntry) -> dict[str, Any]:
    return _bare(
        type=entry.type,
        group=entry.group,
        required=entry.required,
        values=entry.values,
        columns={k: _field(v) for k, v in entry.columns.items()},
        gives_result=entry.gives_result,
        example=entry.example,
    )


def _bare(**values: Any) -> dict[str, Any]:
    """Leave out what is not said, so that a new optional key changes no digest."""
    return {key: value for key, value in values.items() if value not in (None, [], {}, False)}


class _Builder:
    """Gathers the canonical form of packs, and the faults on the way."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = packs
        self.faults: list[Fault] = []
        self.ids: dict[str, dict[str, Located]] = {}
        self._collect_ids()

    def _collect_ids(self) -> None:
        for pack in self.packs:
            for stem, located in pack.entries.items():
                if stem in CORE_ONLY and pack.about.role != "core":
                    for one in located:
                        if isinstance(one.entry, LimitTighten):
                            continue
                        self.fault(
                            one,
                            "C015",
                            f"{stem}.yaml belongs to the core",
                            "A pack adds steps, facts, papers and partners (INV-24).",
                        )
                known = self.ids.setdefault(stem, {})
                for one in located:
                    id = getattr(one.entry, "id", None)
                    if id is None:
                        continue
                    if id in known and stem != "sources":  # every pack lists its own
                        self.fault(
                            one,
                            "C005",
                            f"the id '{id}' exists already",
                            "Give it another id; nothing can be replaced.",
                            "id",
                        )
                    known[id] = one

    def fault(self, one: Located, code: str, what: str, fix: str, *at: str | int) -> None:
        self.faults.append(one.fault(code, what, fix, *at))

    def known(self, stem: str, id: str) -> bool:
        return id in self.ids.get(stem, {})

    def canonical(self) -> dict[str, Any]:
        host, origin = (next(p.about for p in self.packs if p.about.role == r) for r in ("host", "origin"))
        tightened = {id: self._tighten(id) for id in self.ids.get("steps", {})}
        self._befores(tightened)
        return {
            "format": 1,
            "host_country": host.country,
            "origin_country": origin.country,
            "packs": sorted(pack.id for pack in self.packs),
            "zones": {"host": host.zone, "origin": origin.zone},
            "calendars": {"host": host.calendar or host.country, "origin": origin.calendar or origin.country},
            "groups": {id: one.entry.retention for id, one in self.ids.get("groups", {}).items()},
            "roles": self._each(
                "roles",
                lambda e: {
                    "login": e.login,
                    "side": e.side,
                    "manager": e.manager,
                    "may": sorted(e.may),
                    "moves": sorted(e.moves),
                    "reads": dict(e.reads),
                },
            ),
            "facts": self._each(
                "facts",
                lambda e: (
                    _bare(type=e.type, values=e.values, asked_by=e.asked_by, derived=e.derived)
                    | {"group": e.group, "unrecorded": e.unrecorded, "example": e.example}
                ),
            ),
            "recipients": self._each(
                "recipients",
                lambda e: {
                    "contact": e.contact,
                    "share": e.share,
                    "origin_authority": e.origin_authority,
                    "never": sorted(e.never),
                },
            ),
            "consents": self._each(
                "consents",
                lambda e: {
                    "recipients": e.recipients,
                    "default_recipient": e.default_recipient,
                    "groups": sorted(e.groups),
                    "given_by": e.given_by,
                    "assent": e.assent,
                    "forms": e.forms,
                    "asked_by": e.asked_by,
                    "texts": {k: sorted(v) for k, v in e.texts.items()},
                },
            ),
            "documents": {id: self._document(one) for id, one in self.ids.get("documents", {}).items()},
            "steps": {id: self._step(one, tightened[id]) for id, one in self.ids.get("steps", {}).items()},
            "incidents": {id: self._incident(one) for id, one in self.ids.get("incidents", {}).items()},
            "outcomes": self._each(
                "outcomes",
                lambda e: _bare(when=e.when) | {"phases": list(e.phases), "gated": e.gated, "final": e.final},
            ),
            "limits": self._limits(),
            "rules": self._each("rules", lambda e: {"on": sorted(e.on), "check": e.check, "revision": e.revision}),
            "identifiers": self._each(
                "identifiers",
                lambda e: (
                    _bare(pattern=e.pattern)
                    | {"of": e.of, "checksum": e.checksum, "severity": e.severity, "normalise": e.normalise}
                ),
            ),
        }

    def _pack_of(self, one: Located) -> str:
        return next(p.id for p in self.packs if any(one is o for located in p.entries.values() for o in located))

    def _each(self, stem: str, make: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {id: make(one.entry) | self._origin(one) for id, one in self.ids.get(stem, {}).items()}

    def _origin(self, one: Located) -> dict[str, Any]:
        return {"pack": self._pack_of(one), "n": one.index}

    # --- needs and consents -------------------------------------------------

    def _needs(self, one: Located, raw: Sequence[Any], *at: str | int) -> list[Any]:
        return [need for i, part in enumerate(raw) if (need := self._need(one, part, *at, i)) is not None]

    def _need(self, one: Located, raw: Any, *at: str | int) -> list[Any] | None:
        if isinstance(raw, str):
            for stem, word in (("steps", "step"), ("documents", "document"), ("facts", "fact")):
                if self.known(stem, raw):
                    return [word, raw, None] if word == "step" else [word, raw]
            if raw in MOVE_OF_EVENT:
                return ["event", raw]
            if raw in ("travel_booked", "person_reached"):
                return ["fact", raw]
            self.fault(
                one, "C006", f"there is no step, document, fact or move event '{raw}'", "Look for a misspelling.", *at
            )
            return None
        if isinstance(raw, dict) and len(raw) == 1:
            ((key, value),) = raw.items()
            if key == "any" and isinstance(value, list):
                return ["any", [n for i, part in enumerate(value) if (n := self._need(one, part, *at, "any", i))]]
            if self.known("steps", key):
                results = value if isinstance(value, list) else [value]
                declared = self.ids["steps"][key].entry.results
                for result in results:
                    if result not in declared:
                        self.fault(
                            one,
                            "C007",
                            f"the step '{key}' has no result '{result}'",
                            f"Its results are {', '.join(declared) or 'none'}.",
                            *at,
                            key,
                        )
                return ["step", key, sorted(map(str, results))]
        self.fault(one, "C006", "this says no prerequisite", "Write a step, {step: [results]} or {any: […]}.", *at)
        return None

    def _consents(self, one: Located, raw: Sequence[Any], *at: str | int) -> list[Any]:
        found = []
        for i, part in enumerate(raw):
            ((purpose, recipient),) = part.items() if isinstance(part, dict) and len(part) == 1 else ((part, None),)
            if not isinstance(purpose, str) or not self.known("consents", purpose):
                self.fault(one, "C008", f"there is no purpose of consent '{purpose}'", "Look in consents.yaml.", *at, i)
                continue
            if recipient is not None and not any(self.known(s, recipient) for s in ("partners", "recipients", "roles")):
                self.fault(
                    one,
                    "C009",
                    f"there is no partner, recipient or role '{recipient}'",
                    "Look in partners.yaml.",
                    *at,
                    i,
                )
            found.append([purpose, recipient])
        return found

    # --- steps ----------------------------------------------------------------

    def _step(self, one: Located, tighten: list[dict[str, Any]]) -> dict[str, Any]:
        e: StepEntry = one.entry
        rounds = e.rounds
        for code, result in e.results.items():
            self._may_set(one, result.sets, "results", code)
            if result.assigns and self._pack_of(one) != "core":
                self.fault(one, "C017", "a pack's step gives no roles", "Let people assign them.", "results", code)
        return self._origin(one) | _bare(
            phase=e.phase,
            gate=e.gate,
            kind=e.kind,
            when=e.when,
            after=self._needs(one, e.after, "after"),
            who=e.who,
            sign=e.sign,
            consent=self._consents(one, e.consent, "consent"),
            done_by=self._done_by(one),
            not_before=_timing(e.not_before),
            window=self._window(e.window),
            due=_timing(e.due),
            max_age=_span(e.max_age, "at"),
            length=_span(e.length, "side", "extend"),
            any_rounds=rounds.at_least if isinstance(rounds, AnyRounds) else None,
            rounds=[[k, self._round(r)] for k, r in rounds.items()] if isinstance(rounds, dict) else None,
            results=[
                [k, _bare(opens=r.opens, sets=r.sets, assigns=r.assigns) | {"passes": r.passes}]
                for k, r in e.results.items()
            ],
            fields={k: _field(f) for k, f in e.fields.items()},
            each=e.each,
            may_decline=e.may_decline,
            inform_first=e.inform_first,
            tighten=tighten,
        )

    def _may_set(self, one: Located, sets: Mapping[str, Any], *at: str | int) -> None:
        """A pack sets facts of its own, and of the core's those values that facts.yaml lists; nobody sets a derived one."""
        pack = self._pack_of(one)
        for fact, value in sets.items():
            known = self.ids.get("facts", {}).get(fact)
            if known is None:  # analyse says so
                continue
            listed = [v for v in known.entry.settable_by_packs if type(v) is type(value)]
            if known.entry.derived is not None:
                self.fault(
                    one, "C019", f"'{fact}' follows from other facts", "Set what it follows from.", *at, "sets", fact
                )
            elif self._pack_of(known) != pack and value not in listed:
                fix = "Set a fact of your own; what safeguards rest on, people record."
                self.fault(one, "C017", f"a pack may not set '{fact}' to '{value}'", fix, *at, "sets", fact)

    def _window(self, window: Any) -> dict[str, Any] | None:
        if window is None:
            return None
        return _bare(
            **{"from": _span(window.from_), "to": _span(window.to), "before": window.before, "after": window.after}
        )

    def _round(self, entry: Any) -> dict[str, Any]:
        return _bare(tolerance_days=entry.tolerance_days, when=entry.when, mode=entry.mode) | (
            _span(entry, "after") or {}
        )

    def _done_by(self, one: Located) -> dict[str, Any] | None:
        raw = one.entry.done_by
        if raw is None:
            return None
        command = next((word for word in DONE_BY if word in raw), None)
        if command is None or set(raw) - {command, "status"}:
            self.fault(
                one, "C010", "this is no way to be done", f"Say one of {', '.join(DONE_BY)}, and status.", "done_by"
            )
            return None
        subjects = raw[command] if isinstance(raw[command], list) else [raw[command]]
        for subject in subjects:
            if not self._is_subject(command, subject):
                self.fault(
                    one, "C010", f"there is no {command} '{subject}'", "Look for a misspelling.", "done_by", command
                )
        return _bare(command=command, subjects=[str(s) for s in subjects], status=raw.get("status"))

    def _is_subject(self, command: str, subject: Any) -> bool:
        if command == "consent":
            return self.known("consents", subject)
        if command == "document":
            return (
                self.known("documents", subject)
                or any(subject in d.entry.satisfies for d in self.ids.get("documents", {}).values())
                or subject == "travel_document"
            )
        if command == "assign":
            return subject == "case_owner" or self.known("roles", subject)
        if command == "travel":
            return subject in ("target", "booked")
        return subject in MOVE_OF_EVENT.values()

    def _tighten(self, id: str) -> list[dict[str, Any]]:
        found = []
        core = self.ids["steps"][id].entry
        for pack in self.packs:
            for one in pack.of("steps"):
                e = one.entry
                if not isinstance(e, TightenEntry) or e.tighten != id:
                    continue
                for name, spec in e.fields.items():
                    if name in core.fields or spec.gives_result:
                        self.fault(
                            one,
                            "C018",
                            f"the field '{name}' could change what the step asks",
                            "Give it another name, without gives_result.",
                            "fields",
                            name,
                        )
                for what, why in looser(core, e):
                    self.fault(
                        one,
                        "C011",
                        f"'{what}' would relax the step '{id}': {why}",
                        "A pack can add and shorten, never relax (INV-24).",
                        what,
                    )
                found.append(
                    _bare(
                        when=e.when,
                        after=self._needs(one, e.after, "after"),
                        consent=self._consents(one, e.consent, "consent"),
                        not_before=_timing(e.not_before),
                        due=_timing(e.due),
                        max_age=_span(e.max_age, "at"),
                        length=_length(e.length, core.length),
                        rounds=[[k, self._round(r)] for k, r in e.rounds.items()],
                        fields={k: _field(f) for k, f in e.fields.items()},
                    )
                )
        return found

    def _befores(self, tightened: dict[str, list[dict[str, Any]]]) -> None:
        for pack in self.packs:
            for one in pack.of("steps"):
                e = one.entry
                if isinstance(e, TightenEntry):
                    if not self.known("steps", e.tighten):
                        self.fault(
                            one,
                            "C012",
                            f"there is no step '{e.tighten}' to tighten",
                            "Look for a misspelling.",
                            "tighten",
                        )
                    continue
                for i, later in enumerate(e.before):
                    if later not in tightened:
                        self.fault(one, "C006", f"there is no step '{later}'", "Look for a misspelling.", "before", i)
                        continue
                    tightened[later].append({"after": [["step", e.id, None]]})

    # --- documents, incidents, limits ------------------------------------------

    def _document(self, one: Located) -> dict[str, Any]:
        e: DocumentEntry = one.entry
        if e.validity == "issue" and e.max_days is None:
            self.fault(one, "C013", "a paper that runs from its issue needs max_days", "Add max_days.", "validity")
        return (
            self._origin(one)
            | _bare(
                when=e.when,
                max_days=e.max_days,
                request_from=_timing(e.request_from),
                request_by=_timing(e.request_by),
                each=e.each,
                transit=e.transit,
                margin=_span(e.margin),
                payer=e.fee.payer if e.fee else None,
            )
            | {
                "satisfies": sorted(e.satisfies),
                "validity": e.validity,
                "surrendered": e.surrendered,
                "needs": self._needs(one, e.needs, "needs"),
                "consent": self._consents(one, e.consent, "consent"),
            }
        )

    def _incident(self, one: Located) -> dict[str, Any]:
        e: IncidentEntry = one.entry

        def by_phase(value: Any) -> dict[str, Any]:
            return dict(value) if isinstance(value, dict) else {phase: value for phase in PHASES if value}

        for phase_steps in by_phase(e.resets).values():
            for step in phase_steps:
                if not self.known("steps", step):
                    self.fault(one, "C006", f"there is no step '{step}'", "Look for a misspelling.", "resets")
        for purposes in by_phase(e.voids).values():
            for purpose in purposes:
                if not self.known("consents", purpose):
                    self.fault(
                        one, "C008", f"there is no purpose of consent '{purpose}'", "Look in consents.yaml.", "voids"
                    )
        for outcome in e.closes_as:
            if not self.known("outcomes", outcome):
                self.fault(one, "C014", f"there is no outcome '{outcome}'", "Look in outcomes.yaml.", "closes_as")
        for step in e.resume_step:
            if not self.known("steps", step):
                self.fault(one, "C006", f"there is no step '{step}'", "Look for a misspelling.", "resume_step")
        self._may_set(one, e.sets)
        for alias in e.aliases:
            if self.known("incidents", alias) or self._pack_of(one) != "core":
                self.fault(one, "C016", f"the alias '{alias}' could hide another incident", "Leave it out.", "aliases")
        return (
            self._origin(one)
            | {
                "aliases": list(e.aliases),
                "effect": by_phase(e.effect),
                "may_choose": list(e.may_choose),
                "resets": by_phase(e.resets),
                "voids": by_phase(e.voids),
                "closes_as": list(e.closes_as),
                "resume_step": list(e.resume_step),
                "contacts_due": [_span(s) for s in e.contacts_due],
                "needs_to_resolve": {
                    phase: self._needs(one, needs, "needs_to_resolve")
                    for phase, needs in by_phase(e.needs_to_resolve).items()
                },
                "phases": list(e.phases),
            }
            | _bare(review=_span(e.review), sets=e.sets)
        )

    def _limits(self) -> dict[str, Any]:
        limits = {
            id: {
                "rule": one.entry.rule,
                "side": one.entry.side,
                "span": _span(one.entry.span),
                "count": one.entry.count,
            }
            for id, one in self.ids.get("limits", {}).items()
        }
        strictest: dict[str, SimpleNamespace] = {}
        for pack in self.packs:
            for one in pack.of("limits"):
                e = one.entry
                if not isinstance(e, LimitTighten):
                    continue
                if e.tighten not in limits:
                    self.fault(
                        one,
                        "C012",
                        f"there is no limit '{e.tighten}' to tighten",
                        "Look in core/limits.yaml.",
                        "tighten",
                    )
                    continue
                core = self.ids["limits"][e.tighten].entry
                for what, why in looser(core, e):
                    self.fault(
                        one,
                        "C011",
                        f"'{what}' would relax the limit '{e.tighten}': {why}",
                        "A pack can make a limit stricter, never weaker (INV-24).",
                        what,
                    )
                held = strictest.get(e.tighten)  # another pack may have made it stricter already
                if held is None or not list(looser(held, e)):
                    strictest[e.tighten] = SimpleNamespace(side=core.side, span=e.span, count=e.count)
                    limits[e.tighten] |= {"span": _span(e.span), "count": e.count}
        return limits
