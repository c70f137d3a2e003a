"""What a consent waits for: a no is always taken, a yes must be one that can count."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from wayhome.case_now import CaseNow
from wayhome.commands import Consent
from wayhome.commands.consents import is_a_yes
from wayhome.errors import Template
from wayhome.model.reason import Finding, Judgement, never, no, yes
from wayhome.packs.conditions import UNKNOWN
from wayhome.packs.kinds.consents import ConsentPurpose
from wayhome.packs.kinds.steps import Step
from wayhome.packs.languages import is_spoken_by
from wayhome.rules import steps
from wayhome.rules.safeguard import on_its_day, outdated
from wayhome.rules.saying_no import an_open_no


def of_consent(case: CaseNow, command: Consent) -> Iterator[Judgement]:
    """Say what a yes waits for: who gives it, that no open no forbids it, and the step in which it is asked."""
    purpose = case.process.consents.get(command.purpose)
    if purpose is None or not is_a_yes(case, command):
        return
    yield from on_its_day(case, lambda one: _of_a_yes(one, command, purpose))
    yield Judgement("CONSENT", yes("the answer can be recorded", purpose.id))
    for step in case.done_by("consent", purpose.id):
        if step.done_by and step.done_by.subjects == (purpose.id,):
            yield from steps.unmet(case, step)
            yield from steps.of_stale_evidence(case, step)
            yield from on_its_day(case, partial(_of_what_it_rests_on, step))


def _of_what_it_rests_on(step: Step, case: CaseNow) -> Iterator[Judgement]:
    for other in case.outdated_before(step):
        yield Judgement("STEP", outdated(case, other.id) or _is_open_again(case, other))


def _of_a_yes(case: CaseNow, command: Consent, purpose: ConsentPurpose) -> Iterator[Judgement]:
    yield from _of_giving(case, command, purpose)
    said_no = an_open_no(case, purpose.id)
    if said_no is not None:
        fact, end = "the person has said no, and that is not over", {"do": "resolve", "incident": said_no}
        todo: Template = "talk about all options again, then ask"
        yield Judgement("CONSENT", no(fact, purpose.id, todo=todo, do=end))


def _of_giving(case: CaseNow, command: Consent, purpose: ConsentPurpose) -> Iterator[Judgement]:
    """For a child the guardian consents, and where the purpose says so the child assents; else only the person."""
    title, giver = case.process.named("consents", purpose.id), case.giver(command.given_by)
    fact: Template
    other = case.recorded.people.get(command.of or "") if purpose.journey else None
    if other is not None:  # a yes of somebody who travels along: hers is another
        if not case.may_be_child(other) and giver != other.ref:
            fact = "only {whom} says yes for themselves"
            yield never("CONSENT", fact, purpose.id, "ask them alone, and say 'given_by': {whom}", whom=other.ref)
        elif giver not in ("person", other.ref) and case.is_suspected(giver):
            fact = "{giver} is under suspicion, and says yes for nobody"
            yield never("CONSENT", fact, purpose.id, "ask the child, and who decides for it", giver=giver)
        return
    languages = case.value_for_engine("languages")
    understood = (
        languages is UNKNOWN
        or command.language is None
        or is_spoken_by(command.language, languages)
        or command.interpreter is not None
    )
    if giver == "person" and not understood:
        fact = "the person was asked for '{consent}' in a language that they do not understand"
        todo: Template = "ask in a language of theirs, or with an interpreter: {languages}"
        yield never("CONSENT", fact, purpose.id, todo, consent=title, languages=[*languages])
    elif giver == "person" and command.interpreter is None and _asks_alone(case, command.language):
        fact = "whoever wrote down since that the person understands {language} asks them in it"
        todo = "let somebody else ask, or hear it and write it down; or ask with an interpreter"
        yield never("CONSENT", fact, purpose.id, todo, language=command.language)
    if not case.is_child:
        if giver != "person":
            fact = "only the person can consent to '{consent}'"
            yield never("CONSENT", fact, purpose.id, "ask the person", consent=title)
        return
    guardian = case.recorded.roles.get("guardian")
    died = guardian is not None and guardian.party in case.recorded.people and case.recorded.people[guardian.party].gone
    if guardian is None or giver != guardian.party or died:
        fact = "the person counts as a child, so the guardian must consent"
        yield Judgement("CONSENT", no(fact, purpose.id, todo="name the guardian, and ask them"))
    if purpose.assent and not command.assent:
        fact = "the child's own assent is missing for '{consent}'"
        yield never("CONSENT", fact, purpose.id, "ask the child, and say in 'assent' what they answered", consent=title)


def _asks_alone(case: CaseNow, language: str | None) -> bool:
    """Say whether who asks now is who wrote down since that the person understands this language."""
    return case.actor is not None and case.who_says_it_is_understood(language) == case.actor.id


def _is_open_again(case: CaseNow, step: Step) -> Finding:
    title = case.process.named("steps", step.id)
    return no("'{step}' is to be done again before the person decides", step.id, todo="do it first", step=title)
