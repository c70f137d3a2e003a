"""Fifteen honest and hard returns, whole: each goes as it truly was, and takes no more acts than before. (safety.md, section 4)

The fourth, an EU citizen, is not among them yet: she cannot go, and is told nothing at opening by which she could be helped.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.play import (
    LAWYER,
    MANAGER,
    RECEPTION,
    START,
    TRAVEL,
    Command,
    Play,
    at_home,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    stops_at,
)
from tests.honest.conftest import Begin
from tests.honest.walks import (
    CHILD,
    REACHED,
    closes,
    ended,
    happens,
    lands,
    leaves,
    left_on,
    open_incidents,
    records,
    refuses_a_partner,
    says,
    settles,
    within,
)


@pytest.mark.parametrize("who", ["adult", "child"])
def test_h00_a_plain_return_goes_home(begin: Begin, who: str) -> None:
    case = begin(at_home, facts=CHILD if who == "child" else {"age_status": "adult"})
    settles(case)
    within(f"h00 a plain return, {who}", case)


def until_the_briefing(play: Play) -> None:
    """A week before the flight: everything is booked, and nobody has explained the journey yet."""
    play.prepare(instead=stops_at("pre_departure_briefing"))


def an_emergency_paper(play: Play, do: Command) -> bool:
    """Nigeria would issue a new passport, too: there is no time, or no money, for it."""
    if do.get("kind") != "ng_new_passport":
        return False
    paper = play.answered(play.engine.form(play.case, {"do": "document", "kind": "ng_etc"}, as_=play.actor(TRAVEL)))
    if not play.why(paper, TRAVEL).done:  # too early: it is not valid for long
        return False
    play.given(TRAVEL, paper)
    return True


def test_h01_who_loses_her_passport_four_days_before_flies_as_booked_with_an_emergency_paper(begin: Begin) -> None:
    case = begin(until_the_briefing)
    booked = case.takes_off
    case.until(booked - timedelta(days=4))
    case.given(TRAVEL, {"do": "document", "kind": "ng_passport", "status": "lost"}, records(has_passport=False))

    assert "INV-16" in case.why().rules
    leaves(case, instead=an_emergency_paper)

    assert case.takes_off == booked
    assert {paper["kind"] for paper in case.seen().documents if paper["status"] == "held"} == {"ng_etc"}
    within("h01 passport lost four days before", case)


def test_h02_who_changes_her_mind_twice_goes_when_she_wants_to_and_two_days_after_each_talk(begin: Begin) -> None:
    case = begin(ready_to_depart)
    for _ in range(2):
        case.given(MANAGER, {"do": "withdraw", "purpose": "return"})
        no = case.now
        assert [todo for _, todo in case.told("INV-02")] == [
            "nobody asks now: the person has said no, and that is not over"
        ]
        case.ready()
        assert case.now - no >= timedelta(hours=48)
    leaves(case)

    assert [row.type for row in case.history()].count("consent_withdrawn") == 2
    within("h02 changes her mind twice", case)


def test_h03_who_refuses_all_help_there_and_names_a_safe_home_goes_and_is_let_go(begin: Begin) -> None:
    case = begin()
    case.given(MANAGER, says("assistance_local", "refused"), says("monitoring", "refused"))
    case.given(MANAGER, records(safe_home_at_arrival=True))
    leaves(case, instead=refuses_a_partner)
    lands(case)
    case.given(MANAGER, {**REACHED, "channel": "message"})
    settles(case)

    case.given(MANAGER, closes("consent_withdrawn_after_return"))
    within("h03 local help refused", case)


@pytest.mark.parametrize("host", ["BE", "NL"])
@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_h05_who_has_no_passport_flies_with_an_emergency_paper(begin: Begin, host: str, origin: str) -> None:
    case = begin(host=host, origin=origin, facts={"age_status": "adult", "has_passport": False})
    leaves(case, instead=an_emergency_paper)

    held = {paper["kind"] for paper in case.seen().documents if paper["status"] == "held"}
    assert held & {"ng_etc", "br_arb", "sl_etc"} or (host, held) == ("NL", {"ng_new_passport"})
    within(f"h05 no passport, {host}-{origin}", case)


@pytest.mark.parametrize("before", ["six days", "two hours"])
def test_h06_whose_partner_closes_flies_as_booked_to_another(begin: Begin, before: str) -> None:
    case = begin(until_the_briefing if before == "six days" else evidence_is_fresh)
    if before == "six days":
        case.until(case.takes_off - timedelta(days=6))
    booked, first = case.takes_off, case.seen().roles["receiving_organisation"]
    case.given(MANAGER, happens("partner_failure", note="(invented) it closes for good"))

    assert ("PHASE", "partner_failure") in case.why().reasons
    leaves(case)

    assert case.takes_off == booked
    assert case.seen().roles["receiving_organisation"] != first
    assert ("partner_failure", "replaced") in ended(case)
    within(f"h06 partner closes {before} before", case)


def test_h07_who_wants_no_contact_afterwards_is_met_and_let_go(begin: Begin) -> None:
    case = begin(at_home)
    case.given(MANAGER, says("monitoring", "refused"), says("assistance_local", "refused"))
    let_go = closes("consent_withdrawn_after_return")

    assert case.told("INV-35", let_go) == [
        ("nobody has met or reached the person since they landed", "meet them, or go on trying to reach them")
    ]
    case.given(RECEPTION, complete("arrival_reception"))
    case.given(MANAGER, let_go)
    within("h07 no contact afterwards", case)


@pytest.mark.parametrize("language", ["kwb", "tiv"])
def test_h08_whose_language_is_on_no_list_says_yes_through_an_interpreter(begin: Begin, language: str) -> None:
    case = begin(evidence_is_fresh)
    case.given(MANAGER, records(languages=[language]))
    assert case.told("INV-01") == [
        ("the consent to return was not taken in a language that the person understands",
         "take it again in their language, with an interpreter")
    ]  # fmt: skip
    speaks = case.vetted(case.involved("interpreter"), "interpret")
    case.given(MANAGER, says("return", language=language, form="written", interpreter=speaks))

    leaves(case)
    within("h08 a language on no list", case)


def test_h09_a_widow_goes_with_two_children_and_her_son_of_sixteen_who_says_no_stays(begin: Begin) -> None:
    def is_a_widow(play: Play, do: Command) -> bool:
        if do.get("step") != "other_parent_agreement":
            return False
        play.given(LAWYER, {**do, "result": "no_other_parent", "why": "(invented) he died in 2023"})
        return True

    case = begin()
    for born_on in ("2021-05-01", "2017-03-01"):
        case.involved("child", travels=True, born_on=born_on)
    son = case.involved("child", travels=True, born_on="2010-01-01")
    case.given(MANAGER, says("return", "refused", of=son))

    assert [todo for _, todo in case.told("INV-36")] == [
        "look again at what is best for the child, with what it says; or write down that it does not travel along"
    ]
    case.given(
        MANAGER,
        {"do": "involve", "by": "person", "ref": son, "relation": "child", "travels": False, "born_on": "2010-01-01"},
    )
    leaves(case, instead=is_a_widow)

    assert ("child_who_stays", son) in {(row.id, row.of) for row in case.seen().steps if row.state == "done"}
    within("h09 a widow with three children", case)


@pytest.mark.parametrize("reflection", [False, True], ids=["none", "asks during it"])
def test_h10_whose_mother_is_dying_is_on_the_plane_after_two_days(begin: Begin, reflection: bool) -> None:
    """With a passport and money, her own wish after counselling, and everything done as fast as people can: 48 hours, and no lie."""

    def at_once(play: Play, do: Command) -> bool:
        if (do["do"], do.get("status")) == ("travel", "target"):
            day = START + timedelta(days=2)
            play.given(TRAVEL, {"do": "travel", "status": "target", "departs_on": day.date().isoformat()})
        elif reflection and do.get("step") == "legal_counselling":
            play.asked_first([LAWYER], do)
            play.given(LAWYER, do)
            play.given(MANAGER, records(asks_during_reflection=True))
        else:
            return False
        return True

    case = begin(facts={"age_status": "adult", "reflection_applies": reflection})
    leaves(case, instead=at_once)

    assert left_on(case) - START <= timedelta(hours=49)
    within(f"h10 within 48 hours, reflection: {reflection}", case)


def test_h11_who_wants_to_live_in_another_town_of_her_country_goes_there(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, records(ng_residence_state="other"))

    assert not case.why().done
    leaves(case)
    within("h11 another town", case)


def test_h12_who_was_in_prison_for_three_days_is_visited_and_flies(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("detention_or_arrest"))
    case.wait(days=3)
    case.given(LAWYER, {**REACHED, "channel": "visit"})
    assert ("PHASE", "detention_or_arrest") in case.why().reasons

    leaves(case)
    assert not open_incidents(case)
    within("h12 prison", case)


def test_h13_who_was_in_hospital_for_five_days_flies_when_a_doctor_finds_her_fit(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("medical_emergency"))
    case.wait(days=5)

    leaves(case)
    assert ("medical_emergency", "seen_by_a_doctor") in ended(case)
    within("h13 hospital", case)


def test_h14_who_turns_18_on_the_eve_decides_herself_and_flies_as_booked(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    booked = case.takes_off
    case.given(MANAGER, records(turns_18_on=(booked - timedelta(days=1)).date().isoformat()))
    case.until(booked - timedelta(hours=20))
    case.given(MANAGER, happens("turned_18"))

    leaves(case)
    assert case.takes_off == booked
    assert ("turned_18", "asked_anew") in ended(case)
    within("h14 turns 18 on the eve", case)


def test_h15_a_guardians_yes_to_which_the_child_says_no_is_written_as_it_is_and_nobody_goes(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    guardian = case.seen().roles["guardian"]
    case.given(MANAGER, says("return", form="written", given_by=guardian, assent=False))

    row = next(row for row in reversed(case.history()) if row.data.get("purpose") == "return")
    assert (row.data["given_by"], row.data["assent"]) == (guardian, False)
    assert {("INV-01", "return"), ("PHASE", "consent_withdrawn_before")} <= case.why().reasons
    case.given(MANAGER, {**REACHED, "channel": "visit"}, closes("withdrew_return"))
    within("h15 guardian yes, child no", case)
