"""What is done for the whole database, not for one case: checking it, keeping it, saying who works with it, and
what an office notes of its partners.

Used by:  execution
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple

from wayhome import duplicates, reads
from wayhome.errors import Again, BadInput, LedgerBroken, NotPermitted, StoreUnavailable, Template
from wayhome.frozen import EMPTY
from wayhome.logs import Log
from wayhome.model.actor import CLOCK, Account, Accounts, Actor, Away
from wayhome.model.argument_types import must_be, must_be_a_path
from wayhome.model.closed_sets import PERSON, RELATIONS, TRUST, Trust
from wayhome.model.data import to_json
from wayhome.model.organisation import Organisation
from wayhome.model.partner_note import NOTE_KINDS, NoteKind, PartnerNote
from wayhome.model.reading import (
    Faults,
    as_code,
    as_country,
    as_day,
    as_instant,
    as_text,
    as_whole_number,
    as_word,
    bad,
    one_of,
)
from wayhome.packs.process import Process
from wayhome.permissions import (
    administrators,
    may_enter_actors,
    may_read,
    must_be_named,
    must_be_somebody,
    must_leave_an_administrator,
)
from wayhome.store import office, snapshot
from wayhome.store.accounts import accounts_in, put_account
from wayhome.store.ledger import Claim
from wayhome.store.lists import Store
from wayhome.store.organisations import organisations_in, put_organisation
from wayhome.store.partner_book import book_in, notes_of, put_book
from wayhome.store.read_log import NONE_YET, ReadsFound
from wayhome.store.sealed_entries import BOOK, NOTE
from wayhome.store.vault import Keys
from wayhome.store.witness import AWAY_SINCE, Witness

if TYPE_CHECKING:
    from wayhome.checkup import Checkup
    from wayhome.packs.plugins import Packs
    from wayhome.store import checking
    from wayhome.store.backup import Backup
    from wayhome.store.checking import Verification
    from wayhome.store.key_renewal import Renewal
    from wayhome.store.recovery_sheet import RecoverySheet

log = Log("wayhome")
LONGEST_TITLE = 200
LONGEST_NOTE, LONGEST_NUMBER = 300, 40
LONGEST_LOSS = 2_000
NUMBER = re.compile("[0-9 +/-]+")
CARRIER = re.compile("[A-Z0-9]{2}")
CLOCK_MAY_BE_BEHIND = timedelta(minutes=10)  # of the newest event: clocks of computers differ; our own choice
CLOCK_MAY_BE_AHEAD = timedelta(days=30)  # of the newest event: an office is rarely quiet for longer; the figure
Clock = Callable[[], datetime]
Allowed = Callable[[Process, Actor, datetime], None]  # raises NotPermitted


class ClockReading(NamedTuple):
    """What time it is, as far as is known: the later of the clock and the newest event; and what the clock says, where it stands back.

    `ahead_of` is when something was written last, where that is more than thirty days ago: the office was quiet, or the clock is wrong.
    """

    now: datetime
    stands_back_at: datetime | None
    ahead_of: datetime | None = None


class Upkeep:
    """A database, the packs that it works with, and the present moment: the part of the engine that asks about no case."""

    def __init__(self, store: Store, packs: Callable[[], Packs], clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._make_packs = packs
        self._kept_packs: Packs | None = None
        # The stamp of the register of accounts, and what it held.
        self._accounts_read: tuple[Any, list[Account]] = (None, [])

    @property
    def packs(self) -> Packs:
        """The installed packs, loaded when they are first needed."""
        if self._kept_packs is None:
            self._kept_packs = self._make_packs()
        return self._kept_packs

    def now(self) -> datetime:
        """The present moment by this engine's clock: UTC, whole seconds."""
        return self._clock().astimezone(UTC).replace(microsecond=0)

    def _reckoned(self, connection: Any) -> ClockReading:
        """Say what time it is, as far as this database shows: a clock that stands back makes nobody forget what is due."""
        now = self.now()
        try:
            newest = office.newest_moment(self._store, connection)
        except LedgerBroken:  # which is told of its case
            newest = None
        is_behind = newest is not None and newest - now > CLOCK_MAY_BE_BEHIND
        is_ahead = newest is not None and now - newest > CLOCK_MAY_BE_AHEAD
        latest = max(now, newest) if newest is not None else now
        return ClockReading(latest, now if is_behind else None, newest if is_ahead else None)

    def _tell_witness(self) -> None:
        """Let the witness see how much is settled; where there is none, or it is away, nothing waits."""
        witness, store = self._store.witness, self._store
        if witness is None or store.database.is_joined:
            return
        with suppress(LedgerBroken, StoreUnavailable), store.database.reading() as connection:
            witness.saw(office.witnessed(store, connection, store.upon(connection)), self.now())
        self._note_away(witness)

    def _note_away(self, witness: Witness) -> None:
        """Note since when the witness is away, for programs that begin later; and that it is back."""
        store, since = self._store, witness.away_since
        is_away = since is not None
        if witness.is_noted_away is is_away or store.database.is_writing:
            return
        with suppress(LedgerBroken, StoreUnavailable, Again):
            with store.database.reading() as connection:
                is_noted = store.entries.entry(connection, NOTE, AWAY_SINCE) is not None
            if is_noted is not is_away:
                with store.writing() as connection:
                    noted = None if since is None else snapshot.seconds(since)
                    store.entries.put(connection, NOTE, AWAY_SINCE, noted)
            witness.is_noted_away = is_away

    def _begin_witness(self) -> None:
        """Tell once in the ledger of the office that there is a witness, or another one."""
        witness, store = self._store.witness, self._store
        if witness is None or witness.is_begun or store.database.is_joined:
            return
        witness.is_begun = True
        with suppress(LedgerBroken, StoreUnavailable):
            with store.database.reading() as connection:
                begun = office.last(store, connection, office.WITNESS)
            if begun is None or begun.data["witness"] != witness.name:
                self._note(office.WITNESS, {"witness": witness.name}, by=None)

    def _witnessed(self, connection: Any) -> bool | None:
        """Say whether the witness confirms what there is; None where it cannot say."""
        witness, store = self._store.witness, self._store
        if witness is None:
            return None
        seen = witness.newest(office.witnessed(store, connection, Claim(0, "")), self.now())
        return None if seen is None else store.claims.fits(connection, seen.claim)

    def clock(self) -> ClockReading:
        """Say what time it is, as far as this database shows, what the clock says where it stands more than ten minutes back, and when
        something was written last where it stands more than thirty days ahead of that.

        Raises:
            StoreUnavailable.
        """
        with self._store.database.reading() as connection:
            return self._reckoned(connection)

    def confirm_clock(self, *, as_: Actor) -> None:
        """Say that this computer's clock is right, though something was written here at a later time, or nothing for thirty days.

        Raises:
            NotPermitted: as_ is no administrator. BadInput: neither is so. LedgerBroken, StoreUnavailable.
        """
        must_be_somebody(as_)
        with self._store.writing() as connection:
            self._must_be_an_administrator(connection, as_)
            newest = office.newest_moment(self._store, connection)
            if newest is None or timedelta(0) <= self.now() - newest <= CLOCK_MAY_BE_AHEAD:
                raise bad(
                    "clock", "contradiction", "Nothing was written here at a later time.", "Nothing is to be confirmed."
                )
            told = {"before": newest.isoformat()}
            office.write(self._store, connection, office.CLOCK, told, by=as_, at=self.now())
        log.info("clock_confirmed", by=as_.id)

    def _must_not_be_writing(self) -> None:
        """Raise BadInput inside of a listener: what it asked for here could stay when its own command is taken back."""
        if self._store.database.is_writing:
            raise BadInput(
                "A listener gives no commands, and asks for no changes.",
                why="It is called while its command is being written.",
                todo="Keep it in mind, and do it when the command is kept.",
                field="hooks",
            )

    # --- the whole database -----------------------------------------------------------------------------

    def verify(
        self,
        progress: Callable[[int], None] = lambda _: None,
        *,
        against: Mapping[str, str] = EMPTY,
        chain_only: bool = False,
        after: str | None = None,
        most: int | None = None,
        apart: bool = False,
        rolling: bool = False,
        processes: int = 1,
        as_: Actor | None = None,
    ) -> Verification:
        """Check the ledger end to end, open all that is sealed, and compare every row that is made from it.

        Args:
            against: heads that were kept elsewhere (`heads`): finds a history whose end is gone, a case that is gone, an older copy.
            chain_only: check only what needs no key.
            after, most: go on after this case, and look at so many at most; the answer's `after` says where to go on, and is None
                when all was looked at. Some cases are read at a time: nobody who writes waits.
            apart: in a process of its own, so that this one is not slowed down; of a database in memory, or a host's engine, here.
            rolling: look at what has changed since the last time, and at a thirtieth of the rest, so that in thirty times all was looked at;
                the ledger of the office says what was found (`as_`: who asked; None: nobody, as at night). Whoever is killed in it begins
                this part again, and no other. Then it is compared whether the person of a case is known already in another; the answer is
                the same whatever is found. Not with `against`, `chain_only`, `after` or `most`.
            processes: 2: half of the cases in another process, where `apart` would be; worth it from some thousand cases on.

        Raises:
            BadInput: one of these is of another type, or does not go with another. StoreUnavailable: the key is missing, or another one.
        """
        from wayhome.store import checking
        from wayhome.store.verify_process import verify_apart

        must_be("progress", progress, Callable)
        must_be("against", against, Mapping)
        for kept in (*against, *against.values()):
            must_be("against", kept, str)
        must_be("after", after, str, NoneType)
        most = None if most is None else as_whole_number("most", most)
        processes = as_whole_number("processes", processes)
        if as_ is not None:
            must_be_somebody(as_)
        if (rolling and against) or (
            (rolling or processes > 1) and (chain_only or after is not None or most is not None)
        ):
            raise bad("rolling", "contradiction", "That goes by parts of its own.", "Leave the other out.")
        begins, part = self._rolling_part() if rolling else ((), None)
        asked: dict[str, Any] = {
            "against": {**against}, "chain_only": chain_only, "after": after, "most": most, "part": part
        }  # fmt: skip
        database = self._store.database

        def elsewhere(asked: dict[str, Any]) -> Verification:
            masters = {} if chain_only else self._store.masters()
            return verify_apart(str(database.address), database.schema, masters, progress, asked)

        if apart and database.address is not None:
            found = elsewhere(asked)
        elif processes > 1 and part is None and database.address is not None:
            with ThreadPoolExecutor(1) as pool:
                other = pool.submit(elsewhere, {**asked, "part": checking.Share(1, 2, is_all_else=False)})
                found = checking.verify(self._store, progress, **{**asked, "part": checking.Share(0, 2)})
                found = checking.merged(found, other.result())
        else:
            found = checking.verify(self._store, progress, **asked)
        if not chain_only:
            found = self._with_the_witness(found)
        if not chain_only and found.after is None:
            found = self._with_the_reads(found)
        if rolling:
            self._settle_reads(as_, found.reads)
            turn = 0 if part is None else part.turn
            told = {"cases": found.cases, "events": found.events, "problems": len(found.problems)}
            self._note(office.VERIFIED, {**told, "settled": list(begins), "turn": turn}, by=as_)
            duplicates.look(self._store, self.now())
        log.info("ledger_verified", ok=found.ok, cases=found.cases, events=found.events, problems=len(found.problems))
        return found

    def _rolling_part(self) -> tuple[tuple[int, ...], checking.Share | None]:
        """Give how far all is settled now, and which cases are to be looked at: all, where nobody has looked and found nothing."""
        from wayhome.store.checking import NIGHTS, Share

        store = self._store
        with suppress(LedgerBroken), store.database.reading() as connection:
            nights = office.of_type(store, connection, office.VERIFIED)
            store.upon(connection)
            last = next((one.data for one in reversed(nights) if not one.data["problems"]), None)
            part = None if last is None else Share((last["turn"] + 1) % NIGHTS, NIGHTS, tuple(last["settled"]))
            return store.claims.settled, part
        return (), None

    def _with_the_witness(self, found: Verification) -> Verification:
        """Add what the witness knows; and let it see what there is, where nothing contradicts it."""
        from wayhome.store.checking import Problem

        with suppress(LedgerBroken), self._store.database.reading() as connection:
            if self._witnessed(connection) is False:
                what: Template = "the witness has seen more than there is, or something else: something was taken back"
                return found._replace(ok=False, problems=(*found.problems, Problem("", None, what)))
        self._tell_witness()
        return found

    def _with_the_reads(self, found: Verification) -> Verification:
        """Add what is found of who has read what. Where that cannot be looked at, it is said, and nobody is stopped by it."""
        from wayhome.store.checking import Problem

        what: Template
        try:
            seen = reads.checked(self._store)
            told = reads.told_to_office(self._store)
        except (StoreUnavailable, LedgerBroken) as error:
            return found._replace(
                ok=False, problems=(*found.problems, Problem("", None, error.what_template, error.values))
            )
        if seen is None:
            return found
        problems = list(found.problems)
        if seen.are_changed:
            what = "who has read what is not as the office knew it: rows were changed, or are gone"
            problems.append(Problem("", None, what))
        if seen.unopened > (told[-1][1].unopened if told else 0):  # it is said once, and not every night
            what = "{count} rows of who has read what do not open"
            problems.append(Problem("", None, what, {"count": seen.unopened}))
        return found._replace(ok=not problems, problems=tuple(problems), reads=seen)

    def _settle_reads_of_the_day(self, now: datetime) -> None:
        """Tell it once a day, whoever rings first on it."""
        with suppress(StoreUnavailable, LedgerBroken):
            told = reads.told_to_office(self._store)
            if not told or told[-1][0].date() < now.date():
                self._settle_reads(None)

    def _settle_reads(self, by: Actor | None, found: ReadsFound | None = None) -> None:
        """Tell the ledger of the office how many rows there are of who has read what, the sum of them, and what was found in them."""
        store = self._store
        if store.reads is None:
            return
        with suppress(StoreUnavailable, LedgerBroken):
            told = [one for _, one in reads.told_to_office(store)]
            before = told[-1] if told else NONE_YET
            are_changed = found is not None and found.are_changed
            now = store.reads.settled(before, are_changed=are_changed)
            now = now._replace(unopened=before.unopened if found is None else found.unopened)
            if now._replace(lost=False) != before._replace(lost=False) or are_changed:
                self._note(office.READS, now._asdict(), by=by)

    def heads(self) -> Mapping[str, str]:
        """Give the hash of the newest event of each case, in hex, by its number; kept elsewhere, they show what was lost. Needs no key."""
        from wayhome.store import checking

        return checking.heads(self._store)

    def rebuild(self, progress: Callable[[int], None] = lambda _: None) -> tuple[int, int]:
        """Make every case's row again from the ledger; gives how many cases and events.

        Raises:
            LedgerBroken: the ledger itself does not hold together; nothing is made of what was changed.
        """
        from wayhome.store import checking

        must_be("progress", progress, Callable)
        cases, events = checking.rebuild(self._store, progress)
        log.info("rows_rebuilt", cases=cases, events=events)
        return cases, events

    def backup(
        self,
        path: str | Path,
        *,
        passphrase: str | None = None,
        recipients: Sequence[str] = (),
        progress: Callable[[int], None] = lambda _: None,
        as_: Actor | None = None,
    ) -> Backup:
        """Write all cases, as they are at one moment, to a new file that opens only with what it was locked by, and look whether it does.

        Others may work meanwhile: what they write is in it whole, or not at all. The key of the database is not in it. What is put back
        (`wayhome.restore`) opens with that key alone: keep it elsewhere, and apart from the backup.

        Args:
            path: of the file; it is there whole or not at all, for its owner alone, and never in the place of another.
            passphrase: locks it; or else
            recipients: public keys of age (`age1…`), each of which opens it.
            as_: who makes it, for the ledger of the office; None: nobody is named, as at night.

        Returns:
            How much is in it, the heads of its cases (for `verify(against=…)`), and what does not hold together in this database. It is
            written all the same: it may be the last there is.

        Raises:
            BadInput: there is a file of that name, or not exactly one of passphrase and recipients was given.
            StoreUnavailable: it cannot be written there, or the key is missing or another one.
        """
        from wayhome.store.backup import back_up
        from wayhome.store.backup_file import lock_of

        must_be_a_path("path", path)
        must_be("passphrase", passphrase, str, NoneType)
        must_be("recipients", recipients, Iterable)
        must_be("progress", progress, Callable)
        if as_ is not None:
            must_be_somebody(as_)
        lock = lock_of(passphrase, recipients)
        at = self.now()
        reads.finish(self._store)
        self._settle_reads(as_)
        made = back_up(self._store, Path(path).absolute(), lock, passphrase, at, progress)
        log.info("backup_made", ok=made.ok, cases=made.cases, events=made.events, problems=len(made.problems))
        if made.ok:  # nothing is written into a database that does not hold together
            told = {"name": Path(path).name, "made_at": to_json(at), "cases": made.cases, "events": made.events}
            self._note(office.BACKUP, told, by=as_)
        return made

    def _note(self, type: str, told: Mapping[str, Any], *, by: Actor | None) -> None:
        """Write an event of the office, with the master key that there was, of what is done all the same where it cannot be written."""
        store = self._store
        try:
            with store.writing() as connection:
                told = {**told, "master": store.keys.own_master(connection)[0]}
                office.write(store, connection, type, told, by=by, at=self.now())
        except (StoreUnavailable, LedgerBroken, Again) as error:
            log.info("office_not_told", what=type, error=error.__class__.__name__)

    def renew_key(self, keys: Keys, *, after_leak: bool = False, as_: Actor) -> Renewal:
        """Seal all under a new master key, from which moment the earlier one opens nothing that is written later. Then make a backup.

        Nobody else writes meanwhile. It is kept whole, or not at all; before, all is verified under the new key. This engine goes on under
        the new key. Every other program that has the database open refuses what it is asked, and is to be started with it.
        Keep the earlier one as long as the backups that it opens.

        Args:
            keys: gives the new master key (32 bytes) of its new id.
            after_leak: the earlier key is known to others: what stands for names in indexes, and the sums of heads, are made by new keys too.
                What was written before, and they have a copy of, stays open to them.
            as_: an administrator.

        Raises:
            NotPermitted: as_ is none. BadInput: it is the key that there is. LedgerBroken: the database does not hold together.
            StoreUnavailable: the earlier key is missing or another one, the new one is not given, or somebody has been writing for long.
        """
        from wayhome.store.key_renewal import hold, renew

        self._must_not_be_writing()
        must_be("keys", keys, Callable)
        must_be("after_leak", after_leak, bool)
        must_be_somebody(as_)
        store = self._store
        with store.database.writing() as connection:
            hold(connection)
            self._must_be_an_administrator(connection, as_)
            how = {"after_leak": after_leak, "contradicted": self._witnessed(connection) is False}
            renewed, renewal = renew(store, connection, store.vault.with_keys(keys), by=as_, at=self.now(), **how)
        self._store = renewed
        self._tell_witness()
        log.info("key_renewed", by=as_.id, after_leak=after_leak)
        return renewal

    def recovery_sheet(self) -> RecoverySheet:
        """Give the master key as lines to be printed, typed back, and shown to nobody.

        Raises:
            StoreUnavailable: the key is missing, or another one. LedgerBroken.
        """
        from wayhome.store.recovery_sheet import sheet_of

        ((id, key),) = self._store.masters().items()
        return sheet_of(id, key)

    def doctor(self, *, packs_alone: bool = False) -> Checkup:
        """Look after all that the work rests on: database, key, clock, disk, packs, the last backup, and what newer packs would change.

        Nothing of what is kept is changed, nobody is named, and what cannot be known from here is left out. It reads the row of each
        case, and judges no history: `verify` does.

        Args:
            packs_alone: look only at the packs, whether the open cases are pinned to the code of their checks, whether anything is gone that
                this program has seen, and at the witness. A host can ask it whether it is ready: it takes milliseconds, and with a witness
                some 0.2 s where there are 10,000 cases.
        """
        from wayhome.checkup import checkup_of

        self._must_not_be_writing()
        return checkup_of(self._store, self.packs, self.now(), packs_alone=packs_alone)

    def tell_loss(self, what: str, *, as_: Actor) -> None:
        """Say what is gone of this database, as far as it is known: nobody departs before (INV-38), and claims begin anew from here on.

        The persons whose cases were open then are asked again, each of them: a no is always the newest entry. It is kept for good.

        Args:
            what: in a few words: since when, how it was noticed, who was told. Nothing that names a person.
            as_: an administrator.

        Raises:
            NotPermitted: as_ is none. BadInput: nothing is said. LedgerBroken, StoreUnavailable.
        """
        must_be_somebody(as_)
        what = as_text("what", what, LONGEST_LOSS)
        with self._store.writing() as connection:
            self._must_be_an_administrator(connection, as_)
            office.write(self._store, connection, office.LOSS, {"what": what}, by=as_, at=self.now(), anew=True)
        log.info("loss_told", by=as_.id)

    def _entries(self, by: Actor | None) -> office.OfficeEntries:
        return office.OfficeEntries(self._store, by, self.now())

    def _must_be_an_administrator(self, connection: Any, actor: Actor) -> None:
        """Raise NotPermitted for who is none; nobody else writes an event of the office meanwhile."""
        if not actor.roles & self.packs.administrators:
            raise NotPermitted("Only an administrator may say this.", todo="Ask one of them.", code="administrator")
        self._accounts_to_change(connection, actor, self.packs.administrators)

    # --- accounts of those who act where no host says who they are: no password is asked, whoever may open the database can say -----

    def put_actor(self, actor: Actor, *, as_: Actor | None = None) -> Account:
        """Enter an account for who acts where no host says who they are, or change what is known of one. That, when and by whom is kept with the account.

        Args:
            actor: who may act from now on.
            as_: who enters them; may be left out while there is no administrator.

        Raises:
            NotPermitted: there is an administrator, and `as_` is none.
            BadInput: one of that id has ended, or this takes the role from the last administrator. StoreUnavailable.
        """
        must_be("actor", actor, Actor)
        if as_ is not None:
            must_be_somebody(as_)
        if actor.is_clock:
            raise BadInput("The clock is no account.", todo="Enter a person's.", field="id")
        roles = self.packs.administrators
        with self._store.writing() as connection:
            accounts = self._accounts_to_change(connection, as_, roles)
            before = accounts.get(actor.id)
            if before is not None and before.ended_at is not None:
                raise BadInput(
                    "'{id}' has ended, and no id is given to a second person.",
                    todo="Choose another id.",
                    field="id",
                    id=actor.id,
                )
            account = (before or Account(actor=actor)).changed(actor, self.now(), as_.id if as_ else None)
            must_leave_an_administrator(accounts, account, roles)
            put_account(self._entries(as_), connection, account)
        log.info(
            "actor_changed" if before else "actor_entered",
            actor=actor.id,
            organisation=actor.organisation,
            roles=sorted(actor.roles),
            by=as_.id if as_ else None,
        )
        return account

    def end_actor(self, id: str, *, as_: Actor | None = None) -> Account:
        """End an account: they do and read nothing more. What they did stays theirs, and so does the id.

        Args: as of `put_actor`.

        Raises:
            NotPermitted: there is an administrator, and `as_` is none.
            BadInput: there is no such actor, they have ended already, or they are the last administrator. StoreUnavailable.
        """
        if as_ is not None:
            must_be_somebody(as_)
        roles = self.packs.administrators
        with self._store.writing() as connection:
            accounts = self._accounts_to_change(connection, as_, roles)
            before = accounts[one_of("id", id, accounts, "actor")]
            if before.ended_at is not None:
                raise BadInput("'{id}' has ended already.", todo="Look at the list of actors.", field="id", id=id)
            ended = before.changed(before.actor, self.now(), as_.id if as_ else None, ends=True)
            must_leave_an_administrator(accounts, ended, roles)
            put_account(self._entries(as_), connection, ended)
        log.info("actor_ended", actor=id, by=as_.id if as_ else None)
        return ended

    def away(
        self, id: str, *, until: datetime | None, stand_in: str | None = None, as_: Actor | None = None
    ) -> Account:
        """Say that somebody is away, and who answers for their cases so long. Nobody calls them; the cases stay theirs.

        Args:
            until: when they are back; None: they are back now.
            stand_in: the account of a colleague of the same organisation; None: everybody of it.
            as_: themselves, or who may enter accounts (`put_actor`).

        Raises:
            NotPermitted. BadInput: there is no such actor, they have ended, that is no time to come, or there is no such colleague.
            StoreUnavailable.
        """
        if as_ is not None:
            must_be_somebody(as_)
        id, now, until = as_code("id", id), self.now(), None if until is None else as_instant("until", until)
        with self._store.writing() as connection:
            mine = as_.id if as_ is not None else None
            accounts = self._accounts_to_change(connection, as_, self.packs.administrators, own=id)
            before = accounts[one_of("id", id, accounts, "actor")]
            here = [one.actor for one in accounts.values() if one.ended_at is None]
            one_of("id", id, {one.id for one in here}, "actor")
            if until is not None and until <= now:
                raise bad("until", "contradiction", "That time is past.", "Say when they are back.")
            if stand_in is not None:
                at_home = {one.id for one in here if one.organisation == before.actor.organisation} - {id}
                one_of("stand_in", stand_in, at_home, "colleague")
            told = replace(before, away=None if until is None else Away(until=until, stand_in=stand_in))
            put_account(self._entries(as_), connection, told)
        log.info("actor_away" if until else "actor_back", actor=id, by=mine)
        return told

    def _accounts_to_change(
        self, connection: Any, by: Actor | None, roles: frozenset[str], *, own: str = ""
    ) -> dict[str, Account]:
        """Give the accounts, which nobody else changes meanwhile. `own`: whose account may be changed by whose it is."""
        self._store.entries.hold(connection, "actor")
        accounts = {one.actor.id: one for one in accounts_in(self._store.entries, connection)}
        if own not in accounts or accounts[own].actor != by:
            may_enter_actors(administrators(accounts.values(), roles), by)
        return accounts

    def _accounts(self, connection: Any) -> Accounts:
        """Give who may act by an account here now.

        They are opened anew only where the register of accounts has changed: else a list would open each of them (a seventh of its time).
        """
        stamp = self._store.entries.stamp(connection, "actor")
        if stamp is None or stamp != self._accounts_read[0]:
            self._accounts_read = stamp, accounts_in(self._store.entries, connection)
        return Accounts(self._accounts_read[1], self.now())

    def administrators(self) -> tuple[Actor, ...]:
        """List who may enter accounts; while there is nobody, anybody may."""
        return administrators(self.accounts(), self.packs.administrators)

    def actors(self) -> tuple[Actor, ...]:
        """List who may act where no host says who they are."""
        return tuple(one.actor for one in self.accounts() if one.ended_at is None)

    def accounts(self) -> tuple[Account, ...]:
        """List the accounts, also those that have ended."""
        with self._store.database.reading() as connection:
            return tuple(accounts_in(self._store.entries, connection))

    def register_organisation(self, id: str, *, title: str, country: str, does: Iterable[str] = ()) -> Organisation:
        """Register an organisation that no pack knows, or change what is known of one.

        Cases can name it from then on. Each trusts it only when it has vetted it; what is changed here counts at once in each
        case that knows it.

        Args:
            id: a short code; no pack's partner, role, class or relation has it.
            title: how people call it.
            country: where it works, as in ISO 3166.
            does: what it does there, of receive, meet, house, care, card, escort, interpret, speak; may be empty.

        Raises:
            BadInput: with every field that cannot be so. StoreUnavailable.
        """
        faults = Faults()
        kept: tuple[Trust, ...] = ()
        with faults.gathered():
            self._must_be_free(as_code("id", id))
        with faults.gathered():
            title = as_text("title", title, LONGEST_TITLE)
        with faults.gathered():
            country = as_country("country", country)
        with faults.gathered():
            must_be("does", does, Iterable)
            kept = tuple(one for one in TRUST if one in {one_of("does", said, TRUST, "thing to do") for said in does})
        faults.raise_any()
        one = Organisation(id=id, title=title, country=country, does=kept, added_at=self.now())
        with self._store.writing() as connection:
            one = put_organisation(self._entries(None), connection, one)
        log.info("organisation_registered", organisation=id)
        return one

    def _must_be_free(self, id: str) -> None:
        taken = {PERSON, CLOCK, *RELATIONS, *self._ids_of("partners", "roles", "recipients")}
        if id in taken or id.rpartition("-")[0] in RELATIONS:
            raise BadInput("'{id}' means something else already.", todo="Choose another id.", field="id", id=id)

    def _ids_of(self, *files: str) -> set[str]:
        """Name the entries that the installed packs have in these files."""
        packs = [self.packs.core, *(plugin.pack for plugin in self.packs.ready if plugin.pack)]
        return {one.entry.id for file in files for pack in packs for one in pack.of(file) if hasattr(one.entry, "id")}

    def organisations(self) -> tuple[Organisation, ...]:
        """List the organisations that the office registered."""
        with self._store.database.reading() as connection:
            return tuple(organisations_in(self._store.entries, connection))

    # --- the book of an office ----------------------------------------------------------------------------

    def note_partner(
        self,
        party: str,
        kind: NoteKind,
        text: str,
        *,
        on: date | None = None,
        works: bool | None = None,
        drop: bool = False,
        as_: Actor,
    ) -> PartnerNote:
        """Note something of a partner in the book of the actor's organisation. No other reads it, and only harm decides anything.

        A note of the same kind and text takes the place of the one before; of `ask_for` and `careful` there is one each, of `harm`
        one of each who notes it.

        Args:
            party: a partner of a pack, a registered organisation, the own one, or a carrier by its code, as "SN".
            text: at most 300 characters; a number at most 40.
            on: the day on which it was so, or on which the number was tried; None: today.
            works: of a number that was tried, whether it works.
            drop: take that note out; it is given back. Harm that another has noted is out for all but who takes it out.

        Raises:
            BadInput: with every field that cannot be so; there is no such party, or no such note to be taken out.
            NotPermitted: they read no cases. StoreUnavailable.
        """
        faults, now, today = Faults(), self.now(), self.now().astimezone().date()
        with faults.gathered():
            party = as_word("party", party)
            self.partner_notes(party=party, as_=as_)  # who may, and of whom: packs are read before anybody waits for it
        with faults.gathered():
            one_of("kind", kind, NOTE_KINDS, "kind of note")
        with faults.gathered():
            text = as_text("text", text, LONGEST_NUMBER if kind == "number" else LONGEST_NOTE).strip()
            if kind == "number" and not NUMBER.fullmatch(text):
                raise bad("text", "unreadable", "That is no number to call.", "Write its digits, as +32 000 00 00 01.")
        with faults.gathered():
            must_be("works", works, bool, NoneType)
            if works is not None and kind != "number":
                raise bad("works", "contradiction", "Only a number can be tried.", "Leave it out.")
            if works is None and kind == "number" and on is not None:
                raise bad("works", "missing", "It is not said whether it worked.", "Say it, or leave out the day.")
        with faults.gathered():
            if (day := today if on is None else as_day("on", on)) > today:
                raise bad("on", "contradiction", "That day is still to come.", "Say on which day it was so.")
        faults.raise_any()
        note = PartnerNote(party=party, kind=kind, text=text, on=day, works=works, by=as_.id, at=now)
        with self._store.writing() as connection:
            self._store.entries.hold(connection, BOOK)
            notes = {one.key: one for one in book_in(self._store.entries, connection, as_.organisation)}
            theirs = [one for one in notes.values() if (one.party, one.kind, one.dropped_by) == (party, "harm", None)]
            if not drop:
                notes[note.key] = note
            elif note.key in notes:
                note = notes.pop(note.key)
            elif kind == "harm" and theirs:
                notes |= {one.key: replace(one, dropped_by=as_.id) for one in theirs}
                note = notes[theirs[0].key]
            else:
                raise bad("text", "unknown", "There is no such note.", "Look at what is noted of them.")
            put_book(self._entries(as_), connection, as_.organisation, notes.values())
        log.info("partner_noted", party=party, kind=kind, dropped=drop, actor=as_.id)
        return note

    def partner_notes(self, *, party: str | None = None, as_: Actor) -> tuple[PartnerNote, ...]:
        """List what the actor's organisation has noted of its partners, or of one: first the numbers that work.

        Raises:
            BadInput: there is no such party. NotPermitted: they read no cases. StoreUnavailable.
        """
        must_be_named(as_)
        found = tuple(one for one in self._books(as_) if party is None or one.party == party)
        if party is not None and not found and CARRIER.fullmatch(as_word("party", party)) is None:
            known = {as_.organisation, *self._ids_of("partners"), *(one.id for one in self.organisations())}
            one_of("party", party, known, "partner")
        return found

    def _books(self, actor: Actor, *offices: str | None) -> tuple[PartnerNote, ...]:
        """Give what the actor's organisation has noted, as it stands for the actor; with these, also what somebody has taken out."""
        with self._store.database.reading() as connection:
            self._must_read_some(connection, actor)
            of = [one for one in dict.fromkeys((actor.organisation, *offices)) if one]
            noted = [note for one in of for note in self._book(connection, one)]
        return tuple(note for note in noted if offices or note.dropped_by in (None, actor.id))

    def _book(self, connection: Any, of: str) -> tuple[PartnerNote, ...]:
        """Give the book of an office; where it was damaged, as the ledger of the office tells it: no case stands still for it."""
        try:
            return book_in(self._store.entries, connection, of)
        except LedgerBroken:
            return notes_of(office.told(self._store, connection, BOOK).get(of))

    # --- who may -------------------------------------------------------------------------------------------

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

    def _newest_for(self, host: Any, origin: Any) -> Process:
        """Give the process that the installed packs make now for a return. Raises BadInput: with each country that cannot be read."""
        faults, read = Faults(), list[str]()
        for name, said in (("host_country", host), ("origin_country", origin)):
            with faults.gathered():
                read.append(as_country(name, said))
        faults.raise_any()
        return self.packs.process(*read)

    def keep_newest_process(self, host: str, origin: str) -> Process:
        """Store the process that the installed packs make now, so that a case can be rebased to it; gives it."""
        process = self._newest_for(host, origin)
        with self._store.writing() as connection:
            self._keep_process(connection, process, None)
        return process

    def _keep_process(
        self, connection: Any, process: Process, by: Actor | None, *, instead_of: Process | None = None
    ) -> None:
        """Store a process; of one that is used here first, the ledger of the office says which versions of packs have made it."""
        store = self._store
        if instead_of is None:
            is_new = store.keep_process(connection, process)
        else:
            is_new = store.adopt_process(connection, process, instead_of=instead_of)
        if is_new:
            with suppress(LedgerBroken):  # a case is opened all the same; `verify` names what is damaged
                office.write(store, connection, office.PROCESS, office.packs_of(process), by=by, at=self.now())
