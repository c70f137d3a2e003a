"""Doing things: one command on a case, or a whole file of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wayhome.shell import logs, suggestions, words
from wayhome.shell.commands.cases import NUMBER
from wayhome.shell.door import Door, print_json, shared

if TYPE_CHECKING:
    from wayhome.stories import Line, Story


class DoCommand(click.Command):
    """`do`, whose help lists every command and its fields."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from wayhome.model.command import BY_WORD, own_fields

        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (word, f"{(kind.__doc__ or '').splitlines()[0]}  [{' '.join(own_fields(kind))}]")
                    for word, kind in BY_WORD.items()
                    if word != "open"
                ]
            )
        with formatter.section("Fields of every command"):
            formatter.write_dl(
                [
                    ("by", "Who did it, when that is not who types."),
                    ("of", "Whom it is about, when not the person (a ref)."),
                ]
            )


@click.command(cls=DoCommand)
@NUMBER
@click.argument("word", metavar="COMMAND", shell_complete=suggestions.commands)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...", shell_complete=suggestions.fields)
@click.option("--if-version", type=click.IntRange(min=0), help="Only if the case is still at this version.")
@click.option("--key", help="Do this once only, however often it is sent.")
@click.option("--at", metavar="MOMENT", help="When it happened, if not now, e.g. 2026-03-31T14:30+02:00.")
@shared()
@click.pass_obj
def do(
    door: Door, number: str, word: str, fields: tuple[str, ...], if_version: int | None, key: str | None, at: str | None
) -> None:
    """Do one command on a case. All of it is kept, or nothing."""
    seen = if_version if if_version is not None else door.version_seen(number)
    command = words.command(word, fields, number, if_version=seen, key=key, at=at)
    done = door.engine.do(command, as_=door.actor)
    from wayhome.shell import shapes
    from wayhome.shell.views import history

    door.has_shown(done.case, done.version)
    door.show(shapes.done(done), lambda: history.done(done))


@click.command()
@click.argument("file", type=click.Path())
@click.option("--check", is_flag=True, help="Play it in a throw-away database, and compare with its expectations.")
@shared()
@click.pass_obj
def run(door: Door, file: str, check: bool) -> None:
    """Play a story (*.yaml) or lines of JSON (*.jsonl), command by command."""
    logs.configure()
    from wayhome.stories import read_story

    story = read_story(Path(file))
    if check:
        _check(door, story)
    else:
        _play(door, story)


def _check(door: Door, story: Story) -> None:
    from wayhome.stories import check

    failures = check(story)
    if door.json:
        found = [{"line": f.line, "expected": f.expected, "found": f.found} for f in failures]
        print_json({"title": story.title, "ok": not failures, "failures": found})
    elif failures:
        click.echo(f"'{story.title}' went another way than it expects:")
        for failure in failures:
            click.echo(f"  {story.path.name}, {failure}")
    else:
        click.echo(f"'{story.title}' went as it expects.")
    if failures:
        click.get_current_context().exit(2)


def _play(door: Door, story: Story) -> None:
    from wayhome.errors import WayhomeError
    from wayhome.shell.views.progress import progress
    from wayhome.stories import play

    engine = door.engine
    known = {actor.id: actor for actor in engine.actors()}
    done = 0
    with progress("Playing", total=sum(1 for line in story.lines if line.do)) as step:

        def count(_line: Line, _case: str | None, _moment: datetime) -> None:
            nonlocal done
            done += 1
            step(1)

        try:
            played = play(engine, story, on_line=count, actors=known)
        except WayhomeError as error:
            error.add_note(f"{done} commands of the file were done before this one, and stay done.")
            raise
    if door.json:
        print_json({"title": story.title, "done": played.done, "cases": played.cases})
        return
    click.echo(f"'{story.title}': {played.done} commands done.")
    for name, number in played.cases.items():
        click.echo(f"  {name}: {number}")


COMMANDS = (do, run)
