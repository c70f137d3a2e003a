"""A bar for what takes long, on stderr, and only when somebody looks at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from wayhome.shell.views.console import QuietConsole


@contextmanager
def progress(what: str, total: int | None = None, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Give a function that is called with how much more is done; `total` is None when nobody knows it. Nothing is drawn when `quiet`."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    done = TextColumn("{task.completed:.0f}") if total is None else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), done, TimeElapsedColumn())
    with Progress(*columns, console=QuietConsole(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)
