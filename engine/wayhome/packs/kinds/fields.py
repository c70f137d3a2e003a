"""A value that a step asks for: its type, what it is about, and what follows from it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from math import prod
from typing import Annotated, Any

from wayhome.model.closed_sets import SlotType, Trust
from wayhome.packs.conditions import EntriesStand
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.kind import (
    MORE,
    OPTIONAL,
    SHOWN,
    Entries,
    Id,
    Ids,
    Part,
    Text,
    Values,
    a_part,
)
from wayhome.packs.mentions import names


@a_part
class RowsFor(Part):
    """What has rows: each that another field answers so, and nothing else. The column says of which a row is."""

    field: Id
    answer: Id
    column: Id


@a_part
class Weighs(Part):
    """How a level of a row follows from others: their product, and from which product each level begins.

    A lower one rests on an entry that is about what the row is of: the one field that is named here says it.
    """

    of: Ids
    from_: Mapping[Id, int]
    lower_needs: Entries

    def level(self, values: tuple[str, ...], row: Mapping[str, Any]) -> str | None:
        """Give the level that the row has by itself; None where what it follows from is not said."""
        parts = [int(row[one]) for one in self.of if one in row]
        if len(parts) < len(self.of):
            return None
        return max((one for one in values if self.from_.get(one, 0) <= prod(parts)), key=values.index)

    def is_lowered(self, values: tuple[str, ...], given: str, row: Mapping[str, Any]) -> bool:
        """Say whether a row is given a lower level than it has by itself."""
        level = self.level(values, row)
        return level is not None and values.index(given) < values.index(level)


YES_OR_NO = ("yes", "no")

NOT_ASKED = "not_asked"
BY = "by"  # whose word a step is


@a_part
class FieldSpec(Part):
    """A value that a step asks for. Text is sealed under its group; the rest lies in clear."""

    title: Annotated[Text | None, SHOWN] = None
    type: SlotType
    group: Annotated[Id, names("groups")]
    required: Annotated[bool, OPTIONAL, MORE] = False
    values: Annotated[Values, OPTIONAL] = ()
    # Values of which the code says too little.
    called: Annotated[Mapping[str, Text], SHOWN] = field(default_factory=dict)
    # Answers: of what each is one; all are answered, each once.
    about: Annotated[Ids, OPTIONAL, MORE] = ()
    # Answers: with one of these, this result at least.
    gives: Annotated[Mapping[Id, Id], OPTIONAL, MORE] = field(default_factory=dict)
    rows_for: Annotated[RowsFor | None, OPTIONAL, MORE] = None
    weighs: Annotated[Weighs | None, OPTIONAL, MORE] = None  # a column
    columns: Annotated[Mapping[Id, "FieldSpec"], OPTIONAL, MORE] = field(default_factory=dict)
    between: Annotated[tuple[int, ...], OPTIONAL] = ()  # of a number: the least and the most
    always: Annotated[str | None, OPTIONAL] = None  # a code that nobody gives: it is kept beside what was given
    # Rows: the result is the highest value of this column, in the order of the step's results; the first where there is none.
    gives_result: Annotated[Id | None, OPTIONAL, MORE] = None
    happened: Annotated[bool, OPTIONAL, MORE] = False  # a date or an instant: it lies behind when the step is done
    # By answer (yes or no, or one of its codes): the incident that it opens, whatever the result.
    opens: Annotated[Mapping[Id, Annotated[Id, names("incidents")]], OPTIONAL, MORE] = field(default_factory=dict)
    # By another field of the step: where that holds one of these codes, this one is asked, and needed; but where it
    # says itself what it opens when it was not asked, it opens that.
    needed_with: Annotated[Mapping[Id, Values], OPTIONAL, MORE] = field(default_factory=dict)
    # By result: where one of these was ever said of the step before it, this says what was seen since.
    needed_after: Annotated[Mapping[Id, Ids], OPTIONAL, MORE] = field(default_factory=dict)
    # Of a code or a party: another than what this field of the step says; with `by`, than whose word the step is.
    unlike: Annotated[Id | None, OPTIONAL, MORE] = None
    # What an answer in words can be like; given as the answer, it is refused.
    example: Annotated[Text | None, OPTIONAL, MORE] = None
    # A party: with what they are trusted; nobody else is proposed.
    trust: Annotated[Trust | None, OPTIONAL, MORE] = None
    # A party to whom the person is referred, or codes of which some are parties: under this consent, which names them.
    under: Annotated[Id | None, names("consents"), OPTIONAL, MORE] = None

    def __post_init__(self) -> None:
        if self.gives_result is not None and self.gives_result not in self.columns:
            raise InvalidValue("the result is given by one of its columns")
        answers = YES_OR_NO if self.type == "bool" else self.values if self.type in ("code", "codes") else ()
        if not set(self.opens) <= set(answers) or any(one.opens for one in self.columns.values()):
            raise InvalidValue("only an answer that a field of the step can have opens something")
        if self.example is not None and self.type != "text":
            raise InvalidValue("only words have an example: of anything else it would be an answer")
        if self.type != "number" and self.between:
            raise InvalidValue("only a number lies between two")
        if (self.type == "answers") != bool(self.about):
            raise InvalidValue("answers say of what, and nothing else does")
        if self.called.keys() - set(self.values):
            raise InvalidValue("only a value that there is can be called something")
        if self.gives.keys() - set(self.values):
            raise InvalidValue("a result is given by one of its answers")
        if any(column.group != self.group for column in self.columns.values()):
            raise InvalidValue("a column belongs to the data group of its table")
        if self.rows_for is not None and self.rows_for.column not in self.columns:
            raise InvalidValue("what has rows is said by one of its columns")
        for column in self.columns.values():
            if column.weighs and {*column.weighs.of} - self.columns.keys():
                raise InvalidValue("a level follows from other columns of the row")
            if column.weighs and (self.rows_for is None or len(column.weighs.lower_needs.fields) != 1):
                raise InvalidValue("what makes a level lower names, in one field, what the row is of: say 'rows_for'")
        if self.happened and self.type not in ("date", "instant"):
            raise InvalidValue("only a date or an instant has happened")
        if (self.trust and self.type != "party") or (self.under and self.type not in ("party", "codes")):
            raise InvalidValue("only a party is trusted, or told of the person")
        if self.between and (len(self.between) != 2 or self.between[0] > self.between[1]):
            raise InvalidValue("say the least and the most")

    def opened_by(self, answer: Any) -> list[str]:
        """Name the incidents that an answer opens."""
        if not self.opens:
            return []
        if isinstance(answer, bool):
            answer = "yes" if answer else "no"
        said = [answer] if isinstance(answer, str) else answer or ()
        return list(dict.fromkeys(self.opens[one] for one in said if one in self.opens))

    def with_rows_for(self, about: Ids) -> "FieldSpec":
        """Give the table whose rows are of these."""
        assert self.rows_for is not None
        columns = {**self.columns, self.rows_for.column: replace(self.columns[self.rows_for.column], values=about)}
        for name, one in columns.items():
            if one.weighs is not None:
                weighs = replace(one.weighs, lower_needs=one.weighs.lower_needs.saying(*about))
                columns[name] = replace(one, weighs=weighs)
        return replace(self, columns=columns)

    def lowered_by(self, row: Mapping[str, Any]) -> Iterator[EntriesStand]:
        """Give what makes a row of the table lower than it is by itself, where it is said to be."""
        for name, one in self.columns.items():
            if one.weighs is None or self.rows_for is None or name not in row:
                continue
            if one.weighs.is_lowered(one.values, row[name], row):
                yield one.weighs.lower_needs.saying(row[self.rows_for.column])


def bare(text: str) -> str:
    """Give words without signs and capitals: so an example is known again, however it is set."""
    return re.sub(r"\W+", " ", text).strip().casefold()


def _values_called(spec: FieldSpec) -> dict[str, str]:
    """Say what the answers are called that people do not read as they are typed."""
    return {str(one): str(one).replace("_", " ") for one in spec.values if "_" in str(one)} | dict(spec.called)


def titles_of(fields: Mapping[str, FieldSpec]) -> dict[str, Any]:
    """Give what is shown of the fields of a step, and of the columns of tables: by name, in their order, what they are called."""
    return {
        name: {"title": spec.title}
        | ({"called": called} if (called := _values_called(spec)) else {})
        | ({"columns": titles_of(spec.columns)} if spec.columns else {})
        for name, spec in fields.items()
    }
