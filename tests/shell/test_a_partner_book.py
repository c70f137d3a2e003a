"""`partner`: an office types what it knows of its partners, and reads it again. All numbers and people are invented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wayhome import Actor
from wayhome.shell.prompting import fit_to_keep

from tests.attacks import play as plays
from tests.attacks.play import Play
from tests.shell.at_a_terminal import COLUMNS, Terminal

NUMBER = "+32 000 00 00 01"
ANNA = Actor("anna", "invented_organisation", {"case_manager_sending", "programme_manager"})
WORKER = Actor("invented_worker", "invented_organisation", {"case_manager_sending"})


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """A case in a file, and two who work on it."""
    made = plays.opened(url=f"sqlite:///{tmp_path / 'case.db'}")
    for actor in (ANNA, WORKER):
        made.engine.put_actor(actor)
    with made.engine:
        yield made


def test_what_is_noted_is_shown_again_with_its_day_and_who_wrote_it(wayhome: Any) -> None:
    for words in (
        ("--number", NUMBER, "--tried", "2026-11-28", "--works"),
        ("--number", "+32 000 00 00 02", "--tried", "2026-11-27", "--does-not"),
        ("--number", "+32 000 00 00 03"),
        ("--room", "2 beds", "--on", "2026-11-26"),
        ("--ask-for", "An Invented Sister", "--on", "2026-11-26"),
        ("--note", "closed on an invented feast", "--on", "2026-11-26"),
        ("--careful", "an invented reason", "--on", "2026-11-26"),
    ):
        answer = wayhome("partner", "note", "ng_idia", *words)
        assert (answer.status, answer.out, answer.err) == (0, "Noted, for your own office.\n", "")

    assert wayhome("partner", "show", "ng_idia", as_="rita").out.splitlines() == [
        "Telephone: +32 000 00 00 01 · it works, tried on 2026-11-28 · anna",
        "Telephone: +32 000 00 00 03 · we have not tried it yet · anna",
        "Telephone: +32 000 00 00 02 · it did not work, tried on 2026-11-27 · anna",
        "Ask for: An Invented Sister · on 2026-11-26 · anna",
        "Beds and places: 2 beds · on 2026-11-26 · anna",
        "Note: closed on an invented feast · on 2026-11-26 · anna",
        "Careful: an invented reason · on 2026-11-26 · anna",
    ]
    assert wayhome("partner", "list").out.startswith(
        "ng_idia  Careful: an invented reason · Telephone: +32 000 00 00 01 · "
    )
    assert wayhome("partner", "note", "ng_idia", "--careful", "it is over", "--drop").out == "Taken out.\n"
    assert "Careful" not in wayhome("partner", "show", "ng_idia").out
    assert NUMBER not in wayhome("process", "partner", "ng_idia").out, "a card shows what a pack vouches for"


def test_of_whom_nothing_is_noted_that_is_said(wayhome: Any) -> None:
    assert wayhome("partner", "show", "ng_idia").out == "Your office has noted nothing of them.\n"
    assert "Your office has noted nothing yet" in wayhome("partner", "list").out
    wrong = wayhome("partner", "show", "ng_idai")
    assert wrong.status == 2
    assert "ng_idia" in wrong.err


def test_another_office_is_shown_nothing_of_it(wayhome: Any) -> None:
    wayhome("partner", "note", "SN", "--number", NUMBER)

    assert wayhome.json("partner", "list", as_="shelter") == wayhome.json("partner", "show", "SN", as_="shelter") == []


def test_as_json_each_note_says_all_that_it_holds(wayhome: Any) -> None:
    note = wayhome.json("partner", "note", "SN", "--number", NUMBER, "--tried", "2026-11-28", "--does-not")

    assert note == {
        "party": "SN", "kind": "number", "text": NUMBER, "on": "2026-11-28", "works": False, "by": "anna", "at": note["at"],
        "dropped_by": None,
    }  # fmt: skip
    assert wayhome.json("partner", "list") == wayhome.json("partner", "show", "SN") == [note]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "One thing is noted at a time."),
        (("--room", "2 beds", "--note", "so"), "One thing is noted at a time."),
        (("--room", "2 beds", "--works"), "Only a number can be tried."),
        (("--number", NUMBER, "--tried", "2026-11-28"), "It is not said whether it worked."),
        (("--room", "2 beds", "--on", "tomorrow"), "'on' is a day."),
    ],
)
def test_what_cannot_be_noted_says_why(wayhome: Any, words: tuple[str, ...], told: str) -> None:
    answer = wayhome("partner", "note", "ng_idia", *words)

    assert answer.status == 2
    assert told in answer.err
    assert wayhome.json("partner", "list") == []


def test_no_file_of_the_shell_keeps_what_was_typed() -> None:
    assert fit_to_keep(f"partner note ng_idia --ask-for 'An Invented Sister' --number '{NUMBER}'") == "partner note"


def test_at_a_no_the_numbers_of_the_own_office_are_shown_first(play: Play, tmp_path: Path) -> None:
    play.ready()
    play.given("case_manager_sending", {"do": "assign", "role": "travel_officer", "partner": "be_payoke"})
    play.given(
        "programme_manager", {"do": "assign", "role": "case_owner", "partner": "be_pag_asa", "case_worker": "anna"}
    )
    tom = Actor("tom", "be_payoke", {"travel_officer"})
    play.engine.put_actor(tom)
    for last, party in enumerate(("ng_bakhita", "be_pag_asa", "be_payoke"), start=1):
        play.engine.note_partner(party, "number", f"+32 000 00 00 0{last}", works=True, as_=tom)
    play.engine.note_partner("be_payoke", "ask_for", "An Invented Colleague", as_=tom)
    play.engine.note_partner("ng_bakhita", "room", "2 beds", as_=tom)

    with Terminal(tmp_path / "case.db", tom.id, play.now) as terminal:
        listed = terminal.types("partner list")
        told = " ".join(terminal.types(f"no {play.case}", "yes").split())

    assert [len(line) <= COLUMNS for line in listed.splitlines() if "000" in line] == [True] * 3
    shown = [
        "Payoke: +32 000 00 00 03 · it works, tried on ", "Payoke: Ask for: An Invented Colleague", "Payoke: +3232011690",
        "PAG-ASA: +32 000 00 00 02", "PAG-ASA: +3225116464",
    ]  # fmt: skip
    places = [told.index(one) for one in shown]
    assert places == sorted(places)
    assert "2 beds" not in told, "at a gate nobody needs to know"


def test_who_names_a_partner_is_shown_the_number_of_the_office(play: Play, tmp_path: Path) -> None:
    play.engine.note_partner("ng_idia", "number", NUMBER, works=True, as_=ANNA)
    play.engine.note_partner("ng_idia", "careful", "an invented reason", as_=ANNA)

    with Terminal(tmp_path / "case.db", ANNA.id, play.now) as terminal:
        told = " ".join(terminal.types(play.case, "contact", "idia").split())

    assert "= Idia Renaissance - careful: an invented reason" in told
    assert f"Idia Renaissance: {NUMBER} · it works, tried on" in told
