"""`wayhome due`: whose it is, and the ring for cron or a timer."""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from wayhome import Actor, Engine

from tests.attacks.play import DEPART, TRAVEL, evidence_is_fresh, opened

WORKER = "invented_worker"  # who answers for the person whose arrival nobody has told of
LONG_AGO = (datetime.now(UTC) - timedelta(days=20)).strftime("%Y-%m-%dT10:00Z")


@pytest.fixture
def late(wayhome):
    """The number of a case in which naming a case manager is long overdue."""
    words = ("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult", "--at", LONG_AGO)
    number = wayhome.json(*words)["case"]
    wayhome("do", number, "complete", "step=register_referral", f"at={LONG_AGO}")
    return number


@pytest.fixture(scope="module")
def silence(packs, tmp_path_factory):
    """A folder with a case of whose arrival nobody has said anything, and its number; made once. There it was long ago."""
    folder = tmp_path_factory.mktemp("silence")
    play = opened(packs, url=f"sqlite:///{folder}/wayhome.db")
    with play.engine as engine:
        evidence_is_fresh(play)
        play.until(play.takes_off)
        play.given(TRAVEL, DEPART)
        engine.put_actor(Actor("anna", "invented_organisation", {"case_manager_sending"}))
        engine.put_actor(Actor(WORKER, "invented_organisation", {"case_manager_sending"}))
    return folder, play.case


@pytest.fixture
def silent(wayhome, silence):
    """The number of a case of whose arrival nobody has said anything."""
    folder, number = silence
    (wayhome.folder / "wayhome.db").unlink()
    (wayhome.folder / "wayhome.db.key").unlink()
    shutil.copytree(folder, wayhome.folder, dirs_exist_ok=True)
    return number


# --- whose -----------------------------------------------------------------------------------------------------------


def test_what_is_due_can_be_narrowed_to_a_role_an_organisation_and_a_case(wayhome, late):
    other = wayhome.json("case", "open", "--host", "NL", "--origin", "BR", "age_status=adult")["case"]
    wayhome("do", other, "complete", "step=register_referral")

    def cases(*words, as_="anna"):
        return {row["case"] for row in wayhome.json("due", *words, as_=as_)["items"]}

    assert cases() == {late, other}
    assert cases("--case", other) == {other}
    assert cases("--role", "programme_manager") == {late, other}
    assert cases("--role", "travel_officer") == set()
    assert cases("--organisation", "invented_house") == {late, other}
    assert cases("--organisation", "invented_shelter") == set()
    assert cases("--case", late, "--within", "1h") == {late}


def test_due_mine_is_todays_list(wayhome, late):
    today, mine = wayhome("today"), wayhome("due", "--mine")

    assert (mine.status, mine.out) == (today.status, today.out) == (0, today.out)
    assert wayhome.json("due", "--mine")["overdue"] == wayhome.json("today")["overdue"]
    assert [row["case"] for row in wayhome.json("today")["overdue"]] == [late]
    assert wayhome.json("today", as_="rita")["overdue"] == []  # she is no programme manager


@pytest.mark.parametrize(
    ("words", "kind", "status"),
    [
        (("--role", "programme_manger"), "bad_input", 2),
        (("--organisation", "invented_huose"), "bad_input", 2),
        (("--case", "WH-7K3M9-Q2F4A-Z"), "not_found", 2),
        (("--case", "nonsense"), "bad_input", 2),
        (("--within", "soon"), "bad_input", 2),
    ],
)
def test_what_nobody_knows_is_told_and_no_empty_list(wayhome, late, words, kind, status):
    answer = wayhome("due", *words, "--json")

    assert (answer.status, answer.json["error"]["kind"]) == (status, kind)


def test_the_first_screen_shows_what_is_overdue_first_in_eighty_columns(wayhome, late, monkeypatch):
    other = wayhome.json("case", "open", "--host", "NL", "--origin", "BR", "age_status=adult")["case"]
    wayhome("do", other, "complete", "step=register_referral")
    monkeypatch.setattr("wayhome.shell.views.console.PIPED_WIDTH", 80)

    lines = wayhome("due").out.splitlines()

    assert lines[0] == "Overdue"
    assert late in lines[1]
    assert lines.index("Due") > 1
    assert max(map(len, lines)) <= 80


def test_more_than_a_screen_is_cut_and_says_so(wayhome):
    for _ in range(12):
        number = wayhome.json("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult")["case"]
        wayhome("do", number, "complete", "step=register_referral")

    shown, whole = wayhome("due").out, wayhome("due", "--all").out

    assert len(shown.splitlines()) <= 24
    assert len(re.findall(r"\bWH-\w{5}-\w{5}-\w", shown)) == 9
    assert "3 more" in shown
    assert len(re.findall(r"\bWH-\w{5}-\w{5}-\w", whole)) == 12


# --- the ring ----------------------------------------------------------------------------------------------------------

A_DAY = "anna: Wayhome has work for you. Look now: 0. Today: 1.\n"
AN_ALARM = f"{WORKER}: Wayhome has work for you. Look now: 1. Today: "


def test_nothing_to_say_is_silence_and_status_0(wayhome):
    answer = wayhome("due", "--ring", as_=None)

    assert (answer.status, answer.out, answer.err) == (0, "", "")


def test_the_work_of_a_day_is_one_line_and_told_once(wayhome, late):
    first, second = wayhome("due", "--ring", as_=None), wayhome("due", "--ring", as_=None)

    assert (first.status, first.out) == (0, A_DAY)
    assert (second.status, second.out) == (0, "")


def test_silence_is_raised_once_and_told_to_who_leads(wayhome, silent):
    first, second = wayhome("due", "--ring", as_=None), wayhome("due", "--ring", as_=None)

    assert (first.status, second.status) == (8, 0)
    assert first.out.startswith(AN_ALARM)
    assert second.out == ""
    incidents = wayhome.json("case", "show", silent)["incidents"]
    assert [one["type"] for one in incidents if one["resolved_at"] is None] == ["no_show_arrival"]


def test_what_somebody_takes_is_called_no_more(wayhome, silent):
    wayhome("due", "--ring", as_=None)

    taken, again = wayhome("due", "take", as_=WORKER), wayhome("due", "take", as_=WORKER)

    assert taken.out == "Taken: 1. Nobody else is called for it, unless it grows worse. `today` shows what it is.\n"
    assert again.out == "Nothing that cannot wait is open for you, or somebody has taken it.\n"
    assert f"taken by {WORKER}" in wayhome("today", as_=WORKER).out


def test_the_ring_is_one_json_document(wayhome, silent):
    answer = wayhome("due", "--ring", "--json")

    assert answer.status == 8
    assert set(answer.json) == {"raised", "not_raised", "calls", "unread", "clock_stands_back_at", "clock_ahead_of"}
    (raised,) = answer.json["raised"]
    assert (raised["case"], raised["incidents"]) == (silent, ["no_show_arrival"])
    assert [set(one) for one in answer.json["calls"]] == [{"account", "look_now", "today"}]


def test_each_line_goes_to_a_command_which_no_shell_reads(wayhome, late, tmp_path):
    script = tmp_path / "keeps what comes.py"
    script.write_text("import sys; open(sys.argv[1], 'a').write(sys.stdin.read())")
    kept = tmp_path / "kept; touch harm"

    answer = wayhome("due", "--ring", "--to", f"{sys.executable} '{script}' '{kept}'")

    assert (answer.status, answer.out) == (0, "")
    assert kept.read_text() == A_DAY
    assert not Path("harm").exists()


@pytest.mark.parametrize("command", ["/usr/bin/false", "/no/such/command"])
def test_a_command_that_fails_is_told_and_has_a_status_of_its_own(wayhome, late, command):
    answer = wayhome("due", "--ring", "--to", command)

    assert answer.status == 9
    assert "anna" in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("--to", "cat"),
        ("--ring", "--mine"),
        ("--ring", "--within", "7d"),
        ("--ring", "--role", "case_manager_sending"),
        ("--ring", "--to", "'"),
        ("--ring", "--to", " "),
        ("take", "--ring"),
        ("take", "--mine"),
        ("take", "--role", "case_manager_sending"),
        ("--mine", "--within", "7d"),
    ],
)
def test_what_makes_no_ring_is_a_usage_fault_and_raises_nothing(wayhome, silent, words):
    before = wayhome.ledger()

    assert wayhome("due", *words).status == 2
    assert wayhome.ledger() == before


# --- mine, in the library: as today's list has it ------------------------------------------------------------------------------------------------

HOUSE, SHELTER = "invented_house", "invented_shelter"


def _mine(engine: Engine, actor: Actor) -> set[str]:
    found = engine.today(as_=actor)
    return {row.step for row in (*found.overdue, *found.today, *found.soon)}


def test_mine_is_of_my_role_and_of_a_case_that_my_organisation_works_on(packs):
    with Engine.open("sqlite://", packs=packs) as engine:
        led = _a_case_led_by(engine, "anna")

        assert led == {"urgent_needs_assessment"}
        assert _mine(engine, Actor("ben", HOUSE, {"medical_officer"})) == {"urgent_needs_assessment"}
        assert _mine(engine, Actor("cleo", SHELTER, {"medical_officer"})) == set()


def test_what_a_case_manager_does_is_of_the_case_worker_who_was_named(packs):
    with Engine.open("sqlite://", packs=packs) as engine:
        _a_case_led_by(engine, "anna")

        assert _mine(engine, Actor("dora", HOUSE, {"case_manager_sending"})) == set()  # anna answers for the person
        assert _mine(engine, Actor("dora", HOUSE, {"case_manager_sending", "medical_officer"})) != set()


def _a_case_led_by(engine: Engine, worker: str) -> set[str]:
    from wayhome import commands

    anna = Actor("anna", HOUSE, {"case_manager_sending", "programme_manager"})
    case = engine.do(
        commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}), as_=anna
    ).case
    for command in (
        commands.Complete(case, step="register_referral"),
        commands.Assign(case, role="case_owner", organisation=HOUSE, case_worker=worker),
        commands.Complete(case, step="safe_first_contact"),
    ):
        engine.do(command, as_=anna)
    return _mine(engine, anna)


def test_a_role_that_another_holds_in_a_case_is_not_mine(packs):
    from wayhome import commands

    with Engine.open("sqlite://", packs=packs) as engine:
        _a_case_led_by(engine, "anna")
        doctor = Actor("ben", HOUSE, {"medical_officer"})
        engine.register_organisation(SHELTER, title="An invented shelter", country="BE")
        case = engine.cases(as_=doctor)[0].number
        anna = Actor("anna", HOUSE, {"case_manager_sending", "programme_manager"})
        engine.do(commands.Assign(case, role="medical_officer", organisation=SHELTER), as_=anna)

        assert _mine(engine, doctor) == set()
        assert _mine(engine, Actor("cleo", SHELTER, {"medical_officer"})) == {"urgent_needs_assessment"}


# --- where the row of somebody else is damaged ---------------------------------------------------------------------------


@pytest.fixture
def damaged(wayhome, silent):
    """The number of a case that nobody can read, beside the silent one."""
    assert wayhome("do", silent, "note", "group=case", "text=invented").status == 0  # the story was told long ago
    number = wayhome.json("case", "open", "--host", "NL", "--origin", "BR", "age_status=adult")["case"]
    with sqlite3.connect(wayhome.folder / "wayhome.db") as connection:
        connection.execute("UPDATE wh_cases SET state = x'00' WHERE number = ?", (number,))
    return number


def test_a_damaged_case_keeps_no_other_alarm_silent(wayhome, silent, damaged):
    """Nobody was called for a person who had not arrived, because the row of another could not be read."""
    rung = wayhome("due", "--ring")

    assert rung.status == 9
    assert rung.out.startswith(AN_ALARM)
    assert f"What is due in these cases cannot be read: {damaged}." in rung.err
    assert damaged in rung.err.splitlines()[0] + rung.err.splitlines()[1]


def test_where_nothing_can_be_read_nobody_is_told_that_nothing_is_there(wayhome, silent, damaged):
    with sqlite3.connect(wayhome.folder / "wayhome.db") as connection:
        connection.execute("UPDATE wh_cases SET state = x'00'")

    for told in (wayhome("due"), wayhome("case", "list")):
        assert (told.status, told.out) == (6, "")
        assert silent in told.err
        assert damaged in told.err


def test_what_is_due_in_all_others_is_listed_and_the_damaged_case_named(wayhome, silent, damaged):
    due, cases = wayhome("due"), wayhome("case", "list")

    assert (due.status, cases.status) == (6, 6)
    assert silent in due.out
    assert silent in cases.out
    for told in (due, cases):
        assert damaged in told.err
        assert "look after them by hand" in told.err
    assert wayhome.json("due")["damaged"] == [damaged]
    assert wayhome.json("case", "list")["damaged"] == [damaged]
