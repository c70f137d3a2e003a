"""What a handler gives: events, the role in which it is done, and what its life cycle does not allow."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.case_now.roles import able, is_word_of, managers, roles_giving, who_says
from wayhome.commands.life_cycles import STEP, LifeCycle
from wayhome.errors import BadInput, NotPermitted, Template, part
from wayhome.model.case import Case, Whereabouts
from wayhome.model.command import BaseCommand
from wayhome.model.event import Draft
from wayhome.model.reading import Faults, as_text
from wayhome.model.reason import Finding, Judgement
from wayhome.packs.findings import Unanswered
from wayhome.packs.kinds.steps import Step
from wayhome.packs.process import Process

IdentifierCheck = Callable[[str, str, str], bool | Unanswered]  # pack, kind, normalised value -> passes


@dataclass
class Answer:
    """Gathers what one command brings about. Whether it may stands in the judgements, and is asked before.

    Given from outside: `airport`, which says where an airport is; `has_in_hand`, which says whether somebody of the case brings,
    meets or cares for the person; `newer`, the process that a rebase names; `check`, which
    asks a pack's own arithmetic about a number; `seen`, the case as it was when it happened, where that is judged.
    """

    airport: Callable[[str], Whereabouts | None]
    has_in_hand: Callable[[CaseNow, str], bool]
    newer: Process | None = None
    check: IdentifierCheck | None = None
    seen: Case | None = None
    role: str = ""
    events: list[Draft] = field(default_factory=list)
    refusals: list[Judgement] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)  # of the input: gathered, so that all are told at once

    def emit(self, type: str, sealed: Mapping[str, Mapping[str, Any]] | None = None, /, **data: Any) -> None:
        self.events.append(
            Draft(type, {k: v for k, v in data.items() if v not in (None, "", (), [], {})}, sealed or {})
        )

    def emit_facts(
        self,
        case: CaseNow,
        facts: Mapping[str, Any],
        words: Mapping[str, Mapping[str, Any]] | None = None,
        **more: Any,
    ) -> None:
        """Say what is known; and what of it is history, because something later stands."""
        history = [name for name, value in facts.items() if case.is_history(name, value)]
        self.emit("facts_recorded", words, facts=dict(facts), earlier=history, **more)

    def refuse(self, rule: str, finding: Finding) -> None:
        """Say what cannot be: a signature that may not be given, a number that does not fit."""
        self.refusals.append(Judgement(rule, finding))

    def wrong(self, error: BadInput) -> None:
        """Say that something of the input is wrong, and look at the rest of it."""
        self.faults += error.faults

    def next_state(self, cycle: LifeCycle, state: str, trigger: str, rule: str, otherwise: Finding) -> str | None:
        """Ask a life cycle where something goes next; when it does not lead on from here, that is the answer."""
        following = cycle.next(state, trigger)
        if following is None:
            self.refuse(rule, otherwise)
        return following


def _nothing(case: CaseNow, command: Any) -> Iterable[Any]:
    return ()


@dataclass(frozen=True, slots=True)
class Act:
    """What is done with one kind of command.

    Attributes:
        handler: reads the command, and makes its events.
        about: names what it is about, for the rules that are asked at `word:subject`: ids of the process, and the
            classes of those whom it names.
        completes: gives the steps that it completes, though it is about something else; their rules are asked, too.
    """

    command: type[BaseCommand]
    handler: Callable[[CaseNow, Any, Answer], None]
    about: Callable[[CaseNow, Any], Iterable[str]] = _nothing
    completes: Callable[[CaseNow, Any], Iterable[Step]] = _nothing


def role_for(
    case: CaseNow,
    roles: Iterable[str],
    deed: Template,
    *,
    by: str | None = None,
    signed: Container[str] = (),
    says: Iterable[str] = (),
    **values: Any,
) -> str:
    """Give the role in which the actor may do this.

    Args:
        roles: the roles that may; those without a login are recorded for by the case managers.
        deed: what is done, a part of a sentence with {names} of `values`.
        by: in whose name it is done.
        signed: the roles that have signed it: of somebody with several, another is taken first.
        says: the data groups of what it says: where the word of `by` counts for these, the case managers may, too.

    Raises:
        NotPermitted: none of the actor's roles may.
    """
    actor = case.actor
    assert actor is not None
    if actor.is_clock:
        return "clock"
    roles = list(roles)
    typing, for_whom = able(case, roles) if roles else ((), None)
    known = case.process.roles
    may = set(typing)
    groups = (*says,)
    adopted_at = case.recorded.adopted_at
    has_the_old_file = adopted_at is not None and case.at < adopted_at
    if groups and (has_the_old_file or is_word_of(case, by, groups)):
        may |= set(managers(case))
    silent = [r for r in roles if r in known and not known[r].login]
    theirs = {*silent, *(held.party for r in silent if (held := case.recorded.roles.get(r)))}
    if silent and (for_whom is not None or by is None or by in theirs):
        may |= set(managers(case))
    found = sorted(may & actor.roles, key=lambda role: (role in signed, [*known].index(role)))
    if not found and groups and not actor.roles.isdisjoint(managers(case)) and (others := who_says(case, *groups)):
        raise NotPermitted(
            "Your roles may not do this: {deed}.",
            why="It is done by: {roles}." if may else "It is written down as somebody's own word.",
            todo="Say in 'by' whose word it is: {whose}. Or ask one of them.",
            deed=part(deed, **values),
            roles=[case.process.named("roles", role) for role in sorted(may)],
            whose=[case.process.named("roles", role) for role in others],
        )
    if not found:
        raise NotPermitted(
            "Your roles may not do this: {deed}.",
            why="It is done by: {roles}." if may else "It is done by nobody with a login.",
            todo="Ask one of them." if may else "Ask whoever gives out roles.",
            deed=part(deed, **values),
            roles=[case.process.named("roles", role) for role in sorted(may)],
        )
    return found[0]


def role_for_command(case: CaseNow, word: str, *, move: str | None = None) -> str:
    """Give the role in which the actor may give this command.

    Raises:
        NotPermitted: none of the actor's roles may.
    """
    return role_for(case, roles_giving(case.process, word, move), "{command}", command=move or word)


def sealed_reason(reason: str | None) -> dict[str, dict[str, str]]:
    """Give why something is done, as its event seals it; empty where nobody says it."""
    return {"case": {"reason": as_text("reason", reason)}} if reason else {}


def clearance_stands(case: CaseNow) -> bool:
    """Say whether a clearance was given and not yet voided, whatever its age."""
    record = case.record(CLEARANCE)
    return record is not None and record.state in ("done", "in_progress") and case.recorded.phase == "pre_departure"


def void_clearance(case: CaseNow, answer: Answer, because: str) -> None:
    """A clearance ends at once with what it rested on; once is enough."""
    voided = any(event.type == "clearance_voided" for event in answer.events)
    if clearance_stands(case) and not voided:
        answer.emit("clearance_voided", steps=[CLEARANCE], because=because, state=STEP.next("done", "reset"))
