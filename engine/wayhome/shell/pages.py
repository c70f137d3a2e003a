"""Going through a list that comes a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from wayhome.model.page import Page

A_PAGE = 1_000
T = TypeVar("T")


def every(ask: Callable[..., Page[T]], damaged: list[int] | None = None) -> Iterator[T]:
    """Go through a whole list; gathers the events that could not be read."""
    page = ask()
    while True:
        yield from page
        if damaged is not None:
            damaged += page.damaged
        if page.after is None:
            return
        page = ask(after=page.after)
