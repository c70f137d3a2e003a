"""A case as one compact row: positional JSON, made and read without looking at the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import orjson

from wayhome.commands.belonging import BIRTH
from wayhome.errors import LedgerBroken
from wayhome.frozen import EMPTY, frozen
from wayhome.model.case import (
    Alone,
    Assignment,
    Case,
    CaseWorker,
    ConsentRecord,
    ContactRecord,
    Correction,
    DocumentRecord,
    FactRecord,
    IncidentRecord,
    LastMove,
    LeftRecord,
    Leg,
    MoveRecord,
    OrganisationRecord,
    PersonRecord,
    StepKey,
    StepRecord,
    ToldRecord,
    TravelRecord,
    Was,
)
from wayhome.model.closed_sets import PERSON
from wayhome.model.event import Day
from wayhome.packs.process import Process
from wayhome.store.parts import CASE, Place, put_back, taken_out

FORMAT = 24
# Where stands, in what is written of a case, what may be sealed apart: the place of each map, and of a value in its rows.
FACTS, STEPS, PEOPLE, EARLIER, DRAFTS, FACTS_OF = 16, 17, 20, 26, 36, 40
VALUES, BORN_ON, AGE_BAND = 6, 7, 8


def seconds(moment: datetime) -> int:
    """Write a moment as whole seconds since 1970."""
    return int(moment.timestamp())


def moment(value: int) -> datetime:
    """Read whole seconds since 1970."""
    return datetime.fromtimestamp(value, UTC)


def _s(value: datetime | None) -> int | None:
    return None if value is None else int(value.timestamp())


def _m(value: int | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value, UTC)


def _d(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _trim(row: list[Any]) -> list[Any]:
    """Leave out what is empty at the end of a row; reading puts the defaults back."""
    while not (last := row[-1]) and type(last) not in (bool, int):
        row.pop()
    return row


def write(case: Case, places: Iterable[tuple[Place, str]] = ()) -> dict[str, bytes]:
    """Write a case as bytes, by retention class; the same case always gives the same bytes.

    Args:
        places: what of it belongs to another class than `case` (`places`).
    """
    rows = _rows(case)
    parts = taken_out(rows, places)
    return {CASE: orjson.dumps(rows), **{retention: orjson.dumps(parts[retention]) for retention in sorted(parts)}}


def places(process: Process, case: Case) -> Iterator[tuple[Place, str]]:
    """Name what of a case is sealed apart: where it stands in what is written of it, and its retention class."""
    for id in case.facts:
        yield from _of_fact(process, id, FACTS, id, 0)
    for key in case.facts_of:
        yield from _of_fact(process, key.partition("@")[0], FACTS_OF, key, 0)
    for id, before in (case.earlier.get("facts") or {}).items():
        for number in range(len(before)):
            yield from _of_fact(process, id, EARLIER, "facts", id, number, 0)
    for where, steps in ((STEPS, case.steps), (DRAFTS, case.drafts)):
        for key, record in steps.items():
            yield from _of_step(process, key, record, where)
    for ref, person in case.people.items():
        for number, value in ((BORN_ON, person.born_on), (AGE_BAND, person.age_band)):
            if value is not None:
                yield (PEOPLE, ref, number), process.groups[BIRTH]


def _of_fact(process: Process, id: str, *place: str | int) -> Iterator[tuple[Place, str]]:
    fact = process.facts.get(id)
    if fact is not None and (retention := process.groups[fact.group]) != CASE:
        yield place, retention


def _of_step(process: Process, key: str, record: StepRecord, where: int) -> Iterator[tuple[Place, str]]:
    step = process.steps.get(StepKey.read(key).step) if record.values else None
    for name in record.values if step is not None else ():
        spec = step.fields.get(name) if step is not None else None
        if spec is not None and (retention := process.groups[spec.group]) != CASE:
            yield (where, key, VALUES, name), retention


def _rows(case: Case) -> list[Any]:
    c = case
    travel = c.travel
    return [
            FORMAT, c.number, c.host_country, c.origin_country, c.organisation, _s(c.opened_at), c.digest, c.version, c.phase,
            c.closed_as, _s(c.closed_at), c.linked_to, c.relation, _s(c.last_move_at), _s(c.touched_at),
            _moves(c.moves),
            {k: [v.value, _s(v.at), v.seq] for k, v in c.facts.items()},
            _steps(c.steps),
            {k: _trim([v.state, _s(v.at), v.seq, v.groups, v.language, v.version, v.form, None if v.given_by == PERSON else v.given_by,
                       v.assent, _d(v.expires_on), v.interpreter, v.witness, _alone(v.alone), v.explained]) for k, v in c.consents.items()},
            {k: _trim([v.kind, v.status, _s(v.at), v.seq, v.issuer, _d(v.issued_on), _d(v.expires_on), v.checked, v.of])
             for k, v in c.documents.items()},
            {k: _trim([v.ref, v.relation, _s(v.at), v.seq, v.travels, v.suspected, v.made_by, _d(v.born_on), v.age_band, v.own_case, v.gone]) for k, v in c.people.items()},
            {k: _trim([v.role, _s(v.at), v.seq, v.partner, v.organisation, v.ref]) for k, v in c.roles.items()},
            None if travel is None else _journey(travel),
            *([[v.with_, v.channel, v.reached, _s(v.at), v.seq, v.basis, _s(v.entered_at)] for v in all_]
              for all_ in (c.contacts, c.contacts_before)),
            [_happened(one) for one in c.incidents],
            {kind: {key: [[v.value, _s(v.at), v.seq] for v in olds] for key, olds in before.items()} for kind, before in c.earlier.items()},
            c.actors,
            _left(c.left),
            {party: [v.groups, _s(v.at), v.seq] for party, v in c.told.items()},
            [[entry, _s(v.at), v.seq, v.actor] for entry, v in c.corrections.items()], c.taken_back,
            _s(c.written_at), None if c.last_move is None else _last_move(c.last_move),
            {id: [v.country, v.does, _s(v.at), v.seq, v.made_by, v.title] for id, v in c.organisations.items()},
            [[seq, _d(v.day), _s(v.begins), _s(v.ends)] for seq, v in c.days.items()],
            _steps(c.drafts), _s(c.adopted_at), c.reported_seq,
            {party: _worker(v) for party, v in c.case_workers.items()},
            {key: [v.value, _s(v.at), v.seq] for key, v in c.facts_of.items()},
            c.label, c.reference,
    ]  # fmt: skip


def _moves(made: Mapping[str, MoveRecord]) -> dict[str, list[Any]]:
    return {event: [_s(one.at), one.seq, _s(one.begun)] for event, one in made.items()}


def _moves_of(rows: dict[str, list[Any]]) -> dict[str, MoveRecord]:
    return {event: MoveRecord(moment(at), seq, _m(begun)) for event, (at, seq, begun) in rows.items()}


def _steps(steps: Mapping[str, StepRecord]) -> dict[str, list[Any]]:
    return {
        k: _trim([v.state, _s(v.at), v.seq, v.result, _s(v.started_at), v.signed, {**v.values}, _s(v.looked_at), v.looked_seq, v.confirmed,
                  _s(v.confirming_at), v.confirming_seq, _alone(v.alone), v.rewritten or None]) for k, v in steps.items()
    }  # fmt: skip


def _happened(v: IncidentRecord) -> list[Any]:
    before = None if v.before is None else _happened(v.before)
    return _trim([v.number, v.type, v.effect, v.phase, _s(v.at), _d(v.review_on), _s(v.resolved_at), v.outcome, v.resume_step, v.effects,
                  _s(v.again_at), v.again_seq, _s(v.entered_at), v.resolved_seq, _s(v.ends_at), before, v.of, _s(v.told_at)])  # fmt: skip


def _worker(one: CaseWorker) -> list[Any]:
    return [one.id, _s(one.at), one.seq, one.before and _worker(one.before)]


def _worker_of(v: list[Any]) -> CaseWorker:
    return CaseWorker(v[0], moment(v[1]), v[2], v[3] and _worker_of(v[3]))


def _left(left: LeftRecord | None) -> list[Any] | None:
    return None if left is None else [left.how, _s(left.at), left.seq, left.actor]


def _left_of(row: list[Any] | None) -> LeftRecord | None:
    return None if row is None else LeftRecord(row[0], moment(row[1]), row[2], row[3])


def _last_move(last: LastMove) -> list[Any]:
    moves = _moves(last.moves)
    journey = None if last.travel is None else _journey(last.travel)
    return [
        last.event,
        last.seq,
        _s(last.written_at),
        last.phase,
        moves,
        _s(last.last_move_at),
        _left(last.left),
        journey,
    ]


def _last_move_of(row: list[Any]) -> LastMove:
    event, seq, written_at, phase, moves, last_move_at, left, journey = row
    before, left_by, way = _moves_of(moves), _left_of(left), _travel(journey)
    return LastMove(event, seq, moment(written_at), phase, before, _m(last_move_at), left_by, way)


def _alone(alone: Alone | None) -> list[Any] | None:
    return None if alone is None else [_s(alone.happened_at), _s(alone.at), alone.actor, alone.heard]


def _alone_of(row: list[Any] | None) -> Alone | None:
    return None if row is None else Alone(moment(row[0]), moment(row[1]), row[2], row[3])


def _padded(row: list[Any], length: int) -> list[Any]:
    return row + [None] * (length - len(row))


def _step(row: list[Any]) -> StepRecord:
    state, at, seq, result, started, signed, values, looked_at, looked_seq, confirmed, *more = _padded(row, 14)
    return StepRecord(state, moment(at), seq, result, _m(started), tuple(map(tuple, signed or ())), frozen(values) if values else EMPTY,
                      _m(looked_at), looked_seq, tuple(map(tuple, confirmed or ())), _m(more[0]), more[1], _alone_of(more[2]), bool(more[3]))  # fmt: skip


def _consent(key: str, row: list[Any]) -> ConsentRecord:
    purpose, _, rest = key.partition(">")
    recipient, _, of = rest.partition("@")
    r = _padded(row, 14)
    return ConsentRecord(r[0], purpose, recipient, moment(r[1]), r[2], tuple(r[3] or ()), r[4], r[5], r[6], r[7] or PERSON, r[8],
                         _day(r[9]), of, r[10], r[11], _alone_of(r[12]), tuple(r[13] or ()))  # fmt: skip


def _document(row: list[Any]) -> DocumentRecord:
    r = _padded(row, 9)
    return DocumentRecord(r[0], r[1], moment(r[2]), r[3], r[4], _day(r[5]), _day(r[6]), r[7], r[8] or "")


def _person(row: list[Any]) -> PersonRecord:
    r = _padded(row, 11)
    return PersonRecord(
        r[0], r[1], moment(r[2]), r[3], bool(r[4]), r[5], r[6] or "", _day(r[7]), r[8], r[9], bool(r[10])
    )


def _role(row: list[Any]) -> Assignment:
    r = _padded(row, 6)
    return Assignment(r[0], moment(r[1]), r[2], r[3], r[4], r[5])


def _contact(v: list[Any]) -> ContactRecord:
    return ContactRecord(v[0], v[1], v[2], moment(v[3]), v[4], v[5], *map(_m, v[6:]))


def _incident(row: list[Any]) -> IncidentRecord:
    r = _padded(row, 18)
    before = None if r[15] is None else _incident(r[15])
    return IncidentRecord(r[0], r[1], r[2], r[3], moment(r[4]), _day(r[5]), _m(r[6]), r[7], r[8],
                          frozen(r[9]) if r[9] else EMPTY, _m(r[10]), r[11], _m(r[12]), r[13], _m(r[14]), before, r[16] or "", _m(r[17]))  # fmt: skip


def _leg(leg: Leg) -> list[Any]:
    return [leg.from_, leg.to, _s(leg.departs_at), _s(leg.arrives_at), *leg[4:]]


def _journey(travel: TravelRecord) -> list[Any]:
    legs = (list(map(_leg, legs)) for legs in (travel.legs, travel.on_time))
    return [travel.status, _s(travel.at), travel.seq, _d(travel.departs_on), travel.meeting_person, *legs]


def _travel(row: list[Any] | None) -> TravelRecord | None:
    if row is None:
        return None
    legs, on_time = (
        tuple(Leg(leg[0], leg[1], moment(leg[2]), moment(leg[3]), *leg[4:]) for leg in part) for part in row[5:]
    )
    return TravelRecord(row[0], moment(row[1]), row[2], _day(row[3]), legs, row[4], on_time)


def read(written: Mapping[str, bytes]) -> Case:
    """Read a case from what was written of it.

    Raises:
        LedgerBroken: it cannot be read; `rebuild` makes it again.
    """
    try:
        r = orjson.loads(written[CASE])
        if r[0] != FORMAT:
            raise ValueError(r[0])
        for retention, part in written.items():
            if retention != CASE:
                put_back(r, orjson.loads(part))
        return Case(
            number=r[1], host_country=r[2], origin_country=r[3], organisation=r[4], opened_at=moment(r[5]), digest=r[6], version=r[7],
            phase=r[8], closed_as=r[9], closed_at=_m(r[10]), linked_to=r[11], relation=r[12], last_move_at=_m(r[13]),
            touched_at=_m(r[14]), moves=_moves_of(r[15]),
            facts={k: FactRecord(frozen(v[0]), moment(v[1]), v[2]) for k, v in r[16].items()},
            steps={k: _step(v) for k, v in r[17].items()},
            consents={k: _consent(k, v) for k, v in r[18].items()},
            documents={k: _document(v) for k, v in r[19].items()},
            people={k: _person(v) for k, v in r[20].items()},
            roles={k: _role(v) for k, v in r[21].items()},
            travel=_travel(r[22]),
            contacts=tuple(map(_contact, r[23])), contacts_before=tuple(map(_contact, r[24])),
            incidents=tuple(_incident(v) for v in r[25]),
            earlier={kind: {k: tuple(Was(frozen(v[0]), moment(v[1]), v[2]) for v in olds) for k, olds in before.items()}
                     for kind, before in r[26].items()},
            actors=tuple(r[27]),
            left=_left_of(r[28]),
            told={party: ToldRecord(tuple(v[0]), moment(v[1]), v[2]) for party, v in r[29].items()},
            corrections={entry: Correction(moment(at), seq, actor) for entry, at, seq, actor in r[30]},
            taken_back=tuple(r[31]),
            written_at=_m(r[32]), last_move=None if r[33] is None else _last_move_of(r[33]),
            organisations={id: OrganisationRecord(id, v[0], tuple(v[1]), moment(v[2]), v[3], v[4], v[5]) for id, v in r[34].items()},
            days={seq: Day(date.fromisoformat(on), moment(begins), moment(ends)) for seq, on, begins, ends in r[35]},
            drafts={k: _step(v) for k, v in r[36].items()}, adopted_at=_m(r[37]), reported_seq=r[38],
            facts_of={k: FactRecord(frozen(v[0]), moment(v[1]), v[2]) for k, v in r[40].items()},
            case_workers={party: _worker_of(v) for party, v in r[39].items()},
            label=r[41], reference=r[42],
        )  # fmt: skip
    except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise LedgerBroken("A case's row cannot be read.", why="It is damaged, or another version wrote it.",
                           todo="Have the ledger verified, then its rows rebuilt.", code="row_unreadable") from error  # fmt: skip
