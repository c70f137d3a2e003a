"""The handbook says what the packs say, each sentence once, under the names of the program, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from wayhome.cards import KINDS
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process

from tests.cards.test_cards import GUIDANCE, texts

PAGES = Path(__file__).parents[2] / "docs" / "guidelines"
PAIRS = {
    f"{host}-{origin}": (codes[0], codes[1])
    for host, origin, codes in (
        ("belgium", "nigeria", ("BE", "NG")), ("belgium", "brazil", ("BE", "BR")), ("belgium", "sierra_leone", ("BE", "SL")),
        ("netherlands", "nigeria", ("NL", "NG")), ("netherlands", "brazil", ("NL", "BR")), ("netherlands", "sierra_leone", ("NL", "SL")),
    )
}  # fmt: skip
LINES, WIDTH, SHEETS = 62, 112, 25


def written(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def process_of(packs: Packs, name: str) -> Process:
    return packs.process(*PAIRS[name])


def declared(process: Process) -> Counter[str]:
    """Count the sentences of guidance of all packs: how many entries say each."""
    found: Counter[str] = Counter()
    for kind in GUIDANCE:
        for id in getattr(process, KINDS[kind]):
            found.update(set(texts(kind, process.label(KINDS[kind], id))))
    return found


@pytest.mark.parametrize("name", PAIRS)
def test_each_sentence_of_guidance_stands_on_the_page_as_often_as_it_is_said(packs: Packs, name: str) -> None:
    page = written(name)
    said = declared(process_of(packs, name))
    assert len(said) > 250
    longer = {text: sum(count for other, count in said.items() if text in other) for text in said}
    assert {text: page.count(text) for text in said if page.count(text) != longer[text] and len(text) > 20} == {}


@pytest.mark.parametrize("name", PAIRS)
def test_each_step_is_found_by_its_name_in_the_program(packs: Packs, name: str) -> None:
    process = process_of(packs, name)
    heads = re.findall(r"^### (.+)$", written(name), re.MULTILINE)
    assert {process.title("steps", id) for id in process.steps} <= set(heads)


@pytest.mark.parametrize("name", PAIRS)
def test_a_page_holds_no_bare_code_and_its_links_are_well_formed(name: str) -> None:
    page = written(name)
    for text, url in re.findall(r"\[([^\]]*)\]\(([^)]*)\)", page):
        assert re.fullmatch(r"https?://[^\s()<>]+(\([^\s()<>]*\)[^\s()<>]*)*", url), (text, url)
    plain = re.sub(r"\]\([^)]*\)|https?://\S+|<!--.*?-->", "", page)
    assert re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b|`", plain) == []


@pytest.mark.parametrize("name", PAIRS)
def test_every_number_in_brackets_is_a_source(name: str) -> None:
    page, _, sources = written(name).partition("## Sources\n")
    listed = {int(number) for number in re.findall(r"^(\d+)\. ", sources, re.MULTILINE)}
    assert {int(number) for number in re.findall(r"\[(\d+)\]", page)} == listed


@pytest.mark.parametrize("name", PAIRS)
def test_a_page_says_first_what_the_home_project_was_and_that_its_guidelines_were_not_to_be_had(name: str) -> None:
    head = " ".join(written(name).split("## ")[0].split())
    assert "HOME was a project of Maatwerk bij Terugkeer" in head
    assert "They were not to be had as text: nothing here is taken from them." in head
    assert "https://www.caritasinternational.be/" in head
    assert "https://www.mensenhandelweb.nl" in head


@pytest.mark.parametrize("name", PAIRS)
def test_a_page_is_at_most_twenty_five_printed_sheets(name: str) -> None:
    """Reckoned for a sheet of 62 lines of 112 letters, a blank line half as high; a heading takes two."""
    shown = re.sub(r"\]\([^)]*\)", "]", written(name)).splitlines()
    lines = sum(2.0 if line.startswith("#") else 0.5 if not line else -(-len(line) // WIDTH) for line in shown)
    assert lines / LINES <= SHEETS
