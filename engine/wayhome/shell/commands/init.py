"""Making a new database, with its key."""

from __future__ import annotations

import click

from wayhome.databases import create
from wayhome.errors import BadInput, Template
from wayhome.shell import logs
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import near, print_json, say
from wayhome.store.addresses import is_of_a_server, path_of
from wayhome.store.vault import ENVIRONMENT, is_in_environment


@click.command()
@shared()
@click.pass_obj
def init(session: Session) -> None:
    """Make a new database, and its key. Never over one that exists."""
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
    key = path.with_name(path.name + ".key")
    had_key = key.exists()
    create(session.db)
    if session.json:
        print_json({"database": str(path), "key": str(key)})
        return
    made = "Made the database {path}, with the key that was there: {key}."
    say(made if had_key else "Made the database {path} and its key {key}.", path=near(path), key=near(key))
    say("All cases are sealed with this key. Keep a copy of it in a safe place, apart from the database.")
    _say_who_is_next(session)


def _say_who_is_next(session: Session) -> None:
    roles = ", ".join(sorted(session.packs.administrators))
    say("Next, an administrator: wayhome actor add ID --organisation O --role {role}", role=roles)
