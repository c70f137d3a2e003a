"""Every command once with --json: one document on stdout, with exactly the keys that the design names."""

from __future__ import annotations

import io
import json
import sqlite3
from pathlib import Path

import pytest
import wayhome_nigeria

EVENT = {"seq", "type", "v", "occurred_at", "recorded_at", "actor", "organisation", "data", "hash"}
STEP = {
    "id", "title", "phase", "round", "kind", "gate", "who", "state", "result", "signed", "due_at", "expires_at", "waits_for", "reported",
}  # fmt: skip
STATES = {"waiting", "available", "in_progress", "done", "failed", "not_applicable", "expired"}
DUE = {"case", "label", "step", "round", "of", "from", "due_at", "overdue", "renews", "who", "because"}
REASON = {"rule", "subject", "met", "fact", "todo", "remedy", "source"}


def test_init_says_where_database_and_key_lie(empty_line):
    found = empty_line.json("init", as_=None)

    assert set(found) == {"database", "key"}
    assert Path(found["database"]).exists()
    assert Path(found["key"]).stat().st_mode & 0o077 == 0


def test_an_actor_is_entered_and_listed(wayhome):
    words = ("--organisation", "invented_centre", "--role", "case_manager_receiving")
    added = wayhome.json("actor", "add", "olu", *words, as_="sysop")

    may = {"organisation": "invented_centre", "roles": ["case_manager_receiving"]}
    ((change),) = added.pop("changes")
    assert added == {"id": "olu", **may, "ended_at": None, "away": None}
    assert change == {"at": change["at"], "by": "sysop", **may, "ended": False}
    assert {**added, "changes": [change]} in wayhome.json("actor", "list", as_=None)
    ended = wayhome.json("actor", "end", "olu", as_="sysop")
    assert {**ended, "ended_at": None, "changes": []} == {**added, "changes": []}
    assert ended["changes"] == [change, {"at": ended["ended_at"], "by": "sysop", **may, "ended": True}]
    assert ended in wayhome.json("actor", "list", as_=None)
    assert ended == wayhome.json("actor", "show", "olu", as_=None)


def test_an_organisation_is_registered_and_listed(wayhome):
    words = ("--title", "An invented house", "--country", "NG", "--does", "house", "--does", "receive")
    added = wayhome.json("organisation", "add", "a_house", *words, as_=None)

    assert set(added) == {"id", "title", "country", "does", "added_at"}
    assert (added["id"], added["country"], added["does"]) == ("a_house", "NG", ["receive", "house"])
    assert wayhome.json("organisation", "list", as_=None) == [added]


def test_opening_a_case_gives_number_version_and_events(wayhome):
    found = wayhome.json("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult")

    assert set(found) == {"case", "version", "events"}
    assert [set(event) for event in found["events"]] == [EVENT]
    assert found["events"][0]["data"]["facts"] == {"age_status": "adult"}


def test_the_list_of_cases_can_be_narrowed(wayhome, number):
    rows = wayhome.json("case", "list", "--phase", "identification", "--status", "open")["items"]

    assert [set(row) for row in rows] == [
        {
            "number",
            "label",
            "version",
            "phase",
            "status",
            "host_country",
            "origin_country",
            "opened_at",
            "next_due_at",
            "owner",
            "zone",
        }
    ]
    assert rows[0]["number"] == number
    assert wayhome.json("case", "list", "--phase", "travel")["items"] == []


def test_the_list_of_cases_comes_a_page_at_a_time(wayhome, number):
    other = wayhome.json("case", "open", "--host", "BE", "--origin", "NG", "--reference", "12/26")["case"]
    first, second = sorted([number, other])

    page = wayhome.json("case", "list", "--limit", "1")
    assert ([row["number"] for row in page["items"]], page["after"], page["damaged"]) == ([first], first, [])
    assert [row["number"] for row in wayhome.json("case", "list", "--limit", "1", "--after", first)["items"]] == [
        second
    ]
    assert [row["number"] for row in wayhome.json("find", "12/26")["items"]] == [other]
    assert wayhome("case", "list", "--limit", "0", "--json").status == 2


def test_a_new_case_says_its_label_and_a_list_that_is_narrowed_does_not_say_that_there_are_none(wayhome, number):
    opened = wayhome("case", "open", "--host", "BE", "--origin", "NG").out
    label = opened.splitlines()[1].removeprefix("To say it aloud: ")

    assert wayhome.json("case", "show", label)["number"] in opened
    assert wayhome("find", "99/26").out == "No case here is as you asked for.\n"
    assert wayhome("case", "list", "--phase", "travel").out == "No case here is as you asked for.\n"


def test_a_label_is_taken_for_the_number(wayhome, number):
    label = wayhome.json("case", "show", number)["label"]

    assert wayhome.json("case", "show", label)["number"] == number
    assert wayhome.json("do", label, "note", "group=case", "text=an invented note")["case"] == number
    assert wayhome.json("case", "why", label, "depart")["case"] == number
    assert wayhome("case", "next", label).status == 0
    assert number in wayhome("case", "history", label).out


def test_a_history_that_is_damaged_shows_the_rest_and_ends_with_status_6(wayhome, number):
    wayhome("do", number, "note", "group=case", "text=an invented note")
    with sqlite3.connect(wayhome.folder / "wayhome.db") as connection:
        connection.execute("UPDATE wh_blobs SET sealed = x'00'")

    answer = wayhome("case", "history", number, "--json")

    found = json.loads(answer.out)
    rows = found["items"]
    assert (found["after"], found["damaged"]) == (None, [1, 2])
    assert [row["type"] for row in rows] == ["opened", "note_added"]
    assert rows[0]["data"]["facts"] == {}  # nobody has said that her age is not known
    assert answer.status == 6
    assert "something of events 1, 2 cannot be read" in answer.err


def test_a_case_is_shown_whole(wayhome, number):
    found = wayhome.json("case", "show", number)

    assert set(found) == {
        "number", "label", "reference", "phase", "status", "host_country", "origin_country", "opened_at", "version", "process", "facts", "steps", "consents",
        "documents", "incidents", "people", "travel", "owner", "case_workers", "no_account", "left", "corrections", "adopted_on", "read_recorded",
    }  # fmt: skip
    assert set(found["process"]) == {"digest", "packs"}
    assert all(set(pack) == {"id", "version"} for pack in found["process"]["packs"])
    assert all(set(step) == STEP and step["state"] in STATES for step in found["steps"])


def test_history_next_why_and_due_have_their_keys(wayhome, number):
    wayhome("do", number, "complete", "step=register_referral")

    assert [set(row) for row in wayhome.json("case", "history", number)["items"]] == [EVENT, EVENT]
    rows = wayhome.json("case", "next", number)
    assert rows
    assert all(set(row) == {"do", "who", "from", "until", "because"} and row["do"]["do"] for row in rows)
    why = wayhome.json("case", "why", number, "depart")
    assert set(why) == {"case", "move", "allowed", "from", "reasons"}
    assert (why["case"], why["move"], why["allowed"]) == (number, "depart", False)
    assert all(set(reason) == REASON for reason in why["reasons"])
    due = wayhome.json("due")["items"]
    assert due
    assert all(set(row) == DUE for row in due)


def test_why_can_be_asked_of_any_command(wayhome, number):
    assert wayhome.json("case", "why", number, "complete", "step=register_referral") | {"reasons": []} == {
        "case": number, "move": None, "allowed": True, "from": None, "reasons": [],
    }  # fmt: skip
    assert wayhome.json("case", "why", number, "move", "to=depart")["move"] == "depart"


@pytest.mark.parametrize(("within", "more"), [("1h", False), ("1d", False), ("9w", True)])
def test_due_can_be_asked_for_a_length_of_time(wayhome, number, within, more):
    wayhome("do", number, "complete", "step=register_referral")

    assert bool(wayhome.json("due", "--within", within)["items"]) is more


def test_doing_gives_the_events_and_a_key_makes_it_happen_once(wayhome, number):
    first = wayhome.json("do", number, "note", "group=case", "text=an invented note", "--key", "k1")
    again = wayhome.json("do", number, "note", "group=case", "text=an invented note", "--key", "k1")

    assert set(first) == {"case", "version", "events"}
    assert again == first
    assert wayhome.json("case", "show", number)["version"] == first["version"]


def test_what_was_recorded_by_a_moment_can_be_shown(wayhome, number):
    answer = wayhome("case", "show", number, "--at", "2020-01-01T00:00Z", "--json")

    assert (answer.status, answer.json["error"]["kind"]) == (2, "not_found")
    assert wayhome.json("case", "show", number, "--at", "2199-01-01T00:00+01:00")["number"] == number


def test_a_process_is_shown_and_drawn(wayhome):
    found = wayhome.json("process", "show", "NG", "--host", "BE", as_=None)

    assert set(found) == {
        "digest", "packs", "phases", "steps", "consents", "documents", "partners", "incidents", "facts", "rules", "rounds", "sources",
    }  # fmt: skip
    assert all("id" in entry for kind in found if kind not in ("digest", "rounds") for entry in found[kind])
    assert wayhome.json("process", "show", "NG", "--mermaid", as_=None)["mermaid"].startswith("flowchart")
    assert "stateDiagram" in wayhome("process", "show", "BE", "--life-cycles", as_=None).out


def test_a_country_alone_and_in_company_are_different_processes(wayhome):
    alone, together = (wayhome.json("process", "show", "NG", *more, as_=None) for more in ((), ("--host", "BE")))

    assert alone["digest"] != together["digest"]
    assert len(alone["steps"]) < len(together["steps"])


def test_the_words_of_a_return_are_written_for_type_checkers(wayhome, tmp_path):
    told = wayhome.json("types", "be", "ng", as_=None)
    kept = wayhome.json("types", "BE", "NG", "--out", "be_ng.py", as_=None)

    assert set(told) == {"digest", "python"}
    assert kept == {"digest": told["digest"], "file": "be_ng.py"}
    assert (tmp_path / "be_ng.py").read_text() == told["python"] == wayhome("types", "BE", "NG", as_=None).out
    digest = told["digest"][:12]
    assert told["python"].startswith(f"# Generated by `wayhome types BE NG` from the process {digest}. Do not edit.\n")


def test_no_words_are_written_of_a_return_that_no_pack_knows(wayhome, tmp_path):
    answer = wayhome("types", "BE", "XX", "--out", "be_xx.py", as_=None)

    assert (answer.status, answer.out) == (2, "")
    assert not (tmp_path / "be_xx.py").exists()


def test_plugins_are_listed_and_checked(wayhome):
    rows = wayhome.json("plugins", "list", as_=None)
    assert all(set(row) == {"id", "version", "state", "reason"} for row in rows)
    assert {(row["state"], row["reason"]) for row in rows} == {("ready", None)}
    pack = Path(wayhome_nigeria.__file__).parent
    for folder in (pack, pack.parent):
        assert wayhome.json("plugins", "check", str(folder), as_=None)["id"] == "nigeria"


def test_the_ledger_is_checked_and_rows_are_made_again(wayhome, number):
    assert wayhome.json("verify", as_=None) == {
        "ok": True,
        "cases": 1,
        "events": 1,
        "problems": [],
        "after": None,
        "moves": 0,
        "not_judged": {},
        "reads": {"rows": 0, "unopened": 0, "are_changed": False},
    }
    before = wayhome.ledger()
    assert wayhome.json("rebuild", as_=None) == {"cases": 1, "events": 1}
    assert wayhome.ledger() == before


def test_a_story_is_played_and_checked(wayhome, story):
    title = "An invented person is referred"
    assert wayhome.json("run", str(story), "--check", as_=None) == {"title": title, "ok": True, "failures": []}
    assert wayhome.json("case", "list")["items"] == []
    played = wayhome.json("run", str(story), as_=None)
    assert (played["done"], len(played["cases"])) == (3, 1)


def test_lines_of_json_are_played_by_the_actors_of_the_database(wayhome, number, tmp_path):
    lines = [{"as": "anna", "case": number, "do": "complete", "step": "register_referral", "key": "line-1"},
             {"as": "anna", "case": number, "do": "note", "group": "case", "text": "an invented note"}]  # fmt: skip
    path = tmp_path / "import.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))

    assert wayhome.json("run", str(path), as_=None)["done"] == 2
    assert wayhome.json("case", "show", number)["version"] == 3


def test_a_script_on_stdin_gives_one_document(wayhome, number, monkeypatch):
    script = f"# a comment\n\ncase list\ndo {number} complete step=register_referral\nexit\nnever tried"
    monkeypatch.setattr("sys.stdin", io.StringIO(script))

    told = wayhome.json("shell")

    assert [(line["line"], line["exit"]) for line in told] == [(3, 0), (4, 0)]
    assert told[0]["output"]["items"][0]["number"] == number


def test_options_stand_before_or_after_the_command(wayhome, number, monkeypatch):
    after = wayhome("case", "list", "--json", "--as", "rita", as_=None)
    before = wayhome("--json", "--as", "rita", "case", "list", as_=None)
    monkeypatch.setenv("WAYHOME_ACTOR", "rita")
    environment = wayhome("case", "list", "--json", as_=None)

    assert after.out == before.out == environment.out
    assert number in after.out


def test_numbers_of_cases_can_be_typed_carelessly(wayhome, number):
    assert wayhome.json("case", "show", number.lower().replace("-", ""))["number"] == number
