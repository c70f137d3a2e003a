"""incidents.yaml and outcomes.yaml: what the plan did not foresee, and how a case can end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from wayhome.model.moves import PHASES
from wayhome.packs.kinds.kind import (
    OPTIONAL,
    SHOWN,
    Bounds,
    Condition,
    Entry,
    Given,
    Id,
    Ids,
    Part,
    Phase,
    Read,
    Sets,
    Text,
    Values,
)
from wayhome.packs.kinds.needs import Needs
from wayhome.packs.kinds.spans import Span
from wayhome.packs.mentions import names
from wayhome.packs.wrong import Wrong

Effect = Literal["none", "on_hold", "blocked"]
InPhase = Annotated[str, Bounds(pattern=f"^({'|'.join(PHASES)})$")]


def _by_phase(raw: Any) -> Any:
    """Read what holds in each phase; what is said once holds in all of them."""
    if isinstance(raw, dict) and raw.keys() <= set(PHASES):
        return raw
    return {phase: raw for phase in PHASES if raw}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpensOn(Part):
    """What opens an incident by itself, where it is no result of a step (that one says `opens`)."""

    withdrawal: Annotated[Ids, names("consents"), OPTIONAL] = ()  # purposes of which a consent is taken back
    not_reached: Annotated[bool, OPTIONAL] = False  # an attempt in vain to reach the person
    # A fact, with one of these values.
    recorded: Annotated[Mapping[Annotated[Id, names("facts", valued=True)], Values], OPTIONAL] = field(
        default_factory=dict
    )
    was: Annotated[Values, OPTIONAL] = ()  # and the value that it had before; none named = any


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentKind(Entry):
    """Something the plan did not foresee, what must happen, and where the normal course resumes."""

    file: ClassVar[str] = "incidents"
    in_order: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    actions: Annotated[Text, SHOWN]
    group: Annotated[Id | None, names("groups"), SHOWN] = None  # the data group that it belongs to
    aliases: Ids = ()
    effect: Annotated[Mapping[InPhase, Effect], Read(_by_phase)]
    may_choose: tuple[Effect, ...] = ()
    cancels_journey: Annotated[tuple[Phase, ...], OPTIONAL] = ()  # in these phases the booked journey ends with it
    resets: Annotated[Mapping[InPhase, Ids], names("steps"), Read(_by_phase)] = field(default_factory=dict)
    voids: Annotated[Mapping[InPhase, Ids], names("consents"), Read(_by_phase)] = field(default_factory=dict)
    closes_as: Annotated[Ids, names("outcomes")] = ()
    resume_step: Annotated[Ids, names("steps")] = ()
    review: Annotated[Span | None, OPTIONAL] = None
    contacts_due: tuple[Span, ...] = ()
    # By the phase in which it is to end.
    needs_to_resolve: Annotated[Mapping[InPhase, Needs], Read(_by_phase)] = field(default_factory=dict)
    never_ends: Annotated[bool, OPTIONAL] = False  # a case in which it has happened can only be closed
    sets: Annotated[Sets, OPTIONAL] = field(default_factory=dict)
    phases: tuple[Phase, ...] = PHASES
    opens_on: Annotated[OpensOn | None, OPTIONAL] = None
    also_when_closed: Annotated[bool, OPTIONAL] = False
    # A role: while it is open, whoever holds that is not counted on.
    suspends: Annotated[Id | None, names("roles"), OPTIONAL] = None
    pack: Annotated[str, Given, OPTIONAL] = ""

    def __post_init__(self) -> None:
        if self.never_ends and not self.closes_as:
            raise Wrong("what never ends says as what a case can close", "Add closes_as.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Entry):
    """A reason to close a case."""

    file: ClassVar[str] = "outcomes"
    core_only: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    todo: Annotated[Text | None, SHOWN] = None  # what to do first, when the condition does not hold
    phases: tuple[Phase, ...] = PHASES
    gated: bool = False  # whether the follow-up must be complete
    when: Annotated[Condition | None, OPTIONAL] = None
    final: bool = False  # whether a case so closed can never be reopened
    pack: Annotated[str, Given, OPTIONAL] = ""
