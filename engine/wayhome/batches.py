"""Many commands, many of them in one transaction: what is kept is whole, and one that is not done takes no other back.

A batch ends after so many commands or so long, so that others have their turn; and where a plugin must be asked, since none is asked
while a transaction is open. Where anything else than a command fails, nothing of the batch is kept: those before it are done once more.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from wayhome.commands import AnyCommand, Open
from wayhome.commands.letting_in import NO_NUMBER
from wayhome.errors import (
    Again,
    BadInput,
    Conflict,
    NotFound,
    NotPermitted,
    PackBroken,
    StoreUnavailable,
    WayhomeError,
)
from wayhome.execution import Execution, PermittedCommand, addressed
from wayhome.hooks import HostFailed
from wayhome.model.actor import Actor
from wayhome.model.event import Event
from wayhome.model.number import read_number
from wayhome.model.reason import Refused
from wayhome.packs.plugin_calls import NotAskedYet, PluginCalls
from wayhome.results import Done
from wayhome.store.cases import Appended, EarlierCommand
from wayhome.store.lists import Store
from wayhome.store.sql import Connection

MOST_AT_ONCE = 500  # commands in one transaction, and taken ahead
LONGEST_SECONDS = 0.25  # for which others wait
OF_ONE = (Refused, Conflict, BadInput, NotFound, NotPermitted, PackBroken)  # what is wrong is wrong with one command


class CommandResult(NamedTuple):
    """The result of one of many commands: what was done, or why not; None where one before it in its case was not done."""

    outcome: Done | WayhomeError | None
    events: tuple[Event, ...] = ()

    @property
    def was_done_before(self) -> bool:
        """Whether it was done before, under its key."""
        return isinstance(self.outcome, Done) and not self.events


class BatchedCommand(NamedTuple):
    """One of many commands. What it gives is asked when its turn has come, and again when its batch is done once more.

    Attributes:
        actor: gives who gives it.
        case: gives the case that it is about, by its number or its label; "" of one that opens it. None: it is left out.
        make: makes it, of the number of that case ("" of one that opens it); gives None where it is left out.
        word: of the command, as it is said: it may be none.
        on_result: called with its result before the commit: what comes after it in the batch may rest on it.
        key_hash: what is compared when its key is used again, where that is not all that it says.
        on_repeat: called when it was done before. Raises BadInput: it may be meant to be done once more.
    """

    actor: Callable[[], Actor]
    case: Callable[[], str | None]
    make: Callable[[str], AnyCommand | None]
    word: str
    on_result: Callable[[CommandResult], None] = lambda _: None
    key_hash: bytes = b""
    on_repeat: Callable[[Store, Connection, EarlierCommand], None] = lambda *_: None

    @classmethod
    def of(cls, command: AnyCommand, actor: Actor) -> BatchedCommand:
        """Give a command that is made already."""
        case, word = getattr(command, "case", None), getattr(command, "word", "")
        return cls(lambda: actor, lambda: "" if case is None else case, lambda _: command, word)


class Batches:
    """Does many commands.

    Args:
        engine: on a store that keeps many commands together.
        tells: whether the events of what was done are told.
        begins: called at the begin of each transaction.
    """

    def __init__(
        self, engine: Execution, asked: Iterable[BatchedCommand], *, tells: bool, begins: Callable[[], None]
    ) -> None:
        self._engine, self._asked, self._tells, self._begins = engine, iter(asked), tells, begins
        self._ahead: deque[BatchedCommand] = deque()
        self._begun = 0  # how many were taken before those that are ahead
        self._behind: dict[str, int] = {}  # cases, and which of their commands was not done
        self._composed: set[tuple[str, str]] = set()  # the countries of processes that were composed
        self._results: list[CommandResult] = []  # of this attempt
        self._to_log: list[tuple[PermittedCommand, Appended]] = []  # what was written in it
        self._is_at_its_end = False  # it has come to all that it wanted to do

    def __iter__(self) -> Iterator[CommandResult]:
        while self._take_ahead():
            kept = self._committed()
            self._begun += len(kept)
            for found, written in self._to_log:
                self._engine._log_done(found, written)
            for one in kept:
                self._ahead.popleft()
                self._engine._notify_committed(one.events)
            yield from kept

    def _take_ahead(self) -> bool:
        self._ahead.extend(islice(self._asked, MOST_AT_ONCE - len(self._ahead)))
        return bool(self._ahead)

    def _committed(self) -> list[CommandResult]:
        """Do the first of those that are ahead, as many as go together; gives their results once they are committed."""
        tries = self._engine._store.database.tries
        most, left, calls = MOST_AT_ONCE, tries, PluginCalls()
        self._engine._must_not_be_writing()
        while True:
            question = None
            try:
                return self._together(most, calls)
            except NotAskedYet as unanswered:
                question = unanswered
            except Again:
                left -= most == 1
                most = max(1, most // 8)  # whoever holds less stands in fewer ways
                if not left or tries == 1:  # a host does its whole transaction again
                    raise
            except StoreUnavailable:
                raise
            except Exception as error:
                done = len(self._results)
                if not done or most == 1:
                    if isinstance(error, HostFailed):
                        raise error.error from None
                    raise
                most = max(1, done // 2) if self._is_at_its_end else done
            if question is not None:
                calls.add(question)

    def _together(self, most: int, calls: PluginCalls) -> list[CommandResult]:
        self._results = came = list[CommandResult]()
        self._to_log.clear()
        self._is_at_its_end = False
        with self._engine._store.writing() as connection:
            self._begins()
            ends = time.monotonic() + LONGEST_SECONDS
            for one in islice(self._ahead, most):
                try:
                    result = self._execute(connection, one, self._begun + len(came), PluginCalls() if came else calls)
                    one.on_result(result)
                except NotAskedYet:
                    if not came:
                        raise
                    break
                came.append(result)
                if time.monotonic() > ends:
                    break
            self._is_at_its_end = True
        return came

    def _execute(self, connection: Any, batched: BatchedCommand, index: int, calls: PluginCalls) -> CommandResult:
        engine, number = self._engine, ""
        try:
            said = batched.case()
            if said is None:
                return CommandResult(None)
            with suppress(BadInput):
                number = read_number(said)  # also where it is nobody who gives it
            actor = batched.actor()
            number = engine._number_in_command(said, actor, batched.word) if said and said != NO_NUMBER else ""
            if number and self._behind.get(number, index) < index:
                return CommandResult(None)
            command = batched.make(number)
            if command is None:
                return CommandResult(None)
            command = engine._checked(command)
            if isinstance(command, Open):
                self._compose(command, calls)
                about = engine._new_number()
            else:
                with engine._noting_tries(command, actor):
                    about = number = number or engine._number_of(command, actor, at_once=True)
            with engine._never_by_number(command):
                command = addressed(command, about)
                known_by = batched.key_hash or engine._key_hash(command, actor)
                found = engine._judge_in(connection, command, about, actor, known_by, calls)
            if isinstance(found, EarlierCommand):
                batched.on_repeat(engine._store, connection, found)
        except OF_ONE as error:  # whatever it is, what comes after it in the case was meant to come after it
            if number:
                self._behind[number] = min(index, self._behind.get(number, index))
            return CommandResult(error)
        if self._behind.get(number) == index:  # it was not done in an attempt before
            del self._behind[number]
        return self._write(connection, found, actor)

    def _write(self, connection: Any, judged: PermittedCommand | EarlierCommand, actor: Actor) -> CommandResult:
        engine = self._engine
        if isinstance(judged, EarlierCommand):
            return CommandResult(
                engine._earlier_result(connection, judged, actor)
                if self._tells
                else Done(judged.number, judged.last, ())
            )
        written = engine._write(connection, judged)
        self._to_log.append((judged, written))
        done = engine._result(judged, written) if self._tells else Done(judged.number, written.case.version, ())
        return CommandResult(done, written.events)

    def _compose(self, command: Open, calls: PluginCalls) -> None:
        """Have the process of a return composed while nothing is open: it takes its time once."""
        countries = str(command.host_country), str(command.origin_country)

        def compose() -> None:
            with suppress(WayhomeError):  # who opens the case is told
                self._engine.packs.process(*countries)
            self._composed.add(countries)

        if countries not in self._composed:
            calls.of(countries, compose)
