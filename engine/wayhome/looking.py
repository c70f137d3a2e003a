"""What is shown of cases: a case, its history, who has read it, a copy of everything, lists, counts, changes. It is written down who was given what.

Used by:  wayhome.engine
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from itertools import islice, starmap
from typing import Any, NamedTuple, TypeVar, get_args

from wayhome import disclosed, reads
from wayhome.case_filter import CaseFilter, InList, read_filter
from wayhome.case_now import CaseNow
from wayhome.case_now.access import Grounds, in_place, is_of, may_be_in
from wayhome.case_now.letters import Letters, letters_of
from wayhome.case_views import case_view, history_row, words_at, words_shown
from wayhome.entries import Words
from wayhome.errors import BadInput, LedgerBroken, NotFound, NotPermitted
from wayhome.everything import (
    OF_COMPLAINT,
    Everything,
    KeptBack,
    grounds_by_group,
    letters_for_them,
    may_be_kept_back,
    must_be_for,
    must_be_said_by_two,
    read_kept_back,
)
from wayhome.find import asks_for_somebody, is_about
from wayhome.flow.apply import fold
from wayhome.frozen import EMPTY
from wayhome.logs import Log
from wayhome.model.actor import NOBODY, Actor
from wayhome.model.argument_types import must_be
from wayhome.model.case import Case
from wayhome.model.closed_sets import CASE_PARTS, PERSON, STATUSES, CaseOrder, CasePart, CopyFor, Phase, Status
from wayhome.model.data import to_json
from wayhome.model.event import HistoryRow
from wayhome.model.label import label_begins
from wayhome.model.moves import PHASE_NUMBER, PHASES
from wayhome.model.number import is_number, number_begins
from wayhome.model.reading import as_instant, as_word, bad, one_of
from wayhome.packs.process import Process
from wayhome.permissions import event_for, may_read, may_see_entry, must_be_named, reads_texts, without_accounts
from wayhome.reads import ReadRow
from wayhome.results import MOST_LISTED, CaseCount, CaseRowView, CaseView, Change, Page
from wayhome.store import positions
from wayhome.store.agenda import StaleAgenda, Whose
from wayhome.store.cases import LAST, no_case
from wayhome.store.lists import Filter, Listed, Unread
from wayhome.store.positions import PositionedEvent
from wayhome.store.read_log import How, Reading
from wayhome.store.statements import COUNTED_BY
from wayhome.worklist import AskedOfDue, Worklist, must_be_limit

log = Log("wayhome")
FEWEST_COUNTED = 11  # of a kind, for whoever is told totals only (INV-28)
MOST_CHANGES = 10_000
CasesOf = Callable[[Whose], bool]  # whether cases are asked for, by whose they are
T = TypeVar("T")
THEM = Actor(PERSON, PERSON, {PERSON})  # for whom a copy of everything is; they have no account


class Looked(NamedTuple):
    """A case that somebody looks at: its process, the case, and who looks, with the roles that count there."""

    process: Process
    case: Case
    reader: Actor
    letters: Callable[[], Letters]  # a form asks for none, unless there is something to sign
    grounds: Grounds


def parts_of(asked: object) -> frozenset[CasePart]:
    """Read which parts of a case are asked for.

    Raises:
        BadInput: there is no such part, or these are none.
    """
    if isinstance(asked, str) or not isinstance(asked, Iterable):
        raise bad("parts", "unreadable", "These are no parts of a case.", "Give a list of them.")
    named = [one_of("parts", one, CASE_PARTS, "part of a case") for one in asked]
    return frozenset(one for one in CASE_PARTS if one in named)


class Looking(Worklist):
    """Shows cases to whoever may see them."""

    def case(
        self, case: str, *, as_: Actor, at: datetime | None = None, parts: Iterable[CasePart] = CASE_PARTS
    ) -> CaseView:
        """Show a case as this actor may see it; with `at`, what was recorded by then.

        Args:
            parts: which parts are asked for; the others are empty. What a case is, its facts, journey and roles are always given.

        Raises:
            NotFound: no such case, or nothing was recorded of it by then. BadInput, NotPermitted, StoreUnavailable.
        """
        asked = parts_of(parts)
        with self._store.database.reading() as connection:
            looked = process, found, as_, letters, _ = self._look(case, as_, at)
            accounts = self._accounts(connection)
            words, said = self._said(connection, process, found, letters(), asked)
        view = case_view(process, found, as_, letters(), at or self.now(), accounts, words, asked, said)
        is_kept = self._keep_read(looked, disclosed.of_case(view, process, letters()), "case")
        return view if is_kept else replace(view, read_recorded=False)

    def _said(
        self, connection: Any, process: Process, case: Case, letters: Letters, parts: Collection[CasePart] = CASE_PARTS
    ) -> tuple[Words, dict[int, Mapping[str, Any]]]:
        """Give the words that these parts of a case show, by the seq of their entry, and the values that these entries say of steps."""
        events = self._store.some_events(connection, case.number, process, words_shown(process, case, letters, parts))
        words = {seq: texts for seq, (_, texts) in events.items()}
        return words, {seq: event.data.get("values") or {} for seq, (event, _) in events.items() if event is not None}

    def history(self, case: str, *, as_: Actor, after: int = 0, limit: int = MOST_LISTED) -> Page[HistoryRow]:
        """List what happened in a case, a page at a time, with the texts that this actor may read. Costs what it shows.

        Args:
            after: the number of the event after which it goes on; the page before says it in its own `after`.
            limit: at most so many, 1 to 1,000.

        Returns:
            What can be read; the page's `damaged` names the events of which something cannot.

        Raises:
            BadInput, NotFound, NotPermitted, StoreUnavailable.
        """
        if type(after) is not int or after < 0:
            raise bad("after", "unreadable", "That is no number of an event.", "Give that of the last one you saw.")
        must_be_limit(limit, MOST_LISTED)
        looked = process, found, as_, letters, _ = self._look(case, as_, what="history")
        after = min(after, found.version)
        rows, damaged = self._rows(process, found, as_, letters(), after + 1, after + limit)
        is_kept = self._keep_read(looked, disclosed.of_rows(rows, process, letters()), "history")
        return Page(rows, after + limit if found.version > after + limit else None, damaged, is_kept)

    def read_log(self, case: str, *, as_: Actor) -> Page[ReadRow]:
        """List who has read a case, by day: role, house, which data groups, and on which ground; of the own house by account and hour.

        What was read by people whose house has no part in it any more stays listed. What one writes oneself is no reading of it.

        Returns:
            What can be read; the page's `damaged` names the rows that cannot, by their numbers; 0 stands for rows that are gone.

        Raises:
            NotPermitted: their roles are not told. BadInput, NotFound, StoreUnavailable.
        """
        looked = process, found, _, letters, _ = self._look(case, as_, what="read_log")
        log.info("read_log_asked", case=found.number, actor=as_.id)
        kept, damaged = reads.of_case(self._store, found.number)
        if reads.is_gone(self._store):
            damaged = (*damaged, 0)
        rows = reads.rows_for(kept, process, found, letters())
        is_kept = self._keep_read(looked, {reads.GROUP} & letters().own.reads, "read_log")
        return Page(rows, None, damaged, is_kept)

    def everything(
        self, case: str, *, made_for: CopyFor = "person", keep_back: Iterable[KeptBack] = (), as_: Actor
    ) -> Everything:
        """Make a copy of all that is held of the person, as they may see it: for them (INV-29), or for the guardian of a child.

        Who makes it may not read all of it: it is to be sealed, printed or read out for the person alone. It is written down that it was
        made, by whom, and what was kept back on which ground (`read_log`).

        Args:
            made_for: "person" or "guardian".
            keep_back: what is not to be in it. For a danger two persons of different roles decide: the second makes it.

        Raises:
            NotPermitted: they neither manage the case nor look after data protection in the house that leads it; or (code "second") nobody
                of another role has said the same. BadInput, NotFound, StoreUnavailable (also where it cannot be written down).
        """
        looked = process, found, reader, _, _ = self._look_for_them(case, made_for, as_)
        now = self.now()
        at = CaseNow(process, found, now)
        kept_back = read_kept_back(keep_back, at, made_for, self._entries_decided_by(looked))
        told = tuple((one.entry, one.ground, to_json(one.until) or "", one.why) for one in kept_back)
        before = reads.of_case(self._store, found.number)[0]
        said = reads.read_of(found.number, reader, looked.grounds.of, {reads.GROUP}, "kept_back", now)
        said = said._replace(kept_back=told)
        if told:
            reads.keep(self._store, [said], must=True)
        must_be_said_by_two(kept_back, reader, before)
        letters = letters_for_them(at, made_for, kept_back)
        with self._store.database.reading() as connection:
            accounts = self._accounts(connection)
            words, values = self._said(connection, process, found, letters)
        view = case_view(process, found, THEM, letters, now, accounts, words, said=values)
        view = replace(view, person_asked=(), case_workers={}, no_account=())  # of staff no account is told
        rows, damaged = self._rows_for_them(looked, letters)
        groups = disclosed.of_case(view, process, letters) | disclosed.of_rows(rows, process, letters)
        made = said._replace(how="everything", groups=groups, at=now)
        reads.keep(self._store, [made], must=True)
        log.info("everything_copied", case=found.number, actor=as_.id)
        seen = reads.rows_for([*before, made], process, found, letters) if reads.GROUP in letters.own.reads else ()
        return Everything(now, made_for, view, rows, seen, kept_back, damaged)

    def may_be_kept_back(self, case: str, *, made_for: CopyFor = "person", as_: Actor) -> Mapping[int, tuple[str, ...]]:
        """Name the entries of which something may be kept back from a copy, each with the grounds; nothing of what stands in them.

        Raises:
            As `everything`.
        """
        looked = process, found, *_ = self._look_for_them(case, made_for, as_)
        letters = letters_for_them(CaseNow(process, found, self.now()), made_for, ())
        entries = may_be_kept_back(self._rows_for_them(looked, letters)[0], process, letters, made_for)
        of_complaints = {id for id, ground in grounds_by_group(process).items() if ground == OF_COMPLAINT}
        if not of_complaints.isdisjoint(looked.letters().own.sums):
            return entries
        told = {seq: tuple(one for one in grounds if one != OF_COMPLAINT) for seq, grounds in entries.items()}
        return {seq: grounds for seq, grounds in told.items() if grounds}  # they are not told that there is one

    def _look_for_them(self, case: str, made_for: CopyFor, actor: Actor) -> Looked:
        """Look at a case for the person, or the guardian; as one who may make a copy of everything."""
        one_of("made_for", made_for, get_args(CopyFor), "person")
        looked = self._look(case, actor, what="everything")
        known = looked.process.roles
        if not looked.letters().leads or not any(known[id].manager or known[id].oversees for id in looked.reader.roles):
            raise NotPermitted(
                "Who manages this case, or looks after data protection, makes a copy of everything.",
                why="It is for the person, and is asked for at the house that leads the case.",
                todo="Ask them.",
                code="everything",
            )
        must_be_for(CaseNow(looked.process, looked.case, self.now()), made_for)
        return looked

    def _rows_for_them(self, looked: Looked, letters: Letters) -> tuple[tuple[HistoryRow, ...], tuple[int, ...]]:
        rows, damaged = self._rows(looked.process, looked.case, THEM, letters)
        return tuple(row for row in rows if row.seq not in letters.shut), damaged

    def _entries_decided_by(self, looked: Looked) -> Container[int]:
        """Name the entries that somebody may keep back: data protection all; who manages the case those of which they are told."""
        if any(looked.process.roles[id].oversees for id in looked.reader.roles):
            return range(1, looked.case.version + 1)
        rows, _ = self._rows(looked.process, looked.case, looked.reader, looked.letters())
        return {row.seq for row in rows}

    def _keep_read(self, looked: Looked, groups: Collection[str], how: How) -> bool:
        """Write down what is about to be given of a case; says whether it is written."""
        if looked.reader.is_clock:
            return True
        read = reads.read_of(looked.case.number, looked.reader, looked.grounds.of, groups, how, self.now())
        return reads.keep(self._store, [read])

    def _rows(
        self,
        process: Process,
        found: Case,
        actor: Actor,
        letters: Letters,
        first: int = 1,
        last: int = LAST,
        *,
        whole: bool = False,
    ) -> tuple[list[HistoryRow], tuple[int, ...]]:
        """Give what can be read of a history, and the numbers of the events of which something cannot; `whole`: each that there is."""
        rows, damaged = list[HistoryRow](), list[int]()
        with self._store.database.reading() as connection:
            for seq, event, texts, is_whole in self._store.history(
                connection, found.number, lambda seq: letters.of(seq).reads, process, first, min(last, found.version)
            ):
                if not is_whole:
                    damaged.append(seq)
                if event is not None and (whole or may_see_entry(event, process, letters)):
                    is_opener = actor.organisation == found.organisation
                    if event.organisation not in (actor.organisation, Actor.clock.organisation):
                        event = without_accounts(event)
                    event = event_for(event, process, letters, is_own=is_opener)
                    told = texts if whole or reads_texts(event, letters) else EMPTY
                    rows.append(history_row(event, process, found, told))
        return rows, tuple(damaged)

    def cases(
        self,
        *,
        as_: Actor,
        phase: Phase | None = None,
        status: Status | None = None,
        owner: str | None = None,
        reference: str | None = None,
        called: str | None = None,
        host_country: str | None = None,
        origin_country: str | None = None,
        overdue: bool | None = None,
        closed_as: str | None = None,
        changed_since: datetime | None = None,
        worker: str | None = None,
        order: CaseOrder = "opened",
        after: str | None = None,
        limit: int = MOST_LISTED,
    ) -> Page[CaseRowView]:
        """List cases by the day they were opened, oldest first, a page at a time.

        The first time that a program asks, it opens the cases of others, too, until the page is full, some 30 µs each. It then knows whose
        they are, follows what is written, and opens only those in which the actor can be.

        Args:
            phase, status: only those.
            owner: only those that this organisation leads.
            reference: only those that the files of who opened them call so.
            called: only those of this reference, or of which the number or the label begins so, as people type them; and those of the
                person, or of who goes along, of these names, in any order, or born in this year, where the actor may read that. For
                names each case that they may know of is opened.
            host_country, origin_country: only those from there, or to there.
            overdue: only those in which something is overdue of which the actor is told; False: in which nothing is.
            closed_as: only those that were closed so.
            changed_since: only those in which something was written at this moment or later.
            worker: only those for which this account answers in the organisation of the actor.
            order: "opened", as they were opened; "due", by what is due first of what the actor is told; "changed", by what was written last,
                the newest first. In the latter two, each page puts all cases in order anew.
            after: the case after which the list goes on; the page before says it in its own `after`.
            limit: at most so many, 1 to 1,000.

        Raises:
            BadInput: there is no such phase or status, or no such limit. NotFound: there is no such case to go on after.
            NotPermitted, StoreUnavailable.

        Returns:
            Those that can be read; the page's `damaged` names the cases of this page that cannot: have the ledger verified.
        """
        must_be_named(as_)
        for name, given, known in (("phase", phase, PHASES), ("status", status, STATUSES)):
            if given is not None:
                one_of(name, given, known, name)
        for name, said in (("owner", owner), ("reference", reference)):
            _ = said if said is None else as_word(name, said)
        called = called if called is None else as_word("called", called)
        if called is not None and not called.strip(" -"):
            raise bad("called", "missing", "It is not said what is looked for.", "Type how it begins.")
        must_be_limit(limit, MOST_LISTED)
        asked = Filter(phase, status, owner, reference, called and called.strip())
        wanted = read_filter(
            host_country=host_country, origin_country=origin_country, overdue=overdue, closed_as=closed_as,
            changed_since=changed_since, worker=worker, order=order,
        )  # fmt: skip
        looks_for = asked.called if asked.called is not None and asks_for_somebody(asked.called) else None
        with self._store.database.reading() as connection:
            self._must_read_some(connection, as_)
            last = None if after is None else self._last_listed(connection, after, as_)
            goes_on = last if wanted.is_paged_as_stored else None
            named = dict[str, Reading]()  # the cases that are found by a name

            def find(cases_of: CasesOf | None) -> list[InList | Unread]:
                if looks_for is None:
                    through = self._store.looked_through(connection, asked=asked, after=goes_on, cases_of=cases_of)
                else:
                    through = self._looked_through_for(connection, looks_for, asked, goes_on, as_, named, cases_of)
                theirs = self._theirs(connection, through, wanted, asked if looks_for is None else None, as_)
                if not wanted.is_paged_as_stored:
                    theirs = iter(_in_order([*theirs], wanted, last))
                return [*islice(theirs, limit + 1)]

            found = self._of_those_they_may_know(connection, as_, find)
            rows, more = found[:limit], [one for one in found[limit:] if isinstance(one, InList) or one.has_row]
            in_list = [one for one in rows if isinstance(one, InList)]
            listed = [one.listed for one in in_list]
            digests = {one.digest for one in listed}
            self._must_read_all(connection, digests, as_)
            zones = {digest: self._store.process(connection, digest).zones for digest in digests}
        log.info("cases_listed", actor=as_.id)
        views = [
            CaseRowView(
                *(one.number, one.label, one.version, one.phase, one.status, one.host_country, one.origin_country),
                *(one.summary.opened_at, next_due_at, one.summary.holders.owner),
                zones[one.digest]["origin" if PHASE_NUMBER[one.phase] >= PHASE_NUMBER["arrival"] else "host"],
            )
            for one, next_due_at in in_list
        ]
        unread = [one for one in (rows if more else found) if isinstance(one, Unread)]
        # One that was made nonsense is named on the next page, too.
        numbers = (one.listed.number if isinstance(one, InList) else one.number for one in rows)
        ends = [one for one in numbers if is_number(one)]
        if more and not ends:
            raise unread[0].error
        is_kept = reads.keep(self._store, [named[one.number] for one in listed if one.number in named])
        return Page(views, ends[-1] if more else None, tuple(one.number for one in unread), is_kept)

    def _of_those_they_may_know(
        self,
        connection: Any,
        actor: Actor,
        find: Callable[[CasesOf | None], list[T]],
        *,
        counts_only: bool = False,
    ) -> list[T]:
        """Find something of the cases in which somebody can be; of all, where what this program knows of these has changed meanwhile."""
        process = cache(partial(self._store.process, connection))

        def may_be(whose: Whose) -> bool:
            if counts_only:
                return is_of(whose.holders, actor)
            return may_be_in(process(whose.digest), whose.holders, actor) is not False

        try:
            return find(may_be)
        except StaleAgenda:
            return find(None)

    def _theirs(
        self,
        connection: Any,
        through: Iterable[Listed | Unread],
        wanted: CaseFilter,
        asked: Filter | None,
        actor: Actor,
    ) -> Iterator[InList | Unread]:
        """Give those of some cases that stand in somebody's list, and those of which that cannot be said.

        Args:
            asked: by what they were found; None: by the name of somebody.
        """
        told = self._told_of_due(connection, AskedOfDue(actor, NOBODY))
        for one in through:
            if isinstance(one, Unread):
                yield one
            elif wanted.fits(one, actor.organisation) and (asked is None or _by_what_they_know(one, asked, actor)):
                try:
                    if self._may_know(connection, one, actor):
                        row = InList(one, told.next_due_at(one))
                        if wanted.fits_due(row.next_due_at, told.now):
                            yield row
                except LedgerBroken as error:
                    yield Unread(one.number, error)

    def _looked_through_for(
        self,
        connection: Any,
        called: str,
        asked: Filter,
        after: str | None,
        actor: Actor,
        named: dict[str, Reading],
        cases_of: CasesOf | None,
    ) -> Iterator[Listed | Unread]:
        """Give the cases that are called so, and those of somebody of this name: of these, each that the actor may know of is opened."""
        by_name = {
            one.number
            for one in self._store.looked_through(connection, asked=asked)
            if isinstance(one, Unread) or _by_what_they_know(one, asked, actor)
        }
        for one in self._store.looked_through(
            connection, asked=asked._replace(called=None), after=after, cases_of=cases_of
        ):
            if one.number in by_name:
                yield one
            elif isinstance(one, Listed) and (read := self._found_by(connection, one, called, actor)) is not None:
                named[one.number] = read
                yield one

    def _found_by(self, connection: Any, one: Listed, called: str, actor: Actor) -> Reading | None:
        """Say what somebody is told of a case by finding it so; None where it is not found."""
        process, holders = self._store.process(connection, one.digest), one.summary.holders
        if may_be_in(process, holders, actor) is False:
            return None
        case = self._store.load(connection, one.number).case
        letters = letters_of(CaseNow(process, case, self.now()), actor, in_lists=True)
        words = self._store.words(connection, one.number, process, words_at(process, case, letters))
        groups = is_about(process, case, letters, called, words)
        reader = in_place(process, holders, actor) or actor
        ground = reads.ground_in_lists(holders, actor.organisation)
        return None if groups is None else reads.read_of(one.number, reader, [ground], groups, "found", self.now())

    def _last_listed(self, connection: Any, after: str, actor: Actor) -> str:
        """Give the case after which a list goes on: one that its reader may know of, or that nobody can read."""
        try:
            return self._find_case(may_read, connection, after, actor, "after").loaded.case.number
        except LedgerBroken:
            return self._number(connection, after, "after")

    def count(self, *, by: Sequence[str] = ("phase", "status"), as_: Actor) -> tuple[CaseCount, ...]:
        """Count the cases that this actor may know of: each is opened for it, some 30 µs; the first time in a program also those of others.

        Args:
            by: what they are counted by: phase, status, host_country, origin_country, organisation (which opened them).

        Returns:
            The kinds of which there are any, in order. What cannot be read is not counted: a list names it. Whose roles read totals alone
            is told of the cases that their organisation leads or opened, and of no kind with fewer than eleven (INV-28).

        Raises:
            BadInput: they are not counted by that. NotPermitted, StoreUnavailable.
        """
        must_be_named(as_)
        must_be("by", by, Iterable)
        names = [one_of("by", one, COUNTED_BY) for one in by]
        with self._store.database.reading() as connection:
            counts_only = self._reads_totals_only(connection, as_)
            if not counts_only:
                self._must_read_some(connection, as_)

            def find(cases_of: CasesOf | None) -> list[Listed]:
                through = self._store.looked_through(connection, cases_of=cases_of)
                read = (one for one in through if isinstance(one, Listed))
                if counts_only:
                    return [one for one in read if is_of(one.summary.holders, as_)]
                return [one for one in read if self._may_know(connection, one, as_)]

            theirs = self._of_those_they_may_know(connection, as_, find, counts_only=counts_only)
            counted = Counter(tuple(str(_counted_as(one)[name]) for name in names) for one in theirs)
            if counts_only:
                counted = Counter({kind: number for kind, number in counted.items() if number >= FEWEST_COUNTED})
        log.info("cases_counted", actor=as_.id)
        return tuple(CaseCount(dict(zip(names, kind, strict=True)), number) for kind, number in sorted(counted.items()))

    def _reads_totals_only(self, connection: Any, actor: Actor) -> bool:
        known = [self._store.process(connection, digest) for digest in self._store.digests(connection)]
        roles = [process.roles[id] for process in known for id in actor.roles if id in process.roles]
        return (
            bool(roles) and all(one.counts == "never" for one in roles) and any("totals" in one.reads for one in roles)
        )

    def changes(self, *, after: str | None = None, limit: int = 1_000, as_: Actor | None = None) -> Page[Change]:
        """Tell what was written after a position: each event once, those of a case in their order, whoever wrote them.

        On PostgreSQL nothing is told that is younger than a transaction that is still writing, on the whole server.

        Args:
            after: the position of the last change that was heard; None begins at the first event.
            limit: at most so many, 1 to 10,000.
            as_: for whom: then each change has its event, as this actor may see it (none where it is damaged), and those of cases
                that they may not read are left out.

        Returns:
            The changes; the page's own `after` is the position to go on from, and stays the same when there are no more now.

        Raises:
            BadInput: it is no position, or one after all that there is; no such limit; or it is asked by a listener, or in a host's
                transaction, whose events could be taken back.
        """
        if as_ is not None:
            must_be_named(as_)
        must_be_limit(limit, MOST_CHANGES)
        self._must_not_be_writing()
        if self._store.database.is_joined:
            raise BadInput(
                "Changes are told outside of a transaction.", todo="Ask the engine, not `within`.", field="after"
            )
        with self._store.database.reading() as connection:
            found = positions.changes(connection, after, limit)
        last = found[-1].position if found else after
        return Page(starmap(Change, found), last) if as_ is None else self._readable(found, last, as_)

    def _readable(self, found: Sequence[PositionedEvent], last: str | None, actor: Actor) -> Page[Change]:
        rows, read = dict[str, dict[int, HistoryRow]](), list[Reading]()
        of_case = defaultdict[str, set[int]](set)
        for one in found:
            of_case[one.case].add(one.seq)
        for number, seqs in of_case.items():
            try:
                looked = process, case, reader, letters, _ = self._look(number, actor, what="changes", is_listed=True)
                found_rows = self._rows(process, case, reader, letters(), min(seqs), max(seqs))[0]
                rows[number] = {row.seq: row for row in found_rows if row.seq in seqs}
                groups = disclosed.of_rows(rows[number].values(), process, letters())
                read.append(reads.read_of(number, reader, looked.grounds.of, groups, "changes", self.now()))
            except LedgerBroken:
                rows[number] = {}  # each change of it stands without its event
            except (NotPermitted, NotFound):
                continue
        is_kept = reads.keep(self._store, read)
        told = (Change(*one, rows[one.case].get(one.seq)) for one in found if one.case in rows)
        return Page(told, last, read_recorded=is_kept)

    # --- what is given, and written down ------------------------------------------------------------

    def _look(
        self, case: str, actor: Actor, at: datetime | None = None, *, what: str = "case", is_listed: bool = False
    ) -> Looked:
        must_be_named(actor)
        with self._store.database.reading() as connection:
            process, loaded, grounds = self._find_case(may_read, connection, case, actor)
            number, found = loaded.case.number, loaded.case
            if is_listed and not grounds.is_listed:
                raise no_case(number)
            # What is told is asked of the case as it is: a yes that was taken back opens nothing of before.
            letters = cache(partial(letters_of, CaseNow(process, found, self.now()), actor, in_lists=is_listed))
            if at is not None:
                found = self._as_recorded_by(connection, number, as_instant("at", at))
                process = self._store.process(connection, found.digest)
                may_read(process, grounds.whole, self.now())
        log.info("case_read", case=number, what=what, actor=actor.id)
        return Looked(process, found, grounds.whole, letters, grounds)

    def _as_recorded_by(self, connection: Any, number: str, moment: datetime) -> Case:
        found = fold(event for event in self._store.events(connection, number) if event.recorded_at <= moment)
        if found is None:
            raise NotFound(
                "Nothing was recorded of case {number} by then.", todo="Choose a later moment.", number=number
            )
        return found


def _by_what_they_know(one: Listed, asked: Filter, actor: Actor) -> bool:
    """Say whether a case was found by what who asks may know: how the files of who opened it call it is known to these alone."""
    if actor.organisation == one.summary.holders.organisation:
        return True
    begins = asked.called and number_begins(asked.called)
    by_name = (
        asked.called is None
        or bool(begins and one.number.startswith(begins))
        or one.label.startswith(label_begins(asked.called))
    )
    return asked.reference is None and by_name


def _in_order(found: Sequence[InList | Unread], wanted: CaseFilter, after: str | None) -> list[InList | Unread]:
    """Put all cases into the order that was asked for, those that cannot be read first; give those that come after one."""
    rows = wanted.ordered(one for one in found if isinstance(one, InList))
    numbers = [one.listed.number for one in rows]
    if after is not None and after in numbers:
        return [*rows[numbers.index(after) + 1 :]]
    return [*(one for one in found if isinstance(one, Unread)), *rows]


def _counted_as(one: Listed) -> dict[str, str]:
    return one._asdict() | {"organisation": one.summary.holders.organisation}
