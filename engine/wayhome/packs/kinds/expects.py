"""expects.yaml: the moments that are awaited, beside the steps that have a due date of their own."""

from typing import Annotated, ClassVar

from wayhome.packs.kinds.kind import (
    LESS,
    MORE,
    OPTIONAL,
    SHOWN,
    TIMED,
    Condition,
    Entry,
    Given,
    Id,
    Ids,
    Phase,
    Text,
    a_part,
)
from wayhome.packs.kinds.spans import Timing
from wayhome.packs.mentions import names


@a_part
class Expected(Entry):
    """A moment that is awaited: from when, how long, whose, and what answers it.

    Silence about it is a question to whoever had to write, and nothing else: it opens, voids, resets and holds nothing. It ends by
    itself with the first entry that answers. It is counted from the newest times of the booking.
    """

    file: ClassVar[str] = "expects"
    in_order: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    due: Annotated[Timing, TIMED]  # when nobody having written anything is a question that cannot wait
    phases: Annotated[tuple[Phase, ...], MORE]  # in which it is awaited; the move out of them answers it
    who: Annotated[Ids, names("roles"), LESS]
    # A step that answers it as it stands: while what it rests on has changed, it is asked again.
    step: Annotated[Id | None, names("steps"), OPTIONAL, LESS] = None
    # Whatever of these is open at that hour, or has happened since, answers it, too.
    incidents: Annotated[Ids, names("incidents"), OPTIONAL, LESS] = ()
    when: Annotated[Condition | None, OPTIONAL, LESS] = None  # of whom it is awaited
    # Whether it is a moment of a booked journey; else a day of the person's life, of which only `incidents` can be said.
    booked: Annotated[bool, OPTIONAL] = True
    # Whether it is the journey itself: it stands on the list until it is over, whatever was written.
    journey: Annotated[bool, OPTIONAL] = False
    pack: Annotated[str, Given, OPTIONAL] = ""
