"""Whose word an entry is, is known for as long as it stands: who falls under suspicion later carries nothing, and one word is signed by two."""

from __future__ import annotations

import pytest

from tests.attacks.acts import (
    BEST_FOR_THE_CHILD,
    CHILD,
    REACHED,
    YES,
    ends,
    happens,
    redo,
    suspected,
    two_look_again,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    LAWYER,
    LEADER,
    MANAGER,
    RECEIVER,
    Command,
    Play,
    another,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    signed,
    signed_as_it_stands,
)
from tests.attacks.test_what_is_newer_than_the_assessment import ASKED, arrested_and_advised

COUNSEL, EARLY, BEST = "legal_counselling", "own_early_flight", "best_interests_determination"
BY_LETTER = {"heard_by": "letter"}
SUSPECTED = "ask somebody else, or say why nobody can be asked"
THEMSELVES = "let somebody sign who has seen or heard it themselves"


def free_and_looked_at(case: Play) -> None:
    case.given(MANAGER, ends("detention_or_arrest", "released"))
    two_look_again(case)


# --- a lawyer who falls under suspicion since -------------------------------------------------------------------------


def test_a_lawyer_who_is_suspected_before_the_second_signs_shortens_nothing(begin: Begin) -> None:
    case = begin(arrested_and_advised)
    lawyer = case.involved("lawyer")
    case.given(MANAGER, {**ASKED, "by": lawyer, "heard_by": "phone"}, suspected(lawyer, True))

    title = case.step(EARLY).title
    assert case.told("STEP", signed(EARLY), who=LEADER) == [
        (f"'{title}' would rest on the word of {lawyer}, who is under suspicion", SUSPECTED)
    ]
    free_and_looked_at(case)
    assert case.tried(MANAGER, YES).reasons == {("STEP", "return_consent")}


def test_a_lawyer_who_is_suspected_after_two_have_signed_shortens_nothing(begin: Begin) -> None:
    case = begin(arrested_and_advised)
    lawyer = case.involved("lawyer")
    case.given(MANAGER, {**ASKED, "by": lawyer, "heard_by": "phone"})
    case.given(LEADER, signed(EARLY))
    case.given(MANAGER, suspected(lawyer, True))
    free_and_looked_at(case)

    assert case.tried(MANAGER, YES).reasons == {("STEP", "return_consent")}


def advised_by_letter(case: Play, lawyer: str) -> None:
    case.given(MANAGER, complete(COUNSEL, by=lawyer, **BY_LETTER))
    case.given(another(MANAGER), signed(COUNSEL))


def test_a_lawyer_who_is_suspected_since_has_advised_nobody(begin: Begin) -> None:
    case = begin(ready_to_depart)
    lawyer = case.involved("lawyer")
    case.given(LAWYER, redo(COUNSEL))
    advised_by_letter(case, lawyer)
    assert "INV-18" not in case.why().rules
    case.given(MANAGER, suspected(lawyer, True))

    assert case.told("INV-18") == [
        ("the person was not counselled by an independent lawyer", "arrange the counselling")
    ]
    case.given(LAWYER, *(redo(COUNSEL), complete(COUNSEL)))  # another lawyer
    assert "INV-18" not in case.why().rules


def arrested_and_advised_by(case: Play) -> str:
    lawyer = case.involved("lawyer")
    case.given(MANAGER, happens("detention_or_arrest"))
    case.wait(hours=5)
    case.given(MANAGER, {**REACHED, "channel": "visit"})
    advised_by_letter(case, lawyer)
    return lawyer


def test_an_arrest_is_not_over_by_the_advice_of_a_lawyer_who_is_suspected_since(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, suspected(arrested_and_advised_by(case), True))

    assert ("STEP", COUNSEL) in case.tried(MANAGER, ends("detention_or_arrest", "released")).reasons


def test_the_two_days_are_not_counted_from_the_advice_of_a_lawyer_who_is_suspected_since(begin: Begin) -> None:
    case = begin(ready_to_depart)
    lawyer = arrested_and_advised_by(case)
    free_and_looked_at(case)
    case.wait(hours=49)
    case.given(MANAGER, suspected(lawyer, True))

    assert ("STEP", COUNSEL) in case.tried(MANAGER, YES).reasons


def test_honest_their_own_lawyer_has_advised_them_by_letter_and_two_days_later_they_say_yes(begin: Begin) -> None:
    case = begin(ready_to_depart)
    arrested_and_advised_by(case)
    free_and_looked_at(case)
    case.wait(hours=49)

    assert case.tried(MANAGER, YES).done


# --- two signatures, one word -----------------------------------------------------------------------------------------


def decided(case: Play, **said: str) -> Command:
    case.given(MANAGER, {**redo(BEST), "by": "panel"})
    return {**BEST_FOR_THE_CHILD, **said}


@pytest.mark.parametrize("as_role", [False, True])
def test_best_interests_are_not_the_word_of_one_guardian_that_two_typed(begin: Begin, as_role: bool) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    guardian = case.seen().roles["guardian"]
    case.given(MANAGER, decided(case, by=guardian, heard_by="through_somebody"))
    too: Command = {**signed_as_it_stands(case, BEST), "by": "guardian" if as_role else guardian}

    assert case.told("STEP", too, who=ASSESSOR) == [
        ("this would be signed by the word of others, or of whom the first has heard", THEMSELVES)
    ]
    assert case.tried(ASSESSOR, too).reasons == {("STEP", BEST)}


def test_honest_a_guardian_and_an_assessor_have_looked_at_what_is_best(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, decided(case, by=case.seen().roles["guardian"], heard_by="phone"))

    assert case.tried(ASSESSOR, signed_as_it_stands(case, BEST)).done


def test_an_early_flight_is_not_the_word_of_one_lawyer_that_two_typed(begin: Begin) -> None:
    case = begin(arrested_and_advised)
    lawyer = case.involved("lawyer")
    case.given(MANAGER, {**ASKED, "by": lawyer, "heard_by": "phone"})
    too = {"by": lawyer, "heard_by": "phone"}

    assert case.tried(LEADER, {**signed(EARLY), **too}).reasons == {("STEP", EARLY)}
    assert case.tried(LEADER, signed(EARLY)).done


def test_a_role_or_a_contact_is_not_seconded_by_what_others_say(begin: Begin) -> None:
    """What one alone wrote is seen by a second: an aunt, or whoever brings it, has seen nothing."""
    case = begin(ready_to_depart)
    aunt = case.involved("relative")
    case.given(MANAGER, {**REACHED, "channel": "message", "safe_way": "(invented) he answers her telephone"})
    sign = {"do": "sign", "seq": case.history()[-1].seq, "by": aunt, "heard_by": "phone"}

    assert case.tried(RECEIVER, sign).reasons == {("STEP", "contacts")}
