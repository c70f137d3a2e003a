"""Whoever is ill and flies with a carrier that asks for its medical form has its answer before boarding (countries 2, `medif`)."""

from __future__ import annotations

from tests.attacks.acts import later_by, records
from tests.attacks.play import DOCTOR, TRAVEL, Play, begun, evidence_is_fresh


def ill(play: Play) -> None:
    evidence_is_fresh(play)
    play.given(DOCTOR, records(recent_injury_or_illness=True))


def test_where_somebody_is_ill_the_carrier_is_asked() -> None:
    with begun(ill) as play:
        ((fact, todo),) = play.told("INV-15")
        assert fact == "nobody has asked whether the carrier wants its medical form"
        assert todo == "look at the carrier's rules, and write it down"


def test_nobody_boards_without_the_answer_of_a_carrier_that_asks() -> None:
    with begun(ill) as play:
        play.given(DOCTOR, records(carrier_asks_medical_form=True))
        assert ("INV-15", "medif") in play.why().reasons

        assert play.prepare(waiting=False)


def test_where_the_carrier_asks_for_none_they_board() -> None:
    with begun(ill) as play:
        play.given(DOCTOR, records(carrier_asks_medical_form=False))
        assert "medif" not in {subject for _, subject in play.why().reasons}
        assert play.prepare(waiting=False)


def with_another_carrier(play: Play) -> None:
    """Two hours before take-off the same flight is booked with another carrier."""
    play.given(TRAVEL, {"do": "travel", "status": "booked", "legs": [{**leg, "carrier": "XX"} for leg in play.legs]})


def test_the_answer_of_one_carrier_is_not_that_of_another() -> None:
    with begun(ill) as play:
        play.given(DOCTOR, records(carrier_asks_medical_form=True))
        assert play.prepare(waiting=False)
        with_another_carrier(play)

        ((fact, todo),) = play.told("INV-15")
        assert fact == "another carrier is booked since it was asked whether the carrier wants its medical form"
        assert todo == "look at the carrier's rules, and write it down"
        play.given(DOCTOR, records(carrier_asks_medical_form=True))
        assert ("INV-15", "medif") in play.why().reasons  # the form that is held was filled in for the other


def test_honest_the_other_carrier_asks_for_none() -> None:
    with begun(ill) as play:
        play.given(DOCTOR, records(carrier_asks_medical_form=False))
        with_another_carrier(play)
        play.given(DOCTOR, records(carrier_asks_medical_form=False))

        assert not {"medif", "carrier_asks_medical_form"} & {about for _, about in play.why().reasons}


def test_honest_another_hour_of_the_same_carrier_asks_nothing() -> None:
    with begun(ill) as play:
        play.given(DOCTOR, records(carrier_asks_medical_form=False))
        play.given(TRAVEL, {"do": "travel", "status": "booked", "legs": later_by(play, hours=1)})

        assert not {"medif", "carrier_asks_medical_form"} & {about for _, about in play.why().reasons}


def test_who_is_well_is_asked_nothing() -> None:
    with begun(evidence_is_fresh) as play:
        assert play.why().done
