"""A yes to the return, its confirmation and the last question come from the person; a no counts from whoever brings it. (INV-34)"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import ASSESSOR, DEPART, MANAGER, TRAVEL, Play, another, complete, signed

NOT_THEIRS = (
    "this was heard through somebody else, not from the person",
    "ask the person themselves; write down what others say as a note. A no counts, whoever brings it",
)
YES: dict[str, Any] = {"do": "consent", "purpose": "return", "language": "en", "form": "written"}
ASKED = complete("departure_assistance", result="reconfirmed")
CHECKED = complete("risk_recheck", result="unchanged", will_confirmed=True)


def waits_for_the_last_question(play: Play) -> None:
    play.given(TRAVEL, {"do": "redo", "step": "departure_assistance"})


@pytest.mark.parametrize(
    ("who", "act", "step"),
    [
        (MANAGER, YES, "return"),
        (TRAVEL, ASKED, "departure_assistance"),
        (ASSESSOR, CHECKED, "risk_recheck"),
    ],
    ids=["the yes", "the last question", "the confirmation"],
)
@pytest.mark.parametrize("by", [None, "person"])
def test_nobody_boards_on_a_yes_that_came_through_somebody(
    fresh: Play, who: str, act: dict[str, Any], step: str, by: str | None
) -> None:
    if step != "return":
        fresh.given(who, {"do": "redo", "step": step})
    heard = {**act, "heard_by": "through_somebody", **({"by": by} if by else {})}

    assert fresh.tried(who, heard).reasons == {("INV-34", step)}
    assert fresh.told("INV-34", heard, who) == [NOT_THEIRS]


@pytest.mark.parametrize("relation", ["friend", "relative", "interpreter"])
def test_the_word_of_somebody_else_is_not_the_person_s_yes(fresh: Play, relation: str) -> None:
    """Whatever they say how it was heard: a friend who phones says what the friend says."""
    ref = fresh.involved(relation)
    waits_for_the_last_question(fresh)

    for how in ("phone", "visit", "letter"):
        assert fresh.tried(TRAVEL, {**ASKED, "by": ref, "heard_by": how}).reasons == {
            ("INV-34", "departure_assistance")
        }
        assert fresh.tried(MANAGER, {**YES, "by": ref, "heard_by": how}).reasons == {("INV-34", "return")}
    assert fresh.boards().says("INV-02")


@pytest.mark.parametrize("by", ["family", "embassy", "interpreter", "competent_authority"])
def test_no_class_and_no_role_without_an_account_says_yes_for_the_person(fresh: Play, by: str) -> None:
    waits_for_the_last_question(fresh)

    assert fresh.tried(TRAVEL, {**ASKED, "by": by, "heard_by": "phone"}, may_be_bad_input=True).kind != "done"
    assert not fresh.why({**ASKED, "by": "interpreter", "heard_by": "phone"}, TRAVEL).done


@pytest.mark.parametrize("how", ["phone", "visit", "video"])
def test_who_phones_the_person_themselves_has_asked_them(fresh: Play, how: str) -> None:
    waits_for_the_last_question(fresh)

    fresh.given(TRAVEL, {**ASKED, "by": "person", "heard_by": how})
    assert fresh.boards().done


def test_the_escort_who_asks_at_the_gate_and_phones_has_asked_them(fresh: Play) -> None:
    escort = fresh.vetted(fresh.involved("escort", travels=True, born_on="1980-01-01"), "escort")
    fresh.given(TRAVEL, {"do": "assign", "role": "escort", "ref": escort})
    fresh.ready(waiting=False)
    waits_for_the_last_question(fresh)

    fresh.given(TRAVEL, {**ASKED, "by": escort, "heard_by": "phone"})
    assert fresh.boards().done


def test_the_yes_of_a_child_is_given_by_the_guardian_and_never_through_a_third(begin: Begin) -> None:
    from tests.attacks.play import evidence_is_fresh

    child = begin(evidence_is_fresh, facts={"age_status": "child", "family_contact_in_best_interests": True})
    guardian = child.seen().roles["guardian"]
    yes = {**YES, "given_by": "guardian", "assent": True}

    assert child.why({**yes, "by": guardian, "heard_by": "letter"}).done
    assert child.why({**yes, "by": guardian, "heard_by": "through_somebody"}).reasons == {("INV-34", "return")}


# --- the honest story: a friend brings her no ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "act"),
    [
        (MANAGER, {"do": "withdraw", "purpose": "return"}),
        (MANAGER, {"do": "consent", "purpose": "return", "answer": "refused"}),
        (TRAVEL, complete("departure_assistance", result="declined")),
        (ASSESSOR, complete("risk_recheck", result="unchanged", will_confirmed=False)),
    ],
    ids=["taken back", "refused", "at the gate", "at the last check"],
)
def test_a_friend_brings_her_no_and_it_stops_the_journey(fresh: Play, who: str, act: dict[str, Any]) -> None:
    friend = fresh.involved("friend")
    if "step" in act:
        fresh.given(who, {"do": "redo", "step": act["step"]})

    fresh.given(who, {**act, "by": friend, "heard_by": "through_somebody"})

    assert "consent_withdrawn_before" in {one["type"] for one in fresh.seen().incidents if one["resolved_at"] is None}
    assert fresh.boards().says("INV-01")


def test_the_second_who_signs_has_heard_it_from_the_person_too(fresh: Play) -> None:
    """`contact_declined` is heard by two: a second signature through somebody is none."""
    fresh.given(MANAGER, {"do": "consent", "purpose": "monitoring", "answer": "refused"})
    fresh.given(
        MANAGER, complete("contact_declined", result="declined", heard=["visit"], way_back="(invented) the card")
    )
    sign = signed("contact_declined", heard_by="through_somebody")

    assert fresh.tried(TRAVEL, sign).reasons == {("INV-34", "contact_declined")}
    fresh.given(TRAVEL, signed("contact_declined"))


def test_that_she_wants_contact_after_all_is_anybody_s_to_bring(fresh: Play) -> None:
    """Towards safety: a friend says so, and she is met again."""
    fresh.given(MANAGER, {"do": "consent", "purpose": "monitoring", "answer": "refused"})

    fresh.given(MANAGER, complete("contact_declined", result="wants_contact", heard_by="through_somebody"))


def test_a_yes_through_somebody_that_was_written_before_the_last_hour_clears_nothing(fresh: Play) -> None:
    """A day later, dated back: what is refused now is refused of yesterday, too."""
    then = fresh.now.isoformat()
    waits_for_the_last_question(fresh)
    fresh.wait(minutes=30)

    late = {**ASKED, "by": "person", "heard_by": "through_somebody", "at": then}
    assert fresh.tried(TRAVEL, late).says("INV-34")
    assert not fresh.tried(TRAVEL, {**DEPART, "at": (fresh.now - timedelta(minutes=1)).isoformat()}).done


# --- in whose name it is typed ------------------------------------------------------------------------------------


def test_who_holds_some_other_role_of_the_case_has_not_asked_her(fresh: Play) -> None:
    """An authority, a ministry or a carrier that has a part in the case is not who asks her at the gate."""
    fresh.given(MANAGER, {"do": "assign", "role": "competent_authority", "partner": "be_immigration_office"})
    waits_for_the_last_question(fresh)
    told = {**ASKED, "by": "be_immigration_office", "heard_by": "email"}

    assert fresh.tried(TRAVEL, told).reasons == {("INV-34", "departure_assistance")}
    assert fresh.tried(MANAGER, {**YES, "by": "be_immigration_office", "heard_by": "email"}).reasons == {
        ("INV-34", "return")
    }


@pytest.mark.parametrize("by", ["guardian", "auditor_or_donor", "service_provider"])
def test_nor_has_a_role_whose_act_it_is_not(fresh: Play, by: str) -> None:
    """An adult has no guardian who says yes; and nobody who only checks asks at the gate."""
    waits_for_the_last_question(fresh)

    assert fresh.tried(TRAVEL, {**ASKED, "by": by, "heard_by": "phone"}).reasons == {("INV-34", "departure_assistance")}


@pytest.mark.parametrize("how", [{"heard_by": "through_somebody"}, {"by": "friend", "heard_by": "phone"}])
def test_a_late_yes_is_not_seconded_through_somebody(fresh: Play, how: dict[str, Any]) -> None:
    """INV-01: a yes that is told five days late counts once a second has seen it; not once a friend has."""
    if how.get("by"):
        how = {**how, "by": fresh.involved("friend")}
    fresh.given(MANAGER, {**YES, "at": (fresh.now - timedelta(days=5)).isoformat()})
    late = next(row.seq for row in reversed(fresh.history()) if row.type == "consent_given")

    assert fresh.tried(another(MANAGER), {"do": "sign", "seq": late, **how}).reasons == {("INV-34", "return")}


def test_a_signature_in_the_name_of_a_friend_is_refused_by_name(fresh: Play) -> None:
    friend = fresh.involved("friend")
    fresh.given(MANAGER, {"do": "consent", "purpose": "monitoring", "answer": "refused"})
    fresh.given(
        MANAGER, complete("contact_declined", result="declined", heard=["visit"], way_back="(invented) the card")
    )
    entry = fresh.history()[-1].seq

    assert fresh.tried(TRAVEL, {"do": "sign", "seq": entry, "by": friend}).reasons == {("INV-34", "contact_declined")}
