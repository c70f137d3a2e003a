"""The steps of a case as a tree: by phase, each with its state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text
from rich.tree import Tree

from wayhome.errors import Template
from wayhome.flow.rows import StepRow
from wayhome.model.moves import PHASES
from wayhome.shell.terminal import given, phrase
from wayhome.shell.views.console import SIGNS, beside, mark, when, words

WAITS: tuple[Template, ...] = (
    "waits until {first}",
    "waits until {first} and {second}",
    "waits until {first} and {second}, and {more} more",
)


def tree(rows: Sequence[StepRow], phase: str) -> Tree:
    """Draw the steps; those that do not apply are only counted. The case's phase is marked."""
    made = Tree(Text(phrase("Steps"), style="bold"))
    for name in PHASES:
        some = [row for row in rows if row.phase == name]
        if not some:
            continue
        done = sum(row.state == "done" for row in some)
        asked = [row for row in some if row.state != "not_applicable"]
        count = phrase("{done} of {asked} done", done=done, asked=len(asked))
        head = Text(f"{words(name)}  {count}", style="bold" if name == phase else "")
        if len(some) > len(asked):
            head.append(", " + phrase("{count} not applicable", count=len(some) - len(asked)), style="dim")
        branch = made.add(head)
        for row in asked:
            branch.add(_step(row))
    return made


def states() -> Text:
    """Explain the signs of the states."""
    return Text(
        "  ".join(f"{sign} {words(state)}" for state, (sign, _) in SIGNS.items() if state != "not_applicable"),
        style="dim",
    )


def _step(row: StepRow) -> Text:
    sign, style = SIGNS.get(row.state, ("·", ""))
    line = Text.assemble(
        (f"{sign} ", style), (row.title, style if row.state in ("failed", "expired") else ""), mark(row.confidence)
    )
    if row.round or row.of:
        line.append(f" ({beside(row.round or '', row.of or '', by=', ')})")
    line.append(f"  {row.id}", style="dim")
    about = beside(*_about(row))
    return line.append(f" · {about}", style="dim") if about else line


def _about(row: StepRow) -> Iterator[str]:
    if row.kind != "mandatory":
        yield row.kind
    if row.result:
        yield words(row.result)
    if row.state != "done":
        yield given("signed by {value}", [*map(words, row.signed)])
        yield given("due {value}", when(row.due_at))
    if row.expires_at:
        good = "was good until {at}" if row.state == "expired" else "is good until {at}"
        yield phrase(good, at=when(row.expires_at))
    if row.waits_until:
        first, *others = row.waits_until
        waits = WAITS[min(len(others), 2)]
        yield phrase(waits, first=first, second=others[0] if others else "", more=len(others) - 1)
    if row.state != "done":
        yield given("open question: {value}", row.unsure)
