"""What can stand in the fields of a command, in a case as it is now: the open slots of its form, and their answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from wayhome.model.form import Column, Slot
from wayhome.model.moves import MOVES
from wayhome.shell.suggestions import quietly, session_of, starting
from wayhome.shell.telling import called
from wayhome.shell.terminal import phrase
from wayhome.shell.typed_fields import IN_A_ROW

if TYPE_CHECKING:
    from wayhome.packs.process import Process
    from wayhome.results import CaseView

Offers = Iterable[tuple[str, str]]
STATES = {
    "start": ("available", "failed", "expired"),
    "complete": ("available", "in_progress", "failed", "expired", "outdated"),
    "fail": ("available", "in_progress"),
    "skip": ("available", "waiting", "in_progress", "failed"),
    "redo": ("done", "expired", "outdated", "failed"),
}
MORE_THAN_ONE = 2
YES_NO = (("yes", ""), ("no", ""))


@quietly
def fields(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Fields of a command, and the answers that there are."""
    session, number = session_of(ctx), ctx.params.get("number")
    word = ctx.params.get("word") or ctx.params.get("what")
    if not number or not word:
        return []
    given, open_name = rejoined(ctx.params.get("fields") or ())
    if word in MOVES:
        word, given = "move", {"to": str(word), **given}
    engine, actor = session.engine, session.actor
    form = engine.form(number, {"do": word, **given}, as_=actor)
    slots = [*form.slots]
    if slots and slots[0].name == "step":
        view = engine.case(number, as_=actor, parts=("steps", "people"))
        slots[0] = _fitting(slots[0], view, engine.process_of(number, as_=actor), str(word))
    return [CompletionItem(word, help=about or None) for word, about in matching(slots, given, incomplete, open_name)]


@quietly
def facts_to_open(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Facts with their values, as the process of the two countries declares them."""
    from wayhome.forms.slots import facts_of  # noqa: PLC0415 - only completing needs it, and `--help` is quick

    host, origin = ctx.params.get("host"), ctx.params.get("origin")
    if not host or not origin:
        return []
    given, open_name = rejoined(ctx.params.get("facts") or ())
    process: Process = session_of(ctx).packs.process(host.upper(), origin.upper())
    return starting(incomplete, matching(facts_of(process), given, incomplete, open_name))


def rejoined(typed: Sequence[str]) -> tuple[dict[str, str], str | None]:
    """Read fields that are complete; bash splits them at "=". Gives them, and the name whose value comes next.

    >>> rejoined(["step", "=", "safety_plan", "result", "="])
    ({'step': 'safety_plan'}, 'result')
    """
    words: list[str] = []
    for word in typed:
        if words and (word == "=" or words[-1].endswith("=")):
            words[-1] += word
        else:
            words.append(word)
    last = words[-1] if words else ""
    open_name = last.rstrip("=") if last.endswith("=") and last else None
    return {name: value for name, sign, value in (word.partition("=") for word in words) if sign and value}, open_name


def matching(
    slots: Sequence[Slot], typed: Mapping[str, str], incomplete: str, open_name: str | None
) -> Iterator[tuple[str, str]]:
    """Give what completes the word that is being typed: the name of an open slot, or an answer to one."""
    name, sign, start = incomplete.partition("=")
    if open_name is not None:  # bash splits at "=": the name stands in the word before
        yield from (
            (value, about) for value, about in _answers(slots, open_name, incomplete) if value.startswith(incomplete)
        )
    elif sign:
        found = _answers(slots, name, start)
        yield from ((f"{name}={value}", about) for value, about in found if value.startswith(start))
    else:
        yield from ((word, about) for word, about in _words(slots, typed) if word.startswith(incomplete))


def _words(slots: Sequence[Slot], given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give what may come next: the answers to the first question while nothing is said, then the names of the others."""
    first = slots[0] if slots else None
    if first is not None and not given and first.required and first.values:
        yield from ((f"{first.name}={value}", about) for value, about in answers_to(first, ""))
        return
    for slot in slots:
        about = called(slot)
        about = phrase("needed: {what}", what=about) if slot.required else about
        if slot.type == "rows":
            yield from _cells(slot, given)
        elif slot.name not in given and slot.is_asked(given):
            yield f"{slot.name}=", about


def _cells(slot: Slot, given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give the open cells of the last row of a table, and the first one of the next."""
    said = {(int(cell[2]), cell[3]) for name in given if (cell := IN_A_ROW.fullmatch(name)) and cell[1] == slot.name}
    last = max((number for number, _ in said), default=1)
    for number in (last, last + 1):
        for one in slot.columns:
            if (number, one.name) not in said:
                yield f"{slot.name}.{number}.{one.name}=", called(one)


def _answers(slots: Sequence[Slot], name: str, start: str) -> Offers:
    """Give the answers to the slot of a name, or to the column of a cell."""
    slot: Column | None
    if cell := IN_A_ROW.fullmatch(name):
        table = next((one for one in slots if one.name == cell[1]), None)
        slot = next((one for one in table.columns if one.name == cell[3]), None) if table else None
    else:
        slot = next((one for one in slots if one.name == name), None)
    return answers_to(slot, start) if slot is not None else ()


def answers_to(slot: Column, start: str) -> Iterator[tuple[str, str]]:
    """Give the answers that a slot knows; of several, what stands before the last comma stays."""
    if slot.type == "bool":
        yield from YES_NO
    elif isinstance(slot, Slot) and slot.type == "answers":
        said, _, _ = start.rpartition(",")
        done = {one.partition(":")[0] for one in said.split(",")}
        before = f"{said}," if said else ""
        for of, title in slot.about.items():
            if of not in done:
                yield from ((f"{before}{of}:{answer}", title) for answer in slot.values)
    elif slot.type in ("codes", "languages"):
        said, _, _ = start.rpartition(",")
        before = f"{said}," if said else ""
        yield from ((f"{before}{value}", about) for value, about in slot.values.items() if value not in said.split(","))
    else:
        stops = slot.stops if isinstance(slot, Slot) else ()
        for value, about in slot.values.items():
            lacks = f"{about} - {slot.lacks[value]}" if value in slot.lacks else about
            yield value, phrase("does not pass") if value in stops else lacks


def _fitting(slot: Slot, view: CaseView, process: Process, word: str) -> Slot:
    """Give the slot that asks for a step with those that fit now, each with how it stands."""
    states, vetting = STATES.get(word, ()), process.vetting if word == "complete" and view.people else None
    fitting = {
        row.id: f"{row.title}, {row.state.replace('_', ' ')}"
        for row in view.steps
        if row.state in states and not (word == "complete" and _is_done_by_another_command(process, row.id))
    }
    if vetting is not None:
        fitting[vetting.id] = phrase("of somebody of the case")
    return replace(slot, values=fitting) if states else slot


def _is_done_by_another_command(process: Process, id: str) -> bool:
    step = process.steps[id]
    return step.done_by is not None and len(step.results) < MORE_THAN_ONE
