"""A host with rules of its own may hide a case from somebody, at the one door; it lets nobody in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from wayhome import Actor, Engine, NotFound, WayhomeError, commands, create, hookimpl
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock

from tests.access.test_on_which_ground import HOST, NOBODYS, STRANGER, lists, questions
from tests.conftest import START

LEADS = "invented_organisation"
ANNA, BERTA = (Actor(id, LEADS, HOST) for id in ("anna", "berta"))


class Hides:
    """A host that hides what stands here: an account, and the number of a case."""

    def __init__(self) -> None:
        self.hidden = set[tuple[str, str]]()
        self.lets_everybody_in = False
        self.error: Exception | None = None

    @hookimpl
    def wayhome_may_know(self, actor: Actor, case: str) -> bool | None:
        if self.error is not None:
            raise self.error
        return False if (actor.id, case) in self.hidden else self.lets_everybody_in or None


@pytest.fixture
def host(packs: Packs, tmp_path: Any) -> Iterator[tuple[Engine, Hides, list[str]]]:
    hides = Hides()
    url = f"sqlite:///{tmp_path / 'case.db'}"
    create(url, key_file=tmp_path / "key")
    clock = StoryClock(START)
    with Engine.open(url, key_file=tmp_path / "key", packs=packs, clock=clock, hooks=[hides]) as engine:
        opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})
        yield engine, hides, [engine.do(opened, as_=ANNA).case for _ in range(4)]


def told(ask: Any) -> Any:
    with pytest.raises(WayhomeError) as of:
        ask()
    return type(of.value), of.value.code, of.value.what_template, of.value.why, of.value.todo


def test_who_it_is_hidden_from_is_told_what_is_told_of_a_number_that_nobody_has(
    host: tuple[Engine, Hides, list[str]],
) -> None:
    engine, hides, (case, *_) = host
    hides.hidden.add(("berta", case))

    nothing = questions(engine, NOBODYS, BERTA)
    for name, ask in questions(engine, case, BERTA).items():
        assert told(ask) == told(nothing[name]), name
    label = engine.case(case, as_=ANNA).label
    with pytest.raises(NotFound):
        engine.case(label, as_=BERTA)
    glass = commands.OpenUp(case, ground="break_glass", why="she called the night line")
    assert told(lambda: engine.do(glass, as_=BERTA))[0] is NotFound


def test_it_stands_in_no_list_and_pages_are_whole(host: tuple[Engine, Hides, list[str]]) -> None:
    engine, hides, cases = host
    before, of_anna = lists(engine, BERTA), lists(engine, ANNA)
    assert before["count"][0].cases == 4
    hides.hidden.add(("berta", cases[1]))

    assert cases[1] not in str(lists(engine, BERTA))
    assert engine.count(as_=BERTA)[0].cases == 3
    found = list[str]()
    after = None
    while True:
        page = engine.cases(as_=BERTA, limit=1, after=after)
        assert len(page) == 1
        found += [row.number for row in page]
        if (after := page.after) is None:
            break
    assert found == [one for one in before["cases"] if one != cases[1]]
    assert lists(engine, ANNA) == of_anna


def test_it_lets_nobody_in(host: tuple[Engine, Hides, list[str]]) -> None:
    engine, hides, (case, *_) = host
    hides.lets_everybody_in = True

    with pytest.raises(NotFound):
        engine.case(case, as_=Actor("x", STRANGER, HOST))
    assert engine.case(case, as_=BERTA).number == case


def test_where_it_fails_nothing_is_told_and_the_clock_goes_on(host: tuple[Engine, Hides, list[str]]) -> None:
    engine, hides, (case, *_) = host
    hides.error = RuntimeError("an invented failure of the host")

    for ask in (lambda: engine.case(case, as_=ANNA), lambda: engine.cases(as_=ANNA), lambda: engine.due(as_=ANNA)):
        with pytest.raises(RuntimeError, match="invented failure"):
            ask()
    engine.ring()
