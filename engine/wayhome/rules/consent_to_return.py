"""Whether the person wants to go: the consent to return, the last question, the clearance that a no voids.

Rules:    INV-01 … INV-03, INV-34, INV-36
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from wayhome.calendar.spans import clock_text
from wayhome.case_now import ASSISTANCE, CLEARANCE, CaseNow
from wayhome.case_now.roles import command_roles
from wayhome.commands import Complete, Consent, Move, Open, Record, Sign
from wayhome.commands.consents import is_a_yes
from wayhome.commands.signing import awaited
from wayhome.errors import BadInput, Template
from wayhome.model.case import SAID_NO, ConsentRecord, IncidentRecord, StepKey, Was, consent_key
from wayhome.model.closed_sets import GUARDIAN, LIVE, PERSON, THROUGH_SOMEBODY
from wayhome.model.reading import as_bool
from wayhome.model.reason import Finding, no, yes
from wayhome.packs.conditions import UNKNOWN
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.languages import is_spoken_by
from wayhome.rules.safeguard import GATE, anew, safeguard
from wayhome.rules.saying_no import INTENTION, NOT_NOW, OWN_WORD, has_said_no

NOTICE, BEST = "delay_notice", "child_best_interests"
RECHECK, CONTACT_DECLINED, COMPANY = "risk_recheck", "contact_declined", "company_wanted"
REVIEW = "closure_review"
THEIRS = ("return", ASSISTANCE, RECHECK, CONTACT_DECLINED, INTENTION, REVIEW, COMPANY)  # what only the person says
ONLY = {
    CONTACT_DECLINED: "declined",
    REVIEW: "on_persons_request",
    COMPANY: "wanted",
}  # of these steps, the result that is their word
ENDS_WITH = {  # by the reason of closing: the purposes of which the person has said no
    "withdrew_return": ("return",),
    "assistance_declined": ("assistance", "data_processing"),
    "consent_withdrawn_after_return": ("monitoring",),
}
WISHES = (*OWN_WORD, "person_asks_to_close")
_WHY_NONE: Mapping[str, Template] = {
    "refused": "the person does not want to return",
    "withdrawn": "the consent to return was taken back",
    "void": "the consent to return no longer counts",
    "given": "the consent to return has run out, or was not given by whom it must be",
}


@safeguard("INV-01", on=GATE, source=("P26",), limits=("return_consent_max_age",), evidence=("return_consent",))
def the_person_consents_to_return(case: CaseNow) -> Finding:
    """No departure without a return consent in force: explicit, written or witnessed, understood, and not too old."""
    answers = list(case.consents_for(ConsentNeed("return")))
    consent = consent_that_counts(case)
    if consent is None:
        fact = _WHY_NONE[answers[0].state] if answers else "there is no consent to return"
        if answers and answers[0].state == "given" and case.was_carried_in_doubt(answers[0]):
            fact = "who gave, interpreted or witnessed the consent to return was not found to be trusted"
            if any(map(case.is_suspected, answers[0].carried_by)):
                fact = "who gave, interpreted or witnessed the consent to return is under suspicion"
        purpose = case.process.consents["return"]
        alone = next((one for one in answers if case.awaits_second(one, purpose)), None)
        if alone is not None:
            assert alone.alone is not None
            late: Template = "the yes was written down more than {limit} late, and nobody else has seen it"
            if alone.alone.happened_at != case.recorded.begins(alone):
                late = "the same person wrote a yes down before, more than {limit} late, and nobody else has seen it"
            sign = {"do": "sign", "seq": alone.seq}
            todo: Template = "let somebody else read it, and sign it"
            return no(late, "return", todo=todo, do=sign, from_=case.now, limit=purpose.alone_within)
        return no(fact, "return", todo="talk with the person; only their own written yes counts")
    if consent.form not in ("written", "witnessed"):
        fact = "the consent to return is neither written nor witnessed"
        return no(fact, "return", todo="have it signed, or witnessed and recorded")
    place = case.process.fact_that_tells.get("place_of_return")
    if place is not None and case.value(place) is UNKNOWN:
        fact = "it is not recorded where the person wants to live"
        return no(fact, place, todo="ask the person, and record it")
    languages = case.value("languages")
    if languages is UNKNOWN:
        fact = "it is not recorded which languages the person understands"
        return no(fact, "languages", todo="record the languages")
    is_understood = (
        is_spoken_by(consent.language, languages) or consent.interpreter is not None or consent.given_by != PERSON
    )
    if not is_understood:
        fact = "the consent to return was not taken in a language that the person understands"
        return no(fact, "return", todo="take it again in their language, with an interpreter")
    if case.recorded.is_reported(consent):
        fact = "the consent to return was given before this return was taken over"
        return no(fact, "return", todo="ask the person yourselves, and have it signed")
    if case.is_older(consent, "return_consent_max_age"):
        fact = "the consent to return is older than {return_consent_max_age}"
        return no(fact, "return", todo="ask the person again, and have it signed again")
    return yes("a consent to return is in force", "return")


@safeguard(
    "INV-02",
    on=("depart",),
    source=("OC",),
    limits=("reconfirmation_max_age", "late_without_a_word"),
    evidence=(ASSISTANCE,),
)
def the_person_says_yes_again_before_boarding(case: CaseNow) -> Finding:
    """No departure without the person's spoken yes, recorded at most {reconfirmation_max_age} before boarding, in a language that they understand or through an interpreter."""
    if (booked := _late_without_a_word(case)) is not None:
        late: Template = (
            "the journey was booked for {booked}; the person said yes to that, and who waits knows of no delay"
        )
        todo: Template = (
            "enter the delay: the same flight with its new times; then tell who waits, and ask the person again"
        )
        told = clock_text(booked, case.zone_of_person)
        return no(late, "travel_plan", todo=todo, do={"do": "travel"}, from_=case.now, booked=told)
    if _is_untold(case):
        untold: Template = "the flight is late by more than {late_without_a_word}, and who waits was not told"
        return no(
            untold, NOTICE, todo="tell who waits, and record it", do={"do": "complete", "step": NOTICE}, from_=case.now
        )
    fact: Template = "the person has not said yes again in the last {reconfirmation_max_age} before boarding"
    if has_said_no(case):
        return no(fact, ASSISTANCE, todo=NOT_NOW)
    if case.passed_within(ASSISTANCE, "reconfirmation_max_age", at=case.at):
        clearance = case.record(CLEARANCE)
        if not is_after_the_consent(case, ASSISTANCE):
            fact = "the person was asked the last question before the consent that counts now"
        elif clearance is not None and case.recorded.came_before(case.recorded.steps[ASSISTANCE], clearance):
            fact = "the person was asked the last question before the departure was cleared"
        elif (missed := _is_not_understood(case)) is not None:
            return missed
        else:
            return yes("the person has said yes again before boarding", ASSISTANCE)
    return no(fact, ASSISTANCE, todo="ask them once more, before they board")


def _is_not_understood(case: CaseNow) -> Finding | None:
    """Say why the person cannot have understood the last question, or why that is not known: who was asked for the consent through an
    interpreter is asked through one again, or in a language of theirs.
    """
    answered, languages = case.recorded.steps[ASSISTANCE].values, case.value("languages")
    language, consent, by = answered.get("asked_in"), consent_that_counts(case), answered.get("interpreter")
    if by is not None and (why := case.distrust(by, "interpret")) is not None:
        doubtful: Template = "who interpreted the last question is not trusted with it: {why}"
        return no(doubtful, ASSISTANCE, todo="ask once more, through somebody who is vetted for it", why=why)
    if by is not None or case.is_child:  # of a child its guardian is asked, too
        return None
    ask: Template = "ask once more in a language of theirs, or with an interpreter, and say so"
    if language is not None and languages is not UNKNOWN and not is_spoken_by(language, languages):
        return no("the last question was asked in a language that the person does not understand", ASSISTANCE, todo=ask)
    said_by, seq = case.who_says_it_is_understood(language), case.recorded.steps[ASSISTANCE].seq
    if said_by is not None and seq in case.recorded.typed_by(said_by, case.recorded.hand(seq).house, case.now):
        alone: Template = "whoever wrote down since that the person understands {language} has asked them in it"
        other: Template = "let somebody else ask once more, or ask with an interpreter"
        return no(alone, ASSISTANCE, todo=other, language=language)
    if language is None and consent is not None and consent.interpreter is not None:
        fact: Template = (
            "an interpreter was needed for the consent, and nobody says how the last question was understood"
        )
        return no(fact, ASSISTANCE, todo=ask)
    return None


def _late_without_a_word(case: CaseNow) -> datetime | None:
    """Give for when the journey is booked, when it leaves so late that it is a delay, and nobody has entered one."""
    travel, booked = case.recorded.travel, case.planned_departure
    if travel is None or travel.status != "booked" or booked is None:
        return None
    from_, until = case.process.span("late_without_a_word"), case.process.longest_delay
    return booked if case.shifted(booked, from_) < case.at <= case.shifted(booked, until) else None


def _is_untold(case: CaseNow) -> bool:
    """Say whether the flight is late by more than a little, and nobody has told who waits."""
    booked, leaves = case.booked_departure, case.planned_departure
    if booked is None or leaves is None or leaves <= case.shifted(booked, case.process.span("late_without_a_word")):
        return False
    return not case.passed(NOTICE) or case.is_outdated(NOTICE)


@safeguard("INV-03", on=("depart",), source=("P9", "OC"), limits=("clearance_max_age",))
def the_departure_is_cleared_and_nothing_was_withdrawn(case: CaseNow) -> Finding:
    """A withdrawal voids the clearance at once; a departure needs a clearance that stands and is not too old, and the consents on which it rests."""
    if case.passed_within(CLEARANCE, "clearance_max_age", at=case.at):
        if not is_after_the_consent(case, CLEARANCE):
            early: Template = "the departure was cleared before the consent that counts now"
            return anew(case, CLEARANCE, early, "clear the departure again")
        if (need := _not_there_any_more(case)) is not None:
            gone: Template = "a consent on which the clearance rests is not in force at the departure: {purpose}"
            title = case.process.named("consents", need.purpose)
            return no(gone, need.purpose, todo="ask the person", do=need.do, purpose=title)
        return yes("the departure is cleared, and nothing was withdrawn since", CLEARANCE)
    record = case.record(CLEARANCE)
    void = record is not None and record.state == "open"
    older = "the departure is not cleared, or its clearance is older than {clearance_max_age}"
    fact = "the clearance is void" if void else older
    return no(fact, CLEARANCE, todo="clear the departure when everything else is met")


def _not_there_any_more(case: CaseNow) -> ConsentNeed | None:
    """Give a consent that the clearance needs, and that has come to its end since: until the day that the person set. That to the journey
    is judged by itself (INV-01).
    """
    needs = (need for need, when in case.process.steps[CLEARANCE].consents if case.may_hold(when))
    others = (need for need in needs if not case.process.consents[need.purpose].journey)
    return next((need for need in others if case.consent_state(need) != "given"), None)


def _who_said_no_and_travels(case: CaseNow) -> Iterator[Finding]:
    """Say of each who travels along that they have said no, and have not said otherwise themselves; of a child, that nobody has looked since
    at what is best for it.
    """
    fact: Template = "{whom} has said no to going, and still travels along"
    for person in case.recorded.people.values():  # also whoever was given the role of the escort
        no_ = _last_no(case, person.ref) if person.travels and not person.gone else None
        if no_ is None:
            continue
        do: dict[str, Any] = {"do": "consent", "purpose": "return", "of": person.ref}
        todo: Template = "ask them alone: only they say otherwise; or write down that they do not travel along"
        if case.may_be_child(person):
            best = case.recorded.steps.get(StepKey(BEST, of=person.ref).text())
            is_since = best is not None and best.seq > no_.seq and best.at >= no_.at
            if is_since and case.passes(case.process.steps[BEST], best):
                continue
            do = {"do": "complete", "step": BEST, "of": person.ref}
            todo = "look again at what is best for the child, with what it says; or write down that it does not travel along"
        yield no(fact, person.ref, todo=todo, do=do, whom=person.ref)


def _last_no(case: CaseNow, ref: str) -> Was | None:
    """Give the last no of somebody who travels along; None where they never said one, or an adult has said otherwise themselves since."""
    found = None
    for was in case.recorded.all_of("consents", consent_key("return", "", ref)):
        state, given_by = was.value
        if state in ("refused", "withdrawn"):
            found = was
        elif found is None or state != "given" or case.may_be_child(case.recorded.people[ref]):
            continue
        elif given_by == ref and was.at >= found.at and not _is_doubted(case, ref, was):
            found = None
    return found


def _is_doubted(case: CaseNow, ref: str, was: Was) -> bool:
    """Say whether who carried the yes that stands is doubted now."""
    stands = case.recorded.consents.get(consent_key("return", "", ref))
    return stands is not None and stands.seq == was.seq and case.was_carried_in_doubt(stands)


@safeguard("INV-36", on=GATE, source=("P2", "OC"), each=_who_said_no_and_travels)
def nobody_travels_along_against_their_word(case: CaseNow) -> Finding:
    """Nobody travels along who has said no: an adult until they say otherwise themselves, a child until what is best for it was looked at anew, with what it says."""
    against = next(_who_said_no_and_travels(case), None)
    return against or yes("nobody who travels along has said no", "return")


@safeguard(
    "INV-34",
    on=(
        "consent:return",
        *(f"complete:{id}" for id in THEIRS[1:]),
        *(f"record:{id}" for id in WISHES),
        "sign",
        "close",
    ),
    source=("P26", "RES", "OC"),
)
def what_the_person_wants_is_heard_from_themselves(case: CaseNow) -> Finding:
    """A wish to go, a yes to the return, its confirmation, the last question, the wish to be left alone, the wish to close, that they agree to it and that they can manage come from the person, never through somebody else; the last question face to face, by voice or by video."""
    command = case.command
    if isinstance(command, Move):
        return _of_an_end(case, command)
    assert isinstance(command, Complete | Consent | Open | Record | Sign)
    subject = _what_they_want(case, command)
    if subject not in (*THEIRS, *WISHES):
        return yes("what is signed is not what the person wants")
    if not _needs_themselves(case, command):
        return yes("a no counts from whoever brings it", subject)
    is_theirs = command.heard_by != THROUGH_SOMEBODY and _may_have_asked(case, command, subject)
    if is_theirs and (subject != ASSISTANCE or command.heard_by in (None, *LIVE)):
        return yes("the person says it themselves", subject)
    fact: Template = "this was heard through somebody else, not from the person"
    todo: Template = "ask the person themselves; write down what others say as a note. A no counts, whoever brings it"
    if is_theirs:
        fact = "the last question was answered in writing: nobody knows who wrote"
        todo = "ask the person themselves, face to face, by telephone or by video. A no counts, whoever brings it"
    return no(fact, subject, todo=todo, do={})


def _of_an_end(case: CaseNow, command: Move) -> Finding:
    """A no that others brought counts; that a case ends with it is the person's own wish."""
    purposes = ENDS_WITH.get(command.reason or "", ())
    noes = [one for purpose in purposes for one in _noes(case, purpose)]
    alarms = (one for one in case.recorded.incidents if one.is_open and _says_no(case, one, purposes))
    brought = [one.by_others for one in noes or alarms]
    if not brought or not all(brought):
        return yes("the case does not end with a no that only others have brought", command.to)
    fact: Template = "that the person said no was brought by others, and nobody has heard it from them"
    todo: Template = "it counts, and nobody asks again; before the case is closed with it, hear it from the person"
    return no(fact, noes[-1].purpose if noes else purposes[0], todo=todo, do={})


def _says_no(case: CaseNow, incident: IncidentRecord, purposes: Collection[str]) -> bool:
    kind = case.process.incidents.get(incident.type)
    on = kind.opens_on if kind is not None else None
    return on is not None and not set(on.withdrawal).isdisjoint(purposes)


def _noes(case: CaseNow, purpose: str) -> Iterator[ConsentRecord]:
    ever = case.recorded.consents.values()
    return (one for one in ever if one.purpose == purpose and one.state in SAID_NO and not one.of)


_Said = Complete | Consent | Open | Record | Sign


def _what_they_want(case: CaseNow, command: _Said) -> str:
    """Name the step, the consent or the wish that is said or signed; nothing, where nothing waits for that signature, or it is no wish."""
    if isinstance(command, Record | Open):
        return next((id for id in WISHES if id in command.facts and not _is_a_no(command.facts[id])), "")
    if isinstance(command, Consent):
        return command.purpose
    if isinstance(command, Complete):
        return command.step
    found = awaited(case, command)
    if found is None:
        return ""
    return found.step.id if found.step else getattr(found.record, "purpose", "")


def _needs_themselves(case: CaseNow, command: _Said) -> bool:
    """Return whether a command says what the person wants, and not only that they do not."""
    if isinstance(command, Record | Open):
        return True
    if isinstance(command, Sign):
        return command.answer == "agree"
    if isinstance(command, Consent):
        return is_a_yes(case, command)
    result = case.process.steps[command.step].results.get(command.result or "")
    if command.step in ONLY:
        theirs = command.step == REVIEW and (
            command.fields.get("manages") in ("yes", "mostly") or command.fields.get("agrees") == "yes"
        )
        return theirs or command.result == ONLY[command.step]
    passes = result is None or result.passes
    return passes and not (command.step == RECHECK and _is_a_no(command.fields.get("will_confirmed")))


def _may_have_asked(case: CaseNow, command: _Said, subject: str) -> bool:
    """Return whether it is the word of the person, of the guardian who gives a consent, or of who asks them: the house that leads the
    case, a role whose act it is, or who holds that role.
    """
    by, recorded = command.by, case.recorded
    if by is None or by == PERSON:
        return True
    if isinstance(command, Consent) and case.giver(command.given_by) != PERSON:
        guardian = recorded.roles.get(GUARDIAN)
        if by == GUARDIAN or (guardian is not None and by == guardian.party):
            return True
    step = case.process.steps.get(subject)
    word = Record.word if subject in WISHES else Consent.word
    asks = set(step.who if step is not None else command_roles(case, word)) - {PERSON, GUARDIAN}
    holds = {role for role, held in recorded.roles.items() if held.party == by}
    leads = {recorded.organisation, recorded.owner or recorded.organisation}
    is_there = by in asks and not case.is_word_of_others(by, None)  # of an escort there may be none
    return is_there or bool(holds & asks) or (by in leads and not case.suspending(by))


def _is_a_no(answer: Any) -> bool:
    with suppress(BadInput):  # what cannot be read is told by who reads it
        return answer is None or not as_bool("will_confirmed", answer)
    return False


def consent_that_counts(case: CaseNow) -> ConsentRecord | None:
    """Give the consent to return that is in force; None when there is none."""
    return next((c for c in case.consents_for(ConsentNeed("return")) if case.in_force(c)), None)


def is_after_the_consent(case: CaseNow, step: str) -> bool:
    """Say whether a step was done after the consent to return that counts now; true when there is none, or no step."""
    consent, record = consent_that_counts(case), case.record(step)
    return consent is None or record is None or not case.recorded.came_before(record, consent)


def the_person_thinks_of_returning(case: CaseNow) -> bool:
    """Say whether the person has said what they intend; before that nobody sets a day to leave."""
    return case.is_done(INTENTION)
