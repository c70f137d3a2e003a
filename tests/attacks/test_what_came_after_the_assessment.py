"""A relative with whom she will live comes under suspicion, or she says that the home is not safe: nobody who assessed the risk looked again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import suspected
from tests.attacks.play import MANAGER, Play, begun, evidence_is_fresh

ASSESSMENT = "pre_return_risk_assessment"


def a_relative_is_a_suspect(p: Play) -> Any:
    p.given(MANAGER, suspected(p.involved("relative"), True))


def the_home_is_not_safe(p: Play) -> Any:
    home = {"home": "with_family", "where": "An invented street", "safe": "no"}
    p.given(MANAGER, {"do": "enter", "register": "home", "status": "planned", "by": "person", **home})


@pytest.mark.parametrize(
    ("comes", "what"),
    [
        (a_relative_is_a_suspect, "one of the family, or a friend, is under suspicion, or no longer"),
        (the_home_is_not_safe, "a danger that the person spoke of"),
    ],
)
def test_who_assessed_the_risk_looks_at_what_is_newer(comes: Any, what: str) -> None:
    with begun(evidence_is_fresh) as p:
        p.wait(minutes=1)
        comes(p)
        [(fact, todo)] = p.told("INV-04")
        assert what in fact
        assert todo
        p.ready(waiting=False, at_most=30)
        assert p.boards().done, "honest: who assessed it has looked, and she goes"


def test_honest_a_relative_of_whom_nothing_is_said_asks_nothing_anew() -> None:
    with begun(evidence_is_fresh) as p:
        p.involved("relative")
        assert p.boards().done
