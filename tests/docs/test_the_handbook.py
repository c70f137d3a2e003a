"""The handbook says what the packs say, each sentence once, under the names of the program, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from wayhome.cards import KINDS
from wayhome.packs.kinds.spans import Span
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process

from docs.handbook import can_be, risks_of
from tests.cards.test_cards import GUIDANCE, texts

PAGES = Path(__file__).parents[2] / "docs" / "guidelines"
PAIRS = {
    f"{host}-{origin}": (codes[0], codes[1])
    for host, origin, codes in (
        ("belgium", "nigeria", ("BE", "NG")), ("belgium", "brazil", ("BE", "BR")), ("belgium", "sierra_leone", ("BE", "SL")),
        ("netherlands", "nigeria", ("NL", "NG")), ("netherlands", "brazil", ("NL", "BR")), ("netherlands", "sierra_leone", ("NL", "SL")),
    )
}  # fmt: skip
LINES, WIDTH, SHEETS = 64, 112, 27


def written(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def process_of(packs: Packs, name: str) -> Process:
    return packs.process(*PAIRS[name])


def declared(process: Process) -> Counter[str]:
    """Count the sentences of guidance of all packs: how many entries say each."""
    found: Counter[str] = Counter()
    for kind in GUIDANCE:
        for id in getattr(process, KINDS[kind]):
            if can_be(process, kind, id):  # what is of another country alone stands on the pages of that
                found.update(set(texts(kind, process.label(KINDS[kind], id))))
    return found


@pytest.mark.parametrize("name", PAIRS)
def test_each_sentence_of_guidance_stands_on_the_page_once_and_none_twice(packs: Packs, name: str) -> None:
    page = re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", written(name))
    said = declared(process_of(packs, name))
    assert len(said) > 250
    assert {
        text for text, entries in said.items() if entries > 1 and len(text) > 20
    } == set()  # no two entries say the same
    longer = {text: sum(text in other for other in said) for text in said}  # it can be a part of another
    assert {text: page.count(text) for text in said if page.count(text) != longer[text] and len(text) > 20} == {}


@pytest.mark.parametrize("name", PAIRS)
def test_each_step_leads_to_what_the_person_is_asked_and_there_stands_what_follows_a_no(
    packs: Packs, name: str
) -> None:
    process, page = process_of(packs, name), written(name)
    anchors = Counter(re.findall(r'<a id="([^"]+)"></a>', page))
    assert {*anchors.values()} == {1}
    links = re.findall(r"\[([^\]]+)\]\(#([^)]+)\)", page)
    assert {anchor for _, anchor in links if not anchors[anchor]} == set()
    can_be_asked = [step for id, step in process.steps.items() if can_be(process, "step", id)]
    asked = {need.purpose for step in can_be_asked for need, _ in step.consents}
    assert {process.title("consents", one) for one in asked} == {title for title, _ in links} & {
        process.title("consents", one) for one in asked
    }
    parts = re.split(r"^##+ ", page, flags=re.MULTILINE)
    for id in process.consents:
        (told,) = [line for line in page.splitlines() if f"</a>**{process.title('consents', id)}.**" in line]
        assert "**Say:**" in told, id
        assert "**If they say no:**" in told, id
    for step in (one for one in process.steps.values() if can_be(process, "step", one.id)):
        (told,) = [part for part in parts if part.startswith(f"{process.title('steps', step.id)}\n")]
        assert told.count("](#") == len({(need.purpose, need.recipient, str(when)) for need, when in step.consents}), (
            step.id
        )


@pytest.mark.parametrize("name", PAIRS)
def test_each_step_is_found_by_its_name_in_the_program(packs: Packs, name: str) -> None:
    process = process_of(packs, name)
    heads = re.findall(r"^### (.+)$", written(name), re.MULTILINE)
    assert {process.title("steps", id) for id in process.steps if can_be(process, "step", id)} <= set(heads)


@pytest.mark.parametrize("name", PAIRS)
def test_a_page_holds_no_bare_code_and_its_links_are_well_formed(name: str) -> None:
    page = written(name)
    for text, url in re.findall(r"\[([^\]]*)\]\((?!#)([^)]*)\)", page):
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
def test_a_page_is_at_most_twenty_seven_printed_sheets(name: str) -> None:
    """Reckoned for a sheet of 64 lines of 112 letters, a blank line half as high; a heading takes two.

    Printed once (pandoc to HTML, Chromium to PDF; A4, margins of 17 and 18 mm, Liberation Serif of 10 points, lines 1.3 high), the pages took
    23 to 25 sheets where this says 23.4 to 24.6.
    """
    shown = re.sub(r"\]\([^)]*\)", "]", written(name)).splitlines()
    lines = sum(2.0 if line.startswith("#") else 0.5 if not line else -(-len(line) // WIDTH) for line in shown)
    assert lines / LINES <= SHEETS


@pytest.mark.parametrize("name", PAIRS)
def test_all_that_can_come_out_and_all_that_is_asked_has_a_title(packs: Packs, name: str) -> None:
    """A code in words is no sentence: "unfit temporary", "br mode"."""
    process = process_of(packs, name)
    results = {
        f"{id}.{code}"
        for id, step in process.steps.items()
        for code in step.results
        if not process.value_called(id, code)
    }
    fields = {
        f"{id}.{name}"
        for id, step in process.steps.items()
        for name, spec in step.fields.items()
        for asked in [process.asked_of(id).get(name, {})]
        if not asked.get("title") or any(not asked["columns"].get(one, {}).get("title") for one in spec.columns)
    }
    assert (results, fields) == (set(), set())


@pytest.mark.parametrize("name", PAIRS)
def test_a_page_names_no_code_of_a_source_or_a_rule_and_no_key_of_the_engine(name: str) -> None:
    page = written(name).split("## Sources")[0]
    assert re.findall(r"\b(?:S\d{1,3}|P\d{1,2}|[A-Z]{2,3}-\d{2})\b", page) == []
    for awkward in (
        " is yes is ",
        "only when only",
        "then it does not pass",
        "(stops)",
        "GRU",
        "FNA",
        "pre departure",
        "adopted is",
        "travel booked",
        "has connection",
        " is etc",
        "nobody has tried",
    ):
        assert awkward not in page, awkward


@pytest.mark.parametrize("name", PAIRS)
def test_a_round_that_only_some_have_says_for_whom_it_is(name: str) -> None:
    visits = next(
        part for part in re.split(r"^### ", written(name), flags=re.MULTILINE) if part.startswith("Visit or call")
    )
    assert "18 months after the arrival, only when 'Visits go on after month 12' is yes" in visits
    assert "12 months after the arrival; " in visits
    disposal = next(
        part for part in re.split(r"^### ", written(name), flags=re.MULTILINE) if part.startswith("Dispose of")
    )
    assert "30 days after the closing, only when 'The person asks that the data are erased' is yes" in disposal


def test_a_figure_beside_which_a_stricter_one_holds_is_not_said() -> None:
    """In Belgium the core's 30 days never hold: the law's 45 do."""
    period = next(
        part
        for part in re.split(r"^### ", written("belgium-nigeria"), flags=re.MULTILINE)
        if part.startswith("Start the reflection")
    )
    assert "**Lasts:** at least 45 days; at least 3 months, only when 'Treated as a child' is yes." in period
    assert "30 days" not in period


def test_where_a_rule_asks_what_was_our_choice_it_is_no_choice_any_more() -> None:
    delivers = next(
        part
        for part in re.split(r"^### ", written("belgium-nigeria"), flags=re.MULTILINE)
        if part.startswith("Deliver what")
    )
    assert "**Due:** 12 months after the arrival. " in delivers
    elsewhere = next(
        part
        for part in re.split(r"^### ", written("netherlands-nigeria"), flags=re.MULTILINE)
        if part.startswith("Deliver what")
    )
    assert "**Due:** 12 months after the arrival (our choice)." in elsewhere


# Lengths of time that are facts about the world, and bind nobody here: how long others' papers and help last, how far a way is.
OF_THE_WORLD = {
    ("br_passport", "10 years"), ("ng_passport", "10 years"), ("ng_child_passport", "5 years"), ("sl_icvp", "10 years"),
    ("sl_estuary_crossing", "5 hours"), ("sl_whi", "one year"), ("monitoring_visit", "one year"),
    ("wellbeing_check", "two weeks"),  # of which she is asked
}  # fmt: skip
IN_WORDS = {"one": 1, "two": 2, "three": 3, "six": 6, "nine": 9, "twelve": 12, "eighteen": 18}
LENGTH = re.compile(rf"\b(\d+|{'|'.join(IN_WORDS)})[ -](working day|hour|day|week|month|year)s?\b")


def spans_in(part: object) -> Iterator[tuple[int, str]]:
    """Every length of time that a process holds, wherever it stands."""
    if isinstance(part, Span):
        yield part.amount, part.unit
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from spans_in(one)
    elif isinstance(part, list | tuple | set | frozenset):
        for one in part:
            yield from spans_in(one)
    elif is_dataclass(part):
        for field in fields(part):
            yield from spans_in(getattr(part, field.name))


@pytest.mark.parametrize("name", PAIRS)
def test_no_sentence_says_a_length_of_time_that_the_process_does_not_hold(packs: Packs, name: str) -> None:
    process = process_of(packs, name)
    held = {
        span
        for stem in ("steps", "documents", "incidents", "outcomes", "limits", "consents")
        for span in spans_in(getattr(process, stem))
    }
    said = {
        (id, found[0], int(IN_WORDS.get(found[1], found[1])), f"{found[2].replace(' ', '_')}s")
        for kind in GUIDANCE
        for id in getattr(process, KINDS[kind])
        for text in texts(kind, process.label(KINDS[kind], id))
        for found in LENGTH.finditer(text)
    }
    assert len(said) > 20
    assert {(id, words) for id, words, amount, unit in said if (amount, unit) not in held} <= OF_THE_WORLD


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_on_no_page_of_a_pair_is_of_another_country_and_stands_there(packs: Packs, kind: str) -> None:
    stands: dict[str, bool] = {}
    for pair in PAIRS.values():
        process = packs.process(*pair)
        for id in getattr(process, KINDS[kind]):
            stands[id] = stands.get(id, False) or can_be(process, kind, id)
    assert [id for id, somewhere in stands.items() if not somewhere] == []


def test_a_paper_that_only_the_dutch_can_ask_for_stands_on_no_belgian_page() -> None:
    assert "Present the person for the laissez-passer" in written("netherlands-nigeria")
    assert "laissez-passer\n" not in written("belgium-nigeria")
    assert "For Nigeria, DT&V withholds" in written("netherlands-nigeria")
    assert "For Nigeria, DT&V withholds" not in written("netherlands-brazil")


@pytest.mark.parametrize("name", PAIRS)
def test_the_clearance_stands_after_all_that_it_looks_at(name: str) -> None:
    heads = re.findall(r"^##+ (.+)$", written(name), re.MULTILINE)
    assert heads[heads.index("The journey") - 1] == "Confirm that the journey may start"
    assert heads.index("Ask for consent to return") < heads.index("Check risk and wish again")


@pytest.mark.parametrize("name", PAIRS)
def test_each_risk_says_how_sure_it_is_and_from_where(packs: Packs, name: str) -> None:
    _, _, risks = written(name).partition("## Risks to keep in mind\n")
    told = [line for line in risks.partition("## Sources")[0].splitlines() if line]
    assert len(told) == len(list(risks_of(process_of(packs, name)))) > 4
    assert [line for line in told if not re.search(r"\[\d+\]$", line)] == []


# --- what a page says of money and of where it comes from -----------------------------------------------------------


def section(name: str, title: str) -> str:
    """Give what a page says under one heading."""
    return next(part for part in re.split(r"^### ", written(name), flags=re.MULTILINE) if part.startswith(title))


def test_the_page_to_brazil_promises_no_belgian_budget() -> None:
    """It says for whom there is one, and that it ended; delivering the plan speaks of none."""
    budget = section("belgium-brazil", "Use the Belgian reintegration budget")
    assert "**When:** 'There is a Belgian reintegration budget for this person' is yes." in budget
    assert "For Brazilians the minister ended it on 1 December 2025." in section("belgium-brazil", "Ask Fedasil")
    assert "Belgian" not in section("belgium-brazil", "Deliver what the plan says")

    assert "**When:**" not in section("belgium-nigeria", "Use the Belgian reintegration budget")
    assert "### Ask Fedasil" not in written("belgium-nigeria")


@pytest.mark.parametrize("name", PAIRS)
def test_what_two_packs_read_at_one_address_is_one_source_of_the_page(name: str) -> None:
    addresses = re.findall(r"^\d+\. \[.*\]\((.*)\)$", written(name).partition("## Sources\n")[2], flags=re.MULTILINE)

    assert len(addresses) > 40
    assert len(addresses) == len(set(addresses))
