"""Three months in the Netherlands; thirty days for whom another country is responsible under Dublin. Nobody is told of days they have not."""

from __future__ import annotations

from pathlib import Path

import pytest
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import check
from wayhome.stories.telling import read_story

STORY = Path(__file__).parents[2] / "plugins/netherlands/wayhome_netherlands/stories/nl-1-earlier-because-she-asks.yaml"
GRANTED = "step: reflection_period, result: granted,"
ON_DAY_46 = "do: complete, step: return_intention, result: wants, expect: {refused: {includes: [return_intention]}}"  # not one of hers


def retold(folder: Path, said: str, *, ends: str) -> Path:
    """Tell her first forty-six days otherwise: what is said of Dublin, and whether she may decide on day 46."""
    lines = STORY.read_text().splitlines()
    day_46 = next(number for number, line in enumerate(lines) if ON_DAY_46 in line)
    text = "\n".join(lines[: day_46 + 1]).replace(GRANTED, f"{GRANTED}{said}").replace(ON_DAY_46, ends)
    assert said in text
    assert ends in text
    path = folder / "retold.yaml"
    path.write_text(text + "\n")
    return path


@pytest.mark.parametrize("said", [" nl_dublin: false,", ""])
def test_the_three_months_are_hers_also_while_nobody_has_said_anything_of_dublin(
    tmp_path: Path, packs: Packs, said: str
) -> None:
    assert check(read_story(retold(tmp_path, said, ends=ON_DAY_46)), packs) == []


def test_under_dublin_the_period_ends_after_thirty_days(tmp_path: Path, packs: Packs) -> None:
    path = retold(tmp_path, " nl_dublin: true,", ends="do: complete, step: return_intention, result: wants")

    assert check(read_story(path), packs) == []
