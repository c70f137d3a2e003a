"""What the packs say of a thing stands on its card: every sentence of guidance, by its title, with how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from wayhome import BadInput
from wayhome.cards import KINDS, Card, Words, card
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process

PAIRS = [(host, origin) for host in ("BE", "NL") for origin in ("NG", "BR", "SL")]
GUIDANCE = {
    "step": ("help", "evidence", "otherwise", "unsure"),
    "consent": ("explains", "ends_on_refusal", "unsure"),
    "document": ("help", "unsure"),
    "incident": ("actions", "unsure"),
    "partner": ("about", "place", "unsure"),
}


def cards_of(process: Process) -> Iterator[Card]:
    for kind, file in KINDS.items():
        yield from (card(process, kind, id) for id in getattr(process, file))


def texts(kind: str, label: Any) -> Iterator[str]:
    for one in (label, *(label.get("added") or ())):
        yield from (str(one[name]) for name in GUIDANCE[kind] if one.get(name))


@pytest.mark.parametrize(("host", "origin"), PAIRS)
def test_each_sentence_of_guidance_stands_on_a_card_and_none_twice(packs: Packs, host: str, origin: str) -> None:
    process = packs.process(host, origin)
    found = 0
    for one in cards_of(process):
        said = [line.said for line in one.lines]
        for text in dict.fromkeys(texts(one.kind, process.label(KINDS[one.kind], one.id))):
            assert said.count(text) == 1, (one.kind, one.id, text)
            found += 1
    assert found > 300


@pytest.mark.parametrize(("host", "origin"), PAIRS)
def test_each_question_is_asked_on_the_card_of_a_step_that_waits_for_it(packs: Packs, host: str, origin: str) -> None:
    process = packs.process(host, origin)
    asked = {
        line.said for one in cards_of(process) if one.kind == "step" for line in one.lines if line.called == "Ask first"
    }
    waits = set[str]()
    steps = process.steps.values()
    conditions = [one for step in steps for one in (step.when, *(t.unless for t in step.not_before)) if one is not None]
    words = Words(process)
    while conditions:  # and of a fact that follows from others, what those ask; nothing where the countries answer it
        condition = conditions.pop()
        if words.holds(condition) is not None:
            continue
        named = {mention.name for mention in condition.mentions()} & process.facts.keys() - waits
        waits |= named
        conditions += [process.facts[id].derived for id in named if process.facts[id].derived is not None]
    asks = {id: process.label("facts", id).get("ask") for id in waits}
    assert {text for text in asks.values() if text} == asked


@pytest.mark.parametrize(
    ("origin", "asked"),
    [
        ("NG", set()),  # who needs a visa has a budget: nothing is asked
        ("BR", {"be_budget_approved"}),  # it is known that Brazilians need none
    ],
)
def test_what_the_countries_answer_is_asked_of_nobody(packs: Packs, origin: str, asked: set[str]) -> None:
    process = packs.process("BE", origin)
    lines = card(process, "step", "be_reintegration_budget").lines

    assert {line.said for line in lines if line.called == "Ask first"} == {
        str(process.label("facts", id)["ask"]) for id in asked
    }


@pytest.mark.parametrize(("host", "origin"), PAIRS)
def test_a_card_calls_everything_by_its_title_and_holds_no_bare_code(packs: Packs, host: str, origin: str) -> None:
    process = packs.process(host, origin)
    code = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
    for one in cards_of(process):
        own = " ".join(texts(one.kind, process.label(KINDS[one.kind], one.id)))
        for line in one.lines:
            bare = [found for found in code.findall(re.sub(r"https?://\S+", "", line.said)) if found not in own]
            assert bare == [], (one.kind, one.id, line)


def test_how_to_reach_a_partner_says_whether_anybody_has_tried_it(packs: Packs) -> None:
    made = card(packs.process("BE", "NG"), "partner", "ng_naptip")
    [short] = [line.said for line in made.lines if line.called == "Short number"]
    assert short.startswith("627 · Toll-free line, call centre open 24 hours, NAPTIP · we have not tried it yet")


def test_a_partner_that_is_history_says_so_and_who_took_its_place(packs: Packs) -> None:
    made = card(packs.process("BE", "NG"), "partner", "ng_etaht")
    assert "It is history. In its place: Edo State Migration Agency (ESMA)." in [line.said for line in made.lines]


def test_a_source_is_named_with_its_link(packs: Packs) -> None:
    made = card(packs.process("BE", "NG"), "document", "ng_etc")
    assert any(
        "Embassy of Nigeria Budapest" in line.said and "http" in line.said
        for line in made.lines
        if line.called == "From"
    )


@pytest.mark.parametrize(("kind", "id"), [("step", "safe_frist_contact"), ("wish", "safe_first_contact")])
def test_what_there_is_no_card_of_is_told(packs: Packs, kind: str, id: str) -> None:
    with pytest.raises(BadInput, match="There is no"):
        card(packs.process("BE", "NG"), kind, id)
