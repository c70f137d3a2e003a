"""A copy of everything at the shell: sealed for the person, opened by what they sealed it with, and each no in one sentence."""

from __future__ import annotations

import json
import stat

import pytest
from pyrage import x25519

THEIRS = x25519.Identity.generate()
WORDS = "six invented words of the person"


@pytest.fixture
def guard(wayhome):
    wayhome(
        "actor", "add", "dana", "--organisation", "invented_house", "--role", "data_protection_officer", as_="sysop"
    )
    (wayhome.folder / "words").write_text(WORDS)
    return "dana"


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
    assert no.status == 2
    assert (wayhome.folder / "copy.age").read_text() == "of before"


def test_of_a_copy_that_nobody_could_seal_it_is_not_written_down_that_it_was_made(wayhome, number, guard):
    (wayhome.folder / "empty").write_text("")
    for how in (("--to", "age1nobody"), ("--passphrase-file", "empty"), ("--passphrase-file", "missing")):
        assert wayhome("case", "everything", number, "copy.age", *how, as_=guard).status == 2
    rows = wayhome.json("case", "seen", number, as_=guard)["items"]
    assert [row for row in rows if "everything" in row["how"]] == []
