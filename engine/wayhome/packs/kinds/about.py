"""pack.yaml and sources.yaml: what a pack is, and where what it says comes from."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from wayhome.frozen import EMPTY
from wayhome.packs.kinds.kind import (
    APART,
    OPTIONAL,
    SHOWN,
    SOURCE_ID,
    Bounds,
    CountryCode,
    Currency,
    Id,
    Part,
    Text,
    Values,
    Zone,
    a_part,
)
from wayhome.packs.mentions import names

NewNames = Mapping[str, str]  # a value as it was called -> as it is called now


@a_part
class Renamed(Part):
    """What was called otherwise in an older version of the pack: a running case that holds it takes the new name along."""

    facts: Annotated[Mapping[Annotated[Id, names("facts", valued=True)], NewNames], OPTIONAL] = EMPTY  # values of facts
    results: Annotated[Mapping[Annotated[Id, names("steps", valued=True)], NewNames], OPTIONAL] = EMPTY  # of steps
    # Values of the fields of steps, by STEP.FIELD.
    fields: Annotated[Mapping[Annotated[str, names("fields", valued=True)], NewNames], OPTIONAL] = EMPTY

    def __bool__(self) -> bool:
        return bool(self.facts or self.results or self.fields)


@a_part
class About(Part):
    """What a pack is."""

    id: Annotated[Id, SHOWN]
    title: Annotated[Text, SHOWN]
    version: Annotated[str, Bounds(pattern=r"^\d+\.\d+\.\d+$"), SHOWN]
    role: Annotated[Literal["core", "host", "origin"], SHOWN]
    office_only: Annotated[bool, SHOWN] = False  # it is of one office, and nobody publishes it
    country: Annotated[CountryCode | None, names("new_countries"), SHOWN] = None
    prefix: Annotated[str, Bounds(pattern=r"^([a-z]{2}_)?$")] = ""
    # By code, how each is called.
    languages: Annotated[Mapping[Annotated[str, names("languages")], Text], SHOWN] = EMPTY
    zone: Annotated[Zone | None, SHOWN] = None
    currency: Annotated[Currency | None, SHOWN] = None
    calendar: Annotated[str | None, names("calendars")] = None  # a country code of the `holidays` library
    engine: str = ">=0.1,<0.2"
    renamed: Renamed = Renamed()
    maintainers: Annotated[Values, SHOWN] = ()
    open_questions: Annotated[Values, SHOWN] = ()
    about: Annotated[Text | None, SHOWN] = None


@a_part
class Source(Part):
    """Where something comes from, and how it was seen."""

    file: ClassVar[str] = "sources"

    id: Annotated[str, Bounds(pattern=SOURCE_ID), APART]
    title: Annotated[Text, SHOWN]
    publisher: Annotated[Text | None, SHOWN] = None
    year: Annotated[str | None, SHOWN] = None
    url: Annotated[str | None, SHOWN] = None
    read_on: Annotated[date | None, SHOWN] = None
    seen: Annotated[Text | None, SHOWN] = None  # full text, excerpt, table of contents, general knowledge
