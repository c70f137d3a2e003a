"""The statements of the store, declared once on its tables.

SQLAlchemy runs them as they stand here (`sqlalchemy_connection`). A file under an address is driven by sqlite3 with the texts that SQLite's dialect makes of
them (`statements.py`), so that nobody who looks at a case loads SQLAlchemy; a test writes these again and compares.

    python -m tests.store.test_statements
"""

from __future__ import annotations

from functools import cache, reduce
from typing import Any

from sqlalchemy import (
    BigInteger,
    String,
    Text,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from wayhome.store import tables
from wayhome.store.ledger import OFFICE
from wayhome.store.sql import Dialect

_tables = {name.removeprefix("wh_"): table for name, table in tables.METADATA.tables.items()}
_cases, _ledger, _blobs, _keys, _masters = (_tables[n] for n in ("cases", "ledger", "blobs", "keys", "master_keys"))
_processes, _command_keys, _entries = (_tables[name] for name in ("processes", "command_keys", "entries"))

_reads = tables.READS.tables["wh_reads"]

CASE_COLUMNS = tuple(column.name for column in _cases.c)
LEDGER_COLUMNS = tuple(column.name for column in _ledger.c)
ASKED = ("phase", "status", "owner_tag", "reference_tag")  # by which the list of cases is filtered
COUNTED_BY = ("phase", "status", "host_country", "origin_country", "organisation")
POSITION = ("generation", "epoch", "n")
DIALECTS: dict[Dialect, Any] = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}
_generations = _tables["generations"]
_generation = select(func.max(_generations.c.generation)).scalar_subquery()


@cache
def declared_as(dialect: Dialect, name: str) -> tuple[Any, tuple[str, ...]]:
    """Give a statement for a database, and the names of its values."""
    statement = all_declared(dialect)[name]
    return statement, tuple(statement.compile(dialect=DIALECTS[dialect]()).params)


@cache
def all_declared(dialect: Dialect) -> dict[str, Any]:
    """Give all statements by their names, for a database."""
    insert: Any = sqlite_insert if dialect == "sqlite" else postgresql_insert
    zero: Any = literal_column("0")
    one: Any = literal_column("1")
    made: dict[str, Any] = {}
    newest, after = _ledger.alias("newest"), _ledger.alias("after")
    one_case = _cases.c.number == bindparam("number")
    is_of_a_case = _ledger.c.number != literal_column(f"'{OFFICE}'")

    with_ends = (
        _cases.outerjoin(newest, (newest.c.number == _cases.c.number) & (newest.c.seq == _cases.c.version))
    ).outerjoin(after, (after.c.number == _cases.c.number) & (after.c.seq == _cases.c.version + one))
    register = _entries.alias("register")
    is_register = (register.c.kind == bindparam("register")) & (register.c.tag == bindparam("of_kind"))
    of_register = select(register.c.sealed).where(is_register).scalar_subquery()
    master = select(func.max(_masters.c.id)).scalar_subquery()
    made["LOAD"] = (
        select(_cases, newest.c.hash, after.c.seq, of_register, master).select_from(with_ends).where(one_case)
    )
    made["OPEN_CASE"] = insert(_cases)
    made["SAVE_CASE"] = (
        update(_cases)
        .where(_cases.c.number == bindparam("of_case"))
        .values({name: bindparam(f"new_{name}") for name in CASE_COLUMNS if name not in ("number", "uuid")})
    )
    asked: list[Any] = [
        or_(
            bindparam(f"{name}_asked", type_=String()).is_(None),
            _cases.c[name] == bindparam(f"{name}_asked", type_=String()),
        )
        for name in ASKED
    ]
    begins = {name: bindparam(f"{name}_begins", type_=String()) for name in ("number", "label")}
    called_tag = bindparam("called_tag", type_=String())
    begin_so = (func.substr(_cases.c[name], one, func.length(said)) == said for name, said in begins.items())
    asked.append(or_(called_tag.is_(None), _cases.c.reference_tag == called_tag, *begin_so))
    key = tuple_(_cases.c.opened_on, _cases.c.number)
    is_after = key > tuple_(bindparam("after_day", type_=String()), bindparam("after_number", type_=String()))
    with_keys = with_ends.outerjoin(
        _keys, (_keys.c.number == _cases.c.number) & (_keys.c.retention == literal_column("'case'"))
    ).outerjoin(_masters, _masters.c.id == _keys.c.master)
    listed = select(
        _cases, newest.c.hash, after.c.seq, _keys.c.wrapped, _keys.c.master, _masters.c.check_value
    ).select_from(with_keys)
    made["CASES"] = (
        listed.where(is_after, *asked)
        .order_by(_cases.c.opened_on, _cases.c.number)
        .limit(bindparam("most", type_=BigInteger()))
        .offset(zero)
    )
    made["LISTED_CASE"] = listed.where(one_case)
    made["OPENED_ON"] = select(_cases.c.opened_on).where(one_case)
    made["LABELLED"] = select(_cases.c.number).where(_cases.c.label == bindparam("said")).order_by(_cases.c.number)
    made["WITHOUT_ROW"] = (
        select(_ledger.c.number)
        .where(_ledger.c.seq == one, is_of_a_case, _ledger.c.number.not_in(select(_cases.c.number)))
        .order_by(_ledger.c.number)
    )
    made["ROW_OF"] = select(_cases).where(one_case)
    made["NUMBERS_OF_ROWS"] = _numbers(_cases)

    made["KNOWN_BYTES"] = select(cast(bindparam("known", type_=tables.Bytes()), tables.Bytes()))

    made["APPEND"] = insert(_ledger).values(
        {name: bindparam(name) for name in LEDGER_COLUMNS if name not in (*POSITION, "signature", "signed_by")}
        | _position(dialect)
    )
    at = tuple_(*(_ledger.c[name] for name in POSITION))
    oldest_writer = _whole_number(func.pg_snapshot_xmin(func.pg_current_snapshot()))
    is_past = (
        true() if dialect == "sqlite" else or_(_ledger.c.generation < _generation, _ledger.c.epoch < oldest_writer)
    )
    settled = _settled(dialect, at, is_past)
    made["LOCK_CASE"] = select(_cases.c.number, settled).where(one_case).with_for_update(of=_cases)
    made["SETTLED"] = select(settled)
    made["NTH_EVENT"] = select(*at, _ledger.c.hash).order_by(*at).limit(one).offset(bindparam("skipped"))
    made["CHANGES"] = (
        select(*at, _ledger.c.number, _ledger.c.seq, _ledger.c.recorded_on)
        .where(at > tuple_(*map(bindparam, POSITION)), is_past, is_of_a_case)
        .order_by(*at)
        .limit(bindparam("most"))
        .offset(zero)
    )
    made["NEWEST_PAST"] = (
        select(*at, _ledger.c.hash)
        .where(is_past)
        .order_by(*(_ledger.c[name].desc() for name in POSITION))
        .limit(one)
        .offset(zero)
    )
    made["WRITTEN_SINCE"] = (
        select(*at, _ledger.c.number, one if dialect == "sqlite" else case((is_past, one), else_=zero))
        .where(at > tuple_(*map(bindparam, POSITION)), is_of_a_case)
        .order_by(*at)
        .limit(bindparam("most"))
        .offset(zero)
    )
    made["NEWEST_POSITION"] = (
        select(*at).order_by(*(_ledger.c[name].desc() for name in POSITION)).limit(one).offset(zero)
    )
    newest_first = (_ledger.c[name].desc() for name in POSITION)
    made["NEWEST_EVENT"] = select(_ledger.c.number, _ledger.c.seq).order_by(*newest_first).limit(one).offset(zero)
    previous = _ledger.alias("previous")
    made["NEWEST_EVENTS"] = (
        select(_ledger, previous.c.hash)
        .select_from(_with_previous(previous))
        .order_by(*(_ledger.c[name].desc() for name in POSITION))
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
    )
    made["GENERATION"] = select(func.max(_generations.c.generation))
    made["ALL_GENERATIONS"] = select(_generations.c.generation).order_by(_generations.c.generation)
    by_writer = (_ledger.c.generation, case((_ledger.c.epoch == zero, zero), else_=one))
    made["COUNTED"] = select(*by_writer, func.count(), func.min(_ledger.c.n), func.max(_ledger.c.n)).group_by(
        *by_writer
    )
    made["ADD_GENERATION"] = insert(_generations)
    made["NEXT_WRITER"] = (
        select(literal_column("0"))
        if dialect == "sqlite"
        else select(_whole_number(func.pg_snapshot_xmax(func.pg_current_snapshot())))
    )
    made["EVENTS"] = (
        select(_ledger)
        .where(
            _ledger.c.number == bindparam("number"),
            _ledger.c.seq >= bindparam("first"),
            _ledger.c.seq <= bindparam("last"),
        )
        .order_by(_ledger.c.seq)
    )
    made["NUMBERS_OF_EVENTS"] = _numbers(_ledger)
    made["HAS_EVENTS"] = select(_ledger.c.seq).where(_ledger.c.number == bindparam("number"))
    made["NEWEST_OF"] = (
        select(_ledger.c.seq, _ledger.c.hash)
        .where(_ledger.c.number == bindparam("number"))
        .order_by(_ledger.c.seq.desc())
        .limit(one)
        .offset(zero)
    )
    made["HASH_OF"] = select(_ledger.c.hash).where(
        _ledger.c.number == bindparam("number"), _ledger.c.seq == bindparam("seq")
    )
    made["KEEP_BLOB"] = insert(_blobs)
    made["BLOBS"] = select(_blobs.c.seq, _blobs.c.retention, _blobs.c.commitment, _blobs.c.sealed).where(
        _blobs.c.number == bindparam("number")
    )
    made["BLOBS_WITHIN"] = made["BLOBS"].where(_blobs.c.seq >= bindparam("first"), _blobs.c.seq <= bindparam("last"))
    made["BLOBS_WITHOUT_EVENT"] = (
        select(_blobs.c.number)
        .distinct()
        .where(~exists().where(_ledger.c.number == _blobs.c.number, _ledger.c.seq == _blobs.c.seq))
    )

    made["MASTERS"] = select(_masters.c.id, _masters.c.check_value)
    # Whoever makes a key holds it, beside others who do; who renews it waits for them, and they see what it became.
    made["HOLD_MASTERS"] = made["MASTERS"].with_for_update(read=True)
    made["ADD_MASTER"] = insert(_masters)
    made["RENEW_MASTER"] = update(_masters).values(id=bindparam("new_id"), check_value=bindparam("new_check_value"))
    made["KEY_OF"] = (
        select(_keys.c.master, _masters.c.check_value, _keys.c.wrapped)
        .select_from(_keys)
        .outerjoin(_masters, _masters.c.id == _keys.c.master)
        .where(_keys.c.number == bindparam("number"), _keys.c.retention == bindparam("retention"))
    )
    newest_of = select(func.max(_ledger.c.seq)).where(_ledger.c.number == _keys.c.number).scalar_subquery()
    made["ALL_KEYS"] = select(_keys.c.number, _keys.c.retention, newest_of).order_by(_keys.c.number, _keys.c.retention)
    made["CLASSES_OF_KEYS"] = select(_keys.c.retention).where(_keys.c.number == bindparam("number"))
    made["ADD_KEY"] = insert(_keys)

    kept = select(_command_keys.c.sealed).where(_command_keys.c.tag == bindparam("tag"))
    earlier_tags = select(_keys.c.number).where(
        _keys.c.number == literal_column("''"),
        func.substr(_keys.c.retention, one, literal_column("6")) == literal_column("'index '"),
    )
    made["COMMAND_KEY"] = select(kept.scalar_subquery(), exists(earlier_tags))
    made["ADD_COMMAND_KEY"] = insert(_command_keys)
    made["ALL_COMMAND_KEYS"] = select(_command_keys.c.tag, _command_keys.c.sealed)

    made["PROCESS_OF"] = select(_processes.c.canonical, _processes.c.labels).where(
        _processes.c.digest == bindparam("digest")
    )
    put = insert(_processes)
    made["PUT_PROCESS"] = put.on_conflict_do_update(index_elements=["digest"], set_={"labels": put.excluded.labels})
    made["ALL_DIGESTS"] = select(_processes.c.digest).order_by(_processes.c.digest)
    made["OPEN_UNDER"] = (
        select(_cases.c.digest, func.count())
        .where(_cases.c.status != bindparam("closed"))
        .group_by(_cases.c.digest)
        .order_by(_cases.c.digest)
    )

    entry = insert(_entries)
    made["PUT_ENTRY"] = entry.on_conflict_do_update(
        index_elements=["kind", "tag"], set_={"sealed": entry.excluded.sealed}
    )
    of_kind = _entries.c.kind == bindparam("kind")
    made["ENTRY"] = select(_entries.c.sealed).where(of_kind, _entries.c.tag == bindparam("tag"))
    of_office = (
        select(_ledger.c.hash)
        .where(_ledger.c.number == literal_column(f"'{OFFICE}'"))
        .order_by(_ledger.c.seq.desc())
        .limit(one)
        .offset(zero)
        .scalar_subquery()
    )
    made["ENTRIES"] = (
        select(register.c.sealed, _entries.c.tag, _entries.c.sealed.label("entry"), of_office)
        .select_from(register.outerjoin(_entries, of_kind))
        .where(is_register)
    )
    made["REGISTERED_PROCESSES"] = (
        select(register.c.sealed, _processes.c.digest, _processes.c.labels, null())
        .select_from(register.outerjoin(_processes, true()))
        .where(is_register)
    )
    made["LOCK_ENTRY"] = select(_entries.c.tag).where(of_kind, _entries.c.tag == bindparam("tag")).with_for_update()
    made["UNREGISTERED"] = select(_entries.c.tag, _entries.c.sealed).where(of_kind)
    made["ALL_KINDS"] = select(_entries.c.kind).distinct()
    made["ADD_READ"] = insert(_reads)
    made["READ_TAGGED"] = select(_reads.c.n).where(_reads.c.tag == bindparam("tag"))
    made["READS_OF"] = (
        select(_reads.c.n, _reads.c.tag, _reads.c.of_case, _reads.c.sealed)
        .where(_reads.c.of_case == bindparam("of_case"))
        .order_by(_reads.c.n)
    )
    made["READS_AFTER"] = (
        select(_reads).where(_reads.c.n > bindparam("after")).order_by(_reads.c.n).limit(bindparam("most")).offset(zero)
    )
    made["LAST_READ"] = select(func.coalesce(func.max(_reads.c.n), zero))
    return made | _whole(insert)


def _whole(insert: Any) -> dict[str, Any]:
    """Give what a backup needs: each table in the order of its key, a row put back into it, and the newest event of each case."""
    made: dict[str, Any] = {}
    for name, table in _tables.items():
        made[f"WHOLE_{name.upper()}"] = select(table).order_by(*table.primary_key)
        made[f"PUT_BACK_{name.upper()}"] = insert(table)
    for name in ("keys", "command_keys", "entries"):
        made[f"EMPTY_{name.upper()}"] = delete(_tables[name])
    ends = select(_ledger.c.number, func.max(_ledger.c.seq).label("last"), func.count().label("events")).group_by(
        _ledger.c.number
    )
    end = ends.subquery("ends")
    made["HEADS"] = (
        select(_ledger.c.number, _ledger.c.hash, end.c.events)
        .select_from(end.join(_ledger, (_ledger.c.number == end.c.number) & (_ledger.c.seq == end.c.last)))
        .order_by(_ledger.c.number)
    )
    return made


def _with_previous(previous: Any) -> Any:
    """Give the events, each with the one before it in its case."""
    is_before = (previous.c.number == _ledger.c.number) & (previous.c.seq == _ledger.c.seq - literal_column("1"))
    return _ledger.outerjoin(previous, is_before)


def _settled(dialect: Dialect, at: Any, is_past: Any) -> Any:
    """Give some events that are settled, from a position on, as one text: so a command does not wait once more (see `store.claims`)."""
    previous: Any = _ledger.alias("previous")
    space: Any = literal_column("' '")

    def in_hex(hash: Any) -> Any:
        return func.hex(hash) if dialect == "sqlite" else func.encode(hash, literal_column("'hex'"))

    def text(column: Any) -> Any:
        return cast(column, Text)

    told = reduce(
        lambda one, other: one.concat(space).concat(other),
        (
            *(text(_ledger.c[name]) for name in POSITION),
            in_hex(_ledger.c.hash),
            func.coalesce(in_hex(previous.c.hash), literal_column("''")),
            case(
                (_ledger.c.number == literal_column(f"'{OFFICE}'"), literal_column("'1'")), else_=literal_column("''")
            ),
        ),
    )
    some = (
        select(told.label("told"))
        .select_from(_with_previous(previous))
        .where(at >= tuple_(*map(bindparam, POSITION)), is_past)
        .order_by(*at)
        .limit(bindparam("most"))
        .offset(literal_column("0"))
        .subquery("some")
    )
    joined = func.group_concat if dialect == "sqlite" else func.string_agg
    return select(joined(some.c.told, literal_column("','"))).scalar_subquery()


def _position(dialect: Dialect) -> dict[str, Any]:
    """Give the next position. A file counts; PostgreSQL says who has written it, and when it was drawn (see `store.positions`)."""
    before = _ledger.alias("before")
    if dialect == "sqlite":
        newest = (
            select(before.c.n)
            .order_by(*(before.c[name].desc() for name in POSITION))
            .limit(literal_column("1"))
            .offset(literal_column("0"))
        )
        count = func.coalesce(newest.scalar_subquery(), literal_column("0")) + literal_column("1")
        return {"generation": _generation, "epoch": literal_column("0"), "n": count}
    of_case = (
        select(before.c.epoch)
        .where(before.c.number == bindparam("of_case"), before.c.generation == _generation)
        .order_by(before.c.seq.desc())
        .limit(literal_column("1"))
        .offset(literal_column("0"))
    )
    epoch = func.greatest(_whole_number(func.pg_current_xact_id()), of_case.scalar_subquery())
    return {"generation": _generation, "epoch": epoch, "n": tables.POSITIONS.next_value()}


def _numbers(table: Any) -> Any:
    after = table.c.number > bindparam("after", type_=String())
    return (
        select(table.c.number)
        .distinct()
        .where(after)
        .order_by(table.c.number)
        .limit(bindparam("most"))
        .offset(literal_column("0"))
    )


def _whole_number(number: Any) -> Any:
    return cast(cast(number, Text), BigInteger)
