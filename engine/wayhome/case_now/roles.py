"""Who may do what in a case, by role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from wayhome.case_now.access import GIVEN_ON, holders_of, roles_in, roles_on
from wayhome.case_now.letters import COURSE, NONE, WRITE, letters_for, letters_of_role
from wayhome.model.closed_sets import GUARDIAN

if TYPE_CHECKING:
    from wayhome.case_now import CaseNow
    from wayhome.model.actor import Actor
    from wayhome.model.case import Case, IncidentRecord
    from wayhome.packs.process import Process


def summary_groups(process: Process, actor: Actor) -> frozenset[str]:
    """Name the data groups of which an actor's roles are told at least a summary in some case."""
    roles = (process.roles.get(id) for id in actor.roles)
    return frozenset(group for role in roles if role and role.counts != "never" for group in role.reads)


def may_see_which(process: Process, kind: str, id: str, groups: frozenset[str]) -> bool:
    """Return whether who may read a summary of these groups may see which step or kind of incident it is.

    Nobody may, where the process does not know it.
    """
    is_known = id in (process.steps if kind == "steps" else process.incidents)
    group = process.label(kind, id).get("group")
    return is_known and (group is None or group in groups)


def visible_incidents(case: CaseNow) -> list[IncidentRecord]:
    """Give the open incidents of which the actor may see the kind; all of them, where no actor asks."""
    if case.actor is None or case.actor.is_clock:
        return [*case.recorded.open_incidents]
    letters = letters_for(case)
    return [
        one
        for one in case.recorded.open_incidents
        if may_see_which(case.process, "incidents", one.type, letters.of_alarm(one.seq))
    ]


def told_incident(case: CaseNow, type_or_number: str, of: str | None = None) -> IncidentRecord | None:
    """Find an open incident by its type or its number; where several are of that type, the first that the actor is told of."""
    found = case.open_called(type_or_number, of)
    told = visible_incidents(case) if len(found) > 1 else found
    return next((one for one in found if one in told), next(iter(found), None))


def managers(case: CaseNow) -> tuple[str, ...]:
    """Name the roles that may record for those who do not type for themselves."""
    return case.process.managers


def able(case: CaseNow, roles: Sequence[str]) -> tuple[tuple[str, ...], str | None]:
    """Say which roles may give a command that these are responsible for, and for whom they would record it."""
    known = case.process.roles
    typing = tuple(role for role in roles if role in known and known[role].login)
    if typing:
        return typing, None
    return managers(case), (roles[0] if roles else None)


def called_here(case: CaseNow, roles: Iterable[str]) -> Mapping[str, str]:
    """Call roles by their titles, by the id of each: those that somebody in this case can have; where there is none of them, all."""
    here = case.once("roles here", lambda: roles_in(case.process, holders_of(case.recorded)))
    asked = [*roles]
    return case.process.roles_called([one for one in asked if one in here] or asked)


def may_adopt_less(case: CaseNow, newer: Process | None = None) -> tuple[str, ...]:
    """Name the roles that may adopt a process that asks for less: as the case's own says it, or where that names none, the newer."""
    for process in (case.process, newer or case.process):
        if found := tuple(role.id for role in process.roles.values() if role.adopts_less):
            return found
    return ()


# In which group who gives a command writes, where what it says tells no other.
WRITES_IN = {
    "document": "papers",
    "consent": "consent",
    "travel": "travel",
    "involve": "family",
    "resolve": COURSE,
    "assign": "parties",
}
BY_ANYBODY = (
    "withdraw",
    "incident",
    "contact",
    "record",
    "note",
    "correct",
    "close_up",
)  # the last four by what they are about
BY_WORD = ("involve",)  # as a rule a case manager does, and says whose word it is


def command_roles(case: CaseNow, word: str, move: str | None = None) -> tuple[str, ...]:
    """Name the roles that may give a command, or make a move; by their own letter, or by the word of somebody else. A move is made where
    its grounds are: of those that may make it somewhere, those that may here.
    """
    giving = roles_giving(case.process, word, move)
    if move is None:
        return giving
    here = case.once(("roles on", move), lambda: roles_on(case.process, holders_of(case.recorded), GIVEN_ON[move]))
    return tuple(one for one in giving if one in here) or giving


def roles_giving(process: Process, word: str, move: str | None = None) -> tuple[str, ...]:
    """Name the roles that may give a command in some case, or make a move."""
    roles = process.roles.values()
    if move is not None:
        return tuple(role.id for role in roles if move in role.moves)
    if word in BY_ANYBODY:
        return process.working
    if word == "open_up":
        return tuple(role.id for role in roles if role.opens_up)
    writing = writers(process, WRITES_IN[word]) if word in WRITES_IN else ()
    typing = process.managers if word in BY_WORD else ()
    return tuple(role.id for role in roles if role.id in (*writing, *typing) or word in role.may)


def writers(process: Process, *groups: str) -> tuple[str, ...]:
    """Name the roles that write in each of these groups by their own letter."""

    def find() -> tuple[str, ...]:
        letters = {id: letters_of_role(process, id) for id in process.working}
        return tuple(
            id for id, has in letters.items() if all(has.get(one, (NONE, NONE))[False] == WRITE for one in groups)
        )

    return process.memoised(("writers", groups), find)


def is_word_of(case: CaseNow, by: str | None, groups: Iterable[str]) -> bool:
    """Say whether somebody's word counts for these groups, so that a case manager may write it down."""
    if by is None:
        return False
    roles, known = case.process.roles, case.process.recipients.get(case.class_of(by))
    party = case.party(by)
    if party is not None and case.is_suspected(party):
        return False
    holds = {by, *(role for role, held in case.recorded.roles.items() if held.party == by)}
    speaks = {*holds, *(known.speaks_as if known else ())}
    if GUARDIAN in speaks and (case.is_past_18 or not case.is_guardian(by)):
        speaks.remove(GUARDIAN)
    return frozenset(groups) <= frozenset(group for role in speaks if role in roles for group in roles[role].says)


def who_says(case: CaseNow, *groups: str) -> tuple[str, ...]:
    """Name the roles whose word counts for these groups."""
    return tuple(id for id, one in case.process.roles.items() if {*groups} <= {*one.says})


def accounts_at(case: CaseNow, house: str) -> list[str]:
    """Name the accounts of a house, whoever acts first; none where it has none here."""
    there = {one.id for one in case.outside.accounts().of(house) or ()}
    own = case.actor.id if case.actor is not None else ""
    return sorted(there, key=lambda id: (id != own, id))


def workers_at(case: CaseNow, organisation: str) -> list[str]:
    """Name who can answer for the person at an organisation, by their accounts as they were then, whoever acts first; nobody, where no
    account there has such a role: then a name is taken as it is given.
    """
    accounts = (one.as_of(case.at) for one in case.outside.accounts().register)
    there = {
        one.id
        for one in accounts
        if one is not None and one.organisation == organisation and not one.roles.isdisjoint(case.process.managers)
    }
    own = case.actor.id if case.actor is not None else ""
    return sorted(there, key=lambda id: (id != own, id))


def doers(process: Process, recorded: Case) -> frozenset[str]:
    """Name who can have done something in a case: its roles and who holds them, partners, and who is of the case."""
    held = (one.party for one in recorded.roles.values())
    return frozenset({*process.roles, *process.partners, *recorded.people, *recorded.organisations, *held})
