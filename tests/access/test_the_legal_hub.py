"""Whether a legal matter is open is told by no step of a pack to who is told nothing of the law (access.md 1: "a pack gives the group to what would
tell something by its title").
"""

from __future__ import annotations

import pytest
from wayhome import Actor, to_json

from tests.attacks.acts import in_follow_up
from tests.attacks.play import LAWYER, RECEIVER, begun

HOUSE = "ng_bakhita"
ROLES = ["reception_officer", "medical_officer", "counsellor", "programme_manager", "service_provider"]
OPEN = {"matter": "wages", "country": "BE"}
NONE = {"status": "there_is_none"}


def steps(role: str, said: dict[str, str]) -> str:
    with begun(in_follow_up) as play:
        play.given(
            RECEIVER, {"do": "consent", "purpose": "legal", "groups": ["legal"], "language": "en", "form": "written"}
        )
        play.given(Actor("lou", HOUSE, {LAWYER}), {"do": "enter", "register": "legal_matter", **said})
        play.wait(hours=25)
        rows = play.engine.case(play.case, as_=Actor("x", HOUSE, {role})).steps
        return str([to_json(row) for row in rows])


@pytest.mark.parametrize("role", ROLES)
def test_no_state_of_a_step_tells_whether_a_legal_matter_is_open(role: str) -> None:
    assert steps(role, OPEN) == steps(role, NONE)
