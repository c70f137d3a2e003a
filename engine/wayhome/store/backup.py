"""Back-up and putting back: every row of our tables, out of one look, and the heads of all cases.

The first line says what it is: its format, the version of the tables, the moment, which master key belongs to it, how many cases and
events, what did not hold together, and the heads. Then comes each table with its rows. Keys are in it as they lie in the
database, wrapped; the master key that opens them is not. So it is of use only together with that key.

What is put back is looked at whole, against the heads, before it is kept. Positions begin anew (see `store.positions`).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from secrets import randbits
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import orjson

from wayhome.errors import LedgerBroken, StoreUnavailable
from wayhome.frozen import EMPTY
from wayhome.store import backup_file, office, statements
from wayhome.store.backup_file import Lock, no_backup, not_whole
from wayhome.store.checking import Problem, Progress, Verification, verify
from wayhome.store.driver_errors import errors_as_ours
from wayhome.store.ledger import OFFICE
from wayhome.store.lists import Store
from wayhome.store.positions import begin_anew
from wayhome.store.read_log import ReadLog
from wayhome.store.read_places import ReadsPlace
from wayhome.store.sql import Connection, Statement
from wayhome.store.statements import ADD_READ, HEADS, MASTERS, READ_COLUMNS, TABLES
from wayhome.store.vault import Unopened, Vault
from wayhome.store.versions import SCHEMA_VERSION, too_new

if TYPE_CHECKING:
    from wayhome.store.sqlalchemy_connection import SqlalchemyConnection

FORMAT = 1
SINCE = 1_767_225_600  # 2026-01-01: seconds from then on fit the column for decades
READS = "wh_reads"
ALL_TABLES = {**TABLES, READS: READ_COLUMNS}
AT_ONCE = 500  # rows that are put back together
BYTES = "b64"
AFTER_ALL = """
    SELECT setval('{place}wh_positions', (SELECT greatest(coalesce(max(n), 1), 1) FROM {place}wh_ledger))
    """  # of PostgreSQL: no number is drawn again


class Backup(NamedTuple):
    """A backup that was made: where, whether all in it holds together, how much there is, what does not, and the heads of its cases.

    `reads`: how many rows say who has read what; None: they could not be read, and are not in it, or not all of them.
    """

    path: str
    ok: bool
    cases: int
    events: int
    problems: tuple[Problem, ...]
    heads: Mapping[str, str]
    reads: int | None = None


class BackupHeader(NamedTuple):
    """The first line of a backup."""

    masters: list[tuple[str, bytes]]
    problems: int
    heads: Mapping[str, str]
    made_at: str


class OneLook:
    """A database in the middle of a look at it, or of a transaction: whoever reads sees the same."""

    path = address = schema = None
    is_writing = is_joined = False
    tries = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def reading(self, patience: float | None = None) -> Iterator[Connection]:
        """Give the look that there is."""
        yield self._connection

    writing = reading  # nobody writes in a look

    def close(self) -> None:
        """Do nothing: it is another's."""


def back_up(
    store: Store, path: Path, lock: Lock, passphrase: str | None, at: datetime, progress: Progress = lambda _: None
) -> Backup:
    """Write all that there is to a new file. What does not hold together is written all the same: it may be the last there is.

    Raises:
        BadInput: there is a file of that name already, or no such folder.
        StoreUnavailable: it cannot be written, or the key is missing or another one.
    """
    with store.database.reading() as connection:
        found = _looked_through(store.joined(OneLook(connection)), progress)
        ends = [*connection.run(HEADS, {})]
        heads = {str(number): hash.hex() for number, hash, _ in ends if isinstance(hash, bytes)}
        made = Backup(
            str(path),
            found.ok,
            len(heads.keys() - {OFFICE}),
            sum(end[2] for end in ends if end[0] != OFFICE),
            found.problems,
            heads,
        )
        reads = _Reads(store.reads)
        backup_file.write(path, lock, chain(_lines(connection, made, at), reads.lines()), passphrase)
    return made._replace(reads=reads.written)


class _Reads:
    """The rows of who has read what. They lie elsewhere: where they cannot be read, the backup is made without."""

    def __init__(self, log: ReadLog | None) -> None:
        self._log, self.written = log, cast("int | None", None)

    def lines(self) -> Iterator[bytes]:
        """Give their lines, behind all others."""
        yield _line({"table": READS, "columns": READ_COLUMNS})
        written = 0
        with suppress(StoreUnavailable, LedgerBroken):
            for row in () if self._log is None else self._log.rows():
                yield _line([row[name] for name in READ_COLUMNS])
                written += 1
            self.written = written


def _looked_through(
    store: Store, progress: Progress = lambda _: None, against: Mapping[str, str] = EMPTY
) -> Verification:
    try:
        return verify(store, progress, against=against)
    except LedgerBroken as error:
        return Verification(False, 0, 0, (Problem("", None, error.what_template, error.values),))


def _lines(connection: Connection, made: Backup, at: datetime) -> Iterator[bytes]:
    masters = [list(row) for row in connection.run(MASTERS, {})]
    head = {
        "wayhome_backup": FORMAT,
        "schema": SCHEMA_VERSION,
        "made_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "masters": masters,
        "cases": made.cases,
        "events": made.events,
        "problems": len(made.problems),
        "heads": made.heads,
    }
    yield _line(head)
    for table, columns in TABLES.items():
        yield _line({"table": table, "columns": columns})
        for row in connection.stream(_statement("WHOLE", table)):
            yield _line(list(row))


def put_back(
    lent: SqlalchemyConnection,
    path: Path,
    identities: list[Any],
    head: BackupHeader,
    vault: Vault,
    at: datetime,
    progress: Progress = lambda _: None,
    reads: ReadsPlace | None = None,
) -> Verification:
    """Write all rows of a backup into tables that are new, in the caller's transaction; gives what was found when they were looked through.

    Args:
        reads: where it is kept who has read what; None: in a table among them.

    Raises:
        BadInput: it was changed, is not whole, or holds something else.
        LedgerBroken: what was put back does not hold together, and did when the backup was made.
    """
    into = _Rows(lent, reads)
    backup_file.read(path, identities, into.take)
    into.write()
    begin_anew(lent, int(at.timestamp()) - SINCE)
    if lent.dialect == "postgresql":
        lent.execute(AFTER_ALL.format(place=lent.place))
    store = Store(OneLook(lent), vault)
    with suppress(LedgerBroken):  # what did not hold together is put back as it was
        told = {"made_at": head.made_at, "put_back_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "generation": randbits(48)}
        # By the clock of the newest entry: that of this computer is only compared with it.
        office.write(store, lent, office.RESTORED, told, by=None, at=office.newest_moment(store, lent) or at)
    found = _looked_through(store, progress, head.heads)
    if not found.ok and not head.problems:
        raise LedgerBroken(
            "What lies in this backup does not hold together.",
            why="It did when the backup was made; somebody has made another one of it.",
            todo="Take another copy of it, or an older backup. Nothing was put back.",
            code="backup_changed",
        )
    return found


class _Rows:
    """Takes the lines of a backup and writes their rows, many at a time."""

    def __init__(self, lent: SqlalchemyConnection, reads: ReadsPlace | None) -> None:
        self._lent, self._reads = lent, reads
        self._tables = iter(ALL_TABLES.items())
        self._is_past_the_head = False
        self._table = ""
        self._rows: list[tuple[Any, ...]] = []

    def take(self, line: bytes) -> None:
        """Take one line."""
        if not self._is_past_the_head:
            self._is_past_the_head = True
            return
        told = _told(line)
        if isinstance(told, dict):
            self.write()
            self._table, columns = next(self._tables, ("", []))
            if told != {"table": self._table, "columns": [*columns]}:
                raise no_backup()
        elif not isinstance(told, list) or len(told) != len(ALL_TABLES.get(self._table, ())):
            raise no_backup()
        else:
            self._rows.append(tuple(told))
            if len(self._rows) >= AT_ONCE:
                self.write()

    def write(self) -> None:
        """Write the rows that wait."""
        if not self._rows:
            return
        rows = [dict(zip(ALL_TABLES[self._table], row, strict=True)) for row in self._rows]
        if self._table == READS and self._reads is not None:
            with self._reads.writing() as connection:
                for row in rows:
                    connection.write_row(ADD_READ, row)
        else:
            with errors_as_ours():
                self._lent.write_rows(ADD_READ if self._table == READS else _statement("PUT_BACK", self._table), rows)
        self._rows = []


def head_of(path: Path, identities: list[Any]) -> BackupHeader:
    """Read the first line of a backup.

    Raises:
        BadInput: it does not open with these, was changed, or is no backup. StoreUnavailable: a newer program made it.
    """
    told = _told(backup_file.first_line(path, identities))
    if not isinstance(told, dict) or "wayhome_backup" not in told:
        raise no_backup()
    if (told["wayhome_backup"], told.get("schema")) != (FORMAT, SCHEMA_VERSION):
        raise too_new("A newer Wayhome made this backup.", str(told.get("schema")))
    try:
        return BackupHeader(
            [(str(id), check) for id, check in told["masters"]],
            int(told["problems"]),
            dict(told["heads"]),
            str(told["made_at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise no_backup() from error


def must_have_its_key(head: BackupHeader, vault: Vault) -> None:
    """Look whether the master key that is here is the one that belongs to a backup.

    Raises:
        StoreUnavailable: it is missing, or another one.
    """
    try:
        for id, check_value in head.masters:
            vault.must_fit(id, check_value)
    except (Unopened, TypeError) as error:
        raise not_whole() from error


def _statement(what: str, table: str) -> Statement:
    found: Statement = vars(statements)[f"{what}_{table.removeprefix('wh_').upper()}"]
    return found


def _line(told: Any) -> bytes:
    return orjson.dumps(told, default=lambda one: {BYTES: base64.b64encode(one).decode()})


def _told(line: bytes) -> Any:
    """Read a line of a backup; what was bytes is again. Raises BadInput: it is none."""
    try:
        told = orjson.loads(line)
        if isinstance(told, list):
            return [_cell(one) for one in told]
        if isinstance(told, dict) and "masters" in told:
            return told | {"masters": [[_cell(one) for one in row] for row in told["masters"]]}
        return told
    except (ValueError, TypeError, KeyError) as error:
        raise no_backup() from error


def _cell(told: Any) -> Any:
    return base64.b64decode(told[BYTES], validate=True) if isinstance(told, dict) else told
