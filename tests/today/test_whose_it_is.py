"""Whose a case is: of the case worker who is named, while they have an account here; else of everybody of that organisation.

desk.md F3 (ghost.sh): `actor end els`, whose case it was, and both colleagues read "Nothing is due."
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from wayhome import Actor, Assign, BadInput, Complete, Engine, NotPermitted, Open
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.today import Today

HOUSE = "be_pag_asa"
MANAGER = "case_manager_sending"
KATRIEN = Actor("katrien", HOUSE, {MANAGER})
INGE = Actor("inge", HOUSE, {MANAGER, "programme_manager"})
GREET = Actor("greet", HOUSE, {"programme_manager"})
ELS = Actor("els", HOUSE, {MANAGER})
ROSA = Actor("rosa", HOUSE, {"risk_assessor"})
BAKHITA = Actor("ngozi", "ng_bakhita", {"case_manager_receiving"})
CHIEF = Actor("sysop", HOUSE, {"system_admin"})


@pytest.fixture
def clock() -> StoryClock:
    return StoryClock(datetime(2026, 3, 2, 8, tzinfo=UTC))


@pytest.fixture
def engine(packs: Packs, clock: StoryClock) -> Iterator[Engine]:
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


def opens_alone(engine: Engine) -> str:
    """Open a case that nobody was assigned to yet."""
    return engine.do(Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=KATRIEN).case


def due_of(found: Today) -> dict[str, str | None]:
    """Give the cases that stand in somebody's list, each with who answers for the person."""
    rows: list[Any] = [*found.overdue, *found.today, *found.soon, *found.waiting]
    return {row.case: row.worker for row in rows}


def assigns(engine: Engine, case: str, worker: str) -> None:
    engine.do(Assign(case, role="case_owner", partner=HOUSE, case_worker=worker), as_=INGE)


def offered(engine: Engine, case: str, by: Actor) -> list[str]:
    """Give the accounts that the form offers as who answers for the person."""
    slots = {one.name: one for one in engine.form(case, {"do": "assign", "role": "case_owner"}, as_=by).slots}
    return [*slots["case_worker"].values.values()]


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


def test_somebody_who_is_misspelt_is_refused_and_the_list_says_who_there_is(engine: Engine) -> None:
    """It was taken, and the case stood in nobody's list."""
    enters(engine, KATRIEN, INGE, ROSA)
    case = opens(engine)

    with pytest.raises(BadInput) as wrong:
        assigns(engine, case, "katrin")

    (fault,) = wrong.value.faults
    assert (fault.field, fault.code) == ("case_worker", "unknown")
    assert str(wrong.value).startswith(
        "There is no account of who can answer for the person at PAG-ASA 'katrin'. Did you mean one of these? inge, katrien."
    )
    assert offered(engine, case, KATRIEN) == ["katrien · PAG-ASA", "inge · PAG-ASA"]
    assert offered(engine, case, INGE) == ["inge · PAG-ASA", "katrien · PAG-ASA"]


def test_what_was_assigned_before_somebody_left_can_still_be_told(engine: Engine, clock: StoryClock) -> None:
    enters(engine, KATRIEN, INGE, ELS)
    case = opens(engine)
    was = engine.now()
    clock.moment += timedelta(days=1)
    engine.end_actor("els", as_=CHIEF)

    with pytest.raises(BadInput):
        assigns(engine, case, "els")
    engine.do(Assign(case, role="case_owner", partner=HOUSE, case_worker="els", at=was), as_=INGE)


def test_where_nobody_of_a_house_can_lead_a_case_the_name_is_taken_as_it_is_given(engine: Engine) -> None:
    """Its administrator has an account, and those who work on cases have none yet."""
    engine.put_actor(CHIEF)
    case = opens(engine)

    assert offered(engine, case, KATRIEN) == []
    assert due_of(engine.today(as_=KATRIEN)) == {case: None}


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


# --- away -----------------------------------------------------------------------------------------------------------


def test_while_somebody_is_away_their_cases_stand_on_the_list_of_who_stands_in(
    engine: Engine, clock: StoryClock
) -> None:
    enters(engine, KATRIEN, INGE, ELS)
    case = opens(engine, ELS)
    back = engine.now() + timedelta(days=9)

    engine.away("els", until=back, stand_in="katrien", as_=ELS)

    assert due_of(engine.today(as_=KATRIEN)) == {case: "katrien"}
    assert due_of(engine.today(as_=ELS)) == {case: "katrien"}, "it stays hers, who looks all the same"
    assert due_of(engine.today(as_=INGE)) == {}

    clock.moment = back
    assert due_of(engine.today(as_=ELS)) == {case: "els"}
    assert due_of(engine.today(as_=KATRIEN)) == {}


def test_who_is_back_early_has_their_cases_alone(engine: Engine) -> None:
    enters(engine, KATRIEN, ELS)
    case = opens(engine, ELS)
    engine.away("els", until=engine.now() + timedelta(days=9), stand_in="katrien", as_=CHIEF)

    engine.away("els", until=None, as_=ELS)

    assert due_of(engine.today(as_=ELS)) == {case: "els"}
    assert due_of(engine.today(as_=KATRIEN)) == {}


@pytest.mark.parametrize("gone", ["nobody stands in", "who stands in is away", "who stands in has ended"])
def test_where_nobody_stands_in_the_cases_are_everybodys(engine: Engine, gone: str) -> None:
    enters(engine, KATRIEN, INGE, ELS)
    case = opens(engine, ELS)
    back = engine.now() + timedelta(days=9)
    engine.away("els", until=back, stand_in=None if gone == "nobody stands in" else "inge", as_=ELS)
    if gone == "who stands in is away":
        engine.away("inge", until=back, as_=INGE)
    if gone == "who stands in has ended":
        engine.end_actor("inge", as_=CHIEF)

    assert due_of(engine.today(as_=KATRIEN)) == {case: None}


def test_nobody_sends_a_colleague_away(engine: Engine) -> None:
    enters(engine, KATRIEN, ELS)

    with pytest.raises(NotPermitted):
        engine.away("els", until=engine.now() + timedelta(days=9), as_=KATRIEN)
    with pytest.raises(NotPermitted):
        engine.away("els", until=engine.now() + timedelta(days=9), as_=Actor("els", "other_house", {MANAGER}))


@pytest.mark.parametrize(
    ("said", "field", "what"),
    [
        ({"until": datetime(2026, 3, 2, 8, tzinfo=UTC)}, "until", "That time is past."),
        ({"stand_in": "els"}, "stand_in", "There is no colleague like that."),
        ({"stand_in": "ngozi"}, "stand_in", "There is no colleague like that."),
        ({"id": "nobody_of_ours"}, "id", "There is no actor like that."),
    ],
)
def test_nobody_is_away_otherwise_than_that(engine: Engine, said: dict[str, Any], field: str, what: str) -> None:
    enters(engine, KATRIEN, ELS, BAKHITA)

    with pytest.raises(BadInput) as wrong:
        engine.away(**{"id": "els", "until": datetime(2026, 3, 9, tzinfo=UTC), "as_": CHIEF} | said)

    (fault,) = wrong.value.faults
    assert (fault.field, fault.what) == (field, what)


def test_who_has_ended_is_not_away(engine: Engine) -> None:
    enters(engine, KATRIEN, ELS)
    engine.end_actor("els", as_=CHIEF)

    with pytest.raises(BadInput):
        engine.away("els", until=engine.now() + timedelta(days=9), as_=CHIEF)


def test_a_case_worker_who_does_something_else_now_leaves_the_case_to_everybody(engine: Engine) -> None:
    """They are here, and lead no cases any more: the case stood on no list, theirs or anybody's."""
    enters(engine, KATRIEN, INGE, ELS)
    case = opens(engine, ELS)

    engine.put_actor(Actor("els", HOUSE, {"risk_assessor"}), as_=CHIEF)

    assert due_of(engine.today(as_=KATRIEN)) == due_of(engine.today(as_=INGE)) == {case: None}


def test_who_stands_in_and_leads_no_cases_leaves_them_to_everybody(engine: Engine) -> None:
    enters(engine, KATRIEN, INGE, ELS, ROSA)
    case = opens(engine, ELS)

    engine.away("els", until=engine.now() + timedelta(days=9), stand_in="rosa", as_=ELS)

    assert due_of(engine.today(as_=KATRIEN)) == due_of(engine.today(as_=INGE)) == {case: None}


def test_where_the_last_case_worker_of_a_house_has_left_the_case_stands_on_the_list_of_who_leads_the_programme(
    engine: Engine,
) -> None:
    """A ring calls them then (`called_last`); what they are called for stood on no list, theirs or anybody's."""
    enters(engine, KATRIEN, GREET)
    case = opens_alone(engine)
    assert case in due_of(engine.today(as_=KATRIEN))

    engine.end_actor("katrien", as_=CHIEF)

    assert due_of(engine.today(as_=GREET)) == {case: None}


def test_while_the_only_case_worker_of_a_house_is_away_the_case_stands_on_the_list_of_who_leads_the_programme(
    engine: Engine,
) -> None:
    enters(engine, KATRIEN, GREET)
    case = opens_alone(engine)
    assert due_of(engine.today(as_=GREET)) == {}

    engine.away("katrien", until=engine.now() + timedelta(days=9), as_=KATRIEN)

    assert due_of(engine.today(as_=GREET)) == {case: None}
