"""What is only offered leaves today's list when its day is over: nobody is late with it. desk.md F2: stale offers hid what was due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs
from wayhome.today import SECTIONS

from tests.attacks.play import Play, begun, evidence_is_fresh
from tests.today.test_the_ring import WORKER

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
OFFER = "ng_naptip_notice"


def sections(play: Play) -> list[str]:
    found = play.engine.today(as_=WORKER)
    return [name for name in SECTIONS for row in getattr(found, name) if row.step == OFFER]


@pytest.mark.parametrize(
    ("later", "stands"),
    [
        (-8 * DAY, []),
        (-6 * DAY, ["offers"]),
        (-SECOND, ["offers"]),  # the last second of its day
        (2 * SECOND, []),
    ],
    ids=str,
)
def test_an_offer_stands_on_the_list_until_its_day_is_over(packs: Packs, later: timedelta, stands: list[str]) -> None:
    with begun(evidence_is_fresh, packs) as play:
        (due,) = (row.due_at for row in play.engine.due(as_=WORKER, case=play.case) if row.step == OFFER)
        play.clock.moment = due + later  # it is only looked at
        if play.engine.clock().stands_back_at is not None:
            play.engine.confirm_clock(as_=Actor("ada", "invented_house", {"system_admin"}))

        assert sections(play) == stands
