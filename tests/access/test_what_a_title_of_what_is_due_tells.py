"""The title of what is due tells who is told of a home only that it is there nothing of what was answered.

access.md, 1, Letters: "`S`: *that it exists, its result code, its level.* ... Never text, a number, a name, a place, an amount, or the value of a fact"; "entry of a register | kind and
status; ... | `R` adds its fields". access.md, 3: "programme_manager | ... reads no life"; 4: `plan` is S for the programme manager, the doctor and the counsellor.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Actor, to_json

from tests.attacks.acts import in_follow_up
from tests.attacks.play import RECEIVER, Play, begun

ROOM = {"do": "enter", "register": "home", "where": "(invented) a house", "status": "lived_in", "by": "person"}
IN_SUM = ["programme_manager", "medical_officer", "counsellor"]


@pytest.fixture
def home() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        play.given(
            RECEIVER, {"do": "update", "ref": "home-1", "safe": "no", "by": "person"}, {**ROOM, "home": "with_employer"}
        )
        yield play


def told(play: Play, role: str) -> str:
    who = Actor(f"invented_{role}", play.actor(RECEIVER).organisation, {role})
    return str([to_json(row) for row in play.engine.due(as_=who, case=play.case)])


@pytest.mark.parametrize("role", IN_SUM)
@pytest.mark.parametrize("answer", ["not safe where they live", "live with an employer"])
def test_no_title_of_what_is_due_tells_an_answer_to_who_is_told_a_summary(home: Play, role: str, answer: str) -> None:
    who = Actor(f"invented_{role}", home.actor(RECEIVER).organisation, {role})
    values = [one["values"] for one in home.engine.case(home.case, as_=who).entries if one["register"] == "home"]
    assert values == [{}, {}], "they are told that there are two, and no answer"

    assert answer not in told(home, role)


@pytest.mark.parametrize("answer", ["not safe where they live", "live with an employer"])
def test_honest_who_reads_the_plan_is_told_what_to_look_at(home: Play, answer: str) -> None:
    assert answer in told(home, RECEIVER)
