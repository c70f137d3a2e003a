"""To which data group each value in the data of an event belongs: who may see it, and under which key it is sealed.

Used by:  wayhome.permissions, wayhome.store, wayhome.forms, wayhome.commands
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.letters import Letters, Told, knows_party, letters_for
from wayhome.model.case import PersonRecord
from wayhome.model.closed_sets import HELPERS
from wayhome.packs.kinds.incidents import IncidentKind
from wayhome.packs.process import Process

NOBODYS = ""  # of what the process does not know: nobody can say who may see it
RISK = "risk"  # that somebody of the case is under suspicion, or no longer
BIRTH = "ticket_name"  # when somebody of the case was born, and how old they are, where nobody knows the day


def group_of_relation(relation: str) -> str:
    """Name the data group of somebody of the case: of who helps, and of the family."""
    return "parties" if relation in HELPERS else "family"


def may_see_person(person: PersonRecord, told: Told) -> bool:
    """Say whether somebody is told of a person of the case: of the family, of who helps, and of who goes along whoever plans the journey."""
    group = group_of_relation(person.relation)
    return group in told.sums or (person.travels and not {BIRTH, "travel"}.isdisjoint(told.reads))


def people_told(case: CaseNow) -> Mapping[str, PersonRecord]:
    """Give the people of a case of whom who asks is told, by their refs; all of them, where no actor asks."""
    people = case.recorded.people
    if case.actor is None:
        return people
    letters = letters_for(case)
    return {ref: one for ref, one in people.items() if may_see_person(one, letters.of_person(ref))}


def is_told_whom(letters: Letters, ref: str) -> bool:
    """Return whether a reader of an incident is told to whom it has happened: of a child and of who went along each is, of others who is
    told that they are in the case.
    """
    person, recorded = letters.recorded.people.get(ref), letters.recorded
    if person is None or person.relation == "child" or any(was.value for was in recorded.all_of("people", ref)):
        return True
    holds_a_role = any(held.party == ref for held in recorded.roles.values())
    return may_see_person(person, letters.of_person(ref)) or (holds_a_role and letters.knows_party(ref))


def affected_that_may_be_named(case: CaseNow, kind: IncidentKind) -> list[str]:
    """Name those to whom something can have happened, as far as who asks is told of them (`is_told_whom`)."""
    refs = case.may_happen_to(kind)
    return refs if case.actor is None else [ref for ref in refs if is_told_whom(letters_for(case), ref)]


def parties_told(case: CaseNow) -> Iterator[str]:
    """Name the people of a case, and the organisations that work on it, of whom who asks is told."""
    yield from people_told(case)
    yield from (one for one in case.recorded.organisations if knows_party(case, one))


def belongings(process: Process, data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Name each value that belongs to a data group: where it stands in the data, and the group."""
    for id in data.get("facts") or ():
        yield ("facts", id), process.facts[id].group if id in process.facts else NOBODYS
    asking = process.registers.get(str(data.get("register"))) or process.steps.get(str(data.get("step")))
    for name in data.get("values") or ():
        yield ("values", name), asking.fields[name].group if asking is not None and name in asking.fields else NOBODYS
    for name in ("born_on", "age_band"):
        if name in data:
            yield (name,), BIRTH
    if "suspected" in data:
        yield from ((("suspected",), RISK), (("ref",), RISK))
    if data.get("about"):
        yield ("about",), process.group_of_incident(str(data.get("type")))
    if "legs" in data:
        yield ("legs",), "travel"
