"""What is entered of her life, as it is shown: a ref as it is typed again, money with its currency, and no mark of praise on what was dropped."""

from __future__ import annotations

import pytest

from tests.shell.conftest import CommandLine

YES = ("answer=given", "language=en", "version=1", "form=written", "explained=purpose,withdrawal")


@pytest.fixture
def helped(wayhome: CommandLine, number: str) -> str:
    """A case in which she has agreed to be assisted."""
    wayhome("do", number, "consent", "purpose=assistance", *YES)
    return number


def test_an_entry_is_told_by_the_ref_that_is_typed_next_and_money_with_its_currency(
    wayhome: CommandLine, helped: str
) -> None:
    aim = wayhome("do", helped, "enter", "register=plan_item", "area=training", "aim=I want to sew (invented)").out
    assert "ref plan_item-1" in aim
    wayhome(
        "do",
        helped,
        "enter",
        "register=budget",
        "funder=be_fedasil",
        "for=training",
        "granted=900 EUR",
        "status=granted",
        "form=cash",
    )
    paid = wayhome(
        "do",
        helped,
        "enter",
        "register=payment",
        "budget=budget-1",
        "direction=out",
        "amount=150 EUR",
        "payee=(invented) a shop",
    ).out
    assert "How much: 150.00 EUR" in paid
    assert "From which budget: budget-1" in paid


def test_an_aim_that_was_dropped_has_no_mark_of_what_was_done(wayhome: CommandLine, helped: str) -> None:
    wayhome("do", helped, "enter", "register=plan_item", "area=training", "aim=I want to sew (invented)")
    wayhome("do", helped, "update", "ref=plan_item-1", "status=dropped", "by=person")

    shown = wayhome("case", "life", helped).out
    assert "  – training, I want to sew (invented)" in shown
    assert "✓" not in shown


def test_what_a_state_needs_is_asked_in_the_name_of_that_state(wayhome: CommandLine, helped: str) -> None:
    wayhome("do", helped, "enter", "register=plan_item", "area=training", "aim=I want to sew (invented)")
    told = wayhome("do", helped, "update", "ref=plan_item-1", "status=not_possible").err

    assert told.split("\n")[:3] == ["'why' is missing.", "An entry that is 'not possible' needs it.", "Say 'why'."]


@pytest.mark.parametrize("part", ["plan", "services", "money"])
def test_each_part_has_a_command_of_its_own_that_shows_the_same(wayhome: CommandLine, helped: str, part: str) -> None:
    wayhome("do", helped, "enter", "register=plan_item", "area=training", "aim=I want to sew (invented)")
    wayhome(
        "do", helped, "enter", "register=service", "service=training", "what=(invented) sewing", "status=thought_of"
    )

    shown = wayhome("case", part, helped).out
    whole = wayhome("case", "life", helped, part)
    assert (shown, "") == (whole.out, whole.err)
    assert ("sew" in shown) is (part != "money")


def test_a_part_that_there_is_not_is_no_empty_life(wayhome: CommandLine, helped: str) -> None:
    told = wayhome("case", "life", helped, "nosuch").err

    assert "There is no screen like that." in told
    assert "plan" in told


def test_an_empty_screen_names_what_stands_there_and_no_more(wayhome: CommandLine, helped: str) -> None:
    """What is asked in a talk is entered by nobody: there no register is named."""
    empty = "Nothing is written down here that you may read."

    assert wayhome("case", "plan", helped).out.split("\n")[:1] == [
        f"{empty} To write it down: enter one of plan_item, conference."
    ]
    assert wayhome("case", "wellbeing", helped).out.split("\n")[:1] == [empty]
    assert "plan_item, service, " in wayhome("case", "life", helped).out


def test_the_history_tells_each_thing_once(wayhome: CommandLine, helped: str) -> None:
    """issue 37, 1: words are told as they were said, and not also that they were written down."""
    wayhome("do", helped, "enter", "register=plan_item", "area=training", "aim=I want to sew (invented)")

    told = " ".join(wayhome("case", "history", helped, "--all").out.split())
    assert told.count("The aim, in their words") == 1
    assert "The aim, in their words: I want to sew (invented)" in told
    assert "The aim, in their words: written down" in wayhome("case", "history", helped).out
