"""`no`: what a no of the person asks for, at once. It asks the person nothing, and offers no yes.

What the engine does by itself when a consent is taken back (the journey is cancelled, the clearance ends, an incident opens) is
not repeated here; it is told.
"""

from __future__ import annotations

from wayhome.commands import Record, Withdraw
from wayhome.errors import NotPermitted, Template
from wayhome.model.closed_sets import GUARDIAN
from wayhome.packs.process import Process
from wayhome.results import CaseView, Done
from wayhome.shell import views
from wayhome.shell.dialogue.talking import Talk, asked_choice, comes_next, says_yes
from wayhome.shell.session import Session
from wayhome.shell.telling import question_of
from wayhome.shell.terminal import phrase, say

BEFORE_DEPARTURE = ("identification", "pre_departure")
FOLLOWS: Template = "When it is written down, the case is put on hold, and a journey that is booked is cancelled."
ON_THE_WAY: Template = "When it is written down, the case is blocked. The journey is not cancelled by that."


def hear_a_no(session: Session) -> None:
    """Write down that the person says no, do what follows, and say what comes next."""
    engine, number = session.engine, session.desk.case
    session.look(number)
    view, process = engine.case(number, as_=session.actor), engine.process_of(number, as_=session.actor)
    say("The person says no. Nothing more is asked of them, and no reason.")
    purpose, to = _which(view, process)
    if not purpose:
        say("Nothing was written down.")
        return
    if process.consents[purpose].journey:
        say(FOLLOWS if view.phase in BEFORE_DEPARTURE else ON_THE_WAY)
    done = _write_down(session, view, process, purpose, to)
    if done is None:
        return
    opened = [str(event.data.get("type")) for event in done.events if event.type == "incident_opened"]
    for kind in opened:
        views.console.draw(views.questions.to_do(str(process.label("incidents", kind)["actions"])))
    for fact in dict.fromkeys(one for kind in opened for one in process.incidents[kind].ask_at_once):
        _ask(session, process, fact)
    if process.consents[purpose].journey:
        _tell_others(session, view, process)
    comes_next(session)


def _which(view: CaseView, process: Process) -> tuple[str, str | None]:
    """Say to what the person says no, and for whom: before the departure, to the return; else to one of their yeses, or on the way to
    the journey. Empty when nobody says.
    """
    journey = next((id for id, one in process.consents.items() if one.journey), "")
    if view.phase in BEFORE_DEPARTURE and journey:
        return journey, None
    given = {(str(one["purpose"]), str(one.get("recipient") or "")) for one in view.consents if one["state"] == "given"}
    if view.phase == "travel" and journey:
        given.add((journey, ""))
    in_order = sorted(given, key=lambda one: (one[0] != journey, one))  # the journey first
    titles = {f"{purpose}>{to}": _titled(process, purpose, to) for purpose, to in in_order}
    if not titles:
        say("Nothing is agreed that could be taken back.")
        return "", None
    purpose, _, to = asked_choice(phrase("To what do they say no?"), titles).partition(">")
    return purpose, to or None


def _titled(process: Process, purpose: str, to: str) -> str:
    title = process.title("consents", purpose)
    kind = "partners" if to in process.partners else "recipients"
    return f"{title}, {process.title(kind, to)}" if to else title


def _write_down(session: Session, view: CaseView, process: Process, purpose: str, to: str | None) -> Done | None:
    title = _titled(process, purpose, to or "")
    is_given = any(one["purpose"] == purpose and one["state"] == "given" for one in view.consents)
    said_no = phrase("A no to '{title}'", title=title)
    if not is_given:  # they were not asked before, or had said no: it is an answer of theirs
        return Talk(session, {"do": "consent", "purpose": purpose, "answer": "refused"}, named=said_no).hold()
    if not says_yes("Write down that they take back '{title}'? yes · no", title=title):
        say("Nothing was written down.")
        return None
    command = Withdraw(view.number, purpose=purpose, recipient=to, if_version=session.version_seen(view.number))
    done = session.engine.do(command, as_=session.actor)
    session.has_shown(done.case, done.version)
    views.console.draw(views.questions.saved(said_no, done))
    return done


def _tell_others(session: Session, view: CaseView, process: Process) -> None:
    """Name those who count on the journey, and write down who was told: that it is postponed, and never why."""
    own = session.actor.organisation
    if view.owner and view.owner != own:
        say("Call who leads the case now: {owner}.", owner=process.title("partners", view.owner))
    known = {
        own,
        view.owner or own,
        *(str(one["ref"]) for one in view.people if one["ref"] == view.roles.get(GUARDIAN)),
    }
    met = view.travel["meeting_person"] if view.travel else None
    counting = dict.fromkeys((*view.roles.values(), met or own))
    names = {party: process.title("partners", party) for party in counting if party not in known}
    while names:
        say("Tell them only 'postponed', and no reason: {names}.", names=", ".join(names.values()))
        told = asked_choice(phrase("Who has been told by now?"), names)
        named = phrase("{name} was told 'postponed'", name=names.get(told))
        if not told or Talk(session, {"do": "contact", "with": told}, named=named).hold() is None:
            return
        del names[told]


def _ask(session: Session, process: Process, fact: str) -> None:
    """Ask the person at once what is not known, where who sits there may write it down; else say who asks it."""
    if fact in session.engine.case(session.desk.case, as_=session.actor).facts:
        return  # that there is none is known: a bed is looked for
    try:
        session.engine.why(session.desk.case, Record(session.desk.case, facts={fact: None}), as_=session.actor)
    except NotPermitted:
        ask = question_of(str(process.label("facts", fact).get("ask") or ""))[0]
        who = views.console.any_of(process.roles_called(process.facts[fact].asked_by))
        views.console.draw(views.questions.to_do(phrase("Call them now, to ask: {who}. {ask}", who=who, ask=ask)))
    else:
        Talk(session, {"do": "record", "facts": (fact,)}).hold()
