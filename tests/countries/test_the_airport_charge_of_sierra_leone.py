"""Sierra Leone's airport security charge, suspended since 6 July 2026: nobody pays what is not collected."""

from __future__ import annotations

import pytest
from wayhome import Engine, commands

from tests.conftest import ANNA, a_case


@pytest.mark.parametrize(("collected", "asked"), [(None, False), (False, False), (True, True)])
def test_the_charge_is_asked_for_only_while_it_is_collected(
    engine: Engine, collected: bool | None, asked: bool
) -> None:
    case = a_case(engine, "SL")
    if collected is not None:
        engine.do(commands.Record(case, facts={"sl_security_charge_collected": collected}), as_=ANNA)

    subjects = {reason.subject for reason in engine.why(case, "depart", as_=ANNA).unmet}

    assert ("sl_security_fee" in subjects) is asked
    assert "sl_yellow_fever" in subjects  # which is asked of everybody
