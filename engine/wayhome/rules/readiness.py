"""What a command waits for: steps, facts, consents, papers, signatures. What a move waits for stands in gates.

A command that cannot be read waits for nothing here: who reads it says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from wayhome import commands as c
from wayhome.calendar.spans import instant_text, zone_of
from wayhome.case_now import CLEARANCE, CaseNow, Wait
from wayhome.commands.correcting import nothing_to_correct, said_still, stood_at_departure
from wayhome.commands.facts import read_facts
from wayhome.commands.signing import awaited
from wayhome.errors import BadInput, Template, part, spoken, term
from wayhome.model.case import StepKey
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Finding, Judgement, no, yes
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.steps import Step
from wayhome.packs.process import Process
from wayhome.rules import gates
from wayhome.rules.safeguard import outdated


def of_command(case: CaseNow, newer: Process | None = None) -> list[Judgement]:
    """Say everything that the command of a case waits for, beside the numbered rules; `newer` is what a rebase names."""
    match case.command:
        case c.Move() as move:
            return gates.of_move(case, move)
        case c.StepCommand() as command:
            return list(_of_step_command(case, command))
        case c.Sign() as sign:
            return list(_of_signing(case, sign))
        case c.Record() as record:
            return [Judgement("FACT", yes("the facts are declared, and can be recorded")), *_of_record(case, record)]
        case c.Correct() as correct:
            return list(_of_correcting(case, correct))
        case c.Involve() as involve:
            return list(_of_involve(case, involve))
        case c.Withdraw(purpose=purpose):
            return [Judgement("CONSENT", yes("a consent can be taken back at any time", purpose))]
        case c.Consent() as consent:
            return list(_of_consent(case, consent))
        case c.Document() as document:
            return list(_of_document(case, document))
        case c.Travel() as travel:
            return list(_of_travel(case, travel))
        case c.Assign() as assign:
            return list(_of_assign(case, assign))
        case c.Incident() as incident:
            return list(_of_incident(case, incident))
        case c.Resolve() as resolve:
            return list(_of_resolve(case, resolve))
        case c.Rebase() if newer is not None:
            return list(_of_rebase(case, newer))
    return []


def of_the_clock(case: CaseNow) -> Iterator[Judgement]:
    """Say that the clock goes backwards: old evidence would be fresh again. Or that there is nothing to confirm of it."""
    written, confirms = case.recorded.written_at, isinstance(case.command, c.Clock)
    if written is not None and case.now < written and not confirms:
        fact: Template = (
            "the clock of this machine says {now}, and this case holds what was written down later, at {written}"
        )
        todo: Template = "set the clock; if it is right now, an administrator confirms it"
        yield _once("INPUT", fact, "clock", todo, now=instant_text(case.now), written=instant_text(written))
    elif confirms and (written is None or case.now >= written):
        fact = "nothing in this case was written down later than the clock says"
        yield _once("INPUT", fact, "clock", "nothing needs to be confirmed")


def _once(rule: str, fact: Template, subject: str, todo: Template, **values: Any) -> Judgement:
    """A no with which no other command would help."""
    return Judgement(rule, Finding(False, fact, subject, todo, spoken(values), do={}))


def _of_record(case: CaseNow, command: c.Record) -> Iterator[Judgement]:
    """What protects the person is recorded by anybody, and taken back only by who may."""
    roles = case.actor.roles if case.actor else frozenset()  # a name in `by` is a word that anybody can type
    for id, value in command.facts.items():
        fact = case.process.facts.get(id)
        if fact is None or case.recorded.fact(id) not in fact.cautious or not fact.loosen:
            continue
        with suppress(BadInput):  # what cannot be read is told by who reads it
            said = read_facts(case, {id: value})[id]
            if said not in fact.cautious and roles.isdisjoint(fact.loosen) and not case.is_history(id, said):
                who = [case.process.named("roles", role) for role in fact.loosen]
                title = case.process.named("facts", id)
                asked: Template = "only {who} may record that this is no longer so: {what}"
                yield _once("ROLE", asked, id, "ask them to look, and to record it",
                            what=title, who=who)  # fmt: skip


def _of_correcting(case: CaseNow, command: c.Correct) -> Iterator[Judgement]:
    """A no, a suspicion and a child's age are never corrected away; what protects, only by who may take it back."""
    said, recorded = said_still(case.recorded, command.seq), case.recorded
    people = [recorded.people[ref] for ref in said.get("people", ())]
    if any(person.suspected for person in people):
        yield _once(
            "INPUT", "a suspicion is never corrected away", str(command.seq), "let who assesses risks look at it"
        )
    elif people:
        fact: Template = "who somebody is, and whether they travel, is said anew"
        yield _once("INPUT", fact, str(command.seq), "give 'involve' with what is right")
    elif not said and not stood_at_departure(recorded, command.seq):
        yield Judgement("INPUT", nothing_to_correct(command.seq))
    if "moves" in said:
        yield from _of_a_move(case, command.seq)
    for key in said.get("consents", ()):
        if recorded.consents[key].state != "given":
            never: Template = "a no is never corrected away"
            yield _once(
                "CONSENT", never, recorded.consents[key].purpose, "if the person wants it after all, ask them anew"
            )
    roles = case.actor.roles if case.actor else frozenset()
    for id in said.get("facts", ()):
        declared = case.process.facts.get(id)
        if id in ("age_status", "turns_18_on") and case.is_child:
            young: Template = "that somebody is a child is never corrected away"
            yield _once("INV-13", young, id, "clarify the age, with a guardian")
        elif (
            declared is not None
            and recorded.fact(id) in declared.cautious
            and declared.loosen
            and roles.isdisjoint(declared.loosen)
        ):
            who, title = (
                [case.process.named("roles", role) for role in declared.loosen],
                case.process.named("facts", id),
            )
            only: Template = "only {who} may take this back: {what}"
            yield _once("ROLE", only, id, "ask them to look, and to correct it", who=who, what=title)


def _of_a_move(case: CaseNow, seq: int) -> Iterator[Judgement]:
    """The last move is taken back soon, and while nothing was written since but that it was an error."""
    last, asked = case.recorded.last_move, case.recorded.corrections.get(seq)
    assert last is not None
    limit = case.process.span("late_entry_of_evidence")
    since = case.recorded.version != asked.seq if asked else case.recorded.written_at != last.written_at
    if since or case.now > case.shifted(last.written_at, limit):
        fact: Template = "a move is taken back within {limit}, and while nothing was written after it"
        todo: Template = "make the move that leads on from where the person is"
        yield _once("PHASE", fact, str(seq), todo, limit=limit)


def _of_involve(case: CaseNow, command: c.Involve) -> Iterator[Judgement]:
    """Anybody may suspect somebody; that they are no longer suspected is said by who assesses risks."""
    known = case.recorded.people.get(command.ref or "")
    if known is None or not known.suspected or command.suspected is not False:
        return
    if "risk_assessor" not in (case.actor.roles if case.actor else ()):
        fact: Template = "only {who} may record that somebody is no longer suspected"
        who = case.process.named("roles", "risk_assessor")
        yield _once("ROLE", fact, known.ref, "ask them to look, and to record it", who=who)


# --- steps ----------------------------------------------------------------------------------------------


def _of_step_command(case: CaseNow, command: c.StepCommand) -> Iterator[Judgement]:
    step = case.process.steps.get(command.step)
    key = case.key_of(command)
    if step is None or key is None:
        return
    if isinstance(command, c.Start | c.Complete):
        yield from of_step(case, step, key)
    if isinstance(command, c.Complete):
        yield from _of_completing(case, step, key, command)
    if isinstance(command, c.Skip) and step.kind != "offered" and not step.may_decline:
        title = case.process.named("steps", step.id)
        yield Judgement(
            "STEP", no("'{step}' cannot be left out", step.id, todo="do it, or say what failed", step=title)
        )


def _of_signing(case: CaseNow, command: c.Sign) -> Iterator[Judgement]:
    """What a draft waits for, it waits for until it is signed by all."""
    found = awaited(case, command)
    agrees = found is not None and found.kind == "corrections" and command.answer == "agree"
    if agrees and command.seq is not None and "moves" in said_still(case.recorded, command.seq):
        yield from _of_a_move(case, command.seq)
    if found is not None and found.step is not None and found.draft is not None and command.answer == "agree":
        yield from of_step(case, found.step, StepKey.read(found.key))
        yield from of_stale_evidence(case, found.step)
        yield from _of_vetting(case, found.step, StepKey.read(found.key), found.draft.result)


def _of_completing(case: CaseNow, step: Step, key: StepKey, command: c.Complete) -> Iterator[Judgement]:
    title = case.process.named("steps", step.id)
    draft = case.recorded.steps.get(key.text())
    wrote = {actor for _, actor, _ in draft.signed} if draft is not None and draft.state == "in_progress" else set()
    if wrote and case.actor is not None and case.actor.id not in wrote:
        written: Template = "somebody has written '{step}', and waits for a second signature"
        sign = {"do": "sign", "step": step.id, "round": key.round, "of": key.of}
        todo: Template = "read it, and sign it; or disagree, and say why"
        yield Judgement("STEP", no(written, step.id, todo=todo, do=sign, step=title))
    if command.confirms:
        yield from _of_confirming(case, step, key)
        return
    yield from _of_vetting(case, step, key, command.result)
    if step.inform_first and command.fields.get("informed_at") is None:
        fact = "the person was not told first that '{step}' must be done"
        yield _once("STEP", fact, step.id, "tell the person, and add informed_at=…", step=title)
    if step.done_by is not None and command.result in (None, step.favourable):
        fact = "'{step}' is done by the command '{command}', not by complete"
        yield Judgement("STEP", no(fact, step.id, todo="give that command", step=title, command=step.done_by.command))
    yield from of_stale_evidence(case, step)
    if step.id == CLEARANCE:
        yield from gates.of_clearance(gates.at_departure(case))


def _of_vetting(case: CaseNow, step: Step, key: StepKey, said: str | None) -> Iterator[Judgement]:
    """Who brought somebody into the case does not say that they can be trusted; that they cannot, anybody says."""
    person = case.recorded.people.get(key.of) if step == case.process.vetting else None
    result = step.results.get(said or "")
    passes = result is None or result.passes
    if step == case.process.vetting and case.actor and key.of == case.actor.organisation and passes:
        own: Template = "who works for {house} does not vet it"
        yield _once("ROLE", own, step.id, "let somebody else vet them, and sign in for it", house=key.of)
    if person and case.actor and person.made_by == case.actor.id and passes:
        fact: Template = "who brought {ref} into the case does not vet them"
        yield _once("ROLE", fact, step.id, "let somebody else vet them, and sign in for it", ref=person.ref)


def _of_confirming(case: CaseNow, step: Step, key: StepKey) -> Iterator[Judgement]:
    """What is confirmed has passed, is not too old, and rests on something that has changed; what asks the person is asked anew."""
    title, record = case.process.named("steps", step.id), case.recorded.steps.get(key.text())
    if not step.may_confirm:
        yield _once(
            "STEP",
            "'{step}' is never confirmed",
            step.id,
            "do it anew: what was said, sent or asked then is not confirmed",
            step=title,
        )
    elif not case.changed(step, record):
        fact: Template = "nothing has changed on which '{step}' rests"
        yield _once("STEP", fact, step.id, "nothing needs to be confirmed", step=title)
    elif record is not None and not (case.passes(step, record) and case.is_fresh(step, record)):
        finding = no("'{step}' is too old, or did not pass", step.id, todo="do it anew", step=title)
        yield Judgement("STEP", finding)


def of_step(case: CaseNow, step: Step, key: StepKey) -> Iterator[Judgement]:
    """Say everything that a step still waits for."""
    title = case.process.named("steps", step.id)
    record = case.recorded.steps.get(key.text())
    asked = case.is_asked(step, key) and case.applies(step, key) is not False
    if not asked and (record is None or record.state != "skipped"):
        yield _once(
            "STEP", "'{step}' is not asked for in this case", step.id, "look at how the case stands", step=title
        )
        return
    waits = case.waits(step, key)
    for wait in waits:
        rule, finding = _of_wait(case, step, key, wait)
        yield Judgement(rule, finding, (), PHASE_NUMBER[step.phase])
    if not waits:
        yield Judgement("STEP", yes("'{step}' may be done now", step.id, step=title))


def _of_wait(case: CaseNow, step: Step, key: StepKey, wait: Wait) -> tuple[str, Finding]:
    process, subject = case.process, wait.subject
    title = process.named("steps", step.id)
    if wait.kind == "fact":
        return "FACT", _an_unknown_fact(case, subject)
    if wait.kind == "consent":
        asked_of = case.consent_state(wait.need)
        stands = (
            process.consents[subject].vital and asked_of == "missing" and case.recorded.happened("departed") is not None
        )
        return "CONSENT", no(
            "the person's consent is not there: {purpose}",
            subject,
            todo="ask the person; while they cannot be reached, you may tell a trusted party what averts danger: contact with=… basis=vital_interest"
            if stands
            else "ask the person",
            do={"do": "consent", "purpose": subject, "recipient": wait.need.recipient},
            purpose=process.named("consents", subject),
        )
    if wait.until is not None and wait.until == case.opens(step, key):
        day = wait.until.astimezone(zone_of(case.zone(step))).date().isoformat()
        extra: Template = "wait until then; at any other time it is an extra contact: round=extra"
        return "STEP", no(
            "round {round} of '{step}' opens on {day}",
            step.id,
            todo=extra if step.extra_rounds else "wait until then",
            of=key.of,
            step=title,
            round=key.round,
            day=day,
        )
    if wait.kind == "time":
        until = _until(wait) or process.named("steps", subject)
        return "STEP", no(
            "'{step}' may not be done before {until}", step.id, todo="wait until then", step=title, until=until
        )
    return _first(case, wait, "needed first: {need}")


def _first(case: CaseNow, wait: Wait, fact: Template) -> tuple[str, Finding]:
    """Say a step, a paper or a move that must be so first."""
    rule, todo = {"document": ("DOCUMENT", "get it first"), "event": ("PHASE", "make that move first")}.get(
        wait.kind, ("STEP", "do it")
    )
    do: dict[str, Any] | None = {} if wait.kind == "event" else None  # no command helps before the move
    return rule, no(fact, wait.subject, todo=todo, do=do, need=wait.said(case.process))


def _until(wait: Wait) -> str:
    return wait.until.isoformat().replace("+00:00", "Z") if wait.until else ""


def _an_unknown_fact(case: CaseNow, id: str) -> Finding:
    return no("it is not recorded: {what}", id, todo="record it", what=case.process.named("facts", id))


def of_stale_evidence(case: CaseNow, step: Step) -> Iterator[Judgement]:
    """Say which evidence is too old at the moment of this step, where its age is judged at it."""
    for other, span in case.stale_for(step):
        title = case.process.named("steps", other.id)
        renew = {"do": "renew", "step": other.id}
        yield Judgement(
            "STEP",
            no("'{step}' is older than {span}", other.id, todo="do it again first", do=renew, span=span, step=title),
        )


def _of_own_steps(case: CaseNow, command: str, subject: str) -> Iterator[Judgement]:
    """Say what the steps that a command completes still wait for."""
    for step in case.done_by(command, subject):
        yield from (j for j in of_step(case, step, StepKey(step.id)) if not j.finding.met)


# --- consents and papers -----------------------------------------------------------------------------------


def _of_consent(case: CaseNow, command: c.Consent) -> Iterator[Judgement]:
    """A no is always taken; a yes must be one that can count."""
    purpose = case.process.consents.get(command.purpose)
    if purpose is None or command.answer != "given":
        return
    title = case.process.named("consents", purpose.id)
    giver = case.giver(command.given_by)
    if case.is_child:
        guardian = case.recorded.roles.get("guardian")
        if guardian is None or giver != guardian.party:
            fact = "the person counts as a child, so the guardian must consent"
            asked = {"do": "consent", "purpose": purpose.id}
            yield Judgement("CONSENT", no(fact, purpose.id, todo="name the guardian, and ask them", do=asked))
        if purpose.assent and not command.assent:
            fact = "the child's own assent is missing for '{consent}'"
            yield _once("CONSENT", fact, purpose.id, "ask the child, and add assent=true", consent=title)
    elif giver != "person":
        yield _once(
            "CONSENT", "only the person can consent to '{consent}'", purpose.id, "ask the person", consent=title
        )
    said_no = _an_open_no(case, purpose.id)
    if said_no is not None:
        yield Judgement(
            "CONSENT",
            no(
                "the person has said no, and that is not over",
                purpose.id,
                todo="talk about all options again, then ask",
                do={"do": "resolve", "incident": said_no},
            ),
        )
    yield Judgement("CONSENT", yes("the answer can be recorded", purpose.id))
    for step in case.done_by("consent", purpose.id):
        if step.done_by and step.done_by.subjects == (purpose.id,):
            yield from (j for j in of_step(case, step, StepKey(step.id)) if not j.finding.met)
            yield from of_stale_evidence(case, step)
            for other in case.outdated_before(step):
                yield Judgement("STEP", outdated(case, other.id) or _is_open_again(case, other))


def _is_open_again(case: CaseNow, step: Step) -> Finding:
    title = case.process.named("steps", step.id)
    return no("'{step}' is to be done again before the person decides", step.id, todo="do it first", step=title)


def _an_open_no(case: CaseNow, purpose: str) -> str | None:
    """Give the open incident of a no to this, while the journey lies ahead; None when there is none."""
    kinds = (case.process.incidents.get(i.type) for i in case.recorded.open_incidents)
    return next((kind.id for kind in kinds if kind and purpose in kind.bars), None)


def _of_document(case: CaseNow, command: c.Document) -> Iterator[Judgement]:
    paper = case.process.documents.get(command.kind)
    if paper is None:
        return
    held = case.recorded.document(paper.id, command.of or "")
    state = held.status if held else "none"
    if command.status in ("requested", "held") and state != "held":
        for wait in case.document_waits(paper):
            if wait.kind == "time" and command.status == "held" and state == "requested":
                continue
            rule, finding = _of_paper_wait(case, paper, wait)
            yield Judgement(rule, finding, (), PHASE_NUMBER["pre_departure"])
    yield Judgement("DOCUMENT", yes("how the paper stands can be recorded", paper.id))


def _of_paper_wait(case: CaseNow, paper: DocumentKind, wait: Wait) -> tuple[str, Finding]:
    process, title = case.process, case.process.named("documents", paper.id)
    if wait.kind == "consent":
        return "CONSENT", no(
            "'{paper}' needs the person's consent: {purpose}",
            wait.subject,
            todo="ask the person",
            do={"do": "consent", "purpose": wait.subject, "recipient": wait.need.recipient},
            paper=title,
            purpose=process.named("consents", wait.subject),
        )
    if wait.kind == "fact" and wait.subject in process.facts:
        return "FACT", _an_unknown_fact(case, wait.subject)
    if wait.kind == "time":
        until = _until(wait) or part("the planned departure is set")
        fact = "'{paper}' may not be asked for before {until}"
        return "DOCUMENT", no(fact, paper.id, todo="wait until then", do={}, paper=title, until=until)
    first = {"do": "complete", "step": wait.subject} if wait.kind == "step" else {}
    fact, need = "'{paper}' needs this first: {need}", wait.said(process)
    return "DOCUMENT", no(fact, paper.id, todo="get that first", do=first, paper=title, need=need)


# --- the journey, roles ----------------------------------------------------------------------------------------


def _of_travel(case: CaseNow, command: c.Travel) -> Iterator[Judgement]:
    if case.recorded.phase in ("identification", "pre_departure"):
        yield from _of_own_steps(case, "travel", command.status)


def _of_assign(case: CaseNow, command: c.Assign) -> Iterator[Judgement]:
    for step in case.done_by("assign", command.role):
        record = case.recorded.steps.get(step.id)
        if record is None or record.state != "done":
            yield from (j for j in of_step(case, step, StepKey(step.id)) if not j.finding.met)
    party = command.partner or command.ref or command.organisation or ""
    if case.suspending(party, command.role):
        yield _once("INPUT", "this partner has failed, and that is not over", party, "choose another")
    if command.partner:
        yield from _of_partner(case, command.partner)


def _of_partner(case: CaseNow, id: str) -> Iterator[Judgement]:
    """A partner that is gone, or that takes other people, cannot be given a role."""
    partner = case.process.partners.get(id) or {}
    newer = partner.get("superseded_by")
    if newer or partner.get("historical"):
        fact = "this partner no longer works under this name"
        yield _once("INPUT", fact, id, "take {newer} instead", newer=newer or part("another"))
    if not case.takes(id):
        fact = "this partner takes people of another sex or age"
        yield _once("INPUT", fact, id, "choose one who takes this person")


# --- incidents --------------------------------------------------------------------------------------------------


def _of_incident(case: CaseNow, command: c.Incident) -> Iterator[Judgement]:
    kind = case.process.incidents.get(case.process.aliases.get(command.type, command.type))
    if kind is None:
        return
    title, phase = case.process.named("incidents", kind.id), case.phase_then
    if case.recorded.is_closed and not kind.also_when_closed:
        yield gates.the_case_is_closed(case, "reopen it first")
    if phase not in kind.phases:
        fact = "'{incident}' does not happen in the phase '{phase}'"
        yield _once("PHASE", fact, kind.id, "look for the one that fits", incident=title, phase=term(phase))


def _of_resolve(case: CaseNow, command: c.Resolve) -> Iterator[Judgement]:
    """An incident ends when what it needs was done since it was opened."""
    incident = case.open_incident(command.incident)
    kind = case.process.incidents.get(incident.type) if incident else None
    if kind is not None and kind.never_ends:
        title = case.process.named("incidents", kind.id)
        todo: Template = "close the case; if this was recorded wrongly, open a new one"
        yield _once("STEP", "'{incident}' does not end", kind.id, todo, incident=title)
    actor = case.actor
    parties = {held.party for held in case.recorded.roles.values()}
    is_inside = actor is not None and (actor.id in case.recorded.actors or actor.organisation in parties)
    if kind is not None and kind.by_outsider and is_inside:
        fact: Template = (
            "'{incident}' is not ended by anybody who has written in this case, or whose organisation has a part in it"
        )
        title = case.process.named("incidents", kind.id)
        yield _once("ROLE", fact, kind.id, "let somebody who has written nothing here look at it", incident=title)
    for wait in gates.resolve_waits(case, incident, command.outcome) if incident else ():
        if wait.kind == "step":
            rule, finding = _first(case, wait, "needed first, after what has happened: {need}")
            yield Judgement(rule, finding)
        else:
            finding = no(
                "the person has not been reached since",
                wait.subject,
                todo="go on trying, in the agreed order",
                do={"do": "contact", "with": "person", "channel": "phone", "reached": True},
            )
            yield Judgement("INPUT", finding)


# --- a newer process -----------------------------------------------------------------------------------------


def _of_rebase(case: CaseNow, newer: Process) -> Iterator[Judgement]:
    """A newer process is adopted when nothing that was begun would be lost."""
    recorded = case.recorded
    if newer.digest == recorded.digest:
        yield _once("INPUT", "the case runs under this process already", "digest", "nothing is to be done")
    if (newer.host_country, newer.origin_country) != (recorded.host_country, recorded.origin_country):
        yield _once("INPUT", "that process is for other countries", "digest", "take the one for this case")
    begun = (
        ({StepKey.read(key).step for key in recorded.steps}, newer.steps),
        ({document.kind for document in recorded.documents.values()}, newer.documents),
        ({incident.type for incident in recorded.open_incidents}, newer.incidents),
        (set(recorded.facts), newer.facts),
    )
    gone = [id for ids, known in begun for id in sorted(ids - set(known))]
    if gone:
        fact = "these were begun, and the newer process does not know them: {gone}"
        yield _once("INPUT", fact, "digest", "stay with the process of this case", gone=gone)
