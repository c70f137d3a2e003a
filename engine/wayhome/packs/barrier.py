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
from functools import cache
from pathlib import Path
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

    def __init__(self, what: Template, file: str, line: int, *, still_runs: bool = False, **values: str) -> None:
        self.said = part(what, **values)
        self.what = filled(**self.said)
        super().__init__(self.what)
        self.file, self.line, self.still_runs = file, line, still_runs


class _TimeIsOver(BaseException):
    """Raised inside a plugin's thread; an `except Exception` does not hold it."""


def guarded(call: Callable[[], T], seconds: float, folder: Path | None = None) -> T:
    """Run a plugin's code behind the barrier, and give what it gives.

    Args:
        call: takes nothing; what must be looked at with care (a mapping, a text) is looked at inside it.
        seconds: how long it may take.
        folder: where the plugin's code lies, to say which of its lines was the last.

    Raises:
        PluginFailed: it raised anything at all, or took too long.
    """
    (answer,) = each_guarded([call], seconds, folder)
    if isinstance(answer, PluginFailed):
        raise answer
    return answer


def each_guarded(
    calls: Sequence[Callable[[], T]], seconds: float, folder: Path | None = None
) -> list[T | PluginFailed]:
    """Make several calls into one plugin, each with its own time; a failure stands in the place of its answer.

    A thread costs more than a usual call: they share one, as long as each of them answers in time.
    """
    _watch()
    answers: list[T | PluginFailed] = []
    while len(answers) < len(calls):
        run = _Run(calls[len(answers) :], seconds, folder)
        with _nobody_hears(run):
            run.start()
            try:
                while run.is_alive() and (left := run.seconds_left()) > 0:
                    run.join(left)
            except BaseException:  # the user's own Ctrl-C
                run.end()
                raise
            still_runs = run.is_alive() and not run.end()
        answers += run.answers
        if len(run.answers) < run.begun:
            answers.append(
                PluginFailed(
                    "no answer in {seconds} seconds, and it still runs"
                    if still_runs
                    else "no answer in {seconds} seconds",
                    str(folder or ""),
                    1,
                    still_runs=still_runs,
                    seconds=f"{seconds:g}",
                )
            )
        if still_runs:
            answers += [never_came(folder)] * (len(calls) - len(answers))
    return answers


def never_came(folder: Path | None) -> PluginFailed:
    """Say that a plugin is not asked, since it still has not answered something else."""
    return PluginFailed("an earlier answer never came", str(folder or ""), 1)


class _Run(threading.Thread):
    """One thread with calls into a plugin, one after the other."""

    def __init__(self, calls: Sequence[Callable[[], Any]], seconds: float, folder: Path | None) -> None:
        super().__init__(name="wayhome-plugin", daemon=True)
        self._calls, self._seconds, self._folder = calls, seconds, folder
        self.answers: list[Any] = []
        self.begun, self._began_at = 1, monotonic()
        self._must_end = self._is_over = False
        self._lock = threading.Lock()

    def run(self) -> None:
        _here.is_a_plugin = True
        with suppress(BaseException):
            for number, call in enumerate(self._calls, 1):
                self.begun, self._began_at = number, monotonic()
                try:
                    self.answers.append(call())
                except BaseException as error:
                    self.answers.append(self._blamed(error))
                if self._must_end:
                    break
        while not self._is_over:
            with suppress(BaseException), self._lock:
                self._is_over = True

    def seconds_left(self) -> float:
        """Say how much of its time the call that is on has left."""
        return self._began_at + self._seconds - monotonic()

    def end(self) -> bool:
        """Raise in its thread until it ends; say whether it did."""
        self._must_end = True
        for _ in range(_TRIES_TO_END):
            if not self.is_alive():
                return True
            with self._lock:
                if not self._is_over and self.ident is not None:
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(self.ident), ctypes.py_object(_TimeIsOver)
                    )
            self.join(_SECONDS_BETWEEN)
        return not self.is_alive()

    def _blamed(self, error: BaseException) -> PluginFailed:
        """Say which line of the plugin was the last; of the error only its kind, since its text may tell the case."""
        if isinstance(error, SyntaxError) and error.filename:
            return PluginFailed("{kind}", error.filename, error.lineno or 1, kind=type(error).__name__)
        frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        own = [place for place in frames if self._folder and Path(place[0]).is_relative_to(self._folder)]
        file, line = (own or frames)[-1]
        what = "no answer in time" if isinstance(error, _TimeIsOver) else "{kind}"
        return PluginFailed(what, file, line, kind=type(error).__name__)


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
def _nobody_hears(run: threading.Thread) -> Iterator[None]:
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
            _running -= not run.is_alive()  # one that still runs stays unheard
            for name in ("stdout", "stderr"):
                if _running == 0 and isinstance(stream := getattr(sys, name), _ForOthers):
                    setattr(sys, name, stream.others)


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
