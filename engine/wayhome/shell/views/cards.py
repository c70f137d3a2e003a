"""A card as it is drawn: what to do first, then who, when, what is asked, what if not, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from wayhome.cards import FROM, Card
from wayhome.errors import Template
from wayhome.packs.process import Process
from wayhome.shell.terminal import in_line, many_or_one, phrase
from wayhome.shell.views.console import dim

LABEL = 20


def card(
    made: Card, of: str, *, stands: Sequence[str] = (), others: Sequence[Process] = (), whole: bool = False
) -> RenderableType:
    """Draw a card, as it is in a return from one country to another, and how it stands in a case; its sources only where the whole is
    asked for.

    `others`: the processes in which it says something else, where nobody has said of which it is asked.
    """
    head = Text.assemble((in_line(made.title), "bold"), (f"  {of}", "dim"))
    parts: list[RenderableType] = [head]
    if others:
        differs: Template = (
            "It says something else for {others}. Add --case CASE, or for example --country {country} --host {host}."
        )
        pairs = ", ".join(f"{one.host_country} → {one.origin_country}" for one in others)
        country, host = others[0].origin_country, others[0].host_country
        parts += [Text(phrase(differs, others=pairs, country=country, host=host), style="bold yellow"), Text()]
    if stands:
        parts += [_line(phrase("In this case"), [in_line(one) for one in stands]), Text()]
    for called, lines in groupby(made.lines, key=lambda line: line.called):
        said = [in_line(line.said) for line in lines]
        if called == FROM and not whole:
            parts.append(
                dim(
                    many_or_one(
                        len(said), "From {count} source: --all names it.", "From {count} sources: --all names them."
                    )
                )
            )
        elif not called:
            parts += [part for one in said for part in (Text(one), Text())]
        else:
            name: Template = called
            parts.append(_line(phrase(name), said))
    return Group(*parts)


def _line(called: str, said: list[str]) -> RenderableType:
    line = Table.grid(padding=0)
    line.add_column(width=LABEL)
    line.add_column(overflow="fold")
    for count, one in enumerate(said):
        line.add_row(Text(called if not count else "", style="bold"), Text(one))
    return line
