"""Looking at what is due, and calling somebody."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import click

from wayhome.errors import BadInput, Template
from wayhome.shell import ringing, suggestions, typed_fields, views
from wayhome.shell.options import shared
from wayhome.shell.pages import every, tell_of_damaged
from wayhome.shell.session import Session
from wayhome.shell.terminal import print_json, say, write

DAMAGED, OVERDUE, NOT_REACHED = 6, 8, 9
UNREAD: Template = (
    "What is due in these cases cannot be read: {cases}. Run `wayhome verify`, and look after them by hand."
)
A_DAY = timedelta(hours=24)


@click.command()
@click.option("--mine", is_flag=True, help="Only what your roles do, in cases that your organisation works on.")
@click.option("--role", metavar="R", help="Only what this role does.")
@click.option("--organisation", metavar="O", help="Only cases that this organisation works on.")
@click.option("--case", "number", metavar="CASE", shell_complete=suggestions.numbers, help="Only this case.")
@click.option("--within", metavar="7d", help="Only what falls due within this time (12h, 7d, 2w), and what is overdue.")
@click.option("--all", "whole", is_flag=True, help="Show all of it, not only the first screen.")
@click.option("--ring", is_flag=True, help="Raise what silence means; one line for each role, for cron or a timer.")
@click.option("--to", metavar="COMMAND", help="With --ring: give each line to this command, on its standard input.")
@shared()
@click.pass_obj
def due(
    session: Session,
    mine: bool,
    role: str | None,
    organisation: str | None,
    number: str | None,
    within: str | None,
    whole: bool,
    ring: bool,
    to: str | None,
) -> None:
    """List what is due, what is overdue, what will be too old for the journey, and why then.

    \b
    With --ring the status is 0 when nothing is overdue, 8 when something is or was raised,
    9 when somebody could not be told, or something could not be read.
    """
    if ring:
        if mine or whole or within is not None:
            raise BadInput(
                "A ring is not narrowed so.", todo="Give --ring with --role, --organisation, --case, or --to."
            )
        _ring(session, role, organisation, number, to)
        return
    if to is not None:
        raise BadInput("Only a ring goes to a command.", todo="Add --ring.", field="to")
    length = typed_fields.within(within) if within is not None else None
    engine = session.engine
    until = engine.now() + length if length is not None else None
    asked = partial(engine.due, as_=session.actor, until=until, mine=mine, role=role)
    damaged: list[int | str] = []
    rows = [*every(partial(asked, organisation=organisation, case=number), damaged)]
    if rows or session.json or not damaged:  # else nobody knows whether nothing is due
        session.show(lambda: views.json_output.due(rows, damaged), lambda: views.lists.due(rows, whole=whole))
    if tell_of_damaged(damaged, UNREAD):
        raise click.exceptions.Exit(DAMAGED)


def _ring(session: Session, role: str | None, organisation: str | None, number: str | None, to: str | None) -> None:
    command = ringing.words_of(to) if to is not None else None
    engine = session.engine
    listed = partial(engine.due, as_=session.clock, role=role, organisation=organisation, case=number)
    listed(until=engine.now(), limit=1)  # what nobody knows is told before anything is raised
    rung = engine.ring()
    damaged: list[int | str] = []
    rows = [*every(partial(listed, until=engine.now() + A_DAY), damaged)]
    told = ringing.calls(rung, rows, role)
    failed = [one.role for one in told if not ringing.tell(one, command)] if command is not None else []
    if session.json:
        print_json(ringing.document(rung, told))
    elif command is None and told:
        write("\n".join(one.line() for one in told))
    if rung.not_raised:
        cases = ", ".join(rung.not_raised)
        say("What silence means could not be raised in: {cases}. Look at them.", err=True, cases=cases)
    tell_of_damaged(damaged, UNREAD)
    status = (
        NOT_REACHED
        if failed or rung.not_raised or damaged
        else OVERDUE
        if rung.raised or any(o.overdue for o in told)
        else 0
    )
    if status:
        raise click.exceptions.Exit(status)
