"""What somebody else wrote, as whoever is to sign it is shown it: all of it by its titles, and what is not theirs to read as that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from wayhome.case_now.roles import readable
from wayhome.engine import Engine
from wayhome.model.actor import Actor
from wayhome.model.form import Slot
from wayhome.packs.process import Process
from wayhome.results import HistoryRow
from wayhome.shell.telling import NOT_YOURS, called, told, written
from wayhome.shell.terminal import phrase
from wayhome.shell.views.console import words
from wayhome.shell.views.history import said

DRAFTS = ("step_signed", "step_completed")
TAKEN_BACK = ("step_disagreed", "step_redone")


class ToSign(NamedTuple):
    """An entry that waits for a second: the event, what it says by titles, and how much of it the reader may not read."""

    event: HistoryRow
    told: tuple[tuple[str, str], ...]
    unread: int


def what_is_signed(engine: Engine, case: str, do: Mapping[str, Any], actor: Actor) -> ToSign | None:
    """Find what a signature is for, and tell it as far as this actor may read it; None when nothing is there."""
    rows = engine.history(case, as_=actor)
    event = _entry(rows, do) if do.get("seq") else _draft(rows, do)
    if event is None:
        return None
    of_it = _of_step if event.data.get("step") else _of_entry
    lines = [*of_it(engine, case, event, actor)]
    lines += [(words(row.type), said(row)) for row in rows if do.get("seq") and row.data.get("entry") == event.seq]
    return ToSign(event, tuple(lines), sum(phrase(NOT_YOURS) in answer for _, answer in lines))


def _entry(rows: Sequence[HistoryRow], do: Mapping[str, Any]) -> HistoryRow | None:
    return next((row for row in rows if str(row.seq) == str(do["seq"])), None)


def _draft(rows: Sequence[HistoryRow], do: Mapping[str, Any]) -> HistoryRow | None:
    """Find the last that was written of a step: what others signed of it since says nothing more."""
    wanted = tuple(do.get(name) or "" for name in ("step", "round", "of"))
    for row in reversed(rows):
        about = tuple(row.data.get(name) or "" for name in ("step", "round", "of"))
        if row.type in TAKEN_BACK and about == wanted:
            return None
        if row.type in DRAFTS and about == wanted and len(row.data.get("signed") or ()) <= 1:
            return row
    return None


def _of_step(engine: Engine, case: str, event: HistoryRow, actor: Actor) -> Iterator[tuple[str, str]]:
    process, data = engine.process_of(case, as_=actor), event.data
    do = {"do": "complete", **{name: data[name] for name in ("step", "round", "of") if data.get(name)}}
    slots = {slot.name: slot for slot in engine.form(case, do, as_=actor).slots}
    step = process.steps[data["step"]]
    if step.results:
        yield phrase("What came out"), _result(process, step.id, data.get("result"))
    texts = {name: text for group in event.texts.values() for name, text in _mapping(group).items()}
    groups, values = readable(process, actor), _mapping(data.get("values"))
    for name in (*(name for name in slots if name in step.fields), *(step.fields.keys() - slots.keys())):
        spec, slot = step.fields[name], slots.get(name) or Slot(name, step.fields[name].type)
        if spec.group not in groups:
            yield called(slot), phrase(NOT_YOURS)
        elif values.get(name) is not None:
            yield from told(slot, values[name], texts.get(name))


def _result(process: Process, step: str, result: str | None) -> str:
    titles = process.label("steps", step).get("results") or {}
    return str(titles.get(result) or words(result)) if result else phrase(NOT_YOURS)


def _of_entry(engine: Engine, case: str, event: HistoryRow, actor: Actor) -> Iterator[tuple[str, str]]:
    """Tell an entry that is no step, for instance a consent: what its command asks."""
    purpose = event.data.get("purpose")
    if not purpose:
        yield words(event.type), said(event)
        return
    yield phrase("What it is"), event.titles.get("purpose") or str(purpose)
    form = engine.form(case, {"do": "consent", "purpose": purpose}, as_=actor)
    for slot in form.slots:
        if event.data.get(slot.name):
            yield called(slot), written(slot, event.data[slot.name])
    yield phrase("What was answered"), words(event.type)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
