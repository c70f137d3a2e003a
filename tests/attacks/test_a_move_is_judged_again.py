"""A program that has the key writes a departure past the rules; `verify` judges each move again, by what stood before it. (issue 10, design 4.6)

What decides and nobody pins (partners, public holidays, packs' answers, other cases) is kept by the event that it decided: a newer pack or
another calendar makes no honest move wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import wayhome.flow.rejudge
from hypothesis import given, settings
from hypothesis import strategies as st
from wayhome import Engine
from wayhome.case_now.outside import Noting, RecordedOutside
from wayhome.model.event import Draft, Event
from wayhome.packs.kinds.spans import Span
from wayhome.packs.plugins import Packs

from tests.attacks.companions import fresh_with_own_case, there
from tests.attacks.conftest import Begin
from tests.attacks.made_packs import like_nigeria, no, packs_of, yes
from tests.attacks.newer_process import Upgrade, adopting, under
from tests.attacks.play import DEPART, LEADER, MANAGER, TRAVEL, Play, another_case, evidence_is_fresh, opened

SOMETHING_ELSE = "judged again, something else is written there than such a move brings about"
NO_GROUNDS = "judged again, on what it was decided is not written there as this program writes it"
GATE = "{id: NG-99, title: An invented rule, on: [depart], check: invented, revision: 1, source: S1}"


def events_of(engine: Engine, case: str) -> list[Event]:
    with engine._store.database.reading() as connection:
        return engine._store.events(connection, case)


def written_past_the_rules(play: Play, *drafts: Draft, like: Event, **changed: Any) -> None:
    """Write events as a program does that has the key, and asks no rule."""
    store = play.engine._store
    with store.writing() as connection:
        before = store.load(connection, play.case)
        how = {
            "occurred_at": play.now,
            "recorded_at": play.now,
            "actor": play.actor(TRAVEL),
            "role": TRAVEL,
            "grounds": like.grounds,
        }
        store.append(
            connection, store.process(connection, before.case.digest), before, drafts,
            number=play.case, key=None, upon=store.upon(connection), **how | changed,
        )  # fmt: skip


def named(engine: Engine) -> list[str]:
    return [one.what for one in engine.verify().problems]


def cleared(play: Play) -> Event:
    """Give the event of the clearance: what a departure looks at beside the case was looked at there, too."""
    found = (one for one in events_of(play.engine, play.case) if one.type == "step_completed")
    return next(one for one in found if one.data["step"] == "departure_clearance")


BOARDED = Draft("departed", {"phase": "travel"})


def test_a_departure_that_was_written_past_the_rules_is_named_with_the_rules_that_refuse_it(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    honest = cleared(case)
    case.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    against = case.boards().rules
    assert "INV-02" in against
    assert named(case.engine) == []

    written_past_the_rules(case, BOARDED, like=honest)

    assert named(case.engine) == [f"judged again, it is refused: {', '.join(sorted(against))}"]


def test_a_departure_by_whom_no_role_lets_is_named(fresh: Play) -> None:
    written_past_the_rules(fresh, BOARDED, like=events_of(fresh.engine, fresh.case)[-1], role="auditor")

    (said,) = named(fresh.engine)
    assert said.startswith("judged again, it is refused: Your roles may not do this: ")


def test_what_no_move_brings_about_is_named(fresh: Play) -> None:
    fresh.given(TRAVEL, DEPART)
    like = events_of(fresh.engine, fresh.case)[-1]
    fresh.until(fresh.lands)
    written_past_the_rules(fresh, Draft("arrived", {"phase": "follow_up"}), like=like)

    assert named(fresh.engine) == ["judged again, something else is written there than such a move brings about"]


def test_a_move_that_was_written_without_grounds_is_named(fresh: Play) -> None:
    """It would else be taken for a part of the command before."""
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands)
    written_past_the_rules(
        fresh, Draft("arrived", {"phase": "arrival"}), like=events_of(fresh.engine, fresh.case)[-1], grounds={}
    )

    assert len(named(fresh.engine)) == 1


def test_honest_each_move_of_a_return_holds_when_it_is_judged_again(fresh: Play) -> None:
    fresh.goes_home()

    found = fresh.engine.verify()

    assert (found.problems, found.moves, found.not_judged) == ((), 3, {})


def test_moves_that_were_decided_by_other_rules_are_counted_and_no_problem(
    fresh: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.goes_home()
    monkeypatch.setattr(wayhome.flow.rejudge, "REVISION", wayhome.flow.rejudge.REVISION + 1)

    found = fresh.engine.verify()

    assert (found.ok, found.moves) == (True, 0)
    assert found.not_judged == {"this version of the program has other rules": 3}


# --- what nobody pins -----------------------------------------------------------------------------------------------


def find_installed(engine: Engine, packs: Packs) -> None:
    """Go on with other packs, as the next process does that finds them installed."""
    engine._make_packs, engine._kept_packs = lambda: packs, None
    engine._renew_labels("another set of packs")


def test_honest_a_partner_that_works_no_longer_makes_no_departure_wrong(tmp_path: Path) -> None:
    """Who receives the person was trusted when they boarded; a newer pack says that they have closed."""
    case = opened(packs_of(like_nigeria(tmp_path / "then")))
    evidence_is_fresh(case)
    receiver = case.seen().roles["receiving_organisation"]
    case.goes_home()
    departed = next(one for one in events_of(case.engine, case.case) if one.type == "departed")
    assert receiver in departed.grounds["partners"]
    closed = {"partners.yaml": (f"- id: {receiver}\n", f"- id: {receiver}\n  historical: true\n")}

    find_installed(case.engine, packs_of(like_nigeria(tmp_path / "now", changed=closed)))

    assert case.engine.process_of(case.case, as_=case.actor(MANAGER)).trusted[receiver].is_gone
    assert named(case.engine) == []


def test_no_pack_is_asked_again_and_what_it_said_is_kept(tmp_path: Path) -> None:
    asked: list[str] = []

    def check(rule: str, *_: Any) -> Any:
        asked.append(rule)
        return no() if len(asked) > 1_000 else yes()

    case = opened(packs_of(like_nigeria(tmp_path / "ng", more={"rules.yaml": f"- {GATE}\n"}, check=check)))
    evidence_is_fresh(case)
    case.goes_home()
    departed = next(one for one in events_of(case.engine, case.case) if one.type == "departed")
    assert departed.grounds["checks"]["NG-99"] == 1
    before = len(asked)

    assert named(case.engine) == []
    assert len(asked) == before


def test_a_departure_about_which_no_pack_was_asked_is_named(tmp_path: Path) -> None:
    case = opened(packs_of(like_nigeria(tmp_path / "ng", more={"rules.yaml": f"- {GATE}\n"}, check=lambda *_: yes())))
    evidence_is_fresh(case)
    assert case.why().done
    honest = cleared(case)

    written_past_the_rules(case, BOARDED, like=honest, grounds={**honest.grounds, "checks": {}})

    (said,) = named(case.engine)
    assert "NG-99" in said


MOMENTS = st.integers(0, 365 * 3 * 24).map(lambda hours: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


@given(MOMENTS, st.integers(0, 30), st.booleans(), st.sampled_from(["BE", "NG", "SL", "BR", ""]))
@settings(max_examples=60, deadline=None)
def test_a_free_day_that_moved_a_limit_is_counted_by_as_it_was_known_then(
    moment: datetime, amount: int, back: bool, country: str
) -> None:
    noting, span = Noting(), Span(amount, "working_days")
    then = noting.shifted(moment, span, "Africa/Lagos", back=back, country=country)
    kept = RecordedOutside(noting.noted, nobody)

    with other_calendars():
        assert kept.shifted(moment, span, "Africa/Lagos", back=back, country=country) == then


def nobody(*_: Any) -> Any:
    raise AssertionError


@contextmanager
def other_calendars() -> Iterator[None]:
    """Every day is a feast, in every country."""

    class Always(dict[date, str]):
        def __contains__(self, _: object) -> bool:
            return True

    kept: Callable[..., Any] = wayhome.calendar.spans.feasts
    wayhome.calendar.spans.feasts = lambda country, year: Always()  # type: ignore[assignment]
    wayhome.calendar.spans.shift.cache_clear()
    try:
        yield
    finally:
        wayhome.calendar.spans.feasts = kept  # type: ignore[assignment]
        wayhome.calendar.spans.shift.cache_clear()


# --- moves that no rule was asked about, and nobody named -----------------------------------------


@pytest.fixture
def invented(fresh: Play) -> Play:
    """A second case, of which nothing is known but that it was opened."""
    return another_case(fresh.engine, fresh.clock)


def test_a_departure_that_is_written_as_a_part_of_the_opening_is_named(invented: Play) -> None:
    """What opens a case was judged by nobody, and what has no grounds is taken for a part of the command before."""
    like = events_of(invented.engine, invented.case)[0]
    assert named(invented.engine) == []

    written_past_the_rules(invented, BOARDED, like=like, grounds={})

    assert named(invented.engine) == [SOMETHING_ELSE]


def departed_under(play: Play, digest: str) -> None:
    """Write a departure with another process than that of the case."""
    store, like = play.engine._store, cleared(play)
    with store.writing() as connection:
        before = store.load(connection, play.case)
        process = replace(store.process(connection, before.case.digest), digest=digest)
        how: dict[str, Any] = {"occurred_at": play.now, "recorded_at": play.now, "actor": play.actor(TRAVEL)}
        store.append(
            connection, process, before, [BOARDED],
            number=play.case, key=None, role=TRAVEL, grounds=like.grounds, upon=store.upon(connection), **how,
        )  # fmt: skip


def test_a_departure_under_a_process_that_the_case_does_not_have_is_named(tmp_path: Path) -> None:
    """The older process asks for a step less, which is why it was left."""
    upgrade = Upgrade(tmp_path)
    with (old := upgrade.opened(upgrade.older)).engine:
        evidence_is_fresh(old)
        looser = old.seen().process["digest"]
    with under(upgrade, upgrade.newer, old) as case:
        case.given(LEADER, adopting(case))
        assert case.boards().says("ng_threat_check")
        assert named(case.engine) == []

        departed_under(case, looser)

        assert "judged again, it was made under another process than that of the case" in named(case.engine)


def test_a_departure_under_a_process_that_nobody_knows_is_named(fresh: Play) -> None:
    departed_under(fresh, "0" * 64)

    assert "judged again, it was made under another process than that of the case" in named(fresh.engine)


@pytest.mark.parametrize("changed", [{"rules": None}, {"rules": 0}, {"partners": "invented"}, {"checks": [1]}])
def test_grounds_that_this_program_never_writes_are_named_and_stop_nothing(fresh: Play, changed: Any) -> None:
    honest = cleared(fresh)
    written_past_the_rules(fresh, BOARDED, like=honest, grounds={**honest.grounds, **changed})

    assert named(fresh.engine) == [NO_GROUNDS]


@pytest.mark.parametrize("version", [0, -1, 99_999])
def test_a_departure_by_what_another_case_never_was_is_named(begin: Begin, version: int) -> None:
    """The own case of the child that goes along never had so many events: what nobody can look at was counted, and no problem."""
    case = begin(fresh_with_own_case)
    case.until(case.takes_off)
    honest = cleared(case)
    (own,) = honest.grounds["cases"]

    written_past_the_rules(case, BOARDED, like=honest, grounds={**honest.grounds, "cases": {own: version}})

    assert named(case.engine) == ["judged again, it is refused: STEP"]


def test_honest_a_departure_with_a_child_whose_own_case_goes_on_afterwards_holds(begin: Begin) -> None:
    case = begin(fresh_with_own_case)
    (number,) = cleared(case).grounds["cases"]
    case.until(case.takes_off)
    case.goes_home()
    there(case, number).given(MANAGER, {"do": "note", "group": "case", "text": "invented words"})

    found = case.engine.verify()
    assert (found.problems, found.not_judged) == ((), {})
    assert found.moves > 2


def test_grounds_that_are_a_list_are_named(fresh: Play) -> None:
    written_past_the_rules(fresh, BOARDED, like=cleared(fresh), grounds=[1])

    assert named(fresh.engine) == [NO_GROUNDS]


def test_an_arrival_whose_day_says_something_else_than_its_place_is_named(fresh: Play) -> None:
    """What happens later is counted from there."""
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands + timedelta(days=3))
    landed = fresh.now - timedelta(days=1)
    day = {
        "is": f"{landed:%Y-%m-%d}",
        "begins": f"{landed:%Y-%m-%d}T00:00:00Z",
        "ends": f"{fresh.now:%Y-%m-%dT%H:%M:%SZ}",
    }
    arrived = Draft("arrived", {"phase": "arrival", "day": day})
    written_past_the_rules(
        fresh, arrived, like=events_of(fresh.engine, fresh.case)[-1], occurred_at=fresh.now - timedelta(days=2)
    )

    assert named(fresh.engine) == [SOMETHING_ELSE]


def test_an_arrival_that_says_more_than_a_move_does_is_named(fresh: Play) -> None:
    """It would count as reported by others, before the return was taken over."""
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands)
    arrived = Draft("arrived", {"phase": "arrival", "reported": True})
    written_past_the_rules(fresh, arrived, like=events_of(fresh.engine, fresh.case)[-1])

    assert named(fresh.engine) == [SOMETHING_ELSE]


def test_honest_an_arrival_that_is_told_later_by_its_day_holds(fresh: Play) -> None:
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands + timedelta(days=3))
    landed = fresh.lands.date().isoformat()
    fresh.given(TRAVEL, {"do": "move", "to": "arrive", "at": landed, "heard_by": "phone"})

    found = fresh.engine.verify()
    assert (found.problems, found.moves) == ((), 3)
