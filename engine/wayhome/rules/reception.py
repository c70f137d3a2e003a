"""Who waits for the person: the partner's confirmation, and contacts that work.

Rules:    INV-07, INV-08
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from wayhome.calendar.spans import instant_text
from wayhome.case_now import CaseNow
from wayhome.commands import Assign, Complete, Skip
from wayhome.errors import Template
from wayhome.model.closed_sets import OWNER
from wayhome.model.reason import Finding, no, yes
from wayhome.packs.mentions import Phrase
from wayhome.rules.safeguard import GATE, NONE_WANTED, awaiting_second, distrust_of, moments, outdated, safeguard, vet
from wayhome.rules.saying_no import a_no

DECLINED = "reception_declined_in_writing"
SELECTION, CONFIRMATION = "partner_selection", "partner_confirmation"
RECEPTION, HANDOVER = "arrival_reception", "handover_confirmation"
RECEIVER = "receiving_organisation"
FAMILY = "family_contact_and_assessment"


def _said_no_to_the_partner(case: CaseNow) -> Finding | None:
    """Say that the person does not want this partner to be contacted or told: another can be chosen, and nobody presses them."""
    for need, when in case.process.steps[CONFIRMATION].consents:
        if case.may_hold(when) and a_no(case, need):
            fact: Template = "the person has said no to this partner: {purpose}"
            another = {"do": "assign", "role": RECEIVER}
            title = case.process.named("consents", need.purpose)
            return no(
                fact, CONFIRMATION, todo="choose another partner with them", do=another, from_=case.now, purpose=title
            )
    return None


def _what_reception_lacks(case: CaseNow) -> Iterator[Finding]:
    """Say each thing that is missing for the person to be received, from the minute in which it is known."""
    if moments(case).isdisjoint(GATE):
        return
    needs_a_place = case.value("will_live_with_family") is True and family_is_unsafe(case)
    if needs_a_place:
        fact: Template = "the person would live with a family that was found unsafe"
        todo: Template = (
            "find, together with the person, another place to live; then record that they will not live with the family"
        )
        yield no(fact, FAMILY, todo=todo, do={"do": "record", "fact": "will_live_with_family"})
    if declined := _declined(case):
        if not declined.met:
            yield declined
        return
    unconfirmed = _not_confirmed(case)
    is_chosen = RECEIVER in case.recorded.roles  # that nobody is, is said by the step, until a partner has confirmed
    if (is_chosen or unconfirmed is None) and (untrusted := _cannot_receive(case)):
        yield untrusted
    if alone := _is_taken_by_one_alone(case):
        yield alone
    if unconfirmed is not None and not needs_a_place:  # a partner is asked to confirm once there is a place
        yield unconfirmed
    record = case.record(CONFIRMATION)
    if record is not None and case.passed(CONFIRMATION) and not outdated(case, CONFIRMATION):
        yield from _nobody_meets(case, record.values.get("received_by"))
        yield from _somebody_else_meets(case, record.values.get("received_by"))
    if unconfirmed is not None:
        return
    assert record is not None
    if case.planned_arrival is None:
        yield no("it is not known when the person lands", "travel_plan", todo="book the journey")
    elif not _meets_the_landing(case, record.values):
        fact = "it is not clear where the person will live, or the landing is not inside the time in which the partner waits"
        yield _confirm_anew(case, fact, "agree it anew with the partner")
    elif _is_no_hour(case, record.values):
        fact = "the partner would wait for more than {reception_window}: nobody knows when somebody is there"
        yield _confirm_anew(case, fact, "ask the partner who is there on the day of the landing, and confirm that")


def _not_confirmed(case: CaseNow) -> Finding | None:
    """Say why the partner's confirmation is not there, or does not count; None when it does."""
    found = awaiting_second(case, CONFIRMATION) or _said_no_to_the_partner(case)
    if found is None and not case.passed_within(CONFIRMATION, "partner_confirmation_max_age"):
        fact: Template = "no receiving partner has confirmed in the {partner_confirmation_max_age} before the journey"
        found = no(fact, CONFIRMATION, todo="ask the partner to confirm again")
    if found is not None or (found := outdated(case, CONFIRMATION)):
        return found
    for need, when in case.process.steps[CONFIRMATION].consents:
        if case.may_hold(when) and case.consent_state(need) != "given":
            return no(
                "the person's agreement that this partner is contacted or told is not there any more: {purpose}",
                CONFIRMATION,
                todo="ask the person, or choose another partner",
                do=need.do,
                purpose=case.process.named("consents", need.purpose),
            )
    return None


def _nobody_meets(case: CaseNow, party: Any) -> Iterator[Finding]:
    """Say that who is to meet the person, as the partner has said, is not trusted with it."""
    if why := distrust_of(case, party, "meet"):
        fact: Template = "who is to meet the person cannot be trusted: {why}"
        todo: Template = "let somebody vet them for this, who did not bring them into the case"
        if do := vet(case, party, "meet"):
            yield no(fact, CONFIRMATION, todo=todo, do=do, why=why)
        else:
            yield _confirm_anew(case, fact, "have the partner name somebody else", why=why)


def _somebody_else_meets(case: CaseNow, confirmed: Any) -> Iterator[Finding]:
    """Say that the partner says somebody else meets the person than whom the journey names."""
    travel = case.recorded.travel
    meets, confirms = case.party(travel.meeting_person if travel else None), case.party(confirmed)
    if meets is None or confirms is None or meets == confirms:
        return
    fact: Template = "the partner says that {confirmed} meets the person, and the journey says {booked}"
    todo: Template = "ask the partner; then book it so, or have it confirmed so"
    titles = [case.process.named("partners", one) if case.partner(one) else one for one in (confirms, meets)]
    yield _confirm_anew(case, fact, todo, confirmed=titles[0], booked=titles[1])


@safeguard(
    "INV-07",
    on=(
        *GATE,
        f"skip:{RECEPTION}",
        f"complete:{SELECTION}",
        f"complete:{HANDOVER}",
        f"assign:{RECEIVER}",
        f"assign:{OWNER}",
        "settle",
    ),
    source=("P2", "P12", "OC"),
    limits=("partner_confirmation_max_age", "reception_window"),
    each=_what_reception_lacks,
)
def a_partner_will_receive_the_person(case: CaseNow) -> Finding:
    """No departure unless a partner has confirmed in the last {partner_confirmation_max_age} who meets the person, where and when."""
    if moments(case).isdisjoint(GATE):
        return _whoever_receives_is_trusted(case)
    confirmed = yes("a receiving partner has confirmed who meets the person, where and when", CONFIRMATION)
    return next(_what_reception_lacks(case), None) or _declined(case) or confirmed


def _whoever_receives_is_trusted(case: CaseNow) -> Finding:
    """Not at the gate: no child declines a reception, and nobody takes the person over who cannot be trusted with it."""
    command = case.command
    if isinstance(command, Assign) and command.role == OWNER:
        return _may_own(case, command)
    if isinstance(command, Assign) and command.role == RECEIVER and (why := case.can_never(command.partner, "receive")):
        return _receives_nobody(case, command.partner, why)
    if case.is_child and isinstance(command, Skip):
        return _no_child_declines(RECEPTION)
    wants_none = command.result == NONE_WANTED if isinstance(command, Complete) else _wants_none(case)
    takes_over = not moments(case).isdisjoint({f"complete:{HANDOVER}", "settle"})
    if case.is_child and wants_none and not isinstance(command, Assign):
        return _no_child_declines(SELECTION)
    if takes_over and not _wants_none(case) and case.recorded.roles.get(RECEIVER):
        return _cannot_receive(case) or yes("whoever takes the person over can be trusted with it", RECEIVER)
    return yes("a partner is not declined, or by an adult", SELECTION)


def _may_own(case: CaseNow, command: Assign) -> Finding:
    """Nobody is accountable for the person who has failed them, or was not found to be trusted."""
    party = command.partner or command.organisation or command.ref or ""
    if case.suspending(party) or case.is_doubted(party):
        return no(
            "who has failed, or was not found to be trusted, owns no case", OWNER, todo="name somebody else", do={}
        )
    return yes("nothing speaks against who is to own the case", OWNER)


def _wants_none(case: CaseNow) -> bool:
    selection = case.record(SELECTION)
    return selection is not None and selection.state == "done" and selection.result == NONE_WANTED


def _cannot_receive(case: CaseNow) -> Finding | None:
    """Say why the receiving organisation is not trusted to receive the person; None when it is."""
    held = case.recorded.roles.get(RECEIVER)
    party = held.party if held else None
    why = distrust_of(case, party, "receive")
    return _receives_nobody(case, party, why) if why else None


def _is_taken_by_one_alone(case: CaseNow) -> Finding | None:
    """Say that harm is noted of the partner, by who chose it or leads the case, and nobody but who chose it has agreed, or not since; None where that is not so."""
    held = case.recorded.roles.get(RECEIVER)
    if held is None:
        return None
    if held.alone is None:
        if not any(one.at > held.at for one in case.harm_noted(held.party, held.made_by)):
            return None
        since: Template = "harm was noted of the receiving organisation after it was chosen"
        anew: Template = "read what is noted; choose it again, and a second signs; or choose another"
        return no(since, RECEIVER, todo=anew, do={"do": "assign", "role": RECEIVER}, from_=case.now)
    fact: Template = "harm is noted of the receiving organisation, and one alone has chosen it"
    todo: Template = "let somebody else read what is noted, and sign; or choose another"
    return no(fact, RECEIVER, todo=todo, do={"do": "sign", "seq": held.seq}, from_=case.now)


def _receives_nobody(case: CaseNow, party: str | None, why: Phrase) -> Finding:
    fact: Template = "the receiving organisation cannot receive the person: {why}"
    return no(fact, RECEIVER, todo="choose, with the person, one that can", do=vet(case, party, "receive"), why=why)


def _no_child_declines(subject: str) -> Finding:
    return no("a child declines no reception", subject, todo="choose, with the guardian, who receives the child")


def _meets_the_landing(case: CaseNow, values: Any) -> bool:
    arrival = case.expected_arrival
    assert arrival is not None
    lands = instant_text(arrival)
    opens, closes = values.get("reception_from"), values.get("reception_until")
    waits = opens is not None and closes is not None and str(opens) <= lands <= str(closes)
    return values.get("housing_named") is True and waits


def _is_no_hour(case: CaseNow, values: Any) -> bool:
    opens, closes = (datetime.fromisoformat(str(values[name])) for name in ("reception_from", "reception_until"))
    return closes > case.shifted(opens, case.process.span("reception_window"))


def _confirm_anew(case: CaseNow, fact: Template, todo: Template, **values: Any) -> Finding:
    return no(fact, CONFIRMATION, todo=todo, do={"do": "redo", "step": CONFIRMATION}, from_=case.now, **values)


def _declined(case: CaseNow) -> Finding | None:
    """Say whether reception is declined in writing, where the person wants no partner, or nobody to meet them; None where they do."""
    reception = case.record(RECEPTION)
    if _wants_none(case):
        return _declined_in_writing(case, SELECTION)
    return _declined_in_writing(case, RECEPTION) if reception and reception.state == "skipped" else None


def _declined_in_writing(case: CaseNow, subject: str) -> Finding:
    if case.is_child:
        return _no_child_declines(subject)
    if case.value(DECLINED) is True:
        return yes("the person has declined reception, in writing and after advice", subject)
    fact = "that the person wants no reception is not in writing"
    return no(fact, subject, todo="ask for it in writing, after advice", do={"do": "record", "fact": DECLINED})


@safeguard("INV-08", on=GATE, source=("P2",), limits=("emergency_contacts",), evidence=("safety_plan",))
def the_person_holds_contacts_that_work(case: CaseNow) -> Finding:
    """Before departure the person holds working contacts of an assisting organisation and for an emergency."""
    record = case.record("safety_plan")
    values = record.values if record and record.state == "done" else {}
    named = [values.get(key) for key in ("assisting_organisation", "emergency_contact")]
    working = [party for party in named if party and _can_be_reached(case, str(party))]
    if len(working) == len(named) and len(named) >= case.process.count("emergency_contacts"):
        return yes("the person holds contacts that work in the country of origin", "safety_plan")
    others = [party for party in named if party and party not in working]
    do = next(filter(None, (vet(case, party, "card") for party in others)), None)
    why = next(filter(None, (case.distrust(party, "card") for party in others)), None)
    if why is not None and do is None:
        untrusted: Template = "somebody on the person's card cannot be trusted: {why}"
        another: Template = "put somebody else into the safety plan, and on the person's card"
        return no(untrusted, "safety_plan", todo=another, why=why)
    fact: Template = "the person holds no working contacts in the country of origin"
    return no(fact, "safety_plan", todo="put them into the safety plan, and on the person's card", do=do)


def family_is_unsafe(case: CaseNow) -> bool:
    """Say whether the family was found unsafe or unwilling, or had a part: until it is found safe, whatever else is said of it.

    What is found after the alarm answers it, too, once that is over: another place to live says nothing of the family.
    """
    record, alarm = case.record(FAMILY), case.last_time("family_refuses")
    found = record.result if record is not None and record.state == "done" else None
    if found in ("unsafe", "refuses") or alarm is None or alarm.outcome == "family_safe":
        return found in ("unsafe", "refuses")
    return alarm.is_open or found not in ("safe", "safe_with_conditions") or case.first_after(FAMILY, alarm) is None


def _can_be_reached(case: CaseNow, party: str) -> bool:
    """Who stands on the person's card is trusted with it; a contact that is reported down does not count."""
    if case.distrust(party, "card") is not None:
        return False
    partner = case.partner(case.party(party))
    return partner is None or not partner.down
