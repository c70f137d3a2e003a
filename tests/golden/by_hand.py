"""Lines that neither the stories nor the random walks meet: each word of the vocabulary at which something is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.anything import ROLES
from tests.golden.playing import FOLDER, read

Lines = list[dict[str, Any]]


def until(story: str, word: str, **fields: Any) -> Lines:
    """The lines of a story up to the one with this command, itself included."""
    found: Lines = []
    for line in read(FOLDER / f"story-{story}.jsonl"):
        found.append({k: line[k] for k in ("at", "as", "organisation", "roles", "do")})
        said = line["do"]["do"] == word and all(line["do"].get(k) == v for k, v in fields.items())
        if said and line["answer"] == "allowed":
            return found
    raise AssertionError(story, word, fields)


def then(lines: Lines, *commands: dict[str, Any]) -> Lines:
    """Go on from there, at the same moment, by an invented actor who holds every role."""
    at = lines[-1]["at"]
    more = [
        {"at": at, "as": "alex", "organisation": "invented_house", "roles": sorted(ROLES), "do": {"case": "c1"} | do}
        for do in commands
    ]
    return [*lines, *more]


def a_closed_shelter() -> Lines:
    """NG-01 on each of its moments: what the person did not choose is not begun, and not done."""
    lines = until("nigeria-1-brussels-to-benin-city", "move", to="arrive")
    return then(
        lines,
        {"do": "redo", "step": "ng_receiver_choice"},
        {
            "do": "complete",
            "step": "ng_receiver_choice",
            "result": "closed_shelter",
            "fields": {"explained": ["closed_shelter"], "chosen_by": "somebody_else"},
        },
        {"do": "complete", "step": "ng_immigration_port_health", "result": "passed"},
        {"do": "complete", "step": "arrival_reception", "fields": {"recognised": True}},
        {
            "do": "consent",
            "purpose": "assistance_local",
            "answer": "given",
            "language": "en",
            "form": "written",
            "given_by": "person",
        },
        {"do": "start", "step": "ng_transit_shelter"},
        {"do": "complete", "step": "ng_transit_shelter", "fields": {"shelter": "ng_naptip_benin", "regime": "closed"}},
        {"do": "fail", "step": "ng_transit_shelter", "reason": "an invented reason"},
        {"do": "redo", "step": "ng_transit_shelter"},
        {"do": "skip", "step": "ng_transit_shelter", "reason": "an invented reason"},
        {"do": "why", "to": "settle"},
    )


def around_the_clearance() -> Lines:
    """What voids a clearance, and what is asked at it, one after the other."""
    lines = until("nigeria-1-brussels-to-benin-city", "complete", step="departure_clearance")
    again: Lines = []
    for do in (
        {"do": "travel", "status": "cancelled"},
        {"do": "withdraw", "purpose": "legal"},
        {"do": "withdraw", "purpose": "return"},
        {"do": "incident", "type": "medical_unfit"},
        {"do": "incident", "type": "expulsion_risk"},
        {"do": "incident", "type": "asylum_claim"},
        {"do": "record", "facts": {"age_status": "disputed"}},
        {"do": "record", "facts": {"age_status": "adult"}},
        {
            "do": "consent",
            "purpose": "return",
            "answer": "given",
            "form": "written",
            "language": "en",
            "given_by": "person",
        },
        {"do": "contact", "with": "embassy", "channel": "letter", "reached": True, "groups": ["identity"]},
        {
            "do": "contact",
            "with": "authority_origin",
            "channel": "letter",
            "reached": True,
            "groups": ["risk"],
            "basis": "legal_duty",
            "why": "x",
        },
        {"do": "document", "kind": "ng_etc", "status": "lost"},
        {"do": "document", "kind": "ng_passport", "status": "requested"},
        {"do": "assign", "role": "receiving_organisation", "partner": "ng_naptip"},
        {"do": "involve", "relation": "escort", "suspected": True},
        {"do": "assign", "role": "escort", "ref": "escort-1"},
        {"do": "resolve", "incident": "expulsion_risk"},
        {"do": "why", "to": "depart"},
        {"do": "why", "to": "close"},
        {"do": "move", "to": "prepare"},
        {"do": "move", "to": "settle"},
        {"do": "move", "to": "turn_back"},
        {"do": "move", "to": "reopen"},
        {"do": "move", "to": "close", "reason": "reintegration_sustained"},
        {"do": "move", "to": "close", "reason": "lost_contact"},
        {"do": "move", "to": "close", "reason": "deceased"},
    ):
        again = then(again or lines, do)
    return again


def a_journey_that_turns_back() -> Lines:
    lines = until("brazil-1-amsterdam-to-sao-paulo", "move", to="depart")
    return then(
        lines,
        {"do": "withdraw", "purpose": "return"},
        {"do": "move", "to": "settle"},
        {"do": "move", "to": "turn_back"},
        {"do": "why", "to": "depart"},
        {"do": "complete", "step": "departure_clearance"},
        {"do": "incident", "type": "data_breach"},
        {"do": "incident", "type": "lost_contact"},
        {"do": "contact", "with": "person", "channel": "phone", "reached": False},
        {"do": "resolve", "incident": "lost_contact"},
        {"do": "contact", "with": "person", "channel": "phone", "reached": True},
        {"do": "resolve", "incident": "lost_contact"},
    )


def steps_that_cannot_be_so() -> Lines:
    """Each of the five commands on steps of each kind, at the beginning of a case."""
    lines = until("sierra_leone-1-antwerp-to-makeni", "complete", step="register_referral")
    commands: list[dict[str, Any]] = []
    for step in (
        "register_referral",
        "reflection_period",
        "return_consent",
        "travel_document",
        "monitoring_visit",
        "data_disposal",
        "departure_clearance",
        "departure_assistance",
        "fit_to_travel_check",
        "case_closure",
        "handover_dossier",
        "no_such_step",
    ):
        commands += [{"do": word, "step": step} for word in ("start", "complete", "fail", "skip", "redo")]
        commands += [{"do": "complete", "step": step, "result": "fit"}]
    commands += [{"do": "skip", "step": "baseline_survey", "reason": "the person declines"}]
    return then(lines, *commands)


STORIES_BY_HAND: dict[str, Callable[[], Lines]] = {
    one.__name__: one
    for one in (a_closed_shelter, around_the_clearance, a_journey_that_turns_back, steps_that_cannot_be_so)
}
