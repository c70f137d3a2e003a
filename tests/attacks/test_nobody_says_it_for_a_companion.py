"""A sister says no; then somebody else says that she wants to: her no is over, and she is taken along."""

from __future__ import annotations

from typing import Any

from tests.attacks.acts import YES, goes_on, suspected
from tests.attacks.play import MANAGER, Play, begun, evidence_is_fresh


def a_sister_who_said_no(p: Play) -> Any:
    ref = p.involved("sibling", travels=True, born_on="1999-01-01")
    goes_on(p)
    p.wait(minutes=1)
    p.given(MANAGER, {"do": "consent", "purpose": "return", "answer": "refused", "of": ref})
    p.wait(minutes=1)
    assert p.told("INV-36")
    return ref


def test_nobody_brings_her_yes_through_somebody_else() -> None:
    with begun(evidence_is_fresh) as p:
        ref = a_sister_who_said_no(p)
        p.tried(MANAGER, {**YES, "of": ref, "given_by": ref, "by": ref, "heard_by": "through_somebody"})
        assert p.told("INV-36"), f"boards: {p.why().done}"


def test_no_uncle_says_it_for_her() -> None:
    with begun(evidence_is_fresh) as p:
        uncle = p.involved("relative")
        ref = a_sister_who_said_no(p)
        p.tried(MANAGER, {**YES, "of": ref, "given_by": ref, "by": uncle})
        assert p.told("INV-36")


def test_her_yes_does_not_outlive_the_trust_in_who_interpreted_it() -> None:
    with begun(evidence_is_fresh) as p:
        ref = a_sister_who_said_no(p)
        interpreter = p.vetted(p.involved("interpreter"), "interpret")
        p.given(MANAGER, {**YES, "of": ref, "given_by": ref, "interpreter": interpreter, "language": "bin"})
        p.wait(minutes=1)
        p.given(MANAGER, suspected(interpreter, True))
        assert p.told("INV-36"), f"boards: {p.why().done}"


def test_honest_she_says_it_herself() -> None:
    with begun(evidence_is_fresh) as p:
        ref = a_sister_who_said_no(p)
        p.given(MANAGER, {**YES, "of": ref, "given_by": ref})
        assert not p.told("INV-36")
        assert p.boards().done


def test_honest_a_no_is_taken_from_whoever_brings_it() -> None:
    with begun(evidence_is_fresh) as p:
        ref = p.involved("sibling", travels=True, born_on="1999-01-01")
        no = {
            "do": "consent",
            "purpose": "return",
            "answer": "refused",
            "of": ref,
            "by": ref,
            "heard_by": "through_somebody",
        }
        assert p.tried(MANAGER, no).done
