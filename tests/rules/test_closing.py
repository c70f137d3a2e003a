"""When a case may be closed, and what becomes of its data: INV-25, INV-26, INV-29, INV-35."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from wayhome import Actor
from wayhome.case_now import CaseNow
from wayhome.commands import Complete, Move
from wayhome.errors import filled
from wayhome.model.case import (
    Alone,
    ContactRecord,
    EntryPart,
    EntryRecord,
    FactRecord,
    IncidentRecord,
    LeftRecord,
    MoveRecord,
    StepRecord,
    Was,
)
from wayhome.model.event import Day
from wayhome.model.reason import Finding
from wayhome.rules.safeguard import SAFEGUARDS
from wayhome.testing.builders import Ready

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
LOST = datetime(2026, 5, 4, 8, tzinfo=UTC)  # no change of the clock in the ninety days that follow


def attempts(*days: float, channels: str = "phone text visit phone text") -> tuple[ContactRecord, ...]:
    """Attempts that reached nobody, so many days after contact was lost, each on its channel."""
    tried = zip(days, channels.split(), strict=True)
    return tuple(ContactRecord("person", channel, False, LOST + day * DAY, n) for n, (day, channel) in enumerate(tried))


def lost(ready: Ready, tried: tuple[ContactRecord, ...], **changes: object) -> Ready:
    opened = IncidentRecord(1, "lost_contact", "on_hold", "pre_departure", LOST)
    return ready.but(**{"incidents": (opened,), "contacts": tried, **changes})


def may_close(ready: Ready, *, at: datetime = LOST + 90 * DAY, reason: str = "lost_contact") -> bool:
    return ready.ask("INV-25", Move(ready.case.number, to="close", reason=reason), at=at).met


# --- INV-25: lost contact ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tried", "met"),
    [
        (attempts(0, 1, 7, 14, 30), True),
        (attempts(0, 7, 14, 30, channels="phone text visit phone"), False),  # four attempts: one short
        (attempts(0, 1, 7, 14, 30, channels="phone text phone text phone"), False),  # two channels: one short
        (attempts(0, 1, 7, 14, 29), False),  # spread over 29 days: one short
        (attempts(0, 1, 7, 14, 30, 31, channels="phone text visit phone text visit"), True),
        ((), False),
    ],
)
def test_contact_is_lost_after_five_attempts_three_channels_thirty_days(ready, tried, met):
    assert may_close(lost(ready, tried)) is met


def test_the_thirty_days_between_attempts_are_counted_to_the_second(ready):
    last = attempts(0, 1, 7, 14, 30)
    early = (*last[:4], last[4]._replace(at=last[4].at - SECOND))

    assert may_close(lost(ready, last))
    assert not may_close(lost(ready, early))


@pytest.mark.parametrize(
    ("days", "met"),
    [
        (60, True),
        (59, False),  # one day short
        (30, False),  # enough in any other phase
    ],
)
def test_in_the_follow_up_attempts_are_spread_over_sixty_days(ready, days, met):
    assert may_close(lost(ready, attempts(0, 1, 7, 14, days), phase="follow_up")) is met


@pytest.mark.parametrize(
    ("after", "met"),
    [
        (90 * DAY, True),
        (90 * DAY - SECOND, False),
        (89 * DAY, False),
    ],
)
def test_a_case_stays_open_for_ninety_days_after_contact_is_lost(ready, after, met):
    assert may_close(lost(ready, attempts(0, 1, 7, 14, 30)), at=LOST + after) is met


@pytest.mark.parametrize(
    "changes",
    [
        {"reached": True},
        {"with_": "relative-1"},  # somebody else was tried
    ],
)
def test_only_failed_attempts_to_reach_the_person_count(ready, changes):
    tried = attempts(0, 1, 7, 14, 30)

    assert not may_close(lost(ready, (tried[0], tried[1]._replace(**changes), *tried[2:])))


@pytest.mark.parametrize(
    ("late", "met"),
    [
        (timedelta(hours=72), True),
        (timedelta(hours=72, seconds=1), False),
    ],
)
def test_an_attempt_counts_when_it_is_entered_within_seventy_two_hours(ready, late, met):
    tried = attempts(0, 1, 7, 14, 30)

    assert may_close(lost(ready, (*tried[:4], tried[4]._replace(entered_at=tried[4].at + late)))) is met


@pytest.mark.parametrize(
    ("days", "met"),
    [
        ((0, 1, 7, 13.5, 14, 30), True),
        ((0, 1, 7, 29.58, 30), True),  # at 23:55 of the day before, in Brussels
        ((0, 1, 7, 29.6, 30), False),  # half an hour later it is one day: four
        ((0, 1, 7, 30, 30.1), False),  # two on one day: four days
    ],
)
def test_attempts_on_one_day_are_one_attempt(ready, days, met):
    channels = " ".join(["phone", "message", "visit", "phone", "letter", "phone"][: len(days)])

    assert may_close(lost(ready, attempts(*days, channels=channels)), at=LOST + 95 * DAY) is met


def test_the_ninety_days_count_from_the_first_attempt_that_counts(ready):
    tried = attempts(0, 1, 7, 14, 30, 31, channels="phone message visit phone letter phone")
    tried = (tried[0]._replace(entered_at=tried[0].at + 4 * DAY), *tried[1:])

    assert not may_close(lost(ready, tried), at=LOST + 91 * DAY - SECOND)
    assert may_close(lost(ready, tried), at=LOST + 91 * DAY)


def test_without_an_open_incident_contact_is_not_lost(ready):
    assert not may_close(lost(ready, attempts(0, 1, 7, 14, 30), incidents=()))


def test_other_reasons_to_close_do_not_ask_for_attempts(ready):
    assert may_close(ready, reason="withdrew_return")


# --- INV-26: sustained reintegration -----------------------------------------------------------------------------


@pytest.fixture
def housed(ready):
    """The same, of somebody who has said that they are safe where they live."""
    said = EntryPart(ready.case.opened_at, 1, "lived_in", {"home": "own_room", "where": True, "safe": "yes"})
    return ready.but(entries={"home-1": EntryRecord("home-1", "home", "", (said,))})


ARRIVED = datetime(2026, 5, 14, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "met"),
    [
        (datetime(2027, 5, 14, 16, tzinfo=UTC), True),  # twelve months to the second
        (datetime(2027, 5, 14, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2027, 4, 14, 16, tzinfo=UTC), False),  # eleven months
    ],
)
def test_reintegration_is_sustained_twelve_months_after_arrival(housed, at, met):
    home = housed.but(moves={**housed.case.moves, "arrived": MoveRecord(ARRIVED, 1)}, phase="follow_up")
    close = Move(housed.case.number, to="close", reason="reintegration_sustained")

    assert home.ask("INV-26", close, at=at).met is met


@pytest.mark.parametrize(
    ("at", "met"),
    [
        (datetime(2027, 3, 28, 12, tzinfo=UTC), True),
        (datetime(2027, 3, 28, 11, 59, 59, tzinfo=UTC), False),  # a year later in Brussels, where summer time has begun
    ],
)
def test_the_twelve_months_are_counted_where_the_person_lives(housed, at, met):
    home = housed.but(
        moves={**housed.case.moves, "arrived": MoveRecord(datetime(2026, 3, 28, 12, tzinfo=UTC), 1)}, phase="follow_up"
    )

    assert home.ask("INV-26", Move(housed.case.number, to="close", reason="reintegration_sustained"), at=at).met is met


@pytest.mark.parametrize(
    ("result", "met"),
    [
        ("on_persons_request", True),
        ("close", False),
    ],
)
def test_the_person_may_ask_to_close_earlier(housed, result, met):
    home = housed.but(moves={**housed.case.moves, "arrived": MoveRecord(ARRIVED, 1)}, phase="follow_up")
    reviewed = home.with_step("closure_review", result=result, at=ARRIVED + 30 * DAY)
    close = Move(housed.case.number, to="close", reason="reintegration_sustained")

    assert reviewed.ask("INV-26", close, at=ARRIVED + 31 * DAY).met is met


def test_nobody_is_reintegrated_who_has_never_arrived(housed):
    assert not housed.ask("INV-26", Move(housed.case.number, to="close", reason="reintegration_sustained")).met
    assert housed.ask("INV-26", Move(housed.case.number, to="close", reason="withdrew_return")).met


# --- INV-29: what becomes of the data ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "fields", "met"),
    [
        ("by_hand", {}, True),
        ("legal_hold", {"ground": "the law", "ends_on": date(2031, 1, 1)}, True),
        ("legal_hold", {"ends_on": date(2031, 1, 1)}, False),
        ("legal_hold", {"ground": "the law"}, False),  # no hold is for ever
        ("legal_hold", {}, False),
    ],
)
def test_data_are_held_back_only_on_a_ground_and_until_a_day(ready, result, fields, met):
    disposal = Complete(ready.case.number, step="data_disposal", result=result, fields=fields)

    assert ready.ask("INV-29", disposal).met is met


# --- the closing criteria of section 5.3 ---------------------------------------------------------------------------

UNSAID = ("does_not_want_to_say", "does_not_know", "not_asked")


def holds_as_sustained(ready, **changes):
    values = {"manages": changes.pop("manages", "yes"), "agrees": changes.pop("agrees", "yes")}
    closing = ready.with_step("closure_review", state="done", result=changes.pop("review", "close"), values=values)
    closing = closing.with_step("post_arrival_risk_assessment", state="done", result=changes.pop("risk", "low"))
    return CaseNow(closing.process, closing.case, closing.at).holds(
        closing.process.outcomes["reintegration_sustained"].when
    )


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({}, True),
        ({"risk": "high"}, False),
        ({"review": "extend"}, False),
        ({"agrees": "no"}, False),
        ({"review": "on_persons_request", "agrees": None}, True),  # whoever asks has agreed
        ({"manages": "mostly"}, True),
        ({"manages": "no"}, False),
        ({"review": "on_persons_request", "manages": "no"}, False),
        ({"agrees": None}, False),
        *(({"agrees": word}, True) for word in UNSAID),
        *(({"manages": word}, True) for word in UNSAID),  # the review says what was seen instead
    ],
)
def test_a_return_counts_as_sustained_only_when_all_closing_criteria_hold(ready, changes, holds):
    assert holds_as_sustained(ready, **dict(changes)) is holds


# --- what the refusals say, and by which clock --------------------------------------------------------------------


def refusal(ready: Ready, *, at: datetime = LOST + 90 * DAY) -> tuple[str, str]:
    reason = ready.ask("INV-25", Move(ready.case.number, to="close", reason="lost_contact"), at=at)
    assert (reason.met, reason.subject) == (False, "lost_contact")
    tries_again = {"do": "contact", "with": "person"}
    assert reason.remedy is None or (reason.remedy.do, reason.remedy.from_) == (tries_again, at)
    return reason.fact, reason.todo


@pytest.mark.parametrize(
    ("tried", "changes", "at", "said"),
    [
        (
            attempts(0, 7, 14, 30, channels="phone text visit phone"), {}, LOST + 90 * DAY,
            ("there were attempts on 4 of 5 days; what was entered later than 72 hours does not count", "keep trying, in the order of the safety plan"),
        ),
        (
            attempts(0, 1, 7, 14, 30, channels="phone text phone text phone"), {}, LOST + 90 * DAY,
            ("fewer than 3 different channels were tried", "try another way; where fewer are known, two sign that there is no other"),
        ),
        (
            attempts(0, 1, 7, 14, 29), {}, LOST + 90 * DAY,
            ("the attempts are not spread over 30 days", "try again later"),
        ),
        (
            attempts(0, 1, 7, 14, 30), {"phase": "follow_up"}, LOST + 90 * DAY,
            ("the attempts are not spread over 60 days", "try again later"),
        ),
        (
            attempts(0, 1, 7, 14, 30), {}, LOST + 89 * DAY,
            ("contact has been lost for less than 90 days", "leave the case open until then"),
        ),
    ],
)  # fmt: skip
def test_a_refusal_to_give_somebody_up_says_what_is_missing(ready, tried, changes, at, said):
    assert refusal(lost(ready, tried, **changes), at=at) == said


def test_who_is_tried_again_is_proposed_and_who_is_waited_for_is_not(ready):
    close = Move(ready.case.number, to="close", reason="lost_contact")

    assert lost(ready, ()).ask("INV-25", close, at=LOST + 90 * DAY).remedy is not None
    assert lost(ready, attempts(0, 1, 7, 14, 30)).ask("INV-25", close, at=LOST + 89 * DAY).remedy is None


@pytest.mark.parametrize(
    ("phase", "met"),
    [
        ("pre_departure", False),  # the last two, at 00:30 and 01:30 in Brussels, are of one day
        ("arrival", True),  # in Lagos they are at 23:30 and 00:30: two days
        ("follow_up", True),
    ],
)
def test_the_days_of_attempts_are_those_of_the_place_where_the_person_is(ready, phase, met):
    late = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
    moments = (late, late + DAY, late + 7 * DAY, late + 70 * DAY + HOUR, late + 70 * DAY + 2 * HOUR)
    channels = ["phone", "message", "visit", "phone", "letter"]
    tried = tuple(
        ContactRecord("person", channel, False, at, n)
        for n, (channel, at) in enumerate(zip(channels, moments, strict=True))
    )

    assert may_close(lost(ready, tried, phase=phase), at=LOST + 200 * DAY) is met


def test_the_remedy_of_a_return_that_is_too_young_is_to_go_on(housed):
    home = housed.but(moves={**housed.case.moves, "arrived": MoveRecord(ARRIVED, 1)}, phase="follow_up")
    reason = home.ask(
        "INV-26", Move(housed.case.number, to="close", reason="reintegration_sustained"), at=ARRIVED + DAY
    )

    assert (reason.subject, reason.fact) == ("arrived", "the person came home less than 12 months ago")


def test_a_hold_without_ground_is_about_the_disposal(ready):
    hold = Complete(ready.case.number, step="data_disposal", result="legal_hold")

    assert (ready.ask("INV-29", hold).subject, ready.ask("INV-29", hold).remedy) == ("data_disposal", None)


# --- when the person was reached last ------------------------------------------------------------------------------------


def seen(ready: Ready, step: str, result: str | None, at: datetime) -> Ready:
    done = StepRecord("done", at, ready.case.version, result)
    return ready.but(steps={**ready.case.steps, step: done})


@pytest.mark.parametrize(
    ("step", "result", "after", "met"),
    [
        ("monitoring_visit/extra", "reached", 31 * DAY, False),
        ("monitoring_visit/extra", "not_safe_to_talk", 31 * DAY, False),  # she was there
        ("monitoring_visit/extra", "not_reached", 31 * DAY, True),
        ("monitoring_visit/extra", "reached", SECOND, False),  # one attempt was before it
        ("monitoring_visit/extra", "reached", timedelta(0), True),
        ("arrival_reception", None, 31 * DAY, False),  # who was met was reached
        ("reintegration_plan_review", None, 31 * DAY, True),
    ],
)
def test_who_was_visited_or_met_is_looked_for_anew_from_then_on(ready, step, result, after, met):
    searched = lost(ready.but(steps={}), attempts(0, 1, 7, 14, 30))

    assert may_close(seen(searched, step, result, LOST + after)) is met


def test_a_visit_is_not_forgotten_because_it_is_made_anew_but_where_it_was_an_error(ready):
    visited = seen(
        lost(ready.but(steps={}), attempts(0, 1, 7, 14, 30)), "monitoring_visit/extra", None, LOST + 31 * DAY
    )
    was = Was("reached", LOST + 31 * DAY, 7)
    redone = visited.but(steps={"monitoring_visit/extra": StepRecord("open", LOST + 32 * DAY, 8)},
                         earlier={"steps": {"monitoring_visit/extra": (was,)}})  # fmt: skip

    assert not may_close(redone)
    assert may_close(redone.but(taken_back=(7,)))


def test_what_comes_later_than_the_judged_moment_has_reached_nobody_yet(ready):
    spoken = (ContactRecord("person", "phone", True, LOST, 1),)
    case = ready.but(steps={}, contacts=spoken)

    assert CaseNow(case.process, case.case, LOST).last_reached() == LOST
    assert CaseNow(case.process, case.case, LOST - SECOND).last_reached() is None


# --- INV-35: nobody is let go before they were met --------------------------------------------------------------------

LANDED = datetime(2026, 5, 14, 15, tzinfo=UTC)


def came_home(ready: Ready, *contacts: ContactRecord, **changes: object) -> Ready:
    moves = {**ready.case.moves, "departed": MoveRecord(LANDED - 7 * HOUR, 9_000), "arrived": MoveRecord(LANDED, 9_001)}
    return ready.but(**{"moves": moves, "phase": "arrival", "contacts": contacts, **changes})


def lets_go(ready: Ready, reason: str = "consent_withdrawn_after_return", *, at: datetime = LANDED + 30 * DAY) -> bool:
    return ready.ask("INV-35", Move(ready.case.number, to="close", reason=reason), at=at).met


def spoke(at: datetime, *, reached: bool = True) -> ContactRecord:
    return ContactRecord("person", "phone", reached, at, 9_100)


@pytest.mark.parametrize(
    ("contacts", "met"),
    [
        ((), False),
        ((spoke(LANDED - SECOND),), False),  # before they landed
        ((spoke(LANDED),), True),
        ((spoke(LANDED, reached=False),), False),
    ],
)
def test_after_a_landing_the_person_is_met_or_reached_first(ready, contacts, met):
    assert lets_go(came_home(ready, *contacts)) is met


@pytest.mark.parametrize("reason", ["lost_contact", "deceased", "re_trafficked_referred"])
def test_some_ends_need_nobody_to_have_met_them(ready, reason):
    assert lets_go(came_home(ready), reason)


def test_before_a_landing_and_after_left_the_rule_says_nothing(ready):
    left = LeftRecord("removed", LANDED - 7 * HOUR, 9_000, "somebody")

    assert lets_go(ready)
    assert lets_go(came_home(ready, left=left))


@pytest.mark.parametrize(
    ("seq", "at", "state", "met"),
    [
        (8_000, LANDED - DAY, "done", True),
        (8_000, LANDED - 7 * HOUR, "done", True),  # as they left
        (9_500, LANDED - DAY, "done", False),  # written down after they had gone
        (8_000, LANDED - HOUR, "done", False),  # said on the way
        (8_000, LANDED - DAY, "in_progress", False),  # heard by one
    ],
)
def test_who_needs_nothing_of_us_said_so_before_they_left(ready, seq, at, state, met):
    refused = StepRecord(state, at, seq, "declined")
    said = ready.with_consent("monitoring", state="refused").with_fact("declines_contact_there", True)
    home = came_home(said, steps={**ready.case.steps, "contact_declined": refused})

    assert lets_go(home, "needs_nothing") is met


@pytest.mark.parametrize(("who", "met"), [("anna", False), ("somebody", True)])
def test_whoever_closes_has_not_written_down_alone_that_there_is_a_new_case(ready, who, met):
    said = FactRecord(True, LANDED, 9_050, who)
    case = came_home(ready, facts={**ready.case.facts, "opened_anew": said})
    anna = Actor("anna", "invented_house", {"case_manager_sending"})
    command = Move(ready.case.number, to="close", reason="re_trafficked_referred")

    reason = case.ask("INV-35", command, at=LANDED + DAY, actor=anna)
    assert reason.met is met
    assert met or (reason.subject, reason.todo) == (
        "opened_anew",
        "let somebody else look at the new case, and close this one",
    )
    assert came_home(ready).ask("INV-35", command, at=LANDED + DAY, actor=anna).met


# --- INV-25: where fewer ways are known --------------------------------------------------------------------------------

TWO_WAYS = "phone text phone text phone"


def no_other(ready: Ready, *ways: str, seq: int = 9_000, state: str = "done", said: tuple[ContactRecord, ...] = (),
             **changes: object) -> Ready:  # fmt: skip
    """Five attempts in two ways; two have signed which ways are known."""
    agreed = StepRecord(state, LOST + 31 * DAY, seq, values={"ways": ways} if ways else {})
    tried = (*said, *attempts(0, 1, 7, 14, 30, channels=TWO_WAYS))
    opened = IncidentRecord(8_000, "lost_contact", "on_hold", "pre_departure", LOST)
    return ready.but(
        **{"incidents": (opened,), "contacts": tried, "steps": {**ready.case.steps, "no_other_way": agreed}, **changes}
    )


FEWER = "fewer than 3 different channels were tried"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, None),
        ({"state": "in_progress"}, FEWER),  # one has signed
        ({"seq": 7_999}, FEWER),  # that was said before contact was lost
        ({"ways": ("phone", "text", "visit", "letter")}, "letter, visit"),
        ({"ways": ()}, None),
    ],
)
def test_where_two_ways_are_known_these_are_enough_once_two_have_signed_it(ready, changes, found):
    ways = changes.get("ways", ("phone", "text"))
    case = no_other(ready, *ways, **{name: value for name, value in changes.items() if name != "ways"})
    reason = case.ask("INV-25", Move(ready.case.number, to="close", reason="lost_contact"), at=LOST + 90 * DAY)

    assert (reason.met, reason.subject) == (found is None, "lost_contact")
    if found is not None:
        assert reason.fact == (
            FEWER if found == FEWER else f"not all ways that are known to reach the person were tried: {found}"
        )
        assert reason.todo == (
            "try another way; where fewer are known, two sign that there is no other"
            if found == FEWER
            else "try these, too"
        )
        assert (dict(reason.remedy.do), reason.remedy.from_) == ({"do": "contact", "with": "person"}, LOST + 90 * DAY)


@pytest.mark.parametrize(
    ("at", "reached", "landed", "met"),
    [
        (-9 * DAY, True, None, False),  # before a landing, at any time
        (-9 * DAY, False, None, True),  # nobody answered there
        (-9 * DAY, True, -8 * DAY, True),  # where they live now nobody has ever reached them so
        (-9 * DAY, True, -9 * DAY, False),
        (-9 * DAY, False, -9 * DAY, True),
    ],
)
def test_a_way_by_which_the_person_was_reached_is_known_whatever_two_sign(ready, at, reached, landed, met):
    spoken = ContactRecord("person", "video", reached, LOST + at, 7_000)
    moves = ready.case.moves if landed is None else {**ready.case.moves, "arrived": MoveRecord(LOST + landed, 6_000)}

    assert may_close(no_other(ready, "phone", "text", said=(spoken,), moves=moves)) is met


def test_what_is_only_heard_of_them_is_no_attempt_in_vain(ready):
    tried = attempts(0, 1, 7, 14, 30)

    assert not may_close(lost(ready, (tried[0], tried[1]._replace(heard_of=True), *tried[2:])))


# --- INV-35: by whose word, and from when on ----------------------------------------------------------------------------

MEET = "meet them, or go on trying to reach them"
ANNA = Actor("anna", "invented_house", {"case_manager_sending"})
TRY = {"do": "contact", "with": "person"}


def judged(ready: Ready, reason: str, *, at: datetime = LANDED + DAY):
    return ready.ask("INV-35", Move(ready.case.number, to="close", reason=reason), at=at, actor=ANNA)


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, False),
        ({"by_others": False}, True),
        ({"written_by": ("anna", "somebody")}, True),
        ({"written_by": ("somebody",)}, True),
        ({"type": "serious_illness"}, True),
    ],
)
def test_that_somebody_moves_again_is_not_brought_and_closed_by_one_alone(ready, changes, met):
    told = IncidentRecord(
        9_200, "remigration", "none", "follow_up", LANDED + HOUR, by_others=True, written_by=("anna",)
    )
    home = came_home(ready, spoke(LANDED), incidents=(told._replace(**changes),))
    reason = judged(home, "remigrated")

    assert (reason.met, reason.subject) == (met, "person_reached" if met else "remigration")
    assert met or reason.remedy is None
    assert judged(home, "support_period_completed").met, "it is asked of that end"
    assert judged(came_home(ready, spoke(LANDED)), "remigrated").met


def test_that_there_is_a_new_case_is_asked_of_that_end_alone_and_nothing_is_proposed(ready):
    said = {**ready.case.facts, "opened_anew": FactRecord(True, LANDED, 9_050, "anna")}
    home = came_home(ready, spoke(LANDED), facts=said)

    assert (judged(home, "re_trafficked_referred").met, judged(home, "re_trafficked_referred").remedy) == (False, None)
    assert judged(home, "remigrated").met


def test_who_was_not_met_is_to_be_reached_from_then_on(ready):
    reason = judged(came_home(ready), "remigrated")

    assert (reason.met, reason.subject, reason.todo) == (False, "person_reached", MEET)
    assert (dict(reason.remedy.do), reason.remedy.from_) == (TRY, LANDED + DAY)


@pytest.mark.parametrize(
    ("state", "at", "met"),
    [
        ("done", LANDED, True),
        ("done", LANDED - SECOND, False),
        ("in_progress", LANDED + HOUR, False),
    ],
)
def test_who_was_asked_how_they_are_after_the_landing_was_met(ready, state, at, met):
    asked = {**ready.case.steps, "arrival_wellbeing_check": StepRecord(state, at, 9_100)}

    assert judged(came_home(ready, steps=asked), "remigrated").met is met


@pytest.mark.parametrize(
    ("at", "left", "met"),
    [
        (0 * HOUR, None, False),  # to the second: by the booking they have landed, and nobody has met them
        (-SECOND, None, True),  # still on the way
        (0 * HOUR, LeftRecord("removed", LANDED, 9_000, "somebody"), True),  # they have not come with us
    ],
)
def test_a_landing_that_nobody_has_written_down_is_one(ready, at, left, met):
    departed = {**ready.case.moves, "departed": MoveRecord(ready.case.travel.legs[0].departs_at, 9_000)}
    gone = ready.but(moves=departed, phase="travel", contacts=(), left=left)

    assert judged(gone, "remigrated", at=ready.case.travel.legs[-1].arrives_at + at).met is met


@pytest.mark.parametrize("left_of_the_day", [7 * HOUR, 0 * HOUR])  # also of a flight that lands as the day ends
@pytest.mark.parametrize(("before", "met"), [(SECOND, False), (0 * HOUR, True)])
def test_of_a_landing_told_by_its_day_the_booked_hour_counts(ready, before, met, left_of_the_day):
    booked = ready.case.travel.legs[-1].arrives_at
    day = Day(booked.date(), booked.replace(hour=0), booked + left_of_the_day)
    moves = {**ready.case.moves, "departed": MoveRecord(day.begins, 9_000), "arrived": MoveRecord(day.begins, 9_001)}
    home = came_home(ready, spoke(booked - before), moves=moves, days={9_001: day})

    assert judged(home, "remigrated").met is met


@pytest.mark.parametrize(
    ("result", "made", "met"),
    [
        ("declined", True, False),
        ("wants_contact", True, True),
        ("declined", False, True),
    ],
)
def test_that_they_want_no_contact_there_is_recorded_before_they_leave(ready, result, made, met):
    said = Complete(ready.case.number, step="contact_declined", result=result)
    case = came_home(ready) if made else ready
    reason = case.ask("INV-35", said, at=LANDED + DAY)

    assert (reason.met, reason.subject) == (met, "contact_declined")
    assert met or (reason.todo, dict(reason.remedy.do), reason.remedy.from_) == (MEET, TRY, LANDED + DAY)


def test_who_did_not_refuse_contact_before_they_left_is_to_be_reached_from_then_on(ready):
    reason = judged(came_home(ready), "needs_nothing")

    assert (reason.met, reason.subject, reason.todo) == (False, "contact_declined", MEET)
    assert (dict(reason.remedy.do), reason.remedy.from_) == (TRY, LANDED + DAY)


# --- INV-26: what visits and entries leave open -------------------------------------------------------------------------

YEAR = ARRIVED + 400 * DAY


@pytest.fixture
def settled(housed):
    """The same, home for more than a year."""
    return housed.but(moves={**housed.case.moves, "arrived": MoveRecord(ARRIVED, 1)}, phase="follow_up")


def holds(ready: Ready) -> Finding:
    close = Move(ready.case.number, to="close", reason="reintegration_sustained")
    return SAFEGUARDS["INV-26"].ask(CaseNow(ready.process, ready.case, YEAR, actor=ANNA, command=close)).finding


def entered(ready: Ready, register: str, state: str, *refs: str, **values: object) -> Ready:
    made = {ref: EntryRecord(ref, register, "", (EntryPart(ARRIVED, 2, state, values),)) for ref in refs}
    return ready.but(entries={**ready.case.entries, **made})


@pytest.mark.parametrize(
    ("state", "values", "met"),
    [
        ("running", {}, False),
        ("ended", {}, True),
        ("running", {"next_by": "an invented clinic"}, True),
        ("running", {"last_day": (YEAR + DAY).date().isoformat()}, True),  # it ends by itself
        ("running", {"last_day": YEAR.date().isoformat()}, False),
        ("running", {"last_day": (YEAR - 9 * DAY).date().isoformat()}, False),
        ("running", {"dose": "an invented dose"}, False),
    ],
)
def test_what_was_begun_with_the_person_has_come_to_an_end_or_somebody_goes_on_with_it(settled, state, values, met):
    reason = holds(entered(settled, "medicine", state, "medicine-1", **values))

    assert (reason.met, reason.subject) == (met, "arrived" if met else "medicine")
    assert met or (reason.do, reason.from_) == ({"do": "update", "ref": "medicine-1"}, YEAR)


def test_the_first_of_several_entries_without_an_end_is_proposed_and_all_are_named(settled):
    reason = holds(entered(settled, "medicine", "running", "medicine-1", "medicine-2"))

    assert reason.values["refs"] == ("medicine-1", "medicine-2")
    assert reason.do == {"do": "update", "ref": "medicine-1"}
    assert holds(settled).met


@pytest.mark.parametrize(
    ("home", "review", "met"),
    [
        ({"safe": "yes"}, {}, True),
        ({"safe": "no"}, {}, False),
        ({"safe": "no"}, {"home_seen": True}, False),  # what they say goes before what was seen
        ({}, {"home_seen": True}, True),
        ({}, {"manages": "yes"}, False),
        (None, {}, False),
        (None, {"home_seen": True}, True),
    ],
)
def test_that_they_are_safe_at_home_is_their_word_or_was_seen(settled, home, review, met):
    part = EntryPart(ARRIVED, 2, "lived_in", home or {})
    case = settled.but(entries={} if home is None else {"home-1": EntryRecord("home-1", "home", "", (part,))})
    reason = holds(case.with_step("closure_review", result="close", values=review))

    assert (reason.met, reason.subject) == (met, "arrived" if met else "home")
    assert met or (reason.do, reason.from_) == ({"do": "enter", "register": "home"}, YEAR)


def visit(day: int, seq: int, *, late: timedelta | None = None, result: str | None = "reached") -> StepRecord:
    at = ARRIVED + day * DAY
    return StepRecord("done", at, seq, result, alone=Alone(at, at + late, "anna") if late is not None else None)


@pytest.mark.parametrize(
    ("late", "met"),
    [(72 * HOUR, True), (72 * HOUR + SECOND, False)],
)
def test_a_visit_that_one_alone_told_late_counts_once_a_second_has_seen_it(settled, late, met):
    visits = {"monitoring_visit/1": visit(30, 9_001), "monitoring_visit/2": visit(90, 9_002, late=late)}
    reason = holds(settled.but(steps={**settled.case.steps, **visits}))

    assert (reason.met, reason.subject) == (met, "arrived" if met else "monitoring_visit")
    if not met:
        assert (reason.todo, reason.from_) == ("let somebody else read it, or ask there, and sign it", YEAR)
        assert reason.do == {"do": "sign", "step": "monitoring_visit", "round": "2", "of": None}
        assert reason.values["round"] == "2"
        title = settled.process.title("steps", "monitoring_visit")
        assert filled(reason.fact, reason.values) == (
            f"'{title}' (round 2) was written down more than 72 hours late, and nobody else has seen it"
        )


@pytest.mark.parametrize(
    ("days", "extra", "met"),
    [
        ((30, 60, 90), None, True),
        ((30, 90, 90), None, True),  # one that was missed is made up for with the next
        ((90, 90, 90), None, False),
        ((90, 90, 90), 91, True),  # visited once more, on another day
        ((30, 90, 90, 90), None, False),
    ],
)
def test_visits_were_made_on_days_of_their_own(settled, days, extra, met):
    visits = {f"monitoring_visit/{n}": visit(day, 9_000 + n) for n, day in enumerate(days, 1)}
    if extra is not None:
        visits["monitoring_visit/extra"] = visit(extra, 9_100)
    reason = holds(settled.but(steps={**settled.case.steps, **visits}))

    assert (reason.met, reason.subject) == (met, "arrived" if met else "monitoring_visit")
    if not met:
        proposed = {"do": "complete", "step": "monitoring_visit", "round": "extra"}
        assert (reason.do, reason.from_) == (proposed, YEAR)
        assert filled(reason.fact, reason.values) == (
            f"'{settled.process.title('steps', 'monitoring_visit')}' was done {len(days)} times, "
            f"on {len(set(days))} of the days since the landing"
        )


def test_a_visit_that_found_nobody_is_none(settled):
    visits = {f"monitoring_visit/{n}": visit(90, 9_000 + n, result="not_reached") for n in (1, 2, 3)}

    assert holds(settled.but(steps={**settled.case.steps, **visits})).met


def test_what_no_visit_and_no_survey_says_is_not_asked_of_visits(settled):
    late = {"risk_recheck": StepRecord("done", ARRIVED, 9_001, "unchanged", alone=Alone(ARRIVED, YEAR, "anna"))}
    surveys = {f"sustainability_survey/{n}": visit(90, 9_010 + n, result=None) for n in (1, 2, 3)}

    assert holds(settled.but(steps={**settled.case.steps, **late, **surveys})).met
