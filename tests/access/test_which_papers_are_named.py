"""A paper is named to who is told at least in sum of its group, or is to bring it (access.md, section 1: "a name tells, too"): that a yellow fever
certificate is missing belongs to health.
"""

from __future__ import annotations

import pytest
from wayhome import Actor

from tests.attacks.play import DOCTOR, MANAGER, begun, ready_to_depart

PAPER = "ng_icvp"


def proposed(role: str) -> list[str]:
    with begun(ready_to_depart) as play:
        who = Actor("x", play._recorded.leads, {role})
        return [str(row.do["kind"]) for row in play.engine.next(play.case, as_=who) if row.do["do"] == "document"]


@pytest.mark.parametrize("role", ["legal_counsellor", "programme_manager", "data_protection_officer"])
def test_who_is_told_nothing_of_her_health_is_proposed_no_paper_of_it(role: str) -> None:
    assert PAPER not in proposed(role)


@pytest.mark.parametrize("role", [DOCTOR, MANAGER])
def test_who_is_told_of_it_or_brings_it_is(role: str) -> None:
    assert PAPER in proposed(role)
