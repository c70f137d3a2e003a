"""A case at a moment: what is looked at, when, and who asks to do what."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from wayhome.model.actor import Actor
from wayhome.model.case import Case
from wayhome.model.command import AnyCommand
from wayhome.packs.process import Process


class Moment:
    """A case at a moment, under its process.

    Args:
        process: the process that the case is pinned to.
        recorded: the case as recorded.
        at: the moment that is judged (aware, UTC).
        now: the moment of asking, when that is another one.
        actor, command: who asks to do what; None when somebody only looks.
    """

    __slots__ = ("_cache", "_open", "_present", "actor", "at", "command", "now", "process", "recorded")

    def __init__(
        self,
        process: Process,
        recorded: Case,
        at: datetime,
        *,
        now: datetime | None = None,
        actor: Actor | None = None,
        command: AnyCommand | None = None,
    ) -> None:
        self.process, self.recorded, self.at, self.now = process, recorded, at, now or at
        self.actor, self.command = actor, command
        self._cache: dict[str, Any] = {}
        self._open: set[str] = set()
        self._present: Self | None = None

    def when(self, at: datetime) -> Self:
        """Look at the same case at another moment."""
        return type(self)(self.process, self.recorded, at, now=self.now, actor=self.actor, command=self.command)

    def asking(self, command: AnyCommand) -> Self:
        """Look at the same case, asking whether this command would be allowed."""
        return type(self)(self.process, self.recorded, self.at, now=self.now, actor=self.actor, command=command)

    @property
    def present(self) -> Self:
        """The same case at the moment of asking: what can be done now, whatever moment is judged."""
        if self.at == self.now:
            return self
        if self._present is None:
            self._present = self.when(self.now)
        return self._present
