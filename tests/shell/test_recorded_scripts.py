"""Three returns, typed at the shell as the scripts in `recorded/` say: what is asked, what is seen, and how many keys it takes.

`python -m tests.shell.recorded.record` makes scripts and screens anew. All people are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from wayhome import Engine

from tests.shell.at_a_terminal import COLUMNS, LINES
from tests.shell.recorded.people import RETURNS
from tests.shell.recorded.playing import Playing
from tests.shell.recorded.script import FOLDER, read

WOMAN, CHILD, MAN = RETURNS
TO_STAY = (
    "contact_authorities"  # that the centre asks for a residence document: it is offered, and no part of the journey
)
TYPED_BEFORE = (
    12_983  # keystrokes of the plain Nigerian return to departure, typed by hand as commands, counted in 2026
)


def expected(name: str) -> Mapping[str, str]:
    """Give the screens of a script as they were accepted."""
    return {path.stem.partition(".")[2]: path.read_text() for path in (FOLDER / "screens").glob(f"{name}.*.txt")}


@pytest.fixture(scope="module", params=RETURNS)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Playing:
    """A script that was typed to its end: at a terminal where a screen of it is kept, else by the same code without one."""
    playing = Playing(read(request.param), request.param, tmp_path_factory.mktemp(request.param))
    playing.play(at_a_terminal=lambda sitting: bool(sitting.screens))
    return playing


def test_each_screen_that_is_kept_is_drawn_as_it_was_accepted(played: Playing) -> None:
    assert played.screens == expected(played.name)


def test_a_script_brings_the_person_as_far_as_it_says(played: Playing) -> None:
    with played.opened() as engine:
        view = engine.cases(as_=played.script.people[0])[0]
        assert view.phase == ("pre_departure" if played.name == MAN else "travel")
        if played.name == MAN:
            the_no_stands(engine, view.number, played)


@pytest.mark.soak
@pytest.mark.parametrize("name", RETURNS)
def test_a_whole_return_is_typed_at_a_terminal(name: str, tmp_path: Path) -> None:
    playing = Playing(read(name), name, tmp_path)

    assert playing.play(at_a_terminal=lambda _: True) == expected(name)


SCREENS = [pytest.param(name, screen, id=f"{name}-{screen}") for name in RETURNS for screen in expected(name)]


@pytest.mark.parametrize(("name", "screen"), SCREENS)
def test_a_screen_fits_the_terminal_and_says_first_what_it_is_about(name: str, screen: str) -> None:
    lines = expected(name)[screen].splitlines()

    assert lines[0].strip()
    assert len(lines) < LINES  # one is left for what is typed
    assert max(map(len, lines)) <= COLUMNS


def test_the_return_to_nigeria_takes_at_most_half_of_the_keys_that_it_took() -> None:
    keys = read(WOMAN).keys()

    told = "\n".join(f"{count:>6}  {act}" for act, count in keys.most_common())
    assert sum(keys.values()) <= TYPED_BEFORE // 2, f"{sum(keys.values())} keystrokes:\n{told}"


@pytest.mark.parametrize("name", RETURNS)
def test_nobody_types_a_back_step_or_leaves_a_placeholder(name: str) -> None:
    lines = [typed.line for sitting in read(name).sittings for typed in sitting.lines]

    assert not {"<", "+"}.intersection(lines)
    assert not [line for line in lines if "invented words" in line or "<" in line]


def the_no_stands(engine: Engine, case: str, playing: Playing) -> None:
    """See that the journey is cancelled, where he sleeps is known, that all options are talked about, and no yes to the journey is offered."""
    who = playing.script.people[0]
    view = engine.case(case, as_=who)
    assert view.travel is not None
    assert view.travel["status"] == "cancelled"
    assert view.facts["safe_place_tonight"] is True
    assert [one["state"] for one in view.consents if one["purpose"] == "return"] == ["withdrawn"]
    next_ = [dict(row.do) for row in engine.next(case, as_=who)]
    assert next_[:2] == [
        {"do": "resolve", "incident": "consent_withdrawn_before"},
        {"do": "complete", "step": "options_counselling", "round": "4"},
    ]
    assert [do["purpose"] for do in next_ if do["do"] == "consent"] == [TO_STAY]
    assert not engine.why(case, "depart", as_=who).allowed
