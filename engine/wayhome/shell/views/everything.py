"""All that is held of a person, as a document that they can read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping

import orjson
from rich.console import Group, RenderableType
from rich.text import Text

from wayhome.errors import Template
from wayhome.everything import Everything, KeptBack
from wayhome.model.data import to_json
from wayhome.shell.terminal import phrase
from wayhome.shell.views import case, history, read_log
from wayhome.shell.views.console import as_text, heading

WIDTH = 96
DOCUMENT, FOR_MACHINES = "everything.txt", "everything.json"
KEPT_BACK: Mapping[str, Template] = {
    "others": "Entry {entry} is kept back: it is about other people, or from somebody who told it in confidence.",
    "danger": "Entry {entry} is kept back until {until}: it would put somebody in danger. Then it is looked at again.",
    "law": "Entry {entry} is kept back: a law forbids to tell it ({article}).",
    "child": "Something is kept back, for the sake of the child.",
    "open_complaint": "Entry {entry} is kept back until the complaint is answered.",
}
TITLE: Template = "All that is held about you in case {case} ({label}), on {day}"
OF_A_CHILD: Template = "All that is held about the child in case {case} ({label}), on {day}: for the guardian"
# GDPR art. 12(3) and (5), 15(1)(e) and (f), 16, 21; access, section 9.
CORRECT: Template = "You may have it corrected, add to it, and object to it. You need not say why, and you pay nothing."
AGAIN: Template = "Ask for a newer copy when you like: it is answered within a month."
COMPLAIN: Template = "You may also complain to the data protection authority of the country in which you are."
TO_DECIDE: Template = "Of these entries something may be kept back. Who may read them looks at each."
NONE_MAY_BE: Template = "There is no entry of which anything may be kept back."
DAMAGED: Template = "Of these entries something cannot be read any more: {entries}."
NOTHING_KEPT: Template = "Nothing was kept back."


def document(all_: Everything) -> str:
    """Write it out, as plain text."""
    return as_text(Group(*_parts(all_)), WIDTH)


def packed(all_: Everything) -> bytes:
    """Put both documents into one archive: one to be read, one for machines."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(DOCUMENT, document(all_))
        archive.writestr(FOR_MACHINES, orjson.dumps(to_json(all_), option=orjson.OPT_INDENT_2))
    return into.getvalue()


def unpacked(archive: bytes) -> dict[str, str]:
    """Give both documents by their names. Raises zipfile.BadZipFile, KeyError: it is none."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed_:
        return {name: packed_.read(name).decode() for name in (DOCUMENT, FOR_MACHINES)}


def to_decide(entries: Mapping[int, tuple[str, ...]]) -> RenderableType:
    """Say which entries may be kept back, and on which ground; nothing of what stands in them."""
    lines = [
        phrase("entry {entry}: {grounds}", entry=entry, grounds=", ".join(grounds))
        for entry, grounds in entries.items()
    ]
    return Group(Text(phrase(TO_DECIDE if lines else NONE_MAY_BE)), *(Text(f"  {line}") for line in lines))


def _parts(all_: Everything) -> Iterator[RenderableType]:
    view = all_.case
    title = OF_A_CHILD if all_.made_for == "guardian" else TITLE
    yield Text(phrase(title, case=view.number, label=view.label, day=all_.made_at.date().isoformat()))
    yield from (Text(phrase(CORRECT)), Text(phrase(AGAIN)), Text(phrase(COMPLAIN)))
    yield heading(phrase("Kept back"))
    yield from [Text(_kept_back(one)) for one in all_.kept_back] or [Text(phrase(NOTHING_KEPT))]
    if all_.damaged:
        yield Text(phrase(DAMAGED, entries=", ".join(map(str, all_.damaged))))
    yield case.held(view)
    yield heading(phrase("What happened"))
    yield history.timeline(all_.history)
    yield heading(phrase("Who was given what"))
    yield read_log.seen(all_.read_log)


def _kept_back(one: KeptBack) -> str:
    return phrase(KEPT_BACK[one.ground], entry=one.entry, until=one.until or "", article=one.article or "")
