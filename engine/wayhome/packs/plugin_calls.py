"""What plugins answered about one command. They are asked while no transaction is open: a slow one holds up nobody else."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class PluginCalls:
    """The answers so far, by what was asked; what was not asked yet ends the attempt."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def of(self, question: Hashable, ask: Callable[[], T]) -> T:
        """Give the answer to a question, or leave everything to have it asked outside."""
        if question not in self._known:
            raise NotAskedYet(question, ask)
        found: T = self._known[question]
        return found

    def add(self, unanswered: NotAskedYet) -> None:
        self._known[unanswered.question] = unanswered.ask()


class NotAskedYet(Exception):
    """A plugin must answer first."""

    def __init__(self, question: Hashable, ask: Callable[[], Any]) -> None:
        super().__init__("a plugin must answer first")
        self.question, self.ask = question, ask


def with_plugin_calls(attempt: Callable[[PluginCalls], T]) -> T:
    """Try something until all that it asks of plugins is answered; between two tries nothing of it is open."""
    calls = PluginCalls()
    while True:
        try:
            return attempt(calls)
        except NotAskedYet as unanswered:
            question = unanswered
        calls.add(question)
