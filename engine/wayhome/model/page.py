"""A page: some rows of a list. Nothing lists without a limit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

T = TypeVar("T")


class Page(tuple[T, ...]):
    """Some rows of a list, in its order. As JSON: `{"items": […], "after": …, "damaged": […]}`, and `"read_recorded": false`.

    Attributes:
        after: where the next page begins; None when there is no more.
        damaged: what could not be read, and may be missing here: of a history, its events; of lists of cases and of what is due, cases.
        read_recorded: whether it is written down who was given this (`Engine.read_log`); not, where that could not be written.
    """

    after: Any
    damaged: tuple[int | str, ...]
    read_recorded: bool

    def __new__(
        cls,
        rows: Iterable[T] = (),
        after: str | int | None = None,
        damaged: tuple[int | str, ...] = (),
        read_recorded: bool = True,
    ) -> Page[T]:
        """Make a page of rows."""
        page = super().__new__(cls, rows)
        page.after, page.damaged, page.read_recorded = after, damaged, read_recorded
        return page

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from wayhome.model.reading import described_to_pydantic  # noqa: PLC0415 - it reads pages, and lies above

        return described_to_pydantic(source, handler)
