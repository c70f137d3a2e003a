"""The engine in the hands of one actor, and if the host wants it, in the host's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wayhome.commands import AnyCommand
from wayhome.errors import WayhomeError
from wayhome.flow.rows import NextRow
from wayhome.forms import Form
from wayhome.model.actor import Actor
from wayhome.model.closed_sets import MoveName, Phase, Status
from wayhome.model.event import HistoryRow
from wayhome.model.reason import Decision, Reason
from wayhome.packs.process import Process
from wayhome.results import MOST_LISTED, CaseCount, CaseRowView, CaseView, Change, Done, DueRow, Page

if TYPE_CHECKING:
    from wayhome.engine import Engine


class Acting:
    """Does and asks what the engine does, as one actor. Made by `Engine.acting`; each method is that of the engine."""

    def __init__(self, engine: Engine, actor: Actor) -> None:
        self._engine, self.actor = engine, actor

    def __repr__(self) -> str:
        return "<Acting>"

    def do(self, command: AnyCommand) -> Done:
        """Do one command. See `Engine.do`."""
        return self._engine.do(command, as_=self.actor)

    def do_all(self, commands: Iterable[AnyCommand]) -> Iterator[Done | WayhomeError | None]:
        """Do many commands, many of them in one transaction. See `Engine.do_all`."""
        return self._engine.do_all(commands, as_=self.actor)

    def why(self, case: str, what: MoveName | AnyCommand) -> Decision:
        """Say whether something would be allowed now. See `Engine.why`."""
        return self._engine.why(case, what, as_=self.actor)

    def blockers(self, case: str, move: MoveName) -> tuple[Reason, ...]:
        """Say what stands in the way of a move. See `Engine.blockers`."""
        return self._engine.blockers(case, move, as_=self.actor)

    def next(self, case: str) -> tuple[NextRow, ...]:
        """List what can be done in a case. See `Engine.next`."""
        return self._engine.next(case, as_=self.actor)

    def form(self, case: str | None, command: Mapping[str, Any]) -> Form:
        """Give the form of a command. See `Engine.form`."""
        return self._engine.form(case, command, as_=self.actor)

    def case(self, case: str, *, at: datetime | None = None) -> CaseView:
        """Show a case. See `Engine.case`."""
        return self._engine.case(case, as_=self.actor, at=at)

    def process_of(self, case: str) -> Process:
        """Give the process that a case is pinned to. See `Engine.process_of`."""
        return self._engine.process_of(case, as_=self.actor)

    def history(self, case: str, *, after: int = 0, limit: int = MOST_LISTED) -> Page[HistoryRow]:
        """List what happened in a case, a page at a time. See `Engine.history`."""
        return self._engine.history(case, as_=self.actor, after=after, limit=limit)

    def cases(
        self,
        *,
        phase: Phase | None = None,
        status: Status | None = None,
        owner: str | None = None,
        reference: str | None = None,
        after: str | None = None,
        limit: int = MOST_LISTED,
    ) -> Page[CaseRowView]:
        """List cases, a page at a time. See `Engine.cases`."""
        return self._engine.cases(
            as_=self.actor, phase=phase, status=status, owner=owner, reference=reference, after=after, limit=limit
        )

    def count(self, *, by: Sequence[str] = ("phase", "status")) -> tuple[CaseCount, ...]:
        """Count the cases. See `Engine.count`."""
        return self._engine.count(by=by, as_=self.actor)

    def due(
        self,
        *,
        until: datetime | None = None,
        mine: bool = False,
        role: str | None = None,
        organisation: str | None = None,
        case: str | None = None,
        after: str | None = None,
        limit: int = MOST_LISTED,
    ) -> Page[DueRow]:
        """List what is due, a page at a time. See `Engine.due`."""
        return self._engine.due(
            as_=self.actor,
            until=until,
            mine=mine,
            role=role,
            organisation=organisation,
            case=case,
            after=after,
            limit=limit,
        )

    def changes(self, *, after: str | None = None, limit: int = 1_000) -> Page[Change]:
        """Tell what was written after a position, in all cases that the actor may read. See `Engine.changes`."""
        return self._engine.changes(after=after, limit=limit, as_=self.actor)
