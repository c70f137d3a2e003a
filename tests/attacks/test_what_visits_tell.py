"""What is told of visits after the return: late, by one alone; and the signs of danger that were seen there.

safety.md F5: nothing for 367 days, then one account typed a year of visits in one minute, and the case closed as "reintegration holds".
A visit with signs of violence opened nothing, and nothing was due.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import POOR, ago, closes, ends, happens, in_follow_up, open_alarms
from tests.attacks.conftest import Begin
from tests.attacks.play import DEPART, MANAGER, RECEIVER, Command, Play, evidence_is_fresh
from tests.whole_answers import VISIT

SUSTAINED = closes("reintegration_sustained")


def visit(round_: str, **said: Any) -> Command:
    return {"do": "complete", "step": "monitoring_visit", "round": round_, **VISIT, **said}


def unseen(play: Play) -> list[tuple[str, str]]:
    """Give of which visit or survey the closing says that nobody else has seen it, and what helps."""
    return [(fact, todo) for fact, todo in play.told("INV-26", SUSTAINED, RECEIVER) if "written down" in fact]


@pytest.fixture
def there(begin: Begin) -> Play:
    play = begin(in_follow_up)
    play.wait(days=16)
    return play


def test_a_visit_told_late_ends_its_due_date_at_once_and_counts_for_holds_once_a_second_has_seen_it(
    there: Play,
) -> None:
    there.given(RECEIVER, visit("d7", **ago(there, days=9)))

    assert there.step("monitoring_visit", "d7").state == "done"
    rows = there.engine.due(as_=there.actor(RECEIVER), case=there.case)
    assert ("monitoring_visit", "d7") not in [(row.step, row.round) for row in rows]
    assert unseen(there) == [
        (
            "'Visit or call the person' (round d7) was written down more than 72 hours late, and nobody else has seen it",
            "let somebody else read it, or ask there, and sign it",
        )
    ]
    signs = {"do": "sign", "step": "monitoring_visit", "round": "d7"}
    assert ("ROLE", "monitoring_visit") in there.tried(RECEIVER, signs).reasons, "whoever wrote it"
    there.given(MANAGER, signs)
    assert unseen(there) == []


def test_a_visit_told_within_three_days_needs_nobody_else(there: Play) -> None:
    there.given(RECEIVER, visit("d7", **ago(there, days=2)))

    assert there.step("monitoring_visit", "d7").state == "done"
    assert unseen(there) == []


def test_a_survey_told_late_is_seen_by_a_second_too(begin: Begin) -> None:
    play = begin(in_follow_up)
    play.wait(days=190)
    survey = {"do": "complete", "step": "sustainability_survey", "round": "m6", **POOR}
    play.given(RECEIVER, {**survey, **ago(play, days=4)})

    assert [fact.partition(" was ")[0] for fact, _ in unseen(play)] == ["'Ask how the return holds' (round m6)"]


ROUNDS = ("d2", "d7", "m1", "m3", "m6", "m9", "m12")


def test_a_year_of_visits_is_not_made_on_one_day(begin: Begin) -> None:
    """Told with their own days they are late, and a second looks; told as of today each was in time: nobody had seen her for a year."""
    play = begin(in_follow_up)
    play.wait(days=367)
    play.given(RECEIVER, *(visit(one) for one in ROUNDS))

    of_days = [(fact, todo) for fact, todo in play.told("INV-26", SUSTAINED, RECEIVER) if "days" in fact]
    assert of_days == [
        (
            "'Visit or call the person' was done 7 times, on 1 of the days since the landing",
            "visit or call the person on another day, and write it down as an extra contact",
        )
    ]
    proposed = [remedy.do for subject, remedy in play.remedies(SUSTAINED, RECEIVER) if subject == "monitoring_visit"]
    assert {"do": "complete", "step": "monitoring_visit", "round": "extra"} in proposed, proposed


def test_honest_a_round_that_was_missed_is_made_up_for_with_the_next(begin: Begin) -> None:
    play = begin(in_follow_up)
    for days, rounds in ((2, ["d2"]), (5, ["d7"]), (25, ["m1"]), (60, ["m3"]), (92, ["m6"]), (185, ["m9", "m12"])):
        play.wait(days=days)
        play.given(RECEIVER, *(visit(one) for one in rounds))

    assert [fact for fact, _ in play.told("INV-26", SUSTAINED, RECEIVER) if "days" in fact] == []


def test_another_end_of_the_case_asks_nobody_else(there: Play) -> None:
    there.given(RECEIVER, visit("d7", **ago(there, days=9)))

    assert not there.why(closes("support_period_completed"), RECEIVER).says("INV-26")


# --- signs of danger ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "alarm"), [("s_hurt", "violence"), ("s_past", "risk_high")])
def test_a_visit_that_heard_of_danger_opens_the_alarm_by_itself(there: Play, question: str, alarm: str) -> None:
    there.given(RECEIVER, visit("extra", **{question: "yes"}))

    assert open_alarms(there) == {alarm}


WHETHER = [
    ("s_home", "no", "s_home_now", {"yes": "risk_high"}),
    ("s_money", "yes", "s_money_now", {"yes": "risk_high"}),
    ("s_offer", "yes", "s_offer_is", {"trafficked_again": "re_trafficking", "in_danger": "risk_high"}),
]


@pytest.mark.parametrize(("question", "answer", "whether", "opens"), WHETHER)
def test_what_may_be_a_danger_asks_whether_and_opens_what_is_said(
    begin: Begin, question: str, answer: str, whether: str, opens: dict[str, str]
) -> None:
    """registers, `visit`: the others ask in the same talk whether."""
    for said in (*opens, "no"):
        there = begin(in_follow_up)
        form = there.engine.form(there.case, {"do": "complete", "step": "monitoring_visit"}, as_=there.actor(RECEIVER))
        asked = next(slot for slot in form.slots if slot.name == whether)
        assert asked.is_asked({"result": "reached", question: answer})
        assert not asked.is_asked({"result": "reached", question: "yes" if answer == "no" else "no"})
        there.given(RECEIVER, visit("extra", **{question: answer, whether: said}))

        assert open_alarms(there) == ({opens[said]} if said in opens else set())


@pytest.mark.parametrize(("question", "answer", "whether", "_"), WHETHER)
@pytest.mark.parametrize("unsaid", [None, "does_not_want_to_say", "does_not_know", "not_asked"])
def test_a_danger_that_nobody_asked_about_is_one(
    there: Play, question: str, answer: str, whether: str, _: dict[str, str], unsaid: str | None
) -> None:
    """registers, Part 2: and open when that is left unanswered."""
    there.given(RECEIVER, visit("extra", **{question: answer}, **({whether: unsaid} if unsaid else {})))

    assert open_alarms(there) == {"risk_high"}


def test_shame_is_written_down_and_is_no_alarm(there: Play) -> None:
    there.given(RECEIVER, visit("extra", s_shame="yes"))

    assert open_alarms(there) == set()


def test_who_was_not_reached_is_asked_nothing(there: Play) -> None:
    form = there.engine.form(there.case, {"do": "complete", "step": "monitoring_visit"}, as_=there.actor(RECEIVER))

    assert {slot.name for slot in form.slots if slot.is_asked({"result": "not_reached"})} >= {"result", "how"}
    assert not [
        slot for slot in form.slots if slot.name[:2] in ("s_", "v_") and slot.is_asked({"result": "not_reached"})
    ]


def test_where_nothing_was_seen_nothing_is_asked(there: Play) -> None:
    there.given(RECEIVER, visit("extra"))

    assert open_alarms(there) == set()


@pytest.mark.parametrize("word", ["fail", "start", "skip"])
def test_what_was_answered_is_not_lost_with_a_step_that_is_not_completed(there: Play, word: str) -> None:
    said = {"do": word, "step": "monitoring_visit", "round": "extra", "s_hurt": "yes"}
    broken_off = {**said, **({} if word == "start" else {"reason": "(invented) she had to go"})}

    assert there.faults(RECEIVER, broken_off)
    told = there.tried(RECEIVER, broken_off, may_be_bad_input=True).text
    assert "What is answered is kept of a step that is completed, and of no other." in told


def test_a_fear_that_she_speaks_of_is_looked_at_before_she_boards(begin: Begin) -> None:
    """registers, `needs`: before the return the safety questions feed the risk assessment, and open nothing by themselves."""
    step = "vulnerability_and_skills_assessment"
    play = begin(evidence_is_fresh)
    assert play.why(DEPART).done
    play.given(MANAGER, {"do": "redo", "step": step, "reason": "(invented) she wants to say more"})
    play.given(MANAGER, {"do": "complete", "step": step, "afraid": "yes"})

    assert ("INV-04", "pre_return_risk_assessment") in play.why(DEPART).reasons
    told = [fact for fact, _ in play.told("STEP", DEPART)]
    assert any("a danger that the person spoke of" in fact for fact in told), told
    assert open_alarms(play) == set()


# --- a visit is a meeting, also for what is no danger -----------------------------------------------------------------


def test_a_visit_that_met_the_person_ends_what_waits_until_they_were_reached(begin: Begin) -> None:
    """Until now a second entry was asked for, of a contact, beside the visit in which the person told of the child."""
    case = begin(in_follow_up)
    case.given(RECEIVER, happens("pregnancy_or_birth"))
    case.wait(hours=1)
    assert case.told("INPUT", ends("pregnancy_or_birth", "reached"), RECEIVER) == [
        ("the person has not been reached since", "go on trying, in the agreed order")
    ]
    case.given(RECEIVER, visit("extra"))

    assert case.tried(RECEIVER, ends("pregnancy_or_birth", "reached")).done


def test_what_an_aunt_says_of_a_visit_ends_nothing(begin: Begin) -> None:
    case = begin(in_follow_up)
    aunt = case.involved("relative")
    case.given(RECEIVER, happens("pregnancy_or_birth"))
    case.wait(hours=1)
    case.given(RECEIVER, visit("extra", by=aunt, heard_by="phone"))

    assert not case.tried(RECEIVER, ends("pregnancy_or_birth", "reached")).done
