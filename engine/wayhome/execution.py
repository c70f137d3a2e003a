"""One command: whose case it is about, whether it may be done there, and how it is written. In a transaction that somebody else began.

Used by:  engine, batches
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import count as numbers
from typing import TYPE_CHECKING, Any, NamedTuple

from wayhome import reads
from wayhome.airports import airport
from wayhome.calendar.spans import clock_text
from wayhome.case_now import CaseNow
from wayhome.case_now.access import (
    GLASS,
    Grounds,
    closed_since,
    grounds_of,
    has_been_in,
    holders_of,
    may_be_in,
    who_could_break_in,
    working_on,
)
from wayhome.case_now.letters import letters_of, opened_by_glass
from wayhome.case_now.outside import BookLookup, Loss, Noting, OtherCase, Outside
from wayhome.case_views import history_row
from wayhome.commands import AnyCommand, Command, Move, Open, OpenUp, Rebase
from wayhome.commands.letting_in import must_be_whole
from wayhome.commands.organisations import introduced
from wayhome.errors import Again, BadInput, Conflict, LedgerBroken, NotFound, NotPermitted
from wayhome.find import Sought, is_sought, read_sought
from wayhome.flow.as_of import seen_from_elsewhere
from wayhome.flow.decide import Decided, decide, judge, judged_cases, read_through
from wayhome.flow.every_fault import with_others
from wayhome.flow.shape import in_shape
from wayhome.hooks import HostFailed, Listeners
from wayhome.logs import Log
from wayhome.model.actor import Accounts, Actor
from wayhome.model.case import Case
from wayhome.model.data import to_json
from wayhome.model.event import Event, HistoryRow
from wayhome.model.label import label_from, read_label
from wayhome.model.number import number_from, read_number
from wayhome.model.organisation import Organisation
from wayhome.model.reading import Faults, as_code, bad, checked, one_of
from wayhome.model.reason import Judgement, Refused
from wayhome.packs.findings import Unanswered
from wayhome.packs.plugin_calls import PluginCalls, with_plugin_calls
from wayhome.packs.process import Process, is_named
from wayhome.packs.renaming import under_new_names
from wayhome.permissions import acting_in, decision_for, event_for, may_ask, may_read, may_see_entry, must_be_somebody
from wayhome.results import Done, offered
from wayhome.rules.asking import looked_at
from wayhome.rules.safeguard import pack_rules_asked
from wayhome.store import office
from wayhome.store.cases import Appended, EarlierCommand, Loaded, no_case
from wayhome.store.ledger import Claim
from wayhome.store.lists import Listed, Store
from wayhome.store.organisations import organisation_in, organisations_in
from wayhome.store.read_log import Reading
from wayhome.store.vault import Random
from wayhome.upkeep import Allowed, Clock, Upkeep

if TYPE_CHECKING:
    from wayhome.packs.plugins import Packs

log = Log("wayhome")
KEY = re.compile("[!-~]{1,200}")
MOST_DRAWN = 40


def real_clock() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)


class PermittedCommand(NamedTuple):
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
    upon: Claim  # what else there is in the database


class Found(NamedTuple):
    """A case, its process, and on which grounds who asks is in it."""

    process: Process
    loaded: Loaded
    grounds: Grounds


class Execution(Upkeep):
    """Does one command: finds its case, judges it there, writes it. The engine and its batches tell when, and in which transaction."""

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

    @staticmethod
    def _checked(command: AnyCommand) -> AnyCommand:
        if not isinstance(command, Open | Command):
            raise BadInput("That is no command.", todo="Make one from wayhome.commands.", code="unreadable")
        if command.if_version is not None and type(command.if_version) is not int:
            raise bad("if_version", "unreadable", "A version is a whole number.", "Take it from the case.")
        return command

    @staticmethod
    def _key_hash(command: AnyCommand, actor: Actor) -> bytes:
        return b"" if command.key is None else hash_of(command, actor)

    def _new_number(self) -> str:
        return number_from(int.from_bytes(self._random(8), "big"))

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
        # Whoever mistypes the number waits for nobody; by a label it is the same command.
        if isinstance(command, Command):
            with self._noting_tries(command, as_):
                number = self._number_of(command, as_)
            if command.given_as == GLASS:
                reads.must_be_kept(self._store)
        else:
            number = self._new_number()
        with self._never_by_number(command):
            command = addressed(command, number)
            hash = self._key_hash(command, as_)
            return self._with_retries(lambda: with_plugin_calls(lambda a: self._do(command, number, as_, hash, a)))

    def _with_retries(self, act: Callable[[], tuple[Done, tuple[Event, ...]]]) -> Done:
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
        self._notify_committed(events)
        return done

    def _do(
        self, command: AnyCommand, number: str, actor: Actor, command_hash: bytes, calls: PluginCalls
    ) -> tuple[Done, tuple[Event, ...]]:
        if isinstance(command, Open):  # composed before anybody has to wait for it
            self._newest_for(command.host_country, command.origin_country)
        with self._store.writing() as connection:
            found = self._judge_in(connection, command, number, actor, command_hash, calls)
            if isinstance(found, EarlierCommand):
                return self._earlier_result(connection, found, actor), ()
            written = self._write(connection, found)
        self._log_done(found, written)
        return self._result(found, written), written.events

    @staticmethod
    def _log_done(permitted: PermittedCommand, written: Appended) -> None:
        number, events = permitted.number, len(written.events)
        if isinstance(permitted.command, Open):
            host, origin = permitted.process.host_country, permitted.process.origin_country
            log.info("case_opened", case=number, host=host, origin=origin, events=events)
        else:
            word, version = permitted.command.word, written.case.version
            log.info("command_done", case=number, command=word, version=version, events=events)

    def _notify_committed(self, events: Sequence[Event]) -> None:
        if events:
            self._begin_witness()
            self._tell_witness()
        if events and self._listeners and not self._store.database.is_joined:
            self._listeners.committed(events)

    def _judge_in(
        self, connection: Any, command: AnyCommand, number: str, actor: Actor, command_hash: bytes, calls: PluginCalls
    ) -> PermittedCommand | EarlierCommand:
        """Judge a command in the transaction in which it is written: of one that is refused, or cannot be read, nothing is."""
        if isinstance(command, Open):
            return self._judge_opening(connection, command, number, actor, command_hash, calls)
        store = self._store
        if command.given_as == GLASS:  # in a transaction nobody waits for it long
            reads.must_be_kept(store, at_once=True)
        upon = store.lock(connection, number)
        # Who is in the case no more is told nothing of what they did there, by no key.
        with self._noting_tries(command, actor):
            process, before, grounds = self._find_case(
                partial(may_ask, command.word), connection, number, actor, given_as=command.given_as
            )
        if command.key is not None and (
            earlier := store.earlier_command(connection, key_in(actor.organisation, command.key), command_hash)
        ):
            return earlier
        actor = acting_in(grounds, command.given_as)
        # Whoever waited for another writer writes after them; and silence is heard though the clock stands back.
        now = self._reckoned(connection).now if actor.is_clock else self.now()
        breaks_in = command.given_as == GLASS and {*grounds.of} <= {GLASS, "system"}
        if breaks_in and command.if_version is not None:  # before it is broken, a number is a number
            raise no_case(number)
        if command.if_version is not None and not before.case.acted <= command.if_version <= before.case.version:
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
        try:
            outcome = self._decide(process, before.case, command, actor, now, calls, past=past, newer=newer)
        except BadInput:
            if breaks_in:
                raise no_case(number) from None
            raise
        if not outcome.allowed:
            decision = outcome.decision
            rules = sorted({one.rule for one in decision.unmet})
            log.info("command_refused", case=number, command=command.word, rules=rules)
            letters = letters_of(CaseNow(process, before.case, now), actor)
            decision = decision_for(decision, process, letters, actor, command)
            raise Refused(number, command.word, decision, move=command.to if isinstance(command, Move) else None)
        instead_of = None if newer is None else process
        if command.given_as == GLASS:
            reads.note_glass(store, actor, "broke", now)
        return PermittedCommand(
            newer or process, instead_of, before, outcome, number, now, actor, command, command_hash, upon
        )

    @contextmanager
    def _noting_tries(self, command: Command, actor: Actor) -> Iterator[None]:
        """Write down who tries to break the glass of a case that is not there."""
        try:
            yield
        except NotFound:
            if command.given_as == GLASS:
                reads.note_glass(self._store, actor, "tried", self.now())
            raise

    def _judge_opening(
        self, connection: Any, command: Open, number: str, actor: Actor, command_hash: bytes, calls: PluginCalls
    ) -> PermittedCommand | EarlierCommand:
        process, store = self._newest_for(command.host_country, command.origin_country), self._store
        if command.key is not None and (
            earlier := store.earlier_command(connection, key_in(actor.organisation, command.key), command_hash)
        ):
            return earlier
        faults, now = Faults(), self.now()
        if command.linked_to is not None:
            said, command = command, replace(command, linked_to=None, relation=None)  # what else is wrong is told, too
            with faults.gathered():
                _, linked, grounds = self._find_case(may_read, connection, said.linked_to or "", actor, "linked_to")
                if not grounds.is_listed:  # by a broken glass it is read, and nothing is opened beside it
                    raise no_case(linked.case.number)
                command = replace(said, linked_to=linked.case.number)
        countries, label = (process.host_country, process.origin_country), self._new_label(connection)
        reckoned = self._reckoned(connection)
        written_at = reckoned.now if reckoned.stands_back_at is not None else None
        blank = Case(number, *countries, actor.organisation, now, process.digest, label, written_at=written_at)
        outcome = None
        with faults.gathered():
            outcome = self._decide(process, blank, command, actor, now, calls)
        if isinstance(command.organisation, str) and command.organisation != actor.organisation:
            known = self._organisations(connection) | {*process.partners}
            with faults.gathered():  # it stands in clear; who may open is told whom we know
                one_of("organisation", command.organisation, known, "organisation")
        faults.raise_any()
        assert outcome is not None
        if not outcome.allowed:
            letters = letters_of(CaseNow(process, blank, now), actor)
            raise Refused(number, command.word, decision_for(outcome.decision, process, letters, actor, command))
        upon = store.upon(connection)
        return PermittedCommand(process, None, None, outcome, number, now, actor, command, command_hash, upon)

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
        calls: PluginCalls,
        *,
        past: Callable[[], Iterable[Event]] = tuple,
        newer: Process | None = None,
        at: datetime | None = None,
    ) -> Decided:
        case = introduced(process, case, command, self._registered, now, actor.id)

        def passes(pack: str, kind: str, value: str) -> bool | Unanswered:
            return calls.of((pack, kind, value), lambda: self.packs.identifier_passes(process, pack, kind, value))

        def read(said: AnyCommand) -> None:
            shaped = in_shape(said, process, case, actor, now)
            read_through(
                process, case, shaped, actor, now, airport=airport, newer=newer, check=passes, past=past, outside=self._outside()
            )  # fmt: skip

        asked_before = numbers()

        def judged(one: CaseNow) -> list[Judgement]:
            was_under_another = one.recorded.digest != case.digest
            return self._judged(one, calls, next(asked_before), adopted=process if was_under_another else None)

        try:
            shaped, outside = (
                in_shape(command, process, case, actor, now),
                Noting(
                    self._another, self._accounts_now, partial(self._books, actor), partial(self._loss, case.number)
                ),
            )
            for seen in judged_cases(process, case, shaped, now, past):
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

    def _outside(self, book: BookLookup | None = None) -> Outside:
        return Outside(self._another, self._accounts_now, book)

    def _loss(self, number: str) -> Loss:
        """Say what is gone, of this case or of any: looked for anew by each command."""
        store = self._store
        with store.database.reading() as connection:
            told = office.last(store, connection, office.LOSS)
            is_told = office.is_told_after(store, connection, store.heads.office_seq)
            is_whole = store.claims.is_whole(connection, anew=store.database.is_writing)
            is_seen = not store.heads.has_lost(connection, number, is_told=is_told)
            contradicts = self._witnessed(connection) is False
        return Loss(not (is_whole and is_seen) or contradicts, told.recorded_at if told else None)

    def _accounts_now(self) -> Accounts:
        with self._store.database.reading() as connection:
            return self._accounts(connection)

    def _another(self, number: str, at: datetime) -> OtherCase:
        """Give another case under its own process at a moment: as it stands, or as it was then. Raises NotFound: there is none."""
        with self._store.database.reading() as connection:
            other = self._store.load(connection, self._number(connection, number)).case
            then = other
            if at < self.now():
                then = seen_from_elsewhere(other, self._store.events(connection, other.number), at)
            return OtherCase(self._store.process(connection, then.digest), then, other.version)

    def _registered(self, id: str) -> Organisation | None:
        with self._store.database.reading() as connection:
            return organisation_in(self._store.entries, connection, id)

    def _judged(
        self, case: CaseNow, calls: PluginCalls, number: int = 0, *, adopted: Process | None = None
    ) -> list[Judgement]:
        """Let the packs of a case answer for their own rules; of a case that may have been otherwise, by the number of the question.

        `adopted` is the process that it is pinned to by now, where it is seen as it was under another one.
        """
        command, rules, recorded = case.command, pack_rules_asked(case), case.recorded
        assert command is not None

        def ask() -> list[Judgement]:
            return self.packs.check(case.process, rules, recorded, command, looked_at(case).at, adopted=adopted)

        return calls.of((case.process.digest, recorded.version, number), ask) if rules else []

    def _newer(self, connection: Any, command: AnyCommand, case: Case) -> Process | None:
        """Give the process that a rebase names, by its digest or the beginning of it: a stored one, or the one that the installed
        packs make now for this return. Raises BadInput: several begin so. NotFound: none does.
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

    def _write(self, connection: Any, permitted: PermittedCommand) -> Appended:
        """Write what is allowed, and let those who listen hear it."""
        process, command, number = permitted.process, permitted.command, permitted.number
        if permitted.instead_of is not None or permitted.before is None:
            self._keep_process(connection, process, permitted.actor, instead_of=permitted.instead_of)
        key = key_in(permitted.actor.organisation, command.key) if command.key is not None else None
        judged = permitted.outcome.judged
        written = self._store.append(
            connection,
            process,
            permitted.before,
            permitted.outcome.events,
            number=number,
            occurred_at=judged.moment,
            recorded_at=permitted.now,
            actor=permitted.actor,
            role=judged.answer.role,
            key=key,
            grounds=judged.grounds,
            upon=permitted.upon,
        )
        if key:
            first, last = written.events[0].seq, written.events[-1].seq
            self._store.record_result(connection, key, permitted.command_hash, number, first, last)
        if self._listeners:
            self._listeners.recorded(written.events, connection)
        return written

    def _result(self, permitted: PermittedCommand, written: Appended) -> Done:
        rows = self._told(permitted.process, written.case, permitted.actor, written.events)
        offers = offered(permitted.process, written.case, permitted.actor, rows)
        return Done(permitted.number, written.case.version, rows, offers)

    def _earlier_result(self, connection: Any, earlier: EarlierCommand, actor: Actor) -> Done:
        number, first, last = earlier
        process, loaded = self._store.pinned(connection, number)
        events = self._store.events(connection, number, first, last)
        rows = self._told(process, loaded.case, actor, events)
        return Done(number, last, rows, offered(process, loaded.case, actor, rows))

    def _told(self, process: Process, case: Case, actor: Actor, events: Sequence[Event]) -> tuple[HistoryRow, ...]:
        """Give the events of a command as whoever gave it would read them now; that they are there they know."""
        typed = case.typed_by(actor.id, actor.organisation, self.now())
        is_all_theirs = all(event.seq in typed and not event.data.get("consents") for event in events)
        if is_all_theirs:  # they have just said all of it
            return tuple(history_row(event, process, case) for event in events)
        letters = letters_of(CaseNow(process, case, self.now()), actor)
        is_own = actor.organisation == case.organisation
        # What is set back because of what they did is told to them nowhere.
        read = (event for event in events if not letters.recused_from or may_see_entry(event, process, letters))
        told = (event_for(event, process, letters, is_own=is_own) for event in read)
        return tuple(history_row(event, process, case) for event in told)

    def _number_in_command(self, text: str, actor: Actor, word: str) -> str:
        """Give the number of a case that is called by its number or its label in a command of this word: by a label, to who is in it."""
        if read_label(text) is None:
            return read_number(text)
        with self._store.database.reading() as connection:
            return self._find_case(partial(may_ask, word), connection, text, actor).loaded.case.number

    def _number_of(self, command: Command, actor: Actor, *, at_once: bool = False) -> str:
        """Give the number of the case that a command is about; of a broken glass also by who the person is."""
        if isinstance(command, OpenUp) and command.seeks:
            return self._number_of_who_is_sought(command, actor, at_once=at_once)
        return self._number_in_command(command.case, actor, command.word)

    def _number_of_who_is_sought(self, command: OpenUp, actor: Actor, *, at_once: bool) -> str:
        """Give the number of the one case of a person of this name and year of birth that the house of an actor is or was in. It is written
        down that it was found. Every case that is not closed is opened for it, whichever is found.

        Raises:
            NotFound: there is none, or several, or they break no glass there. BadInput: by what is said alone. StoreUnavailable: it cannot be
            written down.
        """
        must_be_whole(command)
        sought = read_sought(command.called, command.born)
        reads.must_be_kept(self._store, at_once=at_once)  # before it is known whether there is one
        with (
            self._store.database.reading() as connection,
            self._only_for(partial(may_ask, command.word), connection, actor),
        ):
            through = self._store.looked_through(connection)
            each = (self._sought_in(connection, one, sought, actor) for one in through if isinstance(one, Listed))
            found = [one for one in each if one is not None]
            if len(found) != 1:
                raise nobody_sought()
        reads.keep(self._store, found)
        return found[0].case

    def _sought_in(self, connection: Any, one: Listed, sought: Sought, actor: Actor) -> Reading | None:
        """Say what somebody is told of a case by breaking its glass by this name; None where it is of somebody else, or they may not."""
        process = self._store.process(connection, one.digest)
        breaks = who_could_break_in(process, actor)
        if breaks is None or one.summary.holders.is_closed or self._is_hidden(actor, one.number):
            return None
        try:
            case = self._store.load(connection, one.number).case
        except LedgerBroken:  # what is damaged is told to who can mend it
            return None
        now = CaseNow(process, case, self.now())
        if not has_been_in(now, actor.organisation) or not self._may_break_in(connection, process, case, actor):
            return None
        reader = breaks.whole
        groups = opened_by_glass(process, reader.roles)
        found = is_sought(process, case, sought, groups, partial(self._store.words, connection, one.number, process))
        return None if found is None else reads.read_of(one.number, reader, [GLASS], found, "found", now.now)

    @contextmanager
    def _never_by_number(self, command: AnyCommand) -> Iterator[None]:
        """Tell who has said no number none by an error."""
        try:
            yield
        except (NotFound, BadInput):
            if isinstance(command, OpenUp) and command.seeks:
                raise nobody_sought() from None
            raise

    def _number(self, connection: Any, text: str, field: str = "case") -> str:
        label = read_label(text)
        if label is None:
            return read_number(text, field)
        found = self._store.labelled(connection, label)
        if not found:
            raise no_case_called_so()
        if len(found) > 1:
            raise BadInput("Several cases have that label.", todo="Choose one by its number.", field=field)
        return found[0]

    def _organisations(self, connection: Any) -> set[str]:
        """Name the organisations that the office knows: registered, those of accounts, and partners."""
        known = {one.id for one in organisations_in(self._store.entries, connection)}
        known |= {*self._accounts(connection).organisations}
        for digest in self._store.digests(connection):
            known |= {*self._store.process(connection, digest).partners}
        return known

    def _find_case(
        self, allowed: Allowed, connection: Any, text: str, actor: Actor, field: str = "case", *, given_as: str = ""
    ) -> Found:
        """Find a case, by its number or its label, for who is in it, and may do what `allowed` looks at with the roles that count there.

        Who is in none, or may do it in no case, is told the same of every number, whether there is such a case or not.

        Raises:
            NotPermitted: this actor may do it in no case. NotFound: there is none, or none in which they may. BadInput, LedgerBroken.
        """
        with self._only_for(allowed, connection, actor):
            process, loaded = self._store.pinned(connection, self._number(connection, text, field))
            grounds = grounds_of(CaseNow(process, loaded.case, self.now()), actor)
            if grounds is not None and {"opened", "leads"} & {*grounds.of} == {"opened"}:
                accounts = self._accounts(connection)
                if accounts.register and accounts.of(loaded.case.leads) is None:
                    grounds = grounds.typing_for_who_leads
            if self._is_hidden(actor, loaded.case.number):
                raise no_case_called_so() if read_label(text) else no_case(loaded.case.number)
            is_out = grounds is None or {*grounds.of} == {"system"}
            if given_as == GLASS and self._may_break_in(connection, process, loaded.case, actor):
                breaks = who_could_break_in(process, actor)
                of = {**(grounds.of if grounds else {}), **(breaks.of if breaks else {})}
                grounds = Grounds(actor, of) if of else None
            try:
                if grounds is None:
                    raise NotPermitted("They are not in this case.")
                allowed(process, grounds.whole, self.now())
            except NotPermitted:
                if is_out and (since := closed_since(CaseNow(process, loaded.case, self.now()), actor)) is not None:
                    raise self._closed_for(connection, process, loaded.case, actor, since) from None
                raise (no_case_called_so() if read_label(text) else no_case(loaded.case.number)) from None
        return Found(process, loaded, grounds)

    def _closed_for(self, connection: Any, process: Process, case: Case, actor: Actor, since: datetime) -> NotFound:
        """Give the one line that is left to whose part in a case has ended: since when, what they must do now, and when they wrote in it."""
        zone, house = process.zones["host"], actor.organisation
        days = list[date]()
        with suppress(LedgerBroken):  # what is damaged is told to who can mend it
            days = sorted(
                {e.occurred_at.date() for e in self._store.events(connection, case.number) if e.organisation == house}
            )
        return NotFound(
            "Case {number} is closed for your house since {since}.",
            why="Your house wrote in it on: {days}." if days else "Your house wrote nothing in it.",
            # Who leads it now may be who keeps the person safe from them.
            todo="Give back or delete what you still have of it, and tell whoever you gave the case to that you did."
            if house == case.organisation
            else "Give back or delete what you still have of it, and tell {opened} that you did.",
            code="closed_for_you",
            number=case.number,
            since=clock_text(since, zone),
            days=days,
            opened=process.title("partners", case.organisation),
        )

    def _may_break_in(self, connection: Any, process: Process, case: Case, actor: Actor) -> bool:
        """Say whether a case can be opened by somebody of no part in it: of a house that is in it, or known here, and is not said to have
        failed, while it is not closed.
        """
        house, there = actor.organisation, working_on(holders_of(case))
        has_failed = CaseNow(process, case, self.now()).suspending(house)
        return not case.is_closed and not has_failed and (house in there or house in self._organisations(connection))

    def _recorded(self, number: str) -> tuple[Process, Case]:
        """Give a case as it is recorded, for nobody who reads: for stories and tests in a database of their own."""
        with self._store.database.reading() as connection:
            process, loaded = self._store.pinned(connection, self._number(connection, number))
            return process, loaded.case

    def _is_hidden(self, actor: Actor, number: str) -> bool:
        """Say whether the host hides a case from somebody."""
        hides = self._hides(actor)
        return hides is not None and hides(number)

    def _hides(self, actor: Actor) -> Callable[[str], bool] | None:
        """Give what says whether the host hides a case from somebody; None where it hides none."""
        listeners = self._listeners
        if listeners is None or actor.is_clock or not listeners.narrows:
            return None
        return partial(listeners.hides, actor)

    def _may_know(self, connection: Any, one: Listed, actor: Actor) -> bool:
        """Say whether somebody is in a case that stands in a list."""
        if self._is_hidden(actor, one.number):
            return False
        process = self._store.process(connection, one.digest)
        is_in = may_be_in(process, one.summary.holders, actor)
        if is_in is not None:
            return is_in
        case = self._store.load(connection, one.number).case
        grounds = grounds_of(CaseNow(process, case, self.now()), actor)
        return grounds is not None and grounds.is_listed

    @contextmanager
    def _only_for(self, allowed: Allowed, connection: Any, actor: Actor) -> Iterator[None]:
        """Tell what is wrong with a number only to who may do something in some case."""
        try:
            yield
        except (BadInput, NotFound, LedgerBroken):
            self._must_in_some(allowed, connection, actor)
            raise


# --- small things -----------------------------------------------------------------------------------------


def no_case_called_so() -> NotFound:
    """Give the error for a label that no case has; it is not repeated, since it may be a name."""
    return NotFound(
        "No case of yours has that label.", todo="Look at the list of cases, or ask who leads it.", code="no_case"
    )


def nobody_sought() -> NotFound:
    """Give the error for a name and a year of birth of which nobody is found, or several; neither is repeated."""
    return NotFound(
        "There is no such case for you here.",
        why="Nobody of exactly this name and year of birth is in a case that your house is or was in; or several are.",
        todo="Type the whole name as it stands on the travel document, or ask for the number on the card.",
        code="no_person",
    )


def addressed(command: AnyCommand, number: str) -> AnyCommand:
    """Give a command with the number of its case; by whatever that was called, it is the same command."""
    if not isinstance(command, Command) or command.case == number:
        return command
    if isinstance(command, OpenUp) and command.seeks:
        return replace(command, case=number, called=None, born=None)
    return replace(command, case=number)


def as_key(key: str) -> str:
    """Read a command key."""
    if not isinstance(key, str) or KEY.fullmatch(key) is None:
        raise bad(
            "key", "unreadable", "A key is a text of 1 to 200 characters without spaces.", "Use for example a UUID."
        )
    return key


def key_in(house: str, key: str) -> str:
    """Read a command key; those of a house are its own, and tell no other what was done under them."""
    return f"{house} {as_key(key)}"


def hash_of(command: AnyCommand, actor: Actor) -> bytes:
    """Give the hash by which the same command of the same actor is recognised under its key."""
    said = to_json(replace(checked(command), key=None, if_version=None))
    return hashlib.sha256(json.dumps([actor.id, said], sort_keys=True, default=str).encode()).digest()
