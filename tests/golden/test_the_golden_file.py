"""What was allowed and what was refused, by which rules, stays so while the inside is rebuilt.

`lines/` holds commands and answers in plain JSON (see record.py). A difference that is meant is recorded there, and the
commit says of which kind it is. Met reasons may be added, never lost: the new ones stand in NEW_MET_REASONS.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from wayhome.rules import REVISION

from tests.conftest import all_packs
from tests.golden.playing import FOLDER, NEW_MET_REASONS, Scene, met_anew, read, without_met
from tests.golden.record import is_as_it_was, of_moves, revisions

FILES = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_answer_is_as_it_was(file: Path) -> None:
    scene = Scene(all_packs())

    for number, line in enumerate(read(file), start=1):
        answer = scene.play(line)

        assert without_met(answer) == without_met(line), f"{file.name}:{number}"
        lost = [pair for pair in line.get("met", ()) if pair not in answer.get("met", ())]
        assert not lost, f"{file.name}:{number} no longer says that these are met"
        assert met_anew(line, answer) <= NEW_MET_REASONS, f"{file.name}:{number}"


def test_the_file_meets_every_word_and_every_kind_of_answer() -> None:
    lines = [line for file in FILES for line in read(file)]

    assert len(lines) > 3000
    assert {line["answer"] for line in lines} >= {"allowed", "refused", "BadInput", "NotPermitted"}
    assert {line["do"]["do"] for line in lines if line["answer"] == "allowed"} >= {
        "open", "record", "start", "complete", "fail", "skip", "redo", "consent", "withdraw", "document", "travel", "involve",
        "assign", "contact", "incident", "resolve", "move", "note",
    }  # fmt: skip


def test_rules_that_answer_otherwise_about_a_move_have_another_revision() -> None:
    """`verify` judges moves again only by the rules that decided them: without another number it would call honest moves wrong.

    Raise `wayhome.rules.REVISION`, then `python -m tests.golden.record --answers`.
    """
    assert revisions()[str(REVISION)] == of_moves()


def test_only_a_line_whose_answer_differs_is_written_anew() -> None:
    line = {"do": {"do": "note"}, "answer": "allowed", "met": [["INV-22", ""]]}

    assert is_as_it_was(line, line)
    assert not is_as_it_was(line, line | {"answer": "refused"})
    assert not is_as_it_was(line, line | {"met": []})
    assert not is_as_it_was(line, line | {"met": [*line["met"], ["INV-98", ""]]})
