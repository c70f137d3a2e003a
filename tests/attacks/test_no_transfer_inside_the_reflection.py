"""Inside her protected period the case is closed as "transferred to another country": the transfer is carried out, and nobody is asked.

Domain: return-process.md section 3, `transfer_third_country`: "During reflection a transfer may be decided and prepared but not carried out [8]. Outgoing referral with consent" (CJEU C-66/21).
"""

from __future__ import annotations

from datetime import timedelta

from tests.attacks.acts import TRANSFER_AGREED, closes, happens
from tests.attacks.play import LAWYER, MANAGER, Play, begun, signed, stops_at

ELSEWHERE = happens("transfer_third_country")


def in_reflection(p: Play) -> None:
    p.prepare(instead=stops_at("protection_needs_check"))
    period = p.step("reflection_period")
    assert (period.state, period.result) == ("done", "granted")


def test_nobody_is_transferred_inside_the_reflection_period() -> None:
    with begun() as p:
        in_reflection(p)
        p.wait(days=1)
        p.given(MANAGER, ELSEWHERE, TRANSFER_AGREED)  # decided and prepared: that may be
        p.given(LAWYER, signed("transfer_agreed"))
        assert "INV-10" in p.tried(MANAGER, closes("transferred")).rules, (
            "the period runs for weeks still, and she was transferred"
        )


def test_honest_after_the_period_a_transfer_is_one() -> None:
    with begun() as p:
        in_reflection(p)
        p.clock.moment += timedelta(days=60)
        p.given(MANAGER, ELSEWHERE, TRANSFER_AGREED)
        p.given(LAWYER, signed("transfer_agreed"))
        p.given(MANAGER, closes("transferred"))
