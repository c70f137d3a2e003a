"""How long whole programs take, each beside the start of another in the same run: pairs, in turn.

    make bench                        a JSON line for each figure; see figures.py for the status

Both are compiled before, as where they are installed: what is compiled lies in a folder that goes with the run.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from figures import ended, tell
from servers import server_for

PAIRS = int(os.environ.get("PAIRS", "9"))
SQLMODEL, NOTHING = [sys.executable, "-c", "import sqlmodel"], [sys.executable, "-c", "pass"]
PROGRAM = [
    sys.executable,
    "-c",
    "import sys; from wayhome.shell import start; sys.exit(start())",
]  # as the installed one
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"
        on_a_case("own file", f"sqlite:///{folder}/case.db", 0.8)
        server = server_for("case show, do and case why on PostgreSQL")
        if server is not None:
            with new_database(server) as address:
                on_a_case("PostgreSQL", address, 1.3)
        beside_others()
    ended()


def beside_others() -> None:
    measure("--help", [*PROGRAM, "--help"], NOTHING, 6.0)
    measure("from wayhome import Engine", [sys.executable, "-c", "import wayhome; wayhome.Engine"], SQLMODEL, 1.0)


def on_a_case(where: str, address: str, goal: float) -> None:
    """Measure what people type most about a case."""
    here = {**os.environ, "WAYHOME_DB": address, "WAYHOME_ACTOR": "anna"}
    if where == "PostgreSQL":
        here["WAYHOME_KEY"] = KEY

    def run(*words: str) -> str:
        return subprocess.run([*PROGRAM, *words], check=True, capture_output=True, text=True, env=here).stdout

    run("init")
    run("actor", "add", "anna", "-o", "invented_house", "-r", "case_manager_sending")
    case = json.loads(run("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult", "--json"))["case"]
    for name, words in (
        ("case show", ("case", "show", case)),
        ("do", ("do", case, "note", "group=case", "text=invented")),
        ("case why", ("case", "why", case, "depart")),
    ):
        measure(f"{name}, {where}", [*PROGRAM, *words], SQLMODEL, goal, here)


def measure(
    name: str, words: Sequence[str], beside: Sequence[str], goal: float, here: Mapping[str, str] = os.environ
) -> None:
    for one in (words, beside):
        took(one, here)
    pairs = [(took(words, here), took(beside, os.environ)) for _ in range(PAIRS)]
    ours, other = (round(statistics.median(times) * 1e3) for times in zip(*pairs, strict=True))
    tell(f"{name} / {' '.join(beside[1:])}", [a / b for a, b in pairs], goal, ours_ms=ours, other_ms=other)


def took(words: Sequence[str], here: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=here)
    return time.perf_counter() - began


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """Make a database in which nothing is yet; gives its address."""
    import psycopg
    from sqlalchemy.engine import make_url

    name = f"wayhome_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
