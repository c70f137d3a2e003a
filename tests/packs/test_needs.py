"""What must be so first is said in one English, wherever it is said."""

from __future__ import annotations

import pytest
from wayhome.case_now import CaseNow
from wayhome.errors import filled
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.needs import AnyNeed, DocumentNeed, FactNeed, MoveNeed, StepNeed, need_of

NEEDS = [
    (StepNeed("talk"), "talk is done"),
    (StepNeed("talk", ("go", "go_later")), "talk is done as go or go later"),
    (DocumentNeed("passport"), "passport is held"),
    (FactNeed("travel_booked"), "travel_booked is yes"),
    (MoveNeed("departed"), "the person has departed"),
    (AnyNeed((StepNeed("talk"), DocumentNeed("passport"))), "talk is done or passport is held"),
]


@pytest.mark.parametrize(("need", "said"), NEEDS, ids=[said for _, said in NEEDS])
def test_a_need_is_said_and_stored_in_one_way(need, said):
    assert filled(**need.as_phrase(lambda kind, id: "" if kind == "results" else id)) == said
    assert need_of(need.plain()) == need


def test_a_consent_that_is_needed_is_said():
    assert (
        filled(**ConsentNeed("share", "clinic").as_phrase(lambda kind, id: id))
        == "the person consents to share for clinic"
    )


def test_of_alternatives_all_are_told(ready):
    case = CaseNow(ready.process, ready.case, ready.at)

    (wait,) = case.need_waits(AnyNeed((MoveNeed("arrived"), StepNeed("onward_transport"))))

    assert wait.text() == "event:arrived"  # the first is proposed
    assert (
        filled(**wait.as_phrase(ready.process))
        == "the person has arrived or 'Bring the person to the final place' is done"
    )
