"""The key of a database: renewing it, and a sheet of it to print, to try and to bring it back from."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

import click

from wayhome.errors import BadInput
from wayhome.model.data import to_json
from wayhome.shell import logs
from wayhome.shell.commands.backup import PASSPHRASE_FILE, RECIPIENTS, make_backup, passphrase_for
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import near, phrase, print_json, say, write
from wayhome.store.backup_file import lock_of, must_be_free
from wayhome.store.recovery_sheet import LINES, RecoverySheet, read_line
from wayhome.store.vault import (
    ENVIRONMENT,
    ID,
    is_in_environment,
    keep_in_configuration,
    key_in_configuration,
    make_key_file,
    read_key,
)

REHEARSED = 2  # lines


@click.group()
def key() -> None:
    """The key of this database: renew it, print it, rehearse that it can be brought back."""


@key.command("renew")
@click.option(
    "--new-key-file",
    type=click.Path(path_type=Path),
    required=True,
    help="The new key lies in this file, or is made there.",
)
@click.option("--backup", type=click.Path(path_type=Path), required=True, help="Write the first backup under it here.")
@click.option("--after-leak", is_flag=True, help="Somebody may have the earlier key: renew those of indexes, too.")
@RECIPIENTS
@PASSPHRASE_FILE
@shared()
@click.pass_obj
def key_renew(
    session: Session,
    new_key_file: Path,
    backup: Path,
    after_leak: bool,
    recipients: tuple[str, ...],
    passphrase_file: Path | None,
) -> None:
    """Seal all under a new key, and make a backup. What is written from then on the earlier key does not open.

    Every program that has this database open refuses from then on, until it is started again. For an administrator.
    """
    engine, actor = session.engine, session.actor
    passphrase = passphrase_for(recipients, passphrase_file)
    must_be_free(backup)
    lock_of(passphrase, recipients)
    with suppress(FileExistsError):
        make_key_file(new_key_file)

    def new(id: str) -> bytes:
        found = read_key(new_key_file)
        if not is_in_environment():
            keep_in_configuration(id, found)
        return found

    done = engine.renew_key(new, after_leak=after_leak, as_=actor)
    if not session.json:
        say("The key was renewed. The new one is in {file}.", file=near(new_key_file.absolute()))
        if is_in_environment():
            say("Set {variable} to it: it still holds the earlier one.", variable=ENVIRONMENT)
        else:
            say("It is also {file}, where it is found.", file=near(key_in_configuration(done.key)))
        say("Print it (wayhome key sheet). Start every other program that uses this database again.")
        say("Backups of before open with the earlier key only: keep it apart, as long as you keep them.")
        for one in done.need_the_earlier:
            say("- {name}, made on {day}", name=one.name, day=one.made_at.date().isoformat())
    make_backup(session, backup, passphrase, recipients, renewal=to_json(done))


@key.command("sheet")
@shared()
@click.pass_obj
def key_sheet(session: Session) -> None:
    """Print the key, to be locked away on paper. Whoever has it and the database reads all. Needs no actor."""
    sheet = session.engine.recovery_sheet()
    if session.json:
        print_json({"key": sheet.key, "lines": sheet.lines})
        return
    say(
        "Wayhome: the key {key} of a database, printed on {day}",
        key=sheet.key,
        day=session.engine.now().astimezone().date(),
    )
    say("Lock this sheet away, apart from the database and from every backup.")
    write("\n" + "\n".join(f"  {number}  {line}" for number, line in enumerate(sheet.lines, 1)) + "\n")
    say("Letters A to Z, digits 2 to 7: no 0, no 1. Each line has its own check.")
    say("To try it: wayhome key rehearse. To bring it back: wayhome key recover {key}", key=sheet.key)


@key.command("rehearse")
@shared()
@click.pass_obj
def key_rehearse(session: Session) -> None:
    """Type two lines of the printed sheet, to see that the key could be brought back from it. Needs no actor."""
    sheet = session.engine.recovery_sheet()
    numbers = chosen()
    for number in numbers:
        _ask(sheet.key, number, of=sheet)
    session.report_done({"rehearsed": numbers}, "The sheet can be read, and is that of this key. Lock it away again.")


@key.command("recover")
@click.argument("id")
@shared()
@click.pass_obj
def key_recover(session: Session, id: str) -> None:
    """Type the lines of a printed sheet, to bring the key ID back into your configuration folder. Needs no database."""
    logs.configure()
    if ID.fullmatch(id) is None:
        raise BadInput(
            "That is no id of a key.",
            why="It has eight digits or letters from a to f.",
            todo="Copy it from the sheet.",
            field="id",
        )
    if (there := key_in_configuration(id)).exists():
        raise BadInput(
            "There is a key of that id already; nothing was changed.",
            todo="Use it as it is. If it opens nothing, move {file} away, and type the sheet again.",
            field="id",
            file=near(there),
        )
    path = keep_in_configuration(id, b"".join(_ask(id, number) for number in range(1, LINES + 1)))
    session.report_done({"key": str(path)}, "The key is back: {file}.", file=near(path))


def chosen() -> list[int]:
    """Choose some lines of a sheet, by chance."""
    return sorted(secrets.SystemRandom().sample(range(1, LINES + 1), REHEARSED))


def _ask(id: str, number: int, *, of: RecoverySheet | None = None) -> bytes:
    """Ask for a line of a sheet until it is as it was printed. Raises BadInput: it was mistyped, and nobody sits here."""
    while True:
        typed = click.prompt(phrase("Line {number}", number=number), err=True)
        try:
            return read_line(id, number, typed, of=of)
        except BadInput as error:
            if not os.isatty(0):
                raise
            say(error.what_template, err=True, **error.values)
