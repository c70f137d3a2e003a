"""A case keeps the process under which it was opened, when its plugin changes, breaks, or is gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import wayhome_belgium
import wayhome_nigeria
import wayhome_sierra_leone
from wayhome import Actor, Engine, NotFound, Reason, Refused, commands, to_json
from wayhome.packs.compose import composed
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing import walk_to_departure
from wayhome.testing.reaching import BEFORE_BOARDING, brought_to

from tests.attacks.made_packs import like_nigeria, no, yes
from tests.conftest import ANNA, a_case, engine_at, who_leads

Opened = Callable[..., Engine]
ADDED_STEP = """
- id: ng_added_later
  title: A step that a newer version of the pack adds
  phase: pre_departure
  who: case_manager_sending
  source: OC
"""


@pytest.fixture
def opened(tmp_path: Path, clock: StoryClock) -> Opened:
    """Open the same database, with the plugins that are given beside those of two other countries."""

    def open_with(*plugins: Any) -> Engine:
        packs = Packs.of(wayhome_belgium, wayhome_sierra_leone, *plugins)
        return engine_at(f"sqlite:///{tmp_path}/wayhome.db", clock=clock, packs=packs)

    return open_with


@pytest.fixture
def case(opened: Opened) -> str:
    """A case that was opened under the Nigerian pack as it is."""
    with opened(wayhome_nigeria) as engine:
        return a_case(engine, age_status="adult")


@pytest.fixture
def newer(tmp_path: Path) -> Any:
    """The Nigerian pack, one version later: with one more step that departure waits for."""
    version = {"pack.yaml": ("version: 0.1.0", "version: 0.2.0")}
    return like_nigeria(tmp_path / "newer", more={"steps.yaml": ADDED_STEP}, changed=version)


def asked(engine: Engine, case: str) -> set[str]:
    return {reason.subject for reason in engine.why(case, "depart", as_=ANNA).unmet}


def test_a_case_behaves_the_same_after_its_pack_has_changed(
    opened: Opened, case: str, clock: StoryClock, newer: Any
) -> None:
    with opened(wayhome_nigeria) as engine:
        before = asked(engine, case)

    with opened(newer) as engine:
        assert asked(engine, case) == before
        assert asked(engine, a_case(engine, age_status="adult")) - before == {"ng_added_later"}
        assert walk_to_departure(engine, clock, case).arrived


def test_a_case_can_adopt_the_newer_process_after_it_was_previewed(opened: Opened, case: str, newer: Any) -> None:
    with opened(newer) as engine:
        adopt = commands.Rebase(case, digest=engine.keep_newest_process("BE", "NG").digest)
        assert engine.why(case, adopt, as_=ANNA).allowed

        engine.do(adopt, as_=ANNA)

        assert engine.case(case, as_=ANNA).process["digest"] == adopt.digest
        assert "ng_added_later" in asked(engine, case)
        assert engine.verify().ok


def test_a_case_never_adopts_a_process_that_lost_what_was_begun(opened: Opened, newer: Any) -> None:
    with opened(newer) as engine:
        case = a_case(engine, age_status="adult")
        engine.do(commands.Complete(case, step="ng_added_later"), as_=ANNA)
    with opened(wayhome_nigeria) as engine:
        older = engine.keep_newest_process("BE", "NG").digest

        with pytest.raises(Refused, match="ng_added_later"):
            engine.do(commands.Rebase(case, digest=older), as_=ANNA)


def test_a_case_whose_plugin_is_gone_is_read_and_worked_on_but_its_own_checks_forbid(
    opened: Opened, case: str, clock: StoryClock
) -> None:
    with opened() as engine:
        assert engine.case(case, as_=ANNA).phase == "identification"
        walk = walk_to_departure(engine, clock, case)

        assert walk.stuck
        forbidding = [reason for reason in walk.stuck if reason.rule.startswith("NG-")]
        assert forbidding
        assert all("not installed" in reason.fact for reason in forbidding)
        last = {"departure_clearance", "departure_assistance"}  # what can only come when all else is met
        assert {reason.subject for reason in walk.stuck if reason not in forbidding} <= last
        with pytest.raises(NotFound, match="NG"):
            a_case(engine)
        a_case(engine, "SL")


def test_a_rule_of_another_revision_than_the_pinned_one_forbids(opened: Opened, case: str, tmp_path: Path) -> None:
    revised = like_nigeria(tmp_path / "revised", changed={"rules.yaml": ("revision: 3", "revision: 4")})

    with opened(revised) as engine:
        facts = [r.fact for r in engine.why(case, "depart", as_=ANNA).unmet if r.rule.startswith("NG-")]

    assert facts
    assert all("another revision" in fact for fact in facts)


# --- the code of a check ------------------------------------------------------------------------------------------------

ASKED_RULE = "\n- {id: NG-99, title: An invented rule, on: [depart], check: invented, revision: 1, source: OC}\n"
NEWER_VERSION = {"pack.yaml": ("version: 0.1.0", "version: 0.2.0")}


def with_check(folder: Path, answer: Callable[[], Any], code: str = "", *, newer: bool = False) -> Any:
    """The Nigerian pack with one rule more, which answers so; `code` stands in its checks.py."""
    more = {"rules.yaml": ASKED_RULE, "checks.py": code}
    return like_nigeria(folder, more=more, changed=NEWER_VERSION if newer else None, check=lambda *_: answer())


def of_the_rule(engine: Engine, case: str, move: str = "depart") -> Reason:
    (reason,) = (one for one in engine.why(case, move, as_=ANNA).reasons if one.rule == "NG-99")
    return reason


@pytest.mark.parametrize(("before", "now"), [(yes, no), (no, yes)])
def test_other_code_under_the_same_revision_judges_no_running_case(
    opened: Opened, tmp_path: Path, before: Callable[[], Any], now: Callable[[], Any]
) -> None:
    with opened(with_check(tmp_path / "older", before)) as engine:
        case = a_case(engine, age_status="adult")
        assert of_the_rule(engine, case).met is before().met

    with opened(with_check(tmp_path / "newer", now, "OTHER = True\n")) as engine:
        reason, later = of_the_rule(engine, case), a_case(engine, age_status="adult")

        assert not reason.met
        assert reason.fact == (
            "the code of the plugin 'nigeria' is another than the case is pinned to, under the same revision of this rule"
        )
        assert reason.todo == (
            "put back the plugin that was there, or have its authors give it a new version, which 'Programme manager' can adopt (rebase)"
        )
        assert of_the_rule(engine, later).met is now().met  # who begins now is judged by what is there now
        others = {one.rule for one in engine.why(case, "depart", as_=ANNA).reasons if "another than" in one.fact}
        assert others == {
            "NG-01",
            "NG-02",
            "NG-03",
            "NG-99",
        }  # nobody can say which of them the code that changed is for


def test_the_plugin_that_was_there_is_put_back_and_judges_again(opened: Opened, tmp_path: Path) -> None:
    was = with_check(tmp_path / "older", yes)
    with opened(was) as engine:
        case = a_case(engine, age_status="adult")
    with opened(with_check(tmp_path / "newer", yes, "OTHER = True\n")) as engine:
        assert not of_the_rule(engine, case).met

    with opened(was) as engine:
        assert of_the_rule(engine, case).met


def test_the_same_code_with_another_comment_is_the_same_code(opened: Opened, tmp_path: Path) -> None:
    with opened(with_check(tmp_path / "older", yes)) as engine:
        case = a_case(engine, age_status="adult")

    with opened(with_check(tmp_path / "again", yes, "\n# an invented comment\n\n")) as engine:
        assert of_the_rule(engine, case).met


def test_a_programme_manager_leads_a_case_to_the_newer_code(opened: Opened, tmp_path: Path, clock: StoryClock) -> None:
    leader = Actor("lea", ANNA.organisation, {"programme_manager"})
    with opened(with_check(tmp_path / "older", yes)) as engine:
        case = a_case(engine, age_status="adult")
        assert walk_to_departure(engine, clock, case).arrived

    with opened(with_check(tmp_path / "newer", yes, "OTHER = True\n", newer=True)) as engine:
        assert of_the_rule(engine, case).todo == (
            "let 'Programme manager' look at what is different, and adopt the newer process (rebase); or put back the plugin that was there"
        )
        adopt = commands.Rebase(case, digest=engine.packs.process("BE", "NG").digest)
        assert not engine.why(case, adopt, as_=ANNA).allowed
        engine.do(adopt, as_=leader)

        assert of_the_rule(engine, case).met
        assert walk_to_departure(engine, clock, case).arrived
        assert engine.verify().ok


@pytest.mark.parametrize("now", [yes, no])
def test_a_departure_that_is_written_down_after_the_newer_code_was_adopted_is_judged_by_that(
    opened: Opened, tmp_path: Path, clock: StoryClock, now: Callable[[], Any]
) -> None:
    """She boarded; then the plugin was changed, and the case adopted that. The code of then is not there any more to be asked."""
    leader, officer = (
        Actor("lea", ANNA.organisation, {"programme_manager"}),
        Actor("tom", ANNA.organisation, {"travel_officer"}),
    )
    with opened(with_check(tmp_path / "older", yes)) as engine:
        case = ready_to_board(engine, clock)
        boarded = clock.moment
    clock.moment += timedelta(hours=3)

    with opened(with_check(tmp_path / "newer", now, "OTHER = True\n", newer=True)) as engine:
        late = commands.Move(case, to="depart", at=boarded)
        with pytest.raises(Refused, match="NG-99 the code of the plugin 'nigeria' is another"):
            engine.do(late, as_=officer)
        engine.do(commands.Rebase(case, digest=engine.packs.process("BE", "NG").digest), as_=leader)

        if now is no:
            with pytest.raises(Refused, match="NG-99 an invented objection"):
                engine.do(late, as_=officer)
        else:
            engine.do(late, as_=officer)
            assert engine.case(case, as_=ANNA).phase == "travel"
        assert (engine.verify().ok, engine.verify().not_judged) == (True, {})


def ready_to_board(engine: Engine, clock: StoryClock) -> str:
    """A case that may depart, at the moment when its flight leaves."""
    case = a_case(engine, age_status="adult")
    walk_to_departure(engine, clock, case)
    travel = engine.case(case, as_=ANNA).travel
    assert travel is not None
    boards = datetime.fromisoformat(travel["legs"][0]["departs_at"])
    for before in (*BEFORE_BOARDING, timedelta()):
        clock.moment = max(clock.moment, boards - before)
        assert walk_to_departure(engine, clock, case).arrived
    return case


def test_a_rule_that_the_plugin_has_dropped_forbids_and_says_so(opened: Opened, tmp_path: Path) -> None:
    with opened(with_check(tmp_path / "older", yes)) as engine:
        case = a_case(engine, age_status="adult")

    with opened(like_nigeria(tmp_path / "newer", changed=NEWER_VERSION)) as engine:
        assert of_the_rule(engine, case).fact == "the plugin 'nigeria' does not know this rule any more"


def test_a_departure_that_was_right_stays_right_when_the_code_of_its_checks_changes(
    opened: Opened, tmp_path: Path, clock: StoryClock
) -> None:
    """What a plugin answered then stands in the event: `verify` judges by that, and asks no code."""
    with opened(with_check(tmp_path / "older", yes)) as engine:
        case = brought_to(engine, clock, "BE", "NG", "travel", {})
        assert engine.verify().ok

    with opened(with_check(tmp_path / "newer", no, "OTHER = True\n")) as engine:
        verified = engine.verify()
        assert (verified.ok, verified.not_judged) == (True, {})
        engine.do(
            commands.Note(case, group="case", text="an invented note"), as_=who_leads(engine, case)
        )  # nothing else stands still


def test_no_case_keeps_a_dead_hotline(opened: Opened, case: str, tmp_path: Path) -> None:
    down = {"partners.yaml": ("status: unchecked", "status: reported_down")}
    with opened(wayhome_nigeria) as engine:
        before = engine.process_of(case, as_=ANNA)

    with opened(like_nigeria(tmp_path / "hotline_down", changed=down)) as engine:
        after = engine.process_of(case, as_=ANNA)

    assert after.digest == before.digest
    statuses = {c["status"] for p in after.partners.values() if p["pack"] == "nigeria" for c in p.get("contacts") or ()}
    assert statuses == {"reported_down"}


def test_the_order_in_which_packs_are_given_does_not_matter(packs: Packs) -> None:
    three = [packs.core, packs.for_country("host", "BE").pack, packs.for_country("origin", "NG").pack]

    assert len({composed(list(order))[0].digest for order in permutations(three)}) == 1  # type: ignore[arg-type]


def test_texts_that_were_brought_up_to_date_say_their_figures(opened: Opened, case: str, newer: Any) -> None:
    """Who brings the texts up to date reads "48 hours", and no {name} of a limit: also in the process that does it."""
    with opened(newer) as engine:
        labels = to_json(engine.process_of(case, as_=ANNA).labels)

    named = [text for text in texts_of(labels) if re.search(r"\{[a-z_]+\}", text)]
    assert named == []


def texts_of(value: Any) -> Iterator[str]:
    """Give all texts that stand in plain data."""
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_of(one)
