"""Playing a file of commands: a story, or lines of JSON."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from wayhome.errors import WayhomeError
from wayhome.shell import logs
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase, print_json, say
from wayhome.shell.views.progress import progress
from wayhome.stories.playing import check as check_story
from wayhome.stories.playing import play
from wayhome.stories.telling import Line, Story, read_story


@click.command()
@click.argument("file", type=click.Path())
@click.option("--check", is_flag=True, help="Play it in a throw-away database, and compare with its expectations.")
@shared()
@click.pass_obj
def run(session: Session, file: str, check: bool) -> None:
    """Play a story (*.yaml) or lines of JSON (*.jsonl), command by command.

    Without --check it is played among the cases of this database: its actors must be entered here, just as it says.
    """
    logs.configure()
    story = read_story(Path(file))
    if check:
        _check(session, story)
    else:
        _play(session, story)


def _check(session: Session, story: Story) -> None:
    failures = check_story(story)
    if session.json:
        found = [{"line": f.line, "expected": f.expected, "found": f.found} for f in failures]
        print_json({"title": story.title, "ok": not failures, "failures": found})
    elif failures:
        say("'{title}' went another way than it expects:", title=story.title)
        for failure in failures:
            say("  {file}, {failure}", file=story.path.name, failure=failure)
    else:
        say("'{title}' went as it expects.", title=story.title)
    if failures:
        click.get_current_context().exit(2)


def _play(session: Session, story: Story) -> None:
    done = 0
    with progress(phrase("Playing"), total=sum(1 for line in story.lines if line.do)) as step:

        def count(_line: Line, _case: str | None, _moment: datetime) -> None:
            nonlocal done
            done += 1
            step(1)

        try:
            played = play(session.engine, story, on_line=count)
        except WayhomeError as error:
            if done:
                error.add_note(
                    phrase("{done} commands of the file were done before this one, and stay done.", done=done)
                )
            else:
                error.add_note(phrase("Nothing of the file was done."))
            raise
    if session.json:
        print_json({"title": story.title, "done": played.done, "cases": played.cases})
        return
    say("'{title}': {done} commands done.", title=story.title, done=played.done)
    for name, number in played.cases.items():
        say("  {name}: {number}", name=name, number=number)
