"""Every safeguard has one number, one function that says it, a source, and a test that names it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from wayhome.rules import asking  # enters the rules
from wayhome.rules.safeguard import GATE, SAFEGUARDS, asked_at, safeguard

NUMBERS = sorted(SAFEGUARDS)


def functions_by_number() -> dict[str, set[str]]:
    """Give the test functions beside this file that name each number."""
    found: dict[str, set[str]] = {}
    for file in Path(__file__).parent.glob("test_*.py"):
        if file != Path(__file__):
            for body in re.split(r"^(?=def |@pytest)", file.read_text(), flags=re.MULTILINE):
                name = re.search(r"^def (test_\w+)", body, flags=re.MULTILINE)
                for number in re.findall(r"INV-\d\d", body) if name else ():
                    found.setdefault(number, set()).add(name[1])
    return found


def test_none_of_the_thirty_two_safeguards_is_gone_and_new_ones_are_numbered_on():
    assert [f"INV-{number:02}" for number in range(1, len(NUMBERS) + 1)] == NUMBERS
    assert len(NUMBERS) >= 32


@pytest.mark.parametrize("number", NUMBERS)
def test_each_safeguard_is_said_in_one_whole_sentence_and_named_by_its_claim(number, ready):
    sentence = SAFEGUARDS[number].sentence(ready.process)

    assert sentence.endswith(".")
    assert len(sentence.split()) >= 5
    assert SAFEGUARDS[number].judge.__name__.count("_") >= 3


def test_a_case_that_is_ready_passes_every_safeguard_of_the_gate(ready):
    assert [rule.id for rule in asked_at(GATE) if not ready.ask(rule.id).met] == []


def test_every_theme_is_imported_with_the_rules():
    modules = {rule.judge.__module__ for rule in SAFEGUARDS.values()}

    assert modules == {theme.__name__ for theme in asking.THEMES}


@pytest.mark.parametrize("number", NUMBERS)
def test_each_safeguard_rests_on_a_source_that_the_core_lists(packs, number):
    listed = {one.entry.id for one in packs.core.of("sources")}

    assert SAFEGUARDS[number].source
    assert set(SAFEGUARDS[number].source) <= listed


@pytest.mark.parametrize("number", NUMBERS)
def test_each_safeguard_has_a_test_that_names_its_number(number):
    assert functions_by_number().get(number)


def test_rules_are_asked_in_the_order_of_their_numbers():
    asked = [rule.id for rule in asked_at({"depart"})]

    assert asked == sorted(asked)
    assert asked_at({"never"}) == []


def test_departing_asks_whatever_clearing_asks_and_more():
    depart, clearance = ({rule.id for rule in asked_at({moment})} for moment in ("depart", "clearance"))

    assert depart - clearance == {"INV-02", "INV-03"}
    assert clearance <= depart


def test_a_number_is_never_given_twice():
    with pytest.raises(AssertionError, match="INV-01"):
        safeguard("INV-01", on=("depart",), source=("OC",))(SAFEGUARDS["INV-02"].judge)
