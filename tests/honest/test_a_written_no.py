"""Who says no only in writing, is believed once two know that the writing is theirs: nobody waits for a call that never comes."""

from __future__ import annotations

import pytest

from tests.attacks.acts import REACHED, closes, ends, happens
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    LEADER,
    MANAGER,
    TRAVEL,
    Command,
    Play,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    signed,
)

WRITTEN: Command = complete("written_no", known_by="(invented) only she knows what we call the house")
ALARMS = ("no_show_departure", "lost_contact")


def writes(case: Play, channel: str, purpose: str) -> None:
    no = {"do": "consent", "purpose": purpose, "answer": "refused", "by": "person", "heard_by": channel}
    case.given(MANAGER, {**REACHED, "channel": channel}, no)


def did_not_come(begin: Begin, type: str) -> Play:
    case = begin(evidence_is_fresh)
    case.until(case.takes_off)
    case.given(MANAGER, happens(type))
    case.wait(hours=2)
    return case


@pytest.mark.parametrize("type", ALARMS)
def test_who_did_not_come_and_writes_that_she_stays_may_stay(begin: Begin, type: str) -> None:
    case = did_not_come(begin, type)
    writes(case, "message", "return")
    case.given(MANAGER, WRITTEN)
    case.given(LEADER, signed("written_no"))

    assert case.tried(MANAGER, ends(type, "says_no")).done
    assert case.tried(MANAGER, closes("withdrew_return")).done


def test_who_writes_from_prison_that_she_wants_no_more_is_let_go(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("detention_or_arrest"))
    case.wait(days=3)
    writes(case, "letter", "assistance")
    case.given(MANAGER, WRITTEN)
    case.given(LEADER, signed("written_no"))
    case.given(MANAGER, ends("detention_or_arrest", "says_no"))

    assert case.tried(MANAGER, closes("assistance_declined")).done


# --- and what is no such end -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type", ALARMS)
def test_one_alone_does_not_know_whose_writing_it_is(begin: Begin, type: str) -> None:
    case = did_not_come(begin, type)
    writes(case, "message", "return")
    case.given(MANAGER, WRITTEN)

    assert case.tried(MANAGER, ends(type, "says_no")).reasons == {("STEP", "written_no")}


def test_where_no_no_was_written_nothing_ends_so(begin: Begin) -> None:
    """Only a no: that she is well, or comes tomorrow, is heard from her."""
    case = did_not_come(begin, "lost_contact")
    case.given(MANAGER, {**REACHED, "channel": "message"})

    assert case.tried(MANAGER, WRITTEN).reasons == {("STEP", "written_no")}


def test_a_no_that_others_bring_lets_nobody_go(begin: Begin) -> None:
    """Two sign for what an aunt brought: it ends no case."""
    case = did_not_come(begin, "no_show_departure")
    aunt = case.involved("relative")
    no = {"do": "consent", "purpose": "return", "answer": "refused", "by": aunt, "heard_by": "message"}
    case.given(MANAGER, no, WRITTEN)
    case.given(LEADER, signed("written_no"))
    case.given(MANAGER, ends("no_show_departure", "says_no"))

    assert case.tried(MANAGER, closes("withdrew_return")).reasons == {("INV-34", "return")}


def test_on_the_way_nobody_is_let_off_by_a_letter(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.until(case.takes_off)
    case.ready()
    case.given(TRAVEL, {"do": "move", "to": "depart"}, happens("lost_contact"))

    assert case.tried(MANAGER, ends("lost_contact", "says_no"), may_be_bad_input=True).kind == "bad_input"


def test_who_has_left_and_nobody_knows_how_is_not_let_go_by_writing(begin: Begin) -> None:
    """Somebody may hold her telephone: on the way she is heard. Until now a way that is for the days before was open there, too."""
    case = did_not_come(begin, "no_show_departure")
    writes(case, "message", "return")
    case.given(MANAGER, {"do": "move", "to": "left", "how": "unknown"}, WRITTEN)
    case.given(LEADER, signed("written_no"))

    refused = case.tried(MANAGER, ends("no_show_departure", "says_no"), may_be_bad_input=True)
    assert refused.text == "There is no way for 'no_show_departure' to end now like that. There are: reached."
    case.given(MANAGER, {**REACHED, "channel": "phone"})
    assert case.tried(MANAGER, ends("no_show_departure", "reached")).done
