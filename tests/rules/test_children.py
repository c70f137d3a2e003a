"""What a child needs before leaving, and who counts as a child: INV-12 and INV-13."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from wayhome.case_now import CaseNow
from wayhome.commands import Correct, Incident, Move, Open, Record
from wayhome.model.case import Assignment, FactRecord, IncidentRecord, OrganisationRecord, Was
from wayhome.model.reason import Finding, Reason
from wayhome.rules.safeguard import SAFEGUARDS
from wayhome.testing.builders import Ready

from tests.rules.cases import anew, moving, vetted

SECOND = timedelta(seconds=1)
TRUSTED = ("care", "escort", "meet", "interpret", "speak", "card")


def with_role(ready: Ready, role: str, **held: object) -> Ready:
    roles = {id: one for id, one in ready.case.roles.items() if id != role}
    return ready.but(roles={**roles, role: Assignment(role, ready.case.opened_at, 1, **held)} if held else roles)


# --- INV-12: guardian, best interests, risk, caregiver -----------------------------------------------------------


def test_a_child_for_whom_everything_is_clear_may_depart(child):
    assert child.ask("INV-12").met


def test_an_adult_needs_neither_guardian_nor_caregiver(ready):
    assert ready.ask("INV-12").met
    assert "guardian" not in ready.case.roles


@pytest.mark.parametrize("ref", ["guardian-1", "caregiver-1"])
@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, True),
        ({"suspected": None}, True),  # nobody has voiced a suspicion
        ({"suspected": True}, False),
    ],
)
def test_guardian_and_caregiver_are_not_suspected(child, ref, changes, met):
    reason = child.with_person(ref, ref.partition("-")[0], **changes).ask("INV-12")

    assert reason.met is met
    assert met or reason.subject == ref.partition("-")[0]


@pytest.mark.parametrize("ref", ["guardian-1", "caregiver-1"])
@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, True),
        ({"result": "not_trusted"}, False),
        ({"state": "open"}, False),  # to be done again
        ({"values": {"for": ("escort", "meet")}}, False),  # vetted for something else
    ],
)
def test_guardian_and_caregiver_are_vetted_for_it(child, ref, changes, met):
    reason = child.with_step(f"party_vetting@{ref}", **changes).ask("INV-12")

    assert reason.met is met
    assert met or reason.subject == ref.partition("-")[0]


@pytest.mark.parametrize(("role", "to"), [("guardian", "speak"), ("caregiver", "care")])
def test_whom_nobody_has_vetted_for_the_child_is_to_be_vetted_for_just_this(child, role, to):
    ref = f"{role}-1"
    unvetted = child.without_step(f"party_vetting@{ref}")

    reason = unvetted.ask("INV-12")

    assert (reason.met, reason.subject) == (False, role)
    assert {**reason.remedy.do} == {"do": "complete", "step": "party_vetting", "of": ref, "for": (to,)}
    assert not vetted(unvetted, ref, "escort").ask("INV-12").met
    assert vetted(unvetted, ref, to).ask("INV-12").met


@pytest.mark.parametrize(("role", "to"), [("guardian", "speak"), ("caregiver", "care")])
def test_an_aunt_who_holds_the_role_is_vetted_before_another_is_found(child, role, to):
    aunt = with_role(child.with_person("relative-1", "relative"), role, ref="relative-1")

    reason = aunt.ask("INV-12")

    assert (reason.met, reason.subject) == (False, role)
    assert {**reason.remedy.do} == {"do": "complete", "step": "party_vetting", "of": "relative-1", "for": (to,)}
    assert vetted(aunt, "relative-1", to).ask("INV-12").met
    suspect = aunt.with_person("relative-1", "relative", suspected=True)
    assert {**suspect.ask("INV-12").remedy.do} == {"do": "assign", "role": role, "ref": f"{role}-1"}  # who is vetted


@pytest.mark.parametrize(("role", "to"), [("guardian", "speak"), ("caregiver", "care")])
def test_a_vetting_for_something_else_is_done_again(child, role, to):
    reason = vetted(child, f"{role}-1", "escort").ask("INV-12")

    assert (reason.met, reason.subject) == (False, role)
    assert {**reason.remedy.do} == {"do": "redo", "step": "party_vetting", "of": f"{role}-1"}


@pytest.mark.parametrize(("role", "to"), [("guardian", "speak"), ("caregiver", "care")])
@pytest.mark.parametrize("why", ["suspected", "not_trusted", "nobody holds it"])
def test_where_no_vetting_helps_another_is_found_for_the_child(child, role, to, why):
    unfit = {
        "suspected": child.with_person(f"{role}-1", role, suspected=True),
        "not_trusted": vetted(child, f"{role}-1", to, result="not_trusted"),
        "nobody holds it": with_role(child, role),
    }[why]

    reason = unfit.ask("INV-12")

    assert (reason.met, reason.subject) == (False, role)
    assert reason.remedy.do["do"] == ("assign" if why == "nobody holds it" else "involve")
    assert reason.remedy.do.get("role", reason.remedy.do.get("relation")) == role


@pytest.mark.parametrize(("role", "to"), [("guardian", "speak"), ("caregiver", "care")])
def test_an_organisation_that_does_it_is_vetted_for_just_this_before_another_is_found(child, role, to):
    house = with_role(child, role, organisation="a_house")

    def proposed(*does: str) -> dict[str, object]:
        known = OrganisationRecord("a_house", "NG", does, child.at, 1)
        reason = house.but(organisations={"a_house": known}).ask("INV-12")
        assert (reason.met, reason.subject) == (False, role)
        return {**reason.remedy.do}

    assert proposed(to) == {"do": "complete", "step": "party_vetting", "of": "a_house", "for": (to,)}
    assert proposed("receive") == {"do": "assign", "role": role, "ref": f"{role}-1"}  # no vetting makes it do this


@pytest.mark.parametrize("role", ["guardian", "caregiver"])
def test_a_child_never_departs_without_guardian_or_caregiver(child, role):
    reason = with_role(child, role).ask("INV-12")

    assert (reason.met, reason.subject) == (False, role)


@pytest.mark.parametrize(
    ("role", "held", "met"),
    [
        ("guardian", {"partner": "be_guardianship_service"}, True),
        ("guardian", {"organisation": "invented_guardianship_service"}, False),  # no pack vouches for it
        ("guardian", {"ref": "nobody-1"}, False),  # not a person of this case
        ("caregiver", {"partner": "ng_bakhita"}, False),  # a shelter of which nobody says that it cares for children
        ("caregiver", {"organisation": "invented_house"}, False),  # no pack says what it is
        ("caregiver", {"ref": "nobody-1"}, False),
    ],
)
def test_only_who_is_known_for_it_may_be_guardian_or_caregiver(child, role, held, met):
    assert with_role(child, role, **held).ask("INV-12").met is met


def test_a_facility_that_cares_for_children_may_be_the_caregiver(child):
    partners = child.process.partners
    cares = {**partners, "ng_bakhita": {**partners["ng_bakhita"], "does": ("care",)}}
    process = replace(child.process, labels={**child.process.labels, "partners": cares})

    assert with_role(replace(child, process=process), "caregiver", partner="ng_bakhita").ask("INV-12").met


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, True),
        ({"result": "negative"}, False),
        ({"result": "unclear"}, False),
        ({"state": "open"}, False),  # reset, as by family_refuses
    ],
)
def test_returning_must_be_in_the_best_interests_of_the_child(child, changes, met):
    reason = child.with_step("best_interests_determination", **changes).ask("INV-12")

    assert reason.met is met
    assert met or reason.subject == "best_interests_determination"


def test_a_determination_that_nobody_made_never_counts(child):
    assert not child.without_step("best_interests_determination").ask("INV-12").met


def test_a_determination_counts_for_exactly_six_months(child):
    half_a_year_ago = child.at.replace(year=2025, month=12, day=30) + timedelta(hours=1)  # winter time in Brussels

    child = child.but(  # where the child goes, and to whom, was known before it
        facts={id: one._replace(at=half_a_year_ago - timedelta(days=1)) for id, one in child.case.facts.items()},
        roles={id: one._replace(at=half_a_year_ago - timedelta(days=1)) for id, one in child.case.roles.items()},
    )

    assert child.with_step("best_interests_determination", at=half_a_year_ago).ask("INV-12").met
    assert not child.with_step("best_interests_determination", at=half_a_year_ago - SECOND).ask("INV-12").met


def test_a_child_needs_a_risk_assessment_that_passes_and_is_fresh(child):
    assessed = "pre_return_risk_assessment"

    assert child.with_step(assessed, result="medium", at=child.at - timedelta(days=14)).ask("INV-12").met
    assert not child.with_step(assessed, at=child.at - timedelta(days=14) - SECOND).ask("INV-12").met
    assert not child.with_step(assessed, result="high").ask("INV-12").met
    assert not child.without_step(assessed).ask("INV-12").met


# --- INV-13: who counts as a child -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age_status", "reads"),
    [
        ("adult", "an adult"),
        ("child", "a child"),
        ("disputed", "a child"),  # in doubt, until somebody has clarified it
    ],
)
def test_a_disputed_age_is_read_as_that_of_a_child(ready, age_status, reads):
    reason = ready.with_fact("age_status", age_status).ask("INV-13")

    assert (reason.met, reason.fact) == (True, f"the person counts as {reads}")


def test_an_age_that_nobody_has_recorded_must_be_recorded(ready):
    unrecorded = ready.without_fact("age_status")

    assert (unrecorded.ask("INV-13").met, unrecorded.ask("INV-13").subject) == (False, "age_status")
    assert unrecorded.ask("INV-12").subject == "guardian"  # meanwhile every rule sees a child


@pytest.mark.parametrize(("age_status", "met"), [("adult", True), ("disputed", False), ("child", False)])
def test_the_rule_for_children_holds_for_a_disputed_age_too(ready, age_status, met):
    assert ready.with_fact("age_status", age_status).ask("INV-12").met is met


@pytest.mark.parametrize(("age_status", "met"), [("adult", True), ("disputed", False), ("child", False)])
def test_a_child_cannot_consent_to_return_alone(ready, age_status, met):
    assert ready.with_fact("age_status", age_status).ask("INV-01").met is met


@pytest.mark.parametrize(
    ("assent", "met"),
    [
        (True, True),
        (False, False),
        (None, False),  # nobody has asked the child
    ],
)
def test_a_guardians_consent_counts_only_with_the_childs_own(child, assent, met):
    assert child.with_consent("return", assent=assent).ask("INV-01").met is met


def test_a_guardians_consent_ends_on_the_eighteenth_birthday(child):
    eve = child.at.date() + timedelta(days=1)

    assert child.with_fact("turns_18_on", eve).ask("INV-01").met
    assert not child.with_fact("turns_18_on", child.at.date()).ask("INV-01").met


def test_a_child_needs_a_real_medical_check(child):
    declared = child.with_step("fit_to_travel_check", result="self_declared")

    assert not declared.ask("INV-15").met
    assert not replace(declared, at=child.at).with_fact("age_status", "disputed").ask("INV-15").met


def test_of_an_adult_and_away_from_the_gate_nothing_is_asked_that_a_child_needs_to_go(ready, child):
    alone = child.but(roles={}, people={}).without_step("best_interests_determination")
    lacks = SAFEGUARDS["INV-12"].each

    assert [one.subject for one in lacks(moving(alone))] == ["guardian", "best_interests_determination", "caregiver"]
    assert list(lacks(moving(alone.with_fact("age_status", "adult")))) == []
    assert list(lacks(moving(alone, "settle"))) == []
    assert list(lacks(moving(ready))) == []


@pytest.mark.parametrize("result", ["unsafe", "refuses"])
@pytest.mark.parametrize(
    ("relation", "said"),
    [
        ("partner", "the child would be given to a family that was found unsafe"),
        ("relative", "the child would be given to a family that was found unsafe"),
        ("parent", "the child would be given to a family that was found unsafe"),
        ("sibling", "the child would be given to a family that was found unsafe"),
        ("caregiver", "the family was found unsafe, and it is not said whether the caregiver is one of them"),
        ("friend", None),
    ],
)
def test_a_child_is_not_given_into_a_family_that_was_found_unsafe(child, relation, said, result):
    kin = child.but(
        people={**child.case.people, "caregiver-1": child.case.people["caregiver-1"]._replace(relation=relation)}
    )

    reason = kin.with_step("family_contact_and_assessment", result=result).ask("INV-12")

    assert reason.met is (said is None)
    assert said is None or (reason.fact, reason.subject, reason.remedy) == (said, "caregiver-1", None)
    unsafe = kin.with_step("family_contact_and_assessment", result=result)
    found = SAFEGUARDS["INV-12"].ask(moving(unsafe)).finding
    assert said is None or (found.subject, found.do) == ("caregiver-1", {})  # nobody is proposed in their place
    assert kin.with_step("family_contact_and_assessment", result="safe").ask("INV-12").met


@pytest.mark.parametrize(
    ("role", "met"),
    [
        ("caregiver", False),
        ("escort", False),
        ("reception_officer", False),
        ("interpreter", True),  # who speaks for the child, or is called by it, takes nobody by the hand
        ("guardian", True),
        ("contact_person", True),
    ],
)
def test_no_child_is_taken_by_the_hand_by_one_of_a_family_that_was_found_unsafe(child, role, met):
    foster_carer = child.case.people["caregiver-1"]._replace(relation="foster_carer")
    fostered = child.but(people={**child.case.people, "caregiver-1": foster_carer})
    aunt = vetted(fostered.with_person("relative-1", "relative", travels=True), "relative-1", *TRUSTED)
    held = with_role(aunt, role, ref="relative-1").with_step("family_contact_and_assessment", result="unsafe")

    reason = held.ask("INV-12")

    assert reason.met is met  # whoever else is near the child, and comes before her
    assert met or (reason.subject, reason.todo) == ("relative-1", "name somebody else")
    assert held.with_step("family_contact_and_assessment", result="safe").ask("INV-12").met


# --- INV-13: who may become an adult ------------------------------------------------------------------------------

ADULT = {"age_status": "adult"}


def becoming(ready: Ready, facts: dict[str, object] = ADULT, **asked: object) -> Reason:
    return ready.ask("INV-13", Record(ready.case.number, facts=facts), **asked)


@pytest.mark.parametrize("command", ["record", "incident"])
@pytest.mark.parametrize(
    ("turns_18", "met", "subject"),
    [
        (timedelta(0), True, "turns_18_on"),  # the first second of that day, where the case is kept
        (timedelta(seconds=-1), False, "age_status"),  # the last second before it
    ],
)
def test_a_child_becomes_an_adult_on_the_eighteenth_birthday_and_not_before(child, command, turns_18, met, subject):
    midnight = datetime(2026, 5, 13, 22, tzinfo=UTC)  # in Brussels
    known = child.with_fact("turns_18_on", date(2026, 5, 14))
    given = (
        Incident(child.case.number, type="turned_18")
        if command == "incident"
        else Record(child.case.number, facts=ADULT)
    )

    reason = known.ask("INV-13", given, at=midnight + turns_18)

    assert (reason.met, reason.subject) == (met, subject)


@pytest.mark.parametrize("recorded", ["child", "disputed"])
def test_no_word_in_a_form_makes_an_adult(child, recorded):
    reason = becoming(child.with_fact("age_status", recorded))

    assert (reason.met, reason.subject) == (False, "age_status")
    assert reason.remedy.do["step"] == "age_clarification"


@pytest.mark.parametrize(
    ("recorded", "facts"),
    [
        ("adult", ADULT),  # it stands there already
        ("child", {"age_status": "child"}),
        ("child", {"age_status": "disputed"}),
        ("child", {"has_passport": True}),
    ],
)
def test_what_makes_no_adult_may_be_recorded(ready, recorded, facts):
    assert becoming(ready.with_fact("age_status", recorded), facts).met


@pytest.mark.parametrize(
    ("before", "taken_back", "met"),
    [
        (["child"], (), False),
        (["disputed"], (), False),
        (["child", "adult"], (), True),
        (["child", "adult"], (11,), False),  # that was an error: they were known as a child
        (["child", "adult"], (10, 11), True),  # both were: nobody has ever known it
        ([], (), True),
    ],
)
def test_that_nobody_knows_the_age_any_more_makes_nobody_an_adult(ready, before, taken_back, met):
    ever = tuple(Was(said, ready.case.opened_at, 10 + seq) for seq, said in enumerate(before))
    unknown = FactRecord(None, ready.case.opened_at, 12)
    known = ready.but(
        facts={**ready.case.facts, "age_status": unknown},
        earlier={"facts": {"age_status": ever}},
        taken_back=taken_back,
    )

    reason = becoming(known)

    assert (reason.met, reason.subject) == (met, "age_status")
    assert met or reason.remedy.do["step"] == "age_clarification"


def test_a_case_may_be_opened_for_an_adult(ready):
    opened = Open(host_country="BE", origin_country="NG", facts=ADULT)

    assert ready.without_fact("age_status").ask("INV-13", opened).met
    assert not ready.with_fact("age_status", "child").ask("INV-13", opened).met


@pytest.mark.parametrize(
    ("clarified", "met"),
    [
        (None, False),  # nobody has looked at it yet
        ({"result": "unresolved"}, False),  # the doubt is still there
        ({"result": "adult", "state": "open"}, False),  # to be done again
        ({"result": "adult"}, True),
        ({"result": "child"}, True),  # and eighteen since
    ],
)
def test_a_doubt_about_the_age_is_settled_by_its_clarification_alone(child, clarified, met):
    doubt = IncidentRecord(90, "age_dispute", "none", "identification", child.at - timedelta(days=60))
    doubted = child.with_fact("turns_18_on", child.at.date()).but(incidents=(doubt,))
    looked_at = (
        doubted.with_step("age_clarification", at=child.at - timedelta(days=30), **clarified) if clarified else doubted
    )

    reason = becoming(looked_at)

    assert (reason.met, reason.subject) == (met, "turns_18_on" if met else "age_status")
    assert met or reason.remedy.do["step"] == "age_clarification"


def test_an_age_in_dispute_is_not_settled_by_a_birthday(child):
    reason = becoming(child.with_fact("age_status", "disputed").with_fact("turns_18_on", child.at.date()))

    assert (reason.met, reason.fact) == (False, "the age is in doubt, and a day that somebody typed does not settle it")
    assert (reason.subject, reason.remedy.do["step"]) == ("age_status", "age_clarification")


@pytest.mark.parametrize(
    ("after_midnight", "met"),
    [
        (timedelta(0), False),  # that day would have made an adult before the clarification
        (timedelta(seconds=-1), True),
    ],
)
def test_a_birthday_does_not_contradict_the_clarification_that_found_a_child(child, after_midnight, met):
    midnight = datetime(2026, 4, 30, 22, tzinfo=UTC)
    clarified = child.with_step("age_clarification", result="child", at=midnight + after_midnight)

    reason = becoming(clarified.with_fact("turns_18_on", date(2026, 5, 1)))

    assert (reason.met, reason.subject) == (met, "turns_18_on")
    assert met or reason.remedy.do["step"] == "age_clarification"


@pytest.mark.parametrize(
    ("found", "met"),
    [
        (["child", "adult"], True),  # it was done again, and found an adult
        (["adult", "child"], False),
        (["child", "unresolved"], False),  # what it found last stands until it finds something else
    ],
)
def test_a_birthday_contradicts_no_clarification_but_the_last(child, found, met):
    month_ago = child.at - timedelta(days=30)
    first = {"steps": {"age_clarification": (Was(found[0], month_ago, 90),)}}
    again = child.but(earlier=first).with_step("age_clarification", result=found[1], at=child.at)

    reason = becoming(again.with_fact("turns_18_on", month_ago.date() - timedelta(days=1)))

    assert (reason.met, reason.subject) == (met, "turns_18_on")


# --- INV-13: the eighteenth birthday is not moved out of the way ---------------------------------------------------

MIDNIGHT = datetime(2026, 6, 30, 22, tzinfo=UTC)  # the first of July begins in Brussels


@pytest.mark.parametrize(
    ("stands", "said", "at", "met"),
    [
        ("2026-09-01", "2026-09-01", MIDNIGHT, True),  # the same again
        ("2026-09-01", "2026-07-02", MIDNIGHT, True),  # still to come
        ("2026-09-01", "2026-07-01", MIDNIGHT, False),  # that day begins now, where the case is kept
        ("2026-09-01", "2026-07-01", MIDNIGHT - SECOND, True),
        ("2026-09-01", None, MIDNIGHT, False),
        ("2026-09-01", "unknown", MIDNIGHT, False),
        ("2026-09-01", "", MIDNIGHT, False),
        ("2026-09-01", "soon", MIDNIGHT, True),  # who reads it says that it is no day
        ("2026-07-01", None, MIDNIGHT - SECOND, False),
        ("2026-07-01", None, MIDNIGHT, True),  # it has come
        (None, None, MIDNIGHT, True),
        (None, "2026-01-01", MIDNIGHT, True),
    ],
)
def test_nobody_who_is_a_child_until_a_birthday_is_none_by_another_word_for_it(child, stands, said, at, met):
    known = child.with_fact("turns_18_on", stands) if stands else child.without_fact("turns_18_on")

    reason = known.ask("INV-13", Record(child.case.number, facts={"turns_18_on": said}), at=at)

    assert reason.met is met
    if not met:
        assert (reason.subject, reason.fact) == ("turns_18_on", "the person counts as a child until that birthday")
        assert reason.remedy.do["step"] == "age_clarification"
        assert reason.remedy.do["do"] == "complete"
    assert "record:turns_18_on" in SAFEGUARDS["INV-13"].on


# --- INV-13: what an entry says of a child's age is no error that a word takes back ----------------------------------


@pytest.mark.parametrize(
    ("fact", "value", "is_child", "met"),
    [
        ("age_status", "child", True, False),
        ("age_status", "disputed", True, False),
        ("turns_18_on", "2030-01-01", True, False),
        ("sex", "female", True, True),
        ("age_status", "adult", False, True),  # who was written down as an adult by error counts as a child then
        ("turns_18_on", "2008-01-01", False, True),
    ],
)
def test_that_somebody_is_a_child_is_never_corrected_away(ready, child, fact, value, is_child, met):
    known = anew(child if is_child else ready).with_fact(fact, value)
    wrong = Correct(known.case.number, seq=known.case.version, why="invented words")

    reason = known.ask("INV-13", wrong)

    assert (reason.met, reason.subject, reason.remedy) == (met, "age_status" if met else fact, None)
    never = ("that somebody is a child is never corrected away", "clarify the age, with a guardian")
    assert met or (reason.fact, reason.todo) == never
    assert known.ask("INV-13", replace(wrong, seq=known.case.version - 1)).met  # another entry
    assert "correct" in SAFEGUARDS["INV-13"].on


@pytest.mark.parametrize(
    ("relation", "family", "met"),
    [("relative", "unsafe", False), ("relative", "safe", True), ("friend", "unsafe", True), (None, "unsafe", True)],
)
def test_no_child_settles_with_one_of_a_family_that_was_found_unsafe(
    child: Ready, relation: str | None, family: str, met: bool
) -> None:
    known = child.with_person("somebody-1", relation or "friend").with_step(
        "family_contact_and_assessment", result=family
    )
    held = {"caregiver": Assignment("caregiver", child.at, 1, ref="somebody-1")} if relation else {}
    there = known.but(phase="arrival", roles=held)

    reason = there.ask("INV-12", Move(child.case.number, to="settle"))

    assert reason.met is met  # nothing else is asked there: the child has landed
    assert met or reason.subject == "somebody-1"
    assert there.with_fact("age_status", "adult").ask("INV-12", Move(child.case.number, to="settle")).met


# --- INV-12: who decides for a child, and who receives it --------------------------------------------------------------

BY_PAPER = "name another caregiver or guardian; a parent, or a guardian, may be both once the paper or decision was seen that says so"


@pytest.mark.parametrize(
    ("relation", "changes", "met"),
    [
        ("parent", {}, True),
        ("guardian", {}, True),
        ("relative", {}, False),
        ("parent", {"how": ["visited"]}, False),  # nobody has seen a paper
        ("parent", {"how": None}, False),
        ("parent", {"result": "not_trusted"}, False),
        ("parent", {"state": "in_progress"}, False),  # one has seen it
    ],
)
def test_one_alone_decides_for_a_child_and_receives_it_only_by_a_paper(child, relation, changes, met):
    both = with_role(with_role(child, "guardian", ref="one-1"), "caregiver", ref="one-1").with_person("one-1", relation)
    how = {"for": TRUSTED, "how": changes.get("how", ["papers_seen"])}
    case = vetted(both, "one-1", **{"values": how, **{name: said for name, said in changes.items() if name != "how"}})
    reason = case.ask("INV-12")
    told = [one.todo for one in all_of("INV-12", case)]

    assert reason.met is met
    assert (BY_PAPER in told) is not met


def test_whom_nobody_has_vetted_does_not_decide_for_a_child_and_receive_it(child):
    both = with_role(with_role(child, "guardian", ref="one-1"), "caregiver", ref="one-1").with_person("one-1", "parent")
    found = next(one for one in all_of("INV-12", both) if one.todo == BY_PAPER)

    assert (found.met, found.subject, found.do) == (False, "one-1", {})
    assert BY_PAPER not in [one.todo for one in all_of("INV-12", with_role(both, "caregiver", ref="caregiver-1"))]
    assert BY_PAPER not in [one.todo for one in all_of("INV-12", with_role(both, "guardian"))]


def all_of(rule: str, ready: Ready) -> list[Finding]:
    """Everything that one rule has found, and not only the first."""
    each = SAFEGUARDS[rule].each
    assert each is not None
    return list(each(CaseNow(ready.process, ready.case, ready.at, command=Move(ready.case.number, to="depart"))))
