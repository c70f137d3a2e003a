"""Today's work on one screen: each section with its name, how much it holds, and its first lines; a number opens a line."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from wayhome.calendar.spans import zone_of
from wayhome.errors import Template
from wayhome.flow.entries import ENTRY
from wayhome.model.actor import Actor
from wayhome.model.seen import Seen
from wayhome.results import DueRow
from wayhome.shell.terminal import in_line, phrase
from wayhome.shell.views.console import beside, dim, words
from wayhome.today import SECTIONS, Journey, Section, Today

LINES = 22  # of a screen of 24: what was typed stands above, and the prompt below
FIRST = 12  # of them for what cannot wait: journeys, alarms, and what is late
URGENT: tuple[Section, ...] = ("journeys", "alarms", "overdue")
NAMES: Mapping[Section, Template] = {
    "journeys": "Journeys",
    "alarms": "Open alarms",
    "overdue": "Overdue",
    "today": "Today",
    "to_sign": "To be signed by you",
    "waiting": "Waiting for others",
    "soon": "Within seven days",
    "offers": "To offer",
    "put_off": "Seen, and waiting",
}
ALL: tuple[Section, ...] = ("journeys", *SECTIONS)
STYLES: Mapping[Section, str] = {"alarms": "bold red", "overdue": "red"}


class TodayLine(NamedTuple):
    """One line of the list, and what its number opens: a case, and the step that is due there, or the journey of which nobody has written what
    became of it; empty where it is something else.
    """

    row: Journey | DueRow
    section: Section
    now: datetime

    @property
    def opens(self) -> tuple[str, str, str]:
        """The case, the step, and the key of the line."""
        return self.row.case, self.step, self.row.key

    @property
    def step(self) -> str:
        row = self.row
        if isinstance(row, DueRow):
            return "" if row.step.startswith(ENTRY) else row.step.rpartition(":")[2]
        return "" if row.written or row.at > self.now else row.key.split(" ")[2]


def shown(found: Today, *, whole: bool = False) -> list[TodayLine]:
    """Choose the lines that stand on one screen: of each section one at least, then of what cannot wait, then of the rest in order."""
    names = [name for name in ALL if whole or name != "put_off"]
    lists = {name: [TodayLine(row, name, found.now) for row in getattr(found, name)] for name in names}
    held: dict[Section, list[TodayLine]] = {name: rows for name, rows in lists.items() if rows}
    if whole:
        return [line for rows in held.values() for line in rows]
    counts = dict.fromkeys(held, 1)
    room = max(LINES, shutil.get_terminal_size().lines - 2) - 2 * len(counts)
    urgent = [name for name in URGENT if name in counts]
    for names, most in ((urgent, FIRST - 2 * len(urgent)), ([*held], room)):
        left = min(most, room)
        for name in names:
            more = min(len(held[name]) - counts[name], max(left, 0))
            counts[name], left, room = counts[name] + more, left - more, room - more
    return [line for name, rows in held.items() for line in rows[: counts[name]]]


def drawn(found: Today, lines: Sequence[TodayLine], actor: Actor, *, numbered: bool = False) -> RenderableType:
    """Draw the lines under the names of their sections."""
    if not lines and found.put_off:
        return Text(phrase("Nothing else is due for you in the next seven days. `today --all` shows what waits."))
    if not lines:
        return Text(phrase("Nothing is due for you in the next seven days. `case list` shows your cases."))
    parts: list[RenderableType] = []
    left = sum(len(getattr(found, name)) for name in ALL) - len(lines)
    # Beside a name, for each line counts.
    more = phrase(" · {count} more lines: today --all", count=left) if left else ""
    for number, line in enumerate(lines, start=1):
        if number == 1 or lines[number - 2].section != line.section:
            name = f"{phrase(NAMES[line.section])}: {len(getattr(found, line.section))}"
            parts.append(Text.assemble((name, "bold"), (more if number == 1 else "", "dim")))
        parts.append(_line(line, found, actor, f"{number:>3}  " if numbered else "  "))
        if line.section == "put_off" and line.row.seen is not None:
            parts.append(dim(in_line(f"     {line.row.seen.because}")))
    return Group(*parts)


def _line(line: TodayLine, found: Today, actor: Actor, number: str) -> Text:
    """One line: whatever the width, only what it is about is cut."""
    row = line.row
    style = STYLES.get(line.section, "")
    if isinstance(row, Journey):
        begin, what, end = _journey(row, found.now, actor)
    else:
        begin, what = f"{row.label} · ", in_line(_what(row))
        end = " · " + beside(_short(row.due_at, row.zone, found.now), _whose(row, actor, line.section == "waiting"))
    room = shutil.get_terminal_size().columns - len(number) - len(begin) - len(end)
    if len(what) > room:  # a place can be left out; a title shows at least that there is one
        what = "" if room < 1 and isinstance(row, Journey) else what[: max(room - 1, 0)] + "…"
    return Text.assemble((number, "cyan"), (begin + what, style), (end, "dim"), no_wrap=True, overflow="ignore")


def _what(row: DueRow) -> str:
    of = row.of if row.of and not row.of.isdecimal() else ""
    round_ = words(row.round) if row.round and row.round != "open" else ""
    return row.title + (f" ({round_})" if round_ else "") + (f", {of}" if of else "")


def _journey(row: Journey, now: datetime, actor: Actor) -> tuple[str, str, str]:
    ahead: Template = "LEAVES {when}" if row.leaves else "LANDS {when}"
    past: Template = "LEFT? {when}" if row.leaves else "LANDED? {when}"
    missing = phrase("{count} missing", count=row.missing) if row.missing and row.at >= now else ""
    ready = phrase("ready") if row.missing == 0 and row.at >= now else ""
    unwritten = phrase("nothing is written") if row.at < now and not row.written and row.seen is None else ""
    said = phrase("see what is written") if row.written else ""
    whose = _of(row.worker, actor) if row.seen is None else _seen(row.seen)
    end = " · " + beside(row.label, unwritten or said, missing, ready, whose)
    return (
        phrase(past if row.at < now else ahead, when=_short(row.at, row.zone, now, hour=True)),
        f" {in_line(row.place)}" if row.place else "",
        end,
    )


def _short(moment: datetime, zone: str, now: datetime, *, hour: bool = False) -> str:
    """Write a moment briefly, by the clocks of its place: "Tue 9 Jun 10:40"; the end of a day as that day."""
    at = moment.astimezone(zone_of(zone))
    ends = (at.hour, at.minute) == (23, 59) and not hour
    year = f" {at.year}" if at.year != now.year else ""
    return f"{at:%a} {at.day} {at:%b}{year}" + ("" if ends else f" {at:%H:%M}")


def _whose(row: DueRow, actor: Actor, is_others: bool) -> str:
    """Say whose it is: that of who looks, of everybody of their organisation, or of a role; of what waits for others, theirs."""
    if row.seen is not None:
        return _seen(row.seen)
    if row.ask is not None:
        return phrase("ask {who}, no account here", who=row.ask)
    if is_others or actor.roles.isdisjoint(row.who):
        first = next(iter(row.who.values()), "")
        return next((title for role, title in row.who.items() if role not in actor.roles), first)
    return _of(row.worker, actor) or next(title for role, title in row.who.items() if role in actor.roles)


def _seen(seen: Seen) -> str:
    """Say who has seen it; a day of the office, as whoever says until when it waits means it."""
    if seen.taken:
        return phrase("taken by {who}", who=seen.by or seen.organisation)
    if seen.until is not None:
        return phrase(
            "{who}: waits until {day}", who=seen.by or seen.organisation, day=f"{seen.until.astimezone():%a %-d %b}"
        )
    return phrase("seen by {who} {day}", who=seen.by or seen.organisation, day=f"{seen.at.astimezone():%a %-d %b}")


def _of(worker: str | None, actor: Actor) -> str:
    return phrase("everybody's") if worker is None else phrase("yours") if worker == actor.id else worker
