"""What is offered comes in an order: what makes the person safe, what helps them whatever they decide, and only then what they want.

A no of any kind to the question itself is a result: nothing of the journey is listed, due or proposed again, nor is the question,
before the next talk about all options or the person's own word.
"""

from __future__ import annotations

from typing import Any

import pytest
from wayhome import read_command

from tests.attacks.acts import corrected, happens, records
from tests.attacks.conftest import Begin
from tests.attacks.play import LEADER, MANAGER, Command, Play, complete

ASKS: Command = {"do": "complete", "step": "return_intention"}
ASKS_AGAIN: Command = {"do": "redo", "step": "return_intention"}
PREPARES: Command = {"do": "move", "to": "prepare"}
EMBASSY: Command = {"do": "consent", "purpose": "contact_embassy"}
LAWYER: Command = {"do": "complete", "step": "legal_counselling"}
UNASKED = records(says_so_unasked=True)
NOT_NOW = "nobody asks now: the person has said no, and that is not over"
NOES = ("no", "not_now", "not_to_be_asked")


def hears(result: str) -> Command:
    return complete("return_intention", result=result)


def talk(number: int) -> Command:
    return complete("options_counselling", round=str(number))


def offered(play: Play) -> list[Command]:
    return [dict(row.do) for row in play.engine.next(play.case, as_=play.actor(MANAGER))]


def open_to_prepare(play: Play) -> None:
    """An adult who is safe, knows their rights, and whose reflection period of 45 days begins."""
    play.ready("prepare")


def after_two_talks(play: Play) -> None:
    open_to_prepare(play)
    play.given(MANAGER, talk(1), talk(2))


def after_the_reflection(play: Play) -> None:
    after_two_talks(play)
    play.wait(days=50)


def of_the_journey(play: Play, asked: list[Command]) -> list[Command]:
    """Give what moves towards the departure, or asks whether it shall."""
    steps = play.engine.process_of(play.case, as_=play.actor(MANAGER)).steps
    ids = [id for id, step in steps.items() if step.gate == "depart" and not step.also_after_a_no]
    consents = {"contact_embassy", "share_partner", "contact_partner", "travel_data_share", "return"}
    return [
        do
        for do in asked
        if do.get("step") in ids
        or do in (PREPARES, {"do": "move", "to": "depart"})
        or do["do"] in ("travel", "document", "assign")
        or do.get("purpose") in consents
    ]


def proposed(play: Play, what: Command | str) -> list[Command]:
    asked: Any = what if isinstance(what, str) else read_command(what, case=play.case)
    unmet = play.engine.why(play.case, asked, as_=play.actor(MANAGER)).unmet
    return [dict(one.remedy.do) for one in unmet if one.remedy and one.remedy.from_]


# --- the order ------------------------------------------------------------------------------------


def test_first_somebody_is_to_come_and_to_know_where_the_person_sleeps_tonight(begin: Begin) -> None:
    assert offered(begin())[:2] == [
        {"do": "complete", "step": "register_referral"},
        {"do": "record", "facts": ("safe_place_tonight",)},
    ]


def test_a_protected_bed_stands_first_though_it_is_only_offered(begin: Begin) -> None:
    case = begin(open_to_prepare, host="NL")
    case.given(MANAGER, records(safe_place_tonight=False))
    asked = offered(case)
    assert asked[:2] == [
        {"do": "complete", "step": "safe_accommodation"},
        {"do": "consent", "purpose": "share_partner", "recipient": "nl_comensha"},
    ]


def test_after_the_reflection_a_lawyer_stands_before_the_question_and_the_question_before_what_prepares(
    begin: Begin,
) -> None:
    """F6: "Begin to prepare the return" stood first, and the embassy third, before she had said anything."""
    asked = offered(begin(after_the_reflection))

    assert asked[0] == LAWYER
    assert asked[-2:] == [ASKS, PREPARES]
    assert EMBASSY not in asked


def test_nothing_leads_to_the_embassy_before_the_person_has_said_that_they_want_to_look(begin: Begin) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, PREPARES)

    assert of_the_journey(case, offered(case)) == [ASKS]
    assert of_the_journey(case, proposed(case, "depart")) == [ASKS]


def test_honest_who_wants_to_explore_it_is_offered_what_comes_next(begin: Begin) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, hears("wants"))

    asked = offered(case)
    assert asked.index(LAWYER) < asked.index(PREPARES) < asked.index(EMBASSY)
    assert ASKS not in asked


# --- when the question is offered -----------------------------------------------------------------


def test_the_question_is_not_listed_before_a_talk(begin: Begin) -> None:
    case = begin(open_to_prepare)
    case.wait(days=50)
    assert ASKS not in offered(case)


def test_the_question_is_not_announced_while_the_reflection_runs(begin: Begin) -> None:
    case = begin(after_two_talks)
    assert ASKS not in offered(case)
    assert case.why(hears("wants")).says("return_intention")


def test_nor_is_it_listed_because_an_alarm_needs_it(begin: Begin) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, happens("expulsion_risk"), hears("not_to_be_asked"))
    assert of_the_journey(case, offered(case)) == []
    assert of_the_journey(case, proposed(case, "depart")) == []


@pytest.mark.parametrize("way", [open_to_prepare, after_two_talks])
def test_who_has_said_so_unasked_is_heard_at_once(begin: Begin, way: Any) -> None:
    """Before any talk, and on the first day of the reflection: what happened can always be written down."""
    case = begin(way)
    case.given(MANAGER, UNASKED)
    assert ASKS in offered(case)
    case.given(MANAGER, hears("wants"))
    assert EMBASSY in offered(case)


def test_that_they_said_so_lets_nobody_leave_inside_the_reflection(begin: Begin) -> None:
    """To look at it is one thing; to leave early is asked for by itself, after a lawyer has explained it."""
    case = begin(after_two_talks)
    case.given(MANAGER, UNASKED, hears("wants"))
    day = (case.now.date().replace(day=20)).isoformat()
    assert case.why({"do": "travel", "status": "target", "departs_on": day}, "travel_officer").says("INV-10")


def test_nobody_is_asked_whether_the_person_has_said_so_unasked(begin: Begin) -> None:
    case = begin(after_two_talks)
    asked = [*offered(case), *proposed(case, hears("wants")), *proposed(case, "depart")]
    assert [do for do in asked if "says_so_unasked" in do.get("facts", ())] == []


# --- a no ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", NOES)
@pytest.mark.parametrize("way", [open_to_prepare, after_two_talks, after_the_reflection])
def test_a_no_is_written_down_whenever_it_is_said_and_nothing_of_the_journey_is_listed_due_or_proposed(
    begin: Begin, way: Any, said: str
) -> None:
    case = begin(way)
    case.given(MANAGER, hears(said))
    for days in (0, 60, 200):
        case.wait(days=days)
        assert of_the_journey(case, offered(case)) == []
        assert of_the_journey(case, proposed(case, "depart")) == []
        assert of_the_journey(case, proposed(case, {"do": "start", "step": "origin_information"})) == []
        due = [{"do": "complete", "step": row.step} for row in case.engine.due(as_=case.actor(MANAGER), case=case.case)]
        assert of_the_journey(case, due) == []


def half_prepared(play: Play) -> None:
    """Weeks later, on the way to a departure."""
    play.ready("prepare")
    play.given(MANAGER, PREPARES)
    play.prepare("depart", at_most=30)


@pytest.mark.parametrize("said", NOES)
def test_who_wanted_to_look_and_does_not_any_more_is_asked_nothing_of_the_journey(begin: Begin, said: str) -> None:
    case = begin(half_prepared)
    assert case.step("return_intention").result == "wants"
    assert of_the_journey(case, offered(case)) != []
    case.given(MANAGER, ASKS_AGAIN, hears(said))

    assert of_the_journey(case, offered(case)) == []
    assert of_the_journey(case, proposed(case, "depart")) == []
    assert [row.step for row in case.engine.due(as_=case.actor(MANAGER), case=case.case)] == []


def test_after_a_no_a_lawyer_and_a_doctor_are_still_offered(begin: Begin) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, hears("no"))
    asked = offered(case)
    assert LAWYER in asked
    assert {"do": "consent", "purpose": "health_processing"} in asked


def test_after_a_no_why_says_that_nobody_asks_and_never_to_ask_again(begin: Begin) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, hears("not_now"))
    unmet = case.engine.why(case.case, "depart", as_=case.actor(MANAGER)).unmet
    assert {one.todo for one in unmet if one.subject == "return_intention"} == {NOT_NOW}


def test_to_open_the_step_again_is_no_word_of_the_person(begin: Begin) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, hears("no"), ASKS_AGAIN)
    assert of_the_journey(case, offered(case)) == []


def test_a_talk_that_was_held_before_the_no_and_is_written_down_after_it_ends_nothing(begin: Begin) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, hears("no"))
    earlier = (case.now.replace(hour=5)).isoformat()
    case.wait(hours=1)
    case.given(MANAGER, {**talk(3), "at": earlier})
    assert of_the_journey(case, offered(case)) == []


def test_an_own_word_from_before_the_no_does_not_outlive_it(begin: Begin) -> None:
    case = begin(after_two_talks)
    case.given(MANAGER, UNASKED)
    case.wait(days=1)
    case.given(MANAGER, hears("no"))
    assert of_the_journey(case, offered(case)) == []


# --- and what ends it -----------------------------------------------------------------------------


@pytest.mark.parametrize("said", NOES)
@pytest.mark.parametrize("word", [talk(3), UNASKED])
def test_honest_after_the_next_talk_or_their_own_word_the_question_is_offered_and_nothing_else(
    begin: Begin, said: str, word: Command
) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, hears(said))
    case.wait(days=20)
    case.given(MANAGER, word)
    assert of_the_journey(case, offered(case)) == [ASKS_AGAIN, PREPARES]
    case.given(MANAGER, ASKS_AGAIN, hears("wants"))
    assert EMBASSY in offered(case)


@pytest.mark.parametrize("said", NOES)
def test_honest_who_says_at_last_that_they_want_to_look_is_never_refused(begin: Begin, said: str) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, hears(said))
    case.given(MANAGER, ASKS_AGAIN, hears("wants"))
    assert {PREPARES["to"]} <= {do.get("to") for do in offered(case)}


def test_a_no_that_was_written_down_in_error_holds_nothing_up(begin: Begin) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, hears("no"))
    entry = case.history()[-1].seq
    case.given(MANAGER, corrected(entry))
    assert ASKS not in offered(case), "a second has not seen it"
    case.given(LEADER, {"do": "sign", "seq": entry})
    assert ASKS in offered(case)


def test_nobody_departs_over_a_no_even_after_the_next_talk(begin: Begin) -> None:
    case = begin(after_the_reflection)
    case.given(MANAGER, hears("no"), talk(3), PREPARES)
    assert case.why("depart").says("return_intention")
