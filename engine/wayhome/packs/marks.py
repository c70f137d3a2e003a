"""The marks of the core, and what rests on them: what help must never wait for, and what must make no difference.

An author marks a step, a fact, a paper, a role or a consent with `asks`. A mark holds for all that rests on the entry,
however many entries lie between: a step waits for a step whose paper needs a consent … Nothing is judged by how it is
called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import TYPE_CHECKING, Any, NamedTuple

from wayhome.packs.conditions import VALUED
from wayhome.packs.kinds.kind import MarkOfEntry, mentions
from wayhome.packs.kinds.steps import Step
from wayhome.packs.mentions import Mention

if TYPE_CHECKING:
    from wayhome.packs.process import Process

Node = tuple[str, str]  # kind, id
# What an entry waits for stands under these keys, beside its conditions; whom it names and what follows does not hold it up.
KEYS = frozenset(
    {"after", "consent", "done_by", "not_before", "window", "sign", "needs", "needs_to_resolve", "request_from"}
)
MARKED = ("facts", "steps", "documents", "consents", "roles")


class Way(NamedTuple):
    """From an entry that must be free of a mark to the one that has it."""

    kind: str
    id: str
    over: tuple[str, ...]

    def __str__(self) -> str:
        return " -> ".join((self.id, *self.over))


def ways(process: Process) -> Mapping[MarkOfEntry, tuple[Way, ...]]:
    """Give by mark the ways on which something rests that must be free of it."""
    return {
        "cooperation": tuple(_prerequisites(process, "cooperation")),
        "payment": tuple(_prerequisites(process, "payment")),
        "what_tells_apart": tuple(_differences(process)),
    }


def _prerequisites(process: Process, mark: MarkOfEntry) -> Iterator[Way]:
    """Give every way on which help, or a move, waits for what asks the person for cooperation or for money.

    A step that asks for it may be offered, and whatever it opens is marked too; then nothing else waits for it.
    """
    chains = _Chains(process, mark)
    for step in process.steps.values():
        if chains.is_marked("steps", step.id):
            if step.gates:
                yield Way("steps", step.id, ())
            continue
        speaks = step.kind == "mandatory"  # what is only offered may speak of it in its conditions
        yield from (Way("steps", step.id, way) for way in chains.ways_from(step, conditions=speaks, needs=True))
    for incident in process.incidents.values():
        yield from (
            Way("incidents", incident.id, way) for way in chains.ways_from(incident, conditions=True, needs=True)
        )


def _differences(process: Process) -> Iterator[Way]:
    """Give every way on which what the core asks of a case depends on what tells people apart."""
    chains = _Chains(process, "what_tells_apart", only_conditions=True)
    for kind in ("steps", "documents", "outcomes"):
        for entry in getattr(process, kind).values():
            if entry.pack == "core":
                yield from (Way(kind, entry.id, way) for way in chains.ways_from(entry, conditions=True, needs=False))


def may_pay(process: Process) -> Set[str]:
    """Name who may pay a fee: the programme, or a class of organisations; never a person."""
    return {"programme", *(id for id, one in process.recipients.items() if not one.private)}


def leads_to(mention: Mention, way: Way) -> bool:
    """Whether this is the first thing that a way goes over: by its name, or as a paper that satisfies it."""
    if not way.over or not (mention.kinds == VALUED or mention.at[0] in KEYS):
        return False
    return mention.name.partition(".")[0] == way.over[0] or "papers" in mention.kinds


class _Chains:
    """What entries rest on, along the whole chain, as far as one mark goes."""

    def __init__(self, process: Process, mark: MarkOfEntry, *, only_conditions: bool = False) -> None:
        self.process, self.mark, self.needs = process, mark, not only_conditions
        self._found: dict[Node, tuple[str, ...] | None] = {}

    def ways_from(self, entry: Any, *, conditions: bool, needs: bool) -> Iterator[tuple[str, ...]]:
        """Give a way for each thing that an entry rests on directly and that leads to the mark."""
        told = set()
        for node in self._rests_on(entry, conditions=conditions, needs=needs):
            way = self._way(node)
            if way is not None and way not in told:
                told.add(way)
                yield way

    def is_marked(self, kind: str, id: str) -> bool:
        """Whether an entry has the mark itself, or can be done by nobody whose role has not."""
        entry = getattr(self.process, kind).get(id)
        if entry is None:
            return False
        if self.mark in getattr(entry, "asks", ()):
            return True
        return isinstance(entry, Step) and bool(entry.who) and all(self.is_marked("roles", role) for role in entry.who)

    def _way(self, node: Node) -> tuple[str, ...] | None:
        if node not in self._found:
            self._found[node] = None  # a ring leads nowhere new
            self._found[node] = (node[1],) if self.is_marked(*node) else self._further(node)
        return self._found[node]

    def _further(self, node: Node) -> tuple[str, ...] | None:
        entry = getattr(self.process, node[0]).get(node[1])
        ways = map(self._way, self._rests_on(entry, conditions=True, needs=self.needs)) if entry else ()
        return next(((node[1], *way) for way in ways if way is not None), None)

    def _rests_on(self, entry: Any, *, conditions: bool, needs: bool) -> Iterator[Node]:
        for mention in mentions(entry):
            if conditions if mention.kinds == VALUED else needs and mention.at[0] in KEYS:
                yield from self._nodes(mention)

    def _nodes(self, mention: Mention) -> Iterator[Node]:
        name = mention.name.partition(".")[0]
        if "papers" in mention.kinds:  # what a step asks for can be any paper that satisfies it
            papers = self.process.documents.values()
            yield from (("documents", one.id) for one in papers if name == one.id or name in one.satisfies)
            return
        of = MARKED if mention.kinds == ("anchors",) else tuple(kind for kind in MARKED if kind in mention.kinds)
        yield from ((kind, name) for kind in of if name in getattr(self.process, kind))
