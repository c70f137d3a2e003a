"""The six processes of this repository keep their digests, and show what they showed.

python tests/packs/test_digests.py        writes digests.json anew, after the content of a pack has changed
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process, canonical_bytes

FILE = Path(__file__).with_name("digests.json")
RETURNS = [(host, origin) for host in ("BE", "NL") for origin in ("NG", "BR", "SL")]


def _short(value: Any) -> str:
    return hashlib.sha256(canonical_bytes(value)).hexdigest()[:16]


def _by_kind(value: Mapping[str, Any]) -> dict[str, str]:
    """Give a short hash of each kind of entry with its order, so that a difference says where it is."""
    return {key: _short(list(part.items()) if isinstance(part, dict) else part) for key, part in value.items()}


def fingerprints(process: Process) -> dict[str, Any]:
    return {
        "digest": process.digest,
        "decides": _by_kind(orjson.loads(process.canonical)),
        "shown": _by_kind(dict(process.labels)),
    }


@pytest.mark.parametrize(("host", "origin"), RETURNS)
def test_a_process_keeps_its_digest_and_what_it_shows(packs: Packs, host: str, origin: str) -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))

    assert fingerprints(packs.process(host, origin)) == kept[f"{host}-{origin}"]


@pytest.mark.parametrize(("host", "origin"), RETURNS)
def test_a_stored_process_is_the_one_that_was_composed(packs: Packs, host: str, origin: str) -> None:
    composed = packs.process(host, origin)

    stored = Process.of(orjson.loads(composed.canonical), composed.labels)

    assert stored == composed
    assert list(stored.steps) == list(composed.steps)
    assert list(stored.order) == list(composed.order)


if __name__ == "__main__":
    packs = Packs.installed()
    made = {f"{host}-{origin}": fingerprints(packs.process(host, origin)) for host, origin in RETURNS}
    FILE.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")
