"""Entering who may act in the shell."""

from __future__ import annotations

import click

from wayhome.model.actor import Actor
from wayhome.model.reading import unknown
from wayhome.shell import suggestions, views
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import print_json, say


@click.group()
def actor() -> None:
    """Who may act in the shell."""


@actor.command("add")
@click.argument("id")
@click.option("--organisation", "-o", required=True, help="The organisation that they work for.")
@click.option(
    "--role",
    "-r",
    "roles",
    required=True,
    multiple=True,
    shell_complete=suggestions.roles,
    help="A role; may be given more than once.",
)
@shared()
@click.pass_obj
def actor_add(session: Session, id: str, organisation: str, roles: tuple[str, ...]) -> None:
    """Enter an actor, or change what is known of one. ID is an opaque account name, such as anna."""
    engine = session.engine
    known = suggestions.known_roles(engine.packs)
    for role in roles:
        if role not in known:
            raise unknown("role", role, known)
    one = Actor(id, organisation, roles)
    engine.put_actor(one)
    if session.json:
        print_json(views.json_output.actor(one))
        return
    say(
        "{id} may now act for {organisation} as {roles}.",
        id=id,
        organisation=organisation,
        roles=", ".join(sorted(one.roles)),
    )


@actor.command("list")
@shared()
@click.pass_obj
def actor_list(session: Session) -> None:
    """List the actors."""
    found = session.engine.actors()
    session.show([views.json_output.actor(one) for one in found], lambda: views.lists.actors(found))
