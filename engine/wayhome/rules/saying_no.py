"""What follows from a no of the person, for whoever would ask again."""

from __future__ import annotations

from wayhome.case_now import CaseNow
from wayhome.errors import Template
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Finding, no
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.steps import Step

NOT_NOW: Template = "nobody asks now: the person has said no, and that is not over"


def a_no(case: CaseNow, need: ConsentNeed) -> Finding | None:
    """Say that the person has said no to what needs a consent: nobody asks again. After a no to the journey, all is talked about again."""
    if case.consent_state(need) != "refused" or case.process.consents[need.purpose].journey:
        return None
    fact: Template = "the person has said no: {purpose}"
    todo: Template = "do not ask again; if they wish it themselves, write it down. {instead}"
    purpose, instead = (
        case.process.named("consents", need.purpose),
        case.process.text("consents", need.purpose, "ends_on_refusal"),
    )
    return no(fact, need.purpose, todo=todo, do={}, purpose=purpose, instead=instead or "")


def has_said_no(case: CaseNow) -> bool:
    """Say whether a no of the person to the journey is not over: nobody asks them for a yes to it then."""
    kinds = (case.process.incidents.get(one.type) for one in case.recorded.open_incidents)
    return any(kind is not None and kind.bars for kind in kinds)


def waits_for_a_no_to_end(case: CaseNow, step: Step | None = None) -> bool:
    """Say whether something is asked of nobody who has said no to the journey: what prepares it, and no step that helps the person
    whatever they decide. On the way, and there, nothing is left out.
    """
    if PHASE_NUMBER[case.recorded.phase] >= PHASE_NUMBER["travel"] or not has_said_no(case):
        return False
    prepares = step is None or step.gate == "depart" or step.phase in ("pre_departure", "travel")
    return prepares and not (step is not None and step.also_after_a_no)


def an_open_no(case: CaseNow, purpose: str) -> str | None:
    """Give the open incident of a no to this, while the journey lies ahead; None when there is none."""
    kinds = (case.process.incidents.get(i.type) for i in case.recorded.open_incidents)
    return next((kind.id for kind in kinds if kind and purpose in kind.bars), None)
