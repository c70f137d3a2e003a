"""What protects is said by anybody, and taken back only by who may: a fact, a suspicion, an entry, the last move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.commands import Correct, Involve, Record
from wayhome.commands.correcting import (
    ended_with,
    full_content,
    nothing_to_correct,
    standing_content,
    stood_at_departure,
)
from wayhome.commands.facts import read_facts
from wayhome.errors import BadInput, Template
from wayhome.model.case import SAID_NO, PersonRecord, StepKey
from wayhome.model.reason import Judgement, never
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.rules.saying_no import has_said_no

BEST_INTERESTS = "best_interests_determination"


def of_record(case: CaseNow, command: Record) -> Iterator[Judgement]:
    """Say who may record that what protects is no longer so."""
    fact: Template = "only {who} may change the answer to this: {what}"
    for id, value in command.facts.items():
        if (who := _who_may_loosen(case, id)) and _loosens(case, id, value):
            title = case.process.named("facts", id)
            yield from _only(case, who, fact, id, "ask them to look, and to record it", what=title)


def _who_may_loosen(case: CaseNow, id: str) -> tuple[str, ...]:
    """Name the roles that alone may take back a fact as it stands; none where it protects nobody, or anybody may."""
    fact = case.process.facts.get(id)
    return fact.loosen if fact is not None and case.recorded.fact(id) in fact.cautious else ()


def _loosens(case: CaseNow, id: str, value: Any) -> bool:
    with suppress(BadInput):  # what cannot be read is told by who reads it
        said = read_facts(case, {id: value})[id]
        return said not in case.process.facts[id].cautious and not case.is_history(id, said)
    return False


def _only(
    case: CaseNow, roles: Sequence[str], fact: Template, subject: str, todo: Template, **values: Any
) -> Iterator[Judgement]:
    """Say that only {who} may do this, to whoever is none of them: a name in `by` is a word that anybody can type."""
    if case.actor is None or case.actor.roles.isdisjoint(roles):
        yield never("ROLE", fact, subject, todo, who=[case.process.named("roles", role) for role in roles], **values)


def of_involve(case: CaseNow, command: Involve) -> Iterator[Judgement]:
    """Anybody may suspect somebody; that they are no longer suspected is said by who assesses risks."""
    known = case.recorded.people.get(command.ref or "")
    if known is not None and case.recorded.suspects(known.ref) and command.suspected is False:
        fact: Template = "only {who} may record that somebody is no longer suspected"
        yield from _only(case, ("risk_assessor",), fact, known.ref, "ask them to look, and to record it")
    if known is not None and command.own_case == "" and _stands_against_going(case, known):
        there: Template = "in their own case something stands against going, and it is not forgotten here"
        look: Template = "look at it there; or write down that they do not travel along"
        yield never("INPUT", there, known.ref, look)
    if known is not None and case.may_be_child(known) and _makes_grown_up(case, command, known):
        older: Template = "only {who} may record that somebody who was looked at as a child is none"
        yield from _only(case, ("risk_assessor",), older, known.ref, "ask them to look at a paper, and to record it")


def _stands_against_going(case: CaseNow, known: PersonRecord) -> bool:
    """Say whether in the own case of somebody a no of theirs, what was found to be best for them, or a suspicion stands against going."""
    own = case.another(known.own_case) if known.own_case else None
    if own is None or own.recorded.is_closed:
        return False
    best = own.record(BEST_INTERESTS)
    is_not_best = best is not None and best.state == "done" and not own.passed(BEST_INTERESTS)
    is_suspected = any(own.is_suspected(held.party) for held in own.recorded.roles.values())
    return has_said_no(own) or own.consent_state(ConsentNeed("return")) == "refused" or is_not_best or is_suspected


def _makes_grown_up(case: CaseNow, command: Involve, known: PersonRecord) -> bool:
    """Say whether somebody would be no child any more of whom an age was said before, or who was looked at as one."""
    if command.born_on is None and command.age_band is None:
        return False
    then = known._replace(born_on=command.born_on, age_band=command.age_band)
    asked = (
        case.process.steps.get(StepKey.read(key).step)
        for key in case.recorded.steps
        if StepKey.read(key).of == known.ref
    )
    was_looked_at = any(step is not None and step.each in ("child", "child_staying") for step in asked)
    return not case.may_be_child(then) and (case.is_said_to_be_child(known) or was_looked_at)


def of_correcting(case: CaseNow, command: Correct) -> Iterator[Judgement]:
    """A no and a suspicion are never corrected away; what protects, only by who may take it back."""
    said, recorded, entry = standing_content(case.recorded, command.seq), case.recorded, str(command.seq)
    if any(map(recorded.suspects, said.get("suspicions", ()))):
        yield never("INPUT", "a suspicion is never corrected away", entry, "let who assesses risks look at it")
    elif not {"people", "suspicions"}.isdisjoint(said):
        fact: Template = "who somebody is, and whether they travel, is said anew"
        yield never("INPUT", fact, entry, "give 'involve' with what is right")
    elif not said and not stood_at_departure(recorded, command.seq) and not ended_with(case, command.seq):
        yield Judgement("INPUT", nothing_to_correct(command.seq))
    if "moves" in said:
        yield from of_a_move(case, command.seq)
    if "incidents" in said:
        yield from of_an_alarm(case, command.seq)
    for answer in (recorded.consents[key] for key in said.get("consents", ())):
        if answer.state in SAID_NO:
            todo: Template = "if the person wants it after all, ask them anew"
            yield never("CONSENT", "a no is never corrected away", answer.purpose, todo)
    for id in full_content(case, command.seq).get("facts", ()):
        if who := _who_may_loosen(case, id):
            title = case.process.named("facts", id)
            only: Template = "only {who} may take back the answer to this: {what}"
            yield from _only(case, who, only, id, "ask them to look, and to correct it", what=title)


def of_an_alarm(case: CaseNow, seq: int) -> Iterator[Judgement]:
    """An alarm ends, and is not taken back: save one that never ends, or whose end gives no trust back to whom it suspends."""
    incident = next(one for one in case.recorded.incidents if one.last_seq == seq)
    kind, entry = case.process.incidents.get(incident.type), str(seq)
    if kind is None or not (kind.never_ends or kind.suspends):
        does: Template = "do what it needs, then say how it ended"
        never_so = never("INPUT", "an alarm is never corrected away", entry, does)
        yield never_so if incident.is_open else Judgement("INPUT", nothing_to_correct(seq))
    if case.actor is not None and incident in case.suspending(case.actor.organisation):
        fact: Template = "who is said to have failed does not take that back"
        yield never("ROLE", fact, entry, "let two others look at it")


def of_a_move(case: CaseNow, seq: int) -> Iterator[Judgement]:
    """The last move is taken back soon, and while nothing was written since but that it was an error."""
    last, asked = case.recorded.last_move, case.recorded.corrections.get(seq)
    assert last is not None
    limit = case.process.span("late_entry_of_evidence")
    since = case.recorded.acted != asked.seq if asked else case.recorded.written_at != last.written_at
    if since or case.now > case.shifted(last.written_at, limit):
        fact: Template = "a move is taken back within {limit}, and while nothing was written after it"
        yield never("PHASE", fact, str(seq), "make the move that leads on from where the person is", limit=limit)
