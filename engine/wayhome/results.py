"""What the engine gives: frozen records of plain values, and how they are made from a case, an event, a due row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from wayhome.case_now.access import holders_of, in_place
from wayhome.case_now.entries import who_writes
from wayhome.case_now.roles import roles_giving
from wayhome.entries import EntryShown, SumsShown
from wayhome.errors import Template
from wayhome.flow.rows import StepRow
from wayhome.frozen import EMPTY
from wayhome.model.actor import Actor
from wayhome.model.case import Case
from wayhome.model.closed_sets import Effect, Phase, Status
from wayhome.model.data import Data, data
from wayhome.model.data import to_json as to_json
from wayhome.model.event import HistoryRow
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.page import Page as Page
from wayhome.model.reason import Because
from wayhome.model.seen import Seen
from wayhome.packs.process import Process
from wayhome.wellbeing import TrendShown

MOST_LISTED = 1_000  # rows on a page


@data
class Offered(Data):
    """What may be written down next because of an answer: the question, the answer, and the command as far as it is known."""

    asked: str
    answer: str
    title: str
    do: Mapping[str, str]
    who: tuple[str, ...] = ()  # the roles that may, where whoever has answered may not


@data
class Done(Data):
    """What a command did: the case, its new version, and the events that were written. Nothing more is needed to show it."""

    case: str
    version: int
    events: tuple[HistoryRow, ...]
    offers: tuple[
        Offered, ...
    ] = ()  # what the answers that were given offer to write down next: nothing is written by itself


def offered(process: Process, recorded: Case, actor: Actor, events: Iterable[HistoryRow]) -> tuple[Offered, ...]:
    """Give what the answers in these events offer to whoever has given them; and who writes it down, where they may not."""
    placed = in_place(process, holders_of(recorded), actor)
    roles, found = placed.roles if placed is not None else frozenset[str](), list[Offered]()
    for event in events:
        step = process.steps.get(str(event.data.get("step")))
        if step is None or step.instrument is None:
            continue
        values = event.data.get("values") or {}
        for name, offer in process.instruments[step.instrument].offers(values):
            kind, id = ("incidents", offer.incident) if offer.incident else ("registers", offer.enter)
            if offer.incident:
                who = roles_giving(process, "incident")
            else:
                who = who_writes(process.registers[str(offer.enter)], recorded)
            asked = str(process.asked_of(step.id)[name]["title"])
            answer, title = str(values[name]).replace("_", " "), process.title(kind, str(id))
            found.append(Offered(asked, answer, title, offer.do, who if roles.isdisjoint(who) else ()))
    return tuple(found)


@data
class Change(Data):
    """One event that was written, and where it stands among all of the database.

    Attributes:
        position: give it as `after` to be told what came later. A text that means nothing else.
        case: the number of the case.
        seq: the number of the event in its case: the version of the case after it.
        day: the day on which it was written (UTC), as in ISO 8601.
        event: what happened, as the actor who asked may see it; None where nobody in particular asked.
    """

    position: str
    case: str
    seq: int
    day: str
    event: HistoryRow | None = None


@data
class DueRow(Because, Data):
    """Something that is due in a case, and how the date came about.

    Attributes:
        renews: whether it counts today, and will not at the planned departure: evidence, `consent:PURPOSE`, `document:KIND`.
        from_: from when such evidence may be done again, so that it counts then.
        zone: in which these times are told: that of who has the duty.
        key: where it stands in the list. label: that of the case.
        worker: who answers for the person in the organisation of who asks; None where that is everybody of it.
        seen: in today's list, who has seen it, or taken what cannot wait.
        ask: there, the organisation that is to be asked: its work, and it has no account here.
    """

    case: str
    step: str
    round: str | None
    of: str | None
    title: str
    due_at: datetime
    overdue: bool
    who: Mapping[str, str]
    because_template: Template
    values: Mapping[str, Any] = EMPTY
    renews: bool = False
    from_: datetime | None = None
    zone: str = "UTC"
    key: str = ""
    label: str = ""
    worker: str | None = None
    seen: Seen | None = None
    ask: str | None = None


@data
class Raised(Data):
    """What the silence in a case meant: the incidents that the clock has opened, and the roles of those who lead the case."""

    case: str
    incidents: tuple[str, ...]
    who: Mapping[str, str]


@data
class Call(Data):
    """What one account is told: how much cannot wait, and how much else is to be done today. Nothing of a person stands in it."""

    account: str
    look_now: int
    today: int


@data
class Rung(Data):
    """What a ring did: what was raised, the cases in which something was to be raised and could not, and who is called now.

    Attributes:
        unread: the cases that cannot be read; nobody knows what is due in them.
        clock_stands_back_at: what this computer's clock says, where it stands more than ten minutes before the newest entry: all is then
            reckoned from that entry.
        clock_ahead_of: the moment of the newest entry, where that clock stands more than thirty days after it.
    """

    raised: tuple[Raised, ...]
    not_raised: tuple[str, ...]
    calls: tuple[Call, ...] = ()
    unread: tuple[str, ...] = ()
    clock_stands_back_at: datetime | None = None
    clock_ahead_of: datetime | None = None


@data
class CaseCount(Data):
    """How many cases there are of one kind; `of` says what they have in common, e.g. {"phase": "travel"}."""

    of: Mapping[str, str]
    cases: int


@data
class CaseRowView(Data):
    """One line of the list of cases; the label works wherever the number does.

    Attributes:
        next_due_at: when something is due there first that its reader is told of, and with which somebody can be late; None: nothing is.
        owner: the organisation that leads it.
    """

    number: str
    label: str
    version: int
    phase: Phase
    status: Status
    host_country: str
    origin_country: str
    opened_at: datetime
    next_due_at: datetime | None
    owner: str | None
    zone: str = "UTC"  # of where the person is: in which its days are told


# What a case shows of each of its parts, as JSON carries it: moments and days are ISO text; a day alone where nobody said the hour.


class MaybeReported(TypedDict, total=False):
    """What was so before this return was taken over, as others say, is `reported`."""

    reported: bool


class MaybeBorn(MaybeReported, total=False):
    """Told to who may read who somebody is."""

    born_on: str | None


class ConsentShown(MaybeReported):
    """The last answer to one question of consent: given, refused, withdrawn or void."""

    state: str
    purpose: str
    recipient: str
    at: str
    seq: int
    groups: Sequence[str]
    language: str | None
    version: str | None
    form: str | None
    given_by: str
    assent: bool | None
    expires_on: str | None
    of: str
    interpreter: str | None
    witness: str | None
    explained: Sequence[str]
    by_others: bool


class DocumentShown(MaybeReported):
    """How one paper stands; its number is not told."""

    kind: str
    status: str
    at: str
    seq: int
    issuer: str | None
    issued_on: str | None
    expires_on: str | None
    checked: str | None
    of: str


class IncidentShown(MaybeReported):
    """Something that happened on the way; `type` is `withheld` for who may only know that there is one."""

    number: int
    type: str
    title: str
    effect: Effect
    phase: Phase
    at: str
    review_on: str | None
    resolved_at: str | None
    outcome: str | None
    resume_step: str | None
    effects: Mapping[str, str]
    again_at: str | None
    again_seq: int | None
    ends_at: str | None
    of: str
    about: Sequence[str]


class PersonShown(MaybeBorn):
    """Somebody else of the case, by their ref; the birthday only for who may read who they are."""

    ref: str
    relation: str
    at: str
    seq: int
    travels: bool
    suspected: bool | None
    made_by: str
    age_band: str | None
    own_case: str | None
    gone: bool
    works_for: str | None
    facts: Mapping[str, Any]


LegShown = TypedDict(
    "LegShown",
    {
        "from": str,
        "to": str,
        "departs_at": str,
        "arrives_at": str,
        "mode": str,
        "carrier": str | None,
        "number": str | None,
        "airside": bool | None,
        "from_country": str | None,
        "from_zone": str | None,
        "to_country": str | None,
        "to_zone": str | None,
    },
)


class JourneyShown(TypedDict):
    """The journey: a target day, or booked legs in their order."""

    status: str
    departs_on: str | None
    meeting_person: str | None
    legs: Sequence[LegShown]


class ArrivalShown(TypedDict):
    """The end of a booked journey: when and where the person lands, with which flight, and who meets them."""

    at: str
    place: str
    zone: str | None
    carrier: str | None
    number: str | None
    meeting_person: str | None


class CorrectionShown(TypedDict):
    """An entry that one says was made in error; a second has yet to sign."""

    entry: int
    at: str


class LeftShown(TypedDict):
    """How and when the person has gone without clearance."""

    how: str
    at: str


class RiskShown(TypedDict):
    """What the packs say of the dangers of this return."""

    id: str
    title: str
    text: str | None
    confidence: str | None
    source: Any


@data
class CaseView(Data):
    """A case as this actor may see it; `labels` says by kind and id what the packs show about the entries that it names."""

    number: str
    label: str
    phase: Phase
    status: Status
    host_country: str
    origin_country: str
    opened_at: datetime | date  # a day where nobody said the hour
    version: int
    process: Mapping[str, Any]
    facts: Mapping[str, Any]
    steps: tuple[StepRow, ...]
    consents: tuple[ConsentShown, ...]
    documents: tuple[DocumentShown, ...]
    incidents: tuple[IncidentShown, ...]
    people: tuple[PersonShown, ...]
    travel: JourneyShown | None
    owner: str | None
    entries: tuple[EntryShown, ...] = ()
    sums: tuple[SumsShown, ...] = ()  # of money
    wellbeing: tuple[TrendShown, ...] = ()  # how the person fares, from one time to the next
    arrival: ArrivalShown | None = None
    person_asked: tuple[str, ...] = ()  # of who the person is, the facts that this reader can write down
    zones: Mapping[str, str] = EMPTY  # of the host country and of the country of origin
    landed_at: datetime | None = None
    roles: Mapping[str, str] = EMPTY
    case_workers: Mapping[str, str] = EMPTY  # who answers for the person at each organisation that leads, or has led
    no_account: tuple[str, ...] = ()  # at which of these they have no account here, and see no list
    closed_as: str | None = None
    corrections: tuple[CorrectionShown, ...] = ()
    left: LeftShown | None = None
    linked_to: str | None = None
    reference: str | None = None  # how the files of who opened it call it
    adopted_on: date | None = None  # of a return that ran already: the day on which it was taken over
    risks: tuple[RiskShown, ...] = ()
    labels: Mapping[str, Mapping[str, Mapping[str, Any]]] = EMPTY
    read_recorded: bool = True  # whether it is written down who was given this (`Engine.read_log`)
    # The facts that say who the person is: those that are told, and those that would be, though this actor does not know them yet.
    person: tuple[str, ...] = ()

    def zone_at(self, moment: datetime | date | str | None) -> str:
        """Say in which zone a moment is told: of where the person was then."""
        at = datetime.fromisoformat(moment) if isinstance(moment, str) and "T" in moment else moment
        there = self.landed_at is not None and isinstance(at, datetime) and at >= self.landed_at
        return str(self.zones.get("origin" if there else "host", "UTC"))


def landed_at(recorded: Case) -> datetime | None:
    """Say when the person landed; None before, and after they were turned back."""
    landed = recorded.moves.get("arrived")
    return landed.at if landed is not None and PHASE_NUMBER[recorded.phase] >= PHASE_NUMBER["arrival"] else None
