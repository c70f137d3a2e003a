"""What is asked, and of whom: who said no is not asked again, a question is asked once, and what stands for an answer is none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome import BadInput

from tests.attacks.acts import IN_ENGLISH, unmet
from tests.attacks.conftest import Begin
from tests.attacks.play import MANAGER, RECEIVER, TRAVEL, Command, Play, complete, stops_at

ALL_THREE = ["open_shelter", "family", "closed_shelter"]


# --- who said no is not asked again ---------------------------------------------------------------


def says_no_to(purpose: str) -> Any:
    """Prepare a case; whenever the person is asked for this, they say no."""

    def instead(play: Play, do: Command) -> bool:
        if do.get("do") != "consent" or do.get("purpose") != purpose:
            return False
        whom = {"recipient": do["recipient"]} if do.get("recipient") else {}
        play.given(MANAGER, {"do": "consent", "purpose": purpose, "answer": "refused", **whom})
        return True

    return instead


def of_subject(play: Play, rule: str, subject: str) -> list[tuple[str, str]]:
    return [(one.fact, one.todo) for one in unmet(play) if (one.rule, one.subject) == (rule, subject)]


@pytest.mark.parametrize(
    ("purpose", "step", "follows"),
    [
        ("contact_partner", "partner_confirmation", "Another partner"),
        ("share_partner", "vulnerability_and_skills_assessment", "Nothing is sent"),
        ("legal", "protection_needs_check", "No return can be prepared"),
    ],
)
def test_a_step_that_waits_for_what_was_refused_says_so_and_what_follows(begin: Begin, purpose, step, follows):
    case = begin()
    case.prepare(instead=says_no_to(purpose))
    [(fact, todo)] = of_subject(case, "STEP", step)
    assert todo != "ask the person"
    assert "said no" in fact
    assert follows in todo


def test_who_refuses_to_be_assisted_is_not_asked_again_by_do_it(begin: Begin):
    case = begin()
    case.prepare(instead=says_no_to("assistance"))
    [(fact, todo)] = of_subject(case, "STEP", "obtain_assistance_consent")
    assert todo != "do it"
    assert "said no" in fact
    assert "Emergency help only" in todo


def test_who_refuses_their_data_is_not_asked_for_more_of_them(begin: Begin):
    case = begin()
    case.prepare(instead=says_no_to("data_processing"))
    [(fact, todo)] = of_subject(case, "STEP", "obtain_assistance_consent")
    assert "said no" in fact
    assert "We help in an emergency only" in todo


def test_where_a_partner_was_refused_another_is_offered(begin: Begin):
    """The honest story: she wants no contact with this one. She may well want another."""
    case = begin()
    case.prepare(instead=says_no_to("contact_partner"))
    remedies = [dict(one.remedy.do) for one in unmet(case) if one.remedy is not None and one.remedy.from_ is not None]
    assert {"do": "assign", "role": "receiving_organisation"} in remedies


def test_who_refuses_that_health_data_are_kept_is_asked_for_no_assessment_and_it_is_left_out(begin: Begin):
    """Nobody keeps health data of her; that the assessment is left out is what the case worker is led to."""
    case = begin()
    case.prepare(instead=stops_at("medical_assessment"))
    case.given(MANAGER, {"do": "withdraw", "purpose": "health_processing"})
    [asked] = [one for subject, one in case.remedies() if subject == "medical_assessment" and one.do["do"] == "skip"]
    assert asked.slots == {"reason": "text"}
    case.given(MANAGER, case.answered(asked, reason="She wants no health data kept"))
    assert case.step("medical_assessment").state == "not_applicable"


def test_who_changes_her_mind_herself_is_heard(begin: Begin):
    case = begin()
    case.prepare(instead=says_no_to("contact_partner"))
    [party] = [one["recipient"] for one in case.seen().consents if one["state"] == "refused"]
    yes = {"do": "consent", "purpose": "contact_partner", "recipient": party, "groups": ["identity"], **IN_ENGLISH}
    assert case.tried(MANAGER, yes).done
    assert case.prepare()


# --- what was confirmed or told once --------------------------------------------------------------


def confirmed(by: str, meets: str, case: Play) -> Command:
    hours = {"reception_from": case.takes_off - timedelta(hours=1), "reception_until": case.takes_off + timedelta(3)}
    said = {name: moment.isoformat() for name, moment in hours.items()}
    return complete(
        "partner_confirmation",
        result="accepted",
        by=by,
        heard_by="phone",
        received_by=meets,
        housing_named=True,
        meeting_place="(invented) by the exit",
        **said,
    )


def meets_instead(case: Play, meets: str) -> None:
    case.given(RECEIVER, {"do": "redo", "step": "partner_confirmation"}, confirmed("ng_bakhita", meets, case))
    case.given(MANAGER, {"do": "sign", "step": "partner_confirmation"})


def test_the_same_who_meets_confirmed_anew_needs_to_be_told_no_flight_again(fresh: Play):
    meets_instead(fresh, "ng_bakhita")
    assert fresh.why().done


def test_another_who_meets_the_person_has_been_told_no_flight(fresh: Play):
    """Bakhita was told the flight. Now IOM is to meet her, and nobody has told IOM: nobody stands at the gate."""
    meets_instead(fresh, "ng_iom")
    found = fresh.why()
    assert found.says("ng_airport_pickup"), "nobody has told who meets her now"
    assert "tell" in " ".join(todo for rule in ("NG-02", "STEP") for _, todo in fresh.told(rule)).lower()


def test_whom_the_flight_is_told_may_be_told_it(fresh: Play):
    """The consent that is asked names the organisation that receives; the flight is told to who meets."""
    fresh.given(TRAVEL, {"do": "redo", "step": "ng_airport_pickup"})
    meets_instead(fresh, "ng_iom")
    told = fresh.tried(TRAVEL, complete("ng_airport_pickup", told="ng_iom", flight_told=True, recognised_by="photo"))
    assert told.says("travel_data_share")


def test_a_relative_who_meets_the_person_is_told_the_flight_under_what_she_said_of_that_relative(fresh: Play):
    """Travel data are shared with carriers and partners; of her family she says herself who may know what."""
    fresh.given(TRAVEL, {"do": "redo", "step": "ng_airport_pickup"})
    aunt = fresh.involved("relative")
    telling = complete("ng_airport_pickup", told=aunt, flight_told=True, recognised_by="photo")
    assert fresh.told("CONSENT", telling, TRAVEL) == [
        (f"the person has not agreed to be referred to {aunt}", "ask the person first")
    ]
    fresh.asked_first([TRAVEL], telling)
    assert fresh.told("CONSENT", telling, TRAVEL) == []
    assert [one["purpose"] for one in fresh.seen().consents if one["recipient"] == aunt] == ["contact_family"]
    assert fresh.tried(TRAVEL, telling).done


def test_a_consent_to_speak_with_a_relative_is_none_to_tell_them_the_flight(fresh: Play):
    """She said that the aunt may know where she is. Of the journey she said nothing."""
    fresh.given(TRAVEL, {"do": "redo", "step": "ng_airport_pickup"})
    aunt = fresh.involved("relative")
    asked = {"do": "consent", "purpose": "contact_family", "recipient": aunt, **IN_ENGLISH}
    fresh.given(MANAGER, {**asked, "groups": ["identity"]})
    telling = complete("ng_airport_pickup", told=aunt, flight_told=True, recognised_by="photo")
    assert fresh.told("CONSENT", telling, TRAVEL) == [
        (f"the person has not agreed to be referred to {aunt}", "ask the person first")
    ]
    fresh.given(MANAGER, {**asked, "groups": ["identity", "travel"]})
    assert fresh.told("CONSENT", telling, TRAVEL) == []


# --- a closed shelter -----------------------------------------------------------------------------


def chose_a_closed_shelter(case: Play, chosen_by: str, **consent: Any) -> None:
    case.prepare(instead=stops_at("ng_receiver_choice"))
    case.given(
        MANAGER,
        complete("ng_receiver_choice", result="closed_shelter", explained=ALL_THREE, chosen_by=chosen_by),
        {"do": "consent", "purpose": "contact_authorities_origin", "recipient": "ng_naptip", "groups": ["identity"],
         **IN_ENGLISH, **consent},
    )  # fmt: skip


def test_a_closed_shelter_that_she_chose_herself_is_hers(begin: Begin):
    case = begin()
    chose_a_closed_shelter(case, "person")
    assert "NG-01" not in case.why().rules


def test_nobody_chooses_a_closed_shelter_for_a_grown_woman(begin: Begin):
    case = begin()
    chose_a_closed_shelter(case, "guardian_with_assent")
    assert "guardian" not in case.seen().roles
    assert "NG-01" in case.why().rules
    [(fact, todo)] = case.told("NG-01")
    assert "not by the person" in fact
    assert "let the person choose again" in todo


def test_a_consent_to_naptip_that_has_ended_carries_no_closed_shelter(begin: Begin):
    case = begin()
    chose_a_closed_shelter(case, "person", expires_on=(case.now + timedelta(days=45)).date().isoformat())
    case.wait(days=60)
    assert "NG-01" in case.why().rules
    [(fact, todo)] = case.told("NG-01")
    assert "no consent to contact with NAPTIP" in fact
    assert "ask for consent" in todo


# --- placeholders and examples --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "(in the person's own words).",
        "((in the person's own words))",
        "'(in the person's own words)'",
        "（in the person's own words）",
        "<text> <text>",
        "<<text>>",
        "{text}",
        "\u200b...",
        ". . .",
        "- -",
        "—",
        "***",
        "n/a",
        "TBD.",
        "in the person's own words",
        "In her own words.",
    ],
)
def test_what_stands_for_an_answer_is_none_however_it_is_set(begin: Begin, text: str):
    case = begin()
    assert case.faults(MANAGER, {"do": "note", "group": "case", "text": text}) == {("text", "placeholder")}


@pytest.mark.parametrize(
    "text",
    [
        "Unknown to her.",
        "Todo.",
        "To do this is her wish.",
        "In her own words she is afraid.",
        "She says: (nothing).",
        "(01) 234 567",
        "No.",
        "She went - and came back.",
    ],
)
def test_what_somebody_said_is_taken_with_its_brackets_and_dots(begin: Begin, text: str):
    case = begin()
    assert case.tried(MANAGER, {"do": "note", "group": "case", "text": text}).done


def test_the_example_of_one_question_is_no_answer_to_another(begin: Begin):
    """The words of the sheet, pasted into the field beside it, are not what she said there either."""
    case = begin()
    form = case.engine.form(
        case.case, {"do": "complete", "step": "pre_return_risk_assessment"}, as_=case.actor(MANAGER)
    )
    example = next(slot.example for slot in form.slots if slot.name == "own_view")
    case.prepare(instead=stops_at("initial_risk_assessment"))
    act = complete("initial_risk_assessment", result="low", own_view=example)
    assert case.faults("risk_assessor", act) == {("own_view", "placeholder")}


# --- a language by its code -----------------------------------------------------------------------


@pytest.mark.parametrize("code", ["und", "zxx", "mis", "mul", "qaa", "xxx"])
def test_what_says_that_it_is_no_language_or_is_none_is_no_answer(begin: Begin, code: str):
    """und: not known; zxx: no words; mul: several; mis: no code; qaa: for private use; xxx: nobody's."""
    case = begin()
    act = {"do": "record", "facts": {"languages": [code]}}
    assert {how for _, how in case.faults(MANAGER, act)} == {"unknown"}


@pytest.mark.parametrize("code", ["kri", "bin", "tem", "ish", "pcm", "pt-BR"])
def test_a_language_that_only_the_longer_list_knows_is_one(begin: Begin, code: str):
    assert begin().tried(MANAGER, {"do": "record", "facts": {"languages": [code]}}).done


@pytest.mark.parametrize(("speaks", "asked_in"), [("en", "en-NG"), ("pt-BR", "pt"), ("pt", "pt-BR")])
def test_who_speaks_a_language_understands_it_as_it_is_spoken_at_home(begin: Begin, speaks: str, asked_in: str):
    """Refused today as "a language that they do not understand": so people type the other code, which is a lie."""
    case = begin()
    case.given(MANAGER, {"do": "record", "facts": {"languages": [speaks]}})
    yes = {"do": "consent", "purpose": "data_processing", **IN_ENGLISH, "language": asked_in}
    assert "a language that they do not understand" not in " ".join(fact for fact, _ in case.told("CONSENT", yes))


# --- a form tells all faults at once --------------------------------------------------------------


def faults_of(case: Play, do: Command, answers: dict[str, Any]) -> set[tuple[str, str]]:
    form = case.engine.form(case.case, do, as_=case.actor(MANAGER))
    try:
        form.command(answers)
    except BadInput as error:
        return {(one.field, one.code) for one in error.faults}
    return set()


def test_a_form_tells_of_a_placeholder_beside_what_is_missing(begin: Begin):
    said = {"numbers": "(as she carries them)", "where_to_go": "..."}
    found = faults_of(begin(), {"do": "complete", "step": "safety_plan"}, said)
    assert ("what_to_take", "missing") in found
    assert {("numbers", "placeholder"), ("where_to_go", "placeholder")} <= found


def test_a_form_tells_of_a_table_that_is_none(begin: Begin):
    found = faults_of(begin(), {"do": "complete", "step": "pre_return_risk_assessment"}, {"matrix": "no table"})
    assert ("own_view", "missing") in found
    assert ("matrix", "unreadable") in found


def test_a_form_tells_of_an_example_that_was_given_back(begin: Begin):
    case = begin()
    do = {"do": "complete", "step": "pre_return_risk_assessment"}
    form = case.engine.form(case.case, do, as_=case.actor(MANAGER))
    example = next(slot.example for slot in form.slots if slot.name == "own_view")
    assert ("own_view", "placeholder") in faults_of(case, do, {"own_view": example})
