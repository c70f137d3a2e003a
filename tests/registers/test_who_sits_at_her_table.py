"""A conference with another house is planned once the person has agreed that this house is told of them (registers, `conference`:
"`share_partner` for each from elsewhere").
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import in_follow_up
from tests.attacks.play import RECEIVER, Play, begun

SITS = {
    "do": "enter",
    "register": "conference",
    "about": ["training"],
    "set_for": "2026-07-01T10:00+01:00",
    "status": "planned",
}


@pytest.fixture
def home() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        assert ("share_partner", "ng_idia") not in {
            (one.purpose, one.recipient) for one in play._recorded.consents.values()
        }
        yield play


def test_no_other_house_sits_at_her_table_before_she_agrees(home: Play) -> None:
    told = home.tried(RECEIVER, {**SITS, "who": ["her", "landlord", "ng_idia"]})

    assert told.reasons == {("CONSENT", "share_partner")}
    assert "has not agreed" in told.text


def test_the_house_that_carries_the_case_and_who_is_no_house_are_not_asked_about(home: Play) -> None:
    home.given(RECEIVER, {**SITS, "who": ["her", "landlord", home.actor(RECEIVER).organisation]})


def test_one_that_was_held_is_written_down_as_it_was(home: Play) -> None:
    home.given(RECEIVER, {**SITS, "status": "held", "who": ["ng_idia"], "her_part": "was_there"})


def test_who_was_asked_to_come_is_told_when_she_says_no(home: Play) -> None:
    home.given(
        RECEIVER,
        {
            "do": "consent",
            "purpose": "share_partner",
            "recipient": "ng_idia",
            "groups": ["plan"],
            "language": "en",
            "form": "written",
        },
    )
    home.given(RECEIVER, {**SITS, "who": ["her", "ng_idia"]})
    home.wait(hours=1)
    home.given(
        RECEIVER,
        {"do": "withdraw", "purpose": "share_partner", "recipient": "ng_idia", "channel": "visit", "by": "person"},
    )

    rows = home.engine.due(as_=home.actor(RECEIVER), case=home.case)
    assert any(row.step == "entry:conference" and row.of == "conference-1" for row in rows)
