"""A child alone: guardian, best interests, escort and caregiver are each asked for by themselves, from the first day.

Issue 7: "each a trusted person, each missing thing a reason of its own from the first day".
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import MANAGER

ALONE = {"age_status": "child", "has_responsible_adult": False, "languages": ["en"]}
LACKS = {
    ("INV-12", "guardian"),
    ("INV-12", "best_interests_determination"),
    ("INV-12", "pre_return_risk_assessment"),
    ("INV-12", "caregiver"),
    ("STEP", "escort_assignment"),
}


@pytest.mark.parametrize("facts", [ALONE, {**ALONE, "age_status": "disputed"}])
def test_each_thing_that_a_child_lacks_is_told_on_the_first_day(begin: Begin, facts: dict[str, Any]) -> None:
    case = begin(facts=facts)

    assert case.why().reasons >= LACKS
    assert sorted(fact for fact, _ in case.told("INV-12")) == [
        "no determination says that returning is in the child's best interests",
        "no risk assessment says that the child can return safely",
        "no vetted caregiver is named who waits for the child",
        "the child has no guardian, or one who is not vetted",
    ]


def test_what_one_guardian_solves_leaves_the_rest_told(begin: Begin) -> None:
    """Whom nobody has vetted cannot be named; once they are, only the guardian's own reason goes."""
    case = begin(facts=ALONE)
    guardian = case.involved("guardian")
    named = {"do": "assign", "role": "guardian", "ref": guardian}
    assert case.tried(MANAGER, named).says("INV-19")
    assert ("INV-12", "guardian") in case.why().reasons

    case.vetted(guardian, "speak")
    case.given(MANAGER, named)

    assert {(rule, subject) for rule, subject in case.why().reasons if rule == "INV-12"} == {
        one for one in LACKS if one[0] == "INV-12" and one[1] != "guardian"
    }


@pytest.mark.parametrize("facts", [{"age_status": "adult"}])
def test_honest_an_adult_is_asked_nothing_of_this(begin: Begin, facts: dict[str, Any]) -> None:
    case = begin(facts=facts)

    assert not case.why().says("INV-12")


def test_honest_a_child_who_has_all_of_it_may_go(begin: Begin) -> None:
    case = begin(facts=ALONE)

    assert case.prepare()
    assert case.told("INV-12") == []
