"""How a case was at a moment that is past: what had happened by then, whenever it was written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from wayhome.case_now import CLEARANCE
from wayhome.commands.changes import a_moment
from wayhome.flow.apply import fold
from wayhome.model.case import Case, LeftRecord
from wayhome.model.event import Event, begins, ends
from wayhome.model.moves import MOVE_OF_EVENT

# What may help a departure: typed after the entry that the person left, it counts for none.
HELPS = frozenset({"step_completed", "step_confirmed", "consent_given", "entry_seconded", "incident_resolved"})


def as_it_may_have_been(case: Case, events: Iterable[Event], at: datetime) -> Iterator[Case]:
    """Give a case in each of the ways in which it can have been when the person boarded.

    Of what is told of that day alone nobody knows whether it was before or after; and what is typed after the entry that the person
    left speaks against the departure that is to take its place, and never for it. The order in which it is told is believed: the
    case was so before all of this, or after the first, or after the first two; or with all of it but what helps. It was opened by then.
    """
    events = tuple(events)
    left = _giving_way(case, at)
    later = {event.seq for event in events if left is not None and event.seq > left.seq and begins(event) <= at}
    unsure = [event for event in events if event.seq in later or (event.seq > 1 and begins(event) <= at < ends(event))]
    for last in (0, *(event.seq for event in unsure if not _is_done_anew(event, unsure))):
        none_yet = {event.seq for event in unsure if event.seq > last}
        yield as_it_was(case, (one for one in events if one.seq not in none_yet), at)
    helping = {event.seq for event in unsure if event.seq in later and event.type in HELPS}
    if helping:
        yield as_it_was(case, (one for one in events if one.seq not in helping), at)


def _is_done_anew(event: Event, unsure: Iterable[Event]) -> bool:
    """Say whether a step was opened again, or begun to be signed, to be done on that day: it was never only open."""
    return event.type in ("step_redone", "step_signed", "step_started") and any(
        one.seq > event.seq and one.type == "step_completed" and _key(one) == _key(event) for one in unsure
    )


def _key(event: Event) -> tuple[Any, ...]:
    return tuple(event.data.get(name) for name in ("step", "round", "of"))


def as_it_was(
    case: Case, events: Iterable[Event], at: datetime, *, just_before: bool = False, for_a_move: bool = True
) -> Case:
    """Give a case as it was at a moment, or just before it: with all that had happened by then, whenever it was written down.

    A clearance counts only when it was written by then, too. Where a departure is to take the place of the entry that the
    person left, this one has not happened, nor any move after it; that it was made is known. What was kept beside what stands
    counts for no move. What was found to be an error since, was none then; what it said of a fact is unknown. Whether the case is
    closed, and when it was written in last, is asked of today; and what has a new name since, is called so.
    """
    left = _giving_way(case, at) if for_a_move else None
    events = tuple(events)
    mistakes = {
        event.data["entry"]: event for event in events if event.type == "entry_corrected" and event.occurred_at > at
    }
    never, said_in_error = set[int](), set[int]()
    for run in _by_command(events):
        for first in run:
            if first.seq in mistakes:
                said_in_error.update(one.seq for one in run if one.seq >= first.seq)
            of_a_move = first.type in MOVE_OF_EVENT
            if of_a_move and (first.seq in mistakes or (left is not None and first.seq >= left.seq)):
                never.update(one.seq for one in run if one.seq >= first.seq)

    def was_an_error(event: Event) -> bool:
        said = ((one.data.get("said") or {}).get("steps", ()) for seq, one in mistakes.items() if seq < event.seq)
        return event.seq in mistakes or (
            event.type == "step_completed" and any(event.data["step"] in steps for steps in said)
        )

    def is_later(event: Event) -> bool:
        happened = begins(event)
        # Before a case was opened it stood as it was opened.
        return event.seq > 1 and (happened > at or (just_before and happened == at))

    def counts(event: Event) -> bool:
        if is_later(event) or event.seq in never:
            return "renamed" in event.data  # its names are those of today
        if "facts" in event.data:
            return True
        if was_an_error(event) or (for_a_move and event.data.get("earlier")):
            return False
        if "since" in event.data and a_moment(event.data["since"]) > at:
            return False  # what has undone it had not happened
        return event.recorded_at <= at or event.type != "step_completed" or event.data["step"] != CLEARANCE

    def known(event: Event) -> Event:
        if "renamed" in event.data and is_later(event):
            return replace(event, digest=event.data["before"], occurred_at=at)
        if event.seq not in said_in_error or "facts" not in event.data or event.type == "opened":
            return event
        return replace(event, data={**event.data, "facts": dict.fromkeys(event.data["facts"])})

    then = fold(map(known, filter(counts, events)))
    assert then is not None, "a case is opened before anything else"
    return replace(
        then, closed_as=case.closed_as, closed_at=case.closed_at, left=left or then.left, written_at=case.written_at
    )


def seen_from_elsewhere(case: Case, events: Iterable[Event], at: datetime) -> Case:
    """Give a case as it was at a moment that is past, for who asks in another case: whether it was closed is asked of then."""
    then = as_it_was(case, events, at, for_a_move=False)
    was_closed = case.closed_at is not None and case.closed_at <= at
    return then if was_closed else replace(then, closed_as=None, closed_at=None)


def _giving_way(case: Case, at: datetime) -> LeftRecord | None:
    """Give the entry that the person left where a departure of that moment takes its place: a guess gives way to what is known."""
    left = case.left
    return left if left is not None and (left.how == "unknown" or at <= case.ends(left)) else None


def _by_command(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Give the events of one command after the other: of one hand, written down and happened in one moment."""
    for _, run in groupby(events, key=lambda event: (event.recorded_at, event.actor, event.occurred_at)):
        yield [*run]
