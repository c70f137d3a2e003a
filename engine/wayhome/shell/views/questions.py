"""A conversation as it is drawn: what it is about, each question with what can be chosen, and what would be saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from wayhome.errors import Template
from wayhome.forms import Form, Reach
from wayhome.forms.reach import KIND_OF_CONTACT
from wayhome.model.closed_sets import SlotType
from wayhome.model.event import BY, HistoryRow
from wayhome.model.form import Column, Slot, Written
from wayhome.results import Done
from wayhome.shell.telling import NOT_YOURS, answer_lines, question_of
from wayhome.shell.terminal import in_line, phrase, phrase_if
from wayhome.shell.views.console import beside, dim, in_running_text, shown, when, words
from wayhome.shell.views.history import event_line

WIDTH = 80
MOST_LINES = 16  # of what is told at once: a screen has 24
MOST_EVENTS = 6
LONGEST_WORD = 12  # of what may stand alone at the end of a line
KEYS: Template = "? explains · < back · Enter not known · > leave out the rest · Ctrl-C keeps it"
BEHIND, AHEAD = "2025-03-31", "2027-03-31"  # how a day is written: of what has happened, and of what will
HINTS: Mapping[SlotType, Template] = {
    "bool": "yes or no",
    "date": "a day, as {day}",
    "instant": "a day and an hour, as {day} 14:30, in the time of {zone}",
    "moment": "a day, as {day}, with its hour where it is known, in the time of {zone}",
    "codes": "one or more, with commas between",
    "language": "its number, or its code: any language can be said",
    "languages": "one or more, with commas between; any other by its code, as pt-BR",
    "money": "an amount and its currency, as 150 EUR",
    "place": "an airport by its three letters, as on the booking",
}
OPEN_HINTS: Mapping[SlotType, Template] = {
    "code": "one short word, which names nobody",
    "codes": "short words, with commas between",
    "case_worker": "the name of their account",
}
Told = Sequence[tuple[str, str]]


def head(title: str, form: Form, *, is_draft: bool) -> RenderableType:
    """Say what a conversation is about, and how it is held."""
    parts: list[RenderableType] = [Text(in_line(title), style="bold")]
    if form.sign:
        signers = ", ".join(map(in_running_text, form.sign.values()))
        parts.append(dim(phrase("Each of these signs what is written: {signers}.", signers=signers)))
    if form.help:
        parts.append(Text(in_line(form.help)))
    parts.append(reached(form.reach))
    if is_draft:
        parts.append(Text(phrase("This goes on from your draft."), style="cyan"))
    return Group(*parts, dim(phrase(KEYS)))


def question(
    slot: Column, label: str, of: str, zone: str, shown: Sequence[str], hidden: int, *, numbered: bool
) -> RenderableType:
    """Ask one question, with what can be chosen."""
    asked, in_mind = question_of(in_line(slot.ask or label))
    told = ": ".join(filter(None, (in_line(of), asked)))
    needed = phrase("needed") if slot.required else ""
    parts: list[RenderableType] = [Text(), Text.assemble((told, "bold"), (f"  {needed}" if needed else "", "dim"))]
    parts += [Text(in_mind)] if in_mind else []
    choices = [(f"{count} " if numbered else "") + _choice(slot, id) for count, id in enumerate(shown, start=1)]
    if choices:
        listed = Text("\n").join(_who(slot, id, one) for id, one in zip(shown, choices, strict=True))
        parts.append(Padding(listed if slot.lacks else Text(_beside(choices)), (0, 0, 0, 2), expand=False))
    if hidden:
        more = phrase("… and {count} more. Type how the name begins.", count=hidden)
        parts.append(dim(more))
    if hint := _hint(slot, zone):
        parts.append(dim(hint))
    return Group(*parts)


def _choice(slot: Column, id: str) -> str:
    title = in_line(slot.values[id])
    if id.isdigit() and title != id:
        title = f"{id} {title}"
    return (
        phrase("{title} (then it does not pass)", title=title) if isinstance(slot, Slot) and id in slot.stops else title
    )


def _who(slot: Column, id: str, choice: str) -> Text:
    """Say of somebody who cannot do it what they lack."""
    return Text.assemble(choice, (f" - {in_line(slot.lacks[id])}" if id in slot.lacks else "", "dim"))


def _beside(choices: Sequence[str]) -> str:
    """Set choices beside each other where they fit into a line, else below each other."""
    line = "   ".join(choices)
    return line if len(line) <= WIDTH - len("  ") else "\n".join(choices)


def _hint(slot: Column, zone: str) -> str:
    if slot.between:
        return phrase("from {least} to {most}", least=slot.between[0], most=slot.between[1])
    if slot.type in OPEN_HINTS and not slot.values:
        return phrase(OPEN_HINTS[slot.type])
    hint: Template = HINTS.get(slot.type, "")
    return phrase(hint, zone=zone, day=BEHIND if slot.lies_behind else AHEAD) if hint else ""


KEEP: Template = "Keep as proof: {value}"
IF_IT_FAILS: Template = "If it fails: {value}"
IF_THEY_SAY_NO: Template = "If they say no: {value}"


def guidance_panel(form: Form) -> RenderableType:
    """What the pack says of it: what it is, what to keep as proof, what to do when it fails, and how to reach whom it is done with."""
    told = [*guidance(form)]
    return Group(*told) if told else Text(phrase("The packs say nothing more of it."))


def guidance(form: Form, told: str = "") -> Iterator[RenderableType]:
    """What the pack says of a command; not what is told already. Of facts, how each is asked."""
    if form.do["do"] == "record":
        yield from (
            Text(in_line(slot.ask)) for slot in form.slots if slot.required and slot.ask and slot.ask not in told
        )
    said = (phrase_if("{value}", form.help), phrase_if(KEEP, form.evidence), phrase_if(_fails(form), form.otherwise))
    yield from (Text(in_line(one)) for one in said if one and one not in told)
    if form.reach:
        yield reached(form.reach)


def _fails(form: Form) -> Template:
    return IF_THEY_SAY_NO if form.do["do"] in ("consent", "withdraw") else IF_IT_FAILS


def reached(ways: Iterable[Reach]) -> RenderableType:
    """Say how partners can be reached, a line each, and when that was tried last; what is no address says what it is."""
    return Group(*(Text(in_line(f"{way.title}: {beside(_way(way), way.about)}")) for way in ways))


def _way(way: Reach) -> str:
    return way.value if way.kind in KIND_OF_CONTACT.values() else f"{phrase(way.kind)}: {way.value}"


def before_it_is_saved(form: Form, *, stops: bool) -> RenderableType:
    """What to keep as proof, and after an answer that stops, what to do now."""
    said = (phrase_if(KEEP, form.evidence), phrase_if(_fails(form), form.otherwise) if stops else "")
    return Group(*(dim(in_line(one)) for one in said if one))


def offered(answer: str) -> RenderableType:
    """Offer what was answered to the same question before in this talk."""
    return dim(phrase("=: the same as just before, {answer}", answer=in_line(answer)))


def taken(answer: str, lacks: str = "") -> RenderableType:
    """Say back how an answer was understood, and of whom it names what they lack."""
    return dim(in_line(f"  = {answer} - {lacks}" if lacks else f"  = {answer}"))


def pages(told: Told) -> Iterator[RenderableType]:
    """Tell what was answered, a screen at a time."""
    lines, part = 0, list[RenderableType]()
    for label, answer in told:
        colon = "" if label.endswith(("?", ".")) else ":"
        one = Text.assemble((f"  {in_line(label)}{colon} ", "bold"), in_line(answer))
        height = 1 + len(one) // (WIDTH - LONGEST_WORD)
        if part and lines + height > MOST_LINES:
            yield Group(*part)
            lines, part = 0, []
        part, lines = [*part, one], lines + height
    if part:
        yield Group(*part)


def saved(title: str, done: Done) -> RenderableType:
    """Say what was saved, and what came with it."""
    came = done.events[1:]  # the first is what was saved itself
    lines = [Text(f"  {in_line(event_line(event))}", no_wrap=True, overflow="ellipsis") for event in came]
    made = [
        str(event.data["ref"]) for event in done.events if event.data.get("ref") and event.type.endswith("involved")
    ]
    return Group(
        Text(phrase("Saved: {title}.", title=in_line(title)), style="green"),
        *lines[:MOST_EVENTS],
        *(Text(phrase("made: {ref}", ref=ref)) for ref in made),
    )


def to_do(text: str) -> RenderableType:
    """Tell what the packs say is to be done now."""
    return Text(in_line(text))


def still_open(labels: Iterable[str]) -> RenderableType:
    """Say what is needed, and not known."""
    listed = "; ".join(map(in_line, labels))
    return Text(phrase("Still open: {listed}", listed=listed), style="yellow")


def wrote(event: HistoryRow) -> RenderableType:
    """Say who wrote what a second is to sign, and when."""
    said = {
        "actor": event.actor,
        "organisation": event.titles.get(BY) or event.organisation,
        "at": when(event.recorded_at, event.zone),
    }
    day = event.data.get("day")
    then = when(day["is"] if isinstance(day, Mapping) else event.occurred_at, event.zone)
    is_late = event.occurred_at != event.recorded_at or day
    if not event.actor:  # of another house its people are not named
        who = phrase("{organisation} wrote this at {at}:", **said)
        if is_late:
            who = phrase("{organisation} wrote this at {at}; it happened {then}:", **said, then=then)
    elif is_late:
        who = phrase("{actor} of {organisation} wrote this at {at}; it happened {then}:", **said, then=then)
    else:
        who = phrase("{actor} of {organisation} wrote this at {at}:", **said)
    return Text(in_line(who), style="bold")


def what_is_signed(signs: Written) -> list[tuple[str, str]]:
    """Tell what another wrote; and where somebody says that it was made in error, who says so, and why."""
    entry, asked = signs.entry, signs.asked
    lines = [line for one in signs.said for line in answer_lines(one.slot, one.answer)] or [
        (words(entry.type), event_line(entry))
    ]
    lines += [(in_line(title), in_line(said)) for title, said in signs.entries]
    if asked is not None:
        why = shown([text for group in asked.texts.values() for text in group.values()] or phrase(NOT_YOURS))
        lines.append(
            (phrase("{actor} says that this was entered in error", actor=asked.actor or asked.titles.get(BY)), why)
        )
    return lines


def in_words_of(do: Mapping[str, Any]) -> str:
    """Call a command that has no title by its own words."""
    return ", ".join(words(value) for value in do.values() if isinstance(value, str))
