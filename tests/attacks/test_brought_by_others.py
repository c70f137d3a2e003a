"""What others bring: it reaches nobody, ends no alarm and no case, and is no word of the person, by whichever field it is said."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome import Actor

from tests.attacks.acts import (
    LOOKED_AGAIN,
    MET,
    REACHED,
    closes,
    ends,
    happens,
    in_follow_up,
    redo,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    at_home,
    complete,
    ready_to_depart,
    signed,
    stops_at,
)
from tests.attacks.test_what_is_newer_than_the_assessment import (
    ASKED,
    arrested_and_advised,
)
from tests.attacks.test_who_was_heard import SAFE_WAY, WROTE, on_the_way
from tests.whole_answers import SAFE

ASSESSMENT = "pre_return_risk_assessment"
NO: Command = {"do": "consent", "answer": "refused"}
NO_VISITS: Command = {**NO, "purpose": "monitoring"}
THROUGH: Command = {"by": "person", "heard_by": "through_somebody"}


def lost(begin: Begin, type: str = "lost_contact") -> Play:
    case = begin(on_the_way)
    case.given(TRAVEL, happens(type))
    case.wait(minutes=30)
    return case


@pytest.mark.parametrize("type", ["lost_contact", "violence", "self_harm"])
@pytest.mark.parametrize(
    "said",
    [
        {**THROUGH, "channel": "visit"},
        {"by": MANAGER, "heard_by": "through_somebody", "channel": "visit"},
        {"by": "person", "heard_by": "letter", "channel": "phone"},
    ],
    ids=str,
)
def test_what_is_heard_through_somebody_or_by_a_letter_reaches_nobody_whatever_the_channel_says(
    begin: Begin, type: str, said: Command
) -> None:
    """The channel says 'visit', `heard_by` says through somebody (or a letter): it counts as live, and the alarm on the way ends."""
    case = lost(begin, type)
    case.given(MANAGER, {**REACHED, **said})

    assert case.tried(MANAGER, ends(type, "reached")).reasons == {("INPUT", "person_reached")}


@pytest.mark.parametrize(
    "role",
    [
        "caregiver",
        "interpreter",
        "consulate",
        "competent_authority",
        "guardian",
        "escort",
        "auditor_or_donor",
        "system_admin",
    ],
)
def test_the_name_of_a_role_is_no_trusted_witness(begin: Begin, role: str) -> None:
    """`by=caregiver` (nobody holds it; INV-19 refused the aunt) is believed before anybody asks who that is: the alarm ends."""
    case = lost(begin)
    case.given(MANAGER, {**REACHED, "channel": "visit", "by": role, "heard_by": "phone"})

    assert case.tried(MANAGER, ends("lost_contact", "reached")).reasons == {("INPUT", "person_reached")}


@pytest.mark.parametrize(
    "said",
    [
        {**REACHED, **THROUGH},
        {**REACHED, "by": "caregiver", "heard_by": "phone"},
        {**MET, "by": "ng_bakhita", "heard_by": "through_somebody"},
    ],
    ids=str,
)
def test_nobody_is_closed_in_the_minute_of_landing_on_the_word_of_others(begin: Begin, said: Command) -> None:
    """Three lines of one account in the minute of landing, none of them heard from her or signed, close the case (F1 again)."""
    case = begin(at_home)
    case.given(MANAGER, said, NO_VISITS)

    assert case.tried(MANAGER, closes("consent_withdrawn_after_return")).says("INV-35")


def test_a_meeting_that_one_alone_typed_for_another_ends_no_alarm(begin: Begin) -> None:
    """The meeting is typed for the partner, through somebody, and nobody has signed: it ends the alarm that contact is lost."""
    case = begin(at_home)
    case.given(MANAGER, happens("lost_contact"))
    case.wait(minutes=5)
    case.given(MANAGER, {**MET, "by": "ng_bakhita", "heard_by": "through_somebody"})

    assert case.tried(MANAGER, ends("lost_contact", "reached")).reasons == {("INPUT", "person_reached")}


def landed_alone(begin: Begin) -> Play:
    case = begin(on_the_way)
    case.until(case.lands)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})
    case.given(MANAGER, {"do": "skip", "step": "arrival_reception", "reason": "(invented) she takes a taxi"})
    case.given(MANAGER, {"do": "consent", "purpose": "monitoring", "language": "en"})
    case.wait(days=2)
    return case


VISIT = complete("monitoring_visit", round="d2", result="reached", **SAFE)


def test_a_message_that_is_written_down_twice_is_no_visit(begin: Begin) -> None:
    """`how=message` is read in the newest entry only: the same visit once more, and the older message counts as having met her."""
    case = landed_alone(begin)
    message = {**VISIT, "how": "message"}
    case.given(RECEIVER, message, {"do": "redo", "step": "monitoring_visit", "round": "d2"}, message)
    case.given(MANAGER, NO_VISITS)

    assert case.tried(MANAGER, closes("consent_withdrawn_after_return")).says("INV-35")


def test_what_an_aunt_tells_of_a_visit_is_no_visit(begin: Begin) -> None:
    """An aunt says, through somebody, that she was visited: it counts as having met her, and the case closes."""
    case = landed_alone(begin)
    aunt = case.involved("relative")
    case.given(RECEIVER, {**VISIT, "how": "visit", "by": aunt, "heard_by": "through_somebody"})
    case.given(MANAGER, NO_VISITS)

    assert case.tried(MANAGER, closes("consent_withdrawn_after_return")).says("INV-35")


@pytest.mark.parametrize(
    ("purpose", "reason"),
    [("return", "withdrew_return"), ("assistance", "assistance_declined"), ("data_processing", "assistance_declined")],
)
def test_a_no_that_an_aunt_brings_by_telephone_ends_no_case(fresh: Play, purpose: str, reason: str) -> None:
    """Through somebody is refused, `by=relative-1 heard_by=phone` is the same and closes."""
    aunt = fresh.involved("relative")
    fresh.given(MANAGER, {**NO, "purpose": purpose, "by": aunt, "heard_by": "phone"})

    assert fresh.tried(MANAGER, closes(reason)).reasons == {("INV-34", purpose)}


@pytest.mark.parametrize("withdrawn", [True, False])
def test_a_no_to_visits_that_an_aunt_brings_by_telephone_ends_no_case(begin: Begin, withdrawn: bool) -> None:
    """An aunt telephones that no visits are wanted, and the case closes."""
    case = begin(in_follow_up)
    case.wait(days=40)
    brought = {"by": case.involved("relative"), "heard_by": "phone"}
    taken_back = {"do": "withdraw", "purpose": "monitoring", "channel": "phone"}
    case.given(MANAGER, {**(taken_back if withdrawn else NO_VISITS), **brought})

    assert case.tried(MANAGER, closes("consent_withdrawn_after_return")).reasons == {("INV-34", "monitoring")}


def test_an_alarm_that_she_says_no_which_others_brought_ends_no_case(fresh: Play) -> None:
    """Not the consent but the incident is typed, through somebody: INV-34 sees no consent that was refused, and lets it close."""
    brought = {"by": fresh.involved("relative"), "heard_by": "through_somebody"}
    fresh.given(MANAGER, {**happens("consent_withdrawn_before"), **brought})

    assert fresh.tried(MANAGER, closes("withdrew_return")).says("INV-34")


def test_her_own_no_is_not_undone_by_an_aunt_who_brings_it_too(fresh: Play) -> None:
    """She says no herself; later an aunt says the same: her own no is overwritten, and the case does not close as she wished."""
    fresh.given(MANAGER, {**NO, "purpose": "return"})
    fresh.wait(hours=1)
    fresh.given(MANAGER, {**NO, "purpose": "return", **THROUGH})

    assert fresh.tried(MANAGER, closes("withdrew_return")).done


def test_a_lawyer_is_not_heard_through_somebody(begin: Begin) -> None:
    """A lawyer whom nobody has vetted, invented by who types, heard through somebody, asks for the earlier flight."""
    case = begin(arrested_and_advised)
    lawyer = case.involved("lawyer")

    said = case.tried(MANAGER, {**ASKED, "by": lawyer, "heard_by": "through_somebody"})
    assert said.reasons == {("INV-37", "own_early_flight")}


def test_a_counsellor_of_who_receives_her_is_not_her_own_lawyer(begin: Begin) -> None:
    """The legal counsellor of the partner that has a part in this case counts as independent."""
    case = begin(arrested_and_advised)
    theirs = Actor("counsel", case.seen().roles["receiving_organisation"], {"legal_counsellor"})

    assert case.tried(theirs, ASKED).reasons == {("INV-37", "own_early_flight")}


def wants(**said: Any) -> Command:
    return complete("company_wanted", result="wanted", heard=["visit"], own_words="(invented) good to me", **said)


@pytest.mark.parametrize("himself", [True, False])
def test_that_she_wants_her_husband_along_is_not_said_by_him(begin: Begin, himself: bool) -> None:
    """'As she says alone before two': both entries are the husband's word, or were heard through somebody, and it passes."""
    case = begin(ready_to_depart)
    husband = case.involved("partner", travels=True, age_band="adult")
    said = {"by": husband, "heard_by": "phone"} if himself else THROUGH
    case.tried(MANAGER, wants(**said))
    case.tried(ASSESSOR, signed("company_wanted", **said))

    assert ("STEP", "company_wanted") in case.why().reasons


@pytest.mark.parametrize(
    "said", [{"by": True, "heard_by": "through_somebody"}, {"by": "person", "heard_by": "through_somebody"}]
)
def test_who_is_pressed_is_talked_to_alone_and_not_through_who_presses(begin: Begin, said: dict[str, Any]) -> None:
    """Pressure ends as 'talked about again alone with her' by a talk that the one who presses told of, through somebody."""
    case = begin(ready_to_depart)
    husband = case.involved("partner")
    case.given(MANAGER, happens("pressure"))
    by = husband if said["by"] is True else said["by"]
    case.tried(MANAGER, complete("options_counselling", round="7", **{**said, "by": by}))

    assert not case.tried(MANAGER, ends("pressure", "chooses_freely")).done


def test_the_last_question_is_not_heard_by_an_escort_whom_there_is_not(fresh: Play) -> None:
    """An adult whom nobody escorts: 'by=escort' is believed, because the role may ask; nobody holds it."""
    assert "escort" not in fresh.seen().roles
    fresh.given(TRAVEL, redo("departure_assistance"))
    word = complete("departure_assistance", result="reconfirmed", by="escort", heard_by="phone")

    assert fresh.tried(TRAVEL, word).reasons == {("INV-34", "departure_assistance")}


def test_that_two_looked_again_is_not_the_word_of_others(begin: Begin) -> None:
    """Both confirmations are typed as what others said, through somebody: an aunt and the partner have looked at the note of risk."""
    case = begin(ready_to_depart)
    aunt = case.involved("relative")
    case.given(ASSESSOR, {"do": "note", "group": "risk", "text": "(invented) a car waits in the street"})
    case.tried(ASSESSOR, {**LOOKED_AGAIN, "by": "ng_bakhita", "heard_by": "through_somebody"})
    case.tried(MANAGER, {**LOOKED_AGAIN, "by": aunt, "heard_by": "through_somebody"})

    assert ("INV-04", ASSESSMENT) in case.why().reasons


def test_another_message_is_not_hearing_her_within_seven_days(begin: Begin) -> None:
    """Who was reached in writing as the safe way is to be heard within seven days; any other message takes that from the list."""
    case = begin(on_the_way)
    case.given(MANAGER, {**WROTE, "safe_way": SAFE_WAY})
    case.given(RECEIVER, {"do": "sign", "seq": case.history()[-1].seq})
    case.wait(days=1)
    case.given(MANAGER, {**REACHED, "channel": "message"})

    assert [row for row in case.engine.due(case=case.case, as_=case.actor(MANAGER)) if row.step == "hear"]


def test_a_handover_that_two_houses_sign_meets_nobody(begin: Begin) -> None:
    """Walk 496 of the 2,000: met, lost, and 'found' by the paper that hands over the case."""
    case = begin(at_home)
    case.prepare("settle", instead=stops_at("handover_confirmation"))
    case.given(MANAGER, happens("lost_contact"))
    case.wait(minutes=30)
    handed = {**complete("handover_confirmation", result="confirmed"), "case_worker": "invented_worker_there"}
    case.given(RECEIVER, handed)
    case.given(MANAGER, signed("handover_confirmation"))

    assert case.tried(MANAGER, ends("lost_contact", "reached")).reasons == {("INPUT", "person_reached")}
    case.given(RECEIVER, {"do": "contact", "with": "person", "channel": "visit", "reached": True})
    assert case.tried(MANAGER, ends("lost_contact", "reached")).done
