"""The interactive shell: the same commands without `wayhome`, with completion and history. Lines from a file are a script."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import replace
from functools import partial
from typing import Any

import click
import orjson
from prompt_toolkit import PromptSession

from wayhome.errors import BadInput
from wayhome.shell import failures
from wayhome.shell.dialogue import desk, explaining, vocabulary
from wayhome.shell.main import MODULES, PROGRAM, exit_status_of, run
from wayhome.shell.options import shared
from wayhome.shell.prompting import ASK, QuietHistory, ShellCompleter, history_file, words_of
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase, print_json, say

HERE, LEAVE = "?", ("exit", "quit")


@click.command()
@shared()
@click.pass_obj
def shell(session: Session) -> None:
    """All of this, interactive: with completion of case numbers, then of what the case allows now."""
    if session.interactive:
        raise BadInput("You are in the shell already.", todo="Type a command, or `exit`.")
    session.interactive = True
    session.seen = {}
    if sys.stdin.isatty():
        session.desk.talks = True
        run(["today"], replace(session))
        _converse(session)
    elif status := _script(session, sys.stdin):
        click.get_current_context().exit(status)


def run_line(line: str, session: Session) -> int | None:
    """Run one line; gives its exit status, or None when it leaves the shell."""
    words = words_of(line)
    if words is None and (act := desk.meant(line.split(), session)) is not None:
        return exit_status_of(act, session)  # a step may be called so: "the person's …"
    if words is None:
        return failures.tell(BadInput("A quote is not closed.", todo="Close it, and try again."), session)
    words = words[1:] if words[:1] == [PROGRAM] else words
    if not words:
        return 0
    if words[0] in LEAVE and len(words) == 1:
        return None
    if words in ([ASK], [HERE]):
        return exit_status_of(partial(vocabulary.list_words, session), session)
    if words[0] == ASK:
        return exit_status_of(partial(explaining.explain, words[1:], session), session)
    try:
        words = vocabulary.in_the_case(words, session)
    except BadInput as error:
        return failures.tell(error, session)
    if (act := desk.meant(words, session)) is not None:
        return exit_status_of(act, session)
    if words[0] not in MODULES and not words[0].startswith("-"):
        return exit_status_of(partial(vocabulary.unknown_here, words, session), session)
    return run(words, replace(session))


# --- a script ---------------------------------------------------------------------------------


def _script(session: Session, lines: Iterable[str]) -> int:
    """Do the lines of a script; the first that fails ends it, for later lines may build on it."""
    answers: list[dict[str, Any]] = []
    status: int | None = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        status, output = _caught(line, session) if session.json else (run_line(line, session), None)
        if status is None:
            break
        answers.append({"line": number, "exit": status, "output": output})
        if status:
            say("Line {number} was not done; the lines after it were not tried.", number=number, err=True)
            break
    if session.json:
        print_json(answers)
    return status or 0


def _caught(line: str, session: Session) -> tuple[int | None, Any]:
    """Run a line and catch its JSON document."""
    caught = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with redirect_stdout(caught):
        status = run_line(line, session)
    caught.flush()
    text = caught.buffer.getvalue()
    try:
        return status, orjson.loads(text) if text.strip() else None
    except orjson.JSONDecodeError:
        return status, text.decode()


# --- a conversation ---------------------------------------------------------------------------


def _converse(session: Session) -> None:
    help = phrase("Tab completes, help, exit")
    prompt: PromptSession[str] = PromptSession(
        history=QuietHistory(history_file()),
        completer=ShellCompleter(session),
        complete_in_thread=True,
        complete_while_typing=True,
        bottom_toolbar=lambda: f" {session.actor_id or phrase('nobody')} · {session.db} · {help}",
    )
    while True:
        try:
            line = prompt.prompt(f"wayhome {session.desk.case}> " if session.desk.case else "wayhome> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if run_line(line, session) is None:
            return
