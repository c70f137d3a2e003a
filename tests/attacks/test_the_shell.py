"""What reaches a terminal, a history file, a folder: words that people type, and files from others. (findings/security.md 16 to 18)"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from wayhome import Actor, Engine, WayhomeError

from tests.attacks import play as plays
from tests.attacks.acts import HOUSE
from tests.attacks.conftest import Begin
from tests.attacks.play import ASSESSOR, RECEIVER, Shell, signed, vetting

CASE = "WH-7K3M9-Q2F4A-Z"
LINES = {
    "in quotes": f"do {CASE} involve ref=relative-1 name='Blessing Invented'",
    "quotes forgotten": f"do {CASE} involve ref=relative-1 relation=relative name=Blessing Invented contact=+000 803 123",
    "spaces around": f"do {CASE} note group=narrative text = 'Invented sold her'",
    "a colon": f"do {CASE} note text: Invented sold her",
    "no field": f"do {CASE} note 'Invented sold her'",
    "a key": f"do {CASE} note text=x --key Invented-1",
    "pasted": "Invented lives at 12 Mission Road",
    "a code": f"do {CASE} incident type='Invented threatened her'",
}


@pytest.mark.parametrize("line", LINES)
def test_no_slip_of_the_fingers_reaches_the_history(line: str) -> None:
    kept = plays.kept_in_the_history(LINES[line])

    assert "Invented" not in kept
    assert "803" not in kept


RAW = {
    "escape": "\x1b[31mred\x1b]0;title\x07", "c1": "\u009b31mred", "c1 title": "\u009d0;owned\u009c", "del": "a\x7f\x7fb",
    "override": "safe\u202eefas ton\u202c", "isolate": "\u2067abc", "nothing": "pass\u200bword", "return": "refused\rgiven   ",
    "line": "a\u2028b", "lines": "x\n99  2026-01-01 10:00  anna, x  consent given: return",
}  # fmt: skip


@pytest.fixture(scope="module")
def history(folder_of_the_shell: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a case shows in which all of these were noted."""
    shell = plays.Shell(Path(shutil.copytree(folder_of_the_shell, tmp_path_factory.mktemp("raw") / "shell")))
    for text in RAW.values():
        shell.shows("do", "N", "note", f"text={text}")
    return shell.shows("case", "history", "N")


@pytest.mark.parametrize("raw", RAW)
def test_no_note_writes_upon_the_terminal(history: str, raw: str) -> None:
    assert not {c for c in RAW[raw] if c in "\x1b\u009b\u009d\u009c\x7f\u202e\u202c\u2067\u200b\r\u2028"} & set(history)
    assert not [line for line in history.splitlines() if line.startswith("99  2026")]


def test_no_title_of_a_story_writes_upon_the_terminal(shell: plays.Shell) -> None:
    note = f"  - {{as: {plays.actor(plays.MANAGER).id}, do: note, text: x, case: {shell.case}}}\n"
    (shell.folder / "story.yaml").write_text('title: "\\e]0;owned\\a\\e[2J"\nstory:\n' + note)

    assert "\x1b" not in shell.shows("run", str(shell.folder / "story.yaml"))


def test_no_organisation_writes_upon_the_terminal(shell: plays.Shell) -> None:
    with suppress(WayhomeError), Engine.open(shell.url) as engine:
        engine.put_actor(Actor("eve", "x\x1b]0;owned\x07", {plays.MANAGER}))

    assert "\x1b" not in shell.shows("actor", "list")


def test_a_reading_leaves_a_line_by_default(shell: plays.Shell) -> None:
    shell.shows("case", "show", "N")

    assert "Case manager" in shell.shows("case", "seen", "N", who="data_protection_officer")


DEEP = '{"as": "invented_case_manager_sending", "do": "open", "host_country": "BE", "origin_country": "NG", "key": "k", "facts": '
FILES = {
    "deep": ("a.jsonl", DEEP + '{"a":' * 900 + "1" + "}" * 900 + "}"),
    "a tag": ("b.yaml", "title: x\nstory:\n  - {do: !!python/object/apply:os.getenv [HOME], host_country: BE}\n"),
    "laughs": ("c.yaml", "a: &a [x,x]\nb: &b [*a,*a]\nstory: [*b,*b]\n"),
    "nested": ("d.yaml", "title: x\nstory:\n  - {do: " + "[" * 20000 + "]" * 20000 + "}\n"),
    "surrogate": ("e.jsonl", '{"as":"invented_case_manager_sending","do":"note","text":"\\ud800\\u0000"}'),
}


@pytest.mark.parametrize("file", FILES)
def test_no_file_of_others_ends_in_an_error_that_nobody_foresaw(shell: plays.Shell, file: str) -> None:
    name, content = FILES[file]
    (shell.folder / name).write_text(content)

    assert shell("run", str(shell.folder / name)) in (1, 2)


# --- who signs, and who vets ----------------------------------------------------------------------


def test_who_signs_without_saying_of_whom_is_asked_of_whom(begin: Begin) -> None:
    """A draft of relative-1 waits; `sign step=party_vetting` says that nothing does. `complete` asks of whom."""
    case = begin()
    ref = case.involved("relative")
    case.given(ASSESSOR, vetting(ref, "house"))

    answer = case.tried(RECEIVER, signed("party_vetting"), may_be_bad_input=True)
    assert not answer.done
    assert ref in answer.text
    assert "of" in {field for field, _ in case.faults(RECEIVER, signed("party_vetting"))}
    assert case.tried(RECEIVER, signed("party_vetting", of=ref)).done  # the honest way


def test_who_vets_somebody_before_anybody_is_known_is_told_to_make_them_known(shell: Shell) -> None:
    """'There is none yet. Leave it out'; and without it: 'There is none yet. Leave it out'."""
    said = ("do", "N", "complete", "step=party_vetting", "result=trusted", "for=meet", "how=visited", "seen_where=x")

    for words in (said, (*said, f"of={HOUSE}")):
        shown = " ".join(shell.shows(*words).lower().split())
        assert "leave it out" not in shown
        assert "involve" in shown
        assert "organisation registered" in shown
