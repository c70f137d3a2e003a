"""The arrows of the house are held against all that its modules import: also for type checkers only, and by a new room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOR_TYPES = "\n\nif TYPE_CHECKING:\n    from wayhome.engine import Engine\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The code of the engine and of the plugins, to plant a fault in."""
    for folder in (ROOT / "engine" / "wayhome", *(ROOT / "plugins").glob("*/wayhome_*")):
        for path in folder.rglob("*.py"):
            copy = tmp_path / path.relative_to(folder.parent)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def looked_at(house: Path) -> tuple[int, str]:
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=house,
        env=os.environ | {"PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
    )
    return found.returncode, found.stdout


def test_the_arrows_go_one_way(house: Path) -> None:
    assert looked_at(house)[0] == 0


def test_an_import_for_type_checkers_that_runs_up_is_found(house: Path) -> None:
    path = house / "wayhome" / "errors.py"
    path.write_text(path.read_text() + FOR_TYPES)

    code, said = looked_at(house)

    assert (code, "wayhome.errors is not allowed to import wayhome.engine" in said) == (1, True)


def test_a_room_without_a_place_among_the_arrows_is_found(house: Path) -> None:
    (house / "wayhome" / "invented_room.py").touch()

    code, said = looked_at(house)

    assert (code, "invented_room" in said) == (1, True)
