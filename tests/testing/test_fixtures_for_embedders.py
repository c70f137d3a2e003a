"""An embedder's tests get an engine, its clock and a case at any phase, from fixtures that pytest finds. (issue 11)"""

from __future__ import annotations

import pytest
from wayhome import Engine
from wayhome.model.closed_sets import PHASES
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for
from wayhome.testing.fixtures import *  # noqa: F403 - as pytest finds them by the entry point
from wayhome.testing.fixtures import MakesCases

MANAGER = an_actor_for("case_manager_sending")


@pytest.mark.parametrize("phase", PHASES)
def test_a_case_is_brought_to_any_phase(
    wayhome_engine: Engine, wayhome_case: MakesCases, wayhome_clock: StoryClock, phase: str
) -> None:
    began = wayhome_clock.moment

    case = wayhome_case("BE", "NG", phase=phase)  # type: ignore[arg-type]

    assert wayhome_engine.case(case, as_=MANAGER).phase == phase
    assert wayhome_clock.moment >= began
    assert wayhome_engine.verify().ok
