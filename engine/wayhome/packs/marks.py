"""The marks of the core, and what rests on them: what help must never wait for, and what must make no difference.

An author marks a step, a fact, a paper, a role or a consent with `asks`. A mark holds for all that rests on the entry,
however many entries lie between: a step waits for a step whose paper needs a consent … Nothing is judged by how it is
called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from wayhome.packs.conditions import VALUED
from wayhome.packs.kinds.facts import BUILT_IN
from wayhome.packs.kinds.kind import MarkOfEntry, mentions
from wayhome.packs.kinds.steps import Step
from wayhome.packs.mentions import Mention

if TYPE_CHECKING:
    from wayhome.packs.process import Process

Node = tuple[str, str]  # kind, id
# What an entry waits for stands under these keys, beside its conditions; whom it names and what follows does not hold it up.
KEYS = frozenset({"after", "consent", "done_by", "not_before", "window", "sign", "needs", "outcomes", "request_from"})
MARKED = ("facts", "steps", "documents", "consents", "roles")


class PathToMark(NamedTuple):
    """From an entry that must be free of a mark to the one that has it."""

    kind: str
    id: str
    over: tuple[str, ...]

    def __str__(self) -> str:
        return " -> ".join((self.id, *self.over))


def ways(process: Process) -> Mapping[MarkOfEntry, tuple[PathToMark, ...]]:
    """Give by mark the ways on which something rests that must be free of it."""
    graph = _Graph(process)
    return {
        "cooperation": tuple(_prerequisites(process, _Chains(graph, "cooperation"))),
        "payment": tuple(_prerequisites(process, _Chains(graph, "payment"))),
        "what_tells_apart": tuple(_differences(process, _Chains(graph, "what_tells_apart", needs=False))),
    }


def _prerequisites(process: Process, chains: _Chains) -> Iterator[PathToMark]:
    """Give every way on which help, or a move, waits for what asks the person for cooperation or for money.

    A step that asks for it may be offered, and whatever it opens is marked too; then nothing else waits for it.
    """
    for id, step in process.steps.items():
        if chains.is_marked(("steps", id)):
            if step.gates:
                yield PathToMark("steps", id, ())
        else:  # what is only offered may speak of it in its conditions
            yield from chains.ways_from(("steps", id), conditions=step.kind == "mandatory")
    for id in process.incidents:
        yield from chains.ways_from(("incidents", id), conditions=True)


def _differences(process: Process, chains: _Chains) -> Iterator[PathToMark]:
    """Give every way on which what the core asks of a case depends on what tells people apart."""
    for kind in ("steps", "documents", "outcomes"):
        for id, entry in getattr(process, kind).items():
            if entry.pack == "core":
                yield from chains.ways_from((kind, id), conditions=True)


def may_pay(process: Process) -> Set[str]:
    """Name who may pay a fee: the programme, or a class of organisations; never a person."""
    return {"programme", *(id for id, one in process.recipients.items() if not one.private)}


def leads_to(mention: Mention, way: PathToMark) -> bool:
    """Whether this is the first thing that a way goes over: by its name, or as a paper that satisfies it."""
    if not way.over or not (mention.kinds == VALUED or mention.at[0] in KEYS):
        return False
    return mention.name.partition(".")[0] == way.over[0] or "papers" in mention.kinds


class _Graph:
    """What each entry of a process rests on directly, by its conditions and by what it waits for."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._edges: dict[Node, tuple[tuple[bool, Node], ...]] = {}

    def nodes(self) -> list[Node]:
        """Give all that can be marked, or lie on a way to it."""
        named = [(kind, id) for kind in MARKED for id in getattr(self.process, kind)]
        return [*named, *(("built_in", id) for id in BUILT_IN)]

    def entry(self, node: Node) -> Any:
        kind, id = node
        return BUILT_IN.get(id) if kind == "built_in" else getattr(self.process, kind).get(id)

    def edges(self, node: Node) -> tuple[tuple[bool, Node], ...]:
        """Give each thing that an entry rests on, and whether that is by a condition."""
        if node not in self._edges:
            entry = self.entry(node)
            self._edges[node] = tuple(self._of(entry)) if is_dataclass(entry) else ()
        return self._edges[node]

    def _of(self, entry: Any) -> Iterator[tuple[bool, Node]]:
        for mention in mentions(entry):
            is_condition = mention.kinds == VALUED
            if is_condition or mention.at[0] in KEYS:
                yield from ((is_condition, node) for node in self._nodes(mention))

    def _nodes(self, mention: Mention) -> Iterator[Node]:
        name = mention.name.partition(".")[0]
        if "papers" in mention.kinds:  # what a step asks for can be any paper that satisfies it
            papers = self.process.documents.values()
            yield from (("documents", one.id) for one in papers if name == one.id or name in one.satisfies)
        elif name in BUILT_IN and "built_in" in mention.kinds:
            yield "built_in", name
        else:
            of = [kind for kind in MARKED if kind in mention.kinds or mention.kinds == ("anchors",)]
            yield from ((kind, name) for kind in of if name in getattr(self.process, kind))


class _Chains:
    """The shortest way from each entry to one mark, along the whole chain; rings change nothing."""

    def __init__(self, graph: _Graph, mark: MarkOfEntry, *, needs: bool = True) -> None:
        self.graph, self.mark, self.needs = graph, mark, needs
        rest_on_it: dict[Node, list[Node]] = {}
        for node in graph.nodes():
            for other in self._rests_on(node):
                rest_on_it.setdefault(other, []).append(node)
        reached = [node for node in graph.nodes() if self.is_marked(node)]
        self._ways: dict[Node, tuple[str, ...]] = {node: (node[1],) for node in reached}
        for node in reached:  # it grows while it is walked
            for further in rest_on_it.get(node, ()):
                if further not in self._ways:
                    self._ways[further] = (further[1], *self._ways[node])
                    reached.append(further)

    def ways_from(self, node: Node, *, conditions: bool) -> Iterator[PathToMark]:
        """Give a way for each thing that an entry rests on directly and that leads to the mark."""
        ways = (self._ways.get(other) for other in self._rests_on(node, conditions=conditions))
        yield from (PathToMark(*node, way) for way in dict.fromkeys(ways) if way is not None)

    def is_marked(self, node: Node) -> bool:
        """Whether an entry has the mark itself, or can be done by nobody whose role has not."""
        entry = self.graph.entry(node)
        if self.mark in getattr(entry, "asks", ()):
            return True
        return isinstance(entry, Step) and bool(entry.who) and all(self.is_marked(("roles", r)) for r in entry.who)

    def _rests_on(self, node: Node, *, conditions: bool = True) -> Iterator[Node]:
        edges = self.graph.edges(node)
        return (other for is_condition, other in edges if (conditions if is_condition else self.needs))
