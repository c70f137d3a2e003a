"""incidents.yaml and outcomes.yaml: what the plan did not foresee, and how a case can end."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, ClassVar, Literal

from wayhome.model.closed_sets import EFFECTS, Effect
from wayhome.model.moves import PHASES
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.kind import (
    AT_MOST,
    LESS,
    MORE,
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
    Rising,
    Sets,
    Stored,
    Text,
    Values,
    a_part,
    canonical,
    load,
)
from wayhome.packs.kinds.needs import Needs
from wayhome.packs.kinds.spans import Span
from wayhome.packs.mentions import names

InPhase = Annotated[str, Bounds(pattern=f"^({'|'.join(PHASES)})$")]


def _by_phase(raw: Any) -> Any:
    """Read what holds in each phase; what is said once holds in all of them."""
    if isinstance(raw, dict) and raw.keys() <= set(PHASES):
        return raw
    return {phase: raw for phase in PHASES if raw}


@a_part
class Silence(Part):
    """A step that nobody has recorded within its own limit; where that cannot run yet, it is counted after another moment."""

    step: Annotated[Id, names("steps")]
    after: Annotated[Id, names("anchors")]


@a_part
class OpensOn(Part):
    """What opens an incident by itself, where it is no result of a step (that one says `opens`)."""

    withdrawal: Annotated[Ids, names("consents"), OPTIONAL, MORE] = ()  # purposes of which a consent is taken back
    not_reached: Annotated[bool, OPTIONAL, MORE] = False  # an attempt in vain to reach the person
    by_a_suspect: Annotated[bool, OPTIONAL, MORE] = False  # who takes the person over is under suspicion
    # Data of the person were told to who is under suspicion or has failed; or to somebody whom nobody here knows.
    told_untrusted: Annotated[bool, OPTIONAL, MORE] = False
    told_unknown: Annotated[bool, OPTIONAL, MORE] = False
    # A fact, with one of these values.
    recorded: Annotated[Mapping[Annotated[Id, names("facts", valued=True)], Values], OPTIONAL, MORE] = field(
        default_factory=dict
    )
    move: Annotated[Ids, names("move_names"), OPTIONAL, MORE] = ()  # a move that has happened
    was: Annotated[Values, OPTIONAL] = ()  # and the value that it had before; none named = any
    silence: Annotated[Silence | None, OPTIONAL, MORE] = None  # nobody says anything: the engine's clock raises it


@a_part
class Ending(Part):
    """How an incident can end: in these phases, and with what was done after its last alarm."""

    is_a_way: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    phases: Annotated[tuple[Phase, ...], OPTIONAL] = ()  # none said: wherever the incident happens
    needs: Annotated[Needs, OPTIONAL, MORE] = ()
    # While it is open, no step that it needs is found good by one alone.
    two_sign: Annotated[bool, OPTIONAL, MORE] = False
    by_word: Annotated[Text | None, SHOWN] = None  # why nothing that was done since is asked for
    # Nobody asks for what the person has said no to, until what another of its endings needs was done since.
    still_no: Annotated[bool, OPTIONAL, MORE] = False

    def __post_init__(self) -> None:
        if not self.needs and self.by_word is None and self.title:
            raise InvalidValue(
                "an alarm does not end by a word alone", "Say what it needs; or in by_word, why nothing."
            )


Endings = Annotated[
    Mapping[Id, Ending],
    Stored(
        lambda endings: [[code, canonical(one)] for code, one in endings.items()],  # their order counts
        lambda raw: {code: load(Ending, one) for code, one in raw},
    ),
    OPTIONAL,
]


@a_part
class IncidentKind(Entry):
    """Something the plan did not foresee, what must happen, and where the normal course resumes."""

    file: ClassVar[str] = "incidents"
    in_order: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    actions: Annotated[Text, SHOWN]
    # Whether a life may be in danger: it stands above all that is none, and only who was heard live ends it.
    danger: Annotated[bool, OPTIONAL, MORE] = False
    # Whether evidence that rests on news is looked at again once it has happened, or is over.
    is_news: Annotated[bool, OPTIONAL, MORE] = False
    group: Annotated[Id | None, names("groups"), SHOWN] = None  # the data group that it belongs to
    aliases: Ids = ()
    effect: Annotated[Mapping[InPhase, Effect], Read(_by_phase), Rising(EFFECTS)]
    may_choose: tuple[Effect, ...] = ()
    # In these phases the booked journey ends with it.
    cancels_journey: Annotated[tuple[Phase, ...], OPTIONAL, MORE] = ()
    resets: Annotated[Mapping[InPhase, Ids], names("steps"), Read(_by_phase), MORE] = field(default_factory=dict)
    voids: Annotated[Mapping[InPhase, Ids], names("consents"), Read(_by_phase), MORE] = field(default_factory=dict)
    # As what the case may close while it is open, by phase; with several open, each must allow it.
    closes_as: Annotated[Mapping[InPhase, Ids], names("outcomes"), Read(_by_phase), LESS] = field(default_factory=dict)
    resume_step: Annotated[Ids, names("steps")] = ()
    review: Annotated[Span | None, OPTIONAL, AT_MOST] = None
    contacts_due: Annotated[tuple[Span, ...], MORE] = ()
    outcomes: Annotated[Endings, MORE] = field(default_factory=dict)  # the first that can be had is the usual one
    by_outsider: Annotated[bool, OPTIONAL, MORE] = False  # ended by somebody who has written nothing in the case
    by_another: Annotated[bool, OPTIONAL, MORE] = False  # ended by another than who wrote it down
    bars: Annotated[Ids, names("consents"), OPTIONAL, MORE] = ()  # no yes to these is taken while it is open
    never_ends: Annotated[bool, OPTIONAL, MORE] = False  # a case in which it has happened can only be closed
    sets: Annotated[Sets, OPTIONAL] = field(default_factory=dict)
    phases: Annotated[tuple[Phase, ...], MORE] = PHASES
    opens_on: Annotated[OpensOn | None, OPTIONAL, MORE] = None
    also_when_closed: Annotated[bool, OPTIONAL, MORE] = False
    # Whom it happens to, other than the person: somebody who travels along, or a child of the family, wherever it is. It is said `of`
    # whom; in what it resets and needs, a step that is done of each is that of the same one.
    each: Annotated[Literal["companion", "child"] | None, OPTIONAL, MORE] = None
    gone: Annotated[bool, OPTIONAL, MORE] = False  # whoever it happened to is of the journey no more
    # A role: whoever held that when it happened is not counted on, and stays so when another was chosen.
    suspends: Annotated[Id | None, names("roles"), OPTIONAL, MORE] = None
    pack: Annotated[str, Given, OPTIONAL] = ""

    def __post_init__(self) -> None:
        if self.each and (self.never_ends or self.sets or self.voids or self.opens_on or self.suspends):
            raise InvalidValue(
                "what happens to somebody else changes nothing that the person has said, and ends",
                "Leave out never_ends, sets, voids, opens_on and suspends.",
            )
        if self.gone and not self.each:
            raise InvalidValue(
                "of the journey no more is somebody else than the person", "Leave out gone, or say each."
            )
        if self.never_ends and not self.closes_as:
            raise InvalidValue("what never ends says as what a case can close", "Add closes_as.")
        if self.title and not self.never_ends:
            ends = {phase for one in self.outcomes.values() for phase in one.phases or self.phases}
            if stuck := [phase for phase in self.phases if phase not in ends]:
                raise InvalidValue("it can never end in these phases: {phases}", "Add an outcome.", phases=stuck)

    @property
    def is_a_way(self) -> bool:
        return bool(self.closes_as)  # a case can close over it

    @property
    def silence(self) -> Silence | None:
        """What nobody has said, where it opens on that."""
        return self.opens_on.silence if self.opens_on else None

    def endings(self, phase: str) -> dict[str, Ending]:
        """Give the ways in which it can end in a phase, by their codes; in one to which it was only carried along, those of no phase."""
        here = {code: one for code, one in self.outcomes.items() if phase in (one.phases or self.phases)}
        anywhere = {code: one for code, one in self.outcomes.items() if not one.phases}
        return here or anywhere or dict(self.outcomes)

    def shown_beside(self, sure: Mapping[str, str]) -> dict[str, Any]:
        """Give what is shown of its parts: titles of outcomes, and why some end by a word."""
        by_word = {code: one.by_word for code, one in self.outcomes.items() if one.by_word}
        return {"outcomes": {code: one.title for code, one in self.outcomes.items()}} | (
            {"by_word": by_word} if by_word else {}
        )


@a_part
class Outcome(Entry):
    """A reason to close a case. What it needs stands in `when`; what is open must allow it (`may_close_over`)."""

    file: ClassVar[str] = "outcomes"
    is_a_way: ClassVar[bool] = True
    core_only: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    todo: Annotated[Text | None, SHOWN] = None  # what to do first, when the condition does not hold
    phases: Annotated[tuple[Phase, ...], LESS] = PHASES
    gated: Annotated[bool, MORE] = False  # whether the follow-up must be complete
    when: Annotated[Condition | None, OPTIONAL, MORE] = None
    waits_for: Annotated[Ids, names("steps"), OPTIONAL, MORE] = ()  # of each of whom they are asked
    final: bool = False  # whether a case so closed can never be reopened
    over_alarms: Annotated[bool, OPTIONAL, LESS] = False  # whether it closes a case whatever incidents are open,
    not_over: Annotated[Ids, names("incidents"), OPTIONAL, MORE] = ()  # but for these
    pack: Annotated[str, Given, OPTIONAL] = ""

    def may_close_over(self, incident: IncidentKind, phase: str) -> bool:
        """Say whether a case may close so while this incident is open."""
        if self.over_alarms and incident.id not in self.not_over:
            return True
        return self.id in incident.closes_as.get(phase, ())
