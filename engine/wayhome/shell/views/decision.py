"""A decision for people: first what is missing, with what to do and the command to type; then what is in order."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from wayhome.errors import Refused
from wayhome.model.reason import Decision, Reason, Remedy
from wayhome.shell.terminal import given, many_or_one, phrase
from wayhome.shell.views.console import any_of, beside, dim, typed, when, words, zone
from wayhome.stories.wording import as_words

INDENT = 11


def why(number: str, what: str, decision: Decision, *, prefix: str, most: int | None = None) -> Group:
    """Answer `case why`. With `most`, only so many unmet reasons, and not the met ones."""
    unmet = decision.unmet
    if not unmet:
        head = Text(phrase("Case {number}: '{what}' is allowed.", number=number, what=what), style="bold green")
    else:
        one = "Case {number}: '{what}' is not allowed yet; one thing is missing."
        many = "Case {number}: '{what}' is not allowed yet; {count} things are missing."
        head = Text(many_or_one(len(unmet), one, many, number=number, what=what), style="bold yellow")
    parts: list[RenderableType] = [head]
    parts += _missing(_ready_first(unmet)[:most], number, prefix)
    if most is not None:
        if len(unmet) > most:
            parts.append(dim(phrase("… and {count} more.", count=len(unmet) - most)))
        return Group(*parts)
    if decision.met:
        parts += [
            Text(),
            Text(phrase("In order:" if unmet else "Every reason:"), style="bold"),
            *(_line("✓", "green", reason) for reason in decision.met),
        ]
    if any(reason.remedy and reason.remedy.from_ for reason in unmet):
        parts.append(dim(zone()))
    return Group(*parts)


def refusal(error: Refused, *, prefix: str, note: str = "") -> Group:
    """Tell that a command was refused, and what would help."""
    name = words(error.move or error.command)
    head = phrase("'{what}' is not allowed.", what=name)
    if error.case:
        head = phrase("Case {number} was not changed: '{what}' is not allowed yet.", number=error.case, what=name)
    return Group(
        Text(head, style="bold yellow"),
        *([Text(note)] if note else []),
        *_missing(error.decision.unmet, error.case, prefix),
    )


def _ready_first(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=_waits))


def _waits(reason: Reason) -> bool:
    return reason.remedy is not None and reason.remedy.from_ is None


def _missing(reasons: tuple[Reason, ...], number: str, prefix: str) -> Iterator[RenderableType]:
    """Each unmet reason; those whose remedy waits for another one come last, and in fewer words."""
    waiting = [reason for reason in reasons if _waits(reason)]
    if len(waiting) == len(reasons):
        waiting = []  # nothing comes before them: say of each what to do
    for reason in reasons:
        if reason not in waiting:
            yield from _ready(reason, number, prefix)
    if waiting:
        yield Text(phrase("These come after others:"), style="bold")
    for reason in waiting:
        remedy = reason.remedy
        assert remedy is not None
        yield _line("✗", "red", reason)
        yield typed(f"{prefix}do {number} {as_words(remedy.do, remedy.slots)}", indent=INDENT)


def _ready(reason: Reason, number: str, prefix: str) -> Iterator[RenderableType]:
    yield _line("✗", "red", reason)
    if reason.todo:
        yield _below(Text(phrase("To do: {todo}", todo=sentence(reason.todo))))
    if reason.remedy is not None:
        yield typed(f"{prefix}do {number} {as_words(reason.remedy.do, reason.remedy.slots)}", indent=INDENT)
        yield _below(dim(_by_whom(reason.remedy, reason.source)))


def _by_whom(remedy: Remedy, source: tuple[str, ...]) -> str:
    who, sources = given("by {value}", any_of(remedy.who)), given("source {value}", source)
    return beside(who, given("from {value}", when(remedy.from_)), given("until {value}", when(remedy.until)), sources)


def _below(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, INDENT), expand=False)


def _line(sign: str, style: str, reason: Reason) -> Text:
    remedy = reason.remedy
    who = given("by {value}", any_of(remedy.who)) if remedy is not None and remedy.from_ is None else ""
    rule = (f"{reason.rule:<9}", "bold")
    return Text.assemble((f"{sign} ", style), rule, sentence(reason.fact), (who and f"  {who}", "dim"))


def sentence(text: str) -> str:
    """Begin with a capital letter and end with a full stop."""
    text = text.strip()
    text = text[:1].upper() + text[1:] if not text[:1].isupper() else text
    return text if not text or text[-1] in ".!?…" else f"{text}."
