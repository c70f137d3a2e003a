"""Nobody takes an alarm that they are not shown, and of another house no account stands at one.

access.md 6: "take, *waits until* | whom the line is shown to | that line". 5: "**Of another house's entries** a house reads only the groups that a
consent in force names for it"; 1: "`-` ... as if the group were empty; not even how many entries there are". "Who may not know ... learns it from nothing".
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Actor

from tests.attacks.acts import in_follow_up
from tests.attacks.play import MANAGER, RECEIVER, Play, begun

THERE, HERE = "ng_bakhita", "invented_organisation"
MINA, SARA = Actor("mina", THERE, {RECEIVER}), Actor("sara", HERE, {MANAGER})
RISK = {"do": "incident", "type": "risk_high"}


@pytest.fixture
def alarmed() -> Iterator[Play]:
    """Since the hand-over Mina's house leads; the risk is high, and Sara's, which opened the case, is told nothing of that."""
    with begun(in_follow_up) as play:
        for one in (MINA, SARA):
            play.engine.put_actor(one)
        play.given(MINA, RISK)
        play.wait(minutes=5)
        yield play


def shown(play: Play, who: Actor) -> list[str]:
    return [row.step for row in play.engine.today(as_=who).alarms]


def test_who_is_not_shown_an_alarm_does_not_take_it_nor_learns_how_many_there_are(alarmed: Play) -> None:
    assert shown(alarmed, SARA) == []
    assert all(row.step != "incident:risk_high" for row in alarmed.engine.due(as_=SARA))

    assert alarmed.engine.take(as_=SARA) == 0


def test_nobody_goes_uncalled_because_somebody_took_what_they_were_not_shown(alarmed: Play) -> None:
    alarmed.engine.take(as_=SARA)

    assert {one.account for one in alarmed.engine.ring().calls if one.look_now} == {"mina"}


def test_of_another_house_no_account_stands_at_an_alarm(alarmed: Play) -> None:
    """12.13: "Another house sees role, house and day of who did something, never the account." """
    alarmed.engine.take(as_=SARA)

    (row,) = alarmed.engine.today(as_=MINA).alarms
    assert row.seen is None or row.seen.by != "sara"


def test_honest_who_is_shown_it_takes_it(alarmed: Play) -> None:
    assert shown(alarmed, MINA) == ["incident:risk_high"]
    assert alarmed.engine.take(as_=MINA) == 1


def test_honest_who_is_to_look_is_called_while_nobody_takes_it(alarmed: Play) -> None:
    assert {one.account for one in alarmed.engine.ring().calls if one.look_now} == {"mina"}
