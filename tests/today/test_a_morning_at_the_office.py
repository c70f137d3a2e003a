"""Today's list as it is drawn at a terminal, recorded in two sizes: the office of sixty returns, with a clock that stands still.

`python -m tests.shell.recorded.record --accept a-morning-at-the-office` draws the screens anew. All people are invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from wayhome.model.label import is_drawn
from wayhome.packs.plugins import Packs
from wayhome.shell.terminal import phrase
from wayhome.shell.views.today import NAMES
from wayhome.today import SECTIONS, Section

from tests.shell.recorded.morning import MORNING, SIZES, office_in_the_morning, screens_of
from tests.shell.recorded.script import FOLDER
from tests.today.office import Office
from tests.today.test_todays_list import Screen, read

WHO = "katrien"
ALL: tuple[Section, ...] = ("journeys", *SECTIONS)
THERE: frozenset[Section] = frozenset(
    ("journeys", "alarms", "overdue", "today", "to_sign", "waiting", "soon", "offers")
)  # of which this morning has something
RECORDED = {
    path.stem.partition(".")[2]: path.read_text(encoding="utf-8")
    for path in (FOLDER / "screens").glob(f"{MORNING}.*.txt")
}
OPENING, TAKEN = "today", "today-when-it-is-taken"


@pytest.fixture(scope="module")
def office(packs: Packs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = office_in_the_morning(packs, tmp_path_factory.mktemp("office"))
    with made.engine:
        yield made


def recorded(screen: str, size: str) -> Screen:
    return read(RECORDED[f"{screen}-{size}"])


def test_each_screen_is_drawn_as_it_was_accepted(office: Office, tmp_path: Path) -> None:
    assert screens_of(office, tmp_path) == RECORDED


@pytest.mark.parametrize("size", SIZES)
def test_each_section_shows_its_name_its_true_count_and_its_first_line(office: Office, size: str) -> None:
    found, screen = office.engine.today(as_=office.actor(WHO)), recorded(OPENING, size)

    there = [one for one in ALL if getattr(found, one)]

    assert THERE.issubset(there)
    assert screen.counts == {phrase(NAMES[one]): len(getattr(found, one)) for one in there}
    for name in there:
        first, row = screen.shown[phrase(NAMES[name])][0], getattr(found, name)[0]
        assert first["label"] == row.label, name


@pytest.mark.parametrize("size", SIZES)
def test_what_waits_for_others_says_whose_it_is_and_is_never_ones_own(office: Office, size: str) -> None:
    (name,) = (phrase(NAMES[one]) for one in ALL if one == "waiting")

    assert recorded(OPENING, size).shown[name]
    assert {one["whose"] for one in recorded(OPENING, size).shown[name]}.isdisjoint({"yours", "everybody's"})


@pytest.mark.parametrize("size", SIZES)
def test_a_journey_says_how_much_is_missing(size: str) -> None:
    journeys = recorded(OPENING, size).shown[phrase(NAMES["journeys"])]

    ahead = [one for one in journeys if one["word"] == "LEAVES"]
    assert ahead
    assert all(re.search(r" · \d+ missing( |$)", one["more"]) for one in ahead)


@pytest.mark.parametrize(("screen", "size"), [(screen, size) for screen in (OPENING, TAKEN) for size in SIZES])
def test_the_list_fits_the_screen(screen: str, size: str) -> None:
    columns, lines = SIZES[size]
    drawn = RECORDED[f"{screen}-{size}"].splitlines()

    assert len(drawn) <= lines - 2, "one is left for what is typed, and one for the line at the bottom"
    assert max(map(len, drawn)) <= columns


@pytest.mark.parametrize("size", SIZES)
def test_every_alarm_of_hers_is_taken_by_one_command(size: str) -> None:
    before, after = recorded(OPENING, size), recorded(TAKEN, size)
    alarms = phrase(NAMES["alarms"])

    assert {one["whose"] for one in before.shown[alarms]} >= {"yours", "sara"}, "hers, and what nobody took for days"
    assert {one["whose"] for one in after.shown[alarms]} == {f"taken by {WHO}"}
    assert after.counts == before.counts, "what is taken is still to be done"


@pytest.mark.parametrize("name", RECORDED)
def test_a_screen_names_nobody_and_no_file(name: str) -> None:
    text = RECORDED[name]
    labels = set(re.findall(r"\b[a-z]+-[a-z]+(?= · )", text))

    assert all(map(is_drawn, labels))
    assert not re.search(r"/\w|\\|sqlite|\.db\b", text)
    assert not re.search(r"WH-(?!00000-00000-0)", text)
