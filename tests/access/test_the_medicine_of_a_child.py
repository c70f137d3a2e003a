"""The words of a child's medicine are read by whoever reads those of its mother's: the doctor, and neither managers nor who assesses the risk.

access.md, 2: "**Each who goes along** has the same groups by the own ref; the letters are the same." 4: `health` is S for the receiving manager and the risk assessor ("Never text"), W for the doctor; `family` is W, R, and `-`.
registers.md, Groups, says "A text in an entry `of` somebody else (a child, an aunt) is `family`"; its head: "`access.md` wins over this page in who may read". Decision 0047's "words ... of somebody else belongs to the family" was
made for a school and a mediation. The same befalls `legal_matter.her_wish` of a child.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Actor, to_json

from tests.attacks.acts import in_follow_up
from tests.attacks.play import ASSESSOR, DOCTOR, RECEIVER, Play, begun

CALLED = "(invented) the bitter syrup"


def at_the_house(play: Play, role: str) -> Actor:
    return Actor(f"invented_{role}", play.actor(RECEIVER).organisation, {role})


def with_medicine(of_the_child: bool) -> Iterator[Play]:
    with begun(in_follow_up) as play:
        child = play.involved("child", name="(invented) little one")
        said = {
            "do": "consent",
            "purpose": "health_processing_local",
            "groups": ["health"],
            "language": "en",
            "form": "written",
        }
        play.given(RECEIVER, said)
        medicine = {"do": "enter", "register": "medicine", "called": CALLED, "last_day": "2026-08-30"}
        play.given(at_the_house(play, DOCTOR), {**medicine, "of": child} if of_the_child else medicine)
        play.wait(days=2)
        yield play


def reads(play: Play, role: str) -> bool:
    return CALLED in str(to_json(play.engine.case(play.case, as_=at_the_house(play, role)).entries))


@pytest.mark.parametrize(("role", "may"), [(RECEIVER, False), (ASSESSOR, False), (DOCTOR, True)])
def test_of_the_childs_medicine_each_reads_what_they_read_of_hers(role: str, may: bool) -> None:
    for play in with_medicine(of_the_child=True):
        assert reads(play, role) is may


@pytest.mark.parametrize(("role", "may"), [(RECEIVER, False), (ASSESSOR, False), (DOCTOR, True)])
def test_honest_of_her_own_medicine_it_is_so(role: str, may: bool) -> None:
    for play in with_medicine(of_the_child=False):
        assert reads(play, role) is may
