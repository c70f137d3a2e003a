"""What is typed in the interactive shell beside commands: a case to work on, a number, a step by its name, and `no`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from wayhome.commands import BY_WORD, Redo
from wayhome.errors import BadInput, Template
from wayhome.flow.expected import EXPECTS, SAME_PERSON
from wayhome.flow.rows import NextRow
from wayhome.forms import SUBJECT_OF
from wayhome.model.form import Written
from wayhome.model.moves import MOVES, OF_THE_PERSON
from wayhome.model.reading import specs_of
from wayhome.packs.kinds.expects import Expected
from wayhome.packs.process import Process
from wayhome.shell import listing
from wayhome.shell.dialogue import refusing
from wayhome.shell.dialogue.opening import open_case
from wayhome.shell.dialogue.talking import NOTHING_SAVED, asked_choice, shows, talk
from wayhome.shell.dialogue.typed_answers import MOST_SHOWN, fitting
from wayhome.shell.dialogue.vocabulary import NO, ON_A_CASE, is_a_case, said_of, unknown_here
from wayhome.shell.main import MODULES
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase, say

HOLDS, ANEW = "holds", "anew"
DECIDES = ("step", "register", "ref", "incident")  # what a command is about: which questions there are follows from it
OTHERWISE: Template = "It is booked otherwise, or called off"
STILL_HOLDS: Template = "Does it still hold?"
NO_TERMINAL: Template = "Somebody must be there to be asked."


def meant(words: Sequence[str], session: Session) -> Callable[[], object] | None:
    """Find what a line means that is no command; None when it is one, or means nothing."""
    first, rest, typed = words[0] if words else "", words[1:], " ".join(words)
    if typed == "case open" and session.desk.talks:
        return partial(open_case, session)
    if first in MODULES or first.startswith("-"):
        return None
    if first == NO and len(rest) <= 1:
        return partial(no, session, *rest)
    if first.isdecimal() and not rest and (session.desk.case or session.desk.cases):
        return partial(open_number, session, first)
    if session.desk.case and first in ON_A_CASE and not rest:
        return partial(_open_word, session, first, "")
    if session.desk.case and first in MOVES and not rest:
        return partial(_open, session, {"do": "move", "to": first}, phrase(MOVES[first].title))
    if session.desk.case and not is_a_case(typed):
        about = first in ON_A_CASE and "=" not in rest[0] and not specs_of(BY_WORD[first]).keys().isdisjoint(DECIDES)
        return _by_name(typed, session) or (partial(_open_word, session, first, " ".join(rest)) if about else None)
    return partial(use, session, typed) if is_a_case(typed) else None


def use(session: Session, number: str) -> None:
    """Work on a case from now on, and see what can be done next."""
    full = session.number_of(number)
    session.look(full)
    listing.show(session, full)


def open_number(session: Session, typed: str) -> None:
    """Open what was listed under a number."""
    cases, listed = session.desk.cases, session.desk.listed
    number = int(typed) if len(typed) < len("10000") else 0
    if not 1 <= number <= len(cases or listed):
        todo: Template = "Type `today` or `case list` to see a list." if cases else "Type `next` to see the list."
        raise BadInput("There is no such number in the list.", todo=todo, code="unknown")
    if cases:
        _open_line(session, *cases[number - 1][:2])
    else:
        _open_row(session, listed[number - 1])


def _open_line(session: Session, case: str, step: str) -> None:
    """Take up the case of a line, and open there the step that it is about, where that can be done now; or ask what became of its journey."""
    use(session, case)
    if step.startswith(EXPECTS) and session.desk.talks:
        _open_what_became(session, step.removeprefix(EXPECTS))
        return
    if step == SAME_PERSON:
        say("Answer with `same {number} yes`, or with `no`.", number=case)
    row = next((row for row in session.desk.listed if step and row.do.get("step") == step), None)
    if row is not None and session.desk.talks:
        _open_row(session, row)


def _open_row(session: Session, row: NextRow) -> None:
    """Hold the conversation about what can be done next; of a journey of which nobody has written, ask first what became of it."""
    if row.expects:
        _must_talk(session)
        _open_what_became(session, row.expects)
    else:
        _open(session, row.do, row.because)


def _open_what_became(session: Session, id: str) -> None:
    """Ask what became of a journey whose hour is over, and open that; nothing where nobody knows it yet."""
    engine, number = session.engine, session.desk.case
    process = engine.process_of(number, as_=session.actor)
    phase = engine.case(number, as_=session.actor, parts=()).phase
    expected = process.every(Expected)[id]
    acts: dict[str, tuple[str, Mapping[str, Any]]] = {
        row.name: (phrase(row.title), {"do": "move", "to": row.name})
        for row in MOVES.values()
        if expected.booked and row.name in OF_THE_PERSON and phase in row.sources
    }
    acts |= {one: (process.title("incidents", one), {"do": "incident", "type": one}) for one in expected.incidents}
    if expected.booked:
        acts["travel"] = phrase(OTHERWISE), {"do": "travel"}
    said = asked_choice(process.title("expects", id), {one: title for one, (title, _) in acts.items()})
    if said:
        talk(session, acts[said][1], acts[said][0], asks_when=True)
    else:
        say(NOTHING_SAVED)


def _open_word(session: Session, word: str, about: str) -> None:
    """Hold a conversation about a command; what it is about is typed behind it (`enter service`, `update payment-1`), or asked first.

    Raises:
        BadInput: nothing is called so, or several are; or this command is about nothing that is typed behind it.
    """
    _must_talk(session)
    form = session.engine.form(session.desk.case, {"do": word}, as_=session.actor)
    decides = next((slot for slot in form.slots if slot.name in DECIDES and slot.required and slot.values), None)
    if decides is None:
        if about:
            unknown_here([about], session)
        _open(session, {"do": word}, said_of(word))
        return
    found = (
        fitting(decides.values, about) or fitting(decides.values, about.replace(" ", "_"))
        if about
        else [asked_choice(decides.ask or decides.label, decides.values)]
    )
    if len(found) > 1:
        _tell_several({id: decides.values[id] for id in found})
    elif not found:
        unknown_here([about], session)
    elif found[0]:
        _open(session, {"do": word, decides.name: found[0]}, decides.values[found[0]])
    else:
        say(NOTHING_SAVED)


def _open(session: Session, do: Mapping[str, Any], title: str = "") -> None:
    _must_talk(session)
    if do["do"] != Redo.word:
        talk(session, do, title)
        return
    still = {**do, "do": "complete", "confirms": True}
    signs = session.engine.form(session.desk.case, still, as_=session.actor).signs
    said = _still_so(signs) if signs is not None else ANEW
    if said == HOLDS:
        process = session.engine.process_of(session.desk.case, as_=session.actor)
        talk(session, still, phrase("Still so: {title}", title=process.title("steps", do["step"])))
    elif said == ANEW:
        talk(session, do, title)


def _still_so(signs: Written) -> str:
    """Show what an outdated step says and what changed since, and ask whether it still holds; gives nothing where nobody says it."""
    shows(signs)
    say("This changed since: {what}.", what="; ".join(signs.changed))
    choices = {HOLDS: phrase("Yes, it was looked at again"), ANEW: phrase("No, it is done anew")}
    said = asked_choice(phrase(STILL_HOLDS), choices)
    if not said:
        say(NOTHING_SAVED)
    return said


def no(session: Session, number: str = "") -> None:
    """Do all that a no of the person asks for."""
    if number:
        session.desk.takes_up(session.number_of(number), ())
    if not session.desk.case:
        raise BadInput("It is not said whose no it is.", todo="Type `no` with the number of the case.")
    _must_talk(session)
    refusing.hear_a_no(session)


def _must_talk(session: Session) -> None:
    if not session.desk.talks:
        raise BadInput(NO_TERMINAL, todo="In a script, write the whole command: `do CASE COMMAND field=value`.")


def _by_name(typed: str, session: Session) -> Callable[[], object] | None:
    """Find what is called so: a step, or what was listed; None when nothing is."""
    process = session.engine.process_of(session.desk.case, as_=session.actor)
    titles = {step.id: process.title("steps", step.id) for step in process.ordered_steps}
    listed = {str(count): row.because for count, row in enumerate(session.desk.listed, start=1)}
    listed = {number: title for number, title in listed.items() if title not in titles.values()}
    found = fitting({**titles, **listed}, typed)
    if not found:
        return None
    if len(found) > 1:
        return partial(_tell_several, {id: {**titles, **listed}[id] for id in found})
    if found[0] in listed:
        return partial(open_number, session, found[0])
    return partial(_open_step, session, process, found[0])


def _tell_several(titles: Mapping[str, str]) -> None:
    say("Several are called so. Type more of the name of one:")
    for id, title in [*titles.items()][:MOST_SHOWN]:
        say("  {title}  ({id})", title=title, id=id)


def _open_step(session: Session, process: Process, id: str) -> None:
    title = process.title("steps", id)
    row = next((row for row in session.desk.listed if row.do.get("step") == id or listing.is_for(row, title)), None)
    _open(session, row.do if row else _done_by(session, process, id), title)


def _done_by(session: Session, process: Process, id: str) -> dict[str, Any]:
    """Give the command that completes a step."""
    done_by = process.steps[id].done_by
    if done_by is None:
        return {"do": "complete", "step": id}
    view = session.engine.case(session.desk.case, as_=session.actor, parts=("consents",))
    given = {one["purpose"] for one in view.consents if one["state"] == "given"}
    subject = next((one for one in done_by.subjects if one not in given), done_by.subjects[0])
    named = SUBJECT_OF.get(done_by.command)
    return {"do": done_by.command, **({named: subject} if named else {})}
