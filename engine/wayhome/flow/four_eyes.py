"""What a departure rests on most, and lies in one hand: signed by two of one organisation, or written within one minute; and
what of it others did, before the return was taken over.

It forbids nothing, for a small office is one organisation. It is told at the gate, and kept with the clearance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.commands import Move
from wayhome.errors import Template
from wayhome.model.case import StepKey, StepRecord
from wayhome.model.event import Event
from wayhome.model.reason import Reason, yes
from wayhome.packs.kinds.steps import Step

A_MINUTE = timedelta(minutes=1)
TOLD: Mapping[str, Template] = {
    "same_organisation": "two people of one organisation signed: {what}",
    "same_minute": "these were written down within one minute: {what}",
    "as_reported": "these stand as others reported them, before the return was taken over: {what}",
}


class Signature(NamedTuple):
    """One signature, or one entry that one alone makes: what it is about, of which organisation, and when it was written."""

    about: str
    organisation: str
    written_at: datetime


def missing_four_eyes(case: CaseNow, past: Iterable[Event]) -> dict[str, list[str]]:
    """Name what two of one organisation signed, and what was written within one minute; by the words of `TOLD`."""
    entries = sorted(_entries(case, list(past)), key=lambda one: one.written_at)
    about = [*dict.fromkeys(one.about for one in entries)]
    of = {id: [one.organisation for one in entries if one.about == id] for id in about}
    quick = {
        one.about for pair in pairwise(entries) if pair[1].written_at - pair[0].written_at <= A_MINUTE for one in pair
    }
    found = {
        "same_organisation": [id for id in about if len(of[id]) > 1 and len({*of[id]}) == 1],
        "same_minute": [id for id in about if id in quick],
        "as_reported": [step.id for step in _at_the_gate(case) if _is_reported(case, step)],
    }
    return {word: sorted(ids) for word, ids in found.items() if ids}


def _at_the_gate(case: CaseNow) -> Iterator[Step]:
    yield from (*case.process.gate_steps.get("prepare", ()), *case.process.gate_steps.get("depart", ()))


def _is_reported(case: CaseNow, step: Step) -> bool:
    return any(record.state == "done" and case.recorded.is_reported(record) for _, record in case.records(step))


def four_eyes_reasons(case: CaseNow, missing: Mapping[str, Sequence[str]]) -> Iterator[Reason]:
    """Give one met reason for each kind of it, so that it is read at the gate."""
    for word, ids in missing.items():
        what = [case.process.named("steps" if id in case.process.steps else "consents", id) for id in ids]
        finding = yes(TOLD[word], word, what=what)
        yield Reason("ROLE", finding.met, finding.fact, "", finding.subject, finding.values)


def _entries(case: CaseNow, past: Sequence[Event]) -> Iterator[Signature]:
    by_seq = {event.seq: event for event in past}
    for step in _at_the_gate(case):
        if step.sign or (step.id == CLEARANCE and isinstance(case.command, Move)):
            for key, record in case.records(step):
                if record.state == "done" and case.applies(step, key) is not False:
                    yield from (_entry(step.id, event) for event in _signatures(key, record, past))
    for consent in case.recorded.consents.values():
        purpose = case.process.consents.get(consent.purpose)
        if purpose is not None and purpose.journey and case.in_force(consent) and consent.seq in by_seq:
            yield _entry(purpose.id, by_seq[consent.seq])
    if not isinstance(case.command, Move) and case.actor is not None:
        yield Signature(CLEARANCE, case.actor.organisation, case.now)


def _entry(about: str, event: Event) -> Signature:
    return Signature(about, event.organisation, event.recorded_at)


def _signatures(key: StepKey, record: StepRecord, past: Sequence[Event]) -> Iterator[Event]:
    """Give the last event of each who signed a step, up to the one that completed it."""
    left = {actor for _, actor, _ in record.signed}
    for event in reversed(past):
        said = event.data
        if event.seq == record.seq or (
            event.seq < record.seq
            and event.actor in left
            and said.get("signed")
            and StepKey(said["step"], said.get("round") or "", said.get("of") or "") == key
        ):
            left.discard(event.actor)
            yield event
