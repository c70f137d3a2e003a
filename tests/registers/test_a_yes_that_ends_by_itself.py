"""A yes that ends by its own day is due on that day; until then all goes on, and who is rung up after it has been told.

registers.md, Part 1, "Withdrawal (refusal, end), in the same transaction: what rests on it is *outdated*. ... Running: asked of her ... Whoever was told is a due until told."
(Decision 0047 says the same: "A consent that is gone is shown and due ... it follows from the consents, at any moment ... on its last day nobody types".)
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import CHILD, in_follow_up
from tests.attacks.play import RECEIVER, Play, begun, settled

IDIA = "ng_idia"
YES = {"do": "consent", "groups": ["identity", "plan"], "language": "en", "form": "written", "recipient": IDIA}
COURSE = {
    "do": "enter",
    "register": "service",
    "service": "training",
    "what": "(invented) sewing",
    "provider": IDIA,
    "status": "sent",
}
NOTE = {"do": "note", "group": "case", "text": "(invented) the rains have begun"}


@pytest.fixture
def until_august() -> Iterator[Play]:
    with begun(in_follow_up) as play:  # 14 May 2026
        play.given(
            RECEIVER,
            {**YES, "purpose": "contact_partner", "groups": ["identity"]},
            {**YES, "purpose": "share_partner", "expires_on": "2026-08-01"},
            COURSE,
        )
        play.wait(days=3)
        called = {"do": "contact", "with": IDIA, "channel": "phone", "reached": True, "groups": ["identity", "plan"]}
        play.given(RECEIVER, called)
        play.given(RECEIVER, {"do": "update", "ref": "service-1", "status": "running"})
        play.wait(days=90)  # 15 August
        yield play


def due(play: Play) -> list[tuple[str, str]]:
    rows = play.engine.due(as_=play.actor(RECEIVER), case=play.case)
    return [(row.title, f"{row.due_at:%Y-%m-%d}") for row in rows if row.step == "entry:service"]


def test_that_a_yes_has_ended_is_due_on_that_day(until_august: Play) -> None:
    (one,) = (
        one
        for one in until_august.engine.case(until_august.case, as_=until_august.actor(RECEIVER)).entries
        if one["ref"] == "service-1"
    )
    assert one["consents_gone"] == ("share_partner",), "the screen of the case says that it is gone"

    assert [title for title, _ in due(until_august) if "the consent is gone" in title] != []


def test_who_was_rung_up_before_it_ended_is_still_to_be_told(until_august: Play) -> None:
    until_august.given(RECEIVER, NOTE)  # whatever is typed makes the list anew

    assert [title for title, _ in due(until_august) if title.startswith("Tell them that the consent is gone")] != []


def test_it_is_late_since_the_day_on_which_it_ended_and_not_since_she_said_yes(until_august: Play) -> None:
    until_august.given(RECEIVER, NOTE)

    days = {day for title, day in due(until_august) if "the consent is gone" in title}
    assert days
    assert min(days) >= "2026-07-31"


def test_of_who_has_come_of_age_nothing_is_late_since_the_landing() -> None:
    with begun(settled, origin="SL", facts={**CHILD}) as play:  # 21 July 2026
        for purpose in ("monitoring", "assistance_local"):
            play.given(
                RECEIVER,
                {"do": "consent", "purpose": purpose, "language": "en", "given_by": "guardian-1", "assent": True},
            )
        play.given(RECEIVER, {"do": "record", "facts": {"turns_18_on": "2026-09-01"}, "by": "guardian"})
        school = {
            "do": "enter",
            "register": "service",
            "service": "school",
            "what": "(invented) class 9",
            "status": "running",
        }
        play.given(RECEIVER, school)
        play.wait(days=50)
        play.given(RECEIVER, {"do": "incident", "type": "turned_18"})

        gone = [day for title, day in due(play) if "the consent is gone" in title]
        assert len(gone) == 1
        assert gone[0] >= "2026-08-31"


def test_honest_a_yes_that_is_taken_back_is_due_and_they_are_told(until_august: Play) -> None:
    with begun(in_follow_up) as play:
        play.given(RECEIVER, {**YES, "purpose": "share_partner"}, COURSE)
        play.wait(days=80)
        play.given(RECEIVER, {"do": "withdraw", "purpose": "share_partner", "recipient": IDIA})

        titles = [title for title, _ in due(play)]
        assert len(titles) == 2
        assert {day for _, day in due(play)} == {"2026-08-02"}


def test_honest_who_was_never_rung_up_is_to_be_told_once_anything_is_typed() -> None:
    with begun(in_follow_up) as play:
        play.given(RECEIVER, {**YES, "purpose": "share_partner", "expires_on": "2026-08-01"}, COURSE)
        play.wait(days=93)
        play.given(RECEIVER, NOTE)

        assert len([title for title, _ in due(play) if title.startswith("Tell them that the consent is gone")]) == 1
