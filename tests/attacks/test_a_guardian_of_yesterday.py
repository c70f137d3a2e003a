"""The day before the flight a child gets another guardian, who signs in the same minute, with nothing explained two days before; nobody looks at its best interests with them.

Domain: return-process.md 2.2 `return_consent`: "signed form ... cooling-off >= PT48H between full information and signature", by "person (+ guardian, assent)"; `best_interests_determination`: who: "guardian + multidisciplinary
panel"; INV-12 ("no departure without guardian, positive BID").
"""

from __future__ import annotations

from tests.attacks.acts import CHILD
from tests.attacks.play import MANAGER, Play, begun, far_ahead


def has_another_guardian(p: Play) -> None:
    other = p.vetted(p.involved("guardian"), "speak")
    p.given(MANAGER, {"do": "assign", "role": "guardian", "ref": other})
    assert "INV-01" in p.why().rules, "the yes of the first guardian ended with them"


def test_a_new_guardian_has_two_days_to_think_too() -> None:
    with begun(far_ahead, facts=CHILD) as p:
        has_another_guardian(p)
        since = p.now
        p.prepare(waiting=False)
        p.until(p.takes_off)
        p.prepare(waiting=False)
        assert (p.now - since).total_seconds() < 48 * 3600
        assert not p.boards().done, "whoever became guardian yesterday has signed at once, and the child has boarded"


def test_honest_with_the_guardian_who_was_there_all_along_the_child_goes() -> None:
    with begun(far_ahead, facts=CHILD) as p:
        p.until(p.takes_off)
        p.ready(waiting=False)
        assert p.boards().done
