"""rules.yaml: a check that the pack's own code makes."""

from typing import Annotated, ClassVar

from wayhome.packs.kinds.kind import (
    APART,
    MORE,
    OPTIONAL,
    SHOWN,
    Bounds,
    Given,
    Id,
    Read,
    Sourced,
    Stored,
    Text,
    a_part,
    as_list,
)
from wayhome.packs.mentions import names


@a_part
class PackRule(Sourced):
    """A check that the pack's own code makes: at which moments, by which function, in which revision."""

    file: ClassVar[str] = "rules"

    id: Annotated[str, Bounds(pattern=r"^[A-Z]{2}-[0-9]{2}$"), APART]
    title: Annotated[Text, SHOWN]
    on: Annotated[tuple[str, ...], names("moments"), Read(as_list), Stored(sorted, tuple), MORE]
    check: Id
    revision: Annotated[int, Bounds(ge=1, le=1_000_000)]
    code: Annotated[str, Given, OPTIONAL] = ""  # what the pack's own code is made of: another code may judge otherwise
    pack: Annotated[str, Given, OPTIONAL] = ""
