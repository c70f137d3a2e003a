"""Registering the organisations that no pack knows."""

from __future__ import annotations

import click

from wayhome.model.closed_sets import TRUST
from wayhome.model.data import to_json
from wayhome.shell import suggestions, views
from wayhome.shell.options import shared
from wayhome.shell.session import Session


@click.group()
def organisation() -> None:
    """Organisations that no pack knows."""


@organisation.command("add")
@click.argument("id")
@click.option("--title", "-t", required=True, help="How people call it.")
@click.option(
    "--country", "-c", required=True, shell_complete=suggestions.countries, help="Where it works, for example NG."
)
@click.option(
    "--does",
    multiple=True,
    type=click.Choice(TRUST),
    help="What it does there; may be given more than once.",
)
@shared()
@click.pass_obj
def organisation_add(session: Session, id: str, title: str, country: str, does: tuple[str, ...]) -> None:
    """Register an organisation, or change what is known of one. ID is a short code, such as mercy_house.

    Cases can name it from then on. None trusts it with anything before it has vetted it itself.
    """
    one = session.engine.register_organisation(id, title=title, country=country, does=does)
    session.report_done(
        to_json(one), "{id} is registered. A case can name it now, and trusts it when it has vetted it.", id=one.id
    )


@organisation.command("list")
@shared()
@click.pass_obj
def organisation_list(session: Session) -> None:
    """List the organisations that the office registered."""
    found = session.engine.organisations()
    session.show(lambda: to_json(found), lambda: views.lists.organisations(found))
