"""What is looked at at the shell while another process holds the database: the answer comes, and it is written down who had it."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

HOLDS = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN " + sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(file, how):
    """Another process holds the database for writing, as long as this lasts."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, file, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield
        assert process.poll() is None
        process.stdin.close()


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_while_another_process_writes_a_case_is_shown_and_named_as_seen(wayhome, number, how):
    wayhome(
        "actor", "add", "dana", "--organisation", "invented_house", "--role", "data_protection_officer", as_="sysop"
    )
    with held(wayhome.folder / "wayhome.db", how):
        begun_at = time.monotonic()
        shown = wayhome("case", "show", number)
        lasted = time.monotonic() - begun_at

        assert (shown.status, number in shown.out) == (0, True), shown
        assert lasted < 2
        begun_at = time.monotonic()
        rows = wayhome.json("case", "seen", number, as_="dana")["items"]
        assert time.monotonic() - begun_at < 2
    (row,) = [one for one in rows if one["account"] == "anna"]
    assert (row["how"], row["late"]) == (["case"], False)
    assert [one["account"] for one in wayhome.json("case", "seen", number, as_="dana")["items"]] == ["anna", "dana"]
