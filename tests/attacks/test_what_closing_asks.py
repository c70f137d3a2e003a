"""A return is closed as one that holds when what was begun with her has come to some end (registers, the column "closing asks")."""

from __future__ import annotations

import pytest
from wayhome.packs.plugins import Packs

from tests.attacks.acts import HOME, REVIEW, closes, happens, redo
from tests.attacks.conftest import Begin
from tests.attacks.play import RECEIVER, Command, complete
from tests.deviations import near_the_end
from tests.whole_answers import EXPLAINED_ALL

HOLDS = closes("reintegration_sustained")
AIM: Command = {"do": "enter", "register": "plan_item", "area": "training", "aim": "(invented) to sew"}
TODO = "say of each how it ended, also where it was dropped, or who goes on with it"
# From the domain page: in which states something has come to no end; what is not named there may stand as it stands.
NO_END = {
    "plan_item": {"open", "under_way"}, "service": {"sent", "running"}, "budget": {"asked", "granted"}, "payment": {"promised", "paid"},
    "measure": {"planned"}, "legal_matter": {"open", "with_lawyer"}, "conference": {"planned"}, "appointment": {"asked"},
    "medicine": {"running"},
}  # fmt: skip


def test_each_register_asks_at_closing_what_the_domain_page_says(packs: Packs) -> None:
    registers = packs.process("BE", "NG").registers
    assert {id: {*one.not_at_closing} for id, one in registers.items() if one.not_at_closing} == NO_END
    assert not any(one.states[state].ends for one in registers.values() for state in one.not_at_closing)


LEFT: Command = {"do": "update", "ref": "home-1", "status": "left", "by": "person"}
UNSAFE: Command = {"do": "update", "ref": "home-1", "safe": "no", "by": "person"}
WELL = "'Where the person lives': nobody has written down, in the person's own word, that it is well"


@pytest.mark.parametrize("said", [LEFT, UNSAFE])
def test_a_home_that_is_left_or_not_safe_is_none_at_closing(begin: Begin, said: Command) -> None:
    case = begin(near_the_end)
    case.given(RECEIVER, said)

    assert case.told("INV-26", HOLDS, RECEIVER) == [
        (WELL, "ask them, and enter it as they say it; where they do not say, the review says what was seen instead")
    ]
    if said == UNSAFE:  # as long as she lives there, another that is safe makes it none
        case.given(RECEIVER, {**HOME, "safe": "mostly"})
        assert case.told("INV-26", HOLDS, RECEIVER)
        case.given(RECEIVER, LEFT)
    else:
        case.given(RECEIVER, {**HOME, "safe": "mostly"})
    if (
        said == UNSAFE
    ):  # she spoke of a danger: who assessed the risk there looks again, and closing is talked about again
        assert case.why(HOLDS, RECEIVER).reasons == {
            ("STEP", "post_arrival_risk_assessment"),
            ("STEP", "closure_review"),
        }
        case.given(RECEIVER, complete("post_arrival_risk_assessment", confirms=True))
        case.given(RECEIVER, redo("closure_review"), REVIEW)
    assert case.why(HOLDS, RECEIVER).done


def test_where_they_do_not_say_how_they_live_the_review_says_what_was_seen(begin: Begin) -> None:
    case = begin(near_the_end)
    case.given(RECEIVER, LEFT, {"do": "redo", "step": "closure_review", "reason": "(invented) asked anew"})
    case.given(
        RECEIVER,
        complete("closure_review", result="close", manages="yes", agrees="yes", home_seen="(invented) a clean room"),
    )

    assert case.why(HOLDS, RECEIVER).done


def test_a_no_of_hers_is_not_seen_otherwise(begin: Begin) -> None:
    """What was seen stands for what was not said, and never for what she said; nor does the home of a child."""
    case = begin(near_the_end)
    case.given(RECEIVER, UNSAFE, {"do": "redo", "step": "closure_review", "reason": "(invented) asked anew"})
    review = complete(
        "closure_review", result="close", manages="yes", agrees="yes", home_seen="(invented) a clean room"
    )
    case.given(RECEIVER, review)
    child = case.involved("child", travels=False)
    case.given(RECEIVER, {**HOME, "of": child})

    assert [fact for fact, _ in case.told("INV-26", HOLDS, RECEIVER)] == [WELL]


@pytest.mark.parametrize(
    ("said", "holds"), [({}, False), ({"last_day": "2028-01-01"}, True), ({"next_by": "ng_idia"}, True)]
)
def test_medicine_goes_on_beyond_the_end_or_somebody_sees_to_it(begin: Begin, said: Command, holds: bool) -> None:
    case = begin(near_the_end)
    case.given("medical_officer", {"do": "record", "facts": {"needs_health_followup": True}})
    case.given("medical_officer", {"do": "consent", "purpose": "health_processing_local", "language": "en"})
    entered = {
        "do": "enter",
        "register": "medicine",
        "called": "(invented) the white ones",
        "last_day": case.now.date().isoformat(),
    }
    case.given("medical_officer", {**entered, **said})

    assert (
        "INV-26" in {rule for rule, subject in case.why(HOLDS, RECEIVER).reasons if subject == "medicine"}
    ) is not holds


@pytest.mark.parametrize(
    "end", [{"status": "dropped", "by": "person"}, {"status": "not_possible", "why": "(invented) the school is closed"}]
)
def test_an_aim_without_an_end_keeps_a_case_open_and_any_end_lets_it_close(begin: Begin, end: Command) -> None:
    case = begin(near_the_end)
    case.given(RECEIVER, AIM, AIM)

    assert case.told("INV-26", HOLDS, RECEIVER) == [
        ("'Aims of the plan': nobody has said how plan_item-1, plan_item-2 ended", TODO)
    ]
    case.given(RECEIVER, {"do": "update", "ref": "plan_item-1", **end})
    assert case.told("INV-26", HOLDS, RECEIVER) == [("'Aims of the plan': nobody has said how plan_item-2 ended", TODO)]
    case.given(RECEIVER, {"do": "update", "ref": "plan_item-2", **end})
    assert case.why(HOLDS, RECEIVER).done


def test_every_register_is_named_at_once(begin: Begin) -> None:
    case = begin(near_the_end)
    case.given(
        RECEIVER,
        AIM,
        {"do": "enter", "register": "service", "service": "training", "what": "(invented) sewing", "status": "running"},
        {
            "do": "enter",
            "register": "conference",
            "set_for": "2027-06-01T10:00+01:00",
            "who": ["her"],
            "about": ["housing"],
        },
    )

    assert {subject for rule, subject in case.why(HOLDS, RECEIVER).reasons if rule == "INV-26"} == {
        "plan_item",
        "service",
        "conference",
    }


def test_an_aim_that_was_entered_in_error_asks_for_no_end(begin: Begin) -> None:
    case = begin(near_the_end)
    case.given(RECEIVER, AIM)
    seq = case.engine.history(case.case, as_=case.actor(RECEIVER))[-1].seq
    case.given(RECEIVER, {"do": "correct", "seq": seq, "why": "(invented) of another case"})

    assert case.why(HOLDS, RECEIVER).done


def test_the_end_of_the_support_asks_for_no_end_of_the_rest(begin: Begin) -> None:
    """What has come to no end is told as it is: the case ends, and not as if it held."""
    case = begin(near_the_end)
    case.given(RECEIVER, AIM)

    assert case.why(closes("support_period_completed"), RECEIVER).done


def test_who_closes_says_that_the_lawyer_goes_on_and_needs_no_counsellor_for_it(begin: Begin) -> None:
    """registers: "an end, or the lawyer goes on". Where nobody holds that role any more, the case would wait for nobody."""
    case = begin(near_the_end)
    case.given(RECEIVER, {"do": "consent", "purpose": "legal", "answer": "given", "language": "en", **EXPLAINED_ALL})
    case.given("legal_counsellor", {"do": "enter", "register": "legal_matter", "matter": "wages", "country": "BE"})
    assert case.told("INV-26", HOLDS, RECEIVER) == [("'Legal matters': nobody has said how legal_matter-1 ended", TODO)]

    assert (
        case.tried(RECEIVER, {"do": "update", "ref": "legal_matter-1", "status": "ended", "outcome": "won"}).kind
        == "not_permitted"
    )
    case.given(RECEIVER, {"do": "update", "ref": "legal_matter-1", "status": "passed_on"})
    assert case.why(HOLDS, RECEIVER).done


def test_a_review_of_before_a_danger_closes_nothing_after_it(begin: Begin) -> None:
    """They said that they manage, and were trafficked again since: what they agreed to is talked about again."""
    case = begin(near_the_end)
    assert case.why(HOLDS, RECEIVER).done
    case.given(RECEIVER, happens("re_trafficking"))

    assert ("STEP", "closure_review") in case.why(HOLDS, RECEIVER).reasons
