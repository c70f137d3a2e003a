"""Looking at everything: what is due, the processes, the ledger."""

from __future__ import annotations

import click

from wayhome.shell import suggestions, words
from wayhome.shell.door import Door, print_json, shared


@click.command()
@click.option("--within", metavar="7d", help="Only what falls due within this time (12h, 7d, 2w), and what is overdue.")
@shared()
@click.pass_obj
def due(door: Door, within: str | None) -> None:
    """List what is due in all cases, what is overdue, and why then."""
    length = words.within(within) if within is not None else None
    engine = door.engine
    rows = engine.due(as_=door.actor, until=engine.now() + length if length is not None else None)
    from wayhome.shell import shapes
    from wayhome.shell.views import lists

    door.show(shapes.due(rows), lambda: lists.due(rows))


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
def process_show(door: Door, country: str, host: str | None, mermaid: bool, life_cycles: bool) -> None:
    """Show a process: its phases and steps, papers, consents, partners and rules."""
    shelf = door.shelf
    from wayhome.shell import shapes
    from wayhome.shell.processes import find
    from wayhome.shell.views import mermaid as drawing
    from wayhome.shell.views import process as process_view

    found = find(shelf, country, host)
    if not (mermaid or life_cycles):
        door.show(shapes.process(found), lambda: process_view.tree(found))
        return
    text = drawing.life_cycles() if life_cycles else drawing.flowchart(found)
    if door.json:
        print_json({"mermaid": text})
    else:
        click.echo(text)


@click.command()
@shared()
@click.pass_obj
def verify(door: Door) -> None:
    """Check the ledger end to end, and every row that is made from it. Needs no key and no actor."""
    from wayhome.shell.views.progress import progress

    engine = door.engine
    with progress("Checking") as step:
        found = engine.verify(step)
    from wayhome.shell import shapes
    from wayhome.shell.views import lists

    door.show(shapes.verification(found), lambda: lists.verification(found))
    if not found.ok:
        click.get_current_context().exit(6)


@click.command()
@shared()
@click.pass_obj
def rebuild(door: Door) -> None:
    """Make every case's row and due rows again from the ledger."""
    from wayhome.shell.views.progress import progress

    engine = door.engine
    with progress("Rebuilding") as step:
        cases, events = engine.rebuild(step)
    if door.json:
        print_json({"cases": cases, "events": events})
        return
    click.echo(f"Made the rows of {cases} cases again from {events} events.")


COMMANDS = (due, process, verify, rebuild)
