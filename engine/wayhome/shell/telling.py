"""Answers as people read them: by the titles of questions and choices, times with their zone, each row of a table by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from wayhome.errors import Template
from wayhome.model.form import Column, Slot, called_by
from wayhome.shell.terminal import phrase

# A pack's words end with the question; before it stands what to keep in mind.
QUESTION = re.compile(r"(?:^|(?<=[.;!?] ))[^.;!?]+\?$")
NOT_YOURS: Template = "(not yours to read)"


def called(slot: Column) -> str:
    """Say what a slot is called: by its label, or by its question where nobody declares a label."""
    is_only_asked = isinstance(slot, Slot) and slot.ask and slot.label == called_by(slot.name)
    return slot.ask if is_only_asked else slot.label


def question_of(asked: str) -> tuple[str, str]:
    """Part what a pack asks into the question, and what to keep in mind for it.

    >>> question_of("Ask in private. Does the person want contact with family?")
    ('Does the person want contact with family?', 'Ask in private.')
    """
    found = QUESTION.search(asked)
    return (found.group(), asked[: found.start()].strip()) if found else (asked, "")


def many_called(slot: Slot) -> str:
    """Say what a table, or a set of questions, is called before one of its rows."""
    return called(slot).removesuffix("?")


def answer_lines(slot: Slot, value: Any) -> Iterator[tuple[str, str]]:
    """Tell an answer: what is called so, and what is answered; None where it is not the reader's. Of many answers, those that are
    alike together.
    """
    if value is None:
        yield called(slot), phrase(NOT_YOURS)
    elif slot.type == "answers":
        for answer, title in slot.values.items():
            if about := [slot.about.get(of, of) for of, one in value.items() if one == answer]:
                yield phrase("{question}, {answer}", question=many_called(slot), answer=title), ", ".join(about)
    elif slot.type == "rows":
        for number, row in enumerate(value):
            yield phrase("{table}, {number}", table=many_called(slot), number=number + 1), _row(slot, row)
    else:
        yield called(slot), written(slot, value)


def _row(slot: Slot, row: Mapping[str, Any]) -> str:
    said = [column for column in slot.columns if row.get(column.name) is not None]
    return "; ".join(f"{called(one)}: {written(one, row[one.name])}" for one in said)


def written(slot: Column, value: Any) -> str:
    """Write an answer as people read it."""
    if isinstance(value, bool):
        return phrase("yes") if value else phrase("no")
    if isinstance(value, list | tuple):
        return ", ".join(written(slot, one) for one in value)
    if isinstance(value, Mapping):
        return " ".join(map(str, value.values()))
    if slot.type in ("instant", "moment") and "T" in str(value):
        said = datetime.fromisoformat(str(value))
        return f"{said:%Y-%m-%d %H:%M} UTC{said.isoformat()[-6:]}"
    return str(slot.values.get(str(value), value))
