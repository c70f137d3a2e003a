"""Looking after all that the work rests on."""

from __future__ import annotations

from collections.abc import Mapping

import click

from wayhome.checkup import Check
from wayhome.checkup import doctor as checkup_at
from wayhome.errors import Template
from wayhome.shell import logs, views
from wayhome.shell.failures import ADVICE
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase

BAD, LOOK = 7, 8  # exit statuses
TODO: Mapping[str, Template] = {  # in the words of the command line, by what was looked at
    "backup": "Make one with `wayhome backup FILE`, and one every night.",
    "cases": "Run `wayhome verify`, and keep a copy of the database.",
    "upgrade": "Look at `wayhome process show ORIGIN --host HOST`, then let each case adopt it (`rebase`), or stay as it is.",
}


@click.command()
@click.option("--strict", is_flag=True, help="Exit 8 also where something is only to be looked at.")
@click.option("--all", "whole", is_flag=True, help="Show the whole of what is well, too.")
@shared()
@click.pass_obj
def doctor(session: Session, strict: bool, whole: bool) -> None:
    """Look after database, key, clock, disk, backups and packs, and say what is to be done. Needs no actor; changes nothing.

    Exit status: 0 all is well, or only to be looked at; 7 something is bad.
    """
    logs.configure()
    engine = session.opened.get(session.db)
    found = engine.doctor() if engine else checkup_at(session.db, packs=session.packs)
    session.show(lambda: views.json_output.checkup(found), lambda: views.checkup.checkup(found, _todo, whole=whole))
    if found.state == "bad":
        click.get_current_context().exit(BAD)
    if strict and found.state == "look":
        click.get_current_context().exit(LOOK)


def _todo(one: Check) -> str:
    """Say what to do: by the error that was met, by what was looked at, or as the library says it."""
    if one.code:
        return phrase(ADVICE[one.code]) if one.code in ADVICE else one.todo
    return phrase(TODO[one.id]) if one.id in TODO else one.todo
