"""Are these our tables, of this version, and as they were made?"""

from __future__ import annotations

from typing import Any

from wayhome.errors import StoreUnavailable, Template, part
from wayhome.store.driver_errors import damaged_file, no_rights
from wayhome.store.sql import Connection, not_ours
from wayhome.store.statements import GENERATION
from wayhome.store.statements import KEYS as KEYS_OF
from wayhome.store.statements import TABLES as COLUMNS_OF
from wayhome.store.versions import FIRST_FORMAT, SCHEMA_VERSION, VERSION_TABLE, too_new

TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = {schema}",
}
BESIDE = {  # what changes what is written
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'wh!_%' ESCAPE '!'",
    "postgresql": """
        SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT t.tgisinternal AND n.nspname = {schema} AND starts_with(c.relname, 'wh_')
        UNION ALL SELECT rulename FROM pg_rules WHERE schemaname = {schema} AND starts_with(tablename, 'wh_')
        """,
}
KEYS = {
    "sqlite": "SELECT name FROM pragma_table_info('{table}') WHERE pk > 0",
    "postgresql": """
        SELECT a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
        WHERE i.indisprimary AND n.nspname = {schema} AND c.relname = '{table}'
        """,
}
INTEGRITY = "PRAGMA integrity_check('{table}')"
COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{table}')",
    "postgresql": "SELECT column_name FROM information_schema.columns WHERE table_schema = {schema} AND table_name = '{table}'",
}


def names_of_tables(connection: Connection) -> set[str]:
    """Name the tables that are there."""
    return {row[0] for row in _asked(connection, TABLES[connection.dialect])}


def must_be_known(connection: Connection) -> None:
    """Look whether these are our tables, of this version.

    Raises:
        StoreUnavailable: they are none, or another program made them. LedgerBroken: some of them are gone.
    """
    names = names_of_tables(connection)
    found = None
    if not names:
        raise _nothing_there(connection)
    if VERSION_TABLE in names:
        place = f'"{connection.schema}".' if connection.schema else ""
        row = connection.execute(f"SELECT version_num FROM {place}{VERSION_TABLE}").fetchone()  # noqa: S608 - our own constant
        found = str(row[0]) if row else None
    elif FIRST_FORMAT in names:
        raise StoreUnavailable(
            "The first Wayhome made this database, and this one does not read it.",
            why="How cases are kept has changed before anybody had data.",
            todo="Make a new database.",
            code="first_format",
        )
    if found not in (None, SCHEMA_VERSION):
        raise too_new("A newer Wayhome made this database.", found)
    ours = {*KEYS_OF, VERSION_TABLE}
    if not names & ours:
        raise _none_of_ours(connection, "It has other tables.", "other_tables")
    if missing := sorted(ours - names):
        raise not_ours("Tables of this database are missing: {missing}.", missing=missing)
    if found is None:
        raise not_ours("The table {table} lacks its row.", table=VERSION_TABLE)


def _nothing_there(connection: Connection) -> StoreUnavailable:
    looks_itself = connection.dialect == "postgresql" and connection.schema is None
    if looks_itself and connection.execute("SELECT current_schema()").fetchone()[0] is None:
        return no_rights("There is no schema that they may use.")
    return _none_of_ours(connection, "It has no tables.", "no_database")


def _none_of_ours(connection: Connection, why: Template, code: str) -> StoreUnavailable:
    return StoreUnavailable(
        "This file holds no Wayhome database."
        if connection.dialect == "sqlite"
        else "There is no Wayhome database in this schema.",
        why=why,
        todo="Name the right one, or make a database.",
        code=code,
    )


def must_be_ours(connection: Connection) -> None:
    """Look whether our tables are as they were made.

    Raises:
        LedgerBroken: something beside them changes what is written, or two rows may stand where one must.
    """
    if _asked(connection, BESIDE[connection.dialect]):
        raise not_ours("Something in this database changes what is written.")
    for table, columns in KEYS_OF.items():
        key = {row[0] for row in _asked(connection, KEYS[connection.dialect], table=table)}
        if key != {*columns}:
            raise not_ours("The tables of this database were changed.")


def must_be_whole(connection: Connection, *, is_own_file: bool) -> None:
    """Look whether nothing is missing in our tables, and whether SQLite finds its pages and indexes as they should be. It reads all of them.

    Args:
        is_own_file: whether all that lies in a file of SQLite is ours; else no other tables are read.

    Raises:
        LedgerBroken: what is missing, or that the file is damaged.
    """
    if connection.dialect == "sqlite":
        for text in (
            ["PRAGMA integrity_check(1)"] if is_own_file else [INTEGRITY.format(table=one) for one in COLUMNS_OF]
        ):
            if [row[0] for row in connection.execute(text).fetchall()] != ["ok"]:
                raise damaged_file()
    missing = []
    for table, columns in COLUMNS_OF.items():
        there = {row[0] for row in _asked(connection, COLUMNS[connection.dialect], table=table)}
        missing += [part("{table} lacks {column}", table=table, column=one) for one in columns if one not in there]
    if missing:
        raise not_ours("Columns of this database are missing: {missing}.", missing=missing)
    if type(connection.run(GENERATION, {}).fetchone()[0]) is not int:
        raise not_ours("The table {table} lacks its row.", table="wh_generations")


def _asked(connection: Connection, text: str, **words: str) -> list[Any]:
    schema = f"'{connection.schema}'" if connection.schema else "current_schema()"
    return [*connection.execute(text.format(schema=schema, **words)).fetchall()]
