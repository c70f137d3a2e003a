"""Pages that are made from code and data are fresh; the country author's page shows what really stands in the packs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from wayhome.packs.compose import labels_of
from wayhome.packs.plugins import CORE, check_folder
from wayhome.stories.playing import check
from wayhome.stories.telling import read_story

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = (DOCS / "write-a-country.md").read_text(encoding="utf-8")
YAML_BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S)
FROM_PACKS = [(block.splitlines()[0].removeprefix("# "), block) for block in YAML_BLOCKS if block.startswith("# ")]


def test_every_generated_page_is_fresh() -> None:
    done = subprocess.run([sys.executable, DOCS / "generate.py", "--check"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def _listed(value: Any) -> Any:
    """Read `x` and `[x]` alike, as the packs do."""
    return value if isinstance(value, list) else [value]


def _shown_of(entries: list[dict[str, Any]], shown: dict[str, Any]) -> bool:
    """Whether an entry of the page is part of one of these entries."""
    return any(all(_listed(entry.get(key)) == _listed(value) for key, value in shown.items()) for entry in entries)


@pytest.mark.parametrize(("name", "block"), FROM_PACKS, ids=[name for name, _ in FROM_PACKS])
def test_an_example_stands_in_its_pack(name: str, block: str) -> None:
    country, _, file = name.partition("/")
    real = yaml.safe_load((ROOT / "plugins" / country / f"wayhome_{country}" / file).read_text(encoding="utf-8"))

    for shown in _listed(yaml.safe_load(block)):
        assert _shown_of(_listed(real), shown), shown


def test_the_story_of_the_page_goes_as_it_is_told(tmp_path: Path) -> None:
    (story,) = [block for block in YAML_BLOCKS if "story:" in block]
    path = tmp_path / "story.yaml"
    path.write_text(story, encoding="utf-8")

    assert check(read_story(path)) == []


def test_the_country_authors_page_can_be_read_in_one_sitting() -> None:
    assert len(PAGE.splitlines()) < 300


def test_every_word_in_code_of_the_glossary_is_one_of_the_program() -> None:
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \|", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.M)
    words = {word for row in rows for word in re.findall(r"`([a-z_]+)`", row)}

    assert words
    assert not words - _known()


def _known() -> set[str]:
    """Every id of the core, and every word of the engine's own source."""
    ids = {id for kind in labels_of([check_folder(CORE)[0]]).values() for id in kind}
    source = " ".join(file.read_text(encoding="utf-8") for file in (ROOT / "engine" / "wayhome").rglob("*.py"))
    return ids | set(re.findall(r"[a-z_]+", source))


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))]

    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]
