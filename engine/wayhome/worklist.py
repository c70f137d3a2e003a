"""What is due in the cases of a database, for whom, and who is called: lists, today's work, the ring."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import chain, filterfalse, islice, starmap
from typing import Any, NamedTuple

from wayhome import duplicates, reads
from wayhome.case_now import CaseNow
from wayhome.case_now.access import Holders, grounds_of, holders_of, in_place, roles_of, worker_of, working_on
from wayhome.case_now.letters import COURSE, READ, Letters, follows, letters_of, letters_of_role
from wayhome.case_now.roles import managers, may_see_which
from wayhome.case_now.silence import unheard
from wayhome.commands import Incident
from wayhome.due_titles import due_title, summed_up
from wayhome.errors import BadInput, LedgerBroken, NotFound, NotPermitted, StoreUnavailable, part
from wayhome.execution import Execution
from wayhome.flow.decide import blockers
from wayhome.flow.due import because, can_be_overdue, dues
from wayhome.flow.due_item import AGAIN, DueItem
from wayhome.flow.entries import ENTRY, is_not_known, is_of_what_is_gone
from wayhome.flow.expected import JUDGE_GLASS, OPEN, WAITS, is_journey, name_of
from wayhome.flow.renewals import from_when, is_ahead, why_again
from wayhome.frozen import EMPTY
from wayhome.logs import Log
from wayhome.model.actor import Accounts, Actor
from wayhome.model.argument_types import must_be
from wayhome.model.case import Case, Opening
from wayhome.model.check import Check
from wayhome.model.reading import as_instant, as_text, as_word, bad, one_of
from wayhome.model.reason import Reason, Refused
from wayhome.model.same_person import SamePerson
from wayhome.model.seen import CallsBefore, Seen
from wayhome.packs.plugin_calls import PluginCalls, with_plugin_calls
from wayhome.packs.process import Process
from wayhome.permissions import may_read, may_see_due, must_be_named, reads_what_is_due
from wayhome.results import MOST_LISTED, Call, DueRow, Page, Raised, Rung
from wayhome.ring import SAID_AGAIN, DueInCase, calls, in_force
from wayhome.store import office, snapshot
from wayhome.store.agenda import Asked, Entry, StaleAgenda, Who, Whose
from wayhome.store.lists import BEGINNING, FAR_AWAY, Due, Listed
from wayhome.store.matches import Match, noted_matches, put_matches
from wayhome.store.read_log import Reading
from wayhome.store.seen import Marks, all_seen, calls_before, note_calls, put_seen
from wayhome.store.taken_back import taken_back
from wayhome.today import AHEAD, SECTIONS, Journey, Section, Today, Viewer, key_of, seen_by
from wayhome.upkeep import ClockReading

log = Log("wayhome")
LONGEST_BECAUSE = 200
A_DAY = timedelta(days=1)  # of which a ring counts what is due
DUE_KEY = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ WH-\w{5}-\w{5}-\w ")


class AskedOfDue(NamedTuple):
    by: Actor
    accounts: Accounts
    after: str | None = None
    role: str | None = None
    organisation: str | None = None
    limit: int = MOST_LISTED


class _Line(NamedTuple):
    """Of a case of which a line stands in a list: who looks there, and what they are told."""

    process: Process
    holders: Holders
    reader: Actor
    letters: Callable[[], Letters]

    def reading(self, number: str, now: datetime) -> Reading:
        """Say what is to be written down of it."""
        groups = course_in(self.process, self.holders, self.reader, self.letters)
        return reads.in_a_list(number, self.reader, self.holders, groups, now, self.process.zones["host"])


class _ToldOfDue:
    """Of what is due, in the cases of one look, what somebody is told."""

    def __init__(
        self,
        process: Callable[[str], Process],
        case: Callable[[str], Case],
        asked: AskedOfDue,
        hides: Callable[[str], bool] | None,
        now: datetime,
    ) -> None:
        self.case, self.now, self._hides = cache(case), now, hides
        self._process = process = cache(process)
        self._is_asked_for = _judging(asked, process)
        self._reader = cache(lambda digest, holders: in_place(process(digest), holders, asked.by))
        self._letters = cache(
            lambda digest, number: letters_of(CaseNow(process(digest), self.case(number), now), asked.by)
        )

    def line(self, one: Listed, item: DueItem) -> _Line | None:
        """Give who looks, and what they are told in the case; None where they are not told that this is due.

        Raises:
            LedgerBroken: it cannot be said.
        """
        process, holders = self._process(one.digest), one.summary.holders
        reader = self._reader(one.digest, holders)
        if reader is None or (self._hides and self._hides(one.number)):
            return None
        letters = partial(self._letters, one.digest, one.number)
        may = (
            self._is_asked_for(Whose(one.digest, holders), item.who)
            and (
                holders.leads == reader.organisation
                or not reader.roles.isdisjoint(item.who)
                or COURSE in letters().of(None).reads
            )
            and may_see_due(item, process, letters, reader.roles, leads=holders.leads == reader.organisation)
        )
        return _Line(process, holders, reader, letters) if may else None

    def next_due_at(self, one: Listed) -> datetime | None:
        """Say when something is due there first that they are told of, and can be late with; as the list of what is due tells it."""
        for item in one.summary.dues:
            if can_be_overdue(self._process(one.digest), item) and self.line(one, item) is not None:
                return item.due_at
        return None


class _JourneyOfCase(NamedTuple):
    journey: Journey
    process: Process
    case: Case


class Worklist(Execution):
    """Lists what is due, shows today's work, rings, and lets somebody take what cannot wait."""

    def ring(self) -> Rung:
        """Raise what silence means, as the engine's own clock, and say who is called now: for cron, or a timer, every few minutes.

        Of each case all is raised that its packs let open on silence; what is open, or was raised for the same arrival, is not
        raised again. A case in which that fails keeps no other silent. No step moves on. Below 1,000 cases it is compared then, too,
        whether the person of a case is known already in another (`verify` with `rolling` does it each night).

        Whoever has an account is called once a day, of their day; and at once when something cannot wait. While nobody takes that
        (`take`), others of their organisation are called too, after 15, 30 and 60 minutes.

        Once a day the office is told how many rows say by then who has read what, and the sum of them.

        Raises:
            StoreUnavailable.
        """
        raised: list[Raised] = []
        failed: list[str] = []
        for number in self._silent_cases(failed):
            try:
                if (one := self._raise_in(number)).incidents:
                    raised.append(one)
            except Exception as error:  # also of a listener: whatever it is, it keeps no other case silent
                if isinstance(error, StoreUnavailable) and error.code not in ("busy", "listener"):
                    raise
                log.error("silence_not_raised", case=number, error=type(error).__name__)
                failed.append(number)
        duplicates.look(self._store, self.now(), by_ring=True)
        called, unread, clock = self._called()
        self._settle_reads_of_the_day(clock.now)
        log.info("silence_rung", raised=len(raised), failed=len(failed), called=len(called))
        all_ = tuple(raised), tuple(failed), tuple(called), tuple(unread)
        return Rung(*all_, clock.stands_back_at, clock.ahead_of)

    def _called(self) -> tuple[list[Call], list[str], ClockReading]:
        """Say who is called now, and note it; the cases that cannot be read; and how the clock stands."""
        entries = self._store.entries
        with self._store.database.reading() as connection:
            accounts, clock = self._accounts(connection), self._reckoned(connection)
            now = clock.now
            if not accounts.register:
                return [], [], clock
            seen, unread = self._due_by_now(connection, now)
            marks = self._marks(connection)
            before = calls_before(entries, connection)
            case_of = cache(lambda number: self._store.load(connection, number).case)

            def tells(one: DueInCase, actor: Actor) -> bool:
                return may_see_due(
                    one.item,
                    one.process,
                    lambda: letters_of(CaseNow(one.process, case_of(one.case), now), actor),
                    actor.roles,
                )

            seen = [
                one._replace(broken_by=_opening_of(case_of(one.case), one.item).house)
                if one.item.step == JUDGE_GLASS
                else one
                for one in seen
            ]
            called, noted = calls(seen, accounts, marks, before, now, now.astimezone().date().isoformat(), tells)
        with self._store.writing() as connection:
            note_calls(entries, connection, noted)
        return called, unread, clock

    def _due_by_now(self, connection: Any, now: datetime) -> tuple[list[DueInCase], list[str]]:
        """Give all that is due by the end of the day, in every case."""
        process = cache(partial(self._store.process, connection))
        due = self._store.due(connection, last=snapshot.seconds(now + A_DAY), anew=True)
        found = [
            DueInCase(one.number, one.phase, process(one.digest), one.summary.holders, item) for one, item in due.rows
        ]
        return found, sorted({*due.unread})

    def take(self, *, as_: Actor) -> int:
        """Take what cannot wait and is for this actor, or for which they were called: others are called for it no more. Who took it, and
        when, is kept.

        Returns:
            How many things were taken that nobody had taken before.

        Raises:
            NotPermitted, StoreUnavailable.
        """
        must_be_named(as_)
        now, entries = self.now(), self._store.entries
        with self._store.writing() as connection:
            self._must_read_some(connection, as_)
            marks, viewer = self._marks(connection), Viewer(as_, now, self._accounts(connection))
            called, found = self._called_for(connection, as_), dict[str, list[str]]()
            for seen in self._due_by_now(connection, now)[0]:
                is_concerned = viewer.in_case(seen.process, seen.holders).is_concerned(seen.item.who)
                is_about_them = as_.organisation in seen.whose_conduct()  # it is not theirs to silence
                # Who was called for it, and has no part in the case any more, silences nothing there.
                is_called = seen.name in called and in_place(seen.process, seen.holders, as_) is not None
                may = (is_concerned or is_called) and not is_about_them
                waits = seen.cannot_wait(now) and seen.key not in marks.get(seen.case, EMPTY)
                if may and waits and self._is_shown(connection, seen, as_, now):
                    found.setdefault(seen.case, []).append(seen.key)
            for case, keys in found.items():
                put_seen(
                    entries, connection, case, keys, Seen(by=as_.id, organisation=as_.organisation, at=now, taken=True)
                )
        log.info("taken", count=sum(map(len, found.values())), actor=as_.id)
        return sum(map(len, found.values()))

    def _is_shown(self, connection: Any, due: DueInCase, actor: Actor, now: datetime) -> bool:
        """Say whether a line stands on the lists of an actor: what they are not told, they silence for nobody."""
        reader, leads = in_place(due.process, due.holders, actor), due.holders.leads == actor.organisation
        if reader is None or self._is_hidden(actor, due.case):
            return False
        letters = cache(
            lambda: letters_of(CaseNow(due.process, self._store.load(connection, due.case).case, now), actor)
        )
        try:
            return may_see_due(due.item, due.process, letters, reader.roles, leads=leads)
        except LedgerBroken:  # nobody knows to whom it is told: it goes on calling, and the other alarms are taken
            return False

    def seen(self, key: str, *, until: datetime | None = None, because: str | None = None, as_: Actor) -> Seen:
        """Note that something that is due was seen, and that it waits: until then it stands on no list of the actor's organisation.

        What is late, an open alarm, a journey, the last question, and what keeps the person safe after the landing stay on the list, marked as
        seen; nor does anything wait beyond the day on which it is due.

        Args:
            key: of a line of today's work.
            until: until when it waits; None: it is only marked as seen. because: why it may wait, in a few words.

        Raises:
            BadInput: that is no time to come, it is not said why, or nothing such is due. NotFound, NotPermitted, StoreUnavailable.
        """
        must_be_named(as_)
        now, until = self.now(), None if until is None else as_instant("until", until)
        if until is not None and until <= now:
            raise bad("until", "contradiction", "That time is past.", "Say until when it waits.")
        if until is not None and because is None:
            raise bad("because", "missing", "It is not said why that may wait.", "Say it in a few words.")
        because = None if because is None else as_text("because", because, LONGEST_BECAUSE)
        with self._store.writing() as connection:
            number, item, _ = self._line_of(connection, key, as_, now)
            mark = Seen(by=as_.id, organisation=as_.organisation, at=now, until=until, because=because)
            put_seen(self._store.entries, connection, number, [seen_by(as_.organisation, item)], mark)
        log.info("due_seen", case=number, actor=as_.id)
        return mark

    def same_person(self, key: str, same: bool, *, as_: Actor) -> SamePerson:
        """Say whether the person of a case is the one of a newer case: it answers such a line of what is due.

        Who has said it, and when, is kept in the ledger of the office. Nothing is joined, and whoever leads the newer case is told nothing. It
        is asked again after a no once a name or the birth date is written anew; after a yes never.

        Args:
            key: of a line of today's work.

        Returns:
            After a yes, also which organisation leads the newer case: so that they can talk to each other.

        Raises:
            BadInput: nothing such is due for them. NotFound, NotPermitted, LedgerBroken, StoreUnavailable.
        """
        must_be_named(as_)
        must_be("same", same, bool)
        now, store = self.now(), self._store
        with store.writing() as connection:
            number, item, match = self._line_of(connection, key, as_, now)
            process, loaded, grounds = self._find_case(may_read, connection, number, as_)
            placed = in_place(process, holders_of(loaded.case), grounds.whole)
            if match is None or placed is None or placed.roles.isdisjoint(item.who):
                raise _nothing_such()
            told = {"older": match.older, "newer": match.newer, "seqs": match.seqs, "same": same}
            office.write(store, connection, office.SAME_PERSON, told, by=as_, at=now)
            noted = noted_matches(store.entries, connection)
            left = tuple(one for one in noted.matches if one != match)
            put_matches(store.entries, connection, noted._replace(matches=left))
            said = SamePerson(case=number, same=same, by=as_.id, organisation=as_.organisation, at=now)
            if same:
                leads = self._who_leads(connection, match.newer)
                known = self._registered(leads)
                said = replace(said, talk_to=leads, title=known.title if known else process.title("partners", leads))
        log.info("same_person_said", case=number, actor=as_.id)
        return said

    def _who_leads(self, connection: Any, number: str) -> str:
        """Name who leads a case of which nothing else is told: where it cannot be read, not its number either."""
        try:
            return self._store.load(connection, number).case.leads
        except (LedgerBroken, NotFound):
            raise _nothing_such() from None

    def _line_of(self, connection: Any, key: str, actor: Actor, now: datetime) -> tuple[str, DueItem, Match | None]:
        """Give the case of a line of somebody's list, what is due there, and of which match it asks, if of one.

        Raises:
            BadInput: nothing such is due for them. NotFound, NotPermitted.
        """
        process, loaded, _ = self._find_case(may_read, connection, _place_of(key, "key")[1], actor)
        viewer, holders = Viewer(actor, now, self._accounts(connection)), holders_of(loaded.case)
        number = loaded.case.number
        lines: list[tuple[DueItem, Match | None]] = [(one, None) for one in dues(process, loaded.case)]
        lines += [(item, match) for match, _, item in self._store.whether_same(connection, number)]
        item, match = next((one for one in lines if key_of(number, one[0]) == key), (None, None))
        if (
            item is None
            or viewer.in_case(process, holders).section_of(item, viewer.mark(number, item)) is None
            or not may_see_due(
                item, process, lambda: letters_of(CaseNow(process, loaded.case, now), actor), actor.roles
            )
        ):
            raise _nothing_such()
        return number, item, match

    def _silent_cases(self, broken: list[str]) -> list[str]:
        """Name the cases in which silence could mean something: those in a phase in which it can happen. Gathers those that are damaged."""
        with self._store.database.reading() as connection:
            return [
                one.number
                for one in self._store.listed(connection, broken)
                if any(one.phase in kind.phases for kind in self._store.process(connection, one.digest).on_silence)
            ]

    def _raise_in(self, number: str) -> Raised:
        raised, case = [], self._as_it_stands(number)
        while kinds := unheard(case):
            try:
                self.do(Incident(number, type=kinds[0].id), as_=Actor.clock)
                raised.append(kinds[0].id)
            except Refused:  # unless somebody has said it in between
                if kinds[0] in unheard(self._as_it_stands(number)):
                    raise
            case = self._as_it_stands(number)
        return Raised(number, tuple(raised), case.process.roles_called(managers(case)))

    def _as_it_stands(self, number: str) -> CaseNow:
        with self._store.database.reading() as connection:
            process, loaded = self._store.pinned(connection, number)
            return CaseNow(process, loaded.case, self._reckoned(connection).now)

    def due(
        self,
        *,
        as_: Actor,
        until: datetime | None = None,
        role: str | None = None,
        organisation: str | None = None,
        case: str | None = None,
        after: str | None = None,
        limit: int = MOST_LISTED,
    ) -> Page[DueRow]:
        """List what is due, earliest first, a page at a time: of all cases, or only what all that is given asks for.

        A program opens every case for it once, some 30 µs each, and then follows what is written, and opens only what is shown: whoever can
        write the file cannot make anybody forget what is due. In a host's transaction every case is opened each time.

        Args:
            until: what falls due by then.
            role: what this role does, alone or as one of several.
            organisation: of cases that it works on: who opened it, owns it, receives, or holds a role in it; and of which the actor is
                told that it does.
            case: of this case.
            after: the key of the row after which the list goes on; the page before says it in its own `after`.
            limit: at most so many, 1 to 1,000.

        Returns:
            What is due in the cases that can be read; the page's `damaged` names those that cannot: nobody knows what is due in them. Have
            the ledger verified.

        Raises:
            BadInput: there is no such role or organisation, or no such limit. NotFound: there is no such case. LedgerBroken: the case that
            was asked for cannot be read. NotPermitted, StoreUnavailable.
        """
        must_be_named(as_)
        for name, said in (("role", role), ("organisation", organisation)):
            _ = said if said is None else as_word(name, said)
        must_be_limit(limit, MOST_LISTED)
        first = BEGINNING if after is None else _place_of(after)
        until = None if until is None else as_instant("until", until)
        with self._store.database.reading() as connection:
            self._must_read_some(connection, as_)
            number = self._find_case(may_read, connection, case, as_).loaded.case.number if case is not None else None
            last = FAR_AWAY if until is None else snapshot.seconds(until)
            asked = AskedOfDue(as_, self._accounts(connection), after, role, organisation, limit)
            process = cache(partial(self._store.process, connection))
            find = partial(self._store.due, connection, first, last, asked=_judging(asked, process))
            try:
                page = self._page_of_due(connection, asked, find(number=number))
            except StaleAgenda:
                page = self._page_of_due(connection, asked, find(anew=True))
        log.info("due_listed", actor=as_.id)
        return page

    def today(self, *, as_: Actor) -> Today:
        """List today's work of one person, in sections: journeys, alarms, what is late, due, to be signed, awaited, soon, and offered.

        It looks at the cases that they answer for, or in which one of their roles has something to do; a closed case stands there only
        with what is still due of it. A case worker whose account has ended, or who has none though others of their organisation have,
        answers for nobody: their cases are everybody's of that organisation.

        An administrator who reads no case is told what is gone of the database, and how the witness stands, where that is not well.

        Raises:
            NotPermitted, StoreUnavailable.
        """
        must_be_named(as_)
        checks = (*self._gone(as_), *self._glass(as_))
        with self._store.database.reading() as connection:
            try:
                self._must_read_some(connection, as_)
            except NotPermitted:
                if not checks:
                    raise
                return Today(self._reckoned(connection).now, (), (), (), (), (), (), (), checks=checks)
            try:
                found = self._today(connection, as_)
            except StaleAgenda:
                found = self._today(connection, as_, anew=True)
        reads.keep_soon(self._store, found[2])
        log.info("today_listed", actor=as_.id)
        journeys = tuple(self._with_what_is_missing(as_, *one) for one in found[1])
        return replace(found[0], journeys=journeys, checks=checks)

    def _glass(self, actor: Actor) -> tuple[Check, ...]:
        """Tell data protection which accounts of their house break the glass often, or look for numbers with it."""
        with self._store.database.reading() as connection:
            known = [self._store.process(connection, digest) for digest in self._store.digests(connection)]
        roles = ((process, id) for process in known for id in actor.roles & process.roles.keys())
        if not any(letters_of_role(process, id).get(reads.GROUP, (0, 0))[False] >= READ for process, id in roles):
            return ()
        try:
            return (*self._broken_by_theirs(actor), *reads.glass_of(self._store, actor.organisation, self.now()))
        except (StoreUnavailable, LedgerBroken):  # which `doctor` tells
            return ()

    def _broken_by_theirs(self, actor: Actor) -> list[Check]:
        """Tell data protection of a glass that their house has broken of a case in which it has no part, until it is said whether that was
        right. Each case is looked at only where that house has broken one.
        """
        now, found = self.now(), list[Check]()
        if not reads.has_broken(self._store, actor.organisation, now):
            return found
        with self._store.database.reading() as connection:
            for one in self._due_by_now(connection, now)[0]:
                if one.item.step == JUDGE_GLASS and not self._is_hidden(actor, one.case):
                    case = self._store.load(connection, one.case).case
                    grounds = grounds_of(CaseNow(one.process, case, now), actor)
                    opening = _opening_of(case, one.item)
                    if opening.house == actor.organisation and (grounds is None or not grounds.is_listed):
                        found.append(reads.broken_glass(one.case, opening))
        return found

    def _gone(self, actor: Actor) -> tuple[Check, ...]:
        """Give to an administrator what is not well of entries that are gone, and of the witness. Packs are asked for who that is only then."""
        store = self._store
        is_watched = store.witness is not None or store.heads.are_known
        if is_watched and not actor.roles & self.packs.administrators:  # it looks at the heads of all cases
            return ()
        checks = tuple(one for one in taken_back(store, self.now()) if one.state != "ok")
        return checks if checks and actor.roles & self.packs.administrators else ()

    def _today(
        self, connection: Any, actor: Actor, *, anew: bool = False
    ) -> tuple[Today, list[_JourneyOfCase], list[Reading]]:
        clock, asked = self._reckoned(connection), AskedOfDue(actor, self._accounts(connection))
        viewer = Viewer(actor, now := clock.now, asked.accounts, self._marks(connection))
        process = cache(partial(self._store.process, connection))
        in_case = cache(lambda digest, holders: viewer.in_case(process(digest), holders))
        due = self._store.due(
            connection,
            last=snapshot.seconds(now + AHEAD),
            asked=lambda whose, who: in_case(whose.digest, whose.holders).is_concerned(who),
            anew=anew,
        )
        self._must_read_all(connection, due.digests, actor)
        called, listed = self._called_for(connection, actor), set[tuple[str, str]]()
        of_called = (
            (one, item)
            for number in sorted({name.partition(" ")[0] for name in called})
            for one, item in self._store.due(connection, number=number, last=snapshot.seconds(now)).rows
            if f"{number} {name_of(item)}" in called
        )
        case_of = cache(lambda number: self._store.load(connection, number).case)

        @cache
        def letters_in(digest: str, number: str) -> Letters:
            return letters_of(CaseNow(process(digest), case_of(number), now), actor)

        lists: dict[Section, list[DueRow]] = {name: [] for name in SECTIONS}
        journeys, read, lines = list[_JourneyOfCase](), list[Reading](), dict[str, _Line]()
        registers = dict[str, tuple[Section, DueRow]]()  # of each register of a case, its one line
        for one, item in chain(due.rows, of_called):
            if (name := (one.number, name_of(item))) in listed:  # its key may be that of another line of the same entry
                continue
            listed.add(name)
            pinned, case = process(one.digest), partial(case_of, one.number)
            here, mark = in_case(one.digest, one.summary.holders), viewer.mark(one.number, item)
            reader = in_place(pinned, one.summary.holders, actor)
            if reader is None or self._is_hidden(actor, one.number):  # was called, and has no part in the case any more
                continue
            section = here.section_of(item, mark)
            if section is None and f"{one.number} {name_of(item)}" in called:  # for another, who does not answer
                section = "journeys" if is_journey(pinned, item) else "alarms" if item.round == OPEN else "overdue"
            try:
                letters = partial(letters_in, one.digest, one.number)
                if section == "journeys":
                    journeys.append(_JourneyOfCase(viewer.journey(pinned, case(), item), pinned, case()))
                    groups = {"travel" if journeys[-1].journey.leaves else "arrival"}
                    zone = pinned.zones["host"]
                    read.append(reads.in_a_list(one.number, reader, one.summary.holders, groups, now, zone))
                    lines.setdefault(one.number, _Line(pinned, one.summary.holders, reader, letters))
                elif section is not None and may_see_due(
                    item, pinned, letters, reader.roles, leads=one.summary.holders.leads == reader.organisation
                ):
                    row = self._due_row(pinned, one, item, case, asked, now, letters)
                    house = here.whom_to_ask(item) if section == "waiting" else None
                    ask = pinned.title("partners", house) if house is not None else None
                    if row is not None:
                        row = replace(row, seen=mark, ask=ask)
                        if item.step.startswith(ENTRY):
                            before = registers.get(line := f"{one.number} {item.step}")
                            if before is not None and (section != "overdue" or before[0] == "overdue"):
                                continue
                            if before is not None:  # what is only asked gives way to what somebody is late with
                                lists[before[0]].remove(before[1])
                            registers[line] = section, row
                        lists[section].append(row)
                        lines.setdefault(one.number, _Line(pinned, one.summary.holders, reader, letters))
            except LedgerBroken:
                due.unread.append(one.number)
        rows: dict[str, Any] = {name: tuple(lists[name]) for name in SECTIONS}
        damaged = tuple(sorted({*due.unread}))
        rows |= {"clock_stands_back_at": clock.stands_back_at, "clock_ahead_of": clock.ahead_of}
        new = reads.not_listed_yet(self._store, actor, lines, now)
        read += [lines[number].reading(number, now) for number in new]
        return Today(now=now, damaged=damaged, **rows), journeys, read

    def _with_what_is_missing(self, actor: Actor, journey: Journey, process: Process, recorded: Case) -> Journey:
        """Count what the departure still waits for, as `blockers` says it; of a journey that has begun there is nothing to count."""
        if not journey.leaves:
            return journey
        now, outside = self.now(), self._outside()
        actor = in_place(process, holders_of(recorded), actor) or actor

        def found(calls: PluginCalls) -> list[Reason]:
            at = journey.at if journey.at > now else None
            return blockers(
                process, recorded, "depart", actor, now, lambda one: self._judged(one, calls), at=at, outside=outside
            )

        return replace(journey, missing=len(with_plugin_calls(found)))

    def _page_of_due(self, connection: Any, asked: AskedOfDue, due: Due) -> Page[DueRow]:
        self._must_read_all(connection, due.digests, asked.by)
        if asked.role is not None:
            self._must_be_a_role(connection, asked.role)
        if asked.organisation is not None:
            self._must_be_an_organisation(connection, asked.organisation, asked.by)
        told = self._told_of_due(connection, asked)
        read = dict[str, _Line]()

        begins, told_there = ("", Counter[str]()) if asked.after is None else _read_on(asked.after)
        told_before = [*told_there.elements()]

        def row_of(one: Listed, item: DueItem) -> DueRow | None:
            if _place_in_list(key_of(one.number, item)) < begins:
                return None
            try:
                line = told.line(one, item)
                if line is None or (asked.organisation and not line.letters().knows_party(asked.organisation)):
                    return None
                read.setdefault(one.number, line)
                case = partial(told.case, one.number)
                return self._due_row(line.process, one, item, case, asked, told.now, line.letters)
            except LedgerBroken:
                due.unread.append(one.number)
            return None

        found = (row for row in starmap(row_of, due.rows) if row is not None)

        def was_told(row: DueRow) -> bool:
            if _place_in_list(row.key) != begins or not told_there[_entry_of(row)]:
                return False
            told_there[_entry_of(row)] -= 1
            return True

        page = [*islice(filterfalse(was_told, found), asked.limit + 1)]
        more = None
        if len(page) > asked.limit:
            place = _place_in_list(page[asked.limit - 1].key)
            there = [_entry_of(row) for row in page[: asked.limit] if _place_in_list(row.key) == place]
            more = _from_there_on(place, [*(told_before if place == begins else ()), *there])
        shown = {row.case for row in page[: asked.limit]}
        new = reads.not_listed_yet(self._store, asked.by, shown, told.now)
        reads.keep_soon(self._store, [read[number].reading(number, told.now) for number in new])
        return Page(page[: asked.limit], more, tuple(sorted({*due.unread})))

    def _told_of_due(self, connection: Any, asked: AskedOfDue) -> _ToldOfDue:
        return _ToldOfDue(
            partial(self._store.process, connection),
            lambda number: self._store.load(connection, number).case,
            asked,
            self._hides(asked.by),
            self._reckoned(connection).now,
        )

    def _must_be_a_role(self, connection: Any, role: str) -> None:
        known = {
            id for digest in self._store.digests(connection) for id in self._store.process(connection, digest).roles
        }
        if role not in known:
            one_of("role", role, known | {one.entry.id for one in self.packs.core.of("roles")}, "role")

    def _must_be_an_organisation(self, connection: Any, organisation: str, actor: Actor) -> None:
        known = self._organisations(connection)
        if organisation not in known:
            theirs = (working_on(one) for one in self._store.due(connection).holders)
            known = known.union(*(one for one in theirs if actor.organisation in one))
            one_of("organisation", organisation, known, "organisation")

    def _due_row(
        self,
        process: Process,
        one: Listed,
        item: DueItem,
        recorded: Callable[[], Case],
        asked: AskedOfDue,
        now: datetime,
        letters: Callable[[], Letters],
    ) -> DueRow | None:
        """Give what is due as it is shown; None where it was to be renewed for a departure that has passed, or nobody asks any more."""
        from_ = None
        if is_not_known(process, item, now) or (item.due_at > now and is_of_what_is_gone(item)):
            return None
        if item.renews:
            case = CaseNow(process, recorded(), now)
            if not is_ahead(case):
                return None
            said, from_ = why_again(case, item), from_when(case, item)
        else:
            said = because(process, item, self._anchor_of(process, recorded, item))
        is_read = reads_what_is_due(item, process, letters)
        counts_from = {item.anchor} - {item.step} if item.span is not None else ()
        named = ((kind, id) for id in counts_from for kind in ("incidents", "steps") if id in getattr(process, kind))
        if not is_read or any(not may_see_which(process, *one, letters().of(None).sums) for one in named):
            said = part("the day on which somebody asks")
        return DueRow(
            one.number,
            item.step,
            (not item.step.startswith(ENTRY) and item.round.removesuffix(AGAIN).removeprefix(WAITS)) or None,
            item.of or None,
            due_title(process, item, recorded) if is_read else summed_up(process, item),
            item.due_at,
            item.due_at < now and can_be_overdue(process, item),
            process.roles_called(process.steps[item.anchor].who if item.round == WAITS else item.who),
            because_template=said["template"],
            values=said["values"],
            renews=item.renews,
            from_=from_,
            zone=process.zones[item.side],
            key=key_of(one.number, item),
            label=one.label,
            worker=worker_of(process, one.summary.holders, asked.by.organisation, asked.accounts),
        )

    def _called_for(self, connection: Any, actor: Actor) -> frozenset[str]:
        """Name what this account was called for by the last ring, each with its case."""
        noted = calls_before(self._store.entries, connection).get(actor.id, CallsBefore())
        return frozenset(name.removesuffix(SAID_AGAIN) for name in noted.keys)

    def _marks(self, connection: Any) -> Marks:
        return in_force(all_seen(self._store.entries, connection), self._accounts(connection))

    def _anchor_of(self, process: Process, recorded: Callable[[], Case], item: DueItem) -> datetime | None:
        if item.span is None or item.span.unit != "working_days":
            return None
        case = recorded()
        return CaseNow(process, case, case.touched_at or case.opened_at).anchor(item.anchor)

    def _must_read_all(self, connection: Any, digests: Iterable[str], actor: Actor) -> None:
        for digest in digests:
            may_read(self._store.process(connection, digest), actor, self.now())


def course_in(process: Process, holders: Holders, reader: Actor, letters: Callable[[], Letters]) -> frozenset[str]:
    """Name the group of how a case goes, where a line of a list tells more than a summary of it."""
    reads_it = follows(process, reader) if holders.leads == reader.organisation else COURSE in letters().of(None).reads
    return frozenset({COURSE} if reads_it else ())


def _opening_of(case: Case, item: DueItem) -> Opening:
    """Give the opening of which something is due."""
    return next(one for one in case.openings if one.seq == int(item.of))


def _judging(asked: AskedOfDue, process: Callable[[str], Process]) -> Asked:
    """Give what says whether something is asked for, and told to who asks, by whose it is: to who leads a case, and reads how
    it goes, all of it; to anybody else what their own roles do.
    """

    @cache
    def roles_in(whose: Whose) -> tuple[frozenset[str], bool]:
        pinned, holders = process(whose.digest), whose.holders
        reader = in_place(pinned, holders, asked.by)
        if reader is None:
            return frozenset(), False
        if not follows(pinned, reader):
            return reader.roles, False
        if holders.leads == reader.organisation:
            return reader.roles, True
        # What is of their house is told under a consent: for that its case is opened.
        return roles_of(pinned, holders, reader.organisation), False

    def is_asked_for(whose: Whose, who: Who) -> bool:
        roles, reads_all = roles_in(whose)
        if asked.role not in (None, *who) or not (reads_all or not roles.isdisjoint(who)):
            return False
        return asked.organisation is None or asked.organisation in working_on(whose.holders)

    return is_asked_for


def _nothing_such() -> BadInput:
    return bad("key", "unknown", "Nothing such is due for you.", "Look at today's list again.")


def _place_of(after: Any, field: str = "after") -> Entry:
    """Give the second in which what a key names is due, and the case. Raises BadInput."""
    if isinstance(after, str) and DUE_KEY.match(after) is not None:
        moment, number, *_ = after.split(" ")
        with suppress(ValueError):  # such as the 45th day of a month
            return snapshot.seconds(datetime.fromisoformat(moment)), number
    raise bad(
        field, "unreadable", "That is no place in the list of what is due.", "Give it as the page before said it."
    )


def _place_in_list(key: str) -> str:
    """Give the place of a line in the order of the list: all that is due of entries of one register, in one case and moment, shares one."""
    moment, number, step, *_ = key.split(" ")
    return f"{moment} {number} {step}" if step.startswith(ENTRY) else key


def _entry_of(row: DueRow) -> str:
    """Give of which entry a line is; "" of what is none."""
    return str(row.of) if row.step.startswith(ENTRY) else ""


def _from_there_on(place: str, told: Iterable[str]) -> str:
    """Give from where a list is read on: a place, and of which entries lines were told there."""
    return f"{place} #{','.join(told)}" if f" {ENTRY}" in place else place


def _read_on(after: str) -> tuple[str, Counter[str]]:
    """Read from where a list is read on."""
    place, mark, told = after.rpartition(" #")
    return (_place_in_list(place), Counter(told.split(","))) if mark else (_place_in_list(after), Counter(("",)))


def must_be_limit(limit: int, most: int) -> None:
    """Raise BadInput: it is no limit of a list."""
    if type(limit) is not int or not 1 <= limit <= most:
        raise bad("limit", "unreadable", "That is no limit.", "Give a number from 1 to {most}.", most=most)
