"""The one door: one method per thing a user does, for reading too. Who may see or do it is asked before anything else.

Every method takes the actor by keyword, `as_`. The embedder has made sure who that is; the engine trusts it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import count as numbers
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wayhome import disclosed, reads
from wayhome.batches import BatchedCommand, Batches, CommandResult
from wayhome.case_now import CaseNow
from wayhome.case_now.access import holders_of, in_place, roles_of
from wayhome.case_now.letters import COURSE, Letters, letters_of
from wayhome.commands import BY_WORD, AnyCommand, CloseUp, Command, Move
from wayhome.commands.signing import entry_to_sign
from wayhome.entries import entries_for, in_words
from wayhome.errors import BadInput, LedgerBroken, StoreUnavailable, WayhomeError
from wayhome.everything import Everything, KeptBack
from wayhome.execution import real_clock
from wayhome.flow.decide import blockers
from wayhome.flow.rows import NextRow, next_rows
from wayhome.forms import Form, confirmed, entries_behind, form_of, said_to_open, written
from wayhome.hooks import Listeners
from wayhome.logs import Log
from wayhome.looking import Looking
from wayhome.model.actor import Actor
from wayhome.model.argument_types import must_be, must_fit_open
from wayhome.model.case import Case, OrganisationRecord
from wayhome.model.closed_sets import CASE_PARTS, CaseOrder, CasePart, CopyFor, MoveName, Phase, Status
from wayhome.model.event import Event, HistoryRow
from wayhome.model.label import read_label
from wayhome.model.moves import MOVES
from wayhome.model.number import read_number
from wayhome.model.partner_note import NoteKind, PartnerNote
from wayhome.model.reading import ANOTHER_CASE, CODE, bad, one_of
from wayhome.model.reason import Decision, Judgement, Reason
from wayhome.model.same_person import SamePerson
from wayhome.model.seen import Seen
from wayhome.packs.installed import installed_fingerprint
from wayhome.packs.plugin_calls import PluginCalls, with_plugin_calls
from wayhome.packs.process import Process
from wayhome.permissions import (
    acting_in,
    decision_for,
    may_ask,
    may_be_told_of,
    may_read,
    must_be_named,
    must_be_somebody,
    reasons_for,
    sees_openings,
    subjects_of,
)
from wayhome.reads import ReadRow
from wayhome.results import MOST_LISTED, CaseCount, CaseRowView, CaseView, Change, Done, DueRow, Page
from wayhome.rules.gates import boarding_opens
from wayhome.store import office
from wayhome.store.addresses import opened as database_at
from wayhome.store.addresses import place_of_reads
from wayhome.store.batch import Batch
from wayhome.store.lists import Store
from wayhome.store.organisations import organisations_in
from wayhome.store.read_log import ReadLog
from wayhome.store.sealed_entries import first_rows
from wayhome.store.sqlite_file import SqliteFile
from wayhome.store.vault import Keys, Random, Vault, provider
from wayhome.store.witness import Witness
from wayhome.today import Today
from wayhome.upkeep import Clock

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy import Engine as HostEngine
    from sqlalchemy.orm import Session

    from wayhome.packs.plugins import Packs

log = Log("wayhome")


def _installed() -> Packs:
    # What decides a case stands in its process: packs wait until they are asked.
    from wayhome.packs.plugins import Packs

    return Packs.installed()


class Engine(Looking):
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
                (Move.word, what)
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

        Who does not read how the case goes is told what they can do themselves; who does, and whose house does not lead it, what its own
        people can do. What others are to do about what they are not told of is left out. Who is there by a consent alone does nothing of this.
        """
        looked = process, found, as_, letters, _ = self._look(case, as_, what="next")
        now = self.now()

        def judged(at: datetime) -> list[Judgement]:
            departing = CaseNow(process, found, at, now=now, command=Move(found.number, to="depart"))
            return with_plugin_calls(partial(self._judged, departing))

        rows = next_rows(process, found, now, as_, judged, self._outside(partial(self._books, as_)))
        self._keep_read(looked, {COURSE} & letters().of(None).reads, "case")
        rows = [row for row in rows if row.do["do"] != CloseUp.word or sees_openings(letters(), row.who, as_.roles)]
        rows = [row for row in rows if may_be_told_of(subjects_of(row.do), row.who, process, letters, as_.roles)]
        if letters().leads and COURSE in letters().of(None).reads:
            return tuple(rows)
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
        if signs is not None and (refs := entries_behind(now, signs)):
            told = entries_for(now, letters().to_sign, {seq: row.texts for seq, row in rows.items()})
            signs = replace(signs, entries=tuple(in_words(process, one) for one in told if one["ref"] in refs))
            shown += [row for row in rows.values() if row.data.get("ref") in refs]
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

    def case(self, case: str, *, at: datetime | None = None, parts: Iterable[CasePart] = CASE_PARTS) -> CaseView:
        """Show a case. See `Engine.case`."""
        return self._engine.case(case, as_=self.actor, at=at, parts=parts)

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

    def same_person(self, key: str, same: bool) -> SamePerson:
        """Say whether the person of a case is the one of a newer case. See `Engine.same_person`."""
        return self._engine.same_person(key, same, as_=self.actor)

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
