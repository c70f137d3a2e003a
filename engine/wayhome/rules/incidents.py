"""What an incident waits for: where it can happen, and what must be done since before it ends."""

from __future__ import annotations

from collections.abc import Iterator

from wayhome.calendar.spans import clock_text
from wayhome.case_now import CaseNow
from wayhome.case_now.access import holders_of, is_of
from wayhome.case_now.roles import told_incident
from wayhome.case_now.silence import is_meant_by_silence
from wayhome.commands import Incident, Resolve
from wayhome.errors import Template, term
from wayhome.model.case import IncidentRecord
from wayhome.model.reason import Judgement, never, no
from wayhome.packs.kinds.needs import CHILD_MADE_KNOWN
from wayhome.rules import gates
from wayhome.rules.steps import first


def of_incident(case: CaseNow, command: Incident) -> Iterator[Judgement]:
    """Say whether this can happen in the phase of its day, and in a closed case; and whether the clock may say so (INV-22)."""
    kind = case.process.incidents.get(case.process.aliases.get(command.type, command.type))
    if kind is None:
        return
    title, phase = case.process.named("incidents", kind.id), case.phase_then
    if case.recorded.is_closed and not kind.also_when_closed:
        yield gates.the_case_is_closed(case, "reopen it first")
    if case.actor is not None and case.actor.is_clock and not is_meant_by_silence(case, kind):
        early: Template = "'{incident}' is not what the silence in this case means now"
        yield never("INV-22", early, kind.id, "let a case worker record it", incident=title)
    if phase not in kind.phases:
        fact: Template = "'{incident}' does not happen in the phase '{phase}'"
        yield never("PHASE", fact, kind.id, "look for the one that fits", incident=title, phase=term(phase))


def of_resolve(case: CaseNow, command: Resolve) -> Iterator[Judgement]:
    """An incident ends when what it needs was done since it was opened."""
    incident = told_incident(case, command.incident, command.of)
    if incident is None:
        return
    kind = case.process.incidents.get(incident.type)
    title = case.process.named("incidents", incident.type)
    if kind is not None and kind.never_ends:
        todo: Template = "close the case; if it was entered in error, correct the entry, and let somebody else sign"
        yield never("STEP", "'{incident}' does not end", kind.id, todo, incident=title)
    if case.at < incident.last_at:
        come: Template = "'{incident}' has happened on {moment}, so it was not over before that"
        between: Template = "say how it ended then; what was between belongs in a note"
        moment = clock_text(incident.last_at, case.zone_of_person)
        yield never("PHASE", come, incident.type, between, incident=title, moment=moment)
    yield from why_another_ends_it(case, incident)
    for wait in gates.resolve_waits(case, incident, command.outcome):
        if wait.kind == "step":
            yield Judgement(*first(case, wait, "needed first, after what has happened: {need}"))
        elif wait.subject == CHILD_MADE_KNOWN.subject:
            unknown: Template = "no child who was born is made known here"
            who: Template = "say who it is, and whether it travels along"
            known = {"do": "involve", "relation": "child"}
            yield Judgement("INPUT", no(unknown, wait.subject, todo=who, do=known))
        else:
            fact, call = "the person has not been reached since", {"do": "contact", "with": "person"}
            yield Judgement("INPUT", no(fact, wait.subject, todo="go on trying, in the agreed order", do=call))


def why_another_ends_it(case: CaseNow, incident: IncidentRecord) -> Iterator[Judgement]:
    """Say why another than who asks ends an incident: what they may do, and have done, stands against it."""
    kind, title = case.process.incidents.get(incident.type), case.process.named("incidents", incident.type)
    if kind is not None and kind.by_outsider and _is_inside(case, kind.id):
        fact: Template = (
            "'{incident}' is not ended by anybody who has worked on this case, or who works on cases like it"
        )
        todo: Template = "let somebody who oversees the work, and has not worked on this case, look at it"
        yield never("ROLE", fact, kind.id, todo, incident=title)
    if kind is not None and kind.by_another and case.actor is not None and case.actor.id in incident.written_by:
        own: Template = "whoever wrote down '{incident}' cannot be the second who looks at it"
        yield never("ROLE", own, kind.id, "let somebody else read the entry, and look at it", incident=title)


def _is_inside(case: CaseNow, kind: str) -> bool:
    """Say whether who asks has worked on this case, or has no role that hears complaints in a house that leads it or has opened it."""
    actor, roles = case.actor, case.process.roles
    if actor is None:
        return False
    group = case.process.label("incidents", kind).get("group", "")
    hears = any(roles[id].reads.get(group) == "W" for id in actor.roles if id in roles)
    return actor.id in case.recorded.actors or not (hears and is_of(holders_of(case.recorded), actor))
