"""How long whole programs take, each beside the start of another in the same run: pairs, in turn.

make bench                        a JSON line for each figure; status 1 when a goal is missed by more than its spread
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from compileall import compile_dir
from importlib.util import find_spec

from figures import ended, tell

PAIRS = int(os.environ.get("PAIRS", "9"))
SQLMODEL, NOTHING = [sys.executable, "-c", "import sqlmodel"], [sys.executable, "-c", "pass"]


def took(words: list[str], **more: object) -> float:
    began = time.perf_counter()
    subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)  # type: ignore[call-overload]
    return time.perf_counter() - began


def compiled() -> None:
    """Compile what belongs to us, as an installer does with all else; whatever the environment says of that."""
    for one in (
        "wayhome",
        "wayhome_belgium",
        "wayhome_brazil",
        "wayhome_netherlands",
        "wayhome_nigeria",
        "wayhome_sierra_leone",
    ):
        found = find_spec(one)
        for folder in (found.submodule_search_locations or ()) if found else ():
            compile_dir(folder, quiet=1)


def main() -> None:
    compiled()
    with tempfile.TemporaryDirectory() as folder:
        here = {**os.environ, "WAYHOME_DB": f"sqlite:///{folder}/case.db", "WAYHOME_ACTOR": "anna"}
        program = [
            sys.executable,
            "-c",
            "import sys; from wayhome.shell import start; sys.exit(start())",
        ]  # as the installed one

        def run(*words: str) -> str:
            return subprocess.run([*program, *words], check=True, capture_output=True, text=True, env=here).stdout

        run("init")
        run("actor", "add", "anna", "-o", "invented_house", "-r", "case_manager_sending")
        case = json.loads(run("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult", "--json"))["case"]
        for name, words, beside, goal in (
            ("case show, own file", ("case", "show", case), SQLMODEL, 0.8),
            ("do, own file", ("do", case, "note", "group=case", "text=invented"), SQLMODEL, 0.8),
            ("case why, own file", ("case", "why", case, "depart"), SQLMODEL, 0.8),
            ("--help", ("--help",), NOTHING, 6.0),
        ):
            took([*program, *words], env=here)
            pairs = [(took([*program, *words], env=here), took(beside)) for _ in range(PAIRS)]
            ours, other = (round(statistics.median(times) * 1e3) for times in zip(*pairs, strict=True))
            tell(f"{name} / {' '.join(beside[1:])}", [a / b for a, b in pairs], goal, ours_ms=ours, other_ms=other)
        code = "import wayhome; wayhome.Engine"
        pairs = [(took([sys.executable, "-c", code]), took(SQLMODEL)) for _ in range(PAIRS)]
        tell("from wayhome import Engine / import sqlmodel", [a / b for a, b in pairs], 1.0)
    ended()


if __name__ == "__main__":
    main()
