"""What a health service in Brazil must notify, and what the council for children is told, is asked again after each new alarm (countries 5.3:
sexual violence and a suicide attempt within 24 hours; violence against a child at once).
"""

from __future__ import annotations

import pytest

from tests.attacks.acts import CHILD, happens, records
from tests.attacks.play import RECEIVER, Play, begun, complete, settled

KNOWN, URGENT, SINCE = "br_known_to_health_service", "br_urgent_notification", "br_told_health_service_at"
NOTIFIED, COUNCIL = "br_health_notification", "br_conselho_tutelar"


def known_and_notified(play: Play) -> None:
    settled(play)
    said = {KNOWN: True, URGENT: True, SINCE: play.now.isoformat()}
    play.given(RECEIVER, records(**said))
    play.given("medical_officer", {**complete(NOTIFIED), "informed_at": play.now.isoformat()})
    play.wait(days=30)


def due(play: Play, step: str) -> list[float]:
    """Give in how many hours a step is due."""
    rows = play.engine.due(case=play.case, as_=play.actor(RECEIVER))
    return [(one.due_at - play.now).total_seconds() / 3600 for one in rows if one.step == step]


@pytest.mark.parametrize("what", ["violence", "self_harm"])
def test_after_a_new_alarm_it_is_asked_whether_a_health_service_knows(what: str) -> None:
    with begun(known_and_notified, origin="BR") as play:
        play.given(RECEIVER, happens(what))

        assert [play.seen().facts.get(one) for one in (KNOWN, URGENT, SINCE)] == [None, None, None]
        assert play.step(NOTIFIED).waits_for == (f"fact:{KNOWN}",)
        assert due(play, NOTIFIED) == [24.0]


def test_what_it_came_to_know_then_is_notified_within_its_day() -> None:
    with begun(known_and_notified, origin="BR") as play:
        play.given(RECEIVER, happens("violence"))
        play.given(RECEIVER, records(**{KNOWN: True, URGENT: True, SINCE: play.now.isoformat()}))

        assert due(play, NOTIFIED) == [24.0]


def test_where_it_knows_nothing_nothing_is_notified() -> None:
    with begun(known_and_notified, origin="BR") as play:
        play.given(RECEIVER, happens("violence"))
        play.given(RECEIVER, records(**{KNOWN: False}))

        assert due(play, NOTIFIED) == []


@pytest.mark.parametrize("what", ["violence", "re_trafficking"])
def test_the_council_is_told_of_each_new_violence_against_a_child(what: str) -> None:
    with begun(settled, origin="BR", facts=CHILD) as play:
        play.given(RECEIVER, {**complete(COUNCIL), "informed_at": play.now.isoformat()})
        assert due(play, COUNCIL) == []
        play.wait(days=30)
        play.given(RECEIVER, happens(what))

        assert [round(hours, 1) for hours in due(play, COUNCIL)] == [2.0]


def test_an_illness_brings_no_new_duty() -> None:
    with begun(known_and_notified, origin="BR") as play:
        play.given(RECEIVER, happens("medical_emergency"))

        assert play.seen().facts[KNOWN] is True
        assert play.step(NOTIFIED).state == "done"
