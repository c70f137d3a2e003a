"""The one door: one method per thing a user does, for reading too. Who may see or do it is asked before anything else.

Every method takes the actor by keyword, `as_`. The embedder has made sure who that is; the engine trusts it.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache, partial
from itertools import count as numbers
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from wayhome import disclosed, reads
from wayhome.batches import BatchedCommand, Batches, CommandResult
from wayhome.case_filter import CaseFilter, read_filter
from wayhome.case_now import CaseNow
from wayhome.case_now.access import Grounds, holders_of, in_place, is_of, may_be_in, roles_of
from wayhome.case_now.letters import COURSE, Letters, letters_of
from wayhome.commands import BY_WORD, AnyCommand, CloseUp, Command, Move
from wayhome.commands.signing import entry_to_sign
from wayhome.errors import (
    BadInput,
    LedgerBroken,
    NotFound,
    NotPermitted,
    StoreUnavailable,
    WayhomeError,
)
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
from wayhome.execution import real_clock
from wayhome.find import asks_for_somebody, is_about
from wayhome.flow.apply import fold
from wayhome.flow.decide import blockers
from wayhome.flow.rows import NextRow, next_rows
from wayhome.forms import Form, confirmed, form_of, said_to_open, written
from wayhome.hooks import Listeners
from wayhome.logs import Log
from wayhome.model.actor import Actor
from wayhome.model.argument_types import must_be, must_fit_open
from wayhome.model.case import Case, OrganisationRecord
from wayhome.model.closed_sets import PERSON, STATUSES, CaseOrder, CopyFor, MoveName, Phase, Status
from wayhome.model.data import to_json
from wayhome.model.event import Event, HistoryRow
from wayhome.model.label import label_begins, read_label
from wayhome.model.moves import MOVES, PHASE_NUMBER, PHASES
from wayhome.model.number import is_number, number_begins, read_number
from wayhome.model.partner_note import NoteKind, PartnerNote
from wayhome.model.reading import ANOTHER_CASE, CODE, as_instant, as_word, bad, one_of
from wayhome.model.reason import Decision, Judgement, Reason
from wayhome.model.seen import Seen
from wayhome.packs.installed import installed_fingerprint
from wayhome.packs.plugin_calls import PluginCalls, with_plugin_calls
from wayhome.packs.process import Process
from wayhome.permissions import (
    acting_in,
    decision_for,
    event_for,
    may_ask,
    may_read,
    may_see_entry,
    must_be_named,
    must_be_somebody,
    reasons_for,
    without_accounts,
)
from wayhome.reads import ReadRow
from wayhome.results import (
    MOST_LISTED,
    CaseCount,
    CaseRowView,
    CaseView,
    Change,
    Done,
    DueRow,
    Page,
    case_view,
    history_row,
    words_at,
)
from wayhome.rules.gates import boarding_opens
from wayhome.store import office, positions
from wayhome.store.addresses import opened as database_at
from wayhome.store.addresses import place_of_reads
from wayhome.store.batch import Batch
from wayhome.store.cases import (
    LAST,
    Filter,
    Listed,
    Store,
    Unread,
    no_case,
)
from wayhome.store.organisations import organisations_in
from wayhome.store.read_log import How, Reading, ReadLog
from wayhome.store.sealed_entries import first_rows
from wayhome.store.sqlite_file import SqliteFile
from wayhome.store.statements import COUNTED_BY
from wayhome.store.vault import Keys, Random, Vault, provider
from wayhome.store.witness import Witness
from wayhome.today import Today
from wayhome.upkeep import Clock
from wayhome.worklist import Worklist, must_be_limit

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy import Engine as HostEngine
    from sqlalchemy.orm import Session

    from wayhome.packs.plugins import Packs

log = Log("wayhome")
FEWEST_COUNTED = 11  # of a kind, for whoever is told totals only (INV-28)
MOST_CHANGES = 10_000
THEM = Actor(PERSON, PERSON, {PERSON})  # for whom a copy of everything is; they have no account


def _installed() -> Packs:
    # What decides a case stands in its process: packs wait until they are asked.
    from wayhome.packs.plugins import Packs

    return Packs.installed()


class Looked(NamedTuple):
    """A case that somebody looks at: its process, the case, and who looks, with the roles that count there."""

    process: Process
    case: Case
    reader: Actor
    letters: Callable[[], Letters]  # a form asks for none, unless there is something to sign
    grounds: Grounds


class Engine(Worklist):
    """Runs returns. Open one with `Engine.open`; close it with `close`, or use it in a `with`."""

    @classmethod
    def open(
        cls,
        database: str | HostEngine,
        *,
        schema: str | None = None,
        key_file: str | Path | None = None,
        keys: Keys | None = None,
        clock: Clock | None = None,
        packs: Packs | None = None,
        hooks: Iterable[object] = (),
        random: Random = secrets.token_bytes,
    ) -> Engine:
        """Open a database that was made (`create`): nothing is ever made by opening, not for a mistyped name either.

        Args:
            database: e.g. "sqlite:///wayhome.db" or "postgresql+psycopg://…"; or the host's own SQLAlchemy engine, of which a
                connection is taken for each command and given back. "sqlite://" keeps everything in memory, for tests.
            schema: of PostgreSQL, in which our tables lie.
            key_file: where the master key lies; by default in the configuration folder of this account, by its id, or beside a file
                of its own, `<file>.key`. The environment variable WAYHOME_KEY (32 bytes in base64) wins over the file.
            keys: gives the master key (32 bytes) of an id that the database was made with; instead of file and environment.
            clock: gives the present moment; only tests and demos give another one than the real.
            packs: the packs to use; by default those that are installed.
            hooks: who hears what is written: modules or objects with functions marked `hookimpl` (see `wayhome.hooks`).
            random: gives random bytes; only tests give another one.

        Raises:
            StoreUnavailable: missing, locked, read-only, full, no database, made by another version, or moved to another server.
            BadInput: the address cannot be read, or something is of another type.
        """
        must_fit_open(key_file=key_file, keys=keys, clock=clock, hooks=hooks, random=random)
        if packs is not None:
            from wayhome.packs.plugins import Packs  # who gives none does not load them

            must_be("packs", packs, Packs)
        opened = database_at(database, schema)
        in_memory = isinstance(opened, SqliteFile) and opened.path is None
        vault = Vault(keys or provider(opened.path, key_file, random, in_memory=in_memory), random)
        if in_memory:  # there is nothing before it is opened
            with opened.writing() as connection:
                first_rows(connection, vault)
        listeners = Listeners(hooks) if (hooks := tuple(hooks)) else None
        store = Store(opened, vault, random)
        store.reads = ReadLog(place_of_reads(opened), vault)
        if not in_memory:
            store.witness = (listeners and listeners.witness()) or Witness.of_environment()
        engine = cls(store, (lambda: packs) if packs else _installed, clock or real_clock, random, listeners)
        engine._renew_labels(packs.fingerprint if packs else installed_fingerprint())
        return engine

    def _renew_labels(self, fingerprint: str) -> None:
        """Show all cases with the partners and contacts of the newest installed packs: no case keeps a dead hotline."""
        try:
            for process in self._store.renew_labels(fingerprint, lambda process: self.packs.labels_for(process)):
                self._note(office.PROCESS, office.packs_of(process), by=None)
        except (StoreUnavailable, LedgerBroken) as error:  # what may only be read, or is damaged, is looked at as it is
            log.info("labels_not_renewed", error=type(error).__name__)  # whoever asks next is told what it is

    def close(self) -> None:
        """Close the database. What was read is written down before."""
        reads.finish(self._store)
        self._store.database.close()
        if self._store.reads is not None:
            self._store.reads.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<Engine>"

    def acting(self, actor: Actor, *, within: Connection | Session | None = None) -> Acting:
        """Give the engine into the hands of an actor; it needs no `as_` then.

        Args:
            within: a Connection or Session of the host, on the database in which the cases lie. Each command is written there after
                a savepoint, and is kept or taken back with all else of the host's transaction; nothing is committed.

        Raises:
            BadInput: `within` is none. Its commands raise Again where the database could not bring them into an order with others:
            then the host rolls back, and does its whole transaction again.
        """
        if within is None:
            return Acting(self, actor)
        from wayhome.store.sqlalchemy_database import HostTransaction, connection_source

        joined = HostTransaction(connection_source(within), self._store.database.schema)
        return Acting(
            Engine(self._store.joined(joined), lambda: self.packs, self._clock, self._random, self._listeners), actor
        )

    # --- doing ------------------------------------------------------------------------------

    def do_all(self, commands: Iterable[AnyCommand], *, as_: Actor) -> Iterator[Done | WayhomeError | None]:
        """Do many commands in their order, many of them in one transaction: as `do` would, and at least twice as fast.

        One that is refused or cannot be read takes no other back. Of a case in which one was not done, those after it are not done
        either, so that nothing is told in another order than you gave it.

        Args:
            commands: some are taken ahead. What their iterator raises passes as it is; then nothing was done but what was yielded.

        Yields:
            For each command, when it is kept: what was done; or the error that `do` would raise; or None where one before it in its
            case was not done. Stop when you like: what was not yielded yet may have been kept, so give keys where you may go on later.

        Raises:
            LedgerBroken, StoreUnavailable, Again: all that was yielded is kept, and nothing of the command at which it was raised.
        """
        must_be_somebody(as_)
        must_be("commands", commands, Iterable)
        return (came.outcome for came in self._do_asked(BatchedCommand.of(one, as_) for one in commands))

    def _do_asked(
        self, asked: Iterable[BatchedCommand], *, tells: bool = True, begins: Callable[[], None] = lambda: None
    ) -> Iterator[CommandResult]:
        """Do many commands as `do_all` does: each of an actor of its own, and made when its turn has come.

        Args:
            tells: whether the events of what was done are told; without, it is only said in which case, and its version.
            begins: called at the begin of each transaction.
        """
        self._must_not_be_writing()
        batch = Batch(self._store, puts_off=self._listeners is None)
        engine = Engine(batch, lambda: self.packs, self._clock, self._random, self._listeners)
        return iter(Batches(engine, asked, tells=tells, begins=begins))

    def number_of(self, case: str, *, as_: Actor) -> str:
        """Give the number of a case that is called by its number or its label, as people type them.

        Raises:
            BadInput: it is neither, or several cases have that label. NotFound: no case has it. NotPermitted: it is not said who asks,
            or they read no cases; then they are not told whether one has it.
        """
        return self._look(case, as_, what="number").case.number

    def _must_be_about(self, connection: Any, number: str, command: object) -> None:
        """See that a command is about this case, as it would be when it is given; nothing is told of any other."""
        if not isinstance(command, Command) or command.case == number:
            return
        label = read_label(command.case)
        if label is None and read_number(command.case) == number:
            return
        if label is None or self._store.labelled(connection, label) != [number]:
            raise bad("case", "contradiction", ANOTHER_CASE, "Ask about the case of the command, or correct it.")

    # --- asking -------------------------------------------------------------------------------

    def why(self, case: str, what: MoveName | AnyCommand, *, as_: Actor) -> Decision:
        """Say whether something would be allowed now, with every reason for and against. Nothing is saved.

        Args:
            case: the case's number.
            what: the name of a move ("depart" is judged at the planned departure when that lies ahead, and says from when it can be
                done), or any command: that is judged as `do` would judge it now.

        Raises:
            BadInput, NotFound, NotPermitted, StoreUnavailable.
        """
        must_be_somebody(as_)
        now = self.now()
        with self._store.database.reading() as connection:
            word, given_as = (
                (Move.word, Move.word)
                if isinstance(what, str)
                else (getattr(what, "word", ""), getattr(what, "given_as", ""))
            )
            process, before, grounds = self._find_case(partial(may_ask, word), connection, case, as_)
            as_ = acting_in(grounds, given_as)
            number = before.case.number
            self._must_be_about(connection, number, what)
            command = _as_command(number, what)
            newer = self._newer(connection, command, before.case)

        def past() -> list[Event]:
            with self._store.database.reading() as connection:
                return self._store.events(connection, number)

        at = from_ = None
        if what == "depart":
            asked = CaseNow(process, before.case, now)
            planned = asked.planned_departure
            at = planned if planned is not None and planned > now else None
            opens = boarding_opens(asked, at) if at is not None else now
            from_ = opens if opens > now else None
        decision = with_plugin_calls(
            lambda calls: self._decide(process, before.case, command, as_, now, calls, past=past, newer=newer, at=at)
        ).decision
        log.info("why_asked", case=number, command=command.word, actor=as_.id)
        found = replace(decision, from_=from_, zone=process.zones["host"])
        letters = letters_of(CaseNow(process, before.case, now), as_)
        if not as_.is_clock:
            groups = {COURSE} & letters.of(None).reads
            reads.keep(self._store, [reads.read_of(number, as_, grounds.of, groups, "case", now)])
        return decision_for(found, process, letters, as_, command)

    def blockers(self, case: str, move: MoveName, *, as_: Actor) -> tuple[Reason, ...]:
        """Say what stands in the way of a move, to everybody who may read the case: also to those who help, and may not make it.

        What a reader's roles are not told (a result of a group, an incident) is said without its content. Who may make the move is
        not asked. "depart" is judged at the planned departure when that lies ahead.

        Raises:
            BadInput: there is no such move. NotFound, NotPermitted, StoreUnavailable.
        """
        one_of("move", move, MOVES, "move")
        looked = process, found, as_, letters, _ = self._look(case, as_, what="blockers")
        now = self.now()
        planned = CaseNow(process, found, now).planned_departure if move == "depart" else None
        at = planned if planned is not None and planned > now else None

        def asked(calls: PluginCalls) -> list[Reason]:
            asked_before = numbers()
            return blockers(
                process, found, move, as_, now, lambda one: self._judged(one, calls, next(asked_before)),
                at=at, outside=self._outside(partial(self._books, as_)),
            )  # fmt: skip

        self._keep_read(looked, {COURSE} & letters().of(None).reads, "case")
        return reasons_for(with_plugin_calls(asked), process, letters(), as_)

    def next(self, case: str, *, as_: Actor) -> tuple[NextRow, ...]:
        """List what can be done in a case now or from a known time on, by whom, and until when.

        Of a house that does not lead it: what its own people can do, or this actor alone, where they do not read how the case goes. Who is
        there by a consent alone does nothing of this.
        """
        looked = process, found, as_, letters, _ = self._look(case, as_, what="next")
        now = self.now()

        def judged(at: datetime) -> list[Judgement]:
            departing = CaseNow(process, found, at, now=now, command=Move(found.number, to="depart"))
            return with_plugin_calls(partial(self._judged, departing))

        rows = next_rows(process, found, now, as_, judged, self._outside(partial(self._books, as_)))
        self._keep_read(looked, {COURSE} & letters().of(None).reads, "case")
        if letters().leads:
            return tuple(rows)
        if "read_log" not in letters().own.sums:  # who was let in is not theirs to look at
            rows = [row for row in rows if row.do["do"] != CloseUp.word]
        theirs = self._working_there(process, found, as_, letters())
        return tuple(row for row in rows if not theirs.isdisjoint(row.who))

    @staticmethod
    def _working_there(process: Process, case: Case, actor: Actor, letters: Letters) -> frozenset[str]:
        """Name the roles whose work in a case is shown to somebody of a house that does not lead it."""
        holders = holders_of(case)
        if COURSE in letters.of(None).reads:
            return roles_of(process, holders, actor.organisation)
        own = in_place(process, holders, actor)
        return own.roles if own is not None else frozenset()

    def form(self, case: str | None, command: Mapping[str, Any], *, as_: Actor) -> Form:
        """Give the form of a command: its open slots, with the questions and what can be answered.

        Args:
            case: the case's number; None for the form that opens one, {"do": "open", "host_country": "BE", "origin_country": "NG"}.
            command: what is said of it already, as a remedy or a story writes it, e.g. {"do": "complete", "step": "safety_plan"};
                of `record`, the facts that are asked, {"do": "record", "facts": ["languages"]}.

        Returns:
            A form, which makes the command of answers: `engine.do(form.command(answers), as_=…)`.

        Raises:
            BadInput: there is no such command, or what is said of it names nothing; to open a case, a country is missing.
            NotFound, NotPermitted, PackBroken, StoreUnavailable.
        """
        if case is None:
            return self._form_to_open(command, as_)
        looked = process, found, as_, letters, _ = self._look(case, as_, what="form")
        outside = self._outside(partial(self._books, as_))
        now = CaseNow(process, found, self.now(), actor=as_, outside=outside)
        form = form_of(now, command)
        entry = entry_to_sign(now, form.do)
        if entry is None and not form.do.get("confirms"):
            return form
        rows = {row.seq: row for row in self._rows(process, found, as_, letters().to_sign, whole=True)[0]}
        if entry is None:
            shown, signs = [*rows.values()], confirmed(now, form.do, [*rows.values()])
        else:
            asked = found.corrections.get(entry)
            shown = [rows[one] for one in (entry, asked and asked.seq) if one in rows]
            signs = written(now, rows[entry], rows.get(asked.seq) if asked else None)
        groups = disclosed.of_rows(shown, process, letters().to_sign)
        return replace(form, signs=signs, read_recorded=self._keep_read(looked, groups, "form"))

    def _form_to_open(self, command: Mapping[str, Any], actor: Actor) -> Form:
        must_be_named(actor)
        now = self.now()
        countries = {f"{role}_country": self.packs.countries(role) for role in ("host", "origin")}
        try:
            said = said_to_open(command, countries)
            process = self._newest_for(said["host_country"], said["origin_country"])
        except WayhomeError:  # what is wrong is told to who reads cases
            for process in islice(self.packs.processes(), 1):
                may_read(process, actor, now)
            raise
        may_read(process, actor, now)
        host, origin, known = process.host_country, process.origin_country, self._known_organisations(now)
        blank = Case("", host, origin, actor.organisation, now, process.digest, organisations=known)
        return form_of(CaseNow(process, blank, now, actor=actor), said)

    def _known_organisations(self, now: datetime) -> dict[str, OrganisationRecord]:
        """Give who can open a case, as a case knows them; what each does is asked of nobody who opens one."""
        with self._store.database.reading() as connection:
            titles = {one.id: one.title for one in organisations_in(self._store.entries, connection)}
            known = sorted(self._organisations(connection))
        return {id: OrganisationRecord(id, "", (), now, 0, title=titles.get(id, id)) for id in known}

    def process_of(self, case: str, *, as_: Actor) -> Process:
        """Give the process that a case is pinned to."""
        return self._look(case, as_, what="process").process

    # --- looking --------------------------------------------------------------------------------

    def case(self, case: str, *, as_: Actor, at: datetime | None = None) -> CaseView:
        """Show a case as this actor may see it; with `at`, what was recorded by then.

        Raises:
            NotFound: no such case, or nothing was recorded of it by then. BadInput, NotPermitted, StoreUnavailable.
        """
        with self._store.database.reading() as connection:
            looked = process, found, as_, letters, _ = self._look(case, as_, at)
            accounts = self._accounts(connection)
            words = self._store.words(connection, found.number, process, words_at(process, found, letters()))
        view = case_view(process, found, as_, letters(), at or self.now(), accounts, words)
        is_kept = self._keep_read(looked, disclosed.of_case(view, process, letters()), "case")
        return view if is_kept else replace(view, read_recorded=False)

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
            words = self._store.words(connection, found.number, process, words_at(process, found, letters))
        view = case_view(process, found, THEM, letters, now, accounts, words)
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
                is_named = event is not None and event.data.get("recipient") == actor.organisation
                if event is not None and (whole or is_named or may_see_entry(event, process, letters)):
                    is_opener = actor.organisation == found.organisation
                    if event.organisation not in (actor.organisation, Actor.clock.organisation):
                        event = without_accounts(event)
                    event = event_for(event, process, letters, is_own=is_opener)
                    rows.append(history_row(event, process, found, texts))
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
        """List cases by the day they were opened, oldest first, a page at a time. Each row costs 12 to 30 µs, whatever else there is.

        Args:
            phase, status: only those.
            owner: only those that this organisation leads.
            reference: only those that the files of who opened them call so.
            called: only those of this reference, or of which the number or the label begins so, as people type them; and those of the
                person, or of who goes along, of these names, in any order, or born in this year, where the actor may read that. For
                names each case that they may know of is opened.
            host_country, origin_country: only those from there, or to there.
            overdue: only those in which something is overdue; False: in which nothing is.
            closed_as: only those that were closed so.
            changed_since: only those in which something was written at this moment or later.
            worker: only those for which this account answers in the organisation of the actor.
            order: "opened", as they were opened; "due", by what is due first; "changed", by what was written last, the newest first. In the
                latter two, each page puts all cases in order anew.
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
            goes_on, now = (last if wanted.is_paged_as_stored else None), self.now()
            named = dict[str, Reading]()  # the cases that are found by a name
            if looks_for is None:
                through = self._store.looked_through(connection, asked=asked, after=goes_on)
            else:
                through = self._looked_through_for(connection, looks_for, asked, goes_on, as_, named)
            theirs: Iterator[Listed | Unread] = (
                one
                for one in through
                if isinstance(one, Unread)
                or (
                    wanted.fits(self._store.process(connection, one.digest), one, as_.organisation, now)
                    and (looks_for or _by_what_they_know(one, asked, as_))
                    and self._may_know(connection, one, as_)
                )
            )
            if not wanted.is_paged_as_stored:
                theirs = iter(_in_order([*theirs], wanted, last))
            found = [*islice(theirs, limit + 1)]
            rows, more = found[:limit], [one for one in found[limit:] if isinstance(one, Listed) or one.has_row]
            listed = [one for one in rows if isinstance(one, Listed)]
            digests = {one.digest for one in listed}
            self._must_read_all(connection, digests, as_)
            zones = {digest: self._store.process(connection, digest).zones for digest in digests}
        log.info("cases_listed", actor=as_.id)
        views = [
            CaseRowView(
                *(one.number, one.label, one.version, one.phase, one.status, one.host_country, one.origin_country),
                *(one.summary.opened_at, one.summary.next_due_at, one.summary.holders.owner),
                zones[one.digest]["origin" if PHASE_NUMBER[one.phase] >= PHASE_NUMBER["arrival"] else "host"],
            )
            for one in listed
        ]
        unread = [one for one in (rows if more else found) if isinstance(one, Unread)]
        # One that was made nonsense is named on the next page, too.
        ends = [one.number for one in rows if is_number(one.number)]
        if more and not ends:
            raise unread[0].error
        is_kept = reads.keep(self._store, [named[one.number] for one in listed if one.number in named])
        return Page(views, ends[-1] if more else None, tuple(one.number for one in unread), is_kept)

    def _looked_through_for(
        self,
        connection: Any,
        called: str,
        asked: Filter,
        after: str | None,
        actor: Actor,
        named: dict[str, Reading],
    ) -> Iterator[Listed | Unread]:
        """Give the cases that are called so, and those of somebody of this name: of these, each that the actor may know of is opened."""
        by_name = {
            one.number
            for one in self._store.looked_through(connection, asked=asked)
            if isinstance(one, Unread) or _by_what_they_know(one, asked, actor)
        }
        for one in self._store.looked_through(connection, asked=asked._replace(called=None), after=after):
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
        """Count the cases that this actor may know of: each is opened for it, some 20 µs.

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
            theirs = (
                one
                for one in self._store.listed(connection, [])
                if (is_of(one.summary.holders, as_) if counts_only else self._may_know(connection, one, as_))
            )
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
            found = [Change(*one) for one in positions.changes(connection, after, limit)]
        last = found[-1].position if found else after
        return Page(found, last) if as_ is None else self._readable(found, last, as_)

    def _readable(self, found: Sequence[Change], last: str | None, actor: Actor) -> Page[Change]:
        rows, read = dict[str, dict[int, HistoryRow]](), list[Reading]()
        for number in dict.fromkeys(change.case for change in found):
            seqs = [change.seq for change in found if change.case == number]
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
        told = (replace(one, event=rows[one.case].get(one.seq)) for one in found if one.case in rows)
        return Page(told, last, read_recorded=is_kept)

    # --- who may read what --------------------------------------------------------------------------

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

    def read_log(self, case: str) -> Page[ReadRow]:
        """List who has read a case. See `Engine.read_log`."""
        return self._engine.read_log(case, as_=self.actor)

    def everything(self, case: str, *, made_for: CopyFor = "person", keep_back: Iterable[KeptBack] = ()) -> Everything:
        """Make a copy of all that is held of the person. See `Engine.everything`."""
        return self._engine.everything(case, made_for=made_for, keep_back=keep_back, as_=self.actor)

    def cases(
        self,
        *,
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
        """List cases, a page at a time. See `Engine.cases`."""
        return self._engine.cases(
            as_=self.actor,
            phase=phase,
            status=status,
            owner=owner,
            reference=reference,
            called=called,
            host_country=host_country,
            origin_country=origin_country,
            overdue=overdue,
            closed_as=closed_as,
            changed_since=changed_since,
            worker=worker,
            order=order,
            after=after,
            limit=limit,
        )

    def count(self, *, by: Sequence[str] = ("phase", "status")) -> tuple[CaseCount, ...]:
        """Count the cases. See `Engine.count`."""
        return self._engine.count(by=by, as_=self.actor)

    def due(
        self,
        *,
        until: datetime | None = None,
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
            role=role,
            organisation=organisation,
            case=case,
            after=after,
            limit=limit,
        )

    def take(self) -> int:
        """Take what cannot wait and is for this actor. See `Engine.take`."""
        return self._engine.take(as_=self.actor)

    def seen(self, key: str, *, until: datetime | None = None, because: str | None = None) -> Seen:
        """Note that this actor has seen what is due. See `Engine.seen`."""
        return self._engine.seen(key, until=until, because=because, as_=self.actor)

    def today(self) -> Today:
        """List today's work of this actor. See `Engine.today`."""
        return self._engine.today(as_=self.actor)

    def note_partner(
        self,
        party: str,
        kind: NoteKind,
        text: str,
        *,
        on: date | None = None,
        works: bool | None = None,
        drop: bool = False,
    ) -> PartnerNote:
        """Note something of a partner in the book of this actor's organisation. See `Engine.note_partner`."""
        return self._engine.note_partner(party, kind, text, on=on, works=works, drop=drop, as_=self.actor)

    def partner_notes(self, *, party: str | None = None) -> tuple[PartnerNote, ...]:
        """List what this actor's organisation has noted of its partners. See `Engine.partner_notes`."""
        return self._engine.partner_notes(party=party, as_=self.actor)

    def changes(self, *, after: str | None = None, limit: int = 1_000) -> Page[Change]:
        """Tell what was written after a position, in all cases that the actor may read. See `Engine.changes`."""
        return self._engine.changes(after=after, limit=limit, as_=self.actor)


# --- small things -----------------------------------------------------------------------------------------


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


def _in_order(found: Sequence[Listed | Unread], wanted: CaseFilter, after: str | None) -> list[Listed | Unread]:
    """Put all cases into the order that was asked for, those that cannot be read first; give those that come after one."""
    rows = wanted.ordered(one for one in found if isinstance(one, Listed))
    numbers = [one.number for one in rows]
    if after is not None and after in numbers:
        return [*rows[numbers.index(after) + 1 :]]
    return [*(one for one in found if isinstance(one, Unread)), *rows]


def _counted_as(one: Listed) -> dict[str, str]:
    return one._asdict() | {"organisation": one.summary.holders.organisation}


def _as_command(number: str, what: MoveName | AnyCommand) -> AnyCommand:
    if isinstance(what, str):
        if what not in MOVES:
            raise BadInput(
                "There is no move '{move}'." if CODE.fullmatch(what) else "There is no move like that.",
                why="A move is a word; anything else is asked as a command.",
                todo="Moves: {moves}. Commands: {commands}.",
                field="what",
                code="unknown",
                move=what,
                moves=[*MOVES],
                commands=[*BY_WORD],
            )
        return Move(number, to=what, how="unknown" if MOVES[what].stands_for else None)
    if not isinstance(what, Command):
        raise BadInput("That is no command on a case.", todo="Name a move, or give a command.", code="unreadable")
    return replace(what, case=number)
