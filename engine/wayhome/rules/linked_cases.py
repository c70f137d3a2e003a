"""Somebody who has a case of their own is asked the rest there: here it is only looked at whether they are cleared there.

It is no safeguard of its own: it stands against the step that says so, and against the departure for which that step counts.
"""

from __future__ import annotations

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.case_now.letters import letters_for
from wayhome.commands import Complete
from wayhome.errors import Template
from wayhome.model.case import StepKey, TravelRecord
from wayhome.model.reason import Finding, no
from wayhome.packs.kinds.steps import Step
from wayhome.rules.safeguard import SAFEGUARDS


def not_cleared_there(case: CaseNow, step: Step, key: StepKey) -> Finding | None:
    """Say that somebody is not cleared in their own case for the same journey, after all that happened to them here; None when they
    are, or when a step asks nothing of that.
    """
    if step.each != "own_case":
        return None
    number = case.recorded.people[key.of].own_case
    own = case.another(number) if number else None
    if own is not None and _is_cleared_there(case, own, key.of):
        return None
    todo: Template = "clear it there first; what is so now can be written down here"
    if case.actor is not None and not letters_for(case).knows_own_case(key.of):
        theirs: Template = "in their own case no departure is cleared for this journey, after what has happened"
        return no(theirs, step.id, todo=todo, of=key.of, do={})
    fact: Template = "in case {number} no departure is cleared for this journey, after what has happened"
    return no(fact, step.id, todo=todo, of=key.of, do={}, number=number)


def _is_cleared_there(case: CaseNow, own: CaseNow, ref: str) -> bool:
    there, clearance = own.recorded, own.process.steps[CLEARANCE]
    record = there.step(CLEARANCE)
    if there.is_closed or there.left is not None or record is None or not own.passed(CLEARANCE):
        return False
    # Who has departed there was cleared; on the ground the clearance must hold still.
    holds = there.happened("departed") is not None or (
        own.is_fresh(clearance, record) and not own.is_outdated(CLEARANCE) and _could_be_cleared_now(own)
    )
    happened = (one for one in case.recorded.incidents if one.of == ref)
    same_journey = _flights(case.recorded.travel) == _flights(there.travel) != []
    # What was told here after the clearance there is not among what was looked at there, whenever it happened.
    return holds and same_journey and all(record.at > max(one.last_ends, one.told_at or one.at) for one in happened)


def _could_be_cleared_now(own: CaseNow) -> bool:
    """Say whether the safeguards of a clearance let it be given there: what stands against it since then has voided nothing."""
    clears = Complete(own.recorded.number, step=CLEARANCE)
    asked = CaseNow(own.process, own.recorded, own.at, now=own.now, command=clears, outside=own.outside)
    return all(one.ask(asked).finding.met for one in SAFEGUARDS.values() if "clearance" in one.on)


def _flights(travel: TravelRecord | None) -> list[tuple[object, ...]]:
    return [(one.from_, one.to, one.departs_at) for one in travel.legs] if travel is not None else []
