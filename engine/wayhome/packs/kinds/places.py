"""places.yaml and risks.yaml: what is where, and what a case worker should have in mind."""

from typing import Annotated, ClassVar, Literal

from wayhome.packs.kinds.kind import APART, SHOWN, Bounds, Condition, Entry, Ids, Part, Sourced, Text, Zone, a_part
from wayhome.packs.mentions import names

TimeOfDay = Annotated[str, Bounds(pattern=r"^\d\d:\d\d$")]


@a_part
class Arrive(Part):
    """Between which local times an arrival is wanted."""

    from_: TimeOfDay
    to: TimeOfDay


@a_part
class Place(Sourced):
    """An airport, a town, a crossing; what is there."""

    file: ClassVar[str] = "places"

    id: Annotated[str, Bounds(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40), APART]
    name: Annotated[Text, SHOWN]
    kind: Annotated[Literal["airport", "town", "region", "crossing"], SHOWN] = "airport"
    zone: Annotated[Zone | None, SHOWN] = None
    partners: Annotated[Ids, names("partners"), SHOWN] = ()
    arrive: Annotated[Arrive | None, SHOWN] = None
    international: Annotated[bool, SHOWN] = True
    about: Annotated[Text | None, SHOWN] = None


@a_part
class Risk(Entry):
    """What a case worker should have in mind."""

    file: ClassVar[str] = "risks"

    title: Annotated[Text, SHOWN]
    text: Annotated[Text, SHOWN]
    when: Annotated[Condition | None, SHOWN] = None
