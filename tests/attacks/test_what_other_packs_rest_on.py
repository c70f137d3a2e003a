"""What was arranged, planned or found for one flight, caregiver or answer counts for no other (countries 5.3, 6.3, 6.5; process 2.2: "redo after
each relevant development").
"""

from __future__ import annotations

from tests.attacks.acts import CHILD, later_by, records, redone
from tests.attacks.companions import MOTHER
from tests.attacks.play import ASSESSOR, MANAGER, TRAVEL, Command, Play, begun, evidence_is_fresh

ASSESSMENT, HOUSEHOLD, PROTECTION = "pre_return_risk_assessment", "sl_home_assessment", "br_protection_request"


def in_danger(play: Play) -> None:
    play.given(ASSESSOR, records(br_serious_threat=True))
    play.ready()


def asked_anew(play: Play) -> set[str]:
    """Give the steps that are done on the way to the departure."""
    asked = set[str]()

    def notes(_: Play, do: Command) -> bool:
        asked.add(str(do.get("step")))
        return False

    play.prepare(waiting=False, instead=notes)
    return asked


def test_creditors_of_whom_she_tells_late_are_looked_at_by_those_who_assess_the_risk() -> None:
    with begun(evidence_is_fresh, origin="SL", facts=MOTHER) as play:
        play.given(MANAGER, *redone("sl_journey_money", result="creditors"))

        ((fact, _),) = play.told("INV-04")
        assert fact.startswith("'Assess the risks of return together' was done before this changed")


def test_the_household_of_another_caregiver_is_assessed_before_a_child_is_placed_there() -> None:
    with begun(evidence_is_fresh, origin="SL", facts=CHILD) as play:
        uncle = play.vetted(play.involved("relative"), "care", "receive", "house")
        play.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": uncle})

        assert (HOUSEHOLD, "STEP") in {(subject, rule) for rule, subject in play.why().reasons}
        assert HOUSEHOLD in asked_anew(play)


def test_protection_that_was_arranged_for_one_flight_counts_for_no_other() -> None:
    with begun(in_danger, origin="BR") as play:
        new = later_by(play, days=4)
        play.given(TRAVEL, {"do": "travel", "status": "cancelled"}, {"do": "travel", "status": "booked", "legs": new})

        assert (PROTECTION, "STEP") in {(subject, rule) for rule, subject in play.why().reasons}


def test_for_the_flight_for_which_it_was_arranged_they_go() -> None:
    with begun(in_danger, origin="BR") as play:
        assert play.why().done
