"""That something is so still begins nothing anew: since when, and what is asked a year on, count from the beginning.

registers.md, Part 1, table, `work`: "*does it still run?* at 6 and 12 months"; "**Days.** The day of a state is the `at` of what was entered (... begun, ...
moved in)". officer44.yaml `still_running` answers just so: `{status: running, how_it_goes: ...}`; `business`: "What she works at, since when"; `home`: "Where she lives,
..., since when".
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import WORK, in_follow_up
from tests.attacks.play import RECEIVER, Play, begun

GOES_ON = {"do": "update", "ref": "work-1", "how_it_goes": "(invented) two weddings a month", "by": "person"}


@pytest.fixture
def home() -> Iterator[Play]:
    with begun(in_follow_up) as play:  # 14 May 2026
        play.given(RECEIVER, WORK)
        yield play


def asked(play: Play) -> list[tuple[str, str]]:
    rows = play.engine.due(as_=play.actor(RECEIVER), case=play.case)
    return [(row.title.split(":")[0], f"{row.due_at:%Y-%m}") for row in rows if row.step == "entry:work"]


def shown(play: Play, ref: str) -> str:
    (one,) = (one for one in play.engine.case(play.case, as_=play.actor(RECEIVER)).entries if one["ref"] == ref)
    return one["at"][:10]


def test_a_year_on_it_is_asked_a_year_after_it_began(home: Play) -> None:
    home.wait(days=180)
    home.given(
        RECEIVER, {**GOES_ON, "status": "running", "covers": "nearly"}
    )  # half a year on, as the officer writes it

    assert asked(home) == [("A year on", "2027-05")]


def test_since_when_she_works_and_lives_there_stays_the_day_on_which_it_began(home: Play) -> None:
    room = {
        "home": "own_room",
        "where": "(invented) 12 Nowhere Close",
        "safe": "yes",
        "status": "lived_in",
        "by": "person",
    }
    home.given(RECEIVER, {"do": "enter", "register": "home", **room})
    began = shown(home, "home-2")
    home.wait(days=100)
    home.given(
        RECEIVER,
        {**GOES_ON, "status": "running"},
        {"do": "update", "ref": "home-2", "status": "lived_in", "safe": "mostly", "by": "person"},
    )

    assert (shown(home, "work-1"), shown(home, "home-2")) == (began, began)


def test_honest_what_is_said_without_the_state_leaves_its_day(home: Play) -> None:
    home.wait(days=180)
    home.given(RECEIVER, {**GOES_ON, "covers": "nearly"})

    assert asked(home) == [("A year on", "2027-05")]
    assert shown(home, "work-1") == "2026-05-14"
