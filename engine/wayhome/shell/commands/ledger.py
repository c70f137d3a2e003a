"""Checking the ledger, and making again what is made from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from wayhome.errors import BadInput
from wayhome.model.data import to_json
from wayhome.model.json_text import read_json
from wayhome.plain_files import read_plain, reason_of, write_for_its_owner
from wayhome.shell import views
from wayhome.shell.clock import tell_of_clock
from wayhome.shell.commands.due import CLOCK_BACK
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase
from wayhome.shell.views.progress import progress

MANY_CASES = 1_000  # from which on a second process is worth its start: verify takes seconds then


@click.command()
@click.option(
    "--against", type=click.Path(path_type=Path), help="Heads that were kept: is each still part of its history?"
)
@click.option("--heads", type=click.Path(path_type=Path), help="Write the heads to this file, to be kept elsewhere.")
@click.option("--chain", is_flag=True, help="Check only what needs no key.")
@click.option(
    "--rolling", is_flag=True, help="For each night: what has changed since the last, and a thirtieth of the rest."
)
@shared()
@click.pass_obj
def verify(session: Session, against: Path | None, heads: Path | None, chain: bool, rolling: bool) -> None:
    """Check the ledger end to end, open all that is sealed, and compare every row that is made from it. Needs no actor."""
    engine, kept = session.engine, _heads(against) if against else {}
    must_have_a_folder(heads)
    with progress(phrase("Checking")) as step:
        if rolling:
            found = engine.verify(step, against=kept, chain_only=chain, rolling=True, as_=session.actor_if_known)
        else:
            are_many = not chain and len(engine.heads()) > MANY_CASES
            found = engine.verify(step, against=kept, chain_only=chain, processes=2 if are_many else 1)
    session.show(lambda: views.json_output.verification(found), lambda: views.lists.verification(found))
    if not found.ok:
        click.get_current_context().exit(6)
    if heads:
        write_heads(heads, engine.heads())


def must_have_a_folder(heads: Path | None) -> None:
    """Look whether heads can be written to a file, before anything long begins. Raises BadInput: there is no such folder."""
    if heads and not heads.absolute().parent.is_dir():
        raise BadInput(
            "The heads cannot be written there.",
            why="There is no such folder.",
            todo="Name another place.",
            field="heads",
        )


def write_heads(file: Path, heads: Mapping[str, str]) -> None:
    """Write heads to a file, as `verify --against` reads them; for its owner alone, since what was lost is known by them."""
    write_for_its_owner(file, json.dumps({**heads}, indent=1) + "\n")


def _heads(file: Path) -> dict[str, str]:
    try:
        told = read_json(read_plain(file))
    except OSError as error:
        raise BadInput(
            "The file with the heads cannot be read.",
            why="{reason}",
            todo="Look at its name.",
            field="against",
            reason=reason_of(error),
        ) from error
    except ValueError:
        told = None
    if not isinstance(told, dict) or not told or not all(isinstance(head, str) for head in told.values()):
        raise BadInput(
            "That file holds no heads.", todo="Name one that 'verify --heads FILE' has written.", field="against"
        )
    return told


@click.command()
@click.argument("what")
@shared()
@click.pass_obj
def lost(session: Session, what: str) -> None:
    """Say what is gone of this database, when 'verify' finds that something was taken back. For an administrator.

    Nobody departs before that. Write no name. Ask each person whose case was open then: what is gone may be their no.
    """
    session.engine.tell_loss(what, as_=session.actor)
    session.report_done({"lost": what}, "It is written down. Ask each person again whose case was open then.")


@click.command()
@click.option(
    "--right", is_flag=True, help="Say that the clock is right: cases are opened again. For an administrator."
)
@shared()
@click.pass_obj
def clock(session: Session, right: bool) -> None:
    """Compare the clock of this computer with the newest entry. Where it stands back, no case is opened; far ahead, it is asked first."""
    engine = session.engine
    if right:
        engine.confirm_clock(as_=session.actor)
        session.report_done({"clock": "right"}, "It is written down that the clock is right.")
        return
    reckoned = engine.clock()
    is_back = tell_of_clock(*reckoned)
    if not is_back:
        session.report_done({"clock": to_json(engine.now())}, "The clock does not stand back.")
    else:
        raise click.exceptions.Exit(CLOCK_BACK)


@click.command()
@shared()
@click.pass_obj
def rebuild(session: Session) -> None:
    """Make the row of each case again from the ledger."""
    engine = session.engine
    with progress(phrase("Rebuilding")) as step:
        cases, events = engine.rebuild(step)
    made = {"cases": cases, "events": events}
    session.report_done(made, "Made the rows of {cases} cases again from {events} events.", **made)
