"""While the risk is not low, nobody waits for the next round of visits. (return-process 5.1, resolutions 28)

Weekly while the risk is high, monthly while it is medium or unknown; after every incident one within a week. They are extra
rounds, and never hold up closing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta

from tests.attacks.acts import in_follow_up
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    LEADER,
    MANAGER,
    RECEIVER,
    RECEPTION,
    Command,
    Play,
    at_home,
    complete,
    evidence_is_fresh,
)
from tests.whole_answers import VISIT, risks

LAGOS = ZoneInfo("Africa/Lagos")
OFTEN = {"high": relativedelta(weeks=1), "medium": relativedelta(months=1), "unknown": relativedelta(months=1)}


def visit(round: str = "extra", **said: Any) -> Command:
    return {"do": "complete", "step": "monitoring_visit", "round": round, **VISIT, **said}


def assessed_there(level: str) -> list[Command]:
    number = {"low": "1", "medium": "2", "high": "3"}[level]
    row = {"about": "person", "factor": "housing", "likelihood": number, "severity": number, "residual": level}
    step = "post_arrival_risk_assessment"
    return [
        {"do": "redo", "step": step},
        {"do": "complete", "step": step, **risks(row)},
    ]


def visited(play: Play) -> None:
    """Half a year at home: every round so far was made, and the next one is three months away."""
    in_follow_up(play)
    landed = play.now
    for round_, span in {"d2": timedelta(2), "d7": timedelta(7), "m1": timedelta(28), "m3": timedelta(88), "m6": timedelta(180)}.items():  # fmt: skip
        play.until(landed + span)
        play.given(RECEIVER, visit(round_))


def extra(play: Play) -> date | None:
    """Give the day by which an extra visit is due, as the person's own country counts days."""
    rows = [
        row
        for row in play.engine.due(as_=play.actor(RECEIVER))
        if row.step == "monitoring_visit" and row.round == "extra"
    ]
    assert len(rows) <= 1
    return rows[0].due_at.astimezone(LAGOS).date() if rows else None


def expected(level: str, last_visit: date, incident: date | None = None) -> date | None:
    """What the domain page says, read by itself."""
    days = [last_visit + OFTEN[level]] if level in OFTEN else []
    days += [incident + relativedelta(weeks=1)] if incident else []
    return min(days, default=None)


def today(play: Play) -> date:
    return play.now.astimezone(LAGOS).date()


def in_next(play: Play) -> list[Command]:
    rows = play.engine.next(play.case, as_=play.actor(RECEIVER))
    return [row.do for row in rows if row.do.get("step") == "monitoring_visit" and row.do.get("round") == "extra"]


@pytest.mark.parametrize("level", ["low", "medium", "high"])
def test_the_higher_the_risk_the_sooner_somebody_asks_again(begin: Begin, level: str) -> None:
    case = begin(visited)
    last = today(case)
    case.given(RECEIVER, *assessed_there(level))

    assert extra(case) == expected(level, last)
    assert bool(in_next(case)) is (level != "low")


@pytest.mark.parametrize(
    ("level", "lasts"),
    [("high", relativedelta(weeks=1)), ("medium", relativedelta(months=1))],
)
def test_the_last_day_is_still_in_time_and_the_next_is_not(begin: Begin, level: str, lasts: relativedelta) -> None:
    case = begin(visited)
    case.given(RECEIVER, *assessed_there(level))
    due = next(row for row in case.engine.due(as_=case.actor(RECEIVER)) if row.round == "extra")
    last_minute = due.due_at.astimezone(LAGOS)
    assert (last_minute.hour, last_minute.minute) == (23, 59)
    assert last_minute.date() == today(case) + lasts

    case.until(due.due_at)
    assert not next(row for row in case.engine.due(as_=case.actor(RECEIVER)) if row.round == "extra").overdue
    case.wait(seconds=1)

    assert next(row for row in case.engine.due(as_=case.actor(RECEIVER)) if row.round == "extra").overdue


def test_each_visit_counts_the_time_anew_and_one_in_which_nobody_was_reached_does_not(begin: Begin) -> None:
    case = begin(visited)
    case.given(RECEIVER, *assessed_there("medium"))
    first = extra(case)
    case.wait(days=10)
    case.given(RECEIVER, visit(result="not_safe_to_talk", how="phone"))
    assert extra(case) == first  # nothing is known since

    case.given(RECEIVER, visit())

    assert extra(case) == expected("medium", today(case))


def test_a_round_that_comes_first_takes_its_place(begin: Begin) -> None:
    case = begin(at_home)
    case.given(RECEPTION, {"do": "complete", "step": "arrival_reception"})

    rows = [row.round for row in case.engine.due(as_=case.actor(RECEIVER)) if row.step == "monitoring_visit"]

    assert "d2" in rows  # in two days somebody calls: sooner than any extra visit
    assert "extra" not in rows


def test_what_nobody_has_assessed_there_is_unknown_and_not_low(begin: Begin) -> None:
    """It was low before the journey; of the danger at home that says nothing."""
    case = begin(visited)
    last = today(case)
    case.given(RECEIVER, {"do": "redo", "step": "post_arrival_risk_assessment"})

    assert extra(case) == expected("unknown", last)


def test_a_danger_that_is_only_told_is_high_until_it_is_assessed_anew(begin: Begin) -> None:
    case = begin(visited)
    last = today(case)
    case.given(MANAGER, {"do": "incident", "type": "risk_high"})
    assert extra(case) == expected("high", last)

    case.given(RECEIVER, *assessed_there("low")[1:])
    over: Command = {"do": "resolve", "incident": "risk_high"}
    (asked,) = (remedy for _, remedy in case.remedies(over))
    assert (asked.do["do"], tuple(asked.who)) == ("sign", ("risk_assessor", "case_manager_sending"))
    case.given(ASSESSOR, asked.do)  # only two say that it is below high
    case.given(MANAGER, over)

    assert extra(case) == today(case) + timedelta(days=7)  # it is low, but something has happened: one more
    case.given(RECEIVER, visit())
    assert extra(case) is None


@pytest.mark.parametrize("type", ["witness", "complaint", "family_refuses", "wish_changed_after_return"])
def test_after_every_incident_somebody_looks_within_a_week(begin: Begin, type: str) -> None:
    case = begin(visited)
    assert extra(case) is None
    case.wait(days=3)
    happened = today(case)
    case.given(MANAGER, {"do": "incident", "type": type})

    assert extra(case) == happened + timedelta(days=7)
    row = next(row for row in case.engine.due(as_=case.actor(RECEIVER)) if row.round == "extra")
    assert row.because == "1 week after what has happened, Lagos time"  # who only visits need not know what
    case.wait(days=1)
    case.given(RECEIVER, visit())
    assert extra(case) is None


def test_a_visit_before_the_incident_or_typed_before_it_looked_at_nothing(begin: Begin) -> None:
    case = begin(visited)
    case.wait(days=3)
    happened = case.now
    case.wait(hours=2)
    case.given(RECEIVER, visit())  # whoever went did not know
    case.wait(hours=2)

    case.given(MANAGER, {"do": "incident", "type": "witness", "at": happened.isoformat()})

    assert extra(case) == happened.astimezone(LAGOS).date() + timedelta(days=7)


def test_they_never_hold_up_closing(begin: Begin) -> None:
    case = begin(visited)
    case.given(RECEIVER, *assessed_there("medium"))
    before = case.why({"do": "move", "to": "close", "reason": "reintegration_sustained"}).reasons
    case.wait(days=40)
    assert extra(case) is not None

    after = case.why({"do": "move", "to": "close", "reason": "reintegration_sustained"}).reasons

    assert {subject for _, subject in after} <= {subject for _, subject in before}
    case.given(MANAGER, {"do": "withdraw", "purpose": "monitoring"})
    case.given(MANAGER, {"do": "move", "to": "close", "reason": "consent_withdrawn_after_return"})
    assert extra(case) is None


def test_nobody_is_visited_who_wants_no_more_contact_and_nobody_who_is_dead(begin: Begin) -> None:
    case = begin(visited)
    case.given(RECEIVER, *assessed_there("high"))
    assert extra(case) is not None

    case.given(MANAGER, {"do": "withdraw", "purpose": "monitoring"})

    assert extra(case) is None
    assert in_next(case) == []


def test_the_dead_are_not_visited(begin: Begin) -> None:
    case = begin(visited)
    case.given(RECEIVER, *assessed_there("medium"))

    case.given(MANAGER, {"do": "incident", "type": "death"})

    assert extra(case) is None


def test_before_the_landing_there_are_none(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.given(MANAGER, {"do": "incident", "type": "witness"})

    assert extra(case) is None
    assert in_next(case) == []


def test_what_happened_before_the_landing_asks_for_none_after_it(begin: Begin) -> None:
    """The rounds of the first week look at how it is, there."""
    case = begin(evidence_is_fresh)
    case.given(MANAGER, {"do": "incident", "type": "complaint"})
    case.given(LEADER, complete("complaint_check", result="nothing"))
    case.until(case.takes_off)
    case.goes_home()
    case.ready("settle")
    case.given(MANAGER, {"do": "consent", "purpose": "monitoring", "language": "en"})
    landed = case.now
    for round_, days in (("d2", 2), ("d7", 7)):
        case.until(landed + timedelta(days=days))
        case.given(RECEIVER, visit(round_))

    assert extra(case) is None
    case.given(RECEIVER, *assessed_there("medium"))
    assert extra(case) is None  # the round of the first month comes sooner
    case.until(landed + timedelta(days=28))
    case.given(RECEIVER, visit("m1"))
    assert extra(case) == expected("medium", today(case))


def test_whoever_declines_the_extra_visit_is_asked_again_when_the_next_is_due(begin: Begin) -> None:
    case = begin(visited)
    case.given(RECEIVER, *assessed_there("high"))
    case.wait(days=6)

    case.given(RECEIVER, {"do": "skip", "step": "monitoring_visit", "round": "extra", "reason": "not this week"})

    assert extra(case) == expected("high", today(case))


SKIPPED: Command = {"do": "skip", "step": "monitoring_visit", "round": "extra", "reason": "nobody answers"}


def nobody_answers(case: Play) -> None:
    case.given(RECEIVER, *assessed_there("high"))
    case.given(RECEIVER, {"do": "contact", "with": "person", "channel": "phone", "reached": False})
    case.wait(days=3)


def test_whom_nobody_has_reached_has_declined_nothing(begin: Begin) -> None:
    case = begin(visited)
    nobody_answers(case)
    assert case.seen().status == "on_hold"

    title = case.step("monitoring_visit").title
    assert case.told("STEP", SKIPPED, RECEIVER) == [
        (f"nobody has reached the person, so they have not declined '{title}'", "write down each attempt; ask them when they are reached")
    ]  # fmt: skip
    case.given(RECEIVER, visit(result="not_reached", how="phone"))  # this is what happened


def test_what_the_person_declined_before_contact_was_lost_may_still_be_typed(begin: Begin) -> None:
    case = begin(visited)
    declined = case.now
    case.wait(hours=1)
    nobody_answers(case)

    assert case.tried(RECEIVER, {**SKIPPED, "at": declined.isoformat()}).done


def test_who_is_reached_again_may_decline(begin: Begin) -> None:
    case = begin(visited)
    nobody_answers(case)
    case.given(RECEIVER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})

    assert case.tried(RECEIVER, SKIPPED).done


def test_while_contact_is_lost_what_is_only_offered_may_be_left_out(begin: Begin) -> None:
    case = begin(visited)
    nobody_answers(case)
    offered = next(row for row in case.seen().steps if row.kind == "offered" and row.state in ("available", "waiting"))

    left_out = {"do": "skip", "step": offered.id, "round": offered.round, "reason": "(invented) nobody can be asked"}
    assert case.told("STEP", {k: v for k, v in left_out.items() if v}, RECEIVER) == []


@pytest.mark.parametrize("days", [3, 20])
def test_while_the_case_waits_for_a_day_none_is_asked_for_and_the_time_counts_from_its_end(
    begin: Begin, days: int
) -> None:
    case = begin(visited)
    case.wait(hours=1)
    happened = today(case)
    case.given(MANAGER, {"do": "incident", "type": "medical_emergency"})
    assert case.seen().status == "on_hold"
    assert extra(case) is None

    case.wait(days=days)
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "visit", "reached": True})
    case.given(MANAGER, {"do": "resolve", "incident": "medical_emergency"})

    assert extra(case) == (happened if days < 7 else today(case)) + timedelta(days=7)


# --- the day to look again -------------------------------------------------------------------------------------------


def looked_at(case: Play) -> list[Any]:
    found = case.engine.due(as_=case.actor(MANAGER))
    return [(item.due_at, item.because) for item in found if item.step == "post_arrival_risk_assessment"]


def test_on_the_day_that_was_set_the_risk_is_to_be_looked_at_again(begin: Begin) -> None:
    """Domain 7.4 has `next_review`; an assessment after the landing asked for that day, and nobody was reminded of it."""
    case = begin(in_follow_up)
    case.given(RECEIVER, *assessed_there("medium"))  # to be looked at again on 1 September 2026

    ((on, because),) = looked_at(case)
    assert on.date().isoformat() == "2026-09-01"
    assert because == "the day that was set for looking again"

    redo, done = assessed_there("low")
    case.given(RECEIVER, redo, {**done, "next_review": "2026-10-01"})
    ((on, _),) = looked_at(case)
    assert on.date().isoformat() == "2026-10-01"


def test_before_the_departure_the_day_to_look_again_is_listed_and_after_it_no_more(begin: Begin) -> None:
    def days(case: Play) -> list[str]:
        found = case.engine.due(as_=case.actor(MANAGER))
        return [item.due_at.date().isoformat() for item in found if item.step == "pre_return_risk_assessment"]

    assert days(begin(evidence_is_fresh)) == ["2026-06-12"]  # thirty days after it was made
    assert days(begin(at_home)) == []


def test_a_closed_case_is_looked_at_no_more(begin: Begin) -> None:
    case = begin(in_follow_up)
    case.given(RECEIVER, *assessed_there("low"))
    case.given(MANAGER, {"do": "consent", "purpose": "monitoring", "answer": "refused"})
    case.given(MANAGER, {"do": "move", "to": "close", "reason": "consent_withdrawn_after_return"})

    assert looked_at(case) == []
