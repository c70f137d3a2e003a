"""Playing a file of commands: a story, or a list (lines of JSON)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from wayhome.errors import BadInput, WayhomeError
from wayhome.shell import failures, logs
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import many_or_one, near, phrase, print_json, say, write
from wayhome.shell.views.progress import progress
from wayhome.store.files import made_whole
from wayhome.stories.lists import ListDone, do_list
from wayhome.stories.playing import check as check_story
from wayhome.stories.playing import play
from wayhome.stories.telling import Line, Story, read_story

if TYPE_CHECKING:
    from collections.abc import Callable

    from wayhome.batches import CommandResult

MOST_SHOWN = 20  # cases, or lines that were not done


@click.command()
@click.argument("file", type=click.Path())
@click.option("--check", is_flag=True, help="Play it in a throw-away database, and compare with its expectations.")
@click.option(
    "--rest",
    type=click.Path(path_type=Path),
    help="Of a list: write the lines that were not done to this file, to be mended and run by themselves.",
)
@shared()
@click.pass_obj
def run(session: Session, file: str, check: bool, rest: Path | None) -> None:
    """Play a story (*.yaml), or do a list of commands (*.jsonl: lines of JSON).

    Without --check it is done among the cases of this database: its actors must be entered here, just as it says.

    Of a list, a line that is not done takes no other back; the lines after it in the same case wait for it. Run it
    again: what was done is not done twice, and it goes on where it stopped.
    """
    logs.configure()
    story = read_story(Path(file))
    if rest is not None and (check or not story.digest):
        raise BadInput("Only of a list that is done is anything left.", todo="Leave --rest out.", field="rest")
    if check:
        _check(session, story)
    elif story.digest:
        _must_expect_nothing(story)
        _must_be_free(rest)
        _do(session, story, rest)
    else:
        _play(session, story)


def _must_expect_nothing(story: Story) -> None:
    """See that a list is one: played as a story, each run of it would open everybody once more."""
    expecting = next((line.number for line in story.lines if line.expect), None)
    if expecting is not None:
        raise BadInput(
            "A list that is done expects nothing: line {line} does.",
            todo="Take 'expect' out, or see with --check whether it would be so.",
            field="expect",
            line=expecting,
        )


def _check(session: Session, story: Story) -> None:
    failures = check_story(story)
    if session.json:
        found = [{"line": f.line, "expected": f.expected, "found": f.actual_text} for f in failures]
        print_json({"title": story.title, "ok": not failures, "failures": found})
    elif failures:
        say("'{title}' went another way than it expects:", title=story.title)
        for failure in failures:
            say("  {file}, {failure}", file=story.path.name, failure=failure)
    else:
        say("'{title}' went as it expects.", title=story.title)
    if failures:
        click.get_current_context().exit(2)


def _bar(session: Session, story: Story) -> AbstractContextManager[Callable[[int], None]]:
    lines = sum(1 for line in story.lines if line.do)
    return progress(phrase("Playing"), total=lines, quiet=session.json)


def _play(session: Session, story: Story) -> None:
    done = 0
    with _bar(session, story) as step:

        def count(_line: Line, _case: str | None, _moment: datetime) -> None:
            nonlocal done
            done += 1
            step(1)

        try:
            played = play(session.engine, story, on_line=count)
        except WayhomeError as error:
            _say_what_stays(error, done)
            raise
    if session.json:
        print_json({"title": story.title, "done": played.done, "cases": played.cases})
        return
    say("'{title}': {done} commands done.", title=story.title, done=played.done)
    for name, number in played.cases.items():
        say("  {name}: {number}", name=name, number=number)


def _say_what_stays(error: WayhomeError, done: int) -> None:
    if done:
        error.add_note(phrase("{done} commands of the file were done before this one, and stay done.", done=done))
    else:
        error.add_note(phrase("Nothing of the file was done."))


# --- a list -----------------------------------------------------------------------------------------


def _must_be_free(rest: Path | None) -> None:
    if rest is not None and os.path.lexists(rest):
        raise BadInput(
            "There is a file of that name already; nothing was done.",
            why="'{file}' would be written over.",
            todo="Choose another name.",
            field="rest",
            file=rest.name,
        )
    if rest is not None and not rest.absolute().parent.is_dir():
        raise BadInput(
            "What is left cannot be written there; nothing was done.",
            why="There is no such folder.",
            todo="Name another place.",
            field="rest",
        )


def _do(session: Session, story: Story, rest: Path | None) -> None:
    done = 0
    with _bar(session, story) as step:

        def count(_line: Line, came: CommandResult) -> None:
            nonlocal done
            done += bool(came.events)
            step(1)

        try:
            told = do_list(session.engine, story, on_line=count)
        except WayhomeError as error:
            _say_what_stays(error, done)
            raise
    if rest is not None and told.rest:
        with made_whole(rest, needs_links=False) as file:
            file.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in told.rest))
    if session.json:
        _tell_as_json(story, told)
    else:
        _tell(session, story, told, rest)
    if told.failed:
        click.get_current_context().exit(failures.status_of(told.failed[0][1]))


def _tell_as_json(story: Story, told: ListDone) -> None:
    failed = [{"line": line, **failures.document(error)} for line, error in told.failed]
    lines = {"before": told.before, "failed": failed, "waiting": told.waiting}
    print_json({"title": story.title, "done": told.done, "cases": told.cases, **lines})


def _tell(session: Session, story: Story, told: ListDone, rest: Path | None) -> None:
    say("'{title}': {done} commands done.", title=story.title, done=told.done)
    if told.before:
        write(many_or_one(len(told.before), "  {count} line was done before.", "  {count} lines were done before."))
    for name, number in [*told.cases.items()][:MOST_SHOWN]:
        say("  {name}: {number}", name=name, number=number)
    if len(told.cases) > MOST_SHOWN:
        say("  … and {count} more cases: --json names all.", count=len(told.cases) - MOST_SHOWN)
    for line, error in told.failed[:MOST_SHOWN]:
        error.add_note(phrase("It was at line {line} of the list, and nothing of it is kept.", line=line))
        failures.tell(error, session)
        write("", err=True)
    if told.failed:
        _tell_what_is_left(told, rest)


def _tell_what_is_left(told: ListDone, rest: Path | None) -> None:
    say("Not done: {lines}.", lines=_lines([line for line, _ in told.failed]), err=True)
    if told.waiting:
        say("Waiting, since an earlier line of their case was not done: {lines}.", lines=_lines(told.waiting), err=True)
    if rest is not None:
        say("These lines stand in {file}: mend them there, and run it.", file=near(rest), err=True)
    else:
        say(
            "What was done stays, and is not done twice. These lines alone: add --rest FILE, mend that file, and run it.",
            err=True,
        )


def _lines(numbers: Sequence[int]) -> str:
    said = ", ".join(map(str, numbers[:MOST_SHOWN]))
    if len(numbers) > MOST_SHOWN:
        return phrase("{count} lines, first {lines} (--json names all)", count=len(numbers), lines=said)
    return many_or_one(len(numbers), "line {lines}", "lines {lines}", lines=said)
