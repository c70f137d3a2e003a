"""Whose a case is: of the case worker who is named, while they have an account here; else of everybody of that organisation.

desk.md F3 (ghost.sh): `actor end els`, whose case it was, and both colleagues read "Nothing is due."
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from wayhome import Actor, Assign, Complete, Engine, Open
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.today import Today

HOUSE = "be_pag_asa"
MANAGER = "case_manager_sending"
KATRIEN = Actor("katrien", HOUSE, {MANAGER})
INGE = Actor("inge", HOUSE, {MANAGER, "programme_manager"})
ELS = Actor("els", HOUSE, {MANAGER})
ROSA = Actor("rosa", HOUSE, {"risk_assessor"})
BAKHITA = Actor("ngozi", "ng_bakhita", {"case_manager_receiving"})
CHIEF = Actor("sysop", HOUSE, {"system_admin"})


@pytest.fixture
def engine(packs: Packs) -> Iterator[Engine]:
    clock = StoryClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    with Engine.open("sqlite://", packs=packs, clock=clock) as engine:
        yield engine


def enters(engine: Engine, *people: Actor) -> None:
    engine.put_actor(CHIEF)
    for one in people:
        engine.put_actor(one, as_=CHIEF)


def opens(engine: Engine, by: Actor = KATRIEN) -> str:
    case = engine.do(Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=by).case
    engine.do(Complete(case, step="register_referral"), as_=by)
    assigns(engine, case, by.id)
    return case


def due_of(found: Today) -> dict[str, str | None]:
    """Give the cases that stand in somebody's list, each with who answers for the person."""
    rows: list[Any] = [*found.overdue, *found.today, *found.soon, *found.waiting]
    return {row.case: row.worker for row in rows}


def assigns(engine: Engine, case: str, worker: str) -> None:
    engine.do(Assign(case, role="case_owner", partner=HOUSE, case_worker=worker), as_=INGE)


def test_a_case_stands_on_the_list_of_who_answers_for_the_person_and_on_nobody_elses(engine: Engine) -> None:
    enters(engine, KATRIEN, INGE)
    case = opens(engine)

    assert due_of(engine.today(as_=KATRIEN)) == {case: "katrien"}
    assert due_of(engine.today(as_=INGE)) == {}


def test_whose_account_ends_leaves_the_case_to_everybody_of_that_house(engine: Engine) -> None:
    enters(engine, KATRIEN, INGE, ELS)
    case = opens(engine, ELS)
    assert due_of(engine.today(as_=KATRIEN)) == {}

    engine.end_actor("els", as_=CHIEF)

    assert due_of(engine.today(as_=KATRIEN)) == due_of(engine.today(as_=INGE)) == {case: None}


def test_somebody_who_was_misspelt_answers_for_nobody(engine: Engine) -> None:
    enters(engine, KATRIEN, INGE)
    case = opens(engine)

    assigns(engine, case, "katrin")

    assert due_of(engine.today(as_=KATRIEN)) == due_of(engine.today(as_=INGE)) == {case: None}


def test_where_a_house_has_no_accounts_the_name_counts_as_it_was_given(engine: Engine) -> None:
    """Under a host that brings its own actors nobody is entered here."""
    case = opens(engine)

    assert due_of(engine.today(as_=KATRIEN)) == {case: "katrien"}
    assert due_of(engine.today(as_=INGE)) == {}


def test_who_takes_a_case_over_has_it_alone_again(engine: Engine) -> None:
    enters(engine, KATRIEN, INGE, ELS)
    case = opens(engine, ELS)
    engine.end_actor("els", as_=CHIEF)

    assigns(engine, case, "katrien")

    assert due_of(engine.today(as_=KATRIEN)) == {case: "katrien"}
    assert due_of(engine.today(as_=INGE)) == {}


def test_a_stranger_of_another_house_sees_none_of_it(engine: Engine) -> None:
    enters(engine, KATRIEN, ELS, BAKHITA)
    opens(engine, ELS)
    engine.end_actor("els", as_=CHIEF)

    assert due_of(engine.today(as_=BAKHITA)) == {}


def test_a_case_that_was_only_opened_is_on_the_list_of_who_may_register_it(engine: Engine) -> None:
    """It was due nowhere, and so on no list: an opened case that nobody went on with was lost."""
    enters(engine, KATRIEN, INGE)
    case = engine.do(Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=KATRIEN).case

    for who in (KATRIEN, INGE):
        rows = [*engine.today(as_=who).today, *engine.today(as_=who).soon]
        assert [(row.case, row.step, row.because) for row in rows] == [
            (case, "register_referral", "1 day after the case was opened, Brussels time")
        ]
    engine.do(Complete(case, step="register_referral"), as_=KATRIEN)
    assert due_of(engine.today(as_=KATRIEN)) == {}
