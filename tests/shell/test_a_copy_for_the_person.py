"""A copy of everything at the shell: sealed for the person, opened by what they sealed it with, and each no in one sentence."""

from __future__ import annotations

import json
import os
import stat
import sys
import unicodedata

import pytest
from pyrage import x25519
from wayhome.shell import views
from wayhome.shell.main import run
from wayhome.shell.session import Session
from wayhome.store import files

from tests.killed import killed_at

SECRET_OF_THE_OFFICE = "six invented words of the office"
THEIRS = x25519.Identity.generate()
WORDS = "six invented words of the person"


@pytest.fixture
def guard(wayhome):
    wayhome(
        "actor", "add", "dana", "--organisation", "invented_house", "--role", "data_protection_officer", as_="sysop"
    )
    (wayhome.folder / "words").write_text(WORDS)
    return "dana"


@pytest.fixture
def typing(monkeypatch):
    """Somebody sits at a terminal and types these words, as often as they are asked; each prompt is noted."""

    def types(words):
        asked = []
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr("click.termui.hidden_prompt_func", lambda prompt: asked.append(prompt) or words)
        return asked

    return types


def copies_noted(wayhome, number):
    return [row for row in wayhome.json("case", "seen", number, as_="dana")["items"] if "everything" in row["how"]]


def test_it_is_sealed_by_the_words_of_the_person_and_opened_by_these_alone(wayhome, number, guard):
    made = wayhome("case", "everything", number, "copy.age", "--passphrase-file", "words", as_=guard)
    assert made.status == 0, made
    file = wayhome.folder / "copy.age"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert number.encode() not in file.read_bytes()

    (wayhome.folder / "other").write_text("other words")
    no = wayhome("case", "unseal", "copy.age", "--passphrase-file", "other", as_=None)
    assert (no.status, no.out) == (2, "")
    assert "The copy does not open." in no.err
    opened = wayhome("case", "unseal", "copy.age", "--passphrase-file", "words", as_=None)
    assert opened.out.startswith(f"All that is held about you in case {number}")
    assert (
        json.loads(wayhome("case", "unseal", "copy.age", "--passphrase-file", "words", "--json", as_=None).out)["case"][
            "number"
        ]
        == number
    )


def test_or_to_a_key_of_the_person(wayhome, number, guard):
    (wayhome.folder / "theirs.txt").write_text(f"# an invented person\n{THEIRS}\n")
    wayhome("case", "everything", number, "copy.age", "--to", str(THEIRS.to_public()), as_=guard)
    opened = wayhome("case", "unseal", "copy.age", "--identity", "theirs.txt", as_=None)
    assert number in opened.out


@pytest.mark.usefixtures("quick_passphrases")
def test_what_is_kept_back_is_said_in_it_and_is_not_in_it(wayhome, number, guard):
    wayhome("do", number, "involve", "relation=relative", "by=person", "name=Invented Aunt")
    entry = wayhome.json("case", "everything", number, as_=guard)
    (aunt,) = [seq for seq, grounds in entry.items() if "others" in grounds]
    keep = ("--keep-back", f"{aunt}=others", "--because", "she was not asked")
    assert (
        "1 kept back"
        in wayhome("case", "everything", number, "copy.age", *keep, "--passphrase-file", "words", as_=guard).out
    )

    opened = wayhome("case", "unseal", "copy.age", "--passphrase-file", "words", as_=None).out
    assert f"Entry {aunt} is kept back: it is about other people" in opened
    assert "Invented Aunt" not in opened
    seen = wayhome("case", "seen", number, as_=guard).out
    assert f"in a copy of everything for the person; entry {aunt} kept back" in seen


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("--keep-back", "3"), "Write for example --keep-back 12=others."),
        (("--keep-back", "3=others"), "Say --because."),
        (("--keep-back", "9999=others", "--because", "it names her"), "There is no entry of this number."),
    ],
)
def test_a_no_is_one_sentence_and_makes_no_file(wayhome, number, guard, said, told):
    no = wayhome("case", "everything", number, "copy.age", *said, "--passphrase-file", "words", as_=guard)
    assert (no.status, told in no.err) == (2, True), no
    assert not (wayhome.folder / "copy.age").exists()


def test_no_file_is_written_over(wayhome, number, guard):
    (wayhome.folder / "copy.age").write_text("of before")
    no = wayhome("case", "everything", number, "copy.age", "--passphrase-file", "words", as_=guard)
    assert (no.status, no.err.splitlines()) == (
        2,
        [
            "There is a file of that name already; nothing was changed.",
            "'copy.age' may be what somebody was given, and none is ever overwritten.",
            "Choose another name.",
        ],
    )
    assert (wayhome.folder / "copy.age").read_text() == "of before"
    assert copies_noted(wayhome, number) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(
    ("at", "is_there"),
    [
        (1, False),  # with the answer in hand, before anything of it is sealed
        (2, False),  # before it is sealed
        (3, False),  # before what is sealed has its name
        (4, True),
    ],
)
def test_of_a_copy_that_was_killed_it_is_written_down_that_it_was_made(wayhome, number, guard, at, is_there):
    words = ("case", "everything", number, "copy.age", "--to", str(THEIRS.to_public()))

    def makes(watch):
        watch([(views.everything, "packed"), (files, "_link")])
        run(words, Session(actor_id=guard))

    killed_at(at, makes)
    assert (wayhome.folder / "copy.age").exists() == is_there
    (row,) = copies_noted(wayhome, number)  # who had the answer may have seen it
    assert (row["account"], row["late"]) == (guard, False)
    left = [file.read_bytes() for file in wayhome.folder.glob(".copy.age.*")]
    assert all(not plain or plain.startswith(b"age-encryption.org/") for plain in left)

    again = wayhome(*words, as_=guard)
    assert (again.status == 0) is not is_there


def test_the_secret_of_the_office_seals_no_copy(wayhome, number, guard, monkeypatch):
    monkeypatch.setenv("WAYHOME_PASSPHRASE", SECRET_OF_THE_OFFICE)
    no = wayhome("case", "everything", number, "copy.age", as_=guard)

    assert (no.status, no.err.splitlines()) == (
        2,
        [
            "There is no passphrase.",
            "The person chooses one, and opens the copy by it, or by a key of age.",
            "Let them type it at a terminal, or name a file with --passphrase-file.",
        ],
    )
    assert not (wayhome.folder / "copy.age").exists()
    assert copies_noted(wayhome, number) == []


@pytest.mark.usefixtures("quick_passphrases")
def test_at_a_terminal_the_person_types_twice_what_opens_it(wayhome, number, guard, typing, monkeypatch):
    monkeypatch.setenv("WAYHOME_PASSPHRASE", SECRET_OF_THE_OFFICE)
    asked = typing(WORDS)

    made = wayhome("case", "everything", number, "copy.age", as_=guard)
    assert made.status == 0, made
    assert len(asked) == 2
    opened = wayhome("case", "unseal", "copy.age", as_=None)
    assert opened.out.startswith(f"All that is held about you in case {number}")
    assert len(asked) == 3
    assert WORDS not in made.out + made.err + opened.err


@pytest.mark.usefixtures("quick_passphrases")
def test_a_letter_is_one_however_a_keyboard_writes_it(wayhome, number, guard):
    for form in ("NFC", "NFD"):
        (wayhome.folder / form).write_text(unicodedata.normalize(form, "sept mots inventés"))
    assert wayhome("case", "everything", number, "copy.age", "--passphrase-file", "NFD", as_=guard).status == 0

    assert number in wayhome("case", "unseal", "copy.age", "--passphrase-file", "NFC", as_=None).out


def test_where_it_cannot_lie_is_said_before_anybody_types_and_nothing_is_written_down(wayhome, number, guard, typing):
    asked = typing(WORDS)
    before = wayhome.ledger()
    no = wayhome("case", "everything", number, "missing/copy.age", as_=guard)

    assert (no.status, no.err.splitlines()[:2]) == (7, ["No copy was made.", "There is no such folder."])
    assert (asked, wayhome.ledger(), copies_noted(wayhome, number)) == ([], before, [])


def test_a_folder_that_may_not_be_written_is_said_before_it_is_written_down(wayhome, number, guard, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as only_here:
        only_here.setattr("wayhome.store.files.os.open", refused)
        no = wayhome("case", "everything", number, "copy.age", "--to", str(THEIRS.to_public()), as_=guard)

    assert no.err.splitlines() == ["No copy was made.", "Its folder may not be written.", "Choose another folder."]
    assert copies_noted(wayhome, number) == []


def test_without_the_library_that_seals_it_is_said_before_anybody_types(wayhome, number, guard, typing, monkeypatch):
    asked = typing(WORDS)
    with monkeypatch.context() as only_here:
        only_here.setitem(sys.modules, "pyrage", None)
        no = wayhome("case", "everything", number, "copy.age", as_=guard)
        neither = wayhome("case", "unseal", "copy.age", as_=None)

    assert no.err.splitlines() == [
        "A copy can be neither sealed nor opened by this installation.",
        "The library that seals it (pyrage) is missing.",
        "Install it: pip install 'wayhome[backup]'.",
    ]
    assert neither.err == no.err
    assert (asked, copies_noted(wayhome, number)) == ([], [])


def test_of_a_copy_that_nobody_could_seal_it_is_not_written_down_that_it_was_made(wayhome, number, guard):
    (wayhome.folder / "empty").write_text("")
    for how in (("--to", "age1nobody"), ("--passphrase-file", "empty"), ("--passphrase-file", "missing")):
        assert wayhome("case", "everything", number, "copy.age", *how, as_=guard).status == 2
    assert copies_noted(wayhome, number) == []
