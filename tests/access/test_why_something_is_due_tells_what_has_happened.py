"""Why something is due is told to who is told of what it is counted from: *24 hours after 'The person has harmed themselves'* is `health`
(access.md 1: "A name tells, too. The title of a step, incident … is told to who has at least `S` in its group"), of which a programme manager, a
lawyer and a data protection officer are told nothing, not that there is anything.
"""

from __future__ import annotations

import json

import pytest
import wayhome as wh

from tests.access.test_what_a_form_offers import of_the_house
from tests.attacks.acts import happens
from tests.attacks.play import DOCTOR, RECEIVER, Play, begun, settled

TITLE = "The person has harmed themselves"


def due(play: Play, role: str) -> str:
    return json.dumps(wh.to_json([*play.engine.due(as_=of_the_house(play, role), case=play.case)]), default=str)


@pytest.mark.parametrize("role", ["programme_manager", "legal_counsellor", "data_protection_officer"])
def test_no_line_tells_who_knows_nothing_of_health_that_she_has_harmed_herself(role: str) -> None:
    with begun(settled, origin="BR") as play:
        play.given(RECEIVER, happens("self_harm"))

        assert TITLE not in due(play, role)


@pytest.mark.parametrize("role", [DOCTOR, RECEIVER])
def test_honest_who_is_told_of_her_health_is_told_why(role: str) -> None:
    with begun(settled, origin="BR") as play:
        play.given(RECEIVER, happens("self_harm"))

        assert TITLE in due(play, role)
