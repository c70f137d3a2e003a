"""Commands that make sense or none: any word, about anything that a process knows, as dice would have it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from wayhome import Actor, Engine
from wayhome.case_now.access import holders_of
from wayhome.case_views import history_row
from wayhome.commands.life_cycles import DOCUMENT
from wayhome.model.closed_sets import EXPLAINED
from wayhome.model.moves import MOVES
from wayhome.packs.process import Process
from wayhome.results import HistoryRow

from tests.conftest import EVERYBODY
from tests.whole_answers import risks

ROLES = (*EVERYBODY, "escort", "service_provider")
ANNA, BEN = Actor("anna", "invented_house", ROLES), Actor("ben", "invented_house", ROLES)
Command = dict[str, Any]
RELATIONS = ("child", "escort", "guardian", "caregiver", "relative", "interpreter")


class Place(NamedTuple):
    """Where a command falls: the process of a case, the moment, and which incidents of the case are open."""

    process: Process
    now: datetime
    open_incidents: Callable[[], list[str]]


def anything(engine: Engine, case: str, dice: random.Random) -> Command:
    """Make a command on a case as a story has it: what is not said is left out."""
    at = Place(engine.process_of(case, as_=at_work(engine, case)), engine.now(), partial(_open_incidents, engine, case))
    return {name: value for name, value in dice.choice(TRICKS)(at, dice).items() if value is not None}


def _open_incidents(engine: Engine, case: str) -> list[str]:
    return [
        one["type"]
        for one in engine.case(case, as_=at_work(engine, case), parts=("incidents",)).incidents
        if one["resolved_at"] is None
    ]


def _step(at: Place, dice: random.Random) -> Command:
    kind = dice.choice(("start", "complete", "complete", "fail", "skip", "redo"))
    step = at.process.steps[dice.choice(sorted(at.process.steps))]
    fields: dict[str, Any] = {}
    if kind == "complete":
        fields = {
            n: f.example for n, f in step.fields.items() if f.required and isinstance(f.example, str | bool | int)
        }
        if step.is_computed:
            level, number = dice.choice((("low", "1"), ("medium", "2"), ("high", "3")))
            row = {"about": "person", "factor": "housing", "likelihood": number, "severity": number, "residual": level}
            unknown = {"local_conflict": "unknown"} if dice.random() < 0.1 else {}
            fields |= risks(row, **unknown)
    return {
        "do": kind,
        "step": step.id,
        "result": dice.choice(sorted(step.results))
        if step.results and kind == "complete" and not step.is_computed
        else None,
        "reason": "an invented reason" if kind in ("skip", "fail") else None,
        "round": dice.choice([r.id for r in step.rounds]) if step.rounds else None,
        "fields": fields,
    }


def _move(at: Place, dice: random.Random) -> Command:
    to = dice.choice(sorted(MOVES))
    return {
        "do": "move",
        "to": to,
        "reason": dice.choice(sorted(at.process.outcomes)) if to == "close" else None,
        "how": dice.choice(("alone", "removed", "unknown")) if to == "left" else None,
    }


def _consent(at: Place, dice: random.Random) -> Command:
    purpose = at.process.consents[dice.choice(sorted(at.process.consents))]
    named = dice.choice([*purpose.recipients, *sorted(at.process.partners)]) if purpose.recipients else None
    return {
        "do": "consent",
        "purpose": purpose.id,
        "answer": dice.choice(("given", "given", "refused")),
        "recipient": named,
        "form": "written",
        "language": dice.choice(("en", "pt")),
        "groups": list(purpose.groups[:2]),
        "explained": dice.choice((EXPLAINED, EXPLAINED, EXPLAINED, EXPLAINED[:1], EXPLAINED[1:])),
        "version": dice.choice(("invented_1", "invented_1", None)),
        "given_by": dice.choice((None, None, "guardian", "guardian-1", "guardian-2")),
        "assent": dice.choice((None, True)),
    }


def _withdraw(at: Place, dice: random.Random) -> Command:
    return {"do": "withdraw", "purpose": dice.choice(sorted(at.process.consents))}


def _document(at: Place, dice: random.Random) -> Command:
    today = at.now.date()
    return {
        "do": "document",
        "kind": dice.choice(sorted(at.process.documents)),
        "status": dice.choice(DOCUMENT.states[1:]),
        "issued_on": today.isoformat(),
        "expires_on": (today + timedelta(days=dice.choice((5, 40, 400)))).isoformat(),
    }


def _travel(at: Place, dice: random.Random) -> Command:
    leaves = at.now + timedelta(days=dice.choice((1, 5, 30)))
    legs = [
        {
            "from": "BRU",
            "to": dice.choice(("LOS", "GRU", "FNA", "TIP")),
            "departs_at": leaves.isoformat(),
            "arrives_at": (leaves + timedelta(hours=9)).isoformat(),
        }
    ]
    status = dice.choice(("target", "booked", "cancelled"))
    return {
        "do": "travel",
        "status": status,
        "departs_on": leaves.date().isoformat(),
        "legs": legs if status == "booked" else None,
    }


def _involve(at: Place, dice: random.Random) -> Command:
    relation = dice.choice(RELATIONS)
    return {
        "do": "involve",
        "ref": dice.choice((None, f"{relation}-1")),
        "relation": relation,
        "suspected": dice.random() < 0.2,
        "travels": relation == "child",
    }


def _vet(at: Place, dice: random.Random) -> Command:
    for_ = at.process.steps["party_vetting"].fields["for"].values
    return {
        "do": "complete",
        "step": "party_vetting",
        "of": f"{dice.choice(RELATIONS)}-{dice.choice((1, 1, 2))}",
        "result": dice.choice(("trusted", "trusted", "not_trusted")),
        "for": dice.sample(for_, 2),
        "how": ["papers_seen"],
        "seen_where": "invented words",
    }


def _assign(at: Place, dice: random.Random) -> Command:
    role = dice.choice(("escort", "guardian", "caregiver", "receiving_organisation", "case_owner", "interpreter"))
    which: tuple[str, str] = dice.choice(
        (
            ("ref", f"{role}-{dice.choice((1, 1, 2))}"),
            ("partner", dice.choice(sorted(at.process.partners))),
            ("organisation", "invented_house"),
        )
    )
    named = {"case_worker": "invented_worker"} if role == "case_owner" and which[0] != "ref" else {}
    return {"do": "assign", "role": role, which[0]: which[1], **named}


def _contact(at: Place, dice: random.Random) -> Command:
    basis = dice.choice((None, None, "legal_duty", "vital_interest"))
    return {
        "do": "contact",
        "with": dice.choice(("person", *sorted(at.process.recipients), *sorted(at.process.partners), "relative-1")),
        "channel": dice.choice(("phone", "message", "visit", "letter")),
        "reached": dice.random() < 0.5,
        "groups": dice.choice((["identity"], ["health"], None)),
        "basis": basis,
        "why": "an invented reason" if basis and dice.random() < 0.7 else None,
    }


def _incident(at: Place, dice: random.Random) -> Command:
    type = dice.choice(sorted(at.process.incidents))
    of = {"of": f"child-{dice.choice((1, 1, 2))}"} if at.process.incidents[type].each else {}
    return {"do": "incident", "type": type, **of}


def _resolve(at: Place, dice: random.Random) -> Command:
    return _ending(at, dice.choice(sorted(at.process.incidents)), dice)


def _ending(at: Place, incident: str, dice: random.Random) -> Command:
    outcomes = sorted(at.process.incidents[incident].outcomes) or ["over"]
    of = {"of": f"child-{dice.choice((1, 1, 2))}"} if at.process.incidents[incident].each else {}
    return {"do": "resolve", "incident": incident, **of, "outcome": dice.choice(outcomes), "reason": "invented words"}


def _resolve_open(at: Place, dice: random.Random) -> Command:
    open_ = at.open_incidents()
    return _ending(at, dice.choice(open_), dice) if open_ else _incident(at, dice)


def _record(at: Place, dice: random.Random) -> Command:
    facts = [f for f in at.process.facts.values() if f.derived is None and f.type in ("bool", "code", "date", "codes")]
    fact = dice.choice(sorted(facts, key=lambda f: str(f.id)))
    value: Any = dice.choice((True, False))
    if fact.type == "code":
        value = dice.choice(fact.values)
    elif fact.type == "codes":
        value = ["en"]
    elif fact.type == "date":
        value = "2008-01-01"
    return {"do": "record", "facts": {fact.id: value}}


def _note(at: Place, dice: random.Random) -> Command:
    return {"do": "note", "group": dice.choice(sorted(at.process.groups)), "text": "an invented note"}


TRICKS = (
    _step, _step, _step, _step, _move, _move, _consent, _consent, _withdraw, _document, _document, _travel, _involve, _vet, _assign,
    _contact, _contact, _incident, _resolve, _resolve_open, _resolve_open, _resolve_open, _record, _record, _note,
)  # fmt: skip


def at_work(engine: Engine, case: str, who: Actor = ANNA) -> Actor:
    """Give somebody as one of the house that leads a case now: who walks by chance asks about rules, not about who may know."""
    return Actor(who.id, holders_of(engine._recorded(case)[1]).leads, who.roles)


def whole_history(engine: Engine, case: str) -> list[HistoryRow]:
    """Give all that was written in a case, for an oracle: whoever may read what."""
    process, recorded = engine._recorded(case)
    with engine._store.database.reading() as connection:
        return [history_row(event, process, recorded) for event in engine._store.events(connection, recorded.number)]
