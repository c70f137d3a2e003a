"""What a last look at this change found: suspicion that is told late, a role that stands for a suspect, and honest stories beside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    DEPART,
    MANAGER,
    TRAVEL,
    Play,
    another,
    complete,
    evidence_is_fresh,
    vetting,
)
from tests.attacks.test_what_a_seventh_look_found import CHILD, is_open, suspected

HOUSE = "mercy_house"


# --- a suspicion that is told late ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [0, 3])
def test_that_the_escort_is_a_suspect_alarms_though_it_was_known_before_the_boarding(begin: Begin, hours: int) -> None:
    """The police called in the morning, the boarding was at noon, the office types it in the afternoon with its own hour. The child
    is in the air with the escort. Design 4.2: 'Suspicion takes trust at once, for what comes'.
    """
    case = begin(evidence_is_fresh, facts=CHILD)
    case.until(case.takes_off)
    case.given(TRAVEL, DEPART)
    case.wait(hours=1)
    at = (case.now - timedelta(hours=hours)).isoformat()
    case.given(MANAGER, {**suspected("escort-1", True), "at": at})

    assert is_open(case, "re_trafficking")


def test_honest_a_suspicion_before_the_boarding_that_is_told_before_it_alarms_nobody(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, suspected("escort-1", True))
    assert not is_open(case, "re_trafficking")
    assert case.why().says("INV-19")


# --- whose word it is, by their role ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["guardian", "guardian-1"])
def test_nothing_passes_by_the_word_of_a_guardian_under_suspicion_however_they_are_called(
    begin: Begin, by: str
) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    case.anew("best_interests_determination")
    case.given(MANAGER, suspected("guardian-1", True))
    positive = {**complete("best_interests_determination", result="positive"), "by": by}

    assert [todo for fact, todo in case.told("STEP", positive) if "who is under suspicion" in fact] == [
        "ask somebody else, or say why nobody can be asked"
    ]
    negative = {**positive, "result": "negative"}
    assert not [fact for fact, _ in case.told("STEP", negative) if "who is under suspicion" in fact]


# --- who brings an organisation ------------------------------------------------------------------------------------------------


def test_honest_who_vetted_an_organisation_writes_down_what_she_agreed_to(fresh: Play) -> None:
    """To write down that she agrees that the house is told of her brings nobody near her: the vetting counts, and another names it."""
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["meet", "escort"])
    fresh.given(MANAGER, vetting(HOUSE, "meet", "escort"))
    fresh.given(MANAGER, {"do": "note", "text": "invented words", "of": HOUSE})
    fresh.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True, "by": HOUSE})

    assert fresh.tried(another(MANAGER), {"do": "assign", "role": "escort", "organisation": HOUSE}).done
