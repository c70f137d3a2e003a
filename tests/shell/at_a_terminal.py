"""A person at a real pseudo-terminal: `wayhome shell` in a process of its own, typed into key by key, read as it is drawn.

The processes are forked from one that has everything imported already (multiprocessing's "forkserver").
"""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from codecs import getincrementaldecoder
from datetime import datetime
from pathlib import Path
from types import TracebackType

LINES, COLUMNS = 24, 80
QUIET, LONGER = 0.06, 0.2  # seconds in which nothing more is drawn: after a prompt, and after a key
PRELOADED = ("wayhome.shell.commands.shell", "wayhome.shell.dialogue.desk", "wayhome.packs.plugins", "prompt_toolkit")
PATIENCE = 60.0  # seconds: others use the machine, too
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>]|[\r\x08]")
PROMPT = re.compile(r"(wayhome( WH-[\w-]+)?)?>")
CTRL_C, CTRL_D, TAB = "\x03", "\x04", "\t"


class Terminal:
    """A terminal at which somebody sits, of 80 by 24 where nothing else is said; `opening` is what the shell draws before anything is typed."""

    def __init__(self, database: Path, actor: str, moment: datetime, size: tuple[int, int] = (COLUMNS, LINES)) -> None:
        columns, lines = size
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        said = (os.ttyname(slave), database, actor, moment)
        self.process = PROCESSES.Process(target=sit_down, args=said, daemon=True)
        self.process.start()
        self.slave, self.drawn, self.opening = slave, "", ""

    def __enter__(self) -> Terminal:
        self.opening = self.reads(at_first=True)
        os.close(self.slave)  # so that the end of the shell is seen
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.join()
        os.close(self.master)

    def reads(self, *, at_first: bool = False, anything: bool = False) -> str:
        """Read until it waits for something to be typed; gives what was drawn since the last time."""
        got, until = "", time.monotonic() + PATIENCE
        letters = getincrementaldecoder("utf-8")("replace")  # what is read at once may end inside of one
        while time.monotonic() < until:
            if select.select([self.master], [], [], LONGER if anything else QUIET)[0]:
                try:
                    got += letters.decode(os.read(self.master, 65536))
                except OSError:  # it has ended
                    return plain(got)
            elif is_asking(plain(got), at_first=at_first) or (anything and got):
                return plain(got)
        raise AssertionError(f"it never asked:\n{plain(got)[-2000:]}")

    def types(self, *lines: str) -> str:
        """Type lines, each when the one before is answered; gives what was drawn after the last."""
        text = ""
        for line in lines:
            os.write(self.master, f"{line}\r".encode())
            text = self.reads()
            self.drawn += text
        return text

    def presses(self, keys: str) -> str:
        """Press keys, without Enter."""
        os.write(self.master, keys.encode())
        return self.reads(anything=True)


def plain(text: str) -> str:
    """Leave out what only moves and colours."""
    return CODES.sub("", text)


def is_asking(text: str, *, at_first: bool = False) -> bool:
    """Say whether the last that was drawn is a prompt, after something else."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    others = [line for line in lines if not PROMPT.fullmatch(line)]
    return bool(lines) and lines[-1] not in others and (at_first or bool(others))


def sit_down(terminal: str, database: Path, actor: str, moment: datetime) -> None:
    """Run the shell at a terminal, with a clock that stands still."""
    os.setsid()
    at = os.open(terminal, os.O_RDWR)  # the first that is opened is this process's own
    for stream in (0, 1, 2):
        os.dup2(at, stream)
    home = str(database.parent)
    os.environ |= {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "HOME": home, "XDG_STATE_HOME": home, "TZ": "UTC"}
    for name in ("COLUMNS", "LINES"):  # the terminal itself says how large it is
        os.environ.pop(name, None)
    time.tzset()
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0, "r"), os.fdopen(1, "w"), os.fdopen(2, "w")

    from wayhome import Engine
    from wayhome.shell.main import run
    from wayhome.shell.session import Session

    url = f"sqlite:///{database}"
    session = Session(db=url, actor_id=actor)
    session.opened[url] = Engine.open(url, clock=lambda: moment)
    try:
        sys.exit(run(["shell"], session))
    finally:
        session.close()


PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.shell.at_a_terminal", "wayhome.engine", "wayhome.shell.main", *PRELOADED])
