"""Of whom a death is written is told to who is told of them: a doctor (`family` -, `parties` -) learns from no screen that there is an aunt, or an
interpreter, in the case (access.md 1: "incident: R adds note, reason, of whom"; a person of the case is an entry of `family`, of a helper `parties`).
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import wayhome as wh
from wayhome import Actor, WayhomeError

from tests.access.test_what_a_form_offers import of_the_house
from tests.attacks.acts import happens
from tests.attacks.play import MANAGER, Play, begun, read, ready_to_depart

RELATION = {"relative": "relative-1", "interpreter": "interpreter-1"}
# Who is told nothing of the family; and who is told nothing of who helps.
UNTOLD = [
    ("medical_officer", "relative"),
    ("programme_manager", "relative"),
    ("medical_officer", "interpreter"),
    ("counsellor", "interpreter"),
    ("legal_counsellor", "interpreter"),
]
RESOLVE = {"do": "resolve", "incident": "death_of_another", "outcome": "talked_again", "reason": "(invented) words"}


def with_both(play: Play) -> None:
    ready_to_depart(play)
    for relation, ref in RELATION.items():
        assert play.involved(relation) == ref


SCREENS: dict[str, Any] = {
    "case": lambda play, who: play.engine.case(play.case, as_=who),
    "history": lambda play, who: [*play.engine.history(play.case, as_=who)],
    "next": lambda play, who: play.engine.next(play.case, as_=who),
    "blockers": lambda play, who: play.engine.blockers(play.case, "depart", as_=who),
}


def told(play: Play, screen: str, who: Actor) -> str:
    try:
        return json.dumps(wh.to_json(SCREENS[screen](play, who)), default=str)
    except WayhomeError as error:
        return str(error)


@pytest.mark.parametrize(("role", "relation"), UNTOLD)
@pytest.mark.parametrize("screen", ["case", "history", "next", "blockers"])
def test_no_screen_names_them(role: str, relation: str, screen: str) -> None:
    with begun(with_both) as play:
        who, ref = of_the_house(play, role), RELATION[relation]
        people = {one["ref"] for one in play.engine.case(play.case, as_=who).people}
        assert ref not in people
        assert ref not in told(play, screen, who)
        play.given(MANAGER, happens("death_of_another", of=ref))

        assert ref not in told(play, screen, who)


def test_no_error_lists_of_whom_a_death_is_open() -> None:
    with begun(with_both) as play:
        who = of_the_house(play, "programme_manager")
        for ref in RELATION.values():
            play.given(MANAGER, happens("death_of_another", of=ref))
        with pytest.raises(WayhomeError) as found:
            play.engine.why(play.case, read(RESOLVE, play.case), as_=who)

        assert "relative-1" not in str(found.value)


@pytest.mark.parametrize("screen", ["case", "history", "blockers"])
def test_honest_who_is_told_of_the_family_is_told_of_whom(screen: str) -> None:
    with begun(with_both) as play:
        play.given(MANAGER, happens("death_of_another", of="relative-1"))

        assert "relative-1" in told(play, screen, play.actor(MANAGER))
