"""One carrier's answer counts for no other (INV-15): neither one that was given before the other was booked, told late; nor where the ticket tells
the carrier by the number of the flight alone.
"""

from __future__ import annotations

from typing import Any

from tests.attacks.acts import ago, records
from tests.attacks.play import DOCTOR, TRAVEL, Command, Play, begun
from tests.attacks.test_the_carriers_medical_form import ill

ASKED = ("INV-15", "carrier_asks_medical_form")
NO_FORM = records(carrier_asks_medical_form=False)


def booked(play: Play, **ticket: Any) -> Command:
    return {"do": "travel", "status": "booked", "legs": [{**leg, **ticket} for leg in play.legs]}


def with_another(play: Play) -> None:
    ill(play)
    play.given(TRAVEL, booked(play, carrier="SN"))
    play.given(DOCTOR, NO_FORM)
    play.wait(minutes=10)
    play.given(TRAVEL, booked(play, carrier="XX"))
    play.wait(minutes=10)


def test_what_was_answered_before_the_other_was_booked_counts_for_it_by_no_late_entry() -> None:
    with begun(with_another) as play:
        assert ASKED in play.why().reasons
        play.given(DOCTOR, {**NO_FORM, **ago(play, minutes=15)})  # what the first has answered, once more

        assert ASKED in play.why().reasons


def test_honest_what_the_other_has_answered_counts() -> None:
    with begun(with_another) as play:
        play.given(DOCTOR, NO_FORM)

        assert ASKED not in play.why().reasons


def by_number_alone(play: Play) -> None:
    ill(play)
    play.given(TRAVEL, booked(play, number="SN277"))  # what is on most tickets
    play.given(DOCTOR, NO_FORM)


def test_another_carrier_is_one_by_the_number_of_the_flight_too() -> None:
    with begun(by_number_alone) as play:
        play.given(TRAVEL, booked(play, number="KQ535"))

        assert ASKED in play.why().reasons


def test_honest_another_flight_of_the_same_asks_nothing() -> None:
    with begun(by_number_alone) as play:
        play.given(TRAVEL, booked(play, number="SN279"))

        assert ASKED not in play.why().reasons
