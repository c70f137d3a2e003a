"""Looking at what is due in all cases."""

from __future__ import annotations

import click

from wayhome.shell import typed_fields, views
from wayhome.shell.options import shared
from wayhome.shell.session import Session


@click.command()
@click.option("--within", metavar="7d", help="Only what falls due within this time (12h, 7d, 2w), and what is overdue.")
@shared()
@click.pass_obj
def due(session: Session, within: str | None) -> None:
    """List what is due in all cases, what is overdue, and why then."""
    length = typed_fields.within(within) if within is not None else None
    engine = session.engine
    rows = engine.due(as_=session.actor, until=engine.now() + length if length is not None else None)
    session.show(views.json_output.due(rows), lambda: views.lists.due(rows))
