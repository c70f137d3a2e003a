"""Judge the moves of a history again: by what stood before each of them, and on the grounds that its event keeps.

No pack's own code is asked, no partner is looked up, and no calendar: what they said then stands in the event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import orjson

from wayhome.airports import airport
from wayhome.case_now import CaseNow
from wayhome.case_now.outside import OtherCase, RecordedOutside
from wayhome.commands import Move
from wayhome.errors import BadInput, LedgerBroken, NotFound, NotPermitted, Template, part
from wayhome.flow.apply import fold
from wayhome.flow.decide import Judged, judge, judged_cases, with_how_reported
from wayhome.frozen import EMPTY
from wayhome.model.actor import Actor
from wayhome.model.case import Case
from wayhome.model.event import Draft, Event, day_of
from wayhome.model.moves import MOVE_OF_EVENT, MOVES
from wayhome.model.reason import Judgement, no, yes
from wayhome.packs.process import Process, canonical_bytes
from wayhome.packs.renaming import under_new_names
from wayhome.rules import REVISION
from wayhome.rules.safeguard import pack_rules_asked

OTHER_RULES: Template = "this version of the program has other rules"
UNREADABLE: Template = "something on which it rests cannot be read"
SOMETHING_ELSE = part("something else is written there than such a move brings about")
NO_GROUNDS = part("on what it was decided is not written there as this program writes it")
FIRST_REVISION = 1

ProcessOf = Callable[[str], Process]
# Number, at, as seen from, up to which event; None where it never had so many.
OtherCaseThen = Callable[[str, datetime, datetime, int], OtherCase | None]


class RejudgedMove(NamedTuple):
    """A move that was judged again.

    Attributes:
        seq: of the first event of the command that made it.
        against: what is against it, a part of a sentence; empty when it holds.
        not_judged: why it was not judged; empty when it was.
    """

    seq: int
    against: Mapping[str, Any] = EMPTY
    not_judged: Template = ""


class Moved(NamedTuple):
    """A move in a history: the case before it, and the events of the command that made it; the last of them that moves."""

    before: Case | None
    run: Sequence[Event]
    made: Event


def case_and_moves(events: Iterable[Event]) -> tuple[Case | None, list[Moved]]:
    """Give the case that a whole history makes, and the moves in it. Raises what `fold` raises."""
    case: Case | None = None
    moves = []
    for run in _by_command(events):
        made = [event for event in run if event.type in MOVE_OF_EVENT]
        if made:
            moves.append(Moved(case, run, made[-1]))
        case = fold(run, case)
    return case, moves


def rejudge_moves(
    events: Sequence[Event], moves: Iterable[Moved], process_of: ProcessOf, another: OtherCaseThen
) -> Iterator[RejudgedMove]:
    """Judge each move of a history again.

    Args:
        events: the whole history of a case, in order.
        moves: in it (`case_and_moves`).
        process_of: gives a process by its digest.
        another: gives another case at a moment, as it was seen from a later one, made of its events up to one.
    """
    for before, run, made in moves:
        if before is None:
            yield RejudgedMove(run[0].seq, SOMETHING_ELSE)  # what opens a case moves nobody
        else:
            yield _rejudge(before, tuple(events[: before.version]), run, made, process_of, another)


def _by_command(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Give the events of one command after the other: its first keeps on what grounds it was decided."""
    run: list[Event] = []
    for event in events:
        if event.grounds and run:
            yield run
            run = []
        run.append(event)
    if run:
        yield run


def _rejudge(
    case: Case, past: Sequence[Event], run: Sequence[Event], made: Event, process_of: ProcessOf, another: OtherCaseThen
) -> RejudgedMove:
    first = run[0]
    revision = first.grounds.get("rules") if isinstance(first.grounds, Mapping) else None
    if not isinstance(revision, int) or revision < FIRST_REVISION:
        return RejudgedMove(first.seq, NO_GROUNDS)
    if made.digest != case.digest:
        return RejudgedMove(first.seq, part("it was made under another process than that of the case"))
    if revision != REVISION:
        return RejudgedMove(first.seq, not_judged=OTHER_RULES)
    introduced = [event for event in run if event.type == "organisation_known"]
    known = fold(introduced, case)
    assert known is not None
    now = made.recorded_at
    outside = RecordedOutside(first.grounds, lambda number, at, version: another(number, at, now, version))
    try:
        command = _command(made)
        found = [*_judged(replace(case, organisations=known.organisations), past, command, made, process_of, outside)]
    except (LedgerBroken, NotFound):
        return RejudgedMove(first.seq, not_judged=UNREADABLE)
    except (BadInput, NotPermitted) as error:
        return RejudgedMove(first.seq, part("it is refused: {what}", what=part(error.what_template, **error.values)))
    except (LookupError, ValueError, TypeError, AttributeError):
        return RejudgedMove(first.seq, NO_GROUNDS)
    rules = {one.rule for judged in found for one in judged.judgements if not one.finding.met}
    if rules:
        return RejudgedMove(first.seq, part("it is refused: {rules}", rules=sorted(rules)))
    written = [event for event in run if event not in introduced]
    if not (_is_one_command(run) and _brings_about(found[-1], written)):
        return RejudgedMove(first.seq, SOMETHING_ELSE)
    return RejudgedMove(first.seq)


def _command(made: Event) -> Move:
    """Give the move as it was asked for, as far as it is judged."""
    row, day = MOVES[MOVE_OF_EVENT[made.type]], day_of(made)
    at = day.day if day else made.occurred_at if made.occurred_at != made.recorded_at else None
    data = made.data
    how = data.get("how") if row.stands_for else None
    return Move(made.case, to=row.name, at=at, by=data.get("by"), reason=data.get("reason"), how=how)


def _judged(
    case: Case, past: Sequence[Event], command: Move, made: Event, process_of: ProcessOf, outside: RecordedOutside
) -> Iterator[Judged]:
    process = process_of(made.digest)
    actor = Actor(made.actor, made.organisation, {made.role})
    answers = partial(_recorded_judgements, outside)
    for seen in judged_cases(process, case, command, made.recorded_at, lambda: past):
        judges = process if seen.digest == case.digest else under_new_names(process_of(seen.digest), process.renamed)
        yield judge(
            judges, case, command, actor, made.recorded_at, answers,
            airport=airport, seen=seen, past=lambda: past, outside=outside,
        )  # fmt: skip


def _recorded_judgements(outside: RecordedOutside, case: CaseNow) -> list[Judgement]:
    """Give the judgements of packs as the event has recorded them."""
    return [
        Judgement(
            rule.id,
            yes("a pack's own code let it pass", rule.id)
            if outside.was_checked(rule)
            else no("no pack's own code was asked", rule.id, todo="", do={}),
        )
        for rule in pack_rules_asked(case)
    ]


def _is_one_command(run: Sequence[Event]) -> bool:
    """Say whether these events are of one hand, of one moment, and under one process."""
    return len({(e.occurred_at, e.recorded_at, e.actor, e.role, e.organisation, e.digest) for e in run}) == 1


def _brings_about(judged: Judged, written: Sequence[Event]) -> bool:
    """Say whether what is written is what a move brings about; beside it is kept of the first how it was heard."""
    drafts = with_how_reported(judged, judged.answer.events)
    if [draft.type for draft in drafts] != [event.type for event in written]:
        return False
    kept = [_plain(event) for event in written]
    for name in ("heard_by", "brought"):
        kept[0].pop(name, None)
    return written[0].occurred_at == judged.moment and kept == [_plain(draft) for draft in drafts]


def _plain(one: Draft | Event) -> dict[str, Any]:
    plain: dict[str, Any] = orjson.loads(canonical_bytes(one.data))
    return plain
