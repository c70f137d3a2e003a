"""The pack format: one class per kind of entry, one file per class. Core, host and origin packs are all written in it.

A word about marks. Every entry says its `source` (ids in sources.yaml); without one it is not loaded.
`confidence` says how sure that is: documented (a rule that was read), reported (by a third party), practice,
own_choice (our own figure or order), unverified (nobody has opened the text). `unsure` is a question
that is still open; case workers see both.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from wayhome.model.moves import PHASES
from wayhome.packs import conditions
from wayhome.packs.reading import resolve

Phase = Literal["identification", "pre_departure", "travel", "arrival", "follow_up"]
Confidence = Literal["documented", "reported", "practice", "own_choice", "unverified"]
Gate = Literal["prepare", "depart", "settle", "close", "none"]
Effect = Literal["none", "on_hold", "blocked"]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _as_condition(value: Any) -> Any:
    return None if value is None else conditions.parse(resolve(value))


def _as_pattern(value: Any) -> Any:
    try:
        re.compile(str(value))
    except re.error as error:
        raise ValueError(f"this is no pattern: {error}") from error
    return value


def _as_zone(value: Any) -> Any:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("there is no such time zone") from error
    return value


Pattern = Annotated[str, BeforeValidator(_as_pattern)]
Zone = Annotated[str, BeforeValidator(_as_zone)]
Condition = Annotated[list[Any], BeforeValidator(_as_condition)]
Anything = Annotated[Any, BeforeValidator(resolve)]
Ids = Annotated[list[Id], BeforeValidator(_as_list)]
Texts = Annotated[list[Text], BeforeValidator(_as_list)]
Values = Annotated[list[str], BeforeValidator(_as_list)]


class Entry(BaseModel):
    """Base of everything in a pack: nothing may be misspelt."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Marked(Entry):
    """An entry with its source."""

    source: Annotated[
        list[Id | Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$")]], BeforeValidator(_as_list), Field(min_length=1)
    ]
    confidence: Confidence = "documented"
    unsure: Text | None = None


UNITS = ("hours", "days", "weeks", "months", "working_days")


class Span(Entry):
    """A length of time, in exactly one unit."""

    hours: int | None = Field(None, ge=0)
    days: int | None = Field(None, ge=0)
    weeks: int | None = Field(None, ge=0)
    months: int | None = Field(None, ge=0)
    working_days: int | None = Field(None, ge=0)
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Span:
        if sum(getattr(self, unit) is not None for unit in UNITS) != 1:
            raise ValueError(f"say the time in exactly one of {', '.join(UNITS)}")
        return self


class Timing(Span):
    """A moment counted from an anchor: {days: 21, before: planned_departure}, {hours: 48, after: origin_information}.

    Anchors: a step, STEP.started, STEP.ended (of a step with a length), a move's event (prepared, departed, arrived,
    settled, closed), an incident, a date fact, planned_departure, planned_arrival.
    """

    after: str | None = None
    before: str | None = None
    unless: Condition | None = None

    @model_validator(mode="after")
    def _one_anchor(self) -> Timing:
        if (self.after is None) == (self.before is None):
            raise ValueError("say either after or before what")
        return self


class Window(Entry):
    """From when to when something is done, counted from one anchor. The earliest side is hard; the latest only warns."""

    from_: Span = Field(alias="from")
    to: Span | None = None
    before: str | None = None
    after: str | None = None
    confidence: Confidence | None = None


class MaxAge(Span):
    """How old this evidence may be; judged at the moment of the gate, or at the anchor that `at` names."""

    at: str | None = None


class Round(Entry):
    """One round of a repeating step: when it falls due, and how far off it may be."""

    hours: int | None = Field(None, ge=0)
    days: int | None = Field(None, ge=0)
    weeks: int | None = Field(None, ge=0)
    months: int | None = Field(None, ge=0)
    working_days: int | None = Field(None, ge=0)
    after: str | None = None
    tolerance_days: int = Field(0, ge=0)
    when: Condition | None = None
    title: Text | None = None
    mode: Literal["in_person", "phone", "any"] = "any"
    confidence: Confidence | None = None


class AnyRounds(Entry):
    """As often as needed, and at least so often."""

    at_least: int = Field(1, ge=0, le=12)


class Length(Span):
    """How long a stay or a period lasts, from its start. `side` says which way is stricter."""

    side: Literal["at_most", "at_least"] = "at_most"
    extend: Values = []


class Result(Entry):
    """One result that a step can have. The first that passes is the favourable one."""

    title: Text | None = None
    passes: bool = True
    opens: Id | None = None
    sets: dict[Id, Anything] = {}
    assigns: dict[Id, Id] = {}


def _as_result(value: Any) -> Any:
    return {} if value is None else value


class FieldEntry(Entry):
    """A value that a step asks for. Text is sealed under its group; the rest lies in clear."""

    type: Literal["text", "bool", "code", "codes", "date", "instant", "number", "money", "party", "rows"]
    group: Id
    title: Text | None = None
    required: bool = False
    values: Values = []
    columns: dict[Id, FieldEntry] = {}
    gives_result: Id | None = None  # rows: the result of the step is the highest value of this column
    example: Anything = (
        None  # what the remedy of "why not?" writes in; an instant may be {days: 1, after: planned_departure}
    )


def _as_rounds(value: Any) -> Any:
    return {"at_least": 1} if value == "any" else value


class StepEntry(Marked):
    """steps.yaml: one step."""

    id: Id
    title: Text
    phase: Phase
    gate: Gate | None = None  # which move waits for it; default: the exit of its phase
    kind: Literal["mandatory", "offered", "statutory"] = "mandatory"
    when: Condition | None = None
    after: Annotated[list[Anything], BeforeValidator(_as_list)] = []
    before: Ids = []
    who: Ids
    sign: Ids = []
    consent: Annotated[list[Anything], BeforeValidator(_as_list)] = []
    done_by: dict[str, Anything] | None = None
    not_before: Timing | None = None
    window: Window | None = None
    due: Timing | None = None
    max_age: MaxAge | None = None
    rounds: Annotated[
        AnyRounds | dict[Annotated[str, Field(pattern=r"^[a-z0-9_]+$")], Round] | None, BeforeValidator(_as_rounds)
    ] = None
    length: Length | None = None
    results: dict[Id, Annotated[Result, BeforeValidator(_as_result)]] = {}
    fields: dict[Id, FieldEntry] = {}
    each: Literal["companion"] | None = None
    may_decline: bool = False
    inform_first: bool = False
    group: Id | None = None  # the data group of its result: told only to roles that read it, or a summary of it
    evidence: Text | None = None  # what is kept as proof
    otherwise: Text | None = None  # what to do when it fails
    help: Text | None = None


class TightenEntry(Marked):
    """steps.yaml: how a pack touches a step that exists. It can add and shorten, never remove or relax."""

    tighten: Id
    when: Condition | None = None
    after: Annotated[list[Anything], BeforeValidator(_as_list)] = []
    consent: Annotated[list[Anything], BeforeValidator(_as_list)] = []
    not_before: Timing | None = None
    due: Timing | None = None
    max_age: MaxAge | None = None
    length: Length | None = None
    rounds: dict[Annotated[str, Field(pattern=r"^[a-z0-9_]+$")], Round] = {}
    fields: dict[Id, FieldEntry] = {}
    help: Text | None = None


class FactEntry(Marked):
    """facts.yaml: one fact of a case, who asks for it, and what it is counted as while it is not recorded."""

    id: Id
    title: Text
    type: Literal["bool", "code", "codes", "date", "instant", "number"]
    values: Values = []
    group: Id = "case"
    about: Literal["person", "case", "companion", "journey"] = "person"
    asked_by: Ids = []
    ask: Text | None = None  # how to ask, or when
    derived: Condition | None = None
    unrecorded: Anything = None
    example: Anything = None
    settable_by_packs: Annotated[
        list[Anything], BeforeValidator(_as_list)
    ] = []  # in the core: which values a pack's step or incident may set; nothing else is


class ConsentEntry(Marked):
    """consents.yaml: one purpose. `recipients` are classes (recipients.yaml); empty = it names nobody."""

    id: Id
    title: Text
    explains: Text | None = None
    recipients: Ids = []
    default_recipient: Id | None = None  # a role: consent counts for whoever holds it
    groups: Ids = []  # the data groups that it may cover
    given_by: Ids = ["person", "guardian"]
    assent: bool = True  # whether a child's own assent is asked beside the guardian's consent
    forms: Values = ["written", "witnessed"]
    asked_by: Ids = []
    texts: dict[str, Values] = {}  # version of the text: languages in which it exists
    enough: Condition | None = None
    ends_on_refusal: Text | None = None  # what follows when the person refuses


class RecipientEntry(Marked):
    """recipients.yaml: a class of those who may be contacted or told something."""

    id: Id
    title: Text
    contact: Ids = []  # purposes of consent of which one allows contact; empty = contact needs none
    share: Ids = []  # purposes under which data may be told, each for its groups
    origin_authority: bool = False  # INV-09 applies
    never: Ids = []  # groups that this class is never told


class Fee(Entry):
    """What a paper costs, and who pays: never the person (INV-27)."""

    amount: int = Field(ge=0)
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    payer: Id
    exempt: Values = []
    confidence: Confidence | None = None


class DocumentEntry(Marked):
    """documents.yaml: one paper."""

    id: Id
    title: Text
    satisfies: Ids = []
    when: Condition | None = None
    issuer: Annotated[dict[str, Text], BeforeValidator(lambda v: v if isinstance(v, dict) else {"any": v})]
    validity: Literal["on_paper", "trip", "issue", "life"]
    max_days: int | None = Field(None, ge=1)
    needs: Annotated[list[Anything], BeforeValidator(_as_list)] = []
    consent: Annotated[list[Anything], BeforeValidator(_as_list)] = []
    request_from: Timing | None = None
    request_by: Timing | None = None
    each: Literal["companion"] | None = None
    transit: Literal["airside_only"] | None = None
    surrendered: bool = False
    margin: Span | None = None
    fee: Fee | None = None
    help: Text | None = None


class IncidentEntry(Marked):
    """incidents.yaml: something the plan did not foresee, what must happen, and where the normal course resumes."""

    id: Id
    title: Text
    aliases: Ids = []
    effect: dict[Phase, Effect] | Effect
    may_choose: list[Effect] = []
    resets: dict[Phase, Ids] | Ids = []
    voids: dict[Phase, Ids] | Ids = []
    closes_as: Ids = []
    resume_step: Ids = []
    review: Span | None = None
    contacts_due: list[Span] = []
    needs_to_resolve: dict[Phase, list[Anything]] | Annotated[list[Anything], BeforeValidator(_as_list)] = []
    sets: dict[Id, Anything] = {}
    group: Id | None = None  # the data group that it belongs to
    actions: Text
    phases: list[Phase] = list(PHASES)


class OutcomeEntry(Marked):
    """outcomes.yaml: a reason to close a case."""

    id: Id
    title: Text
    htcds: Literal["Closed", "ClosedReferred"] = "Closed"
    phases: list[Phase] = list(PHASES)
    gated: bool = False  # whether the follow-up must be complete
    when: Condition | None = None
    final: bool = False  # whether a case so closed can never be reopened
    todo: Text | None = None  # what to do first, when the condition does not hold


class LimitEntry(Marked):
    """limits.yaml: a figure of a safeguard. `side` says which way is stricter."""

    id: Id
    rule: str
    side: Literal["at_most", "at_least"]
    span: Span | None = None
    count: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _one_figure(self) -> LimitEntry:
        if (self.span is None) == (self.count is None):
            raise ValueError("say either span or count")
        return self


class LimitTighten(Marked):
    """limits.yaml: how a pack makes a figure stricter."""

    tighten: Id
    span: Span | None = None
    count: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _one_figure(self) -> LimitTighten:
        if (self.span is None) == (self.count is None):
            raise ValueError("say either span or count")
        return self


class RoleEntry(Marked):
    """roles.yaml: who someone is in a case, what they may do, and what they may read."""

    id: Id
    title: Text
    login: bool = True  # whether they type for themselves; the case managers record for those who do not
    side: Literal["host", "origin", "either"] = "either"
    manager: bool = False
    may: Values = []  # commands
    moves: Values = []
    reads: dict[Id, Literal["R", "W", "S", "C"]] = {}  # data group: read, write, summary only, with consent only


class RuleEntry(Marked):
    """rules.yaml: a check that the pack's own code makes."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]{2}$")]
    title: Text
    on: Values
    check: Id
    revision: int = Field(ge=1)


class ContactEntry(Entry):
    """How to reach a partner, and whether that works."""

    kind: Literal["e164", "short_code", "url"]
    value: Annotated[str, Field(min_length=2, max_length=200)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    owner: Text | None = None
    title: Text | None = None
    status: Literal["working", "reported_down", "unchecked"] = "unchecked"
    checked_on: date | None = None
    source: Annotated[list[str], BeforeValidator(_as_list)] = []
    unsure: Text | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> ContactEntry:
        digits = self.value.replace(" ", "")
        if self.kind == "short_code" and not (digits.isdigit() and 2 <= len(digits) <= 6 and self.country):
            raise ValueError("a short code has 2 to 6 digits and names its country")
        if self.kind == "e164" and not (digits.startswith("+") and digits[1:].isdigit() and 8 <= len(digits) <= 16):
            raise ValueError("write the number with + and the country code, digits only, 7 to 15 of them")
        if self.kind == "url" and not digits.startswith("https://") and not digits.startswith("http://"):
            raise ValueError("a url starts with https://")
        return self


class Accepts(Entry):
    """Whom a partner takes."""

    sex: list[Literal["female", "male", "any"]] = ["any"]
    age: list[Literal["adult", "child", "any"]] = ["any"]
    ages: Text | None = None  # in the partner's words, e.g. "girls from 9 to 17"


class PartnerEntry(Marked):
    """partners.yaml: an organisation or institution. Always read from the newest installed pack."""

    id: Id
    name: Text
    place: Text | None = None
    recipient: Id = "partner"  # its class in recipients.yaml
    services: Values = []
    phases: list[Phase] = []
    accepts: Accepts = Accepts()
    regime: Literal["open", "closed"] | None = None
    max_stay: Span | None = None
    capacity: Text | None = None
    verified_on: date | None = None
    superseded_by: Id | None = None
    historical: bool = False
    contacts: list[ContactEntry] = []
    about: Text | None = None


class Arrive(Entry):
    """Between which local times an arrival is wanted."""

    from_: Annotated[str, Field(alias="from", pattern=r"^\d\d:\d\d$")]
    to: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]
    otherwise: Literal["warn"] = "warn"


class PlaceEntry(Marked):
    """places.yaml: an airport, a town, a crossing; what is there."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
    name: Text
    kind: Literal["airport", "town", "region", "crossing"] = "airport"
    zone: Zone | None = None
    partners: Ids = []
    arrive: Arrive | None = None
    international: bool = True
    about: Text | None = None


class IdentifierEntry(Marked):
    """identifiers.yaml: what the number of a paper looks like, and how seriously that is taken."""

    id: Id
    title: Text
    of: Ids  # documents
    pattern: Pattern | None = None
    checksum: bool = False  # whether the pack's hook wayhome_check_identifier also judges it
    severity: Literal["block", "warn", "store_only"]
    normalise: Literal["none", "upper", "digits"] = "none"


class RiskEntry(Marked):
    """risks.yaml: what a case worker should have in mind."""

    id: Id
    title: Text
    text: Text
    when: Condition | None = None


class GroupEntry(Marked):
    """groups.yaml (core only): a data group, and the retention class whose key seals it."""

    id: Id
    title: Text
    retention: Literal["identity", "health", "case"]


class SourceEntry(Entry):
    """sources.yaml: where something comes from, and how it was seen."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$")]
    title: Text
    publisher: Text | None = None
    year: str | None = None
    url: str | None = None
    read_on: date | None = None
    seen: Text | None = None  # full text, excerpt, table of contents, general knowledge


class PackEntry(Entry):
    """pack.yaml: what this pack is."""

    id: Id
    title: Text
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    role: Literal["core", "host", "origin"]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    prefix: Annotated[str, Field(pattern=r"^([a-z]{2}_)?$")] = ""
    languages: Values = []
    zone: Zone | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    calendar: str | None = None  # a country code of the `holidays` library
    engine: str = ">=0.1,<0.2"
    maintainers: Values = []
    open_questions: Values = []
    data_transfer_basis: Literal["adequacy", "contract_clauses", "explicit_consent"] | None = None
    about: Text | None = None


FILES: dict[str, tuple[type[Entry], ...]] = {
    "groups": (GroupEntry,),
    "roles": (RoleEntry,),
    "facts": (FactEntry,),
    "recipients": (RecipientEntry,),
    "consents": (ConsentEntry,),
    "documents": (DocumentEntry,),
    "steps": (StepEntry, TightenEntry),
    "incidents": (IncidentEntry,),
    "outcomes": (OutcomeEntry,),
    "limits": (LimitEntry, LimitTighten),
    "rules": (RuleEntry,),
    "partners": (PartnerEntry,),
    "places": (PlaceEntry,),
    "identifiers": (IdentifierEntry,),
    "risks": (RiskEntry,),
    "sources": (SourceEntry,),
}
