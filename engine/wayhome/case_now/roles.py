"""Who may do what in a case, by role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wayhome.case_now import CaseNow
    from wayhome.model.actor import Actor
    from wayhome.packs.process import Process


def readable(process: Process, actor: Actor) -> frozenset[str]:
    """Name the data groups that an actor may read: those that one of the roles reads or writes."""
    found: set[str] = set()
    for id in actor.roles:
        role = process.roles.get(id)
        if role is not None:
            found |= {group for group, how in role.reads.items() if how in ("R", "W")}
    return frozenset(found)


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
