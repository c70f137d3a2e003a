"""The page for embedders is run in an empty folder: its commands, then all its Python blocks, in order, in one namespace.

Blocks that name a file are taken from the examples, which have tests of their own.
"""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path
from typing import Any

import pytest
import wayhome
from wayhome.shell.main import main

from examples.fastapi_service.problems import STATUS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "embed.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
EXCERPT = re.compile(r"^```python (\S+)\n(.*?)^```$", re.M | re.S)
LEFT_OUT = re.compile(r"^\s*…\n", re.M)  # a line that stands for some that are not shown
FEW = 20  # lines of an excerpt


@pytest.mark.usefixtures("quick_passphrases")
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


def test_an_excerpt_is_short_and_stands_so_in_the_example_that_it_names() -> None:
    found = EXCERPT.findall(PAGE.read_text(encoding="utf-8"))

    assert {Path(name).parts[1] for name, _ in found} == {"fastapi_service", "sqlalchemy_host"}
    for name, excerpt in found:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert len(excerpt.splitlines()) <= FEW, name
        after = 0
        for part in LEFT_OUT.split(excerpt):
            after = _end_of(textwrap.dedent(part).splitlines(), lines, after)
            assert after, (name, part)


def _end_of(part: list[str], lines: list[str], after: int) -> int:
    """Say at which line some lines end that stand together, whatever their margin; 0 where they do not."""
    ends = range(after + len(part), len(lines) + 1)
    here = (end for end in ends if textwrap.dedent("\n".join(lines[end - len(part) : end])).splitlines() == part)
    return next(here, 0)


def test_each_example_is_linked() -> None:
    linked = {(PAGE.parent / one).resolve() for one in re.findall(r"\]\(([^)#:]+)\)", PAGE.read_text(encoding="utf-8"))}

    assert set((ROOT / "examples").glob("*/README.md")) <= linked
    assert all(one.exists() for one in linked)


def test_the_table_of_errors_names_each_class_with_its_kind_and_the_status_that_the_example_gives_it() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.M))
    answered = dict(re.findall(r"^\| `(\w+)` \| `\w+` \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.M))

    known = {name: getattr(wayhome, name) for name in wayhome.__all__ if name[0].isupper()}
    errors = {name for name, one in known.items() if isinstance(one, type) and issubclass(one, wayhome.WayhomeError)}
    assert set(rows) == errors - {"WayhomeError"}
    assert rows == {name: known[name].kind for name in rows}
    assert answered == {name: str(STATUS[known[name]]) for name in rows}


def test_the_page_imports_nothing_deeper_than_wayhome() -> None:
    assert not re.findall(r"(?:from|import) wayhome\.", PAGE.read_text(encoding="utf-8"))
