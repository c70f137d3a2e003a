"""An entry of her life is a conversation as a step is: what it is about is typed or asked first, and then what that asks, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from wayhome import Actor, Engine
from wayhome.commands import Open, read_command

from tests.shell.recorded.desk import Desk
from tests.shell.recorded.playing import engine_at

ANNA = Actor("anna", "be_pag_asa", {"case_manager_sending"})
AGREED = {
    "do": "consent", "purpose": "assistance", "answer": "given", "language": "en", "explained": ["purpose", "withdrawal"], "version": "1",
    "form": "written", "given_by": "person",
}  # fmt: skip
Types = Callable[..., list[str]]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Engine, str, str]]:
    """An engine, where its database lies, and a case in which she has agreed to be assisted."""
    url = f"sqlite:///{tmp_path / 'case.db'}"
    with engine_at(url) as engine:
        engine.put_actor(ANNA)
        number = engine.do(Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=ANNA).case
        engine.do(read_command(AGREED, case=number), as_=ANNA)
        yield engine, url, number


@pytest.fixture
def types(office: tuple[Engine, str, str]) -> Types:
    """Type lines in the case; gives what was drawn before each of them, and after the last."""
    engine, url, number = office

    def typed(*lines: str) -> list[str]:
        drawn, coming = [], iter([number, *lines])

        def pull(text: str) -> str | None:
            drawn.append(text)
            return next(coming, None)

        Desk(engine, url, ANNA.id).sits(pull)
        return drawn[2:]

    return typed


def entries(office: tuple[Engine, str, str]) -> Sequence[tuple[str, str]]:
    engine, _, number = office
    return [(one["ref"], one["states"][-1][0]) for one in engine.case(number, as_=ANNA).entries]


SEWS = ("open", "training", "I want to sew (invented)", "", "", "", "y")


@pytest.mark.parametrize(
    "first", [("enter plan_item",), ("enter plan item",), ("enter Aims of",), ("enter", "plan_item")]
)
def test_what_is_entered_is_typed_behind_the_word_or_asked_first(
    office: tuple[Engine, str, str], types: Types, first: tuple[str, ...]
) -> None:
    drawn = types(*first, *SEWS)[len(first) - 1 :]

    asks = (
        "How does it stand?",
        "What it is about",
        "The aim, in their words",
        "What is done for it",
        "Who does it",
        "By when",
    )
    assert [one for one, said in zip(asks, drawn, strict=False) if one not in said] == []
    assert entries(office) == [("plan_item-1", "open")]


def test_an_entry_goes_on_by_its_ref_and_of_her_own_word_it_is_asked_who_said_it(
    office: tuple[Engine, str, str], types: Types
) -> None:
    types("enter plan_item", *SEWS)
    drawn = types("update plan_item-1", "reached", *[""] * 5, "I sew (invented)", "person", "y")

    assert drawn[0].startswith("An aim, training, open\n")
    assert drawn[6].endswith("What the person says of it\n")
    assert "Who said so?  needed" in drawn[7]
    assert entries(office) == [("plan_item-1", "reached")]


def test_a_service_that_was_only_thought_of_is_not_asked_how_often_she_came(
    office: tuple[Engine, str, str], types: Types
) -> None:
    drawn = "\n".join(types("enter service", "thought_of", "training", "sewing (invented)", "", "y"))

    assert "How often the person came" not in drawn
    assert "mediation: with whom" not in drawn
    assert entries(office) == [("service-1", "thought_of")]


def test_what_is_called_like_nothing_is_said_so_and_nothing_is_begun(
    office: tuple[Engine, str, str], types: Types
) -> None:
    for typed in ("enter nosuch", "update service-9", "note nosuch"):
        assert "Nothing here is called so." in types(typed)[0]
    assert entries(office) == []


def test_a_step_is_named_behind_its_word_too(types: Types) -> None:
    """What a command is about decides what it asks: `complete` without it asked for the step, and then for nothing of it."""
    assert "Write down 'Register the referral'?" in types("complete register_referral")[0]
    assert "Write down 'Register the referral'?" in types("complete", "register_referral")[1]


def test_her_life_is_shown_in_the_case_that_is_taken_up(types: Types) -> None:
    types("enter plan_item", *SEWS)

    assert "I want to sew (invented)" in types("life")[0]
    assert "I want to sew (invented)" in types("life plan")[0]


AN_AIM = (
    "1",
    "I want to live from my sewing machine. (invented)",
    "A course of six months (invented)",
    "",
    "2027-02-26",
)
A_COURSE = ("1", "Dressmaking (invented)", "")
CONVERSATIONS = {
    "plan_item": (("1", "3", *AN_AIM[1:3], "", AN_AIM[4]), ("training", *AN_AIM[1:3], AN_AIM[4])),
    "service": (("1", "1", A_COURSE[1], ">"), ("training", A_COURSE[1])),
    "budget": (("1", "Fedasil", "1,3", ">"), ("be_fedasil", "business", "training")),
}


@pytest.mark.parametrize("register", CONVERSATIONS)
def test_an_entry_takes_few_keystrokes_more_than_what_it_says(
    office: tuple[Engine, str, str], types: Types, register: str
) -> None:
    """issue 37: at most 1.3 times the characters of the values, plus six a question."""
    lines, values = CONVERSATIONS[register]
    drawn = types(f"enter {register}", *lines, "y")

    engine, _, number = office
    (entry,) = engine.case(number, as_=ANNA).entries
    assert all(value in str(entry) for value in values), entry
    typed = sum(len(line) + 1 for line in (f"enter {register}", *lines, "y"))
    assert len(drawn) >= len(lines)
    assert typed <= 1.3 * sum(map(len, values)) + 6 * (len(lines) + 2), typed
