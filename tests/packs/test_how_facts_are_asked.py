"""A fact is named as one would ask the person: a yes and a no are both easy to say, and what nobody has asked protects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from wayhome import Actor, Engine, Refused, commands
from wayhome.packs.kinds.facts import Fact
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process

from tests.conftest import ANNA, EVERYBODY, a_case

RETURNS = [(host, origin) for host in ("BE", "NL") for origin in ("NG", "BR", "SL")]
A_LACK = re.compile(r"(^|_)(no|not|lacks|without)_")
ALL_ROLES = Actor("rosa", "invented_house", set(EVERYBODY))

# (host, origin), what else is known, the fact, and the steps that are asked for while its answer is no.
ASKED_WHILE_NO: list[tuple[tuple[str, str], dict[str, Any], str, tuple[str, ...]]] = [
    (("BE", "NG"), {}, "safe_place_tonight", ("safe_accommodation",)),
    (("NL", "NG"), {"reflection_applies": True}, "safe_place_tonight", ("safe_accommodation", "nl_cosm_placement")),
    (("BE", "NG"), {}, "safe_home_at_arrival", ("temporary_accommodation",)),
    (("BE", "SL"), {"sex": "female"}, "safe_home_at_arrival", ("sl_shelter_women_girls", "sl_shelter_exit_plan")),
    (("BE", "SL"), {"sex": "male"}, "safe_home_at_arrival", ("temporary_accommodation",)),
    (("BE", "SL"), {"age_status": "child", "sex": "male"}, "safe_home_at_arrival", ("sl_shelter_don_bosco", "sl_shelter_exit_plan")),
    (("BE", "NG"), {}, "has_local_documents", ("local_documentation",)),
    (("NL", "BR"), {}, "br_ticket_funded", ("br_destitution_ticket", "br_latam_ticket")),
]  # fmt: skip
EACH = [(where, known, fact, step) for where, known, fact, steps in ASKED_WHILE_NO for step in steps]
THAT_PROTECT = ["safe_place_tonight", "safe_home_at_arrival"]


def processes(packs: Packs) -> list[Process]:
    return [packs.process(*one) for one in RETURNS]


def all_facts(packs: Packs) -> Iterator[Fact]:
    yield from {id: fact for process in processes(packs) for id, fact in process.facts.items()}.values()


def all_fields(packs: Packs) -> Iterator[tuple[str, FieldSpec]]:
    """Give every field of a step, and every column of one that is a table."""
    for step in {id: step for process in processes(packs) for id, step in process.steps.items()}.values():
        for name, spec in step.fields.items():
            yield name, spec
            yield from spec.columns.items()


# --- how they are called -----------------------------------------------------------------------------------------


def test_no_yes_or_no_is_named_as_a_lack(packs: Packs) -> None:
    facts = [fact.id for fact in all_facts(packs) if fact.type == "bool"]
    fields = [name for name, spec in all_fields(packs) if spec.type == "bool"]

    assert facts
    assert fields
    assert [id for id in (*facts, *fields) if A_LACK.search(id)] == []


@pytest.mark.parametrize("id", ["no_safe_place", "br_ticket_not_funded", "lacks_local_documents", "left_without_word"])
def test_a_lack_is_told_by_its_name(id: str) -> None:
    assert A_LACK.search(id)


@pytest.mark.parametrize("id", ["known_to_health_service", "notice_given", "safe_place_tonight", "has_local_documents"])
def test_a_part_of_a_word_is_no_lack(id: str) -> None:
    assert not A_LACK.search(id)


def test_what_somebody_is_asked_is_a_question(packs: Packs) -> None:
    said = {id: process.label("facts", id).get("ask") for process in processes(packs) for id in process.facts}
    asked = [fact.id for fact in all_facts(packs) if fact.derived is None and not fact.only_by_steps]

    assert asked
    assert [id for id in asked if not (said[id] or "").endswith("?")] == []


# --- what an answer brings ---------------------------------------------------------------------------------------


def standing(engine: Engine, case: str, step: str) -> tuple[str, frozenset[str]]:
    """How a step stands, and for which facts it waits."""
    (row,) = (row for row in engine.case(case, as_=ANNA).steps if row.id == step)
    return row.state, frozenset(what for what in row.waits_for if what.startswith("fact:"))


@pytest.mark.parametrize(("where", "known", "fact", "step"), EACH)
def test_unknown_waits_no_protects_and_yes_asks_for_nothing(
    engine: Engine, where: tuple[str, str], known: dict[str, Any], fact: str, step: str
) -> None:
    host, origin = where
    case = a_case(engine, origin, host=host, **{"age_status": "adult", **known})
    asks = frozenset({f"fact:{fact}"})
    assert standing(engine, case, step) == ("waiting", asks)  # nobody has asked

    for answer, state, waits in (
        (False, "waiting", frozenset()),  # for other steps, and no longer for the answer
        ("unknown", "waiting", asks),
        (True, "not_applicable", frozenset()),
        ("unknown", "waiting", asks),
    ):
        engine.do(commands.Record(case, by="person", facts={fact: answer}), as_=ALL_ROLES)
        assert standing(engine, case, step) == (state, waits), answer


@pytest.mark.parametrize("fact", THAT_PROTECT)
@pytest.mark.parametrize("taken_back", [True, "unknown"])
def test_a_no_protects_and_is_taken_back_by_who_assesses_risks(engine: Engine, fact: str, taken_back: object) -> None:
    case = a_case(engine, age_status="adult")
    engine.do(commands.Record(case, facts={fact: True}), as_=ANNA)
    engine.do(commands.Record(case, facts={fact: False}), as_=ANNA)  # towards safety, anybody

    with pytest.raises(Refused) as refused:
        engine.do(commands.Record(case, facts={fact: taken_back}), as_=ANNA)

    (said,) = refused.value.decision.unmet
    assert (said.rule, said.subject) == ("ROLE", fact)
    engine.do(commands.Record(case, facts={fact: taken_back}), as_=Actor("rosa", "invented_house", {"risk_assessor"}))


@pytest.mark.parametrize("where", RETURNS)
def test_a_high_danger_says_that_there_is_no_safe_place_tonight(packs: Packs, where: tuple[str, str]) -> None:
    process = packs.process(*where)

    assert process.steps["initial_risk_assessment"].results["high"].sets == {"safe_place_tonight": False}
    assert [process.facts[id].cautious for id in THAT_PROTECT] == [(False,), (False,)]
