"""Each event says what its type declares, and nothing else: docs/events.md is what hosts rely on.

Every event that any test writes through an engine is held against it (tests/events.py): the stories told late, by days and in the
wrong order, the long random walks, all else. Here are the stories and some walks as the ledger has them, and that a change is found.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from wayhome import Engine, WayhomeError, commands
from wayhome.case_now.letters import Told
from wayhome.commands import read_command
from wayhome.commands.answer import Answer
from wayhome.commands.event_values import BY_TYPE, LEFT_OUT
from wayhome.commands.events import ANY, EVENTS
from wayhome.flow.apply import EVENT_TYPES
from wayhome.model.closed_sets import SlotType
from wayhome.model.event import Event
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process
from wayhome.permissions import redacted
from wayhome.stories.playing import play, throw_away_engine
from wayhome.stories.telling import read_story

from tests.anything import ANNA, BEN
from tests.conftest import all_packs
from tests.events import Undeclared, wrong
from tests.golden.playing import Scene
from tests.golden.record import one_step
from tests.stories.test_stories import STORIES

WALKS = (("BE", "NG", "adult"), ("NL", "BR", "child"), ("BE", "SL", "disputed"))


def written(engine: Engine, case: str) -> tuple[list[Event], Process]:
    """Give the events of a case as its ledger has them."""
    with engine._store.database.reading() as connection:
        events = engine._store.events(connection, case)
    return events, engine._recorded(case)[0]


def not_as_declared(events: Iterable[Event], process: Process) -> list[tuple[str, tuple[str, ...]]]:
    found = ((event.type, wrong(event.type, event.data, {}, process)) for event in events)
    return [(type, names) for type, names in found if names]


def test_every_type_of_event_is_declared_and_none_besides() -> None:
    assert sorted(EVENTS) == sorted(EVENT_TYPES)


def test_every_type_of_a_value_is_declared_and_none_besides() -> None:
    assert {*BY_TYPE} == {*get_args(SlotType)}


@pytest.mark.parametrize("path", STORIES, ids=lambda path: f"{path.parts[-4]}/{path.stem}")
def test_the_events_of_a_story_say_what_is_declared_and_keep_back_no_more(path: Path, packs: Packs) -> None:
    story = read_story(path)
    engine, clock = throw_away_engine(story, packs)
    with engine:
        cases = play(engine, story, clock=clock, strict=False).cases.values()
        for case in cases:
            events, process = written(engine, case)

            assert not_as_declared(events, process) == []
            for event in events:
                told, fields = redacted(event, process, Told()).data, ANY.data | EVENTS[event.type].data
                gone = {name for name in event.data if name not in told}
                others = {name for name in told if told[name] != event.data[name]}
                assert {fields[name].kept_from for name in gone} <= {LEFT_OUT}, event.type
                assert all(fields[name].kept_from not in ("", LEFT_OUT) for name in others), (event.type, others)
    assert cases


@pytest.mark.parametrize("which", range(len(WALKS)))
def test_the_events_of_a_random_walk_say_what_is_declared(which: int) -> None:
    host, origin, age = WALKS[which]
    scene, dice = Scene(all_packs()), random.Random(40_000 + which)
    engine = scene.engine
    opened = commands.Open(host_country=host, origin_country=origin, facts={"age_status": age})
    case = engine.do(opened, as_=ANNA).case
    scene.names[case] = "c1"
    for number in range(250):
        with suppress(WayhomeError):
            one_step(scene, case, dice)
        if number % 5 == 0:
            take_back_or_sign(engine, case, dice)

    events, process = written(engine, case)

    assert not_as_declared(events, process) == []
    assert len({event.type for event in events}) > 15


def take_back_or_sign(engine: Engine, case: str, dice: random.Random) -> None:
    """Take an entry back, write something down late, or sign what waits for a second; or disagree with it."""
    version = engine.case(case, as_=ANNA, parts=()).version
    late = engine.now() - timedelta(days=dice.choice((0, 1, 3)))
    steps = [
        {"do": "complete", "step": step, "at": dice.choice((late, late.date()))}
        for step in ("safe_first_contact", "give_rights_information")
    ]
    answers: tuple[Mapping[str, Any], ...] = (
        {"answer": "agree"},
        {"answer": "disagree", "reason": "an invented doubt"},
    )
    does: list[Mapping[str, Any]] = [
        {"do": "correct", "seq": dice.randint(1, version), "why": "an invented mistake"},
        *({"do": "sign", "seq": version - back, **dice.choice(answers)} for back in range(3)),
        dice.choice(steps),
    ]
    for do in does:
        with suppress(WayhomeError):
            engine.do(read_command(do, case=case), as_=dice.choice((ANNA, BEN)))


# --- a change of what is said is found ------------------------------------------------------------------------------------


@pytest.fixture
def case(packs: Packs) -> Iterable[tuple[Engine, str]]:
    with Engine.open("sqlite://", packs=packs) as engine:
        yield engine, engine.do(commands.Open(host_country="BE", origin_country="NG"), as_=ANNA).case


def otherwise(monkeypatch: pytest.MonkeyPatch, change: Mapping[str, Any], sealed: Any = None) -> None:
    """From now on, each event says something else: None takes a field away."""
    emit = Answer.emit

    def changed(answer: Answer, type: str, texts: Any = None, /, **data: Any) -> None:
        emit(answer, type, sealed or texts, **{**data, **change})

    monkeypatch.setattr(Answer, "emit", changed)


@pytest.mark.parametrize(
    ("change", "sealed"),
    [
        ({"mood": "glad"}, None),  # a field that nobody declared
        ({"group": None}, None),  # a field that is always there
        ({"group": "no_such_group"}, None),  # a code of another kind
        ({"group": True}, None),  # another kind of value
        ({"reported": "yes"}, None),
        ({}, {"health": {"text": "in another group than it says"}}),
        ({}, {"case": {"words": "under another name"}}),
    ],
)
def test_what_is_said_otherwise_than_declared_is_found(
    change: Mapping[str, Any], sealed: Any, case: tuple[Engine, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, number = case
    note = commands.Note(number, text="an invented note")
    engine.do(note, as_=ANNA)

    otherwise(monkeypatch, change, sealed)

    with pytest.raises(Undeclared):
        engine.do(note, as_=ANNA)


SAID: dict[str, dict[str, Any]] = {
    "consent_withdrawn": {"purpose": "return", "consents": ["return>@"]},
    "facts_recorded": {"facts": {"age_status": "adult", "pregnant": None, "languages": ["en", "pt-BR"]}},
    "step_completed": {"step": "safe_first_contact", "state": "done", "day": {"is": "2026-03-02", "begins": "2026-03-01T23:00:00Z", "ends": "2026-03-02T22:59:59Z"}},
    "step_signed": {"step": "return_review", "state": "in_progress", "signed": [["programme_manager", "anna", ""]]},
    "incident_opened": {"type": "death", "effect": "blocked", "effects": {"travel": "on_hold"}},
    "travel_targeted": {"departs_on": "2026-03-31"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("type", "change"),
    [
        ("consent_withdrawn", {"consents": "return>@"}),  # one word is no list
        ("consent_withdrawn", {"consents": ["no_such_purpose>@"]}),
        ("consent_withdrawn", {"purpose": "safe_first_contact"}),  # the code of something else
        ("facts_recorded", {"facts": {"no_such_fact": True}}),
        ("facts_recorded", {"facts": {"pregnant": "yes"}}),  # another type than the fact has
        ("facts_recorded", {"facts": {"languages": "en"}}),
        ("step_completed", {"state": "failed"}),  # that is another event
        ("step_completed", {"result": "no_such_result"}),
        ("step_completed", {"values": {"no_such_field": True}}),
        ("step_completed", {"day": "2026-03-02"}),
        ("step_completed", {"day": {"is": "2026-03-02"}}),
        ("step_signed", {"signed": [["programme_manager", "anna"]]}),
        ("incident_opened", {"effects": {"no_such_phase": "on_hold"}}),
        ("travel_targeted", {"departs_on": "2026-03-31T08:00:00Z"}),  # an instant is no day
        ("travel_targeted", {"meeting_person": "A Name"}),
    ],
)
def test_a_value_of_another_kind_is_named(type: str, change: dict[str, Any], case: tuple[Engine, str]) -> None:
    engine, number = case
    process = engine.process_of(number, as_=ANNA)

    assert wrong(type, SAID[type], {}, process) == ()
    assert wrong(type, SAID[type] | change, {}, process) == tuple(change)


def test_a_type_that_nobody_declared_is_named(case: tuple[Engine, str]) -> None:
    engine, number = case

    assert wrong("person_smiled", {}, {}, engine.process_of(number, as_=ANNA)) == ("person_smiled",)


def test_what_any_event_can_say_is_said_by_no_type_itself() -> None:
    assert [type for type, says in EVENTS.items() if says.data.keys() & ANY.data.keys()] == []
