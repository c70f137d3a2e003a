"""A contact or an attempt: with whom, what was told, on what basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Annotated, ClassVar

from wayhome.case_now import CaseNow
from wayhome.commands.answer import Act, Answer, role_for_command
from wayhome.commands.changes import Change, is_brought
from wayhome.commands.incidents import open_those
from wayhome.commands.values import missing, party_from
from wayhome.errors import BadInput, Template
from wayhome.model.case import Alone, Case, ContactRecord, ToldRecord
from wayhome.model.closed_sets import (
    AVERTING_DANGER,
    PERSON,
    UNKNOWN_PARTY,
    WITHOUT_CONSENT,
    WRITTEN,
    Basis,
    Channel,
    Postponed,
)
from wayhome.model.command import Command, Party, Question, Words
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.reading import as_text, bad, one_of

__all__ = ["Contact"]

_WITHOUT_CONSENT: Mapping[str, tuple[str, ...]] = {"basis": WITHOUT_CONSENT}


_IN_WRITING: Mapping[str, tuple[str, ...]] = {"with": (PERSON,), "channel": WRITTEN, "reached": ("yes",)}


_UNKNOWN: Mapping[str, tuple[str, ...]] = {"with": (UNKNOWN_PARTY,)}


@data(kw_only=True)
class Contact(Command):
    """Record a contact or an attempt: with whom, what was told, and on what basis.

    `with` is `unknown_party` where nobody here knows them (an ambulance, a border officer): to avert danger to the person they are
    told what they need, and `identified_as` keeps who they said they were. `postponed` says that whoever counts on the journey was to
    be told that it is postponed, and nothing else; or that nobody can tell them, or the person does not want it.
    What others bring of the person is heard of them: they were not reached by it. Reached in writing because a call would endanger them:
    `safe_way` says why, and a second signs.
    """

    word: ClassVar[str] = "contact"
    earliest: ClassVar = "opening"
    judged_then: ClassVar = True
    reaches_out: ClassVar = True

    with_: Annotated[Party, Question("With whom?", of="contacts")]
    identified_as: Annotated[str | None, Question("Who did they say they were?", when=_UNKNOWN, needed=True)] = field(
        default=None, repr=False
    )
    channel: Annotated[Channel, Question("How?")]
    reached: Annotated[bool, Question("Were they reached?")] = field(
        metadata={"missing": "Say whether they were reached."}
    )
    postponed: Annotated[
        Postponed | None, Question("Was it to tell them that the journey is postponed?", of="postponed")
    ] = None
    groups: Annotated[Words, Question("What were they told of?", of="groups", when={"reached": ("yes",)})] = ()
    basis: Annotated[Basis | None, Question("On which basis were they told?", when={"groups": ()})] = None
    why: Annotated[str | None, Question("Why were they told?", when=_WITHOUT_CONSENT, needed=True)] = field(
        default=None, repr=False
    )
    informed_at: Annotated[datetime | None, Question("When was the person told so?", when=_WITHOUT_CONSENT)] = None
    restrictions: Annotated[str | None, Question("What may they not do with it?", when={"groups": ()})] = field(
        default=None, repr=False
    )
    safe_way: Annotated[
        str | None, Question("If a call would endanger them: why was writing the safe way?", when=_IN_WRITING)
    ] = field(default=None, repr=False)


def on_contact(case: CaseNow, command: Contact, answer: Answer) -> None:
    """Record a contact or an attempt."""
    answer.role = role_for_command(case, "contact")
    party = party_from(case, "with", command.with_)
    if (party == UNKNOWN_PARTY) != bool(command.identified_as):
        answer.wrong(_who_they_were(party))
    reached = command.reached
    groups = [one_of("groups", g, case.process.groups) for g in command.groups]
    if command.postponed not in (None, "only_that") and (reached or groups):
        what: Template = "Nobody was told anything there, and somebody was: one of these is wrong."
        answer.wrong(
            bad("postponed", "contradiction", what, "Say 'reached': no, and leave out 'groups'; or 'postponed'.")
        )
    basis = command.basis or ("consent" if groups else None)
    informed_at = command.informed_at
    in_writing = party == PERSON and reached and bool(command.safe_way) and command.channel in WRITTEN
    if command.safe_way and not in_writing:
        why: Template = "Writing was a way to reach the person only where they were reached so."
        answer.wrong(bad("safe_way", "contradiction", why, "Leave out 'safe_way'."))
    texts = {
        name: as_text(name, value)
        for name in ("identified_as", "why", "restrictions", "safe_way")
        if (value := getattr(command, name))
    }
    answer.emit(
        "contact_made" if reached else "contact_attempted",
        {"case": texts} if texts else {},
        **{"with": party},
        channel=command.channel,
        reached=reached,
        postponed=command.postponed,
        in_writing=in_writing or None,
        groups=groups,
        basis=basis,
        by=command.by,
        informed_at=informed_at.isoformat().replace("+00:00", "Z") if informed_at else None,
    )
    if party == PERSON and not reached and not case.was_met_after(case.at):
        open_those(case, answer, lambda on: on.not_reached)
    if is_told_the_untrusted(case, command):
        open_those(case, answer, lambda on: on.told_untrusted)
    elif party == UNKNOWN_PARTY and groups:
        open_those(case, answer, lambda on: on.told_unknown)


def is_told_the_untrusted(case: CaseNow, command: Contact) -> bool:
    """Return whether data of the person were told to a party that is under suspicion, or has failed.

    It has happened, so it is written down whatever the ground was, and is a breach. Who tells a whole class tells each of it.
    """
    if not command.groups:  # a letter or a message tells, too, though nobody was reached
        return False
    known = (*case.recorded.people, *case.process.partners, *case.recorded.organisations)
    of_class = known if command.with_ in case.process.recipients else ()
    told = [command.with_, *(one for one in of_class if case.class_of(one) == command.with_)]
    return any(case.is_suspected(one) or case.suspending(one) for one in told)


def _who_they_were(party: str) -> BadInput:
    if party == UNKNOWN_PARTY:
        return missing("identified_as", "Of somebody whom nobody here knows, it is kept who they said they were.")
    what: Template = "Who it was is said by 'with'."
    todo: Template = "Leave out 'identified_as'; or say 'with': {unknown}, where nobody here knows them."
    return bad("identified_as", "contradiction", what, todo, unknown=UNKNOWN_PARTY)


def contacted(case: Case, event: Event) -> Change:
    """Contacts with the person count from the last time they were reached: attempts before that no longer do, however late
    either is entered. Of others it counts what they were told to avert danger, and whether they know how a journey stands.
    """
    data, is_theirs = event.data, event.data["with"] == PERSON
    heard_of = is_theirs and bool(data["reached"]) and is_brought(event)
    reached, in_writing = bool(data["reached"]) and not heard_of, bool(data.get("in_writing"))
    wrote = data.get("heard_by") in WRITTEN and data.get("by") == PERSON  # then nobody was there, whatever they write
    record = ContactRecord(
        data["with"],
        data["heard_by"] if is_theirs and wrote else data["channel"],
        reached,
        event.occurred_at,
        event.seq,
        data.get("basis") if data.get("groups") else None,
        tuple(data.get("groups") or ()),
        event.recorded_at,
        data.get("postponed"),
        heard_of,
        in_writing,
        Alone(event.occurred_at, event.recorded_at, event.actor) if in_writing else None,
    )
    if not is_theirs:
        is_kept = case.travel or case.entries or data.get("basis") in WITHOUT_CONSENT
        kept: Change = {"contacts_with_others": (*case.contacts_with_others, record)} if is_kept else {}
        if data.get("basis") != AVERTING_DANGER or not reached or not data.get("groups"):
            return kept
        told = ToldRecord(tuple(data["groups"]), event.occurred_at, event.seq)
        return {**kept, "told": {**case.told, data["with"]: told}}
    contacts = sorted((*case.contacts, record), key=lambda contact: (contact.at, contact.seq))
    last = max((i for i, contact in enumerate(contacts) if contact.reached), default=0)
    kept = {"contacts": tuple(contacts[last:])}
    # That they were reached may be a mistake.
    return kept if not last else {**kept, "contacts_before": tuple(contacts[:last])}


ACTS = (Act(Contact, on_contact, about=lambda case, command: [case.class_of(command.with_)]),)
CHANGES = {"contact_made": contacted, "contact_attempted": contacted}
