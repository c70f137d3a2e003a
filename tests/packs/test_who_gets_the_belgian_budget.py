"""Belgium's reintegration budget: for nationalities that need a visa, and for others where Fedasil has approved it. Nobody is promised it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from wayhome.packs.conditions import UNKNOWN, judge
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process
from wayhome.stories.playing import check
from wayhome.stories.telling import read_story

BUDGET = "be_reintegration_budget"
REQUEST = "be_support_on_vulnerability"
STORY = (
    Path(__file__).parents[2] / "plugins/belgium/wayhome_belgium/stories/3-a-cook-is-promised-nothing.yaml"
)  # Brazil
NEEDS_A_VISA, APPROVED = "be_nationality_needs_visa", "be_budget_approved"


def asked(process: Process, step: str, **known: Any) -> bool | None:
    """Say whether a step is asked for when this is known of a return: True, False, or None where it waits for an answer."""

    def value(name: str) -> Any:
        fact = process.facts.get(name)
        if fact is not None and fact.derived is not None:
            follows = judge(fact.derived, value)
            return UNKNOWN if follows is None else follows
        return known.get(name, UNKNOWN)

    return judge(process.steps[step].when, value)


@pytest.mark.parametrize("country", ["NG", "SL"])
def test_who_needs_a_visa_has_the_budget_and_asks_fedasil_for_no_exception(packs: Packs, country: str) -> None:
    process = packs.process("BE", country)

    assert asked(process, BUDGET, origin_country=country) is True
    assert asked(process, REQUEST, origin_country=country) is False


@pytest.mark.parametrize(("approved", "applies"), [(False, False), (True, True), (UNKNOWN, None)])
def test_a_brazilian_has_it_only_where_fedasil_approved_it(
    packs: Packs, approved: object, applies: bool | None
) -> None:
    """What nobody has written down is asked, and never counts as a yes: a step that waits for an answer cannot be done."""
    process = packs.process("BE", "BR")

    assert asked(process, BUDGET, origin_country="BR", be_budget_approved=approved) is applies
    assert asked(process, REQUEST, origin_country="BR") is True


def test_nobody_makes_a_visa_duty_for_brazil_by_writing_it_down(packs: Packs) -> None:
    known = {"origin_country": "BR", NEEDS_A_VISA: True, APPROVED: False}

    assert asked(packs.process("BE", "BR"), BUDGET, **known) is False


@pytest.mark.parametrize(("needs_a_visa", "applies"), [(True, True), (False, False), (UNKNOWN, None)])
def test_of_a_fourth_country_it_is_asked_whether_its_people_need_a_visa(
    packs: Packs, needs_a_visa: object, applies: bool | None
) -> None:
    known = {"origin_country": "GH", NEEDS_A_VISA: needs_a_visa, APPROVED: False}

    assert asked(packs.process("BE", "NG"), BUDGET, **known) is applies


def test_what_delivers_the_plan_asks_nobody_for_a_belgian_budget(packs: Packs) -> None:
    """The budget has a step of its own, since it is for some alone; how much was paid stands in the accounts, and in no step."""
    for country in ("NG", "BR", "SL"):
        process = packs.process("BE", country)

        assert [id for id in process.steps if "budget" in id] == [BUDGET]
        assert process.steps[BUDGET].kind == "offered"  # nobody is held because a budget is not used
        assert not process.steps[BUDGET].fields


USES_IT = "step: be_reintegration_budget"


def retold(folder: Path, *changes: tuple[str, str]) -> Path:
    """Tell the cook's story otherwise, from the same file."""
    text = STORY.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "retold.yaml"
    path.write_text(text)
    return path


def test_played_a_brazilian_uses_it_after_fedasil_approved_and_not_before(tmp_path: Path, packs: Packs) -> None:
    refused, done = f"{USES_IT}, expect: {{refused: {{includes: [STEP]}}}}", f"{USES_IT}"
    ends = ("be_reintegration_budget: not_applicable", "be_reintegration_budget: done")
    with_a_yes = retold(
        tmp_path,
        ("result: not_approved, expect: {facts: {be_budget_approved: false}}", "result: approved"),
        (refused, done),
        ends,
    )
    assert check(read_story(with_a_yes), packs) == []

    without = retold(tmp_path, (refused, done), ends)  # Fedasil said no
    found = " ".join(one.actual_text for one in check(read_story(without), packs))
    assert "'Use the Belgian reintegration budget' is not asked for in this case" in found


def test_played_a_budget_of_which_fedasil_has_not_answered_waits_for_the_answer(tmp_path: Path, packs: Packs) -> None:
    unanswered = next(line for line in STORY.read_text().splitlines() if "facts: {be_budget_approved: false}" in line)
    path = retold(
        tmp_path,
        (unanswered + "\n", ""),
        ("expect: {refused: {includes: [STEP]}}", "expect: {refused: {includes: [ROLE]}}"),
        (
            "due: [post_arrival_risk_assessment, monitoring_visit, monitoring_visit,",
            "due: [post_arrival_risk_assessment, monitoring_visit, be_reintegration_budget, monitoring_visit,",
        ),
        ("be_reintegration_budget: not_applicable", "be_reintegration_budget: waiting"),
    )

    assert check(read_story(path), packs) == []
