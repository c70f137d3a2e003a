"""Looking at cases, and asking what can be done and why not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pkgutil import resolve_name
from typing import TYPE_CHECKING

import click

from wayhome.commands import read_command
from wayhome.model.closed_sets import PHASES, STATUSES, Phase, Status
from wayhome.model.data import to_json
from wayhome.model.reading import as_instant
from wayhome.shell import field_suggestions, suggestions, typed_fields, views
from wayhome.shell.clock import must_be_sure_of_clock
from wayhome.shell.lazy import LazyGroup
from wayhome.shell.options import NUMBER, shared
from wayhome.shell.pages import A_PAGE, every, tell_of_damaged, tell_of_unrecorded
from wayhome.shell.session import Session
from wayhome.shell.terminal import many_or_one, print_json, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from wayhome.model.page import Page
    from wayhome.results import CaseRowView, CaseView


@click.group(
    cls=LazyGroup,
    modules={
        "everything": "everything",
        "unseal": "everything",
        **dict.fromkeys(("life", "plan", "services", "money", "wellbeing"), "life"),
    },
)
def case() -> None:
    """Open cases, look at them, ask what can be done."""


@case.command("open")
@click.option(
    "--host",
    required=True,
    shell_complete=suggestions.countries,
    help="The country where the return starts: its two letters, or its name.",
)
@click.option(
    "--origin",
    required=True,
    shell_complete=suggestions.countries,
    help="The country of origin: its two letters, or its name.",
)
@click.option("--at", metavar="DAY|MOMENT", help="When it began, if that was before today.")
@click.option("--adopted-on", metavar="DAY", help="Of a return that runs already: the day on which you took it over.")
@click.option(
    "--reference", metavar="R", help="How your own files call this return. No name: all who read the case read it."
)
@click.option("--key", help="Do this once only, however often it is sent.")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...", shell_complete=field_suggestions.facts_to_open)
@shared()
@click.pass_obj
def case_open(
    session: Session,
    host: str,
    origin: str,
    at: str | None,
    adopted_on: str | None,
    reference: str | None,
    key: str | None,
    facts: tuple[str, ...],
) -> None:
    """Open a case; gives its number. Facts that are known already can be said at once: age_status=adult."""

    host, origin = (suggestions.country_called(session.packs, said) for said in (host, origin))
    said = {"host_country": host, "origin_country": origin, "at": at, "adopted_on": adopted_on}
    said |= {"reference": reference, "key": key}
    fields = typed_fields.pairs(facts) | {name: value for name, value in said.items() if value}
    command = read_command({**fields, "do": "open"})
    must_be_sure_of_clock(session)
    done = session.engine.do(command, as_=session.actor)

    session.has_shown(done.case, done.version)
    next_ = resolve_name("wayhome.shell.listing:following")(session, done.case) if session.interactive else None
    session.show(lambda: views.json_output.done(done), lambda: views.history.opened(done, next_))


@case.command("list")
@click.option("--phase", shell_complete=suggestions.words_of(PHASES), help="Only cases in this phase.")
@click.option("--status", shell_complete=suggestions.words_of(STATUSES), help="Only cases with this status.")
@click.option("--owner", metavar="O", help="Only cases that this organisation leads.")
@click.option("--all", "all_", is_flag=True, help="All of them, not only the first screen.")
@click.option("--after", metavar="CASE", help="As JSON: go on after this case.")
@click.option("--limit", type=int, default=A_PAGE, show_default=True, help="As JSON: at most so many.")
@shared()
@click.pass_obj
def case_list(
    session: Session,
    phase: Phase | None,
    status: Status | None,
    owner: str | None,
    all_: bool,
    after: str | None,
    limit: int,
) -> None:
    """List the cases in which something is due first, then the others; as JSON, by the day they were opened, a page at a time."""
    asked = partial(session.engine.cases, as_=session.actor, phase=phase, status=status, owner=owner)
    _list(session, asked, whole=all_, narrowed=any((phase, status, owner)), after=after, limit=limit)


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--all", "all_", is_flag=True, help="All of them, not only the first screen.")
@shared()
@click.pass_obj
def find(session: Session, text: tuple[str, ...], all_: bool) -> None:
    """Find a case: by its number or its label, how these begin, how your own files call it, a name, or a year of birth."""
    asked = partial(session.engine.cases, as_=session.actor, called=" ".join(text))
    _list(session, asked, whole=all_, narrowed=True)


def _list(
    session: Session,
    asked: Callable[..., Page[CaseRowView]],
    *,
    whole: bool,
    narrowed: bool,
    after: str | None = None,
    limit: int = A_PAGE,
) -> None:
    """Show a list of cases; in the interactive shell, a number takes up the case that stands under it."""
    damaged: list[int | str] = []
    if session.json:
        page = asked(after=after, limit=limit)
        damaged += page.damaged
        print_json(views.json_output.cases(page))
    else:
        rows = views.lists.soonest(every(asked, damaged))
        session.desk.cases = tuple((row.number, "", "") for row in rows[: None if whole else views.lists.MOST_CASES])
        if rows or not damaged:
            views.console.draw(views.lists.cases(rows, whole=whole, narrowed=narrowed, numbered=session.desk.talks))
    if tell_of_damaged(
        damaged, "These cases cannot be read: {cases}. Run `wayhome verify`, and look after them by hand."
    ):
        click.get_current_context().exit(6)


@case.command("show")
@NUMBER
@click.option("--at", metavar="MOMENT", help="What was recorded by then, e.g. 2026-03-31T14:30+02:00.")
@click.option("--all", "all_", is_flag=True, help="All of it: facts, consents, papers, people, steps, and known risks.")
@shared()
@click.pass_obj
def case_show(session: Session, number: str, at: str | None, all_: bool) -> None:
    """Show a case: what is to be done next, and where it stands; with --all, the whole of it."""
    view = session.engine.case(number, as_=session.actor, at=None if at is None else as_instant("at", at))

    if at is None:
        session.has_shown(view.number, view.version)
    session.show(
        lambda: views.json_output.case(view),
        lambda: views.case.whole(view) if all_ or at else _first_screen(session, view),
    )
    tell_of_unrecorded(view)


def _first_screen(session: Session, view: CaseView) -> RenderableType:
    following = resolve_name("wayhome.shell.listing:following")(session, view.number)
    return views.case.first_screen(view, following, session.engine.now(), prefix=session.prefix)


@case.command("history")
@NUMBER
@click.option("--all", "all_", is_flag=True, help="All of it, with the texts that you may read.")
@shared()
@click.pass_obj
def case_history(session: Session, number: str, all_: bool) -> None:
    """Tell what happened last in a case, in order; with --all, everything."""
    full = session.number_of(number)
    ask, damaged = partial(session.engine.history, full, as_=session.actor), list[int | str]()
    rows = [*every(ask, damaged)]

    session.has_shown(full, rows[-1].seq if rows else 0)
    if session.interactive and session.desk.case != full:
        session.desk.takes_up(full, ())
    session.show(
        lambda: views.json_output.page(views.json_output.history(rows), damaged=damaged),
        lambda: views.history.timeline(rows) if all_ else views.history.latest(rows, full, prefix=session.prefix),
    )
    if damaged:
        which = many_or_one(len(damaged), "event {events}", "events {events}", events=", ".join(map(str, damaged)))
        told = "In case {number}, something of {which} cannot be read: it was changed, or is missing. Run `wayhome verify`."
        say(told, err=True, number=full, which=which)
        click.get_current_context().exit(6)


@case.command("seen")
@NUMBER
@shared()
@click.pass_obj
def case_seen(session: Session, number: str) -> None:
    """Say who has read a case, by day: role, house, which data, and why; for the data protection officer, and for the person."""
    rows = session.engine.read_log(number, as_=session.actor)
    session.show(lambda: to_json(rows), lambda: views.read_log.seen(rows, is_whole=not rows.damaged))
    if rows.damaged:
        say("Some of it cannot be read: rows were changed, or are gone. Run `wayhome verify`.", err=True)
        click.get_current_context().exit(6)


@case.command("next")
@NUMBER
@click.option("--all", "all_", is_flag=True, help="Everything, also what fills more than a screen.")
@shared()
@click.pass_obj
def case_next(session: Session, number: str, all_: bool) -> None:
    """Say what can be done now or from a known time on, by whom, and until when."""
    session.look(number)
    resolve_name("wayhome.shell.listing:show")(session, session.number_of(number), whole=all_)


@case.command("why")
@NUMBER
@click.argument("what", metavar="MOVE|COMMAND", shell_complete=suggestions.moves_and_commands)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...", shell_complete=field_suggestions.fields)
@click.option("--all", "whole", is_flag=True, help="Every thing that is missing, and what is in order.")
@shared()
@click.pass_obj
def case_why(session: Session, number: str, what: str, fields: tuple[str, ...], whole: bool) -> None:
    """Say whether a move or a command would be allowed: how many things are missing, whose, and the next three. Nothing is saved."""
    asked = typed_fields.asked(what, fields, number)
    session.look(number)
    decision = session.engine.why(number, asked, as_=session.actor)

    full = session.number_of(number)
    if session.interactive:
        rows = views.decision.as_rows(views.decision.missing_items(decision.unmet))
        process = session.engine.process_of(full, as_=session.actor)
        session.desk.takes_up(full, resolve_name("wayhome.shell.listing:called")(process, rows))
    session.show(
        lambda: views.json_output.why(full, asked, decision),
        lambda: views.decision.why(
            full,
            " ".join((what, *fields)),
            decision,
            prefix=session.prefix,
            slots=resolve_name("wayhome.shell.listing:slots_of")(session.engine, full, session.actor),
            roles=session.actor.roles,
            most=None if whole else views.decision.FIRST,
            numbered=session.desk.talks,
            **({"guidance": resolve_name("wayhome.shell.listing:guides")(session, full)} if whole else {}),
        ),
    )
