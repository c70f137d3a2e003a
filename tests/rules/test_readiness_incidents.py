"""Where an incident can happen, and what must be done since before it ends."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome.model.actor import Actor
from wayhome.model.case import Assignment, ContactRecord, IncidentRecord
from wayhome.testing.builders import Ready

from tests.rules.cases import ANNA, HOUR, SECOND, anew, asked, made, proposed, told, unmet

NOT_HERE = "does not happen in the phase"


def opened(ready: Ready, type: str, **changes: Any) -> Ready:
    """The same in which this has just happened."""
    later = anew(ready)
    one = IncidentRecord(later.case.version, type, "blocked", "pre_departure", ready.at, **changes)
    return later.but(incidents=(*ready.case.incidents, one))


# --- that it happens ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "phase", "fits"),
    [
        ("no_show_departure", "pre_departure", True),
        ("no_show_departure", "arrival", False),
        ("no_show_arrival", "pre_departure", False),
        ("complaint", "identification", True),
    ],
)
def test_an_incident_happens_in_its_phases(ready: Ready, type: str, phase: str, fits: bool) -> None:
    found = unmet(ready.but(phase=phase), "incident", type=type)

    fact = f"'{ready.process.title('incidents', type)}' {NOT_HERE} '{phase}'"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("PHASE", type, fact, "look for the one that fits")
    ] * (not fits)
    assert not any(map(proposed, found))


def test_what_is_written_down_late_belongs_to_the_phase_of_its_day(ready: Ready) -> None:
    moves = made(ready, departed=ready.at)
    gone = ready.but(phase="travel", moves=moves)

    assert told(gone, "incident", type="no_show_departure", at=ready.at - SECOND) == []
    assert NOT_HERE in told(gone, "incident", type="no_show_departure", at=ready.at)[0][2]


def test_an_incident_is_known_by_its_other_names(ready: Ready) -> None:
    closed = ready.but(closed_as="withdrew_return")

    assert told(closed, "incident", type="minor_found") == told(closed, "incident", type="age_dispute") != []
    assert asked(closed, "incident", type="invented_type") == []


@pytest.mark.parametrize(("type", "refused"), [("risk_high", True), ("complaint", False)])
def test_in_a_closed_case_only_what_is_said_to_can_happen(ready: Ready, type: str, refused: bool) -> None:
    found = unmet(ready.but(closed_as="withdrew_return"), "incident", type=type)

    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("PHASE", "closed", "the case is closed", "reopen it first")
    ] * refused
    assert told(ready, "incident", type=type) == []


# --- that it ends ---------------------------------------------------------------------------------------------------------------


def ends(ready: Ready, incident: str, outcome: str, **asks: Any) -> list[tuple[str, str, str, str]]:
    return told(ready, "resolve", incident=incident, outcome=outcome, reason="invented words", **asks)


def test_an_incident_ends_when_what_it_needs_was_done_since(ready: Ready) -> None:
    case = opened(ready, "consent_withdrawn_before")
    talked = case.with_step("options_counselling/3", at=ready.at, seq=case.case.version + 1)

    fact = "needed first, after what has happened: 'Talk about all options' is done"
    assert ends(case, "consent_withdrawn_before", "talked_again") == [("STEP", "options_counselling", fact, "do it")]
    assert ends(talked, "consent_withdrawn_before", "talked_again") == []
    assert ends(case, str(case.case.version), "talked_again") != []  # by its number
    assert ends(talked, str(case.case.version), "talked_again") == []


def test_each_way_to_end_has_its_own_needs(ready: Ready) -> None:
    case = opened(ready, "risk_high")

    assert [subject for _, subject, _, _ in ends(case, "risk_high", "below_high_and_reviewed")] == [
        "pre_return_risk_assessment",
        "return_review",
    ]
    assert ends(case, "risk_high", "invented_outcome") == []  # who reads it says that there is none


@pytest.mark.parametrize("incident", ["risk_high", "999", "invented_type"])
def test_what_is_not_open_waits_for_nothing(ready: Ready, incident: str) -> None:
    assert asked(ready, "resolve", incident=incident, outcome="below_high", reason="invented words") == []


@pytest.mark.parametrize(
    ("reached", "minutes", "ended"),
    [
        (None, 0, False),
        (False, 1, False),
        (True, -1, False),  # that was before
        (True, 1, True),
        (True, 2, True),  # in the same moment
        (True, 3, False),  # that was after the moment of which it is said that it is over
    ],
)
def test_who_did_not_come_is_reached_first(ready: Ready, reached: bool | None, minutes: int, ended: bool) -> None:
    case = opened(ready, "no_show_departure")
    if reached is not None:
        at, seq = ready.at + minutes * HOUR / 60, case.case.version + minutes
        case = case.but(contacts=(ContactRecord("person", "phone", reached, at, seq),))

    at = ready.at + 2 * HOUR / 60
    over = {"incident": "no_show_departure", "outcome": "reached", "reason": "invented words"}
    found = unmet(case, "resolve", at=at, now=at, **over)

    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("INPUT", "person_reached", "the person has not been reached since", "go on trying, in the agreed order")
    ] * (not ended)
    call = {"do": "contact", "with": "person"}
    assert [proposed(one) for one in found] == [call] * (not ended)


def test_a_death_does_not_end(ready: Ready) -> None:
    (found,) = unmet(opened(ready, "death"), "resolve", incident="death", outcome="over", reason="invented words")

    assert (found.rule, found.subject, found.fact) == ("STEP", "death", "'The person has died' does not end")
    assert found.todo == "close the case; if it was entered in error, correct the entry, and let somebody else sign"
    assert proposed(found) == {}


def test_an_incident_that_the_process_knows_no_more_ends_by_a_word(ready: Ready) -> None:
    assert ends(opened(ready, "of_an_older_process"), "of_an_older_process", "over") == []


INSIDE = "'The person complains about us or a partner' is not ended by anybody who has worked on this case, or who works on cases like it"


@pytest.mark.parametrize(
    ("actor", "is_inside"),
    [
        (Actor("otto", "invented_house", {"programme_manager"}), False),
        (Actor("anna", "invented_house", {"programme_manager"}), True),  # she has written in it
        (Actor("otto", "invented_house", {"case_manager_sending"}), True),  # he works on cases
        (None, False),  # who only looks ends nothing
    ],
)
def test_a_complaint_is_ended_by_who_oversees_and_has_written_nothing(
    ready: Ready, actor: Actor | None, is_inside: bool
) -> None:
    owner = Assignment("case_owner", ready.at, 3, organisation="invented_house")
    case = opened(ready, "complaint").but(actors=("anna", "carl"), roles={**ready.case.roles, "case_owner": owner})

    found = unmet(case, "resolve", incident="complaint", outcome="answered", reason="invented words", actor=actor)

    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("ROLE", "complaint", INSIDE, "let somebody who oversees the work, and has not worked on this case, look at it")
    ] * is_inside
    assert not any(map(proposed, found))


def test_another_incident_is_ended_by_those_who_work_on_the_case(ready: Ready) -> None:
    case = opened(ready, "data_breach").but(actors=("anna",))

    assert not [one for one in ends(case, "data_breach", "over", actor=ANNA) if one[0] == "ROLE"]


# --- by whom -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("type", "phase"), [("no_show_departure", "pre_departure"), ("no_show_arrival", "travel")])
def test_what_the_silence_does_not_mean_is_not_said_by_the_clock(ready: Ready, type: str, phase: str) -> None:
    case = ready.but(phase=phase)
    fact = f"'{ready.process.title('incidents', type)}' is not what the silence in this case means now"

    assert told(case, "incident", type=type, actor=Actor.clock) == [
        ("INV-22", type, fact, "let a case worker record it")
    ]
    assert told(case, "incident", type=type, actor=ANNA) == told(case, "incident", type=type, actor=None) == []


@pytest.mark.parametrize(("wrote", "met"), [(("anna",), False), (("somebody", "anna"), False), (("somebody",), True)])
def test_whoever_wrote_it_down_is_not_the_second_who_looks_at_it(
    ready: Ready, wrote: tuple[str, ...], met: bool
) -> None:
    case = opened(ready, "told_somebody_unknown", written_by=wrote)
    ends = {"incident": "told_somebody_unknown", "outcome": "looked_at", "reason": "invented words"}
    title = ready.process.title("incidents", "told_somebody_unknown")
    own = (
        "ROLE",
        "told_somebody_unknown",
        f"whoever wrote down '{title}' cannot be the second who looks at it",
        "let somebody else read the entry, and look at it",
    )

    assert (own in told(case, "resolve", **ends)) is not met
    assert own not in told(case, "resolve", actor=None, **ends)
    assert [one for one in told(opened(ready, "missed_flight", written_by=wrote), "resolve", incident="missed_flight",
                                outcome="over", reason="invented words") if one[0] == "ROLE"] == []  # fmt: skip


def test_what_happened_to_somebody_who_travels_along_is_ended_as_theirs(ready: Ready) -> None:
    case = opened(ready, "told_somebody_unknown", written_by=("anna",), of="child-1")
    ends = {"incident": "told_somebody_unknown", "outcome": "looked_at", "reason": "invented words"}

    assert ("ROLE", "told_somebody_unknown") in [one[:2] for one in told(case, "resolve", of="child-1", **ends)]
    assert told(case, "resolve", **ends) == [], "nothing of the kind has happened to the person"
