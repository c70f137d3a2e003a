"""The same story, typed otherwise: late from paper, or with its repetitions in the wrong order.

What happened stays as it was told: each act keeps its true moment, as `at=`. Only the moment of typing is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from wayhome import Actor, Engine, WayhomeError, to_json
from wayhome.calendar.spans import shift
from wayhome.case_now.access import holders_of
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import START, Failure, play, throw_away_engine
from wayhome.stories.telling import Line, Story, read_story

CLEARANCE = "departure_clearance"
OF_TYPING = frozenset({"same_minute"})  # what the gate report says of how the case was written, not of what happened
ORDER_OF_TYPING = frozenset({"version", "seq", "again_seq", "number", "of"})  # seqs, and what is made of them


class Told(NamedTuple):
    """A line of a story, when it happens there, and when it is typed."""

    line: Line
    happened: datetime
    typed: datetime

    @property
    def is_done(self) -> bool:
        """Whether it does something, and the story expects that it can be done."""
        return bool(self.line.do) and not (self.line.expect or {}).keys() & {"refused", "error"}

    @property
    def clears(self) -> bool:
        return self.is_done and self.line.do == "complete" and self.line.fields["step"] == CLEARANCE

    def written(self) -> Line:
        """Write the line so that it says itself when it is typed, and when it happened where that was earlier."""
        dated = self.line.do and self.happened != self.typed and "at" not in self.line.fields
        at = {"at": self.happened.isoformat()} if dated else {}
        return replace(self.line, clock=self.typed, after=None, fields={**self.line.fields, **at})


class Refusal(NamedTuple):
    """What could not be typed, and why."""

    number: int
    error: WayhomeError


@cache
def told_in_time(path: Path) -> tuple[Story, list[Told]]:
    """Read a story, with the moment of each line: there it happens, and there it is typed. Each says who, and which case."""
    story = read_story(path)
    lines, moment, who, case = [], story.clock or START, None, None
    for line in story.lines:
        moment, who = line.clock or moment, line.as_ or who
        if line.after is not None:
            moment = shift(moment, line.after, "UTC")
        if line.do == "open":
            case = line.case or "case 1"
        case = line.case or case
        lines.append(Told(replace(line, as_=who, case=case), moment, moment))
    return story, lines


def retold(story: Story, lines: Iterable[Told]) -> Story:
    """Make a story of these lines, in this order: what is typed later than it happened says when it happened."""
    return replace(story, lines=tuple(one.written() for one in lines))


def played(story: Story, packs: Packs, *, at: datetime) -> tuple[list[Failure], dict[str, dict[str, Any]]]:
    """Play a story in a throw-away database; give what went another way, and by its name how each case stands at a moment."""
    engine, clock = throw_away_engine(story, packs)
    with engine:
        done = play(engine, story, clock=clock, strict=False)
        clock.moment = max(clock.moment, at)
        return done.failures, as_they_stand(engine, done.cases)


def typed(
    story: Story, sittings: Iterable[Sequence[Told]], packs: Packs, *, at: datetime
) -> tuple[list[Refusal], dict[str, dict[str, Any]]]:
    """Type what a story does, in sittings: what is refused lies on the desk, and is tried again after all that is taken.

    Returns:
        What was refused to the end of its sitting, with what was said of it first; and how each case stands at a moment.
    """
    engine, clock = throw_away_engine(story, packs)
    refused: list[Refusal] = []
    cases: dict[str, str] = {}

    def tell(one: Told) -> None:
        line, name = one.written(), one.line.case or ""
        fields = {key: cases[value] if key == "linked_to" else value for key, value in line.fields.items()}
        alone = replace(line, case=cases.get(name, name), fields=fields, expect=None)
        cases[name] = (*play(engine, replace(story, lines=(alone,)), clock=clock).cases.values(), cases.get(name, ""))[
            0
        ]

    with engine:
        for sitting in sittings:
            first: dict[int, WayhomeError] = {}
            left = [one for one in sitting if one.is_done]
            before = None
            while left and before != left:
                before, left = left, []
                for one in before:
                    try:
                        tell(one)
                    except WayhomeError as error:
                        first.setdefault(one.line.number, error)
                        left.append(one)
            refused += [Refusal(one.line.number, first[one.line.number]) for one in left]
        clock.moment = max(clock.moment, at)
        return refused, as_they_stand(engine, cases)


BY_CHANCE = ("label", "key")  # of a case, and where a row stands beside others of its moment


def as_they_stand(engine: Engine, cases: dict[str, str]) -> dict[str, dict[str, Any]]:
    names = {number: name for name, number in cases.items()}

    def plain(value: Any) -> Any:
        """Put the name that the story gives a case in the place of its number."""
        if isinstance(value, dict):
            return {key: plain(one) for key, one in value.items() if key not in BY_CHANCE}
        return [plain(one) for one in value] if isinstance(value, list) else names.get(value, value)

    def of(number: str) -> dict[str, Any]:
        reader = Actor("story", holders_of(engine._recorded(number)[1]).leads, engine.packs.managers)
        due = [to_json(row) for row in engine.due(as_=reader) if row.case == number]
        events = [[e.type, e.occurred_at, e.actor, _said(e.data)] for e in engine.history(number, as_=reader)]
        return {"view": plain(to_json(engine.case(number, as_=reader))), "due": plain(due), "events": plain(events)}

    return {name: of(number) for name, number in cases.items()}


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: to_json(value) for key, value in data.items() if key not in OF_TYPING}


def whatever_was_typed_first(value: Any) -> Any:
    """Give how a case stands, without what only says in which order it was typed."""
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if key not in ORDER_OF_TYPING}
        return {key: whatever_was_typed_first(one) for key, one in kept.items()}
    return sorted(map(whatever_was_typed_first, value), key=repr) if isinstance(value, list) else value
