"""What happened, for people: a timeline, and the answer to a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from wayhome.shell.views.paper import dim, shown, table, typed, when, words, zone

if TYPE_CHECKING:
    from wayhome.packs.process import Process
    from wayhome.shown import Done, HistoryRow

QUIET = frozenset({"facts", "values", "step", "steps", "digest"})  # said in their own way
KIND_OF = {"purpose": "consents", "kind": "documents", "type": "incidents", "role": "roles", "partner": "partners"}


def opened(done: Done, *, prefix: str) -> Group:
    """The answer to `case open`."""
    return Group(
        Text(f"Opened case {done.case}.", style="green"),
        Text("See what can be done now:"),
        typed(f"{prefix}case next {done.case}", indent=2),
    )


def done(done: Done, process: Process) -> Group:
    """The answer to `do`: what is now in the ledger."""
    head = Text(f"Done. Case {done.case} is now at version {done.version}.", style="green")
    return Group(head, *(Text(f"  {event.seq}  {said(event, process)}") for event in done.events))


def timeline(rows: Sequence[HistoryRow], process: Process) -> RenderableType:
    """Everything that happened, in order; a second time where it was written down on another day."""
    made = table("", "happened", "who", "what", keep=("", "happened"))
    for row in rows:
        what = Text(said(row, process))
        if row.recorded_at.date() != row.occurred_at.date():
            what.append(f"  (written down {when(row.recorded_at)})", style="dim")
        for group, texts in row.texts.items():
            what.append(f"\n{words(group)}: {shown(texts)}", style="italic")
        made.add_row(str(row.seq), when(row.occurred_at), f"{row.actor}, {row.organisation}", what)
    return Group(made, dim(zone()))


def said(event: HistoryRow, process: Process) -> str:
    """Say one event in a line: "step completed: Register the referral, result go"."""
    data = event.data
    parts = []
    if data.get("step"):
        parts.append(process.title("steps", str(data["step"])))
    if data.get("steps"):
        parts.append(", ".join(process.title("steps", str(key).partition("/")[0]) for key in data["steps"]))
    for name in ("facts", "values"):
        parts += [f"{words(k)} {shown(v)}" for k, v in _mapping(data.get(name)).items()]
    for name, value in data.items():
        if name not in QUIET:
            kind = KIND_OF.get(name)
            text = process.title(kind, str(value)) if kind and isinstance(value, str) else shown(value)
            parts.append(text if kind else f"{words(name)} {text}")
    return words(event.type) + (": " + ", ".join(parts) if parts else "")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
