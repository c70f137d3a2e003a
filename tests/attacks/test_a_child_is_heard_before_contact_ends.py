"""That nobody looks after a child any more is no word of its guardian alone: two have heard the child (process 2.1, 3)."""

from __future__ import annotations

import pytest

from tests.attacks.acts import CHILD, NO_MORE_CONTACT, REVIEW, closes, happens, records, redo
from tests.attacks.play import MANAGER, RECEIVER, Command, Play, begun, complete, settled, signed

GO = "child_agrees_to_end"
HEARD: Command = {
    "result": "agreed", "heard": "child", "childs_view": "(invented) I am well here", "looks_after": "(invented) my aunt"
}  # fmt: skip
VISITS: Command = {"do": "consent", "purpose": "monitoring", "language": "en"}
OF_A_CHILD: Command = {"given_by": "guardian", "assent": "yes"}


def no_visits_says_the_guardian(play: Play) -> None:
    settled(play)
    play.given(RECEIVER, {**VISITS, **(OF_A_CHILD if "guardian" in play.seen().roles else {})})
    play.wait(days=10)
    play.given(RECEIVER, {"do": "withdraw", "purpose": "monitoring"}, records(person_asks_to_close=True))
    play.given(RECEIVER, {**REVIEW, "result": "on_persons_request"})


def moved_on(play: Play) -> None:
    settled(play)
    play.wait(days=10)
    play.given(RECEIVER, happens("remigration"))


def hear_the_child(play: Play) -> None:
    play.given(RECEIVER, complete(GO, **HEARD))
    play.given(MANAGER, signed(GO))


WAYS = pytest.mark.parametrize(
    ("way", "end"), [(no_visits_says_the_guardian, NO_MORE_CONTACT), (moved_on, closes("remigrated"))]
)


@WAYS
def test_contact_with_a_child_ends_once_two_have_heard_it(way: object, end: Command) -> None:
    with begun(way, facts=CHILD) as play:
        told = play.tried(RECEIVER, end)
        assert ("FACT", end["reason"]) in told.reasons
        play.given(RECEIVER, complete(GO, **HEARD))
        assert not play.why(end, RECEIVER).done
        play.given(MANAGER, signed(GO))
        assert ("FACT", end["reason"]) not in play.why(end, RECEIVER).reasons


def test_an_adult_is_believed() -> None:
    with begun(no_visits_says_the_guardian) as play:
        assert play.why(NO_MORE_CONTACT, RECEIVER).done


def test_what_somebody_else_says_for_it_ends_no_contact_with_it() -> None:
    with begun(moved_on, facts=CHILD) as play:
        play.given(RECEIVER, complete(GO, **{**HEARD, "heard": "somebody_else"}))
        assert ("FACT", "remigrated") in play.why(closes("remigrated"), RECEIVER).reasons


def found_elsewhere(play: Play) -> None:
    no_visits_says_the_guardian(play)
    play.given(MANAGER, records(lasting_solution="protection"))


def test_nor_does_another_end_that_somebody_asks_for_early() -> None:
    """The same guardian, another reason: a lasting solution that nobody has asked the child about."""
    end = closes("other_durable_solution")
    with begun(found_elsewhere, facts=CHILD) as play:
        assert ("FACT", "other_durable_solution") in play.why(end, RECEIVER).reasons
        hear_the_child(play)
        assert play.why(end, RECEIVER).done


def test_an_adult_is_believed_there_too() -> None:
    with begun(found_elsewhere) as play:
        assert play.why(closes("other_durable_solution"), RECEIVER).done


@WAYS
@pytest.mark.parametrize("danger", ["re_trafficking", "violence"])
def test_what_a_child_said_before_a_danger_ends_no_contact_after_it(danger: str, way: object, end: Command) -> None:
    """It said that it was well, and was hurt since: it is heard again before nobody looks after it."""
    with begun(way, facts=CHILD) as play:
        hear_the_child(play)
        assert play.why(end, RECEIVER).done
        play.wait(days=3)
        play.given(RECEIVER, happens(danger))
        assert ("FACT", end["reason"]) in play.why(end, RECEIVER).reasons
        assert next(one.state for one in play.seen().steps if one.id == GO) == "available"


def test_what_a_child_said_before_its_case_was_open_again_is_asked_again() -> None:
    end = closes("remigrated")
    with begun(moved_on, facts=CHILD) as play:
        hear_the_child(play)
        play.given(RECEIVER, end)
        play.wait(days=30)
        play.given(MANAGER, {"do": "move", "to": "reopen", "reason": "(invented) the aunt telephoned"})
        told = play.why(end, RECEIVER)
        assert ("STEP", GO) in told.reasons
        assert told.says(GO, "'Hear the child before contact with it ends' was done before this changed")


def test_a_second_no_of_the_guardian_is_not_what_the_child_was_asked_about() -> None:
    with begun(no_visits_says_the_guardian, facts=CHILD) as play:
        hear_the_child(play)
        assert play.why(NO_MORE_CONTACT, RECEIVER).done
        play.wait(days=10)
        play.given(RECEIVER, {**VISITS, **OF_A_CHILD})
        play.wait(days=10)
        play.given(RECEIVER, {"do": "withdraw", "purpose": "monitoring"})
        assert ("STEP", GO) in play.why(NO_MORE_CONTACT, RECEIVER).reasons
        play.given(RECEIVER, redo(GO))
        hear_the_child(play)
        assert play.why(NO_MORE_CONTACT, RECEIVER).done
