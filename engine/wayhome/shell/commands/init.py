"""Making a new database, with its key."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from wayhome.databases import create
from wayhome.errors import BadInput, Template
from wayhome.shell import logs
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import near, print_json, say
from wayhome.store.addresses import is_of_a_server, path_of
from wayhome.store.vault import (
    ENVIRONMENT,
    KEY_BYTES,
    is_in_environment,
    keep_in_configuration,
    key_beside,
    read_key,
)


@click.command()
@click.option("--key-beside", "beside", is_flag=True, help="Put the key beside the database, where a thief finds both.")
@shared()
@click.pass_obj
def init(session: Session, beside: bool) -> None:
    """Make a new database, and its key in your own configuration folder. Never over one that exists."""
    logs.configure()
    if is_of_a_server(session.db):
        if not is_in_environment():
            what: Template = "The key of a database on a server comes of {variable}, which is empty."
            todo: Template = "Set it to 32 random bytes (head -c 32 /dev/urandom | base64), and keep a copy of it."
            raise BadInput(what, todo=todo, field="db", variable=ENVIRONMENT)
        create(session.db)
        if session.json:
            print_json({"database": None, "key": None})
            return
        say(
            "Made the tables on that server. Its key is what {variable} holds: keep a copy of it.", variable=ENVIRONMENT
        )
        _say_who_is_next(session)
        return
    path = path_of(session.db)
    if path is None:
        raise BadInput("A database in memory is gone at once.", todo="Name a file: --db sqlite:///wayhome.db.")
    key: Path | None = None

    def in_configuration(id: str) -> bytes:
        nonlocal key
        key = keep_in_configuration(id, secrets.token_bytes(KEY_BYTES))
        return read_key(key)

    if is_in_environment():
        create(session.db)
    elif beside:
        key = key_beside(path)
        create(session.db, key_file=key)
    else:
        create(session.db, keys=in_configuration)
    if session.json:
        print_json({"database": str(path), "key": key and str(key)})
        return
    if key is None:
        say("Made the database {path}. Its key is what {variable} holds.", path=near(path), variable=ENVIRONMENT)
    else:
        say("Made the database {path}. Its key is {key}.", path=near(path), key=near(key))
    say("All cases are sealed with this key. Print it, and lock it away, apart from the database: wayhome key sheet")
    _say_who_is_next(session)


def _say_who_is_next(session: Session) -> None:
    roles = ", ".join(sorted(session.packs.administrators))
    say("Next, an administrator: wayhome actor add ID --organisation O --role {role}", role=roles)
