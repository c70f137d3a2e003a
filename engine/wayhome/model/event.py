"""What happened: one event, as it stands in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Any, NamedTuple

from wayhome.frozen import EMPTY
from wayhome.model.data import Data, data, to_json


class Day(NamedTuple):
    """A day of which nobody said the hour, and the first and the last moment at which it can have been."""

    day: date
    begins: datetime
    ends: datetime

    def plain(self) -> dict[str, str]:
        """Give it as an event carries it."""
        return {"is": self.day.isoformat(), "begins": to_json(self.begins), "ends": to_json(self.ends)}


@data
class Draft(Data):
    """An event that was decided and is not yet in the ledger.

    Attributes:
        type: a past participle, e.g. "step_completed", "departed".
        data: codes, dates, numbers, yes and no: may be read by anyone who may read the case.
        sealed: text, names, contacts, numbers of papers: {data group: {field: text}}.
    """

    type: str
    data: Mapping[str, Any] = EMPTY
    sealed: Mapping[str, Mapping[str, Any]] = field(default=EMPTY, repr=False)


@data
class Event(Data):
    """An event of one case. `seq` counts from 1; two times: when it happened, when it was written down.

    Of a day alone `occurred_at` is its place in the order of what happened: after all that was recorded of that day before.

    Attributes:
        key: what stands for the command's key, in this database alone.
        grounds: of the first event of a command, on what it was decided beside the case and its process: the revision of the
            engine's rules ("rules"), those of packs' own rules that were asked ("checks"), and what was looked at of partners,
            public holidays and other cases. Of the others it is empty.
    """

    case: str
    seq: int
    type: str
    v: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    role: str
    organisation: str
    data: Mapping[str, Any]
    digest: str = ""
    key: str | None = None
    hash: str = ""
    grounds: Mapping[str, Any] = EMPTY


BY = "whose"  # the title of the organisation for which somebody acted


@data
class HistoryRow(Data):
    """One event as it is shown: of another house without the accounts (`actor` is then empty), `data` in clear, `texts` that this reader may see, and by field the titles of what `data` names;
    under `whose` that of the organisation.
    """

    seq: int
    type: str
    v: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    organisation: str
    data: Mapping[str, Any]
    hash: str
    texts: Mapping[str, Any] = field(default=EMPTY, repr=False)
    titles: Mapping[str, str] = EMPTY
    zone: str = "UTC"  # in which its times are told: of where the person is


def day_of(event: Event) -> Day | None:
    """Give the day of an event of which nobody said the hour."""
    said = event.data.get("day")
    if said is None:
        return None
    begins, ends = (datetime.fromisoformat(said[name]) for name in ("begins", "ends"))
    return Day(date.fromisoformat(said["is"]), begins, ends)


def begins(event: Event) -> datetime:
    """Give the first moment at which an event can have happened."""
    day = day_of(event)
    return day.begins if day else event.occurred_at


def ends(event: Event) -> datetime:
    """Give the last moment at which an event can have happened."""
    day = day_of(event)
    return day.ends if day else event.occurred_at
