"""What a decision gives: the reasons, and the events that follow when all are met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.case_now.roles import able, command_roles, managers
from wayhome.errors import NotPermitted
from wayhome.model.case import StepKey
from wayhome.model.event import Draft
from wayhome.model.reason import Decision, Reason
from wayhome.packs.process import IncidentKind
from wayhome.rules import gates


@dataclass
class Answer:
    """Gathers reasons and events while one command is decided."""

    role: str = ""
    reasons: list[Reason] = field(default_factory=list)
    events: list[Draft] = field(default_factory=list)

    def ask(self, *reasons: Reason) -> None:
        self.reasons += reasons

    def emit(self, type: str, sealed: Mapping[str, Mapping[str, Any]] | None = None, /, **data: Any) -> None:
        self.events.append(
            Draft(type, {k: v for k, v in data.items() if v not in (None, "", (), [], {})}, sealed or {})
        )

    @property
    def decision(self) -> Decision:
        return Decision(tuple(in_order(gates.boarding_comes_last(self.reasons))))

    @property
    def allowed(self) -> bool:
        return all(reason.met for reason in self.reasons)


def in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """Sort reasons by phase, then by when their remedy can be done; those that wait for others come last."""

    def when(reason: Reason) -> tuple[int, bool, str]:
        from_ = reason.remedy.from_ if reason.remedy else None
        return reason.phase, from_ is None, from_.isoformat() if from_ else ""

    return sorted(reasons, key=when)


def role_for(
    case: CaseNow, roles: Iterable[str], what: str, *, by: str | None = None, owners: Iterable[str] = ()
) -> str:
    """Give the role in which the actor may do this.

    Args:
        roles: the roles that may; those without a login are recorded for by the case managers.
        owners: the responsible roles, when they differ from `roles` (for the `by` check).

    Raises:
        NotPermitted: none of the actor's roles may.
    """
    actor = case.actor
    assert actor is not None
    if actor.is_clock:
        return "clock"
    typing, for_whom = able(case, list(roles))
    known = case.process.roles
    may = set(typing)
    silent = [r for r in (*roles, *owners) if r in known and not known[r].login]
    if silent and (for_whom is not None or (by is not None and by in silent) or by is None):
        may |= set(managers(case))
    found = sorted(may & actor.roles, key=list(known).index)
    if not found:
        named = ", ".join(case.process.title("roles", r) for r in sorted(may)) or "nobody with a login"
        raise NotPermitted(
            f"Your roles may not do this: {what}.", why=f"It is done by: {named}.", todo="Ask one of them."
        )
    return found[0]


def role_for_command(case: CaseNow, word: str, *, move: str | None = None) -> str:
    """Give the role in which the actor may give this command.

    Raises:
        NotPermitted: none of the actor's roles may.
    """
    return role_for(case, command_roles(case, word, move), move or word)


# --- what follows from an incident --------------------------------------------------------


def open_incident(
    case: CaseNow,
    answer: Answer,
    kind: IncidentKind,
    *,
    effect: str | None = None,
    review_on: str | None = None,
    sealed: Mapping[str, Mapping[str, Any]] | None = None,
    keep: str = "",
) -> None:
    """Open an incident: its effect, what it resets and voids, and the end of a clearance.

    `keep` is the step whose result opens it: that result stays to be seen.
    """
    recorded = case.recorded
    chosen = effect or kind.effect.get(recorded.phase, "none")
    if review_on is None and kind.review is not None:
        review_on = case.shifted(case.at, kind.review).date().isoformat()
    answer.emit(
        "incident_opened",
        sealed,
        type=kind.id,
        effect=chosen,
        review_on=review_on,
        effects={} if effect or len(set(kind.effect.values())) < 2 else dict(kind.effect),
    )
    known = {id: record.value for id, record in recorded.facts.items()}
    for event in answer.events:
        known |= event.data.get("facts") or {}
    new = {id: value for id, value in kind.sets.items() if known.get(id) != value}
    if new:
        answer.emit("facts_recorded", facts=new, because=kind.id)
    reset = [
        key
        for id in kind.resets.get(recorded.phase, ())
        for key, record in recorded.steps.items()
        if StepKey.read(key).step == id and id != keep and record.state != "open"
    ]
    clears = [key for key in reset if key == CLEARANCE]
    if reset := [key for key in reset if key != CLEARANCE]:
        answer.emit("steps_reset", steps=reset, because=kind.id)
    if (chosen != "none" or clears) and clearance_stands(case):
        answer.emit("clearance_voided", steps=[CLEARANCE], because=kind.id)
    withdrawn = {key for event in answer.events if event.type == "consent_withdrawn" for key in event.data["consents"]}
    voided = [
        key
        for key, c in recorded.consents.items()
        if c.purpose in kind.voids.get(recorded.phase, ())
        and c.state == "given"
        and key not in withdrawn  # taken back is not void
    ]
    if voided:
        answer.emit("consent_voided", consents=voided, because=kind.id)


def clearance_stands(case: CaseNow) -> bool:
    """Say whether a clearance was given and not yet voided, whatever its age."""
    record = case.recorded.steps.get(CLEARANCE)
    return record is not None and record.state in ("done", "in_progress") and case.recorded.phase == "pre_departure"


def with_phase(reason: Reason, phase: int) -> Reason:
    """Give a reason its place in the order, unless it has one."""
    return reason if reason.phase else replace(reason, phase=phase)
