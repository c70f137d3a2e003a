"""Every exit status; and whatever is typed: one clear block, no traceback, and nothing is changed."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from wayhome.shell.typed_fields import pairs

ERROR = {"kind", "what", "why", "todo"}


def test_a_refusal_gives_every_unmet_reason_and_status_1(wayhome, number):
    told = wayhome("do", number, "move", "to=depart")
    answer = wayhome("do", number, "move", "to=depart", "--json")

    assert told.status == answer.status == 1
    assert (told.out, answer.err) == ("", "")
    refused = answer.json["refused"]
    assert set(refused) == {"case", "command", "move", "reasons"}
    assert (refused["case"], refused["command"], refused["move"]) == (number, "move", "depart")
    assert refused["reasons"]
    assert not any(reason["met"] for reason in refused["reasons"])
    assert f"do {number} complete step=register_referral" in told.err


@pytest.mark.parametrize(
    ("words", "status", "kind", "says"),
    [
        (["case", "show", "WH-7K3M9-Q2F4A-A"], 2, "bad_input", "mistyped"),
        (["case", "show", "nonsense"], 2, "bad_input", "not a case number"),
        (["case", "show", "WH-7K3M9-Q2F4A-Z"], 2, "not_found", ""),
        (["case", "show", "NUMBER", "--at", "2026-03-02T10:00"], 2, "bad_input", "time zone"),
        (["do", "NUMBER", "complete", "step=register_refral"], 2, "bad_input", "register_referral"),
        (["do", "NUMBER", "complet", "step=register_referral"], 2, "bad_input", "complete"),
        (["do", "NUMBER", "complete", "register_referral"], 2, "bad_input", "name=value"),
        (["case", "why", "NUMBER", "dpart"], 2, "bad_input", "no move or command 'dpart'"),
        (["do", "NUMBER", "resolve", "incident=risk_high", "outcome=over", "reason=x"], 2, "bad_input", "There is none yet."),
        (["do", "NUMBER", "complete", "step=a", "step=b"], 2, "bad_input", "twice"),
        (["do", "NUMBER", "record", "age_status=grown_up"], 2, "bad_input", "adult"),
        (["do", "NUMBER", "note", "text=x", "at=2026-03-02T10:00"], 2, "bad_input", "time zone"),
        (["do", "NUMBER", "note", "text=x", "colour=red"], 2, "bad_input", "no field of"),
        (["do", "NUMBER", "note", "text=" + "x" * 1_000_000], 2, "bad_input", "too long"),
        (["do", "NUMBER", "note", "text=\x1b[2J"], 2, "bad_input", "control characters"),
        (["do", "NUMBER", "note", "text=x", "--if-version", "no"], 2, "usage", "integer"),
        (["do", "NUMBER", "open", "host_country=BE"], 2, "bad_input", "case open"),
        (["do", "NUMBER", "travel", "status=booked", "legs=[1, 2"], 2, "bad_input", ""),
        (["case", "why", "NUMBER", "fly"], 2, "bad_input", ""),
        (["case", "open", "--host", "BE", "--origin", "QQ"], 2, "not_found", "QQ"),
        (["case", "open", "--host", "BE", "--origin", "NG", "adult"], 2, "bad_input", "name=value"),
        (["case", "list", "--phase", "depature"], 2, "bad_input", "pre_departure"),
        (["due", "--within", "soon"], 2, "bad_input", "7d"),
        (["actor", "add", "x", "--organisation", "o", "--role", "case_manager_sendin"], 2, "bad_input", "case_manager_sending"),
        (["actor", "add", "clock", "--organisation", "o", "--role", "risk_assessor"], 2, "bad_input", "clock"),
        (["organisation", "add", "ng_iom", "--title", "x", "--country", "NG"], 2, "bad_input", "something else"),
        (["organisation", "add", "a_house", "--title", "x", "--country", "NG", "--does", "shelter"], 2, "usage", "receive"),
        (["do", "NUMBER", "assign", "role=family", "organisation=a_house"], 2, "bad_input", "wayhome organisation add"),
        (["run", "nowhere.yaml"], 2, "bad_input", ""),
        (["process", "show", "QQ"], 2, "not_found", "QQ"),
        (["plugins", "check", "nowhere"], 2, "not_found", "pack.yaml"),
        (["init"], 2, "bad_input", "already"),
        (["nonsense"], 2, "usage", "nonsense"),
        (["case"], 2, "usage", ""),
        (["case", "list", "--db", "mysql://somewhere/x"], 2, "bad_input", "sqlite"),
        (["case", "list", "--db", "not a url"], 2, "bad_input", "sqlite:///"),
        (["do", "NUMBER", "note", "text=x", "--if-version", "7"], 3, "conflict", "version 1"),
        (["case", "list", "--as", "nobody"], 4, "not_permitted", "actor add"),
        (["case", "list", "--as", "sysop"], 4, "not_permitted", "read no cases"),
        (["case", "show", "NUMBER", "--as", "sysop"], 4, "not_permitted", ""),
        (["do", "NUMBER", "complete", "step=register_referral", "--as", "rita"], 4, "not_permitted", ""),
        (["case", "list", "--db", "sqlite:///nowhere.db"], 7, "store_unavailable", "wayhome init"),
        (["init", "--db", "sqlite:////nowhere/at/all/wayhome.db"], 7, "store_unavailable", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_one_block_and_changes_nothing(wayhome, number, words, status, kind, says):
    words = [word.replace("NUMBER", number) for word in words]
    before = wayhome.ledger()

    told, answer = wayhome(*words), wayhome(*words, "--json")

    assert told.status == answer.status == status
    assert wayhome.ledger() == before
    if status:
        assert told.out == ""
        assert 0 < len(told.err) < 3000
        assert answer.err == ""
        assert set(answer.json) == {"error"}
        assert set(answer.json["error"]) == ERROR
        assert answer.json["error"]["kind"] == kind
        assert says in told.err


def test_of_several_faults_each_stands_in_its_line_with_what_to_do(wayhome, number):
    told = wayhome("do", number, "record", "age_status=grown_up", "sex=unheard")

    first, second = told.err.splitlines()
    assert told.status == 2
    assert "adult, child, disputed" in first
    assert "female, male, other" in second


def test_what_two_fields_lack_in_common_is_told_once(wayhome, number):
    told = wayhome("do", number, "consent", "purpose=return", "answer=given").err

    assert told.count("A consent to return says its form and its language.") == 1


def test_without_an_actor_nobody_looks(wayhome, number):
    answer = wayhome("case", "show", number, as_=None)

    assert answer.status == 2
    assert "WAYHOME_ACTOR" in answer.err


def test_a_broken_pack_is_told_with_its_lines_and_status_5(empty_line, tmp_path):
    (tmp_path / "pack.yaml").write_text("id: nowhere\nrole: origin\n")

    words = ("plugins", "check", str(tmp_path))
    told, answer = empty_line(*words), empty_line(*words, "--json")

    assert told.status == answer.status == 5
    assert "pack.yaml:1:" in told.err
    assert set(answer.json["error"]) == ERROR


def test_a_changed_ledger_is_found_and_named_with_status_6(wayhome, number):
    with sqlite3.connect(wayhome.folder / "wayhome.db") as connection:
        connection.execute("UPDATE wh_ledger SET recorded_on = '2026-01-01'")

    told, answer = wayhome("verify", as_=None), wayhome("verify", "--json", as_=None)

    assert told.status == answer.status == 6
    assert f"Case {number}, event 1" in told.out
    assert answer.json["ok"] is False
    assert (answer.json["problems"][0]["case"], answer.json["problems"][0]["event"]) == (number, 1)


def test_without_its_key_nothing_is_sealed_and_status_is_7(wayhome, number):
    (wayhome.folder / "wayhome.db.key").unlink()
    before = wayhome.ledger()

    answer = wayhome("do", number, "note", "group=case", "text=an invented note")

    assert answer.status == 7
    assert "key" in answer.err
    assert wayhome.ledger() == before


def test_a_key_that_others_may_read_is_not_used(wayhome, number):
    (wayhome.folder / "wayhome.db.key").chmod(0o644)

    assert wayhome("do", number, "note", "group=case", "text=an invented note").status == 7


def test_a_database_that_is_gone_while_its_key_is_there_was_lost(wayhome, number):
    (wayhome.folder / "wayhome.db").unlink()

    told = wayhome("case", "list")

    assert told.status == 7
    assert "There is no database here, and there is the key of one." in told.err
    assert "your last backup" in told.err
    assert "wayhome init" not in told.err


def test_a_database_that_is_empty_is_not_made_anew(wayhome, number):
    (wayhome.folder / "wayhome.db").write_bytes(b"")

    told = wayhome("case", "list")

    assert told.status == 7
    assert "If it held cases, put your last backup in its place." in told.err
    assert (wayhome.folder / "wayhome.db").read_bytes() == b""


def test_who_types_no_as_a_word_is_told_how_a_no_is_written_down(wayhome, number):
    told = wayhome("do", number, "no")

    assert told.status == 2
    assert f"do {number} consent purpose=return answer=refused" in told.err
    assert "Did you mean" not in told.err


def test_a_no_where_no_yes_stands_is_written_down_as_an_answer(wayhome, number):
    told = wayhome("do", number, "withdraw", "purpose=return", "channel=visit")

    assert told.status == 2
    assert "A no counts all the same" in told.err
    assert "write it down as a consent to return that was refused" in " ".join(told.err.split())


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(empty_line, tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)

    assert empty_line("init").status == 7


def test_a_file_that_is_no_database_is_left_alone(empty_line, tmp_path):
    (tmp_path / "wayhome.db").write_text("an invented letter\n" * 100)

    assert empty_line("case", "list", as_="anna").status == 7
    assert empty_line("init").status == 2
    assert (tmp_path / "wayhome.db").read_text().startswith("an invented letter")


def test_a_story_that_goes_another_way_is_told_line_by_line(wayhome, story):
    story.write_text(story.read_text().replace("phase: identification", "phase: travel"))

    answer = wayhome("run", str(story), "--check")
    assert answer.status == 2
    assert "line 11" in answer.out
    assert wayhome("run", str(story), "--check", "--json").json["ok"] is False


def test_a_file_that_stops_in_the_middle_says_what_stays_done(wayhome, number, tmp_path):
    lines = [
        {"as": "anna", "case": number, "do": "complete", "step": "register_referral"},
        {"as": "anna", "case": number, "do": "move", "to": "depart"},
    ]
    path = tmp_path / "import.yaml"
    path.write_text(json.dumps({"title": "An invented story", "story": lines}))

    answer = wayhome("run", str(path))

    assert answer.status == 1
    assert "1 commands of the file were done" in answer.err


def test_what_nobody_foresaw_is_one_sentence_and_status_70(wayhome, number, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("An Invented Name")

    monkeypatch.setattr("wayhome.engine.Engine.cases", broken)

    told, answer = wayhome("case", "list"), wayhome("case", "list", "--json")

    assert told.status == answer.status == 70
    assert "shell/pages.py" in told.err
    assert "An Invented Name" not in told.err + answer.out + answer.err
    assert answer.json["error"]["kind"] == "unexpected"


def test_a_reader_who_has_seen_enough_ends_it_quietly(wayhome, number, monkeypatch):
    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("rich.console.Console.print", gone)
    monkeypatch.setattr("os.dup2", lambda *_: None)

    answer = wayhome("case", "list")

    assert (answer.status, answer.err) == (141, "")


def test_ctrl_c_ends_it_with_one_line(wayhome, monkeypatch):
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wayhome.engine.Engine.cases", stopped)

    answer = wayhome("case", "list")
    assert answer.status == 130
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["step=safety_plan"], {"step": "safety_plan"}),
        (["text=a=b"], {"text": "a=b"}),
        (["text=[1]"], {"text": "[1]"}),  # a text stays a text
        (['legs=[{"from": "AAA"}]'], {"legs": [{"from": "AAA"}]}),
        (["own_view=[unclear] yes"], {"own_view": "[unclear] yes"}),
        (["reason="], {"reason": ""}),
    ],
)
def test_fields_are_read_as_they_are_typed(typed, read):
    assert pairs(typed) == read


# --- where what is said cannot be written ------------------------------------------------------------------------


def typed(words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type it in a shell of the system, in a folder where there is no database."""
    line = words.replace("wayhome", f"{sys.executable} -m wayhome.shell.main", 1)
    return subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True)


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")


@FULL
@pytest.mark.parametrize(
    "words", ["doctor --strict", "doctor --strict --json", "case list --json", "plugins list --json"]
)
def test_where_the_answer_finds_no_room_that_is_told_plainly(words: str, tmp_path: Path) -> None:
    answer = typed(f"wayhome {words} > /dev/full", tmp_path)

    assert (answer.returncode, answer.stderr) == (
        7,
        "A file that is needed cannot be used.\nThe disk is full.\nLook at its path and its rights, and at the disk.\n",
    )


@FULL
def test_where_not_even_that_finds_room_the_status_says_it(tmp_path: Path) -> None:
    assert typed("wayhome plugins list --json > /dev/full 2> /dev/full", tmp_path).returncode == 7


@pytest.mark.skipif(os.name != "posix", reason="no such shell here")
@pytest.mark.parametrize("more", ["", " --json"])
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_where_nobody_wants_to_hear_it_nothing_is_said(more: str, closed: str, tmp_path: Path) -> None:
    for words, status in (("doctor", 7), ("plugins list", 0)):
        answer = typed(f"wayhome {words}{more} {closed}", tmp_path)

        assert (answer.returncode, answer.stdout + answer.stderr) == (status, "")
