"""A form as a conversation: which question comes next, what is answered so far, and what is still open. Needs no terminal.

Nothing is proposed but what was answered in the same talk, where a slot recurs. An answer of None says that it is not known: what is optional is left out, what is needed stays open.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wayhome.airports import airport
from wayhome.commands import AnyCommand
from wayhome.errors import BadInput, Fault, Template, filled
from wayhome.forms import Form
from wayhome.forms.slots import LAST
from wayhome.frozen import EMPTY
from wayhome.model.form import Column, Slot
from wayhome.shell.dialogue.typed_answers import MOST_SHOWN, SEVERAL_FIT, AmbiguousInput, read
from wayhome.shell.telling import answer_lines, called, many_called
from wayhome.shell.terminal import phrase

Path = tuple[str | int, ...]  # of an answer: the slot, then the row or what it is about, then the column
SAME = "="  # typed, it takes what is offered
OF_A_FAULT = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class Turn:
    """One question: a slot, a column of a row, or one of those that a slot asks about.

    Attributes:
        path: where its answer belongs.
        slot: what is asked, as if it stood alone.
        of: of which row it is, or to which slot it belongs; empty where it stands alone.
        ends: whether no answer ends the table.
    """

    path: Path
    slot: Column
    of: str = ""
    ends: bool = False

    @property
    def label(self) -> str:
        return called(self.slot)


class Conversation:
    """A form, and what is answered of it so far.

    Attributes:
        form: what it is about.
        entered: by path, each answer in the order in which it was given; None where it is not known. It is the draft.
        asks_last: whether it also asks when it was, and which paper says so.
        offers: by slot, what was answered before in the same talk.
    """

    def __init__(
        self, form: Form, *, entered: Mapping[Path, Any] | None = None, offers: Mapping[str, Any] = EMPTY
    ) -> None:
        names = {slot.name for slot in form.slots}
        self.form, self.asks_last, self.offers = form, False, offers
        self.entered = {path: value for path, value in (entered or {}).items() if path[0] in names}
        self._narrowed: tuple[str, ...] | None = None
        for path in self._open():  # what was not known before may be known now
            self.entered.pop(path, None)

    # --- what is asked ----------------------------------------------------------------------

    @property
    def next(self) -> Turn | None:
        """The question that comes next; None when all are answered, or not known."""
        return next((one for one in self._asked() if one.path not in self.entered), None)

    @property
    def stops(self) -> bool:
        """Whether an answer was given after which the step does not pass, or a no of the person."""
        stopping = any(self.entered.get((slot.name,)) in slot.stops for slot in self.form.slots if slot.stops)
        return stopping or self.entered.get(("answer",)) == "refused"

    def offered(self, asked: Turn) -> Any:
        """Give what was answered to this before in the same talk, where that can be answered here; None where there is none."""
        slot, answer = asked.slot, self.offers.get(str(asked.path[0]))
        recurs = isinstance(slot, Slot) and slot.recurs and (answer in slot.values or not slot.closed)
        return answer if recurs else None

    def recurring(self) -> dict[str, Any]:
        """Give the answers that may be offered when the same is asked again in this talk."""
        return {slot.name: said for slot in self.form.slots if slot.recurs and (said := self.entered.get((slot.name,)))}

    def shown(self, asked: Turn) -> tuple[str, ...]:
        """Name the choices that are shown, in their order: those that fit what was typed before, at most ten."""
        values = asked.slot.values if self._narrowed is None else self._narrowed
        return tuple(values)[:MOST_SHOWN]

    def hidden(self, asked: Turn) -> int:
        """Count the choices that are not shown."""
        return len(asked.slot.values if self._narrowed is None else self._narrowed) - len(self.shown(asked))

    def _asked(self) -> Iterator[Turn]:
        answers = self._answers()
        for slot in self.form.slots:
            if (slot.name in LAST and not self.asks_last) or not slot.is_asked({**self.form.do, **answers}):
                continue
            if slot.type == "answers":
                yield from _of_answers(slot)
            elif slot.type == "rows":
                yield from self._of_rows(slot)
            else:
                yield Turn((slot.name,), replace(slot, required=slot.is_needed({**self.form.do, **answers})))

    def _of_rows(self, slot: Slot) -> Iterator[Turn]:
        for number, row in enumerate(self._rows_of(slot)):
            of = self._title_of(slot.rows_of.slot, row) if slot.rows_of else ""
            of = of or phrase("{table}, row {number}", table=many_called(slot), number=number + 1)
            for column in self._columns(slot, row):
                ends = not slot.rows_of and column == slot.columns[0]
                yield Turn((slot.name, row, column.name), column, of, ends)

    def _columns(self, slot: Slot, row: str | int) -> list[Column]:
        """Give the columns that are asked of a row: all but the one that says of what it is; the first alone of one that is not begun."""
        said = self._row(slot, row)
        if slot.rows_of is None and slot.columns[0].name not in said:
            return [slot.columns[0]]
        own = slot.rows_of.column if slot.rows_of else None
        return [
            column
            for column in slot.columns
            if column.name != own and not (column.looked_up and airport(str(said.get(column.place))))
        ]

    def _rows_of(self, slot: Slot) -> Sequence[str | int]:
        """Name the rows that a table has: what the other slot answers so; else those that were begun, and one more until it ended."""
        if slot.rows_of:
            rows = slot.rows_of
            return [path[1] for path, said in self.entered.items() if path[0] == rows.slot and said == rows.answer]
        first = slot.columns[0].name
        begun = [p for p, said in self.entered.items() if p[0] == slot.name and p[2] == first and said is not None]
        return [*range(len(begun) + 1)]

    def _row(self, slot: Slot, row: str | int) -> dict[str, Any]:
        """Give what is known of a row."""
        said = {str(p[2]): v for p, v in self.entered.items() if p[:2] == (slot.name, row) and v is not None}
        return {slot.rows_of.column: row, **said} if slot.rows_of else said

    def _title_of(self, name: str, about: str | int) -> str:
        slot = self._slot(name)
        return slot.about.get(str(about), str(about)) if slot else str(about)

    def _slot(self, name: str | int) -> Slot | None:
        return next((slot for slot in self.form.slots if slot.name == name), None)

    # --- what is answered ---------------------------------------------------------------------

    def take(self, line: str) -> str:
        """Take what was typed as the answer to the next question; nothing typed says that it is not known.

        Returns:
            What is wrong with it, in one sentence; nothing where it was taken.
        """
        asked, typed = self.next, line.strip()
        if asked is None:
            return ""
        try:
            offered = self.offered(asked) if typed == SAME else None
            answer = offered or (read(asked.slot, typed, self.shown(asked), self.zone_of(asked)) if typed else None)
        except AmbiguousInput as several:
            self._narrowed = several.fitting
            return phrase(SEVERAL_FIT)
        except BadInput as error:
            return error.what
        self.entered[asked.path], self._narrowed = answer, None
        return ""

    def back(self) -> bool:
        """Take away the answer to the question before the one that is asked now, so that it is asked again; gives whether there was one.

        What was answered after a question that is open again stays.
        """
        self._narrowed, before = None, list[Path]()
        for one in self._asked():
            if one.path not in self.entered:
                break
            before.append(one.path)
        if before:
            del self.entered[before[-1]]
        return bool(before)

    def leave_the_rest(self) -> None:
        """Leave out all that is asked from here on and can be left out."""
        while left := [one.path for one in self._asked() if one.path not in self.entered and not self._is_needed(one)]:
            self.entered.update(dict.fromkeys(left))
        self._narrowed = None

    def zone_of(self, asked: Turn) -> str:
        """Say in which zone a time is read: that of the place that its row names beside it, else that of the form."""
        named = self.entered.get((*asked.path[:2], asked.slot.place)) if asked.slot.place else None
        here = airport(str(named)) if named else None
        return here.zone if here and here.zone else self.form.zone

    def answers(self) -> dict[str, Any]:
        """Give the answers by slot, as the form takes them: of all that is asked after the others."""
        kept = self._answers()
        while True:
            asked = {
                slot.name for slot in self.form.slots if slot.name in kept and slot.is_asked({**self.form.do, **kept})
            }
            if asked == kept.keys():
                return kept
            kept = {name: kept[name] for name in asked}

    def _answers(self) -> dict[str, Any]:
        found = {slot.name: self._answer(slot) for slot in self.form.slots}
        return {name: value for name, value in found.items() if value is not None}

    def _answer(self, slot: Slot) -> Any:
        if slot.type == "answers":
            said = {str(p[1]): v for p, v in self.entered.items() if p[0] == slot.name and v is not None}
            return said or None
        if slot.type == "rows":
            return [row for one in self._rows_of(slot) if (row := self._row(slot, one))] or None
        return self.entered.get((slot.name,))

    def open_still(self) -> list[str]:
        """Name what the form needs, and is not known."""
        asked = {one.path: one for one in self._asked()}
        return [f"{one.of}: {one.label}" if one.of else one.label for path in self._open() if (one := asked.get(path))]

    def _open(self) -> list[Path]:
        """Give the paths of what the form needs, and has no answer."""
        return [one.path for one in self._asked() if self._is_needed(one) and self.entered.get(one.path) is None]

    def _is_needed(self, asked: Turn) -> bool:
        slot = self._slot(asked.path[0])
        if slot is None or slot.type != "rows":
            return slot is not None and asked.slot.required
        return slot.required and asked.path[1] == 0 if asked.ends else asked.slot.required

    # --- what comes of it ------------------------------------------------------------------------

    def command(self, if_version: int | None = None) -> AnyCommand:
        """Make the command of what is answered.

        Raises:
            BadInput: with everything that is missing, or cannot be read.
        """
        return replace(self.form.command(self.answers()), if_version=if_version)

    def summary(self) -> list[tuple[str, str]]:
        """Give what would be saved: what is called so, and what is answered; each row of a table by itself."""
        kept, lines = self.answers(), []
        for slot in self.form.slots:
            if slot.name in kept:
                lines += [*answer_lines(slot, kept[slot.name])]
        return lines

    def ask_again(self, faults: Collection[Fault]) -> list[str]:
        """Take away the answers that were wrong, so that they are asked again; gives what is wrong, in sentences."""
        for fault in faults:
            path = self._path_of(fault.field)
            self.asks_last = self.asks_last or (path != () and path[0] in LAST)
            for said in [one for one in self.entered if path and self._is_reopened(one, path)]:
                del self.entered[said]
        return list(dict.fromkeys(self._wrong(fault) for fault in faults))

    def ask_again_whom(self, subjects: Collection[str]) -> bool:
        """Take away each answer that names whom a refusal is about, so that it is asked again; gives whether there was one.

        Args:
            subjects: whom or what each reason is about: a party, the question that names them, or what the form is about.
        """
        is_about_all = not {*subjects}.isdisjoint(one for one in self.form.do.values() if isinstance(one, str))
        named = [
            path
            for path, said in self.entered.items()
            if (slot := self._slot(path[0])) is not None and slot.type == "party" and said is not None
            if slot.name in subjects or said in subjects or (is_about_all and said in slot.lacks)
        ]
        for path in named:
            del self.entered[path]
        return bool(named)

    def _is_reopened(self, path: Path, wrong: Path) -> bool:
        """Say whether an answer is asked again: it was wrong; or it was not known, in a row in which something was wrong."""
        in_row = wrong[:2] if len(wrong) > len(("slot", "row")) else wrong
        return path[: len(wrong)] == wrong or (path[: len(in_row)] == in_row and self.entered[path] is None)

    def _path_of(self, field: str) -> Path:
        """Find to which answers a fault belongs: "matrix[0].owner" -> ("matrix", the first row, "owner")."""
        parts: list[str | int] = [*OF_A_FAULT.findall(field)]
        slot = self._slot(parts[0]) if parts else None
        if slot is None:
            return ()
        if slot.type == "rows" and parts[1:] and str(parts[1]).isdigit():
            rows = self._rows_of(slot)
            parts[1] = rows[int(parts[1])] if int(parts[1]) < len(rows) else parts[1]
        return tuple(parts if slot.type in ("rows", "answers") else parts[:1])

    def _wrong(self, fault: Fault) -> str:
        """Say what is wrong by what the question is called, and leave out how it is typed in a line."""
        slot = self._slot((self._path_of(fault.field) or ("",))[0])
        if fault.code == "missing" and slot is not None and fault.values.keys() <= {"name", "known"}:
            return phrase("'{name}' is not answered yet.", name=called(slot))
        values = {**fault.values, **({"name": called(slot)} if slot is not None and "name" in fault.values else {})}
        said: list[str] = []
        one: Template
        for one in (fault.what_template, fault.why_template, fault.todo_template):
            if one and "=" not in one:
                said.append(filled(one, values))
        return " ".join(said)


def _of_answers(slot: Slot) -> Iterator[Turn]:
    for id, title in slot.about.items():
        one = replace(slot, type="code", label=title, ask="", about=EMPTY)
        yield Turn((slot.name, id), one, many_called(slot))
