"""Tables: cases, what is due, what can be done next, actors, plugins, and what a check found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wayhome.errors import Template
from wayhome.flow.rows import NextRow
from wayhome.forms import noted
from wayhome.model.actor import Account
from wayhome.model.organisation import Organisation
from wayhome.model.partner_note import WARNINGS, PartnerNote
from wayhome.results import CaseRowView, DueRow
from wayhome.shell.terminal import in_line, many_or_one, phrase, phrase_if
from wayhome.shell.views.console import (
    STATUS_STYLE,
    any_of,
    as_typed,
    beside,
    by_when,
    capital,
    day,
    dim,
    heading,
    table,
    typed,
    when,
    whose_times,
    words,
)
from wayhome.shell.wording import as_words

if TYPE_CHECKING:
    from wayhome.store.backup import Backup
    from wayhome.store.checking import Problem, Verification

CASES: tuple[Template, ...] = ("case", "label", "phase", "status", "way", "next due")
ACTORS: tuple[Template, ...] = ("actor", "organisation", "roles", "ended", "away until")
CHANGES: tuple[Template, ...] = ("since", "said by", "organisation", "may act as")
ORGANISATIONS: tuple[Template, ...] = ("organisation", "title", "country", "does", "since")
FIRST_SCREEN = 9  # things of two lines each, on a screen of 24 lines
MOST_CASES = 17  # of a line each
MOST_LISTED = 15  # under numbers, at once: a screen has 24 lines
OWN: Template = "Case {number}: what can be done now"
OTHERS: Template = "Others"
MORE: Template = "… and {count} more: {next} --all"
LATER: Template = "Later"
FIRST: Mapping[str, Template] = {  # where nothing stands before it
    OTHERS: "Case {number}: nothing waits for you now. Others:",
    LATER: "Case {number}: nothing can be done now. Later:",
}
PLUGINS: tuple[Template, ...] = ("pack", "version", "state", "reason")


def cases(
    rows: Sequence[CaseRowView], *, whole: bool = False, narrowed: bool = False, numbered: bool = False
) -> RenderableType:
    """List cases in their order; the first screen of them, or all. `narrowed`: not all were asked for."""
    if not rows and narrowed:
        return Text(phrase("No case here is as you asked for."))
    if not rows:
        return Text(
            phrase(
                "You have a part in no case here. Open one with `wayhome case open --host … --origin …`, or ask who leads one to give your organisation a role in it (assign)."
            )
        )
    made = table(CASES, keep=2)
    listed = rows if whole else rows[:MOST_CASES]
    for count, row in enumerate(listed, start=1):
        number = (
            Text.assemble((f"{count:>{len(str(len(listed)))}} ", "bold cyan"), row.number) if numbered else row.number
        )
        status = Text(words(row.status), style=STATUS_STYLE.get(row.status, ""))
        way = f"{row.host_country} → {row.origin_country}"
        made.add_row(number, row.label, words(row.phase), status, way, day(row.next_due_at, row.zone))
    size = many_or_one(len(rows), "{count} case.", "{count} cases.")
    left = len(rows) - len(listed)
    more = phrase("… and {count} more: add --all, --phase or --status.", count=left) if left else ""
    return Group(made, *([dim(more)] if more else []), dim(size))


def soonest(rows: Iterable[CaseRowView]) -> list[CaseRowView]:
    """Set those cases first in which something is due."""
    return sorted(rows, key=lambda row: (row.next_due_at is None, row.next_due_at or row.opened_at))


def typeable(words: Iterable[tuple[Template, Template]], head: str) -> RenderableType:
    """List what can be typed, and what it does."""
    made = Table.grid(padding=(0, 2, 0, 0))
    word: Template
    what: Template
    for word, what in words:
        made.add_row(Text(phrase(word), style="cyan"), phrase(what))
    return Group(heading(head), Padding(made, (0, 0, 0, 2), expand=False))


def due(rows: Sequence[DueRow], *, whole: bool = False) -> RenderableType:
    """What is due, overdue first in red; the first screen of it, or the whole."""
    if not rows:
        return Text(phrase("Nothing is due."))
    shown = rows if whole else rows[:FIRST_SCREEN]
    parts: list[RenderableType] = []
    overdue = [row for row in shown if row.overdue]
    for head, some in ((phrase("Overdue"), overdue), (phrase("Due"), [row for row in shown if not row.overdue])):
        if some:
            parts.append(heading(head))
            for row in some:
                parts += _due(row)
    if len(shown) < len(rows):
        parts.append(
            Text(phrase("… {count} more: add --all, or --mine, --role, --within.", count=len(rows) - len(shown)))
        )
    one = "{count} thing due, {overdue} of them overdue."
    many = "{count} things due, {overdue} of them overdue."
    size = many_or_one(len(rows), one, many, overdue=sum(row.overdue for row in rows))
    return Group(*parts, dim(size), *whose_times(parts))


def _due(row: DueRow) -> Iterable[RenderableType]:
    of = row.of if row.of and not row.of.isdecimal() else ""  # a number is that of the entry, and names nobody
    what = row.title + (f" ({words(row.round)})" if row.round else "") + (f", {of}" if of else "")
    yield Text(f"{when(row.due_at, row.zone)}  {row.case}  {what}", style="bold red" if row.overdue else "")
    from_ = phrase_if("from {value}", when(row.from_, row.zone))
    yield Padding(dim(beside(any_of(row.who), from_, row.because)), (0, 0, 0, 4))


def next_(
    rows: Sequence[NextRow],
    number: str,
    now: datetime,
    *,
    prefix: str = "",
    own: Callable[[NextRow], bool] = lambda _: True,
    guidance: Callable[[NextRow], Iterable[RenderableType]] = lambda _: (),
    numbered: bool = False,
    most: int,
) -> RenderableType:
    """What can be done next, in the order in which it is given: one's own, that of others, and later.

    The commands can be copied; under numbers, each is a line, and opened by its number. `guidance`: what the packs say of each.
    """
    if not rows:
        return Text(phrase("Case {number}: nothing waits to be done.", number=number))
    parts: list[RenderableType] = []
    heads: list[Template] = []
    for count, row in enumerate(rows[:most], start=1):
        part = LATER if row.from_ is not None and row.from_ > now else OWN if own(row) else OTHERS
        if part not in heads:
            parts.append(heading(phrase(part if heads or part == OWN else FIRST[part], number=number)))
            heads.append(part)
        parts += [_numbered(count, row, now, is_own=own(row))] if numbered else _next(row, now, number, prefix)
        parts += [Padding(one, (0, 0, 0, 4), expand=False) for one in guidance(row)]
    if len(rows) > most:
        more: Template = "… and {count} more: `next` lists them." if numbered else MORE
        parts.append(dim(phrase(more, count=len(rows) - most, next=as_typed("next", number, prefix))))
    return Group(*parts, *whose_times(parts))


def _next(row: NextRow, now: datetime, number: str, prefix: str) -> Iterable[RenderableType]:
    yield Text.assemble("○ ", capital(row.because), ("  " + _about(row, now), "dim"))
    yield typed(f"{prefix}do {number} {as_words(row.do, row.slots)}", indent=4)


def _numbered(count: int, row: NextRow, now: datetime, *, is_own: bool) -> Text:
    """One line: what it is, by when, and of others by whom; the end is cut where the screen ends."""
    what = capital(in_line(row.because))
    about = _times(row, now) if is_own else beside(_times(row, now), phrase_if("by {value}", any_of(row.who)))
    parts = ((f"{count:>3}  ", "bold cyan"), what, (f"  {about}" if about else "", "dim"))
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")


def _about(row: NextRow, now: datetime) -> str:
    return beside(phrase_if("by {value}", any_of(row.who)), _times(row, now))


def _times(row: NextRow, now: datetime) -> str:
    from_ = phrase_if("from {value}", when(row.from_, row.zone) if row.from_ and row.from_ > now else "")
    return beside(from_, phrase_if(by_when(row.from_, row.until), when(row.until, row.zone)))


def accounts(rows: Sequence[Account], now: datetime) -> RenderableType:
    if not rows:
        return Text(phrase("There are no actors yet. Enter one with `wayhome actor add ID --organisation O --role R`."))
    made = table(ACTORS, keep=1)
    for row in rows:
        away = row.away.until.astimezone() if row.away and row.away.until > now else None
        roles = ", ".join(sorted(row.actor.roles))
        made.add_row(row.actor.id, row.actor.organisation, roles, day(row.ended_at), day(away))
    return made


def away(one: Account) -> RenderableType:
    """Say until when somebody is away, and who stands in."""
    if one.away is None:
        return Text(phrase("{id} is not away: their cases are theirs alone.", id=one.actor.id))
    who = one.away.stand_in or phrase("everybody of {organisation}", organisation=one.actor.organisation)
    until = day(one.away.until.astimezone())
    return Text(phrase("{id} is away until {day}. {who} answers for their cases.", id=one.actor.id, day=until, who=who))


def changes(one: Account) -> RenderableType:
    """List what was done with an account."""
    made = table(CHANGES, keep=1)
    for change in one.changes:
        roles = phrase("nothing more") if change.ended else ", ".join(sorted(change.roles))
        made.add_row(day(change.at), change.by or phrase("(no administrator yet)"), change.organisation, roles)
    return made


def organisations(rows: Sequence[Organisation]) -> RenderableType:
    if not rows:
        return Text(
            phrase(
                "There are no organisations yet. Register one with `wayhome organisation add ID --title … --country …`."
            )
        )
    made = table(ORGANISATIONS, keep=1)
    for row in rows:
        made.add_row(row.id, row.title, row.country, ", ".join(row.does), day(row.added_at))
    return made


def partner_notes(notes: Sequence[PartnerNote]) -> RenderableType:
    """Show what was noted of a partner, and by whom."""
    lines = [beside(_noted(one), noted(one, one.party).about, one.by) for one in notes]
    return Group(*(Text(in_line(line)) for line in lines or [phrase("Your office has noted nothing of them.")]))


def partners_noted(notes: Sequence[PartnerNote]) -> RenderableType:
    """List the partners of which something was noted, a line each; why to be careful stands first in it."""
    lines: dict[str, list[str]] = {}
    for one in sorted(notes, key=lambda one: (one.party, one.kind not in WARNINGS)):
        lines.setdefault(one.party, []).append(_noted(one))
    told = [in_line(f"{party}  {beside(*said)}") for party, said in lines.items()]
    shown = [Text(line, no_wrap=True, overflow="ellipsis") for line in told]
    return Group(*shown or [Text(phrase("Your office has noted nothing yet. `partner note PARTY --number …` begins."))])


def _noted(note: PartnerNote) -> str:
    return f"{phrase(noted(note, note.party).kind)}: {note.text}"


def plugins(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """The installed plugins; a refused one with its first fault."""
    if not rows:
        return Text(phrase("No country plugin is installed. Install one, for example with pip."))
    made = table(PLUGINS, keep=1)
    for row in rows:
        style = "green" if row["state"] == "ready" else "bold red"
        made.add_row(row["id"], row["version"] or "", Text(row["state"], style=style), row["reason"] or "")
    return made


def verification(report: Verification) -> RenderableType:
    size = size_of(report)
    if report.ok:
        whole = Text(phrase("The ledger holds together: {size}, each as it was written.", size=size), style="green")
        return Group(whole, *_of_moves(report))
    return Group(
        Text(phrase("The ledger does not hold together ({size}).", size=size), style="bold red"),
        problems(report.problems),
        *_of_moves(report),
        Text(phrase("Stop working with this database, keep a copy of it, and ask for help.")),
    )


def _of_moves(found: Verification) -> Iterator[Text]:
    """Say how many moves were judged again, and why others were not."""
    if found.moves:
        moves = many_or_one(found.moves, "{count} move", "{count} moves")
        allowed: Template = "{moves} (a departure, an arrival …) judged again: what was known then allows each."
        others: Template = "{moves} (a departure, an arrival …) judged again; what is refused stands above."
        yield Text(phrase(allowed if found.ok else others, moves=moves))
    for why, count in found.not_judged.items():
        moves = many_or_one(count, "{count} move", "{count} moves")
        yield Text(phrase("{moves} could not be judged again: {why}.", moves=moves, why=why))


def size_of(one: Verification | Backup) -> str:
    """Say how many events and cases there are."""
    events = many_or_one(one.events, "{count} event", "{count} events")
    return phrase("{events} of {cases}", events=events, cases=many_or_one(one.cases, "{count} case", "{count} cases"))


def problems(report: Iterable[Problem]) -> RenderableType:
    """List what does not hold together, each in its place."""
    parts: list[RenderableType] = []
    for one in report:
        place = "Case {case}, event {event}" if one.event is not None else "Case {case}" if one.case else "The database"
        what = one.what.removesuffix(".")
        parts.append(Text(f"✗ {phrase(place, case=one.case, event=one.event)}: {what}."))
    return Group(*parts)
