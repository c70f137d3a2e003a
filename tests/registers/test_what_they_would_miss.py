"""Who takes a yes back is told first what they would miss (registers, "Withdrawal": "She is told what she would miss: the next court day, the last tablet")."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Actor, to_json

from tests.attacks.acts import in_follow_up
from tests.attacks.play import RECEIVER, Play, begun

DAYS = {"legal": "2026-07-16", "health_processing_local": "2026-07-20"}


def at_the_house(play: Play, role: str) -> Actor:
    return Actor(f"invented_{role}", play.actor(RECEIVER).organisation, {role})


@pytest.fixture
def helped() -> Iterator[Play]:
    with begun(in_follow_up) as play:
        for purpose, group in (("legal", "legal"), ("health_processing_local", "health")):
            play.given(
                RECEIVER, {"do": "consent", "purpose": purpose, "groups": [group], "language": "en", "form": "written"}
            )
        matter = {"do": "enter", "register": "legal_matter", "matter": "wages", "country": "BE", "presence": "needed"}
        play.given(at_the_house(play, "legal_counsellor"), {**matter, "next_on": "2026-07-16T10:00+02:00"})
        tablets = {
            "do": "enter",
            "register": "medicine",
            "called": "(invented) the white ones",
            "last_day": "2026-07-20",
        }
        play.given(at_the_house(play, "medical_officer"), tablets)
        yield play


NEXT = {"legal": "Legal matters (2026-07-16)", "health_processing_local": "Medicine (2026-07-20)"}


def taken_back(purpose: str) -> dict[str, str]:
    return {"do": "withdraw", "purpose": purpose, "channel": "visit", "by": "person"}


@pytest.mark.parametrize("purpose", [*DAYS])
def test_they_are_told_what_they_would_miss_before_it_is_written_down(helped: Play, purpose: str) -> None:
    form = helped.engine.form(helped.case, {"do": "withdraw", "purpose": purpose}, as_=helped.actor(RECEIVER))

    assert form.help.endswith(f"Tell the person what they would miss: {NEXT[purpose]}.")
    assert any(DAYS[purpose] in one for one in helped.preview(taken_back(purpose), RECEIVER))


@pytest.mark.parametrize("purpose", [*DAYS])
def test_it_holds_nothing_up(helped: Play, purpose: str) -> None:
    helped.given(RECEIVER, taken_back(purpose))


def test_who_may_not_know_the_day_is_not_told_it(helped: Play) -> None:
    counsellor = at_the_house(helped, "counsellor")
    form = helped.engine.form(helped.case, {"do": "withdraw", "purpose": "legal"}, as_=counsellor)

    assert DAYS["legal"] not in str(to_json(form))
    assert DAYS["legal"] not in str(helped.preview(taken_back("legal"), counsellor))


def test_what_is_over_is_missed_by_nobody(helped: Play) -> None:
    helped.given(
        at_the_house(helped, "medical_officer"),
        {"do": "update", "ref": "medicine-1", "status": "ended", "how": "doctor"},
    )
    form = helped.engine.form(
        helped.case, {"do": "withdraw", "purpose": "health_processing_local"}, as_=helped.actor(RECEIVER)
    )

    assert "would miss" not in form.help


@pytest.mark.parametrize("day", [*DAYS.values()])
def test_honest_who_hears_it_may_know_both_days(helped: Play, day: str) -> None:
    assert day in str([to_json(one) for one in helped.engine.case(helped.case, as_=helped.actor(RECEIVER)).entries])
