"""Facts and notes; others in the case, their roles; contacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import command_roles
from wayhome.errors import BadInput
from wayhome.flow.answer import Answer, open_incident, role_for, role_for_command
from wayhome.flow.on_steps import complete_by_command, ready_reasons
from wayhome.flow.values import (
    as_bool,
    as_code,
    as_day,
    as_instant,
    as_list,
    as_text,
    by_type,
    not_older_than,
    one_of,
    unknown,
)
from wayhome.model.case import RELATIONS, StepKey
from wayhome.model.command import Assign, Contact, Involve, Note, Record
from wayhome.model.moves import BASES
from wayhome.model.reason import met, unmet


def read_facts(case: CaseNow, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read declared facts.

    Raises:
        BadInput: a fact is not declared, is derived, or its value cannot be read.
    """
    facts: dict[str, Any] = {}
    for name, value in given.items():
        fact = case.process.facts.get(name)
        if fact is None:
            raise unknown("fact", str(name), case.process.facts)
        if fact.derived is not None:
            raise BadInput(f"'{name}' follows from other facts.", todo="Record those it follows from.")
        facts[name] = by_type(name, fact.type, value, fact.values)
    return facts


def on_record(case: CaseNow, command: Record, answer: Answer) -> None:
    """Record facts."""
    facts = read_facts(case, command.facts)
    if not facts:
        raise BadInput("No fact was given.", todo="Write for example: record age_status=adult.")
    asked = tuple(dict.fromkeys(r for name in facts for r in case.process.facts[name].asked_by))
    for name in facts:
        old_fact = case.recorded.facts.get(name)
        not_older_than(f"the fact '{name}'", old_fact.at if old_fact else None, case.at)
    answer.role = role_for(case, (*command_roles(case, "record"), *asked), "record facts", by=command.by)
    answer.emit("facts_recorded", facts=facts, by=command.by)
    answer.ask(met("FACT", "the facts are declared, and can be recorded"))
    if facts.get("age_status") in ("disputed", "child") and case.recorded.fact("age_status") == "adult":
        kind = case.process.incidents.get("age_dispute")
        if kind is not None and not case.recorded.has_open(kind.id):
            open_incident(case, answer, kind)


def on_note(case: CaseNow, command: Note, answer: Answer) -> None:
    """Seal a note under its data group."""
    answer.role = role_for_command(case, "note")
    group = one_of("group", command.group, case.process.groups)
    answer.emit("note_added", {group: {"text": as_text("text", command.text)}}, group=group, by=command.by)


def on_involve(case: CaseNow, command: Involve, answer: Answer) -> None:
    """Make, or bring up to date, a ref for someone else in the case."""
    answer.role = role_for_command(case, "involve")
    ref = as_code("ref", command.ref)
    if ref in ("person", "guardian") or ref in case.process.partners or ref in case.process.recipients:
        raise BadInput(f"'{ref}' means something else already.", todo="Write for example ref=relative-1.")
    old = case.recorded.people.get(ref)
    not_older_than("this person", old.at if old else None, case.at)
    relation = one_of("relation", command.relation or (old.relation if old else ""), RELATIONS)
    vetted_on = as_day("vetted_on", command.vetted_on) if command.vetted_on else (old.vetted_on if old else None)
    if vetted_on and vetted_on > case.at.date():
        raise BadInput("Nobody can be vetted in the future.", todo="Correct vetted_on.")
    suspected = (
        as_bool("suspected", command.suspected) if command.suspected is not None else (old.suspected if old else None)
    )
    if relation == "suspected_perpetrator":
        suspected = True
    travels = as_bool("travels", command.travels) if command.travels is not None else (old.travels if old else False)
    sealed: dict[str, dict[str, Any]] = {}
    if command.name:
        sealed["identity"] = {"name": as_text("name", command.name, 300)}
    if command.contact:
        sealed["contact"] = {"contact": as_text("contact", command.contact, 500)}
    answer.emit(
        "person_involved",
        sealed,
        ref=ref,
        relation=relation,
        travels=travels,
        suspected=suspected,
        vetted_on=vetted_on.isoformat() if vetted_on else None,
        by=command.by,
    )


def on_assign(case: CaseNow, command: Assign, answer: Answer) -> None:
    """Give a role in this case to exactly one party."""
    process = case.process
    role = command.role
    if role != "case_owner" and role not in process.roles:
        raise unknown("role", role, ["case_owner", *process.roles])
    parties = [p for p in (command.partner, command.organisation, command.ref) if p]
    if len(parties) != 1:
        raise BadInput("A role is given to exactly one party.", todo="Say one of partner=…, organisation=…, ref=….")
    if command.ref and command.ref not in case.recorded.people:
        raise unknown("person of this case", command.ref, case.recorded.people)
    if command.partner and process.partners and command.partner not in process.partners:
        raise unknown("partner", command.partner, process.partners)
    steps = [s for s in process.done_by_command.get("assign", ()) if s.done_by and role in s.done_by.subjects]
    who = tuple(dict.fromkeys((*(r for s in steps if s.is_core for r in s.who), *command_roles(case, "assign"))))
    answer.role = role_for(case, who, f"assign '{role}'", by=command.by)
    before = case.recorded.roles.get(role)
    not_older_than("this role", before.at if before else None, case.at)
    held = case.recorded.roles.get("receiving_organisation")
    if (
        role == "receiving_organisation"
        and held
        and held.party in parties
        and case.recorded.has_open("partner_failure")
    ):
        answer.ask(
            unmet("INPUT", "this partner has failed, and that is not over", "choose another", subject=parties[0])
        )
    if command.partner:
        _partner_can(case, command.partner, answer)
    for step in steps:
        record = case.recorded.steps.get(step.id)
        if case.applies(step) is not False and (record is None or record.state != "done"):
            answer.ask(*[r for r in ready_reasons(case, step, StepKey(step.id)) if not r.met])
    answer.emit(
        "role_assigned",
        role=role,
        partner=_code(command.partner),
        organisation=_code(command.organisation),
        ref=command.ref,
        by=command.by,
    )
    for step in steps:
        if case.applies(step) is not False:
            complete_by_command(case, answer, step)


def _code(value: str | None) -> str | None:
    return as_code("party", value) if value else None


def _partner_can(case: CaseNow, id: str, answer: Answer) -> None:
    """A partner that is gone, or that takes other people, cannot be given a role."""
    partner = case.process.partners.get(id) or {}
    newer = partner.get("superseded_by")
    if newer or partner.get("historical"):
        answer.ask(
            unmet(
                "INPUT",
                "this partner no longer works under this name",
                "take {newer} instead",
                subject=id,
                newer=newer or "another",
            )
        )
    if not case.takes(id):
        answer.ask(
            unmet(
                "INPUT",
                "this partner takes people of another sex or age",
                "choose one who takes this person",
                subject=id,
            )
        )


def on_contact(case: CaseNow, command: Contact, answer: Answer) -> None:
    """Record a contact or an attempt."""
    answer.role = role_for_command(case, "contact")
    party = as_code("with", command.with_)
    channel = as_code("channel", command.channel).casefold().strip("_.:+-")  # one way is counted once (INV-25)
    if command.reached is None:
        raise BadInput("Say whether they were reached.", todo="Add reached=true or reached=false.")
    reached = as_bool("reached", command.reached)
    groups = [one_of("groups", g, case.process.groups) for g in as_list(command.groups)]
    basis = one_of("basis", command.basis, BASES) if command.basis else ("consent" if groups else None)
    informed_at = as_instant("informed_at", command.informed_at) if command.informed_at else None
    sealed = {
        "case": {k: as_text(k, v) for k, v in (("why", command.why), ("restrictions", command.restrictions)) if v}
    }
    answer.emit(
        "contact_made" if reached else "contact_attempted",
        {k: v for k, v in sealed.items() if v},
        **{"with": party},
        channel=channel,
        reached=reached,
        groups=groups,
        basis=basis,
        by=command.by,
        informed_at=informed_at.isoformat().replace("+00:00", "Z") if informed_at else None,
    )
    kind = case.process.incidents.get("lost_contact")
    if party == "person" and not reached and kind is not None and not case.recorded.has_open(kind.id):
        open_incident(case, answer, kind)
