"""facts.yaml: one fact of a case, who asks for it, and what it counts as while it is not recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from wayhome.errors import Template
from wayhome.model.closed_sets import PHASES
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.kind import (
    APART,
    LESS,
    MORE,
    OPTIONAL,
    SHOWN,
    Anything,
    Asks,
    Condition,
    Entry,
    Given,
    Id,
    Ids,
    MarkOfEntry,
    Read,
    Text,
    Values,
    a_part,
    as_list,
)
from wayhome.packs.mentions import OWN_VALUE, names


@a_part
class Fact(Entry):
    """One fact of a case."""

    file: ClassVar[str] = "facts"
    in_order: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    ask: Annotated[Text | None, SHOWN] = None  # how to ask, or when
    type: Literal["bool", "code", "codes", "date", "instant", "number", "text"]
    values: Annotated[Values, OPTIONAL] = ()  # with one more, somebody can be what no condition speaks of
    # Values of which the code says too little.
    called: Annotated[Mapping[str, Text], SHOWN] = field(default_factory=dict)
    group: Annotated[Id, names("groups")] = "case"
    asked_by: Annotated[Ids, names("roles"), OPTIONAL, LESS] = ()
    # After one of these the person is asked at once: what was known of it is known no more, unless it protects.
    asked_anew_after: Annotated[Ids, names("incidents"), OPTIONAL, MORE] = ()
    derived: Annotated[Condition | None, OPTIONAL] = None
    # A step's result says it; nobody is asked, and nobody types it.
    only_by_steps: Annotated[bool, OPTIONAL, MORE] = False
    unrecorded: Annotated[Anything, OWN_VALUE] = None
    # Before the day that another fact says it is this, whatever is recorded.
    until: Annotated[Mapping[Annotated[Id, names("days")], Anything], OWN_VALUE, OPTIONAL, MORE] = field(
        default_factory=dict
    )
    # What the engine asks it for: a fact of the core, save where packs know better (TOLD_BY_PACKS).
    tells: Annotated[
        Literal["child", "adult_from", "sex", "languages", "left_alone", "place_of_return"] | None, OPTIONAL
    ] = None
    # The values that protect. While nobody has asked, evidence is made as if none of them were so.
    cautious: Annotated[tuple[Anything, ...], Read(as_list), OWN_VALUE, OPTIONAL, MORE] = ()
    # Who may say that it is none of these any more; none named = whoever records it.
    loosen: Annotated[Ids, names("roles"), OPTIONAL] = ()
    # In the core: which values a pack's step or incident may set; nothing else is.
    settable_by_packs: Annotated[tuple[Anything, ...], Read(as_list), OWN_VALUE, APART] = ()
    # Whom else it is asked of, each by themselves: who travels along. Inside what is done of each it is theirs.
    each: Annotated[Literal["companion"] | None, OPTIONAL, MORE] = None
    # Whether it says who the person is, and so stands first where a case is shown; by a name, and a birth, a case is found.
    of_person: Annotated[Literal["name", "birth", "shown"] | None, OPTIONAL] = None
    asks: Asks = ()
    pack: Annotated[str, Given, OPTIONAL] = ""

    def __post_init__(self) -> None:
        if self.called.keys() - set(self.values):
            raise InvalidValue("only a value that there is can be called something")
        if self.type == "text" and (self.derived or self.unrecorded is not None or self.cautious or self.until):
            raise InvalidValue("nothing follows from words, and words follow from nothing")
        if self.only_by_steps and (self.derived or self.asked_by):
            raise InvalidValue(
                "what only a step says follows from nothing else, and nobody is asked",
                "Leave out asked_by and derived.",
            )
        if self.each and (self.derived or self.tells or self.until or self.cautious):
            raise InvalidValue("what is asked of each follows from nothing, and tells the engine nothing of the person")


TOLD_BY_PACKS = ("place_of_return",)


class Valued(NamedTuple):
    """What the values of something are: its type, the values that there are (none said: any), what they name; and its title."""

    type: str
    values: Sequence[Any] = ()
    kind: str = ""
    asks: tuple[MarkOfEntry, ...] = ()
    title: Template = ""


# What is known of every case, and is no fact of a pack. Where somebody comes from tells people apart like nationality.
BUILT_IN: Mapping[str, Valued] = {
    "host_country": Valued("code", kind="countries", title="The host country"),
    "origin_country": Valued("code", kind="countries", asks=("what_tells_apart",), title="The country of origin"),
    "arrival_place": Valued("code", kind="places", title="Where the person lands"),
    "travel_booked": Valued("bool", title="The journey is booked"),
    "travel_delayed": Valued("bool", title="The journey is late"),
    "has_connection": Valued("bool", title="The journey has a connection"),
    "gone_without_clearance": Valued("bool", title="The person has gone without clearance"),
    "adult_along": Valued("bool", title="An adult travels along"),
    "adopted": Valued("bool", title="The return was taken over while it ran"),
    "phase": Valued("code", PHASES, title="The phase of the return"),
    "closed_as": Valued("code", kind="outcomes", title="How the case was closed"),
}
