"""Ask for a consent, and for who holds a role."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.letters import knows_party
from wayhome.case_now.roles import able, command_roles, managers
from wayhome.commands.signing import Sign, awaited, who_signs
from wayhome.model.case import StepKey
from wayhome.model.closed_sets import GUARDIAN
from wayhome.model.reason import Remedy
from wayhome.packs.conditions import UNKNOWN, judge
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.steps import Step
from wayhome.remedies.asking import asking, do_of, for_fact
from wayhome.rules.contacts import all_near_the_person, trust_in
from wayhome.rules.saying_no import is_asked_no_more


def for_consent(case: CaseNow, need: ConsentNeed) -> Remedy | None:
    """Ask for a consent: what they answered is open. First for the languages, and of a child for its guardian."""
    purpose = case.process.consents[need.purpose]
    if is_asked_no_more(case, need):
        return None  # they have said no: nobody asks again; if they say yes themselves, that is written down
    if case.is_child and case.is_past_18:  # nobody can say yes for them any more
        return _for_who_is_past_18(case)
    if case.is_child and case.recorded.roles.get(GUARDIAN) is None:
        return for_person_in_role(case, GUARDIAN)
    languages = case.value_for_engine("languages")
    if not isinstance(languages, list | tuple) or not languages:
        return for_fact(case, "languages")  # in which to ask is the first question
    who = tuple(r for r in purpose.asked_by if case.process.roles[r].login) or managers(case)
    return asking(case, do_of("consent", purpose=need.purpose, recipient=_recipient(case, need)), who, case.now)


def _for_who_is_past_18(case: CaseNow) -> Remedy | None:
    """Propose to say that a child has become an adult: by the incident that sets so."""
    is_child = case.process.facts[case.process.fact_that_tells["child"]].derived
    kinds = (kind for kind in case.process.incidents.values() if kind.sets)
    grown = next((kind.id for kind in kinds if judge(is_child, partial(_value_in, kind.sets)) is False), None)
    return asking(case, do_of("incident", type=grown), command_roles(case, "incident"), case.now) if grown else None


def _value_in(sets: Mapping[str, Any], fact: str) -> Any:
    return sets.get(fact, UNKNOWN)


def _recipient(case: CaseNow, need: ConsentNeed) -> str | None:
    """Name whom it is for, where that is settled: by the need, or by who holds the role that it is for. Who is not told who that is, is
    asked for whom.
    """
    wanted = need.recipient or case.process.consents[need.purpose].default_recipient
    if wanted in case.process.roles:
        held = case.recorded.roles.get(wanted or "")
        return held.party if held is not None and knows_party(case, held.party) else None
    return wanted


def for_person_in_role(case: CaseNow, role: str) -> Remedy:
    """Propose to bring a person into the case, to have them vetted for a role, and then to give it to them."""
    relation, to = case.process.roles[role].relation or role, trust_in(role)
    refs = [p.ref for p in case.recorded.people.values() if p.relation == relation]
    ref = next((ref for ref in refs if to is None or case.distrust(ref, to) is None), None)
    if ref is None:
        unvetted = next((ref for ref in refs if to and case.to_be_vetted(ref, to)), None)
        if unvetted is not None and to is not None:
            return for_vetting(case, unvetted, to)
        return asking(case, do_of("involve", relation=relation), command_roles(case, "involve"), case.now)
    step = next(
        (s for s in case.process.done_by_command.get("assign", ()) if s.done_by and role in s.done_by.subjects),
        None,
    )
    if step is not None and case.applies(step) is not False:
        waits = [w for w in case.present.waits(step, StepKey(step.id)) if w.kind != "time"]
        asked = next((w.subject for w in waits if w.kind == "fact" and w.subject in case.process.facts), None)
        if asked is not None:
            return for_fact(case, asked)
        who, _ = able(case, step.who)
        return asking(case, do_of("assign", role=role, ref=ref), who, None if waits else case.now)
    return asking(case, do_of("assign", role=role, ref=ref), command_roles(case, "assign"), case.now)


def for_vetting(case: CaseNow, ref: str, *to: str) -> Remedy:
    """Propose to vet somebody for something, and for all else that they do here. What is found is said by who looked."""
    step = case.process.vetting
    assert step is not None
    record = case.recorded.steps.get(StepKey(step.id, "", ref).text())
    if record is not None and record.state == "done":
        return asking(case, do_of("redo", step=step.id, of=ref), able(case, step.who)[0], case.now)
    if signature := for_signature(case, step=step.id, of=ref):
        return signature
    does = filter(None, (trust_in(role) for role, one in all_near_the_person(case) if one == ref))
    do = do_of("complete", step=step.id, of=ref) | {"for": (*dict.fromkeys([*to, *does]),)}
    return asking(case, do, able(case, step.who)[0], case.now)


def for_signature(case: CaseNow, **entry: Any) -> Remedy | None:
    """Propose that another signs the entry that stands now, by its step (round, of) or its seq; None when nothing waits for it."""
    found = awaited(case, Sign(case.recorded.number, answer="agree", **entry))  # it waits for either answer
    if found is None:
        return None
    who, _ = able(case, who_signs(case, found))
    return asking(case, do_of("sign", seq=found.seq), who, case.now)


def own_step(case: CaseNow, purpose: str) -> Step | None:
    """The step in which a consent is asked, where it has one of its own."""
    steps = case.process.done_by_command.get("consent", ())
    return next((s for s in steps if s.done_by and s.done_by.subjects == (purpose,)), None)
