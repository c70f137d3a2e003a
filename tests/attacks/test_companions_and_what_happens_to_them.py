"""Who travels along or stays: who counts as a child, what is asked of each, and what happens to them and not to the person."""

from __future__ import annotations

import pytest

from tests.attacks.acts import REACHED, closes, ends, fact, happens, is_open, records
from tests.attacks.companions import (
    INTERESTS,
    MOTHER,
    STAYS,
    along,
    done,
    fresh_and_one_stays,
    open_incidents,
    with_a_daughter,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DOCTOR,
    MANAGER,
    TRAVEL,
    Command,
    Enough,
    Play,
    PreparationRefused,
    at_home,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    settled,
)

# --- who is a child -------------------------------------------------------------------------------


def test_a_girl_who_is_called_the_escort_is_still_a_child_who_travels_along(begin: Begin) -> None:
    """A relative of 12 to 17 is vetted to accompany and is given the role `escort`: all that is asked of her is gone.

    No best interests, no parent, no doctor, no row of the risk, no passport; only the clearance is given anew, and she boards.
    Against issue 7, "For every child that travels along: best interests …, the other parent's agreement …; fitness, …"
    (`Case.companions` leaves out whoever holds the role, and nobody asks how old an escort is).
    """
    case = begin(ready_to_depart, facts=MOTHER)
    girl = case.involved("relative", travels=True, age_band="teenager")
    if not case.why().says("child_best_interests"):
        raise RuntimeError("she is not asked about as a child")
    case.vetted(girl, "escort")

    case.tried(MANAGER, {"do": "assign", "role": "escort", "ref": girl}, may_be_bad_input=True)

    assert case.why().says("child_best_interests")


def test_honest_a_grown_up_relative_may_be_the_escort(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=MOTHER)
    aunt = case.vetted(case.involved("relative", travels=True, age_band="adult"), "escort")

    case.given(MANAGER, {"do": "assign", "role": "escort", "ref": aunt})

    case.ready()


@pytest.mark.parametrize("said", ["child", "teenager"])
@pytest.mark.parametrize("relation", ["partner", "parent", "contact_person"])
def test_who_is_said_to_be_under_eighteen_is_a_child_whatever_else_they_are(
    begin: Begin, relation: str, said: str
) -> None:
    """A husband's or wife's age is said to be 12 to 17, and nobody asks a thing about it: a child bride boards.

    The same age as a birthday is asked about; an age band is believed only of `MAY_BE_CHILDREN`. Against issue 7, "Ages
    (`born_on` or an age band, unknown = child)"; her best interests, parents, doctor and row of the risk are never asked.
    """
    case = begin(facts=MOTHER)
    ref = case.involved(relation, travels=True, age_band=said)

    assert ref in [row.of for row in case.seen().steps if row.id == "child_best_interests"]


@pytest.mark.parametrize(("born_on", "is_asked"), [("2011-05-01", True), ("1990-05-01", False)])
def test_honest_of_a_partner_the_birthday_counts(begin: Begin, born_on: str, is_asked: bool) -> None:
    case = begin(facts=MOTHER)
    ref = case.involved("partner", travels=True, born_on=born_on)
    assert (ref in [row.of for row in case.seen().steps if row.id == "child_best_interests"]) is is_asked


# --- what is true of the child is not true of the mother ------------------------------------------


BY_PAPER = complete("death_confirmation", result="by_paper", paper="invented", paper_dated="2026-05-14")


def test_a_mother_is_not_dead_because_her_child_is(begin: Begin) -> None:
    """Her child dies in the first days at home. The office says it as the design has it, `of` the child; the `of` is thrown away, the
    mother is dead, her case 'does not end' but as deceased, with the child's paper, and is never opened again: nobody visits her any
    more. Design 3, People: 'facts, results, documents and incidents are those of that ref (`of`), outside those of the person; an
    incident `of` another closes nothing.'
    """
    case = begin(settled)
    child = case.involved("child", travels=True)
    case.tried(MANAGER, {**happens("death"), "of": child}, may_be_bad_input=True)
    case.tried(MANAGER, BY_PAPER)

    assert not case.tried(MANAGER, closes("deceased")).done


def test_honest_the_death_of_the_person_closes_the_case(begin: Begin) -> None:
    case = begin(settled)
    case.given(MANAGER, happens("death"), BY_PAPER, closes("deceased"))


def test_a_child_in_hospital_is_not_well_because_a_doctor_has_seen_the_mother(fresh: Play) -> None:
    """The child who travels along is taken to hospital the night before. A doctor looks at the mother; the emergency is over, and they
    go. Design 3, People: 'inside it facts, results, documents and incidents are those of that ref (`of`)'.
    """
    child = fresh.involved("child", travels=False)
    fresh.tried(MANAGER, {**happens("medical_emergency"), "of": child}, may_be_bad_input=True)
    fresh.wait(minutes=1)
    fresh.tried(DOCTOR, complete("medical_assessment", result="fit"))

    assert not fresh.tried(MANAGER, ends("medical_emergency", "seen_by_a_doctor"), may_be_bad_input=True).done


def test_honest_an_emergency_of_the_person_is_over_when_a_doctor_has_seen_her(fresh: Play) -> None:
    fresh.given(MANAGER, happens("medical_emergency"))
    fresh.wait(minutes=1)
    fresh.given(DOCTOR, complete("medical_assessment", result="fit"))
    fresh.given(MANAGER, ends("medical_emergency", "seen_by_a_doctor"))


def test_a_mother_is_not_found_because_her_child_was_reached(begin: Begin) -> None:
    """She cannot be found; her child answers at the aunt's, and that is written down `of` the child: the search for her is over."""
    case = begin(settled)
    child = case.involved("child", travels=True)
    case.given(MANAGER, happens("lost_contact"))
    case.wait(minutes=1)
    case.tried(MANAGER, {**REACHED, "of": child}, may_be_bad_input=True)

    assert not case.tried(MANAGER, ends("lost_contact", "reached")).done


def test_who_says_of_a_child_what_is_only_said_of_the_person_is_told_so(begin: Begin) -> None:
    """What has happened to somebody else is an incident of theirs, or a note; a contact is with whom it is with."""
    case = begin(settled)
    child = case.involved("child", travels=True)
    answer = case.tried(MANAGER, {**happens("death"), "of": child}, may_be_bad_input=True)

    assert "This is about the person of the case." in answer.text
    assert (
        "To somebody else happens one of these: child_unwell, child_in_danger, death_of_another, companion_held."
        in answer.text
    )
    for happened in ("child_unwell", "death_of_another"):
        answer = case.tried(MANAGER, happens(happened), may_be_bad_input=True)
        assert "It happens to somebody else than the person: say to whom." in answer.text
    answer = case.tried(MANAGER, {"do": "record", "facts": {"pregnant": True}, "of": child}, may_be_bad_input=True)
    assert "'pregnant' is asked of the person of the case only." in answer.text
    assert "What else happened to them is a note, with 'of'." in answer.text
    case.given(MANAGER, {"do": "note", "text": "invented words", "of": child})


def test_what_is_true_of_the_child_is_not_recorded_of_the_mother(begin: Begin) -> None:
    """That the child has a safe home at arrival becomes that she has one: the place that was looked for is not asked for any more."""
    case = begin(settled)
    child = case.involved("child", travels=True)
    case.given(MANAGER, records(safe_home_at_arrival=False))
    case.wait(minutes=1)
    case.tried(ASSESSOR, {**records(safe_home_at_arrival=True), "of": child}, may_be_bad_input=True)

    assert fact(case, "safe_home_at_arrival") is False


def test_a_mother_has_not_gone_because_her_child_has(fresh: Play) -> None:
    """The father takes the child to the airport; she stays, and stands as gone without clearance."""
    child = fresh.involved("child", travels=False)
    fresh.tried(MANAGER, {"do": "move", "to": "left", "how": "unknown", "of": child}, may_be_bad_input=True)

    assert fresh.seen().phase == "pre_departure"


def test_honest_who_is_reached_and_has_a_home_is_so(begin: Begin) -> None:
    case = begin(settled)
    case.given(MANAGER, happens("lost_contact"), records(safe_home_at_arrival=False))
    case.wait(minutes=1)
    case.given(MANAGER, REACHED, ends("lost_contact", "reached"))
    case.given(ASSESSOR, records(safe_home_at_arrival=True))
    assert not is_open(case, "lost_contact")
    assert fact(case, "safe_home_at_arrival") is True


# --- a child that stays ---------------------------------------------------------------------------


def test_honest_of_a_child_that_stays_it_is_asked_who_cares_for_it(begin: Begin) -> None:
    case = begin()
    case.involved("child", travels=False)
    case.ready()
    assert (STAYS, "child-1") in done(case)


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


# --- its passport ---------------------------------------------------------------------------------


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


def on_a_certificate(play: Play, act: Command) -> bool:
    """Say of a companion that Freetown has confirmed the certificate on which they travel."""
    if act["do"] != "complete" or act.get("step") != "sl_companion_paper":
        return False
    play.given(TRAVEL, {**act, "result": "certificate_confirmed"})
    return True


@pytest.mark.parametrize("origin", ["BR", "SL"])
def test_no_passport_is_proposed_for_a_child_who_has_none(begin: Begin, origin: str) -> None:
    facts = {"age_status": "adult", "languages": ["en"], "has_passport": True}
    case = begin(facts=facts, origin=origin)
    with_a_daughter(case)
    case.given(MANAGER, {"do": "record", "facts": {"has_passport": False}, "of": "child-1"})

    case.ready(at_most=300, instead=on_a_certificate)

    held = {one["kind"] for one in case.seen().documents if one["of"] == "child-1" and one["status"] == "held"}
    assert f"{origin.lower()}_passport" not in held, (
        "INV-16 proposes the passport that the child does not have, and takes it"
    )


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


# --- its danger and its illness -------------------------------------------------------------------


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
        asked = case.remedies(complete("return_intention", result="wants"))
        case.until(max((one.from_ for _, one in asked if one.from_), default=case.now))
        case.given(MANAGER, case.answered(asked[0][1]) if asked else complete("return_intention", result="wants"))
    case.given("counsellor", complete(INTERESTS, of="child-1", result="positive", childs_view="invented words"))


def test_best_interests_that_were_looked_at_before_a_child_was_threatened_do_not_stand(begin: Begin) -> None:
    case = begin(with_a_daughter)
    its_best_interests_are_looked_at_early(case)
    assert case.seen().phase == "identification"
    case.wait(minutes=1)

    case.given(MANAGER, happens("child_in_danger", of="child-1"))

    assert (INTERESTS, "child-1") not in done(case)


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
    assert open_incidents(case) == set()  # nothing else asks for it

    assert (STAYS, "child-1") not in done(case), "cared for, as it was before it happened"


def can_go(case: Play) -> None:
    """Do what is asked; what is asked and cannot be done is a case worker who is stuck, and no broken test."""
    try:
        case.ready()
    except PreparationRefused as stuck:
        pytest.fail(f"stuck: {stuck}")


@pytest.mark.parametrize("type", ["child_unwell", "child_in_danger"])
def test_honest_a_mother_whose_child_was_ill_or_in_danger_and_died_is_not_held_for_ever(
    begin: Begin, type: str
) -> None:
    case = begin(along)
    case.given(MANAGER, happens(type, of="child-1"))
    case.wait(hours=1)
    case.given(MANAGER, happens("death_of_another", of="child-1"))

    can_go(case)

    assert open_incidents(case) == set()


@pytest.mark.parametrize("type", ["child_unwell", "child_in_danger"])
def test_honest_what_happens_to_a_grown_daughter_ends(begin: Begin, type: str) -> None:
    """She is 'child' by relation, and 19: it can happen to her, and no step that could end it is asked of her."""

    def grown(play: Play) -> None:
        play.involved("child", travels=True, age_band="adult")
        evidence_is_fresh(play)

    case = begin(grown)
    case.given(MANAGER, happens(type, of="child-1"))

    can_go(case)


@pytest.mark.parametrize("type", ["child_unwell", "child_in_danger"])
def test_honest_what_happens_to_a_young_brother_ends_when_he_stays(begin: Begin, type: str) -> None:
    """He falls ill, and stays with his grandmother. Of who stays only a 'child' by relation is asked who cares for them."""

    def brother(play: Play) -> None:
        play.involved("sibling", travels=True, age_band="child")
        evidence_is_fresh(play)

    case = begin(brother)
    case.given(MANAGER, happens(type, of="sibling-1"))
    case.wait(minutes=1)
    case.given(MANAGER, {"do": "involve", "by": "person", "ref": "sibling-1", "travels": False})

    can_go(case)


def test_who_forgets_to_say_of_whom_an_incident_is_over_is_told_so(begin: Begin) -> None:
    """Today: «There is no open incident 'child_unwell'. Did you mean one of these? child_unwell, child_unwell.»"""
    case = begin(along)
    case.given(MANAGER, happens("child_unwell", of="child-1"), happens("child_unwell", of="child-2"))

    said = case.tried(MANAGER, ends("child_unwell", "fit"), may_be_bad_input=True)

    assert "'of'" in said.text
    assert "child-1" in said.text


# --- an adult who travels along and is not of the family --------------------------------------------------------------


@pytest.mark.parametrize("relation", ["friend", "escort"])
def test_an_adult_who_travels_along_and_is_not_family_is_vetted_as_who_is_near_her(begin: Begin, relation: str) -> None:
    """safety.md F8 (a32): whoever sat beside her was looked at by nobody, unless they were called the escort of the case."""
    case = begin(evidence_is_fresh)
    ref = case.involved(relation, travels=True, born_on="1980-01-01")

    assert case.told("INV-19") == [
        ("the adult who travels along and is not of the family cannot be trusted: nobody has vetted them",
         "let somebody vet them for this, who did not bring them into the case")
    ]  # fmt: skip
    case.vetted(ref, "escort")
    assert case.told("INV-19") == []


@pytest.mark.parametrize("relation", ["sibling", "partner", "parent", "relative"])
def test_honest_one_of_the_family_who_travels_along_needs_no_vetting(begin: Begin, relation: str) -> None:
    case = begin(evidence_is_fresh)
    case.involved(relation, travels=True, born_on="1980-01-01")

    assert case.told("INV-19") == []


def test_honest_a_child_of_a_friend_who_travels_along_is_vetted_by_nobody(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.involved("friend", travels=True, born_on="2018-01-01")

    assert case.told("INV-19") == []
