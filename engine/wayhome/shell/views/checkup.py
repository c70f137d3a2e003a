"""A checkup: what is bad, what is to be looked at, each with what to do; and a line for all else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from wayhome.checkup import Check, Checkup
from wayhome.shell.terminal import in_line, many_or_one, phrase
from wayhome.shell.views.console import dim

SIGNS = {"bad": ("✗", "bold red"), "look": ("!", "yellow"), "ok": ("✓", "green")}


def checkup(report: Checkup, todo: Callable[[Check], str], *, whole: bool = False) -> RenderableType:
    """Draw a checkup: the worst first. What is well has a line each, cut where the screen ends, or `whole`.

    Args:
        todo: says what to do, in the words of the command line.
    """
    states = [one.state for one in report.checks]
    size = many_or_one(len(states), "{count} thing looked at", "{count} things looked at")
    summary = phrase("{size}: {bad} bad, {look} to be looked at.", size=size, bad=states.count("bad"), look=states.count("look"))  # fmt: skip
    order = sorted(report.checks, key=lambda one: list(SIGNS).index(one.state))
    return Group(*(line for one in order for line in _of_check(one, todo(one), whole=whole)), dim(summary))


def _of_check(one: Check, todo: str, *, whole: bool) -> Iterable[RenderableType]:
    sign, style = SIGNS[one.state]
    cut = one.state == "ok" and not whole
    name = " ".join(part for part in (one.id, one.about) if part)
    said = ((sign, style), " ", (name, "bold"), "  ", in_line(one.what))
    yield Text.assemble(*said, no_wrap=cut, overflow="ellipsis" if cut else None)
    for text in (one.why, todo) if one.state != "ok" else ():
        if text:
            yield Padding(dim(in_line(text)), (0, 0, 0, 4), expand=False)
