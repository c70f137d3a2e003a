"""A wish to leave inside the reflection period counts though no lawyer's advice counted before it, or though she said no since."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import IN_ENGLISH, NO_TO_THE_JOURNEY, ends, records
from tests.attacks.play import LAWYER, MANAGER, TRAVEL, Play, another, begun, complete

ADULT = {"age_status": "adult", "languages": ["en"]}
LEGAL = {"do": "consent", "purpose": "legal", **IN_ENGLISH}
EARLY = {"do": "travel", "status": "target", "departs_on": "2026-03-20"}  # the period runs until 16 April
WISH = records(asks_during_reflection=True)


def in_reflection(p: Play) -> Any:
    p.ready("prepare")
    p.given(MANAGER, LEGAL)
    assert p.told("INV-10")


@pytest.mark.parametrize("second", [None, "disagree"])
def test_a_letter_that_no_second_has_seen_is_no_advice_before_the_wish(second: Any) -> None:
    with begun(facts=ADULT) as p:
        in_reflection(p)
        lawyer = p.involved("lawyer")
        p.given(MANAGER, {**complete("legal_counselling"), "by": lawyer, "heard_by": "letter"})
        assert p.told("INV-18"), "nobody was counselled, as long as no second has seen the letter"
        if second:
            p.wait(minutes=1)
            p.given(
                another(MANAGER),
                {"do": "sign", "step": "legal_counselling", "answer": "disagree", "reason": "there is no such letter"},
            )
        p.wait(minutes=1)
        p.given(MANAGER, WISH)
        assert p.told("INV-10")
        assert not p.tried(TRAVEL, EARLY).done


def test_a_wish_of_before_her_no_asks_for_no_early_flight() -> None:
    with begun(facts=ADULT) as p:
        in_reflection(p)
        p.given(LAWYER, complete("legal_counselling"))
        p.wait(minutes=1)
        p.given(MANAGER, WISH)
        p.wait(minutes=1)
        p.given(MANAGER, NO_TO_THE_JOURNEY)
        p.wait(minutes=1)
        p.given(MANAGER, complete("options_counselling"), ends("consent_withdrawn_before", "talked_again"))
        p.wait(minutes=1)
        assert p.told("INV-10")
        assert not p.tried(TRAVEL, EARLY).done


def test_honest_who_was_advised_and_then_asks_goes_earlier() -> None:
    with begun(facts=ADULT) as p:
        in_reflection(p)
        p.given(LAWYER, complete("legal_counselling"))
        p.wait(minutes=1)
        p.given(MANAGER, WISH)
        assert not p.told("INV-10")
        assert p.tried(TRAVEL, EARLY).done


def test_honest_a_letter_that_a_second_has_seen_is_advice() -> None:
    with begun(facts=ADULT) as p:
        in_reflection(p)
        lawyer = p.involved("lawyer")
        p.given(MANAGER, {**complete("legal_counselling"), "by": lawyer, "heard_by": "letter"})
        p.wait(minutes=1)
        p.given(another(MANAGER), {"do": "sign", "step": "legal_counselling"})
        p.wait(minutes=1)
        p.given(MANAGER, WISH)
        assert not p.told("INV-10")


def test_honest_who_asks_again_after_the_talk_goes_earlier() -> None:
    with begun(facts=ADULT) as p:
        in_reflection(p)
        p.given(LAWYER, complete("legal_counselling"))
        p.wait(minutes=1)
        p.given(MANAGER, NO_TO_THE_JOURNEY)
        p.wait(minutes=1)
        p.given(MANAGER, complete("options_counselling"), ends("consent_withdrawn_before", "talked_again"))
        p.wait(minutes=1)
        p.given(MANAGER, WISH)
        assert not p.told("INV-10")
