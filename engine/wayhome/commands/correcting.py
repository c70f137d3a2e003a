"""Entered in error: an entry stays in the history, and counts no more; what it said is unknown again.

Towards safety anybody corrects at once. Away from it only who may take that back, and a second signs. What the entry opened,
voided or reset stays so; a no, a suspicion, a child's age and an alarm that can end are never corrected away, save one
that takes all trust from somebody, for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar

from wayhome.case_now import CaseNow
from wayhome.case_now.entries import is_open_condition
from wayhome.case_now.letters import COURSE, letters_for
from wayhome.case_now.roles import command_roles, writers
from wayhome.commands.answer import Act, Answer, role_for, void_clearance
from wayhome.commands.changes import Change
from wayhome.commands.consents import who_asks
from wayhome.commands.documents import who_records
from wayhome.commands.incidents import open_those
from wayhome.commands.journey import TRAVEL
from wayhome.commands.registers import who_may_write
from wayhome.errors import NotPermitted, Template
from wayhome.frozen import EMPTY
from wayhome.model.case import (
    HOW_IT_ENDED,
    SAID_NO,
    Case,
    ConsentRecord,
    Correction,
    DocumentRecord,
    FactRecord,
    IncidentRecord,
    StepKey,
    StepRecord,
    TravelRecord,
    Was,
    stood,
)
from wayhome.model.closed_sets import WITHOUT_CONSENT
from wayhome.model.command import Command, Question
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.moves import MOVE_OF_EVENT
from wayhome.model.reading import as_text
from wayhome.model.reason import no
from wayhome.packs.kinds.steps import ENTER, UPDATE, Result, Step

__all__ = ["Correct"]


@data(kw_only=True)
class Correct(Command):
    """Say that an entry (its seq in the history) was made in error, and why. It stays there, and counts no more."""

    word: ClassVar[str] = "correct"
    earliest: ClassVar = "ever"

    seq: Annotated[int, Question("Which entry of the history?")]
    why: Annotated[str, Question("What is wrong with it?")] = field(repr=False)


# What an entry says still: the names of facts, the keys of steps, consents …
EntryContent = Mapping[str, tuple[str, ...]]


def standing_content(case: Case, seq: int) -> EntryContent:
    """Give what an entry says that stands still; what came later has taken the place of the rest. An opening stands."""
    if seq == 1:
        return {}
    found = {
        kind: tuple(key for key, record in getattr(case, kind).items() if record.seq == seq and _says_something(record))
        for kind in ("facts", "facts_of", "steps", "consents", "documents", "roles", "people", "suspicions")
    }
    answers = {key: _last_answer(case, key) for key, one in case.consents.items() if one.state == "void"}
    found["consents"] += tuple(key for key, was in answers.items() if was is not None and was.seq == seq)
    found["entries"] = tuple(ref for ref, one in case.entries.items() if any(part.seq == seq for part in one.parts))
    travel = case.travel
    found["told"] = tuple(party for party, one in case.told.items() if one.seq == seq)
    found["travel"] = ("travel",) if travel is not None and travel.seq == seq and _says_something(travel) else ()
    found["moves"] = (case.last_move.event,) if case.last_move is not None and case.last_move.seq == seq else ()
    found["contacts"] = tuple(str(one.seq) for one in (*case.contacts, *case.contacts_with_others) if one.seq == seq)
    found["incidents"] = tuple(str(seq) for one in case.incidents if one.last_seq == seq)
    return {kind: keys for kind, keys in found.items() if keys}


def _says_something(record: Any) -> bool:
    if isinstance(record, FactRecord):
        return record.value is not None
    standing = getattr(record, "state", None) or getattr(record, "status", None)
    return standing not in ("open", "void", "cancelled")


def full_content(case: CaseNow, seq: int) -> EntryContent:
    """Give what an entry says that stands still, with the steps that it has done, and what their results have set and given."""
    said = standing_content(case.recorded, seq)
    done = {*_done_with(case, said), *_done_by_entries(case, seq, said.get("entries", ()))}
    steps = (*said.get("steps", ()), *sorted(key for key in done if _is_done(case, key)))
    found = {
        **said,
        "steps": steps,
        "facts": (*said.get("facts", ()), *_set_by(case, steps)),
        "roles": (*said.get("roles", ()), *_given_by(case, steps)),
    }
    return {kind: keys for kind, keys in found.items() if keys}


def protects(case: CaseNow, content: EntryContent) -> bool:
    """Say whether what an entry says keeps the person safer than not knowing it would; or where the person is."""
    facts = (
        (case.process.facts[id], case.recorded.fact(id)) for id in content.get("facts", ()) if id in case.process.facts
    )
    reached = any(one.reached for one in case.recorded.contacts if str(one.seq) in content.get("contacts", ()))
    others = (one for one in case.recorded.contacts_with_others if str(one.seq) in content.get("contacts", ()))
    unasked = any(one.basis in WITHOUT_CONSENT for one in others)
    return (
        reached
        or unasked
        or case.process.fact_that_tells["languages"] in content.get("facts", ())
        or any(map(partial(_has_found_against, case), content.get("steps", ())))
        or any(map(partial(_is_a_running_protection, case), content.get("steps", ())))
        or any(map(partial(_stands_against_the_departure, case), content.get("steps", ())))
        or not content.keys().isdisjoint(("moves", "incidents"))
        or any(map(partial(_is_open_condition, case), content.get("entries", ())))
        or any(value in fact.cautious for fact, value in facts)
    )


def _is_open_condition(case: CaseNow, ref: str) -> bool:
    """Say whether an entry is an open condition under which a step came out as it did."""
    entry = case.recorded.entries[ref]
    asked = (
        result.needs_entries
        for step in case.process.steps.values()
        for result in step.results.values()
        if result.needs_entries is not None
    )
    return any(is_open_condition(case, one, entry) for one in asked)


def _is_a_running_protection(case: CaseNow, key: str) -> bool:
    """Say whether a step has begun a period that protects for at least so long, and it runs."""
    step, record = case.process.steps.get(StepKey.read(key).step), case.recorded.steps.get(key)
    if step is None or record is None or not (step.lengths and step.lengths[0].at_least):
        return False
    ends = case.ended(step, record)
    return ends is not None and ends > case.now


def _stands_against_the_departure(case: CaseNow, key: str) -> bool:
    """Say whether a step that the departure waits for came out so that nobody leaves: the person does not want to, a partner has refused."""
    step, record = case.process.steps.get(StepKey.read(key).step), case.recorded.steps.get(key)
    if step is None or record is None or step.gate != "depart":
        return False
    found = step.results.get(record.result or "")
    return record.state == "done" and found is not None and not found.passes


def _has_found_against(case: CaseNow, key: str) -> bool:
    """Say whether a step came out so that away from it two sign, or it is said what was seen since."""
    step, record = case.process.steps.get(StepKey.read(key).step), case.recorded.steps.get(key)
    if step is None or record is None:
        return False
    by_two = (code for one in step.results.values() for code in one.two_sign_after)
    seen_since = (code for spec in step.fields.values() for before in spec.needed_after.values() for code in before)
    return record.result in (*by_two, *seen_since)


def on_correct(case: CaseNow, command: Correct, answer: Answer) -> None:
    """Take back an entry, or ask a second to agree."""
    answer.role = _who_corrects(case, command)
    sealed = {"case": {"why": as_text("why", command.why)}}
    if protects(case, full_content(case, command.seq)):
        answer.emit("correction_asked", sealed, entry=command.seq, by=command.by)
    else:
        take_back(case, answer, command.seq, sealed, by=command.by)


def _who_corrects(case: CaseNow, command: Correct) -> str:
    """Give the role in which the actor corrects: who typed it today; later who could say it anew, or whoever's word it is."""
    assert case.actor is not None
    if command.seq in case.recorded.typed_by(case.actor.id, case.actor.organisation, case.now):
        return role_for(case, case.process.working, "{command}", command=Correct.word)
    if command.seq in letters_for(case).shut:
        raise not_theirs(command.seq)
    content = standing_content(case.recorded, command.seq)
    ways = [*_who_could_say(case, content)] or [(writers(case.process, COURSE), ())]
    try:
        found = [role_for(case, who, "{command}", by=command.by, says=says, command=Correct.word) for who, says in ways]
    except NotPermitted:  # of what it says they may be told nothing
        raise not_theirs(command.seq) from None
    return found[0]


def not_theirs(seq: int) -> NotPermitted:
    """Give the error for an entry that somebody may not take back: whatever it says, and whether it says anything."""
    return NotPermitted(
        "Your roles may not correct entry {seq}.",
        why="Who typed an entry corrects it for a day; later whoever could say it anew, and nobody alone for another house.",
        todo="Ask who leads the case; or say in 'by' whose word it is, where it is somebody's own.",
        seq=seq,
    )


def groups_said(case: CaseNow, seq: int) -> frozenset[str]:
    """Name the data groups of what an entry says that stands."""
    process, content = case.process, full_content(case, seq)
    facts = (*content.get("facts", ()), *(key.partition("@")[0] for key in content.get("facts_of", ())))
    steps = (process.label("steps", StepKey.read(key).step).get("group") or COURSE for key in content.get("steps", ()))
    consents = (process.group_of_consent(case.recorded.consents[key].purpose) for key in content.get("consents", ()))
    papers = (process.group_of_paper(case.recorded.documents[key].kind) for key in content.get("documents", ()))
    entries = (
        process.registers[register].group
        for ref in content.get("entries", ())
        if (register := case.recorded.entries[ref].register) in process.registers
    )
    others = ("phone" for kind in ("contacts", "told") if kind in content)
    of_facts = (process.facts[id].group for id in facts if id in process.facts)
    return frozenset((*of_facts, *steps, *consents, *papers, *entries, *others))


def _who_could_say(case: CaseNow, content: EntryContent) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Give for each thing that an entry says the roles that say it, and of which groups it is, where another's word counts."""
    process, recorded = case.process, case.recorded
    for id in (*content.get("facts", ()), *(key.partition("@")[0] for key in content.get("facts_of", ()))):
        if (fact := process.facts.get(id)) is not None and not fact.only_by_steps:
            yield (*writers(process, fact.group), *fact.asked_by), (fact.group,)
    for key in content.get("steps", ()):
        if (step := process.steps.get(StepKey.read(key).step)) is not None:
            group = process.label("steps", step.id).get("group") or COURSE
            yield (*step.who, *step.sign, *writers(process, group)), ()
    for consent in (recorded.consents[key] for key in content.get("consents", ())):
        if (purpose := process.consents.get(consent.purpose)) is not None:
            yield who_asks(case, purpose), ()
    for paper in (recorded.documents[key] for key in content.get("documents", ())):
        yield who_records(case, paper.kind), (process.group_of_paper(paper.kind),)
    for entry in (recorded.entries[ref] for ref in content.get("entries", ())):
        if (kept := process.registers.get(entry.register)) is not None:
            yield (*writers(process, kept.group), *who_may_write(case, kept, kept.who, entry.values)), (kept.group,)
    if content.keys() & {"contacts", "told"}:
        yield writers(process, "phone"), ("phone",)
    if "travel" in content:
        yield writers(process, TRAVEL), (TRAVEL,)
    if "roles" in content:
        leads = case.actor is not None and case.actor.organisation == recorded.leads
        yield command_roles(case, "assign") if leads else (), ()
    for move in content.get("moves", ()):
        yield command_roles(case, "move", MOVE_OF_EVENT[move]), ()


def take_back(case: CaseNow, answer: Answer, seq: int, sealed: Any = None, *, by: str | None = None) -> None:
    """Say that an entry counts no more; where a departure rested on it, the person has gone like one who left."""
    said, everything, ended = standing_content(case.recorded, seq), full_content(case, seq), ended_with(case, seq)
    if not said and not ended and not stood_at_departure(case.recorded, seq):
        return
    told = {kind: [*keys] for kind, keys in everything.items()}
    answer.emit("entry_corrected", sealed, entry=seq, said=told, by=by)
    for role in set(everything.get("roles", ())) - set(said.get("roles", ())):
        if before := [was.value for was in case.recorded.earlier.get("roles", EMPTY).get(role, ()) if was.value]:
            answer.emit("role_assigned", role=role, **case.as_assigned(before[-1]))
    for incident in ended:
        answer.emit("incident_reopened", incident=incident.number, type=incident.type, because="entry_corrected")
        if incident.effect_in(case.recorded.phase) != "none":
            void_clearance(case, answer, incident.type)
    departed = case.recorded.moves.get("departed")
    is_rested_on = _is_rested_on(case, said)
    if departed is None:
        if is_rested_on:
            void_clearance(case, answer, "entry_corrected")  # it may have rested on this
    elif (
        stood_at_departure(case.recorded, seq)
        or (is_rested_on and _when(case.recorded, said) <= departed.at)
        or any(_had_to_end(incident, departed.at) for incident in ended)
    ):
        open_those(case, answer, lambda on: "left" in on.move, moved_to=case.recorded.phase)


def ended_with(case: CaseNow, seq: int) -> list[IncidentRecord]:
    """Give the incidents that ended with an entry, and with nothing else that was done after they happened."""
    gone = {seq}
    for key in _done_with(case, standing_content(case.recorded, seq)):
        ever = [was.seq for was in case.recorded.all_of("steps", key)]
        gone |= {one for one in ever if one > seq} or {*ever[-1:]}
    return [one for one in case.recorded.incidents if _ended_with(case, one, gone)]


def _ended_with(case: CaseNow, incident: IncidentRecord, gone: set[int]) -> bool:
    kind = case.process.incidents.get(incident.type)
    ending = kind.outcomes.get(incident.outcome or "") if kind else None
    if ending is None or case.recorded.has_open(incident.type, incident.of):
        return False
    return any(case.is_shown(n, incident) and not case.is_shown(n, incident, but=gone) for n in ending.needs)


def _had_to_end(incident: IncidentRecord, departed_at: datetime) -> bool:
    """Say whether nobody could depart before an incident had ended."""
    ended = incident.resolved_at
    return incident.effect_in("pre_departure") != "none" and ended is not None and ended <= departed_at


def _is_done(case: CaseNow, key: str) -> bool:
    return key in case.recorded.steps and case.recorded.steps[key].state == "done"


def _set_by(case: CaseNow, steps: Iterable[str]) -> Iterator[str]:
    """Give the facts that the results of these steps have set, and that stand as they were set."""
    for record, declared in _results(case, steps):
        for id, value in declared.sets.items():
            if case.recorded.fact(id) == value and _stands_since(case.recorded, "facts", id, record):
                yield id


def _given_by(case: CaseNow, steps: Iterable[str]) -> Iterator[str]:
    """Give the roles that the results of these steps have given, and that stand as they were given."""
    for record, declared in _results(case, steps):
        yield from (role for role in declared.assigns if _stands_since(case.recorded, "roles", role, record))


def _results(case: CaseNow, steps: Iterable[str]) -> Iterator[tuple[StepRecord, Result]]:
    for key in steps:
        record = case.recorded.steps[key]
        declared = case.process.steps[StepKey.read(key).step].results.get(record.result or "")
        if declared is not None:
            yield record, declared


def _stands_since(case: Case, kind: str, key: str, record: StepRecord) -> bool:
    """Say whether what stands was the first that was said of something after a step was done: with its result, then."""
    since = [was.seq for was in case.all_of(kind, key) if was.seq > record.seq]
    stands = case.standing(kind, key)
    return bool(since) and stands is not None and stands.seq == min(since)


def _is_rested_on(case: CaseNow, content: EntryContent) -> bool:
    """Say whether a departure rests on what an entry said: on everything but contacts, and facts that no step was about."""
    about = {subject for step in case.process.steps.values() for subject, _ in step.rests_on}
    facts = (
        id in about or case.process.facts[id].cautious for id in content.get("facts", ()) if id in case.process.facts
    )
    return bool(
        set(content)
        - {"entries", "contacts", "told", "people", "suspicions", "moves", "incidents", "facts", "facts_of"}
    ) or any(facts)


def _done_with(case: CaseNow, content: EntryContent) -> Iterator[str]:
    """Give the keys of the steps that are done by the commands that said it, where these were asked for."""
    recorded = case.recorded
    for one in (recorded.consents[key] for key in content.get("consents", ())):
        yield from (step.id for step in case.completed_by("consent", one.purpose))
    for paper in (recorded.documents[key] for key in content.get("documents", ())):
        kind = case.process.documents.get(paper.kind)
        for step in case.completed_by("document", paper.kind, *(kind.satisfies if kind else ())):
            if not _is_brought_since(case, step, paper):
                yield StepKey(step.id, "", paper.of if step.each else "").text()
    yield from (step.id for role in content.get("roles", ()) for step in case.completed_by("assign", role))
    if recorded.travel is not None and "travel" in content:
        yield from (step.id for step in case.completed_by("travel", recorded.travel.status))


def _done_by_entries(case: CaseNow, seq: int, refs: Sequence[str]) -> Iterator[str]:
    """Give the keys of the steps that are done by entries of registers, and by none of what is left when this is taken back."""
    for entry in (one for ref in refs if not (one := case.recorded.entries[ref]).of):
        left = [
            part.state
            for other in case.recorded.entries_of(entry.register)
            for part in other.parts
            if not other.of and part.seq != seq and not (other is entry and entry.first_seq == seq)
        ]
        for step in (step for word in (ENTER, UPDATE) for step in case.completed_by(word, entry.register)):
            if not left or (step.done_by is not None and step.done_by.status not in (None, *left)):
                yield step.id


def _is_brought_since(case: CaseNow, step: Step, paper: DocumentRecord) -> bool:
    """Say whether another paper, that was brought since, has done a step anew."""
    others = (one for one in case.recorded.documents.values() if one.of == paper.of and one.seq > paper.seq)
    return any(
        step.done_by is not None
        and step.done_by.is_brought_by(one.status)
        and step in case.completed_by("document", one.kind, *case.process.documents[one.kind].satisfies)
        for one in others
        if one.kind in case.process.documents
    )


def _when(case: Case, content: EntryContent) -> Any:
    records = [
        getattr(case, kind)[key]
        for kind, keys in content.items()
        if kind not in ("travel", "contacts", "told", "moves", "incidents")
        for key in keys
    ]
    records += [case.travel] if "travel" in content else []
    records += [case.told[party] for party in content.get("told", ())]
    contacts = (*case.contacts, *case.contacts_with_others)
    records += [one for one in contacts if str(one.seq) in content.get("contacts", ())]
    return min(case.begins(record) for record in records)


def stood_at_departure(case: Case, seq: int) -> bool:
    """Say whether an entry that another has taken the place of since was what a departure rested on."""
    departed = case.moves.get("departed")
    ever = (
        was
        for kind in ("steps", "consents", "roles", "travel")
        for key in case.earlier.get(kind, EMPTY)
        for was in stood(case.all_of(kind, key))
    )
    return departed is not None and any(was.seq == seq and was.at <= departed.at for was in ever)


def nothing_to_correct(seq: int) -> Any:
    fact: Template = "entry {seq} says nothing any more that can be taken back"
    todo: Template = "look at the history; what has happened since is corrected there"
    return no(fact, str(seq), todo=todo, do={}, seq=seq)


# --- what the events change -----------------------------------------------------------------------------


def asked(case: Case, event: Event) -> Change:
    seq = event.data["entry"]
    return {"corrections": {**case.corrections, seq: Correction(event.occurred_at, event.seq, event.actor)}}


def dropped(case: Case, event: Event) -> Change:
    return {"corrections": {seq: one for seq, one in case.corrections.items() if seq != event.data["entry"]}}


def corrected(case: Case, event: Event) -> Change:
    """What was said was never known: what is right may be entered with its own day. A no that it took the place of stands again."""
    at, seq, data = case.opened_at, event.seq, event.data.get("said") or {}
    gone: dict[str, Any] = dict(dropped(case, event))
    with_it = [
        getattr(case, kind)[key].seq
        for kind in ("steps", "facts")
        for key in data.get(kind, ())
        if key in getattr(case, kind)
    ]
    gone["taken_back"] = tuple(dict.fromkeys((*case.taken_back, event.data["entry"], *with_it)))
    if data.get("facts"):
        gone["facts"] = {**case.facts, **{id: FactRecord(None, at, seq) for id in data["facts"]}}
    if data.get("steps"):
        undone = {key: case.steps[key].again("open", at, seq) for key in data["steps"] if key in case.steps}
        # What two have begun to sign beside it is no longer what was before: it waits for the second where this stood.
        stands = {key: draft for key, draft in case.drafts.items() if key in undone}
        gone["steps"] = {**case.steps, **undone, **stands}
        gone["drafts"] = {key: draft for key, draft in case.drafts.items() if key not in stands}
    if data.get("consents"):
        voided = {key: _without(case, key, event) for key in data["consents"] if key in case.consents}
        gone["consents"] = {**case.consents, **voided}
    if data.get("entries"):
        left = {ref: one.without(event.data["entry"]) for ref, one in case.entries.items() if ref in data["entries"]}
        kept = {ref: left.get(ref, one) for ref, one in case.entries.items()}
        gone["entries"] = {ref: one for ref, one in kept.items() if one is not None}
    for kind in ("documents", "roles", "told"):
        if data.get(kind):
            gone[kind] = {key: one for key, one in getattr(case, kind).items() if key not in data[kind]}
    given = {event.data["entry"], *(case.roles[role].seq for role in data.get("roles", ()) if role in case.roles)}
    workers = {party: one.without(given) for party, one in case.case_workers.items()}
    gone["case_workers"] = {party: one for party, one in workers.items() if one is not None}
    gone["facts_of"] = {key: one for key, one in case.facts_of.items() if one.seq != event.data["entry"]}
    if data.get("incidents"):
        gone["incidents"] = tuple(_untold(case.incidents, data["incidents"]))
    if data.get("travel"):
        gone["travel"] = TravelRecord("cancelled", at, seq)
    if data.get("moves") and case.last_move is not None:
        last = case.last_move
        gone |= {
            "phase": last.phase,
            "moves": last.moves,
            "last_move_at": last.last_move_at,
            "left": last.left,
            "last_move": None,
        }
        if last.event == "turned_back":
            gone["travel"] = last.travel
    if data.get("contacts"):
        with_others = (one for one in case.contacts_with_others if str(one.seq) not in data["contacts"])
        gone["contacts_with_others"] = tuple(with_others)
        counting = tuple(one for one in case.all_contacts if str(one.seq) not in data["contacts"])
        if len(counting) < len(case.all_contacts):
            gone["contacts"], gone["contacts_before"] = counting, ()
    return gone


def _untold(incidents: Iterable[IncidentRecord], reports: Sequence[str]) -> Iterator[IncidentRecord]:
    """Give the incidents without these reports: what another has told before stands, and so does how it ended."""
    for one in incidents:
        if str(one.last_seq) not in reports:
            yield one
        elif (before := one.before) is not None:
            how_it_ended = {name: getattr(one, name) for name in HOW_IT_ENDED}
            yield before._replace(**how_it_ended)


def _without(case: Case, key: str, event: Event) -> ConsentRecord:
    """Give how a consent stands without an answer: a no that was before it stands again, and a yes does not."""
    was = _last_answer(case, key, but=event.data["entry"])
    if was is None or was.value[0] not in SAID_NO:
        was = Was(("void",), case.opened_at, event.seq)
    return case.consents[key]._replace(state=str(was.value[0]), at=was.at, seq=was.seq)


def _last_answer(case: Case, key: str, *, but: int | None = None) -> Was | None:
    """Give the last answer to a question of consent that was no error, before it became void."""
    gone = {*case.taken_back, but}
    ever = (one for one in case.all_of("consents", key) if one.value[0] != "void" and one.seq not in gone)
    return max(ever, key=lambda one: (one.at, one.seq), default=None)


ACTS = (Act(Correct, on_correct),)
CHANGES = {"correction_asked": asked, "correction_dropped": dropped, "entry_corrected": corrected}
