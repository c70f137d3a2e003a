"""Protection, reflection, courts, removal: what authorities and the law ask before a person may leave.

Rules:    INV-09, INV-10, INV-17, INV-18, INV-32, INV-37
"""

from __future__ import annotations

from datetime import datetime

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.commands import Complete, Consent, Document, Move, Redo, Sign, Travel
from wayhome.errors import Template
from wayhome.model.case import Dated
from wayhome.model.closed_sets import THROUGH_SOMEBODY
from wayhome.model.reason import Finding, no, yes
from wayhome.rules.safeguard import GATE, safeguard

# A contact with an authority of the origin country, or a paper that is asked of one.
ORIGIN_AUTHORITY = ("contact:authority_origin", "contact:embassy", "document:authority_origin", "document:embassy")
PROTECTION, REFLECTION, COURTS = "protection_needs_check", "reflection_period", "proceedings_clearance"
COUNSEL = "legal_counselling"
EARLY, LAWYER, AUTHORITIES = "own_early_flight", "lawyer", ("authority_host", "authority_origin")


@safeguard("INV-09", on=(*GATE, *ORIGIN_AUTHORITY), source=("P9", "OC"))
def no_protection_is_claimed_or_unchecked(case: CaseNow) -> Finding:
    """No departure and no contact with authorities of the origin country while protection is claimed or unchecked."""
    if isinstance(case.command, Document) and not _asks_for_a_paper(case, case.command):
        return yes("nothing is asked of an authority here", PROTECTION)
    if case.recorded.has_open("asylum_claim"):
        return no(
            "the person asks for international protection",
            "asylum_claim",
            todo="wait for the final answer, or a free withdrawal after advice",
            do={"do": "complete", "step": PROTECTION},
        )
    if not case.passed(PROTECTION):
        fact = "nobody has checked whether the person needs international protection"
        return no(fact, PROTECTION, todo="have a legal counsellor check it")
    return yes("protection was checked, and no claim is pending", PROTECTION)


def _asks_for_a_paper(case: CaseNow, command: Document) -> bool:
    """Whether this says that a paper was asked for or came, and not only that one is lost."""
    held = case.recorded.document(command.kind, command.of or "")
    came = command.status == "held" and (held is None or held.status != "held")
    return command.status == "requested" or came


@safeguard("INV-10", on=(*GATE, "travel", "redo", "close"), source=("P2", "P7", "P8"))
def nobody_leaves_inside_a_reflection_period(case: CaseNow) -> Finding:
    """No departure and no transfer inside a running reflection period, unless the person asks for it after legal counselling."""
    command = case.command
    if isinstance(command, Redo):
        return _a_running_period_is_left_alone(case, command)
    leaves = case.at
    if isinstance(command, Move) and command.to == "close" and command.reason != "transferred":
        return yes("nobody is taken anywhere by this", REFLECTION)
    if isinstance(command, Travel):
        if command.status == "cancelled":
            return yes("no day of leaving is set", REFLECTION)
        if case.recorded.happened("departed") is not None:
            return yes("the person has gone; how they travel may be written down", REFLECTION)
        leaves = case.departure_of(command) or case.planned_departure or case.at
    record = case.record(REFLECTION)
    waived = record is not None and record.state == "done" and record.result == "waived_by_person"
    ends = reflection_ends(case)
    if not waived and (ends is None or leaves >= ends):
        return yes("no reflection period is running on that day", REFLECTION)
    wish = case.recorded.facts.get("asks_during_reflection")
    step, ever = case.process.steps[COUNSEL], case.recorded.all_of("steps", COUNSEL)
    advised = [
        one.at for one in ever if one.seq not in case.recorded.taken_back and not case.is_doubtful_word(step, one.by)
    ]
    is_advised = case.passed(COUNSEL) and wish is not None and any(at <= wish.at for at in advised)
    if wish is not None and wish.value is True and is_advised and not _was_followed_by_a_no(case, wish):
        return yes("the person asks to leave earlier, after legal counselling", REFLECTION)
    return no(
        "the reflection period is still running, or was waived without the person's own recorded wish and legal counselling",
        REFLECTION,
        todo="wait until it ends; nobody may hurry the person",
        do={"do": "record", "fact": "asks_during_reflection"},
        from_=ends or case.now,
    )


def _was_followed_by_a_no(case: CaseNow, wish: Dated) -> bool:
    """Say whether the person has said no to the journey since they asked to leave earlier."""
    kinds = case.process.incidents
    noes = (one for one in case.recorded.incidents if one.type in kinds and kinds[one.type].bars)
    return any(one.last_at >= wish.at for one in noes)


def reflection_ends(case: CaseNow) -> datetime | None:
    """Say when a reflection period that was granted ends; None when none was."""
    step, record = case.process.steps[REFLECTION], case.record(REFLECTION)
    granted = record is not None and record.state == "done" and record.result == step.favourable
    return case.ended(step, record) if granted else None


def _a_running_period_is_left_alone(case: CaseNow, command: Redo) -> Finding:
    """A period that protects for at least so long cannot be begun anew, or ended, while it runs."""
    step, ends = case.process.steps.get(command.step), None
    if step is not None and step.lengths and step.lengths[0].at_least:
        ends = case.ended(step, case.recorded.steps.get(command.step))
    if ends is None or ends <= case.at:
        return yes("no protected period is running here", command.step)
    fact = "this protected period is running until {until}"
    return no(fact, command.step, todo="let it run", do={}, until=ends.date().isoformat())


@safeguard("INV-17", on=GATE, source=("P2", "P3"), evidence=(COURTS,))
def the_proceedings_are_arranged_for(case: CaseNow) -> Finding:
    """No departure before the legal proceedings are recorded, and arranged for where the person is needed."""
    if case.passed(COURTS):
        return yes("the legal proceedings are recorded, and arranged for", COURTS)
    record = case.record(COURTS)
    if record is not None and record.state == "done":
        fact = "the person is needed in legal proceedings"
        return no(fact, COURTS, todo="agree with the prosecutor how to testify")
    return no("it is not recorded how legal proceedings stand", COURTS, todo="ask the legal counsellor")


@safeguard("INV-18", on=GATE, source=("P2", "OC"))
def an_independent_lawyer_counselled_the_person(case: CaseNow) -> Finding:
    """No departure before independent legal counselling is recorded; who clears the departure is not independent."""
    counselled, cleared = case.record(COUNSEL), case.record(CLEARANCE)
    clears = cleared.written_by if cleared is not None else frozenset()
    if case.actor is not None and isinstance(case.command, Complete | Sign) and case.command.step == CLEARANCE:
        clears |= {case.actor.id}
    is_own = counselled is not None and not case.recorded.is_reported(counselled)  # what others did is only typed here
    if counselled is not None and is_own and clears & counselled.written_by:
        told: Template = "whoever counselled the person clears the departure, too, and so is not independent"
        return no(told, COUNSEL, todo="let another lawyer counsel the person, or another clear the departure")
    if case.passed(COUNSEL):
        return yes("the person was counselled by an independent lawyer", COUNSEL)
    fact = "the person was not counselled by an independent lawyer"
    return no(fact, COUNSEL, todo="arrange the counselling")


@safeguard("INV-32", on=(*GATE, "prepare", "consent:return"), source=("OC",))
def no_removal_order_is_being_enforced(case: CaseNow) -> Finding:
    """While a removal order is being enforced, no return counts as voluntary and none departs."""
    if isinstance(case.command, Consent) and case.command.answer == "refused":
        return yes("a no always counts", "expulsion_risk")
    if not case.recorded.has_open("expulsion_risk"):
        return yes("no removal order is being enforced", "expulsion_risk")
    return no(
        "a removal order is being enforced, so this return is not voluntary",
        "expulsion_risk",
        todo="call the legal counsellor",
    )


@safeguard("INV-37", on=(f"complete:{EARLY}",), source=("P2", "OC"))
def an_early_flight_is_asked_for_before_an_independent_lawyer(case: CaseNow) -> Finding:
    """After a removal order or an arrest only the person shortens the time to think, before a lawyer who belongs to no authority and not to us."""
    command = case.command
    if not isinstance(command, Complete):
        return yes("a second signs what was heard", EARLY)
    result = case.process.steps[EARLY].results.get(command.result or "")
    if result is None or not result.passes or _is_an_independent_lawyer(case, command.by, command.heard_by):
        return yes("an independent lawyer has heard it, or the person does not ask for it", EARLY)
    fact: Template = "no lawyer who belongs to no authority, and does not work for us, has heard this from the person"
    return no(fact, EARLY, todo="let their own lawyer hear it, and say 'by' who that is; or let two days pass", do={})


LAWYERS_ROLE = "legal_counsellor"


def _is_an_independent_lawyer(case: CaseNow, by: str | None, heard_by: str | None) -> bool:
    actor, recorded = case.actor, case.recorded
    if heard_by == THROUGH_SOMEBODY:
        return False
    if by is None and actor is not None:
        held = (
            one.party for role, one in recorded.roles.items() if role != LAWYERS_ROLE
        )  # who only counsels works for the person
        ours = {recorded.organisation, recorded.owner, *held}
        is_free = actor.organisation not in ours and case.class_of(actor.organisation) not in AUTHORITIES
        return LAWYERS_ROLE in actor.roles and is_free
    party = case.party(by)
    return party is not None and case.class_of(party) == LAWYER and not case.is_suspected(party)
