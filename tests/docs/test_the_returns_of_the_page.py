"""docs/shell.md is written around a morning and three returns that are recorded: each screen is one that is drawn, each answer one that is
typed.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from wayhome.results import Call
from wayhome.shell.ringing import line
from wayhome.shell.terminal import phrase
from wayhome.shell.views.today import NAMES

from tests.shell.recorded.morning import MORNING
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


def test_the_page_tells_the_morning_and_all_three_returns_each_from_its_beginning() -> None:
    told = list(dict.fromkeys(name.partition(".")[0] for name, _ in SCREENS))
    assert told == [MORNING, *RETURNS]
    assert len(TYPED) == PAGE.count("```typed ")
    assert len(SCREENS) == PAGE.count("```screen ")


def morning() -> str:
    return PAGE.partition("## A morning at the office\n")[2].partition("\n## ")[0]


def test_the_page_begins_with_the_morning_and_is_short_about_it() -> None:
    first = re.search(r"^## (.+)$", PAGE, re.M)
    assert first is not None
    assert first[1] == "A morning at the office"
    assert len(morning().splitlines()) <= 45


def test_the_morning_says_once_what_each_section_of_todays_list_means() -> None:
    told = re.findall(r"(?:^- |\. )\*([^*]+)\*:", morning(), re.M)
    assert sorted(told) == sorted(phrase(one) for one in NAMES.values())


def test_a_ring_reads_as_the_page_says() -> None:
    assert f"`{line(Call('katrien', 1, 7))}`" in morning()


def test_the_number_that_the_morning_opens_is_that_of_its_line() -> None:
    opened = re.search(r"`(\d+)` takes up the case of \*([\w-]+)\*", morning())
    assert opened is not None
    assert re.search(rf"^ +{opened[1]}  {opened[2]} · ", morning(), re.M)
    assert f"\n> {opened[1]}\n" in (FOLDER / f"{MORNING}.txt").read_text(encoding="utf-8")
