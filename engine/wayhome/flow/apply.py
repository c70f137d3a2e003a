"""One event on a case gives the next case. Knows neither process nor clock; replaying a ledger uses nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from wayhome.errors import LedgerBroken
from wayhome.model.case import (
    Assignment,
    Case,
    ConsentRecord,
    ContactRecord,
    DocumentRecord,
    FactRecord,
    IncidentRecord,
    Leg,
    PersonRecord,
    StepKey,
    StepRecord,
    TravelRecord,
    consent_key,
)
from wayhome.model.event import Event
from wayhome.model.moves import MOVE_OF_EVENT, MOVES

Change = dict[str, Any]


def apply(case: Case | None, event: Event) -> Case:
    """Give the case after an event; the first event opens it.

    Raises:
        LedgerBroken: the event is of a type that this version does not know, or the first is not `opened`.
    """
    if case is None:
        if event.type != "opened":
            raise LedgerBroken("A history does not begin with 'opened'.", todo="Run `wayhome verify`.")
        return _opened(event)
    change = _CHANGES.get(event.type)
    if change is None:
        raise LedgerBroken(
            f"Event {event.seq} is of a type that this version does not know: '{event.type}'.",
            why="A newer Wayhome wrote it.",
            todo="Use that version.",
        )
    return replace(case, version=event.seq, touched_at=event.occurred_at, **change(case, event))


def fold(events: Iterable[Event], case: Case | None = None) -> Case | None:
    """Apply events one after the other; None when there are none and no case."""
    for event in events:
        case = apply(case, event)
    return case


def _moment(value: Any) -> datetime | None:
    return None if value is None else value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _day(value: Any) -> date | None:
    return None if value is None else value if isinstance(value, date) else date.fromisoformat(value)


def _opened(event: Event) -> Case:
    data = event.data
    facts = {k: FactRecord(v, event.occurred_at, event.seq) for k, v in (data.get("facts") or {}).items()}
    return Case(
        number=data["number"],
        host_country=data["host_country"],
        origin_country=data["origin_country"],
        organisation=data["organisation"],
        opened_at=event.occurred_at,
        touched_at=event.occurred_at,
        digest=event.digest,
        version=event.seq,
        facts=facts,
        linked_to=data.get("linked_to"),
        relation=data.get("relation"),
    )


def _facts(case: Case, event: Event) -> Change:
    new = {k: FactRecord(v, event.occurred_at, event.seq) for k, v in event.data["facts"].items()}
    return {"facts": {**case.facts, **new}}


def _key(event: Event) -> str:
    data = event.data
    return StepKey(data["step"], data.get("round") or "", data.get("of") or "").text()


def _step(state: str) -> Callable[[Case, Event], Change]:
    def change(case: Case, event: Event) -> Change:
        data, key = event.data, _key(event)
        old = case.steps.get(key)
        fresh = old is None or old.state == "open"
        started = None if fresh or old is None else old.started_at
        if state == "in_progress" and event.type == "step_started":
            started = event.occurred_at
        signed_first = bool(data.get("signed")) and not fresh and old is not None and bool(old.signed)
        record = StepRecord(
            state,
            old.at
            if signed_first and old is not None
            else event.occurred_at,  # evidence is as old as its first signature
            event.seq,
            data.get("result"),
            started,
            tuple((s[0], s[1], s[2]) for s in data.get("signed") or ()),
            data.get("values") or {},
        )
        return {"steps": {**case.steps, key: record}}

    return change


def _steps_reset(case: Case, event: Event) -> Change:
    steps = dict(case.steps)
    for key in event.data["steps"]:
        if key in steps:
            steps[key] = StepRecord("open", event.occurred_at, event.seq)
    return {"steps": steps}


def _consent(state: str) -> Callable[[Case, Event], Change]:
    def change(case: Case, event: Event) -> Change:
        data = event.data
        of = data.get("of") or ""
        record = ConsentRecord(
            state,
            data["purpose"],
            data.get("recipient") or "",
            event.occurred_at,
            event.seq,
            tuple(data.get("groups") or ()),
            data.get("language"),
            data.get("version"),
            data.get("form"),
            data.get("given_by") or "person",
            data.get("assent"),
            _day(data.get("expires_on")),
            of,
        )
        return {"consents": {**case.consents, consent_key(record.purpose, record.recipient, of): record}}

    return change


def _consents_end(state: str) -> Callable[[Case, Event], Change]:
    def change(case: Case, event: Event) -> Change:
        consents = dict(case.consents)
        for key in event.data["consents"]:
            if key in consents:
                consents[key] = consents[key]._replace(state=state, at=event.occurred_at, seq=event.seq)
        return {"consents": consents}

    return change


def _document(case: Case, event: Event) -> Change:
    data = event.data
    of = data.get("of") or ""
    record = DocumentRecord(
        data["kind"],
        data["status"],
        event.occurred_at,
        event.seq,
        data.get("issuer"),
        _day(data.get("issued_on")),
        _day(data.get("expires_on")),
        data.get("checked"),
        of,
    )
    return {"documents": {**case.documents, f"{record.kind}@{of}" if of else record.kind: record}}


def leg_of(raw: Mapping[str, Any]) -> Leg:
    """Read one leg as an event carries it."""
    departs, arrives = _moment(raw["departs_at"]), _moment(raw["arrives_at"])
    assert departs is not None
    assert arrives is not None
    return Leg(
        raw["from"], raw["to"], departs, arrives, raw.get("mode") or "air", raw.get("carrier"), raw.get("airside")
    )


def _travel(status: str) -> Callable[[Case, Event], Change]:
    def change(case: Case, event: Event) -> Change:
        data = event.data
        legs = tuple(leg_of(leg) for leg in data.get("legs") or ())
        record = TravelRecord(
            status, event.occurred_at, event.seq, _day(data.get("departs_on")), legs, data.get("meeting_person")
        )
        return {"travel": record}

    return change


def _person(case: Case, event: Event) -> Change:
    data = event.data
    record = PersonRecord(
        data["ref"],
        data["relation"],
        event.occurred_at,
        event.seq,
        bool(data.get("travels")),
        _day(data.get("vetted_on")),
        data.get("suspected"),
    )
    return {"people": {**case.people, record.ref: record}}


def _assigned(case: Case, event: Event) -> Change:
    data = event.data
    record = Assignment(
        data["role"], event.occurred_at, event.seq, data.get("partner"), data.get("organisation"), data.get("ref")
    )
    return {"roles": {**case.roles, record.role: record}}


def _contact(case: Case, event: Event) -> Change:
    data = event.data
    record = ContactRecord(
        data["with"], data["channel"], bool(data["reached"]), event.occurred_at, event.seq, data.get("basis")
    )
    if record.with_ != "person":
        return {}
    if record.reached:  # earlier attempts no longer count
        return {"contacts": (record,)}
    kept = tuple(c for c in case.contacts if not c.reached)
    return {"contacts": (*kept, record)}


def _incident(case: Case, event: Event) -> Change:
    data = event.data
    record = IncidentRecord(
        event.seq,
        data["type"],
        data["effect"],
        case.phase,
        event.occurred_at,
        _day(data.get("review_on")),
        effects=data.get("effects") or {},
    )
    return {"incidents": (*case.incidents, record)}


def _resolved(case: Case, event: Event) -> Change:
    data = event.data
    return {
        "incidents": tuple(
            i._replace(resolved_at=event.occurred_at, outcome=data.get("outcome"), resume_step=data.get("resume_step"))
            if i.number == data["incident"]
            else i
            for i in case.incidents
        )
    }


def _moved(case: Case, event: Event) -> Change:
    row = MOVES[MOVE_OF_EVENT[event.type]]
    moves = {**case.moves, event.type: event.occurred_at}
    if event.type == "turned_back":
        for undone in ("departed", "arrived", "settled"):
            moves.pop(undone, None)
    change: Change = {"moves": moves, "last_move_at": event.occurred_at, "phase": row.to or case.phase}
    if event.type == "closed":
        change |= {"closed_as": event.data["reason"], "closed_at": event.occurred_at}
    if event.type == "reopened":
        moves.pop("closed", None)
        change |= {"closed_as": None, "closed_at": None}
    return change


def _nothing(case: Case, event: Event) -> Change:
    return {}


_CHANGES: Mapping[str, Callable[[Case, Event], Change]] = {
    "facts_recorded": _facts,
    "step_started": _step("in_progress"),
    "step_signed": _step("in_progress"),
    "step_completed": _step("done"),
    "step_failed": _step("failed"),
    "step_skipped": _step("skipped"),
    "step_redone": _step("open"),
    "steps_reset": _steps_reset,
    "clearance_voided": _steps_reset,
    "consent_given": _consent("given"),
    "consent_refused": _consent("refused"),
    "consent_withdrawn": _consents_end("withdrawn"),
    "consent_voided": _consents_end("void"),
    "document_recorded": _document,
    "travel_targeted": _travel("target"),
    "travel_booked": _travel("booked"),
    "travel_cancelled": _travel("cancelled"),
    "person_involved": _person,
    "role_assigned": _assigned,
    "contact_made": _contact,
    "contact_attempted": _contact,
    "incident_opened": _incident,
    "incident_resolved": _resolved,
    "note_added": _nothing,
    "rebased": lambda case, event: {"digest": event.digest},
    **{row.event: _moved for row in MOVES.values()},
}
EVENT_TYPES = ("opened", *_CHANGES)
