"""A copy of all that is held of a person, sealed for them; and opening it with what they have sealed it by."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from wayhome.errors import BadInput, Template
from wayhome.everything import KeptBack
from wayhome.model.closed_sets import KEPT_BACK_ON, CopyFor
from wayhome.model.data import to_json
from wayhome.plain_files import read_plain, reason_of
from wayhome.shell import logs, views
from wayhome.shell.commands.backup import RECIPIENTS, asked_for, first_line_of, text_of
from wayhome.shell.options import NUMBER, shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import near, print_json, say, write
from wayhome.store import age

NO_COPY: Template = "No copy was made."
ASKS_THEM: Template = "Let the person type a passphrase"
PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="The passphrase is the first line of this file. Without, the person is asked to type it.",
)


@click.command("everything")
@NUMBER
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--for-guardian", is_flag=True, help="For the guardian of a child: as they may see it.")
@click.option(
    "--keep-back",
    "kept",
    metavar="ENTRY=GROUND",
    multiple=True,
    help=f"Keep this entry of the history back: {', '.join(KEPT_BACK_ON)}. May stand several times.",
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Until when it is kept back; of a danger needed.")
@click.option("--article", help="Of a law: which forbids it.")
@click.option("--because", help="Why it is kept back.")
@RECIPIENTS
@PASSPHRASE_FILE
@shared()
@click.pass_obj
def everything(
    session: Session,
    number: str,
    file: Path | None,
    for_guardian: bool,
    kept: tuple[str, ...],
    recipients: tuple[str, ...],
    passphrase_file: Path | None,
    until: datetime | None,
    article: str | None,
    because: str | None,
) -> None:
    """Make a copy of all that is held of the person, for them, in a FILE that only they can open: they type the passphrase.

    Without FILE: which entries may be kept back, and on which ground. Each is looked at by who decides.
    """
    keep_back = [_kept_back(one, until, article, because) for one in kept]
    made_for: CopyFor = "guardian" if for_guardian else "person"
    if file is None:
        entries = session.engine.may_be_kept_back(number, made_for=made_for, as_=session.actor)
        session.show(lambda: to_json(entries), lambda: views.everything.to_decide(entries))
        return
    age.must_be_free(file, NO_COPY, _taken(file))
    seal = _seal(recipients, passphrase_file)
    with age.written_to(file, NO_COPY, _taken(file)) as building:  # of no copy it is written down that it was made
        copy = session.engine.everything(number, made_for=made_for, keep_back=keep_back, as_=session.actor)
        building.write_bytes(seal(views.everything.packed(copy)))
    if session.json:
        print_json(
            {
                "file": str(file.absolute()),
                "case": copy.case.number,
                "entries": len(copy.history),
                "kept_back": len(copy.kept_back),
            }
        )
        return
    say(
        "Made the copy {file}: {count} entries, {kept} kept back.",
        file=near(file.absolute()),
        count=len(copy.history),
        kept=len(copy.kept_back),
    )
    say(
        "Only who has sealed it opens it: wayhome case unseal {file}. That it was made is written down.",
        file=near(file.absolute()),
    )


@click.command("unseal")
@click.argument("file", type=click.Path(path_type=Path))
@PASSPHRASE_FILE
@click.option(
    "--identity", type=click.Path(path_type=Path), help="The key of age to which it was sealed lies in this file."
)
@shared()
@click.pass_obj
def unseal(session: Session, file: Path, passphrase_file: Path | None, identity: Path | None) -> None:
    """Open a copy of everything with what the person has sealed it by, and write it out, to be read or printed. Needs no actor."""
    logs.configure()
    key = text_of(identity, "identity") if identity else None
    opened = _opened(_library(), file, passphrase_file, key)
    write(opened[views.everything.FOR_MACHINES if session.json else views.everything.DOCUMENT])


def _kept_back(said: str, until: datetime | None, article: str | None, because: str | None) -> KeptBack:
    entry, _, ground = said.partition("=")
    if not entry.isdecimal() or ground not in KEPT_BACK_ON:
        raise BadInput(
            "It cannot be read what is to be kept back.",
            why="Of an entry its number and the ground are said: {grounds}.",
            todo="Write for example --keep-back 12=others.",
            field="keep_back",
            grounds=KEPT_BACK_ON,
        )
    if not because:
        raise BadInput("It is not said why it is kept back.", todo="Say --because.", field="because", code="missing")
    day = None if until is None else until.date()
    return KeptBack(entry=int(entry), ground=ground, why=because, until=day, article=article)


def _library() -> Any:
    return age.library(
        "A copy can be neither sealed nor opened by this installation.",
        "The library that seals it (pyrage) is missing.",
    )


def _taken(file: Path) -> BadInput:
    return BadInput(
        "There is a file of that name already; nothing was changed.",
        why="'{name}' may be what somebody was given, and none is ever overwritten.",
        todo="Choose another name.",
        field="file",
        name=file.name,
    )


def _passphrase(file: Path | None, *, twice: bool) -> str:
    """Take what the person types. Never what the environment holds: that is the office's, for its backups. Raises BadInput: there is none."""
    found = first_line_of(file) if file else asked_for(ASKS_THEM, twice=twice)
    if not found:
        raise BadInput(
            "There is no passphrase.",
            why="The person chooses one, and opens the copy by it, or by a key of age.",
            todo="Let them type it at a terminal, or name a file with --passphrase-file.",
            field="passphrase",
        )
    return age.typed(found)


def _seal(recipients: tuple[str, ...], passphrase_file: Path | None) -> Callable[[bytes], bytes]:
    pyrage = _library()
    if recipients:
        keys = age.recipients(pyrage, recipients)
        return lambda plain: bytes(pyrage.encrypt(plain, keys))
    passphrase = _passphrase(passphrase_file, twice=True)
    return lambda plain: bytes(pyrage.passphrase.encrypt(plain, passphrase))


def _opened(pyrage: Any, file: Path, passphrase_file: Path | None, key: str | None) -> dict[str, str]:
    try:
        sealed = read_plain(file)
        if key is not None:
            plain = pyrage.decrypt(sealed, age.identities(pyrage, key))
        else:
            plain = pyrage.passphrase.decrypt(sealed, _passphrase(passphrase_file, twice=False))
        return views.everything.unpacked(plain)
    except OSError as error:
        raise BadInput(
            "The copy cannot be read.",
            why="{reason}",
            todo="Look at its name.",
            field="file",
            reason=reason_of(error),
            code="unreadable",
        ) from error
    except (pyrage.DecryptError, zipfile.BadZipFile, KeyError) as error:
        raise BadInput(
            "The copy does not open.",
            why="The passphrase or the key is another one, or the file was changed, or it is none.",
            todo="Let the person type the passphrase once more.",
            field="file",
            code="unreadable",
        ) from error
