"""A card at the shell: found by what it is called, and told of which return it is."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome.shell.commands.shell import run_line
from wayhome.shell.session import Session


@pytest.mark.parametrize(
    ("words", "head"),
    [
        (("partner", "ng_idia"), "Idia Renaissance  BE → NG"),
        (("partner", "idia"), "Idia Renaissance  BE → NG"),
        (("step", "find a safe"), "Find a safe place to stay  BE → BR"),  # no country said: the first, and it says so
        (("step", "find a safe", "--country", "NG", "--host", "NL"), "Find a safe place to stay  NL → NG"),
        (("incident", "self_harm"), "The person has harmed themselves, or thinks of it  BE → BR"),
    ],
)
def test_a_card_is_found_by_its_id_or_its_name_and_says_of_which_return_it_is(
    wayhome: Any, words: tuple[str, ...], head: str
) -> None:
    answer = wayhome("process", *words)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.splitlines()[0].strip() == head


def test_the_card_of_a_case_is_that_of_its_own_countries(wayhome: Any, number: str) -> None:
    """Whoever works on a return to Nigeria reads what holds there, and not what another country adds."""
    head = "Find a safe place to stay  BE → NG"
    assert wayhome("process", "step", "safe_accommodation", "--case", number).out.splitlines()[0].strip() == head


def test_in_the_shell_a_card_is_that_of_the_case_that_is_worked_on(
    wayhome: Any, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session(actor_id="anna", interactive=True)
    session.desk.takes_up(number, ())
    run_line("process step safe_accommodation", session)
    session.close()
    assert capsys.readouterr().out.splitlines()[0].strip() == "Find a safe place to stay  BE → NG"


def test_where_several_are_called_so_they_are_named(wayhome: Any) -> None:
    answer = wayhome("process", "step", "hear whether")
    assert answer.status == 0  # one alone
    answer = wayhome("process", "step", "find")
    assert answer.status == 2
    assert "Several are called so: " in answer.err
    assert "Find a safe place to stay" in answer.err
    assert "Find an escort" in answer.err


def test_a_card_that_differs_between_countries_says_so_where_nobody_said_which(wayhome: Any, number: str) -> None:
    """Whoever reads the first one must not take it for that of every country."""
    told = wayhome("process", "step", "safe_accommodation").out
    assert "It says something else for" in told
    assert "for NL → BR, NL → NG, NL → SL. Add --case CASE" in " ".join(told.split())
    for more in (("--country", "NG", "--host", "NL"), ("--case", number)):
        assert "It says something else for" not in wayhome("process", "step", "safe_accommodation", *more).out
