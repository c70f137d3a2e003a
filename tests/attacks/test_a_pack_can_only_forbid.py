"""A pack can forbid, never allow, and a broken pack stops nobody else. (findings/country-authors.md A1 to A5)"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import made_packs
from tests.attacks.made_packs import (
    STEP,
    faults_of,
    like_nigeria,
    packs_despite,
    packs_of,
    plugin,
    refused,
    written,
    yes,
)
from tests.attacks.play import MANAGER, Command, opened

RULE = "\n- {id: NG-99, title: An invented rule, on: [depart, complete], check: weaken, revision: 1, source: OC}\n"
CHILD = {"age_status": "child"}
NOTE: Command = {"do": "note", "group": "case", "text": "an invented note"}


# --- A1: a check that changes what the engine judges ------------------------------------------


def says_adult(case: Any) -> None:
    case.facts["age_status"] = case.facts["age_status"]._replace(value="adult")


def forgets_a_fact(case: Any) -> None:
    case.facts.pop("age_status")


def forgets_all_facts(case: Any) -> None:
    object.__setattr__(case, "facts", {})


@pytest.mark.parametrize("weaken", [says_adult, forgets_a_fact, forgets_all_facts])
def test_a_check_changes_nothing_of_what_is_judged(tmp_path: Path, weaken: Callable[[Any], None]) -> None:
    weakens = []

    def check(rule: str, case: Any, command: Any, at: Any) -> Any:
        if weakens:
            with suppress(Exception):
                weaken(case)
        return yes()

    child = opened(packs_of(like_nigeria(tmp_path / "pack", more={"rules.yaml": RULE}, check=check)), facts=CHILD)
    child.must_stand("INV-12")
    before = child.why().reasons

    weakens.append(True)

    assert child.why().reasons == before
    child.given(MANAGER, NOTE)
    assert child.engine.verify().ok
    assert child.why().reasons == before


# --- A2: a pack that sets what is derived, or the core's --------------------------------------


SET = {
    "is_child": "false", "reflection_applies": "false", "escort_needed": "false", "has_claims_or_belongings": "false",
    "scores_allow_closing": "true", "no_safe_place": "false", "asks_during_reflection": "true", "age_status": "adult",
}  # fmt: skip


@pytest.mark.parametrize("fact", SET)
def test_a_pack_sets_only_what_is_its_own(tmp_path: Path, fact: str) -> None:
    its_own = {"facts.yaml": "- {id: tg_told, title: Somebody was told, type: bool, group: case, source: S1}\n"}
    step = "- {{id: tg_step, {step}, results: {{ok: {{sets: {{{fact}: {value}}}}}}}}}\n"
    if said := faults_of(
        written(tmp_path / "own", {**its_own, "steps.yaml": step.format(step=STEP, fact="tg_told", value="true")})
    ):
        raise RuntimeError(said)

    said = faults_of(written(tmp_path / "pack", {"steps.yaml": step.format(step=STEP, fact=fact, value=SET[fact])}))

    assert "steps.yaml" in said
    assert fact in said


# --- A3: one plugin and everybody else --------------------------------------------------------


SHAPES = {
    "consent": "consent: [{contact_embassy: [embassy, partner]}]",
    "done_by": "done_by: {document: {of: tg_paper}}",
    "after": "after: [{step: {of: return_intention}}]",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_wrong_shape_is_a_fault_with_its_place(tmp_path: Path, shape: str) -> None:
    folder = written(tmp_path / "togo", {"steps.yaml": f"- {{id: tg_step, {STEP}, {SHAPES[shape]}}}\n"})

    said = faults_of(folder)

    assert "steps.yaml:1:" in said


@pytest.mark.parametrize("shape", SHAPES)
def test_a_wrong_shape_in_one_pack_leaves_the_neighbour_alone(tmp_path: Path, shape: str) -> None:
    folder = written(tmp_path / "togo", {"steps.yaml": f"- {{id: tg_step, {STEP}, {SHAPES[shape]}}}\n"})

    packs = packs_despite(made_packs.nigeria(), plugin(folder, name="togo"))

    assert refused(packs) == {"togo"}
    opened(packs).given(MANAGER, NOTE)


@pytest.mark.parametrize("ends", [RecursionError, SystemExit, GeneratorExit, KeyboardInterrupt])
def test_a_plugin_that_ends_the_program_when_it_is_loaded_is_refused_alone(
    tmp_path: Path, ends: type[BaseException]
) -> None:
    packs = packs_despite(made_packs.nigeria(), made_packs.whose_pack_raises(ends, name="togo"))

    assert refused(packs) == {"togo"}
    opened(packs).given(MANAGER, NOTE)


@pytest.mark.parametrize("ends", [RuntimeError, SystemExit, GeneratorExit, KeyboardInterrupt])
def test_a_check_that_ends_the_program_forbids_and_no_more(tmp_path: Path, ends: type[BaseException]) -> None:
    case = opened(packs_of(_whose_check(tmp_path, made_packs.raises(ends))))

    answer = made_packs.with_nothing_raised(case.why)

    assert "NG-99" in answer.rules
    assert "INV-01" in answer.rules


def test_a_check_that_never_answers_forbids_after_two_seconds(tmp_path: Path) -> None:
    case = opened(packs_of(_whose_check(tmp_path, made_packs.waits)))

    answer = made_packs.within(3, case.why)

    assert "NG-99" in answer.rules


# Mended in the same way as what is raised: these forbid already.
@pytest.mark.parametrize("answer", [None, True, "yes", {"met": True}], ids=str)
def test_a_check_that_answers_something_else_forbids(tmp_path: Path, answer: Any) -> None:
    case = opened(packs_of(_whose_check(tmp_path, lambda *_: answer)))

    assert "NG-99" in case.why().rules


# --- A4: the wrong plugin judges --------------------------------------------------------------


def test_two_packs_of_one_name_are_both_refused(tmp_path: Path) -> None:
    here = "{id: togo, title: Togo, version: 0.1.0, role: origin, country: TG, prefix: tg_, zone: UTC}\n"
    there = here.replace("country: TG, prefix: tg_", "country: BJ, prefix: bj_")
    plugins = [
        plugin(written(tmp_path / name, {"pack.yaml": about}), name=name)
        for name, about in {"a": here, "b": there}.items()
    ]

    packs = packs_despite(made_packs.nigeria(), *plugins)

    assert len([one for one in packs.plugins if one.problem is not None]) == 2


TOGO_RULE = {"rules.yaml": "- {id: TG-01, title: A rule, on: [depart], check: own, revision: 1, source: S1}\n"}


def _benin(prefix: str, rule: str) -> dict[str, str]:
    return {
        "pack.yaml": f"{{id: benin, title: Benin, version: 0.1.0, role: origin, country: BJ, prefix: {prefix}, zone: UTC}}\n",
        "rules.yaml": f"- {{id: {rule}, title: A rule, on: [depart], check: own, revision: 1, source: S1}}\n",
    }


def test_no_pack_takes_the_prefix_of_another(tmp_path: Path) -> None:
    togo, benin = written(tmp_path / "togo", TOGO_RULE), written(tmp_path / "benin", _benin("tg_", "TG-01"))

    packs = packs_despite(made_packs.nigeria(), plugin(togo, name="togo"), plugin(benin, name="benin"))

    assert refused(packs) == {"benin"}


def test_no_pack_takes_the_number_of_a_rule_of_another(tmp_path: Path) -> None:
    togo, benin = written(tmp_path / "togo", TOGO_RULE), written(tmp_path / "benin", _benin("bj_", "TG-01"))

    packs = packs_despite(made_packs.nigeria(), plugin(togo, name="togo"), plugin(benin, name="benin"))

    assert refused(packs) == {"benin"}


def test_a_case_is_judged_by_the_code_of_its_own_country(tmp_path: Path) -> None:
    """Two plugins call themselves nigeria: the case of the one must not be judged by the code of the other."""
    more = {"rules.yaml": RULE}
    other = {
        "pack.yaml": ("country: NG", "country: TG"),
    }
    asked = []

    def judged_by(name: str) -> Callable[..., Any]:
        def check(rule: str, case: Any, command: Any, at: Any) -> Any:
            asked.append((name, case.origin_country))
            return yes()

        return check

    packs = packs_despite(
        like_nigeria(tmp_path / "a", more=more, check=judged_by("NG"), name="a"),
        like_nigeria(tmp_path / "b", more=more, changed=other, check=judged_by("TG"), name="b"),
    )
    for origin in {"NG", "TG"} & {one.pack.about.country for one in packs.ready if one.pack}:
        opened(packs, origin=origin).why()

    assert [one for one in asked if one[0] != one[1]] == []


# --- A5, house B3: what is safety and rests on spelling ----------------------------------------


def test_no_help_waits_for_a_talk_with_the_police_by_another_name(tmp_path: Path) -> None:
    report = f"- {{id: tg_police_report, {STEP}}}\n- {{id: tg_safe_house, {STEP}, after: [tg_police_report]}}\n"
    marked = f"- {{id: tg_police_report, {STEP}, asks: cooperation}}\n- {{id: tg_safe_house, {STEP}, after: [tg_police_report]}}\n"

    assert "tg_safe_house" in faults_of(written(tmp_path / "marked", {"steps.yaml": marked}))
    assert (
        faults_of(
            written(tmp_path / "spelt", {"steps.yaml": report.replace("tg_police_report", "tg_complaints_procedure")})
        )
        == ""
    )


def test_the_person_pays_nothing_by_any_word(tmp_path: Path) -> None:
    paper = (
        "- {id: tg_paper, title: A paper, satisfies: [travel_document], issuer: {any: An office}, validity: on_paper, "
        "fee: {amount: 10, currency: EUR, payer: beneficiary}, source: S1}\n"
    )

    assert "documents.yaml" in faults_of(written(tmp_path / "togo", {"documents.yaml": paper}))


UNKNOWN = {
    "a rule at a moment that never comes": {
        "rules.yaml": "- {id: TG-01, title: A rule, on: ['complete:tg_onwrad_plan'], check: own, revision: 1, source: S1}\n"
    },
    "a comparison that cannot be": {
        "steps.yaml": f"- {{id: tg_step, {STEP}, when: {{turns_18_on: {{before: planned_departure}}}}}}\n"
    },
    "a number that is a word": {
        "steps.yaml": f"- {{id: tg_step, {STEP}, when: {{weeks_pregnant: {{at_least: many}}}}}}\n"
    },
    "a fact made of itself": {
        "facts.yaml": "- {id: tg_a, title: A, type: bool, group: case, derived: {any: [tg_a]}, source: S1}\n"
    },
    "a wait for what comes later": {
        "steps.yaml": "- {tighten: return_consent, not_before: {days: 0, after: arrived}, source: S1}\n"
    },
    "a code that must be given and cannot be": {
        "steps.yaml": f"- {{id: tg_step, {STEP}, fields: {{what: {{title: What, type: code, group: case, required: true}}}}}}\n"
    },
    "a paper for nothing": {
        "documents.yaml": "- {id: tg_paper, title: A paper, satisfies: [travel_documents], issuer: {any: An office}, validity: on_paper, source: S1}\n"
    },
    "a language that is none": {
        "pack.yaml": "{id: togo, title: Togo, version: 0.1.0, role: origin, country: TG, prefix: tg_, zone: UTC, languages: [english]}\n"
    },
    "a calendar that is none": {
        "pack.yaml": "{id: togo, title: Togo, version: 0.1.0, role: origin, country: TG, prefix: tg_, zone: UTC, calendar: QQ}\n"
    },
    "a country that is none": {"steps.yaml": f"- {{id: tg_step, {STEP}, when: {{host_country: [XX]}}}}\n"},
    "a check without code": {
        "rules.yaml": "- {id: NG-01, title: A rule, on: [depart], check: own, revision: 1, source: S1}\n"
    },
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_every_name_and_every_type_in_a_pack_is_checked(tmp_path: Path, what: str) -> None:
    said = faults_of(written(tmp_path / "togo", UNKNOWN[what]))

    assert next(iter(UNKNOWN[what])) in said


def test_the_registry_of_safeguards_is_shut_to_plugins() -> None:
    assert made_packs.emptied_the_registry() is False


def _whose_check(folder: Path, check: Callable[..., Any]) -> Any:
    return like_nigeria(
        folder / "pack", more={"rules.yaml": RULE.replace("[depart, complete]", "[depart]")}, check=check
    )
