"""Who has read a case, in words that can be read out to the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from wayhome.errors import Template
from wayhome.reads import ReadRow
from wayhome.shell.terminal import phrase
from wayhome.shell.views.console import dim, when, whose_times

# On which ground a house is in a case; the first that holds is said.
BECAUSE: Mapping[str, Template] = {
    "break_glass": "in an emergency, without asking first",
    "danger_to_life": "to avert a danger to life",
    "legal_duty": "because a law demands it",
    "let_in": "let in for a while by who leads this return",
    "leads": "they lead this return",
    "opened": "they began this return",
    "role": "they have a part in this return",
    "consent": "the person has agreed",
}
IN_LISTS_ONLY = ("list",)
NOBODY: Template = "It is written down of nobody that they have read anything of this case."
HEAD: Template = "Who was given what of this return. Whoever writes in it is named in its history."


def seen(rows: Sequence[ReadRow], *, is_whole: bool = True) -> RenderableType:
    """Say by day who was given what, and why."""
    if not rows and is_whole:
        return Text(phrase(NOBODY))
    lines = [line for row in rows for line in _of(row)]
    return Group(Text(phrase(HEAD)), *lines, *whose_times(lines))


def _of(row: ReadRow) -> list[RenderableType]:
    roles = ", ".join(row.titles.get(id, id) for id in row.roles)
    who = phrase("{roles} of {house}", roles=roles, house=row.titles.get(row.organisation, row.organisation))
    line = Text.assemble((f"{row.on.isoformat()}  ", "bold"), who)
    if row.account:
        hours = ", ".join(when(hour) for hour in row.hours)
        line.append(
            phrase(" ({account}, from {hours})", account=row.account, hours=hours) if hours else f" ({row.account})",
            style="dim",
        )
    found: list[RenderableType] = [line]
    if row.groups:
        found.append(Padding(Text("; ".join(row.titles.get(id, id) for id in row.groups)), (0, 0, 0, 12), expand=False))
    ground = next((id for id in BECAUSE if id in row.grounds), "")
    told = [phrase(BECAUSE[ground])] if ground else []
    told += [phrase("in a list")] if row.how == IN_LISTS_ONLY else []
    told += [phrase("in a copy of everything for the person")] if "everything" in row.how else []
    told += [phrase("entry {entry} kept back", entry=entry) for entry, _ in row.kept_back]
    told += [phrase("written down later")] if row.late else []
    if told:
        found.append(Padding(dim("; ".join(told)), (0, 0, 0, 12), expand=False))
    return found
