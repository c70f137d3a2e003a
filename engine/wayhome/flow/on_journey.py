"""The journey: a target day, booked legs, or a cancelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.errors import BadInput
from wayhome.flow.answer import Answer, clearance_stands, role_for_command
from wayhome.flow.apply import leg_of
from wayhome.flow.on_steps import complete_by_command, ready_reasons
from wayhome.flow.values import as_bool, as_code, as_day, as_instant, as_text, not_older_than, one_of, unknown
from wayhome.model.case import StepKey
from wayhome.model.command import Travel

MOST_LEGS = 12


def on_travel(case: CaseNow, command: Travel, answer: Answer) -> None:
    """Set a target day, book, or cancel."""
    answer.role = role_for_command(case, "travel")
    status = one_of("status", command.status, ("target", "booked", "cancelled"))
    recorded = case.recorded
    if status == "cancelled":
        if recorded.travel is None or recorded.travel.status == "cancelled":
            raise BadInput("No journey is planned that could be cancelled.", todo="Look at `case show`.")
        answer.emit("travel_cancelled", by=command.by)
        if clearance_stands(case):
            answer.emit("clearance_voided", steps=[CLEARANCE], because="travel_cancelled")
        return
    not_older_than("the journey", recorded.travel.at if recorded.travel else None, case.at)
    legs = _legs(command.legs) if status == "booked" else []
    if status == "target":
        if command.departs_on is None:
            raise BadInput("A target needs its day.", todo="Add departs_on=2026-03-31.")
        if as_day("departs_on", command.departs_on) < case.at.date():
            raise BadInput("The target day lies in the past.", todo="Choose a day that is still to come.")
    elif leg_of(legs[0]).departs_at < case.at and recorded.phase != "travel":
        raise BadInput("The journey would begin in the past.", todo="Correct departs_at.")
    departs_on = as_day("departs_on", command.departs_on).isoformat() if command.departs_on else None
    meeting = as_code("meeting_person", command.meeting_person) if command.meeting_person else None
    steps = [s for s in case.process.done_by_command.get("travel", ()) if s.done_by and status in s.done_by.subjects]
    sealed = (
        {"contact": {"meeting_place": as_text("meeting_place", command.meeting_place)}} if command.meeting_place else {}
    )
    if recorded.phase in ("identification", "pre_departure"):
        for step in steps:
            if case.applies(step) is not False:
                answer.ask(*[r for r in ready_reasons(case, step, StepKey(step.id)) if not r.met])
    answer.emit(
        "travel_targeted" if status == "target" else "travel_booked",
        sealed,
        departs_on=departs_on,
        legs=legs,
        meeting_person=meeting,
        by=command.by,
    )
    if clearance_stands(case):
        answer.emit("clearance_voided", steps=[CLEARANCE], because="travel_changed")
    for step in steps:
        if case.applies(step) is not False:
            complete_by_command(case, answer, step)


def _legs(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if isinstance(given, str):
        try:
            given = orjson.loads(given)
        except orjson.JSONDecodeError:
            raise BadInput(
                "The legs of a journey are a table.",
                todo='Write legs=\'[{"from": …, "to": …, "departs_at": …, "arrives_at": …}]\'.',
            ) from None
    if (
        not isinstance(given, Sequence)
        or not given
        or len(given) > MOST_LEGS
        or not all(isinstance(leg, Mapping) for leg in given)
    ):
        raise BadInput("A booked journey has 1 to 12 legs.", todo="Give legs=[{from, to, departs_at, arrives_at}].")
    legs: list[dict[str, Any]] = []
    last: datetime | None = None
    for raw in given:
        for name in raw:
            if name not in ("from", "to", "mode", "carrier", "departs_at", "arrives_at", "airside"):
                raise unknown(
                    "part of a leg", str(name), ("from", "to", "mode", "carrier", "departs_at", "arrives_at", "airside")
                )
        departs, arrives = (
            as_instant("departs_at", raw.get("departs_at")),
            as_instant("arrives_at", raw.get("arrives_at")),
        )
        if arrives <= departs or (last is not None and departs < last):
            raise BadInput(
                "The times of the journey are out of order.",
                todo="Each leg departs, then arrives, one after the other.",
            )
        last = arrives
        leg: dict[str, Any] = {
            "from": as_code("from", raw.get("from")),
            "to": as_code("to", raw.get("to")),
            "departs_at": departs.isoformat().replace("+00:00", "Z"),
            "arrives_at": arrives.isoformat().replace("+00:00", "Z"),
            "mode": as_code("mode", raw.get("mode") or "air"),
        }
        if raw.get("carrier"):
            leg["carrier"] = as_code("carrier", raw["carrier"])
        if raw.get("airside") is not None:
            leg["airside"] = as_bool("airside", raw["airside"])
        legs.append(leg)
    return legs
