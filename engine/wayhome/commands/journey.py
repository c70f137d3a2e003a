"""The journey: a target day, booked legs, or a cancelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from zoneinfo import available_timezones

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import managers, writers
from wayhome.commands.answer import Act, Answer, role_for, void_clearance
from wayhome.commands.changes import Apply, Change, a_day, a_moment, is_history, with_history
from wayhome.commands.steps import complete_by_command
from wayhome.commands.values import party_from
from wayhome.errors import BadInput
from wayhome.model.case import Case, Leg, TravelRecord, Whereabouts
from wayhome.model.closed_sets import TravelStatus
from wayhome.model.command import Command, Party, Question
from wayhome.model.data import data, to_json
from wayhome.model.event import Event
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reading import as_code, as_text

__all__ = ["Travel"]


@data(kw_only=True)
class Travel(Command):
    """Set a target date, book legs, or cancel."""

    word: ClassVar[str] = "travel"
    earliest: ClassVar = "opening"
    judged_then: ClassVar = True

    status: Annotated[TravelStatus, Question("How does the journey stand?")]
    departs_on: Annotated[
        date | None, Question("On which day shall it begin?", when={"status": ("target",)}, needed=True)
    ] = None
    legs: Annotated[
        tuple[Leg, ...] | list[Leg],
        Question("Which legs, as they are booked?", when={"status": ("booked",)}, needed=True),
    ] = ()
    meeting_place: Annotated[
        str | None, Question("Where do they meet?", of="where_they_meet", when={"status": ("booked",)})
    ] = field(default=None, repr=False)
    meeting_person: Annotated[
        Party | None, Question("Who meets the person?", of="who_meets", when={"status": ("booked",)})
    ] = None


MOST_LEGS = 12
TRAVEL = "travel"  # the data group


def on_travel(case: CaseNow, command: Travel, answer: Answer) -> None:
    """Set a target day, book, or cancel."""
    off = managers(case) if command.status == "cancelled" else ()  # who carries the case keeps the person from a flight
    may = (*writers(case.process, TRAVEL), *off)
    answer.role = role_for(case, may, "{command}", by=command.by, says=(TRAVEL,), command="travel")
    status, travel = command.status, case.recorded.travel
    earlier = ["travel"] if case.is_before("travel") else []
    if status == "cancelled":
        if travel is None or travel.status == "cancelled":
            raise BadInput(
                "No journey is planned that could be cancelled.", todo="Look at how the case stands.", field="status"
            )
        answer.emit("travel_cancelled", by=command.by, earlier=earlier)
        if not earlier:
            void_clearance(case, answer, "travel_cancelled")
        return
    legs = _legs(case, command.legs, answer) if status == "booked" else []
    is_delay = (
        status == "booked"
        and not earlier
        and not (command.meeting_place or command.meeting_person)
        and case.is_delay(legs)
    )
    meeting, sealed = None, {}
    if is_delay and travel is not None:
        meeting = travel.meeting_person
    with answer.faults.gathered():
        if command.meeting_person:
            meeting = party_from(case, "meeting_person", command.meeting_person)
    with answer.faults.gathered():
        place = command.meeting_place
        sealed = {"arrival": {"meeting_place": as_text("meeting_place", place)}} if place else {}
    answer.emit(
        "travel_targeted" if status == "target" else "travel_delayed" if is_delay else "travel_booked",
        sealed,
        departs_on=_departs_on(case, command, answer),
        legs=[_plain(leg) for leg in legs],
        meeting_person=meeting,
        by=command.by,
        earlier=earlier,
    )
    if not is_delay and not earlier:
        void_clearance(case, answer, "travel_changed")
    for step in case.done_by("travel", status):
        if not earlier or case.is_before("steps", step.id):
            complete_by_command(case, answer, step)


def _departs_on(case: CaseNow, command: Travel, answer: Answer) -> str | None:
    day = command.departs_on
    if command.status == "target" and day is None:
        todo = "Say 'departs_on', as in 2026-03-31."
        answer.wrong(BadInput("A target needs its day.", todo=todo, field="departs_on", code="missing"))
    if command.status == "target" and day is not None and day < case.day_of(case.at):
        todo = "Choose a day that is still to come."
        answer.wrong(BadInput("The target day lies in the past.", todo=todo, field="departs_on"))
    return day.isoformat() if day else None


def _legs(case: CaseNow, given: Sequence[Leg], answer: Answer) -> list[Leg]:
    if not 1 <= len(given) <= MOST_LEGS:
        raise BadInput(
            "A booked journey has 1 to {most} legs.",
            todo="Give each leg with from, to, departs_at and arrives_at.",
            field="legs",
            most=MOST_LEGS,
            code="unreadable",
        )
    if given[0].departs_at < case.at and PHASE_NUMBER[case.recorded.phase] < PHASE_NUMBER["travel"]:
        answer.wrong(
            BadInput("The journey would begin in the past.", todo="Correct departs_at.", field="legs[0].departs_at")
        )
    last: datetime | None = None
    for number, leg in enumerate(given):
        if leg.arrives_at <= leg.departs_at or (last is not None and leg.departs_at < last):
            with answer.faults.gathered(f"legs[{number}]"):
                raise BadInput(
                    "The times of the journey are out of order.",
                    todo="Each leg departs, then arrives, one after the other.",
                    field="departs_at",
                )
        if number and leg.from_ != given[number - 1].to:
            with answer.faults.gathered(f"legs[{number}]"):
                raise BadInput(
                    "This leg begins at {here}, and the one before ends at {there}.",
                    todo="Add the leg between them, also by land; or correct 'from'.",
                    field="from",
                    here=leg.from_,
                    there=given[number - 1].to,
                )
        last = leg.arrives_at
        for name in ("carrier", "number"):
            said = getattr(leg, name)
            with answer.faults.gathered(f"legs[{number}]"):
                _ = said if said is None else as_code(name, said)
    return [_placed(case, leg, f"legs[{number}]", answer) for number, leg in enumerate(given)]


def _plain(leg: Leg) -> dict[str, Any]:
    return {name: value for name, value in to_json(leg).items() if value is not None}


def _placed(case: CaseNow, leg: Leg, at: str, answer: Answer) -> Leg:
    """Give a leg with the country and the zone of both its places."""
    found: dict[str, Any] = {}
    for side, code, country, zone in (
        ("from", leg.from_, leg.from_country, leg.from_zone),
        ("to", leg.to, leg.to_country, leg.to_zone),
    ):
        with answer.faults.gathered(at):
            there = _where(case, side, code, Whereabouts(country or "", zone or ""), answer, by_air=leg.mode == "air")
            found |= {f"{side}_country": there.country, f"{side}_zone": there.zone}
    return leg._replace(**found)


def _where(case: CaseNow, side: str, code: str, said: Whereabouts, answer: Answer, *, by_air: bool) -> Whereabouts:
    """Say where a place is: what is known of it wins; of a place that nobody knows, by land or sea, what is said counts."""
    known = answer.airport(as_code(side, code)) or _place_of_a_pack(case, code)
    if known is not None:
        if (said.country or known.country, said.zone or known.zone) != known:
            raise BadInput(
                "That place lies in another country or time zone.",
                todo="Leave out {side}_country and {side}_zone, or correct the place.",
                field=side,
                side=side,
            )
        return known
    if by_air:
        raise BadInput(
            "There is no airport with these letters, and no pack has such a place.",
            todo="Write the three letters of the airport, as on the booking.",
            field=side,
            code="unknown",
        )
    if not (said.country.isascii() and said.country.isalpha() and said.country.isupper() and len(said.country) == 2):
        raise BadInput(
            "No pack has this place, so its country is needed.",
            todo="Say '{side}_country' as in ISO 3166, for example XX.",
            field=f"{side}_country",
            code="missing" if not said.country else "unreadable",
            side=side,
        )
    if said.zone not in available_timezones():
        raise BadInput(
            "No pack has this place, so its time zone is needed.",
            todo="Say '{side}_zone', as Region/City.",
            field=f"{side}_zone",
            code="missing" if not said.zone else "unknown",
            side=side,
        )
    return said


def _place_of_a_pack(case: CaseNow, code: str) -> Whereabouts | None:
    process = case.process
    place = process.label("places", code)
    side = str(process.label("packs", str(place.get("pack"))).get("role"))
    if side not in process.zones:
        return None
    country = process.host_country if side == "host" else process.origin_country
    return Whereabouts(country, place.get("zone") or process.zones[side])


# --- what the events change -----------------------------------------------------------------------------


def leg_of(raw: Mapping[str, Any]) -> Leg:
    """Read one leg as an event carries it."""
    times = a_moment(raw["departs_at"]), a_moment(raw["arrives_at"])
    ends = (raw.get(f"{side}_{what}") for side in ("from", "to") for what in ("country", "zone"))
    flight = raw.get("carrier"), raw.get("number"), raw.get("airside")
    return Leg(raw["from"], raw["to"], *times, raw.get("mode") or "air", *flight, *ends)


def planned(status: str) -> Apply:
    def change(case: Case, event: Event) -> Change:
        data = event.data
        legs = tuple(leg_of(leg) for leg in data.get("legs") or ())
        departs_on = a_day(data.get("departs_on"))
        record = TravelRecord(status, event.occurred_at, event.seq, departs_on, legs, data.get("meeting_person"))
        if status != "booked" and case.travel is not None and (booked := case.travel.last_booked) is not None:
            is_off = booked.status == "cancelled"
            booked = booked if is_off else booked._replace(status="cancelled", at=record.at, seq=record.seq, on_time=())
            record = record._replace(called_off=booked)
        return with_history(case, "travel", {"": record}) if is_history(case, event, "travel") else {"travel": record}

    return change


def late(case: Case, event: Event) -> Change:
    """The same flights, later: how they were booked is kept."""
    before, now = case.travel, planned("booked")(case, event)["travel"]
    return {"travel": now._replace(on_time=(before.on_time or before.legs) if before else ())}


ACTS = (Act(Travel, on_travel, completes=lambda case, command: case.done_by("travel", command.status)),)
CHANGES = {
    "travel_targeted": planned("target"),
    "travel_booked": planned("booked"),
    "travel_delayed": late,
    "travel_cancelled": planned("cancelled"),
}
