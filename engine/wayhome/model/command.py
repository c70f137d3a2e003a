"""Everything that can happen to a case: one small frozen command each.

The library, the shell, a story, an import, a deadline that fires: all of them only make commands.
What is required has no default; all is given by keyword, but for `case`, which comes first (`Open` has none). As JSON, a
command carries its word as `do`. `wayhome.model.reading` reads the fields by their types: a new field is one line here.
Every command can say
    at          when it happened; an aware datetime; None = now
    key         a text of the caller's choice: the same command under the same key happens once
    if_version  the version of the case that the caller has seen
    by          who did it, when that is not who types (a role, a partner id or a ref)
    of          the ref of a person of this case, when it is about someone other than the returned person
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, ClassVar

from wayhome.errors import Template
from wayhome.frozen import EMPTY, Frozen
from wayhome.model.case import Leg
from wayhome.model.closed_sets import (
    Basis,
    ConsentAnswer,
    ConsentForm,
    DocumentStatus,
    Effect,
    MoveName,
    Relation,
    RelationOfCases,
    TravelStatus,
)
from wayhome.model.data import Data

__all__ = [
    "AnyCommand",
    "Assign",
    "Command",
    "Complete",
    "Consent",
    "Contact",
    "Document",
    "Fail",
    "Incident",
    "Involve",
    "Move",
    "Note",
    "Open",
    "Rebase",
    "Record",
    "Redo",
    "Resolve",
    "Skip",
    "Start",
    "StepCommand",
    "Travel",
    "Withdraw",
]

Words = tuple[str, ...] | list[str]  # a list of ids; one word alone is a mistake
Legs = tuple[Leg, ...] | list[Leg]


@dataclass(frozen=True, slots=True, kw_only=True)
class _When(Data):
    """What every command can say beside its own fields."""

    word: ClassVar[str] = ""
    unruled: ClassVar[Template] = (
        ""  # why it is right that no rule need be asked of it; without one, it is then forbidden
    )

    at: datetime | None = None
    key: str | None = None
    if_version: int | None = None
    by: str | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(_When):
    """Base of all commands on a case."""

    case: str = field(kw_only=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(_When):
    """Open a case: the person's way back begins. Gives the new case's number."""

    word: ClassVar[str] = "open"

    host_country: str
    origin_country: str
    organisation: str | None = None
    facts: Mapping[str, Any] = field(default=EMPTY, repr=False)
    linked_to: str | None = None
    relation: RelationOfCases | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Command):
    """Record declared facts, e.g. {"age_status": "adult"}."""

    word: ClassVar[str] = "record"
    unruled: ClassVar[Template] = "what is known may be written down"

    facts: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCommand(Command):
    """Base of the five commands on a step; `fields` are the ones that the step declares."""

    step: str
    round: str | None = None
    result: str | None = None
    reason: str | None = field(default=None, repr=False)
    fields: Mapping[str, Any] = field(default=EMPTY, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(StepCommand):
    """Say that work on a step has begun (or a stay, or a period)."""

    word: ClassVar[str] = "start"
    unruled: ClassVar[Template] = "beginning is judged by what the step waits for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(StepCommand):
    """Say that a step is done, with its result. Where two must sign, each completes it."""

    word: ClassVar[str] = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail(StepCommand):
    """Say that no result came about."""

    word: ClassVar[str] = "fail"
    unruled: ClassVar[Template] = "what did not come about may be written down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip(StepCommand):
    """Leave out a step that is only offered, or that the person declines. Needs a reason."""

    word: ClassVar[str] = "skip"
    unruled: ClassVar[Template] = "leaving out is judged by the kind of the step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redo(StepCommand):
    """Do a step again; what depended on it stays done."""

    word: ClassVar[str] = "redo"
    unruled: ClassVar[Template] = "doing a step again may always be asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Command):
    """Record what the person answered when asked for consent: given or refused. Both count."""

    word: ClassVar[str] = "consent"

    purpose: str
    recipient: str | None = None
    answer: ConsentAnswer = "given"
    groups: Words = ()
    language: str | None = None
    version: str | None = None
    form: ConsentForm | None = None
    given_by: str | None = None
    assent: bool | None = None
    interpreter: str | None = None
    witness: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Command):
    """Record that a consent is taken back. Always possible; no reason is asked."""

    word: ClassVar[str] = "withdraw"
    unruled: ClassVar[Template] = "a consent can be taken back at any time"

    purpose: str
    recipient: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Command):
    """Record how a paper stands."""

    word: ClassVar[str] = "document"
    unruled: ClassVar[Template] = "how a paper stands is judged by what it waits for"

    kind: str
    status: DocumentStatus
    number: str | None = field(default=None, repr=False)
    issuer: str | None = field(default=None, repr=False)
    issued_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel(Command):
    """Set a target date, book legs, or cancel."""

    word: ClassVar[str] = "travel"

    status: TravelStatus
    departs_on: date | None = None
    legs: Legs = ()
    meeting_place: str | None = field(default=None, repr=False)
    meeting_person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Involve(Command):
    """Make a ref for someone else in this case (child-1, relative-1, escort-1). Name and contact are sealed."""

    word: ClassVar[str] = "involve"
    unruled: ClassVar[Template] = "somebody may always be made known"

    ref: str
    relation: Relation | None = None  # needed when the ref is new
    travels: bool | None = None
    vetted_on: date | None = None
    suspected: bool | None = None
    name: str | None = field(default=None, repr=False)
    contact: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Command):
    """Give a role in this case to a partner, an organisation, or a person of the case (ref)."""

    word: ClassVar[str] = "assign"

    role: str
    partner: str | None = None
    organisation: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Command):
    """Record a contact or an attempt: with whom, what was told, and on what basis."""

    word: ClassVar[str] = "contact"

    with_: str
    channel: str
    reached: bool = field(metadata={"missing": "Say whether they were reached."})
    groups: Words = ()
    basis: Basis | None = None
    why: str | None = field(default=None, repr=False)
    informed_at: datetime | None = None
    restrictions: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Command):
    """Say that something has happened that the plan did not foresee."""

    word: ClassVar[str] = "incident"
    unruled: ClassVar[Template] = "what has happened may be written down"

    type: str
    note: str | None = field(default=None, repr=False)
    effect: Effect | None = None
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(Command):
    """Say that an incident is over. `incident` is its type, or its number in the case's history."""

    word: ClassVar[str] = "resolve"
    unruled: ClassVar[Template] = "an end is judged by what the incident needs"

    incident: str
    outcome: str | None = None
    resume_step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Command):
    """Move the case on: prepare, depart, arrive, settle, turn_back, close, reopen."""

    word: ClassVar[str] = "move"

    to: MoveName = field(metadata={"sort": "move"})
    reason: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Command):
    """Write a note, sealed under its data group."""

    word: ClassVar[str] = "note"
    unruled: ClassVar[Template] = "a note may always be written"

    group: str = "case"
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebase(Command):
    """Adopt a newer process. Look at it first: `Engine.why` with this command shows what would change."""

    word: ClassVar[str] = "rebase"
    unruled: ClassVar[Template] = "a newer process is judged by what was begun"

    digest: str


AnyCommand = Open | Command

# Every command of this module, by its word, in the order of this page.
BY_WORD: Mapping[str, type[Open] | type[Command]] = Frozen(
    {
        kind.word: kind
        for kind in [*globals().values()]
        if isinstance(kind, type) and issubclass(kind, Open | Command) and kind.word
    }
)

COMMON_FIELDS = ("case", "at", "key", "if_version", "by", "of")


def own_fields(kind: type[Open] | type[Command]) -> tuple[str, ...]:
    """Name the fields that one kind of command has beside the common ones, as people write them."""
    return tuple(f.name.rstrip("_") for f in fields(kind) if f.name not in COMMON_FIELDS)
