"""A pack can forbid, never allow, and a broken pack stops nobody else. (findings/country-authors.md A1 to A5)"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from wayhome.model.reason import Judgement
from wayhome.packs.pack import read_pack

from tests.attacks import made_packs
from tests.attacks.made_packs import STEP, faults_of, like_nigeria, packs_despite, packs_of, plugin, refused, yes
from tests.attacks.play import MANAGER, Command, opened
from tests.packs.planting import written

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


# --- a step of a pack instead of one of the core ----------------------------------------------


def instead(of: str, phase: str, **more: str) -> str:
    """An invented step that asks nothing, and is to be asked instead."""
    said = "".join(f", {key}: {value}" for key, value in more.items())
    return (
        f"\n- {{id: ng_nothing, title: An invented step, phase: {phase}, instead_of: [{of}], "
        f"who: [case_manager_sending], source: OC{said}}}\n"
    )


@pytest.mark.parametrize(
    ("of", "phase", "more"),
    [
        ("legal_counselling", "pre_departure", {"consent": "[legal]"}),
        ("give_rights_information", "identification", {}),
        ("safety_plan", "pre_departure", {}),
        ("safe_first_contact", "identification", {}),
        ("origin_information", "pre_departure", {}),
        ("pre_departure_briefing", "pre_departure", {}),
    ],
)
def test_no_step_of_a_pack_that_asks_nothing_takes_the_place_of_what_protects(
    tmp_path: Path, of: str, phase: str, more: dict[str, str]
) -> None:
    """The core says of which of its steps another may be asked instead; nothing else decides that."""
    packs = packs_despite(like_nigeria(tmp_path / "pack", more={"steps.yaml": instead(of, phase, **more)}))
    assert ["C023" in str(one.problem) for one in packs.plugins if one.problem is not None] == [True]


# --- A2: a pack that sets what is derived, or the core's --------------------------------------


SET = {
    "is_child": "false", "reflection_applies": "false", "escort_needed": "false", "has_claims_or_belongings": "false",
    "scores_allow_closing": "true", "safe_place_tonight": "true", "asks_during_reflection": "true", "age_status": "adult",
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


OF_ANOTHER_RULE = Judgement("NG-98", yes())


@pytest.mark.parametrize(
    "answer", [None, True, "yes", {"met": True}, OF_ANOTHER_RULE], ids=lambda it: type(it).__name__
)
def test_a_check_that_answers_something_else_forbids(tmp_path: Path, answer: Any) -> None:
    case = opened(packs_of(_whose_check(tmp_path, lambda *_: answer)))

    assert "NG-99" in case.why().rules


def _whose_check(folder: Path, check: Callable[..., Any]) -> Any:
    return like_nigeria(
        folder / "pack", more={"rules.yaml": RULE.replace("[depart, complete]", "[depart]")}, check=check
    )


# --- code in a folder of the pack, and files that are lost ----------------------------------------


NIGERIA = Path(__file__).parents[2] / "plugins/nigeria/wayhome_nigeria"


def codes(folder: Path) -> set[str]:
    return {one.entry.code for one in read_pack(folder).of("rules")}


def test_other_code_in_a_folder_of_a_pack_is_told_too(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(NIGERIA, tmp_path / NIGERIA.name))
    (folder / "judging").mkdir()
    code = folder / "judging" / "__init__.py"
    found = []
    for text in ("LIMIT = 3\n", "LIMIT = 300\n"):
        code.write_text(text)
        found.append(codes(folder))
    assert found[0] != found[1]


@pytest.mark.parametrize("what", ["folder", "link"])
def test_a_pack_with_a_lost_file_is_read_or_named_and_no_crash(tmp_path: Path, what: str) -> None:
    folder = Path(shutil.copytree(NIGERIA, tmp_path / NIGERIA.name))
    (folder / "old.py").mkdir() if what == "folder" else (folder / "old.py").symlink_to("nowhere.py")
    try:
        codes(folder)
    except OSError as crash:
        pytest.fail(f"a raw {type(crash).__name__}, and no fault of the pack")
