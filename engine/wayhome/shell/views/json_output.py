"""The JSON documents: exactly the keys that the design names, whatever the engine gives beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from wayhome.case_views import packs_of
from wayhome.commands import AnyCommand
from wayhome.flow.rows import NextRow
from wayhome.model.actor import Account
from wayhome.model.event import HistoryRow
from wayhome.model.moves import MOVES, PHASES
from wayhome.model.page import Page
from wayhome.model.reason import Decision, Refused
from wayhome.packs.process import Process
from wayhome.results import CaseRowView, CaseView, Done, DueRow, to_json
from wayhome.today import SECTIONS, Today

if TYPE_CHECKING:
    from wayhome.checkup import Check, Checkup
    from wayhome.packs.plugins import Plugin
    from wayhome.store.backup import Backup
    from wayhome.store.checking import Verification

CASE = (
    "number", "label", "reference", "phase", "status", "host_country", "origin_country", "opened_at", "version", "process", "facts", "steps",
    "consents", "documents", "incidents", "people", "travel", "owner", "case_workers", "no_account", "left", "corrections", "adopted_on",
    "read_recorded",
)  # fmt: skip
STEP = (
    "id", "title", "phase", "round", "kind", "gate", "who", "state", "result", "signed", "due_at", "expires_at", "waits_for", "reported",
)  # fmt: skip
EVENT = ("seq", "type", "v", "occurred_at", "recorded_at", "actor", "organisation", "data", "hash")
DUE = ("case", "label", "step", "round", "of", "from", "due_at", "overdue", "renews", "who", "because")
REASON = ("rule", "subject", "met", "fact", "todo", "remedy", "source")
CHECK = ("id", "about", "state", "code", "what", "why", "todo", "figures")
NEXT = ("do", "who", "from", "until", "because")


def _only(keys: Iterable[str], given: Any) -> dict[str, Any]:
    plain = to_json(given)
    return {key: plain[key] for key in keys}


def case(view: CaseView) -> dict[str, Any]:
    plain = _only(CASE, view)
    plain["steps"] = [_only(STEP, row) for row in plain["steps"]]
    return plain


def page(
    items: list[dict[str, Any]],
    after: str | None = None,
    damaged: Sequence[int | str] = (),
    *,
    read_recorded: bool = True,
) -> dict[str, Any]:
    """Rows of a list, as the library gives a page; what is listed whole goes on nowhere."""
    return to_json(Page(items, after, tuple(damaged), read_recorded))  # type: ignore[no-any-return]


def history(rows: Iterable[HistoryRow]) -> list[dict[str, Any]]:
    return [_only(EVENT, row) for row in rows]


def done(what: Done) -> dict[str, Any]:
    return {"case": what.case, "version": what.version, "events": history(what.events)}


def due(rows: Iterable[DueRow], damaged: Sequence[int | str] = ()) -> dict[str, Any]:
    return page([_only(DUE, row) for row in rows], damaged=damaged)


def today(found: Today) -> dict[str, Any]:
    """Today's work, by sections; whatever is no journey as `due` gives it, and who answers for the person."""
    rows: dict[str, Any] = {
        name: [_only((*DUE, "worker", "ask", "seen"), row) for row in getattr(found, name)] for name in SECTIONS
    }
    return {"now": to_json(found.now), "journeys": to_json(found.journeys), **rows, "damaged": [*found.damaged]}


def next_(rows: Iterable[NextRow]) -> list[dict[str, Any]]:
    return [_only(NEXT, row) for row in rows]


def cases(rows: Page[CaseRowView]) -> dict[str, Any]:
    return page([to_json(row) for row in rows], rows.after, rows.damaged, read_recorded=rows.read_recorded)


def why(number: str, asked: str | AnyCommand, decision: Decision) -> dict[str, Any]:
    """Every reason; `move` is null when another command was asked about."""
    move = asked if isinstance(asked, str) else getattr(asked, "to", None)
    reasons = [_only(REASON, one) for one in decision.reasons]
    return {
        "case": number,
        "move": move,
        "allowed": decision.allowed,
        "from": to_json(decision.from_),
        "reasons": reasons,
    }


def refused(error: Refused) -> dict[str, Any]:
    unmet = [_only(REASON, one) for one in error.decision.unmet]
    return {"refused": {"case": error.case, "command": error.command, "move": error.move, "reasons": unmet}}


def account(one: Account) -> dict[str, Any]:
    plain: dict[str, Any] = to_json(one)
    return {**plain["actor"], **{name: plain[name] for name in ("ended_at", "changes", "away")}}


def plugin(one: Plugin, check: Check | None = None) -> dict[str, Any]:
    """One installed plugin, and why it is refused; or what is said of open cases that are not pinned to its checks."""
    about = one.pack.about if one.pack else None
    reason = check.what if check else None
    if one.problem is not None:
        reason = f"{one.problem.what} {one.problem.why.strip()}"
    return {
        "id": about.id if about else one.name,
        "version": about.version if about else None,
        "state": "changed" if check and check.state == "bad" else one.state,
        "reason": reason,
    }


def checkup(report: Checkup) -> dict[str, Any]:
    """How all stands, the worst state first; of each check what programs need, and its sentences."""
    return {
        "state": report.state,
        "at": to_json(report.at),
        "version": report.version,
        "checks": [_only(CHECK, one) for one in report.checks],
    }


def verification(one: Verification) -> dict[str, Any]:
    """What a check found; what a witness knew beyond it is told of what was put back."""
    return {name: value for name, value in to_json(one).items() if not name.startswith("known_")}


def of_whole(one: Backup | Verification) -> dict[str, Any]:
    """What a backup, or a database that was put back, holds, what does not hold together in it, and what the witness knew beyond it."""
    known = {name: to_json(getattr(one, name)) for name in ("known_beyond", "known_until") if hasattr(one, name)}
    return {"ok": one.ok, "cases": one.cases, "events": one.events, "problems": to_json(one.problems), **known}


def process(one: Process) -> dict[str, Any]:
    """A process whole: what decides, and what is shown beside it."""
    canonical = orjson.loads(one.canonical)
    steps = sorted(_entries(one, canonical, "steps"), key=lambda step: one.order[step["id"]])
    return {
        "digest": one.digest,
        "packs": packs_of(one),
        "phases": _phases(),
        "steps": steps,
        **{kind: _entries(one, canonical, kind) for kind in ("consents", "documents")},
        "partners": [{"id": id, **to_json(partner)} for id, partner in one.partners.items()],
        **{kind: _entries(one, canonical, kind) for kind in ("incidents", "facts", "rules")},
        "rounds": {step.id: [round.id for round in step.rounds] for step in one.steps.values() if step.rounds},
        "sources": [{"id": id, **to_json(source)} for id, source in (one.labels.get("sources") or {}).items()],
    }


def _entries(one: Process, canonical: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    labels = one.labels.get(kind) or {}
    return [
        {"id": id, **to_json(labels.get(id) or {}), **{k: v for k, v in raw.items() if k != "n"}}
        for id, raw in canonical[kind].items()
    ]


def _phases() -> list[dict[str, Any]]:
    def moves(phase: str) -> list[dict[str, Any]]:
        return [{"move": m.name, "to": m.to, "gated": m.gated} for m in MOVES.values() if m.to and phase in m.sources]

    return [{"id": phase, "moves": moves(phase)} for phase in PHASES]
