"""What is said of health, or of who somebody is, is sealed under a key of its own, in events and in rows: it can be forgotten apart. (issue 10, design 4.6)"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from msgspec.msgpack import decode
from wayhome import Actor, Engine, commands
from wayhome.commands import read_command
from wayhome.flow.apply import fold
from wayhome.store import ledger
from wayhome.store.statements import CASE_COLUMNS, EVENTS, LEDGER_COLUMNS, ROW_OF
from wayhome.stories.playing import StoryClock

from tests.attacks.newer_process import REGION, Upgrade, adopting, under
from tests.attacks.play import LEADER, MANAGER, Play
from tests.conftest import ANNA, START, a_case
from tests.places import Place
from tests.whole_answers import EXPLAINED_ALL

DOCTOR = Actor("kim", "invented_house", {"medical_officer", "case_manager_sending"})
OF_HEALTH = {"weeks_pregnant": 31, "pregnant": True, "psychiatric_condition": True}


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    place.make()
    with place.open(clock=StoryClock(START)) as engine:
        yield engine


def a_case_of_whom_much_is_said(engine: Engine) -> str:
    case = a_case(engine, age_status="adult", sex="female")
    asked = {"do": "consent", "purpose": "health_processing", "answer": "given", "form": "written", "language": "en"}
    engine.do(read_command({**asked, **EXPLAINED_ALL}, case=case), as_=ANNA)
    engine.do(commands.Record(case, by="person", facts=OF_HEALTH), as_=ANNA)
    engine.do(commands.Record(case, facts={"weeks_pregnant": 32}), as_=ANNA)
    engine.do(commands.Involve(case, by="person", relation="child", born_on="2011-07-13"), as_=ANNA)
    return case


def bodies(engine: Engine, case: str) -> list[ledger.Body]:
    """Open the bodies of a case: with the key of the class `case`, and no other."""
    store = engine._store
    with store.database.reading() as connection:
        found = connection.run(EVENTS, {"number": case, "first": 1, "last": 10_000}).fetchall()
        rows = [dict(zip(LEDGER_COLUMNS, values, strict=True)) for values in found]
        previous = (ledger.GENESIS, *(row["hash"] for row in rows))
        return [store.body(connection, row, before) for row, before in zip(rows, previous, strict=False)]


def state(engine: Engine, case: str, retention: str = "case") -> bytes:
    """Open what is sealed of one class in the row of a case."""
    store = engine._store
    with store.database.reading() as connection:
        row = dict(zip(CASE_COLUMNS, connection.run(ROW_OF, {"number": case}).fetchone(), strict=True))
        return store.state_in(row, store.keys.key(connection, (case, retention)), retention)


def test_the_key_of_a_case_alone_opens_nothing_that_was_said_of_health_or_of_who_she_is(engine: Engine) -> None:
    case = a_case_of_whom_much_is_said(engine)

    said = [[body.event.type, _plain(body.event.data)] for body in bodies(engine, case)]
    summary, _, _, row = decode(state(engine, case))
    for there in (said, summary, row):
        assert not {31, 32, "female", "2011-07-13"} & _leaves(there)
    assert {31, 32} <= _leaves(decode(state(engine, case, "health")))
    assert {"female", "2011-07-13"} <= _leaves(decode(state(engine, case, "identity")))


def test_accounts_are_sealed_by_themselves_and_are_read_in_the_case_as_before(engine: Engine) -> None:
    """registers.md: the group of money has a retention of its own, since accounts outlive her file. (issue 37, 5)"""
    case = a_case_with_accounts(engine)

    said = [[body.event.type, _plain(body.event.data)] for body in bodies(engine, case)]
    summary, _, _, row = decode(state(engine, case))
    for there in (said, summary, row):
        assert not {"900.00", "150.00", "be_fedasil"} & _leaves(there)
    assert {"900.00", "150.00", "be_fedasil"} <= _leaves(decode(state(engine, case, "accounts")))
    (sums,) = engine.case(case, as_=ANNA).sums
    assert (sums["granted"], sums["paid"], sums["left"]) == ("900.00", "150.00", "750.00")
    assert engine.verify().ok


def test_a_case_of_which_the_accounts_are_forgotten_is_read_without_them(engine: Engine) -> None:
    case = a_case_with_accounts(engine)

    left = fold(body.event for body in bodies(engine, case))

    assert left is not None
    assert [(one.ref, one.state) for one in left.entries.values()] == [("budget-1", "granted"), ("payment-1", "paid")]
    assert {value for one in left.entries.values() for value in one.values.values()} == {None}


def a_case_with_accounts(engine: Engine) -> str:
    case = a_case(engine, age_status="adult", sex="female")
    asked = {"do": "consent", "purpose": "assistance", "answer": "given", "form": "written", "language": "en"}
    engine.do(read_command({**asked, **EXPLAINED_ALL}, case=case), as_=ANNA)
    granted = {"funder": "be_fedasil", "for": "training", "granted": "900 EUR", "form": "cash"}
    paid = {"budget": "budget-1", "direction": "out", "amount": "150 EUR", "payee": "an invented shop"}
    engine.do(commands.Enter(case, register="budget", status="granted", fields=granted), as_=ANNA)
    engine.do(commands.Enter(case, register="payment", status="paid", fields=paid), as_=ANNA)
    return case


def test_who_may_read_it_reads_it_in_the_case_and_in_its_history(engine: Engine) -> None:
    case = a_case_of_whom_much_is_said(engine)

    assert engine.case(case, as_=DOCTOR).facts["weeks_pregnant"] == 32
    recorded = [row.data["facts"] for row in engine.history(case, as_=DOCTOR) if row.type == "facts_recorded"]
    assert recorded == [OF_HEALTH, {"weeks_pregnant": 32}]
    assert engine.verify().ok


def test_what_is_left_when_a_class_is_forgotten_is_a_case_of_which_that_is_not_known(engine: Engine) -> None:
    """Erasure comes later; what it leaves can be read, and says nothing that was not said."""
    case = a_case_of_whom_much_is_said(engine)

    left = fold(body.event for body in bodies(engine, case))

    assert left is not None
    assert {left.facts[id].value for id in OF_HEALTH} == {None}
    assert left.people["child-1"].born_on is None
    assert left.consents["health_processing>@"].state == "given"


def test_a_part_is_bound_to_its_row_and_class(place: Place) -> None:
    """An older part, that of another class, and none, are named; nothing of them is believed."""
    place.make()
    with place.open(clock=StoryClock(START)) as engine:
        case = a_case_of_whom_much_is_said(engine)
    ((identity, health),) = place.rows("SELECT identity, health FROM wh_cases")
    with place.open(clock=StoryClock(START)) as engine:
        engine.do(commands.Record(case, facts={"weeks_pregnant": 33}), as_=ANNA)
    for number, (column, value) in enumerate(
        (("health", health), ("identity", health), ("health", identity), ("health", None))
    ):
        copy = place.copied(f"changed_{number}")
        copy.write(f"UPDATE wh_cases SET {column} = ?", value)

        with copy.open(clock=StoryClock(START)) as engine:
            assert not engine.verify().ok
            with pytest.raises(Exception, match="does not open"):
                engine.case(case, as_=DOCTOR)
            engine.rebuild()  # a row is derived: it is made of the history, which nobody has changed
            assert engine.case(case, as_=DOCTOR).facts["weeks_pregnant"] == 33


def test_what_a_newer_process_counts_to_another_class_is_sealed_there_from_then_on(tmp_path: Path) -> None:
    upgrade = Upgrade(
        tmp_path, before={"facts.yaml": REGION.format(group="plan")}, more={"facts.yaml": REGION.format(group="health")}
    )
    with (old := upgrade.opened(upgrade.older)).engine:
        old.given(MANAGER, {"do": "record", "by": "person", "facts": {"ng_region": "south"}})
    with under(upgrade, upgrade.newer, old) as case:
        assert "south" in _leaves(_state(case))
        case.given(LEADER, adopting(case))

        assert "south" not in _leaves(_state(case))
        assert _fact(case) == "south"
        assert case.engine.verify().ok
        case.engine.rebuild()
        assert case.engine.verify().ok


def _state(case: Play) -> Any:
    return decode(state(case.engine, case.case))


def _fact(case: Play) -> Any:
    with case.engine._store.database.reading() as connection:
        return case.engine._store.load(connection, case.case).case.facts["ng_region"].value


def _plain(data: Any) -> Any:
    return orjson.loads(orjson.dumps(data))


def _leaves(found: Any) -> set[Any]:
    if isinstance(found, dict):
        return set().union(*map(_leaves, found.values()), set())
    if isinstance(found, list):
        return set().union(*map(_leaves, found), set())
    return {found}
