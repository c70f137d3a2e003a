"""instruments.yaml: questions in the words that are said. A step that names one asks them, and keeps each answer as it was given."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from wayhome.errors import Template
from wayhome.model.closed_sets import SlotType
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.fields import NOT_ASKED, FieldSpec, titles_of
from wayhome.packs.kinds.kind import (
    MORE,
    OPTIONAL,
    SHOWN,
    Bounds,
    Entry,
    Given,
    Id,
    Ids,
    Part,
    Read,
    Text,
    Values,
    a_part,
    as_list,
)
from wayhome.packs.mentions import names

# What every question knows beside its answers: neither good nor bad, and no number.
UNANSWERED = ("does_not_want_to_say", "does_not_know", NOT_ASKED)

# Kept with the answers: of which version the words were.
VERSION = "asked_version"
COMPOSITE = "composite"  # the mean of the means of all dimensions
VERSION_IS: Template = "Version of the questions"

SOMEBODY_ELSE = "somebody_else"
# How it was asked: a course breaks where that is another.
HOW_ASKED: Mapping[str, tuple[Template, tuple[str, ...]]] = {
    "asked_in": ("In which language was it asked?", ()),
    "asked_as": ("Was it asked aloud, or on paper?", ("voice", "paper")),
    "asked_with": ("Who else was there?", ("nobody", "interpreter", SOMEBODY_ELSE)),
}


A_PART = r"^[0-9]{1,2}/[1-9][0-9]?$"  # of the whole: 1/3


@a_part
class Offer(Part):
    """What somebody may write down next because of an answer: an incident, or one more entry of a register."""

    incident: Annotated[Id | None, names("incidents"), OPTIONAL] = None
    enter: Annotated[Id | None, names("registers"), OPTIONAL] = None

    @property
    def do(self) -> dict[str, str]:
        """The command for it, as far as it is known."""
        if self.incident is not None:
            return {"do": "incident", "type": self.incident}
        return {"do": "enter", "register": str(self.enter)}


@a_part
class AskedAloud(Part):
    """One question, in the words in which it is asked. Without answers to choose, it is answered in words."""

    ask: Annotated[Text, SHOWN]
    answers: Annotated[Values, OPTIONAL] = ()
    several: Annotated[bool, OPTIONAL] = False  # more than one of them may be said
    group: Annotated[Id | None, names("groups"), OPTIONAL] = None  # that of the instrument, where none is said
    # By answer, the incident that it opens at once, whatever else was said. With "not_asked" also where it is left out.
    opens: Annotated[Mapping[Id, Annotated[Id, names("incidents")]], OPTIONAL, MORE] = field(default_factory=dict)
    # By another question: it is asked in the same talk where that was answered so.
    asked_with: Annotated[Mapping[Id, Values], OPTIONAL, MORE] = field(default_factory=dict)
    # Answers that are news to whoever assesses the risk: what rests on `news.answers` is looked at anew.
    news: Annotated[Ids, OPTIONAL, MORE] = ()
    offers: Annotated[Mapping[Id, Offer], OPTIONAL] = field(
        default_factory=dict
    )  # by answer; nothing is written by itself
    dimension: Annotated[Id | None, OPTIONAL] = None  # in the mean of which it counts
    reversed: Annotated[bool, OPTIONAL] = False  # it counts the other way round
    trend: Annotated[bool, OPTIONAL] = False  # its answers are shown side by side, from one time to the next

    def as_field(self, group: str) -> FieldSpec:
        """Give the field of a step that keeps the answer."""
        values = (*self.answers, *UNANSWERED) if self.answers else ()
        type_: SlotType = "text" if not self.answers else "codes" if self.several else "code"
        return FieldSpec(title=self.ask, type=type_, group=self.group or group, values=values, opens=self.opens,
                         needed_with=self.asked_with)  # fmt: skip


@a_part
class Licence(Part):
    """On which terms somebody's words may be used."""

    name: Annotated[Text, SHOWN]
    url: Annotated[str | None, SHOWN] = None  # where that stands, and on which day it was read there
    read_on: Annotated[date | None, SHOWN] = None
    may: Annotated[tuple[Literal["change", "translate", "ship"], ...], Read(as_list)] = ()  # ship: in a wheel under MIT


@a_part
class Dimension(Part):
    """What some questions are about together. Their mean says whom to look at first, and nothing else."""

    title: Annotated[Text, SHOWN]
    at_least: Annotated[int, Bounds(ge=1, le=50)]  # so many of its questions are answered, or there is no mean


@a_part
class Band(Part):
    """A short word for a mean: whom to look at first, and nothing else. What is neither below nor above is what remains."""

    title: Annotated[str, Bounds(min_length=1, max_length=12), SHOWN]
    below: Annotated[str | None, Bounds(pattern=A_PART), SHOWN] = None
    above: Annotated[str | None, Bounds(pattern=A_PART), SHOWN] = None


@a_part
class Instrument(Entry):
    """Questions that are asked together, with what is said before them, whose words they are, and on which terms they may be used."""

    file: ClassVar[str] = "instruments"

    title: Annotated[Text, SHOWN]
    version: str
    owner: Annotated[Text, SHOWN]
    licence: Licence
    opening: Annotated[Text, SHOWN]  # what is said first, aloud
    screen: Annotated[Id, SHOWN]  # with what else the answers are shown
    group: Annotated[Id, names("groups")]
    in_private: Annotated[bool, OPTIONAL, MORE] = False  # where somebody else was there, it is asked once more
    questions: Annotated[Mapping[Id, AskedAloud], MORE]
    dimensions: Annotated[Mapping[Id, Dimension], OPTIONAL] = field(default_factory=dict)
    scale: Annotated[tuple[Id, ...], OPTIONAL] = ()  # the answers that count, from none to all, in equal steps
    bands: Annotated[tuple[Band, ...], SHOWN] = ()  # the first that fits a mean; the first of all is looked at first
    pack: Annotated[str, Given, OPTIONAL] = ""

    def __post_init__(self) -> None:
        for name, one in self.questions.items():
            can_be = {*one.answers, *UNANSWERED} if one.answers else {*()}
            if not {*one.opens, *one.offers, *one.news} <= can_be or (one.several and not one.answers):
                raise InvalidValue("'{name}' opens or offers something by an answer that it does not have", name=name)
            if len(one.asked_with) > 1:
                raise InvalidValue("'{name}' is asked after one other question", name=name)
            for other, answers in one.asked_with.items():
                before = self.questions.get(other)
                if before is None or not {*answers} <= {*before.answers}:
                    raise InvalidValue("'{name}' is asked after an answer that no question of it has", name=name)
            if one.dimension and (one.dimension not in self.dimensions or not {*self.scale} <= {*one.answers}):
                raise InvalidValue("'{name}' counts where nothing is counted, or by other answers", name=name)
            if (one.trend and (not one.answers or one.several)) or (one.group and (one.trend or one.dimension)):
                why: Template = "'{name}' has one answer of some, and the group of its instrument, where another time stands beside it"
                raise InvalidValue(why, name=name)
        if COMPOSITE in {*self.questions, *self.dimensions}:
            raise InvalidValue("'composite' is the mean of all dimensions: call it otherwise")
        if self.dimensions and len(self.scale) < 2:
            raise InvalidValue("what is counted has answers from none to all: say 'scale'")

    @property
    def fields(self) -> Mapping[str, FieldSpec]:
        """The fields that a step asks which names it."""
        how = {
            name: FieldSpec(type="code" if values else "language", group=self.group, values=values)
            for name, (_, values) in HOW_ASKED.items()
        }
        version = {VERSION: FieldSpec(type="code", group=self.group, always=self.version)}
        return {name: one.as_field(self.group) for name, one in self.questions.items()} | how | version

    def offers(self, answers: Mapping[str, Any]) -> Iterator[tuple[str, Offer]]:
        """Give what answers offer, each with the question."""
        for name, one in self.questions.items():
            for said in as_list(answers.get(name)):
                if (offer := one.offers.get(str(said))) is not None:
                    yield name, offer

    def shown_beside(self, sure: Mapping[str, str]) -> dict[str, Any]:
        """Give what is shown of its parts: the questions, in their order."""
        how = {name: {"title": title} for name, (title, _) in HOW_ASKED.items()} | {VERSION: {"title": VERSION_IS}}
        parts = {id: {"title": one.title} for id, one in self.dimensions.items()}
        asked = titles_of({name: one.as_field(self.group) for name, one in self.questions.items()}) | how
        read_on = self.licence.read_on
        licence = {"name": self.licence.name, "url": self.licence.url, "read_on": read_on and read_on.isoformat()}
        return {"asked": asked, "dimensions": parts, "licence": {key: one for key, one in licence.items() if one}}
