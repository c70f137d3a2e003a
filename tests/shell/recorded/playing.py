"""Plays a recorded script: each sitting in this process, or at a real terminal; and keeps the screens it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from wayhome import Engine
from wayhome.stories.playing import StoryClock

from tests.conftest import engine_at
from tests.shell.at_a_terminal import COLUMNS, LINES, Terminal
from tests.shell.recorded.desk import Desk
from tests.shell.recorded.script import CASE, NUMBER, Script, Sitting

NUMBERS = re.compile(r"WH-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]")
HASH = re.compile(r"\b[0-9a-f]{12}\b")
PROMPT = re.compile(rf"^(wayhome( {NUMBERS.pattern})?)?> ?")
TOOLBAR = " · sqlite:///"
Screens = dict[str, str]


class Playing:
    """A script as it is played, in a database of its own, at a terminal of this size: columns, lines."""

    size = COLUMNS, LINES

    def __init__(self, script: Script, name: str, folder: Path) -> None:
        self.script, self.name = script, name
        self.file, self.screens = folder / "case.db", Screens()
        self.clock = StoryClock(script.sittings[0].at)
        self.prepares()

    def prepares(self) -> None:
        """Make the database: those who work in this return, and no case."""
        with self.opened() as engine:
            for one in self.script.people:
                engine.put_actor(one)

    def opened(self) -> Engine:
        return engine_at(f"sqlite:///{self.file}", clock=self.clock)

    @property
    def case(self) -> str:
        """The number of the case; empty while it is not open."""
        with self.opened() as engine:
            return next((one.number for one in engine.cases(as_=self.script.people[0])), "")

    def play(self, at_a_terminal: Callable[[Sitting], bool] = lambda _: False) -> Screens:
        """Type the whole script; gives the screens by their names."""
        for sitting in self.script.sittings:
            self.clock.moment = sitting.at
            (self.at_a_terminal if at_a_terminal(sitting) else self.in_this_process)(sitting)
        return self.screens

    def in_this_process(self, sitting: Sitting) -> None:
        """Type a sitting without a terminal."""
        pulls, typed = iter(sitting.lines), None

        with self.opened() as engine:

            def pull(drawn: str) -> str | None:
                nonlocal typed
                if typed is not None and typed.screen:
                    self.keeps(typed.screen, drawn)
                typed = next(pulls, None)
                if typed is None:
                    return None
                asks(typed.asked, drawn)
                return self.line(engine, typed.line)

            Desk(engine, f"sqlite:///{self.file}", sitting.who).sits(pull)

    def at_a_terminal(self, sitting: Sitting) -> None:
        """Type a sitting key by key, into a shell in a process of its own."""
        with Terminal(self.file, sitting.who, sitting.at, self.size) as terminal:
            drawn = terminal.opening
            if sitting.screen:
                self.keeps(sitting.screen, drawn)
            for typed in sitting.lines:
                asks(typed.asked, drawn)
                drawn = terminal.types(typed.line.replace(CASE, self.case) if CASE in typed.line else typed.line)
                if typed.screen:
                    self.keeps(typed.screen, drawn)

    def line(self, engine: Engine, line: str) -> str:
        if CASE not in line:
            return line
        return line.replace(CASE, engine.cases(as_=self.script.people[0])[0].number)

    def keeps(self, name: str, drawn: str) -> None:
        self.screens[name] = clean(drawn)


def asks(asked: str, drawn: str) -> None:
    """See that the screen asks what the script says was asked."""
    assert words(asked) in words(drawn), f"the script answers {asked!r}; the screen says:\n{drawn}"


def words(text: str) -> str:
    return " ".join(text.split())


def clean(drawn: str) -> str:
    """Give a screen without what was typed before it and the prompt after it, and without what differs each time."""
    lines = [line.rstrip() for line in drawn.splitlines() if TOOLBAR not in line]
    lines = [line for line in lines if not PROMPT.match(line.lstrip())]
    text = HASH.sub("0" * 12, NUMBERS.sub(NUMBER, "\n".join(lines)))
    return text.strip("\n") + "\n"
