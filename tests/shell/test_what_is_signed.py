"""What a second signer is shown: all that somebody else wrote, as far as they may read it. The people are invented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from wayhome import Actor
from wayhome.shell.talk.written import what_is_signed

from tests.attacks import play as plays
from tests.attacks.play import ASSESSOR, LEADER, MANAGER, Play

VETTED = {"for": ["house"], "how": ["visited"], "seen_where": "an invented house", "result": "trusted"}


@pytest.fixture
def play() -> Iterator[Play]:
    made = plays.opened()
    with made.engine:
        yield made


def shown(play: Play, do: dict[str, Any], who: str | Actor) -> Any:
    return what_is_signed(play.engine, play.case, do, play.actor(who))


@pytest.fixture
def vetting(play: Play) -> dict[str, Any]:
    """The draft of an assessor, about a relative whom somebody else made known."""
    ref = play.involved("relative")
    play.given(ASSESSOR, {"do": "complete", "step": "party_vetting", "of": ref, **VETTED})
    return {"do": "sign", "step": "party_vetting", "of": ref}


def test_the_second_is_shown_who_wrote_it_and_all_of_it_by_its_titles(play: Play, vetting: dict[str, Any]) -> None:
    found = shown(play, vetting, MANAGER)

    assert found.event.actor == "invented_risk_assessor"
    assert dict(found.told) == {
        "What came out": "trusted",
        "What they may be trusted with": "house",
        "How they were looked at": "visited",
        "Where it was seen, or who said it": "an invented house",
    }
    assert found.unread == 0


def test_what_is_not_theirs_to_read_is_told_as_that_and_counted(play: Play, vetting: dict[str, Any]) -> None:
    found = shown(play, vetting, "travel_officer")

    assert "an invented house" not in dict(found.told).values()
    assert found.unread > 0


def test_the_draft_of_another_person_or_of_none_is_not_shown(play: Play, vetting: dict[str, Any]) -> None:
    assert shown(play, {**vetting, "of": "relative-2"}, MANAGER) is None
    assert shown(play, {"do": "sign", "step": "safety_plan"}, MANAGER) is None
    assert shown(play, {"do": "sign", "seq": 999}, MANAGER) is None


def test_what_a_second_disagreed_with_waits_for_nobody(play: Play, vetting: dict[str, Any]) -> None:
    play.given(MANAGER, {**vetting, "answer": "disagree", "reason": "an invented house"})

    assert shown(play, vetting, MANAGER) is None


def test_an_entry_that_one_wrote_is_shown_by_its_number(play: Play) -> None:
    play.given(MANAGER, {"do": "consent", "purpose": "assistance", "answer": "refused", "given_by": "person"})
    seq = play.history()[-1].seq

    told = dict(shown(play, {"do": "sign", "seq": seq}, LEADER).told)

    assert told["What it is"] == "Be assisted"
    assert told["Who answered?"] == "the person"
    assert told["What was answered"] == "consent refused"
