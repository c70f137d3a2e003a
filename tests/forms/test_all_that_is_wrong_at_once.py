"""All that is wrong with what is answered is told in one round; what is right is taken as it was before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from wayhome import BadInput, Form, NotPermitted, Slot
from wayhome.commands import read_command
from wayhome.forms.form import fits

from tests.attacks import play as plays
from tests.attacks.play import ASSESSOR, MANAGER, TRAVEL, Play

ASSESSMENT = {"do": "complete", "step": "pre_return_risk_assessment"}


@pytest.fixture(scope="module")
def play() -> Iterator[Play]:
    made = plays.opened()
    with made.engine:
        yield made


def asked(play: Play, do: dict[str, Any]) -> Form:
    return play.engine.form(play.case, do, as_=plays.actor(MANAGER))


def faults(act: Callable[[], object]) -> set[tuple[str, str]]:
    with pytest.raises(BadInput) as told:
        act()
    return {(fault.field, fault.code) for fault in told.value.faults}


def about(form: Form, name: str) -> Slot:
    return next(slot for slot in form.slots if slot.name == name)


# --- of a form ------------------------------------------------------------------------------------------------------


def test_one_answer_to_each_is_read_by_the_form(play: Play) -> None:
    form = asked(play, ASSESSMENT)
    factors = about(form, "factors")
    first, *others = factors.about
    answer = next(iter(factors.values))

    def wrong(said: Any) -> set[tuple[str, str]]:
        return {one for one in faults(lambda: form.command({"factors": said})) if one[0].startswith("factors")}

    assert wrong("garbage") >= {("factors", "unknown")}
    assert wrong(7) == {("factors", "unreadable")}
    assert wrong(["no"]) == {("factors", "unreadable")}
    assert wrong({first: answer}) == {("factors", "missing")}
    assert wrong({**dict.fromkeys(factors.about, answer), first: "perhaps"}) == {(f"factors.{first}", "unknown")}
    assert wrong({**dict.fromkeys(factors.about, answer), "weather": answer}) == {("factors", "unknown")}
    assert wrong(f"{first}:{answer},{first}:{answer}") == {("factors", "contradiction")}

    for whole in (dict.fromkeys(factors.about, answer), ",".join(f"{of}:{answer}" for of in factors.about)):
        fits(factors, whole)
    assert others


@pytest.mark.parametrize("type", ["party", "place", "case_worker"])
def test_who_and_where_are_a_word(type: Any) -> None:
    slot = Slot("whoever", type)
    for wrong in (7, "", ["ng_bakhita"], {"is": "she"}, "her aunt in Benin", None):
        assert faults(lambda said=wrong: fits(slot, said)) == {("whoever", "unreadable")}  # type: ignore[misc]
    fits(slot, "ng_bakhita")


def test_what_a_slot_and_what_the_command_finds_wrong_are_told_together(play: Play) -> None:
    form = asked(play, {**ASSESSMENT, "at": "soon", "confirms": "perhaps"})
    whole = asked(play, {"do": "note"})

    assert {("at", "unreadable"), ("confirms", "unreadable"), ("…[0]", "unknown"), ("on_paper", "empty")} <= faults(
        lambda: form.command({"colour": "red", "on_paper": 7.5})
    )  # fmt: skip
    assert faults(lambda: whole.command({"at": "soon", "on_paper": [], "of": ["child-1"], "colour": "red"})) == {
        ("at", "unreadable"),
        ("on_paper", "empty"),
        ("of", "unknown"),
        ("…[3]", "unknown"),
        ("text", "missing"),
    }


def test_of_one_answer_no_fault_is_told_twice(play: Play) -> None:
    with pytest.raises(BadInput) as told:
        asked(play, {"do": "consent", "purpose": "return"}).command({"answer": "perhaps", "at": "soon"})
    fields = [fault.field for fault in told.value.faults]
    assert sorted(fields) == sorted({*fields})


def test_what_is_right_makes_the_command_as_before(play: Play) -> None:
    safety = asked(play, {"do": "complete", "step": "safety_plan"})
    needed: dict[str, Any] = {slot.name: "Her own words" for slot in safety.slots if slot.required}
    parties = {slot.name for slot in safety.slots if slot.type == "party"}
    command = safety.command({**needed, **dict.fromkeys(parties, "ng_bakhita"), "at": "2026-03-01"})
    assert command.at is not None
    assert asked(play, {"do": "assign", "role": "case_owner"}).command(
        {"organisation": "invented_organisation", "case_worker": "anna"}
    )


# --- of a command, without a form -------------------------------------------------------------------------------------

WRONG = {
    **ASSESSMENT, "by": "nobody_known", "at": "2031-01-01", "round": "77", "result": "fine", "factors": "garbage", "weather": "fine",
}  # fmt: skip


def done(play: Play, said: dict[str, Any], who: str = ASSESSOR) -> Callable[[], object]:
    return lambda: play.engine.do(read_command(said, case=play.case), as_=play.actor(who))


def asked_why(play: Play, said: dict[str, Any], who: str = ASSESSOR) -> Callable[[], object]:
    return lambda: play.engine.why(play.case, read_command(said, case=play.case), as_=play.actor(who))


@pytest.mark.parametrize("act", [done, asked_why])
def test_what_is_wrong_with_a_command_is_told_in_one_round(
    play: Play, act: Callable[..., Callable[[], object]]
) -> None:
    told = {name.partition(".")[0] for name, _ in faults(act(play, WRONG))}
    assert told >= {
        "by",
        "at",
        "round",
        "result",
        "factors",
        "…[1]",
    }  # the second of what it says for the step: the weather

    mended = {name: said for name, said in WRONG.items() if name not in {*told, "weather"}}
    assert {name for name, _ in faults(act(play, mended))} <= told  # nothing comes up in a second round


@pytest.mark.parametrize("name", ["by", "at", "round"])
def test_each_alone_hides_nothing_of_the_rest(play: Play, name: str) -> None:
    said = {**ASSESSMENT, name: WRONG[name], "weather": "fine"}
    told = {one for one, _ in faults(done(play, said))}
    assert told >= {name, "…[0]", "factors"}


def test_of_whom_and_when_are_told_with_what_a_step_asks(play: Play) -> None:
    fit = {"do": "complete", "step": "child_fit_check", "of": "child-1", "at": "2031-01-01", "result": "splendid"}
    assert {name for name, _ in faults(done(play, fit, "medical_officer"))} == {"of", "at", "result"}


def test_other_commands_tell_all_of_theirs_too(play: Play) -> None:
    consent = {"do": "consent", "purpose": "return", "answer": "given", "at": "2031-01-01", "by": "nobody_known"}
    told = {name for name, _ in faults(done(play, consent, MANAGER))}
    assert told >= {"at", "by", "form", "language", "version", "explained"}
    record = {"do": "record", "turns_18_on": "soon", "at": "2031-01-01"}
    assert {name for name, _ in faults(done(play, record, MANAGER))} == {"at", "turns_18_on"}


@pytest.mark.parametrize("said", [WRONG, {**ASSESSMENT, "by": "nobody_known"}, {**ASSESSMENT, "at": "2031-01-01"}, {**ASSESSMENT, "round": "7"}])  # fmt: skip
def test_who_may_not_do_it_is_told_that_and_nothing_of_what_is_wrong(play: Play, said: dict[str, Any]) -> None:
    for act in (done, asked_why):
        with pytest.raises(NotPermitted):
            act(play, said, TRAVEL)()


def test_nothing_is_said_to_be_wrong_that_is_right(play: Play) -> None:
    """What is left out to read the rest is not said to be missing, and what rests on it is not looked at."""
    note = {"do": "note", "text": "invented words"}
    for wrong, field in (("2031-01-01", "at"), ("2020-01-01", "at")):
        found = faults(done(play, {"do": "complete", "step": "register_referral", "at": wrong}, MANAGER))
        assert {name for name, _ in found} == {field}
    assert faults(done(play, {**note, "by": "nobody_known"}, MANAGER)) == {("by", "unknown")}
    assert play.engine.do(read_command(note, case=play.case), as_=play.actor(MANAGER)).events


def test_of_a_return_that_was_taken_over_a_wrong_day_is_told_alone() -> None:
    """Before that day nothing is missing that others left unsaid: what is needed depends on when it was."""
    with plays.opened(at=plays.START.replace(year=2025)).engine as engine:
        opening = {"do": "open", "host_country": "BE", "origin_country": "NG", "adopted_on": "2026-03-01"}
        old = engine.do(read_command({**opening, "at": "2025-09-01"}), as_=plays.actor(MANAGER)).case
        said = read_command({**ASSESSMENT, "at": "2031-01-01"}, case=old)
        assert faults(lambda: engine.do(said, as_=plays.actor(ASSESSOR))) == {("at", "contradiction")}

        wrong = read_command({**opening, "at": "2031-01-01", "age_status": "old"})
        assert ("adopted_on", "contradiction") not in faults(lambda: engine.do(wrong, as_=plays.actor(MANAGER)))
