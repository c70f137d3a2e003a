"""A recorded script: who sits down when, and each line that is typed, with what was asked. A plain text that people read.

    = 2026-03-02 08:00 anna           anna opens the shell, and the clock stands so
    # Look for immediate danger       what follows is about this; nothing is typed
    > 2 | What came out?              typed, and Enter; after the bar what was asked, which the screen has to show
    >                                 Enter alone
    ! the-first-screen                what the last line drew is a screen to compare; before any line, what opening the shell drew

`{case}` is the number of the case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from wayhome import Actor

FOLDER = Path(__file__).parent
CASE, NUMBER = "{case}", "WH-00000-00000-0"
BAR, MOMENT, LEAVE = " | ", "%Y-%m-%d %H:%M", 1  # one key leaves the shell: Ctrl-D
WHERE_THE_BAR_STANDS = 26


@dataclass
class Typed:
    """One line as it is typed; what was asked; of what it is a part; and under which name the screen after it is kept."""

    line: str
    asked: str = ""
    act: str = ""
    screen: str = ""

    @property
    def keys(self) -> int:
        """Count every character, and Enter."""
        return len(self.line.replace(CASE, NUMBER)) + 1


@dataclass
class Sitting:
    """Somebody at the shell, while the clock stands still; `screen` is the name under which what it draws at first is kept."""

    at: datetime
    who: str
    lines: list[Typed] = field(default_factory=list)
    screen: str = ""

    @property
    def keys(self) -> int:
        """Count what is typed to open the shell, and to leave it."""
        return len(f"wayhome shell --as {self.who}") + 1 + LEAVE

    @property
    def screens(self) -> list[str]:
        return [name for name in (self.screen, *(typed.screen for typed in self.lines)) if name]


@dataclass
class Script:
    """A return as it is typed: what it tells, who works in it, and their sittings."""

    title: str
    people: tuple[Actor, ...] = ()
    sittings: list[Sitting] = field(default_factory=list)

    def keys(self, until: str = "") -> Counter[str]:
        """Count the keystrokes by what they were for; `until` a screen is drawn, where one is named."""
        counted: Counter[str] = Counter()
        for sitting in self.sittings:
            counted["(open the shell)"] += sitting.keys
            for typed in sitting.lines:
                counted[typed.act or "(take up the case, and look)"] += typed.keys
                if until and typed.screen == until:
                    return counted
        return counted


def read(name: str) -> Script:
    """Read a script of this folder."""
    script, act = Script(""), ""
    for line in (FOLDER / f"{name}.txt").read_text().splitlines():
        sign, rest = line[:1], line[2:]
        match sign:
            case "@":
                script.people += (_person(rest),)
            case "=":
                moment, act = datetime.strptime(rest[:16], MOMENT).replace(tzinfo=UTC), ""
                script.sittings.append(Sitting(moment, rest[17:]))
            case "#":
                act = rest
            case ">":
                typed, _, asked = rest.partition(BAR)
                script.sittings[-1].lines.append(Typed(typed.rstrip(), asked, act))
            case "!":
                sitting = script.sittings[-1]
                (sitting.lines[-1] if sitting.lines else sitting).screen = rest
            case _:
                script.title = "\n".join(filter(None, (script.title, line)))
    return script


def _person(line: str) -> Actor:
    id, organisation, *roles = line.replace(",", "").split()
    return Actor(id, organisation, roles)


def write(name: str, script: Script) -> None:
    """Write a script into this folder."""
    (FOLDER / f"{name}.txt").write_text("\n".join(_lines(script)) + "\n")


def _lines(script: Script) -> Iterator[str]:
    yield script.title
    yield ""
    for one in script.people:
        yield f"@ {one.id} {one.organisation} {', '.join(sorted(one.roles))}"
    for sitting in script.sittings:
        act = ""
        yield ""
        yield f"= {sitting.at:{MOMENT}} {sitting.who}"
        if sitting.screen:
            yield f"! {sitting.screen}"
        for typed in sitting.lines:
            if typed.act != act:
                act = typed.act
                yield f"# {act}"
            padded = typed.line.ljust(WHERE_THE_BAR_STANDS) if typed.asked else typed.line
            yield f"> {padded}{BAR if typed.asked else ''}{typed.asked}".rstrip()
            if typed.screen:
                yield f"! {typed.screen}"
