"""What a line of the interactive shell means that is no command; without a terminal."""

from __future__ import annotations

import pytest
from wayhome.shell.commands.shell import run_line
from wayhome.shell.dialogue import desk
from wayhome.shell.dialogue.vocabulary import in_the_case
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


@pytest.mark.parametrize("typed", [str, str.title, lambda label: label.replace("-", " ")])
def test_a_case_is_taken_up_by_its_label_with_a_dash_or_a_blank(session, number, typed):
    assert run_line(typed(session.engine.case(number, as_=session.actor).label), session) == 0

    assert session.desk.case == number


def test_a_label_that_no_case_has_is_told_as_that(session, capsys):
    assert run_line("zesty-zebra", session) == 2

    assert "No case of yours has that label" in capsys.readouterr().err


def test_a_number_takes_up_the_case_that_is_listed_under_it(session, number, wayhome):
    other = wayhome.json("case", "open", "--host", "BE", "--origin", "NG")["case"]
    run_line("case list", session)

    assert run_line("2", session) == 0
    assert session.desk.case in (number, other)
    first = session.desk.case
    run_line("case list", session)
    assert run_line("1", session) == 0
    assert {first, session.desk.case} == {number, other}


def test_a_case_is_found_by_its_label_its_number_or_its_reference_and_taken_up_by_its_number_in_the_list(
    session, number, wayhome, capsys
):
    other = wayhome.json("case", "open", "--host", "BE", "--origin", "NG", "--reference", "12/26")["case"]
    label = session.engine.case(other, as_=session.actor).label
    first, second = label.split("-")

    for called in ("12/26", other, other[3:8].lower(), label, f"{first} {second[:2]}"):
        run_line(number, session)
        capsys.readouterr()
        assert run_line(f"find {called}", session) == 0
        told = capsys.readouterr().out
        assert other in told
        assert number not in told
        assert run_line("1", session) == 0
        assert session.desk.case == other


def test_who_may_not_read_a_case_does_not_learn_that_there_is_one(number, wayhome):
    label = wayhome.json("case", "show", number)["label"]

    there, not_there = (wayhome("find", called, as_="sysop") for called in (label, "zesty-zebra"))
    assert (there.status, there.out, there.err) == (not_there.status, not_there.out, not_there.err)
    assert there.status == 4


def test_a_number_opens_no_case_that_the_screen_does_not_show(session, number, monkeypatch, wayhome):
    wayhome("case", "open", "--host", "BE", "--origin", "NG")
    monkeypatch.setattr("wayhome.shell.views.lists.MOST_CASES", 1)
    run_line("case list", session)

    assert run_line("2", session) == 2
    run_line("case list --all", session)
    assert run_line("2", session) == 0


def test_a_number_opens_what_was_listed_last(session, number):
    run_line("case list", session)
    run_line(number, session)

    assert run_line("1", session) == 2  # the first thing to do in it, and nobody sits there who can be asked
    run_line("case list", session)
    assert run_line("1", session) == 0


def test_a_case_that_was_just_opened_is_taken_up(session, capsys):
    assert run_line("case open --host BE --origin NG age_status=adult", session) == 0

    told = capsys.readouterr().out
    assert session.desk.case in told
    assert "To say it aloud: " in told
    assert "what can be done now" in told
    assert session.desk.listed[0].because == "Register the referral"


@pytest.mark.parametrize(
    ("line", "tells"),
    [
        ("show", "Belgium to Nigeria"),
        ("show --all", "Process "),
        ("history", "opened"),
        ("next", "what can be done now"),
        ("why depart", "'depart' is not allowed yet"),
        ("why complete step=screening_interview", "is not allowed yet"),
        ("case history", "opened"),
        ("case why depart", "'depart' is not allowed yet"),
        ("due", "Register the referral"),
        ("do note group=case text=invented", "Done."),
        ("note group=case text=invented", "Done."),
    ],
)
def test_inside_a_case_nothing_needs_its_number(session, number, line, tells, capsys):
    run_line(number, session)
    capsys.readouterr()

    assert run_line(line, session) == 0
    assert tells in capsys.readouterr().out


def test_what_is_due_is_that_of_the_case_and_with_anything_beside_it_as_it_is_typed(session, number, wayhome):
    other = wayhome.json("case", "open", "--host", "BE", "--origin", "NG")["case"]
    run_line(other, session)

    assert in_the_case(["due"], session) == ["due", "--case", other]
    assert in_the_case(["due", "--mine"], session) == ["due", "--mine"]


def test_another_case_can_be_looked_at_by_its_number_inside_a_case(session, number, wayhome, capsys):
    other = wayhome.json("case", "open", "--host", "BE", "--origin", "NG")["case"]
    label = session.engine.case(other, as_=session.actor).label
    run_line(number, session)
    capsys.readouterr()

    for line in (f"history {other}", f"case show {label}", f"why {other} depart"):
        assert run_line(line, session) == 0
        assert other in capsys.readouterr().out


@pytest.mark.parametrize("line", ["show", "history", "why depart", "note group=case text=invented", "next"])
def test_outside_of_a_case_they_say_that_none_is_taken_up(session, line, capsys):
    assert run_line(line, session) == 2

    assert "No case is taken up." in capsys.readouterr().err


@pytest.mark.parametrize("line", ["frobnicate", "1", "2026-03-02", "@", "she said"])
def test_an_unknown_word_says_what_can_be_typed_outside_of_a_case(session, line, capsys):
    assert run_line(line, session) == 2

    told = capsys.readouterr().err
    assert "wayhome --help" not in told
    for word in ("label of a case", "find", "case list", "case open", "?"):
        assert word in told


def test_an_unknown_word_says_what_can_be_typed_in_the_case(session, number, capsys):
    run_line(number, session)
    assert run_line("frobnicate", session) == 2

    told = capsys.readouterr().err
    for word in ("number of the list", "the name of a step", "next", "show", "history", "why depart", "?"):
        assert word in told
    assert "frobnicate" not in told  # it may be an answer, typed at the wrong prompt


def test_a_word_that_is_nearly_one_is_asked_about(session, number, capsys):
    run_line(number, session)
    assert run_line("histroy", session) == 2

    assert "Did you mean history?" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["case frobnicate", "do --nonsense", "case show --nonsense x"])
def test_what_a_command_does_not_take_leads_to_help_as_it_is_typed_here(session, line, capsys):
    assert run_line(line, session) == 2

    told = capsys.readouterr().err
    assert "--help" not in told
    assert "`help " in told


@pytest.mark.parametrize("taken", [True, False])
def test_a_question_mark_lists_what_can_be_typed_here(session, number, taken, capsys):
    if taken:
        run_line(number, session)
    capsys.readouterr()

    assert run_line("?", session) == run_line("help", session) == 0
    told = capsys.readouterr().out
    assert ("why depart" in told) is taken
    assert all(len(line) <= 80 for line in told.splitlines())


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


@pytest.mark.parametrize(("line", "status"), [("0", 2), ("999", 2), ("99999999999999", 2), ("WH-NONSENSE", 2)])
def test_a_number_that_is_not_in_the_list_is_told(session, number, line, status):
    run_line(number, session)

    assert run_line(line, session) == status


@pytest.mark.parametrize("line", ["1", "register the referral", "register_referral", "no", "note", "left", "depart"])
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


@pytest.mark.parametrize(
    ("line", "tells"),
    [
        ("help case list", "--phase"),
        ("help history", "Usage: wayhome case history"),
        ("help find", "Usage: wayhome find"),
        ("help next", "Usage: wayhome case next"),
        ("help no", "The person says no"),
        ("help consent", "In which language was it asked?"),
        ("help incident", "something has happened that"),
        ("help depart", "The person departs"),
        ("help prepare", "Begin to prepare the return"),
        ("help step", "Usage: wayhome process step"),
        ("help partner", "Usage: wayhome process partner"),
        ("help register_referral", "Register the referral"),
        ("help register the ref", "Register the referral"),
        ("help language", "In which language was it asked?"),
        ("help on_paper", "Which paper says so"),
        ("help age_status", "is the person an adult, a child"),
        ("help own_view", "What the person is worried about"),
        ("help version", "so that it can be found again"),
    ],
)
@pytest.mark.parametrize("taken", [True, False])
def test_help_explains_any_word(session, number, taken, line, tells, capsys):
    if taken:
        run_line(number, session)
    capsys.readouterr()

    assert run_line(line, session) == 0
    out, err = capsys.readouterr()
    assert tells in out
    assert not err


@pytest.mark.parametrize("line", ["help frobnicate", "help an invented name"])
def test_help_on_no_word_says_what_can_be_typed(session, line, capsys):
    assert run_line(line, session) == 2

    assert "Nothing here is called so." in capsys.readouterr().err
