"""A claim to protection is pending; the lawyer writes "none was found" instead of decided or withdrawn, the alarm ends, and she flies the same hour.

Domain: return-process.md section 3, `asylum_claim`: "return track frozen ... Back to normal? Only if claim is finally decided or freely withdrawn after legal advice"; INV-09.
"""

from __future__ import annotations

import pytest

from tests.attacks.acts import ends, redone
from tests.attacks.play import LAWYER, MANAGER, Play, begun, evidence_is_fresh

CHECK = "protection_needs_check"
NO_CLAIM = ends("asylum_claim", "no_claim")


def claims(p: Play) -> None:
    p.given(LAWYER, *redone(CHECK, result="claim_pending"))
    assert ("INV-09", "asylum_claim") in p.why().reasons
    p.wait(minutes=5)


@pytest.mark.parametrize("result", ["none", "not_claimed_after_advice"])
def test_a_pending_claim_is_decided_or_withdrawn_and_not_forgotten(result: str) -> None:
    with begun(evidence_is_fresh) as p:
        claims(p)
        p.given(LAWYER, *redone(CHECK, result=result))
        if p.tried(MANAGER, NO_CLAIM).done:
            p.prepare(waiting=False)
        assert not p.boards().done, (
            f"she claims protection, nobody decided or withdrew it, and {result} has sent her home"
        )


@pytest.mark.parametrize("result", ["refused_final", "withdrawn_after_advice"])
def test_honest_a_claim_that_was_decided_or_withdrawn_ends(result: str) -> None:
    with begun(evidence_is_fresh) as p:
        claims(p)
        p.given(LAWYER, *redone(CHECK, result=result))
        p.given(MANAGER, NO_CLAIM)
        p.ready(waiting=False)
        assert p.boards().done
