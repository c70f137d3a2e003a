"""`wayhome demo`: the plain stories of the installed plugins, told act by act, in a database that can be looked into afterwards."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from wayhome.case_now.access import holders_of
from wayhome.case_views import NAMED_BY
from wayhome.commands import Open
from wayhome.databases import create
from wayhome.engine import Engine
from wayhome.errors import BadInput, NotFound, Template, WayhomeError
from wayhome.model.actor import Actor
from wayhome.model.data import to_json
from wayhome.model.moves import MOVES, PHASES
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process
from wayhome.shell import logs, views
from wayhome.shell.listing import slots_of
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import in_line, phrase, print_json, say, write
from wayhome.shell.views.console import dim, draw, heading, words
from wayhome.store.vault import key_beside
from wayhome.stories.playing import START, StoryClock, play
from wayhome.stories.telling import Line, Story, read_story

PLAIN = "plain"
REASONS_SHOWN = 6


@dataclass
class StoryRun:
    """One story that was told: its cases, and how many commands it took."""

    story: Story
    cases: list[str]
    done: int
    reader: Actor


@click.command()
@click.option("--folder", type=click.Path(), help="Keep the database in this new folder instead of a temporary one.")
@shared()
@click.pass_obj
def demo(session: Session, folder: str | None) -> None:
    """Tell returns to several countries from start to end, from the stories of the installed plugins."""
    logs.configure()
    show(session, folder)


def show(session: Session, folder: str | None) -> None:
    """Tell the stories; then show one case, one "why not?", and the check of the ledger."""
    packs = session.packs
    stories = list(plain_stories(packs))
    if not stories:
        raise NotFound(
            "No story is installed.",
            why="The demo tells the stories that country plugins carry.",
            todo="Install a country plugin that has a folder 'stories', and try again.",
        )
    path = _place(folder) / "demo.db"
    url = f"sqlite:///{path}"
    create(url, key_file=key_beside(path))  # all in it is invented
    told = [_tell(url, packs, story, quiet=session.json) for story in stories]
    _end(session, url, packs, told)


def plain_stories(packs: Packs) -> Iterator[Story]:
    """Find one story for each origin country: the one that is called plain, else the first by name."""
    for plugin in packs.ready:
        if plugin.pack is None or plugin.pack.about.role != "origin":
            continue
        files = sorted((plugin.pack.folder / "stories").glob("*.yaml"))
        plain = [file for file in files if PLAIN in file.stem] or files
        if plain:
            yield read_story(plain[0])


def _place(folder: str | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="wayhome-demo-"))
    path = Path(folder).absolute()
    if path.exists():
        raise BadInput("That folder exists already; nothing was changed.", todo="Name a new one.")
    path.mkdir(parents=True, mode=0o700)
    return path


def _begin_on_its_day(engine: Engine, packs: Packs) -> None:
    """Say that the clock is right: another story was told here, of a later day."""
    if engine.clock().stands_back_at is not None:
        engine.confirm_clock(as_=next(iter(engine.administrators()), Actor("demo", "demo", packs.administrators)))


def _tell(url: str, packs: Packs, story: Story, *, quiet: bool) -> StoryRun:
    clock = StoryClock(story.clock or START)
    with Engine.open(url, clock=clock, packs=packs) as engine:
        _begin_on_its_day(engine, packs)
        for actor in story.actors.values():
            engine.put_actor(actor, as_=next(iter(engine.administrators()), None))
        teller = Teller(engine, story, quiet)
        if not quiet:
            draw(heading(f"\n{story.title}"))
        try:
            played = play(engine, story, clock=clock, on_line=teller.act)
        except WayhomeError as error:
            error.add_note(phrase("This was in the story {file}.", file=story.path.name))
            raise
    return StoryRun(story, list(played.cases.values()), played.done, teller.reader)


@dataclass
class Teller:
    """Says one line for each act: when, in which phase, who, what."""

    engine: Engine
    story: Story
    quiet: bool
    phases: dict[str, str] = field(default_factory=dict)  # case -> phase
    processes: dict[str, Process] = field(default_factory=dict)
    who: Actor | None = None

    @property
    def reader(self) -> Actor:
        """Somebody in the story who may read its cases: a case manager."""
        managers = self.engine.packs.managers
        one = next((actor for actor in self.story.actors.values() if actor.roles & managers), None)
        return one or Actor("demo", "demo", managers)

    def act(self, line: Line, case: str | None, moment: datetime) -> None:
        """Tell one line of the story."""
        self.who = self.story.actors.get(line.as_ or "", self.who)
        if case is None:
            return
        if case not in self.processes:
            self.processes[case] = self.engine.process_of(case, as_=self.reader)
        refused = bool(line.expect and "refused" in line.expect)
        phase = self.phases.setdefault(case, PHASES[0])
        if line.do == "move" and not refused and (row := MOVES.get(str(line.fields.get("to")))) and row.to:
            self.phases[case] = row.to
        if not self.quiet:
            of = self.processes[case].title("partners", self.who.organisation) if self.who else ""
            who = f"{self.who.id}, {of}" if self.who else ""
            act = sentence(line, self.processes[case], refused=refused)
            write(in_line(f"{moment:%Y-%m-%d}  {words(phase):<14}  {who:<28}  {act}"))
            if line.note:
                draw(dim(f"{'':<28}{line.note}"))


SAYS: Mapping[str, Template] = {
    "open": "opens the case: {host_country} → {origin_country}",
    "start": "begins '{step}'",
    "complete": "does '{step}'",
    "fail": "tries in vain '{step}'",
    "skip": "leaves out '{step}'",
    "redo": "does again '{step}'",
    "sign": "signs '{step}'",
    "consent": "records consent to '{purpose}': {answer}",
    "withdraw": "records that consent to '{purpose}' is taken back",
    "document": "{kind}: {status}",
    "travel": "the journey: {status}",
    "assign": "{role} is now {party}",
    "incident": "something happened: {type}",
    "resolve": "is over: {incident}",
    "move": "MOVE: {to}",
    "record": "records {facts}",
    "involve": "notes someone else in the case: {whom}",
    "contact": "is in contact with {with}",
    "note": "writes a note",
    "enter": "writes down in '{register}': {what}",
    "update": "says how {ref} went on: {what}",
    "correct": "takes back what was entered in error",
    "clock": "confirms the clock",
}
TITLED = {**NAMED_BY, "with": "partners", "party": "partners"}


def sentence(line: Line, process: Process, *, refused: bool) -> str:
    """Say in a few words what a line does."""
    act = _act(str(line.do), line.fields, process)
    if not refused:
        return act
    rules = (line.expect or {}).get("refused")
    refusing = map(str, rules.get("includes") or ()) if isinstance(rules, dict) else ()
    named = [process.title("steps", one) if one in process.steps else one for one in refusing]
    if named:
        return phrase("{act} → not allowed yet ({rules})", act=act, rules=named)
    return phrase("{act} → not allowed yet", act=act)


def _act(do: str, fields: Mapping[str, Any], process: Process) -> str:
    if do not in SAYS:
        return do
    party = fields.get("partner") or fields.get("organisation") or fields.get("ref")
    whom = words(fields.get("ref") or fields.get("relation"))
    values = {"answer": "given", **fields, "to": words(fields.get("to")), "party": party, "whom": whom}
    own = (str(said) for name, said in fields.items() if name not in ("register", "ref", "at", "by", "heard_by"))
    values["what"] = words(fields.get("status")) or next(own, "")
    values |= {name: process.named(kind, str(values.get(name))) for name, kind in TITLED.items()}
    said = fields.get("facts") or fields
    values["facts"] = [
        phrase(
            "{fact}: {answer}",
            fact=process.title("facts", str(name)),
            answer=process.value_called(str(name), str(value)) or views.console.shown(value),
        )
        for name, value in said.items()
    ]
    of_step = fields if "{step}" in SAYS[do] else {}
    round_ = f" ({of_step['round']})" if of_step.get("round") else ""
    code = str(of_step.get("result") or "")
    result = f": {process.value_called(str(of_step.get('step')), code) or words(code)}" if code else ""
    return phrase(SAYS[do], **values) + round_ + result


def _end(session: Session, url: str, packs: Packs, told: list[StoryRun]) -> None:
    last = told[-1]
    number = last.cases[0]
    with Engine.open(url, packs=packs) as engine:
        verification = engine.verify()
        _begin_on_its_day(engine, packs)
        if session.json:
            stories = [{"title": one.story.title, "cases": one.cases, "done": one.done} for one in told]
            print_json({"database": url, "stories": stories, "verify": to_json(verification)})
            return
        leads, managers = holders_of(engine._recorded(number)[1]).leads, engine.packs.managers
        there = (one for one in last.story.actors.values() if one.organisation == leads and one.roles & managers)
        reader = next(there, Actor("demo", leads, managers))
        view = engine.case(number, as_=reader)
        draw(heading(phrase("\nOne of these cases (wayhome case show {number})", number=number)))
        draw(views.case.whole(view))
        draw(heading(phrase("\nWhy may a new case not depart at once? (wayhome case why … depart)")))
        fresh = engine.do(
            Open(host_country=view.host_country, origin_country=view.origin_country), as_=last.reader
        ).case
        draw(
            views.decision.why(
                fresh,
                "depart",
                engine.why(fresh, "depart", as_=last.reader),
                prefix="wayhome ",
                slots=slots_of(engine, fresh, last.reader),
                most=REASONS_SHOWN,
            )
        )
        draw(heading(phrase("\nIs the ledger as it was written? (wayhome verify)")))
        draw(views.lists.verification(verification))
        draw(heading(phrase("\nAnd the life that went on (wayhome case life {number})", number=number)))
        draw(views.life.life(view))
    say("\nThe database lies at {path}. Look into it:", path=url.removeprefix("sqlite:///"))
    for typed in (
        f"export WAYHOME_DB={url} WAYHOME_ACTOR={reader.id}",
        f"{_how_to_call()} case list",
        f"{_how_to_call()} case show {number}",
        f"{_how_to_call()} shell",
    ):
        write(f"  {in_line(typed)}")


def _how_to_call() -> str:
    """Name this program as it can be typed here: by its path where it is not on the path of commands."""
    return "wayhome" if shutil.which("wayhome") else os.path.relpath(sys.argv[0])
