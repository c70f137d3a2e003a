"""What is to be done today, by whom, for whom: the first screen of the day; and what of it was seen, and waits."""

from __future__ import annotations

import click

from wayhome.errors import BadInput, Template
from wayhome.flow.expected import SAME_PERSON
from wayhome.model.data import to_json
from wayhome.shell import typed_fields, views
from wayhome.shell.clock import tell_of_clock
from wayhome.shell.commands.due import CLOCK_BACK, DAMAGED, UNREAD
from wayhome.shell.options import shared
from wayhome.shell.pages import tell_of_damaged
from wayhome.shell.session import Session
from wayhome.shell.terminal import write

YES: Template = "Noted. {house} leads the newer case. Ask the person first; then talk with each other. Work goes on in the older case."
NO: Template = "Noted. It is asked again only when a name or the birth date is written anew."


@click.command()
@click.option("--all", "whole", is_flag=True, help="Show every line, not only the first screen.")
@shared()
@click.pass_obj
def today(session: Session, whole: bool) -> None:
    """Show your work of today: who flies, what is open, late, due, to be signed, and offered."""
    show(session, whole=whole)


def show(session: Session, *, whole: bool = False) -> None:
    """Show today's work; in the interactive shell its numbers open what they stand for."""
    actor = session.actor
    found = session.engine.today(as_=actor)
    lines = views.today.shown(found, whole=whole)
    is_back = tell_of_clock(found.now, found.clock_stands_back_at, found.clock_ahead_of)
    for one in found.checks:
        write(f"{one.what} {one.todo}", err=True)
    if session.interactive:
        session.desk.cases = tuple(line.opens for line in lines)
    session.show(
        lambda: views.json_output.today(found),
        lambda: views.today.drawn(found, lines, actor, numbered=session.desk.talks),
    )
    is_bad = is_back or any(one.state == "bad" for one in found.checks)
    if tell_of_damaged(found.damaged, UNREAD) or is_bad:
        raise click.exceptions.Exit(DAMAGED if found.damaged else CLOCK_BACK)


@click.command()
@click.argument("line", nargs=-1, required=True, metavar="LINE | CASE STEP")
@click.option(
    "--until", metavar="DAY", help="Until when it waits: 2026-12-10, or 3d. Without, it is only marked as seen."
)
@click.option("--because", metavar="WHY", help="Why it may wait, in a few words.")
@shared()
@click.pass_obj
def seen(session: Session, line: tuple[str, ...], until: str | None, because: str | None) -> None:
    """Mark a line of today's list as seen, and say until when it waits: so long it stands on nobody's list of your organisation.

    LINE is its number in the interactive shell. What is late, an open alarm, a journey, the last question and what keeps the person safe
    after the landing stay on the list.
    """
    engine = session.engine
    ends = None if until is None else typed_fields.until(until, engine.now())
    marks = [engine.seen(key, until=ends, because=because, as_=session.actor) for key in _keys(session, line)]
    said: Template = "Noted. `today --all` shows what waits, and until when." if until else "Noted as seen."
    session.report_done(to_json(marks), said)


@click.command()
@click.argument("line", metavar="LINE | CASE")
@click.argument("answer", type=click.Choice(["yes", "no"]))
@shared()
@click.pass_obj
def same(session: Session, line: str, answer: str) -> None:
    """Say whether the person of your case is the one of a newer case that has the same name. Who asks is told nothing.

    LINE is its number in the interactive shell. After a yes you are told which organisation leads the newer case.
    """
    words = (line,) if line.isdecimal() else (line, SAME_PERSON)
    said = session.engine.same_person(_keys(session, words)[0], answer == "yes", as_=session.actor)
    session.report_done(to_json(said), YES if said.same else NO, house=said.title)


def _keys(session: Session, line: tuple[str, ...]) -> list[str]:
    """Give the keys of what is meant: the line under a number, or all that is due of a step in a case."""
    cases, found = session.desk.cases, list[str]()
    if len(line) == 1 and line[0].isdecimal():
        found = [key for count, (_, _, key) in enumerate(cases, start=1) if line[0] == str(count)]
    elif len(line) == len(("case", "step")):
        number = session.number_of(line[0])
        lines = views.today.shown(session.engine.today(as_=session.actor), whole=True)
        found = [key for case, step, key in (one.opens for one in lines) if (case, step) == (number, line[1])]
    if not all(found) or not found:
        raise BadInput("There is no such line in today's list.", todo="Type `today` to see it.", code="unknown")
    return found
