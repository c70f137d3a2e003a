"""How a host asks what opens a case: one form, of the process of both countries, before there is a case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import wayhome as wh
from wayhome import BadInput, Engine, Form, NotFound, NotPermitted
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock

from tests.conftest import ANNA, START, all_packs

TO_OPEN = {"do": "open", "host_country": "BE", "origin_country": "NG"}
SYSOP = wh.Actor("sysop", "invented_house", {"system_admin"})  # runs it, and reads no cases


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine.open("sqlite://", clock=StoryClock(START), packs=all_packs()) as engine:
        yield engine


def asked(engine: Engine, said: Mapping[str, Any] = TO_OPEN) -> Form:
    return engine.form(None, said, as_=ANNA)


def faults(act: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as told:
        act()
    return [(fault.field, fault.code) for fault in told.value.faults]


def test_all_that_can_be_said_when_a_case_is_opened_is_asked(engine: Engine) -> None:
    form = asked(engine)
    slots = {slot.name: slot for slot in form.slots}
    facts = {id: one for id, one in all_packs().process("BE", "NG").facts.items() if one.derived is None}

    assert (form.case, dict(form.do), form.zone) == ("", TO_OPEN, "Europe/Brussels")
    assert {"organisation", "linked_to", "relation", "adopted_on", "reference", "at", "on_paper"} == (
        slots.keys() - facts.keys()
    )
    assert facts.keys() <= slots.keys()
    assert all(slot.label or slot.ask for slot in form.slots)
    assert {*slots["age_status"].values} == {*facts["age_status"].values}
    assert {*slots["relation"].values} == {"re_trafficked", "companion", "family", "earlier_return", "duplicate"}
    assert not [slot.name for slot in form.slots if slot.required and not slot.when]
    assert json.loads(json.dumps(wh.to_json(form)))["do"] == TO_OPEN


def test_each_pair_of_countries_asks_its_own_facts(engine: Engine) -> None:
    def names(origin: str) -> set[str]:
        return {slot.name for slot in asked(engine, {**TO_OPEN, "origin_country": origin}).slots}

    assert names("NG") != names("BR")


def test_the_answers_open_a_case(engine: Engine) -> None:
    answers = {"reference": "12/26", "age_status": "adult", "languages": ["en"], "at": "2026-03-01"}
    command = asked(engine).command(answers)

    assert command == wh.Open(
        host_country="BE",
        origin_country="NG",
        reference="12/26",
        facts={"age_status": "adult", "languages": ["en"]},
        at=START.date().replace(day=1),
    )
    view = engine.case(engine.do(command, as_=ANNA).case, as_=ANNA)
    assert (view.reference, view.facts["age_status"], view.host_country) == ("12/26", "adult", "BE")
    assert engine.do(asked(engine).command(), as_=ANNA).version == 1  # nothing of it must be said


def test_what_is_said_already_is_kept_and_not_asked_again(engine: Engine) -> None:
    for said in ({"age_status": "adult"}, {"facts": {"age_status": "adult"}}):
        form = asked(engine, {**TO_OPEN, "reference": "12/26", **said})
        assert {"age_status", "reference"}.isdisjoint(slot.name for slot in form.slots)
        assert form.command({"pregnant": False}) == wh.Open(
            host_country="BE", origin_country="NG", reference="12/26", facts={"age_status": "adult", "pregnant": False}
        )


def test_the_countries_may_be_answered_as_they_were_said_and_never_otherwise(engine: Engine) -> None:
    form = asked(engine, {**TO_OPEN, "host_country": "be"})

    assert form.command({"host_country": "BE", "origin_country": "NG"}) == form.command()
    assert faults(lambda: form.command({"host_country": "NL"})) == [("host_country", "contradiction")]


def test_a_country_that_is_missing_is_told_with_those_that_have_packs(engine: Engine) -> None:
    with pytest.raises(BadInput) as told:
        asked(engine, {"do": "open"})
    assert [(one.field, one.code, one.values["known"]) for one in told.value.faults] == [
        ("host_country", "missing", ("BE", "NL")),
        ("origin_country", "missing", ("BR", "NG", "SL")),
    ]
    assert faults(lambda: asked(engine, {**TO_OPEN, "host_country": None})) == [("host_country", "missing")]
    assert faults(lambda: asked(engine, {"do": "open", "host_country": "Belgium"})) == [
        ("host_country", "unreadable"),
        ("origin_country", "missing"),
    ]
    assert faults(lambda: asked(engine, {**TO_OPEN, "host_country": ["BE"]})) == [("host_country", "unreadable")]
    with pytest.raises(NotFound):
        asked(engine, {**TO_OPEN, "origin_country": "XX"})


def test_both_countries_that_cannot_be_read_are_told_at_once(engine: Engine) -> None:
    opening = wh.Open(host_country="Belgium", origin_country="Nigeria")
    assert faults(lambda: engine.do(opening, as_=ANNA)) == [
        ("host_country", "unreadable"),
        ("origin_country", "unreadable"),
    ]


def test_a_host_learns_for_which_countries_there_are_packs() -> None:
    assert all_packs().countries("host") == {"BE": "Belgium", "NL": "The Netherlands"}
    assert all_packs().countries("origin") == {"BR": "Brazil", "NG": "Nigeria", "SL": "Sierra Leone"}
    assert Packs.of().countries("host") == {}
    assert faults(lambda: all_packs().countries("core")) == [("role", "unknown")]


def test_opening_opens_another_case_and_anything_else_is_about_one(engine: Engine) -> None:
    case = engine.do(asked(engine).command(), as_=ANNA).case

    assert faults(lambda: engine.form(case, {"do": "open"}, as_=ANNA)) == [("do", "contradiction")]
    assert faults(lambda: engine.form(case, TO_OPEN, as_=ANNA)) == [("do", "contradiction")]
    assert faults(lambda: asked(engine, {"do": "note"})) == [("case", "missing")]
    assert faults(lambda: asked(engine, {"do": "dance"})) == [("do", "unknown")]
    assert faults(lambda: asked(engine, {})) == [("do", "unknown")]
    assert faults(lambda: engine.form(None, "open", as_=ANNA)) == [("do", "unreadable")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [TO_OPEN, {"do": "open"}, {**TO_OPEN, "origin_country": "XX"}, {"do": "note"}, {"do": "dance"}],
    ids=lambda said: " ".join(said.values()),
)
def test_who_reads_no_cases_is_told_that_alone(engine: Engine, said: Mapping[str, Any]) -> None:
    for nobody in (SYSOP, wh.Actor("nobody", "invented_house", ()), None):
        with pytest.raises(NotPermitted):
            engine.form(None, said, as_=nobody)  # type: ignore[arg-type]


def test_whose_case_it_can_be_is_all_that_the_office_knows(engine: Engine) -> None:
    engine.register_organisation("mercy_house", title="Mercy House", country="NG", does=["house"])
    (slot,) = (one for one in asked(engine).slots if one.name == "organisation")

    assert next(iter(slot.values)) == "invented_house"
    assert (slot.values["mercy_house"], "be_pag_asa" in slot.values) == ("Mercy House", True)
    for id in ("mercy_house", "be_pag_asa"):
        assert engine.do(asked(engine).command({"organisation": id}), as_=ANNA).case


def test_a_return_that_is_linked_says_how(engine: Engine) -> None:
    other = engine.do(asked(engine).command(), as_=ANNA).case

    assert faults(lambda: asked(engine).command({"linked_to": other})) == [("relation", "missing")]
    command = asked(engine).command({"linked_to": other, "relation": "family"})
    assert engine.case(engine.do(command, as_=ANNA).case, as_=ANNA).linked_to == other


def test_one_actor_asks_for_it_as_for_any_other(engine: Engine) -> None:
    assert engine.acting(ANNA).form(None, TO_OPEN) == asked(engine)


def test_all_that_is_wrong_with_an_opening_is_told_at_once(engine: Engine) -> None:
    said = {**TO_OPEN, "linked_to": "zz", "relation": "family", "organisation": "nobody_known", "at": "2031-01-01", "age_status": "old"}  # fmt: skip
    opening = wh.read_command(said)
    assert {field for field, _ in faults(lambda: engine.do(opening, as_=ANNA))} == said.keys() - {
        "do", "host_country", "origin_country", "relation",
    }  # fmt: skip
    with pytest.raises(NotPermitted):
        engine.do(opening, as_=wh.Actor("hana", "invented_house", {"counsellor"}))
