"""The store: cases, and the lists of them, opened once in a program and then only those that are asked for (`agenda`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from heapq import merge
from operator import itemgetter
from typing import Any, NamedTuple

from wayhome.case_now.access import Holders
from wayhome.errors import LedgerBroken, NotFound
from wayhome.flow.due import DueItem, dues
from wayhome.flow.expected import whether_same_person
from wayhome.model.case import Case
from wayhome.model.closed_sets import Phase, Status
from wayhome.model.label import label_begins
from wayhome.model.number import number_begins
from wayhome.store import snapshot, statements
from wayhome.store.agenda import Agenda, Asked, Dates, Entry, Look, StaleAgenda, Who, Whose
from wayhome.store.cases import Cases, Loaded, derivation_stamp, must_be_newest, no_case, row_of, summary_of
from wayhome.store.keyring import damaged
from wayhome.store.matches import Match, ids_of, noted_matches
from wayhome.store.sql import Connection, Database
from wayhome.store.statements import CASE_COLUMNS
from wayhome.store.vault import Random, Vault

FAR_AWAY = 2**62
BEGINNING: Entry = (0, "")
MOST_HELD = 500  # rows of cases at once
MANY_OF_ALL = 4  # where somebody may be shown a quarter of all cases, all are opened, in the order in which they lie
NO_DAY = "~"  # of a case without a row: it comes last
MOST_KNOWN_ROLES = 1_024  # as they do something together
LISTED = itemgetter("number", "label", "version", "phase", "status", "host_country", "origin_country", "digest")


class Filter(NamedTuple):
    """Which cases a list is to show: all, or those that have all that is said."""

    phase: str | None = None
    status: str | None = None
    owner: str | None = None
    reference: str | None = None
    called: str | None = None  # by its reference, or by how its number or its label begins

    @property
    def needs_tags(self) -> bool:
        """Whether something is said of which only a tag lies in the file: what a list shows of a case does not have it."""
        return self.reference is not None or self.called is not None

    def fits(self, one: Listed) -> bool:
        """Say whether a case has all that is said, where that stands in what a list shows of it."""
        return (
            self.phase in (None, one.phase)
            and self.status in (None, one.status)
            and self.owner in (None, one.summary.holders.owner)
        )


class Listed(NamedTuple):
    """A case as a list shows it: its row, and what stands first in its sealed state."""

    number: str
    label: str
    version: int
    phase: Phase
    status: Status
    host_country: str
    origin_country: str
    digest: str
    summary: snapshot.Summary


class Unread(NamedTuple):
    """A case that stands in a list and cannot be read, and why."""

    number: str
    error: LedgerBroken
    has_row: bool = True


class Due(NamedTuple):
    """What is due: the processes of all cases in which anything is; who holds what in those that were looked at; what was asked for, to be
    read as long as the look lasts; and the numbers of the cases that cannot be read, all of them when that was read to its end.
    """

    digests: frozenset[str]
    holders: Iterable[Holders]
    rows: Iterator[tuple[Listed, DueItem]]
    unread: list[str]


class Store(Cases):
    """Everything that is kept. Methods with `connection` work inside the caller's transaction."""

    def __init__(self, database: Database, vault: Vault, random: Random = os.urandom) -> None:
        super().__init__(database, vault, random)
        self._agenda: Agenda | None = Agenda()

    def joined(self, database: Database) -> Store:
        """Give the store in a host's transaction: what is made or read there, and may be taken back, is remembered by nobody."""
        other = Store(database, self.vault.that_keeps_nothing(), self._random)
        other._read, other._labelled_by = self._read, self._labelled_by
        other._agenda, other.heads, other.witness, other.reads = None, self.heads, self.witness, self.reads
        other.keys.share(self.keys)
        other.claims = type(self.claims)(other.keys, other._upon, self.claims)
        return other

    def under(self, vault: Vault) -> Store:
        """Give the store of the same database under another master key."""
        other = Store(self.database, vault, self._random)
        other._labelled_by, other.heads, other.witness = self._labelled_by, self.heads, self.witness
        other.reads = self.reads and self.reads.under(vault)
        return other

    def listed(self, connection: Connection, broken: list[str] | None = None) -> Iterator[Listed]:
        """Give all cases as a list shows them (`looked_through`).

        Args:
            broken: gathers the numbers of those whose rows are damaged or missing; without it, the first of them ends the list.

        Raises:
            LedgerBroken: the row of one was changed, put back from an older copy, or taken out.
        """
        for one in self.looked_through(connection):
            if isinstance(one, Listed):
                yield one
            elif broken is None:
                raise one.error
            else:
                broken.append(one.number)

    def looked_through(
        self,
        connection: Connection,
        *,
        asked: Filter = Filter(),  # noqa: B008 - a value
        after: str | None = None,
        most: int = FAR_AWAY,
        cases_of: Callable[[Whose], bool] | None = None,
    ) -> Iterator[Listed | Unread]:
        """Give cases as a list shows them, by the day they were opened and their number, and in their place those that cannot be read.
        Where it comes to its end, it is seen whether each history has its row.

        Args:
            asked: which of them.
            after: the case after which the list goes on.
            most: how many rows at most.
            cases_of: whose are asked for; others may be left out, and are where this program knows whose they are (`Agenda`).

        Raises:
            NotFound: there is no such case to go on after. StaleAgenda, where it is said whose are asked for: ask again without.
        """
        self.keys.own_master(connection)
        if cases_of is not None and not asked.needs_tags and (look := self._look_for(connection, cases_of)):
            yield from self._known_cases(connection, look, asked, after)
            return
        given = {
            "phase_asked": asked.phase,
            "status_asked": asked.status,
            "owner_tag_asked": self.tagged(connection, "owner", asked.owner),
            "reference_tag_asked": self.tagged(connection, "reference", asked.reference),
            "called_tag": self.tagged(connection, "reference", asked.called),
            "number_begins": asked.called and number_begins(asked.called),
            "label_begins": asked.called and label_begins(asked.called),
        }
        listed, beside = 0, dict[str, str]()
        for values in self._pages(connection, given, after, most):
            listed += 1
            try:
                yield self._listed(connection, values, beside)
            except LedgerBroken as error:
                yield Unread(str(row_of(values)["number"]), error)
        if listed >= most:  # whoever goes on to the end of the list is told what is missing
            return
        for (number,) in connection.run(statements.WITHOUT_ROW, {}).fetchall():
            missing = damaged("The row of case {number} is missing.", number=str(number), code="row_missing")
            yield Unread(str(number), missing, has_row=False)

    def _look_for(self, connection: Connection, cases_of: Callable[[Whose], bool]) -> Look | None:
        """Give where the cases lie that somebody may be shown; None where opening all is as well: they are many, or nobody has asked before."""
        agenda = self._agenda
        if agenda is None or self.database.is_writing:  # what is read there may be taken back
            return None
        asked_before, agenda.is_asked = agenda.is_asked, True
        if not asked_before:
            return None
        look = self._look_at(connection, agenda, {}, cases_of=cases_of)
        return look if len(look.cases) * MANY_OF_ALL < len(look.of_case) else None

    def _known_cases(
        self, connection: Connection, look: Look, asked: Filter, after: str | None
    ) -> Iterator[Listed | Unread]:
        """Give the cases that somebody may be shown, each as its row says it there and then, and those that cannot be read."""
        beside, places, without_row = dict[str, str](), {*look.cases}, list[Unread]()
        for number in look.unread:
            row = connection.run(statements.OPENED_ON, {"number": number}).fetchone()
            places.add((str(row[0]) if row else NO_DAY, number))
        first = ("", "") if after is None else (self._opened_on(connection, after), after)
        for at in sorted(places):
            if at > first:
                try:
                    one = self._listed_case(connection, at[1], beside)
                except NotFound as error:
                    raise StaleAgenda from error
                except LedgerBroken as error:
                    if error.code == "row_missing":
                        without_row.append(Unread(at[1], error, has_row=False))
                    else:
                        yield Unread(at[1], error)
                else:
                    self._must_say_the_same(look, one)
                    if asked.fits(one):
                        yield one
        yield from without_row

    def _pages(
        self, connection: Connection, given: Mapping[str, Any], after: str | None, most: int
    ) -> Iterator[Sequence[Any]]:
        """Give rows of cases, of which only some are held at once."""
        at = {"after_day": "" if after is None else self._opened_on(connection, after), "after_number": after or ""}
        while most > 0:
            rows = connection.run(statements.CASES, {**given, **at, "most": min(most, MOST_HELD)}).fetchall()
            yield from rows
            if len(rows) < MOST_HELD:
                return
            most -= len(rows)
            last = row_of(rows[-1])
            at = {"after_day": last["opened_on"], "after_number": last["number"]}

    def _opened_on(self, connection: Connection, number: str) -> str:
        row = connection.run(statements.OPENED_ON, {"number": number}).fetchone()
        if row is None:
            raise no_case(number)
        return str(row[0])

    def labelled(self, connection: Connection, label: str) -> list[str]:
        """Give the numbers of the cases that have a label."""
        return [str(number) for (number,) in connection.run(statements.LABELLED, {"said": label}).fetchall()]

    def due(
        self,
        connection: Connection,
        first: Entry = BEGINNING,
        last: int = FAR_AWAY,
        *,
        asked: Asked | None = None,
        number: str | None = None,
        anew: bool = False,
    ) -> Due:
        """Give what is due in all cases, or in one, or offered, from a place in the list to the end of a second; earliest first.

        Every case is opened, once in a program (`Agenda`) and here those that are given: whoever can write the file cannot make anybody
        forget what is due. What cannot be read is named.

        Args:
            first: nothing before it is given, save where every case is opened.
            asked: what of it is asked for, by whose it is; also judged by each row as it stands.
            anew: open every case now.

        Raises:
            LedgerBroken: the row of the case that was asked for was changed. StaleAgenda, also while it is read: ask anew.
        """
        found = self._due_by_rows(connection, first, last, asked, number, anew=anew)
        beside = [
            (one, item)
            for _, one, item in self.whether_same(connection, number)
            if first[0] <= snapshot.seconds(item.due_at) <= last and (asked is None or asked(_whose(one), item.who))
        ]
        rows = merge(found.rows, sorted(beside, key=_in_the_list), key=_in_the_list) if beside else found.rows
        return found._replace(digests=found.digests.union(one.digest for one, _ in beside), rows=rows)

    def _due_by_rows(
        self, connection: Connection, first: Entry, last: int, asked: Asked | None, number: str | None, *, anew: bool
    ) -> Due:
        """Give what follows from the cases themselves."""
        unread, beside = list[str](), dict[str, str]()
        if number is not None:
            all_ = [self._listed_case(connection, number, beside)]
        elif anew or self._agenda is None or self.database.is_writing:  # what is read there may be taken back
            all_ = [*self.listed(connection, unread)]
        else:
            look = self._look_at(connection, self._agenda, beside, asked)
            unread += look.unread
            rows = self._due_by(look, connection, first, last, asked, unread, beside)
            return Due(look.digests, (whose.holders for whose in look.whose), rows, unread)
        digests = frozenset(one.digest for one in all_ if one.summary.dues)
        return Due(digests, (one.summary.holders for one in all_), _in_order(all_, first[0], last, asked), unread)

    def _look_at(
        self,
        connection: Connection,
        agenda: Agenda,
        beside: dict[str, str],
        asked: Asked | None = None,
        cases_of: Callable[[Whose], bool] | None = None,
    ) -> Look:
        return agenda.look(
            connection,
            lambda unread: ((one.number, _dates_of(one)) for one in self.listed(connection, unread)),
            lambda number: _dates_of(self._listed_case(connection, number, beside)),
            asked,
            cases_of,
        )

    def whether_same(self, connection: Connection, number: str | None = None) -> list[tuple[Match, Listed, DueItem]]:
        """Give the questions whether two cases are of one person: in the older of each pair, or in this case. What cannot be read asks none."""
        asked, beside = list[tuple[Match, Listed, DueItem]](), dict[str, str]()
        for id, match in ids_of(self.entries, connection, noted_matches(self.entries, connection).matches).items():
            if number in (None, match.older):
                with suppress(LedgerBroken, NotFound):
                    one = self._listed_case(connection, match.older, beside)
                    process = self.process(connection, one.digest)
                    asked.append((match, one, whether_same_person(process, one.summary.holders, id, match.at)))
        return asked

    def _due_by(
        self,
        look: Look,
        connection: Connection,
        first: Entry,
        last: int,
        asked: Asked | None,
        unread: list[str],
        beside: dict[str, str],
    ) -> Iterator[tuple[Listed, DueItem]]:
        opened: dict[str, Listed] = {}
        for second, number in look.within(first, last):
            if number not in opened and number not in unread:
                try:
                    opened[number] = self._listed_case(connection, number, beside)
                except LedgerBroken:
                    unread.append(number)
                else:
                    self._must_say_the_same(look, opened[number])
            if number not in unread:
                yield from _in_order([opened[number]], second, second, asked)

    def _must_say_the_same(self, look: Look, one: Listed) -> None:
        """Raise StaleAgenda: the row of a case says otherwise than the agenda when something is due there, or whose it is."""
        if _dates_of(one) != look.of_case.get(one.number):
            assert self._agenda is not None
            self._agenda.forget()
            raise StaleAgenda

    def _listed_case(self, connection: Connection, number: str, beside: dict[str, str]) -> Listed:
        """Give a case as a list shows it. Raises NotFound, LedgerBroken."""
        row = connection.run(statements.LISTED_CASE, {"number": number}).fetchone()
        if row is None:
            raise self._is_missing(connection, number)
        return self._listed(connection, row, beside)

    def _listed(self, connection: Connection, values: Sequence[Any], beside: dict[str, str]) -> Listed:
        """Give a case as a list shows it, of its row and what was read with it; `beside`: by process, what this program says dues by."""
        row = row_of(values)
        newest, after, wrapped, master, check_value = values[len(CASE_COLUMNS) :]
        number = str(row["number"])
        must_be_newest(row, newest, after)
        self._saw(connection, row)
        if wrapped is None:
            raise damaged("A key of case {number} is missing.", number=number, code="sealed_data_missing")
        whose = (number, "case")
        if not self.vault.is_of(master):
            self.keys.own_master(connection)
        key = self.vault.known(whose) or self.keys.unwrapped(whose, master, check_value, wrapped)
        summary = self._summary(connection, row, self.state_in(row, key), beside)
        return Listed._make((*LISTED(row), summary))

    def _summary(
        self, connection: Connection, row: Mapping[str, Any], sealed: bytes, beside: dict[str, str]
    ) -> snapshot.Summary:
        """Give what a list needs of a case. What another version of this program said is due, or another calendar, is said anew."""
        digest = str(row["digest"])
        if digest not in beside:
            beside[digest] = derivation_stamp(self.process(connection, digest))
        with suppress(snapshot.OtherVersion):
            state = snapshot.read_state(sealed)
            if state.derived_by == beside[digest]:
                return state.summary
        process, loaded = self.pinned(connection, str(row["number"]))
        return summary_of(loaded.case, tuple(dues(process, loaded.case)), loaded.classes, ())

    def rebuild_case(
        self, connection: Connection, case: Case, head: bytes, classes: tuple[str, ...], *, exists: bool
    ) -> None:
        """Write a case's row again from its folded history."""
        self._known.pop(case.number, None)
        if self._agenda is not None:
            self._agenda.forget()
        try:
            process = self.process(connection, case.digest)
        except NotFound as error:
            raise damaged("The process of case {number} is missing.", number=case.number) from error
        self._save(connection, process, Loaded(case, head, classes), is_new=not exists)


@lru_cache(maxsize=MOST_KNOWN_ROLES)
def _once(who: Who) -> Who:
    """Give the roles that do something as they were given first: they stand beside all that is due, in memory."""
    return who


def _whose(one: Listed) -> Whose:
    return Whose(one.digest, one.summary.holders)


def _dates_of(one: Listed) -> Dates:
    found = {(snapshot.seconds(item.due_at), _once(item.who)) for item in one.summary.dues}
    return Dates(tuple(sorted(found)), _whose(one), one.summary.opened_at.date().isoformat())


def _in_order(
    all_: Iterable[Listed], first: int, last: int, asked: Asked | None = None
) -> Iterator[tuple[Listed, DueItem]]:
    """Give what is asked for and due in cases from a second to another, earliest first."""
    found = [
        (one, item)
        for one in all_
        for item in one.summary.dues
        if first <= snapshot.seconds(item.due_at) <= last and (asked is None or asked(_whose(one), item.who))
    ]
    yield from sorted(found, key=_in_the_list)


def _in_the_list(pair: tuple[Listed, DueItem]) -> tuple[datetime, str, str, str, str]:
    one, item = pair
    return item.due_at, one.number, item.step, item.round, item.of
