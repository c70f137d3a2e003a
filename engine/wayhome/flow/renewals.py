"""What counts today and will not on the day of the flight: evidence by its age, consents and papers by their last day.

It follows from the case and the planned departure alone, so it is the same whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from wayhome.calendar.spans import end_of_day, zone_of
from wayhome.case_now import CaseNow
from wayhome.case_now.roles import command_roles
from wayhome.errors import part
from wayhome.flow.dependencies import DuesQuery
from wayhome.flow.due_item import AGAIN, AGE, DueItem
from wayhome.model.case import StepKey, StepRecord
from wayhome.model.moves import MOVES
from wayhome.packs.kinds.spans import MaxAge, Span
from wayhome.packs.kinds.steps import Step
from wayhome.packs.process import Process
from wayhome.rules.papers import papers_held, runs_out
from wayhome.rules.saying_no import waits_for_a_no_to_end

CONSENT, DOCUMENT = "consent:", "document:"
BEFORE_IT = ("identification", *MOVES["depart"].sources)


def renewals(process: Process) -> Iterator[DuesQuery]:
    """Give what is asked of a case to know what is to be renewed for the planned departure, each by itself."""
    for step in process.ageing_steps:
        yield DuesQuery(partial(_too_old, step), _is_planned)
    yield DuesQuery(_ending, _is_planned)
    yield DuesQuery(_papers_running_out, _is_planned)


def _is_planned(case: CaseNow) -> bool:
    """Say whether a departure is planned, and the person has neither gone nor said no."""
    recorded = case.recorded
    is_ahead = case.planned_departure is not None and not recorded.is_closed and recorded.phase in BEFORE_IT
    return is_ahead and not waits_for_a_no_to_end(case)


def _planned(case: CaseNow) -> datetime:
    departure = case.planned_departure
    assert departure is not None
    return departure


def _too_old(step: Step, case: CaseNow) -> Iterator[DueItem]:
    departure = _planned(case)
    for key, record in _evidence(case, step):
        age = _outlived(case, step, record)
        if age is not None:
            until = min(departure, case.moment_of(step.window_to, step) or departure) if step.window_to else departure
            yield _again(step.id, key.round, key.of, until, step.who, age.span, case.side(step))


def _again(
    id: str, round_: str, of: str, until: datetime, who: tuple[str, ...], span: Span | None = None, side: str = "host"
) -> DueItem:
    return DueItem(id, round_ + AGAIN, of, until, who, span, AGE, True, side)


def _evidence(case: CaseNow, step: Step) -> Iterator[tuple[StepKey, StepRecord]]:
    """Give what the departure waits for, and is done; of what is done as often as needed, the last time."""
    records = case.records(step)
    for key, record in records[-1:] if step.any_rounds else records:
        if case.passes(step, record) and case.applies(step, key) is not False:
            yield key, record


def _outlived(case: CaseNow, step: Step, record: StepRecord) -> MaxAge | None:
    """Give the limit of age that evidence will have outlived at the departure; the one that ends first."""
    ends = {age: case.shifted(case.aged_from(step, record), age.span, step) for age in case.ages_of(step)}
    over = [age for age, end in ends.items() if (departure := _judged_at(case, age)) is not None and departure > end]
    if not over and ends and case.recorded.is_reported(record):
        over = [*ends]
    return min(over, key=lambda age: ends[age], default=None)


def _judged_at(case: CaseNow, age: MaxAge) -> datetime | None:
    """Give the departure at which an age is judged: a flight that is late makes older only what is judged at the boarding itself."""
    return case.booked_departure if age.at else case.planned_departure


def _ending(case: CaseNow) -> Iterator[DueItem]:
    """Give the consents that end before the departure."""
    departure = _planned(case)
    zone = case.process.zones["host"]
    for consent in case.recorded.consents.values():
        ends = consent.expires_on
        if consent.state == "given" and ends is not None and end_of_day(ends, zone) < departure:
            who = command_roles(case, "consent")
            yield _again(CONSENT + consent.purpose, consent.recipient, consent.of, departure, who)


def _papers_running_out(case: CaseNow) -> Iterator[DueItem]:
    """Give the travel documents of each who travels, where none of those that are held lasts to the end of the journey."""
    departure = _planned(case)
    for ref in ("", *(one.ref for one in case.recorded.companions if not one.own_case)):
        held = papers_held(case, ref)
        if all(runs_out(case, kind, record) for kind, record in held):
            who = command_roles(case, "document") if held else ()
            yield from (_again(DOCUMENT + kind.id, "", ref, departure, who) for kind, _ in held)


# --- how it is told ------------------------------------------------------------------------------------------------------


def is_ahead(case: CaseNow) -> bool:
    """Say whether the departure for which something is renewed lies ahead of a moment."""
    return case.planned_departure is not None and case.planned_departure > case.at


def from_when(case: CaseNow, item: DueItem) -> datetime | None:
    """Give from when evidence may be done again so that it counts; what only has a last day may be renewed at any time."""
    step = case.process.steps.get(item.step)
    return case.late_enough(step) if step is not None else None


def why_again(case: CaseNow, item: DueItem) -> Mapping[str, Any]:
    """Explain why something is to be renewed: "will be 15 days old at the departure; at most 14 days count"."""
    if item.step.startswith(CONSENT):
        ends = case.recorded.consents[_consent_key(case, item)].expires_on
        return part("ends on {day}, before the departure", day=ends)
    step = case.process.steps.get(item.step)
    if step is None:
        return part("runs out before the journey ends, or inside its margin")
    record = case.recorded.steps[StepKey(step.id, item.round.removesuffix(AGAIN), item.of).text()]
    if case.recorded.is_reported(record):
        return part("others did it before the return was taken over; at the departure it counts no more")
    assert item.span is not None
    old = _old(case, step, record, item.span)
    return part("will be {age} old at the departure; at most {limit} count", age=old, limit=item.span)


def _consent_key(case: CaseNow, item: DueItem) -> str:
    wanted = (item.step.removeprefix(CONSENT), item.round.removesuffix(AGAIN), item.of)
    return next(key for key, one in case.recorded.consents.items() if (one.purpose, one.recipient, one.of) == wanted)


def _old(case: CaseNow, step: Step, record: StepRecord, limit: Span) -> Any:
    """Say how old evidence will be: in whole hours where its limit is in hours, else in days of the calendar."""
    since, departure = case.aged_from(step, record), case.planned_departure
    assert departure is not None
    zone, unit = zone_of(case.zone(step)), "hours" if limit.unit == "hours" else "days"
    days = (departure.astimezone(zone).date() - since.astimezone(zone).date()).days
    old = Span((departure - since) // timedelta(hours=1) if unit == "hours" else days, unit)
    if old.unit == limit.unit and old.amount <= limit.amount:
        return part("a little more than {limit}", limit=limit)
    return old
