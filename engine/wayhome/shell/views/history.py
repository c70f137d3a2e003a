"""What happened, for people: a timeline, and the answer to a command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from wayhome.errors import Template
from wayhome.model.event import BY, HistoryRow
from wayhome.results import Done
from wayhome.shell.terminal import in_line, phrase
from wayhome.shell.views.console import (
    as_typed,
    beside,
    dim,
    in_running_text,
    shown,
    table,
    typed,
    when,
    whose_times,
    words,
)

COLUMNS: tuple[Template, ...] = ("", "happened", "who", "what")
IN_ONE_HAND: Mapping[str, Template] = {
    "same_organisation": "signed by two of one organisation: {what}",
    "same_minute": "written down within one minute: {what}",
    "as_reported": "as others reported: {what}",
}
DIFFERENT: Mapping[str, Template] = {
    "weaker": "it asks for less: {what}",
    "other": "{what}",
}  # what a newer process brought
MOST_SHOWN = 18  # events of a line each, on a screen of 24 lines
BECAUSE: Template = "because of '{title}'"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")
REF = re.compile(r"[a-z_]+-\d+$")
QUIET = frozenset(
    {
        *("gate", "legs", "facts", "values", "step", "steps", "digest", "state", "phase", "day", "earlier", "effects"),
        *("renamed", "reported", "adopted_on", "adopted_at", "looks_into", *DIFFERENT, *IN_ONE_HAND),
    }
)  # said in their own way, or not at all


def opened(done: Done, following: RenderableType | None) -> Group:
    """The answer to `case open`, with what comes next; outside of the shell, with the line that lists it."""
    how = Group(Text(phrase("See what can be done now:")), typed(f"wayhome case next {done.case}", indent=2))
    return Group(
        Text(phrase("Opened case {case}.", case=done.case), style="green"),
        Text(phrase("To say it aloud: {label}", label=str(done.events[0].data["label"]))),
        following or how,
    )


def done(done: Done, following: RenderableType | None, *, now: Sequence[str] = (), named: str | None = None) -> Group:
    """The answer to `do`: what is now in the ledger, what is to be done `now`, the refs that were made, and what comes next; `named`
    was known before.
    """
    head = phrase("Done. Case {case} is now at version {version}.", case=done.case, version=done.version)
    made = [str(event.data["ref"]) for event in done.events if event.data.get("ref", named) != named]
    return Group(
        Text(head, style="green"),
        *(Text(f"  {event.seq}  {event_line(event)}", no_wrap=True, overflow="ellipsis") for event in done.events),
        *(Text(phrase("made: {ref}", ref=ref)) for ref in made),
        *(Text(in_line(one), style="bold") for one in now),
        *([following] if following else []),
    )


def latest(rows: Sequence[HistoryRow], number: str, *, prefix: str) -> RenderableType:
    """What happened last, each in a line that is cut where the screen ends."""
    shown_ = rows[-MOST_SHOWN:]
    earlier: Template = "… and {count} before: {history} --all"
    head = (
        [dim(phrase(earlier, count=len(rows) - len(shown_), history=as_typed("history", number, prefix)))]
        if len(shown_) < len(rows)
        else []
    )
    lines = [
        Text.assemble((f"{row.seq:>4}  ", "dim"), _happened(row), (_written_down(row), "dim"), f"  {event_line(row)}", (f"  {row.actor or row.titles.get(BY) or row.organisation}", "dim"),
                      no_wrap=True, overflow="ellipsis")
        for row in shown_
    ]  # fmt: skip
    return Group(*head, *lines, *whose_times(lines))


def timeline(rows: Sequence[HistoryRow]) -> RenderableType:
    """Everything that happened, in order; a second time where it was written down on another day."""
    made = table(COLUMNS, keep=2)
    for row in rows:
        what = Text.assemble(event_line(row, with_words=True), (_written_down(row), "dim"))
        for texts in row.texts.values():
            told = [
                _of(row.titles.get(f"texts.{name}") or words(name), shown(text))
                for name, text in _mapping(texts).items()
            ]
            what.append(f"\n{'; '.join(told) or shown(texts)}", style="italic")
        made.add_row(
            str(row.seq), _happened(row), beside(row.actor, row.titles.get(BY) or row.organisation, by=", "), what
        )
    return Group(made, *whose_times([made]))


def _happened(row: HistoryRow) -> str:
    return when(_mapping(row.data.get("day")).get("is") or row.occurred_at, row.zone)


def _written_down(row: HistoryRow) -> str:
    """Say when it was written down, where that was on another day than it happened."""
    at = when(row.recorded_at, row.zone)
    return " " + phrase("(written down {at})", at=at) if at[:10] != _happened(row)[:10] else ""


def event_line(event: HistoryRow, *, with_words: bool = False) -> str:
    """Say one event in a line: "step completed: Register the referral, result go".

    Args:
        with_words: its words are told beside it, and not also that they were written down.
    """
    data, told = event.data, {name for texts in event.texts.values() if with_words for name in _mapping(texts)}
    parts = [event.titles[name] for name in ("step", "steps") if name in event.titles]
    for name in ("facts", "values"):
        said = _mapping(data.get(name)).items()
        parts += [
            _value_line(event, f"{name}.{key}", key, value)
            for key, value in said
            if not (value is True and key in told)
        ]
    held = next((name for name in ("partner", "organisation", "ref") if name in data and "role" in event.titles), "")
    if held:
        parts.append(f"{event.titles['role']}: {event.titles.get(held) or data[held]}")
    parts += [
        f"{leg['from']} → {leg['to']} {when(leg.get('departs_at'), leg.get('from_zone') or '')}"
        for leg in data.get("legs", ())
    ]
    for name, value in data.items():
        if (
            name not in QUIET
            and not (held and name in ("role", held))
            and not (name == "consents" and "purpose" in data)
            and not (name == "before" and "digest" in data)
        ):  # of a process nobody reads the whole digest
            title = event.titles.get(name)
            parts.append(
                phrase(BECAUSE, title=title)
                if title and name == "because"
                else phrase("the word of {who}", who=in_running_text(title))
                if title and name == "by"
                else title or f"{words(name)} {_told(value, event.zone)}"
            )
    parts += [phrase(IN_ONE_HAND[name], what=event.titles[name]) for name in IN_ONE_HAND if name in event.titles]
    for name in DIFFERENT:
        # A part of a sentence, as it was kept.
        parts += [phrase(DIFFERENT[name], what=one) for one in data.get(name, ())]
    if event.type == "kept_to" and "workers" not in data:
        parts.append(phrase("everybody with a role there"))
    if data.get("adopted_on"):
        parts.append(phrase("taken over on {day}", day=data["adopted_on"]))
    if data.get("reported"):
        parts.append(phrase("as reported"))
    if data.get("earlier"):
        parts.append(phrase("what was before"))
    if gate := _mapping(data.get("gate")):
        parts.append(phrase("{count} rules met at the gate", count=len(gate)))
    return words(event.type) + (": " + ", ".join(parts) if parts else "")


def _value_line(event: HistoryRow, at: str, name: str, value: Any) -> str:
    told = event.titles.get(f"{at}.{value}") or _told(value, event.zone)
    return _of(event.titles.get(at) or words(name), told)


def _of(title: str, told: str) -> str:
    return f"{title} {told}" if title.endswith("?") else f"{title}: {told}"


def _told(value: Any, zone: str) -> str:
    if isinstance(value, str) and (REF.match(value) or INSTANT.match(value)):
        return value if REF.match(value) else when(value, zone)  # a ref is typed again as it stands
    return words(shown(value))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
