"""What somebody who can write the file does to it: the one file of tests/attacks that knows how rows are made.

Each function is what an administrator, malware or a repaired back-up could do with plain SQL and the source at hand.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from wayhome import Actor, Engine
from wayhome.packs.process import canonical_bytes
from wayhome.store import ledger, snapshot

from tests.attacks.play import MANAGER, Play, actor, read

Row = dict[str, Any]


def forge_the_snapshot(file: Path, ready: str, young: str) -> None:
    """Write the state of one case under the number and version of another."""
    connection = sqlite3.connect(file)
    version = connection.execute("SELECT version FROM wh_cases WHERE number = ?", (young,)).fetchone()[0]
    good = snapshot.read(connection.execute("SELECT snapshot FROM wh_cases WHERE number = ?", (ready,)).fetchone()[0])
    forged = replace(good, number=young, version=version)
    connection.execute("UPDATE wh_cases SET snapshot = ? WHERE number = ?", (snapshot.write(forged), young))
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
    """Exchange all hotlines, and take out who may be told of what."""
    connection = sqlite3.connect(file)
    for digest, labels in connection.execute("SELECT digest, labels FROM wh_processes").fetchall():
        known = orjson.loads(labels)
        for partner in known["partners"].values():
            for contact in partner.get("contacts") or []:
                contact.update(value="+000", status="working")
        for kind in ("steps", "incidents"):
            for entry in known[kind].values():
                entry.pop("group", None)
        connection.execute("UPDATE wh_processes SET labels = ? WHERE digest = ?", (orjson.dumps(known), digest))
    connection.commit()
    connection.close()


def rewrite_the_ledger(file: Path, case: str, change: Callable[[list[Row]], None]) -> None:
    """Change the events of a case, and make the chain anew."""
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute("SELECT * FROM wh_ledger WHERE number = ? ORDER BY seq", (case,))]
    change(rows)
    connection.execute("DELETE FROM wh_ledger WHERE number = ?", (case,))
    before = ledger.GENESIS
    for seq, row in enumerate(rows, 1):
        header = orjson.loads(row["header"])
        header.update({name: row[name] for name in ("type", "actor", "role", "organisation")}, case=case, seq=seq)
        header.update(data=ledger._digest(row["salt"], row["data"]).hex(), sealed=ledger._digest(row["sealed"]).hex())
        row.update(number=case, seq=seq, header=canonical_bytes(header))
        row["hash"] = before = ledger.chain(before, row["header"])
        marks = ",".join("?" * len(row))
        connection.execute(f"INSERT INTO wh_ledger ({','.join(row)}) VALUES ({marks})", list(row.values()))
    connection.execute("UPDATE wh_cases SET version = 0 WHERE number = ?", (case,))
    connection.commit()
    connection.close()


def a_yes_for_a_no(rows: list[Row]) -> None:
    row = next(row for row in rows if row["type"] == "consent_refused")
    row["type"] = "consent_given"
    row["data"] = canonical_bytes(orjson.loads(row["data"]) | {"form": "written", "language": "en"})


def an_event_of_another(rows: list[Row]) -> None:
    invented = {"type": "note_added", "actor": "invented_risk_assessor", "role": "risk_assessor", "sealed": b""}
    rows.append({**rows[1], **invented, "command_key": None})


def heads(file: Path) -> dict[str, bytes]:
    """Give the newest hash of each case, as somebody outside would keep them."""
    connection = sqlite3.connect(file)
    kept = dict(connection.execute("SELECT number, hash FROM wh_ledger GROUP BY number HAVING max(seq)").fetchall())
    connection.close()
    return kept


def holds_against(open: Callable[[], Engine], kept: dict[str, bytes]) -> bool:
    """Say whether a database still agrees with the heads that were kept."""
    with open() as engine:
        try:
            return bool(engine.verify(against=kept).ok)  # type: ignore[call-arg]
        except TypeError:
            return bool(engine.verify().ok)


def hash_that_anybody_can_make(command: Any, who: Actor) -> bytes:
    """Make the hash of a guessed command from what is public."""
    from wayhome.engine import hash_of

    return hash_of(command, who)


def a_note_beside_a_command_that_fails(play: Play) -> bool:
    """Two threads on one case: the first makes the key and is not saved; before it is done with that, the second writes a note."""
    store = play.engine._store
    failed, noted = threading.Event(), threading.Event()
    forget = store.vault.forget
    acknowledged = []

    def keep_answer(*_: Any, **__: Any) -> None:
        raise MemoryError("a full disk, an interrupt")

    def forget_later() -> None:
        failed.set()
        noted.wait(5)
        forget()

    def first() -> None:
        with suppress(MemoryError):
            play.engine.do(read({"do": "note", "text": "the first", "key": "k-1"}, play.case), as_=actor(MANAGER))

    def second() -> None:
        failed.wait(5)
        play.engine.do(read({"do": "note", "text": "She must not be called at home."}, play.case), as_=actor(MANAGER))
        acknowledged.append(True)
        noted.set()

    store.keep_answer, store.vault.forget = keep_answer, forget_later  # type: ignore[method-assign]
    threads = [threading.Thread(target=one) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return bool(acknowledged)
