"""A fact that decides nothing is a question to a person for nothing: each is read by something, in each process that has it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import wayhome.rules
from wayhome.packs.kinds.kind import mentions
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process

PAIRS = [(host, origin) for host in ("BE", "NL") for origin in ("NG", "BR", "SL")]
DECIDING = ("steps", "documents", "incidents", "outcomes", "consents", "recipients", "rules")


def read_by(entry: object) -> Iterator[str]:
    """Name what an entry reads; what it only sets, it does not read."""
    yield from (mention.name.partition(".")[0] for mention in mentions(entry) if "sets" not in mention.at)


def named_by_safeguards() -> frozenset[str]:
    """Give every text in the source of the engine's rules: the core's own facts are read there by their ids."""
    sources = Path(wayhome.rules.__file__).parent.glob("*.py")
    texts = (
        node for path in sources for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)
    )
    return frozenset(one.value for one in texts if isinstance(one.value, str))


def those_that_decide(process: Process, *, without: str = "") -> set[str]:
    """Name the facts that something reads; `without`: as if this entry were not there."""
    tell = {
        id for id, fact in process.facts.items() if fact.tells or fact.of_person
    }  # who somebody is, is asked for people
    found, open_ = set[str](), [*tell, *(named_by_safeguards() & process.facts.keys())]
    for stem in DECIDING:
        entries = (entry for id, entry in getattr(process, stem).items() if id != without)
        open_ += [name for entry in entries for name in read_by(entry) if name in process.facts]
    while open_:
        id = open_.pop()
        if id not in found:
            found.add(id)  # and what it follows from
            open_ += [name for name in read_by(process.facts[id]) if name in process.facts]
    return found


@pytest.mark.parametrize(("host", "origin"), PAIRS)
def test_every_fact_of_every_pack_decides_something(packs: Packs, host: str, origin: str) -> None:
    process = packs.process(host, origin)
    assert process.facts.keys() - those_that_decide(process) == set()


def test_without_the_one_step_that_reads_it_a_fact_would_be_found(packs: Packs) -> None:
    process = packs.process("BE", "NG")
    assert "weeks_pregnant" in those_that_decide(process)
    assert "weeks_pregnant" not in those_that_decide(process, without="fit_to_travel_check")
