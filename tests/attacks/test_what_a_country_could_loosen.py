"""A country's pack that opens, closes, repeats or asks where it may only forbid. (issue 5)"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import wayhome_belgium
from wayhome import Actor, BadInput, PackBroken, commands
from wayhome.packs.plugins import CORE, Packs

from tests.attacks import made_packs
from tests.attacks.acts import works_in_it
from tests.attacks.made_packs import STEP, faults_of, like_nigeria, packs_despite, packs_of, plugin, refused
from tests.attacks.play import MANAGER, actor, opened
from tests.packs.planting import written

PROVIDER = Actor("pia", "ng_bakhita", {"service_provider"})
BELGIUM = Path(wayhome_belgium.__file__).parent
NEVER = "- {id: tg_never, title: It never is, type: bool, unrecorded: false, source: S1}\n"
RESULT = f"- {{id: tg_step, {STEP}, results: {{ok: {{opens: %s}}}}}}\n"
INCIDENT = "- {id: tg_incident, title: An invented incident, effect: none, actions: None., source: S1, outcomes: {over: {title: O, needs: [options_counselling]}}, %s}\n"


def said_of(folder: Path, **files: str) -> str:
    return faults_of(written(folder / "togo", {f"{name}.yaml": text for name, text in files.items()}))


# --- what a core incident brings with it, brought about by a pack ------------------------------------------------------


def test_no_step_of_a_pack_makes_a_child_an_adult_by_what_it_opens(tmp_path: Path) -> None:
    said = said_of(tmp_path, steps=RESULT % "turned_18")

    assert "steps.yaml:1:" in said
    assert "C017 a pack may not set 'age_status' to 'adult'" in said


def test_a_step_of_a_pack_opens_what_sets_nothing(tmp_path: Path) -> None:
    assert said_of(tmp_path, steps=RESULT % "risk_high") == ""


# --- ends that the core shuts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["deceased", "reintegration_sustained", "not_a_victim", "lost_contact"])
def test_no_incident_of_a_pack_opens_an_end_that_needs_something(tmp_path: Path, outcome: str) -> None:
    more = {"incidents.yaml": "\n" + INCIDENT.replace("tg_", "ng_") % f"closes_as: [{outcome}]"}
    case = opened(packs_of(like_nigeria(tmp_path / "changed", more=more)))
    case.given(MANAGER, {"do": "incident", "type": "ng_incident"})

    closed = case.tried(MANAGER, {"do": "move", "to": "close", "reason": outcome})

    assert ("FACT", outcome) in closed.reasons
    case.engine.close()


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (
            "closes_as: [withdrew_return]",
            "A027 'tg_incident' never ends, and no case closes over it in: travel, arrival, follow_up",
        ),
        (
            "closes_as: {travel: [left_outside_process]}, phases: [travel]",
            "over it in: arrival, follow_up",
        ),  # it is carried along
        ("closes_as: {travel: [transferred]}, phases: [travel, arrival]", "over it in: arrival, follow_up"),
        ("closes_as: [transferred]", ""),  # with a death: as that, which closes over all
    ],
)
def test_what_never_ends_can_close_in_every_phase(tmp_path: Path, ends: str, said: str) -> None:
    told = said_of(tmp_path, incidents=INCIDENT % f"never_ends: true, {ends}")

    assert said in told
    assert (told == "") is (said == "")


def test_two_that_never_end_share_an_end(tmp_path: Path) -> None:
    two = INCIDENT % "never_ends: true, closes_as: [transferred]"
    other = INCIDENT.replace("tg_incident", "tg_other") % "never_ends: true, closes_as: [remigrated], phases: [arrival]"

    told = said_of(tmp_path, incidents=two + other)

    assert "A027 'tg_other' and 'tg_incident' never end, and no case closes over both in: arrival" in told


# --- rounds that nobody asked for --------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["pre_departure_briefing", "identification_decision", "options_counselling"])
def test_no_pack_cuts_a_step_into_rounds_of_which_none_is_asked(tmp_path: Path, step: str) -> None:
    rounds = f"- {{tighten: {step}, source: S1, rounds: {{r: {{days: 1, after: departed, when: tg_never}}}}}}\n"

    said = said_of(tmp_path, facts=NEVER, steps=rounds)

    assert f"C011 'rounds' would relax the step '{step}'" in said


# --- one that calls itself the core --------------------------------------------------------------------------------------


def test_no_plugin_is_the_core_of_everybody(tmp_path: Path) -> None:
    shutil.copytree(CORE, tmp_path / "core")
    steps = tmp_path / "core" / "steps.yaml"
    steps.write_text(steps.read_text().replace("title: Register the referral", "title: An invented title"))

    packs = packs_despite(made_packs.nigeria(), plugin(tmp_path / "core", name="another_core"))

    assert packs.labels_for(packs.process("BE", "NG"))["steps"]["register_referral"]["title"] == "Register the referral"
    assert refused(packs) == {"core"}


# --- whose word counts ---------------------------------------------------------------------------------------------------


def test_a_fact_of_a_pack_lets_nobody_record_a_fact_of_the_core_beside_it(tmp_path: Path) -> None:
    asked = "\n- {id: ng_asked, title: Asked, type: bool, group: case, asked_by: service_provider, source: OC}\n"
    case = opened(packs_of(like_nigeria(tmp_path / "pack", more={"facts.yaml": asked})))
    works_in_it(case, "ng_bakhita", "service_provider")
    case.given(PROVIDER, {"do": "record", "facts": {"ng_asked": True}})

    answer = case.tried(PROVIDER, {"do": "record", "facts": {"ng_asked": True, "has_passport": True}})

    assert answer.kind == "not_permitted"


def test_a_step_of_a_host_lets_nobody_record_the_papers_of_the_origin(tmp_path: Path) -> None:
    hosted = {
        "pack.yaml": "{id: togo, title: Togo, version: 0.1.0, role: host, country: TG, prefix: tg_, zone: UTC}\n",
        "steps.yaml": "- {id: tg_step, title: An invented step, phase: identification, kind: offered, source: S1,"
        " who: service_provider, done_by: {document: [travel_document]}}\n",
    }
    packs = packs_of(made_packs.nigeria(), plugin(written(tmp_path / "togo", hosted), name="togo"))
    case = opened(packs, host="TG")

    works_in_it(case, "ng_bakhita", "service_provider")
    answer = case.tried(PROVIDER, {"do": "document", "kind": "ng_passport", "status": "lost"})

    assert answer.kind == "not_permitted"


# --- what another country asks ---------------------------------------------------------------------------------------


def beside_belgium(folder: Path, host: str, origin: str) -> Packs:
    """Compose a changed Belgium with a changed Nigeria, each with one tightening more."""
    shutil.copytree(BELGIUM, folder / "belgium")
    with (folder / "belgium" / "steps.yaml").open("a") as steps:
        steps.write(f"\n- {{{host}, source: OC}}\n")
    nigeria = like_nigeria(folder / "nigeria", more={"steps.yaml": f"\n- {{{origin}, source: OC}}\n"})
    return Packs.of(plugin(folder / "belgium", name="belgium"), nigeria)


def test_no_country_makes_a_round_later_that_another_made_earlier(tmp_path: Path) -> None:
    rounds = "tighten: monitoring_visit, rounds: {m1: {days: %d, after: arrived}}"

    process = beside_belgium(tmp_path, rounds % 25, rounds % 28).process("BE", "NG")

    assert next(one.due.span.amount for one in process.steps["monitoring_visit"].rounds if one.id == "m1") == 25


@pytest.mark.parametrize(
    ("round_", "may"),
    [
        ("{days: 25, after: arrived}", True),
        ("{days: 18, after: arrived}", True),  # a month of 28 days, less the ten of its tolerance
        ("{days: 17, after: arrived}", False),  # its day would lie before the core's opens
        ("{days: 25, after: arrived, tolerance: {days: 10}}", True),
        ("{days: 25, after: arrived, tolerance: {days: 11}}", False),
        ("{months: 1, after: arrived, tolerance: {weeks: 2}}", False),
    ],
)
def test_no_country_lets_a_round_be_made_long_before_that_of_the_core(tmp_path: Path, round_: str, may: bool) -> None:
    said = said_of(tmp_path, steps=f"- {{tighten: monitoring_visit, source: S1, rounds: {{m1: {round_}}}}}\n")

    assert ("C011 'rounds' would relax the step 'monitoring_visit': the round 'm1'" in said) is not may
    assert (said == "") is may


def test_no_country_names_a_round_like_those_that_nobody_asks_for(tmp_path: Path) -> None:
    said = said_of(
        tmp_path, steps="- {tighten: monitoring_visit, source: S1, rounds: {extra_1: {days: 3, after: arrived}}}\n"
    )

    assert "'extra' is the name of the rounds that nobody asks for" in said


def test_no_country_lets_go_of_a_field_that_another_requires(tmp_path: Path) -> None:
    field = "tighten: register_referral, fields: {proof: {type: text, group: case%s}}"

    with pytest.raises(PackBroken, match="C018"):
        beside_belgium(tmp_path, field % ", required: true", field % "").process("BE", "NG")


# --- what never ends -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a|a)*", "(?:a?){40}", r"(\d*)\1x", "a*" * 9 + "b", "(?:a|aa)" * 40],
    ids=["nested", "choice", "optional", "back", "many", "long"],
)
def test_no_pattern_of_a_number_can_run_wild(tmp_path: Path, pattern: str) -> None:
    number = f"- {{id: tg_number, title: N, of: [], pattern: '{pattern}', severity: warn, source: S1}}\n"

    said = said_of(tmp_path, identifiers=number)

    assert "identifiers.yaml:1:" in said
    assert "P005 'pattern'" in said


def test_a_number_that_is_too_long_for_any_paper_is_not_looked_at_for_long(tmp_path: Path) -> None:
    pattern = "\n- {id: ng_number, title: N, of: [ng_passport], pattern: 'a*a*a*b', severity: warn, source: OC}\n"
    case = opened(packs_of(like_nigeria(tmp_path / "pack", more={"identifiers.yaml": pattern})))
    number = {"do": "document", "kind": "ng_passport", "status": "lost", "number": "a" * 1900 + "!"}

    assert made_packs.within(2, lambda: case.tried("travel_officer", number)).done


@pytest.mark.parametrize("digest", [["x"], {"a": 1}, {1}, 10**40, "\ud800"], ids=["list", "dict", "set", "int", "text"])
def test_asking_about_a_process_that_cannot_be_one_is_bad_input(digest: Any) -> None:
    case = opened()

    with pytest.raises(BadInput):
        case.engine.why(case.case, commands.Rebase(case.case, digest=digest), as_=actor(MANAGER))
