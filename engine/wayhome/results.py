"""What the engine gives: frozen records of plain values, and how they are made from a case, an event, a due row."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypedDict, cast

from wayhome.answers import answers_of, earlier_answers, earlier_answers_at, earlier_times, words_of_steps
from wayhome.calendar.spans import zone_of
from wayhome.case_now import CaseNow
from wayhome.case_now.access import holders_of, in_place
from wayhome.case_now.entries import who_writes
from wayhome.case_now.letters import Letters, Told
from wayhome.case_now.parties import party_called
from wayhome.case_now.roles import may_see_which, roles_giving, writers
from wayhome.commands.belonging import BIRTH, group_of_relation, may_see_person
from wayhome.commands.correcting import standing_content
from wayhome.entries import EntryShown, SumsShown, Words, entries_for, sums_for, words_of_entries
from wayhome.errors import Template, filled
from wayhome.flow.due import DueItem
from wayhome.flow.entries import GONE, UNTOLD, due_of
from wayhome.flow.expected import TELL, TITLES, WAITS
from wayhome.flow.four_eyes import TOLD
from wayhome.flow.rows import AnswersShown, StepRow, step_rows
from wayhome.forms.form import NAMED_BY as NAMED_IN_A_FORM
from wayhome.frozen import EMPTY
from wayhome.model.actor import NOBODY, Accounts, Actor
from wayhome.model.case import Case, FactRecord, MoveRecord, PersonRecord, StepKey, TravelRecord
from wayhome.model.closed_sets import CASE_PARTS, PERSON, CasePart, Effect, Phase, Status
from wayhome.model.data import Data, data
from wayhome.model.data import to_json as to_json
from wayhome.model.event import BY, Event, HistoryRow
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.page import Page as Page
from wayhome.model.reason import Because
from wayhome.model.seen import Seen
from wayhome.packs.conditions import ENTRIES, UNKNOWN, Condition, condition_of
from wayhome.packs.kinds.registers import FIRST
from wayhome.packs.process import Process
from wayhome.permissions import WITHHELD, does_step
from wayhome.wellbeing import TrendShown, trends_for

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


# --- how they are made ------------------------------------------------------------------------------


def words_at(process: Process, recorded: Case, letters: Letters) -> dict[int, frozenset[str]]:
    """Name the entries in which words stand that somebody may read of who the person is, and who goes along; and of which groups."""
    found: dict[int, frozenset[str]] = {}
    of_each = ((key.partition("@")[0], one) for key, one in recorded.facts_of.items())
    for id, one in (*recorded.facts.items(), *of_each):
        fact = process.facts.get(id)
        if fact is not None and fact.type == "text" and one.value and fact.group in letters.of(one.seq).reads:
            found[one.seq] = found.get(one.seq, frozenset()) | {fact.group}
    return found


def words_shown(
    process: Process, recorded: Case, letters: Letters, parts: Collection[CasePart] = CASE_PARTS
) -> dict[int, frozenset[str]]:
    """Name the entries in which words stand that these parts of a case show; and of which groups."""
    found = words_at(process, recorded, letters)
    of_entries = words_of_entries(process, recorded, letters) if "entries" in parts else ()
    asked = {"steps", "wellbeing"} & {*parts}
    of_steps = words_of_steps(process, recorded, letters, of_instruments="steps" not in parts) if asked else ()
    for seq, group in (*of_entries, *of_steps):
        found[seq] = found.get(seq, frozenset()) | {group}
    for seq, groups in earlier_answers_at(process, recorded, letters) if "steps" in parts else ():
        found[seq] = found.get(seq, frozenset()) | groups
    return found


def said_in(process: Process, id: str, one: FactRecord, words: Words) -> Any:
    """Give the value of a fact: of what is words, these, where they could be read."""
    fact = process.facts[id]
    return one.value if fact.type != "text" else (words.get(one.seq) or EMPTY).get(fact.group, EMPTY).get(id)


def case_view(
    process: Process,
    recorded: Case,
    actor: Actor,
    letters: Letters,
    now: datetime,
    accounts: Accounts = NOBODY,
    words: Words | None = None,
    parts: Collection[CasePart] = CASE_PARTS,
    said: Mapping[int, Mapping[str, Any]] | None = None,
) -> CaseView:
    """Show a case as somebody may see it.

    Args:
        words: of entries of the history, by their seq, what is words in them.
        said: of the same, which values they say of a step: what was answered before it was done again.
    """
    words, said = words or {}, said or {}
    facts = {
        id: said_in(process, id, r, words)
        for id, r in recorded.facts.items()
        if r.value is not None and id in process.facts and process.facts[id].group in letters.of(r.seq).reads
    }
    case = CaseNow(process, recorded, now)
    view = CaseView(
        number=recorded.number,
        label=recorded.label,
        reference=recorded.reference if actor.organisation == recorded.organisation else None,
        phase=recorded.phase,
        status=recorded.status,
        host_country=recorded.host_country,
        origin_country=recorded.origin_country,
        opened_at=recorded.said_at(MoveRecord(recorded.opened_at, 1)),
        version=recorded.version,
        process={"digest": recorded.digest, "packs": packs_of(process)},
        facts=facts,
        person_asked=_person_asked(process, recorded, actor),
        person=tuple(id for id, fact in process.of_person if id in facts or fact.group in letters.of(None).reads),
        steps=tuple(
            _with_answers(row, process, recorded, letters, words, said)
            for row in (step_rows(process, recorded, now) if "steps" in parts else ())
            if _is_listed(row, process, letters, actor)
        ),
        consents=tuple(_consents_for(process, recorded, letters)) if "consents" in parts else (),
        documents=tuple(
            to_json(_as_said(recorded, d if group in told.reads else d._replace(**NO_MORE_OF_A_PAPER)))
            for d in (recorded.documents.values() if "documents" in parts else ())
            if (group := process.group_of_paper(d.kind)) in (told := letters.of(d.seq)).sums
        ),
        incidents=tuple(
            to_json(
                _as_said(
                    recorded,
                    i,
                    leave_out=("entered_at", "resolved_seq", "before", "told_at", "written_by", "by_others"),
                )
                | {"resolved_at": i.resolved_at and recorded.said_at(MoveRecord(i.resolved_at, i.resolved_seq or 0))}
                | {"effect": i.effect_in(recorded.phase)}
                | {"title": process.title("incidents", i.type)}
            )
            for i in (recorded.incidents if "incidents" in parts else ())
            if letters.shut.isdisjoint((i.seq, i.again_seq))
            and may_see_which(process, "incidents", i.type, letters.of_alarm(i.seq))
        ),
        people=tuple(
            to_json(
                _as_said(
                    recorded,
                    p if _reads_birth(p, told) else p._replace(age_band=None),
                    leave_out=() if _reads_birth(p, told) else ("born_on",),
                )
                | ({} if recorded.hand(p.seq).house == letters.house else {"made_by": ""})
                | ({"own_case": WITHHELD} if p.own_case and not letters.knows_own_case(p.ref) else {})
                | {
                    "suspected": _suspected(recorded, p.ref, letters),
                    "facts": _facts_of(recorded, process, p.ref, letters, words),
                }
            )
            for p in (recorded.people.values() if "people" in parts else ())
            if may_see_person(p, told := letters.of_person(p.ref))
        ),
        entries=tuple(entries_for(case, letters, words)) if "entries" in parts else (),
        sums=tuple(sums_for(process, recorded, letters)) if "entries" in parts else (),
        wellbeing=tuple(trends_for(process, recorded, letters, words)) if "wellbeing" in parts else (),
        arrival=_arrival(recorded.travel)
        if recorded.travel and recorded.travel.legs and "arrival" in letters.of(recorded.travel.seq).reads
        else None,
        travel=_travel(recorded.travel)
        if recorded.travel and "travel" in letters.of(recorded.travel.seq).reads
        else None,
        owner=recorded.owner,
        zones=process.zones,
        landed_at=landed_at(recorded),
        roles={
            role: held.party
            for role, held in recorded.roles.items()
            if held.seq not in letters.shut and letters.knows_party(held.party)
        },
        case_workers={
            party: worker.id for party, worker in recorded.case_workers.items() if letters.knows_party(party)
        },
        no_account=tuple(
            party
            for party, worker in recorded.case_workers.items()
            if letters.knows_party(party)
            if all(one.id != worker.id for one in accounts.of(party) or ())
        ),
        closed_as=recorded.closed_as,
        corrections=tuple(
            {"entry": entry, "at": to_json(recorded.said_at(one))}
            for entry, one in recorded.corrections.items()
            if standing_content(recorded, entry)
        ),
        left={"how": recorded.left.how, "at": to_json(recorded.said_at(recorded.left))} if recorded.left else None,
        linked_to=recorded.linked_to if letters.knows_case(1) else None,
        adopted_on=recorded.adopted_at and recorded.adopted_at.astimezone(zone_of(process.zones["host"])).date(),
        risks=tuple(
            RiskShown(
                id=id, title=r["title"], text=r.get("text"), confidence=r.get("confidence"), source=r.get("source")
            )
            for id, r in ((process.labels.get("risks") or {}).items() if "risks" in parts else ())
            if r.get("title") and _may_hold_for(case, letters, condition_of(r.get("when")))
        ),
    )
    return replace(view, labels=_labels_of(view, process, recorded))


# What of a paper, and of an answer, is told to who is told only that there is one, and of which day.
NO_MORE_OF_A_PAPER: Mapping[str, Any] = {"issuer": None, "issued_on": None, "expires_on": None, "checked": None}
NO_MORE_OF_AN_ANSWER: Mapping[str, Any] = {
    "recipient": "",
    "groups": (),
    "language": None,
    "version": None,
    "form": None,
    "given_by": "",
    "assent": None,
    "expires_on": None,
    "interpreter": None,
    "witness": None,
    "explained": (),
}


def _may_hold_for(case: CaseNow, letters: Letters, condition: Condition | None) -> bool:
    """Say whether a condition holds, or cannot be excluded, by what somebody is told: else what is left out would tell them a fact."""
    process, recorded = case.process, case.recorded

    def value(name: str) -> Any:
        base = name.partition(".")[0]
        if base in process.facts:
            said = recorded.facts.get(base)
            if process.facts[base].group not in letters.of(said and said.seq).reads:
                return UNKNOWN
        elif base in process.steps and not may_see_which(process, "steps", base, letters.about(base)):
            return UNKNOWN
        elif (kind := name.partition(":"))[1] and not _reads_all_of(process, letters, kind[0], kind[2]):
            return True
        return case.value(name)

    return condition is None or condition.judge(value) is not False


def _reads_all_of(process: Process, letters: Letters, kind: str, id: str) -> bool:
    """Say whether somebody reads all entries of a register; of an alarm, and of a no, whether they are told that there is one."""
    if kind == ENTRIES:
        entries = letters.recorded.entries_of(id)
        return all(
            process.registers[id].group in letters.of(seq).reads for seq in (None, *(one.first_seq for one in entries))
        )
    if kind == "incident":
        return may_see_which(process, "incidents", id, letters.of(None).sums)
    return process.group_of_consent(id) in letters.of(None).sums


def _consents_for(process: Process, recorded: Case, letters: Letters) -> Iterator[ConsentShown]:
    """Give the answers that somebody is told of: all of them, or of each that there is one; of another house only those that name nobody."""
    for one in recorded.consents.values():
        told, group = letters.of_consent(one), process.group_of_consent(one.purpose)
        if letters.is_told_answer(process, one):
            shown = one if group in told.reads else one._replace(**NO_MORE_OF_AN_ANSWER)
            yield cast("ConsentShown", to_json(_as_said(recorded, shown, leave_out=("alone",))))


def _person_asked(process: Process, recorded: Case, actor: Actor) -> tuple[str, ...]:
    """Name the facts of who the person is that an actor can write down here: who writes of them, or is asked for them."""
    placed = in_place(process, holders_of(recorded), actor)
    roles = placed.roles if placed is not None else frozenset[str]()
    known = process.of_person
    return tuple(id for id, fact in known if not roles.isdisjoint((*fact.asked_by, *writers(process, fact.group))))


def _reads_birth(person: PersonRecord, told: Told) -> bool:
    """Say whether somebody reads when a person of the case was born, as on a ticket; of who does not travel, who reads who they are, too."""
    return BIRTH in told.reads and (person.travels or group_of_relation(person.relation) in told.reads)


def _suspected(recorded: Case, ref: str, letters: Letters) -> bool | None:
    """Say whether somebody is under suspicion, where it was said, to who reads of dangers."""
    said = recorded.suspicions.get(ref)
    return said.suspected if said is not None and letters.reads_suspicions_of(ref) else None


NAMED_BY = {**NAMED_IN_A_FORM, "reason": "outcomes", "host_country": "countries", "origin_country": "countries"}
WRITTEN: Template = "written down"
NAMES_A_PARTY = ("partner", "organisation", "recipient", "with", "by", "given_by", "meeting_person")


def _titles_of(
    data: Mapping[str, Any], process: Process, recorded: Case, texts: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Give, by field, the titles of what an event's data names; of each fact, `facts.ID`, of each answer,
    `values.NAME`, and of what they are, after one more dot; and of each text that is shown, `texts.NAME`.
    """
    named = ((name, kind, data[name]) for name, kind in NAMED_BY.items() if isinstance(data.get(name), str))
    titles = {name: title for name, kind, id in named if (title := process.title(kind, id)) != id}
    for name in NAMES_A_PARTY:
        if isinstance(data.get(name), str):
            titles[name] = party_called(process, recorded, data[name])
    for id, value in (data.get("facts") or EMPTY).items():
        titles |= {
            f"facts.{id}": process.title("facts", id),
            f"facts.{id}.{value}": WRITTEN
            if id in process.facts and process.facts[id].type == "text" and value
            else process.value_called(id, str(value)),
        }
    step, register = str(data.get("step")), str(data.get("register"))
    titles["result"] = process.value_called(step, str(data.get("result")))
    kind, of = ("registers", register) if "register" in data else ("steps", step)
    asked, fields = process.called_in(kind, of, "asked"), getattr(getattr(process, kind).get(of), "fields", EMPTY)
    if "register" in data:
        titles["status"] = str(process.called_in("registers", register, "states").get(str(data.get("status"))) or "")
    given = (name for one in texts.values() for name in one if name in asked)
    titles |= {f"texts.{name}": str(asked[name].get("title") or "") for name in given}
    for name, value in (data.get("values") or EMPTY).items():
        titles[f"values.{name}"] = str(asked.get(name, EMPTY).get("title") or "")
        spec = fields.get(name)
        is_text = spec is not None and spec.type == "text"  # it is sealed: in clear stands only that there is one
        is_party = spec is not None and spec.type == "party"
        called = (
            party_called(process, recorded, str(value))
            if is_party
            else str((asked.get(name, EMPTY).get("called") or EMPTY).get(str(value)) or "")
        )
        titles[f"values.{name}.{value}"] = WRITTEN if is_text else called
    ends = process.label("incidents", str(data.get("incident"))).get("outcomes") or {}
    if data.get("outcome") in ends:
        titles["outcome"] = str(ends[data["outcome"]])
    if data.get("because") in process.incidents:
        titles["because"] = process.title("incidents", data["because"])
    for name in TOLD:
        if data.get(name):
            ids = map(str, data[name])
            titles[name] = ", ".join(process.title("steps" if id in process.steps else "consents", id) for id in ids)
    if data.get("said"):
        said = (title for kind, keys in data["said"].items() for title in _titles_of_kind(process, kind, keys))
        titles["said"] = ", ".join(dict.fromkeys(said))
    if data.get("consents") and "purpose" not in data:
        titles["consents"] = ", ".join(dict.fromkeys(_titles_of_kind(process, "consents", data["consents"])))
    if data.get("steps"):
        titles["steps"] = ", ".join(process.title("steps", str(key).partition("/")[0]) for key in data["steps"])
    return {name: title for name, title in titles.items() if title}


def _titles_of_kind(process: Process, kind: str, keys: Iterable[str]) -> Iterator[str]:
    """Give the titles of what an entry said, by the keys that a case has for it; of what has none, the word for its kind."""
    for key in keys:
        id = re.split("[/@>]", key)[0]
        yield process.title(kind, id) if id in getattr(process, kind, ()) else kind


def _labels_of(view: CaseView, process: Process, recorded: Case) -> dict[str, dict[str, dict[str, Any]]]:
    """Give title, confidence and open question of what a view names; of nothing that its reader may not see."""
    signed = (role for row in view.steps for role in row.signed)
    legs = view.travel["legs"] if view.travel else ()
    named: dict[str, Iterable[str]] = {
        "countries": [view.host_country, view.origin_country],
        "facts": dict.fromkeys((*view.person, *view.facts)),
        "roles": [*view.roles, *signed],
        "consents": [
            *(one["purpose"] for one in view.consents),
            *(purpose for one in view.entries for purpose in one["consents_gone"]),
        ],
        "documents": [one["kind"] for one in view.documents],
        "outcomes": [view.closed_as] if view.closed_as else [],
        "places": [
            *(leg[end] for leg in legs for end in ("from", "to")),
            *([view.arrival["place"]] if view.arrival else ()),
        ],
    }
    met = [one["meeting_person"] for one in (view.travel, view.arrival) if one and one["meeting_person"]]
    parties = [*view.roles.values(), *view.case_workers, *met]
    parties += [one["recipient"] for one in view.consents if one.get("recipient")]
    parties += [
        value
        for one in view.entries
        for name, value in one["values"].items()
        if process.registers[one["register"]].fields[name].type == "party"
    ]
    parties += [one["works_for"] for one in view.people if one["works_for"]]
    parties += [named for one in view.incidents for named in one["about"]]
    before = [(row.id, one) for row in view.steps for one in row.earlier]
    whose = ((row.told_by, row.written_by) for row in view.steps)
    parties += [id for two in (*whose, *((one["told_by"], one["written_by"]) for _, one in before)) for id in two if id]
    times = [(time["step"], time["answers"]) for one in view.wellbeing for time in one["times"]]
    times += [*((row.id, row.answers) for row in view.steps), *((id, one["answers"]) for id, one in before)]
    parties += [
        value
        for step, answers in times
        for name, value in answers.items()
        if process.steps[step].fields[name].type == "party"
    ]
    results = {
        f"{id}.{result}": {"title": process.results_of(id).get(result, result)}
        for id, result in (*((row.id, row.result) for row in view.steps), *((id, one["result"]) for id, one in before))
        if result
    }
    return {kind: {id: _label_of(process, kind, id) for id in ids} for kind, ids in named.items()} | {
        "parties": {id: {"title": party_called(process, recorded, id)} for id in parties},
        "results": results,
        "values": {
            f"{id}.{value}": {"title": title}
            for id, value in view.facts.items()
            if (title := process.value_called(id, str(value)))
        },
        "answers": {
            f"{step}.{name}": {**process.asked_of(step).get(name, EMPTY)} for step, answers in times for name in answers
        },
        "registers": {one["register"]: _label_of_register(process, one["register"]) for one in view.entries},
    }


def _label_of_register(process: Process, id: str) -> dict[str, Any]:
    label = process.label("registers", id)
    asked = process.called_in("registers", id, "asked")
    shown = {name: label.get(name) for name in ("one", "screen", "called_by")}
    return {
        **_label_of(process, "registers", id),
        **shown,
        "order": [*process.registers].index(id),
        "states": {**process.called_in("registers", id, "states")},
        "asked": {**asked},
    }


def _label_of(process: Process, kind: str, id: str) -> dict[str, Any]:
    label = process.label(kind, id)
    return {"title": process.title(kind, id), "confidence": label.get("confidence"), "unsure": label.get("unsure")}


def history_row(event: Event, process: Process, recorded: Case, texts: Mapping[str, Any] = EMPTY) -> HistoryRow:
    return HistoryRow(
        event.seq,
        event.type,
        event.v,
        event.occurred_at,
        event.recorded_at,
        event.actor,
        event.organisation,
        event.data,
        event.hash,
        texts,
        _titles_of(event.data, process, recorded, texts) | {BY: party_called(process, recorded, event.organisation)},
        process.zones["origin" if (landed := landed_at(recorded)) and event.occurred_at >= landed else "host"],
    )


def packs_of(process: Process) -> list[dict[str, Any]]:
    """Name the packs of a process, each in its newest version."""
    packs = process.labels.get("packs") or {}
    return [{"id": id, "version": (packs.get(id) or {}).get("version")} for id in process.packs]


def _facts_of(recorded: Case, process: Process, ref: str, letters: Letters, words: Words) -> dict[str, Any]:
    """Give what is recorded of somebody who travels along, and may be read."""
    keys = ((key.partition("@"), one) for key, one in recorded.facts_of.items() if one.value is not None)
    said = {id: one for (id, _, of), one in keys if of == ref and id in process.facts}
    return {
        id: said_in(process, id, one, words)
        for id, one in said.items()
        if process.facts[id].group in letters.of(one.seq).reads
    }


def _with_answers(
    row: StepRow,
    process: Process,
    recorded: Case,
    letters: Letters,
    words: Words,
    said: Mapping[int, Mapping[str, Any]],
) -> StepRow:
    """Give a step with what was answered in it, as it stands and each time before, as told by whom."""
    key = _key_of(row)
    if answers := answers_of(process, recorded, key, letters, words):
        record = recorded.steps[key]
        by, house = _told_by(record.by, letters), _written_by(recorded, record.seq, letters)
        row = replace(row, answers=answers, told_by=by, written_by=house)
    earlier = tuple(
        AnswersShown(
            result=one.value,
            answers=to_json(answers),
            told_by=_told_by(one.by, letters),
            written_by=_written_by(recorded, one.seq, letters),
            at=to_json(recorded.said_at(MoveRecord(one.at, one.seq))),
        )
        for one in earlier_times(recorded, key)
        if (answers := earlier_answers(process, key, one, letters, words, said))
    )
    return replace(row, earlier=earlier) if earlier else row


def _written_by(recorded: Case, seq: int, letters: Letters) -> str:
    """Name the house that wrote something down, to whom may know who else is in the case."""
    house = recorded.hand(seq).house
    return house if letters.knows_party(house) else ""


def _told_by(by: str | None, letters: Letters) -> str:
    """Name whose word an answer is, to whom may know who else is in the case."""
    return by if by is not None and (by == PERSON or letters.knows_party(by)) else ""


def _key_of(row: StepRow) -> str:
    return StepKey(row.id, row.round or "", row.of or "").text()


def _is_listed(row: StepRow, process: Process, letters: Letters, actor: Actor) -> bool:
    """Say whether somebody is told of a step: who is told of its group; and until it is begun, who is to do it."""
    seq = written_at(letters.recorded, row)
    if seq in letters.shut or row.id in letters.recused_from:
        return False
    if seq is None and does_step(process, row.id, actor):
        return True
    return may_see_which(process, "steps", row.id, letters.of(seq).sums)


def written_at(recorded: Case, row: StepRow) -> int | None:
    """Say which entry a row tells of; None where nobody has written anything."""
    record = recorded.steps.get(_key_of(row))
    return record and record.seq


def _as_said(recorded: Case, record: Any, *, leave_out: Collection[str] = ()) -> dict[str, Any]:
    """Give a record with when it happened as it was said; how something was typed is left out."""
    said = record._asdict() | {"at": recorded.said_at(record)}
    if recorded.is_reported(record):
        said |= {"reported": True}  # it was so before this return was taken over, as others say
    return {key: value for key, value in said.items() if key not in leave_out}


def _travel(travel: TravelRecord) -> JourneyShown:
    plain = to_json(travel)
    return JourneyShown(
        status=plain["status"],
        departs_on=plain["departs_on"],
        meeting_person=plain["meeting_person"],
        legs=plain["legs"],
    )


def _arrival(travel: TravelRecord) -> ArrivalShown:
    last = to_json(travel)["legs"][-1]
    return ArrivalShown(
        at=last["arrives_at"],
        place=last["to"],
        zone=last["to_zone"],
        carrier=last["carrier"],
        number=last["number"],
        meeting_person=travel.meeting_person,
    )


KINDS_DUE = {"incident": "incidents", "consent": "consents", "document": "documents", "expects": "expects"}


CONSENT_GONE: Template = "{what}: the consent is gone. Call off what has not begun; of the rest, ask how it goes on"
TELL_THEM: Template = "Tell them that the consent is gone, and no more: {who}"
SIGNED: Mapping[str, Template] = {
    "contact": "Sign: writing was the safe way to reach the person",
    "assign": "Sign: a partner was chosen of whom harm is noted here",
}


def summed_up(process: Process, item: DueItem) -> str:
    """Name what is due of an entry to who does not read what is asked: by what such an entry is called."""
    label = process.label("registers", item.step.partition(":")[2])
    return str(label.get("due_called") or label["one"])


def due_title(process: Process, item: DueItem, recorded: Callable[[], Case]) -> str:
    kind, _, id = item.step.partition(":")
    if kind == "entry" and item.round == GONE:
        return filled(CONSENT_GONE, {"what": process.title("registers", id)})
    if kind == "entry" and item.round == FIRST:
        return str(process.called_in("registers", id, "dues").get(FIRST) or process.title("registers", id))
    if kind == "entry" and item.round.startswith(UNTOLD):
        return filled(TELL_THEM, {"who": party_called(process, recorded(), item.round.removeprefix(UNTOLD))})
    if (asked := due_of(process, item)) is not None:
        return str(
            process.called_in("registers", asked[0].id, "dues").get(item.round) or process.title("registers", id)
        )
    if kind == "tell":
        return filled(TITLES[TELL], {"who": party_called(process, recorded(), id)})
    if kind in TITLES:
        return filled(TITLES[kind], {})
    if kind == "sign" and id in SIGNED:
        return filled(SIGNED[id], {})
    if kind == "sign":
        named = process.title("steps" if id in process.steps else "consents", id)
        return filled("Sign: {what}", {"what": named}) if id else filled("Sign: an entry was made in error", {})
    if item.round == WAITS:
        titles = {"step": process.title("steps", item.step), "other": process.title("steps", item.anchor)}
        return filled("{step}: it waits for '{other}'", titles)
    return process.title(KINDS_DUE[kind], id) if id else process.title("steps", item.step)
