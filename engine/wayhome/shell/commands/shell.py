"""The interactive shell."""

from __future__ import annotations

import click

from wayhome.shell import repl
from wayhome.shell.options import shared
from wayhome.shell.session import Session


@click.command()
@shared()
@click.pass_obj
def shell(session: Session) -> None:
    """All of this, interactive: with completion of case numbers, then of what the case allows now."""
    status = repl.start(session)
    if status:
        click.get_current_context().exit(status)
