"""What every country keeps: a class of tests that a pack's own tests inherit.

class TestNowhere(CountryContract):
    folder = Path(wayhome_nowhere.__file__).parent
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from wayhome import commands
from wayhome.model.case import Case
from wayhome.packs.pack import read_pack
from wayhome.packs.plugins import Packs, Plugin, check_folder
from wayhome.packs.read_only import PackView, pack_view, read_only
from wayhome.stories.playing import check
from wayhome.stories.telling import read_story
from wayhome.testing.builders import ready_to_depart


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
        stories = sorted((self.folder / "stories").glob("*.yaml"))
        assert len(stories) >= 3
        packs = Packs.installed()
        assert {path.name: check(read_story(path), packs) for path in stories} == {path.name: [] for path in stories}

    def test_each_check_answers_the_same_twice_and_changes_nothing(self) -> None:
        packs = Packs.installed()
        plugin = next(one for one in packs.ready if one.pack and one.pack.folder == self.folder)
        if not (plugin.pack and plugin.pack.of("rules")):
            return
        host, origin = _a_return(plugin, packs)
        ready = ready_to_depart(host, origin)
        fresh = Case(ready.case.number, host, origin, ready.case.organisation, ready.case.opened_at, ready.case.digest)
        for case in (fresh, ready.case):
            before = read_only(case)
            for rule in plugin.pack.of("rules"):
                for command in _commands(case.number, rule.entry.on):
                    answers = [
                        plugin.judge(rule.entry.id, plugin.shown(ready.process, case, command, ready.at))
                        for _ in range(2)
                    ]
                    assert answers[0] == answers[1], rule.entry.id
            assert read_only(case) == before


def _a_return(plugin: Plugin, packs: Packs) -> tuple[str, str]:
    """Name a host and an origin country, one of which is this plugin's."""
    country = {one.pack.about.role: str(one.pack.about.country) for one in (*packs.ready, plugin) if one.pack}
    return country["host"], country["origin"]


def _commands(number: str, on: list[str]) -> Iterator[commands.AnyCommand]:
    """Make a command for each moment of a rule."""
    for moment in on:
        word, _, subject = moment.partition(":")
        kind = commands.BY_WORD.get(word)
        if kind is None:
            yield commands.Move(number, to=word)  # type: ignore[arg-type]  # the moment of a move has its name
        elif issubclass(kind, commands.StepCommand):
            yield kind(number, step=subject)
