"""Entered in error: an entry stays in the history, and counts no more; what it said is unknown again.

Towards safety anybody corrects at once. Away from it only who may take that back, and a second signs. What the entry opened,
voided or reset stays so; a no, a suspicion, a child's age and an alarm that can end are never corrected away, save one
that takes all trust from somebody, for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from wayhome.case_now import CaseNow
from wayhome.commands.answer import Act, Answer, role_for_command, void_clearance
from wayhome.commands.changes import Change
from wayhome.commands.incidents import open_those
from wayhome.errors import Template
from wayhome.frozen import EMPTY
from wayhome.model.case import (
    SAID_NO,
    Case,
    ConsentRecord,
    Correction,
    FactRecord,
    StepKey,
    StepRecord,
    TravelRecord,
    Was,
    stood,
)
from wayhome.model.command import Command
from wayhome.model.event import Event
from wayhome.model.reading import as_text
from wayhome.model.reason import no
from wayhome.packs.kinds.steps import Result

__all__ = ["Correct"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Command):
    """Say that an entry (its seq in the history) was made in error, and why. It stays there, and counts no more."""

    word: ClassVar[str] = "correct"
    earliest: ClassVar = "ever"

    seq: int
    why: str = field(repr=False)


Said = Mapping[str, tuple[str, ...]]  # what an entry says still: the names of facts, the keys of steps, consents …


def said_still(case: Case, seq: int) -> Said:
    """Give what an entry says that stands still; what came later has taken the place of the rest. An opening stands."""
    if seq == 1:
        return {}
    found = {
        kind: tuple(key for key, record in getattr(case, kind).items() if record.seq == seq and _says_something(record))
        for kind in ("facts", "steps", "consents", "documents", "roles", "people")
    }
    answers = {key: _last_answer(case, key) for key, one in case.consents.items() if one.state == "void"}
    found["consents"] += tuple(key for key, was in answers.items() if was is not None and was.seq == seq)
    travel = case.travel
    found["told"] = tuple(party for party, one in case.told.items() if one.seq == seq)
    found["travel"] = ("travel",) if travel is not None and travel.seq == seq and _says_something(travel) else ()
    found["moves"] = (case.last_move.event,) if case.last_move is not None and case.last_move.seq == seq else ()
    found["contacts"] = tuple(str(one.seq) for one in case.contacts if one.seq == seq)
    found["incidents"] = tuple(str(seq) for one in case.incidents if one.last_seq == seq)
    return {kind: keys for kind, keys in found.items() if keys}


def _says_something(record: Any) -> bool:
    if isinstance(record, FactRecord):
        return record.value is not None
    standing = getattr(record, "state", None) or getattr(record, "status", None)
    return standing not in ("open", "void", "cancelled")


def protects(case: CaseNow, said: Said) -> bool:
    """Say whether what an entry says keeps the person safer than not knowing it would; or where the person is."""
    facts = (
        (case.process.facts[id], case.recorded.fact(id)) for id in said.get("facts", ()) if id in case.process.facts
    )
    reached = any(one.reached for one in case.recorded.contacts if str(one.seq) in said.get("contacts", ()))
    return (
        reached
        or not said.keys().isdisjoint(("moves", "incidents"))
        or any(value in fact.cautious for fact, value in facts)
    )


def on_correct(case: CaseNow, command: Correct, answer: Answer) -> None:
    """Take back an entry, or ask a second to agree."""
    answer.role = role_for_command(case, "correct")
    sealed = {"case": {"why": as_text("why", command.why)}}
    said = said_still(case.recorded, command.seq)
    if protects(case, said):
        answer.emit("correction_asked", sealed, entry=command.seq, by=command.by)
    else:
        take_back(case, answer, command.seq, sealed, by=command.by)


def take_back(case: CaseNow, answer: Answer, seq: int, sealed: Any = None, *, by: str | None = None) -> None:
    """Say that an entry counts no more; where a departure rested on it, the person has gone like one who left."""
    said = said_still(case.recorded, seq)
    if not said and stood_at_departure(case.recorded, seq):
        answer.emit("entry_corrected", sealed, entry=seq, by=by)
        open_those(case, answer, lambda on: "left" in on.move, moved_to=case.recorded.phase)
    if not said:
        return
    hanging = [step.id for word, subject in _acts(case.recorded, said) for step in case.completed_by(word, subject)]
    done = {id for id in hanging if (record := case.record(id)) is not None and record.state == "done"}
    all_said = dict(said)
    all_said["steps"] = (*said.get("steps", ()), *sorted(done))
    all_said["facts"] = (*said.get("facts", ()), *_set_by(case, said.get("steps", ())))
    given = [*_given_by(case, said.get("steps", ()))]
    all_said["roles"] = (*said.get("roles", ()), *given)
    told = {kind: [*keys] for kind, keys in all_said.items() if keys}
    answer.emit("entry_corrected", sealed, entry=seq, said=told, by=by)
    for role in given:
        if before := [was.value for was in case.recorded.earlier.get("roles", EMPTY).get(role, ()) if was.value]:
            answer.emit("role_assigned", role=role, **case.as_assigned(before[-1]))
    _open_again(case, answer, all_said)
    departed = case.recorded.moves.get("departed")
    if not _is_rested_on(case, said):
        return
    if departed is None:
        void_clearance(case, answer, "entry_corrected")  # it may have rested on this
    elif stood_at_departure(case.recorded, seq) or _when(case.recorded, said) <= departed.at:
        open_those(case, answer, lambda on: "left" in on.move, moved_to=case.recorded.phase)


def _open_again(case: CaseNow, answer: Answer, said: Said) -> None:
    """Open the incidents again that ended with what was said, and with nothing else that was done after they happened."""
    gone = [case.recorded.steps[key].seq for key in said["steps"]] + [int(seq) for seq in said.get("contacts", ())]
    for incident in case.recorded.incidents:
        kind = case.process.incidents.get(incident.type)
        ending = kind.outcomes.get(incident.outcome or "") if kind else None
        if ending is None or case.recorded.has_open(incident.type):
            continue
        if any(case.is_shown(n, incident) and not case.is_shown(n, incident, but=gone) for n in ending.needs):
            answer.emit("incident_reopened", incident=incident.number, type=incident.type, because="entry_corrected")
            if incident.effect_in(case.recorded.phase) != "none":
                void_clearance(case, answer, incident.type)


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


def _is_rested_on(case: CaseNow, said: Said) -> bool:
    """Say whether a departure rests on what an entry said: on everything but contacts, and facts that no step was about."""
    about = {subject for step in case.process.steps.values() for subject, _ in step.rests_on}
    facts = (id in about or case.process.facts[id].cautious for id in said.get("facts", ()) if id in case.process.facts)
    return bool(set(said) - {"contacts", "told", "people", "moves", "incidents", "facts"}) or any(facts)


def _acts(case: Case, said: Said) -> Iterator[tuple[str, str]]:
    """Give the commands that said it, each with what it was about: they may have completed a step."""
    yield from (("consent", case.consents[key].purpose) for key in said.get("consents", ()))
    yield from (("document", case.documents[key].kind) for key in said.get("documents", ()))
    yield from (("assign", role) for role in said.get("roles", ()))
    if case.travel is not None and "travel" in said:
        yield "travel", case.travel.status


def _when(case: Case, said: Said) -> Any:
    records = [
        getattr(case, kind)[key]
        for kind, keys in said.items()
        if kind not in ("travel", "contacts", "told", "moves", "incidents")
        for key in keys
    ]
    records += [case.travel] if "travel" in said else []
    records += [case.told[party] for party in said.get("told", ())]
    records += [one for one in case.contacts if str(one.seq) in said.get("contacts", ())]
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
    with_it = (case.steps[key].seq for key in data.get("steps", ()) if key in case.steps)
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
    for kind in ("documents", "roles", "told"):
        if data.get(kind):
            gone[kind] = {key: one for key, one in getattr(case, kind).items() if key not in data[kind]}
    if data.get("incidents"):
        gone["incidents"] = tuple(one for one in case.incidents if str(one.last_seq) not in data["incidents"])
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
        counting = (one for one in (*case.contacts_before, *case.contacts) if str(one.seq) not in data["contacts"])
        gone["contacts"], gone["contacts_before"] = tuple(counting), ()
    return gone


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
