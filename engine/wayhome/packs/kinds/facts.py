"""facts.yaml: one fact of a case, who asks for it, and what it counts as while it is not recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from wayhome.packs.kinds.kind import (
    APART,
    OPTIONAL,
    SHOWN,
    Anything,
    Asks,
    Condition,
    Entry,
    Given,
    Id,
    Ids,
    Read,
    Text,
    Values,
    as_list,
)
from wayhome.packs.mentions import a


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Entry):
    """One fact of a case."""

    title: Annotated[Text, SHOWN]
    ask: Annotated[Text | None, SHOWN] = None  # how to ask, or when
    type: Literal["bool", "code", "codes", "date", "instant", "number"]
    values: Annotated[Values, OPTIONAL] = ()
    group: Annotated[Id, a("groups")] = "case"
    asked_by: Annotated[Ids, a("roles"), OPTIONAL] = ()
    derived: Annotated[Condition | None, OPTIONAL] = None
    unrecorded: Anything = None
    # Before the day that another fact says it is this, whatever is recorded.
    until: Annotated[Mapping[Annotated[Id, a("facts")], Anything], OPTIONAL] = field(default_factory=dict)
    # In the core: what the engine asks it for.
    tells: Annotated[Literal["child", "adult_from", "sex", "languages"] | None, OPTIONAL] = None
    # In the core: which values a pack's step or incident may set; nothing else is.
    settable_by_packs: Annotated[tuple[Anything, ...], Read(as_list), APART] = ()
    example: Anything = None
    asks: Asks = ()
    pack: Annotated[str, Given, OPTIONAL] = ""
