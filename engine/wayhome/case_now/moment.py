"""A case at a moment: what is looked at, when, and who asks to do what."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, Self, TypeVar

from wayhome.case_now.outside import TODAY, Outside
from wayhome.model.actor import Actor
from wayhome.model.case import Case
from wayhome.model.command import BaseCommand
from wayhome.packs.kinds.partners import Trusted
from wayhome.packs.process import Process

T = TypeVar("T")


def memoised(method: Callable[..., T]) -> Callable[..., T]:
    """Keep what was found of a step for the time of one question; not while a condition is being judged on the way."""
    name = method.__name__

    @wraps(method)
    def ask(self: Any, step: Any, key: Any = None) -> T:
        if self._open:
            return method(self, step, key)
        asked = (name, step.id, key)
        if asked not in self._memo:
            self._memo[asked] = method(self, step, key)
        found: T = self._memo[asked]
        return found

    return ask


class Moment:
    """A case at a moment, under its process.

    Args:
        process: the process that the case is pinned to.
        recorded: the case as recorded.
        at: the moment that is judged (aware, UTC).
        now: the moment of asking, when that is another one.
        actor, command: who asks to do what; None when somebody only looks.
        ages_at: the moment at which the age of evidence counts, when that is not the judged one.
        ends: the last moment at which it can have been, where only the day of the judged one is known.
        was: gives the case as it was just before the judged moment, and at it, where what is told late is judged by that, too.
        outside: gives what lies beside the case and its process: partners, public holidays, other cases.
    """

    __slots__ = (
        "_cache",
        "_memo",
        "_open",
        "_present",
        "_then",
        "_was",
        "actor",
        "ages_at",
        "at",
        "command",
        "ends",
        "now",
        "outside",
        "process",
        "recorded",
    )

    def __init__(
        self,
        process: Process,
        recorded: Case,
        at: datetime,
        *,
        now: datetime | None = None,
        actor: Actor | None = None,
        command: BaseCommand | None = None,
        ages_at: datetime | None = None,
        ends: datetime | None = None,
        was: Callable[[], Iterable[Case]] = tuple,
        outside: Outside = TODAY,
    ) -> None:
        self.process, self.recorded, self.at, self.now = process, recorded, at, now or at
        self.actor, self.command, self.ages_at, self.ends = actor, command, ages_at or at, ends or at
        self.outside = outside
        self._cache: dict[str, Any] = {}
        self._memo: dict[Any, Any] = {}
        self._open: set[str] = set()
        self._present: Self | None = None
        self._was = was
        self._then: tuple[Self, ...] | None = None

    def once(self, what: Hashable, find: Callable[[], T]) -> T:
        """Find something that follows from the case at this moment, and from what is asked, once."""
        if what not in self._memo:
            self._memo[what] = find()
        found: T = self._memo[what]
        return found

    def when(self, at: datetime, *, ages_at: datetime | None = None) -> Self:
        """Look at the same case at another moment."""
        return self._like(self.recorded, at, self.command, ages_at)

    def _like(self, recorded: Case, at: datetime, command: BaseCommand | None, ages_at: datetime | None = None) -> Self:
        """Look at a case under the same process, for who asks here."""
        here = (self.process, recorded, at)
        return type(self)(*here, now=self.now, actor=self.actor, command=command, ages_at=ages_at, outside=self.outside)

    def under(self, process: Process) -> Self:
        """Look at the same case under another process."""
        return type(self)(
            process,
            self.recorded,
            self.at,
            now=self.now,
            actor=self.actor,
            command=self.command,
            ages_at=self.ages_at,
            ends=self.ends,
            was=self._was,
            outside=self.outside,
        )

    def asking(self, command: BaseCommand) -> Self:
        """Look at the same case, asking whether this command would be allowed."""
        return self._like(self.recorded, self.at, command)

    def another(self, number: str) -> Self | None:
        """Look at another case at the same moment, under its own process; None where nothing is known of it."""
        found = self.outside.another(number, self.at)
        if found is None:
            return None
        return type(self)(found.process, found.recorded, self.at, ages_at=self.ages_at, outside=self.outside)

    def partner(self, id: str | None) -> Trusted | None:
        """Give what decides of a partner; None where no pack has such a partner."""
        return self.outside.partner(self.process, id) if id else None

    @property
    def present(self) -> Self:
        """The same case at the moment of asking: what can be done now, whatever moment is judged."""
        if self.at == self.now:
            return self
        if self._present is None:
            self._present = self.when(self.now)
        return self._present

    @property
    def then(self) -> tuple[Self, ...]:
        """The case as it was on the day of what is told late; none where it is judged only as it stands.

        What had happened by a moment lies before it or at it; of two things of one moment, nobody knows which came first.
        """
        if self._then is None:
            self._then = tuple(self._like(case, self.at, self.command) for case in self._was())
        return self._then
