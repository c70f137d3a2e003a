"""A case as its history has made it: what is recorded, and nothing that is computed from rules.

Everything here is made by `flow.apply` from events, or read back from the case's row. Nothing here asks
whether something is allowed, expired or due: that needs a process and a moment (`case_now`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Annotated, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from wayhome.frozen import EMPTY, AnyValue, AnyValues
from wayhome.model.closed_sets import (
    LIVE,
    OWNER,
    PERSON,
    AgeBand,
    Effect,
    HowLeft,
    OpenedOn,
    Phase,
    Postponed,
    Status,
    TravelMode,
)
from wayhome.model.closed_sets import RELATIONS as RELATIONS
from wayhome.model.command import Question
from wayhome.model.event import Day
from wayhome.model.moves import CLOSED, DEPARTED, OPEN, STANDS_FOR


class StepKey(NamedTuple):
    """A step, its round (when it repeats), and the ref it is about (when it is asked for several people)."""

    step: str
    round: str = ""
    of: str = ""

    def text(self) -> str:
        """Write the key as one word, as rows and events carry it: `step/round@ref`."""
        name = f"{self.step}/{self.round}" if self.round else self.step
        return f"{name}@{self.of}" if self.of else name

    @classmethod
    def read(cls, text: str) -> StepKey:
        head, _, of = text.partition("@")
        step, _, round_ = head.partition("/")
        return cls(step, round_, of)


class FactRecord(NamedTuple):
    """A recorded fact: its value, when it was so, and the event that says it."""

    value: AnyValue
    at: datetime
    seq: int
    actor: str = ""  # who wrote it down


class Alone(NamedTuple):
    """Who alone wrote down, and when, what had happened before, or what another had told them: until a second has seen it."""

    happened_at: datetime  # the record's own, or of what the same hand had written before it
    at: datetime
    actor: str
    heard: bool = False


class StepRecord(NamedTuple):
    """How a step stands: `state` is in_progress, done, failed, skipped, or open again (redo, reset, void)."""

    state: str
    at: datetime
    seq: int
    result: str | None = None
    started_at: datetime | None = None
    signed: tuple[tuple[str, str, str], ...] = ()  # (role, actor, result)
    values: AnyValues = EMPTY
    # When, and at which event, what it rests on was looked at, where that is not its own: at the first of two signatures, or
    # when it was confirmed. And who has confirmed it so far (role, actor), while another must; the first of them when.
    looked_at: datetime | None = None
    looked_seq: int | None = None
    confirmed: tuple[tuple[str, str], ...] = ()
    confirming_at: datetime | None = None
    confirming_seq: int | None = None
    alone: Alone | None = None
    rewritten: bool = False  # something else was written before it that nobody signed: a signature says which it is on
    by: str | None = None  # whose word it is, where that is not of who wrote it: of two signatures the first says it
    asked_by: str | None = (
        None  # the account that wrote what it did or heard itself: that account's word, or the person's
    )

    @property
    def is_draft(self) -> bool:
        return self.state == "in_progress" and bool(self.signed)

    @property
    def written_by(self) -> frozenset[str]:
        """The accounts whose own word it is."""
        return frozenset({actor for _, actor, _ in self.signed} | {actor for actor in (self.asked_by,) if actor})

    def again(self, state: str, at: datetime, seq: int) -> StepRecord:
        """Give the step as it is to be done again: who alone wrote it, and that a draft was read, is not forgotten."""
        return StepRecord(state, at, seq, alone=self.alone, rewritten=self.is_unsigned)

    @property
    def is_unsigned(self) -> bool:
        """Say whether what is written here, or was before it was opened again, could still be waiting for a signature."""
        by_one = self.state == "done" and self.alone is not None and len(self.signed) < 2
        return self.rewritten or self.is_draft or by_one


class ConsentRecord(NamedTuple):
    """The last answer to one question of consent; `state` is given, refused, withdrawn or void."""

    state: str
    purpose: str
    recipient: str
    at: datetime
    seq: int
    groups: tuple[str, ...] = ()
    language: str | None = None
    version: str | None = None
    form: str | None = None
    given_by: str = PERSON
    assent: bool | None = None
    expires_on: date | None = None
    of: str = ""
    interpreter: str | None = None
    witness: str | None = None
    alone: Alone | None = None
    explained: tuple[str, ...] = ()
    by_others: bool = False  # a no that others brought: it counts, and ends nothing

    @property
    def carried_by(self) -> list[str]:
        """Give who gave, interpreted or witnessed it."""
        return [party for party in (self.given_by, self.interpreter, self.witness) if party]


class DocumentRecord(NamedTuple):
    """How one paper stands. Its number is sealed; `checked` keeps only the verdict on it."""

    kind: str
    status: str
    at: datetime
    seq: int
    issuer: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    checked: str | None = None
    of: str = ""


class PersonRecord(NamedTuple):
    """Someone else in the case. Name and contact are sealed."""

    ref: str
    relation: str
    at: datetime
    seq: int
    travels: bool = False
    made_by: str = ""  # the actor who brought them into the case
    born_on: date | None = None
    age_band: AgeBand | None = None
    own_case: str | None = None  # the number of their own case: what is asked of them is asked there
    gone: bool = False  # has died: is asked nothing, and of nobody it is asked who cares for them
    works_for: str | None = None  # a partner or an organisation

    @property
    def is_child_or_companion(self) -> bool:
        """Whether they are a child of the person, wherever they are, or go along."""
        return self.travels or self.relation == "child"


class Suspicion(NamedTuple):
    """Whether somebody of the case is under suspicion, as it was said last: an entry of its own, told to who is told of dangers."""

    ref: str
    suspected: bool
    at: datetime
    seq: int


class Assignment(NamedTuple):
    """Who holds a role in this case: a partner, an organisation, or a ref."""

    role: str
    at: datetime
    seq: int
    partner: str | None = None
    organisation: str | None = None
    ref: str | None = None
    alone: Alone | None = None  # who alone took a partner of whom harm is noted: until a second has, too
    made_by: str = ""  # the actor who gave the role

    @property
    def party(self) -> str:
        return self.partner or self.ref or self.organisation or ""


class CaseWorker(NamedTuple):
    """Who at an organisation answers for the person: the id of their account."""

    id: str
    at: datetime
    seq: int
    before: CaseWorker | None = None  # who was named there before, and is again when this was an error

    def without(self, entries: Container[int]) -> CaseWorker | None:
        """Give who answers there when these entries were errors."""
        before = self.before.without(entries) if self.before else None
        return before if self.seq in entries else self._replace(before=before)


class OrganisationRecord(NamedTuple):
    """An organisation that the office registered, as it stood there when this case last named it."""

    id: str
    country: str
    does: tuple[str, ...]
    at: datetime
    seq: int
    made_by: str = ""  # the actor who brought it into the case: who named it first, but to vet or to call it
    title: str = ""


class Whereabouts(NamedTuple):
    """Where a place is: its country (ISO 3166, two letters), and its time zone (IANA)."""

    country: str
    zone: str


class Leg(NamedTuple):
    """One part of the journey, between two places.

    A place is an airport (its three letters) or a place of a pack; of these, country and zone are looked up when the
    journey is entered, and kept. Of any other place, by land or sea, they are said. `airside`: at the end of the leg the
    person changes planes without passing the border.
    """

    from_: Annotated[str, Question("Where does it begin?")]
    to: Annotated[str, Question("Where does it end?")]
    departs_at: Annotated[datetime, Question("When does it leave, by the booking?")]
    arrives_at: Annotated[datetime, Question("When does it arrive, by the booking?")]
    mode: Annotated[TravelMode, Question("How do they travel?")] = "air"
    carrier: Annotated[str | None, Question("With which carrier, by its code?")] = None
    number: Annotated[str | None, Question("Which number has it?")] = None
    airside: Annotated[bool | None, Question("Do they change planes there without passing the border?")] = None
    from_country: Annotated[str | None, Question("In which country does it begin, by its two letters?")] = None
    from_zone: Annotated[str | None, Question("In which time zone is that, as Region/City?")] = None
    to_country: Annotated[str | None, Question("In which country does it end, by its two letters?")] = None
    to_zone: Annotated[str | None, Question("In which time zone is that, as Region/City?")] = None


class TravelRecord(NamedTuple):
    """The journey: a target day, or booked legs in their order; `on_time` are these as they were booked, where they are late."""

    status: str
    at: datetime
    seq: int
    departs_on: date | None = None
    legs: tuple[Leg, ...] = ()
    meeting_person: str | None = None
    on_time: tuple[Leg, ...] = ()
    # What was booked before, as it was called off then: whoever counts on it is told.
    called_off: TravelRecord | None = None

    @property
    def last_booked(self) -> TravelRecord | None:
        """The journey that is booked, or that was and was called off."""
        return self if self.status == "booked" else self.called_off


class JourneyPlan(Protocol):
    """A journey as it is recorded, or as a command gives it: how it stands, on which day it begins, and its legs."""

    @property
    def status(self) -> str: ...
    @property
    def departs_on(self) -> date | None: ...
    @property
    def legs(self) -> Sequence[Leg]: ...


class ContactRecord(NamedTuple):
    """One contact, or one attempt."""

    with_: str
    channel: str
    reached: bool
    at: datetime
    seq: int
    basis: str | None = None  # on which they were told something
    groups: tuple[str, ...] = ()  # what they were told
    entered_at: datetime | None = None  # when it was written down; None where nobody knows
    postponed: Postponed | None = None  # whether they were to be told that the journey is, and nothing else
    # Of what others said of the person: it is heard of them, and they were not reached.
    heard_of: bool = False
    # They were reached in writing, as the safe way: who alone says so, until a second has signed why.
    in_writing: bool = False
    alone: Alone | None = None

    @property
    def is_live(self) -> bool:
        """Whether the person was reached so that it is sure to be them: there, by voice or video; or in writing, as two say why."""
        return self.reached and (self.channel in LIVE or (self.in_writing and self.alone is None))


class MoveRecord(NamedTuple):
    """When a move was made, and the event that says it; of a turning back, also when that journey was begun, and when it landed, if it
    was cleared and had.
    """

    at: datetime
    seq: int
    begun: datetime | None = None
    landed: datetime | None = None


class LeftRecord(NamedTuple):
    """How the person has gone without clearance, and who said so."""

    how: HowLeft
    at: datetime
    seq: int
    actor: str


class Correction(NamedTuple):
    """That an entry was made in error, as one says; a second has yet to agree."""

    at: datetime
    seq: int
    actor: str


class LastMove(NamedTuple):
    """The last move, when it was written down, and how the case stood before it: until it is too late to take it back."""

    event: str
    seq: int
    written_at: datetime
    phase: Phase
    moves: Mapping[str, MoveRecord]
    last_move_at: datetime | None
    left: LeftRecord | None
    travel: TravelRecord | None  # a journey that was turned back used it up


OF_A_DAY = timedelta(hours=24)  # how long who typed an entry reads and corrects it as its author


class Hand(NamedTuple):
    """From which event on one house has typed, and which then led the case."""

    seq: int
    house: str
    leads: str


class Opening(NamedTuple):
    """Who was let into a case for a while, beside those who are in it."""

    seq: int
    ground: OpenedOn
    house: str
    worker: str  # one account there alone; empty: whoever there has a role
    groups: tuple[str, ...]  # what may be read; of a broken glass, what protects
    at: datetime
    until: datetime
    by: str  # the account that said it
    closed_at: datetime | None = None
    was_right: bool | None = None  # of a broken glass: what somebody found who looked
    was_told: bool = False  # whether the person was

    def is_open(self, now: datetime) -> bool:
        """Say whether it holds."""
        return self.closed_at is None and self.at <= now < self.until


class Typed(NamedTuple):
    """Who typed an entry, and when it was recorded."""

    seq: int
    actor: str
    at: datetime


class EntryPart(NamedTuple):
    """What one entering or updating said of an entry of a register: a state, and values; of words only that they were said."""

    at: datetime
    seq: int
    state: str | None = None
    values: AnyValues = EMPTY
    actor: str = ""
    role: str = ""


class EntryRecord(NamedTuple):
    """One entry of a register, with all that was said of it, in the order in which it happened."""

    ref: str
    register: str
    of: str
    parts: tuple[EntryPart, ...]

    @property
    def first_seq(self) -> int:
        """The event that entered it."""
        return min(one.seq for one in self.parts)

    @property
    def states(self) -> tuple[EntryPart, ...]:
        """What was said of how it stands, the newest last."""
        return tuple(one for one in self.parts if one.state is not None)

    @property
    def standing(self) -> EntryPart:
        """What was said of how it stands: its state, since when, and the event that said so first; that it is so still, begins nothing anew."""
        *before, found = self.states
        for one in reversed(before):
            if one.state != found.state:
                break
            found = one
        return found

    @property
    def state(self) -> str:
        return str(self.standing.state)

    @property
    def at(self) -> datetime:
        """When its state began."""
        return self.standing.at

    @property
    def seq(self) -> int:
        """The event that says its state."""
        return self.standing.seq

    def first_said(self, state: str | None, answers: Mapping[str, Collection[Any]]) -> EntryPart | None:
        """Give what first said these answers, or, where there are none, this state; None where nothing did. What was said since takes
        nothing of that back.
        """
        if answers:
            said = (one for one in self.parts if all(one.values.get(name) in of for name, of in answers.items()))
            return next(said, None)
        return next((one for one in self.parts if state in (None, one.state)), None)

    @property
    def values(self) -> Mapping[str, Any]:
        """What was said of it, each as it was said last."""
        if len(self.parts) == 1:
            return self.parts[0].values
        return {name: value for one in self.parts for name, value in one.values.items()}

    def with_part(self, part: EntryPart) -> EntryRecord:
        """Give it with what was said since, or of before."""
        parts = sorted((*self.parts, part), key=lambda one: (one.at, one.seq))
        return self._replace(parts=tuple(parts))

    def without(self, seq: int) -> EntryRecord | None:
        """Give it without what an event said; None where that was what entered it."""
        if seq == self.first_seq:
            return None
        return self._replace(parts=tuple(one for one in self.parts if one.seq != seq))


class ToldRecord(NamedTuple):
    """What somebody was told to avert danger, while the person could not be asked."""

    groups: tuple[str, ...]
    at: datetime
    seq: int


class IncidentRecord(NamedTuple):
    """Something that happened on the way; open until resolved."""

    number: int  # the seq of the event that opened it
    type: str
    effect: Effect
    phase: Phase
    at: datetime
    review_on: date | None = None
    resolved_at: datetime | None = None
    outcome: str | None = None
    resume_step: str | None = None
    effects: AnyValues = EMPTY  # by phase, where it differs from one to the other
    again_at: datetime | None = None  # when it happened last while it was open, and the seq of that event
    again_seq: int | None = None
    entered_at: datetime | None = None  # when it was written down, where that was later
    resolved_seq: int | None = None
    # The last moment at which it can have happened, where only the day of a time is known.
    ends_at: datetime | None = None
    before: IncidentRecord | None = None  # how it stood before it was told again
    of: str = ""  # to whom it happened, where that is not the person
    told_at: datetime | None = None  # of somebody else: when that was written down last
    written_by: tuple[str, ...] = ()  # who wrote it down, and that it happened again
    by_others: bool = False  # others brought it: nobody has heard it from who works on the case, or from the person
    about: tuple[str, ...] = ()  # what they did: accounts, organisations, refs

    @property
    def seq(self) -> int:
        return self.number

    @property
    def seqs(self) -> frozenset[int]:
        """The seqs of the entries that say it, say it again, and say how it ended."""
        earlier = self.before.seqs if self.before is not None else frozenset()
        return earlier | {one for one in (self.number, self.again_seq, self.resolved_seq) if one is not None}

    @property
    def last_at(self) -> datetime:
        return self.again_at or self.at

    @property
    def last_seq(self) -> int:
        return self.again_seq or self.number

    @property
    def last_ends(self) -> datetime:
        """The last moment at which it can have happened last."""
        return max(self.last_at, self.ends_at or self.last_at)

    def effect_in(self, phase: str) -> Effect:
        """Give the effect while the case is in a phase."""
        found: Effect = self.effects.get(phase, self.effect)
        return found

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None


HOW_IT_ENDED = ("resolved_at", "outcome", "resume_step", "resolved_seq")  # of an incident


class Was(NamedTuple):
    """What something was once: its value, when it was so, and the event that said it."""

    value: AnyValue
    at: datetime
    seq: int
    by: str | None = None  # whose word it was, of a step
    first_seq: int | None = None  # of a step that two signed, the event of the first: there its words lie


SAID_NO = ("refused", "withdrawn")
GONE = ("lost", "withheld", "refused")  # of a paper


class Dated(Protocol):
    """What happened at some time, as an event says."""

    @property
    def at(self) -> datetime: ...
    @property
    def seq(self) -> int: ...


def stood(ever: Sequence[Was]) -> list[Was]:
    """Give what once stood, the newest first: what was recorded when something later stood already never did."""
    found: list[Was] = []
    for one in reversed(ever):
        if not found or one.seq < found[-1].seq:
            found.append(one)
    return found


def _entered(legs: Sequence[Leg]) -> tuple[tuple[str | None, ...], int]:
    """Give the countries in which the person passes a border or spends a night on the way, and how many nights."""
    nights = [(leg, (_day(after.departs_at, leg) - _day(leg.arrives_at, leg)).days) for leg, after in pairwise(legs)]
    found = dict.fromkeys(leg.to_country for leg, over in nights if over or not leg.airside)
    return tuple(found), sum(over for _, over in nights)


def _day(moment: datetime, ends: Leg) -> date:
    return moment.astimezone(ZoneInfo(ends.to_zone or "UTC")).date()


Record = FactRecord | StepRecord | ConsentRecord | PersonRecord | Suspicion | Assignment | TravelRecord


def was(record: Record) -> Was | None:
    """Say what evidence can rest on in a record; None when that is nothing: a step that is not done, a day without a booking."""
    match record:
        case FactRecord():
            value: Any = record.value
        case StepRecord(state="done"):
            return Was(record.result, record.at, record.seq, record.by, record.looked_seq)
        case ConsentRecord():
            value = (record.state, record.given_by)
        case PersonRecord():
            value = record.travels
        case Suspicion():
            value = record.suspected
        case Assignment():
            value = record.party
        case TravelRecord(status="booked"):
            legs = ((*leg[:2], leg.mode, leg.departs_at.isoformat(), leg.arrives_at.isoformat()) for leg in record.legs)
            carriers = tuple(leg.carrier or (leg.number or "")[:2] for leg in record.legs)
            value = (tuple(legs), record.meeting_person, _entered(record.on_time or record.legs), carriers)
        case _:
            return None
    return Was(value, record.at, record.seq)


@dataclass(frozen=True, slots=True)
class Case:
    """One person's return. `version` is the seq of the last event."""

    number: str
    host_country: str
    origin_country: str
    organisation: str
    opened_at: datetime
    digest: str
    label: str = ""  # two words that people can say; see model.label
    reference: str | None = None  # how the files of who opened it call it
    version: int = 0
    phase: Phase = "identification"
    closed_as: str | None = None
    closed_at: datetime | None = None
    linked_to: str | None = None
    relation: str | None = None
    adopted_at: datetime | None = None  # from when on it is ours; None: always
    reported_seq: int = 0  # the last event that tells what was before that
    last_move_at: datetime | None = None
    touched_at: datetime | None = None  # when the last thing happened that was recorded
    written_at: datetime | None = None  # when it was written down
    moves: Mapping[str, MoveRecord] = field(default_factory=dict)
    last_move: LastMove | None = None
    left: LeftRecord | None = None  # None: not gone, or gone as it was cleared
    facts: Mapping[str, FactRecord] = field(default_factory=dict)
    facts_of: Mapping[str, FactRecord] = EMPTY  # of who travels along: by FACT@REF
    steps: Mapping[str, StepRecord] = field(default_factory=dict)
    consents: Mapping[str, ConsentRecord] = field(default_factory=dict)
    documents: Mapping[str, DocumentRecord] = field(default_factory=dict)
    people: Mapping[str, PersonRecord] = field(default_factory=dict)
    suspicions: Mapping[str, Suspicion] = EMPTY  # by the ref of who is, or is no longer, under suspicion
    organisations: Mapping[str, OrganisationRecord] = EMPTY  # that no pack knows, and the office registered
    roles: Mapping[str, Assignment] = field(default_factory=dict)
    case_workers: Mapping[str, CaseWorker] = EMPTY  # by the organisation, or partner, where they work
    kept_to: Mapping[str, tuple[str, ...]] = EMPTY  # by house, the accounts there that alone may know of it
    travel: TravelRecord | None = None
    contacts: tuple[ContactRecord, ...] = ()
    contacts_before: tuple[ContactRecord, ...] = ()  # those that no longer count since
    told: Mapping[str, ToldRecord] = EMPTY  # by party: the last time
    entries: Mapping[str, EntryRecord] = EMPTY  # of registers, by their refs
    entries_made: Mapping[str, int] = EMPTY  # by register: how many ever were, so that no ref is given twice
    incidents: tuple[IncidentRecord, ...] = ()
    taken_back: tuple[int, ...] = ()  # the entries that were made in error
    not_seen: tuple[
        int, ...
    ] = ()  # the entries of steps by which nobody was with the person: others told it, or it was written
    # By the seq of the entry, until a second has signed.
    corrections: Mapping[int, Correction] = field(default_factory=dict)
    actors: tuple[str, ...] = ()  # who has worked on it; to look into what somebody did is no work
    hands: tuple[Hand, ...] = ()  # whose each entry is, from the first on
    openings: tuple[Opening, ...] = ()  # who was let in for a while
    acted: int = 1  # the newest entry that is more than an opening
    typed: tuple[
        Typed, ...
    ] = ()  # the newest that nobody else has signed: who typed one reads and corrects it for a day
    # What was before, in the order of recording: by the field of the case, and the key in it.
    earlier: Mapping[str, Mapping[str, tuple[Was, ...]]] = EMPTY
    days: Mapping[int, Day] = field(default_factory=dict)  # by the seq of the event: of which nobody said the hour
    # What two sign, and was done before what stands, by the key of the step: until both have.
    drafts: Mapping[str, StepRecord] = EMPTY
    # Than the person: since a journey was planned first, and all that was told without consent.
    contacts_with_others: tuple[ContactRecord, ...] = ()
    last_notes: Mapping[str, Was] = EMPTY  # by their data group, as they were told

    def but(self, changes: Mapping[str, Any]) -> Case:
        """Give the case with some fields changed, as `dataclasses.replace` does, in a third of its time: each event changes some."""
        return Case(*map(changes.get, FIELDS, ROW_OF(self)))

    def __repr__(self) -> str:
        return f"<Case {self.number} v{self.version} {self.phase} {self.status}>"

    @property
    def is_closed(self) -> bool:
        return self.closed_as is not None

    def is_reported(self, record: Dated) -> bool:
        """Say whether something was before this return was taken over: others did it, and it stands as they reported it."""
        return self.adopted_at is not None and self.begins(record) < self.adopted_at

    def begins(self, record: Dated) -> datetime:
        """Give the first moment at which something can have happened: from it an age counts."""
        day = self.days.get(record.seq)
        return day.begins if day else record.at

    def ends(self, record: Dated) -> datetime:
        """Give the last moment at which something can have happened: from it a wait counts."""
        day = self.days.get(record.seq)
        return day.ends if day else record.at

    def came_before(self, one: Dated, other: Dated) -> bool:
        """Say whether something was before another. An hour is before the end of a day alone; of one day, as it was told."""
        at = other.at if one.seq in self.days else self.ends(other)
        return one.at < at or (one.at == at and other.seq in self.days and one.seq < other.seq)

    def said_at(self, record: Dated) -> datetime | date:
        """Give when something happened, as it was said: a moment, or the day alone."""
        day = self.days.get(record.seq)
        return day.day if day else record.at

    def made(self, event: str) -> MoveRecord | None:
        """Give a move that was made, or what stands for it: who left without clearance is on the way like who departed."""
        found = self.moves.get(event)
        return found or next(
            (self.moves[one] for one, of in STANDS_FOR.items() if of == event and one in self.moves), None
        )

    def happened(self, event: str) -> datetime | None:
        """Give when a move was made, or what stands for it."""
        made = self.made(event)
        return made and made.at

    def hand(self, seq: int) -> Hand:
        """Say which house typed an entry, and which led the case then."""
        return self.hands[max(bisect_right(self.hands, seq, key=attrgetter("seq")) - 1, 0)]

    def typed_by(self, actor: str, house: str, now: datetime) -> frozenset[int]:
        """Give the entries that an account of a house has typed within a day, and that nobody else has signed."""
        return frozenset(
            one.seq
            for one in self.typed
            if one.actor == actor and now < one.at + OF_A_DAY and self.hand(one.seq).house == house
        )

    @property
    def leads(self) -> str:
        """The organisation that leads it; before one was named, the one that opened it."""
        return self.owner or self.organisation

    @property
    def owner(self) -> str | None:
        """The organisation that leads the case; None before one does."""
        role = self.roles.get(OWNER)
        return role.party if role else None

    @property
    def all_contacts(self) -> tuple[ContactRecord, ...]:
        """The contacts with the person, and the attempts, in their order: also those that no longer count."""
        return (*self.contacts_before, *self.contacts)

    @property
    def landed_under_clearance(self) -> datetime | None:
        """When the person landed after a departure that was cleared, also where they are said to be back since, or to have left once more."""
        if DEPARTED in self.moves:
            landed = self.moves.get("arrived")
            return landed.at if landed and self.left is None else None
        back = self.moves.get("turned_back")
        return back.landed if back else None

    @property
    def open_incidents(self) -> tuple[IncidentRecord, ...]:
        return tuple(incident for incident in self.incidents if incident.resolved_at is None)

    @property
    def status(self) -> Status:
        """Say whether the case may move: the strictest effect of the open incidents, or closed."""
        if self.closed_as is not None:
            return CLOSED
        strictest: Status = OPEN
        for incident in self.incidents:
            if incident.is_open and (effect := incident.effect_in(self.phase)) != "none" and strictest != "blocked":
                strictest = effect
        return strictest

    def standing(self, kind: str, key: str = "") -> Any:
        """Give what is recorded of something, and stands; None when nothing is."""
        return self.travel if kind == "travel" else getattr(self, kind).get(key)

    def is_before(self, at: datetime, kind: str, key: str = "", *, by_day: bool = False) -> bool:
        """Say whether a moment lies before the newest that was said of something; a journey that was begun stands as it was booked by then.

        What protects stands though something newer was said before it was told; what lies between them is history all the same. A no,
        or a loss, of a day stands until it ends, but for what is told `by_day`, too: that order is believed.
        """
        stands = self.standing(kind, key)
        if stands is None:
            return False
        said_no = (kind == "consents" and stands.state in SAID_NO) or (kind == "documents" and stands.status in GONE)
        if said_no and not by_day and at < self.ends(stands):
            return True
        later = (one for one in (stands, *self.all_of(kind, key)) if at < one.at or one.seq in self.days)
        begun = self.happened("departed") if kind == "travel" and stands.status == "booked" else None
        ever = (one for one in later if one.seq not in self.taken_back)
        return any(at < self.begins(one) for one in ever) or (begun is not None and at < begun)

    def all_of(self, kind: str, key: str = "") -> tuple[Was, ...]:
        """Give all that something ever was, in the order of recording; what it is now stands last.

        What was recorded when something later stood already stands before that, and has a higher seq.
        """
        record = self.standing(kind, key)
        now = was(record) if record is not None else None
        before = self.earlier.get(kind, EMPTY).get(key, ())
        return before if now is None else (*before, now)

    def fact(self, id: str) -> Any:
        """Give the recorded value of a declared fact; None when it is not recorded."""
        record = self.facts.get(id)
        return record.value if record else None

    def step(self, id: str, round: str = "", of: str = "") -> StepRecord | None:
        """Give how a step stands; None when nothing was recorded of it."""
        return self.steps.get(StepKey(id, round, of).text())

    def entries_of(self, register: str) -> list[EntryRecord]:
        """Give the entries of a register, in the order in which they were entered."""
        return [one for one in self.entries.values() if one.register == register]

    def records_of(self, step: str) -> list[tuple[str, StepRecord]]:
        """Give how the rounds of a step stand, and that of whom it is done, each by its key."""
        begins = (f"{step}/", f"{step}@")
        return [(key, one) for key, one in self.steps.items() if key == step or key.startswith(begins)]

    def result(self, id: str) -> str | None:
        """Give the result of a step that is done; None otherwise."""
        record = self.steps.get(id)
        return record.result if record and record.state == "done" else None

    def document(self, kind: str, of: str = "") -> DocumentRecord | None:
        """Give how a paper stands; None when nothing was recorded of it."""
        return self.documents.get(f"{kind}@{of}" if of else kind)

    def consent(self, purpose: str, recipient: str = "", of: str = "") -> ConsentRecord | None:
        """Give the last answer to one question of consent; None when it was not asked."""
        return self.consents.get(consent_key(purpose, recipient, of))

    def has_open(self, type: str, of: str | None = None) -> bool:
        """Say whether an incident of this type (of this person) is open."""
        return any(one.type == type and one.is_open and of in (None, one.of) for one in self.incidents)

    def suspects(self, ref: str) -> bool:
        """Say whether somebody of the case is under suspicion, as it was said last."""
        said = self.suspicions.get(ref)
        return said is not None and said.suspected

    @property
    def companions(self) -> tuple[PersonRecord, ...]:
        """Those who travel with the person, other than whoever was given the role of the escort."""
        escort = self.roles.get("escort")
        return tuple(p for p in self.people.values() if p.travels and not (escort and escort.ref == p.ref))


FIELDS = tuple(one.name for one in fields(Case))
ROW_OF = attrgetter(*FIELDS)  # all that is recorded of a case, in that order
# The fields of which a case keeps what was before.
HISTORIES = ("facts", "steps", "consents", "people", "suspicions", "roles", "travel")


def consent_key(purpose: str, recipient: str = "", of: str = "") -> str:
    """Name one question of consent: a purpose, for a recipient, of a person of the case."""
    return f"{purpose}>{recipient}@{of}"
