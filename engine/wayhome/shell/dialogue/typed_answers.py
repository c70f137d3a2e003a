"""What is typed as the answer to one question: read, and never guessed. Needs no terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from wayhome.airports import airport
from wayhome.calendar.spans import zone_of
from wayhome.errors import BadInput, Template
from wayhome.forms.form import fits
from wayhome.model.form import Column
from wayhome.model.reading import as_moment
from wayhome.packs.languages import languages

MOST_SHOWN = 10  # of what can be chosen, at once: a screen has 24 lines
YES_OR_NO: Mapping[str, bool] = {"yes": True, "y": True, "no": False, "n": False}
WRONG: Mapping[str, Template] = {
    "bool": "Type yes or no.",
    "date": "Write the day as 2027-03-31.",
    "instant": "Write the day and the hour as 2027-03-31 14:30.",
    "moment": "Write the day as 2027-03-31, with its hour as 2027-03-31 14:30.",
    "number": "Write it in digits.",
    "money": "Write an amount and its currency, as 150 EUR.",
    "code": "Write one short word of letters and digits that names nobody.",
    "codes": "Write short words of letters and digits, with commas between.",
    "place": "Write the three letters of the airport, or the short name of the place.",
    "party": "Write the short name under which this case knows them.",
    "case_worker": "Write the name of their account.",
    "language": "Write how it is called in the list, or its code, as en, pcm or pt-BR.",
    "languages": "Write how each is called in the list, or its code, with commas between.",
    "text": "Write it in words.",
}
BETWEEN: Template = "Write a number from {least} to {most}."
NONE_FITS: Template = "Nothing in the list begins so. Type a number of the list; Ctrl-C leaves."
NONE_UNDER: Template = "There is no {number} in the list."
SEVERAL_FIT: Template = "Several begin so; here they are."
ONE_OF_THEM: Template = "Part {count} of what you typed fits nothing in the list, or more than one."
TOO_EARLY: Template = "The case was opened on {day}, and this cannot lie before it. Leave it out, and write in a note when it was. A new case is opened with the day on which it began."
TWICE: Template = "That hour comes twice on this day; write it with its zone, as {one} or {other}."
NEVER: Template = "The clocks are put forward then; there is no such hour in {zone}."


class AmbiguousInput(Exception):
    """More than one choice fits what was typed."""

    def __init__(self, fitting: Sequence[str]) -> None:
        super().__init__()
        self.fitting = tuple(fitting)


def are_numbered(values: Iterable[str]) -> bool:
    """Say whether choices are shown under numbers; those that are numbers themselves are typed as they are."""
    return not any(id.isdigit() for id in values)


def fitting(values: Mapping[str, str], typed: str, *, by_words: bool = False) -> list[str]:
    """Name what fits what was typed: by its id or title, by how these begin, or `by_words` by how a word of the title does."""
    said = " ".join(typed.casefold().split())
    named = [(id, (id.casefold(), title.casefold())) for id, title in values.items()]
    for fits_it in (
        lambda name: name == said,
        lambda name: name.startswith(said),
        lambda name: by_words and any(word.strip("'\"(").startswith(said) for word in name.split()),
    ):
        if found := [id for id, names in named if any(map(fits_it, names))]:
            return found
    return []


def chosen(values: Mapping[str, str], shown: Sequence[str], typed: str, *, by_words: bool = False) -> str:
    """Give what was chosen, by the number under which it is shown, its id, or the beginning of its id or title.

    Raises:
        AmbiguousInput: more than one fits. BadInput: none does.
    """
    if typed.isdecimal() and are_numbered(values):
        number = int(typed) if len(typed) < len("10000") else 0
        if not 1 <= number <= len(shown):
            raise BadInput(NONE_UNDER, number=number or typed[:4])
        return shown[number - 1]
    found = fitting(values, typed, by_words=by_words)
    if not found:
        raise BadInput(NONE_FITS)  # it is not echoed: it may be a name, typed into the wrong place
    if len(found) > 1:
        raise AmbiguousInput(found)
    return found[0]


def several_chosen(values: Mapping[str, str], shown: Sequence[str], typed: str) -> list[str]:
    """Give several that were chosen, with commas between; each once."""
    found: dict[str, None] = {}
    for count, one in enumerate((part.strip() for part in typed.split(",")), start=1):
        try:
            found |= {chosen(values, shown, one): None} if one else {}
        except (BadInput, AmbiguousInput):
            raise BadInput(ONE_OF_THEM, count=count) from None
    if not found:
        raise BadInput(NONE_FITS)
    return [*found]


def read(slot: Column, typed: str, shown: Sequence[str] = (), zone: str = "UTC") -> Any:
    """Read what was typed as the answer to a question, as a form takes it.

    Args:
        typed: without spaces around it, and not empty.
        shown: of what can be chosen, what is shown, in its order.
        zone: in which a time is read that does not say its own.

    Raises:
        AmbiguousInput: more than one choice fits. BadInput: it cannot be read; its sentence says how to write it.
    """
    value = _value(slot, typed, shown, zone)
    try:
        fits(slot, value)
    except BadInput:
        if slot.between:
            raise BadInput(BETWEEN, least=slot.between[0], most=slot.between[1]) from None
        raise BadInput(WRONG[slot.type]) from None
    if slot.not_before is not None:
        opened, said = slot.not_before.astimezone(zone_of(zone)), as_moment(slot.name, value)
        if said < (opened if isinstance(said, datetime) else opened.date()):
            raise BadInput(TOO_EARLY, day=f"{opened:%Y-%m-%d}")
    return value


def _value(slot: Column, typed: str, shown: Sequence[str], zone: str) -> Any:
    if slot.type == "bool":
        if typed.casefold() not in YES_OR_NO:
            raise BadInput(WRONG["bool"])
        return YES_OR_NO[typed.casefold()]
    if slot.type == "language":
        return _language(slot, shown, typed)
    if slot.type == "languages":
        return [_language(slot, shown, part.strip()) for part in typed.split(",") if part.strip()]
    if slot.values:
        if slot.type == "codes":
            return several_chosen(slot.values, shown, typed)
        return chosen(slot.values, shown, typed, by_words=slot.type == "party")
    if slot.type == "codes":
        return [part.strip() for part in typed.split(",") if part.strip()]
    if slot.type in ("instant", "moment"):
        return time(slot, typed, zone)
    if slot.type == "place":
        return typed.upper() if airport(typed.upper()) else typed
    return typed


def _language(slot: Column, shown: Sequence[str], typed: str) -> str:
    """Give a language of the list, or any other by its code: `pt` is that, though `pt-BR` in the list begins so."""
    is_listed = typed.isdecimal() or (typed not in languages() and fitting(slot.values, typed))
    return chosen(slot.values, shown, typed) if is_listed else typed


def time(slot: Column, typed: str, zone: str) -> str:
    """Read a time; one that does not say its zone is read in this one. Of a moment, the day alone is an answer, too.

    Raises:
        BadInput: it is no time; or in that zone there is no such hour, or it comes twice.
    """
    if ":" not in typed:
        if slot.type == "moment":
            return typed
        raise BadInput(WRONG["instant"])
    try:
        said = datetime.fromisoformat(typed.replace(" ", "T", 1))
    except ValueError:
        raise BadInput(WRONG[slot.type]) from None
    if said.tzinfo is not None:
        return said.isoformat()
    first, second = (said.replace(tzinfo=zone_of(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.isoformat()
    if first.utcoffset() < second.utcoffset():  # type: ignore[operator]
        raise BadInput(NEVER, zone=zone)
    raise BadInput(TWICE, one=_with_zone(first), other=_with_zone(second))


def _with_zone(moment: datetime) -> str:
    return f"{moment:%H:%M}{moment.isoformat()[-6:]}"
