"""What is told late: the end of an alarm before it came, who declined while nobody had reached them, and which draft is signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome.calendar.spans import clock_text
from wayhome.case_now import CaseNow
from wayhome.commands import read_command
from wayhome.model.actor import Actor
from wayhome.model.case import ContactRecord, IncidentRecord
from wayhome.model.reason import Judgement, no, yes
from wayhome.rules.safeguard import on_its_day
from wayhome.testing.builders import Ready

from tests.rules.cases import HOUR, SECOND, anew, proposed, told, unmet

BEN = Actor("ben", "invented_partner", {"case_manager_sending", "risk_assessor"})


def opened(ready: Ready, type: str, **changes: Any) -> Ready:
    later = anew(ready)
    one = IncidentRecord(later.case.version, type, "blocked", "pre_departure", ready.at, **changes)
    return later.but(incidents=(*ready.case.incidents, one))


@pytest.mark.parametrize(("early", "is_told"), [(timedelta(0), False), (SECOND, True)])
def test_an_alarm_is_not_over_before_it_happened(ready, early, is_told):
    over = {"incident": "data_breach", "outcome": "answered", "reason": "invented words"}
    found = told(opened(ready, "data_breach"), "resolve", at=ready.at - early, **over)

    fact = f"'Data came into wrong hands' has happened on {clock_text(ready.at, 'Europe/Brussels')}, so it was not over before that"
    todo = "say how it ended then; what was between belongs in a note"
    assert (("PHASE", "data_breach", fact, todo) in found) == is_told


@pytest.mark.parametrize(
    ("reached", "hours", "at", "is_told"),
    [
        (None, 0, 2, True),
        (False, 1, 2, True),
        (True, -1, 2, True),  # that was before
        (True, 0, 2, False),
        (True, 1, 2, False),
        (None, 0, 0, True),  # in the same moment
        (None, 0, -1, False),  # it was declined before contact was lost
    ],
)
def test_nobody_has_declined_what_nobody_could_ask_them(ready, reached, hours, at, is_told):
    case = opened(ready.but(phase="follow_up"), "lost_contact")
    if reached is not None:
        then = ready.at + hours * HOUR
        case = case.but(contacts=(ContactRecord("person", "phone", reached, then, case.case.version + 1),))

    found = told(
        case, "skip", step="ng_airport_pickup", at=ready.at + at * HOUR, now=ready.at + 3 * HOUR, reason="words"
    )

    fact, todo = (
        "nobody has reached the person, so they have not declined 'Tell who meets the person the flight'",
        "write down each attempt; ask them when they are reached",
    )
    here = [one for one in found if one[2] == fact]
    assert [(rule, subject, said) for rule, subject, _, said in here] == [("STEP", "ng_airport_pickup", todo)] * is_told


def test_an_offer_is_left_out_whether_they_were_reached_or_not(ready):
    case = opened(ready, "lost_contact")

    assert told(case, "skip", step="ng_yellow_card", at=ready.at + HOUR, now=ready.at + HOUR, reason="words") == []


def test_an_older_draft_is_signed_as_what_it_is_beside_what_stands(ready):
    older = ready.case.steps["return_review"]._replace(
        state="in_progress", result="go", signed=(("case_manager_sending", "carl", "go"),), seq=77
    )
    case = ready.with_step("return_review", at=ready.at - HOUR).but(drafts={"return_review": older})

    def asked(at: timedelta) -> list[str]:
        found = unmet(case, "complete", step="return_review", result="go", actor=BEN, at=ready.at + at)
        return [one.fact for one in found if "waits for a second signature" in one.fact]

    written = "somebody has written 'Decide together whether to go', and waits for a second signature"
    assert asked(-2 * HOUR) == [written]
    assert asked(timedelta(0)) == []


@pytest.mark.parametrize(
    ("said", "rewritten", "is_told"),
    [({"step": "return_review"}, True, True), ({"step": "return_review"}, False, False),
     ({"step": "return_review", "if_version": 1}, True, False), ({"seq": None}, True, False)],
)  # fmt: skip
def test_of_a_draft_that_was_rewritten_it_is_said_which_is_signed(ready, said, rewritten, is_told):
    signed = (("case_manager_sending", "carl", "go"),)
    case = ready.with_step("return_review", state="in_progress", result="go", signed=signed, rewritten=rewritten)
    seq = case.case.steps["return_review"].seq
    found = unmet(case, "sign", actor=BEN, **({"seq": seq} if "seq" in said else said))

    which = "'Decide together whether to go' was written more than once, and it is not said which is signed"
    here = [one for one in found if one.fact == which]
    assert [(one.rule, one.subject, one.todo) for one in here] == [
        ("STEP", "return_review", "read what stands now, and sign that entry")
    ] * is_told
    assert [proposed(one) for one in here] == [{"do": "sign", "seq": seq}] * is_told


# --- judged by its own day --------------------------------------------------------------------------------------


def judged(ready: Ready, now: list[Judgement], *then: list[Judgement]) -> list[Judgement]:
    """Judge a case; then as it was on its day."""
    answers = iter((now, *then))
    cases = [ready.case for _ in then]
    command = read_command({"do": "note", "group": "case", "text": "x"}, case=ready.case.number)
    case = CaseNow(ready.process, ready.case, ready.at, command=command, was=lambda: cases)
    asked: list[CaseNow] = []

    def ask(one: CaseNow) -> list[Judgement]:
        asked.append(one)
        return next(answers)

    found = on_its_day(case, ask)
    assert asked == [case, *case.then][: len(asked)]
    return found


def test_of_what_is_told_late_only_that_stands_against_it_which_stood_on_its_day_too(ready):
    a, b = Judgement("A", no("a", "x", todo="t")), Judgement("A", no("b", "y", todo="t"))
    met, other = Judgement("A", yes("m", "x")), Judgement("B", no("a", "x", todo="t"))

    assert judged(ready, [a]) == [a]  # it is not told late
    assert judged(ready, [a], [a]) == [a]
    assert judged(ready, [a], [b]) == []  # it did not stand against it then; what did is over
    assert judged(ready, [a], [other]) == []  # another rule
    assert judged(ready, [a], [met]) == [met]  # what the rule said then is said in its place
    assert judged(ready, [a, b], [b, met]) == [b]  # the rule still stands against it
    assert judged(ready, [a], [met], [a]) == [met]
    assert judged(ready, [a, met], [a, met]) == [a, met]


def test_what_is_met_today_is_not_asked_of_its_day(ready):
    met, a = Judgement("A", yes("m", "x")), Judgement("A", no("a", "x", todo="t"))

    assert judged(ready, [met], [a]) == [met]
    asked: list[CaseNow] = []

    def ask(one: CaseNow) -> list[Judgement]:
        asked.append(one)
        return [met]

    case = CaseNow(ready.process, ready.case, ready.at, was=lambda: [ready.case])
    assert on_its_day(case, ask) == [met]
    assert asked == [case]
