"""The consent to return, the last question, the clearance: INV-01 … INV-03, INV-34, INV-36, each on both sides of its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from wayhome.case_now import CaseNow
from wayhome.commands import Complete, Consent, Move, Record, Sign
from wayhome.model.case import (
    Alone,
    Assignment,
    ConsentRecord,
    ContactRecord,
    FactRecord,
    Hand,
    IncidentRecord,
    StepKey,
    StepRecord,
    Typed,
    Was,
    consent_key,
)
from wayhome.rules.consent_to_return import the_person_thinks_of_returning
from wayhome.rules.gates import as_booked
from wayhome.rules.safeguard import SAFEGUARDS
from wayhome.rules.saying_no import NOT_NOW

from tests.rules.cases import DAY, HOUR, SECOND, moving, on_both_sides, vetted, with_legs

# --- INV-01: a return consent in force ---------------------------------------------------------------------------


@on_both_sides
def test_a_consent_to_return_counts_for_exactly_thirty_days(ready, too_much, met):
    asked = ready.with_consent("return", at=ready.at - 30 * DAY - too_much)

    assert (asked.ask("INV-01").met, asked.ask("INV-01").subject) == (met, "return")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("refused", "the person does not want to return"),
        ("withdrawn", "the consent to return was taken back"),
        ("void", "the consent to return no longer counts"),
    ],
)
def test_a_consent_that_is_no_yes_says_what_it_is(ready, state, said):
    reason = ready.with_consent("return", state=state).ask("INV-01")

    assert (reason.met, reason.subject, reason.fact) == (False, "return", said)


def test_nobody_departs_without_having_been_asked_for_consent(ready):
    reason = ready.without_consent("return").ask("INV-01")

    assert (reason.met, reason.fact) == (False, "there is no consent to return")


@pytest.mark.parametrize(
    ("form", "met"),
    [
        ("written", True),
        ("witnessed", True),  # for a person who cannot write
        ("oral", False),
        (None, False),
    ],
)
def test_only_a_written_or_witnessed_consent_counts_for_return(ready, form, met):
    reason = ready.with_consent("return", form=form).ask("INV-01")

    assert (reason.met, reason.subject) == (met, "return")


@pytest.mark.parametrize(
    ("language", "met"),
    [
        ("en", True),
        ("fr", False),  # not among the languages that the person understands
        (None, False),
    ],
)
def test_a_consent_counts_only_in_a_language_that_is_understood(ready, language, met):
    reason = ready.with_consent("return", language=language).ask("INV-01")

    assert (reason.met, reason.subject) == (met, "return")


def test_unrecorded_languages_leave_the_consent_to_return_unmet(ready):
    reason = ready.without_fact("languages").ask("INV-01")

    assert (reason.met, reason.subject, reason.remedy.do["do"]) == (False, "languages", "record")


@pytest.mark.parametrize(
    ("asked", "met"),
    [
        ({"language": "nl"}, False),
        ({"language": "nl", "interpreter": "interpreter-1"}, True),
        ({"language": "bin"}, True),
    ],
)
def test_a_consent_that_was_interpreted_for_the_person_was_understood(ready, asked, met):
    speaks = vetted(ready.with_person("interpreter-1", "interpreter"), "interpreter-1", "interpret")

    reason = speaks.with_fact("languages", ["bin"]).with_consent("return", **asked).ask("INV-01")

    assert (reason.met, reason.subject) == (met, "return")
    assert met or (reason.fact, reason.todo) == (
        "the consent to return was not taken in a language that the person understands",
        "take it again in their language, with an interpreter",
    )


@pytest.mark.parametrize(("later", "met"), [(0 * SECOND, True), (SECOND, False)])
def test_a_yes_that_others_heard_before_the_return_was_taken_over_is_asked_for_anew(ready, later, met):
    taken_over = ready.but(adopted_at=ready.case.consents["return>@"].at + later)

    reason = taken_over.ask("INV-01")

    assert (reason.met, reason.subject) == (met, "return")
    assert met or (reason.fact, reason.todo) == (
        "the consent to return was given before this return was taken over",
        "ask the person yourselves, and have it signed",
    )


def test_a_yes_that_one_alone_wrote_down_late_is_signed_now(ready):
    given = ready.case.consents["return>@"]
    late = ready.with_consent("return", alone=Alone(given.at, given.at + 73 * HOUR, "anna"))

    finding = SAFEGUARDS["INV-01"].ask(moving(late)).finding

    assert (finding.met, finding.subject, finding.todo) == (False, "return", "let somebody else read it, and sign it")
    assert (finding.do, finding.from_) == ({"do": "sign", "seq": given.seq}, ready.at)


@pytest.mark.parametrize(
    ("ends", "met"),
    [
        (0, True),  # its last day is the day of departure
        (-1, False),  # it ended the day before
    ],
)
def test_a_consent_with_an_end_counts_until_the_end_of_that_day(ready, ends, met):
    asked = ready.with_consent("return", expires_on=ready.at.date() + ends * DAY)

    assert asked.ask("INV-01").met is met


@pytest.mark.parametrize(
    ("later", "met"),
    [
        (timedelta(0), True),
        (SECOND, False),  # given after the moment that is judged
    ],
)
def test_a_consent_that_is_given_later_does_not_count_yet(ready, later, met):
    assert ready.with_consent("return", at=ready.at + later).ask("INV-01").met is met


# --- INV-02: the spoken yes --------------------------------------------------------------------------------------


@on_both_sides
def test_the_spoken_yes_counts_for_twenty_four_hours_before_boarding(ready, too_much, met):
    asked = ready.at - 24 * HOUR - too_much
    cleared = ready.with_step("departure_clearance", at=asked)  # a moment before

    assert cleared.with_step("departure_assistance", at=asked).ask("INV-02").met is met


def test_a_spoken_no_or_no_answer_at_all_stops_boarding(ready):
    assert not ready.with_step("departure_assistance", result="declined").ask("INV-02").met
    assert not ready.with_step("departure_assistance", state="open").ask("INV-02").met
    assert not ready.without_step("departure_assistance").ask("INV-02").met


@pytest.mark.parametrize(
    ("late", "subject"),
    [
        (6 * HOUR, "departure_assistance"),  # as late as may be without a word
        (6 * HOUR + SECOND, "travel_plan"),
        (12 * HOUR, "travel_plan"),  # as late as the same flight may be
        (12 * HOUR + SECOND, "departure_assistance"),  # that is another journey; boarding it is refused elsewhere
    ],
)
def test_who_boards_more_than_six_hours_late_waits_until_the_delay_is_entered(ready, late, subject):
    reason = ready.with_step("departure_assistance", at=ready.at).ask("INV-02", at=ready.at + late)

    assert (reason.met, reason.subject) == (subject != "travel_plan", subject)
    assert reason.met or (reason.fact, reason.todo) == (
        "the journey was booked for 2026-05-14 10:00 Brussels; the person said yes to that, and who waits knows of no delay",
        "enter the delay: the same flight with its new times; then tell who waits, and ask the person again",
    )


@pytest.mark.parametrize("missing", [None, "travel_data_share"])
def test_a_delay_is_to_be_entered_now_whatever_else_the_journey_asks(ready, missing):
    asked = ready.without_consent(missing) if missing else ready
    remedy = asked.ask("INV-02", at=ready.at + 7 * HOUR).remedy

    assert (remedy.do["do"], remedy.do["status"], remedy.from_) == ("travel", "booked", ready.at + 7 * HOUR)


def test_what_a_delay_asks_for_is_asked_now(ready):
    (leg,) = ready.case.travel.legs
    later = leg._replace(departs_at=leg.departs_at + 7 * HOUR, arrives_at=leg.arrives_at + 7 * HOUR)
    entered, late = with_legs(ready, later, on_time=(leg,)), ready.at + 7 * HOUR

    unentered, untold = (SAFEGUARDS["INV-02"].ask(moving(case, at=late)).finding for case in (ready, entered))

    assert (unentered.subject, unentered.do, unentered.from_) == ("travel_plan", {"do": "travel"}, late)
    assert (untold.subject, untold.todo, untold.from_) == ("delay_notice", "tell who waits, and record it", late)
    assert untold.do == {"do": "complete", "step": "delay_notice"}


def test_of_a_late_flight_that_was_called_off_nobody_is_told(ready):
    called_off = with_legs(ready, status="cancelled", on_time=ready.case.travel.legs)

    assert called_off.ask("INV-02").met


def test_who_has_said_no_is_not_asked_the_last_question(ready):
    said_no = IncidentRecord(9_000, "consent_withdrawn_before", "on_hold", "pre_departure", ready.at)

    reason = ready.but(incidents=(said_no,)).ask("INV-02")

    assert (reason.met, reason.subject, reason.todo) == (False, "departure_assistance", NOT_NOW)
    assert reason.fact == "the person has not said yes again in the last 24 hours before boarding"


def test_once_a_delay_is_entered_the_hours_count_from_its_new_time(ready):
    (leg,) = ready.case.travel.legs
    later = leg._replace(departs_at=leg.departs_at + 7 * HOUR, arrives_at=leg.arrives_at + 7 * HOUR)
    entered = with_legs(ready.with_step("departure_assistance", at=ready.at), later, on_time=(leg,))
    untold = entered.ask("INV-02", at=ready.at + 13 * HOUR)
    assert (untold.subject, untold.fact) == (
        "delay_notice",
        "the flight is late by more than 6 hours, and who waits was not told",
    )
    assert untold.remedy.do["step"] == "delay_notice"
    six = leg._replace(departs_at=leg.departs_at + 6 * HOUR, arrives_at=leg.arrives_at + 6 * HOUR)
    assert with_legs(entered, six, on_time=(leg,)).ask("INV-02", at=ready.at + 6 * HOUR).met  # a little late
    entered = entered.with_step("delay_notice", state="done", at=ready.at)

    assert entered.ask("INV-02", at=ready.at + 13 * HOUR).met
    assert entered.ask("INV-02", at=ready.at + 13 * HOUR + SECOND).subject == "travel_plan"


def test_nobody_is_late_for_a_journey_that_is_not_booked(ready):
    travel, evening = ready.case.travel, ready.at + 12 * HOUR
    asked = ready.with_step("departure_assistance", at=ready.at)
    a_day_only = travel._replace(status="target", departs_on=ready.at.date(), legs=())  # noon of that day

    assert asked.but(travel=a_day_only).ask("INV-02", at=evening).met
    assert asked.but(travel=travel._replace(legs=())).ask("INV-02", at=evening).met
    assert asked.but(travel=None).ask("INV-02", at=evening).met
    assert not asked.ask("INV-02", at=evening).met  # it was booked for the morning


# --- INV-03: the clearance ---------------------------------------------------------------------------------------


@on_both_sides
def test_a_clearance_counts_for_exactly_twenty_four_hours(ready, too_much, met):
    assert ready.with_step("departure_clearance", at=ready.at - 24 * HOUR - too_much).ask("INV-03").met is met


def test_a_void_clearance_is_told_apart_from_a_missing_one(ready):
    void = ready.with_step("departure_clearance", state="open").ask("INV-03")
    missing = ready.without_step("departure_clearance").ask("INV-03")

    assert (void.met, void.fact) == (False, "the clearance is void")
    assert (missing.met, missing.fact) == (
        False,
        "the departure is not cleared, or its clearance is older than 24 hours",
    )


# --- what was asked before the yes that counts -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "rule", "early"),
    [
        ("departure_assistance", "INV-02", "the person was asked the last question before the consent that counts now"),
        ("departure_clearance", "INV-03", "the departure was cleared before the consent that counts now"),
    ],
)
@pytest.mark.parametrize(
    ("later", "met"),
    [
        (timedelta(0), True),
        (SECOND, False),  # the consent is a second younger
    ],
)
def test_the_last_question_and_the_clearance_come_after_the_consent_that_counts(ready, step, rule, early, later, met):
    reason = ready.with_consent("return", at=ready.case.steps[step].at + later).ask(rule)

    assert (reason.met, reason.subject) == (met, step)
    assert met or reason.fact == early


def test_a_clearance_from_before_the_consent_is_to_be_made_again_now(ready):
    late = ready.with_consent("return", at=ready.case.steps["departure_clearance"].at + SECOND)
    remedy = late.ask("INV-03").remedy

    assert (remedy.do["do"], remedy.do["step"], remedy.from_) == ("redo", "departure_clearance", ready.at)


@pytest.mark.parametrize(
    ("later", "met"),
    [
        (timedelta(0), True),
        (SECOND, False),
    ],
)
def test_the_last_question_comes_after_the_clearance(ready, later, met):
    asked = ready.case.steps["departure_assistance"].at

    reason = ready.with_step("departure_clearance", at=asked + later).ask("INV-02")

    assert reason.met is met
    assert met or reason.fact == "the person was asked the last question before the departure was cleared"


def test_the_last_question_counts_where_no_clearance_is_recorded_and_INV_03_says_so(ready):
    assert ready.without_step("departure_clearance").ask("INV-02").met
    assert not ready.without_step("departure_clearance").ask("INV-03").met


def test_without_a_consent_the_other_rules_leave_it_to_INV_01(ready):
    none = ready.without_consent("return")

    assert [none.ask(rule).met for rule in ("INV-01", "INV-02", "INV-03", "INV-04")] == [False, True, True, True]


@pytest.mark.parametrize("carried", ["interpreter", "witness"])
def test_a_consent_that_a_suspect_carried_says_so(ready, carried):
    suspect = ready.with_person("somebody-1", "friend", suspected=True)
    told = "who gave, interpreted or witnessed the consent to return is under suspicion"

    assert suspect.with_consent("return", **{carried: "somebody-1"}).ask("INV-01").fact == told
    assert suspect.with_consent("return", state="withdrawn", **{carried: "somebody-1"}).ask("INV-01").fact != told
    assert ready.with_person("somebody-1", "friend").with_consent("return", **{carried: "somebody-1"}).ask("INV-01").met


def test_where_the_person_wants_to_live_is_recorded_before_they_leave(ready):
    place = ready.process.fact_that_tells["place_of_return"]

    reason = ready.without_fact(place).ask("INV-01")

    assert (reason.met, reason.subject, reason.remedy.do["do"]) == (False, place, "record")


@pytest.mark.parametrize(("done", "thinks"), [("done", True), ("open", False)])
def test_the_person_thinks_of_returning_once_they_have_said_so(ready, done, thinks):
    asked = ready.with_step("return_intention", state=done)

    assert the_person_thinks_of_returning(CaseNow(asked.process, asked.case, asked.at)) is thinks


@pytest.mark.parametrize(
    ("step", "rule", "counts"),
    [
        ("departure_assistance", "INV-02", 24 * HOUR),
        ("departure_clearance", "INV-03", 24 * HOUR),
        ("risk_recheck", "INV-04", 73 * HOUR),  # counted by the booked hour: an hour late makes it no older
    ],
)
@on_both_sides
def test_of_who_boards_an_hour_late_only_the_last_question_and_the_clearance_grow_older(
    ready, step, rule, counts, too_much, met
):
    boards = ready.at + HOUR
    asked = ready.with_consent("return", at=ready.at - 10 * DAY).with_step(step, at=boards - counts - too_much)
    if step == "departure_assistance":
        asked = asked.with_step("departure_clearance", at=boards - 2 * DAY)
    late = as_booked(CaseNow(asked.process, asked.case, boards, command=Move(ready.case.number, to="depart")))

    assert SAFEGUARDS[rule].ask(late).finding.met is met


# --- INV-34: whose word it is ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "met"),
    [
        ({}, True),
        ({"by": "person", "heard_by": "phone"}, True),
        ({"by": "travel_officer", "heard_by": "phone"}, True),  # who does the step has asked
        ({"by": "person", "heard_by": "through_somebody"}, False),
        ({"heard_by": "through_somebody"}, False),
        ({"by": "interpreter", "heard_by": "phone"}, False),
        ({"by": "family", "heard_by": "phone"}, False),
        ({"by": "friend-1", "heard_by": "visit"}, False),
        ({"by": "person", "heard_by": "visit"}, True),
        ({"by": "person", "heard_by": "video"}, True),  # a deaf woman signs
        ({"by": "person", "heard_by": "message"}, False),  # whoever holds her telephone can write
        ({"by": "person", "heard_by": "email"}, False),
        ({"by": "person", "heard_by": "letter"}, False),
        ({"by": "person", "heard_by": "social_media"}, False),
        ({"heard_by": "message"}, False),
    ],
)
def test_the_last_question_is_answered_by_the_person(ready, said, met):
    asked = Complete(ready.case.number, step="departure_assistance", result="reconfirmed", **said)

    assert ready.with_person("friend-1", "friend").ask("INV-34", asked).met is met


@pytest.mark.parametrize(
    "no",
    [
        Complete("", step="departure_assistance", result="declined", heard_by="through_somebody"),
        Complete(
            "", step="risk_recheck", result="unchanged", fields={"will_confirmed": "no"}, heard_by="through_somebody"
        ),
        Complete("", step="risk_recheck", result="worse", heard_by="through_somebody"),
        Consent("", purpose="return", answer="refused", heard_by="through_somebody"),
    ],
)
def test_a_no_is_anybody_s_to_bring(ready, no):
    reason = ready.ask("INV-34", replace(no, case=ready.case.number))

    assert (reason.met, reason.fact) == (True, "a no counts from whoever brings it")


@pytest.mark.parametrize(("will", "met"), [("yes", False), (True, False), ("perhaps", False), (False, True)])
def test_that_the_person_still_wants_to_go_is_said_by_them(ready, will, met):
    checked = Complete(
        ready.case.number,
        step="risk_recheck",
        result="better",
        fields={"will_confirmed": will},
        heard_by="through_somebody",
    )

    assert ready.ask("INV-34", checked).met is met


def test_the_word_of_a_guardian_is_the_yes_of_a_child(child):
    guardian = child.case.roles["guardian"].party
    yes = Consent(
        child.case.number, purpose="return", answer="given", given_by="guardian", by=guardian, heard_by="letter"
    )

    assert child.ask("INV-34", yes).met
    assert not child.ask("INV-34", replace(yes, heard_by="through_somebody")).met


# --- INV-36: who travels along has said no ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("relation", "state", "given_by", "met"),
    [
        ("sibling", "refused", "sibling-1", False),
        ("sibling", "withdrawn", "sibling-1", False),
        ("sibling", "given", "sibling-1", True),
        ("child", "refused", "child-1", False),
    ],
)
def test_nobody_travels_along_who_has_said_no(ready, relation, state, given_by, met):
    ref = f"{relation}-1"
    born_on = date(1999, 1, 1) if relation == "sibling" else date(2015, 1, 1)
    said = ConsentRecord(state, "return", "", ready.at - DAY, ready.case.version, given_by=given_by, of=ref)
    along = ready.with_person(ref, relation, travels=True, born_on=born_on)
    asked = along.but(consents={**along.case.consents, consent_key("return", "", ref): said})

    reason = asked.ask("INV-36")

    assert (reason.met, reason.subject) == ((True, "return") if met else (False, ref))
    assert asked.with_person(ref, relation, travels=False).ask("INV-36").met, "who stays holds nobody"


def said_no(ready, ref, relation, born_on):
    """The same with somebody who travels along and has said no."""
    no = ConsentRecord("refused", "return", "", ready.at - DAY, 5, given_by=ref, of=ref)
    along = ready.with_person(ref, relation, travels=True, born_on=born_on)
    return along.but(consents={**along.case.consents, consent_key("return", "", ref): no})


ASK_ALONE = "ask them alone: only they say otherwise; or write down that they do not travel along"
LOOK_AGAIN = "look again at what is best for the child, with what it says; or write down that it does not travel along"


def test_each_who_has_said_no_is_named_with_what_is_asked_of_whom(ready):
    along = ready.with_person("sibling-1", "sibling", travels=True, born_on=date(1999, 1, 1))
    along = said_no(along, "child-1", "child", date(2015, 1, 1))
    along = said_no(along, "sibling-2", "sibling", date(1999, 1, 1))
    along = said_no(along, "child-2", "child", date(2016, 1, 1))
    best = StepRecord("done", ready.at, 9, result="positive")
    looked = along.but(steps={**along.case.steps, StepKey("child_best_interests", of="child-1").text(): best})
    adult = ("sibling-2", ASK_ALONE, {"do": "consent", "purpose": "return", "of": "sibling-2"})

    def asked(case):
        found = [one.finding for one in SAFEGUARDS["INV-36"].ask_each(moving(case))]
        assert all(one.fact == "{whom} has said no to going, and still travels along" for one in found)
        assert [one.values["whom"] for one in found] == [one.subject for one in found]
        return [(one.subject, one.todo, one.do) for one in found]

    def of_child(ref):
        return (ref, LOOK_AGAIN, {"do": "complete", "step": "child_best_interests", "of": ref})

    assert asked(along) == [of_child("child-1"), adult, of_child("child-2")]
    assert asked(looked) == [adult, of_child("child-2")]


def test_what_is_best_for_a_child_is_looked_at_after_its_no(ready):
    said = ConsentRecord("refused", "return", "", ready.at - DAY, 5, given_by="child-1", of="child-1")
    along = ready.with_person("child-1", "child", travels=True, born_on=date(2015, 1, 1))
    asked = along.but(consents={**along.case.consents, consent_key("return", "", "child-1"): said})
    found = StepRecord("done", ready.at, 9, result="positive")

    for at, seq, met in (
        (ready.at, 9, True),
        (ready.at - DAY, 9, True),  # at the same hour, and written down after it
        (ready.at - DAY - SECOND, 9, False),
        (ready.at, 4, False),
    ):
        key = StepKey("child_best_interests", of="child-1").text()
        steps = {**asked.case.steps, key: found._replace(at=at, seq=seq)}
        assert asked.but(steps=steps).ask("INV-36").met is met


# --- INV-34: a no that others brought ends no case ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "purpose"),
    [
        ("withdrew_return", "return"),
        ("assistance_declined", "assistance"),
        ("assistance_declined", "data_processing"),
        ("consent_withdrawn_after_return", "monitoring"),
    ],
)
def test_a_no_that_only_others_brought_ends_no_case(ready, reason, purpose):
    said = ConsentRecord("refused", purpose, "", ready.at, ready.case.version, by_others=True)
    close = Move(ready.case.number, to="close", reason=reason)

    def asked(**changes):
        consents = {**ready.case.consents, consent_key(purpose, ""): said._replace(**changes)}
        return ready.but(consents=consents).ask("INV-34", close)

    assert (asked().met, asked().subject) == (False, purpose)
    assert asked(by_others=False).met
    assert asked(state="given").met
    assert asked(of="sibling-1").met, "it is the no of somebody else"
    assert ready.ask("INV-34", replace(close, reason="duplicate")).met


@pytest.mark.parametrize(
    ("fact", "value", "met"),
    [
        ("says_so_unasked", True, False),
        ("asks_during_reflection", "yes", False),
        ("person_asks_to_close", True, False),
        ("says_so_unasked", False, True),
        ("says_so_unasked", None, True),
        ("pregnant", True, True),  # no wish
    ],
)
def test_a_wish_is_written_down_as_the_person_said_it(ready, fact, value, met):
    said = Record(ready.case.number, facts={fact: value}, heard_by="through_somebody")

    assert ready.ask("INV-34", said).met is met
    assert ready.ask("INV-34", replace(said, heard_by="phone")).met


@pytest.mark.parametrize(("result", "met"), [("on_persons_request", False), ("close", True), ("extend", True)])
def test_that_somebody_asks_to_close_is_said_by_them(ready, result, met):
    review = Complete(ready.case.number, step="closure_review", result=result, heard_by="through_somebody")

    assert ready.ask("INV-34", review).met is met


# --- INV-02: the last question is understood ----------------------------------------------------------------------------

UNSAID = "an interpreter was needed for the consent, and nobody says how the last question was understood"
FOREIGN = "the last question was asked in a language that the person does not understand"
BY_ONE = "whoever wrote down since that the person understands fr has asked them in it"


def asked_last(ready, *, vet=True, by="ira", **values):
    """The person understands Edo; they were asked the last question so, at the gate."""
    case = ready.with_person("interpreter-1", "interpreter").with_fact("languages", ["bin"])
    case = vetted(case, "interpreter-1", "interpret") if vet else case
    return case.with_consent("return", interpreter=by).with_step("departure_assistance", values=values)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, UNSAID),
        ({"asked_in": "fr"}, FOREIGN),
        ({"asked_in": "bin"}, None),
        ({"interpreter": "interpreter-1"}, None),
        ({"interpreter": "interpreter-1", "asked_in": "fr"}, None),  # who interprets turns it into theirs
        ({"interpreter": "interpreter-1", "vet": False}, "who interpreted the last question is not trusted with it: "),
        ({"by": None}, None),  # the consent needed no interpreter
        ({"by": None, "asked_in": "fr"}, FOREIGN),
    ],
)
def test_the_last_question_is_asked_so_that_it_is_understood(ready, said, found):
    reason = asked_last(ready, **said).ask("INV-02")

    assert (reason.met, reason.subject) == (found is None, "departure_assistance")
    assert found is None or reason.fact.startswith(found)


def test_who_says_no_after_a_yes_has_said_no(ready):
    key, yes = consent_key("return", "", "sibling-1"), Was(("given", "sibling-1"), ready.at - DAY, 9_000)
    no = ConsentRecord("refused", "return", "", ready.at, 9_001, given_by="sibling-1", of="sibling-1")
    along = ready.with_person("sibling-1", "sibling", travels=True, born_on=date(1999, 1, 1))
    reason = along.but(consents={**ready.case.consents, key: no}, earlier={"consents": {key: (yes,)}}).ask("INV-36")

    assert (reason.met, reason.subject) == (False, "sibling-1")


def test_of_a_child_and_of_whom_no_language_is_known_the_last_question_is_left_to_other_rules(ready, child):
    asked = child.with_fact("languages", ["bin"]).with_step("departure_assistance", values={"asked_in": "fr"})
    assert asked.ask("INV-02").met, "its guardian is asked, too"

    assert asked_last(ready, asked_in="fr").without_fact("languages").ask("INV-02").met
    assert ready.without_fact("languages").ask("INV-01").subject == "languages"


@pytest.mark.parametrize(
    ("typed", "at", "house", "met"),
    [
        ("anna", -HOUR, "invented_organisation", False),
        ("anna", -25 * HOUR, "invented_organisation", True),  # a day is enough for anybody to look at it
        ("somebody", -HOUR, "invented_organisation", True),
        ("anna", -HOUR, "ng_bakhita", False),  # of whichever house
    ],
)
def test_nobody_alone_writes_down_a_language_and_asks_the_last_question_in_it(ready, typed, at, house, met):
    case, seq = asked_last(ready, asked_in="fr"), ready.case.steps["departure_assistance"].seq
    case = case.but(
        facts={**case.case.facts, "languages": FactRecord(("bin", "fr"), ready.at - 2 * HOUR, seq - 1, "anna")},
        earlier={"facts": {"languages": (Was(("bin",), ready.at - 9 * DAY, 7),)}},
        typed=(Typed(seq, typed, ready.at + at),),
        hands=(Hand(1, "invented_organisation", "invented_organisation"), Hand(seq, house, "invented_organisation")),
    )
    reason = case.ask("INV-02")

    assert (reason.met, reason.subject) == (met, "departure_assistance")
    assert met or (reason.fact, reason.todo) == (BY_ONE, "let somebody else ask once more, or ask with an interpreter")


# --- INV-36: who has said otherwise since -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "given_by", "later", "met"),
    [
        ("given", "sibling-1", HOUR, True),
        ("given", "sibling-1", 0 * HOUR, True),
        ("given", "sibling-1", -SECOND, False),  # that yes was before the no
        ("given", "person", HOUR, False),  # only they say otherwise
        ("void", "sibling-1", HOUR, False),
        ("refused", "sibling-1", HOUR, False),
    ],
)
def test_an_adult_who_travels_along_takes_back_their_no_themselves(ready, state, given_by, later, met):
    key, no = consent_key("return", "", "sibling-1"), Was(("refused", "sibling-1"), ready.at - DAY, 9_000)
    said = ConsentRecord(state, "return", "", no.at + later, 9_001, given_by=given_by, of="sibling-1")
    along = ready.with_person("sibling-1", "sibling", travels=True, born_on=date(1999, 1, 1))
    reason = along.but(consents={**ready.case.consents, key: said}, earlier={"consents": {key: (no,)}}).ask("INV-36")

    assert (reason.met, reason.subject) == (met, "return" if met else "sibling-1")
    assert met or reason.remedy.do.items() >= {"do": "consent", "purpose": "return"}.items()


# --- INV-34: alarms that others brought, signatures, the word of who asks -----------------------------------------------


@pytest.mark.parametrize(
    ("type", "changes", "met"),
    [
        ("consent_withdrawn_before", {}, False),
        ("consent_withdrawn_before", {"by_others": False}, True),
        ("consent_withdrawn_before", {"resolved_at": datetime(2026, 5, 1, tzinfo=UTC)}, True),
        ("missed_flight", {}, True),
        ("consent_withdrawn_after", {}, True),  # that is a no to something else
        ("an_alarm_of_a_pack_that_is_gone", {}, True),
    ],
)
def test_an_alarm_of_a_no_that_others_brought_ends_no_case(ready, type, changes, met):
    brought = IncidentRecord(9_000, type, "on_hold", "pre_departure", ready.at, by_others=True)._replace(**changes)
    close = Move(ready.case.number, to="close", reason="withdrew_return")
    reason = ready.but(incidents=(brought,)).ask("INV-34", close)

    assert (reason.met, reason.subject, reason.remedy) == (met, "close" if met else "return", None)


def test_the_last_of_several_noes_that_others_brought_is_named_and_one_that_was_heard_is_enough(ready):
    first, last = (
        ConsentRecord("refused", purpose, "", ready.at, 9_000 + n, by_others=True)
        for n, purpose in enumerate(("assistance", "data_processing"))
    )
    close = Move(ready.case.number, to="close", reason="assistance_declined")

    def asked(*said):
        noes = {consent_key(one.purpose, ""): one for one in said}
        return ready.but(consents={**ready.case.consents, **noes}).ask("INV-34", close)

    assert (asked(first, last).met, asked(first, last).subject) == (False, "data_processing")
    assert asked(first, last._replace(by_others=False)).met


@pytest.mark.parametrize(
    ("answer", "heard_by", "met"),
    [("agree", "through_somebody", False), ("agree", "phone", True), ("disagree", "through_somebody", True)],
)
def test_who_signs_a_yes_that_one_alone_wrote_has_heard_it_from_the_person(ready, answer, heard_by, met):
    given = ready.case.consents["return>@"]
    late = ready.with_consent("return", alone=Alone(given.at, given.at + 73 * HOUR, "anna", heard=False))
    sign = Sign(ready.case.number, seq=given.seq, answer=answer, reason="invented words", heard_by=heard_by)

    reason = late.ask("INV-34", sign)
    assert (reason.met, reason.remedy) == (met, None)
    assert reason.subject == "return"
    assert ready.ask("INV-34", sign).met, "nothing waits for it"


def test_who_signs_a_step_that_says_what_they_want_has_heard_it_from_them_and_no_call(ready):
    def signs(seq: int, **changes):
        sign = Sign(ready.case.number, seq=seq, answer="agree", heard_by="through_somebody")
        return ready.but(**changes).ask("INV-34", sign)

    wrote = Alone(ready.at - 9 * DAY, ready.at, "anna", heard=False)
    recheck = StepRecord("done", ready.at, 9_000, result="unchanged", alone=wrote)
    checked = signs(9_000, steps={**ready.case.steps, "risk_recheck": recheck})
    assert (checked.met, checked.subject) == (False, "risk_recheck")

    called = ContactRecord("person", "letter", True, ready.at, 9_000, in_writing=True, alone=wrote)
    assert signs(9_000, contacts=(called,)).met


@pytest.mark.parametrize(
    ("step", "result", "fields", "met"),
    [
        ("closure_review", "close", {"manages": "yes"}, False),
        ("closure_review", "close", {"manages": "mostly"}, False),
        ("closure_review", "close", {"agrees": "yes"}, False),
        ("closure_review", "close", {"manages": "no", "agrees": "no"}, True),
        ("closure_review", "close", {"manages": "not_asked", "agrees": "not_asked"}, True),
        ("contact_declined", "wants_contact", {"agrees": "yes"}, True),  # the word of another step
        ("contact_declined", "declined", {}, False),
    ],
)
def test_that_they_manage_and_agree_is_said_by_themselves(ready, step, result, fields, met):
    said = Complete(ready.case.number, step=step, result=result, fields=fields, heard_by="through_somebody")

    assert (ready.ask("INV-34", said).met, ready.ask("INV-34", said).subject) == (met, step)


YES = Consent("", purpose="return", answer="given", heard_by="phone")
WISH = Record("", facts={"says_so_unasked": True}, heard_by="phone")
HERE = "invented_organisation"


@pytest.mark.parametrize(
    ("said", "by", "changes", "met"),
    [
        (YES, None, {}, True),
        (YES, "case_manager_sending", {}, True),
        (YES, "travel_officer", {}, False),  # it is not theirs to ask for a consent
        (WISH, "travel_officer", {}, True),  # and to write down what they hear is
        (YES, HERE, {}, True),
        (YES, HERE, {"roles": {}}, True),  # it has opened the case
        (YES, "another_house", {"roles": {"case_owner": "another_house"}}, True),
        (YES, "another_house", {"roles": {"case_manager_receiving": "another_house"}}, True),
        (YES, "another_house", {"roles": {"escort": "another_house"}}, False),
        (YES, "another_house", {}, False),
    ],
)
def test_a_yes_is_heard_by_who_asks_for_it(ready, said, by, changes, met):
    roles = {
        role: Assignment(role, ready.at, 9_000, organisation=house) for role, house in changes.get("roles", {}).items()
    }
    case = ready.but(roles=roles) if "roles" in changes else ready
    reason = case.ask("INV-34", replace(said, case=ready.case.number, by=by))

    assert (reason.met, reason.subject) == (met, "return" if said is YES else "says_so_unasked")


def test_a_house_that_has_failed_and_is_not_to_be_counted_on_hears_no_yes(ready):
    failed = IncidentRecord(9_000, "partner_failure", "on_hold", "pre_departure", ready.at)
    leads = {**ready.case.roles, "case_owner": Assignment("case_owner", ready.at - DAY, 40, partner="ng_bakhita")}
    yes = replace(YES, case=ready.case.number, by="ng_bakhita")

    assert ready.but(roles=leads).ask("INV-34", yes).met
    reason = ready.but(roles=leads, incidents=(failed,)).ask("INV-34", yes)
    assert (reason.met, reason.subject) == (False, "return")


@pytest.mark.parametrize(("by", "met"), [("travel_officer", True), ("escort", False)])
def test_an_escort_whom_nobody_has_named_has_not_asked_the_last_question(ready, by, met):
    asked = Complete(ready.case.number, step="departure_assistance", result="reconfirmed", by=by, heard_by="visit")

    assert ready.ask("INV-34", asked).met is met


@pytest.mark.parametrize(
    ("by", "met"), [("guardian", True), ("guardian-1", True), ("caregiver-1", False), ("friend-1", False)]
)
def test_the_yes_of_a_childs_guardian_is_the_word_of_no_other(child, by, met):
    yes = replace(YES, case=child.case.number, given_by="guardian", by=by)

    assert child.with_person("friend-1", "friend").ask("INV-34", yes).met is met
