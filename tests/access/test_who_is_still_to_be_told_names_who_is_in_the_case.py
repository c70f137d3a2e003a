"""Who is still to be told of a no is named only to who knows who is in the case.

access.md 2: "`parties` | which other houses and helpers are in the case ... *That* a clinic, a lawyer or NAPTIP is in it is itself a secret". 4: `parties` is
`-` for lawyer, doctor, counsellor. 4: "the lawyer and the clinic do not see who else is in the case". 6: "a line whose title may not be told is left out".
"""

from __future__ import annotations

import pytest
from wayhome import Actor, to_json

from tests.attacks.play import DOCTOR, LAWYER, MANAGER, begun, ready_to_depart


@pytest.mark.parametrize("role", [LAWYER, DOCTOR, "counsellor"])
def test_what_is_due_names_no_house_to_who_is_not_told_who_is_in_the_case(role: str) -> None:
    with begun(ready_to_depart) as play:
        who = Actor("x", "invented_organisation", {role})
        play.given(MANAGER, {"do": "withdraw", "purpose": "return", "channel": "phone"})
        assert "ng_bakhita" not in play.engine.case(play.case, as_=who).roles.values()

        rows = str([to_json(row) for row in play.engine.due(as_=who, case=play.case)])
        assert "ng_bakhita" not in rows
        assert "Bakhita Villa" not in rows
