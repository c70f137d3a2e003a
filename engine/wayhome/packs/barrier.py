"""The one barrier around plugins: whatever their code does, everybody else's work goes on.

A plugin's code runs in a thread of its own, for a limited time. So whatever is raised there is the plugin's doing,
`SystemExit`, `RecursionError` and `KeyboardInterrupt` too; the user's own Ctrl-C arrives in the main thread and is never
taken for it. What the code prints is heard by nobody, and it can start no thread and no process that would outlive it.
When its time is over a loop in Python is ended; a call into C goes on until it returns by itself, and nobody waits for
it unless it never gives Python back (a regular expression that runs wild does not). It is a barrier against mistakes
and against the ways out of them, no sandbox: who installs a plugin runs its code.

Used by:  packs.plugins
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import Context
from functools import cache, partial
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from traceback import walk_tb
from typing import Any, TextIO, TypeVar

from wayhome.errors import Template, filled, part

T = TypeVar("T")
FOR_AN_ANSWER = 2.0  # seconds
FOR_AN_IMPORT = 10.0
FOR_ITS_DATA = 10.0  # to read them, and to compose a process with them: our own code
_TRIES_TO_END, _SECONDS_BETWEEN = 25, 0.02
# What code behind the barrier may not do, by the names that Python's audit gives it.
_BARRED = frozenset(
    {
        *("_thread.start_new_thread", "_thread.start_joinable_thread", "os.fork", "os.forkpty", "os.system", "os.exec"),
        *("os.posix_spawn", "os.spawn", "subprocess.Popen", "os.kill", "os.killpg", "signal.pthread_kill"),
        *("socket.connect", "socket.bind", "gc.get_objects", "gc.get_referrers", "sys._current_frames"),
    }
)
_here = threading.local()


class PluginFailed(Exception):
    """A plugin's code gave no answer: what went wrong (never what was said), and where."""

    def __init__(self, what: Template, file: str, line: int, *, on: _Round | None = None, **values: str) -> None:
        self.said = part(what, **values)
        self.what = filled(**self.said)
        super().__init__(self.what)
        self.file, self.line, self.still_runs, self._on = file, line, on is not None, on

    def is_over(self) -> bool:
        """Say whether what still ran has come to its end by now."""
        return self._on is None or self._on.is_over


class _TimeIsOver(BaseException):
    """Raised inside a plugin's thread; an `except Exception` does not hold it."""


def guarded(call: Callable[[], T], seconds: float, folder: Path | None = None) -> T:
    """Run a plugin's code behind the barrier, in a thread that ends with it, and give what it gives.

    Args:
        call: takes nothing; what must be looked at with care (a mapping, a text) is looked at inside it.
        seconds: how long it may take.
        folder: where the plugin's code lies, to say which of its lines was the last.

    Raises:
        PluginFailed: it raised anything at all, or took too long.
    """
    worker = _Worker()
    try:
        answer: T | PluginFailed = _asked(worker, _Round([call], seconds, folder))[0]
    finally:
        worker.leave()
    if isinstance(answer, PluginFailed):
        raise answer
    return answer


def each_guarded(calls: Sequence[Callable[[], T]], seconds: float, folder: Path | None) -> list[T | PluginFailed]:
    """Make several calls into one plugin, each with its own time; a failure stands in the place of its answer.

    A thread that ends makes what comes after it slow. So a plugin's worker waits for the next calls, as long as each is
    over in time. It works for one caller at a time and for no other plugin; who finds none waiting gets a new one.
    """
    waiting = _waiting.setdefault(folder, []) if folder else []
    answers: list[T | PluginFailed] = []
    while len(answers) < len(calls):
        try:
            worker = waiting.pop()
        except IndexError:
            worker = _Worker()
        asked = _Round(calls[len(answers) :], seconds, folder)
        answers += _asked(worker, asked)
        if not asked.must_end:
            waiting.append(worker)
        if not asked.is_over:
            answers += [never_came(folder)] * (len(calls) - len(answers))
    return answers


def _asked(worker: _Worker, asked: _Round) -> list[Any]:
    """Have a worker make the calls up to the first that is not over in time; the last answer is that one's failure."""
    _watch()
    with _nobody_hears(asked):
        worker.take(asked)
        over = False
        try:
            while not over and (left := asked.seconds_left()) > 0:
                over = asked.over.acquire(timeout=left)
        except BaseException:  # the user's own Ctrl-C
            worker.end(asked)
            raise
        still_runs = not over and not worker.end(asked)
    answers = asked.answers[:]
    if len(answers) < asked.begun:
        what: Template = (
            "no answer in {seconds} seconds, and it still runs" if still_runs else "no answer in {seconds} seconds"
        )
        answers.append(
            PluginFailed(
                what, str(asked.folder or ""), 1, on=asked if still_runs else None, seconds=f"{asked.seconds:g}"
            )
        )
    return answers


def never_came(folder: Path | None) -> PluginFailed:
    """Say that a plugin is not asked, since it still has not answered something else."""
    return PluginFailed("an earlier answer never came", str(folder or ""), 1)


class _Round:
    """Calls into one plugin, one after the other, and what they answered so far."""

    def __init__(self, calls: Sequence[Callable[[], Any]], seconds: float, folder: Path | None) -> None:
        self._calls, self.seconds, self.folder = calls, seconds, folder
        self.answers: list[Any] = []
        self.begun, self._began_at = 1, monotonic()
        self.must_end = self.is_over = False
        self.turn, self.over = threading.Lock(), threading.Lock()
        self.over.acquire()

    def make(self) -> None:
        """Make the calls, each in a context of its own, and let go of who waits for them."""
        with suppress(BaseException):
            for number, call in enumerate(self._calls, 1):
                self.begun, self._began_at = number, monotonic()
                try:
                    self.answers.append(Context().run(call))
                except BaseException as error:
                    self.answers.append(self._blamed(error))
                if self.must_end:
                    break
        while not self.is_over:
            with suppress(BaseException), self.turn:
                self.is_over = True
        self.over.release()

    def seconds_left(self) -> float:
        """Say how much of its time the call that is on has left."""
        return self._began_at + self.seconds - monotonic()

    def _blamed(self, error: BaseException) -> PluginFailed:
        """Say which line of the plugin was the last; of the error only its kind, since its text may tell the case."""
        if isinstance(error, SyntaxError) and error.filename:
            return PluginFailed("{kind}", error.filename, error.lineno or 1, kind=type(error).__name__)
        frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        own = [place for place in frames if self.folder and Path(place[0]).is_relative_to(self.folder)]
        file, line = (own or frames)[-1]
        what = "no answer in time" if isinstance(error, _TimeIsOver) else "{kind}"
        return PluginFailed(what, file, line, kind=type(error).__name__)


class _Worker(threading.Thread):
    """A thread that makes one round of calls after the other; one that had to be ended makes no other."""

    def __init__(self) -> None:
        super().__init__(name="wayhome-plugin", daemon=True)
        self._rounds: SimpleQueue[_Round | None] = SimpleQueue()
        self.take, self.leave = self._rounds.put, partial(self._rounds.put, None)
        self.start()

    def run(self) -> None:
        _here.is_a_plugin = True
        with suppress(BaseException):
            while asked := self._rounds.get():
                asked.make()
                if asked.must_end:
                    break
                del asked  # while it waits it keeps nothing of a case

    def end(self, asked: _Round) -> bool:
        """Raise in it until its round is over; say whether it is."""
        for attempt in range(_TRIES_TO_END + 1):
            with asked.turn:
                if asked.is_over:
                    return True
                asked.must_end = True
                if attempt < _TRIES_TO_END and self.ident is not None:
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(self.ident), ctypes.py_object(_TimeIsOver)
                    )
            asked.over.acquire(timeout=_SECONDS_BETWEEN)
        return asked.is_over


_waiting: dict[Path, list[_Worker]] = {}  # per plugin, by its folder


# --- nobody hears, and nothing is started ------------------------------------------------------------------------


class _ForOthers:
    """A stream that others go on writing to, while what plugins write goes nowhere."""

    def __init__(self, stream: TextIO) -> None:
        self.others = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(_nowhere() if _is_a_plugin() else self.others, name)


_hearing = threading.Lock()
_running = 0


@contextmanager
def _nobody_hears(asked: _Round) -> Iterator[None]:
    """Wrap whatever the streams are now: a host may have changed them while an earlier plugin still runs."""
    global _running
    with _hearing:
        for name in ("stdout", "stderr"):
            if not isinstance(stream := getattr(sys, name), _ForOthers):
                setattr(sys, name, _ForOthers(stream))
        _running += 1
    try:
        yield
    finally:
        with _hearing:
            _running -= asked.is_over  # one that still runs stays unheard
            for name in ("stdout", "stderr"):
                if _running == 0 and isinstance(stream := getattr(sys, name), _ForOthers):
                    setattr(sys, name, stream.others)


def _begin_anew() -> None:
    """No thread of the parent's is left after a fork, and none will let go of what it held."""
    global _hearing, _running
    _waiting.clear()
    _hearing, _running = threading.Lock(), 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


@cache
def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


@cache
def _watch() -> None:
    """Watch what plugins start; the hook stays for the life of the process, and costs a look-up for each event."""
    sys.addaudithook(_audit)


def _audit(event: str, _: Any) -> None:
    if event in _BARRED and _is_a_plugin():
        raise RuntimeError(f"a plugin may not do this: {event}")


def _is_a_plugin() -> bool:
    return getattr(_here, "is_a_plugin", False)
