"""What is drawn for people: plain when piped, commands that can be copied, marks that are explained."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest
import wayhome_belgium
import wayhome_nigeria
from wayhome import Engine, StoreUnavailable
from wayhome.commands import BY_WORD
from wayhome.country import hookimpl
from wayhome.packs.plugins import Packs
from wayhome.shell.main import cli

HEAVY = {
    "sqlalchemy", "sqlmodel", "pydantic", "structlog", "rich", "prompt_toolkit", "yaml", "cryptography", "wayhome.engine",
}  # fmt: skip


@pytest.mark.parametrize("words", [["--help"], ["do", "--help"], ["case", "why", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(words):
    code = f"import sys; from wayhome.shell.main import main; s = main({words!r}); print({HEAVY!r} & set(sys.modules)); sys.exit(s)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)

    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines()[-1] == "set()"


def test_a_command_loads_no_module_but_its_own():
    code = "import sys; from wayhome.shell.main import main; main(['case', 'open', '--help']); print([m[23:] for m in sys.modules if m.startswith('wayhome.shell.commands.')])"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert found.stdout.splitlines()[-1] == "['case']"


def commands(group, path=()):
    for name in group.list_commands(click.Context(group)):
        command = group.resolve_command(click.Context(group), [name])[1]
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_the_list_of_commands_says_of_each_what_it_says_of_itself():
    for name, listed in cli.commands.items():
        assert listed.get_short_help_str() == cli.load(listed).get_short_help_str() != "", name


def test_every_command_takes_the_shared_options_and_explains_itself():
    found = dict(commands(cli))
    assert found
    for path, command in found.items():
        options = {option for parameter in command.params for option in parameter.opts}
        assert {"--db", "--as", "--json"} <= options, path
        assert command.help, path


def test_help_of_do_lists_every_command_with_its_fields(wayhome):
    text = wayhome("do", "--help").out

    assert all(word in text for word in BY_WORD if word != "open")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("alone", "Left alone on {day}, without clearance"),
        ("removed", "Was removed on {day}, without clearance"),
        ("unknown", "Left on {day}, without clearance; it is not known how"),
    ],
)
def test_how_somebody_has_gone_stands_at_the_head_of_their_case(wayhome, number, how, said):
    assert wayhome("do", number, "move", "to=left", f"how={how}").status == 0

    shown = wayhome.json("case", "show", number)
    text = wayhome("case", "show", number, "--all").out

    assert wayhome("case", "show", number).out.count(said.partition("{day}")[0]) == 1
    assert shown["left"]["how"] == how
    assert said.partition("{day}")[0] in text
    assert said.partition("{day}")[2] in text
    assert "not done before departure" in text


def label_of(wayhome, number):
    return wayhome.json("case", "show", number)["label"]


def test_a_case_is_drawn_plainly_when_it_is_piped(wayhome, number):
    text = wayhome("case", "show", number, "--all").out

    assert "\x1b" not in text
    assert f"Case {number}  {label_of(wayhome, number)}  identification  open" in text
    assert "○ Register the referral" in text
    assert "° our own choice" in text


def test_why_tells_what_is_missing_first_with_commands_to_type(wayhome, number):
    text = wayhome("case", "why", number, "depart", "--all").out

    assert text.index("✗") < text.index("In order:") < text.index("✓")
    first = next(line.strip() for line in text.splitlines() if line.strip().startswith("wayhome do"))
    assert wayhome(*shlex.split(first)[1:]).status == 0


def test_the_first_screen_of_why_says_how_many_things_whose_and_the_next_three(wayhome, number):
    first, whole = wayhome("case", "why", number, "depart").out, wayhome("case", "why", number, "depart", "--all").out

    head, whose = first.splitlines()[:2]
    count = int(re.search(r"(\d+) things are missing", head)[1])
    assert re.fullmatch(r"\d+ for you( · \d+ [a-z ]+)* · \d+ come after others", whose)
    assert sum(map(int, re.findall(r"\d+", whose))) == count
    assert first.count("✗") == 3
    assert f"… and {count - 3} more: wayhome case why {number} depart --all" in first
    assert "✓" not in first
    assert len([line for line in whole.splitlines() if line.strip().startswith("wayhome do")]) == count


def test_a_remedy_is_told_once_whatever_asks_for_it(wayhome, number):
    lines = wayhome("case", "why", number, "depart", "--all").out.splitlines()
    commands = [line.strip() for line in lines if line.strip().startswith("wayhome do")]

    assert len(set(commands)) == len(commands)


def test_a_refusal_of_many_things_says_the_next_three(wayhome, number):
    told = wayhome("do", number, "move", "to=depart").err

    assert told.count("✗") == 3
    assert f"more: wayhome case why {number} depart --all" in told


def test_commands_are_never_broken_into_lines(wayhome, number, monkeypatch):
    monkeypatch.setattr("wayhome.shell.views.console.PIPED_WIDTH", 40)

    lines = wayhome("case", "next", number).out.splitlines()

    assert any(f"wayhome do {number} complete step=register_referral" in line for line in lines)


def test_who_is_made_known_is_told_by_the_ref_that_was_made(wayhome, number):
    assert "made: child-1" in wayhome("do", number, "involve", "by=person", "relation=child").out.splitlines()
    assert "made:" not in wayhome("do", number, "involve", "by=person", "ref=child-1", "travels=true").out
    assert "made: child-2" in wayhome("do", number, "involve", "by=person", "relation=child").out.splitlines()

    answer = wayhome("do", number, "involve", "ref=chidl-1", "travels=true")
    assert "child-1" in answer.err
    assert "Did you mean" in answer.err


def test_every_look_can_be_drawn(wayhome, number):
    wayhome("do", number, "complete", "step=register_referral")
    wayhome("do", number, "assign", "role=case_owner", "organisation=invented_house", "case_worker=anna")
    wayhome("do", number, "involve", "by=person", "relation=child", "travels=true")
    wayhome("organisation", "add", "a_house", "--title", "An invented house", "--country", "NG", "--does", "meet")
    wayhome("do", number, "assign", "role=family", "organisation=a_house")
    wayhome("do", number, "note", "group=case", "text=an [bold]invented[/bold] note")
    wayhome("do", number, "incident", "type=age_dispute")
    for words, said in (
        (["case", "list"], number),
        (["case", "show", number], "open since"),
        (["case", "show", number, "--all"], "child-1: child, travels too"),
        (["case", "history", number, "--all"], "[bold]invented[/bold]"),
        (["case", "next", number], "what can be done now"),
        (["case", "why", number, "complete", "step=safe_first_contact"], "Meet the person in a safe place"),
        (["due"], "due"),
        (["actor", "list"], "invented_house"),
        (["organisation", "list"], "An invented house"),
        (["case", "history", number], "organisation known"),
        (["plugins", "list"], "ready"),
        (["process", "show", "NG"], "register_referral"),
        (["verify"], "holds together"),
        (["rebuild"], "1 cases"),
    ):
        answer = wayhome(*words)
        assert answer.status == 0, (words, answer.err)
        assert answer.err == ""
        assert said in answer.out


@pytest.mark.parametrize("key", [(), ("--key", "k1")], ids=["once", "with a key, sent again"])
def test_who_may_write_but_not_read_is_told_what_was_recorded(wayhome, number, key):
    wayhome("organisation", "add", "invented_shelter", "--title", "An invented shelter", "--country", "BE")
    assert wayhome("do", number, "assign", "role=service_provider", "organisation=invented_shelter").status == 0
    for _ in ("sent", *key[1:]):
        answer = wayhome("do", number, "incident", "type=detention_or_arrest", *key, as_="shelter")
        assert (answer.status, answer.err) == (0, "")
        assert "The person is detained or arrested" in answer.out
    assert [row["type"] for row in wayhome.json("case", "history", number)["items"]].count("incident_opened") == 1


def test_what_was_saved_is_told_whatever_becomes_of_the_look_at_what_comes_next(wayhome, number, monkeypatch):
    """Else somebody is told of a failure after it was written down, and does it a second time."""

    def locked(*_: object, **__: object) -> None:
        raise StoreUnavailable("The database cannot be used.", todo="Try again.")

    monkeypatch.setattr(Engine, "next", locked)
    answer = wayhome("do", number, "note", "group=case", "text=an invented note")
    assert (answer.status, answer.err) == (0, "")
    assert "Done." in answer.out


def test_many_cases_fit_a_screen_and_those_in_which_something_is_due_stand_first(wayhome, number):
    for _ in range(24):
        wayhome.json("case", "open", "--host", "BE", "--origin", "NG")
    wayhome(
        "do", number, "move", "to=left", "how=alone"
    )  # somebody calls after two hours; the others are registered within a day
    shown = wayhome("case", "list").out.splitlines()
    assert len(shown) <= 23
    assert shown[2].startswith(number)
    assert "… and 8 more: add --all, --phase or --status." in shown
    whole = wayhome("case", "list", "--all").out
    assert len(re.findall(r"^WH-", whole, re.MULTILINE)) == 25


def test_each_look_at_a_case_is_a_line_of_the_log(wayhome, number, monkeypatch):
    monkeypatch.setenv("WAYHOME_LOG", "info")
    note = ("do", number, "note", "group=case", "text=an invented note")
    for words, looks in (
        (("case", "show", number), ["case", "next", "process"]),
        (("case", "show", number, "--all"), ["case"]),
        (("case", "history", number), ["history"]),
        (("case", "next", number), ["next", "process"]),
        (note, ["next", "process", "process"]),
        ((*note, "--json"), []),
    ):
        lines = [json.loads(line) for line in wayhome(*words).err.splitlines()]
        assert [line["what"] for line in lines if line["event"] == "case_read"] == looks, words


def test_looking_at_an_empty_database_says_what_to_do(empty_line):
    empty_line("init")

    assert "actor add" in empty_line("actor", "list").out
    empty_line("actor", "add", "anna", "--organisation", "invented_house", "--role", "case_manager_sending")
    assert "organisation add" in empty_line("organisation", "list").out
    assert "case open" in empty_line("case", "list").out
    assert "Nothing is due" in empty_line("due").out


def test_the_drawing_of_a_process_names_every_step_once_and_every_move(wayhome):
    text = wayhome("process", "show", "NG", "--host", "BE", "--mermaid").out
    steps = wayhome.json("process", "show", "NG", "--host", "BE")["steps"]

    assert all(text.count(f"    {step['id']}[") + text.count(f"    {step['id']}(") == 1 for step in steps)
    assert "identification ==>|prepare| pre_departure" in text


def test_logs_go_to_stderr_and_name_no_one(wayhome, number, monkeypatch):
    monkeypatch.setenv("WAYHOME_LOG", "info")

    answer = wayhome("do", number, "involve", "by=person", "relation=relative", "name=An Invented Name", "--json")

    assert '"event": "command_done"' in answer.err
    assert "Invented Name" not in answer.err + answer.out
    assert answer.json["case"] == number


def plugin_with_stories(folder: Path, story: str | None) -> ModuleType:
    """Make a plugin of a real pack's files, with a story beside it."""
    pack = folder / "plugin" / "a_pack"
    shutil.copytree(Path(wayhome_nigeria.__file__).parent, pack, ignore=shutil.ignore_patterns("stories"))
    if story is not None:
        (pack / "stories").mkdir()
        (pack / "stories" / "plain.yaml").write_text(story)
    module = ModuleType("a_pack")
    module.wayhome_pack = hookimpl(lambda: pack)
    module.wayhome_check = wayhome_nigeria.wayhome_check
    return module


@pytest.fixture
def with_stories(monkeypatch, tmp_path):
    def use(story: str | None) -> None:
        packs = Packs.of(wayhome_belgium, plugin_with_stories(tmp_path, story))
        monkeypatch.setattr(Packs, "installed", classmethod(lambda cls: packs))

    return use


def test_the_demo_tells_a_story_and_leaves_a_database_to_look_into(empty_line, with_stories, story, tmp_path):
    with_stories(story.read_text())

    answer = empty_line("demo", "--folder", str(tmp_path / "kept"), as_=None)

    assert (answer.status, answer.err) == (0, "")
    assert "2026-03-02  identification  anna, invented_house" in answer.out
    assert "does 'Register the referral'" in answer.out
    assert "not allowed yet (STEP)" in answer.out
    assert "holds together" in answer.out
    url = f"sqlite:///{tmp_path / 'kept' / 'demo.db'}"
    assert url in answer.out
    assert len(empty_line("--db", url, "--json", "case", "list").json["items"]) == 2


def test_the_demo_gives_one_document(empty_line, with_stories, story):
    with_stories(story.read_text())

    found = empty_line.json("demo", as_=None)

    assert set(found) == {"database", "stories", "verify"}
    assert found["verify"]["ok"] is True
    shutil.rmtree(Path(found["database"].removeprefix("sqlite:///")).parent)


def test_the_demo_without_stories_says_so(empty_line, with_stories):
    with_stories(None)

    answer = empty_line("demo", as_=None)

    assert answer.status == 2
    assert "No story" in answer.err


def test_at_night_somebody_of_another_house_breaks_the_glass_by_the_number_on_the_card(wayhome, number):
    """The woman calls the night line; nobody who leads the case is awake. What protects her is read, and the morning sees it first."""
    wayhome("actor", "add", "night", "--organisation", "ng_bakhita", "--role", "reception_officer", as_="sysop")
    wayhome("do", number, "record", "chosen_name=Invented Name", "reached_by=+00 invented")
    assert (
        "for you here"
        in wayhome("case", "show", number, as_="night").out + wayhome("case", "show", number, as_="night").err
    )

    broken = wayhome("do", number, "open_up", "ground=break_glass", "why=(invented) she called", as_="night")
    assert broken.status == 0, broken.out + broken.err
    shown = wayhome("case", "show", number, as_="night").out
    assert "Invented Name" in shown
    assert "+00 invented" in shown
    assert "Glass broken: was it" in wayhome("today").out
    assert number not in wayhome("case", "list", as_="night").out
