"""A case closes by what is open, not by the name that somebody picks. (findings/safety.md K7; a20 to a23)"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from wayhome.calendar.spans import start_of_day

from tests.attacks.acts import (
    ECONOMIC,
    NO_MORE_CONTACT,
    POOR,
    PSYCHOSOCIAL,
    REVIEW,
    SOCIAL,
    agreed_after_a_year,
    closes,
    in_follow_up,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import GUARD, MANAGER, RECEIVER, TRAVEL, Command, Play, at_home, settled
from tests.conftest import who_leads
from tests.whole_answers import SAFE, VISIT, risks

NOT_REACHED: Command = {"do": "contact", "with": "person", "channel": "phone", "reached": False}
KNOWN_DEAD = {"result": "by_paper", "paper": "a certificate, in the safe", "paper_dated": "2026-03-02"}
LAGOS = ZoneInfo("Africa/Lagos")


def a_year_later(play: Play) -> None:
    in_follow_up(play)
    play.wait(days=366)
    play.given(RECEIVER, {"do": "complete", "step": "sustainability_survey", "round": "m12", **POOR})
    play.given(RECEIVER, REVIEW)


def test_who_was_not_met_at_landing_is_not_closed_as_impossible(begin: Begin) -> None:
    case = begin(at_home)
    case.given(MANAGER, {"do": "incident", "type": "no_show_arrival"})

    assert ("PHASE", "no_show_arrival") in case.tried(MANAGER, closes("return_not_possible")).reasons
    assert case.told("PHASE", closes("return_not_possible")) == [
        (
            "'The person was not met at arrival' is open, and a case does not close as 'Return is not possible' over it",
            "do what it needs, then resolve it; or close the case as Contact is lost",
        )
    ]


def test_who_vanished_in_the_air_is_not_closed_as_a_change_of_mind(fresh: Play) -> None:
    fresh.given(TRAVEL, {"do": "move", "to": "depart"})
    fresh.given(MANAGER, {"do": "incident", "type": "no_show_arrival"})

    assert ("PHASE", "no_show_arrival") in fresh.tried(MANAGER, closes("withdrew_return")).reasons


@pytest.mark.parametrize(
    "reason", ["assistance_declined", "return_not_possible", "withdrew_return", "left_outside_process", "duplicate"]
)
def test_who_cannot_be_reached_is_not_closed_by_another_name(fresh: Play, reason: str) -> None:
    fresh.given(MANAGER, NOT_REACHED)
    if "lost_contact" not in {incident["type"] for incident in fresh.seen().incidents}:
        raise RuntimeError("nobody is alarmed")

    assert ("PHASE", "lost_contact") in fresh.tried(MANAGER, closes(reason)).reasons


@pytest.mark.parametrize("alarm", ["risk_high", "re_trafficking"])
@pytest.mark.parametrize("reason", ["other_durable_solution", "support_period_completed"])
def test_who_is_in_danger_is_not_closed_as_done(begin: Begin, alarm: str, reason: str) -> None:
    case = begin(a_year_later)
    case.given(MANAGER, {"do": "incident", "type": alarm})

    assert ("PHASE", alarm) in case.tried(case.asking(), closes(reason)).reasons


def test_five_attempts_in_one_minute_on_one_telephone_are_no_search(begin: Begin) -> None:
    case = begin(at_home)
    landed = case.now
    case.wait(days=95)
    assert case.faults(MANAGER, {**NOT_REACHED, "channel": "mobile"}) == {("channel", "unknown")}
    for turn, channel in enumerate(("phone", "message", "visit", "phone", "phone")):
        tried_at = landed + timedelta(hours=1, days=20 * turn)
        case.given(MANAGER, {**NOT_REACHED, "channel": channel, "at": tried_at.isoformat()})

    assert case.tried(MANAGER, closes("lost_contact")).reasons == {("INV-25", "lost_contact")}
    assert case.told("INV-25", closes("lost_contact"))[0] == (
        "there were attempts on 0 of 5 days; what was entered later than 72 hours does not count",
        "keep trying, in the order of the safety plan",
    )


def test_five_attempts_on_one_day_are_no_search_and_five_honest_ones_are(begin: Begin) -> None:
    case = begin(at_home)
    for channel in ("phone", "message", "visit", "phone", "letter"):
        case.given(MANAGER, {**NOT_REACHED, "channel": channel})
        case.wait(minutes=1)
    assert "attempts on 1 of 5 days" in case.told("INV-25", closes("lost_contact"))[0][0]
    for channel in ("phone", "phone", "message"):
        case.wait(days=10)
        case.given(MANAGER, {**NOT_REACHED, "channel": channel})
    case.wait(days=11, hours=6)
    typed_later = case.now - timedelta(hours=72)
    case.given(MANAGER, {**NOT_REACHED, "channel": "through_somebody", "at": typed_later.isoformat()})

    assert "less than 90 days" in case.told("INV-25", closes("lost_contact"))[0][0]
    case.wait(days=50)
    case.given(MANAGER, closes("lost_contact"))


def test_ninety_days_of_silence_do_not_begin_with_an_incident_that_is_dated_back(begin: Begin) -> None:
    case = begin(at_home)
    landed = case.now
    case.wait(days=60)
    case.given(MANAGER, {"do": "incident", "type": "lost_contact", "at": (landed + timedelta(hours=1)).isoformat()})
    for channel in ("phone", "message", "visit", "phone", "letter"):
        case.given(MANAGER, {**NOT_REACHED, "channel": channel})
        case.wait(days=9)

    assert "less than 90 days" in case.told("INV-25", closes("lost_contact"))[0][0]


def test_the_year_of_follow_up_does_not_end_on_the_day_of_landing(begin: Begin) -> None:
    case = begin(settled)

    assert case.tried(MANAGER, closes("other_durable_solution")).reasons == {("FACT", "other_durable_solution")}
    case.given(MANAGER, {"do": "record", "facts": {"lasting_solution": "residence"}})  # it is no end of the year
    assert case.tried(MANAGER, closes("other_durable_solution")).reasons == {("FACT", "other_durable_solution")}


def test_staff_do_not_withdraw_in_the_name_of_the_person(begin: Begin) -> None:
    case, closed = begin(in_follow_up), closes("consent_withdrawn_after_return")
    case.given(MANAGER, {"do": "incident", "type": "consent_withdrawn_after"})

    assert case.tried(MANAGER, closed).reasons == {("FACT", "consent_withdrawn_after_return")}
    assert case.told("FACT", closed) == [
        (
            "'The person wants no more contact after the return' needs this to be recorded: "
            "the person has said no to 'Be visited and asked how it goes' "
            "and 'Any danger at home that is known was talked about once more' is yes "
            "and 'Where it is a child, two have heard it' is yes "
            "and ('Treated as a child' is no or 'The family refuses, can no longer care, or has a part in it' is not open)",
            "Record what the person said - the consent to be visited, taken back or refused. Is there a danger? Talk about it "
            "once more, and about the way back to us; then record in the review that the person asks to close. "
            "For a child two hear it first.",
        )
    ]
    case.given(MANAGER, {"do": "withdraw", "purpose": "monitoring"})
    case.given(MANAGER, closed)


# --- who is in danger, and wants no more contact ----------------------------------------------------------------------------

ASKED: tuple[Command, ...] = (
    {"do": "record", "facts": {"person_asks_to_close": True}},
    {"do": "complete", "step": "closure_review", "result": "on_persons_request", "manages": "yes"},
)


def found_in_danger(play: Play) -> None:
    row = {"about": "person", "factor": "housing", "likelihood": "3", "severity": "3", "residual": "high"}
    if play.step("post_arrival_risk_assessment").state == "done":
        play.given(RECEIVER, {"do": "redo", "step": "post_arrival_risk_assessment"})
    found = {"step": "post_arrival_risk_assessment", **risks(row)}
    play.given(RECEIVER, {"do": "complete", **found})


def hurt_by_somebody(play: Play) -> None:
    play.given(RECEIVER, {"do": "incident", "type": "violence"})
    found_in_danger(play)


@pytest.mark.parametrize("danger", [found_in_danger, hurt_by_somebody])
def test_who_is_in_danger_at_home_and_wants_no_more_contact_is_believed_when_it_was_talked_about(
    begin: Begin, danger: Callable[[Play], None]
) -> None:
    case = begin(in_follow_up)
    danger(case)
    case.given(MANAGER, {"do": "withdraw", "purpose": "monitoring"})

    assert case.tried(MANAGER, NO_MORE_CONTACT).reasons == {("FACT", "consent_withdrawn_after_return")}
    case.given(RECEIVER, *ASKED)
    case.given(MANAGER, NO_MORE_CONTACT)
    assert case.seen(who_leads(case.engine, case.case)).closed_as == "consent_withdrawn_after_return"


@pytest.mark.parametrize("danger", [found_in_danger, hurt_by_somebody])
def test_what_was_talked_about_before_the_danger_closes_nothing_over_it(
    begin: Begin, danger: Callable[[Play], None]
) -> None:
    case = begin(in_follow_up)
    case.given(RECEIVER, *ASKED)
    case.given(MANAGER, {"do": "withdraw", "purpose": "monitoring"})
    case.wait(hours=1)
    danger(case)

    assert case.tried(MANAGER, NO_MORE_CONTACT).reasons == {("FACT", "consent_withdrawn_after_return")}


def test_a_review_that_finds_something_else_closes_nothing_over_a_danger(begin: Begin) -> None:
    case = begin(a_year_later)
    found_in_danger(case)
    case.given(MANAGER, {"do": "withdraw", "purpose": "monitoring"})
    case.given(RECEIVER, REVIEW)

    assert not case.tried(MANAGER, NO_MORE_CONTACT).done


def test_over_the_danger_of_a_child_nobody_closes_because_it_is_wished(begin: Begin) -> None:
    case = begin(in_follow_up)
    found_in_danger(case)
    case.given(RECEIVER, *ASKED)
    case.given(MANAGER, {"do": "record", "facts": {"age_status": "child"}})
    case.given(MANAGER, {"do": "withdraw", "purpose": "monitoring"})

    assert ("FACT", "consent_withdrawn_after_return") in case.tried(MANAGER, NO_MORE_CONTACT).reasons


def test_over_signs_of_new_trafficking_no_wish_closes(begin: Begin) -> None:
    case = begin(in_follow_up)
    case.given(RECEIVER, {"do": "incident", "type": "re_trafficking"})
    found_in_danger(case)
    case.given(RECEIVER, *ASKED)
    case.given(MANAGER, {"do": "withdraw", "purpose": "monitoring"})

    assert case.tried(case.asking(), NO_MORE_CONTACT).reasons == {("PHASE", "re_trafficking")}


@pytest.mark.parametrize("reason", ["reintegration_sustained", "support_period_completed", "other_durable_solution"])
def test_a_danger_at_home_closes_under_no_kinder_name(begin: Begin, reason: str) -> None:
    case = begin(in_follow_up)
    found_in_danger(case)
    case.given(RECEIVER, *ASKED)

    assert ("PHASE", "risk_high") in case.tried(case.asking(), closes(reason)).reasons


@pytest.mark.parametrize(("step", "values"), [("monitoring_visit", VISIT), ("sustainability_survey", POOR)])
def test_the_visit_of_the_last_month_is_not_made_on_the_day_of_landing(
    begin: Begin, step: str, values: dict[str, Any]
) -> None:
    case, visit = begin(in_follow_up), {"do": "complete", "step": step, "round": "m12", **values}

    assert case.tried(RECEIVER, visit).reasons == {("STEP", step)}
    assert case.told("STEP", visit, RECEIVER)[0] == (
        f"round m12 of '{case.step(step).title}' opens on 2027-04-14",  # twelve months after 14 May, less thirty days
        "wait until then"
        + ("; at any other time it is an extra contact: its 'round' is extra" if step == "monitoring_visit" else ""),
    )
    assert case.tried(RECEIVER, {"do": "start", "step": step, "round": "m12"}).reasons == {("STEP", step)}


@pytest.mark.parametrize(
    ("round_", "opens"),
    [("d2", 1), ("d7", 4), ("m1", 21)],  # whole days after the day of landing: its day, less its tolerance
)
def test_a_round_opens_with_the_day_that_its_tolerance_says(begin: Begin, round_: str, opens: int) -> None:
    case = begin(in_follow_up)
    visit = {"do": "complete", "step": "monitoring_visit", "round": round_, **VISIT}
    midnight = start_of_day(case.lands.astimezone(LAGOS).date(), LAGOS.key) + timedelta(days=opens)

    assert case.step("monitoring_visit", round_).state == "waiting"
    case.until(midnight - timedelta(seconds=1))
    assert case.tried(RECEIVER, visit).says("monitoring_visit")
    case.until(midnight)
    assert case.step("monitoring_visit", round_).state == "available"
    case.given(RECEIVER, visit)
    assert case.step("monitoring_visit", round_).state == "done"


def test_a_visit_at_any_other_time_is_an_extra_contact(begin: Begin) -> None:
    case, extra = begin(in_follow_up), {"do": "complete", "step": "monitoring_visit", "round": "extra", **VISIT}
    asked = case.why(closes("reintegration_sustained")).reasons

    case.given(RECEIVER, extra, extra)
    case.given(RECEIVER, {"do": "start", "step": "monitoring_visit", "round": "extra"})
    case.given(RECEIVER, extra)  # the one that was begun
    case.given(RECEIVER, {**extra, "round": "extra", "result": "not_safe_to_talk"})

    made = [(row.round, row.state) for row in case.seen().steps if row.id == "monitoring_visit"]
    assert made[-4:] == [(f"extra_{n}", "done") for n in (1, 2, 3, 4)]
    assert (
        case.why(closes("reintegration_sustained")).reasons == asked
    )  # it is asked for by nothing, and replaces nothing
    case.given(RECEIVER, {"do": "redo", "step": "monitoring_visit", "round": "extra_4"})
    assert case.tried(RECEIVER, {**extra, "round": "extra_9"}, may_be_bad_input=True).kind == "bad_input"
    assert (
        case.tried(RECEIVER, {**extra, "step": "sustainability_survey", **POOR}, may_be_bad_input=True).kind
        == "bad_input"
    )


def test_a_visit_says_whether_the_person_was_reached_how_and_whether_it_was_safe(begin: Begin) -> None:
    case, visit = begin(in_follow_up), {"do": "complete", "step": "monitoring_visit", "round": "extra"}

    assert case.faults(RECEIVER, visit) == {("how", "missing"), ("result", "missing")}
    assert case.faults(RECEIVER, {**visit, **VISIT, "how": "a friend"}) == {("how", "unknown")}
    thin = {"result": "reached", "how": "phone"}
    assert case.faults(RECEIVER, {**visit, **thin}) == {(name, "missing") for name in SAFE}
    assert case.faults(RECEIVER, {**visit, **VISIT, "s_hurt": "a bad feeling"}) == {("s_hurt", "unknown")}
    assert case.why({**visit, **VISIT, "s_money": "yes", "s_money_now": "no"}, RECEIVER).done
    case.given(RECEIVER, {**visit, "result": "not_reached", "how": "visit"})
    assert case.seen().incidents[-1]["type"] == "lost_contact"


@pytest.mark.parametrize("answer", ["no", "partly", "yes", "does_not_want_to_say"])
def test_no_score_opens_or_closes_the_way_to_an_end(begin: Begin, answer: str) -> None:
    """registers, "Closing as sustained": scores stand beside the question and decide nothing."""
    case, closed = begin(agreed_after_a_year), closes("reintegration_sustained")
    answers = dict.fromkeys((*ECONOMIC, *SOCIAL, *PSYCHOSOCIAL), answer)
    case.given(RECEIVER, {"do": "complete", "step": "sustainability_survey", "round": "m12", **answers})

    assert ("FACT", "reintegration_sustained") not in case.why(closed, RECEIVER).reasons


def test_who_says_that_she_cannot_manage_is_not_closed_as_if_it_held(begin: Begin) -> None:
    case, closed = begin(agreed_after_a_year), closes("reintegration_sustained")
    case.given(RECEIVER, {"do": "redo", "step": "closure_review", "reason": "(invented) asked anew"})
    case.given(RECEIVER, {**REVIEW, "manages": "no"})

    (told,) = case.told("FACT", closed)
    assert "Can you manage?" in told[0]
    assert "ask whether they can manage and agree" in told[1]


def test_who_does_not_agree_is_not_closed_as_if_it_held(begin: Begin) -> None:
    case, closed = begin(agreed_after_a_year), closes("reintegration_sustained")
    case.given(RECEIVER, {"do": "redo", "step": "closure_review", "reason": "(invented) asked anew"})
    case.given(RECEIVER, {**REVIEW, "agrees": "no"})

    (told,) = case.told("FACT", closed)
    assert "Do you agree that we close?" in told[0]
    assert case.why(closes("support_period_completed"), RECEIVER).says("INV-26") is False


def test_who_asked_to_close_and_does_not_agree_is_not_closed_as_if_it_held(begin: Begin) -> None:
    case, closed = begin(in_follow_up), closes("reintegration_sustained")
    case.given(RECEIVER, {"do": "record", "facts": {"person_asks_to_close": True}, "by": "person"})
    case.given(RECEIVER, {**REVIEW, "result": "on_persons_request", "agrees": "no"})

    assert case.told("FACT", closed)


def test_where_she_was_not_asked_the_review_says_what_was_seen(begin: Begin) -> None:
    case, closed = begin(agreed_after_a_year), closes("reintegration_sustained")
    case.given(RECEIVER, {"do": "redo", "step": "closure_review", "reason": "(invented) asked anew"})

    assert case.faults(RECEIVER, {"do": "complete", "step": "closure_review", "result": "close"}) == {
        ("manages", "missing"),
        ("agrees", "missing"),
    }
    for word in ("not_asked", "does_not_want_to_say", "does_not_know"):
        assert case.faults(RECEIVER, {**REVIEW, "manages": word}) == {("seen_instead", "missing")}
        assert case.faults(RECEIVER, {**REVIEW, "agrees": word}) == {("agreement_seen", "missing")}
    seen = {"seen_instead": "(invented) her shop is open each day", "agreement_seen": "(invented) she waves from afar"}
    case.given(RECEIVER, {**REVIEW, "manages": "not_asked", "agrees": "not_asked", **seen})
    assert ("FACT", "reintegration_sustained") not in case.why(closed, RECEIVER).reasons


def test_nobody_types_a_score_or_the_version_of_the_words(begin: Begin) -> None:
    case, survey = begin(agreed_after_a_year), {"do": "complete", "step": "sustainability_survey", "round": "m12"}

    assert case.faults(RECEIVER, {**survey, "e_lasts": "0.7"}) == {("e_lasts", "unknown")}
    assert case.faults(RECEIVER, {**survey, "economic": "0.7"}) == {("…[0]", "unknown")}
    assert case.faults(RECEIVER, {**survey, "asked_version": "2"}) == {("asked_version", "unreadable")}


@pytest.mark.parametrize(
    ("round_", "months"), [("health", 12), ("identity", 24), ("case", 60)], ids=["health", "identity", "case"]
)
def test_nothing_is_disposed_of_before_its_clock(fresh: Play, round_: str, months: int) -> None:
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"}, closes("withdrew_return"))
    disposed = {"do": "complete", "step": "data_disposal", "round": round_, "result": "by_hand"}
    midnight = start_of_day(fresh.now.date() + relativedelta(months=months), LAGOS.key)

    assert fresh.tried(GUARD, disposed).reasons == {("STEP", "data_disposal")}
    assert fresh.told("STEP", disposed, GUARD)[0][0].startswith(
        f"round {round_} of 'Dispose of the data, by hand' opens on "
    )
    fresh.until(midnight - timedelta(seconds=1))
    assert fresh.tried(GUARD, disposed).says("data_disposal")
    fresh.until(midnight)
    fresh.given(GUARD, disposed)


def test_a_person_may_ask_that_their_data_do_not_wait_for_a_clock(fresh: Play) -> None:
    disposed = {"do": "complete", "step": "data_disposal", "round": "asked", "result": "by_hand"}
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"}, closes("withdrew_return"))
    assert fresh.tried(GUARD, disposed).says("data_disposal")

    fresh.given(GUARD, {"do": "record", "facts": {"wants_data_erased": True}})
    assert [row.round for row in fresh.seen().steps if row.id == "data_disposal"] == ["asked"]
    fresh.given(GUARD, disposed)


def test_the_file_of_who_declined_all_help_is_kept_for_three_months(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "data_processing"}, closes("withdrew_return"))

    assert [row.round for row in fresh.seen().steps if row.id == "data_disposal"] == ["all"]
    fresh.wait(days=93)
    fresh.given(GUARD, {"do": "complete", "step": "data_disposal", "round": "all", "result": "by_hand"})


def test_a_death_is_not_closed_on_the_word_of_one(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "death"})
    known: Command = {"do": "complete", "step": "death_confirmation"}

    assert fresh.tried(MANAGER, closes("deceased")).reasons == {("FACT", "deceased")}
    ((fact, todo),) = fresh.told("FACT", closes("deceased"))
    assert "'Say how the death is known' is 'By a paper' or 'From two sources'" in fact
    assert todo == (
        "Record the incident death, and how it is known - by a paper, or from two sources of which one is no family."
    )
    two, paper = {**known, "result": "by_two_sources"}, {**known, "result": "by_paper"}
    assert fresh.faults(MANAGER, {**two, "other_source": "family"}) == {("no_family", "missing")}
    assert fresh.faults(MANAGER, {**two, "other_source": "family", "no_family": "family"}) == {("no_family", "unknown")}
    assert fresh.faults(MANAGER, {**two, "no_family": "hospital"}) == {("other_source", "missing")}
    assert fresh.faults(MANAGER, paper) == {("paper", "missing"), ("paper_dated", "missing")}
    fresh.given(MANAGER, {**known, "result": "not_known"})  # what one has said is written down, and closes nothing
    assert fresh.tried(MANAGER, closes("deceased")).reasons == {("FACT", "deceased")}


@pytest.mark.parametrize(
    "known",
    [
        KNOWN_DEAD,
        {"result": "by_two_sources", "no_family": "hospital", "other_source": "family"},
    ],
    ids=["a paper", "two sources"],
)
def test_a_death_that_is_known_closes_the_case(fresh: Play, known: dict[str, Any]) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "death"})
    fresh.given(MANAGER, {"do": "complete", "step": "death_confirmation", **known})

    fresh.given(MANAGER, closes("deceased"))
    assert fresh.seen().closed_as == "deceased"


def test_nobody_is_asked_how_a_death_is_known_where_nobody_has_died(fresh: Play) -> None:
    known = {"do": "complete", "step": "death_confirmation", "result": "not_known"}

    assert fresh.step("death_confirmation").state == "not_applicable"
    assert fresh.tried(MANAGER, known).reasons == {("STEP", "death_confirmation")}


# --- with several open, each must allow it ------------------------------------------------------------------------


def test_of_several_that_are_open_each_must_allow_the_end(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    fresh.given(MANAGER, {"do": "incident", "type": "risk_high"})
    fresh.given(MANAGER, {"do": "incident", "type": "detention_or_arrest"})

    assert fresh.tried(MANAGER, closes("withdrew_return")).reasons == {
        ("PHASE", "risk_high"),
        ("PHASE", "detention_or_arrest"),
    }
    assert fresh.tried(MANAGER, closes("return_not_safe")).reasons == {("PHASE", "detention_or_arrest")}
    fresh.given(MANAGER, {"do": "contact", "with": "person", "channel": "visit", "reached": True})
    fresh.given(MANAGER, {"do": "resolve", "incident": "detention_or_arrest", "outcome": "stays_detained"})
    fresh.given(MANAGER, closes("return_not_safe"))


def test_a_death_is_closed_over_everything_that_is_open(fresh: Play) -> None:
    for alarm in ("risk_high", "detention_or_arrest", "data_breach", "death"):
        fresh.given(MANAGER, {"do": "incident", "type": alarm})
    fresh.given(MANAGER, {"do": "complete", "step": "death_confirmation", **KNOWN_DEAD})

    fresh.given(MANAGER, closes("deceased"))


def test_who_was_trafficked_again_is_closed_over_everything_once_a_new_case_is_open(begin: Begin) -> None:
    case = begin(settled)
    for alarm in ("risk_high", "re_trafficking", "data_breach"):
        case.given(MANAGER, {"do": "incident", "type": alarm})

    assert case.tried(MANAGER, closes("re_trafficked_referred")).reasons == {("FACT", "re_trafficked_referred")}
    case.given(case.another(RECEIVER), {"do": "record", "facts": {"opened_anew": True}})
    case.given(MANAGER, closes("re_trafficked_referred"))


def test_who_is_lost_is_closed_over_everything_after_an_honest_search(begin: Begin) -> None:
    case = begin(at_home)
    case.given(MANAGER, {"do": "incident", "type": "no_show_arrival"})
    for channel in ("phone", "message", "visit", "phone", "letter"):
        case.given(MANAGER, {**NOT_REACHED, "channel": channel})
        case.wait(days=20)
    case.given(MANAGER, {"do": "incident", "type": "risk_high"})

    case.given(MANAGER, closes("lost_contact"))


ENDS = ("withdrew_return", "assistance_declined", "not_a_victim", "return_not_safe", "return_not_possible", "deceased",
        "other_durable_solution", "transferred", "re_trafficked_referred", "left_outside_process", "duplicate")  # fmt: skip


@pytest.mark.parametrize("reason", ENDS)
def test_no_case_closes_by_a_name_alone(fresh: Play, reason: str) -> None:
    assert fresh.tried(MANAGER, closes(reason)).reasons == {("FACT", reason)}


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        ("withdrew_return", {"do": "consent", "purpose": "return", "answer": "refused"}),
        ("assistance_declined", {"do": "withdraw", "purpose": "assistance"}),
        ("other_durable_solution", {"do": "record", "facts": {"lasting_solution": "protection"}}),
        ("left_outside_process", {"do": "move", "to": "left", "how": "alone"}),
        ("duplicate", {"do": "record", "facts": {"existed_already": True}}),
        ("return_not_possible", {"do": "incident", "type": "missing_document"}),
        ("return_not_safe", {"do": "incident", "type": "family_refuses"}),
    ],
)
def test_an_honest_end_takes_one_act_more(fresh: Play, reason: str, first: Command) -> None:
    fresh.given(MANAGER, first)

    fresh.given(MANAGER, closes(reason))
