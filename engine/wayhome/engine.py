"""The one door: one method per thing a user does, for reading too. Who may see or do what is decided here, once.

Every method takes the actor by keyword, `as_`. The embedder has made sure who that is; the engine trusts it.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from itertools import count as numbers
from itertools import islice, starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wayhome.acting import Acting
from wayhome.airports import airport
from wayhome.batches import Batches, Came, OneOfMany
from wayhome.case_now import CaseNow
from wayhome.case_now.outside import Another, Noting, Outside
from wayhome.case_now.roles import is_for, managers, readable, told_of, working_on
from wayhome.case_now.silence import unheard
from wayhome.commands import BY_WORD, AnyCommand, Command, Incident, Move, Open, Rebase
from wayhome.commands.organisations import introduced
from wayhome.commands.signing import entry_to_sign
from wayhome.errors import (
    Again,
    BadInput,
    Conflict,
    LedgerBroken,
    NotFound,
    NotPermitted,
    Refused,
    StoreUnavailable,
    WayhomeError,
)
from wayhome.flow.apply import fold
from wayhome.flow.decide import Decided, blockers, decide, judge, read_through, seen_at
from wayhome.flow.due import because, is_an_offer
from wayhome.flow.due_item import AGAIN, DueItem
from wayhome.flow.every_fault import with_others
from wayhome.flow.past import seen_from_elsewhere
from wayhome.flow.renewals import from_when, is_ahead, why_again
from wayhome.flow.rows import NextRow, next_rows
from wayhome.flow.shape import in_shape
from wayhome.forms import Form, form_of, said_to_open, written
from wayhome.hooks import HostFailed, Listeners
from wayhome.logs import Log
from wayhome.model.actor import Actor
from wayhome.model.argument_types import must_be, must_fit_open
from wayhome.model.case import Case, OrganisationRecord
from wayhome.model.closed_sets import STATUSES, MoveName, Phase, Status
from wayhome.model.data import to_json
from wayhome.model.event import Event, HistoryRow
from wayhome.model.label import label_from, read_label
from wayhome.model.moves import MOVES, PHASE_NUMBER, PHASES
from wayhome.model.number import is_number, number_from, read_number
from wayhome.model.organisation import Organisation
from wayhome.model.reading import ANOTHER_CASE, CODE, Faults, as_code, as_instant, as_word, bad, checked, one_of
from wayhome.model.reason import Decision, Judgement, Reason
from wayhome.packs.answers import Answers, answered
from wayhome.packs.installed import installed_fingerprint
from wayhome.packs.process import Process, is_named
from wayhome.packs.renaming import under_new_names
from wayhome.permissions import (
    decision_for,
    due_is_told,
    may_ask,
    may_read,
    must_be_named,
    must_be_somebody,
    reason_for,
    redacted,
)
from wayhome.results import (
    MOST_LISTED,
    CaseCount,
    CaseRowView,
    CaseView,
    Change,
    Done,
    DueRow,
    Page,
    Raised,
    Rung,
    case_view,
    due_title,
    history_row,
)
from wayhome.rules.asking import looked_at
from wayhome.rules.safeguard import pack_rules_asked
from wayhome.store import positions, snapshot
from wayhome.store.addresses import opened as database_at
from wayhome.store.agenda import Asked, Entry, MadeAgain, Who, Whose
from wayhome.store.batch import Batch
from wayhome.store.cases import (
    BEGINNING,
    FAR_AWAY,
    LAST,
    Appended,
    Due,
    Earlier,
    Filter,
    Listed,
    Loaded,
    Store,
    Unread,
    no_case,
)
from wayhome.store.hosted import Joined, lender
from wayhome.store.office import first_rows
from wayhome.store.own_file import OwnFile
from wayhome.store.statements import COUNTED_BY
from wayhome.store.vault import Keys, Random, Vault, provider
from wayhome.upkeep import Clock, Upkeep

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy import Engine as HostEngine
    from sqlalchemy.orm import Session

    from wayhome.packs.plugins import Packs

log = Log("wayhome")
MOST_CHANGES = 10_000
KEY = re.compile("[!-~]{1,200}")
MOST_DRAWN = 40
DUE_KEY = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ WH-\w{5}-\w{5}-\w ")
Allowed = Callable[[Process, Actor, datetime], None]  # raises NotPermitted


def real_clock() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)


def _installed() -> Packs:
    from wayhome.packs.plugins import (
        Packs,  # what decides a case stands in its process; packs are read when they are asked
    )

    return Packs.installed()


def _must_be_packs(packs: object) -> None:
    from wayhome.packs.plugins import Packs  # who gives none does not load them

    must_be("packs", packs, Packs)


class _AskedOfDue(NamedTuple):
    by: Actor
    after: str | None
    mine: bool
    role: str | None
    organisation: str | None
    limit: int


class ToWrite(NamedTuple):
    """A command that may be done, and what is needed to write it."""

    process: Process  # under which it is written
    instead_of: Process | None  # which the case leaves for it
    before: Loaded | None
    outcome: Decided
    number: str
    now: datetime
    actor: Actor
    command: AnyCommand
    command_hash: bytes


class Engine(Upkeep):
    """Runs returns. Open one with `Engine.open`; close it with `close`, or use it in a `with`."""

    def __init__(
        self,
        store: Store,
        packs: Callable[[], Packs],
        clock: Clock = real_clock,
        random: Random = secrets.token_bytes,
        listeners: Listeners | None = None,
    ) -> None:
        super().__init__(store, packs, clock)
        self._random, self._listeners = random, listeners

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
            key_file: where the master key lies; by default beside a file of its own, `<file>.key`. The environment
                variable WAYHOME_KEY (32 bytes in base64) wins over the file.
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
            _must_be_packs(packs)
        opened = database_at(database, schema)
        in_memory = isinstance(opened, OwnFile) and opened.path is None
        vault = Vault(keys or provider(opened.path, key_file, random, in_memory=in_memory), random)
        if in_memory:  # there is nothing before it is opened
            with opened.writing() as connection:
                first_rows(connection, vault)
        listeners = Listeners(hooks) if (hooks := tuple(hooks)) else None
        store = Store(opened, vault, random)
        engine = cls(store, (lambda: packs) if packs else _installed, clock or real_clock, random, listeners)
        engine._renew_labels(packs.fingerprint if packs else installed_fingerprint())
        return engine

    def _renew_labels(self, fingerprint: str) -> None:
        """Show all cases with the partners and contacts of the newest installed packs: no case keeps a dead hotline."""
        try:
            self._store.renew_labels(fingerprint, lambda process: self.packs.labels_for(process))
        except (StoreUnavailable, LedgerBroken) as error:  # what may only be read, or is damaged, is looked at as it is
            log.info("labels_not_renewed", error=type(error).__name__)  # whoever asks next is told what it is

    def close(self) -> None:
        """Close the database."""
        self._store.database.close()

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
        joined = Joined(lender(within), self._store.database.schema)
        return Acting(
            Engine(self._store.joined(joined), lambda: self.packs, self._clock, self._random, self._listeners), actor
        )

    # --- doing ------------------------------------------------------------------------------

    def do(self, command: AnyCommand, *, as_: Actor) -> Done:
        """Do one command: all of it is kept when this returns, or nothing.

        Raises:
            Refused: the rules forbid it; `decision.unmet` says why and what would help.
            Conflict: `if_version` was given and the case has moved on.
            Again: in a host's transaction, which is to be done again as a whole.
            BadInput, NotFound, NotPermitted, PackBroken, StoreUnavailable.
        """
        must_be_somebody(as_)
        command = self._checked(command)
        self._must_not_be_writing()
        if isinstance(
            command, Command
        ):  # whoever mistypes the number waits for nobody; by a label it is the same command
            command = self._by_number(command, as_)
        command_hash = self._known_by(command, as_)
        number = command.case if isinstance(command, Command) else self._new_number()
        return self._tried(lambda: answered(lambda a: self._do(command, number, as_, command_hash, a)))

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
        return (came.answer for came in self._do_asked(OneOfMany.of(one, as_) for one in commands))

    def _do_asked(
        self, asked: Iterable[OneOfMany], *, tells: bool = True, begins: Callable[[], None] = lambda: None
    ) -> Iterator[Came]:
        """Do many commands as `do_all` does: each of an actor of its own, and made when its turn has come.

        Args:
            tells: whether the events of what was done are told; without, it is only said in which case, and its version.
            begins: called at the begin of each transaction.
        """
        self._must_not_be_writing()
        batch = Batch(self._store, puts_off=self._listeners is None)
        engine = Engine(batch, lambda: self.packs, self._clock, self._random, self._listeners)
        return iter(Batches(engine, asked, tells=tells, begins=begins))

    @staticmethod
    def _checked(command: AnyCommand) -> AnyCommand:
        if not isinstance(command, Open | Command):
            raise BadInput("That is no command.", todo="Make one from wayhome.commands.", code="unreadable")
        if command.if_version is not None and type(command.if_version) is not int:
            raise bad("if_version", "unreadable", "A version is a whole number.", "Take it from the case.")
        return command

    def _by_number(self, command: Command, actor: Actor) -> Command:
        number = self._number_said(command.case, actor, command.word)
        return command if number == command.case else replace(command, case=number)

    @staticmethod
    def _known_by(command: AnyCommand, actor: Actor) -> bytes:
        return b"" if command.key is None else hash_of(command, actor)

    def _new_number(self) -> str:
        return number_from(int.from_bytes(self._random(8), "big"))

    def _tried(self, act: Callable[[], tuple[Done, tuple[Event, ...]]]) -> Done:
        """Do a command; again, where a transaction of our own could not be brought into an order with others."""
        database = self._store.database
        for left in reversed(range(database.tries)):
            try:
                done, events = act()
                break
            except HostFailed as failed:
                raise failed.error from None
            except Again:
                if not left:
                    raise
        self._tell_kept(events)
        return done

    def _tell_kept(self, events: Sequence[Event]) -> None:
        if events and self._listeners and not isinstance(self._store.database, Joined):
            self._listeners.committed(events)

    def number_of(self, case: str, *, as_: Actor) -> str:
        """Give the number of a case that is called by its number or its label, as people type them.

        Raises:
            BadInput: it is neither, or several cases have that label. NotFound: no case has it. NotPermitted: it is not said who asks,
            or they read no cases; then they are not told whether one has it.
        """
        return self._look(case, as_, what="number")[1].number

    def _number_said(self, said: str, actor: Actor, word: str) -> str:
        """Give the number of a case that is called by its number or its label in a command of this word."""
        if read_label(said) is None:
            return read_number(said)
        with (
            self._store.database.reading() as connection,
            self._only_for(partial(may_ask, word), connection, actor),
        ):
            return self._number(connection, said)

    def _number(self, connection: Any, said: str, field: str = "case") -> str:
        label = read_label(said)
        if label is None:
            return read_number(said, field)
        found = self._store.labelled(connection, label)
        if not found:
            raise no_case_called_so()
        if len(found) > 1:
            raise BadInput("Several cases have that label.", todo="Choose one by its number.", field=field)
        return found[0]

    def _must_be_about(self, connection: Any, number: str, command: object) -> None:
        """See that a command is about this case, as it would be when it is given; nothing is told of any other."""
        if not isinstance(command, Command) or command.case == number:
            return
        label = read_label(command.case)
        if label is None and read_number(command.case) == number:
            return
        if label is None or self._store.labelled(connection, label) != [number]:
            raise bad("case", "contradiction", ANOTHER_CASE, "Ask about the case of the command, or correct it.")

    def _do(
        self, command: AnyCommand, number: str, actor: Actor, command_hash: bytes, answers: Answers
    ) -> tuple[Done, tuple[Event, ...]]:
        if isinstance(command, Open):  # composed before anybody has to wait for it
            self._newest_for(command.host_country, command.origin_country)
        with self._store.writing() as connection:
            found = self._judge_in(connection, command, number, actor, command_hash, answers)
            if isinstance(found, Earlier):
                return self._answered(connection, found), ()
            written = self._write(connection, found)
        self._log_done(found, written)
        return self._told(found, written), written.events

    @staticmethod
    def _log_done(found: ToWrite, written: Appended) -> None:
        number, events = found.number, len(written.events)
        if isinstance(found.command, Open):
            host, origin = found.process.host_country, found.process.origin_country
            log.info("case_opened", case=number, host=host, origin=origin, events=events)
        else:
            word, version = found.command.word, written.case.version
            log.info("command_done", case=number, command=word, version=version, events=events)

    def _judge_in(
        self, connection: Any, command: AnyCommand, number: str, actor: Actor, command_hash: bytes, answers: Answers
    ) -> ToWrite | Earlier:
        """Judge a command in the transaction in which it is written: of one that is refused, or cannot be read, nothing is.

        Returns:
            What is needed to write it; or what was done under its key before.
        """
        if isinstance(command, Open):
            return self._judge_opening(connection, command, number, actor, command_hash, answers)
        store = self._store
        store.lock(connection, number)
        if command.key is not None and (earlier := store.answered(connection, as_key(command.key), command_hash)):
            return earlier
        process, before = self._found(partial(may_ask, command.word), connection, number, actor)
        now = self.now()  # whoever waited for another writer writes after them
        if command.if_version is not None and command.if_version != before.case.version:
            raise Conflict(
                "Case {number} has moved on: it is at version {current}, and you saw {seen}.",
                why="Somebody saved it in between.",
                todo="Look at it again, then decide again.",
                number=number,
                current=before.case.version,
                seen=command.if_version,
            )
        newer = self._newer(connection, command, before.case)
        past = partial(store.events, connection, number)
        outcome = self._decide(process, before.case, command, actor, now, answers, past=past, newer=newer)
        if not outcome.allowed:
            decision = outcome.decision
            rules = sorted({one.rule for one in decision.unmet})
            log.info("command_refused", case=number, command=command.word, rules=rules)
            decision = decision_for(decision, process, actor, command.word)
            raise Refused(number, command.word, decision, move=command.to if isinstance(command, Move) else None)
        instead_of = None if newer is None else process
        return ToWrite(newer or process, instead_of, before, outcome, number, now, actor, command, command_hash)

    def _judge_opening(
        self, connection: Any, command: Open, number: str, actor: Actor, command_hash: bytes, answers: Answers
    ) -> ToWrite | Earlier:
        process, store = self._newest_for(command.host_country, command.origin_country), self._store
        if command.key is not None and (earlier := store.answered(connection, as_key(command.key), command_hash)):
            return earlier
        faults, now = Faults(), self.now()
        if command.linked_to is not None:
            said, command = command, replace(command, linked_to=None, relation=None)  # what else is wrong is told, too
            with faults.gathered():
                linked = self._found(may_read, connection, said.linked_to or "", actor, "linked_to")[1]
                command = replace(said, linked_to=linked.case.number)
        blank = Case(
            number,
            process.host_country,
            process.origin_country,
            actor.organisation,
            now,
            process.digest,
            self._new_label(connection),
        )
        outcome = None
        with faults.gathered():
            outcome = self._decide(process, blank, command, actor, now, answers)
        if isinstance(command.organisation, str) and command.organisation != actor.organisation:
            known = self._organisations(connection) | {*process.partners}
            with faults.gathered():  # it stands in clear; who may open is told whom we know
                one_of("organisation", command.organisation, known, "organisation")
        faults.raise_any()
        assert outcome is not None
        if not outcome.allowed:
            raise Refused(number, command.word, decision_for(outcome.decision, process, actor, command.word))
        return ToWrite(process, None, None, outcome, number, now, actor, command, command_hash)

    def _new_label(self, connection: Any) -> str:
        """Draw a label that no case has or ever had: it stays on papers. Where many are given, with a number behind it."""
        for turn in range(MOST_DRAWN):
            label = label_from(int.from_bytes(self._random(4), "big"))
            if turn > MOST_DRAWN // 2:
                label = f"{label}-{turn}"
            if not self._store.labelled(connection, label):
                return label
        return f"{label}-{int.from_bytes(self._random(4), 'big') % 1_000_000}"

    def _decide(
        self,
        process: Process,
        case: Case,
        command: AnyCommand,
        actor: Actor,
        now: datetime,
        answers: Answers,
        *,
        past: Callable[[], Iterable[Event]] = tuple,
        newer: Process | None = None,
        at: datetime | None = None,
    ) -> Decided:
        case = introduced(process, case, command, self._registered, now, actor.id)

        def passes(pack: str, kind: str, value: str) -> bool:
            return answers.of((pack, kind, value), lambda: self.packs.identifier_passes(process, pack, kind, value))

        def read(said: AnyCommand) -> None:
            shaped = in_shape(said, process, case, actor)
            read_through(
                process, case, shaped, actor, now, airport=airport, newer=newer, check=passes, past=past, outside=Outside(self._another)
            )  # fmt: skip

        asked_before = numbers()

        def judged(one: CaseNow) -> list[Judgement]:
            was_under_another = one.recorded.digest != case.digest
            return self._judged(one, answers, next(asked_before), adopted=process if was_under_another else None)

        try:
            shaped, outside = in_shape(command, process, case, actor), Noting(self._another)
            for seen in seen_at(process, case, shaped, now, past):
                judges = process
                if seen.digest != case.digest:  # a departure is judged by the process under which it was made
                    with self._store.database.reading() as connection:
                        judges = under_new_names(self._store.process(connection, seen.digest), process.renamed)
                found = judge(
                    judges, case, shaped, actor, now, judged,
                    airport=airport, newer=newer, check=passes, at=at, seen=seen, past=past, outside=outside,
                )  # fmt: skip
                decided = decide(found)
                if not decided.allowed:
                    break
        except BadInput as wrong:
            raise with_others(wrong, command, case, read) from None
        return decided

    def _another(self, number: str, at: datetime) -> Another:
        """Give another case under its own process at a moment: as it stands, or as it was then. Raises NotFound: there is none."""
        with self._store.database.reading() as connection:
            other = self._store.load(connection, self._number(connection, number)).case
            then = other
            if at < self.now():
                then = seen_from_elsewhere(other, self._store.events(connection, other.number), at)
            return Another(self._store.process(connection, then.digest), then, other.version)

    def _registered(self, id: str) -> Organisation | None:
        with self._store.database.reading() as connection:
            return self._store.organisation(connection, id)

    def _judged(
        self, case: CaseNow, answers: Answers, number: int = 0, *, adopted: Process | None = None
    ) -> list[Judgement]:
        """Let the packs of a case answer for their own rules; of a case that may have been otherwise, by the number of the question.

        `adopted` is the process that it is pinned to by now, where it is seen as it was under another one.
        """
        command, rules, recorded = case.command, pack_rules_asked(case), case.recorded
        assert command is not None

        def ask() -> list[Judgement]:
            return self.packs.check(case.process, rules, recorded, command, looked_at(case).at, adopted=adopted)

        return answers.of((case.process.digest, recorded.version, number), ask) if rules else []

    def _newer(self, connection: Any, command: AnyCommand, case: Case) -> Process | None:
        """Give the process that a rebase names, by its digest or the beginning of it: a stored one, or the one that the installed
        packs make now for this return.

        Raises:
            BadInput: several begin so. NotFound: none does.
        """
        if not isinstance(command, Rebase) or not command.digest:
            return None
        said = as_code("digest", command.digest).lower()
        found = {digest for digest in self._store.digests(connection) if is_named(digest, said)}
        newest = None if said in found else self._newest(case)
        if newest is not None and is_named(newest.digest, said):
            found.add(newest.digest)
        if len(found) > 1 and said not in found:
            raise bad("digest", "unknown", "Several processes begin so.", "Write the whole digest.")
        if newest is not None and {newest.digest} == found:
            return newest
        return self._store.process(connection, said if said in found else next(iter(found), said))

    def _newest(self, case: Case) -> Process | None:
        """Give the process that the installed packs make now for the return of a case; None where there are none for it."""
        try:
            return self.packs.process(case.host_country, case.origin_country)
        except NotFound:
            return None

    def _write(self, connection: Any, found: ToWrite) -> Appended:
        """Write what is allowed, and let those who listen hear it."""
        process, command, number = found.process, found.command, found.number
        if found.instead_of is not None:
            self._store.adopt_process(connection, process, instead_of=found.instead_of)
        elif found.before is None:
            self._store.keep_process(connection, process)
        key = as_key(command.key) if command.key is not None else None
        written = self._store.append(
            connection,
            process,
            found.before,
            found.outcome.events,
            number=number,
            occurred_at=found.outcome.at,
            recorded_at=found.now,
            actor=found.actor,
            role=found.outcome.role,
            key=key,
            grounds=found.outcome.grounds,
        )
        if key:
            first, last = written.events[0].seq, written.events[-1].seq
            self._store.keep_answer(connection, key, found.command_hash, number, first, last)
        if self._listeners:
            self._listeners.recorded(written.events, connection)
        return written

    @staticmethod
    def _told(found: ToWrite, written: Appended) -> Done:
        rows = tuple(history_row(event, found.process, written.case) for event in written.events)
        return Done(found.number, written.case.version, rows)

    def _answered(self, connection: Any, earlier: Earlier) -> Done:
        number, first, last = earlier
        process, loaded = self._store.pinned(connection, number)
        events = self._store.events(connection, number, first, last)
        return Done(number, last, tuple(history_row(event, process, loaded.case) for event in events))

    def ring(self) -> Rung:
        """Raise what silence means, as the engine's own clock: for cron, or a timer. Nothing else is done, and no step moves on.

        Of each case all is raised that its packs let open on silence; what is open, or was raised for the same arrival, is not
        raised again. A case in which that fails keeps no other silent.

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
        log.info("silence_rung", raised=len(raised), failed=len(failed))
        return Rung(tuple(raised), tuple(failed))

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
            return CaseNow(process, loaded.case, self.now())

    # --- asking -------------------------------------------------------------------------------

    def why(self, case: str, what: MoveName | AnyCommand, *, as_: Actor) -> Decision:
        """Say whether something would be allowed now, with every reason for and against. Nothing is saved.

        Args:
            case: the case's number.
            what: the name of a move ("depart" is judged at the planned departure when that lies ahead), or any command.

        Raises:
            BadInput, NotFound, NotPermitted, StoreUnavailable.
        """
        must_be_somebody(as_)
        now = self.now()
        with self._store.database.reading() as connection:
            word = Move.word if isinstance(what, str) else getattr(what, "word", "")
            process, before = self._found(partial(may_ask, word), connection, case, as_)
            number = before.case.number
            self._must_be_about(connection, number, what)
            command = _as_command(number, what)
            newer = self._newer(connection, command, before.case)

        def past() -> list[Event]:
            with self._store.database.reading() as connection:
                return self._store.events(connection, number)

        at = None
        if isinstance(command, Move) and command.to == "depart" and command.at is None:
            planned = CaseNow(process, before.case, now).planned_departure
            at = planned if planned is not None and planned > now else None
        decision = answered(
            lambda answers: self._decide(
                process, before.case, command, as_, now, answers, past=past, newer=newer, at=at
            )
        ).decision
        log.info("why_asked", case=number, command=command.word, actor=as_.id)
        return decision_for(decision, process, as_, command.word)

    def blockers(self, case: str, move: MoveName, *, as_: Actor) -> tuple[Reason, ...]:
        """Say what stands in the way of a move, to everybody who may read the case: also to those who help, and may not make it.

        What a reader's roles are not told (a result of a group, an incident) is said without its content. Who may make the move is
        not asked. "depart" is judged at the planned departure when that lies ahead.

        Raises:
            BadInput: there is no such move. NotFound, NotPermitted, StoreUnavailable.
        """
        one_of("move", move, MOVES, "move")
        process, found = self._look(case, as_, what="blockers")
        now = self.now()
        planned = CaseNow(process, found, now).planned_departure if move == "depart" else None
        at = planned if planned is not None and planned > now else None

        def asked(answers: Answers) -> list[Reason]:
            asked_before = numbers()
            return blockers(
                process, found, move, as_, now, lambda one: self._judged(one, answers, next(asked_before)),
                at=at, outside=Outside(self._another),
            )  # fmt: skip

        told = told_of(process, as_)
        return tuple(reason_for(one, process, told, as_) for one in answered(asked))

    def next(self, case: str, *, as_: Actor) -> tuple[NextRow, ...]:
        """List what can be done in a case now or from a known time on, by whom, and until when."""
        process, found = self._look(case, as_, what="next")
        now = self.now()

        def judged(at: datetime) -> list[Judgement]:
            departing = CaseNow(process, found, at, now=now, command=Move(found.number, to="depart"))
            return answered(partial(self._judged, departing))

        return tuple(next_rows(process, found, now, as_, judged, Outside(self._another)))

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
        process, found = self._look(case, as_, what="form")
        now = CaseNow(process, found, self.now(), actor=as_)
        form = form_of(now, command)
        entry = entry_to_sign(now, form.do)
        if entry is None:
            return form
        rows = {row.seq: row for row in self._rows(process, found, as_)[0]}
        asked = found.corrections.get(entry)
        return replace(form, signs=written(now, rows[entry], rows.get(asked.seq) if asked else None))

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
            titles = {one.id: one.title for one in self._store.organisations(connection)}
            known = sorted(self._organisations(connection))
        return {id: OrganisationRecord(id, "", (), now, 0, title=titles.get(id, id)) for id in known}

    def process_of(self, case: str, *, as_: Actor) -> Process:
        """Give the process that a case is pinned to."""
        return self._look(case, as_, what="process")[0]

    # --- looking --------------------------------------------------------------------------------

    def case(self, case: str, *, as_: Actor, at: datetime | None = None) -> CaseView:
        """Show a case as this actor may see it; with `at`, what was recorded by then.

        Raises:
            NotFound: no such case, or nothing was recorded of it by then. BadInput, NotPermitted, StoreUnavailable.
        """
        process, found = self._look(case, as_, at)
        return case_view(process, found, as_, at or self.now())

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
        process, found = self._look(case, as_, what="history")
        after = min(after, found.version)
        rows, damaged = self._rows(process, found, as_, after + 1, after + limit)
        return Page(rows, after + limit if found.version > after + limit else None, damaged)

    def _rows(
        self, process: Process, found: Case, actor: Actor, first: int = 1, last: int = LAST
    ) -> tuple[list[HistoryRow], tuple[int, ...]]:
        """Give what can be read of a history, and the numbers of the events of which something cannot."""
        groups, told = readable(process, actor), told_of(process, actor)
        rows, damaged = list[HistoryRow](), list[int]()
        with self._store.database.reading() as connection:
            for seq, event, texts, is_whole in self._store.history(
                connection, found.number, groups, process.groups, first, min(last, found.version)
            ):
                if not is_whole:
                    damaged.append(seq)
                if event is not None:
                    rows.append(history_row(redacted(event, process, groups, told), process, found, texts))
        return rows, tuple(damaged)

    def cases(
        self,
        *,
        as_: Actor,
        phase: Phase | None = None,
        status: Status | None = None,
        owner: str | None = None,
        reference: str | None = None,
        after: str | None = None,
        limit: int = MOST_LISTED,
    ) -> Page[CaseRowView]:
        """List cases by the day they were opened, oldest first, a page at a time. Each row costs 12 to 30 µs, whatever else there is.

        Args:
            phase, status: only those.
            owner: only those that this organisation leads.
            reference: only those that the files of who opened them call so.
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
        must_be_limit(limit, MOST_LISTED)
        asked = Filter(phase, status, owner, reference)
        with self._store.database.reading() as connection:
            self._must_read_some(connection, as_)
            last = None if after is None else self._number(connection, after, "after")
            found = [*self._store.looked_through(connection, asked=asked, after=last, most=limit + 1)]
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
        ends = [
            one.number for one in rows if is_number(one.number)
        ]  # one that was made nonsense is named on the next page, too
        if more and not ends:
            raise unread[0].error
        return Page(views, ends[-1] if more else None, tuple(one.number for one in unread))

    def count(self, *, by: Sequence[str] = ("phase", "status"), as_: Actor) -> tuple[CaseCount, ...]:
        """Count the cases, in one statement over what stands in clear.

        Args:
            by: what they are counted by: phase, status, host_country, origin_country, organisation (which opened them).

        Returns:
            The kinds of which there are any, in order.

        Raises:
            BadInput: they are not counted by that. NotPermitted, StoreUnavailable.
        """
        must_be_named(as_)
        must_be("by", by, Iterable)
        names = [one_of("by", one, COUNTED_BY) for one in by]
        with self._store.database.reading() as connection:
            self._must_read_all(connection, self._store.digests(connection), as_)
            counted: Counter[tuple[str, ...]] = Counter()
            for of, number in self._store.counts(connection):
                counted[tuple(of[name] for name in names)] += number
        log.info("cases_counted", actor=as_.id)
        return tuple(CaseCount(dict(zip(names, kind, strict=True)), number) for kind, number in sorted(counted.items()))

    def due(
        self,
        *,
        as_: Actor,
        until: datetime | None = None,
        mine: bool = False,
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
            mine: what one of the actor's roles does in a case that the actor's organisation works on, unless another organisation
                holds that role there; what those who lead a case do, only where nobody else of theirs is its case worker.
            role: what this role does, alone or as one of several.
            organisation: of cases that it works on: who opened it, owns it, receives, or holds a role in it.
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
            number = self._found(may_read, connection, case, as_)[1].case.number if case is not None else None
            last = FAR_AWAY if until is None else snapshot.seconds(until)
            asked = _AskedOfDue(as_, after, mine, role, organisation, limit)
            find = partial(self._store.due, connection, first, last, asked=self._judging(connection, asked))
            try:
                page = self._page_of_due(connection, asked, find(number=number))
            except MadeAgain:
                page = self._page_of_due(connection, asked, find(anew=True))
        log.info("due_listed", actor=as_.id)
        return page

    def _page_of_due(self, connection: Any, asked: _AskedOfDue, due: Due) -> Page[DueRow]:
        processes = {digest: self._store.process(connection, digest) for digest in due.digests}
        self._must_read_all(connection, processes, asked.by)
        if asked.role is not None:
            self._must_be_a_role(connection, asked.role)
        if asked.organisation is not None:
            self._must_be_an_organisation(connection, asked.organisation)
        cases: dict[str, Case] = {}
        now = self.now()

        def case_of(one: Listed) -> Case:
            if one.number not in cases:
                cases[one.number] = self._store.load(connection, one.number).case
            return cases[one.number]

        def row_of(one: Listed, item: DueItem) -> DueRow | None:
            try:
                process = processes[one.digest]
                if (asked.after is None or key_of(one, item) > asked.after) and due_is_told(item, process, asked.by):
                    return self._due_row(process, one, item, partial(case_of, one), now)
            except LedgerBroken:
                due.unread.append(one.number)
            return None

        found = (row for row in starmap(row_of, due.rows) if row is not None)
        page = [*islice(found, asked.limit + 1)]
        more = page[asked.limit - 1].key if len(page) > asked.limit else None
        return Page(page[: asked.limit], more, tuple(sorted({*due.unread})))

    def _judging(self, connection: Any, asked: _AskedOfDue) -> Asked | None:
        """Give what says whether something is asked for, by whose it is; None where all is."""
        process = cache(partial(self._store.process, connection))

        def is_asked_for(whose: Whose, who: Who) -> bool:
            if asked.role not in (None, *who):
                return False
            if asked.organisation is not None and asked.organisation not in working_on(whose.holders):
                return False
            return not asked.mine or is_for(process(whose.digest), whose.holders, who, asked.by)

        return is_asked_for if asked.mine or asked.role is not None or asked.organisation is not None else None

    def _must_be_a_role(self, connection: Any, role: str) -> None:
        known = {
            id for digest in self._store.digests(connection) for id in self._store.process(connection, digest).roles
        }
        if role not in known:
            one_of("role", role, known | {one.entry.id for one in self.packs.core.of("roles")}, "role")

    def _must_be_an_organisation(self, connection: Any, organisation: str) -> None:
        known = self._organisations(connection)
        if organisation not in known:
            known = known.union(*map(working_on, self._store.due(connection).holders))
            one_of("organisation", organisation, known, "organisation")

    def _organisations(self, connection: Any) -> set[str]:
        """Name the organisations that the office knows: registered, those of accounts, and partners."""
        known = {one.id for one in self._store.organisations(connection)}
        known |= {one.actor.organisation for one in self._store.accounts(connection)}
        for digest in self._store.digests(connection):
            known |= {*self._store.process(connection, digest).partners}
        return known

    def _due_row(
        self, process: Process, one: Listed, item: DueItem, recorded: Callable[[], Case], now: datetime
    ) -> DueRow | None:
        """Give what is due as it is shown; None where it was to be renewed for a departure that has passed."""
        from_ = None
        if item.renews:
            case = CaseNow(process, recorded(), now)
            if not is_ahead(case):
                return None
            said, from_ = why_again(case, item), from_when(case, item)
        else:
            said = because(process, item, self._anchor_of(process, recorded, item))
        return DueRow(
            one.number,
            item.step,
            item.round.removesuffix(AGAIN) or None,
            item.of or None,
            due_title(process, item),
            item.due_at,
            item.due_at < now and not is_an_offer(process, item),
            process.roles_called(item.who),
            because_template=said["template"],
            values=said["values"],
            renews=item.renews,
            from_=from_,
            zone=process.zones[item.side],
            key=key_of(one, item),
            label=one.label,
        )

    def _anchor_of(self, process: Process, recorded: Callable[[], Case], item: DueItem) -> datetime | None:
        if item.span is None or item.span.unit != "working_days":
            return None
        case = recorded()
        return CaseNow(process, case, case.touched_at or case.opened_at).anchor(item.anchor)

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
        if isinstance(self._store.database, Joined):
            raise BadInput(
                "Changes are told outside of a transaction.", todo="Ask the engine, not `within`.", field="after"
            )
        with self._store.database.reading() as connection:
            found = [Change(*one) for one in positions.changes(connection, after, limit)]
        last = found[-1].position if found else after
        return Page(found if as_ is None else self._readable(found, as_), last)

    def _readable(self, found: Sequence[Change], actor: Actor) -> Iterator[Change]:
        rows: dict[str, dict[int, HistoryRow]] = {}
        for number in dict.fromkeys(change.case for change in found):
            seqs = [change.seq for change in found if change.case == number]
            try:
                process, case = self._look(number, actor, what="changes")
                rows[number] = {row.seq: row for row in self._rows(process, case, actor, min(seqs), max(seqs))[0]}
            except LedgerBroken:
                rows[number] = {}  # each change of it stands without its event
            except (NotPermitted, NotFound):
                continue
        for change in found:
            if change.case in rows:
                yield replace(change, event=rows[change.case].get(change.seq))

    # --- who may read what --------------------------------------------------------------------------

    def _look(self, case: str, actor: Actor, at: datetime | None = None, *, what: str = "case") -> tuple[Process, Case]:
        must_be_named(actor)
        with self._store.database.reading() as connection:
            process, loaded = self._found(may_read, connection, case, actor)
            number, found = loaded.case.number, loaded.case
            if at is not None:
                found = self._as_recorded_by(connection, number, as_instant("at", at))
                process = self._store.process(connection, found.digest)
                may_read(process, actor, self.now())
        log.info("case_read", case=number, what=what, actor=actor.id)
        return process, found

    def _as_recorded_by(self, connection: Any, number: str, moment: datetime) -> Case:
        found = fold(event for event in self._store.events(connection, number) if event.recorded_at <= moment)
        if found is None:
            raise NotFound(
                "Nothing was recorded of case {number} by then.", todo="Choose a later moment.", number=number
            )
        return found

    def _found(
        self, allowed: Allowed, connection: Any, said: str, actor: Actor, field: str = "case"
    ) -> tuple[Process, Loaded]:
        """Find a case, by its number or its label, for who may do what `allowed` looks at.

        Who may do it in no case is told the same of every number, whether there is such a case or not.

        Raises:
            NotPermitted: this actor may do it in no case. NotFound: there is none, or none in which they may. BadInput, LedgerBroken.
        """
        with self._only_for(allowed, connection, actor):
            process, loaded = self._store.pinned(connection, self._number(connection, said, field))
            try:
                allowed(process, actor, self.now())
            except NotPermitted:
                raise (no_case_called_so() if read_label(said) else no_case(loaded.case.number)) from None
        return process, loaded

    @contextmanager
    def _only_for(self, allowed: Allowed, connection: Any, actor: Actor) -> Iterator[None]:
        """Tell what is wrong with a number only to who may do something in some case."""
        try:
            yield
        except (BadInput, NotFound, LedgerBroken):
            self._must_in_some(allowed, connection, actor)
            raise

    def _must_read_some(self, connection: Any, actor: Actor) -> None:
        self._must_in_some(may_read, connection, actor)

    def _must_in_some(self, allowed: Allowed, connection: Any, actor: Actor) -> None:
        """Raise NotPermitted: there are processes, and under none of them this actor may."""
        refused: list[NotPermitted] = []
        for digest in self._store.digests(connection):
            try:
                allowed(self._store.process(connection, digest), actor, self.now())
            except NotPermitted as error:
                refused.append(error)
            else:
                return
        if refused:
            raise refused[-1]

    def _must_read_all(self, connection: Any, digests: Iterable[str], actor: Actor) -> None:
        for digest in digests:
            may_read(self._store.process(connection, digest), actor, self.now())


# --- small things -----------------------------------------------------------------------------------------


def no_case_called_so() -> NotFound:
    """Give the error for a label that no case has; it is not repeated, since it may be a name."""
    return NotFound("No case has that label.", todo="Look at the list of cases.", code="no_case")


def key_of(one: Listed, item: DueItem) -> str:
    """Give where something that is due stands in the list, as a text in whose order the list is."""
    return f"{to_json(item.due_at)} {one.number} {item.step} {item.round} {item.of}"


def _place_of(after: Any) -> Entry:
    """Give the second in which what a key names is due, and the case. Raises BadInput."""
    if isinstance(after, str) and DUE_KEY.match(after) is not None:
        moment, number, *_ = after.split(" ")
        with suppress(ValueError):  # such as the 45th day of a month
            return snapshot.seconds(datetime.fromisoformat(moment)), number
    raise bad(
        "after", "unreadable", "That is no place in the list of what is due.", "Give it as the page before said it."
    )


def must_be_limit(limit: int, most: int) -> None:
    """Raise BadInput: it is no limit of a list."""
    if type(limit) is not int or not 1 <= limit <= most:
        raise bad("limit", "unreadable", "That is no limit.", "Give a number from 1 to {most}.", most=most)


def as_key(key: str) -> str:
    """Read a command key."""
    if not isinstance(key, str) or KEY.fullmatch(key) is None:
        raise bad(
            "key", "unreadable", "A key is a text of 1 to 200 characters without spaces.", "Use for example a UUID."
        )
    return key


def hash_of(command: AnyCommand, actor: Actor) -> bytes:
    """Give the hash by which the same command of the same actor is recognised under its key."""
    said = to_json(replace(checked(command), key=None, if_version=None))
    return hashlib.sha256(json.dumps([actor.id, said], sort_keys=True, default=str).encode()).digest()


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
