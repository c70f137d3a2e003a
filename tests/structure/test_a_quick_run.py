"""What `make test FAST=1` leaves out (tests/fast.py): nothing of a rule's own tests, and nothing that is gone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.fast import LONG, sample

ROOT = Path(__file__).parents[2]


def named(*ids: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(nodeid=id) for id in ids]


@pytest.mark.parametrize("file", LONG)
def test_what_takes_long_stands_where_it_is_said_to_stand(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")

    assert [name for name in LONG[file] if f"def {name}(" not in text] == []


def test_of_many_rows_the_first_and_the_last_are_run_and_of_a_rule_all() -> None:
    of_flow = named(*(f"tests/flow/test_one.py::test_it[{row}]" for row in "abcd"), "tests/flow/test_one.py::test_else")
    of_rules = named(*(f"tests/rules/test_two.py::test_it[{row}]" for row in "abcd"))

    kept, left_out = sample([*of_flow, *of_rules])

    assert kept == [of_flow[0], of_flow[3], of_flow[4], *of_rules]
    assert left_out == of_flow[1:3]


def test_what_takes_long_is_left_out() -> None:
    file, (name, *_) = next(iter(LONG.items()))

    assert sample(named(f"{file}::{name}"))[0] == []
