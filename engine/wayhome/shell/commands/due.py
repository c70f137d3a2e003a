"""Looking at what is due, and calling somebody."""

from __future__ import annotations

from functools import partial
from pkgutil import resolve_name
from typing import Any

import click

from wayhome.errors import BadInput, Template
from wayhome.model.data import to_json
from wayhome.shell import ringing, suggestions, typed_fields, views
from wayhome.shell.clock import tell_of_clock
from wayhome.shell.options import shared
from wayhome.shell.pages import every, tell_of_damaged
from wayhome.shell.session import Session
from wayhome.shell.terminal import print_json, say, write

DAMAGED, CLOCK_BACK, OVERDUE, NOT_REACHED = 6, 7, 8, 9
UNREAD: Template = (
    "What is due in these cases cannot be read: {cases}. Run `wayhome verify`, and look after them by hand."
)


@click.command()
@click.argument("take", required=False, type=click.Choice(["take"]))
@click.option("--mine", is_flag=True, help="Today's list: the same as `wayhome today`.")
@click.option("--role", metavar="R", help="Only what this role does.")
@click.option("--organisation", metavar="O", help="Only cases that this organisation works on.")
@click.option("--case", "number", metavar="CASE", shell_complete=suggestions.numbers, help="Only this case.")
@click.option("--within", metavar="7d", help="Only what falls due within this time (12h, 7d, 2w), and what is overdue.")
@click.option("--all", "whole", is_flag=True, help="Show all of it, not only the first screen.")
@click.option("--ring", is_flag=True, help="Raise what silence means; one line for who is called, for cron or a timer.")
@click.option("--to", metavar="COMMAND", help="With --ring: give each line to this command, on its standard input.")
@shared()
@click.pass_obj
def due(
    session: Session, /, take: str | None, mine: bool, whole: bool, ring: bool, to: str | None, **asked: Any
) -> None:
    """List what is due, what is overdue, what will be too old for the journey, and why then.

    \b
    `due take`: take what cannot wait and is for you; nobody else is called for it any more.
    With --ring the status is 0 when nobody is called, 8 when somebody is called because
    something cannot wait, 9 when somebody could not be told, or something not be read.
    It is 7 when the clock of this computer stands back: all is then reckoned from the newest entry.
    """
    narrowed = any(value is not None for value in asked.values())
    if sum([take is not None, mine, ring]) > 1 or ((take or mine or ring) and narrowed) or ((take or ring) and whole):
        raise BadInput(
            "Today's list, the ring and `take` are always of everything that is yours.",
            todo="Leave out the other options; or ask `due` without --mine, --ring and `take`.",
        )
    if to is not None and not ring:
        raise BadInput("Only a ring goes to a command.", todo="Add --ring.", field="to")
    if take:
        _take(session)
    elif mine:
        resolve_name("wayhome.shell.commands.today:show")(session, whole=whole)
    elif ring:
        _ring(session, to)
    else:
        _list(session, whole=whole, **asked)


def _list(
    session: Session, *, whole: bool, role: str | None, organisation: str | None, number: str | None, within: str | None
) -> None:
    length = typed_fields.within(within) if within is not None else None
    engine = session.engine
    reckoned = engine.clock()
    is_back = tell_of_clock(*reckoned)
    until = reckoned.now + length if length is not None else None
    asked = partial(engine.due, as_=session.actor, until=until, role=role)
    damaged: list[int | str] = []
    rows = [*every(partial(asked, organisation=organisation, case=number), damaged)]
    if rows or session.json or not damaged:  # else nobody knows whether nothing is due
        session.show(lambda: views.json_output.due(rows, damaged), lambda: views.lists.due(rows, whole=whole))
    if tell_of_damaged(damaged, UNREAD) or is_back:
        raise click.exceptions.Exit(DAMAGED if damaged else CLOCK_BACK)


def _take(session: Session) -> None:
    count = session.engine.take(as_=session.actor)
    if session.json:
        print_json({"taken": count})
    elif count:
        say(
            "Taken: {count}. Nobody else is called for it, unless it grows worse. `today` shows what it is.",
            count=count,
        )
    else:
        say("Nothing that cannot wait is open for you, or somebody has taken it.")


def _ring(session: Session, to: str | None) -> None:
    command = ringing.words_of(to) if to is not None else None
    now = session.engine.clock().now  # before it writes
    rung = session.engine.ring()
    is_back = tell_of_clock(now, rung.clock_stands_back_at, rung.clock_ahead_of)
    failed = [one for one in rung.calls if not ringing.tell(one, command)] if command is not None else []
    if session.json:
        print_json(to_json(rung))
    elif command is None and rung.calls:
        write("\n".join(map(ringing.line, rung.calls)))
    if rung.not_raised:
        cases = ", ".join(rung.not_raised)
        say("What silence means could not be raised in: {cases}. Look at them.", err=True, cases=cases)
    tell_of_damaged(rung.unread, UNREAD)
    is_urgent = bool(rung.raised) or any(one.look_now for one in rung.calls)
    status = (
        NOT_REACHED
        if failed or rung.not_raised or rung.unread
        else OVERDUE
        if is_urgent
        else CLOCK_BACK
        if is_back
        else 0
    )
    if status:
        raise click.exceptions.Exit(status)
