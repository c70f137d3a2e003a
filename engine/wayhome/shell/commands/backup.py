"""A backup of all cases, and putting one back."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from wayhome import databases
from wayhome.errors import BadInput, Template
from wayhome.shell import logs, views
from wayhome.shell.commands.ledger import must_have_a_folder, write_heads
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import near, phrase, print_json, say
from wayhome.shell.views.progress import progress
from wayhome.store.addresses import shown

ENVIRONMENT = "WAYHOME_PASSPHRASE"
ASKS: Template = "Passphrase of the backup"
LONGEST_SECRET = 64_000  # bytes of a file with one; what has no end is not waited for
PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help=f"The passphrase is the first line of this file. Without, it is taken from {ENVIRONMENT}, or asked for.",
)


RECIPIENTS = click.option(
    "--to",
    "recipients",
    metavar="RECIPIENT",
    multiple=True,
    help="Lock it to this public key of age (age1…), and to no passphrase. May stand several times.",
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@RECIPIENTS
@PASSPHRASE_FILE
@click.option("--heads", type=click.Path(path_type=Path), help="Write the heads to this file, to be kept elsewhere.")
@shared()
@click.pass_obj
def backup(
    session: Session, file: Path, recipients: tuple[str, ...], passphrase_file: Path | None, heads: Path | None
) -> None:
    """Write all cases to a new, locked FILE, and open it again. Others may work meanwhile. Needs no actor."""
    must_have_a_folder(heads)
    make_backup(session, file, passphrase_for(recipients, passphrase_file), recipients, heads)


def make_backup(
    session: Session,
    file: Path,
    passphrase: str | None,
    recipients: tuple[str, ...],
    heads: Path | None = None,
    **more: Any,
) -> None:
    """Make a backup, and say so; `more` stands in its JSON document."""
    with progress(phrase("Checking")) as step:
        made = session.engine.backup(
            file, passphrase=passphrase, recipients=recipients, progress=step, as_=session.actor_if_known
        )
    if heads:
        write_heads(heads, made.heads)
    if session.json:
        print_json({"backup": made.path, **views.json_output.of_whole(made), **more})
    else:
        say(
            "Made the backup {path}: {size}. It was opened again, to its end.",
            path=near(made.path),
            size=views.lists.size_of(made),
        )
        if heads:
            say("The heads of its cases are in {heads}. Keep them elsewhere.", heads=near(heads.absolute()))
        say(
            "It opens only together with the key of this database, which is not in it. Keep both, apart from each other."
        )
        if not made.ok:
            say(
                "Attention: this database does not hold together, and so does not what is in this backup. Keep older ones."
            )
            views.console.draw(views.lists.problems(made.problems))
    if not made.ok:
        click.get_current_context().exit(6)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@PASSPHRASE_FILE
@click.option(
    "--identity",
    type=click.Path(path_type=Path),
    help="The key of age to which the backup was locked lies in this file.",
)
@shared()
@click.pass_obj
def restore(session: Session, file: Path, passphrase_file: Path | None, identity: Path | None) -> None:
    """Put a backup back: into the database that --db names, which must not exist yet. Its key must be here. Needs no actor."""
    logs.configure()
    key = text_of(identity, "identity") if identity else None
    passphrase = None if identity else _passphrase(passphrase_file, twice=False)
    with progress(phrase("Checking")) as step:
        found = databases.restore(file, session.db, passphrase=passphrase, identity=key, progress=step)
    database = shown(session.db)
    if session.json:
        print_json({"database": database, **views.json_output.of_whole(found)})
    else:
        say("Put back {size}, into {database}.", size=views.lists.size_of(found), database=near(database))
        if found.ok:
            say("All of it holds together. If you kept heads elsewhere: wayhome verify --against HEADS")
        else:
            say("Attention: it does not hold together, and did not when the backup was made. Try an older one.")
            views.console.draw(views.lists.problems(found.problems))
        if found.known_until is not None:
            say(
                "The witness knew of {count} events that are not in it, until {until}.",
                count=found.known_beyond,
                until=f"{found.known_until:%Y-%m-%d %H:%M} UTC",
            )
            if found.known_beyond:
                say("Ask each person again whose case was open then: what is gone may be their no.")
    if not found.ok:
        click.get_current_context().exit(6)


def passphrase_for(recipients: tuple[str, ...], file: Path | None) -> str | None:
    """Take the passphrase of a backup; None where recipients open it. Raises BadInput: there is none."""
    return None if recipients and not file else _passphrase(file, twice=True)


def _passphrase(file: Path | None, *, twice: bool) -> str:
    """Take the passphrase from a file, from the environment, or of who sits here. Raises BadInput: there is none."""
    given = (
        first_line_of(file) if file else _first_line(os.environ.get(ENVIRONMENT, "")) or asked_for(ASKS, twice=twice)
    )
    if not given:
        raise BadInput(
            "There is no passphrase.",
            why="It is locked by one, or to keys of age.",
            todo="Set {variable}, or name a file with --passphrase-file.",
            field="passphrase",
            variable=ENVIRONMENT,
        )
    return given


def asked_for(asks: Template, *, twice: bool) -> str:
    """Let whoever sits here type a passphrase, which is never shown; nothing where nobody does."""
    if not sys.stdin.isatty():
        return ""
    again = phrase("Once more") if twice else False
    return _first_line(click.prompt(phrase(asks), hide_input=True, confirmation_prompt=again, err=True))


def first_line_of(file: Path) -> str:
    """Read the passphrase in a file; nothing where there is none. Raises BadInput: it cannot be read."""
    return _first_line(text_of(file, "passphrase_file"))


def _first_line(given: str) -> str:
    return (given.splitlines() or [""])[0]


def text_of(file: Path, field: str) -> str:
    """Read the text of a file that holds a secret. Raises BadInput: it cannot be read."""
    try:
        with file.open("rb") as opened:  # a pipe is how a keeper of passwords gives one
            given = opened.read(LONGEST_SECRET + 1)
        return given.decode() if len(given) <= LONGEST_SECRET else ""
    except UnicodeDecodeError:
        return ""
    except OSError as error:
        raise BadInput(
            "'{name}' cannot be read.",
            why="{reason}",
            todo="Look at its name.",
            field=field,
            name=file.name,
            reason=error.strerror,
        ) from error
