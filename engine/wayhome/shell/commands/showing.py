"""Showing what Wayhome does (`demo`), and the interactive shell."""

from __future__ import annotations

import click

from wayhome.shell import logs
from wayhome.shell.door import Door, shared


@click.command()
@click.option("--folder", type=click.Path(), help="Keep the database in this new folder instead of a temporary one.")
@shared()
@click.pass_obj
def demo(door: Door, folder: str | None) -> None:
    """Tell returns to several countries from start to end, from the stories of the installed plugins."""
    logs.configure()
    from wayhome.shell.demo import show

    show(door, folder)


@click.command()
@shared()
@click.pass_obj
def shell(door: Door) -> None:
    """All of this, interactive: with completion of case numbers, then of what the case allows now."""
    from wayhome.shell import repl

    status = repl.start(door)
    if status:
        click.get_current_context().exit(status)


COMMANDS = (demo, shell)
