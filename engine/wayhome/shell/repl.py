"""The interactive shell: the same commands without `wayhome`, with completion and history. Lines from a file are a script."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.shell_completion import ShellComplete

from wayhome.errors import BadInput
from wayhome.shell import failures
from wayhome.shell.door import Door, print_json

LEAVE, ASK = ("exit", "quit"), "help"
KEPT_FIELDS = frozenset({"step", "to", "kind", "status", "purpose", "answer", "type", "role", "incident", "round"})


def start(door: Door) -> int:
    """Run the shell until it is left; gives the exit status (of a script: that of the line that failed)."""
    if door.interactive:
        raise BadInput("You are in the shell already.", todo="Type a command, or `exit`.")
    door.interactive = True
    door.seen = {}
    if sys.stdin.isatty():
        return _converse(door)
    return _script(door, sys.stdin)


def run_line(line: str, door: Door) -> int | None:
    """Run one line; gives its exit status, or None when it leaves the shell."""
    words = words_of(line)
    if words is None:
        return failures.tell(BadInput("A quote is not closed.", todo="Close it, and try again."), door)
    if not words:
        return 0
    if words[0] in LEAVE and len(words) == 1:
        return None
    if words[0] == ASK:
        words = [*words[1:], "--help"]
    if words[0] == "wayhome":
        words = words[1:]
    from wayhome.shell.main import run

    return run(words, replace(door))


def words_of(line: str) -> list[str] | None:
    """Split a line as a shell does; None when a quote is not closed."""
    try:
        return shlex.split(line, comments=False)
    except ValueError:
        return None


# --- a script ---------------------------------------------------------------------------------


def _script(door: Door, lines: Iterable[str]) -> int:
    """Do the lines of a script; the first that fails ends it, for later lines may build on it."""
    told: list[dict[str, Any]] = []
    status: int | None = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        status, output = _told(line, door) if door.json else (run_line(line, door), None)
        if status is None:
            break
        told.append({"line": number, "exit": status, "output": output})
        if status:
            click.echo(f"Line {number} was not done; the lines after it were not tried.", err=True)
            break
    if door.json:
        print_json(told)
    return status or 0


def _told(line: str, door: Door) -> tuple[int | None, Any]:
    """Run a line and catch its JSON document."""
    import orjson

    paper = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with redirect_stdout(paper):
        status = run_line(line, door)
    paper.flush()
    text = paper.buffer.getvalue()
    try:
        return status, orjson.loads(text) if text.strip() else None
    except orjson.JSONDecodeError:
        return status, text.decode()


# --- a conversation ---------------------------------------------------------------------------


def _converse(door: Door) -> int:
    from prompt_toolkit import PromptSession

    from wayhome.shell.prompting import QuietHistory, ShellCompleter

    session: PromptSession[str] = PromptSession(
        history=QuietHistory(history_file()),
        completer=ShellCompleter(door),
        complete_in_thread=True,
        complete_while_typing=True,
        bottom_toolbar=lambda: f" {door.actor_id or 'nobody'} · {door.db} · Tab completes, help, exit",
    )
    while True:
        try:
            line = session.prompt("wayhome> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return 0
        if run_line(line, door) is None:
            return 0


def history_file() -> Path:
    """Make the history's file, which only its owner may read, and give its path."""
    from platformdirs import user_state_path

    path = user_state_path("wayhome", appauthor=False) / "history"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    path.chmod(0o600)
    return path


def fit_to_keep(line: str) -> str | None:
    """Give what of a line may lie on disk: no values but a few codes, for the others may tell about the person.

    >>> fit_to_keep("do WH-7K3M9-Q2F4A-Z involve ref=relative-1 name='An Invented Name'")
    'do WH-7K3M9-Q2F4A-Z involve'
    """
    words = words_of(line)
    if not words:
        return None
    kept = [word for word in words if "=" not in word or word.partition("=")[0] in KEPT_FIELDS]
    return shlex.join(kept)


def completions(line: str, door: Door) -> Iterator[tuple[str, str, str]]:
    """Complete a line up to the cursor; gives (word, what is typed of it, side text). Needs no terminal."""
    words = words_of(line)
    if words is None:
        return
    typed = "" if not line or line[-1].isspace() else words.pop() if words else ""
    from wayhome.shell.main import PROGRAM, cli

    if not words:
        yield from (
            (word, typed, about)
            for word, about in ((ASK, "Help on a command."), ("exit", "Leave."))
            if word.startswith(typed)
        )
    elif words[0] == ASK:
        words = words[1:]
    complete = ShellComplete(cli, {"obj": replace(door)}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE")
    for item in complete.get_completions(words, typed):
        if item.type == "plain" and (words or item.value != "shell"):
            yield str(item.value), typed, str(item.help or "")
