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

from figures import ended, tell

PAIRS = int(os.environ.get("PAIRS", "9"))
SQLMODEL, NOTHING = [sys.executable, "-c", "import sqlmodel"], [sys.executable, "-c", "pass"]


def took(words: list[str], **more: object) -> float:
    began = time.perf_counter()
    subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)  # type: ignore[call-overload]
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        compiles = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        }  # as everywhere
        here = {**compiles, "WAYHOME_DB": f"sqlite:///{folder}/case.db", "WAYHOME_ACTOR": "anna"}
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
            pairs = [(took([*program, *words], env=here), took(beside, env=here)) for _ in range(PAIRS)]
            ours, other = (round(statistics.median(times) * 1e3) for times in zip(*pairs, strict=True))
            tell(f"{name} / {' '.join(beside[1:])}", [a / b for a, b in pairs], goal, ours_ms=ours, other_ms=other)
        code = "import wayhome; wayhome.Engine"
        took([sys.executable, "-c", code], env=here)
        pairs = [(took([sys.executable, "-c", code], env=here), took(SQLMODEL, env=here)) for _ in range(PAIRS)]
        tell("from wayhome import Engine / import sqlmodel", [a / b for a, b in pairs], 1.0)
    ended()


if __name__ == "__main__":
    main()
