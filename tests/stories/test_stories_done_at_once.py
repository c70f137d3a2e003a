"""Every story, with all that it does given at once: it ends as it does when it is told line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wayhome import read_command
from wayhome.batches import BatchedCommand, CommandResult
from wayhome.packs.plugins import Packs
from wayhome.results import Done
from wayhome.stories.playing import StoryClock, throw_away_engine

from tests.stories.retold import Told, as_they_stand, played, retold, told_in_time
from tests.stories.test_stories import STORIES


def asked(story: Any, lines: list[Told], clock: StoryClock, cases: dict[str, str]) -> Iterator[BatchedCommand]:
    def one_of(told: Told) -> BatchedCommand:
        line = told.line

        def case() -> str:
            return "" if line.do == "open" else cases.get(line.case or "", "")

        def make(number: str) -> Any:
            clock.moment = told.happened
            fields = {
                key: cases.get(value, value) if key == "linked_to" else value for key, value in line.fields.items()
            }
            return read_command({**fields, "do": line.do}, case=number)

        def hear(came: CommandResult) -> None:
            assert isinstance(came.outcome, Done), (line.number, came.outcome)
            cases[line.case or ""] = came.outcome.case

        actor = story.actors[line.as_ or ""]
        return BatchedCommand(lambda: actor, case, make, line.do or "", hear)

    return map(one_of, lines)


SOME = [path if number % 4 == 0 else pytest.param(path, marks=pytest.mark.soak) for number, path in enumerate(STORIES)]


@pytest.mark.usefixtures("said_rightly")
@pytest.mark.parametrize("path", SOME, ids=lambda p: f"{p.parts[-4]}/{p.stem}")
def test_a_story_that_is_done_at_once_ends_as_it_is_told(path: Path, packs: Packs) -> None:
    story, told = told_in_time(path)
    lines = [one for one in told if one.is_done]
    at = told[-1].typed
    _, line_by_line = played(retold(story, lines), packs, at=at)
    engine, clock = throw_away_engine(story, packs)
    cases: dict[str, str] = {}

    with engine:
        for id, about in story.organisations.items():
            engine.register_organisation(id, **about)
        came = [*engine._do_asked(asked(story, lines, clock, cases), tells=False)]
        clock.moment = max(clock.moment, at)
        at_once = as_they_stand(engine, cases)

        assert len(came) == len(lines)
        assert engine.verify().ok
    assert at_once == line_by_line
