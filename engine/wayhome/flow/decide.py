"""A command on a case gives events, or a refusal with every unmet reason. No I/O; nothing is changed.

    decide(process, case, command, actor, now, judged) -> Decided

`judged` are the answers of the packs' own code, collected before. "Why not?" is the same call without the saving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from wayhome import commands as c
from wayhome.case_now import CLEARANCE, CaseNow, known_by
from wayhome.commands.answer import Answer, IdentifierCheck
from wayhome.errors import BadInput
from wayhome.model.actor import Actor
from wayhome.model.case import Case, Whereabouts
from wayhome.model.event import Draft
from wayhome.model.reading import as_instant
from wayhome.model.reason import Decision, Judgement
from wayhome.packs.process import Process
from wayhome.remedies import reasons
from wayhome.rules.asking import asked


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: the events to append (when allowed), the reasons, and the role in which it is done."""

    decision: Decision
    events: tuple[Draft, ...]
    role: str
    at: datetime

    @property
    def allowed(self) -> bool:
        return self.decision.allowed


def decide(
    process: Process,
    case: Case,
    command: c.AnyCommand,
    actor: Actor,
    now: datetime,
    judged: Sequence[Judgement] = (),
    *,
    airport: Callable[[str], Whereabouts | None],
    newer: Process | None = None,
    check: IdentifierCheck | None = None,
    at: datetime | None = None,
) -> Decided:
    """Decide one command.

    Args:
        process: the process that the case is pinned to; for `Open`, the one it will be.
        case: the case; for `Open`, an empty one that carries the new number.
        command, actor: what is asked (read by `in_shape`), and by whom.
        now: the moment of asking, aware.
        judged: the answers of packs' checks to `pack_rules_asked`.
        airport: says where an airport is.
        newer: the process that `Rebase` names, if there is one.
        check: asks a pack's own arithmetic about a number.
        at: the moment to judge, when that is not when the command happens (asking "why" about a planned departure).

    Raises:
        BadInput: the command cannot be read, or contradicts itself. NotPermitted: no role of the actor may.
    """
    moment = _when(process, case, command, now)
    late = command.at is not None and moment < now and isinstance(command, c.Move)
    seen = known_by(case, moment) if late else case
    asking = CaseNow(process, seen, at or moment, now=now, actor=actor, command=command)
    judgements = asked(asking, judged, newer)
    answer = Answer(airport, newer, check)
    with answer.faults.gathered():
        c.ACTS[command.word].handler(asking, command, answer)
    answer.faults.raise_any()
    decision = Decision(tuple(reasons(asking, [*judgements, *answer.refusals])))
    events = tuple(_with_gate_report(answer.events, decision)) if decision.allowed else ()
    return Decided(decision, events, answer.role, moment)


def _with_gate_report(events: Iterable[Draft], decision: Decision) -> Iterator[Draft]:
    """Keep with a clearance what its gate said: of each rule, what it found met."""
    for draft in events:
        if draft.type == "step_completed" and draft.data["step"] == CLEARANCE:
            gate: dict[str, list[str]] = {}
            for reason in decision.met:
                gate.setdefault(reason.rule, []).append(reason.subject)
            draft = replace(draft, data={**draft.data, "gate": {rule: sorted({*gate[rule]}) for rule in sorted(gate)}})
        yield draft


def _when(process: Process, case: Case, command: c.AnyCommand, now: datetime) -> datetime:
    """Give the moment of a command: not in the future, not before the last move, and a departure not entered late."""
    now = now.astimezone(UTC)
    if command.at is None:
        return now
    at = as_instant("at", command.at)
    if at > now:
        raise BadInput(
            "That lies in the future.",
            why="A command says what has happened.",
            todo="Correct at=…, or give it when it has happened.",
            field="at",
        )
    if isinstance(command, c.Open):
        return at
    if at < case.opened_at and command.earliest != "ever":
        raise BadInput("That lies before the case was opened.", todo="Correct at=….", field="at")
    if case.last_move_at is not None and at < case.last_move_at and command.earliest == "last move":
        raise BadInput(
            "That lies before the last move of the case.",
            why="A move that is recorded is never undone by a later entry.",
            todo="Correct at=…, or record what happened as an incident.",
            field="at",
        )
    limit = process.late_entries.get(command.to) if isinstance(command, c.Move) else None
    if limit is not None and now > CaseNow(process, case, at).shifted(at, limit):
        raise BadInput(
            "A departure is entered at most {limit} late.",
            why="Its safeguards are judged at that moment.",
            todo="Record what happened as an incident, and close as left_outside_process if it was so.",
            field="at",
            limit=limit,
        )
    return at
