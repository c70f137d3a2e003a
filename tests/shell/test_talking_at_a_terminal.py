"""Steps, a consent and a no by keystrokes alone, at a pseudo-terminal of 80 by 24. All people are invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from wayhome import Actor, Engine

from tests.attacks import play as plays
from tests.attacks.play import ASSESSOR, DEPART, LEADER, MANAGER, TRAVEL, Play, measure, stops_at
from tests.shell.at_a_terminal import COLUMNS, CTRL_C, LINES, TAB, Terminal, plain

ANNA = Actor("anna", "invented_organisation", {"case_manager_sending", "programme_manager"})
RITA = Actor("rita", "invented_organisation", {"risk_assessor"})
WORKER = Actor("invented_worker", "invented_organisation", {"case_manager_sending"})  # who answers for the person
PAULA = Actor("paula", "invented_organisation", {"programme_manager"})
FACTORS = 13


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """A case in a file, and four who may work on it."""
    made = plays.opened(url=f"sqlite:///{tmp_path / 'case.db'}")
    for actor in (ANNA, RITA, PAULA, WORKER):
        made.engine.put_actor(actor)
    with made.engine:
        yield made


def at_work(play: Play, tmp_path: Path, who: Actor = ANNA) -> Terminal:
    return Terminal(tmp_path / "case.db", who.id, play.now)


def now(play: Play, tmp_path: Path) -> Any:
    """Show the case as it is in the file."""
    with Engine.open(f"sqlite:///{tmp_path / 'case.db'}", clock=play.clock) as engine:
        return engine.case(play.case, as_=ANNA)


def history(play: Play, tmp_path: Path) -> list[Any]:
    with Engine.open(f"sqlite:///{tmp_path / 'case.db'}", clock=play.clock) as engine:
        return [*engine.history(play.case, as_=ANNA)]


def state(play: Play, tmp_path: Path, step: str) -> str:
    return next(row.state for row in now(play, tmp_path).steps if row.id == step)


def lines_of(screen: str) -> list[str]:
    return [line for line in plain(screen).splitlines() if line.strip()]


def test_a_number_of_the_list_opens_a_step_and_a_yes_saves_it(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path) as terminal:
        listed = terminal.types(play.case)
        assert "  1  Register the referral" in listed
        assert "? explains" in terminal.types("1")
        assert "Keep as proof: Referral form" in terminal.types("?")
        saved = terminal.types("yes")

    assert "Saved: Register the referral." in saved
    assert "  1  Name one accountable case manager" in saved  # what comes next, under its number
    assert f"wayhome {play.case}>" in saved
    assert state(play, tmp_path, "register_referral") == "done"


@pytest.mark.parametrize("line", ["{label}", "case next {case}", "{case}"])
def test_a_case_is_taken_up_in_three_ways(play: Play, tmp_path: Path, line: str) -> None:
    with at_work(play, tmp_path) as terminal:
        label = play.engine.case(play.case, as_=ANNA).label
        assert f"wayhome {play.case}>" in terminal.types(line.format(case=play.case, label=label))


def test_one_works_in_a_case_and_types_its_number_never(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path) as terminal:
        assert "1 WH-" in terminal.types("case list")
        assert f"wayhome {play.case}>" in terminal.types("1")
        assert "'depart' is not allowed yet" in terminal.types("why depart")
        assert "opened" in terminal.types("history")
        assert "version 1" in terminal.types("show")
        assert "of which kind of data" in terminal.types("note")
        terminal.presses(CTRL_C)
        assert "the name of a step" in terminal.types("frobnicate")
        assert "why depart" in terminal.types("?")


def test_a_step_is_opened_by_its_name_and_asked_about_nothing_that_was_not_typed(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path, RITA) as terminal:
        terminal.types(play.case)
        assert "Several are called so" in terminal.types("meet the")
        asked = terminal.types("look for imm")
        assert "What came out?" in asked
        assert "1 Low   2 Medium   3 High" in asked
        told = terminal.types("?")
        assert "It is needed" in told
        assert "Keep as proof" not in told  # that is said of the step, before it is saved
        assert "What came out?" in told.partition("It is needed")[2]
        assert "= High" in terminal.types("3")
        assert "What came out?" in terminal.types("<")
        assert "high" in terminal.presses(TAB)

    assert state(play, tmp_path, "initial_risk_assessment") != "done"


def test_enter_is_not_known_and_what_is_needed_stays_open_in_a_draft(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path, RITA) as terminal:
        stopped = terminal.types(play.case, "look for imm", "", "an invented fear")
        assert "Still open: What came out?" in stopped
        assert "The draft is kept" in stopped
        again = terminal.types("look for imm")
        assert "This goes on from your draft." in again
        assert "What came out?" in again
        assert "What the person is worried about: an invented fear" in terminal.types("low")


def test_ctrl_c_keeps_the_draft_and_goes_back_to_the_prompt(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path, RITA) as terminal:
        terminal.types(play.case, "look for imm", "high")
        assert "The draft is kept" in terminal.presses(CTRL_C)
        assert "What the person is worried about" in terminal.types("look for imm")  # it goes on there
        terminal.types("an invented fear")
        assert "thrown away" in terminal.types("no")
        assert "What came out?" in terminal.types("look for imm")


def test_what_is_typed_into_a_conversation_reaches_no_file_in_clear(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path, RITA) as terminal:
        terminal.types(play.case, "look for imm", "1", "zanzibarfear")
        terminal.presses(CTRL_C)
        terminal.types("my own zanzibarfear")  # at the wrong prompt

    assert (tmp_path / "wayhome" / "history").exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"zanzibarfear" in path.read_bytes()]


def test_what_is_refused_says_why_and_the_draft_is_kept(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path, RITA) as terminal:
        refused = terminal.types(play.case, "look for imm", "1", "", "yes")

    assert "is not allowed yet" in refused
    assert "The draft is kept" in refused


def test_what_somebody_else_saved_in_between_stands_and_nothing_is_saved_over_it(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case, "1")
        play.given(MANAGER, {"do": "note", "group": "case", "text": "an invented note"})
        told = terminal.types("yes")

    assert "has moved on" in told
    assert state(play, tmp_path, "register_referral") != "done"


def test_when_it_was_and_which_paper_says_so_is_asked_of_who_wants_to_say_it(play: Play, tmp_path: Path) -> None:
    play.wait(days=3)
    with at_work(play, tmp_path) as terminal:
        assert "Which paper says so" in terminal.types(play.case, "1", "+")
        told = terminal.types("an invented letter", "2026-03-02")
        assert "When was it, if not just now? 2026-03-02" in told
        terminal.types("yes")

    row = next(row for row in now(play, tmp_path).steps if row.id == "register_referral")
    assert str(row.done_at) == "2026-03-02"


def test_a_referral_of_yesterday_is_opened_with_its_day_and_shown_as_written_down_later(
    play: Play, tmp_path: Path
) -> None:
    play.wait(days=2)
    with at_work(play, tmp_path) as terminal:
        assert "From which country" in terminal.types(play.case, "case open")
        assert "To which country" in terminal.types("belg")
        assert "When did it begin, if not just now?" in terminal.types("niger")
        assert "That lies in the future." not in terminal.types("2026-03-03")
        assert "How do your own files call it?" in terminal.types("adult")
        told = terminal.types("12/26")
        assert "When did it begin, if not just now? 2026-03-03" in told
        opened = terminal.types("yes")
        assert "To say it aloud: " in opened
        assert "  1  Register the referral" in opened
        terminal.types("1", "+", "", "2026-03-03")
        assert "Saved: Register the referral." in terminal.types("yes")
        history = terminal.types("history")

    assert len(re.findall(r"2026-03-03 \(written down 2026-03-04 \d\d:\d\d", history)) == 2


def test_a_day_before_the_case_was_opened_is_refused_where_it_is_asked(play: Play, tmp_path: Path) -> None:
    """It was said when all was saved, after the whole conversation."""
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case, "1", "+", "")
        told = " ".join(terminal.types("2026-03-01").split())
        assert "The case was opened on 2026-03-02, and this cannot lie before it." in told
        assert "A new case is opened with the day on which it began." in told
        assert "Save?" in terminal.types("2026-03-02")
        assert "Saved: Register the referral." in terminal.types("yes")


def test_a_note_of_before_the_case_was_opened_is_taken(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case, "note", "case", "(invented) they wrote", "+", "")
        assert "Saved: " in terminal.types("2026-02-20", "yes")


def asked_whether_they_left(play: Play, terminal: Terminal) -> str:
    """Open the line of the journey by its number; gives what is asked."""
    (number,) = re.findall(r"(\d+)  LEFT\?", terminal.types("today"))
    return terminal.types(number)


def test_a_journey_of_which_nothing_is_written_asks_what_became_of_it(play: Play, tmp_path: Path) -> None:
    """Its number took up the case, and listed offers and consents: what happened at the gate was nowhere to be said."""
    play.ready()
    left = play.takes_off
    play.until(left + timedelta(hours=4))
    with at_work(play, tmp_path, WORKER) as terminal:
        asked = asked_whether_they_left(play, terminal)
        assert lines_of(asked)[-8:-1] == [
            "Has the person left?",
            "  1 The person departs                      ",
            "  2 The person has left without clearance   ",
            "  3 The person did not come to the departure",
            "  4 A flight or connection was missed       ",
            "  5 The decision is postponed               ",
            "  6 It is booked otherwise, or called off   ",
        ]
        assert "How did they leave?" in terminal.types("2")
        terminal.presses(CTRL_C)
        assert "How did they leave?" in terminal.types("next", "1", "2"), "under `next` it is the first"
        terminal.presses(CTRL_C)
        assert "Which legs, as they are booked" in terminal.types("today", "1", "it is", "booked")
        terminal.presses(CTRL_C)
        assert "When was it, if not just now?" in terminal.types("today", "1", "1", "")
        assert "The person departs: this would be saved." in terminal.types(left.isoformat())
        assert "Saved: The person departs." in terminal.types("yes")

    case = now(play, tmp_path)
    assert (case.phase, [one["state"] for one in case.consents if one["purpose"] == "return"]) == ("travel", ["given"])


def test_that_nobody_knows_yet_writes_nothing_and_a_journey_to_come_asks_nothing(play: Play, tmp_path: Path) -> None:
    play.ready()
    with at_work(play, tmp_path, WORKER) as terminal:
        (number,) = re.findall(r"(\d+)  LEAVES", terminal.types("today"))
        assert "Has the person left?" not in terminal.types(number)
    play.until(play.takes_off + timedelta(minutes=1))
    written = len(history(play, tmp_path))
    with at_work(play, tmp_path, WORKER) as terminal:
        asked_whether_they_left(play, terminal)
        assert "Nothing is saved." in terminal.types("")
    assert len(history(play, tmp_path)) == written


def test_a_case_that_is_not_saved_is_not_opened_and_goes_on_from_its_draft(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path) as terminal:
        terminal.types("case open", "be", "ng", "2026-02-27")
        assert "The draft is kept" in terminal.presses(CTRL_C)
        assert "Nothing is saved." in terminal.types("case open", "")
        assert "goes on from your draft" in terminal.types("case open", "be", "ng")
        terminal.presses(CTRL_C)
    with Engine.open(f"sqlite:///{tmp_path / 'case.db'}", clock=play.clock) as engine:
        assert len(engine.cases(as_=ANNA)) == 1


def test_a_journey_is_written_leg_by_leg_in_the_time_of_each_airport(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path) as terminal:
        asked = terminal.types(play.case, "plan and book", "booked")
        assert "Which legs, as they are booked, row 1: Where does it begin?" in asked
        assert "Africa/Lagos" in terminal.types("bru", "los", "2026-06-03 10:00")
        assert "2026-06-03 16:20 UTC+01:00" in terminal.types("2026-06-03 16:20")
        assert "row 2: Where does it begin?" in terminal.types("", "", "", "")
        told = terminal.types("", "an invented clock", "bakhita", "person")

    assert "departs at: 2026-06-03 10:00 UTC+02:00" in " ".join(told.split())
    assert "Who meets the person? Bakhita Villa" in told


def test_a_signature_keeps_no_draft(play: Play, tmp_path: Path) -> None:
    play.prepare(instead=stops_at("pre_return_risk_assessment"))
    play.given(ASSESSOR, measure("traffickers_know_home_or_family"))
    with at_work(play, tmp_path, RITA) as terminal:
        terminal.types(play.case, "assess the risks of r", *ASSESSED, "yes")
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case, "assess the risks of r", "", "agree")
        assert "Nothing is saved." in terminal.types("")
        assert "Do you agree with what is written?" in terminal.types("assess the risks of r", "")


def test_a_consent_is_asked_through_by_keystrokes(play: Play, tmp_path: Path) -> None:
    play.prepare(instead=consent_to_assistance_is_open)
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case)
        asked = terminal.types("ask for consent to ass")
        assert "1 given   2 refused" in asked
        terminal.types("given", "1", "en", "invented_1", "1,2,3,4,5,6", "written", "the person", "", "")
        saved = terminal.types("yes")

    assert "Saved: " in saved
    given = [one["purpose"] for one in now(play, tmp_path).consents if one["state"] == "given"]
    assert given


def test_a_question_mark_explains_the_question_that_is_asked(play: Play, tmp_path: Path) -> None:
    play.prepare(instead=consent_to_assistance_is_open)
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case, "ask for consent to ass")
        explained = [" ".join(terminal.types("?").split())]
        for answer in ("given", "1", "en", "invented_1", "1,2,3,4,5,6", "written", "the person"):
            terminal.types(answer)
            explained.append(" ".join(terminal.types("?").split()))

    answer, groups, language, version, what, form, who, interpreter = explained
    assert "A no is an answer" in answer
    assert "nothing else is" in groups
    assert "understands well" in language
    assert "so that it can be found again" in version
    assert "is not there is explained first" in what
    assert all("It is needed" in one for one in (answer, language, version, form, who))
    assert "Enter leaves it out" in interpreter
    assert len(set(explained)) == len(explained)


def test_a_question_about_a_fact_says_what_waits_for_it(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case, "2")
        told = " ".join(terminal.types("?").split())

    assert "Does the person have a safe place to stay tonight?" in told
    assert "These wait for the answer: 'Find a safe place to stay'" in told


def test_an_interpreter_who_is_refused_is_asked_again_alone_and_one_can_go_back_over_the_answer(
    play: Play, tmp_path: Path
) -> None:
    """It was refused after eleven answers; then `<` stayed at the same question for ever, and all eleven were lost."""
    play.prepare(instead=consent_to_assistance_is_open)
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case, "ask for consent to ass")
        terminal.types("given", "1", "en", "invented_1", "1,2,3,4,5,6", "written")
        assert "this partner does not do that" in plain(
            terminal.types("the person")
        )  # each stands there with what they lack
        assert "= PAG-ASA - this partner does not do that" in plain(terminal.types("PAG"))
        refused = terminal.types("", "yes")
        assert "The interpreter cannot be trusted" in plain(refused)
        assert "Who interpreted, if somebody did?" in plain(refused)
        assert "Who interpreted" not in plain(terminal.types("<"))  # the question before it
        assert "Who interpreted, if somebody did?" in plain(terminal.types("the person"))
        saved = terminal.types("", "yes")  # all the others are answered still

    assert "Saved: " in saved


def test_language_version_and_form_of_a_consent_are_offered_for_the_next_in_the_same_talk(
    play: Play, tmp_path: Path
) -> None:
    play.prepare(instead=consent_to_assistance_is_open)
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case, "ask for consent to ass")
        first = terminal.types("given", "1", "en", "invented_1", "1,2,3,4,5,6", "written", "the person", "", "", "yes")
        assert "Saved: " in first
        asked = terminal.types("consent: keep", "given")
        assert "=: the same" not in plain(asked)  # what may be told is asked anew
        assert "=: the same as just before, English" in plain(terminal.types("1"))
        assert "=: the same as just before, invented_1" in plain(terminal.types("="))
        assert "=: the same" not in plain(terminal.types("="))  # what was explained, too
        assert "=: the same as just before, written" in plain(terminal.types("1,2,3,4,5,6"))
        assert "=: the same" not in plain(terminal.types("="))
        terminal.types("the person", "", "")
        assert "Saved: " in terminal.types("yes")


def test_an_interpreter_who_is_nobodys_is_made_known_where_they_are_asked_for(play: Play, tmp_path: Path) -> None:
    play.prepare(instead=consent_to_assistance_is_open)
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case, "ask for consent to ass")
        asked = terminal.types("given", "1", "en", "invented_1", "1,2,3,4,5,6", "written", "the person")
        assert "+: somebody who is not in the list" in plain(asked)
        assert "Do they travel along?" in plain(terminal.types("+"))
        terminal.types("no", "no", "", "", "", "An Invented Interpreter", "+32 invented")
        named = plain(terminal.types("yes"))
        assert "Who interpreted" not in named  # it is answered, and the next question comes
        refused = plain(terminal.types("", "yes"))

    assert "nobody has vetted them" in refused  # somebody else sees to that; the answers are kept
    known = now(play, tmp_path).people
    assert [(one["ref"], one["relation"]) for one in known] == [("interpreter-1", "interpreter")]
    assert "interpreter-1" not in plain(asked)


def test_nothing_of_a_consent_is_offered_in_another_talk(play: Play, tmp_path: Path) -> None:
    play.prepare(instead=consent_to_assistance_is_open)
    with at_work(play, tmp_path) as terminal:
        terminal.types(play.case, "ask for consent to ass")
        terminal.types("given", "1", "en", "invented_1", "1,2,3,4,5,6", "written", "the person", "", "", "yes")
    with at_work(play, tmp_path) as terminal:
        asked = terminal.types(play.case, "consent: keep", "given", "1")

    assert "In which language was it asked?" in plain(asked)
    assert "=: the same" not in plain(asked)


def consent_to_assistance_is_open(_: Play, do: Any) -> bool:
    return bool(stops_at("")(_, {"step": "" if do.get("do") == "consent" else do.get("step", "-")}))


ASSESSED = ["2", *["1"] * (FACTORS - 1), "person", "2", "2", "low",
            "I fear an invented sponsor", "an invented report", "2026-06-01", "an invented call", "other"]  # fmt: skip


def test_a_risk_assessment_is_written_row_by_row_and_a_second_signs_exactly_that(play: Play, tmp_path: Path) -> None:
    play.prepare(instead=stops_at("pre_return_risk_assessment"))
    with at_work(play, tmp_path, RITA) as terminal:
        told = terminal.types(play.case, "assess the risks of r", *ASSESSED)
        assert "present: traffickers know home or family" in told
        wrong = terminal.types("yes")  # it is lower than it would be by itself, and nobody wrote down by what
        assert "needs an entry of 'Measures against a danger' that still stands" in " ".join(wrong.split())
        terminal.types("enter measure", "planned", "1", "person", "an invented lock", "sending", "2026-05-20", "yes")
        saved = terminal.types("assess the risks of r", "yes")
        assert "counts when a second has signed it: case manager (sending side)." in " ".join(saved.split())
    assert state(play, tmp_path, "pre_return_risk_assessment") != "done"

    with at_work(play, tmp_path) as terminal:
        shown = terminal.types(play.case, "assess the risks of r") + terminal.types("")
        for words in ("rita of invented_organisation wrote this", "What came out: Low", "I fear an invented sponsor",
                      "an invented lock; sending side; 2026-05-20; planned", "debt or oath pressure", "Do you agree with what is written?"):  # fmt: skip
            assert words in " ".join(shown.split())
        assert "Saved: Assess the risks of return together." in terminal.types("agree", "yes")
    assert state(play, tmp_path, "pre_return_risk_assessment") == "done"


def test_whoever_may_not_read_it_is_told_that_they_sign_it_unseen(play: Play, tmp_path: Path) -> None:
    play.prepare(instead=stops_at("pre_return_risk_assessment"))
    play.given(ASSESSOR, measure("traffickers_know_home_or_family"))
    with at_work(play, tmp_path, RITA) as terminal:
        terminal.types(play.case, "assess the risks of r", *ASSESSED, "yes")
    with at_work(play, tmp_path, PAULA) as terminal:
        shown = terminal.types(play.case, "assess the risks of r")

    assert "invented sponsor" not in shown
    assert "invented lock" not in shown
    assert "not yours to read" in shown
    assert "signs them unseen" in shown


def test_a_no_cancels_what_was_booked_asks_where_the_person_sleeps_and_offers_no_yes(
    play: Play, tmp_path: Path
) -> None:
    play.ready()
    with at_work(play, tmp_path) as terminal:
        asked = terminal.types(f"no {play.case}")
        assert "no reason" in asked
        assert "the case is put on hold, and a journey that is booked is cancelled" in " ".join(asked.split())
        done = terminal.types("yes")
        assert "travel cancelled" in done
        assert "safe place to stay tonight" in done
        told = terminal.types("no", "yes")
        assert "Tell them only 'postponed', and no reason: Bakhita Villa, Carrier." in " ".join(told.split())
        assert "Who has been told by now?" in told
        comes = terminal.types("1", "phone", "yes", "", "yes")
        assert "Saved: Bakhita Villa was told 'postponed'." in comes
        assert "talked about again" not in comes
        assert "Who has been told by now?" in comes, "the carrier holds the ticket"
        assert "How did the person say it?" in terminal.types("")
        comes = terminal.types("phone", "next")

    assert "Ask for consent to return" not in comes
    assert "'The person says no to the return' is open." in comes
    case = now(play, tmp_path)
    assert case.travel["status"] == "cancelled"
    assert [one["state"] for one in case.consents if one["purpose"] == "return"] == ["withdrawn"]
    assert case.facts["safe_place_tonight"] is False
    [told] = [
        row.data for row in history(play, tmp_path) if row.type == "contact_made" and row.data["with"] == "ng_bakhita"
    ]
    assert (told["channel"], "groups" in told, told["postponed"]) == ("phone", False, "only_that")
    said = [row.data for row in history(play, tmp_path) if row.type == "contact_made" and row.data["with"] == "person"]
    assert said[-1] == {"with": "person", "channel": "phone", "reached": True}


def test_whom_the_person_does_not_want_told_and_whom_nobody_reaches_is_written_down_so(
    play: Play, tmp_path: Path
) -> None:
    play.ready()
    with at_work(play, tmp_path) as terminal:
        terminal.types(f"no {play.case}", "yes", "no", "yes")
        tried = terminal.types("1", "phone", "no", "yes")
        assert "Bakhita Villa: nobody tries any more" in tried
        assert "Saved: Carrier is not told." in terminal.types("4", "visit", "yes")
        ended = terminal.types("3", "email", "yes")
        assert "Saved: Bakhita Villa is not told." in ended
        assert "How did the person say it?" in ended, "nobody is left to be told"

    written = [row.data for row in history(play, tmp_path) if row.type == "contact_attempted"]
    assert [(one["with"], one["channel"], one["postponed"]) for one in written] == [
        ("ng_bakhita", "phone", "only_that"),
        ("carrier", "visit", "not_wanted"),
        ("ng_bakhita", "email", "given_up"),
    ]


def test_who_stands_at_the_gate_is_shown_the_number_of_the_own_office_before_that_of_who_leads(
    play: Play, tmp_path: Path
) -> None:
    """desk.md F7: for Tom at the gate no telephone was shown, though the pack has it."""
    play.ready()
    play.given(MANAGER, {"do": "assign", "role": "travel_officer", "partner": "be_payoke"})
    play.given(LEADER, {"do": "assign", "role": "case_owner", "partner": "be_pag_asa", "case_worker": "anna"})
    tom = Actor("tom", "be_payoke", {"travel_officer"})
    play.engine.put_actor(tom)
    with at_work(play, tmp_path, tom) as terminal:
        told = " ".join(terminal.types(f"no {play.case}", "yes").split())

    own, leads = told.index("Call your own office now: Payoke. Payoke: +3232011690"), told.index("+3225116464")
    assert own < told.index("Call who leads the case now: PAG-ASA. PAG-ASA: +3225116464") < leads
    assert "Tell them only" not in told  # who else is in the case is told to who leads it
    assert any(row.step.startswith("tell:") for row in play.engine.due(case=play.case, as_=play.actor(MANAGER)))


def test_the_office_of_an_escort_who_is_given_as_a_person_is_to_be_called_first(play: Play, tmp_path: Path) -> None:
    """issue 33.7: a person has no office, so nobody who knows where they are was among those to be called."""
    play.ready()
    escort = play.involved("escort", travels=True, works_for="be_payoke")
    play.given(MANAGER, {"do": "assign", "role": "escort", "ref": play.vetted(escort, "escort")})
    with at_work(play, tmp_path) as terminal:
        assert "escort-1: escort, works for Payoke, travels too" in terminal.types(f"case show {play.case} --all")
        told = " ".join(terminal.types(f"no {play.case}", "yes", "no", "yes").split())

    assert (
        "Tell them only 'postponed', and no reason: Payoke, Bakhita Villa, Carrier, escort-1. Payoke: +3232011690"
        in told
    )


def test_who_hears_the_no_at_the_gate_is_told_who_asks_where_the_person_sleeps(play: Play, tmp_path: Path) -> None:
    play.ready()
    tom = Actor("tom", "invented_organisation", {"travel_officer"})
    play.engine.put_actor(tom)
    with at_work(play, tmp_path, tom) as terminal:
        told = " ".join(terminal.types(f"no {play.case}", "yes").split())

    assert "Saved: A no to 'Return'." in told
    assert (
        "Call them now, to ask: case manager (sending side) or risk assessor. Does the person have a safe place to stay tonight?"
        in told
    )
    assert "safe_place_tonight" not in now(play, tmp_path).facts


def test_of_several_who_were_told_of_the_person_the_no_is_to_one(play: Play, tmp_path: Path) -> None:
    """What was agreed for the house that receives them stays, when they take back what was agreed for another."""
    play.ready()
    yes = {
        "do": "consent",
        "purpose": "share_partner",
        "answer": "given",
        "language": "en",
        "version": "v1",
        "form": "written",
    }
    said = {"explained": ["purpose", "use", "research", "access", "storage", "withdrawal"], "given_by": "person"}
    play.given(MANAGER, {**yes, **said, "recipient": "ng_iom", "groups": ["identity"]})
    play.until(play.takes_off)
    play.goes_home()
    with at_work(play, tmp_path) as terminal:
        asked = terminal.types(f"no {play.case}")
        [number] = re.findall(r"(\d+) Share data with a partner, IOM Nigeria", asked)
        assert "take back 'Share data with a partner, IOM Nigeria" in " ".join(terminal.types(number).split())
        terminal.types("yes")

    states = {
        one["recipient"]: one["state"] for one in now(play, tmp_path).consents if one["purpose"] == "share_partner"
    }
    assert (states["ng_iom"], states["ng_bakhita"]) == ("withdrawn", "given")


def test_a_no_that_nobody_confirms_writes_nothing_down(play: Play, tmp_path: Path) -> None:
    play.ready()
    before = len(history(play, tmp_path))
    with at_work(play, tmp_path) as terminal:
        assert "Nothing was written down." in terminal.types(f"no {play.case}", "")

    assert len(history(play, tmp_path)) == before


def test_a_no_of_somebody_who_was_never_asked_is_an_answer_too(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path) as terminal:
        assert "Who answered?" in terminal.types(f"no {play.case}")
        assert "A no to 'Return': this would be saved." in terminal.types("the person")
        assert "Saved: A no to 'Return'." in terminal.types("yes")

    assert [one["state"] for one in now(play, tmp_path).consents] == ["refused"]


def test_every_screen_of_a_conversation_fits_the_terminal(play: Play, tmp_path: Path) -> None:
    with at_work(play, tmp_path) as terminal:
        screens = [
            terminal.types(line)
            for line in (
                play.case,
                "ask for consent to return",
                "?",
                "given",
                "1",
                "en",
                "x",
                "1",
                "1",
                "1",
                "house",
                "",
            )
        ]

    assert max(len(line.rstrip()) for screen in screens for line in lines_of(screen)) <= COLUMNS
    assert max(len(lines_of(screen)) for screen in screens) <= LINES


def test_a_no_on_the_way_takes_back_the_yes_to_the_return_and_says_what_to_do(play: Play, tmp_path: Path) -> None:
    """Somebody who turns round at the connection is heard as much as at the gate."""
    play.ready()
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    with at_work(play, tmp_path) as terminal:
        asked = terminal.types(f"no {play.case}")
        assert "To what do they say no?" in asked
        terminal.types("return")
        done = " ".join(terminal.types("yes").split())

    assert "On the way, ask first where the person is, and what they want." in done
    assert "Does the person have a safe place to stay tonight?" in done
    assert "travel cancelled" not in done
    case = now(play, tmp_path)
    assert (case.phase, case.status) == ("travel", "blocked")
    assert [one["type"] for one in case.incidents if not one["resolved_at"]] == ["consent_withdrawn_before"]


def test_what_rests_on_something_that_changed_is_confirmed_by_each_of_the_two_and_stays_as_it_was(
    play: Play, tmp_path: Path
) -> None:
    play.ready()
    play.given(ANNA, {"do": "record", "facts": {"safe_home_at_arrival": False}})
    before = play.step("pre_return_risk_assessment").result

    for who in (RITA, ANNA):
        assert state(play, tmp_path, "pre_return_risk_assessment") == "outdated"  # one of them alone does not settle it
        play.wait(minutes=1)
        with at_work(play, tmp_path, who) as terminal:
            asked = " ".join(terminal.types(play.case, "assess the risks of r").split())
            assert "wrote this at" in asked
            assert "What came out:" in asked
            assert "This changed since: 'The person has a safe home at arrival'. Does it still hold?" in asked
            assert "1 Yes, it was looked at again 2 No, it is done anew" in asked
            saved = " ".join(terminal.types("1", "yes").split())
            assert "Saved: Still so: Assess the risks of return together." in saved

    assert state(play, tmp_path, "pre_return_risk_assessment") == "done"
    assert play.step("pre_return_risk_assessment").result == before


def test_what_rests_on_something_that_changed_is_done_anew_where_it_does_not_hold(play: Play, tmp_path: Path) -> None:
    play.ready()
    play.given(ANNA, {"do": "record", "facts": {"safe_home_at_arrival": False}})
    with at_work(play, tmp_path, RITA) as terminal:
        terminal.types(play.case)
        assert "Nothing is saved." in terminal.types("1", "")
        assert "Saved: Again: Assess the risks of return together." in " ".join(
            terminal.types("1", "2", "", "yes").split()
        )

    assert state(play, tmp_path, "pre_return_risk_assessment") == "available"


def test_of_what_still_holds_nothing_is_to_be_confirmed(play: Play) -> None:
    play.ready()
    still = {"do": "complete", "step": "pre_return_risk_assessment", "confirms": True}

    assert play.engine.form(play.case, still, as_=ANNA).signs is None
