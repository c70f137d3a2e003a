"""Towards safety anybody, away from it only who may: facts that protect, suspicions, entries made in error, the last move."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.model.actor import Actor
from wayhome.model.case import Correction, IncidentRecord, LastMove, Was
from wayhome.packs.kinds.spans import Span
from wayhome.testing.builders import Ready

from tests.rules.cases import ANNA, DAY, HOUR, SECOND, anew, asked, made, proposed, told, unmet, with_process

DOCTOR = Actor("dora", "invented_house", {"medical_officer"})
ASSESSOR = Actor("eva", "invented_house", {"risk_assessor"})
COUNSELLOR = Actor("carl", "invented_house", {"counsellor"})
LOOK, CORRECT = "ask them to look, and to record it", "ask them to look, and to correct it"


# --- what is recorded --------------------------------------------------------------------------------------------


def test_what_is_known_can_be_recorded(ready: Ready) -> None:
    (fine,) = asked(ready, "record", facts={"sex": "female"})

    assert (fine.rule, fine.met, fine.fact) == ("FACT", True, "the facts are declared, and can be recorded")


@pytest.mark.parametrize(
    ("fact", "was", "said", "actor", "refused"),
    [
        ("pregnant", True, False, ANNA, True),
        ("pregnant", True, False, None, True),  # whoever only looks is told, too
        ("pregnant", True, False, DOCTOR, False),
        ("pregnant", True, "unknown", ANNA, True),  # that nobody knows it any more protects no more
        ("pregnant", True, None, ANNA, True),
        ("pregnant", True, True, ANNA, False),  # it is so still
        ("pregnant", False, True, ANNA, False),  # towards safety
        ("pregnant", False, "unknown", ANNA, False),  # it protects nobody as it stands
        ("pregnant", True, "perhaps", ANNA, False),  # who reads it says that it cannot be read
        ("safe_place_tonight", False, True, ASSESSOR, False),
        ("ng_oath_reported", True, False, ANNA, False),  # nobody is named who alone may say so
        ("sex", "female", "male", ANNA, False),  # it protects nobody
    ],
)
def test_a_fact_that_protects_is_taken_back_by_who_may(
    ready: Ready, fact: str, was: object, said: object, actor: Actor | None, refused: bool
) -> None:
    found = unmet(ready.with_fact(fact, was), "record", facts={fact: said}, actor=actor)

    only = "only Doctor or nurse may change the answer to this: The person is pregnant"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [("ROLE", fact, only, LOOK)] * refused
    assert not any(map(proposed, found))  # what a doctor finds is not proposed


def test_a_fact_that_was_never_recorded_protects_nobody(ready: Ready) -> None:
    assert told(ready, "record", facts={"pregnant": False}) == []


def test_a_word_that_is_no_fact_is_told_by_who_reads_it(ready: Ready) -> None:
    assert told(ready, "record", facts={"invented_fact": True}) == []


@pytest.mark.parametrize(("actor", "refused"), [(ANNA, True), (COUNSELLOR, False), (ASSESSOR, False)])
def test_one_of_those_who_may_is_enough(ready: Ready, actor: Actor, refused: bool) -> None:
    sworn = ready.with_fact("ng_oath_sworn", True)

    found = told(sworn, "record", facts={"ng_oath_sworn": False}, actor=actor)

    assert [fact.partition(" may ")[0] for _, _, fact, _ in found] == ["only Counsellor, Risk assessor"] * refused


def test_each_fact_of_a_command_is_looked_at(ready: Ready) -> None:
    ill = ready.with_fact("pregnant", True).with_fact("risk_escort_needed", True)
    said = {"sex": "female", "invented_fact": 1, "pregnant": False, "risk_escort_needed": False}

    assert [subject for _, subject, _, _ in told(ill, "record", facts=said)] == ["pregnant", "risk_escort_needed"]
    assert [subject for _, subject, _, _ in told(ill, "record", facts=said, actor=DOCTOR)] == ["risk_escort_needed"]


@pytest.mark.parametrize(
    ("earlier", "refused"),
    [
        (SECOND, False),  # it was so before what stands: that goes into the history, and takes nothing back
        (timedelta(0), True),
    ],
)
def test_what_was_so_before_takes_nothing_back(ready: Ready, earlier: timedelta, refused: bool) -> None:
    pregnant = ready.with_fact("pregnant", True)

    found = told(pregnant, "record", facts={"pregnant": False}, at=ready.at - earlier)

    assert bool(found) is refused


SCREENING = "ng_oath_debt_screening"


@pytest.mark.parametrize(
    ("sworn", "roles", "kept"),
    [
        (True, {"case_manager_sending"}, True),
        (True, {"case_manager_sending", "counsellor"}, False),  # one of who signed it may
        (True, {"counsellor"}, False),
        (True, set(), True),
        (False, {"case_manager_sending"}, False),  # as it stands, it protects nobody
    ],
)
def test_a_result_takes_away_what_protects_by_who_may(ready: Ready, sworn: bool, roles: set[str], kept: bool) -> None:
    case = ready.with_fact("ng_oath_sworn", sworn).without_step(SCREENING)

    assert CaseNow(case.process, case.case, case.at).is_kept_from(roles, "ng_oath_sworn") is kept
    for result in ("nothing_found", "debt", "oath", "declined_to_say", "no_such_result"):
        found = told(case, "complete", step=SCREENING, result=result, actor=ANNA)
        assert "ROLE" not in [rule for rule, *_ in found]  # what was found can be written by each who screens


# --- who is suspected ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "said", "actor", "refused"),
    [
        (True, False, ANNA, True),
        (True, False, None, True),
        (True, False, ASSESSOR, False),
        (True, True, ANNA, False),
        (True, None, ANNA, False),  # more is said of them, and nothing of that
        (False, False, ANNA, False),
        (None, True, ANNA, False),  # anybody may suspect somebody
    ],
)
def test_who_was_suspected_is_cleared_by_who_assesses_risks(
    ready: Ready, was: bool | None, said: bool | None, actor: Actor | None, refused: bool
) -> None:
    known = ready.with_person("relative-1", "relative", suspected=was)

    found = unmet(known, "involve", ref="relative-1", suspected=said, travels=True, actor=actor)

    only = "only Risk assessor may record that somebody is no longer suspected"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("ROLE", "relative-1", only, LOOK)
    ] * refused
    assert not any(map(proposed, found))


@pytest.mark.parametrize("ref", [None, "relative-9"])
def test_of_somebody_new_no_suspicion_is_taken_back(ready: Ready, ref: str | None) -> None:
    known = ready.with_person("relative-1", "relative", suspected=True)

    assert told(known, "involve", ref=ref, relation="relative", suspected=False) == []


# --- entered in error ------------------------------------------------------------------------------------------------


def corrected(ready: Ready, *, seq: int | None = None, **asks: Any) -> list[tuple[str, str, str, str]]:
    """What is unmet when the last entry, or another, is said to be an error."""
    return told(ready, "correct", seq=seq or ready.case.version, why="invented words", **asks)


@pytest.mark.parametrize(
    ("fact", "was", "actor", "refused"),
    [
        ("pregnant", True, ANNA, True),
        ("pregnant", True, None, True),
        ("pregnant", True, DOCTOR, False),
        ("pregnant", False, ANNA, False),
        ("safe_place_tonight", False, ASSESSOR, False),
        ("sex", "female", ANNA, False),
        ("of_an_older_process", True, ANNA, False),  # the process knows it no more
    ],
)
def test_an_entry_that_protects_is_an_error_by_who_may_say_so(
    ready: Ready, fact: str, was: object, actor: Actor | None, refused: bool
) -> None:
    found = corrected(anew(ready).with_fact(fact, was), actor=actor)

    only = "only Doctor or nurse may take back the answer to this: The person is pregnant"
    assert found == [("ROLE", fact, only, CORRECT)] * refused


@pytest.mark.parametrize("state", ["refused", "withdrawn", "given"])
def test_a_no_is_never_corrected_away_and_a_yes_is(ready: Ready, state: str) -> None:
    later = anew(ready)
    answered = later.with_consent("legal", state=state, seq=later.case.version)

    never = ("CONSENT", "legal", "a no is never corrected away", "if the person wants it after all, ask them anew")
    assert corrected(answered) == [never] * (state != "given")


def test_each_no_of_an_entry_is_told_by_its_purpose(ready: Ready) -> None:
    later = anew(ready)
    for purpose, state in (("legal", "refused"), ("assistance", "given"), ("return", "withdrawn")):
        later = later.with_consent(purpose, state=state, seq=later.case.version)

    assert [subject for _, subject, _, _ in corrected(later)] == ["legal", "return"]


@pytest.mark.parametrize(
    ("suspected", "said"),
    [
        ([True], ("a suspicion is never corrected away", "let who assesses risks look at it")),
        ([False, True], ("a suspicion is never corrected away", "let who assesses risks look at it")),
        ([False], ("who somebody is, and whether they travel, is said anew", "give 'involve' with what is right")),
        ([None], ("who somebody is, and whether they travel, is said anew", "give 'involve' with what is right")),
    ],
)
def test_who_somebody_is_is_no_entry_to_take_back(ready: Ready, suspected: list[bool], said: tuple[str, str]) -> None:
    later = anew(ready)
    for number, one in enumerate(suspected):
        later = later.with_person(f"relative-{number}", "relative", suspected=one)

    assert corrected(later) == [("INPUT", str(later.case.version), *said)]


def test_that_somebody_is_suspected_no_more_is_no_entry_to_take_back(ready: Ready) -> None:
    known = anew(ready.with_person("relative-1", "relative")).with_person("relative-1", "relative", suspected=False)

    said = ("who somebody is, and whether they travel, is said anew", "give 'involve' with what is right")
    assert corrected(known) == [("INPUT", str(known.case.version), *said)]


@pytest.mark.parametrize(
    ("type", "entry", "refused"),
    [
        ("violence", 900, True),
        ("violence", 901, True),  # it has happened again
        ("violence", 902, False),  # that is another entry
        ("death", 900, False),  # it never ends, so an error is taken back
    ],
)
def test_an_alarm_that_can_end_is_never_corrected_away(ready: Ready, type: str, entry: int, refused: bool) -> None:
    again = 901 if entry == 901 else None
    alarm = IncidentRecord(900, type, "blocked", "pre_departure", ready.at, again_seq=again)
    alarmed = ready.but(incidents=(alarm,), version=902).with_fact("sex", "female")

    never = ("INPUT", str(entry), "an alarm is never corrected away", "do what it needs, then say how it ended")
    assert corrected(alarmed, seq=entry) == [never] * refused


@pytest.mark.parametrize(
    ("type", "refused"),
    [
        ("violence", True),
        ("partner_failure", False),  # that it ended gave no trust back
    ],
)
def test_an_alarm_that_is_over_says_nothing_that_can_be_taken_back(ready: Ready, type: str, refused: bool) -> None:
    over = IncidentRecord(900, type, "blocked", "pre_departure", ready.at, resolved_at=ready.at, outcome="invented")
    entry = ("INPUT", "900", NOTHING.format(900), "look at the history; what has happened since is corrected there")

    assert corrected(ready.but(incidents=(over,), version=901), seq=900) == [entry] * refused


@pytest.mark.parametrize("word", ["correct", "sign"])
@pytest.mark.parametrize(
    ("type", "house", "refused"),
    [
        ("partner_failure", "ng_bakhita", True),
        ("partner_failure", "invented_house", False),
        ("partner_failure", None, False),  # who only looks works for nobody
        ("death", "ng_bakhita", False),  # that says nothing of who receives the person
    ],
)
def test_who_is_said_to_have_failed_neither_takes_that_back_nor_signs_it(
    ready: Ready, word: str, type: str, house: str | None, refused: bool
) -> None:
    alarm = IncidentRecord(900, type, "blocked", "pre_departure", ready.at)
    waits = {900: Correction(ready.at, 901, "anna")} if word == "sign" else {}
    accused = ready.but(incidents=(alarm,), version=901, corrections=waits)
    theirs = Actor("theo", house, {"case_manager_receiving"}) if house else None

    found = told(accused, word, seq=900, actor=theirs, **({} if word == "sign" else {"why": "invented words"}))

    assert ready.case.roles["receiving_organisation"].partner == "ng_bakhita"
    said = ("ROLE", "900", "who is said to have failed does not take that back", "let two others look at it")
    assert found == [said] * refused


@pytest.mark.parametrize(("answer", "refused"), [("agree", True), ("disagree", False)])
def test_an_alarm_that_can_end_is_not_signed_as_an_error_either(ready: Ready, answer: str, refused: bool) -> None:
    alarm = IncidentRecord(900, "violence", "blocked", "pre_departure", ready.at)
    waits = {900: Correction(ready.at, 901, "anna")}
    reason = None if refused else "invented words"

    found = told(
        ready.but(incidents=(alarm,), version=901, corrections=waits), "sign", seq=900, answer=answer, reason=reason
    )

    never = ("INPUT", "900", "an alarm is never corrected away", "do what it needs, then say how it ended")
    assert found == [never] * refused


NOTHING = "entry {} says nothing any more that can be taken back"


@pytest.mark.parametrize(
    ("seq", "ended_by_it"),
    [
        (901, True),  # the examination that ended it: it is being done again, and was of another file
        (902, False),
    ],
)
def test_what_ended_an_alarm_is_an_error_though_it_is_being_done_again(
    ready: Ready, seq: int, ended_by_it: bool
) -> None:
    over = {"resolved_at": ready.at, "outcome": "seen_by_a_doctor", "resolved_seq": 903}
    alarm = IncidentRecord(900, "self_harm", "blocked", "pre_departure", ready.at - DAY, **over)
    examined = {"steps": {"medical_assessment": (Was("fit", ready.at, 901),)}}
    again = ready.with_step("medical_assessment", state="open", seq=904)

    found = corrected(again.but(incidents=(alarm,), earlier=examined, version=904), seq=seq)

    assert [fact for _, _, fact, _ in found] == [NOTHING.format(seq)] * (not ended_by_it)


@pytest.mark.parametrize("seq", [1, 9999])
def test_the_opening_and_an_entry_that_says_nothing_cannot_be_taken_back(ready: Ready, seq: int) -> None:
    (found,) = unmet(ready, "correct", seq=seq, why="invented words")

    assert (found.rule, found.subject, found.fact) == ("INPUT", str(seq), NOTHING.format(seq))
    assert proposed(found) == {}


@pytest.mark.parametrize(
    ("departed", "met"),
    [
        (timedelta(0), True),  # the departure rested on it
        (-SECOND, False),  # it was said of a later moment
    ],
)
def test_what_a_departure_rested_on_is_an_error_though_another_stands_in_its_place(
    ready: Ready, departed: timedelta, met: bool
) -> None:
    earlier = {**ready.case.earlier, "steps": {"fit_to_travel_check": (Was("fit", ready.at, 900),)}}
    another = ready.case.steps["fit_to_travel_check"]._replace(seq=901)
    steps = {**ready.case.steps, "fit_to_travel_check": another}
    gone = ready.but(moves=made(ready, departed=ready.at + departed), earlier=earlier, steps=steps)

    assert [fact for _, _, fact, _ in corrected(gone, seq=900)] == [NOTHING.format(900)] * (not met)


# --- the last move ------------------------------------------------------------------------------------------------------


def departed(ready: Ready, *, hours_ago: int = 0) -> Ready:
    """The same on the way: the departure is the last entry, and was written down some hours ago."""
    later, at = anew(ready), ready.at - hours_ago * HOUR
    last = LastMove(
        "departed",
        later.case.version,
        at,
        "pre_departure",
        ready.case.moves,
        ready.case.last_move_at,
        None,
        ready.case.travel,
    )
    return later.but(phase="travel", moves=made(ready, departed=at), last_move=last, last_move_at=at, written_at=at)


LATE = (
    "PHASE",
    "a move is taken back within 72 hours, and while nothing was written after it",
    "make the move that leads on from where the person is",
)


def late(ready: Ready) -> list[tuple[str, str, str, str]]:
    return [(LATE[0], str(ready.case.last_move.seq), *LATE[1:])] if ready.case.last_move else []


@pytest.mark.parametrize(
    ("beyond", "met"),
    [
        (timedelta(0), True),  # the last moment
        (SECOND, False),
    ],
)
def test_the_last_move_is_taken_back_soon(ready: Ready, beyond: timedelta, met: bool) -> None:
    gone = departed(ready, hours_ago=72)

    assert corrected(gone, now=ready.at + beyond) == late(gone) * (not met)


def test_how_soon_is_what_the_process_says(ready: Ready) -> None:
    shorter = {**ready.process.limits, "late_entry_of_evidence": Span(24, "hours")}
    gone = departed(with_process(ready, limits=shorter), hours_ago=72)

    ((_, _, fact, _),) = corrected(gone)
    assert fact == LATE[1].replace("72", "24")


def test_after_something_else_was_written_the_last_move_stands(ready: Ready) -> None:
    gone = departed(ready, hours_ago=1)
    more = gone.but(version=gone.case.version + 1, written_at=ready.at)

    assert corrected(gone) == []
    assert corrected(more, seq=gone.case.version) == late(more)


def test_an_earlier_move_says_nothing_any_more(ready: Ready) -> None:
    (found,) = corrected(departed(ready), seq=20)  # by which it was prepared

    assert found[2] == NOTHING.format(20)


@pytest.mark.parametrize("answer", ["agree", "disagree"])
@pytest.mark.parametrize("late_by", [timedelta(0), SECOND])
@pytest.mark.parametrize("more", [0, 1])
def test_the_second_who_takes_a_move_back_is_as_soon_and_nothing_was_written_but_the_error(
    ready: Ready, answer: str, late_by: timedelta, more: int
) -> None:
    gone = departed(ready, hours_ago=72)
    move = gone.case.version
    asked_for = gone.but(
        version=move + 1 + more,
        acted=move + 1 + more,
        written_at=ready.at,
        corrections={move: Correction(ready.at, move + 1, "anna")},
    )
    reason = "invented words" if answer == "disagree" else None

    found = told(asked_for, "sign", seq=move, answer=answer, reason=reason, now=ready.at + late_by)

    assert found == late(gone) * (answer == "agree" and bool(late_by or more))


def test_another_entry_is_signed_as_an_error_without_the_haste_of_a_move(ready: Ready) -> None:
    later = anew(ready).with_fact("pregnant", True)
    entry = later.case.version
    asked_for = later.but(version=entry + 9, corrections={entry: Correction(ready.at, entry + 1, "anna")})

    assert told(asked_for, "sign", seq=entry, now=ready.at + 30 * DAY) == []


# --- who is no child any more -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "said", "looked_at", "is_told"),
    [
        ({"age_band": "teenager"}, {"age_band": "adult"}, None, True),
        ({"born_on": date(2015, 3, 2)}, {"born_on": date(1990, 3, 2)}, None, True),
        ({"age_band": "child"}, {"born_on": date(1990, 3, 2)}, None, True),
        ({"age_band": "child"}, {"age_band": "infant"}, None, False),
        ({"age_band": "child"}, {"travels": False}, None, False),
        ({}, {"age_band": "adult"}, None, False),  # nobody had said an age
        ({}, {"age_band": "adult"}, "child_best_interests", True),
        ({}, {"age_band": "adult"}, "child_who_stays", True),
        ({}, {"age_band": "adult"}, "party_vetting", False),
        ({"age_band": "adult"}, {"born_on": date(1990, 3, 2)}, "child_best_interests", False),
    ],
)
@pytest.mark.parametrize("actor", [ANNA, ASSESSOR])
def test_who_was_looked_at_as_a_child_is_made_grown_up_by_who_assesses_risks(
    ready: Ready, was: Any, said: Any, looked_at: str | None, is_told: bool, actor: Actor
) -> None:
    known = ready.with_person("child-1", "child", **was)
    known = known.with_step(f"{looked_at}@child-1", result="negative") if looked_at else known

    found = told(known, "involve", ref="child-1", actor=actor, **said)

    assert [one for one in found if "none" in one[2]] == [
        (
            "ROLE",
            "child-1",
            "only Risk assessor may record that somebody who was looked at as a child is none",
            "ask them to look at a paper, and to record it",
        )
    ] * (is_told and actor == ANNA)
