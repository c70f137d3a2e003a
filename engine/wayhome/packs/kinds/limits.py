"""limits.yaml: the figures of the safeguards, and how a pack makes one stricter."""

from typing import Annotated, ClassVar, Literal

from wayhome.model.closed_sets import MoveName
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.kind import (
    APART,
    OPTIONAL,
    TIMED,
    Bounds,
    Id,
    Sourced,
    a_part,
)
from wayhome.packs.kinds.spans import MOST, Span
from wayhome.packs.mentions import names


@a_part
class Figure(Sourced):
    """A length of time, or a number."""

    span: Annotated[Span | None, TIMED] = None
    count: Annotated[int | None, Bounds(ge=0, le=MOST), TIMED] = None

    def __post_init__(self) -> None:
        if (self.span is None) == (self.count is None):
            raise InvalidValue("say either span or count")
        if self.span is not None and self.span.limit is not None:
            raise InvalidValue("a limit says its own figure")

    @property
    def figure(self) -> Span | int:
        figure = self.count if self.span is None else self.span
        assert figure is not None
        return figure


@a_part
class Limit(Figure):
    """A figure of a safeguard. `side` says which way is stricter."""

    file: ClassVar[str] = "limits"
    core_only: ClassVar[bool] = True

    id: Annotated[Id, APART]
    rule: str
    side: Literal["at_most", "at_least"]
    delay: Annotated[bool, OPTIONAL] = False  # how much later the same flight is still the journey that was cleared
    review: Annotated[bool, OPTIONAL] = False  # how far ahead the day may lie at which an incident is looked at again
    signature: Annotated[bool, OPTIONAL] = False  # how long an entry may wait for a second signature
    late_entry_of: Annotated[MoveName | None, OPTIONAL] = None  # the move that one alone enters at most so late


@a_part
class LimitTightening(Figure):
    """How a pack makes a figure stricter."""

    file: ClassVar[str] = "limits"

    tighten: Annotated[Id, names("limits"), APART]
