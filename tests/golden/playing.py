"""Plays lines of the golden file: a moment, an actor and a command, all plain JSON, and what the engine answered.

The file knows no class of the engine. This module is the only one that turns its lines into commands and the answers
back into JSON; when a door of the engine changes its name, it changes here and the lines stay.

A case is named by its place in the story: the first that was opened is "c1".
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from wayhome import Actor, BadInput, Decision, Engine, NotFound, NotPermitted, Refused, commands
from wayhome.commands import read_command
from wayhome.model.case import Leg
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock

FOLDER = Path(__file__).parent / "lines"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOT_COMPARED = frozenset({"ROLE", "INPUT"})  # a signature in the wrong role and a wrong entry may find other words
# What events carry now and did not when the file was made: the state that follows, as the life cycle says it; a label, by chance.
NEW_IN_EVENTS = {"state", "phase", "label"}


@dataclass
class Scene:
    """One throw-away database: its engine, its clock, and the names of its cases."""

    packs: Packs
    clock: StoryClock = field(default_factory=lambda: StoryClock(START))
    names: dict[str, str] = field(default_factory=dict)  # number -> name

    def __post_init__(self) -> None:
        self.engine = Engine.open("sqlite://", clock=self.clock, packs=self.packs, random=random.Random(7).randbytes)

    def number(self, name: Any) -> Any:
        return next((number for number, known in self.names.items() if known == name), name)

    def play(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """Do one line, and give it with its answer."""
        self.clock.moment = datetime.fromisoformat(line["at"])
        actor = Actor(line["as"], line["organisation"], line["roles"])
        told = {k: self.number(v) if k in ("case", "linked_to") else v for k, v in line["do"].items() if k != "do"}
        asked = {k: line[k] for k in ("at", "as", "organisation", "roles", "do")}
        try:
            if line["do"]["do"] == "register":  # what the office does, beside all cases
                self.engine.register_organisation(**told)
                return asked | {"answer": "registered"}
            if line["do"]["do"] == "why":
                return asked | self._answer(None, self.engine.why(told["case"], told["to"], as_=actor))
            command = read_command({**told, "do": line["do"]["do"]}, case=told.get("case", ""))
            decision = self._reasons(command, actor)
            done = self.engine.do(command, as_=actor)
        except Refused as refused:
            return asked | self._answer("refused", refused.decision)
        except (BadInput, NotFound, NotPermitted) as error:
            return asked | {"answer": type(error).__name__}
        self.names.setdefault(done.case, f"c{len(self.names) + 1}")
        events = [[event.type, self._plain(event.data, event.type)] for event in done.events]
        return asked | self._answer("allowed", decision) | {"events": events}

    def _reasons(self, command: Any, actor: Actor) -> Decision | None:
        """The reasons for what will be allowed; a move is judged at this moment, not at the planned departure."""
        if isinstance(command, commands.Open):
            return None
        if isinstance(command, commands.Move) and command.at is None:
            command = replace(command, at=self.clock.moment)
        return self.engine.why(command.case, command, as_=actor)

    def _answer(self, answer: str | None, decision: Decision | None) -> dict[str, Any]:
        found: dict[str, Any] = {
            "answer": answer or ("would be allowed" if decision and decision.allowed else "would be refused")
        }
        if decision is not None:
            found["unmet"] = pairs(decision.unmet)
            found["met"] = pairs(decision.met)
        return found

    def _plain(self, value: Any, type: str = "") -> Any:
        if isinstance(value, Mapping):
            new = NEW_IN_EVENTS | ({"status"} if type in ("closed", "reopened") else set())
            return {str(k): self._plain(v) for k, v in value.items() if k not in new}
        if isinstance(value, str):
            return self.names.get(value, "digest" if len(value) == 64 else value)
        if isinstance(value, list | tuple):
            return [self._plain(one) for one in value]
        return value


def pairs(reasons: Iterable[Any]) -> list[list[str]]:
    """The sorted set of (rule, subject) of some reasons, without those that are not compared."""
    return [list(pair) for pair in sorted({(r.rule, r.subject) for r in reasons if r.rule not in NOT_COMPARED})]


class Recorder(Engine):
    """An engine that writes down every command that it is given, as a line of the golden file."""

    lines: list[dict[str, Any]]
    scene: Scene

    def register_organisation(self, id: str, **about: Any) -> Any:
        self.lines.append(line_of(self.now(), Actor("office", "office", ()), {"do": "register", "id": id, **about}))
        return super().register_organisation(id, **about)

    def do(self, command: Any, *, as_: Actor) -> Any:
        self.lines.append(line_of(self.now(), as_, told(command, self.scene.names)))
        done = super().do(command, as_=as_)
        self.scene.names.setdefault(done.case, f"c{len(self.scene.names) + 1}")
        return done


def line_of(at: datetime, actor: Actor, do: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "at": at.isoformat(),
        "as": actor.id,
        "organisation": actor.organisation,
        "roles": sorted(actor.roles),
        "do": dict(do),
    }


def told(command: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """Write a command as a story does; what is not said is left out."""
    said: dict[str, Any] = {"do": command.word}
    for spec in fields(command):
        value = getattr(command, spec.name)
        if value is None or value == "" or (not value and not isinstance(value, bool)):
            continue
        said[spec.name.rstrip("_")] = names.get(value, value) if isinstance(value, str) else json_of(value)
    return said


def json_of(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): json_of(v) for k, v in value.items()}
    if isinstance(value, str | int) or value is None:
        return value
    if isinstance(value, Leg):
        return {name.rstrip("_"): json_of(said) for name, said in value._asdict().items() if said is not None}
    return [json_of(one) for one in value]


def written(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def read(file: Path) -> Iterator[dict[str, Any]]:
    for text in file.read_text(encoding="utf-8").splitlines():
        yield json.loads(text)


def without_met(line: Mapping[str, Any]) -> str:
    """A line as it is compared byte for byte: met reasons may be added."""
    return written({k: v for k, v in line.items() if k != "met"})


# (rule, word of the command): reasons that are met and were not told before. Each was reviewed: the rule is declared at
# this moment, was asked there by hand or not at all, and what it says is true.
NEW_MET_REASONS = frozenset(
    {
        ("INV-09", "document"),  # also for a paper that is lost: nothing is asked of an authority
        ("INV-10", "redo"),  # no protected period is running
        ("INV-10", "travel"),  # also for a journey that is cancelled: no day of leaving is set
        ("INV-13", "record"),  # nobody who counts as a child becomes an adult by this
        ("INV-19", "consent"),  # interpreter and witness
        ("INV-19", "travel"),  # who meets the person
        ("INV-22", "complete"),
        ("INV-22", "move"),  # was asked of closing only
        ("INV-22", "why"),  # of a move
        ("INV-32", "consent"),  # to return
    }
)


def met_anew(line: Mapping[str, Any], answer: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Give what is met in an answer and not in its line: (rule, word of the command)."""
    known = line.get("met", ())
    return {(rule, line["do"]["do"]) for rule, subject in answer.get("met", ()) if [rule, subject] not in known}
