"""Going through a list that comes a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from wayhome.errors import Template
from wayhome.shell.terminal import say

if TYPE_CHECKING:
    from wayhome.model.page import Page
    from wayhome.results import CaseView

A_PAGE = 1_000
T = TypeVar("T")


NOT_RECORDED: Template = (
    "It could not be written down that you have read this: the list of readers cannot be written now."
)


def tell_of_unrecorded(page: Page[Any] | CaseView) -> None:
    """Say that it is not written down that somebody was given this."""
    if not page.read_recorded:
        say(NOT_RECORDED, err=True)


def every(ask: Callable[..., Page[T]], damaged: list[int | str] | None = None) -> Iterator[T]:
    """Go through a whole list; gathers what could not be read."""
    page = ask()
    while True:
        yield from page
        if damaged is not None:
            damaged += (one for one in page.damaged if one not in damaged)
        tell_of_unrecorded(page)
        if page.after is None:
            return
        page = ask(after=page.after)


def tell_of_damaged(cases: Sequence[int | str], sentence: Template) -> bool:
    """Name the cases that a list cannot show; says whether there are any."""
    if cases:
        say(sentence, err=True, cases=", ".join(map(str, cases)))
    return bool(cases)
