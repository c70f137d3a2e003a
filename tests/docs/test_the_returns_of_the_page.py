"""docs/shell.md is written around the three recorded returns: each screen is one that is drawn, each answer one that is typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.shell.recorded.people import RETURNS
from tests.shell.recorded.script import FOLDER

PAGE = (Path(__file__).parents[2] / "docs" / "shell.md").read_text(encoding="utf-8")
SCREENS = re.findall(r"^```screen ([\w.-]+)\n(.*?)^```$", PAGE, re.M | re.S)
TYPED = re.findall(r"^```typed ([\w-]+)\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.mark.parametrize(("name", "shown"), SCREENS, ids=[name for name, _ in SCREENS])
def test_a_screen_of_the_page_is_drawn_when_the_return_is_typed(name: str, shown: str) -> None:
    assert shown == (FOLDER / "screens" / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "typed"), TYPED, ids=[name for name, _ in TYPED])
def test_what_the_page_types_is_typed_in_the_return(name: str, typed: str) -> None:
    assert typed in (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_the_page_tells_all_three_returns_each_from_its_beginning() -> None:
    told = list(dict.fromkeys(name.partition(".")[0] for name, _ in SCREENS))
    assert told == list(RETURNS)
    assert len(TYPED) == PAGE.count("```typed ")
    assert len(SCREENS) == PAGE.count("```screen ")
