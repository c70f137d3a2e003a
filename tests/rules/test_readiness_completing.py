"""Who may say that a step is done, and how: drafts and signatures, confirming, vetting, what is told first, the clearance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome.model.actor import Actor
from wayhome.model.case import Alone, OrganisationRecord
from wayhome.packs.kinds.spans import MaxAge, Span
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
