"""A running case of Nigeria is shown what a newer pack would change, whatever that is; and who may adopt it (findings A6)."""

from __future__ import annotations

from pathlib import Path

import pytest
from wayhome import Decision
from wayhome.commands import Rebase
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for

from tests.attacks.made_packs import NIGERIA, like_nigeria, packs_of
from tests.attacks.play import LEADER, MANAGER, START, complete, opened
from tests.conftest import engine_at

NEW_STEP = (
    "\n- {id: ng_threat_check, title: Ask about threats, phase: pre_departure, who: case_manager_sending, source: OC}\n"
)
NEW_RULE = "\n- {id: NG-04, title: Another rule, on: [depart], check: another, revision: 1, source: OC}\n"


def entry(file: str, id: str) -> str:
    """One entry of the pack, as it is written there."""
    return next(f"- {one}" for one in (NIGERIA / file).read_text().split("\n- ") if one.startswith(f"id: {id}\n"))


# What is changed in which file, whether it asks for less, and what is told of it.
KINDS = {
    "a step more": ("steps", None, NEW_STEP, False, "the step 'Ask about threats' is new"),
    "a step less": ("steps", entry("steps.yaml", "ng_oath_counselling"), "", True, "the step 'Offer counselling about the oath' is gone"),
    "a rule more": ("rules", None, NEW_RULE, False, "the rule NG-04 ('Another rule') is new"),
    "a rule less": ("rules", entry("rules.yaml", "NG-03"), "", True, "the rule NG-03 ("),
    "another revision": ("rules", "revision: 3", "revision: 4", True, "revision: it was 3, and is 4"),
    "a rule asked less often": ("rules", ', "complete:ng_transit_shelter"]', "]", True, "on: complete:ng transit shelter is gone"),
    "a due that comes later": ("steps", "due: {days: 1,", "due: {hours: 12,", True, "due: it was 1 day before planned departure"),
    "a due that comes earlier": ("steps", "due: {days: 1,", "due: {days: 3,", False, "due: it was 1 day before planned departure"),
    "a condition": ("steps", "  phase: pre_departure\n  after: [partner_selection]\n", "  phase: pre_departure\n  when: is_child\n  after: [partner_selection]\n", True, "when: it was nothing, and is"),
    "a prerequisite less": ("steps", "after: [ng_origin_address, protection_needs_check]", "after: [protection_needs_check]", True, "waits no more until 'Write down the address in Nigeria' is done"),
    "somebody who may do it": ("steps", "who: [person, case_manager_sending]", "who: [person, case_manager_sending, counsellor]", True, "who: 'Counsellor' is new"),
    "a field that need not be said": ("steps", "town: {title: Town, type: text, group: address, required: true", "town: {title: Town, type: text, group: contact", True, "fields, town, required: it was yes, and is no"),
    "a result that passes": ("steps", "    open_shelter: {title: An open shelter of an NGO}\n", "    open_shelter: {title: An open shelter of an NGO}\n    friends: {title: Friends}\n", True, "results: friends is new"),
    "a paper that needs less": ("documents", "needs: [protection_needs_check, ng_origin_address]", "needs: [ng_origin_address]", True, "is gone"),
    "a paper without a consent": ("documents", "  needs: [protection_needs_check, ng_origin_address]\n  consent: [{contact_embassy: embassy}]\n", "  needs: [protection_needs_check, ng_origin_address]\n", True, "consent: the person consents to"),
    "a fact that protects no more": ("facts", "  cautious: true\n  group: risk\n  asked_by: [case_manager_sending, counsellor, legal", "  group: risk\n  asked_by: [case_manager_sending, counsellor, legal", True, "cautious: yes is gone"),
    "a value more": ("facts", "[Edo, Delta, Lagos, other]\n  group", "[Edo, Delta, Lagos, Kano, other]\n  group", True, "values: it was Edo; Delta; Lagos; other, and is"),
    "another calendar": ("pack", "calendar: NG\n", "calendar: GH\n", True, "calendars, origin: it was NG, and is GH"),
}  # fmt: skip


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A database with a case that was opened under the pack as it is: its address, and the number of the case."""
    folder = tmp_path_factory.mktemp("older")
    url = f"sqlite:///{folder}/case.db"
    with (play := opened(packs_of(like_nigeria(folder / "pack")), url=url)).engine:
        play.given(MANAGER, complete("register_referral"))
    return url, play.case


def previewed(older: tuple[str, str], folder: Path, file: str, before: str | None, now: str, who: str) -> Decision:
    """Ask under a newer pack, which says one thing otherwise, whether the case may adopt it."""
    url, case = older
    changed = {"pack.yaml": [("version: 0.1.0", "version: 0.1.1")]}
    if before is not None:
        changed.setdefault(f"{file}.yaml", []).append((before, now))
    made = like_nigeria(folder / "newer", more={f"{file}.yaml": now} if before is None else None)
    for name, edits in changed.items():
        text = (folder / "newer" / name).read_text()
        for old, new in edits:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / "newer" / name).write_text(text)
    with engine_at(url, clock=StoryClock(START), packs=packs_of(made)) as engine:
        digest = engine.packs.process("BE", "NG").digest
        return engine.why(case, Rebase(case, digest=digest), as_=an_actor_for(who))


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_change_is_adopted_in_silence(older: tuple[str, str], tmp_path: Path, kind: str) -> None:
    file, before, now, weaker, said = KINDS[kind]

    for who in (MANAGER, LEADER):
        decision = previewed(older, tmp_path / who, file, before, now, who)
        told = [reason.fact for reason in decision.met]

        assert decision.allowed is (not weaker or who == LEADER)
        assert any(said in fact for fact in told), told
        assert any(fact.startswith("it asks for less: ") for fact in told) is weaker


@pytest.mark.parametrize("who", [MANAGER, LEADER])
@pytest.mark.parametrize("raised", [True, False])
def test_other_code_under_the_same_revision_is_not_adopted_in_silence(
    older: tuple[str, str], tmp_path: Path, who: str, raised: bool
) -> None:
    url, case = older
    changed = {"pack.yaml": ("version: 0.1.0", "version: 0.1.1")} if raised else None
    made = like_nigeria(tmp_path / "newer", changed=changed, more={"checks.py": "\nLESS = True\n"})
    with engine_at(url, clock=StoryClock(START), packs=packs_of(made)) as engine:
        digest = engine.packs.process("BE", "NG").digest
        decision = engine.why(case, Rebase(case, digest=digest), as_=an_actor_for(who))

    assert any("is judged by other code" in reason.fact for reason in decision.met)
    assert any(reason.fact.startswith("it asks for less: ") for reason in decision.met)
    assert any("without a new version" in reason.fact for reason in decision.unmet) is not raised
    assert decision.allowed is (raised and who == LEADER)


def test_a_comment_is_no_other_code(older: tuple[str, str], tmp_path: Path) -> None:
    made = like_nigeria(tmp_path / "newer")
    code = tmp_path / "newer" / "checks.py"
    before = packs_of(made).process("BE", "NG").digest
    code.write_text("# an invented comment\n\n" + code.read_text())

    assert packs_of(made).process("BE", "NG").digest == before


def test_they_are_at_least_fifteen() -> None:
    assert len(KINDS) >= 15
