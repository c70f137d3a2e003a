"""The statements of the store, built once from the tables and compiled to text."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from wayhome.store import tables
from wayhome.store.database import Statement

_tables = {name.removeprefix("wh_"): table for name, table in tables.METADATA.tables.items()}
_cases, _ledger, _due, _identity = (_tables[name] for name in ("cases", "ledger", "due", "identity"))
_keys, _processes, _command_keys, _actors = (
    _tables[name] for name in ("case_keys", "processes", "command_keys", "actors")
)

LOAD = Statement(
    select(_cases.c.version, _cases.c.head, _cases.c.snapshot).where(_cases.c.number == bindparam("number"))
)
OPEN_CASE = Statement(insert(_cases))
SAVE_CASE = Statement(
    update(_cases)
    .where(_cases.c.number == bindparam("of_case"), _cases.c.version == bindparam("from_version"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("version", "phase", "status", "next_due_at", "digest", "head", "snapshot")
        }
    )
)
APPEND = Statement(insert(_ledger))
KEEP_IDENTITY = Statement(insert(_identity))
DUE_OF = Statement(select(*(c for c in _due.c if c.name != "number")).where(_due.c.number == bindparam("number")))
ADD_DUE = Statement(insert(_due))
DROP_DUE = Statement(
    delete(_due).where(
        _due.c.number == bindparam("number"),
        _due.c.step == bindparam("step"),
        _due.c.round == bindparam("round"),
        _due.c.of == bindparam("of"),
    )
)
DROP_ALL_DUE = Statement(delete(_due).where(_due.c.number == bindparam("number")))
KEY_OF = Statement(
    select(_keys.c.wrapped).where(_keys.c.number == bindparam("number"), _keys.c.retention == bindparam("retention"))
)
ALL_KEYS = Statement(select(_keys.c.number, _keys.c.retention))
ADD_KEY = Statement(insert(_keys))
COMMAND_KEY = Statement(
    select(
        _command_keys.c.command_hash, _command_keys.c.number, _command_keys.c.first_seq, _command_keys.c.last_seq
    ).where(_command_keys.c.command_key == bindparam("command_key"))
)
ADD_COMMAND_KEY = Statement(insert(_command_keys))
PROCESS = Statement(
    select(_processes.c.canonical, _processes.c.labels).where(_processes.c.digest == bindparam("digest"))
)
_put = sqlite_insert(_processes)
PUT_PROCESS = Statement(_put.on_conflict_do_update(index_elements=["digest"], set_={"labels": _put.excluded.labels}))
EVENTS = Statement(
    select(_ledger)
    .where(
        _ledger.c.number == bindparam("number"), _ledger.c.seq >= bindparam("first"), _ledger.c.seq <= bindparam("last")
    )
    .order_by(_ledger.c.seq)
)
ALL_EVENTS = Statement(select(_ledger).order_by(_ledger.c.number, _ledger.c.seq))
ALL_IDENTITY = Statement(select(_identity))
IDENTITY = Statement(select(_identity.c.seq, _identity.c.sealed).where(_identity.c.number == bindparam("number")))
ALL_CASES = Statement(select(_cases).order_by(_cases.c.opened_at, _cases.c.number))
LISTED = ("number", "phase", "status", "host_country", "origin_country", "opened_at", "next_due_at", "digest")
LIST_OF_CASES = Statement(select(*(_cases.c[name] for name in LISTED)).order_by(_cases.c.opened_at, _cases.c.number))
ALL_DUE = Statement(
    select(_due, _cases.c.digest, _cases.c.snapshot)
    .join(_cases, _cases.c.number == _due.c.number)
    .where(_due.c.due_at <= bindparam("until"))
    .order_by(_due.c.due_at, _due.c.number, _due.c.step)
)
_actor = sqlite_insert(_actors)
PUT_ACTOR = Statement(
    _actor.on_conflict_do_update(
        index_elements=["id"], set_={"organisation": _actor.excluded.organisation, "roles": _actor.excluded.roles}
    )
)
_organisations = _tables["organisations"]
_organisation = sqlite_insert(_organisations)
PUT_ORGANISATION = Statement(
    _organisation.on_conflict_do_update(
        index_elements=["id"], set_={name: _organisation.excluded[name] for name in ("title", "country", "does")}
    )
)
ORGANISATION = Statement(select(_organisations).where(_organisations.c.id == bindparam("id")))
_meta = _tables["meta"]
META = Statement(select(_meta.c.value).where(_meta.c.name == bindparam("name")))
_put_meta = sqlite_insert(_meta)
PUT_META = Statement(_put_meta.on_conflict_do_update(index_elements=["name"], set_={"value": _put_meta.excluded.value}))
ALL_DIGESTS = Statement(select(_processes.c.digest))
LABELS_OF = "labels_of"
ALL_ORGANISATIONS = Statement(select(_organisations).order_by(_organisations.c.id))
ALL_ACTORS = Statement(select(_actors).order_by(_actors.c.id))
LEDGER_COLUMNS = tuple(c.name for c in _ledger.c)
CASE_COLUMNS = tuple(c.name for c in _cases.c)
DUE_COLUMNS = tuple(c.name for c in _due.c)
SAVE_ANY_CASE = Statement(
    update(_cases)
    .where(_cases.c.number == bindparam("of_case"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "version",
                "phase",
                "status",
                "next_due_at",
                "digest",
                "head",
                "snapshot",
                "host_country",
                "origin_country",
                "opened_at",
            )
        }
    )
)
