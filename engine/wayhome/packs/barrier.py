"""The one barrier around plugins: whatever their code does, everybody else's work goes on.

A plugin's code runs in a thread of its own, for a limited time. So whatever is raised there is the plugin's doing,
`SystemExit`, `RecursionError` and `KeyboardInterrupt` too; the user's own Ctrl-C arrives in the main thread and is never
taken for it. What the code prints is heard by nobody, and it can start no thread and no process that would outlive it.
When its time is over the caller stops waiting, and the code goes on: to stop it could break what it holds just then, such as
a lock. (Code that never releases the interpreter, as a regular expression that runs wild, holds the caller too.) So a plugin
that hangs is asked nothing more until it has come to an end by itself, and whatever waits for its answer is refused. It is a barrier
against mistakes and against the ways out of them, no sandbox: who installs a plugin runs its code.

Used by:  packs.plugins
"""

from __future__ import annotations

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
        self.phrase = part(what, **values)
        self.what = filled(**self.phrase)
        super().__init__(self.what)
        self.file, self.line, self._on = file, line, on

    @property
    def still_runs(self) -> bool:
        """Whether what gave no answer in time has not come to an end since, in this program."""
        return self._on is not None and not self._on.is_over and self._on.process == os.getpid()


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
        answer: T | PluginFailed = _answers_of(worker, _Round([call], seconds, folder))[0]
    finally:
        worker.leave()
    if isinstance(answer, PluginFailed):
        raise answer
    return answer


def each_guarded(calls: Sequence[Callable[[], T]], seconds: float, folder: Path | None) -> list[T | PluginFailed]:
    """Make several calls into one plugin, each with its own time; a failure stands in the place of its answer.

    A thread that ends makes what comes after it slow. So a plugin's worker waits for the next calls, as long as each is
    over in time. It works for one caller at a time and for no other plugin; who finds none waiting gets a new one.
    A plugin that hangs is asked nothing, whoever asks in this program.
    """
    if (hangs := hanging(folder)) is not None:
        return [hangs] * len(calls)
    waiting = _waiting.setdefault(folder, []) if folder else []
    answers: list[T | PluginFailed] = []
    while len(answers) < len(calls):
        try:
            worker = waiting.pop()
        except IndexError:
            worker = _Worker()
        round_ = _Round(calls[len(answers) :], seconds, folder)
        answers += _answers_of(worker, round_)
        if not round_.is_abandoned:
            waiting.append(worker)
        else:  # it hangs, whatever else it would be asked
            worker.leave()
            answers += [answers[-1]] * (len(calls) - len(answers))
    return answers


def hanging(folder: Path | None) -> PluginFailed | None:
    """Say to what the plugin in a folder gave no answer in time, where that still runs in this program."""
    with _remembering:
        left = [one for one in _hanging.pop(folder, ()) if one.still_runs]
        if left and folder is not None:
            _hanging[folder] = left
        return left[0] if left else None


def _answers_of(worker: _Worker, round_: _Round) -> list[Any]:
    """Have a worker make the calls up to the first that is not over in time; the last answer is that one's failure."""
    _watch()
    answers: list[Any] = []
    with _nobody_hears(round_):
        worker.take(round_)
        try:
            while not round_.is_over and (left := round_.seconds_left()) > 0:
                round_.over.wait(left)
        finally:  # also where the user's own Ctrl-C ends the waiting
            round_.is_abandoned = not round_.is_over
            answers += round_.answers
            if round_.is_abandoned and len(answers) < round_.count:
                answers.append(_remembered(worker, round_))
    return answers


def _remembered(worker: _Worker, round_: _Round) -> PluginFailed:
    """Say that a call is not over in time, and remember it for whoever asks the plugin next."""
    what: Template = "no answer in {seconds} seconds; it still ran then, in the process {process}"
    file, line = _place_of(worker, round_.folder)
    hangs = PluginFailed(what, file, line, on=round_, seconds=f"{round_.seconds:g}", process=str(round_.process))
    with _remembering:
        if round_.folder is not None:
            _hanging.setdefault(round_.folder, []).append(hangs)
    return hangs


def _place_of(worker: threading.Thread, folder: Path | None) -> tuple[str, int]:
    """Say at which line of the plugin a thread is just now; its folder, where it is at none."""
    frame = sys._current_frames().get(worker.ident or 0)
    while frame is not None:
        if folder and Path(frame.f_code.co_filename).is_relative_to(folder):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return str(folder or ""), 1


class _Round:
    """Calls into one plugin, one after the other, and what they answered so far."""

    def __init__(self, calls: Sequence[Callable[[], Any]], seconds: float, folder: Path | None) -> None:
        self._calls, self.count, self.seconds, self.folder = calls, len(calls), seconds, folder
        self.answers: list[Any] = []
        self._began_at, self.process = monotonic(), os.getpid()
        self.over = threading.Event()
        self.is_abandoned = False  # nobody waits for it any longer

    @property
    def is_over(self) -> bool:
        return self.over.is_set()

    def make(self) -> None:
        """Make the calls, each in a context of its own, and let go of who waits for them."""
        try:
            for call in self._calls:
                if self.is_abandoned:
                    break
                self._began_at = monotonic()
                try:
                    answer: Any = Context().run(call)
                    if self.seconds_left() <= 0:  # a call that held the interpreter, so that nobody could stop waiting
                        answer = PluginFailed("no answer in time", str(self.folder or ""), 1)
                except BaseException as error:
                    answer = self._blamed(error)
                self.answers.append(answer)
        finally:
            self._calls = ()  # whoever keeps its failure keeps nothing of a case
            self.over.set()

    def seconds_left(self) -> float:
        """Say how much of its time the call that is on has left."""
        return self._began_at + self.seconds - monotonic()

    def _blamed(self, error: BaseException) -> PluginFailed:
        """Say which line of the plugin was the last; of the error only its kind, since its text may tell the case."""
        file, line, kind = str(self.folder or ""), 1, "error"
        with suppress(BaseException):  # its class may be the plugin's own, and do anything when it is looked at
            kind = str(type(error).__name__)
            frames = [(frame.f_code.co_filename, at) for frame, at in walk_tb(error.__traceback__)]
            own = [place for place in frames if self.folder and Path(place[0]).is_relative_to(self.folder)]
            file, line = (own or frames)[-1]
            if isinstance(error, SyntaxError) and error.filename:
                file, line = str(error.filename), int(error.lineno or 1)
        return PluginFailed("{kind}", file, line, kind=kind)


class _Worker(threading.Thread):
    """A thread that makes one round of calls after the other; one that nobody waited for to the end makes no other."""

    def __init__(self) -> None:
        super().__init__(name="wayhome-plugin", daemon=True)
        self._rounds: SimpleQueue[_Round | None] = SimpleQueue()
        self.take, self.leave = self._rounds.put, partial(self._rounds.put, None)
        self.start()

    def run(self) -> None:
        _here.is_a_plugin = True
        while round_ := self._rounds.get():
            round_.make()
            if round_.is_abandoned:
                break
            del round_  # while it waits it keeps nothing of a case


_waiting: dict[Path, list[_Worker]] = {}  # per plugin, by its folder
_hanging: dict[Path | None, list[PluginFailed]] = {}  # per plugin: several may have asked at once
_remembering = threading.Lock()  # several threads may find at once that a plugin hangs


# --- nobody hears, and nothing is started ------------------------------------------------------------------------


class _ForOthers:
    """A stream that others go on writing to, while what plugins write goes nowhere."""

    def __init__(self, stream: TextIO) -> None:
        self.others = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(_nowhere() if _is_a_plugin() else self.others, name)


_hearing = threading.Lock()
_running: list[_Round] = []  # what nobody hears


@contextmanager
def _nobody_hears(round_: _Round) -> Iterator[None]:
    """Wrap whatever the streams are now: a host may have changed them while an earlier plugin still runs."""
    global _running
    with _hearing:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)  # none, in a program without a terminal
            if stream is not None and not isinstance(stream, _ForOthers):
                setattr(sys, name, _ForOthers(stream))
        _running.append(round_)
    try:
        yield
    finally:
        with _hearing:
            _running = [one for one in _running if not one.is_over]  # one that still runs stays unheard
            for name in ("stdout", "stderr"):
                if not _running and isinstance(stream := getattr(sys, name), _ForOthers):
                    setattr(sys, name, stream.others)


def _begin_anew() -> None:
    """No thread of the parent's is left after a fork, and none will let go of what it held."""
    global _hearing, _remembering, _running
    _waiting.clear()
    _hanging.clear()
    _hearing, _remembering, _running = threading.Lock(), threading.Lock(), []


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
