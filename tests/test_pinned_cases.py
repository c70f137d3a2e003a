"""A case keeps the process under which it was opened, when its plugin changes, breaks, or is gone."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import wayhome_belgium
import wayhome_netherlands
import wayhome_nigeria
import wayhome_sierra_leone
from wayhome import Actor, Engine, NotFound, PackBroken, Refused, commands
from wayhome.country import hookimpl
from wayhome.model.reason import Judgement, yes
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing import walk_to_departure

NIGERIA = Path(wayhome_nigeria.__file__).parent
ADULT = {"age_status": "adult"}

ADDED_STEP = """
- id: ng_added_later
  title: A step that a newer version of the pack adds
  phase: pre_departure
  who: case_manager_sending
  source: OC
"""


def a_plugin(folder: Path, name: str = "changed", **hooks: Any) -> Any:
    """Make a plugin of a pack folder; its code is the real plugin's unless given."""

    @hookimpl
    def wayhome_pack() -> Path:
        return folder

    return SimpleNamespace(
        __name__=name, wayhome_pack=wayhome_pack, **({"wayhome_check": wayhome_nigeria.wayhome_check} | hooks)
    )


@pytest.fixture
def newer(tmp_path: Path) -> Any:
    """The Nigerian pack, one version later: with one more step that departure waits for."""
    folder = tmp_path / "wayhome_nigeria"
    shutil.copytree(NIGERIA, folder)
    with (folder / "steps.yaml").open("a") as steps:
        steps.write(ADDED_STEP)
    return a_plugin(folder)


def reopened(file: Path, *plugins: Any, clock: StoryClock) -> Engine:
    return Engine.open(
        f"sqlite:///{file}", clock=clock, packs=Packs.of(wayhome_belgium, wayhome_sierra_leone, *plugins)
    )


@pytest.fixture
def file(tmp_path: Path, clock: StoryClock, anna: Actor) -> Path:
    return tmp_path / "wayhome.db"


def a_case(file: Path, clock: StoryClock, anna: Actor) -> str:
    with reopened(file, wayhome_nigeria, clock=clock) as engine:
        return engine.do(commands.Open(host_country="BE", origin_country="NG", facts=ADULT), as_=anna).case


def asked(engine: Engine, case: str, anna: Actor) -> set[str]:
    return {reason.subject for reason in engine.why(case, "depart", as_=anna).unmet}


def test_a_case_behaves_the_same_after_its_pack_has_changed(
    file: Path, clock: StoryClock, anna: Actor, newer: Any
) -> None:
    case = a_case(file, clock, anna)
    with reopened(file, wayhome_nigeria, clock=clock) as engine:
        before = asked(engine, case, anna)

    with reopened(file, newer, clock=clock) as engine:
        assert asked(engine, case, anna) == before
        new = engine.do(commands.Open(host_country="BE", origin_country="NG", facts=ADULT), as_=anna).case
        assert asked(engine, new, anna) - before == {"ng_added_later"}
        assert walk_to_departure(engine, clock, case).arrived


def test_a_case_can_adopt_the_newer_process_after_it_was_previewed(
    file: Path, clock: StoryClock, anna: Actor, newer: Any
) -> None:
    case = a_case(file, clock, anna)
    with reopened(file, newer, clock=clock) as engine:
        digest = engine.keep_newest_process("BE", "NG").digest
        assert engine.why(case, commands.Rebase(case, digest=digest), as_=anna).allowed

        engine.do(commands.Rebase(case, digest=digest), as_=anna)

        assert engine.case(case, as_=anna).process["digest"] == digest
        assert "ng_added_later" in asked(engine, case, anna)
        assert engine.verify().ok


def test_a_case_never_adopts_a_process_that_lost_what_was_begun(
    file: Path, clock: StoryClock, anna: Actor, newer: Any
) -> None:
    with reopened(file, newer, clock=clock) as engine:
        case = engine.do(commands.Open(host_country="BE", origin_country="NG", facts=ADULT), as_=anna).case
        engine.do(commands.Complete(case, step="ng_added_later"), as_=anna)
    with reopened(file, wayhome_nigeria, clock=clock) as engine:
        older = engine.keep_newest_process("BE", "NG").digest

        with pytest.raises(Refused, match="ng_added_later"):
            engine.do(commands.Rebase(case, digest=older), as_=anna)


def test_a_case_whose_plugin_is_gone_is_read_and_worked_on_but_its_own_checks_forbid(
    file: Path, clock: StoryClock, anna: Actor
) -> None:
    case = a_case(file, clock, anna)
    with reopened(file, clock=clock) as engine:
        assert engine.case(case, as_=anna).phase == "identification"
        walk = walk_to_departure(engine, clock, case)

        assert walk.stuck
        forbidding = [reason for reason in walk.stuck if reason.rule.startswith("NG-")]
        assert forbidding
        assert all("not installed" in reason.fact for reason in forbidding)
        last = {"departure_clearance", "departure_assistance"}  # what can only come when all else is met
        assert {reason.subject for reason in walk.stuck if reason not in forbidding} <= last
        with pytest.raises(NotFound, match="NG"):
            engine.do(commands.Open(host_country="BE", origin_country="NG"), as_=anna)
        engine.do(commands.Open(host_country="BE", origin_country="SL"), as_=anna)


def test_a_check_that_raises_forbids_and_says_so_without_the_case_being_told_to_the_log(
    file: Path, clock: StoryClock, anna: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    @hookimpl
    def wayhome_check(rule: str, case: Any, command: Any, at: datetime) -> Any:
        raise RuntimeError("an invented secret")

    broken = a_plugin(NIGERIA, wayhome_check=wayhome_check)
    with reopened(file, broken, clock=clock) as engine:
        case = engine.do(commands.Open(host_country="BE", origin_country="NG", facts=ADULT), as_=anna).case

        facts = [r.fact for r in engine.why(case, "depart", as_=anna).unmet if r.rule.startswith("NG-")]

    assert facts
    assert all("failed" in fact for fact in facts)
    assert "an invented secret" not in caplog.text


@pytest.mark.parametrize("answer", [None, True, "yes", Judgement("NG-99", yes("another rule"))])
def test_a_check_that_gives_no_proper_answer_forbids(file: Path, clock: StoryClock, anna: Actor, answer: Any) -> None:
    @hookimpl
    def wayhome_check(rule: str, case: Any, command: Any, at: datetime) -> Any:
        return answer

    with reopened(file, a_plugin(NIGERIA, wayhome_check=wayhome_check), clock=clock) as engine:
        case = engine.do(commands.Open(host_country="BE", origin_country="NG", facts=ADULT), as_=anna).case

        assert [r for r in engine.why(case, "depart", as_=anna).unmet if r.rule.startswith("NG-")]


def test_a_rule_of_another_revision_than_the_pinned_one_forbids(
    file: Path, clock: StoryClock, anna: Actor, tmp_path: Path
) -> None:
    case = a_case(file, clock, anna)
    folder = tmp_path / "revised"
    shutil.copytree(NIGERIA, folder)
    rules = (folder / "rules.yaml").read_text()
    (folder / "rules.yaml").write_text(rules.replace("revision: 1", "revision: 2"))

    with reopened(file, a_plugin(folder), clock=clock) as engine:
        facts = [r.fact for r in engine.why(case, "depart", as_=anna).unmet if r.rule.startswith("NG-")]

    assert facts
    assert all("another revision" in fact for fact in facts)


def test_one_broken_plugin_disturbs_no_other_country(clock: StoryClock, anna: Actor, tmp_path: Path) -> None:
    folder = tmp_path / "weakened"
    shutil.copytree(NIGERIA, folder)
    with (folder / "steps.yaml").open("a") as steps:
        steps.write(
            "\n- {tighten: pre_return_risk_assessment, max_age: {days: 60, at: planned_departure}, source: OC}\n"
        )
    packs = Packs.of(wayhome_belgium, wayhome_netherlands, wayhome_sierra_leone, a_plugin(folder, "weakened"))

    with Engine.open("sqlite://", clock=clock, packs=packs) as engine:
        with pytest.raises(PackBroken, match=r"steps\.yaml:\d+:\d+: C011"):
            engine.do(commands.Open(host_country="BE", origin_country="NG"), as_=anna)
        assert engine.do(commands.Open(host_country="NL", origin_country="SL"), as_=anna).version == 1


def test_no_case_keeps_a_dead_hotline(file: Path, clock: StoryClock, anna: Actor, tmp_path: Path) -> None:
    case = a_case(file, clock, anna)
    folder = tmp_path / "hotline_down"
    shutil.copytree(NIGERIA, folder)
    partners = (folder / "partners.yaml").read_text()
    (folder / "partners.yaml").write_text(partners.replace("status: unchecked", "status: reported_down"))
    with reopened(file, wayhome_nigeria, clock=clock) as engine:
        before = engine.process_of(case, as_=anna)

    with reopened(file, a_plugin(folder), clock=clock) as engine:
        after = engine.process_of(case, as_=anna)

    assert after.digest == before.digest
    statuses = {c["status"] for p in after.partners.values() if p["pack"] == "nigeria" for c in p.get("contacts") or ()}
    assert statuses == {"reported_down"}


def test_the_order_in_which_packs_are_given_does_not_matter(packs: Packs) -> None:
    from itertools import permutations

    from wayhome.packs.compose import composed

    three = [packs.core, packs.for_country("host", "BE").pack, packs.for_country("origin", "NG").pack]

    assert len({composed(list(order))[0].digest for order in permutations(three)}) == 1  # type: ignore[arg-type]


def test_a_stored_process_is_the_composed_one(packs: Packs) -> None:
    import orjson
    from wayhome.packs.process import Process

    for host in ("BE", "NL"):
        for origin in ("NG", "BR", "SL"):
            composed = packs.process(host, origin)
            stored = Process.of(orjson.loads(composed.canonical), composed.labels)
            assert stored == composed
            assert list(stored.steps) == list(composed.steps)
            assert list(stored.order) == list(composed.order)
