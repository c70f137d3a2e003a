"""Somebody at the shell, without a terminal: the same lines, the same conversations, 80 columns wide, in this process."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from unittest.mock import patch

from wayhome import Engine
from wayhome.shell.commands.shell import run_line
from wayhome.shell.dialogue import talking
from wayhome.shell.session import Session
from wayhome.shell.views import console

COLUMNS = 80
Pull = Callable[
    [str], str | None
]  # is given what was drawn; gives the line that is typed then, None when nobody types more


@contextmanager
def in_utc() -> Iterator[None]:
    """Let this computer's time be UTC, as at the terminal of the tests."""
    with patch.dict(os.environ, {"TZ": "UTC"}):
        time.tzset()
        yield
    time.tzset()


class Desk:
    """A shell in this process; what would be typed into it is pulled, line by line."""

    def __init__(self, engine: Engine, db: str, who: str) -> None:
        self.session = Session(db=db, actor_id=who, interactive=True)
        self.session.opened[db] = engine
        self.session.desk.talks = True

    def sits(self, pull: Pull) -> None:
        """Type what is pulled, until nothing is."""
        drawn = io.StringIO()

        def next_line() -> str | None:
            text = drawn.getvalue()
            drawn.seek(0)
            drawn.truncate()
            return pull(text)

        def asked_line(_: object = None) -> str:
            line = next_line()
            if line is None:
                raise EOFError
            return line

        with ExitStack() as stack:
            stack.enter_context(patch.object(talking, "asked_line", asked_line))
            stack.enter_context(patch.object(console, "PIPED_WIDTH", COLUMNS))
            stack.enter_context(redirect_stdout(drawn))
            stack.enter_context(redirect_stderr(drawn))
            stack.enter_context(in_utc())
            while (line := next_line()) is not None:
                run_line(line, self.session)
