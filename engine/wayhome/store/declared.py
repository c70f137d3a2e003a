"""The statements of the store, made from its tables. From here `statements.py` is written, which is all that runs.

    python -m wayhome.store.declared

A test writes it again and compares.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from wayhome.store import tables
from wayhome.store.sql import SCHEMA

_tables = {name.removeprefix("wh_"): table for name, table in tables.METADATA.tables.items()}
_cases, _ledger, _blobs, _keys, _masters = (_tables[n] for n in ("cases", "ledger", "blobs", "keys", "master_keys"))
_processes, _command_keys, _entries = (_tables[name] for name in ("processes", "command_keys", "entries"))

CASE_COLUMNS = tuple(column.name for column in _cases.c)
LEDGER_COLUMNS = tuple(column.name for column in _ledger.c)


def declared(insert: Callable[[Any], Any]) -> dict[str, Any]:
    """Give all statements by their names.

    Args:
        insert: how the database inserts; each has a way of its own to say what happens to a row that is there already.
    """
    made: dict[str, Any] = {}
    newest, after = _ledger.alias("newest"), _ledger.alias("after")
    one_case = _cases.c.number == bindparam("number")

    with_ends = (
        _cases.outerjoin(newest, (newest.c.number == _cases.c.number) & (newest.c.seq == _cases.c.version))
    ).outerjoin(after, (after.c.number == _cases.c.number) & (after.c.seq == _cases.c.version + literal_column("1")))
    made["LOAD"] = select(_cases, newest.c.hash, after.c.seq).select_from(with_ends).where(one_case)
    made["OPEN_CASE"] = insert(_cases)
    made["SAVE_CASE"] = (
        update(_cases)
        .where(_cases.c.number == bindparam("of_case"))
        .values({name: bindparam(f"new_{name}") for name in CASE_COLUMNS if name not in ("number", "uuid")})
    )
    made["ALL_CASES"] = (
        select(_cases, newest.c.hash, after.c.seq, _keys.c.wrapped, _keys.c.master, _masters.c.check_value)
        .select_from(
            with_ends.outerjoin(
                _keys, (_keys.c.number == _cases.c.number) & (_keys.c.retention == literal_column("'case'"))
            ).outerjoin(_masters, _masters.c.id == _keys.c.master)
        )
        .order_by(_cases.c.opened_on, _cases.c.number)
    )
    made["WITHOUT_ROW"] = (
        select(_ledger.c.number)
        .where(_ledger.c.seq == literal_column("1"), _ledger.c.number.not_in(select(_cases.c.number)))
        .order_by(_ledger.c.number)
    )
    made["ALL_ROWS"] = select(_cases).order_by(_cases.c.number)

    made["APPEND"] = insert(_ledger)
    made["EVENTS"] = (
        select(_ledger)
        .where(
            _ledger.c.number == bindparam("number"),
            _ledger.c.seq >= bindparam("first"),
            _ledger.c.seq <= bindparam("last"),
        )
        .order_by(_ledger.c.seq)
    )
    made["ALL_EVENTS"] = select(_ledger).order_by(_ledger.c.number, _ledger.c.seq)
    made["HAS_EVENTS"] = select(_ledger.c.seq).where(_ledger.c.number == bindparam("number"))
    made["KEEP_BLOB"] = insert(_blobs)
    made["BLOBS"] = select(_blobs.c.seq, _blobs.c.retention, _blobs.c.commitment, _blobs.c.sealed).where(
        _blobs.c.number == bindparam("number")
    )
    made["BLOBS_OF"] = select(_blobs.c.number, _blobs.c.seq).distinct().order_by(_blobs.c.number, _blobs.c.seq)

    made["MASTERS"] = select(_masters.c.id, _masters.c.check_value)
    made["ADD_MASTER"] = insert(_masters)
    made["KEY_OF"] = (
        select(_keys.c.master, _masters.c.check_value, _keys.c.wrapped)
        .select_from(_keys)
        .outerjoin(_masters, _masters.c.id == _keys.c.master)
        .where(_keys.c.number == bindparam("number"), _keys.c.retention == bindparam("retention"))
    )
    made["ALL_KEYS"] = select(_keys.c.number, _keys.c.retention).order_by(_keys.c.number, _keys.c.retention)
    made["ADD_KEY"] = insert(_keys)

    made["COMMAND_KEY"] = select(_command_keys.c.sealed).where(_command_keys.c.tag == bindparam("tag"))
    made["ADD_COMMAND_KEY"] = insert(_command_keys)
    made["ALL_COMMAND_KEYS"] = select(_command_keys.c.tag, _command_keys.c.sealed)

    made["PROCESS_OF"] = select(_processes.c.canonical, _processes.c.labels).where(
        _processes.c.digest == bindparam("digest")
    )
    put = insert(_processes)
    made["PUT_PROCESS"] = put.on_conflict_do_update(index_elements=["digest"], set_={"labels": put.excluded.labels})
    made["ALL_DIGESTS"] = select(_processes.c.digest).order_by(_processes.c.digest)
    made["ALL_PROCESSES"] = select(_processes.c.digest, _processes.c.labels).order_by(_processes.c.digest)

    entry = insert(_entries)
    made["PUT_ENTRY"] = entry.on_conflict_do_update(
        index_elements=["kind", "tag"], set_={"sealed": entry.excluded.sealed}
    )
    of_kind = _entries.c.kind == bindparam("kind")
    made["ENTRY"] = select(_entries.c.sealed).where(of_kind, _entries.c.tag == bindparam("tag"))
    made["ENTRIES"] = select(_entries.c.tag, _entries.c.sealed).where(of_kind).order_by(_entries.c.tag)
    made["ALL_KINDS"] = select(_entries.c.kind).distinct()
    return made


def written() -> str:
    """Write the module of statements."""
    lines = [
        '"""The statements of the store, as each database reads them. Written by `python -m wayhome.store.declared`."""',
        "",
        "from wayhome.store.sql import Statement",
        "",
        f"CASE_COLUMNS = {CASE_COLUMNS!r}",
        f"LEDGER_COLUMNS = {LEDGER_COLUMNS!r}",
    ]
    qmark: Any = sqlite.dialect
    format: Any = postgresql.dialect
    of_sqlite, of_postgresql = declared(sqlite_insert), declared(postgresql_insert)
    for name in of_sqlite:
        own = of_sqlite[name].compile(dialect=qmark(paramstyle="qmark"))
        hosts = of_postgresql[name].compile(
            dialect=format(paramstyle="format"),
            schema_translate_map={None: SCHEMA},
            render_schema_translate=True,
        )
        names = tuple(own.positiontup or ())
        assert names == tuple(hosts.positiontup or ())
        lines += [
            f"{name} = Statement(",
            f"    {names!r},",
            f"    sqlite={_in_one_line(own)!r},",
            f"    postgresql={_in_one_line(hosts)!r},",
            ")",
        ]
    return "\n".join(lines) + "\n"


def _in_one_line(compiled: Any) -> str:
    return " ".join(str(compiled).split())


if __name__ == "__main__":
    Path(__file__).with_name("statements.py").write_text(written())
