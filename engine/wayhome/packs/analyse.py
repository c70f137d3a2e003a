"""What is wrong with a whole: found when it is composed, before any case runs under it.

Every check gives faults with a stable code; they are all told in one run..
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from wayhome.model.closed_sets import PHASES, Phase
from wayhome.model.moves import MOVE_OF_EVENT
from wayhome.packs.kinds.about import Renamed
from wayhome.packs.kinds.facts import Fact
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.kinds.incidents import IncidentKind
from wayhome.packs.kinds.kind import keys, mentions
from wayhome.packs.kinds.needs import AnyNeed, Named, Need, steps_in
from wayhome.packs.kinds.steps import Step, Tightening
from wayhome.packs.marks import PathToMark, leads_to
from wayhome.packs.order import all_before, cycle, ring
from wayhome.packs.pack import Located, Pack, PackFault
from wayhome.packs.process import Process
from wayhome.packs.renaming import values_of


def analyse(process: Process, packs: Sequence[Pack]) -> Iterator[PackFault]:
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
    yield from _rests_on_what_comes_before(process, packs)
    yield from _the_place_is_told_once(packs)
    yield from _steps_can_be_reached(process, packs)
    yield from _results_lead_somewhere(process, where)
    yield from _what_holds_a_case_ends_or_closes(process, where)
    yield from _codes_can_be_given(packs)
    yield from _of_each_is_asked_inside(process, packs)
    yield from _of_each_is_opened_inside(process, packs)
    yield from _a_step_says_nothing_that_an_entry_says(process, packs)
    yield from _a_command_brings_all_that_a_step_asks(process, packs)
    yield from _words_may_be_shipped(packs)
    yield from _silence_has_a_limit(process, where)
    yield from _renamed_is_gone(process, packs)
    yield from _equal_and_free(process, packs)


Where = dict[tuple[str, str], Located]


def _somebody_can_do_it(process: Process, where: Where) -> Iterator[PackFault]:
    endings = (ending for kind in process.incidents.values() for ending in kind.outcomes.values() if ending.two_sign)
    for_two = {id for ending in endings for need in ending.needs for id in steps_in(need)}
    for step in process.steps.values():
        one = where["steps", step.id]
        after_less = any(result.two_sign_after for result in step.results.values())
        if (step.sign or step.two_sign or after_less or step.id in for_two) and len({*(step.sign or step.who)}) < 2:
            yield one.fault(
                "A004", "two signatures need two different roles", "Name two roles.", "sign" if step.sign else "who"
            )
        able = [r for r in step.who if r in process.roles and process.roles[r].login]
        if not able and not any(role.manager for role in process.roles.values()):
            yield one.fault("A005", "nobody can do '{step}'", "Name a role that types for itself.", "who", step=step.id)
        for code, result in step.results.items():
            if result.by and (result.by not in able or step.sign):  # of two who sign, the second could never agree
                yield one.fault("A005", "nobody can say '{result}' at '{step}'",
                                "Name a role of its 'who' that types for itself; what two sign is said by both.",
                                "results", code, "by", result=code, step=step.id)  # fmt: skip


def _no_ring(process: Process, where: Where) -> Iterator[PackFault]:
    for file, found, code, what, fix, key in (
        ("steps", cycle(process), "A006", "these wait for each other: {ring}", "Let one of them not wait.", "after"),
        ("facts", ring(_rests_on(process)), "A021", "these follow from each other: {ring}", "Let somebody record one.",
         "derived"),
    ):  # fmt: skip
        if found:
            one = next((where[file, id] for id in found if where[file, id].pack != "core"), where[file, found[0]])
            yield one.fault(code, what, fix, key, ring=" -> ".join([*found, found[0]]))


def _the_place_is_told_once(packs: Sequence[Pack]) -> Iterator[PackFault]:
    """Where the person will live is one fact, that somebody records: evidence rests on it."""
    told = [one for pack in packs for one in pack.of("facts") if one.entry.tells == "place_of_return"]
    for number, one in enumerate(told):
        if number or one.entry.derived is not None:
            yield one.fault("A029", "'{fact}' cannot tell where the person will live", "One recorded fact of the pack of origin does.",
                            "tells", fact=one.entry.id)  # fmt: skip


def _rests_on_what_comes_before(process: Process, packs: Sequence[Pack]) -> Iterator[PackFault]:
    """Doing what a step rests on must never wait for the step itself: else each would ask for the other for ever."""
    brought = {id: {id} for id in process.steps}
    for step in process.steps.values():
        for subject in step.done_by.subjects if step.done_by else ():
            brought.setdefault(subject, set()).add(step.id)
    for one in (one for pack in packs for one in pack.of("steps")):
        id = one.entry.tighten if isinstance(one.entry, Tightening) else one.entry.id
        if one.entry.rests_on and id in process.steps and process.steps[id].any_rounds:
            yield one.fault("A028", "'{step}' is done as often as needed, so nothing asks for it again",
                            "Let a step that is done once rest on it.", "rests_on", step=id)  # fmt: skip
        for i, (subject, _) in enumerate(one.entry.rests_on):
            for other in brought.get(subject, ()):
                if other == id or id in all_before(process, other):
                    yield one.fault("A026", "'{step}' rests on '{subject}', which can only come after it",
                                    "Let it rest on what comes before.", "rests_on", i, step=id, subject=subject)  # fmt: skip


def _rests_on(process: Process) -> dict[str, set[str]]:
    derived = {id: fact.derived for id, fact in process.facts.items() if fact.derived is not None}
    return {id: {said.name for said in what.mentions()} & set(derived) for id, what in derived.items()}


MOVE_ORDER = ("prepare", "depart", "arrive", "settle", "close")


def _steps_can_be_reached(process: Process, packs: Sequence[Pack]) -> Iterator[PackFault]:
    """A gate that cannot open, a phase that nobody can leave: a gating step must not wait for what comes after its gate."""
    earliest = _Earliest(process)
    for one in (one for pack in packs for one in pack.of("steps")):
        step = process.steps.get(one.entry.tighten if isinstance(one.entry, Tightening) else one.entry.id)
        if step is None or not step.gates:
            continue
        for at, name in _awaited(one.entry):
            if earliest.of(name) >= MOVE_ORDER.index(step.gate) and not _is_shut(process.steps.get(name), earliest):
                yield one.fault("A007", "the gate '{gate}' can never open: '{step}' waits for '{other}', which comes later",
                                "Give it a later gate, or let it wait for something else.",
                                *at, gate=step.gate, step=step.id, other=name)  # fmt: skip


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
        self.known: dict[str, int] = {}

    def of(self, name: str) -> int:
        name = name.partition(".")[0]
        if name not in self.known:
            self.known[name] = -1  # a ring is told by itself
            self.known[name] = self._of(name)
        return self.known[name]

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


def _results_lead_somewhere(process: Process, where: Where) -> Iterator[PackFault]:
    for step in process.steps.values():
        one = where["steps", step.id]
        if step.results and step.favourable is None:
            yield one.fault("A010", "no result of '{step}' passes, so its gate can never open", "Let one pass.", "results",
                            step=step.id)  # fmt: skip


def _what_holds_a_case_ends_or_closes(process: Process, where: Where) -> Iterator[PackFault]:
    """An incident that can neither end nor close would hold a case for ever; so would two of them together."""
    lasting = [kind for kind in process.incidents.values() if kind.never_ends]
    for number, kind in enumerate(lasting):
        one = where["incidents", kind.id]
        shut = [phase for phase in _while_open(kind) if not _ends(process, phase, kind)]
        if shut:
            yield one.fault("A027", "'{incident}' never ends, and no case closes over it in: {phases}",
                            "Say in closes_as as what it closes there.", "closes_as", incident=kind.id, phases=shut)  # fmt: skip
        for other in lasting[:number]:
            both = [
                p
                for p in _while_open(kind)
                if p in _while_open(other) and p not in shut and not _ends(process, p, kind, other)
            ]
            if both and _ends(process, both[0], other):
                yield one.fault("A027", "'{incident}' and '{other}' never end, and no case closes over both in: {phases}",
                                "Let them share an end.", "closes_as", incident=kind.id, other=other.id, phases=both)  # fmt: skip


def _while_open(kind: IncidentKind) -> tuple[Phase, ...]:
    """The phases in which it can be open: where it happens, and all to which a case may carry it."""
    return PHASES[min(map(PHASES.index, kind.phases)) :] if kind.phases else ()


def _ends(process: Process, phase: str, *kinds: IncidentKind) -> list[str]:
    """Name as what a case may close in a phase while all of these are open, of what one of them says itself."""
    said = {end for kind in kinds for end in kind.closes_as.get(phase, ())}
    return [
        one.id
        for one in process.outcomes.values()
        if one.id in said and phase in one.phases and all(one.may_close_over(kind, phase) for kind in kinds)
    ]


def _codes_can_be_given(packs: Sequence[Pack]) -> Iterator[PackFault]:
    """A code is one of those that are listed; without a list nobody could say which to give."""
    for one in (one for pack in packs for one in pack.of("facts")):
        if one.entry.type == "code" and not one.entry.values:
            yield one.fault("A012", "'{name}' has no values", "List them.", "type", name=one.entry.id)
    for one in (one for pack in packs for one in pack.of("steps")):
        for path, spec in _fields_of(one.entry.fields, "fields"):
            if spec.type == "code" and not spec.values:
                yield one.fault("A012", "'{name}' has no values", "List them.", *path, "type", name=path[-1])


def _of_each_is_asked_inside(process: Process, packs: Sequence[Pack]) -> Iterator[PackFault]:
    """What is found of each is asked only where it is clear of whom: elsewhere nobody could ever answer."""
    for one in (one for pack in packs for stem in ("steps", "documents", "facts") for one in pack.of(stem)):
        entry, key = one.entry, "derived" if isinstance(one.entry, Fact) else "when"
        whole = process.steps.get(entry.tighten) if isinstance(entry, Tightening) else entry
        condition = getattr(entry, key)
        if condition is None or getattr(whole, "each", None):
            continue
        for name in dict.fromkeys(mention.name for mention in condition.mentions()):
            step = None if name in process.facts else process.steps.get(name.partition(".")[0])
            if step is not None and step.each:
                yield one.fault("A032", "'{name}' is found of each, and here it is not clear of whom",
                                "Say each: … here, too, or ask something of the person.", key, name=name)  # fmt: skip


def _of_each_is_opened_inside(process: Process, packs: Sequence[Pack]) -> Iterator[PackFault]:
    """What happens to somebody else is opened by nothing that is found of the person."""
    for one in (one for pack in packs for one in pack.of("steps") if isinstance(one.entry, Step)):
        opened: list[tuple[tuple[str, ...], str | None]] = [
            (("results", code, "opens"), result.opens) for code, result in one.entry.results.items()
        ]
        fields = one.entry.fields.items()
        opened += [(("fields", name, "opens", code), id) for name, spec in fields for code, id in spec.opens.items()]
        for at, name in opened:
            kind = process.incidents.get(name or "")
            if kind is not None and kind.each:
                yield one.fault("A033", "'{name}' happens to somebody else, and is opened by people only",
                                "Open an incident of the person.", *at, name=kind.id)  # fmt: skip


def _a_step_says_nothing_that_an_entry_says(process: Process, packs: Sequence[Pack]) -> Iterator[PackFault]:
    """To whom the person is referred under a consent, and how much was paid, is said once: of an entry, where a register holds it."""
    referred = {
        spec.under: register.id
        for register in process.registers.values()
        for spec in register.fields.values()
        if spec.under
    }
    accounts = next((register.id for register in process.registers.values() if register.counts), None)
    for one in (one for pack in packs for one in pack.of("steps")):
        for name, spec in one.entry.fields.items():
            holds = accounts if spec.type == "money" else referred.get(spec.under or "")
            if holds is not None:
                yield one.fault("A039", "'{name}' is said of an entry of '{register}' already",
                                "Leave it out of the step; it may be done by such an entry.",
                                "fields", name, name=name, register=holds)  # fmt: skip


# Keys of a step that its own completion answers, and no other command.
_NOT_BROUGHT = ("sign", "two_sign", "rounds", "instrument", "inform_first")


def _a_command_brings_all_that_a_step_asks(process: Process, packs: Sequence[Pack]) -> Iterator[PackFault]:
    """Another command does a step at once: nobody signs it then, it is asked nothing, and it is of somebody else only where a paper is."""
    for one in (one for pack in packs for one in pack.of("steps")):
        id = one.entry.tighten if isinstance(one.entry, Tightening) else one.entry.id
        step = process.steps.get(id)
        if step is None or step.done_by is None:
            continue
        passing = getattr(one.entry, "results", {}).get(step.favourable)
        asked: list[tuple[str, ...]] = [(key,) for key in _NOT_BROUGHT if getattr(one.entry, key, None)]
        asked += [("fields", name) for name, spec in one.entry.fields.items() if spec.required]
        if getattr(one.entry, "any_rounds", 0):
            asked.append(("rounds",))
        if getattr(one.entry, "each", None) and step.done_by.command != "document":
            asked.append(("each",))
        if passing is not None and (passing.by or passing.needs_fields or passing.two_sign_after):
            asked.append(("results", str(step.favourable)))
        for at in asked:
            yield one.fault("A041", "'{step}' is done by the command '{command}', which does not bring '{key}'",
                            "Ask for that in a step of its own.", *at, step=id, command=step.done_by.command, key=at[-1])  # fmt: skip


def _words_may_be_shipped(packs: Sequence[Pack]) -> Iterator[PackFault]:
    """Somebody's words that may not be given on are in no pack that is published."""
    for pack in packs:
        for one in pack.of("instruments"):
            if "ship" not in one.entry.licence.may and not pack.about.office_only:
                yield one.fault("A040", "the words of '{id}' may not be shipped",
                                "Keep them in a pack of your own office, and say office_only: true in its pack.yaml.",
                                "licence", id=one.entry.id)  # fmt: skip


def _silence_has_a_limit(process: Process, where: Where) -> Iterator[PackFault]:
    """Nobody is silent about what has no limit, or what is asked in rounds, each with a day of its own."""
    for kind in process.on_silence:
        step = process.steps.get(kind.silence.step) if kind.silence else None
        if step is not None and (step.rounds or not any(not timing.backwards for timing in step.dues)):
            yield where["incidents", kind.id].fault(
                "A034", "'{step}' is not due within a time after something, so nobody can be silent about it",
                "Name a step with due: {…, after: …}.", "opens_on", "silence", "step", step=step.id)  # fmt: skip


def _renamed_is_gone(process: Process, packs: Sequence[Pack]) -> Iterator[PackFault]:
    """A pack gives new names to its own values, and what is called otherwise now is no value any more."""
    for pack in packs:
        for key in keys(Renamed):
            names: Mapping[str, Mapping[str, str]] = getattr(pack.about.renamed, key)
            for name, new in names.items():
                at = ("renamed", key, name)
                if not name.startswith(pack.about.prefix):
                    yield pack.fault("A031", "'{name}' is not of this pack, which gives it no new values",
                                     "Leave it out; what another pack holds, that pack renames.", *at, name=name)  # fmt: skip
                for old in sorted({*new}.intersection(values_of(process, key, name))):
                    yield pack.fault("A030", "'{old}' is still a value of '{name}'",
                                     "Leave it out, or give the entry itself the new value.", *at, old, old=old, name=name)  # fmt: skip


def _fields_of(fields: Mapping[str, FieldSpec], *at: str) -> Iterator[tuple[tuple[str, ...], FieldSpec]]:
    for name, spec in fields.items():
        yield (*at, name), spec
        yield from _fields_of(spec.columns, *at, name, "columns")


def _equal_and_free(process: Process, packs: Sequence[Pack]) -> Iterator[PackFault]:
    """What help never waits for, and what makes no difference, by the marks of the core."""
    for ways, code, what, fix in (
        (process.ways["what_tells_apart"], "A014", "'{id}' tells people apart (INV-31): {way}", "All get the same safeguards."),
        (process.ways["cooperation"], "A015", "'{id}' would ask for cooperation with police first (INV-11): {way}",
         "Help never depends on cooperation: offer it, and let nothing wait for it."),
        (process.ways["payment"], "A016", "'{id}' would ask the person to pay first (INV-27): {way}",
         "Name who pays instead."),
    ):  # fmt: skip
        for way in ways:
            one, at = _where_it_is_said(packs, way)
            yield one.fault(code, what, fix, *at, id=way.id, way=str(way))


def _where_it_is_said(packs: Sequence[Pack], way: PathToMark) -> tuple[Located, tuple[str | int, ...]]:
    """Find the entry, or what tightens it, that mentions the first thing on a way."""
    own = [one for pack in packs for one in pack.of(way.kind) if way.id in (_id_of(one), *_before(one))]
    for one in own:
        if way.id in _before(one) and way.over[:1] == (one.entry.id,):
            return one, ("before",)
        for mention in mentions(one.entry) if _id_of(one) == way.id else ():
            if leads_to(mention, way):
                return one, mention.at
    return next(one for one in own if _id_of(one) == way.id), ("asks",)


def _id_of(one: Located) -> str:
    return str(one.entry.tighten if isinstance(one.entry, Tightening) else one.entry.id)


def _before(one: Located) -> tuple[str, ...]:
    return getattr(one.entry, "before", ())
