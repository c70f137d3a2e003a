"""Who is to sign is given what the other wrote: all of it, as far as it is theirs to read. The people are invented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from wayhome import Actor, BadInput, Written

from tests.attacks import play as plays
from tests.attacks.play import ASSESSOR, MANAGER, TRAVEL, Play, assessed, signed

VETTED = {"for": ["house"], "how": ["visited"], "seen_where": "an invented house", "result": "trusted"}


@pytest.fixture
def play() -> Iterator[Play]:
    made = plays.opened()
    with made.engine:
        yield made


def signs(play: Play, do: dict[str, Any], who: str | Actor) -> Written | None:
    return play.engine.form(play.case, do, as_=play.actor(who)).signs


def told(found: Written | None) -> dict[str, Any]:
    assert found is not None
    return {one.slot.name: one.answer for one in found.said}


@pytest.fixture
def vetting(play: Play) -> dict[str, Any]:
    """The draft of an assessor, about a relative whom somebody else made known."""
    ref = play.involved("relative")
    play.given(ASSESSOR, {"do": "complete", "step": "party_vetting", "of": ref, **VETTED})
    return {"do": "sign", "step": "party_vetting", "of": ref}


def test_the_second_is_given_who_wrote_it_and_each_answer_beside_its_question(
    play: Play, vetting: dict[str, Any]
) -> None:
    found = signs(play, vetting, MANAGER)

    assert found is not None
    assert found.entry.actor == "invented_risk_assessor"
    assert [(one.slot.label, one.answer) for one in found.said] == [
        ("What came out", "trusted"),
        ("What they may be trusted with", ("house",)),
        ("How they were looked at", ("visited",)),
        ("Where it was seen, or who said it", "an invented house"),
    ]
    assert found.unread == 0


def test_who_signs_by_the_number_of_the_entry_is_given_the_same(play: Play, vetting: dict[str, Any]) -> None:
    found = signs(play, vetting, MANAGER)

    assert found is not None
    assert signs(play, {"do": "sign", "seq": found.entry.seq}, MANAGER) == found


def test_a_table_is_given_with_the_words_of_each_row(play: Play) -> None:
    play.ready()
    risk = assessed("low")
    again = {"do": "redo", "step": "pre_return_risk_assessment", "reason": "an invented reason"}
    play.given(ASSESSOR, again, {**risk, "own_view": "an invented fear"})

    given = told(signs(play, signed(), MANAGER))

    assert given["own_view"] == "an invented fear"
    assert [(row["factor"], row["residual"]) for row in given["matrix"]] == [("housing", "low")]


def test_what_is_not_theirs_to_read_is_given_as_that_and_counted(play: Play, vetting: dict[str, Any]) -> None:
    found = signs(play, vetting, TRAVEL)

    assert found is not None
    assert "an invented house" not in repr(told(found))
    assert found.unread == sum(one.answer is None for one in found.said) > 0


def test_the_draft_of_another_person_or_of_none_is_not_given(play: Play, vetting: dict[str, Any]) -> None:
    assert signs(play, {**vetting, "of": "relative-2"}, MANAGER) is None
    assert signs(play, {"do": "sign", "step": "safety_plan"}, MANAGER) is None
    assert signs(play, {"do": "sign", "seq": 999}, MANAGER) is None
    assert signs(play, {"do": "sign"}, MANAGER) is None


def test_what_a_second_disagreed_with_waits_for_nobody(play: Play, vetting: dict[str, Any]) -> None:
    play.given(MANAGER, {**vetting, "answer": "disagree", "reason": "an invented house"})

    assert signs(play, vetting, MANAGER) is None


def test_what_cannot_be_read_is_told(play: Play) -> None:
    with pytest.raises(BadInput, match="whole number"):
        signs(play, {"do": "sign", "seq": "the last"}, MANAGER)


def test_who_agrees_that_an_entry_was_an_error_is_given_the_entry_and_why_it_was_one(play: Play) -> None:
    play.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
    seq = play.history()[-1].seq
    play.given(MANAGER, {"do": "correct", "seq": seq, "why": "an invented slip of the fingers"})

    found = signs(play, {"do": "sign", "seq": seq}, play.another(MANAGER))

    assert found is not None
    assert found.entry.data["channel"] == "phone"
    assert found.asked is not None
    assert found.asked.texts == {"case": {"why": "an invented slip of the fingers"}}


def test_a_form_of_anything_else_signs_nothing(play: Play) -> None:
    assert signs(play, {"do": "complete", "step": "safety_plan"}, MANAGER) is None


def test_only_what_waits_for_a_second_is_offered_to_be_signed(play: Play, vetting: dict[str, Any]) -> None:
    form = play.engine.form(play.case, {"do": "sign"}, as_=play.actor(MANAGER))

    assert [*form.slots[0].values] == ["party_vetting"]
