"""Looking at the processes that the installed packs make."""

from __future__ import annotations

import click

from wayhome.errors import NotFound
from wayhome.packs.plugins import Packs, Plugin, check_folder
from wayhome.packs.process import Process
from wayhome.shell import suggestions, views
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import print_json, write


@click.group()
def process() -> None:
    """The processes that the installed packs make."""


@process.command("show")
@click.argument("country", shell_complete=suggestions.countries)
@click.option(
    "--host",
    shell_complete=suggestions.countries,
    help="The host country; without it, this country's pack alone on the core.",
)
@click.option("--mermaid", is_flag=True, help="Draw it as mermaid text.")
@click.option(
    "--life-cycles", is_flag=True, help="Draw the life cycles of phase, status, step, document and hand-over instead."
)
@shared()
@click.pass_obj
def process_show(session: Session, country: str, host: str | None, mermaid: bool, life_cycles: bool) -> None:
    """Show a process: its phases and steps, papers, consents, partners and rules."""
    found = find(session.packs, country, host)
    if not (mermaid or life_cycles):
        session.show(views.json_output.process(found), lambda: views.process.tree(found))
        return
    text = views.process.life_cycles() if life_cycles else views.process.flowchart(found)
    if session.json:
        print_json({"mermaid": text})
    else:
        write(text)


def find(packs: Packs, country: str, host: str | None) -> Process:
    """Compose the process of a return to a country, from a host country or from nowhere in particular.

    Raises:
        NotFound: no pack for a country is installed. PackBroken: it is, and cannot be used.
    """
    country = country.strip().upper()
    if host is not None:
        return packs.process(host.strip().upper(), country)
    plugin = _of(packs, country)
    assert plugin.pack is not None
    return check_folder(plugin.pack.folder)[1]


def _of(packs: Packs, country: str) -> Plugin:
    try:
        return packs.for_country("origin", country)
    except NotFound as missing:
        try:
            return packs.for_country("host", country)
        except NotFound:
            raise missing from None
