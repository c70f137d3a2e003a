"""Inside what is done of each, results and papers are those of that ref; outside, those of the person. (design 3, People; issue 7)"""

from __future__ import annotations

from datetime import timedelta

import pytest
from wayhome.commands import Open

from tests.attacks.acts import ends, happens
from tests.attacks.companions import (
    along,
    along_and_settled,
    asked_of_the_child,
    done,
    fresh_with_own_case,
    has_own,
    its_own_case,
    open_incidents,
    with_a_daughter,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import DOCTOR, MANAGER, Command, Instead, Play, actor, complete, evidence_is_fresh, stops_at

LAWYER = "legal_counsellor"
AGREES, LETTER = "other_parent_agreement", "ng_father_letter"
UNASKED = {
    "not_safe_to_ask": {"why": "invented words"},
    "no_other_parent": {"why": "invented words"},
    "court_decided": {"seen": "invented words"},
}


def of_that_father(ref: str, result: str) -> Instead:
    """See whether the other parent of this child agrees, with this result."""

    def instead(play: Play, do: Command) -> bool:
        if do.get("step") != AGREES or do.get("of") != ref:
            return False
        play.given(LAWYER, complete(AGREES, of=ref, result=result, **UNASKED[result]))
        return True

    return instead


@pytest.mark.parametrize("result", UNASKED)
def test_honest_a_letter_that_cannot_be_asked_for_holds_nobody(begin: Begin, result: str) -> None:
    case = begin()
    child = case.involved("child", travels=True)

    case.ready(instead=of_that_father(child, result))

    assert not [one for one in case.seen().documents if one["kind"] == "ng_minor_consent"]


def test_what_one_father_must_not_be_asked_another_still_signs(begin: Begin) -> None:
    case = begin()
    spared, asked = (case.involved("child", travels=True) for _ in range(2))

    case.ready(instead=of_that_father(spared, "not_safe_to_ask"))

    letters = [one["of"] for one in case.seen().documents if one["kind"] == "ng_minor_consent"]
    assert letters == [asked]


def test_no_letter_is_left_out_before_somebody_has_looked_whether_it_can_be_asked_for(begin: Begin) -> None:
    case = begin()
    child = case.involved("child", travels=True)

    steps = {row.id: row for row in case.seen().steps if row.of == child}

    assert steps[LETTER].state == "waiting"
    assert f"step:{AGREES}" in steps[LETTER].waits_for


def test_no_letter_is_asked_for_an_adult_who_travels_along(begin: Begin) -> None:
    case = begin()
    sister = case.involved("sibling", travels=True, age_band="adult")

    assert LETTER not in {row.id for row in case.seen().steps if row.of == sister and row.state != "not_applicable"}


# --- what happens to somebody else --------------------------------------------------------------------------------


@pytest.fixture
def family(begin: Begin) -> Play:
    return begin(along)


def test_a_child_in_hospital_holds_the_journey_and_asks_nothing_anew_of_anybody_else(family: Play) -> None:
    before = done(family)

    family.given(MANAGER, happens("child_unwell", of="child-1"))

    assert before - done(family) == {("child_fit_check", "child-1"), ("departure_clearance", "")}
    assert ("PHASE", "child_unwell") in family.why().reasons
    assert (
        "'A child of the family is ill or hurt' is open (of child-1), and the case is blocked",
        family.what_to_do("child_unwell"),
    ) in family.told("PHASE")


def test_it_is_not_over_because_a_doctor_has_seen_the_mother_or_the_other_child(family: Play) -> None:
    over = ends("child_unwell", "fit", of="child-1")
    family.given(MANAGER, happens("child_unwell", of="child-1"))
    family.wait(minutes=1)
    family.given(MANAGER, complete("options_counselling"))
    family.given(DOCTOR, {"do": "redo", "step": "fit_to_travel_check"})
    family.given(DOCTOR, complete("fit_to_travel_check", result="fit"))
    family.given(DOCTOR, {"do": "redo", "step": "child_fit_check", "of": "child-2"})
    family.given(DOCTOR, complete("child_fit_check", of="child-2", result="fit", vaccinations="complete"))

    assert family.why(over).reasons == {("STEP", "child_fit_check")}

    family.given(DOCTOR, complete("child_fit_check", of="child-1", result="fit", vaccinations="complete"))
    family.given(MANAGER, over)
    assert open_incidents(family) == set()


def test_the_same_can_happen_to_two_and_ends_of_each(family: Play) -> None:
    family.given(MANAGER, happens("child_unwell", of="child-1"), happens("child_unwell", of="child-2"))
    assert open_incidents(family) == {("child_unwell", "child-1"), ("child_unwell", "child-2")}

    assert family.faults(MANAGER, ends("child_unwell", "fit")) == {("of", "missing")}
    family.ready()
    assert open_incidents(family) == set()


def test_it_is_said_to_whom_it_happened(family: Play) -> None:
    assert family.faults(MANAGER, happens("child_unwell")) == {("of", "missing")}
    assert family.faults(MANAGER, happens("medical_emergency", of="child-1")) == {("of", "contradiction")}
    told = family.tried(MANAGER, happens("medical_emergency", of="child-1"), may_be_bad_input=True).text
    assert "child_unwell, child_in_danger, death_of_another" in told
    sister = family.involved("sibling", travels=True, age_band="adult")
    assert family.faults(MANAGER, happens("child_unwell", of=sister)) == {("of", "unknown")}


def test_a_child_that_stays_and_is_in_danger_holds_its_mother(begin: Begin) -> None:
    def one_stays(play: Play) -> None:
        play.involved("child", travels=False)
        evidence_is_fresh(play)

    case = begin(one_stays)
    case.given(MANAGER, happens("child_in_danger", of="child-1"))

    assert ("PHASE", "child_in_danger") in case.why().reasons
    assert ("child_who_stays", "child-1") not in done(case)  # who cares for it is asked anew
    case.ready()
    assert open_incidents(case) == set()


def test_the_death_of_a_child_closes_nothing_and_is_no_death_of_the_person(begin: Begin) -> None:
    case = begin(along_and_settled)

    case.given(MANAGER, happens("death_of_another", of="child-1"))

    assert not case.tried(MANAGER, {"do": "move", "to": "close", "reason": "deceased"}).done
    assert case.seen().status == "open"
    assert case.faults(MANAGER, happens("death", of="child-1")) == {("of", "contradiction")}


def test_an_adult_without_companions_is_asked_nothing_of_this(begin: Begin) -> None:
    assert begin().faults(MANAGER, happens("child_unwell", of="child-1")) == {("of", "unknown")}


def test_what_a_doctor_found_before_the_child_fell_ill_and_tells_late_is_undone_of_that_child_only(
    family: Play,
) -> None:
    family.given(MANAGER, happens("child_unwell", of="child-1"))
    earlier = (family.now - timedelta(hours=2)).isoformat()
    family.wait(minutes=1)
    for child in ("child-1", "child-2"):
        family.tried(DOCTOR, {"do": "redo", "step": "child_fit_check", "of": child})
        said = {"result": "fit", "vaccinations": "complete", "at": earlier}
        family.tried(DOCTOR, complete("child_fit_check", of=child, **said))

    assert ("child_fit_check", "child-1") not in done(family)


# --- a child who has a case of its own ------------------------------------------------------------------------------


def test_a_child_with_a_case_of_its_own_is_asked_there_once(begin: Begin) -> None:
    before = begin(with_a_daughter)
    assert {"child_best_interests", "child_fit_check", AGREES} <= asked_of_the_child(before)
    before.given(MANAGER, has_own(its_own_case(before)))
    assert {"child_best_interests", "child_fit_check"}.isdisjoint(asked_of_the_child(before))

    case = begin(fresh_with_own_case)

    done_here = {(row.id, row.result) for row in case.seen().steps if row.of == "child-1" and row.state == "done"}
    assert done_here == {(AGREES, "agreed"), (LETTER, None), ("child_with_own_case", "cleared")}
    assert {one["of"]: one["kind"] for one in case.seen().documents if one["of"]} == {"child-1": "ng_minor_consent"}


def test_nobody_flies_before_somebody_has_looked_whether_the_child_is_cleared_there(begin: Begin) -> None:
    case = begin(fresh_with_own_case)
    case.given(MANAGER, {"do": "redo", "step": "child_with_own_case", "of": "child-1"})
    case.given(MANAGER, complete("child_with_own_case", of="child-1", result="not_cleared"))

    assert ("STEP", "child_with_own_case") in case.why().reasons
    case.ready()
    looked = [row.occurred_at for row in case.history() if row.data.get("step") == "child_with_own_case"]
    assert looked[-1] >= case.takes_off - timedelta(hours=24)  # and not the day before yesterday


def test_nobody_says_cleared_of_a_case_in_which_nothing_is_cleared(begin: Begin) -> None:
    case = begin(with_a_daughter)
    own = its_own_case(case)
    case.given(MANAGER, has_own(own))
    case.prepare(instead=stops_at("child_with_own_case"))

    assert case.told("STEP", complete("child_with_own_case", of="child-1", result="cleared")) == [
        (
            f"in case {own} no departure is cleared for this journey, after what has happened",
            "clear it there first; what is so now can be written down here",
        )
    ]
    assert case.why(complete("child_with_own_case", of="child-1", result="not_cleared")).done


def test_a_case_of_its_own_is_one_that_is_linked_to_this(begin: Begin) -> None:
    case = begin(with_a_daughter)
    stranger = case.engine.do(Open(host_country="BE", origin_country="NG"), as_=actor(MANAGER)).case

    assert case.faults(MANAGER, has_own(stranger)) == {("own_case", "contradiction")}
    assert "is linked to this one" in case.tried(MANAGER, has_own(stranger), may_be_bad_input=True).text
    assert case.tried(MANAGER, has_own("WH-00000-00000-0"), may_be_bad_input=True).kind != "done"
    assert {"child_best_interests", "child_fit_check"} <= asked_of_the_child(case)


def test_in_its_own_case_the_child_is_asked_like_any_child(begin: Begin) -> None:
    case = begin(with_a_daughter)
    there = Play(case.engine, case.clock, its_own_case(case))

    assert "INV-12" in there.why().rules


# --- what is known of each ------------------------------------------------------------------------------------------

PAPERS = {True: "ng_child_passport", False: "ng_child_temporary_passport"}


@pytest.mark.parametrize("child_has", [True, False])
@pytest.mark.parametrize("mother_has", [True, False])
def test_each_has_a_paper_of_their_own_kind(begin: Begin, mother_has: bool, child_has: bool) -> None:
    """Whether a child holds a passport was asked of its mother."""
    case = begin(facts={"age_status": "adult", "languages": ["en"], "has_passport": mother_has})
    with_a_daughter(case)
    case.given(MANAGER, {"do": "record", "facts": {"has_passport": child_has}, "of": "child-1"})

    case.ready(at_most=200)

    papers = {
        one["of"]: one["kind"]
        for one in case.seen().documents
        if one["status"] == "held" and one["kind"] != "ng_minor_consent"
    }
    assert papers["child-1"] == PAPERS[child_has]
    assert papers[""] not in PAPERS.values()
    assert case.seen().facts["has_passport"] is mother_has
    assert case.seen().people[0]["facts"]["has_passport"] is child_has


def test_of_whom_nobody_knows_it_is_asked_first(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult", "languages": ["en"], "has_passport": True})
    with_a_daughter(case)
    brought: Command = {"do": "document", "kind": "ng_child_etc", "status": "requested", "of": "child-1"}

    told = dict(case.told("FACT", brought))
    asks = told["it is not recorded of child-1: The person holds a passport that is still valid"]
    assert asks.endswith("Does the person hold a passport that is still valid?")
    (ask,) = [one.do for about, one in case.remedies(brought) if about == "has_passport"]
    assert (ask["do"], ask["of"], set(ask["facts"])) == ("record", "child-1", {"has_passport"})


def test_what_is_known_of_the_person_only_is_recorded_of_nobody_else(begin: Begin) -> None:
    case = begin(with_a_daughter)

    assert case.faults(MANAGER, {"do": "record", "facts": {"age_status": "adult"}, "of": "child-1"}) == {
        ("of", "contradiction")
    }
    told = case.tried(MANAGER, {"do": "record", "facts": {"pregnant": True}, "of": "child-1"}, may_be_bad_input=True)
    assert (
        "Of who travels along is asked: chosen_name, name_on_ticket, nationalities, other_names, has_passport, ng_needs_entry_papers."
        in told.text
    )
    assert case.seen().facts.get("pregnant") is None


def test_what_was_typed_of_a_child_by_mistake_counts_no_more(begin: Begin) -> None:
    case = begin(with_a_daughter)
    case.given(MANAGER, {"do": "record", "facts": {"has_passport": True}, "of": "child-1"})
    entry = [row.seq for row in case.history() if row.type == "facts_recorded"][-1]

    case.given(MANAGER, {"do": "correct", "seq": entry, "why": "invented words"})

    assert case.seen().people[0]["facts"] == {}


def test_an_older_entry_of_a_child_does_not_override_a_newer(begin: Begin) -> None:
    case = begin(with_a_daughter)
    earlier = (case.now - timedelta(hours=3)).isoformat()
    case.given(MANAGER, {"do": "record", "facts": {"has_passport": True}, "of": "child-1"})
    case.tried(MANAGER, {"do": "record", "facts": {"has_passport": False}, "of": "child-1", "at": earlier})

    assert case.seen().people[0]["facts"] == {"has_passport": True}
