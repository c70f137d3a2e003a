"""What the tests of the rules share: a case that is ready to depart, and small changes to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from wayhome import remedies
from wayhome.airports import airport
from wayhome.case_now import CaseNow
from wayhome.commands import Move, read_command
from wayhome.errors import filled
from wayhome.forms import open_slots
from wayhome.model.actor import Actor
from wayhome.model.case import Leg, MoveRecord
from wayhome.model.moves import EXIT_OF_PHASE
from wayhome.model.reason import Judgement, Reason, Remedy
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.needs import Need, StepNeed
from wayhome.packs.kinds.steps import Step
from wayhome.packs.process import Process
from wayhome.rules import gates, readiness
from wayhome.testing.builders import Ready

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
ANNA = Actor("anna", "invented_house", {"case_manager_sending"})

on_both_sides = pytest.mark.parametrize(
    ("too_much", "met"),
    [
        (timedelta(0), True),  # exactly as old as is allowed
        (SECOND, False),  # one second older
    ],
)


def with_process(ready: Ready, **changes: Any) -> Ready:
    """The same case under a process with other figures (`limits`), or with other entries of a kind."""
    limits = changes.pop("limits", ready.process.limits)
    kinds = {type(one): entries for entries in changes.values() for one in entries.values()}
    return replace(ready, process=replace(ready.process, limits=limits, kinds={**ready.process.kinds, **kinds}))


def vetted(ready: Ready, ref: str, *to: str, days_ago: int = 0, **changes: Any) -> Ready:
    """The same with somebody vetted for something."""
    made = {"state": "done", "result": "trusted", "at": ready.at - days_ago * DAY, **changes}
    return ready.with_step(f"party_vetting@{ref}", **{"values": {"for": to}, **made})


def with_values(ready: Ready, step: str, **values: object) -> Ready:
    """The same with some of the values that a step recorded replaced."""
    return ready.with_step(step, values={**ready.case.steps[step].values, **values})


def with_kind(ready: Ready, kind: str, **changes: object) -> Ready:
    """The same with one kind of document changed in the process."""
    documents = {**ready.process.documents, kind: replace(ready.process.documents[kind], **changes)}
    return with_process(ready, documents=documents)


def declared(ready: Ready, step: str, **changes: object) -> Ready:
    """The same with one step declared otherwise in the process."""
    return with_process(ready, steps={**ready.process.steps, step: replace(ready.process.steps[step], **changes)})


def made(ready: Ready, **moves: datetime) -> dict[str, MoveRecord]:
    """The moves of a case, and more of them."""
    return {**ready.case.moves, **{event: MoveRecord(at, ready.case.version) for event, at in moves.items()}}


def with_legs(ready: Ready, *legs: Leg, **changes: Any) -> Ready:
    """The same with another journey, whose airports lie where they do."""
    travel = ready.case.travel
    assert travel is not None
    placed = (leg._replace(to_country=there.country if (there := airport(leg.to)) else None) for leg in legs)
    return ready.but(travel=travel._replace(legs=tuple(placed) or travel.legs, **changes))


# --- gates ---------------------------------------------------------------------------------------------------------


def a_step(id: str, phase: str = "pre_departure", **says: Any) -> Step:
    """An invented step, which the move out of its phase waits for."""
    whole = {"gate": EXIT_OF_PHASE[phase], "who": ("case_manager_sending",), "source": ("OC",), **says}
    return Step(id=id, title=id.replace("_", " "), phase=phase, **whole)


def with_steps(ready: Ready, *steps: Step, **entries: Any) -> Ready:
    """The same case under a process of these steps alone, of which nothing is recorded yet."""
    shown = {step.id: {"title": step.title, "source": step.source} for step in steps}
    process = with_process(ready, **entries).process
    kinds = {**process.kinds, Step: {step.id: step for step in steps}}
    alone = replace(process, kinds=kinds, labels={**process.labels, "steps": shown})
    return replace(ready, process=alone).but(steps={})


def moving(ready: Ready, to: str = "depart", *, reason: str | None = None, **moment: Any) -> CaseNow:
    """The case at the moment that is judged, asked whether a move may be made."""
    command = Move(ready.case.number, to=to, reason=reason)
    return CaseNow(ready.process, ready.case, moment.pop("at", ready.at), actor=ANNA, command=command, **moment)


def read_through(case: CaseNow, found: Iterable[Judgement]) -> list[Judgement]:
    """What was found, after a look at what is made of it: each can be read, and what it proposes can be given."""
    found = list(found)
    for one in remedies.reasons(case, found):
        assert one.fact
        if one.remedy is not None:
            asks_and_never_answers(one.remedy, case)
    return found


# What identifies a command; whatever else it says is an answer, and stands open in a remedy.
IDENTIFIES = {
    "do", "step", "round", "of", "for", "purpose", "recipient", "kind", "role", "ref", "relation", "incident", "type", "to", "seq",
    "digest", "with", "facts", "status", "register",
}  # fmt: skip
READABLE = {
    "bool": True, "text": "x", "code": "x", "codes": ["x"], "language": "en", "languages": ["en"], "date": "2026-01-01", "instant": "2026-01-01T10:00Z", "number": 1,
    "moment": "2026-01-01", "money": "1 EUR", "place": "x", "party": "x", "case_worker": "x", "answers": {}, "rows": [],
}  # fmt: skip


def asks_and_never_answers(remedy: Remedy, case: CaseNow) -> None:
    """See that a remedy says what identifies and nothing more, and that what is open makes a command that can be read."""
    do, open_ = remedy.do, remedy.slots.keys()
    assert do.keys() <= IDENTIFIES
    assert do.get("status") in (None, "target", "booked"), "only of a journey it says which kind of act it is"
    assert not open_ & do.keys()
    slots = open_slots(case, do)
    assert {slot.name: slot.type for slot in slots if slot.required} == remedy.slots
    answered = {slot.name: next(iter(slot.values), READABLE[slot.type]) for slot in slots if slot.required}
    facts = {"facts": {}} if do["do"] == "record" else {}
    read_command({**do, **facts, **answered}, case=case.recorded.number)


def of_move(ready: Ready, to: str = "depart", **asked: Any) -> list[Judgement]:
    """All that a move waits for, beside the numbered rules."""
    case = moving(ready, to, **asked)
    return read_through(case, gates.of_move(case, case.command))


def of_steps(ready: Ready, move: str = "depart", **moment: Any) -> list[Judgement]:
    """What a move says of the steps that it waits for."""
    case = moving(ready, move, **moment)
    return read_through(case, gates.of_steps(case, move))


def after(*needs: Need | str) -> dict[str, Any]:
    """Say what a step waits for: steps by their names."""
    return {"after": tuple((StepNeed(need) if isinstance(need, str) else need, None) for need in needs)}


def a_paper(id: str, **says: Any) -> DocumentKind:
    return DocumentKind(id=id, title=id, issuer=(), validity="trip", source=("OC",), **says)


def papers(*kinds: DocumentKind) -> dict[str, DocumentKind]:
    return {kind.id: kind for kind in kinds}


def done(ready: Ready, *steps: str) -> Ready:
    """The same with steps done the day before."""
    for step in steps:
        ready = ready.with_step(step, state="done", at=ready.at - DAY)
    return ready


def listed(found: list[Judgement]) -> list[str]:
    """What the answers are about."""
    return [one.finding.subject for one in found]


def undone(found: list[Judgement]) -> list[str]:
    """What those are about that are not met."""
    return [one.finding.subject for one in found if not one.finding.met]


def said(found: Judgement) -> tuple[str, str]:
    """Whom a step is about, and what is said of it."""
    return found.finding.of, filled(found.finding.fact, found.finding.values)


# --- readiness -----------------------------------------------------------------------------------------------------


def followed(reason: Reason, case: CaseNow) -> Reason:
    """The reason, after a look at it: a no says in sentences what was found and what to do, and proposes a real command."""
    assert reason.fact
    if not reason.met:
        assert reason.todo
        assert isinstance(reason.subject, str)
        if reason.remedy is not None:
            asks_and_never_answers(reason.remedy, case)
    return reason


def asked(
    ready: Ready,
    word: str,
    *,
    actor: Actor | None = ANNA,
    at: datetime | None = None,
    now: datetime | None = None,
    newer: Process | None = None,
    **fields: Any,
) -> list[Reason]:
    """Everything that a command waits for beside the numbered rules, as people are told it."""
    agrees = {"answer": "agree"} if word == "sign" else {}
    command = read_command({"do": word, **agrees, **fields}, case=ready.case.number)
    case = CaseNow(ready.process, ready.case, at or ready.at, now=now or ready.at, actor=actor, command=command)
    found = [*readiness.of_the_clock(case), *readiness.of_command(case, newer)]
    return [followed(remedies.reason(case, one), case) for one in found]


def unmet(ready: Ready, word: str, **asks: Any) -> list[Reason]:
    return [reason for reason in asked(ready, word, **asks) if not reason.met]


def told(ready: Ready, word: str, **asks: Any) -> list[tuple[str, str, str, str]]:
    """What is still unmet: by which rule, about what, what was found, what helps."""
    return [(one.rule, one.subject, one.fact, one.todo) for one in unmet(ready, word, **asks)]


def proposed(reason: Reason) -> dict[str, Any]:
    """The command that would help; empty where none does."""
    return dict(reason.remedy.do) if reason.remedy else {}


def anew(ready: Ready) -> Ready:
    """The same case one entry later: what is recorded now stands in no other entry."""
    return ready.but(version=ready.case.version + 1)
