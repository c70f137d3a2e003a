"""What a line of the interactive shell means that is no command; without a terminal."""

from __future__ import annotations

import pytest
from wayhome.shell.commands.shell import run_line
from wayhome.shell.dialogue import desk
from wayhome.shell.prompting import completions
from wayhome.shell.session import Session


@pytest.fixture
def session(wayhome, number):
    opened = Session(actor_id="anna", interactive=True)
    yield opened
    opened.close()


@pytest.mark.parametrize("line", ["case list", "do", "shell", "--help", "verify", "nonsense", "1", "next", "meet the"])
def test_without_a_case_a_line_is_a_command_or_nothing(session, line):
    assert desk.meant(line.split(), session) is None


def test_a_case_is_taken_up_by_its_number_in_any_case(session, number, capsys):
    assert run_line(number.lower(), session) == 0
    assert session.desk.case == number
    assert "what can be done now" in capsys.readouterr().out


def test_to_list_a_case_is_to_take_it_up(session, number):
    assert run_line(f"case next {number}", session) == 0

    assert session.desk.case == number
    assert session.desk.listed[0].because == "Register the referral"


@pytest.mark.parametrize("line", ["case list", "do x", "verify --json", "nonsense", "yes"])
def test_commands_stay_commands_when_a_case_is_taken_up_and_what_is_called_like_nothing_means_nothing(
    session, number, line
):
    run_line(number, session)

    assert desk.meant(line.split(), session) is None


@pytest.mark.parametrize(("line", "status"), [("0", 2), ("999", 2), ("99999999999999", 2), ("use WH-NONSENSE", 2)])
def test_a_number_that_is_not_in_the_list_is_told(session, number, line, status):
    run_line(number, session)

    assert run_line(line, session) == status


@pytest.mark.parametrize("line", ["1", "register the referral", "register_referral", "no"])
def test_where_nobody_sits_nobody_is_asked(session, number, line, wayhome, capsys):
    run_line(number, session)
    before = wayhome.ledger()

    assert run_line(line, session) == 2

    assert "Somebody must be there to be asked." in capsys.readouterr().err
    assert wayhome.ledger() == before


def test_no_says_whose_no_it_is(session, capsys):
    assert run_line("no", session) == 2
    assert "It is not said whose no it is." in capsys.readouterr().err


def test_several_of_one_name_are_told_with_their_ids(session, number, capsys):
    run_line(number, session)

    assert run_line("meet the", session) == 0
    assert "Meet the person in a safe place  (safe_first_contact)" in capsys.readouterr().out


def test_tab_offers_the_steps_that_are_listed(session, number):
    assert not list(completions("regis", session))
    run_line(number, session)

    assert [(word, about) for word, _, about in completions("regis", session)] == [
        ("register_referral", "Register the referral")
    ]


def test_what_is_listed_and_is_no_step_is_found_by_how_it_is_called(session, number, capsys):
    run_line(f"do {number} incident type=violence", session)
    run_line(number, session)
    capsys.readouterr()

    assert run_line("'the person is hurt", session) == 2  # a quote is not closed
    name = session.desk.listed[0].because.split("'")[1]
    assert run_line(f'"\'{name}"', session) == 2

    assert "Somebody must be there to be asked." in capsys.readouterr().err
