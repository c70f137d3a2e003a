"""A rule that is declared somewhere is asked there, and what nobody judged is forbidden. (findings/house.md A1, B1, B8)"""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path
from typing import Any, get_args

import pytest
import wayhome
import yaml
from wayhome import commands
from wayhome.model import closed_sets

from tests.attacks import play as plays
from tests.attacks.conftest import Begin
from tests.attacks.made_packs import like_nigeria, no, packs_of, yes
from tests.attacks.play import (
    LEADER,
    MANAGER,
    RECEIVER,
    RECEPTION,
    TRAVEL,
    Command,
    Play,
    at_home,
    begun,
    evidence_is_fresh,
    opened,
)

SHELTER = "ng_transit_shelter"
EVERYWHERE: dict[str, tuple[str, Command]] = {
    "record": (MANAGER, {"do": "record", "facts": {"languages": ["en"]}}),
    "start": (MANAGER, {"do": "start", "step": "monitoring_visit", "round": "m3"}),
    "complete": (MANAGER, {"do": "complete", "step": "give_rights_information"}),
    "complete:urgent_needs_assessment": (MANAGER, {"do": "complete", "step": "urgent_needs_assessment"}),
    "fail": (MANAGER, {"do": "fail", "step": "urgent_needs_assessment"}),
    "skip": (MANAGER, {"do": "skip", "step": "arrival_reception", "reason": "an invented reason"}),
    "redo": (MANAGER, {"do": "redo", "step": "screening_interview"}),
    "consent": (MANAGER, {"do": "consent", "purpose": "assistance", "form": "written", "language": "en"}),
    "withdraw": (MANAGER, {"do": "withdraw", "purpose": "assistance"}),
    "document": (MANAGER, {"do": "document", "kind": "ng_passport", "status": "lost"}),
    "travel": (TRAVEL, {"do": "travel", "status": "cancelled"}),
    "involve": (MANAGER, {"do": "involve", "by": "person", "relation": "relative"}),
    "assign": (
        LEADER,
        {
            "do": "assign",
            "role": "case_owner",
            "organisation": "invented_organisation",
            "case_worker": "invented_worker",
        },
    ),
    "contact": (MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True}),
    "incident": (MANAGER, {"do": "incident", "type": "partner_failure"}),
    "resolve": (MANAGER, {"do": "resolve", "incident": "detention_or_arrest"}),
    "note": (MANAGER, {"do": "note", "group": "case", "text": "an invented note"}),
    "move": (MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return"}),
    "close": (MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return"}),
    "depart": (TRAVEL, {"do": "move", "to": "depart"}),
    "clearance": (MANAGER, {"do": "complete", "step": "departure_clearance"}),
    "arrive": (TRAVEL, {"do": "move", "to": "arrive"}),
    "settle": (MANAGER, {"do": "move", "to": "settle"}),
    "prepare": (MANAGER, {"do": "move", "to": "prepare"}),
    "turn_back": (MANAGER, {"do": "move", "to": "turn_back"}),
    "reopen": (MANAGER, {"do": "move", "to": "reopen"}),
}


def with_an_incident(play: Play) -> None:
    evidence_is_fresh(play)
    play.given(MANAGER, {"do": "incident", "type": "detention_or_arrest"})


class Objection:
    """An invented country whose rules, one for each moment, are met until it objects."""

    def __init__(self, folder: Path) -> None:
        self.objects = False
        self.rule_of = {moment: f"NG-{turn}" for turn, moment in enumerate(EVERYWHERE, 10)}
        rules = "".join(
            f'- {{id: {rule}, title: An invented rule, on: ["{moment}"], check: objects, revision: 1, source: OC}}\n'
            for moment, rule in self.rule_of.items()
        )
        self.packs = packs_of(like_nigeria(folder / "pack", more={"rules.yaml": "\n" + rules}, check=self.judge))

    def judge(self, rule: str, case: Any, command: Any, at: Any) -> Any:
        return no() if self.objects else yes()


@pytest.fixture(scope="module")
def objection(tmp_path_factory: pytest.TempPathFactory) -> Objection:
    return Objection(tmp_path_factory.mktemp("objection"))


@pytest.mark.parametrize("moment", EVERYWHERE)
def test_a_rule_of_a_pack_is_asked_at_every_moment_that_it_names(objection: Objection, moment: str) -> None:
    who, act = EVERYWHERE[moment]
    objection.objects = False
    with begun(with_an_incident, objection.packs) as case:
        if objection.rule_of[moment] in case.why(act, who).rules:
            raise RuntimeError("it objects already")
        objection.objects = True
        answer = case.tried(who, act)

    assert objection.rule_of[moment] in answer.rules


def chosen_by_others(play: Play) -> None:
    """At home, where somebody else has chosen a closed shelter for the person."""
    at_home(play)
    play.anew("ng_receiver_choice")
    choice = {"result": "closed_shelter", "explained": ["closed_shelter"], "chosen_by": "somebody_else"}
    play.given(MANAGER, {"do": "complete", "step": "ng_receiver_choice", **choice})
    play.given(RECEPTION, {"do": "complete", "step": "arrival_reception"})
    play.given(MANAGER, {"do": "consent", "purpose": "assistance_local", "form": "written", "language": "en"})


@pytest.mark.parametrize("act", ["complete", "start"])
def test_nobody_is_brought_to_a_closed_shelter_that_others_chose(begin: Begin, act: str) -> None:
    stay = {"shelter": "ng_naptip_benin", "regime": "closed"} if act == "complete" else {}

    assert "NG-01" in begin(chosen_by_others).tried(RECEIVER, {"do": act, "step": "ng_transit_shelter", **stay}).rules


def test_what_nobody_judged_is_forbidden() -> None:
    assert not plays.allowed_when_nobody_was_asked()


def test_a_limit_that_a_pack_tightens_is_said_as_it_is(tmp_path: Path) -> None:
    case = opened(packs_of(tightened(tmp_path, "{hours: 12}")))
    evidence_is_fresh(case)
    boarded = case.now
    case.wait(hours=13)

    late = case.tried(TRAVEL, {"do": "move", "to": "depart", "at": boarded.isoformat()}, may_be_bad_input=True)

    if late.done:
        raise RuntimeError("thirteen hours late is not refused")
    assert "12 hours" in late.text


def test_a_limit_of_a_day_is_not_an_hour(tmp_path: Path) -> None:
    case = opened(packs_of(tightened(tmp_path, "{days: 1}")))
    evidence_is_fresh(case)
    boarded = case.now
    case.wait(hours=2)

    assert case.tried(TRAVEL, {"do": "move", "to": "depart", "at": boarded.isoformat()}, may_be_bad_input=True).done


@pytest.mark.parametrize(
    ("limit", "stricter"),
    [
        ("fit_check_max_age", "{hours: 48}"),
        ("risk_recheck_max_age", "{hours: 24}"),
        ("clearance_max_age", "{hours: 12}"),
        ("reconfirmation_max_age", "{hours: 6}"),
        ("partner_confirmation_max_age", "{days: 7}"),
        ("risk_assessment_max_age", "{days: 7}"),
        ("return_consent_max_age", "{days: 10}"),
    ],
)
def test_a_tightened_limit_leads_to_a_departure(tmp_path: Path, limit: str, stricter: str) -> None:
    changed = like_nigeria(
        tmp_path / "pack", more={"limits.yaml": f"- {{tighten: {limit}, span: {stricter}, source: OC}}\n"}
    )

    assert opened(packs_of(changed)).prepare(at_most=200)


def test_no_sentence_of_a_safeguard_holds_a_figure() -> None:
    figures = {"two", "three", "five", "eleven", "twelve"}

    assert [
        said
        for said in plays.sentences_of_safeguards()
        if figures & set(said.lower().split()) or any(map(str.isdigit, said))
    ] == []


def tightened(folder: Path, late: str) -> Any:
    limit = f"- {{tighten: late_entry_of_departure, span: {late}, source: OC}}\n"
    return like_nigeria(folder / "pack", more={"limits.yaml": limit})


@pytest.mark.parametrize("question", ["history", "case", "process_of"])
def test_one_reading_leaves_one_line(begin: Begin, question: str) -> None:
    case = begin()

    lines = plays.logged(lambda: plays.reads(case, question))

    assert [line["event"] for line in lines] == ["case_read"]


def test_no_code_but_the_rules_knows_an_id_of_the_core() -> None:
    engine = Path(wayhome.__file__).parent
    entries = {
        entry["id"]
        for file in (engine / "core").glob("*.yaml")
        if file.stem not in ("pack", "sources", "groups")
        for entry in yaml.safe_load(file.read_text())
        if "id" in entry
    }
    at_the_gate = {"departure_clearance", "departure_assistance"}  # the two acts that the design itself names
    ids = entries - at_the_gate - _words_of_the_engine()
    code = [path for path in engine.rglob("*.py") if path.relative_to(engine).parts[0] not in ("rules", "testing")]

    found = {path.name: known for path in code if (known := sorted(ids & _literals(path)))}
    # The word of Python for what a property gives; and the mark of what would ask the person to pay (INV-27).
    mark = {"analyse.py": ["payment"], "kind.py": ["payment"], "marks.py": ["needs", "payment"]}
    assert found == {"reading.py": ["return"], **mark}
    assert len(ids) > 150


def _words_of_the_engine() -> set[str]:
    """Fields of commands, the closed sets, the data groups that views know, what a fact tells, and Python's own."""
    fields = {field.name for command in commands.BY_WORD.values() for field in dataclasses.fields(command)}
    closed = {
        word for name in dir(closed_sets) for word in get_args(getattr(closed_sets, name)) if isinstance(word, str)
    }
    return fields | closed | {closed_sets.PERSON, closed_sets.UNKNOWN_PARTY, "carrier", "family", "sex", "languages"}


def _literals(path: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
