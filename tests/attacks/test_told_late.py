"""What is told late is judged by its own day, and kept; nothing becomes fresh, or comes undone, by being told later. (design 4.4)"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from wayhome.calendar.spans import clock_text
from wayhome.shell.views.history import event_line

from tests.attacks.acts import ENDS, before, before_the_doctor, last_row
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    DOCTOR,
    LAWYER,
    MANAGER,
    READER,
    RECEIVER,
    TRAVEL,
    Command,
    Enough,
    Play,
    another,
    assessed,
    complete,
    evidence_is_fresh,
    signed,
    vetting,
)
from tests.oracle import faults_of_departure
from tests.whole_answers import RECEIPT

DOSSIER = complete("handover_dossier", groups_sent=["identity", "risk", "plan"], **RECEIPT)
YES: Command = {"do": "consent", "purpose": "return", "answer": "given", "language": "en", "form": "written"}


def before_the_dossier(play: Play) -> None:
    before(play, do="complete", step="handover_dossier")


def before_the_yes(play: Play) -> None:
    before(play, do="consent", purpose="return")


def an_hour_ago(play: Play, act: Command) -> Command:
    """Say of an act that it was done an hour ago."""
    return {**act, "at": (play.now - timedelta(hours=1)).isoformat()}


# --- a step is asked for, and waits, by what was so on its day -------------------------------------------------------


def test_a_dossier_that_was_sent_before_the_partner_was_another_can_be_told(begin: Begin) -> None:
    """Sent to the first partner, whom she had agreed to. Today another is chosen, and of that one she has said nothing."""
    case = begin(before_the_dossier)
    case.wait(hours=2)
    case.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})
    assert case.why(DOSSIER).says("CONSENT")

    case.given(MANAGER, an_hour_ago(case, DOSSIER))

    assert case.step("handover_dossier").state == "outdated"
    assert case.step("handover_dossier").done_at == case.now - timedelta(hours=1)
    assert case.why().says("handover_dossier")


def test_a_dossier_is_not_sent_by_a_consent_that_was_taken_back(begin: Begin) -> None:
    """Written down with an hour before she said no: it is kept, and done it is not."""
    case = begin(before_the_dossier)
    case.wait(hours=2)
    case.given(MANAGER, {"do": "withdraw", "purpose": "share_partner"})
    assert case.why(DOSSIER).says("CONSENT", "INV-20")

    case.given(MANAGER, an_hour_ago(case, DOSSIER))

    undone = last_row(case, "steps_reset")
    assert (undone.data["steps"], undone.data["because"]) == (("handover_dossier",), "consent_withdrawn")
    assert case.step("handover_dossier").state == "waiting"
    assert case.why().says("handover_dossier")


def test_a_dossier_that_was_sent_with_a_consent_that_stands_is_done_on_its_day(begin: Begin) -> None:
    case = begin(before_the_dossier)
    case.wait(hours=2)

    case.given(MANAGER, an_hour_ago(case, DOSSIER))

    assert (case.step("handover_dossier").state, case.step("handover_dossier").done_at) == (
        "done", case.now - timedelta(hours=1),
    )  # fmt: skip


def test_what_a_step_waits_for_had_happened_by_its_day(begin: Begin) -> None:
    """The yes was given at ten; a dossier of nine o'clock did not have it."""
    case = begin(before_the_yes)
    case.wait(hours=2)
    case.prepare(instead=_stops_at_the_dossier, waiting=False)

    early = {**DOSSIER, "at": (case.now - timedelta(hours=1)).isoformat()}

    assert case.tried(MANAGER, early).says("return_consent")
    assert ("needed first: 'Ask for consent to return' is done", "do it") in case.told("STEP", early)


def _stops_at_the_dossier(_: Play, act: Command) -> bool:
    if act.get("step") == "handover_dossier":
        raise Enough
    return False


def test_what_was_asked_for_neither_then_nor_now_is_not_asked_for(begin: Begin) -> None:
    case = begin(before_the_yes)
    case.given(MANAGER, {"do": "record", "facts": {"wants_family_contact": False, "will_live_with_family": False}})
    case.wait(hours=2)
    found = an_hour_ago(case, complete("ng_family_role_check", result="no_part_known"))

    assert case.told("STEP", found) == [
        ("'Find out what part the family had' is not asked for in this case", "look at how the case stands")
    ]

    case.given(MANAGER, {"do": "record", "facts": {"wants_family_contact": True}})
    assert case.tried(MANAGER, complete("ng_family_role_check", result="no_part_known")).done


def test_what_the_family_did_can_be_told_when_nobody_asks_any_more(begin: Begin) -> None:
    """Found out on Monday, and typed on Tuesday, when she has decided against the family: the alarm opens all the same."""
    case = begin(before_the_yes)
    case.given(MANAGER, {"do": "record", "facts": {"wants_family_contact": True}})
    case.wait(hours=2)
    case.given(MANAGER, {"do": "record", "facts": {"wants_family_contact": False, "will_live_with_family": False}})

    found = complete("ng_family_role_check", result="had_a_part")
    assert case.why(found).says("ng_family_role_check")
    case.given(MANAGER, an_hour_ago(case, found))

    assert "family_refuses" in {one["type"] for one in case.seen().incidents if one["resolved_at"] is None}


# --- what protects now stands ------------------------------------------------------------------------------------------


def test_a_yes_of_the_time_before_the_place_was_another_is_none_to_go_there(begin: Begin) -> None:
    case = begin(before_the_yes)
    case.wait(hours=2)
    case.given(MANAGER, {"do": "record", "facts": {"ng_residence_state": "other"}})
    assert case.why(YES).says("origin_information")

    case.given(MANAGER, an_hour_ago(case, YES))

    assert (
        "'Ask for consent to return' was done before this changed: the place of return",
        "do it anew: what was said, sent or asked then is not confirmed",
    ) in [*case.told("STEP"), *case.told("INV-01")]


def test_no_examination_is_of_the_time_before_it_was_asked_for_anew(begin: Begin) -> None:
    """She is with child; a sheet that says 'fit', with a day before anybody knew, is kept, and ends no alarm."""
    case = begin(before_the_doctor)
    case.wait(hours=2)
    case.given(MANAGER, {"do": "incident", "type": "pregnancy_or_birth"})
    case.wait(minutes=1)

    case.given(DOCTOR, an_hour_ago(case, complete("medical_assessment", result="fit")))

    undone = last_row(case, "steps_reset")
    assert (undone.data["steps"], undone.data["because"]) == (("medical_assessment",), "pregnancy_or_birth")
    assert case.step("medical_assessment").state == "available"
    ends: Command = {"do": "resolve", "incident": "pregnancy_or_birth", "outcome": "assessed"}
    assert case.tried(MANAGER, ends).says("medical_assessment")

    case.given(DOCTOR, complete("medical_assessment", result="fit"))
    assert case.tried(MANAGER, ends).done


@pytest.mark.parametrize("signs_late", [True, False])
def test_no_assessment_of_two_is_of_the_time_before_an_alarm(begin: Begin, signs_late: bool) -> None:
    """Whenever the second signs it: what they looked at is from before the data came into wrong hands."""
    case = begin(before_the_assessment)
    case.wait(hours=2)
    case.given(MANAGER, {"do": "incident", "type": "data_breach"})
    case.wait(minutes=1)

    case.given(ASSESSOR, an_hour_ago(case, assessed("low")))
    case.given(MANAGER, an_hour_ago(case, signed()) if signs_late else signed())

    assert last_row(case, "steps_reset").data["because"] == "data_breach"
    assert case.step("pre_return_risk_assessment").state == "available"
    ends: Command = {"do": "resolve", "incident": "data_breach", "outcome": "risk_assessed"}
    assert case.tried(MANAGER, ends).says("pre_return_risk_assessment")


def before_the_assessment(play: Play) -> None:
    before(play, do="complete", step="pre_return_risk_assessment")


def test_no_yes_is_of_the_time_before_a_removal_was_ordered(begin: Begin) -> None:
    case = begin(before_the_yes)
    case.wait(hours=2)
    case.given(MANAGER, {"do": "incident", "type": "expulsion_risk"})
    case.wait(minutes=1)
    assert case.tried(MANAGER, YES).says("INV-32")

    case.given(MANAGER, an_hour_ago(case, YES))

    assert last_row(case, "consent_voided").data["because"] == "expulsion_risk"
    assert case.told("INV-01") == [
        ("the consent to return no longer counts", "talk with the person; only their own written yes counts")
    ]


def test_what_came_between_a_yes_and_its_end_can_be_told(begin: Begin) -> None:
    """Said at nine, acted on at half past nine, void at ten: at half past nine there was a yes."""
    case = begin(before_the_yes)
    case.wait(hours=2)
    case.given(MANAGER, {"do": "incident", "type": "expulsion_risk"})
    case.given(MANAGER, an_hour_ago(case, YES))
    assert case.why(DOSSIER).says("return_consent")

    between = {**DOSSIER, "at": (case.now - timedelta(minutes=30)).isoformat()}
    assert not case.why(between).says("return_consent")


def test_no_clearance_is_of_the_time_before_something_was_known(begin: Begin) -> None:
    """The gate is judged as it stands: a clearance is the one thing that no day makes right."""
    case = begin(evidence_is_fresh)
    case.anew("departure_clearance")
    case.wait(minutes=40)
    case.given(MANAGER, {"do": "record", "facts": {"ng_debt_claimed": True}})
    case.wait(minutes=1)

    dated = {**complete("departure_clearance"), "at": (case.now - timedelta(minutes=10)).isoformat()}

    assert case.tried(MANAGER, dated).says("INV-04")
    assert (
        "'Assess the risks of return together' was done before this changed: 'Somebody claims a debt from the person or the family'"
        in [fact for fact, _ in case.told("INV-04", dated)]
    )


# --- what was done before it was done anew ------------------------------------------------------------------------------


def seen_anew(play: Play) -> None:
    """A doctor sees her once more; what is dated before that lies before what stands."""
    evidence_is_fresh(play)
    play.given(DOCTOR, {"do": "redo", "step": "medical_assessment"}, complete("medical_assessment", result="fit"))
    play.wait(minutes=5)
    if not play.why().done:
        raise RuntimeError("the departure waits for something else")


def test_an_older_doing_is_kept_and_never_takes_the_place_of_the_newer(begin: Begin) -> None:
    """The form of the visit of last week is found, when she was seen again today."""
    fresh = begin(seen_anew)
    stands = fresh.step("medical_assessment")
    older = {**complete("medical_assessment", result="fit_with_escort"), "at": _days_before(stands.done_at, 1)}

    fresh.given(DOCTOR, older)

    kept = fresh.history()[-1]
    assert (kept.type, kept.data["result"], kept.data["earlier"]) == (
        "step_completed", "fit_with_escort", ("medical_assessment",),
    )  # fmt: skip
    assert kept.recorded_at > kept.occurred_at
    assert "what was before" in event_line(kept)
    assert fresh.step("medical_assessment") == stands
    assert fresh.boards().done
    assert faults_of_departure(fresh.history(READER)) == []


def _days_before(moment: Any, days: int) -> str:
    return str((moment - timedelta(days=days)).isoformat())


def test_an_older_doing_opens_no_gate(begin: Begin) -> None:
    """'Unchanged', of a day on which it was: since then she was asked anew, and that was taken back to be done."""
    case = begin(evidence_is_fresh)
    checked = case.step("risk_recheck").done_at
    case.anew("risk_recheck")

    case.given(
        ASSESSOR,
        {**complete("risk_recheck", result="unchanged", will_confirmed=True), "at": _days_before(checked, 1)},
    )

    assert case.step("risk_recheck").state == "available"
    assert case.told("INV-04") == [
        (
            "the step 'Check risk and wish again' is missing, or older than 72 hours on that day",
            "do it, late enough before the journey",
        )
    ]


def test_an_older_doing_that_alarms_alarms(begin: Begin) -> None:
    """Towards safety at once, whenever it is told: what ends it is newer than the telling."""
    fresh = begin(seen_anew)
    older = {**complete("medical_assessment", result="unfit"), "at": _days_before(fresh.now, 1)}

    fresh.given(DOCTOR, older)

    assert "medical_unfit" in {one["type"] for one in fresh.seen().incidents if one["resolved_at"] is None}
    assert fresh.step("medical_assessment").result == "fit"  # and that is no answer to it
    ends: Command = {"do": "resolve", "incident": "medical_unfit", "outcome": "fit"}
    assert fresh.tried(MANAGER, ends).says("medical_assessment", "fit_to_travel_check")


def test_an_older_doing_opens_no_gate_of_a_late_departure(begin: Begin) -> None:
    """She was asked after the boarding; what is then dated before both is what was before, on the day of the boarding too."""
    case = begin(evidence_is_fresh)
    case.anew("risk_recheck")
    recheck = complete("risk_recheck", result="unchanged", will_confirmed=True)
    case.until(case.takes_off)
    boarded = case.now
    case.wait(hours=1)
    case.given(ASSESSOR, recheck)
    case.wait(hours=1)
    case.given(ASSESSOR, {**recheck, "at": (boarded - timedelta(hours=1)).isoformat()})
    assert case.history()[-1].data["earlier"]

    assert case.boards(at=boarded.isoformat()).says("INV-04")


def test_an_older_draft_is_signed_by_two_and_stays_what_was_before(fresh: Play) -> None:
    stands = fresh.step("pre_return_risk_assessment")
    day = {"at": _days_before(fresh.now, 20)}

    fresh.given(ASSESSOR, {**assessed("medium"), **day})
    assert fresh.tried(ASSESSOR, {**signed(), **day}, may_be_bad_input=True).kind in ("refused", "not_permitted")
    fresh.given(MANAGER, {**signed(), **day})

    kept = fresh.history()[-1]
    assert (kept.type, kept.data["result"], len(kept.data["signed"])) == ("step_completed", "medium", 2)
    assert fresh.step("pre_return_risk_assessment") == stands
    assert fresh.tried(MANAGER, signed()).says("pre_return_risk_assessment")  # nothing waits any more
    assert fresh.boards().done
    assert faults_of_departure(fresh.history(READER)) == []


def test_an_older_draft_is_signed_today_and_does_not_stand(fresh: Play) -> None:
    """A second signs on the day of the departure what one wrote down of a month ago: it is no assessment of today."""
    stands = fresh.step("pre_return_risk_assessment")
    fresh.given(ASSESSOR, {**assessed("low"), "at": _days_before(fresh.now, 20)})

    fresh.given(MANAGER, signed())

    assert fresh.step("pre_return_risk_assessment") == stands


def test_an_older_draft_that_is_not_so_is_gone(fresh: Play) -> None:
    fresh.given(ASSESSOR, {**assessed("low"), "at": _days_before(fresh.now, 20)})

    fresh.given(MANAGER, signed(answer="disagree", reason="an invented doubt"))

    assert fresh.tried(MANAGER, signed()).says("pre_return_risk_assessment")
    assert fresh.boards().done


def test_a_vetting_is_not_trusted_over_an_older_no_that_is_told_after_it(begin: Begin) -> None:
    """One alone vets her; that another had said no the week before is typed an hour later. Over a no, two must look."""
    case = begin(evidence_is_fresh)
    ref = case.involved("relative")
    case.wait(minutes=5)
    case.vetted(ref, "interpret")
    case.given(MANAGER, {"do": "assign", "role": "interpreter", "ref": ref})
    assert not case.why().says("INV-19")
    case.wait(minutes=5)

    no = vetting(ref, "interpret", result="not_trusted")
    case.given(ASSESSOR, {**no, "at": (case.now - timedelta(minutes=8)).isoformat()})

    assert case.why().says("INV-19")
    case.given(ASSESSOR, {"do": "redo", "step": "party_vetting", "of": ref}, vetting(ref, "interpret"))
    assert case.why().says("INV-19")
    case.given(RECEIVER, signed("party_vetting", of=ref))
    assert not case.why().says("INV-19")


# --- a yes that is older than what stands -----------------------------------------------------------------------------


def test_a_yes_that_is_older_than_a_no_is_kept_and_is_none(fresh: Play) -> None:
    """She agreed on Monday, and took it back on Tuesday; the form of Monday is found on Wednesday."""
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    fresh.wait(minutes=30)

    fresh.given(MANAGER, an_hour_ago(fresh, YES))

    kept = last_row(fresh, "consent_given")
    assert kept.data["earlier"] == ("return>@",)
    assert fresh.told("INV-01") == [
        ("the consent to return was taken back", "talk with the person; only their own written yes counts")
    ]
    assert fresh.step("return_consent").state != "done"


def test_an_older_yes_does_not_hide_a_no_from_who_corrects_the_newer(fresh: Play) -> None:
    """No, then yes; a yes from before both is typed last. When the newer yes was an error, the no stands again."""
    share: Command = {"do": "consent", "purpose": "legal", "form": "written", "language": "en"}
    fresh.given(LAWYER, {**share, "answer": "refused"})
    fresh.wait(minutes=5)
    fresh.given(LAWYER, share)
    written = fresh.history()[-1].seq
    fresh.wait(minutes=5)
    fresh.given(LAWYER, {**share, "at": (fresh.now - timedelta(minutes=20)).isoformat()})

    fresh.given(MANAGER, {"do": "correct", "seq": written, "why": "an invented mistake"})

    assert {one["state"] for one in fresh.seen().consents if one["purpose"] == "legal"} == {"refused"}


def test_a_no_counts_however_late_it_is_told(fresh: Play) -> None:
    """An older no is no history: a yes that came after it needs a talk between."""
    fresh.given(MANAGER, an_hour_ago(fresh, {"do": "consent", "purpose": "return", "answer": "refused"}))

    assert fresh.why().says("INV-01", "consent_withdrawn_before")


def test_an_older_doing_that_is_found_to_be_an_error_alarms_nobody(begin: Begin) -> None:
    """It was typed after the departure, so nobody departed by it."""
    case = begin(seen_anew)
    case.until(case.takes_off)
    case.given(TRAVEL, {"do": "move", "to": "depart"})
    case.wait(hours=1)
    case.given(DOCTOR, {**complete("medical_assessment", result="fit"), "at": _days_before(case.now, 1)})
    written = case.history()[-1]
    assert written.data["earlier"]

    answer = case.tried(MANAGER, {"do": "correct", "seq": written.seq, "why": "an invented mistake"})

    assert answer.reasons == {("INPUT", str(written.seq))}
    assert not case.seen().incidents


# --- before the last move: kept, and counting never for it ---------------------------------------------------------------


def away(play: Play) -> None:
    """Board as it was cleared; three hours later somebody sits down with the papers."""
    evidence_is_fresh(play)
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    play.wait(hours=3)


def left(play: Play) -> None:
    """Everything is ready but the last question; the person goes, and an hour later it is written down."""
    evidence_is_fresh(play)
    play.anew("risk_recheck")
    play.until(play.takes_off)
    gone = play.now
    play.wait(hours=1)
    play.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown", "at": gone.isoformat()})
    play.wait(hours=1)


def when_it_was(play: Play, act: Command, **before: float) -> Command:
    """Say of an act that it was done so long before the person went."""
    gone = next(row.occurred_at for row in play.history() if row.type in ("departed", "left"))
    return {**act, "at": (gone - timedelta(**before)).isoformat()}


MEETS: Command = {"do": "assign", "role": "reception_officer", "partner": "ng_iom"}


@pytest.mark.parametrize(
    "act",
    [
        MEETS,
        {"do": "consent", "purpose": "legal", "answer": "refused"},
        {"do": "incident", "type": "missed_flight"},
    ],
    ids=["assign", "no", "incident"],
)
def test_what_happened_before_a_move_can_be_told_after_it(begin: Begin, act: Command) -> None:
    case = begin(away)
    told = when_it_was(case, act, hours=1)

    case.given(MANAGER, told)

    kept = next(row for row in reversed(case.history()) if row.occurred_at.isoformat() == told["at"])
    assert kept.recorded_at - kept.occurred_at == timedelta(hours=4)
    assert case.seen().phase == "travel"


def test_who_held_a_role_before_is_kept_and_does_not_hold_it_again(begin: Begin) -> None:
    case = begin(away)
    holds = case.seen().roles["receiving_organisation"]
    since = next(r.occurred_at for r in case.history() if r.data.get("role") == "receiving_organisation")
    first: Command = {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"}

    case.given(MANAGER, {**first, "at": (since - timedelta(minutes=1)).isoformat()})

    assert last_row(case, "role_assigned").data["earlier"] == ("receiving_organisation",)
    assert case.seen().roles["receiving_organisation"] == holds
    assert case.why({"do": "move", "to": "settle"}).reasons == begin(away).why({"do": "move", "to": "settle"}).reasons


def test_nobody_is_trusted_who_was_assigned_before_they_were_suspected(fresh: Play) -> None:
    ref = fresh.vetted(fresh.involved("relative"), "meet")
    fresh.wait(minutes=30)
    fresh.given(MANAGER, {"do": "involve", "ref": ref, "suspected": True})
    fresh.wait(minutes=10)
    role: Command = {"do": "assign", "role": "reception_officer", "ref": ref}
    suspected = [("somebody under suspicion would be reception officer", "name somebody else")]
    assert fresh.told("INV-19", role) == suspected

    fresh.given(MANAGER, {**role, "at": (fresh.now - timedelta(minutes=20)).isoformat()})

    assert fresh.told("INV-19") == suspected


def test_no_partner_is_chosen_before_the_failure_that_it_would_end(fresh: Play) -> None:
    """Chosen an hour before it: then it is the one that has failed, and nobody has chosen another since."""
    fresh.given(MANAGER, {"do": "incident", "type": "partner_failure"})
    fresh.wait(minutes=10)
    other: Command = {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"}

    fresh.given(MANAGER, an_hour_ago(fresh, other))

    ends: Command = {"do": "resolve", "incident": "partner_failure", "outcome": "replaced"}
    assert ("STEP", "partner_selection") in fresh.tried(MANAGER, ends).reasons
    assert fresh.told("STEP", other) == []
    assert fresh.told("INPUT", other) == [("this partner has failed, and that is not over", "choose another")]

    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_naptip"})
    assert fresh.tried(MANAGER, ends).done


def other_flight(play: Play, **later: float) -> Command:
    legs = [
        {**leg, **{end: (datetime.fromisoformat(leg[end]) + timedelta(**later)).isoformat() for end in ENDS}}
        for leg in play.legs
    ]
    return {"do": "travel", "status": "booked", "legs": legs}


@pytest.mark.parametrize("status", ["booked", "cancelled"])
def test_a_journey_from_before_the_one_that_stands_changes_nothing(fresh: Play, status: str) -> None:
    fresh.given(TRAVEL, other_flight(fresh))  # the same, booked anew
    fresh.ready(waiting=False)
    fresh.wait(minutes=30)
    stands = fresh.seen()
    said = other_flight(fresh, hours=30) if status == "booked" else {"do": "travel", "status": status}

    fresh.given(TRAVEL, {**said, "at": (fresh.now - timedelta(minutes=50)).isoformat()})

    assert last_row(fresh, f"travel_{status}").data["earlier"] == ("travel",)
    assert (fresh.seen().travel, fresh.seen().steps) == (stands.travel, stands.steps)
    assert fresh.boards().done
    assert faults_of_departure(fresh.history(READER)) == []


def test_no_landing_is_booked_away_by_what_is_dated_before_boarding(begin: Begin) -> None:
    """Dated before boarding it would be the newer of two bookings; the flight that was boarded is the one that lands."""
    case = begin(away)
    stands = case.seen().travel

    case.given(TRAVEL, when_it_was(case, other_flight(case, days=9), minutes=5))
    assert case.seen().travel == stands
    case.given(TRAVEL, when_it_was(case, {"do": "travel", "status": "cancelled"}, minutes=5))
    assert case.seen().travel == stands

    case.given(TRAVEL, other_flight(case, days=1))  # what has changed on the way is told as it is now
    assert case.seen().travel != stands


HELPS: list[tuple[str, str, Command]] = [
    ("a booking", TRAVEL, {"do": "travel", "status": "booked"}),
    ("a yes", MANAGER, YES),
    ("a role", MANAGER, MEETS),
]


@pytest.mark.parametrize(("who", "act"), [row[1:] for row in HELPS], ids=[row[0] for row in HELPS])
def test_no_departure_takes_the_place_of_another_by_what_is_told_after_it(begin: Begin, who: str, act: Command) -> None:
    case = begin(left)
    depart = when_it_was(case, DEPART)
    against = case.why(depart).reasons
    assert ("INV-04", "risk_recheck") in against
    said = other_flight(case, minutes=0) if act["do"] == "travel" else act

    case.given(who, when_it_was(case, said, minutes=30))
    recheck = complete("risk_recheck", result="unchanged", will_confirmed=True)
    case.tried(ASSESSOR, when_it_was(case, recheck, minutes=20))

    assert case.why(depart).reasons == against


def left_while_detained(play: Play) -> None:
    evidence_is_fresh(play)
    play.given(MANAGER, {"do": "incident", "type": "detention_or_arrest"})
    play.until(play.takes_off)
    play.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown"})
    play.wait(hours=1)


def test_no_alarm_that_held_the_departure_is_ended_before_it_afterwards(begin: Begin) -> None:
    case = begin(left_while_detained)
    depart = when_it_was(case, DEPART)
    against = case.why(depart, who=MANAGER).reasons
    assert ("PHASE", "detention_or_arrest") in against

    seen: Command = {"do": "contact", "with": "person", "channel": "visit", "reached": True}
    ends: Command = {
        "do": "resolve",
        "incident": "detention_or_arrest",
        "outcome": "stays_detained",
        "reason": "invented",
    }
    case.given(MANAGER, when_it_was(case, seen, minutes=40), when_it_was(case, ends, minutes=30))

    assert case.why(depart, who=MANAGER).reasons == against


def left_on_a_late_yes(play: Play) -> None:
    before_the_yes(play)
    play.wait(hours=80)
    play.given(MANAGER, {**YES, "at": (play.now - timedelta(hours=79)).isoformat()})
    play.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown"})
    play.wait(hours=1)


def test_no_second_has_seen_before_the_departure_what_they_sign_after_it(begin: Begin) -> None:
    case = begin(left_on_a_late_yes)
    depart, late = when_it_was(case, DEPART), last_row(case, "consent_given").seq
    alone = ("the yes was written down more than 72 hours late, and nobody else has seen it", "let somebody else read it, and sign it")  # fmt: skip
    assert alone in case.told("INV-01", depart, who=TRAVEL)

    case.given(another(MANAGER), when_it_was(case, {"do": "sign", "seq": late}, minutes=5))

    assert alone in case.told("INV-01", depart, who=TRAVEL)


def test_an_alarm_ends_on_its_own_day_when_it_is_told_after_the_departure(begin: Begin) -> None:
    case = begin(missed_one)
    case.until(case.takes_off)
    case.given(TRAVEL, DEPART)
    case.wait(hours=2)
    ends: Command = {"do": "resolve", "incident": "missed_flight", "outcome": "booked_again", "reason": "invented"}

    case.given(MANAGER, when_it_was(case, ends, minutes=30))

    (incident,) = (one for one in case.seen().incidents if one["type"] == "missed_flight")
    assert datetime.fromisoformat(incident["resolved_at"]) == case.now - timedelta(hours=2, minutes=30)


def missed_one(play: Play) -> None:
    evidence_is_fresh(play)
    play.given(MANAGER, {"do": "incident", "type": "missed_flight"})
    play.wait(minutes=10)
    play.given(TRAVEL, other_flight(play, hours=1))
    play.anew("partner_confirmation")
    play.ready()


ENDS_HIGH: Command = {
    "do": "resolve",
    "incident": "risk_high",
    "outcome": "below_high_and_reviewed",
    "reason": "invented",
}


def test_no_alarm_was_over_before_it_came(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "risk_high"})
    begun = fresh.now
    fresh.wait(hours=1)
    fresh.given(ASSESSOR, assessed("low"))
    fresh.given(MANAGER, signed())
    fresh.given(MANAGER, complete("return_review", result="go"))
    fresh.given(ASSESSOR, signed("return_review"))

    before = {**ENDS_HIGH, "at": (begun - timedelta(minutes=1)).isoformat()}
    assert fresh.told("PHASE", before) == [
        (
            f"'The risk is high' has happened on {clock_text(begun, 'Europe/Brussels')}, so it was not over before that",
            "say how it ended then; what was between belongs in a note",
        )
    ]
    early = {**ENDS_HIGH, "at": (begun + timedelta(minutes=30)).isoformat()}
    assert fresh.tried(MANAGER, early).reasons >= {("STEP", "pre_return_risk_assessment"), ("STEP", "return_review")}
    assert (
        "needed first, after what has happened: 'Assess the risks of return together' is done as 'Low' or 'Medium'",
        "do it",
    ) in fresh.told("STEP", early)
    assert fresh.tried(MANAGER, ENDS_HIGH).done


def test_no_file_moved_on_while_an_alarm_held_it(begin: Begin) -> None:
    """Talked about on Monday, and over on Wednesday; that the file moved on was Tuesday."""
    case = begin(facts={"age_status": "adult", "reflection_applies": False})
    case.prepare("prepare")
    case.given(MANAGER, {"do": "incident", "type": "detention_or_arrest"})
    case.wait(hours=2)
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "visit", "reached": True})
    case.given(
        MANAGER, {"do": "resolve", "incident": "detention_or_arrest", "outcome": "stays_detained", "reason": "invented"}
    )
    case.wait(minutes=5)

    assert case.tried(MANAGER, an_hour_ago(case, {"do": "move", "to": "prepare"})).says("detention_or_arrest")
    assert case.tried(MANAGER, {"do": "move", "to": "prepare"}).done


def test_no_yes_is_of_the_journey_that_was_turned_back(begin: Begin) -> None:
    """It was never written down before she left; with a day before that, it is none for the next journey."""
    case = begin(before_the_yes)
    case.wait(hours=2)
    case.given(TRAVEL, {"do": "move", "to": "left", "how": "alone"})
    case.wait(hours=3)
    case.given(TRAVEL, {"do": "move", "to": "turn_back"})
    case.wait(hours=1)

    said = {**YES, "at": (case.now - timedelta(hours=5)).isoformat()}
    case.given(MANAGER, said)

    assert last_row(case, "consent_voided").data["because"] == "turned_back"
    assert case.why().says("INV-01")


# --- a contact, and a paper -----------------------------------------------------------------------------------------

CALL: Command = {"do": "contact", "with": "ng_bakhita", "channel": "phone", "reached": True}
ASKED_FOR: Command = {"do": "document", "kind": "ng_etc", "status": "requested"}


def test_a_call_that_the_person_had_agreed_to_can_be_told_after_they_took_that_back(fresh: Play) -> None:
    fresh.wait(hours=2)
    for purpose in ("contact_partner", "share_partner"):
        fresh.given(MANAGER, {"do": "withdraw", "purpose": purpose, **hour_ago(fresh, 0.5)})

    assert fresh.tried(MANAGER, {**CALL, **hour_ago(fresh, 1)}).done
    for told in ({}, hour_ago(fresh, 0.25)):
        assert ("INV-14", "ng_bakhita") in fresh.tried(MANAGER, {**CALL, **told}).reasons
    assert fresh.told("INV-14", CALL) == [
        (
            "the person has said no: Contact a partner",
            "do not ask again; if they wish it themselves, write it down. This partner is not contacted. Another partner, or no "
            "partner after advice, is possible.",
        )
    ]


def test_a_call_of_before_the_person_was_asked_is_not_covered_by_what_they_said_later(begin: Begin) -> None:
    """They agreed an hour ago; that somebody was called two hours ago, unasked, is no call that they had agreed to."""
    case = begin(before_contact_is_agreed)
    case.wait(hours=3)
    case.given(MANAGER, {**AGREED, **hour_ago(case, 1)})

    assert case.tried(MANAGER, {**CALL, **hour_ago(case, 0.5)}).done
    assert ("INV-14", "ng_bakhita") in case.tried(MANAGER, {**CALL, **hour_ago(case, 2)}).reasons


def hour_ago(play: Play, hours: float) -> Command:
    return {"at": (play.now - timedelta(hours=hours)).isoformat()}


AGREED: Command = {
    "do": "consent",
    "purpose": "contact_partner",
    "recipient": "ng_bakhita",
    "answer": "given",
    "form": "written",
    "language": "en",
    "groups": ["contact", "identity"],
}


def before_contact_is_agreed(play: Play) -> None:
    before(play, do="consent", purpose="contact_partner")


def test_a_paper_that_was_asked_for_under_a_consent_can_be_told_after_that_was_taken_back(fresh: Play) -> None:
    fresh.wait(hours=2)
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "contact_embassy", **hour_ago(fresh, 0.5)})

    assert ("CONSENT", "contact_embassy") in fresh.tried(MANAGER, {**ASKED_FOR, **hour_ago(fresh, 0.25)}).reasons
    told = fresh.tried(MANAGER, {**ASKED_FOR, **hour_ago(fresh, 1)})
    assert told.done, told.text
