"""`make bench BEFORE=<commit>`: each side runs the code of its own tree, and does every command that it names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[2]
DRIVER = HERE / "benchmarks" / "before_driver.py"


def driven(tree: Path, code: Path, folder: Path, asked: str = "") -> subprocess.CompletedProcess[str]:
    """Run the driver for a tree, with the code of another in its path."""
    driver = Path(shutil.copy(DRIVER, folder))  # nothing lies beside it, as where it is copied for old code
    paths = [code / "engine", *(one for one in (code / "plugins").iterdir() if one.is_dir())]
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONSAFEPATH": "1"}
    words = [sys.executable, str(driver), str(tree), str(folder / "one.db")]
    return subprocess.run(words, env=here, input=asked, capture_output=True, text=True, check=False)


def test_each_command_that_a_user_gives_is_done(tmp_path: Path) -> None:
    names = ["note", "record", "complete", "why depart", "case", "next", "due", "due, of a role", "form"]

    done = driven(HERE, HERE, tmp_path, "".join(f"{name}\n" for name in names))

    first, *rest = [json.loads(line) for line in done.stdout.splitlines()]
    assert {*names} <= {*first["commands"]}
    assert len(rest) == len(names)
    assert all(one["us"] > 0 for one in rest), done.stderr


def test_who_would_run_the_code_of_another_tree_is_stopped(tmp_path: Path) -> None:
    other = tmp_path / "other"
    for name in ("engine", "plugins"):
        shutil.copytree(HERE / name, other / name, ignore=shutil.ignore_patterns("__pycache__"))

    done = driven(other, HERE, tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"is not of {other}" in done.stderr
