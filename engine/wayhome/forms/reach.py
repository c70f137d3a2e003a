"""How those can be reached with whom something is done: what the own office has noted, and the contacts of partners, as the packs know them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.parties import party_called
from wayhome.errors import Template, filled
from wayhome.forms.values import step_of
from wayhome.model.data import Data, data
from wayhome.model.partner_note import WARNINGS, NoteKind, PartnerNote
from wayhome.packs.process import Process

KIND_OF_CONTACT: Mapping[str, Template] = {"e164": "Telephone", "short_code": "Short number", "url": "On the web"}
WORKS: Mapping[str, Template] = {
    "working": "it works",
    "reported_down": "others report that it does not work",
    "unchecked": "we have not tried it yet",
}
KIND_OF_NOTE: Mapping[NoteKind, Template] = {
    "number": "Telephone", "ask_for": "Ask for", "room": "Beds and places", "note": "Note", "careful": "Careful", "harm": "Harm",
}  # fmt: skip
TRIED: Mapping[bool | None, Template] = {
    True: "it works, tried on {day}",
    False: "it did not work, tried on {day}",
    None: "we have not tried it yet",
}
PARTIES = ("partner", "recipient", "with", "organisation")  # the fields of a command that can name a partner


@data
class Reach(Data):
    """One way to reach a partner, or what helps who reaches them.

    Attributes:
        party, title: whom, and what they are called.
        kind: what it is, in words: telephone, short number, on the web; of the own office also: ask for, beds and places, note.
        value: the number, in full (E.164) or short, the address, or what the own office has noted.
        about: whose it is, whether and when it was tried, and what is not sure of it, in words.
    """

    party: str
    title: str
    kind: Template
    value: str = field(repr=False)
    about: str = field(repr=False)


def noted(note: PartnerNote, title: str) -> Reach:
    """Give a note of the own office as it is shown."""
    about = filled(TRIED[note.works] if note.kind == "number" else "on {day}", {"day": str(note.on)})
    if note.dropped_by:
        about = filled("{noted}, taken out by {who}", {"noted": about, "who": note.dropped_by})
    return Reach(note.party, title, KIND_OF_NOTE[note.kind], note.text, about)


def contacts_of(process: Process, partner: str, book: Iterable[PartnerNote] = (), title: str = "") -> Iterator[Reach]:
    """Give the ways to reach a partner: what the own office has noted, then those of the pack. That it says careful is said of who is chosen."""
    title = title or process.title("partners", partner)
    yield from (noted(one, title) for one in book if one.party == partner and one.kind not in WARNINGS)
    for one in process.label("partners", partner).get("contacts") or ():
        whose = [str(one[name]) for name in ("title", "owner") if one.get(name) and one[name] != title]
        tried = filled(WORKS[one.get("status") or "unchecked"], {})
        if one.get("checked_on"):
            tried = filled("{tried}, on {day}", {"tried": tried, "day": str(one["checked_on"])})
        about = " · ".join(filter(None, (", ".join(whose), tried, str(one.get("unsure") or ""))))
        yield Reach(partner, title, KIND_OF_CONTACT[one["kind"]], str(one["value"]), about)


def reach(case: CaseNow, do: Mapping[str, Any]) -> tuple[Reach, ...]:
    """Give how to reach those with whom a command is about to be done: whom it names, and to whom its step sends something."""
    step = step_of(case, do)
    named = [do.get(name) for name in PARTIES] + [need.recipient for need, _ in (step.consents if step else ())]
    held = {role: one.party for role, one in case.recorded.roles.items()}
    parties = dict.fromkeys(held.get(str(one), str(one)) for one in named if one)
    process, book = case.process, case.outside.book() if parties else ()
    called = {one: party_called(process, case.recorded, one) for one in parties}
    return tuple(way for one, title in called.items() for way in contacts_of(process, one, book, title))
