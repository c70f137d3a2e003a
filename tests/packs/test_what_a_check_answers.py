"""What a check says of when and of whom reaches who asks, or the check is refused: nothing of it is dropped in silence.

A rule of a copy of the Nigerian pack, NG-99, at departure: each test gives the check that judges it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import wayhome_nigeria
from wayhome import country
from wayhome.country import Finding, no
from wayhome.model.reason import Reason
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for, view_of, walk_to_departure

from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import MANAGER, Command, Play, complete, opened, read
from tests.conftest import a_case, engine_at

RULE = '\n- {id: NG-99, title: An invented rule, on: ["%s"], check: invented, revision: 1, source: OC}\n'
NIGERIA = view_of(Path(wayhome_nigeria.__file__).parent)
CHILD = {"born_on": "2020-01-01", "travels": True}
Check = Callable[[Any, datetime], Any]


def packs_with(folder: Path, check: Check, moment: str = "depart") -> Packs:
    made = like_nigeria(
        folder / "pack", more={"rules.yaml": RULE % moment}, check=lambda rule, case, command, at: check(case, at)
    )
    return packs_of(made)


def with_a_check(folder: Path, check: Check, moment: str = "depart") -> Play:
    return opened(packs_with(folder, check, moment))


def of_the_rule(play: Play, act: Command | str = "depart") -> Reason:
    asked = act if isinstance(act, str) else read(act, play.case)
    decision = play.engine.why(play.case, asked, as_=an_actor_for(MANAGER))
    (reason,) = (one for one in decision.reasons if one.rule == "NG-99")
    return reason


def objects(subject: str, **more: Any) -> Check:
    return lambda case, at: no("an invented objection", subject, todo="wait", **more)


# --- from when ----------------------------------------------------------------------------------------------------------


def test_what_helps_can_be_done_from_when_the_check_says(tmp_path: Path) -> None:
    play = with_a_check(tmp_path, objects("has_passport"))
    at_once = of_the_rule(play).remedy
    assert at_once is not None
    assert at_once.from_ == play.now

    later = play.now + timedelta(days=10)
    remedy = of_the_rule(with_a_check(tmp_path / "later", objects("has_passport", from_=later))).remedy

    assert remedy is not None
    assert (remedy.do, remedy.from_) == (at_once.do, later)


def test_a_check_can_only_delay(tmp_path: Path) -> None:
    """What waits for something else waits for it still."""
    waits = of_the_rule(with_a_check(tmp_path, objects("travel_plan", from_=datetime(2027, 1, 1, tzinfo=UTC)))).remedy

    assert waits is not None
    assert waits.from_ is None


def test_a_moment_of_any_zone_is_told_as_that_moment(tmp_path: Path) -> None:
    there = datetime(2027, 1, 1, 0, 30, tzinfo=NIGERIA.start_of_day(date(2027, 1, 1)).astimezone().tzinfo)

    remedy = of_the_rule(with_a_check(tmp_path, objects("has_passport", from_=there))).remedy

    assert remedy is not None
    assert remedy.from_ == there
    assert remedy.from_.tzinfo is UTC


@pytest.mark.parametrize("subject", ["", "an_invented_name"])
def test_where_only_waiting_helps_it_is_asked_again_from_then(tmp_path: Path, subject: str) -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)

    remedy = of_the_rule(with_a_check(tmp_path, objects(subject, from_=later))).remedy

    assert remedy is not None
    assert (remedy.do, remedy.from_) == ({"do": "move", "to": "depart"}, later)
    assert remedy.who


def test_where_only_waiting_helps_before_a_step_it_is_the_step_from_then(tmp_path: Path) -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    play = with_a_check(tmp_path, objects("", from_=later), moment="complete:register_referral")

    remedy = of_the_rule(play, complete("register_referral")).remedy

    assert remedy is not None
    assert (remedy.do, remedy.from_) == ({"do": "complete", "step": "register_referral"}, later)


# --- of whom ------------------------------------------------------------------------------------------------------------


def test_what_helps_is_asked_of_whom_the_check_says(tmp_path: Path) -> None:
    def check(case: Any, at: datetime) -> Finding:
        child = next((one.ref for one in case.companions), "")
        return no("nobody knows whether the child has a passport", "has_passport", todo="ask", of=child)

    play = with_a_check(tmp_path, check)
    child = play.involved("child", **CHILD)

    remedy = of_the_rule(play).remedy

    assert remedy is not None
    assert (remedy.do["do"], remedy.do["of"]) == ("record", child)


def test_a_step_that_is_done_of_each_is_that_of_whom_the_check_says(tmp_path: Path) -> None:
    def check(case: Any, at: datetime) -> Finding:
        refs = sorted(one.ref for one in case.companions)
        return no(
            "it is not known who looked at the second child",
            "child_fit_check",
            todo="look",
            of=refs[-1] if refs else "",
        )

    play = with_a_check(tmp_path, check)
    last = sorted(play.involved("child", **CHILD) for _ in range(2))[-1]

    remedy = of_the_rule(play).remedy

    assert remedy is not None
    assert (remedy.do.get("step"), remedy.do.get("of")) == ("child_fit_check", last)


# --- what cannot be meant -----------------------------------------------------------------------------------------------

BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
WRONG: dict[str, Check] = {
    "a moment without a zone": objects("has_passport", from_=datetime(2027, 1, 1)),  # noqa: DTZ001
    "a moment before that which is judged": lambda case, at: no("x", "has_passport", todo="y", from_=at - timedelta(seconds=1)),
    "a day": objects("has_passport", from_=date(2027, 1, 1)),
    "a moment that nobody can wait for": objects("has_passport", from_=datetime(9999, 12, 31, tzinfo=UTC)),
    "somebody who is not of the case": objects("has_passport", of="child-7"),
    "somebody, of what is asked of nobody else": lambda case, at: no("x", "register_referral", todo="y", of=next(iter(case.people))),
    "a moment of a yes": lambda case, at: Finding(True, "x", from_=at + timedelta(days=1)),
    "a command": lambda case, at: Finding(False, "x", "has_passport", "y", do={"do": "skip", "step": "safety_plan"}),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_a_check_cannot_mean_is_no_answer(tmp_path: Path, wrong: str) -> None:
    play = with_a_check(tmp_path, WRONG[wrong])
    play.involved("child", **CHILD)

    reason = of_the_rule(play)

    assert not reason.met
    assert reason.fact == "the check of the plugin 'nigeria' failed (WrongAnswer)"


def test_the_moment_that_is_judged_is_early_enough(tmp_path: Path) -> None:
    remedy = of_the_rule(with_a_check(tmp_path, lambda case, at: no("x", "has_passport", todo="y", from_=at))).remedy

    assert remedy is not None
    assert remedy.from_ is not None


def test_a_country_is_offered_no_word_for_a_command() -> None:
    """What would help follows from what the no is about: the engine says it, for each role and phase alike."""
    with pytest.raises(TypeError, match="do"):
        no("an invented objection", "has_passport", todo="look", do={"do": "skip", "step": "safety_plan"})


# --- the calendar of the pack -------------------------------------------------------------------------------------------


def test_working_days_are_those_of_the_packs_own_calendar() -> None:
    """1 October is a public holiday in Nigeria."""
    assert NIGERIA.is_working_day(date(2026, 9, 30))
    assert not NIGERIA.is_working_day(date(2026, 10, 1))
    assert not NIGERIA.is_working_day(date(2026, 10, 3))  # a Saturday
    assert NIGERIA.add_working_days(date(2026, 9, 30), 2) == date(2026, 10, 5)
    assert NIGERIA.add_working_days(date(2026, 10, 5), -2) == date(2026, 9, 30)


def test_days_are_those_of_the_packs_own_zone() -> None:
    """Lagos is an hour before UTC."""
    assert NIGERIA.day_in_zone(datetime(2026, 3, 1, 22, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert NIGERIA.day_in_zone(datetime(2026, 3, 1, 23, 0, tzinfo=UTC)) == date(2026, 3, 2)
    assert NIGERIA.start_of_day(date(2026, 3, 2)) == datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    assert NIGERIA.end_of_day(date(2026, 3, 2)) == datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC)


# --- the walk -----------------------------------------------------------------------------------------------------------


DECISION = "\n- {id: ng_decision_told, title: Tell the decision, phase: pre_departure, who: case_manager_sending, source: OC}\n"
PAGE = Path(__file__).parents[2] / "docs" / "write-a-country.md"
TEN = "told.at), 10)"  # working days, in the example of the page


@pytest.mark.parametrize("working_days", [10, 60])  # over before the journey; and long after the day booked first
def test_a_walk_waits_as_long_as_the_example_of_the_page_says(
    tmp_path: Path, clock: StoryClock, working_days: int
) -> None:
    (example,) = re.findall(r"```python\n(def nobody_can_object_any_more.+?)```", PAGE.read_text(), re.S)
    assert TEN in example
    names: dict[str, Any] = {**vars(country), "datetime": datetime, "timedelta": timedelta}
    exec(example.replace(TEN, f"told.at), {working_days})"), names)
    more = {"rules.yaml": RULE % "depart", "steps.yaml": DECISION}
    made = like_nigeria(
        tmp_path / "pack", more=more, check=lambda rule, case, command, at: names["nobody_can_object_any_more"](case, at, NIGERIA)
    )  # fmt: skip

    with engine_at("sqlite://", clock=clock, packs=packs_of(made)) as engine:
        case = a_case(engine, age_status="adult")

        walk = walk_to_departure(engine, clock, case)

        assert walk.arrived, [(one.rule, one.fact) for one in walk.stuck]
        (told,) = (when for when, _, do in walk.done if do.get("step") == "ng_decision_told")
        day = NIGERIA.add_working_days(NIGERIA.day_in_zone(told), working_days)
        assert clock.moment > NIGERIA.end_of_day(day)
