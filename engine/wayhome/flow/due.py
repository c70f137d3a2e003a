"""What is due in a case, and why then: the same for the same history, whenever it is asked.

The store keeps it in the row of the case, and can make it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from operator import attrgetter
from typing import Any

from wayhome.calendar.spans import due as due_of
from wayhome.calendar.spans import end_of_day, skipped_feasts
from wayhome.case_now import CaseNow, is_newer
from wayhome.case_now.silence import is_met_with_others, nobody_is_awaited
from wayhome.case_now.waits import Wait
from wayhome.commands.incidents import who_is_to_look
from wayhome.errors import Template, part
from wayhome.flow.dependencies import CaseChanges, DerivedDues, DuesQuery, PreconditionMemo, derive, last_moment
from wayhome.flow.due_item import DueItem as DueItem
from wayhome.flow.entries import ENTRY, is_a_must, of_entries, why_asked
from wayhome.flow.expected import (
    CALL_OFF,
    GLASS_NEXT_DAY,
    HEAR,
    JUDGE_GLASS,
    OPEN,
    SAME_PERSON,
    TELL,
    TELL_OPENED,
    WAITS,
    awaited,
    nobody_is_late,
)
from wayhome.flow.renewals import renewals
from wayhome.model.case import Case, IncidentRecord, StepKey, StepRecord
from wayhome.model.moves import AFTER_LANDING
from wayhome.packs.kinds.incidents import IncidentKind
from wayhome.packs.kinds.instruments import SOMEBODY_ELSE
from wayhome.packs.kinds.needs import MoveNeed
from wayhome.packs.kinds.spans import Timing
from wayhome.packs.kinds.steps import EXTRA, Step
from wayhome.packs.process import Process
from wayhome.rules.gates import asked_again_within
from wayhome.rules.saying_no import is_asked_no_more, waits_for_a_no_to_end


def dues(process: Process, recorded: Case) -> list[DueItem]:
    """List what is due in a case, in order; the same for the same history, whenever it is asked."""
    case = CaseNow(process, recorded, last_moment(recorded))
    return _in_order(case, [[*one.list_items(case)] if one.precondition(case) else [] for one in _all_of(process)])


def rederive_dues(
    process: Process,
    recorded: Case,
    before: Case | None = None,
    derived_before: Sequence[DerivedDues] = (),
    dues_before: tuple[DueItem, ...] | None = None,
) -> tuple[tuple[DueItem, ...], tuple[DerivedDues, ...]]:
    """List what is due in a case, as `dues` does, with the dependencies of each part; only a part that may have changed is derived again.

    Args:
        before: the case as it was under the same process, when `derived_before` was derived; None when nothing was.
        dues_before: what was due then, in its order; None where nobody has kept it.
    """
    all_, known = _all_of(process), PreconditionMemo()
    if before is None or before.digest != recorded.digest or len(derived_before) != len(all_):
        now = tuple([derive(process, recorded, asked, known) for asked in all_])
    else:
        touches = CaseChanges(process, before, recorded).invalidates
        pairs = zip(all_, derived_before, strict=True)
        now = tuple([derive(process, recorded, asked, known) if touches(one) else one for asked, one in pairs])
        same = (
            all(one is was for one, was in zip(now, derived_before, strict=True)) and before.status == recorded.status
        )
        if dues_before is not None and same and recorded.status != "on_hold":
            return dues_before, now
    case = CaseNow(process, recorded, last_moment(recorded))
    return tuple(_in_order(case, [one.items for one in now])), now


def _all_of(process: Process) -> tuple[DuesQuery, ...]:
    """Give what is asked of a case to know all that is due in it, each by itself: of each step, and the rest."""
    return process.memoised(
        "dues",
        lambda: (
            *_of_steps(process),
            DuesQuery(_dues_of_incidents, _may_have_open_incidents),
            *awaited(process),
            *of_entries(process),
            *renewals(process),
        ),
    )


def _of_steps(process: Process) -> Iterator[DuesQuery]:
    """Ask of each step only where the moves were made without which it always waits."""
    made = {moves: partial(_are_made, moves=moves) for moves in process.moves_before.values()}
    for step in process.steps_with_dues:
        yield DuesQuery(partial(_of_step, step=step), made[process.moves_before[step.id]])


def _are_made(case: CaseNow, *, moves: Iterable[str]) -> bool:
    return all(case.recorded.made(event) is not None for event in moves)


IN_ORDER = attrgetter("due_at", "step", "round", "of")


def _in_order(case: CaseNow, found: Sequence[Iterable[DueItem]]) -> list[DueItem]:
    paused, steps = _paused_since(case), len(case.process.steps_with_dues)
    of_steps = (item for some in found[:steps] for item in some)
    waits = case.process.steps
    still = (i for i in of_steps if paused is None or i.due_at < paused or not _can_wait(waits[i.step]))
    items = [*still, *(item for some in found[steps:] for item in some)]
    return sorted(items, key=IN_ORDER)


def _of_step(case: CaseNow, *, step: Step) -> Iterator[DueItem]:
    recorded = case.recorded
    if waits_for_a_no_to_end(case, step):
        return  # nobody runs after what the person has said no to
    record = recorded.steps.get(step.id)  # of a step with rounds or people there is none under its bare id
    found = list[DueItem]()
    if (
        record is None
        or record.state not in ("done", "skipped")
        or case.changed(step, record)
        or is_asked_again(case, step, record)
        or (step.is_of_the_departure and case.is_open_again_there(step))
    ):
        found = [*_dues_of_step(case, step)]
        yield from found
    is_done = record is not None and record.state == "done"
    if record is not None and is_done and not found and not recorded.is_closed and not case.is_behind(step):
        yield from _to_look_again(case, step, record)


ASKED = "asked"  # counted from when a step was reset, or came to be asked for
CONTACT = "contact_"  # the round of a talk that an incident asks for


def is_an_offer(process: Process, item: DueItem) -> bool:
    """Say whether something is only offered: it has its day, and nobody is late with it."""
    return item.step in process.steps and process.steps[item.step].kind == "offered"


def keeps_safe(process: Process, item: DueItem) -> bool:
    """Say whether something keeps the person safe after the landing: of a step with rounds, the first. It stands on both sides' lists."""
    step = process.steps.get(item.step)
    if step is None or not step.makes_safe or step.phase not in AFTER_LANDING:
        return False
    return not step.rounds or item.round == step.rounds[0].id


def can_be_overdue(process: Process, item: DueItem) -> bool:
    """Say whether somebody is late once its moment has passed: not with an offer, nor with what is shown as long as it stands."""
    return not is_an_offer(process, item) and not nobody_is_late(item) and is_a_must(process, item)


def _paused_since(case: CaseNow) -> datetime | None:
    """Say since when nothing falls due that can wait: the case is on hold, and a day is set to look again.

    Where none is set all stays due, so that there is always something that brings the case back to somebody's mind.
    """
    recorded = case.recorded
    holding = [one for one in recorded.open_incidents if one.effect_in(recorded.phase) == "on_hold"]
    if recorded.status != "on_hold" or any(_is_no_pause(case, one) for one in holding):
        return None
    return min(one.entered_at or one.at for one in holding)


def _can_wait(step: Step) -> bool:
    """Say whether it waits while the case does: what follow-up asks of the person, and what is only offered.

    Being met, housed and handed over, and how safe it is there, never waits.
    """
    return step.phase == "follow_up" or step.kind == "offered"


def is_passed_over(case: CaseNow, step: Step, key: StepKey) -> bool:
    """Say whether a round fell due in such a pause that is over, or was over before the return was taken over: nobody catches
    up with it; the next ones stand.
    """
    round_, adopted_at = next((one for one in step.rounds if one.id == key.round), None), case.recorded.adopted_at
    if round_ is None or key.text() in case.recorded.steps or not _can_wait(step):
        return False
    if not adopted_at and not _holds(case):
        return False
    item = _due(case, step, key, round_.due)
    if item is not None and adopted_at is not None:
        ends = case.shifted(item.due_at, round_.tolerance, step) if round_.tolerance else item.due_at
        if ends < adopted_at:
            return True
    return item is not None and _end_of_pause(case, item.due_at) is not None


def _holds(case: CaseNow) -> list[IncidentRecord]:
    return [one for one in case.recorded.incidents if one.effect_in(case.recorded.phase) == "on_hold"]


def _is_no_pause(case: CaseNow, incident: IncidentRecord) -> bool:
    """Say whether all stays due beside a hold: it has no day to look again, or somebody must be spoken with because of it."""
    kind = case.process.incidents.get(incident.type)
    return incident.review_on is None or (kind is not None and bool(kind.contacts_due))


def _end_of_pause(case: CaseNow, moment: datetime) -> datetime | None:
    """Say when the pause in which this moment lay came to its end; None when it lay in none.

    A pause is a hold that was known then, and has a day to look again; where one beside it has none, all stays due.
    """
    held = [one for one in _holds(case) if one.at <= moment and (one.resolved_at is None or moment <= one.resolved_at)]
    if any(_is_no_pause(case, one) for one in held):
        return None
    known = (one.resolved_at for one in held if (one.entered_at or one.at) <= moment)
    return max((end for end in known if end is not None), default=None)


def _dues_of_step(case: CaseNow, step: Step) -> Iterator[DueItem]:
    recorded = case.recorded
    if recorded.is_closed and not any(need == MoveNeed("closed") for need, _ in step.after):
        return
    if case.is_behind(step) or _nobody_is_asked(case, step):
        return  # nobody runs after the preparation of a journey that was made
    if case.applies(step) is False:
        return
    waits = [wait for need, when in step.after if case.may_hold(when) for wait in case.need_waits(need, step)]
    if waits:
        yield from _waits_for_another(case, step, waits)
        return
    found: list[DueItem] = []
    for key in case.keys(step):
        record = recorded.steps.get(key.text())
        if is_passed_over(case, step, key) or (record is not None and _is_over(case, step, record)):
            continue
        found += _dues_of_key(case, step, key, record)
    yield from found
    extra = extra_round(case, step)
    if extra is not None and all(item.due_at > extra.due_at for item in found):  # else a round takes its place
        yield extra


def _waits_for_another(case: CaseNow, step: Step, waits: Sequence[Wait]) -> Iterator[DueItem]:
    """List what the departure needs, and is outdated: else whose it is hears nothing of it while the other step is somebody else's."""
    record, other = case.recorded.steps.get(step.id), next((one for one in waits if one.kind == "step"), None)
    if record is not None and other is not None and step.gates and case.changed(step, record):
        since = case.changed_since(step, record)
        yield DueItem(step.id, WAITS, "", since, step.who, None, other.subject, side=case.side(step))


def _is_over(case: CaseNow, step: Step, record: StepRecord) -> bool:
    """Whether nothing of it is due any more; a round in which nobody was reached is still to be made, and so is what rests on
    something that has changed since.
    """
    if record.state != "done" or case.changed(step, record):
        return record.state == "skipped"
    if is_asked_again(case, step, record):
        return False
    return case.passes(step, record) or not (step.rounds or case.is_open_again_there(step))


def is_asked_again(case: CaseNow, step: Step, record: StepRecord) -> bool:
    """Say whether it is asked once more in private: somebody else was there."""
    asks = case.process.instruments.get(step.instrument or "")
    was_there = record.state == "done" and record.values.get("asked_with") == SOMEBODY_ELSE
    return asks is not None and asks.in_private and was_there


def _to_look_again(case: CaseNow, step: Step, record: StepRecord) -> Iterator[DueItem]:
    """Give the day on which whoever did a step wanted to look again."""
    day = case.looks_again_on(step, record)
    if day is not None:
        at = end_of_day(day, case.zone(step))
        yield DueItem(step.id, "", "", at, step.who, None, step.id, side=case.side(step))


def _dues_of_key(case: CaseNow, step: Step, key: StepKey, record: StepRecord | None) -> Iterator[DueItem]:
    timings = [t for t in (*step.dues, step.window_to) if t is not None]
    timings += [r.due for r in step.rounds if r.id == key.round and r.due is not None]
    computed = [item for t in timings if case.may_hold(t.when) and (item := _due(case, step, key, t, record))]
    if computed:
        yield min(computed, key=lambda item: item.due_at)
    elif (
        record is not None
        and not case.passes(step, record)
        and step.is_of_the_departure
        and case.is_open_again_there(step)
    ):
        yield _counted(case, step, key, record.at, Timing(asked_again_within(case), ASKED))
    elif record is not None and record.state == "in_progress" and step.lengths and not step.lengths[0].at_least:
        end = case.ended(step, record)
        if end is not None:
            anchor, side = f"{step.id}.started", case.side(step)
            yield DueItem(step.id, key.round, key.of, end, step.who, step.lengths[0].span, anchor, side=side)


def _nobody_is_asked(case: CaseNow, step: Step) -> bool:
    """Say whether the person cannot be asked for what a step needs: they have said no to it, or have died."""
    is_later = step.phase == "follow_up" or step.kind == "offered"
    is_over = nobody_is_awaited(case) and not is_met_with_others(case, step.id)
    return bool(step.consents) and (is_over or (is_later and said_no_to(case, step)))


def said_no_to(case: CaseNow, step: Step) -> bool:
    """Say whether the person has said no to what a step needs a consent for, and nobody asks again."""
    return any(is_asked_no_more(case, need) for need, when in step.consents if case.may_hold(when))


def extra_round(case: CaseNow, step: Step) -> DueItem | None:
    """Give the extra round that is asked for next: so long after the last time as its conditions say, after an incident, or
    after the case is open again.

    Whether somebody was reached then counts, and that the person declined; a no to the whole of it ends it.
    """
    begun = case.anchor(step.rounds[0].due.anchor) if step.extra_due else None
    if begun is None or said_no_to(case, step):
        return None
    if nobody_is_awaited(case):
        return None
    made = [record for _, record in case.records(step) if record.state == "skipped" or case.passes(step, record)]
    last = (made[-1].at, step.id) if made else (begun, step.rounds[0].due.anchor)
    happened = {
        "incident": [  # which, only those are told who may read it
            one.last_at
            for one in case.recorded.incidents
            if one.last_at >= begun and not any(is_newer(case.recorded, record, one) for record in made)
        ],
        "reopened": [again.at for again in [case.recorded.moves.get("reopened")] if again and again.at >= last[0]],
    }
    found = [
        _once_more(case, step, moment, Timing(extra.span, anchor))
        for extra in step.extra_due
        for moment, anchor in (
            [(moment, extra.after) for moment in happened[extra.after]]
            if extra.after
            else [last] * case.may_hold(extra.when)
        )
    ]
    return min(found, key=lambda item: item.due_at, default=None)


def _once_more(case: CaseNow, step: Step, since: datetime, timing: Timing) -> DueItem:
    """Count an extra round from a moment, or from the end of the pause in which it would have fallen due."""
    item = _counted(case, step, StepKey(step.id, EXTRA), since, timing)
    end = _end_of_pause(case, item.due_at)
    return item if end is None else _once_more(case, step, end, timing._replace(anchor="hold"))


def _due(case: CaseNow, step: Step, key: StepKey, timing: Timing, record: StepRecord | None = None) -> DueItem | None:
    """Count when something is due; what is asked for only since its time began is counted from then."""
    anchor = case.anchor(timing.anchor)
    since = None if timing.backwards or anchor is None else _asked_since(case, step, record)
    if anchor is None or since is None or since <= anchor:
        return None if anchor is None else _counted(case, step, key, anchor, timing)
    return _counted(case, step, key, since, timing._replace(anchor=ASKED))


def _asked_since(case: CaseNow, step: Step, record: StepRecord | None) -> datetime | None:
    """Give since when a step is asked for that is not done: since it was reset, since what it rests on has changed, or since somebody said
    what it is asked for; the later.
    """
    if record is not None and is_asked_again(case, step, record):
        return record.at
    if record is not None and record.state != "open":
        return case.changed_since(step, record) if record.state == "done" and case.changed(step, record) else None
    said = (mention.name for mention in step.when.mentions()) if step.when is not None else ()
    since = [moment for name in said if (moment := _is_so_since(case, name)) is not None]
    return max([*since, *([record.at] if record is not None else [])], default=None)


def _is_so_since(case: CaseNow, fact: str) -> datetime | None:
    """Give when somebody first said of a fact what was said of it ever since; None where it is not recorded."""
    found = None
    for was in reversed(case.recorded.all_of("facts", fact)):
        if found is not None and was.value != found.value:
            break
        found = was
    return found.at if found is not None else None


def _counted(case: CaseNow, step: Step, key: StepKey, anchor: datetime, timing: Timing) -> DueItem:
    at, side = case.due_at(anchor, timing.span, step, back=timing.backwards), case.side(step)
    return DueItem(step.id, key.round, key.of, at, step.who, timing.span, timing.anchor, timing.backwards, side)


def _may_have_open_incidents(case: CaseNow) -> bool:
    return not case.recorded.is_closed or bool(case.recorded.open_incidents)


def _dues_of_incidents(case: CaseNow) -> Iterator[DueItem]:
    """List when what is open is looked at again, and by when somebody speaks with the person; in a closed case of what can happen there."""
    for incident in case.recorded.open_incidents:
        name = f"incident:{incident.type}"
        kind = case.process.incidents.get(incident.type)
        if case.recorded.is_closed and (kind is None or not kind.also_when_closed):
            continue
        who = who_is_to_look(case, incident.type)
        if incident.review_on is not None:
            at = _when_to_look_again(case, incident, kind, incident.review_on)
            yield DueItem(name, "review", str(incident.number), at, who, None, incident.type)
        tried = sum(1 for c in case.recorded.contacts if c.seq > incident.number)
        for number, span in enumerate(kind.contacts_due if kind else ()):
            if number >= tried:
                round_, at = f"{CONTACT}{number + 1}", due_of(incident.at, span, case.zone())
                yield DueItem(name, round_, str(incident.number), at, who, span, incident.type)


def _when_to_look_again(case: CaseNow, incident: IncidentRecord, kind: IncidentKind | None, day: date) -> datetime:
    """Give the end of the day on which an incident is looked at again; of one that its pack counts in hours, the hour."""
    if kind is not None and kind.review is not None and kind.review.unit == "hours":
        hour = due_of(incident.at, kind.review, case.zone())
        if case.day_of(hour) == day:
            return hour
    return end_of_day(day, case.zone())


# What is counted from, where no pack gives it a title.
ANCHORS: Mapping[str, Template] = {
    "opened": "the case was opened",
    "planned_departure": "the planned departure",
    "planned_arrival": "the planned arrival",
    "travel_delayed": "the delay was entered",
    "prepared": "the preparation began",
    "departed": "the departure",
    "left": "the person left without clearance",
    "arrived": "the arrival",
    "settled": "the follow-up began",
    "closed": "the closing",
    "incident": "what has happened",
    "hold": "the hold began",
    "written": "the first has signed",
    ASKED: "it was asked for",
}


def because(process: Process, item: DueItem, anchor_at: datetime | None = None) -> Mapping[str, Any]:
    """Explain a due date: "2 days after 'Register the referral', Brussels time; 3 April 2026, Good Friday, skipped".

    Returns:
        A template, and its values.
    """
    if item.anchor == TELL:
        return part("the journey was called off then")
    if item.round == WAITS:
        return part("something that it rests on has changed then")
    if item.anchor == CALL_OFF:
        return part("the person said no then")
    if item.anchor == JUDGE_GLASS:
        return part("it was opened then")
    if item.anchor == GLASS_NEXT_DAY:
        return part("a day after it was opened")
    if item.anchor == TELL_OPENED:
        return part("fourteen days after it was opened")
    if item.anchor == SAME_PERSON:
        return part("your house was first to write that name; who asks is told nothing")
    if item.anchor == ENTRY:
        return why_asked(process, item)
    if item.anchor == HEAR:
        return part("they were reached in writing only")
    if item.span is None:
        return part("it is open since then") if item.round == OPEN else part("the day that was set for looking again")
    zone, country = process.zones[item.side], process.calendars[item.side]
    if anchor_at:
        feasts = skipped_feasts(anchor_at, item.span, zone, back=item.backwards, country=country)
        return _length_phrase(process, item, feasts)
    return process.memoised(
        ("length", item.span, item.anchor, item.side, item.backwards), lambda: _length_phrase(process, item)
    )


def _length_phrase(process: Process, item: DueItem, feasts: Sequence[Any] = ()) -> Mapping[str, Any]:
    values = {
        "length": item.span,
        "anchor": anchor_phrase(process, item.anchor),
        "place": process.zones[item.side].rpartition("/")[2].replace("_", " "),
    }
    assert item.span is not None
    if not item.span.amount:
        on: Template = (
            "on the day of {anchor}, {place} time" if item.span.unit == "days" else "at {anchor}, {place} time"
        )
        return part(on, **values)
    if feasts and item.backwards:
        return part("{length} before {anchor}, {place} time; {feasts}, skipped", **values, feasts=feasts)
    if feasts:
        return part("{length} after {anchor}, {place} time; {feasts}, skipped", **values, feasts=feasts)
    if item.backwards:
        return part("{length} before {anchor}, {place} time", **values)
    return part("{length} after {anchor}, {place} time", **values)


def anchor_phrase(process: Process, anchor: str) -> Mapping[str, Any]:
    base, _, edge = anchor.partition(".")
    kinds = (("steps", process.steps), ("incidents", process.incidents), ("roles", process.roles))
    kind = next((kind for kind, known in kinds if base in known), "facts")
    title = process.named(kind, base)
    if edge == "started":
        return part("'{title}' began", title=title)
    if edge == "ended":
        return part("'{title}' ended", title=title)
    if base in process.roles:
        return part("it was said who is '{title}'", title=title)
    if process.label(kind, base):
        return part("'{title}'", title=title)
    return part(ANCHORS[base]) if base in ANCHORS else part("{anchor}", anchor=base)
