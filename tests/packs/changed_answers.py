"""What follows from an answer, and from another one in its place: the same case goes on from each, and is compared.

`declared` names every closed answer of a process, `changes` gives the acts that differ in one of them, `differ` says in what
two cases differ afterwards. What was answered is no difference by itself: only what it leads to is looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import combinations
from typing import Any, Literal, NamedTuple, get_args, get_origin

from wayhome import Actor, BadInput, WayhomeError, to_json
from wayhome.case_now import CaseNow
from wayhome.commands import BY_WORD
from wayhome.flow.due import dues
from wayhome.flow.rows import step_rows
from wayhome.model.closed_sets import TRUST
from wayhome.model.reading import specs_of
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.kinds.steps import Step
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process
from wayhome.testing.copies import Memory

from tests.attacks.play import MANAGER, RECEIVER, Answer, Command, Play, _answer, read
from tests.prepared import KEY

WITH, WITHOUT = "with", "without"
GROUPS = {"consent.groups": "groups", "consent.explained": "explained", "contact.groups": "groups"}
# What every command can say stands once in the list. What identifies a command is no answer, and the effect is of each incident.
COMMON, NO_ANSWERS = ("heard_by",), ("move.to", "incident.effect")
ENDS = (".result", ".outcome", ".reason")  # where one alone can be answered, it is held against not doing it
CORE, APART = "core", ("close.reason", "leg.mode")


class Moment(NamedTuple):
    """A case in a database, and the time there."""

    database: bytes
    now: datetime


def database_of(play: Play) -> bytes:
    """Give all that the engine of a case in memory holds."""
    database: bytes = play.engine._store.database.connection.serialize()  # type: ignore[attr-defined]
    return database


# --- which answers there are ----------------------------------------------------------------------------


def declared(packs: Packs, host: str, origin: str) -> dict[str, str]:
    """Name the closed answers of a process, each with the pack that asks for it."""
    process = packs.process(host, origin)
    found = {name: CORE for word in BY_WORD for name in _of_command(word)} | dict.fromkeys(APART, CORE)
    added = {
        (str(getattr(entry, "tighten", None) or entry.id), name): plugin.pack.id
        for plugin in packs.ready
        if plugin.pack
        for entry in (one.entry for one in plugin.pack.of("steps"))
        for name in entry.fields
    }
    for id, step in process.steps.items():
        # No gate rests on what an instrument asks; what opens an alarm is held in tests/registers/test_instruments.py.
        aloud = process.instruments[step.instrument].fields if step.instrument else {}
        found |= {
            name: added.get((id, _field_of(name)), step.pack) for name in _of_step(step) if _field_of(name) not in aloud
        }
    for id, kind in process.incidents.items():
        found |= {f"{id}.outcome": kind.pack} if kind.outcomes else {}
        found |= {f"{id}.effect": kind.pack} if kind.may_choose else {}
    return found


def _of_command(word: str) -> Iterator[str]:
    for name, spec in specs_of(BY_WORD[word]).items():
        full = f"{'any' if name in COMMON else word}.{name}"
        if full in NO_ANSWERS:
            continue
        if spec.kind is bool or get_origin(spec.kind) is Literal or full in GROUPS:
            yield full


def _of_step(step: Step) -> Iterator[str]:
    if step.results and not step.is_computed:
        yield f"{step.id}.result"
    for name, spec in step.fields.items():
        yield from (f"{step.id}.{name}{more}" for more in _of_field(spec))


def _of_field(spec: FieldSpec) -> Iterator[str]:
    match spec.type:
        case "bool" | "code":
            yield ""
        case "codes":
            yield from (f"={value}" for value in spec.values)
        case "answers":
            yield from (f".{about}" for about in spec.about)
        case "rows":
            yield from (f".{name}" for name in _answers_of_a_row(spec))


def _answers_of_a_row(spec: FieldSpec) -> list[str]:
    """Name the columns that answer something; one says of which question the row is."""
    named = spec.rows_for.column if spec.rows_for else ""
    return [name for name, one in spec.columns.items() if one.type in ("bool", "code") and name != named]


# --- an act, and the same with another answer -----------------------------------------------------------


def changes(process: Process, act: Command) -> Iterator[tuple[str, Mapping[str, Command]]]:
    """Give each closed answer of an act, with the acts that differ in it alone."""
    for name, values in _changed(process, act):
        yield name, {str(value): _whole(process, {**act, **said}) for value, said in values.items()}


Changed = Iterator[tuple[str, dict[Any, dict[str, Any]]]]


def _changed(process: Process, act: Command) -> Changed:
    word = str(act["do"])
    for full in _of_command(word):
        name = full.partition(".")[2]
        spec = specs_of(BY_WORD[word])[name]
        if full in GROUPS:
            continue
        if full == "any.heard_by" and not act.get("by"):
            continue
        values = [*(get_args(spec.kind) or (True, False))]
        yield full, {value: {name: value} for value in (values if spec.required else [*values, None])}
    for full, name in GROUPS.items():
        if full.startswith(f"{word}.") and act.get(name):
            given = [*act[name]]
            yield full, {"all": {}, **{f"without {one}": {name: [x for x in given if x != one]} for one in given}}
    if word == "complete" and act["step"] in process.steps:
        yield from _changed_in_step(process.steps[act["step"]], act)
    if word == "resolve":
        ends = process.incidents[act["incident"]].outcomes
        yield f"{act['incident']}.outcome", {one: {"outcome": one} for one in ends}
    if word == "incident" and (chosen := process.incidents[act["type"]].may_choose):
        yield f"{act['type']}.effect", {one: {"effect": one} for one in chosen}
    if word == "move" and act["to"] == "close":
        yield "close.reason", {one: {"reason": one} for one in process.outcomes}
    if word == "travel" and act.get("legs"):
        first, *others = act["legs"]
        yield "leg.mode", {one: {"legs": [{**first, "mode": one}, *others]} for one in ("air", "land", "sea")}


def _changed_in_step(step: Step, act: Command) -> Changed:
    if step.results and not step.is_computed and not act.get("confirms"):
        yield f"{step.id}.result", {one: {"result": one} for one in step.results}
    for name, spec in step.fields.items():
        full, given = f"{step.id}.{name}", act.get(name)
        match spec.type:
            case "bool" | "code":
                values = [*(spec.values or (True, False)), *([] if spec.required else [None])]
                yield full, {value: {name: value} for value in values}
            case "codes":
                for value in spec.values:
                    rest = [one for one in given or () if one != value]
                    is_needed = spec.required or any(name in one.needs_fields for one in step.results.values())
                    rest = rest or [one for one in spec.values if one != value][:is_needed]
                    yield f"{full}={value}", {WITH: {name: [*rest, value]}, WITHOUT: {name: rest or None}}
            case "answers" if given:
                values = [
                    value for value in spec.values if value != "present"
                ]  # that needs a row, which is changed below
                for about in spec.about:
                    yield f"{full}.{about}", {value: {name: {**given, about: value}} for value in values}
            case "rows" if given:
                for column in _answers_of_a_row(spec):
                    one = spec.columns[column]
                    values = [*(one.values or (True, False)), *([] if one.required else [None])]
                    rows = {value: [{**given[0], column: value}, *given[1:]] for value in values}
                    yield f"{full}.{column}", {value: {name: some} for value, some in rows.items()}


PLAIN: Mapping[str, Any] = {"text": "invented words", "bool": True, "number": "0.5", "date": "2026-03-02"}


def _whole(process: Process, act: Command) -> Command:
    """Say beside an answer what it needs."""
    said = dict(act)
    if act.get("form") != "witnessed":
        said.pop("witness", None)
    if act["do"] == "sign" and act.get("answer") == "disagree":
        said["reason"] = "invented words"
    if act["do"] == "complete" and not act.get("confirms"):
        step = process.steps[act["step"]]
        result = step.results.get(str(act.get("result")))
        for name, spec in step.fields.items():
            after = any(set(codes) & set(act.get(other) or ()) for other, codes in (spec.needed_with or {}).items())
            if said.get(name) is None and (after or (result is not None and name in result.needs_fields)):
                said[name] = PLAIN.get(spec.type, spec.values[:1] if spec.type == "codes" else "".join(spec.values[:1]))
                if spec.type == "rows":
                    said[name] = [{"what": "invented words", "owner": "person", "done_by": "2026-05-01"}]
    return {name: value for name, value in said.items() if value is not None}


# --- what follows ---------------------------------------------------------------------------------------

LATER = timedelta(days=40)  # when it is looked at again: what was fresh has aged, and what was to be done is late


@dataclass
class Follows:
    """What follows from an act in a case: whether it may be done, and how the case stands then."""

    memory: Memory
    start: Moment
    case: str
    who: Actor
    act: Command | None
    probes: Sequence[tuple[Actor, Command]] = ()  # tried afterwards, each by itself
    after: Sequence[tuple[Actor, Command]] = ()  # done afterwards
    _known: dict[int, Any] = field(default_factory=dict)
    _wrong: set[str] = field(default_factory=set)  # the fields that could not be read

    @cached_property
    def first(self) -> Answer:
        """What the engine said to it."""
        self.put(self.start)
        answer = self._do(self.who, self.act) if self.act else Answer("done")
        if answer.done:
            self._went = [self._do(who, act) for who, act in self.after]
            self._then = Moment(self.memory.taken(), self.memory.clock.moment)
        return answer

    def is_unread(self, name: str) -> bool:
        """Return whether it could not be read for something else than this answer."""
        return self.first.kind == "bad_input" and not self._wrong <= {name}

    def _do(self, who: Actor, act: Command) -> Answer:
        try:
            self.memory.engine.do(read(act, self.case), as_=who)
        except WayhomeError as error:
            faults = error.faults if isinstance(error, BadInput) else ()
            self._wrong = {re.split(r"[.\[]", fault.field)[0] for fault in faults}
            return _answer(error)
        return Answer("done")

    def put(self, moment: Moment) -> None:
        self.memory.engine._store.vault._keys = lambda _: KEY  # each copy would else ask the one before it
        self.memory.put(*moment)

    def look(self, number: int) -> Any:
        """Look at one side of the case; each once."""
        if number not in self._known:
            self.put(self._then)
            self._known[number] = SIDES[number](self)
        return self._known[number]

    @property
    def _now(self) -> CaseNow:
        process, recorded = self.memory.engine._recorded(self.case)
        return CaseNow(process, recorded, self.memory.clock.moment)

    def stands(self) -> Any:
        """How it stands: its status, alarms, facts, steps, dues, and who may be trusted with what."""
        now = self._now
        case = now.recorded
        return (
            (case.status, case.phase),
            [(one.type, one.of, one.effect_in(case.phase)) for one in case.open_incidents],
            {} if self.act and self.act["do"] == "record" else {id: one.value for id, one in case.facts.items()},
            [(due.step, due.round, due.of, due.due_at, due.who) for due in dues(now.process, case)],
            [
                (row.id, row.round, row.of, row.state, row.due_at, row.expires_at, row.waits_for)
                for row in step_rows(now.process, case, now.now)
            ],
            {(ref, way) for ref in case.people for way in TRUST if now.distrust(ref, way) is None},
        )

    @property
    def _asker(self) -> Actor:
        """Somebody of who leads the case: they are told all of it, and may make each move."""
        return Actor("invented_asker", self._now.recorded.leads, {MANAGER, RECEIVER})

    def departing(self) -> Any:
        return self._why("depart")

    def next(self) -> Any:
        rows = self.memory.engine.next(self.case, as_=self._asker)
        return [(to_json(dict(row.do)), [*row.who], row.from_, row.until) for row in rows]

    def closing(self) -> Any:
        now = self._now
        ends = [id for id, one in now.process.outcomes.items() if now.recorded.phase in one.phases]
        return {id: self._why(read({"do": "move", "to": "close", "reason": id}, self.case)) for id in ends}

    def tried(self) -> Any:
        answers = []
        for who, act in self.probes:
            self.put(self._then)
            answer = self._do(who, act)
            answers.append((answer.kind, answer.reasons))
        return answers

    def went(self) -> Any:
        """What the engine said to what was done afterwards."""
        return [(answer.kind, answer.reasons) for answer in self._went]

    def later(self) -> Any:
        self.put(Moment(self._then.database, self._then.now + LATER))
        return self.stands(), self.departing(), self.closing()

    def _why(self, what: Any) -> Any:
        try:
            decision = self.memory.engine.why(self.case, what, as_=self._asker)
        except WayhomeError as error:
            return str(error)
        return sorted({(one.rule, one.subject, one.met, one.fact) for one in decision.reasons})


SIDES: Sequence[Callable[[Follows], Any]] = (
    Follows.went,
    Follows.stands,
    Follows.departing,
    Follows.tried,
    Follows.next,
    Follows.closing,
    Follows.later,
)


def differ(one: Follows, other: Follows) -> str:
    """Say in what two cases differ, of which another answer was given here; nothing where they do not."""
    if (one.first.kind, one.first.reasons) != (other.first.kind, other.first.reasons):
        return "it is refused"
    if not one.first.done:
        return ""
    return next((side.__name__ for n, side in enumerate(SIDES) if one.look(n) != other.look(n)), "")


def _field_of(name: str) -> str:
    """Give the field of an act in which an answer stands."""
    return "legs" if name == "leg.mode" else re.split(r"[.=]", name)[1]


# --- of many acts ---------------------------------------------------------------------------------------


@dataclass
class Judge:
    """Changes each answer of the acts that it is shown, and keeps what that led to.

    Attributes:
        decides: by answer, which two led to what, and where.
        tried: by answer, the values that were given.
        most: how often an answer is changed in vain, where it was not chosen to be.
    """

    memory: Memory
    process: Process
    most: int = 1
    decides: dict[str, str] = field(default_factory=dict)
    tried: dict[str, set[str]] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)

    def judge(
        self,
        where: str,
        start: Moment,
        case: str,
        who: Actor,
        act: Command,
        *,
        after: Sequence[tuple[Actor, Command]] = (),
        probes: Sequence[tuple[Actor, Command]] = (),
        is_chosen: bool = False,
    ) -> None:
        """Change each answer of an act that is given here; `is_chosen`: also what was changed in vain elsewhere."""
        made: dict[str, Follows] = {}

        def follows(one: Command | None) -> Follows:
            return made.setdefault(str(one), Follows(self.memory, start, case, who, one, probes, after))

        for name, acts in changes(self.process, act):
            in_vain = self.times[name] >= self.most and not is_chosen
            if name in self.decides or in_vain:
                continue
            found = {value: follows(one) for value, one in acts.items()}
            found = {value: one for value, one in found.items() if not one.is_unread(_field_of(name))}
            if len(found) == 1 and name.endswith(ENDS):
                found["not done"] = follows(None)
            if len(found) > 1 and (name.endswith(ENDS) or any(one.first.done for one in found.values())):
                self.times[name] += 1
                self.tried.setdefault(name, set()).update(found)
                self._compare(name, where, found)

    def _compare(self, name: str, where: str, found: Mapping[str, Follows]) -> None:
        for one, other in combinations(found, 2):
            side = differ(found[one], found[other])
            if side == "it is refused" and "None" in (one, other):
                continue  # that something is answered at all is no decision
            if side:
                self.decides[name] = f"{one}, {other}: {side} ({where})"
                return
