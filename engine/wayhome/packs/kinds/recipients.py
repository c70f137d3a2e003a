"""recipients.yaml: a class of those who may be contacted or told something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wayhome.packs.kinds.kind import OPTIONAL, SHOWN, Entry, Given, Id, Ids, Read, Text, as_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient(Entry):
    """A class of those who may be contacted or told something."""

    title: Annotated[Text, SHOWN]
    contact: Ids = ()  # purposes of consent of which one allows contact; empty = contact needs none
    share: Ids = ()  # purposes under which data may be told, each for its groups
    relations: Annotated[Ids, OPTIONAL] = ()  # people of the case who belong to it
    partners: Annotated[bool, OPTIONAL] = False  # whether a pack's partner may belong to it
    origin_authority: bool = False  # INV-09 applies
    never: Annotated[frozenset[Id], Read(as_list)] = frozenset()  # groups that this class is never told
    pack: Annotated[str, Given, OPTIONAL] = ""
