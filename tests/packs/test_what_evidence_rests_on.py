"""What may come to light asks for some evidence again: no such fact is forgotten by every step."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from wayhome.packs.plugins import Packs

# Facts about danger or health on which no evidence rests, and why.
RESTS_ON_NONE: Mapping[str, str] = {
    "extended_followup": "asks for visits after month 12 by itself",
    "risk_escort_needed": "follows from the assessment and the review, and asks for an escort by itself",
    "needs_health_followup": "asks for a step after landing by itself",
    "br_known_to_health_service": "is known after landing",
    "br_urgent_notification": "is known after landing",
    "br_told_health_service_at": "is known after landing",
}


@pytest.mark.parametrize(("host", "origin"), [("BE", "NG"), ("BE", "BR"), ("NL", "SL")])
def test_what_is_recorded_of_danger_and_health_is_rested_on_by_a_step(packs: Packs, host: str, origin: str) -> None:
    process = packs.process(host, origin)
    rested_on = {subject for step in process.steps.values() for subject, _ in step.rests_on}
    asked = {id for id, fact in process.facts.items() if fact.derived is None and fact.group in ("risk", "health")}

    assert asked - rested_on - set(RESTS_ON_NONE) == set()


@pytest.mark.parametrize(("host", "origin"), [("BE", "NG"), ("BE", "BR"), ("NL", "SL")])
def test_what_protects_is_rested_on_by_a_step(packs: Packs, host: str, origin: str) -> None:
    process = packs.process(host, origin)
    rested_on = {subject for step in process.steps.values() for subject, _ in step.rests_on}

    assert {id for id, fact in process.facts.items() if fact.cautious} - rested_on - set(RESTS_ON_NONE) == set()


@pytest.mark.parametrize(("host", "origin"), [("BE", "NG"), ("BE", "BR"), ("NL", "SL")])
def test_every_country_of_origin_says_where_the_person_will_live(packs: Packs, host: str, origin: str) -> None:
    assert "place_of_return" in packs.process(host, origin).fact_that_tells
