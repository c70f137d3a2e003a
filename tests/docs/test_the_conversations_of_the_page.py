"""The conversations that docs/shell.md shows are held, key by key, at a pseudo-terminal: what the page shows is drawn, in its order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from wayhome import Actor, Engine, read_command
from wayhome.stories.playing import StoryClock

from tests.attacks.play import START
from tests.shell.at_a_terminal import Terminal, plain

PAGE = (Path(__file__).parents[2] / "docs" / "shell.md").read_text(encoding="utf-8")
NUMBER = "WH-7K3M9-Q2F4A-Z"
TYPED = re.compile(r"(?:wayhome(?: WH-[\w-]+)?)?> (.*)")
ACTORS = {
    "anna": Actor("anna", "invented_house", {"case_manager_sending", "programme_manager"}),
    "rosa": Actor("rosa", "invented_house", {"risk_assessor"}),
}
BEFORE = (  # what the page did before
    {"do": "complete", "step": "register_referral"},
    {"do": "assign", "role": "case_owner", "organisation": "invented_house", "case_worker": "anna"},
    {"do": "complete", "step": "safe_first_contact"},
    {"do": "record", "facts": {"languages": "en", "safe_place_tonight": True}},
)


@pytest.fixture
def case(tmp_path: Path) -> str:
    with Engine.open(f"sqlite:///{tmp_path / 'case.db'}", clock=StoryClock(START)) as engine:
        for actor in ACTORS.values():
            engine.put_actor(actor)
        about = {"host_country": "BE", "origin_country": "NG", "facts": {"age_status": "adult"}}
        opened = engine.do(read_command({"do": "open", **about}), as_=ACTORS["anna"]).case
        for do in BEFORE:
            engine.do(read_command(do, case=opened), as_=ACTORS["anna"])
    return opened


def steady(text: str) -> str:
    return " ".join(re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?", "TIME", text).split())


@pytest.mark.parametrize(("actor", "shown"), re.findall(r"^```conversation as (\w+)\n(.*?)^```$", PAGE, re.M | re.S))
def test_a_conversation_goes_as_the_page_shows(actor: str, shown: str, case: str, tmp_path: Path) -> None:
    drawn, wanted = "", list[str]()
    with Terminal(tmp_path / "case.db", actor, START) as terminal:
        for line in shown.replace(NUMBER, case).splitlines():
            if typed := TYPED.fullmatch(line):
                drawn += plain(terminal.types(typed[1]))
            elif line not in ("", "…"):
                wanted.append(steady(line))

    rest = steady(drawn)
    for line in wanted:
        assert line in rest, (line, drawn)
        rest = rest.partition(line)[2]


def test_the_page_shows_conversations() -> None:
    assert PAGE.count("```conversation as ") == 2
