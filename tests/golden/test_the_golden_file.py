"""What was allowed and what was refused, by which rules, stays so while the inside is rebuilt.

`lines/` holds commands and answers in plain JSON (see record.py). A difference that is meant is recorded there, and the
commit says of which kind it is. Met reasons may be added, never lost: the new ones stand in NEW_MET_REASONS.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import all_packs
from tests.golden.playing import FOLDER, Scene, read, without_met

FILES = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_answer_is_as_it_was(file: Path) -> None:
    scene = Scene(all_packs())

    for number, line in enumerate(read(file), start=1):
        answer = scene.play(line)

        assert without_met(answer) == without_met(line), f"{file.name}:{number}"
        lost = [pair for pair in line.get("met", ()) if pair not in answer.get("met", ())]
        assert not lost, f"{file.name}:{number} no longer says that these are met"
        new = {(rule, line["do"]["do"]) for rule, _ in answer.get("met", ()) if [rule, _] not in line.get("met", ())}
        assert new <= NEW_MET_REASONS, f"{file.name}:{number}"


# (rule, word of the command): reasons that are met and were not told before. Each was reviewed: the rule is declared at
# this moment, was asked there by hand or not at all, and what it says is true.
NEW_MET_REASONS = frozenset(
    {
        ("INV-09", "document"),  # also for a paper that is lost: nothing is asked of an authority
        ("INV-10", "redo"),  # no protected period is running
        ("INV-10", "travel"),  # also for a journey that is cancelled: no day of leaving is set
        ("INV-13", "record"),  # nobody who counts as a child becomes an adult by this
        ("INV-19", "consent"),  # interpreter and witness
        ("INV-19", "travel"),  # who meets the person
        ("INV-22", "complete"),
        ("INV-22", "move"),  # was asked of closing only
        ("INV-22", "why"),  # of a move
        ("INV-32", "consent"),  # to return
    }
)


def test_the_file_meets_every_word_and_every_kind_of_answer() -> None:
    lines = [line for file in FILES for line in read(file)]

    assert len(lines) > 3000
    assert {line["answer"] for line in lines} >= {"allowed", "refused", "BadInput", "NotPermitted"}
    assert {line["do"]["do"] for line in lines if line["answer"] == "allowed"} >= {
        "open", "record", "start", "complete", "fail", "skip", "redo", "consent", "withdraw", "document", "travel", "involve",
        "assign", "contact", "incident", "resolve", "move", "note",
    }  # fmt: skip
