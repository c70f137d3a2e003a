"""The oracles can speak: of each thing that they demand, a history in which it is missing. An oracle that never finds anything proves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from wayhome import Actor
from wayhome.model.event import HistoryRow

from tests.anything import ANNA
from tests.attacks.companions import along
from tests.attacks.play import DEPART, TRAVEL, Way, begun, evidence_is_fresh
from tests.conftest import all_packs
from tests.oracle import faults_of_departure
from tests.oracle_of_closings import (
    ABOUT_SAFETY,
    ENDS,
    OVER,
    REACHED,
    ROUNDS,
    Did,
    faults_of_closing,
    faults_of_ended_alarms,
)
from tests.oracle_of_closings import Way as Ways
from tests.whole_answers import SAFE

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
Change = Mapping[str, Any] | None


class Told(NamedTuple):
    """An entry of an invented history: its name in these tests, on which day it was, and what it says."""

    name: str
    day: float
    type: str
    data: Mapping[str, Any] = {}
    by: str = "anna"
    late: float = 0  # days later it was written down


def history(told: Sequence[Told], **changes: Change) -> list[HistoryRow]:
    """Make the rows of a history, in the order in which they were written down; a change takes the place of data, None leaves it out."""
    stands = [one for one in told if changes.get(one.name, {}) is not None]
    stands.sort(key=lambda one: one.day + one.late)
    seqs = {one.name: seq for seq, one in enumerate(stands, 1)}
    rows = []
    for seq, one in enumerate(stands, 1):
        change = dict(changes.get(one.name) or {})
        day, late = change.pop("day", one.day), change.pop("late", one.late)
        by, type_ = change.pop("by", one.by), change.pop("type", one.type)
        at = START + timedelta(days=day)
        data = {
            name: seqs.get(value[1:], 0) if str(value).startswith("#") else value
            for name, value in {**one.data, **change}.items()
        }
        rows.append(HistoryRow(seq, type_, 1, at, at + timedelta(days=late), by, "invented_house", data, ""))
    return rows


def step(id: str, day: float, result: str | None = None, *, name: str = "", two: bool = False, **data: Any) -> Told:
    said = {"step": id, "state": "done", **({"result": result} if result else {}), **data}
    if two:
        said["signed"] = [["risk_assessor", "anna", result], ["case_manager_sending", "ben", result]]
    return Told(name or id, day, "step_completed", said, "ben" if two else "anna")


def entry(name: str, day: float, status: str, type_: str = "entry_made") -> Told:
    return Told(name, day, type_, {"ref": "plan_item-1", "register": "plan_item", "status": status})


def incident(type_: str, day: float, **data: Any) -> Told:
    return Told(type_, day, "incident_opened", {"type": type_, "effect": "none", **data})


def contact(
    day: float, channel: str = "phone", *, reached: bool = True, name: str = "contact", late: float = 0
) -> Told:
    type_ = "contact_made" if reached else "contact_attempted"
    return Told(name, day, type_, {"with": "person", "channel": channel, "reached": reached}, late=late)


def no(purpose: str, day: float, **data: Any) -> Told:
    return Told("no", day, "consent_refused", {"purpose": purpose, "given_by": "person", **data})


def facts(day: float, **said: Any) -> Told:
    return Told(next(iter(said)), day, "facts_recorded", {"facts": said})


def closed(reason: str, day: float) -> Told:
    return Told("closed", day, "closed", {"reason": reason, "status": "closed"})


# --- honest histories -----------------------------------------------------------------------------------------------------

OPENED = Told("opened", 0, "opened", {"facts": {"age_status": "adult"}, "origin_country": "NG", "host_country": "BE"})
PREPARED = Told("prepared", 1, "prepared", {"phase": "pre_departure"})
DEPARTED = Told("departed", 10, "departed", {"phase": "travel"})
ARRIVED = Told("arrived", 10.4, "arrived", {"phase": "arrival"})
MET = step("arrival_reception", 10.5)
SETTLED = Told("settled", 12, "settled", {"phase": "follow_up"})
HERE = (OPENED, PREPARED)
LANDED = (*HERE, DEPARTED, ARRIVED)
AT_HOME = (*LANDED, MET, SETTLED)
DAYS = dict(zip(ROUNDS, (12.5, 18, 40, 100, 190, 280, 374), strict=True))
VISITS = [
    step("monitoring_visit", day, "reached", name=round_, round=round_, values={"how": "visit", **SAFE})
    for round_, day in DAYS.items()
]
SCORES = {"c_home": "yes", "manage": "mostly"}
REVIEWED = step("closure_review", 376, "close", values={"manages": "mostly", "agrees": "yes"})
HOME = Told(
    "home", 50, "entry_made", {"ref": "home-1", "register": "home", "status": "lived_in", "values": {"safe": "yes"}}
)
PLAN = (entry("aim", 100, "open"), entry("end", 300, "dropped", "entry_updated"))
TRIES = [
    contact(day, way, reached=False, name=f"try{number}")
    for number, (day, way) in enumerate(((20, "phone"), (35, "message"), (50, "visit"), (70, "phone"), (85, "letter")))
]
NOT_AGREED = "two do not know that the person wants it, or that it was carried out, and who takes over"
WANTS_NOBODY = (
    *HERE, no("monitoring", 8), step("contact_declined", 9, "declined", two=True, values={"heard": ["visit"]}), DEPARTED, ARRIVED,
    step("leaving_alone", 25, "agreed", two=True),
)  # fmt: skip
CLOSINGS: Mapping[str, Sequence[Told]] = {
    "reintegration_sustained": (
        *AT_HOME, step("post_arrival_risk_assessment", 13, "low"), *VISITS, step("sustainability_survey", 374.5, round="m12", values=SCORES),
        *PLAN, HOME, REVIEWED, closed("reintegration_sustained", 380),
    ),
    "support_period_completed": (*AT_HOME, REVIEWED, closed("support_period_completed", 380)),
    "consent_withdrawn_after_return": (*AT_HOME, no("monitoring", 40), closed("consent_withdrawn_after_return", 41)),
    "needs_nothing": (*WANTS_NOBODY, closed("needs_nothing", 26)),
    "lost_contact": (*AT_HOME, Told("lost_contact", 20, "incident_opened", {"type": "lost_contact", "effect": "on_hold"}), *TRIES, closed("lost_contact", 111)),
    "remigrated": (*AT_HOME, incident("remigration", 50), closed("remigrated", 51)),
    "other_durable_solution": (*AT_HOME, facts(50, lasting_solution="residence"), REVIEWED, closed("other_durable_solution", 380)),
    "transferred": (
        *AT_HOME, incident("transfer_third_country", 50), step("transfer_agreed", 50.5, "agreed", two=True, values={"heard": "person"}),
        closed("transferred", 51),
    ),
    "re_trafficked_referred": (*LANDED, incident("re_trafficking", 11), facts(12, opened_anew=True), closed("re_trafficked_referred", 13)),
    "deceased": (
        *LANDED, incident("death", 11), step("death_confirmation", 12, "by_paper", values={"paper": True, "paper_dated": "2026-03-13"}),
        closed("deceased", 13),
    ),
    "withdrew_return": (*HERE, no("return", 5), closed("withdrew_return", 6)),
    "assistance_declined": (*HERE, no("assistance", 5), closed("assistance_declined", 6)),
    "not_a_victim": (*HERE, step("identification_decision", 5, "not_victim"), closed("not_a_victim", 6)),
    "return_not_safe": (*HERE, incident("risk_high", 5), closed("return_not_safe", 6)),
    "return_not_possible": (*HERE, incident("missing_document", 5), closed("return_not_possible", 6)),
    "left_outside_process": (*HERE, Told("left", 5, "left", {"phase": "travel", "how": "alone"}), closed("left_outside_process", 6)),
    "duplicate": (*HERE, facts(5, existed_already=True), closed("duplicate", 6)),
}  # fmt: skip


@pytest.mark.parametrize("reason", CLOSINGS)
def test_the_oracle_says_nothing_of_an_honest_end(reason: str) -> None:
    assert faults_of_closing(history(CLOSINGS[reason])) == []


# --- what is missing --------------------------------------------------------------------------------------------------------

NOBODY = "nobody has met or reached the person since they landed"
NOT_HEARD = "two have not heard from the person, before they left, that they want no contact"
MISSING: Sequence[tuple[str, dict[str, Change], str]] = [
    ("reintegration_sustained", {"arrival_reception": None, **dict.fromkeys((*ROUNDS, "sustainability_survey"))}, NOBODY),
    ("reintegration_sustained", {"arrived": {"day": 30}}, "that is less than a year after the arrival"),
    ("reintegration_sustained", {"closure_review": None}, "closing was not decided together"),
    ("reintegration_sustained", {"closure_review": {"result": "extend"}}, "closing was not decided together"),
    ("reintegration_sustained", {"post_arrival_risk_assessment": None}, "the risk was not found below high"),
    ("reintegration_sustained", {"post_arrival_risk_assessment": {"result": "high"}}, "the risk was not found below high"),
    ("reintegration_sustained", {"m3": None}, "nobody visited: ['m3']"),
    ("reintegration_sustained", {"m3": {"late": 4}}, "monitoring_visit/m3 was told late by one alone"),
    ("reintegration_sustained", {"m3": {"values": {"how": "visit"}}}, "monitoring_visit/m3 does not say whether they are safe"),
    ("reintegration_sustained", {one: {"day": 374} for one in ROUNDS[:3]}, "visits were not made on days of their own"),
    ("reintegration_sustained", {"sustainability_survey": {"late": 3.5}}, "sustainability_survey/m12 was told late by one alone"),
    ("reintegration_sustained", {"closure_review": {"values": {"manages": "no", "agrees": "yes"}}}, "they did not say that they manage, and nobody says what was seen"),
    ("reintegration_sustained", {"end": None}, "plan_item-1 has no end"),
    ("reintegration_sustained", {"home": None}, "nobody says that they are safe where they live"),
    ("reintegration_sustained", {"home": {"values": {"safe": "no"}}}, "nobody says that they are safe where they live"),
    ("reintegration_sustained", {"end": {"status": "under_way"}}, "plan_item-1 has no end"),
    ("reintegration_sustained", {"closure_review": {"values": {"manages": "yes", "agrees": "no"}}}, "they did not agree, and nobody says what was seen"),
    ("reintegration_sustained", {"settled": None}, "reintegration_sustained in the phase arrival"),
    ("support_period_completed", {"closure_review": {"day": 300}}, "that is less than a year after the arrival"),
    ("consent_withdrawn_after_return", {"arrival_reception": None}, NOBODY),
    ("consent_withdrawn_after_return", {"no": None}, "the person said no to no visit"),
    ("consent_withdrawn_after_return", {"no": {"of": "child-1"}}, "the person said no to no visit"),
    ("consent_withdrawn_after_return", {"no": {"heard_by": "through_somebody"}}, "the no to monitoring was heard through somebody else"),
    ("needs_nothing", {"contact_declined": None}, NOT_HEARD),
    ("needs_nothing", {"contact_declined": {"signed": []}}, NOT_HEARD),
    ("needs_nothing", {"contact_declined": {"values": {"heard": ["message"]}}}, NOT_HEARD),
    ("needs_nothing", {"departed": {"day": 8.5}}, NOT_HEARD),
    ("needs_nothing", {"no": None}, "the person said no to no visit"),
    ("needs_nothing", {"leaving_alone": {"signed": []}}, "two have not agreed to leave them alone"),
    ("needs_nothing", {"leaving_alone": {"day": 15}}, "that is less than a fortnight after the landing"),
    ("needs_nothing", {"opened": {"facts": {"age_status": "disputed"}}}, "a child is not left alone"),
    ("lost_contact", {"lost_contact": None}, "contact is not lost"),
    ("lost_contact", {"try2": None}, "there were attempts on 4 days"),
    ("lost_contact", {"try2": {"day": 35.1}}, "there were attempts on 4 days"),
    ("lost_contact", {"try2": {"late": 4}}, "there were attempts on 4 days"),
    ("lost_contact", {"try1": {"type": "contact_made"}}, "there were attempts on 3 days"),
    ("lost_contact", {f"try{number}": {"channel": "phone"} for number in range(5)}, "fewer than three ways were tried"),
    ("lost_contact", {f"try{number}": {"day": 20 + 11 * number} for number in range(5)}, "the attempts are not spread"),
    ("lost_contact", {"closed": {"day": 109}}, "contact is lost for less than ninety days"),
    ("remigrated", {"remigration": None}, "nobody says that the person has moved on"),
    ("remigrated", {"arrival_reception": None}, NOBODY),
    ("other_durable_solution", {"lasting_solution": None}, "nobody says which solution was found"),
    ("other_durable_solution", {"closure_review": None}, "closing was not decided together"),
    ("transferred", {"transfer_third_country": None}, "no other country is competent or wanted"),
    ("transferred", {"arrival_reception": None}, NOBODY),
    ("transferred", {"transfer_agreed": {"signed": []}}, NOT_AGREED),
    ("transferred", {"transfer_agreed": None}, NOT_AGREED),
    ("re_trafficked_referred", {"re_trafficking": None}, "nobody says that the person was trafficked again"),
    ("re_trafficked_referred", {"opened_anew": None}, "no new case is linked"),
    ("deceased", {"death": None}, "nobody says that the person has died"),
    ("deceased", {"death_confirmation": None}, "the death is not known by a paper or two sources"),
    ("deceased", {"death_confirmation": {"result": "not_known"}}, "the death is not known by a paper or two sources"),
    ("deceased", {"death_confirmation": {"values": {"paper": True}}}, "the death is not known by a paper or two sources"),
    ("withdrew_return", {"no": None}, "the person said no to no return"),
    ("withdrew_return", {"no": {"of": "child-1"}}, "the person said no to no return"),
    ("withdrew_return", {"no": {"type": "consent_given"}}, "the person said no to no return"),
    ("withdrew_return", {"no": {"heard_by": "through_somebody"}}, "the no to return was heard through somebody else"),
    ("assistance_declined", {"no": {"heard_by": "through_somebody"}}, "the no to assistance was heard through somebody else"),
    ("assistance_declined", {"no": None}, "the person said no to no help"),
    ("not_a_victim", {"identification_decision": {"result": "possible"}}, "nobody has decided that the person is no victim"),
    ("return_not_safe", {"risk_high": None}, "nothing says that the return is not safe"),
    ("return_not_possible", {"missing_document": None}, "nothing says that the return is not possible"),
    ("left_outside_process", {"left": None}, "nobody says that the person has left"),
    ("duplicate", {"existed_already": None}, "nobody says that the person has an older case"),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "change", "fault"), MISSING)
def test_the_oracle_says_what_an_end_is_missing(reason: str, change: dict[str, Change], fault: str) -> None:
    assert fault in faults_of_closing(history(CLOSINGS[reason], **change))


def test_each_end_that_there_is_can_be_found_wrong() -> None:
    assert {reason for reason, _, _ in MISSING} == {*CLOSINGS}


@pytest.mark.parametrize("alarm", OVER)
@pytest.mark.parametrize("reason", ["support_period_completed", "withdrew_return", "assistance_declined", "remigrated"])
def test_no_end_hides_an_alarm_but_those_that_are_named_for_it(alarm: str, reason: str) -> None:
    place = "here" if reason in ("withdrew_return", "assistance_declined") else "there"
    rows = history([*CLOSINGS[reason], incident(alarm, 4 if place == "here" else 39)])

    assert (f"{alarm} is open" in faults_of_closing(rows)) is (reason not in OVER[alarm].get(place, ()))


TALKED = step("closure_review", 40.5, "on_persons_request")


@pytest.mark.parametrize("alarm", ["risk_high", "violence", "child_in_danger"])
@pytest.mark.parametrize(("talked", "is_found"), [([], True), ([TALKED], False), ([TALKED._replace(day=38)], True)])
def test_a_danger_is_talked_about_before_a_no_to_visits_ends_it(alarm: str, talked: list[Told], is_found: bool) -> None:
    rows = history([*CLOSINGS["consent_withdrawn_after_return"], incident(alarm, 39), *talked])

    assert faults_of_closing(rows) == ([f"{alarm} was not talked about since"] if is_found else [])


def test_a_talk_that_somebody_else_led_is_no_meeting() -> None:
    honest = [one for one in CLOSINGS["transferred"] if one is not MET]

    assert faults_of_closing(history([*honest, contact(20)])) == []
    assert faults_of_closing(history([*honest, contact(20, "through_somebody")])) == [NOBODY]
    assert faults_of_closing(history([*honest, contact(10.2)])) == [NOBODY], "on the way"


def test_a_late_visit_that_a_second_has_seen_counts() -> None:
    seen = Told("seen", 110, "entry_seconded", {"kind": "steps", "key": "monitoring_visit/m3"}, "ben")
    told = [*CLOSINGS["reintegration_sustained"], seen]

    assert faults_of_closing(history(told, m3={"late": 4})) == []
    assert faults_of_closing(history(told, m3={"late": 4}, seen={"by": "anna"})) != []


def test_who_asks_to_close_need_not_wait_for_a_year() -> None:
    told = [
        *AT_HOME,
        step("post_arrival_risk_assessment", 13, "low"),
        HOME,
        step("closure_review", 50, "on_persons_request", values={"manages": "yes"}),
        closed("reintegration_sustained", 51),
    ]
    assert faults_of_closing(history(told)) == []


def test_one_way_is_enough_where_two_know_of_no_other() -> None:
    by_phone = {f"try{number}": {"channel": "phone"} for number in range(5)}
    known = step("no_other_way", 90, two=True, values={"ways": ["phone"]})

    assert faults_of_closing(history([*CLOSINGS["lost_contact"], known], **by_phone)) == []
    for wrong in ({"signed": []}, {"values": {"ways": ["phone", "email"]}}):
        assert faults_of_closing(history([*CLOSINGS["lost_contact"], known], no_other_way=wrong, **by_phone)) != []


def test_who_answers_a_survey_meanwhile_is_not_lost() -> None:
    told = [*CLOSINGS["lost_contact"], step("sustainability_survey", 60, round="m6", values=SCORES)]

    assert faults_of_closing(history(told)) == ["the person answered a survey meanwhile"]
    assert faults_of_closing(history(told, sustainability_survey={"day": 19})) == []


def test_what_was_an_error_counts_for_nothing() -> None:
    told = [*CLOSINGS["withdrew_return"], Told("error", 5.5, "entry_corrected", {"entry": "#no"})]

    assert faults_of_closing(history(told)) == ["the person said no to no return"]


# --- the end of an alarm -------------------------------------------------------------------------------------------------------

PLACES: Mapping[str, Sequence[Told]] = {
    "identification": (OPENED,),
    "pre_departure": HERE,
    "travel": (*HERE, DEPARTED),
    "there": AT_HOME,
    "follow_up": AT_HOME,
}


DAUGHTER = Told("daughter", 0.5, "person_involved", {"ref": "child-1", "relation": "child", "travels": True})


def ended(type_: str, place: str, *since: Told, **changes: Change) -> list[str]:
    """Give what the oracle says of an alarm of the twentieth day that is over on the thirtieth."""
    of = {"of": "child-1"} if type_.startswith("child_") else {}
    end = Told("end", 30, "incident_resolved", {"incident": "#alarm", "type": type_, "outcome": "invented", **of})
    alarm = incident(type_, 20, **of)._replace(name="alarm")
    told = [*PLACES[place], DAUGHTER, alarm, *since, end]
    return faults_of_ended_alarms(history(told, **changes))


def done(way: Ways, day: float = 25) -> list[Told]:
    """Do what ends an alarm."""
    found = []
    for need in way:
        if isinstance(need, Did):
            drafts = [Told(f"draft {need.step}", day - 0.5, "step_signed", {"step": need.step})] if need.by_two else []
            of = {"of": "child-1"} if need.of_whom else {}
            found += [*drafts, step(need.step, day, (*need.results, None)[0], two=need.by_two, **of)]
        else:
            found.append(contact(day, "visit"))
    return found


def every_way() -> Iterator[tuple[str, str, Ways]]:
    for type_, ends in ENDS.items():
        for place, ways in ends.items():
            where = {"here": "pre_departure", "": "there"}.get(place, place)
            for way in ways:
                yield type_, where, way


@pytest.mark.parametrize(("type_", "place", "way"), [*every_way()])
def test_an_alarm_ends_by_what_the_text_asks_for_and_by_nothing_less(type_: str, place: str, way: Ways) -> None:
    assert ended(type_, place, *done(way)) == []
    assert ended(type_, place) != [], "by a word"
    assert ended(type_, place, *done(way, day=15)) != [], "by what is older than the alarm"
    for need in way:
        others = [one for one in done(way) if one.name != (need.step if isinstance(need, Did) else "contact")]
        assert ended(type_, place, *others) != []
        if isinstance(need, Did) and need.results:
            assert ended(type_, place, *done(way), **{need.step: {"result": "high"}}) != []
        if isinstance(need, Did) and need.by_two:
            assert ended(type_, place, *done(way), **{need.step: {"signed": []}}) != []
        if isinstance(need, Did) and need.of_whom:
            assert ended(type_, place, *done(way), **{need.step: {"of": "child-2"}}) != []


def test_of_a_grown_daughter_nothing_is_asked_that_is_asked_of_a_child() -> None:
    grown = {"daughter": {"born_on": "1999-01-01"}}

    assert ended("child_unwell", "pre_departure", step("options_counselling", 25)) != []
    assert ended("child_unwell", "pre_departure", step("options_counselling", 25), **grown) == []


LIVE_ONLY = [(type_, place) for type_, place, way in every_way() if way == (REACHED,) and type_ in ABOUT_SAFETY]
ANYHOW = [(type_, place) for type_, place, way in every_way() if way == (REACHED,) and type_ not in ABOUT_SAFETY]
SAFE_WAY = Told("second", 26, "entry_seconded", {"kind": "contacts", "key": ""}, "ben")


@pytest.mark.parametrize(("type_", "place"), LIVE_ONLY)
def test_an_alarm_about_safety_ends_when_the_person_is_heard_live(type_: str, place: str) -> None:
    for channel in ("visit", "phone", "video"):
        assert ended(type_, place, contact(25, channel)) == []
    for channel in ("message", "letter", "social_media", "through_somebody"):
        assert ended(type_, place, contact(25, channel)) != []


@pytest.mark.parametrize("channel", ["message", "email", "letter", "through_somebody"])
def test_or_in_writing_where_a_second_signed_that_this_is_the_safe_way(channel: str) -> None:
    number = len(PLACES["there"]) + 3  # of the contact, after the daughter and the alarm
    second = SAFE_WAY._replace(data={"kind": "contacts", "key": str(number)})

    assert (ended("lost_contact", "there", contact(25, channel), second) == []) is (channel != "through_somebody")
    assert ended("lost_contact", "there", contact(25, channel), second._replace(by="anna")) != [], "whoever wrote it"


@pytest.mark.parametrize(("type_", "place"), ANYHOW)
def test_any_other_alarm_never_ends_through_somebody_else(type_: str, place: str) -> None:
    assert ended(type_, place, contact(25, "message")) == []
    assert ended(type_, place, contact(25, "through_somebody")) != [] or type_ == "consent_withdrawn_before"


def test_an_alarm_that_came_again_is_ended_by_what_is_newer_than_that() -> None:
    again = Told("again", 26, "incident_repeated", {"incident": "#alarm", "type": "violence"})
    way = ENDS["violence"]["there"][0]

    assert ended("violence", "there", *done(way), again) != []
    assert ended("violence", "there", *done(way, day=27), again) == []


def test_a_signature_of_before_it_was_written_ends_nothing() -> None:
    way = ENDS["violence"]["there"][0]

    assert ended("violence", "there", *done(way), **{f"draft {ON_THE_SPOT}": {"day": 28}}) == [
        f"{ON_THE_SPOT} was signed before it was written"
    ]


ON_THE_SPOT = "post_arrival_risk_assessment"


def test_a_death_is_never_over_and_a_complaint_is_answered_by_who_has_written_nothing() -> None:
    assert ended("death", "there") == ["a death is over"]
    assert ended("complaint", "there") == ["the complaint was answered by one who has written in the case"]
    assert ended("complaint", "there", end={"by": "odo"}) == []
    assert ended("told_somebody_unknown", "there") == ["who told them looked at it"]
    assert ended("told_somebody_unknown", "there", end={"by": "ben"}) == []


def test_what_ended_by_something_else_is_nobodys_word() -> None:
    assert ended("violence", "there", end={"because": "departed"}) == []


# --- departures: who was heard, and who goes along ------------------------------------------------------------------------------


def departure(way: Way) -> list[HistoryRow]:
    """Give the history of a real departure."""
    with begun(way, all_packs()) as play:
        play.until(play.takes_off)
        play.given(TRAVEL, DEPART)
        return list(play.history(Actor("reader", "invented_organisation", ANNA.roles)))


def said_otherwise(rows: list[HistoryRow], type_: str, data: Mapping[str, Any], **about: Any) -> list[HistoryRow]:
    """Give a history in which the newest such entry says something else."""
    index = max(i for i, row in enumerate(rows) if row.type == type_ and about.items() <= dict(row.data).items())
    return [*rows[:index], replace(rows[index], data={**rows[index].data, **data}), *rows[index + 1 :]]


@pytest.mark.parametrize(
    ("type_", "about", "heard_by", "fault"),
    [
        ("step_completed", {"step": "departure_assistance"}, "through_somebody", "departure_assistance was heard through somebody else"),
        ("step_completed", {"step": "departure_assistance"}, "message", "the last question was answered in writing"),
        ("step_completed", {"step": "risk_recheck"}, "through_somebody", "risk_recheck was heard through somebody else"),
        ("consent_given", {"purpose": "return"}, "through_somebody", "the consent to return was heard through somebody else"),
    ],
)  # fmt: skip
def test_what_she_wants_is_heard_from_herself(type_: str, about: dict[str, str], heard_by: str, fault: str) -> None:
    rows = departure(evidence_is_fresh)
    assert faults_of_departure(rows) == []

    assert faults_of_departure(said_otherwise(rows, type_, {"heard_by": heard_by}, **about)) == [fault]


def test_what_two_sign_was_written_by_then() -> None:
    rows = departure(evidence_is_fresh)
    draft = max(i for i, row in enumerate(rows) if row.type == "step_signed")

    assert faults_of_departure([*rows[:draft], *rows[draft + 1 :]]) == [
        "pre_return_risk_assessment was signed before it was written"
    ]


def with_a_word_of(rows: list[HistoryRow], *said: tuple[str, Mapping[str, Any]]) -> list[HistoryRow]:
    """Give a history in which a child who goes along says something before the departure; it is looked at anew then, or not."""
    at = next(i for i, row in enumerate(rows) if row.type == "departed")
    more = [
        replace(rows[at], seq=1000 + number, type=type_, data={"of": "child-1", **data}, occurred_at=rows[at].occurred_at - timedelta(minutes=9 - number))
        for number, (type_, data) in enumerate(said)
    ]  # fmt: skip
    return [*rows[:at], *more, *rows[at:]]


def test_nobody_goes_along_over_their_no_and_it_takes_nothing_from_hers() -> None:
    rows = departure(along)
    no_of_it = ("consent_refused", {"purpose": "return", "given_by": "child-1"})
    yes = (
        "consent_given",
        {"purpose": "return", "given_by": "child-1", "explained": ["purpose", "withdrawal"], "version": "v1"},
    )
    looked_at = ("step_completed", {"step": "child_best_interests", "result": "positive"})
    fault = "child-1 travels along over their no"
    assert faults_of_departure(rows) == []

    assert faults_of_departure(with_a_word_of(rows, no_of_it)) == [fault]
    assert faults_of_departure(with_a_word_of(rows, no_of_it, yes)) == [fault], "of a child it is looked at anew"
    assert faults_of_departure(with_a_word_of(rows, no_of_it, looked_at)) == []
    assert faults_of_departure(with_a_word_of(rows, looked_at, no_of_it)) == [fault]
