"""What is due in a case, and why then: the same for the same history, whenever it is asked.

The due rows of the store are made from it, and can be made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from wayhome.calendar.spans import due as due_of
from wayhome.calendar.spans import end_of_day, skipped_feasts
from wayhome.case_now import CaseNow
from wayhome.case_now.roles import managers
from wayhome.errors import Template, part
from wayhome.model.case import Case, StepKey, StepRecord
from wayhome.model.moves import STANDS_FOR
from wayhome.packs.kinds.needs import MoveNeed
from wayhome.packs.kinds.spans import Span, Timing
from wayhome.packs.kinds.steps import Step
from wayhome.packs.process import Process


class DueItem(NamedTuple):
    """One thing that is due: which step, when, by whom, counted from what."""

    step: str
    round: str
    of: str
    due_at: datetime
    who: tuple[str, ...]
    span: Span | None
    anchor: str
    backwards: bool
    side: str


def dues(process: Process, recorded: Case) -> list[DueItem]:
    """List what is due in a case, in order; the same for the same history, whenever it is asked."""
    case = CaseNow(process, recorded, recorded.touched_at or recorded.opened_at)
    found: list[DueItem] = []
    made = {*recorded.moves, *(STANDS_FOR[event] for event in recorded.moves if event in STANDS_FOR)}
    for step in process.steps_with_dues:
        if not process.moves_before[step.id] <= made:
            continue
        record = recorded.steps.get(step.id)  # of a step with rounds or people there is none under its bare id
        if record is None or record.state not in ("done", "skipped") or case.changed(step, record):
            found += _dues_of_step(case, step)
    if not recorded.is_closed:
        found += _dues_of_incidents(case)
    return sorted(found, key=lambda item: (item.due_at, item.step, item.round, item.of))


def _dues_of_step(case: CaseNow, step: Step) -> Iterator[DueItem]:
    recorded = case.recorded
    if recorded.is_closed and not any(need == MoveNeed("closed") for need, _ in step.after):
        return
    if case.is_behind(step):
        return  # nobody runs after the preparation of a journey that was made
    if case.applies(step) is False or any(
        case.need_waits(need, step) for need, when in step.after if case.may_hold(when)
    ):
        return
    for key in case.keys(step):
        record = recorded.steps.get(key.text())
        if record is not None and _is_over(case, step, record):
            continue
        yield from _dues_of_key(case, step, key, record)


def _is_over(case: CaseNow, step: Step, record: StepRecord) -> bool:
    """Whether nothing of it is due any more; a round in which nobody was reached is still to be made, and so is what rests on
    something that has changed since.
    """
    if record.state != "done" or case.changed(step, record):
        return record.state == "skipped"
    return not step.rounds or case.passes(step, record)


def _dues_of_key(case: CaseNow, step: Step, key: StepKey, record: StepRecord | None) -> Iterator[DueItem]:
    timings = [t for t in (*step.dues, step.window_to) if t is not None]
    timings += [r.due for r in step.rounds if r.id == key.round and r.due is not None]
    computed = [item for t in timings if case.may_hold(t.when) and (item := _due(case, step, key, t))]
    if computed:
        yield min(computed, key=lambda item: item.due_at)
    elif record is not None and record.state == "in_progress" and step.lengths and not step.lengths[0].at_least:
        end = case.ended(step, record)
        if end is not None:
            yield DueItem(
                step.id,
                key.round,
                key.of,
                end,
                step.who,
                step.lengths[0].span,
                f"{step.id}.started",
                False,
                case.side(step),
            )


def _due(case: CaseNow, step: Step, key: StepKey, timing: Timing) -> DueItem | None:
    anchor = case.anchor(timing.anchor)
    if anchor is None:
        return None
    side = case.side(step)
    zone, country = case.process.zones[side], case.process.calendars[side]
    at = due_of(anchor, timing.span, zone, back=timing.backwards, country=country)
    return DueItem(step.id, key.round, key.of, at, step.who, timing.span, timing.anchor, timing.backwards, side)


def _dues_of_incidents(case: CaseNow) -> Iterator[DueItem]:
    who = managers(case)
    for incident in case.recorded.open_incidents:
        name = f"incident:{incident.type}"
        if incident.review_on is not None:
            at = end_of_day(incident.review_on, case.zone())
            yield DueItem(name, "review", str(incident.number), at, who, None, incident.type, False, "host")
        kind = case.process.incidents.get(incident.type)
        tried = sum(1 for c in case.recorded.contacts if c.seq > incident.number)
        for number, span in enumerate(kind.contacts_due if kind else ()):
            if number >= tried:
                at = due_of(incident.at, span, case.zone())
                yield DueItem(
                    name,
                    f"contact_{number + 1}",
                    str(incident.number),
                    at,
                    who,
                    span,
                    incident.type,
                    False,
                    "host",
                )


# What is counted from, where no pack gives it a title.
ANCHORS: Mapping[str, Template] = {
    "planned_departure": "planned departure",
    "planned_arrival": "planned arrival",
    "travel_delayed": "the delay was entered",
    "prepared": "prepared",
    "departed": "departed",
    "left": "left without clearance",
    "arrived": "arrived",
    "settled": "settled",
    "closed": "closed",
}


def because(process: Process, item: DueItem, anchor_at: datetime | None = None) -> Mapping[str, Any]:
    """Explain a due date: "2 days after 'Register the referral', Brussels time; 3 April 2026, Good Friday, skipped".

    Returns:
        A template, and its values.
    """
    if item.span is None:
        return part("the day that was set for looking again")
    zone, country = process.zones[item.side], process.calendars[item.side]
    if anchor_at:
        feasts = skipped_feasts(anchor_at, item.span, zone, back=item.backwards, country=country)
        return _length_said(process, item, feasts)
    return process.once((item.span, item.anchor, item.side, item.backwards), lambda: _length_said(process, item))


def _length_said(process: Process, item: DueItem, feasts: Sequence[Any] = ()) -> Mapping[str, Any]:
    values = {
        "length": item.span,
        "anchor": _anchor_said(process, item.anchor),
        "place": process.zones[item.side].rpartition("/")[2].replace("_", " "),
    }
    if feasts and item.backwards:
        return part("{length} before {anchor}, {place} time; {feasts}, skipped", **values, feasts=feasts)
    if feasts:
        return part("{length} after {anchor}, {place} time; {feasts}, skipped", **values, feasts=feasts)
    if item.backwards:
        return part("{length} before {anchor}, {place} time", **values)
    return part("{length} after {anchor}, {place} time", **values)


def _anchor_said(process: Process, anchor: str) -> Mapping[str, Any]:
    base, _, edge = anchor.partition(".")
    kind = "steps" if base in process.steps else "incidents" if base in process.incidents else "facts"
    title = process.named(kind, base)
    if edge == "started":
        return part("'{title}' began", title=title)
    if edge == "ended":
        return part("'{title}' ended", title=title)
    return part("'{title}'", title=title) if process.label(kind, base) else _untitled(base)


def _untitled(anchor: str) -> Mapping[str, Any]:
    return part(ANCHORS[anchor]) if anchor in ANCHORS else part("{anchor}", anchor=anchor)
