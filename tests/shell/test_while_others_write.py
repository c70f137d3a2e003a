"""What is looked at at the shell while another process holds the database: the answer comes, and it is written down who had it."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import cycle

import pytest

SECONDS = 20
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


@pytest.mark.waits
def test_twenty_seconds_long_each_who_asks_is_answered_in_two_and_named(wayhome, number):
    """Issue 36: the sample above holds it as long as two questions last."""
    asking = ("ayo", "bola", "chidi", "dana")
    for id in asking:
        role = "data_protection_officer" if id == "dana" else "case_manager_sending"
        wayhome("actor", "add", id, "--organisation", "invented_house", "--role", role, as_="sysop")
    answered = 0
    with held(wayhome.folder / "wayhome.db", "IMMEDIATE"):
        until = time.monotonic() + SECONDS
        for id in cycle(asking):
            if time.monotonic() > until:
                break
            begun_at = time.monotonic()
            shown = wayhome("case", "show", number, as_=id)
            assert time.monotonic() - begun_at < 2
            assert (shown.status, number in shown.out) == (0, True), shown
            begun_at = time.monotonic()
            rows = wayhome.json("case", "seen", number, as_="dana")["items"]
            assert time.monotonic() - begun_at < 2
            assert {row["late"] for row in rows if row["account"] == id and "case" in row["how"]} == {False}
            answered += 1
            time.sleep(0.5)
    assert answered > len(asking)
    rows = wayhome.json("case", "seen", number, as_="dana")["items"]
    assert {row["account"] for row in rows} == {*asking}
