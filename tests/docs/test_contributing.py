"""The page for who comes after says what there is: each room, in the order of the arrows, and no file that is not there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text()
PICTURES = re.findall(r"^```\n(.*?)^```$", PAGE, re.M | re.S)


def test_the_rooms_of_the_page_are_those_of_the_engine_in_the_order_of_their_arrows() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (layers,) = [contract["layers"] for contract in linter["contracts"] if contract["id"] == "arrows"]
    there = {path.stem for path in (ROOT / "engine" / "wayhome").iterdir() if (path / "__init__.py").exists()}
    there |= {path.stem for path in (ROOT / "engine" / "wayhome").glob("*.py")} - {"__init__"}

    rooms = [line.split()[0] for line in PICTURES[0].splitlines()]

    assert rooms == [room for layer in layers for room in layer.split(" | ")]
    assert {*rooms} == there


def test_each_file_that_the_page_names_is_there() -> None:
    named = re.findall(r"`((?:[\w-]+/)+(?:[\w-]+\.\w+)?)`", PAGE)
    homes = (ROOT, ROOT / "engine" / "wayhome")

    assert [name for name in named if not any((home / name).exists() for home in homes)] == []
    assert len(named) > 20


def test_each_word_of_a_commands_way_is_a_name_of_the_code() -> None:
    code = "".join(path.read_text() for path in (ROOT / "engine" / "wayhome").rglob("*.py"))
    lines = PICTURES[1].splitlines()
    steps = re.findall(r"[\w.]*[_.]\w+", "\n".join(line[:34] for line in lines))

    assert [step for step in steps if f"def {step.rpartition('.')[2]}(" not in code] == []
    assert max(map(len, lines)) <= 80
    assert len(steps) > 10
    assert len(PAGE.splitlines()) < 200
