"""What an office notes of a partner for itself: a line of its own book. Only harm decides anything: a second takes that partner, too."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Literal, get_args

from wayhome.model.data import Data, data

NoteKind = Literal["number", "ask_for", "room", "note", "careful", "harm"]  # in the order in which they are shown
NOTE_KINDS: tuple[NoteKind, ...] = get_args(NoteKind)
WARNINGS: tuple[NoteKind, ...] = ("careful", "harm")  # said of whoever is chosen, with the reason
SET_APART = str.maketrans("", "", " -/")  # the same number is written in many ways


@data(kw_only=True)
class PartnerNote(Data):
    """A note about a partner of a pack, a registered organisation, the own one, or a carrier.

    Attributes:
        text: a number, whom to ask for, beds and places, anything else, why to be careful, or what harm was done.
        on: the day on which it was so, or on which the number was tried.
        works: of a number that was tried, whether it works; None: nobody has tried it.
        by, at: who wrote it, and when.
        dropped_by: who took out the harm that another had noted: for them alone it stands still.
    """

    party: str
    kind: NoteKind
    text: str = field(repr=False)
    on: date
    works: bool | None = None
    by: str
    at: datetime
    dropped_by: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others: a newer note of the same key takes its place; of harm each who notes it has their own."""
        text = self.by if self.kind == "harm" else "" if self.kind in ("ask_for", "careful") else self.text
        return self.party, self.kind, text.translate(SET_APART) if self.kind == "number" else text
