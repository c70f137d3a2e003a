"""When: zones and calendars of who has the duty, the planned journey, anchors, and ages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from wayhome.calendar.spans import due, start_of_day, zone_of
from wayhome.case_now.facts import Facts
from wayhome.model.case import Dated, JourneyPlan, Leg
from wayhome.model.closed_sets import Phase
from wayhome.model.moves import AFTER_LANDING, DEPARTED, MOVE_OF_EVENT, MOVES, phase_left
from wayhome.packs.conditions import UNKNOWN
from wayhome.packs.kinds.spans import MaxAge, Span, Timing
from wayhome.packs.kinds.steps import Step

NOON = timedelta(hours=12)
# Evidence is asked for well inside its age, not at its edge: a flight leaves late, and a morning goes by. Our own choice.
ROOM, MOST_ROOM = 4, timedelta(days=1)  # a quarter of the age, and at most a day


class When(Facts):
    """A case at a moment: the moments that deadlines count from, and how old something is."""

    __slots__ = ()

    def _built_in(self, name: str) -> Any:
        if name != "adult_along":
            return super()._built_in(name)
        people, held = self.recorded.people.values(), self.recorded.roles.get("escort")
        # Who is there to escort alone is none; of the family is asked whatever they do, and of who comes of age before they leave.
        along = [p for p in people if p.travels and not (p.relation == "escort" and held and p.ref == held.party)]
        then = self.when(max(self.at, self.planned_departure or self.at))
        return any(not (one.gone or then.may_be_child(one)) for one in along)

    def zone(self, step: Step | None = None) -> str:
        """Give the zone of the party who has the duty: that of the country where the responsible role works."""
        return self.process.zones[self.side(step)]

    def side(self, step: Step | None = None) -> str:
        """Say on which side, host or origin, a step's first responsible role works."""
        if step is not None:
            for id in step.who:
                side = self.process.roles[id].side if id in self.process.roles else "either"
                if side != "either":
                    return side
            if step.phase in AFTER_LANDING:
                return "origin"
        return "host"

    @property
    def zone_of_person(self) -> str:
        """The zone of the country where the person is."""
        return self.process.zones["origin" if self.recorded.phase in AFTER_LANDING else "host"]

    def day_of(self, moment: datetime) -> date:
        """Give the civil day of a moment, where the person is."""
        return moment.astimezone(zone_of(self.zone_of_person)).date()

    @property
    def planned_departure(self) -> datetime | None:
        """When the person is to leave as the case stands; None when no day is set."""
        return self.departure_of(self.recorded.travel)

    def departure_of(self, plan: JourneyPlan | None) -> datetime | None:
        """When the person would leave by a plan: its first booked leg, else noon of the target day, else None."""
        if plan is None or plan.status == "cancelled":
            return None
        if plan.status == "booked":
            return plan.legs[0].departs_at if plan.legs else None
        if plan.departs_on is None:
            return None
        return start_of_day(plan.departs_on, self.process.zones["host"]) + NOON

    @property
    def booked_departure(self) -> datetime | None:
        """When the person was to leave as it was booked: a flight that is late makes no evidence older."""
        travel = self.recorded.travel
        return travel.on_time[0].departs_at if travel is not None and travel.on_time else self.planned_departure

    def is_delay(self, legs: Sequence[Leg]) -> bool:
        """Say whether these are the flights that are booked, so little later that the journey is still the one that was cleared.

        Of each leg all is the same but its times: none is earlier than it was booked, or later than by the longest delay. That
        it is the same flight is known by its carrier and number.
        """
        travel = self.recorded.travel
        if travel is None or travel.status != "booked" or len(travel.legs) != len(legs) or travel.legs == tuple(legs):
            return False
        return all(self._is_late(leg, booked) for leg, booked in zip(legs, travel.on_time or travel.legs, strict=True))

    def _is_late(self, leg: Leg, booked: Leg) -> bool:
        if leg == booked:
            return True
        is_the_same = leg._replace(departs_at=booked.departs_at, arrives_at=booked.arrives_at) == booked
        moved = ((booked.departs_at, leg.departs_at), (booked.arrives_at, leg.arrives_at))
        is_late = all(first <= then <= self.shifted(first, self.process.longest_delay) for first, then in moved)
        return is_the_same and is_late and leg.carrier is not None and leg.number is not None

    @property
    def planned_arrival(self) -> datetime | None:
        """When the last booked leg lands; None when nothing is booked."""
        travel = self.recorded.travel
        return travel.legs[-1].arrives_at if travel and travel.status == "booked" and travel.legs else None

    @property
    def expected_arrival(self) -> datetime | None:
        """When the last booked leg lands, if it leaves no earlier than now: who boards late lands late. None when nothing is booked."""
        arrival, leaves = self.planned_arrival, self.planned_departure
        if arrival is None or leaves is None or self.recorded.happened(DEPARTED) is not None:
            return arrival
        return arrival + max(self.at - leaves, timedelta(0))

    @property
    def last_booked_arrival(self) -> datetime | None:
        """When the last leg lands of the newest booking, also where it was called off since; None when nothing was booked."""
        booked = [was.value for was in self.recorded.all_of("travel")]
        return datetime.fromisoformat(booked[-1][0][-1][-1]) if booked else None

    @property
    def booked_landing(self) -> datetime | None:
        """When they were to land who have departed: an hour that had passed before another one was booked counts, else that of the newest booking."""
        departed, booked = self.recorded.moves.get(DEPARTED), self.recorded.all_of("travel")
        for was, after in pairwise(booked):
            lands = datetime.fromisoformat(was.value[0][-1][-1])
            if departed is not None and departed.at <= lands <= after.at:
                return lands
        return self.last_booked_arrival

    @property
    def phase_then(self) -> Phase:
        """The phase of the judged moment: what is entered late belongs to the phase of its day."""
        moves, then = self.recorded.moves, self.recorded.phase
        for row in reversed(tuple(MOVES.values())):
            made = moves.get(row.event)
            if (
                made is not None
                and row.to == then
                and self.at < made.at
                and (made.begun is None or self.at >= made.begun)
            ):
                then = phase_left(moves) if row.name == "left" else row.sources[0]
        return then

    def shifted(self, moment: datetime, span: Span, step: Step | None = None, *, back: bool = False) -> datetime:
        """Move a moment by a span, in the zone and calendar of the step's party."""
        side = self.side(step)
        zone, country = self.process.zones[side], self.process.calendars[side]
        return self.outside.shifted(moment, span, zone, back=back, country=country)

    def due_at(self, moment: datetime, span: Span, step: Step, *, back: bool = False) -> datetime:
        """Give when something is due that is counted from a moment, in the zone and calendar of the step's party."""
        side = self.side(step)
        return due(moment, span, self.process.zones[side], back=back, country=self.process.calendars[side])

    def is_older(self, record: Dated, limit: str, step: Step | None = None, *, at: datetime | None = None) -> bool:
        """Say whether something is older, when its age counts, than a safeguard's figure allows; what others did, before the
        return was taken over, is.

        Of a step it is counted in the zone in which the step itself ages.
        """
        return self.recorded.is_reported(record) or (at or self.ages_at) > self.shifted(
            self.recorded.begins(record), self.process.span(limit), step
        )

    def anchor(self, name: str) -> datetime | None:
        """Give the moment that a deadline counts from; None when it has not come."""
        key = f"anchor:{name}"
        if key not in self._cache:
            self._cache[key] = self._anchor(name)
        found: datetime | None = self._cache[key]
        return found

    def _anchor(self, name: str) -> datetime | None:
        if name == "planned_departure":
            return self.planned_departure
        if name == "planned_arrival":
            return self.planned_arrival
        if name == "opened":
            return self.recorded.opened_at
        if name == "travel_delayed":
            travel = self.recorded.travel
            return self.recorded.ends(travel) if travel is not None and travel.on_time else None
        case = self.recorded
        if name in MOVE_OF_EVENT:
            made = case.made(name)
            return case.ends(made) if made else None
        base = name.partition(".")[0]
        if base in self.process.incidents:
            opened = [incident for incident in case.incidents if incident.type == base]
            return case.ends(opened[-1]) if opened else None
        if base in self.process.roles:  # since somebody holds it
            held = case.roles.get(base)
            return case.ends(held) if held else None
        if base in self.process.documents:
            document = case.documents.get(base)
            return case.ends(document) if document else None
        value = self.value(base)
        if value is UNKNOWN or value is None:
            return None
        return as_moment(value, self.process.zones["host"])

    def moment_of(self, timing: Timing, step: Step | None = None) -> datetime | None:
        """Give the moment that a timing names; None when its anchor has not come."""
        anchor = self.anchor(timing.anchor)
        return None if anchor is None else self.shifted(anchor, timing.span, step, back=timing.backwards)

    def late_enough(self, step: Step) -> datetime | None:
        """Give from when evidence still counts at the planned departure, and a little later; None when nothing is planned, or it
        does not age.
        """
        departure = self.planned_departure
        if departure is None:
            return None
        starts = [self.shifted(departure, age.span, step, back=True) for age in self.ages_of(step)]
        if not starts:
            return None
        edge = max(starts)
        return edge + min((departure - edge) // ROOM, MOST_ROOM)

    def ages_of(self, step: Step) -> list[MaxAge]:
        """Give the limits of age that a departure asks about."""
        return [age for age in step.max_ages if age.at in (None, "planned_departure") and self.may_hold(age.when)]


def as_moment(value: Any, zone: str) -> datetime:
    """Read a recorded date or instant as a moment: a date begins with its day."""
    if isinstance(value, datetime):
        return value
    text = str(value)
    return (
        datetime.fromisoformat(text).astimezone(UTC) if len(text) > 10 else start_of_day(date.fromisoformat(text), zone)
    )
