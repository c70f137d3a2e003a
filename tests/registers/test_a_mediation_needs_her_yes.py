"""A mediation with a relative goes on once the person has agreed that they are spoken with.

registers.md, Part 1, table, column consents: `service`: "mediation `contact_family` per relative". "Refused is what cannot be read, or rests on a consent that is not
in force." return-process.md, INV-14: "No contact with family ... happens without a consent naming that contact."
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import in_follow_up
from tests.attacks.play import RECEIVER, Command, Play, begun

TALKS = {
    "do": "enter",
    "register": "service",
    "service": "mediation",
    "what": "(invented) talks about the feast days",
    "status": "running",
}


@pytest.fixture
def home() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        given = {(one.purpose, one.recipient) for one in play._recorded.consents.values()}
        assert not any(purpose == "contact_family" for purpose, _ in given)
        assert ("share_partner", "ng_idia") not in given
        yield play


def with_her_aunt(play: Play) -> Command:
    return {**TALKS, "with": play.involved("relative", name="(invented) aunt")}


def test_nobody_speaks_with_her_family_for_her_before_she_agrees(home: Play) -> None:
    assert home.tried(RECEIVER, with_her_aunt(home)).says("contact_family", "CONSENT")


def test_honest_with_whom_she_wants_it_is_written_down(home: Play) -> None:
    act = with_her_aunt(home)
    home.given(RECEIVER, {"do": "consent", "purpose": "contact_family", "recipient": act["with"], "language": "en"})
    home.given(RECEIVER, act)


def test_honest_nobody_is_asked_for_a_place_before_she_agrees(home: Play) -> None:
    asked = {
        "do": "enter",
        "register": "service",
        "service": "training",
        "what": "(invented) sewing",
        "provider": "ng_idia",
        "status": "sent",
    }

    assert home.tried(RECEIVER, asked).says("share_partner", "CONSENT")
