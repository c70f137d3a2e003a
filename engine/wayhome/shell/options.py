"""What many commands take: the options --db, --as and --json, and the number of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from wayhome.shell import suggestions
from wayhome.shell.session import DEFAULT_DB, Session

F = TypeVar("F", bound=Callable[..., Any])
NUMBER = click.argument("number", metavar="CASE", shell_complete=suggestions.numbers)


def _session_setter(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            setattr(ctx.ensure_object(Session), name, value)

    return keep


def shared(*, top: bool = False) -> Callable[[F], F]:
    """Add --db, --as and --json. Every command takes them; only at the top are they read from the environment."""
    env: Mapping[str, str] = {"db": "WAYHOME_DB", "as": "WAYHOME_ACTOR"} if top else {}
    options = (
        click.option(
            "--db",
            metavar="URL",
            expose_value=False,
            callback=_session_setter("db"),
            envvar=env.get("db"),
            show_envvar=top,
            help=f"The database.  [default: {DEFAULT_DB}]",
        ),
        click.option(
            "--as",
            "as_",
            metavar="ACTOR",
            expose_value=False,
            callback=_session_setter("actor_id"),
            envvar=env.get("as"),
            show_envvar=top,
            shell_complete=suggestions.actors,
            help="Who you are.",
        ),
        click.option(
            "--json",
            is_flag=True,
            expose_value=False,
            callback=_session_setter("json"),
            help="Print one JSON document.",
        ),
    )

    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add
