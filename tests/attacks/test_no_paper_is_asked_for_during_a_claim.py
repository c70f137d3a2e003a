"""While she claims protection, the embassy of the state that she fears is asked for its paper anew: because an old one is held, that counts as asking nothing of anybody.

Domain: return-process.md INV-09 ("No departure and no contact with origin-country authorities while an international protection claim is pending"); section 3, `asylum_claim` ("Stop contact with origin authorities").
"""

from __future__ import annotations

import pytest

from tests.attacks.acts import happens
from tests.attacks.play import MANAGER, TRAVEL, begun, evidence_is_fresh

PAPERS = {"NG": "ng_new_passport", "BR": "br_arb", "SL": "sl_etc"}  # all three are issued by the embassy or consulate
NO_PASSPORT = {"age_status": "adult", "has_passport": False}


def paper(kind: str, status: str) -> dict[str, str]:
    return {"do": "document", "kind": kind, "status": status}


@pytest.mark.parametrize("origin", PAPERS)
def test_the_embassy_is_asked_for_no_paper_anew_while_she_claims_protection(origin: str) -> None:
    with begun(evidence_is_fresh, origin=origin, facts=NO_PASSPORT) as p:
        p.given(MANAGER, happens("asylum_claim"))
        call = {"do": "contact", "with": "embassy", "channel": "phone", "reached": True}
        assert "INV-09" in p.why(call).rules  # nobody may call there
        assert not p.tried(TRAVEL, paper(PAPERS[origin], "requested")).done, "and the embassy was asked for a paper"


@pytest.mark.parametrize("origin", PAPERS)
def test_honest_the_same_is_refused_where_none_is_held_any_more(origin: str) -> None:
    with begun(evidence_is_fresh, origin=origin, facts=NO_PASSPORT) as p:
        p.given(TRAVEL, paper(PAPERS[origin], "lost"))
        p.given(MANAGER, happens("asylum_claim"))
        assert not p.tried(TRAVEL, paper(PAPERS[origin], "requested")).done


def test_honest_without_a_claim_it_is_asked_for_anew() -> None:
    with begun(evidence_is_fresh, facts=NO_PASSPORT) as p:
        assert p.tried(TRAVEL, paper("ng_new_passport", "requested")).done


def test_honest_that_it_is_lost_is_written_down_during_a_claim() -> None:
    with begun(evidence_is_fresh, facts=NO_PASSPORT) as p:
        p.given(MANAGER, happens("asylum_claim"))
        assert p.tried(TRAVEL, paper("ng_new_passport", "lost")).done
