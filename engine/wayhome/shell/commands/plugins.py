"""Looking at the installed country packs, and checking one that is not installed."""

from __future__ import annotations

import os
from pathlib import Path

import click

from wayhome.errors import NotFound
from wayhome.packs.plugins import check_folder
from wayhome.shell import logs, views
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import print_json, say


@click.group()
def plugins() -> None:
    """The country packs that are installed."""


@plugins.command("list")
@shared()
@click.pass_obj
def plugins_list(session: Session) -> None:
    """List the installed plugins, which can be used, and why not."""
    found = session.packs.plugins
    document = [views.json_output.plugin(one) for one in found]
    session.show(lambda: document, lambda: views.lists.plugins(document))


@plugins.command("check")
@click.argument("path", type=click.Path())
@shared()
@click.pass_obj
def plugins_check(session: Session, path: str) -> None:
    """Check the pack in a folder, which need not be installed: every fault, with file, line and column."""
    logs.configure()
    folder = _pack_folder(Path(path))
    if folder is None:
        raise NotFound(
            "There is no pack in that folder.",
            why="A pack has a file pack.yaml.",
            todo="Name the folder that holds it.",
        )
    pack, process = check_folder(folder)
    about = pack.about
    if session.json:
        print_json({"id": about.id, "version": about.version, "digest": process.digest, "steps": len(process.steps)})
        return
    say(
        "The pack '{id}' {version} can be used. With the core it makes {steps} steps.",
        id=about.id,
        version=about.version,
        steps=len(process.steps),
    )


def _pack_folder(path: Path) -> Path | None:
    """Find the pack: in the folder itself, or in one right below it (the folder of a whole plugin)."""
    below = sorted(path.iterdir()) if path.is_dir() and os.access(path, os.R_OK) else []
    return next((folder for folder in (path, *below) if (folder / "pack.yaml").is_file()), None)
