"""What a yes waits for: that it comes from whom it must, that no open no forbids it, and what the person must know first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from wayhome.model.case import Assignment, FactRecord, IncidentRecord, Was
from wayhome.packs.kinds.steps import DoneBy
from wayhome.testing.builders import Ready

from tests.rules.cases import DAY, SECOND, anew, asked, declared, proposed, told, unmet, with_process

YES = {"answer": "given", "language": "en", "form": "written"}


def said(ready: Ready, purpose: str, **fields: Any) -> list[tuple[str, str, str, str]]:
    return told(ready, "consent", purpose=purpose, **YES | fields)


# --- who says it -----------------------------------------------------------------------------------------------------------


def test_a_yes_of_the_person_can_be_recorded(ready: Ready) -> None:
    (fine,) = asked(ready, "consent", purpose="legal", **YES)

    assert (fine.rule, fine.met, fine.subject, fine.fact) == ("CONSENT", True, "legal", "the answer can be recorded")


def test_a_consent_can_be_taken_back_at_any_time(ready: Ready) -> None:
    (fine,) = asked(ready.but(closed_as="withdrew_return"), "withdraw", purpose="return")

    assert (fine.rule, fine.met, fine.subject) == ("CONSENT", True, "return")
    assert fine.fact == "a consent can be taken back at any time"


def test_a_no_and_what_cannot_be_read_wait_for_nothing(ready: Ready, child: Ready) -> None:
    for case in (ready, child):
        assert asked(case, "consent", purpose="return", answer="refused", given_by="guardian") == []
        assert asked(case, "consent", purpose="invented_purpose", **YES) == []


ONLY_THE_PERSON = ("CONSENT", "legal", "only the person can consent to 'Legal counselling'", "ask the person")


@pytest.mark.parametrize(
    ("given_by", "counts"),
    [
        (None, True),
        ("person", True),
        ("guardian", False),
        ("relative-1", False),
    ],
)
def test_an_adult_alone_consents(ready: Ready, given_by: str | None, counts: bool) -> None:
    found = unmet(ready, "consent", purpose="legal", given_by=given_by, **YES)

    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [ONLY_THE_PERSON] * (not counts)
    assert not any(map(proposed, found))


def guarded(child: Ready) -> Ready:
    held = Assignment("guardian", child.at, child.case.version, ref="guardian-1")
    return child.but(roles={**child.case.roles, "guardian": held}).with_person("guardian-1", "guardian")


THE_GUARDIAN = "the person counts as a child, so the guardian must consent"
ASSENT = "the child's own assent is missing for 'Legal counselling'"


@pytest.mark.parametrize(
    ("given_by", "assent", "facts"),
    [
        ("guardian", True, []),
        ("guardian-1", True, []),
        ("guardian", None, [ASSENT]),
        ("guardian", False, []),  # the child says no: that is written down as it is
        (None, True, [THE_GUARDIAN]),
        ("relative-1", True, [THE_GUARDIAN]),
        ("person", None, [THE_GUARDIAN, ASSENT]),
    ],
)
def test_for_a_child_the_guardian_consents_and_the_child_assents(
    child: Ready, given_by: str | None, assent: bool | None, facts: list[str]
) -> None:
    found = unmet(guarded(child), "consent", purpose="legal", given_by=given_by, assent=assent, **YES)

    assert [one.fact for one in found] == facts
    assert {(one.rule, one.subject) for one in found} <= {("CONSENT", "legal")}
    todos = {
        THE_GUARDIAN: "name the guardian, and ask them",
        ASSENT: "ask the child, and say in 'assent' what they answered",
    }
    assert [one.todo for one in found] == [todos[fact] for fact in facts]
    for one in found:
        assert proposed(one) == ({"do": "consent", "purpose": "legal"} if one.fact == THE_GUARDIAN else {})


def test_what_comes_before_the_consent_to_return_comes_before_asking_the_guardian_for_it(child: Ready) -> None:
    case, by_the_child = guarded(child), {"purpose": "return", "assent": True, **YES}

    now, later = (
        next(one.remedy for one in unmet(each, "consent", **by_the_child) if one.fact == THE_GUARDIAN)
        for each in (
            case.without_step("return_consent"),
            case.without_step("return_review").without_step("return_consent"),
        )
    )

    assert now is not None
    assert later is not None
    assert now.do == {"do": "consent", "purpose": "return"}
    assert now.from_ == child.at + timedelta(hours=48), "who was named guardian just now has time to think, too"
    assert later.from_ is None


def test_where_a_purpose_asks_for_no_assent_the_guardian_alone_consents(child: Ready) -> None:
    case = guarded(child)
    alone = {**case.process.consents, "legal": replace(case.process.consents["legal"], assent=False)}

    assert said(with_process(case, consents=alone), "legal", given_by="guardian") == []


def test_a_child_without_a_guardian_waits_for_one(child: Ready) -> None:
    nobody = child.but(roles={role: held for role, held in child.case.roles.items() if role != "guardian"}, people={})

    (found,) = unmet(nobody, "consent", purpose="return", given_by="guardian", assent=True, **YES)

    assert found.fact == THE_GUARDIAN
    assert proposed(found) == {"do": "involve", "relation": "guardian"}


@pytest.mark.parametrize(
    ("born_on", "given_by", "asks_them"),
    [
        (date(1999, 1, 1), None, True),
        (date(1999, 1, 1), "guardian", True),
        (date(1999, 1, 1), "sibling-2", True),
        (date(1999, 1, 1), "sibling-1", False),
        (date(2015, 1, 1), "person", False),  # of a child along its parent may answer
    ],
)
def test_a_grown_up_who_travels_along_says_yes_for_themselves(
    ready: Ready, born_on: date, given_by: str | None, asks_them: bool
) -> None:
    along = ready.with_person("sibling-1", "sibling", travels=True, born_on=born_on)
    along = along.with_person("sibling-2", "sibling", travels=True, born_on=date(1999, 1, 1))

    found = unmet(along, "consent", purpose="return", of="sibling-1", given_by=given_by, **YES)

    told_apart = [one for one in found if one.rule == "CONSENT"]
    assert [(one.subject, one.fact, one.todo, proposed(one)) for one in told_apart] == [
        (
            "return",
            "only sibling-1 says yes for themselves",
            "ask them alone, and say 'given_by': sibling-1",
            {},
        )
    ] * asks_them


@pytest.mark.parametrize(
    ("given_by", "suspected", "counts"),
    [("friend-1", True, False), ("friend-1", False, True), ("sibling-1", False, True), (None, False, True)],
)
def test_nobody_under_suspicion_says_yes_for_a_child_along(
    ready: Ready, given_by: str | None, suspected: bool, counts: bool
) -> None:
    along = ready.with_person("sibling-1", "sibling", travels=True, born_on=date(2015, 1, 1))
    along = along.with_person("friend-1", "friend", suspected=suspected)

    found = unmet(along, "consent", purpose="return", of="sibling-1", given_by=given_by, **YES)

    assert [(one.subject, one.fact, one.todo, proposed(one)) for one in found if one.rule == "CONSENT"] == [
        ("return", "friend-1 is under suspicion, and says yes for nobody", "ask the child, and who decides for it", {})
    ] * (not counts)


def test_a_grown_up_along_is_asked_in_their_own_language_not_in_hers(ready: Ready) -> None:
    along = ready.with_fact("languages", ("bin",))
    along = along.with_person("sibling-1", "sibling", travels=True, born_on=date(1999, 1, 1))
    theirs = {"answer": "given", "form": "written", "language": "nl", "given_by": "sibling-1"}

    assert "CONSENT" not in {one.rule for one in unmet(along, "consent", purpose="return", of="sibling-1", **theirs)}
    hers = {**theirs, "given_by": "person"}
    assert "CONSENT" in {one.rule for one in unmet(along, "consent", purpose="return", **hers)}


def test_only_the_yes_to_the_journey_is_given_by_each_who_travels(ready: Ready) -> None:
    along = ready.with_person("sibling-1", "sibling", travels=True, born_on=date(1999, 1, 1))

    assert said(along, "legal", of="sibling-1", given_by="person") == []


@pytest.mark.parametrize("gone", [False, True])
def test_of_a_guardian_who_has_died_nobody_takes_a_yes(child: Ready, gone: bool) -> None:
    case = guarded(child).with_person("guardian-1", "guardian", gone=gone)

    found = unmet(case, "consent", purpose="legal", given_by="guardian", assent=True, **YES)

    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("CONSENT", "legal", THE_GUARDIAN, "name the guardian, and ask them")
    ] * gone


# --- after a no --------------------------------------------------------------------------------------------------------------------


def after_a_no(ready: Ready, *types: str) -> Ready:
    """The same in which these have happened, and are not over."""
    later = anew(ready)
    opened = (IncidentRecord(later.case.version, one, "on_hold", "pre_departure", ready.at) for one in types)
    return later.but(incidents=tuple(opened))


@pytest.mark.parametrize(
    ("types", "purpose", "is_open"),
    [
        (["consent_withdrawn_before"], "return", True),
        (["risk_high", "consent_withdrawn_before"], "return", True),
        (["of_an_older_process", "wish_changed_after_return"], "return", True),
        (["consent_withdrawn_before"], "legal", False),  # all other help goes on
        (["risk_high"], "return", False),
        ([], "return", False),
    ],
)
def test_no_yes_is_taken_while_a_no_is_open(ready: Ready, types: list[str], purpose: str, is_open: bool) -> None:
    found = [one for one in said(after_a_no(ready, *types), purpose) if one[0] == "CONSENT"]

    no = ("CONSENT", purpose, "the person has said no, and that is not over", "talk about all options again, then ask")
    assert found == [no] * is_open


def test_a_no_that_is_over_forbids_nothing(ready: Ready) -> None:
    case = after_a_no(ready, "consent_withdrawn_before")
    over = case.but(incidents=(case.case.incidents[0]._replace(resolved_at=ready.at),))

    assert [one for one in said(over, "return") if one[0] == "CONSENT"] == []


def test_after_a_no_it_is_asked_how_it_ended(ready: Ready) -> None:
    case = after_a_no(ready, "consent_withdrawn_before")
    talked = case.with_step("options_counselling/3", at=ready.at, seq=case.case.version + 1)

    first, then = (
        next(one for one in unmet(each, "consent", purpose="return", **YES) if "said no" in one.fact)
        for each in (case, talked)
    )

    assert proposed(first)["step"] == "options_counselling"
    assert proposed(then) == {"do": "resolve", "incident": "consent_withdrawn_before"}


# --- the step in which it is asked ----------------------------------------------------------------------------------------------------


def test_the_consent_to_return_waits_for_what_its_step_waits_for(ready: Ready) -> None:
    ((rule, subject, _, _),) = said(ready.without_step("return_review"), "return")

    assert (rule, subject) == ("STEP", "return_review")
    assert said(ready.without_step("return_review"), "legal") == []


@pytest.mark.parametrize(("late", "is_old"), [(timedelta(0), False), (SECOND, True)])
def test_what_the_person_was_told_is_not_too_old_when_they_decide(ready: Ready, late: timedelta, is_old: bool) -> None:
    """Its age counts from the beginning of the day that it says of itself, where it was asked for."""
    dated = date.fromisoformat(ready.case.steps["origin_information"].values["dated_on"])
    decides = datetime.combine(dated + timedelta(days=90), time(), ZoneInfo("Africa/Lagos")) + late
    case = ready.with_step("options_counselling/3", at=decides - 30 * DAY)

    found = unmet(case, "consent", purpose="return", at=decides, now=decides, **YES)

    old = "'Give reliable information about the place of return' is older than 90 days"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("STEP", "origin_information", old, "do it again first")
    ] * is_old
    assert [proposed(one) for one in found] == [{"do": "redo", "step": "origin_information"}] * is_old


def test_what_the_person_was_told_of_another_place_is_told_anew(ready: Ready) -> None:
    places = {
        **ready.case.earlier.get("facts", {}),
        "ng_residence_state": ready.case.all_of("facts", "ng_residence_state"),
    }
    moved = anew(ready).with_fact("ng_residence_state", "Lagos").but(earlier={**ready.case.earlier, "facts": places})

    found = {subject: (rule, fact) for rule, subject, fact, _ in said(moved, "return")}

    assert found["origin_information"] == (
        "STEP",
        "'Give reliable information about the place of return' was done before this changed: the place of return",
    )


def test_what_must_be_looked_at_again_is_done_before_the_person_decides(ready: Ready) -> None:
    was = {**ready.case.earlier.get("steps", {}), "safety_plan": ready.case.all_of("steps", "safety_plan")}
    again = anew(ready).with_step("safety_plan", state="open").but(earlier={**ready.case.earlier, "steps": was})

    found = [one for one in unmet(again, "consent", purpose="return", **YES) if one.subject == "safety_plan"]

    assert [(one.rule, one.fact, one.todo) for one in found] == [
        ("STEP", "'Make a safety plan' is to be done again before the person decides", "do it first")
    ]
    assert [proposed(one)["step"] for one in found] == ["safety_plan"]


def test_a_step_that_takes_several_consents_holds_none_of_them_up(ready: Ready) -> None:
    first = ready.without_step("give_rights_information").without_step("obtain_assistance_consent")

    assert said(first, "assistance") == []
    alone = declared(first, "obtain_assistance_consent", done_by=DoneBy("consent", ("assistance",)))
    assert [subject for _, subject, _, _ in said(alone, "assistance")] == ["give_rights_information"]


# --- in which language -----------------------------------------------------------------------------------------------------

NOT_UNDERSTOOD = (
    "CONSENT",
    "legal",
    "the person was asked for 'Legal counselling' in a language that they do not understand",
    "ask in a language of theirs, or with an interpreter: bin, en",
)


@pytest.mark.parametrize(
    ("asked_in", "counts"),
    [
        ({"language": "bin"}, True),
        ({"language": "en"}, True),
        ({"language": "nl"}, False),
        ({"language": "nl", "interpreter": "interpreter-1"}, True),
        ({"language": None}, True),  # nobody says in which
    ],
)
def test_a_yes_is_asked_in_a_language_that_is_understood(ready: Ready, asked_in: dict[str, Any], counts: bool) -> None:
    speaks = ready.with_fact("languages", ("bin", "en")).with_person("interpreter-1", "interpreter")

    found = unmet(speaks, "consent", purpose="legal", answer="given", form="written", **asked_in)

    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [NOT_UNDERSTOOD] * (not counts)
    assert [proposed(one) for one in found] == [{}] * (not counts)


def test_where_nobody_knows_their_languages_and_of_a_guardian_nobody_asks(ready: Ready, child: Ready) -> None:
    dutch = {"answer": "given", "form": "written", "language": "nl"}

    assert unmet(ready.without_fact("languages"), "consent", purpose="legal", **dutch) == []
    theirs = child.with_fact("languages", ("bin",))
    assert unmet(theirs, "consent", purpose="legal", given_by="guardian", assent=True, **dutch) == []


# --- a language that turned out to be spoken ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ever", "who", "language", "refused"),
    [
        ([("bin",), ("bin", "en")], "anna", "en", True),
        ([("bin",), ("bin", "en")], "a_colleague", "en", False),  # somebody else has heard it
        ([("bin",), ("bin", "en")], "anna", "bin", False),  # what was named at first
        ([("bin", "en")], "anna", "en", False),  # there was no other word before
        ([None, ("en",)], "anna", "en", False),  # that nobody knew is no word
    ],
)
def test_whoever_wrote_a_language_down_since_does_not_ask_in_it_alone(ready: Ready, ever, who, language, refused):
    *before, now = ever
    stands = FactRecord(now, ready.at - DAY, 900, who)
    earlier = {"facts": {"languages": tuple(Was(value, ready.at - 9 * DAY, 5) for value in before)}}
    case = ready.but(facts={**ready.case.facts, "languages": stands}, earlier=earlier)

    found = told(case, "consent", purpose="monitoring", answer="given", language=language)

    fact = f"whoever wrote down since that the person understands {language} asks them in it"
    todo = "let somebody else ask, or hear it and write it down; or ask with an interpreter"
    assert [one for one in found if "asks them in it" in one[2]] == [("CONSENT", "monitoring", fact, todo)] * refused
