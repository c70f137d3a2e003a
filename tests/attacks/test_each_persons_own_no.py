"""A no of somebody who travels along is theirs, and never hers; until they say otherwise themselves, nobody takes them along.

safety.md F4: the no of a son of sixteen, or of a sister, was written down as hers: her consent was void, her flight cancelled. So honest
people learned not to write it down; and there was no other place for it: they flew.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import CHILD, YES, ago, goes_on, open_alarms
from tests.attacks.conftest import Begin
from tests.attacks.play import MANAGER, TRAVEL, Command, Play, complete, evidence_is_fresh

ALONG: dict[str, dict[str, Any]] = {
    "a sister": {"relation": "sibling", "born_on": "1999-01-01"},
    "a son of sixteen": {"relation": "child", "born_on": "2010-01-05"},
}


def no_of(ref: str) -> Command:
    return {"do": "consent", "purpose": "return", "answer": "refused", "of": ref}


def along(begin: Begin, who: str, *, travels: bool = True) -> tuple[Play, str]:
    """Somebody of the family, known from before, and everything else ready to leave."""
    play = begin(evidence_is_fresh)
    ref = play.involved(travels=travels, **ALONG[who])
    goes_on(play)
    play.wait(minutes=1)
    return play, ref


def hers(play: Play) -> tuple[list[str], str, str]:
    """Give her answers about the return, how her journey stands, and whether it is cleared."""
    answers = [one["state"] for one in play.seen().consents if (one["purpose"], one.get("of") or "") == ("return", "")]
    assert play.seen().travel is not None
    return answers, play.seen().travel["status"], play.step("departure_clearance").state


@pytest.mark.parametrize("who", ALONG)
def test_the_no_of_another_takes_nothing_of_hers_away(begin: Begin, who: str) -> None:
    play, ref = along(begin, who)
    before = hers(play)

    play.given(MANAGER, no_of(ref))

    assert hers(play) == before
    assert before[:2] == (["given"], "booked")
    assert open_alarms(play) == set()


def test_an_adult_who_has_said_no_is_taken_along_by_nobody_elses_word(begin: Begin) -> None:
    play, ref = along(begin, "a sister")
    play.given(MANAGER, no_of(ref))

    assert play.told("INV-36") == [
        (f"{ref} has said no to going, and still travels along",
         "ask them alone: only they say otherwise; or write down that they do not travel along")
    ]  # fmt: skip
    asked = [remedy for subject, remedy in play.remedies() if subject == ref]
    assert [(one.do, one.from_) for one in asked] == [({"do": "consent", "purpose": "return", "of": ref}, None)]
    play.wait(minutes=1)
    for_her = play.tried(MANAGER, {**YES, "of": ref})
    assert for_her.reasons == {("CONSENT", "return")}
    assert f"only {ref} says yes for themselves" in for_her.text
    play.given(MANAGER, {**YES, "of": ref, "given_by": ref})
    assert play.told("INV-36") == []


def test_a_yes_of_before_that_is_typed_after_the_no_does_not_end_it(begin: Begin) -> None:
    play, ref = along(begin, "a sister")
    play.wait(hours=2)
    play.given(MANAGER, no_of(ref))
    play.wait(minutes=1)
    play.tried(MANAGER, {**YES, "of": ref, "given_by": ref, **ago(play, hours=1)})

    assert [fact for fact, _ in play.told("INV-36")] == [f"{ref} has said no to going, and still travels along"]


def test_who_has_said_no_is_not_taken_along_as_the_escort(begin: Begin) -> None:
    """Whoever has that role is no companion any more; their no stands all the same."""
    play, ref = along(begin, "a sister")
    play.given(MANAGER, no_of(ref))
    play.vetted(ref, "escort")
    play.given(TRAVEL, {"do": "assign", "role": "escort", "ref": ref})

    assert [fact for fact, _ in play.told("INV-36")] == [f"{ref} has said no to going, and still travels along"]


def test_honest_nobody_is_asked_about_who_has_died(begin: Begin) -> None:
    play, ref = along(begin, "a sister")
    play.given(MANAGER, no_of(ref))
    play.wait(minutes=1)
    play.given(MANAGER, {"do": "incident", "type": "death_of_another", "of": ref})

    assert play.told("INV-36") == []


def test_honest_who_stays_behind_holds_nobody(begin: Begin) -> None:
    play, ref = along(begin, "a sister")
    play.given(MANAGER, no_of(ref))
    play.wait(minutes=1)
    play.given(MANAGER, {"do": "involve", "by": "person", "ref": ref, "relation": "sibling", "travels": False})

    assert play.told("INV-36") == []
    assert goes_on(play).boards().done


def test_the_no_of_a_child_is_looked_at_as_what_is_best_for_it(begin: Begin) -> None:
    play, ref = along(begin, "a son of sixteen")
    play.given(MANAGER, no_of(ref))

    assert play.told("INV-36") == [
        (f"{ref} has said no to going, and still travels along",
         "look again at what is best for the child, with what it says; or write down that it does not travel along")
    ]  # fmt: skip
    again = {"do": "redo", "step": "child_best_interests", "of": ref}
    assert [remedy.do for subject, remedy in play.remedies() if subject == ref] == [again]
    play.wait(minutes=1)
    play.given(MANAGER, {**YES, "of": ref, "given_by": ref})
    assert play.told("INV-36") != [], "a word, also of its own, does not settle what is best for it"
    play.wait(minutes=1)
    play.given(MANAGER, {"do": "redo", "step": "child_best_interests", "of": ref})
    found = complete(
        "child_best_interests", of=ref, result="positive", childs_view="(invented) I go if my aunt is there"
    )
    play.given("counsellor", found)
    assert play.told("INV-36") == []


@pytest.mark.parametrize("who", ALONG)
def test_the_no_of_who_stays_anyway_holds_nobody(begin: Begin, who: str) -> None:
    play, ref = along(begin, who, travels=False)
    play.given(MANAGER, no_of(ref))

    assert play.told("INV-36") == []
    assert hers(play)[0] == ["given"]


def test_what_another_has_taken_back_is_theirs_too(begin: Begin) -> None:
    play, ref = along(begin, "a sister")
    play.given(MANAGER, {**YES, "of": ref, "given_by": ref})
    play.wait(minutes=1)
    before = hers(play)

    play.given(MANAGER, {"do": "withdraw", "purpose": "return", "of": ref})

    assert hers(play) == before
    assert [fact for fact, _ in play.told("INV-36")] == [f"{ref} has said no to going, and still travels along"]


def test_honest_her_own_no_is_hers(begin: Begin) -> None:
    play, _ = along(begin, "a sister")
    play.given(MANAGER, {"do": "consent", "purpose": "return", "answer": "refused"})

    assert open_alarms(play) == {"consent_withdrawn_before"}
    assert hers(play)[1] == "cancelled"


# --- a child who is the person: the guardian says yes, and the child says no ------------------------------------------

GUARDIANS: Command = {**YES, "given_by": "guardian", "assent": False}


def test_guardian_yes_child_no_is_written_as_it_is_and_is_a_no(begin: Begin) -> None:
    """It was refused: 'ask the child, and say in assent what they answered', which was just done; so nobody wrote it down."""
    play = begin(evidence_is_fresh, facts=CHILD)
    goes_on(play)
    play.wait(minutes=1)

    play.given(MANAGER, GUARDIANS)

    row = next(row for row in reversed(play.history()) if row.type == "consent_refused")
    assert (row.data["given_by"], row.data["assent"]) == (play.seen().roles["guardian"], False)
    assert open_alarms(play) == {"consent_withdrawn_before"}
    assert hers(play)[1] == "cancelled"


def test_a_yes_of_the_guardian_that_does_not_say_what_the_child_answered_asks_the_child(begin: Begin) -> None:
    play = begin(evidence_is_fresh, facts=CHILD)

    unasked = play.tried(MANAGER, {**GUARDIANS, "assent": None})
    assert ("CONSENT", "return") in unasked.reasons
    assert "ask the child, and say in 'assent' what they answered" in unasked.text


def test_a_childs_no_to_be_helped_is_written_too(begin: Begin) -> None:
    play = begin(facts=CHILD)
    play.given(
        MANAGER, {"do": "consent", "purpose": "assistance", "language": "en", "given_by": "guardian", "assent": False}
    )

    assert [one["state"] for one in play.seen().consents if one["purpose"] == "assistance"] == ["refused"]


def test_what_is_taken_back_for_a_child_opens_nothing_of_hers_and_the_departure_is_cleared_again(begin: Begin) -> None:
    play, ref = along(begin, "a son of sixteen")
    play.given(MANAGER, {"do": "consent", "purpose": "health_processing", "language": "en", "of": ref})
    goes_on(play)
    play.wait(minutes=1)
    assert hers(play)[2] == "done"

    play.given(MANAGER, {"do": "withdraw", "purpose": "health_processing", "of": ref})

    assert open_alarms(play) == set()
    assert hers(play) == (["given"], "booked", "available")
