"""How the rules are entered, and which of them a command is asked: each at its moment, and in the phase that it would leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.commands import Complete, Contact, Enter, Involve, Move, Open, Rebase, Travel, Update
from wayhome.model.actor import Actor
from wayhome.model.case import Alone, EntryPart, EntryRecord, FactRecord, StepKey
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Finding, Judgement, no, yes
from wayhome.packs.conditions import Is
from wayhome.packs.process import Process
from wayhome.rules import asking
from wayhome.rules.asking import asked, looked_at
from wayhome.rules.safeguard import (
    SAFEGUARDS,
    UNRULED,
    Safeguard,
    awaiting_second,
    moments,
    outdated,
    pack_rules_asked,
    reported,
    safeguard,
    vet,
)
from wayhome.testing.builders import Ready

from tests.rules.cases import DAY, HOUR, SECOND, on_both_sides, with_process

ANNA = Actor("anna", "invented_house", {"case_manager_sending"})


def giving(ready: Ready, command: Any, at: datetime | None = None) -> CaseNow:
    return CaseNow(ready.process, ready.case, at or ready.at, actor=ANNA, command=command)


def silent(case: CaseNow) -> list[Judgement]:
    """No pack says anything."""
    return []


def a_claim(case: CaseNow) -> Finding:
    """Nothing is claimed."""
    return yes("so it is")


def all_that_is_missing(case: CaseNow) -> list[Finding]:
    """Two things are missing."""
    return [no("the one", "x", todo="t"), no("the other", "y", todo="t")]


# --- the registry ------------------------------------------------------------------------------------------------


def test_a_number_is_entered_once_with_all_that_was_declared_and_asked_when_all_are_there() -> None:
    registry = type(safeguard.__self__)()
    enter = registry.safeguard(
        "INV-99",
        on=("depart", "read"),
        source=("OC",),
        limits=("smallest_group",),
        evidence=("safety_plan",),
        missing="so far",
        each=all_that_is_missing,
    )

    assert enter(a_claim) is a_claim
    with pytest.raises(AssertionError, match="INV-99"):
        enter(a_claim)
    with pytest.raises(AssertionError, match="no_such_moment"):
        registry.safeguard("INV-98", on=("no_such_moment",), source=("OC",))(a_claim)
    registry.safeguard("INV-97", on=("depart",), source=("OC",))(a_claim)
    assert registry.asked_at(["depart"]) == []

    registry.freeze()
    registry.freeze()  # a second time adds nothing

    whole = Safeguard(
        "INV-99",
        a_claim,
        ("depart", "read"),
        ("OC",),
        ("smallest_group",),
        ("safety_plan",),
        "so far",
        all_that_is_missing,
    )
    bare = Safeguard("INV-97", a_claim, ("depart",), ("OC",))
    assert registry.asked_at(["read", "depart"]) == [bare, whole]
    assert (registry.asked_at(["read"]), registry.asked_at(["move"])) == ([whole], [])
    assert [len(rules) for rules in registry._asked_at.values()] == [2, 1]
    assert registry.by_number == {"INV-99": whole, "INV-97": bare}
    with pytest.raises(AssertionError, match="frozen"):
        registry.safeguard("INV-96", on=("depart",), source=("OC",))(a_claim)


def test_an_answer_stands_in_the_phase_in_which_it_was_asked(ready):
    rule = SAFEGUARDS["INV-13"]
    case = giving(ready, Move(ready.case.number, to="depart"))

    assert (rule.ask(case).phase, rule.ask(case, 3).phase) == (0, 3)


def test_each_thing_that_is_missing_stands_in_the_phase_in_which_it_was_asked(ready):
    rule = Safeguard("INV-99", a_claim, ("depart",), ("OC",), each=all_that_is_missing)
    case = giving(ready, Move(ready.case.number, to="depart"))

    def told(found: list[Judgement]) -> list[tuple[str, str, int]]:
        return [(one.rule, one.finding.subject, one.phase) for one in found]

    assert told(rule.ask_each(case)) == [("INV-99", "x", 0), ("INV-99", "y", 0)]
    assert told(rule.ask_each(case, 3)) == [("INV-99", "x", 3), ("INV-99", "y", 3)]
    whole = Safeguard("INV-99", a_claim, ("depart",), ("OC",))
    assert told(whole.ask_each(case, 3)) == [("INV-99", "", 3)]


def test_what_is_outdated_of_one_person_says_of_whom_and_which_round(ready):
    key = StepKey("partner_confirmation", "2", "child-1")
    later = ready.case.roles["receiving_organisation"]._replace(at=ready.at, seq=ready.case.version + 1)
    known = ready.but(
        roles={**ready.case.roles, "receiving_organisation": later},
        steps={**ready.case.steps, key.text(): ready.case.steps["partner_confirmation"]},
    )
    case = giving(known, Move(ready.case.number, to="depart"))

    found = outdated(case, "partner_confirmation", key)
    assert (found.of, found.values["round"]) == ("child-1", "2")
    assert outdated(giving(ready, case.command), "partner_confirmation") is None


def test_what_is_not_asked_of_somebody_is_not_outdated_of_them(ready):
    steps = ready.process.steps
    each = replace(steps["partner_confirmation"], each="child", when=Is("has_passport", (True,)))
    later = ready.case.roles["receiving_organisation"]._replace(at=ready.at, seq=ready.case.version + 1)
    case = with_process(ready, steps={**steps, "partner_confirmation": each})
    case = case.but(roles={**ready.case.roles, "receiving_organisation": later})
    for child, has in (("child-1", True), ("child-2", False)):
        case = case.with_person(child, "child", travels=True)
        case = case.but(
            steps={**case.case.steps, f"partner_confirmation@{child}": ready.case.steps["partner_confirmation"]},
            facts_of={**case.case.facts_of, f"has_passport@{child}": FactRecord(has, ready.at, 1)},
        )
    now = giving(case, Move(ready.case.number, to="depart"))

    found = [outdated(now, "partner_confirmation", StepKey("partner_confirmation", "", f"child-{n}")) for n in (1, 2)]

    assert [one and one.of for one in found] == ["child-1", None]


def test_what_no_process_knows_is_not_said_to_have_been_done_by_others(ready):
    adopted = ready.with_step("an_invented_step", at=ready.at - 9 * DAY).but(adopted_at=ready.at)
    now = giving(adopted, Move(ready.case.number, to="depart"))

    assert reported(now, no("so it is", "an_invented_step", todo="t")) is None


def test_of_what_was_heard_for_somebody_else_it_is_not_said_how_late_it_was_written(ready):
    record = ready.case.steps["partner_confirmation"]
    heard = ready.with_step("partner_confirmation", alone=Alone(record.at, record.at, "anna", heard=True))

    found = awaiting_second(giving(heard, Move(ready.case.number, to="depart")), "partner_confirmation")

    assert (found.subject, found.from_, set(found.values)) == ("partner_confirmation", ready.at, {"step"})


@pytest.mark.parametrize(("to", "purposes"), [("meet", ["meet"]), (None, [])])
def test_who_is_not_trusted_is_to_be_vetted_for_what_they_shall_do(ready, to, purposes):
    here = giving(ready.with_person("relative-1", "relative"), Move(ready.case.number, to="depart"))

    assert vet(here, "relative-1", to) == {
        "do": "complete",
        "step": "party_vetting",
        "of": "relative-1",
        "for": purposes,
    }
    assert vet(here, "nobody_here_knows_them", to) is None


# --- what a command is asked -------------------------------------------------------------------------------------


def test_what_must_hold_at_departure_is_asked_when_it_is_cleared(ready):
    clears = Complete(ready.case.number, step="departure_clearance", result="cleared")
    at_departure = {rule.id for rule in ready.process.rules.values() if "depart" in rule.on}

    assert at_departure
    assert at_departure <= {rule.id for rule in pack_rules_asked(giving(ready, clears))}
    assert at_departure <= {rule.id for rule in pack_rules_asked(giving(ready, Move(ready.case.number, to="depart")))}
    other = Complete(ready.case.number, step="safety_plan")
    assert not at_departure & {rule.id for rule in pack_rules_asked(giving(ready, other))}


def test_a_clearance_is_judged_at_the_departure_and_everything_else_now(ready):
    clears = Complete(ready.case.number, step="departure_clearance", result="cleared")
    other = Complete(ready.case.number, step="safety_plan")

    assert looked_at(giving(ready, clears, ready.at - DAY)).at == ready.at
    assert looked_at(giving(ready, other, ready.at - DAY)).at == ready.at - DAY


@on_both_sides
def test_who_boards_a_little_late_is_asked_for_evidence_as_old_as_at_the_booked_hour(ready, too_much, met):
    checked = ready.with_consent("return", at=ready.at - 10 * DAY)
    checked = checked.with_step("risk_recheck", at=ready.at - 72 * HOUR - too_much)
    departs = giving(checked, Move(ready.case.number, to="depart"), ready.at + HOUR)

    assert {one.finding.met for one in asked(departs, silent) if one.rule == "INV-04"} == {met}


@pytest.mark.parametrize(
    ("later", "too_old"),
    [
        (0 * SECOND, False),
        (SECOND, True),  # it is no departure, so its age counts now
    ],
)
def test_what_is_confirmed_after_the_booked_hour_is_as_old_as_it_is_now(ready, later, too_old):
    known = ready.with_fact("recent_injury_or_illness", True).with_step("fit_to_travel_check", at=ready.at - 72 * HOUR)
    confirms = Complete(ready.case.number, step="fit_to_travel_check", result="fit", confirms=True)

    answers = [one.finding.fact for one in asked(giving(known, confirms, ready.at + later), silent)]

    assert ("'{step}' is too old, or did not pass" in answers) is too_old
    assert "nothing has changed on which '{step}' rests" not in answers


@pytest.mark.parametrize(
    ("command", "phase"),
    [
        (Move("", to="depart"), "pre_departure"),
        (Move("", to="arrive"), "travel"),
        (Move("", to="close", reason="withdrew_return"), None),  # it leads out of every phase
        (Complete("", step="departure_clearance", result="cleared"), "pre_departure"),
        (Travel("", status="cancelled"), "pre_departure"),
        (Complete("", step="safety_plan"), None),
    ],
)
def test_a_rule_is_told_in_the_phase_that_the_command_would_leave(ready, command, phase):
    answers = [one for one in asked(giving(ready, command), silent) if one.rule.startswith("INV")]

    assert {one.phase for one in answers} == {PHASE_NUMBER[phase] if phase else 0}


def test_where_no_rule_is_asked_it_is_said_why_and_what_a_pack_answered_stands_first(ready):
    involves = Involve(ready.case.number, ref="friend-1", relation="friend")
    said = Judgement("NG-99", yes("the pack has nothing against it"), ("OC",), 7)

    (first, *_), (of_pack, *_) = (
        asked(giving(ready, involves), silent),
        asked(giving(ready, involves), lambda _: [said]),
    )

    assert (first.rule, first.finding.met, first.finding.fact) == ("INPUT", True, UNRULED["involve"])
    assert (of_pack.rule, of_pack.phase) == ("NG-99", 0)


def test_of_what_is_told_late_a_pack_only_has_against_it_what_it_had_on_its_day_too(ready):
    command = Involve(ready.case.number, ref="friend-1", relation="friend")

    def told_late(was: tuple[Any, ...]) -> CaseNow:
        return CaseNow(ready.process, ready.case, ready.at, actor=ANNA, command=command, was=lambda: was)

    def against_it_now(case: CaseNow) -> list[Judgement]:
        return [Judgement("NG-99", no("not so", "x", todo="t") if case.recorded is ready.case else yes("so", "x"))]

    found = {len(was): asked(told_late(was), against_it_now) for was in ((), (ready.but().case,), (ready.case,) * 2)}

    assert {n: [one.finding.met for one in answers] for n, answers in found.items()} == {
        0: [False],
        1: [True],
        2: [False],
    }


def test_a_command_that_no_rule_judges_and_nobody_has_listed_is_forbidden(ready, monkeypatch):
    monkeypatch.setattr(asking, "UNRULED", {})

    (first, *_) = asked(giving(ready, Involve(ready.case.number, ref="friend-1", relation="friend")), silent)

    assert (first.rule, first.finding.met, first.finding.fact) == ("INPUT", False, "nobody judges this")


def test_opening_a_case_records_its_facts(ready):
    opens = Open(host_country="BE", origin_country="NG", facts={"age_status": "adult", "has_passport": True})

    assert moments(giving(ready, opens)) == {"open", "record:age_status", "record:has_passport"}


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (Enter("", register="service", status="sent"), {"enter", "enter:service", "service:sent"}),
        (Enter("", register="service"), {"enter", "enter:service", "service:thought_of"}),  # as it begins
        (Enter("", register="service", status="an_invented_state"), {"enter", "enter:service"}),
        (Enter("", register="an_invented_register"), {"enter"}),
        (Update("", ref="service-1", status="accepted"), {"update", "update:service", "service:accepted"}),
        (Update("", ref="service-1"), {"update", "update:service"}),  # it stands as it stood
    ],
)
def test_an_entry_is_judged_at_its_register_and_at_the_state_to_which_it_comes(ready, command, found):
    sent = EntryRecord("service-1", "service", "", (EntryPart(ready.at - DAY, 9_000, "sent", {}, "anna"),))

    assert moments(giving(ready.but(entries={"service-1": sent}), command)) == found


def test_what_others_did_before_a_return_was_taken_over_is_judged_as_nothing_else_than_told(ready):
    tells = Complete(ready.case.number, step="safety_plan")
    adopted = ready.but(adopted_at=ready.at)

    assert moments(giving(adopted, tells, ready.at - SECOND)) == {"complete"}
    assert moments(giving(adopted, tells)) == {"complete", "complete:safety_plan", "entrust"}


def test_a_newer_process_is_looked_at_by_the_command_that_names_it(ready):
    takes_over = giving(ready, Rebase(ready.case.number, digest="0" * 64))

    assert len(asked(takes_over, silent, ready.process)) > len(asked(takes_over, silent))


def test_the_rules_of_a_process_are_asked_of_the_newer_one(ready):
    fewer = {id: step for id, step in ready.process.steps.items() if id != "safety_plan"}
    loose = with_process(ready, steps=fewer)
    takes_over = Rebase(ready.case.number, digest="0" * 64)

    def found(of: Ready, newer: Process) -> dict[str, bool]:
        return {one.rule: one.finding.met for one in asked(giving(of, takes_over), silent, newer) if "INV" in one.rule}

    good = dict.fromkeys(("INV-11", "INV-24", "INV-27", "INV-31"), True)
    assert found(ready, ready.process) == good
    assert found(ready, loose.process) == good | {"INV-24": False}
    assert found(loose, ready.process) == good


def test_the_rules_of_a_process_are_asked_when_a_case_is_opened_under_it(ready):
    fewer = {id: step for id, step in ready.process.steps.items() if id != "safety_plan"}
    opens = Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})

    def found(of: Ready) -> dict[str, bool]:
        return {one.rule: one.finding.met for one in asked(giving(of, opens), silent)}

    good = dict.fromkeys(("INV-11", "INV-24", "INV-27", "INV-31"), True)
    assert found(ready).items() >= good.items()
    assert found(with_process(ready, steps=fewer)).items() >= (good | {"INV-24": False}).items()


@pytest.mark.parametrize(
    "tells",
    [
        Contact("", with_="ng_cosudow", channel="phone", reached=True, groups=("identity",), basis="consent"),
        Complete("", step="handover_dossier", fields={"groups_sent": ["identity", "health"]}),
    ],
)
def test_what_is_told_is_asked_of_a_call_and_of_a_dossier_that_is_handed_over(ready, tells):
    """The person has agreed to neither."""
    met = {one.rule: one.finding.met for one in asked(giving(ready, tells), silent)}

    assert met["INV-20"] is False


def test_a_pack_judges_a_newer_process_by_its_newer_rules(ready):
    """Which rules those are, the process says that a plugin is asked for."""
    newer = replace(ready.process, digest="f" * 64)
    asked_of: list[str] = []

    def judged(case: CaseNow) -> list[Judgement]:
        asked_of.append(case.process.digest)
        return []

    asked(giving(ready, Rebase(ready.case.number, digest=newer.digest)), judged, newer)

    assert asked_of == [newer.digest]
