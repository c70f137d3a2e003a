"""Checking the ledger, and making again what is made from it."""

from __future__ import annotations

import click

from wayhome.shell import views
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase, print_json, say
from wayhome.shell.views.progress import progress


@click.command()
@shared()
@click.pass_obj
def verify(session: Session) -> None:
    """Check the ledger end to end, and every row that is made from it. Needs no key and no actor."""
    engine = session.engine
    with progress(phrase("Checking")) as step:
        found = engine.verify(step)
    session.show(views.json_output.verification(found), lambda: views.lists.verification(found))
    if not found.ok:
        click.get_current_context().exit(6)


@click.command()
@shared()
@click.pass_obj
def rebuild(session: Session) -> None:
    """Make every case's row and due rows again from the ledger."""
    engine = session.engine
    with progress(phrase("Rebuilding")) as step:
        cases, events = engine.rebuild(step)
    if session.json:
        print_json({"cases": cases, "events": events})
        return
    say("Made the rows of {cases} cases again from {events} events.", cases=cases, events=events)
