"""SECURITY.md: each line names the tests that hold it, and they are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
LINES = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| against", "| ---"))]
NAMED = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split("|")[1].strip()[:40])
def test_each_line_of_what_is_promised_names_tests_that_there_are(line: str) -> None:
    found = NAMED.findall(line.rpartition("|")[0].rpartition("|")[2])

    assert found, "nothing holds it"
    for file, name in found:
        assert f"def {name or 'test_'}" in (ROOT / "tests" / file).read_text(encoding="utf-8"), (file, name)


def test_the_page_says_what_is_not_promised() -> None:
    assert "## What is not promised" in PAGE
    assert LINES
