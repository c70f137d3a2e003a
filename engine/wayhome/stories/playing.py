"""Play a story: into a database, or in a throw-away one to compare it with its expectations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wayhome.calendar.spans import shift
from wayhome.case_now.access import holders_of
from wayhome.commands import read_command
from wayhome.engine import Engine
from wayhome.errors import BadInput, WayhomeError, filled, part
from wayhome.model.actor import Actor
from wayhome.model.closed_sets import CasePart
from wayhome.model.reading import Faults
from wayhome.model.reason import Refused
from wayhome.packs.plugins import Packs
from wayhome.stories.telling import Line, Story

OnLine = Callable[[Line, str | None, datetime], None]
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
# Parts of a case of which a story may say how they stand.
EXPECTED: tuple[CasePart, ...] = ("steps", "documents", "incidents")


class StoryClock:
    """A clock that stands still until a story moves it."""

    def __init__(self, start: datetime) -> None:
        self.moment = start

    def __call__(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Failure:
    """An expectation that was not met, or a line that failed without one."""

    line: int
    wanted: Mapping[str, Any]
    actual: Mapping[str, Any]

    @property
    def expected(self) -> str:
        """What should have been so, in English."""
        return filled(**self.wanted)

    @property
    def actual_text(self) -> str:
        """What was so, in English."""
        return filled(**self.actual)

    def as_phrase(self) -> Mapping[str, Any]:
        """Say both: a part of a sentence."""
        return part(
            "line {line}: expected {wanted}, found {came}", line=self.line, wanted=self.wanted, came=self.actual
        )

    def __str__(self) -> str:
        return filled(**self.as_phrase())


@dataclass
class Played:
    """What playing a story did."""

    cases: dict[str, str] = field(default_factory=dict)  # name in the story -> case number
    done: int = 0
    failures: list[Failure] = field(default_factory=list)
    moment: datetime = START


def throw_away_engine(story: Story, packs: Packs | None = None) -> tuple[Engine, StoryClock]:
    """Open an engine in memory, whose clock the story moves."""
    clock = StoryClock(story.clock or START)
    return Engine.open("sqlite://", clock=clock, packs=packs), clock


def check(story: Story, packs: Packs | None = None) -> list[Failure]:
    """Play a story in a throw-away database and compare it with its expectations; gives what was not met."""
    engine, clock = throw_away_engine(story, packs)
    with engine:
        return play(engine, story, clock=clock, strict=False).failures


def play(
    engine: Engine,
    story: Story,
    *,
    clock: StoryClock | None = None,
    strict: bool = True,
    on_line: OnLine | None = None,
) -> Played:
    """Play a story.

    Args:
        engine: where to. With `clock`, it is an engine for this story: its clock is moved along, and the story's actors act in it,
            whoever they are, and its organisations are registered. Without, these are real cases: the engine's clock is the real one, the story's time becomes the time
            at which things happened, and those alone act, or see whether an expectation is met, who are entered there.
        strict: raise at the first line that fails; else gather failures and go on.
        on_line: called after each command with the line, the case, and the story's moment.

    Raises:
        BadInput: somebody who acts is not entered among real cases as the story says, and nothing was done; a line cannot be
            read; or (strict) an expectation is not met. Any other error of a command (strict).
    """
    if clock is None:
        must_be_entered(engine, story)
    else:
        clock.moment = story.clock or clock.moment
        for id, about in story.organisations.items():
            engine.register_organisation(id, **about)
    teller = _Teller(engine, story, clock, strict)
    for line in story.lines:
        teller.tell(line)
        if on_line is not None and line.do:
            on_line(line, teller.last, teller.played.moment)
    return teller.played


def must_be_entered(engine: Engine, story: Story) -> None:
    """See that all who act in a story are entered just so, and have not ended."""
    accounts = {one.actor.id: one for one in engine.accounts()}
    named = {line.as_: line.number for line in reversed(story.lines) if line.as_}
    named |= story.lines_of_actors
    faults = Faults()
    for id, line in sorted(named.items(), key=lambda one: one[1]):
        own, account = story.actors.get(id), accounts.get(id)
        field = f"actors.{id}" if own else "as"
        if account is None:
            faults += BadInput(
                "Line {line} names an actor who is not known: '{actor}'.",
                todo="Ask an administrator to enter them.",
                field=field,
                code="unknown",
                line=line,
                actor=id,
            ).faults
        elif account.ended_at is not None:
            faults += BadInput(
                "Line {line} names an actor who has ended: '{actor}'.",
                todo="Name one who may act.",
                field=field,
                line=line,
                actor=id,
            ).faults
        elif own not in (None, account.actor):
            faults += BadInput(
                "Line {line} says another organisation or other roles of '{actor}' than are entered.",
                why="No file gives anybody a role.",
                todo="Write what is entered, or leave 'actors' out.",
                field=field,
                line=line,
                actor=id,
            ).faults
    faults.raise_any()


class _Teller:
    def __init__(self, engine: Engine, story: Story, clock: StoryClock | None, strict: bool) -> None:
        self.engine, self.story, self.clock, self.strict = engine, story, clock, strict
        self.actors = story.actors if clock is not None else {one.id: one for one in engine.actors()}
        self.played = Played(moment=story.clock or (clock.moment if clock else engine.now()))
        self.last: str | None = None
        self.by: Actor | None = None

    def tell(self, line: Line) -> None:
        self._move_time(line)
        error: WayhomeError | None = None
        if line.do:
            try:
                self._do(line)
                self.played.done += 1
            except WayhomeError as caught:
                error = caught
        self._compare(line, error)

    def _move_time(self, line: Line) -> None:
        moment = self.played.moment
        if line.clock is not None:
            moment = line.clock
        if line.after is not None:
            moment = shift(moment, line.after, "UTC")
        self.played.moment = moment
        if self.clock is not None:
            self.clock.moment = moment

    def _actor(self, line: Line) -> Actor:
        if line.as_ is None:
            if self.by is None:
                raise BadInput("Line {line} does not say who does this.", todo="Add as: …", line=line.number)
            return self.by
        actor = self.actors.get(line.as_)
        if actor is None:
            raise BadInput(
                "Line {line} names an actor who is not known: '{actor}'.",
                todo="Add them to 'actors'.",
                line=line.number,
                actor=line.as_,
            )
        self.by = actor
        return actor

    def _do(self, line: Line) -> None:
        actor = self._actor(line)
        fields = {k: self._named(v) if k == "linked_to" else v for k, v in line.fields.items()}
        told = self.story.clock is not None or line.clock is not None or line.after is not None
        if self.clock is None and told and "at" not in fields:
            fields["at"] = self.played.moment
        case = self._named(line.case) if line.case else self.last
        command = read_command({**fields, "do": line.do}, case=case if case and line.do != "open" else "")
        done = self.engine.do(command, as_=actor)
        self.last = done.case
        if line.do == "open":
            self.played.cases[line.case or f"case {len(self.played.cases) + 1}"] = done.case
        elif line.case and line.case not in self.played.cases:
            self.played.cases[line.case] = done.case

    def _named(self, name: Any) -> Any:
        return self.played.cases.get(str(name), name)

    # --- expectations -------------------------------------------------------------------------

    def _compare(self, line: Line, error: WayhomeError | None) -> None:
        expect = dict(line.expect or {})
        refusal = expect.pop("refused", None)
        kind = expect.pop("error", None)
        if error is not None and refusal is None and kind is None:
            if self.strict:
                error.add_note(filled("This happened at line {line} of the story.", {"line": line.number}))
                raise error
            self._fail(line, part("that this can be done"), _said(error))
            return
        if refusal is not None:
            self._refused(line, refusal, error)
        if kind is not None and (error is None or error.kind != kind):
            self._fail(line, part("the error {kind}", kind=kind), _said(error) if error else part("no error"))
        if not expect:
            return
        case = self._named(line.case) if line.case else self.last
        if case is None:
            self._fail(line, part("a case"), part("none"))
            return
        found = self._found(case, self._reader(line, case), expect)
        for name, wanted in expect.items():
            got = found.get(name)
            if name in ("steps", "facts", "documents", "roles"):
                got = {k: (got or {}).get(k) for k in wanted} if isinstance(wanted, dict) else got
            if got != wanted:
                self._fail(
                    line, part("{name} {value}", name=name, value=_plain(wanted)), part("{value}", value=_plain(got))
                )

    def _reader(self, line: Line, case: str) -> Actor:
        """Say who looks whether an expectation is met: a manager of who leads; among real cases who acts, and no more than they may read."""
        if self.clock is None:
            return self._actor(line)
        return Actor("story", holders_of(self.engine._recorded(case)[1]).leads, self.engine.packs.managers)

    def _found(self, case: str, reader: Actor, expect: Mapping[str, Any]) -> dict[str, Any]:
        view = self.engine.case(case, as_=reader, parts=[one for one in EXPECTED if one in expect])
        found: dict[str, Any] = {
            "phase": view.phase,
            "status": view.status,
            "closed_as": view.closed_as,
            "facts": dict(view.facts),
            "owner": view.owner,
            "steps": {(f"{s.id}/{s.round}" if s.round else s.id): s.state for s in view.steps},
            "documents": {d["kind"]: d["status"] for d in view.documents},
            "roles": dict(view.roles),
            "incidents": [i["type"] for i in view.incidents if i["resolved_at"] is None],
        }
        if "due" in expect:
            found["due"] = [d.step for d in self.engine.due(as_=reader, case=case)]
        if "may_depart" in expect:
            found["may_depart"] = self.engine.why(case, "depart", as_=reader).allowed
        return found

    def _refused(self, line: Line, refusal: Any, error: WayhomeError | None) -> None:
        if not isinstance(error, Refused):
            self._fail(line, part("a refusal"), _said(error) if error else part("that it was done"))
            return
        rules = {r.rule for r in error.decision.unmet} | {r.subject for r in error.decision.unmet}
        wanted = refusal.get("includes", []) if isinstance(refusal, dict) else []
        missing = [rule for rule in wanted if rule not in rules]
        if missing:
            self._fail(
                line,
                part("a refusal by {rules}", rules=missing),
                part("a refusal by {rules}", rules=sorted({r.rule for r in error.decision.unmet})),
            )

    def _fail(self, line: Line, wanted: Mapping[str, Any], came: Mapping[str, Any]) -> None:
        failure = Failure(line.number, wanted, came)
        if self.strict:
            raise BadInput(
                "The story went another way than it expects: {failure}.",
                todo="Mend the story, or look why.",
                failure=failure.as_phrase(),
            )
        self.played.failures.append(failure)


def _said(error: WayhomeError) -> Mapping[str, Any]:
    return part("{error}", error=str(error).rstrip("."))


def _plain(value: Any) -> Any:
    """Say a mapping as people read it; in a sentence it would be a part of it."""
    return ", ".join(f"{name}: {one}" for name, one in value.items()) if isinstance(value, Mapping) else value
