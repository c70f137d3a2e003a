"""Who comes near the person was looked at by somebody else than who brought them, for this, not too long ago. (design 4.2)"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from wayhome import Actor

from tests.attacks.acts import CHILD, HOUSE, confirmed_by, ends, goes_on, happens, records, redone
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    another,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    signed,
    vetting,
)
from tests.whole_answers import PLAN

ANEW = "let somebody vet them for this, who did not bring them into the case"


def given_to(ref: str, role: str = "caregiver") -> Command:
    return {"do": "assign", "role": role, "ref": ref}


def why_not(case: Play, ref: str, role: str = "caregiver", who: str = MANAGER) -> list[tuple[str, str]]:
    return case.told("INV-19", given_to(ref, role), who)


# --- the honest way --------------------------------------------------------------------------------------------------------


def test_an_aunt_whom_the_manager_brought_and_two_others_looked_at_takes_the_child_in(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    aunt = case.involved("relative")
    assert aunt == "relative-1"
    assert why_not(case, aunt) == [("the caregiver cannot be trusted: nobody has vetted them", ANEW)]

    case.given(RECEIVER, vetting(aunt, "care", how=["visited", "references_called"]))
    assert why_not(case, aunt) == [
        ("the caregiver cannot be trusted: their vetting still needs another signature", ANEW)
    ]
    case.given(ASSESSOR, signed("party_vetting", of=aunt))

    case.given(MANAGER, given_to(aunt))
    case.ready()


def test_in_a_small_office_a_second_person_signs_in_for_what_they_looked_at(fresh: Play) -> None:
    interpreter = fresh.involved("interpreter")

    fresh.given(another(MANAGER), vetting(interpreter, "interpret"))

    fresh.given(MANAGER, given_to(interpreter, "interpreter"))


# --- never by who involved them ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [True, False])
def test_who_brings_somebody_does_not_vet_them(fresh: Play, first: bool) -> None:
    aunt = fresh.involved("relative")
    if not first:  # nor as the second of two who sign
        fresh.given(RECEIVER, vetting(aunt, "care"))
    act = vetting(aunt, "care") if first else signed("party_vetting", of=aunt)

    assert fresh.tried(MANAGER, act).reasons == {("ROLE", "party_vetting")}
    assert fresh.told("ROLE", act) == [
        ("who brought relative-1 into the case does not vet them", "let somebody else vet them, and sign in for it")
    ]


def test_who_brings_somebody_does_not_vet_them_in_another_name_or_another_role(fresh: Play) -> None:
    aunt = fresh.involved("relative")
    both = Actor(f"invented_{MANAGER}", "invented_organisation", {ASSESSOR, RECEIVER})

    for act in (vetting(aunt, "interpret"), {**vetting(aunt, "interpret"), "by": "risk_assessor"}):
        assert fresh.tried(both, act).says("ROLE")
    fresh.given(
        another(MANAGER), {"do": "involve", "by": "person", "ref": aunt, "travels": False}
    )  # who says more of them has not brought them
    assert fresh.tried(both, vetting(aunt, "interpret")).says("ROLE")
    fresh.given(ASSESSOR, vetting(aunt, "interpret"))


def test_who_brings_somebody_may_say_that_they_are_not_to_be_trusted(fresh: Play) -> None:
    aunt = fresh.involved("relative")

    fresh.given(MANAGER, vetting(aunt, "care", result="not_trusted"))  # at once, and by one

    assert why_not(fresh, aunt) == [
        ("the caregiver cannot be trusted: they were vetted, and not found to be trusted", "name somebody else")
    ]


@pytest.mark.parametrize("word", ["vetted_on", "made_by"])
def test_nobody_is_vetted_by_a_word(fresh: Play, word: str) -> None:
    typed = {"do": "involve", "relation": "relative", word: "2026-03-01"}

    assert fresh.faults(MANAGER, typed) == {("…[1]", "unknown")}  # by its place: it may be a name


# --- two look at who receives, houses, cares ---------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["receive", "house", "care"])
def test_one_signature_opens_no_house(fresh: Play, to: str) -> None:
    aunt = fresh.involved("relative")
    act = vetting(aunt, to, "escort")

    fresh.given(ASSESSOR, act)

    assert why_not(fresh, aunt, "escort", TRAVEL) == [
        ("the escort cannot be trusted: their vetting still needs another signature", ANEW)
    ]
    second = signed("party_vetting", of=aunt)
    again = "'Vet somebody who is to come near the person' is signed in this role already"
    assert (again, "let the other role sign") in fresh.told("ROLE", second, another(ASSESSOR))
    both = Actor(f"invented_{ASSESSOR}", "ng_bakhita", {RECEIVER})
    assert fresh.tried(both, second).says("ROLE")
    fresh.given(RECEIVER, second)
    assert why_not(fresh, aunt, "escort", TRAVEL) == []


def test_the_second_signature_is_on_what_the_first_has_signed(fresh: Play) -> None:
    aunt = fresh.involved("relative")
    fresh.given(ASSESSOR, vetting(aunt, "receive"))

    other = vetting(aunt, "care", "receive")
    assert fresh.tried(RECEIVER, other).reasons == {("STEP", "party_vetting")}
    fresh.given(RECEIVER, signed("party_vetting", of=aunt))

    assert why_not(fresh, aunt) == [("the caregiver cannot be trusted: they were vetted for something else", ANEW)]


# --- for this, and as it is now ----------------------------------------------------------------------------------------------


def test_who_was_vetted_for_interpreting_does_not_care_for_a_child(fresh: Play) -> None:
    helper = fresh.vetted(fresh.involved("relative"), "interpret")

    assert why_not(fresh, helper) == [("the caregiver cannot be trusted: they were vetted for something else", ANEW)]
    fresh.given(MANAGER, given_to(helper, "interpreter"))


def test_a_vetting_of_thirteen_months_ago_counts_no_more_and_is_done_again(fresh: Play) -> None:
    aunt = fresh.vetted(fresh.involved("relative"), "care")
    fresh.wait(days=396)
    assert why_not(fresh, aunt) == [("the caregiver cannot be trusted: they were vetted more than 12 months ago", ANEW)]

    redo = {"do": "redo", "step": "party_vetting", "of": aunt}
    for act, who in ((given_to(aunt), MANAGER), (vetting(aunt, "care"), ASSESSOR)):
        assert [dict(remedy.do) for _, remedy in fresh.remedies(act, who)] == [redo]
    fresh.given(ASSESSOR, redo)
    asked = {"do": "complete", "step": "party_vetting", "of": aunt, "for": ("care",)}
    assert [dict(remedy.do) for _, remedy in fresh.remedies(given_to(aunt))] == [asked]
    fresh.vetted(aunt, "care")

    assert why_not(fresh, aunt) == []


def test_a_vetting_ends_after_its_last_day(fresh: Play) -> None:
    today = fresh.now.date()
    aunt = fresh.vetted(fresh.involved("relative"), "care", valid_until=today.isoformat())
    assert why_not(fresh, aunt) == []

    fresh.wait(days=1)

    ended = f"the caregiver cannot be trusted: their vetting ended on {today}"
    assert why_not(fresh, aunt) == [(ended, ANEW)]


def test_who_was_found_not_to_be_trusted_is_not_asked_about_again_and_again(fresh: Play) -> None:
    aunt = fresh.involved("relative")
    fresh.vetted(aunt, "care", result="not_trusted", by=(ASSESSOR,))

    assert why_not(fresh, aunt) == [
        ("the caregiver cannot be trusted: they were vetted, and not found to be trusted", "name somebody else")
    ]
    assert [do for _, do in fresh.remedies(given_to(aunt))] == []


def test_a_suspicion_takes_trust_at_once_and_only_a_newer_vetting_gives_it_back(fresh: Play) -> None:
    aunt = fresh.vetted(fresh.involved("relative"), "care")
    fresh.wait(hours=1)
    fresh.given(RECEIVER, {"do": "involve", "ref": aunt, "suspected": True})
    assert why_not(fresh, aunt) == [("somebody under suspicion would be caregiver", "name somebody else")]

    fresh.wait(hours=1)
    fresh.given(ASSESSOR, {"do": "involve", "ref": aunt, "suspected": False})

    since = "the caregiver cannot be trusted: nobody has vetted them since they were under suspicion"
    assert why_not(fresh, aunt) == [(since, ANEW)]
    fresh.given(ASSESSOR, {"do": "redo", "step": "party_vetting", "of": aunt})
    before = (fresh.now - timedelta(minutes=90)).isoformat()  # typed now, done before the suspicion
    fresh.vetted(aunt, "care", at=before)  # kept, as what was before
    assert why_not(fresh, aunt) == [("the caregiver cannot be trusted: nobody has vetted them", ANEW)]
    fresh.vetted(aunt, "care")
    assert why_not(fresh, aunt) == []


def test_a_vetting_that_was_done_before_a_suspicion_and_typed_after_it_does_not_count(fresh: Play) -> None:
    aunt = fresh.involved("relative")
    fresh.wait(hours=1)
    looked = fresh.now.isoformat()
    fresh.wait(hours=1)
    fresh.given(RECEIVER, {"do": "involve", "ref": aunt, "suspected": True})
    fresh.wait(hours=1)
    fresh.given(ASSESSOR, {"do": "involve", "ref": aunt, "suspected": False})

    fresh.vetted(aunt, "care", at=looked)

    since = "the caregiver cannot be trusted: nobody has vetted them since they were under suspicion"
    assert why_not(fresh, aunt) == [(since, ANEW)]


def test_a_vetting_that_is_typed_late_counts_from_its_own_day_and_never_before_it(fresh: Play) -> None:
    fresh.wait(days=2)
    long_before, looked = fresh.now - timedelta(hours=30), fresh.now - timedelta(hours=20)
    aunt = fresh.involved("relative")

    fresh.vetted(aunt, "care", at=looked.isoformat())  # before they were entered here: that is kept

    done = fresh.seen().steps
    assert [row.done_at for row in done if row.of == aunt] == [looked]
    assert why_not(fresh, aunt) == []
    dated = {**given_to(aunt), "at": long_before.isoformat()}
    unvetted = "the caregiver cannot be trusted: nobody has vetted them"
    assert fresh.told("INV-19", dated) == [(unvetted, ANEW)]


# --- at the gate, and for each who is named -----------------------------------------------------------------------------------


def test_who_meets_the_person_or_stands_on_the_card_was_vetted_for_that(fresh: Play) -> None:
    brother = fresh.vetted(fresh.involved("sibling"), "interpret")
    fresh.anew("partner_confirmation", "safety_plan")
    wide = {"reception_from": "2026-05-10T00:00Z", "reception_until": "2026-05-17T20:00Z"}
    fresh.given(
        RECEIVER,
        complete(
            "partner_confirmation",
            result="accepted",
            received_by=brother,
            housing_named=True,
            meeting_place="(invented) by the exit",
            **wide,
        ),
    )
    fresh.given(
        MANAGER, complete("safety_plan", emergency_contact=brother, assisting_organisation="ng_bakhita", **PLAN)
    )

    assert fresh.told("INV-07") == [
        ("who is to meet the person cannot be trusted: they were vetted for something else", ANEW)
    ]
    proposed = {dict(r.do)["step"] for s, r in fresh.remedies() if s in ("partner_confirmation", "safety_plan")}
    assert proposed == {"party_vetting"}
    assert "INV-08" in fresh.why().rules

    fresh.ready(waiting=False)  # the remedies lead there, and ask for both at once

    asked = [do["for"] for do in fresh.proposals if do.get("step") == "party_vetting" and "for" in do]
    assert asked
    assert all(set(one) == {"meet", "card"} for one in asked)


def test_a_guardian_is_vetted_to_speak_for_the_child(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    guardian = str(case.seen().roles["guardian"])

    case.given(ASSESSOR, {"do": "redo", "step": "party_vetting", "of": guardian})

    told = ("the child has no guardian, or one who is not vetted", "have a guardian appointed, and vetted")
    assert case.told("INV-12") == [told]
    assert dict(case.remedies()[0][1].do)["of"] == guardian
    case.given(ASSESSOR, vetting(guardian, "escort"))
    assert case.told("INV-12") == [told]
    case.ready()


@pytest.mark.parametrize(("role", "to"), [("guardian", "speak"), ("caregiver", "care")])
def test_whoever_holds_a_role_is_the_one_to_be_vetted_and_no_stranger_is_asked_for(
    begin: Begin, role: str, to: str
) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    friend = case.vetted(case.involved("friend"), to)
    case.given(MANAGER, {**given_to(friend, role), **({"by": "competent_authority"} if role == "guardian" else {})})

    case.given(ASSESSOR, {"do": "redo", "step": "party_vetting", "of": friend})

    proposed = {dict(remedy.do).get("of") for subject, remedy in case.remedies() if subject in (role, friend)}
    assert proposed == {friend}


# --- the engine makes the refs --------------------------------------------------------------------------------------------------


def test_the_engine_makes_the_refs_and_nobody_writes_one(fresh: Play) -> None:
    assert [fresh.involved("child") for _ in range(2)] == ["child-1", "child-2"]
    assert fresh.involved("relative") == "relative-1"

    assert fresh.faults(MANAGER, {"do": "involve", "ref": "child-3", "relation": "child"}) == {("ref", "unknown")}
    assert fresh.faults(MANAGER, {"do": "involve", "ref": "guardian", "relation": "guardian"}) == {("ref", "unknown")}
    fresh.given(MANAGER, {"do": "involve", "by": "person", "ref": "child-2", "travels": False})
    assert fresh.involved("child") == "child-3"


def test_nobody_is_vetted_who_is_not_in_the_case(fresh: Play) -> None:
    for of in ("madam_x", "ng_bakhita", "person"):
        assert fresh.faults(ASSESSOR, vetting(of, "meet")) == {("of", "unknown")}
    assert fresh.faults(ASSESSOR, {**vetting("", "meet"), "of": None}) == {("of", "unknown")}


# --- found not to be trusted ----------------------------------------------------------------------


@pytest.mark.parametrize("way", ["redo", "correct"])
def test_who_was_found_not_to_be_trusted_is_not_trusted_by_one_other(fresh: Play, way: str) -> None:
    ref = fresh.involved("relative")
    fresh.given(ASSESSOR, vetting(ref, "escort", result="not_trusted"))
    seq = fresh.history()[-1].seq
    fresh.wait(minutes=1)
    again = {
        "redo": {"do": "redo", "step": "party_vetting", "of": ref},
        "correct": {"do": "correct", "seq": seq, "why": "x"},
    }
    act = {"do": "assign", "role": "escort", "ref": ref}

    for one in (again[way], vetting(ref, "escort")):
        fresh.tried(another(MANAGER), one)

    assert fresh.why(act).reasons == {("INV-19", ref)}
    fact, todo = fresh.told("INV-19", act)[0]
    assert fact in (
        "the escort cannot be trusted: they were vetted, and not found to be trusted",
        "the escort cannot be trusted: their vetting still needs another signature",
    )
    assert todo in ("name somebody else", "let somebody vet them for this, who did not bring them into the case")


# --- who becomes an escort, or is called something else -------------------------------------------


def test_nobody_becomes_somebody_else(fresh: Play) -> None:
    ref = fresh.involved("child", travels=True)

    assert fresh.faults(MANAGER, {"do": "involve", "ref": ref, "relation": "escort"}) == {("relation", "contradiction")}


def test_who_travels_and_is_no_escort_is_looked_at_whatever_they_are_called(fresh: Play) -> None:
    fresh.vetted(fresh.involved("escort", travels=True), "escort")

    assert "INV-04" in fresh.why().rules
    assert "INV-16" in fresh.why().rules


# Her own child travels along; somebody ticked 'suspected' on the wrong ref, and who assesses risks took it back. The only form is
# to vet the child as an escort ("trusted", "papers seen"), and the fact says "under suspicion", which is no longer so.
# Domain 1.2: an escort is somebody else; design 4.2: "it counts for what was looked at".


def mistaken(case: Play, ref: str) -> Play:
    case.given(MANAGER, {"do": "involve", "ref": ref, "suspected": True})
    case.wait(minutes=1)
    case.given(ASSESSOR, {"do": "involve", "ref": ref, "suspected": False})
    case.wait(minutes=1)
    return case


def test_nobody_is_asked_to_vet_a_child_that_travels_along_as_an_escort(fresh: Play) -> None:
    ref = fresh.involved("child", travels=True)
    asked = [remedy.do for _, remedy in mistaken(fresh, ref).remedies() if remedy.do.get("of") == ref]
    assert not [do for do in asked if "escort" in do.get("for", ())], asked


def agrees_that_they_are_called(play: Play, ref: str) -> None:
    said = {"answer": "given", "groups": ["contact"], "language": "en", "form": "written", "given_by": "person"}
    play.given(MANAGER, {"do": "consent", "purpose": "contact_family", "recipient": ref, **said})


def test_the_refusal_to_call_a_relative_who_was_suspected_by_mistake_says_what_would_help(fresh: Play) -> None:
    """Two have to look: but the todo is 'contact nobody through them', and nothing names the vetting (design 4.1, remedies)."""
    ref = fresh.involved("relative")
    agrees_that_they_are_called(fresh, ref)
    call: Command = {"do": "contact", "with": ref, "channel": "phone", "reached": True}
    assert mistaken(fresh, ref).why(call).says("INV-14")

    assert fresh.remedies(call)


def test_honest_a_relative_who_was_suspected_by_mistake_is_called_once_two_have_vetted_them(fresh: Play) -> None:
    ref = fresh.involved("relative")
    agrees_that_they_are_called(fresh, ref)
    mistaken(fresh, ref).vetted(ref, "card", by=(ASSESSOR, RECEIVER))
    fresh.given(MANAGER, {"do": "contact", "with": ref, "channel": "phone", "reached": True})


# --- for as long as it lasts ----------------------------------------------------------------------


def flies_with_an_escort_until(begin: Begin, days: int) -> Play:
    case = begin(evidence_is_fresh, facts=CHILD)
    legs = case.legs
    for leg in legs:  # it lands the next day
        late = datetime.fromisoformat(leg["arrives_at"].replace("Z", "+00:00")) + timedelta(hours=12)
        leg["arrives_at"] = late.isoformat()
    until = case.takes_off.date() + timedelta(days=days)
    ref = case.vetted(case.involved("escort", travels=True), "escort", valid_until=until.isoformat())
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    case.given(MANAGER, {"do": "assign", "role": "escort", "ref": ref})
    assert case.lands.date() == case.takes_off.date() + timedelta(days=1)
    return case


def test_who_escorts_a_child_is_trusted_until_it_has_landed(begin: Begin) -> None:
    """Vetted until the day of departure; the child lands the next, and it is the escort who hands it over. Design 4.2: "valid on the
    day of the act". AT_THE_LANDING knows who receives, meets and cares, and not who is still beside the child.
    """
    case = flies_with_an_escort_until(begin, 0)
    assert case.told("INV-19")
    assert goes_on(case).boards().done  # vetted anew, as it is asked


def test_honest_who_is_trusted_until_the_landing_escorts_a_child(begin: Begin) -> None:
    case = flies_with_an_escort_until(begin, 1)
    assert not case.told("INV-19")
    assert goes_on(case).boards().done


@pytest.mark.parametrize("over", ["before the landing", "after it"])
def test_who_meets_the_person_is_trusted_on_the_day_on_which_they_do(fresh: Play, over: str) -> None:
    """Vetted until the day of departure; she lands the next. Design 4.2: 'until when … valid on the day of the act'."""
    legs = fresh.legs
    night = timedelta(hours=12)
    for leg in legs:
        leg["arrives_at"] = (datetime.fromisoformat(leg["arrives_at"].replace("Z", "+00:00")) + night).isoformat()
    until = fresh.takes_off.date() + timedelta(days=0 if over == "before the landing" else 1)
    ref = fresh.vetted(fresh.involved("relative"), "meet", valid_until=until.isoformat())
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    assert fresh.lands.date() == fresh.takes_off.date() + timedelta(days=1)
    fresh.given(RECEIVER, *confirmed_by(fresh, ref))
    assert fresh.why().says("INV-07") == (over == "before the landing")

    goes_on(fresh)  # who asks is told to have them vetted anew, and does
    fresh.until(fresh.takes_off)
    assert fresh.boards().done


def test_who_meets_the_person_is_who_the_partner_said(fresh: Play) -> None:
    """It confirmed 'the reception officer', and then another got the role: the partner never named him. INV-07: 'confirmed … who'."""
    one, other = (fresh.vetted(fresh.involved(who), "meet") for who in ("relative", "friend"))
    fresh.given(MANAGER, {"do": "assign", "role": "reception_officer", "ref": one})
    fresh.given(RECEIVER, *confirmed_by(fresh, "reception_officer"))
    assert goes_on(fresh).why().done  # honest
    fresh.wait(minutes=3)
    fresh.given(MANAGER, {"do": "assign", "role": "reception_officer", "ref": other})

    assert not fresh.boards().done


def test_who_stands_on_the_card_is_who_was_written_there(fresh: Play) -> None:
    """The plan names a role, the card a name: another gets the role, and the person calls somebody who knows of nothing. INV-08:
    'the person holds contact details'.
    """
    one, other = (fresh.vetted(fresh.involved("friend"), "card") for _ in range(2))
    fresh.given(MANAGER, {"do": "assign", "role": "health_service", "ref": one})
    fresh.given(
        MANAGER,
        *redone(
            "safety_plan", emergency_contact="health_service", assisting_organisation="receiving_organisation", **PLAN
        ),
    )
    assert goes_on(fresh).why().done  # honest
    fresh.wait(minutes=3)
    fresh.given(MANAGER, {"do": "assign", "role": "health_service", "ref": other})

    assert not fresh.boards().done


# --- who speaks for a child -----------------------------------------------------------------------


def test_no_organisation_speaks_for_a_child_that_nobody_vetted_for_it(begin: Begin) -> None:
    """A relative without vetting is refused as guardian; a house that only picks people up is not, and agrees to calls and is told
    all. Only the departure asks (INV-12). Design 4.2: trusted(party, for), and who speaks for whom.
    """
    case = begin(facts={"age_status": "child", "has_responsible_adult": False})
    case.engine.register_organisation(HOUSE, title="An invented house", country="BE", does=["meet"])
    case.tried(MANAGER, {"do": "assign", "role": "guardian", "organisation": HOUSE})
    aunt = case.involved("relative")
    agreed = {"do": "consent", "given_by": "guardian", "assent": True, "language": "en"}
    for purpose in ({"purpose": "assistance"}, {"purpose": "data_processing"},
                    {"purpose": "contact_family", "recipient": aunt, "groups": ["identity"]}):  # fmt: skip
        case.tried(MANAGER, {**agreed, **purpose}, may_be_bad_input=True)

    call: Command = {"do": "contact", "channel": "phone", "reached": True}
    assert not case.tried(MANAGER, {**call, "with": aunt, "groups": ["identity"]}).done
    assert not case.tried(MANAGER, {**call, "with": "guardian", "groups": ["narrative"]}).done


def test_no_doubt_about_an_age_ends_under_a_guardian_whom_nobody_vetted(fresh: Play) -> None:
    """'A guardian protects the person as a child': a house that only picks people up, which nobody has looked at."""
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="BE", does=["meet"])
    fresh.given(MANAGER, happens("age_dispute"), records(has_responsible_adult=False))
    fresh.wait(minutes=1)
    fresh.tried(MANAGER, {"do": "assign", "role": "guardian", "organisation": HOUSE})

    assert not fresh.tried(MANAGER, ends("age_dispute", "protected_as_a_child")).done


def test_a_guardian_whom_another_has_vetted_speaks_for_the_child(begin: Begin) -> None:
    case = begin(facts={"age_status": "child", "has_responsible_adult": False})
    guardian = case.vetted(case.involved("guardian"), "speak")
    aunt = case.involved("relative")
    case.given(MANAGER, {"do": "assign", "role": "guardian", "ref": guardian})
    agreed = {"do": "consent", "given_by": "guardian", "assent": True, "language": "en"}
    case.given(MANAGER, {**agreed, "purpose": "contact_family", "recipient": aunt, "groups": ["identity"]})
    case.given(MANAGER, {"do": "contact", "with": aunt, "channel": "phone", "reached": True, "groups": ["identity"]})
