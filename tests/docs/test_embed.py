"""The page for embedders is run in an empty folder: its commands, then all its Python blocks, in order, in one namespace."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import wayhome
from wayhome.shell.main import main

PAGE = Path(__file__).parents[2] / "docs" / "embed.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)


def test_every_block_does_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WAYHOME_KEY", raising=False)
    monkeypatch.syspath_prepend(tmp_path)  # a program finds what lies beside it
    text = PAGE.read_text(encoding="utf-8")
    namespace: dict[str, Any] = {"__name__": "embed"}

    typed = re.findall(r"^\$ wayhome (.+)$", text, re.M)
    assert [main(shlex.split(line)) for line in typed] == [0] * len(typed) != []
    found = list(BLOCK.finditer(text))
    for block in found:
        lines_before = text.count("\n", 0, block.start(1))
        exec(compile("\n" * lines_before + block[1], str(PAGE), "exec"), namespace)

    assert len(found) > 10


def test_the_table_of_errors_names_each_class_with_its_kind() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.M))

    known = {name: getattr(wayhome, name) for name in wayhome.__all__ if name[0].isupper()}
    errors = {name for name, one in known.items() if isinstance(one, type) and issubclass(one, wayhome.WayhomeError)}
    assert set(rows) == errors - {"WayhomeError"}
    assert rows == {name: known[name].kind for name in rows}


def test_the_page_imports_nothing_deeper_than_wayhome() -> None:
    assert not re.findall(r"(?:from|import) wayhome\.", PAGE.read_text(encoding="utf-8"))
