"""Companions are people, risk is worth its name, a process goes forward. (findings/domain.md K4, S2, S3; country-authors.md A6)"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import made_packs
from tests.attacks.conftest import Begin
from tests.attacks.later import later
from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import (
    ASSESSOR,
    LEADER,
    MANAGER,
    RECEIVER,
    Command,
    Play,
    assessed,
    complete,
    opened,
    ready_to_depart,
    settled,
    signed,
)

MOTHER = {"age_status": "adult", "has_passport": True, "sex": "female"}
NOTE: Command = {"do": "note", "group": "case", "text": "an invented note"}
NEWER = (
    "\n- {id: ng_threat_check, title: Ask about threats, phase: pre_departure, who: case_manager_sending, source: OC}\n"
)


def with_two_children(play: Play) -> None:
    for _ in range(2):
        play.involved("child", travels=True)
    play.ready()


# --- children who travel along ------------------------------------------------------------------


@later(7)
@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
@pytest.mark.parametrize("asked", ["best_interests", "fit"])
def test_a_child_who_travels_along_is_looked_at_too(begin: Begin, origin: str, asked: str) -> None:
    case = begin(with_two_children, origin=origin, facts=MOTHER)

    about = [row for row in case.seen().steps if row.of in ("child-1", "child-2") and asked in row.id]

    assert about


@later(7)
@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_a_child_who_travels_along_stands_in_the_risk_assessment(begin: Begin, origin: str) -> None:
    case = begin(with_two_children, origin=origin, facts=MOTHER)

    case.anew("pre_return_risk_assessment")
    case.tried(ASSESSOR, assessed("low"), may_be_bad_input=True)
    case.tried(MANAGER, signed())

    assert case.why().says("INV-04", "INV-05", "INV-06", "pre_return_risk_assessment")


@later(7)
@pytest.mark.parametrize("origin", ["BR", "SL"])
def test_the_last_resort_is_not_the_first_paper_of_a_toddler(begin: Begin, origin: str) -> None:
    case = begin(origin=origin, facts=MOTHER)
    case.involved("child", travels=True)
    case.prepare()

    papers = [act for _, _, act in case.said if act["do"] == "document" and act.get("of")]

    assert papers
    assert papers[0]["kind"] != "eu_return_document"


@later(7)
def test_nobody_takes_a_child_along_without_the_other_parent_or_a_court(begin: Begin) -> None:
    case = begin(with_two_children, facts=MOTHER)

    assert [row for row in case.seen().steps if "parent" in row.id and row.of]


@later(7)
def test_somebody_cares_for_the_child_who_stays(begin: Begin) -> None:
    case = begin(ready_to_depart)

    case.involved("child", travels=False)

    assert not case.why().done


@later(7)
def test_a_companion_of_whom_nobody_says_whether_they_travel_is_asked_about(begin: Begin) -> None:
    case = begin(ready_to_depart)

    case.involved("child")

    assert not case.why().done


# --- the risk assessment ------------------------------------------------------------------------


@later(7)
def test_a_risk_of_three_times_three_is_not_low_by_typing(fresh: Play) -> None:
    fresh.anew("pre_return_risk_assessment")

    high = assessed("high", factor="traffickers_know_home_or_family", residual="low")
    fresh.tried(ASSESSOR, high, may_be_bad_input=True)
    fresh.tried(MANAGER, signed())

    assert "INV-05" in fresh.why().rules


@later(7)
def test_one_row_is_no_risk_assessment(fresh: Play) -> None:
    fresh.anew("pre_return_risk_assessment")

    fresh.tried(ASSESSOR, assessed("low"), may_be_bad_input=True)
    fresh.tried(MANAGER, signed())

    assert "INV-05" in fresh.why().rules


@later(7)
def test_a_change_for_the_better_alarms_nobody(fresh: Play) -> None:
    fresh.anew("risk_recheck")

    better = {"do": "complete", "step": "risk_recheck", "result": "better", "will_confirmed": True}
    answer = fresh.tried(ASSESSOR, better, may_be_bad_input=True)

    assert answer.done
    assert "risk_high" not in {one["type"] for one in fresh.seen().incidents}


@later(7)
def test_conditions_of_a_return_are_kept_before_it(fresh: Play) -> None:
    fresh.anew("return_review")
    for who in (MANAGER, ASSESSOR):
        fresh.tried(who, complete("return_review", result="go_with_conditions"), may_be_bad_input=True)
    fresh.prepare(waiting=False)

    assert fresh.why().says("return_review", "INV-05")


@later(7)
def test_contacts_that_work_are_contacts(fresh: Play) -> None:
    """ng_bakhita has no contact at all."""
    fresh.anew("safety_plan")
    card = complete("safety_plan", emergency_contact="ng_bakhita", assisting_organisation="ng_bakhita")
    fresh.tried(MANAGER, card, may_be_bad_input=True)

    assert "INV-08" in fresh.why().rules


# --- rules that were lost on the way -------------------------------------------------------------


@later(7)
def test_a_dossier_without_a_receipt_opens_no_gate(fresh: Play) -> None:
    fresh.anew("handover_dossier")
    sent = {"do": "complete", "step": "handover_dossier", "groups_sent": ["identity", "plan"]}
    fresh.tried(MANAGER, sent, may_be_bad_input=True)

    assert fresh.why().says("handover_dossier", "INV-20")


@later(7)
def test_what_was_known_of_the_place_years_ago_informs_nobody(fresh: Play) -> None:
    fresh.anew("origin_information")
    sheet = complete("origin_information", dated_on="2019-01-01", origin_source="other_dated_source")
    fresh.tried(RECEIVER, sheet, may_be_bad_input=True)

    assert fresh.why().says("origin_information", "INV-30", "INV-01")


@later(7)
def test_no_consent_is_asked_in_a_language_that_is_not_understood(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult", "languages": ["bin"]})

    asked = {"do": "consent", "purpose": "data_processing", "form": "written", "language": "nl"}

    assert case.tried(MANAGER, asked, may_be_bad_input=True).says("INPUT", "CONSENT", "data_processing", "languages")


@later(7)
def test_a_referral_is_made_under_a_consent_that_names_it(begin: Begin) -> None:
    case = begin(in_training)

    begun = case.tried(RECEIVER, {"do": "complete", "step": "ng_training", "trainer": "ng_idia", "course": "catering"})

    assert begun.says("INV-14", "INV-20", "CONSENT")


def in_training(play: Play) -> None:
    settled(play)
    play.given(MANAGER, {"do": "consent", "purpose": "assistance_local", "language": "en"})
    play.given(RECEIVER, {"do": "complete", "step": "reintegration_plan_review"})


def test_a_score_lies_between_none_and_all(begin: Begin) -> None:
    case = begin(in_training)
    case.given(MANAGER, {"do": "consent", "purpose": "monitoring", "language": "en"})

    beyond = {"do": "complete", "step": "baseline_survey", "economic": "7", "social": "-3", "psychosocial": "0.5"}

    assert {field for field, _ in case.faults(RECEIVER, beyond)} == {"economic", "social"}


@later(7)
def test_one_person_is_accountable_and_has_a_name(begin: Begin) -> None:
    case = begin()
    owner = {"do": "assign", "role": "case_owner", "ref": "invented_case_manager_sending"}

    assert case.tried(LEADER, owner, may_be_bad_input=True).done


# --- rebase -------------------------------------------------------------------------------------


class Upgrade:
    """One database, opened with the pack as it was, and then with a newer one."""

    def __init__(
        self,
        folder: Path,
        *,
        more: Mapping[str, str] | None = None,
        before: Mapping[str, str] | None = None,
        version: str = "0.2.0",
        **changed: tuple[str, str],
    ) -> None:
        self.url = f"sqlite:///{folder}/case.db"
        self.older = packs_of(like_nigeria(folder / "older", more=before))
        edits = {"pack.yaml": ("version: 0.1.0", f"version: {version}"), **{f"{k}.yaml": v for k, v in changed.items()}}
        self.newer = packs_of(
            like_nigeria(folder / "newer", more={"steps.yaml": NEWER} if more is None else more, changed=edits)
        )

    def opened(self, packs: Any) -> Play:
        return opened(packs, url=self.url)

    @contextmanager
    def begun(self, act: Command) -> Iterator[tuple[Play, Command]]:
        """Do something in a case of the older pack; give that case beside the newer one, and what would adopt it."""
        with (old := self.opened(self.older)).engine:
            old.given(MANAGER, act)
        with (new := self.opened(self.newer)).engine:
            yield Play(new.engine, new.clock, old.case), {"do": "rebase", "digest": new.seen().process["digest"]}


ADOPTED_BY = "'Programme manager'"


def test_no_case_goes_back_to_a_process_with_one_safeguard_less(tmp_path: Path) -> None:
    upgrade = Upgrade(tmp_path)
    with (old := upgrade.opened(upgrade.older)).engine:
        looser = old.seen().process["digest"]
    with (case := upgrade.opened(upgrade.newer)).engine:
        if not case.why().says("ng_threat_check"):
            raise RuntimeError("the newer pack asks no more")
        back = {"do": "rebase", "digest": looser}

        for who in (MANAGER, LEADER):
            assert "INPUT" in case.tried(who, back).rules
        assert case.why().says("ng_threat_check")
        assert case.told("INPUT", back)[0] == (
            "in that process these packs are older than in that of the case: nigeria",
            "stay with the process of this case",
        )


def test_the_same_version_with_other_content_is_no_newer_process(tmp_path: Path) -> None:
    upgrade = Upgrade(tmp_path, version="0.1.0")

    with upgrade.begun(NOTE) as (case, adopt):
        assert case.tried(LEADER, adopt).rules == {"INPUT"}
        assert case.told("INPUT", adopt, LEADER) == [
            ("these packs were changed without a new version: nigeria", "have their authors give them a new version")
        ]


REGION = "\n- {{id: ng_region, title: Region, type: code, values: [{north}, south], group: plan, source: OC}}\n"


def test_a_value_that_the_case_holds_is_not_lost_in_silence(tmp_path: Path) -> None:
    older, newer = REGION.format(north="northern"), REGION.format(north="north")
    upgrade = Upgrade(tmp_path, before={"facts.yaml": older}, more={"facts.yaml": newer})

    with upgrade.begun({"do": "record", "facts": {"ng_region": "northern"}}) as (case, adopt):
        assert case.tried(LEADER, adopt).reasons == {("INPUT", "ng_region")}
        assert case.told("INPUT", adopt, LEADER) == [
            (
                "the newer process does not know what this case says of 'Region'",
                "stay with the process of this case; the authors of its packs can say in 'renamed' what it is called now",
            )
        ]


def test_a_safeguard_that_a_newer_pack_drops_is_told(tmp_path: Path) -> None:
    rule = next(
        part for part in (made_packs.NIGERIA / "rules.yaml").read_text().split("\n- ") if part.startswith("id: NG-03")
    )
    title = rule.partition("title: ")[2].partition("\n")[0]
    upgrade = Upgrade(tmp_path, more={}, rules=(f"\n- {rule}", ""))

    with upgrade.begun(NOTE) as (case, adopt):
        gone = f"the rule NG-03 ('{title}') is gone"
        assert case.tried(MANAGER, adopt).reasons == {("ROLE", "rebase")}
        assert case.told("ROLE", adopt) == [
            (
                f"it asks for less than the process of the case, which only {ADOPTED_BY} may adopt: {gone}",
                f"let {ADOPTED_BY} look at it, and adopt it",
            )
        ]
        assert f"it asks for less: {gone}" in case.preview(adopt, LEADER)

        assert case.tried(LEADER, adopt).done
        assert "NG-03" in repr(case.history()[-1].data["weaker"])
