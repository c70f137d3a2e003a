"""Questions in the words that are said: each answer is kept as it was given, a danger raises at once, and nothing is a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from wayhome import Actor, BadInput
from wayhome.commands import read_command
from wayhome.packs.plugins import Packs
from wayhome.shell.listing import to_do_now

from tests.attacks.acts import in_follow_up
from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import MANAGER, Play, at_home, begun, complete, stops_at
from tests.whole_answers import SAFE

RECEPTION, RECEIVER, DOCTOR, LAWYER = (
    "reception_officer",
    "case_manager_receiving",
    "medical_officer",
    "legal_counsellor",
)
CHECK = "arrival_wellbeing_check"
WELL = {
    "a_now": "(invented) tired, and glad of the rice",
    "a_tonight": "yes",
    "a_waited": "no",
    "a_asked_for": "no",
    "a_hurt": "no",
}


@pytest.fixture
def landed(packs: Packs) -> Iterator[Play]:
    """A case on the evening of the landing, before anybody has asked how she is."""
    with begun(at_home, packs) as play:
        play.given(RECEPTION, complete("arrival_reception", recognised=True))
        yield play


def answers(play: Play, who: str | Actor) -> dict[str, Any]:
    rows = play.engine.case(play.case, as_=play.actor(who)).steps
    return dict(next(row.answers for row in rows if row.id == CHECK))


def open_alarms(play: Play) -> set[str]:
    return {one.type for one in play._recorded.open_incidents}


def test_what_she_says_is_kept_as_she_says_it(landed: Play) -> None:
    landed.given(
        RECEIVER,
        complete(CHECK, **WELL, a_phone=["phone_works", "papers_with_me"], asked_as="voice", asked_with="nobody"),
    )

    found = answers(landed, RECEIVER)
    assert found["a_now"] == WELL["a_now"]
    assert (found["a_phone"], found["asked_as"], found["a_tonight"]) == (
        ("phone_works", "papers_with_me"),
        "voice",
        "yes",
    )
    assert open_alarms(landed) == set()


@pytest.mark.parametrize("danger", [{"a_tonight": "no"}, {"a_waited": "yes"}, {"a_asked_for": "yes"}])
def test_a_danger_raises_at_once_whatever_else_is_well(landed: Play, danger: dict[str, str]) -> None:
    landed.given(RECEIVER, complete(CHECK, **{**WELL, **danger}))

    assert open_alarms(landed) == {"risk_high"}


def test_who_needs_a_doctor_today_stands_on_the_list_of_both_sides_until_they_were_seen(landed: Play) -> None:
    """The answer opened nothing: it only offered an appointment, to an officer who may not enter one."""
    landed.given(RECEPTION, complete(CHECK, **{**WELL, "a_hurt": "yes"}))

    assert open_alarms(landed) == {"doctor_needed"}
    for who in (RECEIVER, MANAGER):
        due = {row.step for row in landed.engine.due(as_=landed.asking(who), case=landed.case)}
        assert "incident:doctor_needed" in due, who
    ends = {"do": "resolve", "incident": "doctor_needed", "outcome": "reached"}
    assert not landed.tried(RECEIVER, ends).done, "nobody has asked since"
    landed.wait(hours=3)
    landed.given(RECEIVER, {"do": "contact", "with": "person", "channel": "phone", "reached": True}, ends)
    assert open_alarms(landed) == set()


@pytest.mark.parametrize(
    ("who", "others"), [(RECEPTION, ("medical_officer", "counsellor", "case_manager_receiving")), (RECEIVER, ())]
)
def test_who_may_not_write_down_what_is_offered_is_told_who_may(
    landed: Play, who: str, others: tuple[str, ...]
) -> None:
    act = read_command({**complete(CHECK, **{**WELL, "a_hurt": "yes"}), "case": landed.case})
    done = landed.engine.do(act, as_=landed.actor(who))

    assert [(one.do["register"], one.who) for one in done.offers] == [("appointment", others)]
    words = to_do_now(SimpleNamespace(engine=landed.engine, actor=landed.actor(who)), done)
    assert ("by: doctor or nurse" in words[-1]) is bool(others)


@pytest.mark.parametrize("unsaid", ["does_not_want_to_say", "does_not_know", "not_asked"])
def test_what_was_not_said_is_neither_good_nor_bad(landed: Play, unsaid: str) -> None:
    landed.given(RECEIVER, complete(CHECK, **dict.fromkeys(("a_tonight", "a_waited", "a_asked_for", "a_hurt"), unsaid)))

    assert open_alarms(landed) == set()
    assert answers(landed, RECEIVER)["a_tonight"] == unsaid


def test_nothing_need_be_answered(landed: Play) -> None:
    landed.given(RECEIVER, complete(CHECK))


def test_each_answer_is_told_to_who_reads_its_group(landed: Play) -> None:
    landed.given(RECEIVER, complete(CHECK, **WELL))

    assert "a_hurt" not in answers(landed, landed.another(RECEIVER))  # of health a summary alone
    assert answers(landed, DOCTOR) == {"a_hurt": "no"}
    assert answers(landed, LAWYER) == {}


def test_the_form_asks_in_the_words_that_are_said_and_says_first_what_is_said_first(landed: Play) -> None:
    form = landed.engine.form(landed.case, {"do": "complete", "step": CHECK}, as_=landed.actor(RECEIVER))
    asked = {slot.name: slot for slot in form.slots}

    assert form.help.startswith('Say first: "Is this a good moment? Can anybody hear us?')
    assert asked["a_now"].label == "How are you, just now?"
    assert [*asked["a_tonight"].values] == ["yes", "no", "does_not_want_to_say", "does_not_know", "not_asked"]
    assert [*asked][:3] == ["a_now", "a_journey", "a_tonight"]
    with pytest.raises(BadInput):
        form.command({"a_tonight": "perhaps"})


def test_her_needs_and_wishes_are_asked_before_the_return_and_open_nothing(packs: Packs) -> None:
    step, said = (
        "vulnerability_and_skills_assessment",
        {
            "avoid": "yes",
            "owed": "yes",
            "afraid": "yes",
            "wish": "(invented) to sew",
            "begin_with": ["housing", "training"],
        },
    )
    with begun(packs=packs) as play:
        play.prepare("depart", instead=stops_at(step))
        play.given(RECEIVER, complete(step, **said))

        rows = play.engine.case(play.case, as_=play.actor(RECEIVER)).steps
        found = next(row.answers for row in rows if row.id == step)
        assert (found["wish"], found["begin_with"], found["avoid"]) == (
            "(invented) to sew",
            ("housing", "training"),
            "yes",
        )
        assert open_alarms(play) == set()


# --- a pack asks in words of its own, in YAML alone -------------------------------------------------------------------

QUESTIONS = """
- id: ng_invented_talk
  title: An invented talk
  version: "1"
  owner: The invented office
  licence: {name: MIT, may: [change, translate, ship]}
  opening: "Say first: (invented) you may leave out any question."
  screen: plan
  group: plan
  questions:
    sleeps: {ask: "Do you sleep?", answers: [well, badly]}
    hurt: {ask: "Has anybody hurt you?", answers: [yes, no], group: risk, opens: {yes: violence}}
  source: S1
"""
STEP = """
- id: ng_invented_step
  title: Talk with the person (invented)
  instrument: ng_invented_talk
  phase: pre_departure
  kind: offered
  who: case_manager_sending
  evidence: Invented words.
  otherwise: Invented words.
  source: S1
"""


def test_a_pack_asks_in_words_of_its_own(tmp_path: Path) -> None:
    packs = packs_of(like_nigeria(tmp_path / "pack", more={"instruments.yaml": QUESTIONS, "steps.yaml": STEP}))
    with begun(packs=packs) as play:
        play.prepare("prepare")
        play.given(MANAGER, {"do": "move", "to": "prepare"})
        form = play.engine.form(play.case, {"do": "complete", "step": "ng_invented_step"}, as_=play.actor(MANAGER))
        assert form.help.startswith("Say first: (invented)")
        assert [slot.label for slot in form.slots][:2] == ["Do you sleep?", "Has anybody hurt you?"]
        play.given(MANAGER, complete("ng_invented_step", sleeps="not_asked", hurt="yes"))

        assert open_alarms(play) == {"violence"}


def test_what_was_opened_stays_open_when_the_answer_is_taken_back(landed: Play) -> None:
    """registers: "Typed wrongly: `correct`, which never takes back what it opened." """
    landed.given(RECEIVER, complete(CHECK, **{**WELL, "a_waited": "yes"}))
    seq = next(
        one.seq
        for one in landed.engine.history(landed.case, as_=landed.actor(RECEIVER))
        if one.data.get("step") == CHECK
    )
    landed.given(RECEIVER, {"do": "correct", "seq": seq, "why": "(invented) it was asked of somebody else"})

    assert open_alarms(landed) == {"risk_high"}


# --- the page for authors: a register and an instrument, followed as they stand there ---------------------------------


def test_a_register_and_an_instrument_are_made_as_the_page_says(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "write-a-country.md").read_text("utf-8")
    register, questions = (
        next(block for block in re.findall(r"```yaml\n(.+?)```", page, re.S) if f"id: {id}" in block)
        for id in ("ng_loan", "ng_talk")
    )
    step = STEP.replace("ng_invented_talk", "ng_talk")
    more = {"registers.yaml": register, "instruments.yaml": questions, "steps.yaml": step}
    packs = packs_of(like_nigeria(tmp_path / "pack", more=more))
    with begun(at_home, packs) as play:
        play.given(RECEIVER, {"do": "enter", "register": "ng_loan", "lender": "family", "left": "(invented) half"})
        play.given(RECEIVER, {"do": "update", "ref": "ng_loan-1", "status": "taken"})

        (entry,) = play.engine.case(play.case, as_=play.actor(RECEIVER)).entries
        assert (entry["status"], entry["ended"], entry["values"]["left"]) == ("taken", True, "(invented) half")
        assert open_alarms(play) == {"violence"}
        process = play.engine.process_of(play.case, as_=play.actor(RECEIVER))
        assert {"sleeps", "hurt"} <= process.steps["ng_invented_step"].fields.keys()


def test_words_that_may_not_be_shipped_stay_in_a_pack_of_the_own_office(tmp_path: Path) -> None:
    theirs = QUESTIONS.replace("may: [change, translate, ship]", "may: [translate]")
    folder = like_nigeria(tmp_path / "pack", more={"instruments.yaml": theirs, "steps.yaml": STEP})
    with pytest.raises(RuntimeError, match="the words of 'ng_invented_talk' may not be shipped"):
        packs_of(folder)
    about = next(tmp_path.rglob("pack.yaml"))
    about.write_text(about.read_text("utf-8") + "office_only: true\n", "utf-8")

    assert "ng_invented_talk" in packs_of(folder).process("BE", "NG").instruments


# --- what an answer offers: nobody writes it by itself ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "offered"),
    [
        ({"s_shame": "yes"}, [{"do": "enter", "register": "service"}]),
        ({"v_unhappy": "yes"}, [{"do": "incident", "type": "complaint"}]),
        ({"s_money": "yes", "s_money_now": "no"}, [{"do": "enter", "register": "legal_matter"}]),
        ({}, []),
    ],
)
def test_an_answer_offers_what_may_be_written_down_and_writes_nothing(
    packs: Packs, answers: dict[str, str], offered: list[dict[str, str]]
) -> None:
    visit = complete("monitoring_visit", round="extra", result="reached", how="visit", **{**SAFE, **answers})
    with begun(in_follow_up, packs) as play:
        before = open_alarms(play), len(play._recorded.entries)
        done = play.engine.do(read_command(visit, case=play.case), as_=play.actor(RECEIVER))

        assert [dict(one.do) for one in done.offers] == offered
        assert (open_alarms(play), len(play._recorded.entries)) == before
