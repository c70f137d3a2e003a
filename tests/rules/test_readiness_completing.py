"""Who may say that a step is done, and how: drafts and signatures, confirming, vetting, what is told first, the clearance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.model.actor import Actor
from wayhome.model.case import Alone, EntryPart, EntryRecord, IncidentRecord, OrganisationRecord
from wayhome.packs.kinds.spans import MaxAge, Span
from wayhome.rules.steps import of_telling_them
from wayhome.testing.builders import Ready

from tests.rules.cases import ANNA, DAY, HOUR, SECOND, anew, asked, declared, made, proposed, told, unmet

BELA = Actor("bela", "invented_shelter", {"risk_assessor"})
CARL = Actor("carl", "invented_shelter", {"case_manager_receiving"})


def draft(ready: Ready, step: str = "return_review", *, of: str = "", actor: str = "carl", **changes: Any) -> Ready:
    """The same, in which somebody has written a step, and another must sign it."""
    made = {"state": "in_progress", "result": "go", "signed": (("case_manager_sending", actor, "go"),), **changes}
    return ready.with_step(f"{step}@{of}" if of else step, **made)


# --- drafts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "actor", "is_told"),
    [
        ({}, ANNA, True),
        ({}, CARL, False),  # who wrote it may write it anew
        ({}, None, False),  # who only looks signs nothing
        ({"state": "done"}, ANNA, False),  # it was signed by all
        ({"signed": ()}, ANNA, False),  # it is begun, and nobody has written anything
        (None, ANNA, False),
    ],
)
def test_what_another_has_written_is_signed_and_not_written_again(
    ready: Ready, written: dict[str, Any] | None, actor: Actor | None, is_told: bool
) -> None:
    case = ready.without_step("return_review") if written is None else draft(ready, **written)

    found = unmet(case, "complete", step="return_review", result="go", actor=actor)

    fact = "somebody has written 'Decide together whether to go', and waits for a second signature"
    todo = "read it, and sign it; or disagree, and say why"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("STEP", "return_review", fact, todo)
    ] * is_told
    assert [proposed(one) for one in found] == [signs(case, "return_review")] * is_told


def signs(case: Ready, key: str) -> dict[str, Any]:
    """The signature on exactly what stands there: what is signed is what was read."""
    record = case.case.steps.get(key)
    return {"do": "sign", "seq": record.seq if record else 0}


def test_a_draft_of_one_of_several_is_signed_as_theirs(ready: Ready) -> None:
    case = draft(ready.with_person("relative-1", "relative"), "party_vetting", of="relative-1", result="trusted")

    found = unmet(case, "complete", step="party_vetting", of="relative-1", result="trusted")

    assert [proposed(one) for one in found] == [signs(case, "party_vetting@relative-1")]
    assert told(case.with_person("relative-2", "relative"), "complete", step="party_vetting", of="relative-2") == []


def test_a_draft_of_one_round_is_signed_as_that_round(ready: Ready) -> None:
    moves = made(ready, departed=ready.at - 9 * DAY, arrived=ready.at - 8 * DAY)
    there = ready.but(phase="follow_up", moves=moves).with_consent("monitoring").with_step("arrival_reception")
    case = declared(there, "monitoring_visit", sign=("case_manager_receiving", "case_manager_sending"))
    signed = (("case_manager_receiving", "carl", "reached"),)
    case = case.with_step("monitoring_visit/d7", state="in_progress", result="reached", signed=signed)

    found = unmet(case, "complete", step="monitoring_visit", round="d7", result="reached", fields={"how": "visit"})

    assert [proposed(one) for one in found] == [signs(case, "monitoring_visit/d7")]


# --- signing -----------------------------------------------------------------------------------------------------------------


def test_what_a_draft_waits_for_it_waits_for_until_it_is_signed(ready: Ready) -> None:
    case = draft(ready).without_step("safety_plan")
    sign = {"step": "return_review", "actor": BELA}

    ((rule, subject, _, _),) = told(case, "sign", **sign)

    assert (rule, subject) == ("STEP", "safety_plan")
    assert told(case, "sign", answer="disagree", reason="invented words", **sign) == []  # a no waits for nothing
    assert [(one.met, one.subject) for one in asked(draft(ready), "sign", **sign)] == [(True, "return_review")]


def test_nothing_is_judged_where_nothing_waits_for_a_signature(ready: Ready) -> None:
    assert asked(ready.without_step("safety_plan"), "sign", step="return_review", actor=BELA) == []
    assert asked(ready, "sign", seq=9999, actor=BELA) == []


def test_what_one_alone_wrote_late_is_seen_by_a_second_without_being_judged_again(ready: Ready) -> None:
    record = ready.case.steps["risk_recheck"]
    late = ready.with_step("risk_recheck", alone=Alone(record.at, record.at + 99 * HOUR, "carl")).without_step(
        "return_review"
    )

    assert asked(late, "sign", step="risk_recheck", actor=BELA) == []
    assert asked(late, "sign", seq=record.seq, actor=BELA) == []


def test_what_was_too_old_when_it_was_written_is_too_old_to_be_signed(ready: Ready) -> None:
    case = declared(draft(ready), "return_intention", max_ages=(MaxAge(Span(10, "days"), "return_review"),))

    ((rule, subject, fact, _),) = told(case, "sign", step="return_review", actor=BELA)

    assert (rule, subject) == ("STEP", "return_intention")
    assert fact.endswith("is older than 10 days")


# --- vetting -------------------------------------------------------------------------------------------------------------------


def known(ready: Ready, **changes: Any) -> Ready:
    """The same with a relative and a hostel whom Anna brought into the case, and a house that the office registered."""
    registered = OrganisationRecord("invented_house", "NG", ("house",), ready.at, ready.case.version)
    of_anna = ready.with_person("relative-1", "relative", made_by="anna")
    named = OrganisationRecord("invented_hostel", "NG", ("house",), ready.at, ready.case.version, made_by="anna")
    return of_anna.but(organisations={one.id: one for one in (registered, named)}, **changes)


BROUGHT = "who brought relative-1 into the case does not vet them"
NAMED = "who brought invented_hostel into the case does not vet them"
OWN = "who works for invented_house does not vet it"
ANNA_ELSEWHERE = Actor("anna", "invented_shelter", {"case_manager_sending"})
ELSE_OF_THE_HOUSE = Actor("dora", "invented_house", {"risk_assessor"})


@pytest.mark.parametrize(
    ("of", "actor", "result", "fact"),
    [
        ("relative-1", ANNA, "trusted", BROUGHT),
        ("relative-1", ANNA, None, BROUGHT),
        ("relative-1", ANNA, "not_trusted", None),  # that they cannot be trusted, anybody says
        ("relative-1", BELA, "trusted", None),
        ("relative-1", None, "trusted", None),
        ("relative-1", ELSE_OF_THE_HOUSE, "trusted", None),
        ("invented_house", ANNA, "trusted", OWN),
        ("invented_house", ELSE_OF_THE_HOUSE, None, OWN),
        ("invented_house", ANNA, "not_trusted", None),
        ("invented_house", ANNA_ELSEWHERE, "trusted", None),
        ("invented_house", None, "trusted", None),
        ("invented_hostel", ANNA, "trusted", NAMED),
        ("invented_hostel", BELA, "trusted", None),
    ],
)
def test_nobody_vets_whom_they_brought_or_for_whom_they_work(
    ready: Ready, of: str, actor: Actor | None, result: str | None, fact: str | None
) -> None:
    found = unmet(known(ready), "complete", step="party_vetting", of=of, result=result, actor=actor)

    todo = "let somebody else vet them, and sign in for it"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == (
        [("ROLE", "party_vetting", fact, todo)] if fact else []
    )
    assert not any(map(proposed, found))


@pytest.mark.parametrize(
    ("of", "actor", "result", "fact"),
    [
        ("relative-1", ANNA, "trusted", BROUGHT),
        ("relative-1", ANNA, "not_trusted", None),
        ("relative-1", BELA, "trusted", None),
        ("invented_house", ELSE_OF_THE_HOUSE, "trusted", OWN),
    ],
)
def test_nor_do_they_sign_for_it(ready: Ready, of: str, actor: Actor, result: str, fact: str | None) -> None:
    case = draft(known(ready), "party_vetting", of=of, result=result, values={"for": ("house",)})

    assert [found for _, _, found, _ in told(case, "sign", step="party_vetting", of=of, actor=actor)] == (
        [fact] if fact else []
    )


def test_another_step_about_somebody_is_done_by_whoever_brought_them(ready: Ready) -> None:
    case = declared(known(ready), "departure_notice", each="party", gate="none")
    gone = case.but(phase="travel", moves=made(ready, departed=ready.at))

    assert told(gone, "complete", step="departure_notice", of="relative-1") == []
    assert told(gone, "complete", step="departure_notice", of="invented_house") == []


# --- confirming --------------------------------------------------------------------------------------------------------------------


def moved(ready: Ready) -> Ready:
    """The same after the person wants to go to another place: what was judged of the old one is outdated."""
    earlier = {
        **ready.case.earlier.get("facts", {}),
        "ng_residence_state": ready.case.all_of("facts", "ng_residence_state"),
    }
    later = anew(ready).with_fact("ng_residence_state", "Lagos")
    return later.but(earlier={**ready.case.earlier, "facts": earlier})


CONFIRM = {"step": "safety_plan", "confirms": True}


def test_a_judgement_is_confirmed_when_what_it_rests_on_has_changed(ready: Ready) -> None:
    assert told(moved(ready), "complete", **CONFIRM) == []


def test_nothing_is_confirmed_while_nothing_has_changed(ready: Ready) -> None:
    (found,) = unmet(ready, "complete", **CONFIRM)

    assert (found.rule, found.subject) == ("STEP", "safety_plan")
    assert found.fact == "nothing has changed on which 'Make a safety plan' rests"
    assert found.todo == "nothing needs to be confirmed"
    assert proposed(found) == {}


def test_nothing_is_confirmed_that_was_never_done(ready: Ready) -> None:
    ((_, _, fact, _),) = told(moved(ready).without_step("safety_plan"), "complete", **CONFIRM)

    assert fact == "nothing has changed on which 'Make a safety plan' rests"


def test_what_was_said_or_sent_is_done_anew_and_never_confirmed(ready: Ready) -> None:
    (found,) = unmet(moved(ready), "complete", step="origin_information", confirms=True)

    assert (found.rule, found.subject) == ("STEP", "origin_information")
    assert found.fact == "'Give reliable information about the place of return' is never confirmed"
    assert found.todo == "do it anew: what was said, sent or asked then is not confirmed"
    assert proposed(found) == {}


@pytest.mark.parametrize(
    ("days", "too_old"),
    [
        (14, False),  # to the second as old as may be on the day of departure
        (15, True),
    ],
)
def test_what_is_too_old_is_not_made_younger_by_confirming_it(ready: Ready, days: int, too_old: bool) -> None:
    case = moved(ready).with_step("pre_return_risk_assessment", at=ready.at - days * DAY)

    found = unmet(case, "complete", step="pre_return_risk_assessment", confirms=True)

    fact = "'Assess the risks of return together' is too old, or did not pass"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("STEP", "pre_return_risk_assessment", fact, "do it anew")
    ] * too_old
    assert [proposed(one)["do"] for one in found] == ["redo"] * too_old


def test_what_did_not_pass_is_not_confirmed(ready: Ready) -> None:
    case = moved(ready).with_step("pre_return_risk_assessment", result="high")

    ((_, _, fact, _),) = told(case, "complete", step="pre_return_risk_assessment", confirms=True)

    assert fact == "'Assess the risks of return together' is too old, or did not pass"


def test_who_confirms_is_not_asked_what_doing_it_anew_would_ask(ready: Ready) -> None:
    case = declared(moved(ready), "safety_plan", inform_first=True)
    case = declared(case, "return_intention", max_ages=(MaxAge(Span(10, "days"), "safety_plan"),))

    assert told(case, "complete", **CONFIRM) == []
    assert len(told(case, "complete", step="safety_plan")) == 2


# --- what is told first, and what another command does ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("informed", "met"), [(None, False), ("2026-05-14T07:00:00Z", True)])
def test_the_person_is_told_first_where_that_must_be(ready: Ready, informed: str | None, met: bool) -> None:
    case = declared(ready, "safety_plan", inform_first=True)
    fields = {"informed_at": informed} if informed else {}

    found = unmet(case, "complete", step="safety_plan", fields=fields)

    fact, todo = (
        "the person was not told first that 'Make a safety plan' must be done",
        "tell the person, and say when, in 'informed_at'",
    )
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [("STEP", "safety_plan", fact, todo)] * (
        not met
    )
    assert not any(map(proposed, found))
    assert told(case, "start", step="safety_plan") == []


@pytest.mark.parametrize(
    ("step", "result", "command"),
    [
        ("travel_plan", None, "travel"),
        ("partner_selection", None, "assign"),
        ("partner_selection", "chosen", "assign"),
        ("partner_selection", "none_wanted", None),  # that is no partner to whom a role could be given
        ("safety_plan", None, None),
    ],
)
def test_what_another_command_does_is_done_by_that_command(
    ready: Ready, step: str, result: str | None, command: str | None
) -> None:
    found = unmet(ready, "complete", step=step, result=result)

    fact = f"'{ready.process.title('steps', step)}' is done by the command '{command}', not by complete"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == (
        [("STEP", step, fact, "give that command")] if command else []
    )
    assert [proposed(one)["do"] for one in found] == ([command] if command else [])
    assert told(ready, "start", step=step) == []


# --- the clearance -----------------------------------------------------------------------------------------------------------------------


def test_the_clearance_waits_for_all_that_the_departure_does(ready: Ready) -> None:
    case = ready.without_step("departure_clearance").without_step("departure_assistance")

    assert told(case, "complete", step="departure_clearance") == []
    without = case.without_step("safety_plan")
    assert "safety_plan" in [subject for _, subject, _, _ in told(without, "complete", step="departure_clearance")]
    assert told(without, "start", step="departure_clearance") == []
    assert told(without, "complete", step="pre_departure_briefing") == []


@pytest.mark.parametrize(("late", "met"), [(timedelta(0), True), (SECOND, False)])
def test_the_clearance_looks_at_the_moment_of_the_departure(ready: Ready, late: timedelta, met: bool) -> None:
    old = ready.with_step("fit_to_travel_check", at=ready.at - 72 * HOUR - late).without_step("departure_clearance")

    found = [subject for _, subject, _, _ in told(old, "complete", step="departure_clearance", at=ready.at - 12 * HOUR)]

    assert found == ["fit_to_travel_check"] * (not met)


# --- who is referred to somebody -------------------------------------------------------------------------------------------


def referring(ready: Ready, **fields: Any) -> list[Any]:
    at_home = ready.but(phase="follow_up").with_consent("assistance_local").with_step("reintegration_plan_review")
    said = {"service": "training", "answer_by": "2026-06-30", **fields}
    found = asked(at_home, "enter", register="service", status="sent", fields=said)
    return [one for one in found if one.rule == "CONSENT" and one.subject == "share_partner"]


@pytest.mark.parametrize("agreed", [None, "ng_iom", "ng_idia"])
def test_nobody_is_referred_to_anybody_without_a_consent_that_names_them(ready: Ready, agreed: str | None) -> None:
    known = ready.without_consent("share_partner")
    known = known.with_consent("share_partner", agreed) if agreed else known

    (reason,) = referring(known, provider="ng_idia")

    assert reason.met is (agreed == "ng_idia")
    if reason.met:
        assert reason.fact == "the person has agreed to be referred there"
    else:
        assert (reason.fact, reason.todo) == (
            "the person has not agreed to be referred to ng_idia",
            "ask the person first",
        )
        said = proposed(reason)
        assert (said["do"], said["purpose"], said["recipient"]) == ("consent", "share_partner", "ng_idia")


def test_where_nobody_is_named_nobody_is_asked_for(ready: Ready) -> None:
    assert referring(ready) == []


def test_of_whom_nobody_knows_nobody_was_asked(ready: Ready) -> None:
    (told,) = referring(ready, provider="somebody_invented")

    assert (told.met, told.fact, told.remedy) == (False, "nobody here knows to whom the person is referred", None)
    assert "somebody_invented" not in f"{told.fact} {told.todo}"


# --- whose word it is -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "result", "is_told"),
    [
        ("relative-1", "agreed", True),
        ("relative-1", "refused", False),  # a no is written down, whoever says it
        ("relative-2", "agreed", False),
        (None, "agreed", False),
    ],
)
def test_nothing_passes_by_the_word_of_somebody_under_suspicion(
    ready: Ready, by: str | None, result: str, is_told: bool
) -> None:
    here = ready.with_person("relative-1", "relative", suspected=True).with_person("relative-2", "relative")
    here = here.with_person("child-1", "child", travels=True)
    fields = {"seen": "invented words"}

    found = told(here, "complete", step="other_parent_agreement", of="child-1", result=result, fields=fields, by=by)

    assert [one for one in found if "under suspicion" in one[2]] == [
        (
            "STEP",
            "other_parent_agreement",
            "'See whether the other parent agrees, or a court' would rest on the word of relative-1, who is under suspicion",
            "ask somebody else, or say why nobody can be asked",
        )
    ] * is_told


# --- whose no, and what others did --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", ["no", "not_now", "not_to_be_asked"])
def test_a_no_to_the_return_waits_for_nothing(ready: Ready, result: str) -> None:
    unprepared = ready.but(steps={})

    found = asked(unprepared, "complete", step="return_intention", result=result)

    assert [(one.rule, one.met, one.subject, one.fact) for one in found] == [
        ("STEP", True, "return_intention", "a no always counts")
    ]
    assert told(unprepared, "complete", step="return_intention", result="wants") != []


@pytest.mark.parametrize("word", ["start", "complete"])
def test_what_others_did_before_a_return_was_taken_over_is_written_down_as_it_was(ready: Ready, word: str) -> None:
    adopted = ready.without_step("pre_return_risk_assessment").without_step("safety_plan").but(adopted_at=ready.at)

    (told_so,) = asked(adopted, word, step="safety_plan", at=ready.at - SECOND)

    fact = "it was before this return was taken over, and is written down as it was"
    assert (told_so.rule, told_so.met, told_so.subject, told_so.fact) == ("STEP", True, "safety_plan", fact)
    assert [subject for _, subject, _, _ in told(adopted, word, step="safety_plan")] == ["pre_return_risk_assessment"]


@pytest.mark.parametrize(
    ("by", "result", "is_told"),
    [
        ("relative-1", "agreed", True),
        ("relative-1", "refused", False),
        ("relative-2", "agreed", False),
        (None, "agreed", False),
    ],
)
def test_nor_did_anything_pass_with_others_by_the_word_of_somebody_under_suspicion(
    ready: Ready, by: str | None, result: str, is_told: bool
) -> None:
    here = ready.with_person("relative-1", "relative", suspected=True).with_person("relative-2", "relative")
    adopted = here.with_person("child-1", "child", travels=True).but(adopted_at=ready.at)

    said = {"of": "child-1", "result": result, "by": by, "at": ready.at - DAY}
    found = told(adopted, "complete", step="other_parent_agreement", **said)

    fact = (
        "'See whether the other parent agrees, or a court' would rest on the word of relative-1, who is under suspicion"
    )
    todo = "ask somebody else, or say why nobody can be asked"
    assert found == [("STEP", "other_parent_agreement", fact, todo)] * is_told
    assert told(adopted, "start", step="other_parent_agreement", of="child-1", at=ready.at - DAY) == []


# --- who looks into what somebody did ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "is_told"),
    [
        (ANNA, True),
        (ELSE_OF_THE_HOUSE, False),
        (BELA, False),
        (None, False),
    ],
)
def test_what_is_asked_because_of_a_complaint_is_not_answered_by_whom_it_is_about(
    ready: Ready, actor: Actor | None, is_told: bool
) -> None:
    about_anna = IncidentRecord(9_000, "complaint", "none", "pre_departure", ready.at - HOUR, about=("anna",))
    complained = ready.but(incidents=(*ready.case.incidents, about_anna))

    found = unmet(complained, "complete", step="complaint_check", result="nothing", actor=actor)

    fact, todo = (
        "'Look whether a complaint stands in the way' is answered by nobody whom it is about",
        "let somebody else look at it",
    )
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("ROLE", "complaint", fact, todo)
    ] * is_told
    assert not any(map(proposed, found))


# --- what is said, and needs an entry ---------------------------------------------------------------------------------------------


def a_measure(ready: Ready, against: str, state: str = "planned") -> Ready:
    """The same with a measure against a danger, or a condition of the return."""
    part = EntryPart(ready.at - 9 * DAY, 9_000, state, {"against": against}, "anna")
    return ready.but(entries={"measure-1": EntryRecord("measure-1", "measure", "", (part,))})


def lacking(found: list[Any]) -> list[tuple[str, str, str, str, dict[str, Any]]]:
    return [(one.rule, one.subject, one.fact, one.todo, proposed(one)) for one in found if one.subject == "measure"]


def needs_a_measure(step: str, against: str) -> tuple[str, str, str, str, dict[str, Any]]:
    fact = f"what is said of '{step}' needs an entry of 'Measures against a danger' that still stands: {against}"
    todo = "enter it first: what is done, who sees to it, and by when"
    return ("STEP", "measure", fact, todo, {"do": "enter", "register": "measure"})


@pytest.mark.parametrize(
    ("result", "against", "state", "is_told"),
    [
        ("go_with_conditions", None, "", True),
        ("go_with_conditions", "housing", "planned", True),  # that is against a danger
        ("go_with_conditions", "condition", "not_needed", True),  # it does not stand any more
        ("go_with_conditions", "condition", "planned", False),
        ("go_with_conditions", "condition", "done", False),
        ("go", None, "", False),
        (None, None, "", False),
        ("not_now", None, "", False),
    ],
)
def test_a_yes_with_conditions_needs_the_conditions(
    ready: Ready, result: str | None, against: str | None, state: str, is_told: bool
) -> None:
    case = a_measure(ready, against, state) if against else ready

    found = lacking(unmet(case, "complete", step="return_review", result=result))

    needed = needs_a_measure("Decide together whether to go", "a condition of the return")
    assert found == [needed] * is_told


ABSENT = dict.fromkeys(
    (
        "traffickers_know_home_or_family", "debt_or_oath_pressure", "testimony_given", "trafficker_free_or_at_home", "family_involvement",
        "threats_received", "police_trust_or_corruption", "stigma", "housing", "income", "health_or_suicide_risk",
        "legal_status_and_documents", "local_conflict",
    ),
    "absent",
)  # fmt: skip


@pytest.mark.parametrize(
    ("remains", "against", "is_told"),
    [
        ("high", None, False),  # as high as it is by itself
        ("medium", None, True),
        ("medium", "stigma", True),  # against another danger
        ("medium", "housing", False),
    ],
)
def test_a_danger_is_made_smaller_by_a_measure_against_it_alone(
    ready: Ready, remains: str, against: str | None, is_told: bool
) -> None:
    row = {"factor": "housing", "about": "person", "likelihood": "3", "severity": "2", "residual": remains}
    # Of the other fields that the step asks for, who reads it tells which are missing.
    fields = {"factors": {**ABSENT, "housing": "present"}, "matrix": [row], "own_view": "invented words"}
    case = a_measure(ready, against) if against else ready

    found = lacking(unmet(case, "complete", step="pre_return_risk_assessment", fields=fields))

    assert found == [needs_a_measure("Assess the risks of return together", "housing")] * is_told


def test_of_what_cannot_be_read_it_is_not_said_that_a_measure_is_missing(ready: Ready) -> None:
    fields = {"factors": "invented words", "matrix": "invented words"}

    assert told(ready, "complete", step="pre_return_risk_assessment", fields=fields) == []


# --- a case of their own ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "is_told"),
    [
        ("cleared", True),
        (None, True),  # then it would be the result that passes
        ("not_cleared", False),
        ("stays", False),
    ],
)
def test_who_has_a_case_of_their_own_is_not_cleared_here_before_they_are_there(
    ready: Ready, result: str | None, is_told: bool
) -> None:
    case = ready.with_person("child-1", "child", travels=True, own_case="WH-INVENTED-C")

    found = unmet(case, "complete", step="child_with_own_case", of="child-1", result=result)

    fact = "in their own case no departure is cleared for this journey, after what has happened"
    todo = "clear it there first; what is so now can be written down here"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("STEP", "child_with_own_case", fact, todo)
    ] * is_told
    assert not any(map(proposed, found))


# --- of whom a step tells somebody -------------------------------------------------------------------------------------------------


def told_of_the_flight(ready: Ready, told: str) -> list[tuple[bool, str, str, str, dict[str, Any]]]:
    """What is said of it that somebody who meets the person is told the flight."""
    found = asked(ready, "complete", step="ng_airport_pickup", fields={"told": told})
    return [(one.met, one.subject, one.fact, one.todo, proposed(one)) for one in found if one.rule == "CONSENT"]


def may_be_told(purpose: str) -> list[tuple[bool, str, str, str, dict[str, Any]]]:
    return [(True, purpose, "the person has agreed to be referred there", "", {})]


def not_agreed(purpose: str, party: str) -> list[tuple[bool, str, str, str, dict[str, Any]]]:
    fact, asks = f"the person has not agreed to be referred to {party}", ("consent", purpose, party)
    return [
        (False, purpose, fact, "ask the person first", dict(zip(("do", "purpose", "recipient"), asks, strict=True)))
    ]


def test_who_meets_the_person_is_told_under_a_consent_that_names_them(ready: Ready) -> None:
    assert told_of_the_flight(ready, "ng_bakhita") == may_be_told("travel_data_share")
    assert told_of_the_flight(ready, "ng_cosudow") == not_agreed("travel_data_share", "ng_cosudow")
    without = [one for one in asked(ready, "complete", step="ng_airport_pickup") if one.rule == "CONSENT"]
    assert without == [], "nobody is named"


@pytest.mark.parametrize(
    ("groups", "is_agreed"),
    [
        (("contact", "identity", "travel"), True),
        (("travel",), True),
        (("contact", "identity"), False),  # not that they come, and when
        ((), False),
    ],
)
def test_a_family_is_told_the_flight_under_the_consent_to_call_them_where_it_names_the_journey(
    ready: Ready, groups: tuple[str, ...], is_agreed: bool
) -> None:
    here = ready.with_person("relative-1", "relative").with_person("relative-2", "relative")
    answered = here.with_consent("contact_family", "relative-1", groups=groups)

    assert told_of_the_flight(here, "relative-1") == not_agreed("contact_family", "relative-1")
    agreed = may_be_told("contact_family") if is_agreed else not_agreed("contact_family", "relative-1")
    assert told_of_the_flight(answered, "relative-1") == agreed
    assert told_of_the_flight(answered, "relative-2") == not_agreed("contact_family", "relative-2")
    also = answered.with_consent("contact_family", "relative-2", groups=("travel",))
    assert told_of_the_flight(also, "relative-1") == agreed, "what is said to another is not said to them"


NOTHING_TO_ASK = "name somebody else; what helps with health or in law is written in its own place"


def test_whom_no_consent_covers_is_not_told_and_the_person_is_asked_for_none(ready: Ready) -> None:
    """A consent that cannot name a lawyer was proposed, and then refused."""
    fact = "there is no consent under which lawyer-1 is told this of the person"

    assert told_of_the_flight(ready.with_person("lawyer-1", "lawyer"), "lawyer-1") == [
        (False, "travel_data_share", fact, NOTHING_TO_ASK, {})
    ]


def test_a_clinic_gives_no_service_of_the_plan_and_no_consent_is_asked_for_that(ready: Ready) -> None:
    """Where it is, is a diagnosis: it stands at an appointment (registers)."""
    service = ready.process.registers["service"]
    now = ready.but(phase="follow_up").case
    (found,) = of_telling_them(CaseNow(ready.process, now, ready.at), service.fields["provider"], "ng_fnph_uselu")

    said = found.finding
    assert (found.rule, said.met, said.subject, said.todo, said.do) == (
        "CONSENT",
        False,
        "share_partner",
        NOTHING_TO_ASK,
        {},
    )


def test_the_guardian_of_a_child_is_told_without_a_consent_of_its_own(child: Ready) -> None:
    assert told_of_the_flight(child, "guardian") == may_be_told("travel_data_share")


# --- who confirms -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ({"by": "relative-1"}, True),
        ({"by": "person", "heard_by": "through_somebody"}, True),
        ({"by": "person"}, False),
        ({"by": "case_manager_sending"}, False),
        ({}, False),
    ],
)
def test_others_do_not_say_that_what_was_done_still_holds(ready: Ready, said: dict[str, str], is_told: bool) -> None:
    found = unmet(moved(ready.with_person("relative-1", "relative")), "complete", **CONFIRM, **said)

    fact, todo = (
        "others say that 'Make a safety plan' still holds, who have not done it",
        "look at it again yourself",
    )
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("STEP", "safety_plan", fact, todo)
    ] * is_told
    assert not any(map(proposed, found))


@pytest.mark.parametrize(("who", "is_told"), [("police_liaison", False), ("panel", True)])
def test_who_did_it_says_that_it_holds_also_without_working_on_the_case(ready: Ready, who: str, is_told: bool) -> None:
    found = told(ready, "complete", step="proceedings_clearance", confirms=True, by=who)

    title = ready.process.title("steps", "proceedings_clearance")
    others = f"others say that '{title}' still holds, who have not done it"
    assert [fact for _, _, fact, _ in found] == [others if is_told else f"nothing has changed on which '{title}' rests"]
