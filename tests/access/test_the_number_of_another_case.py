"""Whoever has no part in another case learns from nothing that there is one: its number is told to whose house wrote it, or led the case then
(access.md, section 1: "who may not know that a case exists learns it from nothing").
"""

from __future__ import annotations

from wayhome import Actor, to_json

from tests.attacks.acts import works_in_it
from tests.attacks.companions import has_own, its_own_case
from tests.attacks.play import MANAGER, RECEIVER, Play, begun, settled

HOUSE = "ng_bakhita"


def a_child_that_stays_has_its_own(play: Play) -> None:
    play.involved("child", travels=False)
    play.given(MANAGER, has_own(its_own_case(play)))
    settled(play)


def told(play: Play, who: Actor) -> str:
    rows = [to_json(row) for row in play.history(who)]
    return str([to_json(play.seen(who)), rows])


def number_of(play: Play) -> str:
    return str(play._recorded.people["child-1"].own_case)


def test_who_receives_the_mother_is_told_that_the_child_has_a_case_and_not_which() -> None:
    with begun(a_child_that_stays_has_its_own) as play:
        (child,) = play.seen(play.actor(RECEIVER)).people
        assert child["own_case"] == "withheld"
        assert number_of(play) not in told(play, play.actor(RECEIVER))


def test_who_wrote_it_reads_it() -> None:
    with begun(a_child_that_stays_has_its_own) as play:
        assert number_of(play) in told(play, play.actor(MANAGER))


def test_to_which_case_one_is_linked_is_told_to_whose_house_opened_it() -> None:
    with begun() as play:
        linked = Play(play.engine, play.clock, its_own_case(play))
        works_in_it(linked, HOUSE, "legal_counsellor")

        assert linked.seen(linked.actor(MANAGER)).linked_to == play.case
        assert play.case not in told(linked, Actor("lou", HOUSE, {"legal_counsellor"}))
