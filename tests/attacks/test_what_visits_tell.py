"""What is told of visits after the return: late, by one alone; and the signs of danger that were seen there.

safety.md F5: nothing for 367 days, then one account typed a year of visits in one minute, and the case closed as "reintegration holds".
A visit with signs of violence opened nothing, and nothing was due.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import POOR, ago, closes, in_follow_up, open_alarms
from tests.attacks.conftest import Begin
from tests.attacks.play import MANAGER, RECEIVER, Command, Play
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


def test_another_end_of_the_case_asks_nobody_else(there: Play) -> None:
    there.given(RECEIVER, visit("d7", **ago(there, days=9)))

    assert not there.why(closes("support_period_completed"), RECEIVER).says("INV-26")


# --- signs of danger ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sign", "alarm"), [("violence", "violence"), ("contact_by_traffickers", "risk_high")])
def test_a_visit_that_saw_danger_opens_the_alarm_by_itself(there: Play, sign: str, alarm: str) -> None:
    there.given(RECEIVER, visit("extra", signs=[sign]))

    assert open_alarms(there) == {alarm}


@pytest.mark.parametrize("sign", ["debt_claims", "stigma", "pressure_to_migrate_again"])
@pytest.mark.parametrize(("danger", "alarms"), [(True, {"risk_high"}), (False, set[str]())])
def test_any_other_sign_asks_whether_the_person_is_in_danger(
    there: Play, sign: str, danger: bool, alarms: set[str]
) -> None:
    assert there.faults(RECEIVER, visit("extra", signs=[sign])) == {("in_danger", "missing")}

    there.given(RECEIVER, visit("extra", signs=[sign], in_danger=danger))

    assert open_alarms(there) == alarms


def test_where_nothing_was_seen_nothing_is_asked(there: Play) -> None:
    there.given(RECEIVER, visit("extra"))

    assert open_alarms(there) == set()
