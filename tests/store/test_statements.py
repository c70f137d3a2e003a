"""The statements that a file runs are those that the tables make; run as a program, this writes them again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from wayhome.store import statements
from wayhome.store.declared import COUNTED_BY, DIALECTS, POSITION, all_declared
from wayhome.store.tables import METADATA, READS


def test_the_texts_for_a_file_are_what_the_declared_statements_make_of_them_now() -> None:
    """Written again by `python -m tests.store.test_statements`, they are the same to the byte."""
    assert written() == Path(statements.__file__).read_text()


def written() -> str:
    """Write the module of statements, as SQLite reads them."""
    tables_of = METADATA.sorted_tables
    lines = [
        '"""The statements of the store, as SQLite reads them. Written by `python -m tests.store.test_statements`."""',
        "",
        "from wayhome.store.sql import Statement",
        "",
        "# fmt: off",
        f"COUNTED_BY = {COUNTED_BY!r}",
        f"POSITION = {POSITION!r}",
        "# Of each table its columns, and of its key; and how a new file is made.",
        *_mapping("TABLES", {table.name: tuple(table.columns.keys()) for table in tables_of}),
        *_mapping("KEYS", {table.name: tuple(table.primary_key.columns.keys()) for table in tables_of}),
        "NEW_FILE = (",
        *(f"    {statement!r}," for statement in _new_file(METADATA)),
        ")",
        "NEW_READS = (",
        *(f"    {statement!r}," for statement in _new_file(READS)),
        ")",
        f"READ_COLUMNS = {tuple(READS.tables['wh_reads'].columns.keys())!r}",
        'CASE_COLUMNS, LEDGER_COLUMNS = TABLES["wh_cases"], TABLES["wh_ledger"]',
    ]
    for name, statement in all_declared("sqlite").items():
        own = statement.compile(dialect=DIALECTS["sqlite"](paramstyle="qmark"))
        lines.append(f"{name} = Statement({name!r}, {tuple(own.positiontup or ())!r}, {_in_one_line(own)!r})")
    return "\n".join(lines) + "\n"


def _mapping(name: str, entries: dict[str, Any]) -> Iterator[str]:
    yield f"{name} = {{"
    yield from (f"    {key!r}: {value!r}," for key, value in entries.items())
    yield "}"


def _new_file(metadata: MetaData) -> Iterator[str]:
    for table in metadata.sorted_tables:
        yield _in_one_line(CreateTable(table).compile(dialect=sqlite.dialect()))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield _in_one_line(CreateIndex(index).compile(dialect=sqlite.dialect()))


def _in_one_line(compiled: Any) -> str:
    return " ".join(str(compiled).split())


if __name__ == "__main__":
    Path(statements.__file__).write_text(written())
