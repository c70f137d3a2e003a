"""A command on a case gives events, or a refusal with every unmet reason. No I/O; nothing is changed.

    decide(judge(process, case, command, actor, now, judged, …)) -> Decided

`judged` gives the answers of the packs' own code, which were collected before. "Why not?" is the same call without the saving; and
`verify` judges again what was decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from wayhome import commands as c
from wayhome.case_now import CLEARANCE, CaseNow, known_by
from wayhome.case_now.outside import TODAY, Outside
from wayhome.commands.answer import Answer, IdentifierCheck
from wayhome.commands.events import EVENTS
from wayhome.commands.organisations import made_known
from wayhome.flow.as_of import as_it_may_have_been, as_it_was
from wayhome.flow.four_eyes import four_eyes_reasons, missing_four_eyes
from wayhome.flow.happened import boards, moment_of
from wayhome.frozen import EMPTY
from wayhome.model.actor import Actor
from wayhome.model.case import Case, Whereabouts
from wayhome.model.closed_sets import THROUGH_SOMEBODY, MoveName
from wayhome.model.command import BaseCommand, StepCommand
from wayhome.model.event import Day, Draft, Event
from wayhome.model.reading import as_text
from wayhome.model.reason import Decision, Judgement, Reason
from wayhome.packs.process import Process
from wayhome.remedies import reasons
from wayhome.rules import REVISION
from wayhome.rules.asking import asked
from wayhome.rules.contacts import has_them_in_hand
from wayhome.rules.safeguard import GATE, moments


class Judged(NamedTuple):
    """A command that was judged: what the rules and its handler say, of which case, and on what grounds beside it."""

    standing: CaseNow  # the case as it stands
    asking: CaseNow  # the case that the rules looked at
    judgements: Sequence[Judgement]
    answer: Answer
    moment: datetime
    day: Day | None
    grounds: Mapping[str, Any]
    past: Callable[[], Iterable[Event]]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of a command that was judged: the events to append, when it is allowed."""

    judged: Judged
    events: tuple[Draft, ...] = ()
    one_hand: Mapping[str, Sequence[str]] = EMPTY  # of a gate: what of it lies in one hand

    @property
    def allowed(self) -> bool:
        return _is_allowed(self.judged)

    @property
    def decision(self) -> Decision:
        """Every reason, with what would help. It is put into words for whoever asks."""
        asking = self.judged.asking
        return Decision((*reasons(asking, self.judged.judgements), *four_eyes_reasons(asking, self.one_hand)))


def judge(
    process: Process,
    case: Case,
    command: c.AnyCommand,
    actor: Actor,
    now: datetime,
    judged: Callable[[CaseNow], Sequence[Judgement]] = lambda _: (),
    *,
    airport: Callable[[str], Whereabouts | None],
    newer: Process | None = None,
    check: IdentifierCheck | None = None,
    at: datetime | None = None,
    seen: Case | None = None,
    past: Callable[[], Iterable[Event]] = tuple,
    outside: Outside = TODAY,
) -> Judged:
    """Judge one command: ask all that is declared for it, and its handler.

    Args:
        process: the process that the case is pinned to; for `Open`, the one it will be.
        case: the case; for `Open`, an empty one that carries the new number.
        command, actor: what is asked (read by `in_shape`), and by whom.
        now: the moment of asking, aware.
        judged: gives the answers of packs' checks to `pack_rules_asked`.
        airport: says where an airport is.
        newer: the process that `Rebase` names, if there is one.
        check: asks a pack's own arithmetic about a number.
        seen: the case that is judged, where that is not the case as it stands: one of `judged_cases`.
        past: gives what has happened, where the gate asks who wrote it, and when.
        outside: gives what lies beside the case and its process, and notes what of it is looked at.
        at: the moment to judge, when that is not when the command happens (asking "why" about a planned departure).

    Raises:
        BadInput: the command cannot be read, or contradicts itself. NotPermitted: no role of the actor may.
    """
    moment, day = moment_of(process, case, command, now, past)
    ends = day.ends if day is not None and at is None else None
    standing = CaseNow(process, case, at or moment, now=now, actor=actor, command=command, ends=ends, outside=outside)
    is_told_late = moment < now and command.judged_then and moments(standing).isdisjoint(GATE)
    was = partial(_was, case, past, moment, at_it=command.reaches_out) if is_told_late else tuple
    asking = CaseNow(
        process, seen or case, at or moment, now=now, actor=actor, command=command, was=was, outside=outside
    )

    def answers(one: CaseNow) -> Sequence[Judgement]:
        found = judged(one)
        for judgement in found:
            outside.note_check(one.process.rules[judgement.rule])
        return found

    judgements = asked(asking, answers, newer)
    answer = Answer(airport, has_them_in_hand, newer, check, seen)
    _handle(standing, command, answer)
    grounds = {"rules": REVISION, **outside.noted}
    return Judged(standing, asking, [*judgements, *answer.refusals], answer, moment, day, grounds, past)


def _handle(standing: CaseNow, command: c.AnyCommand, answer: Answer) -> None:
    with answer.faults.gathered():
        c.ACTS[command.word].handler(standing, command, answer)
    answer.faults.raise_any()


def read_through(
    process: Process,
    case: Case,
    command: c.AnyCommand,
    actor: Actor,
    now: datetime,
    *,
    airport: Callable[[str], Whereabouts | None],
    newer: Process | None = None,
    check: IdentifierCheck | None = None,
    past: Callable[[], Iterable[Event]] = tuple,
    outside: Outside = TODAY,
) -> None:
    """Read a command as `judge` does, and ask no rule of it.

    Raises:
        BadInput: the command cannot be read, or contradicts itself. NotPermitted: no role of the actor may.
    """
    moment, day = moment_of(process, case, command, now, past)
    ends = day.ends if day is not None else None
    standing = CaseNow(process, case, moment, now=now, actor=actor, command=command, ends=ends, outside=outside)
    _handle(standing, command, Answer(airport, has_them_in_hand, newer, check))


def blockers(
    process: Process,
    case: Case,
    move: MoveName,
    actor: Actor,
    now: datetime,
    judged: Callable[[CaseNow], Sequence[Judgement]],
    *,
    at: datetime | None = None,
    outside: Outside = TODAY,
) -> list[Reason]:
    """Say what stands against a move, whoever would make it; `at`, when that is judged at another moment than now."""
    command = c.Move(case.number, to=move)
    asking = CaseNow(process, case, at or now, now=now, actor=actor, command=command, outside=outside)
    found = [one for one in asked(asking, judged) if not one.finding.met and one.rule != "ROLE"]
    return reasons(asking, found)


def decide(judged: Judged) -> Decided:
    """Decide a command that was judged: say every reason with what would help, and what is written down when it is allowed."""
    if not _is_allowed(judged):
        return Decided(judged)
    asking, command = judged.asking, judged.standing.command
    assert command is not None
    one_hand = EMPTY if moments(asking).isdisjoint(GATE) else missing_four_eyes(asking, judged.past())
    heard = _with_how_it_was_heard(asking, judged.answer.events, command)
    reported = _with_gate_report(heard, judged.judgements, one_hand)
    return Decided(judged, with_how_reported(judged, (*made_known(judged.standing.recorded), *reported)), one_hand)


def _is_allowed(judged: Judged) -> bool:
    """Say whether nothing that was asked stands against it; where nothing was asked, it is forbidden."""
    return bool(judged.judgements) and all(one.finding.met for one in judged.judgements)


def with_how_reported(judged: Judged, drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Keep with each event of a command the day of which nobody said the hour, and that others did it, before the return was taken over."""
    adopted_at = judged.standing.recorded.adopted_at
    beside: dict[str, Any] = {}
    if adopted_at is not None and judged.moment < adopted_at:
        beside["reported"] = True
    if judged.day is not None:
        beside["day"] = judged.day.plain()
    return tuple(replace(draft, data={**draft.data, **beside}) if beside else draft for draft in drafts)


def judged_cases(
    process: Process, case: Case, command: c.AnyCommand, now: datetime, past: Callable[[], Iterable[Event]]
) -> Iterable[Case]:
    """Give the case that a command judges: as it stands, but for a move that is entered late.

    A departure that held every rule at boarding was one, however late it is entered; `past` gives what has happened. Where the
    case can have been in several ways then, the rules must hold in each. A move of the file is judged by what was there then, and
    by all that stands against it now.

    Raises:
        BadInput: it cannot have happened then.
    """
    if not isinstance(command, c.Move) or command.at is None:
        return [case]
    moment, _ = moment_of(process, case, command, now, past)
    if moment >= now or CaseNow(process, case, moment, command=command).is_report:
        return [case]
    if boards(command):
        return as_it_may_have_been(case, past(), moment)
    return [known_by(case, as_it_was(case, past(), moment, for_a_move=False), moment)]


def _was(case: Case, past: Callable[[], Iterable[Event]], at: datetime, *, at_it: bool) -> Iterator[Case]:
    """Give the case as it was just before a moment, and at it; or only at it."""
    then = partial(as_it_was, case, tuple(past()), at, for_a_move=False)
    if not at_it:
        yield then(just_before=True)
    yield then()


def _with_how_it_was_heard(case: CaseNow, events: Sequence[Draft], command: BaseCommand) -> Iterable[Draft]:
    """Keep with what is typed for somebody else how it was heard, that others brought it, and the paper that says it."""
    if not events:
        return events
    data, sealed = dict(events[0].data), dict(events[0].sealed)
    step = case.process.steps.get(command.step) if isinstance(command, StepCommand) else None
    through = THROUGH_SOMEBODY if getattr(command, "channel", None) == THROUGH_SOMEBODY else command.heard_by
    by = command.by or ""
    speak = (*step.who, *((by,) if case.speaks_for_who_does(step, by) else ())) if step else ()
    if "brought" in EVENTS[events[0].type].data and case.is_word_of_others(command.by, through, speak):
        data["brought"] = True
    if command.heard_by is not None:
        data["heard_by"] = command.heard_by
    if command.on_paper is not None:
        sealed["case"] = {**sealed.get("case", {}), "on_paper": as_text("on_paper", command.on_paper)}
    return [replace(events[0], data=data, sealed=sealed), *events[1:]]


def _with_gate_report(
    events: Iterable[Draft], judgements: Iterable[Judgement], one_hand: Mapping[str, Sequence[str]]
) -> Iterator[Draft]:
    """Keep with a clearance what its gate said: of each rule, what it found met; and what of it lies in one hand."""
    for draft in events:
        if draft.type == "step_completed" and draft.data["step"] == CLEARANCE:
            gate: dict[str, list[str]] = {}
            for one in judgements:
                gate.setdefault(one.rule, []).append(one.finding.subject)
            report = {rule: sorted({*gate[rule]}) for rule in sorted(gate)}
            draft = replace(draft, data={**draft.data, **one_hand, "gate": report})
        yield draft
