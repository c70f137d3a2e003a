"""What a form asks: slots, each a question with the answers that there are. None carries an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from wayhome.errors import Template
from wayhome.frozen import EMPTY
from wayhome.model.closed_sets import SlotType
from wayhome.model.data import Data, data
from wayhome.model.event import HistoryRow

CALLED: Mapping[str, Template] = {  # where the name of a field says too little of what it is
    "at": "when",
    "by": "whose word",
    "heard_by": "how it was heard",
    "of": "about whom",
    "on_paper": "which paper",
    "with": "with whom",
}


def called_by(name: str) -> str:
    """Call a slot for which nobody declares a label: by the name of its field."""
    return CALLED.get(name) or name.replace("_", " ")


@data
class RowsOf(Data):
    """What a table has rows for: each of what another slot answers so; a column says of which a row is."""

    slot: str
    answer: str
    column: str


@data
class Column(Data):
    """One open place of a row of a table.

    Attributes:
        name: as it is typed, `name=…`.
        label: what it is called, in few words; where nobody declares that, its name.
        ask: the question, and what helps to answer it, in the words of who declares it; empty where the label says enough.
        values: what can be answered, by its id what it is called, all that there is, trusted or not; empty where that is open.
            Where whoever is named must be trusted with something, those who are stand first.
        lacks: of those who are not, by their id, what they lack; and why the own office says to be careful with somebody. They can be
            answered all the same: the engine judges, and says so.
            Of languages those of the person and of both countries: any other can be said by its code.
        closed: whether nothing else can be answered than `values`; where these are empty, there is none to choose.
        required: whether a form that asks it needs an answer.
        between: of a number, the least and the most.
        trust: of a party, with what they must be trusted.
        lies_behind: of a date or an instant, whether it has happened when the form is given.
        not_before: of when it was, the opening of the case, where nothing of the kind lies before it.
        place: of a time, or of what is known of a place: the column of the same row that names the place.
        looked_up: whether it is known of an airport, and asked of another place alone.
        example: of words, what an answer can be like; given as the answer, it is refused.
    """

    name: str
    type: SlotType
    label: str = ""
    ask: str = ""
    values: Mapping[str, str] = EMPTY
    lacks: Mapping[str, str] = field(default=EMPTY, repr=False)
    closed: bool = False
    required: bool = False
    between: tuple[int, ...] = ()
    trust: str = ""
    lies_behind: bool = False
    not_before: datetime | None = None
    place: str = ""
    looked_up: bool = False
    example: str = ""

    def __post_init__(self) -> None:
        Data.__post_init__(self)
        if not self.label:
            object.__setattr__(self, "label", called_by(self.name))


@data
class Slot(Column):
    """One open place of a form.

    Attributes:
        stops: the answers after which the step does not pass.
        when: by slot, the answers after which it is asked ("yes" and "no" of a yes-or-no); none named, any answer.
        required_after: by slot, the answers after which a form needs an answer, where it is not `required` anyway.
        needs: of codes, those without which an answer does not do. Whether they are so, people say.
        unless: the slots of which an answer makes this one needless.
        about: of answers, each question by its id.
        columns: of rows, what each row says.
        rows_of: of rows, what has one.
        recurs: whether what was answered once in a talk may be offered when it is asked again in it. Nothing is taken for an answer.
    """

    stops: tuple[str, ...] = ()
    when: Mapping[str, tuple[str, ...]] = EMPTY
    required_after: Mapping[str, tuple[str, ...]] = EMPTY
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    about: Mapping[str, str] = EMPTY
    columns: tuple[Column, ...] = ()
    rows_of: RowsOf | None = None
    recurs: bool = False

    def is_asked(self, answers: Mapping[str, Any]) -> bool:
        """Say whether it is asked after these answers."""
        return not any(answers.get(name) is not None for name in self.unless) and _follow(self.when, answers)

    def is_needed(self, answers: Mapping[str, Any]) -> bool:
        """Say whether a form needs an answer to it after these answers."""
        needed = self.required or (bool(self.required_after) and _follow(self.required_after, answers))
        return needed and self.is_asked(answers)


@data
class Answered(Data):
    """A question with what was answered: as it was said, texts in their words; None where this reader may not read it."""

    slot: Slot
    answer: Any = field(default=None, repr=False)


@data
class Written(Data):
    """What another wrote, as a second is to sign it.

    Attributes:
        entry: who wrote it, when, and as what it stands in the history.
        said: of a step or a consent, each question that was answered, in the order in which it is asked.
        asked: of an entry that is said to be made in error: who says so, and why, among its texts.
        changed: of a step that is looked at again, what it rests on that has changed since, in words.
        entries: on which entries of registers it rests what is said of a step, each by its title and in words: the measure by which a danger
            is smaller, the conditions of a return.
    """

    entry: HistoryRow
    said: tuple[Answered, ...]
    asked: HistoryRow | None = None
    changed: tuple[str, ...] = ()
    entries: tuple[tuple[str, str], ...] = ()

    @property
    def unread(self) -> int:
        """How many of the answers are not the reader's to read."""
        return sum(one.answer is None for one in self.said)


def _follow(after: Mapping[str, tuple[str, ...]], answers: Mapping[str, Any]) -> bool:
    """Say whether each of these slots is answered as it is named."""
    return all(
        answers.get(name) is not None and (not named or not set(named).isdisjoint(_said(answers[name])))
        for name, named in after.items()
    )


def _said(answer: Any) -> list[str]:
    """Give an answer as the words by which a slot is asked after it."""
    if isinstance(answer, bool):
        return ["yes" if answer else "no"]
    if isinstance(answer, str) and answer.lower() in ("true", "false"):
        return ["yes" if answer.lower() == "true" else "no"]
    return [*map(str, answer)] if isinstance(answer, list | tuple | set | frozenset) else [str(answer)]
