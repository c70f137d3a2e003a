"""A decision for people: how many things are missing, whose they are, and the next three; the rest, and what is in order, when asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wayhome.errors import Template
from wayhome.flow.rows import NextRow
from wayhome.model.form import Slot
from wayhome.model.moves import MOVES
from wayhome.model.reason import Decision, Reason, Refused, Remedy
from wayhome.rules.gates import DO_IT
from wayhome.shell.terminal import many_or_one, phrase, phrase_if
from wayhome.shell.views.console import (
    any_of,
    as_typed,
    beside,
    by_when,
    dim,
    heading,
    in_running_text,
    sentence,
    typed,
    when,
    whose_times,
    words,
)
from wayhome.shell.wording import as_words

Guidance = Callable[[Mapping[str, Any]], Iterable[RenderableType]]
Slots = Callable[[Remedy], Iterable[Slot]]

INDENT = 11
FIRST = 3  # things on the first screen


class MissingItem(NamedTuple):
    """One thing that is missing: all reasons that one remedy would help against; or a reason against which none is known."""

    reasons: tuple[Reason, ...]
    remedy: Remedy | None

    @property
    def waits(self) -> bool:
        return self.remedy is not None and self.remedy.from_ is None

    def is_for(self, roles: Collection[str]) -> bool:
        return self.remedy is not None and not set(self.remedy.who).isdisjoint(roles)


def missing_items(unmet: Sequence[Reason]) -> list[MissingItem]:
    """Set together what one act would help against; what waits for something else comes last."""
    found: dict[object, MissingItem] = {}
    for reason in unmet:
        remedy = reason.remedy
        key = (reason.rule, reason.subject, reason.fact) if remedy is None else (remedy.do, tuple(remedy.slots))
        before = found.get(key)
        found[key] = (
            MissingItem((*before.reasons, reason), _sooner(before.remedy, remedy))
            if before
            else MissingItem((reason,), remedy)
        )
    return sorted(found.values(), key=lambda thing: thing.waits)


def _sooner(one: Remedy | None, other: Remedy | None) -> Remedy | None:
    """Give the one of two remedies for the same that can be done already, or sooner."""
    if one is None or other is None or one.from_ is None or other.from_ is None:
        return one if one is not None and one.from_ is not None else other
    return min(one, other, key=lambda remedy: str(remedy.from_))


def as_named(remedy: Remedy) -> Iterator[Slot]:
    """Give the slots of a remedy as far as it names them: what can be answered stands in its form."""
    return (Slot(name, type, required=True) for name, type in remedy.slots.items())


def as_rows(items: Sequence[MissingItem]) -> list[NextRow]:
    """Give the things that somebody can do, as rows that the interactive shell opens by their number."""
    return [NextRow.of(one.remedy, one.reasons[0].fact) for one in items if one.remedy is not None]


def why(
    number: str,
    what: str,
    decision: Decision,
    *,
    prefix: str,
    slots: Slots = as_named,
    roles: Collection[str] = (),
    most: int | None = None,
    numbered: bool = False,
    guidance: Guidance = lambda _: (),
) -> Group:
    """Answer `case why`. With `most`, only so many things, and not what is in order; under numbers, each is opened by its number.

    `slots`: what the command that would help leaves open; `guidance`: what the packs say of it.
    """
    unmet = decision.unmet
    if not unmet:
        word = what.partition(" ")[0]
        may_be: Template = "Case {number}: '{what}' is allowed."
        may_be_told: Template = "Case {number}: '{what}' can be written down."  # what has happened is no permission
        moment = when(decision.from_, decision.zone) if decision.from_ else ""
        later: Template = "Case {number}: '{what}' is allowed, from {moment} on."
        said = later if moment else may_be if word in MOVES else may_be_told
        head = Text(phrase(said, number=number, what=word, moment=moment), style="bold green")
        return Group(head, *_in_order(decision, phrase("Every reason:")))
    found = missing_items(unmet)
    one = "Case {number}: '{what}' is not allowed yet; one thing is missing."
    many = "Case {number}: '{what}' is not allowed yet; {count} things are missing."
    parts: list[RenderableType] = [
        Text(many_or_one(len(found), one, many, number=number, what=what), style="bold yellow"),
        dim(whose(found, roles)),
        *_what_holds_it(unmet),
        *_missing(found[:most], number, prefix, slots, numbered=numbered, briefly=most is not None, guidance=guidance),
    ]
    if most is None:
        parts += _in_order(decision, phrase("In order:"))
    elif len(found) > most:
        more: Template = "… and {count} more: {why} {what} --all"
        parts.append(dim(phrase(more, count=len(found) - most, why=as_typed("why", number, prefix), what=what)))
    return Group(*parts, *whose_times(parts))


def _what_holds_it(unmet: Sequence[Reason]) -> Iterator[RenderableType]:
    """Say first what holds the whole case, however late it can be seen to: a no, a threat."""
    for reason in unmet:
        if reason.rule == "PHASE" and "incident" in reason.values:
            yield Text(sentence(reason.fact), style="bold yellow")


def whose(items: Sequence[MissingItem], roles: Collection[str]) -> str:
    """Say whose the things are: yours, of others by role, and how many come after those."""
    ready = [thing for thing in items if not thing.waits]
    mine = sum(thing.is_for(roles) for thing in ready)
    others = Counter(
        next(iter(thing.remedy.who.values()))
        for thing in ready
        if thing.remedy and thing.remedy.who and not thing.is_for(roles)
    )
    nobody = sum(thing.remedy is None for thing in ready)
    waiting = len(items) - len(ready)
    return beside(
        many_or_one(mine, "{count} for you", "{count} for you") if mine else "",
        *(f"{count} {in_running_text(role)}" for role, count in others.most_common()),
        phrase("{count} for people to talk about", count=nobody) if nobody else "",
        many_or_one(waiting, "{count} comes after others", "{count} come after others") if waiting else "",
    )


def refusal(error: Refused, *, prefix: str, slots: Slots = as_named, note: str = "") -> Group:
    """Tell that a command was refused, and what would help: of many things the next three."""
    name, found = words(error.move or error.command), missing_items(error.decision.unmet)
    head = phrase("'{what}' is not allowed.", what=name)
    if error.case:
        head = phrase("Case {number} was not changed: '{what}' is not allowed yet.", number=error.case, what=name)
    parts: list[RenderableType] = [Text(head, style="bold yellow"), *([Text(note)] if note else [])]
    parts += _missing(
        found[: FIRST + 1] if len(found) == FIRST + 1 else found[:FIRST], error.case, prefix, slots, briefly=True
    )
    if len(found) > FIRST + 1:
        more: Template = "… and {count} more: {prefix}case why {number} {what} --all"
        about = {
            "count": len(found) - FIRST,
            "prefix": prefix,
            "number": error.case,
            "what": f"{name} reason=…" if name == "close" else error.move or "…",
        }
        parts.append(dim(phrase(more, **about)))
    return Group(*parts, *whose_times(parts))


def _in_order(decision: Decision, head: str) -> list[RenderableType]:
    return [Text(), heading(head), *(_line("✓", "green", reason) for reason in decision.met)] if decision.met else []


def _missing(
    found: Sequence[MissingItem],
    number: str,
    prefix: str,
    slots: Slots,
    *,
    numbered: bool = False,
    briefly: bool = False,
    guidance: Guidance = lambda _: (),
) -> Iterator[RenderableType]:
    """Each thing that is missing; those that wait for another one come last, and in fewer words."""
    all_wait = all(thing.waits for thing in found)  # nothing comes before them: say of each what to do
    told = count = 0
    for thing in found:
        count += thing.remedy is not None
        command = "" if numbered and thing.remedy else f"{prefix}do {number}"
        if thing.waits and not all_wait:
            if not told:
                yield heading(phrase("These come after others:"))
            told += 1
            yield from _reasons(thing, "✗", briefly=briefly)
            yield from _command(thing, command, slots)
        else:
            yield from _reasons(thing, "" if command else str(count), briefly=briefly)
            yield from _ready(thing, command, slots, briefly=briefly)
        if thing.remedy is not None:
            yield from map(_below, guidance(thing.remedy.do))


def _reasons(thing: MissingItem, number: str, *, briefly: bool) -> Iterator[RenderableType]:
    """Each reason; briefly, the first, and which other rules say so, too."""
    first, *others = thing.reasons
    also = dict.fromkeys(reason.rule for reason in others if reason.rule != first.rule)
    more = phrase_if("also {value}", tuple(also)) if briefly else ""
    yield _line(number or "✗", "bold cyan" if number.isdecimal() else "red", first, more)
    for reason in () if briefly else others:
        yield _line(" ", "red", reason)


def _ready(thing: MissingItem, command: str, slots: Slots, *, briefly: bool) -> Iterator[RenderableType]:
    reasons = thing.reasons[: 1 if briefly else None]
    todos = dict.fromkeys(
        sentence(reason.todo) for reason in reasons if reason.todo and not _is_the_command(thing, reason)
    )
    if todos:
        yield _below(Text(phrase("To do: {todo}", todo=" ".join(todos))))
    yield from _command(thing, command, slots)
    if thing.remedy is not None:
        sources = () if briefly else tuple(dict.fromkeys(one for reason in thing.reasons for one in reason.source))
        yield _below(dim(_by_whom(thing.remedy, sources)))


def _is_the_command(thing: MissingItem, reason: Reason) -> bool:
    """Whether what to do says no more than the command that stands below it."""
    return thing.remedy is not None and reason.todo_template == DO_IT


def _command(thing: MissingItem, command: str, slots: Slots) -> Iterator[RenderableType]:
    if thing.remedy is not None and command:
        yield typed(f"{command} {as_words(thing.remedy.do, slots(thing.remedy))}", indent=INDENT)


def _by_whom(remedy: Remedy, source: tuple[str, ...]) -> str:
    who, sources = phrase_if("by {value}", any_of(remedy.who)), phrase_if("source {value}", source)
    return beside(who, *_times(remedy), sources)


def _times(remedy: Remedy) -> tuple[str, str]:
    from_, until = (when(moment, remedy.zone) for moment in (remedy.from_, remedy.until))
    return phrase_if("from {value}", from_), phrase_if(by_when(remedy.from_, remedy.until), until)


def _below(text: RenderableType) -> Padding:
    return Padding(text, (0, 0, 0, INDENT), expand=False)


def _line(sign: str, style: str, reason: Reason, more: str = "") -> RenderableType:
    remedy = reason.remedy
    who = phrase_if("by {value}", any_of(remedy.who)) if remedy is not None and remedy.from_ is None else ""
    line = Table.grid(padding=0)
    line.add_column(width=INDENT, no_wrap=True)
    line.add_column(overflow="fold")
    told = Text.assemble(sentence(reason.fact), *((f"  {one}", "dim") for one in (who, more) if one))
    line.add_row(Text.assemble((f"{sign} ", style), (reason.rule, "bold")), told)
    return line
