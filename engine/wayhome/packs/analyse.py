"""What is wrong with a whole: found when it is composed, before any case runs under it.

Every check gives faults with a stable code; they are all told in one run..
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from wayhome.model.moves import MOVE_OF_EVENT
from wayhome.packs.conditions import Condition
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.needs import AnyNeed, Named, Need, steps_in
from wayhome.packs.kinds.steps import FieldSpec, Step, Tightening
from wayhome.packs.order import cycle, ring
from wayhome.packs.pack import Fault, Located, Pack
from wayhome.packs.process import Process

# Facts on which the core may not tell people apart (INV-31), and steps that ask for cooperation (INV-11).
UNEQUAL_FACTS = frozenset({"sex", "gender", "nationality", "citizenship", "form_of_exploitation", "residence_status"})
COOPERATION = ("cooperat", "testif", "statement_to_police", "complaint")


def analyse(process: Process, packs: Sequence[Pack]) -> Iterator[Fault]:
    """Give every fault of a composed process."""
    where = {
        (stem, one.entry.id): one
        for pack in packs
        for stem, located in pack.entries.items()
        for one in located
        if getattr(one.entry, "id", None)
    }
    yield from _somebody_can_do_it(process, where)
    yield from _no_ring(process, where)
    yield from _steps_can_be_reached(process, packs)
    yield from _results_lead_somewhere(process, where)
    yield from _codes_can_be_given(packs)
    yield from _equal_and_free(process, where)


Where = dict[tuple[str, str], Located]


def _somebody_can_do_it(process: Process, where: Where) -> Iterator[Fault]:
    for step in process.steps.values():
        one = where["steps", step.id]
        if step.sign and len(set(step.sign)) < 2:
            yield one.fault("A004", "two signatures need two different roles", "Name two roles.", "sign")
        able = [r for r in step.who if r in process.roles and process.roles[r].login]
        if not able and not any(role.manager for role in process.roles.values()):
            yield one.fault("A005", f"nobody can do '{step.id}'", "Name a role that types for itself.", "who")


def _no_ring(process: Process, where: Where) -> Iterator[Fault]:
    rings = (
        ("steps", cycle(process), "A006", "these wait for each other", "Let one of them not wait.", "after"),
        (
            "facts",
            ring(_rests_on(process)),
            "A021",
            "these follow from each other",
            "Let somebody record one.",
            "derived",
        ),
    )
    for file, found, code, what, fix, key in rings:
        if found:
            one = next((where[file, id] for id in found if where[file, id].pack != "core"), where[file, found[0]])
            yield one.fault(code, f"{what}: {' -> '.join([*found, found[0]])}", fix, key)


def _rests_on(process: Process) -> dict[str, set[str]]:
    derived = {id: fact.derived for id, fact in process.facts.items() if fact.derived is not None}
    return {id: {said.name for said in what.mentions()} & set(derived) for id, what in derived.items()}


MOVE_ORDER = ("prepare", "depart", "arrive", "settle", "close")


def _steps_can_be_reached(process: Process, packs: Sequence[Pack]) -> Iterator[Fault]:
    """A gate that cannot open, a phase that nobody can leave: a gating step must not wait for what comes after its gate."""
    earliest = _Earliest(process)
    for one in (one for pack in packs for one in pack.of("steps")):
        step = process.steps.get(one.entry.tighten if isinstance(one.entry, Tightening) else one.entry.id)
        if step is None or not step.gates:
            continue
        for at, name in _awaited(one.entry):
            if earliest.of(name) >= MOVE_ORDER.index(step.gate) and not _is_shut(process.steps.get(name), earliest):
                yield one.fault(
                    "A007",
                    f"the gate '{step.gate}' can never open: '{step.id}' waits for '{name}', which comes later",
                    "Give it a later gate, or let it wait for something else.",
                    *at,
                )


def _is_shut(step: Step | None, earliest: _Earliest) -> bool:
    """Whether this step waits for what comes after its own gate: that is told of itself, not of all who wait for it."""
    return step is not None and step.gates and earliest.of(step.id) >= MOVE_ORDER.index(step.gate)


def _awaited(entry: Step | Tightening) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Name what a step waits for in any case, as it is written, and where."""
    for i, (need, _) in enumerate(entry.after):
        if isinstance(need, Named):
            yield ("after", i), need.name
    timings = [("not_before", timing) for timing in entry.not_before]
    if isinstance(entry, Step) and entry.window:
        timings.append(("window", entry.window.from_))
    for key, timing in timings:
        if not timing.backwards and timing.unless is None:
            yield (key, "after"), timing.anchor


class _Earliest:
    """After which move something can come at the earliest: its place in the order of moves, -1 for none."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.found: dict[str, int] = {}

    def of(self, name: str) -> int:
        name = name.partition(".")[0]
        if name not in self.found:
            self.found[name] = -1  # a ring is told by itself
            self.found[name] = self._of(name)
        return self.found[name]

    def _of(self, name: str) -> int:
        if name in MOVE_OF_EVENT:
            move = MOVE_OF_EVENT[name]
            return MOVE_ORDER.index(move) if move in MOVE_ORDER else -1
        if name in self.process.documents:
            return max(map(self.of_need, self.process.documents[name].needs), default=-1)
        step = self.process.steps.get(name)
        if step is None:
            return -1
        timings = [*step.not_before, *([step.window_from] if step.window_from else [])]
        anchors = (one.anchor for one in timings if not one.backwards and one.unless is None)
        return max((*(self.of_need(need) for need, _ in step.after), *map(self.of, anchors)), default=-1)

    def of_need(self, need: Need) -> int:
        return min(map(self.of_need, need.needs), default=-1) if isinstance(need, AnyNeed) else self.of(need.subject)


def _results_lead_somewhere(process: Process, where: Where) -> Iterator[Fault]:
    for step in process.steps.values():
        one = where["steps", step.id]
        if step.results and step.favourable is None:
            yield one.fault(
                "A010", f"no result of '{step.id}' passes, so its gate can never open", "Let one pass.", "results"
            )


def _codes_can_be_given(packs: Sequence[Pack]) -> Iterator[Fault]:
    """A code is one of those that are listed; without a list nobody could say which to give."""
    for one in (one for pack in packs for one in pack.of("facts")):
        if one.entry.type == "code" and not one.entry.values:
            yield one.fault("A012", f"'{one.entry.id}' has no values", "List them.", "type")
    for one in (one for pack in packs for one in pack.of("steps")):
        for path, spec in _fields_of(one.entry.fields, "fields"):
            if spec.type == "code" and not spec.values:
                yield one.fault("A012", f"'{path[-1]}' has no values", "List them.", *path, "type")


def _fields_of(fields: Mapping[str, FieldSpec], *at: str) -> Iterator[tuple[tuple[str, ...], FieldSpec]]:
    for name, spec in fields.items():
        yield (*at, name), spec
        yield from _fields_of(spec.columns, *at, name, "columns")


def _names(condition: Condition | None) -> Iterator[str]:
    return (said.name for said in condition.mentions()) if condition else iter(())


def tells_people_apart(step: Step) -> bool:
    """Whether a core step depends on sex, nationality and the like (INV-31)."""
    return step.is_core and any(name in UNEQUAL_FACTS for name in _names(step.when))


def waits_for_cooperation(step: Step) -> bool:
    """Whether a step of help waits for, or depends on, cooperation with police or prosecution (INV-11)."""
    waited = [id for need, _ in step.after for id in steps_in(need)]
    asked = list(_names(step.when)) if step.kind == "mandatory" else []
    return any(word in id for word in COOPERATION for id in (*waited, *asked))


def charges_the_person(document: DocumentKind) -> bool:
    """Whether the person, or who stands in for them, would pay for a paper (INV-27)."""
    return document.payer in ("person", "guardian", "family")


def _equal_and_free(process: Process, where: Where) -> Iterator[Fault]:
    for step in process.steps.values():
        one = where["steps", step.id]
        if tells_people_apart(step):
            yield one.fault(
                "A014", f"the core step '{step.id}' tells people apart (INV-31)", "All get the same safeguards.", "when"
            )
        if waits_for_cooperation(step):
            yield one.fault(
                "A015",
                f"'{step.id}' would ask for cooperation with police first (INV-11)",
                "Help never depends on cooperation.",
                "after",
            )
    for document in process.documents.values():
        if charges_the_person(document):
            yield where["documents", document.id].fault(
                "A016", f"the person would pay for '{document.id}' (INV-27)", "Name who pays instead.", "fee", "payer"
            )
