"""Who may be contacted, what they may be told, and who may come near the person.

Rules:    INV-14, INV-19, INV-20
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.case_now.entries import told_under_what_is_gone
from wayhome.commands import Assign, Complete, Consent, Contact, Move, Travel
from wayhome.commands.contacts import is_told_the_untrusted
from wayhome.errors import Template, part
from wayhome.model.case import ConsentRecord
from wayhome.model.closed_sets import AVERTING_DANGER, UNKNOWN_PARTY, WITHOUT_CONSENT, Trust
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Finding, no, yes
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.steps import Step
from wayhome.packs.mentions import Phrase
from wayhome.rules.safeguard import GATE, distrust_of, moments, safeguard, vet
from wayhome.rules.saying_no import a_no, who_counts_on_the_journey

ESCORT = "escort"
BREACH = "data_breach"
DOSSIER, TRAVEL_DATA = "handover_dossier", "travel_data_share"
A_BREACH: Template = "tell them nothing: they are under suspicion, or have failed. What they were told already is written down as a breach"


class Near(NamedTuple):
    """A way of coming near the person: how a sentence calls it, and with what one is trusted then.

    `of_all`: this is asked here of partners and organisations, too; for the other ways another rule asks it of them.
    `stays`: it goes on after the journey.
    """

    called: Template
    trust: Trust | None = None
    of_all: bool = False
    stays: bool = False


NEAR: Mapping[str, Near] = {
    "caregiver": Near("caregiver", "care", of_all=True, stays=True),
    "escort": Near("escort", "escort", of_all=True),
    "interpreter": Near("interpreter", "interpret", of_all=True),
    "guardian": Near("guardian", "speak", of_all=True, stays=True),
    "receiving_organisation": Near("receiving organisation", "receive", stays=True),
    "meeting_person": Near("meeting person", "meet", of_all=True),
    "reception_officer": Near("reception officer", "meet", of_all=True),
    "reception_person": Near("reception person", "meet"),
    "contact_person": Near("contact person", "card", stays=True),
    "witness": Near("witness", of_all=True),
    "companion": Near("somebody who travels along"),
    "stranger_along": Near("adult who travels along and is not of the family", "escort"),
}
OF_THE_FAMILY = ("child", "partner", "relative", "parent", "sibling")


IN_THEIR_HANDS: tuple[Trust, ...] = ("care", "meet", "escort")


def has_them_in_hand(case: CaseNow, ref: str) -> bool:
    """Say whether somebody brings, meets or cares for the person in a case, or will."""
    return any(one == ref and trust_in(way) in IN_THEIR_HANDS for way, one in all_near_the_person(case))


def trust_in(way: str) -> Trust | None:
    """Say with what somebody is trusted who comes near the person in this way; None when nothing more is asked."""
    return NEAR[way].trust if way in NEAR else None


@safeguard("INV-14", on=("contact",), source=("P12", "OC"))
def the_person_agreed_to_this_contact(case: CaseNow) -> Finding:
    """No contact with family, embassy, authorities or a partner without a consent that names this contact, but to say only 'postponed' to who counts on the journey, or only that the consent is gone to who learnt of the person under it."""
    command = case.command
    assert isinstance(command, Contact)
    party = command.with_
    if is_told_the_untrusted(case, command):
        return yes(A_BREACH, party)
    if party == UNKNOWN_PARTY:
        return _of_somebody_unknown(case, command)
    if command.postponed and not command.groups and party in who_counts_on_the_journey(case):
        return yes("nothing is told but 'postponed', and only to who counts on the journey", party)
    recipient = case.process.recipients.get(case.class_of(party))
    if recipient is None:
        return no("nobody here knows this party", party, todo="say whom you contact", do={})
    is_suspected = case.is_suspected(party)
    nobody: Template = "contact nobody through them"
    looked_at: Template = "contact nobody through them; where it was a mistake, let two vet them"
    anew = vet(case, party) if is_suspected else None
    through_them = no(
        "somebody under suspicion is not contacted", party, todo=looked_at if anew else nobody, do=anew or {}
    )
    if not recipient.contact:
        return through_them if is_suspected else yes("this contact needs no consent of its own", party)
    if command.basis in WITHOUT_CONSENT:
        if command.why:
            return yes("the contact rests on a legal duty or on danger to life, and says why", party)
        return no("a contact without consent must say why", party, todo="say 'why'", do={})
    if is_suspected:
        return through_them
    if any(_names(case, purpose, party) for purpose in recipient.contact):
        return yes("the person has agreed to this contact", party)
    if not command.groups and party in told_under_what_is_gone(case):
        return yes("nothing is told but that the consent is gone, and only to who learnt of the person under it", party)
    purpose = recipient.contact[0]
    named = party if case.process.consents[purpose].recipients else None
    asked = {"do": "consent", "purpose": purpose, "recipient": named}
    if one_of_them := _but_not_all(case, party, recipient.contact):
        return one_of_them
    if refused := a_no(case, ConsentNeed(purpose, named)):
        return replace(refused, subject=party)
    return no("the person has not agreed to this contact", party, todo="ask the person first", do=asked)


def _of_somebody_unknown(case: CaseNow, command: Contact) -> Finding:
    """An ambulance or a border officer is told what averts danger to the person; nothing else is told to somebody unknown."""
    if not command.groups:
        return yes("nothing about the person was told", UNKNOWN_PARTY)
    if command.basis == AVERTING_DANGER:
        if command.why:
            return yes("the contact rests on danger to life, and says why; a second looks at it", UNKNOWN_PARTY)
        return no("it is not said what the danger was", UNKNOWN_PARTY, todo="say it in 'why', in a few words", do={})
    fact: Template = "nobody here knows this party, and danger to life is not given as the ground"
    todo: Template = "say who it was: involve them, or have the organisation registered; was it to save a life? Then say 'basis': {danger}, and 'why'. Did a law let an authority ask? Then 'with' is the authority. Was it a mistake? Open '{breach}'"
    return no(
        fact, UNKNOWN_PARTY, todo=todo, do={}, danger=AVERTING_DANGER, breach=case.process.named("incidents", BREACH)
    )


def _names(case: CaseNow, purpose: str, party: str) -> bool:
    """Whether a consent in force names this party itself, or the whole class that it belongs to; a no of its own wins."""
    own = case.recorded.consent(purpose, party)
    if own is not None and own.state in ("refused", "withdrawn"):
        return False
    if not case.process.consents[purpose].recipients:
        return case.has_consent(purpose)
    if _is_class(case, party):
        return any(_given_for(case, purpose, party))
    class_ = case.class_of(party)
    of_class = case.consents_for(ConsentNeed(purpose, class_))
    return any(record.recipient in (party, class_) and case.in_force(record) for record in of_class)


def _is_class(case: CaseNow, party: str) -> bool:
    """Say whether this is a whole class of recipients, and nobody of it: to tell the class is to tell each of it."""
    return case.class_of(party) == party


def _given_for(case: CaseNow, purpose: str, party: str) -> Iterator[ConsentRecord]:
    """Give the consents in force that name a party; for a whole class those that name the class, where the person has said no to none of it."""
    is_class = _is_class(case, party)
    if is_class and _excepted(case, purpose, party):
        return
    for record in case.consents_for(ConsentNeed(purpose, party)):
        if case.in_force(record) and (record.recipient == party or not is_class):
            yield record


def _excepted(case: CaseNow, purpose: str, class_: str) -> tuple[str, ...]:
    """Name those of a class to whom the person has said no."""
    answers = case.consents_for(ConsentNeed(purpose, class_))
    return tuple(one.recipient for one in answers if one.state in ("refused", "withdrawn") and one.recipient != class_)


def _but_not_all(case: CaseNow, party: str, purposes: Sequence[str]) -> Finding | None:
    """Refuse to tell a class of which the person has said no to some, and not to all."""
    for purpose in purposes if _is_class(case, party) else ():
        own = case.recorded.consent(purpose, party)
        is_refused = own is not None and own.state in ("refused", "withdrawn")
        if not is_refused and (whom := _excepted(case, purpose, party)):
            fact: Template = "the person has said no to {whom}, who would be told, too"
            return no(fact, party, todo="name each who may be told", do={}, whom=whom)
    return None


@safeguard(
    "INV-20",
    on=("contact", "complete:handover_dossier", "travel", *GATE),
    source=("P12", "P27"),
    missing="Files that leave by other ways than this program are not seen; signed hand-over packets come later.",
)
def only_what_was_agreed_is_told(case: CaseNow) -> Finding:
    """Personal data leave only under a consent naming recipient, purpose and groups, or to avert danger, or by law; nobody carries the person to whom they have said no."""
    command = case.command
    if not isinstance(command, Contact) and not (isinstance(command, Complete) and command.step == DOSSIER):
        return _nobody_else_carries(case)
    party, groups = _told(case)
    if isinstance(command, Contact) and is_told_the_untrusted(case, command):
        return yes(A_BREACH, party)
    if isinstance(command, Contact) and command.basis in WITHOUT_CONSENT and command.why:
        never = _never(case, party, groups) if command.basis == "legal_duty" else ()
        told = "what was told rests on a legal duty or on danger to life, and says why"
        return _told_too_much(party, never) if never else yes(told, party)
    if not groups:
        return yes("nothing about the person was told", party)
    if case.suspending(party):
        todo: Template = (
            "tell nobody there; choose another. Was it sent? Then write down the contact, and what was told"
        )
        return no("who has failed is told nothing more", party, todo=todo, do={})
    if not party:
        fact = "it is not said who would be told"
        return no(fact, "receiving_organisation", todo="name the receiving organisation first", do={})
    if never := _never(case, party, groups):
        return _told_too_much(party, never)
    uncovered = [group for group in groups if group not in _covered(case, party)]
    if not uncovered:
        return yes("the person has agreed to what is told, and to whom", party)
    if party == UNKNOWN_PARTY:
        fact = "nobody can have agreed that somebody unknown is told {groups} data"
        todo = "say 'basis': {danger}, and 'why'; or leave 'groups' out"
        return no(fact, party, todo=todo, do={}, groups=uncovered, danger=AVERTING_DANGER)
    if one_of_them := _but_not_all(case, party, _purposes(case, party)):
        return one_of_them
    purpose = _purpose_for(case, party, uncovered[0])
    asked = {"do": "consent", "purpose": purpose, "recipient": party} if purpose else {}
    fact = "the person has not agreed that {groups} data are told there"
    return no(fact, party, todo="ask the person, or leave it out", do=asked, groups=uncovered)


def _nobody_else_carries(case: CaseNow) -> Finding:
    """Say that somebody carries the person to whom they have said no, or whom they did not name where they named others."""
    command, carriers = case.command, case.carriers
    if isinstance(command, Travel):
        carriers = tuple(leg.carrier for leg in command.legs if leg.carrier and command.status == "booked")
    for carrier in carriers if case.recorded.happened("departed") is None else ():
        named, class_ = ConsentNeed(TRAVEL_DATA, carrier), case.process.class_of_carriers
        fact: Template = "the person has said no to {carrier}, who would carry them and is told who they are"
        todo: Template = "book with another; if they wish it themselves after all, write down their yes"
        state, to_all = case.consent_state(named), case.recorded.consent(TRAVEL_DATA, class_)
        if state == "missing" and not (to_all is not None and case.in_force(to_all)):
            if case.consent_state(ConsentNeed(TRAVEL_DATA, class_)) != "given":
                continue  # that nobody is agreed to is asked where the journey is planned
            fact = (
                "the person has agreed to others, and not to {carrier}, who would carry them and is told who they are"
            )
            todo = "ask whether this one may be told, too; or book with whom they have named"
        elif state != "refused":
            continue
        return no(fact, carrier, todo=todo, do=named.do if state == "missing" else {}, carrier=carrier)
    return yes("the person has said no to nobody who carries them", TRAVEL_DATA)


def _told(case: CaseNow) -> tuple[str, Sequence[str]]:
    """Who is told, and which data groups."""
    command = case.command
    if isinstance(command, Contact):
        return command.with_, command.groups
    assert isinstance(command, Complete)
    held = case.recorded.roles.get("receiving_organisation")
    return (held.party if held else ""), command.fields.get("groups_sent") or ()


def _never(case: CaseNow, party: str, groups: Sequence[str]) -> tuple[str, ...]:
    recipient = case.process.recipients.get(case.class_of(party))
    return tuple(group for group in groups if recipient and group in recipient.never)


def _told_too_much(party: str, groups: Sequence[str]) -> Finding:
    return no("{groups} data are never told there", party, todo="leave it out", do={}, groups=groups)


def _covered(case: CaseNow, party: str) -> set[str]:
    if case.class_of(party) in ("person", "guardian"):
        return {*case.process.groups}
    covered: set[str] = set()
    for purpose in _purposes(case, party):
        for record in _given_for(case, purpose, party):
            covered |= case.process.covered(record.groups)
    return covered


def _purposes(case: CaseNow, party: str) -> tuple[str, ...]:
    """Give the purposes of consents under which a party is contacted, or told of the person."""
    recipient = case.process.recipients.get(case.class_of(party))
    return (*recipient.contact, *recipient.share) if recipient else ()


def _purpose_for(case: CaseNow, party: str, group: str) -> str | None:
    recipient = case.process.recipients.get(case.class_of(party))
    share = recipient.share if recipient else ()
    return next(
        (purpose for purpose in share if group in case.process.covered(case.process.consents[purpose].groups)), None
    )


UNTRUSTED: Template = "the {as_} cannot be trusted: {why}"
NAMES_UNTRUSTED: Template = "'{step}' names somebody who cannot be trusted: {why}"
VET_THEM: Template = "let somebody vet them for this, who did not bring them into the case"


def _who_must_not_be_near(case: CaseNow) -> Iterator[Finding]:
    """Say of each who is near the person, or would be, why that must not be."""
    fact: Template
    for role, ref in near_the_person(case):
        yield from _of_somebody(case, role, ref)
    if (escort := _stays_at_home(case)) is not None:
        fact = "the escort does not travel along"
        todo: Template = "name another escort; or say that they come along after all"
        yield no(fact, escort, todo=todo, do={"do": "involve", "ref": escort})
    for role, why in _organisations_near(case):
        todo = "name a partner that can, or somebody whom you have vetted"
        yield no(UNTRUSTED, role, todo=todo, do={}, as_=part(NEAR[role].called), why=why)
    for step, party, trust in _named_now(case):
        if never := case.can_never(party, trust):
            title = case.process.named("steps", step.id)
            todo = "name a partner that can, or a person of the case"
            yield no(NAMES_UNTRUSTED, step.id, todo=todo, do={}, step=title, why=never)
    for step, party, trust in _named_by_packs(case):
        if distrust := distrust_of(case, party, trust):
            vetting, title = vet(case, party, trust), case.process.named("steps", step.id)
            again = {} if isinstance(case.command, Complete) else {"do": "redo", "step": step.id}
            other = VET_THEM if vetting else "name somebody else"
            do = vetting or again
            yield no(NAMES_UNTRUSTED, step.id, todo=other, do=do, from_=case.now, step=title, why=distrust)


def _of_somebody(case: CaseNow, role: str, ref: str) -> Iterator[Finding]:
    person = case.recorded.people.get(ref)
    if person is None:
        yield no("'{ref}' is not known in this case", ref, todo="make the ref first: involve", ref=ref)
        return
    if role == ESCORT and case.is_said_to_be_child(person):
        yield no("the escort is a child", ref, todo="name somebody who is grown up", do={})
        return
    if case.has_died(ref):
        dead: Template = "somebody who has died would be {role}"
        yield no(dead, ref, todo="name somebody else", do={}, role=part(NEAR[role].called))
        return
    trust = NEAR[role].trust
    do, near = vet(case, ref, trust), part(NEAR[role].called)
    todo: Template = VET_THEM if do else "name somebody else"
    if case.recorded.suspects(ref) or (trust is None and case.is_suspected(ref)):  # once one alone has taken it back
        suspect: Template = "somebody under suspicion would be {role}"
        yield no(suspect, ref, todo=todo, do=do or {}, role=near)
    elif trust and (why := distrust_of(case, ref, trust)):
        yield no(UNTRUSTED, ref, todo=todo, do=do or {}, as_=near, why=why)


@safeguard(
    "INV-19",
    on=(*GATE, "assign", "travel", "consent", "entrust", "settle"),
    source=("OC",),
    limits=("vetting_max_age",),
    each=_who_must_not_be_near,
)
def nobody_near_the_person_is_suspected_or_unvetted(case: CaseNow) -> Finding:
    """Nobody who is suspected, or not vetted in the last {vetting_max_age}, can be caregiver, escort, interpreter, reception or contact person."""
    found = next(iter(_who_must_not_be_near(case)), None)
    return found or yes("those near the person are vetted, and nobody is suspected")


def _named_now(case: CaseNow) -> Iterator[tuple[Step, str, Trust]]:
    """Give whom a field of the core's own names as somebody to be near the person: who lacks something is taken, and told of at the gate.
    A no is taken, whomever it names.
    """
    command = case.command
    for step, field, trust in case.process.entrusting:
        if not isinstance(command, Complete) or command.step != step.id or field in step.of_packs:
            continue
        result = step.results.get(command.result or step.favourable or "")
        if command.fields.get(field) and (result is None or result.passes):
            yield step, str(command.fields[field]), trust


def _named_by_packs(case: CaseNow) -> Iterator[tuple[Step, str, Trust]]:
    """Give whom the steps of packs entrust the person to, as a step names them now, and at the gate as it did: before the journey
    those who will meet or house them, and before the arrival is over those who do. Where somebody landed is written down as it was.
    """
    command = case.command
    for step, field, trust in case.process.entrusting:
        if field not in step.of_packs:
            continue
        is_there = PHASE_NUMBER[step.phase] > PHASE_NUMBER["travel"]
        if isinstance(command, Complete) and command.step != CLEARANCE:
            party = command.fields.get(field) if command.step == step.id and not is_there else None
        elif isinstance(command, Complete | Move):
            record = case.record(step.id)
            is_asked = is_there == _settles(case)
            party = record.values.get(field) if is_asked and record is not None and record.state == "done" else None
        else:
            return
        if party:
            yield step, str(party), trust


def near_the_person(case: CaseNow) -> Iterable[tuple[str, str]]:
    """Give those whom a command brings near the person, and at the gate all who are: (role, ref)."""
    command, recorded = case.command, case.recorded
    if isinstance(command, Assign):
        if command.ref and command.role in NEAR:
            yield command.role, command.ref
    elif isinstance(command, Travel):
        if command.status != "cancelled" and command.meeting_person in recorded.people:
            yield "meeting_person", str(command.meeting_person)
    elif isinstance(command, Consent):  # a no is taken, whoever has heard it
        if command.answer == "given" and command.interpreter in recorded.people:
            yield "interpreter", str(command.interpreter)
        if command.answer == "given" and command.witness and _is_no_witness(case, command.witness):
            yield "witness", command.witness
    elif not moments(case).isdisjoint(GATE):
        yield from all_near_the_person(case)
    elif _settles(case):
        yield from ((role, ref) for role, ref in all_near_the_person(case) if NEAR[role].stays)


def _is_no_witness(case: CaseNow, who: str) -> bool:
    return case.is_suspected(who) or case.has_died(case.party(who) or "")


def _organisations_near(case: CaseNow) -> Iterable[tuple[str, Phrase]]:
    """Give the roles near the person of those who are no ref, and not trusted with them: (role, why)."""
    command, recorded = case.command, case.recorded
    asked: dict[str, str | None] = {}
    if isinstance(command, Assign):
        asked[command.role] = command.partner or command.organisation
    elif isinstance(command, Travel):
        asked["meeting_person"] = command.meeting_person if command.status != "cancelled" else None
    elif isinstance(command, Consent):
        asked = {"interpreter": command.interpreter, "witness": command.witness} if command.answer == "given" else {}
    elif not moments(case).isdisjoint(GATE):
        asked = {role: held.party for role, held in recorded.roles.items()}
        asked["meeting_person"] = recorded.travel.meeting_person if recorded.travel else None
    elif _settles(case):
        asked = {role: held.party for role, held in recorded.roles.items() if role in NEAR and NEAR[role].stays}
    for role, (_, trust, of_all, _) in NEAR.items():
        party = asked.get(role)
        if not of_all or not party or party in recorded.people:
            continue
        if why := distrust_of(case, party, trust) if trust else case.can_never(party, "witness"):
            yield role, why


def _stays_at_home(case: CaseNow) -> str | None:
    """Name the escort whom the journey needs and of whom nobody said that they travel; None when they do, at any time but the gate."""
    held = case.recorded.roles.get(ESCORT)
    person = case.recorded.people.get(held.party) if held else None
    if person is None or person.travels or moments(case).isdisjoint(GATE) or not case.done_by("assign", ESCORT):
        return None
    return person.ref


def _settles(case: CaseNow) -> bool:
    """Say whether the arrival is to be over: then it counts who stays with the person."""
    return isinstance(case.command, Move) and case.command.to == "settle"


def all_near_the_person(case: CaseNow) -> Iterable[tuple[str, str]]:
    """Give all who are near the person, or will be: (role, ref)."""
    recorded = case.recorded
    for role in NEAR:
        held = recorded.roles.get(role)
        if held and held.ref:
            yield role, held.ref
    if recorded.travel and recorded.travel.meeting_person in recorded.people:
        yield "reception_person", str(recorded.travel.meeting_person)
    for step, field, role in (
        ("partner_confirmation", "received_by", "reception_person"),
        ("safety_plan", "emergency_contact", "contact_person"),
        ("safety_plan", "assisting_organisation", "contact_person"),
    ):
        record = recorded.steps.get(step)
        party = case.party(record.values.get(field)) if record else None
        if party in recorded.people:
            yield role, str(party)
    for person in recorded.people.values():
        if person.travels and case.is_suspected(person.ref):
            yield "companion", person.ref
    for person in recorded.companions:
        if person.relation not in OF_THE_FAMILY and not person.gone and not case.may_be_child(person):
            yield "stranger_along", person.ref


def to_be_heard_by(case: CaseNow) -> datetime | None:
    """Give by when whoever was reached in writing alone is looked for again; None where they were heard since, or had with somebody."""
    wrote = next((one for one in reversed(case.recorded.all_contacts) if one.in_writing), None)
    if wrote is None or case.was_reached_since(case.recorded.ends(wrote) + timedelta.resolution):
        return None
    if any(one.is_live and not one.in_writing and one.at >= wrote.at for one in case.recorded.all_contacts):
        return None  # in the same hour
    return case.shifted(wrote.at, case.process.span("looked_for_again"))
