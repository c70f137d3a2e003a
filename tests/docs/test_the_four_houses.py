"""docs/trust.md shows one return as four houses see it: each screen is one that is drawn, and tells no house what is not theirs to know."""

from __future__ import annotations

import pytest
from wayhome.packs.plugins import Packs

from tests.shell.recorded.houses import PAGE, SAID, SHOWN, screens, with_screens
from tests.shell.recorded.playing import Screens

NAME, TICKET, PHONE, WORD = SAID["chosen_name"], SAID["name_on_ticket"], SAID["reached_by"], SAID["code_word"]
ROUTE, LANDING = "Brussels Airport", "Lands: 2026-06-09 16:00 Lagos"
# What the person has agreed to, and what each does: the words are those of the consents of the story.
TOLD = {
    "pag-asa": {NAME, TICKET, PHONE, WORD, ROUTE},
    "caritas": {NAME},
    "iom": {TICKET, PHONE, ROUTE},
    "bakhita": {NAME, TICKET, PHONE, WORD, LANDING},
    "caritas-after-a-no": set(),
}


@pytest.fixture(scope="module")
def drawn(packs: Packs) -> Screens:
    return screens(packs)


def test_each_screen_of_the_page_is_drawn(drawn: Screens) -> None:
    """Where this fails, look at what changed, and run: python -m tests.shell.recorded.houses"""
    page = PAGE.read_text(encoding="utf-8")

    assert SHOWN.findall(page) == [*TOLD]
    assert with_screens(page, drawn.__getitem__) == page


@pytest.mark.parametrize("house", TOLD)
def test_a_house_is_told_what_the_person_agreed_to_and_what_it_does_there(drawn: Screens, house: str) -> None:
    said = " ".join(drawn[house].split())

    assert {one for one in {NAME, TICKET, PHONE, WORD, ROUTE, LANDING} if one in said} == TOLD[house]


def test_nothing_waits_for_who_is_there_by_a_consent_alone(drawn: Screens) -> None:
    assert "nothing waits to be done" in drawn["caritas"]
    assert "The person departs" in drawn["iom"]
