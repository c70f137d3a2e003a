"""Inside what is done of each, results and papers are those of that ref; outside, those of the person. (design 3, People; issue 7)"""

from __future__ import annotations

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import Command, Instead, Play, complete

LAWYER = "legal_counsellor"
AGREES, LETTER = "other_parent_agreement", "ng_father_letter"
UNASKED = {
    "not_safe_to_ask": {"why": "(invented words)"},
    "no_other_parent": {"why": "(invented words)"},
    "court_decided": {"seen": "(invented words)"},
}


def of_that_father(ref: str, result: str) -> Instead:
    """See whether the other parent of this child agrees, with this result."""

    def instead(play: Play, do: Command) -> bool:
        if do.get("step") != AGREES or do.get("of") != ref:
            return False
        play.given(LAWYER, complete(AGREES, of=ref, result=result, **UNASKED[result]))
        return True

    return instead


@pytest.mark.parametrize("result", UNASKED)
def test_honest_a_letter_that_cannot_be_asked_for_holds_nobody(begin: Begin, result: str) -> None:
    case = begin()
    child = case.involved("child", travels=True)

    case.ready(instead=of_that_father(child, result))

    assert not [one for one in case.seen().documents if one["kind"] == "ng_minor_consent"]


def test_what_one_father_must_not_be_asked_another_still_signs(begin: Begin) -> None:
    case = begin()
    spared, asked = (case.involved("child", travels=True) for _ in range(2))

    case.ready(instead=of_that_father(spared, "not_safe_to_ask"))

    letters = [one["of"] for one in case.seen().documents if one["kind"] == "ng_minor_consent"]
    assert letters == [asked]


def test_no_letter_is_left_out_before_somebody_has_looked_whether_it_can_be_asked_for(begin: Begin) -> None:
    case = begin()
    child = case.involved("child", travels=True)

    steps = {row.id: row for row in case.seen().steps if row.of == child}

    assert steps[LETTER].state == "waiting"
    assert f"step:{AGREES}" in steps[LETTER].waits_for


def test_no_letter_is_asked_for_an_adult_who_travels_along(begin: Begin) -> None:
    case = begin()
    sister = case.involved("sibling", travels=True, age_band="adult")

    assert LETTER not in {row.id for row in case.seen().steps if row.of == sister and row.state != "not_applicable"}
