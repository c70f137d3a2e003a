"""Everything that can happen to a case: one small frozen command each.

The library, the shell, a story, an import, a deadline that fires: all of them only make commands.
Every command has `case` (first, except `Open`), and by keyword
    at          when it happened; an aware datetime; None = now
    key         a text of the caller's choice: the same command under the same key happens once
    if_version  the version of the case that the caller has seen
    by          who did it, when that is not who types (a role, a partner id or a ref)
    of          the ref of a person of this case, when it is about someone other than the returned person
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, ClassVar

EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _When:
    """What every command can say beside its own fields."""

    at: datetime | None = field(default=None, kw_only=True)
    key: str | None = field(default=None, kw_only=True)
    if_version: int | None = field(default=None, kw_only=True)
    by: str | None = field(default=None, kw_only=True)
    of: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Command(_When):
    """Base of all commands on a case."""

    word: ClassVar[str] = ""

    case: str = ""


@dataclass(frozen=True, slots=True)
class Open(_When):
    """Open a case: the person's way back begins. Gives the new case's number."""

    word: ClassVar[str] = "open"

    host_country: str = ""
    origin_country: str = ""
    organisation: str | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: EMPTY, repr=False)
    linked_to: str | None = None
    relation: str | None = None
    case: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Record(Command):
    """Record declared facts, e.g. {"age_status": "adult"}."""

    word: ClassVar[str] = "record"

    facts: Mapping[str, Any] = field(default_factory=lambda: EMPTY, repr=False)


@dataclass(frozen=True, slots=True)
class StepCommand(Command):
    """Base of the five commands on a step; `fields` are the ones that the step declares."""

    step: str = ""
    round: str | None = None
    result: str | None = None
    reason: str | None = field(default=None, repr=False)
    fields: Mapping[str, Any] = field(default_factory=lambda: EMPTY, repr=False)


@dataclass(frozen=True, slots=True)
class Start(StepCommand):
    """Say that work on a step has begun (or a stay, or a period)."""

    word: ClassVar[str] = "start"


@dataclass(frozen=True, slots=True)
class Complete(StepCommand):
    """Say that a step is done, with its result. Where two must sign, each completes it."""

    word: ClassVar[str] = "complete"


@dataclass(frozen=True, slots=True)
class Fail(StepCommand):
    """Say that no result came about."""

    word: ClassVar[str] = "fail"


@dataclass(frozen=True, slots=True)
class Skip(StepCommand):
    """Leave out a step that is only offered, or that the person declines. Needs a reason."""

    word: ClassVar[str] = "skip"


@dataclass(frozen=True, slots=True)
class Redo(StepCommand):
    """Do a step again; what depended on it stays done."""

    word: ClassVar[str] = "redo"


@dataclass(frozen=True, slots=True)
class Consent(Command):
    """Record what the person answered when asked for consent: given or refused. Both count."""

    word: ClassVar[str] = "consent"

    purpose: str = ""
    recipient: str | None = None
    answer: str = "given"
    groups: Sequence[str] = ()
    language: str | None = None
    version: str | None = None
    form: str | None = None
    given_by: str | None = None
    assent: bool | None = None
    interpreter: str | None = None
    witness: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    """Record that a consent is taken back. Always possible; no reason is asked."""

    word: ClassVar[str] = "withdraw"

    purpose: str = ""
    recipient: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Document(Command):
    """Record how a paper stands."""

    word: ClassVar[str] = "document"

    kind: str = ""
    status: str = ""
    number: str | None = field(default=None, repr=False)
    issuer: str | None = field(default=None, repr=False)
    issued_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Travel(Command):
    """Set a target date, book, or cancel. A leg: from, to, mode, carrier, departs_at, arrives_at, airside.

    `airside` is said of the leg before a change: true when the person changes planes without passing the border.
    """

    word: ClassVar[str] = "travel"

    status: str = ""
    departs_on: date | None = None
    legs: Sequence[Mapping[str, Any]] = ()
    meeting_place: str | None = field(default=None, repr=False)
    meeting_person: str | None = None


@dataclass(frozen=True, slots=True)
class Involve(Command):
    """Make a ref for someone else in this case (child-1, relative-1, escort-1). Name and contact are sealed."""

    word: ClassVar[str] = "involve"

    ref: str = ""
    relation: str = ""
    travels: bool | None = None
    vetted_on: date | None = None
    suspected: bool | None = None
    name: str | None = field(default=None, repr=False)
    contact: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Assign(Command):
    """Give a role in this case to a partner, an organisation, or a person of the case (ref)."""

    word: ClassVar[str] = "assign"

    role: str = ""
    partner: str | None = None
    organisation: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Contact(Command):
    """Record a contact or an attempt: with whom, what was told, and on what basis."""

    word: ClassVar[str] = "contact"

    with_: str = ""
    channel: str = ""
    reached: bool | None = None
    groups: Sequence[str] = ()
    basis: str | None = None
    why: str | None = field(default=None, repr=False)
    informed_at: datetime | None = None
    restrictions: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Incident(Command):
    """Say that something has happened that the plan did not foresee."""

    word: ClassVar[str] = "incident"

    type: str = ""
    note: str | None = field(default=None, repr=False)
    effect: str | None = None
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Resolve(Command):
    """Say that an incident is over. `incident` is its type, or its number in the case's history."""

    word: ClassVar[str] = "resolve"

    incident: str = ""
    outcome: str | None = None
    resume_step: str | None = None


@dataclass(frozen=True, slots=True)
class Move(Command):
    """Move the case on: prepare, depart, arrive, settle, turn_back, close, reopen."""

    word: ClassVar[str] = "move"

    to: str = ""
    reason: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Note(Command):
    """Write a note, sealed under its data group."""

    word: ClassVar[str] = "note"

    group: str = "case"
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Rebase(Command):
    """Adopt a newer process. Look at it first: `Engine.why` with this command shows what would change."""

    word: ClassVar[str] = "rebase"

    digest: str = ""


AnyCommand = Open | Command

BY_WORD: Mapping[str, type[Open] | type[Command]] = MappingProxyType(
    {
        kind.word: kind
        for kind in (
            Open, Record, Start, Complete, Fail, Skip, Redo, Consent, Withdraw, Document, Travel, Involve,
            Assign, Contact, Incident, Resolve, Move, Note, Rebase,
        )
    }
)  # fmt: skip

COMMON_FIELDS = ("case", "at", "key", "if_version", "by", "of")


def own_fields(kind: type[Open] | type[Command]) -> tuple[str, ...]:
    """Name the fields that one kind of command has beside the common ones, as people write them."""
    return tuple(f.name.rstrip("_") for f in fields(kind) if f.name not in COMMON_FIELDS)
