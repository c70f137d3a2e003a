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
from wayhome.case_now.outside import Another, Kept
from wayhome.commands import Move
from wayhome.errors import BadInput, LedgerBroken, NotFound, NotPermitted, Template, part
from wayhome.flow.apply import fold
from wayhome.flow.decide import Judged, judge, seen_at
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

ProcessOf = Callable[[str], Process]
OtherCaseThen = Callable[[str, datetime, datetime, int], Another]  # number, at, as seen from, up to which event


class JudgedAgain(NamedTuple):
    """A move that was judged again.

    Attributes:
        seq: of the first event of the command that made it.
        against: what is against it, a part of a sentence; empty when it holds.
        not_judged: why it was not judged; empty when it was.
    """

    seq: int
    against: Mapping[str, Any] = EMPTY
    not_judged: Template = ""


def moves_again(events: Iterable[Event], process_of: ProcessOf, another: OtherCaseThen) -> Iterator[JudgedAgain]:
    """Judge each move of a history again.

    Args:
        events: the whole history of a case, in order.
        process_of: gives a process by its digest.
        another: gives another case at a moment, as it was seen from a later one, made of its events up to one.
    """
    case: Case | None = None
    past: list[Event] = []
    for run in _by_command(events):
        made = [event for event in run if event.type in MOVE_OF_EVENT]
        if case is not None and made:
            yield _again(case, tuple(past), run, made[-1], process_of, another)
        case = fold(run, case)
        past += run


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


def _again(
    case: Case, past: Sequence[Event], run: Sequence[Event], made: Event, process_of: ProcessOf, another: OtherCaseThen
) -> JudgedAgain:
    first = run[0]
    if first.grounds.get("rules") != REVISION:
        return JudgedAgain(first.seq, not_judged=OTHER_RULES)
    introduced = [event for event in run if event.type == "organisation_known"]
    known = fold(introduced, case)
    assert known is not None
    command, now = _command(made), made.recorded_at
    outside = Kept(first.grounds, lambda number, at, version: another(number, at, now, version))
    try:
        found = [*_judged(replace(case, organisations=known.organisations), past, command, made, process_of, outside)]
    except (LedgerBroken, NotFound):
        return JudgedAgain(first.seq, not_judged=UNREADABLE)
    except (BadInput, NotPermitted) as error:
        return JudgedAgain(first.seq, part("it is refused: {what}", what=part(error.what_template, **error.values)))
    rules = {one.rule for judged in found for one in judged.judgements if not one.finding.met}
    if rules:
        return JudgedAgain(first.seq, part("it is refused: {rules}", rules=sorted(rules)))
    if not _brings_about(found[-1].answer.events, [event for event in run if event not in introduced]):
        return JudgedAgain(first.seq, part("something else is written there than such a move brings about"))
    return JudgedAgain(first.seq)


def _command(made: Event) -> Move:
    """Give the move as it was asked for, as far as it is judged."""
    row, day = MOVES[MOVE_OF_EVENT[made.type]], day_of(made)
    at = day.day if day else made.occurred_at if made.occurred_at != made.recorded_at else None
    data = made.data
    how = data.get("how") if row.stands_for else None
    return Move(made.case, to=row.name, at=at, by=data.get("by"), reason=data.get("reason"), how=how)


def _judged(
    case: Case, past: Sequence[Event], command: Move, made: Event, process_of: ProcessOf, outside: Kept
) -> Iterator[Judged]:
    process = process_of(made.digest)
    actor = Actor(made.actor, made.organisation, {made.role})
    answers = partial(_answered, outside)
    for seen in seen_at(process, case, command, made.recorded_at, lambda: past):
        judges = process if seen.digest == case.digest else under_new_names(process_of(seen.digest), process.renamed)
        yield judge(
            judges, case, command, actor, made.recorded_at, answers,
            airport=airport, seen=seen, past=lambda: past, outside=outside,
        )  # fmt: skip


def _answered(outside: Kept, case: CaseNow) -> list[Judgement]:
    """Let packs answer as they did."""
    return [
        Judgement(
            rule.id,
            yes("a pack's own code let it pass", rule.id)
            if outside.has_answered(rule)
            else no("no pack's own code was asked", rule.id, todo="", do={}),
        )
        for rule in pack_rules_asked(case)
    ]


def _brings_about(drafts: Sequence[Draft], written: Sequence[Event]) -> bool:
    """Say whether what is written is what a move brings about; beside it, more may be kept of how it was told."""
    if [draft.type for draft in drafts] != [event.type for event in written]:
        return False
    pairs = zip(map(_plain, drafts), map(_plain, written), strict=True)
    return all(kept.get(name) == value for data, kept in pairs for name, value in data.items())


def _plain(one: Draft | Event) -> dict[str, Any]:
    plain: dict[str, Any] = orjson.loads(canonical_bytes(one.data))
    return plain
