"""Opening a case, and adopting a newer process."""

from __future__ import annotations

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import command_roles
from wayhome.errors import BadInput
from wayhome.flow.answer import Answer, role_for, role_for_command, void_clearance
from wayhome.flow.changes import Change
from wayhome.flow.facts import read_facts
from wayhome.model.case import Case, FactRecord
from wayhome.model.command import Open, Rebase
from wayhome.model.event import Event
from wayhome.model.reading import as_code
from wayhome.packs.process import Process


def on_open(case: CaseNow, command: Open, answer: Answer) -> None:
    """Open a case. The number was made by whoever calls; the process is the one for the two countries."""
    answer.role = role_for_command(case, "open")
    actor = case.actor
    assert actor is not None
    facts = read_facts(case, command.facts)
    if (command.linked_to is None) != (command.relation is None):
        raise BadInput(
            "A linked case says both: to which, and how.", todo="Give linked_to=… and relation=….", field="linked_to"
        )
    answer.emit(
        "opened",
        number=case.recorded.number,
        host_country=case.process.host_country,
        origin_country=case.process.origin_country,
        organisation=as_code("organisation", command.organisation or actor.organisation),
        facts=facts,
        linked_to=command.linked_to,
        relation=command.relation,
    )


def on_rebase(case: CaseNow, command: Rebase, answer: Answer, newer: Process | None) -> None:
    """Adopt a newer process."""
    answer.role = role_for(case, command_roles(case, "rebase"), "rebase")
    if newer is None:
        raise BadInput(
            "There is no process with this digest here.",
            todo="Look at the process, and copy its digest.",
            field="digest",
        )
    answer.emit("rebased", digest=newer.digest, before=case.recorded.digest)
    void_clearance(case, answer, "rebased")


def opened(event: Event) -> Case:
    """Make the case that the first event of a history opens."""
    data = event.data
    facts = {k: FactRecord(v, event.occurred_at, event.seq) for k, v in (data.get("facts") or {}).items()}
    return Case(
        number=data["number"],
        host_country=data["host_country"],
        origin_country=data["origin_country"],
        organisation=data["organisation"],
        opened_at=event.occurred_at,
        touched_at=event.occurred_at,
        digest=event.digest,
        version=event.seq,
        facts=facts,
        linked_to=data.get("linked_to"),
        relation=data.get("relation"),
    )


def rebased(case: Case, event: Event) -> Change:
    return {"digest": event.digest}


HANDLERS = {Open: on_open, Rebase: on_rebase}
CHANGES = {"rebased": rebased}
