"""Looking at the processes that the installed packs make."""

from __future__ import annotations

from collections.abc import Mapping

import click

from wayhome.cards import KINDS, Card, card
from wayhome.errors import BadInput, NotFound, Template
from wayhome.model.data import to_json
from wayhome.packs.plugins import Packs, Plugin, check_folder
from wayhome.packs.process import Process
from wayhome.shell import suggestions, views
from wayhome.shell.dialogue.typed_answers import MOST_SHOWN, fitting
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
        session.show(lambda: views.json_output.process(found), lambda: views.process.tree(found))
        return
    text = views.process.life_cycles() if life_cycles else views.process.flowchart(found)
    if session.json:
        print_json({"mermaid": text})
    else:
        write(text)


def _card(kind: str) -> click.Command:
    """Make the command that shows the cards of one kind."""

    @click.argument("id", metavar="ID", shell_complete=suggestions.entries_of(kind))
    @click.option("--country", shell_complete=suggestions.countries, help="As the pack of this country has it.")
    @click.option("--host", shell_complete=suggestions.countries, help="And the pack of this host country.")
    @click.option("--case", "number", shell_complete=suggestions.numbers, help="As this case is pinned to it.")
    @click.option("--all", "whole", is_flag=True, help="With every source.")
    @shared()
    @click.pass_obj
    def show(session: Session, id: str, country: str | None, host: str | None, number: str | None, whole: bool) -> None:
        number = number or (session.desk.case if country is None else "") or None
        found = _process_with(session, kind, id, country, host, number)
        made = card(found, kind, _id_of(found, kind, id))
        of = f"{found.host_country} → {found.origin_country}"
        stands = views.case.stands(session.engine.case(number, as_=session.actor), kind, made.id) if number else ()
        others = [] if number or country else _other_cards(session.packs, kind, made)
        session.show(
            lambda: to_json(made), lambda: views.cards.card(made, of, stands=stands, others=others, whole=whole)
        )

    return process.command(kind, help=HELPS[kind])(show)


def _other_cards(packs: Packs, kind: str, made: Card) -> list[Process]:
    """Give the processes in which a card says something else than the one that is shown because no country was said."""
    having = (one for one in packs.processes() if made.id in getattr(one, KINDS[kind]))
    return [one for one in having if card(one, kind, made.id) != made]


HELPS: Mapping[str, Template] = {
    "step": "Show the card of a step: how to do it, what to keep as proof, and what to do when it fails.",
    "consent": "Show the card of a consent: what to say, and what follows a no.",
    "document": "Show the card of a paper: who gives it, what it needs, and until when to ask for it.",
    "incident": "Show the card of an incident: what to do in the next hours, and how it ends.",
    "partner": "Show the card of a partner: what it does, and how to reach it.",
}


def _id_of(process: Process, kind: str, typed: str) -> str:
    """Find what is called so: by its id, its title, or how a word of it begins; what nothing fits stays what was typed. Raises
    BadInput: several are called so.
    """
    known = getattr(process, KINDS[kind])
    titles = {id: process.title(KINDS[kind], id) for id in known}
    found = [typed] if typed in known else fitting(titles, typed, by_words=True)
    if len(found) > 1:
        some = [titles[id] for id in found[:MOST_SHOWN]]
        raise BadInput(
            "Several are called so: {titles}.", todo="Type more of the name.", field="id", code="unknown", titles=some
        )
    return found[0] if found else typed


def _process_with(
    session: Session, kind: str, id: str, country: str | None, host: str | None, number: str | None
) -> Process:
    """Find a process that has an entry: that of a case, of a country, else the first that the installed packs make."""
    if number is not None:
        return session.engine.process_of(number, as_=session.actor)
    if country is not None:
        return find(session.packs, country, host)
    made = session.packs.processes()
    first = next(made, None)
    if first is None:
        raise NotFound("No country plugin can be used.", todo="Install one for a host and one for an origin country.")
    return next((one for one in (first, *made) if _id_of(one, kind, id) in getattr(one, KINDS[kind])), first)


for _kind in KINDS:
    _card(_kind)


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
