"""recipients.yaml: a class of those who may be contacted or told something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from wayhome.model.closed_sets import Relation
from wayhome.packs.kinds.kind import OPTIONAL, SHOWN, Entry, Given, Id, Ids, Read, Text, as_list
from wayhome.packs.mentions import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient(Entry):
    """A class of those who may be contacted or told something."""

    file: ClassVar[str] = "recipients"
    core_only: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    # Purposes of consent of which one allows contact; empty = contact needs none.
    contact: Annotated[Ids, names("consents")] = ()
    private: Annotated[bool, OPTIONAL] = False  # people, no organisations: no partner is one, and none ever pays a fee
    share: Annotated[Ids, names("consents")] = ()  # purposes under which data may be told, each for its groups
    relations: Annotated[tuple[Relation, ...], Read(as_list), OPTIONAL] = ()  # people of the case who belong to it
    never: Annotated[frozenset[Id], names("groups"), Read(as_list)] = (
        frozenset()
    )  # groups that this class is never told
    pack: Annotated[str, Given, OPTIONAL] = ""
