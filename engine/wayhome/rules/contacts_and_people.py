"""Who may be contacted, what they may be told, and who may come near the person.

Rules:    INV-14, INV-19, INV-20
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wayhome.case_now import CaseNow
from wayhome.model.command import Assign, Complete, Consent, Contact, Travel
from wayhome.model.reason import Reason, met, unmet
from wayhome.packs.process import ConsentNeed
from wayhome.rules import remedies
from wayhome.rules.before_departure import GATE, known_party
from wayhome.rules.registry import safeguard

TRUSTED_ROLES = (
    "caregiver",
    "escort",
    "interpreter",
    "guardian",
    "receiving_organisation",
    "reception_officer",
    "reception_person",
    "contact_person",
)


@safeguard("INV-14", on=("contact",), source=("P12", "OC"))
def inv_14(case: CaseNow) -> Reason:
    """No contact with family, embassy, authorities or a partner without a consent that names this contact."""
    command = case.command
    assert isinstance(command, Contact)
    recipient = case.process.recipients.get(case.class_of(command.with_))
    if recipient is None or not recipient.contact:
        return met("INV-14", "this contact needs no consent of its own", subject=command.with_, source=("P12", "OC"))
    if command.basis in ("legal_duty", "vital_interest"):
        if command.why:
            return met(
                "INV-14",
                "the contact rests on a legal duty or on danger to life, and says why",
                subject=command.with_,
                source=("P12", "OC"),
            )
        return unmet(
            "INV-14", "a contact without consent must say why", "add why=…", subject=command.with_, source=("P12", "OC")
        )
    person = case.recorded.people.get(command.with_)
    if person is not None and person.suspected:
        return unmet(
            "INV-14",
            "somebody under suspicion is not contacted",
            "contact nobody through them",
            subject=command.with_,
            source=("P12", "OC"),
        )
    if any(_names(case, purpose, command.with_) for purpose in recipient.contact):
        return met("INV-14", "the person has agreed to this contact", subject=command.with_, source=("P12", "OC"))
    purpose = recipient.contact[0]
    need = ConsentNeed(purpose, command.with_ if case.process.consents[purpose].recipients else None)
    return unmet(
        "INV-14",
        "the person has not agreed to this contact",
        "ask the person first",
        subject=command.with_,
        remedy=remedies.for_consent(case, need),
        source=("P12", "OC"),
    )


def _names(case: CaseNow, purpose: str, party: str) -> bool:
    """Whether a consent in force names this party itself, or the whole class that it belongs to; a no of its own wins."""
    own = case.recorded.consent(purpose, party)
    if own is not None and own.state in ("refused", "withdrawn"):
        return False
    if not case.process.consents[purpose].recipients:
        return case.has_consent(purpose)
    return case.has_consent(purpose, party) or (
        case.has_consent(purpose, case.class_of(party))
        and any(
            record.recipient in (party, case.class_of(party)) and case.in_force(record)
            for record in case.consents_for(ConsentNeed(purpose, case.class_of(party)))
        )
    )


@safeguard(
    "INV-20",
    on=("contact", "complete:handover_dossier"),
    source=("P12", "P27"),
    missing="Files that leave by other ways than this program are not seen; signed hand-over packets come later.",
)
def inv_20(case: CaseNow) -> Reason:
    """Personal data leave only under a consent naming recipient, purpose and groups, or to avert danger, or by law."""
    command = case.command
    if isinstance(command, Contact):
        party, groups = command.with_, command.groups
        if command.basis in ("legal_duty", "vital_interest") and command.why:
            never = _never(case, party, groups) if command.basis == "legal_duty" else ()
            if not never:
                return met(
                    "INV-20",
                    "what was told rests on a legal duty or on danger to life, and says why",
                    subject=party,
                    source=("P12", "P27"),
                )
            return _told_too_much(party, never)
    else:
        assert isinstance(command, Complete)
        held = case.recorded.roles.get("receiving_organisation")
        party, groups = (held.party if held else ""), command.fields.get("groups_sent") or ()
    if not groups:
        return met("INV-20", "nothing about the person was told", subject=party, source=("P12", "P27"))
    if not party:
        return unmet(
            "INV-20",
            "it is not said who would be told",
            "name the receiving organisation first",
            source=("P12", "P27"),
            subject="receiving_organisation",
        )
    if never := _never(case, party, groups):
        return _told_too_much(party, never)
    uncovered = [group for group in groups if group not in _covered(case, party)]
    if uncovered:
        purpose = _purpose_for(case, party, uncovered[0])
        remedy = remedies.for_consent(case, ConsentNeed(purpose, party)) if purpose else None
        return unmet(
            "INV-20",
            "the person has not agreed that {groups} data are told there",
            "ask the person, or leave it out",
            subject=party,
            remedy=remedy,
            source=("P12", "P27"),
            groups=", ".join(uncovered),
        )
    return met("INV-20", "the person has agreed to what is told, and to whom", subject=party, source=("P12", "P27"))


def _never(case: CaseNow, party: str, groups: Sequence[str]) -> tuple[str, ...]:
    recipient = case.process.recipients.get(case.class_of(party))
    return tuple(group for group in groups if recipient and group in recipient.never)


def _told_too_much(party: str, groups: Sequence[str]) -> Reason:
    return unmet(
        "INV-20",
        "{groups} data are never told there",
        "leave it out",
        subject=party,
        source=("P12", "P27"),
        groups=", ".join(groups),
    )


def _covered(case: CaseNow, party: str) -> set[str]:
    recipient = case.process.recipients.get(case.class_of(party))
    covered: set[str] = set()
    for purpose in (*recipient.contact, *recipient.share) if recipient else ():
        for record in case.consents_for(ConsentNeed(purpose, party)):
            if case.in_force(record):
                covered |= set(record.groups)
    if case.class_of(party) in ("person", "guardian"):
        covered |= set(case.process.groups)
    return covered


def _purpose_for(case: CaseNow, party: str, group: str) -> str | None:
    recipient = case.process.recipients.get(case.class_of(party))
    for purpose in recipient.share if recipient else ():
        if group in case.process.consents[purpose].groups:
            return purpose
    return None


@safeguard("INV-19", on=(*GATE, "assign", "travel", "consent"), source=("OC",))
def inv_19(case: CaseNow) -> Reason:
    """Nobody who is suspected, or not vetted, can be caregiver, escort, interpreter, reception or contact person."""
    for role, ref in _near_the_person(case):
        person = case.recorded.people.get(ref)
        if person is None:
            return unmet(
                "INV-19",
                "'{ref}' is not known in this case",
                "make the ref first: involve",
                subject=ref,
                source=("OC",),
                ref=ref,
                remedy=None,
            )
        if person.suspected:
            return unmet(
                "INV-19",
                "somebody under suspicion would be {role}",
                "name somebody else",
                subject=ref,
                source=("OC",),
                role=role,
            )
        if person.vetted_on is None:
            return unmet(
                "INV-19",
                "the {role} is not vetted",
                "vet them, and record the day",
                subject=ref,
                source=("OC",),
                role=role,
                remedy=None,
            )
    return met("INV-19", "those near the person are vetted, and nobody is suspected", source=("OC",))


def _near_the_person(case: CaseNow) -> Iterable[tuple[str, str]]:
    recorded, command = case.recorded, case.command
    if isinstance(command, Assign):
        if command.ref and command.role in TRUSTED_ROLES:
            yield command.role, command.ref
        return
    if isinstance(command, Travel):
        if command.status != "cancelled" and command.meeting_person in recorded.people:
            yield "meeting person", str(command.meeting_person)
        return
    if isinstance(command, Consent):
        if command.interpreter in recorded.people:
            yield "interpreter", str(command.interpreter)
        if command.witness in recorded.people and recorded.people[str(command.witness)].suspected:
            yield "witness", str(command.witness)
        return
    for role in TRUSTED_ROLES:
        held = recorded.roles.get(role)
        if held and held.ref:
            yield role, held.ref
    if recorded.travel and recorded.travel.meeting_person and recorded.travel.meeting_person in recorded.people:
        yield "reception person", recorded.travel.meeting_person
    for step, field, role in (
        ("partner_confirmation", "received_by", "reception person"),
        ("safety_plan", "emergency_contact", "contact person"),
    ):
        record = recorded.steps.get(step)
        party = known_party(case, record.values.get(field)) if record else None
        if party in recorded.people:
            yield role, str(party)
    for person in recorded.people.values():
        if person.travels and person.suspected:
            yield "somebody who travels along", person.ref
