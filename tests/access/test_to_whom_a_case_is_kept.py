"""A case that is kept to named workers of a house (access, section 7): everybody else there is a stranger, but for who oversees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from wayhome import Actor, BadInput, Engine, NotFound, NotPermitted, commands
from wayhome.packs.plugins import Packs

from tests.attacks.play import Play, begun, ready_to_depart

LEADS, RECEIVES = "invented_organisation", "ng_bakhita"


def of_house(id: str, *roles: str, house: str = LEADS) -> Actor:
    return Actor(id, house, set(roles))


ANNA, BERT = of_house("anna", "case_manager_sending"), of_house("bert", "risk_assessor")
COUSIN = of_house("cousin", "case_manager_sending", "risk_assessor", "medical_officer", "travel_officer")
HEAD, GUARD = of_house("petra", "programme_manager"), of_house("dana", "data_protection_officer")
KEPT = {"do": "keep_to", "workers": ["anna", "bert"]}
OPEN = {"do": "keep_to"}


@pytest.fixture
def case(packs: Packs) -> Iterator[Play]:
    with begun(ready_to_depart, packs) as play:
        play.given(
            "case_manager_sending", {"do": "assign", "role": "case_owner", "organisation": LEADS, "case_worker": "anna"}
        )
        yield play


def knows(play: Play, actor: Actor) -> bool:
    listed = [one.number for one in play.engine.cases(as_=actor)] == [play.case]
    due = play.case in [one.case for one in play.engine.due(as_=actor)]
    try:
        play.engine.case(play.case, as_=actor)
    except NotFound:
        assert not listed
        assert not due
        return False
    assert listed
    return True


def test_everybody_but_the_named_and_who_oversees_is_a_stranger_at_once(case: Play) -> None:
    assert all(knows(case, one) for one in (ANNA, BERT, COUSIN, HEAD, GUARD))
    case.given(ANNA, KEPT)

    assert [one.id for one in (ANNA, BERT, COUSIN, HEAD, GUARD) if knows(case, one)] == ["anna", "bert", "dana"]
    with pytest.raises(NotFound):
        case.engine.do(commands.Note(case.case, text="invented words"), as_=COUSIN)
    with pytest.raises(NotFound):
        case.engine.do(commands.Withdraw(case.case, purpose="return", channel="phone"), as_=COUSIN)
    assert not case.engine.today(as_=COUSIN).soon


def test_what_is_told_to_who_is_kept_out_is_what_is_told_of_a_number_that_nobody_has(case: Play) -> None:
    case.given(ANNA, KEPT)
    told = []
    for number in (case.case, "WH-7K3M9-Q2F4A-Z"):
        with pytest.raises(NotFound) as error:
            case.engine.history(number, as_=COUSIN)
        told.append(str(error.value).replace(number, "N"))

    assert told[0] == told[1]


def test_the_named_work_on_and_whoever_of_them_leads_opens_it_again(case: Play) -> None:
    case.given(ANNA, KEPT)
    case.given(ANNA, {"do": "note", "text": "invented words"})
    assert case.engine.why(case.case, "depart", as_=ANNA).reasons
    case.given(ANNA, OPEN)

    assert all(knows(case, one) for one in (COUSIN, HEAD))


def test_who_oversees_keeps_it_from_who_leads_and_opens_it_again(case: Play) -> None:
    """A case manager whom the person complains of: somebody else says who may know."""
    case.given(
        "case_manager_sending", {"do": "assign", "role": "case_owner", "organisation": LEADS, "case_worker": "bert"}
    )
    case.given(GUARD, {"do": "keep_to", "workers": ["bert", "petra"]})
    assert not knows(case, ANNA)
    case.given(GUARD, OPEN)
    assert knows(case, ANNA)


def test_another_house_keeps_its_own_and_nobody_elses(case: Play) -> None:
    theirs = [of_house(id, "case_manager_receiving", house=RECEIVES) for id in ("ngozi", "grace", "an_aunt")]
    case.given(theirs[0], {"do": "keep_to", "workers": ["ngozi", "grace"]})

    assert [one.id for one in theirs if knows(case, one)] == ["ngozi", "grace"]
    assert knows(case, COUSIN)


def test_a_consent_that_names_the_house_lets_in_only_the_named(case: Play) -> None:
    """Who receives is named by consents, too: they open nothing to who is kept out."""
    case.given(
        of_house("ngozi", "case_manager_receiving", house=RECEIVES), {"do": "keep_to", "workers": ["ngozi", "grace"]}
    )

    assert not knows(case, of_house("an_aunt", "case_manager_receiving", "reception_officer", house=RECEIVES))


@pytest.mark.parametrize(
    ("workers", "why"),
    [(["anna"], "One alone is not always there."), (["bert", "petra"], "'anna' answers for the person at your house")],
)
def test_two_remain_and_whoever_answers_for_the_person_is_one_of_them(case: Play, workers: list[str], why: str) -> None:
    with pytest.raises(BadInput) as refused:
        case.engine.do(commands.KeepTo(case.case, workers=tuple(workers)), as_=ANNA)

    assert [fault.field for fault in refused.value.faults] == ["workers"]
    assert why in str(refused.value)


def test_who_neither_leads_nor_oversees_keeps_it_from_nobody(case: Play) -> None:
    with pytest.raises(NotPermitted):
        case.engine.do(commands.KeepTo(case.case, workers=("bert", "cousin")), as_=of_house("bert", "risk_assessor"))


def test_only_accounts_of_the_own_house_can_be_named(case: Play) -> None:
    for one in (ANNA, BERT, of_house("ngozi", "case_manager_receiving", house=RECEIVES)):
        case.engine.put_actor(one)

    assert case.faults(ANNA, {"do": "keep_to", "workers": ["anna", "ngozi"]}) == {("workers", "unknown")}


def test_nobody_who_is_kept_out_is_called_about_it(case: Play) -> None:
    for one in (ANNA, BERT, COUSIN):
        case.engine.put_actor(one)
    case.given(ANNA, KEPT)
    case.given(ANNA, {"do": "incident", "type": "pressure"})

    called = {one.account for one in case.engine.ring().calls}
    assert "cousin" not in called
    assert "anna" in called


def test_a_list_of_another_program_knows_it_as_well(case: Play, packs: Packs) -> None:
    case.given(ANNA, KEPT)
    assert isinstance(case.engine, Engine)
    case.engine.rebuild()

    assert not knows(case, COUSIN)
    assert knows(case, ANNA)


def test_nobody_who_is_kept_out_is_named_as_who_answers_for_the_person(case: Play) -> None:
    """Else the case would be theirs alone who cannot see it, and would leave the lists of those who can."""
    case.given(ANNA, KEPT)

    named = {"do": "assign", "role": "case_owner", "organisation": LEADS, "case_worker": "cousin"}
    assert case.faults(ANNA, named) == {("case_worker", "contradiction")}
    case.given(ANNA, {**named, "case_worker": "anna"})


def test_a_case_whose_named_workers_have_all_left_is_told_to_who_oversees(case: Play) -> None:
    for one in (ANNA, BERT, COUSIN, HEAD, GUARD):
        case.engine.put_actor(one)
    case.given(ANNA, KEPT)
    case.given(ANNA, {"do": "incident", "type": "lost_contact"})
    for one in ("anna", "bert"):
        case.engine.end_actor(one)

    assert {one.account for one in case.engine.ring().calls if one.look_now} == {"dana"}
    case.given(GUARD, OPEN)
    assert knows(case, COUSIN)


def test_who_stands_in_and_may_not_know_of_the_case_takes_it_from_nobodys_list(case: Play) -> None:
    for one in (ANNA, COUSIN, of_house("carla", "case_manager_sending")):
        case.engine.put_actor(one)
    case.given(ANNA, {"do": "keep_to", "workers": ["anna", "carla"]})
    carla = of_house("carla", "case_manager_sending")

    def hers() -> int:
        today = case.engine.today(as_=carla)
        return sum(len(getattr(today, name)) for name in ("journeys", "overdue", "today", "soon"))

    assert hers() == 0  # anna answers for the person
    case.engine.away("anna", until=case.now + timedelta(days=5), stand_in="cousin")
    assert hers() > 0
