"""Others in the case: who they are, and which role each has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Annotated, Any, ClassVar

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import command_roles, managers, writers
from wayhome.commands.answer import Act, Answer, role_for, void_clearance
from wayhome.commands.belonging import people_told
from wayhome.commands.changes import Change, a_day, is_history, with_history
from wayhome.commands.incidents import open_those
from wayhome.commands.steps import complete_by_command
from wayhome.commands.values import missing, must_work_there, organisation_from
from wayhome.errors import BadInput, NotFound, Template
from wayhome.model.case import RELATIONS, Alone, Assignment, Case, CaseWorker, PersonRecord, Suspicion
from wayhome.model.closed_sets import HELPERS, OWNER, PERSON, AgeBand, Relation
from wayhome.model.command import Command, Party, Question
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reading import CODE, as_text, bad, one_of, unknown

__all__ = ["Assign", "Involve"]


@data(kw_only=True)
class Involve(Command):
    """Make someone else known in this case, or say more of them. The engine makes the ref (child-1, relative-2); name and contact are sealed."""

    word: ClassVar[str] = "involve"
    unruled: ClassVar[Template] = "somebody may always be made known"
    earliest: ClassVar = "opening"

    # Who is known already; without it, somebody new.
    ref: Annotated[Party | None, Question("Who is it, if they are known here already?", of="people")] = None
    # Needed of somebody new.
    relation: Annotated[Relation | None, Question("Who are they to the person?", unless=("ref",), needed=True)] = None
    travels: Annotated[bool | None, Question("Do they travel along?")] = None
    suspected: Annotated[bool | None, Question("Is there any suspicion against them?")] = None
    # Of whom it was said that they have died: that was an error.
    lives: Annotated[bool | None, Question("Are they alive, although it was said that they died?", of="the_dead")] = (
        None
    )
    born_on: Annotated[date | None, Question("When were they born?")] = None
    # Where no birthday is known; who may be a child, and of whom neither is said, counts as one.
    age_band: Annotated[AgeBand | None, Question("How old are they, as far as is known?", unless=("born_on",))] = None
    # A child who is a victim too: the number of its own case, which is linked to this one.
    own_case: Annotated[str | None, Question("Which is their own case, if they have one?")] = None
    # So whoever counts on the journey is called there, too.
    works_for: Annotated[
        Party | None,
        Question("For which organisation do they work?", of="openers", when={"relation": ("escort",)}),
    ] = None
    name: Annotated[str | None, Question("What are they called? (kept sealed)")] = field(default=None, repr=False)
    contact: Annotated[str | None, Question("How can they be reached? (kept sealed)")] = field(default=None, repr=False)


@data(kw_only=True)
class Assign(Command):
    """Give a role in this case to a partner, an organisation, or a person of the case (ref).

    Who leads the case is an organisation, and one of its workers by the id of their account: an organisation answers no call.
    """

    word: ClassVar[str] = "assign"
    earliest: ClassVar = "opening"
    judged_then: ClassVar = True

    role: Annotated[str, Question("Which role?", of="roles")]
    partner: Annotated[
        str | None, Question("Which partner?", of="partners_for_role", unless=("organisation", "ref"), needed=True)
    ] = None
    organisation: Annotated[
        Party | None,
        Question("Which other organisation?", of="organisations_for_role", unless=("partner", "ref"), needed=True),
    ] = None
    ref: Annotated[
        Party | None,
        Question("Which person of this case?", of="people_for_role", unless=("partner", "organisation"), needed=True),
    ] = None
    # Of who leads the case: who there answers for it, the id of an account, and no name.
    case_worker: Annotated[
        str | None, Question("Who there answers for the person?", of="who_answers", unless=("ref",), needed=True)
    ] = None


SAID_OF_SOMEBODY = ("travels", "lives", "born_on", "age_band", "own_case", "works_for", "name", "contact")


def _says_who_they_are(command: Involve) -> bool:
    """Say whether somebody is made known, or more is said of them than whether they are under suspicion."""
    return command.ref is None or any(getattr(command, name) is not None for name in SAID_OF_SOMEBODY)


def groups_of(relation: str, *, travels: bool) -> tuple[str, str]:
    """Name the data groups of how somebody is called and reached: who goes along has the same as the person."""
    if travels:
        return "ticket_name", "phone"
    return ("parties", "phone") if relation in HELPERS else ("family", "family")


def _who_involves(case: CaseNow, command: Involve, relation: str) -> str:
    """Give the role in which the actor makes somebody known: who writes of the family, or of who works in the case; of a suspicion, who
    judges dangers, and who carries the case: they have seen it themselves. The person may always name somebody.
    """
    of = "parties" if relation in HELPERS else "family"
    clears = command.suspected is False and case.recorded.suspects(command.ref or "")
    says_more, names_one = _says_who_they_are(command), command.ref is None and relation == "suspected_perpetrator"
    suspects = bool(command.suspected) or clears or names_one or (command.suspected is False and not says_more)
    is_of_them = (says_more or not suspects) and relation != "suspected_perpetrator"
    groups = (*((of,) if is_of_them else ()), *(("risk",) if suspects else ()))
    theirs = tuple("family" if one == "parties" and command.by == PERSON else one for one in groups)
    may = [{*writers(case.process, one), *(managers(case) if one == "risk" and not clears else ())} for one in groups]
    who = [role for role in case.process.working if all(role in one for one in may)]
    return role_for(case, who, "{command}", by=command.by, says=theirs, command=Involve.word)


def on_involve(case: CaseNow, command: Involve, answer: Answer) -> None:
    """Make a ref for someone else in the case, or bring it up to date."""
    people = case.recorded.people
    if command.ref is not None and command.ref not in people:
        raise unknown("person of this case", command.ref, people_told(case), field="ref")
    old = people[command.ref] if command.ref is not None else None
    before = old is not None and case.is_before("people", old.ref)
    relation = one_of("relation", command.relation or (old.relation if old else ""), RELATIONS)
    answer.role = _who_involves(case, command, relation)
    ref = old.ref if old else f"{relation}-{1 + sum(one.relation == relation for one in people.values())}"
    if old is not None and relation != old.relation:
        answer.wrong(
            BadInput(
                "'{ref}' is known as '{relation}' here; who somebody is does not change.",
                todo="Involve somebody else without 'ref'; where this was a mistake, say 'travels': no, of this one.",
                field="relation",
                ref=ref,
                relation=old.relation,
            )
        )
    suspected = True if old is None and relation == "suspected_perpetrator" else command.suspected
    travels = command.travels if command.travels is not None else (old.travels if old else False)
    if command.lives is False:
        told: Template = "That somebody has died is an incident."
        answer.wrong(bad("lives", "contradiction", told, "Record the incident, with 'of'."))
    if old is not None and old.gone and command.travels and not command.lives:
        dead: Template = "'{ref}' is said to have died."
        answer.wrong(bad("travels", "contradiction", dead, "Say 'lives': yes, if that was an error.", ref=old.ref))
    if command.born_on is not None and command.born_on > case.day_of(case.at):
        answer.wrong(bad("born_on", "contradiction", "That day is still to come.", "Correct 'born_on'."))
    if command.born_on is not None and command.age_band is not None:
        answer.wrong(bad("age_band", "contradiction", "The birthday says how old they are.", "Leave out 'age_band'."))
    born_on, age_band = command.born_on or (old.born_on if old else None), command.age_band
    if age_band is None and command.born_on is None and old is not None:
        age_band = old.age_band
    kept_case = old.own_case if old is not None and command.own_case is None else None  # an empty word takes it back
    sealed: dict[str, dict[str, Any]] = {}
    of_name, of_contact = groups_of(relation, travels=travels)
    for group, name, text, longest in (
        (of_name, "name", command.name, 300),
        (of_contact, "contact", command.contact, 500),
    ):
        with answer.faults.gathered():
            if text:
                sealed.setdefault(group, {})[name] = as_text(name, text, longest)
    if _says_who_they_are(command) or suspected is None:
        answer.emit(
            "person_involved",
            sealed,
            ref=ref,
            relation=relation,
            travels=travels,
            born_on=born_on.isoformat() if born_on and not command.age_band else None,
            age_band=age_band,
            own_case=_own_case(case, command, ref, answer) if command.own_case else kept_case,
            gone=(old is not None and old.gone and not command.lives) or None,
            works_for=_office(case, command.works_for) if command.works_for else (old.works_for if old else None),
            by=command.by,
            earlier=[ref] if before else [],
        )
    if suspected is not None:
        _suspects(case, command, answer, ref, suspected)
    if old is not None and old.gone and command.lives:
        _lives_after_all(case, answer, ref)


def _suspects(case: CaseNow, command: Involve, answer: Answer, ref: str, suspected: bool) -> None:
    """Write down a suspicion, or its end, as an entry of its own: it is told to others than who somebody is, and told late it stands."""
    before, known = case.is_before("suspicions", ref) and not suspected, case.recorded.suspects(ref)
    answer.emit("suspicion_recorded", ref=ref, suspected=suspected, by=command.by, earlier=[ref] if before else [])
    phase = case.recorded.phase  # in whose hands they are now counts, whenever that was known
    has_gone = PHASE_NUMBER[phase] >= PHASE_NUMBER["travel"]
    if suspected and not known and has_gone and answer.has_in_hand(case, ref):
        open_those(case, answer, lambda on: on.by_a_suspect, moved_to=phase)


def _office(case: CaseNow, party: str) -> str:
    return party if party in case.process.partners else organisation_from(case, "works_for", party)


def _lives_after_all(case: CaseNow, answer: Answer, ref: str) -> None:
    """What was open for somebody, and ended with a death that was none, is open again."""
    theirs = [one for one in case.recorded.incidents if one.of == ref]
    deaths = [one.number for one in theirs if (kind := case.process.incidents.get(one.type)) and kind.gone]
    for one in theirs:
        if one.outcome is None and one.resolved_seq is not None and one.resolved_seq > min(deaths, default=0):
            answer.emit("incident_reopened", incident=one.number, type=one.type, of=ref, because="person_involved")
            if one.effect_in(case.recorded.phase) != "none":
                void_clearance(case, answer, one.type)


def _own_case(case: CaseNow, command: Involve, ref: str, answer: Answer) -> str | None:
    """Read the number of the case of their own that somebody has: it is open, linked to this one, and of nobody else here."""
    what: Template = "No case with that number is linked to this one as the case of somebody who travels along."
    todo: Template = "Open it with 'linked_to': {number}, and 'relation': companion."
    none = bad("own_case", "contradiction", what, todo, number=case.recorded.number)
    try:
        there = case.another(str(command.own_case))
    except NotFound:  # in the words for one that is there, and not linked: nobody learns here which numbers there are
        raise none from None
    assert there is not None
    own = there.recorded
    others = (one for one in case.recorded.people.values() if one.ref != ref)
    holder = next((one.ref for one in others if one.own_case == own.number), None)
    if (own.linked_to, own.relation) != (case.recorded.number, "companion"):
        raise none
    if own.is_closed:
        closed: Template = "Case {own} is closed: nobody is asked anything there."
        answer.wrong(bad("own_case", "contradiction", closed, "Reopen it, or open another.", own=own.number))
    elif holder is not None:
        taken: Template = "Case {own} is that of {ref}."
        answer.wrong(bad("own_case", "contradiction", taken, "Open one for each.", own=own.number, ref=holder))
    return own.number


def on_assign(case: CaseNow, command: Assign, answer: Answer) -> None:
    """Give a role in this case to exactly one party."""
    process, role = case.process, command.role
    if role != OWNER and role not in process.roles:
        raise unknown("role", role, [OWNER, *process.roles], field="role")
    parties = [p for p in (command.partner, command.organisation, command.ref) if p]
    if len(parties) != 1:
        raise BadInput(
            "A role is given to exactly one party.",
            todo="Say one of 'partner', 'organisation' and 'ref'.",
            field="partner",
        )
    if command.ref and command.ref not in case.recorded.people:
        raise unknown("person of this case", command.ref, people_told(case), field="ref")
    if command.partner and command.partner not in process.partners:
        raise unknown("partner", command.partner, process.partners, field="partner")
    if command.organisation:
        organisation_from(case, "organisation", command.organisation)
    _names_one_of_them(case, command, answer)
    own = (r for step in case.completed_by("assign", role) if step.is_core for r in step.who)
    who = tuple(dict.fromkeys((*own, *command_roles(case, "assign"))))
    answer.role = role_for(case, who, "assign '{role}'", by=command.by, role=role)
    earlier = [role] if case.is_before("roles", role) else []
    receives = role in process.roles and process.roles[role].partner_class is not None
    made_by = case.actor.id if case.actor else ""
    answer.emit(
        "role_assigned",
        by_two=(receives and bool(case.harm_noted(parties[0], made_by))) or None,
        role=role,
        partner=command.partner,
        organisation=command.organisation,
        ref=command.ref,
        case_worker=command.case_worker,
        by=command.by,
        earlier=earlier,
    )
    for step in case.done_by("assign", role):
        if not earlier or case.is_before("steps", step.id):
            complete_by_command(case, answer, step)


def _names_one_of_them(case: CaseNow, command: Assign, answer: Answer) -> None:
    """See that one person answers for the case on the side that leads; somebody with a ref is one already."""
    if command.case_worker is not None and command.ref:
        what: Template = "Somebody who is known in this case is one person already."
        answer.wrong(bad("case_worker", "contradiction", what, "Leave out 'case_worker'."))
    elif command.case_worker is not None and command.role != OWNER:
        lead: Template = "Of who leads the case it is said who there answers for it."
        answer.wrong(bad("case_worker", "contradiction", lead, "Leave out 'case_worker'."))
    elif command.case_worker is not None:
        if not CODE.fullmatch(command.case_worker):
            code: Template = "'{name}' is the id of an account, a short code."
            kept: Template = "It is kept in clear, so it may name nobody."
            answer.wrong(bad("case_worker", "unreadable", code, "Write their id, for example anna.", why=kept))
        with answer.faults.gathered():
            must_work_there(case, command.organisation or command.partner or "", "case_worker", command.case_worker)
    elif command.role == OWNER and not command.ref:
        why: Template = "One person there answers for the case: by the id of their account, not by a name."
        answer.wrong(missing("case_worker", why))


# --- what the events change -----------------------------------------------------------------------------


def involved(case: Case, event: Event) -> Change:
    """Who somebody is now. What was before what stands is kept beside it."""
    data, old = event.data, case.people.get(event.data["ref"])
    record = PersonRecord(
        data["ref"],
        data["relation"],
        event.occurred_at,
        event.seq,
        bool(data.get("travels")),
        old.made_by if old else event.actor,
        a_day(data.get("born_on")),
        data.get("age_band"),
        data.get("own_case"),
        bool(data.get("gone")),
        data.get("works_for"),
    )
    if is_history(case, event, "people", record.ref):
        return with_history(case, "people", {record.ref: record})
    return {"people": {**case.people, record.ref: record}}


def suspected(case: Case, event: Event) -> Change:
    """Whether somebody is under suspicion now. One of before stands from what was last said."""
    old = case.suspicions.get(event.data["ref"])
    record = Suspicion(event.data["ref"], bool(event.data["suspected"]), event.occurred_at, event.seq)
    if is_history(case, event, "suspicions", record.ref):
        return with_history(case, "suspicions", {record.ref: record})
    if old is not None and event.occurred_at < old.at:
        return {"suspicions": {**case.suspicions, record.ref: record._replace(at=old.at)}, "days": case.days}
    return {"suspicions": {**case.suspicions, record.ref: record}}


def assigned(case: Case, event: Event) -> Change:
    data = event.data
    party = (data.get("partner"), data.get("organisation"), data.get("ref"))
    alone = Alone(event.occurred_at, event.recorded_at, event.actor) if data.get("by_two") else None
    record = Assignment(data["role"], event.occurred_at, event.seq, *party, alone, event.actor)
    named = {"case_workers": _workers(case, event, record.party)} if data.get("case_worker") else {}
    if is_history(case, event, "roles", record.role):
        return {**with_history(case, "roles", {record.role: record}), **named}
    return {"roles": {**case.roles, record.role: record}, **named}


def _workers(case: Case, event: Event, party: str) -> Mapping[str, CaseWorker]:
    """Give who answers for the person at each organisation; the last who was named there, whatever was told since."""
    old = case.case_workers.get(party)
    if old is not None and event.occurred_at < old.at:
        return case.case_workers
    return {**case.case_workers, party: CaseWorker(event.data["case_worker"], event.occurred_at, event.seq, old)}


def _relation(case: CaseNow, command: Involve) -> list[str]:
    known = case.recorded.people.get(command.ref or "")
    return [command.relation or (known.relation if known else "")]


ACTS = (
    Act(Involve, on_involve, about=_relation),
    Act(
        Assign,
        on_assign,
        about=lambda _, command: [command.role],
        completes=lambda case, command: case.done_by("assign", command.role),
    ),
)
CHANGES = {"person_involved": involved, "suspicion_recorded": suspected, "role_assigned": assigned}
