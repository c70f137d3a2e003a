"""Away from what keeps the person safe it takes two: what was found against it is not corrected, redone or renamed by one."""

from __future__ import annotations

import pytest

from tests.attacks.acts import (
    closes,
    corrected,
    happens,
    records,
    redo,
    redone,
    seq_of,
)
from tests.attacks.companions import along
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    DOCTOR,
    LEADER,
    MANAGER,
    TRAVEL,
    Command,
    Play,
    another,
    complete,
    evidence_is_fresh,
    ready_to_depart,
)
from tests.attacks.test_what_is_newer_than_the_assessment import (
    somebody_told_without_consent,
)

ASSESSMENT = "pre_return_risk_assessment"


def test_who_told_without_consent_does_not_correct_it_away_alone(begin: Begin) -> None:
    """The authority knows; the travel officer who told it says 'an error' a moment later, and the assessment stands as before."""
    case = begin(ready_to_depart)
    somebody_told_without_consent(case)
    assert case.why().says("INV-04")
    case.tried(TRAVEL, corrected(seq_of(case, "contact_made", basis="legal_duty")))

    assert ("INV-04", ASSESSMENT) in case.why().reasons


KEEPS: Command = {"do": "consent", "purpose": "data_processing", "form": "written", "language": "en"}


def asks_alone(case: Play) -> bool:
    return any("asks them in it" in fact for fact, _ in case.told("CONSENT", KEEPS))


def test_a_language_is_not_corrected_away_by_whoever_then_asks_in_another(begin: Begin) -> None:
    """n67 again: 'Edo', as an assessor wrote, is corrected away by the case manager alone, who writes English and asks in it."""
    case = begin()
    case.given(another(MANAGER), records(languages=["bin"]))
    case.wait(minutes=1)
    case.tried(MANAGER, corrected(case.history()[-1].seq))
    case.given(MANAGER, records(languages=["en"]))

    assert asks_alone(case)


def test_a_language_that_was_found_not_to_be_spoken_is_not_written_back_by_one(begin: Begin) -> None:
    """English at first; an assessor finds that she speaks Edo only; the case manager writes English again, and asks in it."""
    case = begin()
    case.given(MANAGER, records(languages=["en"]))
    case.wait(minutes=1)
    case.given(another(MANAGER), records(languages=["bin"]))
    case.wait(minutes=1)
    case.given(MANAGER, records(languages=["en"]))

    assert asks_alone(case)


@pytest.mark.parametrize("step", ["medical_assessment", "fit_to_travel_check"])
def test_unfit_is_not_corrected_away_by_a_travel_officer(begin: Begin, step: str) -> None:
    """'Unfit' is corrected away by a travel officer alone; then 'fit' says no more what was examined since."""
    case = begin(evidence_is_fresh)
    case.given(DOCTOR, *redone(step, result="unfit"))
    case.tried(TRAVEL, corrected(seq_of(case, "step_completed", step=step)))

    assert case.faults(DOCTOR, complete(step, result="fit")) == {("examined_since", "missing")}


def test_something_in_the_way_is_not_corrected_away_by_whom_it_may_be_about(begin: Begin) -> None:
    """The leader finds something in the way; a case manager, of whom it may be, takes the entry back alone."""
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("complaint", note="(invented) my case manager presses me"))
    case.given(LEADER, complete("complaint_check", result="in_the_way"))

    assert not case.tried(MANAGER, corrected(seq_of(case, "step_completed", step="complaint_check"))).done or (
        case.history()[-1].type == "correction_asked"
    )


def test_something_in_the_way_becomes_nothing_by_two(begin: Begin) -> None:
    """'In the way' becomes 'nothing' by the same account in the same minute: away from safety it takes two (decision 35)."""
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("complaint", note="(invented) the escort frightens me"))
    case.given(LEADER, complete("complaint_check", result="in_the_way"), redo("complaint_check"))
    case.given(LEADER, complete("complaint_check", result="nothing"))

    assert ("STEP", "complaint_check") in case.why().reasons


def test_a_child_that_was_unfit_is_fit_once_it_is_said_what_was_examined_since(begin: Begin) -> None:
    """'Fit after unfit says what was examined since' does not hold for the child who travels along."""
    case = begin(along)
    fit = complete("child_fit_check", of="child-1", result="fit", vaccinations="complete")
    again = {"do": "redo", "step": "child_fit_check", "of": "child-1"}
    case.given(DOCTOR, again, complete("child_fit_check", of="child-1", result="unfit"), again)

    assert case.faults(DOCTOR, fit) == {("examined_since", "missing")}


def test_a_husband_who_is_called_an_escort_is_asked_about(begin: Begin) -> None:
    """Whoever is involved as 'escort', and was never given that role, travels along without her being asked."""
    case = begin(ready_to_depart)
    case.vetted(case.involved("escort", travels=True), "escort")

    assert ("STEP", "company_wanted") in case.why().reasons


def test_who_left_without_clearance_and_landed_is_not_referred_by_one_alone(begin: Begin) -> None:
    """Gone without clearance, landed: `opened_anew` and the close 'trafficked again, referred' by one account; no other case exists."""
    case = begin(evidence_is_fresh)
    case.given(MANAGER, {"do": "move", "to": "left", "how": "unknown"})
    case.wait(days=1)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})
    case.given(MANAGER, happens("re_trafficking"), records(opened_anew=True))

    assert case.tried(MANAGER, closes("re_trafficked_referred")).reasons == {("INV-35", "opened_anew")}
