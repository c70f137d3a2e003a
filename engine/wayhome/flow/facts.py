"""What is known: facts, and notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import command_roles
from wayhome.errors import BadInput
from wayhome.flow.answer import Answer, role_for, role_for_command
from wayhome.flow.changes import Change, nothing
from wayhome.flow.incidents import open_those
from wayhome.flow.values import as_text, by_type, not_older_than, one_of, unknown
from wayhome.model.case import Case, FactRecord
from wayhome.model.command import Note, Record
from wayhome.model.event import Event
from wayhome.packs.kinds.incidents import OpensOn


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
            raise BadInput("'{name}' follows from other facts.", todo="Record those it follows from.", name=name)
        facts[name] = by_type(name, fact.type, value, fact.values)
    return facts


def on_record(case: CaseNow, command: Record, answer: Answer) -> None:
    """Record facts."""
    facts = read_facts(case, command.facts)
    if not facts:
        raise BadInput("No fact was given.", todo="Write for example: record age_status=adult.")
    for name in facts:
        old = case.recorded.facts.get(name)
        not_older_than(
            "Something later is recorded already of the fact '{name}'.", old.at if old else None, case.at, name=name
        )
    asked = dict.fromkeys(role for name in facts for role in case.process.facts[name].asked_by)
    answer.role = role_for(case, (*command_roles(case, "record"), *asked), "record facts", by=command.by)
    answer.emit("facts_recorded", facts=facts, by=command.by)
    open_those(case, answer, lambda on: _speaks_of(on, case, facts))


def _speaks_of(on: OpensOn, case: CaseNow, facts: Mapping[str, Any]) -> bool:
    """Whether an incident opens on one of these values, with the one that was there before."""
    return any(
        facts.get(name) in values and (not on.was or case.recorded.fact(name) in on.was)
        for name, values in on.recorded.items()
    )


def on_note(case: CaseNow, command: Note, answer: Answer) -> None:
    """Seal a note under its data group."""
    answer.role = role_for_command(case, "note")
    group = one_of("group", command.group, case.process.groups)
    answer.emit("note_added", {group: {"text": as_text("text", command.text)}}, group=group, by=command.by)


def known(case: Case, event: Event) -> Change:
    new = {id: FactRecord(value, event.occurred_at, event.seq) for id, value in event.data["facts"].items()}
    return {"facts": {**case.facts, **new}}


HANDLERS = {Record: on_record, Note: on_note}
CHANGES = {"facts_recorded": known, "note_added": nothing}
