"""What a hostile look at companions, cases of their own, and what happens to somebody else found. (issue 7)"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    MANAGER,
    TRAVEL,
    Command,
    Enough,
    Play,
    at_home,
    complete,
    evidence_is_fresh,
    stops_at,
)
from tests.attacks.test_a_return_that_is_taken_over import HOME, Taken, taken
from tests.attacks.test_a_return_that_is_taken_over import done as of_before
from tests.attacks.test_of_each_who_goes_along import (
    along,
    asked_of_the_child,
    cleared_there,
    done,
    ends,
    happens,
    has_own,
    is_open,
    its_own_case,
    with_a_daughter,
)

__all__ = ["taken"]

OWN, STAYS, INTERESTS = "child_with_own_case", "child_who_stays", "child_best_interests"
CLEARED = complete(OWN, of="child-1", result="cleared")


def fresh_with_own_case(play: Play) -> None:
    """A mother and a daughter who has a case of her own, two hours before take-off."""
    with_a_daughter(play)
    cleared_there(play)
    play.ready()


def fresh_and_one_stays(play: Play) -> None:
    play.involved("child", travels=False)
    evidence_is_fresh(play)


def there(case: Play, number: str) -> Play:
    return Play(case.engine, case.clock, number)


def closed_as_duplicate(case: Play, number: str) -> None:
    own = there(case, number)
    own.given(MANAGER, {"do": "record", "facts": {"existed_already": True}})
    own.given(MANAGER, {"do": "move", "to": "close", "reason": "duplicate"})


# --- 1. a case of its own that nobody has worked on ---------------------------------------------------------------------


def found_against(play: Play, do: Command) -> bool:
    if do.get("step") == INTERESTS:
        play.given("counsellor", complete(INTERESTS, of="child-1", result="negative"))
        raise Enough
    return False


def test_a_no_that_was_found_of_a_child_is_not_undone_by_an_empty_case_of_its_own(begin: Begin) -> None:
    case = begin(with_a_daughter)
    case.prepare(instead=found_against)
    assert [do for fact, do in case.told("STEP") if "best interests" in fact] == [
        "do it again when things have changed"
    ]

    own = its_own_case(case)  # opened a second ago, by the same case manager alone
    case.given(MANAGER, has_own(own))
    case.prepare(instead=stops_at(OWN))
    assert there(case, own).seen().phase == "identification"
    assert not done(there(case, own))

    said = case.tried(MANAGER, CLEARED)

    assert not said.done, "a case in which nothing was done is said to be cleared"
    assert said.says(OWN)


def test_honest_that_it_is_not_cleared_there_is_written_down(begin: Begin) -> None:
    case = begin(fresh_with_own_case)
    case.given(MANAGER, {"do": "redo", "step": OWN, "of": "child-1"})

    case.given(MANAGER, complete(OWN, of="child-1", result="not_cleared"))

    assert ("STEP", OWN) in case.why().reasons


# --- 2. what happens to a child that has a case of its own ----------------------------------------------------------------


@pytest.mark.parametrize(("type", "outcome"), [("child_unwell", "fit"), ("child_in_danger", "below_high_and_reviewed")])
def test_what_happens_to_a_child_with_a_case_of_its_own_is_not_over_before_somebody_has_looked_there(
    begin: Begin, type: str, outcome: str
) -> None:
    case = begin(fresh_with_own_case)
    assert case.why().done

    case.given(MANAGER, happens(type, of="child-1"))
    case.wait(minutes=1)

    assert ("STEP", OWN) in case.why().reasons, "cleared there before it happened, and it still counts"
    assert ("STEP", OWN) in case.why(ends(type, outcome, of="child-1")).reasons


def test_nobody_flies_after_a_child_with_a_case_of_its_own_fell_ill_because_its_mother_was_talked_with(
    begin: Begin,
) -> None:
    case = begin(fresh_with_own_case)
    case.given(MANAGER, happens("child_unwell", of="child-1"))
    case.wait(minutes=1)

    assert not case.prepare(waiting=False, instead=stops_at(OWN))  # it is asked of the child, there
    own = there(case, str(case.seen().people[0]["own_case"]))
    own.given(MANAGER, {"do": "redo", "step": "departure_clearance"}, complete("departure_clearance"))
    case.ready(waiting=False)

    since = [row for row in case.history() if row.type == "incident_opened"][-1].seq
    looked = [row.data.get("of") for row in case.history() if row.seq > since and row.type == "step_completed"]
    assert "child-1" in looked, f"she boards, and nobody has looked at the child: {looked}"


def test_honest_what_happens_to_a_child_without_one_is_looked_at_of_that_child(begin: Begin) -> None:
    case = begin(along)
    case.given(MANAGER, happens("child_unwell", of="child-1"))
    assert ("STEP", "child_fit_check") in case.why(ends("child_unwell", "fit", of="child-1")).reasons
    case.ready(waiting=False)
    assert is_open(case) == set()


# --- 3. one case for two children ------------------------------------------------------------------------------------------


def test_one_case_is_not_the_own_case_of_two_children(begin: Begin) -> None:
    case = begin(with_a_daughter)
    case.involved("child", travels=True)
    own = its_own_case(case)
    case.given(MANAGER, has_own(own))

    assert case.faults(MANAGER, {**has_own(own), "ref": "child-2"}) == {("own_case", "contradiction")}


def test_honest_two_children_have_two_cases(begin: Begin) -> None:
    case = begin(with_a_daughter)
    case.involved("child", travels=True)
    for ref in ("child-1", "child-2"):
        case.given(MANAGER, {**has_own(its_own_case(case)), "ref": ref})

    own = {one["ref"]: one["own_case"] for one in case.seen().people}
    assert len(set(own.values())) == 2


# --- 4. said of the wrong child, and never taken back -----------------------------------------------------------------------


def test_a_case_of_its_own_that_was_said_of_the_wrong_child_is_taken_back(begin: Begin) -> None:
    case = begin(with_a_daughter)
    before = asked_of_the_child(case)
    case.given(MANAGER, has_own(its_own_case(case)))
    entry = [row.seq for row in case.history() if row.type == "person_involved"][-1]
    correct = {"do": "correct", "seq": entry, "why": "invented words"}
    assert case.told("INPUT", correct) == [
        ("who somebody is, and whether they travel, is said anew", "give 'involve' with what is right")
    ]

    case.given(MANAGER, {"do": "involve", "ref": "child-1", "own_case": ""})  # today this is done, and changes nothing

    assert case.seen().people[0]["own_case"] in (None, "")
    assert asked_of_the_child(case) == before


# --- 5. a child that stays, and a case that is closed -------------------------------------------------------------------------


def test_a_case_that_is_closed_is_no_case_in_which_a_child_is_asked(begin: Begin) -> None:
    case = begin(with_a_daughter)
    own = its_own_case(case)
    closed_as_duplicate(case, own)

    assert case.faults(MANAGER, has_own(own)) == {("own_case", "contradiction")}


def test_nobody_leaves_a_child_behind_whose_own_case_was_closed(begin: Begin) -> None:
    case = begin()
    case.involved("child", travels=False)
    own = its_own_case(case)
    case.given(MANAGER, has_own(own))
    closed_as_duplicate(case, own)

    case.ready()

    assert {id for id, of in done(case) if of == "child-1"} & {OWN, STAYS}, "nobody has asked who cares for the child"


def test_honest_of_a_child_that_stays_it_is_asked_who_cares_for_it(begin: Begin) -> None:
    case = begin()
    case.involved("child", travels=False)
    case.ready()
    assert (STAYS, "child-1") in done(case)


# --- 6. another journey ---------------------------------------------------------------------------------------------------------


def later(case: Play, **span: float) -> Command:
    def moved(leg: dict[str, Any], name: str) -> str:
        return (datetime.fromisoformat(str(leg[name]).replace("Z", "+00:00")) + timedelta(**span)).isoformat()

    legs = [{**leg, **{name: moved(leg, name) for name in ("departs_at", "arrives_at")}} for leg in case.legs]
    return {"do": "travel", "status": "booked", "legs": legs}


def test_cleared_for_the_same_journey_is_asked_again_when_it_is_another_journey(begin: Begin) -> None:
    case = begin(fresh_with_own_case)

    case.given(TRAVEL, later(case, hours=6))

    outdated = [(fact, todo) for fact, todo in case.told("STEP") if "case of its own" in fact]
    assert outdated, "the mother flies six hours later; the daughter is cleared for the old flight"
    assert "was done before this changed" in outdated[0][0]


def test_honest_the_same_journey_booked_again_asks_nothing_of_the_child(begin: Begin) -> None:
    case = begin(fresh_with_own_case)
    case.given(TRAVEL, later(case, hours=0))
    assert ("STEP", OWN) not in case.why().reasons


# --- 7. what is asked of a child in neither case ---------------------------------------------------------------------------------


def test_whether_the_other_parent_agrees_is_asked_in_one_of_the_two_cases(begin: Begin) -> None:
    case = begin(with_a_daughter)
    assert "other_parent_agreement" in asked_of_the_child(case)
    own = its_own_case(case)
    case.given(MANAGER, has_own(own))
    there(case, own).given(MANAGER, {"do": "record", "facts": {"age_status": "child"}})

    asked = {row.id for one in (case, there(case, own)) for row in one.seen().steps if row.state != "not_applicable"}

    assert {"other_parent_agreement", "ng_father_letter"} & asked, "a father who refuses is asked in neither case"


# --- 8. the passport of a child that is gone ---------------------------------------------------------------------------------------


def fresh_with_passports(play: Play) -> None:
    with_a_daughter(play)
    play.given(MANAGER, {"do": "record", "facts": {"has_passport": True}, "of": "child-1"})
    play.given(MANAGER, {"do": "record", "facts": {"has_passport": True}})
    evidence_is_fresh(play)


@pytest.mark.parametrize("of", ["", "child-1"])
def test_a_passport_that_somebody_else_keeps_takes_nobody_over_a_border(begin: Begin, of: str) -> None:
    """«If somebody else keeps it, record no.» Of the mother it is seen at once (the honest half); of the child it is not."""
    case = begin(fresh_with_passports)
    assert case.why().done

    case.given(MANAGER, {"do": "record", "facts": {"has_passport": False}, **({"of": of} if of else {})})

    assert case.told("INV-16") == [
        ("the travel document is not one for this journey", "get a paper that is valid for the whole journey")
    ]


@pytest.mark.parametrize("origin", ["BR", "SL"])
def test_no_passport_is_proposed_for_a_child_who_has_none(begin: Begin, origin: str) -> None:
    facts = {"age_status": "adult", "languages": ["en"], "has_passport": True}
    case = begin(facts=facts, origin=origin)
    with_a_daughter(case)
    case.given(MANAGER, {"do": "record", "facts": {"has_passport": False}, "of": "child-1"})

    case.ready(at_most=300)

    held = {one["kind"] for one in case.seen().documents if one["of"] == "child-1" and one["status"] == "held"}
    assert f"{origin.lower()}_passport" not in held, (
        "INV-16 proposes the passport that the child does not have, and takes it"
    )


# --- 9. somebody who travels along has died ---------------------------------------------------------------------------------------


def the_child_has_died(case: Play) -> None:
    case.given(MANAGER, happens("companion_died", of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, complete("options_counselling"))
    case.given(MANAGER, ends("companion_died", "talked_again", of="child-1"))


def test_nobody_is_asked_who_cares_for_a_child_that_has_died(begin: Begin) -> None:
    case = begin(along)
    the_child_has_died(case)

    case.given(MANAGER, {"do": "involve", "ref": "child-1", "travels": False})

    assert ("STEP", STAYS) not in case.why().reasons, (
        "she must say who cares for her dead child, and how they keep in touch"
    )


def test_a_child_that_has_died_does_not_travel_along(begin: Begin) -> None:
    case = begin(along)
    the_child_has_died(case)

    reasons = case.why().reasons

    assert "pre_return_risk_assessment" in {about for _, about in reasons}, "assessed for a child that is dead"
    assert ("child_fit_check", "child-1") not in done(case), "a dead child counts as fit to travel"


def test_honest_who_has_not_died_and_stays_is_asked_about(begin: Begin) -> None:
    case = begin(along)
    case.given(MANAGER, {"do": "involve", "ref": "child-1", "travels": False})
    assert ("STEP", STAYS) in case.why().reasons


# --- 10. a child that is ill and stays ----------------------------------------------------------------------------------------------


def test_a_child_that_stays_and_is_ill_is_not_said_to_be_fit_to_travel(begin: Begin) -> None:
    """The only way in which it can end says that a doctor finds the child fit to travel; no doctor has seen it, and it stays."""
    case = begin(fresh_and_one_stays)
    case.given(MANAGER, happens("child_unwell", of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, complete("options_counselling"))

    said = case.tried(MANAGER, ends("child_unwell", "fit", of="child-1"), may_be_bad_input=True)

    assert not said.done, "a doctor or nurse finds the child fit to travel: nobody has seen it"


def test_honest_a_child_that_is_cared_for_elsewhere_can_be_said_so_before_the_departure(begin: Begin) -> None:
    case = begin(fresh_and_one_stays)
    case.given(MANAGER, happens("child_unwell", of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, complete("options_counselling"))

    said = case.tried(MANAGER, ends("child_unwell", "stays_and_is_cared_for", of="child-1"), may_be_bad_input=True)

    assert said.kind != "bad_input", said.text


# --- 11. a typing error of before -----------------------------------------------------------------------------------------------------


def home_with_passports(play: Play) -> None:
    with_a_daughter(play)
    play.given(MANAGER, {"do": "record", "facts": {"has_passport": True}, "of": "child-1"})
    play.given(MANAGER, {"do": "record", "facts": {"has_passport": True}})
    at_home(play)


@pytest.mark.parametrize("of", ["", "child-1"])
def test_a_passport_that_was_typed_wrong_does_not_say_of_a_return_that_it_was_not_cleared(
    begin: Begin, of: str
) -> None:
    """Of the mother (the honest half) it is a typing error; of the child the return becomes one that left without clearance."""
    case = begin(home_with_passports)
    rows = [row for row in case.history() if row.type == "facts_recorded" and "has_passport" in row.data["facts"]]
    entry = [row.seq for row in rows if (row.data.get("of") or "") == of][-1]

    case.given(MANAGER, {"do": "correct", "seq": entry, "why": "invented words"})

    assert {one["type"] for one in case.seen().incidents} == set()


# --- 12. danger before the preparation ------------------------------------------------------------------------------------------------


def its_best_interests_are_looked_at_early(case: Play) -> None:
    def stop(_: Play, do: Command) -> bool:
        if do["do"] == "move":
            raise Enough
        return False

    case.prepare(instead=stop)
    case.given(MANAGER, complete("options_counselling"))
    case.wait(days=8)
    case.given(MANAGER, complete("options_counselling"))
    for _ in range(9):
        if ("return_intention", "") in done(case):
            break
        asked = case.remedies(complete("return_intention"))
        case.until(max((one.from_ for _, one in asked if one.from_), default=case.now))
        case.given(MANAGER, case.answered(asked[0][1]) if asked else complete("return_intention"))
    case.given("counsellor", complete(INTERESTS, of="child-1", result="positive", childs_view="invented words"))


def test_best_interests_that_were_looked_at_before_a_child_was_threatened_do_not_stand(begin: Begin) -> None:
    case = begin(with_a_daughter)
    its_best_interests_are_looked_at_early(case)
    assert case.seen().phase == "identification"
    case.wait(minutes=1)

    case.given(MANAGER, happens("child_in_danger", of="child-1"))

    assert (INTERESTS, "child-1") not in done(case)


# --- 13. what others did, and did not write down ---------------------------------------------------------------------------------------


def test_a_visit_of_before_is_told_without_inventing_what_was_talked_about(taken: Taken) -> None:
    """The old list says: 5 November, visited, reached. Nobody who takes over knows what she said."""
    case = taken()
    case.given(MANAGER, *HOME)

    visit = of_before("monitoring_visit", "2025-11-05", round="d2", how="visit", result="reached")

    assert case.tried(MANAGER, visit, may_be_bad_input=True).done


def test_a_hand_over_of_before_is_told_without_inventing_who_took_over(taken: Taken) -> None:
    case = taken()
    case.given(MANAGER, *HOME, {"do": "assign", "role": "receiving_organisation", "partner": "ng_bakhita"})

    over = of_before("handover_confirmation", "2025-11-05", result="confirmed")

    assert case.tried(MANAGER, over, may_be_bad_input=True).done


def test_whoever_was_met_and_did_not_want_to_talk_was_reached(begin: Begin) -> None:
    """«The person chooses the place and the way, may skip, and may stop.»"""
    case = begin(at_home)
    case.ready("settle")
    case.given(MANAGER, {"do": "move", "to": "settle"})
    case.wait(days=8)
    case.given(MANAGER, {"do": "consent", "purpose": "monitoring", "language": "en"})

    visit = complete(
        "monitoring_visit", round="d7", how="visit", result="reached", how_they_are="fine, and no more words"
    )

    assert case.tried("case_manager_receiving", visit, may_be_bad_input=True).done


# --- 14. what a refusal says ------------------------------------------------------------------------------------------------------------


def test_who_forgets_to_say_of_whom_an_incident_is_over_is_told_so(begin: Begin) -> None:
    """Today: «There is no open incident 'child_unwell'. Did you mean one of these? child_unwell, child_unwell.»"""
    case = begin(along)
    case.given(MANAGER, happens("child_unwell", of="child-1"), happens("child_unwell", of="child-2"))

    said = case.tried(MANAGER, ends("child_unwell", "fit"), may_be_bad_input=True)

    assert "'of'" in said.text
    assert "child-1" in said.text


# --- 15. danger on the way, and a journey that turns back ------------------------------------------------------------------------------


@pytest.mark.parametrize(("type", "outcome"), [("child_in_danger", "reached"), ("child_unwell", "cared_for")])
def test_who_cares_for_a_child_is_asked_anew_after_something_happened_to_it_while_its_mother_flew(
    begin: Begin, type: str, outcome: str
) -> None:
    case = begin(fresh_and_one_stays)
    case.until(case.takes_off)
    case.given(TRAVEL, {"do": "move", "to": "depart"})
    case.wait(minutes=30)
    case.given(MANAGER, happens(type, of="child-1"))
    case.wait(minutes=30)
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
    case.given(MANAGER, ends(type, outcome, of="child-1"))
    case.wait(minutes=30)
    case.given(TRAVEL, {"do": "move", "to": "turn_back", "reason": "invented words"})
    assert (INTERESTS, "child-1") not in done(case)
    assert is_open(case) == set()  # nothing else asks for it

    assert (STAYS, "child-1") not in done(case), "cared for, as it was before it happened"
