"""Companions are people, risk is worth its name, a process goes forward. (findings/domain.md K4, S2, S3; country-authors.md A6)"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.attacks import made_packs
from tests.attacks.acts import seq_of
from tests.attacks.companions import EDO, KEEPS, MOTHER, with_two_children
from tests.attacks.conftest import Begin
from tests.attacks.newer_process import Upgrade
from tests.attacks.play import (
    ASSESSOR,
    LEADER,
    MANAGER,
    RECEIVER,
    Command,
    Play,
    assessed,
    at_home,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    settled,
    signed,
    stops_at,
)
from tests.whole_answers import PLAN, SIGNED

NOTE: Command = {"do": "note", "group": "case", "text": "an invented note"}


# --- children who travel along ------------------------------------------------------------------


ALONG = {
    "child_best_interests": "Assess the best interests of a child who travels along",
    "child_fit_check": "Check that a child who travels along is fit, and vaccinated",
    "other_parent_agreement": "See whether the other parent agrees, or a court",
}
NO_TO_IT = {"child_best_interests": "negative", "child_fit_check": "unfit", "other_parent_agreement": "refused"}
STAYS = "child_who_stays"
WHO = {
    "child_best_interests": "counsellor",
    "child_fit_check": "medical_officer",
    "other_parent_agreement": "legal_counsellor",
}


@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
@pytest.mark.parametrize("asked", ALONG)
def test_each_child_who_travels_along_is_looked_at_too(begin: Begin, origin: str, asked: str) -> None:
    case = begin(ready_to_depart, origin=origin, facts=MOTHER)
    for _ in range(2):
        case.involved("child", travels=True)

    facts = [fact for fact, _ in case.told("STEP")]
    assert [fact for fact in facts if fact.startswith(f"'{ALONG[asked]}'")] == [
        f"'{ALONG[asked]}' for {ref} is not done" for ref in ("child-1", "child-2")
    ]


@pytest.mark.parametrize("asked", ALONG)
def test_no_child_is_taken_along_against_what_was_found(begin: Begin, asked: str) -> None:
    case = begin(with_two_children, facts=MOTHER)
    case.given(WHO[asked], {"do": "redo", "step": asked, "of": "child-2"})
    case.given(WHO[asked], complete(asked, of="child-2", result=NO_TO_IT[asked]))

    assert ("STEP", asked) in case.why().reasons


def test_honest_a_doctor_without_an_account_says_of_a_child_too_that_it_is_fit(begin: Begin) -> None:
    """By a paper, that a case manager types and a second has seen: else an office without a doctor of its own types a lie."""
    case = begin(with_two_children, facts=MOTHER)
    case.given("medical_officer", {"do": "redo", "step": "child_fit_check", "of": "child-1"})
    fit = complete("child_fit_check", of="child-1", result="fit", vaccinations="complete", by="medical_officer")
    case.given(MANAGER, {**fit, "heard_by": "letter", "on_paper": "invented words"})
    assert ("STEP", "child_fit_check") in case.why().reasons

    case.given(RECEIVER, signed("child_fit_check", of="child-1"))
    assert ("STEP", "child_fit_check") not in case.why().reasons


@pytest.mark.parametrize(
    ("result", "lacks"),
    [("agreed", "seen"), ("court_decided", "seen"), ("not_safe_to_ask", "why"), ("no_other_parent", "why")],
)
def test_whether_the_other_parent_agrees_is_shown_or_it_is_said_why_nobody_is_asked(
    begin: Begin, result: str, lacks: str
) -> None:
    case = begin(facts=MOTHER)
    child = case.involved("child", travels=True)
    bare = complete("other_parent_agreement", of=child, result=result)

    assert (lacks, "missing") in case.faults("legal_counsellor", bare)


def test_no_other_parent_who_is_suspected_agrees_and_it_can_be_said_why_nobody_asks_him(begin: Begin) -> None:
    case = begin(facts=MOTHER)
    child, father = case.involved("child", travels=True), case.involved("relative")
    case.given(MANAGER, {"do": "involve", "ref": father, "suspected": True})
    agrees = complete("other_parent_agreement", of=child, result="agreed", seen="invented words", by=father)

    assert case.told("STEP", agrees, "legal_counsellor")[:1] == [
        (
            "'See whether the other parent agrees, or a court' would rest on the word of relative-1, who is under suspicion",
            "ask somebody else, or say why nobody can be asked",
        )
    ]
    refuses = complete("other_parent_agreement", of=child, result="refused", by=father)
    assert not [fact for fact, _ in case.told("STEP", refuses, "legal_counsellor") if "under suspicion" in fact]
    unsafe = complete("other_parent_agreement", of=child, result="not_safe_to_ask", why="invented words")
    assert not [fact for fact, _ in case.told("STEP", unsafe, "legal_counsellor") if "under suspicion" in fact]


def test_honest_a_mother_and_her_children_go_when_each_was_looked_at(begin: Begin) -> None:
    case = begin(with_two_children, facts=MOTHER)
    assert {row.state for row in case.seen().steps if row.id in ALONG and row.of} == {"done"}
    assert case.why().done


@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_honest_who_travels_alone_is_asked_nothing_of_children(begin: Begin, origin: str) -> None:
    case = begin(ready_to_depart, origin=origin)
    asked = {*ALONG, STAYS, "child_school_and_registration"}
    assert {row.state for row in case.seen().steps if row.id in asked} == {"not_applicable"}
    assert not [act for _, _, act in case.said if act.get("step") in asked]


@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_a_childs_plain_return_takes_at_most_a_third_more_acts_than_an_adults(begin: Begin, origin: str) -> None:
    adult, child = (
        len(begin(ready_to_depart, origin=origin, facts={"age_status": age}).said) for age in ("adult", "child")
    )
    assert 3 * child <= 4 * adult, (child, adult)


# --- who is a child ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "is_asked"),
    [
        ({}, True),  # an age that nobody has said is that of a child
        ({"age_band": "infant"}, True),
        ({"age_band": "teenager"}, True),
        ({"age_band": "adult"}, False),
    ],
)
@pytest.mark.parametrize("relation", ["child", "sibling", "relative", "friend"])
def test_who_may_be_a_child_is_asked_about_as_one(
    begin: Begin, relation: str, said: dict[str, str], is_asked: bool
) -> None:
    case = begin(facts=MOTHER)
    ref = case.involved(relation, travels=True, **said)
    assert (ref in [row.of for row in case.seen().steps if row.id == "child_best_interests"]) is is_asked


@pytest.mark.parametrize(("days", "is_asked"), [(0, False), (1, True)])
def test_a_birthday_says_on_which_day_somebody_is_no_child_any_more(begin: Begin, days: int, is_asked: bool) -> None:
    case = begin(facts=MOTHER)
    today = case.now.date()
    born = (today.replace(year=today.year - 18) + timedelta(days=days)).isoformat()
    ref = case.involved("child", travels=True, born_on=born)
    assert (ref in [row.of for row in case.seen().steps if row.id == "child_best_interests"]) is is_asked


def test_a_birthday_is_told_to_whom_may_know_who_somebody_is(begin: Begin) -> None:
    case = begin(facts=MOTHER)
    case.involved("child", travels=True, born_on="2019-03-02")
    for role, may in ((MANAGER, True), (LEADER, False)):
        seen = case.engine.case(case.case, as_=case.actor(role)).people
        told = [row.data for row in case.engine.history(case.case, as_=case.actor(role))]
        assert any(one.get("born_on") for one in seen) is may
        assert ("2019-03-02" in repr(told)) is may


def test_a_birthday_lies_in_the_past_and_needs_no_age_beside_it(begin: Begin) -> None:
    case = begin(facts=MOTHER)
    child: Command = {"do": "involve", "by": "person", "relation": "child", "travels": True}
    day = (case.now + timedelta(days=2)).date().isoformat()
    assert case.faults(MANAGER, {**child, "born_on": day}) == {("born_on", "contradiction")}
    assert case.faults(MANAGER, {**child, "born_on": "2020-01-01", "age_band": "child"}) == {
        ("age_band", "contradiction")
    }


@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_a_child_who_travels_along_stands_in_the_risk_assessment(begin: Begin, origin: str) -> None:
    case = begin(with_two_children, origin=origin, facts=MOTHER)

    case.anew("pre_return_risk_assessment")
    case.given(ASSESSOR, assessed("low"))
    case.given(MANAGER, signed())

    assert case.told("INV-06") == [
        (
            "no row of the risk assessment is about the children who travel along",
            "assess it anew, with a row for what concerns them",
        )
    ]


@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_honest_a_row_for_the_children_is_enough_for_both(begin: Begin, origin: str) -> None:
    case = begin(with_two_children, origin=origin, facts=MOTHER)

    case.anew("pre_return_risk_assessment")
    case.given(ASSESSOR, assessed("low", about="accompanying_children"))
    case.given(MANAGER, signed())

    assert case.told("INV-06") == []


@pytest.mark.parametrize("origin", ["BR", "SL"])
def test_the_last_resort_is_not_the_first_paper_of_a_toddler(begin: Begin, origin: str) -> None:
    case = begin(origin=origin, facts=MOTHER)
    case.involved("child", travels=True)
    case.prepare()

    papers = [act for _, _, act in case.said if act["do"] == "document" and act.get("of")]

    assert papers
    assert papers[0]["kind"] != "eu_return_document"


@pytest.mark.parametrize("travels", [False, None])
def test_somebody_cares_for_a_child_who_stays_or_of_whom_nobody_says_that_it_travels(
    begin: Begin, travels: bool | None
) -> None:
    case = begin(ready_to_depart)
    child = case.involved("child", travels=travels)

    assert "'See who cares for a child who does not travel' for child-1 is not done" in dict(case.told("STEP"))
    said = {"cared_for_by": "invented words", "agreed_with": "invented words", "contact_kept": "invented words"}
    for lacks in said:
        part = {name: value for name, value in said.items() if name != lacks}
        assert case.faults(MANAGER, complete(STAYS, of=child, result="cared_for", **part)) == {(lacks, "missing")}
    case.given(MANAGER, complete(STAYS, of=child, result="cared_for", **said))
    assert not case.why().says(STAYS)


def test_a_child_of_whom_it_is_not_clear_who_cares_holds_the_departure(begin: Begin) -> None:
    case = begin(ready_to_depart)
    child = case.involved("child", travels=False)
    case.given(MANAGER, complete(STAYS, of=child, result="not_clear"))
    assert ("STEP", STAYS) in case.why().reasons


def test_honest_a_child_that_is_grown_up_needs_nobody(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.involved("child", travels=False, age_band="adult")
    assert not case.why().says(STAYS)


# --- the risk assessment ------------------------------------------------------------------------


def test_a_risk_of_three_times_three_is_not_low_by_typing(fresh: Play) -> None:
    fresh.anew("pre_return_risk_assessment")

    high = assessed("high", factor="traffickers_know_home_or_family", residual="low")
    refused = fresh.tried(ASSESSOR, high)

    assert (
        "needs an entry of 'Measures against a danger' that still stands: traffickers know home or family"
        in refused.text
    )
    assert fresh.told("INV-05") == [("the risk of return is not known", "assess it, together with the origin side")]


def test_one_row_is_no_risk_assessment(fresh: Play) -> None:
    """Each factor is looked at, once: what nobody asked is not absent."""
    fresh.anew("pre_return_risk_assessment")

    one = {name: value for name, value in assessed("low").items() if name != "factors"}
    refused = fresh.tried(ASSESSOR, one, may_be_bad_input=True)

    assert "'factors' has no answer to these: traffickers_know_home_or_family, debt_or_oath_pressure" in refused.text
    assert fresh.told("INV-05") == [("the risk of return is not known", "assess it, together with the origin side")]


@pytest.mark.parametrize("result", ["better", "unchanged"])
def test_a_change_for_the_better_alarms_nobody(fresh: Play, result: str) -> None:
    fresh.anew("risk_recheck")

    fresh.given(ASSESSOR, {"do": "complete", "step": "risk_recheck", "result": result, "will_confirmed": True})

    assert fresh.why().done
    assert "risk_high" not in {one["type"] for one in fresh.seen().incidents}


def test_a_change_for_the_worse_holds_the_departure_until_it_was_assessed_anew(fresh: Play) -> None:
    fresh.anew("risk_recheck")

    fresh.given(ASSESSOR, {"do": "complete", "step": "risk_recheck", "result": "worse", "will_confirmed": True})

    assert fresh.told("INV-05") == [
        ("the risk of return is high", "protect the person first; then assess anew, signed by 2 roles")
    ]


# --- the safety plan --------------------------------------------------------------------------------


@pytest.mark.parametrize("lacks", PLAN)
def test_a_safety_plan_says_whom_to_call_where_to_go_what_to_take_and_who_must_not_know(
    fresh: Play, lacks: str
) -> None:
    """Two names are no plan; ng_bakhita has no contact in the pack at all: its number stands in the plan."""
    fresh.anew("safety_plan")
    said = {name: value for name, value in PLAN.items() if name != lacks}
    card = complete("safety_plan", emergency_contact="ng_bakhita", assisting_organisation="ng_bakhita", **said)

    assert fresh.faults(MANAGER, card) == {(lacks, "missing")}
    assert fresh.told("INV-08") == [
        (
            "the person holds no working contacts in the country of origin",
            "put them into the safety plan, and on the person's card",
        )
    ]


def test_honest_a_whole_safety_plan_is_one(fresh: Play) -> None:
    fresh.anew("safety_plan")
    card = complete("safety_plan", emergency_contact="ng_bakhita", assisting_organisation="ng_bakhita", **PLAN)
    fresh.given(MANAGER, card)
    assert fresh.told("INV-08") == []


# --- rules that were lost on the way -------------------------------------------------------------


def test_a_dossier_without_a_receipt_opens_no_gate(fresh: Play) -> None:
    fresh.anew("handover_dossier")
    sent = {"do": "complete", "step": "handover_dossier", "groups_sent": ["identity", "plan"]}

    assert fresh.faults(MANAGER, sent) == {("receipt_at", "missing")}
    assert fresh.why().says("handover_dossier")
    fresh.given(MANAGER, {**sent, "receipt_at": fresh.now.isoformat()})


def test_what_was_known_of_the_place_years_ago_informs_nobody(begin: Begin) -> None:
    """Its age counts from the day that it says of itself, and not from when somebody typed it."""
    case = begin(evidence_is_fresh)
    case.anew("origin_information")
    case.given(RECEIVER, complete("origin_information", dated_on="2019-01-01", origin_source="other_dated_source"))
    asked = {"do": "consent", "purpose": "return", "form": "written", "language": "en"}

    assert [fact for fact, _ in case.told("STEP", asked) if "older than 90 days" in fact] == [
        "'Give reliable information about the place of return' is older than 90 days"
    ]


@pytest.mark.parametrize(("days", "counts"), [(89, True), (91, False)])
def test_information_counts_for_ninety_days_from_its_own_date(begin: Begin, days: int, counts: bool) -> None:
    case = begin(evidence_is_fresh)
    case.anew("origin_information")
    day = (case.now - timedelta(days=days)).date().isoformat()
    case.given(RECEIVER, complete("origin_information", dated_on=day, origin_source="receiving_partner"))
    asked = {"do": "consent", "purpose": "return", "form": "written", "language": "en"}

    assert any("older than 90 days" in fact for fact, _ in case.told("STEP", asked)) is not counts


def test_what_has_happened_does_not_lie_ahead(begin: Begin) -> None:
    """No receipt of tomorrow, and no sheet of next year."""
    case = begin(evidence_is_fresh)
    for step in ("origin_information", "handover_dossier"):
        case.anew(step)
    tomorrow = case.now + timedelta(days=1)
    sheet = complete("origin_information", origin_source="receiving_partner")
    sent = complete("handover_dossier", groups_sent=["identity", "plan"])

    assert case.faults(RECEIVER, {**sheet, "dated_on": tomorrow.date().isoformat()}) == {("dated_on", "contradiction")}
    assert case.faults(MANAGER, {**sent, "receipt_at": tomorrow.isoformat()}) == {("receipt_at", "contradiction")}
    case.given(RECEIVER, {**sheet, "dated_on": case.now.date().isoformat()})
    case.given(MANAGER, {**sent, "receipt_at": case.now.isoformat()})


def test_no_consent_is_asked_in_a_language_that_is_not_understood(begin: Begin) -> None:
    case = begin(facts=EDO)

    assert case.told("CONSENT", {**KEEPS, "language": "nl"}) == [
        (
            "the person was asked for 'Keep data' in a language that they do not understand",
            "ask in a language of theirs, or with an interpreter: bin",
        )
    ]


def test_honest_a_language_of_theirs_an_interpreter_and_a_no_are_taken(begin: Begin) -> None:
    case = begin(facts=EDO)
    interpreter = case.vetted(case.involved("interpreter"), "interpret")
    for said in (
        {"language": "bin"},
        {"language": "nl", "interpreter": interpreter},
        {"language": "nl", "answer": "refused"},
    ):
        assert case.told("CONSENT", {**KEEPS, **said}) == []


def test_a_referral_is_made_under_a_consent_that_names_it(begin: Begin) -> None:
    case = begin(in_training)
    course = {"do": "enter", "register": "service", "service": "training", "provider": "ng_idia", "status": "sent"}

    ((fact, _),) = case.told("CONSENT", course, RECEIVER)
    assert "ng_idia" in fact or "Idia" in fact
    agreed = {"do": "consent", "purpose": "share_partner", "recipient": "ng_idia", "groups": ["identity", "plan"]}
    case.given(MANAGER, {**agreed, "language": "en"})
    assert case.told("CONSENT", course, RECEIVER) == []


def in_training(play: Play) -> None:
    settled(play)
    play.given(MANAGER, {"do": "consent", "purpose": "assistance_local", "language": "en"})
    play.given(RECEIVER, {"do": "complete", "step": "reintegration_plan_review", **SIGNED})


OWNER = {"do": "assign", "role": "case_owner", "organisation": "invented_organisation"}


def test_an_organisation_answers_for_nobody_unless_one_of_its_people_does(begin: Begin) -> None:
    case = begin()
    case.given(MANAGER, complete("register_referral"))

    assert case.faults(LEADER, OWNER) == {("case_worker", "missing")}
    assert "by the id of their account, not by a name" in case.tried(LEADER, OWNER, may_be_bad_input=True).text
    assert case.faults(LEADER, OWNER | {"case_worker": "Somebody (invented)"}) == {("case_worker", "unreadable")}
    case.given(LEADER, OWNER | {"case_worker": "invented_worker"})

    assert (case.seen().owner, case.seen().case_workers) == (
        "invented_organisation",
        {"invented_organisation": "invented_worker"},
    )


def test_somebody_who_is_known_in_the_case_is_one_person_already(begin: Begin) -> None:
    case = begin()
    owner = {"do": "assign", "role": "case_owner", "ref": case.involved("relative")}
    case.given(MANAGER, complete("register_referral"))

    assert case.faults(LEADER, owner | {"case_worker": "invented_worker"}) == {("case_worker", "contradiction")}
    assert case.tried(LEADER, owner).done


def test_each_side_has_somebody_who_answers_from_its_hand_over_on(begin: Begin) -> None:
    case = begin(at_home)
    case.prepare("settle", instead=stops_at("handover_confirmation"))
    handed = complete("handover_confirmation", result="confirmed")

    assert case.faults(RECEIVER, handed) == {("case_worker", "missing")}
    case.given(RECEIVER, handed | {"case_worker": "invented_worker_there"})
    assert len(case.seen().case_workers) == 1  # nothing is handed over until both have signed
    case.given(MANAGER, signed("handover_confirmation"))

    seen = case.seen()
    assert seen.owner == seen.roles["receiving_organisation"]
    assert seen.case_workers == {"invented_organisation": "invented_worker", seen.owner: "invented_worker_there"}


def test_who_answered_before_answers_again_when_a_second_hand_over_was_an_error(begin: Begin) -> None:
    case = begin(settled)
    leads = case.seen().owner
    case.given(MANAGER, {"do": "redo", "step": "handover_confirmation"})
    case.given(RECEIVER, complete("handover_confirmation", result="confirmed", case_worker="invented_second"))
    case.given(MANAGER, signed("handover_confirmation"))
    assert case.seen().case_workers[leads] == "invented_second"

    entry = seq_of(case, "step_completed", step="handover_confirmation")
    case.given(MANAGER, {"do": "correct", "seq": entry, "why": "invented words"})

    assert (case.seen().owner, case.seen().case_workers[leads]) == (leads, "invented_worker_there")


def test_who_was_named_in_error_answers_for_nobody(begin: Begin) -> None:
    case = begin()
    case.given(MANAGER, complete("register_referral"))
    case.given(LEADER, OWNER | {"case_worker": "invented_worker"})

    case.given(MANAGER, {"do": "correct", "seq": seq_of(case, "role_assigned"), "why": "invented words"})

    assert (case.seen().owner, case.seen().case_workers) == (None, {})


# --- rebase -------------------------------------------------------------------------------------


ADOPTED_BY = "'Programme manager'"


def test_no_case_goes_back_to_a_process_with_one_safeguard_less(tmp_path: Path) -> None:
    upgrade = Upgrade(tmp_path)
    with (old := upgrade.opened(upgrade.older)).engine:
        looser = old.seen().process["digest"]
    with (case := upgrade.opened(upgrade.newer)).engine:
        if not case.why().says("ng_threat_check"):
            raise RuntimeError("the newer pack asks no more")
        back = {"do": "rebase", "digest": looser}

        for who in (MANAGER, LEADER):
            assert "INPUT" in case.tried(who, back).rules
        assert case.why().says("ng_threat_check")
        assert case.told("INPUT", back)[0] == (
            "in that process these packs are older than in that of the case: nigeria",
            "stay with the process of this case",
        )


def test_the_same_version_with_other_content_is_no_newer_process(tmp_path: Path) -> None:
    upgrade = Upgrade(tmp_path, version="0.1.0")

    with upgrade.begun(NOTE) as (case, adopt):
        assert case.tried(LEADER, adopt).rules == {"INPUT"}
        assert case.told("INPUT", adopt, LEADER) == [
            ("these packs were changed without a new version: nigeria", "have their authors give them a new version")
        ]


REGION = "\n- {{id: ng_region, title: Region, type: code, values: [{north}, south], group: plan, source: OC}}\n"


def test_a_value_that_the_case_holds_is_not_lost_in_silence(tmp_path: Path) -> None:
    older, newer = REGION.format(north="northern"), REGION.format(north="north")
    upgrade = Upgrade(tmp_path, before={"facts.yaml": older}, more={"facts.yaml": newer})

    with upgrade.begun({"do": "record", "by": "person", "facts": {"ng_region": "northern"}}) as (case, adopt):
        assert case.tried(LEADER, adopt).reasons == {("INPUT", "ng_region")}
        assert case.told("INPUT", adopt, LEADER) == [
            (
                "the newer process does not know what this case says of 'Region'",
                "stay with the process of this case; the authors of its packs can say in 'renamed' what it is called now",
            )
        ]


def test_a_safeguard_that_a_newer_pack_drops_is_told(tmp_path: Path) -> None:
    rule = next(
        part for part in (made_packs.NIGERIA / "rules.yaml").read_text().split("\n- ") if part.startswith("id: NG-03")
    )
    title = rule.partition("title: ")[2].partition("\n")[0]
    upgrade = Upgrade(tmp_path, more={}, rules=(f"\n- {rule}", ""))

    with upgrade.begun(NOTE) as (case, adopt):
        gone = f"the rule NG-03 ('{title}') is gone"
        assert case.tried(MANAGER, adopt).reasons == {("ROLE", "rebase")}
        assert case.told("ROLE", adopt) == [
            (
                f"it asks for less than the process of the case, which only {ADOPTED_BY} may adopt: {gone}",
                f"let {ADOPTED_BY} look at it, and adopt it",
            )
        ]
        assert f"it asks for less: {gone}" in case.preview(adopt, LEADER)

        assert case.tried(LEADER, adopt).done
        assert "NG-03" in repr(case.history()[-1].data["weaker"])


# --- who answers for the person -------------------------------------------------------------------


def test_who_does_something_else_there_does_not_replace_who_answers(begin: Begin) -> None:
    case = begin(settled)
    leads = str(case.seen().owner)
    said: Command = {"do": "assign", "role": "legal_counsellor", "partner": leads, "case_worker": "invented_lawyer"}

    assert case.faults(RECEIVER, said) == {("case_worker", "contradiction")}
    assert case.seen().case_workers[leads] == "invented_worker_there"
