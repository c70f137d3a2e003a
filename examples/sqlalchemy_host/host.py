"""A host's own program: its rows and Wayhome's cases in one transaction, a mail by a hook, a batch by night."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
import wayhome as wh
from sqlalchemy.orm import Session

from .tables import Client, Mail, Night

T = TypeVar("T")
TEAM = "return-team@host.example"
TRIES = 5
ASKS_AGAIN = ("40001", "40P01")  # PostgreSQL: it cannot be brought into an order with what others wrote; a deadlock
A_NO = frozenset(
    {"consent_withdrawn", "consent_refused"}
)  # a yes is taken back; also for one of many to whom it was given, or by a new answer
READER = wh.Actor("nightly", "invented_house", {"programme_manager"})  # reads all cases, and little of what they hold


# --- one transaction ------------------------------------------------------------------------------------------------


def in_one_transaction(database: sa.Engine, work: Callable[[Session], T]) -> T:
    """Do work in a transaction: all of it is kept, or nothing; again from its start where the database asks for it.

    Raises:
        Again, DBAPIError: it did not succeed in five tries. And whatever `work` raises, after all was taken back.
    """
    for left in reversed(range(TRIES)):
        try:
            with Session(database) as session, session.begin():
                return work(session)
        except (wh.Again, sa.exc.DBAPIError) as error:  # from a command; or from a statement of your own, or the commit
            if not left or not (isinstance(error, wh.Again) or getattr(error.orig, "sqlstate", "") in ASKS_AGAIN):
                raise
        # Who met others does not meet them again; and a part of the work is never done again by itself.
        time.sleep(secrets.randbelow(100) / 1000)
    raise AssertionError


def take_in(session: Session, wayhome: wh.Engine, user: wh.Actor, *, file: str, origin_country: str) -> str:
    """Open a case for a file; both are kept, or neither. Gives the number of the case."""
    acting = wayhome.acting(user, within=session)
    case = acting.do(wh.Open(host_country="BE", origin_country=origin_country, reference=file)).case
    session.add(Client(file=file, case=case))
    return case


# --- a mail when consent is withdrawn -------------------------------------------------------------------------------


class Mails:
    """Queues a mail for each consent that is withdrawn or refused, in the transaction of that no: who gets it can rely on it.

    Whoever hears the no, and in which program: all that is written by an engine that was opened with these passes here.
    """

    @wh.hookimpl
    def wayhome_recorded(self, events: Sequence[wh.Event], connection: sa.Connection) -> None:
        for event in events:
            if event.type in A_NO:
                subject = f"{event.case}: the person says no to '{event.data['purpose']}'"  # a code, and no name
                connection.execute(sa.insert(Mail).values(to=TEAM, subject=subject))


# --- a batch by night -----------------------------------------------------------------------------------------------


def nightly(database: sa.Engine, wayhome: wh.Engine, now: datetime) -> Night:
    """Count what there is, what is due, and what happened since the night before. A second run of a night gives the first."""
    with Session(database, expire_on_commit=False) as session:
        if (night := session.get(Night, now.date())) is not None:
            return night
        before = session.scalar(sa.select(Night).order_by(Night.day.desc()).limit(1))
        heard = before.heard if before else None
    acting = wayhome.acting(READER)
    unread = set[Any]()  # cases that nobody can read: all others are counted
    phases = Counter(row.phase for row in _all(acting.cases, unread) if row.status != "closed")
    in_a_week = now + timedelta(days=7)
    due = Counter(row.overdue for row in _all(partial(acting.due, until=in_a_week), unread))
    events, heard = _heard_since(acting, heard)
    night = Night(day=now.date(), cases=phases, due=due[False], overdue=due[True], events=events, heard=heard)
    with Session(database, expire_on_commit=False) as session, session.begin():
        session.add(night)  # the counts and the position in one row; of two batches at once, the second is refused
        session.add_all(Mail(to=TEAM, subject=f"{case}: it cannot be read, nor what is due") for case in sorted(unread))
    return night


def _heard_since(acting: wh.Acting, position: str | None) -> tuple[Counter[str], str | None]:
    """Count what was written after a position, by type; and say how far that goes."""
    events = Counter[str]()
    while True:
        page = acting.changes(after=position)
        events.update(change.event.type if change.event else "unreadable" for change in page)
        if page.after == position:  # a page may be empty before: what this reader may not read is left out
            return events, position
        position = page.after


def _all(ask: Callable[..., wh.Page[T]], unread: set[Any]) -> Iterator[T]:
    """Go through all pages of a list: nothing lists without a limit. Gathers what could not be read."""
    after = None
    while True:
        page = ask(after=after)
        yield from page
        unread.update(page.damaged)
        if page.after is None:
            return
        after = page.after
