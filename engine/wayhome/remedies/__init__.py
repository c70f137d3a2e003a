"""From what a reason is about to the command that would help: one pass, after everything was asked.

A remedy is a question: a command that says what identifies it, with open slots for what people say, see and decide. It never
carries the answer that would pass. Its `from_` is None while something else must come first. By what it is about: facts, people
(consents and roles), documents, journey, steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from wayhome.case_now import ASSISTANCE, CLEARANCE, CaseNow
from wayhome.case_now.letters import letters_for
from wayhome.case_now.roles import able, command_roles, managers, may_adopt_less, told_incident, visible_incidents
from wayhome.commands import Move
from wayhome.commands.belonging import is_told_whom
from wayhome.commands.incidents import who_resolves
from wayhome.errors import PLACES, Template
from wayhome.model.case import IncidentRecord, StepKey
from wayhome.model.command import StepCommand
from wayhome.model.moves import HELD_MOVES
from wayhome.model.reason import Finding, Judgement, Reason, Remedy
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.remedies.asking import asking, do_of, for_fact
from wayhome.remedies.documents import for_document, step_of_paper
from wayhome.remedies.journey import for_journey
from wayhome.remedies.people import for_consent, for_person_in_role, for_signature, for_vetting, own_step
from wayhome.remedies.steps import for_renewal, for_step, others_come_first
from wayhome.rules.gates import resolve_waits, usual_ending
from wayhome.rules.saying_no import has_said_no, waits_for_their_word

__all__ = ["for_incident", "for_step", "how_it_ends", "others_come_first", "reason", "reasons"]


def reasons(case: CaseNow, judgements: Iterable[Judgement]) -> list[Reason]:
    """Make the reasons of everything that was asked, in their order, each with the command that would help."""
    found = [reason(case, judgement) for judgement in judgements]
    if any(not r.met for r in found if r.subject not in (CLEARANCE, ASSISTANCE)):
        found = [_not_yet(r) if r.subject in (CLEARANCE, ASSISTANCE) else r for r in found]
    if _is_for_the_journey(case):
        found = [_not_yet(r) if _is_asked_for_the_journey(case, r) else r for r in found]
    return sorted(found, key=_when)


def _is_for_the_journey(case: CaseNow) -> bool:
    """Whether what is asked is the departure, or what prepares it."""
    command = case.command
    if isinstance(command, StepCommand):
        step = case.process.steps.get(command.step)
        return step is not None and waits_for_their_word(case, step)
    return isinstance(command, Move) and command.to == "depart"


def _is_asked_for_the_journey(case: CaseNow, reason: Reason) -> bool:
    """Whether a reason asks for what nobody asks of who has not said yes yet, or has said no; what that no itself needs, it asks."""
    if reason.remedy is None:
        return False
    step = case.process.steps.get(str(reason.remedy.do.get("step") or reason.subject))
    # What holds the case is ended; no move is made that leads away from help.
    if reason.rule == "PHASE" and step is None:
        return reason.remedy.do.get("to") in HELD_MOVES and has_said_no(case)
    return waits_for_their_word(case, step)


def _not_yet(reason: Reason) -> Reason:
    """What waits for something else has no time yet: clearance and boarding, while anything is unmet; the journey, before their word."""
    return replace(reason, remedy=replace(reason.remedy, from_=None)) if reason.remedy else reason


def _when(reason: Reason) -> tuple[int, bool, bool, str]:
    """By phase, what holds the whole case first, then by when the remedy can be done; those that wait for others come last."""
    from_ = reason.remedy.from_ if reason.remedy else None
    return reason.phase, from_ is None, reason.rule != "PHASE", from_.isoformat() if from_ else ""


def reason(case: CaseNow, judgement: Judgement) -> Reason:
    """Make the reason of one answer."""
    rule, finding, source, phase = judgement
    remedy = None if finding.met else _remedy(case, finding)
    named = _named_in(finding.fact, finding.todo)
    values = {name: value for name, value in finding.values.items() if name in named}
    return Reason(rule, finding.met, finding.fact, finding.todo, finding.subject, values, remedy, source, phase)


@cache
def _named_in(*templates: Template) -> frozenset[str]:
    """Name the values that some templates have a place for: a reason holds no other."""
    return frozenset(name for template in templates for name in PLACES.findall(template))


def _remedy(case: CaseNow, finding: Finding) -> Remedy | None:
    if finding.do is not None:
        return for_command(case, finding.do, finding.from_)
    found = for_subject(case, finding.subject, finding.values, of=finding.of)
    return found if finding.from_ is None else _not_before(found or _asked_again(case), finding.from_)


def _not_before(remedy: Remedy | None, from_: datetime) -> Remedy | None:
    """Delay a remedy; what waits for something else waits for it still."""
    return remedy and replace(remedy, from_=remedy.from_ and max(remedy.from_, from_))


def _asked_again(case: CaseNow) -> Remedy | None:
    """Propose what is asked for itself, where nothing helps but to wait."""
    command = case.command
    if isinstance(command, Move):
        return asking(case, do_of("move", to=command.to), command_roles(case, "move", command.to), case.now)
    if isinstance(command, StepCommand) and command.step in case.process.steps:
        who, _ = able(case, case.process.steps[command.step].who)
        return asking(case, do_of(command.word, step=command.step, round=command.round, of=command.of), who, case.now)
    return asking(case, do_of(command.word), command_roles(case, command.word), case.now) if command else None


def for_command(case: CaseNow, do: Mapping[str, Any], from_: datetime | None) -> Remedy | None:
    """Propose a command of which the rule says what identifies it; an empty one proposes nothing."""
    word = do.get("do")
    step = case.process.steps.get(do.get("step", ""))
    if word == "consent" and "of" not in do:  # of somebody else it is what the rule says, and asked without haste
        return for_consent(case, ConsentNeed(do["purpose"], do.get("recipient")))
    if word == "record" and "fact" in do:
        return for_fact(case, do["fact"], from_=from_)
    if word == "travel":
        return for_journey(case, from_)
    if word == "complete" and "for" in do:  # that somebody is vetted for something
        return for_vetting(case, do["of"], *do["for"])
    if step is not None and word == "complete":
        return for_step(case, step, StepKey(step.id, do.get("round") or "", do.get("of") or ""))
    if step is not None and word == "renew":
        return for_renewal(case, step)
    if step is not None and word == "redo":
        who, _ = able(case, step.who)
        return asking(case, do_of("redo", step=step.id, round=do.get("round"), of=do.get("of")), who, from_)
    if step is not None and word == "skip":  # the person declines; whoever manages the case may write it down, too
        who = tuple(dict.fromkeys((*able(case, step.who)[0], *managers(case))))
        return asking(case, do_of("skip", step=step.id), who, from_)
    if word == "sign":
        return for_signature(case, **{name: do[name] for name in ("step", "round", "of", "seq") if name in do})
    if word == "resolve":
        return for_incident(case, do["incident"], do.get("of"))
    if word == "move":
        return asking(case, do_of(**_said(do)), command_roles(case, "move", do["to"]), from_)
    if word == "rebase":  # to a process that asks for less
        return asking(case, do_of(**_said(do)), may_adopt_less(case) or command_roles(case, word), from_)
    return asking(case, do_of(**_said(do)), command_roles(case, word), from_) if word else None


def _said(do: Mapping[str, Any]) -> dict[str, Any]:
    return {"word" if name == "do" else name: value for name, value in do.items()}


def for_subject(case: CaseNow, subject: str, values: Mapping[str, Any], *, of: str = "") -> Remedy | None:
    """Propose what brings on the step, fact, consent, paper, incident, role or journey that a reason is about."""
    process = case.process
    if subject == "travel":  # the step that is done by booking knows what must come before
        subject = next((step.id for step in process.done_by_command.get("travel", ())), subject)
    if subject in process.steps:
        step = process.steps[subject]
        keys = (key for key in case.keys(step) if not of or key.of == of)
        key = StepKey(subject, values["round"], of) if "round" in values else next(keys, StepKey(subject, "", of))
        return for_step(case, step, key)
    if subject in process.facts:
        return for_fact(case, subject, of)
    if subject in process.consents:
        own = own_step(case, subject)
        if own is not None:
            return for_step(case, own, StepKey(own.id))
        return for_consent(case, ConsentNeed(subject, values.get("recipient")))
    if subject in process.documents:
        paper = process.documents[subject]
        return for_document(case, paper, of, case.now, step_of_paper(case, paper))
    if subject in process.incidents:
        return for_incident(case, subject, of)
    return for_role(case, subject) if subject in process.roles else None


def for_incident(case: CaseNow, type: str, of: str | None = None) -> Remedy | None:
    """Propose what an open incident (of somebody else than the person) needs, and then to resolve it."""
    incident = told_incident(case, type, of)
    if incident is None:
        return None
    resolve: Remedy | None = asking(
        case, how_it_ends(case, incident), who_resolves(case.process, incident.type), case.now
    )
    for wait in resolve_waits(case, incident, usual_ending(case, incident) or ""):
        if wait.kind == "step":
            step = case.process.steps[wait.subject]
            keys = [key for key in case.keys(step) if not (step.each and incident.of) or key.of == incident.of]
            keys = keys or [StepKey(step.id)]
            to_do = (key for key in keys if not case.passes(step, case.recorded.steps.get(key.text())))
            resolve = for_step(case, step, next(to_do, keys[0]))
        else:
            resolve = resolve and replace(resolve, from_=None)
    return resolve


def how_it_ends(case: CaseNow, incident: IncidentRecord) -> dict[str, str]:
    """Give the command that ends an incident, by its number where who asks is told of several of its kind; how it ended, and why, is open."""
    told = [one for one in visible_incidents(case) if (one.type, one.of) == (incident.type, incident.of)]
    if case.actor is not None and incident.of and not is_told_whom(letters_for(case), incident.of):
        return do_of("resolve", incident=str(incident.number))
    return do_of("resolve", incident=str(incident.number) if len(told) > 1 else incident.type, of=incident.of)


def for_role(case: CaseNow, role: str) -> Remedy | None:
    """Ask who shall hold a role."""
    if case.process.roles[role].partner_class:
        return asking(case, do_of("assign", role=role), command_roles(case, "assign"), case.now)
    return for_person_in_role(case, role)
