"""A child who travels along and has a case of its own: it is asked, cleared and looked at there, and its mother departs by what stood there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.attacks.acts import ends, happens
from tests.attacks.companions import (
    INTERESTS,
    OWN,
    STAYS,
    along,
    asked_of_the_child,
    done,
    fresh_with_own_case,
    has_own,
    its_own_case,
    open_incidents,
    own,
    talked_again,
    there,
    with_a_daughter,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import DEPART, MANAGER, TRAVEL, Answer, Command, Enough, Play, actor, complete, stops_at

CLEARED = complete(OWN, of="child-1", result="cleared")
SAYS_NO = "consent_withdrawn_before"
THERE_FIRST = "clear it there first; what is so now can be written down here"


# --- what was found there, and what has happened there since --------------------------------------


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


@pytest.mark.parametrize("what", ["consent_withdrawn_before", "risk_high"])
def test_nobody_takes_a_child_along_who_said_no_in_its_own_case_after_somebody_looked(begin: Begin, what: str) -> None:
    """At eight in the evening: cleared there. At nine the daughter says no, in her own case. At ten they board."""
    case = begin(fresh_with_own_case)
    assert case.why().done

    own(case).given(MANAGER, happens(what))

    assert not case.why().done, "the daughter has said no (or is in danger), and her mother boards with her"


def test_nobody_takes_a_child_along_whose_own_case_was_closed_after_somebody_looked(begin: Begin) -> None:
    case = begin(fresh_with_own_case)
    own(case).given(
        MANAGER, happens("consent_withdrawn_before"), {"do": "move", "to": "close", "reason": "withdrew_return"}
    )

    assert not case.why().done


def test_nobody_takes_a_child_along_who_has_left_by_what_its_own_case_says(begin: Begin) -> None:
    """An hour before take-off somebody types there that the daughter has gone alone: whoever sits beside the mother, it is not she."""
    case = begin(fresh_with_own_case)
    own(case).given(TRAVEL, {"do": "move", "to": "left", "how": "alone"})

    assert ("STEP", OWN) in case.why().reasons


def later(case: Play, **span: float) -> Command:
    def moved(leg: dict[str, Any], name: str) -> str:
        return (datetime.fromisoformat(str(leg[name]).replace("Z", "+00:00")) + timedelta(**span)).isoformat()

    legs = [{**leg, **{name: moved(leg, name) for name in ("departs_at", "arrives_at")}} for leg in case.legs]
    return {"do": "travel", "status": "booked", "legs": legs}


def test_a_clearance_that_has_run_out_there_is_none(begin: Begin) -> None:
    """It ends after a day, and is of one flight."""
    case = begin(fresh_with_own_case)
    case.given(MANAGER, {"do": "redo", "step": OWN, "of": "child-1"})
    assert case.why(CLEARED).done  # it holds, for this flight

    case.given(TRAVEL, later(case, hours=6))
    assert not case.tried(MANAGER, CLEARED).done, "«cleared for the same journey»"
    own(case).given(TRAVEL, later(case, hours=0))
    assert not case.tried(MANAGER, CLEARED).done, "the clearance there was void with its flight"


def an_hour_before(play: Play) -> None:
    fresh_with_own_case(play)
    play.until(play.takes_off - timedelta(hours=1))


def test_no_move_is_listed_that_is_refused(begin: Begin) -> None:
    case = begin(an_hour_before)

    def listed() -> list[object]:
        return [row.do for row in case.engine.next(case.case, as_=actor(TRAVEL)) if row.do["do"] == "move"]

    assert listed() == [{"do": "move", "to": "depart"}]
    own(case).given(MANAGER, happens(SAYS_NO))
    assert case.why().reasons == {("STEP", OWN)}

    assert listed() == []


def test_no_departure_is_cleared_with_a_child_who_said_no_there(begin: Begin) -> None:
    case = begin(an_hour_before)
    own(case).given(MANAGER, happens(SAYS_NO))
    case.given(MANAGER, {"do": "redo", "step": "departure_clearance"})

    said = case.tried(MANAGER, complete("departure_clearance"))

    assert ("STEP", OWN) in said.reasons, (
        f"{said.kind}: cleared, and its gate report says so; at boarding it is refused"
    )


# --- what happens to a child with a case of its own -----------------------------------------------


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
    assert open_incidents(case) == set()


def test_a_child_with_a_case_of_its_own_is_not_fit_because_it_was_cleared_there_before_it_fell_ill(
    begin: Begin,
) -> None:
    case = begin(fresh_with_own_case)
    case.given(MANAGER, happens("child_unwell", of="child-1"))
    talked_again(case)

    case.tried(MANAGER, CLEARED)  # nothing was done in her own case since

    assert not case.tried(MANAGER, ends("child_unwell", "fit", of="child-1")).done, (
        "«a doctor or nurse finds the child fit to travel»: nobody has seen her since she fell ill"
    )


def test_honest_not_cleared_can_be_said_of_who_is_ill(begin: Begin) -> None:
    case = begin(fresh_with_own_case)
    case.given(MANAGER, happens("child_unwell", of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, complete(OWN, of="child-1", result="not_cleared"))
    assert ("STEP", OWN) in case.why().reasons


def test_who_fell_ill_before_the_clearance_there_and_is_told_after_it_was_seen_by_nobody(begin: Begin) -> None:
    """Beside it: told with its own hour, it is refused. Told an hour earlier the clearance there 'comes after' it."""
    case = begin(fresh_with_own_case)
    case.wait(hours=1)
    earlier = (
        case.now - timedelta(hours=2)
    ).isoformat()  # an hour before the clearance there, by who knew nothing of it
    case.given(MANAGER, happens("child_unwell", of="child-1", at=earlier))
    talked_again(case)

    said = case.tried(MANAGER, CLEARED)

    assert said.reasons == {("STEP", OWN)}, f"{said.kind}: no doctor has heard of it"
    assert THERE_FIRST in said.text


# --- which case it is, and whether it goes on -----------------------------------------------------


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


def test_a_case_of_its_own_that_was_said_of_the_wrong_child_is_taken_back(begin: Begin) -> None:
    case = begin(with_a_daughter)
    before = asked_of_the_child(case)
    case.given(MANAGER, has_own(its_own_case(case)))
    entry = [row.seq for row in case.history() if row.type == "person_involved"][-1]
    correct = {"do": "correct", "seq": entry, "why": "invented words"}
    assert case.told("INPUT", correct) == [
        ("who somebody is, and whether they travel, is said anew", "give 'involve' with what is right")
    ]

    case.given(
        MANAGER, {"do": "involve", "by": "person", "ref": "child-1", "own_case": ""}
    )  # today this is done, and changes nothing

    assert case.seen().people[0]["own_case"] in (None, "")
    assert asked_of_the_child(case) == before


def closed_as_duplicate(case: Play, number: str) -> None:
    own = there(case, number)
    own.given(MANAGER, {"do": "record", "facts": {"existed_already": True}})
    own.given(MANAGER, {"do": "move", "to": "close", "reason": "duplicate"})


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


# --- another journey ------------------------------------------------------------------------------


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


# --- asked in one of the two cases ----------------------------------------------------------------


def test_whether_the_other_parent_agrees_is_asked_in_one_of_the_two_cases(begin: Begin) -> None:
    case = begin(with_a_daughter)
    assert "other_parent_agreement" in asked_of_the_child(case)
    own = its_own_case(case)
    case.given(MANAGER, has_own(own))
    there(case, own).given(MANAGER, {"do": "record", "facts": {"age_status": "child"}})

    asked = {row.id for one in (case, there(case, own)) for row in one.seen().steps if row.state != "not_applicable"}

    assert {"other_parent_agreement", "ng_father_letter"} & asked, "a father who refuses is asked in neither case"


# --- a departure that is told late ----------------------------------------------------------------


def told_late(case: Play, at: object) -> Answer:
    return case.tried(MANAGER, {**DEPART, "at": at.isoformat()})  # type: ignore[attr-defined]


def test_honest_a_departure_with_a_cleared_child_is_told_ten_minutes_late(begin: Begin) -> None:
    case = begin(an_hour_before)
    boards = case.now
    case.wait(minutes=10)
    assert told_late(case, boards).done


@pytest.mark.parametrize("since", [{"travels": False}, {"own_case": ""}])
def test_nobody_is_said_to_have_departed_with_a_child_who_said_no_because_it_is_no_companion_since(
    begin: Begin, since: Command
) -> None:
    """She says no, they board; refused. Ten minutes later the child «does not travel», and they departed ten minutes ago."""
    case = begin(an_hour_before)
    own(case).given(MANAGER, happens(SAYS_NO))
    boards = case.now
    assert case.tried(MANAGER, DEPART).reasons == {("STEP", OWN)}
    assert THERE_FIRST in [todo for _, todo in case.told("STEP")]
    case.wait(minutes=10)
    taken_back = case.tried(MANAGER, {"do": "involve", "by": "person", "ref": "child-1", **since})
    assert taken_back.done is ("travels" in since), "that it has a case of its own, where it said no, is not forgotten"

    said = told_late(case, boards)

    assert ("STEP", OWN) in said.reasons, f"{said.kind}: the same departure, refused ten minutes ago"


def test_a_clearance_there_that_was_given_after_they_boarded_clears_nobody(begin: Begin) -> None:
    case = begin(an_hour_before)
    own(case).given(MANAGER, {"do": "redo", "step": "departure_clearance"})
    boards = case.now
    assert case.tried(MANAGER, DEPART).reasons == {("STEP", OWN)}
    case.wait(minutes=10)
    own(case).given(MANAGER, complete("departure_clearance"))

    said = told_late(case, boards)

    assert ("STEP", OWN) in said.reasons, f"{said.kind}: nothing was cleared there when they boarded"


@pytest.mark.parametrize("what", ["says_no", "turns_back"])
def test_honest_what_happened_there_after_they_boarded_does_not_undo_the_departure(begin: Begin, what: str) -> None:
    """All was cleared at boarding. What is left to the case worker today is a lie: 'left', without clearance."""
    case = begin(an_hour_before)
    boards = case.now
    if what == "turns_back":
        own(case).given(TRAVEL, DEPART)
        case.wait(minutes=10)
        own(case).given(TRAVEL, {"do": "move", "to": "turn_back", "reason": "invented words"})
    else:
        case.wait(minutes=10)
        own(case).given(MANAGER, happens(SAYS_NO))

    said = told_late(case, boards)

    assert said.done, said.text
