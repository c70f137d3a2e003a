"""Of what has happened, and may not be told, nobody learns that there is any: of a complaint no manager.

access.md 10: "manager, sending | leads | `complaint` | nothing, not that there is one". 1: "`-` | nothing | as if the group were empty; not even how many
entries there are".

The case view lists each incident; whose kind is not told is called `withheld`. A case manager has at least S in every other group of incidents, so that what is
withheld is a complaint - with its number and its hour.
"""

from __future__ import annotations

import pytest
from wayhome import Actor

from tests.attacks.acts import in_follow_up
from tests.attacks.play import MANAGER, RECEIVER, TRAVEL, begun, ready_to_depart

COMPLAINT = {"do": "incident", "type": "complaint", "note": "(invented) words"}


@pytest.mark.parametrize(
    ("way", "house", "role"),
    [(ready_to_depart, "invented_organisation", MANAGER), (in_follow_up, "ng_bakhita", RECEIVER)],
)
def test_a_manager_is_not_told_that_there_is_a_complaint(way: object, house: str, role: str) -> None:
    with begun(way) as play:  # type: ignore[arg-type]
        who, hears = Actor("x", house, {role}), Actor("hears", house, {"programme_manager"})
        before = len(play.engine.case(play.case, as_=who).incidents)
        play.given(hears, COMPLAINT)

        assert len(play.engine.case(play.case, as_=who).incidents) == before


def test_who_books_is_not_told_how_many_dangers_there_were() -> None:
    with begun(ready_to_depart) as play:
        play.given("risk_assessor", {"do": "incident", "type": "threat_at_home", "note": "(invented) words"})

        assert [one["type"] for one in play.engine.case(play.case, as_=play.actor(TRAVEL)).incidents] == []
