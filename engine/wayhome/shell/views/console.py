"""Where views are drawn, and the signs they share. Plain when nobody looks at a terminal."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NoReturn

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from wayhome.calendar.spans import zone_of
from wayhome.errors import Template, filled, part
from wayhome.packs.mentions import either
from wayhome.shell.terminal import phrase, phrase_if, safe

PIPED_WIDTH = 200
SIGNS = {
    "done": ("✓", "green"),
    "available": ("○", "bold cyan"),
    "in_progress": ("◐", "cyan"),
    "waiting": ("·", "dim"),
    "failed": ("✗", "red"),
    "expired": ("↻", "yellow"),
    "outdated": ("≠", "yellow"),
    "not_applicable": ("–", "dim"),
    "passed_over": ("»", "dim"),
    "not_done_before_departure": ("∅", "dim"),
}
MARKS = {"own_choice": "°", "unverified": " (?)"}
LEGEND: Mapping[str, Template] = {"°": "our own choice", " (?)": "not verified"}
STATUS_STYLE = {"open": "green", "on_hold": "yellow", "blocked": "bold red", "closed": "dim"}


class QuietConsole(Console):
    """A console that ends quietly when its reader has gone."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for one in super().render(renderable, options):
            yield one if one.control or one.text.isprintable() else one._replace(text=safe(one.text))


def draw(thing: RenderableType, *, stderr: bool = False) -> None:
    file = sys.stderr if stderr else sys.stdout
    piped = not file.isatty()
    console = QuietConsole(
        file=file,
        width=PIPED_WIDTH if piped else None,
        markup=False,
        emoji=False,
        highlight=False,
        no_color=piped or None,
    )
    console.print(thing, crop=False)


def as_text(thing: RenderableType, width: int) -> str:
    """Draw something as a plain text, for a file."""
    file = io.StringIO()
    console = QuietConsole(file=file, width=width, markup=False, emoji=False, highlight=False, no_color=True)
    console.print(thing)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def when(moment: datetime | date | str | None, zone: str = "") -> str:
    """Write a moment in the time of this computer, "2026-03-02 10:00"; a day as it is.

    In a zone whose clocks show another time, it is told in that, with its place: "2026-03-02 11:00 Brussels".
    """
    if moment is None:
        return ""
    if isinstance(moment, str):
        try:
            moment = date.fromisoformat(moment) if len(moment) == len("2026-03-02") else datetime.fromisoformat(moment)
        except ValueError:
            return str(moment)
    if not isinstance(moment, datetime):
        return moment.isoformat()
    here, there = moment.astimezone(), moment.astimezone(zone_of(zone)) if zone else moment.astimezone()
    place = "" if here.utcoffset() == there.utcoffset() else zone.rpartition("/")[2].replace("_", " ")
    return beside(f"{there:%Y-%m-%d %H:%M}", place, by=" ")


def by_when(from_: datetime | None, until: datetime | None) -> Template:
    """Say the end of a time in which something can be done; where it was due before it could be done anew, that it was."""
    was: Template = "was due {value}"
    ends: Template = "until {value}"
    return was if from_ is not None and until is not None and until < from_ else ends


def day(moment: datetime | None, zone: str = "") -> str:
    """Write the day of a moment, by the clocks of a zone, or of this computer."""
    return f"{moment.astimezone(zone_of(zone) if zone else None):%Y-%m-%d}" if moment else ""


WHOSE: Template = "Times that name no place are those of this computer."
OF_THIS_COMPUTER = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?! [A-Z])")


def whose_times(parts: Iterable[RenderableType]) -> list[RenderableType]:
    """Say whose the times are of what is drawn, where there are any that do not say it."""
    return [dim(phrase(WHOSE))] if any(OF_THIS_COMPUTER.search(text) for part in parts for text in _texts(part)) else []


def _texts(part: RenderableType) -> Iterator[str]:
    if isinstance(part, Text):
        yield part.plain
    elif isinstance(part, Padding):
        yield from _texts(part.renderable)
    elif isinstance(part, Group):
        yield from (text for one in part.renderables for text in _texts(one))
    elif isinstance(part, Table):
        yield from (text for column in part.columns for one in column.cells for text in _texts(one))
    elif isinstance(part, Tree):
        yield from _texts(part.label)
        yield from (text for one in part.children for text in _texts(one))
    elif isinstance(part, str):
        yield part


def mark(confidence: Any) -> str:
    """Give the sign of an entry that is not documented: ° our own choice, (?) not verified."""
    return MARKS.get(str(confidence), "")


def legend(marks: Iterable[str]) -> Text:
    """Explain the signs that were used."""
    used = [sign for sign in LEGEND if sign in set(marks)]
    return dim("  ".join(f"{sign.strip()} {phrase(LEGEND[sign])}" for sign in used))


def as_typed(word: str, number: str, prefix: str) -> str:
    """Write a command of `case` about one: in the interactive shell, where nothing stands before it, without its number."""
    return f"{prefix}case {word} {number}" if prefix else word


def dim(text: str) -> Text:
    """A line in the background."""
    return Text(text, style="dim")


def heading(text: str) -> Text:
    """A line that begins a part."""
    return Text(text, style="bold")


def typed(text: str, *, indent: int = 0) -> Text:
    """A command that can be copied: never broken into lines, and never cut."""
    return Text(" " * indent + text, style="cyan", no_wrap=True, overflow="ignore")


def table(columns: Sequence[str], keep: int) -> Table:
    """Make a table; the first columns, `keep` of them, are never broken into lines."""
    made = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    column: Template
    for number, column in enumerate(columns):
        made.add_column(phrase(column), no_wrap=number < keep, overflow="fold")
    return made


def beside(*phrases: str, by: str = " · ") -> str:
    """Set phrases beside each other; empty ones are left out."""
    return by.join(filter(None, phrases))


def any_of(roles: Mapping[str, str]) -> str:
    """Name roles, of which one is enough, by their titles."""
    return filled(**either(part("{role}", role=in_running_text(one)) for one in roles.values())) if roles else ""


def in_running_text(title: str) -> str:
    """Write a title within a sentence: "Travel officer" -> "travel officer"; "NGO worker" stays."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def open_question(about: Mapping[str, Any]) -> str:
    """Say what is still open about an entry; empty when nothing is."""
    return phrase_if("open question: {value}", about.get("unsure"))


def words(code: Any) -> str:
    """Write a code as words: "pre_departure" -> "pre departure"."""
    return str(code).replace("_", " ")


def shown(value: Any) -> str:
    """Write a value as people read it."""
    if value is None:
        return phrase("unknown")
    if isinstance(value, bool):
        return phrase("yes") if value else phrase("no")
    if isinstance(value, list | tuple):
        return ", ".join(shown(one) for one in value)
    if isinstance(value, Mapping) and value.keys() == {"amount", "currency"}:
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, dict):
        return ", ".join(f"{k} {shown(v)}" for k, v in value.items())
    return str(value)


def capital(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Begin with a capital letter and end with a full stop."""
    text = capital(text.strip())
    return text if not text or text[-1] in ".!?…" else f"{text}."
