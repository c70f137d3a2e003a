"""What the plan did not foresee: each incident's effect, what it undoes, what ends it, how a case may close on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from wayhome import Actor, BadInput, NotFound, NotPermitted, commands
from wayhome.flow.rows import step_rows
from wayhome.model.moves import PHASES
from wayhome.testing import an_actor_for

from tests.attacks.acts import TRANSFER_AGREED
from tests.flow.conftest import READER, Desk
from tests.whole_answers import EXPLAINED_ALL, risks

PLUGINS = Path(__file__).parents[2] / "plugins"
DeskIn = Callable[[str], Desk]
ME = "case_manager_sending"


class Row(NamedTuple):
    """One type. `effect` by phase, in the order of the phases: o(pen), h(old), b(lock), or - where it cannot happen."""

    effect: str
    needs: tuple[str, ...] = ()  # what a manager is told to do before it can end, first in pre_departure
    resumes: str | None = None
    closes: tuple[str, ...] = ()


TYPES = {
    "consent_withdrawn_before": Row("hhb--", ("options_counselling",), "options_counselling", ("withdrew_return",)),
    "doctor_needed": Row("---oo", ("person_reached",), None, ("consent_withdrawn_after_return",)),
    "consent_withdrawn_after": Row(
        "---oo", ("person_reached",), "monitoring_visit", ("consent_withdrawn_after_return",)
    ),
    "decision_postponed": Row(
        "hh---", ("options_counselling",), "options_counselling", ("withdrew_return", "other_durable_solution")
    ),
    "risk_high": Row(
        "bbooo", ("pre_return_risk_assessment", "return_review"), "pre_return_risk_assessment", ("return_not_safe",)
    ),
    "missing_document": Row(
        "obo--", ("travel_document",), "travel_document", ("return_not_possible", "other_durable_solution")
    ),
    "medical_unfit": Row(
        "ob---", ("medical_assessment",), "medical_assessment", ("return_not_possible", "other_durable_solution")
    ),
    "no_show_departure": Row("-h---", ("person_reached",), "options_counselling"),
    "left_without_clearance": Row("--ooo", ("person_reached",), "arrival_wellbeing_check"),
    "missed_flight": Row("-oo--", ("travel_plan",), "travel_plan"),
    "no_show_arrival": Row("--bb-", ("person_reached",), "arrival_wellbeing_check"),
    "refused_entry": Row("--bb-", ("person_reached",), "arrival_reception", ()),
    "lost_contact": Row("hhhhh", ("person_reached",), "options_counselling"),
    "re_trafficking": Row(
        "bbbbb", ("pre_return_risk_assessment", "return_review"), "options_counselling", ("re_trafficked_referred",)
    ),
    "age_dispute": Row("bbbbb", ("age_clarification",), "guardian_appointment"),
    "turned_18": Row("hhoho", ("obtain_assistance_consent",), "obtain_assistance_consent", ("assistance_declined",)),
    "family_refuses": Row(
        "obobo", ("reintegration_plan",), "family_contact_and_assessment", ("other_durable_solution",)
    ),
    "witness": Row(
        "hhooo", ("proceedings_clearance",), "proceedings_clearance", ("other_durable_solution", "withdrew_return")
    ),
    "asylum_claim": Row(
        "hhooo", ("protection_needs_check",), "protection_needs_check", ("other_durable_solution", "withdrew_return")
    ),
    "transfer_third_country": Row("hhooo", ("options_counselling",), None, ("transferred",)),
    "expulsion_risk": Row(
        "bb---",
        ("legal_counselling", "return_intention"),
        "return_intention",
        ("left_outside_process", "other_durable_solution"),
    ),
    "partner_failure": Row("-bbbb", ("partner_selection",), "partner_selection", ("return_not_possible",)),
    "data_breach": Row("obooo", ("pre_return_risk_assessment",), "pre_return_risk_assessment"),
    # It ends by a lawyer's advice: tests/attacks/test_what_is_newer_than_the_assessment.py
    "detention_or_arrest": Row("hhhhh", (), None, ("left_outside_process",)),
    "pregnancy_or_birth": Row("obooo", ("medical_assessment",), "medical_assessment"),
    "remigration": Row("---oo", ("person_reached",), "monitoring_visit", ("remigrated",)),
    "wish_changed_after_return": Row("---oo", ("options_counselling",), "options_counselling"),
    "self_harm": Row("hbohh", ("medical_assessment",), "medical_assessment", ("other_durable_solution",)),
    "violence": Row(
        "hbobh",
        ("pre_return_risk_assessment", "return_review"),
        "pre_return_risk_assessment",
        ("return_not_safe", "other_durable_solution"),
    ),
    "pressure": Row("hb---", ("options_counselling",), "options_counselling", ("withdrew_return",)),
    "threat_at_home": Row(
        "hbooo",
        ("pre_return_risk_assessment", "return_review"),
        "pre_return_risk_assessment",
        ("return_not_safe", "other_durable_solution"),
    ),
    "medical_emergency": Row("hhhhh", ("medical_assessment",), "medical_assessment", ("return_not_possible",)),
    "complaint": Row("ooooo"),
    "death": Row("bbbbb", (), None, ("deceased",)),
}
A_PAPER = {"result": "by_paper", "paper": "a certificate, in the safe", "paper_dated": "2026-05-01"}
# What an end needs beside an incident of its own.
FIRST: dict[str, tuple[str, dict[str, Any]]] = {
    "deceased": ("complete", {"step": "death_confirmation", **A_PAPER}),
    "consent_withdrawn_after_return": ("consent", {"purpose": "monitoring", "answer": "refused"}),
    "withdrew_return": ("consent", {"purpose": "return", "answer": "refused"}),
    "assistance_declined": ("consent", {"purpose": "assistance", "answer": "refused"}),
    "other_durable_solution": ("record", {"lasting_solution": "residence"}),
    "re_trafficked_referred": ("record", {"opened_anew": True}),
    "duplicate": ("record", {"existed_already": True}),
    "left_outside_process": ("move", {"to": "left", "how": "unknown"}),
    "transferred": ("incident", {"type": "transfer_third_country"}),
}


def first(desk: Desk, reason: str) -> None:
    """Do what an end needs first: also, after a landing, that somebody has reached the person (INV-35)."""
    if desk.brief.phase == "arrival":
        desk.do(ME, "contact", **{"with": "person"}, channel="phone", reached=True)
    word, fields = FIRST.get(reason, ("", {}))
    if word and not (reason == "left_outside_process" and desk.brief.phase == "travel"):  # gone already
        # That there is a new case is seen by another than who closes this one (INV-35).
        is_seen_by_two = reason == "re_trafficked_referred" and desk.manager == ME
        desk.do("case_manager_receiving" if is_seen_by_two else ME, word, **fields)
    if reason == "transferred":
        said = {name: value for name, value in TRANSFER_AGREED.items() if name != "do"}
        desk.do(ME, "complete", **said)
        desk.do("programme_manager", "sign", step="transfer_agreed", answer="agree")


STANDS = ("done", "expired", "outdated")  # what is only to be looked at again is not undone
STATUS = {"o": "open", "h": "on_hold", "b": "blocked"}
EACH_IN_EACH_PHASE = [
    pytest.param(type, phase, row.effect[n], id=f"{type}-{phase}")
    for type, row in TYPES.items()
    for n, phase in enumerate(PHASES)
]
POSSIBLE = [row for row in EACH_IN_EACH_PHASE if row.values[2] != "-"]


def first_phase(type: str) -> str:
    """Pre-departure, where most incidents bite; else the first phase in which this one can happen."""
    effect = TYPES[type].effect
    return "pre_departure" if effect[1] != "-" else next(p for p, e in zip(PHASES, effect, strict=True) if e != "-")


@lru_cache
def as_written() -> dict[str, dict[str, Any]]:
    """The incidents as core/incidents.yaml has them, read without the engine."""
    text = files("wayhome.core").joinpath("incidents.yaml").read_text("utf-8")
    return {row["id"]: row for row in yaml.safe_load(text)}


def happens(desk: Desk, type: str) -> Any:
    """Let an incident happen; somebody turns eighteen only when the day is known."""
    if type == "turned_18":
        desk.do(ME, "record", turns_18_on="2026-01-02")
    return desk.do(ME, "incident", type=type)


def cancelled(desk: Desk, since: int) -> dict[str, list[str]]:
    """What the events since a version reset and voided."""
    events = [e for e in desk.engine.history(desk.case, as_=READER) if e.seq > since]
    return {
        "steps": [s for e in events for s in e.data.get("steps", ())],
        "consents": [c.partition(">")[0] for e in events if e.type == "consent_voided" for c in e.data["consents"]],
        "clearance": [e.data["because"] for e in events if e.type == "clearance_voided"],
    }


# --- every type, in every phase -----------------------------------------------------------------


def test_every_type_stands_in_the_table_of_this_file_or_in_a_story() -> None:
    told = set(re.findall(r"\w+", " ".join(path.read_text() for path in PLUGINS.glob("*/wayhome_*/stories/*.yaml"))))

    assert len(TYPES) == 34
    of_others = {
        id for id, kind in as_written().items() if "each" in kind
    }  # tests/attacks/test_of_each_who_goes_along.py
    elsewhere = {
        "told_somebody_unknown",  # tests/attacks/test_who_was_told.py
        "data_request",  # tests/access/test_a_copy_of_everything.py
    }
    assert set(TYPES) <= set(as_written()) <= set(TYPES) | told | of_others | elsewhere
    assert len(of_others) == 4


@pytest.mark.parametrize(("type", "phase", "effect"), EACH_IN_EACH_PHASE)
def test_an_incident_gives_its_status_or_does_not_happen(desk_in: DeskIn, type: str, phase: str, effect: str) -> None:
    desk = desk_in(phase)

    if effect == "-":
        assert desk.unmet(ME, "incident", type=type) == {("PHASE", type)}
        return
    happens(desk, type)

    assert desk.brief.status == STATUS[effect]
    assert desk.brief.phase == phase


def standing(desk: Desk) -> set[str]:
    """Name the steps that stand, whoever may be told of them."""
    process, recorded = desk.engine._recorded(desk.case)
    return {row.id for row in step_rows(process, recorded, desk.clock.moment) if row.state in STANDS}


@pytest.mark.parametrize(("type", "phase", "effect"), POSSIBLE)
def test_an_incident_undoes_what_the_data_say_and_no_more(desk_in: DeskIn, type: str, phase: str, effect: str) -> None:
    desk = desk_in(phase)
    before = standing(desk)
    resets = set(as_written()[type].get("resets", {}).get(phase, ()))

    since = desk.brief.version
    happens(desk, type)

    found = cancelled(desk, since)
    ends_clearance = phase == "pre_departure" and (effect != "o" or "departure_clearance" in resets)
    assert {key.partition("/")[0] for key in found["steps"]} == (resets & before) | (
        {"departure_clearance"} if ends_clearance else set()
    )
    assert found["consents"] == as_written()[type].get("voids", {}).get(phase, [])
    assert found["clearance"] == ([type] if ends_clearance else [])
    assert before - standing(desk) == {key.partition("/")[0] for key in found["steps"]}


@pytest.mark.parametrize(
    "type", [t for t, row in TYPES.items() if row.needs and row.needs != ("person_reached",) and t != "age_dispute"]
)
def test_an_incident_ends_only_after_its_step_is_done_again(desk_in: DeskIn, type: str) -> None:
    desk = desk_in(first_phase(type))
    happens(desk, type)

    assert desk.unmet(ME, "resolve", incident=type) == {("STEP", step) for step in TYPES[type].needs}
    desk.follow_remedies("resolve", incident=type)
    desk.do(ME, "resolve", incident=type)

    assert desk.brief.status == "open"
    done = {row.id for row in desk.view.steps if row.state == "done"}  # of talks, one after it is enough
    assert done >= set(TYPES[type].needs)


@pytest.mark.parametrize("way", ["a guardian is named", "the age is cleared"])
def test_a_disputed_age_ends_with_a_guardian_or_a_clear_age(desk_in: DeskIn, way: str) -> None:
    desk = desk_in("pre_departure")
    desk.do(ME, "record", age_status="disputed")  # opens it
    assert desk.unmet(ME, "resolve", incident="age_dispute") == {("STEP", "guardian_appointment")}
    desk.do(ME, "record", has_responsible_adult=way == "the age is cleared")

    if way == "a guardian is named":
        desk.do(ME, "involve", relation="guardian")
        desk.vets("guardian-1", "speak")
        desk.do(ME, "assign", role="guardian", ref="guardian-1", by="competent_authority")
    else:
        desk.do(ME, "complete", step="age_clarification", result="adult", by="competent_authority")
    desk.do(ME, "resolve", incident="age_dispute")

    assert desk.brief.facts["age_status"] == ("disputed" if way == "a guardian is named" else "adult")
    assert "INV-01" in {rule for rule, _ in desk.unmet(ME, "move", to="depart")}  # a new consent in any case


@pytest.mark.parametrize("type", [t for t, row in TYPES.items() if row.needs == ("person_reached",)])
def test_a_lost_person_must_be_reached_before_it_ends(desk_in: DeskIn, type: str) -> None:
    desk = desk_in(first_phase(type))
    desk.do(ME, "contact", **{"with": "person"}, channel="phone", reached=True)  # before it happened: does not count
    happens(desk, type)

    assert desk.unmet(ME, "resolve", incident=type) == {("INPUT", "person_reached")}
    desk.do(ME, "contact", **{"with": "person"}, channel="phone", reached=True)
    desk.do(ME, "resolve", incident=type)

    assert desk.brief.status == "open"


def test_a_complaint_is_answered_by_somebody_who_has_written_nothing_in_the_case(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    desk.do(ME, "incident", type="complaint")

    answer = desk.command("resolve", {"incident": "complaint"})
    with pytest.raises(BadInput) as unknown:  # who works on the case is not told that there is one
        desk.engine.why(desk.case, answer, as_=Actor("a_colleague", READER.organisation, {ME}))
    assert [one.field for one in unknown.value.faults] == ["incident"]
    with pytest.raises(
        NotPermitted, match="Data protection officer, Programme manager"
    ):  # who has written it down reads it for a day
        desk.engine.why(desk.case, answer, as_=READER)
    with pytest.raises(NotFound):  # of another house, that has no part in the case: it does not know that there is one
        desk.engine.do(answer, as_=Actor("nobody_here_knows", "another_house", {ME, "programme_manager"}))
    desk.engine.do(answer, as_=Actor("nobody_here_knows", READER.organisation, {"programme_manager"}))

    assert desk.engine._recorded(desk.case)[1].incidents[-1].outcome == "answered"


@pytest.mark.parametrize(
    ("type", "phase"), [row.values[:2] for row in POSSIBLE if row.values[0] not in ("death", "complaint")]
)
def test_no_incident_ends_in_any_way_while_nothing_newer_has_happened(desk_in: DeskIn, type: str, phase: str) -> None:
    """Each incident with each of its outcomes, in each phase in which it can happen; what ends by a word says in the YAML why."""
    desk = desk_in(phase)
    desk.do(ME, "contact", **{"with": "person"}, channel="phone", reached=True)
    steps = desk.engine.process_of(desk.case, as_=READER).steps
    happens(desk, type)
    assert desk.view.incidents[-1]["type"] == type
    endings = as_written()[type]["outcomes"]
    here = [code for code, one in endings.items() if phase in one.get("phases", PHASES)]

    assert here
    for outcome in here:
        refused = desk.unmet(ME, "resolve", incident=type, outcome=outcome)
        assert refused
        assert refused <= {("INPUT", "person_reached"), ("INPUT", "child_made_known"), *(("STEP", id) for id in steps)}
    with pytest.raises(BadInput, match="no way for"):
        desk.do(ME, "resolve", incident=type, outcome="all_is_well")


def test_only_what_another_looks_at_ends_by_a_word() -> None:
    """A complaint, who was told in danger, and that the person was given what they asked for; each by somebody else than who wrote it down."""
    by_word = {t for t, row in as_written().items() for one in row.get("outcomes", {}).values() if "by_word" in one}

    assert by_word == {"complaint", "told_somebody_unknown", "data_request"}
    assert all(as_written()[type].get("by_outsider") or as_written()[type].get("by_another") for type in by_word)


def test_a_death_never_ends_and_the_case_is_closed(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    desk.do(ME, "incident", type="death")

    refused = desk.why("resolve", incident="death").unmet
    assert [(r.rule, r.subject, r.fact, r.todo) for r in refused] == [
        (
            "STEP",
            "death",
            "'The person has died' does not end",
            "close the case; if it was entered in error, correct the entry, and let somebody else sign",
        )
    ]
    assert [(r.fact, r.todo) for r in desk.why("move", to="depart").unmet if r.subject == "death"] == [
        ("'The person has died' is open, and the case is blocked", "close the case")
    ]
    first = desk.engine.next(desk.case, as_=an_actor_for(ME))[0]
    assert (first.do, [slot.name for slot in first.slots]) == ({"do": "move", "to": "close"}, ["reason"])
    assert desk.unmet(next(iter(first.who)), "move", to="close", reason="deceased") == {("FACT", "deceased")}
    desk.do(ME, "complete", step="death_confirmation", **A_PAPER)
    desk.do(next(iter(first.who)), "move", to="close", reason="deceased")
    assert desk.brief.closed_as == "deceased"


@pytest.mark.parametrize("type", [t for t in TYPES if t not in ("death", "complaint")])
def test_a_resolved_incident_says_where_the_case_goes_on(desk_in: DeskIn, type: str) -> None:
    desk = desk_in(first_phase(type))
    happens(desk, type)
    desk.do(ME, "contact", **{"with": "person"}, channel="phone", reached=True)
    desk.follow_remedies("resolve", incident=type)

    done = desk.do(ME, "resolve", incident=type)

    assert done.events[-1].data.get("resume_step") == TYPES[type].resumes


@pytest.mark.parametrize(("type", "reason"), [(t, r) for t, row in TYPES.items() for r in row.closes])
def test_a_case_may_close_on_its_incident_with_this_reason(desk_in: DeskIn, type: str, reason: str) -> None:
    desk = desk_in(first_phase(type))
    happens(desk, type)
    first(desk, reason)

    desk.do(ME, "move", to="close", reason=reason)

    assert (desk.brief.status, desk.brief.closed_as) == ("closed", reason)
    assert desk.brief.phase == ("travel" if reason == "left_outside_process" else first_phase(type))


NEEDS_ITS_INCIDENT = {
    "consent_withdrawn_after_return": "arrival",
    "return_not_safe": "pre_departure",
    "transferred": "pre_departure",
    "re_trafficked_referred": "follow_up",
    "remigrated": "follow_up",
    "deceased": "travel",
}


@pytest.mark.parametrize(("reason", "phase"), NEEDS_ITS_INCIDENT.items())
def test_a_reason_that_rests_on_an_incident_needs_it(desk_in: DeskIn, reason: str, phase: str) -> None:
    desk = desk_in(phase)

    unmet = {("FACT", reason)} | ({("INV-35", "person_reached")} if phase == "arrival" else set())
    assert desk.unmet(desk.manager, "move", to="close", reason=reason) == unmet


# --- one incident as a thing of its own -----------------------------------------------------------


def test_an_incident_that_happens_again_stays_one_and_is_told(desk_in: DeskIn) -> None:
    desk = desk_in("opened")
    desk.do(ME, "incident", type="witness", note="what was told")

    again = desk.do(ME, "incident", type="witness", note="what was told later")

    assert [e.type for e in again.events] == ["incident_repeated"]
    assert [i["type"] for i in desk.view.incidents] == ["witness"]
    assert desk.brief.status == "on_hold"


def test_what_is_reset_by_an_incident_is_reset_again_when_it_happens_again(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    desk.do(ME, "incident", type="risk_high")
    desk.follow_remedies("resolve", incident="risk_high")
    assert desk.row("pre_return_risk_assessment").state == "done"

    again = desk.do(ME, "incident", type="risk_high")

    assert [e.type for e in again.events] == ["incident_repeated", "steps_reset"]
    assert desk.row("pre_return_risk_assessment").state != "done"


def test_an_incident_is_found_by_its_alias_type_or_number(desk_in: DeskIn) -> None:
    for name in ("minor_found", "age_dispute", None):
        desk = desk_in("opened")
        opened = next(e for e in desk.do(ME, "incident", type="minor_found").events if e.type == "incident_opened")
        assert opened.data["type"] == "age_dispute"
        desk.follow_remedies("resolve", incident="age_dispute")
        desk.do(ME, "resolve", incident=name or str(opened.seq))
        assert desk.brief.status == "open"


def test_a_resolved_incident_can_name_another_step_to_resume(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    desk.do(ME, "incident", type="decision_postponed")

    with pytest.raises(BadInput, match="no step 'counselling'"):
        desk.do(ME, "resolve", incident="decision_postponed", resume_step="counselling")
    desk.follow_remedies("resolve", incident="decision_postponed")
    desk.do(ME, "resolve", incident="decision_postponed", resume_step="legal_counselling")

    assert desk.view.incidents[-1]["resume_step"] == "legal_counselling"


def test_an_incident_that_is_not_open_cannot_be_ended(desk_in: DeskIn) -> None:
    with pytest.raises(BadInput, match="no open incident"):
        desk_in("opened").do(ME, "resolve", incident="witness")


@pytest.mark.parametrize(
    ("type", "phase", "effect", "status"),
    [
        ("family_refuses", "pre_departure", "none", "open"),  # housing did not depend on them
        ("family_refuses", "travel", "blocked", "blocked"),  # it does, although the phase alone would not hold
        ("witness", "pre_departure", "none", "open"),
        ("remigration", "follow_up", "on_hold", "on_hold"),
        ("consent_withdrawn_after", "arrival", "on_hold", "on_hold"),
        ("risk_high", "pre_departure", "blocked", "blocked"),  # what the data say may be said aloud
    ],
)
def test_the_effect_is_chosen_only_where_the_type_leaves_it(
    desk_in: DeskIn, type: str, phase: str, effect: str, status: str
) -> None:
    desk = desk_in(phase)

    desk.do(ME, "incident", type=type, effect=effect)

    assert desk.brief.status == status


@pytest.mark.parametrize("type", ["risk_high", "age_dispute", "death"])
def test_nobody_talks_a_grave_incident_down_to_no_effect(desk_in: DeskIn, type: str) -> None:
    with pytest.raises(BadInput, match="effect"):
        desk_in("pre_departure").do(ME, "incident", type=type, effect="none")


def test_the_strictest_of_several_open_incidents_is_the_status(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    seen = []
    for word, type in [
        ("incident", "witness"),
        ("incident", "expulsion_risk"),
        ("incident", "missed_flight"),
        ("resolve", "expulsion_risk"),
    ]:
        field = "incident" if word == "resolve" else "type"
        desk.follow_remedies(word, **{field: type})
        desk.do(ME, word, **{field: type})
        seen.append(desk.brief.status)
    assert seen == ["on_hold", "blocked", "blocked", "on_hold"]


@pytest.mark.parametrize(
    ("phase", "move", "type"),
    [
        ("identification", "prepare", "risk_high"),
        ("pre_departure", "depart", "decision_postponed"),
        ("arrival", "settle", "re_trafficking"),
    ],
)
def test_on_hold_and_blocked_forbid_the_move_and_name_the_incident(
    desk_in: DeskIn, phase: str, move: str, type: str
) -> None:
    desk = desk_in(phase)
    happens(desk, type)

    assert ("PHASE", type) in desk.unmet(ME, "move", to=move)


def test_a_blocked_journey_still_lands_and_can_be_repaired(desk_in: DeskIn) -> None:
    desk = desk_in("travel")
    desk.do(ME, "incident", type="no_show_arrival")

    desk.do("travel_officer", "complete", step="departure_notice")
    desk.do("reception_officer", "move", to="arrive")

    assert (desk.brief.phase, desk.brief.status) == ("arrival", "blocked")


def test_in_a_closed_case_only_a_data_breach_is_still_recorded(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    first(desk, "other_durable_solution")
    desk.do(ME, "move", to="close", reason="other_durable_solution")

    assert desk.unmet(ME, "incident", type="witness") == {("PHASE", "closed")}
    desk.do("data_protection_officer", "incident", type="data_breach")
    assert desk.brief.status == "closed"


@pytest.mark.parametrize(
    "type", ["missing_document", "medical_unfit", "family_refuses", "data_breach", "pregnancy_or_birth"]
)
def test_an_incident_of_identification_blocks_once_the_case_prepares(desk_in: DeskIn, type: str) -> None:
    desk = desk_in("identification")
    if type == "data_breach":
        happens(desk, type)
        desk.do("risk_assessor", "complete", step="initial_risk_assessment", result="low")
    else:
        happens(desk, type)
    assert desk.brief.status == "open"

    desk.do(ME, "move", to="prepare")

    assert desk.brief.status == "blocked"
    assert ("PHASE", type) in desk.unmet(ME, "move", to="depart")


def test_a_claim_made_on_the_way_holds_when_turned_back(desk_in: DeskIn) -> None:
    desk = desk_in("travel")
    desk.do("travel_officer", "incident", type="asylum_claim")
    assert desk.brief.status == "open"

    desk.do("travel_officer", "move", to="turn_back")

    assert (desk.brief.phase, desk.brief.status) == ("pre_departure", "on_hold")


def test_an_effect_that_was_chosen_stays_over_the_phases(desk_in: DeskIn) -> None:
    desk = desk_in("travel")
    desk.do(ME, "incident", type="family_refuses", effect="none")

    desk.do(ME, "move", to="arrive")

    assert desk.brief.status == "open"  # the data alone would block at arrival


# --- the stories of section 3 -----------------------------------------------------------------------


def test_a_withdrawal_at_the_gate_voids_the_clearance_at_once(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    desk.later(days=1)
    assert desk.why("move", "travel_officer", to="depart").allowed

    done = desk.do("travel_officer", "withdraw", purpose="return", channel="visit")

    assert [e.type for e in done.events] == [
        "consent_withdrawn", "incident_opened", "facts_recorded", "steps_reset", "clearance_voided", "travel_cancelled",
    ]  # fmt: skip
    assert desk.row("departure_clearance").state != "done"
    assert next(c for c in desk.view.consents if c["purpose"] == "return")["state"] == "withdrawn"
    assert (desk.brief.phase, desk.brief.status) == ("pre_departure", "on_hold")
    assert {"INV-01", "INV-02", "INV-03"} <= {rule for rule, _ in desk.unmet("travel_officer", "move", to="depart")}


def test_a_withdrawal_leaves_every_other_consent_in_force(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    before = {(c["purpose"], c["recipient"]) for c in desk.view.consents if c["state"] == "given"}

    desk.do("travel_officer", "withdraw", purpose="return")

    after = {(c["purpose"], c["recipient"]) for c in desk.view.consents if c["state"] == "given"}
    assert {purpose for purpose, _ in before - after} == {"return"}


def test_after_a_withdrawal_the_person_can_choose_anew_and_depart(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    desk.do("travel_officer", "withdraw", purpose="return")
    desk.follow_remedies("resolve", incident="consent_withdrawn_before")
    desk.do(ME, "resolve", incident="consent_withdrawn_before")

    desk.follow_remedies("move", to="depart")
    consent = next(c for c in desk.view.consents if c["purpose"] == "return")

    assert consent["state"] == "given"
    desk.until_departure()
    desk.do("travel_officer", "move", to="depart")


def test_a_no_at_the_last_question_is_a_withdrawal(desk_in: DeskIn) -> None:
    desk = desk_in("planned")
    desk.later(days=2)
    desk.do(ME, "complete", step="departure_clearance")

    desk.do("travel_officer", "complete", step="departure_assistance", result="declined")

    assert desk.brief.status == "on_hold"
    assert desk.row("departure_assistance").result == "declined"  # what was said stays to be seen
    assert {"consent_voided", "clearance_voided"} <= set(desk.types)


def test_a_withdrawal_dated_before_a_recorded_boarding_undoes_no_move(desk_in: DeskIn) -> None:
    desk = desk_in("travel")

    desk.do(ME, "withdraw", purpose="return", at=(desk.clock.moment - timedelta(minutes=5)).isoformat())

    assert (desk.brief.phase, desk.brief.status) == ("travel", "blocked")
    assert [i["type"] for i in desk.view.incidents] == ["consent_withdrawn_before"]


def test_a_missed_first_flight_stays_and_all_is_confirmed_anew(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    desk.later(days=1, minutes=30)

    desk.do("travel_officer", "incident", type="missed_flight")

    assert (desk.brief.phase, desk.brief.status) == ("pre_departure", "open")
    assert {desk.row(s).state for s in ("travel_plan", "departure_clearance", "departure_assistance")}.isdisjoint(
        {"done"}
    )
    desk.follow_remedies("move", to="depart")
    desk.until_departure()
    desk.do("travel_officer", "move", to="depart")
    assert desk.brief.phase == "travel"


def test_a_missed_connection_is_a_new_booking_on_the_way(desk_in: DeskIn) -> None:
    desk = desk_in("travel")
    desk.later(hours=5)
    desk.do("travel_officer", "incident", type="missed_flight")
    leg = {"from": "CMN", "to": "LOS", "departs_at": "2026-05-15T08:00Z", "arrives_at": "2026-05-15T13:00Z"}

    desk.do("travel_officer", "travel", status="booked", legs=[leg])
    desk.do(ME, "resolve", incident="missed_flight")
    desk.clock.moment += timedelta(days=1)
    desk.do("reception_officer", "move", to="arrive")

    assert desk.brief.phase == "arrival"
    assert "turned_back" not in desk.types


def test_a_no_show_at_arrival_is_due_within_two_hours(desk_in: DeskIn) -> None:
    desk = desk_in("arrival")
    desk.do("reception_officer", "incident", type="no_show_arrival")
    opened = desk.clock.moment

    due = {d.round: d for d in desk.due("incident:no_show_arrival")}

    assert {r: d.due_at - opened for r, d in due.items()} == {
        "open": timedelta(0),  # as long as it is open
        "contact_1": timedelta(hours=2),
        "contact_2": timedelta(hours=24),
    }
    assert tuple(due["contact_1"].who) == ("case_manager_sending", "case_manager_receiving")  # both are alarmed
    assert not due["contact_1"].overdue
    desk.later(hours=2, seconds=1)
    assert [d.round for d in desk.due("incident:no_show_arrival") if d.overdue] == ["contact_1"]
    desk.do("case_manager_receiving", "contact", **{"with": "person"}, channel="phone", reached=False)
    assert [d.round for d in desk.due("incident:no_show_arrival")] == ["open", "contact_2"]


def test_a_disputed_age_is_read_as_child_at_once(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")

    done = desk.do(ME, "record", age_status="disputed")

    assert [e.type for e in done.events] == [
        "facts_recorded",
        "incident_opened",
        "steps_reset",
        "clearance_voided",
        "consent_voided",
    ]
    assert desk.brief.status == "blocked"
    assert next(c for c in desk.view.consents if c["purpose"] == "return")["state"] == "void"
    assert "INV-12" in {rule for rule, _ in desk.unmet("travel_officer", "move", to="depart")}
    desk.unmet(
        ME, "consent", purpose="return", answer="given", form="written", language="en", **EXPLAINED_ALL
    )  # the guardian must


def test_contact_is_lost_from_the_first_failed_attempt_on(desk_in: DeskIn) -> None:
    desk = desk_in("follow_up")

    desk.do("case_manager_receiving", "contact", **{"with": "person"}, channel="phone", reached=False)

    assert [i["type"] for i in desk.view.incidents] == ["lost_contact"]
    assert desk.brief.status == "on_hold"


def test_lost_contact_closes_after_its_attempts_and_ninety_days(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    close = {"to": "close", "reason": "lost_contact"}
    for number, channel in enumerate(["phone", "email", "visit", "phone"]):
        desk.do(ME, "contact", **{"with": "person"}, channel=channel, reached=False)
        desk.later(days=7)
        assert desk.unmet(ME, "move", **close) == {("INV-25", "lost_contact")}, number
    desk.later(days=2)
    desk.do(ME, "contact", **{"with": "person"}, channel="phone", reached=False)  # the fifth, on day 30
    assert "less than 90 days" in desk.why("move", **close).unmet[0].fact
    desk.later(days=59, hours=23, minutes=59, seconds=59)
    assert desk.unmet(ME, "move", **close) == {("INV-25", "lost_contact")}  # one second short of 90 days
    desk.later(seconds=1)

    desk.do(ME, "move", **close)

    assert desk.brief.closed_as == "lost_contact"
    desk.do(ME, "move", to="reopen")  # the person may come back at any time
    assert desk.brief.status == "on_hold"


def test_attempts_before_the_person_was_reached_no_longer_count(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    for channel in ("phone", "email", "visit", "letter", "phone"):
        desk.do(ME, "contact", **{"with": "person"}, channel=channel, reached=False)
    desk.do(ME, "contact", **{"with": "person"}, channel="phone", reached=True)
    desk.later(days=100)

    assert "0 of 5" in desk.why("move", to="close", reason="lost_contact").unmet[0].fact


def test_new_trafficking_closes_the_case_and_opens_a_linked_one(desk_in: DeskIn) -> None:
    desk = desk_in("follow_up")
    desk.do(ME, "incident", type="re_trafficking")
    first(desk, "re_trafficked_referred")
    desk.do(desk.manager, "move", to="close", reason="re_trafficked_referred")

    both = Actor("invented_manager", desk.reader.organisation, {ME, "case_manager_receiving"})
    again = desk.engine.do(
        commands.Open(host_country="NL", origin_country="NG", linked_to=desk.case, relation="re_trafficked"), as_=both
    )

    assert desk.engine.case(again.case, as_=both).linked_to == desk.case
    assert desk.brief.status == "closed"  # one command touches one case


@pytest.mark.parametrize("reason", ["deceased", "duplicate"])
def test_a_case_that_ended_for_good_is_not_reopened(desk_in: DeskIn, reason: str) -> None:
    desk = desk_in("pre_departure")
    if reason == "deceased":
        desk.do(ME, "incident", type="death")
    first(desk, reason)
    desk.do(ME, "move", to="close", reason=reason)

    assert desk.unmet(ME, "move", to="reopen") == {("PHASE", reason)}


ANY_TIME = dict.fromkeys(PHASES, "other_durable_solution") | {
    "travel": "transferred",
    "arrival": "consent_withdrawn_after_return",
    "follow_up": "consent_withdrawn_after_return",
}


@pytest.mark.parametrize("phase", PHASES)
def test_a_case_closes_with_a_reason_and_opens_again_in_its_phase(desk_in: DeskIn, phase: str) -> None:
    desk = desk_in(phase)
    with pytest.raises(BadInput, match="closes with a reason"):
        desk.do(desk.manager, "move", to="close")

    first(desk, ANY_TIME[phase])
    desk.do(desk.manager, "move", to="close", reason=ANY_TIME[phase])
    assert (desk.brief.phase, desk.brief.status, desk.brief.closed_as) == (phase, "closed", ANY_TIME[phase])
    leads = ME if desk.reader.roles == {ME} else "case_manager_receiving"
    assert desk.unmet(leads, "move", to="close", reason=ANY_TIME[phase]) == {("PHASE", "closed")}
    desk.do(leads, "move", to="reopen")

    assert (desk.brief.phase, desk.brief.status, desk.brief.closed_as) == (phase, "open", None)


def test_closing_at_the_gate_ends_the_clearance_for_good(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    first(desk, "other_durable_solution")
    desk.do(ME, "move", to="close", reason="other_durable_solution")
    desk.do(ME, "move", to="reopen")

    assert "INV-03" in {rule for rule, _ in desk.unmet("travel_officer", "move", to="depart")}


def test_a_high_risk_result_opens_its_incident_and_stays_to_be_seen(desk_in: DeskIn) -> None:
    desk = desk_in("planned")
    row = [{"about": "person", "factor": "threats_received", "likelihood": "3", "severity": "3", "residual": "high"}]
    desk.do("risk_assessor", "redo", step="pre_return_risk_assessment")
    said = {**risks(*row), "own_view": "afraid of an invented man", "origin_input": "receiving_partner"}
    desk.do("risk_assessor", "complete", step="pre_return_risk_assessment", **said)
    desk.do(ME, "sign", step="pre_return_risk_assessment", answer="agree")

    assert desk.brief.status == "blocked"
    assert desk.row("pre_return_risk_assessment").result == "high"
    assert desk.row("return_review").state != "done"
    desk.unmet(ME, "resolve", incident="risk_high")  # only a new assessment below high ends it


def test_a_postponed_decision_is_looked_at_again_after_thirty_days(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    desk.do(ME, "incident", type="decision_postponed")

    due = [d for d in desk.due("incident:decision_postponed") if d.round == "review"]

    assert [d.due_at.date() - desk.clock.moment.date() for d in due] == [timedelta(days=30)]
    assert due[0].because == "the day that was set for looking again"


def test_another_partner_is_proposed_when_the_first_one_failed(desk_in: DeskIn) -> None:
    desk = desk_in("pre_departure")
    failed = desk.brief.roles["receiving_organisation"]
    desk.do(ME, "incident", type="partner_failure")

    desk.follow_remedies("resolve", incident="partner_failure")

    assert desk.brief.roles["receiving_organisation"] != failed


def test_a_danger_after_landing_is_assessed_on_the_spot(desk_in: DeskIn) -> None:
    desk = desk_in("follow_up")
    desk.do("case_manager_receiving", "incident", type="risk_high")

    assert desk.unmet("case_manager_receiving", "resolve", incident="risk_high") == {
        ("STEP", "post_arrival_risk_assessment")
    }
