"""What is due is said anew only where something that was looked at has changed; all else stands as it was said. (issue 11)

That this is always what would be said of the whole case is seen at every command of all stories and random walks (`said_rightly`
in tests/conftest.py), and by `verify`, which says all of it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from wayhome import Engine, commands
from wayhome.case_now import CaseNow
from wayhome.flow import dependencies, due
from wayhome.flow.due import dues, rederive_dues
from wayhome.flow.due_item import DueItem
from wayhome.model.case import Case, FactRecord
from wayhome.testing import Ready

from tests.conftest import ANNA, a_case

LATER = timedelta(hours=1)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was said anew, each by what says it."""
    found: list[object] = []
    said = dependencies.derive

    def heard(process: Any, case: Case, one: Any, known: Any) -> dependencies.DerivedDues:
        found.append(one)
        return said(process, case, one, known)

    monkeypatch.setattr(due, "derive", heard)
    return found


def test_a_note_says_nothing_anew_and_a_fact_only_what_rests_on_it(engine: Engine, asked: list[object]) -> None:
    case = a_case(engine, age_status="adult")
    everything = len(asked)
    for command, least, most in (
        (commands.Note(case, group="case", text="Invented."), 0, 0),
        (commands.Record(case, facts={"age_status": "child"}), 1, everything // 2),
    ):
        asked.clear()
        engine.do(command, as_=ANNA)
        assert least <= len(asked) <= most, (command, len(asked), everything)
        assert engine.verify().ok


def test_a_case_that_was_read_from_its_row_is_asked_no_more_than_one_in_memory(
    engine: Engine, asked: list[object]
) -> None:
    case = a_case(engine, age_status="adult")
    engine._store._known.clear()
    asked.clear()

    engine.do(commands.Note(case, group="case", text="Invented."), as_=ANNA)

    assert asked == []


def test_what_another_version_or_another_directory_of_partners_may_say_otherwise_is_said_anew(
    engine: Engine, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Partners, the calendar and this program lie beside the case, and nothing of them is noted."""
    case = a_case(engine, age_status="adult")
    everything = len(asked)
    asked.clear()
    monkeypatch.setattr("wayhome.store.cases.derivation_stamp", lambda _: "of another version")

    engine.do(commands.Note(case, group="case", text="Invented."), as_=ANNA)

    assert len(asked) == everything


def test_what_waits_for_a_day_is_said_anew_on_that_day_and_not_before(ready: Ready) -> None:
    """Nothing changes in the case, and yet: on that day the person is an adult."""
    case = ready.case
    last = case.touched_at or case.opened_at
    said = {"age_status": "child", "turns_18_on": (last.date() + timedelta(days=2)).isoformat()}
    dated = replace(case, facts={**case.facts, **{id: FactRecord(value, last, 9) for id, value in said.items()}})
    items, first = rederive_dues(ready.process, dated)

    before, after = (replace(dated, touched_at=last + timedelta(days=days)) for days in (1, 4))
    for later in (before, after):
        again, said_again = rederive_dues(ready.process, later, dated, first)
        whole, said_anew = rederive_dues(ready.process, later)
        assert (again, said_again) == (whole, said_anew)
        assert [*whole] == dues(ready.process, later)
    assert any(dependencies.CaseChanges(ready.process, dated, after).invalidates(one) for one in first)
    assert not any(dependencies.CaseChanges(ready.process, dated, before).invalidates(one) for one in first)
    assert [*items] == dues(ready.process, dated)


def looks_at(case: Case, look: Callable[[CaseNow], object], ready: Ready) -> dependencies.DerivedDues:
    def say(one: CaseNow) -> Iterable[DueItem]:
        look(one)
        return ()

    return dependencies.derive(
        ready.process, case, dependencies.DuesQuery(say, lambda _: True), dependencies.PreconditionMemo()
    )


LOOKS: dict[str, Callable[[CaseNow], object]] = {
    "a field": lambda case: case.recorded.phase,
    "a record": lambda case: case.recorded.facts.get("pregnant"),
    "a record that is there": lambda case: case.recorded.facts["age_status"],
    "whether there is a record": lambda case: "pregnant" in case.recorded.facts,
    "all records": lambda case: [*case.recorded.facts.items()],
    "how many there are": lambda case: len(case.recorded.facts),
    "all of a step": lambda case: case.recorded.records_of("risk_recheck"),
    "what was before": lambda case: case.recorded.all_of("facts", "pregnant"),
    "the value of a fact": lambda case: case.value("pregnant"),
    "whether somebody is a child": lambda case: case.is_child,
}


@pytest.mark.parametrize("look", LOOKS)
def test_what_was_looked_at_and_changes_is_noticed(ready: Ready, look: str) -> None:
    case = ready.case
    now = case.touched_at or case.opened_at
    said = looks_at(case, LOOKS[look], ready)
    risk = case.steps["risk_recheck"]
    changes: dict[str, Case] = {
        "a field": replace(case, phase="travel"),
        "all of a step": replace(case, steps={**case.steps, "risk_recheck": risk._replace(state="open")}),
        "a record that is there": replace(case, facts={k: v for k, v in case.facts.items() if k != "age_status"}),
        "whether somebody is a child": replace(case, facts={**case.facts, "age_status": FactRecord("child", now, 9)}),
        "what was before": replace(case, earlier={**case.earlier, "facts": {"pregnant": ()}}),
    }
    recorded = replace(case, facts={**case.facts, "pregnant": FactRecord(True, now, 9)})
    other = replace(case, documents={}, contacts=(), version=case.version + 1)

    assert dependencies.CaseChanges(ready.process, case, changes.get(look, recorded)).invalidates(said)
    assert not dependencies.CaseChanges(ready.process, case, other).invalidates(said)


COMPARED: dict[str, Callable[[CaseNow, datetime], object]] = {
    "before": lambda case, moment: case.at < moment,
    "not after": lambda case, moment: moment >= case.at,
    "after": lambda case, moment: moment < case.at,
    "not before": lambda case, moment: case.at >= moment,
    "at": lambda case, moment: case.at == moment,
}


@pytest.mark.parametrize("compare", COMPARED)
def test_a_comparison_with_a_moment_is_made_again_when_that_moment_comes(ready: Ready, compare: str) -> None:
    case = ready.case
    now = case.touched_at or case.opened_at
    for moment in (now - LATER, now, now + LATER):
        said = looks_at(case, lambda one, moment=moment: COMPARED[compare](one, moment), ready)  # type: ignore[misc]
        for at in (now, now + LATER / 2, now + LATER, now + 2 * LATER):
            later = replace(case, touched_at=at)
            then, now_ = (
                COMPARED[compare](CaseNow(ready.process, one, at_), moment) for one, at_ in ((case, now), (later, at))
            )
            if then != now_:
                assert dependencies.CaseChanges(ready.process, case, later).invalidates(said), (moment - now, at - now)
    soon = replace(case, touched_at=now + LATER / 2)
    assert not dependencies.CaseChanges(ready.process, case, soon).invalidates(
        looks_at(case, lambda one: COMPARED[compare](one, now + LATER), ready)
    )


def test_what_asks_more_of_the_moment_than_to_compare_it_is_said_each_time(ready: Ready) -> None:
    said = looks_at(ready.case, lambda case: case.at.astimezone().date(), ready)

    assert dependencies.CaseChanges(
        ready.process, ready.case, replace(ready.case, version=ready.case.version + 1)
    ).invalidates(said)


def test_a_record_that_is_not_there_is_missed_as_in_any_case_and_noticed_when_it_comes(ready: Ready) -> None:
    missed: list[bool] = []

    def look(case: CaseNow) -> None:
        try:
            case.recorded.facts["pregnant"]
        except KeyError:
            missed.append(True)

    said = looks_at(ready.case, look, ready)
    now = ready.case.touched_at or ready.case.opened_at
    recorded = replace(ready.case, facts={**ready.case.facts, "pregnant": FactRecord(True, now, 9)})

    assert missed == [True]
    assert dependencies.CaseChanges(ready.process, ready.case, recorded).invalidates(said)


def test_what_is_due_at_the_moment_itself_is_due_at_a_date_and_said_each_time(ready: Ready) -> None:
    now = ready.case.touched_at or ready.case.opened_at
    at_once = dependencies.DuesQuery(lambda case: [the_first(ready)._replace(due_at=case.at)], lambda _: True)

    said = dependencies.derive(ready.process, ready.case, at_once, dependencies.PreconditionMemo())

    assert [one.due_at for one in said.items] == [now]
    assert dependencies.CaseChanges(ready.process, ready.case, replace(ready.case, version=99)).invalidates(said)


def the_first(ready: Ready) -> DueItem:
    return dues(ready.process, ready.case)[0]
