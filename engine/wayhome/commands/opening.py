"""Opening a case, and confirming the clock by which it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from wayhome.calendar.spans import start_of_day
from wayhome.case_now import CaseNow
from wayhome.commands.answer import Act, Answer, role_for_command
from wayhome.commands.changes import Change, a_moment
from wayhome.commands.facts import read_facts, taken_apart
from wayhome.errors import BadInput, Template
from wayhome.frozen import EMPTY
from wayhome.model.case import Case, FactRecord, Hand, StepRecord
from wayhome.model.closed_sets import RelationOfCases
from wayhome.model.command import BaseCommand, Command, Question
from wayhome.model.data import data, to_json
from wayhome.model.event import Event, day_of
from wayhome.model.reading import ReadAs, as_code, as_text, bad

__all__ = ["AnyCommand", "Clock", "Open"]


@data(kw_only=True)
class Open(BaseCommand):
    """Open a case: the person's way back begins. Gives the new case's number.

    `adopted_on`: of a return that runs already, the day on which it is taken over; `at` is when it really began. What happened
    before that day is told with its own days, and stands as it was reported.
    `reference`: how your own files call it, e.g. "12/26"; the list of cases finds it. It is shown to your organisation only; even so: no name.
    """

    word: ClassVar[str] = "open"
    takes_more: ClassVar[str] = "facts"
    earliest: ClassVar = "ever"

    host_country: str
    origin_country: str
    organisation: Annotated[str | None, Question("Who opens it, if not your own organisation?", of="openers")] = None
    facts: Mapping[str, Any] = field(default=EMPTY, repr=False)
    linked_to: Annotated[str | None, Question("To which other case is it linked, if to one?")] = None
    relation: Annotated[
        RelationOfCases | None, Question("How are the two linked?", when={"linked_to": ()}, needed=True)
    ] = None
    adopted_on: Annotated[
        date | None, Question("On which day was it taken over, if it is a return that runs already?")
    ] = None
    reference: Annotated[
        str | None, Question("How do your own files call it? All who read the case read it: write no name.")
    ] = None
    at: Annotated[datetime | date | None, Question("When did it begin, if not just now?")] = None


@data(kw_only=True)
class Clock(Command):
    """Say that the clock of this machine is right, although the case holds what was written down later."""

    word: ClassVar[str] = "clock"
    unruled: ClassVar[Template] = "whether the clock is right is looked at outside of any case"


AnyCommand = Annotated[Open | Command, ReadAs(BaseCommand)]
LONGEST_REFERENCE = 100


def on_open(case: CaseNow, command: Open, answer: Answer) -> None:
    """Open a case. The number was made by whoever calls; the process is the one for the two countries."""
    answer.role = role_for_command(case, "open")
    actor = case.actor
    assert actor is not None
    facts, words = taken_apart(case.process, read_facts(case, command.facts))
    if (command.linked_to is None) != (command.relation is None):
        raise BadInput(
            "A linked case says both: to which, and how.", todo="Give 'linked_to' and 'relation'.", field="linked_to"
        )
    adopted_at = None if command.adopted_on is None else _taken_over(case, command.adopted_on)
    answer.emit(
        "opened",
        words,
        number=case.recorded.number,
        host_country=case.process.host_country,
        origin_country=case.process.origin_country,
        organisation=as_code("organisation", command.organisation or actor.organisation),
        label=case.recorded.label,
        reference=None if command.reference is None else as_text("reference", command.reference, LONGEST_REFERENCE),
        facts=facts,
        linked_to=command.linked_to,
        relation=command.relation,
        adopted_on=command.adopted_on and command.adopted_on.isoformat(),
        adopted_at=to_json(adopted_at),
    )


def _taken_over(case: CaseNow, day: date) -> datetime:
    """Give the moment from which on a running return is ours: it has begun before, and is not taken over ahead of time."""
    zone = case.process.zones["host"]
    moment = start_of_day(day, zone)
    if moment > case.now:
        raise bad(
            "adopted_on",
            "contradiction",
            "That day is still to come.",
            "Write the day on which you took the return over.",
        )
    if moment <= case.at:
        what: Template = "A return that is taken over began before that day, {day}."
        todo: Template = "Say in 'at' when it began; of a return that begins with you, leave out 'adopted_on'."
        raise bad("adopted_on", "contradiction", what, todo, day=day.isoformat())
    return moment


def on_clock(case: CaseNow, command: Clock, answer: Answer) -> None:
    """Confirm the clock: from now on it counts from here."""
    answer.role = role_for_command(case, "clock")
    answer.emit("clock_confirmed", before=to_json(case.recorded.written_at))


def opened(event: Event) -> Case:
    """Make the case that the first event of a history opens."""
    data = event.data
    facts = {k: FactRecord(v, event.occurred_at, event.seq, event.actor) for k, v in (data.get("facts") or {}).items()}
    day = day_of(event)
    return Case(
        number=data["number"],
        host_country=data["host_country"],
        origin_country=data["origin_country"],
        organisation=data["organisation"],
        label=data.get("label", ""),
        reference=data.get("reference"),
        opened_at=event.occurred_at,
        touched_at=event.occurred_at,
        written_at=event.recorded_at,
        digest=event.digest,
        version=event.seq,
        actors=(event.actor,),
        hands=(Hand(event.seq, event.organisation, data["organisation"]),),
        facts=facts,
        linked_to=data.get("linked_to"),
        relation=data.get("relation"),
        adopted_at=a_moment(data["adopted_at"]) if data.get("adopted_at") else None,
        days={event.seq: day} if day else {},
    )


DATED = ("facts", "documents", "people", "suspicions", "roles", "told")


def set_right(case: Case, event: Event) -> Change:
    """What the wrong clock dated ahead is of now at the latest; and what was looked at, or agreed to, ahead of now is no evidence."""
    now, seq = event.occurred_at, event.seq

    def dated(one: Any) -> Any:
        return one._replace(at=min(one.at, now))

    steps = {key: StepRecord("open", now, seq) if one.at > now else one for key, one in case.steps.items()}
    consents = {
        key: one._replace(state="void", at=now, seq=seq) if one.at > now and one.state == "given" else dated(one)
        for key, one in case.consents.items()
    }
    found: dict[str, Any] = {kind: {key: dated(one) for key, one in getattr(case, kind).items()} for kind in DATED}
    incidents = (
        dated(one)._replace(
            again_at=one.again_at and min(one.again_at, now), resolved_at=one.resolved_at and min(one.resolved_at, now)
        )
        for one in case.incidents
    )
    return found | {
        "steps": steps,
        "consents": consents,
        "travel": case.travel and dated(case.travel),
        "contacts": tuple(map(dated, case.contacts)),
        "incidents": tuple(incidents),
        "moves": {event: dated(move) for event, move in case.moves.items()},
        "days": {entry: day for entry, day in case.days.items() if day.ends <= now},
        "last_move_at": case.last_move_at and min(case.last_move_at, now),
        "opened_at": min(case.opened_at, now),
        "adopted_at": case.adopted_at and min(case.adopted_at, now),
        "left": case.left and dated(case.left),
    }


ACTS = (Act(Open, on_open), Act(Clock, on_clock))
CHANGES = {"clock_confirmed": set_right}
