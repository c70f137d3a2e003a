"""What somebody who can write the file does to it: the one file of tests/attacks that knows how rows are made.

Each function is what an administrator, malware or a repaired back-up could do with plain SQL and the source at hand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
from wayhome import Actor, Engine
from wayhome.packs.process import canonical_bytes
from wayhome.store import ledger

from tests.attacks.play import MANAGER, Play, actor, read

Row = dict[str, Any]


def puts_the_row_of(file: Path, ready: str, young: str) -> None:
    """Write the row of one case over that of another, all but its number and what its ledger says of it."""
    connection = sqlite3.connect(file)
    own = ("number", "uuid", "version", "head")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(wh_cases)") if row[1] not in own]
    values = connection.execute(f"SELECT {', '.join(columns)} FROM wh_cases WHERE number = ?", (ready,)).fetchone()
    to = ", ".join(f"{column} = ?" for column in columns)
    connection.execute(f"UPDATE wh_cases SET {to} WHERE number = ?", (*values, young))
    connection.commit()
    connection.close()


def loosen_the_stored_processes(file: Path) -> None:
    """Take every gate and prerequisite out of the processes, where they lie."""
    connection = sqlite3.connect(file)
    for digest, canonical in connection.execute("SELECT digest, canonical FROM wh_processes").fetchall():
        connection.execute("UPDATE wh_processes SET canonical = ? WHERE digest = ?", (_loose(canonical), digest))
    connection.commit()
    connection.close()


def plant_a_loose_process(file: Path) -> str:
    """Put a process without gates beside the others, under its own true digest; it says that it is newer than all."""
    import hashlib

    connection = sqlite3.connect(file)
    canonical, labels = connection.execute("SELECT canonical, labels FROM wh_processes").fetchone()
    loose = _loose(canonical)
    digest = hashlib.sha256(loose).hexdigest()
    connection.execute("INSERT INTO wh_processes (digest, canonical, labels) VALUES (?, ?, ?)", (digest, loose, labels))
    connection.commit()
    connection.close()
    return digest


def _loose(canonical: bytes) -> bytes:
    process = orjson.loads(canonical)
    for step in process["steps"].values():
        step["gate"], step["after"] = "none", []
    for pack in process["made_of"].values():
        pack["version"] = "99.0.0"
    return canonical_bytes(process)


def edit_the_labels(file: Path) -> None:
    """Change what is shown of each process: hotlines, titles, who may be told of what. It is sealed, so nobody knows what comes out."""
    connection = sqlite3.connect(file)
    for digest, labels in connection.execute("SELECT digest, labels FROM wh_processes").fetchall():
        connection.execute("UPDATE wh_processes SET labels = ? WHERE digest = ?", (labels[:-1] + b"x", digest))
    connection.commit()
    connection.close()


def rewrite_the_ledger(file: Path, case: str, change: Callable[[list[Row], list[Row]], None], other: str) -> None:
    """Change the events of a case with those of another at hand, make the chain anew, and let its row name the new end."""
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row

    def events_of(number: str) -> list[Row]:
        found = connection.execute("SELECT * FROM wh_ledger WHERE number = ? ORDER BY seq", (number,))
        return [dict(row) for row in found]

    rows = events_of(case)
    change(rows, events_of(other))
    connection.execute("DELETE FROM wh_ledger WHERE number = ?", (case,))
    before = ledger.GENESIS
    end = connection.execute("SELECT MAX(n) FROM wh_ledger").fetchone()[0]
    for seq, row in enumerate(rows, 1):
        blobs = connection.execute(
            "SELECT retention, commitment FROM wh_blobs WHERE number = ? AND seq = ?", (case, seq)
        )
        row.update(number=case, seq=seq, n=end + seq)
        row["hash"] = before = ledger.hash_of(row, dict(map(tuple, blobs)), before)
        marks = ",".join("?" * len(row))
        connection.execute(f"INSERT INTO wh_ledger ({','.join(row)}) VALUES ({marks})", list(row.values()))
    connection.execute("UPDATE wh_cases SET head = ?, version = ? WHERE number = ?", (before, len(rows), case))
    connection.commit()
    connection.close()


def a_yes_for_a_no(rows: list[Row], of_another: list[Row]) -> None:
    """Put what was said in another case in place of the last thing that was said in this one."""
    rows[-1]["body"] = of_another[len(rows) - 1]["body"]


def an_event_twice(rows: list[Row], _: list[Row]) -> None:
    """Put an event of the case at its end once more, as if it had happened again."""
    rows.append(dict(rows[1]))


def heads(file: Path) -> dict[str, str]:
    """Give the newest hash of each case, as somebody outside would keep them."""
    connection = sqlite3.connect(file)
    kept = connection.execute("SELECT number, hash FROM wh_ledger GROUP BY number HAVING max(seq)").fetchall()
    connection.close()
    return {number: hash.hex() for number, hash in kept}


def holds_against(open: Callable[[], Engine], kept: dict[str, str]) -> bool:
    """Say whether a database still agrees with the heads that were kept."""
    with open() as engine:
        return engine.verify(against=kept).ok


def hash_that_anybody_can_make(command: Any, who: Actor) -> bytes:
    """Make the hash of a guessed command from what is public."""
    from wayhome.execution import hash_of

    return hash_of(command, who)


def a_name_after_a_command_that_failed(play: Play) -> None:
    """The first command on a case that needs a key of its own is not saved; the second writes with one."""
    store = play.engine._store
    kept = store.record_result

    def keep_answer(*_: Any, **__: Any) -> None:
        raise MemoryError("a full disk, an interrupt")

    store.record_result = keep_answer  # type: ignore[method-assign]
    with suppress(MemoryError):
        first = {"do": "involve", "by": "person", "relation": "relative", "name": "The First", "key": "k-1"}
        play.engine.do(read(first, play.case), as_=actor(MANAGER))
    store.record_result = kept  # type: ignore[method-assign]
    second = {"do": "involve", "by": "person", "relation": "relative", "name": "She must not be called at home"}
    play.engine.do(read(second, play.case), as_=actor(MANAGER))
