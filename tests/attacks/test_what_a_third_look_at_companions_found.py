"""What a third hostile look found: departures told late, a death that was an error, and who speaks for nobody any more. (issue 7)"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from wayhome.packs.pack import read_pack

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    MANAGER,
    TRAVEL,
    Answer,
    Command,
    Play,
    actor,
    assessed,
    complete,
    evidence_is_fresh,
    settled,
    signed,
)
from tests.attacks.test_of_each_who_goes_along import along, along_and_settled, ends, happens, is_open
from tests.attacks.test_what_a_look_at_companions_found import CLEARED, OWN, STAYS, fresh_with_own_case
from tests.attacks.test_what_a_second_look_at_companions_found import own, talked_again

REACHED: Command = {"do": "contact", "with": "person", "channel": "phone", "reached": True}
SAYS_NO = "consent_withdrawn_before"
THERE_FIRST = "clear it there first; what is so now can be written down here"


def an_hour_before(play: Play) -> None:
    fresh_with_own_case(play)
    play.until(play.takes_off - timedelta(hours=1))


def told_late(case: Play, at: object) -> Answer:
    return case.tried(MANAGER, {**DEPART, "at": at.isoformat()})  # type: ignore[attr-defined]


LIVES: Command = {"do": "involve", "ref": "child-1", "lives": True}


# --- 1. a departure that is told late is judged by the cases of today -----------------------------------------------


def test_honest_a_departure_with_a_cleared_child_is_told_ten_minutes_late(begin: Begin) -> None:
    case = begin(an_hour_before)
    boards = case.now
    case.wait(minutes=10)
    assert told_late(case, boards).done


@pytest.mark.parametrize("since", [{"travels": False}, {"own_case": ""}])
def test_nobody_is_said_to_have_departed_with_a_child_who_said_no_because_it_is_no_companion_since(
    begin: Begin, since: Command
) -> None:
    """She says no, they board; refused. Ten minutes later the child «does not travel», and they departed ten minutes ago."""
    case = begin(an_hour_before)
    own(case).given(MANAGER, happens(SAYS_NO))
    boards = case.now
    assert case.tried(MANAGER, DEPART).reasons == {("STEP", OWN)}
    assert THERE_FIRST in [todo for _, todo in case.told("STEP")]
    case.wait(minutes=10)
    case.given(MANAGER, {"do": "involve", "ref": "child-1", **since})

    said = told_late(case, boards)

    assert ("STEP", OWN) in said.reasons, f"{said.kind}: the same departure, refused ten minutes ago"


def test_a_clearance_there_that_was_given_after_they_boarded_clears_nobody(begin: Begin) -> None:
    case = begin(an_hour_before)
    own(case).given(MANAGER, {"do": "redo", "step": "departure_clearance"})
    boards = case.now
    assert case.tried(MANAGER, DEPART).reasons == {("STEP", OWN)}
    case.wait(minutes=10)
    own(case).given(MANAGER, complete("departure_clearance"))

    said = told_late(case, boards)

    assert ("STEP", OWN) in said.reasons, f"{said.kind}: nothing was cleared there when they boarded"


@pytest.mark.parametrize("what", ["says_no", "turns_back"])
def test_honest_what_happened_there_after_they_boarded_does_not_undo_the_departure(begin: Begin, what: str) -> None:
    """All was cleared at boarding. What is left to the case worker today is a lie: 'left', without clearance."""
    case = begin(an_hour_before)
    boards = case.now
    if what == "turns_back":
        own(case).given(TRAVEL, DEPART)
        case.wait(minutes=10)
        own(case).given(TRAVEL, {"do": "move", "to": "turn_back", "reason": "invented words"})
    else:
        case.wait(minutes=10)
        own(case).given(MANAGER, happens(SAYS_NO))

    said = told_late(case, boards)

    assert said.done, said.text


# --- 2. danger that ends with a death that was an error -----------------------------------------------------------------


def test_danger_there_is_not_over_because_a_death_was_an_error(begin: Begin) -> None:
    """Two must sign that it is below high. One says dead, then «an error», and a call to the mother ends it."""
    case = begin(along_and_settled)
    case.given(MANAGER, happens("child_in_danger", of="child-1"))
    over = ends("child_in_danger", "below_high_there", of="child-1")
    assert case.why(over).reasons == {("STEP", "post_arrival_risk_assessment")}
    case.wait(minutes=1)
    case.given(MANAGER, happens("companion_died", of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, LIVES, REACHED, ends("companion_died", "reached", of="child-1"))

    assert is_open(case) == {("child_in_danger", "child-1")}, "the child lives, is in danger, and nobody has looked"


@pytest.mark.parametrize("type", ["child_unwell", "child_in_danger"])
def test_what_holds_a_journey_holds_it_again_when_a_death_was_an_error(begin: Begin, type: str) -> None:
    case = begin(along)
    case.given(MANAGER, happens(type, of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, happens("companion_died", of="child-1"))
    talked_again(case)
    case.given(MANAGER, LIVES, ends("companion_died", "talked_again", of="child-1"))

    assert ("PHASE", type) in case.why().reasons
    assert [todo for fact, todo in case.told("PHASE") if "child-1" in fact] == [case.what_to_do(type)]


# --- 3. ill before it was cleared there, and told after ---------------------------------------------------------------------


def test_who_fell_ill_before_the_clearance_there_and_is_told_after_it_was_seen_by_nobody(begin: Begin) -> None:
    """Beside it: told with its own hour, it is refused. Told an hour earlier the clearance there 'comes after' it."""
    case = begin(fresh_with_own_case)
    case.wait(hours=1)
    earlier = (
        case.now - timedelta(hours=2)
    ).isoformat()  # an hour before the clearance there, by who knew nothing of it
    case.given(MANAGER, happens("child_unwell", of="child-1", at=earlier))
    talked_again(case)

    said = case.tried(MANAGER, CLEARED)

    assert said.reasons == {("STEP", OWN)}, f"{said.kind}: no doctor has heard of it"
    assert THERE_FIRST in said.text


# --- 4. who has died speaks for a child, and waits for it -------------------------------------------------------------------


def test_honest_a_child_whose_guardian_and_caregiver_live_may_go(begin: Begin) -> None:
    assert own(begin(fresh_with_own_case)).why().done


@pytest.mark.parametrize(
    ("role", "todo"),
    [
        ("guardian", "have a guardian appointed, and vetted"),
        ("caregiver", "name a family member, a guardian or a facility, and let two vet them"),
    ],
)
def test_no_child_departs_to_a_caregiver_or_with_a_guardian_who_has_died(begin: Begin, role: str, todo: str) -> None:
    case = own(begin(fresh_with_own_case))
    ref = case.seen().roles[role]
    case.given(MANAGER, {"do": "involve", "ref": ref, "travels": True})  # they go with the child
    case.given(MANAGER, happens("companion_died", of=ref))
    talked_again(case)
    case.given(MANAGER, ends("companion_died", "talked_again", of=ref))

    assert todo in [do for _, do in case.told("INV-12")], f"may depart: {case.why().done}"


def test_who_has_died_says_no_yes_for_a_child(begin: Begin) -> None:
    case = own(begin(fresh_with_own_case))
    yes: Command = {
        "do": "consent",
        "purpose": "monitoring",
        "language": "en",
        "given_by": "guardian-1",
        "assent": True,
    }
    assert case.why(yes).done  # while the guardian lives
    case.given(
        MANAGER, {"do": "involve", "ref": "guardian-1", "travels": True}, happens("companion_died", of="guardian-1")
    )
    case.wait(minutes=1)

    assert not case.tried(MANAGER, yes).done


# --- 5. a yes from no version ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["", None])
def test_a_yes_names_the_version_from_which_it_was_explained(begin: Begin, version: str | None) -> None:
    yes: Command = {"do": "consent", "purpose": "data_processing", "language": "en", "version": version}

    assert begin().faults(MANAGER, {**ALL, **yes}) == {("version", "missing")}


ALL: Command = {"explained": ["purpose", "use", "research", "access", "storage", "withdrawal"]}


# --- 6. cleared, and listed, and refused ----------------------------------------------------------------------------------------


def test_no_move_is_listed_that_is_refused(begin: Begin) -> None:
    case = begin(an_hour_before)

    def listed() -> list[object]:
        return [row.do for row in case.engine.next(case.case, as_=actor(TRAVEL)) if row.do["do"] == "move"]

    assert listed() == [{"do": "move", "to": "depart"}]
    own(case).given(MANAGER, happens(SAYS_NO))
    assert case.why().reasons == {("STEP", OWN)}

    assert listed() == []


def test_no_departure_is_cleared_with_a_child_who_said_no_there(begin: Begin) -> None:
    case = begin(an_hour_before)
    own(case).given(MANAGER, happens(SAYS_NO))
    case.given(MANAGER, {"do": "redo", "step": "departure_clearance"})

    said = case.tried(MANAGER, complete("departure_clearance"))

    assert ("STEP", OWN) in said.reasons, (
        f"{said.kind}: cleared, and its gate report says so; at boarding it is refused"
    )


# --- 7. who answers for the person ------------------------------------------------------------------------------------------------


def test_who_does_something_else_there_does_not_replace_who_answers(begin: Begin) -> None:
    case = begin(settled)
    leads = str(case.seen().owner)
    said: Command = {"do": "assign", "role": "legal_counsellor", "partner": leads, "case_worker": "invented_lawyer"}

    assert case.faults(MANAGER, said) == {("case_worker", "contradiction")}
    assert case.seen().case_workers[leads] == "invented_worker_there"


# --- 8. a death that was an error, and what was said since ---------------------------------------------------------------------------


def test_who_lives_after_all_travels_as_it_was_said(begin: Begin) -> None:
    case = begin(along)
    case.given(MANAGER, happens("companion_died", of="child-1"))
    case.wait(minutes=1)

    assert case.faults(MANAGER, {"do": "involve", "ref": "child-1", "travels": True}) == {("travels", "contradiction")}
    case.given(MANAGER, {**LIVES, "travels": True})

    assert case.seen().people[0]["travels"]
    assert "child_best_interests" in {row.id for row in case.seen().steps if row.of == "child-1"}


def test_a_child_that_stays_and_lives_is_asked_about_though_the_error_was_found_after_the_talk(begin: Begin) -> None:
    """Ended as a death; then it is found that she lives."""
    case = begin(along)
    case.given(MANAGER, {"do": "involve", "ref": "child-1", "travels": False})
    case.given(MANAGER, happens("companion_died", of="child-1"))
    talked_again(case)
    case.given(MANAGER, ends("companion_died", "talked_again", of="child-1"))

    case.given(MANAGER, LIVES)

    assert STAYS in {row.id for row in case.seen().steps if row.of == "child-1" and row.state != "not_applicable"}


def test_that_somebody_has_died_is_told_as_what_it_is(begin: Begin) -> None:
    assert begin(along).faults(MANAGER, {**LIVES, "lives": False}) == {("lives", "contradiction")}


# --- 9. code in a folder of the pack ---------------------------------------------------------------------------------------------------

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


# --- 10. the day on which a risk was to be looked at again --------------------------------------------------------------------------------


def test_the_day_to_look_again_does_not_vanish_because_a_child_comes_along(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    step = "pre_return_risk_assessment"
    case.given(MANAGER, {"do": "redo", "step": step})
    day = (case.now + timedelta(days=3)).date().isoformat()
    case.given(ASSESSOR, {**assessed("low"), "next_review": day})
    case.given(MANAGER, signed())

    def due() -> bool:
        return step in {row.step for row in case.engine.due(as_=actor(MANAGER))}

    assert due()
    case.involved("child", travels=True)
    assert case.step(step).state == "outdated"

    assert due(), "more is at stake, and the day is on no list"
