"""What follows from a no of the person, for whoever would ask again, and for whoever counts on the journey."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.errors import Template
from wayhome.model.case import ContactRecord, Dated, IncidentRecord
from wayhome.model.closed_sets import GUARDIAN, OWNER, Trust
from wayhome.model.command import StepCommand
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Finding, no
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.steps import Step

INTENTION, TALK = "return_intention", "options_counselling"
OWN_WORD = ("says_so_unasked", "asks_during_reflection")
NOT_NOW: Template = "nobody asks now: the person has said no, and that is not over"


def a_no(case: CaseNow, need: ConsentNeed) -> Finding | None:
    """Say that the person has said no to what needs a consent: nobody asks again. After a no to the journey, all is talked about again."""
    if not is_asked_no_more(case, need):
        return None
    fact: Template = "the person has said no: {purpose}"
    todo: Template = "do not ask again; if they wish it themselves, write it down. {instead}"
    title = case.process.named("consents", need.purpose)
    instead = case.process.text("consents", need.purpose, "ends_on_refusal") or ""
    return no(fact, need.purpose, todo=todo, do={}, purpose=title, instead=instead)


def is_asked_no_more(case: CaseNow, need: ConsentNeed) -> bool:
    """Say whether nobody asks again for a consent: the person has said no to it, and has not come back to it by their own word."""
    is_refused = case.consent_state(need) == "refused" and not case.process.consents[need.purpose].journey
    return is_refused and not _asks_for_it(case, need)


def _asks_for_it(case: CaseNow, need: ConsentNeed) -> bool:
    """Say whether what their no had opened has ended since by their own word, and leads back to a step that needs it."""
    kinds, steps = case.process.incidents, case.process.steps
    last_no = max((one.seq for one in case.consents_for(need)), default=0)
    return any(
        (kind := kinds.get(one.type)) is not None
        and kind.opens_on is not None
        and need.purpose in kind.opens_on.withdrawal
        and (ending := kind.outcomes.get(one.outcome or "")) is not None
        and not ending.still_no
        and (one.resolved_seq or 0) > last_no
        and any(need == wanted for id in kind.resume_step for wanted, _ in steps[id].consents)
        for one in case.recorded.incidents
    )


def has_said_no(case: CaseNow) -> bool:
    """Say whether a no of the person to the journey is not over, or has ended so that it stands: nobody asks them for a yes to it then."""
    return case.once("said no", lambda: _said_no_to_the_journey(case) or _said_no_when_asked(case))


def _said_no_to_the_journey(case: CaseNow) -> bool:
    kinds, told = case.process.incidents, case.recorded.incidents
    return any(one.type in kinds and kinds[one.type].bars and (one.is_open or _stands(case, one)) for one in told)


def no_beside_a_booked_journey(case: CaseNow) -> datetime | None:
    """Give since when a journey is booked that the person has said no to, before they have left; None where there is none such."""
    travel, phase = case.recorded.travel, case.recorded.phase
    is_booked = travel is not None and travel.status == "booked" and PHASE_NUMBER[phase] < PHASE_NUMBER["travel"]
    if travel is None or not is_booked or not has_said_no(case):
        return None
    kinds = case.process.incidents
    noes = [one.last_at for one in case.recorded.incidents if one.type in kinds and kinds[one.type].bars]
    noes += [was.at for was in case.recorded.all_of("steps", INTENTION) if _is_a_no(case, was.value)]
    return max(travel.at, *noes)


def _stands(case: CaseNow, incident: IncidentRecord) -> bool:
    """Say whether a no stands that has ended: they stay, may ask again, or were not heard again, and all was not talked about since."""
    endings = case.process.incidents[incident.type].outcomes
    if (ending := endings.get(incident.outcome or "")) is None or not ending.still_no:
        return False
    ended = incident._replace(again_at=incident.resolved_at, again_seq=incident.resolved_seq, ends_at=None)
    return not any(all(case.is_shown(n, ended) for n in one.needs) for one in endings.values() if not one.still_no)


def _said_no_when_asked(case: CaseNow) -> bool:
    """Say whether the person, asked what they want, said no, and since then neither all options were talked about nor they have
    said so themselves. That the step is opened again is not their word.
    """
    ever = [was for was in case.recorded.all_of("steps", INTENTION) if was.seq not in case.recorded.taken_back]
    heard = max(ever, key=lambda was: (was.at, was.seq), default=None)
    if heard is None or not _is_a_no(case, heard.value):
        return False
    talk, facts = case.process.steps[TALK], case.recorded.facts
    since: list[Dated] = [record for _, record in case.records(talk) if case.passes(talk, record)]
    since += [wish for id in OWN_WORD if (wish := facts.get(id)) is not None and wish.value is True]
    return not any(one.seq > heard.seq and one.at >= heard.at for one in since)


def is_a_no_when_asked(case: CaseNow, command: StepCommand) -> bool:
    """Say whether somebody writes down that the person, asked or not, said no to the return: that waits for nothing."""
    return command.step == INTENTION and _is_a_no(case, getattr(command, "result", None))


def _is_a_no(case: CaseNow, said: Any) -> bool:
    result = case.process.steps[INTENTION].results.get(said or "")
    return result is not None and not result.passes


def is_the_question(step: Step) -> bool:
    """Say whether a step asks the person whether they want to go at all."""
    return step.id == INTENTION


def is_for_the_departure(case: CaseNow, step: Step | None) -> bool:
    """Say whether something moves towards a departure that lies ahead, and does not help the person whatever they decide."""
    if PHASE_NUMBER[case.recorded.phase] >= PHASE_NUMBER["travel"]:
        return False
    prepares = step is None or step.gate == "depart" or step.phase in ("pre_departure", "travel")
    return prepares and not (step is not None and step.also_after_a_no)


def waits_for_a_no_to_end(case: CaseNow, step: Step | None = None) -> bool:
    """Say whether something is asked of nobody who has said no to the journey: what moves towards it, and no step that helps the
    person whatever they decide. On the way, and there, nothing is left out.
    """
    return is_for_the_departure(case, step) and has_said_no(case)


def waits_for_their_word(case: CaseNow, step: Step | None = None) -> bool:
    """Say whether nobody proposes something yet, or now: a step towards the departure, before the person has said that they think of
    it; and after a no all that moves there, and the question, too.
    """
    if waits_for_a_no_to_end(case, step):
        return True
    if step is None or is_the_question(step) or INTENTION not in case.process.steps:
        return False
    return is_for_the_departure(case, step) and not case.is_done(INTENTION)


def an_open_no(case: CaseNow, purpose: str) -> str | None:
    """Give the open incident of a no to this, while the journey lies ahead; None when there is none."""
    kinds = (case.process.incidents.get(i.type) for i in case.recorded.open_incidents)
    return next((kind.id for kind in kinds if kind and purpose in kind.bars), None)


# --- who counts on the journey ------------------------------------------------------------------------------------

COUNTING: tuple[Trust, ...] = ("meet", "house", "care", "escort")


def who_counts_on_the_journey(case: CaseNow) -> tuple[str, ...]:
    """Name who would wait in vain if a booked journey is not made, until it has landed: the escort and their office first, then who holds another
    role, meets or houses the person, or carries them. Nobody under suspicion, and neither who leads the case nor who speaks for a child.
    """
    travel = case.recorded.travel
    booked = travel.last_booked if travel is not None else None
    if booked is None or PHASE_NUMBER[case.recorded.phase] > PHASE_NUMBER["travel"]:
        return ()
    roles = {role: held.party for role, held in case.recorded.roles.items()}
    known = {case.recorded.organisation, roles.pop(OWNER, ""), roles.pop(GUARDIAN, ""), ""}
    escort = roles.pop("escort", "")
    person = case.recorded.people.get(escort)
    office = person.works_for or "" if person is not None and _may_be_told(case, escort) else ""
    unnamed = (
        case.process.class_of_carriers if any(leg.mode == "air" and not leg.carrier for leg in booked.legs) else ""
    )
    parties = [office, escort, *roles.values(), booked.meeting_person or "", *_named_by_steps(case), *case.carriers]
    return tuple(one for one in dict.fromkeys([*parties, unnamed]) if one not in known and _may_be_told(case, one))


def _named_by_steps(case: CaseNow) -> Iterator[str]:
    for step in case.process.steps.values():
        for name, spec in step.fields.items():
            if spec.trust in COUNTING and (record := case.record(step.id)) is not None and record.state == "done":
                yield case.party(record.values.get(name)) or ""


def _may_be_told(case: CaseNow, party: str) -> bool:
    person = case.recorded.people.get(party)
    return not case.is_suspected(party) and not (person is not None and person.gone) and bool(case.class_of(party))


def still_to_be_told(case: CaseNow) -> Iterator[tuple[str, bool]]:
    """Give who counts on a journey that was called off with a no and was told nothing since; and whether somebody has tried."""
    travel = case.recorded.travel
    off = travel.called_off if travel is not None else None
    kinds = case.process.incidents
    if off is None or not (
        _said_no_when_asked(case)
        or any(one.type in kinds and kinds[one.type].bars and one.last_at >= off.at for one in case.recorded.incidents)
    ):
        return
    since = [one for one in case.recorded.contacts_with_others if (one.at, one.seq) > (off.at, off.seq)]
    for party in who_counts_on_the_journey(case):
        theirs = [one for one in since if one.with_ in (party, case.class_of(party))]
        if not any(map(_ends_it, theirs)):
            yield party, bool(theirs)


def _ends_it(contact: ContactRecord) -> bool:
    return contact.reached or contact.postponed in ("given_up", "not_wanted")
