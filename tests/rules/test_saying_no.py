"""What follows from a no to the journey: since when it is to be called off, whether a no that has ended stands, who is still to be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.commands import Complete, Redo, Skip
from wayhome.errors import filled
from wayhome.model.case import Assignment, ContactRecord, FactRecord, IncidentRecord, Was
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.rules.saying_no import (
    a_no,
    has_said_no,
    is_a_no_when_asked,
    is_for_the_departure,
    is_the_question,
    no_beside_a_booked_journey,
    still_to_be_told,
    waits_for_a_no_to_end,
    waits_for_their_word,
    who_counts_on_the_journey,
)
from wayhome.testing import Ready

from tests.rules.cases import DAY, HOUR, SECOND, a_step, with_legs

SAYS_NO = "consent_withdrawn_before"


def now(ready: Ready) -> CaseNow:
    return CaseNow(ready.process, ready.case, ready.at)


def happened(ready: Ready, type: str, at: datetime, **changes: Any) -> IncidentRecord:
    return IncidentRecord(ready.case.version + 1, type, "on_hold", "pre_departure", at)._replace(**changes)


# --- since when a booked journey stands beside a no ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alarms", "asked", "since"),
    [
        ({SAYS_NO: 2}, None, 2),
        ({SAYS_NO: 2}, 5, 2),  # what was said when she was asked, before that, is not the last word
        ({SAYS_NO: 5}, 2, 2),
        ({SAYS_NO: 5, "missed_flight": 2}, None, 5),  # that is no no
        ({SAYS_NO: 2, "an_alarm_of_a_pack_that_is_gone": 1}, None, 2),
        ({}, 2, 2),
        ({"missed_flight": 2}, None, None),
    ],
)
def test_a_journey_is_to_be_called_off_since_the_last_no(ready, alarms, asked, since):
    told = tuple(happened(ready, type, ready.at - hours * HOUR) for type, hours in alarms.items())
    case = ready.but(incidents=told)
    if asked is not None:
        case = case.with_step("return_intention", result="no", at=ready.at - asked * HOUR, seq=ready.case.version + 1)

    assert no_beside_a_booked_journey(now(case)) == (since and ready.at - since * HOUR)


def test_who_says_no_on_the_way_has_no_journey_to_call_off(ready):
    case = ready.but(incidents=(happened(ready, SAYS_NO, ready.at - HOUR),))

    assert no_beside_a_booked_journey(now(case)) is not None
    assert no_beside_a_booked_journey(now(case.but(phase="travel"))) is None


def test_a_journey_that_is_booked_after_a_no_is_to_be_called_off_since_its_booking(ready):
    booked = ready.case.travel._replace(at=ready.at - HOUR)
    case = ready.but(incidents=(happened(ready, SAYS_NO, ready.at - DAY),), travel=booked)

    assert no_beside_a_booked_journey(now(case)) == booked.at
    assert no_beside_a_booked_journey(now(case.but(travel=booked._replace(status="target")))) is None


# --- a no that has ended ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["stays", "may_ask_again", "not_heard_again"])
def test_a_no_that_has_ended_stands_until_all_was_talked_about_again(ready, outcome):
    ended = happened(ready, SAYS_NO, ready.at - 9 * DAY, resolved_at=ready.at - 5 * DAY, resolved_seq=9_000)
    case = ready.but(incidents=(ended._replace(outcome=outcome),))

    def talked(hours: int, seq: int = 9_001) -> Ready:
        return case.with_step("options_counselling/4", at=ended.resolved_at + hours * HOUR, seq=seq)

    assert has_said_no(now(case))
    assert has_said_no(now(talked(-1))), "that was before it ended"
    assert not has_said_no(now(talked(1)))
    assert has_said_no(now(talked(1).but(taken_back=(9_001,)))), "an error is no talk"
    assert has_said_no(now(talked(1, seq=8_999))), "it was written down before"


@pytest.mark.parametrize("outcome", ["talked_again", None, "an_end_of_a_pack_that_is_gone"])
def test_after_any_other_end_of_a_no_they_may_be_asked(ready, outcome):
    ended = happened(ready, SAYS_NO, ready.at - 9 * DAY, resolved_at=ready.at - 5 * DAY, resolved_seq=9_000)

    assert not has_said_no(now(ready.but(incidents=(ended._replace(outcome=outcome),))))


def test_a_no_of_which_only_the_day_is_known_is_talked_about_after_its_end(ready):
    """The end of that day is not the end of the no."""
    ended = happened(ready, SAYS_NO, ready.at - 5 * DAY, ends_at=ready.at - 3 * DAY, outcome="stays")
    ended = ended._replace(resolved_at=ready.at - 5 * DAY, resolved_seq=9_000)
    talked = ready.with_step("options_counselling/4", at=ready.at - 4 * DAY, seq=9_001)

    assert not has_said_no(now(talked.but(incidents=(ended,))))


# --- a no when asked --------------------------------------------------------------------------------------------------

INTENTION = "return_intention"
ASKED_SEQ = 9_000


def asked(ready: Ready, said: str | None, *before: tuple[str, int, int]) -> Ready:
    """Asked nine days ago what she wants, she said so; and before that in the order of writing: what, how many days ago, which entry."""
    earlier = tuple(Was(what, ready.at - days * DAY, seq) for what, days, seq in before)
    answered = ready.with_step(INTENTION, result=said, at=ready.at - 9 * DAY, seq=ASKED_SEQ)
    return answered.but(earlier={**ready.case.earlier, "steps": {INTENTION: earlier}})


@pytest.mark.parametrize(
    ("said", "before", "is_a_no"),
    [
        ("no", (), True),
        ("not_now", (), True),
        ("wants", (), False),
        (None, (), False),
        ("no", (("wants", 20, 100),), True),
        ("wants", (("no", 20, 100),), False),
        ("no", (("wants", 5, 100),), False),  # told late: what she said later counts
        ("wants", (("no", 5, 100),), True),
        ("no", (("wants", 9, 100),), True),  # of one hour, what was written down last
        ("wants", (("no", 9, 100),), False),
    ],
)
def test_the_last_word_of_who_was_asked_counts(ready, said, before, is_a_no):
    assert has_said_no(now(asked(ready, said, *before))) is is_a_no


@pytest.mark.parametrize(
    ("later", "seqs_later", "is_over"),
    [
        (HOUR, 1, True),
        (0 * SECOND, 1, True),  # in the hour of the no, and written down after it
        (-SECOND, 1, False),  # it was before the no
        (HOUR, 0, False),  # what the very entry of the no says
        (HOUR, -1, False),  # what was written down before the no is no answer to it
    ],
)
def test_a_no_is_over_once_all_was_talked_about_since_or_they_wish_it_themselves(ready, later, seqs_later, is_over):
    case = asked(ready, "no")
    at, seq = case.case.steps[INTENTION].at + later, ASKED_SEQ + seqs_later

    def wished(id: str, value: Any) -> Ready:
        return case.but(facts={**case.case.facts, id: FactRecord(value, at, seq)})

    assert has_said_no(now(case.with_step("options_counselling/4", at=at, seq=seq))) is not is_over
    assert has_said_no(now(wished("says_so_unasked", True))) is not is_over
    assert has_said_no(now(wished("asks_during_reflection", True))) is not is_over
    assert has_said_no(now(wished("says_so_unasked", False))), "that is no wish"
    assert has_said_no(now(case.with_step("options_counselling/4", state="failed", at=at, seq=seq))), "nor that a talk"


@pytest.mark.parametrize(
    ("command", "is_a_no"),
    [
        (Complete("", step=INTENTION, result="no"), True),
        (Complete("", step=INTENTION, result="not_to_be_asked"), True),
        (Complete("", step=INTENTION, result="wants"), False),
        (Complete("", step=INTENTION), False),
        (Complete("", step="return_review", result="no"), False),  # that is no word of the person
        (Redo("", step=INTENTION), False),
        (Skip("", step=INTENTION), False),
    ],
)
def test_whoever_writes_down_what_the_person_wants_writes_a_no_where_they_said_one(ready, command, is_a_no):
    assert is_a_no_when_asked(now(ready), command) is is_a_no


@pytest.mark.parametrize(
    ("purpose", "recipient", "instead"),
    [
        ("contact_family", "family", "They are not contacted."),
        ("legal", "", "No return can be prepared without independent legal counselling; other help goes on."),
    ],
)
@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_after_a_no_to_a_consent_nobody_asks_again_and_it_says_what_follows(ready, purpose, recipient, instead, state):
    found = a_no(now(ready.with_consent(purpose, recipient, state=state)), ConsentNeed(purpose, recipient or None))

    assert (found.met, found.subject, found.do) == (False, purpose, {})
    assert filled(found.fact, found.values) == f"the person has said no: {ready.process.title('consents', purpose)}"
    assert filled(found.todo, found.values) == f"do not ask again; if they wish it themselves, write it down. {instead}"


def test_of_a_no_whose_pack_says_nothing_that_follows_nothing_is_said(ready):
    process = ready.process
    consents = {**process.labels["consents"], "legal": {"title": "Legal advice"}}
    silent = replace(ready, process=replace(process, labels={**process.labels, "consents": consents}))

    found = a_no(now(silent.with_consent("legal", state="refused")), ConsentNeed("legal"))

    assert filled(found.todo, found.values).strip() == "do not ask again; if they wish it themselves, write it down."


def test_a_yes_is_no_no_and_after_a_no_to_the_journey_all_is_talked_about_again(ready):
    assert a_no(now(ready), ConsentNeed("legal")) is None
    assert a_no(now(ready.with_consent("return", state="refused")), ConsentNeed("return")) is None


# --- what waits for a no to end, and for a word -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "moves_there"),
    [
        (None, True),  # a journey, which no step stands for
        (a_step("ticket"), True),
        (a_step("diary", gate="none"), True),
        (a_step("ride", "travel"), True),
        (a_step("papers", "identification", gate="depart"), True),
        (a_step("welcome", "identification"), False),
        (a_step("housing", "arrival"), False),
        (a_step("doctor", also_after_a_no=True), False),  # that helps them whatever they decide
    ],
)
def test_after_a_no_nobody_moves_towards_the_departure_and_all_else_goes_on(ready, step, moves_there):
    refused, undecided = asked(ready, "no"), ready.without_step(INTENTION)

    for phase in ("identification", "pre_departure"):
        assert is_for_the_departure(now(ready.but(phase=phase)), step) is moves_there
        assert waits_for_a_no_to_end(now(refused.but(phase=phase)), step) is moves_there
        assert waits_for_their_word(now(refused.but(phase=phase)), step) is moves_there
        assert not waits_for_a_no_to_end(now(ready.but(phase=phase)), step), "there is no no"
        assert not waits_for_their_word(now(ready.but(phase=phase)), step), "they said that they think of it"
        assert not waits_for_a_no_to_end(now(undecided.but(phase=phase)), step)
        assert waits_for_their_word(now(undecided.but(phase=phase)), step) is (moves_there and step is not None)
    for phase in ("travel", "arrival"):  # on the way, and there, nothing is left out
        assert not is_for_the_departure(now(ready.but(phase=phase)), step)
        assert not waits_for_a_no_to_end(now(refused.but(phase=phase)), step)
        assert not waits_for_their_word(now(refused.but(phase=phase)), step)


def test_the_question_whether_they_want_to_go_waits_for_a_no_and_not_for_itself(ready):
    question, advice = ready.process.steps[INTENTION], ready.process.steps["travel_plan"]

    assert (is_the_question(question), is_the_question(advice)) == (True, False)
    assert not waits_for_their_word(now(ready.without_step(INTENTION)), question)
    assert waits_for_their_word(now(ready.without_step(INTENTION)), advice)
    assert waits_for_their_word(now(asked(ready, "no")), question)


# --- who counts on the journey ----------------------------------------------------------------------------------------


def with_values_of(ready: Ready, step: str, state: str = "done", **values: str) -> Ready:
    return ready.with_step(step, state=state, values={**ready.case.steps[step].values, **values})


@pytest.mark.parametrize(
    ("changes", "state", "counts"),
    [
        ({}, "done", True),
        ({}, "open", False),  # nobody has confirmed it
        ({"gone": True}, "done", False),
        ({"suspected": True}, "done", False),
    ],
)
def test_who_is_to_meet_the_person_counts_on_the_journey(ready, changes, state, counts):
    met = with_values_of(
        ready.with_person("friend-1", "friend", **changes), "partner_confirmation", state, received_by="friend-1"
    )

    assert who_counts_on_the_journey(now(met)) == ("ng_bakhita", *(["friend-1"] * counts), "carrier")


def test_who_stands_on_the_card_or_is_known_to_nobody_counts_on_nothing(ready):
    carded = with_values_of(ready.with_person("friend-1", "friend"), "safety_plan", emergency_contact="friend-1")

    assert who_counts_on_the_journey(now(carded)) == ("ng_bakhita", "carrier")
    strange = with_values_of(ready, "partner_confirmation", received_by="somebody whom nobody knows")
    assert who_counts_on_the_journey(now(strange)) == ("ng_bakhita", "carrier")


def held_by(ready: Ready, **holders: dict[str, str]) -> Ready:
    """The same with these roles alone, each held by somebody; who receives the person has confirmed nothing yet."""
    roles = {role: Assignment(role, ready.at - DAY, 2, **holder) for role, holder in holders.items()}
    return ready.but(roles=roles).without_step("partner_confirmation")


def test_the_escort_and_their_office_count_first_then_who_else_waits(ready):
    people = ready.with_person("friend-1", "friend").with_person("escort-1", "friend", works_for="ng_iom")
    roles = {
        "case_owner": {"organisation": "an_owning_house"},
        "guardian": {"ref": "friend-1"},
        "receiving_organisation": {"partner": "ng_bakhita"},
        "escort": {"ref": "escort-1"},
    }
    met = people.with_person("aunt-1", "relative")
    met = met.but(travel=met.case.travel._replace(meeting_person="aunt-1"))

    led = held_by(met, **roles)
    assert who_counts_on_the_journey(now(led)) == ("ng_iom", "escort-1", "ng_bakhita", "aunt-1", "carrier")
    alone = held_by(met.with_person("escort-1", "friend", works_for=None), escort={"ref": "escort-1"})
    assert who_counts_on_the_journey(now(alone)) == ("escort-1", "aunt-1", "carrier")


def test_of_an_escort_under_suspicion_their_office_is_not_told_through_them(ready):
    suspect = ready.with_person("escort-1", "friend", works_for="ng_iom", suspected=True)

    assert who_counts_on_the_journey(now(held_by(suspect, escort={"ref": "escort-1"}))) == ("carrier",)


@pytest.mark.parametrize("holder", [{"partner": "ng_iom"}, {"organisation": "an_escorting_house"}])
def test_a_house_that_escorts_is_told_as_itself(ready, holder):
    assert who_counts_on_the_journey(now(held_by(ready, escort=holder))) == (*holder.values(), "carrier")


@pytest.mark.parametrize(
    ("mode", "carrier", "told"),
    [
        ("air", None, ("carrier",)),  # whoever flies
        ("air", "XA", ("XA",)),  # who flies is named
        ("road", None, ()),  # nobody was asked for a seat
        ("road", "XA", ("XA",)),
    ],
)
def test_who_carries_the_person_counts_as_named_and_of_a_flight_in_any_case(ready, mode, carrier, told):
    (leg,) = ready.case.travel.legs

    assert who_counts_on_the_journey(now(with_legs(held_by(ready), leg._replace(mode=mode, carrier=carrier)))) == told


@pytest.mark.parametrize(
    ("phase", "counts"), [("pre_departure", True), ("travel", True), ("arrival", False), ("follow_up", False)]
)
def test_nobody_waits_for_a_journey_that_has_landed_or_was_never_booked(ready, phase, counts):
    there = ready.but(phase=phase)

    assert who_counts_on_the_journey(now(there)) == (("ng_bakhita", "carrier") if counts else ())
    assert who_counts_on_the_journey(now(there.but(travel=None))) == ()
    wished = there.case.travel._replace(status="target")
    assert who_counts_on_the_journey(now(there.but(travel=wished))) == ()


# --- who is still to be told ------------------------------------------------------------------------------------------


def called_off(ready: Ready, *contacts: ContactRecord, no_at: datetime | None = None) -> Ready:
    """A journey that was called off an hour ago, with the no of that hour, or of another."""
    off = ready.case.travel._replace(at=ready.at - HOUR, seq=9_000)
    travel = off._replace(status="cancelled", called_off=off)
    return ready.but(
        travel=travel, contacts_with_others=contacts, incidents=(happened(ready, SAYS_NO, no_at or off.at),)
    )


def call(ready: Ready, with_: str = "ng_bakhita", *, minutes: int = 30, **changes: Any) -> ContactRecord:
    reached = changes.pop("reached", True)
    return ContactRecord(with_, "phone", reached, ready.at - timedelta(minutes=minutes), 9_001)._replace(**changes)


@pytest.mark.parametrize(
    ("said", "awaited"),
    [
        (None, {"ng_bakhita": False, "carrier": False}),
        ({}, {"carrier": False}),
        ({"reached": False}, {"ng_bakhita": True, "carrier": False}),
        ({"reached": False, "postponed": "only_that"}, {"ng_bakhita": True, "carrier": False}),
        ({"reached": False, "postponed": "given_up"}, {"carrier": False}),
        ({"reached": False, "postponed": "not_wanted"}, {"carrier": False}),
        ({"minutes": 61}, {"ng_bakhita": False, "carrier": False}),  # that was before it was called off
        ({"with_": "ng_cosudow"}, {"ng_bakhita": False, "carrier": False}),
        ({"with_": "partner"}, {"carrier": False}),  # of all who are of that kind
    ],
)
def test_who_counts_on_a_journey_that_was_called_off_is_told_since(ready, said, awaited):
    contacts = () if said is None else (call(ready, **said),)

    assert dict(still_to_be_told(now(called_off(ready, *contacts)))) == awaited


def test_of_a_journey_that_was_called_off_for_no_no_nobody_is_to_be_told(ready):
    earlier = called_off(ready, no_at=ready.at - HOUR - SECOND)

    assert not [*still_to_be_told(now(earlier))], "that no was before, and another was booked since"
    asked = earlier.with_step("return_intention", result="no", at=ready.at - 2 * HOUR, seq=8_000)
    assert [*still_to_be_told(now(asked))], "asked what they want, they said no"
    missed = called_off(ready).but(incidents=(happened(ready, "missed_flight", ready.at - HOUR),))
    assert not [*still_to_be_told(now(missed))]
    gone = called_off(ready).but(incidents=(happened(ready, "an_alarm_of_a_pack_that_is_gone", ready.at - HOUR),))
    assert not [*still_to_be_told(now(gone))]


def test_of_a_journey_that_was_never_booked_or_still_is_nobody_is_to_be_told(ready):
    no = (happened(ready, SAYS_NO, ready.at),)

    assert not [*still_to_be_told(now(ready.but(travel=None, incidents=no)))]
    assert not [*still_to_be_told(now(ready.but(incidents=no)))]
