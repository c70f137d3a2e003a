"""A database that an earlier commit wrote is read, checked and shown as it was then.

`python -m tests.store.test_the_golden_ledger` writes it anew: only before the first release, when the format changes; afterwards a new one is written beside.
"""

from __future__ import annotations

import json
import lzma
import sys
from pathlib import Path
from typing import Any

import pytest
from wayhome import Actor, Engine, create, to_json
from wayhome.stories.playing import StoryClock

from tests.attacks.play import Play, evidence_is_fresh
from tests.conftest import EVERYBODY, START, all_packs

FOLDER = Path(__file__).parent / "golden_ledgers"
READER = Actor("reader", "invented_organisation", set(EVERYBODY))
KEY = b"a key that everybody may know...."[:32]


def answers(engine: Engine) -> dict[str, Any]:
    """Give what a ledger alone decides: histories with their texts, and where each case stands."""
    found: dict[str, Any] = {"heads": {**engine.heads()}}
    for row in engine.cases(as_=READER):
        view = engine.case(row.number, as_=READER)
        found[row.number] = to_json(
            {
                "stands": [
                    view.label,
                    view.phase,
                    view.status,
                    view.version,
                    view.facts,
                    view.consents,
                    view.documents,
                ],
                "people": view.people,
                "history": [[one.seq, one.type, one.data, one.texts] for one in engine.history(row.number, as_=READER)],
            }
        )
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def opened(file: Path) -> Engine:
    return Engine.open(f"sqlite:///{file}", keys=lambda _: KEY, packs=all_packs(), clock=StoryClock(START))


@pytest.mark.parametrize("kept", sorted(FOLDER.glob("*.db.xz")), ids=lambda one: one.name.partition(".db")[0])
def test_what_was_written_then_is_read_now_as_it_was(kept: Path, tmp_path: Path) -> None:
    file = tmp_path / "case.db"
    file.write_bytes(lzma.decompress(kept.read_bytes()))
    then = json.loads(lzma.decompress(kept.with_name(kept.name.replace(".db.xz", ".json.xz")).read_bytes()))

    with opened(file) as engine:
        assert engine.verify(against=then["heads"]).problems == ()
        assert answers(engine) == then
        engine.rebuild()
        assert answers(engine) == then


def test_there_is_a_golden_ledger() -> None:
    assert [*FOLDER.glob("*.db.xz")]


def record(name: str, folder: Path) -> None:
    """Write a database with a return that has landed and a child's that has just begun, and what it answers."""
    file, clock = folder / f"{name}.db", StoryClock(START)
    create(f"sqlite:///{file}", keys=lambda _: KEY)
    with Engine.open(f"sqlite:///{file}", keys=lambda _: KEY, packs=all_packs(), clock=clock) as engine:
        from wayhome import commands

        anna = Actor("anna", "invented_organisation", {"case_manager_sending"})
        adult = engine.do(
            commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=anna
        ).case
        play = Play(engine, clock, adult)
        evidence_is_fresh(play)
        play.goes_home()
        engine.do(
            commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "child"}, reference="12/26"),
            as_=anna,
        )
    with opened(file) as engine:
        told = json.dumps(answers(engine)).encode()
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json.xz").write_bytes(lzma.compress(told, preset=9))
    (FOLDER / f"{name}.db.xz").write_bytes(lzma.compress(file.read_bytes(), preset=9))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as there:
        record(sys.argv[1] if sys.argv[1:] else "0.1", Path(there))
