"""Looking at the life after the return: the plan, who helps with what, money, home, work."""

from __future__ import annotations

from collections.abc import Callable

import click

from wayhome.model.data import to_json
from wayhome.model.reading import one_of
from wayhome.shell import views
from wayhome.shell.options import NUMBER, shared
from wayhome.shell.pages import tell_of_unrecorded
from wayhome.shell.session import Session
from wayhome.shell.views.life import WELLBEING


def _show(session: Session, number: str, *screens: str) -> None:
    view = session.engine.case(number, as_=session.actor, parts=("entries", "wellbeing"))
    session.has_shown(view.number, view.version)
    process = session.engine.process_of(number, as_=session.actor)
    of = [id for id in process.registers if not screens or process.label("registers", id)["screen"] in screens]
    of_screens = [
        one for one in view.entries if not screens or view.labels["registers"][one["register"]]["screen"] in screens
    ]
    refs = {one["ref"] for one in of_screens}
    shown = {
        "number": view.number,
        "version": view.version,
        "entries": of_screens,
        "sums": [one for one in view.sums if one["entry"] in refs],
        "wellbeing": [one for one in view.wellbeing if not screens or one["screen"] in screens],
    }
    session.show(
        lambda: to_json(shown),
        lambda: views.life.life(view, screens, of=of),
    )
    tell_of_unrecorded(view)


@click.command("life")
@NUMBER
@click.argument("screen", required=False, metavar="[SCREEN]")
@shared()
@click.pass_obj
def life(session: Session, number: str, screen: str | None) -> None:
    """Show the life after the return; or a part: plan, services, money, measures, health, legal, work, home, wellbeing."""
    if screen:
        process = session.engine.process_of(number, as_=session.actor)
        known = dict.fromkeys((*(str(process.label("registers", id)["screen"]) for id in process.registers), WELLBEING))
        one_of("screen", screen, known, "screen")
    _show(session, number, *([screen] if screen else ()))


def _part_of_it(said: Callable[[], None]) -> click.Command:
    """Make the command that shows one screen of it by its own name."""

    @click.command(said.__name__, help=said.__doc__)
    @NUMBER
    @shared()
    @click.pass_obj
    def part(session: Session, number: str) -> None:
        _show(session, number, said.__name__)

    return part


@_part_of_it
def plan() -> None:
    """Show the plan: the aims in the person's words, what is done for each, by whom and by when, and how it stands."""


@_part_of_it
def services() -> None:
    """Show who helps with what, until when, and who was asked."""


@_part_of_it
def money() -> None:
    """Show the budgets: what was granted, promised, paid, proved, given back, and what is left."""


@_part_of_it
def wellbeing() -> None:
    """Show how the person fares, by what they answered from one time to the next."""
