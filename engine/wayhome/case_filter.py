"""How a host narrows and orders the list of cases: by what stands in the summary of each, which is opened for the list
all the same; and by what is due there, as its reader is told of it.

Used by:  wayhome.looking
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, cast

from wayhome.model.argument_types import must_be
from wayhome.model.closed_sets import CASE_ORDERS, CaseOrder
from wayhome.model.reading import as_code, as_country, as_instant, bad, one_of

if TYPE_CHECKING:
    from wayhome.store.lists import Listed

NEVER = datetime.max.replace(tzinfo=UTC)


class InList(NamedTuple):
    """A case as it stands in somebody's list, and when something is due there first, as far as they are told."""

    listed: Listed
    next_due_at: datetime | None


class CaseFilter(NamedTuple):
    """What a case must be to stand in the list (None: whatever it is), and in which order they stand."""

    host_country: str | None = None
    origin_country: str | None = None
    overdue: bool | None = None
    closed_as: str | None = None
    changed_since: datetime | None = None
    worker: str | None = None
    order: CaseOrder = "opened"

    @property
    def is_paged_as_stored(self) -> bool:
        """Whether they stand in the order in which they lie."""
        return self.order == "opened"

    def fits(self, one: Listed, house: str) -> bool:
        """Say whether a case stands in the list of somebody of this house, whatever is due there."""
        summary = one.summary
        return (
            self.host_country in (None, one.host_country)
            and self.origin_country in (None, one.origin_country)
            and self.closed_as in (None, summary.closed_as)
            and (self.changed_since is None or summary.changed_at >= self.changed_since)
            and (self.worker is None or (house, self.worker) in summary.holders.case_workers)
        )

    def fits_due(self, next_due_at: datetime | None, now: datetime) -> bool:
        """Say whether a case stands in a list in which what is due first is due then."""
        return self.overdue in (None, next_due_at is not None and next_due_at < now)

    def ordered(self, cases: Iterable[InList]) -> list[InList]:
        """Put them into the order that was asked for: what is due first, or what was changed last."""
        if self.order == "due":
            return sorted(cases, key=lambda one: (one.next_due_at or NEVER, one.listed.number))
        return sorted(cases, key=lambda one: (NEVER - one.listed.summary.changed_at, one.listed.number))


def read_filter(
    *,
    host_country: str | None,
    origin_country: str | None,
    overdue: bool | None,
    closed_as: str | None,
    changed_since: datetime | None,
    worker: str | None,
    order: CaseOrder,
) -> CaseFilter:
    """Read how a list is narrowed. Raises BadInput."""
    if overdue is not None:
        must_be("overdue", overdue, bool)
    if changed_since is not None:
        changed_since = as_instant("changed_since", changed_since)
        if changed_since.year >= NEVER.year:
            raise bad("changed_since", "unreadable", "That is no moment.", "Say since when.")
    return CaseFilter(
        None if host_country is None else as_country("host_country", host_country),
        None if origin_country is None else as_country("origin_country", origin_country),
        overdue,
        None if closed_as is None else as_code("closed_as", closed_as),
        changed_since,
        None if worker is None else as_code("worker", worker),
        cast("CaseOrder", one_of("order", order, CASE_ORDERS, "order")),
    )
