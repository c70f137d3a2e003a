"""What Belgium gives in the reflection period is a residence document; it was an order to leave until 20 May 2017, and is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = (
    "plugins/*/README.md",
    "plugins/**/*.yaml",
    "plugins/*/wayhome_*/*.py",
    "engine/wayhome/**/*.yaml",
    "docs/**/*.md",
)
OLD_NAME = re.compile(r"order to leave|bevel om het grondgebied|ordre de quitter", re.IGNORECASE)


def sentences(text: str) -> Iterator[str]:
    """Give the sentences of a page or a YAML file, each on one line."""
    for paragraph in re.split(r"\n\s*\n|\n\s*(?=- |#|\|)", text):
        yield from re.split(r"(?<=[.?!:])\s", " ".join(paragraph.split()))


def calls_it_an_order(text: str) -> list[str]:
    """Give the sentences that name an order to leave without saying that this was so before 2017."""
    return [one for one in sentences(text) if OLD_NAME.search(one) and "2017" not in one]


def test_no_page_and_no_pack_calls_it_an_order_to_leave() -> None:
    pages = {path for pattern in READ for path in ROOT.glob(pattern)}
    found = {str(path.relative_to(ROOT)): wrong for path in pages if (wrong := calls_it_an_order(path.read_text()))}

    assert len(pages) > 60
    assert found == {}


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("The paper is formally an order to leave within 45 days.", True),
        ("The paper is formally an order\n    to leave within 45 days.", True),  # folded, as YAML is
        ("Since 20 May 2017 it is no order to leave any more.", False),
        ("It was changed in 2017. It is an order to leave.", True),  # the year of another sentence
    ],
)
def test_a_sentence_of_what_it_was_says_when(text: str, is_wrong: bool) -> None:
    assert bool(calls_it_an_order(text)) is is_wrong
