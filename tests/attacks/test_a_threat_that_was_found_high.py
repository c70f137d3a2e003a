"""Those at home are threatened; the assessor looks, and finds that the danger is high. By that very finding the alarm ends, as "the danger was assessed".

Domain: return-process.md section 3, `risk_high`: "Any assessment returns high or a new threat ... Back to normal? Only via a NEW complete risk assessment below high, signed by two roles".
"""

from __future__ import annotations

import pytest

from tests.attacks.acts import ends, happens, is_open
from tests.attacks.play import ASSESSOR, MANAGER, Play, begun, complete, stops_at

ENDS = ends("threat_at_home", "danger_assessed")


def threatened(p: Play, found: str) -> None:
    p.prepare(instead=stops_at("screening_interview"))
    p.given(MANAGER, happens("threat_at_home"))
    p.wait(minutes=5)
    p.given(ASSESSOR, complete("initial_risk_assessment", result=found, own_view="(invented) they came to my mother"))


def test_no_alarm_of_danger_ends_with_the_finding_that_it_is_high() -> None:
    with begun() as p:
        threatened(p, "high")
        p.tried(MANAGER, ENDS)
        assert is_open(p, "threat_at_home") or is_open(p, "risk_high"), "high, and no alarm of danger is open any more"


@pytest.mark.parametrize("found", ["low", "medium"])
def test_honest_below_high_it_ends(found: str) -> None:
    with begun() as p:
        threatened(p, found)
        p.given(MANAGER, ENDS)
        assert not is_open(p, "threat_at_home")
