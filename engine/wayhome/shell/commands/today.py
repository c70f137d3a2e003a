"""What is to be done today, by whom, for whom: the first screen of the day."""

from __future__ import annotations

import click

from wayhome.shell import views
from wayhome.shell.commands.due import DAMAGED, UNREAD
from wayhome.shell.options import shared
from wayhome.shell.pages import tell_of_damaged
from wayhome.shell.session import Session


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
    if session.interactive:
        session.desk.cases = tuple((line.row.case, line.step) for line in lines)
    session.show(
        lambda: views.json_output.today(found),
        lambda: views.today.drawn(found, lines, actor, numbered=session.desk.talks),
    )
    if tell_of_damaged(found.damaged, UNREAD):
        raise click.exceptions.Exit(DAMAGED)
