"""What is true can be written as it is: no field, no role and no remedy asks an honest worker for something else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wayhome import Actor, NotFound

from tests.attacks.acts import LOOKED_AGAIN, ON_THE_SPOT, booked_to_meet, ends, found_there, goes, in_follow_up
from tests.attacks.play import (
    ASSESSOR,
    DOCTOR,
    LAWYER,
    LEADER,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    at_home,
    begun,
    complete,
    evidence_is_fresh,
    opened,
    ready_to_depart,
    settled,
    stops_at,
)
from tests.conftest import all_packs
from tests.honest.conftest import Begin
from tests.honest.walks import CHILD, happens, leaves, open_incidents, records, says

VISITED: Command = {"do": "contact", "with": "person", "channel": "visit", "reached": True}
LETTER = "(invented) a letter, in the file"


def test_a_language_without_a_code_is_written_down_by_its_name(begin: Begin) -> None:
    """BCP 47 has a place for it: `x-` and a name. She who speaks only that says yes through an interpreter."""
    case = begin(evidence_is_fresh)
    case.given(MANAGER, records(languages=["x-inventa"]))
    speaks = case.vetted(case.involved("interpreter"), "interpret")

    case.given(MANAGER, says("return", form="written", language="x-inventa", interpreter=speaks))
    assert case.engine.case(case.case, as_=case.actor(MANAGER)).facts["languages"] == ("x-inventa",)
    another = case.tried(MANAGER, says("return", form="written", language="x-andere"))
    assert another.reasons == {("CONSENT", "return")}


@pytest.mark.parametrize("outcome", ["released", "returns_from_detention"])
def test_a_detention_ends_as_it_ends_and_she_flies(begin: Begin, outcome: str) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("detention_or_arrest"))
    case.wait(days=3)
    case.given(LAWYER, VISITED, complete("legal_counselling"))
    case.given(MANAGER, {"do": "resolve", "incident": "detention_or_arrest", "outcome": outcome})
    case.wait(hours=49)

    leaves(case)


def test_who_is_in_prison_at_home_for_years_is_written_down_as_there_and_her_case_can_end(begin: Begin) -> None:
    case = begin(settled)
    case.given(MANAGER, happens("detention_or_arrest"))
    case.wait(days=3)
    case.given(RECEIVER, VISITED)

    case.given(MANAGER, {"do": "resolve", "incident": "detention_or_arrest", "outcome": "stays_detained"})
    assert not [one for one in case.seen().incidents if not one["resolved_at"]]


def test_who_refused_help_there_is_asked_whether_she_has_a_safe_home_and_settles(begin: Begin) -> None:
    """h03: 'Find a temporary place' waited for what she had said no to, and nobody asked whether she needs one."""

    def alone(play: Play, do: Command) -> bool:
        if do.get("role") != "receiving_organisation":
            return False
        play.given(MANAGER, complete("partner_selection", result="none_wanted"))
        return True

    case = begin()
    for purpose in ("assistance_local", "monitoring"):
        case.given(MANAGER, says(purpose, "refused"))
    assert case.prepare(instead=alone)
    case.until(case.takes_off - timedelta(hours=1))
    assert case.prepare(waiting=False)
    case.goes_home()

    assert case.prepare("settle")
    assert case.seen().facts["safe_home_at_arrival"] is True


def test_a_courts_decision_is_offered_as_what_it_is(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    case.given(MANAGER, {"do": "redo", "step": "best_interests_determination"})
    form = case.engine.form(
        case.case, {"do": "complete", "step": "best_interests_determination"}, as_=case.actor(MANAGER)
    )

    decided = next(slot for slot in form.slots if slot.name == "decided_by")
    assert {"court", "guardianship_authority", "panel"} == set(decided.values)
    said = complete(
        "best_interests_determination",
        result="positive",
        by="competent_authority",
        heard_by="letter",
        decided_by="court",
        childs_view="(invented) I want to go to my aunt",
    )
    assert case.faults(MANAGER, said) == {("decision", "missing")}
    case.given(MANAGER, {**said, "decision": "(invented) judgment of 4 March"})
    assert case.step("best_interests_determination").state == "in_progress"
    case.given(ASSESSOR, {"do": "sign", "step": "best_interests_determination"})
    assert case.step("best_interests_determination").result == "positive"


@pytest.mark.parametrize(
    ("step", "by", "first"),
    [
        ("legal_counselling", "legal_counsellor", None),
        ("medical_assessment", "medical_officer", says("health_processing")),
    ],
)
def test_the_word_of_a_lawyer_or_a_doctor_without_an_account_is_typed_for_them_and_seen_by_a_second(
    begin: Begin, step: str, by: str, first: Command | None
) -> None:
    case = begin()
    case.prepare(instead=stops_at(step))
    if first:
        case.given(DOCTOR, first)
    result = {"result": "fit"} if step == "medical_assessment" else {}
    case.given(MANAGER, complete(step, by=by, heard_by="letter", on_paper=LETTER, **result))

    assert [("written down by one alone" in reason.fact) for reason in unmet(case, step)] == [True]
    case.given(RECEIVER, {"do": "sign", "step": step})
    assert unmet(case, step) == []


def unmet(case: Play, step: str) -> list[object]:
    reasons = case.engine.why(case.case, "depart", as_=case.actor(MANAGER)).unmet
    return [reason for reason in reasons if reason.subject == step and reason.rule == "STEP"]


def test_a_partner_without_an_account_has_met_her_and_says_so_by_telephone(begin: Begin) -> None:
    """`skip` was taken, which says that she declined to be met."""
    case = begin(at_home)
    partner = case.seen().roles["receiving_organisation"]
    case.given(MANAGER, complete("arrival_reception", by=partner, heard_by="phone"))
    case.given(RECEIVER, {"do": "sign", "step": "arrival_reception"})

    assert case.step("arrival_reception").state == "done"


def test_of_two_who_both_lead_cases_it_does_not_matter_who_writes_the_assessment_first(begin: Begin) -> None:
    anna = Actor("anna", "invented_organisation", {MANAGER, TRAVEL})
    ben = Actor("ben", "invented_organisation", {MANAGER, ASSESSOR})
    case = begin(evidence_is_fresh)
    case.given(ben, {"do": "redo", "step": "pre_return_risk_assessment"})
    asked = case.engine.form(case.case, {"do": "complete", "step": "pre_return_risk_assessment"}, as_=ben)
    case.given(ben, case.answered(asked))

    case.given(anna, {"do": "sign", "step": "pre_return_risk_assessment"})
    assert case.step("pre_return_risk_assessment").state == "done"


def test_who_goes_to_live_in_a_fourth_country_is_told_how_that_is_written_down(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    legs = case.legs
    legs[-1]["to"] = "ACC"
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})

    assert "Record that as the lasting solution, third_country, and close so" in case.told("INV-16")[0][1]
    case.given(LAWYER, records(lasting_solution="third_country"))
    case.given(MANAGER, {"do": "move", "to": "close", "reason": "other_durable_solution"})


@pytest.mark.parametrize("to", ["GH", "RO"])
def test_whoever_opens_a_return_to_where_none_is_prepared_is_told_so_and_what_can_be_done(to: str) -> None:
    with pytest.raises(NotFound, match="refer the person, with consent, to who can help"):
        opened(all_packs(), origin=to)


# --- either of two writes first ---------------------------------------------------------------------------------------------

BEST = "best_interests_determination"
BEST_FOR_HER: Command = complete(BEST, result="positive", childs_view="(invented) I want to go to my aunt")
BY_THE_PANEL: Command = {"by": "panel", "decided_by": "panel"}
BY_THE_COURT: Command = {"by": "competent_authority", "decided_by": "court", "decision": "(invented) judgment of 3 May"}
ONLY_MANAGES = Actor("anna", "invented_organisation", {MANAGER, TRAVEL})
ALSO_ASSESSES = Actor("ben", "invented_organisation", {MANAGER, ASSESSOR, LEADER})


@pytest.mark.parametrize("decided", [BY_THE_PANEL, BY_THE_COURT], ids=["panel", "court"])
@pytest.mark.parametrize("first", [ONLY_MANAGES, ALSO_ASSESSES], ids=["anna first", "ben first"])
def test_in_an_office_of_two_either_writes_the_best_interests_first(
    begin: Begin, first: Actor, decided: Command
) -> None:
    """Anna wrote, and Ben's signature was taken in the role that she had, though he has another."""
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, {"do": "redo", "step": BEST, "by": "panel"})
    case.given(first, {**BEST_FOR_HER, **decided})
    case.given(ALSO_ASSESSES if first is ONLY_MANAGES else ONLY_MANAGES, {"do": "sign", "step": BEST})

    assert (case.step(BEST).state, case.step(BEST).result) == ("done", "positive")


# --- whose word it was ------------------------------------------------------------------------------------------------------


def test_their_own_lawyer_has_advised_them_and_is_written_down_as_who_did(begin: Begin) -> None:
    """Only 'by the legal counsellor' was taken, who has not seen her."""
    case = begin(ready_to_depart)
    lawyer = case.involved("lawyer")
    case.given(MANAGER, happens("detention_or_arrest"))
    case.wait(hours=5)
    case.given(ONLY_MANAGES, complete("legal_counselling", by=lawyer, heard_by="letter", on_paper=LETTER))

    assert [("written down by one alone" in reason.fact) for reason in unmet(case, "legal_counselling")] == [True]
    case.given(ALSO_ASSESSES, {"do": "sign", "step": "legal_counselling"})
    assert unmet(case, "legal_counselling") == []


def test_who_was_booked_to_meet_her_has_met_her_and_is_written_down_as_who_did(begin: Begin) -> None:
    """A vetted person without an account, whom partner and booking name: only 'by the partner' was taken."""
    case = begin(ready_to_depart)
    meets = booked_to_meet(case)
    goes(case)
    case.given(MANAGER, complete("arrival_reception", by=meets, heard_by="phone"))

    assert open_incidents(case) == set()
    case.given(ALSO_ASSESSES, {"do": "sign", "step": "arrival_reception"})
    assert case.step("arrival_reception").state == "done"


def test_a_complaint_about_who_leads_the_programme_is_looked_at_by_the_receiving_side(begin: Begin) -> None:
    """In an office of two the complaint is about Ben, who alone could look at it."""
    case = begin(ready_to_depart)
    case.given(ONLY_MANAGES, happens("complaint", note="(invented) Ben shouts at me"))
    assert len(unmet(case, "complaint_check")) == 1
    case.given(RECEIVER, complete("complaint_check", result="nothing"))

    assert unmet(case, "complaint_check") == []


def test_in_an_office_of_two_either_looks_again_first(begin: Begin) -> None:
    """Ben leads cases and assesses: he confirms as who assesses, and Anna confirms as who leads."""
    case = begin(ready_to_depart)
    case.given(ASSESSOR, {"do": "note", "group": "risk", "text": "(invented) words"})
    case.given(ALSO_ASSESSES, LOOKED_AGAIN)
    assert ("INV-04", "pre_return_risk_assessment") in case.why().reasons  # one alone does not settle it
    case.given(MANAGER, LOOKED_AGAIN)

    assert case.why().reasons == frozenset()


@pytest.mark.parametrize("first", [True, False])
def test_in_an_office_of_two_either_assesses_on_the_spot_first(begin: Begin, first: bool) -> None:
    """After the handover, too, one of the house that leads assesses, and the other leads cases, whoever writes first."""
    case = begin(in_follow_up)
    there = case.seen().owner
    leads, assesses = (Actor(id, there, {RECEIVER, *more}) for id, more in (("joy", ()), ("ike", (ASSESSOR,))))
    case.given(MANAGER, happens("risk_high"))
    case.wait(days=1)
    case.given(assesses if first else leads, found_there("low"))
    case.given(leads if first else assesses, {"do": "sign", "step": ON_THE_SPOT})

    assert case.tried(RECEIVER, ends("risk_high", "below_high_there")).done


def without_a_safe_home(play: Play) -> None:
    play.given(MANAGER, records(safe_home_at_arrival=False))
    at_home(play)
    play.prepare("settle", instead=stops_at("temporary_accommodation"))


SHELTER = "temporary_accommodation"
NO_SHELTER: Command = {"do": "skip", "step": SHELTER, "reason": "(invented) she goes to a friend, and knows the house"}


def test_who_has_no_safe_home_and_wants_no_shelter_says_so_and_is_at_home() -> None:
    """The only way on was that somebody wrote down a bed in which nobody sleeps."""
    with begun(without_a_safe_home, origin="BR") as case:
        assert ("STEP", SHELTER) in case.why("settle").reasons
        case.given(RECEIVER, NO_SHELTER)

        assert ("STEP", SHELTER) not in case.why("settle").reasons


def test_a_child_declines_no_bed() -> None:
    with begun(without_a_safe_home, origin="BR", facts=CHILD) as case:
        assert case.told("STEP", NO_SHELTER, who=RECEIVER) == [
            (
                "a child declines nothing that keeps it safe: 'Find a temporary place to stay'",
                "do it; where it failed, say what failed",
            )
        ]
