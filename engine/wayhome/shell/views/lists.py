"""Tables: cases, what is due, what can be done next, actors, plugins, and what a check found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from wayhome.flow.rows import NextRow
from wayhome.model.actor import Actor
from wayhome.results import CaseRowView, DueRow
from wayhome.shell.views.console import STATUS_STYLE, day, dim, heading, table, typed, when, words, zone
from wayhome.store.checking import Verification
from wayhome.stories.wording import as_words


def cases(rows: Sequence[CaseRowView]) -> RenderableType:
    """The list of cases."""
    if not rows:
        return Text("There are no cases here. Open one with `wayhome case open --host … --origin …`.")
    made = table(
        "case",
        "phase",
        "status",
        "way",
        "opened",
        "next due",
        keep=("case", "phase", "status", "way", "opened", "next due"),
    )
    for row in rows:
        status = Text(words(row.status), style=STATUS_STYLE.get(row.status, ""))
        way = f"{row.host_country} → {row.origin_country}"
        made.add_row(row.number, words(row.phase), status, way, day(row.opened_at), day(row.next_due_at))
    return Group(made, dim(f"{_count(len(rows), 'case')}."))


def due(rows: Sequence[DueRow]) -> RenderableType:
    """What is due, overdue first in red."""
    if not rows:
        return Text("Nothing is due.")
    made = table("due", "case", "what", "who", "why then", keep=("due", "case"))
    for row in rows:
        what = row.title + (f" ({row.round})" if row.round else "") + (f", {row.of}" if row.of else "")
        made.add_row(
            Text(when(row.due_at), style="bold red" if row.overdue else ""),
            row.case,
            what + (" (overdue)" if row.overdue else ""),
            " or ".join(words(role) for role in row.who),
            row.because,
        )
    overdue = sum(row.overdue for row in rows)
    return Group(made, dim(f"{_count(len(rows), 'thing')} due, {overdue} of them overdue. {zone()}"))


def next_(rows: Sequence[NextRow], number: str, now: datetime, *, prefix: str) -> RenderableType:
    """What can be done next: now, then later. The commands can be copied."""
    if not rows:
        return Text(f"Case {number}: nothing waits to be done.")
    ready = [row for row in rows if row.from_ is None or row.from_ <= now]
    later = sorted((row for row in rows if row.from_ is not None and row.from_ > now), key=lambda row: str(row.from_))
    parts: list[RenderableType] = []
    for head, some in ((f"Case {number}: what can be done now", ready), ("Later", later)):
        if some:
            parts.append(heading(head))
            for row in some:
                parts += _next(row, now, number, prefix)
    return Group(*parts, dim(zone()))


def _next(row: NextRow, now: datetime, number: str, prefix: str) -> Iterable[RenderableType]:
    times = [
        f"from {when(row.from_)}" if row.from_ and row.from_ > now else "",
        f"until {when(row.until)}" if row.until else "",
    ]
    who = f"by {' or '.join(words(role) for role in row.who)}" if row.who else ""
    about = " · ".join(part for part in (who, *times) if part)
    yield Text.assemble("○ ", row.because, ("  " + about, "dim"))
    yield typed(f"{prefix}do {number} {as_words(row.do)}", indent=4)


def actors(rows: Sequence[Actor]) -> RenderableType:
    """The actors of the shell."""
    if not rows:
        return Text("There are no actors yet. Enter one with `wayhome actor add ID --organisation O --role R`.")
    made = table("actor", "organisation", "roles", keep=("actor",))
    for row in rows:
        made.add_row(row.id, row.organisation, ", ".join(sorted(row.roles)))
    return made


def plugins(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """The installed plugins; a refused one with its first fault."""
    if not rows:
        return Text("No country plugin is installed. Install one, for example with pip.")
    made = table("pack", "version", "state", "reason", keep=("pack",))
    for row in rows:
        style = "green" if row["state"] == "ready" else "bold red"
        made.add_row(row["id"], row["version"] or "", Text(row["state"], style=style), row["reason"] or "")
    return made


def verification(found: Verification) -> RenderableType:
    """What a check of the ledger found."""
    size = f"{_count(found.events, 'event')} of {_count(found.cases, 'case')}"
    if found.ok:
        return Text(f"The ledger holds together: {size}, each as it was written.", style="green")
    parts: list[RenderableType] = [Text(f"The ledger does not hold together ({size}).", style="bold red")]
    for problem in found.problems:
        place = f"Case {problem.case}" + (f", event {problem.event}" if problem.event is not None else "")
        parts.append(Text(f"✗ {place}: {problem.what}."))
    parts.append(Text("Stop working with this database, keep a copy of it, and ask for help."))
    return Group(*parts)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
