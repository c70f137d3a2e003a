"""A call in vain of before a visit, told late, loses no contact."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest

from tests.attacks.acts import in_follow_up, open_alarms
from tests.attacks.play import RECEIVER, begun, complete
from tests.whole_answers import VISIT


@pytest.fixture
def begin() -> Any:
    with ExitStack() as opened:
        yield lambda way, **how: opened.enter_context(begun(way, **how))


def test_a_call_in_vain_of_before_a_visit_loses_no_contact(begin: Any) -> None:
    case = begin(in_follow_up)
    case.wait(days=31)
    case.given(RECEIVER, complete("monitoring_visit", round="m1", **VISIT))  # face to face, today
    case.wait(hours=1)

    case.given(RECEIVER, {"do": "contact", "with": "person", "channel": "phone", "reached": False, "at": "2026-06-01"})

    assert open_alarms(case) == set()
    assert case.seen().status == "open"
