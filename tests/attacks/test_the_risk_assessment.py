"""Each factor once, a row for what is there, and a level that nobody types. (domain 7.4, resolutions 32; issue 7)

The table is written from the domain text: likelihood 1-3, severity 1-3; what remains is lower than what they give only with a measure,
an owner and a date; overall = the maximum that remains, never the mean.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import ASSESSOR, MANAGER, Command, Play, assessed, complete, ready_to_depart, signed
from tests.whole_answers import FACTORS, risks

LEVELS = ("low", "medium", "high")
BY_ITSELF = {1: "low", 2: "low", 3: "medium", 4: "medium", 6: "high", 9: "high"}
MEASURE = {"measure": "invented words", "owner": "receiving_side", "done_by": "2026-06-30"}
STEP = "pre_return_risk_assessment"


def row(factor: str = "housing", likelihood: int = 1, severity: int = 1, **more: Any) -> dict[str, Any]:
    return {"about": "person", "factor": factor, "likelihood": str(likelihood), "severity": str(severity), **more}


def assess(*rows: dict[str, Any], **answers: str) -> Command:
    return complete(STEP, **risks(*rows, **answers), origin_input="receiving_partner")


@pytest.fixture
def anew(begin: Begin) -> Play:
    case = begin(ready_to_depart)
    case.anew(STEP)
    return case


def level_of(play: Play, do: Command) -> str | None:
    """Give the level that comes out, once two have signed it."""
    play.given(ASSESSOR, do)
    play.given(MANAGER, signed(STEP))
    return play.step(STEP).result


# --- what remains ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("likelihood", "severity", "remains"), [*product((1, 2, 3), (1, 2, 3), LEVELS)])
def test_what_remains_is_lower_than_likelihood_and_severity_give_only_with_a_measure(
    anew: Play, likelihood: int, severity: int, remains: str
) -> None:
    is_lower = LEVELS.index(remains) < LEVELS.index(BY_ITSELF[likelihood * severity])
    bare = assess(row(likelihood=likelihood, severity=severity, residual=remains))

    assert bool(anew.faults(ASSESSOR, bare)) is is_lower
    assert (
        anew.faults(ASSESSOR, assess(row(likelihood=likelihood, severity=severity, residual=remains, **MEASURE)))
        == set()
    )


@pytest.mark.parametrize("lacks", MEASURE)
def test_a_measure_has_somebody_who_sees_to_it_and_a_day(anew: Play, lacks: str) -> None:
    part = {name: value for name, value in MEASURE.items() if name != lacks}
    do = assess(row(likelihood=3, severity=3, residual="medium", **part))

    assert "Say what makes it lower" in anew.tried(ASSESSOR, do, may_be_bad_input=True).text


@pytest.mark.parametrize(("likelihood", "severity"), [*product((1, 2, 3), (1, 2, 3))])
def test_a_level_that_nobody_gives_is_the_one_that_follows(anew: Play, likelihood: int, severity: int) -> None:
    assert level_of(anew, assess(row(likelihood=likelihood, severity=severity))) == BY_ITSELF[likelihood * severity]


# --- the whole --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [*product((1, 2, 3), (1, 2, 3))])
def test_the_level_is_the_highest_that_remains_and_never_the_mean(anew: Play, one: int, other: int) -> None:
    rows = [row("housing", one, one), row("income", other, other)]
    assert level_of(anew, assess(*rows)) == BY_ITSELF[max(one, other) ** 2]


def test_where_nothing_is_there_the_level_is_low(anew: Play) -> None:
    assert level_of(anew, assess()) == "low"


@pytest.mark.parametrize(("worst", "level"), [(1, "unknown"), (2, "unknown"), (3, "high")])
def test_while_a_factor_is_not_known_neither_is_the_level_unless_it_is_high_already(
    anew: Play, worst: int, level: str
) -> None:
    assert level_of(anew, assess(row("income", worst, worst), housing="unknown")) == level


def test_what_is_not_known_opens_no_gate_and_is_told_to_nobody_else(anew: Play) -> None:
    anew.given(ASSESSOR, assess(row("income"), housing="unknown", local_conflict="unknown"))
    anew.given(MANAGER, signed(STEP))

    assert anew.told("INV-05") == [
        (
            "the risk of return is not known: not every factor could be answered",
            "find out, there and here; then assess it anew",
        )
    ]


def test_honest_what_was_found_out_since_opens_it_again(anew: Play) -> None:
    anew.given(ASSESSOR, assess(row("income"), housing="unknown"))
    anew.given(MANAGER, signed(STEP))
    anew.anew(STEP)
    anew.given(ASSESSOR, assess(row("income")))
    anew.given(MANAGER, signed(STEP))

    anew.ready()


@pytest.mark.parametrize("typed", ["low", "high"])
def test_nobody_types_the_level(anew: Play, typed: str) -> None:
    assert anew.faults(ASSESSOR, {**assess(row()), "result": typed}) == {("result", "contradiction")}


# --- each factor once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", FACTORS)
def test_each_factor_is_answered(anew: Play, factor: str) -> None:
    whole = assess()
    without = {**whole, "factors": {one: said for one, said in whole["factors"].items() if one != factor}}

    assert anew.faults(ASSESSOR, without) == {("factors", "missing")}
    said = anew.tried(ASSESSOR, without, may_be_bad_input=True).text
    assert (
        said == f"'factors' has no answer to these: {factor}. Answer each with one of these: absent, present, unknown."
    )


def test_no_factor_is_answered_twice_and_none_is_made_up(anew: Play) -> None:
    typed = ",".join(f"{factor}:absent" for factor in FACTORS)

    assert anew.faults(ASSESSOR, {**assess(), "factors": typed}) == set()
    assert anew.faults(ASSESSOR, {**assess(), "factors": f"{typed},housing:present"}) == {("factors", "contradiction")}
    assert [field for field, _ in anew.faults(ASSESSOR, {**assess(), "factors": f"{typed},weather:absent"})] == [
        "factors"
    ]
    assert [field for field, _ in anew.faults(ASSESSOR, {**assess(), "factors": "all absent"})] != []


def test_what_is_there_has_a_row_and_what_is_not_has_none(anew: Play) -> None:
    assert anew.faults(ASSESSOR, assess(housing="present")) == {("matrix", "missing")}
    assert anew.faults(ASSESSOR, assess(row("housing"), housing="absent")) == {("matrix", "contradiction")}
    assert anew.faults(ASSESSOR, assess(row("housing"), housing="unknown")) == {("matrix", "contradiction")}
    assert anew.faults(ASSESSOR, assess(row("housing"), row("housing", about="family_in_origin"))) == set()


@pytest.mark.parametrize("lacks", ["own_view", "sources", "next_review", "triggers"])
def test_an_assessment_says_what_it_rests_on_and_when_it_is_looked_at_again(anew: Play, lacks: str) -> None:
    assert anew.faults(ASSESSOR, {**assessed("low"), lacks: None}) == {(lacks, "missing")}
