"""The morning at the office: what a case worker of sixty returns sees, at terminals of two sizes.

The office is that of tests/today. The script is written by hand, and has no people of its own.
"""

from __future__ import annotations

from pathlib import Path

from wayhome.packs.plugins import Packs

from tests.shell.recorded.playing import Playing, Screens
from tests.shell.recorded.script import read
from tests.today.office import Office, office_of

MORNING, RETURNS_THERE = "a-morning-at-the-office", 60
SIZES = {"80x24": (80, 24), "100x40": (100, 40)}  # columns, lines


class Morning(Playing):
    """The script of that morning, typed in a copy of the office."""

    def __init__(self, office: Office, folder: Path, size: str) -> None:
        self.office, self.size = office, SIZES[size]
        super().__init__(read(MORNING), MORNING, folder)

    def prepares(self) -> None:
        self.office.save(self.file)


def office_in_the_morning(packs: Packs, folder: Path) -> Office:
    """Make the office, after a ring: whatever silence means there is open."""
    office = office_of(RETURNS_THERE, packs, folder)
    office.engine.ring()
    return office


def screens_of(office: Office, folder: Path) -> Screens:
    """Type the morning at a terminal of each size; gives the screens by their names."""
    found: Screens = {}
    for size in SIZES:
        (folder / size).mkdir()
        drawn = Morning(office, folder / size, size).play(at_a_terminal=lambda _: True)
        found |= {f"{screen}-{size}": text for screen, text in drawn.items()}
    return found
