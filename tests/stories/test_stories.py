"""The stories of all packs: whole returns, played with the real packs in a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from wayhome import Actor, BadInput
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import START, StoryClock, check, play
from wayhome.stories.telling import read_lines, read_story

from tests.places import Place, a_place

PLUGINS = Path(__file__).parents[2] / "plugins"
STORIES = sorted(PLUGINS.glob("*/wayhome_*/stories/*.yaml"))


@pytest.mark.usefixtures("said_rightly")
@pytest.mark.parametrize("path", STORIES, ids=lambda p: f"{p.parts[-4]}/{p.stem}")
def test_a_story_goes_as_it_is_told(path: Path, packs: Packs) -> None:
    assert check(read_story(path), packs) == []


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A schema of PostgreSQL for all stories: one database, as an office would have it."""
    place = a_place("postgresql", tmp_path_factory.mktemp("stories"))
    place.make()
    yield place
    place.gone()


@pytest.mark.parametrize("path", STORIES, ids=lambda p: f"{p.parts[-4]}/{p.stem}")
def test_a_story_goes_as_it_is_told_on_postgresql(path: Path, schema: Place) -> None:
    story, clock = read_story(path), StoryClock(START)
    clock.moment = story.clock or START
    with schema.open(clock=clock) as engine:
        if engine.clock().stands_back_at is not None:  # another story has told of a later year
            engine.confirm_clock(as_=Actor("ada", "invented_house", {"system_admin"}))
        played = play(engine, story, clock=clock, strict=False)

        assert played.failures == []
        assert played.done > 0


def test_after_all_stories_on_postgresql_the_ledger_holds(schema: Place) -> None:
    with schema.open() as engine:
        found = engine.verify()

    assert found.ok, found.problems
    if not found.cases:
        pytest.skip("no story was told")


def test_who_works_in_a_story_works_for_a_partner_of_its_packs(packs: Packs) -> None:
    plugins = {plugin.pack.id: plugin.pack for plugin in packs.ready if plugin.pack}
    others = set()
    for story in map(read_story, STORIES):
        partners = {one.entry.id for pack in story.packs for one in plugins[pack].of("partners")}
        others |= {actor.organisation for actor in story.actors.values()} - partners

    assert others == {"ggd", "law_firm"}  # a health service and lawyers, which no pack lists


@pytest.mark.parametrize("plugin", sorted(p.name for p in PLUGINS.iterdir() if p.is_dir()))
def test_every_pack_tells_at_least_three_stories_that_expect_something(plugin: str) -> None:
    stories = [read_story(path) for path in STORIES if path.parts[-4] == plugin]

    assert len(stories) >= 3
    assert all(any(line.expect for line in story.lines) for story in stories)


def test_a_story_that_goes_another_way_is_told_with_its_line(tmp_path: Path, packs: Packs) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "title: An invented story\nclock: 2026-03-02T09:00+01:00\n"
        "actors: {anna: {organisation: x, roles: [case_manager_sending]}}\nstory:\n"
        "  - {as: anna, do: open, host_country: BE, origin_country: NG}\n"
        "  - {expect: {phase: travel, steps: {safe_first_contact: done}}}\n"
        "  - {do: complete, step: register_referral, expect: {refused: {includes: [INV-01]}}}\n"
        "  - {do: complete, step: safe_first_contact}\n"
    )

    failures = check(read_story(file), packs)

    assert [(f.line, f.expected) for f in failures] == [
        (6, "phase travel"),
        (6, "steps safe_first_contact: done"),
        (7, "a refusal"),
        (8, "that this can be done"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title: x\nstory:\n\t- {do: open}\n", "line 3, column 1"),  # a tab
        ("title: x\n", "a list called 'story'"),
        ("title: x\nstory: []\ntypo: 1\n", "line 3"),
        ("title: x\nstory:\n  - {after: soon}\n", "no length of time"),
        ("title: x\nstory:\n  - {say: hello}\n", "a line says do, expect, after or clock"),
        ("title: x\nactors: {anna: 3}\nstory: []\n", "needs an organisation"),
        ("title: x\nclock: 2026-03-02T09:00\nstory: []\n", "time zone"),
    ],
)
def test_a_story_that_cannot_be_read_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)

    with pytest.raises(BadInput, match=says):
        read_story(file)


def test_json_lines_that_cannot_be_read_name_their_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"as": "anna", "do": "note"}\nnonsense\n')

    with pytest.raises(BadInput, match="line 2"):
        read_lines(file)
