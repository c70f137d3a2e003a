"""No result of a step says that something was done to the case or its data, unless the engine does it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from wayhome.cards import card
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process

from tests.cards.test_cards import PAIRS

# Words for what a program could have done: to data, to who may see them, to the case, to other systems.
EFFECTS = re.compile(
    r"\b(dispos|delet|eras|anonym|pseudonym|restrict|hidden|lock|encrypt|archiv|shar|sent\b|send|notif|informed|warned|alert"
    r"|book|cancel|clos(e|ed|ing)\b|end(s|ed)\b|stop|suspend|withdr|void|transfer|handed|refer|assign|grant|paid|gone\b|kept\b)",
    re.IGNORECASE,
)
# Of these somebody else has done it, or decided it, and the title says so; the engine writes down that they did.
BY_OTHERS = {
    "reflection_period": {"granted", "not_granted"},  # by the authority
    "protection_needs_check": {"withdrawn_after_advice"},  # by the person
    "closure_review": {"close", "refer_on", "on_persons_request"},  # it may be, it is not yet: the move closes it
    "data_disposal": {"by_hand", "legal_hold"},  # by hand, as its title says
    "br_destitution_ticket": {"granted", "not_granted"},  # by the ministry
    "br_latam_ticket": {"granted", "not_granted"},  # by the carrier
    "br_bolsa_familia": {"granted", "not_granted"},  # by the programme
    "ng_receiver_choice": {"closed_shelter"},  # a house that is not open
    "sl_security_fee": {"paid"},  # by the programme
    "sl_psychiatric_referral": {"referred"},  # by the partner
}


def claims(process: Process) -> set[tuple[str, str]]:
    """Give the results that say in their id or title that something was done which a program could do."""
    found = set()
    for step in process.steps.values():
        titles = process.label("steps", step.id).get("results") or {}
        for code, result in step.results.items():
            performed = result.opens or result.sets or result.assigns
            if not performed and EFFECTS.search(f"{code.replace('_', ' ')} {titles.get(code) or ''}"):
                found.add((step.id, code))
    return found


@pytest.mark.parametrize(("host", "origin"), PAIRS)
def test_a_result_that_names_an_effect_has_it_or_is_known_to_be_somebody_else_s_deed(
    packs: Packs, host: str, origin: str
) -> None:
    found = claims(packs.process(host, origin))

    assert ("data_disposal", "by_hand") in found
    assert {one for one in found if one[1] not in BY_OTHERS.get(one[0], ())} == set()


def test_whose_deed_it_is_is_said_of_no_result_that_is_gone(packs: Packs) -> None:
    found = {one for pair in PAIRS for one in claims(packs.process(*pair))}

    assert {(step, code) for step, codes in BY_OTHERS.items() for code in codes} <= found


def test_no_pack_says_that_the_program_disposes_of_data(packs: Packs) -> None:
    """The first one to erase anything (issue "forgetting and counting") takes these words away."""
    step = card(packs.process("BE", "NG"), "step", "data_disposal")
    said = {line.called: line.said for line in step.lines}

    assert step.title == "Dispose of the data, by hand"
    assert any(text.startswith("By hand: this program erases nothing yet") for text in map(str, said.values()))
    assert any("what stands here is still here" in str(line.said) for line in step.lines)


@pytest.mark.parametrize(
    "page", sorted((Path(__file__).parents[2] / "docs" / "guidelines").glob("*.md")), ids=lambda page: page.stem
)
def test_the_handbooks_say_that_it_is_done_by_hand(page: Path) -> None:
    chapter = page.read_text().split("### Dispose of the data, by hand\n", 1)[1].split("### ", 1)[0]

    assert "By hand: this program erases nothing yet, and what stands in it can still be read." in chapter


@pytest.mark.parametrize(
    "story", sorted((Path(__file__).parents[2] / "plugins").glob("*/*/stories/*.yaml")), ids=lambda story: story.stem
)
def test_no_story_tells_that_wayhome_has_forgotten_anybody(story: Path) -> None:
    text = story.read_text()

    assert not re.search(
        r"(leaves|no longer in|gone from|out of) our (files|records)|everything else is gone", text, re.I
    )
