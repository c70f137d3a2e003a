"""Looking at cases, and asking what can be done and why not."""

from __future__ import annotations

import click

from wayhome.shell import suggestions, words
from wayhome.shell.door import Door, shared

NUMBER = click.argument("number", metavar="CASE", shell_complete=suggestions.numbers)


@click.group()
def case() -> None:
    """Open cases, look at them, ask what can be done."""


@case.command("open")
@click.option(
    "--host",
    required=True,
    shell_complete=suggestions.countries,
    help="The country where the return starts (two letters).",
)
@click.option(
    "--origin", required=True, shell_complete=suggestions.countries, help="The country of origin (two letters)."
)
@click.option("--key", help="Do this once only, however often it is sent.")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...", shell_complete=suggestions.facts_to_open)
@shared()
@click.pass_obj
def case_open(door: Door, host: str, origin: str, key: str | None, facts: tuple[str, ...]) -> None:
    """Open a case; gives its number. Facts that are known already can be said at once: age_status=adult."""
    from wayhome.stories.wording import command_from

    fields = words.pairs(facts) | {"host_country": host, "origin_country": origin} | ({"key": key} if key else {})
    done = door.engine.do(command_from("open", fields), as_=door.actor)
    from wayhome.shell import shapes
    from wayhome.shell.views import history

    door.has_shown(done.case, done.version)
    door.show(shapes.done(done), lambda: history.opened(done, prefix=door.prefix))


@case.command("list")
@click.option("--phase", shell_complete=suggestions.phases, help="Only cases in this phase.")
@click.option("--status", shell_complete=suggestions.statuses, help="Only cases with this status.")
@shared()
@click.pass_obj
def case_list(door: Door, phase: str | None, status: str | None) -> None:
    """List the cases, oldest first."""
    _known("phase", phase, suggestions.phase_words())
    _known("status", status, suggestions.STATUSES)
    rows = door.engine.cases(as_=door.actor, phase=phase, status=status)
    from wayhome.shell import shapes
    from wayhome.shell.views import lists

    door.show(shapes.cases(rows), lambda: lists.cases(rows))


def _known(what: str, given: str | None, words: tuple[str, ...]) -> None:
    if given is not None and given not in words:
        from wayhome.flow.values import unknown

        raise unknown(what, given, words)


@case.command("show")
@NUMBER
@click.option("--at", metavar="MOMENT", help="What was recorded by then, e.g. 2026-03-31T14:30+02:00.")
@shared()
@click.pass_obj
def case_show(door: Door, number: str, at: str | None) -> None:
    """Show a case: where it stands, its steps, consents, papers, people, and known risks."""
    view = door.engine.case(number, as_=door.actor, at=words.moment("at", at))
    from wayhome.shell import shapes
    from wayhome.shell.views import case as case_view

    if at is None:
        door.has_shown(view.number, view.version)
    door.show(shapes.case(view), lambda: case_view.whole(view))


@case.command("history")
@NUMBER
@shared()
@click.pass_obj
def case_history(door: Door, number: str) -> None:
    """Tell everything that happened in a case, in order."""
    rows = door.engine.history(number, as_=door.actor)
    from wayhome.model.number import read_number
    from wayhome.shell import shapes
    from wayhome.shell.views import history

    door.has_shown(read_number(number), rows[-1].seq)
    door.show(shapes.history(rows), lambda: history.timeline(rows))


@case.command("next")
@NUMBER
@shared()
@click.pass_obj
def case_next(door: Door, number: str) -> None:
    """Say what can be done now or from a known time on, by whom, and until when."""
    door.look(number)
    rows = door.engine.next(number, as_=door.actor)
    from wayhome.model.number import read_number
    from wayhome.shell import shapes
    from wayhome.shell.views import lists

    door.show(shapes.next_(rows), lambda: lists.next_(rows, read_number(number), door.engine.now(), prefix=door.prefix))


@case.command("why")
@NUMBER
@click.argument("what", metavar="MOVE|COMMAND", shell_complete=suggestions.moves_and_commands)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...", shell_complete=suggestions.fields)
@shared()
@click.pass_obj
def case_why(door: Door, number: str, what: str, fields: tuple[str, ...]) -> None:
    """Say whether a move or a command would be allowed, with every reason for and against. Nothing is saved."""
    asked = words.asked(what, fields, number)
    door.look(number)
    decision = door.engine.why(number, asked, as_=door.actor)
    from wayhome.model.number import read_number
    from wayhome.shell import shapes
    from wayhome.shell.views import decision as decision_view

    full = read_number(number)
    door.show(shapes.why(full, asked, decision), lambda: decision_view.why(full, what, decision, prefix=door.prefix))


COMMANDS = (case,)
