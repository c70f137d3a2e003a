"""A contact or an attempt: with whom, what was told, on what basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Annotated, ClassVar

from wayhome.case_now import CaseNow
from wayhome.commands.answer import Act, Answer, role_for_command
from wayhome.commands.changes import Change
from wayhome.commands.incidents import open_those
from wayhome.commands.values import party_from
from wayhome.model.case import Case, ContactRecord, ToldRecord
from wayhome.model.closed_sets import AVERTING_DANGER, PERSON, Basis, Channel
from wayhome.model.command import Command, Party, Question, Words
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.reading import as_text, one_of

__all__ = ["Contact"]


_WITHOUT_CONSENT: Mapping[str, tuple[str, ...]] = {"basis": ("legal_duty", "vital_interest")}


@data(kw_only=True)
class Contact(Command):
    """Record a contact or an attempt: with whom, what was told, and on what basis."""

    word: ClassVar[str] = "contact"
    earliest: ClassVar = "opening"
    judged_then: ClassVar = True
    reaches_out: ClassVar = True

    with_: Annotated[Party, Question("With whom?", of="parties")]
    channel: Annotated[Channel, Question("How?")]
    reached: Annotated[bool, Question("Were they reached?")] = field(
        metadata={"missing": "Say whether they were reached."}
    )
    groups: Annotated[Words, Question("What were they told of?", of="groups", when={"reached": ("yes",)})] = ()
    basis: Annotated[Basis | None, Question("On which basis were they told?", when={"groups": ()})] = None
    why: Annotated[str | None, Question("Why were they told?", when=_WITHOUT_CONSENT, needed=True)] = field(
        default=None, repr=False
    )
    informed_at: Annotated[datetime | None, Question("When was the person told so?", when=_WITHOUT_CONSENT)] = None
    restrictions: Annotated[str | None, Question("What may they not do with it?", when={"groups": ()})] = field(
        default=None, repr=False
    )


def on_contact(case: CaseNow, command: Contact, answer: Answer) -> None:
    """Record a contact or an attempt."""
    answer.role = role_for_command(case, "contact")
    party = party_from(case, "with", command.with_)
    reached = command.reached
    groups = [one_of("groups", g, case.process.groups) for g in command.groups]
    basis = command.basis or ("consent" if groups else None)
    informed_at = command.informed_at
    texts = {k: as_text(k, v) for k, v in (("why", command.why), ("restrictions", command.restrictions)) if v}
    answer.emit(
        "contact_made" if reached else "contact_attempted",
        {"case": texts} if texts else {},
        **{"with": party},
        channel=command.channel,
        reached=reached,
        groups=groups,
        basis=basis,
        by=command.by,
        informed_at=informed_at.isoformat().replace("+00:00", "Z") if informed_at else None,
    )
    if party == PERSON and not reached and not any(c.reached and c.at > case.at for c in case.recorded.contacts):
        open_those(case, answer, lambda on: on.not_reached)


def contacted(case: Case, event: Event) -> Change:
    """Contacts with the person count from the last time they were reached: attempts before that no longer do, however late
    either is entered. Of others it counts what they were told to avert danger.
    """
    data = event.data
    if data["with"] != PERSON:
        if data.get("basis") != AVERTING_DANGER or not data["reached"] or not data.get("groups"):
            return {}
        return {"told": {**case.told, data["with"]: ToldRecord(tuple(data["groups"]), event.occurred_at, event.seq)}}
    reached = bool(data["reached"])
    record = ContactRecord(
        PERSON, data["channel"], reached, event.occurred_at, event.seq, data.get("basis"), event.recorded_at
    )
    contacts = sorted((*case.contacts, record), key=lambda contact: (contact.at, contact.seq))
    last = max((i for i, contact in enumerate(contacts) if contact.reached), default=0)
    kept: Change = {"contacts": tuple(contacts[last:])}
    return (
        kept if not last else {**kept, "contacts_before": tuple(contacts[:last])}
    )  # that they were reached may be a mistake


ACTS = (Act(Contact, on_contact, about=lambda case, command: [case.class_of(command.with_)]),)
CHANGES = {"contact_made": contacted, "contact_attempted": contacted}
