"""Setting up: the database and its key, the actors, the plugins."""

from __future__ import annotations

import os
from pathlib import Path

import click

from wayhome.shell import logs, suggestions
from wayhome.shell.door import Door, print_json, shared


@click.command()
@shared()
@click.pass_obj
def init(door: Door) -> None:
    """Make a new database, and its key. Never over one that exists."""
    logs.configure()
    from wayhome.engine import Engine
    from wayhome.errors import BadInput
    from wayhome.store.database import path_of

    path = path_of(door.db)
    if path is None:
        raise BadInput("A database in memory is gone at once.", todo="Name a file: --db sqlite:///wayhome.db.")
    if path.exists():
        raise BadInput(
            "There is a file of that name already; nothing was changed.",
            why="A database is never overwritten.",
            todo="Use it as it is, or choose another name with --db.",
        )
    key = path.with_name(path.name + ".key")
    had_key = key.exists()
    Engine.open(door.db).close()
    if door.json:
        print_json({"database": str(path), "key": str(key)})
        return
    click.echo(
        f"Made the database {path}" + (f", with the key that was there: {key}." if had_key else f" and its key {key}.")
    )
    click.echo("Names and texts are sealed with this key. Keep a copy of it in a safe place, apart from the database.")
    click.echo("Next: wayhome actor add ID --organisation O --role R")


@click.group()
def actor() -> None:
    """Who may act in the shell."""


@actor.command("add")
@click.argument("id")
@click.option("--organisation", "-o", required=True, help="The organisation that they work for.")
@click.option(
    "--role",
    "-r",
    "roles",
    required=True,
    multiple=True,
    shell_complete=suggestions.roles,
    help="A role; may be given more than once.",
)
@shared()
@click.pass_obj
def actor_add(door: Door, id: str, organisation: str, roles: tuple[str, ...]) -> None:
    """Enter an actor, or change what is known of one. ID is an opaque account name, such as anna."""
    from wayhome.model.actor import CLOCK, Actor

    engine = door.engine
    known = suggestions.known_roles(engine.shelf)
    for role in roles:
        if role not in known:
            from wayhome.flow.values import unknown

            raise unknown("role", role, known)
    if id == CLOCK:
        from wayhome.errors import BadInput

        raise BadInput(f"'{CLOCK}' is the engine's own clock.", todo="Choose another id.")
    one = Actor(id, organisation, roles)
    engine.put_actor(one)
    if door.json:
        from wayhome.shell import shapes

        print_json(shapes.actor(one))
        return
    click.echo(f"{id} may now act for {organisation} as {', '.join(sorted(one.roles))}.")


@actor.command("list")
@shared()
@click.pass_obj
def actor_list(door: Door) -> None:
    """List the actors."""
    found = door.engine.actors()
    from wayhome.shell import shapes
    from wayhome.shell.views import lists

    door.show([shapes.actor(one) for one in found], lambda: lists.actors(found))


@click.group()
def plugins() -> None:
    """The country packs that are installed."""


@plugins.command("list")
@shared()
@click.pass_obj
def plugins_list(door: Door) -> None:
    """List the installed plugins, which can be used, and why not."""
    from wayhome.shell.views import lists

    found = door.shelf.plugins
    from wayhome.shell import shapes

    document = [shapes.plugin(one) for one in found]
    door.show(document, lambda: lists.plugins(document))


@plugins.command("check")
@click.argument("path", type=click.Path())
@shared()
@click.pass_obj
def plugins_check(door: Door, path: str) -> None:
    """Check the pack in a folder, which need not be installed: every fault, with file, line and column."""
    logs.configure()
    from wayhome.errors import NotFound
    from wayhome.packs.loader import check_folder

    folder = _pack_folder(Path(path))
    if folder is None:
        raise NotFound(
            "There is no pack in that folder.",
            why="A pack has a file pack.yaml.",
            todo="Name the folder that holds it.",
        )
    pack, process = check_folder(folder)
    about = pack.about
    if door.json:
        print_json({"id": about.id, "version": about.version, "digest": process.digest, "steps": len(process.steps)})
        return
    click.echo(f"The pack '{about.id}' {about.version} can be used. With the core it makes {len(process.steps)} steps.")


def _pack_folder(path: Path) -> Path | None:
    """Find the pack: in the folder itself, or in one right below it (the folder of a whole plugin)."""
    below = sorted(path.iterdir()) if path.is_dir() and os.access(path, os.R_OK) else []
    return next((folder for folder in (path, *below) if (folder / "pack.yaml").is_file()), None)


COMMANDS = (init, actor, plugins)
