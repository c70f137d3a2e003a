"""Writing the words of a process for type checkers."""

from __future__ import annotations

from pathlib import Path

import click

from wayhome.packs.python_types import python_types
from wayhome.shell import suggestions
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import print_json, say, write


@click.command()
@click.argument("host", shell_complete=suggestions.countries)
@click.argument("origin", shell_complete=suggestions.countries)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file, over what is there."
)
@shared()
@click.pass_context
def types(ctx: click.Context, host: str, origin: str, out: Path | None) -> None:
    """Write the steps, facts, roles and other words of a return as a Python module, for type checkers."""
    session = ctx.ensure_object(Session)
    host, origin = host.strip().upper(), origin.strip().upper()
    process = session.packs.process(host, origin)
    text = python_types(process, by=f"`{ctx.command_path} {host} {origin}`")
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if session.json:
        print_json({"digest": process.digest, "file": str(out)} if out else {"digest": process.digest, "python": text})
    elif out is not None:
        say("Wrote the words of the process {digest} to {file}.", digest=process.digest[:12], file=out)
    else:
        write(text.removesuffix("\n"))
