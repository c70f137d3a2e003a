"""The statements of the store, built once from the tables and compiled to text."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from wayhome.store import tables
from wayhome.store.database import Statement

_tables = {name.removeprefix("wh_"): table for name, table in tables.METADATA.tables.items()}
_cases, _ledger, _blobs, _keys, _masters = (_tables[n] for n in ("cases", "ledger", "blobs", "keys", "master_keys"))
_processes, _command_keys, _entries = (_tables[name] for name in ("processes", "command_keys", "entries"))

CASE_COLUMNS = tuple(c.name for c in _cases.c)
LEDGER_COLUMNS = tuple(c.name for c in _ledger.c)
_newest, _after = _ledger.alias("newest"), _ledger.alias("after")
_one_case = _cases.c.number == bindparam("number")

_with_ends = (
    _cases.outerjoin(_newest, (_newest.c.number == _cases.c.number) & (_newest.c.seq == _cases.c.version))
).outerjoin(_after, (_after.c.number == _cases.c.number) & (_after.c.seq == _cases.c.version + literal_column("1")))
LOAD = Statement(select(_cases, _newest.c.hash, _after.c.seq).select_from(_with_ends).where(_one_case))
OPEN_CASE = Statement(insert(_cases))
SAVE_CASE = Statement(
    update(_cases)
    .where(_cases.c.number == bindparam("of_case"))
    .values({name: bindparam(f"new_{name}") for name in CASE_COLUMNS if name not in ("number", "uuid")})
)
ALL_CASES = Statement(
    select(_cases, _newest.c.hash, _after.c.seq, _keys.c.wrapped, _keys.c.master, _masters.c.check_value)
    .select_from(
        _with_ends.outerjoin(
            _keys, (_keys.c.number == _cases.c.number) & (_keys.c.retention == literal_column("'case'"))
        ).outerjoin(_masters, _masters.c.id == _keys.c.master)
    )
    .order_by(_cases.c.opened_on, _cases.c.number)
)
WITHOUT_ROW = Statement(
    select(_ledger.c.number)
    .where(_ledger.c.seq == literal_column("1"), _ledger.c.number.not_in(select(_cases.c.number)))
    .order_by(_ledger.c.number)
)
ALL_ROWS = Statement(select(_cases).order_by(_cases.c.number))

APPEND = Statement(insert(_ledger))
EVENTS = Statement(
    select(_ledger)
    .where(
        _ledger.c.number == bindparam("number"), _ledger.c.seq >= bindparam("first"), _ledger.c.seq <= bindparam("last")
    )
    .order_by(_ledger.c.seq)
)
ALL_EVENTS = Statement(select(_ledger).order_by(_ledger.c.number, _ledger.c.seq))
HAS_EVENTS = Statement(select(_ledger.c.seq).where(_ledger.c.number == bindparam("number")))
KEEP_BLOB = Statement(insert(_blobs))
BLOBS = Statement(
    select(_blobs.c.seq, _blobs.c.retention, _blobs.c.commitment, _blobs.c.sealed).where(
        _blobs.c.number == bindparam("number")
    )
)
BLOBS_OF = Statement(select(_blobs.c.number, _blobs.c.seq).distinct().order_by(_blobs.c.number, _blobs.c.seq))

MASTERS = Statement(select(_masters.c.id, _masters.c.check_value))
ADD_MASTER = Statement(insert(_masters))
KEY_OF = Statement(
    select(_keys.c.master, _masters.c.check_value, _keys.c.wrapped)
    .select_from(_keys)
    .outerjoin(_masters, _masters.c.id == _keys.c.master)
    .where(_keys.c.number == bindparam("number"), _keys.c.retention == bindparam("retention"))
)
ALL_KEYS = Statement(select(_keys.c.number, _keys.c.retention).order_by(_keys.c.number, _keys.c.retention))
ADD_KEY = Statement(insert(_keys))

COMMAND_KEY = Statement(select(_command_keys.c.sealed).where(_command_keys.c.tag == bindparam("tag")))
ADD_COMMAND_KEY = Statement(insert(_command_keys))
ALL_COMMAND_KEYS = Statement(select(_command_keys.c.tag, _command_keys.c.sealed))

PROCESS_OF = Statement(
    select(_processes.c.canonical, _processes.c.labels).where(_processes.c.digest == bindparam("digest"))
)
_put = sqlite_insert(_processes)
PUT_PROCESS = Statement(_put.on_conflict_do_update(index_elements=["digest"], set_={"labels": _put.excluded.labels}))
ALL_DIGESTS = Statement(select(_processes.c.digest).order_by(_processes.c.digest))
ALL_PROCESSES = Statement(select(_processes.c.digest, _processes.c.labels).order_by(_processes.c.digest))

_entry = sqlite_insert(_entries)
PUT_ENTRY = Statement(
    _entry.on_conflict_do_update(index_elements=["kind", "tag"], set_={"sealed": _entry.excluded.sealed})
)
_of_kind = _entries.c.kind == bindparam("kind")
ENTRY = Statement(select(_entries.c.sealed).where(_of_kind, _entries.c.tag == bindparam("tag")))
ENTRIES = Statement(select(_entries.c.tag, _entries.c.sealed).where(_of_kind).order_by(_entries.c.tag))
ALL_KINDS = Statement(select(_entries.c.kind).distinct())
