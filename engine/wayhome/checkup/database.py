"""How the database stands, and what it lies on: is it ours and whole, who may use it, key, clock, disk, and the last backup."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from wayhome.commands.incidents import who_resolves
from wayhome.errors import Again, LedgerBroken, StoreUnavailable, WayhomeError
from wayhome.model.actor import Actor
from wayhome.model.check import GIGABYTE, MEGABYTE, Check, CheckState, make_check, met, size
from wayhome.model.data import to_json
from wayhome.store import office
from wayhome.store.accounts import accounts_in
from wayhome.store.keyring import damaged
from wayhome.store.lists import Store
from wayhome.store.schema_check import must_be_known, must_be_ours, must_be_whole
from wayhome.store.sql import Connection
from wayhome.store.statements import NUMBERS_OF_ROWS
from wayhome.store.vault import key_beside, must_be_its_owners_alone
from wayhome.store.versions import SCHEMA_VERSION
from wayhome.store.write_probe import must_take_what_is_written

T = TypeVar("T")
ONLY_READ = ("read_only", "busy")  # errors of who may only look, or comes while somebody writes for long
BESIDE = ("", "-wal", "-shm")
LARGE_WAL_BYTES = 64 * MEGABYTE  # sixteen times what SQLite puts in by itself (1,000 pages of 4 KB)
LITTLE_ROOM_BYTES, ROOM_BYTES = 100 * MEGABYTE, GIGABYTE  # our own choice
COPIES = 2  # of the database that find room: a backup, and what is written while it is made
BEHIND = timedelta(minutes=1)  # by which the clocks of computers that share a server may differ; our own choice
OLD_BACKUP, LOST_BACKUP = timedelta(days=2), timedelta(days=7)  # one is made every night (docs/operate.md)
OTHERS_USE = stat.S_IRWXG | stat.S_IRWXO
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def unread(store: Store) -> Check | None:
    """Say why nothing in it can be believed: it is not ours, of another version, damaged, or not as its tables were made."""
    try:
        with store.database.reading() as connection:
            must_be_known(connection)
            must_be_ours(connection)
            must_be_whole(connection, is_own_file=store.database.path is not None)
    except (StoreUnavailable, LedgerBroken) as error:
        return met("database", error)
    return None


def of_database(store: Store) -> Check:
    """Does one that can be read take what commands write?"""
    try:
        with store.database.reading() as connection:
            sort = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.dialect]
        must_take_what_is_written(store.database)
    except (StoreUnavailable, LedgerBroken) as error:
        return met("database", error, "look" if error.code in ONLY_READ else "bad")
    except Again as error:
        return met("database", error, "look")
    return make_check(
        "database",
        "ok",
        "It can be read and written, and its tables are of version {version}, as they were made ({sort}).",
        version=SCHEMA_VERSION,
        sort=sort,
    )


def of_file(path: Path | None) -> Iterator[Check]:
    """How large are the files of ours, and who may use them; is there room on their disk? What cannot be seen, as on a server, is left out."""
    if path is None:
        return
    sizes = {ending: _bytes_of(path.with_name(path.name + ending)) for ending in BESIDE}
    if _mode_of(path) is not None:
        yield make_check(
            "size",
            "ok",
            "It takes {size}.",
            size=size(sizes[""]),
            figures={"size_bytes": sizes[""], "wal_bytes": sizes["-wal"]},
        )
        if os.name == "posix":
            yield _rights(path)
    with suppress(OSError):
        yield _disk(path, sum(sizes.values()))


def wal_bytes_of(path: Path) -> int:
    """Say how much lies in the file beside a database."""
    return _bytes_of(path.with_name(path.name + "-wal"))


def of_wal(store: Store, wal_bytes: int) -> Check:
    """Does nobody who reads wait, and is what was written put in? Of a database that is only read, SQLite does not say."""
    return _looked("wal", store, lambda connection: _wal_seen(connection, wal_bytes))


def _wal_seen(connection: Connection, wal_bytes: int) -> Check:
    mode = str(connection.execute("PRAGMA journal_mode").fetchone()[0])
    figures = {"wal_bytes": wal_bytes}
    if mode != "wal":
        return make_check(
            "wal",
            "look",
            "Whoever reads waits for who writes: the file is not in WAL mode.",
            todo="Stop every program, and put it back from a backup.",
            figures=figures,
        )
    if wal_bytes > LARGE_WAL_BYTES:
        return make_check(
            "wal",
            "look",
            "{size} of it still lie in the file beside it.",
            why="A program has been reading for long, so nothing could be put in.",
            todo="Look for a program that hangs. Copy the database only with all files beside it.",
            size=size(wal_bytes),
            figures=figures,
        )
    return make_check(
        "wal",
        "ok",
        "Nobody who reads waits (WAL); {size} lie in the file beside it.",
        size=size(wal_bytes),
        figures=figures,
    )


def _rights(path: Path) -> Check:
    open_to_others = [
        file.name
        for file in (path.with_name(path.name + ending) for ending in BESIDE)
        if (mode := _mode_of(file)) is not None and mode & OTHERS_USE
    ]
    if open_to_others:
        return make_check(
            "rights",
            "look",
            "Others on this computer may use {files}.",
            why="Whoever can write it can destroy, and whoever can read it sees how many returns there are.",
            todo="Take their rights away: chmod 600.",
            files=open_to_others,
        )
    folder = _mode_of(path.parent) or 0
    if folder & OTHERS_WRITE and not folder & stat.S_ISVTX:
        return make_check(
            "rights",
            "look",
            "Others on this computer may write into the folder of the database.",
            why="They can put another database in its place.",
            todo="Take their rights away: chmod 700 on the folder.",
        )
    return make_check("rights", "ok", "Only its owner may use its files.")


def _disk(path: Path, used_bytes: int) -> Check:
    free = shutil.disk_usage(path.parent).free
    state: CheckState = (
        "bad" if free < LITTLE_ROOM_BYTES else "look" if free < max(ROOM_BYTES, COPIES * used_bytes) else "ok"
    )
    if state == "ok":
        return make_check("disk", "ok", "{free} are free.", free=size(free), figures={"free_bytes": free})
    return make_check(
        "disk",
        state,
        "Only {free} are free on the disk of the database.",
        why="Once it is full, nothing more can be saved.",
        todo="Make room.",
        free=size(free),
        figures={"free_bytes": free},
    )


def of_key(store: Store) -> Check:
    """Is the key here, for its owner alone, and does it fit?"""

    def look(connection: Connection) -> Check:
        return make_check("key", "ok", "It is here, and fits (key {key}).", key=store.keys.must_fit(connection))

    return _looked("key", store, look)


def loose_key(path: Path | None) -> Check | None:
    """Say that others may read the key file beside a database, also where another key is used."""
    try:
        if path is not None:
            must_be_its_owners_alone(key_beside(path))
    except StoreUnavailable as error:
        return met("key", error)
    except OSError:  # there is none, or it cannot be reached
        pass
    return None


def unopened(store: Store) -> Check | None:
    """Say that what was written last does not open; in which case that is, whoever verifies the ledger is told."""
    try:
        with store.database.reading() as connection:
            store.newest_event(connection)
    except LedgerBroken:
        return met("database", damaged("What was written last does not open."))
    except StoreUnavailable:  # whoever looks next is told so
        pass
    return None


def of_clock(store: Store, now: datetime) -> Check:
    """Does the clock stand before what was written last?"""

    def look(connection: Connection) -> Check:
        newest = store.newest_event(connection)
        if newest is None:
            return make_check(
                "clock", "ok", "It says {now}; nothing was written yet that it could stand before.", now=said
            )
        figures = {"behind_seconds": max(0, int((newest.recorded_at - now).total_seconds()))}
        if newest.recorded_at - now > BEHIND:
            return make_check(
                "clock",
                "bad",
                "The clock says {now}, and something was written at {newest}.",
                why="It stands back now, or stood ahead then. Every date that is judged hangs on it.",
                todo="Set the clock of this computer, and have it kept by a time server. If it is right now, an administrator says so once, and in each case that was written later.",
                now=said,
                newest=to_json(newest.recorded_at),
                figures=figures,
            )
        return make_check("clock", "ok", "It says {now}, and does not stand back.", now=said, figures=figures)

    said = to_json(now)
    return _looked("clock", store, look)


def of_backup(store: Store, now: datetime) -> Check:
    """When was a backup made, as far as this database knows?"""

    def look(connection: Connection) -> Check:
        made = office.backups(store, connection)
        if not made:
            return _never(has_cases=connection.run(NUMBERS_OF_ROWS, {"after": "", "most": 1}).fetchone() is not None)
        last = datetime.fromisoformat(made[-1].data["made_at"])
        age = now - last
        state: CheckState = "bad" if age > LOST_BACKUP else "look" if age > OLD_BACKUP else "ok"
        figures = {"age_hours": int(age / timedelta(hours=1))}
        if -age > BEHIND:
            return make_check(
                "backup",
                "look",
                "The last one was made at {last}, which is still to come.",
                why="The clock stands back now, or stood ahead then: how old it is, nobody knows.",
                todo="Look at the clock of this computer, and make one.",
                code="in_the_future",
                last=to_json(last),
                figures=figures,
            )
        if state == "ok":
            return make_check("backup", "ok", "The last one was made at {last}.", last=to_json(last), figures=figures)
        return make_check(
            "backup",
            state,
            "The last one was made at {last}, {days} days ago.",
            why="What was written since then lies here alone.",
            todo="Make one, and look why none was made at night.",
            last=to_json(last),
            days=age.days,
            figures=figures,
        )

    return _looked("backup", store, look)


FEWEST_CALLED = 2  # of a house: whoever is called first, and somebody next


def of_accounts(store: Store) -> Iterator[Check]:
    """Name the organisations that lead a case here, and in which nobody can be called next, manages cases, or hears complaints.

    Of those without any account here, the host calls, and hears.
    """
    with suppress(WayhomeError), store.database.reading() as connection:
        here, accounts = dict[str, list[Actor]](), accounts_in(store.entries, connection)
        for one in accounts:
            here.setdefault(one.actor.organisation, []).extend([one.actor] if one.ended_at is None else ())
        due = store.due(connection)
        holders = [*due.holders]
        leading = {one.leads for one in holders}

        def none_has(roles: Set[str]) -> set[str]:
            return {house for house, people in here.items() if all(roles.isdisjoint(one.roles) for one in people)}

        few = sorted(one for one in leading & here.keys() if len(here[one]) < FEWEST_CALLED)
        if few:
            yield make_check(
                "calls",
                "look",
                "Where one person does not answer, nobody can be called next: {organisations}.",
                why="Fewer than two there have an account that has not ended.",
                todo="Enter a colleague, or whoever manages the programme there.",
                organisations=", ".join(few),
                figures={"organisations": len(leading), "without_somebody_next": len(few)},
            )
        processes = [store.process(connection, digest) for digest in due.digests]
        listing = {role for it in processes for role in (*it.managers, *it.called_last)}
        managed = {one.actor.organisation for one in accounts if not listing.isdisjoint(one.actor.roles)}  # or did
        left = sorted({one.leads for one in holders if not one.is_closed} & managed & none_has(listing))
        if left:
            yield make_check(
                "managed",
                "bad",
                "What is due in the cases of these organisations stands on nobody's list: {organisations}.",
                why="Nobody there who manages cases, or the programme, has an account that has not ended.",
                todo="Enter somebody who does.",
                organisations=", ".join(left),
                figures={"organisations": len(leading), "without_a_manager": len(left)},
            )
        hears = {
            role
            for it in processes
            for id, one in it.incidents.items()
            if one.by_outsider
            for role in who_resolves(it, id)
        }
        unheard = sorted(leading & none_has(hears))
        if unheard:
            yield make_check(
                "complaints",
                "look",
                "A complaint of the person about a colleague would be heard by nobody: {organisations}.",
                why="Who manages the programme, and who protects data, hear complaints; nobody there has such an account.",
                todo="Enter one of them.",
                organisations=", ".join(unheard),
                figures={"organisations": len(leading), "unheard": len(unheard)},
            )  # what cannot be read is told of the database


def _never(*, has_cases: bool) -> Check:
    if not has_cases:
        return make_check("backup", "ok", "None was made yet, and there is no case.")
    return make_check(
        "backup",
        "bad",
        "None was made that this database knows of.",
        why="Copies that were made in another way do not count here: whether one is whole is not known.",
        todo="Make one.",
    )


def _looked(id: str, store: Store, look: Callable[[Connection], Check]) -> Check:
    try:
        with store.database.reading() as connection:
            return look(connection)
    except (StoreUnavailable, LedgerBroken) as error:
        return met(id, error)


def _bytes_of(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _mode_of(file: Path) -> int | None:
    try:
        return stat.S_IMODE(file.stat().st_mode)
    except OSError:
        return None
