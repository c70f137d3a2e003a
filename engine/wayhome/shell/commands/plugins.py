"""Looking at the installed country packs, and checking one that is not installed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from wayhome.checkup import Check
from wayhome.errors import NotFound, Template, WayhomeError
from wayhome.packs.plugins import Packs, check_folder
from wayhome.shell import logs, views
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import say


@click.group()
def plugins() -> None:
    """The country packs that are installed."""


@plugins.command("list")
@shared()
@click.pass_obj
def plugins_list(session: Session) -> None:
    """List the installed plugins: which can be used, why others cannot, and whether open cases are pinned to other code of their checks."""
    found, checks = _compared(session)
    document = [views.json_output.plugin(one, checks.get(one.pack.id if one.pack else "")) for one in found.plugins]
    session.show(lambda: document, lambda: views.lists.plugins(document))


def _compared(session: Session) -> tuple[Packs, Mapping[str, Check]]:
    """Give the packs, and by pack what is to be said of the open cases here; without a database there are none."""
    try:
        packs = session.engine.packs
        found = [one for one in session.engine.doctor(packs_alone=True).checks if one.id == "checks"]
    except WayhomeError as error:
        _not_compared(error.code, error.what)
        return session.packs, {}
    for one in found:
        _not_compared(one.code, one.what)
    return packs, {one.about: one for one in reversed(found) if one.state != "ok"}


def _not_compared(code: str, what: str) -> None:
    """Say why nothing is known of open cases: not where there is no database, and so no case."""
    if code not in ("", "no_database"):
        said: Template = "Whether open cases are pinned to other code was not looked at. {what}"
        say(said, err=True, what=what)


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
    about = {"id": pack.about.id, "version": pack.about.version, "steps": len(process.steps)}
    session.report_done(
        {**about, "digest": process.digest},
        "The pack '{id}' {version} can be used. With the core it makes {steps} steps.",
        **about,
    )


def _pack_folder(path: Path) -> Path | None:
    """Find the pack: in the folder itself, or in one right below it (the folder of a whole plugin)."""
    below = sorted(path.iterdir()) if path.is_dir() and os.access(path, os.R_OK) else []
    return next((folder for folder in (path, *below) if (folder / "pack.yaml").is_file()), None)
