"""What a child needs before leaving, and who counts as a child.

Rules:    INV-12, INV-13
"""

from __future__ import annotations

from wayhome.case_now import CaseNow, as_moment
from wayhome.model.case import Assignment
from wayhome.model.command import Incident, Record
from wayhome.model.reason import Reason, Remedy, met, unmet
from wayhome.packs.conditions import UNKNOWN
from wayhome.rules import remedies
from wayhome.rules.before_departure import GATE, record_of, remedy_for
from wayhome.rules.registry import safeguard


@safeguard("INV-12", on=GATE, source=("P2", "P5"))
def inv_12(case: CaseNow) -> Reason:
    """No child departs without guardian, a positive best interests determination, a clear risk, and a named caregiver."""
    rule, source = "INV-12", ("P2", "P5")
    if not case.is_child:
        return met(rule, "the person is an adult", subject="age_status", source=source)
    guardian = case.recorded.roles.get("guardian")
    if guardian is None or not _is_vouched_for(case, guardian):
        return unmet(
            rule,
            "the child has no guardian, or one who is not vetted",
            "have a guardian appointed",
            subject="guardian",
            remedy=remedies.for_guardian(case),
            source=source,
        )
    for id, missing in (
        ("best_interests_determination", "no determination says that returning is in the child's best interests"),
        ("pre_return_risk_assessment", "no risk assessment says that the child can return safely"),
    ):
        step, record = record_of(case, id)
        if not case.passes(step, record) or (record and not case.is_fresh(step, record)):
            return unmet(
                rule,
                missing,
                "do it, with the guardian and the child",
                subject=id,
                remedy=remedy_for(case, id),
                source=source,
            )
    if not _a_caregiver_waits(case):
        return unmet(
            rule,
            "no vetted caregiver is named who waits for the child",
            "name a family member, a guardian or a facility",
            subject="caregiver",
            remedy=_name_a_caregiver(case),
            source=source,
        )
    return met(rule, "guardian, best interests, risk and caregiver are clear", subject="age_status", source=source)


def _is_vouched_for(case: CaseNow, held: Assignment) -> bool:
    """A vetted ref, or an organisation that a pack knows."""
    if held.ref:
        return remedies.is_trusted(case, held.ref)
    return (held.partner or held.organisation or "") in case.process.partners


def _a_caregiver_waits(case: CaseNow) -> bool:
    held = case.recorded.roles.get("caregiver")
    if held is None:
        return False
    return _is_vouched_for(case, held)


def _name_a_caregiver(case: CaseNow) -> Remedy:
    return remedies.for_person_in_role(case, "caregiver", "caregiver")


@safeguard("INV-13", on=(*GATE, "record:age_status", "incident:turned_18"), source=("P2",))
def inv_13(case: CaseNow) -> Reason:
    """A disputed or unrecorded age is read by every rule as that of a child."""
    if isinstance(case.command, Record | Incident):
        return _the_age_may_be_recorded(case, case.command)
    recorded = case.recorded.fact("age_status")
    if recorded is None:
        return unmet(
            "INV-13",
            "the age is not recorded, so the person counts as a child",
            "record it: adult, child or disputed",
            subject="age_status",
            remedy=remedies.for_fact(case, "age_status"),
            source=("P2",),
        )
    reads = "a child" if case.is_child else "an adult"
    assert case.value("age_status") is not UNKNOWN
    return met("INV-13", "the person counts as {reads}", subject="age_status", source=("P2",), reads=reads)


def _the_age_may_be_recorded(case: CaseNow, command: Record | Incident) -> Reason:
    to_adult = isinstance(command, Incident) or command.facts.get("age_status") == "adult"
    if to_adult and (isinstance(command, Incident) or case.recorded.fact("age_status") in ("child", "disputed")):
        return may_become_adult(case)
    return met("INV-13", "nobody who counts as a child becomes an adult by this", subject="age_status", source=("P2",))


def may_become_adult(case: CaseNow) -> Reason:
    """Say, as INV-13, whether somebody who counts as a child may be recorded as an adult: only from the eighteenth birthday on.

    Otherwise the clarification of the age decides, never a word in a form.
    """
    turns_18 = case.recorded.fact("turns_18_on")
    if turns_18 is not None and case.at >= as_moment(turns_18, case.process.zones["host"]):
        return met("INV-13", "the person has turned eighteen", subject="turns_18_on", source=("P2",))
    return unmet(
        "INV-13",
        "the person counts as a child, and no birthday or clarification says otherwise",
        "record the day of the eighteenth birthday from a paper, or clarify the age",
        subject="age_status",
        remedy=remedy_for(case, "age_clarification"),
        source=("P2",),
    )
