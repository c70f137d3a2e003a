"""Looking at her life after the return: her plan, who helps with what, money, home, work."""

from __future__ import annotations

import click

from wayhome.model.data import to_json
from wayhome.model.reading import one_of
from wayhome.shell import views
from wayhome.shell.options import NUMBER, shared
from wayhome.shell.pages import tell_of_unrecorded
from wayhome.shell.session import Session


def _show(session: Session, number: str, *screens: str) -> None:
    view = session.engine.case(number, as_=session.actor, parts=("entries",))
    session.has_shown(view.number, view.version)
    of_screens = [
        one for one in view.entries if not screens or view.labels["registers"][one["register"]]["screen"] in screens
    ]
    refs = {one["ref"] for one in of_screens}
    sums = [one for one in view.sums if one["entry"] in refs]
    session.show(
        lambda: to_json({"number": view.number, "version": view.version, "entries": of_screens, "sums": sums}),
        lambda: views.life.life(view, screens),
    )
    tell_of_unrecorded(view)


@click.command("life")
@NUMBER
@click.argument("screen", required=False, metavar="[SCREEN]")
@shared()
@click.pass_obj
def life(session: Session, number: str, screen: str | None) -> None:
    """Show her life after the return on one screen; or a part of it: plan, services, money, measures, health, legal, work, home."""
    if screen:
        process = session.engine.process_of(number, as_=session.actor)
        known = dict.fromkeys(str(process.label("registers", id)["screen"]) for id in process.registers)
        one_of("screen", screen, known, "part of her life")
    _show(session, number, *([screen] if screen else ()))


def _part_of_it(screen: str, help: str) -> click.Command:
    """Make the command that shows one part of her life by its own name."""

    @click.command(screen, help=help)
    @NUMBER
    @shared()
    @click.pass_obj
    def part(session: Session, number: str) -> None:
        _show(session, number, screen)

    return part


plan = _part_of_it(
    "plan", "Show her plan: the aims in her words, what is done for each, by whom and by when, and how it stands."
)
services = _part_of_it("services", "Show who helps with what, until when, and who was asked.")
money = _part_of_it(
    "money", "Show the budgets: what was granted, promised, paid, proved, given back, and what is left."
)
