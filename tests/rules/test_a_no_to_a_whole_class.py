"""'Tell none of them any more': a no that names the whole class takes back no yes that named one of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import IN_ENGLISH
from tests.attacks.play import MANAGER, TRAVEL, Play, begun, evidence_is_fresh

ADULT = {"age_status": "adult", "languages": ["en"]}


def calls(ref: Any) -> Any:
    return {"do": "contact", "with": ref, "channel": "phone", "reached": True, "groups": ["identity"]}


def an_aunt_whom_she_agreed_to(p: Play) -> Any:
    p.ready("prepare")
    aunt = p.involved("relative")
    yes = {"do": "consent", "purpose": "contact_family", "recipient": aunt, "groups": ["identity"], **IN_ENGLISH}
    p.given(MANAGER, yes)
    p.wait(minutes=5)
    return aunt, yes


NO_TO_ALL = {"do": "consent", "purpose": "contact_family", "recipient": "family", "answer": "refused"}


def test_no_relative_is_told_after_a_no_to_the_whole_family() -> None:
    with begun(facts=ADULT) as p:
        aunt, _ = an_aunt_whom_she_agreed_to(p)
        p.given(MANAGER, NO_TO_ALL)
        p.wait(minutes=5)
        assert not p.tried(MANAGER, calls(aunt)).done


@pytest.mark.parametrize(
    ("who", "no"),
    [
        (MANAGER, {"do": "consent", "purpose": "share_partner", "recipient": "partner", "answer": "refused"}),
        (TRAVEL, {"do": "withdraw", "purpose": "share_partner", "recipient": "partner"}),  # is told 'done'
    ],
)
def test_nobody_departs_to_a_partner_after_a_no_to_all_partners(who: Any, no: Any) -> None:
    with begun(evidence_is_fresh) as p:
        p.given(who, no)
        p.wait(minutes=1)
        assert not p.boards().done


def test_honest_a_yes_to_one_after_the_no_to_all_counts() -> None:
    with begun(facts=ADULT) as p:
        aunt, yes = an_aunt_whom_she_agreed_to(p)
        p.given(MANAGER, NO_TO_ALL)
        p.wait(minutes=5)
        p.given(MANAGER, yes)
        assert p.tried(MANAGER, calls(aunt)).done


def test_honest_a_no_to_all_of_another_class_leaves_the_aunt() -> None:
    with begun(facts=ADULT) as p:
        aunt, _ = an_aunt_whom_she_agreed_to(p)
        p.given(MANAGER, {"do": "consent", "purpose": "share_partner", "recipient": "partner", "answer": "refused"})
        assert p.tried(MANAGER, calls(aunt)).done
