"""Entering who may act in the shell."""

from __future__ import annotations

import click

from wayhome.model.actor import Actor
from wayhome.model.reading import one_of, unknown
from wayhome.shell import suggestions, typed_fields, views
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
    """Enter an actor, or change what is known of one. ID is an opaque account name, such as anna.

    Enter an administrator first: from then on only an administrator may enter, change or end anybody.
    """
    engine = session.engine
    known = suggestions.known_roles(engine.packs)
    for role in roles:
        if role not in known:
            raise unknown("role", role, known)
    one = Actor(id, organisation, roles)
    account = engine.put_actor(one, as_=session.actor_if_known)
    if session.json:
        print_json(views.json_output.account(account))
        return
    say(
        "{id} may now act for {organisation} as {roles}.",
        id=id,
        organisation=organisation,
        roles=", ".join(sorted(one.roles)),
    )
    if not engine.administrators():
        say(
            "Nobody is an administrator yet, so anybody may enter actors. Enter one next, with --role {role}.",
            role=", ".join(sorted(engine.packs.administrators)),
        )


@actor.command("end")
@click.argument("id", shell_complete=suggestions.actors)
@shared()
@click.pass_obj
def actor_end(session: Session, id: str) -> None:
    """End an actor: from now on they do and read nothing here.

    What they did stays shown as theirs, and nobody else ever gets their ID.
    """
    ended = session.engine.end_actor(id, as_=session.actor_if_known)
    session.report_done(
        views.json_output.account(ended),
        "{id} has ended: they do and read nothing here any more. What they did stays shown.",
        id=id,
    )


@actor.command("away")
@click.argument("id", shell_complete=suggestions.actors)
@click.option("--until", "until", metavar="DAY", required=True, help="When they are back: 2026-12-10, or 5d.")
@click.option("--stand-in", metavar="ID", shell_complete=suggestions.actors, help="Who answers for their cases.")
@shared()
@click.pass_obj
def actor_away(session: Session, id: str, until: str, stand_in: str | None) -> None:
    """Say until when somebody is away, and who stands in: their cases are on that list, too, and nobody calls them.

    Without a stand-in their cases are everybody's of their organisation.
    """
    engine = session.engine
    back = typed_fields.until(until, engine.now())
    account = engine.away(id, until=back, stand_in=stand_in, as_=session.actor_if_known)
    session.show(lambda: views.json_output.account(account), lambda: views.lists.away(account))


@actor.command("back")
@click.argument("id", shell_complete=suggestions.actors)
@shared()
@click.pass_obj
def actor_back(session: Session, id: str) -> None:
    """Say that somebody is back: their cases are theirs alone again."""
    account = session.engine.away(id, until=None, as_=session.actor_if_known)
    session.show(lambda: views.json_output.account(account), lambda: views.lists.away(account))


@actor.command("show")
@click.argument("id", shell_complete=suggestions.actors)
@shared()
@click.pass_obj
def actor_show(session: Session, id: str) -> None:
    """Show all that was done with an actor's account: when, by whom, and what they might do from then on."""
    accounts = {one.actor.id: one for one in session.engine.accounts()}
    one = accounts[one_of("id", id, accounts, "actor")]
    session.show(lambda: views.json_output.account(one), lambda: views.lists.changes(one))


@actor.command("list")
@shared()
@click.pass_obj
def actor_list(session: Session) -> None:
    """List the actors; those who have ended stand last, with the day."""
    found = sorted(session.engine.accounts(), key=lambda one: one.ended_at is not None)
    session.show(
        lambda: [views.json_output.account(one) for one in found],
        lambda: views.lists.accounts(found, session.engine.now()),
    )
