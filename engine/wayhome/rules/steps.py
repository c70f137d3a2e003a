"""What a step waits for: that it is asked, what comes before it, who may say it, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from wayhome.calendar.spans import clock_text, zone_of
from wayhome.case_now import CLEARANCE, CaseNow, Wait
from wayhome.case_now.entries import lacking_entries
from wayhome.case_now.letters import letters_for
from wayhome.commands import Complete, Sign, Skip, Start
from wayhome.commands.correcting import standing_content
from wayhome.commands.signing import Awaited, awaited
from wayhome.commands.values import read_fields
from wayhome.errors import BadInput, Template
from wayhome.frozen import EMPTY
from wayhome.model.case import Assignment, StepKey, StepRecord
from wayhome.model.closed_sets import PERSON
from wayhome.model.command import StepCommand
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Finding, Judgement, never, no, yes
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.kinds.steps import Step
from wayhome.packs.mentions import Phrase
from wayhome.rules import gates
from wayhome.rules.consent_to_return import THEIRS
from wayhome.rules.entries import not_entered
from wayhome.rules.linked_cases import not_cleared_there
from wayhome.rules.safeguard import DONE_BY_OTHERS, OUR_OWN
from wayhome.rules.saying_no import a_no, is_a_no_when_asked
from wayhome.rules.taking_back import of_a_move, of_an_alarm


def of_step_command(case: CaseNow, command: StepCommand) -> Iterator[Judgement]:
    """Say what a command on a step waits for."""
    step = case.process.steps.get(command.step)
    key = case.key_of(command)
    if step is None or key is None:
        return
    if case.is_report:
        yield Judgement("STEP", yes("it was before this return was taken over, and is written down as it was", step.id))
        if isinstance(command, Complete):
            yield from _of_a_doubtful_word(case, step, command.by, command.result)
        return
    if is_a_no_when_asked(case, command):
        yield Judgement("STEP", yes("a no always counts", step.id))
    elif isinstance(command, Start | Complete):
        yield from of_step(case, step, key)
    if isinstance(command, Complete):
        yield from _of_completing(case, step, key, command)
    if isinstance(command, Skip) and step.kind != "offered" and not step.may_decline:
        title = case.process.named("steps", step.id)
        finding = no("'{step}' cannot be left out", step.id, todo="do it, or say what failed", step=title)
        yield Judgement("STEP", finding)
    elif isinstance(command, Skip) and step.makes_safe and case.is_child:
        no_child: Template = "a child declines nothing that keeps it safe: '{step}'"
        title, todo = case.process.named("steps", step.id), "do it; where it failed, say what failed"
        yield never("STEP", no_child, step.id, todo, step=title)
    elif isinstance(command, Skip) and step.kind != "offered" and _nobody_has_reached_them(case):
        fact: Template = "nobody has reached the person, so they have not declined '{step}'"
        title, todo = case.process.named("steps", step.id), "write down each attempt; ask them when they are reached"
        yield never("STEP", fact, step.id, todo, step=title)


def _of_a_recusal(case: CaseNow, step: Step) -> Iterator[Judgement]:
    """What is asked because of what somebody did is answered by nobody whom that is about."""
    if case.actor is not None and step.id in letters_for(case).recused_from:
        fact: Template = "'{step}' is answered by nobody whom it is about"
        title, (incident, *_) = case.process.named("steps", step.id), sorted(case.process.steps_about_conduct[step.id])
        yield never("ROLE", fact, incident, "let somebody else look at it", step=title)


def _nobody_has_reached_them(case: CaseNow) -> bool:
    """Say whether contact was lost at that time, and the person was not reached since."""
    kinds = ((one, case.process.incidents.get(one.type)) for one in case.recorded.open_incidents)
    lost = [one for one, kind in kinds if kind and kind.opens_on and kind.opens_on.not_reached and one.at <= case.at]
    reached = [one.at for one in case.recorded.contacts if one.reached and one.with_ == "person"]
    return any(not any(at >= one.last_at for at in reached) for one in lost)


def of_signing(case: CaseNow, command: Sign) -> Iterator[Judgement]:
    """What is signed is what was read; what a draft waits for, it waits for until it is signed by all."""
    found = awaited(case, command)
    if found is None or command.answer != "agree":
        return
    if found.step is not None and not _is_said_which(found, command):
        which: Template = "'{step}' was written more than once, and it is not said which is signed"
        title, sign = case.process.named("steps", found.step.id), {"do": "sign", "seq": found.seq}
        todo: Template = "read what stands now, and sign that entry"
        yield Judgement("STEP", no(which, found.step.id, todo=todo, do=sign, step=title))
    said = standing_content(case.recorded, int(found.key)) if found.kind == "corrections" else {}
    if "moves" in said:
        yield from of_a_move(case, int(found.key))
    if "incidents" in said:
        yield from of_an_alarm(case, int(found.key))
    if case.ends < (begins := case.recorded.begins(found.record)):
        early: Template = "this was written on {moment}, and nobody signs it before that"
        written = clock_text(begins, case.zone(found.step) if found.step else case.zone_of_person)
        yield never("STEP", early, found.subject, "leave out 'at'; or say when they signed", moment=written)
    if found.step is not None and found.draft is not None:
        yield from of_step(case, found.step, StepKey.read(found.key))
        yield from of_stale_evidence(case, found.step)
        yield from _of_vetting(case, found.step, StepKey.read(found.key), found.draft.result)
        yield from _of_a_doubtful_word(case, found.step, found.draft.by, found.draft.result)
    if found.subject not in (*THEIRS, "consents"):  # what the person wants is asked by INV-34
        yield from _of_whose_signature(case, command, found)
    if isinstance(found.record, Assignment):
        yield from _of_noted_harm(case, found.record)


def _of_whose_signature(case: CaseNow, command: Sign, found: Awaited) -> Iterator[Judgement]:
    """A second signs what they have seen or heard themselves: not by the word of whom the first has heard, nor of others."""
    step, by = found.step, command.by
    heard = found.draft.by if found.draft is not None else None
    is_same = by not in (None, PERSON) and heard is not None and (case.party(heard) or heard) == (case.party(by) or by)
    if is_same or case.is_word_of_others(by, command.heard_by, step.signers if step else ()):
        fact: Template = "this would be signed by the word of others, or of whom the first has heard"
        yield never("STEP", fact, found.subject, "let somebody sign who has seen or heard it themselves")


def _of_noted_harm(case: CaseNow, held: Assignment) -> Iterator[Judgement]:
    """Of whom harm is noted does not take themselves; nor does who took the note out say that it was read."""
    actor = case.actor
    taken_out = {one.dropped_by for one in case.harm_noted(held.party, actor.id if actor else "")}
    if actor is not None and (actor.organisation == held.party or actor.id in taken_out):
        fact: Template = "harm is noted of {party}: who works there, or took the note out, does not sign"
        todo: Template = "let somebody else read what is noted, and sign; or choose another"
        yield never("ROLE", fact, held.role, todo, party=case.process.named("partners", held.party))


def _is_said_which(found: Awaited, command: Sign) -> bool:
    """Say whether a signature can only be on what stands now: it names the entry, or has seen it, or there was no other."""
    if command.seq is not None or command.if_version is not None:
        return True
    return not (isinstance(found.record, StepRecord) and found.record.rewritten)


def of_step(case: CaseNow, step: Step, key: StepKey) -> Iterator[Judgement]:
    """Say everything that a step still waits for."""
    title = case.process.named("steps", step.id)
    record = case.recorded.steps.get(key.text())
    if not case.was_asked(step, key) and (record is None or record.state != "skipped"):
        fact: Template = "'{step}' is not asked for in this case"
        yield never("STEP", fact, step.id, "look at how the case stands", step=title)
        return
    yield from _of_a_recusal(case, step)
    waits = case.waited(step, key)
    for wait in waits:
        rule, finding = _of_wait(case, step, key, wait)
        yield Judgement(rule, finding, (), PHASE_NUMBER[step.phase])
    if not waits:
        yield Judgement("STEP", yes("'{step}' may be done now", step.id, step=title))


def unmet(case: CaseNow, step: Step) -> Iterator[Judgement]:
    """Say what a step that another command completes still waits for."""
    return (judgement for judgement in of_step(case, step, StepKey(step.id)) if not judgement.finding.met)


def of_stale_evidence(case: CaseNow, step: Step) -> Iterator[Judgement]:
    """Say which evidence is too old at the moment of this step, where its age is judged at it."""
    for other, span in case.stale_for(step):
        title, renew = case.process.named("steps", other.id), {"do": "renew", "step": other.id}
        old: Template = "'{step}' is older than {span}"
        if case.recorded.is_reported(case.records(other)[-1][1]):
            yield Judgement("STEP", no(DONE_BY_OTHERS, other.id, todo=OUR_OWN, do=renew, step=title))
        else:
            yield Judgement("STEP", no(old, other.id, todo="do it again first", do=renew, span=span, step=title))


# --- completing ---------------------------------------------------------------------------------------------


def _of_completing(case: CaseNow, step: Step, key: StepKey, command: Complete) -> Iterator[Judgement]:
    title = case.process.named("steps", step.id)
    drafts = case.recorded.drafts if case.is_before("steps", key.text()) else case.recorded.steps
    draft = drafts.get(key.text())
    wrote = {actor for _, actor, _ in draft.signed} if draft is not None and draft.state == "in_progress" else set()
    if wrote and case.actor is not None and case.actor.id not in wrote:
        written: Template = "somebody has written '{step}', and waits for a second signature"
        sign = {"do": "sign", "step": step.id, "round": key.round or None, "of": key.of or None}
        todo: Template = "read it, and sign it; or disagree, and say why"
        yield Judgement("STEP", no(written, step.id, todo=todo, do=sign, step=title))
    if command.confirms:
        yield from _of_confirming(case, step, key, command)
        return
    yield from _of_vetting(case, step, key, command.result)
    yield from _of_referring(case, step, command)
    yield from _of_a_doubtful_word(case, step, command.by, command.result)
    yield from _of_entries(case, step, command)
    if step.inform_first and command.fields.get("informed_at") is None:
        fact: Template = "the person was not told first that '{step}' must be done"
        yield never("STEP", fact, step.id, "tell the person, and say when, in 'informed_at'", step=title)
    if step.done_by is not None and command.result in (None, step.favourable):
        fact = "'{step}' is done by the command '{command}', not by complete"
        yield Judgement("STEP", no(fact, step.id, todo="give that command", step=title, command=step.done_by.command))
    passing = step.results.get(command.result or step.favourable or "")
    if passing is not None and passing.passes and (missing := not_cleared_there(case, step, key)):
        yield Judgement("STEP", missing)
    yield from of_stale_evidence(case, step)
    if step.id == CLEARANCE:
        yield from gates.of_clearance(gates.at_departure(case))


def _of_entries(case: CaseNow, step: Step, command: Complete) -> Iterator[Judgement]:
    """Say which entries of registers it needs what is said of a step, and that nobody has written down."""
    values: Mapping[str, Any] = EMPTY
    if any(spec.rows_for for spec in step.fields.values()):
        with suppress(BadInput):  # what cannot be read is told by who reads it
            values = read_fields(step.fields, command.fields, required=False, examples=()).clear
    for one in lacking_entries(case, step, command.result or step.favourable, values) if not case.is_report else ():
        yield Judgement("STEP", not_entered(case, step, one))


def _of_vetting(case: CaseNow, step: Step, key: StepKey, said: str | None) -> Iterator[Judgement]:
    """Who brought somebody into the case does not say that they can be trusted; that they cannot, anybody says."""
    result = step.results.get(said or "")
    if step != case.process.vetting or case.actor is None or (result is not None and not result.passes):
        return
    todo: Template = "let somebody else vet them, and sign in for it"
    if key.of == case.actor.organisation:
        yield never("ROLE", "who works for {house} does not vet it", step.id, todo, house=key.of)
    party = case.recorded.people.get(key.of) or case.recorded.organisations.get(key.of)
    if party is not None and party.made_by == case.actor.id:
        yield never("ROLE", "who brought {ref} into the case does not vet them", step.id, todo, ref=key.of)


def _of_a_doubtful_word(case: CaseNow, step: Step, by: str | None, said: str | None) -> Iterator[Judgement]:
    """Nothing passes by the word of somebody under suspicion; a no of theirs, and into whose hands one came, is written down."""
    result = step.results.get(said or step.favourable or "")
    if case.has_died(case.party(by) or ""):
        title, late = (
            case.process.named("steps", step.id),
            "ask somebody else; of what they said before, say when they said it",
        )
        yield never("STEP", "'{step}' would rest on the word of {ref}, who had died", step.id, late, step=title, ref=by)
    if not case.is_doubtful_word(step, by) or (result is not None and not result.passes):
        return
    ref = case.party(by) or ""
    fact: Template = "'{step}' would rest on the word of {ref}, who was not found to be trusted"
    if case.is_suspected(ref):
        fact = "'{step}' would rest on the word of {ref}, who is under suspicion"
    title = case.process.named("steps", step.id)
    yield never("STEP", fact, step.id, "ask somebody else, or say why nobody can be asked", step=title, ref=ref)


def _of_referring(case: CaseNow, step: Step, command: Complete) -> Iterator[Judgement]:
    """Nobody is referred to anybody without a consent that names them."""
    for name, spec in step.fields.items():
        if spec.under is not None and (given := command.fields.get(name)):
            yield from of_telling_them(case, spec, given)


def of_telling_them(case: CaseNow, spec: FieldSpec, given: Any) -> Iterator[Judgement]:
    """Say whether the person has agreed that a party, whom a field names, is told of them."""
    assert spec.under is not None
    party = case.party(given)
    if party is None:  # what nobody knows may be a name that was typed into the wrong place: it is not said again
        who: Template = "nobody here knows to whom the person is referred"
        register: Template = "name a partner, or a person of the case; or have the organisation registered"
        yield never("CONSENT", who, spec.under, register)
        return
    purpose = _under_which(case, spec.under, spec.group, party)
    if purpose == NO_CONSENT:
        uncovered: Template = "there is no consent under which {party} is told this of the person"
        elsewhere: Template = "name somebody else; what helps with health or in law is written in its own place"
        yield never("CONSENT", uncovered, spec.under, elsewhere, party=party)
        return
    if purpose is None or _is_agreed(case, purpose, party, "" if purpose == spec.under else spec.group):
        yield Judgement("CONSENT", yes("the person has agreed to be referred there", purpose or spec.under))
        return
    fact: Template = "the person has not agreed to be referred to {party}"
    asked = {"do": "consent", "purpose": purpose, "recipient": party}
    yield Judgement("CONSENT", no(fact, purpose, todo="ask the person first", do=asked, party=party))


def _is_agreed(case: CaseNow, purpose: str, party: str, group: str) -> bool:
    """Whether a consent in force names the party; and the data, where its purpose is about much else, too."""
    given = (one for one in case.consents_for(ConsentNeed(purpose, party)) if case.in_force(one))
    return case.has_consent(purpose, party) and (
        not group or any(group in case.process.covered(one.groups) for one in given)
    )


NO_CONSENT = ""


def _under_which(case: CaseNow, named: str, group: str, party: str) -> str | None:
    """Give the consent under which a party is told something: the one that is named, or what covers it for a party of another kind.

    None: with whom such a party is, like the person's guardian, no consent of its own is needed. `NO_CONSENT`: none can name such a party
    and covers the group, so there is nothing that the person could be asked.
    """
    class_, consents = case.class_of(party), case.process.consents
    recipient = case.process.recipients.get(class_)
    if class_ in consents[named].recipients or recipient is None:
        return named
    others = (purpose for purpose in recipient.share if group in case.process.covered(consents[purpose].groups))
    return next(others, NO_CONSENT) if recipient.contact else None


def _of_confirming(case: CaseNow, step: Step, key: StepKey, command: Complete) -> Iterator[Judgement]:
    """What is confirmed has passed, is not too old, and rests on something that has changed; what asks the person is asked anew."""
    title, record = case.process.named("steps", step.id), case.recorded.steps.get(key.text())
    if not step.may_confirm:
        todo: Template = "do it anew: what was said, sent or asked then is not confirmed"
        yield never("STEP", "'{step}' is never confirmed", step.id, todo, step=title)
    elif case.is_word_of_others(command.by, command.heard_by, step.who):
        fact: Template = "others say that '{step}' still holds, who have not done it"
        yield never("STEP", fact, step.id, "look at it again yourself", step=title)
    elif not case.changed(step, record) and not _is_the_day(case, step, record):
        fact = "nothing has changed on which '{step}' rests"
        yield never("STEP", fact, step.id, "nothing needs to be confirmed", step=title)
    elif record is not None and not (case.passes(step, record) and case.is_fresh(step, record)):
        finding = no("'{step}' is too old, or did not pass", step.id, todo="do it anew", step=title)
        yield Judgement("STEP", finding)


def _is_the_day(case: CaseNow, step: Step, record: StepRecord | None) -> bool:
    """Say whether the day has come on which whoever did a step wanted to look again."""
    day = case.looks_again_on(step, record)
    return day is not None and day <= case.day_of(case.at)


# --- one thing that is waited for -----------------------------------------------------------------------------


def _of_wait(case: CaseNow, step: Step, key: StepKey, wait: Wait) -> tuple[str, Finding]:
    if wait.kind == "fact":
        return "FACT", an_unknown_fact(case, wait.subject, wait.of)
    if wait.kind == "consent":
        return "CONSENT", _a_missing_consent(case, wait)
    if wait.kind != "time":
        return first(case, wait, "needed first: {need}")
    title = case.process.named("steps", step.id)
    if wait.until is not None and wait.until == case.opens(step, key):
        extra: Template = "wait until then; at any other time it is an extra contact: its 'round' is extra"
        return "STEP", no(
            "round {round} of '{step}' opens on {day}",
            step.id,
            todo=extra if step.extra_rounds else "wait until then",
            of=key.of,
            step=title,
            round=key.round,
            day=wait.until.astimezone(zone_of(case.zone(step))).date().isoformat(),
        )
    fact: Template = "'{step}' may not be done before {until}"
    is_over = wait.until is not None and wait.until <= case.now  # it is told late, of a time before that
    todo: Template = (
        "if it was later, say when, in 'at' with the hour; else do it again" if is_over else "wait until then"
    )
    return "STEP", no(fact, step.id, todo=todo, step=title, until=moment(case, wait))


def _a_missing_consent(case: CaseNow, wait: Wait) -> Finding:
    """Say which consent is missing; once the person is on the way, and cannot be reached, danger can stand for some."""
    if said_no := a_no(case, wait.need):
        return said_no
    left_out = [group for one in case.consents_for(wait.need) if case.in_force(one) for group in case.leaves_out(one)]
    if left_out:
        titles = [case.process.named("groups", group) for group in dict.fromkeys(left_out)]
        less: Template = "what the person has agreed to leaves out {groups}: {purpose}"
        ask: Template = "ask whether this may be told, too; if not, nothing that needs it is done"
        title = case.process.named("consents", wait.subject)
        return no(less, wait.subject, todo=ask, do=wait.need.do, groups=titles, purpose=title)
    is_missing = case.consent_state(wait.need) == "missing"
    on_the_way = case.recorded.happened("departed") is not None
    reach: Template = "ask the person; while they cannot be reached, you may tell a trusted party what averts danger: a contact with them, whose 'basis' is vital_interest"
    return no(
        "the person's consent is not there: {purpose}",
        wait.subject,
        todo=reach if case.process.consents[wait.subject].vital and is_missing and on_the_way else "ask the person",
        do=wait.need.do,
        purpose=case.process.named("consents", wait.subject),
    )


def first(case: CaseNow, wait: Wait, fact: Template) -> tuple[str, Finding]:
    """Say a step, a paper or a move that must be so first."""
    rule, todo = {"document": ("DOCUMENT", "get it first"), "event": ("PHASE", "make that move first")}.get(
        wait.kind, ("STEP", "do it")
    )
    return rule, no(fact, wait.subject, todo=todo, need=wait.as_phrase(case.process))


def moment(case: CaseNow, wait: Wait) -> str | Phrase:
    """Say until when something waits; where nobody knows when that is, what must be known first."""
    return clock_text(wait.until, wait.zone) if wait.until else wait.as_phrase(case.process)


def an_unknown_fact(case: CaseNow, id: str, of: str = "") -> Finding:
    """Say that a fact (of somebody who travels along) is not recorded."""
    title, ask = case.process.named("facts", id), case.process.text("facts", id, "ask") or ""
    todo: Template = "{ask}" if ask else "record it"
    if of:
        return no("it is not recorded of {whom}: {what}", id, todo=todo, of=of, what=title, whom=of, ask=ask)
    return no("it is not recorded: {what}", id, todo=todo, what=title, ask=ask)
