"""Who counsels the person on their return is not who clears it (INV-18; access.md 3: "legal_counsellor | independent, privileged")."""

from __future__ import annotations

from wayhome import Actor

from tests.attacks.acts import redone
from tests.attacks.play import LAWYER, MANAGER, begun, evidence_is_fresh

NOT_INDEPENDENT = (
    "whoever counselled the person clears the departure, too, and so is not independent",
    "let another lawyer counsel the person, or another clear the departure",
)


def test_who_clears_the_journey_is_not_the_independent_lawyer() -> None:
    with begun(evidence_is_fresh) as p:
        manager = p.actor(MANAGER)
        p.given(Actor(manager.id, manager.organisation, {MANAGER, LAWYER}), *redone("legal_counselling"))

        assert p.told("INV-18") == [NOT_INDEPENDENT]


def test_another_lawyer_counsels_them_and_they_go() -> None:
    with begun(evidence_is_fresh) as p:
        p.given(LAWYER, *redone("legal_counselling"))
        p.wait(minutes=1)
        p.ready(waiting=False)

        assert p.boards().done
