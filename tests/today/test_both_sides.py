"""What stands on whose list after the landing: what keeps the person safe on both sides', the rest where the duty lies.

Two houses work on a return; the one that receives has an account here, or none: then it sees no list, and is to be asked.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs

from tests.attacks.play import MANAGER, RECEIVER, RECEPTION, TRAVEL, Play, at_home, begun, complete

HERE = Actor("invented_worker", "invented_organisation", {MANAGER})
ADMIN = Actor("invented_admin", "invented_organisation", {"system_admin"})
THERE = Actor("ngozi", "ng_bakhita", {RECEIVER})
OFFICER = Actor("invented_officer", "invented_organisation", {TRAVEL})
HOUSE = "Bakhita Villa"


@pytest.fixture
def landed(packs: Packs) -> Iterator[Play]:
    with begun(at_home, packs) as play:
        play.engine.put_actor(ADMIN)
        play.engine.put_actor(HERE, as_=ADMIN)
        yield play


def sections(play: Play, who: Actor) -> dict[str, set[str]]:
    """Give the steps in each section of somebody's list."""
    found = play.engine.today(as_=who)
    return {name: {row.step for row in getattr(found, name)} for name in ("overdue", "today", "soon", "waiting")}


def asked(play: Play, who: Actor = HERE) -> dict[str, str | None]:
    """Give what others are to do, each with the house that is to be asked for it, because it sees no list here."""
    return {row.step: row.ask for row in play.engine.today(as_=who).waiting}


def test_being_met_stands_on_both_sides_lists_until_it_is_done(landed: Play) -> None:
    """Only a reception officer does it; no side is to wait two days until the other is late."""
    landed.engine.put_actor(THERE, as_=ADMIN)

    for who in (HERE, THERE):
        assert "arrival_reception" in sections(landed, who)["today"]

    landed.given(RECEPTION, complete("arrival_reception", fields={"recognised": True}))
    for who in (HERE, THERE):
        assert "arrival_reception" not in set().union(*sections(landed, who).values())
        assert {"arrival_wellbeing_check", "monitoring_visit"} <= set().union(*sections(landed, who).values())


def test_what_else_the_other_side_does_stands_here_once_it_is_two_days_late(landed: Play) -> None:
    landed.engine.put_actor(THERE, as_=ADMIN)
    assert "ng_transit_shelter" in sections(landed, THERE)["today"]
    assert "ng_transit_shelter" not in set().union(*sections(landed, HERE).values())

    landed.wait(days=1, hours=12)
    assert "ng_transit_shelter" not in asked(landed)
    landed.wait(days=1)
    assert asked(landed)["ng_transit_shelter"] is None, "they see it themselves"


def test_a_house_without_an_account_here_is_to_be_asked_from_the_first_minute(landed: Play) -> None:
    assert asked(landed)["ng_transit_shelter"] == HOUSE

    landed.engine.put_actor(THERE, as_=ADMIN)
    assert "ng_transit_shelter" not in asked(landed)


def test_under_a_host_that_brings_its_own_actors_the_other_side_is_to_be_asked(packs: Packs) -> None:
    with begun(at_home, packs) as play:
        assert asked(play)["ng_transit_shelter"] == HOUSE
        assert asked(play, THERE)["departure_notice"] == "invented_organisation"


def test_what_nobody_here_can_do_stands_on_the_list_of_who_leads_the_case_at_once(landed: Play) -> None:
    """The notice of a departure is a travel officer's, and the office has none."""
    assert asked(landed)["departure_notice"] is None

    landed.engine.put_actor(OFFICER, as_=ADMIN)
    assert "departure_notice" not in asked(landed)
    assert "departure_notice" in sections(landed, OFFICER)["overdue"]


def test_where_the_receiving_house_leads_and_its_case_worker_has_left_who_leads_the_programme_there_sees_it(
    landed: Play,
) -> None:
    """It was handed over, and nobody of the house that opened it is there any more: else it stood on nobody's list."""
    leads_there = Actor("invented_chief", "ng_bakhita", {"programme_manager"})
    landed.engine.put_actor(THERE, as_=ADMIN)
    landed.engine.put_actor(leads_there, as_=ADMIN)
    landed.given(HERE, {"do": "assign", "role": "case_owner", "partner": "ng_bakhita", "case_worker": THERE.id})
    landed.engine.end_actor(HERE.id, as_=ADMIN)
    theirs = sections(landed, THERE)
    assert {"ng_transit_shelter", "arrival_reception"} <= theirs["today"]
    assert "ng_transit_shelter" not in sections(landed, leads_there)["today"]

    landed.engine.end_actor(THERE.id, as_=ADMIN)
    assert sections(landed, leads_there) == theirs


def test_who_stands_in_for_a_case_worker_is_told_which_house_to_ask(landed: Play) -> None:
    chief = Actor("invented_chief", "invented_organisation", {"programme_manager"})
    landed.engine.put_actor(chief, as_=ADMIN)
    theirs = asked(landed)
    assert theirs["ng_transit_shelter"] == HOUSE

    landed.engine.end_actor(HERE.id, as_=ADMIN)
    assert asked(landed, chief) == theirs
