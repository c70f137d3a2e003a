"""One event on a case gives the next case. Knows neither process nor clock; replaying a ledger uses nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from wayhome.commands import CHANGES
from wayhome.commands.changes import Change
from wayhome.commands.opening import opened
from wayhome.errors import LedgerBroken
from wayhome.frozen import EMPTY
from wayhome.model.case import HISTORIES, OF_A_DAY, Case, Hand, Record, StepKey, Typed, Was, was
from wayhome.model.event import Day, Event, begins, day_of

CHANGE_OTHERS = (
    "consent_withdrawn", "consent_voided", "incident_resolved", "incident_reopened", "steps_reset", "clearance_voided", "step_confirmed",
    "entry_seconded", "entry_corrected",
)  # fmt: skip
QUIET = ("opened_up", "closed_up", "organisation_known")  # who may look outdates nothing
BESIDE_THE_WORK = {"looks_into", "because"}  # looking into what somebody did, and what follows of an entry by itself
MOST_TYPED = 100  # of one day, in one case: the row of a case stays small
EVENT_TYPES = ("opened", *CHANGES)


def apply(case: Case | None, event: Event) -> Case:
    """Give the case after an event; the first event opens it.

    Raises:
        LedgerBroken: the event is of a type that this version does not know, or the first is not `opened`.
    """
    if case is None:
        if event.type != "opened":
            raise LedgerBroken(
                "A history does not begin with 'opened'.", todo="Have the ledger verified.", code="no_beginning"
            )
        return opened(event)
    change = CHANGES.get(event.type)
    if change is None:
        raise LedgerBroken(
            "Event {seq} is of a type that this version does not know: '{type}'.",
            why="A newer Wayhome wrote it.",
            todo="Use that version.",
            seq=event.seq,
            type=event.type,
        )
    changed = change(case, event)
    if event.type in QUIET:
        touched_at = max(case.touched_at or event.occurred_at, event.occurred_at)
        seen = {"hands": _hands(case, event), "typed": _typed(case, event), "touched_at": touched_at}
        return case.but({"version": event.seq, **seen, **changed})
    is_new = event.actor not in case.actors and not event.data.keys() & BESIDE_THE_WORK
    actors = (*case.actors, event.actor) if is_new else case.actors
    return case.but(
        {
            "version": event.seq,
            "acted": event.seq,
            "touched_at": max(case.touched_at or event.occurred_at, event.occurred_at),
            "written_at": event.recorded_at,
            "actors": actors,
            "hands": _hands(case, event),
            "typed": _typed(case, event),
            "reported_seq": event.seq if case.adopted_at and begins(event) < case.adopted_at else case.reported_seq,
            "days": _days(case, event),
            **changed,
            "earlier": _earlier(case, event, changed),
        }
    )


def _hands(case: Case, event: Event) -> tuple[Hand, ...]:
    last = case.hands[-1]
    now = Hand(event.seq, event.organisation, case.leads)
    return case.hands if now[1:] == last[1:] else (*case.hands, now)


def _typed(case: Case, event: Event) -> tuple[Typed, ...]:
    """Keep who typed the entries of this day, but for those that another signs with this one."""
    signed = {*_signed_by_another(case, event)}
    kept = [one for one in case.typed if event.recorded_at < one.at + OF_A_DAY and one.seq not in signed]
    if not _says_all_itself(case, event):
        return tuple(kept)
    return (*kept[1 - MOST_TYPED :], Typed(event.seq, event.actor, event.recorded_at))


def _says_all_itself(case: Case, event: Event) -> bool:
    """Say whether what stands with an event is what was typed with it: not of what only changes what others have said."""
    return event.type not in CHANGE_OTHERS and not (
        event.type == "person_involved" and event.data["ref"] in case.people
    )


def _signed_by_another(case: Case, event: Event) -> Iterator[int]:
    data = event.data
    if event.type == "entry_seconded" and data["kind"] == "contacts":
        yield int(data["key"])
    elif event.type == "entry_seconded" and (seconded := case.standing(data["kind"], data["key"])) is not None:
        yield seconded.seq
    elif len(data.get("signed") or ()) > 1:
        key = StepKey(data["step"], data.get("round") or "", data.get("of") or "").text()
        yield from (kept[key].seq for kept in (case.steps, case.drafts) if key in kept)


def _days(case: Case, event: Event) -> Mapping[int, Day]:
    day = day_of(event)
    return case.days if day is None else {**case.days, event.seq: day}


def _earlier(case: Case, event: Event, changed: Change) -> Mapping[str, Mapping[str, tuple[Was, ...]]]:
    """Keep what another record takes the place of: evidence says what it rested on."""
    found: Mapping[str, Mapping[str, tuple[Was, ...]]] = changed.get("earlier", case.earlier)
    for kind in [kind for kind in HISTORIES if kind in changed]:
        old, now = getattr(case, kind), changed[kind]
        before, after = ({"": old}, {"": now}) if kind == "travel" else (old, now)
        for key, record in before.items():
            if record is None or (stands := after.get(key)) is record:
                continue
            if (said := was(record)) and _is_another(said, stands):
                kept = found.get(kind, EMPTY)
                gone = () if key in after else (Was(None, event.occurred_at, event.seq),)
                found = {**found, kind: {**kept, key: (*kept.get(key, ()), said, *gone)}}
    return found


def _is_another(said: Was, now: Record | None) -> bool:
    """Say whether something else stands there now: what one event said is the same under a new name."""
    renamed = None if now is None else was(now)
    return renamed is None or renamed[1:] != said[1:] or renamed.value == said.value


def fold(events: Iterable[Event], case: Case | None = None) -> Case | None:
    """Apply events one after the other; None when there are none and no case."""
    for event in events:
        case = apply(case, event)
    return case
