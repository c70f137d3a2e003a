"""What a newer process knows or does not know any more: what was said under the older one is kept, shown and judged as it was."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from wayhome.stories.playing import StoryClock

from tests.attacks.made_packs import faults_of, like_nigeria, packs_of
from tests.attacks.newer_process import REGION, Upgrade, adopting, under
from tests.attacks.play import (
    DEPART,
    LEADER,
    MANAGER,
    START,
    TRAVEL,
    Command,
    Enough,
    Play,
    actor,
    another_case,
    complete,
    evidence_is_fresh,
    opened,
)
from tests.conftest import engine_at
from tests.packs.planting import written

# --- a departure of yesterday ---------------------------------------------------------------------


NEW_STEP = """
- id: ng_new_check
  title: An invented step
  phase: pre_departure
  gate: depart
  who: case_manager_sending
  source: S1
"""


@pytest.mark.parametrize("adopted", [False, True])
def test_who_boarded_as_all_rules_said_then_departed_whatever_was_adopted_since(tmp_path: Path, adopted: bool) -> None:
    """A step that is asked since, nobody can have done then: all that is left is to type that they left without clearance."""
    upgrade = Upgrade(tmp_path, more={"steps.yaml": NEW_STEP})
    with (old := upgrade.opened(upgrade.older)).engine:
        evidence_is_fresh(old)
        boards = old.takes_off
        late: Command = {**DEPART, "at": boards.isoformat()}
    clock = StoryClock(boards + timedelta(hours=1))
    with engine_at(upgrade.url, clock=clock, packs=upgrade.newer) as engine:
        case = Play(engine, clock, old.case)
        if adopted:
            digest = engine.keep_newest_process("BE", "NG").digest
            case.given(MANAGER, {"do": "rebase", "digest": digest})
            case.wait(minutes=10)

        assert case.told("STEP", late, TRAVEL) == []
        case.given(TRAVEL, late)
        assert case.seen().phase == "travel"


# --- partners that it names no longer -------------------------------------------------------------


FRONT = "\n- {id: ng_front, name: An invented house, recipient: partner, does: [receive, meet, house], %ssource: S1}\n"
NAMES_THEM: Command = {"do": "assign", "role": "receiving_organisation", "partner": "ng_front"}


def _until_somebody_receives(_: Play, act: Command) -> bool:
    if act.get("do") == "assign" and act.get("role") == "receiving_organisation":
        raise Enough
    return False


@pytest.mark.parametrize("newest", [FRONT % "historical: true, ", ""])
def test_nobody_departs_to_a_partner_whom_the_newest_pack_has_let_go(tmp_path: Path, newest: str) -> None:
    """Taken out of the pack, since it was a front: a new case does not know it, and a running one sends the person there."""
    url = f"sqlite:///{tmp_path}/case.db"
    older = packs_of(like_nigeria(tmp_path / "older", more={"partners.yaml": FRONT % ""}))
    newer = packs_of(
        like_nigeria(
            tmp_path / "newer",
            more={"partners.yaml": newest},
            changed={"pack.yaml": ("version: 0.1.0", "version: 0.2.0")},
        )
    )
    with (old := opened(older, url=url)).engine:
        old.prepare(instead=_until_somebody_receives)
        old.given(MANAGER, NAMES_THEM)
        old.ready()
    with engine_at(url, clock=old.clock, packs=newer) as engine:
        case = Play(engine, old.clock, old.case)

        assert case.told("INV-07") == [
            (
                "the receiving organisation cannot receive the person: this partner no longer works under this name",
                "choose, with the person, one that can",
            ),
            (  # it was to come to the airport, too: each reason is told at once
                "who is to meet the person cannot be trusted: this partner no longer works under this name",
                "have the partner name somebody else",
            ),
        ]
        assert not case.tried(MANAGER, NAMES_THEM).done


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
        assert engine.process_of(case.case, as_=actor(MANAGER)).trusted["ng_bakhita"].is_gone


# --- a field or an incident that it does not know -------------------------------------------------


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


def incidents_told(play: Play) -> set[Any]:
    """Give what a lawyer is told of what has happened: in the case, and in its history."""
    rows = [row.data["type"] for row in play.history("legal_counsellor") if row.type.startswith("incident")]
    return {*rows, *(one["type"] for one in play.seen("legal_counsellor").incidents)}


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
        assert incidents_told(old) == set()
    with under(upgrade, upgrade.newer, old) as case:
        case.given(LEADER, adopting(case))

        assert incidents_told(case) == {"withheld"}


# --- what is sealed apart -------------------------------------------------------------------------


def test_what_is_said_after_a_newer_process_gave_a_class_its_key_is_sealed_with_that_key(tmp_path: Path) -> None:
    """The key was made when the process was adopted. The first event of the class would have made another: nothing could be said."""
    upgrade = Upgrade(
        tmp_path, before={"facts.yaml": REGION.format(group="plan")}, more={"facts.yaml": REGION.format(group="health")}
    )
    with (old := upgrade.opened(upgrade.older)).engine:
        old.given(MANAGER, {"do": "record", "by": "person", "facts": {"ng_region": "south"}})
    with under(upgrade, upgrade.newer, old) as case:
        case.given(LEADER, adopting(case))
        case.given(MANAGER, {"do": "record", "by": "person", "facts": {"ng_region": "north"}})

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


# --- what two sign --------------------------------------------------------------------------------


def test_a_pack_that_gives_another_meaning_to_what_two_sign_is_told_where(tmp_path: Path) -> None:
    """It is refused, with 'tell the engine's maintainers', at line 1 of pack.yaml: nobody finds that."""
    same = "- {tighten: party_vetting, source: S1, fields: {for: {type: codes, group: case, values: [x]}}}\n"

    said = faults_of(written(tmp_path / "togo", {"steps.yaml": same}))

    assert "steps.yaml:1:" in said
    assert "C018 the field 'for' could change what the step asks" in said
    assert "P029" not in said
