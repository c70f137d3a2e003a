"""What every country keeps: a class of tests that a pack's own tests inherit.

class TestNowhere(CountryContract):
    folder = Path(wayhome_nowhere.__file__).parent
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from wayhome.packs.pack import read_pack
from wayhome.packs.plugins import Shelf, check_folder
from wayhome.packs.read_only import PackView, pack_view
from wayhome.stories.playing import check
from wayhome.stories.telling import read_story


def view_of(folder: Path) -> PackView:
    """Show a pack as its checks see it, to call a check by itself.

    Raises:
        PackBroken: the pack cannot be read.
    """
    return pack_view(read_pack(folder))


class CountryContract:
    """Tests for a pack: it loads, says its sources, keeps its marks, and its stories go as they are told."""

    folder: ClassVar[Path]

    def test_the_pack_has_no_faults(self) -> None:
        check_folder(self.folder)

    def test_every_entry_names_its_source_and_every_source_is_used(self) -> None:
        pack, _ = check_folder(self.folder)
        listed = {one.entry.id for one in pack.of("sources")}
        used = {
            source
            for located in pack.entries.values()
            for one in located
            for source in getattr(one.entry, "source", ())
        }
        used |= {source for one in pack.of("partners") for contact in one.entry.contacts for source in contact.source}
        assert used == listed

    def test_no_number_is_said_to_work_that_nobody_has_checked(self) -> None:
        pack, _ = check_folder(self.folder)
        unchecked = [
            contact.value
            for one in pack.of("partners")
            for contact in one.entry.contacts
            if contact.status == "working" and contact.checked_on is None
        ]
        assert unchecked == []

    def test_at_least_three_stories_go_as_they_are_told(self) -> None:
        stories = sorted((self.folder.parent / "stories").glob("*.yaml"))
        assert len(stories) >= 3
        shelf = Shelf.installed()
        assert {path.name: check(read_story(path), shelf) for path in stories} == {path.name: [] for path in stories}
