"""What is typed in the interactive shell: completed as bash does, and kept on disk only where it tells nothing about a person."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from click.shell_completion import ShellComplete
from platformdirs import user_state_path
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory

from wayhome.errors import BadInput
from wayhome.model.closed_sets import WORDS
from wayhome.model.moves import MOVES
from wayhome.model.number import read_number
from wayhome.shell.dialogue.vocabulary import DO, NO, OF_A_CASE, ON_A_CASE, in_the_case, said_of
from wayhome.shell.main import MODULES, PROGRAM, cli
from wayhome.shell.session import Session
from wayhome.shell.terminal import in_line, phrase

ASK, FIND = "help", "find"
KEPT_FIELDS = frozenset({"step", "to", "status", "purpose", "answer", "round"})
# The words that stand in a line beside values: commands of the shell and of a case, and moves.
LOOKS = (*OF_A_CASE, "list", "open", "add", "check", NO, "--phase", "--status", "--mine", "--all")
WORDS_OF_COMMANDS = frozenset({*MODULES, ASK, *LOOKS, *WORDS, *MOVES})
A_CODE = re.compile(r"[a-z][a-z0-9_]*")  # as packs and commands write their ids; no name of a person begins so


class ShellCompleter(Completer):
    """Completes by the same functions as bash does."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        for word, typed, about in completions(document.text_before_cursor, self.session):
            yield Completion(word, start_position=-len(typed), display_meta=about)


class QuietHistory(FileHistory):
    """Remembers whole lines while the shell runs; on disk it keeps only what tells nothing about a person."""

    def store_string(self, string: str) -> None:
        """Write a line to disk, without its values."""
        kept = fit_to_keep(string)
        if kept:
            super().store_string(kept)


def history_file() -> Path:
    """Make the history's file, which only its owner may read, and give its path."""
    path = user_state_path("wayhome", appauthor=False) / "history"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    path.chmod(0o600)
    return path


def fit_to_keep(line: str) -> str | None:
    """Give what of a line may lie on disk: its command, the number of the case, and a few codes; anything else may be about the person.

    A line that begins with no command is not kept at all: it may be an answer, typed at the wrong prompt.

    >>> fit_to_keep("do WH-7K3M9-Q2F4A-Z involve ref=relative-1 name='An Invented Name'")
    'do WH-7K3M9-Q2F4A-Z involve'
    """
    words = words_of(line)
    if not words or words[0] not in (*MODULES, ASK):
        return None
    if words[0] == FIND:
        return FIND
    return shlex.join(word for word in words if _tells_nothing(word))


def _tells_nothing(word: str) -> bool:
    """Say whether a word tells nothing about a person: a command, the number of a case, or one of a few fields with a code."""
    name, sign, value = word.partition("=")
    if sign:
        return name in KEPT_FIELDS and A_CODE.fullmatch(value) is not None
    return word in WORDS_OF_COMMANDS or _is_number(word)


def _is_number(word: str) -> bool:
    try:
        return bool(read_number(word))
    except BadInput:
        return False


def words_of(line: str) -> list[str] | None:
    """Split a line as a shell does; None when a quote is not closed."""
    try:
        return shlex.split(line, comments=False)
    except ValueError:
        return None


def completions(line: str, session: Session) -> Iterator[tuple[str, str, str]]:
    """Complete a line up to the cursor; gives (word, what is typed of it, side text). Needs no terminal."""
    words = words_of(line)
    if words is None:
        return
    typed = "" if not line or line[-1].isspace() else words.pop() if words else ""
    if not words:
        yield from (
            (word, typed, about)
            for word, about in ((ASK, phrase("Help on a command.")), ("exit", phrase("Leave.")))
            if word.startswith(typed)
        )
        steps = {str(row.do["step"]): row.because for row in session.desk.listed if row.do.get("step")}
        inside = {word: phrase("In this case.") for word in (*OF_A_CASE, NO)} | {
            word: said_of(word) for word in ON_A_CASE
        }
        offered = {**(inside if session.desk.case else {}), **steps}
        yield from ((word, typed, in_line(about)) for word, about in offered.items() if word.startswith(typed))
    elif words[0] == ASK:
        words = words[1:]
    elif words[0] in ON_A_CASE and session.desk.case:
        words = [DO, session.desk.case, *words]
    elif session.desk.case:
        words = in_the_case([*words, typed], session)[:-1]
    complete = ShellComplete(cli, {"obj": replace(session)}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE")
    for item in complete.get_completions(words, typed):
        if item.type == "plain" and (words or item.value != "shell"):
            yield str(item.value), typed, str(item.help or "")
