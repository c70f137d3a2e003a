"""How a failure is told: one clear block on stderr, or one JSON document on stdout; and the exit status of each kind."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from contextlib import suppress
from pkgutil import resolve_name
from typing import Any

import click

from wayhome.errors import (
    Again,
    BadInput,
    Conflict,
    LedgerBroken,
    NotFound,
    NotPermitted,
    PackBroken,
    StoreUnavailable,
    Template,
    WayhomeError,
)
from wayhome.model.reason import Refused
from wayhome.shell import views
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase, print_json, write

STATUS: dict[type[WayhomeError], int] = {
    Refused: 1,
    BadInput: 2,
    NotFound: 2,
    Conflict: 3,
    Again: 3,
    NotPermitted: 4,
    PackBroken: 5,
    LedgerBroken: 6,
    StoreUnavailable: 7,
}
USAGE, UNEXPECTED, INTERRUPTED, PIPE_CLOSED = 2, 70, 130, 141
LONGEST_ECHO = 400

# What to do, in the words of the command line, by the code of an error.
ADVICE: Mapping[str, Template] = {
    "no_database": "Make one with `wayhome init`.",
    "other_tables": "Name the right database, or make one with `wayhome init`.",
    "unusable": "Look at the disk, and run `wayhome verify`.",
    "no_key": "Put its file back, set WAYHOME_KEY, or type it from its sheet: `wayhome key recover ID`.",
    "no_beginning": "Run `wayhome verify`.",
    "sealed_data_missing": "Run `wayhome verify`, and go back to your last backup.",
    "sealed_data_changed": "Run `wayhome verify`, and keep a copy of the database.",
    "no_case": "Look at `wayhome case list`, or ask who leads it.",
    "no_process": "Look at `wayhome process show ORIGIN --host HOST`, with the two countries of the case, and copy its digest.",
    "no_pack": "Install its plugin, or look at `wayhome plugins list`.",
    "administrator": "Ask one of them. If you are one, say so with --as.",
    "unregistered": "Look at `wayhome organisation list`. Register one with `wayhome organisation add`, or make a person known with `involve`. In a contact, somebody whom nobody knows, such as an ambulance, is unknown_party.",
    "pack_faults": "Mend these, then run `wayhome plugins check` on its folder again.",
}

STORE_ERRORS: Mapping[int, Template] = {
    errno.EACCES: "It may not be used by this account.",
    errno.EPERM: "It may not be used by this account.",
    errno.EROFS: "The disk is read-only.",
    errno.ENOSPC: "The disk is full.",
    errno.EDQUOT: "The disk is full.",
    errno.ENOENT: "It does not exist.",
    errno.ENOTDIR: "It lies in something that is no folder.",
    errno.EISDIR: "It is a folder.",
}


def status_of(error: WayhomeError) -> int:
    """Give the exit status of an error."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), UNEXPECTED)


def tell(error: WayhomeError, session: Session) -> int:
    """Tell an error of ours; gives the exit status."""
    if isinstance(error, Refused):
        _tell_refusal(error, session)
    elif isinstance(error, BadInput) and len(error.faults) > 1 and not session.json:
        write("\n".join((*error.told_apart(), *filter(None, [notes_of(error)]))), err=True)
    else:
        _tell(error.kind, error.what, error.why, _todo(error), session, notes_of(error))
    return status_of(error)


def document(error: WayhomeError) -> dict[str, Any]:
    """Give an error of ours as one JSON document."""
    if isinstance(error, Refused):
        return views.json_output.refused(error)
    return _document(error.kind, error.what, error.why, _todo(error), notes_of(error))


def _todo(error: WayhomeError) -> str:
    return phrase(ADVICE[error.code]) if error.code in ADVICE else error.todo


def _document(kind: str, what: str, why: str, todo: str, note: str) -> dict[str, Any]:
    why = " ".join(part for part in (why, note) if part)
    return {"error": {"kind": kind, "what": what, "why": why, "todo": todo}}


def notes_of(error: BaseException) -> str:
    """Give what was noted on an error on its way up (e.g. at which line of a file)."""
    return " ".join(getattr(error, "__notes__", ()))


def _tell_refusal(error: Refused, session: Session) -> None:
    if session.json:
        print_json(views.json_output.refused(error))
        return
    slots = resolve_name("wayhome.shell.listing:slots_of")(session.engine, error.case, session.actor_if_known)
    told = views.decision.refusal(error, prefix=session.prefix, slots=slots, note=notes_of(error))
    views.console.draw(told, stderr=True)


def tell_usage(error: click.ClickException, session: Session) -> int:
    """Tell that the command line could not be read."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and not session.json:
        write(error.format_message(), err=True)
        return USAGE
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "wayhome"
    said = (
        phrase("A command is missing.")
        if isinstance(error, click.exceptions.NoArgsIsHelpError)
        else short(error.format_message())
    )
    if session.interactive:
        path = f"help {path.partition(' ')[2]}".strip()
    look: Template = "Look at `{path}`." if session.interactive else "Look at `{path} --help`."
    _tell("usage", said, "", phrase(look, path=path), session)
    return USAGE


def tell_system(error: OSError, session: Session) -> int | None:
    """Tell that a file or disk could not be used; None when the error is of another sort."""
    why = STORE_ERRORS.get(error.errno or 0)
    if why is None:
        return None
    _tell(StoreUnavailable.kind, *_of_file(why), session)
    return STATUS[StoreUnavailable]


def tell_unwritten(error: OSError) -> int:
    """Tell, where that can still be, that what was to be told could not be written; gives the exit status."""
    with suppress(OSError):
        write("\n".join(filter(None, _of_file(STORE_ERRORS.get(error.errno or 0, "")))), err=True)
    return STATUS[StoreUnavailable]


def _of_file(why: Template) -> tuple[str, str, str]:
    return (
        phrase("A file that is needed cannot be used."),
        phrase(why),
        phrase("Look at its path and its rights, and at the disk."),
    )


def tell_unexpected(place: tuple[str, int], session: Session) -> int:
    """Tell that something went wrong which nobody foresaw."""
    _tell(
        "unexpected",
        phrase("Something went wrong that nobody foresaw."),
        phrase("It was at {file}, line {line}.", file=place[0], line=place[1]),
        phrase("Run `wayhome verify`, and tell the maintainers this file and line."),
        session,
    )
    return UNEXPECTED


def _tell(kind: str, what: str, why: str, todo: str, session: Session, note: str = "") -> None:
    if session.json:
        print_json(_document(kind, what, why, todo, note))
        return
    parts: list[Any] = [part.strip("\n") for part in (what, why, note, todo) if part]
    write("\n".join(parts), err=True)


def short(text: str) -> str:
    """Cut a text that echoes what was typed."""
    return text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + " …"
