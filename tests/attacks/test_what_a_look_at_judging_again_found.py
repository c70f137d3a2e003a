"""A look at what judges moves again, and at what is sealed apart: what it found. (issue 10, design 4.6)"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from wayhome import Actor, BadInput, NotPermitted, commands
from wayhome.model.event import Draft
from wayhome.stories.playing import StoryClock

from tests.attacks.conftest import Begin
from tests.attacks.made_packs import faults_of, like_nigeria, packs_of
from tests.attacks.play import DEPART, LEADER, MANAGER, START, TRAVEL, Play, another_case, complete, evidence_is_fresh
from tests.attacks.test_a_move_is_judged_again import BOARDED, cleared, events_of, named, written_past_the_rules
from tests.attacks.test_families_risk_and_versions import Upgrade
from tests.attacks.test_what_a_look_at_companions_found import fresh_with_own_case, there
from tests.conftest import engine_at
from tests.flow.test_a_newer_process import adopting, under
from tests.store.test_parts import REGION

SOMETHING_ELSE = "judged again, something else is written there than such a move brings about"
NO_GROUNDS = "judged again, on what it was decided is not written there as this program writes it"

# --- what was sealed apart ------------------------------------------------------------------------------------------


def test_what_is_said_after_a_newer_process_gave_a_class_its_key_is_sealed_with_that_key(tmp_path: Path) -> None:
    """The key was made when the process was adopted. The first event of the class would have made another: nothing could be said."""
    upgrade = Upgrade(
        tmp_path, before={"facts.yaml": REGION.format(group="plan")}, more={"facts.yaml": REGION.format(group="health")}
    )
    with (old := upgrade.opened(upgrade.older)).engine:
        old.given(MANAGER, {"do": "record", "facts": {"ng_region": "south"}})
    with under(upgrade, upgrade.newer, old) as case:
        case.given(LEADER, adopting(case))
        case.given(MANAGER, {"do": "record", "facts": {"ng_region": "north"}})

        assert case.engine.verify().ok
        case.engine.rebuild()
        assert case.engine.verify().ok


TABLE = (
    "\n- {{id: ng_visits, title: Invented visits, phase: pre_departure, who: [case_manager_sending], each: child, source: OC,\n"
    "   fields: {{visits: {{title: Visits, type: rows, group: plan, columns:\n"
    "     {{ill: {{title: Ill, type: bool, group: {group}}}}}}}}}}}\n"
)


def test_a_column_that_is_kept_shorter_than_its_table_is_a_fault_of_the_pack(tmp_path: Path) -> None:
    """A table is sealed as one, and shown as one: what it says of health would lie under the key of the rest."""
    honest = like_nigeria(tmp_path / "honest", more={"steps.yaml": TABLE.format(group="plan")})
    apart = like_nigeria(tmp_path / "apart", more={"steps.yaml": TABLE.format(group="health")})

    assert faults_of(Path(honest.wayhome_pack())) == ""
    assert "a column belongs to the data group of its table" in faults_of(Path(apart.wayhome_pack()))


# --- moves that no rule was asked about, and nobody named -----------------------------------------------------------


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


def departed_under(play: Play, digest: str) -> None:
    """Write a departure with another process than that of the case."""
    store, like = play.engine._store, cleared(play)
    with store.writing() as connection:
        before = store.load(connection, play.case)
        process = replace(store.process(connection, before.case.digest), digest=digest)
        how: dict[str, Any] = {"occurred_at": play.now, "recorded_at": play.now, "actor": play.actor(TRAVEL)}
        store.append(
            connection, process, before, [BOARDED],
            number=play.case, key=None, role=TRAVEL, grounds=like.grounds, **how,
        )  # fmt: skip


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


# --- what is shown, and who still works ---------------------------------------------------------------------------


def test_a_partner_that_has_closed_is_closed_in_a_case_that_an_older_program_opens_afterwards(tmp_path: Path) -> None:
    """A program that runs since before the newer pack was installed stores a process with the partners that it knows."""
    url = f"sqlite:///{tmp_path}/case.db"
    closed = {
        "pack.yaml": ("version: 0.1.0", "version: 0.2.0"),
        "partners.yaml": ("- id: ng_bakhita\n", "- id: ng_bakhita\n  historical: true\n"),
    }
    older = packs_of(like_nigeria(tmp_path / "older"))
    newer = packs_of(like_nigeria(tmp_path / "newer", changed=closed))
    clock = StoryClock(START)
    with engine_at(url, clock=clock, packs=older) as running:
        with engine_at(url, clock=clock, packs=newer):
            pass
        case = another_case(running, clock)

    with engine_at(url, clock=clock, packs=newer) as engine:
        assert engine.process_of(case.case, as_=case.actor(MANAGER)).trusted["ng_bakhita"].is_gone


# --- what a newer process does not know ---------------------------------------------------------------------------

ASK = """
- id: ng_ask
  title: Ask there
  phase: identification
  who: case_manager_sending
  fields: {{how: {{type: code, values: [seen, heard], group: case}}{more}}}
  source: OC
"""


@pytest.fixture
def asks_less(tmp_path: Path) -> Upgrade:
    """A pack whose step asks for something of health, and a newer one that asks for it no more."""
    weeks = ", weeks: {type: number, group: health}"
    return Upgrade(tmp_path, before={"steps.yaml": ASK.format(more=weeks)}, more={"steps.yaml": ASK.format(more="")})


def test_a_field_that_the_newer_process_does_not_know_is_not_lost_in_silence(asks_less: Upgrade) -> None:
    """It would lie under the key of the rest, since nobody knows any more of which group it was."""
    with (old := asks_less.opened(asks_less.older)).engine:
        old.given(MANAGER, complete("ng_ask", how="seen", weeks=31))
    with under(asks_less, asks_less.newer, old) as case:
        assert case.tried(LEADER, adopting(case)).reasons == {("INPUT", "ng_ask")}


def test_honest_a_field_that_is_not_there_any_more_keeps_nobody_back_who_has_said_nothing_in_it(
    asks_less: Upgrade,
) -> None:
    with (old := asks_less.opened(asks_less.older)).engine:
        old.given(MANAGER, complete("ng_ask", how="seen"))
    with under(asks_less, asks_less.newer, old) as case:
        case.given(LEADER, adopting(case))

        assert case.engine.verify().ok


def test_what_was_said_once_in_a_field_that_is_not_there_any_more_is_shown_to_nobody(asks_less: Upgrade) -> None:
    """It was said, and said anew without it; the newer process was adopted. The history would have shown it to all."""
    with (old := asks_less.opened(asks_less.older)).engine:
        old.given(MANAGER, complete("ng_ask", how="seen", weeks=31), {"do": "redo", "step": "ng_ask"})
        old.given(MANAGER, complete("ng_ask", how="heard"))
    with under(asks_less, asks_less.newer, old) as case:
        case.given(LEADER, adopting(case))

        for who in (MANAGER, TRAVEL):
            assert not [row for row in case.history(who) if "weeks" in (row.data.get("values") or ())]
        assert [row.data["values"] for row in case.history(MANAGER) if row.type == "step_completed"] == [
            {"how": "seen"},
            {"how": "heard"},
        ]


FEVER = """
- id: ng_fever
  title: A fever that nobody has
  group: health
  effect: none
  outcomes: {over: {title: It is over, needs: [give_rights_information]}}
  actions: Wait.
  source: OC
"""


def test_an_incident_of_health_that_is_over_is_told_to_nobody_more_when_no_pack_knows_it_any_more(
    tmp_path: Path,
) -> None:
    """What is over keeps no newer process back; of what group it was, nobody knows then."""
    upgrade = Upgrade(tmp_path, before={"incidents.yaml": FEVER})
    with (old := upgrade.opened(upgrade.older)).engine:
        old.given(MANAGER, {"do": "incident", "type": "ng_fever"})
        old.wait(minutes=1)
        old.ready("prepare")
        old.given(MANAGER, {"do": "resolve", "incident": "ng_fever", "outcome": "over", "reason": "invented words"})
        assert incidents_told(old) == {"withheld"}
    with under(upgrade, upgrade.newer, old) as case:
        case.given(LEADER, adopting(case))

        assert incidents_told(case) == {"withheld"}


def incidents_told(play: Play) -> set[Any]:
    """Give what a lawyer is told of what has happened: in the case, and in its history."""
    rows = [row.data["type"] for row in play.history("legal_counsellor") if row.type.startswith("incident")]
    return {*rows, *(one["type"] for one in play.seen("legal_counsellor").incidents)}


# --- whom the office knows ----------------------------------------------------------------------------------------


def test_who_may_open_no_case_is_not_told_which_organisations_the_office_knows(fresh: Play) -> None:
    asked = {"host_country": "BE", "origin_country": "NG", "organisation": "invented_nowhere"}

    with pytest.raises(NotPermitted):
        fresh.engine.do(commands.Open(**asked), as_=Actor("ina", "invented_house", {"auditor_or_donor"}))
    with pytest.raises(BadInput, match="There is no organisation like that"):
        fresh.engine.do(commands.Open(**asked), as_=fresh.actor(MANAGER))
