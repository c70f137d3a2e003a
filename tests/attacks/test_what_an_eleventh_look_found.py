"""What an eleventh look found, mostly after the landing and around it: alarms there that one alone ends, and who is left alone by a
word. Each test that fails names the sentence it holds the engine to; beside it stands what passes.
"""

from __future__ import annotations

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import ASSESSOR, RECEIVER, Play, settled, signed
from tests.attacks.test_what_a_seventh_look_found import ON_THE_SPOT, _found_there, ends, happens




def found_low_by_one(case: Play, alarm: str) -> None:
    """Tell of a danger at home; a minute later one alone writes that the risk is low."""
    case.wait(hours=1)
    case.given(RECEIVER, happens(alarm))
    case.wait(minutes=1)
    case.given(RECEIVER, _found_there("low"))


# --- a danger at home that one alone ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize("alarm", ["violence", "re_trafficking"])
def test_no_violence_and_no_new_trafficking_is_over_because_one_alone_writes_low_a_minute_later(
    begin: Begin, alarm: str
) -> None:
    """The man of the house beats her, or recruiters are back; the one case manager there tells it, writes low one minute later alone,
    and ends the alarm alone. The same act is held for two where the alarm is called `risk_high`; the worse ones are let go. Design 4.3:
    'It ends only through an outcome ... and with evidence that happened and was recorded after its latest alarm (a new assessment by
    both roles and below high, ...)'.
    """
    case = begin(settled)
    found_low_by_one(case, alarm)

    assert case.tried(RECEIVER, ends(alarm, "below_high_there")).says(ON_THE_SPOT)


@pytest.mark.parametrize("alarm", ["violence", "re_trafficking", "risk_high"])
def test_honest_a_danger_at_home_is_over_when_two_found_it_so(begin: Begin, alarm: str) -> None:
    case = begin(settled)
    found_low_by_one(case, alarm)
    if case.step(ON_THE_SPOT).state == "in_progress":
        case.given(ASSESSOR, signed(ON_THE_SPOT))
    else:  # today nobody waits for a second
        case.given(ASSESSOR, {"do": "redo", "step": ON_THE_SPOT}, _found_there("low"))
    case.given(RECEIVER, ends(alarm, "below_high_there"))
