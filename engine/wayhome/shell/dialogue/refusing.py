"""`no`: what a no of the person asks for, at once. It asks the person nothing, and offers no yes.

What the engine does by itself when a consent is taken back (the journey is cancelled, the clearance ends, an incident opens) is
not repeated here; it is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wayhome.commands import Record, Withdraw, read_command
from wayhome.errors import BadInput, NotPermitted, Template
from wayhome.flow.expected import TELL, TRIED
from wayhome.forms import contacts_of
from wayhome.model.closed_sets import GUARDIAN, PERSON, THROUGH_SOMEBODY
from wayhome.packs.process import Process
from wayhome.results import CaseView, Done, DueRow
from wayhome.shell import views
from wayhome.shell.dialogue.talking import Talk, asked_choice, comes_next, says_yes
from wayhome.shell.session import Session
from wayhome.shell.telling import question_of
from wayhome.shell.terminal import phrase, say

BEFORE_DEPARTURE = ("identification", "pre_departure")
FOLLOWS: Template = "When it is written down, the case is put on hold, and a journey that is booked is cancelled."
UNWANTED: Template = "{name}: the person does not want it"
GIVEN_UP: Template = "{name}: nobody tries any more"
ON_THE_WAY: Template = "When it is written down, the case is blocked. The journey is not cancelled by that."


def hear_a_no(session: Session) -> None:
    """Write down that the person says no, do what follows, and say what comes next."""
    engine, number = session.engine, session.desk.case
    session.look(number)
    view = engine.case(number, as_=session.actor, parts=("consents", "people"))
    process = engine.process_of(number, as_=session.actor)
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
    for fact in dict.fromkeys(one for kind in opened for one in process.facts_asked_anew(kind)):
        _ask(session, process, fact)
    if process.consents[purpose].journey:
        _tell_others(session, view, process)
    if GUARDIAN not in view.roles:  # else nobody has said here who of the two spoke
        _ask_how_it_was_said(session)
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
    said_no = phrase("A no to '{title}'", title=title)
    taken_back = Withdraw(view.number, purpose=purpose, recipient=to, if_version=session.version_seen(view.number))
    try:
        session.engine.why(view.number, taken_back, as_=session.actor)
    except BadInput:  # they were not asked before, or had said no: it is an answer of theirs
        return Talk(session, {"do": "consent", "purpose": purpose, "answer": "refused"}, named=said_no).hold()
    if not says_yes("Write down that they take back '{title}'? yes · no", title=title):
        say("Nothing was written down.")
        return None
    done = session.engine.do(taken_back, as_=session.actor)
    session.has_shown(done.case, done.version)
    views.console.draw(views.questions.saved(said_no, done))
    return done


def _tell_others(session: Session, view: CaseView, process: Process) -> None:
    """Say whom to call, the own office first; then ask of each who counts on the journey whether they know that it is postponed."""
    own = session.actor.organisation
    if view.owner and view.owner != own:
        say("Call your own office now: {office}.", office=process.title("partners", own))
        _show_numbers(session, process, {own: ""})
        say("Call who leads the case now: {owner}.", owner=process.title("partners", view.owner))
        _show_numbers(session, process, {view.owner: ""})
    rows = _awaited(session)
    names = {id: row.title.partition(": ")[2] for id, row in rows.items()}
    escort = view.roles.get("escort", "")
    office = next((str(one["works_for"]) for one in view.people if one["ref"] == escort and one["works_for"]), escort)
    first = sorted(names, key=lambda id: (id != own, id != office, id not in process.partners))
    if names:
        say("Tell them only 'postponed', and no reason: {names}.", names=", ".join(names[id] for id in first))
        _show_numbers(session, process, {id: names[id] for id in first})
    while rows:
        party, _, why = asked_choice(phrase("Who has been told by now?"), _endings(rows, first, names)).partition(">")
        named = phrase("{name} was told 'postponed'", name=names.get(party))
        if why:
            named = phrase("{name} is not told", name=names[party])
        how = {"reached": False, "postponed": why} if why else {"postponed": "only_that"}
        if not party or Talk(session, {"do": "contact", "with": party, **how}, named=named).hold() is None:
            return
        rows = _awaited(session)


def _awaited(session: Session) -> dict[str, DueRow]:
    """Give by party who must still be told."""
    rows = session.engine.due(case=session.desk.case, as_=session.actor)
    return {row.step.removeprefix(TELL): row for row in rows if row.step.startswith(TELL)}


def _endings(rows: Mapping[str, DueRow], order: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """Give how it can end with each: first that they were told, then that the person does not want it, or nobody tries any more."""
    left = [id for id in order if id in rows]
    found, tried = {id: names[id] for id in left}, [id for id in left if rows[id].round == TRIED]
    for why, words, some in (("not_wanted", UNWANTED, left), ("given_up", GIVEN_UP, tried)):
        found |= {f"{id}>{why}": phrase(words, name=names[id]) for id in some}
    return found


def _show_numbers(session: Session, process: Process, called: Mapping[str, str]) -> None:
    """Show how to reach each now: the numbers of the own office and whom to ask for, then what the packs have."""
    book = [one for one in session.engine.partner_notes(as_=session.actor) if one.kind in ("number", "ask_for")]
    if ways := [way for party, title in called.items() for way in contacts_of(process, party, book, title)]:
        views.console.draw(views.questions.reached(ways))


def _ask_how_it_was_said(session: Session) -> None:
    """Ask how the no was heard, now that it is written down: it was a contact with the person. Of what others pass on it is none."""
    try:
        form = session.engine.form(session.desk.case, {"do": "contact", "with": PERSON}, as_=session.actor)
    except NotPermitted:
        return
    ways = next(slot.values for slot in form.slots if slot.name == "channel")
    ways = {channel: title for channel, title in ways.items() if channel != THROUGH_SOMEBODY}
    if channel := asked_choice(phrase("How did the person say it?"), ways):
        command = {"do": "contact", "case": session.desk.case, "with": PERSON, "channel": channel, "reached": True}
        done = session.engine.do(read_command(command), as_=session.actor)
        session.has_shown(done.case, done.version)
        views.console.draw(views.questions.saved(phrase("How the no was said"), done))


def _ask(session: Session, process: Process, fact: str) -> None:
    """Ask the person at once what is not known, where who sits there may write it down; else say who asks it."""
    if fact in session.engine.case(session.desk.case, as_=session.actor, parts=()).facts:
        return  # that there is none is known: a bed is looked for
    try:
        session.engine.why(session.desk.case, Record(session.desk.case, facts={fact: None}), as_=session.actor)
    except NotPermitted:
        ask = question_of(str(process.label("facts", fact).get("ask") or ""))[0]
        who = views.console.any_of(process.roles_called(process.facts[fact].asked_by))
        views.console.draw(views.questions.to_do(phrase("Call them now, to ask: {who}. {ask}", who=who, ask=ask)))
    else:
        Talk(session, {"do": "record", "facts": (fact,)}).hold()
