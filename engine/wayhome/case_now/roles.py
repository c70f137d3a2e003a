"""Who may do what in a case, by role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wayhome.case_now import CaseNow
    from wayhome.model.actor import Actor
    from wayhome.model.case import Case, IncidentRecord
    from wayhome.packs.process import Process


def readable(process: Process, actor: Actor) -> frozenset[str]:
    """Name the data groups that an actor may read: those that one of the roles reads or writes."""
    found: set[str] = set()
    for id in actor.roles:
        role = process.roles.get(id)
        if role is not None:
            found |= {group for group, how in role.reads.items() if how in ("R", "W")}
    return frozenset(found)


def told_of(process: Process, actor: Actor) -> frozenset[str]:
    """Name the data groups of which an actor may at least be told a summary: a result, a kind of incident."""
    roles = (process.roles.get(id) for id in actor.roles)
    return frozenset(group for role in roles if role for group in role.reads)


def is_told(process: Process, kind: str, id: str, told: frozenset[str]) -> bool:
    """Return whether who is told of these groups may be told which step or kind of incident it is.

    Nobody may, where the process does not know it.
    """
    is_known = id in (process.steps if kind == "steps" else process.incidents)
    group = process.label(kind, id).get("group")
    return is_known and (group is None or group in told)


def told_incidents(case: CaseNow) -> list[IncidentRecord]:
    """Give the open incidents of which the actor may be told what they are; all, where it is not said who asks."""
    if case.actor is None or case.actor.is_clock:
        return [*case.recorded.open_incidents]
    told = told_of(case.process, case.actor)
    return [one for one in case.recorded.open_incidents if is_told(case.process, "incidents", one.type, told)]


def managers(case: CaseNow) -> tuple[str, ...]:
    """Name the roles that may record for those who do not type for themselves."""
    return tuple(role.id for role in case.process.roles.values() if role.manager)


def able(case: CaseNow, roles: Sequence[str]) -> tuple[tuple[str, ...], str | None]:
    """Say which roles may give a command that these are responsible for, and for whom they would record it."""
    known = case.process.roles
    typing = tuple(role for role in roles if role in known and known[role].login)
    if typing:
        return typing, None
    return managers(case), (roles[0] if roles else None)


def may_adopt_less(case: CaseNow, newer: Process | None = None) -> tuple[str, ...]:
    """Name the roles that may adopt a process that asks for less: as the case's own says it, or where that names none, the newer."""
    for process in (case.process, newer or case.process):
        if found := tuple(role.id for role in process.roles.values() if role.adopts_less):
            return found
    return ()


def command_roles(case: CaseNow, word: str, move: str | None = None) -> tuple[str, ...]:
    """Name the roles that may give a command, or make a move."""
    roles = case.process.roles.values()
    if move is not None:
        return tuple(role.id for role in roles if move in role.moves)
    return tuple(role.id for role in roles if word in role.may)


def working_on(recorded: Case) -> frozenset[str]:
    """Name who works on a case: who opened it, and whoever holds a role in it; who owns and who receives are among them."""
    return frozenset({recorded.organisation, *(held.party for held in recorded.roles.values())})


def doers(process: Process, recorded: Case) -> frozenset[str]:
    """Name who can have done something in a case: its roles and who holds them, partners, and who is of the case."""
    held = (one.party for one in recorded.roles.values())
    return frozenset({*process.roles, *process.partners, *recorded.people, *recorded.organisations, *held})


def is_for(process: Process, recorded: Case, who: Sequence[str], actor: Actor) -> bool:
    """Say whether what these roles do in a case is for this actor, as far as the case knows."""
    if actor.organisation not in working_on(recorded):
        return False
    return any(role in actor.roles and _is_theirs(process, recorded, role, actor) for role in who)


def _is_theirs(process: Process, recorded: Case, role: str, actor: Actor) -> bool:
    """Say whether an actor holds a role in a case: nobody else's organisation does, nor is another the case worker who leads."""
    held, worker = recorded.roles.get(role), recorded.case_workers.get(actor.organisation)
    if held is not None and held.party != actor.organisation:
        return False
    leads = role in process.roles and process.roles[role].manager
    return not leads or worker is None or worker.id == actor.id
