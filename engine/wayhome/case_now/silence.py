"""What silence means: an incident that a pack lets open when nobody has recorded a step within its limit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from wayhome.packs.kinds.incidents import IncidentKind
from wayhome.packs.kinds.spans import Timing
from wayhome.packs.kinds.steps import Step

if TYPE_CHECKING:
    from wayhome.case_now import CaseNow


def unheard(case: CaseNow) -> list[IncidentKind]:
    """List what silence means in a case at its moment, and nobody has raised yet."""
    return [kind for kind in case.process.on_silence if is_meant_by_silence(case, kind)]


def is_meant_by_silence(case: CaseNow, kind: IncidentKind) -> bool:
    """Say whether an incident is what the silence means now: the limit is over, nobody said anything, and it was not raised."""
    silence = kind.silence
    if silence is None or case.recorded.is_closed or case.recorded.phase not in kind.phases:
        return False
    if nobody_is_awaited(case) and not is_met_with_others(case, silence.step):
        return False
    step, expected = case.process.steps[silence.step], _expected(case, silence.after)
    return _is_unrecorded(case, step) and _is_over(case, step, expected) and not _was_raised(case, kind, step, expected)


def nobody_is_awaited(case: CaseNow) -> bool:
    """Say whether something is open that never ends: the person has died."""
    kinds = case.process.incidents
    return any(one.type in kinds and kinds[one.type].never_ends for one in case.recorded.open_incidents)


def is_met_with_others(case: CaseNow, step: str) -> bool:
    """Say whether who travels along is awaited by a step whose silence is an alarm: though the person has died, their children land."""
    awaited = (kind.silence.step for kind in case.process.on_silence if kind.silence is not None)
    return bool(case.recorded.companions) and step in awaited


def _expected(case: CaseNow, anchor: str) -> datetime | None:
    """Give the moment at which it was to begin; who left without clearance is awaited by no booking.

    A booking that is called off while the person is on the way still says when they were to land: nobody has heard from them.
    """
    if case.recorded.left is not None:
        return None
    return case.anchor(anchor) or (case.last_booked_arrival if anchor == "planned_arrival" else None)


def _is_unrecorded(case: CaseNow, step: Step) -> bool:
    """Say whether a step is asked for, or may be, and nobody has said that it is done, or left out."""
    records = ((key, case.recorded.steps.get(key.text())) for key in case.keys(step))
    return any(
        (record is None or record.state != "done") and case.applies(step, key) is not False for key, record in records
    )


def _is_over(case: CaseNow, step: Step, expected: datetime | None) -> bool:
    """Say whether the limit of a step has come; what was over before a return was taken over, nobody here was silent about."""
    limits = [
        case.due_at(since, timing.span, step)
        for timing in _timings(case, step)
        if (since := _counted_from(case, timing, expected)) is not None
    ]
    adopted_at = case.recorded.adopted_at
    return bool(limits) and min(limits) <= case.at and (adopted_at is None or min(limits) > adopted_at)


def _timings(case: CaseNow, step: Step) -> list[Timing]:
    return [timing for timing in step.dues if not timing.backwards and case.may_hold(timing.when)]


def _counted_from(case: CaseNow, timing: Timing, expected: datetime | None) -> datetime | None:
    """Give the moment that a limit counts from; where of that only the day is known, the one that was expected if it is earlier."""
    own, made = case.anchor(timing.anchor), case.recorded.made(timing.anchor)
    if own is not None and (made is None or made.seq not in case.recorded.days):
        return own
    return min((one for one in (own, expected) if one is not None), default=None)


def _was_raised(case: CaseNow, kind: IncidentKind, step: Step, expected: datetime | None) -> bool:
    """Say whether it is open, or has happened since what the limit counts from was to come: once is enough for one arrival."""
    own = (case.anchor(timing.anchor) for timing in _timings(case, step))
    since = min((one for one in (*own, expected) if one is not None), default=None)
    times = [one for one in case.recorded.incidents if one.type == kind.id]
    return any(one.resolved_at is None or (since is not None and one.last_ends >= since) for one in times)
