"""A running case and a newer process, from the opening to the departure: adopted, taken along, or left alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from wayhome import BadInput, NotFound
from wayhome.flow.as_of import as_it_was
from wayhome.packs.process import SHORT_DIGEST

from tests.attacks.newer_process import Upgrade, adopting, newest, under
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    LEADER,
    MANAGER,
    TRAVEL,
    Command,
    complete,
    evidence_is_fresh,
    opened,
)

REGION = "\n- {{id: ng_region, title: Region, type: code, values: [{north}, south], group: plan, source: OC}}\n"
ADDRESS = """
- id: ng_ask
  title: Ask there
  phase: pre_departure
  who: case_manager_sending
  rests_on: [ng_region]
  results: {{{fine}: {{}}, no: {{passes: false}}}}
  fields: {{how: {{type: code, values: [{seen}, heard], group: case}}}}
  source: OC
- id: ng_north
  title: Look at the north
  phase: pre_departure
  when: {{ng_region: [{north}]}}
  after: [{{ng_ask: [{fine}]}}]
  who: case_manager_sending
  source: OC
"""
OLD, NEW = {"north": "northern", "fine": "fine", "seen": "seen"}, {"north": "north", "fine": "well", "seen": "met"}
RENAMED = "\nrenamed: {facts: {ng_region: {northern: north}}, results: {ng_ask: {fine: well}}, fields: {ng_ask.how: {seen: met}}}\n"


def in_words(words: dict[str, str]) -> dict[str, str]:
    return {"facts.yaml": REGION.format(**words), "steps.yaml": ADDRESS.format(**words)}


@pytest.fixture
def other_words(tmp_path: Path) -> Upgrade:
    """A pack, and a newer one that says the same in other words."""
    return Upgrade(tmp_path, before=in_words(OLD), more={**in_words(NEW), "pack.yaml": RENAMED})


# --- a step more -----------------------------------------------------------------------------------------------------


def test_a_newer_pack_that_asks_for_a_step_more_is_adopted_by_who_works_on_the_case(tmp_path: Path) -> None:
    upgrade = Upgrade(tmp_path)
    with (old := upgrade.opened(upgrade.older)).engine:
        old.ready()
    with under(upgrade, upgrade.newer, old) as case:
        assert case.why().done  # it was not adopted, and judges as before
        assert case.preview(adopting(case))[-2:] == [
            "the step 'Ask about threats' is new",
            "the pack 'nigeria' is of version 0.1.0, and now of 0.2.0",
        ]

        case.given(MANAGER, adopting(case))

        assert case.why().says("ng_threat_check")
        last = next(row for row in case.history() if row.type == "rebased")
        assert [one["id"] for one in last.data["other"]] == ["ng_threat_check", "nigeria"]
        assert "weaker" not in last.data
        case.given(MANAGER, complete("ng_threat_check"))
        case.ready()
        assert case.engine.verify().ok


def test_the_process_that_the_installed_packs_make_is_kept_when_it_is_adopted(tmp_path: Path) -> None:
    """Nobody opened another case under it before, and nobody asked the engine to keep it."""
    upgrade = Upgrade(tmp_path)
    with (old := upgrade.opened(upgrade.older)).engine:
        pass
    with under(upgrade, upgrade.newer, old) as case:
        case.given(MANAGER, adopting(case))
        digest = newest(case)
    with under(upgrade, upgrade.older, old) as case:  # the older pack is installed again: it is there all the same
        assert case.seen().process["digest"] == digest
        assert case.why().says("ng_threat_check")
        assert case.engine.verify().ok


def test_a_look_at_a_newer_process_keeps_nothing(tmp_path: Path) -> None:
    upgrade = Upgrade(tmp_path)
    with (old := upgrade.opened(upgrade.older)).engine:
        pass
    with under(upgrade, upgrade.newer, old) as case:
        adopt = adopting(case)
        assert case.why(adopt).done
    with under(upgrade, upgrade.older, old) as case, pytest.raises(NotFound, match="no process with this digest"):
        case.preview(adopt)


@pytest.mark.parametrize(
    ("length", "found"),
    [
        (64, True),
        (SHORT_DIGEST, True),  # as `process show` prints it
        (SHORT_DIGEST - 1, False),
    ],
)
def test_a_digest_is_named_by_its_beginning(tmp_path: Path, length: int, found: bool) -> None:
    upgrade = Upgrade(tmp_path)
    with (old := upgrade.opened(upgrade.older)).engine:
        pass
    with under(upgrade, upgrade.newer, old) as case:
        whole = newest(case)
        adopts = {"do": "rebase", "digest": whole[:length].upper()}
        if found:
            assert case.tried(MANAGER, adopts).done
            assert next(row for row in case.history() if row.type == "rebased").data["digest"] == whole
        else:
            with pytest.raises(NotFound) as none:
                case.engine.do(case._read(adopts), as_=case.actor(MANAGER))
            assert none.value.code == "no_process"


def test_of_two_that_begin_so_the_whole_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade = Upgrade(tmp_path)
    with (old := upgrade.opened(upgrade.older)).engine:
        pass
    with under(upgrade, upgrade.newer, old) as case:
        begins = newest(case)[:SHORT_DIGEST]
        store = case.engine._store
        monkeypatch.setattr(store, "digests", lambda _: [begins + "0" * 52, case.seen().process["digest"]])

        with pytest.raises(BadInput, match="Several processes begin so"):
            case.preview({"do": "rebase", "digest": begins})


# --- what is called otherwise ----------------------------------------------------------------------------------------


def test_what_the_case_said_goes_along_under_its_new_names(other_words: Upgrade) -> None:
    with (old := other_words.opened(other_words.older)).engine:
        old.given(MANAGER, {"do": "record", "by": "person", "facts": {"ng_region": "south"}})
        old.given(MANAGER, {"do": "record", "by": "person", "facts": {"ng_region": "northern"}})
        old.given(MANAGER, complete("ng_ask", result="fine", how="seen"))
        assert old.step("ng_north").state == "available"
    with under(other_words, other_words.newer, old) as case:
        case.given(MANAGER, adopting(case))

        assert case.seen().facts["ng_region"] == "north"
        assert case.step("ng_ask").result == "well"
        assert case.step("ng_ask").state == "done"  # what it rests on has another name, and no other value
        assert case.step("ng_north").state == "available"
        recorded = case.engine._recorded(case.case)[1]
        assert recorded.steps["ng_ask"].values["how"] == "met"
        assert [was.value for was in recorded.all_of("facts", "ng_region")] == ["south", "north"]
        assert case.engine.verify().ok
        case.engine.rebuild()
        assert case.engine.verify().ok
    with under(other_words, other_words.older, old) as case:  # replaying asks no pack
        assert case.seen().facts["ng_region"] == "north"


def test_a_value_that_is_another_since_is_seen_under_its_new_name(other_words: Upgrade) -> None:
    with (old := other_words.opened(other_words.older)).engine:
        old.given(MANAGER, {"do": "record", "by": "person", "facts": {"ng_region": "northern"}})
        old.given(MANAGER, complete("ng_ask", result="fine"))
    with under(other_words, other_words.newer, old) as case:
        case.given(MANAGER, adopting(case))
        case.wait(hours=1)
        case.given(MANAGER, {"do": "record", "by": "person", "facts": {"ng_region": "north"}})
        assert case.step("ng_ask").state == "done"

        case.given(MANAGER, {"do": "record", "by": "person", "facts": {"ng_region": "south"}})
        assert case.step("ng_ask").state == "outdated"


def test_who_reads_the_history_sees_what_was_adopted(other_words: Upgrade) -> None:
    with (old := other_words.opened(other_words.older)).engine:
        pass
    with under(other_words, other_words.newer, old) as case:
        case.given(MANAGER, adopting(case))
        for who in (MANAGER, ASSESSOR, LEADER):
            data = next(row for row in case.history(who) if row.type == "rebased").data
            assert data["renamed"] == {
                "facts": {"ng_region": {"northern": "north"}},
                "results": {"ng_ask": {"fine": "well"}},
                "fields": {"ng_ask.how": {"seen": "met"}},
            }


def test_a_partner_whom_the_newer_pack_does_not_name_is_shown_as_out_of_use(tmp_path: Path) -> None:
    house = "\n- {id: ng_house, name: A house, does: [interpret], source: OC}\n"
    upgrade = Upgrade(tmp_path, before={"partners.yaml": house})
    with (old := upgrade.opened(upgrade.older)).engine:
        old.given(MANAGER, {"do": "assign", "role": "interpreter", "partner": "ng_house"})
    with under(upgrade, upgrade.newer, old) as case:
        case.given(MANAGER, adopting(case))

        shown = case.engine.process_of(case.case, as_=case.actor(MANAGER)).partners["ng_house"]
        assert (shown["name"], shown["historical"]) == ("A house", True)
        assert case.seen().labels["parties"]["ng_house"]["title"] == "A house"


# --- what asks for less -------------------------------------------------------------------------------------------------


def test_a_clearance_does_not_outlive_the_process_under_which_it_was_given(tmp_path: Path) -> None:
    upgrade = Upgrade(tmp_path)
    with (old := upgrade.opened(upgrade.older)).engine:
        old.ready()
    with under(upgrade, upgrade.newer, old) as case:
        case.given(MANAGER, adopting(case))

        assert [row.type for row in case.history()][-2:] == ["rebased", "clearance_voided"]


def test_a_case_that_was_not_rebased_judges_as_before(tmp_path: Path) -> None:
    upgrade = Upgrade(tmp_path, rules=("revision: 3", "revision: 3"))
    with (old := upgrade.opened(upgrade.older)).engine:
        before = old.why().reasons
    with under(upgrade, upgrade.newer, old) as case:
        assert case.why().reasons == before
        another = opened(upgrade.newer, url=upgrade.url)
        with another.engine:
            assert another.why().reasons - before == {("STEP", "ng_threat_check")}


# --- what happened before, and is told after ------------------------------------------------------------------------------


def test_what_is_told_late_in_new_words_counts_under_the_process_of_then(other_words: Upgrade) -> None:
    """They are from the north, as is found out after they left: who told it in new words must not hide it from the old process."""
    with (old := other_words.opened(other_words.older)).engine:
        old.given(MANAGER, {"do": "record", "by": "person", "facts": {"ng_region": "south"}})
        old.given(MANAGER, complete("ng_ask", result="fine"))
        evidence_is_fresh(old)
        boarding = old.takes_off
    late: Command = {**DEPART, "at": boarding.isoformat()}
    with under(other_words, other_words.newer, old) as case:
        case.until(boarding + timedelta(minutes=30))
        case.given(MANAGER, adopting(case))
        assert case.told("STEP", late, TRAVEL) == []

        told = {
            "do": "record",
            "by": "person",
            "facts": {"ng_region": "north"},
            "at": (boarding - timedelta(hours=1)).isoformat(),
        }
        case.given(MANAGER, told)

        assert case.why(late, TRAVEL).says("ng_north")


def test_a_case_as_it_was_says_what_it_said_in_the_words_of_today(other_words: Upgrade) -> None:
    with (old := other_words.opened(other_words.older)).engine:
        old.given(MANAGER, {"do": "record", "by": "person", "facts": {"ng_region": "northern"}})
        digest = old.seen().process["digest"]
        then = old.now
    with under(other_words, other_words.newer, old) as case:
        case.wait(hours=1)
        case.given(MANAGER, adopting(case))
        recorded = case.engine._recorded(case.case)[1]
        with case.engine._store.database.reading() as connection:
            events = case.engine._store.events(connection, case.case)

        was = as_it_was(recorded, events, then)

        assert was.fact("ng_region") == "north"
        assert was.digest == digest
        assert was.touched_at == then
