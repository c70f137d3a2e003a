"""What reaches a terminal is drawn as it is written: nothing in it moves, colours, reverses or hides what stands beside it."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from wayhome.shell import terminal
from wayhome.shell.views import console

OBEYED = ("Cc", "Cf", "Cs", "Zl", "Zp")
RAW = "red \x1b[31m, bell \a, back \b, c1 \u009b2J, over \u202etxt, isolate \u2067x, none \u200b\u2060\ufeff, line \u2028\u2029, tag \U000e0041"


def obeyed(text: str) -> set[str]:
    return {one for one in text if one not in "\n\t" and unicodedata.category(one) in OBEYED}


@given(st.text())
def test_no_text_holds_what_a_terminal_obeys_or_hides(text):
    assert obeyed(terminal.safe(text)) == set()
    assert terminal.safe(terminal.safe(text)) == terminal.safe(text)


@pytest.mark.parametrize(
    "text", ["Blessing Inventée", "Ẹ̀dó", "São João", "العربية", "中文", "two\nlines\tand a tab", "✓ ○ ° – …"]
)
def test_what_people_write_stays_as_it_is(text):
    assert terminal.safe(text) == text


def test_a_value_within_a_sentence_begins_no_line(capsys):
    terminal.say("'{title}': {done} commands done.", title="x'\n'y': 3 commands done.\r", done=1)

    assert capsys.readouterr().out == "'x' 'y': 3 commands done.': 1 commands done.\n"


def test_a_table_stays_in_its_columns(capsys):
    drawn = Table("what", "who")
    for text in ("plain", RAW):
        drawn.add_row(text, "anna")
    console.draw(drawn)

    lines = capsys.readouterr().out.splitlines()
    assert obeyed("".join(lines)) == set()
    assert len({line.index("anna") for line in lines if "anna" in line}) == 1


def test_a_json_document_says_the_same_and_holds_nothing_that_a_terminal_obeys(capsysbinary):
    document = {"text": RAW, "name": "Inventée"}

    terminal.print_json(document)

    said = capsysbinary.readouterr().out.decode()
    assert json.loads(said) == document
    assert obeyed(said) == set()
    assert "Inventée" in said


def test_every_character_there_is_was_thought_of():
    drawn = terminal.safe("".join(map(chr, range(sys.maxunicode + 1))))

    assert obeyed(drawn) == set()
