"""A pack can only forbid: thirty and more that mean harm stand beside Brazil, and no reason of anybody disappears.

Each is an invented country of its own. All of them are loaded, asked twice about an adult and a child, and then the
stories of Brazil are played in the same process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_uppercase
from unittest.mock import patch

import pytest
import wayhome_brazil
from wayhome import Engine, PackBroken, Refused, commands
from wayhome.packs.findings import Unanswered
from wayhome.packs.plugins import Packs, Plugin
from wayhome.rules import safeguard as registry
from wayhome.stories.playing import check
from wayhome.stories.telling import read_story

from tests.conftest import ANNA, a_case
from tests.packs.planting import HEAD, HOOKS, RULE, a_check, beside_brazil, good, plant, short_times

STORIES = sorted((Path(wayhome_brazil.__file__).parent / "stories").glob("*.yaml"))
PEOPLE = {"adult": {"age_status": "adult"}, "child": {"age_status": "child", "has_responsible_adult": False}}
STEP = "id: tg_a, title: A, phase: identification, who: case_manager_sending, source: S1"
REGISTRY = "import importlib\nregistry = importlib.import_module('wayhome.rules.' + 'safeguard')\n"


def a_result(sets: str) -> dict[str, str]:
    return {"steps.yaml": f"- {{{STEP}, results: {{done: {{{sets}}}}}}}\n"}


@dataclass(frozen=True)
class Attack:
    """What a pack tries, and how that ends: refused with a code, or taken and without effect."""

    name: str
    code: str = ""
    module: str = HOOKS
    files: dict[str, str] = field(default_factory=dict)
    forbids: bool = False  # its own rule forbids the departure from then on


def data(name: str, code: str, **files: str) -> Attack:
    return Attack(name, code, files={f"{stem}.yaml": text for stem, text in files.items()})


def at_import(name: str, lines: str, code: str = "") -> Attack:
    return Attack(name, code, lines + "\n" + HOOKS)


def in_a_check(name: str, body: str, *, head: str = "", forbids: bool) -> Attack:
    return Attack(name, "", a_check(body, head), {"rules.yaml": RULE}, forbids)


ATTACKS = (
    # --- by what its files say
    Attack("says_that_a_child_is_none", "C019", files=a_result("sets: {is_child: false}")),
    Attack("says_that_no_reflection_applies", "C017", files=a_result("sets: {reflection_applies: false}")),
    Attack("makes_an_adult", "C017", files=a_result("sets: {age_status: adult}")),
    Attack("ends_follow_up_early", "C017", files=a_result("sets: {extended_followup: false}")),
    Attack("sets_a_fact_of_brazil", "A001", files=a_result("sets: {br_passport_obtainable: true}")),
    Attack("gives_a_role", "C017", files=a_result("assigns: {guardian: tg_house}")),
    data("makes_an_adult_by_an_incident", "C017", incidents=(
        "- {id: tg_i, title: I, effect: none, actions: Nothing., source: S1, outcomes: {over: {title: O, needs: [options_counselling]}}, sets: {age_status: adult}}\n")),
    data("hides_an_incident", "C016", incidents=(
        "- {id: tg_i, title: I, aliases: [risk_high], effect: none, actions: Nothing., source: S1, outcomes: {over: {title: O, needs: [options_counselling]}}}\n")),
    data("replaces_a_step_of_the_core", "P009", steps=f"- {{{STEP.replace('tg_a', 'return_consent')}, after: []}}\n"),
    data("takes_a_signature_away", "C011", limits="- {tighten: risk_signatures, count: 1, source: S1}\n"),
    data("keeps_evidence_for_longer", "C011", steps=(
        "- {tighten: pre_return_risk_assessment, max_age: {days: 900, at: planned_departure}, source: S1}\n")),
    data("declares_a_role_that_may_everything", "C015", roles=(
        "- {id: tg_boss, title: Boss, login: true, manager: true, may: [record], moves: [depart], source: S1}\n")),
    data("declares_an_end_of_its_own", "C015", outcomes=(
        "- {id: tg_gone, title: Gone, phases: [identification], gated: false, source: S1}\n")),
    data("declares_a_limit_of_its_own", "C015", limits=(
        "- {id: tg_limit, rule: INV-03, side: at_most, count: 900, source: S1}\n")),
    data("calls_a_fact_as_brazil_does", "P009", facts="- {id: br_a, title: A, type: bool, source: S1}\n"),
    data("calls_a_fact_as_the_core_does", "P009", facts="- {id: is_child, title: A, type: bool, source: S1}\n"),
    data("numbers_a_rule_as_brazil_does", "P030", rules=RULE.replace("TG-01", "BR-01")),
    # --- when it is imported
    at_import("imports_the_registry", "from wayhome.rules import safeguard\nsafeguard.SAFEGUARDS.clear()", "P028"),
    Attack("answers_yes_for_everybody", "P031", HOOKS + "yes.__globals__['Finding'].met = True\n"),
    Attack("makes_every_case_an_adult", "P031", "from wayhome.country import Case\n" + HOOKS + "Case.fact = lambda *_: 'adult'\n"),
    at_import("empties_the_safeguards", REGISTRY + "registry.SAFEGUARDS.clear()", "P020"),
    at_import("removes_a_safeguard", REGISTRY + "del registry.SAFEGUARDS['INV-12']", "P020"),
    at_import("enters_a_safeguard", REGISTRY + "registry.safeguard('INV-99', on=('depart',), source=())(print)", "P020"),
    at_import("rebinds_the_safeguards", REGISTRY + "registry.SAFEGUARDS = {}"),
    at_import("leaves_before_anybody_is_asked", "import sys\nsys.exit(0)", "P020"),
    # --- when it is asked
    in_a_check("changes_the_case", "case.facts.pop('age_status', None)\nreturn yes('fine')", forbids=True),
    in_a_check("sets_the_case_by_force", "object.__setattr__(case, 'facts', {})\nreturn yes('fine')", forbids=False),
    in_a_check("steals_what_is_behind_the_mapping", "case.facts == Thief()\nreturn yes('fine')", forbids=False,
               head="class Thief:\n    def __eq__(self, mapping):\n        mapping.clear()\n\n"),
    in_a_check("changes_the_command", "object.__setattr__(command, 'to', 'close')\nreturn yes('fine')", forbids=False),
    in_a_check("changes_its_pack", "pack.partners['tg_new'] = {}\nreturn yes('fine')", forbids=True),
    in_a_check("keeps_the_case_for_later", "for old in KEPT:\n    object.__setattr__(old, 'facts', {})\nKEPT.append(case)\n"
               "return yes('fine')", head="KEPT = []\n\n", forbids=False),
    in_a_check("looks_for_the_case_in_memory", "__import__('gc').get_objects()\nreturn yes('fine')", forbids=True),
    in_a_check("looks_into_other_threads", "import sys\nsys._current_frames()\nreturn yes('fine')", forbids=True),
    in_a_check("looks_for_who_asks", "import sys\nframe = sys._getframe()\nwhile frame:\n"
               "    frame.f_locals.get('situation') and no['found']\n    frame = frame.f_back\nreturn yes('fine')", forbids=False),
    in_a_check("says_all_is_well_and_leaves", "raise SystemExit(0)", forbids=True),
    in_a_check("answers_with_a_class_of_its_own", "return Mine(True, 'fine')", forbids=True,
               head="from wayhome.country import Finding\n\n\nclass Mine(Finding):\n    pass\n\n"),
    in_a_check("answers_in_the_engine_s_name", "return yes('fine', 'INV-01', rule='INV-01', met=1)", forbids=False),
    in_a_check("answers_twice", "return yes('fine')", forbids=True,
               head="@hookimpl(specname='wayhome_check')\ndef another():\n    return yes('fine')\n\n"),
)  # fmt: skip

Reasons = set[tuple[str, str]]
# The codes that ISO 3166 leaves to its users, without the two that the engine calls its strangers by.
OF_NOBODY = ["AA", *(f"Q{a}" for a in "MNOPQRSTUVWXYZ"), *(f"X{a}" for a in ascii_uppercase if a not in "HO"), "ZZ"]


def code_of(attack: Attack | None) -> str:
    """Give each attacker a country of its own."""
    return OF_NOBODY[ATTACKS.index(attack) + 1 if attack else 0]


def own(text: str, code: str) -> str:
    return text.replace("TG", code).replace("tg_", f"{code.lower()}_").replace("togo", f"invented_{code.lower()}")


@dataclass
class Attacked:
    """What came of it: the packs, and the reasons of each country's people before and after all were asked."""

    packs: Packs
    before: dict[tuple[str, str], Reasons]
    after: dict[tuple[str, str], Reasons]

    def plugin(self, attack: Attack) -> Plugin:
        return next(one for one in self.packs.plugins if one.name == f"attack_{attack.name}")


def asked(engine: Engine, country: str) -> Iterator[tuple[tuple[str, str], Reasons]]:
    for who, facts in PEOPLE.items():
        case = a_case(engine, country, **facts)
        for _ in range(2):
            reasons = {(one.rule, one.subject) for one in engine.why(case, "depart", as_=ANNA).unmet}
        yield (country, who), reasons


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    folder = tmp_path_factory.mktemp("attacking")
    plain = code_of(None)
    plant(folder / "before", "attack_plain", HOOKS, {"pack.yaml": own(HEAD, plain)})
    with Engine.open("sqlite://", packs=beside_brazil(folder / "before")) as engine:
        before = dict([*asked(engine, "BR"), *asked(engine, plain)])
    for attack in ATTACKS:
        code = code_of(attack)
        files = {name: own(text, code) for name, text in {"pack.yaml": HEAD, **attack.files}.items()}
        plant(folder / "after", f"attack_{attack.name}", own(attack.module, code), files)
    after: dict[tuple[str, str], Reasons] = {}
    with patch.object(registry, "SAFEGUARDS", registry.SAFEGUARDS):
        packs = beside_brazil(folder / "after")
        engine = Engine.open("sqlite://", packs=packs)
        for attack in ATTACKS:
            if not attack.code:
                after |= dict(asked(engine, code_of(attack)))
        after |= dict(asked(engine, "BR"))
        assert registry.SAFEGUARDS == {}  # one of them did that, and nobody asks it
        assert engine.verify().ok
        engine.close()
    return Attacked(packs, before, after)


def test_there_are_thirty_of_them_each_with_a_name_of_its_own():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 30


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_an_attacking_pack_is_refused_or_can_only_forbid(attacked: Attacked, attack: Attack):
    plugin, code = attacked.plugin(attack), code_of(attack)
    if attack.code:
        assert plugin.problem is not None
        assert attack.code in {fault.code for fault in plugin.problem.faults}
        with pytest.raises(PackBroken):
            attacked.packs.process("BE", code)
        return
    assert plugin.state == "ready"
    for who in PEOPLE:
        found, plain = attacked.after[code, who], attacked.before[code_of(None), who]
        assert {(own(rule, code), subject) for rule, subject in plain} <= found
        assert any(rule == f"{code}-01" for rule, _ in found) is attack.forbids


@pytest.mark.parametrize("who", PEOPLE)
def test_brazil_s_people_are_told_the_same_reasons_beside_all_of_them(attacked: Attacked, who: str):
    assert attacked.after["BR", who] == attacked.before["BR", who]


@pytest.mark.parametrize("story", STORIES, ids=[story.stem for story in STORIES])
def test_brazil_s_stories_go_as_they_are_told_beside_all_of_them(attacked: Attacked, story: Path):
    assert check(read_story(story), attacked.packs) == []


def test_no_plugin_judges_a_number_of_another_country(tmp_path: Path):
    judges = HOOKS + "@hookimpl\ndef wayhome_check_identifier(kind, value):\n    return True\n"
    plant(tmp_path, "attack_on_numbers", judges)
    packs = beside_brazil(tmp_path)
    process = packs.process("BE", "BR")

    assert packs.identifier_passes(process, "brazil", "br_cpf", "39053344705") is True
    assert packs.identifier_passes(process, "brazil", "br_cpf", "39053344706") is False
    assert isinstance(packs.identifier_passes(process, "togo", "br_cpf", "39053344706"), Unanswered)


JUDGES = HOOKS + "@hookimpl\ndef wayhome_check_identifier(kind, value):\n    "
NUMBERS = """
- {id: tg_number, title: Number of Togo, of: [tg_card], pattern: '[0-9]+', checksum: true, severity: %s, normalise: digits, source: S1}
"""
CARD = "- {id: tg_card, title: Card of Togo, issuer: An invented office, validity: on_paper, source: S1}\n"


@pytest.mark.parametrize("severity", ["block", "warn"])
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return True", ""),
        ("return value == '1'", "the number is not one of 'Number of Togo'"),
        ("raise ValueError(value)", "the check of the plugin 'togo' failed (ValueError)"),
        (
            "import time; time.sleep(1.5)",
            "the check of the plugin 'togo' failed (no answer in 0.2 seconds; it still ran then",
        ),
    ],
)
def test_a_number_that_a_plugin_could_not_judge_is_not_called_wrong(
    tmp_path: Path, body: str, says: str, severity: str
):
    """Whoever holds a right number would compare it with the paper for ever: it is said whose check gave no answer, and what helps."""
    files = {"identifiers.yaml": NUMBERS % severity, "documents.yaml": CARD}
    plant(tmp_path, f"numbers_{severity}_{len(body)}", JUDGES + body + "\n", files)
    card = {"kind": "tg_card", "status": "held", "number": "12.34"}
    with Engine.open("sqlite://", packs=beside_brazil(tmp_path)) as engine, short_times():
        case = a_case(engine, "TG")
        do = commands.Document(case, **card)
        if says and severity == "block":
            with pytest.raises(Refused) as refused:
                engine.do(do, as_=ANNA)
            (reason,) = [one for one in refused.value.decision.unmet if one.rule == "DOCUMENT"]
            assert reason.fact.startswith(says)
            helps = {
                "ValueError": "tell its maintainers; the log names file and line",
                "0.2": "try once more; if it stays so, leave",
            }
            todo = next(
                (todo for name, todo in helps.items() if name in says), "compare it with the paper, digit by digit"
            )
            assert reason.todo.startswith(todo)
            return
        engine.do(do, as_=ANNA)
        verdict = {"": "fits", "the number": "unusual"}.get(says[:10], "stored")
        assert engine.case(case, as_=ANNA).documents[0]["checked"] == verdict


def test_the_rules_are_frozen_before_a_plugin_is_imported():
    with pytest.raises(AttributeError):
        registry.SAFEGUARDS.clear()  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match="frozen"):
        registry.safeguard("INV-99", on=("depart",), source=("OC",))(lambda situation: None)  # type: ignore[arg-type, return-value]
    assert Packs(good()).ready
