"""What every command shares: which database, who acts, how to answer. The engine is opened when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

from wayhome.shell import logs

if TYPE_CHECKING:
    from rich.console import RenderableType

    from wayhome.engine import Engine
    from wayhome.model.actor import Actor
    from wayhome.packs.loader import Shelf

DEFAULT_DB = "sqlite:///wayhome.db"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Door:
    """The way from a command to the engine. Copies (one per line of the interactive shell) share engines and `seen`."""

    db: str = DEFAULT_DB
    actor_id: str | None = None
    json: bool = False
    interactive: bool = False
    seen: dict[str, int] = field(default_factory=dict)  # case number -> the version that was last shown
    opened: dict[str, Engine] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        """The engine on this database, which must exist."""
        if self.db not in self.opened:
            logs.configure()
            from wayhome.engine import Engine

            self.opened[self.db] = Engine.open(self.db, create=False)
        return self.opened[self.db]

    @property
    def shelf(self) -> Shelf:
        """The installed packs; needs no database."""
        logs.configure()
        from wayhome.packs.loader import Shelf

        return Shelf.installed()

    @property
    def actor(self) -> Actor:
        """Who acts, as the database knows them.

        Raises:
            BadInput: it was not said. NotPermitted: the database does not know them.
        """
        from wayhome.errors import BadInput, NotPermitted

        if not self.actor_id:
            raise BadInput(
                "It is not said who you are.",
                why="Every look and every act has a name in the record.",
                todo="Add --as ACTOR, or set WAYHOME_ACTOR.",
            )
        for actor in self.engine.actors():
            if actor.id == self.actor_id:
                return actor
        raise NotPermitted(
            "This database does not know that actor.",
            why="Only those who are entered may look or act.",
            todo="Enter them with `wayhome actor add`, or look at `wayhome actor list`.",
        )

    @property
    def prefix(self) -> str:
        """What stands before a command that the reader may type."""
        return "" if self.interactive else "wayhome "

    def show(self, document: Any, view: Callable[[], RenderableType]) -> None:
        """Print one JSON document, or what `view` draws."""
        if self.json:
            print_json(document)
            return
        from wayhome.shell.views.paper import draw

        draw(view())

    def has_shown(self, number: str, version: int) -> None:
        """Remember which version of a case the reader has seen."""
        self.seen[number] = version

    def look(self, number: str) -> None:
        """In the interactive shell, remember the version of a case that is about to be shown."""
        if self.interactive:
            view = self.engine.case(number, as_=self.actor)
            self.has_shown(view.number, view.version)

    def version_seen(self, number: str) -> int | None:
        """Give the version of a case that the interactive shell last showed."""
        if not self.interactive:
            return None
        from wayhome.model.number import read_number

        return self.seen.get(read_number(number))

    def close(self) -> None:
        """Close what was opened."""
        while self.opened:
            self.opened.popitem()[1].close()


def print_json(document: Any) -> None:
    """Print one JSON document, as UTF-8 whatever the terminal speaks."""
    import orjson

    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _kept(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            setattr(ctx.ensure_object(Door), name, value)

    return keep


def shared(*, top: bool = False) -> Callable[[F], F]:
    """Add --db, --as and --json. Every command takes them; only at the top are they read from the environment."""
    env: Mapping[str, str] = {"db": "WAYHOME_DB", "as": "WAYHOME_ACTOR"} if top else {}
    options = (
        click.option(
            "--db",
            metavar="URL",
            expose_value=False,
            callback=_kept("db"),
            envvar=env.get("db"),
            show_envvar=top,
            help=f"The database.  [default: {DEFAULT_DB}]",
        ),
        click.option(
            "--as",
            "as_",
            metavar="ACTOR",
            expose_value=False,
            callback=_kept("actor_id"),
            envvar=env.get("as"),
            show_envvar=top,
            shell_complete=_actors,
            help="Who you are.",
        ),
        click.option(
            "--json", is_flag=True, expose_value=False, callback=_kept("json"), help="Print one JSON document."
        ),
    )

    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _actors(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    from wayhome.shell.suggestions import actors

    return actors(ctx, param, incomplete)
