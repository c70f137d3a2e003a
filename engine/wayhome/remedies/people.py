"""Propose whom to ask for a consent, and whom to give a role."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import able, command_roles, managers
from wayhome.commands.signing import Sign, awaited, who_signs
from wayhome.model.case import StepKey
from wayhome.model.closed_sets import GUARDIAN, PERSON
from wayhome.model.reason import Remedy
from wayhome.packs.conditions import UNKNOWN, judge
from wayhome.packs.kinds.consents import ConsentNeed, ConsentPurpose
from wayhome.packs.kinds.steps import Step
from wayhome.remedies.facts import do_of, for_fact
from wayhome.rules.contacts import all_near_the_person, trust_in


def for_consent(case: CaseNow, need: ConsentNeed) -> Remedy | None:
    """Propose to ask for a consent; None while there is nobody whom it could name, or a child has no guardian."""
    purpose = case.process.consents[need.purpose]
    recipient = _recipient(case, need)
    child = case.is_child
    guardian = case.recorded.roles.get(GUARDIAN)
    if child and case.is_past_18:  # nobody can say yes for them any more
        return _for_who_is_past_18(case)
    if child and guardian is None:
        return for_guardian(case)
    who = tuple(r for r in purpose.asked_by if case.process.roles[r].login) or managers(case)
    texts = purpose.texts
    version = max(texts) if texts else None
    languages = case.told("languages")
    if not isinstance(languages, list | tuple) or not languages:
        return for_fact(case, "languages")  # in which to ask is the first question
    return Remedy(
        do_of(
            "consent",
            purpose=need.purpose,
            recipient=recipient,
            answer="given",
            groups=_groups(case, purpose, recipient),
            language=languages[0],
            version=version,
            form=purpose.forms[0] if purpose.forms else "written",
            given_by=(guardian.ref or GUARDIAN) if child and guardian else PERSON,
            assent=True if child and purpose.assent else None,
        ),
        who,
        case.now,
    )


def _for_who_is_past_18(case: CaseNow) -> Remedy | None:
    """Propose to say that a child has become an adult: by the incident that sets so."""
    is_child = case.process.facts[case.process.fact_that_tells["child"]].derived
    kinds = (kind for kind in case.process.incidents.values() if kind.sets)
    grown = next((kind.id for kind in kinds if judge(is_child, partial(_value_in, kind.sets)) is False), None)
    return Remedy(do_of("incident", type=grown), command_roles(case, "incident"), case.now) if grown else None


def _value_in(sets: Mapping[str, Any], fact: str) -> Any:
    return sets.get(fact, UNKNOWN)


def _groups(case: CaseNow, purpose: ConsentPurpose, recipient: str | None) -> list[str]:
    """The groups to ask for: never the narrative, and none that this recipient is never told."""
    class_ = case.process.recipients.get(case.class_of(recipient)) if recipient else None
    never = class_.never if class_ else frozenset()
    return [
        group for group in purpose.groups if group not in never and (group != "narrative" or not purpose.recipients)
    ]


def _recipient(case: CaseNow, need: ConsentNeed) -> str | None:
    purpose = case.process.consents[need.purpose]
    wanted = need.recipient or purpose.default_recipient
    if wanted in case.process.roles:
        held = case.recorded.roles.get(wanted or "")
        return held.party if held else (purpose.recipients[0] if purpose.recipients else None)
    if wanted is not None:
        return wanted
    return purpose.recipients[0] if purpose.recipients else None


def for_guardian(case: CaseNow) -> Remedy:
    """Propose to name the guardian: first make a ref for them, then give them the role."""
    return for_person_in_role(case, GUARDIAN)


def for_person_in_role(case: CaseNow, role: str) -> Remedy:
    """Propose to bring a person into the case, to have them vetted for a role, and then to give it to them."""
    relation, to = case.process.roles[role].relation or role, trust_in(role)
    refs = [p.ref for p in case.recorded.people.values() if p.relation == relation]
    ref = next((ref for ref in refs if to is None or case.distrust(ref, to) is None), None)
    if ref is None:
        unvetted = next((ref for ref in refs if to and case.to_be_vetted(ref, to)), None)
        if unvetted is not None and to is not None:
            return for_vetting(case, unvetted, to)
        involve = do_of("involve", relation=relation, travels=True if relation == "escort" else None)
        return Remedy(involve, command_roles(case, "involve"), case.now)
    step = next(
        (s for s in case.process.done_by_command.get("assign", ()) if s.done_by and role in s.done_by.subjects),
        None,
    )
    if step is not None and case.applies(step) is not False:
        waits = [w for w in case.present.waits(step, StepKey(step.id)) if w.kind != "time"]
        asked = next((w.subject for w in waits if w.kind == "fact" and w.subject in case.process.facts), None)
        if asked is not None:
            return for_fact(case, asked)
        who, by = able(case, step.who)
        return Remedy(do_of("assign", role=role, ref=ref, by=by), who, None if waits else case.now)
    return Remedy(do_of("assign", role=role, ref=ref), command_roles(case, "assign"), case.now)


def for_vetting(case: CaseNow, ref: str, *to: str) -> Remedy:
    """Propose to vet somebody for something, and for all else that they do here. What is found is said by who looked."""
    step = case.process.vetting
    assert step is not None
    record = case.recorded.steps.get(StepKey(step.id, "", ref).text())
    if record is not None and record.state == "done":
        return Remedy(do_of("redo", step=step.id, of=ref), able(case, step.who)[0], case.now)
    if signature := for_signature(case, Sign(case.recorded.number, step=step.id, of=ref)):
        return signature
    does = filter(None, (trust_in(role) for role, one in all_near_the_person(case) if one == ref))
    do = do_of("complete", step=step.id, of=ref) | {"for": [*dict.fromkeys([*to, *does])]}
    return Remedy(do, able(case, step.who)[0], case.now)


def for_signature(case: CaseNow, command: Sign) -> Remedy | None:
    """Propose that another signs the entry that stands now; None when nothing waits for it."""
    found = awaited(case, command)
    if found is None:
        return None
    who, _ = able(case, who_signs(case, found))
    return Remedy(do_of("sign", seq=found.seq), who, case.now)


def a_partner_for(case: CaseNow, role: str, *, but: str | None = None) -> str | None:
    """Name a partner that could receive the person: of the country of origin, current, open, and for pre-departure contact.

    None where there is none: the sentence says what to do then.
    """
    held = case.recorded.roles.get(role)
    failed = held.party if held and case.is_suspended(role) else but  # another is chosen then
    class_ = case.process.roles[role].partner_class
    assert class_ is not None
    contact = case.process.recipients[class_].contact
    named = sorted({r.recipient for r in case.recorded.consents.values() if r.purpose in contact and case.in_force(r)})
    for recipient in named:
        if recipient in case.process.partners and recipient != failed and not case.suspending(recipient, role):
            return recipient
    able_to = [
        id for id, about in case.process.partners.items() if id != failed and _could_receive(case, id, about, class_)
    ]
    meeting = [id for id in able_to if case.distrust(id, "meet") is None]
    return next(iter([*meeting, *able_to]), None)


def _could_receive(case: CaseNow, id: str, partner: Mapping[str, Any], class_: str) -> bool:
    suits = partner.get("recipient") == class_ and partner.get("regime") != "closed"
    return suits and case.distrust(id, "receive") is None


def own_step(case: CaseNow, purpose: str) -> Step | None:
    """The step in which a consent is asked, where it has one of its own."""
    steps = case.process.done_by_command.get("consent", ())
    return next((s for s in steps if s.done_by and s.done_by.subjects == (purpose,)), None)
