"""More honest returns, whole: they look like what a rule forbids, and are what people do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor

from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    DOCTOR,
    LAWYER,
    LEADER,
    MANAGER,
    RECEIVER,
    RECEPTION,
    TRAVEL,
    Command,
    Play,
    complete,
    evidence_is_fresh,
    far_ahead,
    settled,
    signed,
)
from tests.honest.conftest import Begin
from tests.honest.walks import (
    CHILD,
    REACHED,
    closes,
    ended,
    lands,
    leaves,
    left_on,
    open_incidents,
    records,
    says,
    settles,
    within,
)
from tests.whole_answers import VISIT

SIGNS = "nsi"  # Nigerian Sign Language


def test_a_deaf_woman_is_asked_in_signs_and_visited_by_video(begin: Begin) -> None:
    """Nobody can phone her: what is in order for others by voice is in order for her by signs."""
    case = begin()
    case.given(MANAGER, records(languages=[SIGNS]))
    speaks = case.vetted(case.involved("interpreter"), "interpret")

    def in_signs(play: Play, do: Command) -> bool:
        if do["do"] == "consent":
            play.given(MANAGER, {**do, "language": SIGNS, "interpreter": speaks})
        elif do.get("step") == "departure_assistance":
            written = play.tried(TRAVEL, {**do, "heard_by": "message"})
            assert written.says("INV-34")
            assert "face to face, by telephone or by video" in written.text
            play.given(TRAVEL, {**do, "heard_by": "video"})
        else:
            return False
        return True

    leaves(case, instead=in_signs)
    lands(case)
    settles(case, instead=in_signs)
    case.given(MANAGER, says("monitoring", language=SIGNS, interpreter=speaks))
    case.wait(days=2)
    case.given(RECEIVER, complete("monitoring_visit", round="d2", **{**VISIT, "how": "video"}))
    within("a deaf woman", case)


def test_a_no_that_a_friend_brings_counts_and_her_yes_is_asked_of_her(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    friend = case.involved("friend")
    case.given(MANAGER, says("return", "refused", by=friend, heard_by="through_somebody"))

    assert open_incidents(case) == {"consent_withdrawn_before"}
    assert case.seen().travel["status"] == "cancelled"
    case.wait(hours=5)
    case.given(MANAGER, {**REACHED, "channel": "visit"})
    case.ready()
    theirs = says("return", form="written", by=friend, heard_by="through_somebody")
    assert [todo for _, todo in case.told("INV-34", theirs)] == [
        "ask the person themselves; write down what others say as a note. A no counts, whoever brings it"
    ]
    leaves(case)
    within("a friend brings the no", case)


def test_a_mother_who_is_parent_guardian_and_caregiver_takes_her_daughter_home(begin: Begin) -> None:
    def is_the_mother(play: Play, do: Command) -> bool:
        if do.get("role") not in ("guardian", "caregiver"):
            return False
        mother = next((one["ref"] for one in play.seen().people if one["relation"] == "parent"), None)
        if mother is None:
            mother = play.vetted(play.involved("parent"), "speak", "care", how=["papers_seen"])
        play.given(MANAGER, {"do": "assign", "role": do["role"], "ref": mother})
        return True

    case = begin(facts=CHILD)
    leaves(case, instead=is_the_mother)

    held = case.seen().roles
    assert held["guardian"] == held["caregiver"] == "parent-1"
    within("a mother is parent, guardian and caregiver", case)


AMBULANCE: Command = {
    "do": "contact", "with": "unknown_party", "identified_as": "(invented) the crew of an ambulance", "channel": "phone",
    "reached": True, "groups": ["identity", "health"], "basis": "vital_interest", "why": "(invented) she did not answer",
}  # fmt: skip


def test_an_ambulance_is_told_what_it_needs_and_a_second_looks_at_it_later(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.given(MANAGER, AMBULANCE)
    leaves(case)
    lands(case)

    own = case.tried(MANAGER, {"do": "resolve", "incident": "told_somebody_unknown"})
    assert own.rules == {"ROLE"}
    assert "let somebody else read the entry, and look at it" in own.text
    case.given(RECEIVER, {"do": "resolve", "incident": "told_somebody_unknown"})
    assert ("told_somebody_unknown", "looked_at") in ended(case)
    within("an ambulance is told", case)


def test_who_has_no_line_for_fourteen_days_writes_down_afterwards_that_she_went_as_cleared(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    took_off, landed = case.takes_off, case.lands
    case.wait(days=14)
    departed = {**DEPART, "at": took_off.isoformat()}

    alone = case.tried(TRAVEL, departed)
    assert alone.rules == {"ROLE"}
    assert "enter the move 'left' first; then somebody else enters 'depart'" in alone.text
    case.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown", "at": took_off.isoformat()})
    case.given(MANAGER, departed)
    case.given(TRAVEL, {"do": "move", "to": "arrive", "at": landed.isoformat()})
    met = (landed + timedelta(minutes=30)).isoformat()
    case.given(RECEPTION, {**complete("arrival_reception"), "at": met})
    settles(case)

    assert left_on(case) == took_off
    assert not open_incidents(case)
    within("no line for fourteen days before", case)


def test_who_has_no_line_for_fourteen_days_after_the_landing_writes_the_visits_down_and_a_second_signs(
    begin: Begin,
) -> None:
    case = begin(settled)
    case.given(MANAGER, says("monitoring"))
    home = case.now
    case.wait(days=16)
    for round, days in (("d2", 2), ("d7", 7)):
        visited = complete("monitoring_visit", round=round, **VISIT)
        case.given(RECEIVER, {**visited, "at": (home + timedelta(days=days)).isoformat()})

        assert case.step("monitoring_visit", round).state == "done"  # at once; what a second adds is for "holds"
        case.given(MANAGER, signed("monitoring_visit", round=round))
    within("no line for fourteen days after", case)


def test_whose_only_safe_way_is_whatsapp_is_visited_by_it_and_looked_for_by_it(begin: Begin) -> None:
    case = begin(settled)
    case.given(MANAGER, says("monitoring"))
    case.wait(days=2)
    case.given(RECEIVER, complete("monitoring_visit", round="d2", **{**VISIT, "how": "message"}))
    for _ in range(5):
        case.given(RECEIVER, {**REACHED, "channel": "message", "reached": False})
        case.wait(days=20)

    assert [todo for _, todo in case.told("INV-25", closes("lost_contact"))] == [
        "try another way; where fewer are known, two sign that there is no other"
    ]
    case.given(MANAGER, complete("no_other_way", ways=["message"], looked_where="invented words"))
    case.given(LEADER, signed("no_other_way"))
    case.given(MANAGER, closes("lost_contact"))
    within("WhatsApp is the only safe way", case)


def test_who_answers_by_whatsapp_is_found_by_it(begin: Begin) -> None:
    case = begin(settled)
    case.given(MANAGER, {**REACHED, "channel": "message", "reached": False})
    assert open_incidents(case) == {"lost_contact"}

    why = {"safe_way": "(invented) her brother answers her telephone"}
    case.given(MANAGER, {**REACHED, "channel": "message", **why})
    case.given(RECEIVER, {"do": "sign", "seq": case.history()[-1].seq})
    case.given(MANAGER, {"do": "resolve", "incident": "lost_contact"})
    assert ("lost_contact", "reached") in ended(case)


ANNA = Actor("anna", "invented_organisation", {MANAGER, TRAVEL, "counsellor"})
BEN = Actor("ben", "invented_organisation", {MANAGER, ASSESSOR, LEADER})


class OfficeOfTwo(Play):
    """Anna leads the case, talks and books; Ben assesses the risk and leads the programme. A lawyer and a doctor come from outside."""

    def actor(self, who: str | Actor) -> Actor:
        if not isinstance(who, str) or who in (LAWYER, DOCTOR):
            return super().actor(who)
        return BEN if who in (ASSESSOR, LEADER) else ANNA


def with_two(play: Play, do: Command) -> bool:
    """Anna writes, and Ben is the second; the partner has no account, and what it says by letter Anna types."""
    if do["do"] == "sign":
        play.given(next(one for one in (BEN, ANNA) if play.why(do, one).done), do)
    elif do.get("step") == "partner_confirmation":
        partner = play.seen().roles["receiving_organisation"]
        play.given(ANNA, {**do, "by": partner, "heard_by": "letter"})
    elif do["do"] == "complete" and do["step"] in ("pre_return_risk_assessment", "return_review"):
        play.asked_first([MANAGER], do)
        play.given(ANNA, do)
    else:
        return False
    return True


def test_an_office_of_two_prepares_a_return_alone(begin: Begin) -> None:
    case = begin()
    office = OfficeOfTwo(case.engine, case.clock, case.case)
    leaves(office, instead=with_two)

    own = {row.actor for row in office.history() if row.organisation == ANNA.organisation}
    assert own == {
        "anna",
        "ben",
        "invented_legal_counsellor",
        "invented_medical_officer",
        "invented_case_manager_sending",
    }
    within("an office of two", office)


NURSE = Actor("nurse", "invented_organisation", {MANAGER, DOCTOR})


class NurseWhoManages(Play):
    """She leads the case and, where there is no doctor within a day's journey, looks at who travels, too."""

    def actor(self, who: str | Actor) -> Actor:
        return NURSE if who in (MANAGER, DOCTOR) else super().actor(who)


def test_a_nurse_who_also_manages_cases_leads_one_and_finds_her_fit(begin: Begin) -> None:
    case = begin()
    hers = NurseWhoManages(case.engine, case.clock, case.case)
    leaves(hers)
    lands(hers)
    settles(hers)

    by = {row.data["step"]: row.actor for row in hers.history() if row.type == "step_completed"}
    assert by["fit_to_travel_check"] == by["departure_clearance"] == "nurse"
    within("a nurse who also manages cases", hers)


@pytest.mark.parametrize("step", ["other_parent_agreement", "best_interests_determination"])
def test_a_courts_decision_comes_by_letter(begin: Begin, step: str) -> None:
    letter: Mapping[str, Any] = {"on_paper": "(invented) judgment of 4 March, in the file"}

    def by_the_court(play: Play, do: Command) -> bool:
        if do.get("step") != step:
            return False
        if step == "other_parent_agreement":
            play.given(LAWYER, {**do, "result": "refused", "seen": None, "why": None})
            play.wait(days=3)
            play.given(LAWYER, {"do": "redo", "step": step, "of": do["of"]})
            play.given(LAWYER, {**do, "result": "court_decided", "seen": "invented words", "why": None, **letter})
        else:
            said = {"decided_by": "court", "decision": "(invented) judgment of 4 March"}
            play.given(MANAGER, {**do, "by": "competent_authority", "heard_by": "letter", **said, **letter})
            play.given(ASSESSOR, {"do": "sign", "step": step})
        return True

    is_hers = step == "best_interests_determination"
    case = begin(facts=CHILD if is_hers else {"age_status": "adult"})
    if not is_hers:
        case.involved("child", travels=True)
    leaves(case, instead=by_the_court)

    rows = [dict(row.texts).get("case", {}) for row in case.history() if row.data.get("step") == step]
    assert letter["on_paper"] in [texts.get("on_paper") for texts in rows]
    within(f"a court's decision by letter, {step}", case)


def test_a_flight_that_is_booked_anew_by_another_city_at_five_in_the_morning_is_taken(begin: Begin) -> None:
    """The airline has called off the direct flight of ten o'clock, and books her by Paris, two hours later."""
    case = begin(far_ahead)
    case.until(case.takes_off - timedelta(hours=5))  # 05:00 in Brussels
    legs = [("BRU", "CDG", 2, 3), ("CDG", "LOS", 5, 11)]
    booked = [
        {"from": from_, "to": to, "mode": "air",
         "departs_at": (case.takes_off + timedelta(hours=off)).isoformat(), "arrives_at": (case.takes_off + timedelta(hours=on)).isoformat()}
        for from_, to, off, on in legs
    ]  # fmt: skip
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": booked})

    assert ("STEP", "pre_departure_briefing") in case.why().reasons  # she is told the new way
    leaves(case)
    lands(case)
    assert not open_incidents(case)
    within("booked anew by another city at 05:00", case)
