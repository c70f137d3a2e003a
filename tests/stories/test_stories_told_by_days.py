"""Every story, told by somebody who knows the days and not the hours: it goes the same way.

Each act until the clearance is typed with its day alone; a boarding has its hour. What a window in hours leaves open on that day
is told with its hour, and nothing else is.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from wayhome.packs.plugins import Packs

from tests.stories.retold import Told, played, retold, told_in_time
from tests.stories.test_stories import STORIES

HERE = ZoneInfo("Europe/Brussels")  # the time of both host countries
NEEDS_ITS_HOUR = {
    "1-brussels-to-benin-city": ["pre_departure_briefing"]
}  # from the hour of the flight seven days before


def with_its_day(one: Told) -> Told:
    if not one.line.do or "at" in one.line.fields or one.line.fields.get("to") == "depart":
        return one
    day = one.happened.astimezone(HERE).date().isoformat()
    return one._replace(line=replace(one.line, fields={**one.line.fields, "at": day}))


def how_it_went(cases: dict[str, dict[str, Any]]) -> Any:
    return {
        name: (
            *(case["view"][one] for one in ("phase", "status", "closed_as", "facts", "roles")),
            {
                (step["id"], step["round"], step["of"]): (step["state"], step["result"])
                for step in case["view"]["steps"]
            },
        )
        for name, case in cases.items()
    }


@pytest.mark.parametrize("path", STORIES, ids=lambda p: f"{p.parts[-4]}/{p.stem}")
def test_a_story_told_by_its_days_is_the_same_story(path: Path, packs: Packs) -> None:
    story, lines = told_in_time(path)
    cleared = next((i for i, one in enumerate(lines) if one.clears), len(lines))
    needs = NEEDS_ITS_HOUR.get(path.stem, [])
    by_days = [one if one.line.fields.get("step") in needs else with_its_day(one) for one in lines[:cleared]]

    _, with_hours = played(story, packs, at=lines[-1].typed)
    failures, with_days = played(retold(story, [*by_days, *lines[cleared:]]), packs, at=lines[-1].typed)

    assert failures == []
    assert how_it_went(with_days) == how_it_went(with_hours)


def test_what_a_window_in_hours_leaves_open_is_not_done_by_its_day_alone(packs: Packs) -> None:
    path = next(path for path in STORIES if path.stem == "1-brussels-to-benin-city")
    story, lines = told_in_time(path)
    at = next(i for i, one in enumerate(lines) if one.line.fields.get("step") == "pre_departure_briefing")
    by_day = [with_its_day(one) for one in lines[: at + 1]]

    failures, _ = played(retold(story, by_day), packs, at=lines[at].typed)

    assert [failure.line for failure in failures] == [lines[at].line.number]
