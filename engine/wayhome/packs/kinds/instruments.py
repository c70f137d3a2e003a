"""instruments.yaml: questions in the words that are said. A step that names one asks them, and keeps each answer as it was given."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, ClassVar

from wayhome.errors import Template
from wayhome.model.closed_sets import SlotType
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.kinds.kind import (
    MORE,
    OPTIONAL,
    SHOWN,
    Entry,
    Given,
    Id,
    Part,
    Text,
    Values,
    a_part,
)
from wayhome.packs.mentions import names

# What every question knows beside its answers: neither good nor bad, and no number.
UNANSWERED = ("does_not_want_to_say", "does_not_know", "not_asked")


# How it was asked: a course breaks where that is another.
HOW_ASKED: Mapping[str, tuple[Template, tuple[str, ...]]] = {
    "asked_in": ("In which language was it asked?", ()),
    "asked_as": ("Was it asked aloud, or on paper?", ("voice", "paper")),
    "asked_with": ("Who else was there?", ("nobody", "interpreter", "somebody_else")),
}


@a_part
class AskedAloud(Part):
    """One question, in the words in which it is asked. Without answers to choose, it is answered in words."""

    ask: Annotated[Text, SHOWN]
    answers: Annotated[Values, OPTIONAL] = ()
    several: Annotated[bool, OPTIONAL] = False  # more than one of them may be said
    group: Annotated[Id | None, names("groups"), OPTIONAL] = None  # that of the instrument, where none is said
    # By answer, the incident that it opens at once, whatever else was said.
    opens: Annotated[Mapping[Id, Annotated[Id, names("incidents")]], OPTIONAL, MORE] = field(default_factory=dict)

    def as_field(self, group: str) -> FieldSpec:
        """Give the field of a step that keeps the answer."""
        values = (*self.answers, *UNANSWERED) if self.answers else ()
        type_: SlotType = "text" if not self.answers else "codes" if self.several else "code"
        return FieldSpec(title=self.ask, type=type_, group=self.group or group, values=values, opens=self.opens)


@a_part
class Instrument(Entry):
    """Questions that are asked together, with what is said before them, whose words they are, and on which terms they may be used."""

    file: ClassVar[str] = "instruments"

    title: Annotated[Text, SHOWN]
    version: str
    owner: Annotated[Text, SHOWN]
    terms: Annotated[
        Text, SHOWN
    ]  # the licence: whether it may be changed, translated and shipped, and where that stands
    opening: Annotated[Text, SHOWN]  # what is said first, aloud
    group: Annotated[Id, names("groups")]
    questions: Annotated[Mapping[Id, AskedAloud], MORE]
    pack: Annotated[str, Given, OPTIONAL] = ""

    def __post_init__(self) -> None:
        for name, one in self.questions.items():
            if not set(one.opens) <= set(one.answers) or (one.several and not one.answers):
                raise InvalidValue("'{name}' opens something by an answer that it does not have", name=name)

    @property
    def fields(self) -> Mapping[str, FieldSpec]:
        """The fields that a step asks which names it."""
        how = {
            name: FieldSpec(type="code" if values else "language", group=self.group, values=values)
            for name, (_, values) in HOW_ASKED.items()
        }
        return {name: one.as_field(self.group) for name, one in self.questions.items()} | how

    def shown_beside(self, sure: Mapping[str, str]) -> dict[str, Any]:
        """Give what is shown of its parts: the questions, in their order."""
        how = {name: {"title": title} for name, (title, _) in HOW_ASKED.items()}
        return {"asked": {name: {"title": one.ask} for name, one in self.questions.items()} | how}
