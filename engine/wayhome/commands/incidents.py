"""What happens that the plan did not foresee: an incident, what follows from it at once, and its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Annotated, Any, ClassVar

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.case_now.letters import COURSE, knows_party, letters_for
from wayhome.case_now.roles import accounts_at, managers, told_incident, visible_incidents, writers
from wayhome.commands.answer import Act, Answer, role_for, role_for_command, void_clearance
from wayhome.commands.belonging import affected_that_may_be_named, is_told_whom, people_told
from wayhome.commands.changes import Change, a_day, is_brought
from wayhome.commands.life_cycles import STEP
from wayhome.commands.values import missing, not_in_the_case
from wayhome.errors import BadInput, Template
from wayhome.model.case import HOW_IT_ENDED, Case, IncidentRecord, StepKey, consent_key
from wayhome.model.closed_sets import EFFECTS, PHASES, Effect
from wayhome.model.command import Command, Question
from wayhome.model.data import data
from wayhome.model.event import Event, ends
from wayhome.model.reading import as_text, bad, one_of, unknown
from wayhome.packs.kinds.incidents import IncidentKind, OpensOn
from wayhome.packs.process import Process

__all__ = ["Incident", "Resolve"]


@data(kw_only=True)
class Incident(Command):
    """Say that something has happened that the plan did not foresee."""

    word: ClassVar[str] = "incident"
    unruled: ClassVar[Template] = "what has happened may be written down"
    clock_may: ClassVar[bool] = True
    of_others: ClassVar = True
    earliest: ClassVar = "ever"

    type: Annotated[str, Question("What has happened?", of="incidents")]
    note: Annotated[str | None, Question("What happened, in a few words?")] = field(default=None, repr=False)
    # Accounts, organisations, refs: who is named is told nothing of it, and does not answer it.
    about: Annotated[
        tuple[str, ...], Question("Of whom? An account, an organisation, or somebody of the case", of="whose_conduct")
    ] = ()
    effect: Annotated[Effect | None, Question("Does it hold up the journey?", of="effects")] = None
    review_on: Annotated[date | None, Question("When shall it be looked at again?")] = None


@data(kw_only=True)
class Resolve(Command):
    """Say that an incident is over: how, and why. `incident` is its type (`of` whom it happened to), or its number in the case's history.

    `outcome` is one that the incident declares for the phase of the case.
    """

    word: ClassVar[str] = "resolve"
    unruled: ClassVar[Template] = "an end is judged by what the incident needs"
    of_others: ClassVar = True
    earliest: ClassVar = "opening"

    incident: Annotated[str, Question("What is over?", of="open_incidents")]
    outcome: Annotated[str, Question("How did it end?", of="outcomes")]
    reason: Annotated[str, Question("Why is it over?")] = field(repr=False)
    resume_step: str | None = None


def on_incident(case: CaseNow, command: Incident, answer: Answer) -> None:
    """Open an incident, with everything that follows from it in the same transaction."""
    answer.role = role_for_command(case, "incident")
    process = case.process
    kind = process.incidents.get(process.aliases.get(command.type, command.type))
    if kind is None:
        raise unknown("incident", command.type, [*process.incidents, *process.aliases], field="type")
    _happens_to(case, kind, command, answer)
    effect = None
    if command.effect is not None:
        effect = one_of("effect", command.effect, kind.may_choose or (kind.effect.get(case.recorded.phase, "none"),))
    review_on = command.review_on.isoformat() if command.review_on else None
    must_be_within_longest_review(case, command.review_on, "review_on", answer)
    sealed = {process.group_of_incident(kind.id): {"note": as_text("note", command.note)}} if command.note else {}
    of, by, about = command.of or "", command.by, _whose_conduct(case, kind, command, answer)
    open_incident(case, answer, kind, effect=effect, review_on=review_on, sealed=sealed, of=of, by=by, about=about)


def must_be_within_longest_review(case: CaseNow, day: date | None, field: str, answer: Answer) -> None:
    """See that the day on which something is looked at again is not so far ahead that nobody ever does: a mistyped year would be that."""
    longest = case.process.longest_review
    if day is not None and day > case.day_of(case.shifted(case.at, longest)):
        todo: Template = "Choose a day within {longest}; it can be set again then."
        answer.wrong(BadInput("That day lies too far ahead.", todo=todo, field=field, longest=longest))


def _happens_to(case: CaseNow, kind: IncidentKind, command: Incident, answer: Answer) -> None:
    """See that it is said of whom, where it happens to others than the person, and only there."""
    who = affected_that_may_be_named(case, kind)
    if command.of in case.may_happen_to(kind) and command.of not in who:
        answer.wrong(not_in_the_case(case, str(command.of)))
        return
    if kind.each is None and command.of is not None:
        what: Template = "This is about the person of the case."
        todo: Template = "Leave out 'of'. To somebody else happens one of these: {others}."
        others = [one.id for one in case.process.incidents.values() if one.each]
        answer.wrong(bad("of", "contradiction", what, todo, others=others))
    elif kind.each is not None and command.of is None:
        answer.wrong(missing("of", "It happens to somebody else than the person: say to whom."))
    elif kind.each is not None and command.of not in who:
        answer.wrong(unknown("person to whom this can happen", str(command.of), who, field="of"))


def _whose_conduct(case: CaseNow, kind: IncidentKind, command: Incident, answer: Answer) -> tuple[str, ...]:
    """Read whom it names, where it is about what somebody did: what somebody who has no part in it looks into."""
    if command.about and not kind.by_outsider:
        what: Template = "'{incident}' is about what has happened, and not about what somebody did."
        todo: Template = "Leave out 'about'; who did it belongs in the note."
        answer.wrong(bad("about", "contradiction", what, todo, incident=case.process.named("incidents", kind.id)))
    known = nameable(case)
    accounts = {one.actor.id for one in case.outside.accounts().register}
    for one in command.about:
        if one not in known and one not in accounts:
            answer.wrong(unknown("account, organisation or person of the case", one, [*known], field="about"))
    return tuple(dict.fromkeys(command.about))


def nameable(case: CaseNow) -> tuple[str, ...]:
    """Name whom somebody may complain of, as far as who types is told of them: their own house, its accounts, and who is of the case."""
    house = case.actor.organisation if case.actor is not None else case.recorded.organisation
    held = (one.party for one in case.recorded.roles.values())
    parties = (case.recorded.organisation, case.recorded.leads, *case.recorded.organisations, *held)
    told = (one for one in parties if knows_party(case, one))
    return tuple(dict.fromkeys((house, *accounts_at(case, house), *told, *people_told(case))))


def who_resolves(process: Process, kind: str) -> tuple[str, ...]:
    """Name the roles that end an incident: who writes how the case goes; of what somebody outside looks into, who hears of it there."""
    declared, group = process.incidents.get(kind), process.label("incidents", kind).get("group")
    return writers(process, group if declared is not None and declared.by_outsider and group else COURSE)


def who_is_to_look(case: CaseNow, kind: str) -> tuple[str, ...]:
    """Name the roles that look at an incident: who manages the case; at what somebody outside looks into, who hears of it."""
    declared = case.process.incidents.get(kind)
    return who_resolves(case.process, kind) if declared is not None and declared.by_outsider else managers(case)


def on_resolve(case: CaseNow, command: Resolve, answer: Answer) -> None:
    """End an incident."""
    hears = [who_resolves(case.process, id) for id in case.process.incidents]
    role_for(case, dict.fromkeys(role for roles in hears for role in roles), "{command}", command="resolve")
    incident, told = told_incident(case, str(command.incident), command.of), visible_incidents(case)
    # Of what they are not told they learn neither that it is open nor how it ends.
    if incident is None or incident not in told:
        letters = letters_for(case)
        if theirs := [i.of for i in told if i.of and i.type == command.incident and is_told_whom(letters, i.of)]:
            of_whom: Template = "It is not said of whom this is over: {theirs}."
            raise bad("of", "missing", of_whom, "Say 'of': {first}, or another.", theirs=theirs, first=theirs[0])
        raise unknown("open incident", str(command.incident), [i.type for i in told], field="incident")
    kind = case.process.incidents[incident.type]
    answer.role = role_for(
        case,
        who_resolves(case.process, kind.id),
        "resolve '{incident}'",
        incident=case.process.named("incidents", kind.id),
    )
    resume = command.resume_step
    if resume is not None and resume not in case.process.steps:
        raise unknown("step", resume, case.process.steps, field="resume_step")
    ways = kind.endings(case.phase_then)
    if not kind.never_ends and command.outcome not in ways:
        answer.wrong(
            unknown("way for '{incident}' to end now", command.outcome, ways, field="outcome", incident=kind.id)
        )
    answer.emit(
        "incident_resolved",
        {case.process.group_of_incident(kind.id): {"reason": as_text("reason", command.reason)}},
        incident=incident.number,
        type=incident.type,
        outcome=command.outcome,
        resume_step=resume or _where_it_resumes(case, kind),
        of=incident.of or None,
        by=command.by,
        looks_into=kind.by_outsider or None,
    )


def _where_it_resumes(case: CaseNow, kind: IncidentKind) -> str | None:
    """Give the first of its steps that does not lie behind the person."""
    ahead = (id for id in kind.resume_step if not case.is_behind(case.process.steps[id]))
    return next(ahead, next(reversed(kind.resume_step), None))


def open_those(
    case: CaseNow, answer: Answer, speaks: Callable[[OpensOn], bool], *, moved_to: str | None = None
) -> None:
    """Open the incidents that this brings about by itself: those of the phase of its day whose `opens_on` speaks of it.

    `moved_to` is the phase to which the case has moved with it.
    """
    phase = moved_to or case.phase_then
    for kind in case.process.incidents.values():
        if kind.opens_on and speaks(kind.opens_on) and phase in kind.phases:
            open_incident(case, answer, kind, moved_to=moved_to)


def open_incident(
    case: CaseNow,
    answer: Answer,
    kind: IncidentKind,
    *,
    effect: str | None = None,
    review_on: str | None = None,
    sealed: Mapping[str, Mapping[str, Any]] | None = None,
    keep: str = "",
    moved_to: str | None = None,
    of: str = "",
    by: str | None = None,
    about: Sequence[str] = (),
) -> None:
    """Open an incident (of somebody else than the person): its effect, what it sets, resets and voids, and the end of a clearance.

    One that is open happens again: what ends it must be newer than this time, and what it resets is to be done anew. A complaint is another
    one, unless who types it is told of the first: else they would learn that it stands.
    `keep` is the step whose result opens it: that result stays to be seen. `moved_to` is the phase to which the case has
    moved with it.
    """
    phase = moved_to or case.recorded.phase
    is_open = told_incident(case, kind.id, of)
    if is_open is not None and kind.by_outsider and is_open not in visible_incidents(case):
        is_open = None
    chosen = effect or kind.effect.get(phase, "none")
    said_on = review_on
    if review_on is None and kind.review is not None:
        review_on = case.day_of(case.shifted(case.at, kind.review)).isoformat()
    differs = not effect and len(set(kind.effect.values())) > 1
    effects = dict(kind.effect) if differs else {}
    if is_open:
        again = {
            "incident": is_open.number,
            "type": kind.id,
            "effect": chosen,
            "effects": effects,
            "review_on": said_on,
            "of": of or None,
            "about": about,
            "by": by,
        }
        answer.emit("incident_repeated", sealed, **again)
    else:
        first = {"type": kind.id, "effect": chosen, "review_on": review_on, "effects": effects, "of": of or None}
        answer.emit("incident_opened", sealed, **first, about=about, by=by)
    if kind.gone and (one := case.recorded.people.get(of)) is not None:  # else it is not said who, and told so
        born_on = one.born_on.isoformat() if one.born_on else None
        said = {"born_on": born_on, "age_band": one.age_band, "own_case": one.own_case, "works_for": one.works_for}
        answer.emit("person_involved", ref=of, relation=one.relation, travels=False, gone=True, **said)
        for other in case.recorded.open_incidents:
            if other.of == of and other.type != kind.id:  # what it held up is over; this holds, and asks for a new talk
                answer.emit("incident_resolved", incident=other.number, type=other.type, of=of, because=kind.id)
    _set_facts(case, answer, kind)
    reset = _to_reset(case, kind, phase, keep, of)
    if others := [key for key in reset if key != CLEARANCE]:
        answer.emit("steps_reset", steps=others, because=kind.id, state=STEP.next("done", "reset"))
    if chosen != "none" or CLEARANCE in reset:
        void_clearance(case, answer, kind.id)
    if voided := _to_void(case, answer, kind, phase):
        answer.emit("consent_voided", consents=voided, because=kind.id)
    travel = case.recorded.travel
    if phase in kind.cancels_journey and travel is not None and travel.status != "cancelled":
        answer.emit("travel_cancelled", because=kind.id)


def _set_facts(case: CaseNow, answer: Answer, kind: IncidentKind) -> None:
    said: dict[str, Any] = {}
    for event in answer.events:
        said |= event.data.get("facts") or {}
    known = {id: record.value for id, record in case.recorded.facts.items()} | said
    facts = case.process.facts_asked_anew(kind.id)
    asked = {id: None for id in facts if id not in said and _is_known_no_more(case, id)}
    if new := asked | {id: value for id, value in kind.sets.items() if known.get(id) != value}:
        answer.emit("facts_recorded", facts=new, because=kind.id)


def _is_known_no_more(case: CaseNow, id: str) -> bool:
    """Say whether what was known of a fact is to be asked anew: not what was said after this, nor what protects."""
    one = case.recorded.facts.get(id)
    if one is None or one.value is None or one.at > case.at:
        return False
    return one.value not in case.process.facts[id].cautious


def _to_reset(case: CaseNow, kind: IncidentKind, phase: str, keep: str, of: str) -> list[str]:
    steps = case.recorded.steps
    return [
        key
        for id in case.process.resets(kind, phase)
        for key, record in steps.items()
        if id != keep and StepKey.read(key).step == id and STEP.next(record.state, "reset") is not None
        if not of or (StepKey.read(key).of != of if kind.gone else StepKey.read(key).of in ("", of))
    ]


def _to_void(case: CaseNow, answer: Answer, kind: IncidentKind, phase: str) -> list[str]:
    said_no = {key for event in answer.events if event.type == "consent_withdrawn" for key in event.data["consents"]}
    said_no |= {
        consent_key(event.data["purpose"], event.data.get("recipient", ""), event.data.get("of", ""))
        for event in answer.events
        if event.type == "consent_refused"
    }
    # A no is not void.
    return [
        key
        for key, consent in case.recorded.consents.items()
        if consent.purpose in kind.voids.get(phase, ()) and consent.state == "given" and key not in said_no
    ]


# --- what the events change ---------------------------------------------------------------------------


def opened(case: Case, event: Event) -> Change:
    data = event.data
    record = IncidentRecord(
        event.seq,
        data["type"],
        data["effect"],
        case.phase,
        event.occurred_at,
        a_day(data.get("review_on")),
        effects=data.get("effects") or {},
        entered_at=event.recorded_at if event.recorded_at > event.occurred_at else None,
        ends_at=ends(event) if ends(event) > event.occurred_at else None,
        of=data.get("of") or "",
        told_at=event.recorded_at if data.get("of") else None,
        written_by=(event.actor,),
        by_others=is_brought(event),
        about=tuple(data.get("about") or ()),
    )
    return {"incidents": (*case.incidents, record)}


def repeated(case: Case, event: Event) -> Change:
    def again(incident: IncidentRecord) -> IncidentRecord:
        effects, now = incident.effects, event.data.get("effects") or {}
        effect = _stricter(incident.effect, event.data.get("effect"))
        if effects or now:  # by phase, where either says so
            effects = {
                p: _stricter(effects.get(p, incident.effect), now.get(p, event.data.get("effect"))) for p in PHASES
            }
        first, last = min(incident.at, event.occurred_at), max(incident.last_at, event.occurred_at)
        review_on = a_day(event.data.get("review_on")) or incident.review_on
        ends_at = max(incident.last_ends, ends(event))
        again = incident._replace(
            at=first, again_at=last, again_seq=event.seq, effect=effect, effects=effects, ends_at=ends_at
        )
        written_by = tuple(dict.fromkeys((*incident.written_by, event.actor)))
        about = tuple(dict.fromkeys((*incident.about, *(event.data.get("about") or ()))))
        told_at = incident.told_at and event.recorded_at
        by_others = incident.by_others and is_brought(event)
        return again._replace(
            review_on=review_on,
            before=incident,
            told_at=told_at,
            written_by=written_by,
            by_others=by_others,
            about=about,
        )

    return {"incidents": tuple(again(i) if i.number == event.data["incident"] else i for i in case.incidents)}


def _stricter(one: Effect, other: Effect | None) -> Effect:
    return max(one, other or one, key=EFFECTS.index)


def resolved(case: Case, event: Event) -> Change:
    data = event.data

    def end(incident: IncidentRecord) -> IncidentRecord:
        return incident._replace(
            resolved_at=event.occurred_at,
            outcome=data.get("outcome"),
            resume_step=data.get("resume_step"),
            resolved_seq=event.seq,
        )

    return {"incidents": tuple(end(i) if i.number == data["incident"] else i for i in case.incidents)}


def reopened(case: Case, event: Event) -> Change:
    """What an incident ended with was an error: it stands as it did before."""
    gone: dict[str, Any] = dict.fromkeys(HOW_IT_ENDED)
    again = (i._replace(**gone) if i.number == event.data["incident"] else i for i in case.incidents)
    return {"incidents": tuple(again)}


def _type_of_open(case: CaseNow, command: Resolve) -> list[str]:
    named = case.process.aliases.get(command.incident, command.incident)
    open_ = case.recorded.open_incidents
    return [next((one.type for one in open_ if str(one.number) == command.incident), named)]


ACTS = (
    Act(Incident, on_incident, about=lambda case, command: [case.process.aliases.get(command.type, command.type)]),
    Act(Resolve, on_resolve, about=_type_of_open),
)
CHANGES = {
    "incident_opened": opened,
    "incident_repeated": repeated,
    "incident_resolved": resolved,
    "incident_reopened": reopened,
}
